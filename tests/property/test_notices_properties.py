"""Notices: split an interval anywhere and nothing is lost or doubled; a walk from day to day finds the same; so does the columns engine."""

from __future__ import annotations

import importlib.util
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.calendar.vietnam import WorkingCalendar
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.days import LAST_DAY
from deadline_rules.engines.single import evaluate
from deadline_rules.errors import CalendarHorizonError, UnverifiedCalendarError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import ASSIGNED_BY, SECRECY, kind_index
from deadline_rules.plan.model import Offset, ReminderPlan
from deadline_rules.regulation import Regulation
from deadline_rules.results import Label, Notice
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.rule_files import rule_sets
from deadline_rules.testing.strategies import readings
from strategies import PACKS, days

# A history is one task with all its facts, asked about over one interval and over its parts.
IN_CI: Final = bool(os.environ.get("CI"))
ENOUGH: Final = 100_000 if IN_CI else 3_000
PARTITIONS, WALKS, TABLES = (9_000, 300, 400) if IN_CI else (450, 80, 80)
seen: Counter[str] = Counter()
ONE_DAY: Final = timedelta(days=1)

edges = st.sampled_from([date(2013, 12, 31), date(2014, 1, 1), date(2027, 12, 31), date(2100, 11, 20), date(2100, 12, 30), LAST_DAY])
pools = st.lists(days, min_size=1, max_size=8) | st.lists(days | edges, min_size=1, max_size=8)


class Histories(NamedTuple):
    """Tasks, and the days between which they are asked about; the first and last bound the whole."""

    tasks: list[dr.Task]
    bounds: list[date]


