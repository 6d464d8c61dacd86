"""The working-day calendar, against decisions copied by hand into tests/calendar_oracle.yaml."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

import deadline_rules as dr
from deadline_rules.calendar.entries import CalendarEntry
from deadline_rules.errors import CalendarEntryError, CalendarHorizonError, DayError, RuleFileError

ORACLE: dict[int, dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "calendar_oracle.yaml").read_text(encoding="utf-8"))
OFF: set[date] = {day for year in ORACLE.values() for day in year["weekdays_off"]}
WORKED: set[date] = {day for year in ORACLE.values() for day in year["weekend_days_worked"]}
ONE = timedelta(days=1)
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)


def works(day: date) -> bool:
    """The oracle's answer for one day of 2014-2027: Monday to Friday less the days off, and the weekend days worked."""
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def days(start: date, end: date) -> Iterable[date]:
    return (start + timedelta(days=n) for n in range((end - start).days + 1))


def walk(day: date, n: int) -> date:
    step = ONE if n > 0 else -ONE
    for _ in range(abs(n)):
        day += step
        while not works(day):
            day += step
    return day


@pytest.fixture(scope="module")
def calendar() -> dr.WorkingCalendar:
    return dr.vietnam()


class TestOracle:
    def test_covers_2014_to_2027(self) -> None:
        assert list(ORACLE) == list(range(2014, 2028))

    @pytest.mark.parametrize("year", ORACLE)
    def test_holds_weekdays_off_and_weekend_days_worked_of_its_year(self, year: int) -> None:
        off, worked = ORACLE[year]["weekdays_off"], ORACLE[year]["weekend_days_worked"]
        assert {day.year for day in (*off, *worked)} == {year}
        assert all(day.weekday() < 5 for day in off)
        assert all(day.weekday() >= 5 for day in worked)
        assert off == sorted(set(off))

    @pytest.mark.parametrize("year", ORACLE)
    def test_every_day_of_the_year(self, calendar: dr.WorkingCalendar, year: int) -> None:
        differing = [day for day in days(date(year, 1, 1), date(year, 12, 31)) if calendar.is_working(day) != works(day)]
        assert differing == []


# Days with a name, or beside one, that a careless calendar gets wrong.
@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 10),  # a Saturday, worked for 2 January (12729/VPCP-KGVX)
        date(2026, 8, 22),  # a Saturday, worked for 31 August (9441/TB-BNV)
        date(2026, 11, 23),  # the Monday before Culture Day: no decision makes a bridge of it
        date(2025, 11, 24),  # Culture Day is a day off from 2026 on only
        date(2026, 11, 25),
        date(2026, 11, 20),  # Teachers' Day: named, never off
        date(2026, 3, 8) + ONE,  # no make-up for Women's Day, which is no holiday
        date(2026, 12, 25),  # Christmas is no public holiday in Việt Nam
        date(2026, 12, 24),
        date(2020, 9, 1),  # the second day of National Day came with the Labour Code of 2019, in force 2021
        date(2020, 9, 3),
        date(2026, 9, 3),
        date(2026, 2, 13),
        date(2026, 2, 23),
        date(2014, 12, 27),  # worked for 2 January of the next year
        date(2019, 1, 5),  # worked for 31 December of the year before
    ],
)
def test_is_worked(calendar: dr.WorkingCalendar, day: date) -> None:
    assert calendar.is_working(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2014, 1, 28),
        date(2014, 2, 5),
        date(2026, 1, 2),
        date(2026, 1, 3),
        date(2026, 1, 17),  # the Saturday after the worked one
        date(2026, 8, 23),
        date(2026, 8, 31),
        date(2026, 11, 24),
        date(2018, 12, 31),
    ],
)
def test_is_off(calendar: dr.WorkingCalendar, day: date) -> None:
    assert not calendar.is_working(day)


