"""Columns of a table as the columns engine takes them, each read by the column; rows that are no task are marked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..calendar.working_days import SIZE
from ..columns import DAY_FIELDS, YES_NO_FIELDS, read_value
from ..days import FIRST_DAY
from ..engines.column_tables import NULL, Days, Flags
from ..engines.columns import day_number
from ..errors import TaskError
from ..plan.facts import ASSIGNED_BY, SECRECY
from ..plan.model import Plan

EPOCH: Final = FIRST_DAY.toordinal() - date(1970, 1, 1).toordinal()
_VIETNAM_AHEAD: Final = 7 * 3_600 * 1_000_000
_DAY: Final = 24 * 3_600 * 1_000_000
# The bit of each fact in a task's kind, as plan.facts.kind_index counts it.
_KIND_BITS: Final = {"secrecy": 5, "urgent": 4, "complex": 3, "routine": 2, "assigned_by": 1}
_CODES: Final[dict[str, tuple[object, ...]]] = {"secrecy": SECRECY, "assigned_by": ASSIGNED_BY}


class Columns:
    """Columns of a table as the engine takes them; `bad` marks rows that are no task."""

    def __init__(self, table: pa.Table, used: dict[str, str], plan: Plan) -> None:
        self._table = table
        self._plan = plan
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
                self.bad |= (self.days[field] < assigned) & (assigned != NULL)
        for field in set(used) - {"id", "as_of", *DAY_FIELDS, *_KIND_BITS}:
            self._refuse_long_text(table.column(used[field]))

    def read_as_of(self, name: str) -> Days:
        """The column of days asked about; a row without one, or asked about too early, is no task."""
        days = self._days("due_on", self._table.column(name))
        self.bad |= (days == NULL) | (days < day_number(self._plan.in_force_from))
        return np.where(self.bad, np.int32(day_number(self._plan.in_force_from)), days).astype(np.int32)

    def _days(self, field: str, column: Any) -> Any:
        kind = column.type
        if pa.types.is_date32(kind):
            days = _numbers(column.cast(pa.int32()), np.int32, int(NULL) + EPOCH) - np.int32(EPOCH)
        elif pa.types.is_date64(kind) or pa.types.is_timestamp(kind):
            days = self._moments(column)
        else:
            return self._by_value(column, lambda value: read_value(field, plain_cell(value)), NULL, np.int32)
        outside = (days < 0) | ((days >= SIZE) & (days != NULL))
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
        days = np.clip(moments // _DAY - EPOCH, -1, SIZE).astype(np.int32)
        days[_nulls(column)] = NULL
        return days

    def _codes(self, field: str, column: Any) -> Any:
        if pa.types.is_boolean(column.type) and field in YES_NO_FIELDS:
            return _numbers(column.cast(pa.uint8()), np.uint8)
        codes = _CODES.get(field, (False, True))
        return self._by_value(column, lambda value: codes.index(read_value(field, value)) if value is not None else 0, 0, np.uint8)

    def _by_value(self, column: pa.ChunkedArray, read: Any, otherwise: Any, dtype: Any) -> Any:
        """A column read through its distinct values: a million rows hold few different ones."""
        encoded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if not pa.types.is_dictionary(encoded.type):
            encoded = encoded.dictionary_encode() if not pa.types.is_null(encoded.type) else None
        if encoded is None:
            return np.full(self.rows, otherwise, dtype=dtype)
        meanings, refused = [], []
        for value in encoded.dictionary.to_pylist():
            meaning, wrong = otherwise, False
            try:
                meant = read(value)
                if isinstance(meant, date):
                    meant = day_number(meant)
                    wrong = not 0 <= meant < SIZE
                meaning = otherwise if meant is None or wrong else meant
            except TaskError:
                wrong = True
            meanings.append(meaning)
            refused.append(wrong)
        indices = _numbers(encoded.indices.fill_null(len(meanings)), np.int64)
        self.bad |= np.array([*refused, False])[indices]
        return np.array([*meanings, otherwise], dtype=dtype)[indices]

    def _refuse_ids(self, column: pa.ChunkedArray) -> None:
        if pa.types.is_integer(column.type):
            self.bad |= _nulls(column)
        elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            length = _numbers(pc.utf8_length(pc.utf8_trim_whitespace(column)).fill_null(0).cast(pa.int64()), np.int64)
            self.bad |= (length == 0) | (length > 200)
        else:
            self.bad |= self._by_value(column, lambda value: len(str(read_value("id", value) or "")) in range(1, 201), False, np.bool_) ^ True

    def _refuse_long_text(self, column: pa.ChunkedArray) -> None:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            self.bad |= _numbers(pc.utf8_length(column).fill_null(0).cast(pa.int64()), np.int64) > 20_000


def _numbers(column: Any, dtype: Any, null: int = 0) -> Any:
    """A column of numbers as NumPy, with `null` where there is none."""
    filled = column.fill_null(null) if column.null_count else column
    whole = filled.combine_chunks() if isinstance(filled, pa.ChunkedArray) else filled
    return np.asarray(whole.to_numpy(zero_copy_only=False), dtype=dtype)


def _nulls(column: pa.ChunkedArray) -> Flags:
    if not column.null_count:
        return np.zeros(len(column), dtype=np.bool_)
    return np.asarray(column.is_null().to_numpy())


def plain_cell(value: object) -> object:
    """A cell as the readers of tables take it: midnight without a zone is how frames keep a plain date."""
    if isinstance(value, datetime) and value.tzinfo is None and value == value.replace(hour=0, minute=0, second=0, microsecond=0):
        return value.date()
    return value
