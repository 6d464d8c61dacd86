"""Every task stands in exactly one place of its regulation's table, is counted once, and only more time takes back what is overdue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.errors import CalendarHorizonError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import KIND_CELLS
from deadline_rules.regulation import Regulation
from deadline_rules.rulebook.library import Pack
from deadline_rules.testing.rule_files import rule_sets
from deadline_rules.testing.strategies import as_of_days, readings, tasks

DAY: Final = date(2026, 11, 20)
LONG_AGO, LATELY, TO_COME = date(2026, 11, 2), date(2026, 11, 19), date(2026, 12, 1)
# How a task comes to stand in each cell on DAY, by the definition of progress and timeliness: (started, completed, due), (cell).
STANDS: Final[dict[tuple[str, str], dict[str, date]]] = {
    ("not_started", "in_time"): {"due_on": TO_COME},
    ("not_started", "overdue"): {"due_on": LATELY},
    ("not_started", "no_deadline"): {},
    ("in_progress", "in_time"): {"started_on": LONG_AGO, "due_on": TO_COME},
    ("in_progress", "overdue"): {"started_on": LONG_AGO, "due_on": LATELY},
    ("in_progress", "no_deadline"): {"started_on": LONG_AGO},
    ("completed", "in_time"): {"started_on": LONG_AGO, "completed_on": LATELY, "due_on": LATELY},
    ("completed", "overdue"): {"started_on": LONG_AGO, "completed_on": LATELY, "due_on": LONG_AGO},
    ("completed", "no_deadline"): {"started_on": LONG_AGO, "completed_on": LATELY},
}


def every_kind() -> list[tuple[tuple[str, str], dr.Task]]:
    """A task of every kind in every cell: 9 cells × 64 kinds, the time limit being settled by the cell."""
    kinds = [{name: value for name, value in kind.items() if name != "time_limit"} for kind in KIND_CELLS if kind["time_limit"]]
    return [(cell, _task(facts, kind)) for cell, facts in STANDS.items() for kind in kinds]


def _task(facts: dict[str, date], kind: dict[str, object]) -> dr.Task:
    known: dict[str, Any] = {**facts, **kind}
    return dr.Task(id="T", **known)


def check_partition(regulation: Regulation) -> None:
    """Each task has the one status of its cell, or none for a reason; and the tally counts it once."""
    everyone = every_kind()
    answer_of_cell: dict[tuple[str, str], set[object]] = {}
    for cell, task in everyone:
        result = regulation.evaluate(task, DAY)
        assert (result.progress, result.timeliness) == cell
        assert (result.status.code is None) == (result.status.reason is not None)
        if not result.out_of_scope:
            answer_of_cell.setdefault(cell, set()).add(result.status.code)
    assert all(len(answers) == 1 for answers in answer_of_cell.values())  # the cell alone decides
    tally = regulation.tally([task for _, task in everyone], DAY)
    assert sum(count.number for count in tally.counts) == tally.total
    assert tally.total + tally.out_of_scope == len(everyone) == 9 * 64


@pytest.mark.parametrize("pack", [pack.id for pack in dr.available()])
@given(chosen=readings())
@settings(max_examples=10)
def test_the_statuses_of_a_pack_part_all_tasks(pack: str, chosen: dict[str, object]) -> None:
    check_partition(dr.load(pack, readings=chosen))


@given(rule_sets(), readings())
@settings(max_examples=25)
def test_the_statuses_of_a_generated_rule_set_part_all_tasks(pack: Pack, chosen: dict[str, object]) -> None:
    check_partition(Regulation(pack, compile_plan(pack, chosen), dr.vietnam()))


KON_TUM: Final = dr.load("kon-tum")
taken_back: Final[list[dr.Task]] = []


@st.composite
def extended_late(draw: st.DrawFn) -> tuple[dr.Task, date]:
    """A task, and a day on which it is overdue, on or before the day it gets more time."""
    task = draw(tasks(since=date(2016, 5, 9), until=date(2090, 12, 31)))
    due_on = task.due_on or draw(st.dates(task.assigned_on or date(2016, 5, 9), date(2091, 1, 1)))
    granted_on = due_on + timedelta(days=draw(st.integers(2, 60)))
    more = dr.Extension(granted_on=granted_on, due_on=granted_on + timedelta(days=draw(st.integers(-1, 60))))
    return task.model_copy(update={"due_on": due_on, "extensions": (more,)}), granted_on - timedelta(days=1)


any_task = tasks(extensions=True, since=date(2016, 5, 9), until=date(2099, 12, 31))


@given(st.tuples(any_task, as_of_days(KON_TUM)) | extended_late(), st.integers(1, 400))
@settings(max_examples=600)
def test_only_an_extension_takes_back_what_is_overdue(asked: tuple[dr.Task, date], later: int) -> None:
    """None of the five regulations stops time, so an unfinished task that was overdue is in time again only by more time granted since."""
    task, as_of = asked
    unfinished, then = task.model_copy(update={"completed_on": None}), min(as_of + timedelta(days=later), date(2100, 12, 31))
    try:
        before, after = KON_TUM.evaluate(unfinished, as_of), KON_TUM.evaluate(unfinished, then)
    except CalendarHorizonError:  # a period ends after 2100
        return
    if before.timeliness == "overdue" and after.timeliness != "overdue":
        taken_back.append(task)
        assert any(as_of < extension.granted_on <= then for extension in task.extensions)


def test_some_were_taken_back() -> None:
    """Or the test before would show nothing."""
    assert taken_back
