"""One cell of an Arrow column, as the readers of rows take it."""

from __future__ import annotations

import pyarrow as pa

from ..columns import plain_cell


def cell(column: pa.ChunkedArray | pa.Array, row: int) -> object:
    """The value of a cell; as text where Python has no such value, a day of the year 12000 say.

    Every object in a list is a dict of what is filled: Arrow gives all objects of a column the same fields.
    """
    return _value(column[row])


def _value(scalar: pa.Scalar) -> object:
    kind = scalar.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return [_value(element) for element in scalar.values] if scalar.is_valid else None
    if pa.types.is_struct(kind):
        return {field.name: value for at, field in enumerate(kind) if (value := _value(scalar[at])) is not None} if scalar.is_valid else None
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        scalar = scalar.cast(pa.timestamp(kind.unit, "UTC"))  # the same moment; not every zone's name is known here
    try:
        return plain_cell(scalar.as_py())
    except (OverflowError, ValueError):  # Arrow's own errors are ValueErrors
        return str(scalar.cast(pa.string(), safe=False).as_py())
