"""Tasks with extensions and suspensions in columns, beside the single engine: every row on every day, the same in every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

pytest.importorskip("numpy", reason="the columns engine needs NumPy: pip install 'deadline-rules[tables]'")

import numpy as np
from every_form import OTHERWISE, POOLS, every_form, tasks_with_more_time
from test_engines_agree import found_by_columns, found_by_single

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.engines import column_time_limit, time_limit
from deadline_rules.engines.column_tables import BEYOND, NULL, day_number
from deadline_rules.engines.column_time_limit import Extensions, MoreTime, Suspensions
from deadline_rules.engines.columns import ColumnsEngine
from deadline_rules.errors import CalendarHorizonError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import kind_index
from deadline_rules.plan.model import Plan
from deadline_rules.testing.rule_files import pack_of

CALENDAR = dr.vietnam()
FORM = compile_plan(pack_of(every_form()))
ROLLED = compile_plan(pack_of(every_form() | {"excluded": []}), OTHERWISE)
PLANS = {
    "no suspensions provided for": FORM,
    "suspensions": replace(FORM, suspensions="Điều 8"),
    "suspensions, otherwise": replace(ROLLED, suspensions="Điều 8"),
    "otherwise": ROLLED,
}


def numbers(days: Sequence[date | None]) -> Any:
    """Days as the engine has them."""
    return np.array([NULL if day is None else day_number(day) for day in days], dtype=np.int32)


def more_time(some: Sequence[dr.Task]) -> MoreTime:
    """The extensions and the suspensions of all tasks, one behind the other."""
    extensions = [(row, extension.granted_on, extension.due_on) for row, task in enumerate(some) for extension in task.extensions]
    suspensions = [(row, suspension.since, suspension.until) for row, task in enumerate(some) for suspension in task.suspensions]

    def column(parts: Sequence[Sequence[Any]], place: int) -> list[Any]:
        return [part[place] for part in parts]

    def rows(parts: Sequence[Sequence[Any]]) -> Any:
        return np.array(column(parts, 0), dtype=np.intp)

    return MoreTime(
        Extensions(rows(extensions), numbers(column(extensions, 1)), numbers(column(extensions, 2))),
        Suspensions(rows(suspensions), numbers(column(suspensions, 1)), numbers(column(suspensions, 2))),
    )


def in_force(plan: Plan, task: dr.Task, as_of: date) -> int:
    """The due day in force, as the single engine has it."""
    try:
        day = time_limit.due_day(plan, CALENDAR, task, as_of)
    except CalendarHorizonError:
        return int(BEYOND)
    return int(NULL) if day is None else day_number(day)


@pytest.mark.parametrize("number", range(len(POOLS)))
@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("one_day", [False, True])
def test_both_say_the_same_of_every_row(name: str, one_day: bool, number: int) -> None:
    plan, pool, some = PLANS[name], POOLS[number], tasks_with_more_time(7, 12 if one_day else 24)[number]
    engine = ColumnsEngine(plan, CALENDAR)
    turned = [[pool[(row + off) % len(pool)] for row in range(len(some))] for off in (0, 1)]
    for asked in [[day] * len(some) for day in pool] if one_day else turned:
        days = {field: numbers([getattr(task, field) for task in some]) for field in DAY_FIELDS}
        kinds = np.array([kind_index(task) & ~1 for task in some], dtype=np.uint8)
        as_of: Any = day_number(asked[0]) if one_day else numbers(asked)
        told = column_time_limit.run(engine, days, kinds, as_of, more_time(some))
        assert told.written.tolist() == [in_force(plan, task, day) for task, day in zip(some, asked, strict=True)]
        found = found_by_columns(plan, engine, told.outcome)
        for task, day, own in zip(some, asked, found, strict=True):
            assert own == found_by_single(plan, CALENDAR, task, day), (task, day)


def test_one_suspension_after_the_other() -> None:
    """Due on Friday 13/11/2026. Three stops of a working day each, with working days between them: Wednesday 18/11; without the last, Tuesday."""
    stops = tuple(dr.Suspension(since=day, until=day) for day in (date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 9)))
    facts: dict[str, Any] = {"assigned_on": date(2026, 11, 2), "due_on": date(2026, 11, 13)}
    some = [dr.Task(id=f"T-{number}", suspensions=stops[:number], **facts) for number in (3, 0, 2, 1)]
    days = {field: numbers([getattr(task, field) for task in some]) for field in DAY_FIELDS}
    engine = ColumnsEngine(PLANS["suspensions"], CALENDAR)
    told = column_time_limit.run(engine, days, np.zeros(4, dtype=np.uint8), day_number(date(2026, 11, 20)), more_time(some))
    assert told.written.tolist() == [day_number(date(2026, 11, day)) for day in (18, 13, 17, 16)]


def test_rows_that_have_more_time() -> None:
    """Each once and in order, whichever of the two it has."""
    some = tasks_with_more_time(7, 24)[0]
    assert more_time(some).rows.tolist() == [row for row, task in enumerate(some) if task.extensions or task.suspensions]


def test_without_time_limits_nothing_is_told_of() -> None:
    """A table without a column of due days, and one without rows."""
    engine = ColumnsEngine(PLANS["suspensions"], CALENDAR)
    none = more_time([])
    for rows in (0, 2):
        told = column_time_limit.run(engine, {}, np.zeros(rows, dtype=np.uint8), day_number(date(2026, 11, 20)), none)
        assert told.written.tolist() == [NULL] * rows
        assert told.outcome.has_limit.tolist() == [False] * rows
    assert none.rows.tolist() == []
