"""Options that several commands share, and how they become values."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..calendar.vietnam import WorkingCalendar, vietnam
from ..days import VIETNAM_TIME, read_day
from ..errors import UnknownReadingError
from ..regulation import Regulation, load


class Language(StrEnum):
    """The language of labels."""

    vi = "vi"
    en = "en"


RegulationName = Annotated[str, typer.Argument(metavar="REGULATION", help="The id of a pack, or a rule file or its folder.")]
TasksFile = Annotated[str, typer.Argument(metavar="TASKS", help="A csv, jsonl, xlsx or parquet file of tasks; - reads jsonl from standard input.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of labels.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="The day asked about, YYYY-MM-DD; left out: today in Việt Nam.")]
ReadingOptions = Annotated[list[str] | None, typer.Option("--reading", metavar="ID=OPTION", help="Choose a reading; may be given several times.")]
KnownOn = Annotated[str | None, typer.Option("--known-on", metavar="DAY", help="Replay the calendar as it was known on that day.")]
Closures = Annotated[str | None, typer.Option("--closures", metavar="FILE", help="Your own days off and worked weekends (YAML).")]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse answers that rest on days that are not official.")]
Sequence = Annotated[
    int | None,
    typer.Option("--sequence", metavar="NUMBER", help="ics: the number of the file, larger than that of the last; left out: the day --until."),
]
Office = Annotated[str | None, typer.Option("--office", metavar="NAME", help="ics: a name that keeps your events apart from another office's.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to this file instead of standard output.")]


def say(message: str) -> None:
    """A message for the person at the terminal, on standard error."""
    sys.stderr.write(f"{message}\n")


def day(text: str | None, option: str) -> date | None:
    """The day of an option.

    Raises:
        DayError: it is not YYYY-MM-DD.
    """
    return None if text is None else read_day(text, option)


def as_of_day(text: str | None) -> date:
    """The day asked about; where left out, today in Việt Nam, and standard error says which day that is."""
    given = day(text, "--as-of")
    if given is not None:
        return given
    today = datetime.now(VIETNAM_TIME).date()
    say(f"as of {today} (today in Asia/Ho_Chi_Minh; --as-of gives another day)")
    return today


def regulation(name: str, readings: list[str] | None, known_on: str | None, closures: str | None, strict: bool = False) -> Regulation:
    """The regulation a command is about, as its options ask for it."""
    chosen: dict[str, object] = {}
    for text in readings or []:
        id, equals, option = text.partition("=")
        if not equals:
            raise UnknownReadingError(f"--reading {text!r} has no option; write it as --reading before-day=same_day.")
        chosen[id.strip()] = option.strip()
    return load(name, readings=chosen, calendar=working_calendar(known_on, closures), strict=strict)


def working_calendar(known_on: str | None, closures: str | None) -> WorkingCalendar:
    """The calendar a command counts by."""
    return vietnam(day(known_on, "--known-on"), closures or ())


def refuse_for_ics(given: Mapping[str, object]) -> None:
    """Refuses options that only an iCalendar file takes.

    Raises:
        BadParameter: one of them was given.
    """
    for option, value in given.items():
        if value is not None:
            raise typer.BadParameter(f"{option} goes with --format ics.")
