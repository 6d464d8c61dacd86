"""The reference engine: one task, plain Python. Every other engine is held to it."""

from __future__ import annotations

from datetime import date, timedelta

from ..calendar.vietnam import WorkingCalendar
from ..days import FIRST_DAY, LAST_DAY
from ..errors import CalendarHorizonError, NotInForceError, TaskError, UnverifiedCalendarError
from ..plan.facts import PROGRESS, TIMELINESS, kind_index, progress_of, status_index, timeliness_of
from ..plan.model import PROVISIONAL, SUSPENSION_NOT_PROVIDED, DeadlinePlan, Offset, Plan, StartVariant, StatusCell
from ..results import Caveat, Deadline, DeadlineState, Evaluation, Explainer, Status
from ..task import Task
from .openings import Count, Facts
from .openings import escalations as find_escalations
from .time_limit import AGAINST, Against, due_day


def classify(plan: Plan, calendar: WorkingCalendar, task: Task, as_of: date, *, against: Against = "in_force") -> Status:
    """The status that `evaluate` gives, and nothing else.

    Raises:
        TaskError: `task` is no Task.
        ValueError: `against` is neither of the two.
        NotInForceError: `as_of` lies before the regulation took effect.
        CalendarHorizonError: `as_of`, or a due day on which the status rests, lies outside 1990-2100.
    """
    _refuse_task(task)
    refuse_day(plan, as_of)
    due_on = task.due_on
    if task.extensions or task.suspensions or against != "in_force":
        due_on = _told_against(plan, calendar, task, as_of, against)
    if due_on is not None and plan.roll_due:
        due_on = calendar.following(due_on)
    started_on, completed_on = _happened(task.started_on, as_of), _happened(task.completed_on, as_of)
    cell = status_index(progress_of(started_on, completed_on), timeliness_of(due_on, completed_on, as_of))
    return _status(plan, kind_index(task), cell).status


