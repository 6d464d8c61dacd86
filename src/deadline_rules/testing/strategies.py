"""Strategies of tasks, days and readings for property tests with Hypothesis; days crowd around the boundaries that matter.

Every function gives a strategy; what it draws is valid. What is drawn shrinks to few fields and to early, plain days.
`deadline_rules.testing.calendars` and `deadline_rules.testing.rule_files` have the strategies of calendars and of rule files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, get_args

from ..calendar.vietnam import WorkingCalendar
from ..columns import DAY_FIELDS, RECORD_FIELDS, YES_NO_FIELDS
from ..days import FIRST_DAY, LAST_DAY
from ..errors import needing
from ..regulation import Regulation, load
from ..rulebook.library import pack_ids, shared_readings
from ..task import AssignedBy, Extension, Secrecy, Suspension, Task
from .days import ONE_DAY, Move, Scene, days, days_in, moves_in, scene

with needing("testing", "a strategy of tasks"):
    from hypothesis import strategies as st

__all__ = ["as_of_days", "days", "extensions", "histories", "readings", "regulations", "suspensions", "tasks"]

_KINDS: dict[str, st.SearchStrategy[Any]] = {
    "secrecy": st.just("normal") | st.sampled_from(get_args(Secrecy)),
    **dict.fromkeys(YES_NO_FIELDS, st.booleans()),
    "assigned_by": st.sampled_from(get_args(AssignedBy)),
}
_DAYS_LATE = st.just(0) | st.integers(0, 15)


def tasks(
    *,
    regulation: Regulation | None = None,
    calendar: WorkingCalendar | None = None,
    since: date | None = None,
    until: date | None = None,
    extensions: bool = False,
    suspensions: bool = False,
    texts: bool = False,
    ids: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Task]:
    """Tasks of every kind, with any of their days.

    The due day or another is one of `days`; the others lie close to it or are drawn as it was; with `regulation`, they also lie where one of its
    periods from that day ends, or a day beside that. `calendar` is the one that counts; without it, the regulation's or the one known now.
    No day lies before `since` or after `until`. `extensions` and `suspensions` add up to three of each, `texts` the record texts, of which
    no rule looks at more than whether they are there. `ids` replaces the id, which is `T`. Shrinks to a task of which nothing is known.

    Raises:
        DayError: `since` lies after `until`.
        CalendarHorizonError: one of them lies outside 1990-2100.

    >>> from hypothesis import find
    >>> isinstance(find(tasks(extensions=True), lambda task: task.extensions != ()), Task)
    True
    """
    return _tasks(scene(regulation, calendar, since, until), extensions, suspensions, texts, st.just("T") if ids is None else ids)


@st.composite
def _tasks(draw: st.DrawFn, scene: Scene, extended: bool, suspended: bool, texts: bool, ids: st.SearchStrategy[str]) -> Task:
    moves = moves_in(scene)
    first = draw(days_in(scene, plain=0.2))
    # The due day decides most: half of the time it is the first day itself.
    of_field = dict.fromkeys(DAY_FIELDS, moves) | {"due_on": st.just(Move()) | moves}
    facts: dict[str, Any] = {field: scene.moved(first, draw(move)) for field, move in of_field.items() if draw(st.booleans())}
    for field in ("due_on", "completed_on"):  # neither lies before the assignment
        if field in facts and facts[field] < facts.get("assigned_on", FIRST_DAY):
            facts[field], facts["assigned_on"] = facts["assigned_on"], facts[field]
    some_days = moves.map(lambda move: scene.moved(first, move))
    if extended and "due_on" in facts:
        facts["extensions"] = _granted(draw(st.lists(st.tuples(some_days, some_days), max_size=3)), facts["due_on"])
    if suspended:
        facts["suspensions"] = _stopped(draw(st.lists(some_days, max_size=5)), runs_on=draw(st.booleans()))
    facts |= {field: draw(values) for field, values in _KINDS.items()}
    if texts:
        facts |= {field: draw(st.sampled_from(["chữ", "", "Số 1/QĐ"])) for field in RECORD_FIELDS if draw(st.booleans())}
    return Task(id=draw(ids), **facts)


def _granted(drawn: Sequence[tuple[date, date]], due_on: date) -> tuple[Extension, ...]:
    """Each granted on a day of its own, and each gives more time than there was."""
    granted, due = {day for day, _ in drawn}, {day for _, day in drawn if day > due_on}
    return tuple(Extension(granted_on=day, due_on=end) for day, end in zip(sorted(granted), sorted(due), strict=False))


def _stopped(drawn: Iterable[date], *, runs_on: bool) -> tuple[Suspension, ...]:
    """One after the other; the last may still run."""
    bounds = sorted(set(drawn))
    found = [Suspension(since=since, until=until - ONE_DAY) for since, until in pairwise(bounds)][::2]
    return (*found, Suspension(since=bounds[-1])) if bounds and runs_on else tuple(found)


def extensions() -> st.SearchStrategy[Extension]:
    """One extension, its due day most often after the day it was granted.

    >>> from hypothesis import find
    >>> isinstance(find(extensions(), lambda extension: True), Extension)
    True
    """
    return st.deferred(lambda: _extensions(scene()))


def _extensions(scene: Scene) -> st.SearchStrategy[Extension]:
    return st.builds(lambda granted, move: Extension(granted_on=granted, due_on=scene.moved(granted, move)), days_in(scene), moves_in(scene))


def suspensions() -> st.SearchStrategy[Suspension]:
    """One suspension, ended or still running.

    >>> from hypothesis import find
    >>> find(suspensions(), lambda suspension: suspension.until is not None).until >= date(1990, 1, 1)
    True
    """
    lasting = st.none() | st.integers(0, 20) | st.integers(0, 400)
    return st.builds(lambda since, number: Suspension(since=since, until=None if number is None else since + number * ONE_DAY), days(), lasting)


def histories(
    *,
    regulation: Regulation | None = None,
    calendar: WorkingCalendar | None = None,
    since: date | None = None,
    until: date | None = None,
    extensions: bool = True,
    suspensions: bool = True,
    ids: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[list[tuple[date, Task]]]:
    """A task as it becomes known: the days on which something was entered, each with the task as it stood from that day on.

    The days grow, the id stays, and each task differs from the one before. What happens is entered on its day or up to 15 days late; a
    suspension is entered when it begins and again when it ends; a due day may be withdrawn, its extensions with it, and set again. The
    options are those of `tasks`; something may be entered after `until`. Shrinks to one entry.

    >>> from hypothesis import find
    >>> (first, task), (second, later) = find(histories(), lambda steps: len(steps) == 2)
    >>> first < second, task.id == later.id
    (True, True)
    """
    of = scene(regulation, calendar, since, until)
    return _histories(_tasks(of, extensions, suspensions, False, st.just("T") if ids is None else ids), st.deferred(lambda: days_in(of)))


@st.composite
def _histories(draw: st.DrawFn, whole: st.SearchStrategy[Task], some_days: st.SearchStrategy[date]) -> list[tuple[date, Task]]:
    task = draw(whole)
    happened = sorted(_days_in(task) - {task.due_on})
    opened = task.assigned_on or (happened[0] if happened else draw(some_days))

    def entered(day: date) -> date:
        """Nothing is entered before the task itself."""
        return min(max(day, opened) + draw(_DAYS_LATE) * ONE_DAY, LAST_DAY)

    known = {field: opened if field in ("assigned_on", "issued_on") else entered(day) for field in DAY_FIELDS if (day := getattr(task, field))}
    due_known: list[tuple[date, date | None]] = [(entered(opened), task.due_on)] if task.due_on else []
    withdraws: bool = draw(st.booleans())
    if due_known and withdraws:
        withdrawn = entered(due_known[0][0] + ONE_DAY)
        due_known.append((withdrawn, None))
        if draw(st.booleans()):
            due_known.append((entered(withdrawn + ONE_DAY), task.due_on))
    known.pop("due_on", None)
    granted = [(entered(one.granted_on), one) for one in task.extensions]
    begun = [(entered(one.since), one) for one in task.suspensions]
    ended = {one.since: entered(one.until) for one in task.suspensions if one.until}
    moments = {opened, *known.values(), *(day for day, _ in (*due_known, *granted, *begun)), *ended.values()}

    found: list[tuple[date, Task]] = []
    for now in sorted(moments):
        due_on = next((due for day, due in reversed(due_known) if day <= now), None)
        stopped = [one for day, one in begun if day <= now]
        # An end that is not entered yet is known all the same once the next suspension is.
        last = stopped[-1] if stopped else None
        facts = {field: getattr(task, field) for field, day in known.items() if day <= now}
        facts |= {
            "due_on": due_on,
            "extensions": tuple(one for day, one in granted if day <= now and due_on is not None),
            "suspensions": tuple(
                one if one is not last or ended.get(one.since, now) <= now else one.model_copy(update={"until": None}) for one in stopped
            ),
        }
        state = Task(id=task.id, **{name: getattr(task, name) for name in _KINDS}, **facts)
        if not found or state != found[-1][1]:
            found.append((now, state))
    return found


def as_of_days(regulation: Regulation, task: Task | None = None) -> st.SearchStrategy[date]:
    """Days on which `regulation` can be asked: not before it took effect.

    With `task`, most of them are a day that the task names, or one on which a period of the regulation from there ends, or a day beside.

    >>> from deadline_rules import load
    >>> from hypothesis import find
    >>> find(as_of_days(load("kon-tum")), lambda day: True) >= load("kon-tum").plan.in_force_from
    True
    """
    of = scene(regulation)
    found = days(regulation=regulation)
    if task is not None and (known := sorted(_days_in(task))):
        ends = sorted({of.moved(day, move) for day in known for move in of.periods})
        near = st.builds(lambda day, number: of.within(day + number * ONE_DAY), st.sampled_from([*known, *ends]), st.sampled_from([0, -1, 1]))
        found = near | near | found
    return found.map(lambda day: max(day, regulation.plan.in_force_from))


def _days_in(task: Task) -> set[date]:
    """Every day that the task names."""
    found = {getattr(task, field) for field in DAY_FIELDS}
    found |= {day for extension in task.extensions for day in (extension.granted_on, extension.due_on)}
    found |= {day for suspension in task.suspensions for day in (suspension.since, suspension.until)}
    return found - {None}


@st.composite
def readings(draw: st.DrawFn) -> dict[str, object]:
    """Any choice of readings, as `load(readings=…)` takes it; what is left out keeps its default. Shrinks to none.

    >>> from hypothesis import find
    >>> find(readings(), lambda chosen: True)
    {}
    """
    chosen: dict[str, object] = {}
    for name, reading in shared_readings().items():
        if draw(st.booleans()):
            numbers: Sequence[object] = range(11) if reading.whole_number else ()
            chosen[name] = draw(st.sampled_from([*sorted(reading.options), *numbers]))
    return chosen


def regulations() -> st.SearchStrategy[Regulation]:
    """The regulations that travel with the library, under the default readings and the calendar known now.

    >>> from hypothesis import find
    >>> isinstance(find(regulations(), lambda regulation: True), Regulation)
    True
    """
    return st.deferred(lambda: st.sampled_from(pack_ids()).map(_loaded))


@cache
def _loaded(name: str) -> Regulation:
    return load(name)
