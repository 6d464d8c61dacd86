"""Task: what the host knows of one task. Facts only; nothing here is law.

Days are days in Asia/Ho_Chi_Minh. Only `id` is required: a day that is not known stays None.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo, model_validator

from .columns import COLUMN_NAMES, LONGEST_ID, LONGEST_TEXT, RECORD_FIELDS, column_rank, discreet, field_of, names_secrecy, read_value
from .days import FIRST_DAY, LAST_DAY, as_day, read_day
from .errors import TaskError, nearest

Secrecy = Literal["normal", "mật", "tối mật", "tuyệt mật"]
AssignedBy = Literal["superior", "chair"]


def _moved_to_vietnam(value: object, info: ValidationInfo) -> object:
    if isinstance(value, datetime):
        return as_day(value)
    # In JSON a day cannot be anything but text; in Python text may be a mistake, and pydantic's strictness refuses it.
    return read_day(value) if info.mode == "json" and isinstance(value, str) else value


def _whole_characters(text: str) -> str:
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("the text holds half a character (a lone surrogate); write it anew")
    return text


def _within_horizon(day: date | None) -> date | None:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{day} lies outside 1990-2100, the years the calendar knows; correct the year")
    return day


def _composed(value: object) -> object:
    """Text in one Unicode form, so that `mật` typed on one system equals `mật` typed on another."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(_moved_to_vietnam), AfterValidator(_within_horizon)]
Text = Annotated[str | None, Field(max_length=LONGEST_TEXT)]


class _Refusing(type(BaseModel)):  # type: ignore[misc]  # pydantic gives its metaclass no public name
    """Makes `Task(…)` raise TaskError, without an `__init__` of our own, through which JSON would lose its strictness."""

    def __call__(cls, *values: Any, **facts: Any) -> Any:
        try:
            return super().__call__(*values, **facts)
        except ValidationError as error:
            raise _task_error(error) from None


class Task(BaseModel, metaclass=_Refusing):
    """One task, as the host knows it. Immutable.

    Days are `datetime.date` (a date-time with a time zone is taken to its day in Asia/Ho_Chi_Minh; one without is refused).
    `due_on` is the task's time limit, that day included; absent means no time limit; where the text that assigns the task
    gives a day to submit and a day to finish, it is the earlier. The record fields (`summary`, `content`, …) are only looked at for
    whether they are there.

    Raises:
        TaskError: a field is unknown or of the wrong type, a day lies outside 1990-2100, or the task is due or completed
            before it was assigned.

    >>> Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16)).due_on
    datetime.date(2026, 11, 16)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    id: Annotated[str, BeforeValidator(_composed), Field(min_length=1, max_length=LONGEST_ID), AfterValidator(_whole_characters)]

    issued_on: Day = None
    assigned_on: Day = None
    received_on: Day = None
    transferred_on: Day = None
    reviewed_on: Day = None
    due_on: Day = None
    started_on: Day = None
    status_updated_on: Day = None
    completed_on: Day = None
    returned_on: Day = None
    feedback_received_on: Day = None
    urged_on: Day = None
    inspection_ended_on: Day = None
    inspection_reported_on: Day = None
    difficulty_on: Day = None
    unsatisfactory_on: Day = None

    secrecy: Annotated[Secrecy, BeforeValidator(_composed)] = "normal"
    urgent: bool = False
    complex: bool = False
    routine: bool = False
    assigned_by: AssignedBy = "superior"

    document_title: Text = None
    document_number: Text = None
    summary: Text = None
    content: Text = None
    issuing_body: Text = None
    signed_by: Text = None
    submitted_by: Text = None
    lead_unit: Text = None
    supporting_units: Text = None
    tracked_by: Text = None
    overdue_reason: Text = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        assigned = self.assigned_on
        if assigned is not None:
            for field, day in (("due_on", self.due_on), ("completed_on", self.completed_on)):
                if day is not None and day < assigned:
                    raise TaskError(f"{field}: {day} lies before assigned_on {assigned}; correct one of the two.", field=field)
        return self

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """As pydantic's, raising TaskError."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise _task_error(error) from None

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """As pydantic's, raising TaskError. Days are written YYYY-MM-DD."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            raise _task_error(error) from None

    @classmethod
    def from_record(cls, record: Mapping[Any, object], *, unknown: Literal["raise", "ignore"] = "raise") -> Self:
        """The task of a row as people write it: Vietnamese or English column names, days as 20/11/2026 or 2026-11-20.

        `unknown` says what happens to a column that names no field.

        Raises:
            TaskError: a cell cannot be read, a column is unknown or two columns mean one field.

        >>> Task.from_record({"Mã": "T-01", "ngay giao": "02/11/2026", "Khẩn": "x"}).urgent
        True
        """
        if strange := [column for column in record if not isinstance(column, str)]:
            raise TaskError(f"column {strange[0]!r} is not text; a record has a column name for every value.")
        chosen, ignored = choose_columns(record)
        strangers = [column for column in ignored if field_of(column) is None]
        if strangers and unknown == "raise":
            names = (name for field, columns in COLUMN_NAMES.items() for name in (field, *columns))
            raise TaskError(f"column {strangers[0]!r} is not known{nearest(strangers[0].strip().lower(), names)}")
        try:
            return cls(**_facts({field: record[column] for field, column in chosen.items()}))
        except TaskError as error:
            raise (discreet(error) if names_secrecy(record.values()) else error) from None

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Only what is known; of a secret task never the record text."""
        for field, value in super().__repr_args__():
            if value is None or value is False:
                continue
            yield field, "(not shown)" if self.secrecy != "normal" and field in RECORD_FIELDS else value


