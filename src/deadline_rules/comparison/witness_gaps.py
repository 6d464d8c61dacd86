"""Days moved: to the end of a period, to the next working day. The same arithmetic on the same days off is the same object.

Days are ordinals here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from ..calendar.vietnam import WorkingCalendar
from ..days import FIRST_DAY, LAST_DAY
from ..errors import CalendarHorizonError
from ..plan.model import Offset, Plan

_SPARE: Final = 3  # days left at the end of the calendar, so that the days after an end lie inside it


class Gap:
    """A day moved; never to an earlier day for a later one. `rolls`: several days are moved to one working day."""

    __slots__ = ("_known", "_move", "rolls")

    def __init__(self, move: Callable[[int], int], rolls: bool) -> None:
        self._move = move
        self.rolls = rolls
        self._known: dict[int, int] = {}

    def __call__(self, day: int) -> int:
        moved = self._known.get(day)
        if moved is None:
            moved = self._known[day] = self._move(day)
        return moved

    def first_reaching(self, moved: int) -> int:
        """The first day that is moved to `moved` or beyond; not before the first day of the calendar."""
        first, step, high = FIRST_DAY.toordinal(), 1, moved
        while high > first and self(low := max(high - step, first)) >= moved:
            high, step = low, step * 2
        low = max(high - step, first - 1)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self(middle) >= moved else (middle, high)
        return high


class Gaps:
    """The gaps of both sides, each made once; those that count working days are shared where the calendars have the same days off from `after` on."""

    def __init__(self, left: WorkingCalendar, right: WorkingCalendar, after: date) -> None:
        first = after.toordinal() - FIRST_DAY.toordinal()
        self.alike = left.flags[first:-_SPARE] == right.flags[first:-_SPARE]
        self._calendars = (left, left if self.alike else right)
        self._made: dict[tuple[str, int, WorkingCalendar | None], Gap] = {}
        self.nothing = self._plain(0)

    def end(self, side: int, plan: Plan, offset: Offset, roll: bool) -> Gap | None:
        """From the start of a period to its last day; None where the text sets no number."""
        unit, number = offset
        if unit == "none":
            return None
        if unit == "same_day" or number == 0:
            return self.rolled(side) if unit == "days" and roll else self.nothing
        if unit == "days":
            number -= plan.start_included
            return self._rolled_after(side, number) if roll else self._plain(number)
        if plan.start_included:
            # The first of the working days is the start itself, or the next working day: one working day is the day rolled.
            return self.rolled(side) if number == 1 else self._make("included", number, side)
        return self._make("working", number, side)

    def rolled(self, side: int) -> Gap:
        """To the day itself where it is a working day, else to the next one."""
        return self._rolled_after(side, 0)

    def due(self, side: int, rolls: bool, after: int = 0) -> Gap:
        """To the due day, rolled where the plan says so, and so many days after it."""
        if not rolls:
            return self._plain(after)
        return self._make("rolled-then", after, side) if after else self.rolled(side)

    def later(self, side: int, number: int) -> Gap | None:
        """So many working days later, the day itself not counted; None for none."""
        return self._make("working", number, side) if number else None

    def _plain(self, number: int) -> Gap:
        return self._kept(("plain", number, None), lambda day: day + number)

    def _rolled_after(self, side: int, number: int) -> Gap:
        return self._make("then-rolled", number, side)

    def _make(self, form: str, number: int, side: int) -> Gap:
        calendar = self._calendars[side]

        def moved(day: int) -> int:
            start = date.fromordinal(day)
            match form:
                case "working":
                    return calendar.add(start, number).toordinal()
                case "included":
                    return calendar.add(start, number - calendar.is_working(start)).toordinal()
                case "then-rolled":
                    return calendar.following(date.fromordinal(day + number)).toordinal()
                case _:
                    return calendar.following(start).toordinal() + number

        return self._kept((form, number, calendar), moved)

    def _kept(self, key: tuple[str, int, WorkingCalendar | None], move: Callable[[int], int]) -> Gap:
        if key not in self._made:
            self._made[key] = Gap(move, rolls=key[0] != "plain")
        return self._made[key]

    def last_day(self, plans: tuple[Plan, Plan]) -> int:
        """The last day from which every period of both plans ends some days before the end of the calendar."""
        ends = [self.rolled(side) for side in (0, 1)]
        for side, plan in enumerate(plans):
            offsets = {case.offset for rule in plan.deadlines for case in rule.cases}
            ends += [gap for offset in offsets if (gap := self.end(side, plan, offset, roll=True)) is not None]
            ends += [gap for rule in plan.escalations if (gap := self.later(side, rule.opening.later)) is not None]
        first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
        low, high = first - 1, last
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._ends_by(ends, middle, last - _SPARE) else (low, middle - 1)
        return low

    def _ends_by(self, ends: list[Gap], day: int, last: int) -> bool:
        try:
            start = max(self.rolled(0)(day), self.rolled(1)(day))
            return all(end(start + 1) <= last for end in ends)  # some count from the day after the due day
        except CalendarHorizonError:
            return False
