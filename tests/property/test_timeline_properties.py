"""The life of a task against a walk from day to day, and the impact of a change against two evaluations of every task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.calendar.vietnam import WorkingCalendar
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.engines.single import evaluate
from deadline_rules.errors import CalendarHorizonError, UnverifiedCalendarError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.regulation import Regulation
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.rule_files import rule_sets
from deadline_rules.testing.strategies import readings
from strategies import PACKS, tasks

ONE_DAY = timedelta(days=1)
# No task of the strategies has a later day, and no period starts later or is longer than 60 days or 60 working days.
LAST = date(2028, 12, 31)

Values = dict[tuple[str, str | None], Any]


@cache
def load(pack: str, chosen: str) -> Regulation:
    return dr.load(pack, readings=json.loads(chosen))


packs = st.builds(lambda pack, chosen: load(pack, json.dumps(chosen, sort_keys=True)), st.sampled_from(PACKS), readings() | st.just({}))


def with_calendar(regulation: Regulation, calendar: WorkingCalendar, strict: bool = False) -> Regulation:
    return Regulation(regulation.pack, regulation.plan, calendar, strict=strict)


generated = st.builds(
    lambda pack, chosen, calendar: Regulation(pack, compile_plan(pack, chosen), calendar), rule_sets(), readings() | st.just({}), calendars()
)
regulations = st.builds(with_calendar, packs, calendars()) | generated


def standing(regulation: Regulation, task: dr.Task, day: date) -> Values:
    """What can flip, as the single engine says it."""
    result = evaluate(regulation.plan, regulation.calendar, task, day)
    values: Values = {("progress", None): result.progress, ("timeliness", None): result.timeliness, ("status", None): result.status.code}
    for row in result.deadlines:
        values |= {("state", row.rule): row.state, ("due_on", row.rule): row.due_on}
    for opened in result.escalations:
        values |= {("state", opened.rule): opened.state, ("opens_on", opened.rule): opened.opens_on}
    return values | {("caveat", caveat.code): caveat.code for caveat in result.caveats}


def walk(regulation: Regulation, task: dr.Task) -> Iterator[tuple[date, Values, Values]]:
    """Every day of a life on which something differs from the day before, with what does."""
    known = [day for field in DAY_FIELDS if (day := getattr(task, field)) is not None]
    if not known:
        return
    day = max(task.assigned_on or min(known), regulation.plan.in_force_from)
    before: Values = {}
    while day <= LAST:
        after = standing(regulation, task, day)
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        if keys:
            yield day, {key: before.get(key) for key in keys}, {key: after.get(key) for key in keys}
        before = after
        day += ONE_DAY


@given(regulations, tasks())
@settings(max_examples=40)
def test_a_life_is_what_a_walk_from_day_to_day_finds(regulation: Regulation, task: dr.Task) -> None:
    life = regulation.timeline(task)
    found: dict[date, tuple[Values, Values]] = {}
    for flip in life:
        assert flip.reason.vi
        assert flip.reason.en
        assert (flip.cite is None) == (flip.what == "caveat")
        key = (flip.what, (flip.after or flip.before) if flip.what == "caveat" else flip.rule)
        before, after = found.setdefault(flip.day, ({}, {}))
        assert key not in after
        before[key], after[key] = flip.before, flip.after  # type: ignore[index]  # a caveat's code is text
    assert found == {day: (before, after) for day, before, after in walk(regulation, task)}
    assert list(life.days()) == sorted(found)
    assert json.loads(life.to_json()) == life.to_dict()


@given(regulations, tasks())
def test_a_flip_names_what_happens_on_its_day_or_passed_the_day_before(regulation: Regulation, task: dr.Task) -> None:
    """Of all but caveats: after the first day every reason names the day itself, or the day before it as a limit."""
    life = regulation.timeline(task)
    for flip in life:
        if flip.day > life[0].day and flip.what != "caveat":
            assert str(flip.day) in flip.reason.en or f"{flip.day - ONE_DAY}" in flip.reason.en


@given(regulations, tasks())
def test_a_strict_life_is_the_same_without_the_caveat_on_uncertain_days_or_refused(regulation: Regulation, task: dr.Task) -> None:
    loose = [flip for flip in regulation.timeline(task) if "calendar-not-official" not in (flip.before, flip.after)]
    try:
        assert list(with_calendar(regulation, regulation.calendar, strict=True).timeline(task)) == loose
    except UnverifiedCalendarError:
        assert any(regulation.evaluate(task, flip.day).provisional for flip in loose)
    else:
        assert not any(regulation.evaluate(task, flip.day).provisional for flip in loose)


LAST_OF_ALL = date(2100, 12, 31)
near_the_end = st.dates(date(2100, 11, 1), LAST_OF_ALL)


@given(packs | generated, st.fixed_dictionaries({}, optional=dict.fromkeys(DAY_FIELDS, near_the_end)), st.booleans())
def test_beyond_2100_a_life_is_refused_as_evaluate_refuses(regulation: Regulation, facts: dict[str, Any], complex: bool) -> None:
    if assigned := facts.get("assigned_on"):
        facts |= {field: max(facts[field], assigned) for field in ("due_on", "completed_on") if field in facts}
    task = dr.Task(id="T", complex=complex, **facts)
    begins = task.assigned_on or min(facts.values(), default=LAST_OF_ALL + ONE_DAY)
    refused = [day for day in (begins + timedelta(days=n) for n in range((LAST_OF_ALL - begins).days + 1)) if not answers(regulation, task, day)]
    if refused:
        with pytest.raises(CalendarHorizonError, match="outside 1990-2100"):
            regulation.timeline(task)
    else:
        assert len(regulation.timeline(task)) >= (1 if facts else 0)


def answers(regulation: Regulation, task: dr.Task, day: date) -> bool:
    try:
        regulation.evaluate(task, day)
    except CalendarHorizonError:
        return False
    return True


# --- impact


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Regulation, Regulation]:
    """Two regulations that differ in their readings, their calendar, their text, or in several of these."""
    before = draw(regulations)
    after = before
    if draw(st.booleans()):
        after = with_calendar(after, draw(calendars()))
    if draw(st.booleans()):
        after = Regulation(after.pack, compile_plan(after.pack, draw(readings())), after.calendar)
    if draw(st.integers(0, 2)) == 2:
        other = draw(packs | generated)
        after = Regulation(other.pack, other.plan, after.calendar)
    return before, after


# Every generated rule set is in force by then.
as_ofs = st.dates(date(2026, 1, 2), date(2028, 12, 31))


def looked_at(result: dr.Evaluation) -> Values:
    """Every value of a result of which a change is told."""
    values: Values = {
        (name, None): getattr(result, name) for name in ("progress", "timeliness", "due_on", "working_days_left", "out_of_scope", "missing_fields")
    }
    values["status", None] = result.status.code
    for row in result.deadlines:
        values |= {(name, row.rule): getattr(row, name) for name in ("starts_on", "due_on", "state")}
    for opened in result.escalations:
        values |= {("opens_on", opened.rule): opened.opens_on, ("state", opened.rule): opened.state}
    return values | {("caveat", caveat.code): caveat.code for caveat in result.caveats}


@given(pairs(), st.lists(tasks(), min_size=1, max_size=3), as_ofs)
@settings(max_examples=60)
def test_every_difference_of_two_evaluations_is_told_and_no_other(pair: tuple[Regulation, Regulation], some: list[dr.Task], as_of: date) -> None:
    before, after = pair
    some = [task.model_copy(update={"id": f"T-{number}"}) for number, task in enumerate(some)]
    found = dr.impact(iter(some), before, as_of=as_of, before=before, after=after)
    assert (found.looked_at, found.as_of) == (len(some), as_of)
    told = {task.task_id: task for task in found.tasks}
    for task in some:
        old, new = looked_at(before.evaluate(task, as_of)), looked_at(after.evaluate(task, as_of))
        differing = {key: (old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)}
        changes = told[task.id].changes if task.id in told else ()
        assert {(row.what, (row.after or row.before) if row.what == "caveat" else row.rule): (row.before, row.after) for row in changes} == differing
        for row in changes:
            assert row.causes
            assert all(cause.text.vi and cause.text.en for cause in row.causes)
    assert json.loads(found.to_json()) == found.to_dict()


@given(regulations, st.lists(tasks(), max_size=3), as_ofs)
def test_nothing_changes_where_nothing_differs(regulation: Regulation, some: list[dr.Task], as_of: date) -> None:
    same = dict(regulation.readings)
    for before, after in ((regulation, regulation), (same, same), (regulation.calendar, regulation.calendar), (same, None)):
        assert dr.impact(some, regulation, as_of=as_of, before=before, after=after).tasks == ()


@given(packs, tasks(), as_ofs, st.dates(date(2024, 1, 1), date(2028, 6, 30)))
def test_a_day_off_changes_only_what_is_counted_over_it(regulation: Regulation, task: dr.Task, as_of: date, day: date) -> None:
    """One closure is the only difference, so it alone is responsible; and nothing is counted over days before the task and the day asked about."""
    if not regulation.calendar.is_working(day) or day.weekday() >= 5:  # a closure cannot contradict a decision that has a Saturday worked
        return
    found = dr.impact([task], regulation, as_of=as_of, after=dr.vietnam(extra=[dr.closure("storm", off=[day])]))
    causes = [cause for changed in found.tasks for change in changed.changes for cause in change.causes]
    assert {(cause.kind, cause.id, cause.cite) for cause in causes} <= {("day", day.isoformat(), "storm")}
    if day < min([as_of, *(known for field in DAY_FIELDS if (known := getattr(task, field)) is not None)]):
        assert found.tasks == ()
