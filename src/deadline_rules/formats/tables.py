"""Tables of tasks from csv and jsonl, row by row: a bad row is named and the others go on."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from ..columns import COLUMN_NAMES, field_of, read_value
from ..errors import TableError, TaskError, nearest
from ..task import Task, choose_columns

MAX_LINE: Final = 1024 * 1024
_SEPARATORS: Final = (";", ",", "\t")


class Row(NamedTuple):
    """One row of a table: the task, or the error that refuses it. `line` is where the row starts in its file, from 1."""

    line: int
    task: Task | None
    error: TaskError | None


@dataclass(slots=True)
class TaskTable:
    """A table being read. `ignored` are the columns that name no field, `separator` is what a csv file parts its cells with."""

    rows: Iterator[Row]
    ignored: tuple[str, ...] = ()
    separator: str = ","


def read_table(stream: BinaryIO, name: str, kind: str) -> TaskTable:
    """The tasks of `stream`, `kind` being `csv` or `jsonl`; `name` is what messages call it.

    Raises:
        TableError: the file cannot be read at all: empty, not UTF-8, or without a column for the id.
    """
    table = _read_csv(stream, name) if kind == "csv" else _read_jsonl(stream, name)
    table.rows = _each_id_once(table.rows)
    return table


def kind_of(path: str) -> str:
    """`csv` or `jsonl`, by the extension; `-` (standard input) is jsonl.

    Raises:
        TableError: another extension.
    """
    if path == "-":
        return "jsonl"
    suffix = Path(path).suffix.lower()
    if suffix in (".csv", ".jsonl"):
        return suffix[1:]
    raise TableError(f"{path}: tables are read from .csv and .jsonl, not {suffix or 'a file without extension'!r}; save it as one of these.")


def _each_id_once(rows: Iterator[Row]) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        if row.task is None or row.task.id not in seen:
            if row.task is not None:
                seen[row.task.id] = row.line
            yield row
        else:
            why = f"id: {row.task.id[:40]!r} is already the task of row {seen[row.task.id]}; ids are used once."
            yield Row(row.line, None, TaskError(why, field="id", row=row.line))


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    """The lines of a UTF-8 file, each bounded, with the byte-order mark taken off."""
    number = 0
    while raw := stream.readline(MAX_LINE + 1):
        number += 1
        if len(raw) > MAX_LINE:
            raise TableError(f"{name}:{number}: the line is longer than 1 MiB; this is not a table of tasks.")
        if number == 1:
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise TableError(f"{name}: the file is UTF-16; save it as UTF-8 (in Excel: “CSV UTF-8”).")
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in raw:
            raise TableError(f"{name}:{number}: the file holds null bytes, so it is not UTF-8 text; save it as UTF-8 (in Excel: “CSV UTF-8”).")
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError:
            raise TableError(
                f"{name}:{number}: the text is not UTF-8 (perhaps Windows-1258 or TCVN3); save it as UTF-8 (in Excel: “CSV UTF-8”)."
            ) from None


def _read_csv(stream: BinaryIO, name: str) -> TaskTable:
    lines = _lines(stream, name)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise TableError(f"{name}: the file is empty; the first row must name the columns.")
    separator = max(_SEPARATORS, key=lambda candidate: _known_columns(first, candidate))
    header = next(csv.reader([first], delimiter=separator))
    chosen, ignored = _columns(header, name)
    positions = {field: header.index(column) for field, column in chosen.items()}
    reader = csv.reader(lines, delimiter=separator)
    return TaskTable(_csv_rows(reader, positions, len(header), name), tuple(column for column in ignored if column.strip()), separator)


def _known_columns(header: str, separator: str) -> tuple[int, int]:
    cells = next(csv.reader([header], delimiter=separator))
    return sum(field_of(cell) is not None for cell in cells), len(cells)


def _columns(header: Sequence[str], name: str) -> tuple[dict[str, str], list[str]]:
    twice = next((column for number, column in enumerate(header) if column.strip() and column in header[:number]), None)
    if twice is not None:
        raise TableError(f"{name}:1: the column {twice!r} stands twice; keep one.")
    try:
        chosen, ignored = choose_columns(header)
    except TaskError as error:
        raise TableError(f"{name}:1: {error}") from None
    if "id" not in chosen:
        hint = nearest(header[0].strip().lower(), COLUMN_NAMES["id"])
        raise TableError(f"{name}:1: no column gives the task's id (mã, mã nhiệm vụ, số or stt){hint}")
    return chosen, ignored


# `reader` is csv's own type, which has no public name.
def _csv_rows(reader: Iterator[list[str]], positions: dict[str, int], width: int, name: str) -> Iterator[Row]:
    start = 2
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(f"{name}:{start}: the row cannot be parted into cells: {error}; check its quotation marks.") from None
        line, start = start, reader.line_num + 2  # type: ignore[attr-defined]  # the header was read apart
        if not any(cell.strip() for cell in cells):
            continue
        surplus = [cell for cell in cells[width:] if cell.strip()]
        if surplus:
            why = f"the row has {len(cells)} cells, the header {width}; put text that holds the separator in quotation marks."
            yield Row(line, None, TaskError(why, row=line))
        else:
            yield _row(line, lambda cells=cells: {field: cells[at] for field, at in positions.items() if at < len(cells)})  # type: ignore[misc]


def _read_jsonl(stream: BinaryIO, name: str) -> TaskTable:
    ignored: dict[str, None] = {}
    table = TaskTable(iter(()))

    def rows() -> Iterator[Row]:
        for line, text in enumerate(_lines(stream, name), start=1):
            if text.strip():
                yield _row(line, lambda text=text: _record(text, ignored))  # type: ignore[misc]
                table.ignored = tuple(ignored)

    table.rows = rows()
    return table


def _record(text: str, ignored: dict[str, None]) -> dict[str, object]:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TaskError(f"the line is not JSON: {str(error).split(':')[0]}; write one object a line.") from None
    if not isinstance(record, dict):
        raise TaskError('the line is not a JSON object; write one object a line, such as {"id": "T-01"}.')
    chosen, others = choose_columns(record)
    ignored.update(dict.fromkeys(others))
    return {field: record[column] for field, column in chosen.items()}


def _row(line: int, cells: Callable[[], dict[str, object]]) -> Row:
    try:
        facts = {field: value for field, cell in cells().items() if (value := read_value(field, cell)) is not None}
        if "id" not in facts:
            raise TaskError("id: every task needs one; fill the cell.", field="id")
        return Row(line, Task(**facts), None)
    except TaskError as error:
        return Row(line, None, error.at_row(line))
