"""WorkingDays: arithmetic on a table of working days over 1990-2100. Nothing steps day by day.

Two tables are enough: how many working days there are up to each day, and the list of working days itself.
Then `count` is a subtraction and `add` is one look-up each.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Literal, NoReturn

from ..days import FIRST_DAY, LAST_DAY, as_day
from ..errors import CalendarHorizonError

_FIRST = FIRST_DAY.toordinal()
SIZE = LAST_DAY.toordinal() - _FIRST + 1


class Table:
    """The two tables, made from one flag a day."""

    __slots__ = ("days", "flags", "upto")

    def __init__(self, flags: bytes) -> None:
        if len(flags) != SIZE:
            raise ValueError(f"{len(flags)} flags for {SIZE} days")
        self.flags = flags
        # upto[i]: working days from the first day to day i, that day included.
        self.upto: Sequence[int] = array("i", accumulate(flags))
        self.days: Sequence[date] = [date.fromordinal(_FIRST + i) for i, flag in enumerate(flags) if flag]


class WorkingDays:
    """Working-day arithmetic over 1990-2100 on a table that a subclass or the caller supplies. Immutable."""

    def __init__(self, flags: bytes) -> None:
        self._made: Table | None = Table(flags)

    def _table(self) -> Table:
        table = self._made
        if table is None:
            table = self._made = self._make()
        return table

    def _make(self) -> Table:
        raise NotImplementedError  # a lazy calendar makes its own table; any other was given one

    @property
    def flags(self) -> bytes:
        """One byte a day of 1990-2100: 1 where it is worked."""
        return self._table().flags

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day.

        Raises:
            CalendarHorizonError: `day` lies outside 1990-2100.
            DayError: `day` is no date, or a date-time without a time zone.
        """
        return self._table().flags[_index(day)] == 1

    def add(self, day: date, n: int) -> date:
        """The `n`-th working day strictly after `day` (negative: strictly before); `day` itself for 0.

        Raises:
            CalendarHorizonError: `day` or the answer lies outside 1990-2100.

        >>> from deadline_rules import vietnam
        >>> vietnam().add(date(2025, 12, 31), 3)      # 1 and 2 January are off
        datetime.date(2026, 1, 7)
        """
        table = self._made or self._table()
        i = day.toordinal() - _FIRST if type(day) is date else _index(day)
        if n > 0 and 0 <= i < SIZE:
            k = table.upto[i] + n - 1
            if k < len(table.days):
                return table.days[k]
        elif n < 0 and 0 <= i < SIZE:
            k = table.upto[i] - table.flags[i] + n
            if k >= 0:
                return table.days[k]
        elif n == 0 and 0 <= i < SIZE:
            return as_day(day)
        return _beyond(f"{n} working days from {day}")

    def count(self, start: date, end: date) -> int:
        """Working days in (start, end]; negative, those in (end, start], where `end` lies before `start`.

        Raises:
            CalendarHorizonError: a day lies outside 1990-2100.
        """
        upto = (self._made or self._table()).upto
        return upto[_index(end)] - upto[_index(start)]

    def following(self, day: date) -> date:
        """The first working day on or after `day` (`day` itself where it is one).

        Raises:
            CalendarHorizonError: the answer lies outside 1990-2100.

        Source: Civil Code 2015, art. 148(5).

        >>> from deadline_rules import vietnam
        >>> vietnam().following(date(2026, 2, 14))      # a Saturday, then Tết
        datetime.date(2026, 2, 23)
        """
        table = self._made or self._table()
        i = _index(day)
        k = table.upto[i] - table.flags[i]
        return table.days[k] if k < len(table.days) else _beyond(f"the working day on or after {day}")

    def preceding(self, day: date) -> date:
        """The last working day on or before `day` (`day` itself where it is one).

        Raises:
            CalendarHorizonError: the answer lies outside 1990-2100.
        """
        table = self._table()
        k = table.upto[_index(day)] - 1
        return table.days[k] if k >= 0 else _beyond(f"the working day on or before {day}")

    def roll(self, day: date, to: Literal["following", "preceding"]) -> date:
        """`day` where it is a working day, else the following or the preceding one."""
        if to not in ("following", "preceding"):
            raise ValueError(f"a day rolls to 'following' or 'preceding', not to {to!r}.")
        return self.following(day) if to == "following" else self.preceding(day)


def _index(day: date) -> int:
    i = (day if type(day) is date else as_day(day)).toordinal() - _FIRST
    if not 0 <= i < SIZE:
        _beyond(str(day))
    return i


def _beyond(what: str) -> NoReturn:
    raise CalendarHorizonError(f"{what} lies outside 1990-2100, the years the calendar knows; correct the year.")
