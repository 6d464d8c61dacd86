"""Reports: which periods there are, and when each report is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from .calendar.vietnam import WorkingCalendar
from .days import FIRST_DAY, refuse_interval
from .errors import NotInForceError, UnverifiedCalendarError
from .plan.model import DueDay, Plan, ReportPlan
from .results import ReportDue

_MONTH_END = relativedelta(day=31)

# The last months of the periods of a year, and how many months a period has.
PERIODS: dict[str, tuple[tuple[int, ...], int]] = {
    "month": (tuple(range(1, 13)), 1),
    "quarter": ((3, 6, 9, 12), 3),
    "half": ((6,), 6),
    "nine_months": ((9,), 9),
    "year": ((12,), 12),
}


class ReportPeriod(NamedTuple):
    """A reporting period: what it is called, and its last month."""

    name: str | None
    year: int
    month: int

    @property
    def end(self) -> date:
        return date(self.year, self.month, 1) + _MONTH_END


def reports(plan: Plan, calendar: WorkingCalendar, since: date, until: date, *, strict: bool = False) -> tuple[ReportDue, ...]:
    """Every report due in [since, until], in order of day, then rule.

    Reports of a period without a day stand at the end of their period, with `due_on` None and the reason; those without a period
    (on request) come last, once. Nothing is listed from before the regulation took effect.

    Raises:
        DayError: `since` lies after `until`.
        NotInForceError: `until` lies before the regulation took effect.
        CalendarHorizonError: a day lies outside 1990-2100.
        UnverifiedCalendarError: `strict`, and a day off or a working day decides that is not official.
    """
    refuse_interval("since", since, until)
    if until < plan.in_force_from:
        raise NotInForceError(f"{plan.regulation} {plan.in_force_text}; until {until} it asks for no report. Ask for later days.")
    first = max(since, plan.in_force_from)
    dated: list[tuple[date, str, ReportDue]] = []
    standing: list[ReportDue] = []
    for rule in plan.reports:
        for period in _periods(plan, rule, first, until):
            due_on = due_day(plan, calendar, rule.days[0], period)
            row = _row(plan, calendar, rule, period, due_on)
            stands_on = due_on or (period.end if period else None)
            if stands_on is None:
                standing.append(row)
            elif first <= stands_on <= until:
                dated.append((stands_on, rule.rule, row))
    rows = (*(row for _, _, row in sorted(dated, key=lambda item: item[:2])), *standing)
    if strict and (uncertain := next((row for row in rows if row.provisional), None)):
        raise UnverifiedCalendarError(
            f"report {uncertain.rule} of {uncertain.period}: {uncertain.due_on} is not among the days the calendar vouches for "
            f"({calendar.verified_from} to {calendar.verified_until}); list without strict to get a provisional answer."
        )
    return rows


def _periods(plan: Plan, rule: ReportPlan, first: date, until: date) -> Iterator[ReportPeriod | None]:
    """The periods whose report could fall between `first` and `until`; None for a rule without periods."""
    if rule.every not in PERIODS:
        yield None
        return
    months, _ = PERIODS[rule.every]
    if rule.days[0].form == "month_end":
        months = rule.days[0].months
    # A day that rolls over the new year belongs to a period of the year before.
    for year in range(max(first.year - 1, FIRST_DAY.year), until.year + 1):
        for month in months:
            yield ReportPeriod(_name(plan, rule, year, month), year, month)


def _name(plan: Plan, rule: ReportPlan, year: int, month: int) -> str:
    match rule.every:
        case "quarter":
            return f"{year}-Q{month // 3}"
        case "half":
            return f"{year}-H1"
        case "nine_months":
            return f"{year}-9M"
        case "year":
            return f"{year}"
    if plan.month_before and rule.days[0].form == "day":
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return f"{year}-{month:02d}"


def due_day(plan: Plan, calendar: WorkingCalendar, due: DueDay, period: ReportPeriod | None) -> date | None:
    """The last day in time of one period's report, or None where there is none."""
    if due.form == "none":
        return None
    if due.form == "after_signing":
        if plan.signed_on is None:
            return None
        day = plan.signed_on + timedelta(days=due.day)
    elif period is None:
        return None
    elif due.form == "month_end":
        day = period.end
    else:
        # relativedelta keeps to the month's last day, where a text names a day that the month lacks.
        day = date(period.year, due.month or period.month, 1) + relativedelta(day=due.day) - timedelta(days=due.before)
    return calendar.following(day) if due.roll else day


def _row(plan: Plan, calendar: WorkingCalendar, rule: ReportPlan, period: ReportPeriod | None, due_on: date | None) -> ReportDue:
    others = [day for due in rule.days if (day := due_day(plan, calendar, due, period)) is not None]
    uncertain = [day for day in others if not calendar.verified_from <= day <= calendar.verified_until]
    return ReportDue(
        rule=rule.rule,
        regulation=plan.regulation,
        period=period.name if period else None,
        actor=rule.actor,
        to=rule.to,
        due_on=due_on,
        falls_on_day_off=due_on is not None and not calendar.is_working(due_on),
        send_by=calendar.preceding(due_on) if due_on else None,
        earliest=min(others, default=None),
        latest=max(others, default=None),
        cite=rule.cite,
        topic=rule.topic,
        label=rule.label,
        provisional=bool(uncertain),
        reason=rule.days[0].reason,
    )
