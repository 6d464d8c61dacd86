"""The life of a task: every day on which its result flips, found from the plan and not by stepping from day to day.

A result depends on the day asked about in four ways only: an event of the task has happened or not, the task's due day or the due day of a rule has
passed or not, a caveat holds from a day on, and the calendar vouches for the day or not. The days on which one of these turns are finite.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from .calendar.vietnam import WorkingCalendar
from .changes import Flip, Timeline, Value, What
from .columns import DAY_FIELDS
from .days import FIRST_DAY, LAST_DAY, vietnamese
from .engines.single import evaluate
from .engines.time_limit import due_day, turning_days
from .errors import CalendarHorizonError, TaskError
from .labels import FIELDS, counted
from .plan.facts import kind_index
from .plan.model import PROVISIONAL, SUSPENSION_NOT_PROVIDED, Offset, Opening, Plan
from .results import Deadline, Escalation, Evaluation, Label
from .task import Task

_ONE_DAY = timedelta(days=1)

# What a value is of: what it is, and the rule or caveat it belongs to.
_Key = tuple[What, str | None]


class _Turn(NamedTuple):
    """A task on a turning day and as it stood before; `old` is None on its first day."""

    plan: Plan
    calendar: WorkingCalendar
    task: Task
    old: Evaluation | None
    new: Evaluation

    @property
    def day(self) -> date:
        return self.new.as_of

    def happens(self, *fields: str | None) -> list[str]:
        """The events among `fields` that happen on this day."""
        return [field for field in dict.fromkeys(fields) if field and field != "due_on" and getattr(self.task, field) == self.day]


def timeline(plan: Plan, calendar: WorkingCalendar, task: Task, *, strict: bool = False) -> Timeline:
    """Every flip of `task` under `plan`, from its first day to the last on which anything flips.

    Raises:
        TaskError: `task` is no Task.
        CalendarHorizonError: a deadline lies outside 1990-2100, as `evaluate` would say on some day of its life.
        UnverifiedCalendarError: `strict`, and what flips rests on a day that is not official.
    """
    if not isinstance(task, Task):
        raise TaskError(f"a {type(task).__name__} is no task; give a Task, or make one with Task.from_record.")
    if plan.suspensions and task.completed_on is None and task.suspensions and task.suspensions[-1].until is None:
        since = task.suspensions[-1].since
        raise TaskError(
            f"suspensions: the one from {since} has no end, so its days would move the due day for ever; give until.", field="suspensions"
        )
    first = _first_day(plan, task)
    flips: list[Flip] = []
    if first is not None and first <= LAST_DAY:
        old: Evaluation | None = None
        for day in sorted({first, *(day for day in _turning_days(plan, calendar, task) if first < day <= LAST_DAY)}):
            new = evaluate(plan, calendar, task, day)
            found = list(_flips(_Turn(plan, calendar, task, old, new)))
            if strict:
                # That the answers of later days would be refused is no news of the task; that this one is, is.
                found = [flip for flip in found if PROVISIONAL.code not in (flip.before, flip.after)]
                if found and new.provisional:
                    evaluate(plan, calendar, task, day, strict=True)
            flips += found
            old = new
    return Timeline(task.id, plan.regulation, tuple(flips), plan.rules_version, calendar.version)


def _first_day(plan: Plan, task: Task) -> date | None:
    """The day of assignment, else the earliest day known of the task, not before the regulation is in force; None where no day is known."""
    known = [day for field in DAY_FIELDS if (day := getattr(task, field)) is not None]
    return max(task.assigned_on or min(known), plan.in_force_from, FIRST_DAY) if known else None


def _turning_days(plan: Plan, calendar: WorkingCalendar, task: Task) -> Iterator[date]:
    """Every day on which a result can differ from the day before; some on which it does not."""
    for field in plan.event_fields:
        if (day := getattr(task, field)) is not None:
            yield day
    yield from turning_days(plan, task, FIRST_DAY, LAST_DAY)
    yield from (suspension.since for suspension in task.suspensions)
    for due_on in _due_days(plan, calendar, task):
        yield from (due_on, due_on + _ONE_DAY)
    kind = kind_index(task)
    for rule in plan.deadlines:
        case = rule.cases[kind]
        if case.applies and case.offset.unit != "none":
            for field in {field for variant in rule.variants for field in variant.fields}:
                for start in _due_days(plan, calendar, task) if field == "due_on" else (getattr(task, field),):
                    if start is not None:
                        yield from (end + _ONE_DAY for end in _ends(plan, calendar, start, case.offset))
    yield from _later_openings(plan, calendar, task)
    yield from (dated.since for dated in plan.caveats if dated.since is not None)
    yield from (calendar.verified_from, calendar.verified_until + _ONE_DAY)


def _later_openings(plan: Plan, calendar: WorkingCalendar, task: Task) -> Iterator[date]:
    """The days on which further steps open, from any day on which the step they follow may open."""
    due_days = [day for due_on in _due_days(plan, calendar, task) for day in (due_on, due_on + _ONE_DAY)]
    for rule in plan.escalations:
        if rule.opening.later:
            event_on = getattr(task, rule.opening.on) if rule.opening.on else None
            for first in filter(None, (event_on, *due_days)):
                with suppress(CalendarHorizonError):
                    yield calendar.add(first, rule.opening.later)


def _due_days(plan: Plan, calendar: WorkingCalendar, task: Task) -> tuple[date, ...]:
    """Every due day of a task's life as it is written, and moved to a working day."""
    if task.due_on is None:
        return ()
    known = {task.due_on: None}
    if task.extensions or task.suspensions:
        with suppress(CalendarHorizonError):
            known |= dict.fromkeys(due for day in turning_days(plan, task, FIRST_DAY, LAST_DAY) if (due := due_day(plan, calendar, task, day)))
    days = list(known)
    for due_on in known:
        with suppress(CalendarHorizonError):
            days.append(calendar.following(due_on))
    return tuple(days)


