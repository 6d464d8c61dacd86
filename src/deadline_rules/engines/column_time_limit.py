"""The due day in force by the column: what `time_limit.due_day` says of one task, for the rows of a table that have more time.

Extensions and suspensions of all rows stand one behind the other, each with the number of its row. Extensions are one look for the last that was
granted; suspensions go in turns, the first of every row, then the second: each moves the due day that the one before it left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from .column_tables import BEYOND, END, NULL, Codes, Days
from .columns import ColumnsEngine
from .outcome import Outcome

Rows = npt.NDArray[np.intp]

# Before every day.
_EVER: Final = np.int32(-(2**30))


class Extensions(NamedTuple):
    """The extensions of all rows, by row, then by the day granted."""

    rows: Rows
    granted_on: Days
    due_on: Days


class Suspensions(NamedTuple):
    """The suspensions of all rows, by row, then by the day each begins; `until` is NULL where there is no end."""

    rows: Rows
    since: Days
    until: Days


class MoreTime(NamedTuple):
    """What became of the time limits of a table's tasks since they were set."""

    extensions: Extensions
    suspensions: Suspensions

    @property
    def rows(self) -> Rows:
        """The rows that have an extension or a suspension, each once, in order."""
        return np.unique(np.concatenate([self.extensions.rows, self.suspensions.rows]))


class Told(NamedTuple):
    """What the engine found of every row, and the due day in force by which it went, as written: NULL for none, BEYOND after 2100."""

    outcome: Outcome
    written: Days


def run(
    engine: ColumnsEngine, days: Mapping[str, Days], kind: Codes, as_of: int | Days, more_time: MoreTime, only: Collection[str] | None = None
) -> Told:
    """As `ColumnsEngine.run`, told against the due days in force on `as_of`."""
    original = days["due_on"] if "due_on" in days else np.full(len(kind), NULL)
    written = due_days(engine, {**days, "due_on": original}, more_time, as_of)
    outcome = engine.run({**days, "due_on": np.minimum(written, NULL)}, kind, as_of, only)
    outcome.beyond[written == BEYOND] = True
    _mind(engine, written, more_time.suspensions, as_of, outcome)
    return Told(outcome, written)


def due_days(engine: ColumnsEngine, days: Mapping[str, Days], more_time: MoreTime, as_of: int | Days) -> Days:
    """The due day in force of every row, as written; NULL for none, BEYOND where suspensions move it out of the calendar."""
    due_on = days["due_on"].copy()
    granted_on = np.full(len(due_on), _EVER)
    extensions = more_time.extensions
    granted = np.flatnonzero(extensions.granted_on <= _of(as_of, extensions.rows))
    rows = extensions.rows[granted]
    last = granted[np.append(rows[1:] != rows[:-1], True)[: len(rows)]]
    due_on[extensions.rows[last]] = extensions.due_on[last]
    granted_on[extensions.rows[last]] = extensions.granted_on[last]
    if engine.plan.suspensions is not None:
        _suspend(engine, days, more_time.suspensions, as_of, granted_on, due_on)
    return due_on


def _suspend(engine: ColumnsEngine, days: Mapping[str, Days], suspensions: Suspensions, as_of: int | Days, set_on: Days, due_on: Days) -> None:
    """Moves `due_on` by the suspensions of each row in turn. `set_on` is the day its extension was granted; that and the days before do not count."""
    upto = engine.upto
    working = np.append(np.flatnonzero(np.diff(upto[:END], prepend=0)), BEYOND)
    nothing = np.full(len(due_on), NULL)
    assigned_on, completed_on = (days.get(name, nothing) for name in ("assigned_on", "completed_on"))
    for turn in _turns(suspensions.rows):
        rows, since = suspensions.rows[turn], suspensions.since[turn]
        assigned = np.where(assigned_on[rows] == NULL, _EVER, assigned_on[rows])
        first = np.maximum(since, np.maximum(assigned, set_on[rows]) + np.int32(1))
        end = np.minimum(suspensions.until[turn], np.minimum(completed_on[rows], _of(as_of, rows)))
        # A row without a due day, or moved out of the calendar, has nothing to move.
        counts = (since <= due_on[rows]) & (due_on[rows] < NULL) & (first <= end)
        rows, first, end = rows[counts], first[counts], end[counts]
        stopped = upto[end] - upto[first - 1]
        at = np.minimum(upto[due_on[rows]] + stopped - 1, len(working) - 1)
        due_on[rows] = np.maximum(np.where(stopped, working[at], due_on[rows]), end)


def _turns(rows: Rows) -> Iterator[Rows]:
    """The places of the first element of every row, then of the second, and so on; `rows` are in order."""
    if not len(rows):
        return
    places = np.arange(len(rows))
    begins = np.append(True, rows[1:] != rows[:-1])
    turn = places - np.maximum.accumulate(np.where(begins, places, 0))
    yield from np.split(np.argsort(turn, kind="stable"), np.cumsum(np.bincount(turn))[:-1])


def _mind(engine: ColumnsEngine, written: Days, suspensions: Suspensions, as_of: int | Days, outcome: Outcome) -> None:
    """Notes the caveat where no suspension is provided for, and the doubt where one reaches before the days the calendar vouches for."""
    rows, since = suspensions.rows, suspensions.since
    begun = since <= _of(as_of, rows)
    if engine.plan.suspensions is None:
        outcome.caveats[rows[begun]] |= engine.suspended_bit
        return
    # What a due day outside these days makes of a result the engine has seen to.
    counted = begun & (since < engine.verified[0]) & (written[rows] < NULL)
    outcome.provisional[rows[counted]] = True
    outcome.caveats[rows[counted]] |= engine.provisional_bit


def _of(as_of: int | Days, rows: Rows) -> Any:
    """The day asked about of some rows."""
    return np.int32(as_of) if isinstance(as_of, int) else as_of[rows]
