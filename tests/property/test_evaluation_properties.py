"""What holds of every result, whatever the task, the regulation and the readings."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.calendar.vietnam import WorkingCalendar
from deadline_rules.errors import DeadlineRulesError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.regulation import Regulation
from deadline_rules.rulebook.library import Pack
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.rule_files import rule_sets
from deadline_rules.testing.strategies import readings
from strategies import PACKS, days, tasks

CALENDAR = dr.vietnam()


@cache
def load(pack: str, chosen: str) -> dr.Regulation:
    return dr.load(pack, readings=json.loads(chosen))


regulations = st.builds(lambda pack, chosen: load(pack, json.dumps(chosen, sort_keys=True)), st.sampled_from(PACKS), readings() | st.just({}))
as_ofs = st.dates(date(2023, 6, 1), date(2028, 12, 31)) | days


@given(regulations, tasks(), as_ofs)
@settings(max_examples=400)
def test_a_result_is_consistent_in_itself(regulation: dr.Regulation, task: dr.Task, as_of: date) -> None:
    result = regulation.evaluate(task, as_of)
    assert (result.due_on is None) == (result.timeliness == "no_deadline") == (result.working_days_left is None)
    assert (result.status.code is None) == (result.status.reason is not None)
    if result.working_days_left is not None and result.timeliness == "in_time":
        assert result.working_days_left >= 0
    if result.working_days_left is not None and result.timeliness == "overdue":
        assert result.working_days_left <= 0
    for row in result.deadlines:
        assert (row.earliest is None) == (row.latest is None)
        if row.due_on is not None:
            assert row.starts_on is not None
            assert row.earliest is not None
            assert row.latest is not None
            assert row.earliest <= row.due_on <= row.latest
        if row.state in ("pending", "missed"):
            assert row.due_on is not None
            assert (as_of <= row.due_on) == (row.state == "pending")
        if row.state in ("met", "met_late"):
            assert row.done_on is not None
        if row.state in ("no_number", "not_applicable"):
            assert row.reason is not None
    for escalation in result.escalations:
        if escalation.opens_on is not None and escalation.state != "closed":
            assert (escalation.opens_on <= as_of) == (escalation.state == "open")


# What is a day of every regulation, of some, of none, and what is no day at all.
ASKED: Final[list[Any]] = [
    date(1989, 12, 31),
    date(2015, 5, 21),
    date(2100, 12, 31),
    date(2101, 1, 1),
    datetime(2026, 11, 15, 18, 30, tzinfo=UTC),
    datetime(2026, 11, 15),  # noqa: DTZ001  # to be refused
    "2026-11-15",
    None,
]


def _told(ask: Any, task: object, as_of: object) -> object:
    """The status, or the refusal in its words."""
    try:
        found = ask(task, as_of)
    except DeadlineRulesError as error:
        return type(error), str(error)
    return found.status if isinstance(found, dr.Evaluation) else found


@given(regulations, st.booleans(), tasks() | st.just({"id": "T"}), as_ofs | st.sampled_from(ASKED))
@settings(max_examples=400)
def test_classify_gives_the_status_alone(regulation: Regulation, strict: bool, task: Any, as_of: Any) -> None:
    asked = Regulation(regulation.pack, regulation.plan, CALENDAR, strict=strict)
    assert _told(asked.classify, task, as_of) == _told(asked.evaluate, task, as_of)


@given(rule_sets(), readings() | st.just({}), calendars(), st.booleans(), st.lists(tasks(), min_size=1, max_size=8), as_ofs)
@settings(max_examples=200)
def test_classify_gives_the_status_of_generated_rule_sets(
    pack: Pack, chosen: dict[str, object], calendar: WorkingCalendar, strict: bool, some: list[dr.Task], as_of: date
) -> None:
    asked = Regulation(pack, compile_plan(pack, chosen), calendar, strict=strict)
    for task in some:
        assert _told(asked.classify, task, as_of) == _told(asked.evaluate, task, as_of)


@given(regulations, tasks(), as_ofs)
def test_the_future_has_not_happened(regulation: dr.Regulation, task: dr.Task, as_of: date) -> None:
    """A result does not change when every event after as-of is forgotten."""
    known = {name: value for name, value in task if not (isinstance(value, date) and name != "due_on" and value > as_of)}
    past = dr.Task(**known)
    assert regulation.evaluate(task, as_of).to_dict() == regulation.evaluate(past, as_of).to_dict()


@given(regulations, tasks(), as_ofs, st.integers(1, 400))
def test_overdue_is_never_taken_back(regulation: dr.Regulation, task: dr.Task, as_of: date, later: int) -> None:
    unfinished = task.model_copy(update={"completed_on": None})
    if regulation.evaluate(unfinished, as_of).timeliness == "overdue":
        assert regulation.evaluate(unfinished, as_of + timedelta(days=later)).timeliness == "overdue"


@given(st.sampled_from(PACKS), days, st.integers(0, 30))
def test_due_dates_are_monotone_in_their_start(pack: str, start: date, shift: int) -> None:
    regulation = load(pack, "{}")
    starts = ("assigned_on", "issued_on", "received_on", "transferred_on", "due_on", "feedback_received_on", "inspection_ended_on")

    def dues(day: date) -> list[date]:
        facts: dict[str, Any] = dict.fromkeys(starts, day)
        task = dr.Task(id="T", **facts)
        return [row.due_on for row in regulation.evaluate(task, date(2029, 1, 1)).deadlines if row.due_on is not None]

    assert all(first <= second for first, second in zip(dues(start), dues(start + timedelta(days=shift)), strict=True))


@given(regulations, tasks(), as_ofs, st.randoms())
def test_the_order_of_fields_does_not_matter(regulation: dr.Regulation, task: dr.Task, as_of: date, random: "st.DataObject") -> None:
    facts = list(task.model_dump().items())
    random.shuffle(facts)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert regulation.evaluate(dr.Task(**dict(facts)), as_of) == regulation.evaluate(task, as_of)


@given(regulations, st.lists(tasks(), max_size=8), as_ofs)
def test_tallies_add_up(regulation: dr.Regulation, some: list[dr.Task], as_of: date) -> None:
    tally = regulation.tally(some, as_of)
    assert tally.total == sum(count.number for count in tally.counts)
    assert tally.total + tally.out_of_scope == len(some)


@given(regulations, tasks(), as_ofs)
def test_a_caveat_names_a_reading_exactly_where_it_matters(regulation: dr.Regulation, task: dr.Task, as_of: date) -> None:
    """A reading without a caveat changes no due date, no status and no state, whichever other option is chosen."""
    result = regulation.evaluate(task, as_of)
    named = {caveat.code.removeprefix("reading-") for caveat in result.caveats if caveat.code.startswith("reading-")}
    chosen = regulation.readings
    for name, reading in regulation.pack.readings.items():
        if reading.kind not in ("question", "gap"):
            continue
        verdicts = {_verdict(result)}
        for option in reading.options:
            given = {**chosen, name: option}
            given["promptly"] = given["promptly"] if given["promptly"].isdigit() else "none"
            verdicts.add(_verdict(load(regulation.id, json.dumps(given, sort_keys=True)).evaluate(task, as_of)))
        assert (len(verdicts) > 1) == (name in named), name


def _verdict(result: dr.Evaluation) -> tuple[object, ...]:
    """Due dates and verdicts; not the days on which escalations open, nor those that may open one day."""
    return (
        result.timeliness,
        result.status.code,
        result.due_on,
        tuple((row.rule, row.due_on, row.state) for row in result.deadlines),
        tuple((row.rule, row.state) for row in result.escalations if row.state != "upcoming"),
    )


@given(st.sampled_from(PACKS), days, st.integers(0, 300), st.integers(0, 300))
def test_reports_of_adjacent_intervals_join(pack: str, since: date, first: int, second: int) -> None:
    """Those without a period (on request) stand in every listing, once."""
    regulation = load(pack, "{}")
    middle, until = since + timedelta(days=first), since + timedelta(days=first + second + 1)
    whole = regulation.reports(since, until)
    parts = [*regulation.reports(since, middle), *regulation.reports(middle + timedelta(days=1), until)]
    periodic = [row for row in whole if row.period is not None or row.due_on is not None]
    assert periodic == [row for row in parts if row.period is not None or row.due_on is not None]
    assert set(whole) == set(parts)


@given(regulations, days, st.integers(0, 200))
def test_reports_are_consistent(regulation: dr.Regulation, since: date, span: int) -> None:
    for row in regulation.reports(since, since + timedelta(days=span)):
        if row.due_on is None:
            assert row.reason is not None
            continue
        assert since <= row.due_on <= since + timedelta(days=span)
        assert row.earliest is not None
        assert row.latest is not None
        assert row.send_by is not None
        assert row.earliest <= row.due_on <= row.latest
        assert row.send_by == CALENDAR.preceding(row.due_on)
        assert row.falls_on_day_off != CALENDAR.is_working(row.due_on)
