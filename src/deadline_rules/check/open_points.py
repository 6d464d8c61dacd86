"""What the text leaves open: cells without a status, duties without a number, starts that nothing sets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..plan.facts import KIND_CELLS, STATUS_CELLS
from ..plan.origins import FROM_OUTSIDE, days_that_come
from ..rulebook.rules import DeadlineRule, Timed
from ..rulebook.words import Reading, When
from .bench import ONE_DAY, Bench, Facts, has_limit, kind_facts
from .findings import Case, Finding

_WITHOUT_NUMBER = ("no_number", "promptly")
_NO_LIMIT = 2  # the cell of a task of which nothing is known


def open_points(bench: Bench) -> Iterator[Finding]:
    """Every point of these kinds, in the order of the checks."""
    yield from _cells(bench)
    yield from _numbers(bench)
    yield from _starts(bench)


# --- cells without a status


def _cells(bench: Bench) -> Iterator[Finding]:
    rules, source = bench.pack.rules.statuses, bench.pack.source
    if rules.not_supplied is not None:
        cite = rules.not_supplied.cite
        text = f"the statuses stand in a text that was not supplied ({cite}); status stays empty."
        case = cell_case(bench, _NO_LIMIT) or cell_case(bench, 0)
        yield Finding("warning", "statuses-not-supplied", source.path, source.line(("statuses",)), text, cite, case)
        return
    plain = [cell.status.code for cell in bench.plan().statuses]
    if empty := [cell for cell, code in enumerate(plain) if code is None]:
        text = f"{_named(empty)} {'have' if len(empty) > 1 else 'has'} no status; the line says why, or give one that the text names."
        place = ("statuses", "table")
        yield Finding("warning", "cell-without-status", source.path, source.line(place), text, rules.cite, cell_case(bench, empty[0]))
    for id, reading in bench.pack.readings.items():
        if reading.kind == "gap":
            yield from _filled(bench, id, reading)
        else:
            yield from _emptied(bench, id, reading, plain)


def _filled(bench: Bench, id: str, reading: Reading) -> Iterator[Finding]:
    """The cells that only a gap reading fills."""
    source, rules = bench.pack.source, bench.pack.rules.statuses
    rows = [row for row in rules.table if id in row.under]
    filled = [
        number
        for number, cell in enumerate(STATUS_CELLS)
        if any(cell["progress"] in row.progress and cell["timeliness"] in row.timeliness for row in rows)
    ]
    if filled:
        text = f"the text gives no status to {_named(filled)}; reading {id} fills the gap (default {reading.default})."
        under: list[dict[str, str]] = [{}, *({id: option} for option in reading.options if option != reading.default)]
        case = cell_case(bench, filled[0], *under)
        yield Finding("warning", "cell-without-status", source.path, source.line(("statuses", "table")), text, rules.cite, case)


def _emptied(bench: Bench, id: str, reading: Reading, plain: list[str | None]) -> Iterator[Finding]:
    """The cells that have a status by default, and none under another option."""
    source, rules = bench.pack.source, bench.pack.rules.statuses
    if not any(id in row.under for row in rules.table):
        return
    for option in reading.options:
        codes = [cell.status.code for cell in bench.plan({id: option}).statuses]
        empty = [cell for cell, code in enumerate(codes) if code is None and plain[cell] is not None]
        if empty:
            row = next(number for number, row in enumerate(rules.table) if row.under.get(id) == option)
            text = f"under {id}={option} {_named(empty)} {'have' if len(empty) > 1 else 'has'} no status; the text itself leaves it open."
            case = cell_case(bench, empty[0], {}, {id: option})
            yield Finding("warning", "cell-without-status", source.path, source.line(("statuses", "table", row)), text, rules.cite, case)


def _named(cells: list[int]) -> str:
    return ", ".join(f"{STATUS_CELLS[cell]['progress']} × {STATUS_CELLS[cell]['timeliness']}" for cell in cells)


def cell_case(bench: Bench, cell: int, *under: dict[str, str]) -> Case | None:
    """The plainest task of a cell, and its status under each of the readings `under`."""
    found = cell_task(bench, cell)
    return bench.task_case(*found, ["status"], *under) if found else None


def cell_task(bench: Bench, cell: int) -> tuple[Facts, date] | None:
    """The plainest task of a cell, and the day on which it stands there; None where no task that the regulation is about does."""
    progress, timeliness = STATUS_CELLS[cell]["progress"], STATUS_CELLS[cell]["timeliness"]
    limited = timeliness != "no_deadline"
    kind = next((kind for kind in bench.kinds_inside() if has_limit(kind) == limited), None)
    if kind is None:
        return None
    day = bench.day
    facts: Facts = {"id": "case", **kind_facts(kind)}
    if progress == "in_progress":
        facts["started_on"] = day.isoformat()
    if limited:
        facts["due_on"] = day.isoformat()
    as_of = day + ONE_DAY if timeliness == "overdue" else day
    if progress == "completed":
        facts["completed_on"] = as_of.isoformat()
    return facts, as_of


# --- duties without a number


def _numbers(bench: Bench) -> Iterator[Finding]:
    source = bench.pack.source
    for number, rule in enumerate(bench.pack.rules.deadlines):
        rows: list[tuple[Timed, tuple[str | int, ...], str, When | None]] = [(rule, (), rule.cite, None)]
        rows += [(row, ("except", index), row.cite, row.when) for index, row in enumerate(rule.exceptions)]
        for row, place, cite, when in rows:
            if row.within.unit in _WITHOUT_NUMBER:
                which = f"{rule.id} is a duty" if when is None else f"{rule.id} is for some tasks a duty"
                text = f"{which} without a number ({cite}); its due date stays empty."
                line = source.line(("deadlines", number, *place, "within"))
                yield Finding("warning", "duty-without-number", source.path, line, text, cite, _without_number(bench, number, rule, when, cite))


def _without_number(bench: Bench, number: int, rule: DeadlineRule, when: When | None, cite: str) -> Case | None:
    """A task whose duty has begun, with no day by which it must be done."""
    for kind in bench.kinds_inside():
        case = bench.plan().deadlines[number].cases[kind]
        without = case.applies and case.offset.unit == "none" and case.cite == cite and _meets(when, rule, kind)
        if without and (started := started_task(bench, number, kind)):
            return bench.task_case(started, bench.day, [f"{rule.id}.{name}" for name in ("starts_on", "due_on", "state")])
    return None


def _meets(when: When | None, rule: DeadlineRule, kind: int) -> bool:
    """Whether a kind is met by an exception, or by none where `when` is None."""
    cell = KIND_CELLS[kind]
    return when.holds(cell) if when is not None else not any(row.when.holds(cell) for row in rule.exceptions)


def started_task(bench: Bench, number: int, kind: int) -> Facts | None:
    """The plainest task of a kind whose deadline has its start; None where a task of this kind cannot have one."""
    fields = bench.plan().deadlines[number].variants[0].fields
    facts: Facts = {"id": "case", **kind_facts(kind)}
    day = bench.day.isoformat()
    if has_limit(kind):
        facts["due_on"] = day
    elif fields == ("due_on",):
        return None
    if not (has_limit(kind) and "due_on" in fields):
        facts[next(field for field in fields if field != "due_on")] = day
    return facts


# --- starts that nothing sets


def _starts(bench: Bench) -> Iterator[Finding]:
    rules, source = bench.pack.rules, bench.pack.source
    known = days_that_come(rules)
    outside: Facts = {field: bench.day.isoformat() for field in FROM_OUTSIDE if field != "due_on"}
    for number, rule in enumerate(rules.deadlines):
        for start in rule.start:
            if any(field in known for field in start.first_known):
                continue
            under = "".join(f" under {id}={option}" for id, option in start.under.items())
            text = f"{rule.id} starts{under} from {' or '.join(start.first_known)}, which no rule of the file leads to; a host must record it."
            kind = next((kind for kind in bench.kinds_inside() if bench.plan().deadlines[number].cases[kind].applies), None)
            case = None
            if kind is not None:
                facts: Facts = {"id": "case", **kind_facts(kind), **outside} | ({"due_on": bench.day.isoformat()} if has_limit(kind) else {})
                case = bench.task_case(facts, bench.day, [f"{rule.id}.state"], start.under)
            yield Finding("warning", "start-never-set", source.path, source.line(("deadlines", number, "from")), text, rule.cite, case)
    for number, escalation in enumerate(rules.escalations):
        on = escalation.opens.on
        if on is not None and on not in known:
            text = f"{escalation.id} opens on {on}, which no rule of the file leads to; a host must record it."
            case = None
            if bench.kinds_inside():
                kind = bench.kinds_inside()[0]
                facts = {"id": "case", **kind_facts(kind), **outside} | ({"due_on": bench.day.isoformat()} if has_limit(kind) else {})
                case = bench.task_case(facts, bench.day, [f"{escalation.id}.state"])
            yield Finding("warning", "start-never-set", source.path, source.line(("escalations", number, "opens")), text, escalation.cite, case)
