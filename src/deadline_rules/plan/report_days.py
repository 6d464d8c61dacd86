"""The days of reports under readings."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import AmbiguousRuleError, RuleFileError, nearest
from ..results import Label
from ..rulebook.library import Pack
from ..rulebook.rules import Due, ReportRule, misfit
from .model import DueDay, ReportPlan
from .readings import Chosen

_SUPPLIED = Label("ngày do cơ quan sử dụng cung cấp", "day supplied by the host")
_DATED = ("before_day", "by_day", "on_day", "within_months", "days_after_promulgation")


def report_plans(pack: Pack, chosen: Chosen, supplied: Mapping[str, Due]) -> tuple[ReportPlan, ...]:
    """Every report rule with its day under the chosen readings, and the days the open readings make of it.

    `supplied` are days a host gives for reports whose day another instrument sets, by rule id.

    Raises:
        AmbiguousRuleError: under some combination of readings a report has two days, or none.
        RuleFileError: a day is supplied for a report that is not there, or whose day the text sets.
    """
    reports = {rule.id: rule for rule in pack.rules.reports}
    for id, due in supplied.items():
        if id not in reports:
            raise RuleFileError(f"reports: there is no report {id!r} in {pack.rules.id}{nearest(id, reports)}", path=pack.source.path)
        if any(line.form in (*_DATED, "same_as") for line in reports[id].due):
            raise RuleFileError(
                f"reports: {pack.rules.id} sets the day of {id} itself ({reports[id].cite}); a host can only supply days the text leaves to others.",
                path=pack.source.path,
            )
        if why := misfit(reports[id].every, due):
            raise RuleFileError(f"reports: {id}: {why}.", path=pack.source.path)
    return tuple(_report_plan(pack, rule, reports, chosen, supplied) for rule in reports.values())


def _report_plan(pack: Pack, rule: ReportRule, reports: dict[str, ReportRule], chosen: Chosen, supplied: Mapping[str, Due]) -> ReportPlan:
    days = {_day(pack, rule, reports, choice, supplied): None for choice in chosen.combinations(_readings_of(rule, reports, supplied))}
    return ReportPlan(rule.id, rule.topic, rule.actor, ", ".join(rule.to) or None, rule.label.label(), rule.cite, rule.every, tuple(days))


def _readings_of(rule: ReportRule, reports: dict[str, ReportRule], supplied: Mapping[str, Due]) -> set[str]:
    """The open readings that the day of a report depends on."""
    lines = [supplied[rule.id]] if rule.id in supplied else list(rule.due)
    lines += [line for due in lines if due.same_as for line in reports[due.same_as].due]
    ids = {id for line in lines for id in line.under}
    if any(line.before_day for line in lines):
        ids.add("before-day")
    if any(line.carried_over for line in lines):
        ids.add("before-carries-over")
    if any(line.form in _DATED for line in lines):
        ids.add("day-off-end")
    return ids


def _day(pack: Pack, rule: ReportRule, reports: dict[str, ReportRule], chosen: Chosen, supplied: Mapping[str, Due]) -> DueDay:
    if rule.id in supplied:
        return _due_day(supplied[rule.id], chosen, _SUPPLIED)
    found = [due for due in rule.due if chosen.holds(due.under)]
    if len(found) != 1:
        number = list(reports).index(rule.id)
        why = "two days" if found else "no day and no reason"
        under = chosen.named(id for due in rule.due for id in due.under)
        raise AmbiguousRuleError(
            f"reports[{number}].due: {rule.id} has {why}{under}; let exactly one line answer.",
            path=pack.source.path,
            line=pack.source.line(("reports", number, "due")),
        )
    due = found[0]
    return _day(pack, reports[due.same_as], reports, chosen, supplied) if due.same_as else _due_day(due, chosen)


def _due_day(due: Due, chosen: Chosen, reason: Label | None = None) -> DueDay:
    roll = chosen["day-off-end"] == "next_working_day"
    if due.no_day is not None:
        return DueDay("none", reason=due.no_day.label())
    if due.set_by is not None:
        return DueDay("none", reason=due.set_by.reason.label())
    if due.within_months:
        return DueDay("month_end", months=due.within_months, roll=roll, reason=reason)
    if due.days_after_promulgation is not None:
        day = due.days_after_promulgation - (chosen["start-day"] == "included")
        return DueDay("after_signing", day=day, roll=roll, reason=reason)
    before = 0
    if due.before_day is not None and not (due.carried_over and chosen["before-carries-over"] == "no"):
        before = 1 if chosen["before-day"] == "previous_day" else 0
    return DueDay("day", day=due.before_day or due.by_day or due.on_day or 0, month=due.month, before=before, roll=roll, reason=reason)
