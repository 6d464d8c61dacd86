"""csv files block by block: what a block holds is parted into cells by the column, and whatever is unusual row by row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from ..columns import RECORD_FIELDS
from ..errors import TaskError
from ..readers.csv_file import MAX_LINE, CsvFile, Lines
from ..readers.rows import Row
from .batches import Batch

_BLOCK: Final = 4 * 1024 * 1024
_MARK: Final = ord('"')
_NEW_LINE: Final = ord("\n")
_Bytes = npt.NDArray[np.uint8]


class CsvSource:
    """A csv file as batches. The reader of rows stays the judge: blocks that it could see otherwise are left to it."""

    def __init__(self, reopen: Callable[[], BinaryIO], name: str) -> None:
        self._reopen = reopen
        self._name = name
        file = CsvFile(reopen(), name)
        self.ignored = file.ignored
        self.separator = file.separator

    def ids(self) -> Iterator[pa.Array]:
        for batch in self._read(("id",)):
            yield batch.table.column("id")

    def batches(self) -> Iterator[Batch]:
        return self._read(None)

    def _read(self, fields: tuple[str, ...] | None) -> Iterator[Batch]:
        stream = self._reopen()
        file = CsvFile(stream, self._name)
        positions = {field: at for field, at in file.positions.items() if fields is None or field in fields}
        while block := stream.read(_BLOCK):
            block += stream.readline(MAX_LINE + 1)
            first = file.lines.read + 1
            table = _parted(block, file, positions)
            if table is None:
                yield _row_by_row(block, stream, file, positions)
            else:
                yield Batch(table, _reader(block, file, first))
                file.lines.read += block.count(b"\n")


def _parted(block: bytes, file: CsvFile, positions: dict[str, int]) -> pa.Table | None:
    """The cells of a block by the column; None where a row could be seen otherwise than the reader of rows would."""
    if file.width == 1 or b"\0" in block or (b"\r" in block and block.count(b"\r") != block.count(b"\r\n")):
        return None
    text = np.frombuffer(block, dtype=np.uint8)
    longest = _longest_quoted(text, file.separator)
    # The longest cell that the reader of rows takes; no line is longer either.
    if longest is None or max(longest, _longest_line(text)) > min(csv.field_size_limit(), MAX_LINE):
        return None
    names = [str(at) for at in range(file.width)]
    try:
        pa.scalar(block, pa.binary()).cast(pa.string())  # columns that nobody uses must be UTF-8 too
        table = arrow_csv.read_csv(
            BytesIO(block),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(block) + 1),
            parse_options=arrow_csv.ParseOptions(delimiter=file.separator, newlines_in_values=longest > 0, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=[names[at] for at in positions.values()],
                column_types={names[at]: _kind(field) for field, at in positions.items()},
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None  # among them rows with more or fewer cells than the first
    return table.rename_columns(list(positions))


def _longest_line(text: _Bytes) -> int:
    ends = np.flatnonzero(text == _NEW_LINE)
    return int(np.diff(ends, prepend=-1, append=len(text)).max()) - 1


def _longest_quoted(text: _Bytes, separator: str) -> int | None:
    """How long the longest cell in quotation marks is; None where one begins or ends in the midst of other text, or does not end."""
    at = np.flatnonzero(text == _MARK)
    if len(at) % 2:
        return None
    begins, ends = at[::2], at[1::2]
    # Two marks side by side inside a cell stand for one: the cell goes on.
    goes_on = ends[:-1] + 1 == begins[1:]
    opens, closes = np.append(True, ~goes_on), np.append(~goes_on, True)
    edges = np.zeros(256, dtype=np.bool_)
    edges[[*separator.encode(), *b"\r\n"]] = True
    before, after = begins[opens[: len(begins)]], ends[closes[: len(ends)]]
    if not (edges[text[before[before > 0] - 1]].all() and edges[text[after[after < len(text) - 1] + 1]].all()):
        return None
    return int((after - before).max(initial=0))


def _kind(field: str) -> pa.DataType:
    """Cells with few different values are kept as one number each."""
    return pa.string() if field == "id" or field in RECORD_FIELDS else pa.dictionary(pa.int32(), pa.string())


def _reader(block: bytes, file: CsvFile, first: int) -> Callable[[int], Row | None]:
    """Reads one row of a block again; empty rows are none."""
    rows: dict[int, tuple[int, list[str]]] = {}

    def row(number: int) -> Row | None:
        if not rows:
            rows.update(enumerate(_every_row(block, file, first)))
        line, cells = rows[number]
        return file.row(line, cells) if any(cell.strip() for cell in cells) else None

    return row


def _every_row(block: bytes, file: CsvFile, first: int) -> Iterator[tuple[int, list[str]]]:
    return file.cells(Lines(BytesIO(block), file.lines.name, read=first - 1), empty=True)


def _row_by_row(block: bytes, stream: BinaryIO, file: CsvFile, positions: dict[str, int]) -> Batch:
    """A block as the reader of rows sees it; where a cell goes on beyond the block, the rest of its row is read too."""
    lines = Lines(_Joined(block, stream), file.lines.name, read=file.lines.read)
    ends = file.lines.read + block.count(b"\n") + (not block.endswith(b"\n"))
    taken: list[tuple[int, list[str]]] = []
    refused: list[TaskError] = []
    for line, cells in file.cells(lines):
        if (long := file.too_long(line, cells)) is not None:
            refused.append(long)
        else:
            taken.append((line, cells))
        if lines.read >= ends:
            break
    file.lines.read = lines.read
    columns = {field: pa.array([cells[at] if at < len(cells) else "" for _, cells in taken], pa.string()) for field, at in positions.items()}
    return Batch(pa.table(columns), lambda number: file.row(*taken[number]), refused)


class _Joined:
    """The lines of a block, then those of the stream behind it."""

    def __init__(self, block: bytes, stream: BinaryIO) -> None:
        self._block = BytesIO(block)
        self._stream = stream

    def readline(self, size: int) -> bytes:
        return self._block.readline(size) or self._stream.readline(size)
