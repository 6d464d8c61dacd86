"""A whole file evaluated batch by batch with the columns engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ..engines.column_tables import Flags
from ..errors import DeadlineRulesError, TaskError
from ..frames.evaluator import Found
from ..frames.flat import flat
from ..readers.rows import Row, SeenIds
from ..regulation import Regulation
from ..task import Task
from .batches import EMPTY, Batch, Source
from .repeated import marks, repeated


class Results(NamedTuple):
    """The results of one batch, a row a task, and the rows that were refused, in the order of their lines. `rows` counts both."""

    table: pa.Table
    refused: list[TaskError]
    rows: int


def evaluated(regulation: Regulation, source: Source, as_of: date) -> Iterator[Results]:
    """The results of a file, batch by batch.

    Raises:
        NotInForceError: `as_of` lies before the regulation took effect.
        TableError: the file cannot be read.
    """
    evaluator = regulation.tables()
    ids = source.ids()
    twice = repeated(ids) if ids is not None else np.zeros(0, dtype=np.uint64)
    seen = SeenIds()
    # An empty file has results too: columns without rows.
    for batch in chain([EMPTY], source.batches()):
        found = evaluator.find(batch.table, {name: name for name in batch.table.column_names}, as_of)
        refused = found.refused.copy()
        again = list(_again(batch, found, twice, seen, refused)) if len(twice) else []
        # A row whose id an earlier one has is not evaluated, so nothing else is said of it.
        said = {error.row for error in again}
        errors = [*batch.refused, *again, *(error for error in _refusals(regulation, batch, found, as_of) if error.row not in said)]
        errors.sort(key=lambda error: error.row or 0)
        yield Results(flat(evaluator, found, refused, as_of), errors, batch.table.num_rows + len(batch.refused))


def _refusals(regulation: Regulation, batch: Batch, found: Found, as_of: date) -> Iterator[TaskError]:
    """Why rows get no result, in the words of the reader of rows and of the single engine, which must refuse them too."""
    for number in np.flatnonzero(found.refused):
        row = batch.row(int(number))
        if row is not None:  # else it is blank
            yield row.error or _refusal(regulation, row, as_of)


def _refusal(regulation: Regulation, row: Row, as_of: date) -> TaskError:
    try:
        regulation.evaluate(_task(row), as_of)
    except DeadlineRulesError as error:
        return TaskError(str(error), row=row.line)
    raise AssertionError(f"row {row.line} was refused by one engine and taken by the other")


def _task(row: Row | None) -> Task:
    if row is None or row.task is None:
        raise AssertionError("a row that the columns take for a task must be one to the reader of rows")
    return row.task


def _again(batch: Batch, found: Found, twice: Any, seen: SeenIds, refused: Flags) -> Iterator[TaskError]:
    """Refuses tasks whose id an earlier row has, marking them in `refused`."""
    candidates = np.isin(marks(found.columns.ids), twice) & ~found.columns.bad
    for number in np.flatnonzero(candidates):
        row = batch.row(int(number))
        again = seen.again(_task(row).id, row.line if row else 0)
        if again is not None:
            refused[number] = True
            yield again
