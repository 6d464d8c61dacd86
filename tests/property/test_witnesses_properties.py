"""A search for differences finds none that the witnesses missed, and none smaller: generated rule sets, changed ones, readings, calendars."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any, Final

from hypothesis import event, given, settings
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.comparison.witnesses import NeverDiffer, Witness, witnesses
from deadline_rules.days import LAST_DAY
from deadline_rules.errors import CalendarHorizonError, TaskError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import ASSIGNED_BY, KINDS, SECRECY, kind_index
from deadline_rules.rulebook.library import open_pack
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.rule_files import pack_of, rule_files
from deadline_rules.testing.rule_parts import Form, events
from deadline_rules.testing.strategies import readings
from strategies import PACKS

IN_CI: Final = bool(os.environ.get("CI"))
EXAMPLES: Final = 150 if IN_CI else 60
TASKS: Final = 250 if IN_CI else 150

AFTER: Final = [date(2026, 1, 30), date(2026, 2, 12), date(2026, 11, 20), date(2013, 12, 20), date(2100, 9, 1)]
afters = st.sampled_from(AFTER) | st.dates(date(2022, 1, 1), date(2030, 12, 31))

Pair = tuple[dr.Regulation, dr.Regulation]


def regulation_of(data: Form, chosen: dict[str, object], calendar: dr.WorkingCalendar) -> dr.Regulation:
    pack = pack_of(data)
    return dr.Regulation(pack, compile_plan(pack, chosen), calendar)


@st.composite
def changed(draw: st.DrawFn, data: Form) -> Form:
    """The same rule file with one thing changed: a number, a party, a day that starts, ends or opens something."""
    other = copy.deepcopy(data)
    places = [("deadlines", number) for number in range(len(data["deadlines"]))] + [("escalations", n) for n in range(len(data["escalations"]))]
    if not places:
        return other
    section, number = draw(st.sampled_from(places))
    rule: Form = other[section][number]
    if section == "deadlines":
        match draw(st.sampled_from(["number", "done_by", "actor", "after", "unit", "from"])):
            case "number":
                rule["within"] = {draw(st.sampled_from(["working_days", "days"])): str(draw(st.integers(0, 8)))}
            case "unit":
                rule["within"] = draw(st.sampled_from([{"working_days": "5"}, {"days": "7"}, {"working_days": "1"}, {"days": "1"}]))
            case "done_by":
                rule["done_by"] = draw(events)
            case "from":
                rule["from"] = draw(st.sampled_from(DAY_FIELDS))
            case "after":
                rule["done_after_start"] = "no" if rule.get("done_after_start") == "yes" else "yes"
            case _:
                rule["actor"] = "unit"
    else:
        match draw(st.sampled_from(["due", "on", "closed_by", "actor"])):
            case _ if "after" in rule["opens"]:
                rule["opens"] = {"after": rule["opens"]["after"] | {"working_days": str(draw(st.integers(0, 4)))}}
            case "due":
                rule["opens"] = {"due": draw(st.sampled_from(["reached", "passed"])), "not_carried_out": draw(st.sampled_from(["yes", "no"]))}
            case "on":
                rule["opens"] = {"on": draw(events)}
            case "closed_by":
                rule["closed_by"] = draw(events)
            case _:
                rule["actor"] = "unit"
    return other


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Two regulations that may differ in anything, or in one rule, the readings or the calendar only."""
    calendar = draw(calendars())
    first, second = draw(readings()), draw(readings())
    form = draw(st.sampled_from(["generated", "changed", "changed", "changed", "readings", "calendar", "pack"]))
    if form == "pack":
        pack = open_pack(draw(st.sampled_from(PACKS)))
        return dr.Regulation(pack, compile_plan(pack, first), calendar), dr.Regulation(pack, compile_plan(pack, second), calendar)
    data = draw(rule_files())
    data["parties"]["unit"] = {"vi": "chữ", "en": "text"}
    left = regulation_of(data, first, calendar)
    match form:
        case "generated":
            return left, regulation_of(draw(rule_files()), second, calendar)
        case "changed":
            return left, regulation_of(draw(changed(data)), first, calendar)
        case "readings":
            return left, regulation_of(data, second, calendar)
        case _:
            return left, regulation_of(data, first, draw(calendars()))


def said(regulation: dr.Regulation, result: dr.Evaluation, aspect: str, topic: str) -> object:
    """What a result says of a topic, put together anew."""
    match aspect:
        case "deadlines":
            return {(row.actor, row.starts_on, row.due_on, row.state) for row in result.deadlines if row.topic == topic and row.starts_on is not None}
        case "escalations":
            return {(row.actor, row.opens_on, row.state) for row in result.escalations if row.topic == topic}
        case "statuses":
            return result.out_of_scope, result.status.code
        case "required_information":
            return set(result.missing_fields)
        case _:
            tally = dr.Regulation.tally(regulation, [result.task], result.as_of)
            return [count.id for count in tally.counts if count.number]


def rank(task: dr.Task, as_of: date) -> tuple[int, date, list[date], int]:
    """The order of witnesses: fewest facts, the day looked at, the days, the kind."""
    days = [getattr(task, field) for field in DAY_FIELDS]
    kinds = sum(getattr(task, name) != values[0] for name, values in KINDS.items() if name != "time_limit")
    return sum(day is not None for day in days) + kinds, as_of, [day or date.max for day in days], kind_index(task) & ~1


