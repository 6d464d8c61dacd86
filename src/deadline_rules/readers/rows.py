"""Rows of a table and the columns that give fields: what the readers of all kinds of files share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..columns import COLUMN_NAMES, discreet, names_secrecy
from ..errors import TableError, TaskError, nearest
from ..task import Task, choose_columns, task_of_row


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


def row_of(line: int, raw: Iterable[object], cells: Callable[[], dict[str, object]]) -> Row:
    """The row whose cells, by field, are `cells()`; `raw` are all its cells, for whether one names a degree of secrecy."""
    try:
        return Row(line, task_of_row(cells()), None)
    except TaskError as error:
        # A cell in the wrong column could be the content of a secret task.
        return Row(line, None, (discreet(error) if names_secrecy(raw) else error).at_row(line))


def chosen_columns(header: Sequence[str], where: str) -> tuple[dict[str, int], tuple[str, ...]]:
    """The place of the column that gives each field, and the columns that give none.

    Raises:
        TableError: two columns have one name or mean one field, or none gives the id.
    """
    seen: set[str] = set()
    for column in header:
        if column not in seen:
            seen.add(column)
        elif column.strip():
            raise TableError(f"{where}: the column {column!r} stands twice; keep one.")
    try:
        chosen, ignored = choose_columns(header)
    except TaskError as error:
        raise TableError(f"{where}: {error}") from None
    if "id" not in chosen:
        hint = nearest(header[0].strip().lower(), COLUMN_NAMES["id"]) if header else "."
        raise TableError(f"{where}: no column gives the task's id (mã, mã nhiệm vụ, số or stt){hint}")
    return {field: header.index(column) for field, column in chosen.items()}, tuple(column for column in ignored if column.strip())


class SeenIds:
    """The ids of a file and the line each was first used on: an id is used once."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}

    def again(self, id: str, line: int) -> TaskError | None:
        """Why the task `id` of row `line` is refused, where an earlier row has it; else the id is kept."""
        first = self._lines.setdefault(id, line)
        if first == line:
            return None
        return TaskError(f"id: {id[:40]!r} is already the task of row {first}; ids are used once.", field="id", row=line)


def each_id_once(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows; a task whose id an earlier row has is refused."""
    seen = SeenIds()
    for row in rows:
        again = seen.again(row.task.id, row.line) if row.task is not None else None
        yield row if again is None else Row(row.line, None, again)
