"""Column names and cell values as people write them in their sheets, taken to the fields of a Task.

Names are matched whatever the case, the Unicode form (NFC, NFD) or missing diacritics: `Ngày giao`, `ngay giao` and
`assigned_on` are one column. Values that could mean two things are refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Final

from .days import as_day
from .errors import DayError, TaskError
from .text import has_half_character, normalized, shown

DAY_FIELDS: Final = (
    "issued_on",
    "assigned_on",
    "received_on",
    "transferred_on",
    "reviewed_on",
    "due_on",
    "started_on",
    "status_updated_on",
    "completed_on",
    "returned_on",
    "feedback_received_on",
    "urged_on",
    "inspection_ended_on",
    "inspection_reported_on",
    "difficulty_on",
    "unsatisfactory_on",
)
YES_NO_FIELDS: Final = ("urgent", "complex", "routine")
RECORD_FIELDS: Final = (
    "document_title",
    "document_number",
    "summary",
    "content",
    "issuing_body",
    "signed_by",
    "submitted_by",
    "lead_unit",
    "supporting_units",
    "tracked_by",
    "overdue_reason",
)

# Lists of objects, and the days in each; a cell of csv or xlsx cannot hold one.
LIST_FIELDS: Final = {"extensions": ("granted_on", "due_on"), "suspensions": ("since", "until")}

LONGEST_ID: Final = 200
LONGEST_TEXT: Final = 20_000

# The first name of a field is the one shown to people; of several `id` columns in one sheet the first named here counts.
COLUMN_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "id": ("mã", "mã nhiệm vụ", "số", "stt"),
    "issued_on": ("ngày ban hành", "ngày ban hành văn bản"),
    "assigned_on": ("ngày giao", "ngày giao việc"),
    "received_on": ("ngày nhận", "ngày đến"),
    "transferred_on": ("ngày chuyển",),
    "reviewed_on": ("ngày rà soát",),
    "due_on": ("thời hạn", "hạn xử lý", "hạn hoàn thành", "hạn"),
    "started_on": ("ngày bắt đầu",),
    "status_updated_on": ("ngày cập nhật",),
    "completed_on": ("ngày hoàn thành",),
    "returned_on": ("ngày trả lại",),
    "feedback_received_on": ("ngày phản hồi",),
    "urged_on": ("ngày đôn đốc",),
    "inspection_ended_on": ("ngày kết thúc kiểm tra",),
    "inspection_reported_on": ("ngày báo cáo kiểm tra",),
    "difficulty_on": ("ngày vướng mắc",),
    "unsatisfactory_on": ("ngày chưa đạt yêu cầu",),
    "secrecy": ("độ mật",),
    "urgent": ("đột xuất", "khẩn"),
    "complex": ("phức tạp",),
    "routine": ("thường xuyên",),
    "assigned_by": ("cơ quan giao", "người giao"),
    "document_title": ("tên văn bản",),
    "document_number": ("số, ký hiệu", "số hiệu", "số văn bản", "số và ký hiệu"),
    "summary": ("trích yếu",),
    "content": ("nội dung", "nội dung nhiệm vụ", "tóm tắt nội dung"),
    "issuing_body": ("cơ quan ban hành",),
    "signed_by": ("người ký",),
    "submitted_by": ("cơ quan trình", "đơn vị trình"),
    "lead_unit": ("đơn vị chủ trì", "cơ quan chủ trì", "đơn vị được giao", "đơn vị thực hiện"),
    "supporting_units": ("đơn vị phối hợp", "cơ quan phối hợp"),
    "tracked_by": ("chuyên viên theo dõi", "người theo dõi"),
    "overdue_reason": ("nguyên nhân", "nguyên nhân quá hạn", "lý do quá hạn"),
    "extensions": (),
    "suspensions": (),
}

_YES: Final = frozenset({"co", "x", "true", "1", "yes"})
_NO: Final = frozenset({"khong", "false", "0", "no", ""})
_SECRECY: Final = {
    "": "normal",
    "normal": "normal",
    "thuong": "normal",
    "mat": "mật",
    "toi mat": "tối mật",
    "tuyet mat": "tuyệt mật",
}
_ASSIGNED_BY: Final = {
    "": "superior",
    "superior": "superior",
    "ubnd tinh": "superior",
    "uy ban nhan dan tinh": "superior",
    "chu tich ubnd tinh": "superior",
    "pho chu tich ubnd tinh": "superior",
    "chinh phu": "superior",
    "thu tuong chinh phu": "superior",
    "pho thu tuong chinh phu": "superior",
    "chair": "chair",
    "giam doc so": "chair",
    "pho giam doc so": "chair",
}

_LONGEST_GRADE: Final = 40
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def fold(text: str) -> str:
    """Text without case, diacritics or punctuation, words one space apart.

    >>> fold(" Ngày  giao "), fold("assigned_on"), fold("Số, ký hiệu")
    ('ngay giao', 'assigned on', 'so ky hieu')
    """
    return " ".join("".join(c if c.isalnum() else " " for c in _plain(text)).split())


def _plain(text: str) -> str:
    """Text without case and diacritics; its signs stay, so that `?` or `-1` is not taken for an empty cell or for 1."""
    letters = normalized("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())


@cache
def _folded_names() -> dict[str, tuple[str, int]]:
    names: dict[str, tuple[str, int]] = {}
    for field, columns in COLUMN_NAMES.items():
        for rank, column in enumerate((field, *columns)):
            names[fold(column)] = (field, rank)
    return names


def field_of(column: str) -> str | None:
    """The field of a Task that a column name means, or None.

    >>> field_of("NGÀY GIAO"), field_of("han xu ly"), field_of("ghi chú")
    ('assigned_on', 'due_on', None)
    """
    known = _folded_names().get(fold(column))
    return known[0] if known else None


def column_rank(column: str) -> int:
    """How well a column name is liked for its field: 0 is best. For sheets that have both `mã` and `stt`."""
    return _folded_names()[fold(column)][1]


def read_value(field: str, value: object) -> object:
    """The value of a cell, as the Task's `field` takes it; None where the cell is empty.

    Raises:
        TaskError: the cell cannot be read as that field; the message never repeats record text.
    """
    if value is None or (isinstance(value, float) and value != value):  # NaN: an empty cell of a data frame
        return None
    if field in DAY_FIELDS:
        return _read_day(field, value)
    if field in LIST_FIELDS:
        return _read_list(field, value)
    text = _text(field, value)
    if field in YES_NO_FIELDS:
        return _one_of(field, text, {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}, "có, không, x, 1, 0 or leave it empty")
    if field == "secrecy":
        return _one_of(field, text, _SECRECY, "thường, mật, tối mật, tuyệt mật or leave it empty")
    if field == "assigned_by":
        return _one_of(field, text, _ASSIGNED_BY, "UBND tỉnh, Chủ tịch UBND tỉnh, Giám đốc Sở, Phó Giám đốc Sở, superior or chair")
    return text or None


def plain_cell(value: object) -> object:
    """A cell as the readers of tables take it: midnight without a zone is how frames keep a plain date."""
    if isinstance(value, datetime) and value.tzinfo is None and value == value.replace(hour=0, minute=0, second=0, microsecond=0):
        return value.date()
    return value


def names_secrecy(cells: Iterable[object]) -> bool:
    """Whether a cell of a row is a degree of secrecy, even in a wrong column."""
    return any(isinstance(cell, str) and len(cell) <= _LONGEST_GRADE and _SECRECY.get(fold(cell), "normal") != "normal" for cell in cells)


def discreet(error: TaskError) -> TaskError:
    """The same error without the cell's content."""
    where = f"{error.field}: " if error.field else ""
    return TaskError(f"{where}the cell cannot be read; its content is not shown, since the row names a degree of secrecy.", field=error.field)


