"""Rules in words, Vietnamese and English: durations, conditions, report days, openings. Shared by the page of a regulation and the comparison."""

from __future__ import annotations

from typing import Final

from .labels import PROGRESS, TIMELINESS, counted
from .results import Label
from .rulebook.rules import After, Due, EscalationRule, Within
from .rulebook.words import When

EVERY: Final = {
    "month": Label("hằng tháng", "every month"),
    "quarter": Label("hằng quý", "every quarter"),
    "half": Label("6 tháng đầu năm", "first half of the year"),
    "nine_months": Label("9 tháng", "nine months"),
    "year": Label("hằng năm", "every year"),
    "once": Label("một lần", "once"),
    "on_request": Label("theo yêu cầu", "on request"),
    "occasion": Label("khi phát sinh", "when the occasion arises"),
    "period_not_stated": Label("định kỳ (không nêu kỳ)", "periodically (no period stated)"),
}
_YES: Final = {
    "urgent": Label("nhiệm vụ đột xuất", "urgent tasks"),
    "complex": Label("nhiệm vụ phức tạp", "complex tasks"),
    "routine": Label("nhiệm vụ thường xuyên theo chức năng", "routine tasks"),
    "time_limit": Label("nhiệm vụ có thời hạn", "tasks with a time limit"),
}
_NO: Final = {
    "urgent": Label("nhiệm vụ không đột xuất", "tasks that are not urgent"),
    "complex": Label("nhiệm vụ không phức tạp", "tasks that are not complex"),
    "routine": Label("nhiệm vụ không thường xuyên", "tasks that are not routine"),
    "time_limit": Label("nhiệm vụ không có thời hạn", "tasks without a time limit"),
}
_ASSIGNED_BY: Final = {
    "superior": Label("nhiệm vụ do cấp trên giao", "tasks that the superior assigns"),
    "chair": Label("nhiệm vụ do lãnh đạo cơ quan giao", "tasks that the chair assigns"),
}


def joined(parts: list[Label], by: str = ", ") -> Label:
    """Labels one after the other."""
    return Label(by.join(part.vi for part in parts), by.join(part.en for part in parts))


def within(duration: Within) -> Label:
    """How long a duty may take.

    >>> within(Within(unit="working_days", number=1)).en
    '1 working day'
    """
    number = duration.number
    match duration.unit:
        case "working_days":
            return Label(f"{number} ngày làm việc", f"{number} working day{'s' if number != 1 else ''}")
        case "days":
            return Label(f"{number} ngày", f"{number} days")
        case "immediately":
            return Label("ngay", "at once")
        case "promptly":
            return Label("kịp thời, không nêu số ngày", "promptly, no number")
    return Label("không nêu số ngày", "no number")


def when(condition: When) -> str:
    """A condition as the rule file has it: `complex = yes`."""

    def value(item: object) -> str:
        return ("yes" if item else "no") if isinstance(item, bool) else str(item)

    return ", ".join(f"{name} = {' / '.join(value(item) for item in values)}" for name, values in condition.facts().items())


def which_tasks(condition: When) -> Label:
    """A condition for people.

    >>> which_tasks(When(complex=(True,))).vi
    'nhiệm vụ phức tạp'
    """
    return joined([_fact(name, values) for name, values in condition.facts().items()])


def _fact(name: str, values: tuple[object, ...]) -> Label:
    if name in _YES:
        return joined([(_YES if value else _NO)[name] for value in values], " / ")
    if name == "secrecy":
        grades = ", ".join(str(value) for value in values)
        return Label(f"nhiệm vụ {grades}", f"tasks with the secrecy grade {grades}")
    names = {"assigned_by": _ASSIGNED_BY, "progress": PROGRESS, "timeliness": TIMELINESS}[name]
    return joined([names[str(value)] for value in values], " / ")


def under(readings: dict[str, str]) -> str:
    """The readings a line depends on, in brackets after it; nothing where it depends on none."""
    return f" ({', '.join(f'{id} = {option}' for id, option in readings.items())})" if readings else ""


def report_day(due: Due) -> Label:
    """The day of a report in the words of the text."""
    day = due.before_day or due.by_day or due.on_day
    vi = f"{day}/{due.month}" if due.month else f"{day} của tháng (cuối kỳ)"
    en = f"{day}/{due.month}" if due.month else f"{day} of the (last) month"
    match due.form:
        case "before_day":
            heads = Label(" (chữ “trước” ở đầu danh sách)", " (“trước” heads the list)") if due.carried_over else Label("", "")
            return Label(f"trước ngày {vi}{heads.vi}", f"before {en}{heads.en}")
        case "by_day":
            return Label(f"chậm nhất vào ngày {vi}", f"by {en}, that day included")
        case "on_day":
            return Label(f"ngày {vi}", f"on {en}")
        case "within_months":
            months = ", ".join(str(month) for month in due.within_months)
            return Label(f"trong tháng {months}", f"within month {months}")
        case "days_after_promulgation":
            days = due.days_after_promulgation
            return Label(f"{days} ngày kể từ ngày ban hành", f"{days} days after promulgation")
        case "same_as":
            return Label(f"như `{due.same_as}`", f"as `{due.same_as}`")
    if due.set_by is not None:
        return Label(f"{due.set_by.instrument}: {due.set_by.reason.vi}", f"{due.set_by.instrument}: {due.set_by.reason.en}")
    return due.no_day.label() if due.no_day is not None else Label("", "")


def step_after(after: After) -> Label:
    """When a further step opens.

    >>> step_after(After(of="unit-overdue", working_days=3)).en
    '3 working days after `unit-overdue` opens'
    """
    number, of = after.working_days, after.of
    if number == 0:
        return Label(f"cùng ngày với `{of}`", f"on the day `{of}` opens")
    return Label(f"{number} ngày làm việc sau khi mở `{of}`", f"{counted(number, 'working day')} after `{of}` opens")


def opening(rule: EscalationRule) -> Label:
    """What opens an escalation, in the words of the text."""
    opens, parts = rule.opens, []
    if opens.on_request:
        parts.append(Label("theo đề nghị", "on request"))
    if opens.on:
        parts.append(Label(f"`{opens.on}`", f"`{opens.on}`"))
    if opens.due:
        parts.append(Label("đã đến hạn", "once due") if opens.due == "reached" else Label("đã quá hạn", "once overdue"))
    if opens.not_carried_out:
        parts.append(Label("chưa thực hiện", "not carried out"))
    if opens.after:
        parts.append(step_after(opens.after))
    if rule.act == "promptly":
        parts.append(Label("kịp thời", "promptly"))
    return joined(parts)
