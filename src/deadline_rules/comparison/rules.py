"""What a deadline, a report or an escalation says: its parts in words and data, and its substance.

Substance is taken from the plan, so that only what changes an answer counts: who acts and to whom, the start, the duration for each of the
128 kinds of tasks, what ends it, the last day of a report, the opening of an escalation. Ids, articles, labels, quotes and notes do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ..files.typed import Bilingual
from ..labels import FIELDS
from ..plan.facts import KIND_CELLS
from ..plan.model import DeadlinePlan, DueDay, EscalationPlan, Offset, Plan, ReportPlan
from ..results import Label
from ..rulebook.model import RuleSet
from ..rulebook.rules import DeadlineRule, Due, EscalationRule, ReportRule, Rule, Within
from ..rulebook.words import KindWhen, Scope
from ..wording import EVERY, joined, report_day, step_after, when, which_tasks, within
from .model import Data, Entry, Kind, Part, Substance

_LAST_MONTH: Final = {"half": 6, "nine_months": 9, "year": 12}
_ROLLS = Label("ngày nghỉ: chuyển sang ngày làm việc tiếp theo", "a day off moves to the next working day")
_STAYS = Label("giữ nguyên", "it stays")


def deadline(rules: RuleSet, plan: Plan, rule: DeadlineRule, row: DeadlinePlan) -> Entry:
    """What a deadline rule says."""
    numbered = any(case.applies and case.offset.unit in ("working_days", "days") for case in row.cases)
    start = row.variants[0]
    rolls = start.roll and ("due_on" in start.fields or any(case.offset.unit == "days" for case in row.cases))
    included = plan.start_included and numbered
    own = _offset_where(row, None, rule)
    exceptions = [(exception, _offset_where(row, exception.when, rule)) for exception in rule.exceptions]
    parts = [
        *_parties(rules, rule),
        Part("start", (("first_known", start.fields), ("rolls", rolls), ("included", included)), _start_text(start.fields, rolls, included)),
        Part("within", _duration(rule.within, own), _duration_text(rule.within, own, rule.why_no_number), rule.cite, rule.quote),
    ]
    for exception, offset in exceptions:
        why = exception.why_no_number or rule.why_no_number
        text = _colon(which_tasks(exception.when), _duration_text(exception.within, offset, why))
        data = (("when", when(exception.when)), *_duration(exception.within, offset))
        parts.append(Part("except", data, text, exception.cite, exception.quote))
    parts += [_scope("only_for", scope) for scope in rule.only_for]
    parts += [_scope("not_for", scope) for scope in (*rules.excluded, *rule.not_for)]
    parts.append(Part("done_by", (("field", rule.done_by), ("after_start", rule.done_after_start)), field_text(rule.done_by)))
    words = {
        within.unit for within in (rule.within, *(exception.within for exception, _ in exceptions)) if within.unit not in ("working_days", "days")
    }
    substance = (
        *_who(rule),
        ("start", (start.fields, rolls, included)),
        ("within", (tuple(sorted(words)), tuple(case.offset if case.applies else own for case in row.cases))),
        ("applies", tuple(case.applies for case in row.cases)),
        ("done_by", (rule.done_by, rule.done_after_start)),
    )
    return _entry("deadline", rule, parts, substance)


def report(rules: RuleSet, plan: Plan, rule: ReportRule, row: ReportPlan) -> Entry:
    """What a report rule says."""
    day = row.days[0]
    named_before = plan.month_before and rule.every == "month" and day.form == "day"
    called = Label(" (gọi theo tháng trước)", " (called by the month before)") if named_before else Label("", "")
    every = EVERY[rule.every]
    due, words = _chosen_day(rules, plan, rule)
    data: Data = (
        ("form", due.form),
        ("day", due.before_day or due.by_day or due.on_day or due.days_after_promulgation),
        ("month", due.month),
        ("carried_over", due.carried_over),
        ("instrument", due.set_by.instrument if due.set_by else None),
    )
    last = _last_day(plan, rule, day, due)
    parts = (
        *_parties(rules, rule),
        Part("every", (("every", rule.every), ("month_before", named_before)), Label(every.vi + called.vi, every.en + called.en)),
        Part("due", data, words, rule.cite, rule.quote),
        Part("last_day", last, _last_day_text(rule, day, dict(last))),
    )
    return _entry("report", rule, parts, (*_who(rule), ("every", (rule.every, named_before)), ("last_day", last)))


def escalation(rules: RuleSet, plan: Plan, rule: EscalationRule, row: EscalationPlan) -> Entry:
    """What an escalation rule says."""
    opening = row.opening
    data: Data = (
        ("on_request", opening.on_request),
        ("on", opening.on),
        ("days_after_due", opening.after_due),
        ("working_days_later", opening.later),
        ("unless", opening.unless),
        ("not_carried_out", rule.opens.not_carried_out),
    )
    closed_by = row.closed_by or "completed_on"
    prompt = Label("kịp thời, không nêu số ngày", "promptly, no number") if rule.act == "promptly" else Label("không nêu số ngày", "no number")
    rolls = plan.roll_due and opening.after_due is not None
    parts = [
        *_parties(rules, rule),
        Part("opens", data, _opening_text(rule, row), rule.cite, rule.quote),
        Part("act", (("act", rule.act),), prompt),
        Part("closed_by", (("field", closed_by),), field_text(closed_by)),
    ]
    if opening.after_due is not None:
        parts.append(due_day(rolls))
    substance = (*_who(rule), ("opens", data), ("act", rule.act), ("closed_by", closed_by), ("due_day", rolls))
    return _entry("escalation", rule, parts, substance)


def due_day(rolls: bool) -> Part:
    """What becomes of a task's due day on a day off."""
    return Part("due_day", (("rolls", rolls),), _ROLLS if rolls else _STAYS)


