"""Situations at the boundaries of statuses, of extensions, of required information and of escalations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ..columns import DAY_FIELDS
from ..labels import FIELDS, day_text
from ..plan.facts import KIND_CELLS
from ..plan.model import EscalationPlan
from ..results import Label
from .vectors_days import BoundaryDay, after
from .vectors_situations import PLAIN_KIND, Facts, Ground, Situation, has_limit, joined, kind_facts, kind_words, said, smallest_kinds

_TEXT: Final = "có"  # what a record field holds; only whether it is there counts
_STATUS: Final = Label("Trạng thái", "Status")
# Kinds with some fact, and a time limit, as all tasks here have one.
_SPECIAL_KINDS: Final = tuple(cell for cell in range(len(KIND_CELLS)) if has_limit(cell) and kind_facts(cell))
# When what opens an escalation happens, against the due day; the later ones are tried on plain days alone.
_EVENTS: Final = (("event-before", -3), ("event-on", 0), ("event-after", 3))
_PLAIN_DAYS: Final = ("monday", "saturday")
# How long before its due day a task is assigned and started.
_ASSIGNED: Final = -10
_STARTED: Final = -5


def statuses(ground: Ground) -> Iterator[Situation]:
    """Every cell of progress and timeliness on both sides of its boundaries, for each due day; outside the regulation on a plain one."""
    plan = ground.regulation.plan
    outside = [cell for reason, cell in smallest_kinds(plan.excluded, _SPECIAL_KINDS).items() if reason is not None]
    for cell in (PLAIN_KIND, *outside):
        slug, words = kind_words(cell)
        for day in ground.days if cell == PLAIN_KIND else (ground.monday,):
            due = said("thời hạn là {}", "due on {}", day.text)
            facts = kind_facts(cell) | {"assigned_on": after(day.day, _ASSIGNED), "due_on": day.day}
            for name, label, more, looks in _lives(ground, day.day):
                for look, as_of in looks.items():
                    id = "/".join(part for part in ("status", slug, f"due-{day.name}", name, look) if part)
                    yield Situation(id, joined(_STATUS, words, due, label, _on(look)), facts | more, as_of)
    for day in ground.closed:
        due_on = ground.regulation.calendar.add(day.day, 1)
        why = joined(_STATUS, said("còn một ngày làm việc: xét {}", "one working day is left: looked at on {}", day.text))
        facts = {"assigned_on": after(day.day, _ASSIGNED), "due_on": due_on}
        yield Situation(f"status/on-{day.name}/one-working-day-left", why, facts, day.day)
    yield from _without_limit(ground.monday)


def _lives(ground: Ground, due_on: date) -> Iterator[tuple[str, Label, Facts, dict[str, date]]]:
    """What became of a task with a due day, and the days on which to look, relative to it."""
    next_day = ground.regulation.calendar.add(due_on, 1)
    around = {"due-day-1": after(due_on, -1), "due-day": due_on, "due-day+1": after(due_on, 1)}
    far = {"due-day-14": after(due_on, -14), "due-day+14": after(due_on, 14), "next-working-day": next_day}
    yield "not-started", Label("chưa bắt đầu", "not started"), {}, far | around
    started = {"started_on": after(due_on, _STARTED)}
    looks = {"start-day-1": after(due_on, _STARTED - 1), "start-day": after(due_on, _STARTED), **around}
    yield "started", Label("bắt đầu trước thời hạn 5 ngày", "started five days before"), started, looks
    for name, days, vi, en in (
        ("completed-early", -1, "hoàn thành trước thời hạn một ngày", "completed the day before"),
        ("completed-on-due-day", 0, "hoàn thành đúng ngày hết hạn", "completed on that day"),
        ("completed-late", 1, "hoàn thành sau thời hạn một ngày", "completed the day after"),
        ("completed-14-days-late", 14, "hoàn thành sau thời hạn 14 ngày", "completed 14 days after"),
    ):
        completed_on = after(due_on, days)
        looks = {
            "completed-1": after(completed_on, -1),
            "completed": completed_on,
            "completed+1": after(completed_on, 1),
            "due-day+14": far["due-day+14"],
        }
        yield name, Label(vi, en), started | {"completed_on": completed_on}, looks
    # A host may never hear that a task was started.
    yield "completed-unstarted", Label("hoàn thành, không ghi ngày bắt đầu", "completed, no start recorded"), {"completed_on": due_on}, around


def _without_limit(day: BoundaryDay) -> Iterator[Situation]:
    assigned, started, completed = day.day, after(day.day, 2), after(day.day, 4)
    facts = {"assigned_on": assigned, "started_on": started, "completed_on": completed}
    looks = {
        "assigned": assigned,
        "start-day-1": after(started, -1),
        "start-day": started,
        "completed-1": after(completed, -1),
        "completed": completed,
    }
    for look, as_of in looks.items():
        why = joined(_STATUS, Label("không có thời hạn", "no time limit"), _on(look))
        yield Situation(f"status/no-time-limit/{look}", why, facts, as_of)


def more_time(ground: Ground) -> Iterator[Situation]:
    """An extension before it is granted and from then on, granted in time and after the due day; a suspension."""
    day = ground.monday.day
    for name, granted_on, vi, en in (
        ("granted-before-due-day", after(day, -3), "gia hạn trước khi hết hạn", "extended before it was due"),
        ("granted-on-due-day", day, "gia hạn đúng ngày hết hạn", "extended on its due day"),
        ("granted-after-due-day", after(day, 2), "gia hạn sau khi đã quá hạn", "extended when it was overdue"),
    ):
        extended = after(day, 9)
        facts: Facts = {"assigned_on": after(day, _ASSIGNED), "due_on": day, "extensions": [{"granted_on": granted_on, "due_on": extended}]}
        looks = {
            "due-day": day,
            "due-day+1": after(day, 1),
            "granted-1": after(granted_on, -1),
            "granted": granted_on,
            "extended-due-day": extended,
            "extended-due-day+1": after(extended, 1),
        }
        for look, as_of in looks.items():
            yield Situation(f"more-time/extension/{name}/{look}", joined(Label(vi, en), _on(look)), facts, as_of)
    facts = {
        "assigned_on": after(day, _ASSIGNED),
        "due_on": day,
        "suspensions": [{"since": after(day, -4), "until": after(day, -3)}],
    }
    for look, as_of in {"due-day": day, "due-day+1": after(day, 1), "due-day+3": after(day, 3)}.items():
        yield Situation(f"more-time/suspension/{look}", joined(Label("tạm dừng hai ngày", "suspended for two days"), _on(look)), facts, as_of)


def required(ground: Ground) -> Iterator[Situation]:
    """What must be recorded: all of it, none of it, and each field alone left out, in time and overdue; of a secret task too."""
    plan, day = ground.regulation.plan, ground.monday.day
    fields = list(dict.fromkeys(field.field for field in plan.required))
    if not fields:
        return
    task = {"assigned_on": after(day, _ASSIGNED), "due_on": day}
    given: Facts = {field: after(day, _ASSIGNED) if field in DAY_FIELDS else _TEXT for field in fields if field not in task}
    not_required = [cell for is_required, cell in smallest_kinds(plan.required_of, _SPECIAL_KINDS).items() if is_required is False]
    everything, nothing = Label("ghi đủ thông tin", "everything is recorded"), Label("không ghi gì", "nothing is recorded")
    for look, as_of in {"in-time": day, "overdue": after(day, 1)}.items():
        yield Situation(f"required/all/{look}", joined(everything, _on(look)), task | given, as_of)
        yield Situation(f"required/none/{look}", joined(nothing, _on(look)), task, as_of)
        for field in given:
            rest = {name: value for name, value in given.items() if name != field}
            why = joined(Label(f"thiếu {field}", f"{field} is missing"), _on(look))
            yield Situation(f"required/without-{field.replace('_', '-')}/{look}", why, task | rest, as_of)
        for cell in not_required:
            slug, words = kind_words(cell)
            why = joined(words, nothing, _on(look))
            yield Situation(f"required/{slug}/none/{look}", why, task | kind_facts(cell), as_of)
    completed = {"completed_on": day}
    yield Situation("required/none/completed", joined(nothing, _on("completed")), task | completed, day)


def escalations(ground: Ground) -> Iterator[Situation]:
    """Each escalation: the day before it opens, the day, the day after; closed before and after; without what opens it."""
    for rule in ground.regulation.plan.escalations:
        if rule.opening.on_request:
            yield from _on_request(rule, ground.monday.day)
            continue
        needs_due = rule.opening.after_due is not None
        for day in ground.days if needs_due else (ground.monday,):
            events = (("", 0),) if rule.opening.on is None else _EVENTS if day.name in _PLAIN_DAYS else _EVENTS[:1]
            for name, far in events:
                facts: Facts = {"due_on": day.day} if needs_due else {}
                if rule.opening.on is not None:
                    facts[rule.opening.on] = after(day.day, far)
                yield from _opening(ground, rule, day, name, facts)
        if needs_due and rule.opening.on is not None:
            day = ground.monday
            why = joined(rule.label, Label("nhiệm vụ không có thời hạn", "the task has no time limit"))
            yield Situation(f"{rule.rule}/no-time-limit", why, {rule.opening.on: day.day}, after(day.day, 1), rule.rule)


def _opening(ground: Ground, rule: EscalationPlan, day: BoundaryDay, name: str, facts: Facts) -> Iterator[Situation]:
    opening = rule.opening
    event = facts.get(opening.on, date.min) if opening.on is not None else date.min
    due = date.min
    if "due_on" in facts:
        ends_on = ground.regulation.calendar.following(day.day) if ground.regulation.plan.roll_due else day.day
        due = after(ends_on, opening.after_due or 0)
    opens_on = max(event, due)
    if opening.later:
        opens_on = ground.regulation.calendar.add(opens_on, opening.later)
    starts = said("ngày gốc là {}", "counted from {}", day.text)
    event_words = _happened(opening.on, event) if opening.on is not None else None
    lives: list[tuple[str, Label | None, Facts]] = [("", None, {})]
    for life, far, vi, en in (
        ("completed-before", -1, "hoàn thành trước ngày mở", "completed before it opens"),
        ("completed-on-opening", 0, "hoàn thành đúng ngày mở", "completed on the day it opens"),
        ("completed-after", 2, "hoàn thành sau ngày mở hai ngày", "completed two days after it opens"),
    ):
        lives.append((life, Label(vi, en), {"completed_on": after(opens_on, far)}))
    if "due_on" in facts:
        lives.append(("started", Label("đã bắt đầu trước đó", "started before"), {"started_on": after(day.day, _STARTED)}))
    if rule.closed_by is not None:
        lives.append(("closed", Label("đã trả lại", "closed"), {rule.closed_by: after(opens_on, 2)}))
    for life, words, more in lives:
        for look, far in (("opens-1", -1), ("opens", 0), ("opens+1", 1), ("opens+2", 2), ("opens+3", 3)):
            if (life == "") == (far <= 1) or life == "started":
                id = "/".join(part for part in (rule.rule, f"on-{day.name}", name, life, look) if part)
                yield Situation(id, joined(rule.label, starts, event_words, words, _on(look)), facts | more, after(opens_on, far), rule.rule)


def _on_request(rule: EscalationPlan, day: date) -> Iterator[Situation]:
    closing = {"completed": "completed_on"} | ({"closed": rule.closed_by} if rule.closed_by is not None else {})
    facts: Facts = {"assigned_on": day}
    yield Situation(f"{rule.rule}/on-request", joined(rule.label, Label("chưa đóng", "not closed")), facts, after(day, 1), rule.rule)
    for name, field in closing.items():
        for look, far in (("the-day-before", 1), ("the-day", 2)):
            why = joined(rule.label, _happened(field, after(day, 2)))
            yield Situation(f"{rule.rule}/on-request/{name}/{look}", why, facts | {field: after(day, 2)}, after(day, far), rule.rule)


def _happened(field: str, day: date) -> Label:
    """What happened, and when."""
    return Label(f"{FIELDS[field].vi}: {day_text(day, 'vi')}", f"{FIELDS[field].en} on {day}")


_ON: Final = {
    "due-day": ("ngày hết hạn", "the due day"),
    "start-day": ("ngày bắt đầu", "the start day"),
    "completed": ("ngày hoàn thành", "the day of completion"),
    "granted": ("ngày gia hạn", "the day of the extension"),
    "extended-due-day": ("thời hạn mới", "the new due day"),
    "opens": ("ngày mở", "the day it opens"),
    "assigned": ("ngày giao", "the day of assignment"),
    "next-working-day": ("ngày làm việc sau thời hạn", "the working day after the due day"),
    "in-time": ("ngày hết hạn", "the due day"),
    "overdue": ("ngày sau thời hạn", "the day after the due day"),
}


def _on(look: str) -> Label:
    """On which day it is looked at: `due-day+1` is the day after the due day."""
    name = look.rstrip("0123456789").rstrip("+-")
    vi, en = _ON[name]
    if name == look:
        return Label(f"xét vào {vi}", f"looked at on {en}")
    sign, number = look[len(name)], look[len(name) + 1 :]
    days = "day" if number == "1" else "days"
    return Label(
        f"xét {number} ngày {'sau' if sign == '+' else 'trước'} {vi}", f"looked at {number} {days} {'after' if sign == '+' else 'before'} {en}"
    )
