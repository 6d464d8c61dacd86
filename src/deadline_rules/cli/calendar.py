"""`calendar`: working days, and why a day is worked or off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer
from dateutil.relativedelta import relativedelta

from ..calendar.vietnam import DayReason, WorkingCalendar
from ..errors import CalendarHorizonError, DayError
from ..labels import CERTAINTY, counted, day_text
from ..results import Lang as LangCode
from .audit import audit_data
from .options import Closures, KnownOn, Lang, Language, day, working_calendar

app = typer.Typer(help="Working days of the civil service, and why a day is worked or off.", no_args_is_help=True, rich_markup_mode=None)
app.command("audit")(audit_data)

Day = Annotated[str, typer.Argument(metavar="DAY", help="YYYY-MM-DD.")]
# Longer spans are answered without the list of days off in between.
_LONGEST_LISTED = 120


@app.command(context_settings={"ignore_unknown_options": True})
def add(
    start: Day,
    n: Annotated[int, typer.Argument(metavar="N", help="How many working days; negative counts back.")],
    known_on: KnownOn = None,
    closures: Closures = None,
    lang: Lang = Language.vi,
) -> None:
    """The N-th working day after DAY (DAY itself is not counted), and why."""
    calendar = working_calendar(known_on, closures)
    first = _day(start)
    end = calendar.add(first, n)
    print(end)  # noqa: T201  # this is the command's result
    _print_days_off(calendar, min(first, end), max(first, end), lang.value)


@app.command()
def count(start: Day, end: Day, known_on: KnownOn = None, closures: Closures = None, lang: Lang = Language.vi) -> None:
    """How many working days lie in (START, END]; negative where END comes first."""
    calendar = working_calendar(known_on, closures)
    first, last = _day(start), _day(end)
    print(calendar.count(first, last))  # noqa: T201  # this is the command's result
    _print_days_off(calendar, min(first, last), max(first, last), lang.value)


@app.command()
def why(day: Day, known_on: KnownOn = None, closures: Closures = None, lang: Lang = Language.vi) -> None:
    """Whether DAY is worked or off, and what that rests on."""
    print(_sentence(working_calendar(known_on, closures).why(_day(day)), lang.value))  # noqa: T201  # this is the command's result


@app.command()
def month(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="YYYY-MM.")],
    known_on: KnownOn = None,
    closures: Closures = None,
    lang: Lang = Language.vi,
) -> None:
    """A month at a glance: days off in brackets, and why they are off."""
    first = _day(f"{month}-01", f"{month!r} is not a month; write it as YYYY-MM, for example 2026-02.")
    calendar = working_calendar(known_on, closures)
    days = [first + timedelta(days=n) for n in range((first + relativedelta(day=31)).day)]
    print("  ".join(("T2 T3 T4 T5 T6 T7 CN" if lang is Language.vi else "Mo Tu We Th Fr Sa Su").split()).rjust(27))  # noqa: T201
    cells = ["    "] * first.weekday() + [f" {d.day:2d} " if calendar.is_working(d) else f"[{d.day:2d}]" for d in days]
    for week in range(0, len(cells), 7):
        print("".join(cells[week : week + 7]).rstrip())  # noqa: T201
    print(_working_days(sum(calendar.is_working(d) for d in days), lang.value))  # noqa: T201
    _print_days_off(calendar, first - timedelta(days=1), days[-1], lang.value)


def _working_days(number: int, lang: LangCode) -> str:
    return f"{number} ngày làm việc" if lang == "vi" else counted(number, "working day")


def _day(text: str, otherwise: str = "") -> date:
    try:
        found = day(text, "DAY")
    except DayError:
        if not otherwise:
            raise
        raise DayError(otherwise) from None
    if found is None:
        raise DayError("give a day as YYYY-MM-DD.")
    return found


def _print_days_off(calendar: WorkingCalendar, start: date, end: date, lang: LangCode) -> None:
    """Weekdays off and weekends worked in (start, end]."""
    if (end - start).days > _LONGEST_LISTED:
        return
    for number in range(1, (end - start).days + 1):
        one = start + timedelta(days=number)
        try:
            if calendar.is_working(one) == (one.weekday() >= 5):
                print(f"  {_sentence(calendar.why(one), lang)}")  # noqa: T201  # this is the command's result
        except CalendarHorizonError:
            return


def _sentence(why: DayReason, lang: LangCode) -> str:
    worked = ("ngày làm việc" if why.working else "ngày nghỉ") if lang == "vi" else ("worked" if why.working else "off")
    certainty = CERTAINTY[why.certainty].text(lang)
    reason = why.reason.text(lang)
    source = "" if why.source in reason else f" ({why.source})"
    return f"{day_text(why.day, lang)} ({why.weekday.text(lang)}): {worked}; {reason}{source}; {certainty}"
