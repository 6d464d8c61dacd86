"""A file of tasks of any kind, read row by row."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Final

from ..errors import TableError
from .rows import TaskTable, each_id_once

# The reader of each kind of file; those of sheets and parquet need libraries, which come with the first such file.
_READERS: Final = {
    "csv": ("csv_file", "read_csv"),
    "jsonl": ("json_lines", "read_json_lines"),
    "xlsx": ("sheet", "read_sheet"),
    "parquet": ("parquet_file", "read_parquet"),
}


def read_table(stream: BinaryIO, name: str, kind: str) -> TaskTable:
    """The tasks of `stream`, `kind` being `csv`, `jsonl`, `xlsx` or `parquet`; `name` is what messages call it.

    Raises:
        TableError: the file cannot be read at all: empty, not of its kind, or without a column for the id.
        MissingExtraError: the kind needs an extra that is not installed.
    """
    module, function = _READERS[kind]
    read: Callable[[BinaryIO, str], TaskTable] = getattr(import_module(f".{module}", __package__), function)
    table = read(stream, name)
    table.rows = each_id_once(table.rows)
    return table


def kind_of(path: str) -> str:
    """`csv`, `jsonl`, `xlsx` or `parquet`, by the extension; `-` (standard input) is jsonl.

    Raises:
        TableError: another extension.
    """
    if path == "-":
        return "jsonl"
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind in _READERS:
        return kind
    raise TableError(
        f"{path}: tables are read from .csv, .jsonl, .xlsx and .parquet, not {Path(path).suffix or 'a file without extension'!r}; "
        "save it as one of these."
    )
