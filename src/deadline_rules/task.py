"""Task: what the host knows of one task. Facts only; nothing here is law.

Days are days in Asia/Ho_Chi_Minh. Only `id` is required: a day that is not known stays None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, FailFast, Field, ValidationError, model_validator

from .columns import (
    COLUMN_NAMES,
    LIST_FIELDS,
    LONGEST_ID,
    RECORD_FIELDS,
    column_rank,
    discreet,
    field_of,
    names_secrecy,
    read_value,
)
from .errors import TaskError, nearest
from .fields import Day, KnownDay, Refusing, Text, as_tuple, composed, task_error, whole_characters
from .text import shown

Secrecy = Literal["normal", "mật", "tối mật", "tuyệt mật"]
AssignedBy = Literal["superior", "chair"]


class Extension(BaseModel, metaclass=Refusing):
    """More time: from `granted_on` on the task is due on `due_on`, that day included, which is later than it was due before.

    `by` and `document` say who granted it and where.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    granted_on: KnownDay
    due_on: KnownDay
    by: Text = None
    document: Text = None


class Suspension(BaseModel, metaclass=Refusing):
    """Stopped time: from `since` to `until`, both days included; without `until` it still runs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    since: KnownDay
    until: Day = None
    reason: Text = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise TaskError(f"suspensions: until {self.until} lies before since {self.since}; correct one of the two.", field="suspensions")
        return self


def _each_granted_on_its_day(extensions: tuple[Extension, ...]) -> tuple[Extension, ...]:
    """The extensions by the day they were granted."""
    ordered = tuple(sorted(extensions, key=lambda extension: extension.granted_on))
    for one, other in pairwise(ordered):
        if one.granted_on == other.granted_on:
            raise TaskError(f"extensions: two are granted on {one.granted_on}; keep the one that counts.", field="extensions")
    return ordered


def _one_at_a_time(suspensions: tuple[Suspension, ...]) -> tuple[Suspension, ...]:
    """The suspensions by the day they begin."""
    ordered = tuple(sorted(suspensions, key=lambda suspension: suspension.since))
    for one, other in pairwise(ordered):
        if one.until is None or other.since <= one.until:
            ends = f"to {one.until}" if one.until else "on, without an end"
            raise TaskError(
                f"suspensions: one runs from {one.since} {ends}, the next begins on {other.since}; let each end before the next.",
                field="suspensions",
            )
    return ordered


class Task(BaseModel, metaclass=Refusing):
    """One task, as the host knows it. Immutable.

    Days are `datetime.date` (a date-time with a time zone is taken to its day in Asia/Ho_Chi_Minh; one without is refused).
    `due_on` is the task's time limit as it was first set, that day included; absent means no time limit; where the text that assigns the task
    gives a day to submit and a day to finish, it is the earlier. `extensions` and `suspensions` say what became of it since. The record
    fields (`summary`, `content`, …) are only looked at for whether they are there.

    Raises:
        TaskError: a field is unknown or of the wrong type, a day lies outside 1990-2100, the task is due or completed
            before it was assigned, two extensions are granted on one day or one gives no more time, or two suspensions run at once.

    >>> from datetime import date
    >>> Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16)).due_on
    datetime.date(2026, 11, 16)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    id: Annotated[str, BeforeValidator(composed), Field(min_length=1, max_length=LONGEST_ID), AfterValidator(whole_characters)]

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

    secrecy: Annotated[Secrecy, BeforeValidator(composed)] = "normal"
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

    extensions: Annotated[tuple[Extension, ...], FailFast(), BeforeValidator(as_tuple), AfterValidator(_each_granted_on_its_day)] = ()
    suspensions: Annotated[tuple[Suspension, ...], FailFast(), BeforeValidator(as_tuple), AfterValidator(_one_at_a_time)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        assigned = self.assigned_on
        if self.extensions and self.due_on is None:
            raise TaskError("extensions: there is no due_on to extend; give the due day as it was first set.", field="extensions")
        if assigned is not None:
            for field, day in (("due_on", self.due_on), ("completed_on", self.completed_on)):
                if day is not None and day < assigned:
                    raise TaskError(f"{field}: {day} lies before assigned_on {assigned}; correct one of the two.", field=field)
        due_on = self.due_on
        for extension in self.extensions:
            if due_on is not None and extension.due_on <= due_on:
                raise TaskError(
                    f"extensions: due_on {extension.due_on}, granted on {extension.granted_on}, is not later than {due_on}, which it extends; "
                    "correct the day. Less time is no extension: then change due_on itself.",
                    field="extensions",
                )
            due_on = extension.due_on
        return self

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """As pydantic's, raising TaskError."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise task_error(error) from None

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """As pydantic's, raising TaskError. Days are written YYYY-MM-DD."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            raise task_error(error) from None

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
            raise TaskError(f"column {shown(strange[0])} is not text; a record has a column name for every value.")
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
            if value is None or value is False or value == ():
                continue
            yield field, "(not shown)" if self.secrecy != "normal" and (field in RECORD_FIELDS or field in LIST_FIELDS) else value


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
