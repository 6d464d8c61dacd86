"""The durable engine over tasks that are the same in every run: it compares each answer with the single engine's, and raises where they differ."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from every_form import OTHERWISE, POOLS, every_form, tasks
from test_durable import need_durable

import deadline_rules as dr
from deadline_rules.engines import durable, single
from deadline_rules.engines.durable import DurableEngine, cells_by_answer
from deadline_rules.engines.durable_rule_set import DEADLINE, ESCALATION, KIND, NOW, TASK, DurableRuleSet
from deadline_rules.errors import CalendarHorizonError, DurableMismatchError, MissingExtraError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import KIND_CELLS
from deadline_rules.plan.model import Plan
from deadline_rules.testing.rule_files import pack_of

CALENDAR = dr.vietnam()
PLANS = {
    "every form": compile_plan(pack_of(every_form())),
    "otherwise": compile_plan(pack_of(every_form()), OTHERWISE),
    "nothing excluded": compile_plan(pack_of(every_form() | {"excluded": []})),
    "nothing at all": compile_plan(pack_of(every_form() | {"excluded": [], "deadlines": [], "escalations": []})),
    "all excluded": compile_plan(pack_of(every_form() | {"excluded": [{**every_form()["excluded"][0], "when": {"urgent": ["yes", "no"]}}]})),
}
TASK_1 = dr.Task(id="T-1", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
DAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _needs_durable() -> None:
    need_durable()


@pytest.mark.parametrize("number", range(len(POOLS)))
@pytest.mark.parametrize("name", PLANS)
def test_it_says_the_same_of_every_row(name: str, number: int) -> None:
    plan = PLANS[name]
    engine = DurableEngine(plan, CALENDAR)
    compared = 0
    for task in tasks(5, 12)[number]:
        for day in POOLS[number]:
            try:
                expected = single.evaluate(plan, CALENDAR, task, day)
            except CalendarHorizonError:
                continue
            assert engine.evaluate(task, day) == expected
            compared += 1
    assert compared >= 9


def test_the_kind_is_asked_only_where_something_depends_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [fact["q"] for fact in _facts(PLANS["nothing at all"], monkeypatch)]
    assert asked == [NOW, TASK]
    asked = [fact["q"] for fact in _facts(PLANS["every form"], monkeypatch)]
    assert set(asked) == {NOW, KIND, TASK, DEADLINE, ESCALATION}


def _facts(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the engine asserts of one task."""
    seen: list[Any] = []
    match = DurableRuleSet.match

    def noting(self: DurableRuleSet, facts: Any) -> Any:
        seen.extend(facts)
        return match(self, facts)

    monkeypatch.setattr(DurableRuleSet, "match", noting)
    DurableEngine(plan, CALENDAR).evaluate(TASK_1, DAY)
    return seen


class TestGroupsOfKinds:
    @pytest.mark.parametrize(
        "answers",
        [
            [0] * 128,
            [int(cell["urgent"] is True) for cell in KIND_CELLS],
            [int(cell["secrecy"] == "mật" and cell["complex"] is True) for cell in KIND_CELLS],
            [int(cell["assigned_by"] == "chair") + 2 * int(cell["time_limit"] is True) for cell in KIND_CELLS],
            list(range(128)),
        ],
    )
    def test_each_kind_is_in_one_group_with_its_answer(self, answers: list[int]) -> None:
        groups = list(cells_by_answer(answers))
        for number, codes in enumerate(durable._KIND_CODES):
            kind = dict(zip(KIND_CELLS[0], codes, strict=True))
            assert [answer for values, answer in groups if values.items() <= kind.items()] == [answers[number]]

    def test_there_are_as_few_as_the_facts_allow(self) -> None:
        """The fact that leaves the least open comes first, wherever it stands in the order of kinds."""
        assert list(cells_by_answer([int(cell["time_limit"] is True) for cell in KIND_CELLS])) == [({"time_limit": 0}, 0), ({"time_limit": 1}, 1)]
        assert list(cells_by_answer([0] * 96 + [1] * 32)) == [({"secrecy": 0}, 0), ({"secrecy": 1}, 0), ({"secrecy": 2}, 0), ({"secrecy": 3}, 1)]
        some = [int(cell["complex"] is True and cell["secrecy"] in ("mật", "tối mật")) for cell in KIND_CELLS]
        of_secrecy = [({"complex": 1, "secrecy": code}, int(code in (1, 2))) for code in range(4)]
        assert list(cells_by_answer(some)) == [({"complex": 0}, 0), *of_secrecy]
        both = [int(cell["complex"] is True and cell["time_limit"] is True) for cell in KIND_CELLS]
        assert list(cells_by_answer(both)) == [({"complex": 0}, 0), ({"complex": 1, "time_limit": 0}, 0), ({"complex": 1, "time_limit": 1}, 1)]


class TestMismatches:
    """What durable_rules says is changed on its way; the words name what differs, as it was said and as it should be."""

    def test_a_difference_names_what_is_said_and_what_the_plan_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A status cell is progress * 3 + timeliness: TASK_1 is in progress (1) and overdue (1), so its cell is 4."""
        engine = DurableEngine(PLANS["nothing at all"], CALENDAR)
        expected = engine._expected
        monkeypatch.setattr(engine, "_expected", lambda result, kind: expected(result, kind) | {"cell": 5, "outside": True})
        with pytest.raises(DurableMismatchError) as caught:
            engine.evaluate(TASK_1, DAY)
        assert str(caught.value) == (
            "task T-1 on 2026-11-20 under every-form: durable_rules does not match what the plan says (cell: 4 instead of 5; outside: False instead "
            "of True); the program is at fault, and gives no answer. Ask Regulation.evaluate."
        )

    def test_two_answers_on_one_thing(self) -> None:
        engine = DurableEngine(PLANS["nothing at all"], CALENDAR)
        name = next(name for name, says in engine._says.items() if says.about == TASK)
        fact = {"q": TASK, "completed": 0}
        with pytest.raises(DurableMismatchError) as caught:
            engine._said([(name, fact), (name, fact)], set())
        assert str(caught.value) == "durable_rules gives two answers on {'q': 2, 'completed': 0}: 0 and 0; the program is at fault."

    def test_what_is_left_unanswered_and_what_was_not_asked(self) -> None:
        engine = DurableEngine(PLANS["nothing at all"], CALENDAR)
        name = next(name for name, says in engine._says.items() if says.about == TASK)
        with pytest.raises(DurableMismatchError) as caught:
            engine._said([(name, {"q": TASK})], {(NOW, 0), (DEADLINE, 3)})
        assert str(caught.value) == "durable_rules leaves [(0, 0), (2, 0), (3, 3)] unanswered, or was not asked it; the program is at fault."

    def test_a_fact_that_no_rule_matches(self) -> None:
        rules = DurableRuleSet({"one": {"q": NOW}})
        with pytest.raises(DurableMismatchError) as caught:
            rules.match([{"q": TASK}])
        assert str(caught.value).startswith('durable_rules refused one of the facts [{"q": 2}] (code ')
        assert str(caught.value).endswith("): no rule matches it, or it is there already.")
        assert rules.match([{"q": NOW}]) == [("one", {"q": NOW})]  # it goes on in a new context


def test_what_is_missing_is_named_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deadline_rules.engines.durable_rule_set.missing", lambda: "durable_rules is not here.")
    with pytest.raises(MissingExtraError, match=r"^durable_rules is not here\.$"):
        DurableEngine(PLANS["nothing at all"], CALENDAR)
