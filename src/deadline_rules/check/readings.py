"""Readings that decide something in a pack, each with the smallest task or period that shows it, and readings that decide nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

from ..errors import DeadlineRulesError
from ..files.yaml_source import Place
from ..plan.facts import STATUS_CELLS
from ..plan.model import DeadlinePlan, EscalationPlan, Plan
from ..rulebook.words import Reading
from .bench import ONE_DAY, PLAINEST_FIRST, Bench, Facts, answers, has_limit, kind_facts, report_key
from .findings import Case, Finding, Value
from .open_points import cell_task

Choice = dict[str, str]
_Candidate = tuple[Facts, date]

# Long enough that every period of a few days has ended.
_LATER = timedelta(days=60)
_NUMBER = "1"  # tried for a reading that takes a number


def readings_that_matter(bench: Bench) -> Iterator[Finding]:
    """A note for each reading that decides something, a warning for each that the file names and that decides nothing."""
    named = _named(bench)
    for id, reading in bench.pack.readings.items():
        place = named.get(id)
        options = [option for option in reading.options if option != reading.default] + ([_NUMBER] if reading.whole_number else [])
        found = next(
            (case for option in options for base in _bases(bench, id, place) if (case := difference(bench, base, base | {id: option}))), None
        )
        if found is not None:
            where, cite = _shown_by(bench, found)
            line = bench.pack.source.line(place or where)
            yield Finding("note", "reading-decides", bench.pack.source.path, line, _decides(id, reading, found), cite, found)
        elif place is not None:
            line = bench.pack.source.line(place)
            text = f"reading {id} changes nothing in this pack, whichever option is chosen; remove it, or let its options differ."
            under: list[Choice] = [{}, *({id: option} for option in options)]
            case = bench.task_case({"id": "case"}, bench.day, ["status"], *under)
            yield Finding("warning", "reading-without-effect", bench.pack.source.path, line, text, None, case)


def _named(bench: Bench) -> dict[str, Place]:
    """The readings the file names, each with the first place that does so: where it is defined, or the line that stands under it."""
    found: dict[str, Place] = {reading.id: ("readings", number) for number, reading in enumerate(bench.pack.rules.readings)}
    for under, place in _lines_under(bench.pack.source.data, ()):
        for id in under:
            found.setdefault(id, (*place, id))
    return found


def _bases(bench: Bench, id: str, place: Place | None) -> Iterator[Choice]:
    """The choices from which one reading is tried: the defaults; for a reading that the file names also what its lines ask for besides."""
    yield {}
    if place is None:
        return
    seen: list[Choice] = [{}]
    for under, _ in _lines_under(bench.pack.source.data, ()):
        base = {other: option for other, option in under.items() if other != id and option != bench.pack.readings[other].default}
        if base not in seen:
            seen.append(base)
            yield base


def _lines_under(data: Any, place: Place) -> Iterator[tuple[Choice, Place]]:
    """Every `under` of the file, and where it stands."""
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        if key == "under" and isinstance(value, dict):
            yield value, (*place, key)
        else:
            yield from _lines_under(value, (*place, key))


def difference(bench: Bench, one: Choice, other: Choice) -> Case | None:
    """The smallest task, or else the first period, on which two choices of readings differ; None where none was found."""
    plans = bench.plan(one), bench.plan(other)
    for facts, as_of in sorted(_candidates(bench, *plans), key=lambda candidate: len(candidate[0])):
        try:
            found = [answers(bench.evaluate(facts, as_of, readings)) for readings in (one, other)]
        except DeadlineRulesError:
            continue
        if keys := _differing(*found):
            return bench.task_case(facts, as_of, keys, one, other)
    return _period(bench, one, other, *plans)


def _differing(one: dict[str, Value], other: dict[str, Value]) -> list[str]:
    return [key for key in dict.fromkeys((*one, *other)) if one.get(key) != other.get(key)]


# --- tasks that could show a difference


def _candidates(bench: Bench, one: Plan, other: Plan) -> Iterator[_Candidate]:
    for cell in range(len(STATUS_CELLS)):
        if one.statuses[cell].status != other.statuses[cell].status and (found := cell_task(bench, cell)):
            yield found
    if one.roll_due != other.roll_due:
        day = bench.day_off
        yield {"id": "case", "due_on": day.isoformat()}, day
    for left, right in zip(one.deadlines, other.deadlines, strict=True):
        yield from _of_a_deadline(bench, left, right, one.start_included != other.start_included)
    for before, after in zip(one.escalations, other.escalations, strict=True):
        if before.opening != after.opening:
            yield from _of_an_escalation(bench, before)


def _of_a_deadline(bench: Bench, one: DeadlinePlan, other: DeadlinePlan, start_counts: bool) -> Iterator[_Candidate]:
    """Tasks of each kind that the two treat alike among themselves, with every choice of the start days."""
    if (one.cases, one.variants[0].fields, one.variants[0].roll) == (
        other.cases,
        other.variants[0].fields,
        other.variants[0].roll,
    ) and not start_counts:
        return
    kinds: dict[object, int] = {}
    for kind in PLAINEST_FIRST:
        left, right = one.cases[kind], other.cases[kind]
        if left.applies:
            kinds.setdefault((left.offset, right.offset, has_limit(kind)), kind)
    fields = sorted({*one.variants[0].fields, *other.variants[0].fields} - {"due_on"}, key=lambda field: field != "assigned_on")
    for kind, day in product(kinds.values(), (bench.day, bench.day_off)):
        for size in range(min(len(fields), 3) + 1):
            for some in combinations(fields, size):
                # Days of their own, so that it shows which of them counts; nothing is due or done before it is assigned.
                days = {field: day + ONE_DAY * number for number, field in enumerate(some)}
                if has_limit(kind):
                    days["due_on"] = day + ONE_DAY * size
                facts: Facts = {"id": "case", **kind_facts(kind), **{field: at.isoformat() for field, at in days.items()}}
                yield facts, day + ONE_DAY * size
                yield facts, day + _LATER


def _of_an_escalation(bench: Bench, rule: EscalationPlan) -> Iterator[_Candidate]:
    """Tasks that have come due the day before, or that day, started or not."""
    kind = next((kind for kind in bench.kinds_inside() if has_limit(kind)), None)
    if kind is None:
        return
    day = bench.day
    due = day + ONE_DAY
    facts: Facts = {"id": "case", **kind_facts(kind), "due_on": due.isoformat()}
    if rule.opening.on is not None:
        facts[rule.opening.on] = day.isoformat()
    opens = [due, due + ONE_DAY]
    if rule.opening.later:
        opens = [bench.calendar.add(first, rule.opening.later) for first in opens]
    for started, as_of in product((False, True), opens):
        yield (facts | {"started_on": day.isoformat()} if started else facts), as_of


# --- periods that could show a difference


def _period(bench: Bench, one: Choice, other: Choice, plan: Plan, changed: Plan) -> Case | None:
    """The first report whose day differs, or where none does the first that is called otherwise."""
    if bench.first > bench.last:
        return None
    rules = {left.rule for left, right in zip(plan.reports, changed.reports, strict=True) if left.days[0] != right.days[0]}
    called = plan.month_before != changed.month_before
    if not rules and not called:
        return None
    found = [[row for row in bench.reports(bench.first, bench.last, readings) if not rules or row.rule in rules] for readings in (one, other)]
    before, after = ({report_key(row): row.due_on for row in rows} for rows in found)
    for key, day in before.items():
        if key not in after and not called:
            continue  # it left the span at one of its ends
        if (other_day := after.get(key)) != day:
            days = [at for at in (day, other_day) if at is not None]
            # A report without a day stands at the end of its period, which lies in the same year.
            until = max(days) if day and other_day else date(max(days).year, 12, 31)
            return bench.period_case(min(days), until, [key], one, other)
    return None


# --- sentences


def _decides(id: str, reading: Reading, case: Case) -> str:
    keys, other = list(case.outcomes[0].shows), case.outcomes[1].readings[id]
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    left = "the text itself leaves it open" if reading.kind in ("question", "gap") else "a host may set it"
    return f"reading {id} decides: {other} in place of {reading.default} changes {', '.join(keys[:3])}{more}; {left}."


def _shown_by(bench: Bench, case: Case) -> tuple[Place, str | None]:
    """The place and the provision of the first rule whose answer differs."""
    rules = bench.pack.rules
    for key in case.outcomes[0].shows:
        name = key.replace(" ", ".").split(".")[0]
        for section in ("deadlines", "reports", "escalations"):
            for number, rule in enumerate(getattr(rules, section)):
                if rule.id == name:
                    return (section, number), rule.cite
        if key == "status":
            return ("statuses",), rules.statuses.cite
    return (), None
