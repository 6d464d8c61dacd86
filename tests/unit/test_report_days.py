"""The days of reports: each form of day, the periods and their names, what stands in a list and where, and what is refused.

Days of the week and days off are those of the calendar of 2014-2027 (tests/calendar_oracle.yaml); the reports of the packs are cited beside them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

import deadline_rules as dr
from deadline_rules.errors import CalendarHorizonError, DayError, NotInForceError, UnverifiedCalendarError
from deadline_rules.plan.model import DueDay, Plan, ReportPlan
from deadline_rules.results import Label, ReportDue
from deadline_rules.schedule import PERIODS, ReportPeriod, due_day, reports

CALENDAR = dr.vietnam()
KON_TUM = dr.load("kon-tum").plan  # signed and in force on 9/5/2016
LABEL = Label("Báo cáo", "Report")


def rule(every: str, *days: DueDay, id: str = "own", to: str | None = "office") -> ReportPlan:
    return ReportPlan(id, "own.topic", "unit", to, LABEL, "Điều 2", every, days)


def plan(*rules: ReportPlan, in_force_from: date = date(2016, 5, 9), month_before: bool = False) -> Plan:
    return replace(KON_TUM, reports=rules, in_force_from=in_force_from, month_before=month_before)


def due(of: Plan, since: date, until: date) -> list[tuple[str | None, date | None]]:
    """The period and the day of each report listed."""
    return [(row.period, row.due_on) for row in reports(of, CALENDAR, since, until)]


class TestDueDay:
    """Of one period's report under one combination of readings."""

    @pytest.mark.parametrize(
        ("form", "period", "day"),
        [
            (DueDay("day", day=20), ReportPeriod("2026-Q3", 2026, 9), date(2026, 9, 20)),  # of the last month of the period; a Sunday
            (DueDay("day", day=20, roll=True), ReportPeriod("2026-Q3", 2026, 9), date(2026, 9, 21)),
            (DueDay("day", day=20, before=1), ReportPeriod("2026-Q3", 2026, 9), date(2026, 9, 19)),
            (DueDay("day", day=20, before=1, roll=True), ReportPeriod("2026-Q3", 2026, 9), date(2026, 9, 21)),
            (DueDay("day", day=20, month=11), ReportPeriod("2026", 2026, 12), date(2026, 11, 20)),
            (DueDay("day", day=1, month=12, before=1), ReportPeriod("2026", 2026, 12), date(2026, 11, 30)),
            (DueDay("day", day=31), ReportPeriod("2026-02", 2026, 2), date(2026, 2, 28)),  # a month without that day: its last one
            (DueDay("day", day=30), ReportPeriod("2024-02", 2024, 2), date(2024, 2, 29)),
            (DueDay("day", day=31, month=12, roll=True), ReportPeriod("2022", 2022, 12), date(2023, 1, 3)),  # a Saturday, then New Year
            (DueDay("month_end", months=(2,)), ReportPeriod("2024-02", 2024, 2), date(2024, 2, 29)),
            (DueDay("month_end", months=(5,)), ReportPeriod("2026-05", 2026, 5), date(2026, 5, 31)),  # a Sunday
            (DueDay("month_end", months=(5,), roll=True), ReportPeriod("2026-05", 2026, 5), date(2026, 6, 1)),
            (DueDay("after_signing", day=10), None, date(2016, 5, 19)),
            (DueDay("after_signing", day=5), None, date(2016, 5, 14)),  # a Saturday
            (DueDay("after_signing", day=5, roll=True), None, date(2016, 5, 16)),
            (DueDay("none", reason=LABEL), ReportPeriod("2026", 2026, 12), None),
            (DueDay("day", day=20), None, None),
            (DueDay("month_end", months=(5,)), None, None),
        ],
    )
    def test_each_form(self, form: DueDay, period: ReportPeriod | None, day: date | None) -> None:
        assert due_day(KON_TUM, CALENDAR, form, period) == day

    def test_after_a_signing_of_which_no_day_is_known(self) -> None:
        assert due_day(replace(KON_TUM, signed_on=None), CALENDAR, DueDay("after_signing", day=10), None) is None


