"""Task: strict, frozen, silent about record text; and the errors that refuse one."""

from __future__ import annotations

import json
import pickle
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from deadline_rules import Task, errors, load
from deadline_rules.columns import DAY_FIELDS, RECORD_FIELDS
from deadline_rules.errors import TaskError

RECORD_TEXT = "bố trí lực lượng tại cửa khẩu"


def refused(**facts: Any) -> TaskError:
    with pytest.raises(TaskError) as caught:
        Task(**facts)
    return caught.value


class TestStrictness:
    @pytest.mark.parametrize("field", DAY_FIELDS)
    def test_a_day_as_text_is_refused_in_python(self, field: str) -> None:
        error = refused(id="T", **{field: "2026-11-20"})
        assert error.field == field
        assert str(error).startswith(f"{field}: '2026-11-20' cannot be taken")
        assert "give a datetime.date, or use Task.from_record" in str(error)

    @pytest.mark.parametrize("value", [20261120, 1.5, True, ["2026-11-20"]])
    def test_other_kinds_of_day_are_refused(self, value: object) -> None:
        assert refused(id="T", due_on=value).field == "due_on"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("urgent", "có"),
            ("urgent", 1),
            ("complex", "true"),
            ("routine", None),
            ("secrecy", "bí mật"),
            ("secrecy", None),
            ("assigned_by", "UBND tỉnh"),
            ("id", 1),
            ("id", ""),
            ("id", "   "),
            ("id", "x" * 201),
            ("id", None),
            ("summary", 12),
            ("summary", "x" * 20_001),
        ],
    )
    def test_nothing_is_converted_in_silence(self, field: str, value: object) -> None:
        error = refused(**{"id": "T", field: value})
        assert error.field == field
        assert str(error).startswith(f"{field}: ")

    @pytest.mark.parametrize("facts", [{"id": "x" * 200}, {"id": "T", "summary": "x" * 20_000}])
    def test_the_longest_texts_are_taken(self, facts: dict[str, Any]) -> None:
        assert Task(**facts).id == facts["id"]

    def test_only_the_id_is_needed(self) -> None:
        task = Task(id="T-01")
        assert (task.secrecy, task.urgent, task.complex, task.routine, task.assigned_by) == ("normal", False, False, False, "superior")
        assert all(getattr(task, field) is None for field in (*DAY_FIELDS, *RECORD_FIELDS))

    def test_the_id_is_needed(self) -> None:
        error = refused(due_on=date(2026, 11, 20))
        assert (error.field, str(error)) == ("id", "id: every task needs one.")

    @pytest.mark.parametrize("grade", ["mật", "tối mật", "tuyệt mật"])
    def test_secrecy_is_the_same_in_every_unicode_form(self, grade: str) -> None:
        decomposed, composed = (Task.model_validate({"id": "T", "secrecy": unicodedata.normalize(form, grade)}) for form in ("NFD", "NFC"))
        assert decomposed == composed

    def test_the_id_is_composed_and_stripped(self) -> None:
        assert Task(id=unicodedata.normalize("NFD", " Nhiệm vụ 1 ")).id == unicodedata.normalize("NFC", "Nhiệm vụ 1")

    @pytest.mark.parametrize(
        ("name", "near"),
        [("asigned_on", "assigned_on"), ("due", "due_on"), ("complete_on", "completed_on"), ("urgnt", "urgent")],
    )
    def test_an_unknown_field_is_refused_with_the_nearest(self, name: str, near: str) -> None:
        error = refused(id="T", **{name: None})
        assert error.field == name
        assert str(error) == f"{name}: a task has no such field; did you mean {near!r}?"

    def test_an_unknown_field_near_none_is_named_without_a_list(self) -> None:
        assert str(refused(id="T", zzzz=1)) == "zzzz: a task has no such field."


