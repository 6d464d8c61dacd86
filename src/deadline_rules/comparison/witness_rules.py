"""What two plans say of one topic, in a normal form: equal rules are equal values, and each says which days it looks at.

Days are ordinals here. A form of a rule makes a row of the fields a task has; the row answers once their days are known. A row that
answers None shows nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple

from ..plan.facts import COMPLETED, IN_PROGRESS, IN_TIME, KIND_CELLS, NO_DEADLINE, NOT_STARTED, OVERDUE, STATUS_CELLS, status_index
from ..plan.model import Plan
from .witness_gaps import Gap, Gaps

Aspect = Literal["deadlines", "escalations", "reports", "statuses", "required_information", "tally"]
Days = dict[str, int]
Answer = tuple[object, ...]

_EARLIEST: Final = 0  # before every day


class DeadlineRow(NamedTuple):
    """A deadline whose start is known."""

    actor: str
    start: str
    move: Gap
    end: Gap | None
    done: str | None
    done_after_start: bool

    def answer(self, days: Days, as_of: int) -> Answer | None:
        """Who acts, from when, by when, and how it stands."""
        starts_on = self.move(days[self.start])
        due_on = None if self.end is None else self.end(starts_on)
        done_on = None if self.done is None else days[self.done]
        if done_on is not None and not (self.done_after_start and done_on < starts_on):
            state = "met" if due_on is None or done_on <= due_on else "met_late"
        elif starts_on > as_of:
            state = "waiting"
        elif due_on is None:
            state = "no_number"
        else:
            state = "pending" if as_of <= due_on else "missed"
        return self.actor, starts_on, due_on, state


class DeadlineForm(NamedTuple):
    """A deadline rule for one kind of task."""

    actor: str
    starts: tuple[tuple[str, Gap], ...]  # the first known field, and where its day moves to
    end: Gap | None
    done_by: str
    done_after_start: bool

    def looks_at(self) -> tuple[str, ...]:
        """The days that decide."""
        return *(field for field, _ in self.starts), self.done_by

    def row(self, given: Collection[str]) -> DeadlineRow | None:
        """The row of a task with the days `given`; None while no start is known."""
        for field, move in self.starts:
            if field in given:
                done = self.done_by if self.done_by in given else None
                return DeadlineRow(self.actor, field, move, self.end, done, self.done_after_start and done is not None and done != field)
        return None


class EscalationRow(NamedTuple):
    """An escalation that its facts open."""

    actor: str
    on_request: bool
    on: str | None
    due: Gap | None
    later: Gap | None  # a further step, so many working days after
    unless: tuple[str, ...]
    closed: bool
    completed: bool

    def answer(self, days: Days, as_of: int) -> Answer | None:
        """Who acts, from when, and whether it is open; None where it stays shut."""
        if self.on_request:
            return self.actor, None, "closed" if self.closed else "open"
        event_on = _EARLIEST if self.on is None else days[self.on]
        first = event_on if self.due is None else max(event_on, self.due(days["due_on"]))
        kept_shut = any(days[field] < first for field in self.unless)
        opens_on = first if self.later is None else self.later(first)
        if self.closed:
            never = kept_shut or (self.completed and days["completed_on"] < opens_on)
            return self.actor, None if never else opens_on, "closed"
        return None if kept_shut else (self.actor, opens_on, "open" if opens_on <= as_of else "upcoming")


class EscalationForm(NamedTuple):
    """An escalation rule."""

    actor: str
    on_request: bool
    on: str | None
    due: Gap | None
    later: Gap | None
    unless: tuple[str, ...]
    closed_by: str | None

    def looks_at(self) -> tuple[str, ...]:
        """The days that decide."""
        named = (self.on, "due_on" if self.due is not None else None, self.closed_by)
        return ("completed_on", *self.unless, *(field for field in named if field is not None))

    def row(self, given: Collection[str]) -> EscalationRow | None:
        """The row of a task with the days `given`; None where they do not open it."""
        completed = "completed_on" in given
        closed = completed or self.closed_by in given
        if self.on_request:
            return EscalationRow(self.actor, True, None, None, None, (), closed, False)
        if (self.on is not None and self.on not in given) or (self.due is not None and "due_on" not in given):
            return None
        unless = tuple(field for field in self.unless if field in given)
        return EscalationRow(self.actor, False, self.on, self.due, self.later, unless, closed, completed)


class CellRow(NamedTuple):
    """What is said of a task in one of two cells: in time and overdue. `due` is None where they are one."""

    in_time: Answer
    overdue: Answer
    due: Gap | None
    completed: bool

    def answer(self, days: Days, as_of: int) -> Answer | None:
        """What the cell says."""
        if self.due is None:
            return self.in_time
        measured = days["completed_on"] if self.completed else as_of
        return self.in_time if measured <= self.due(days["due_on"]) else self.overdue


class CellForm(NamedTuple):
    """An answer for each of the nine cells; `recorded`: the answers are fields to record, and a field that is given is not missing."""

    answers: tuple[Answer, ...]
    due: Gap
    recorded: bool

    def looks_at(self) -> tuple[str, ...]:
        """The days that decide."""
        return "due_on", "started_on", "completed_on"

    def row(self, given: Collection[str]) -> CellRow | None:
        """The row of a task with the days `given`."""
        progress = COMPLETED if "completed_on" in given else IN_PROGRESS if "started_on" in given else NOT_STARTED
        if "due_on" not in given:
            without = self._answer(progress, NO_DEADLINE, given)
            return CellRow(without, without, None, False)
        in_time, overdue = self._answer(progress, IN_TIME, given), self._answer(progress, OVERDUE, given)
        return CellRow(in_time, overdue, None if in_time == overdue else self.due, progress == COMPLETED and in_time != overdue)

    def _answer(self, progress: int, timeliness: int, given: Collection[str]) -> Answer:
        answer = self.answers[status_index(progress, timeliness)]
        return tuple(field for field in answer if field not in given) if self.recorded else answer


Row = DeadlineRow | EscalationRow | CellRow
Form = DeadlineForm | EscalationForm | CellForm
# For each of the 128 kinds of task, what is said of it.
Side = tuple[frozenset[Form], ...]


def side_of(side: int, plan: Plan, gaps: Gaps, aspect: Aspect, topic: str) -> Side:
    """What a plan says of a topic, kind by kind."""
    return tuple(frozenset(_forms(side, plan, gaps, aspect, topic, kind)) for kind in range(len(KIND_CELLS)))


def _forms(side: int, plan: Plan, gaps: Gaps, aspect: Aspect, topic: str, kind: int) -> Iterator[Form]:
    outside = plan.excluded[kind] is not None
    if aspect == "deadlines":
        for rule in plan.deadlines:
            case = rule.cases[kind]
            if rule.topic == topic and case.applies:
                variant = rule.variants[0]
                starts = tuple((field, gaps.due(side, variant.roll and field == "due_on")) for field in variant.fields)
                after = rule.done_after_start and rule.done_by != variant.fields[0]
                yield DeadlineForm(rule.actor, starts, gaps.end(side, plan, case.offset, variant.roll), rule.done_by, after)
    elif aspect == "escalations":
        for escalation in plan.escalations if not outside else ():
            if escalation.topic == topic:
                opening = escalation.opening
                due = None if opening.after_due is None else gaps.due(side, plan.roll_due, opening.after_due)
                later = gaps.later(side, opening.later)
                yield EscalationForm(escalation.actor, opening.on_request, opening.on, due, later, opening.unless, escalation.closed_by)
    else:
        answers = tuple(cell_answer(plan, aspect, kind, cell) for cell in range(len(STATUS_CELLS)))
        alike = all(answers[start] == answers[start + 1] for start in range(0, len(answers), 3))
        yield CellForm(answers, gaps.nothing if alike else gaps.due(side, plan.roll_due), aspect == "required_information")


def cell_answer(plan: Plan, aspect: Aspect, kind: int, cell: int) -> Answer:
    """What is said of tasks of a kind in a cell: whether they are outside and their status, the fields required, or the count."""
    outside = plan.excluded[kind] is not None
    if aspect == "statuses":
        return ("outside",) if outside else (plan.statuses[cell].status.code,)
    if aspect == "required_information":
        return () if outside or not plan.required_of[kind] else tuple(sorted(plan.required_in[cell]))
    return () if outside else tuple(count.id for count in plan.tally.counts or () if count.cells[cell])