class TestPeriods:
    def test_of_a_year(self) -> None:
        """The last months, and how many months a period has."""
        assert PERIODS == {
            "month": ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 1),
            "quarter": ((3, 6, 9, 12), 3),
            "half": ((6,), 6),
            "nine_months": ((9,), 9),
            "year": ((12,), 12),
        }

    @pytest.mark.parametrize(("year", "month", "end"), [(2026, 2, date(2026, 2, 28)), (2028, 2, date(2028, 2, 29)), (2026, 12, date(2026, 12, 31))])
    def test_they_end_with_their_last_month(self, year: int, month: int, end: date) -> None:
        assert ReportPeriod("any", year, month).end == end

    @pytest.mark.parametrize(
        ("every", "names"),
        [
            ("month", [f"2026-{month:02d}" for month in range(1, 13)]),
            ("quarter", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
            ("half", ["2026-H1"]),
            ("nine_months", ["2026-9M"]),
            ("year", ["2026"]),
        ],
    )
    def test_their_names(self, every: str, names: list[str]) -> None:
        found = due(plan(rule(every, DueDay("day", day=10))), date(2026, 1, 1), date(2026, 12, 31))
        assert [name for name, _ in found] == names

    def test_a_monthly_report_may_be_called_by_the_month_before(self) -> None:
        dated = plan(rule("month", DueDay("day", day=10)), month_before=True)
        assert due(dated, date(2026, 1, 1), date(2026, 3, 31)) == [
            ("2025-12", date(2026, 1, 10)),
            ("2026-01", date(2026, 2, 10)),
            ("2026-02", date(2026, 3, 10)),
        ]

    def test_but_not_where_it_is_due_within_its_month(self) -> None:
        within = plan(rule("month", DueDay("month_end", months=(1, 6))), month_before=True)
        assert due(within, date(2026, 1, 1), date(2026, 12, 31)) == [("2026-01", date(2026, 1, 31)), ("2026-06", date(2026, 6, 30))]

    def test_other_reports_keep_their_names(self) -> None:
        quarter = plan(rule("quarter", DueDay("day", day=10)), month_before=True)
        assert due(quarter, date(2026, 3, 1), date(2026, 3, 31)) == [("2026-Q1", date(2026, 3, 10))]


class TestList:
    @pytest.mark.parametrize(
        ("since", "until", "found"),
        [
            (date(2026, 3, 9), date(2026, 3, 9), []),
            (date(2026, 3, 10), date(2026, 3, 10), [("2026-03", date(2026, 3, 10))]),
            (date(2026, 3, 11), date(2026, 4, 9), []),
            (date(2026, 3, 11), date(2026, 4, 10), [("2026-04", date(2026, 4, 10))]),
        ],
    )
    def test_both_ends_are_included(self, since: date, until: date, found: list[object]) -> None:
        assert due(plan(rule("month", DueDay("day", day=10))), since, until) == found

    def test_one_that_rolls_over_the_new_year_is_of_the_year_before(self) -> None:
        """31/12/2022 is a Saturday; 2/1/2023 is off instead of New Year's Day, a Sunday (8056/VPCP-KGVX)."""
        last = plan(rule("year", DueDay("day", day=31, month=12, roll=True)))
        assert due(last, date(2023, 1, 1), date(2023, 1, 31)) == [("2022", date(2023, 1, 3))]
        assert due(last, date(2022, 12, 1), date(2023, 1, 2)) == []

    def test_the_first_year_of_all_has_none_before_it(self) -> None:
        """1/1/1990 is off, and 31/12/1989 outside the calendar."""
        last = plan(rule("year", DueDay("day", day=31, month=12, roll=True)), in_force_from=date(1990, 1, 1))
        assert due(last, date(1990, 1, 1), date(1990, 12, 31)) == [("1990", date(1990, 12, 31))]

    def test_nothing_from_before_the_regulation_took_effect(self) -> None:
        monthly = plan(rule("month", DueDay("day", day=9)))
        assert due(monthly, date(2016, 1, 1), date(2016, 6, 30)) == [("2016-05", date(2016, 5, 9)), ("2016-06", date(2016, 6, 9))]
        assert due(monthly, date(2016, 5, 9), date(2016, 5, 9)) == [("2016-05", date(2016, 5, 9))]

    def test_without_a_day_it_stands_at_the_end_of_its_period(self) -> None:
        quarter = plan(rule("quarter", DueDay("none", reason=LABEL)))
        assert due(quarter, date(2026, 3, 31), date(2026, 6, 29)) == [("2026-Q1", None)]
        assert due(quarter, date(2026, 4, 1), date(2026, 6, 30)) == [("2026-Q2", None)]

    def test_by_day_then_by_rule_and_last_what_has_no_period(self) -> None:
        several = plan(
            rule("on_request", DueDay("none", reason=LABEL), id="a-asked"),
            rule("month", DueDay("day", day=10), id="c"),
            rule("month", DueDay("day", day=10), id="b"),
            rule("month", DueDay("none", reason=LABEL), id="a"),
            rule("once", DueDay("after_signing", day=30), id="z"),  # 8/6/2016
            rule("occasion", DueDay("none", reason=LABEL), id="asked"),
        )
        rows = reports(several, CALENDAR, date(2016, 6, 1), date(2016, 6, 30))
        assert [row.rule for row in rows] == ["z", "b", "c", "a", "a-asked", "asked"]
        assert [row.period for row in rows] == [None, "2016-06", "2016-06", "2016-06", None, None]

    def test_once_is_once(self) -> None:
        once = plan(rule("once", DueDay("after_signing", day=30)))
        assert due(once, date(2016, 6, 8), date(2026, 1, 1)) == [(None, date(2016, 6, 8))]
        assert due(once, date(2016, 6, 9), date(2026, 1, 1)) == []


class TestRow:
    def test_everything_in_it(self) -> None:
        """Kon Tum, Điều 10 khoản 1: trước ngày 20 tháng 11. 19/11/2026 is a Thursday; read as “on the 20th at the latest” it is the Friday."""
        (row,) = [row for row in dr.load("kon-tum").reports(date(2026, 11, 1), date(2026, 11, 30)) if row.due_on]
        assert row == ReportDue(
            rule="unit-year",
            regulation="kon-tum",
            period="2026",
            actor="unit",
            to="office",
            due_on=date(2026, 11, 19),
            falls_on_day_off=False,
            send_by=date(2026, 11, 19),
            earliest=date(2026, 11, 19),
            latest=date(2026, 11, 20),
            cite="Điều 10 khoản 1",
            topic="report.unit.year",
            label=KON_TUM.reports[2].label,
            provisional=False,
            reason=None,
        )

    def test_on_a_day_off(self) -> None:
        """19/9/2026 is a Saturday. Under other readings it is Sunday the 20th, or for both of them Monday the 21st."""
        (row,) = [row for row in dr.load("kon-tum").reports(date(2026, 9, 1), date(2026, 9, 29)) if row.due_on]
        assert (row.rule, row.period, row.due_on) == ("unit-quarter", "2026-Q3", date(2026, 9, 19))
        assert (row.falls_on_day_off, row.send_by) == (True, date(2026, 9, 18))
        assert (row.earliest, row.latest) == (date(2026, 9, 19), date(2026, 9, 21))

    def test_without_a_day(self) -> None:
        (row,) = reports(plan(rule("year", DueDay("none", reason=LABEL), to=None)), CALENDAR, date(2026, 12, 31), date(2026, 12, 31))
        assert (row.due_on, row.send_by, row.earliest, row.latest, row.to) == (None, None, None, None, None)
        assert (row.falls_on_day_off, row.provisional, row.reason) == (False, False, LABEL)

    def test_a_day_of_another_reading_counts_where_the_chosen_one_has_none(self) -> None:
        (row,) = reports(
            plan(rule("year", DueDay("none", reason=LABEL), DueDay("day", day=10, month=12))), CALENDAR, date(2026, 12, 31), date(2026, 12, 31)
        )
        assert (row.due_on, row.earliest, row.latest, row.reason) == (None, date(2026, 12, 10), date(2026, 12, 10), LABEL)

    @pytest.mark.parametrize(
        ("day", "year", "provisional"),
        [
            (DueDay("day", day=31, month=12), 2027, False),  # the last day the calendar vouches for
            (DueDay("day", day=1, month=1), 2028, True),
            (DueDay("day", day=1, month=1), 2014, False),  # the first
            (DueDay("day", day=31, month=12), 2013, True),
        ],
    )
    def test_provisional_is_what_the_calendar_does_not_vouch_for(self, day: DueDay, year: int, provisional: bool) -> None:
        of = plan(rule("year", day), in_force_from=date(2010, 1, 1))
        (row,) = [row for row in reports(of, CALENDAR, date(year, 1, 1), date(year, 12, 31)) if row.period == f"{year}"]
        assert row.provisional is provisional

    def test_it_is_provisional_under_any_reading(self) -> None:
        of = plan(rule("year", DueDay("day", day=31, month=12), DueDay("after_signing", day=(date(2028, 1, 3) - date(2016, 5, 9)).days)))
        (row,) = reports(of, CALENDAR, date(2027, 12, 31), date(2027, 12, 31))
        assert (row.due_on, row.latest, row.provisional) == (date(2027, 12, 31), date(2028, 1, 3), True)


class TestRefusals:
    def test_a_list_that_ends_before_the_regulation_took_effect(self) -> None:
        with pytest.raises(NotInForceError) as caught:
            reports(KON_TUM, CALENDAR, date(2010, 1, 1), date(2016, 5, 8))
        assert str(caught.value) == "kon-tum took effect on 2016-05-09; until 2016-05-08 it asks for no report. Ask for later days."
        assert reports(KON_TUM, CALENDAR, date(2010, 1, 1), date(2016, 5, 9))[-1].rule == "on-request"

    def test_an_interval_that_begins_after_its_end(self) -> None:
        with pytest.raises(DayError) as caught:
            reports(KON_TUM, CALENDAR, date(2026, 2, 1), date(2026, 1, 31))
        assert str(caught.value) == "since 2026-02-01 lies after until 2026-01-31; exchange the two."

    def test_days_outside_the_calendar(self) -> None:
        with pytest.raises(CalendarHorizonError) as caught:
            reports(KON_TUM, CALENDAR, date(2026, 2, 1), date(2101, 1, 31))
        assert str(caught.value) == "2101-01-31 lies outside 1990-2100, the years the calendar knows; correct the year."

    def test_strict_names_the_first_report_that_is_provisional(self) -> None:
        with pytest.raises(UnverifiedCalendarError) as caught:
            reports(KON_TUM, CALENDAR, date(2027, 12, 1), date(2028, 12, 31), strict=True)
        assert str(caught.value) == (
            "report unit-quarter of 2028-Q1: 2028-03-19 is not among the days the calendar vouches for (2014-01-01 to 2027-12-31); "
            "list without strict to get a provisional answer."
        )
        assert reports(KON_TUM, CALENDAR, date(2027, 1, 1), date(2027, 12, 31), strict=True)
