"""The house file: what an office decides for itself on top of a regulation. It `extends` a pack, or another house file."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ..files.typed import Bilingual, IsoDay, Listed, Model, WholeNumber, YesNo
from .rules import UNITS, After, DeadlineRule, Due, Opens, as_opens, as_within
from .words import CellWhen, Cite, Code, EventField, Id, KindWhen, Parties, TaskField

# The forms of a day that an office may set for a report.
DAY_FORMS = ("before_day", "by_day", "on_day", "within_months", "days_after_promulgation")


# What stands for the words of a provision that a house file does not quote.
UNQUOTED = "…"


# An option of a reading; `yes` and a number are text here too.
Option = Annotated[str, WithJsonSchema({"type": ["string", "integer", "boolean"]})]


class HouseInstrument(Model):
    """The paper in which the office decided; its name and number stand before every citation of it."""

    name: str = Field(min_length=1, max_length=80)
    number: str | None = None
    signed_on: IsoDay | None = None
    note: Bilingual | None = None

    def cited(self, cite: str) -> str:
        """A provision of this paper, as it is shown beside those of the law.

        >>> HouseInstrument(name="Quy chế nội bộ", number="01/QC").cited("Điều 3")
        'Quy chế nội bộ 01/QC, Điều 3'
        """
        return f"{self.name}{f' {self.number}' if self.number else ''}, {cite}"


class HouseInForce(Model):
    """Since when the office goes by these rules; left out: as long as the regulation."""

    since: IsoDay = Field(alias="from")
    cite: Cite
    quote: str = UNQUOTED


class Decided(Model):
    """A provision of the office's own paper."""

    cite: Cite
    quote: str | None = None


class Number(Model):
    """A number of working days or of days."""

    unit: Literal["working_days", "days"]
    number: WholeNumber


def _number(value: Any) -> Any:
    found = as_within(value)
    if isinstance(found, dict) and found["unit"] not in UNITS[:2]:
        raise ValueError(f"{found['unit']} is no number; a house rule gives one: working_days: n or days: n")
    return found


HouseNumber = Annotated[
    Number,
    BeforeValidator(_number),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "object", "properties": {unit: {"type": "integer", "minimum": 0}}, "required": [unit], "additionalProperties": False}
                for unit in UNITS[:2]
            ]
        }
    ),
]


class OwnNumber(Decided):
    """A number for a duty to which the regulation gives none."""

    within: HouseNumber


class KindNumber(Model):
    """Another number for some kinds of tasks."""

    when: KindWhen
    within: HouseNumber


class StricterNumber(Decided):
    """A smaller number for a duty that has one: for every kind of task, or `except` for some another."""

    within: HouseNumber
    exceptions: Listed[KindNumber] = Field(default=(), alias="except")


class OwnDay(Decided):
    """The day of a report: where the regulation sets none, or an earlier one."""

    due: Due

    @model_validator(mode="after")
    def _a_day(self) -> Self:
        if self.due.form not in DAY_FORMS or self.due.under:
            raise ValueError(f"due: a house rule sets a day: give one of {', '.join(DAY_FORMS)}, and no under")
        return self


class Step(Decided):
    """A further step of escalation: working days after another one opens, or opened as in a regulation."""

    id: Id
    topic: Code | None = None
    label: Bilingual
    actor: Code
    to: Parties = ()
    after: After | None = None
    opens: Annotated[Opens, BeforeValidator(as_opens)] | None = None
    act: Literal["promptly", "no_number"] = "no_number"
    closed_by: EventField | None = None
    note: Bilingual | None = None

    @model_validator(mode="after")
    def _opened_once(self) -> Self:
        if (self.after is None) == (self.opens is None):
            raise ValueError("give either after (working days after another escalation) or opens")
        if self.opens is not None and self.topic is None:
            raise ValueError("topic is missing; only a step after another escalation takes it from there")
        return self


class Reminder(Decided):
    """A notice some days before a day comes: the due day of a deadline or of a report, or of the task (`due_on`)."""

    id: Id
    of: Code
    before: HouseNumber
    to: Parties = ()
    label: Bilingual


class OwnSuspensions(Decided):
    """Whether a suspension of a task moves its due day; no regulation says so."""

    allowed: YesNo


class OwnField(Decided):
    """One more piece of information that must be recorded."""

    field: TaskField
    when: CellWhen | None = None


class OwnLabels(Model):
    """The office's own words for statuses, rules and parties; their codes stay."""

    statuses: dict[Code, Bilingual] = {}
    rules: dict[Id, Bilingual] = {}
    parties: dict[Code, Bilingual] = {}


class House(Model):
    """A whole house file."""

    id: Id
    extends: str = Field(min_length=1)
    title: Bilingual
    issuer: Bilingual
    instrument: HouseInstrument
    in_force: HouseInForce | None = None
    parties: dict[Code, Bilingual] = {}
    topics: dict[Code, Bilingual] = {}
    readings: dict[Id, Option] = {}
    numbers: dict[Id, OwnNumber] = {}
    stricter: dict[Id, StricterNumber] = {}
    deadlines: Listed[DeadlineRule] = ()
    reports: dict[Id, OwnDay] = {}
    escalations: Listed[Step] = ()
    reminders: Listed[Reminder] = ()
    warnings: Listed[Reminder] = ()
    suspensions: OwnSuspensions | None = None
    required_information: Listed[OwnField] = ()
    labels: OwnLabels = OwnLabels()
