"""The columns engine beside the single one, over tasks that are the same in every run: each regulation, and a rule file that has every form.

The properties do the same over generated rule files. Here each form of rule meets both sides of each boundary, in a few seconds.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

pytest.importorskip("numpy", reason="the columns engine needs NumPy: pip install 'deadline-rules[tables]'")

import numpy as np
from every_form import OTHERWISE, POOLS, every_form, near, tasks
from test_engines_agree import Rows, found_by_columns, found_by_single, in_force, run

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.engines import columns
from deadline_rules.engines.column_tables import NULL, day_number
from deadline_rules.engines.columns import ColumnsEngine
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import kind_index
from deadline_rules.plan.model import Plan
from deadline_rules.rulebook.library import open_pack
from deadline_rules.testing.rule_files import pack_of

PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")


def differing(plan: Plan, calendar: dr.WorkingCalendar, rows: Rows, *, as_of: date | None = None) -> list[object]:
    """The rows on which the engines differ, with what each says; with `as_of`, asked about one day for all."""
    rows = in_force(plan, rows)
    engine = ColumnsEngine(plan, calendar)
    found = found_by_columns(plan, engine, run(engine, rows, as_of))
    several = zip(rows.tasks, rows.as_ofs, found, strict=True)
    return [(task, day, other, own) for task, day, other in several if other != (own := found_by_single(plan, calendar, task, day))]


CALENDARS = [
    dr.vietnam(),
    dr.vietnam(known_on=date(2026, 10, 1)),
    dr.vietnam(extra=[dr.closure("storm", off=[date(2026, 11, 20), date(2026, 11, 23)], worked=[date(2026, 11, 22)])]),
]
PLANS = {
    **{pack: compile_plan(open_pack(pack)) for pack in PACKS},
    **{f"{pack}, otherwise": compile_plan(open_pack(pack), OTHERWISE) for pack in ("kon-tum", "yen-the")},
    "every form": compile_plan(pack_of(every_form())),
    "every form, otherwise": compile_plan(pack_of(every_form()), OTHERWISE),
    "every form, nothing excluded": compile_plan(pack_of(every_form() | {"excluded": [], "caveats": []}), {"promptly": 0}),
}


@pytest.mark.parametrize("number", range(len(POOLS)))
@pytest.mark.parametrize("name", PLANS)
def test_both_say_the_same_of_every_row(name: str, number: int) -> None:
    plan, pool, calendar = PLANS[name], POOLS[number], CALENDARS[number % len(CALENDARS)]
    some = tasks(1, 20 if name.startswith("every") else 6)[number]
    assert differing(plan, calendar, Rows([task for task in some for _ in pool], pool * len(some))) == []
    for day in {pool[0], pool[len(pool) // 2], pool[-1]}:
        if day >= plan.in_force_from:
            assert differing(plan, calendar, Rows(some, [day] * len(some)), as_of=day) == []


def test_a_calendar_whose_last_day_is_off() -> None:
    """There is no working day to move it to, nor any for a step to open on."""
    calendar = dr.vietnam(extra=[dr.closure("end", off=[date(2100, 12, 31)])])
    pool = near(date(2100, 12, 31), 5)
    for name in ("every form", "every form, otherwise"):
        some = tasks(6, 20)[POOLS.index(near(date(2100, 12, 31), 4))]
        assert differing(PLANS[name], calendar, Rows([task for task in some for _ in pool], pool * len(some))) == []


def test_a_text_that_says_nothing_of_secret_tasks() -> None:
    plan = compile_plan(pack_of({name: value for name, value in every_form().items() if name != "secret_tasks"}))
    some = tasks(6, 20)[0]
    assert differing(plan, CALENDARS[0], Rows(some, [date(2026, 11, 23)] * len(some))) == []


@pytest.mark.parametrize(("caveats", "bits"), [(14, np.uint32), (15, np.uint64), (20, np.uint64)])
def test_so_many_caveats(caveats: int, bits: type) -> None:
    """With the 15 readings of all packs, the secret, the suspended and the provisional one: 32, 33 and 38 caveats."""
    plan = compile_plan(pack_of(every_form(caveats)))
    assert len(plan.caveats) + len(plan.reading_caveats) + 3 == caveats + 15 + 3
    assert ColumnsEngine(plan, CALENDARS[0]).bits is bits
    for pool, some in zip(POOLS[:4], tasks(2, 6), strict=False):
        assert differing(plan, CALENDARS[0], Rows([task for task in some for _ in pool], pool * len(some))) == []


def test_nothing_in_nothing_out() -> None:
    """A table without rows, asked about one day and about a day a row; and columns left out are not known."""
    engine = ColumnsEngine(PLANS["every form"], CALENDARS[0])
    nothing, none = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint8)
    asked: tuple[Any, ...] = (day_number(date(2026, 11, 20)), nothing)
    for as_of in asked:
        outcome = engine.run({"due_on": nothing}, none, as_of)
        assert (len(outcome.cell), len(outcome.left), len(outcome.caveats)) == (0, 0, 0)
        assert {len(column) for columns in (outcome.due, outcome.due_state, outcome.opens, outcome.opens_state) for column in columns.values()} == {0}
    alone = engine.run({}, np.zeros(1, dtype=np.uint8), day_number(date(2026, 11, 20)))
    assert (alone.has_limit[0], alone.progress[0], alone.timeliness[0], alone.due["pass-on"][0]) == (False, 0, 2, NULL)


@pytest.mark.parametrize("size", [1, 7, 60])
def test_where_chunks_end_does_not_matter(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    plan = PLANS["every form"]
    monkeypatch.setattr(columns, "CHUNK", size)
    for pool, some in zip(POOLS, tasks(3, 2), strict=True):
        assert differing(plan, CALENDARS[0], Rows([task for task in some for _ in pool], pool * len(some))) == []


def some_rows(pool: list[date], some: list[dr.Task]) -> tuple[dict[str, Any], Any, Any]:
    """What `ColumnsEngine.run` takes: days, kinds, and a day asked about for each row."""
    days = {
        field: np.array([NULL if (day := getattr(task, field)) is None else day_number(day) for task in some], dtype=np.int32) for field in DAY_FIELDS
    }
    kinds = np.array([kind_index(task) & ~1 for task in some], dtype=np.uint8)
    return days, kinds, np.array([day_number(pool[n % len(pool)]) for n in range(len(some))], dtype=np.int32)


class TestOnlySome:
    """Answers that are asked for are the same as where all are; what is not asked for holds anything."""

    PLAN = PLANS["every form"]
    ENGINE = ColumnsEngine(PLAN, CALENDARS[0])
    ALWAYS = ("progress", "timeliness", "cell", "outside", "has_limit", "provisional", "beyond")
    SEVERAL = {"due_on": "due", "state": "due_state"}, {"opens_on": "opens", "state": "opens_state"}

    @pytest.mark.parametrize("number", range(len(POOLS)))
    def test_each_alone(self, number: int) -> None:
        given = some_rows(POOLS[number], tasks(4, 60)[number])
        whole = self.ENGINE.run(*given)
        for name, column, rule in self._columns():
            some = self.ENGINE.run(*given, only=[name])
            for always in self.ALWAYS:
                assert (getattr(some, always) == getattr(whole, always)).all(), (name, always)
            one, other = (getattr(outcome, column) if rule is None else getattr(outcome, column)[rule] for outcome in (some, whole))
            counts = whole.has_limit if name == "working_days_left" else np.True_
            assert ((one == other) | ~counts).all(), name

    def _columns(self) -> list[tuple[str, str, str | None]]:
        """Each column that can be asked for: its name in a table of results, in the outcome, and the rule it is of."""
        both = ((self.PLAN.deadlines, self.SEVERAL[0]), (self.PLAN.escalations, self.SEVERAL[1]))
        of_rules = [(f"{rule.rule}_{part}", column, rule.rule) for rules, parts in both for rule in rules for part, column in parts.items()]
        return [("caveats", "caveats", None), ("working_days_left", "left", None), *of_rules]
