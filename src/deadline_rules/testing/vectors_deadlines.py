"""Situations at the boundaries of every deadline rule: each start day, each case of the rule, before, on and after the due day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from ..engines.single import end_of_period
from ..labels import FIELDS
from ..plan.facts import KIND_CELLS
from ..plan.model import DeadlineCase, DeadlinePlan
from ..results import Label
from .vectors_days import BoundaryDay, after
from .vectors_situations import Facts, Ground, Situation, has_limit, joined, kind_facts, kind_words, said, smallest_kinds


class _Way(NamedTuple):
    """A case of a rule: the kind that stands for it, and the day from which the period starts."""

    rule: DeadlinePlan
    case: DeadlineCase
    cell: int
    field: str

    @property
    def kind(self) -> tuple[str, Label | None]:
        """What the kind is called; that it has a time limit goes without saying where the period starts from it."""
        return kind_words(self.cell, limit=self.field != "due_on")

    @property
    def name(self) -> str:
        """What ids call it: the rule, the kind where it is not plain, the start where it is not the usual one."""
        slug, _ = self.kind
        start = f"from-{self.field.removesuffix('_on').replace('_', '-')}" if self.field != self.rule.variants[0].fields[0] else ""
        return "/".join(part for part in (self.rule.rule, slug, start) if part)

    def facts(self, day: date) -> Facts:
        """The task, started on a day."""
        limit = {"due_on": after(day, 14)} if has_limit(self.cell) and self.field != "due_on" else {}
        return kind_facts(self.cell) | limit | {self.field: day}

    def words(self, day: BoundaryDay) -> tuple[Label, Label | None, Label]:
        """The rule, the kind, and where the period starts."""
        field = FIELDS[self.field]
        starts = said(f"mốc bắt đầu ({field.vi}) là {{}}", f"it starts ({field.en}) on {{}}", day.text)
        return self.rule.label, self.kind[1], starts


def deadlines(ground: Ground) -> Iterator[Situation]:
    """The situations of all rules."""
    for rule in ground.regulation.plan.deadlines:
        ways = list(_ways(rule))
        for way in ways:
            for day in ground.days if way.case.applies else (ground.monday,):
                yield from _looked_at(ground, way, day)
        if ways and ways[0].case.offset.unit != "none":
            yield from _closed(ground, ways[0])


def _ways(rule: DeadlinePlan) -> Iterator[_Way]:
    """Each distinct case of the rule from each of its starts, the plain one first."""
    fields = rule.variants[0].fields
    for number, field in enumerate(fields):
        earlier = fields[:number]
        # A task that starts from its time limit has one; one that starts from a later choice has not.
        cells = [cell for cell in range(len(KIND_CELLS)) if has_limit(cell) or field != "due_on"]
        cells = [cell for cell in cells if "due_on" not in earlier or not has_limit(cell)]
        found = smallest_kinds([case[:5] for case in rule.cases], cells)
        yield from (_Way(rule, rule.cases[cell], cell, field) for cell in found.values())


def _looked_at(ground: Ground, way: _Way, day: BoundaryDay) -> Iterator[Situation]:
    """One case from one day: before, on and after its due day; not done, done on it, the day after, and before the start."""
    facts, words = way.facts(day.day), way.words(day)
    due_on = _due(ground, way, day.day)
    ends_on, name, called = due_on or day.day, "due-day" if due_on else "start-day", _DUE if due_on else _START
    looks = {
        "start-day-1": after(day.day, -1),
        "start-day": day.day,
        f"{name}-1": after(ends_on, -1),
        name: ends_on,
        f"{name}+1": after(ends_on, 1),
        f"next-working-day-after-{name}": ground.regulation.calendar.add(ends_on, 1),
    }
    done = {"": None, f"done-on-{name}": ends_on, f"done-day-after-{name}": after(ends_on, 1), "done-before-start": after(day.day, -1)}
    for doing, done_on in done.items():
        more = {} if done_on is None or way.rule.done_by == way.field else {way.rule.done_by: done_on}
        for look, as_of in looks.items():
            # Of what has not happened yet only the eve is tried.
            if done_on is None or as_of >= after(done_on, -1):
                why = joined(*words, _look_words(look, called), _done_words(doing, called))
                id = "/".join(part for part in (way.name, f"start-{day.name}", doing, look) if part)
                yield Situation(id, why, facts | more, as_of, way.rule.rule)


def _closed(ground: Ground, way: _Way) -> Iterator[Situation]:
    """The plain case before every day off and every worked weekend that the calendar knows, on the due day."""
    for day in ground.closed:
        if due_on := _due(ground, way, day.day):
            why = joined(*way.words(day), _look_words("due-day", _DUE))
            yield Situation(f"{way.name}/start-{day.name}/due-day", why, way.facts(day.day), max(due_on, day.day), way.rule.rule)


def _due(ground: Ground, way: _Way, day: date) -> date | None:
    """The last day in time of a period from a day; None where there is no number."""
    plan, calendar, roll = ground.regulation.plan, ground.regulation.calendar, way.rule.variants[0].roll
    starts_on = calendar.following(day) if roll and way.field == "due_on" else day
    return end_of_period(plan, calendar, starts_on, way.case.offset, roll) if way.case.applies else None


_DUE: Final = Label("ngày hết hạn", "the due day")
_START: Final = Label("ngày bắt đầu", "the start day")


def _look_words(look: str, called: Label) -> Label:
    """On which day it is looked at."""
    if look.startswith("start-day"):
        called = _START
    if look.startswith("next"):
        return said("xét vào ngày làm việc tiếp theo sau {}", "looked at on the working day after {}", called)
    if look.endswith("-1"):
        return said("xét vào ngày trước {}", "looked at on the day before {}", called)
    if look.endswith("+1"):
        return said("xét vào ngày sau {}", "looked at on the day after {}", called)
    return said("xét đúng {}", "looked at on {}", called)


def _done_words(doing: str, called: Label) -> Label | None:
    """When it was done."""
    if not doing:
        return None
    if doing == "done-before-start":
        return said("đã làm vào ngày trước {}", "done on the day before {}", _START)
    if doing.startswith("done-on"):
        return said("làm đúng {}", "done on {}", called)
    return said("làm vào ngày sau {}", "done on the day after {}", called)
