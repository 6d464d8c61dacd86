"""Worked cases: what a person worked out from the text, compared with what a regulation answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BeforeValidator, model_validator

from ..calendar.vietnam import WorkingCalendar, vietnam
from ..errors import DeadlineRulesError
from ..files.typed import IsoDay, Listed, Model, OneOrMany, YesNo, typed
from ..files.yaml_source import Source, read_file
from ..plan.compile import compile_plan
from ..plan.model import Plan
from ..regulation import Regulation
from ..results import Deadline, Escalation, Evaluation, ReportDue
from ..rulebook.library import Pack, open_pack
from ..rulebook.words import Code, Id
from ..task import Task

CASES_FILE = "cases.yaml"

# `none` is written out: an empty place in a YAML file looks like a mistake.
_NONE = "none"


def _or_none(value: object) -> object:
    return None if value == _NONE else value


def _whole(value: object) -> object:
    try:
        return int(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"{value!r} is not a whole number") from None


DayOrNone = Annotated[IsoDay | None, BeforeValidator(_or_none)]
NumberOrNone = Annotated[Annotated[int, BeforeValidator(_whole)] | None, BeforeValidator(_or_none)]
CodeOrNone = Annotated[Code | None, BeforeValidator(_or_none)]


class ExpectedDeadline(Model):
    """What a case expects of one deadline; only what is named is compared."""

    starts_on: DayOrNone = None
    due_on: DayOrNone = None
    done_on: DayOrNone = None
    state: str | None = None
    earliest: DayOrNone = None
    latest: DayOrNone = None
    cite: str | None = None


class ExpectedEscalation(Model):
    """What a case expects of one escalation."""

    opens_on: DayOrNone = None
    state: str | None = None


class ExpectedReport(Model):
    """What a case expects of one report."""

    rule: Id
    period: Annotated[str | None, BeforeValidator(_or_none)] = None
    due_on: IsoDay
    send_by: DayOrNone = None
    earliest: DayOrNone = None
    latest: DayOrNone = None
    falls_on_day_off: YesNo | None = None
    actor: str | None = None
    to: str | None = None


class Expected(Model):
    """What a case expects; only what is named is compared."""

    error: str | None = None
    progress: str | None = None
    timeliness: str | None = None
    status: CodeOrNone = None
    due_on: DayOrNone = None
    working_days_left: NumberOrNone = None
    deadlines: dict[Id, ExpectedDeadline] = {}
    escalations: dict[Id, Annotated[ExpectedEscalation | None, BeforeValidator(_or_none)]] = {}
    caveats: OneOrMany[Code] = ()
    no_caveats: OneOrMany[Code] = ()
    missing_fields: OneOrMany[str] = ()
    reports: Listed[ExpectedReport] = ()


class Span(Model):
    """The days whose reports a case lists, both included."""

    since: IsoDay
    until: IsoDay


class Case(Model):
    """One worked case."""

    name: str
    why: str
    task: dict[str, str] | None = None
    as_of: IsoDay | None = None
    reports: Span | None = None
    readings: dict[str, str] = {}
    known_on: IsoDay | None = None
    expect: Expected

    @model_validator(mode="after")
    def _task_or_reports(self) -> Self:
        if (self.task is None) == (self.reports is None):
            raise ValueError("give either task (with as_of) or reports")
        if self.task is not None and self.as_of is None:
            raise ValueError("a task needs as_of")
        return self


class Cases(Model):
    """The file `cases.yaml`."""

    cases: Listed[Case]


class Difference(NamedTuple):
    """Where a regulation departs from a case."""

    case: str
    what: str
    expected: object
    found: object
    line: int | None

    def __str__(self) -> str:
        return f"case {self.case!r}: {self.what} should be {_shown(self.expected)}, not {_shown(self.found)}"


def read_cases(path: Path) -> tuple[Source, tuple[Case, ...]]:
    """The cases of a file.

    Raises:
        RuleFileError: the file is not well formed, with its line.
    """
    source = read_file(path)
    return source, typed(Cases, source).cases


def run_cases(rule_file: Path, cases_file: Path) -> Iterator[Difference]:
    """Every difference between the worked cases and what the rules beside them answer."""
    source, cases = read_cases(cases_file)
    yield from differences(open_pack(rule_file), source, cases)


def differences(pack: Pack, source: Source, cases: tuple[Case, ...]) -> Iterator[Difference]:
    """The same for a pack and cases that are already read. The pack is compiled once for each choice of readings."""
    loads = Loads(pack)
    for number, case in enumerate(cases):
        yield from loads.differences(case, source.line(("cases", number)))


def check_case(rule_file: Path, case: Case, line: int | None = None) -> Iterator[Difference]:
    """Where the rules depart from one case."""
    yield from Loads(open_pack(rule_file)).differences(case, line)


class Loads:
    """The regulations of one pack, each made once for its readings and the day whose calendar is replayed."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._plans: dict[tuple[tuple[str, str], ...], Plan] = {}
        self._calendars: dict[date | None, WorkingCalendar] = {}

    def regulation(self, case: Case) -> Regulation:
        """The regulation as a case asks for it."""
        readings, known_on = tuple(sorted(case.readings.items())), case.known_on
        if readings not in self._plans:
            self._plans[readings] = compile_plan(self._pack, case.readings)
        if known_on not in self._calendars:
            self._calendars[known_on] = vietnam(known_on=known_on)
        return Regulation(self._pack, self._plans[readings], self._calendars[known_on])

    def differences(self, case: Case, line: int | None = None) -> Iterator[Difference]:
        """Where the rules depart from a case, which stands in `line` of its file."""
        yield from _check(self, case, line)


