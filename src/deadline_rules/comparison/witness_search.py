"""The smallest task and day on which two sides differ, or that there is none: exact over the plan's cells and over the days.

Sizes come first: every choice of a kind and of days given, by the number of its facts. Kinds of which both sides say the same are one.
Where the rows of both sides are equal, no day can tell them apart. Elsewhere the days are reduced, for this reason:

Two sets of answers differ when some row r of one side has no equal on the other. What r says rests on one *anchor*: the start of its
period, or the due day. Once the anchor is fixed, every other day counts only through its place among a few marks (for a deadline: before
the start, on it, up to the end, after it; for an escalation or a cell: against the due day, the day after it, and the other days), because
a row with another start or opening day than r differs from r whatever else it says. The conditions on the days are then orders (x ≥ y,
x ≥ y + 1), and orders that can be met have a least solution, in which every day is as early as it can be; each of its days is the first
allowed one, a mark, or up to two days after one. So trying these is enough, for whether there is a solution and for the least.

Of the anchor itself only the distances to its marks matter (how long its periods run, where it rolls to): days with equal distances
are alike, and of each class the first will do that leaves room for what must lie before (the first days at or beyond a few thresholds).
A further step of an escalation opens working days after another: there the anchor is each day that the steps count from, and the marks are
also the first days from which a step opens on, or after, the day on which the anchor's own does.
Days are looked at up to the last from which every period of both plans ends inside the calendar.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, product
from typing import Final, NamedTuple

from ..columns import DAY_FIELDS
from ..plan.facts import KIND_CELLS, KINDS
from .witness_gaps import Gap
from .witness_rules import Days, DeadlineRow, EscalationRow, Form, Row, Side

_NOT_GIVEN: Final = 10_000_000  # after every day: of two tasks the one whose earlier field is given comes first
_REACH: Final = 3  # a day may have to lie before another that lies before a third

Rows = frozenset[Row]
# The day looked at, the days in the order of the task's fields, and the kind: the order of tasks with equally many facts.
Key = tuple[int, tuple[int, ...], int]
# A day moved, and the end of the period that starts there, or the day of a further step.
Chain = tuple[Gap | None, Gap | None]


class Horizon(NamedTuple):
    """The days looked at: a task's from `after` on, the day it is looked at from `base` on (both are in force), all until `until`."""

    after: int
    base: int
    until: int


class Smallest(NamedTuple):
    """A smallest difference: the kind, the days given, the day looked at."""

    kind: int
    days: Days
    as_of: int


class Searched(NamedTuple):
    """What a search found, and how many choices of kind and days given it went through; none where the rules are identical."""

    smallest: Smallest | None
    patterns: int


class _Kind(NamedTuple):
    """A kind of task, without its time limit: how many facts it takes, and the days that matter to it."""

    facts: int
    cell: int
    fields: tuple[str, ...]


def facts_of_kind(cell: int) -> dict[str, object]:
    """The facts of a kind that are not the default; the time limit is a day and no fact of the kind."""
    return {name: value for name, value in KIND_CELLS[cell].items() if name != "time_limit" and value != KINDS[name][0]}


class _Pass(NamedTuple):
    """A way to lay the days: which is the anchor (None: no day is), what is counted from any day, and from the anchor itself.

    `exact`: of what is counted from the anchor only its own end matters, since it is a deadline's start.
    """

    anchor: str | None
    chains: frozenset[Chain]
    own: Chain | None
    exact: bool


