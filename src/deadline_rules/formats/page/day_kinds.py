"""The days of a year that are not plain working days, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Literal, NamedTuple

from ...calendar.vietnam import WorkingCalendar, decision_file

Kind = Literal["week", "holiday", "swap", "worked"]


class Run(NamedTuple):
    """Days of one kind in a row, both ends included."""

    kind: Kind
    first: date
    last: date


def kind_of(calendar: WorkingCalendar, day: date) -> Kind | None:
    """What a day is: off every week, a public holiday, off by a decision or closure, or a weekend day that is worked; None for a working day.

    >>> from deadline_rules import vietnam
    >>> kind_of(vietnam(), date(2026, 1, 1)), kind_of(vietnam(), date(2026, 1, 2)), kind_of(vietnam(), date(2026, 1, 10))
    ('holiday', 'swap', 'worked')
    """
    weekend = day.weekday() >= 5
    if calendar.is_working(day):
        return "worked" if weekend else None
    if any(day in paper.off for paper in (*calendar.extra, *decision_file().decisions)):
        return "swap"
    # A holiday that falls on a weekend day is off as every week; another day is off for it.
    return "week" if weekend else "holiday"


def runs(calendar: WorkingCalendar, first: date, last: date) -> Iterator[Run]:
    """The days in [first, last] that are not plain working days, in runs of one kind."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for kind, group in groupby(days, key=lambda day: kind_of(calendar, day)):
        if kind is not None:
            together = list(group)
            yield Run(kind, together[0], together[-1])


def special_days(calendar: WorkingCalendar, first: date, last: date) -> Iterator[tuple[Kind, date]]:
    """The days in [first, last] that a week alone does not explain."""
    for run in runs(calendar, first, last):
        if run.kind != "week":
            yield from ((run.kind, run.first + timedelta(days=number)) for number in range((run.last - run.first).days + 1))
