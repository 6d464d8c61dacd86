"""Every start day of 2014-2027 with every number of working days up to 260, both ways, against a walk day by day.

The days off and the days worked are those of tests/calendar_oracle.yaml, copied by hand from the decisions. A cursor goes over them one day at a
time; nothing of the library's arithmetic is used for what is expected. Where the walk leaves the years of the oracle it stops there: of what lies
beyond it is only known that it lies beyond, and that much is asked of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
import yaml

import deadline_rules as dr
from deadline_rules.engines.column_tables import WorkingDayTables
from deadline_rules.engines.columns import ColumnsEngine
from deadline_rules.frames import notices
from deadline_rules.plan.model import Offset

_ORACLE: Final[dict[int, dict[str, Any]]] = yaml.safe_load((Path(__file__).parents[1] / "calendar_oracle.yaml").read_text(encoding="utf-8"))
_OFF: Final = {day for year in _ORACLE.values() for day in year["weekdays_off"]}
_WORKED: Final = {day for year in _ORACLE.values() for day in year["weekend_days_worked"]}

FIRST, LAST = date(2014, 1, 1), date(2027, 12, 31)
# 14 years with leap days in 2016, 2020 and 2024.
DAYS: Final = [FIRST + timedelta(days=n) for n in range(14 * 365 + 3)]
WORKING: Final = [day in _WORKED or (day.weekday() < 5 and day not in _OFF) for day in DAYS]
MOST: Final = 260

Array = npt.NDArray[np.int32]


class Compared(NamedTuple):
    """How many answers were compared, and the questions that were answered otherwise than the walk: days and a number."""

    cases: int
    wrong: list[tuple[date, int]]


class Walk(NamedTuple):
    """What a cursor met that set out from a day, the day itself not counted: places in DAYS, and how many working days each step made."""

    reached: list[int]  # the place of the 1st, 2nd, … working day
    passed: list[int]  # the working days met after 1, 2, … steps


def walk(place: int, step: int) -> Walk:
    """Goes day by day until MOST working days are met, or the oracle ends."""
    reached: list[int] = []
    passed: list[int] = []
    met = 0
    cursor = place + step
    while 0 <= cursor < len(DAYS) and met < MOST:
        if WORKING[cursor]:
            met += 1
            reached.append(cursor)
        passed.append(met)
        cursor += step
    return Walk(reached, passed)


def reachable(step: int) -> int:
    """How many pairs of a start day and a number have an answer within the oracle, counted without the walk."""
    beyond = (WORKING[place + 1 :] if step > 0 else WORKING[:place] for place in range(len(DAYS)))
    return sum(min(MOST, days.count(True)) for days in beyond)


def day_numbers(places: Iterable[int]) -> Array:
    """The days at some places as the columns engine numbers them, from 1970-01-01."""
    return np.array([DAYS[place].toordinal() - date(1970, 1, 1).toordinal() for place in places], dtype=np.int32)


START_NUMBERS: Final = day_numbers(range(len(DAYS)))


def sums_compared(calendar: dr.WorkingCalendar, places: range) -> Compared:
    """`add` from each start by every number, both ways."""
    cases = 0
    wrong: list[tuple[date, int]] = []
    for place in places:
        start = DAYS[place]
        for step in (1, -1):
            expected = [DAYS[there] for there in walk(place, step).reached]
            found = [calendar.add(start, step * number) for number in range(1, MOST + 1)]
            wrong += [(start, step * number) for number, day in enumerate(expected, start=1) if found[number - 1] != day]
            wrong += [(start, step * number) for number in range(len(expected) + 1, MOST + 1) if FIRST <= found[number - 1] <= LAST]
            cases += len(expected)
    return Compared(cases, wrong)


def counts_compared(calendar: dr.WorkingCalendar, places: range) -> Compared:
    """`count` from each start to every day of its walk, days off among them, and back."""
    cases = 0
    wrong: list[tuple[date, int]] = []
    for place in places:
        start = DAYS[place]
        for number, met in enumerate(walk(place, 1).passed, start=1):
            end = DAYS[place + number]
            if calendar.count(start, end) != met:
                wrong.append((start, number))
            if calendar.count(end, start) != -met:
                wrong.append((end, -number))
            cases += 2
    return Compared(cases, wrong)


@pytest.fixture(scope="module")
def engine() -> ColumnsEngine:
    return ColumnsEngine(dr.load("so-nn").plan, dr.vietnam())


@pytest.fixture(scope="module")
def later() -> Array:
    """By number, then by start: the day that the walk reaches; 0 where it leaves the oracle first."""
    return _reached(1, including_start=False)


def _reached(step: int, *, including_start: bool) -> Array:
    found = np.zeros((MOST + 1, len(DAYS)), dtype=np.int32)
    for place in range(len(DAYS)):
        places = [place, *walk(place, step).reached] if including_start and WORKING[place] else walk(place, step).reached
        places = places[:MOST]
        found[1 : len(places) + 1, place] = START_NUMBERS[places]
    return found


def rows_compared(expected: Array, found: Array) -> Compared:
    """A table of the columns engine, from each start day to its answer, beside the walk."""
    answers = found[START_NUMBERS]
    known = expected != 0
    inside = (answers >= START_NUMBERS[0]) & (answers <= START_NUMBERS[-1])
    wrong = np.flatnonzero(np.where(known, answers != expected, inside))
    return Compared(int(known.sum()), [(DAYS[place], int(answers[place])) for place in wrong])


def test_the_oracle_knows_every_day() -> None:
    assert (DAYS[0], DAYS[-1], len(DAYS)) == (FIRST, LAST, 5113)
    assert set(_ORACLE) == {day.year for day in DAYS}
    assert set(DAYS) >= _OFF | _WORKED


@pytest.mark.parametrize("step", [1, -1])
def test_what_is_clipped_is_little(step: int) -> None:
    """Only starts within 260 working days of the end of the oracle, a year and some days, have numbers that lead out of it."""
    clipped = len(DAYS) * MOST - reachable(step)
    assert clipped == sum(MOST - len(walk(place, step).reached) for place in range(len(DAYS)))
    # Of a year of 365 days 245 to 252 are worked, so the starts concerned are 375 to 400, and lose half of their numbers on average.
    assert 375 * MOST / 2 - MOST <= clipped <= 400 * MOST / 2 + MOST


class TestOneByOne:
    """`dr.vietnam()`."""

    def test_nothing_added(self) -> None:
        calendar = dr.vietnam()
        assert [calendar.add(day, 0) for day in DAYS] == DAYS

    def test_add_is_a_walk(self) -> None:
        assert sums_compared(dr.vietnam(), range(len(DAYS))) == (reachable(1) + reachable(-1), [])
        assert reachable(1) + reachable(-1) > 2_500_000

    def test_count_is_a_walk(self) -> None:
        cases, wrong = counts_compared(dr.vietnam(), range(len(DAYS)))
        assert wrong == []
        # The same pairs of days are walked from both ends.
        assert cases == sum(len(walk(place, step).passed) for place in range(len(DAYS)) for step in (1, -1))
        assert cases > 3_500_000

    def test_count_takes_add_back(self) -> None:
        """From the start to the 260th working day, over all the days between that the walk names."""
        calendar = dr.vietnam()
        pairs = [(DAYS[place], DAYS[there], number) for place in range(len(DAYS)) for number, there in enumerate(walk(place, 1).reached, start=1)]
        assert [pair for pair in pairs if calendar.count(pair[0], pair[1]) != pair[2]] == []
        assert len(pairs) == reachable(1)

    @pytest.mark.parametrize("step", [1, -1])
    def test_following_and_preceding_are_walks(self, step: int) -> None:
        calendar = dr.vietnam()
        found = calendar.following if step == 1 else calendar.preceding
        nearest = [place if WORKING[place] else next(iter(walk(place, step).reached), None) for place in range(len(DAYS))]
        compared = [(DAYS[place], DAYS[there]) for place, there in enumerate(nearest) if there is not None]
        assert [pair for pair in compared if found(pair[0]) != pair[1]] == []
        assert len(compared) >= len(DAYS) - 10

    def test_the_walk_finds_one_day_off_more(self) -> None:
        storm = date(2026, 9, 10)
        place = DAYS.index(storm)
        other = dr.vietnam(extra=[dr.closure("storm", off=[storm])])
        # The Thursday is 2 working days after the Tuesday and 1 after the Wednesday; every later number is a day out as well.
        wrong = sums_compared(other, range(place - 2, place)).wrong
        assert [question for question in wrong if question[1] > 0] == [
            *((date(2026, 9, 8), number) for number in range(2, MOST + 1)),
            *((date(2026, 9, 9), number) for number in range(1, MOST + 1)),
        ]
        assert counts_compared(other, range(place - 1, place)).wrong[:2] == [(date(2026, 9, 9), 1), (storm, -1)]


class TestColumns:
    """The tables of the columns engine."""

    def test_later_days(self, later: Array) -> None:
        tables = WorkingDayTables(dr.vietnam().flags, start_included=False)
        compared = [rows_compared(later[number], tables.later_table(number)) for number in range(1, MOST + 1)]
        assert [one.wrong for one in compared if one.wrong] == []
        assert sum(one.cases for one in compared) == reachable(1) > 1_250_000

    @pytest.mark.parametrize("roll", [False, True])
    @pytest.mark.parametrize("start_included", [False, True])
    def test_due_days_in_working_days(self, later: Array, start_included: bool, roll: bool) -> None:
        """With the start counted, a start that is a working day is the first of them; a working day need not be rolled."""
        tables = WorkingDayTables(dr.vietnam().flags, start_included=start_included)
        expected = _reached(1, including_start=True) if start_included else later
        compared = [rows_compared(expected[number], tables.due_table(Offset("working_days", number), roll=roll)) for number in range(1, MOST + 1)]
        assert [one.wrong for one in compared if one.wrong] == []
        assert sum(one.cases for one in compared) == int(np.count_nonzero(expected)) > 1_250_000

    @pytest.mark.parametrize("start_included", [False, True])
    def test_due_days_in_days(self, start_included: bool) -> None:
        """Days of the calendar, moved on to a working day where they end on a day off."""
        tables = WorkingDayTables(dr.vietnam().flags, start_included=start_included)
        following = np.array(
            [day_numbers([place if WORKING[place] else next(iter(walk(place, 1).reached))])[0] for place in range(len(DAYS))], dtype=np.int32
        )
        cases = 0
        for number in range(MOST + 1):
            further = number - 1 if start_included and number else number
            plain = np.append(START_NUMBERS[further:], np.zeros(further, dtype=np.int32))
            rolled = np.append(following[further:], np.zeros(further, dtype=np.int32))
            for roll, expected in ((False, plain), (True, rolled)):
                compared, wrong = rows_compared(expected, tables.due_table(Offset("days", number), roll=roll))
                assert (compared, wrong) == (len(DAYS) - further, []), (number, roll)
                cases += compared
        assert cases > 2_500_000

    def test_reminders_go_back(self, engine: ColumnsEngine) -> None:
        """The only table that counts back: so many working days before a last day in time."""
        earlier = _reached(-1, including_start=False)
        compared = [rows_compared(earlier[number], notices._back_table(engine, Offset("working_days", number))) for number in range(1, MOST + 1)]
        assert [one.wrong for one in compared if one.wrong] == []
        assert sum(one.cases for one in compared) == reachable(-1) > 1_250_000

    def test_counts(self, engine: ColumnsEngine) -> None:
        """Working days in (start, end], as the engine takes them: a difference of two look-ups."""
        cases = 0
        wrong = []
        for place, start in enumerate(START_NUMBERS):
            passed = walk(place, 1).passed
            found = engine.upto[start + 1 : start + 1 + len(passed)] - engine.upto[start]
            if found.tolist() != passed:
                wrong.append(DAYS[place])
            cases += len(passed)
        assert wrong == []
        assert cases > 1_750_000

    def test_the_walk_finds_one_day_off_more(self, later: Array) -> None:
        storm = date(2026, 9, 10)
        other = dr.vietnam(extra=[dr.closure("storm", off=[storm])])
        wrong = rows_compared(later[1], WorkingDayTables(other.flags, start_included=False).later_table(1)).wrong
        assert [day for day, _ in wrong] == [date(2026, 9, 9)]
