"""`explain`: the steps that lead to one task's result."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import TaskError
from .files import called, tasks_from
from .options import AsOf, Closures, KnownOn, Lang, Language, ReadingOptions, RegulationName, TasksFile, as_of_day, regulation


def explain(
    name: RegulationName,
    tasks: TasksFile,
    task: Annotated[str, typer.Option("--task", metavar="ID", help="The id of the task to explain.")],
    as_of: AsOf = None,
    lang: Lang = Language.vi,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
) -> None:
    """How the result of one task comes about, step by step, each with its article."""
    rules = regulation(name, reading, known_on, closures)
    day = as_of_day(as_of)
    refused: list[str] = []
    with tasks_from(tasks) as table:
        for row in table.rows:
            if row.task is not None and row.task.id == task:
                print(rules.evaluate(row.task, day).explain(lang.value))  # noqa: T201  # this is the command's result
                return
            if row.error is not None:
                refused.append(str(row.error))
    hint = f" Rows that could not be read: {refused[0]}" if refused else ""
    raise TaskError(f"{called(tasks)}: there is no task {task!r}.{hint}")