class Search:
    """A search for differences between two plans; what it learns of days serves all their topics."""

    def __init__(self, horizon: Horizon) -> None:
        self.horizon = horizon
        self._anchors: dict[tuple[frozenset[Chain], bool], _AnchorDays] = {}

    def smallest(self, left: Side, right: Side) -> Searched:
        """The smallest difference between two sides: fewest facts, then the earliest day looked at, then the earliest days."""
        if left == right:
            return Searched(None, 0)
        patterns = 0
        kinds = _kinds(left, right)
        for size in range(max(kind.facts + len(kind.fields) for kind in kinds) + 1):
            best: Key | None = None
            for kind in kinds:
                if kind.facts > size:
                    continue
                for given in combinations(kind.fields, size - kind.facts):
                    patterns += 1
                    cell = kind.cell | ("due_on" in given)
                    rows = _rows(left[cell], given), _rows(right[cell], given)
                    if rows[0] != rows[1]:
                        best = self._earliest(*rows, given, kind.cell, best)
            if best is not None:
                as_of, days, cell = best
                return Searched(Smallest(cell, {name: day for name, day in zip(DAY_FIELDS, days, strict=True) if day != _NOT_GIVEN}, as_of), patterns)
        return Searched(None, patterns)

    def _earliest(self, left: Rows, right: Rows, given: tuple[str, ...], kind: int, best: Key | None) -> Key | None:
        """The earliest days that tell the rows apart, where they come before `best`."""
        for way in _passes(left, right):
            others = tuple(name for name in given if name != way.anchor)
            for day in self._days_of(way) if way.anchor else (self.horizon.after,):
                days = {way.anchor: day} if way.anchor else {}
                if best is not None and self._least_key(days, given, kind) >= best:
                    break
                for candidate in self._placed(days, others, self._marks(day, way, "due_on" in others)):
                    best = self._looked_at(left, right, candidate[0], candidate[1], kind, best)
        return best

    def _least_key(self, days: Days, given: tuple[str, ...], kind: int) -> Key:
        """No task with this anchor, or a later one, comes before it."""
        least = dict.fromkeys(given, self.horizon.after) | days
        return max(self.horizon.base, *(day for name, day in least.items() if name != "due_on"), 0), _in_order(least), kind

    def _placed(self, days: Days, others: tuple[str, ...], marks: list[int]) -> Iterator[tuple[Days, list[int]]]:
        """Every way to lay the other days on marks, and the days on which to look."""
        for placed in product(marks, repeat=len(others)):
            laid = days | dict(zip(others, placed, strict=True))
            assigned = laid.get("assigned_on", 0)
            if laid.get("due_on", assigned) < assigned or laid.get("completed_on", assigned) < assigned:
                continue
            first = max(self.horizon.base, *(day for name, day in laid.items() if name != "due_on"), 0)
            if first <= self.horizon.until:
                yield laid, [first, *(mark for mark in marks if mark > first)]

    def _looked_at(self, left: Rows, right: Rows, days: Days, as_ofs: list[int], kind: int, best: Key | None) -> Key | None:
        placed = _in_order(days)
        for as_of in as_ofs:
            key = (as_of, placed, kind)
            if best is not None and key >= best:
                return best
            if {row.answer(days, as_of) for row in left} - {None} != {row.answer(days, as_of) for row in right} - {None}:
                return key
        return best

    def _marks(self, day: int, way: _Pass, due_is_free: bool) -> list[int]:
        """The days on which to try the others, once the anchor is laid on `day`."""
        after, until = self.horizon.after, self.horizon.until
        moves = {move for move, _ in way.chains if move is not None and move.rolls}
        if way.exact and way.own is not None:
            starts_on, ends_on = _moved(way.own[0], day), _moved(way.own, day)
            marks = {after, starts_on, starts_on + 1, *(() if way.own[1] is None else (ends_on + 1,))}
            if due_is_free:
                marks |= {move.first_reaching(starts_on) for move in moves}
        else:
            steps = {step for _, step in way.chains if step is not None}
            marks = {after, *(_moved(chain, day) for chain in way.chains), *(step(after) for step in steps)}
            if way.own is not None:
                opens_on = _moved(way.own, day)
                marks |= {step.first_reaching(opens_on + far) for step in steps for far in (0, 1)}
            if due_is_free:
                marks |= {move.first_reaching(mark) for move in moves for mark in tuple(marks)}
            marks = {mark + far for mark in marks for far in range(_REACH)}
        return sorted(mark for mark in marks if after <= mark <= until)

    def _days_of(self, way: _Pass) -> _AnchorDays:
        key = way.chains, way.exact
        if key not in self._anchors:
            self._anchors[key] = _AnchorDays(way, self.horizon)
        return self._anchors[key]


