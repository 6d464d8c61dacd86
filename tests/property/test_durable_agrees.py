"""The durable engine is held to the single engine: the same answer for every task on every day, under any rule set; nothing it says differs."""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import date
from functools import lru_cache
from typing import Any, Final

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from deadline_rules import durable_rules

if not durable_rules.available() and (os.environ.get("REQUIRE_ALL") != "1" or sys.version_info >= (3, 13)):
    pytest.skip(str(durable_rules.available().reason), allow_module_level=True)


import deadline_rules as dr
from deadline_rules.calendar.vietnam import WorkingCalendar
from deadline_rules.engines import single
from deadline_rules.engines.durable import DurableEngine, cells_by_answer
from deadline_rules.engines.durable_rule_set import DEADLINE, ESCALATION, NOW
from deadline_rules.errors import CalendarHorizonError, DurableMismatchError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import KIND_CELLS, KINDS, kind_index
from deadline_rules.plan.model import Plan
from deadline_rules.rulebook.library import Pack, open_pack
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.rule_files import rule_sets
from deadline_rules.testing.strategies import readings
from strategies import PACKS, days, tasks

IN_CI: Final = bool(os.environ.get("CI"))
PACK_EXAMPLES, GENERATED_EXAMPLES = (1_000, 1_000) if IN_CI else (150, 250)
compared: Counter[str] = Counter()
# Each task on several days, most of them near its own.
looks = st.lists(st.tuples(tasks(), st.lists(days, min_size=1, max_size=4)), min_size=1, max_size=6)
Looks = list[tuple[dr.Task, list[date]]]


def compare(name: str, plan: Plan, calendar: WorkingCalendar, rows: Looks) -> None:
    """The durable engine raises where its rules say anything else than the plan; what it gives is what the single engine gives."""
    engine = DurableEngine(plan, calendar)
    for task, some in rows:
        own = {day for day in (task.due_on, task.completed_on, task.started_on) if day is not None}
        for day in {max(day, plan.in_force_from) for day in (*some, *own)}:
            note(f"{task!r} on {day}")
            try:
                expected = single.evaluate(plan, calendar, task, day)
            except CalendarHorizonError:
                with pytest.raises(CalendarHorizonError):
                    engine.evaluate(task, day)
                continue
            assert engine.evaluate(task, day) == expected
            compared[name] += 1
            compared.update(row.state for row in expected.deadlines)
            compared.update(row.state for row in expected.escalations)
            compared["outside"] += expected.out_of_scope


@lru_cache(maxsize=512)
def _plan(pack: str, chosen: tuple[tuple[str, Any], ...]) -> Plan:
    return compile_plan(open_pack(pack), dict(chosen))


@given(st.sampled_from(PACKS), readings() | st.just({}), calendars(), looks)
@settings(max_examples=PACK_EXAMPLES)
def test_durable_agrees_over_the_packs(pack: str, chosen: dict[str, object], calendar: WorkingCalendar, rows: Looks) -> None:
    compare("packs", _plan(pack, tuple(sorted(chosen.items()))), calendar, rows)


@given(rule_sets(), readings() | st.just({}), calendars(), looks)
@settings(max_examples=GENERATED_EXAMPLES)
def test_durable_agrees_over_generated_rule_sets(pack: Pack, chosen: dict[str, object], calendar: WorkingCalendar, rows: Looks) -> None:
    compare("generated", compile_plan(pack, chosen), calendar, rows)


@given(
    st.lists(st.integers(0, 3), min_size=128, max_size=128)
    | st.builds(lambda one, other, at: [one] * at + [other] * (128 - at), *[st.integers(0, 9)] * 2, st.integers(1, 127))
)
def test_groups_of_kinds_answer_as_their_table(table: list[int]) -> None:
    """Whatever a table says of the 128 kinds, each kind is in exactly one group, and the group has its answer."""
    groups = list(cells_by_answer(table))
    for kind, cell in enumerate(KIND_CELLS):
        codes = {name: KINDS[name].index(value) for name, value in cell.items()}
        assert [answer for values, answer in groups if values.items() <= codes.items()] == [table[kind]]


@given(st.sampled_from(PACKS), tasks(), days, st.data())
def test_a_rule_that_says_anything_else_is_found_out(pack: str, task: dr.Task, day: date, data: st.DataObject) -> None:
    """Whichever rule that decides something is made to say something else, there is no answer; where the rule does not match, nothing changes."""
    plan, calendar = _plan(pack, ()), dr.vietnam()
    day = max(day, plan.in_force_from)
    expected = single.evaluate(plan, calendar, task, day)
    engine = DurableEngine(plan, calendar)
    facts = list(engine._facts(task, expected, kind_index(task)))
    unheard = {DEADLINE} if any(row.state == "not_applicable" for row in expected.deadlines) else set()
    unheard |= {NOW} | ({ESCALATION} if expected.out_of_scope else set())
    matched = {rule for rule, _ in engine._rules.match(facts)}
    rules = [rule for rule, says in engine._says.items() if says.about not in unheard]
    rule = data.draw(st.sampled_from([name for name in rules if name in matched]) | st.sampled_from(rules))
    says = engine._says[rule]
    engine._says[rule] = says._replace(answer=int(not says.answer) if isinstance(says.answer, int) else f"not {says.answer}")
    if rule not in matched:
        assert engine.evaluate(task, day) == expected
        return
    with pytest.raises(DurableMismatchError, match="does not match what the plan says"):
        engine.evaluate(task, day)
    compared["found out"] += 1


def test_enough_was_compared() -> None:
    """Only where both comparisons ran: a choice of tests (-k) is no reason to fail."""
    if not (compared["packs"] and compared["generated"]):
        pytest.skip("the comparisons did not run; run the whole module")
    assert compared["packs"] + compared["generated"] >= (12_000 if IN_CI else 2_000), compared
    states = ("waiting", "pending", "met", "met_late", "missed", "no_number", "not_applicable", "upcoming", "open", "closed", "outside", "found out")
    assert {state: compared[state] for state in states if compared[state] < 20} == {}
