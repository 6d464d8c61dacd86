"""Columns of a table as the columns engine takes them, each read by the column; rows that are no task are marked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import DAY_FIELDS, LIST_FIELDS, LONGEST_ID, LONGEST_TEXT, YES_NO_FIELDS, plain_cell, read_value
from ..engines.column_tables import END, FIRST, NULL, Days, Flags, day_number
from ..errors import TableError, TaskError
from ..plan.facts import ASSIGNED_BY, SECRECY
from ..plan.model import Plan

_VIETNAM_AHEAD: Final = 7 * 3_600 * 1_000_000
_DAY: Final = 24 * 3_600 * 1_000_000
# The bit of each fact in a task's kind, as plan.facts.kind_index counts it.
_KIND_BITS: Final = {"secrecy": 5, "urgent": 4, "complex": 3, "routine": 2, "assigned_by": 1}
_CODES: Final[dict[str, tuple[object, ...]]] = {"secrecy": SECRECY, "assigned_by": ASSIGNED_BY}
# What str.strip takes away, so that a blank cell is blank to both engines.
_WHITESPACE: Final = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())
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


class Columns:
    """Columns of a table as the engine takes them; `bad` marks rows that are no task."""

    def __init__(self, table: pa.Table, used: dict[str, str], plan: Plan, meanings: Meanings) -> None:
        self._table = table
        self._used = used
        self._plan = plan
        self._meanings = meanings
        for field, name in used.items():
            if pa.types.is_nested(table.schema.field(name).type):
                raise TableError(
                    f"the column {name!r} holds {table.schema.field(name).type}, which cannot be the {field} of a task; give plain values."
                )
        self.rows = table.num_rows
        self.bad: Flags = np.zeros(self.rows, dtype=np.bool_)
        self.days: dict[str, Days] = {field: self._days(field, table.column(used[field])) for field in DAY_FIELDS if field in used}
        self.kind = np.zeros(self.rows, dtype=np.uint8)
        for field, bit in _KIND_BITS.items():
            if field in used:
                self.kind |= self._codes(field, table.column(used[field])) << np.uint8(bit)
        self._refuse_ids(table.column(used["id"]))
        assigned = self.days.get("assigned_on")
        for field in ("due_on", "completed_on"):
            if assigned is not None and field in self.days:
                earlier = self.days[field] < assigned
                if earlier.any():
                    self.bad |= earlier & (assigned != NULL)
        for field in set(used) & set(LIST_FIELDS):
            self._by_value(field, table.column(used[field]), partial(read_value, field), False, np.bool_)
        for field in set(used) - {"id", "as_of", *DAY_FIELDS, *_KIND_BITS, *LIST_FIELDS}:
            self._refuse_long_text(field, table.column(used[field]))

    def read_as_of(self, name: str) -> Days:
        """The column of days asked about; a row without one, or asked about too early, is no task."""
        days = self._days("due_on", self._table.column(name))
        self.bad |= (days == NULL) | (days < day_number(self._plan.in_force_from))
        return np.where(self.bad, np.int32(day_number(self._plan.in_force_from)), days).astype(np.int32)

    def _days(self, field: str, column: Any) -> Any:
        if pa.types.is_dictionary(column.type) and pa.types.is_temporal(column.type.value_type):
            column = _whole(column)
        kind = column.type
        if pa.types.is_date32(kind):
            days = _known_days(column)
            if _all_within(days):
                return days
            days = days.copy()  # it may be the memory of the table
        elif pa.types.is_date64(kind) or pa.types.is_timestamp(kind):
            days = self._moments(column)
        else:
            return self._by_value(field, column, lambda value: read_value(field, plain_cell(value)), NULL, np.int32)
        outside = (days < FIRST) | ((days >= END) & (days != NULL))
        if outside.any():
            self.bad |= outside
            days[outside] = NULL
        return days

    def _moments(self, column: Any) -> Any:
        """Moments as days: with a time zone, in Việt Nam; without one only midnight is a day, as frames keep plain dates."""
        zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
        moments = _numbers(column.cast(pa.timestamp("us", column.type.tz if zoned else None), safe=False).cast(pa.int64()), np.int64)
        if zoned:
            moments = moments + _VIETNAM_AHEAD
        else:
            self.bad |= (moments % _DAY != 0) & ~_nulls(column)
        days = np.clip(moments // _DAY, FIRST - 1, END).astype(np.int32)
        days[_nulls(column)] = NULL
        return days

    def _codes(self, field: str, column: Any) -> Any:
        if pa.types.is_boolean(column.type) and field in YES_NO_FIELDS:
            return _numbers(column.cast(pa.uint8()), np.uint8)
        codes = _CODES.get(field, (False, True))
        return self._by_value(field, column, lambda value: codes.index(read_value(field, value)) if value is not None else 0, 0, np.uint8)

    def _by_value(self, field: str, column: pa.ChunkedArray, read: Callable[[object], Any], otherwise: Any, dtype: Any) -> Any:
        """A column read through its distinct values: a million rows hold few different ones."""
        encoded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if not pa.types.is_dictionary(encoded.type):
            encoded = encoded.dictionary_encode() if not pa.types.is_null(encoded.type) else None
        if encoded is None:
            return np.full(self.rows, otherwise, dtype=dtype)
        found = [self._meanings.of(field, value, read, otherwise) for value in encoded.dictionary.to_pylist()]
        indices = _numbers(encoded.indices, np.int64, len(found))
        if any(wrong for _, wrong in found):
            self.bad |= np.array([*(wrong for _, wrong in found), False])[indices]
        return np.array([*(meaning for meaning, _ in found), otherwise], dtype=dtype)[indices]

    @cached_property
    def ids(self) -> pa.Array:
        """The ids as text; refused rows may hold anything."""
        return id_texts(self._table.column(self._used["id"]))

    def present(self, field: str) -> Flags:
        """Of each row whether it has the field; a blank cell is none."""
        if field in _KIND_BITS:  # what is not said has a meaning of its own
            return np.ones(self.rows, dtype=np.bool_)
        if field not in self._used:
            return np.zeros(self.rows, dtype=np.bool_)
        if field in self.days:
            return np.asarray(self.days[field] != NULL)
        column = _whole(self._table.column(self._used[field]))
        if _is_text(column.type):
            filled = pc.not_equal(pc.utf8_trim(column, characters=_WHITESPACE), "")
            return np.asarray(filled.fill_null(False).to_numpy(zero_copy_only=False))
        return np.asarray(self._by_value(field, column, lambda value: read_value(field, value) is not None, False, np.bool_))

    def _refuse_ids(self, column: pa.ChunkedArray) -> None:
        if pa.types.is_integer(column.type):
            self.bad |= _nulls(column)
        elif _is_text(column.type):
            length = _lengths(column)
            self.bad |= (length == 0) | (length > LONGEST_ID)
        else:
            self.bad |= self._by_value("id", column, lambda value: 1 <= len(str(read_value("id", value) or "")) <= LONGEST_ID, False, np.bool_) ^ True

    def _refuse_long_text(self, field: str, column: pa.ChunkedArray) -> None:
        if _is_text(column.type):
            self.bad |= _lengths(column) > LONGEST_TEXT
        elif not pa.types.is_integer(column.type):
            self._by_value(field, column, lambda value: read_value(field, value) is not None, False, np.bool_)


def id_texts(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column of ids as the texts that tasks keep; what is no id gives any text, or null."""
    whole = _whole(column)
    if pa.types.is_integer(whole.type):
        return whole.cast(pa.string())
    if _is_text(whole.type):
        trimmed = pc.utf8_trim(whole.cast(pa.string()), characters=_WHITESPACE)
        return trimmed if pc.all(pc.string_is_ascii(trimmed)).as_py() else pc.utf8_normalize(trimmed, form="NFC")
    return pa.array([_id_text(value) for value in whole.to_pylist()], pa.string())


