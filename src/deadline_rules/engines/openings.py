"""The escalations of the reference engine: when each opens, how it stands, and what a further step counts from the one it follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from ..calendar.vietnam import WorkingCalendar
from ..plan.facts import COMPLETED
from ..plan.model import EscalationPlan, Opening, Plan
from ..results import Escalation, EscalationState

_ONE_DAY = timedelta(days=1)

# When an escalation opens (None where no day opens it), and how it stands.
_Opened = tuple[date | None, EscalationState]
# Working days are counted from the one day to the other.
Count = tuple[date, date]


class Facts(NamedTuple):
    """A task as it stands on a day: what lies after the day has not happened, except the due day, which is a plan."""

    as_of: date
    events: dict[str, date]
    written: date | None  # the due day as it was given
    rolled: date | None  # the same, moved to the next working day where it is a day off
    due_on: date | None  # the one of the two that counts
    kind: int


def escalations(
    plan: Plan, calendar: WorkingCalendar, facts: Facts, progress: int, readings: set[str], counted: list[Count]
) -> tuple[Escalation, ...]:
    """The rows of the rules that their facts open; notes the readings under which one would stand otherwise, and the counts they rest on."""
    rows: list[Escalation] = []
    found: list[_Opened | None] = []
    for rule in plan.escalations:
        if rule.alike != len(found):
            opened = found[rule.alike]
        elif rule.opening.later:
            opened = _opened_later(rule, calendar, facts, progress == COMPLETED, readings, counted)
        else:
            opened = _opened(rule, facts, progress == COMPLETED, readings)
        found.append(opened)
        if opened is not None:
            rows.append(Escalation(rule.rule, rule.topic, rule.actor, opened[0], opened[1], rule.cite))
    return tuple(rows)


def _opened(rule: EscalationPlan, facts: Facts, completed: bool, readings: set[str]) -> _Opened | None:
    """When the escalation opens and how it stands; None where its facts do not open it."""
    events, opening = facts.events, rule.opening
    closed = completed or (rule.closed_by is not None and rule.closed_by in events)
    if opening.on_request:
        return None, "closed" if closed else "open"
    event_on, due_on = date.min if opening.on is None else events.get(opening.on), facts.due_on
    if event_on is None or (due_on is None and opening.after_due is not None):
        return None
    opens_on = _opening_day(opening, event_on, due_on)
    kept_shut = _kept_shut(opening, events, opens_on)
    if closed:  # under every reading alike
        never_opened = kept_shut or (completed and events["completed_on"] < opens_on)
        return (None if never_opened else opens_on), "closed"
    is_open = opens_on <= facts.as_of and not kept_shut
    for id, other in rule.others:
        # What may open one day is no verdict yet: only whether it is open now makes a difference.
        other_day = _opening_day(other, event_on, due_on)
        if is_open != (other_day <= facts.as_of and not _kept_shut(other, events, other_day)):
            readings.add(id)
    if kept_shut:
        return None
    return opens_on, "open" if is_open else "upcoming"


def _opened_later(
    rule: EscalationPlan, calendar: WorkingCalendar, facts: Facts, completed: bool, readings: set[str], counted: list[Count]
) -> _Opened | None:
    """The same for a further step. Its days are counted under every reading, also where the task is closed."""
    events, opening, due_on = facts.events, rule.opening, facts.due_on
    event_on = date.min if opening.on is None else events.get(opening.on)
    if event_on is None or (due_on is None and opening.after_due is not None):
        return None
    closed = completed or (rule.closed_by is not None and rule.closed_by in events)
    opens_on = _later_day(opening, calendar, events, event_on, due_on, counted)
    is_open = opens_on is not None and opens_on <= facts.as_of
    for id, other in rule.others:
        other_day = _later_day(other, calendar, events, event_on, due_on, counted)
        if not closed and is_open != (other_day is not None and other_day <= facts.as_of):
            readings.add(id)
    if closed:
        never_opened = opens_on is None or (completed and events["completed_on"] < opens_on)
        return (None if never_opened else opens_on), "closed"
    return None if opens_on is None else (opens_on, "open" if is_open else "upcoming")


def _later_day(
    opening: Opening, calendar: WorkingCalendar, events: dict[str, date], event_on: date, due_on: date | None, counted: list[Count]
) -> date | None:
    """The day a further step opens; None where the rule it follows is kept shut."""
    first = _opening_day(opening, event_on, due_on)
    if _kept_shut(opening, events, first):
        return None
    opens_on = calendar.add(first, opening.later)
    counted.append((first, opens_on))
    return opens_on


def _opening_day(opening: Opening, event_on: date, due_on: date | None) -> date:
    """The later of the event and the due day (or the day after it), where the due day plays a part."""
    if opening.after_due is None or due_on is None:
        return event_on
    after_due = due_on + _ONE_DAY if opening.after_due else due_on
    return after_due if after_due > event_on else event_on


def _kept_shut(opening: Opening, events: dict[str, date], opens_on: date) -> bool:
    for field in opening.unless:  # noqa: SIM110  # mostly there is none, and a generator would cost five times the loop
        if field in events and events[field] < opens_on:
            return True
    return False
