"""What is fuzzed: each target feeds bytes to one reader, the way the library or the command line does.

A target ends quietly, or with an AssertionError or whatever else went wrong. The only error it lets pass is DeadlineRulesError, whose message
must be one bounded line. Where a reader has two paths, by the row and by the column, both are taken and held to each other.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache, partial
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final

import yaml

from deadline_rules import Regulation, Task, load
from deadline_rules.calendar.entries import ClosureFile
from deadline_rules.calendar.vietnam import WorkingCalendar
from deadline_rules.errors import CalendarHorizonError, DeadlineRulesError, TaskError, UnverifiedCalendarError
from deadline_rules.files import yaml_source
from deadline_rules.files.typed import typed
from deadline_rules.plan.compile import compile_plan
from deadline_rules.readers.tables import read_table
from deadline_rules.rulebook.library import pack_from
from deadline_rules.streams.batches import ParquetSource, RowsSource, Source
from deadline_rules.streams.csv_batches import CsvSource
from deadline_rules.streams.csv_results import CsvResults
from deadline_rules.streams.evaluation import evaluated

Target = Callable[[bytes], None]

LONGEST_MESSAGE: Final = 1000  # characters; the longest lists what may be written instead
AS_OF: Final = date(2026, 11, 20)
_NAME: Final = "fuzzed"
# House rules say what they extend by its path from their own folder; nothing lies in this one.
_FOLDER: Final = Path(gettempdir()) / "deadline-rules-fuzz-nothing-here"


@contextmanager
def _refusing() -> Iterator[list[str]]:
    """An error of the library may end what is inside; its message, which is one line, is put on the list."""
    told: list[str] = []
    try:
        yield told
    except DeadlineRulesError as error:
        told.append(_message(error))


def _message(error: DeadlineRulesError) -> str:
    text = str(error)
    text.encode()  # a message that cannot be written is none
    assert len(text.splitlines()) == 1, text
    assert len(text) <= LONGEST_MESSAGE, f"a message of {len(text)} characters: {text[:200]}"
    return text


@cache
def regulation() -> Regulation:
    """The regulation that tasks are evaluated under."""
    return load("kon-tum")


# --- rule files


def _yaml(data: bytes) -> None:
    """Strict YAML, by the parser that users have."""
    with _refusing():
        yaml_source.parse(data, _NAME)


def _yaml_in_python(data: bytes) -> None:
    """The same by the parser in Python, which wheels without libyaml fall back to."""
    before = yaml_source._LOADER
    yaml_source._LOADER = yaml.SafeLoader
    try:
        _yaml(data)
    finally:
        yaml_source._LOADER = before


def _rules(data: bytes) -> None:
    """A rule file, or house rules over a pack, down to the plan."""
    with _refusing():
        compile_plan(pack_from(yaml_source.parse(data, str(_FOLDER / "regulation.yaml"))))


def _closures(data: bytes) -> None:
    """A host's own days off and worked."""
    with _refusing():
        entries = typed(ClosureFile, yaml_source.parse(data, _NAME)).decisions
        assert WorkingCalendar(extra=entries).version


# --- tasks


def _task_json(data: bytes) -> None:
    """One task as JSON. Whatever is taken must come back the same."""
    with _refusing():
        task = Task.model_validate_json(data)
        assert Task.model_validate_json(task.model_dump_json()) == task


def _task(data: bytes) -> None:
    """One task from values of Python."""
    with _refusing():
        assert repr(Task.model_validate(values(data)))


def _record(data: bytes) -> None:
    """One task from a row as people write it."""
    for unknown in ("raise", "ignore"):
        with _refusing():
            task = Task.from_record(values(data), unknown=unknown)
            regulation().evaluate(task, AS_OF)


def values(data: bytes) -> dict[Any, object]:
    """A mapping of values of Python: each line is `name=kind:text`, `kind` being one of `_KINDS`; other lines give text.

    >>> values(b"id=text:T-01\\ndue_on=day:2026-11-16\\nurgent=ten to the power:2")
    {'id': 'T-01', 'due_on': datetime.date(2026, 11, 16), 'urgent': 100}
    """
    found: dict[Any, object] = {}
    for line in data.decode("utf-8", "surrogateescape").split("\n")[:100_000]:
        name, _, rest = line.partition("=")
        kind, _, text = rest.partition(":")
        key: object = int(name[1:]) if name[:1] == "#" and name[1:].isdecimal() and len(name) < 20 else name
        try:
            found[key] = _KINDS.get(kind, str)(text)
        except (ValueError, OverflowError, RecursionError):  # no such value
            found[key] = text
    return found


