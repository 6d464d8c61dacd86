"""One cell of an Arrow column, as the readers of rows take it."""

from __future__ import annotations

import pyarrow as pa

from ..columns import plain_cell


def cell(column: pa.ChunkedArray | pa.Array, row: int) -> object:
    """The value of a cell; as text where Python has no such value, a day of the year 12000 say."""
    scalar = column[row]
    if pa.types.is_timestamp(scalar.type) and scalar.type.tz is not None:
        scalar = scalar.cast(pa.timestamp(scalar.type.unit, "UTC"))  # the same moment; not every zone's name is known here
    try:
        return plain_cell(scalar.as_py())
    except (OverflowError, ValueError):  # Arrow's own errors are ValueErrors
        return str(scalar.cast(pa.string(), safe=False).as_py())
