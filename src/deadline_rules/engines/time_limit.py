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
    """A due day, the first and the last day on which notices go by it, and the day an extension granted it (before all days where none did)."""

    since: date
    until: date
    due_on: date | None
    granted_on: date


def due_days(plan: Plan, calendar: WorkingCalendar, task: Task, first: date, last: date) -> Iterator[DueDay]:
    """The due days by which the notices of [first, last] go; one that lies beyond 2100 is the last day of all.

    Each goes on to the day on which the next is known, that day included: nothing done on a day takes away a notice of that day. A suspension
    grants nothing, so that what was reminded of is not reminded of again.
    """

    def in_force(day: date) -> date | None:
        try:
            return due_day(plan, calendar, task, day)
        except CalendarHorizonError:
            return date.max

    def granted_on(day: date) -> date:
        return max((extension.granted_on for extension in task.extensions if extension.granted_on <= day), default=date.min)

    since = max(first - _ONE_DAY, FIRST_DAY)
    due_on = in_force(since)
    for day in sorted({first, *turning_days(plan, task, first, last)}):
        if (moved := in_force(day)) != due_on:
            yield DueDay(since, day, due_on, granted_on(since))
            since, due_on = day, moved
    yield DueDay(since, last, due_on, granted_on(since))


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
