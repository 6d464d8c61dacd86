"""Plan: what every engine runs. Frozen, finite, already under chosen readings; each part knows its citation.

The parts that are read most for each task are dataclasses with slots: made once, and read four times faster than named tuples.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from ..results import Caveat, Deadline, Label, Status

# The caveat of an answer that rests on days the calendar cannot vouch for.
PROVISIONAL: Final = Caveat(
    "calendar-not-official",
    Label(
        "Số ngày làm việc dựa vào ngày chưa được công bố chính thức hoặc chưa kiểm chứng; kết quả có thể thay đổi.",
        "A working-day count rests on days that are not official or not verified; the result may change.",
    ),
)

# The caveat of a task that was suspended where nothing provides for it.
SUSPENSION_NOT_PROVIDED: Final = Caveat(
    "suspension-not-provided",
    Label(
        "Nhiệm vụ có thời gian tạm dừng, nhưng văn bản không quy định việc tạm dừng; thời hạn không thay đổi.",
        "The task was suspended, but the regulation provides for no suspension; its due day was not moved.",
    ),
)

Unit = Literal["working_days", "days", "same_day", "none"]


class Offset(NamedTuple):
    """How far a due date lies from its start; `none` where the text sets no number."""

    unit: Unit
    number: int


class DeadlineCase(NamedTuple):
    """What a deadline rule says of one kind of task."""

    applies: bool
    offset: Offset
    cite: str
    quote: str
    reason: Label | None  # why it does not apply, or why there is no number
    idle: Deadline  # the row of a task none of whose days the rule knows


@dataclass(frozen=True, slots=True)
class StartVariant:
    """Where a period starts (the first known of `fields`) and whether days off roll, under one combination of readings.

    `changed` are the readings in which it differs from the chosen ones.
    """

    fields: tuple[str, ...]
    roll: bool
    changed: tuple[str, ...]


class DeadlinePlan(NamedTuple):
    """A deadline rule: a case for each of the 128 kinds, and the start under each reading (the chosen first).

    `elsewhere` are the variants that start from other fields than the chosen one; the rest differ from it only through a day off.
    """

    rule: str
    topic: str
    actor: str
    label: Label
    done_by: str
    done_after_start: bool  # what was done before the start does not count
    cases: tuple[DeadlineCase, ...]
    variants: tuple[StartVariant, ...]
    elsewhere: tuple[StartVariant, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens an escalation, under one choice of readings.

    `after_due` is None where the due day plays no part, else how many days after it (0 or 1). `unless` are the fields whose day, when it lies
    before the opening, keeps it shut. `later` is for a further step: it opens that many working days after the day the rest says, which is not
    counted; what keeps the rule shut that it follows keeps it shut too.
    """

    on_request: bool
    on: str | None
    after_due: int | None
    unless: tuple[str, ...]
    later: int = 0


@dataclass(frozen=True, slots=True)
class EscalationPlan:
    """An escalation rule; `others` are its openings under each other reading, by reading id.

    The openings of one rule wait for the same facts and are as many working days `later`. `alike` is the number of the first rule of the plan
    that opens and closes as this one does, so that an engine works it out once.
    """

    rule: str
    topic: str
    actor: str
    label: Label
    quote: str
    cite: str
    opening: Opening
    others: tuple[tuple[str, Opening], ...]
    closed_by: str | None
    alike: int


class StatusCell(NamedTuple):
    """The status of one cell, and the readings under which it would be another."""

    status: Status
    readings: tuple[str, ...]


class DueDay(NamedTuple):
    """The day of a report under one combination of readings.

    `form`: `day` (day of `month`, or of the period's last month; `before` days earlier), `month_end` (of the months in `months`),
    `after_signing` (that many days), `none`.
    """

    form: Literal["day", "month_end", "after_signing", "none"]
    day: int = 0
    month: int | None = None
    before: int = 0
    months: tuple[int, ...] = ()
    roll: bool = False
    reason: Label | None = None


class ReportPlan(NamedTuple):
    """A report rule; the first of `days` is chosen, the others are what the open readings make of it."""

    rule: str
    topic: str
    actor: str
    to: str | None
    label: Label
    cite: str
    every: str
    days: tuple[DueDay, ...]


class RequiredPlan(NamedTuple):
    """One required field, and the status cells in which it is required."""

    field: str
    cells: tuple[bool, ...]


class CountPlan(NamedTuple):
    """One count of the tally, and the status cells it counts."""

    id: str
    label: Label
    cells: tuple[bool, ...]


class TallyPlan(NamedTuple):
    """The counts of a report, or None for `counts` where the tally is by status."""

    cite: str | None
    total: Label
    counts: tuple[CountPlan, ...] | None


class ReminderPlan(NamedTuple):
    """A notice that an office sends itself before a day comes: the due day of a deadline, of a report, or of the task (`due_on`).

    `kind` is `reminder`, or `warning` where the task is then called by `label` (sắp đến hạn). `before` counts back from the day.
    """

    id: str
    kind: Literal["reminder", "warning"]
    of: str
    before: Offset
    to: str | None
    label: Label
    cite: str


class DatedCaveat(NamedTuple):
    """A caveat that holds from a day on (None: always)."""

    since: date | None
    caveat: Caveat


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule set under chosen readings, reduced to tables over finite cells. Every engine runs this and nothing else."""

    regulation: str
    rules_version: str
    readings: tuple[tuple[str, str], ...]
    in_force_from: date
    in_force_text: str  # since when, as far as the text says
    signed_on: date | None
    start_included: bool
    roll_due: bool  # a due_on on a day off moves to the next working day
    month_before: bool  # a monthly report is called by the month before
    excluded: tuple[tuple[str, str, Label] | None, ...]  # for each kind: the article, the words and the reason why it is outside
    deadlines: tuple[DeadlinePlan, ...]
    statuses: tuple[StatusCell, ...]
    escalations: tuple[EscalationPlan, ...]
    reports: tuple[ReportPlan, ...]
    required: tuple[RequiredPlan, ...]
    required_in: tuple[tuple[str, ...], ...]  # for each status cell: the fields required
    required_of: tuple[bool, ...]  # for each kind: whether information is required at all
    tally: TallyPlan
    caveats: tuple[DatedCaveat, ...]
    secret_caveat: Caveat | None
    reading_caveats: dict[str, Caveat]
    event_fields: tuple[str, ...]  # the days an engine needs, due_on apart
    reminders: tuple[ReminderPlan, ...] = ()  # of house rules; no regulation has any
    suspensions: str | None = None  # the provision of house rules that lets time stand still; no regulation has one

    def caveats_on(self, day: date) -> tuple[Caveat, ...]:
        """What everybody who relies on the regulation on `day` must know."""
        return tuple([caveat for since, caveat in self.caveats if since is None or since <= day])

    def possible_caveats(self) -> tuple[Caveat, ...]:
        """Every caveat a result may carry, in the order in which results carry them."""
        secret = (self.secret_caveat,) if self.secret_caveat else ()
        suspended = () if self.suspensions else (SUSPENSION_NOT_PROVIDED,)
        return (*(dated.caveat for dated in self.caveats), *secret, *self.reading_caveats.values(), *suspended, PROVISIONAL)
