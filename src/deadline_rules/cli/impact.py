"""`impact`: which results change with another calendar, other readings or another version of the text, and why."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from ..changes import Impact, TaskImpact
from ..errors import CalendarHorizonError, TaskError, UnknownReadingError, UnverifiedCalendarError
from ..labels import counted
from ..regulation import Regulation
from ..results import Lang as LangCode
from ..what_if import WhatIf
from .change_table import name_of, text_of
from .files import console_on, output, tasks_from
from .options import (
    AsOf,
    Closures,
    KnownOn,
    Lang,
    Language,
    Out,
    ReadingOptions,
    RegulationName,
    Strict,
    TasksFile,
    as_of_day,
    day,
    regulation,
)
from .task_rows import Refusals


class Format(StrEnum):
    """How an impact is written."""

    table = "table"
    json = "json"


class _Side(NamedTuple):
    """What one side of the question has otherwise; `option` is how its options begin."""

    option: str
    reading: list[str] | None
    known_on: str | None
    closures: str | None
    rules: str | None


def impact(
    name: RegulationName,
    tasks: TasksFile,
    as_of: AsOf = None,
    after_reading: Annotated[list[str] | None, typer.Option("--after-reading", metavar="ID=OPTION", help="A reading afterwards.")] = None,
    after_known_on: Annotated[str | None, typer.Option("--after-known-on", metavar="DAY", help="The calendar as known then, afterwards.")] = None,
    after_closures: Annotated[str | None, typer.Option("--after-closures", metavar="FILE", help="Your own days off (YAML), afterwards.")] = None,
    after_rules: Annotated[str | None, typer.Option("--after-rules", metavar="PATH", help="The version of the rules afterwards.")] = None,
    before_reading: Annotated[list[str] | None, typer.Option("--before-reading", metavar="ID=OPTION", help="A reading before.")] = None,
    before_known_on: Annotated[str | None, typer.Option("--before-known-on", metavar="DAY", help="The calendar as known then, before.")] = None,
    before_closures: Annotated[str | None, typer.Option("--before-closures", metavar="FILE", help="Your own days off (YAML), before.")] = None,
    before_rules: Annotated[str | None, typer.Option("--before-rules", metavar="PATH", help="The version of the rules before.")] = None,
    format: Annotated[Format, typer.Option("--format", help="How the changes are written.")] = Format.table,
    out: Out = None,
    lang: Lang = Language.vi,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
    strict: Strict = False,
) -> None:
    """Which results change, from which value to which, and what is responsible. Exit status 1 where rows were refused."""
    own = _Side("--", reading, known_on, closures, None)
    earlier = _Side("--before-", before_reading, before_known_on, before_closures, before_rules)
    later = _Side("--after-", after_reading, after_known_on, after_closures, after_rules)
    if not any((*earlier[1:], *later[1:])):
        raise typer.BadParameter("nothing differs; give at least one option --after-… or --before-…, such as --after-reading ID=OPTION.")
    before, after = _regulation(name, own, earlier, strict), _regulation(name, own, later, strict)
    what_if = WhatIf(before, after, as_of_day(as_of))
    refusals = Refusals(tasks)
    found = _Found(what_if, tasks, refusals)
    changed = tuple(found)
    with output(out) as stream:
        if format is Format.json:
            stream.write(Impact(what_if.as_of, found.looked_at, changed).to_json() + "\n")
        else:
            _print(console_on(stream), (after, before), changed, lang.value)
    refusals.end(f"{counted(found.looked_at, 'task')} looked at under {before.id}, {len(changed)} changed")


def _regulation(name: str, own: _Side, side: _Side, strict: bool) -> Regulation:
    """One side: what the command says of both, with what it says of this one instead."""
    if wrong := next((text for text in side.reading or () if "=" not in text), None):
        raise UnknownReadingError(f"{side.option}reading {wrong!r} has no option; write it as {side.option}reading before-day=same_day.")
    day(side.known_on, f"{side.option}known-on")  # refused under its own name
    readings = [*(own.reading or ()), *(side.reading or ())]
    return regulation(side.rules or name, readings, side.known_on or own.known_on, side.closures or own.closures, strict)


class _Found:
    """The changed tasks of a file, one by one; refused rows are named."""

    def __init__(self, what_if: WhatIf, tasks: str, refusals: Refusals) -> None:
        self._what_if, self._tasks, self._refusals = what_if, tasks, refusals
        self.looked_at = 0

    def __iter__(self) -> Iterator[TaskImpact]:
        with tasks_from(self._tasks) as table:
            for row in table.rows:
                error, found = row.error, None
                if row.task is not None:
                    try:
                        found = self._what_if.task(row.task)
                        self.looked_at += 1
                    except (CalendarHorizonError, UnverifiedCalendarError) as problem:
                        error = TaskError(str(problem), row=row.line)
                if error is not None:
                    self._refusals.add(error)
                if found is not None:
                    yield found
        self._refusals.name_ignored(table.ignored)


def _print(console: Console, regulations: tuple[Regulation, ...], changed: tuple[TaskImpact, ...], lang: LangCode) -> None:
    header = ("id", "what", "before", "after", "because", "article") if lang == "en" else ("mã", "nội dung", "trước", "sau", "vì", "căn cứ")
    table = Table(box=None, pad_edge=False)
    for title in header:
        table.add_column(title, overflow="fold")
    for task in changed:
        id = task.task_id
        for change in task.changes:
            told = tuple(text_of(change.what, value, regulations, lang) for value in (change.before, change.after))
            because = "; ".join(cause.text.text(lang) for cause in change.causes)
            cites = "; ".join(dict.fromkeys(cause.cite for cause in change.causes if cause.cite))
            table.add_row(id, name_of(change.what, change.rule, lang), *told, because, cites or "–")
            id = ""
    console.print(table)