def _ends(plan: Plan, calendar: WorkingCalendar, start: date, offset: Offset) -> Iterator[date]:
    """The last day in time under every reading. A day too many does no harm: what counts is what the engine says of it."""
    number = offset.number
    with suppress(CalendarHorizonError):
        if offset.unit == "working_days":
            first_counts = plan.start_included and number > 0 and calendar.is_working(start)
            yield calendar.add(start, number - first_counts)
        elif offset.unit == "days":
            end = start + timedelta(days=number - (plan.start_included and number > 0))
            yield end
            yield calendar.following(end)
        else:
            yield start


def _flips(turn: _Turn) -> Iterator[Flip]:
    before, after = _values(turn.old), _values(turn.new)
    for what, id in dict.fromkeys((*after, *before)):
        old, new = before.get((what, id)), after.get((what, id))
        if old != new:
            reason, cite = _reason(turn, what, id)
            if turn.old is not None and what != "caveat" and turn.old.due_on != turn.new.due_on:
                reason = _moved(turn, reason)
            yield Flip(turn.day, what, None if what == "caveat" else id, old, new, reason, cite)


def _values(result: Evaluation | None) -> dict[_Key, Value]:
    """All that can flip, by what it is and the rule or caveat it belongs to."""
    if result is None:
        return {}
    found: dict[_Key, Value] = {
        ("progress", None): result.progress,
        ("timeliness", None): result.timeliness,
        ("status", None): result.status.code,
    }
    for row in result.deadlines:
        found["state", row.rule] = row.state
        found["due_on", row.rule] = row.due_on
    for opened in result.escalations:
        found["state", opened.rule] = opened.state
        found["opens_on", opened.rule] = opened.opens_on
    return found | {("caveat", caveat.code): caveat.code for caveat in result.caveats}


def _reason(turn: _Turn, what: What, id: str | None) -> tuple[Label, str | None]:
    """Why a value flips, and the article."""
    old, new = turn.old, turn.new
    if what == "caveat":
        found = _caveat_reason(turn, str(id))
        return (_first_reason(turn) if old is None else found), None
    if id is None:
        return (_first_reason(turn) if old is None else _joined(_status_reasons(turn, what))), new.status.cite
    deadline = next((row for row in new.deadlines if row.rule == id), None)
    cite = deadline.cite if deadline is not None else next(rule.cite for rule in turn.plan.escalations if rule.rule == id)
    if old is None:
        return _first_reason(turn), cite
    reasons = _deadline_reasons(turn, old.deadline(id), deadline) if deadline is not None else _escalation_reasons(turn, old, id)
    return _joined(reasons), cite


def _moved(turn: _Turn, reason: Label) -> Label:
    """The due day that is in force from this day on, before what else happens on it."""
    due_on = turn.new.due_on
    moved = Label(f"thời hạn nay là {vietnamese(due_on)}", f"the due day is now {due_on}") if due_on else Label("", "")
    return _joined([moved, reason] if reason.vi else [moved])


def _first_reason(turn: _Turn) -> Label:
    task, day = turn.task, turn.day
    field = "assigned_on" if task.assigned_on is not None else next((name for name in DAY_FIELDS if getattr(task, name) == day), None)
    if field is None or getattr(task, field) != day:
        return Label(f"văn bản áp dụng từ {vietnamese(day)}", f"the regulation applies from {day}")
    return Label(f"ngày đầu tiên của nhiệm vụ ({_event(task, field).vi})", f"the task's first day ({_event(task, field).en})")


def _event(task: Task, field: str) -> Label:
    day = getattr(task, field)
    return Label(f"{FIELDS[field].vi} {vietnamese(day)}", f"{FIELDS[field].en} {day}")


def _events(turn: _Turn, *fields: str | None) -> list[Label]:
    return [_event(turn.task, field) for field in turn.happens(*fields)]


