"""The job that every peer does, its columns, and the answers they are held to.

For each task of a table: the status cell of Kon Tum's regulation, the due day of `transfer`, and three timers (working days left to due_on, the
day after due_on, the fifth working day after due_on).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

import deadline_rules as dr
from deadline_rules.engines.column_tables import FIRST as KNOWN_FROM
from deadline_rules.engines.column_tables import NULL, WorkingDayTables, day_number
from deadline_rules.plan.facts import PROGRESS, TIMELINESS
from deadline_rules.plan.model import Offset

Days = npt.NDArray[np.int32]
Array = npt.NDArray[Any]

AS_OF: Final = date(2026, 11, 20)
AS_OF_DAY: Final = day_number(AS_OF)
FIRST: Final = date(1970, 1, 1)  # days are numbered from it, and tables begin with it
CHECKED: Final = 1_000
SIZES: Final = (1, 1_000, 100_000, 1_000_000, 10_000_000)


class Columns(NamedTuple):
    """Days since 1970-01-01, NULL where there is none. The last three are for yen-the alone, which starts its periods there."""

    assigned_on: Days
    due_on: Days
    started_on: Days
    completed_on: Days
    transferred_on: Days
    reviewed_on: Days
    status_updated_on: Days

    @property
    def days(self) -> dict[str, Days]:
        """The four columns of the job."""
        return dict(zip(self._fields[:4], self[:4], strict=True))


class Answers(NamedTuple):
    """What a peer found, as whole numbers with NULL for none; None where it does not give that answer at all."""

    cell: Array | None
    transfer: Array | None
    left: Array | None
    day_after: Array | None
    fifth: Array | None


class Prepared(NamedTuple):
    """A peer with its input laid out: what is timed, and how to read the first rows of what it returned."""

    run: Callable[[], Any]
    answers: Callable[[Any, int], Answers]


@dataclass(frozen=True, slots=True)
class Peer:
    """One way of doing the job. `least` and `most` bound the tables it is given; `regulation` is the one whose answers it is held to.

    `by_status`: it names the status, which several cells may share; it is held to that name.
    """

    id: str
    label: str
    does: str
    prepare: Callable[[Columns], Prepared]
    ours: bool = False
    least: int = 1
    most: int | None = None
    regulation: str = "kon-tum"
    by_status: bool = False


class Tables(NamedTuple):
    """What peers with look-up tables share; the last place of each stands for NULL."""

    upto: Days
    transfer: Days
    fifth: Days


def tables() -> Tables:
    """Working days up to each day, the next working day, and the fifth."""
    made = WorkingDayTables(dr.vietnam().flags, start_included=False)
    return Tables(made.upto, made.due_table(Offset("working_days", 1), roll=False), made.due_table(Offset("working_days", 5), roll=False))


def days_off() -> npt.NDArray[np.datetime64]:
    """Every day of 1990-2100 that is not worked."""
    off: npt.NDArray[np.datetime64] = (np.flatnonzero(np.frombuffer(dr.vietnam().flags, dtype=np.uint8) == 0) + KNOWN_FROM).astype("datetime64[D]")
    return off


def make_columns(rows: int) -> Columns:
    """A table of tasks within 2025 and 2026; 10 % have no due day, 40 % were not started, half are not completed."""
    random = np.random.default_rng(20_261_120)
    first, last = day_number(date(2025, 1, 1)), day_number(date(2026, 12, 31))

    def after(start: Days, longest: int, missing: float) -> Days:
        day: Days = np.minimum(start + random.integers(0, longest, rows), last).astype(np.int32)
        day[random.random(rows) < missing] = NULL
        return day

    assigned = random.integers(first, day_number(date(2026, 11, 21)), rows).astype(np.int32)
    return Columns(
        assigned,
        after(assigned, 45, 0.1),
        after(assigned, 20, 0.4),
        after(assigned, 60, 0.5),
        after(assigned, 4, 0.2),
        after(assigned, 8, 0.3),
        after(assigned, 60, 0.5),
    )


def head(column: Days, rows: int) -> list[date | None]:
    """The first rows as dates."""
    return [None if day == NULL else FIRST + timedelta(days=int(day)) for day in column[:rows]]


def tasks(columns: Columns, rows: int) -> list[dr.Task]:
    """The first rows as tasks of the single engine."""
    fields = Columns._fields
    return [
        dr.Task(id=f"T-{row}", **dict(zip(fields, days, strict=True)))
        for row, days in enumerate(zip(*(head(column, rows) for column in columns), strict=True))
    ]


def reference(columns: Columns, rows: int, id: str) -> Answers:
    """The answers for the first rows, one at a time: the single engine and the calendar, no table of the columns engine."""
    regulation, calendar = dr.load(id), dr.vietnam()
    found: list[tuple[int, ...]] = []
    for task in tasks(columns, rows):
        result = regulation.evaluate(task, AS_OF)
        cell = PROGRESS.index(result.progress) * 3 + TIMELINESS.index(result.timeliness)
        assert task.assigned_on is not None
        transfer = calendar.add(task.assigned_on, 1)
        left, day_after, fifth = int(NULL), int(NULL), int(NULL)
        if task.due_on is not None:
            assert result.working_days_left is not None
            left = result.working_days_left
            day_after, fifth = day_number(task.due_on) + 1, day_number(calendar.add(task.due_on, 5))
        found.append((cell, day_number(transfer), left, day_after, fifth))
    return Answers(*(np.array(column, dtype=np.int64) for column in zip(*found, strict=True)))


def first_of_status(id: str) -> Array:
    """For each cell of the status table the first one that has the same status."""
    codes = [cell.status.code for cell in dr.load(id).plan.statuses]
    return np.array([codes.index(code) for code in codes])


def equal_rows(found: Answers, expected: Answers) -> tuple[float, int]:
    """The share of rows in which every answer given is right, and how many of the five are given."""
    given = [(one, other) for one, other in zip(found, expected, strict=True) if one is not None]
    right = np.all([np.asarray(one).astype(np.int64) == other for one, other in given], axis=0)
    return float(right.mean()), len(given)


def from_dates(column: Any) -> Array:
    """NumPy dates as days since 1970-01-01, NULL for NaT."""
    days = np.asarray(column).astype("datetime64[D]")
    return np.where(np.isnat(days), np.int64(NULL), days.astype(np.int64))


def to_dates(column: Days, unit: str = "D") -> npt.NDArray[np.datetime64]:
    """Days since 1970-01-01 as NumPy dates, NaT for NULL."""
    days = column.astype(np.int64).astype("datetime64[D]")
    days[column == NULL] = np.datetime64("NaT")
    dates: npt.NDArray[np.datetime64] = days.astype(f"datetime64[{unit}]")
    return dates
