"""`explain`: the steps that lead to one task's result."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import AsOf, Closures, KnownOn, Lang, Language, ReadingOptions, RegulationName, TasksFile, as_of_day, regulation
from .task_rows import one_task


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
    print(rules.evaluate(one_task(tasks, task), day).explain(lang.value))  # noqa: T201  # this is the command's result
