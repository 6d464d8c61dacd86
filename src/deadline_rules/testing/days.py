"""Days for properties: plain ones, boundaries of a calendar, and days that lie a period of a regulation after another."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from ..calendar.vietnam import WorkingCalendar, vietnam
from ..days import FIRST_DAY, LAST_DAY, refuse_interval
from ..errors import CalendarHorizonError, needing
from ..regulation import Regulation
from .calendars import boundaries, recent_years

with needing("testing", "a strategy of days"):
    from hypothesis import strategies as st

ONE_DAY = timedelta(days=1)
# No period that ends decades later tells more than a shorter one, and the calendar ends in 2100.
_LONGEST_PERIOD = 1_000


class Move(NamedTuple):
    """Where a day lies: so many days or working days after another, or on `day`."""

    unit: Literal["days", "working_days"] = "days"
    number: int = 0
    day: date | None = None


class Scene(NamedTuple):
    """What days are drawn for: a calendar, a regulation's own day and periods, and bounds, both included."""

    calendar: WorkingCalendar
    own: tuple[date, ...]
    periods: tuple[Move, ...]
    since: date | None
    until: date | None

    def within(self, day: date) -> date:
        """The day, or the nearer bound."""
        return min(max(day, self.since or FIRST_DAY), self.until or LAST_DAY)

    def moved(self, start: date, move: Move) -> date:
        """The day where `move` lies, told from `start`; the nearer bound where it is beyond."""
        if move.day is not None:
            return move.day
        try:
            day = self.calendar.add(start, move.number) if move.unit == "working_days" else start + move.number * ONE_DAY
        except CalendarHorizonError:
            day = LAST_DAY if move.number > 0 else FIRST_DAY
        return self.within(day)

    def plain_span(self) -> tuple[date, date]:
        """The bounds of plain days: those given, else the recent years."""
        years = recent_years()
        first = self.since or min(date(years[0], 1, 1), self.until or LAST_DAY)
        return first, self.until or max(date(years[-1], 12, 31), first)


def scene(
    regulation: Regulation | None = None, calendar: WorkingCalendar | None = None, since: date | None = None, until: date | None = None
) -> Scene:
    """The scene of a regulation and a calendar: the one given, else the regulation's, else the one known now.

    Raises:
        DayError: `since` lies after `until`.
        CalendarHorizonError: one of them lies outside 1990-2100.
    """
    refuse_interval("since", since or min(FIRST_DAY, until or FIRST_DAY), until or max(LAST_DAY, since or LAST_DAY))
    if regulation is None:
        return Scene(calendar or vietnam(), (), (), since, until)
    return Scene(calendar or regulation.calendar, (regulation.plan.in_force_from,), periods_of(regulation), since, until)


def days(
    *, regulation: Regulation | None = None, calendar: WorkingCalendar | None = None, since: date | None = None, until: date | None = None
) -> st.SearchStrategy[date]:
    """Days, half of them plain, half on a boundary of the calendar or a day or two beside it; `since` and `until` are included.

    Boundaries are the ends of months, quarters and years, leap days, Tết and other holidays, the days that a decision moves, the days before
    them, the days on which something of the calendar became known, and the day that `regulation` took effect. `calendar` is the one whose
    boundaries count; without it, the regulation's or the one known now. Without `since` and `until`, plain days lie in the years around
    the one in which the calendar was last checked, and boundaries also before. Shrinks to the first plain day.

    Raises:
        DayError: `since` lies after `until`.
        CalendarHorizonError: one of them lies outside 1990-2100.

    >>> from hypothesis import find
    >>> find(days(since=date(2026, 1, 5)), lambda day: True)
    datetime.date(2026, 1, 5)
    """
    of = scene(regulation, calendar, since, until)
    return st.deferred(lambda: days_in(of))


@lru_cache(maxsize=64)
def days_in(scene: Scene, plain: float = 0.5) -> st.SearchStrategy[date]:
    """The strategy of `days` for a scene; `plain` is the share of plain days."""
    first, last = scene.plain_span()
    groups = [*boundaries(scene.calendar, range(first.year, last.year + 1)).values(), scene.own]
    inside = [found for group in groups if (found := [day for day in group if scene.within(day) == day])]
    on_boundary = [(group, number) for group in inside for number in (0, 0, 0, 1, -1, 2, -2)]
    length = (last - first).days + 1

    def day(number: int, shape: tuple[list[date], int] | None) -> date:
        """A plain day; or what stands in a group of boundaries about as far on as that day in the span of plain days."""
        if shape is None:
            return first + number * ONE_DAY
        group, beside = shape
        return scene.within(group[number * len(group) // length] + beside * ONE_DAY)

    # Two draws in any case, the plain one first: so a day on a boundary shrinks to a plain one, and that to an earlier one.
    shapes = [*[None] * max(round(len(on_boundary) * plain / (1 - plain)), 1), *on_boundary]
    return st.builds(day, st.integers(0, length - 1), st.sampled_from(shapes))


@lru_cache(maxsize=64)
def moves_in(scene: Scene) -> st.SearchStrategy[Move]:
    """How a day of a task lies to its first: close by, where one of the regulation's periods ends or a day beside that, or anywhere."""
    near = (st.integers(0, 20) | st.integers(-20, 3)).map(lambda number: Move("days", number))
    anywhere = days_in(scene).map(lambda day: Move(day=day))
    if not scene.periods:
        return near | anywhere
    ends = st.sampled_from(scene.periods)
    beside = st.builds(lambda move, number: move._replace(number=move.number + number), ends, st.sampled_from([1, -1]))
    return near | ends | beside | anywhere


def periods_of(regulation: Regulation) -> tuple[Move, ...]:
    """The numbers that the regulation counts with, the shortest first."""
    plan = regulation.plan
    offsets = {(case.offset.unit, case.offset.number) for rule in plan.deadlines for case in rule.cases if case.applies}
    offsets |= {("working_days", rule.opening.later) for rule in plan.escalations if rule.opening.later}
    found = [Move(unit, number) for unit, number in offsets if unit in ("days", "working_days") and number <= _LONGEST_PERIOD]
    return tuple(sorted(found, key=lambda move: (move.number, move.unit)))
