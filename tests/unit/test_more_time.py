"""Extensions and suspensions, worked by hand. Days off of Tết 2026: Monday 16 to Friday 20 February; 14, 15, 21 and 22 are weekends."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules import Extension, Suspension, Task, errors, load
from deadline_rules.plan.model import SUSPENSION_NOT_PROVIDED
from deadline_rules.readers.tables import read_table
from deadline_rules.regulation import Regulation

KON_TUM = load("kon-tum")
ASSIGNED = date(2026, 2, 2)
HOUSE = """
id: house
extends: kon-tum
title: {vi: Quy chế nội bộ, en: House rules}
issuer: {vi: Đơn vị, en: Unit}
instrument: {name: Quy chế nội bộ, number: 01/QC}
"""
ALLOWED = HOUSE + "suspensions: {allowed: yes, cite: Điều 5}\n"
REMINDED = ALLOWED + "reminders:\n  - {id: soon, of: due_on, before: {working_days: 2}, label: {vi: sắp đến hạn, en: nearly due}, cite: Điều 4}\n"


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def house(folder: Path, text: str = ALLOWED, **options: object) -> Regulation:
    path = folder / "house.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, **options)  # type: ignore[arg-type]


def task(due_on: str = "02-12", *, extensions: tuple[Extension, ...] = (), suspensions: tuple[Suspension, ...] = (), **facts: Any) -> Task:
    return Task(id="T-01", assigned_on=ASSIGNED, due_on=day(due_on), extensions=extensions, suspensions=suspensions, **facts)


def extended(granted: str, due_on: str) -> Extension:
    return Extension(granted_on=day(granted), due_on=day(due_on))


def stopped(since: str, until: str | None) -> Suspension:
    return Suspension(since=day(since), until=None if until is None else day(until))


class TestFacts:
    def test_a_task_has_none_unless_given(self) -> None:
        assert (Task(id="T").extensions, Task(id="T").suspensions) == ((), ())

    def test_they_are_put_in_order(self) -> None:
        given = task(
            extensions=(extended("02-12", "03-02"), extended("02-10", "02-25")), suspensions=(stopped("02-11", None), stopped("02-03", "02-04"))
        )
        assert [row.granted_on.day for row in given.extensions] == [10, 12]
        assert [row.since.day for row in given.suspensions] == [3, 11]

    @pytest.mark.parametrize(
        ("facts", "message"),
        [
            (
                {"extensions": [{"granted_on": day("02-10"), "due_on": day("02-01")}]},
                "extensions: due_on 2026-02-01, granted on 2026-02-10, is not later than 2026-02-12, which it extends; correct the day. Less time",
            ),
            (
                {"extensions": [extended("02-10", "02-20"), extended("02-10", "02-25")]},
                "extensions: two are granted on 2026-02-10; keep the one that",
            ),
            ({"extensions": [extended("02-10", "02-20")], "due_on": None}, "extensions: there is no due_on to extend"),
            ({"extensions": [{"granted_on": day("02-10")}]}, r"extensions\[0\].due_on: it is missing; give a day."),
            (
                {"extensions": [{"granted_on": day("02-10"), "due_on": date(1980, 1, 1)}]},
                r"extensions\[0\].due_on: 1980-01-01 lies outside 1990-2100",
            ),
            ({"extensions": [{"granted_on": "secret", "due_on": day("02-20")}]}, r"extensions\[0\].granted_on: it cannot be taken: input should be"),
            ({"suspensions": [{"since": day("02-10"), "to": day("02-11")}]}, r"suspensions\[0\].to: there is no such field."),
            ({"suspensions": [{"since": day("02-10"), "until": day("02-09")}]}, "suspensions: until 2026-02-09 lies before since 2026-02-10"),
            (
                {"suspensions": [stopped("02-10", "02-12"), stopped("02-12", None)]},
                "runs from 2026-02-10 to 2026-02-12, the next begins on 2026-02-12",
            ),
            (
                {"suspensions": [stopped("02-10", None), stopped("02-12", None)]},
                "runs from 2026-02-10 on, without an end, the next begins on 2026-02-12",
            ),
        ],
    )
    def test_what_cannot_be_is_refused(self, facts: dict[str, object], message: str) -> None:
        with pytest.raises(errors.TaskError, match=message):
            Task.model_validate({"id": "T", "assigned_on": ASSIGNED, "due_on": day("02-12")} | facts)

    def test_a_part_made_alone_is_refused_too(self) -> None:
        with pytest.raises(errors.TaskError, match="until 2026-02-09 lies before since"):
            stopped("02-10", "02-09")

    def test_of_a_secret_task_they_are_not_shown(self) -> None:
        shown = repr(task(secrecy="mật", extensions=(extended("02-10", "02-20"),)))
        assert "extensions='(not shown)'" in shown
        assert "suspensions" not in shown

    def test_json_is_read(self) -> None:
        text = '{"id": "T", "due_on": "2026-02-12", "extensions": [{"granted_on": "2026-02-10", "due_on": "2026-02-20", "by": "chair"}]}'
        assert Task.model_validate_json(text).extensions[0].by == "chair"

    def test_a_record_is_read(self) -> None:
        record = {"id": "T", "hạn": "12/02/2026", "extensions": [{"granted_on": "10/02/2026", "due_on": "2026-02-20"}], "suspensions": []}
        assert Task.from_record(record).extensions == (extended("02-10", "02-20"),)

    @pytest.mark.parametrize("cell", ["20/02/2026", 3])
    def test_a_cell_is_refused(self, cell: object) -> None:
        with pytest.raises(errors.TaskError, match="extensions: a plain cell cannot hold them; give a list of objects, in jsonl or parquet say"):
            Task.from_record({"id": "T", "extensions": cell})

    def test_an_empty_cell_is_none(self) -> None:
        assert Task.from_record({"id": "T", "extensions": " "}).extensions == ()


class TestExtensions:
    @pytest.mark.parametrize(("as_of", "due_on", "late"), [("02-09", "02-12", False), ("02-10", "02-25", False), ("02-26", "02-25", True)])
    def test_the_last_one_granted_counts(self, as_of: str, due_on: str, late: bool) -> None:
        result = KON_TUM.evaluate(task(extensions=(extended("02-10", "02-25"),)), day(as_of))
        assert (result.due_on, result.original_due_on) == (day(due_on), day("02-12"))
        assert (result.timeliness == "overdue") is late

    def test_granted_late_it_ends_the_delay(self) -> None:
        given = task(extensions=(extended("02-24", "02-27"),))
        assert [KON_TUM.classify(given, day(as_of)).code for as_of in ("02-12", "02-13", "02-23", "02-24", "02-28")] == [
            "not_done_in_time",
            "not_done_overdue",
            "not_done_overdue",
            "not_done_in_time",
            "not_done_overdue",
        ]

    def test_it_can_be_told_against_the_day_first_set(self) -> None:
        given = task(extensions=(extended("02-10", "02-25"),))
        assert KON_TUM.evaluate(given, day("02-13"), against="original").timeliness == "overdue"
        assert KON_TUM.classify(given, day("02-13"), against="original").code == "not_done_overdue"
        assert KON_TUM.classify(given, day("02-13")).code == "not_done_in_time"

    @pytest.mark.parametrize("ask", [KON_TUM.evaluate, KON_TUM.classify])
    def test_another_word_is_refused(self, ask: object) -> None:
        with pytest.raises(ValueError, match="against='first': a task is told against 'in_force' or 'original'"):
            ask(task(), day("02-13"), against="first")  # type: ignore[operator]

    def test_the_json_has_both_days_where_they_differ(self) -> None:
        given = task(extensions=(extended("02-10", "02-25"),))
        assert json.loads(KON_TUM.evaluate(given, day("02-10")).to_json())["original_due_on"] == "2026-02-12"
        assert "original_due_on" not in KON_TUM.evaluate(given, day("02-09")).to_dict()

    def test_the_first_day_rolls_as_the_other(self) -> None:
        rolling = load("kon-tum", readings={"day-off-end": "next_working_day"})
        result = rolling.evaluate(task("02-14", extensions=(extended("02-10", "02-28"),)), day("02-10"))
        assert (result.due_on, result.original_due_on) == (day("03-02"), day("02-23"))  # Saturdays; after Tết

    def test_the_steps_name_it(self) -> None:
        result = KON_TUM.evaluate(task(extensions=(extended("02-10", "02-25"),)), day("02-10"))
        assert "2026-02-25 (first set 2026-02-12; extension granted on 2026-02-10), " in result.explain("en")


class TestSuspensions:
    def test_without_permission_it_is_a_caveat_and_moves_nothing(self) -> None:
        given = task(suspensions=(stopped("02-10", "02-11"),))
        assert SUSPENSION_NOT_PROVIDED not in KON_TUM.evaluate(given, day("02-09")).caveats
        result = KON_TUM.evaluate(given, day("02-13"))
        assert (result.due_on, result.timeliness) == (day("02-12"), "overdue")
        assert SUSPENSION_NOT_PROVIDED in result.caveats
        assert SUSPENSION_NOT_PROVIDED in KON_TUM.plan.possible_caveats()

    @pytest.mark.parametrize(
        ("as_of", "due_on"),
        [
            ("02-09", "02-12"),  # Monday: not yet
            ("02-10", "02-13"),  # Tuesday is taken out
            ("02-11", "02-23"),  # Wednesday too: after Friday 13 comes Tết
            ("02-12", "02-23"),  # it has ended
            ("02-24", "02-23"),
        ],
    )
    def test_it_moves_the_due_day_by_its_working_days(self, tmp_path: Path, as_of: str, due_on: str) -> None:
        result = house(tmp_path).evaluate(task(suspensions=(stopped("02-10", "02-11"),)), day(as_of))
        assert result.due_on == day(due_on)
        assert SUSPENSION_NOT_PROVIDED not in result.caveats

    def test_days_off_take_nothing_out(self, tmp_path: Path) -> None:
        # Over Tết: of 12 to 23 February only Thursday 12, Friday 13 and Monday 23 are worked; after 24 February come 25, 26, 27.
        assert house(tmp_path).evaluate(task("02-24", suspensions=(stopped("02-12", "02-23"),)), day("02-23")).due_on == day("02-27")

    def test_while_it_runs_the_limit_cannot_be_missed(self, tmp_path: Path) -> None:
        rules, given = house(tmp_path), task(suspensions=(stopped("02-12", None),))
        found = [rules.evaluate(given, day("02-12") + timedelta(days=number)).timeliness for number in range(60)]
        assert set(found) == {"in_time"}

    def test_nor_where_the_due_day_is_a_day_off(self, tmp_path: Path) -> None:
        rules, given = house(tmp_path), task("02-14", suspensions=(stopped("02-14", "02-28"),))  # Saturday to Saturday
        # Monday 23 to Friday 27 February are taken out: no working day was left, so the day of resuming is too late.
        assert [rules.evaluate(given, day(as_of)).due_on for as_of in ("02-14", "02-15", "02-23", "02-28", "03-01")] == [
            day("02-14"),
            day("02-15"),
            day("02-23"),
            day("02-28"),
            day("02-28"),
        ]

    def test_what_begins_after_the_due_day_moves_nothing(self, tmp_path: Path) -> None:
        assert house(tmp_path).evaluate(task(suspensions=(stopped("02-13", "02-27"),)), day("02-27")).due_on == day("02-12")

    def test_the_day_of_assignment_is_not_of_the_period(self, tmp_path: Path) -> None:
        assert house(tmp_path).evaluate(task(suspensions=(stopped("01-26", "02-03"),)), day("02-04")).due_on == day("02-13")

    def test_it_ends_with_the_task(self, tmp_path: Path) -> None:
        given = task(suspensions=(stopped("02-10", None),), completed_on=day("02-10"))
        assert house(tmp_path).evaluate(given, day("03-30")).due_on == day("02-13")

    def test_an_extension_granted_later_replaces_the_day(self, tmp_path: Path) -> None:
        given = task(extensions=(extended("02-11", "02-24"),), suspensions=(stopped("02-10", "02-12"),))
        rules = house(tmp_path)
        # On 10 February one day is out; the new day of 11 February has that in it; 12 February moves it again.
        assert [rules.evaluate(given, day(as_of)).due_on for as_of in ("02-10", "02-11", "02-12")] == [day("02-13"), day("02-24"), day("02-25")]

    def test_the_steps_name_the_provision(self, tmp_path: Path) -> None:
        result = house(tmp_path).evaluate(task(suspensions=(stopped("02-10", "02-11"),)), day("02-11"))
        assert "(ban đầu 12/02/2026; có tạm dừng, Quy chế nội bộ 01/QC, Điều 5)" in result.explain()

    def test_a_task_without_a_limit_has_none(self, tmp_path: Path) -> None:
        assert house(tmp_path).evaluate(Task(id="T", suspensions=(stopped("02-10", None),)), day("02-11")).due_on is None

    def test_a_house_may_forbid_them(self, tmp_path: Path) -> None:
        assert house(tmp_path, ALLOWED.replace("allowed: yes", "allowed: no")).plan.suspensions is None

    def test_a_layer_above_may_keep_or_forbid_them(self, tmp_path: Path) -> None:
        house(tmp_path)
        above = HOUSE.replace("id: house", "id: above").replace("extends: kon-tum", "extends: house.yaml")
        for text, allowed in ((above, True), (above + "suspensions: {allowed: no, cite: Điều 1}\n", False)):
            (tmp_path / "above.yaml").write_text(text, encoding="utf-8")
            assert (load(tmp_path / "above.yaml").plan.suspensions is not None) is allowed


class TestNotices:
    def told(self, rules: Regulation, given: Task, *kinds: str) -> list[tuple[str, str]]:
        found = rules.notices([given], day("01-01"), day("04-30"))
        split = [
            notice for start in range(120) for notice in rules.notices([given], day("01-01") + timedelta(start), day("01-02") + timedelta(start))
        ]
        assert [notice for notice in split if notice.day <= day("04-30")] == [notice for notice in found if notice.day <= day("05-01")]
        return [(notice.kind, f"{notice.day:%m-%d}") for notice in found if notice.rule in ("due_on", "soon") and notice.kind in kinds]

    def test_an_extension_takes_the_old_day_away(self) -> None:
        given = task(extensions=(extended("02-10", "02-25"),))
        assert self.told(KON_TUM, given, "due", "missed") == [("due", "02-25"), ("missed", "02-26")]

    def test_nothing_done_on_a_day_takes_away_a_notice_of_that_day(self) -> None:
        given = task(extensions=(extended("02-12", "02-25"),))
        assert self.told(KON_TUM, given, "due", "missed") == [("due", "02-12"), ("due", "02-25"), ("missed", "02-26")]
        given = task(extensions=(extended("02-13", "02-25"),))
        assert self.told(KON_TUM, given, "due", "missed") == [("due", "02-12"), ("missed", "02-13"), ("due", "02-25"), ("missed", "02-26")]

    def test_a_day_that_had_passed_is_not_told_of(self, tmp_path: Path) -> None:
        given = task(extensions=(extended("02-24", "02-13"),))
        assert self.told(house(tmp_path, REMINDED), given, "due", "missed", "reminder") == [
            ("reminder", "02-10"),
            ("due", "02-12"),
            ("missed", "02-13"),
        ]

    def test_an_extension_reminds_anew(self, tmp_path: Path) -> None:
        given = task(extensions=(extended("02-11", "02-13"),))
        assert self.told(house(tmp_path, REMINDED), given, "due", "reminder") == [("reminder", "02-10"), ("reminder", "02-11"), ("due", "02-13")]

    def test_a_suspension_moves_them(self, tmp_path: Path) -> None:
        given = task(suspensions=(stopped("02-09", "02-11"),))  # three days: 13, 23, 24 February
        found = self.told(house(tmp_path, REMINDED), given, "due", "missed", "reminder")
        assert found == [("reminder", "02-13"), ("due", "02-24"), ("missed", "02-25")]

    @pytest.mark.parametrize(
        ("due_on", "since", "until", "expected"),
        [
            # Saturday 14 to Wednesday 18: three working days (16, 17, 18) after a Saturday are the 18th itself
            (14, 14, 18, [("reminder", 12), ("due", 18), ("missed", 19), ("opens", 19), ("opens", 19)]),
            # Thursday 5 to Friday 13: seven (5, 6, 9 to 13) after the 5th are Monday 16; two before that is Thursday 12, when time still stood still
            (5, 5, 13, [("reminder", 3), ("due", 16), ("missed", 17), ("opens", 17), ("opens", 17)]),
            # Two working days before Monday 9 is Thursday 5, from which time stands still: Monday 9 and seven are Wednesday 18, two before the 16th
            (9, 5, 13, [("reminder", 16), ("due", 18), ("missed", 19), ("opens", 19), ("opens", 19)]),
            # The same from Friday 6: reminded of on the 5th; Monday 9 and six are Tuesday 17, and on Friday 13 nobody is reminded once more
            (9, 6, 13, [("reminder", 5), ("due", 17), ("missed", 18), ("opens", 18), ("opens", 18)]),
            # Time that stands still from the day after the last day changes nothing
            (9, 10, 13, [("reminder", 5), ("due", 9), ("missed", 10), ("opens", 10), ("opens", 10)]),
            # It still stands still
            (9, 6, None, [("reminder", 5)]),
        ],
    )
    def test_a_suspension_tells_of_nothing_twice(
        self, tmp_path: Path, due_on: int, since: int, until: int | None, expected: list[tuple[str, int]]
    ) -> None:
        """November 2026: 7 and 8, 14 and 15, 21 and 22 are weekends. Kon Tum's Điều 8 khoản 2 and Điều 9 khoản 3 open the day after the due day."""
        rules, until_on = house(tmp_path, REMINDED), None if until is None else date(2026, 11, until)
        given = Task(
            id="T",
            assigned_on=date(2026, 10, 26),
            due_on=date(2026, 11, due_on),
            transferred_on=date(2026, 10, 26),
            suspensions=(Suspension(since=date(2026, 11, since), until=until_on),),
        )
        found = [notice for notice in rules.notices([given], date(2026, 10, 31), date(2026, 11, 30)) if notice.task_id]
        assert [(notice.kind, notice.day.day) for notice in found if notice.rule != "transfer"] == expected
        each_day = (date(2026, 10, 31) + timedelta(number) for number in range(30))
        assert found == [notice for day in each_day for notice in rules.notices([given], day, day + timedelta(1)) if notice.task_id]

    def test_while_one_runs_nothing_falls_due(self, tmp_path: Path) -> None:
        assert self.told(house(tmp_path), task(suspensions=(stopped("02-11", None),)), "due", "missed") == []

    def test_escalations_go_by_it(self) -> None:
        found = KON_TUM.notices([task(extensions=(extended("02-10", "02-25"),))], day("01-01"), day("04-30"))
        assert {notice.day for notice in found if notice.kind == "opens"} == {day("02-26")}


