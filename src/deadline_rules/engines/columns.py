"""The columns engine: many tasks at once, in NumPy, by look-up tables over the same finite plan. No Python runs per row.

Days are int32 numbers of days since 1970-01-01, with NULL where there is none; everything with few values is a small code. A whole deadline is one
look-up from start day to due day; a state is one look-up from the few comparisons that decide it. Rows go in chunks that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np

from ..calendar.vietnam import WorkingCalendar
from ..plan.model import PROVISIONAL, SUSPENSION_NOT_PROVIDED, EscalationPlan, Offset, Opening, Plan
from .column_tables import (
    ABSENT,
    BEYOND,
    CELLS,
    NULL,
    OPEN,
    OPENINGS,
    PROGRESS_CODES,
    STATES,
    TIMELINESS_CODES,
    Bits,
    Codes,
    Days,
    DeadlineTables,
    Flags,
    WorkingDayTables,
    day_number,
    flagged,
    nulled,
    packed,
)
from .outcome import Outcome, empty_outcome

CHUNK: Final = 65_536


class ColumnsEngine:
    """A plan and a calendar as tables. Making one takes milliseconds; `run` then takes columns of any length."""

    def __init__(self, plan: Plan, calendar: WorkingCalendar) -> None:
        self.plan = plan
        working_days = WorkingDayTables(calendar.flags, start_included=plan.start_included)
        self.upto = working_days.upto
        self.verified = day_number(calendar.verified_from), day_number(calendar.verified_until)
        self.following = working_days.due_table(Offset("days", 0), roll=True)
        self.excluded = np.array([outside is not None for outside in plan.excluded])
        self.any_excluded = bool(self.excluded.any())
        self.deadlines = [DeadlineTables(working_days, rule) for rule in plan.deadlines]
        # For each escalation the columns of all that open and close alike: they are worked out once.
        self.alike_columns = [
            [f"{other.rule}_{part}" for other in plan.escalations if other.alike == rule.alike for part in ("opens_on", "state")]
            for rule in plan.escalations
        ]
        readings = list(plan.reading_caveats)
        # One bit a caveat: those of the pack, the secret one, one a reading, the suspended one, the provisional one.
        self.bits: Any = np.uint32 if len(plan.caveats) + len(readings) + 3 <= 32 else np.uint64
        codes = [dated.caveat.code for dated in plan.caveats]
        self.dated_bits = [(self.bits(1 << n), day_number(dated.since) if dated.since else None) for n, dated in enumerate(plan.caveats)]
        self.secret_bits = np.array([1 << len(codes) if plan.secret_caveat and kind >= 32 else 0 for kind in range(128)], dtype=self.bits)
        codes.append(plan.secret_caveat.code if plan.secret_caveat else "")
        self.reading_bits = {reading: self.bits(1 << (len(codes) + n)) for n, reading in enumerate(readings)}
        codes += [plan.reading_caveats[reading].code for reading in readings]
        self.suspended_bit, self.provisional_bit = self.bits(1 << len(codes)), self.bits(2 << len(codes))
        self.caveat_codes = (*codes, SUSPENSION_NOT_PROVIDED.code, PROVISIONAL.code)
        self.status_bits = np.array([sum(int(self.reading_bits[reading]) for reading in cell.readings) for cell in plan.statuses], dtype=self.bits)
        # The days that counts of working days run between.
        self.counted_fields = {"due_on", "completed_on", *(name for rule in plan.deadlines for variant in rule.variants for name in variant.fields)}
        # Further steps: the day they open by the day the rule opens that they follow.
        steps = [opening for rule in plan.escalations if rule.opening.later for opening in (rule.opening, *(other for _, other in rule.others))]
        self.later = {opening.later: working_days.later_table(opening.later) for opening in steps}
        self.counted_fields |= {opening.on for opening in steps if opening.on is not None}
        # Starts up to this day, first moved to a working day or not, never lead beyond the days the calendar vouches for, nor beyond 2100.
        self.safe_until = min([self.verified[1], *(deadline.safe_until(self.verified[1]) for deadline in self.deadlines)])
        for table in self.later.values():
            late = table.take(self.following[:-1] + np.int32(1), mode="clip") > self.verified[1]
            self.safe_until = min(self.safe_until, int(late.argmax()) - 1)
        self.safe_until = int((self.following[: self.safe_until + 1] <= self.safe_until).nonzero()[0].max(initial=0))

    def due_days(self, written: Days) -> Days:
        """The last day in time of each `due_on`, moved off a day off where the regulation does so; NULL for NULL."""
        return self.following.take(written, mode="clip") if self.plan.roll_due else written

    def run(self, days: Mapping[str, Days], kind: Codes, as_of: int | Days, only: Collection[str] | None = None) -> Outcome:
        """Every row's outcome.

        Args:
            days: for each day of a task its numbers, NULL where not known; fields left out are not known.
            kind: the kind of each task as `plan.facts.kind_index` counts it, the time limit left out.
            as_of: the day asked about, one for all rows or one a row.
            only: the answers wanted, by the names of their columns in a table of results; the others hold anything. Left out: all.
        """
        rows = len(kind)
        whole = empty_outcome(self.plan, rows, self.bits)
        for start in range(0, rows, CHUNK):
            part = slice(start, start + CHUNK)
            chunk = {name: column[part] for name, column in days.items()}
            _Chunk(self, chunk, kind[part], as_of if isinstance(as_of, int) else as_of[part], only).run(whole, part)
        return whole


class _Chunk:
    """The rows of one chunk, and what is worked out of them once.

    What lies after as_of has not happened. Most comparisons need no masking for that: `day <= as_of` is false of a later day and of NULL alike,
    and the earlier of a day and as_of is as_of for both.
    """

    def __init__(self, engine: ColumnsEngine, days: Mapping[str, Days], kind: Codes, as_of: int | Days, only: Collection[str] | None) -> None:
        self.engine = engine
        self.only = only
        self.rows = len(kind)
        self.as_of: Any = np.int32(as_of) if isinstance(as_of, int) else as_of
        self.nothing = np.full(self.rows, NULL)
        self.days = {name: days.get(name, self.nothing) for name in (*engine.plan.event_fields, "due_on")}
        self.written = self.days["due_on"]
        self.rolled = engine.following.take(self.written, mode="clip")
        self.due_on = self.rolled if engine.plan.roll_due else self.written
        self.no_limit = self.written == NULL
        self.kind = kind | ~self.no_limit
        self.completed = self.days["completed_on"]
        self.is_completed = self.completed <= self.as_of
        self.end = np.minimum(self.completed, self.as_of)
        self.all_certain = self._all_certain()
        self.beyond = self.rolled == BEYOND
        self.uncertain = np.zeros(self.rows, dtype=np.bool_)
        self._happened: dict[str, Days] = {}
        self._openings: dict[tuple[Opening, str | None], tuple[Days, Codes, Flags]] = {}
        self._differing: dict[str, Flags] = {}
        self._caveats = self._wants("caveats")
        self._compared: set[tuple[str, Opening, Opening, str | None]] = set()

    def run(self, whole: Outcome, part: slice) -> None:
        """Works out every rule and writes it to its place in `whole`."""
        engine, plan = self.engine, self.engine.plan
        key = packed(self.is_completed, self.days["started_on"] <= self.as_of, self.end > self.due_on, self.no_limit).astype(np.intp)
        PROGRESS_CODES.take(key, out=whole.progress[part], mode="wrap")
        TIMELINESS_CODES.take(key, out=whole.timeliness[part], mode="wrap")
        CELLS.take(key, out=whole.cell[part], mode="wrap")
        np.logical_not(self.no_limit, out=whole.has_limit[part])
        if self._wants("working_days_left"):
            np.subtract(engine.upto.take(self.due_on, mode="clip"), engine.upto.take(self.end, mode="clip"), out=whole.left[part])
        if not self.all_certain:
            self._mind(~self.no_limit, np.minimum(self.end, self.due_on), np.maximum(self.end, self.due_on))
        for deadline in engine.deadlines:
            name = deadline.rule.rule
            if self._wants(f"{name}_due_on", f"{name}_state") or not self.all_certain or (self._caveats and deadline.others):
                self.deadline(deadline, whole.due[name][part], whole.due_state[name][part])
        outside = np.take(engine.excluded, self.kind, out=whole.outside[part], mode="wrap") if engine.any_excluded else None
        for number, rule in enumerate(plan.escalations):
            if self._caveats:
                self._mind_readings(rule)
            if rule.opening.later and not self.all_certain:
                for opening in (rule.opening, *(other for _, other in rule.others)):
                    self._opened(opening, rule.closed_by)
            if rule.alike == number and self._wants(*engine.alike_columns[number]):
                opens, state, _ = self._opened(rule.opening, rule.closed_by)
                whole.opens[rule.rule][part] = opens if outside is None else nulled(opens, outside)
                whole.opens_state[rule.rule][part] = state if outside is None else state | outside.view(np.uint8) * np.uint8(ABSENT)
        if self._caveats:
            whole.caveats[part] = self._bits(whole.cell[part], outside)
        if not self.all_certain:
            whole.provisional[part] = self.uncertain
            whole.beyond[part] = self.beyond

    def _wants(self, *names: str) -> bool:
        """Whether one of these columns is asked for."""
        return self.only is None or any(name in self.only for name in names)

    def _bits(self, cell: Codes, outside: Flags | None) -> Bits:
        """The caveats of each row."""
        engine = self.engine
        bits: Any = engine.status_bits.take(cell)
        for reading, differs in self._differing.items():
            bits |= flagged(differs, engine.reading_bits[reading])
        if outside is not None:
            bits *= ~outside
        if "day-off-end" in engine.reading_bits:
            bits |= flagged(self.rolled != self.written, engine.reading_bits["day-off-end"])
        if engine.secret_bits.any():
            bits |= engine.secret_bits.take(self.kind)
        for bit, since in engine.dated_bits:
            bits |= bit if since is None else flagged(np.asarray(self.as_of >= since), bit)
        if not self.all_certain:
            bits |= flagged(self.uncertain, engine.provisional_bit)
        found: Bits = bits
        return found

    def _all_certain(self) -> bool:
        """Whether every day of the chunk lies where no answer can leave the days the calendar vouches for: a quick look at the ends."""
        columns = [self.days[name] for name in self.engine.counted_fields]
        first = min([*(int(column.min(initial=NULL)) for column in columns), int(np.min(self.as_of, initial=NULL))])
        # Taking NULL away leaves 0 for NULL and, unsigned, something larger for every day: so the largest is the last day.
        last = max([*(int((column - NULL).view(np.uint32).max(initial=0)) for column in columns), 0])
        last_day = last + int(NULL) - 2**32 if last else 0
        return first >= self.engine.verified[0] and max(last_day, int(np.max(self.as_of, initial=0))) <= self.engine.safe_until

    def _mind(self, counted: Flags, first: Days, last: Days) -> None:
        """Marks rows whose count of working days leaves the days the calendar vouches for."""
        since, until = self.engine.verified
        self.uncertain |= counted & ((first < since) | (last > until))

    def happened(self, name: str) -> Days:
        """A day of the task, NULL where it has not come yet."""
        if name not in self._happened:
            day = self.days[name]
            self._happened[name] = nulled(day, day > self.as_of)
        return self._happened[name]

    def _start(self, fields: Sequence[str], roll: bool) -> Days:
        """The first known of the fields."""
        columns = [(self.rolled if roll else self.written) if name == "due_on" else self.happened(name) for name in fields]
        start = columns[-1]
        for column in reversed(columns[:-1]):
            start = np.minimum(column, nulled(start, column != NULL))
        return start

    def deadline(self, deadline: DeadlineTables, due: Days, state: Codes) -> None:
        """Writes the due day and the state of one rule; notes the readings that would change them."""
        rule = deadline.rule
        own = rule.variants[0]
        start = self._start(own.fields, own.roll)
        deadline.due(start, own.roll, self.kind, out=due)
        not_applicable = None if deadline.always else deadline.not_applicable.take(self.kind)
        done = self.days[rule.done_by]
        if self._caveats or self._wants(f"{rule.rule}_state"):
            self._state(start, due, done, not_applicable, after_start=rule.done_after_start, out=state)
        for variant in deadline.others if self._caveats else ():
            if len(variant.changed) == 1:
                other_start = self._start(variant.fields, variant.roll)
                other_due = deadline.due(other_start, variant.roll, self.kind)
                differs = other_due != due
                differs |= self._state(other_start, other_due, done, not_applicable, after_start=rule.done_after_start) != state
                self._differs(variant.changed[0], differs)
        if not self.all_certain:
            applies = np.ones(self.rows, dtype=np.bool_) if not_applicable is None else ~not_applicable
            for variant in rule.variants:
                other_start = self._start(variant.fields, variant.roll)
                other_due = deadline.due(other_start, variant.roll, self.kind)
                self.beyond |= applies & (other_due == BEYOND)
                self._mind(applies & (other_due < NULL), np.minimum(start, other_due), other_due)

    def _state(self, start: Days, due: Days, done: Days, not_applicable: Flags | None, *, after_start: bool, out: Codes | None = None) -> Codes:
        late = np.minimum(done, self.as_of) > due
        is_done = done <= self.as_of
        if after_start:  # what was done before the start does not count
            is_done &= done >= start
            late = (is_done & late) | (~is_done & (self.as_of > due))
        flags = [start == NULL, is_done, start > self.as_of, due >= NULL, late]
        return STATES.take(packed(*flags, *([] if not_applicable is None else [not_applicable])), out=out, mode="wrap")

    def _differs(self, reading: str, rows: Flags) -> None:
        """Notes the rows in which another option of the reading would give another answer."""
        noted = self._differing.get(reading)
        self._differing[reading] = rows if noted is None else noted | rows

    def _mind_readings(self, rule: EscalationPlan) -> None:
        """Notes the readings that would change the state of an escalation."""
        is_open = self._opened(rule.opening, rule.closed_by)[2]
        for reading, opening in rule.others:
            key = (reading, opening, rule.opening, rule.closed_by)
            if key not in self._compared:
                self._compared.add(key)
                self._differs(reading, self._opened(opening, rule.closed_by)[2] != is_open)

    def _opened(self, opening: Opening, closed_by: str | None) -> tuple[Days, Codes, Flags]:
        """Opening day, state, and whether it is open now. Rules that open alike are worked out once."""
        found = self._openings.get((opening, closed_by))
        if found is None:
            found = self._openings[(opening, closed_by)] = self._open(opening, closed_by)
        return found

    def _open(self, opening: Opening, closed_by: str | None) -> tuple[Days, Codes, Flags]:
        closed = self.is_completed if closed_by is None else self.is_completed | (self.days[closed_by] <= self.as_of)
        if opening.on_request:
            return self.nothing, OPENINGS.take(packed(np.zeros(self.rows, dtype=np.bool_), closed)), ~closed
        if opening.on is None:
            absent = self.no_limit
            opens = self.due_on + np.int32(opening.after_due or 0)
        else:
            absent = self.days[opening.on] > self.as_of
            opens = self.days[opening.on]
            if opening.after_due is not None:
                opens = np.maximum(opens, self.due_on + np.int32(opening.after_due))
                absent = absent | self.no_limit
        shut = np.zeros(self.rows, dtype=np.bool_)
        for name in opening.unless:
            shut |= self.happened(name) < opens
        if opening.later:
            opens = self._later(opens, opening.later, absent | shut)
        not_yet = opens > self.as_of
        state = OPENINGS.take(packed(absent, closed, shut, not_yet))
        hidden = shut | (self.is_completed & (self.completed < opens))
        hidden |= absent
        return np.minimum(nulled(opens, hidden), NULL), state, state == OPEN

    def _later(self, first: Days, number: int, never: Flags) -> Days:
        """The days that further steps open, so many working days after `first`; notes those that leave the days the calendar vouches for."""
        opens = self.engine.later[number].take(first, mode="clip")
        if not self.all_certain:
            counted = ~never
            if self.engine.any_excluded:
                counted &= ~self.engine.excluded.take(self.kind)
            self.beyond |= counted & (opens == BEYOND)
            self._mind(counted & (opens < NULL), first, opens)
        return opens
