"""A task with more time is told as one that was given that due day; one without is told as ever; notices hold however they are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.engines.time_limit import due_day
from deadline_rules.plan.facts import kind_index
from deadline_rules.regulation import Regulation
from strategies import PACKS, days, tasks

ONE_DAY = timedelta(days=1)


@lru_cache
def _pack(pack: str, end: str, allowed: bool) -> Regulation:
    rules = dr.load(pack, readings={"day-off-end": end})
    return Regulation(rules.pack, replace(rules.plan, suspensions="Điều 1" if allowed else None), rules.calendar)


def packs(*allowed: bool) -> st.SearchStrategy[Regulation]:
    return st.builds(_pack, st.sampled_from(PACKS), st.sampled_from(["as_written", "next_working_day"]), st.sampled_from(allowed))


@st.composite
def suspensions(draw: st.DrawFn) -> tuple[dr.Suspension, ...]:
    bounds = sorted(draw(st.sets(days, max_size=6)))
    pairs = [dr.Suspension(since=since, until=until - ONE_DAY) for since, until in pairwise(bounds)][::2]
    runs_on: bool = draw(st.booleans())
    return (*pairs, dr.Suspension(since=bounds[-1])) if bounds and runs_on else tuple(pairs)


@st.composite
def extended(draw: st.DrawFn) -> dr.Task:
    """A task with one to three extensions."""
    task = draw(tasks().filter(lambda task: task.due_on is not None))
    assert task.due_on is not None
    granted = sorted(draw(st.sets(days, min_size=1, max_size=3)))
    later = sorted(draw(st.sets(st.integers(1, 90), min_size=len(granted), max_size=len(granted))))
    extensions = tuple(dr.Extension(granted_on=day, due_on=task.due_on + more * ONE_DAY) for day, more in zip(granted, later, strict=True))
    return dr.Task(**(dict(task) | {"extensions": extensions}))


def _plain(task: dr.Task, due_on: date | None) -> dr.Task:
    return dr.Task(**(dict(task) | {"due_on": due_on, "extensions": (), "suspensions": ()}))


@given(packs(False, True), tasks(), days)
@settings(max_examples=200)
def test_without_either_nothing_changes(rules: Regulation, task: dr.Task, as_of: date) -> None:
    result = rules.evaluate(task, as_of)
    assert result == rules.evaluate(task, as_of, against="original")
    assert result.original_due_on == result.due_on
    assert "original_due_on" not in result.to_dict()


@given(packs(False, True), extended(), days)
@settings(max_examples=300)
def test_an_extended_task_is_told_as_one_with_the_new_due_day(rules: Regulation, task: dr.Task, as_of: date) -> None:
    granted = [extension for extension in task.extensions if extension.granted_on <= as_of]
    due_on = max(granted, key=lambda extension: extension.granted_on).due_on if granted else task.due_on
    result, plain = rules.evaluate(task, as_of), rules.evaluate(_plain(task, due_on), as_of)
    assert replace(result, original_due_on=plain.original_due_on) == plain
    assert rules.classify(task, as_of) == plain.status
    original = rules.evaluate(_plain(task, task.due_on), as_of)
    assert result.original_due_on == original.due_on
    assert rules.evaluate(task, as_of, against="original") == original


@given(packs(True), tasks(), suspensions(), days)
@settings(max_examples=300)
def test_suspensions_taken_out_day_by_day_give_the_same(rules: Regulation, task: dr.Task, stopped: tuple[dr.Suspension, ...], as_of: date) -> None:
    calendar, due_on = rules.calendar, task.due_on
    last = min(as_of, task.completed_on or as_of)
    for one in stopped:
        if due_on is None or one.since > due_on:
            break
        day = one.since if task.assigned_on is None else max(one.since, task.assigned_on + ONE_DAY)
        taken: list[date] = []
        while day <= min(one.until or last, last):
            taken.append(day)
            day += ONE_DAY
        for _ in filter(calendar.is_working, taken):
            due_on = calendar.following(due_on + ONE_DAY)
        due_on = max(due_on, *taken) if taken else due_on
    task = dr.Task(**(dict(task) | {"suspensions": stopped}))
    assert due_day(rules.plan, calendar, task, as_of) == due_on
    assert replace(rules.evaluate(task, as_of), original_due_on=None, provisional=False, caveats=()) == replace(
        rules.evaluate(_plain(task, due_on), as_of), original_due_on=None, provisional=False, caveats=()
    )


@given(packs(False, True), extended(), suspensions(), st.lists(days, min_size=3, max_size=5))
@settings(max_examples=120)
def test_notices_hold_however_an_interval_is_split(rules: Regulation, task: dr.Task, stopped: tuple[dr.Suspension, ...], bounds: list[date]) -> None:
    bounds = sorted(max(day, rules.plan.in_force_from) for day in bounds)
    task = dr.Task(**(dict(task) | {"suspensions": stopped}))
    whole = rules.notices([task], bounds[0], bounds[-1])
    assert whole == tuple(notice for after, until in pairwise(bounds) for notice in rules.notices([task], after, until))


def _limit(rules: Regulation, task: dr.Task, day: date) -> date | None:
    """The last day in time as known on `day`; none while a suspension that had not come too late runs on to the next day."""
    due_on = due_day(rules.plan, rules.calendar, task, day)
    unfinished = task.completed_on is None or task.completed_on > day
    if due_on is None:
        return None
    for suspension in task.suspensions if rules.plan.suspensions and unfinished else ():
        if suspension.since <= day < (suspension.until or date.max) and suspension.since <= due_on:
            return None
    return rules.calendar.following(due_on) if rules.plan.roll_due else due_on


@given(packs(False, True), extended(), suspensions(), days)
@settings(max_examples=150)
def test_a_walk_from_day_to_day_finds_the_same_notices_of_the_time_limit(
    rules: Regulation, task: dr.Task, stopped: tuple[dr.Suspension, ...], after: date
) -> None:
    after = max(after, rules.plan.in_force_from)
    task = dr.Task(**(dict(task) | {"suspensions": stopped}))
    told = {(notice.kind, notice.day) for notice in rules.notices([task], after, after + 60 * ONE_DAY) if notice.rule == "due_on"}
    if rules.plan.excluded[kind_index(task)] is not None:
        assert not told
        return
    walked, done_on = set[tuple[str, date]](), task.completed_on or date.max
    granted = {extension.granted_on for extension in task.extensions}
    for day in (after + number * ONE_DAY for number in range(1, 61)):
        # What is known on the day itself; where an extension is granted that day, also what was in force as it began.
        for due_on in {_limit(rules, task, known_on) for known_on in ((day - ONE_DAY, day) if day in granted else (day,))}:
            walked |= {("due", day)} if due_on == day and done_on >= day else set()
            walked |= {("missed", day)} if due_on == day - ONE_DAY and done_on >= day else set()
    assert told == walked


@given(packs(False, True), extended(), suspensions())
@settings(max_examples=60)
def test_the_timeline_misses_no_flip(rules: Regulation, task: dr.Task, stopped: tuple[dr.Suspension, ...]) -> None:
    ended = tuple(one for one in stopped if one.until)
    task = dr.Task(**(dict(task) | {"suspensions": ended}))
    flips = [(flip.day, flip.after) for flip in rules.timeline(task).flips if flip.what == "timeliness"]
    if not flips:
        return
    day, walked, old = flips[0][0], [], None
    for _ in range(2_000):
        new = rules.evaluate(task, day).timeliness
        if new != old:
            walked.append((day, new))
        old, day = new, day + ONE_DAY
    assert walked == [flip for flip in flips if flip[0] < day]