class TestDays:
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            (datetime(2026, 11, 20, 16, 59, tzinfo=UTC), date(2026, 11, 20)),
            (datetime(2026, 11, 20, 17, 0, tzinfo=UTC), date(2026, 11, 21)),
        ],
    )
    @pytest.mark.parametrize("field", DAY_FIELDS)
    def test_a_moment_is_moved_to_vietnam(self, field: str, moment: datetime, day: date) -> None:
        facts: dict[str, Any] = {"id": "T", field: moment}
        value = getattr(Task(**facts), field)
        assert value == day
        assert type(value) is date

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        error = refused(id="T", due_on=datetime(2026, 11, 20))  # noqa: DTZ001  # the zone is missing on purpose
        assert error.field == "due_on"
        assert str(error).startswith("due_on: 2026-11-20T00:00:00 has no time zone")
        assert str(error).endswith("give a date or a date-time with a zone.")

    @pytest.mark.parametrize("day", [date(1989, 12, 31), date(2101, 1, 1), date.min, date.max])
    @pytest.mark.parametrize("field", DAY_FIELDS)
    def test_a_day_outside_the_horizon_is_refused(self, field: str, day: date) -> None:
        error = refused(id="T", **{field: day})
        assert error.field == field
        assert str(error) == f"{field}: {day} lies outside 1990-2100, the years the calendar knows; correct the year."

    @pytest.mark.parametrize("day", [date(1990, 1, 1), date(2100, 12, 31)])
    def test_the_first_and_the_last_day_are_taken(self, day: date) -> None:
        assert Task(id="T", due_on=day).due_on == day

    def test_a_moment_that_falls_outside_once_moved_is_refused(self) -> None:
        assert refused(id="T", due_on=datetime(2100, 12, 31, 17, tzinfo=UTC)).field == "due_on"

    def test_a_moment_beyond_the_last_date_is_refused(self) -> None:
        assert refused(id="T", due_on=datetime(9999, 12, 31, 20, tzinfo=UTC)).field == "due_on"

    @pytest.mark.parametrize("field", ["due_on", "completed_on"])
    def test_before_it_was_assigned_is_refused(self, field: str) -> None:
        error = refused(id="T", assigned_on=date(2026, 11, 2), **{field: date(2026, 11, 1)})
        assert error.field == field
        assert str(error) == f"{field}: 2026-11-01 lies before assigned_on 2026-11-02; correct one of the two."

    @pytest.mark.parametrize("field", ["due_on", "completed_on"])
    def test_the_day_it_was_assigned_is_taken(self, field: str) -> None:
        facts: dict[str, Any] = {"assigned_on": date(2026, 11, 2), field: date(2026, 11, 2)}
        assert getattr(Task(id="T", **facts), field) == date(2026, 11, 2)

    def test_done_before_due_and_after_due_are_taken(self) -> None:
        for done in (date(2026, 11, 3), date(2026, 11, 30)):
            assert Task(id="T", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), completed_on=done).completed_on == done


class TestJson:
    def test_days_are_read(self) -> None:
        task = Task.model_validate_json('{"id": "T", "assigned_on": "2026-11-02", "due_on": "2026-11-16", "urgent": true, "secrecy": "mật"}')
        assert task == Task(id="T", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), urgent=True, secrecy="mật")

    def test_what_is_written_is_read_again(self) -> None:
        task = Task(id="T", assigned_on=date(2026, 11, 2), summary="Kiểm tra")
        assert Task.model_validate_json(task.model_dump_json()) == task

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ('{"id": "T", "due_on": "20/11/2026"}', "due_on"),
            ('{"id": "T", "due_on": "2026-02-30"}', "due_on"),
            ('{"id": "T", "due_on": 20261120}', "due_on"),
            ('{"id": "T", "urgent": "có"}', "urgent"),
            ('{"id": "T", "assigned": "2026-11-02"}', "assigned"),
            ('{"due_on": null}', "id"),
        ],
    )
    def test_the_rest_is_refused(self, text: str, field: str) -> None:
        with pytest.raises(TaskError) as caught:
            Task.model_validate_json(text)
        assert caught.value.field == field

    @pytest.mark.parametrize("text", ["", "{", "[]", '"T"', json.dumps({"id": "T", "content": RECORD_TEXT}, ensure_ascii=False)[:-1]])
    def test_what_is_no_object_is_refused(self, text: str) -> None:
        with pytest.raises(TaskError) as caught:
            Task.model_validate_json(text)
        assert caught.value.field is None
        assert RECORD_TEXT not in str(caught.value)

    @pytest.mark.parametrize("text", ["", "{"])
    def test_text_that_is_no_json_is_named_in_the_message(self, text: str) -> None:
        with pytest.raises(TaskError, match=r"^(?!None)"):
            Task.model_validate_json(text)


