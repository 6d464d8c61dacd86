"""The columns engine is held to the single engine: the same answer for every field of every task; and `classify` to `evaluate`."""

from __future__ import annotations

import importlib.util
import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

if importlib.util.find_spec("numpy") is None and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip("the columns engine needs NumPy: pip install 'deadline-rules[tables]'", allow_module_level=True)

import numpy as np
from rule_sets import stepped_rule_files

import deadline_rules as dr
from deadline_rules.calendar.vietnam import WorkingCalendar
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.days import FIRST_DAY, LAST_DAY
from deadline_rules.engines import columns, single
from deadline_rules.engines.column_tables import ABSENT, DEADLINE_STATES, ESCALATION_STATES, NULL, day_number
from deadline_rules.engines.columns import ColumnsEngine
from deadline_rules.engines.outcome import Outcome
from deadline_rules.errors import CalendarHorizonError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import ASSIGNED_BY, PROGRESS, SECRECY, TIMELINESS, kind_index
from deadline_rules.plan.model import Plan
from deadline_rules.rulebook.library import Pack, open_pack
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.rule_files import pack_of, rule_sets
from deadline_rules.testing.strategies import readings
from strategies import PACKS, days

# A task evaluation is one task, looked at by both engines on one day under one regulation, one choice of readings and one calendar.
IN_CI: Final = bool(os.environ.get("CI"))
ENOUGH: Final = 200_000 if IN_CI else 20_000
PACK_EXAMPLES, GENERATED_EXAMPLES, CHUNK_EXAMPLES = (1_800, 3_000, 300) if IN_CI else (400, 550, 50)
compared: Counter[str] = Counter()

EDGES: Final = [FIRST_DAY, date(2014, 1, 1), date(2027, 12, 31), date(2028, 1, 3), LAST_DAY]
near_edges = st.builds(
    lambda day, off: min(max(day + timedelta(days=off), FIRST_DAY), LAST_DAY), st.sampled_from(EDGES), st.integers(-5, 5) | st.integers(-90, 90)
)
edge_days = st.sampled_from(EDGES) | near_edges
# Most pools keep to days without doubts, so that the engine's short cut for those is compared as well as its long way.
pools = st.lists(days, min_size=1, max_size=8) | st.lists(days | edge_days, min_size=1, max_size=8) | st.lists(edge_days, min_size=1, max_size=8)


class Rows(NamedTuple):
    """Tasks, each with the day it is looked at."""

    tasks: list[dr.Task]
    as_ofs: list[date]


def _task(pool: list[date], code: bytes) -> dr.Task:
    """The task that a few bytes write: a kind, then for each day none or one of the pool. Much faster to draw than field by field."""
    facts: dict[str, Any] = {name: pool[byte % len(pool)] for name, byte in zip(DAY_FIELDS, code[1:], strict=True) if byte > 110}
    if assigned := facts.get("assigned_on"):
        for name in ("due_on", "completed_on"):
            if name in facts:
                facts[name] = max(facts[name], assigned)
    bits = code[0]
    return dr.Task(
        id="T",
        secrecy=SECRECY[bits & 3],
        urgent=bool(bits & 4),
        complex=bool(bits & 8),
        routine=bits & 48 == 48,  # rarely: most packs leave such tasks out
        assigned_by=ASSIGNED_BY[bits >> 6 & 1],
        **facts,
    )


edges_first = st.sampled_from(EDGES).flatmap(
    lambda edge: st.lists(st.integers(-9, 4).map(lambda off: min(max(edge + timedelta(days=off), FIRST_DAY), LAST_DAY)), min_size=1, max_size=6)
)


@st.composite
def task_rows(draw: st.DrawFn, of: st.SearchStrategy[list[date]] | None = None) -> Rows:
    """1 to 30 tasks, each looked at on each of 1 to 10 days."""
    pool = draw(pools if of is None else of)
    size = draw(st.integers(1, 30))
    codes = draw(st.lists(st.binary(min_size=len(DAY_FIELDS) + 1, max_size=len(DAY_FIELDS) + 1), min_size=size, max_size=size))
    tasks = [_task(pool, code) for code in codes]
    number = draw(st.integers(1, 10))
    as_ofs = draw(st.lists(st.sampled_from(pool) | st.builds(_near, st.sampled_from(pool)) | days, min_size=number, max_size=number))
    return Rows([task for _ in as_ofs for task in tasks], [day for day in as_ofs for _ in tasks])


