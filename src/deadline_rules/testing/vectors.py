"""Vectors: a finite, ordered set of boundary cases of a regulation with what it answers, for hosts in any language.

The same regulation, readings and calendar always give the same vectors, byte for byte. An id says what is tried, so it stays (as `id`, or in
`also`) as long as its rule does, while the latest Tết, say, moves on when the calendar learns of another year.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Final, TextIO

from ..errors import DeadlineRulesError, NotInForceError
from ..regulation import Regulation
from ..results import Deadline, Escalation, Evaluation, ReportDue
from ..task import Task
from .vectors_days import Window, after
from .vectors_deadlines import deadlines
from .vectors_model import (
    ExpectedDeadline,
    ExpectedEscalation,
    ExpectedReport,
    ExpectedResult,
    Header,
    Line,
    ReportsVector,
    TaskVector,
    Vector,
    Why,
    line_schema,
)
from .vectors_situations import Ground, Situation, kinds
from .vectors_states import escalations, more_time, required, statuses

__all__ = [
    "Header",
    "ReportsVector",
    "TaskVector",
    "Vector",
    "header",
    "line_schema",
    "reports_vectors",
    "task_vectors",
    "vectors",
    "write_vectors",
]

# The days on which the report of a period is looked for.
_AROUND: Final = (
    ("day-before", -1, "vào ngày trước hạn", "on the day before"),
    ("due-day", 0, "vào ngày hết hạn", "on its day"),
    ("day-after", 1, "vào ngày sau hạn", "on the day after"),
)


def vectors(regulation: Regulation) -> Iterator[Vector]:
    """The boundary cases of a regulation, in order: of its deadlines, escalations, statuses, more time, kinds, required information, reports.

    Each task and day comes once, under the first of its ids; `also` names the others. A case on which the regulation refuses to answer (before it
    took effect, say) is left out.

    >>> from deadline_rules import load
    >>> vector = next(vector for vector in vectors(load("kon-tum")) if vector.id == "transfer/start-before-tet/due-day+1")
    >>> vector.task["assigned_on"], str(vector.as_of), vector.expect.deadlines["transfer"].state, vector.cite[0]
    ('2027-02-03', '2027-02-12', 'missed', 'Điều 6 khoản 1 điểm b')
    """
    return chain(task_vectors(regulation), reports_vectors(regulation))


def task_vectors(regulation: Regulation) -> Iterator[TaskVector]:
    """The vectors of tasks."""
    ground = Ground.of(regulation)
    found: dict[str, list[Situation]] = {}
    for make in (deadlines, escalations, statuses, more_time, kinds, required):
        for situation in make(ground):
            found.setdefault(json.dumps([situation.facts, situation.as_of], default=str, sort_keys=True), []).append(situation)
    for alike in found.values():
        if (vector := _task_vector(regulation, alike)) is not None:
            yield vector


def _task_vector(regulation: Regulation, alike: list[Situation]) -> TaskVector | None:
    """Situations with one task and day, with what the regulation says of it; None where it says nothing."""
    situation = alike[0]
    try:
        task = Task.model_validate({"id": situation.id, **situation.facts})
        result = regulation.evaluate(task, situation.as_of)
    except DeadlineRulesError:
        return None
    return TaskVector(
        id=situation.id,
        also=tuple(dict.fromkeys(other.id for other in alike[1:])),
        regulation=regulation.id,
        why=Why(vi=situation.why.vi, en=situation.why.en),
        task=task.model_dump(mode="json", exclude_defaults=True),
        as_of=situation.as_of,
        expect=expected_result(result),
        cite=_cites(result, situation.about),
    )


def expected_result(result: Evaluation) -> ExpectedResult:
    """What a vector says of a result: codes and days, no words."""
    return ExpectedResult(
        status=result.status.code,
        progress=result.progress,
        timeliness=result.timeliness,
        due_on=result.due_on,
        working_days_left=result.working_days_left,
        deadlines={row.rule: ExpectedDeadline(starts_on=row.starts_on, due_on=row.due_on, state=row.state) for row in result.deadlines},
        escalations={row.rule: ExpectedEscalation(opens_on=row.opens_on, state=row.state) for row in result.escalations},
        missing_fields=result.missing_fields,
        provisional=result.provisional,
    )


def _cites(result: Evaluation, about: str | None) -> tuple[str, ...]:
    """The provisions of a result, first the one that the vector is about."""
    rows: list[Deadline | Escalation] = [*result.deadlines, *result.escalations]
    first = [row.cite for row in rows if row.rule == about]
    return tuple(dict.fromkeys([*first, result.status.cite, *(row.cite for row in rows)]))


def reports_vectors(regulation: Regulation) -> Iterator[ReportsVector]:
    """The reports of every year the calendar vouches for, and of the last of these years each report on and around its day."""
    window = Window.of(regulation.calendar, regulation.plan.in_force_from)
    until = date(window.last.year, 12, 31)
    for year in range(window.first.year, until.year + 1):
        why = Why(vi=f"Các báo cáo có ngày trong năm {year}.", en=f"The reports with a day in {year}.")
        yield from _reports_vector(regulation, f"reports/{year}", why, date(year, 1, 1), date(year, 12, 31))
    for row, due_on in _dated(regulation, date(until.year, 1, 1), until):
        period = (row.period or "").partition("-")[2].lower()
        for name, far, vi, en in _AROUND:
            day = after(due_on, far)
            id = "/".join(part for part in ("reports", row.rule, period, name) if part)
            why = Why(vi=f"{row.label.vi} {row.period}: {vi}.", en=f"{row.label.en} {row.period}: {en}.")
            yield from _reports_vector(regulation, id, why, day, day)


def _reports_vector(regulation: Regulation, id: str, why: Why, since: date, until: date) -> Iterator[ReportsVector]:
    try:
        rows = _dated(regulation, since, until)
    except NotInForceError:
        return
    expect = tuple(ExpectedReport(rule=row.rule, period=row.period, due_on=day, send_by=row.send_by, cite=row.cite) for row, day in rows)
    cites = tuple(dict.fromkeys(row.cite for row in expect))
    yield ReportsVector(id=id, regulation=regulation.id, why=why, since=since, until=until, expect=expect, cite=cites)


def _dated(regulation: Regulation, since: date, until: date) -> list[tuple[ReportDue, date]]:
    """The reports that have a day, each with it."""
    return [(row, row.due_on) for row in regulation.reports(since, until) if row.due_on is not None]


def header(regulation: Regulation, count: int) -> Header:
    """The first line of a file of so many vectors."""
    return Header(
        regulation=regulation.id,
        rules_version=regulation.plan.rules_version,
        calendar_version=regulation.calendar.version,
        readings=regulation.readings,
        count=count,
    )


def write_vectors(regulation: Regulation, out: TextIO) -> int:
    """Writes the header and all vectors as JSON Lines; gives how many vectors there are.

    >>> import io
    >>> from deadline_rules import load
    >>> out = io.StringIO()
    >>> write_vectors(load("ben-tre"), out) == len(out.getvalue().splitlines()) - 1
    True
    """
    found = list(vectors(regulation))
    lines: list[Line] = [header(regulation, len(found)), *found]
    for line in lines:
        out.write(json.dumps(line.to_dict(), ensure_ascii=False) + "\n")
    return len(found)
