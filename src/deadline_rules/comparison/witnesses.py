"""The smallest task, or the first period, on which two regulations say different things of a topic; or that they never do.

What counts as an answer, by aspect of a topic (rule ids, labels, articles and reasons never count):

- `deadlines`: of each rule whose start is known: who acts, from when, by when, and how it stands. A rule that is absent, does not apply
  to the task, or waits for a start that is not known says nothing; one that waits for a due day already known says when it will end.
- `escalations`: of each rule that its facts open: who acts, from which day (none where it opens on request), and how it stands. One that
  waits for its facts says nothing.
- `statuses`: the code of the status, None where the regulation has no list or no answer; or that the task is outside the regulation.
  Progress and timeliness are the same law for all.
- `required_information`: the fields that are missing. `tally`: the count that the task falls under; only where both regulations name counts.
- `reports`: who reports, and by which day (None with no day), of one period. Whether there is a report is an answer too. To whom it goes,
  and in which words the period is called, is none.

Where a topic is a deadline in one regulation and a report in another, each aspect is looked at by itself.

The smallest task has the fewest facts: kinds that are not the default, and days given; the id is none, and no other field is ever needed.
Of tasks with equally many the first is that with the earliest day to look at it, then the earliest days in the order of the fields of Task
(a field that is given comes before one that is not), then the kind in the order of the plan's cells. Nothing lies before the day given; the
day looked at is also one on which both regulations are in force. Why trying few days is enough is told in `witness_search`.

The first period begins on or after that day: the one that ends first, of two the longer; what has no period (on request, once) comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from ..days import FIRST_DAY, as_day
from ..engines import single
from ..errors import CalendarHorizonError
from ..explain import explain
from ..labels import FIELDS, day_text
from ..plan.facts import PROGRESS, TIMELINESS, kind_index, status_index
from ..plan.model import Plan
from ..regulation import Regulation
from ..results import Evaluation, Label, Lang
from ..task import Task
from .witness_gaps import Gaps
from .witness_periods import Period, first_period, report_answer
from .witness_rules import Answer, Aspect, cell_answer, side_of
from .witness_search import Horizon, Search, Smallest, facts_of_kind

STATUSES: Final = "statuses"
REQUIRED: Final = "required_information"
TALLY: Final = "tally"

_SAYS_NOTHING: Final = Label("văn bản không quy định việc này", "the regulation says nothing of this")
_NOTHING_YET: Final = Label("chưa có gì phát sinh đối với nhiệm vụ này", "nothing has come up yet for this task")
_STATUS_LINE: Final = Label("• Trạng thái", "• Status")


class Said(NamedTuple):
    """What one regulation says: the rows of its answer in order, in words, and the articles it rests on."""

    regulation: str
    rows: tuple[Answer, ...]
    text: Label
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"regulation": self.regulation, "text": {"vi": self.text.vi, "en": self.text.en}, "cites": list(self.cites)}


@dataclass(frozen=True, slots=True)
class Witness:
    """The smallest case that shows a difference: a task on a day, or for reports a period."""

    topic: str
    aspect: Aspect
    left: Said
    right: Said
    task: Task | None = None
    as_of: date | None = None
    period: Period | None = None

    @property
    def differ(self) -> bool:
        return True

    def to_dict(self) -> dict[str, Any]:
        """The case as plain data; of the task only what is not left at its default."""
        case: dict[str, Any] = {}
        if self.task is not None:
            case = {"task": self.task.model_dump(mode="json", exclude_defaults=True), "as_of": str(self.as_of)}
        elif self.period is not None:
            case = {"period": {key: value if value is None else str(value) for key, value in self.period._asdict().items()}}
        return {"topic": self.topic, "aspect": self.aspect, "differ": True, **case, "left": self.left.to_dict(), "right": self.right.to_dict()}


@dataclass(frozen=True, slots=True)
class NeverDiffer:
    """Two regulations say the same of a topic, whatever the task and the day, from the day given to `until`.

    `identical`: the rules themselves are the same, once written in one form. Else `patterns` choices of a kind of task and days given, or
    periods, were gone through, each over all days that can matter.
    """

    topic: str
    aspect: Aspect
    identical: bool
    patterns: int
    until: date

    @property
    def differ(self) -> bool:
        return False

    def to_dict(self) -> dict[str, Any]:
        """What was proved, as plain data."""
        proof = {"identical": self.identical, "patterns": self.patterns, "until": self.until.isoformat()}
        return {"topic": self.topic, "aspect": self.aspect, "differ": False, **proof}


class Pair(NamedTuple):
    """What was found between two sides: a witness, or that there is none, for each topic."""

    left: str
    right: str
    found: tuple[Witness | NeverDiffer, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"left": self.left, "right": self.right, "found": [item.to_dict() for item in self.found]}


def witnesses(left: Regulation, right: Regulation, *, after: date) -> tuple[Witness | NeverDiffer, ...]:
    """For each topic of either regulation the smallest case on which they differ, no day of it before `after`, or that there is none.

    Deadlines come first, then escalations, reports, statuses, required information and the tally, each in the order of the left regulation,
    then of the right.

    Raises:
        DayError: `after` is no date, or a date-time without a time zone.
        CalendarHorizonError: `after` lies outside 1990-2100, or so late that periods end beyond it.

    >>> from deadline_rules import load
    >>> found = witnesses(load("kon-tum"), load("can-tho"), after=date(2026, 11, 20))
    >>> found[0].topic, found[0].task.assigned_on, found[0].task.urgent
    ('intake.transfer', datetime.date(2026, 11, 20), True)
    """
    plans = left.plan, right.plan
    first = as_day(after, "after")
    gaps = Gaps(left.calendar, right.calendar, max(first, FIRST_DAY))
    base, until = max(first, left.plan.in_force_from, right.plan.in_force_from), gaps.last_day(plans)
    if first < FIRST_DAY or base.toordinal() > until:
        raise CalendarHorizonError(f"after {first} no case can be worked out inside 1990-2100, the years the calendar knows; give another day.")
    search = Search(Horizon(first.toordinal(), base.toordinal(), until))
    found: list[Witness | NeverDiffer] = []
    for aspect, topic in _topics(plans):
        if aspect == "reports":
            where = first_period((left, right), topic, base, date.fromordinal(until), alike=gaps.alike)
            if where.period is None:
                found.append(NeverDiffer(topic, aspect, where.periods == 0, where.periods, date.fromordinal(until)))
            else:
                found.append(_of_period(topic, left, right, where.period))
            continue
        result = search.smallest(side_of(0, left.plan, gaps, aspect, topic), side_of(1, right.plan, gaps, aspect, topic))
        if result.smallest is None:
            found.append(NeverDiffer(topic, aspect, result.patterns == 0, result.patterns, date.fromordinal(until)))
        else:
            found.append(_of_task(topic, aspect, left, right, result.smallest, f"W-{len(found) + 1}"))
    return tuple(found)


def answer_of(plan: Plan, aspect: Aspect, topic: str, result: Evaluation) -> tuple[Answer, ...]:
    """What a result says of a topic, in rows that can be compared."""
    rows: set[Answer] = set()
    if aspect == "deadlines":
        rows = {(row.actor, row.starts_on, row.due_on, row.state) for row in result.deadlines if row.topic == topic and _known(row)}
    elif aspect == "escalations":
        rows = {(row.actor, row.opens_on, row.state) for row in result.escalations if row.topic == topic}
    elif aspect == STATUSES:
        rows = {("outside",) if result.out_of_scope else (result.status.code,)}
    elif aspect == REQUIRED:
        rows = {(field,) for field in result.missing_fields}
    else:
        cell = status_index(PROGRESS.index(result.progress), TIMELINESS.index(result.timeliness))
        rows = {cell_answer(plan, aspect, kind_index(result.task), cell)}
    return tuple(sorted(rows, key=repr))


def _known(row: object) -> bool:
    """Whether the deadline applies and its start is known."""
    return getattr(row, "starts_on", None) is not None


def _topics(plans: tuple[Plan, Plan]) -> Iterator[tuple[Aspect, str]]:
    sections: tuple[tuple[Aspect, list[str]], ...] = (
        ("deadlines", [rule.topic for plan in plans for rule in plan.deadlines]),
        ("escalations", [rule.topic for plan in plans for rule in plan.escalations]),
        ("reports", [rule.topic for plan in plans for rule in plan.reports]),
    )
    for aspect, topics in sections:
        yield from ((aspect, topic) for topic in dict.fromkeys(topics))
    yield "statuses", STATUSES
    yield "required_information", REQUIRED
    if all(plan.tally.counts is not None for plan in plans):
        yield "tally", TALLY


def _of_task(topic: str, aspect: Aspect, left: Regulation, right: Regulation, found: Smallest, id: str) -> Witness:
    days = {name: date.fromordinal(day) for name, day in found.days.items()}
    task = Task.model_validate({"id": id, **days, **facts_of_kind(found.kind)})
    as_of = date.fromordinal(found.as_of)
    return Witness(topic, aspect, _said(left, topic, aspect, task, as_of), _said(right, topic, aspect, task, as_of), task=task, as_of=as_of)


def _said(regulation: Regulation, topic: str, aspect: Aspect, task: Task, as_of: date) -> Said:
    plan = regulation.plan
    # An answer is shown also where the regulation is strict and the days are not official yet.
    result = single.evaluate(plan, regulation.calendar, task, as_of, explainer=regulation)
    rows = answer_of(plan, aspect, topic, result)
    text = Label(_text(regulation, aspect, topic, result, rows, "vi"), _text(regulation, aspect, topic, result, rows, "en"))
    return Said(plan.regulation, rows, text, _cites(regulation, aspect, topic, result, rows))


def _text(regulation: Regulation, aspect: Aspect, topic: str, result: Evaluation, rows: tuple[Answer, ...], lang: Lang) -> str:
    """The lines of the explanation that are about the topic."""
    plan = regulation.plan
    if aspect == TALLY:
        labels = [count.label.text(lang) for count in plan.tally.counts or () if (count.id,) in rows]
        return "; ".join(labels) or _SAYS_NOTHING.text(lang)
    if aspect == REQUIRED:
        return ", ".join(FIELDS[str(row[0])].text(lang) if row[0] in FIELDS else str(row[0]) for row in rows) or _SAYS_NOTHING.text(lang)
    lines = explain(plan, regulation.calendar, result, lang).splitlines()
    if aspect == STATUSES:
        return "\n".join(line for line in lines if line.startswith(_STATUS_LINE.text(lang)))
    rules = [rule.rule for rule in (plan.deadlines if aspect == "deadlines" else plan.escalations) if rule.topic == topic]
    about = [line for line in lines if any(f" [{rule}]: " in line for rule in rules)]
    return "\n".join(about) or (_NOTHING_YET if rules else _SAYS_NOTHING).text(lang)


def _cites(regulation: Regulation, aspect: Aspect, topic: str, result: Evaluation, rows: tuple[Answer, ...]) -> tuple[str, ...]:
    if aspect == "deadlines":
        found = [row.cite for row in result.deadlines if row.topic == topic]
    elif aspect == "escalations":
        found = [row.cite for row in result.escalations if row.topic == topic]
    elif aspect == STATUSES:
        found = [result.status.cite]
    elif aspect == TALLY:
        found = [regulation.plan.tally.cite or ""]
    else:
        information = regulation.rules.required_information
        found = [line.cite for line in (information.fields if information else ()) if (line.field,) in rows]
    return tuple(dict.fromkeys(cite for cite in found if cite))


def _of_period(topic: str, left: Regulation, right: Regulation, period: Period) -> Witness:
    return Witness(topic, "reports", _said_of(left, topic, period), _said_of(right, topic, period), period=period)


def _said_of(regulation: Regulation, topic: str, period: Period) -> Said:
    reports = report_answer(regulation.plan, regulation.calendar, topic, period)
    lines: dict[Lang, str] = {}
    for lang in ("vi", "en"):
        lines[lang] = "\n".join(
            f"• {rule.label.text(lang)} [{rule.rule}]: {day_text(due_on, lang)}"
            f"{f'; {reason.text(lang)}' if due_on is None and (reason := rule.days[0].reason) else ''} ({rule.cite})"
            for rule, due_on in reports
        )
    text = Label(lines["vi"] or _SAYS_NOTHING.vi, lines["en"] or _SAYS_NOTHING.en)
    rows = {(rule.actor, due_on) for rule, due_on in reports}
    return Said(regulation.id, tuple(sorted(rows, key=repr)), text, tuple(dict.fromkeys(rule.cite for rule, _ in reports)))