def _check(loads: Loads, case: Case, line: int | None) -> Iterator[Difference]:
    def differ(what: str, expected: object, found: object) -> Difference:
        return Difference(case.name, what, expected, found, line)

    try:
        found = _answer(loads.regulation(case), case)
    except DeadlineRulesError as error:
        if type(error).__name__ != case.expect.error:
            yield differ("error", case.expect.error, f"{type(error).__name__}: {error}")
        return
    if case.expect.error is not None:
        yield differ("error", case.expect.error, None)
    elif isinstance(found, Evaluation):
        for what, expected, got in _task_differences(case.expect, found):
            yield differ(what, expected, got)
    else:
        for what, expected, got in _report_differences(case.expect.reports, found):
            yield differ(what, expected, got)


def _answer(regulation: Regulation, case: Case) -> Evaluation | tuple[ReportDue, ...]:
    if case.reports is not None:
        return tuple(row for row in regulation.reports(case.reports.since, case.reports.until) if row.due_on is not None)
    if case.task is None or case.as_of is None:
        raise AssertionError("the model lets no such case through")
    return regulation.evaluate(Task.from_record(case.task), case.as_of)


def _task_differences(expect: Expected, found: Evaluation) -> Iterator[tuple[str, object, object]]:
    named = expect.model_fields_set
    answers: Mapping[str, object] = {
        "progress": found.progress,
        "timeliness": found.timeliness,
        "status": found.status.code,
        "due_on": found.due_on,
        "working_days_left": found.working_days_left,
    }
    for name, answer in answers.items():
        if name in named and getattr(expect, name) != answer:
            yield name, getattr(expect, name), answer
    deadlines: dict[str, Any] = {row.rule: row for row in found.deadlines}
    for rule, wanted in expect.deadlines.items():
        yield from _row_differences(rule, wanted, deadlines.get(rule))
    escalations: dict[str, Any] = {row.rule: row for row in found.escalations}
    for rule, opening in expect.escalations.items():
        if opening is None:
            if rule in escalations:
                yield rule, None, escalations[rule].state
        else:
            yield from _row_differences(rule, opening, escalations.get(rule))
    codes = {caveat.code for caveat in found.caveats}
    for code in expect.caveats:
        if code not in codes:
            yield "caveats", code, ", ".join(sorted(codes)) or None
    for code in expect.no_caveats:
        if code in codes:
            yield "caveats", f"no {code}", code
    for field in expect.missing_fields:
        if field not in found.missing_fields:
            yield "missing_fields", field, ", ".join(found.missing_fields) or None


def _row_differences(rule: str, wanted: Model, row: Deadline | Escalation | None) -> Iterator[tuple[str, object, object]]:
    if row is None:
        yield rule, "in the result", None
        return
    for name in wanted.model_fields_set:
        if getattr(wanted, name) != getattr(row, name):
            yield f"{rule}.{name}", getattr(wanted, name), getattr(row, name)


def _report_differences(wanted: tuple[ExpectedReport, ...], found: tuple[ReportDue, ...]) -> Iterator[tuple[str, object, object]]:
    expected = [f"{row.rule} {row.due_on}" for row in wanted]
    got = [f"{row.rule} {row.due_on}" for row in found]
    if expected != got:
        missing = [row for row in expected if row not in got]
        surplus = [row for row in got if row not in expected]
        yield "reports", ", ".join(missing) or "in the order given", ", ".join(surplus) or ", ".join(got)
        return
    for report, row in zip(wanted, found, strict=True):
        for name in report.model_fields_set - {"rule", "due_on"}:
            if getattr(report, name) != getattr(row, name):
                yield f"{row.rule} {row.due_on} {name}", getattr(report, name), getattr(row, name)


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "none" if value is None else str(value)
