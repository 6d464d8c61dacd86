"""Where the papers of the calendar and the installed release of `holidays` say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from ..results import Label
from .entries import CalendarEntry, Decision
from .vietnam import Base

Kind = Literal["decided_otherwise", "holiday_missing", "swap_without_decision"]

_ONE_DAY: Final = timedelta(days=1)


class Difference(NamedTuple):
    """A day on which a paper and `holidays` do not agree.

    `decided_otherwise`: a decision or a closure sets the day against `holidays`, and the calendar goes by it. `holiday_missing`: a holiday that
    a law adds to every year is not one in `holidays`, from which the calendar takes it. `swap_without_decision`: `holidays` exchanges the day,
    the calendar follows, and no paper here says so. `here` is whether it is worked by the papers, `there` whether it is by `holidays`, which
    calls it `name`. `paper` is None where there is none.
    """

    day: date
    kind: Kind
    here: bool
    there: bool
    paper: str | None
    name: Label | None


def differences(entries: Iterable[CalendarEntry], base: Base, since: date, until: date) -> tuple[Difference, ...]:
    """Every day from `since` to `until`, both included, on which the papers and `base` do not agree, in the order of days.

    Two papers that set the same day count once, under the first. All days lie in 1990-2100.
    """
    said: dict[date, Difference] = {}
    for entry in entries:
        for day, kind, here in _set_by(entry, until.year):
            said.setdefault(day, Difference(day, kind, here, base.is_working(day), entry.title, base.names.get(day)))
    found = [one for one in said.values() if one.here != one.there]
    for day in base.swapped - said.keys():
        there = base.is_working(day)
        found.append(Difference(day, "swap_without_decision", not there, there, None, base.names.get(day)))
    return tuple(sorted(one for one in found if since <= one.day <= until))


def _set_by(entry: CalendarEntry, last_year: int) -> Iterator[tuple[date, Kind, bool]]:
    """The days that one paper sets, and whether it lets them be worked."""
    for day in entry.off:
        yield day, "decided_otherwise", False
    for day in entry.worked:
        yield day, "decided_otherwise", True
    if isinstance(entry, Decision) and entry.yearly:
        for year in range(entry.yearly.since, last_year + 1):
            # A holiday on a weekend is made up on the next working day (Labour Code 2019, art. 111(3)).
            off = date(year, entry.yearly.month, entry.yearly.day)
            while off.weekday() >= 5:
                off += _ONE_DAY
            yield off, "holiday_missing", False
