"""Extensions and suspensions of a table: columns of lists, taken apart and read by the column; rows whose lists no task could have are marked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import LIST_FIELDS, LONGEST_TEXT, plain_cell, read_value
from ..engines.column_tables import NULL, Days, Flags
from ..engines.column_time_limit import Extensions, MoreTime, Rows, Suspensions
from ..task import Extension, Suspension
from .column_reader import ColumnReader, Meanings, are_null, as_numbers, in_one_piece, is_text

_FIELDS: Final = {"extensions": tuple(Extension.model_fields), "suspensions": tuple(Suspension.model_fields)}
_DAYS_NEEDED: Final = {"extensions": ("granted_on", "due_on"), "suspensions": ("since",)}


def holds_lists(kind: pa.DataType) -> bool:
    """Whether the cells of a column are lists, of objects whose fields can be told apart where they are objects."""
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)):
        return False
    names = [field.name for field in kind.value_type] if pa.types.is_struct(kind.value_type) else []
    return len(set(names)) == len(names)


def more_time(lists: Mapping[str, pa.ChunkedArray], days: Mapping[str, Days], rows: int, meanings: Meanings) -> tuple[MoreTime | None, Flags]:
    """The extensions and suspensions in columns of lists, by field, and the rows that no task could be.

    `days` are the days of the tasks by field. None stands for none at all; those of refused rows may be anything.
    """
    refused = np.zeros(rows, dtype=np.bool_)
    nothing = np.full(rows, NULL)
    extensions = _read("extensions", lists, meanings, refused)
    row, granted_on, due_on = extensions
    again = np.append([False], row[1:] == row[:-1])[: len(row)]  # not the first of its row
    refused[row[again & np.append([False], granted_on[1:] == granted_on[:-1])[: len(row)]]] = True
    first_due_on = days.get("due_on", nothing)[row]
    extended = np.where(again, np.append(NULL, due_on)[:-1], first_due_on)
    refused[row[(first_due_on == NULL) | (due_on <= extended)]] = True
    suspensions = _read("suspensions", lists, meanings, refused)
    row, since, until = suspensions
    refused[row[until < since]] = True
    refused[row[1:][(row[1:] == row[:-1]) & (since[1:] <= until[:-1])]] = True
    found = MoreTime(Extensions(*extensions), Suspensions(*suspensions))
    return (found if len(found.extensions.rows) or len(found.suspensions.rows) else None), refused


def _read(field: str, lists: Mapping[str, pa.ChunkedArray], meanings: Meanings, refused: Flags) -> tuple[Rows, Days, Days]:
    """What the lists of a column hold: the row and the two days of each object, by row, then by the first of the days."""
    if field not in lists:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    objects = _Objects(field, in_one_piece(lists[field]), meanings)
    first, second = (objects.days_of(name) for name in LIST_FIELDS[field])
    refused[objects.row[objects.bad]] = True
    order = np.lexsort((first, objects.row))
    return objects.row[order], first[order], second[order]


class _Objects(ColumnReader):
    """The objects in the lists of a column, one behind the other; `bad` marks those that cannot be read, `row` is the row of each."""

    def __init__(self, field: str, lists: pa.Array, meanings: Meanings) -> None:
        self._field = field
        self._objects = lists.flatten()  # without what lies behind an empty cell
        super().__init__(len(self._objects), meanings)
        self.row: Rows = np.repeat(np.arange(len(lists)), as_numbers(pc.list_value_length(lists), np.intp))
        self._is_object = pa.types.is_struct(self._objects.type)
        if not self._is_object:
            self.bad[:] = True
            return
        self.bad |= are_null(self._objects)
        for name in (child.name for child in self._objects.type):
            column = self._column(name)
            if name not in _FIELDS[field]:
                self.bad |= ~are_null(column)
            elif name not in LIST_FIELDS[field]:
                self.bad |= _too_long(column) if is_text(column.type) else ~are_null(column)

    def days_of(self, name: str) -> Days:
        """A day of each object, NULL where it has none; those that need one and have none are marked."""
        column = self._column(name) if self._is_object else None
        days = np.full(self.rows, NULL)
        if column is not None and pa.types.is_nested(column.type):
            self.bad |= ~are_null(column)
        elif column is not None:
            days = self.read_days(f"{self._field}.{name}", column, partial(self._read_day, name))
        if name in _DAYS_NEEDED[self._field]:
            self.bad |= days == NULL
        return days

    def _column(self, name: str) -> Any:
        """A field of the objects; None where they have no such field."""
        at = self._objects.type.get_field_index(name)
        if at < 0:
            return None
        column = self._objects.field(at)
        if pa.types.is_string_view(column.type):
            return column.cast(pa.string())
        return in_one_piece(column) if pa.types.is_dictionary(column.type) else column

    def _read_day(self, name: str, value: object) -> object:
        """A day as the reader of rows takes it."""
        read: Any = read_value(self._field, [{name: plain_cell(value)}])
        return read[0][name]


def _too_long(column: pa.Array) -> Flags:
    return np.asarray(as_numbers(pc.utf8_length(column), np.int64) > LONGEST_TEXT)
