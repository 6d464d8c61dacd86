"""Tasks from csv: UTF-8, parted by comma, semicolon or tab, every line bounded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final, Protocol

from ..columns import field_of
from ..errors import TableError, TaskError
from .rows import Row, TaskTable, chosen_columns, row_of

MAX_LINE: Final = 1024 * 1024
_LONGEST_HEADER: Final = 100  # lines
_SEPARATORS: Final = (";", ",", "\t")


class Readable(Protocol):
    """What lines are read from."""

    def readline(self, size: int, /) -> bytes: ...


class Lines:
    """The lines of a UTF-8 file, each bounded, with the byte-order mark taken off. `read` counts them."""

    def __init__(self, stream: Readable, name: str, read: int = 0) -> None:
        self._stream = stream
        self.name = name
        self.read = read

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._stream.readline(MAX_LINE + 1)
        if not raw:
            raise StopIteration
        self.read += 1
        where = f"{self.name}:{self.read}"
        if len(raw) > MAX_LINE:
            raise TableError(f"{where}: the line is longer than 1 MiB; this is not a table of tasks.")
        if self.read == 1:
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise TableError(f"{self.name}: the file is UTF-16; save it as UTF-8 (in Excel: “CSV UTF-8”).")
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in raw:
            raise TableError(f"{where}: the file holds null bytes, so it is not UTF-8 text; save it as UTF-8 (in Excel: “CSV UTF-8”).")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise TableError(f"{where}: the text is not UTF-8 (perhaps Windows-1258 or TCVN3); save it as UTF-8 (in Excel: “CSV UTF-8”).") from None


class CsvFile:
    """A csv file whose first row is read: how its cells are parted, and which give fields.

    `positions` are the places of the cells that give fields, `width` how many cells the first row has.

    Raises:
        TableError: the file is empty, not UTF-8, or its first row does not name a column for the id.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.lines = Lines(stream, name)
        first = next((line for line in self.lines if line.strip()), None)
        if first is None:
            raise TableError(f"{name}: the file is empty; the first row must name the columns.")
        # A name in quotation marks may go on over several lines.
        parts, marks = [first], first.count('"')
        while marks % 2 and (more := next(self.lines, None)) is not None:
            parts.append(more)
            marks += more.count('"')
            if len(parts) > _LONGEST_HEADER:
                raise TableError(f"{name}:{self.lines.read}: the first row does not end; check its quotation marks.")
        where = f"{name}:{self.lines.read}"
        self.separator, header = max(
            _headers("".join(parts), where), key=lambda candidate: (sum(field_of(cell) is not None for cell in candidate[1]), len(candidate[1]))
        )
        self.positions, self.ignored = chosen_columns(header, where)
        self.width = len(header)

    def cells(self, lines: Lines, *, empty: bool = False) -> Iterator[tuple[int, list[str]]]:
        """The cells of each row of `lines` and the line it starts on; rows without content are left out, or not with `empty`.

        Raises:
            TableError: a row cannot be parted into cells.
        """
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        while True:
            line = lines.read + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableError(f"{lines.name}:{line}: the row cannot be parted into cells: {error}; check its quotation marks.") from None
            if empty or any(cell.strip() for cell in cells):
                yield line, cells

    def too_long(self, line: int, cells: list[str]) -> TaskError | None:
        """Why a row with more cells than the first row is refused; empty ones do not count."""
        if not any(cell.strip() for cell in cells[self.width :]):
            return None
        return TaskError(f"the row has {len(cells)} cells, the header {self.width}; put text that holds the separator in quotation marks.", row=line)

    def row(self, line: int, cells: list[str]) -> Row:
        """The row of some cells."""
        long = self.too_long(line, cells)
        return Row(line, None, long) if long is not None else row_of(line, cells, partial(self._chosen, cells))

    def _chosen(self, cells: list[str]) -> dict[str, object]:
        """The cells that give fields; a short row ends in empty ones."""
        return {field: cells[at] for field, at in self.positions.items() if at < len(cells)}


def read_csv(stream: BinaryIO, name: str) -> TaskTable:
    """The tasks of a csv file."""
    file = CsvFile(stream, name)
    return TaskTable((file.row(line, cells) for line, cells in file.cells(file.lines)), file.ignored, file.separator)


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