def field_text(field: str) -> Label:
    """A day of a task, with the name of its field."""
    label = FIELDS[field]
    return Label(f"{label.vi} ({field})", f"{label.en} ({field})")


def _entry(kind: Kind, rule: Rule, parts: list[Part] | tuple[Part, ...], substance: Substance) -> Entry:
    also = tuple(dict.fromkeys(cited.cite for cited in rule.also if cited.cite != rule.cite))
    note = rule.note.label() if rule.note else None
    return Entry(rule.id, kind, rule.topic, rule.label.label(), rule.cite, rule.quote, tuple(parts), (("kind", kind), *substance), also, note)


def _who(rule: Rule) -> Substance:
    return ("actor", rule.actor), ("to", frozenset(rule.to))


def _parties(rules: RuleSet, rule: Rule) -> Iterator[Part]:
    yield Part("actor", (("actor", rule.actor),), rules.parties[rule.actor].label())
    if rule.to:
        yield Part("to", (("to", rule.to),), joined([rules.parties[code].label() for code in rule.to], "; "))


def _scope(name: str, scope: Scope) -> Part:
    return Part(name, (("when", when(scope.when)),), _colon(which_tasks(scope.when), scope.reason.label()), scope.cite, scope.quote)


def _colon(head: Label, text: Label) -> Label:
    return Label(f"{head.vi}: {text.vi}", f"{head.en}: {text.en}")


def _start_text(fields: tuple[str, ...], rolls: bool, included: bool) -> Label:
    names = [field_text(field) for field in fields]
    text = Label("; không có thì ".join(name.vi for name in names), "; where there is none, ".join(name.en for name in names))
    if rolls:
        text = joined([text, _ROLLS], "; ")
    return joined([text, Label("tính cả ngày bắt đầu", "the start day counted")], "; ") if included else text


def _offset_where(row: DeadlinePlan, condition: KindWhen | None, rule: DeadlineRule) -> Offset | None:
    """How far the due date lies for the tasks of an exception, or for those of none; None where there are no such tasks."""
    for case, cell in zip(row.cases, KIND_CELLS, strict=True):
        if case.applies:
            held = [exception.when for exception in rule.exceptions if exception.when.holds(cell)]
            if held == ([] if condition is None else [condition]):
                return case.offset
    return None