def _nested(text: str) -> object:
    value: object = "x"
    for _ in range(min(int(text[:6]), 100_000)):
        value = [value]
    return value


_KINDS: Final[dict[str, Callable[[str], object]]] = {
    "text": str,
    "escaped": lambda text: text.encode("latin-1", "backslashreplace").decode("unicode_escape"),
    "number": lambda text: int(text[:400]),
    "ten to the power": lambda text: 10 ** min(int(text[:6]), 100_000),
    "float": float,
    "flag": bool,
    "nothing": lambda _: None,
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "moment of": lambda text: datetime.fromtimestamp(float(text), UTC),
    "bytes": lambda text: text.encode("utf-8", "surrogateescape"),
    "nested": _nested,
    "json": json.loads,
    "periods": lambda text: [dict.fromkeys(("granted_on", "due_on"), date.fromisoformat(day)) for day in text.split(",")],
    "stops": lambda text: [{"since": date.fromisoformat(day)} for day in text.split(",")],
}


# --- files of tasks


def _table(kind: str, source_of: Callable[[bytes], Source], data: bytes) -> None:
    """A whole file by the row, as for jsonl and tables, and by the column, as for csv, xlsx and parquet."""
    with _refusing() as by_row:
        by_row += _refused_by_row(data, kind)
        by_row.append("")
    with _refusing() as by_column:
        by_column += _refused_by_column(source_of(data))
        by_column.append("")
    if "which cannot be the" in by_column[-1]:
        return  # a column of lists: by the row each of its cells is refused
    whole = not by_row[-1]
    assert whole == (not by_column[-1]), (by_row[-1:], by_column[-1:])
    if whole:
        assert by_row == by_column
    elif kind != "parquet":  # by the column its ids are read first, so that something else may be met first
        assert by_row[-1] == by_column[-1]


def _refused_by_row(data: bytes, kind: str) -> list[str]:
    table = read_table(BytesIO(data), _NAME, kind)
    refused: list[str] = []
    for row in table.rows:
        error = row.error
        if row.task is not None:
            try:
                regulation().evaluate(row.task, AS_OF)
            except (CalendarHorizonError, UnverifiedCalendarError) as problem:
                error = TaskError(str(problem), row=row.line)
        if error is not None:
            refused.append(_message(error))
    return refused


def _refused_by_column(source: Source) -> list[str]:
    refused: list[str] = []
    out = BytesIO()
    with CsvResults(out, source.separator) as writer:
        for results in evaluated(regulation(), source, AS_OF):
            writer.write(results.table)
            refused += [_message(error) for error in results.refused]
    _check_cells(out.getvalue().decode(), source.separator)
    return refused


def _check_cells(text: str, separator: str) -> None:
    """No cell of our own csv is run by a spreadsheet."""
    csv.field_size_limit(2**31 - 1)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True):
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")), cell[:40]
                assert cell[:1] != "-" or cell[1:].isdecimal(), cell[:40]
    finally:
        csv.field_size_limit(131_072)


def _rows_of(kind: str, data: bytes) -> Source:
    return RowsSource(read_table(BytesIO(data), _NAME, kind))


TARGETS: Final[dict[str, Target]] = {
    "yaml": _yaml,
    "yaml-in-python": _yaml_in_python,
    "rules": _rules,
    "closures": _closures,
    "task": _task,
    "task-json": _task_json,
    "record": _record,
    "csv": partial(_table, "csv", lambda data: CsvSource(lambda: BytesIO(data), _NAME)),
    "jsonl": partial(_table, "jsonl", partial(_rows_of, "jsonl")),
    "xlsx": partial(_table, "xlsx", partial(_rows_of, "xlsx")),
    "parquet": partial(_table, "parquet", lambda data: ParquetSource(lambda: BytesIO(data), _NAME)),
}
