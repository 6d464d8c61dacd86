"""Rules, and lines of rules, that can never apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from ..days import FIRST_DAY, LAST_DAY
from ..files.yaml_source import Place
from ..plan.facts import KIND_CELLS, STATUS_CELLS
from ..rulebook.rules import DeadlineRule
from .bench import PLAINEST_FIRST, Bench, Facts, has_limit, kind_facts
from .findings import Case, Finding
from .open_points import started_task

CODE = "rule-never-applies"


def dead_rules(bench: Bench) -> Iterator[Finding]:
    """Every rule, exception, scope, status line, count and report that no task and no period can reach."""
    inside = bench.kinds_inside()
    if not inside:
        excluded = bench.pack.rules.excluded[0]
        text = "every kind of task is excluded, so no rule can apply; narrow one of the lines of excluded."
        facts: Facts = {"id": "case"}
        case = bench.task_case(facts, bench.day, ["status"])
        yield _finding(bench, ("excluded",), text, excluded.cite, case)
        return
    yield from _excluded(bench)
    for number, rule in enumerate(bench.pack.rules.deadlines):
        yield from _deadline(bench, number, rule, inside)
    yield from _escalations(bench, inside)
    yield from _required(bench, inside)
    yield from _cells(bench, inside)
    yield from _reports(bench)


def _finding(bench: Bench, place: Place, text: str, cite: str | None, case: Case | None) -> Finding:
    return Finding("warning", CODE, bench.pack.source.path, bench.pack.source.line(place), text, cite, case)


def _excluded(bench: Bench) -> Iterator[Finding]:
    scopes = bench.pack.rules.excluded
    for index in range(1, len(scopes)):
        earlier = [scope.when for scope in scopes[:index]]
        if all(any(when.holds(cell) for when in earlier) for cell in KIND_CELLS if scopes[index].when.holds(cell)):
            text = "the lines above it exclude every task that this line excludes; remove it, or narrow the lines above."
            kind = _plainest(scopes[index].when.holds)
            yield _finding(bench, _scope_place(bench, ("excluded",), index), text, scopes[index].cite, _kind_case(bench, kind, "status"))


def _deadline(bench: Bench, number: int, rule: DeadlineRule, inside: list[int]) -> Iterator[Finding]:
    place: Place = ("deadlines", number)
    applies = [kind for kind in inside if bench.plan().deadlines[number].cases[kind].applies]
    if not applies:
        text = f"{rule.id} applies to no kind of task: what the file excludes, only_for and not_for leave none; widen one of them."
        yield _finding(bench, place, text, rule.cite, _kind_case(bench, inside[0], f"{rule.id}.state"))
        return
    if not any(has_limit(kind) for kind in applies) and all(start.first_known == ("due_on",) for start in rule.start):
        text = f"{rule.id} starts from due_on, and applies only to tasks without a time limit; correct one of the two."
        yield _finding(bench, (*place, "from"), text, rule.cite, _kind_case(bench, applies[0], f"{rule.id}.state"))
    yield from _start_fields(bench, place, rule, applies)
    for index, exception in enumerate(rule.exceptions):
        if not any(exception.when.holds(KIND_CELLS[kind]) for kind in applies):
            text = f"no task to which {rule.id} applies meets this exception; remove it, or correct its condition."
            case = _kind_case(bench, _plainest(exception.when.holds), f"{rule.id}.state")
            yield _finding(bench, (*place, "except", index), text, exception.cite, case)
    yield from _scopes(bench, place, rule, inside)


def _start_fields(bench: Bench, place: Place, rule: DeadlineRule, applies: list[int]) -> Iterator[Finding]:
    """Days of first_known that never count: behind a due day that every task has, or a due day that none has."""
    limits = {has_limit(kind) for kind in applies}
    for index, start in enumerate(rule.start):
        fields = start.first_known
        never = fields[fields.index("due_on") + 1 :] if limits == {True} and "due_on" in fields else ()
        if limits == {False} and "due_on" in fields and len(fields) > 1:
            never = ("due_on",)
        if never:
            which = "has" if True in limits else "is without"
            text = f"{rule.id} never starts from {', '.join(never)}, since every task to which it applies {which} a time limit; leave it out."
            yield _finding(bench, (*place, "from", index), text, rule.cite, _kind_case(bench, applies[0], f"{rule.id}.starts_on"))


def _scopes(bench: Bench, place: Place, rule: DeadlineRule, inside: list[int]) -> Iterator[Finding]:
    """The lines of only_for and not_for that keep out no task: every such task is kept out before."""
    left = inside
    for key, scopes in (("only_for", rule.only_for), ("not_for", rule.not_for)):
        for index, scope in enumerate(scopes):
            stays = [kind for kind in left if scope.when.holds(KIND_CELLS[kind]) == (key == "only_for")]
            if len(stays) == len(left):
                text = f"this line of {key} keeps {rule.id} from no task that is not kept out already; remove it, or correct its condition."
                meets = _plainest(scope.when.holds) if key == "not_for" else left[0]
                where = _scope_place(bench, (*place, key), index)
                yield _finding(bench, where, text, scope.cite, _kind_case(bench, meets, f"{rule.id}.state"))
            left = stays


def _escalations(bench: Bench, inside: list[int]) -> Iterator[Finding]:
    if any(has_limit(kind) for kind in inside):
        return
    for number, rule in enumerate(bench.pack.rules.escalations):
        if rule.opens.due is not None:
            text = f"{rule.id} waits for a due day, and every task with a time limit is excluded; correct one of the two."
            yield _finding(bench, ("escalations", number, "opens"), text, rule.cite, _kind_case(bench, inside[0], f"{rule.id}.state"))


def _required(bench: Bench, inside: list[int]) -> Iterator[Finding]:
    """Required information that is required of no task, or kept from none."""
    required = bench.pack.rules.required_information
    if required is None or required.not_for is None:
        return
    kept_out = [kind for kind in inside if required.not_for.when.holds(KIND_CELLS[kind])]
    if len(kept_out) in (0, len(inside)):
        text = "no task has to have this information, since not_for keeps out every one; narrow it, or remove the section."
        if not kept_out:
            text = "not_for keeps this information from no task that the file does not exclude already; remove it, or correct its condition."
        kind = inside[0] if kept_out else _plainest(required.not_for.when.holds)
        place = ("required_information", "not_for")
        yield _finding(bench, place, text, required.not_for.cite, _kind_case(bench, kind, "missing_fields"))


def _cells(bench: Bench, inside: list[int]) -> Iterator[Finding]:
    """Lines of statuses and counts whose cells hold only tasks that are excluded."""
    rules = bench.pack.rules
    limits = {has_limit(kind) for kind in inside}
    reached = [cell for cell in STATUS_CELLS if (cell["timeliness"] != "no_deadline") in limits]
    if len(reached) == len(STATUS_CELLS):
        return
    which = "without" if True in limits else "with"
    for number, field in enumerate(rules.required_information.fields if rules.required_information else ()):
        if field.when is not None and not any(field.when.holds(cell) for cell in reached):
            text = f"{field.field} is never required, since every task {which} a time limit is excluded; remove the condition or the line."
            place: Place = ("required_information", "fields", number)
            yield _finding(bench, place, text, field.cite, _kind_case(bench, _outside_limit(limits), "missing_fields"))
    for number, row in enumerate(rules.statuses.table):
        if not any(cell["progress"] in row.progress and cell["timeliness"] in row.timeliness for cell in reached):
            text = f"no task is in these cells, since every task {which} a time limit is excluded; remove the line."
            yield _finding(bench, ("statuses", "table", number), text, rules.statuses.cite, _kind_case(bench, _outside_limit(limits), "status"))
    for number, count in enumerate(rules.tally.counts if rules.tally else ()):
        if rules.tally and not any(count.when.holds(cell) for cell in reached):
            text = f"the count {count.id} counts nothing, since every task {which} a time limit is excluded; remove it."
            yield _finding(bench, ("tally", "counts", number), text, rules.tally.cite, _kind_case(bench, _outside_limit(limits), "status"))


def _outside_limit(limits: set[bool]) -> int:
    return next(kind for kind in PLAINEST_FIRST if has_limit(kind) not in limits)


def _reports(bench: Bench) -> Iterator[Finding]:
    """A report due once, before the rules take effect, is never listed. Before house rules take effect, those below them are."""
    rules, lowest = bench.pack.rules, bench.pack
    while lowest.earlier is not None:
        lowest = lowest.earlier
    first = lowest.rules.in_force.first_day
    for number, rule in enumerate(rules.reports):
        signed = rules.instrument.signed_on
        after = [due.days_after_promulgation for due in rule.due]
        if signed is None or None in after or not after:
            continue
        days = [signed + timedelta(days=count) for count in after if count is not None]
        if all(_rolled(bench, day) < first for day in days):
            text = f"{rule.id} is due on {max(days)}, before the rules take effect on {first}; no list of reports ever shows it."
            case = bench.period_case(first, first, [rule.id])
            yield _finding(bench, ("reports", number, "due"), text, rule.cite, case)


def _rolled(bench: Bench, day: date) -> date:
    return bench.calendar.following(day) if FIRST_DAY <= day < LAST_DAY else day


def _plainest(holds: Callable[[dict[str, object]], bool]) -> int:
    return next(kind for kind in PLAINEST_FIRST if holds(KIND_CELLS[kind]))


def _scope_place(bench: Bench, place: Place, index: int) -> Place:
    """One scope may be written without its list."""
    return (*place, index) if (*place, index) in bench.pack.source.lines else place


def _kind_case(bench: Bench, kind: int, key: str) -> Case | None:
    """A task of a kind, its deadlines begun where they can be, and what `key` comes to."""
    facts: Facts = {"id": "case", **kind_facts(kind)}
    if has_limit(kind):
        facts["due_on"] = bench.day.isoformat()
    rule = key.split(".")[0]
    for number, deadline in enumerate(bench.pack.rules.deadlines):
        if deadline.id == rule:
            facts = started_task(bench, number, kind) or facts
    return bench.task_case(facts, bench.day, [key])
