"""The columns engine's short cut: a chunk of rows none of which can rest on a doubtful day is not looked at for doubts, row by row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

pytest.importorskip("numpy", reason="the columns engine needs NumPy: pip install 'deadline-rules[tables]'")

from every_form import OTHERWISE, every_form, near
from test_columns_beside_single import CALENDARS, differing
from test_engines_agree import Rows

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.engines import columns
from deadline_rules.plan.compile import compile_plan
from deadline_rules.testing.rule_files import pack_of


def on_each(pool: list[date]) -> list[dr.Task]:
    """For each day a task to which everything happens on it, and one that is only due on it."""
    everything: list[dict[str, Any]] = [dict.fromkeys(DAY_FIELDS, day) for day in pool]
    return [*(dr.Task(id="T", **facts) for facts in everything), *(dr.Task(id="T", due_on=day) for day in pool)]


@pytest.mark.parametrize("kind", ["deadlines", "escalations"])
@pytest.mark.parametrize("back", [0, 1, 2, 3, 5, 10, 400, 402])
def test_where_it_ends(monkeypatch: pytest.MonkeyPatch, kind: str, back: int) -> None:
    """Rows that can rest on no doubtful day take one. So each row stands alone here, so many working days before the calendar's last certain day."""
    monkeypatch.setattr(columns, "CHUNK", 1)
    form = every_form() | {"excluded": []}
    last = CALENDARS[0].add(CALENDARS[0].verified_until, -back)
    for rules in [[rule] for rule in form["deadlines"]] if kind == "deadlines" else [form["escalations"][:3], form["escalations"][4:]]:
        plan = compile_plan(pack_of(form | {"deadlines": [], "escalations": [], kind: rules}))
        pool = near(last, 3)
        rows = on_each(pool)
        for off in range(3):
            assert differing(plan, CALENDARS[0], Rows(rows, [pool[(row + off) % len(pool)] for row in range(len(rows))])) == []


@pytest.mark.parametrize("readings", [{}, OTHERWISE])
@pytest.mark.parametrize(("known_on", "until"), [(date(2017, 6, 1), date(2016, 12, 31)), (date(2013, 12, 17), date(1990, 1, 5))])
def test_in_a_replay(monkeypatch: pytest.MonkeyPatch, readings: dict[str, object], known_on: date, until: date) -> None:
    """A calendar that vouches for days to Saturday 31/12/2016, from which a due day moves to the next year; and one that vouches for none."""
    monkeypatch.setattr(columns, "CHUNK", 1)
    plan = compile_plan(pack_of(every_form() | {"deadlines": [], "escalations": []}), readings)
    pool = near(until, 4)
    rows = on_each(pool)
    for off in range(4):
        asked = [pool[(row + off) % len(pool)] for row in range(len(rows))]
        assert differing(plan, dr.vietnam(known_on=known_on), Rows(rows, asked)) == []
