"""The bench: a pack with its plans, on which tasks and periods are tried through the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property

from ..calendar.vietnam import WorkingCalendar, vietnam
from ..days import LAST_DAY
from ..engines import single
from ..errors import AmbiguousRuleError, DeadlineRulesError
from ..plan.compile import compile_plan
from ..plan.facts import KIND_CELLS
from ..plan.model import Plan
from ..results import Evaluation, ReportDue
from ..rulebook.library import Pack
from ..schedule import reports
from ..task import Task
from .findings import Case, Outcome, Value

Facts = dict[str, str | bool]
Readings = Mapping[str, str]

# Rules that take effect later than this have no cases: too few days are left.
_LATEST = date(LAST_DAY.year - 2, 1, 1)
ONE_DAY = timedelta(days=1)
WORKING_DAYS = "working days"
_PLAIN_KIND: dict[str, object] = {
    "secrecy": "normal",
    "urgent": False,
    "complex": False,
    "routine": False,
    "assigned_by": "superior",
    "time_limit": False,
}


class Bench:
    """A pack under any readings. Plans are compiled once for each choice."""

    def __init__(self, pack: Pack, calendar: WorkingCalendar | None = None) -> None:
        self.pack = pack
        self.calendar = calendar or vietnam()
        self._plans: dict[tuple[tuple[str, str], ...], Plan] = {}

    def plan(self, readings: Readings | None = None) -> Plan:
        """The plan under `readings`, the defaults where left out."""
        key = tuple(sorted((readings or {}).items()))
        if key not in self._plans:
            self._plans[key] = compile_plan(self.pack, dict(key))
        return self._plans[key]

    @cached_property
    def day(self) -> date:
        """The working day on which cases begin: the first on which the rules are in force and the calendar is checked."""
        return self.calendar.following(min(self.first, _LATEST))

    @cached_property
    def day_off(self) -> date:
        """The first day off after it."""
        day = self.day
        while self.calendar.is_working(day):
            day += ONE_DAY
        return day

    @property
    def first(self) -> date:
        """The first day on which the rules are in force and the calendar is checked."""
        return max(self.plan().in_force_from, self.calendar.verified_from)

    @property
    def last(self) -> date:
        """The last day that the calendar vouches for."""
        return self.calendar.verified_until

    def kinds_inside(self) -> list[int]:
        """The kinds of tasks that the regulation is about, the plainest first."""
        plan = self.plan()
        return [kind for kind in PLAINEST_FIRST if plan.excluded[kind] is None]

    def evaluate(self, facts: Facts, as_of: date, readings: Readings | None = None) -> Evaluation:
        """The task of `facts` on a day, through the reference engine."""
        return single.evaluate(self.plan(readings), self.calendar, Task.from_record(facts), as_of)

    def reports(self, since: date, until: date, readings: Readings | None = None) -> tuple[ReportDue, ...]:
        """The reports of a period."""
        return reports(self.plan(readings), self.calendar, since, until)

    def task_case(self, facts: Facts, as_of: date, keys: Iterable[str], *under: Readings) -> Case | None:
        """The case of a task: what `keys` come to under each of the readings `under` (the defaults alone where none is given)."""
        return self._case(Case((), facts, as_of.isoformat()), keys, under)

    def period_case(self, since: date, until: date, keys: Iterable[str], *under: Readings) -> Case | None:
        """The case of a period, both days included."""
        return self._case(Case((), None, None, since.isoformat(), until.isoformat()), keys, under)

    def _case(self, case: Case, keys: Iterable[str], under: tuple[Readings, ...]) -> Case | None:
        try:
            outcomes = [Outcome(dict(readings), {key: self.observe(case, readings).get(key) for key in keys}) for readings in under or ({},)]
        except DeadlineRulesError:  # no day of the calendar is left for it
            return None
        return case._replace(outcomes=tuple(outcomes))

    def observe(self, case: Case, readings: Readings) -> dict[str, Value]:
        """Everything a case could show under some readings."""
        if case.task is not None and case.as_of is not None:
            return answers(self.evaluate(case.task, date.fromisoformat(case.as_of), readings))
        if case.since is None or case.until is None:
            return {}
        rows = self.reports(date.fromisoformat(case.since), date.fromisoformat(case.until), readings)
        return {report_key(row): _text(row.due_on) for row in rows}

    def confirms(self, case: Case) -> bool:
        """Whether evaluating a case once more gives what it shows."""
        return all(self._confirms(case, outcome) for outcome in case.outcomes)

    def _confirms(self, case: Case, outcome: Outcome) -> bool:
        try:
            found = self.observe(case, outcome.readings)
            if case.as_of is None and case.since is None:
                self.plan(outcome.readings)
        except AmbiguousRuleError as error:
            return outcome.shows == {"error": type(error).__name__}
        days = [date.fromisoformat(str(value)) for key, value in outcome.shows.items() if key != WORKING_DAYS and case.task is None and value]
        if WORKING_DAYS in outcome.shows:
            found[WORKING_DAYS] = self.calendar.count(*days[:2])
        return all(found.get(key) == value for key, value in outcome.shows.items())


def _distance(kind: int) -> int:
    return len(kind_facts(kind)) + int(bool(KIND_CELLS[kind]["time_limit"]))


def kind_facts(kind: int) -> Facts:
    """The facts that make a task of this kind, what is usual left out; the time limit apart."""
    return {
        name: value
        for name, value in KIND_CELLS[kind].items()
        if value != _PLAIN_KIND[name] and isinstance(value, str | bool) and name != "time_limit"
    }


def has_limit(kind: int) -> bool:
    """Whether tasks of this kind have a time limit."""
    return bool(KIND_CELLS[kind]["time_limit"])


PLAINEST_FIRST = tuple(sorted(range(len(KIND_CELLS)), key=lambda kind: (_distance(kind), kind)))


def report_key(row: ReportDue) -> str:
    """What a report of a period is called in a case."""
    return f"{row.rule} {row.period}" if row.period else row.rule


def answers(result: Evaluation) -> dict[str, Value]:
    """Everything a result says, by name; caveats apart."""
    found: dict[str, Value] = {
        "progress": result.progress,
        "timeliness": result.timeliness,
        "status": result.status.code,
        "due_on": _text(result.due_on),
        "working_days_left": result.working_days_left,
        "missing_fields": " ".join(result.missing_fields) or None,
    }
    for row in result.deadlines:
        found |= {f"{row.rule}.{name}": _text(getattr(row, name)) for name in ("starts_on", "due_on", "done_on", "state")}
    for opening in result.escalations:
        found |= {f"{opening.rule}.opens_on": _text(opening.opens_on), f"{opening.rule}.state": opening.state}
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)
