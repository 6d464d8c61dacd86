"""`evaluate`: where every task of a table stands."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Protocol, TextIO

import typer

from ..engines.single import refuse_day
from ..errors import CalendarHorizonError, TaskError, UnverifiedCalendarError, needing
from ..formats.results import JsonLines
from ..labels import counted
from ..regulation import Regulation
from ..results import Evaluation
from .files import binary_output, console_on, format_of, output, source_from, tasks_from
from .options import (
    AsOf,
    Closures,
    KnownOn,
    Lang,
    Language,
    Out,
    ReadingOptions,
    RegulationName,
    Strict,
    TasksFile,
    as_of_day,
    regulation,
)
from .result_table import ResultTable
from .task_rows import Refusals


class Format(StrEnum):
    """How results are written."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"
    xlsx = "xlsx"
    parquet = "parquet"


def evaluate(
    name: RegulationName,
    tasks: TasksFile,
    as_of: AsOf = None,
    format: Annotated[
        Format | None, typer.Option("--format", help="How results are written; left out: as the extension of --out says, else a table.")
    ] = None,
    out: Out = None,
    lang: Lang = Language.vi,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
    strict: Strict = False,
) -> None:
    """Where every task stands: its status, deadlines, escalations. Exit status 1 where rows were refused."""
    rules = regulation(name, reading, known_on, closures, strict)
    day = as_of_day(as_of)
    refuse_day(rules.plan, day)
    chosen = format or format_of(out, Format, Format.table)
    refusals = Refusals(tasks)
    work = _one_by_one if chosen in (Format.table, Format.jsonl) else _by_the_column
    done, ignored = work(rules, tasks, day, chosen, out, lang, refusals)
    refusals.name_ignored(ignored)
    refusals.end(f"{counted(done, 'task')} evaluated under {rules.id}")


# How many tasks were evaluated, and the columns that give no field.
_Done = tuple[int, tuple[str, ...]]


class _Writer(Protocol):
    def write(self, result: Evaluation) -> None: ...


def _one_by_one(rules: Regulation, tasks: str, day: date, format: Format, out: Path | None, lang: Language, refusals: Refusals) -> _Done:
    """Whole results, with the single engine."""
    done = 0
    with tasks_from(tasks) as table, output(out) as stream:
        writer: _Writer = JsonLines(stream) if format is Format.jsonl else _table(stream, lang)
        for row in table.rows:
            error = row.error
            if row.task is not None:
                try:
                    writer.write(rules.evaluate(row.task, day))
                    done += 1
                except (CalendarHorizonError, UnverifiedCalendarError) as problem:
                    error = TaskError(str(problem), row=row.line)
            if error is not None:
                refusals.add(error)
        if isinstance(writer, ResultTable):
            writer.print()
    return done, table.ignored


def _table(stream: TextIO, lang: Language) -> ResultTable:
    return ResultTable(console_on(stream), lang.value)


def _by_the_column(rules: Regulation, tasks: str, day: date, format: Format, out: Path | None, lang: Language, refusals: Refusals) -> _Done:
    """Flat results, a row a task, with the columns engine; the file is never whole in memory."""
    done = 0
    with needing("tables", f"writing {format}"):
        from ..streams.behind import Behind
        from ..streams.evaluation import evaluated
        from ..streams.results import writer_of
    with source_from(tasks) as source, binary_output(out, format) as file:
        with writer_of(format, file, rules.plan, source.separator, lang.value) as writer, Behind(writer) as behind:
            for results in evaluated(rules, source, day):
                behind.write(results.table)
                done += results.table.num_rows
                for error in results.refused:
                    refusals.add(error)
        return done, source.ignored
