"""What holds of the calendar for every day and every number."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

import deadline_rules as dr

CALENDAR = dr.vietnam()
any_day = st.dates(date(1992, 1, 1), date(2098, 12, 31))  # 400 working days inside the horizon
numbers = st.integers(-400, 400)


@given(any_day, numbers.filter(bool))
def test_count_undoes_add(day: date, n: int) -> None:
    """(a, b] holds the end and not the start, so going back from a day off counts one day less than was stepped."""
    end = CALENDAR.add(day, n)
    assert CALENDAR.is_working(end)
    assert (end > day) == (n > 0)
    counted = CALENDAR.count(day, end)
    assert counted == (n if n > 0 or CALENDAR.is_working(day) else n + 1)


@given(any_day, any_day, any_day)
def test_counts_add_up(a: date, b: date, c: date) -> None:
    assert CALENDAR.count(a, b) + CALENDAR.count(b, c) == CALENDAR.count(a, c)
    assert CALENDAR.count(a, b) == -CALENDAR.count(b, a)


@given(any_day, any_day, numbers)
def test_add_is_monotone(a: date, b: date, n: int) -> None:
    first, last = sorted((a, b))
    assert CALENDAR.add(first, n) <= CALENDAR.add(last, n)


@given(any_day, st.integers(1, 100), st.integers(1, 100))
def test_steps_add_up(day: date, n: int, m: int) -> None:
    assert CALENDAR.add(CALENDAR.add(day, n), m) == CALENDAR.add(day, n + m)


@given(any_day)
def test_following_and_preceding_meet_on_working_days(day: date) -> None:
    following, preceding = CALENDAR.following(day), CALENDAR.preceding(day)
    assert preceding <= day <= following
    assert (following == preceding == day) == CALENDAR.is_working(day)
    assert CALENDAR.count(preceding, following) == (0 if following == preceding else 1)
    assert (CALENDAR.roll(day, "following"), CALENDAR.roll(day, "preceding")) == (following, preceding)


@given(any_day)
def test_why_agrees_with_the_table(day: date) -> None:
    why = CALENDAR.why(day)
    assert why.working == CALENDAR.is_working(day)
    assert all((why.reason.vi, why.reason.en, why.source))
    assert (why.certainty == "official") == (CALENDAR.verified_from <= day <= CALENDAR.verified_until)