class TestArithmetic:
    @pytest.mark.parametrize("n", [-260, -61, -22, -5, -1, 0, 1, 2, 5, 7, 22, 61, 260])
    def test_add_walks_day_by_day(self, calendar: dr.WorkingCalendar, n: int) -> None:
        starts = list(days(date(2015, 6, 1), date(2026, 6, 1)))[::13]
        assert [calendar.add(day, n) for day in starts] == [walk(day, n) for day in starts]

    @pytest.mark.parametrize("length", [0, 1, 2, 6, 30, 100, 366])
    def test_count_walks_day_by_day(self, calendar: dr.WorkingCalendar, length: int) -> None:
        starts = list(days(date(2014, 1, 1), date(2026, 12, 30)))[::29]
        spans = [(start, start + timedelta(days=length)) for start in starts]
        expected = [sum(works(day) for day in days(start + ONE, end)) for start, end in spans]
        assert [calendar.count(start, end) for start, end in spans] == expected
        assert [calendar.count(end, start) for start, end in spans] == [-number for number in expected]

    # Counted on a paper calendar with the days off of tests/calendar_oracle.yaml.
    @pytest.mark.parametrize(
        ("start", "n", "expected"),
        [
            (date(2025, 12, 31), 1, date(2026, 1, 5)),  # 1 and 2 January are off, then a weekend
            (date(2025, 12, 31), 6, date(2026, 1, 10)),  # 5-9 January, then the Saturday worked
            (date(2025, 12, 31), 7, date(2026, 1, 12)),
            (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
            (date(2026, 2, 18), 1, date(2026, 2, 23)),  # from within Tết
            (date(2026, 2, 23), -1, date(2026, 2, 13)),
            (date(2026, 2, 18), -1, date(2026, 2, 13)),
            (date(2026, 8, 28), 1, date(2026, 9, 3)),
            (date(2026, 8, 21), 1, date(2026, 8, 22)),
            (date(2026, 11, 23), 1, date(2026, 11, 25)),  # over Culture Day
            (date(2026, 11, 21), 0, date(2026, 11, 21)),  # 0 leaves a Saturday where it is
            (date(2026, 11, 22), -2, date(2026, 11, 19)),
        ],
    )
    def test_add(self, calendar: dr.WorkingCalendar, start: date, n: int, expected: date) -> None:
        assert calendar.add(start, n) == expected

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            (date(2026, 11, 16), date(2026, 11, 20), 4),
            (date(2026, 11, 20), date(2026, 11, 16), -4),
            (date(2026, 11, 20), date(2026, 11, 20), 0),
            (date(2026, 11, 20), date(2026, 11, 22), 0),
            (date(2026, 11, 22), date(2026, 11, 23), 1),  # the end is counted
            (date(2026, 11, 23), date(2026, 11, 24), 0),  # the start is not
            (date(2025, 12, 31), date(2026, 1, 11), 6),
            (date(2026, 2, 13), date(2026, 2, 22), 0),
        ],
    )
    def test_count(self, calendar: dr.WorkingCalendar, start: date, end: date, expected: int) -> None:
        assert calendar.count(start, end) == expected

    @pytest.mark.parametrize(
        ("day", "following", "preceding"),
        [
            (date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 20)),
            (date(2026, 11, 21), date(2026, 11, 23), date(2026, 11, 20)),
            (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 23)),
            (date(2026, 2, 14), date(2026, 2, 23), date(2026, 2, 13)),
            (date(2026, 2, 22), date(2026, 2, 23), date(2026, 2, 13)),
            (date(2026, 1, 1), date(2026, 1, 5), date(2025, 12, 31)),
            (date(2026, 1, 10), date(2026, 1, 10), date(2026, 1, 10)),
            (date(2026, 1, 11), date(2026, 1, 12), date(2026, 1, 10)),
        ],
    )
    def test_following_preceding_and_roll(self, calendar: dr.WorkingCalendar, day: date, following: date, preceding: date) -> None:
        assert calendar.following(day) == calendar.roll(day, "following") == following
        assert calendar.preceding(day) == calendar.roll(day, "preceding") == preceding