class TestModelValidate:
    def test_takes_a_dict(self) -> None:
        assert Task.model_validate({"id": "T", "due_on": date(2026, 11, 20)}) == Task(id="T", due_on=date(2026, 11, 20))

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"id": "T", "due_on": "2026-11-20"}, "due_on"),
            ({"id": "T", "Hạn": None}, "Hạn"),
            ({}, "id"),
            (RECORD_TEXT, None),
            (None, None),
            ([("id", "T")], None),
        ],
    )
    def test_raises_the_librarys_own_error(self, given: object, field: str | None) -> None:
        with pytest.raises(TaskError) as caught:
            Task.model_validate(given)
        assert caught.value.field == field
        assert RECORD_TEXT not in str(caught.value)


class TestFromRecord:
    def test_reads_a_row_as_people_write_it(self) -> None:
        record = {
            "STT": 1,
            "Mã nhiệm vụ": "NV-1",
            "NGÀY GIAO": "02/11/2026",
            "han xu ly": "2026-11-16",
            unicodedata.normalize("NFD", "Độ mật"): unicodedata.normalize("NFD", "Tối mật"),
            "Khẩn": "x",
            "Phức tạp": "",
            "Người giao": "Giám đốc Sở",
            "Trích yếu": "",
        }
        assert Task.from_record(record) == Task(
            id="NV-1", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), secrecy="tối mật", urgent=True, assigned_by="chair"
        )

    def test_an_unknown_column_is_refused_with_the_nearest(self) -> None:
        with pytest.raises(TaskError, match=r"^column 'Ngày giaoo' is not known; did you mean 'ngày giao'\?$"):
            Task.from_record({"Mã": "T", "Ngày giaoo": "02/11/2026"})

    def test_an_unknown_column_is_ignored_when_asked(self) -> None:
        assert Task.from_record({"Mã": "T", "Ghi chú": "x"}, unknown="ignore") == Task(id="T")

    def test_a_second_id_column_is_no_unknown_column(self) -> None:
        assert Task.from_record({"STT": 7, "Mã": "T"}, unknown="raise").id == "T"

    @pytest.mark.parametrize("record", [{}, {"Ngày giao": "02/11/2026"}, {"Mã": ""}, {"Mã": None}])
    def test_without_an_id(self, record: dict[str, object]) -> None:
        with pytest.raises(TaskError, match=r"^id: every task needs one\.$") as caught:
            Task.from_record(record)
        assert caught.value.field == "id"

    def test_two_columns_for_one_field(self) -> None:
        with pytest.raises(TaskError, match=r"'Ngày giao' and 'ngay giao viec' both mean assigned_on; keep one\.$"):
            Task.from_record({"Mã": "T", "Ngày giao": "02/11/2026", "ngay giao viec": "02/11/2026"})

    def test_due_before_assigned(self) -> None:
        with pytest.raises(TaskError, match="before assigned_on 2026-11-02"):
            Task.from_record({"Mã": "T", "Ngày giao": "02/11/2026", "Hạn": "01/11/2026"})


class TestFrozenAndSilent:
    @pytest.mark.parametrize("field", ["id", "due_on", "secrecy", "content"])
    def test_frozen(self, field: str) -> None:
        task = Task(id="T", content=RECORD_TEXT)
        with pytest.raises(ValidationError, match="frozen"):
            setattr(task, field, "x")

    def test_equal_tasks_are_equal_and_hash_alike(self) -> None:
        assert hash(Task(id="T", urgent=True)) == hash(Task(id="T", urgent=True))
        assert Task(id="T", urgent=True) != Task(id="T")

    @pytest.mark.parametrize("grade", ["mật", "tối mật", "tuyệt mật"])
    @pytest.mark.parametrize("field", RECORD_FIELDS)
    @pytest.mark.parametrize("show", [repr, str, "{}".format])
    def test_a_secret_task_does_not_show_its_record(self, show: Any, field: str, grade: str) -> None:
        facts: dict[str, Any] = {"id": "T", "secrecy": grade, "due_on": date(2026, 11, 20), field: RECORD_TEXT}
        shown = show(Task(**facts))
        assert RECORD_TEXT not in shown
        assert f"{field}='(not shown)'" in shown
        assert "id='T'" in shown

    def test_another_task_does(self) -> None:
        shown = repr(Task(id="T", content=RECORD_TEXT))
        assert RECORD_TEXT in shown
        assert "due_on" not in shown  # what is not known is left out

    @pytest.mark.parametrize(
        "facts",
        [
            {"content": [RECORD_TEXT]},
            {"content": RECORD_TEXT * 2000},
            {"content": RECORD_TEXT, "due_on": "2026-11-20"},
            {"content": RECORD_TEXT, "secrecy": "bí mật"},
            {"content": RECORD_TEXT, "contents": 1},
            {"content": RECORD_TEXT, "assigned_on": date(2026, 11, 2), "due_on": date(2026, 11, 1)},
        ],
    )
    def test_errors_never_hold_record_text(self, facts: dict[str, Any]) -> None:
        assert RECORD_TEXT not in str(refused(id="T", **facts))
        assert RECORD_TEXT not in repr(refused(id="T", **facts))

    def test_errors_of_a_row_never_hold_record_text(self) -> None:
        with pytest.raises(TaskError) as caught:
            Task.from_record({"Mã": "T", "Nội dung": RECORD_TEXT * 2000})
        assert RECORD_TEXT not in str(caught.value)
        assert caught.value.field == "content"


