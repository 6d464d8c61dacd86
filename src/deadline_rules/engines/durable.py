"""The durable engine: the plan as a durable_rules rule set. It matches, we compute.

For one task on one day we derive facts of small integers: the day, the task's kind, and for the task, each deadline and each escalation the
few yes/no comparisons that decide how it stands. The rules say which cell of the status table, which case and state of each deadline and
which state of each escalation that is. Every answer is compared with that of the single engine; a difference raises, and never passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any, Final, NamedTuple

from ..calendar.vietnam import WorkingCalendar
from ..errors import DurableMismatchError
from ..plan.facts import COMPLETED, IN_PROGRESS, IN_TIME, KINDS, NO_DEADLINE, NOT_STARTED, OVERDUE, PROGRESS, TIMELINESS, kind_index, status_index
from ..plan.model import Opening, Plan
from ..results import Deadline, DeadlineState, EscalationState, Evaluation, Explainer
from ..task import Task
from . import single
from .durable_rule_set import DEADLINE, ESCALATION, KIND, NOW, TASK, Answer, DurableRuleSet, Fact

_EPOCH: Final = date(1970, 1, 1)
_PROGRESS: Final[dict[int, Fact]] = {
    NOT_STARTED: {"completed": 0, "started": 0},
    IN_PROGRESS: {"completed": 0, "started": 1},
    COMPLETED: {"completed": 1},
}
_TIMELINESS: Final[dict[int, Fact]] = {IN_TIME: {"limit": 1, "late": 0}, OVERDUE: {"limit": 1, "late": 1}, NO_DEADLINE: {"limit": 0}}
_UNDONE: Final[Fact] = {"start": 1, "done": 0, "begun": 1}
_DEADLINES: Final[tuple[tuple[DeadlineState, Fact], ...]] = (
    ("waiting", {"start": 0}),
    ("met", {"start": 1, "done": 1, "late": 0}),
    ("met_late", {"start": 1, "done": 1, "late": 1}),
    ("waiting", {"start": 1, "done": 0, "begun": 0}),
    ("no_number", {**_UNDONE, "due": 0}),
    ("pending", {**_UNDONE, "due": 1, "late": 0}),
    ("missed", {**_UNDONE, "due": 1, "late": 1}),
)
_ESCALATIONS: Final[tuple[tuple[EscalationState | None, Fact], ...]] = (
    (None, {"absent": 1}),
    ("closed", {"absent": 0, "closed": 1}),
    (None, {"absent": 0, "closed": 0, "shut": 1}),
    ("upcoming", {"absent": 0, "closed": 0, "shut": 0, "early": 1}),
    ("open", {"absent": 0, "closed": 0, "shut": 0, "early": 0}),
)
_KIND_CODES: Final = tuple(product(*(range(len(values)) for values in KINDS.values())))


class _Says(NamedTuple):
    """What a rule says where it matches: of what (a code of `durable_rule_set`), of which rule of the plan (None: the fact tells), and the answer."""

    about: int
    number: int | None
    answer: object


class DurableEngine:
    """A plan and a calendar as a durable_rules rule set of its own. Making one takes milliseconds; it holds no task between two questions.

    Safe to share between threads, which wait for each other. It does not pickle: make one in each process.
    """

    def __init__(self, plan: Plan, calendar: WorkingCalendar) -> None:
        self.plan = plan
        self.calendar = calendar
        # The cases of each deadline without repetition: whether one applies, and the one of each kind, by number.
        cases = [list(dict.fromkeys(rule.cases)) for rule in plan.deadlines]
        self._applies = [[case.applies for case in distinct] for distinct in cases]
        self._case_of = [[distinct.index(case) for case in rule.cases] for distinct, rule in zip(cases, plan.deadlines, strict=True)]
        self._always_outside = all(outside is not None for outside in plan.excluded)
        self._says: dict[str, _Says] = {}
        self._rules = DurableRuleSet(dict(self._patterns()))
        kinds = {(KIND, says.number or 0) for says in self._says.values() if says.about == KIND}
        self._asks_kind = bool(kinds)
        # What must be answered, once: of every task, and of those within the regulation.
        self._of_all = {(NOW, 0), (TASK, 0), *kinds, *((DEADLINE, number) for number in range(len(plan.deadlines)))}
        self._of_those_within = self._of_all | {(ESCALATION, rule.alike) for rule in plan.escalations}

    def evaluate(self, task: Task, as_of: date, *, strict: bool = False, explainer: Explainer | None = None) -> Evaluation:
        """Where `task` stands on `as_of` (that day included), as the single engine says, each code of it matched by durable_rules too.

        Raises:
            the errors of `single.evaluate`.
            DurableMismatchError: durable_rules says otherwise.
        """
        result = single.evaluate(self.plan, self.calendar, task, as_of, strict=strict, explainer=explainer)
        kind = kind_index(task)
        answers = self._rules.match(list(self._facts(task, result, kind)))
        said, expected = self._said(answers, self._of_all if result.out_of_scope else self._of_those_within), self._expected(result, kind)
        if said != expected:
            wrong = [name for name in {**expected, **said} if said.get(name) != expected.get(name)]
            differing = "; ".join(f"{name}: {said.get(name)} instead of {expected.get(name)}" for name in wrong)
            raise DurableMismatchError(
                f"task {task.id} on {as_of} under {self.plan.regulation}: durable_rules does not match what the plan says ({differing}); "
                "the program is at fault, and gives no answer. Ask Regulation.evaluate."
            )
        return result

    def _patterns(self) -> Iterator[tuple[str, Fact]]:
        """The rules by name; notes what each says."""
        yield self._rule(NOW, 0, None, {})
        for (progress, one), (timeliness, other) in product(_PROGRESS.items(), _TIMELINESS.items()):
            yield self._rule(TASK, 0, status_index(progress, timeliness), {**one, **other})
        for state, fact in _DEADLINES:
            yield self._rule(DEADLINE, None, state, fact)
        for opened, fact in _ESCALATIONS:
            yield self._rule(ESCALATION, None, opened, fact)
        # Of the kind: which case of each deadline holds, and last whether the task is outside the regulation.
        for number, table in enumerate([*self._case_of, [int(outside is not None) for outside in self.plan.excluded]]):
            for values, answer in cells_by_answer(table):
                if values:
                    yield self._rule(KIND, number, answer, values)

    def _rule(self, about: int, number: int | None, answer: object, fact: Fact) -> tuple[str, Fact]:
        name = f"r{len(self._says)}"
        self._says[name] = _Says(about, number, answer)
        return name, {"q": about, **fact}

    def _facts(self, task: Task, result: Evaluation, kind: int) -> Iterator[Fact]:
        """What the rules look at, in small integers. The days of a deadline are those of the single engine; here they are only compared."""
        as_of, due_on = result.as_of, result.due_on
        yield {"q": NOW, "day": (as_of - _EPOCH).days}
        if self._asks_kind:
            yield {"q": KIND, **dict(zip(KINDS, _KIND_CODES[kind], strict=True))}
        values = task.__dict__
        events: dict[str, date] = {name: day for name in self.plan.event_fields if (day := values[name]) is not None and day <= as_of}
        ended_on = events.get("completed_on", as_of)
        yield {
            "q": TASK,
            "completed": int("completed_on" in events),
            "started": int("started_on" in events),
            "limit": int(due_on is not None),
            "late": int(due_on is not None and due_on < ended_on),
        }
        for number, row in enumerate(result.deadlines):
            yield {"q": DEADLINE, "n": number, **_deadline(row, as_of)}
        for number, rule in enumerate(() if result.out_of_scope else self.plan.escalations):
            if rule.alike == number:
                closed = "completed_on" in events or rule.closed_by in events
                yield {"q": ESCALATION, "n": number, "closed": int(closed), **self._opening(rule.opening, events, due_on, as_of)}

    def _opening(self, opening: Opening, events: Mapping[str, date], due_on: date | None, as_of: date) -> Fact:
        """The comparisons that decide whether an escalation is open; whether it is closed is another."""
        if opening.on_request:
            return {"absent": 0, "shut": 0, "early": 0}
        if (opening.on is not None and opening.on not in events) or (opening.after_due is not None and due_on is None):
            return {"absent": 1}
        opens_on = date.min if opening.on is None else events[opening.on]
        if due_on is not None and opening.after_due is not None:
            opens_on = max(opens_on, due_on + timedelta(days=opening.after_due))
        shut = any(name in events and events[name] < opens_on for name in opening.unless)
        if opening.later and not shut:
            opens_on = self.calendar.add(opens_on, opening.later)
        return {"absent": 0, "shut": int(shut), "early": int(opens_on > as_of)}

    def _said(self, answers: Iterable[Answer], asked: set[tuple[int, int]]) -> dict[str, object]:
        """What the rules that matched say of each thing, by its name. What is the same for all kinds was not asked."""
        found: dict[tuple[int, int], Any] = {}
        for name, fact in answers:
            about, number, answer = self._says[name]
            key = about, fact["n"] if number is None else number
            if key in found:
                raise DurableMismatchError(f"durable_rules gives two answers on {dict(fact)}: {found[key]} and {answer}; the program is at fault.")
            found[key] = fact["day"] if about == NOW else answer
        if found.keys() != asked:
            raise DurableMismatchError(
                f"durable_rules leaves {sorted(asked ^ found.keys())} unanswered, or was not asked it; the program is at fault."
            )
        plan = self.plan
        outside = bool(found.get((KIND, len(plan.deadlines)), self._always_outside))
        said: dict[str, object] = {"now": found[NOW, 0], "cell": found[TASK, 0], "outside": outside}
        for number, (rule, applies) in enumerate(zip(plan.deadlines, self._applies, strict=True)):
            case = found.get((KIND, number), 0)
            said[f"deadline {rule.rule}"] = case, found[DEADLINE, number] if applies[case] else "not_applicable"
        for escalation in plan.escalations:
            said[f"escalation {escalation.rule}"] = found.get((ESCALATION, escalation.alike))  # of a task outside the regulation it was not asked
        return said

    def _expected(self, result: Evaluation, kind: int) -> dict[str, object]:
        """What the plan and the single engine say of the same things."""
        cell = status_index(PROGRESS.index(result.progress), TIMELINESS.index(result.timeliness))
        expected: dict[str, object] = {"now": (result.as_of - _EPOCH).days, "cell": cell, "outside": result.out_of_scope}
        expected |= {f"deadline {row.rule}": (case_of[kind], row.state) for row, case_of in zip(result.deadlines, self._case_of, strict=True)}
        expected |= dict.fromkeys(f"escalation {rule.rule}" for rule in self.plan.escalations)
        return expected | {f"escalation {row.rule}": row.state for row in result.escalations}


def cells_by_answer(table: Sequence[int]) -> Iterator[tuple[dict[str, int], int]]:
    """The answer of each of the 128 kinds as few groups of kinds: the values that a group has in common, as codes, with its answer.

    Every kind is in one group. Where all answers are one, the one group has no values.

    >>> list(cells_by_answer([0] * 96 + [1] * 32))
    [({'secrecy': 0}, 0), ({'secrecy': 1}, 0), ({'secrecy': 2}, 0), ({'secrecy': 3}, 1)]
    """
    yield from _groups(table, range(len(table)), {})


def _groups(table: Sequence[int], kinds: Sequence[int], common: dict[str, int]) -> Iterator[tuple[dict[str, int], int]]:
    if len({table[kind] for kind in kinds}) == 1:
        yield common, table[kinds[0]]
        return
    parts: dict[str, list[list[int]]] = {}
    for place, (name, values) in enumerate(KINDS.items()):
        if name not in common:
            parts[name] = [[kind for kind in kinds if _KIND_CODES[kind][place] == code] for code in range(len(values))]
    # The fact that leaves the fewest answers apart in each of its parts.
    name = min(parts, key=lambda name: sum(len({table[kind] for kind in part}) - 1 for part in parts[name]))
    for code, part in enumerate(parts[name]):
        yield from _groups(table, part, {**common, name: code})


def _deadline(row: Deadline, as_of: date) -> Fact:
    """The comparisons that decide the state of a deadline."""
    late = row.due_on is not None and row.due_on < (row.done_on or as_of)
    return {
        "start": int(row.starts_on is not None),
        "begun": int(row.starts_on is not None and row.starts_on <= as_of),
        "done": int(row.done_on is not None),
        "due": int(row.due_on is not None),
        "late": int(late),
    }