class _AnchorDays:
    """The days on which to lay an anchor, in order: of each class of days with equal distances the first at or beyond each threshold."""

    def __init__(self, way: _Pass, horizon: Horizon) -> None:
        self._chains = tuple(way.chains)
        self._rolling = tuple({move for move, _ in way.chains if move is not None and move.rolls})
        self._steps = () if way.exact else tuple({step for _, step in way.chains if step is not None})
        self._horizon = horizon
        self._bounds = {horizon.after, horizon.base, *(step(horizon.after) for step in self._steps)}
        self._next = horizon.after
        self._found: list[int] = []
        self._thresholds: dict[tuple[int, ...], list[int]] = {}

    def __iter__(self) -> Iterator[int]:
        number = 0
        while number < len(self._found) or self._extended():
            yield self._found[number]
            number += 1

    def _extended(self) -> bool:
        """Finds one more day, if there is one."""
        while self._next <= self._horizon.until:
            day = self._next
            self._next += 1
            distances = self._distances(day)
            waiting = self._thresholds.get(distances)
            if waiting is None:
                waiting = self._thresholds[distances] = self._thresholds_of(distances)
            if waiting and waiting[0] <= day:
                while waiting and waiting[0] <= day:
                    del waiting[0]
                self._found.append(day)
                return True
        return False

    def _distances(self, day: int) -> tuple[int, ...]:
        """How far the marks lie from the day, and the days before it that roll to it."""
        marks = [_moved(chain, day) for chain in self._chains]
        rolling = [move.first_reaching(day) for move in self._rolling]
        opening = [step.first_reaching(mark + far) for step in self._steps for mark in marks for far in (0, 1)]
        return tuple([mark - day for mark in (*marks, *rolling, *opening)])

    def _thresholds_of(self, distances: tuple[int, ...]) -> list[int]:
        """From where on the class leaves room before its marks: after the first day, and after the day on which both are in force."""
        found: list[int] = []
        for bound in self._bounds:
            for distance in {0, *distances}:
                for far in range(_REACH):
                    insort(found, bound + far - distance)
        return found


def _passes(left: Rows, right: Rows) -> Iterator[_Pass]:
    """The anchors: the start of each deadline that one side alone has; what each further step counts from; else the due day."""
    rows = left | right
    deadlines = [row for row in rows if isinstance(row, DeadlineRow)]
    if deadlines:
        moves, ends = {row.move for row in deadlines}, {row.end for row in deadlines}
        chains: frozenset[Chain] = frozenset({(move, end) for move in moves for end in {None, *ends}})
        for start, own in {(row.start, (row.move, row.end)) for row in deadlines if (row in left) != (row in right)}:
            yield _Pass(start, chains, own, exact=True)
        return
    escalations = [row for row in rows if isinstance(row, EscalationRow)]
    steps = {row.later for row in escalations}
    if steps <= {None}:
        due: frozenset[Chain] = frozenset((row.due, None) for row in rows if not isinstance(row, DeadlineRow) and row.due is not None)
        yield _Pass("due_on" if due else None, due, None, exact=False)
        return
    chains = frozenset({(move, step) for move in {None, *(row.due for row in escalations)} for step in {None, *steps}})
    yield _Pass(None, frozenset(), None, exact=False)
    own_days = {(row.on, (None, row.later)) for row in escalations} | {("due_on" if row.due else None, (row.due, row.later)) for row in escalations}
    for anchor, own_chain in own_days:
        if anchor is not None:
            yield _Pass(anchor, chains, own_chain, exact=False)


def _moved(chain: Gap | Chain | None, day: int) -> int:
    """The day moved, by one gap or by two."""
    if isinstance(chain, tuple):
        return _moved(chain[1], _moved(chain[0], day))
    return day if chain is None else chain(day)


def _rows(forms: Iterable[Form], given: Collection[str]) -> Rows:
    return frozenset(row for form in forms if (row := form.row(given)) is not None)


def _in_order(days: Days) -> tuple[int, ...]:
    return tuple([days.get(name, _NOT_GIVEN) for name in DAY_FIELDS])


def _kinds(left: Side, right: Side) -> list[_Kind]:
    """The kinds that are not alike to both sides, each with the fewest facts."""
    found: dict[object, _Kind] = {}
    for cell in range(0, len(KIND_CELLS), 2):
        said = left[cell], left[cell + 1], right[cell], right[cell + 1]
        fields = {name for forms in said for form in forms for name in form.looks_at()}
        if said[0] != said[1] or said[2] != said[3]:
            fields.add("due_on")
        kind = _Kind(len(facts_of_kind(cell)), cell, tuple(name for name in DAY_FIELDS if name in fields))
        if said not in found or kind[:2] < found[said][:2]:
            found[said] = kind
    return sorted(found.values())
