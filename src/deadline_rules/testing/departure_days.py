"""The days that a departure is likely to be about: weekdays off and weekend days worked between the days that a field counts from and to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from ..calendar.vietnam import DayReason, WorkingCalendar
from ..plan.model import EscalationPlan
from ..regulation import Regulation
from ..results import Evaluation

# Longer spans hold a holiday in any case, which then explains nothing.
_LONGEST: Final = 120
_MOST_RUNS: Final = 6
_OF_DEADLINES: Final = ("starts_on", "due_on", "state", "earliest", "latest")
_OF_ESCALATIONS: Final = ("opens_on", "state")


class _Run(NamedTuple):
    """Days one after the other, worked or off for one reason."""

    first: DayReason
    last: DayReason

    @property
    def text(self) -> str:
        """`Saturday 2026-08-22 is worked: 9441/TB-BNV`."""
        first, last = (f"{one.weekday.en} {one.day}" for one in self)
        days = f"{first} is" if first == last else f"{first} to {last} are"
        return f"{days} {'worked' if self.first.working else 'off'}: {self.first.source}"


def unusual_days(regulation: Regulation, result: Evaluation, path: str) -> tuple[str, ...]:
    """A sentence for each run of days that are not plain, both ends of the span included; none for a field that counts no days.

    `path` is a field of the result, such as `working_days_left` or `deadlines.transfer.due_on`.
    """
    span = _span(regulation, result, path)
    if span is None or None in span:
        return ()
    first, last = sorted(day for day in span if day is not None)
    if (last - first).days > _LONGEST:
        return ()
    return tuple(run.text for run in _runs(regulation.calendar, first, last))[:_MOST_RUNS]


def _span(regulation: Regulation, result: Evaluation, path: str) -> tuple[date | None, date | None] | None:
    """The days that the field counts from and to."""
    part, _, rest = path.partition(".")
    rule, _, key = rest.partition(".")
    if path == "working_days_left":
        done_on = result.task.completed_on
        return (done_on if done_on is not None and done_on <= result.as_of else result.as_of), result.due_on
    if part == "deadlines" and key in _OF_DEADLINES:
        return next(((row.starts_on, row.due_on) for row in result.deadlines if row.rule == rule), None)
    if part == "escalations" and key in _OF_ESCALATIONS:
        plan = next(plan for plan in regulation.plan.escalations if plan.rule == rule)
        row = result.escalation(rule)
        return None if row is None or row.opens_on is None else (_opens_from(regulation, plan, result, row.opens_on), row.opens_on)
    return None


def _opens_from(regulation: Regulation, plan: EscalationPlan, result: Evaluation, opens_on: date) -> date | None:
    """The day that an escalation opens so many working days after; else the due day, which may be moved to a working day."""
    return regulation.calendar.add(opens_on, -plan.opening.later) if plan.opening.later else result.due_on


def _runs(calendar: WorkingCalendar, first: date, last: date) -> Iterator[_Run]:
    """The weekdays off and the weekend days worked from one day to another, those of one reason together."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    reasons = [calendar.why(day) for day in days if calendar.is_working(day) == (day.weekday() >= 5)]
    # Days that follow each other lie as far from the beginning as their number in the list, but for one constant.
    numbered = enumerate(reasons)
    for _, run in groupby(numbered, lambda item: (item[1].day.toordinal() - item[0], item[1].working, item[1].source)):
        of_run = [reason for _, reason in run]
        yield _Run(of_run[0], of_run[-1])