def evaluate(
    plan: Plan,
    calendar: WorkingCalendar,
    task: Task,
    as_of: date,
    *,
    strict: bool = False,
    explainer: Explainer | None = None,
    against: Against = "in_force",
) -> Evaluation:
    """Where `task` stands on `as_of` (that day included) under `plan`, told against the due day in force then or the one first set.

    Raises:
        TaskError: `task` is no Task.
        ValueError: `against` is neither of the two.
        NotInForceError: `as_of` lies before the regulation took effect.
        CalendarHorizonError: a date lies outside 1990-2100.
        UnverifiedCalendarError: `strict`, and a working-day count rests on a day that is not official.
    """
    _refuse_task(task)
    refuse_day(plan, as_of)
    facts = _facts(plan, calendar, task, as_of, against)
    completed_on, due_on = facts.events.get("completed_on"), facts.due_on
    progress = progress_of(facts.events.get("started_on"), completed_on)
    timeliness = timeliness_of(due_on, completed_on, as_of)
    cell = status_index(progress, timeliness)
    status, status_readings = _status(plan, facts.kind, cell)
    out_of_scope = plan.excluded[facts.kind] is not None

    # The readings that would change an answer.
    readings = set(status_readings)
    if facts.rolled != facts.written:
        readings.add("day-off-end")  # the due day is a day off, so the other reading moves it
    deadlines = tuple([_deadline(plan, calendar, rule, facts, readings) for rule in plan.deadlines])
    counted: list[Count] = []
    escalations = () if out_of_scope else find_escalations(plan, calendar, facts, progress, readings, counted)

    if plan.suspensions and task.suspensions and due_on is not None and against == "in_force":
        counted += [(suspension.since, due_on) for suspension in task.suspensions if suspension.since <= min(as_of, due_on)]
    counted_to = completed_on or as_of
    provisional = _rests_on_uncertain_days(calendar, due_on, counted_to, deadlines, counted)
    if provisional and strict:
        raise UnverifiedCalendarError(
            f"task {task.id}: a working-day count reaches beyond {calendar.verified_from} to {calendar.verified_until}, "
            "the days the calendar vouches for; evaluate without strict to get a provisional answer."
        )

    missing: tuple[str, ...] = ()
    if plan.required_of[facts.kind] and not out_of_scope:
        values = task.__dict__
        missing = tuple([field for field in plan.required_in[cell] if not _is_known(field, values[field], as_of)])
    # By position, in the order of the fields: names cost a third more of what making a result costs.
    return Evaluation(
        task.id,
        plan.regulation,
        as_of,
        PROGRESS[progress],
        TIMELINESS[timeliness],
        status,
        due_on,
        None if due_on is None else calendar.count(counted_to, due_on),
        deadlines,
        escalations,
        missing,
        _caveats(plan, task, as_of, readings, provisional),
        provisional,
        plan.rules_version,
        calendar.version,
        out_of_scope,
        task,
        explainer,
        due_on if facts.written == task.due_on else _original(plan, calendar, task),
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


def _refuse_task(task: object) -> None:
    if not isinstance(task, Task):
        raise TaskError(f"a {type(task).__name__} is no task; give a Task, or make one with Task.from_record.")


def _facts(plan: Plan, calendar: WorkingCalendar, task: Task, as_of: date, against: Against) -> Facts:
    values = task.__dict__  # pydantic keeps fields here; twice as fast as attribute access in this hot path
    events: dict[str, date] = {}
    for field in plan.event_fields:
        day = values[field]
        if day is not None and day <= as_of:
            events[field] = day
    written = values["due_on"]
    if values["extensions"] or values["suspensions"] or against != "in_force":
        written = _told_against(plan, calendar, task, as_of, against)
    rolled = written if written is None else calendar.following(written)
    return Facts(as_of, events, written, rolled, rolled if plan.roll_due else written, kind_index(task))


def _told_against(plan: Plan, calendar: WorkingCalendar, task: Task, as_of: date, against: Against) -> date | None:
    """The due day, as written, that a task is told against."""
    if against not in AGAINST:
        raise ValueError(f"against={against!r}: a task is told against 'in_force' or 'original'.")
    return task.due_on if against == "original" else due_day(plan, calendar, task, as_of)


def _original(plan: Plan, calendar: WorkingCalendar, task: Task) -> date | None:
    """The due day as it was first set, as the plan has it."""
    return calendar.following(task.due_on) if plan.roll_due and task.due_on is not None else task.due_on


def _happened(day: date | None, as_of: date) -> date | None:
    return None if day is None or day > as_of else day


def _is_known(field: str, value: object, as_of: date) -> bool:
    """Whether something is recorded, and no day that is yet to come; `due_on` is a plan, and known whatever the day asked about."""
    return value is not None and not (isinstance(value, date) and value > as_of and field != "due_on")


def _status(plan: Plan, kind: int, cell: int) -> StatusCell:
    """The status of a cell; of a task outside the regulation none, whatever its cell."""
    outside = plan.excluded[kind]
    return plan.statuses[cell] if outside is None else StatusCell(Status(None, None, None, outside[0], outside[2]), ())


def _deadline(plan: Plan, calendar: WorkingCalendar, rule: DeadlinePlan, facts: Facts, readings: set[str]) -> Deadline:
    """The row of one rule; notes the readings under which its due day or its state would be another."""
    case = rule.cases[facts.kind]
    done_on = facts.events.get(rule.done_by)
    if not case.applies:
        return case.idle if done_on is None else case.idle._replace(done_on=done_on)
    own, offset = rule.variants[0], case.offset
    starts_on = _start(own, facts)
    if starts_on is None and done_on is None and not rule.elsewhere:
        return case.idle
    earliest = latest = due_on = end_of_period(plan, calendar, starts_on, offset, own.roll)
    answered_on = _answering(rule, done_on, starts_on)
    state = _state(starts_on, due_on, answered_on, facts.as_of)
    # Where no period can end on a day off, only another start makes a difference.
    rolls = facts.rolled != facts.written or offset.unit == "days"
    for variant in rule.variants[1:] if rolls else rule.elsewhere:
        other_start = _start(variant, facts)
        other_due = end_of_period(plan, calendar, other_start, offset, variant.roll)
        if other_due is not None:
            earliest = other_due if earliest is None or other_due < earliest else earliest
            latest = other_due if latest is None or other_due > latest else latest
        if len(variant.changed) == 1 and (
            other_due != due_on or _state(other_start, other_due, _answering(rule, done_on, other_start), facts.as_of) != state
        ):
            readings.add(variant.changed[0])
    reason = case.reason if due_on is None else None
    return Deadline(rule.rule, rule.topic, rule.actor, starts_on, due_on, answered_on, state, case.cite, earliest, latest, reason)


def _start(variant: StartVariant, facts: Facts) -> date | None:
    """The start day (not counted, unless the plan says so): the first known of the fields."""
    for field in variant.fields:
        start = facts.events.get(field) if field != "due_on" else facts.rolled if variant.roll else facts.written
        if start is not None:
            return start
    return None


def end_of_period(plan: Plan, calendar: WorkingCalendar, start: date | None, offset: Offset, roll: bool) -> date | None:
    """The last day in time; None where there is no start or no number."""
    unit, number = offset
    if start is None or unit == "none":
        return None
    if unit == "working_days":
        # With the start day counted it is itself the first of the working days, where it is one.
        first_counts = plan.start_included and number > 0 and calendar.is_working(start)
        return calendar.add(start, number - first_counts)
    if unit == "days":
        end = start + timedelta(days=number - (plan.start_included and number > 0))
        return calendar.following(end) if roll else end
    return start


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


def _caveats(plan: Plan, task: Task, as_of: date, readings: set[str], provisional: bool) -> tuple[Caveat, ...]:
    caveats = plan.caveats_on(as_of)
    if plan.secret_caveat is not None and task.secrecy != "normal":
        caveats += (plan.secret_caveat,)
    if readings:
        ordered = readings if len(readings) == 1 else [id for id in plan.reading_caveats if id in readings]
        caveats += tuple([plan.reading_caveats[id] for id in ordered])
    if task.suspensions and plan.suspensions is None and task.suspensions[0].since <= as_of:
        caveats += (SUSPENSION_NOT_PROVIDED,)
    return (*caveats, PROVISIONAL) if provisional else caveats


def _rests_on_uncertain_days(
    calendar: WorkingCalendar, due_on: date | None, counted_to: date, deadlines: tuple[Deadline, ...], counted: list[Count]
) -> bool:
    """Whether a count of working days reaches beyond the days the calendar vouches for."""
    first, last = calendar.verified_from, calendar.verified_until
    if due_on is not None and not (first <= due_on <= last and first <= counted_to <= last):
        return True
    for row in deadlines:
        begins, latest = row.earliest, row.latest
        if begins is None or latest is None:
            continue
        if row.starts_on is not None and row.starts_on < begins:
            begins = row.starts_on
        if begins < first or latest > last:
            return True
    return any(begins < first or ends > last for begins, ends in counted) if counted else False
