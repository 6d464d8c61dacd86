"""Whole rule sets and calendars for properties: valid by construction, varied over everything a rule file can say of a task."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.calendar.vietnam import WorkingCalendar
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.files.yaml_source import Source
from deadline_rules.rulebook.library import Pack, pack_from, shared_readings
from deadline_rules.rulebook.words import EVENT_FIELDS

Form = dict[str, Any]

TEXT = {"vi": "chữ", "en": "text"}
CITED: Form = {"cite": "Điều 2", "quote": "chữ"}
REASONED: Form = CITED | {"reason": TEXT}

PROGRESS = ("not_started", "in_progress", "completed")
TIMELINESS = ("in_time", "overdue", "no_deadline")
KIND_VALUES: dict[str, tuple[str, ...]] = {
    "secrecy": ("normal", "mật", "tối mật", "tuyệt mật"),
    "urgent": ("yes", "no"),
    "complex": ("yes", "no"),
    "routine": ("yes", "no"),
    "assigned_by": ("superior", "chair"),
    "time_limit": ("yes", "no"),
}
OWN_READING: Form = {
    "id": "own-start",
    "kind": "question",
    "question": TEXT,
    "default": "first",
    "options": {"first": TEXT, "second": TEXT, "third": TEXT},
}
# The readings a line can stand under, with their options; those that packs use come first, so that failures shrink to them.
OPTIONS: dict[str, tuple[str, ...]] = {
    **{
        id: tuple(shared_readings()[id].options)
        for id in ("task-arises", "status-update-start", "in-progress-is-not-done", "overdue-qualifies", "no-deadline-timeliness")
    },
    **{id: tuple(reading.options) for id, reading in shared_readings().items()},
    "own-start": tuple(OWN_READING["options"]),
}
START_READINGS = ("task-arises", "status-update-start", "own-start", "day-off-end", "start-day", "secret-report-day")
STATUS_READINGS = ("in-progress-is-not-done", "overdue-qualifies", "no-deadline-timeliness", "own-start")

fields = st.sampled_from(("assigned_on", *DAY_FIELDS))
events = st.sampled_from(("assigned_on", *EVENT_FIELDS))
# Fields that most rules start with or are done by, so that a few days in a task decide much.
common_fields = st.sampled_from(("assigned_on", "received_on", "due_on", "completed_on", "started_on", "issued_on")) | fields
optional_reason = st.sampled_from([{}, {"why_no_number": TEXT}])


@st.composite
def conditions(draw: st.DrawFn, facts: Sequence[str] = tuple(KIND_VALUES)) -> Form:
    """A `when` over some of `facts`, which are not empty."""
    named = draw(st.lists(st.sampled_from(facts), min_size=1, max_size=2, unique=True))
    return {fact: draw(_values(KIND_VALUES[fact])) for fact in named}


def _values(values: Sequence[str]) -> st.SearchStrategy[object]:
    """One value, or a list of some."""
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True)


scopes = conditions().map(lambda when: REASONED | {"when": when})
# One scope may be written without its list.
scope_lists = st.sampled_from([0, 0, 1, 2]).flatmap(lambda size: st.lists(scopes, min_size=size, max_size=size)) | scopes


@st.composite
def durations(draw: st.DrawFn) -> Form:
    """`within`, with the reason that words need."""
    unit = draw(st.sampled_from(["working_days", "days", "working_days", "immediately", "promptly", "no_number"]))
    if unit in ("working_days", "days"):
        number = draw(st.integers(0, 3) | st.integers(0, 40 if unit == "working_days" else 60))
        return {"within": {unit: str(number)}, **draw(optional_reason)}
    return {"within": unit, "why_no_number": TEXT}


@st.composite
def first_known(draw: st.DrawFn) -> object:
    """One field, or several of which the first known counts."""
    if draw(st.booleans()):
        return draw(common_fields)
    return draw(st.lists(common_fields, min_size=1, max_size=3, unique=True))


@st.composite
def starts(draw: st.DrawFn) -> object:
    """Where a period starts: a field, or lines of which exactly one answers under every combination of readings."""
    form = draw(st.sampled_from(["field", "field", "line", "readings", "readings"]))
    if form == "field":
        return draw(common_fields)
    if form == "line":
        return [{"first_known": draw(first_known())}]
    return [{"under": under, "first_known": draw(first_known())} for under in draw(alternatives(START_READINGS))]


@st.composite
def alternatives(draw: st.DrawFn, readings: Sequence[str]) -> list[dict[str, str]]:
    """Choices of options that exclude each other and leave none out: by one reading, or some of them by a second one."""
    first, second = draw(st.lists(st.sampled_from(readings), min_size=2, max_size=2, unique=True))
    found: list[dict[str, str]] = []
    for option in OPTIONS[first]:
        if draw(st.integers(0, 3)) == 3:
            found += [{first: option, second: other} for other in OPTIONS[second]]
        else:
            found.append({first: option})
    return found


@st.composite
def exceptions(draw: st.DrawFn) -> list[Form]:
    """Exceptions that cannot overlap: each has values of its own for one fact; further facts only narrow them."""
    if draw(st.booleans()):
        return []
    fact = draw(st.sampled_from(list(KIND_VALUES)))
    left = list(draw(st.permutations(KIND_VALUES[fact])))
    found: list[Form] = []
    while left and (not found or draw(st.booleans())):
        size = draw(st.integers(1, len(left)))
        own, left = left[:size], left[size:]
        narrowed = draw(conditions([other for other in KIND_VALUES if other != fact])) if draw(st.booleans()) else {}
        when = narrowed | {fact: own[0] if len(own) == 1 else own}
        found.append(CITED | draw(durations()) | {"when": when})
    return found


@st.composite
def deadlines(draw: st.DrawFn, number: int) -> Form:
    rule: Form = CITED | {"id": f"deadline-{number}", "topic": "own.topic", "label": TEXT, "actor": "office"}
    rule |= draw(durations()) | {"from": draw(starts()), "done_by": draw(common_fields.filter(lambda name: name != "due_on"))}
    if found := draw(exceptions()):
        rule["except"] = found
    for key in ("only_for", "not_for"):
        if draw(st.integers(0, 2)) == 2:
            rule[key] = draw(scope_lists)
    return rule | draw(st.sampled_from([{}, {"done_after_start": "yes"}, {"done_after_start": "no"}]))


@st.composite
def escalations(draw: st.DrawFn, number: int) -> Form:
    rule: Form = CITED | {"id": f"escalation-{number}", "topic": "own.topic", "label": TEXT, "actor": "office"}
    form = draw(st.sampled_from(["due", "on", "both", "on_request"]))
    opens: object = "on_request"
    if form != "on_request":
        opens = {"on": draw(events)} if form != "due" else {}
        if form != "on":
            opens |= {"due": draw(st.sampled_from(["reached", "passed"]))} | draw(st.sampled_from([{}, {"not_carried_out": "yes"}]))
    rule |= {"opens": opens, "act": draw(st.sampled_from(["promptly", "no_number"]))}
    return rule | (draw(st.booleans().flatmap(lambda given: events.map(lambda name: {"closed_by": name}) if given else st.just({}))))


@st.composite
def steps(draw: st.DrawFn, number: int, earlier: Sequence[Form]) -> Form:
    """A further step after an escalation that a day opens, which may be a step itself."""
    rule = draw(escalations(number))
    dated = [other["id"] for other in earlier if other["opens"] != "on_request"]
    if dated and draw(st.integers(0, 2)) < 2:
        days = draw(st.integers(0, 5) | st.sampled_from([0, 1, 1, 40, 400]))
        rule["opens"] = {"after": {"of": draw(st.sampled_from(dated)), "working_days": str(days)}}
    return rule


@st.composite
def escalation_lists(draw: st.DrawFn) -> list[Form]:
    """Escalations, some of them further steps after others; the steps may stand before what they follow."""
    found: list[Form] = [draw(escalations(number)) for number in range(draw(st.integers(0, 5)))]
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3]))):
        found.append(draw(steps(len(found), found)))
    return found[::-1] if draw(st.booleans()) else found


@st.composite
def statuses(draw: st.DrawFn) -> Form:
    """A table split at random, in which every cell has one answer under every combination of readings; or none."""
    if draw(st.integers(0, 5)) == 5:
        return {"not_supplied": {"cite": "Điều 3", "reason": TEXT}}
    by_progress = draw(st.booleans())
    outer, inner = (PROGRESS, TIMELINESS) if by_progress else (TIMELINESS, PROGRESS)
    names = ("progress", "timeliness") if by_progress else ("timeliness", "progress")
    table: list[Form] = []
    for some in draw(splits(outer)):
        for others in draw(splits(inner)):
            # A line that names no values of a fact holds for all of them.
            cells = {name: values for name, values, all in ((names[0], some, outer), (names[1], others, inner)) if len(values) < len(all)}
            for under in draw(st.just([{}]) | alternatives(STATUS_READINGS)):
                table.append(cells | draw(st.sampled_from(ANSWERS)) | ({"under": under} if under else {}))
    labels = {line["status"]: TEXT for line in table if "status" in line}
    return {"cite": "Điều 3", "quote": "chữ", "labels": labels, "table": table}


ANSWERS: list[Form] = [{"status": "done"}, {"status": "open"}, {"status": "late"}, {"no_status": TEXT}]


def splits(values: tuple[str, str, str]) -> st.SearchStrategy[list[list[str]]]:
    """The three values in one, two or three groups."""
    a, b, c = values
    return st.sampled_from([[[a, b, c]], [[a], [b, c]], [[a, b], [c]], [[a, c], [b]], [[a], [b], [c]]])


@st.composite
def in_force(draw: st.DrawFn) -> Form:
    checked: Form = {"checked": "2026-11-20"}
    if draw(st.booleans()):
        return checked | {"from": draw(st.sampled_from(["1990-01-01", "2013-12-30", "2024-02-29", "2026-01-02"])), "cite": "Điều 1", "quote": "chữ"}
    return checked | {"year": draw(st.sampled_from(["1990", "2014", "2022"])), "reason": TEXT}


@st.composite
def required(draw: st.DrawFn) -> Form:
    named = draw(st.lists(st.sampled_from(["summary", "content", "due_on", "overdue_reason"]), min_size=1, max_size=3, unique=True))
    extras = [{}, {"may_be_empty": "yes"}, {"when": {"progress": ["not_started", "in_progress"], "timeliness": "overdue"}}]
    found: Form = {"fields": [CITED | {"field": name} | draw(st.sampled_from(extras)) for name in named]}
    return found | ({"not_for": draw(scopes)} if draw(st.booleans()) else {})


@st.composite
def rule_files(draw: st.DrawFn) -> Form:
    """What a rule file says, as dicts, lists and text."""
    data: Form = {
        "id": "generated",
        "title": TEXT,
        "issuer": TEXT,
        "instrument": {"number": "1/QĐ", "signed_on": "2020-01-02"},
        "in_force": draw(in_force()),
        "parties": {"office": TEXT},
        "topics": {"own.topic": TEXT},
        "readings": [OWN_READING | {"kind": draw(st.sampled_from(["question", "gap", "setting"]))}],
        "statuses": draw(statuses()),
        "deadlines": [draw(deadlines(number)) for number in range(draw(st.integers(0, 4)))],
        "escalations": draw(escalation_lists()),
        "caveats": [
            {"code": f"caveat-{number}", "from": draw(st.sampled_from(["1980-01-01", "2025-07-01", "2026-11-24"])), "text": TEXT, "source": "chữ"}
            for number in range(draw(st.integers(0, 3)))
        ],
    }
    if draw(st.integers(0, 2)) == 2:
        data["excluded"] = draw(scope_lists)
    if draw(st.booleans()):
        data["secret_tasks"] = CITED | {"text": TEXT}
    if draw(st.booleans()):
        data["required_information"] = draw(required())
    return data


@st.composite
def stepped_rule_files(draw: st.DrawFn) -> Form:
    """A rule file of escalations with further steps and nothing else that counts days, so that no other count hides what theirs rests on."""
    opens: list[Form] = [
        {"due": "reached", "not_carried_out": "yes"},
        {"due": "reached"},
        {"on": "difficulty_on"},
        {"on": "started_on", "due": "passed"},
    ]
    found: list[Form] = [
        draw(escalations(number)) | {"opens": form} for number, form in enumerate(draw(st.permutations(opens))[: draw(st.integers(1, 2))])
    ]
    for _ in range(draw(st.integers(1, 3))):
        found.append(draw(steps(len(found), found)))
    return draw(rule_files()) | {"deadlines": [], "escalations": found}


def rule_sets() -> st.SearchStrategy[Pack]:
    """Packs that are valid by construction."""
    return rule_files().map(pack_of)


def pack_of(data: Form) -> Pack:
    """The pack of a rule file's data. Its path is a name of the data, since there is no file."""
    raw = json.dumps(data, ensure_ascii=False).encode()
    return pack_from(Source(f"generated-{hashlib.sha256(raw).hexdigest()[:12]}", data, {}, raw))


