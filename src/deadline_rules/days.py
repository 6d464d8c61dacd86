"""Days: what counts as one, and how it is written. Everything is a day in Asia/Ho_Chi_Minh; nothing here reads a clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from .errors import CalendarHorizonError, DayError
from .text import shown

# Vietnam has kept UTC+7, without summer time, in all the years the calendar knows (1990-2100):
# a fixed offset gives the same day as the time-zone database and needs no database on the machine.
VIETNAM_TIME = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)


def as_day(value: object, name: str = "the day") -> date:
    """The day of `value` in Asia/Ho_Chi_Minh: a date as it is, a date-time with a time zone moved to that zone.

    Raises:
        DayError: `value` is no date, or a date-time without a time zone.

    >>> from datetime import timezone
    >>> as_day(datetime(2026, 11, 20, 18, 30, tzinfo=timezone.utc))
    datetime.date(2026, 11, 21)
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise DayError(
                f"{name}: {value.isoformat()} has no time zone, so its day in Việt Nam is not certain; give a date or a date-time with a zone."
            )
        try:
            return value.astimezone(VIETNAM_TIME).date()
        except OverflowError:
            raise DayError(f"{name}: {value.isoformat()} lies beyond the calendar; correct the year.") from None
    if isinstance(value, date):
        return value
    raise DayError(f"{name}: {repr(value) if isinstance(value, str) else shown(value)} is not a date; give a datetime.date.")


def read_day(text: str, name: str = "the day") -> date:
    """The day that `text` writes as YYYY-MM-DD.

    Raises:
        DayError: `text` is not of that form, or no day of the calendar.

    >>> read_day("2026-11-20")
    datetime.date(2026, 11, 20)
    """
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise DayError(f"{name}: {text!r} is not a day; write it as YYYY-MM-DD, for example 2026-11-20.")


def vietnamese(day: date) -> str:
    """The day as people write it in Việt Nam: 20/11/2026."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def refuse_interval(name: str, first: date, until: date) -> None:
    """Refuses an interval that begins after its end, or reaches out of the years the calendar knows; `name` is what its beginning is called.

    Raises:
        DayError: `first` lies after `until`.
        CalendarHorizonError: a day lies outside 1990-2100.
    """
    if first > until:
        raise DayError(f"{name} {first} lies after until {until}; exchange the two.")
    for day in (first, until):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise CalendarHorizonError(f"{day} lies outside 1990-2100, the years the calendar knows; correct the year.")