def _day_after(due_on: date) -> Label:
    return Label(f"ngày sau thời hạn {vietnamese(due_on)}", f"the day after the due day {due_on}")


def _joined(reasons: list[Label]) -> Label:
    return Label("; ".join(reason.vi for reason in reasons), "; ".join(reason.en for reason in reasons))


def _status_reasons(turn: _Turn, what: What) -> list[Label]:
    """Of progress, timeliness and the status that rests on both."""
    old, new = turn.old, turn.new
    reasons: list[Label] = []
    if old is not None and what != "timeliness" and old.progress != new.progress:
        reasons += _events(turn, "completed_on" if new.progress == "completed" else "started_on")
    if old is not None and what != "progress" and old.timeliness != new.timeliness and new.due_on is not None and new.due_on == old.due_on:
        reasons.append(_day_after(new.due_on))
    return reasons


def _deadline_reasons(turn: _Turn, old: Deadline, new: Deadline) -> list[Label]:
    """The event that starts the period, the one that ends it, or the due day that passed."""
    rule = next(rule for rule in turn.plan.deadlines if rule.rule == new.rule)
    day, reasons = turn.day, list[Label]()
    if old.starts_on != new.starts_on:
        reasons += _events(turn, *rule.variants[0].fields)[:1]
    elif old.state == "waiting" and new.starts_on == day:
        reasons.append(Label(f"đến thời hạn {vietnamese(day)}", f"the due day {day} is reached"))
    if old.state != new.state:
        reasons += _events(turn, rule.done_by)
        if new.state == "missed" and new.due_on is not None and new.due_on + _ONE_DAY == day:
            reasons.append(Label(f"ngày sau hạn cuối {vietnamese(new.due_on)}", f"the day after its last day in time, {new.due_on}"))
    return list(dict.fromkeys(reasons))


def _escalation_reasons(turn: _Turn, old: Evaluation, id: str) -> list[Label]:
    """The event or the due day that opens it, what closes it, or what keeps it shut."""
    rule = next(rule for rule in turn.plan.escalations if rule.rule == id)
    was, now = old.escalation(id), turn.new.escalation(id)
    reasons = _closing(turn, was, now, rule.closed_by)
    if was is None or (was.opens_on is None and not rule.opening.on_request):
        reasons += _events(turn, rule.opening.on)
    if now is None or now.opens_on is None:
        reasons += _events(turn, *rule.opening.unless)
    if was is not None and now is not None and (was.state, now.state) == ("upcoming", "open"):
        reasons.append(_limit_reached(turn, rule.opening))
    return list(dict.fromkeys(reasons))


def _limit_reached(turn: _Turn, opening: Opening) -> Label:
    """What an escalation was waiting for: the due day, or the working days after an earlier step."""
    if opening.later:
        number, day = opening.later, turn.day
        return Label(
            f"{number} ngày làm việc sau bước trước đã hết: mở từ {vietnamese(day)}",
            f"{counted(number, 'working day')} after the step before: it opens on {day}",
        )
    due_on = turn.new.due_on or turn.day
    return _day_after(due_on) if opening.after_due else Label(f"đến thời hạn {vietnamese(due_on)}", f"the due day {due_on} is reached")


def _closing(turn: _Turn, was: Escalation | None, now: Escalation | None, closed_by: str | None) -> list[Label]:
    """What closes it on this day; completion also says of a closed one that it will never open."""
    if now is None or now.state != "closed":
        return []
    if was is None or was.state != "closed":
        return _events(turn, "completed_on", closed_by)
    return _events(turn, "completed_on") if was.opens_on is not None and now.opens_on is None else []


def _caveat_reason(turn: _Turn, code: str) -> Label:
    comes = any(caveat.code == code for caveat in turn.new.caveats)
    if code == PROVISIONAL.code:
        if turn.day == turn.calendar.verified_until + _ONE_DAY:
            last = turn.calendar.verified_until
            return Label(f"lịch làm việc chỉ chắc chắn đến {vietnamese(last)}", f"the calendar vouches for days up to {last} only")
        return (
            Label("từ ngày này có số ngày làm việc dựa vào ngày chưa chắc chắn", "from this day a count rests on days the calendar cannot vouch for")
            if comes
            else Label("từ ngày này mọi số ngày làm việc dựa vào ngày đã chắc chắn", "from this day all counts rest on days the calendar vouches for")
        )
    if code == SUSPENSION_NOT_PROVIDED.code:
        return Label(f"tạm dừng từ {vietnamese(turn.day)}", f"suspended from {turn.day}")
    if any(dated.since == turn.day and dated.caveat.code == code for dated in turn.plan.caveats):
        return Label(f"lưu ý áp dụng từ {vietnamese(turn.day)}", f"the caveat holds from {turn.day}")
    return (
        Label("từ ngày này cách đọc khác cho kết quả khác", "from this day another reading would give another result")
        if comes
        else Label("từ ngày này cách đọc khác cho cùng kết quả", "from this day the other readings give the same result")
    )
