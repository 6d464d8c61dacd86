"""The look-up tables of the columns engine, one by one: each combination of what decides, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

pytest.importorskip("numpy", reason="the columns engine needs NumPy: pip install 'deadline-rules[tables]'")

import numpy as np

import deadline_rules as dr
from deadline_rules.calendar.vietnam import _holidays
from deadline_rules.engines.column_tables import (
    BEYOND,
    END,
    FIRST,
    NULL,
    WorkingDayTables,
    _opening_table,
    _progress_tables,
    _state_table,
    day_number,
    flagged,
    nulled,
    packed,
)
from deadline_rules.plan.model import Offset

# What decides, in the order of its bits (? is either), and what it gives; the first line that fits counts. As docs/design says of the engine's order.
STATES = (
    ("?????1", "not_applicable"),
    ("1?????", "waiting"),  # no start
    ("?1?01?", "met_late"),  # done, later than the last day in time
    ("?1????", "met"),
    ("??1???", "waiting"),  # it starts after the day asked about
    ("???1??", "no_number"),
    ("????1?", "missed"),
    ("??????", "pending"),
)
NAMES = ("waiting", "pending", "met", "met_late", "missed", "no_number", "not_applicable")
OPENINGS = (
    ("1???", "absent"),
    ("?1??", "closed"),
    ("??1?", "absent"),  # kept shut
    ("???1", "upcoming"),
    ("????", "open"),
)
FLAGS = dr.vietnam().flags


def first_fit(lines: Sequence[tuple[str, str]], key: int) -> str:
    """The answer of the first line that fits the bits of `key`, the lowest bit first."""
    return next(answer for pattern, answer in lines if all(wanted in ("?", str(key >> bit & 1)) for bit, wanted in enumerate(pattern)))


def test_the_state_of_a_deadline() -> None:
    table = _state_table()
    assert (table.dtype.type, len(table)) == (np.uint8, 64)
    assert [NAMES[code] for code in table] == [first_fit(STATES, key) for key in range(64)]


def test_the_state_of_an_escalation() -> None:
    table = _opening_table()
    assert (table.dtype.type, len(table)) == (np.uint8, 16)
    assert [("upcoming", "open", "closed", "absent")[code] for code in table] == [first_fit(OPENINGS, key) for key in range(16)]


def test_progress_timeliness_and_cell() -> None:
    """Of completed, started, overdue and without a time limit; a cell is progress * 3 + timeliness."""
    expected = []
    for key in range(16):
        progress = 2 if key & 1 else 1 if key & 2 else 0
        timeliness = 2 if key & 8 else 1 if key & 4 else 0
        expected.append((progress, timeliness, 3 * progress + timeliness))
    tables = _progress_tables()
    assert [(table.dtype.type, len(table)) for table in tables] == [(np.uint8, 16)] * 3
    assert list(zip(*(table.tolist() for table in tables), strict=True)) == expected


def test_small_numbers_from_flags() -> None:
    columns = [np.array([bit == "1" for bit in bits]) for bits in ("0101", "0011", "0001")]
    assert packed(*columns).tolist() == [0, 1, 2, 7]
    assert packed(columns[0]).tolist() == [0, 1, 0, 1]
    assert [column.tolist() for column in columns][2] == [False, False, False, True]  # as they were


def test_bits_where_a_flag_is_set() -> None:
    assert flagged(np.array([True, False]), np.uint32(4)).tolist() == [4, 0]
    assert (flagged(np.array(True), np.uint32(4)), flagged(np.array(False), np.uint32(4))) == (4, 0)


def test_no_day_where_a_flag_is_set() -> None:
    days = np.array([20_000, 20_001, NULL], dtype=np.int32)
    assert nulled(days, np.array([True, False, False])).tolist() == [NULL, 20_001, NULL]


def test_days_are_numbered_from_1970() -> None:
    assert (day_number(date(1970, 1, 1)), day_number(date(1990, 1, 1)), day_number(date(2026, 11, 20))) == (0, 7305, 20777)
    assert (7305, day_number(date(2100, 12, 31)) + 1) == (FIRST, END)


class TestWorkingDayTables:
    """Round Culture Day 2026, a Tuesday: 23 and 25/11 are worked, 21, 22, 24, 28 and 29 are not. 31/12/2100 is a Friday, and worked."""

    LAST = day_number(date(2100, 12, 31))

    @pytest.mark.parametrize(
        ("offset", "roll", "included", "due"),
        [
            (Offset("working_days", 1), False, False, {20: 23, 21: 23, 23: 25, 24: 25}),
            (Offset("working_days", 2), True, False, {20: 25, 21: 25, 23: 26, 24: 26}),
            (Offset("working_days", 1), False, True, {20: 20, 21: 23, 23: 23, 24: 25}),  # the start is the first, where it is worked
            (Offset("working_days", 2), False, True, {20: 23, 21: 25, 23: 25, 24: 26}),
            (Offset("working_days", 0), False, True, {20: 20, 21: 21, 23: 23, 24: 24}),
            (Offset("days", 1), False, False, {20: 21, 21: 22, 23: 24, 24: 25}),
            (Offset("days", 1), True, False, {20: 23, 21: 23, 23: 25, 24: 25}),
            (Offset("days", 2), False, True, {20: 21, 21: 22, 23: 24, 24: 25}),
            (Offset("days", 0), True, True, {20: 20, 21: 23, 23: 23, 24: 25}),
            (Offset("same_day", 0), True, False, {20: 20, 21: 21, 23: 23, 24: 24}),
        ],
    )
    def test_due_days(self, offset: Offset, roll: bool, included: bool, due: dict[int, int]) -> None:
        table = WorkingDayTables(FLAGS, start_included=included).due_table(offset, roll=roll)
        assert {day: int(table[day_number(date(2026, 11, day))]) for day in due} == {
            day: day_number(date(2026, 11, until)) for day, until in due.items()
        }
        assert (table.dtype.type, len(table), table[END]) == (np.int32, END + 1, NULL)

    @pytest.mark.parametrize(
        ("offset", "roll", "last"),
        [
            (Offset("working_days", 0), False, LAST),
            (Offset("working_days", 1), False, BEYOND),
            (Offset("working_days", 400), False, BEYOND),
            (Offset("days", 0), True, LAST),
            (Offset("days", 1), True, BEYOND),
            (Offset("days", 400), True, BEYOND),
            (Offset("none", 0), False, NULL),
        ],
    )
    def test_at_the_end_of_the_calendar(self, offset: Offset, roll: bool, last: int) -> None:
        table = WorkingDayTables(FLAGS, start_included=False).due_table(offset, roll=roll)
        assert table[self.LAST] == last
        assert table[self.LAST - 800] != BEYOND

    def test_days_of_further_steps(self) -> None:
        """After a day off, which an opening may be; the day after the last day of all may be one too."""
        table = WorkingDayTables(FLAGS, start_included=True).later_table(2)
        assert [int(table[day_number(date(2026, 11, day))]) for day in (20, 21, 23, 24)] == [
            day_number(date(2026, 11, day)) for day in (25, 25, 26, 26)
        ]
        assert table[[self.LAST - 2, self.LAST - 1, self.LAST, END, END + 1]].tolist() == [self.LAST, BEYOND, BEYOND, BEYOND, NULL]
        assert (table.dtype.type, len(table)) == (np.int32, END + 2)

    def test_working_days_up_to_a_day(self) -> None:
        upto = WorkingDayTables(FLAGS, start_included=False).upto
        assert (upto.dtype.type, len(upto), upto[FIRST], upto[FIRST + 1], upto[END]) == (np.int32, END + 1, 0, 1, 0)
        assert upto[self.LAST] == sum(FLAGS)


@pytest.mark.parametrize(("language", "name"), [("vi", "Quốc khánh"), ("en_US", "National Day")])
def test_the_library_is_asked_for_all_years_in_one_language(language: str, name: str) -> None:
    """National Day of the first year and of the last: all years are built at once, none later and none beside."""
    found = _holidays(language)
    assert found.years == set(range(1990, 2101))
    assert found.expand is False
    assert (found.get(date(1990, 9, 2)).split(";")[0], found.get(date(2100, 9, 2)).split(";")[0]) == (name, name)
