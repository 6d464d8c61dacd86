"""The working-day calendar of the Vietnamese civil service: the statute from `holidays`, the decisions from `rules/calendar`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from ..days import FIRST_DAY, LAST_DAY, as_day
from ..files.packaged import rules_folder
from ..files.typed import typed
from ..files.yaml_source import read_file
from ..results import Label
from .entries import CalendarEntry, Decision, DecisionFile, read_closures, refuse_contradictions
from .working_days import SIZE, Table, WorkingDays

Certainty = Literal["official", "projected", "unverified"]

_FIRST: Final = FIRST_DAY.toordinal()
_WEEKDAYS: Final = (
    Label("thứ Hai", "Monday"),
    Label("thứ Ba", "Tuesday"),
    Label("thứ Tư", "Wednesday"),
    Label("thứ Năm", "Thursday"),
    Label("thứ Sáu", "Friday"),
    Label("thứ Bảy", "Saturday"),
    Label("Chủ nhật", "Sunday"),
)


class DayReason(NamedTuple):
    """Why a day is worked or off, and how certain that is."""

    day: date
    working: bool
    weekday: Label
    reason: Label
    source: str
    certainty: Certainty


class Base(NamedTuple):
    """What the installed release of `holidays` says before any decision is laid over it: days of 1990-2100.

    `flags` is one byte a day, 1 where it is worked; `names` are its holidays; `swapped` the days off and the days worked that it exchanges
    by name of a decision, not by the statute.
    """

    release: str
    flags: bytes
    names: Mapping[date, Label]
    swapped: frozenset[date]

    def is_working(self, day: date) -> bool:
        return self.flags[day.toordinal() - _FIRST] == 1


class WorkingCalendar(WorkingDays):
    """Working days over 1990-2100, as known on a day, with a host's own closures on top. Immutable; its table is made on first use.

    `known_on` is the day whose knowledge it replays, or None for all that is known. `verified_from` and `verified_until` bound
    the days it vouches for, both included.
    """

    def __init__(self, known_on: date | None = None, extra: Iterable[CalendarEntry] = ()) -> None:
        decisions = decision_file()
        self.known_on = known_on
        self.extra = tuple(extra)
        refuse_contradictions((*decisions.decisions, *self.extra))
        self.verified_from = decisions.verified.since
        self.verified_until = decisions.verified.until
        self._own = tuple(entry for entry in self.extra if _known(entry, known_on))
        self._unknown = tuple(entry for entry in decisions.decisions if not _known(entry, known_on))
        if known_on is not None:
            confirmed = [entry.confirms for entry in decisions.decisions if entry.confirms and _announced(entry, known_on)]
            self.verified_until = min(self.verified_until, date(max(confirmed, default=1989), 12, 31))
        self._made = None
        self._version: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.known_on, self.extra)

    def _make(self) -> Table:
        flags = bytearray(_statute())
        for entry in self._unknown:
            _undo(entry, flags)
        # Two papers may set the same days; what is known of the earlier one stays when the later one is not.
        for entry in decision_file().decisions:
            if entry not in self._unknown:
                _apply(entry, flags)
        for closure in self._own:
            _apply(closure, flags)
        return Table(bytes(flags))

    @property
    def version(self) -> str:
        """A short hash of every working day and of the verified span: equal calendars have equal versions."""
        if self._version is None:
            text = f"{self.verified_from}{self.verified_until}".encode()
            self._version = hashlib.sha256(self._table().flags + text).hexdigest()[:12]
        return self._version

    def certainty(self, day: date) -> Certainty:
        """How certain it is whether `day` is worked.

        `official`: fixed by decision or statute and checked; `projected`: computed by the statute, to be confirmed;
        `unverified`: before the first year that was checked.
        """
        day = as_day(day)
        return "unverified" if day < self.verified_from else "projected" if day > self.verified_until else "official"

    def why(self, day: date) -> DayReason:
        """Why `day` is worked or off: the decision, the holiday, or the working week.

        Raises:
            CalendarHorizonError: `day` lies outside 1990-2100.
        """
        day = as_day(day)
        working = self.is_working(day)
        reason, source = self._reason(day, working)
        return DayReason(day, working, _WEEKDAYS[day.weekday()], reason, source, self.certainty(day))

    def _reason(self, day: date, working: bool) -> tuple[Label, str]:
        known = [entry for entry in decision_file().decisions if entry not in self._unknown]
        for paper in (*self._own, *known):
            if day in paper.off:
                return Label(f"nghỉ theo {paper.title}", f"off by {paper.title}"), paper.title
            if day in paper.worked:
                return Label(f"làm việc bù theo {paper.title}", f"worked by {paper.title}"), paper.title
        if working:
            return Label("ngày làm việc trong tuần", "a day of the working week"), "Quyết định 188/1999/QĐ-TTg"
        for entry in known:
            if entry.yearly and day == date(day.year, entry.yearly.month, entry.yearly.day) and day.year >= entry.yearly.since:
                return entry.yearly.name.label(), entry.title
        unknown = any(entry.yearly and (day.month, day.day) == (entry.yearly.month, entry.yearly.day) for entry in self._unknown)
        if not unknown and (names := _holiday_names(day)):
            return names, "Bộ luật Lao động 2019, Điều 112" if day.year >= 2021 else "Bộ luật Lao động, ngày nghỉ lễ"
        return Label("ngày nghỉ hằng tuần", "a weekly day off"), "Quyết định 188/1999/QĐ-TTg"


def vietnam(known_on: date | None = None, extra: str | Path | Iterable[CalendarEntry] = ()) -> WorkingCalendar:
    """The working-day calendar of the Vietnamese civil service.

    `known_on` replays it as it was known on that day: what was announced later is left out. `extra` are a host's own closures and
    worked weekends (`closure(…)`), or a YAML file of them.

    Raises:
        CalendarEntryError: two entries contradict each other; both are named.
        RuleFileError: the file of closures is not well formed.

    >>> vietnam().is_working(date(2026, 1, 2)), vietnam(known_on=date(2025, 12, 20)).is_working(date(2026, 1, 2))
    (False, True)
    """
    entries = read_closures(extra) if isinstance(extra, (str, Path)) else tuple(extra)
    if known_on is None and not entries:
        return _as_known_now()
    return WorkingCalendar(as_day(known_on, "known_on") if known_on is not None else None, entries)


@cache
def _as_known_now() -> WorkingCalendar:
    return WorkingCalendar()


@cache
def decision_file() -> DecisionFile:
    """The decisions that travel with the library."""
    decisions = typed(DecisionFile, read_file(rules_folder() / "calendar" / "vietnam.yaml"))
    refuse_contradictions(decisions.decisions)
    return decisions


@cache
def base() -> Base:
    """The days that the calendar builds on, and what `holidays` calls them."""
    from importlib.metadata import version  # here, because it is slow to import and few ask

    vi, en = _names("vi"), _names("en_US")
    # The library marks a day off that a decision exchanges by its name alone; the name begins so.
    begins = vi.substituted_label.partition("%s")[0]
    swapped = {day for day, name in vi.items() if name.startswith(begins)} | set(vi.weekend_workdays)
    return Base(version("holidays"), _statute(), {day: Label(vi[day], en[day]) for day in sorted(vi)}, frozenset(swapped))


@cache
def _statute() -> bytes:
    """One flag a day by the working week and the statutory holidays; the swaps that the library knows are in it too."""
    days = _holidays("vi")
    off = {day.toordinal() - _FIRST for day in days}
    worked = {day.toordinal() - _FIRST for day in days.weekend_workdays}
    # 1990-01-01 was a Monday.
    return bytes((i % 7 < 5 and i not in off) or i in worked for i in range(SIZE))


def _holidays(language: str) -> Any:
    """The library's holidays of all years at once: a make-up day is only known once the other year was built."""
    import holidays

    # The language is given, or the names would follow the locale of the process.
    return holidays.country_holidays("VN", years=range(FIRST_DAY.year, LAST_DAY.year + 1), language=language, expand=False)


