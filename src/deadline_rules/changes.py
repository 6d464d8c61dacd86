"""What changes: in the life of a task from day to day, and in results from one calendar, reading or version to another. Immutable values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple, overload

from .results import Label

# A code, a day, a number, a yes or no, names of fields; None where there is none.
Value = str | date | int | bool | tuple[str, ...] | None

What = Literal[
    "progress",
    "timeliness",
    "status",
    "due_on",
    "working_days_left",
    "out_of_scope",
    "missing_fields",
    "starts_on",
    "opens_on",
    "state",
    "caveat",
]


class Flip(NamedTuple):
    """One thing that is otherwise on `day` than on the day before.

    `rule` is the deadline or escalation rule whose `state`, `due_on` or `opens_on` it is; None for the task's own progress, timeliness and status
    and for a caveat. A caveat that comes has its code in `after`, one that goes has it in `before`. `cite` is None where no article
    is the reason.
    """

    day: date
    what: What
    rule: str | None
    before: Value
    after: Value
    reason: Label
    cite: str | None

    def to_dict(self) -> dict[str, Any]:
        found = {key: plain(value) for key, value in zip(self._fields, self, strict=True)}
        return found | {"reason": self.reason.vi}


@dataclass(frozen=True, slots=True)
class Timeline(Sequence[Flip]):
    """The life of one task: every flip from its first day on, in the order of days. What stands on the first day comes first, from None."""

    task_id: str
    regulation: str
    flips: tuple[Flip, ...]
    rules_version: str
    calendar_version: str

    @overload
    def __getitem__(self, index: int) -> Flip: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Flip, ...]: ...

    def __getitem__(self, index: int | slice) -> Flip | tuple[Flip, ...]:
        return self.flips[index]

    def __len__(self) -> int:
        return len(self.flips)

    def __iter__(self) -> Iterator[Flip]:
        return iter(self.flips)

    def days(self) -> tuple[date, ...]:
        """The days on which something flips, each once."""
        return tuple(dict.fromkeys(flip.day for flip in self.flips))

    def to_dict(self) -> dict[str, Any]:
        """The life as a JSON object: days as YYYY-MM-DD, codes as they are."""
        return {
            "task_id": self.task_id,
            "regulation": self.regulation,
            "flips": [flip.to_dict() for flip in self.flips],
            "rules_version": self.rules_version,
            "calendar_version": self.calendar_version,
        }

    def to_json(self) -> str:
        """The life as one line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


class Cause(NamedTuple):
    """One thing in which two regulations differ, and on which a changed value rests.

    `kind` says what `id` names: a calendar `day` (YYYY-MM-DD), the span of days the calendar vouches for (`verified`), a `reading`, a `deadline`
    or an `escalation` rule, or a `section` of the rule file. `cite` is the decision or the article, where there is one.
    """

    kind: Literal["day", "verified", "reading", "deadline", "escalation", "section"]
    id: str
    text: Label
    cite: str | None

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": self.id, "text": self.text.vi, "cite": self.cite}


class Change(NamedTuple):
    """One value of a result that is another before and after, and what is responsible for it. `rule` as in `Flip`."""

    what: What
    rule: str | None
    before: Value
    after: Value
    causes: tuple[Cause, ...]

    def to_dict(self) -> dict[str, Any]:
        found = {key: plain(value) for key, value in zip(self._fields, self, strict=True)}
        return found | {"causes": [cause.to_dict() for cause in self.causes]}


class TaskImpact(NamedTuple):
    """The task whose result changes, by its id alone, and every value that does."""

    task_id: str
    changes: tuple[Change, ...]

    def change(self, what: What, rule: str | None = None) -> Change | None:
        """The change of one value; None where it stays."""
        return next((change for change in self.changes if (change.what, change.rule) == (what, rule)), None)

    def to_dict(self) -> dict[str, Any]:
        return {"task_id": self.task_id, "changes": [change.to_dict() for change in self.changes]}


@dataclass(frozen=True, slots=True)
class Impact:
    """Which results of a day change; `looked_at` tasks were evaluated before and after, `tasks` holds the changed ones in their order."""

    as_of: date
    looked_at: int
    tasks: tuple[TaskImpact, ...]

    def __getitem__(self, task_id: str) -> TaskImpact:
        """The changes of one task. Raises KeyError where its result stays."""
        for task in self.tasks:
            if task.task_id == task_id:
                return task
        raise KeyError(task_id)

    def to_dict(self) -> dict[str, Any]:
        """The impact as a JSON object: days as YYYY-MM-DD, codes as they are."""
        return {"as_of": self.as_of.isoformat(), "looked_at": self.looked_at, "tasks": [task.to_dict() for task in self.tasks]}

    def to_json(self) -> str:
        """The impact as one line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else list(value) if type(value) is tuple else value
