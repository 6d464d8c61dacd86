"""The due day in force on a day: as it was first set, as an extension set it anew, or as suspensions moved it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from ..calendar.vietnam import WorkingCalendar
from ..days import FIRST_DAY
from ..errors import CalendarHorizonError
from ..plan.model import Offset, Plan
from ..task import Task

# Against which due day a task is told: the one in force on the day, or the one first set.
Against = Literal["in_force", "original"]
AGAINST = ("in_force", "original")

_ONE_DAY = timedelta(days=1)


def due_day(plan: Plan, calendar: WorkingCalendar, task: Task, as_of: date) -> date | None:
    """The due day of `task` that is in force on `as_of`, that day included; as written, not moved off a day off.

    It is that of the last extension granted on or before `as_of`, else the one first set. Where the plan provides for suspensions, each that
    begins on or before the due day (as moved so far) moves it by its working days. Of these only those count that lie after the day of
    assignment and after the day the due day was granted, and not after `as_of` or the day of completion. The due day never lies before the last
    of the days that count.

    Raises:
        CalendarHorizonError: it would lie after 2100.
    """
    due_on, set_on = task.due_on, task.assigned_on or date.min
    for extension in task.extensions:  # by the day granted
        if extension.granted_on > as_of:
            break
        due_on, set_on = extension.due_on, max(extension.granted_on, task.assigned_on or date.min)
    if due_on is None or plan.suspensions is None:
        return due_on
    last = as_of if task.completed_on is None else min(as_of, task.completed_on)
    for suspension in task.suspensions:  # by the day each begins
        if suspension.since > due_on:
            break
        first = suspension.since if suspension.since > set_on else set_on + _ONE_DAY
        end = last if suspension.until is None else min(suspension.until, last)
        if first <= end:
            stopped = calendar.count(first, end) + calendar.is_working(first)
            due_on = max(calendar.add(due_on, stopped), end)
    return due_on


def turning_days(plan: Plan, task: Task, first: date, last: date) -> Iterator[date]:
    """Every day in [first, last] on which the due day in force can differ from that of the day before; some on which it does not."""
    yield from (extension.granted_on for extension in task.extensions if first <= extension.granted_on <= last)
    if plan.suspensions is None:
        return
    stops = last if task.completed_on is None else min(last, task.completed_on)
    for suspension in task.suspensions:
        day = max(suspension.since, first)
        end = stops if suspension.until is None else min(stops, suspension.until)
        while day <= end:
            yield day
            day += _ONE_DAY


class DueDay(NamedTuple):
    """A due day, the first and the last day on which notices go by it, and the day an extension granted it (before all days where none did).

    While a suspension runs the due day moves on with it, so nothing falls due; then `due_on` lies after all days.
    """

    since: date
    until: date
    due_on: date | None
    granted_on: date


def due_days(plan: Plan, calendar: WorkingCalendar, task: Task, last: date) -> Iterator[DueDay]:
    """The due days by which the notices of all days to `last` go; one that lies beyond 2100 is the last day of all.

    One that an extension replaces goes on to the day on which the next is granted, that day included: nothing done on a day takes away a notice of
    that day. One that a suspension moves ends before the first suspended day, since on that day it is known that it will not come.
    """
    since = FIRST_DAY
    state = _state(plan, calendar, task, since)
    granted = {extension.granted_on for extension in task.extensions}
    for day in sorted({day for day in (*granted, *_bounds(plan, task)) if FIRST_DAY < day <= last}):
        found = _state(plan, calendar, task, day)
        if found != state:
            yield DueDay(since, day if day in granted else day - _ONE_DAY, *state)
            since, state = day, found
    yield DueDay(since, last, *state)


def _bounds(plan: Plan, task: Task) -> Iterator[date]:
    """The days on which a suspension can begin or end to keep the due day moving."""
    for suspension in task.suspensions if plan.suspensions is not None else ():
        yield suspension.since
        yield from (day for day in (suspension.until, task.completed_on) if day is not None)


def _state(plan: Plan, calendar: WorkingCalendar, task: Task, day: date) -> tuple[date | None, date]:
    """The due day by which the notices of a day go, and the day it was granted."""
    granted_on = max((extension.granted_on for extension in task.extensions if extension.granted_on <= day), default=date.min)
    try:
        due_on = due_day(plan, calendar, task, day)
        if due_on is not None and _runs_on(plan, calendar, task, day):
            due_on = date.max
    except CalendarHorizonError:
        due_on = date.max
    return due_on, granted_on


def _runs_on(plan: Plan, calendar: WorkingCalendar, task: Task, day: date) -> bool:
    """Whether a suspension that moves the due day runs on `day` and goes on after it."""
    if plan.suspensions is None or (task.completed_on is not None and task.completed_on <= day):
        return False
    for suspension in task.suspensions:
        if suspension.since <= day and (suspension.until is None or suspension.until > day):
            # What had run out when it began is not stopped. One that began before the due day was granted stops the new one as well.
            due_on = due_day(plan, calendar, task, day)
            return due_on is not None and due_on >= suspension.since
    return False


def reminded_on(calendar: WorkingCalendar, due_on: date, before: Offset) -> date:
    """The day so many days or working days before a last day in time; the first day of all where it lies before 1990."""
    if before.unit == "days":
        return due_on - timedelta(days=before.number)
    if before.unit == "working_days":
        try:
            return calendar.add(due_on, -before.number)
        except CalendarHorizonError:
            return date.min
    return due_on
