"""What counts as a day, how it is read and how it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from deadline_rules.days import VIETNAM_TIME, as_day, read_day, vietnamese
from deadline_rules.errors import DayError


def test_a_date_stays_as_it_is() -> None:
    assert as_day(date(2026, 11, 20)) == date(2026, 11, 20)


# Việt Nam is UTC+7, so its midnight is 17:00 UTC.
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 16, 59, 59, 999999, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 17, 0, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 20, 0, 0, tzinfo=timezone(timedelta(hours=7))), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 59, tzinfo=VIETNAM_TIME), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 1, 59, tzinfo=timezone(timedelta(hours=9))), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=-8))), date(2026, 11, 21)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_moment_is_moved_to_vietnam(moment: datetime, day: date) -> None:
    assert as_day(moment) == day
    assert type(as_day(moment)) is date


@pytest.mark.parametrize("year", [1990, 2014, 2026])
@pytest.mark.parametrize("month", [1, 7])
def test_the_fixed_offset_is_that_of_the_time_zone_database(year: int, month: int) -> None:
    moment = datetime(year, month, 1, 17, tzinfo=UTC)
    assert moment.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).utcoffset() == moment.astimezone(VIETNAM_TIME).utcoffset()


@pytest.mark.parametrize("value", ["2026-11-20", 46000, 0.0, None, True, time(8), object])
def test_what_is_no_day_is_refused(value: object) -> None:
    with pytest.raises(DayError, match=r"^as_of: .*; give a datetime\.date\.$"):
        as_day(value, "as_of")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(DayError, match=r"^as_of: 2026-11-20T08:00:00 has no time zone.*give a date or a date-time with a zone\.$"):
        as_day(datetime(2026, 11, 20, 8), "as_of")  # noqa: DTZ001  # the zone is missing on purpose


def test_a_moment_beyond_the_last_date_is_refused() -> None:
    with pytest.raises(DayError):
        as_day(datetime(9999, 12, 31, 20, tzinfo=UTC))


@pytest.mark.parametrize(("text", "day"), [("2026-11-20", date(2026, 11, 20)), ("2024-02-29", date(2024, 2, 29)), ("1990-01-01", date(1990, 1, 1))])
def test_read_day(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20/11/2026",
        "2026/11/20",
        "2026-1-05",
        "26-11-20",
        "20261120",
        "2026-W47-5",
        "2026-324",
        "2026-11-20T00:00:00",
        " 2026-11-20",
        "2026-11-20\n",
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "0000-01-01",
        "２０２６-11-20",
        "2026-11-2O",
    ],
)
def test_read_day_refuses_every_other_form(text: str) -> None:
    with pytest.raises(DayError, match=r"^due: .* is not a day; write it as YYYY-MM-DD, for example 2026-11-20\.$"):
        read_day(text, "due")


@pytest.mark.parametrize(("day", "text"), [(date(2026, 11, 20), "20/11/2026"), (date(2026, 1, 5), "05/01/2026")])
def test_vietnamese(day: date, text: str) -> None:
    assert vietnamese(day) == text
