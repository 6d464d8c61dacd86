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

from ..errors import CalendarHorizonError, TaskError, UnverifiedCalendarError
from ..formats.results import CsvResults, JsonLines
from ..labels import DEADLINE_STATES, PROGRESS, TIMELINESS, day_text
from ..regulation import Regulation
from ..results import Evaluation, Label
from ..results import Lang as LangCode
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
    output,
    regulation,
    say,
    tasks_from,
)

# Below this many rows a progress bar is only flicker.
_ROWS_WITH_BAR = 2_000
_WIDTH_OF_FILES = 200


class Format(StrEnum):
    """How results are written."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"


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
    done = refused = 0
    # A task that cannot be evaluated is refused with its row; one `as_of` too early refuses the whole call.
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
                say(f"{tasks}: {error}")
                refused += 1
            advance()
        if isinstance(writer, _TaskTable):
            writer.print()
    if table.ignored:
        say(f"{tasks}: columns not used: {', '.join(table.ignored)}")
    say(f"{done} tasks evaluated under {rules.id}" + (f", {refused} rows refused" if refused else ""))
    if refused:
        raise typer.Exit(1)


def _writer(format: Format, stream: TextIO, rules: Regulation, separator: str, lang: LangCode) -> _Writer:
    match format:
        case Format.jsonl:
            return JsonLines(stream)
        case Format.csv:
            return CsvResults(stream, rules.plan, separator)
    return _TaskTable(stream, lang)


class _TaskTable:
    """Results as a table for people."""

    def __init__(self, stream: TextIO, lang: LangCode) -> None:
        self._lang = lang
        width = None if stream.isatty() else _WIDTH_OF_FILES
        self._console = Console(file=stream, width=width, highlight=False, soft_wrap=False)
        self._table = Table(
            *(
                label.text(lang)
                for label in (
                    Label("mã", "id"),
                    Label("trạng thái", "status"),
                    Label("tiến độ", "progress"),
                    Label("thời hạn", "due"),
                    Label("còn (ngày LV)", "left (wd)"),
                    Label("việc chưa xong", "duties not done"),
                    Label("đang mở", "open"),
                    Label("lưu ý", "caveats"),
                )
            ),
            box=None,
            pad_edge=False,
        )
        self._common: set[str] | None = None
        self._rows: list[tuple[Evaluation, set[str]]] = []

    def write(self, result: Evaluation) -> None:
        codes = {caveat.code for caveat in result.caveats}
        self._common = codes if self._common is None else self._common & codes
        self._rows.append((result, codes))

    def print(self) -> None:
        """The table; a caveat that every row shares stands once, below it."""
        common = self._common or set()
        texts: dict[str, str] = {}
        for result, codes in self._rows:
            texts.update((caveat.code, caveat.text.text(self._lang)) for caveat in result.caveats)
            self._table.add_row(*self._cells(result), ", ".join(sorted(codes - common)) or "–", style=_style(result))
        self._console.print(self._table)
        for code in sorted(common):
            self._console.print(f"* {code}: {texts[code]}")

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