class TestHorizon:
    """1990-01-01 is a Monday and New Year's Day; 2100-12-31 is a Friday without a holiday."""

    def test_first_day(self, calendar: dr.WorkingCalendar) -> None:
        assert not calendar.is_working(FIRST)
        assert calendar.following(FIRST) == date(1990, 1, 2)
        assert calendar.add(FIRST, 0) == FIRST
        assert calendar.add(FIRST, 1) == date(1990, 1, 2)
        assert calendar.add(date(1990, 1, 3), -1) == calendar.preceding(date(1990, 1, 2)) == date(1990, 1, 2)
        assert calendar.count(FIRST, date(1990, 1, 2)) == 1
        assert calendar.count(FIRST, FIRST) == 0

    def test_last_day(self, calendar: dr.WorkingCalendar) -> None:
        assert calendar.is_working(LAST)
        assert calendar.following(LAST) == calendar.preceding(LAST) == LAST
        assert calendar.add(LAST, 0) == LAST
        assert calendar.add(date(2100, 12, 30), 1) == LAST
        assert calendar.add(LAST, -1) == date(2100, 12, 30)
        assert calendar.count(date(2100, 12, 30), LAST) == 1

    @pytest.mark.parametrize("outside", [FIRST - ONE, LAST + ONE, date.min, date.max])
    @pytest.mark.parametrize(
        "ask",
        [
            lambda c, day: c.is_working(day),
            lambda c, day: c.add(day, 1),
            lambda c, day: c.add(day, 0),
            lambda c, day: c.add(day, -1),
            lambda c, day: c.count(day, date(2026, 1, 5)),
            lambda c, day: c.count(date(2026, 1, 5), day),
            lambda c, day: c.following(day),
            lambda c, day: c.preceding(day),
            lambda c, day: c.roll(day, "following"),
            lambda c, day: c.roll(day, "preceding"),
            lambda c, day: c.why(day),
        ],
        ids=["is_working", "add_1", "add_0", "add_back", "count_from", "count_to", "following", "preceding", "roll_on", "roll_back", "why"],
    )
    def test_a_day_outside_is_refused(self, calendar: dr.WorkingCalendar, ask: Callable[[Any, date], object], outside: date) -> None:
        with pytest.raises(CalendarHorizonError, match="1990-2100"):
            ask(calendar, outside)

    @pytest.mark.parametrize(
        ("day", "n"),
        [(date(1990, 1, 2), -1), (FIRST, -1), (LAST, 1), (date(2100, 12, 30), 2), (date(2026, 1, 5), 10**12), (date(2026, 1, 5), -(10**12))],
    )
    def test_an_answer_outside_is_refused(self, calendar: dr.WorkingCalendar, day: date, n: int) -> None:
        with pytest.raises(CalendarHorizonError, match=f"^{n} working days from {day}"):
            calendar.add(day, n)

    def test_no_working_day_before_the_first(self, calendar: dr.WorkingCalendar) -> None:
        with pytest.raises(CalendarHorizonError, match="on or before 1990-01-01"):
            calendar.preceding(FIRST)
        with pytest.raises(CalendarHorizonError, match="on or before 1990-01-01"):
            calendar.roll(FIRST, "preceding")

    def test_no_working_day_after_the_last(self) -> None:
        closed = dr.vietnam(extra=[dr.closure("end", off=[LAST])])
        assert closed.preceding(LAST) == date(2100, 12, 30)
        with pytest.raises(CalendarHorizonError, match="on or after 2100-12-31"):
            closed.following(LAST)


