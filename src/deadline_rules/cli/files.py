"""Files that commands read and write: opened, watched by a progress bar, and replaced whole."""

from __future__ import annotations

import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, TypeVar, cast

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from ..errors import TableError
from ..files.atomic import replacing, replacing_text
from ..readers.rows import TaskTable
from ..readers.tables import kind_of, read_table

if TYPE_CHECKING:
    from ..streams.batches import Source

_Format = TypeVar("_Format", bound=StrEnum)

# Tables that go to a file or a pipe are as wide as this, whatever the terminal.
_WIDTH_OF_FILES = 200
# Below this many bytes a progress bar is only flicker.
_BYTES_WITH_BAR = 1024 * 1024


def called(path: str) -> str:
    """What messages call a file of tasks."""
    return "standard input" if path == "-" else path


@contextmanager
def tasks_from(path: str) -> Iterator[TaskTable]:
    """The table of tasks in a file, or on standard input."""
    kind = kind_of(path)
    with _opening(path) as opened:
        yield read_table(opened(), called(path), kind)


@contextmanager
def source_from(path: str) -> Iterator[Source]:
    """The same by the column, a batch at a time."""
    from ..streams.batches import ParquetSource, RowsSource
    from ..streams.csv_batches import CsvSource

    kind = kind_of(path)
    with _opening(path) as opened:
        # Both are read twice, first for their ids; what comes by a pipe cannot be.
        if kind in ("csv", "parquet") and Path(path).is_file():
            yield (CsvSource if kind == "csv" else ParquetSource)(opened, path)
        else:
            yield RowsSource(read_table(opened(), called(path), kind))


@contextmanager
def _opening(path: str) -> Iterator[Callable[[], BinaryIO]]:
    """Opens a file as often as asked, closes all in the end, and shows how far they are read where a person is watching."""
    with ExitStack() as stack:
        if path == "-":
            yield lambda: sys.stdin.buffer
            return
        try:
            size = Path(path).stat().st_size
        except OSError as error:
            raise _unreadable(path, error) from None
        bar = stack.enter_context(_bar()) if size >= _BYTES_WITH_BAR and sys.stderr.isatty() else None

        def opened() -> BinaryIO:
            try:
                stream: BinaryIO = stack.enter_context(Path(path).open("rb"))
            except OSError as error:
                raise _unreadable(path, error) from None
            return stream if bar is None else bar.wrap_file(stream, total=size, description=path)

        yield opened


def _bar() -> Progress:
    """A progress bar on standard error, gone when all is read."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _unreadable(path: str, error: OSError) -> TableError:
    return TableError(f"{path}: the file cannot be read: {error.strerror or error}.")


def format_of(out: Path | None, formats: type[_Format], otherwise: _Format) -> _Format:
    """The format that the extension of `out` names, where it names one."""
    extension = out.suffix.lower().removeprefix(".") if out is not None else ""
    return formats(extension) if extension in set(formats) else otherwise


class _PlainConsole(Console):
    """A console on which no text from outside moves the cursor, colours what follows, or becomes a picture: cells are shown as they are."""

    def render_str(self, text: str, **options: Any) -> Text:
        """A cell, or a line, with what a terminal would obey written as an escape; every text of a table comes by here."""
        return super().render_str(_displayed(text), **options)


def _displayed(text: str) -> str:
    """Text of which a terminal obeys nothing but the end of a line. Spaces of other widths stay."""
    return "".join(c if c.isprintable() or c == "\n" or unicodedata.category(c) == "Zs" else repr(c)[1:-1] for c in text)


def console_on(stream: TextIO) -> Console:
    """Tables for people: as wide as the terminal, and of one width in files and pipes. Texts are shown, never obeyed."""
    return _PlainConsole(file=stream, width=None if stream.isatty() else _WIDTH_OF_FILES, highlight=False, markup=False, emoji=False)


@contextmanager
def output(out: Path | None, *, for_spreadsheets: bool = False) -> Iterator[TextIO]:
    """Standard output, or a text file that takes its name only when everything is written.

    A csv file gets a byte-order mark, without which spreadsheets garble Vietnamese.
    """
    if out is None:
        yield sys.stdout
        return
    with replacing_text(out, encoding="utf-8-sig" if for_spreadsheets else "utf-8") as file:
        yield file


@contextmanager
def binary_output(out: Path | None, format: str) -> Iterator[BinaryIO]:
    """The same for results in bytes, csv among them.

    Raises:
        TableError: `format` is not text, and would go to a terminal.
    """
    if out is not None:
        with replacing(out) as file:
            if format == "csv":
                file.write(b"\xef\xbb\xbf")
            yield file
    elif format == "csv":
        yield sys.stdout.buffer
    elif sys.stdout.isatty():
        raise TableError(f"{format} is not for the terminal; name a file with --out FILE, or send the output to one.")
    else:
        # These formats go back to what they wrote before, which a pipe cannot.
        with tempfile.TemporaryFile() as held:
            yield cast(BinaryIO, held)
            held.seek(0)
            shutil.copyfileobj(held, sys.stdout.buffer)
