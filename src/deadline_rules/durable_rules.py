"""A regulation for hosts that feed events one at a time, matched by durable_rules. Needs the extra `durable`, and Python 3.11 or 3.12.

>>> from datetime import date
>>> import deadline_rules as dr
>>> from deadline_rules import durable_rules
>>> session = durable_rules.session(dr.load("kon-tum"))                                      # doctest: +SKIP
>>> session.tell("T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16))           # doctest: +SKIP
>>> session.tell("T-01", started_on=date(2026, 11, 4))                                       # doctest: +SKIP
>>> session.ask("T-01", as_of=date(2026, 11, 20)).status.code                                # doctest: +SKIP
'not_done_overdue'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from .days import as_day
from .engines.durable import DurableEngine
from .engines.durable_rule_set import missing
from .errors import DurableMismatchError, TaskError
from .regulation import Regulation
from .results import Evaluation
from .task import Task

__all__ = ["Available", "DurableMismatchError", "Session", "available", "session"]


@dataclass(frozen=True, slots=True)
class Available:
    """Whether durable_rules can be used here; true or false as a whole. `reason` says what is missing, None where nothing is."""

    reason: str | None

    def __bool__(self) -> bool:
        return self.reason is None


def available() -> Available:
    """Whether durable_rules can be imported, and if not what is missing, as one sentence.

    >>> found = available()
    >>> bool(found) == (found.reason is None)
    True
    """
    return Available(missing())


class Session:
    """What a host holds: a regulation, and what has been told of each task so far. It keeps a task until it is told to forget it.

    Each session has a durable_rules rule set of its own, starts no thread and no timer, and reads no clock: every question says which day is meant.
    Safe to share between threads, which wait for each other; it does not pickle.
    """

    def __init__(self, regulation: Regulation) -> None:
        self.regulation = regulation
        self._engine = DurableEngine(regulation.plan, regulation.calendar)
        self._tasks: dict[str, Task] = {}
        self._lock = Lock()

    def tell(self, task: str | Task, /, **facts: Any) -> None:
        """An event: the task of that id has these facts from now on, beside those told before; None takes a fact back.

        A whole Task replaces everything told of it before. Facts are the fields of `Task`, and the day of an event is a fact like any other:
        it may lie in the future.

        Raises:
            TaskError: a field is unknown or of the wrong type, or does not go with what is known; what was known before stays.
        """
        if "id" in facts:
            raise TaskError("id: a task keeps the id it has; give it once, as the first argument.", field="id")
        id = task.id if isinstance(task, Task) else task
        with self._lock:
            known = task if isinstance(task, Task) else self._tasks.get(id)
            if known is None:
                known = Task(id=id, **facts)
            elif facts:
                known = Task(**{**known.__dict__, **facts})
            self._tasks[known.id] = known

    def ask(self, task_id: str, as_of: date) -> Evaluation:
        """Where a task told of stands on `as_of`, that day included: what `Regulation.evaluate` says of it.

        Raises:
            TaskError: nothing was told of the task.
            DurableMismatchError: durable_rules matches something else than the plan says.
            the errors of `Regulation.evaluate`.
        """
        return self.evaluate(self.task(task_id), as_of)

    def task(self, task_id: str) -> Task:
        """All that was told of a task.

        Raises:
            TaskError: nothing was told of the task.
        """
        found = self._tasks.get(task_id)
        if found is None:
            raise TaskError(f"task {task_id}: nothing was told of it, or it was forgotten; tell its facts first.", field="id")
        return found

    def evaluate(self, task: Task, as_of: date) -> Evaluation:
        """The same of a task that the session does not keep, for hosts that keep their tasks themselves.

        Raises:
            DurableMismatchError: durable_rules matches something else than the plan says.
            the errors of `Regulation.evaluate`.
        """
        regulation = self.regulation
        return self._engine.evaluate(task, as_day(as_of, "as_of"), strict=regulation.strict, explainer=regulation)

    def forget(self, task_id: str) -> None:
        """The session lets go of all that was told of a task; nothing happens where nothing was."""
        with self._lock:
            self._tasks.pop(task_id, None)

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._tasks

    def __len__(self) -> int:
        """How many tasks the session keeps."""
        return len(self._tasks)

    def __repr__(self) -> str:
        return f"<Session of {self.regulation.id}, {len(self)} tasks>"


def session(regulation: Regulation) -> Session:
    """A session for a regulation, its readings and its calendar.

    Raises:
        MissingExtraError: durable_rules cannot be imported; the message says what is missing.
    """
    return Session(regulation)
