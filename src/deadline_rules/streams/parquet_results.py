"""Results as parquet: days as dates, codes as dictionaries."""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq


class ParquetResults:
    """Results as parquet, a row group a batch."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._writer: pq.ParquetWriter | None = None

    def write(self, results: pa.Table) -> None:
        """Writes the rows of a batch."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, results.schema)
        if results.num_rows:
            self._writer.write_table(results)

    def __enter__(self) -> ParquetResults:
        return self

    def __exit__(self, *_: object) -> None:
        # The end of the file, without which nobody can read it; of a file that is given up it does no harm.
        if self._writer is not None:
            self._writer.close()
