"""The three kinds of rules: a deadline of a task, a report of a period, an escalation."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from ..columns import DAY_FIELDS
from ..files.typed import Bilingual, Listed, Model, OneOrMany, OrText, WholeNumber, YesNo
from .words import Cited, Code, EventField, FirstKnown, Id, KindWhen, Parties, Scope, Under

UNITS = ("working_days", "days", "immediately", "promptly", "no_number")
_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}  # months of fewer than 31 days
# The periods a report can have, and the first month in which one named by its month may fall: half of the period must be over.
_FIRST_MONTH = {"month": 1, "quarter": 1, "half": 4, "nine_months": 5, "year": 7}
DUE_FORMS = ("before_day", "by_day", "on_day", "within_months", "days_after_promulgation", "set_by", "no_day", "same_as")


class Rule(Cited):
    """What every rule says: what it is about, who owes it to whom, and the provisions it rests on."""

    id: Id
    topic: Code
    label: Bilingual
    also: Listed[Cited] = ()
    actor: Code
    to: Parties = ()
    note: Bilingual | None = None


class Start(Model):
    """Where a period starts: the first of these days that is known, under the readings named."""

    under: Under = {}
    first_known: FirstKnown


def _start(value: Any) -> Any:
    """`from: assigned_on` is short for one start without readings."""
    return ({"first_known": [value]},) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


class Within(Model):
    """How long a duty may take: a number of working days or days, or words without a number."""

    unit: Literal["working_days", "days", "immediately", "promptly", "no_number"]
    number: WholeNumber = 0


def as_within(value: Any) -> Any:
    """`{working_days: 2}` or a word, as unit and number."""
    if isinstance(value, str):
        if value not in UNITS[2:]:
            raise ValueError(f"{value[:40]!r} is not a unit; write working_days: n, days: n, immediately, promptly or no_number")
        return {"unit": value}
    if isinstance(value, dict):
        unit, number = next(iter(value.items()), ("nothing", None))
        if unit in UNITS[:2] and len(value) == 1:
            return {"unit": unit, "number": number}
        wrong = unit if unit not in UNITS[:2] else " and ".join(value)
        raise ValueError(f"{wrong[:40]!r} is not a unit; write working_days, days, immediately, promptly or no_number")
    return value


Duration = Annotated[
    Within,
    BeforeValidator(as_within),
    WithJsonSchema(
        {
            "oneOf": [
                {"enum": list(UNITS[2:])},
                *(
                    {"type": "object", "properties": {unit: {"type": "integer", "minimum": 0}}, "required": [unit], "additionalProperties": False}
                    for unit in UNITS[:2]
                ),
            ]
        }
    ),
]


class Timed(Model):
    """A duration, and the reason a reader is given where it is none."""

    within: Duration
    why_no_number: Bilingual | None = None

    @model_validator(mode="after")
    def _reason_given(self) -> Self:
        if self.within.unit in UNITS[2:] and self.why_no_number is None:
            raise ValueError(f"{self.within.unit} needs why_no_number, the reason a reader is given")
        return self


class DurationException(Cited, Timed):
    """Another duration for some kinds of tasks."""

    when: KindWhen


class DeadlineRule(Rule, Timed):
    """A duty that starts with a day of the task and is done with another."""

    start: Annotated[tuple[Start, ...], BeforeValidator(_start), OrText(*DAY_FIELDS)] = Field(alias="from")
    exceptions: Listed[DurationException] = Field(default=(), alias="except")
    only_for: OneOrMany[Scope] = ()
    not_for: OneOrMany[Scope] = ()
    done_by: EventField
    done_after_start: YesNo = False


class OtherInstrument(Model):
    """Another text that sets a day."""

    instrument: str
    reason: Bilingual


class Due(Model):
    """The day of a report; exactly one of the forms, perhaps only under some readings."""

    under: Under = {}
    before_day: WholeNumber | None = None
    by_day: WholeNumber | None = None
    on_day: WholeNumber | None = None
    month: WholeNumber | None = None
    carried_over: YesNo = False
    within_months: OneOrMany[WholeNumber] = ()
    days_after_promulgation: WholeNumber | None = None
    set_by: OtherInstrument | None = None
    no_day: Bilingual | None = None
    same_as: Id | None = None

    @property
    def form(self) -> str:
        """The name of the one form given."""
        return next(form for form in DUE_FORMS if getattr(self, form) not in (None, ()))

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        given = [form for form in DUE_FORMS if getattr(self, form) not in (None, ())]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(DUE_FORMS)}, not {' and '.join(given) or 'none'}")
        day = self.before_day or self.by_day or self.on_day
        if given[0] in ("before_day", "by_day", "on_day"):
            if day is None or not 1 <= day <= 31 or (given[0] == "before_day" and day == 1):
                raise ValueError(f"{day} is not a day of a month that can stand here")
            if self.month is not None and day > _LONGEST.get(self.month, 31):
                raise ValueError(f"month {self.month} has no day {day}")
            if self.month is None and day > 28:
                raise ValueError(f"day {day} is not in every month; name the month")
        elif self.month is not None or self.carried_over:
            raise ValueError("month and carried_over go with before_day, by_day or on_day")
        if self.carried_over and given[0] != "before_day":
            raise ValueError("carried_over goes with before_day")
        if any(not 1 <= month <= 12 for month in (*self.within_months, self.month or 1)):
            raise ValueError("a month is a number from 1 to 12")
        if twice := next((month for month in self.within_months if self.within_months.count(month) > 1), None):
            raise ValueError(f"month {twice} stands twice; name each month once")
        return self


class ReportRule(Rule):
    """A report of each period, or once, or on request."""

    every: Literal["month", "quarter", "half", "nine_months", "year", "once", "on_request", "occasion", "period_not_stated"]
    due: OneOrMany[Due]

    @model_validator(mode="after")
    def _form_fits_period(self) -> Self:
        for due in self.due:
            if why := misfit(self.every, due):
                raise ValueError(why)
        return self


def misfit(every: str, due: Due) -> str | None:
    """Why a form of due day does not fit a report of such a period; None where it does."""
    dated = due.form in ("before_day", "by_day", "on_day")
    if dated and every not in _FIRST_MONTH:
        return f"a report {every} has no period, so {due.form} cannot be its day"
    if due.form == "within_months" and every != "month":
        return "within_months goes with every: month"
    if due.form == "days_after_promulgation" and every != "once":
        return "days_after_promulgation goes with every: once"
    if dated and due.month is not None and every in ("month", "quarter"):
        return f"a report every {every} falls in many months; leave month out"
    if dated and due.month is not None and due.month < _FIRST_MONTH[every]:
        return f"month {due.month} lies in the first half of the period that the report is about; a later year cannot be written"
    return None


class After(Model):
    """So many working days after another escalation opens; the day it opens is not counted."""

    of: Id
    working_days: WholeNumber


class Opens(Model):
    """What opens an escalation: a day of the task, its due day reached or passed, a request, or days gone by since another one opened."""

    on_request: bool = False
    on: EventField | None = None
    due: Literal["reached", "passed"] | None = None
    not_carried_out: YesNo = False
    after: After | None = None

    @model_validator(mode="after")
    def _something_opens_it(self) -> Self:
        if not (self.on_request or self.on or self.due or self.after):
            raise ValueError("name what opens it: on (a day), due (reached or passed), after (another escalation) or on_request")
        if self.after and (self.on_request or self.on or self.due or self.not_carried_out):
            raise ValueError("after stands alone: the escalation it follows says what else must hold")
        if self.not_carried_out and not self.due:
            raise ValueError("not_carried_out goes with due")
        return self


def as_opens(value: Any) -> Any:
    """`on_request` is short for an opening of nothing else."""
    if isinstance(value, str):
        if value != "on_request":
            raise ValueError(f"{value[:40]!r} does not open an escalation; write on_request, or {{on: difficulty_on}}, or {{due: reached}}")
        return {"on_request": True}
    return value


class EscalationRule(Rule):
    """A duty to report upwards or to send back."""

    opens: Annotated[Opens, BeforeValidator(as_opens), OrText("on_request")]
    act: Literal["promptly", "no_number"]
    closed_by: EventField | None = None