@cache
def _names(language: str) -> Any:
    return _holidays(language)


def _holiday_names(day: date) -> Label | None:
    vi = _names("vi").get(day)
    return Label(vi, _names("en_US").get(day)) if vi else None


def _announced(entry: CalendarEntry, known_on: date) -> bool:
    return entry.announced_on is not None and entry.announced_on <= known_on


def _known(entry: CalendarEntry, known_on: date | None) -> bool:
    return known_on is None or entry.announced_on is None or entry.announced_on <= known_on


def _apply(entry: CalendarEntry, flags: bytearray) -> None:
    for day in (*entry.off, *_yearly(entry)):
        flags[day.toordinal() - _FIRST] = 0
    for day in entry.worked:
        flags[day.toordinal() - _FIRST] = 1


def _undo(entry: Decision, flags: bytearray) -> None:
    """Takes back what was not known yet, where the statute of the library already has it."""
    for day in (*entry.off, *entry.worked, *_yearly(entry)):
        flags[day.toordinal() - _FIRST] = day.weekday() < 5


def _yearly(entry: CalendarEntry) -> Iterator[date]:
    """The days off of a holiday that comes back every year; one on a weekend is made up on the next day of the working week."""
    if isinstance(entry, Decision) and entry.yearly:
        for year in range(entry.yearly.since, LAST_DAY.year + 1):
            holiday = date(year, entry.yearly.month, entry.yearly.day)
            yield holiday + timedelta(days=7 - holiday.weekday() if holiday.weekday() >= 5 else 0)