def _duration(duration: Within, offset: Offset | None) -> Data:
    if offset is None:
        return ("unit", duration.unit), ("number", duration.number if duration.unit in ("working_days", "days") else None)
    return ("unit", duration.unit), ("number", None if offset.unit == "none" else offset.number)


def _duration_text(duration: Within, offset: Offset | None, why: Bilingual | None) -> Label:
    text = within(duration)
    if duration.unit in ("working_days", "days") or offset is None:
        return text
    if offset.unit == "none":
        return _colon(text, why.label()) if why is not None else text
    if offset.unit == "same_day":
        return joined([text, Label("trong ngày", "the same day")])
    number = within(Within(unit="working_days", number=offset.number))
    return Label(f"{text.vi}; cơ quan sử dụng đặt {number.vi}", f"{text.en}; the host sets {number.en}")


def _chosen_day(rules: RuleSet, plan: Plan, rule: ReportRule) -> tuple[Due, Label]:
    """The line of the rule file that the readings choose, followed to the report it points to, and its words."""
    readings = dict(plan.readings)
    due = next(line for line in rule.due if all(readings[id] == option for id, option in line.under.items()))
    if due.same_as is None:
        return due, report_day(due)
    other = next(report for report in rules.reports if report.id == due.same_as)
    followed, words = _chosen_day(rules, plan, other)
    return followed, _colon(Label(f"như {other.label.vi}", f"as the {other.label.en}"), words)


def _last_day(plan: Plan, rule: ReportRule, day: DueDay, due: Due) -> Data:
    if day.form == "none":
        return ("form", due.form if due.form == "set_by" else "no_day"), ("day", None)
    if day.form == "month_end":
        return ("form", "month_end"), ("months", day.months), ("rolls", day.roll)
    if day.form == "after_signing":
        signed = plan.signed_on
        on = (signed + timedelta(days=day.day)).isoformat() if signed else None
        return ("form", "after_signing"), ("days", day.day), ("on", on), ("rolls", day.roll)
    # “before 20” and “by 19” are the same last day.
    return ("form", "day"), ("day", day.day - day.before), ("month", day.month or _LAST_MONTH.get(rule.every)), ("rolls", day.roll)


def _last_day_text(rule: ReportRule, day: DueDay, last: dict[str, object]) -> Label:
    if day.form == "none":
        return day.reason or Label("không có ngày", "no day")
    if day.form == "month_end":
        months = ", ".join(str(month) for month in day.months)
        text = Label(f"ngày cuối tháng {months}", f"the last day of month {months}")
    elif day.form == "after_signing":
        text = Label(f"{last['on']}", f"{last['on']}")
    elif last["month"] is not None:
        text = Label(f"ngày {last['day']}/{last['month']}", f"{last['day']}/{last['month']} (day/month)")
    elif rule.every == "quarter":
        text = Label(f"ngày {last['day']} tháng cuối quý", f"day {last['day']} of the quarter's last month")
    else:
        text = Label(f"ngày {last['day']} hằng tháng", f"day {last['day']} of each month")
    if day.reason is not None:
        text = joined([text, day.reason])
    return joined([text, _ROLLS], "; ") if day.roll else text


def _opening_text(rule: EscalationRule, row: EscalationPlan) -> Label:
    opening, parts = row.opening, []
    if opening.on_request:
        parts.append(Label("theo đề nghị", "on request"))
    if opening.on:
        parts.append(field_text(opening.on))
    if rule.opens.due is not None:
        parts.append(Label("đã đến hạn", "once due") if rule.opens.due == "reached" else Label("đã quá hạn", "once overdue"))
        after = opening.after_due
        parts.append(Label("từ ngày sau thời hạn", "from the day after the due day") if after else Label("từ ngày hết hạn", "from the due day"))
    if rule.opens.not_carried_out:
        not_started = Label("chưa thực hiện (chưa bắt đầu)", "not carried out (not started)")
        parts.append(not_started if opening.unless else Label("chưa thực hiện (chưa hoàn thành)", "not carried out (not completed)"))
    if rule.opens.after is not None:
        parts.append(step_after(rule.opens.after))
    return joined(parts)
