"""The first period for which two regulations ask for different reports of a topic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from ..calendar.vietnam import WorkingCalendar
from ..plan.model import Plan, ReportPlan
from ..regulation import Regulation
from ..schedule import PERIODS, ReportPeriod, due_day


class Period(NamedTuple):
    """The period of a report, both days included; without days where the report has none (on request, once)."""

    every: str
    since: date | None = None
    until: date | None = None


class FirstPeriod(NamedTuple):
    """The first period that shows a difference, and how many periods were gone through; none where the rules are identical."""

    period: Period | None
    periods: int


def first_period(sides: tuple[Regulation, Regulation], topic: str, since: date, until: date, *, alike: bool) -> FirstPeriod:
    """The first period, of those that begin on or after `since` and end by `until`, for which the reports of a topic differ.

    Periods follow their last days, the longer one first; what has no period comes last. `alike`: the calendars have the same days off from then on.
    """
    forms = [{_form(regulation.plan, rule, 0 if alike else side) for rule in _rules(regulation.plan, topic)} for side, regulation in enumerate(sides)]
    if forms[0] == forms[1]:
        return FirstPeriod(None, 0)
    number = 0
    names = {rule.every for regulation in sides for rule in _rules(regulation.plan, topic)}
    for number, period in enumerate(_periods(names, since, until), start=1):
        answers = [
            {(rule.actor, due_on) for rule, due_on in report_answer(regulation.plan, regulation.calendar, topic, period)} for regulation in sides
        ]
        if answers[0] != answers[1]:
            return FirstPeriod(period, number)
    return FirstPeriod(None, number)


def report_answer(plan: Plan, calendar: WorkingCalendar, topic: str, period: Period) -> list[tuple[ReportPlan, date | None]]:
    """The reports that a plan asks for of one period of a topic, each with its last day."""
    found: list[tuple[ReportPlan, date | None]] = []
    for rule in _rules(plan, topic):
        if rule.every != period.every:
            continue
        if period.until is None:
            found.append((rule, due_day(plan, calendar, rule.days[0], None)))
        elif rule.days[0].form != "month_end" or period.until.month in rule.days[0].months:
            found.append((rule, due_day(plan, calendar, rule.days[0], ReportPeriod(None, period.until.year, period.until.month))))
    return found


def _rules(plan: Plan, topic: str) -> list[ReportPlan]:
    return [rule for rule in plan.reports if rule.topic == topic]


def _form(plan: Plan, rule: ReportPlan, calendar: int) -> tuple[object, ...]:
    """What decides the answers of a rule."""
    due = rule.days[0]
    rolls = calendar if due.roll and due.form != "none" else None
    return rule.actor, rule.every, due._replace(reason=None, roll=False), rolls, plan.signed_on if due.form == "after_signing" else None


def _periods(names: set[str], since: date, until: date) -> Iterator[Period]:
    """The periods of these names in order, then those without days."""
    for year in range(since.year, until.year + 1):
        found: list[tuple[date, int, Period]] = []
        for name in names & PERIODS.keys():
            months, length = PERIODS[name]
            for month in months:
                first, last = date(year, month - length + 1, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
                if since <= first and last <= until:
                    found.append((last, -length, Period(name, first, last)))
        yield from (period for _, _, period in sorted(found, key=lambda item: item[:2]))
    yield from (Period(name) for name in sorted(names - PERIODS.keys()))
