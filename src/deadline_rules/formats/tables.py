"""Tables of tasks from csv and jsonl, row by row: a bad row is named and the others go on."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from ..columns import COLUMN_NAMES, discreet, field_of, names_secrecy
from ..errors import TableError, TaskError, nearest
from ..task import Task, choose_columns, task_of_row

MAX_LINE: Final = 1024 * 1024
_JSON_TEXT: Final = re.compile(r'"([^"\\]*)"')
_LONGEST_HEADER: Final = 100  # lines
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


class _Lines:
    """The lines of a UTF-8 file, each bounded, with the byte-order mark taken off. `read` counts them."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._stream.readline(MAX_LINE + 1)
        if not raw:
            raise StopIteration
        self.read += 1
        where = f"{self._name}:{self.read}"
        if len(raw) > MAX_LINE:
            raise TableError(f"{where}: the line is longer than 1 MiB; this is not a table of tasks.")
        if self.read == 1:
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise TableError(f"{self._name}: the file is UTF-16; save it as UTF-8 (in Excel: “CSV UTF-8”).")
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in raw:
            raise TableError(f"{where}: the file holds null bytes, so it is not UTF-8 text; save it as UTF-8 (in Excel: “CSV UTF-8”).")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise TableError(f"{where}: the text is not UTF-8 (perhaps Windows-1258 or TCVN3); save it as UTF-8 (in Excel: “CSV UTF-8”).") from None


def _read_csv(stream: BinaryIO, name: str) -> TaskTable:
    lines = _Lines(stream, name)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise TableError(f"{name}: the file is empty; the first row must name the columns.")
    # A name in quotation marks may go on over several lines.
    parts, marks = [first], first.count('"')
    while marks % 2 and (more := next(lines, None)) is not None:
        parts.append(more)
        marks += more.count('"')
        if len(parts) > _LONGEST_HEADER:
            raise TableError(f"{name}:{lines.read}: the first row does not end; check its quotation marks.")
    first = "".join(parts)
    separator, header = max(
        _headers(first, f"{name}:{lines.read}"), key=lambda candidate: (sum(field_of(cell) is not None for cell in candidate[1]), len(candidate[1]))
    )
    chosen, ignored = _columns(header, f"{name}:{lines.read}")
    positions = {field: header.index(column) for field, column in chosen.items()}
    rows = _csv_rows(lines, separator, positions, len(header), name)
    return TaskTable(rows, tuple(column for column in ignored if column.strip()), separator)


def _headers(text: str, where: str) -> list[tuple[str, list[str]]]:
    """The columns of the first row, for every separator that can part it."""
    found: list[tuple[str, list[str]]] = []
    why = ""
    for separator in _SEPARATORS:
        try:
            found.append((separator, next(csv.reader([text], delimiter=separator, strict=True))))
        except csv.Error as error:
            why = str(error)
    if not found:
        raise TableError(f"{where}: the first row cannot be parted into columns: {why}; check its quotation marks and line ends.")
    return found


def _columns(header: Sequence[str], where: str) -> tuple[dict[str, str], list[str]]:
    twice = next((column for number, column in enumerate(header) if column.strip() and column in header[:number]), None)
    if twice is not None:
        raise TableError(f"{where}: the column {twice!r} stands twice; keep one.")
    try:
        chosen, ignored = choose_columns(header)
    except TaskError as error:
        raise TableError(f"{where}: {error}") from None
    if "id" not in chosen:
        hint = nearest(header[0].strip().lower(), COLUMN_NAMES["id"])
        raise TableError(f"{where}: no column gives the task's id (mã, mã nhiệm vụ, số or stt){hint}")
    return chosen, ignored


def _csv_rows(lines: _Lines, separator: str, positions: dict[str, int], width: int, name: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = lines.read + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(f"{name}:{line}: the row cannot be parted into cells: {error}; check its quotation marks.") from None
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[width:]):
            why = f"the row has {len(cells)} cells, the header {width}; put text that holds the separator in quotation marks."
            yield Row(line, None, TaskError(why, row=line))
        else:
            yield _row(line, cells, partial(_chosen, cells, positions))


def _chosen(cells: list[str], positions: dict[str, int]) -> dict[str, object]:
    """The cells that give fields; a short row ends in empty ones."""
    return {field: cells[at] for field, at in positions.items() if at < len(cells)}


def _read_jsonl(stream: BinaryIO, name: str) -> TaskTable:
    ignored: dict[str, None] = {}
    table = TaskTable(iter(()))

    def rows() -> Iterator[Row]:
        for line, text in enumerate(_Lines(stream, name), start=1):
            if text.strip():
                yield _row(line, _JSON_TEXT.findall(text), partial(_record, text, ignored))
                table.ignored = tuple(ignored)

    table.rows = rows()
    return table


def _record(text: str, ignored: dict[str, None]) -> dict[str, object]:
    try:
        record = json.loads(text, object_pairs_hook=_each_key_once)
    except TaskError:
        raise
    except (ValueError, RecursionError) as error:
        raise TaskError(f"the line is not JSON: {str(error).split(':')[0]}; write one object a line.") from None
    if not isinstance(record, dict):
        raise TaskError('the line is not a JSON object; write one object a line, such as {"id": "T-01"}.')
    chosen, others = choose_columns(record)
    ignored.update(dict.fromkeys(others))
    return {field: record[column] for field, column in chosen.items()}


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise TaskError(f"the key {twice!r} stands twice; keep one.")
    return record


def _row(line: int, raw: Iterable[object], cells: Callable[[], dict[str, object]]) -> Row:
    try:
        return Row(line, task_of_row(cells()), None)
    except TaskError as error:
        # A cell in the wrong column could be the content of a secret task.
        return Row(line, None, (discreet(error) if names_secrecy(raw) else error).at_row(line))
