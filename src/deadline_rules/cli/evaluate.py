"""`evaluate`: where every task of a table stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Protocol, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from ..engines.single import refuse_day
from ..errors import CalendarHorizonError, TaskError, UnverifiedCalendarError
from ..formats.results import CsvResults, JsonLines
from ..labels import DEADLINE_STATES, PROGRESS, TIMELINESS, counted, day_text
from ..regulation import Regulation
from ..results import Evaluation, Label
from ..results import Lang as LangCode
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
    called,
    output,
    regulation,
    say,
    tasks_from,
)

# Below this many rows a progress bar is only flicker.
_ROWS_WITH_BAR = 2_000


class Format(StrEnum):
    """How results are written."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"


_HEADER = (
    Label("mã", "id"),
    Label("trạng thái", "status"),
    Label("tiến độ", "progress"),
    Label("thời hạn", "due"),
    Label("còn (ngày LV)", "left (wd)"),
    Label("việc chưa xong", "duties not done"),
    Label("đang mở", "open"),
    Label("lưu ý", "caveats"),
)


class _Writer(Protocol):
    def write(self, result: Evaluation) -> None: ...


def evaluate(
    name: RegulationName,
    tasks: TasksFile,
    as_of: AsOf = None,
    format: Annotated[Format, typer.Option("--format", help="How results are written.")] = Format.table,
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
    done = refused = 0
    with tasks_from(tasks) as table, output(out, for_spreadsheets=format is Format.csv) as stream, _progress() as advance:
        writer = _writer(format, stream, rules, table.separator, lang.value)
        for row in table.rows:
            error = row.error
            if row.task is not None:
                try:
                    writer.write(rules.evaluate(row.task, day))
                    done += 1
                except (CalendarHorizonError, UnverifiedCalendarError) as problem:
                    error = TaskError(str(problem), row=row.line)
            if error is not None:
                say(f"{called(tasks)}: {error}")
                refused += 1
            advance()
        if isinstance(writer, TaskTable):
            writer.print()
    if table.ignored:
        say(f"{called(tasks)}: columns not used: {', '.join(table.ignored)}")
    say(f"{counted(done, 'task')} evaluated under {rules.id}" + (f", {counted(refused, 'row')} refused" if refused else ""))
    if refused:
        raise typer.Exit(1)


def _writer(format: Format, stream: TextIO, rules: Regulation, separator: str, lang: LangCode) -> _Writer:
    match format:
        case Format.jsonl:
            return JsonLines(stream)
        case Format.csv:
            return CsvResults(stream, rules.plan, separator)
    return TaskTable(Console(file=stream, width=None if stream.isatty() else WIDTH_OF_FILES, highlight=False, markup=False), lang)


class TaskTable:
    """Results as a table for people. Caveats are numbered and stand below it, those that every row shares once."""

    def __init__(self, console: Console, lang: LangCode) -> None:
        self._lang = lang
        self._console = console
        self._rows: list[Evaluation] = []

    def write(self, result: Evaluation) -> None:
        self._rows.append(result)

    def print(self) -> None:
        """Prints what was written."""
        table = Table(box=None, pad_edge=False)
        for label in _HEADER:
            table.add_column(label.text(self._lang), overflow="fold")
        texts = {caveat.code: caveat.text.text(self._lang) for result in self._rows for caveat in result.caveats}
        shared = {code for code in texts if all(any(caveat.code == code for caveat in result.caveats) for result in self._rows)}
        numbers = {code: number for number, code in enumerate((code for code in texts if code not in shared), start=1)}
        for result in self._rows:
            own = ", ".join(map(str, sorted(numbers[caveat.code] for caveat in result.caveats if caveat.code in numbers)))
            table.add_row(*self._cells(result), own or "–", style=_style(result))
        self._console.print(table)
        for code, text in texts.items():
            self._console.print(f"{numbers.get(code, '*')}  {code}: {text}")

    def _cells(self, result: Evaluation) -> tuple[str, ...]:
        status = result.status
        label = status.label_en if self._lang == "en" else status.label
        left = "–" if result.working_days_left is None else str(result.working_days_left)
        due = day_text(result.due_on, self._lang) if result.due_on else TIMELINESS["no_deadline"].text(self._lang)
        duties = "; ".join(
            f"{row.rule} {day_text(row.due_on, self._lang)} ({DEADLINE_STATES[row.state].text(self._lang)})"
            for row in result.deadlines
            if row.state in ("pending", "missed")
        )
        opened = ", ".join(row.rule for row in result.escalations if row.state == "open" and row.opens_on)
        return result.task_id, label or "–", PROGRESS[result.progress].text(self._lang), due, left, duties or "–", opened or "–"


def _style(result: Evaluation) -> str:
    return "red" if result.timeliness == "overdue" and result.progress != "completed" else ""


class _Advance(Protocol):
    def __call__(self) -> None: ...


@contextmanager
def _progress() -> Iterator[_Advance]:
    """A progress bar on standard error, once there are many rows and a person is watching."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    console = Console(stderr=True)
    bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console)
    rows = 0
    job = bar.add_task("tasks", total=None, visible=False)

    def advance() -> None:
        nonlocal rows
        rows += 1
        if rows == _ROWS_WITH_BAR:
            bar.start()
        if rows >= _ROWS_WITH_BAR and rows % 100 == 0:
            bar.update(job, completed=rows, visible=True)

    try:
        yield advance
    finally:
        if rows >= _ROWS_WITH_BAR:
            bar.stop()
