"""Results in each format of flat files."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ..plan.model import Plan
from ..results import Lang
from .csv_results import CsvResults

if TYPE_CHECKING:
    import pyarrow as pa


class Writer(Protocol):
    """Writes results batch by batch."""

    def write(self, results: pa.Table) -> None: ...


def writer_of(format: str, file: BinaryIO, plan: Plan, separator: str, lang: Lang) -> AbstractContextManager[Writer]:
    """The writer of a format: `csv`, `xlsx` or `parquet`. Left without an error, it finishes the file; left with one, it gives it up.

    Raises:
        MissingExtraError: the format needs an extra that is not installed.
    """
    if format == "xlsx":
        from .sheet_results import SheetResults

        return SheetResults(file, plan, lang)
    if format == "parquet":
        from .parquet_results import ParquetResults

        return ParquetResults(file)
    return CsvResults(file, separator)