class TestKnownOn:
    @pytest.mark.parametrize(
        ("known_on", "working", "off"),
        [
            # 12729/VPCP-KGVX of 25/12/2025 swaps 2 January for 10 January
            (date(2025, 12, 20), [date(2026, 1, 2)], [date(2026, 1, 10), date(2026, 1, 1)]),
            (date(2025, 12, 24), [date(2026, 1, 2)], [date(2026, 1, 10)]),
            (date(2025, 12, 25), [date(2026, 1, 10)], [date(2026, 1, 2)]),
            # 6519/VPCP-KGVX of 11/7/2018: two swaps, one over the turn of the year
            (date(2018, 7, 10), [date(2018, 12, 31), date(2019, 4, 29)], [date(2019, 1, 5), date(2019, 5, 4)]),
            (date(2018, 7, 11), [date(2019, 1, 5), date(2019, 5, 4)], [date(2018, 12, 31), date(2019, 4, 29)]),
            # Nghị quyết 28/2026/QH16, in force 01/7/2026; 24/11 of 2029 and 2030 fall on a weekend and are made up on the Monday
            (date(2026, 6, 30), [date(2026, 11, 24), date(2027, 11, 24), date(2029, 11, 26), date(2030, 11, 25)], [date(2029, 11, 24)]),
            (date(2026, 7, 1), [date(2026, 11, 23), date(2025, 11, 24)], [date(2026, 11, 24), date(2027, 11, 24), date(2029, 11, 26)]),
            # 9441/TB-BNV of 16/10/2025
            (date(2025, 10, 15), [date(2026, 8, 31)], [date(2026, 8, 22)]),
            (date(2025, 10, 16), [date(2026, 8, 22)], [date(2026, 8, 31)]),
            # before anything was decided the statute alone stands
            (date(2010, 1, 1), [date(2014, 1, 28), date(2014, 5, 2)], [date(2014, 1, 1), date(2014, 1, 25), date(2014, 12, 27)]),
        ],
    )
    def test_replays_what_was_known(self, known_on: date, working: list[date], off: list[date]) -> None:
        calendar = dr.vietnam(known_on=known_on)
        assert calendar.known_on == known_on
        assert [day for day in working if not calendar.is_working(day)] == []
        assert [day for day in off if calendar.is_working(day)] == []

    def test_a_replay_changes_arithmetic(self) -> None:
        assert dr.vietnam(known_on=date(2025, 12, 20)).add(date(2025, 12, 31), 1) == date(2026, 1, 2)
        assert dr.vietnam(known_on=date(2025, 12, 25)).add(date(2025, 12, 31), 1) == date(2026, 1, 5)

    def test_a_day_that_two_notices_set_is_off_from_the_first(self) -> None:
        """8726/VPCP-KGVX of 26/11/2024 swaps 2/5/2025 for 26/4; 6150/TB-BLĐTBXH of 03/12/2024 only gives notice of it."""
        between = dr.vietnam(known_on=date(2024, 11, 28))
        assert not between.is_working(date(2025, 5, 2))
        assert between.is_working(date(2025, 4, 26))

    def test_before_the_first_of_two_notices_nothing_is_known(self) -> None:
        before = dr.vietnam(known_on=date(2024, 11, 25))
        assert before.is_working(date(2025, 5, 2))
        assert not before.is_working(date(2025, 4, 26))

    def test_why_gives_no_decision_that_was_not_known(self) -> None:
        assert dr.vietnam(known_on=date(2025, 12, 20)).why(date(2026, 1, 2)).source == "Quyết định 188/1999/QĐ-TTg"
        assert dr.vietnam(known_on=date(2026, 6, 30)).why(date(2026, 11, 24)).reason.vi == "ngày làm việc trong tuần"

    @pytest.mark.parametrize("known_on", ["2025-12-20", datetime(2025, 12, 20)])  # noqa: DTZ001  # the zone is missing on purpose
    def test_known_on_is_a_day(self, known_on: Any) -> None:
        with pytest.raises(DayError, match=r"^known_on: "):
            dr.vietnam(known_on=known_on)

    def test_known_on_moves_to_vietnam(self) -> None:
        assert dr.vietnam(known_on=datetime(2025, 12, 24, 17, tzinfo=UTC)).known_on == date(2025, 12, 25)


class TestCertainty:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2013, 12, 31), "unverified"),
            (date(2014, 1, 1), "official"),
            (date(2026, 11, 20), "official"),
            (date(2027, 12, 31), "official"),
            (date(2028, 1, 1), "projected"),
        ],
    )
    def test_of_all_that_is_known(self, calendar: dr.WorkingCalendar, day: date, expected: str) -> None:
        assert calendar.certainty(day) == expected
        assert calendar.why(day).certainty == expected

    def test_bounds(self, calendar: dr.WorkingCalendar) -> None:
        assert (calendar.verified_from, calendar.verified_until) == (date(2014, 1, 1), date(2027, 12, 31))

    # The day of each decision that fixes a year, and the day before it; see the decisions in tests/calendar_oracle.yaml.
    @pytest.mark.parametrize(
        ("known_on", "until"),
        [
            (date(2026, 11, 20), date(2027, 12, 31)),
            (date(2026, 10, 2), date(2027, 12, 31)),
            (date(2026, 10, 1), date(2026, 12, 31)),
            (date(2025, 12, 20), date(2026, 12, 31)),
            (date(2025, 10, 16), date(2026, 12, 31)),
            (date(2025, 10, 15), date(2025, 12, 31)),
            (date(2018, 7, 11), date(2019, 12, 31)),
            (date(2018, 7, 10), date(2016, 12, 31)),
            (date(2022, 6, 1), date(2019, 12, 31)),  # the days of announcement for 2021 and 2022 are not recorded
            (date(2013, 12, 18), date(2014, 12, 31)),
        ],
    )
    def test_of_a_replay_ends_with_the_years_fixed_by_then(self, known_on: date, until: date) -> None:
        calendar = dr.vietnam(known_on=known_on)
        assert calendar.verified_until == until
        assert calendar.certainty(until) == "official"
        assert calendar.certainty(until + ONE) == "projected"

    def test_of_a_replay_before_every_decision(self) -> None:
        calendar = dr.vietnam(known_on=date(2013, 12, 17))
        assert calendar.certainty(date(2014, 1, 1)) == "projected"
        assert calendar.certainty(date(2013, 12, 31)) == "unverified"


