"""What if: which results of a day change when the calendar, a reading or the text changes, and which difference is responsible.

A difference is responsible for a changed value where the new value would be another with this difference alone put back. Where there is none
such (two that are each enough), those are named that alone would have changed the old value, and where there is none either, all together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from .calendar.vietnam import WorkingCalendar
from .changes import Cause, Change, Impact, TaskImpact, Value, What
from .days import FIRST_DAY, LAST_DAY, as_day
from .differences import Differences, Piece
from .engines.single import evaluate, refuse_day
from .errors import CalendarHorizonError
from .plan.compile import compile_plan
from .plan.facts import kind_index
from .plan.model import Plan
from .regulation import Regulation, load
from .results import Evaluation
from .task import Task

# What a side of the question may be: the regulation as it is, other readings, another calendar, or another regulation.
Side = Mapping[str, object] | WorkingCalendar | Regulation | None

_Key = tuple[What, str | None]
_Values = dict[_Key, Value]


class WhatIf:
    """Two regulations and a day: what each task's result is under one and under the other. Used row by row where tasks are many."""

    def __init__(self, before: Regulation, after: Regulation, as_of: date) -> None:
        self.as_of = as_day(as_of, "as_of")
        for side in (before, after):
            refuse_day(side.plan, self.as_of)
        self._before, self._after = before, after
        self._differences = Differences(before, after)
        steps = [rule.opening for side in (before, after) for rule in side.plan.escalations if rule.opening.later]
        self._counted_from = tuple({opening.on for opening in steps if opening.on is not None})

    def task(self, task: Task) -> TaskImpact | None:
        """What changes of one task; None where nothing does.

        Raises:
            the errors of `evaluate`.
        """
        before, after = self._before.evaluate(task, self.as_of), self._after.evaluate(task, self.as_of)
        old, new = _values(before), _values(after)
        keys = [key for key in dict.fromkeys((*new, *old)) if old.get(key) != new.get(key)]
        if not keys:
            return None
        pieces = self._differences.pieces(*_span(task, before, after, self._counted_from))
        back = {piece: self._under(self._differences.put_back(piece), task) for piece in pieces}
        put_in: dict[Piece, _Values | None] = {}
        changes = []
        for key in keys:
            responsible = [piece for piece in pieces if _differs(back[piece], new, key)]
            if not responsible:
                put_in = put_in or {piece: self._under(self._differences.put_in(piece), task) for piece in pieces}
                responsible = [piece for piece in pieces if _differs(put_in[piece], old, key)] or list(pieces)
            what, id = key
            causes = tuple(self._cause(piece, task) for piece in responsible)
            changes.append(Change(what, None if what == "caveat" else id, old.get(key), new.get(key), causes))
        return TaskImpact(task.id, tuple(changes))

    def _under(self, rules: tuple[Plan, WorkingCalendar], task: Task) -> _Values | None:
        """The values under these rules; None where there is no answer."""
        try:
            return _values(evaluate(*rules, task, self.as_of))
        except CalendarHorizonError:
            return None

    def _cause(self, piece: Piece, task: Task) -> Cause:
        return self._differences.cause(piece, kind_index(task))


def impact(tasks: Iterable[Task], regulation: str | Path | Regulation, *, as_of: date, before: Side = None, after: Side = None) -> Impact:
    """Which results on `as_of` (that day included) change from `before` to `after`: the old and the new value, and what is responsible.

    `before` and `after` say in what they differ from `regulation` (an id, a rule file, or one loaded): readings, a calendar, or another
    regulation in its place; None is the regulation as it is. `tasks` is gone through once; only what changes is kept.

    Raises:
        TypeError: neither `before` nor `after` is given, or one is none of these.
        NotInForceError: `as_of` lies before one of the two took effect.
        the errors of `load` and `evaluate`.

    >>> from deadline_rules import load, Task, vietnam
    >>> task = Task(id="T-01", assigned_on=date(2025, 12, 31))
    >>> found = impact([task], "kon-tum", as_of=date(2026, 1, 5), before=vietnam(known_on=date(2025, 12, 24)))
    >>> change = found["T-01"].change("due_on", "transfer")
    >>> change.before, change.after, [cause.cite for cause in change.causes]
    (datetime.date(2026, 1, 2), datetime.date(2026, 1, 5), ['12729/VPCP-KGVX'])
    """
    if before is None and after is None:
        raise TypeError("give before=…, after=… or both: readings, a calendar or a Regulation; else nothing differs.")
    own = regulation if isinstance(regulation, Regulation) else load(regulation)
    what_if = WhatIf(_side(own, before, "before"), _side(own, after, "after"), as_of)
    looked_at = 0
    changed = []
    for task in tasks:
        looked_at += 1
        if found := what_if.task(task):
            changed.append(found)
    return Impact(what_if.as_of, looked_at, tuple(changed))


def _side(own: Regulation, side: Side, name: str) -> Regulation:
    if side is None:
        return own
    if isinstance(side, Regulation):
        return side
    if isinstance(side, WorkingCalendar):
        return Regulation(own.pack, own.plan, side, strict=own.strict)
    if isinstance(side, Mapping):
        return Regulation(own.pack, compile_plan(own.pack, own.readings | {**side}), own.calendar, strict=own.strict)
    raise TypeError(f"{name}: {type(side).__name__} is neither a mapping of readings, nor a WorkingCalendar, nor a Regulation.")


def _values(result: Evaluation) -> _Values:
    """Every value of a result that is looked at, by what it is and the rule or caveat it belongs to."""
    found: _Values = {
        ("progress", None): result.progress,
        ("timeliness", None): result.timeliness,
        ("status", None): result.status.code,
        ("due_on", None): result.due_on,
        ("working_days_left", None): result.working_days_left,
        ("out_of_scope", None): result.out_of_scope,
        ("missing_fields", None): result.missing_fields,
    }
    for row in result.deadlines:
        found["starts_on", row.rule] = row.starts_on
        found["due_on", row.rule] = row.due_on
        found["state", row.rule] = row.state
    for opened in result.escalations:
        found["opens_on", opened.rule] = opened.opens_on
        found["state", opened.rule] = opened.state
    return found | {("caveat", caveat.code): caveat.code for caveat in result.caveats}


def _differs(values: _Values | None, others: _Values, key: _Key) -> bool:
    return values is None or values.get(key) != others.get(key)


def _span(task: Task, before: Evaluation, after: Evaluation, counted_from: tuple[str, ...]) -> tuple[date, date]:
    """The days between which everything is counted that the two results rest on; from the days `counted_from` further steps may be counted."""
    days = [before.as_of]
    days += [day for field in counted_from if (day := getattr(task, field)) is not None and day <= before.as_of]
    days += [suspension.since for suspension in task.suspensions if suspension.since <= before.as_of]
    for result in (before, after):
        days += [day for row in result.deadlines for day in (row.starts_on, row.earliest, row.latest) if day is not None]
        days += [row.opens_on for row in result.escalations if row.opens_on is not None]
        days += [day for day in (result.due_on, task.due_on, task.completed_on) if day is not None]
    return max(min(days), FIRST_DAY), min(max(days), LAST_DAY)
