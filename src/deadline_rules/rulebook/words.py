"""The small vocabulary of rule files: labels, citations, conditions, readings."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, model_validator

from ..columns import DAY_FIELDS, RECORD_FIELDS
from ..files.typed import Bilingual, Listed, Model, OneOrMany, YesNo

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE = re.compile(r"[a-z][a-z0-9]*([_.-][a-z0-9]+)*")
_CITE = re.compile(
    r"((Quyết định|Nghị quyết|Thông báo|Phụ lục)( [^,]+)?, )?Điều [0-9]{1,3}[a-z]?( khoản [0-9]{1,3}[a-z]?)?"
    r"( điểm [abcdđeghiklmnopqrstuvxy])?( đoạn ([0-9]+|cuối))?"
)


def _matches(pattern: re.Pattern[str], what: str) -> Any:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"{value[:60]!r} is not {what}")
        return value

    return AfterValidator(check)


def _field_of(fields: tuple[str, ...], what: str) -> Any:
    def check(value: str) -> str:
        if value not in fields:
            raise ValueError(f"{value[:40]!r} is not {what}; the fields are {', '.join(fields)}")
        return value

    return AfterValidator(check)


Id = Annotated[str, _matches(_ID, "an id: lower-case letters, digits and hyphens, such as unit-month")]
Code = Annotated[str, _matches(_CODE, "a code: lower-case letters, digits, hyphens, dots or underscores")]
Cite = Annotated[str, _matches(_CITE, "a citation; write it as 'Điều 6 khoản 1 điểm b' or 'Quyết định, Điều 2'")]
DayField = Annotated[str, _field_of(DAY_FIELDS, "a day of a task")]
EVENT_FIELDS = tuple(field for field in DAY_FIELDS if field != "due_on")
# A day on which something happened; the due day is a plan, nothing is done or opened by it alone.
EventField = Annotated[str, _field_of(EVENT_FIELDS, "a day on which something happened")]


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    if twice := next((value for value in values if values.count(value) > 1), None):
        raise ValueError(f"{twice!r} stands twice; name each once")
    return values


Parties = Annotated[OneOrMany[Code], AfterValidator(_each_once)]
FirstKnown = Annotated[OneOrMany[DayField], AfterValidator(_each_once)]
TaskField = Annotated[str, _field_of((*DAY_FIELDS, *RECORD_FIELDS), "a field of a task")]


class Cited(Model):
    """A provision and the few operative words a rule rests on."""

    cite: Cite
    quote: str


Progress = Literal["not_started", "in_progress", "completed"]
Timeliness = Literal["in_time", "overdue", "no_deadline"]
Secrecy = Literal["normal", "mật", "tối mật", "tuyệt mật"]
AssignedBy = Literal["superior", "chair"]

KIND_FACTS = ("secrecy", "urgent", "complex", "routine", "assigned_by", "time_limit")
CELL_FACTS = ("progress", "timeliness")


class When(Model):
    """A condition: every fact named must have one of the values listed. Facts not named may have any."""

    progress: OneOrMany[Progress] = ()
    timeliness: OneOrMany[Timeliness] = ()
    secrecy: OneOrMany[Secrecy] = ()
    urgent: OneOrMany[YesNo] = ()
    complex: OneOrMany[YesNo] = ()
    routine: OneOrMany[YesNo] = ()
    assigned_by: OneOrMany[AssignedBy] = ()
    time_limit: OneOrMany[YesNo] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.facts():
            raise ValueError("a condition must name at least one fact, such as {complex: yes}")
        return self

    def facts(self) -> dict[str, tuple[object, ...]]:
        """The facts named, each with the values allowed."""
        return {name: values for name in type(self).model_fields if (values := getattr(self, name))}

    def holds(self, cell: dict[str, object]) -> bool:
        """Whether a cell, a value for each fact, meets the condition."""
        return all(cell[name] in values for name, values in self.facts().items())


def _about(allowed: tuple[str, ...], instead: str) -> Any:
    def check(when: When) -> When:
        for name in when.facts():
            if name not in allowed:
                raise ValueError(f"{name} cannot decide here; {instead}: {', '.join(allowed)}")
        return when

    return AfterValidator(check)


KindWhen = Annotated[When, _about(KIND_FACTS, "the facts of a task's kind are")]
CellWhen = Annotated[When, _about(CELL_FACTS, "the facts of a status cell are")]

# reading id -> option: the line holds only where that option is chosen.
Under = dict[Id, str]


class Scope(Cited):
    """Where a rule applies, or does not, and the reason a reader is given."""

    when: KindWhen
    reason: Bilingual


class OtherText(Model):
    """Something the text refers to that was not at hand."""

    topic: Code
    cite: Cite
    reason: Bilingual


class Reading(Model):
    """A point the texts leave open (or that a host may set), with its options."""

    id: Id
    kind: Literal["question", "gap", "setting", "label"]
    question: Bilingual
    default: str
    options: dict[str, Bilingual]
    whole_number: Bilingual | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _default_is_an_option(self) -> Self:
        if self.default not in self.options:
            raise ValueError(f"default {self.default!r} is not among the options {', '.join(self.options)}")
        return self


class Readings(Model):
    """The file `readings.yaml`."""

    readings: Listed[Reading]


class Topics(Model):
    """The file `topics.yaml`."""

    topics: dict[Code, Bilingual]
