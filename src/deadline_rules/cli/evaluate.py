"""`evaluate`: where every task of a table stands."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Protocol, TextIO

import typer
from rich.console import Console

from ..engines.single import refuse_day
from ..errors import CalendarHorizonError, TaskError, UnverifiedCalendarError, needing
from ..formats.results import JsonLines
from ..labels import counted
from ..regulation import Regulation
from ..results import Evaluation
from .files import binary_output, called, output, source_from, tasks_from
from .options import (
    WIDTH_OF_FILES,
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
    say,
)
from .result_table import ResultTable


class Format(StrEnum):
    """How results are written."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"
    xlsx = "xlsx"
    parquet = "parquet"


class _Told:
    """What is said of a file once it is done: how many tasks were evaluated, how many rows refused."""

    def __init__(self, tasks: str) -> None:
        self._name = called(tasks)
        self.done = self.refused = 0

    def refuse(self, error: TaskError) -> None:
        say(f"{self._name}: {error}")
        self.refused += 1

    def end(self, ignored: tuple[str, ...], regulation: str) -> None:
        if ignored:
            say(f"{self._name}: columns not used: {', '.join(ignored)}")
        say(f"{counted(self.done, 'task')} evaluated under {regulation}" + (f", {counted(self.refused, 'row')} refused" if self.refused else ""))
        if self.refused:
            raise typer.Exit(1)


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
    chosen = format or _format_of(out)
    told = _Told(tasks)
    if chosen in (Format.table, Format.jsonl):
        ignored = _one_by_one(rules, tasks, day, chosen, out, lang, told)
    else:
        ignored = _by_the_column(rules, tasks, day, chosen, out, lang, told)
    told.end(ignored, rules.id)


def _format_of(out: Path | None) -> Format:
    extension = out.suffix.lower().removeprefix(".") if out is not None else ""
    return Format(extension) if extension in set(Format) else Format.table


class _Writer(Protocol):
    def write(self, result: Evaluation) -> None: ...


def _one_by_one(rules: Regulation, tasks: str, day: date, format: Format, out: Path | None, lang: Language, told: _Told) -> tuple[str, ...]:
    """Whole results, with the single engine."""
    with tasks_from(tasks) as table, output(out) as stream:
        writer: _Writer = JsonLines(stream) if format is Format.jsonl else _table(stream, lang)
        for row in table.rows:
            error = row.error
            if row.task is not None:
                try:
                    writer.write(rules.evaluate(row.task, day))
                    told.done += 1
                except (CalendarHorizonError, UnverifiedCalendarError) as problem:
                    error = TaskError(str(problem), row=row.line)
            if error is not None:
                told.refuse(error)
        if isinstance(writer, ResultTable):
            writer.print()
    return table.ignored


def _table(stream: TextIO, lang: Language) -> ResultTable:
    return ResultTable(Console(file=stream, width=None if stream.isatty() else WIDTH_OF_FILES, highlight=False, markup=False), lang.value)


def _by_the_column(rules: Regulation, tasks: str, day: date, format: Format, out: Path | None, lang: Language, told: _Told) -> tuple[str, ...]:
    """Flat results, a row a task, with the columns engine; the file is never whole in memory."""
    with needing("tables", f"writing {format}"):
        from ..streams.behind import Behind
        from ..streams.evaluation import evaluated
        from ..streams.results import writer_of
    with source_from(tasks) as source, binary_output(out, format) as file:
        with writer_of(format, file, rules.plan, source.separator, lang.value) as writer, Behind(writer) as behind:
            for results in evaluated(rules, source, day):
                behind.write(results.table)
                told.done += results.table.num_rows
                for error in results.refused:
                    told.refuse(error)
        return source.ignored
