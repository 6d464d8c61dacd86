"""What the library answers: immutable values that print as the JSON of the interface.

The many small rows are named tuples (four times cheaper to make than frozen dataclasses, and one evaluation makes a dozen).
Codes are plain text, fixed by the interface; labels are Vietnamese, with English beside them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

from .notebook import evaluation_html, reports_html

Lang = Literal["vi", "en"]
Progress = Literal["not_started", "in_progress", "completed"]
Timeliness = Literal["in_time", "overdue", "no_deadline"]
DeadlineState = Literal["waiting", "pending", "met", "met_late", "missed", "no_number", "not_applicable"]
EscalationState = Literal["upcoming", "open", "closed"]
NoticeKind = Literal["due", "missed", "opens", "report_due", "reminder", "warning"]


class Label(NamedTuple):
    """Text for people, in Vietnamese and English."""

    vi: str
    en: str

    def text(self, lang: Lang) -> str:
        return self.en if lang == "en" else self.vi


class Status(NamedTuple):
    """The regulation's own name for where a task stands. `code` is None where it has none, with the `reason`."""

    code: str | None
    label: str | None
    label_en: str | None
    cite: str
    reason: Label | None = None

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"code": self.code, "label": self.label, "cite": self.cite}
        return out | _reason(self.reason)


class Deadline(NamedTuple):
    """One duty with a time. `starts_on` is not counted, `due_on` is the last day in time.

    `earliest` and `latest` are the due dates over all combinations of the open readings that touch this rule.
    """

    rule: str
    topic: str
    actor: str
    starts_on: date | None
    due_on: date | None
    done_on: date | None
    state: DeadlineState
    cite: str
    earliest: date | None
    latest: date | None
    reason: Label | None = None

    def to_dict(self) -> dict[str, Any]:
        out = {key: _plain(value) for key, value in zip(self._fields, self, strict=True) if key != "reason"}
        return out | _reason(self.reason)


class Escalation(NamedTuple):
    """One duty to report upwards or send back. `opens_on` is its first day; None where no day opens it. No text sets its last."""

    rule: str
    topic: str
    actor: str
    opens_on: date | None
    state: EscalationState
    cite: str

    def to_dict(self) -> dict[str, Any]:
        return {key: _plain(value) for key, value in zip(self._fields, self, strict=True)}


class Caveat(NamedTuple):
    """What a reader must know before relying on a result."""

    code: str
    text: Label

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "text": self.text.vi}


class ReportDue(NamedTuple):
    """One report of one period. `due_on` is the last day in time, or None with the `reason`.

    `send_by` is the last working day on or before `due_on`; `earliest` and `latest` run over the open readings.
    """

    rule: str
    regulation: str
    period: str | None
    actor: str
    to: str | None
    due_on: date | None
    falls_on_day_off: bool
    send_by: date | None
    earliest: date | None
    latest: date | None
    cite: str
    topic: str
    label: Label
    provisional: bool = False
    reason: Label | None = None

    def to_dict(self) -> dict[str, Any]:
        out = {key: _plain(value) for key, value in zip(self._fields, self, strict=True) if key not in ("reason", "label")}
        return out | {"label": self.label.vi} | _reason(self.reason)


