"""Parts of generated rule files: conditions, durations, starts, deadlines and escalations, valid by construction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..columns import DAY_FIELDS
from ..errors import needing
from ..rulebook.library import shared_readings
from ..rulebook.words import EVENT_FIELDS

with needing("testing", "a strategy of rule files"):
    from hypothesis import strategies as st

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
    """A deadline with exceptions, scopes and starts of every form; `number` makes its id."""
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
    """An escalation that a day, the due day or a request opens; `number` makes its id."""
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
