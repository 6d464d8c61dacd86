"""Calendars for properties, and the days at which calendars turn: taken from the decisions and the table, not from a list."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import groupby

from ..calendar.entries import CalendarEntry, closure
from ..calendar.vietnam import WorkingCalendar, decision_file, vietnam
from ..days import FIRST_DAY, LAST_DAY
from ..errors import needing

with needing("testing", "a strategy of calendars"):
    from hypothesis import strategies as st

_ONE_DAY = timedelta(days=1)


@cache
def recent_years() -> range:
    """The years in which plain days lie: three before the calendar was last checked, to the one after those it vouches for."""
    verified = decision_file().verified
    return range(verified.checked.year - 3, verified.until.year + 2)


@lru_cache(maxsize=64)
def boundaries(calendar: WorkingCalendar, years: range | None = None) -> dict[str, tuple[date, ...]]:
    """The days at which `calendar` turns, by what turns there, each list in order; without `years`, in the recent ones.

    `year_end`, `leap_day`, `quarter_end` and `month_end` are what they say. `holiday` are weekdays off, `long_holiday` the days of the
    longest stretch off of each year, which is Tết, and the days around it. `swap` are the days that a decision or a host's own entry moves,
    `before_swap` the days before them. `calendar` are, of all years, the bounds of what the calendar vouches for and the days on which
    something of it became known.

    >>> found = boundaries(vietnam())
    >>> date(2026, 1, 2) in found["swap"], date(2026, 2, 14) in found["long_holiday"], date(2024, 2, 29) in found["leap_day"]
    (True, True, True)
    """
    years = years or recent_years()
    entries = (*decision_file().decisions, *calendar.extra)
    swaps = {day for entry in entries for day in (*entry.off, *entry.worked) if day.year in years}
    month_ends = [date(year, month, monthrange(year, month)[1]) for year in years for month in range(1, 13)]
    known = {entry.announced_on for entry in entries if entry.announced_on} | {calendar.verified_from, calendar.verified_until}
    stretches = [_longest_stretch(calendar, year) for year in years]
    found = {
        "month_end": month_ends,
        "quarter_end": [day for day in month_ends if day.month % 3 == 0],
        "year_end": [day for day in month_ends if day.month == 12],
        "leap_day": [day for day in month_ends if (day.month, day.day) == (2, 29)],
        "holiday": [day for day in _days_of(years) if day.weekday() < 5 and not calendar.is_working(day)],
        "long_holiday": [day for days in stretches for day in (days[0] - _ONE_DAY, *days, days[-1] + _ONE_DAY)],
        "swap": swaps,
        "before_swap": {day - _ONE_DAY for day in swaps if day > FIRST_DAY},
        "calendar": known,
    }
    return {name: tuple(sorted(days)) for name, days in found.items() if days}


def _days_of(years: range) -> Iterator[date]:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _longest_stretch(calendar: WorkingCalendar, year: int) -> list[date]:
    """The longest run of days off of a year; the first of two."""
    runs = groupby(_days_of(range(year, year + 1)), calendar.is_working)
    return max((list(run) for working, run in runs if not working), key=len)


@cache
def _closable() -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Weekdays that a host may close, and weekends that it may work: beside the boundaries, and at the two ends of the calendar.

    None of them stands in a decision, so that no host contradicts one.
    """
    taken = {day for entry in decision_file().decisions for day in (*entry.off, *entry.worked)}
    found = boundaries(vietnam())
    around = {day + number * _ONE_DAY for name in ("long_holiday", "swap", "calendar", "year_end") for day in found[name] for number in (-1, 0, 1)}
    ends = {FIRST_DAY + number * _ONE_DAY for number in range(8)} | {LAST_DAY - number * _ONE_DAY for number in range(8)}
    free = sorted((around | ends) - taken)
    return tuple(day for day in free if day.weekday() < 5), tuple(day for day in free if day.weekday() >= 5)


@lru_cache(maxsize=256)
def _calendar(known_on: date | None, off: frozenset[date], worked: frozenset[date]) -> WorkingCalendar:
    entries: list[CalendarEntry] = [closure("own", off=sorted(off), worked=sorted(worked))] if off or worked else []
    return vietnam(known_on=known_on, extra=entries)


def calendars() -> st.SearchStrategy[WorkingCalendar]:
    """The calendar as known now, or as known on some day, with or without a host's own closures and worked weekends.

    Shrinks to the calendar as known now.

    >>> from hypothesis import find
    >>> find(calendars(), lambda calendar: True) is vietnam()
    True
    """
    return st.deferred(lambda: _calendars())


@cache
def _calendars() -> st.SearchStrategy[WorkingCalendar]:
    closed, worked = _closable()
    announced = sorted({entry.announced_on for entry in decision_file().decisions if entry.announced_on})
    known_on = [None, FIRST_DAY, *(day - _ONE_DAY for day in announced), *announced]
    some_off = st.just(frozenset[date]()) | st.frozensets(st.sampled_from(closed), min_size=1, max_size=2)
    some_worked = st.just(frozenset[date]()) | st.frozensets(st.sampled_from(worked), min_size=1, max_size=1)
    return st.just(vietnam()) | st.builds(_calendar, st.sampled_from(known_on), some_off, some_worked)
