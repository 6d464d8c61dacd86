"""The rows of a file of tasks, and what is told of those that are none."""

from __future__ import annotations

import typer

from ..errors import TaskError
from ..labels import counted
from ..task import Task
from ..text import one_line
from .files import called, tasks_from
from .options import say


class Refusals:
    """The refused rows of a file: each is named on standard error, and where there was one the exit status is 1."""

    def __init__(self, tasks: str) -> None:
        self._name = called(tasks)
        self._number = 0

    @property
    def number(self) -> int:
        """How many rows were refused."""
        return self._number

    def add(self, error: TaskError) -> None:
        """Names a row."""
        say(f"{self._name}: {error}")
        self._number += 1

    def name_ignored(self, columns: tuple[str, ...]) -> None:
        """Names the columns that give no field."""
        if columns:
            say(one_line(f"{self._name}: columns not used: {', '.join(columns)}"))

    def end(self, told: str) -> None:
        """Says what was done, and how many rows were refused."""
        say(told + (f", {counted(self._number, 'row')} refused" if self._number else ""))
        if self._number:
            raise typer.Exit(1)


def all_tasks(tasks: str, refusals: Refusals) -> list[Task]:
    """The tasks of a file."""
    accepted: list[Task] = []
    with tasks_from(tasks) as table:
        for row in table.rows:
            if row.task is not None:
                accepted.append(row.task)
            elif row.error is not None:
                refusals.add(row.error)
    refusals.name_ignored(table.ignored)
    return accepted


def one_task(tasks: str, id: str) -> Task:
    """The task of that id.

    Raises:
        TaskError: there is none; the first row that could not be read is named, since it might have been it.
    """
    refused: list[str] = []
    with tasks_from(tasks) as table:
        for row in table.rows:
            if row.task is not None and row.task.id == id:
                return row.task
            if row.error is not None:
                refused.append(str(row.error))
    hint = f" Rows that could not be read: {refused[0]}" if refused else ""
    raise TaskError(f"{called(tasks)}: there is no task {id!r}.{hint}")
