"""TableEvaluator: a table in, the same kind out, with the results beside the columns given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

from ..calendar.vietnam import WorkingCalendar
from ..columns import discreet, names_secrecy, read_value
from ..engines import column_time_limit, single
from ..engines.column_tables import Days, Flags, day_number
from ..engines.columns import ColumnsEngine
from ..engines.outcome import Outcome
from ..errors import DeadlineRulesError, TableError, TaskError, nearest
from ..plan.model import Plan
from ..task import Task, choose_columns, task_of_row
from .cells import cell
from .column_reader import Meanings
from .incoming import Columns
from .outgoing import LIMITS, dates, dressed, result_columns, told


class Found(NamedTuple):
    """A table as the engine took it, what it found, and the rows that get no result. `written` is the due day in force, as written."""

    columns: Columns
    outcome: Outcome
    refused: Flags
    written: Days


class TableEvaluator:
    """A regulation's plan and calendar, ready to evaluate tables. `official_only` refuses rows that rest on days that are not official."""

    def __init__(self, plan: Plan, calendar: WorkingCalendar, *, official_only: bool = False) -> None:
        self.plan = plan
        self.engine = ColumnsEngine(plan, calendar)
        self._calendar = calendar
        self._official_only = official_only
        self._meanings = Meanings()

    def evaluate(self, table: Any, as_of: date | str, *, strict: bool = False, only: Collection[str] | None = None) -> Any:
        """The table with the results beside it. `as_of` is a day, or the name of a column of days; `only` names the results wanted.

        Raises:
            TableError: `table` is no table, or has no column for the id, or two for one field; or `only` names no result.
            TaskError: `strict`, and rows are no tasks; the first ten are named.
        """
        if only is not None:
            self._refuse_unknown(only)
        if isinstance(table, pa.RecordBatchReader):
            return self._stream(table, as_of, strict, only)
        if isinstance(table, pa.Table):
            return self.arrow(table, as_of, strict=strict, only=only)
        try:
            frame = nw.from_native(table, eager_only=True)
        except TypeError:
            if not hasattr(table, "__arrow_c_stream__"):
                kind = type(table).__name__
                raise TableError(f"a {kind} is no table; give a pandas or polars frame, a pyarrow table or reader.") from None
            return self.arrow(pa.table(table), as_of, strict=strict, only=only)
        used = used_columns(frame.columns, as_of)
        results = self._results(to_arrow(frame, used.values()), used, as_of, strict, only)
        found = nw.from_arrow(results, backend=frame.implementation)
        return frame.with_columns(*(found[name] for name in results.column_names)).to_native()

    def arrow(self, table: pa.Table, as_of: date | str, *, strict: bool = False, only: Collection[str] | None = None) -> pa.Table:
        """A pyarrow table with the results beside it."""
        used = used_columns(table.column_names, as_of)
        results = self._results(table.select(list(dict.fromkeys(used.values()))), used, as_of, strict, only)
        for name in results.column_names:
            if name in table.column_names:
                table = table.drop_columns([name])
            table = table.append_column(name, results.column(name))
        return table

    def _stream(self, reader: pa.RecordBatchReader, as_of: date | str, strict: bool, only: Collection[str] | None) -> pa.RecordBatchReader:
        """A reader that evaluates batch by batch, as it is read."""
        schema = self.arrow(reader.schema.empty_table(), as_of, only=only).schema

        def batches() -> Iterator[pa.RecordBatch]:
            for batch in reader:
                yield from self.arrow(pa.Table.from_batches([batch]), as_of, strict=strict, only=only).to_batches()

        return pa.RecordBatchReader.from_batches(schema, batches())

    def find(self, table: pa.Table, used: dict[str, str], as_of: date | str, only: Collection[str] | None = None) -> Found:
        """What the engine finds of a table whose columns `used` give fields."""
        columns = Columns(table, used, self.plan, self._meanings)
        asked: int | Days
        if isinstance(as_of, str):
            asked = columns.read_as_of(as_of)
        else:
            single.refuse_day(self.plan, as_of)
            asked = day_number(as_of)
        if columns.more_time is None:
            outcome = self.engine.run(columns.days, columns.kind, asked, only)
            written = columns.written
        else:
            outcome, written = column_time_limit.run(self.engine, columns.days, columns.kind, asked, columns.more_time, only)
        refused = columns.bad | outcome.beyond
        if self._official_only:
            refused |= outcome.provisional
        return Found(columns, outcome, refused, written)

    def problem(self, table: pa.Table, used: dict[str, str], row: int, as_of: date | str) -> str:
        """What is wrong with a refused row, in the words of the single engine, which must refuse it too."""
        cells = _cells(table, used, row)
        try:
            asked = read_value("due_on", cells.pop("as_of")) if "as_of" in cells else as_of
            if asked is None:
                raise TaskError("as_of: every row needs a day; fill the cell.", field="as_of")
            single.evaluate(self.plan, self._calendar, task_of_row(cells), asked, strict=self._official_only)  # type: ignore[arg-type]  # read_value gives days
        except TaskError as error:
            return str(discreet(error) if names_secrecy(cells.values()) else error)
        except DeadlineRulesError as error:
            return str(error)
        raise AssertionError(f"row {row} was refused by one engine and taken by the other")

    def _refuse_unknown(self, only: Collection[str]) -> None:
        names = result_columns(self.plan)
        for name in only:
            if name not in names:
                raise TableError(f"only={name!r}: {self.plan.regulation} has no such result{nearest(str(name), names)}")

    def _results(self, table: pa.Table, used: dict[str, str], as_of: date | str, strict: bool, only: Collection[str] | None) -> pa.Table:
        found = self.find(table, used, as_of, only)
        refused = found.refused
        if strict and refused.any():
            first = [f"row {row + 1}: {self.problem(table, used, int(row), as_of)}" for row in np.flatnonzero(refused)[:10]]
            raise TaskError(f"{int(refused.sum())} of {len(refused)} rows are no tasks: {' '.join(first)}")
        problems = {int(row): self.problem(table, used, int(row), as_of) for row in np.flatnonzero(refused)}
        hidden = refused if problems else None
        columns = dressed(self.engine, found.outcome, hidden, only)
        wanted = only if only is not None else LIMITS if found.columns.has_lists else ()
        for name, written in zip(LIMITS, (found.written, found.columns.written), strict=True):
            if name in wanted:
                columns[name] = dates(self.engine.due_days(written), hidden)
        return pa.table({**columns, "problem": told(problems, len(refused))})


