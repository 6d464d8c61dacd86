"""Tasks from parquet: only the columns that give fields are read, batch by batch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from ..columns import plain_cell
from ..errors import TableError, needing
from .parquet_sizes import refuse_too_many_rows, rows_at_once
from .rows import Row, TaskTable, chosen_columns, row_of

if TYPE_CHECKING:
    import pyarrow as pa

_READ_AHEAD: Final = 1024 * 1024  # bytes a column; without it whole row groups are held


class ParquetFile:
    """A parquet file whose columns are known: which give fields, and how many rows there are.

    Raises:
        TableError: the file is no parquet file, has no column for the id, or says that it holds more than it can.
        MissingExtraError: pyarrow is not installed.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        with needing("tables", "reading parquet"):
            import pyarrow as pa
            import pyarrow.parquet as pq

            from ..frames.cells import cell
        self._cell = cell
        self._is_nested = pa.types.is_nested
        self._name = name
        self._broken = (pa.ArrowException, OSError, UnicodeDecodeError)
        self._stream = stream
        size = stream.seek(0, os.SEEK_END)
        try:
            self._file = pq.ParquetFile(stream, pre_buffer=False, buffer_size=_READ_AHEAD)
            names = self._file.schema_arrow.names
            for kind in self._file.schema_arrow.types:
                getattr(kind, "tz", None)  # the name of a time zone must be text too
        except self._broken as error:
            raise self._unreadable(error) from None
        refuse_too_many_rows(self._file.metadata, size, name)
        positions, self.ignored = chosen_columns(names, name)
        self.used = {field: names[at] for field, at in positions.items()}
        self.rows: int = self._file.metadata.num_rows

    def batches(self, fields: Iterable[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The columns of some fields, or of all that the file gives, some ten thousand rows at a time."""
        names = [self.used[field] for field in fields or self.used]
        rows = 0
        try:
            for batch in self._file.iter_batches(rows_at_once(self._stream, names, self._name), columns=names):
                batch.validate(full=True)  # among others that text is UTF-8
                rows += batch.num_rows
                if rows > self.rows:
                    break
                yield batch
        except self._broken as error:
            raise self._unreadable(error) from None
        if rows != self.rows:
            raise TableError(f"{self._name}: the file has another number of rows than it says; write it anew.")

    def values(self, column: pa.Array) -> list[object]:
        """The cells of a column."""
        if self._is_nested(column.type):
            return [self._cell(column, row) for row in range(len(column))]
        try:
            return [plain_cell(value) for value in column.to_pylist()]
        except (LookupError, OverflowError, ValueError):  # Python has no value for one of them
            return [self._cell(column, row) for row in range(len(column))]

    def _unreadable(self, error: Exception) -> TableError:
        why = next(iter(str(error).splitlines()), "it is damaged").rstrip(".")
        return TableError(f"{self._name}: this is no parquet file that can be read: {why}; write it anew.")


def read_parquet(stream: BinaryIO, name: str) -> TaskTable:
    """The tasks of a parquet file; a row's number stands for its line."""
    file = ParquetFile(stream, name)
    return TaskTable(_rows(file), file.ignored)


def _rows(file: ParquetFile) -> Iterator[Row]:
    line = 0
    for batch in file.batches():
        for cells in zip(*(file.values(batch.column(column)) for column in file.used.values()), strict=True):
            line += 1
            yield row_of(line, cells, partial(_cells, tuple(file.used), cells))


def _cells(fields: tuple[str, ...], cells: tuple[object, ...]) -> dict[str, object]:
    return dict(zip(fields, cells, strict=True))