def _text(field: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # sheets keep whole numbers as floats
    if isinstance(value, int) and abs(value) >= 10**40:
        raise TaskError(f"{field}: the number is too large; give text.", field=field)
    if isinstance(value, (str, int)):
        text = normalized("NFC", str(value)).strip()
        if has_half_character(text):
            raise TaskError(f"{field}: the text holds half a character (a lone surrogate); write it anew.", field=field)
        return text
    raise TaskError(f"{field}: a {type(value).__name__} cannot be read; give text.", field=field)


def _one_of(field: str, text: str, meanings: Mapping[str, object], mend: str) -> object:
    try:
        return meanings[_plain(text)]
    except KeyError:
        raise TaskError(f"{field}: {_short(text)} is not known; write {mend}.", field=field) from None


def _read_day(field: str, value: object) -> date | None:
    if isinstance(value, (date, datetime)):
        try:
            return as_day(value, field)
        except DayError as error:
            raise TaskError(str(error), field=field) from None
    if not isinstance(value, str):
        raise TaskError(f"{field}: {_short(shown(value))} is not a day; write it as 20/11/2026 or 2026-11-20.", field=field)
    text = value.strip()
    if not text:
        return None
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
    else:
        raise TaskError(
            f"{field}: {_short(text)} is not a day; write it as 20/11/2026, 20-11-2026 or 2026-11-20 (day before month, year in four digits).",
            field=field,
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise TaskError(f"{field}: {_short(text)} is no day of the calendar; correct the day or the month.", field=field) from None


def _read_list(field: str, value: object) -> tuple[object, ...] | None:
    """A list of objects, the days in them read; None where it is empty."""
    if isinstance(value, str) and not value.strip():
        return None
    if not isinstance(value, (list, tuple)):
        raise TaskError(f"{field}: a plain cell cannot hold them; give a list of objects, in jsonl or parquet say.", field=field)
    days = LIST_FIELDS[field]
    return (
        tuple(
            {key: _read_day(field, cell) if key in days and cell is not None else cell for key, cell in item.items()}
            if isinstance(item, Mapping)
            else item
            for item in value
        )
        or None
    )


def _short(text: str) -> str:
    """A value for a message: bounded, so that one cell cannot flood a terminal."""
    return repr(text if len(text) <= 40 else text[:37] + "…")