def _facts(cells: Mapping[str, object]) -> dict[str, Any]:
    """The values of cells by field; empty cells are left out."""
    return {field: value for field, cell in cells.items() if (value := read_value(field, cell)) is not None}


def task_of_row(cells: Mapping[str, object]) -> Task:
    """The task of a table's row, its cells by field.

    Raises:
        TaskError: a cell cannot be read, or the row has no id.
    """
    facts = _facts(cells)
    if "id" not in facts:
        raise TaskError("id: every task needs one; fill the cell.", field="id")
    return Task(**facts)


def choose_columns(columns: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Which column gives which field, and the columns that give none.

    Of several columns for `id` the best named counts and the others are ignored.

    Raises:
        TaskError: two columns mean the same field.
    """
    chosen: dict[str, str] = {}
    ignored: list[str] = []
    for column in columns:
        field = field_of(column)
        if field is None:
            ignored.append(column)
        elif field not in chosen:
            chosen[field] = column
        elif field == "id":
            better, worse = sorted((chosen[field], column), key=column_rank)
            chosen[field] = better
            ignored.append(worse)
        else:
            raise TaskError(f"columns {chosen[field]!r} and {column!r} both mean {field}; keep one.", field=field)
    return chosen, ignored


def _task_error(error: ValidationError) -> TaskError:
    """The first thing wrong, as one sentence; record text and ids are never repeated."""
    first = error.errors(include_url=False, include_input=True)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, TaskError):
        return cause
    if first["type"] == "json_invalid":
        return TaskError(f'the text is not JSON: {cause}; write one object, such as {{"id": "T-01"}}.')
    field = str(first["loc"][0]) if first["loc"] else None
    kind, given = first["type"], first["input"]
    if kind == "extra_forbidden":
        return TaskError(f"{field}: a task has no such field{nearest(str(field), COLUMN_NAMES)}", field=field)
    if kind == "missing":
        return TaskError(f"{field}: every task needs one.", field=field)
    if cause is not None:
        return TaskError(f"{field}: {str(cause).removeprefix('the day: ').rstrip('.')}.", field=field)
    value = f"{type(given).__name__} " if field in RECORD_FIELDS or field == "id" or field is None else f"{str(given)[:40]!r} "
    mend = "; give a datetime.date, or use Task.from_record for text" if field and field.endswith("_on") and isinstance(given, str) else ""
    return TaskError(f"{field or 'task'}: {value}cannot be taken: {first['msg'][0].lower()}{first['msg'][1:]}{mend}.", field=field)
