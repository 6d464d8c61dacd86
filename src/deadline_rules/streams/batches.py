"""Files of tasks as batches of columns, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO, Final, NamedTuple, Protocol

import pyarrow as pa

from ..columns import DAY_FIELDS, LIST_FIELDS, YES_NO_FIELDS
from ..errors import TaskError
from ..frames.cells import cell
from ..readers.parquet_file import ParquetFile
from ..readers.rows import Row, TaskTable, row_of
from ..task import Task

_ROWS: Final = 16_384  # tasks read one by one that make a batch


def _kind(field: str) -> pa.DataType:
    if field in LIST_FIELDS:
        return pa.list_(pa.struct([(name, pa.date32()) for name in LIST_FIELDS[field]]))
    return pa.date32() if field in DAY_FIELDS else pa.bool_() if field in YES_NO_FIELDS else pa.string()


_SCHEMA: Final = pa.schema([(name, _kind(name)) for name in Task.model_fields])


class Batch(NamedTuple):
    """Some rows of a file: a column a field; `row` reads one of them again, alone, or gives None where it is blank; `refused` never got so far."""

    table: pa.Table
    row: Callable[[int], Row | None]
    refused: Sequence[TaskError] = ()


EMPTY: Final = Batch(_SCHEMA.empty_table(), lambda _: None)


class Source(Protocol):
    """A file of tasks, batch by batch. `separator` is what a csv file parts its cells with."""

    separator: str

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns that name no field; of some files known once they are read."""

    def batches(self) -> Iterator[Batch]:
        """The rows, some ten thousand at a time."""

    def ids(self) -> Iterator[pa.Array] | None:
        """The column of ids alone, where the file can be read once more for them; None where its reader has seen to it that none repeats."""


class RowsSource:
    """A file that is read row by row: jsonl, xlsx, and whatever comes by a pipe. Its reader refuses repeated ids."""

    separator = ","

    def __init__(self, table: TaskTable) -> None:
        self._table = table

    @property
    def ignored(self) -> tuple[str, ...]:
        return self._table.ignored

    def ids(self) -> None:
        return None

    def batches(self) -> Iterator[Batch]:
        while rows := list(islice(self._table.rows, _ROWS)):
            taken = [row for row in rows if row.task is not None]
            columns = {name: [getattr(row.task, name) for row in taken] for name in _SCHEMA.names}
            for name, days in LIST_FIELDS.items():
                columns[name] = [[{day: getattr(part, day) for day in days} for part in parts] for parts in columns[name]]
            refused = [row.error for row in rows if row.error is not None]
            yield Batch(pa.table(columns, _SCHEMA), taken.__getitem__, refused)


class ParquetSource:
    """A parquet file; a row's number stands for its line."""

    separator = ","

    def __init__(self, reopen: Callable[[], BinaryIO], name: str) -> None:
        self._reopen = reopen
        self._name = name
        self.file = ParquetFile(reopen(), name)
        self.ignored = self.file.ignored

    def ids(self) -> Iterator[pa.Array]:
        for batch in ParquetFile(self._reopen(), self._name).batches(["id"]):
            yield batch.column(0)

    def batches(self) -> Iterator[Batch]:
        before = 0
        for batch in self.file.batches():
            table = pa.Table.from_batches([batch]).rename_columns(list(self.file.used))
            yield Batch(table, _reader(table, before + 1))
            before += batch.num_rows


def _reader(table: pa.Table, first: int) -> Callable[[int], Row]:
    def row(number: int) -> Row:
        cells = {name: cell(table.column(name), number) for name in table.column_names}
        return row_of(first + number, cells.values(), lambda: cells)

    return row