class TestTimeline:
    def test_an_extension_turns_the_status_back(self) -> None:
        flips = [flip for flip in KON_TUM.timeline(task(extensions=(extended("02-24", "02-27"),))).flips if flip.what == "status"]
        assert [(flip.day, flip.after) for flip in flips] == [
            (day("02-02"), "not_done_in_time"),
            (day("02-13"), "not_done_overdue"),
            (day("02-24"), "not_done_in_time"),
            (day("02-28"), "not_done_overdue"),
        ]
        assert flips[2].reason.en == "the due day is now 2026-02-27"

    def test_a_suspension_not_provided_for_is_told_of(self) -> None:
        flips = KON_TUM.timeline(task(suspensions=(stopped("02-10", "02-11"),))).flips
        assert [(flip.day, flip.reason.en) for flip in flips if flip.after == "suspension-not-provided"] == [
            (day("02-10"), "suspended from 2026-02-10")
        ]

    def test_a_suspension_moves_the_flip(self, tmp_path: Path) -> None:
        flips = house(tmp_path).timeline(task(suspensions=(stopped("02-10", "02-11"),))).flips
        assert [flip.day for flip in flips if flip.after == "not_done_overdue"] == [day("02-24")]

    def test_one_without_an_end_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(errors.TaskError, match="the one from 2026-02-10 has no end, so its days would move the due day for ever"):
            house(tmp_path).timeline(task(suspensions=(stopped("02-10", None),)))


LINES = """{"id": "A", "due_on": "2026-02-12", "extensions": [{"granted_on": "2026-02-10", "due_on": "2026-02-25"}]}
{"id": "B", "due_on": "2026-02-12", "suspensions": [{"since": "2026-02-10"}]}
"""


def test_jsonl_has_them() -> None:
    rows = list(read_table(io.BytesIO(LINES.encode()), "tasks.jsonl", "jsonl").rows)
    assert [row.error for row in rows] == [None] * 2
    assert rows[0].task is not None
    assert rows[0].task.extensions == (extended("02-10", "02-25"),)


def test_the_names_are_public() -> None:
    assert dr.Extension is Extension
    assert dr.Suspension is Suspension
