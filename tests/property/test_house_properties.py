"""House rules: one that adds nothing changes nothing, a stricter one never gives more time, a further step never opens before the first."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.errors import RuleFileError
from deadline_rules.files.yaml_source import Source
from deadline_rules.plan.compile import compile_plan
from deadline_rules.regulation import Regulation
from deadline_rules.results import Notice
from deadline_rules.rulebook.library import open_pack, pack_from
from deadline_rules.testing.strategies import readings
from strategies import PACKS, days, tasks

NUMBERS = ("working_days", "days")
ONE_DAY = timedelta(days=1)


def house(extends: str, **body: Any) -> Source:
    """A house file as it would be read."""
    text = {"vi": "chữ", "en": "text"}
    head = {"id": "house", "extends": extends, "title": text, "issuer": text, "instrument": {"name": "Quy chế nội bộ"}}
    return Source("house.yaml", head | body, {}, json.dumps(body).encode())


def under(source: Source, chosen: dict[str, object]) -> Regulation:
    pack = pack_from(source)
    return Regulation(pack, compile_plan(pack, chosen), dr.vietnam())


@given(st.sampled_from(PACKS), readings(), tasks(), days)
def test_a_house_that_adds_nothing_changes_nothing(pack: str, chosen: dict[str, object], task: dr.Task, as_of: date) -> None:
    own, law = under(house(pack), chosen), dr.load(pack, readings=chosen)
    found, expected = own.evaluate(task, as_of).to_dict(), law.evaluate(task, as_of).to_dict()
    for name in ("regulation", "rules_version"):
        assert found.pop(name) != expected.pop(name)
    assert found == expected
    year = (date(as_of.year, 1, 1), date(as_of.year, 12, 31))
    assert [row._replace(regulation=pack) for row in own.reports(*year)] == list(law.reports(*year))


@st.composite
def stricter(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    """A pack, one of its deadlines with a number, and a number of the same unit that may be smaller, the same or larger."""
    pack = draw(st.sampled_from(PACKS))
    rules = [rule for rule in open_pack(pack).rules.deadlines if rule.within.unit in NUMBERS]
    assume(rules)
    rule = draw(st.sampled_from(rules))
    return pack, rule.id, {rule.within.unit: str(draw(st.integers(0, rule.within.number + 2)))}


@given(stricter(), readings(), tasks(), days)
def test_a_stricter_number_never_gives_more_time(
    chosen_rule: tuple[str, str, dict[str, str]], chosen: dict[str, object], task: dr.Task, as_of: date
) -> None:
    """And a number that would is refused, naming the house file and the rule."""
    pack, id, within = chosen_rule
    source = house(pack, stricter={id: {"within": within, "cite": "Điều 3"}})
    law = dr.load(pack, readings=chosen)
    try:
        own = under(source, chosen)
    except RuleFileError as error:
        number = next(rule.within.number for rule in law.rules.deadlines if rule.id == id)
        why = str(error)
        assert int(next(iter(within.values()))) > number
        assert {"house.yaml", pack, id} <= set(why.replace(",", "").replace(":", " ").split())
        return
    before, after = law.evaluate(task, as_of).deadline(id), own.evaluate(task, as_of).deadline(id)
    assert (before.due_on is None) == (after.due_on is None)
    if before.due_on and after.due_on and before.latest and after.latest:
        assert after.due_on <= before.due_on
        assert after.latest <= before.latest
    for other in law.rules.deadlines:
        if other.id != id:
            assert law.evaluate(task, as_of).deadline(other.id) == own.evaluate(task, as_of).deadline(other.id)


@given(
    st.sampled_from([(pack, rule.id) for pack in PACKS for rule in open_pack(pack).rules.reports]),
    st.sampled_from(["before_day", "by_day", "on_day"]),
    st.integers(2, 28),
    st.none() | st.integers(1, 12),
    readings(),
)
def test_a_report_never_comes_later(report: tuple[str, str], form: str, day: int, month: int | None, chosen: dict[str, object]) -> None:
    """Whatever the readings; where the regulation has no day, the house gives one."""
    pack, id = report
    due = {form: str(day)} | ({"month": str(month)} if month else {})
    try:
        own = under(house(pack, reports={id: {"due": due, "cite": "Điều 3"}}), chosen)
    except RuleFileError:
        return
    law = dr.load(pack, readings=chosen)
    for year in (2024, 2026):
        span = (date(year, 1, 1), date(year, 12, 31))
        before = {row.period: row for row in law.reports(*span) if row.rule == id}
        after = {row.period: row for row in own.reports(*span) if row.rule == id}
        for period, row in after.items():
            assert row.due_on is not None
            if period in before and (was := before[period].due_on) is not None:
                assert row.due_on <= was


@given(st.sampled_from(["kon-tum", "so-nn", "yen-the", "can-tho"]), st.integers(0, 30), st.integers(0, 30), readings(), tasks(), days)
def test_further_steps_open_so_many_working_days_after_the_first(
    pack: str, first: int, second: int, chosen: dict[str, object], task: dr.Task, as_of: date
) -> None:
    """The calendar itself counts between the two."""
    label = {"vi": "chữ", "en": "text"}
    shared = {"label": label, "actor": "unit", "cite": "Điều 5"}
    steps = [
        shared | {"id": "level-2", "after": {"of": "unit-overdue", "working_days": str(first)}},
        shared | {"id": "level-3", "after": {"of": "level-2", "working_days": str(second)}},
    ]
    own = under(house(pack, escalations=steps), chosen)
    result = own.evaluate(task, as_of)
    rows = {row.rule: row for row in result.escalations}
    law = dr.load(pack, readings=chosen).evaluate(task, as_of)
    assert [row for row in result.escalations if not row.rule.startswith("level-")] == list(law.escalations)
    opened = rows.get("unit-overdue")
    assert (opened is None) == ("level-2" not in rows) == ("level-3" not in rows)
    if opened is None or opened.opens_on is None:
        return
    for level, number in (("level-2", first), ("level-3", first + second)):
        step, opens_on = rows[level], own.calendar.add(opened.opens_on, number)
        done = task.completed_on if task.completed_on is not None and task.completed_on <= as_of else None
        if done is not None:
            assert (step.state, step.opens_on) == ("closed", opens_on if done >= opens_on else None)
        else:
            assert (step.state, step.opens_on) == ("open" if opens_on <= as_of else "upcoming", opens_on)


LATE_START = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(
    st.sampled_from(PACKS),
    LATE_START,
    st.lists(tasks(), max_size=3, unique_by=lambda task: task.id),
    st.lists(st.integers(-200, 200), min_size=1, max_size=4),
    readings(),
    st.integers(0, 9),
)
def test_before_a_house_takes_effect_what_it_extends_holds(
    pack: str, begins: date, found: list[dr.Task], around: list[int], chosen: dict[str, object], before: int
) -> None:
    """Split an interval across that day anywhere: no notice and no report is lost or doubled, and each day is told by the rules of that day."""
    reminder = {"id": "own", "of": "due_on", "before": {"working_days": str(before)}, "label": {"vi": "chữ", "en": "text"}, "cite": "Điều 5"}
    source = house(pack, in_force={"from": begins.isoformat(), "cite": "Điều 9"}, reminders=[reminder])
    own, always, law = under(source, chosen), under(house(pack, reminders=[reminder]), chosen), dr.load(pack, readings=chosen)
    eve = begins - ONE_DAY
    bounds = sorted({eve - 200 * ONE_DAY, begins + 200 * ONE_DAY, *(begins + days * ONE_DAY for days in around)})
    whole = own.notices(found, bounds[0], bounds[-1])
    parts = [own.notices(found, after, until) for after, until in pairwise(bounds)]
    assert whole == tuple(notice for part in parts for notice in part)
    assert tuple(notice for notice in whole if notice.day < begins) == law.notices(found, bounds[0], eve)
    assert [_said(notice) for notice in whole if notice.day >= begins] == [_said(notice) for notice in always.notices(found, eve, bounds[-1])]

    listed = [row for row in own.reports(bounds[0], bounds[-1]) if row.due_on or row.period]
    parted = [own.reports(after + ONE_DAY, until) for after, until in pairwise(bounds)]
    first = own.reports(bounds[0], bounds[0])
    assert listed == [row for part in (first, *parted) for row in part if row.due_on or row.period]
    assert [row for row in listed if row.regulation == pack] == [row for row in law.reports(bounds[0], eve) if row.due_on or row.period]


def _said(notice: Notice) -> tuple[object, ...]:
    """A notice without the version of the rules, which is that of the file."""
    return notice.day, notice.kind, notice.rule, notice.task_id, notice.deliver_on, notice.due_on, notice.provisional


def test_the_looser_number_is_refused_once_at_least() -> None:
    with pytest.raises(RuleFileError, match="2 working days is looser than kon-tum, transfer, Điều 6 khoản 1 điểm b: 1 working day"):
        pack_from(house("kon-tum", stricter={"transfer": {"within": {"working_days": "2"}, "cite": "Điều 3"}}))
