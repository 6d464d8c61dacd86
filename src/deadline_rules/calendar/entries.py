"""Calendar entries: a decision of the Government, or a host's own closure, in one form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from ..days import FIRST_DAY, LAST_DAY
from ..errors import CalendarEntryError
from ..files.typed import Bilingual, IsoDay, Listed, Model, WholeNumber, typed
from ..files.yaml_source import read_file


class Yearly(Model):
    """A holiday in every year from `since` on."""

    month: WholeNumber
    day: WholeNumber
    since: WholeNumber
    name: Bilingual


class CalendarEntry(Model):
    """Days off and days worked that one paper sets, beyond the statute: a decision, or a host's own closure.

    `off` are days that would otherwise be worked, `worked` days that would otherwise be off. `announced_on` is the day it became known;
    without it, a replay (`known_on`) takes the entry as known.
    """

    id: str
    number: str | None = None
    announced_on: IsoDay | None = None
    off: Listed[IsoDay] = ()
    worked: Listed[IsoDay] = ()
    note: str | None = None

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if both := set(self.off) & set(self.worked):
            raise ValueError(f"{min(both)} is both off and worked in entry {self.id!r}; keep one")
        if beyond := [day for day in (*self.off, *self.worked) if not FIRST_DAY <= day <= LAST_DAY]:
            raise ValueError(f"{min(beyond)} in entry {self.id!r} lies outside 1990-2100, the years the calendar knows; correct the year")
        return self

    @property
    def title(self) -> str:
        return self.number or self.id


class Decision(CalendarEntry):
    """A decision of the Government: it may also fix a whole year (`confirms`) or add a holiday to every year (`yearly`)."""

    audience: Literal["civil_service", "everybody"]
    confirms: WholeNumber | None = None
    yearly: Yearly | None = None


class Verified(Model):
    """The days the calendar vouches for, when somebody last looked, and the release of `holidays` it was looked at with."""

    since: IsoDay = Field(alias="from")
    until: IsoDay
    checked: IsoDay
    holidays: str | None = None


class DecisionFile(Model):
    """The file `calendar/vietnam.yaml`."""

    verified: Verified
    decisions: Listed[Decision]


class ClosureFile(Model):
    """A host's own file: days off and worked, nothing that a decision alone can do."""

    decisions: Listed[CalendarEntry]


def read_closures(path: str | Path) -> tuple[CalendarEntry, ...]:
    """A host's own closures and worked weekends, from a YAML file with `decisions:`.

    Raises:
        RuleFileError: the file is not well formed, with its line.
    """
    return typed(ClosureFile, read_file(Path(path))).decisions


def closure(
    id: str, *, off: Iterable[date] = (), worked: Iterable[date] = (), announced_on: date | None = None, note: str | None = None
) -> CalendarEntry:
    """A host's own closure (storm, mourning, local holiday) or worked weekend, for `vietnam(extra=[…])`.

    Raises:
        CalendarEntryError: a day is both off and worked, or is no date.
    """
    try:
        return CalendarEntry(id=id, off=tuple(off), worked=tuple(worked), announced_on=announced_on, note=note)
    except ValidationError as error:
        first = error.errors()[0]
        raise CalendarEntryError(f"closure {id!r}: {first['msg'].removeprefix('Value error, ').rstrip('.')}.") from None


def refuse_contradictions(entries: Iterable[CalendarEntry]) -> None:
    """No day may be off in one entry and worked in another.

    Raises:
        CalendarEntryError: two entries contradict each other; both are named.
    """
    off: dict[date, CalendarEntry] = {}
    worked: dict[date, CalendarEntry] = {}
    for entry in entries:
        for days, own, other, says, denies in ((entry.off, off, worked, "off", "worked"), (entry.worked, worked, off, "worked", "off")):
            for day in days:
                if day in other:
                    raise CalendarEntryError(
                        f"{day} is {says} by {entry.title!r} and {denies} by {other[day].title!r}; take it out of one of the two."
                    )
                own.setdefault(day, entry)
    # A weekday is worked anyway, or it is a holiday by law, which no entry undoes.
    for day, entry in worked.items():
        if day.weekday() < 5:
            raise CalendarEntryError(
                f"{day} in {entry.title!r} is a weekday; only Saturdays and Sundays are worked instead of other days. Take it out."
            )