class Notice(NamedTuple):
    """One thing that becomes true on `day`: a deadline falls due or was missed, an escalation opens, a report is due, a reminder of one of these.

    `key` names it for ever: `day/kind/rule/rules_version/task_id`, the id last, since it alone may hold any character; nothing after the last
    stroke where it is a report's. `deliver_on` is the first working day on or after `day`. `due_on` is the last day in time that it speaks of; None
    for an escalation that waits for none. `rule` is `due_on` for the task's own time limit. Of a task it holds the id and nothing else.
    """

    key: str
    task_id: str | None
    regulation: str
    rule: str
    kind: NoticeKind
    day: date
    deliver_on: date
    due_on: date | None
    period: str | None
    actor: str | None
    to: str | None
    topic: str | None
    label: Label
    cite: str
    provisional: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {key: _plain(value) for key, value in zip(self._fields, self, strict=True)} | {"label": self.label.vi}

    def to_json(self) -> str:
        """The notice as one line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


class NoticeChanges(NamedTuple):
    """What facts that came late do to notices: those that no longer hold, the new ones, and those that hold with another content.

    `changed` are the notices as they now are, their keys as before. `unchanged` counts the rest.
    """

    withdrawn: tuple[Notice, ...]
    new: tuple[Notice, ...]
    changed: tuple[Notice, ...]
    unchanged: int

    def to_dict(self) -> dict[str, Any]:
        lists = {name: [notice.to_dict() for notice in getattr(self, name)] for name in ("withdrawn", "new", "changed")}
        return lists | {"unchanged": self.unchanged}


class Count(NamedTuple):
    """One line of a tally."""

    id: str
    label: Label
    number: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts that the report to the superior asks for; `total` is their sum, tasks outside the regulation apart."""

    regulation: str
    as_of: date
    total: int
    counts: tuple[Count, ...]
    out_of_scope: int
    cite: str | None
    total_label: Label
    caveats: tuple[Caveat, ...] = ()

    def __getitem__(self, id: str) -> int:
        """The number of one count; `total` and `out_of_scope` are counts too."""
        if id in ("total", "out_of_scope"):
            return int(getattr(self, id))
        for count in self.counts:
            if count.id == id:
                return count.number
        raise KeyError(id)

    def to_dict(self) -> dict[str, Any]:
        return {
            "regulation": self.regulation,
            "as_of": self.as_of.isoformat(),
            "total": self.total,
            "counts": {count.id: count.number for count in self.counts},
            "out_of_scope": self.out_of_scope,
            "cite": self.cite,
            "caveats": [caveat.to_dict() for caveat in self.caveats],
        }


class Reports(tuple[ReportDue, ...]):
    """Reports in order: a tuple, which notebooks show as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return reports_html(self)


class Explainer(Protocol):
    """Whoever can tell the steps of a result: the Regulation it came from."""

    def explain(self, result: Evaluation, lang: Lang = "vi") -> str: ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Where one task stands on one day under one regulation, and the article each answer rests on.

    `working_days_left` counts the working days in (as_of, due_on], or minus those in (due_on, as_of] once overdue; for a completed
    task it is measured at its completion; None without a time limit. `provisional` says that a working-day count rests on a day
    the calendar cannot vouch for. `due_on` is the due day that the answer goes by, `original_due_on` the one first set.
    """

    task_id: str
    regulation: str
    as_of: date
    progress: Progress
    timeliness: Timeliness
    status: Status
    due_on: date | None
    working_days_left: int | None
    deadlines: tuple[Deadline, ...]
    escalations: tuple[Escalation, ...]
    missing_fields: tuple[str, ...]
    caveats: tuple[Caveat, ...]
    provisional: bool
    rules_version: str
    calendar_version: str
    out_of_scope: bool = False
    task: Any = field(default=None, repr=False, compare=False)
    explainer: Explainer | None = field(default=None, repr=False, compare=False)
    original_due_on: date | None = None

    def deadline(self, rule: str) -> Deadline:
        """The deadline of one rule, by its id. Raises KeyError where the regulation has no such rule."""
        for row in self.deadlines:
            if row.rule == rule:
                return row
        raise KeyError(rule)

    def escalation(self, rule: str) -> Escalation | None:
        """The escalation of one rule, by its id; None where nothing opens it."""
        return next((row for row in self.escalations if row.rule == rule), None)

    def explain(self, lang: Lang = "vi") -> str:
        """The steps that led here, one a line, each with its article."""
        if self.explainer is None:
            raise ValueError("this result was made without its regulation; call Regulation.explain(result).")
        return self.explainer.explain(self, lang)

    def to_dict(self) -> dict[str, Any]:
        """The result as the interface's JSON object: days as YYYY-MM-DD, codes as they are; `original_due_on` only where it differs."""
        return {
            "task_id": self.task_id,
            "regulation": self.regulation,
            "as_of": self.as_of.isoformat(),
            "progress": self.progress,
            "timeliness": self.timeliness,
            "status": self.status.to_dict(),
            "due_on": _plain(self.due_on),
            "working_days_left": self.working_days_left,
            "deadlines": [row.to_dict() for row in self.deadlines],
            "escalations": [row.to_dict() for row in self.escalations],
            "missing_fields": list(self.missing_fields),
            "caveats": [row.to_dict() for row in self.caveats],
            "provisional": self.provisional,
            "rules_version": self.rules_version,
            "calendar_version": self.calendar_version,
            **({"original_due_on": _plain(self.original_due_on)} if self.original_due_on != self.due_on else {}),
        }

    def _repr_html_(self) -> str:
        return evaluation_html(self)

    def to_json(self) -> str:
        """The result as one line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _reason(reason: Label | None) -> dict[str, Any]:
    return {"reason": reason.vi} if reason is not None else {}
