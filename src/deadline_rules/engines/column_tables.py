"""The look-up tables of the columns engine: due days by start day, states by the few comparisons that decide them."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..calendar.working_days import SIZE
from ..days import FIRST_DAY
from ..plan.facts import IN_TIME, NO_DEADLINE, OVERDUE, status_index
from ..plan.model import DeadlinePlan, Offset

Days = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.unsignedinteger[Any]]
Flags = npt.NDArray[np.bool_]

# Days are numbered from 1970-01-01, as Arrow and NumPy number them, so that columns of dates are taken and given as they are.
FIRST: Final = FIRST_DAY.toordinal() - date(1970, 1, 1).toordinal()
END: Final = FIRST + SIZE  # the day after the last
# Later than any day, so that `day <= as_of` is false of it; look-ups clip it to the extra last row of their table.
NULL: Final = np.int32(2**30)
# The answer of a table where it lies after 2100.
BEYOND: Final = np.int32(2**30 + 1)

DEADLINE_STATES: Final = ("waiting", "pending", "met", "met_late", "missed", "no_number", "not_applicable")
ESCALATION_STATES: Final = ("upcoming", "open", "closed")
ABSENT: Final = 3  # an escalation whose facts do not open it
_WAITING, _PENDING, _MET, _MET_LATE, _MISSED, _NO_NUMBER, _NOT_APPLICABLE = range(7)
UPCOMING, OPEN, CLOSED = range(3)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def nulled(days: Days, flags: Flags) -> Days:
    """The days, NULL where the flag is set; many times faster than a conditional copy."""
    nulled: Days = np.maximum(days, flags.view(np.uint8) * NULL)
    return nulled


def flagged(flags: Flags, bit: Any) -> Any:
    """The bit where the flag is set, which may be one flag for all rows."""
    return flags.view(np.uint8) * bit if flags.ndim else bit * bool(flags)


def packed(*flags: Flags) -> Codes:
    """One small number from several yes/no columns, the first one lowest. Doubling is faster than shifting."""
    packed = flags[-1].view(np.uint8).copy()
    for flag in reversed(flags[:-1]):
        packed += packed
        packed |= flag.view(np.uint8)
    return packed


class WorkingDayTables:
    """A calendar as arrays, and the due day of every start day."""

    def __init__(self, flags: bytes, *, start_included: bool) -> None:
        self._flags = np.concatenate([np.zeros(FIRST, dtype=np.uint8), np.frombuffer(flags, dtype=np.uint8)])
        self._start_included = start_included
        # Working days up to each day, and 0 for NULL.
        self.upto = np.append(np.cumsum(self._flags, dtype=np.int32), np.int32(0))

    def later_table(self, number: int) -> Days:
        """For each day the `number`-th working day after it: BEYOND after 2100, also for the day after the last, and NULL for NULL."""
        working = np.append(np.flatnonzero(self._flags), BEYOND)
        days = working[np.minimum(self.upto[:END] + number - 1, len(working) - 1)]
        return np.append(days, [BEYOND, NULL]).astype(np.int32)

    def due_table(self, offset: Offset, *, roll: bool) -> Days:
        """For each start day the due day: NULL for NULL, BEYOND after 2100."""
        starts = np.arange(END, dtype=np.int64)
        included = int(self._start_included and offset.number > 0)
        working = np.append(np.flatnonzero(self._flags), BEYOND)
        if offset.unit == "working_days" and offset.number:
            counted = self.upto[:END] - (self._flags if included else 0)
            due = working[np.minimum(counted + offset.number - 1, len(working) - 1)]
        elif offset.unit == "days":
            due = starts + offset.number - included
            if roll:
                reached = np.minimum(due, END - 1)
                due = np.where(due < END, working[self.upto[reached] - self._flags[reached]], BEYOND)
        elif offset.unit == "none":
            due = np.full(END, NULL)
        else:
            due = starts
        return np.append(due, NULL).astype(np.int32)


class DeadlineTables:
    """A deadline rule as tables: the offset of each kind, and the due day of each start under each offset and variant.

    A kind to which the rule does not apply has the offset `none`, so its due day is NULL without asking.
    """

    def __init__(self, working_days: WorkingDayTables, rule: DeadlinePlan) -> None:
        self.rule = rule
        none = Offset("none", 0)
        offsets = list(dict.fromkeys(case.offset if case.applies else none for case in rule.cases))
        self.not_applicable = np.array([not case.applies for case in rule.cases])
        self.always = not self.not_applicable.any()
        self._row = np.array([offsets.index(case.offset if case.applies else none) * (END + 1) for case in rule.cases], dtype=np.int32)
        self._one_offset = len(offsets) == 1
        rolls = {variant.roll for variant in rule.variants}
        self._tables = {roll: np.concatenate([working_days.due_table(offset, roll=roll) for offset in offsets]) for roll in rolls}
        # A variant that differs only in rolling the task's own due day matters on days off alone, and the caveat on that day says so already.
        in_days = any(offset.unit == "days" for offset in offsets)
        self.others = [variant for variant in rule.variants[1:] if variant.fields != rule.variants[0].fields or in_days]

    def due(self, starts: Days, roll: bool, kind: Codes, out: Days | None = None) -> Days:
        """The due day of each start, written to `out` where it is given."""
        table = self._tables[roll]
        if self._one_offset:
            return table.take(starts, mode="clip", out=out)
        at = np.minimum(starts, np.int32(END))
        at += self._row.take(kind)
        return table.take(at, mode="clip", out=out)

    def safe_until(self, last: int) -> int:
        """The last start from which, whatever the kind and the variant, no due day lies after `last`."""
        found = last
        for table in self._tables.values():
            for row in table.reshape(-1, END + 1)[:, :END]:
                late = np.flatnonzero((row > last) & (row != NULL))
                found = min(found, int(late[0]) - 1 if len(late) else last)
        return found


def _state_table() -> Codes:
    """The state of a deadline for each combination of what decides it; the order is that of the single engine."""
    table = np.empty(64, dtype=np.uint8)
    for key in range(64):
        no_start, done, start_after, no_due, late, not_applicable = (bool(key >> bit & 1) for bit in range(6))
        if not_applicable:
            state = _NOT_APPLICABLE
        elif no_start:
            state = _WAITING
        elif done:
            state = _MET_LATE if late and not no_due else _MET
        elif start_after:
            state = _WAITING
        elif no_due:
            state = _NO_NUMBER
        else:
            state = _MISSED if late else _PENDING
        table[key] = state
    return table


def _progress_tables() -> tuple[Codes, Codes, Codes]:
    """Progress, timeliness and the status cell for each combination of completed, started, overdue, no limit."""
    progress, cells = np.empty(16, dtype=np.uint8), np.empty(16, dtype=np.uint8)
    for key in range(16):
        completed, started, overdue, no_limit = (bool(key >> bit & 1) for bit in range(4))
        progress[key] = 2 if completed else 1 if started else 0
        cells[key] = status_index(int(progress[key]), NO_DEADLINE if no_limit else OVERDUE if overdue else IN_TIME)
    return progress, cells % 3, cells


def _opening_table() -> Codes:
    """The state of an escalation for each combination of absent, closed, kept shut, not yet."""
    table = np.empty(16, dtype=np.uint8)
    for key in range(16):
        absent, closed, shut, not_yet = (bool(key >> bit & 1) for bit in range(4))
        table[key] = ABSENT if absent else CLOSED if closed else ABSENT if shut else UPCOMING if not_yet else OPEN
    return table


STATES: Final = _state_table()
PROGRESS_CODES, TIMELINESS_CODES, CELLS = _progress_tables()
OPENINGS: Final = _opening_table()
