"""A host's own closures: what an entry keeps, from when it counts, and what it is refused with; and what a replay says of a holiday not known yet."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules.calendar.audit import Difference, differences
from deadline_rules.calendar.entries import CalendarEntry, refuse_contradictions
from deadline_rules.calendar.vietnam import Base
from deadline_rules.errors import CalendarEntryError, CalendarHorizonError
from deadline_rules.results import Label

STORM = date(2026, 9, 10)  # a Thursday
OUTSIDE = "lies outside 1990-2100, the years the calendar knows; correct the year."


class TestWhatAnEntryKeeps:
    def test_everything_given(self) -> None:
        entry = dr.closure("storm", off=[STORM], worked=[date(2026, 9, 12)], announced_on=date(2026, 9, 9), note="offices closed")
        assert (entry.id, entry.off, entry.worked) == ("storm", (STORM,), (date(2026, 9, 12),))
        assert (entry.announced_on, entry.note, entry.number) == (date(2026, 9, 9), "offices closed", None)

    def test_nothing_given(self) -> None:
        entry = dr.closure("nothing")
        assert (entry.off, entry.worked, entry.announced_on, entry.note) == ((), (), None, None)

    def test_a_replay_knows_it_from_the_day_it_was_announced(self) -> None:
        entry = dr.closure("storm", off=[STORM], announced_on=date(2026, 9, 9))
        assert dr.vietnam(known_on=date(2026, 9, 8), extra=[entry]).is_working(STORM)
        assert not dr.vietnam(known_on=date(2026, 9, 9), extra=[entry]).is_working(STORM)

    def test_it_is_called_by_its_number_where_it_has_one(self) -> None:
        assert CalendarEntry(id="storm", number="12/CĐ-UBND").title == "12/CĐ-UBND"
        assert dr.closure("storm").title == "storm"


class TestRefusals:
    @pytest.mark.parametrize(
        ("days", "why"),
        [
            (["10/09/2026"], "the day: '10/09/2026' is not a day; write it as YYYY-MM-DD, for example 2026-11-20."),
            ([date(1989, 12, 31)], f"1989-12-31 in entry 'storm' {OUTSIDE}"),
            (
                [date(2101, 1, 2), date(2101, 1, 1)],
                "2101-01-01 in entry 'storm' lies outside 1990-2100, the years the calendar knows; correct the year.",
            ),
        ],
    )
    def test_a_day_that_no_calendar_has(self, days: list[Any], why: str) -> None:
        with pytest.raises(CalendarEntryError) as caught:
            dr.closure("storm", off=days)
        assert str(caught.value) == f"closure 'storm': {why}"

    def test_a_day_both_off_and_worked(self) -> None:
        with pytest.raises(CalendarEntryError) as caught:
            dr.closure("storm", off=[date(2026, 9, 13), date(2026, 9, 12)], worked=[date(2026, 9, 12), date(2026, 9, 13)])
        assert str(caught.value) == "closure 'storm': 2026-09-12 is both off and worked in entry 'storm'; keep one."

    @pytest.mark.parametrize("day", [date(1990, 1, 1), date(2100, 12, 31)])
    def test_the_first_and_the_last_day_are_taken(self, day: date) -> None:
        assert dr.closure("edge", off=[day]).off == (day,)


class TestContradictions:
    """Two entries on Saturday 12/9/2026; and a weekday worked, which it is anyway."""

    OFF = dr.closure("storm", off=[date(2026, 9, 12)])
    WORKED = CalendarEntry(id="harvest", number="7/QĐ-UBND", worked=(date(2026, 9, 12),))

    @pytest.mark.parametrize(
        ("entries", "why"),
        [
            ([OFF, WORKED], "2026-09-12 is worked by '7/QĐ-UBND' and off by 'storm'; take it out of one of the two."),
            ([WORKED, OFF], "2026-09-12 is off by 'storm' and worked by '7/QĐ-UBND'; take it out of one of the two."),
        ],
    )
    def test_the_later_entry_is_named_first(self, entries: list[CalendarEntry], why: str) -> None:
        with pytest.raises(CalendarEntryError) as caught:
            refuse_contradictions(entries)
        assert str(caught.value) == why

    def test_of_two_entries_that_agree_the_first_is_named(self) -> None:
        with pytest.raises(CalendarEntryError) as caught:
            refuse_contradictions([self.OFF, dr.closure("flood", off=[date(2026, 9, 12)]), self.WORKED])
        assert str(caught.value) == "2026-09-12 is worked by '7/QĐ-UBND' and off by 'storm'; take it out of one of the two."

    @pytest.mark.parametrize("day", [date(2026, 9, 7), date(2026, 9, 11)])  # a Monday and a Friday
    def test_a_weekday_cannot_be_worked_instead(self, day: date) -> None:
        with pytest.raises(CalendarEntryError) as caught:
            refuse_contradictions([dr.closure("harvest", worked=[day])])
        assert str(caught.value) == f"{day} in 'harvest' is a weekday; only Saturdays and Sundays are worked instead of other days. Take it out."

    @pytest.mark.parametrize("day", [date(2026, 9, 12), date(2026, 9, 13)])
    def test_a_saturday_and_a_sunday_can(self, day: date) -> None:
        refuse_contradictions([dr.closure("harvest", worked=[day])])


class TestReasonsInAReplay:
    """24/11 is a holiday from Nghị quyết 28/2026/QH16 on, in force 01/7/2026; in 2029 it is a Saturday, off in any case."""

    BEFORE = dr.vietnam(known_on=date(2026, 6, 30))

    def test_a_holiday_that_was_not_known_is_no_reason(self) -> None:
        assert self.BEFORE.why(date(2029, 11, 24)).reason == ("ngày nghỉ hằng tuần", "a weekly day off")
        assert dr.vietnam().why(date(2029, 11, 24)).reason == ("Ngày Văn hóa Việt Nam", "Vietnam Cultural Day")

    def test_the_other_holidays_are(self) -> None:
        why = self.BEFORE.why(date(2026, 1, 1))
        assert (why.reason, why.source) == (("Tết Dương lịch", "New Year's Day"), "Bộ luật Lao động 2019, Điều 112")

    @pytest.mark.parametrize("day", [date(2026, 10, 24), date(2026, 11, 22)])  # a Saturday and a Sunday that share its day or its month
    def test_a_day_that_shares_only_its_day_or_its_month_is_none(self, day: date) -> None:
        assert dr.vietnam().why(day).reason == ("ngày nghỉ hằng tuần", "a weekly day off")


def test_the_first_question_may_be_any() -> None:
    """A calendar makes its table when it is first asked, whatever it is asked: 16 to 20/11/2026 are Monday to Friday."""
    monday, friday = date(2026, 11, 16), date(2026, 11, 20)
    assert dr.WorkingCalendar().count(monday, friday) == 4
    assert dr.WorkingCalendar().add(monday, 4) == friday
    assert dr.WorkingCalendar().following(monday) == dr.WorkingCalendar().preceding(monday) == monday


def test_a_yearly_holiday_goes_on_to_the_last_year() -> None:
    """24/11/2100 is a Wednesday."""
    assert not dr.vietnam().is_working(date(2100, 11, 24))
    assert dr.vietnam(known_on=date(2026, 6, 30)).is_working(date(2100, 11, 24))


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2101, 1, 1)])
def test_a_day_outside_the_calendar_is_named(day: date) -> None:
    for ask in (dr.vietnam().is_working, dr.vietnam().following, dr.vietnam().preceding, dr.vietnam().why):
        with pytest.raises(CalendarHorizonError) as caught:
            ask(day)
        assert str(caught.value) == f"{day} {OUTSIDE}"


def test_before_the_first_decision_the_calendar_vouches_for_no_day() -> None:
    """The year 2014 was approved on 18/12/2013."""
    calendar = dr.vietnam(known_on=date(2013, 12, 17))
    assert (calendar.verified_from, calendar.verified_until) == (date(2014, 1, 1), date(1989, 12, 31))


def test_a_difference_from_the_library_says_what_the_library_calls_the_day() -> None:
    """A library that has New Year's Day of 2026 on Saturday the 3rd, which an office works, and calls Friday the 9th a swap."""
    saturday, friday = date(2026, 1, 3), date(2026, 1, 9)
    flags = bytearray(dr.vietnam().flags)
    flags[(friday - date(1990, 1, 1)).days] = 0
    base = Base("0", bytes(flags), {saturday: Label("Tết", "New Year"), friday: Label("nghỉ", "off")}, frozenset({friday}))
    assert differences([dr.closure("own", worked=[saturday])], base, date(2026, 1, 1), date(2026, 1, 31)) == (
        Difference(saturday, "decided_otherwise", True, False, "own", Label("Tết", "New Year")),
        Difference(friday, "swap_without_decision", True, False, None, Label("nghỉ", "off")),
    )


def test_a_day_rolls_one_way_or_the_other() -> None:
    with pytest.raises(ValueError, match=r"^a day rolls to 'following' or 'preceding', not to 'next'\.$"):
        dr.vietnam().roll(date(2026, 11, 21), "next")  # type: ignore[arg-type]
