"""House rules that took effect later than what they extend: before their first day what lies below them holds, under its own name.

Each day is told by the rules in force on that day, so the parts of an interval give what the whole gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

from .days import LAST_DAY
from .results import Notice, ReportDue, Reports
from .rulebook.rules import Due
from .task import Task

ONE_DAY = timedelta(days=1)


class Asked(NamedTuple):
    """What a caller chose: options by reading, and days of reports that the text leaves to others."""

    readings: Mapping[str, object]
    reports: Mapping[str, Due]


class Below(Protocol):
    """The regulation that holds before: what is asked of it here."""

    @property
    def in_force_from(self) -> date: ...

    def reports(self, since: date, until: date) -> Reports: ...

    def notices(self, tasks: Iterable[Task], after: date, until: date) -> tuple[Notice, ...]: ...

    def notices_table(self, table: Any, after: date, until: date) -> Any: ...


def first_asked(after: date) -> date:
    """The first day of an interval that begins after a day."""
    return min(after, LAST_DAY) + ONE_DAY


class Earlier(NamedTuple):
    """The regulation that holds before the house rules do, and its last day.

    Each method answers for days of which the first is no later than that one; `own` answers under the house rules, for the days after it.
    """

    below: Below
    last_day: date

    def reports(self, since: date, until: date, own: Callable[[date, date], tuple[ReportDue, ...]]) -> tuple[ReportDue, ...]:
        """The reports of [since, until]; those of no period and no day stand once, as they do on the last day asked about."""
        before = self.below.reports(since, min(until, self.last_day))
        if until <= self.last_day:
            return before
        return (*(row for row in before if row.due_on or row.period), *own(self.last_day + ONE_DAY, until))

    def notices(
        self, tasks: Iterable[Task], after: date, until: date, own: Callable[[Iterable[Task], date, date], tuple[Notice, ...]]
    ) -> tuple[Notice, ...]:
        """The notices of (after, until]."""
        tasks = tuple(tasks)
        before = self.below.notices(tasks, after, min(until, self.last_day))
        return before if until <= self.last_day else before + own(tasks, self.last_day, until)

    def notices_table(self, table: Any, after: date, until: date, own: Callable[[Any, date, date], Any]) -> Any:
        """The same as an Arrow table."""
        from .frames.joined import joined, read_once

        table = read_once(table)
        before = self.below.notices_table(table, after, min(until, self.last_day))
        return before if until <= self.last_day else joined(before, own(table, self.last_day, until))