# Names of holidays as the Labour Code and the library `holidays` write them.
REASONS = [
    (date(2026, 11, 20), True, "thứ Sáu", "Friday", "ngày làm việc trong tuần", "a day of the working week", "Quyết định 188/1999/QĐ-TTg"),
    (date(2026, 11, 21), False, "thứ Bảy", "Saturday", "ngày nghỉ hằng tuần", "a weekly day off", "Quyết định 188/1999/QĐ-TTg"),
    (date(2026, 11, 22), False, "Chủ nhật", "Sunday", "ngày nghỉ hằng tuần", "a weekly day off", "Quyết định 188/1999/QĐ-TTg"),
    (date(2026, 1, 1), False, "thứ Năm", "Thursday", "Tết Dương lịch", "New Year's Day", "Bộ luật Lao động 2019, Điều 112"),
    (date(2026, 2, 17), False, "thứ Ba", "Tuesday", "Tết Nguyên Đán", "Lunar New Year", "Bộ luật Lao động 2019, Điều 112"),
    (date(2026, 9, 2), False, "thứ Tư", "Wednesday", "Quốc khánh", "National Day", "Bộ luật Lao động 2019, Điều 112"),
    (date(2020, 9, 2), False, "thứ Tư", "Wednesday", "Quốc khánh", "National Day", "Bộ luật Lao động, ngày nghỉ lễ"),
    (date(2021, 1, 1), False, "thứ Sáu", "Friday", "Tết Dương lịch", "New Year's Day", "Bộ luật Lao động 2019, Điều 112"),
    (date(2026, 1, 2), False, "thứ Sáu", "Friday", "nghỉ theo 12729/VPCP-KGVX", "off by 12729/VPCP-KGVX", "12729/VPCP-KGVX"),
    (date(2026, 1, 10), True, "thứ Bảy", "Saturday", "làm việc bù theo 12729/VPCP-KGVX", "worked by 12729/VPCP-KGVX", "12729/VPCP-KGVX"),
    (date(2026, 8, 31), False, "thứ Hai", "Monday", "nghỉ theo 9441/TB-BNV", "off by 9441/TB-BNV", "9441/TB-BNV"),
    (date(2026, 11, 24), False, "thứ Ba", "Tuesday", "Ngày Văn hóa Việt Nam", "Vietnam Cultural Day", "Nghị quyết 28/2026/QH16"),
]


@pytest.mark.parametrize(("day", "working", "weekday_vi", "weekday_en", "vi", "en", "source"), REASONS, ids=[str(row[0]) for row in REASONS])
def test_why(calendar: dr.WorkingCalendar, day: date, working: bool, weekday_vi: str, weekday_en: str, vi: str, en: str, source: str) -> None:
    why = calendar.why(day)
    assert (why.day, why.working) == (day, working)
    assert (why.weekday.text("vi"), why.weekday.text("en")) == (weekday_vi, weekday_en)
    assert (why.reason.text("vi"), why.reason.text("en")) == (vi, en)
    assert why.source == source


def test_why_of_a_holiday_made_up(calendar: dr.WorkingCalendar) -> None:
    """10/3 of the lunar calendar was Sunday 26/4/2026; the Monday is off instead (Labour Code, art. 111(3))."""
    why = calendar.why(date(2026, 4, 27))
    assert not why.working
    assert "Giỗ Tổ Hùng Vương" in why.reason.vi
    assert "nghỉ bù" in why.reason.vi
    assert "Hung Kings" in why.reason.en
    assert "observed" in why.reason.en


def test_why_of_a_hosts_own_entry() -> None:
    calendar = dr.vietnam(extra=[dr.closure("bão số 5", off=[date(2026, 9, 10)], worked=[date(2026, 9, 12)])])
    assert calendar.why(date(2026, 9, 10)).reason == ("nghỉ theo bão số 5", "off by bão số 5")
    assert calendar.why(date(2026, 9, 12)).reason == ("làm việc bù theo bão số 5", "worked by bão số 5")
    assert calendar.why(date(2026, 9, 12)).source == "bão số 5"