def _cells(table: pa.Table, used: dict[str, str], row: int) -> dict[str, object]:
    """The cells of a row by field."""
    return {field: cell(table.column(column), row) for field, column in used.items()}


def task_of(table: pa.Table, used: dict[str, str], row: int) -> Task:
    """The task of a row.

    Raises:
        TaskError: it is none.
    """
    return task_of_row(_cells(table, used, row))


def used_columns(names: Sequence[str], as_of: date | str) -> dict[str, str]:
    """Which column gives which field.

    Raises:
        TableError: there is no column for the id, or two mean one field.
    """
    try:
        chosen, _ = choose_columns(str(name) for name in names)
    except TaskError as error:
        raise TableError(str(error)) from None
    if "id" not in chosen:
        raise TableError("no column gives the task's id (id, mã, mã nhiệm vụ, số or stt).")
    if isinstance(as_of, str):
        if as_of not in names:
            raise TableError(f"there is no column {as_of!r} to take as_of from; there are: {', '.join(map(str, names))}.")
        chosen["as_of"] = as_of
    return chosen


def to_arrow(frame: nw.DataFrame[Any], names: Any) -> pa.Table:
    """The columns needed, as Arrow; a column of mixed objects as text, each value as it prints."""
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name in dict.fromkeys(names):
        series = frame[name]
        try:
            columns[name] = series.to_arrow()
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            columns[name] = pa.array([None if _is_empty(value) else str(value) for value in series.to_list()])
    return pa.table(columns)


def _is_empty(value: Any) -> bool:
    """Whether a frame has nothing in a cell. NaN is not equal to itself; with lists and arrays that cannot be asked."""
    return value is None or (not hasattr(value, "__len__") and bool(value != value))