def some_days(pair: Pair, after: date, rng: random.Random) -> list[date]:
    """A few days, most of them near the first, and the ends of periods that start on them, with their neighbours."""
    own = [after + timedelta(days=rng.choice([0, 0, 1, 2, 3, rng.randrange(30), rng.randrange(900)])) for _ in range(rng.randint(1, 4))]
    found = list(own)
    for regulation in pair:
        offsets = sorted({case.offset for rule in regulation.plan.deadlines for case in rule.cases})
        for offset in rng.sample(offsets, min(2, len(offsets))):
            for day in own[:2]:
                try:
                    end = regulation.calendar.add(day, offset.number) if offset.unit == "working_days" else day + timedelta(days=offset.number)
                    found += [end, regulation.calendar.following(day), end + timedelta(days=1)]
                except CalendarHorizonError:
                    continue
    return found


def some_tasks(pair: Pair, after: date, until: date, rng: random.Random, number: int) -> Iterator[tuple[dr.Task, date]]:
    """Tasks of few facts about which the rules care, none of their days outside [after, until]."""
    base = max(after, *(regulation.plan.in_force_from for regulation in pair))
    fields = sorted({"due_on", *pair[0].plan.event_fields, *pair[1].plan.event_fields})
    for _ in range(number):
        pool = [day for day in some_days(pair, after, rng) if after <= day <= until]
        chosen = rng.sample(fields, min(len(fields), rng.choice([0, 1, 1, 2, 2, 2, 3, 3, 4, 6])))
        facts: dict[str, Any] = {field: rng.choice(pool) for field in chosen} if pool else {}
        assigned = facts.get("assigned_on", after)
        for name in ("due_on", "completed_on"):
            if name in facts:
                facts[name] = max(facts[name], assigned)
        if rng.random() < 0.5:
            facts[rng.choice(["urgent", "complex", "routine"])] = True
        if rng.random() < 0.3:
            facts |= {"secrecy": rng.choice(SECRECY)}
        if rng.random() < 0.2:
            facts |= {"assigned_by": rng.choice(ASSIGNED_BY)}
        task = dr.Task(id="T", **facts)
        for day in {base, *(max(base, min(until, rng.choice(pool or [base]) + timedelta(days=rng.randint(0, 1)))) for _ in range(2))}:
            yield task, day


def evaluated(pair: Pair, task: dr.Task, as_of: date) -> tuple[dr.Evaluation, dr.Evaluation]:
    return pair[0].evaluate(task, as_of), pair[1].evaluate(task, as_of)


@settings(max_examples=EXAMPLES)
@given(pair=pairs(), after=afters, seed=st.integers(0, 2**32))
def test_no_search_finds_what_the_witnesses_missed(pair: Pair, after: date, seed: int) -> None:
    try:
        found = [case for case in witnesses(*pair, after=after) if case.aspect != "reports"]
    except CalendarHorizonError:
        assert after > date(2060, 1, 1)
        return
    for case in found:
        kind = "witness" if isinstance(case, Witness) else "identical" if case.identical else "gone through"
        event(f"{case.aspect}: {kind}")
        if isinstance(case, Witness):
            assert case.task is not None
            assert case.as_of is not None
            left, right = evaluated(pair, case.task, case.as_of)
            assert said(pair[0], left, case.aspect, case.topic) != said(pair[1], right, case.aspect, case.topic)
    until = next((case.until for case in found if isinstance(case, NeverDiffer)), LAST_DAY - timedelta(days=120))
    for task, as_of in some_tasks(pair, after, until, random.Random(seed), TASKS):  # noqa: S311
        left, right = evaluated(pair, task, as_of)
        for case in found:
            if said(pair[0], left, case.aspect, case.topic) != said(pair[1], right, case.aspect, case.topic):
                assert isinstance(case, Witness), (case, task, as_of)
                assert case.task is not None
                assert case.as_of is not None
                assert rank(case.task, case.as_of) <= rank(task, as_of), (case, task, as_of)


@settings(max_examples=EXAMPLES // 2)
@given(pair=pairs(), after=afters, data=st.data())
def test_no_task_of_a_window_is_smaller(pair: Pair, after: date, data: st.DataObject) -> None:
    """Every task over three fields and four days in a row."""
    try:
        found = [case for case in witnesses(*pair, after=after) if case.aspect in ("deadlines", "escalations", "statuses")]
    except CalendarHorizonError:
        return
    base = max(after, *(regulation.plan.in_force_from for regulation in pair))
    if after > LAST_DAY - timedelta(days=120) or all(isinstance(case, NeverDiffer) and case.identical for case in found):
        return
    fields = sorted({"due_on", *pair[0].plan.event_fields, *pair[1].plan.event_fields})
    chosen = data.draw(st.permutations(fields))[:3]
    kind: dict[str, Any] = data.draw(
        st.sampled_from([{}, {}, {"urgent": True}, {"complex": True}, {"routine": True}, {"secrecy": "mật"}, {"assigned_by": "chair"}])
    )
    window = [after + timedelta(days=number) for number in range(4)]
    for size in range(4):
        for given_fields in combinations(chosen, size):
            for days in product(window, repeat=size):
                facts: dict[str, Any] = dict(zip(given_fields, days, strict=True)) | kind
                try:
                    task = dr.Task(id="T", **facts)
                except TaskError:
                    continue
                for as_of in (base + timedelta(days=number) for number in range(4)):
                    left, right = evaluated(pair, task, as_of)
                    for case in found:
                        if said(pair[0], left, case.aspect, case.topic) != said(pair[1], right, case.aspect, case.topic):
                            assert isinstance(case, Witness), (case, task, as_of)
                            assert case.task is not None
                            assert case.as_of is not None
                            assert rank(case.task, case.as_of) <= rank(task, as_of), (case, task, as_of)
