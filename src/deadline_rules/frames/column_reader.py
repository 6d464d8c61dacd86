"""Cells of an Arrow column taken to NumPy by the column; those that cannot be read are marked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ..columns import plain_cell, read_value
from ..engines.column_tables import END, FIRST, NULL, Days, Flags, day_number
from ..errors import TaskError
from .cells import cell

_VIETNAM_AHEAD: Final = 7 * 3_600 * 1_000_000
_DAY: Final = 24 * 3_600 * 1_000_000
_MOST_MEANINGS: Final = 65_536
_PIECE: Final = 65_536  # rows that stay in the processor's cache


class Meanings:
    """What cells of text mean, kept from one batch to the next: the same days come again and again. Bounded."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, type, object], tuple[Any, bool]] = {}

    def of(self, field: str, value: object, read: Callable[[object], Any], otherwise: Any) -> tuple[Any, bool]:
        """The meaning of a cell, and whether it cannot be read."""
        key = (field, type(value), value)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_MEANINGS:
                self._known.clear()
            known = self._known[key] = self._read(value, read, otherwise)
        return known

    def _read(self, value: object, read: Callable[[object], Any], otherwise: Any) -> tuple[Any, bool]:
        try:
            meant = read(value)
        except TaskError:
            return otherwise, True
        if isinstance(meant, date):
            meant = day_number(meant)
            if not FIRST <= meant < END:
                return otherwise, True
        return (otherwise if meant is None else meant), False


class ColumnReader:
    """Reads columns of so many cells; `bad` marks the rows with a cell that cannot be read."""

    def __init__(self, rows: int, meanings: Meanings) -> None:
        self.rows = rows
        self.bad: Flags = np.zeros(rows, dtype=np.bool_)
        self._meanings = meanings

    def read_days(self, field: str, column: Any, read: Callable[[object], Any] | None = None) -> Any:
        """A column of days as day numbers; `read` takes a cell that is no date, and is that of `field` where left out."""
        if pa.types.is_dictionary(column.type) and pa.types.is_temporal(column.type.value_type):
            column = in_one_piece(column)
        kind = column.type
        if pa.types.is_date32(kind):
            days = _known_days(column)
            if _all_within(days):
                return days
            days = days.copy()  # it may be the memory of the table
        elif pa.types.is_date64(kind) or pa.types.is_timestamp(kind):
            days = self._moments(column)
        else:
            return self.by_value(field, column, read or (lambda value: read_value(field, plain_cell(value))), NULL, np.int32)
        outside = (days < FIRST) | ((days >= END) & (days != NULL))
        if outside.any():
            self.bad |= outside
            days[outside] = NULL
        return days

    def _moments(self, column: Any) -> Any:
        """Moments as days: with a time zone, in Việt Nam; without one only midnight is a day, as frames keep plain dates."""
        zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
        moments = as_numbers(column.cast(pa.timestamp("us", column.type.tz if zoned else None), safe=False).cast(pa.int64()), np.int64)
        if zoned:
            moments = moments + _VIETNAM_AHEAD
        else:
            self.bad |= (moments % _DAY != 0) & ~are_null(column)
        days = np.clip(moments // _DAY, FIRST - 1, END).astype(np.int32)
        days[are_null(column)] = NULL
        return days

    def by_value(self, field: str, column: pa.ChunkedArray, read: Callable[[object], Any], otherwise: Any, dtype: Any) -> Any:
        """A column read through its distinct values: a million rows hold few different ones."""
        encoded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if not pa.types.is_dictionary(encoded.type):
            encoded = encoded.dictionary_encode() if not pa.types.is_null(encoded.type) else None
        if encoded is None:
            return np.full(self.rows, otherwise, dtype=dtype)
        found = [self._meanings.of(field, value, read, otherwise) for value in _values(encoded.dictionary)]
        indices = as_numbers(encoded.indices, np.int64, len(found))
        if any(wrong for _, wrong in found):
            self.bad |= np.array([*(wrong for _, wrong in found), False])[indices]
        return np.array([*(meaning for meaning, _ in found), otherwise], dtype=dtype)[indices]


def _values(column: pa.Array) -> list[object]:
    """The cells of a column, as text where Python has no such value."""
    try:
        return list(column.to_pylist())
    except (LookupError, OverflowError, ValueError):
        return [cell(column, row) for row in range(len(column))]


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def in_one_piece(column: Any) -> pa.Array:
    """A column in one piece."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.dictionary_decode() if pa.types.is_dictionary(whole.type) else whole


def _known_days(column: pa.ChunkedArray) -> Days:
    """A column of dates as day numbers, NULL where there is none; without a copy where there is one everywhere."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    known, numbers = whole.buffers()
    first, rows = whole.offset, len(whole)
    days: Days = np.frombuffer(numbers, dtype=np.int32)[first : first + rows] if numbers is not None else np.zeros(0, dtype=np.int32)
    if not whole.null_count:
        return days
    filled = np.empty(rows, dtype=np.int32)
    bits = np.frombuffer(known, dtype=np.uint8)
    for start in range(0, rows, _PIECE):
        stop = min(start + _PIECE, rows)
        flags = np.unpackbits(bits[(first + start) // 8 : (first + stop + 7) // 8], bitorder="little")[(first + start) % 8 :][: stop - start]
        flag = flags.astype(np.int32)
        piece = np.negative(flag, out=filled[start:stop])  # all bits where the day is known, none where it is not
        piece &= days[start:stop]
        piece |= (flag ^ 1) * NULL
    return filled


def _all_within(days: Days) -> bool:
    """Whether every known day is one that the calendar has."""
    for start in range(0, len(days), _PIECE):
        piece = days[start : start + _PIECE]
        # Of days after the end only NULL may stand; unsigned, days before the end are larger still.
        if piece.min() < FIRST or (piece - np.int32(END)).view(np.uint32).min() < NULL - END:
            return False
    return True


def as_numbers(column: Any, dtype: Any, null: int = 0) -> Any:
    """A column of numbers as NumPy, with `null` where there is none."""
    filled = column.fill_null(null) if column.null_count else column
    whole = filled.combine_chunks() if isinstance(filled, pa.ChunkedArray) else filled
    return np.asarray(whole.to_numpy(zero_copy_only=False), dtype=dtype)


def are_null(column: pa.ChunkedArray | pa.Array) -> Flags:
    """Of each cell whether it is empty."""
    if not column.null_count:
        return np.zeros(len(column), dtype=np.bool_)
    return np.asarray(column.is_null())
