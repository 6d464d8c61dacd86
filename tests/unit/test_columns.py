"""Column names and cell values, as people write them in their sheets."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from deadline_rules.columns import DAY_FIELDS, LIST_FIELDS, RECORD_FIELDS, YES_NO_FIELDS, column_rank, field_of, read_value
from deadline_rules.errors import TaskError
from deadline_rules.task import Task, choose_columns

# The table of the interface, copied by hand; the record fields as the texts' required information names them.
TABLE = {
    "id": ["mã", "mã nhiệm vụ", "số", "stt"],
    "issued_on": ["ngày ban hành"],
    "assigned_on": ["ngày giao", "ngày giao việc"],
    "received_on": ["ngày nhận", "ngày đến"],
    "transferred_on": ["ngày chuyển"],
    "reviewed_on": ["ngày rà soát"],
    "returned_on": ["ngày trả lại"],
    "due_on": ["thời hạn", "hạn xử lý", "hạn hoàn thành", "hạn"],
    "started_on": ["ngày bắt đầu"],
    "status_updated_on": ["ngày cập nhật"],
    "completed_on": ["ngày hoàn thành"],
    "feedback_received_on": ["ngày phản hồi"],
    "urged_on": ["ngày đôn đốc"],
    "inspection_ended_on": ["ngày kết thúc kiểm tra"],
    "inspection_reported_on": ["ngày báo cáo kiểm tra"],
    "secrecy": ["độ mật"],
    "urgent": ["đột xuất", "khẩn"],
    "complex": ["phức tạp"],
    "routine": ["thường xuyên"],
    "assigned_by": ["cơ quan giao", "người giao"],
    "difficulty_on": ["ngày vướng mắc"],
    "unsatisfactory_on": ["ngày chưa đạt yêu cầu"],
    "document_number": ["số, ký hiệu"],
    "document_title": ["tên văn bản"],
    "summary": ["trích yếu"],
    "content": ["nội dung"],
    "issuing_body": ["cơ quan ban hành"],
    "signed_by": ["người ký"],
    "submitted_by": ["cơ quan trình"],
    "lead_unit": ["đơn vị chủ trì"],
    "supporting_units": ["đơn vị phối hợp"],
    "tracked_by": ["chuyên viên theo dõi"],
    "overdue_reason": ["nguyên nhân"],
}
NAMES = [(field, name) for field, names in TABLE.items() for name in (field, *names)]


def plain(text: str) -> str:
    """Without diacritics, as typed on a keyboard that has none."""
    text = text.replace("đ", "d").replace("Đ", "D")
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode("ascii")


FORMS: dict[str, Callable[[str], str]] = {
    "as written": str,
    "upper": str.upper,
    "capitalised": str.capitalize,
    "NFC": lambda text: unicodedata.normalize("NFC", text),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "NFD upper": lambda text: unicodedata.normalize("NFD", text.upper()),
    "plain": plain,
    "plain upper": lambda text: plain(text).upper(),
    "spaced": lambda text: f"  {text.replace(' ', '   ')} ",
    "underscored": lambda text: text.replace(" ", "_"),
}


class TestNames:
    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(("field", "name"), NAMES)
    def test_every_name_in_every_form(self, field: str, name: str, form: str) -> None:
        assert field_of(FORMS[form](name)) == field

    def test_every_field_of_a_task_has_a_name(self) -> None:
        assert set(TABLE) == set(Task.model_fields) - set(LIST_FIELDS)  # no cell can hold a list

    @pytest.mark.parametrize("name", ["", " ", "ghi chú", "ngày", "ngày giao 2", "hạn chót", "độ khẩn", "người", "assigned", "task_id"])
    def test_other_names_mean_no_field(self, name: str) -> None:
        assert field_of(name) is None

    def test_the_first_name_of_the_id_ranks_best(self) -> None:
        ranks = [column_rank(name) for name in ("id", *TABLE["id"])]
        assert ranks == sorted(set(ranks))


class TestChoice:
    @pytest.mark.parametrize(
        ("columns", "chosen"),
        [
            (["STT", "Mã nhiệm vụ"], "Mã nhiệm vụ"),
            (["Mã nhiệm vụ", "STT"], "Mã nhiệm vụ"),
            (["stt", "số"], "số"),
            (["số", "mã nhiệm vụ", "mã", "stt"], "mã"),
        ],
    )
    def test_of_several_id_columns_the_best_named_counts(self, columns: list[str], chosen: str) -> None:
        picked, ignored = choose_columns(columns)
        assert picked == {"id": chosen}
        assert sorted(ignored) == sorted(set(columns) - {chosen})

    @pytest.mark.parametrize(
        ("first", "second", "field"),
        [
            ("Ngày giao", "ngay giao viec", "assigned_on"),
            ("Hạn xử lý", "Thời hạn", "due_on"),
            ("Đột xuất", "Khẩn", "urgent"),
            ("Nội dung", unicodedata.normalize("NFD", "Nội dung"), "content"),
            ("due_on", "hạn", "due_on"),
        ],
    )
    def test_two_columns_for_one_field_are_refused_with_both_named(self, first: str, second: str, field: str) -> None:
        with pytest.raises(TaskError) as caught:
            choose_columns(["Mã", first, second])
        assert caught.value.field == field
        assert str(caught.value) == f"columns {first!r} and {second!r} both mean {field}; keep one."

    def test_columns_that_mean_nothing_are_given_back(self) -> None:
        assert choose_columns(["Mã", "Ghi chú", ""]) == ({"id": "Mã"}, ["Ghi chú", ""])


class TestDays:
    @pytest.mark.parametrize(
        ("cell", "day"),
        [
            ("20/11/2026", date(2026, 11, 20)),
            ("20-11-2026", date(2026, 11, 20)),
            ("2026-11-20", date(2026, 11, 20)),
            ("  20/11/2026 ", date(2026, 11, 20)),
            ("05/01/2026", date(2026, 1, 5)),  # day before month
            ("5/1/2026", date(2026, 1, 5)),
            ("29/02/2024", date(2024, 2, 29)),
            (date(2026, 11, 20), date(2026, 11, 20)),
            (datetime(2026, 11, 20, 17, tzinfo=UTC), date(2026, 11, 21)),
            ("", None),
            ("   ", None),
            (None, None),
            (float("nan"), None),
        ],
    )
    @pytest.mark.parametrize("field", DAY_FIELDS)
    def test_read(self, field: str, cell: object, day: date | None) -> None:
        assert read_value(field, cell) == day

    @pytest.mark.parametrize(
        "cell",
        [
            "20/11/26",
            "20.11.2026",
            "2026/11/20",
            "20/11-2026",
            "2026-1-5",
            "20112026",
            "ngày mai",
            "20/11/2026 08:00",
            "2026-11-20T00:00:00",
            "20 tháng 11 năm 2026",
            "２０/11/2026",
            "1/2",
            46000,
            46000.0,
            True,
        ],
    )
    def test_other_forms_are_refused(self, cell: object) -> None:
        with pytest.raises(TaskError, match=r"^due_on: .* is not a day; write it as 20/11/2026.*2026-11-20") as caught:
            read_value("due_on", cell)
        assert caught.value.field == "due_on"

    @pytest.mark.parametrize("cell", ["11/20/2026", "31/11/2026", "29/02/2026", "2026-02-30", "00/01/2026", "2026-13-01", "0000-01-01"])
    def test_days_that_do_not_exist_are_refused(self, cell: str) -> None:
        with pytest.raises(TaskError, match=r"^due_on: .* is no day of the calendar; correct the day or the month\.$") as caught:
            read_value("due_on", cell)
        assert caught.value.field == "due_on"

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(TaskError, match=r"^due_on: .*; give a date or a date-time with a zone\.$") as caught:
            read_value("due_on", datetime(2026, 11, 20))  # noqa: DTZ001  # the zone is missing on purpose
        assert caught.value.field == "due_on"

    def test_a_long_cell_does_not_flood_the_message(self) -> None:
        with pytest.raises(TaskError) as caught:
            read_value("due_on", "x" * 10_000)
        assert len(str(caught.value)) < 250


class TestYesNo:
    @pytest.mark.parametrize("cell", ["có", "Có", "CÓ", unicodedata.normalize("NFD", "có"), "co", "x", "X", " x ", "true", "TRUE", "1", 1, 1.0, True])
    @pytest.mark.parametrize("field", YES_NO_FIELDS)
    def test_yes(self, field: str, cell: object) -> None:
        assert read_value(field, cell) is True

    @pytest.mark.parametrize(
        "cell", ["không", "Không", unicodedata.normalize("NFD", "không"), "khong", "false", "FALSE", "0", 0, 0.0, False, "", "  "]
    )
    @pytest.mark.parametrize("field", YES_NO_FIELDS)
    def test_no(self, field: str, cell: object) -> None:
        assert read_value(field, cell) is False

    def test_nothing(self) -> None:
        assert read_value("urgent", None) is read_value("urgent", float("nan")) is None

    @pytest.mark.parametrize("cell", ["có lẽ", "rất khẩn", "2", 2, "xx", "y"])
    @pytest.mark.parametrize("field", YES_NO_FIELDS)
    def test_other_values_are_refused(self, field: str, cell: object) -> None:
        with pytest.raises(TaskError, match=rf"^{field}: .* is not known; write có, không, x, 1, 0 or leave it empty\.$") as caught:
            read_value(field, cell)
        assert caught.value.field == field

    def test_a_number_that_is_neither_is_refused(self) -> None:
        with pytest.raises(TaskError, match=r"^urgent: a float cannot be read; give text\.$"):
            read_value("urgent", 0.5)


class TestSecrecy:
    @pytest.mark.parametrize(
        ("written", "meaning"),
        [
            ("", "normal"),
            ("  ", "normal"),
            ("thường", "normal"),
            ("normal", "normal"),
            ("mật", "mật"),
            ("tối mật", "tối mật"),
            ("tuyệt mật", "tuyệt mật"),
        ],
    )
    @pytest.mark.parametrize("form", ["as written", "upper", "capitalised", "NFC", "NFD", "NFD upper", "plain", "spaced"])
    def test_every_grade_in_every_form(self, written: str, meaning: str, form: str) -> None:
        assert read_value("secrecy", FORMS[form](written)) == meaning

    @pytest.mark.parametrize("cell", ["bí mật", "mật?x", "hỏa tốc", "A", 1, "rất mật"])
    def test_other_grades_are_refused(self, cell: object) -> None:
        with pytest.raises(TaskError, match=r"^secrecy: .*; write thường, mật, tối mật, tuyệt mật or leave it empty\.$") as caught:
            read_value("secrecy", cell)
        assert caught.value.field == "secrecy"


class TestAssignedBy:
    @pytest.mark.parametrize(
        ("written", "meaning"),
        [
            ("UBND tỉnh", "superior"),
            ("Chủ tịch UBND tỉnh", "superior"),
            ("superior", "superior"),
            ("", "superior"),
            ("Giám đốc Sở", "chair"),
            ("Phó Giám đốc Sở", "chair"),
            ("chair", "chair"),
        ],
    )
    @pytest.mark.parametrize("form", ["as written", "upper", "NFC", "NFD", "plain", "spaced"])
    def test_every_name_in_every_form(self, written: str, meaning: str, form: str) -> None:
        assert read_value("assigned_by", FORMS[form](written)) == meaning

    @pytest.mark.parametrize("cell", ["UBND", "Giám đốc", "Sở", "UBND huyện", 1])
    def test_other_names_are_refused(self, cell: object) -> None:
        with pytest.raises(TaskError, match=r"^assigned_by: .* is not known; write UBND tỉnh, .* or chair\.$") as caught:
            read_value("assigned_by", cell)
        assert caught.value.field == "assigned_by"


@pytest.mark.parametrize("cell", ["?", "-", "***", "✓", "☑", "…"])
@pytest.mark.parametrize("field", ["secrecy", "urgent", "complex", "routine", "assigned_by"])
def test_a_sign_is_not_an_empty_cell(field: str, cell: str) -> None:
    """A tick is no `không`, and `?` is no `thường`: what could mean two things is refused."""
    with pytest.raises(TaskError, match=rf"^{field}: "):
        read_value(field, cell)


@pytest.mark.parametrize("field", YES_NO_FIELDS)
def test_minus_one_is_no_yes(field: str) -> None:
    with pytest.raises(TaskError, match=rf"^{field}: "):
        read_value(field, "-1")


class TestText:
    @pytest.mark.parametrize("field", ["id", *RECORD_FIELDS])
    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            ("  Kiểm tra  ", "Kiểm tra"),
            (unicodedata.normalize("NFD", "Kiểm tra"), "Kiểm tra"),
            (12, "12"),
            (12.0, "12"),  # sheets keep whole numbers as floats
            ("dòng một\ndòng hai", "dòng một\ndòng hai"),
            ("", None),
            (" \n", None),
            (None, None),
            (float("nan"), None),
        ],
    )
    def test_read(self, field: str, cell: object, text: str | None) -> None:
        assert read_value(field, cell) == text

    @pytest.mark.parametrize("cell", [["bí mật quân sự"], b"b\xc3\xad m\xe1\xba\xadt", {"bí mật quân sự": 1}, date(2026, 11, 20), 1.5])
    def test_other_kinds_are_refused_without_repeating_them(self, cell: object) -> None:
        with pytest.raises(TaskError) as caught:
            read_value("content", cell)
        assert caught.value.field == "content"
        assert str(caught.value) == f"content: a {type(cell).__name__} cannot be read; give text."