def _near(day: date) -> date:
    return min(day + timedelta(days=1), LAST_DAY)


def in_force(plan: Plan, rows: Rows) -> Rows:
    """The same rows, looked at when the regulation has taken effect."""
    return Rows(rows.tasks, [max(day, plan.in_force_from) for day in rows.as_ofs])


def run(engine: ColumnsEngine, rows: Rows, as_of: date | None = None) -> Outcome:
    """What the columns engine says; with `as_of` of one day for all rows, else of one a row."""
    day_columns = {
        name: np.array([NULL if (day := getattr(task, name)) is None else day_number(day) for task in rows.tasks], dtype=np.int32)
        for name in DAY_FIELDS
    }
    kinds = np.array([kind_index(task) & ~1 for task in rows.tasks], dtype=np.uint8)
    asked = np.array([day_number(day) for day in rows.as_ofs], dtype=np.int32) if as_of is None else day_number(as_of)
    return engine.run(day_columns, kinds, asked)


def _day(number: int) -> date | None:
    return None if number >= NULL else date(1970, 1, 1) + timedelta(days=number)


def found_by_columns(plan: Plan, engine: ColumnsEngine, outcome: Outcome) -> Iterator[dict[str, object]]:
    """Row by row what the columns engine found, in the words of the single engine."""
    due = {rule: list(zip(outcome.due[rule].tolist(), outcome.due_state[rule].tolist(), strict=True)) for rule in outcome.due}
    opens = {rule: list(zip(outcome.opens[rule].tolist(), outcome.opens_state[rule].tolist(), strict=True)) for rule in outcome.opens}
    plain = (outcome.progress, outcome.timeliness, outcome.cell, outcome.outside, outcome.left, outcome.has_limit, outcome.caveats)
    several = zip(*(column.tolist() for column in (*plain, outcome.provisional, outcome.beyond)), strict=True)
    for row, (progress, timeliness, cell, outside, left, has_limit, caveats, provisional, beyond) in enumerate(several):
        if beyond:
            yield {"beyond": True}
            continue
        yield {
            "progress": PROGRESS[progress],
            "timeliness": TIMELINESS[timeliness],
            "status": None if outside else plan.statuses[cell].status,
            "out_of_scope": outside,
            "working_days_left": left if has_limit else None,
            "deadlines": [(rule, _day(due[rule][row][0]), DEADLINE_STATES[due[rule][row][1]]) for rule in due],
            "escalations": [
                (rule, _day(number), ESCALATION_STATES[state]) for rule in opens for number, state in [opens[rule][row]] if state != ABSENT
            ],
            "hidden": [rule for rule in opens for number, state in [opens[rule][row]] if state == ABSENT and number != NULL],
            "caveats": [code for bit, code in enumerate(engine.caveat_codes) if caveats >> bit & 1],
            "provisional": provisional,
        }


def found_by_single(plan: Plan, calendar: WorkingCalendar, task: dr.Task, as_of: date) -> dict[str, object]:
    try:
        result = single.evaluate(plan, calendar, task, as_of)
    except CalendarHorizonError:
        return {"beyond": True}
    assert single.classify(plan, calendar, task, as_of) == result.status
    return {
        "progress": result.progress,
        "timeliness": result.timeliness,
        "status": None if result.out_of_scope else result.status,
        "out_of_scope": result.out_of_scope,
        "working_days_left": result.working_days_left,
        "deadlines": [(row.rule, row.due_on, row.state) for row in result.deadlines],
        "escalations": [(row.rule, row.opens_on, row.state) for row in result.escalations],
        "hidden": [],
        "caveats": [caveat.code for caveat in result.caveats],
        "provisional": result.provisional,
    }


def compare(name: str, plan: Plan, calendar: WorkingCalendar, engine: ColumnsEngine, rows: Rows) -> None:
    """Every field of every row, with one as_of a row; and the rows of the first day again, with that day for all."""
    rows = in_force(plan, rows)
    expected = [found_by_single(plan, calendar, task, day) for task, day in zip(rows.tasks, rows.as_ofs, strict=True)]
    first = [row for row, day in enumerate(rows.as_ofs) if day == rows.as_ofs[0]]
    alone = Rows([rows.tasks[row] for row in first], [rows.as_ofs[0]] * len(first))
    _assert_equal(rows, expected, found_by_columns(plan, engine, run(engine, rows)))
    _assert_equal(alone, [expected[row] for row in first], found_by_columns(plan, engine, run(engine, alone, rows.as_ofs[0])))
    compared[name] += len(rows.tasks)
    compared["beyond"] += sum("beyond" in row for row in expected)
    compared["provisional"] += sum(bool(row.get("provisional")) for row in expected)


