"""The days on which hosts go wrong, found in the calendar: before Tết, around swapped days, at the end of a month or year, on a leap day."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from ..calendar.vietnam import WorkingCalendar, decision_file
from ..days import LAST_DAY, vietnamese
from ..results import Label

# Periods that begin on a boundary day end so many days later at most, and their counts are to rest on days that the calendar vouches for.
_SPARE: Final = timedelta(days=30)
_ONE_DAY: Final = timedelta(days=1)
# A run of days off at least as long as this in January or February is Tết.
_TET_DAYS: Final = 7


class BoundaryDay(NamedTuple):
    """A day, what ids call it, and what people call it."""

    name: str
    day: date
    text: Label


def after(day: date, days: int) -> date:
    """The day so many days later; negative: earlier."""
    return day + timedelta(days=days)


class Window(NamedTuple):
    """The days to look for boundaries in, both included, and the working days among them."""

    calendar: WorkingCalendar
    first: date
    last: date

    @classmethod
    def of(cls, calendar: WorkingCalendar, in_force_from: date) -> Window:
        """The days that the calendar vouches for since the regulation took effect; where there are none, the two years after that."""
        first, last = max(in_force_from, calendar.verified_from), calendar.verified_until - _SPARE
        if first >= last:
            first, last = in_force_from, min(after(in_force_from, 730), LAST_DAY - _SPARE)
        return cls(calendar, first, last)

    def latest(self, fits: Callable[[date], bool]) -> date | None:
        """The last day that fits."""
        return next((day for day in (after(self.last, -back) for back in range((self.last - self.first).days + 1)) if fits(day)), None)

    def working_days(self) -> list[date]:
        """The working days in order."""
        days = (after(self.first, number) for number in range((self.last - self.first).days + 1))
        return [day for day in days if self.calendar.is_working(day)]


def plain_monday(window: Window) -> date:
    """The last Monday about which every week is plain: Monday to Friday worked, Saturday and Sunday off, three weeks before and four after."""

    def plain(day: date) -> bool:
        around = (after(day, far) for far in range(-21, 29))
        return day.weekday() == 0 and all(window.calendar.is_working(other) == (other.weekday() < 5) for other in around)

    return window.latest(plain) or window.calendar.following(window.first)


def boundary_days(window: Window, in_force_from: date, *, stated: bool = True) -> tuple[BoundaryDay, ...]:
    """The boundaries that every rule is tried on, the plain days first; what the calendar does not have is left out.

    `stated`: whether the text says on which day it took effect; else `in_force_from` is only the first day that can be asked about.
    """
    calendar, monday = window.calendar, plain_monday(window)
    moved_off = _days_of_decisions(window, worked=False)
    moved_on = _days_of_decisions(window, worked=True)
    found = (
        ("monday", monday, "thứ Hai của một tuần bình thường", "a plain Monday"),
        ("friday", after(monday, 4), "thứ Sáu của một tuần bình thường", "a plain Friday"),
        ("saturday", after(monday, 5), "thứ Bảy được nghỉ", "a Saturday off"),
        ("before-tet", window.latest(lambda day: _before_tet(calendar, day)), "ngày làm việc cuối cùng trước Tết", "the last working day before Tết"),
        (
            "before-swapped-day",
            calendar.add(moved_off, -1) if moved_off else None,
            "ngày làm việc cuối cùng trước ngày được hoán đổi để nghỉ",
            "the last working day before a weekday made a day off",
        ),
        (
            "before-worked-weekend",
            calendar.add(moved_on, -1) if moved_on else None,
            "ngày làm việc ngay trước ngày cuối tuần làm bù",
            "the working day before a weekend day that is worked",
        ),
        ("worked-weekend", moved_on, "ngày cuối tuần làm bù", "a weekend day that is worked"),
        ("month-end", window.latest(lambda day: _plain_month_end(calendar, day)), "ngày cuối tháng", "the last day of a month"),
        (
            "leap-day",
            window.latest(lambda day: isleap(day.year) and (day.month, day.day) == (2, 29)),
            "ngày 29 tháng 2",
            "29 February",
        ),
        ("year-end", window.latest(lambda day: (day.month, day.day) == (12, 31)), "ngày 31 tháng 12", "31 December"),
        (
            "in-force",
            in_force_from,
            "ngày văn bản có hiệu lực" if stated else "ngày đầu tiên có thể xét",
            "the day the regulation took effect" if stated else "the first day that can be asked about",
        ),
    )
    return tuple(BoundaryDay(name, day, Label(vi, en)) for name, day, vi, en in found if day is not None and day >= in_force_from)


def closures(window: Window) -> Iterator[BoundaryDay]:
    """Every working day after which the working week does not go on as usual: a weekday is off next, or a weekend day is worked.

    They are called by their dates, so that no later calendar changes what an id means.
    """
    for day, following in pairwise(window.working_days()):
        usual = after(day, 3 if day.weekday() == 4 else 1)
        if following != usual:
            vi = f"{vietnamese(day)}, ngày làm việc tiếp theo là {vietnamese(following)}"
            yield BoundaryDay(day.isoformat(), day, Label(vi, f"{day}, after which {following} is the next working day"))


def _days_of_decisions(window: Window, *, worked: bool) -> date | None:
    """The last day that a decision, or a closure of the host, makes worked or off, as the calendar has it."""
    calendar = window.calendar
    entries = (*decision_file().decisions, *calendar.extra)
    days = [day for entry in entries for day in (entry.worked if worked else entry.off)]
    return max((day for day in days if window.first < day <= window.last and calendar.is_working(day) == worked), default=None)


def _before_tet(calendar: WorkingCalendar, day: date) -> bool:
    return calendar.is_working(day) and day.month <= 2 and (calendar.add(day, 1) - day).days > _TET_DAYS


def _plain_month_end(calendar: WorkingCalendar, day: date) -> bool:
    """The last day of a month but December, worked, and the next day too."""
    following = day + _ONE_DAY
    return following.day == 1 and following.month != 1 and calendar.is_working(day) and calendar.is_working(following)