def _id_text(value: object) -> str | None:
    try:
        read = read_value("id", value)
    except TaskError:
        return None
    return None if read is None else str(read)


def _lengths(column: pa.ChunkedArray) -> Any:
    """How many characters each text has, as a task would keep it; 0 where there is none. Where all are short, bytes will do."""
    size = _numbers(pc.binary_length(column), np.int64)
    if size.max(initial=0) <= LONGEST_ID and not pc.any(pc.utf8_is_space(column)).as_py():
        return size
    trimmed = pc.utf8_trim(column, characters=_WHITESPACE)
    lengths = _numbers(pc.utf8_length(trimmed), np.int64)
    # Composing letters and marks makes text shorter; that matters to long text alone.
    return lengths if lengths.max(initial=0) <= LONGEST_ID else _numbers(pc.utf8_length(pc.utf8_normalize(trimmed, form="NFC")), np.int64)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _whole(column: Any) -> pa.Array:
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


def _numbers(column: Any, dtype: Any, null: int = 0) -> Any:
    """A column of numbers as NumPy, with `null` where there is none."""
    filled = column.fill_null(null) if column.null_count else column
    whole = filled.combine_chunks() if isinstance(filled, pa.ChunkedArray) else filled
    return np.asarray(whole.to_numpy(zero_copy_only=False), dtype=dtype)


def _nulls(column: pa.ChunkedArray) -> Flags:
    if not column.null_count:
        return np.zeros(len(column), dtype=np.bool_)
    return np.asarray(column.is_null().to_numpy())
