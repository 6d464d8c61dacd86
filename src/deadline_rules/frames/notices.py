"""Notices of whole tables, by the column: the same as those of `timers`, as one Arrow table with a row a notice.

For each rule the last days in time of all tasks are one look-up; what falls into the days asked about is few, and only that is looked at closer.
Rows that have an extension or a suspension are few as well: they go one by one through `timers`, and their notices are put among the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..calendar.vietnam import WorkingCalendar
from ..days import FIRST_DAY
from ..engines.column_tables import BEYOND, END, NULL, Codes, Days, DeadlineTables, Flags, day_number
from ..engines.columns import CHUNK, ColumnsEngine
from ..errors import CalendarHorizonError, TableError
from ..plan.model import EscalationPlan, Offset
from ..results import Notice
from ..timers import KINDS, OWN, days_asked, id_twice, not_official, notices, order_of_rules
from .column_reader import Meanings
from .evaluator import TableEvaluator, task_of, to_arrow, used_columns
from .incoming import Columns
from .outgoing import dates, told

_Rows = npt.NDArray[np.intp]

# Before every day: of what begins with no day, and of what lies before 1990.
_EVER: Final = np.int32(-(2**30))
_DUE, _MISSED, _OPENS, _, _REMINDER, _WARNING = range(len(KINDS))


class _Found(NamedTuple):
    """Notices of one rule and kind: rows of the table, days, last days in time (NULL for none), and the day from which the calendar is relied on."""

    place: int
    kind: int
    rows: _Rows
    day: Days
    due_on: Days
    relied_on_from: Days


def notices_table(
    evaluator: TableEvaluator, table: Any, after: date, until: date, *, to: Mapping[str, str], calendar: WorkingCalendar, strict: bool
) -> pa.Table:
    """Every notice of (after, until]: `task_id` (null for a report), `rule`, `kind`, `day`, `deliver_on`, `due_on`, `provisional`, `key`, `problem`.

    The order is that of `timers.notices`. Rows that are no tasks come last, with nothing but what there is of their id and their problem.

    Raises:
        the errors of `timers.notices`; TableError: `table` is no table, or has no column for the id, or two for one field.
    """
    plan, engine = evaluator.plan, evaluator.engine
    first, last = days_asked(plan, after, until)
    arrow = _arrow(table)
    used = used_columns(arrow.column_names, until)
    columns = Columns(arrow, used, plan, Meanings())
    _refuse_repeated(columns)
    one_by_one = columns.more_time.rows if columns.more_time is not None else np.zeros(0, dtype=np.intp)
    out = columns.bad.copy()
    out[one_by_one] = True
    finders = (_Finder(engine, columns, out, start, day_number(first), day_number(last)) for start in range(0, columns.rows, CHUNK))
    found = [some for finder in finders for some in finder.found() if len(some.rows)] if first <= last else []
    of_tasks, places = _dressed(engine, columns, found)
    if strict and (uncertain := of_tasks.filter(of_tasks.column("provisional"))).num_rows:
        row = uncertain.slice(0, 1).to_pylist()[0]
        raise not_official(calendar, row["kind"], row["rule"], row["day"], row["task_id"])
    rows = [int(row) for row in one_by_one if not columns.bad[row]]
    tasks = [task_of(arrow, used, row) for row in rows]
    whole = of_tasks
    if others := notices(plan, calendar, tasks, after, until, to=to, strict=strict):
        at = {task.id: row for task, row in zip(tasks, rows, strict=True)} | {None: columns.rows}  # reports come after all tasks of their day
        before = np.searchsorted(places, [_place(columns, day_number(one.day), at[one.task_id]) for one in others], side="right")
        order = np.insert(np.arange(of_tasks.num_rows), before, of_tasks.num_rows + np.arange(len(others)))
        whole = pa.concat_tables([of_tasks, _listed(others, of_tasks.schema)]).unify_dictionaries().take(pa.array(order))
    problems = {int(row): evaluator.problem(arrow, used, int(row), until) for row in np.flatnonzero(columns.bad)}
    return pa.concat_tables([whole.append_column("problem", _texts([None] * whole.num_rows)), _refused(whole.schema, columns, problems)])


def _arrow(table: Any) -> pa.Table:
    """The columns of a table that name a field, as Arrow."""
    if isinstance(table, pa.RecordBatchReader):
        return table.read_all()
    if isinstance(table, pa.Table):
        return table
    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError:
        if hasattr(table, "__arrow_c_stream__"):
            return pa.table(table)
        raise TableError(f"a {type(table).__name__} is no table; give a pandas or polars frame, a pyarrow table or reader.") from None
    return to_arrow(frame, used_columns(frame.columns, FIRST_DAY).values())


def _refuse_repeated(columns: Columns) -> None:
    ids = columns.ids.filter(pa.array(~columns.bad)) if columns.bad.any() else columns.ids
    if pc.count_distinct(ids).as_py() < len(ids):
        counts = pc.value_counts(ids)
        raise id_twice(counts.filter(pc.greater(counts.field("counts"), 1)).field("values")[0].as_py())


class _Finder:
    """The notices of some rows. What lies after a day has not happened on it; NULL is later than every day, so comparing is enough."""

    def __init__(self, engine: ColumnsEngine, columns: Columns, out: Flags, start: int, first: int, last: int) -> None:
        stop = min(start + CHUNK, columns.rows)
        self.engine, self.plan, self.start, self.first, self.last = engine, engine.plan, start, first, last
        self.nothing = np.full(stop - start, NULL)
        self.days = {name: column[start:stop] for name, column in columns.days.items()}
        self.written = self.of("due_on")
        self.rolled = engine.following.take(self.written, mode="clip")
        self.limit = self.rolled if self.plan.roll_due else self.written
        self.kind: Codes = columns.kind[start:stop] | (self.written != NULL)
        self.out: Flags = out[start:stop] | engine.excluded.take(self.kind)
        self.back = {reminder.before: _back_table(engine, reminder.before) for reminder in self.plan.reminders}

    def of(self, field: str) -> Days:
        """A day of each row."""
        return self.days.get(field, self.nothing)

    def found(self) -> Iterator[_Found]:
        """All notices, rule by rule."""
        since = np.where(self.of("assigned_on") == NULL, _EVER, self.of("assigned_on")) if self.plan.reminders else self.nothing
        yield from self._of_duty(0, OWN, self.limit, since, self.written, None, self.of("completed_on"), after_start=False)
        for place, deadline in enumerate(self.engine.deadlines, start=1):
            yield from self._of_deadline(place, deadline)
        alike: dict[int, _Found | None] = {}
        for number, rule in enumerate(self.plan.escalations):
            found = alike[rule.alike] if rule.alike in alike else alike.setdefault(number, self._of_escalation(rule))
            if found is not None:
                yield found._replace(place=1 + len(self.plan.deadlines) + number)

    def _within(self, days: Days, earlier: int = 0) -> _Rows:
        """The rows whose day lies among those asked about, or so many days earlier; rows out of question left out."""
        first = self.first - earlier
        rows: _Rows = np.flatnonzero((days - np.int32(first)).view(np.uint32) <= self.last - first)
        return rows[~self.out[rows]]

    def _of_deadline(self, place: int, deadline: DeadlineTables) -> Iterator[_Found]:
        rule, own = deadline.rule, deadline.rule.variants[0]
        known_until: Days | None = None  # the day on which a field of more weight is known
        for field in own.fields:
            start = self.of(field) if field != OWN else self.rolled if own.roll else self.written
            due_on = deadline.due(start, own.roll, self.kind)
            done = self.of(rule.done_by)
            yield from self._of_duty(place, rule.rule, due_on, start, start, known_until, done, after_start=rule.done_after_start)
            since = np.where(self.written == NULL, NULL, _EVER) if field == OWN else start
            known_until = since if known_until is None else np.minimum(known_until, since)

    def _of_duty(
        self, place: int, rule: str, due_on: Days, since: Days, counted_from: Days, known_until: Days | None, done: Days, *, after_start: bool
    ) -> Iterator[_Found]:
        def open_on(rows: _Rows, day: Days) -> Flags:
            """Whether it is still to be done as that day begins, and its last day is still known as this one."""
            answered = done[rows] < day
            if after_start:
                answered &= done[rows] >= since[rows]
            return ~answered if known_until is None else ~answered & (known_until[rows] > day)

        rows = self._within(due_on, earlier=1)
        last_day = due_on[rows]
        is_due = (last_day >= self.first) & open_on(rows, last_day)
        yield self._found(place, _DUE, rows[is_due], last_day[is_due], last_day[is_due], counted_from)
        # Missed is what was not done by the evening of its last day; what a later day makes of its beginning does not matter.
        is_missed = (last_day < self.last) & self._undone(rows, done, since, last_day, after_start)
        if known_until is not None:
            is_missed &= known_until[rows] > last_day
        yield self._found(place, _MISSED, rows[is_missed], last_day[is_missed] + np.int32(1), last_day[is_missed], counted_from)
        for number, reminder in enumerate(self.plan.reminders):
            if reminder.of == rule:
                reminded = np.maximum(self.back[reminder.before].take(due_on, mode="clip"), since)
                rows = self._within(reminded)
                day = reminded[rows]
                holds = open_on(rows, day)
                kind = _REMINDER if reminder.kind == "reminder" else _WARNING
                of_reminder = len(order_of_rules(self.plan)) - len(self.plan.reminders) + number
                yield self._found(of_reminder, kind, rows[holds], day[holds], due_on[rows[holds]], counted_from)

    @staticmethod
    def _undone(rows: _Rows, done: Days, since: Days, day: Days, after_start: bool) -> Flags:
        """Whether it was not done by the evening of a day."""
        answered = done[rows] <= day
        if after_start:
            answered &= done[rows] >= since[rows]
        undone: Flags = ~answered
        return undone

    def _of_escalation(self, rule: EscalationPlan) -> _Found | None:
        opening = rule.opening
        if opening.on_request:
            return None
        waits, days_later = opening.after_due is not None, np.int32(opening.after_due or 0)
        first = self.of(opening.on) if opening.on is not None else np.full(len(self.kind), _EVER)
        if waits:
            first = np.maximum(first, self.limit + days_later)
        day = self.engine.later[opening.later].take(first, mode="clip") if opening.later else first
        rows = self._within(day)
        holds = np.ones(len(rows), dtype=np.bool_)
        for field in opening.unless:
            holds &= self.of(field)[rows] >= first[rows]
        for field in ("completed_on", *((rule.closed_by,) if rule.closed_by else ())):
            holds &= self.of(field)[rows] >= day[rows]
        rows = rows[holds]
        due_on = self.limit[rows] if waits else np.full(len(rows), NULL)
        return _Found(0, _OPENS, rows + self.start, day[rows], due_on, np.minimum(due_on, first[rows]))

    def _found(self, place: int, kind: int, rows: _Rows, day: Days, due_on: Days, counted_from: Days) -> _Found:
        return _Found(place, kind, rows + self.start, day, due_on, np.minimum(counted_from[rows], day))


def _back_table(engine: ColumnsEngine, before: Offset) -> Days:
    """For each last day in time the day of its reminder; the first day of all where that lies before 1990, NULL for NULL."""
    due_on = np.arange(END, dtype=np.int64)
    if before.unit == "days":
        found = due_on - before.number
    elif before.unit == "working_days" and before.number:
        flags = np.diff(engine.upto[:END], prepend=0)
        working = np.flatnonzero(flags)
        at = engine.upto[:END] - flags - before.number
        found = np.where(at >= 0, working[np.maximum(at, 0)], int(_EVER))
    else:
        found = due_on
    return np.append(found, NULL).astype(np.int32)


def _dressed(engine: ColumnsEngine, columns: Columns, found: list[_Found]) -> tuple[pa.Table, npt.NDArray[np.int64]]:
    """Notices of tasks as a table, in their order, and where each stands."""
    plan = engine.plan
    empty = np.zeros(0, dtype=np.int32)
    rows = np.concatenate([empty.astype(np.intp), *(some.rows for some in found)])
    day, due_on, relied_on = (np.concatenate([empty, *(some[part] for some in found)]) for part in (3, 4, 5))
    sizes = np.array([len(some.rows) for some in found], dtype=np.intp)
    place, kind = (np.repeat(np.array([some[part] for some in found], dtype=np.int16), sizes) for part in (0, 1))
    order = np.lexsort((kind, place, rows, day))
    rows, place, kind = rows[order], place[order], kind[order]
    day, due_on, relied_on = day[order], due_on[order], relied_on[order]
    deliver_on = engine.following.take(day)
    if (deliver_on == BEYOND).any():
        raise CalendarHorizonError("the working day on which a notice is delivered lies outside 1990-2100; ask for earlier days.")
    since, until = engine.verified
    provisional = (relied_on < since) | (np.maximum(np.where(due_on < NULL, due_on, 0), deliver_on) > until)
    ids = columns.ids.take(pa.array(rows))
    rules, kinds = _words(place, order_of_rules(plan)), _words(kind, KINDS)
    days = dates(day)
    table = pa.table(
        {
            "task_id": ids,
            "rule": rules,
            "kind": kinds,
            "day": days,
            "deliver_on": dates(deliver_on),
            "due_on": dates(due_on),
            "provisional": pa.array(provisional),
            "key": _keys(days, kinds, rules, plan.rules_version, ids),
        }
    )
    return table, _place(columns, day.astype(np.int64), rows)


def _place(columns: Columns, day: Any, row: Any) -> Any:
    """Where a task's notices of a day stand among those of all, as a number."""
    return day * (columns.rows + 1) + row


def _words(codes: Any, words: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int16()), _texts(list(words)))


def _texts(texts: list[Any]) -> pa.Array:
    return pa.array(texts, pa.string())


def _keys(days: pa.Array, kinds: pa.DictionaryArray, rules: pa.DictionaryArray, rules_version: str, ids: pa.Array) -> pa.Array:
    """The name of each notice, as `timers.key_of` gives it."""
    return pc.binary_join_element_wise(days.cast(pa.string()), kinds.cast(pa.string()), rules.cast(pa.string()), rules_version, ids, "/")


def _listed(rows: Sequence[Notice], schema: pa.Schema) -> pa.Table:
    """Notices found one by one as a table."""
    return pa.Table.from_pylist([{name: getattr(notice, name) for name in schema.names} for notice in rows], schema)


def _refused(schema: pa.Schema, columns: Columns, problems: dict[int, str]) -> pa.Table:
    """A row for each row that is no task."""
    rows = len(problems)
    ids = columns.ids.take(pa.array(list(problems), pa.int64()))
    nulls = {field.name: pa.nulls(rows, field.type) for field in schema}
    return pa.table({**nulls, "task_id": ids, "problem": told(dict(enumerate(problems.values())), rows).cast(pa.string())})
