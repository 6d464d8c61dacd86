"""`timeline`: the life of one task, day by day on which anything flips."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..changes import Timeline
from ..labels import day_text
from ..regulation import Regulation
from ..results import Lang as LangCode
from .change_table import name_of, text_of
from .files import console_on, output
from .options import Closures, KnownOn, Lang, Language, Out, ReadingOptions, RegulationName, Strict, TasksFile, regulation
from .task_rows import one_task


class Format(StrEnum):
    """How a life is written."""

    table = "table"
    json = "json"


def timeline(
    name: RegulationName,
    tasks: TasksFile,
    task: Annotated[str, typer.Option("--task", metavar="ID", help="The id of the task.")],
    format: Annotated[Format, typer.Option("--format", help="How the life is written.")] = Format.table,
    out: Out = None,
    lang: Lang = Language.vi,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
    strict: Strict = False,
) -> None:
    """Every day on which the status, a deadline, an escalation or a caveat of one task flips, with the reason and the article."""
    rules = regulation(name, reading, known_on, closures, strict)
    life = rules.timeline(one_task(tasks, task))
    with output(out) as stream:
        if format is Format.json:
            stream.write(life.to_json() + "\n")
        else:
            _print(console_on(stream), rules, life, lang.value)


def _print(console: Console, rules: Regulation, life: Timeline, lang: LangCode) -> None:
    header = ("day", "what", "from", "to", "reason", "article") if lang == "en" else ("ngày", "nội dung", "từ", "thành", "lý do", "điều khoản")
    table = Table(box=None, pad_edge=False)
    for title in header:
        table.add_column(title, overflow="fold")
    last = None
    for flip in life:
        told = tuple(text_of(flip.what, value, (rules,), lang) for value in (flip.before, flip.after))
        day = day_text(flip.day, lang) if flip.day != last else ""
        table.add_row(day, name_of(flip.what, flip.rule, lang), *told, flip.reason.text(lang), flip.cite or "–")
        last = flip.day
    console.print(table)