def _assert_equal(rows: Rows, expected: list[dict[str, object]], found: Iterator[dict[str, object]]) -> None:
    for task, as_of, own, other in zip(rows.tasks, rows.as_ofs, expected, found, strict=True):
        if other != own:
            note(f"{task!r} on {as_of}")
            differing = [key for key in own | other if own.get(key) != other.get(key)]
            assert {key: other.get(key) for key in differing} == {key: own.get(key) for key in differing}


choices: st.SearchStrategy[dict[str, object]] = readings() | readings() | st.just({})


@lru_cache(maxsize=512)
def pack_plan(pack: str, chosen: str) -> Plan:
    return compile_plan(open_pack(pack), json.loads(chosen))


plans_of_packs = st.builds(lambda pack, chosen: pack_plan(pack, json.dumps(chosen, sort_keys=True)), st.sampled_from(PACKS), readings() | st.just({}))


@given(plans_of_packs, calendars(), task_rows())
@settings(max_examples=PACK_EXAMPLES)
def test_the_engines_agree_over_the_packs(plan: Plan, calendar: WorkingCalendar, rows: Rows) -> None:
    compare("packs", plan, calendar, ColumnsEngine(plan, calendar), rows)


@given(rule_sets(), choices, calendars(), task_rows())
@settings(max_examples=GENERATED_EXAMPLES)
def test_the_engines_agree_over_generated_rule_sets(pack: Pack, chosen: dict[str, object], calendar: WorkingCalendar, rows: Rows) -> None:
    plan = compile_plan(pack, chosen)
    compare("generated", plan, calendar, ColumnsEngine(plan, calendar), rows)


@given(stepped_rule_files().map(pack_of), choices, calendars(), task_rows(edges_first))
@settings(max_examples=GENERATED_EXAMPLES // 2)
def test_the_engines_agree_over_further_steps(pack: Pack, chosen: dict[str, object], calendar: WorkingCalendar, rows: Rows) -> None:
    """At the ends of what the calendar vouches for and knows, where a step may count beyond and the escalation it follows does not."""
    plan = compile_plan(pack, chosen)
    compare("steps", plan, calendar, ColumnsEngine(plan, calendar), rows)


@given(
    plans_of_packs | st.builds(compile_plan, rule_sets(), choices), calendars(), task_rows(), st.integers(1, 40), st.randoms(use_true_random=False)
)
@settings(max_examples=CHUNK_EXAMPLES)
def test_neither_order_nor_chunks_matter(plan: Plan, calendar: WorkingCalendar, rows: Rows, size: int, random: Any) -> None:
    """The same rows give the same answers, wherever one chunk ends and the next begins."""
    rows = in_force(plan, rows)
    engine = ColumnsEngine(plan, calendar)
    whole = run(engine, rows)
    order = list(range(len(rows.tasks)))
    random.shuffle(order)
    shuffled = Rows([rows.tasks[row] for row in order], [rows.as_ofs[row] for row in order])
    one_day = run(engine, rows, rows.as_ofs[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "CHUNK", size)
        parted, mixed, one_day_parted = run(engine, rows), run(engine, shuffled), run(engine, rows, rows.as_ofs[0])
    expected = list(found_by_columns(plan, engine, whole))
    assert list(found_by_columns(plan, engine, parted)) == expected
    assert list(found_by_columns(plan, engine, mixed)) == [expected[row] for row in order]
    assert list(found_by_columns(plan, engine, one_day_parted)) == list(found_by_columns(plan, engine, one_day))


def test_enough_was_compared() -> None:
    """Only where both comparisons ran: a choice of tests (-k) is no reason to fail."""
    if not (compared["packs"] and compared["generated"]):
        pytest.skip("the comparisons did not run; run the whole module")
    assert compared["beyond"] > ENOUGH // 1_000
    assert compared["provisional"] > ENOUGH // 20
    assert compared["packs"] + compared["generated"] >= ENOUGH, compared
