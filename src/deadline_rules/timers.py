"""Notices: what falls due, is missed, opens or is to be reminded of in (after, until]. A pure function of the facts; no clock decides.

A notice belongs to the day on which it becomes true. Which day that is, and whether there is a notice at all, is found from the task's facts as
they are recorded now, and of these only from the ones that have happened by that day: what begins a duty counts from its own day on, what ends
one only from the day after, so that nothing done on a day takes away a notice of that day. The interval asked about plays no part in this.
Whoever splits an interval gets the same notices.

A due day that an extension sets is a duty that begins anew: the new due day counts from the day it was granted, the one before it up to that day,
that day included. A suspension only puts the duty off: while it runs the limit does not fall due, and nobody is reminded of it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Final, NamedTuple

from .calendar.vietnam import WorkingCalendar
from .days import LAST_DAY, refuse_interval
from .engines.single import end_of_period
from .engines.time_limit import due_days, reminded_on
from .errors import CalendarHorizonError, NotInForceError, TaskError, UnverifiedCalendarError
from .labels import OWN_LIMIT
from .plan.facts import kind_index
from .plan.model import DeadlinePlan, EscalationPlan, Plan, ReminderPlan
from .results import Label, Notice, NoticeKind
from .schedule import reports
from .task import Task

_ONE_DAY: Final = timedelta(days=1)
OWN: Final = "due_on"  # the rule of the task's own time limit; ids of rules have no underscore
KINDS: Final[tuple[NoticeKind, ...]] = ("due", "missed", "opens", "report_due", "reminder", "warning")

# Where a notice stands among all: by day, by task (reports after all tasks), by rule, by kind.
_Place = tuple[date, int, int, int]
_Placed = tuple[_Place, Notice]


class _Duty(NamedTuple):
    """A last day in time, as it is known from `since` on: what it is of, and the day its count begins (itself, where nothing is counted)."""

    rule: str
    due_on: date
    since: date
    counted_from: date
    actor: str | None
    topic: str | None
    label: Label
    cite: str
    period: str | None = None


def order_of_rules(plan: Plan) -> tuple[str, ...]:
    """The rules of notices in the order in which they stand within a day and a task."""
    deadlines, escalations = (rule.rule for rule in plan.deadlines), (rule.rule for rule in plan.escalations)
    return (OWN, *deadlines, *escalations, *(rule.rule for rule in plan.reports), *(reminder.id for reminder in plan.reminders))


def days_asked(plan: Plan, after: date, until: date) -> tuple[date, date]:
    """The first and the last day of (after, until] on which the regulation is in force, both included; the first lies later where there is none.

    Raises:
        DayError: `after` lies after `until`.
        CalendarHorizonError: a day lies outside 1990-2100.
        NotInForceError: `until` lies before the regulation took effect.
    """
    refuse_interval("after", after, until)
    if until < plan.in_force_from:
        raise NotInForceError(f"{plan.regulation} {plan.in_force_text}; until {until} there is nothing to give notice of. Ask for later days.")
    return max(after + _ONE_DAY, plan.in_force_from), until


def notices(
    plan: Plan, calendar: WorkingCalendar, tasks: Iterable[Task], after: date, until: date, *, to: Mapping[str, str], strict: bool = False
) -> tuple[Notice, ...]:
    """Every notice of (after, until], ordered by day, then task in the order given, then rule; reports stand after the tasks of their day.

    `to` names whom the duty of a rule is owed to.

    Raises:
        TaskError: `tasks` hold something that is no Task, or one id twice.
        DayError, NotInForceError: the interval is none, or ends before the regulation took effect.
        CalendarHorizonError: a day, or the working day on which a notice is delivered, lies outside 1990-2100.
        UnverifiedCalendarError: `strict`, and a notice rests on a day that is not official.
    """
    watch = _Watch(plan, calendar, *days_asked(plan, after, until), to, strict)
    found: list[_Placed] = []
    seen: set[str] = set()
    for position, task in enumerate(tasks):
        if not isinstance(task, Task):
            raise TaskError(f"a {type(task).__name__} is no task; give a Task, or make one with Task.from_record.")
        if task.id in seen:
            raise id_twice(task.id)
        seen.add(task.id)
        found += watch.of_task(position, task)
    found += watch.of_reports(len(seen))
    found.sort(key=lambda placed: placed[0])
    return tuple(notice for _, notice in found)


def id_twice(id: str) -> TaskError:
    """Two tasks with one id would share their keys."""
    return TaskError(f"id: {id[:40]!r} is the id of two tasks; ids are used once, or their notices could not be told apart.", field="id")


def key_of(day: date, kind: NoticeKind, rule: str, rules_version: str, task_id: str | None) -> str:
    """The name of a notice. The id stands last: the other parts have no stroke in them, so no two notices share a name."""
    return f"{day}/{kind}/{rule}/{rules_version}/{task_id or ''}"


class _Watch:
    """A plan and the days asked about, from `first` to `last`, both included."""

    def __init__(self, plan: Plan, calendar: WorkingCalendar, first: date, last: date, to: Mapping[str, str], strict: bool) -> None:
        self.plan, self.calendar, self.first, self.last, self.to, self.strict = plan, calendar, first, last, to, strict
        self.reminders: dict[str, list[tuple[int, ReminderPlan]]] = {}
        for place, reminder in enumerate(plan.reminders, start=len(order_of_rules(plan)) - len(plan.reminders)):
            self.reminders.setdefault(reminder.of, []).append((place, reminder))
        self.deadlines = tuple(enumerate(plan.deadlines, start=1))
        self.escalations = tuple(enumerate(plan.escalations, start=1 + len(plan.deadlines)))

    def of_task(self, position: int, task: Task) -> Iterator[_Placed]:
        """The notices of one task, in no order."""
        if not (task.extensions or task.suspensions) or self.first > self.last:
            yield from self._of_task(position, task, date.min)
            return
        # From the first day in force on, since whoever was reminded before the days asked about is not reminded again.
        whole = _Watch(self.plan, self.calendar, self.plan.in_force_from, self.last, self.to, strict=False)
        for placed in whole._of_moved(position, task):
            notice = placed[1]
            if notice.day >= self.first:
                if self.strict and notice.provisional:
                    raise not_official(self.calendar, notice.kind, notice.rule, notice.day, notice.task_id)
                yield placed

    def _of_moved(self, position: int, task: Task) -> Iterator[_Placed]:
        """The notices of a task whose due day moves."""
        unmoved = {notice.key for _, notice in self._of_task(position, task.model_copy(update={"due_on": date.max}), date.min)}
        found: dict[str, _Placed] = {}
        reminded: set[tuple[str, date]] = set()  # by which reminder, and of the limit granted when
        for since, until, due_on, granted_on in due_days(self.plan, self.calendar, task, self.last):
            told: list[Notice] = []
            for placed in self._of_task(position, task.model_copy(update={"due_on": due_on}), granted_on):
                notice = placed[1]
                if since <= notice.day <= until and (notice.rule, granted_on) not in reminded:
                    found[notice.key] = placed
                    if notice.kind in ("reminder", "warning") and notice.key not in unmoved:
                        told.append(notice)
            reminded |= {(notice.rule, granted_on) for notice in told}
        yield from found.values()

    def _of_task(self, position: int, task: Task, granted_on: date) -> Iterator[_Placed]:
        """The notices of a task whose due day is known from `granted_on` on."""
        kind = kind_index(task)
        if self.plan.excluded[kind] is not None:
            return
        written, rolled = task.due_on, self._rolled(task.due_on)
        limit = rolled if self.plan.roll_due else written
        if limit is not None and written is not None:
            duty = _Duty(OWN, limit, max(task.assigned_on or date.min, granted_on), written, None, None, OWN_LIMIT, self.plan.statuses[0].status.cite)
            yield from self._of_duty(position, 0, task.id, duty, task.completed_on, date.max)
        for place, rule in self.deadlines:
            yield from self._of_deadline(position, place, task, kind, rule, rolled, granted_on)
        for place, escalation in self.escalations:
            yield from self._of_escalation(position, place, task, escalation, limit)

    def of_reports(self, position: int) -> Iterator[_Placed]:
        """The notices of reports, and of the reminders of them."""
        if self.first > self.last:
            return
        first_place = 1 + len(self.plan.deadlines) + len(self.plan.escalations)
        places = {rule.rule: first_place + number for number, rule in enumerate(self.plan.reports)}
        for row in reports(self.plan, self.calendar, self.first, self._last_reminded_of()):
            if row.due_on is None:
                continue
            duty = _Duty(row.rule, row.due_on, date.min, row.due_on, row.actor, row.topic, row.label, row.cite, row.period)
            if row.due_on <= self.last:
                place = (row.due_on, position, places[row.rule], KINDS.index("report_due"))
                yield place, self._notice("report_due", row.due_on, None, duty, to=row.to, uncertain=row.provisional)
            for number, reminder in self.reminders.get(row.rule, ()):
                yield from self._reminder(position, number, None, duty, reminder, reminded_on(self.calendar, row.due_on, reminder.before))

    def _last_reminded_of(self) -> date:
        """The last due day of which a reminder could fall on the last day asked about."""
        latest = self.last
        offsets = [reminder.before for rule in self.plan.reports for _, reminder in self.reminders.get(rule.rule, ())]
        for unit, number in offsets:
            try:
                latest = max(latest, self.calendar.add(self.last, number) if unit == "working_days" else self.last + timedelta(days=number))
            except CalendarHorizonError:
                return LAST_DAY
        return min(latest, LAST_DAY)

    def _rolled(self, day: date | None) -> date | None:
        """The due day moved to a working day; a day that never comes where that lies beyond 2100."""
        if day is None:
            return None
        try:
            return self.calendar.following(day)
        except CalendarHorizonError:
            return date.max

    def _of_deadline(
        self, position: int, place: int, task: Task, kind: int, rule: DeadlinePlan, rolled: date | None, granted_on: date
    ) -> Iterator[_Placed]:
        """The period may begin anew when a field of more weight comes to be known: then each beginning has a last day of its own."""
        case, own, values = rule.cases[kind], rule.variants[0], task.__dict__
        if not case.applies or case.offset.unit == "none":
            return
        done_on: date | None = values[rule.done_by]
        known_until = date.max  # the day on which a field of more weight is known: from then on this beginning counts no more
        for field in own.fields:
            start = values[field] if field != OWN else rolled if own.roll else values[OWN]
            if start is None:
                continue
            since = date.min if field == OWN else start
            due_on: date | None = None
            with suppress(CalendarHorizonError, OverflowError):  # beyond 2100 there is no notice
                due_on = end_of_period(self.plan, self.calendar, start, case.offset, own.roll)
            if due_on is not None and since < known_until:
                known_on = max(start, granted_on) if field == OWN else start
                duty = _Duty(rule.rule, due_on, known_on, start, rule.actor, rule.topic, rule.label, case.cite)
                counts = done_on is not None and not (rule.done_after_start and done_on < start)
                yield from self._of_duty(position, place, task.id, duty, done_on if counts else None, known_until)
            known_until = min(known_until, since)

    def _of_duty(self, position: int, place: int, id: str, duty: _Duty, done_on: date | None, known_until: date) -> Iterator[_Placed]:
        """Due on its last day unless done before, missed on the day after unless done by then; its reminders unless done before them."""
        due_on = duty.due_on
        if due_on > LAST_DAY:
            return
        if due_on < known_until:
            if self.first <= due_on <= self.last and not (done_on is not None and done_on < due_on):
                yield (due_on, position, place, 0), self._notice("due", due_on, id, duty)
            missed_on = due_on + _ONE_DAY
            if self.first <= missed_on <= self.last and not (done_on is not None and done_on <= due_on):
                yield (missed_on, position, place, 1), self._notice("missed", missed_on, id, duty)
        for number, reminder in self.reminders.get(duty.rule, ()):
            day = max(reminded_on(self.calendar, due_on, reminder.before), duty.since)
            if day < known_until and not (done_on is not None and done_on < day):
                yield from self._reminder(position, number, id, duty, reminder, day)

    def _reminder(self, position: int, place: int, id: str | None, duty: _Duty, reminder: ReminderPlan, day: date) -> Iterator[_Placed]:
        # A due day that had passed when it was granted is nothing to be reminded of.
        if self.first <= day <= self.last and day <= duty.due_on:
            reminded = duty._replace(rule=reminder.id, label=reminder.label, cite=reminder.cite)
            where = (day, position, place, KINDS.index(reminder.kind))
            yield where, self._notice(reminder.kind, day, id, reminded, to=reminder.to)

    def _of_escalation(self, position: int, place: int, task: Task, rule: EscalationPlan, limit: date | None) -> Iterator[_Placed]:
        """On the day it opens, unless it was kept shut or closed before."""
        opening, values = rule.opening, task.__dict__
        waits = opening.after_due is not None
        first = date.min if opening.on is None else values[opening.on]
        if opening.on_request or first is None or (waits and (limit is None or limit > LAST_DAY)):
            return
        due_on = limit if waits else None
        if due_on is not None:
            first = max(first, due_on + timedelta(days=opening.after_due or 0))
        try:
            day = self.calendar.add(first, opening.later) if opening.later else first
        except CalendarHorizonError:
            return
        ended = (values["completed_on"], values[rule.closed_by] if rule.closed_by else None)
        if not self.first <= day <= self.last or _any_before(day, ended) or _any_before(first, (values[field] for field in opening.unless)):
            return
        duty = _Duty(rule.rule, day, day, due_on or first, rule.actor, rule.topic, rule.label, rule.cite)
        yield (day, position, place, KINDS.index("opens")), self._notice("opens", day, task.id, duty)._replace(due_on=due_on)

    def _notice(self, kind: NoticeKind, day: date, id: str | None, duty: _Duty, *, to: str | None = None, uncertain: bool = False) -> Notice:
        deliver_on = self.calendar.following(day)
        provisional = uncertain or not (
            self.calendar.verified_from <= min(duty.counted_from, day) and max(duty.due_on, deliver_on) <= self.calendar.verified_until
        )
        if provisional and self.strict:
            raise not_official(self.calendar, kind, duty.rule, day, id)
        key = key_of(day, kind, duty.rule, self.plan.rules_version, id)
        owed_to = self.to.get(duty.rule) if to is None else to
        regulation = self.plan.regulation
        return Notice(
            key,
            id,
            regulation,
            duty.rule,
            kind,
            day,
            deliver_on,
            duty.due_on,
            duty.period,
            duty.actor,
            owed_to,
            duty.topic,
            duty.label,
            duty.cite,
            provisional,
        )


def not_official(calendar: WorkingCalendar, kind: str, rule: str, day: date, id: str | None) -> UnverifiedCalendarError:
    """What a strict caller gets instead of a notice that rests on days that are not official."""
    whose = f"task {id}" if id is not None else f"report {rule}"
    return UnverifiedCalendarError(
        f"{whose}: the notice {kind} of {rule} on {day} rests on days outside {calendar.verified_from} to {calendar.verified_until}, "
        "the days the calendar vouches for; ask without strict to get a provisional answer."
    )


def _any_before(day: date, events: Iterable[date | None]) -> bool:
    return any(event is not None and event < day for event in events)