# The standard type each error also is, as the interface promises (an error of value, or of look-up).
ERRORS = {
    "RuleFileError": ValueError,
    "AmbiguousRuleError": ValueError,
    "UnknownRegulationError": LookupError,
    "UnknownReadingError": LookupError,
    "UnknownTopicError": LookupError,
    "MissingExtraError": ImportError,
    "NotInForceError": ValueError,
    "TaskError": ValueError,
    "TableError": ValueError,
    "DayError": ValueError,
    "CalendarEntryError": ValueError,
    "CalendarFileError": ValueError,
    "CalendarHorizonError": ValueError,
    "ForeignResultError": ValueError,
    "HostError": RuntimeError,
    "OutboxError": ValueError,
    "DurableMismatchError": RuntimeError,
    "UnverifiedCalendarError": ValueError,
}


class TestErrors:
    @pytest.mark.parametrize(("name", "standard"), ERRORS.items())
    def test_the_root_and_a_standard_type_catch_it(self, name: str, standard: type[Exception]) -> None:
        kind = getattr(errors, name)
        with pytest.raises(errors.DeadlineRulesError):
            raise kind("why")
        with pytest.raises(standard):
            raise kind("why")

    def test_these_are_all(self) -> None:
        assert set(errors.__all__) == {"DeadlineRulesError", *ERRORS}

    def test_an_ambiguous_rule_is_a_fault_of_its_file(self) -> None:
        assert issubclass(errors.AmbiguousRuleError, errors.RuleFileError)

    @pytest.mark.parametrize(
        ("error", "text"),
        [
            (TaskError("due_on: wrong.", field="due_on", row=7), "row 7: due_on: wrong."),
            (TaskError("due_on: wrong.", field="due_on"), "due_on: wrong."),
            (TaskError("due_on: wrong.", field="due_on").at_row(7), "row 7: due_on: wrong."),
        ],
    )
    def test_a_task_error_pickles_with_its_place(self, error: TaskError, text: str) -> None:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # bytes made here
        assert type(copy) is TaskError
        assert (copy.why, copy.field, copy.row) == (error.why, "due_on", error.row)
        assert str(copy) == str(error) == text

    @pytest.mark.parametrize("kind", [errors.RuleFileError, errors.AmbiguousRuleError])
    @pytest.mark.parametrize(("path", "line", "text"), [("a.yaml", 3, "a.yaml:3: wrong."), ("a.yaml", None, "a.yaml: wrong."), ("", None, "wrong.")])
    def test_a_rule_file_error_pickles_with_its_place(self, kind: type[errors.RuleFileError], path: str, line: int | None, text: str) -> None:
        copy = pickle.loads(pickle.dumps(kind("wrong.", path=path, line=line)))  # noqa: S301  # bytes made here
        assert type(copy) is kind
        assert (copy.path, copy.line, copy.why, str(copy)) == (path, line, "wrong.", text)


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\t\n"])
def test_a_blank_text_records_nothing(blank: str) -> None:
    """Kon Tum's Điều 5 khoản 1 điểm c asks who tracks the task; an empty cell does not say it, from whatever the task is made."""
    made = [Task(id="T", tracked_by=blank), Task.model_validate({"id": "T", "tracked_by": blank}), Task.from_record({"id": "T", "tracked_by": blank})]
    for task in made:
        assert task.tracked_by is None
        assert "tracked_by" in load("kon-tum").evaluate(task, date(2026, 11, 20)).missing_fields
