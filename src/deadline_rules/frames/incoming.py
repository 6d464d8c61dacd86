"""Columns of a table as the columns engine takes them, each read by the column; rows that are no task are marked."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import DAY_FIELDS, LIST_FIELDS, LONGEST_ID, LONGEST_TEXT, YES_NO_FIELDS, read_value
from ..engines.column_tables import NULL, Days, Flags, day_number
from ..engines.column_time_limit import MoreTime
from ..errors import TableError, TaskError
from ..plan.facts import ASSIGNED_BY, SECRECY
from ..plan.model import Plan
from ..text import normalized
from .column_reader import ColumnReader, Meanings, are_null, as_numbers, in_one_piece, is_text
from .more_time import holds_lists, more_time

# The bit of each fact in a task's kind, as plan.facts.kind_index counts it.
_KIND_BITS: Final = {"secrecy": 5, "urgent": 4, "complex": 3, "routine": 2, "assigned_by": 1}
_CODES: Final[dict[str, tuple[object, ...]]] = {"secrecy": SECRECY, "assigned_by": ASSIGNED_BY}
_LONGEST_WRITTEN: Final = 4  # characters that one of a text may be written with, none more by the tables of Unicode
_FEW_LETTERS: Final = 1000
# What str.strip takes away, so that a blank cell is blank to both engines.
_WHITESPACE: Final = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())


class Columns(ColumnReader):
    """Columns of a table as the engine takes them; `bad` marks rows that are no task.

    `more_time` are the extensions and suspensions of its tasks, None where there are none; `has_lists` says whether it has a column for them.
    """

    def __init__(self, table: pa.Table, used: dict[str, str], plan: Plan, meanings: Meanings) -> None:
        self._table = table
        self._used = used
        self._plan = plan
        for field, name in used.items():
            kind = table.schema.field(name).type
            if pa.types.is_nested(kind) and not (field in LIST_FIELDS and holds_lists(kind)):
                raise TableError(f"the column {name!r} holds {kind}, which cannot be the {field} of a task; give {_wanted(field)}.")
        super().__init__(table.num_rows, meanings)
        self.days: dict[str, Days] = {field: self.read_days(field, table.column(used[field])) for field in DAY_FIELDS if field in used}
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
        lists = {field: table.column(used[field]) for field in LIST_FIELDS if field in used}
        self.has_lists = bool(lists)
        for field in [field for field, column in lists.items() if not holds_lists(column.type)]:
            self.by_value(field, lists.pop(field), partial(read_value, field), False, np.bool_)
        for field in set(used) - {"id", "as_of", *DAY_FIELDS, *_KIND_BITS, *LIST_FIELDS}:
            self._refuse_long_text(field, table.column(used[field]))
        self.more_time: MoreTime | None = None
        if lists:
            self.more_time, refused = more_time(lists, self.days, self.rows, meanings)
            self.bad |= refused

    @property
    def written(self) -> Days:
        """The time limit of each row as it was first set, NULL for none."""
        return self.days["due_on"] if "due_on" in self.days else np.full(self.rows, NULL)

    def read_as_of(self, name: str) -> Days:
        """The column of days asked about; a row without one, or asked about too early, is no task."""
        days = self.read_days("due_on", self._table.column(name))
        self.bad |= (days == NULL) | (days < day_number(self._plan.in_force_from))
        return np.where(self.bad, np.int32(day_number(self._plan.in_force_from)), days).astype(np.int32)

    def _codes(self, field: str, column: Any) -> Any:
        if pa.types.is_boolean(column.type) and field in YES_NO_FIELDS:
            return as_numbers(column.cast(pa.uint8()), np.uint8)
        codes = _CODES.get(field, (False, True))

        def code(value: object) -> int:
            read = read_value(field, value)
            return 0 if read is None else codes.index(read)  # a blank that says nothing means the first

        return self.by_value(field, column, code, 0, np.uint8)

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
        column = in_one_piece(self._table.column(self._used[field]))
        if is_text(column.type):
            filled = pc.not_equal(pc.utf8_trim(column, characters=_WHITESPACE), "")
            return np.asarray(filled.fill_null(False).to_numpy(zero_copy_only=False))
        return np.asarray(self.by_value(field, column, lambda value: read_value(field, value) is not None, False, np.bool_))

    def _refuse_ids(self, column: pa.ChunkedArray) -> None:
        if pa.types.is_integer(column.type):
            self.bad |= are_null(column)
        elif is_text(column.type):
            length = _lengths(column, LONGEST_ID)
            self.bad |= (length == 0) | (length > LONGEST_ID)
        else:
            self.bad |= self.by_value("id", column, lambda value: 1 <= len(str(read_value("id", value) or "")) <= LONGEST_ID, False, np.bool_) ^ True

    def _refuse_long_text(self, field: str, column: pa.ChunkedArray) -> None:
        if is_text(column.type):
            self.bad |= _lengths(column, LONGEST_TEXT) > LONGEST_TEXT
        elif not pa.types.is_integer(column.type):
            self.by_value(field, column, lambda value: read_value(field, value) is not None, False, np.bool_)


def _wanted(field: str) -> str:
    return "a list of objects in each cell" if field in LIST_FIELDS else "plain values"


def id_texts(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column of ids as the texts that tasks keep; what is no id gives any text, or null."""
    whole = in_one_piece(column)
    if pa.types.is_integer(whole.type):
        return whole.cast(pa.string())
    if is_text(whole.type):
        # Cut where no id reaches: putting a text in one form takes the square of the marks on its letters.
        trimmed = pc.utf8_slice_codeunits(pc.utf8_trim(whole.cast(pa.string()), characters=_WHITESPACE), 0, _LONGEST_WRITTEN * LONGEST_ID)
        return trimmed if pc.all(pc.string_is_ascii(trimmed)).as_py() else pc.utf8_normalize(trimmed, form="NFC")
    return pa.array([_id_text(value) for value in whole.to_pylist()], pa.string())


def _id_text(value: object) -> str | None:
    try:
        read = read_value("id", value)
    except TaskError:
        return None
    return None if read is None else str(read)


def _lengths(column: pa.ChunkedArray, limit: int) -> Any:
    """How many characters each text has, as a task would keep it; 0 where there is none. Where all are within the limit, bytes will do."""
    size = as_numbers(pc.binary_length(column), np.int64)
    if size.max(initial=0) <= limit and not pc.any(pc.utf8_is_space(column)).as_py():
        return size
    trimmed = pc.utf8_trim(column, characters=_WHITESPACE)
    lengths = as_numbers(pc.utf8_length(trimmed), np.int64)
    # Composing letters and marks makes most texts shorter, and a few letters up to three times as long; that matters near the limit alone.
    if lengths.max(initial=0) > limit // 3:
        long = lengths > _FEW_LETTERS
        short = trimmed if not long.any() else pc.if_else(pa.array(long), "", trimmed)
        lengths = as_numbers(pc.utf8_length(pc.utf8_normalize(short, form="NFC")), np.int64)
        lengths = lengths.copy()
        lengths[long] = [len(normalized("NFC", text)) for text in trimmed.filter(pa.array(long)).to_pylist()]
    return lengths
