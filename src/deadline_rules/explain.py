"""The steps of a result, in Vietnamese and English: what was counted from where, which days were skipped, which article says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from .calendar.vietnam import WorkingCalendar
from .errors import ForeignResultError
from .labels import DEADLINE_STATES, ESCALATION_STATES, FIELDS, PROGRESS, TIMELINESS, counted, day_text
from .plan.facts import kind_index
from .plan.model import DeadlineCase, DeadlinePlan, Plan
from .results import Deadline, Escalation, Evaluation, Label, Lang

_MOST_DAYS_LISTED = 8


def explain(plan: Plan, calendar: WorkingCalendar, result: Evaluation, lang: Lang = "vi") -> str:
    """The steps that led to `result`, one a line. Only codes, days and law: never what the task is about.

    Raises:
        ForeignResultError: the result was made by another regulation, version or calendar.
    """
    made_by = (result.regulation, result.rules_version, result.calendar_version)
    if made_by != (plan.regulation, plan.rules_version, calendar.version):
        raise ForeignResultError(
            f"the result comes from {result.regulation} (rules {made_by[1]}, calendar {made_by[2]}), not from this {plan.regulation} "
            f"(rules {plan.rules_version}, calendar {calendar.version}); ask the regulation that made it."
        )
    return "\n".join(_lines(plan, calendar, result, lang))


def _lines(plan: Plan, calendar: WorkingCalendar, result: Evaluation, lang: Lang) -> Iterator[str]:
    def say(vi: str, en: str) -> str:
        return en if lang == "en" else vi

    as_of = day_text(result.as_of, lang)
    yield say(f"Nhiệm vụ {result.task_id} theo {result.regulation}, ngày {as_of}", f"Task {result.task_id} under {result.regulation} on {as_of}")
    yield f"• {say('Tiến độ', 'Progress')}: {PROGRESS[result.progress].text(lang)}{_since(result, lang)}"
    yield f"• {say('Thời hạn', 'Time limit')}: {_time_limit(plan, result, lang)}"
    yield f"• {say('Trạng thái', 'Status')}: {_status(result, lang)}"
    if result.deadlines:
        yield say("Thời hạn từng việc:", "Deadlines:")
    for row in result.deadlines:
        yield f"• {_deadline(plan, calendar, row, kind_index(result.task), lang)}"
    if result.escalations:
        yield say("Báo cáo, xin ý kiến, chuyển lại:", "Escalations:")
    labels = {rule.rule: rule.label for rule in plan.escalations}
    for escalation in result.escalations:
        yield f"• {_escalation(labels[escalation.rule], escalation, lang)}"
    if result.missing_fields:
        yield f"{say('Thông tin còn thiếu', 'Information missing')}: {', '.join(_field(name, lang) for name in result.missing_fields)}"
    if result.caveats:
        yield say("Lưu ý:", "Caveats:")
    for caveat in result.caveats:
        yield f"• [{caveat.code}] {caveat.text.text(lang)}"


def _field(name: str, lang: Lang) -> str:
    return FIELDS[name].text(lang) if name in FIELDS else name


def _since(result: Evaluation, lang: Lang) -> str:
    field = {"completed": "completed_on", "in_progress": "started_on"}.get(result.progress)
    day = getattr(result.task, field) if field and result.task else None
    return f" ({FIELDS[field].text(lang)} {day_text(day, lang)})" if field and day else ""


def _first_set(plan: Plan, result: Evaluation, lang: Lang) -> str:
    """The due day as it was first set, where it is another now, and why it is."""
    if result.original_due_on == result.due_on or result.task is None:
        return ""
    text = f"{'first set' if lang == 'en' else 'ban đầu'} {day_text(result.original_due_on, lang)}"
    granted = [extension.granted_on for extension in result.task.extensions if extension.granted_on <= result.as_of]
    if granted:
        text += f"; {'extension granted on' if lang == 'en' else 'gia hạn ngày'} {day_text(granted[-1], lang)}"
    if plan.suspensions and any(suspension.since <= result.as_of for suspension in result.task.suspensions):
        text += f"; {'suspended' if lang == 'en' else 'có tạm dừng'}, {plan.suspensions}"
    return f" ({text})"


def _time_limit(plan: Plan, result: Evaluation, lang: Lang) -> str:
    if result.due_on is None:
        return TIMELINESS["no_deadline"].text(lang)
    left = result.working_days_left or 0
    measured = result.task.completed_on if result.progress == "completed" and result.task else result.as_of
    text = f"{day_text(result.due_on, lang)}{_first_set(plan, result, lang)}, {TIMELINESS[result.timeliness].text(lang)}"
    if lang == "en":
        return f"{text}; on {day_text(measured, lang)} {counted(abs(left), 'working day')} {'over' if result.timeliness == 'overdue' else 'left'}"
    return f"{text}; tính đến {day_text(measured, lang)} {'quá' if result.timeliness == 'overdue' else 'còn'} {abs(left)} ngày làm việc"


def _status(result: Evaluation, lang: Lang) -> str:
    status = result.status
    if status.code is None:
        why = status.reason.text(lang) if status.reason else ""
        return f"{'none' if lang == 'en' else 'không có'}: {why} ({status.cite})"
    return f"{status.label_en if lang == 'en' else status.label} ({status.cite})"


def _deadline(plan: Plan, calendar: WorkingCalendar, row: Deadline, kind: int, lang: Lang) -> str:
    rule = next(rule for rule in plan.deadlines if rule.rule == row.rule)
    case = rule.cases[kind]
    text = f"{rule.label.text(lang)} [{row.rule}]: {DEADLINE_STATES[row.state].text(lang)}"
    if period := _counted(rule, case, calendar, row, lang):
        text += f"; {period}"
    if row.done_on is not None:
        text += f"; {FIELDS[rule.done_by].text(lang)} {day_text(row.done_on, lang)}"
    if row.earliest != row.latest and row.earliest is not None:
        between = f"{day_text(row.earliest, lang)} – {day_text(row.latest, lang)}"
        text += f"; {'other readings' if lang == 'en' else 'theo các cách đọc'}: {between}"
    if row.reason is not None:
        text += f"; {row.reason.text(lang)}"
    return f"{text} ({row.cite} “{case.quote}”)"


def _counted(rule: DeadlinePlan, case: DeadlineCase, calendar: WorkingCalendar, row: Deadline, lang: Lang) -> str:
    """From where to where, and the days off in between that a reader may not expect."""
    if row.starts_on is None:
        wanted = " / ".join(dict.fromkeys(FIELDS[field].text(lang) for field in rule.variants[0].fields))
        return "" if row.state == "not_applicable" else f"{'not known yet' if lang == 'en' else 'chưa có'}: {wanted}"
    start = day_text(row.starts_on, lang)
    if row.due_on is None:
        return f"{'from' if lang == 'en' else 'từ'} {start}"
    span = f"{'from' if lang == 'en' else 'từ'} {start}, {_length(case, lang)} → {day_text(row.due_on, lang)}"
    skipped = _unusual(calendar, row.starts_on, row.due_on, lang)
    return f"{span} ({skipped})" if skipped else span


def _length(case: DeadlineCase, lang: Lang) -> str:
    unit, number = case.offset
    if unit == "same_day":
        return "the same day" if lang == "en" else "trong ngày"
    if unit == "days":
        return counted(number, "day") if lang == "en" else f"{number} ngày"
    return counted(number, "working day") if lang == "en" else f"{number} ngày làm việc"


def _unusual(calendar: WorkingCalendar, start: date, end: date, lang: Lang) -> str:
    """Weekdays off and weekends worked in (start, end], the first few."""
    found: list[str] = []
    day = start
    while day < end and len(found) < _MOST_DAYS_LISTED and (day - start).days < 400:
        day += timedelta(days=1)
        if calendar.is_working(day) == (day.weekday() >= 5):
            found.append(f"{day_text(day, lang)} {calendar.why(day).reason.text(lang)}")
    return "; ".join(found)


def _escalation(label: Label, row: Escalation, lang: Lang) -> str:
    when = f" {'from' if lang == 'en' else 'từ'} {day_text(row.opens_on, lang)}" if row.opens_on else ""
    return f"{label.text(lang)} [{row.rule}]: {ESCALATION_STATES[row.state].text(lang)}{when} ({row.cite})"
