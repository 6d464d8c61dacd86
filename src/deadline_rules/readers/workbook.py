"""What an xlsx file holds, looked through before its cells are read: how large it gets, where its cells lie, which of them are errors.

A file of a few kilobytes can say that it unpacks to terabytes, or hold one cell in the first and one in the last corner of a sheet, which
a reader then keeps as seventeen thousand million empty ones. Cells that hold an error such as #N/A look empty once they are read.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import BinaryIO, Final
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType
from zipfile import BadZipFile, ZipFile, ZipInfo

from ..errors import TableError

MAX_BYTES: Final = 2 * 1024**3
_LARGE_PART: Final = 64 * 1024**2
_MOST_COMPRESSED: Final = 1000
_BLOCK: Final = 1024**2
# Cells between the outermost ones are kept, empty or not: 32 bytes each.
_MOST_CELLS: Final = 64 * 1024**2
_FEW_CELLS: Final = 8 * 1024**2
_EMPTY_PER_CELL: Final = 16
_MOST_ERRORS: Final = 1_000_000
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # the old format .xls, and every workbook with a password
_DIGITS: Final = "0123456789"


class Survey:
    """Where the cells of one sheet lie. `errors` are the columns (from 0) that hold an error, by row (from 1, as Excel shows it)."""

    def __init__(self) -> None:
        self.cells = 0
        self.errors: dict[int, set[int]] = {}
        self._rows: set[str] = set()
        self._columns: set[str] = set()

    def watcher(self) -> Callable[[str, dict[str, str]], None]:
        """What to call for every element of the sheet. Rows and cells say where they are, or follow the one before."""
        rows, columns = self._rows, self._columns
        row = 0
        cell: dict[str, str] = {}

        # Called millions of times, so variables of a function instead of attributes.
        def started(element: str, attributes: dict[str, str]) -> None:
            nonlocal row, cell
            if ":" in element:
                element = element.rpartition(":")[2]
            if element == "c":
                if "r" not in attributes:
                    before = cell.get("r", "").rstrip(_DIGITS)
                    attributes["r"] = f"{_letters(_number(before) + 1)}{row}"
                cell = attributes
            elif element in ("v", "is") and cell:  # the cell has content
                self.cells += 1
                place = cell["r"]
                letters = place.rstrip(_DIGITS)
                columns.add(letters)
                rows.add(place[len(letters) :])
                if cell.get("t") == "e":
                    self.errors.setdefault(int(place[len(letters) :]), set()).add(_number(letters) - 1)
            elif element == "row":
                row = int(attributes.get("r", row + 1))
                cell = {}

        return started

    @property
    def too_many(self) -> bool:
        """Whether a reader that keeps all cells between the outermost ones would keep too many, most of them empty."""
        if not self.cells:
            return False
        columns = [_number(letters) for letters in self._columns]
        rows = [int(row) for row in self._rows]
        kept = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
        return kept > min(_MOST_CELLS, max(_FEW_CELLS, _EMPTY_PER_CELL * self.cells))


class Parts:
    """The parts of an xlsx file. `sheets` are those of its sheets, in the workbook's order.

    Raises:
        TableError: the file is no workbook, has a password, or would take too much memory.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._name = name
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        head = stream.read(len(_OLE))
        stream.seek(0)
        if not size:
            raise TableError(f"{name}: the file is empty; the first row of its first sheet must name the columns.")
        if head == _OLE:
            raise TableError(f"{name}: the workbook has a password, or is an old .xls; save it as .xlsx without a password.")
        with self._mending():
            self._zip = ZipFile(stream)
            parts = self._zip.infolist()
            self._check_sizes(size, parts)
            self._parts = {part.filename: part for part in parts}
            if len({part.filename.lower() for part in parts}) < len(parts) or "xl/workbook.xml" not in self._parts:
                raise TableError(f"{name}: the file is not an xlsx workbook; open it in Excel and save it as .xlsx.")
            self.sheets = self._sheets()
            for part in parts:
                if part.filename not in self.sheets:
                    for _ in self._blocks(part):
                        pass

    def survey(self, number: int) -> Survey:
        """Where the cells of a sheet lie, `number` being its place in the workbook, from 0.

        Raises:
            TableError: the sheet is not well formed, or its cells lie so far apart that they would take too much memory.
        """
        found = Survey()
        with self._mending():
            parser = ParserCreate()
            parser.StartElementHandler = found.watcher()
            self._parse(parser, self._parts[self.sheets[number]], found)
            if found.too_many:
                raise TableError(
                    f"{self._name}: the cells of the sheet lie too far apart; delete the rows and columns far from the table and save it anew."
                )
        return found

    def _parse(self, parser: XMLParserType, part: ZipInfo, found: Survey | None = None) -> None:
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        for block in self._blocks(part):
            parser.Parse(block, False)
            if found is not None and len(found.errors) > _MOST_ERRORS:
                raise TableError(f"{self._name}: more than a million rows hold errors such as #N/A; mend the formulas and save it anew.")
        parser.Parse(b"", True)

    def _refuse_doctype(self, *_: object) -> None:
        raise TableError(f"{self._name}: the workbook declares a document type, which no spreadsheet program writes; save it anew in Excel.")

    def _check_sizes(self, size: int, parts: list[ZipInfo]) -> None:
        if size > MAX_BYTES or sum(part.file_size for part in parts) > MAX_BYTES:
            raise TableError(f"{self._name}: the workbook unpacks to more than 2 GiB; give the tasks as csv or parquet.")
        for part in parts:
            if part.file_size > max(_LARGE_PART, _MOST_COMPRESSED * part.compress_size):
                raise TableError(
                    f"{self._name}: {part.filename[:40]!r} inside the file unpacks to more than {_MOST_COMPRESSED} times its size, "
                    "which no table of tasks does; save it anew in Excel."
                )
            if part.flag_bits & 1:
                raise TableError(f"{self._name}: the file has a password; save it without one.")

    def _blocks(self, part: ZipInfo) -> Iterator[bytes]:
        """The bytes of a part; one that goes on beyond the size its directory tells is refused."""
        longer = copy(part)
        longer.file_size += 1  # reading stops at this size, so that only a part that lies reaches it
        read = 0
        with self._zip.open(longer) as stream:
            while block := stream.read(_BLOCK):
                read += len(block)
                if read > part.file_size:
                    raise BadZipFile("a part is longer than the directory says")
                yield block

    def _sheets(self) -> tuple[str, ...]:
        """The parts of the sheets, as the workbook and its relationships name them."""
        targets: dict[str, str] = {}
        ids: list[str] = []

        def relationship(element: str, attributes: dict[str, str]) -> None:
            if element.rpartition(" ")[2] == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def sheet(element: str, attributes: dict[str, str]) -> None:
            if element.rpartition(" ")[2] == "sheet":
                ids.append(next((value for key, value in attributes.items() if key.endswith("/relationships id")), ""))

        for part, handler in (("xl/_rels/workbook.xml.rels", relationship), ("xl/workbook.xml", sheet)):
            parser = ParserCreate(namespace_separator=" ")
            parser.StartElementHandler = handler
            self._parse(parser, self._parts[part])
        found = (targets[id].lstrip("/") for id in ids)
        return tuple(target if target.startswith("xl/") else f"xl/{target}" for target in found)

    @contextmanager
    def _mending(self) -> Iterator[None]:
        """What goes wrong inside means that the file is damaged or none of ours."""
        try:
            yield
        except TableError:
            raise
        except (BadZipFile, ExpatError, EOFError, KeyError, LookupError, NotImplementedError, RuntimeError, ValueError, zlib.error):
            raise TableError(f"{self._name}: the file is damaged or is not an xlsx workbook; open it in Excel and save it as .xlsx.") from None


def _number(letters: str) -> int:
    """The number of a column, A being 1; none is 0."""
    if not letters.isascii() or len(letters) > 3:
        raise ValueError("no name of a column")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(number: int) -> str:
    """The name of a column, 1 being A."""
    letters = ""
    while number:
        number, last = divmod(number - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters
