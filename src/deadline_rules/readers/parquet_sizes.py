"""How much of a parquet file is read at once, so that a small file cannot take all memory.

A page of a few bytes can say that it holds a thousand million rows, or one text of a megabyte that every row of a batch then repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

from ..errors import TableError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

BATCH: Final = 65_536  # rows
_MOST_BYTES: Final = 64 * 1024**2  # of text in a batch
_FEW_ROWS: Final = 1_000_000
_ROWS_PER_BYTE: Final = 4  # of the file; the id of each is another one
_LARGE_COLUMN: Final = 64 * 1024**2
_MOST_COMPRESSED: Final = 1000
_WITH_PREFIXES: Final = "DELTA_BYTE_ARRAY"
_FEWEST: Final = 1024  # rows


def refuse_too_many_rows(metadata: pq.FileMetaData, size: int, name: str) -> None:
    """Refuses a file of `size` bytes whose footer says that it has more rows than so many bytes can hold.

    Raises:
        TableError: there are too many rows.
    """
    most = max(_FEW_ROWS, _ROWS_PER_BYTE * size)
    if not 0 <= metadata.num_rows <= most:
        raise TableError(f"{name}: the file says that it has {metadata.num_rows:,} rows, and one of its size has at most {most:,}; write it anew.")


def rows_at_once(stream: BinaryIO, columns: Sequence[str], name: str) -> int:
    """How many rows a batch of some columns has, so that its texts take at most 64 MiB.

    Texts that repeat stand in a file once, in the dictionary of their column: the longest in it is looked up.

    Raises:
        TableError: a column unpacks to far more than its size.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    metadata = pq.ParquetFile(stream, pre_buffer=False).metadata
    texts = _texts(metadata.schema, columns)
    file = pq.ParquetFile(stream, metadata=metadata, read_dictionary=list(texts), pre_buffer=False)
    most = BATCH
    for group in range(metadata.num_row_groups):
        # A description of a column that contradicts itself is an error here; looked at first, it would end the process.
        first = next(file.iter_batches(1, row_groups=[group], columns=list(columns)), None)
        if first is None:
            continue
        for path, number in texts.items():
            chunk = metadata.row_group(group).column(number)
            unpacked = chunk.total_uncompressed_size
            if unpacked > max(_LARGE_COLUMN, _MOST_COMPRESSED * chunk.total_compressed_size):
                raise TableError(f"{name}: a column unpacks to more than {_MOST_COMPRESSED} times its size, which no table does; write it anew.")
            if unpacked > _MOST_BYTES // BATCH and (_WITH_PREFIXES in chunk.encodings or path not in columns):
                most = min(most, _FEWEST)  # each text may go on where the one before ends; of texts in lists nothing is known
        dictionaries = [column.dictionary for column in first.columns if pa.types.is_dictionary(column.type)]
        longest = sum(pc.max(pc.binary_length(texts)).as_py() or 0 for texts in dictionaries if not pa.types.is_nested(texts.type))
        most = min(most, max(1, _MOST_BYTES // max(1, longest)))
    return most


def _texts(schema: pq.ParquetSchema, columns: Sequence[str]) -> dict[str, int]:
    """The columns of text, those inside of lists among them, and their places."""
    every = {schema.column(number).path: number for number in range(len(schema)) if schema.column(number).physical_type == "BYTE_ARRAY"}
    return {path: number for path, number in every.items() if path in columns or path.split(".")[0] in columns}