def _task(number: int, pool: list[date], code: bytes) -> dr.Task:
    """The task that a few bytes write: a kind, then for each day none or one of the pool, or a day near it."""
    facts: dict[str, Any] = {
        name: min(pool[byte % len(pool)] + timedelta(days=byte // 8 % 3), LAST_DAY)
        for name, byte in zip(DAY_FIELDS, code[1:], strict=True)
        if byte > 110
    }
    if assigned := facts.get("assigned_on"):
        for name in ("due_on", "completed_on"):
            if name in facts:
                facts[name] = max(facts[name], assigned)
    bits = code[0]
    kinds: dict[str, Any] = {"urgent": bool(bits & 4), "complex": bool(bits & 8), "routine": bits & 48 == 48}
    return dr.Task(id=f"T/{number}", secrecy=SECRECY[bits & 3], assigned_by=ASSIGNED_BY[bits >> 6 & 1], **kinds, **facts)


@st.composite
def histories(draw: st.DrawFn) -> Histories:
    """1 to 40 tasks, and 2 to 8 days near theirs."""
    pool = draw(pools)
    size, width = draw(st.sampled_from([1, 4, 40, 40])), len(DAY_FIELDS) + 1
    # Half of the tasks are drawn by a seed: few bytes drawn one by one are large, and so few days known.
    seeded = st.builds(lambda seed: Random(seed).randbytes(size * width), st.integers(0, 2**32))  # noqa: S311  # no secret
    written = draw(st.binary(min_size=size * width, max_size=size * width) | seeded)
    codes = [written[at : at + width] for at in range(0, len(written), width)]
    near = st.builds(lambda day, off: min(day + timedelta(days=off), LAST_DAY), st.sampled_from(pool), st.integers(-2, 12) | st.integers(-400, 400))
    bounds = sorted(draw(st.lists(near | days, min_size=2, max_size=8)))
    return Histories([_task(number, pool, code) for number, code in enumerate(codes)], bounds)


TEXT = Label("chữ", "text")


@st.composite
def with_reminders(draw: st.DrawFn, regulation: Regulation) -> Regulation:
    """The regulation, and reminders of anything in it, as house rules have them."""
    plan = regulation.plan
    named = ["due_on", *(rule.rule for rule in plan.deadlines), *(rule.rule for rule in plan.reports)]
    offsets = st.builds(Offset, st.sampled_from(["working_days", "days"]), st.integers(0, 4) | st.integers(0, 30))
    rows = draw(st.lists(st.tuples(st.sampled_from(named), offsets, st.sampled_from(["reminder", "warning"])), max_size=3))
    reminders = tuple(ReminderPlan(f"own-{number}", kind, of, before, None, TEXT, "Điều 9") for number, (of, before, kind) in enumerate(rows))  # type: ignore[arg-type]  # sampled text
    return Regulation(regulation.pack, replace(plan, reminders=reminders), regulation.calendar, strict=regulation.strict)


@lru_cache(maxsize=512)
def _pack(pack: str, chosen: str) -> Regulation:
    return dr.load(pack, readings=json.loads(chosen))


def _with_calendar(regulation: Regulation, calendar: WorkingCalendar) -> Regulation:
    return Regulation(regulation.pack, regulation.plan, calendar)


packs = st.builds(lambda pack, chosen: _pack(pack, json.dumps(chosen, sort_keys=True)), st.sampled_from(PACKS), readings() | st.just({}))
generated = st.builds(
    lambda pack, chosen, calendar: Regulation(pack, compile_plan(pack, chosen), calendar), rule_sets(), readings() | st.just({}), calendars()
)
regulations = (st.builds(_with_calendar, packs, calendars()) | generated).flatmap(with_reminders)


def in_force(regulation: Regulation, bounds: list[date]) -> list[date]:
    return [max(day, regulation.plan.in_force_from) for day in bounds]


def _asked(regulation: Regulation, tasks: list[dr.Task], after: date, until: date) -> tuple[Notice, ...] | None:
    """The notices; None where one would be delivered after 2100."""
    try:
        return regulation.notices(tasks, after, until)
    except CalendarHorizonError:
        assert until > date(2100, 12, 1)
        return None


@given(regulations, histories())
@settings(max_examples=PARTITIONS)
def test_the_parts_of_an_interval_give_what_the_whole_gives(regulation: Regulation, rows: Histories) -> None:
    bounds = in_force(regulation, rows.bounds)
    whole = _asked(regulation, rows.tasks, bounds[0], bounds[-1])
    parts = [_asked(regulation, rows.tasks, after, until) for after, until in pairwise(bounds)]
    if whole is None:
        assert None in parts
        return
    assert whole == tuple(notice for part in parts for notice in part or ())
    assert len({notice.key for notice in whole}) == len(whole)
    seen["histories"] += len(rows.tasks)
    seen["notices"] += len(whole)
    seen["several"] += sum(bool(part) for part in parts) > 1
    for notice in whole:
        seen[notice.kind] += 1


@given(regulations, histories())
@settings(max_examples=WALKS)
def test_notices_are_in_order_and_each_task_has_its_own(regulation: Regulation, rows: Histories) -> None:
    """By day, then task as given; and nothing of a task depends on the tasks beside it."""
    after, *_, until = in_force(regulation, rows.bounds)
    whole = _asked(regulation, rows.tasks, after, until)
    if whole is None:
        return
    position = {task.id: number for number, task in enumerate(rows.tasks)}
    places = [(notice.day, position[notice.task_id] if notice.task_id is not None else len(position)) for notice in whole]
    assert places == sorted(places)
    for task in rows.tasks[:3]:
        alone = [notice for notice in regulation.notices([task], after, until) if notice.task_id is not None]
        assert alone == [notice for notice in whole if notice.task_id == task.id]
    assert list(regulation.notices([], after, until)) == [notice for notice in whole if notice.task_id is None]


def walk(regulation: Regulation, task: dr.Task, after: date, until: date) -> Iterator[tuple[date, str, str]]:
    """What a host finds that looks each evening where the task stands, and each morning what of the evening before has changed."""
    calendar = regulation.calendar
    # On the day before the regulation took effect it had nothing to say, though what it would have said is known.
    plan = replace(regulation.plan, in_force_from=date.min)
    day = max(after + ONE_DAY, regulation.plan.in_force_from)
    while day <= until and regulation.plan.excluded[kind_index(task)] is None:
        yesterday, today = evaluate(plan, calendar, task, day - ONE_DAY), evaluate(plan, calendar, task, day)
        if yesterday.progress != "completed":
            if today.due_on == day:
                yield day, "due", "due_on"
            if today.due_on == day - ONE_DAY:
                yield day, "missed", "due_on"
        for row, was in zip(today.deadlines, yesterday.deadlines, strict=True):
            if row.due_on == day and (row.state == "pending" or row.done_on == day):
                yield day, "due", row.rule
            if was.state == "pending" and was.due_on == day - ONE_DAY:
                yield day, "missed", row.rule
        for opened in today.escalations:
            rule = next(rule for rule in plan.escalations if rule.rule == opened.rule)
            closed_on = getattr(task, rule.closed_by) if rule.closed_by else None
            if opened.opens_on == day and not (closed_on is not None and closed_on < day):
                yield day, "opens", opened.rule
        for reminder in plan.reminders:
            if _reminded(calendar, reminder, task, yesterday, today):
                yield day, reminder.kind, reminder.id
        day += ONE_DAY


def _reminded(calendar: WorkingCalendar, reminder: ReminderPlan, task: dr.Task, yesterday: dr.Evaluation, today: dr.Evaluation) -> bool:
    """Whether its time has come today, and had not come yesterday, counted from the same beginning."""

    def near(day: date, starts_on: date | None, due_on: date | None) -> bool:
        if due_on is None or (starts_on is not None and day < starts_on):
            return False
        unit, number = reminder.before
        if unit == "days" or number == 0 or day >= due_on:
            return (due_on - day).days <= (number if unit == "days" else 0)
        return calendar.count(day, due_on - ONE_DAY) < number  # the working days between the two

    if reminder.of == "due_on":
        done = yesterday.progress == "completed"
        old, new = ((task.assigned_on, result.due_on) for result in (yesterday, today))
    else:
        rows = [result.deadlines for result in (yesterday, today)]
        if not any(row.rule == reminder.of for row in rows[1]):
            return False
        was, now = (next(row for row in deadlines if row.rule == reminder.of) for deadlines in rows)
        done = now.done_on is not None and now.done_on < today.as_of
        old, new = (was.starts_on, was.due_on), (now.starts_on, now.due_on)
    return not done and near(today.as_of, *new) and not (old == new and near(yesterday.as_of, *old))


@given(regulations, histories(), st.integers(0, 90))
@settings(max_examples=WALKS)
def test_a_walk_from_day_to_day_finds_the_same(regulation: Regulation, rows: Histories, back: int) -> None:
    for task in rows.tasks[:6]:
        known = [day for field in DAY_FIELDS if (day := getattr(task, field)) is not None] or rows.bounds
        after = in_force(regulation, [max(known[back % len(known)] - timedelta(days=back % 10), date(1990, 1, 2))])[0]
        until = min(after + timedelta(days=60), LAST_DAY)
        try:
            expected = list(walk(regulation, task, after, until))
        except CalendarHorizonError:
            continue  # a deadline beyond 2100, which is refused there
        found = _asked(regulation, [task], after, until)
        if found is not None:
            mine = [(notice.day, notice.kind, notice.rule) for notice in found if notice.task_id is not None]
            assert sorted(mine) == sorted(expected)
            seen["walked"] += len(expected)


@given(regulations, histories(), st.sampled_from([3, 65_536]))
@settings(max_examples=TABLES)
def test_the_columns_engine_gives_the_same_notices(regulation: Regulation, rows: Histories, chunk: int) -> None:
    if importlib.util.find_spec("pyarrow") is None and os.environ.get("REQUIRE_ALL") != "1":
        pytest.skip("tables need pyarrow: pip install 'deadline-rules[tables]'")
    import pyarrow as pa

    from deadline_rules.frames import notices as by_columns

    after, *_, until = in_force(regulation, rows.bounds)
    fields = ("id", *DAY_FIELDS, "secrecy", "urgent", "complex", "routine", "assigned_by")
    table = pa.table({name: pa.array([getattr(task, name) for task in rows.tasks], pa.date32() if name in DAY_FIELDS else None) for name in fields})
    expected = _asked(regulation, rows.tasks, after, until)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_columns, "CHUNK", chunk)
        if expected is None:
            with pytest.raises(CalendarHorizonError):
                regulation.notices_table(table, after, until)
            return
        found = regulation.notices_table(table, after, until)
    names = ("task_id", "rule", "kind", "day", "deliver_on", "due_on", "provisional", "key")
    assert found.select(names).to_pylist() == [{name: getattr(notice, name) for name in names} for notice in expected]
    assert found.column("problem").null_count == found.num_rows
    seen["by columns"] += len(expected)
    seen["provisional"] += sum(notice.provisional for notice in expected)
    strict = Regulation(regulation.pack, regulation.plan, regulation.calendar, strict=True)
    if any(notice.provisional for notice in expected):
        with pytest.raises(UnverifiedCalendarError):
            strict.notices(rows.tasks, after, until)
        with pytest.raises(UnverifiedCalendarError):
            strict.notices_table(table, after, until)
    else:
        assert strict.notices(rows.tasks, after, until) == expected


@given(regulations, histories(), st.data())
@settings(max_examples=WALKS)
def test_changes_lead_from_the_notices_before_to_those_after(regulation: Regulation, rows: Histories, data: st.DataObject) -> None:
    """Taking away what no longer holds and adding what is new gives, by key, what holds now."""
    after, *_, until = in_force(regulation, rows.bounds)
    later = [task.model_copy(update={"completed_on": None, "transferred_on": data.draw(days)}) for task in rows.tasks[1:]]
    old, new = _asked(regulation, rows.tasks, after, until), _asked(regulation, later, after, until)
    if old is None or new is None:
        return
    found = regulation.changes(rows.tasks, later, after, until)
    keys = {notice.key for notice in old} - {notice.key for notice in found.withdrawn} | {notice.key for notice in found.new}
    assert keys == {notice.key for notice in new}
    assert found.unchanged + len(found.changed) + len(found.new) == len(new)
    same = regulation.changes(rows.tasks, rows.tasks, after, until)
    assert same == ((), (), (), len(old))


def test_enough_was_seen() -> None:
    """Only where the comparisons ran: a choice of tests (-k) is no reason to fail."""
    if not (seen["histories"] and seen["walked"]):
        pytest.skip("the comparisons did not run; run the whole module")
    assert seen["histories"] >= ENOUGH, seen
    for kind in ("due", "missed", "opens", "report_due", "reminder", "warning", "several", "walked", "provisional"):
        assert seen[kind] > ENOUGH // 1_000, (kind, seen)
