"""`make golden`: writes working-days.txt, every day of the calendar, so that each change of it is a difference to read."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

import deadline_rules as dr

FILE: Final = Path(__file__).with_name("working-days.txt")
YEARS: Final = range(1990, 2101)

_HEADER: Final = """\
# Every day of 1990-2100 as the calendar of the civil service has it, a month a line:
#
#   month, a letter a day from the 1st on, how many days of the month are worked, certainty
#
#   w  a weekday, worked                  .  a Saturday or Sunday, off
#   h  a weekday, off                     W  a Saturday or Sunday, worked
#
# Certainty is official, projected (computed by the statute, to be confirmed) or unverified; where it turns within a month, with the days.
# Written by `make golden` (tests/golden/make.py). A change of this file is a change of law data: read every line of the difference.
"""


def table(calendar: dr.WorkingCalendar) -> str:
    """The calendar as the text of the file."""
    return _HEADER + "".join(f"\n{''.join(_line(calendar, year, month) for month in range(1, 13))}" for year in YEARS)


def _line(calendar: dr.WorkingCalendar, year: int, month: int) -> str:
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    letters = "".join(_letter(calendar, day) for day in days)
    worked = sum(letter in "wW" for letter in letters)
    return f"{year}-{month:02d}  {letters:31}  {worked:2}  {_certainty(calendar, days)}\n"


def _letter(calendar: dr.WorkingCalendar, day: date) -> str:
    worked = calendar.is_working(day)
    return ("w" if worked else "h") if day.weekday() < 5 else ("W" if worked else ".")


def _certainty(calendar: dr.WorkingCalendar, days: list[date]) -> str:
    parts = [(certainty, list(group)) for certainty, group in groupby(days, calendar.certainty)]
    if len(parts) == 1:
        return parts[0][0]
    return ", ".join(f"{group[0].day}-{group[-1].day} {certainty}" for certainty, group in parts)


def days_of(text: str) -> dict[str, str]:
    """What a table says of each day: its letter and its certainty, by the day as YYYY-MM-DD.

    Raises:
        ValueError: a line is not of the form that the header explains.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        month, letters, _, certainty = line.split(maxsplit=3)
        parts = certainty.split(", ") if "," in certainty else [f"1-{len(letters)} {certainty}"]
        for part in parts:
            span, word = part.split()
            first, last = map(int, span.split("-"))
            found |= {f"{month}-{day:02d}": f"{letters[day - 1]} {word}" for day in range(first, last + 1)}
    return found


def differing(old: str, new: str) -> list[str]:
    """The days of which two tables say otherwise, one a line: `2026-01-02: w official -> h official`."""
    before, after = days_of(old), days_of(new)
    days = sorted(before.keys() | after.keys())
    return [f"{day}: {before.get(day, 'missing')} -> {after.get(day, 'missing')}" for day in days if before.get(day) != after.get(day)]


if __name__ == "__main__":
    FILE.write_text(table(dr.vietnam()), encoding="utf-8", newline="\n")
