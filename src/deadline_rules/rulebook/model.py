"""RuleSet: a rule file, typed and frozen. It says what the text says; what a reading makes of it is the plan's business."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from ..files.typed import Bilingual, IsoDay, Listed, Model, OneOrMany, WholeNumber, YesNo
from .rules import DeadlineRule, EscalationRule, ReportRule, Rule
from .words import CellWhen, Cite, Cited, Code, Id, OtherText, Progress, Reading, Scope, TaskField, Timeliness, Under


class Instrument(Model):
    """The paper that issues the text; what it leaves blank is left out, with a note."""

    number: str | None = None
    signed_on: IsoDay | None = None
    note: Bilingual | None = None


class InForce(Model):
    """Since when the text applies: a day, or only a year, with the reason."""

    since: IsoDay | None = Field(default=None, alias="from")
    year: WholeNumber | None = None
    reason: Bilingual | None = None
    cite: Cite | None = None
    quote: str | None = None
    checked: IsoDay
    note: Bilingual | None = None

    @model_validator(mode="after")
    def _a_day_or_a_year(self) -> Self:
        if (self.since is None) == (self.year is None):
            raise ValueError("give either from (a day) or year, not both")
        if self.since is not None and not (self.cite and self.quote):
            raise ValueError("from needs the cite and quote it rests on")
        if self.year is not None and not self.reason:
            raise ValueError("year needs the reason why the day is not known")
        return self

    @property
    def first_day(self) -> date:
        """The first day on which the text applies; of a year the first of January."""
        return self.since or date(self.year or 1, 1, 1)


class PackCaveat(Model):
    """What everybody who relies on a result must know, from a day on."""

    code: Id
    since: IsoDay = Field(alias="from")
    text: Bilingual
    source: str


class SecretTasks(Cited):
    """What the text says of secret tasks; shown with every result of one."""

    text: Bilingual


class RequiredField(Cited):
    """One piece of information that must be recorded."""

    field: TaskField
    may_be_empty: YesNo = False
    when: CellWhen | None = None


class RequiredInformation(Model):
    """What must be recorded of a task."""

    not_for: Scope | None = None
    fields: Listed[RequiredField]


class StatusRow(Model):
    """A line of the table of statuses: cells, and the status they have (or why none)."""

    progress: OneOrMany[Progress] = ("not_started", "in_progress", "completed")
    timeliness: OneOrMany[Timeliness] = ("in_time", "overdue", "no_deadline")
    status: Code | None = None
    no_status: Bilingual | None = None
    under: Under = {}

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if (self.status is None) == (self.no_status is None):
            raise ValueError("give either status or no_status with its reason")
        return self


class NotSupplied(Model):
    """A list that stands in a text that was not at hand."""

    cite: Cite
    reason: Bilingual


class Statuses(Model):
    """The regulation's own statuses, one for each cell of progress and timeliness."""

    cite: Cite | None = None
    quote: str | None = None
    labels: dict[Code, Bilingual] = {}
    table: Listed[StatusRow] = ()
    not_supplied: NotSupplied | None = None

    @model_validator(mode="after")
    def _table_or_reason(self) -> Self:
        if self.not_supplied is None and not (self.cite and self.quote and self.table):
            raise ValueError("statuses need cite, quote and table, or not_supplied with its reason")
        if self.not_supplied is not None and self.table:
            raise ValueError("give either a table or not_supplied")
        used = {row.status for row in self.table if row.status}
        if missing := used - set(self.labels):
            raise ValueError(f"status {min(missing)} has no label; add it to labels")
        if unused := set(self.labels) - used:
            raise ValueError(f"label {min(unused)} belongs to no status of the table; remove it")
        return self


class CountRule(Model):
    """One line of the tally."""

    id: Code
    label: Bilingual
    when: CellWhen


class TallyRule(Cited):
    """The counts that a report must give."""

    total: Bilingual
    counts: Listed[CountRule]


class RuleSet(Model):
    """A whole rule file."""

    id: Id
    title: Bilingual
    issuer: Bilingual
    instrument: Instrument
    in_force: InForce
    caveats: Annotated[Listed[PackCaveat], Field(max_length=20)] = ()
    parties: dict[Code, Bilingual]
    topics: dict[Code, Bilingual] = {}
    readings: Annotated[Listed[Reading], Field(max_length=20)] = ()
    excluded: OneOrMany[Scope] = ()
    secret_tasks: SecretTasks | None = None
    required_information: RequiredInformation | None = None
    deadlines: Listed[DeadlineRule] = ()
    reports: Listed[ReportRule] = ()
    statuses: Statuses
    tally: TallyRule | None = None
    escalations: Listed[EscalationRule] = ()
    not_supplied: Listed[OtherText] = ()

    def rules(self) -> tuple[Rule, ...]:
        """Every rule with an id, in the order of the file."""
        return (*self.deadlines, *self.reports, *self.escalations)

    def sections(self) -> set[str]:
        """The names of sections a ledger may name instead of a rule."""
        present = {"in_force", "statuses"} if self.in_force.cite else {"statuses"}
        for name in ("excluded", "secret_tasks", "required_information", "tally", "not_supplied"):
            if getattr(self, name):
                present.add(name)
        return present