@pytest.mark.parametrize("locale", ["en_US.UTF-8", "vi_VN.UTF-8", "th_TH.UTF-8", "C", "C.UTF-8"])
def test_why_does_not_follow_the_locale(monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    """In a process of its own: names are cached, so a change here would come too late to be seen."""
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.setenv(name, locale)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    assert run("print(*dr.vietnam().why(date(2026, 9, 2)).reason, sep='|')") == "Quốc khánh|National Day"


class TestExtra:
    def test_days_off_and_worked_weekends_go_on_top(self, calendar: dr.WorkingCalendar) -> None:
        own = dr.vietnam(extra=[dr.closure("bão số 5", off=[date(2026, 9, 10)], worked=[date(2026, 9, 12)])])
        assert own.add(date(2026, 9, 9), 1) == date(2026, 9, 11)
        assert own.add(date(2026, 9, 9), 2) == date(2026, 9, 12)
        assert (calendar.is_working(date(2026, 9, 10)), calendar.is_working(date(2026, 9, 12))) == (True, False)

    def test_the_same_from_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "closures.yaml"
        file.write_text("decisions:\n  - id: storm\n    number: 12/CĐ-UBND\n    off: [2026-09-10]\n    worked: [2026-09-12]\n", encoding="utf-8")
        for given in (file, str(file)):
            own = dr.vietnam(extra=given)
            assert (own.is_working(date(2026, 9, 10)), own.is_working(date(2026, 9, 12))) == (False, True)
            assert own.why(date(2026, 9, 10)).source == "12/CĐ-UBND"

    @pytest.mark.parametrize(
        ("text", "line", "why"),
        [
            ("decisions:\n  - id: storm\n    off: [10/09/2026]\n", 3, "YYYY-MM-DD"),
            ("decisions:\n  - id: storm\n    of: [2026-09-10]\n", 3, "did you mean 'off'"),
            ("decisions:\n  - off: [2026-09-10]\n", 2, "id: this key is missing"),
            ("decisions:\n  - id: storm\n    off: [2026-09-10]\n    worked: [2026-09-10]\n", 2, "2026-09-10 is both off and worked in entry 'storm'"),
        ],
    )
    def test_a_bad_file_is_refused_with_its_line(self, tmp_path: Path, text: str, line: int, why: str) -> None:
        file = tmp_path / "closures.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(RuleFileError) as caught:
            dr.vietnam(extra=file)
        assert (caught.value.path, caught.value.line) == (str(file), line)
        assert why in str(caught.value)

    def test_a_closure_that_says_the_same_as_a_decision_is_taken(self, calendar: dr.WorkingCalendar) -> None:
        assert dr.vietnam(extra=[dr.closure("again", off=[date(2026, 1, 2)])]).version == calendar.version

    def test_a_closure_stands_in_every_replay_where_no_day_of_announcement_is_given(self) -> None:
        own = dr.vietnam(known_on=date(2026, 1, 5), extra=[dr.closure("storm", off=[date(2026, 9, 10)])])
        assert not own.is_working(date(2026, 9, 10))

    def test_a_closure_announced_later_is_left_out_of_a_replay(self) -> None:
        storm = CalendarEntry(id="storm", announced_on=date(2026, 9, 9), off=(date(2026, 9, 10),))
        assert not dr.vietnam(known_on=date(2026, 9, 9), extra=[storm]).is_working(date(2026, 9, 10))
        assert dr.vietnam(known_on=date(2026, 9, 8), extra=[storm]).is_working(date(2026, 9, 10))

    @pytest.mark.parametrize("key", ["yearly: {month: 3, day: 3, since: 2026, name: {vi: a, en: b}}", "confirms: 2028"])
    def test_what_only_a_decision_can_do_is_refused(self, tmp_path: Path, key: str) -> None:
        closures = tmp_path / "closures.yaml"
        closures.write_text(f"decisions:\n  - id: local\n    {key}\n", encoding="utf-8")
        with pytest.raises(RuleFileError, match=r"closures\.yaml:3: .*there is no such key here"):
            dr.vietnam(extra=closures)

    @pytest.mark.parametrize("day", [FIRST - ONE, LAST + ONE])
    def test_a_day_outside_the_horizon_is_refused(self, day: date) -> None:
        with pytest.raises((CalendarEntryError, CalendarHorizonError)):
            dr.vietnam(extra=[dr.closure("x", off=[day])]).is_working(date(2026, 1, 5))

    @pytest.mark.parametrize("day", ["10/09/2026", 46000, None])
    def test_a_closure_takes_days_only(self, day: Any) -> None:
        with pytest.raises(CalendarEntryError, match=r"^closure 'storm': "):
            dr.closure("storm", off=[day])


class TestContradictions:
    @pytest.mark.parametrize(
        ("entry", "decision"),
        [
            (dr.closure("bão số 5", off=[date(2026, 1, 10)]), "12729/VPCP-KGVX"),
            (dr.closure("bão số 5", worked=[date(2026, 8, 31)]), "9441/TB-BNV"),
        ],
    )
    def test_extra_against_a_decision(self, entry: CalendarEntry, decision: str) -> None:
        with pytest.raises(CalendarEntryError) as caught:
            dr.vietnam(extra=[entry])
        assert "'bão số 5'" in str(caught.value)
        assert repr(decision) in str(caught.value)

    @pytest.mark.parametrize("turned", [False, True])
    def test_extra_against_extra(self, turned: bool) -> None:
        pair = [dr.closure("storm", off=[date(2026, 9, 12)]), dr.closure("harvest", worked=[date(2026, 9, 12)])]
        with pytest.raises(CalendarEntryError, match="2026-09-12") as caught:
            dr.vietnam(extra=pair[::-1] if turned else pair)
        assert "'storm'" in str(caught.value)
        assert "'harvest'" in str(caught.value)

    def test_an_entry_in_itself(self) -> None:
        with pytest.raises(CalendarEntryError, match="'storm': 2026-09-10 is both off and worked"):
            dr.closure("storm", off=[date(2026, 9, 10), date(2026, 9, 11)], worked=[date(2026, 9, 10)])

    def test_in_a_file_against_a_decision(self, tmp_path: Path) -> None:
        file = tmp_path / "closures.yaml"
        file.write_text("decisions:\n  - id: storm\n    off: [2026-01-10]\n", encoding="utf-8")
        with pytest.raises(CalendarEntryError, match=r"'storm'.*'12729/VPCP-KGVX'"):
            dr.vietnam(extra=file)

    def test_two_entries_that_agree_are_taken(self) -> None:
        own = dr.vietnam(extra=[dr.closure("a", off=[date(2026, 9, 10)]), dr.closure("b", off=[date(2026, 9, 10)])])
        assert not own.is_working(date(2026, 9, 10))


class TestVersion:
    def test_equal_calendars_have_equal_versions(self, calendar: dr.WorkingCalendar) -> None:
        assert dr.WorkingCalendar().version == calendar.version
        assert dr.vietnam(known_on=date(2026, 11, 20)).version == calendar.version  # nothing was announced after 2026-10-02
        assert dr.vietnam(extra=[dr.closure("sunday", off=[date(2026, 11, 22)])]).version == calendar.version

    @pytest.mark.parametrize(
        "other",
        [
            dr.vietnam(known_on=date(2025, 12, 20)),
            dr.vietnam(known_on=date(2026, 10, 1)),  # the same days, but 2027 is not yet vouched for
            dr.vietnam(extra=[dr.closure("storm", off=[date(2026, 9, 10)])]),
        ],
        ids=["a swap less", "verified less", "a closure more"],
    )
    def test_different_calendars_have_different_versions(self, calendar: dr.WorkingCalendar, other: dr.WorkingCalendar) -> None:
        assert other.version != calendar.version


@pytest.mark.parametrize("asked_before", [False, True])
def test_pickles(asked_before: bool) -> None:
    calendar = dr.vietnam(known_on=date(2025, 12, 20), extra=[dr.closure("storm", off=[date(2026, 9, 10)])])
    if asked_before:
        assert calendar.is_working(date(2026, 1, 2))
    copy = pickle.loads(pickle.dumps(calendar))  # noqa: S301  # bytes made one line above
    assert (copy.known_on, copy.extra, copy.verified_until) == (calendar.known_on, calendar.extra, calendar.verified_until)
    assert copy.version == calendar.version
    assert not copy.is_working(date(2026, 9, 10))


class TestDateTimes:
    """18:00 UTC on Sunday 4/1/2026 is 01:00 on Monday 5/1/2026 in Asia/Ho_Chi_Minh."""

    SUNDAY_UTC = datetime(2026, 1, 4, 18, tzinfo=UTC)
    MONDAY = date(2026, 1, 5)

    def test_with_a_zone_the_day_is_the_one_in_vietnam(self, calendar: dr.WorkingCalendar) -> None:
        moment = self.SUNDAY_UTC
        assert calendar.is_working(moment)
        assert calendar.add(moment, 0) == calendar.following(moment) == calendar.preceding(moment) == self.MONDAY
        assert calendar.add(moment, 1) == date(2026, 1, 6)
        assert calendar.add(moment, -1) == date(2025, 12, 31)
        assert calendar.count(moment, date(2026, 1, 6)) == 1
        assert calendar.count(date(2026, 1, 4), moment) == 1
        assert calendar.why(moment).day == self.MONDAY

    def test_certainty_turns_at_midnight_in_vietnam(self, calendar: dr.WorkingCalendar) -> None:
        assert calendar.certainty(datetime(2027, 12, 31, 16, 59, tzinfo=UTC)) == "official"
        assert calendar.certainty(datetime(2027, 12, 31, 17, 0, tzinfo=UTC)) == "projected"

    def test_another_zone(self, calendar: dr.WorkingCalendar) -> None:
        tokyo = timezone(timedelta(hours=9))
        assert calendar.add(datetime(2026, 1, 6, 1, tzinfo=tokyo), 0) == self.MONDAY

    @pytest.mark.parametrize("value", [datetime(2026, 1, 5, 8), "2026-01-05", 46000, None])  # noqa: DTZ001  # the zone is missing on purpose
    @pytest.mark.parametrize(
        "ask",
        [
            lambda c, day: c.is_working(day),
            lambda c, day: c.count(day, date(2026, 1, 6)),
            lambda c, day: c.count(date(2026, 1, 6), day),
            lambda c, day: c.following(day),
            lambda c, day: c.preceding(day),
            lambda c, day: c.roll(day, "following"),
            lambda c, day: c.certainty(day),
            lambda c, day: c.why(day),
            lambda c, day: c.add(day, 1),
            lambda c, day: c.add(day, 0),
        ],
        ids=["is_working", "count_from", "count_to", "following", "preceding", "roll", "certainty", "why", "add", "add_0"],
    )
    def test_what_is_no_day_is_refused(self, calendar: dr.WorkingCalendar, ask: Callable[[Any, Any], object], value: Any) -> None:
        with pytest.raises(DayError, match=r"time zone|is not a date"):
            ask(calendar, value)


def run(code: str) -> str:
    """What `code` prints in a fresh interpreter, with warnings as errors."""
    prelude = "import sys\nfrom datetime import date\nimport deadline_rules as dr\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", prelude + code], capture_output=True, text=True, encoding="utf-8", env=dict(os.environ), check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class TestLaziness:
    @pytest.mark.parametrize("module", ["holidays", "numpy", "rich", "typer", "hypothesis"])
    def test_import_leaves_out(self, module: str) -> None:
        assert run(f"print({module!r} in sys.modules)") == "False"

    def test_the_table_is_built_on_the_first_question(self) -> None:
        """The statute comes from `holidays`, which is only loaded when the table is built."""
        code = "c = dr.vietnam()\nprint('holidays' in sys.modules)\nc.is_working(date(2026, 1, 5))\nprint('holidays' in sys.modules)"
        assert run(code).split() == ["False", "True"]

    def test_one_calendar_serves_all_who_ask_for_it(self, calendar: dr.WorkingCalendar) -> None:
        assert dr.vietnam() is calendar


def test_a_holiday_of_every_year_does_not_wait_for_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """24/11 is a Tuesday in 2026; in 2029 it is a Saturday, so that Monday 26 is off (Bộ luật Lao động 2019, Điều 111 khoản 3)."""
    working_week = bytes(day % 7 < 5 for day in range((date(2100, 12, 31) - date(1990, 1, 1)).days + 1))  # 1990-01-01 was a Monday
    monkeypatch.setattr("deadline_rules.calendar.vietnam._statute", lambda: working_week)
    known = dr.WorkingCalendar()
    assert [known.is_working(day) for day in (date(2025, 11, 24), date(2026, 11, 24), date(2029, 11, 23), date(2029, 11, 26))] == [
        True,
        False,
        True,
        False,
    ]
    assert dr.WorkingCalendar(known_on=date(2025, 12, 20)).is_working(date(2026, 11, 24))  # it was not law yet
