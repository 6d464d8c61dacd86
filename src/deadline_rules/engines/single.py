"""The reference engine: one task, plain Python. Every other engine is held to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from ..calendar.vietnam import WorkingCalendar
from ..days import FIRST_DAY, LAST_DAY
from ..errors import CalendarHorizonError, NotInForceError, TaskError, UnverifiedCalendarError
from ..plan.facts import COMPLETED, PROGRESS, TIMELINESS, kind_index, progress_of, status_index, timeliness_of
from ..plan.model import PROVISIONAL, DeadlineCase, DeadlinePlan, EscalationPlan, Opening, Plan, StartVariant
from ..results import Caveat, Deadline, DeadlineState, Escalation, EscalationState, Evaluation, Explainer, Status
from ..task import Task

_ONE_DAY = timedelta(days=1)

# When an escalation opens (None where no day opens it), and how it stands.
_Opened = tuple[date | None, EscalationState]


class _Facts(NamedTuple):
    """A task as it stands on a day: what lies after the day has not happened, except the due day, which is a plan."""

    as_of: date
    events: dict[str, date]
    due_on: date | None
    rolled: date | None  # due_on, moved to the next working day where it is a day off
    kind: int

    def due(self, roll: bool) -> date | None:
        return self.rolled if roll else self.due_on


class _Verdict(NamedTuple):
    """Progress and timeliness by code, every deadline and escalation, and the readings that would change one of them."""

    progress: int
    timeliness: int
    deadlines: tuple[Deadline, ...]
    escalations: tuple[Escalation, ...]
    readings: tuple[str, ...]


def evaluate(
    plan: Plan, calendar: WorkingCalendar, task: Task, as_of: date, *, strict: bool = False, explainer: Explainer | None = None
) -> Evaluation:
    """Where `task` stands on `as_of` (that day included) under `plan`.

    Raises:
        NotInForceError: `as_of` lies before the regulation took effect.
        CalendarHorizonError: a date lies outside 1990-2100.
        UnverifiedCalendarError: `strict`, and a working-day count rests on a day that is not official.
    """
    if not isinstance(task, Task):
        raise TaskError(f"a {type(task).__name__} is no task; give a Task, or make one with Task.from_record.")
    refuse_day(plan, as_of)
    facts = _facts(plan, calendar, task, as_of)
    verdict = _verdict(plan, calendar, facts)
    cell = status_index(verdict.progress, verdict.timeliness)
    outside = plan.excluded[facts.kind]
    status, status_readings = plan.statuses[cell]
    if outside is not None:
        status, status_readings = Status(None, None, None, outside[0], outside[2]), ()

    due_on = facts.due(plan.roll_due)
    left = None
    if due_on is not None:
        left = calendar.count(facts.events.get("completed_on", as_of), due_on)

    differing = {*verdict.readings, *status_readings}
    if facts.rolled != facts.due_on:
        differing.add("day-off-end")  # the due day is a day off, so the other reading moves it

    provisional = _rests_on_uncertain_days(calendar, facts, verdict, due_on)
    if provisional and strict:
        raise UnverifiedCalendarError(
            f"task {task.id}: a working-day count reaches beyond {calendar.verified_from} to {calendar.verified_until}, "
            "the days the calendar vouches for; evaluate without strict to get a provisional answer."
        )

    missing: tuple[str, ...] = ()
    if plan.required_of[facts.kind] and outside is None:
        values = task.__dict__
        missing = tuple([required.field for required in plan.required if values[required.field] is None and required.cells[cell]])
    return Evaluation(
        task_id=task.id,
        regulation=plan.regulation,
        as_of=as_of,
        progress=PROGRESS[verdict.progress],
        timeliness=TIMELINESS[verdict.timeliness],
        status=status,
        due_on=due_on,
        working_days_left=left,
        deadlines=verdict.deadlines,
        escalations=verdict.escalations,
        missing_fields=missing,
        caveats=_caveats(plan, task, as_of, differing, provisional),
        provisional=provisional,
        rules_version=plan.rules_version,
        calendar_version=calendar.version,
        out_of_scope=outside is not None,
        task=task,
        explainer=explainer,
    )


def refuse_day(plan: Plan, as_of: date) -> None:
    """Refuses a day on which the regulation says nothing.

    Raises:
        NotInForceError: it lies before the regulation took effect.
        CalendarHorizonError: it lies outside 1990-2100.
    """
    if as_of < plan.in_force_from:
        raise NotInForceError(f"{plan.regulation} {plan.in_force_text}; on {as_of} it says nothing. Ask for a later day.")
    if not FIRST_DAY <= as_of <= LAST_DAY:
        raise CalendarHorizonError(f"as_of {as_of} lies outside 1990-2100, the years the calendar knows; correct the year.")


def _facts(plan: Plan, calendar: WorkingCalendar, task: Task, as_of: date) -> _Facts:
    values = task.__dict__  # pydantic keeps fields here; twice as fast as attribute access in this hot path
    events = {field: day for field in plan.event_fields if (day := values[field]) is not None and day <= as_of}
    due_on = task.due_on
    rolled = due_on if due_on is None else calendar.following(due_on)
    return _Facts(as_of, events, due_on, rolled, kind_index(task))


def _verdict(plan: Plan, calendar: WorkingCalendar, facts: _Facts) -> _Verdict:
    events, due_on = facts.events, facts.due(plan.roll_due)
    completed_on = events.get("completed_on")
    progress = progress_of(events.get("started_on"), completed_on)
    timeliness = timeliness_of(due_on, completed_on, facts.as_of)
    readings: set[str] = set()
    deadlines = [_deadline(plan, calendar, rule, facts, readings) for rule in plan.deadlines]
    escalations: list[Escalation] = []
    if plan.excluded[facts.kind] is None:
        found: list[_Opened | None] = []
        for number, rule in enumerate(plan.escalations):
            opened = found[rule.alike] if rule.alike < number else _opened_minding(rule, facts, due_on, progress, readings)
            found.append(opened)
            if opened is not None:
                escalations.append(Escalation(rule.rule, rule.topic, rule.actor, opened[0], opened[1], rule.cite))
    return _Verdict(progress, timeliness, tuple(deadlines), tuple(escalations), tuple(readings))


def _deadline(plan: Plan, calendar: WorkingCalendar, rule: DeadlinePlan, facts: _Facts, readings: set[str]) -> Deadline:
    case = rule.cases[facts.kind]
    done_on = facts.events.get(rule.done_by)
    if not case.applies:
        return Deadline(rule.rule, rule.topic, rule.actor, None, None, done_on, "not_applicable", case.cite, None, None, case.reason)
    own = rule.variants[0]
    starts_on, due_on = _period(plan, calendar, own, case, facts)
    answered_on = _answering(rule, done_on, starts_on)
    state = _state(starts_on, due_on, answered_on, facts.as_of)
    earliest = latest = due_on
    for variant in rule.variants[1:]:
        if variant.fields == own.fields and facts.rolled == facts.due_on and case.offset.unit != "days":
            continue
        other_start, other_due = _period(plan, calendar, variant, case, facts)
        if other_due is not None:
            earliest = other_due if earliest is None or other_due < earliest else earliest
            latest = other_due if latest is None or other_due > latest else latest
        if len(variant.changed) == 1 and (
            other_due != due_on or _state(other_start, other_due, _answering(rule, done_on, other_start), facts.as_of) != state
        ):
            readings.add(variant.changed[0])
    reason = case.reason if due_on is None else None
    return Deadline(rule.rule, rule.topic, rule.actor, starts_on, due_on, answered_on, state, case.cite, earliest, latest, reason)


def _period(plan: Plan, calendar: WorkingCalendar, variant: StartVariant, case: DeadlineCase, facts: _Facts) -> tuple[date | None, date | None]:
    """The start day (not counted, unless the plan says so) and the last day in time."""
    start = None
    for field in variant.fields:
        start = facts.due(variant.roll) if field == "due_on" else facts.events.get(field)
        if start is not None:
            break
    else:
        return None, None
    unit, number = case.offset
    if unit == "working_days":
        # With the start day counted it is itself the first of the working days, where it is one.
        first_counts = plan.start_included and number > 0 and calendar.is_working(start)
        return start, calendar.add(start, number - first_counts)
    if unit == "days":
        end = start + timedelta(days=number - (plan.start_included and number > 0))
        return start, calendar.following(end) if variant.roll else end
    return start, start if unit == "same_day" else None


def _answering(rule: DeadlinePlan, done_on: date | None, starts_on: date | None) -> date | None:
    """The day it was done, where that counts: an answer before its question is none."""
    before = rule.done_after_start and done_on is not None and starts_on is not None and done_on < starts_on
    return None if before else done_on


def _state(starts_on: date | None, due_on: date | None, done_on: date | None, as_of: date) -> DeadlineState:
    if starts_on is None:
        return "waiting"
    if done_on is not None:
        return "met" if due_on is None or done_on <= due_on else "met_late"
    if starts_on > as_of:
        return "waiting"
    if due_on is None:
        return "no_number"
    return "pending" if as_of <= due_on else "missed"


def _opened_minding(rule: EscalationPlan, facts: _Facts, due_on: date | None, progress: int, readings: set[str]) -> _Opened | None:
    """When the escalation opens and how it stands; notes the readings under which it would stand otherwise."""
    own = _opened(rule, rule.opening, facts, due_on, progress)
    for id, opening in rule.others:
        if _has_opened(_opened(rule, opening, facts, due_on, progress)) != _has_opened(own):
            readings.add(id)
    return own


def _has_opened(found: _Opened | None) -> EscalationState | None:
    """The state, where there is anything to do or to remember; what may open one day is no verdict yet."""
    return None if found is None or found[1] == "upcoming" else found[1]


def _opened(rule: EscalationPlan, opening: Opening, facts: _Facts, due_on: date | None, progress: int) -> _Opened | None:
    """When the escalation opens and how it stands; None where its facts do not open it."""
    events = facts.events
    closed = progress == COMPLETED or (rule.closed_by is not None and rule.closed_by in events)
    if opening.on_request:
        return None, "closed" if closed else "open"
    opens_on = date.min
    if opening.on is not None:
        if opening.on not in events:
            return None
        opens_on = events[opening.on]
    if opening.after_due is not None:
        if due_on is None:
            return None
        opens_on = max(opens_on, due_on + _ONE_DAY if opening.after_due else due_on)
    kept_shut = bool(opening.unless) and any(field in events and events[field] < opens_on for field in opening.unless)
    if closed:
        completed_on = events.get("completed_on")
        never_opened = kept_shut or (completed_on is not None and completed_on < opens_on)
        return (None if never_opened else opens_on), "closed"
    if kept_shut:
        return None
    return opens_on, "upcoming" if facts.as_of < opens_on else "open"


def _caveats(plan: Plan, task: Task, as_of: date, differing: set[str], provisional: bool) -> tuple[Caveat, ...]:
    caveats = [*plan.caveats_on(as_of)]
    if task.secrecy != "normal" and plan.secret_caveat is not None:
        caveats.append(plan.secret_caveat)
    if differing:
        caveats.extend(caveat for id, caveat in plan.reading_caveats.items() if id in differing)
    if provisional:
        caveats.append(PROVISIONAL)
    return tuple(caveats)


def _rests_on_uncertain_days(calendar: WorkingCalendar, facts: _Facts, verdict: _Verdict, due_on: date | None) -> bool:
    """Whether a count of working days reaches beyond the days the calendar vouches for."""
    first, last = calendar.verified_from, calendar.verified_until
    if due_on is not None:
        end = facts.events.get("completed_on", facts.as_of)
        if min(end, due_on) < first or max(end, due_on) > last:
            return True
    for row in verdict.deadlines:
        if row.earliest is not None and row.latest is not None:
            begins = row.earliest if row.starts_on is None else min(row.starts_on, row.earliest)
            if begins < first or row.latest > last:
                return True
    return False
