"""Reports beside each other: two of one body on one day, and a unit's day beside the day of the office's report that builds on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import NamedTuple

from ..labels import counted
from ..results import ReportDue
from ..rulebook.rules import ReportRule
from .bench import WORKING_DAYS, Bench, report_key
from .findings import Case, Finding, Level, Outcome

# A report of topic report.office.X builds on the one of topic report.unit.X, for periods of the same length.
_UNIT, _OFFICE = "report.unit.", "report.office."
_DAY_READINGS = ("before-day", "before-carries-over", "day-off-end")


def reports_beside_each_other(bench: Bench) -> Iterator[Finding]:
    """Both checks, over the days on which the rules are in force and the calendar is checked."""
    if not bench.pack.rules.reports or bench.first > bench.last:
        return
    rows = [row for row in bench.reports(bench.first, bench.last) if row.due_on is not None]
    yield from _on_one_day(bench, rows)
    yield from _unit_and_office(bench, rows)


def _on_one_day(bench: Bench, rows: list[ReportDue]) -> Iterator[Finding]:
    """Pairs of reports of one body to one addressee that fall on one day: the first such day, and how many there are."""
    numbered = list(enumerate(bench.pack.rules.reports))
    days: dict[str, dict[date, ReportDue]] = {}
    for row in rows:
        if row.due_on is not None:
            days.setdefault(row.rule, {})[row.due_on] = row
    for (_, one), (number, other) in combinations(numbered, 2):
        common = sorted(days.get(one.id, {}).keys() & days.get(other.id, {}).keys())
        if not common or one.actor != other.actor or not (set(one.to) & set(other.to) or one.to == other.to):
            continue
        text = (
            f"{one.id} ({one.cite}) and {other.id} ({other.cite}) of {one.actor} fall on one day, first on {common[0]}, "
            f"{counted(len(common), 'time')} from {bench.first} to {bench.last}; the text itself has it so, or correct one of the two."
        )
        keys = [report_key(days[rule.id][common[0]]) for rule in (one, other)]
        case = bench.period_case(common[0], common[0], keys)
        line = bench.pack.source.line(("reports", number, "due"))
        yield Finding("warning", "reports-on-one-day", bench.pack.source.path, line, text, other.cite, case)


class _Gap(NamedTuple):
    """The working days after a unit's day, up to the office's day, in one period."""

    days: int
    unit: ReportDue
    office: ReportDue


def _unit_and_office(bench: Bench, rows: list[ReportDue]) -> Iterator[Finding]:
    for unit in bench.pack.rules.reports:
        for number, office in enumerate(bench.pack.rules.reports):
            same_topic = unit.topic.startswith(_UNIT) and office.topic == _OFFICE + unit.topic.removeprefix(_UNIT)
            if same_topic and unit.every == office.every and (gaps := _gaps(bench, rows, unit, office)):
                yield _beside(bench, number, unit, office, gaps)


def _gaps(bench: Bench, rows: list[ReportDue], unit: ReportRule, office: ReportRule) -> list[_Gap]:
    """One for each period of which both days are known."""
    units = {row.period: row for row in rows if row.rule == unit.id}
    return [
        _Gap(bench.calendar.count(before.due_on, row.due_on), before, row)
        for row in rows
        if row.rule == office.id and row.due_on and (before := units.get(row.period)) is not None and before.due_on
    ]


def _beside(bench: Bench, number: int, unit: ReportRule, office: ReportRule, gaps: list[_Gap]) -> Finding:
    least = min(gaps, key=lambda gap: gap.days)
    none = [gap for gap in gaps if gap.days <= 0]
    later = [gap for gap in gaps if gap.unit.due_on and gap.office.due_on and gap.unit.due_on > gap.office.due_on]
    most = max(gap.days for gap in gaps)
    span = counted(most, "working day") if least.days == most else f"{least.days} to {most} working days"
    said = f"{office.id} ({office.cite}) builds on {unit.id} ({unit.cite}) and is due {span} after it"
    if later:
        said += f"; {unit.id} is the later of the two in {_periods(later)}"
    elif none:
        said += f"; there is no working day between in {_periods(none)}"
    text = f"{said}{_under_other_readings(bench, unit, office, len(none))}{'; the text itself sets both days' if none else ''}."
    line = bench.pack.source.line(("reports", number, "due"))
    level: Level = "warning" if none else "note"
    code = "unit-after-office" if none else "unit-before-office"
    return Finding(level, code, bench.pack.source.path, line, text, office.cite, _gap_case(bench, least))


def _under_other_readings(bench: Bench, unit: ReportRule, office: ReportRule, none: int) -> str:
    """What becomes of the periods without a working day between under each other reading of the days."""
    said = ""
    for id in _DAY_READINGS:
        for option in bench.pack.readings[id].options:
            if option == bench.pack.readings[id].default:
                continue
            readings = {id: option}
            rows = [row for row in bench.reports(bench.first, bench.last, readings) if row.due_on is not None]
            found = [gap for gap in _gaps(bench, rows, unit, office) if gap.days <= 0]
            if len(found) != none:
                said += f"; under {id}={option} {f'no working day between in {_periods(found)}' if found else 'always at least one'}"
    return said


def _periods(gaps: list[_Gap]) -> str:
    names = [gap.office.period or str(gap.office.due_on) for gap in gaps]
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:6])} and {len(names) - 6} more"


def _gap_case(bench: Bench, gap: _Gap) -> Case | None:
    """The period in which the fewest working days lie between."""
    if gap.unit.due_on is None or gap.office.due_on is None:
        return None
    first, last = sorted((gap.unit.due_on, gap.office.due_on))
    case = bench.period_case(first, last, [report_key(gap.unit), report_key(gap.office)])
    if case is None:
        return None
    outcome = case.outcomes[0]
    return case._replace(outcomes=(Outcome({}, outcome.shows | {WORKING_DAYS: gap.days}),))
