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
_MOST_COMPRESSED_IN_ALL: Final = 100  # tables shrink to a tenth or so
_BLOCK: Final = 1024**2
# Cells between the outermost ones are kept, empty or not: 32 bytes each.
_MOST_CELLS: Final = 64 * 1024**2
_FEW_CELLS: Final = 8 * 1024**2
_EMPTY_PER_CELL: Final = 16
_CELLS_PER_BYTE: Final = 4  # of the file
# A text that several cells share is kept as often as there are cells.
_MOST_SHARED: Final = 1024**3
_FEW_STRINGS: Final = 1_000_000
_STRINGS_PER_BYTE: Final = 1  # of the file
_STRINGS: Final = "xl/sharedstrings.xml"
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_MOST_ERRORS: Final = 1_000_000
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # the old format .xls, and every workbook with a password
_DIGITS: Final = "0123456789"


class Survey:
    """Where the cells of one sheet lie. `errors` are the columns (from 0) that hold an error, by row (from 1, as Excel shows it)."""

    def __init__(self, most_cells: int) -> None:
        self.cells = 0
        self.errors: dict[int, set[int]] = {}
        self._most_cells = max(_FEW_CELLS, min(_MOST_CELLS, most_cells))
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
        return kept > min(self._most_cells, max(_FEW_CELLS, _EMPTY_PER_CELL * self.cells))


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
        stream.seek(max(0, size - _END_SIZE))
        end = stream.read(_END_SIZE)
        stream.seek(0)
        self._size = size
        if not size:
            raise TableError(f"{name}: the file is empty; the first row of its first sheet must name the columns.")
        if head == _OLE:
            raise TableError(f"{name}: the workbook has a password, or is an old .xls; save it as .xlsx without a password.")
        with self._mending():
            if not (end.startswith(_END) and end.endswith(b"\0\0")):
                raise BadZipFile("what stands behind the directory could be taken for another one")
            self._zip = ZipFile(stream)
            parts = self._zip.infolist()
            self._check_sizes(size, parts)
            self._parts = {part.filename: part for part in parts}
            if len({_path(part) for part in parts}) < len(parts) or "xl/workbook.xml" not in self._parts:
                raise TableError(f"{name}: the file is not an xlsx workbook; open it in Excel and save it as .xlsx.")
            self.sheets = self._sheets()
            self._strings: list[int] = []  # how long each shared text is at most
            for part in parts:
                if _path(part) == _STRINGS:
                    self._read_strings(part)
                elif part.filename not in self.sheets:
                    for _ in self._blocks(part):
                        pass

    def survey(self, number: int) -> Survey:
        """Where the cells of a sheet lie, `number` being its place in the workbook, from 0.

        Raises:
            TableError: the sheet is not well formed, or its cells lie so far apart that they would take too much memory.
        """
        found = Survey(_CELLS_PER_BYTE * self._size)
        with self._mending():
            parser = ParserCreate()
            parser.StartElementHandler = found.watcher()
            self._parse(parser, self._parts[self.sheets[number]], found)
            if found.too_many:
                raise TableError(
                    f"{self._name}: the cells of the sheet lie too far apart; delete the rows and columns far from the table and save it anew."
                )
            if found.cells * max(self._strings, default=0) > _MOST_SHARED:
                self._check_shared(self._parts[self.sheets[number]])
        return found

    def _read_strings(self, part: ZipInfo) -> None:
        """How long the shared texts are. How many it says there are, a reader believes and makes room for."""
        lengths: list[int] = []
        most = max(_FEW_STRINGS, _STRINGS_PER_BYTE * self._size)

        def started(element: str, attributes: dict[str, str]) -> None:
            name = element.rpartition(":")[2]
            if name == "si":
                lengths.append(0)
            elif name == "sst" and any(value.isdecimal() and int(value) > most for value in attributes.values()):
                raise TableError(f"{self._name}: the workbook says that it holds more texts than it can; open it in Excel and save it anew.")
            if len(lengths) > most:
                raise TableError(f"{self._name}: the workbook holds more than {most:,} texts, most of them the same; save it anew in Excel.")

        def text(data: str) -> None:
            if lengths:
                lengths[-1] += len(data)

        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = started
        parser.CharacterDataHandler = text
        self._parse(parser, part)
        self._strings = lengths

    def _check_shared(self, part: ZipInfo) -> None:
        """Refuses a sheet whose cells share long texts so often that they take too much memory."""
        number: list[str] | None = None
        shared = False
        kept = 0

        def started(element: str, attributes: dict[str, str]) -> None:
            nonlocal number, shared
            name = element.rpartition(":")[2]
            if name == "c":
                shared = attributes.get("t") == "s"
            number = [] if name == "v" and shared else None

        def ended(_: str) -> None:
            nonlocal number, kept
            if number is not None:
                at = int("".join(number) or 0)
                kept += self._strings[at] if 0 <= at < len(self._strings) else 0
                number = None
                if kept > _MOST_SHARED:
                    raise TableError(f"{self._name}: many cells share long texts, which takes too much memory; give the tasks as csv or parquet.")

        def text(data: str) -> None:
            if number is not None:
                number.append(data)

        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        parser.CharacterDataHandler = text
        self._parse(parser, part)

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
        if sum(part.file_size for part in parts) > max(_LARGE_PART, _MOST_COMPRESSED_IN_ALL * size):
            raise TableError(
                f"{self._name}: the workbook unpacks to more than {_MOST_COMPRESSED_IN_ALL} times its size, which no table of tasks does; "
                "save it anew in Excel."
            )

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
            if element.rpartition(":")[2] == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def sheet(element: str, attributes: dict[str, str]) -> None:
            if element.rpartition(":")[2] == "sheet":
                (id,) = [value for key, value in attributes.items() if key.endswith(":id")]
                ids.append(id)

        for part, handler in (("xl/_rels/workbook.xml.rels", relationship), ("xl/workbook.xml", sheet)):
            parser = ParserCreate()
            parser.StartElementHandler = handler
            self._parse(parser, self._parts[part])
            if handler is relationship and any(b"&" in block for block in self._blocks(self._parts[part])):
                raise BadZipFile("another reader could read a path that is written with entities otherwise")
        found = [targets[id].lstrip("/") for id in ids]
        sheets = tuple(target if target.startswith("xl/") else f"xl/{target}" for target in found)
        if len(set(sheets)) < len(sheets):
            raise BadZipFile("two sheets are one part")
        return sheets

    @contextmanager
    def _mending(self) -> Iterator[None]:
        """What goes wrong inside means that the file is damaged or none of ours."""
        try:
            yield
        except TableError:
            raise
        except (BadZipFile, ExpatError, EOFError, KeyError, LookupError, NotImplementedError, RuntimeError, ValueError, zlib.error):
            raise TableError(f"{self._name}: the file is damaged or is not an xlsx workbook; open it in Excel and save it as .xlsx.") from None


def _path(part: ZipInfo) -> str:
    """A part's name as readers look for it."""
    return part.filename.lower().replace("\\", "/").lstrip("/")


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