# Days around which a closure matters: in the middle, at Tết and 2/9, where the calendar is not checked, and at its two ends.
CLOSED = [
    date(1990, 1, 2),
    date(2013, 12, 31),
    date(2014, 1, 2),
    date(2026, 2, 13),
    date(2026, 2, 23),
    date(2026, 9, 3),
    date(2027, 12, 31),
    date(2100, 12, 30),
    date(2100, 12, 31),
]
WORKED = [date(1990, 1, 6), date(2013, 12, 28), date(2026, 2, 28), date(2028, 1, 1), date(2100, 12, 26)]
KNOWN_ON = [None, date(1990, 1, 1), date(2014, 1, 1), date(2025, 12, 20), date(2025, 10, 16), date(2026, 7, 1)]


@lru_cache(maxsize=256)
def _calendar(known_on: date | None, off: frozenset[date], worked: frozenset[date]) -> WorkingCalendar:
    entries: Iterable[dr.CalendarEntry] = [dr.closure("own", off=sorted(off), worked=sorted(worked))] if off or worked else []
    return dr.vietnam(known_on=known_on, extra=entries)


def calendars() -> st.SearchStrategy[WorkingCalendar]:
    """The calendar as known now or on some day, with or without a host's own closures."""
    some_off = st.just(frozenset[date]()) | st.frozensets(st.sampled_from(CLOSED), min_size=1, max_size=2)
    some_worked = st.just(frozenset[date]()) | st.frozensets(st.sampled_from(WORKED), min_size=1, max_size=1)
    return st.just(dr.vietnam()) | st.builds(_calendar, st.sampled_from(KNOWN_ON), some_off, some_worked)
