"""`tick`: writes what fell due since the last tick into an outbox, and prints it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ..days import read_day
from ..errors import needing
from ..labels import counted
from .files import output
from .notices import print_notices
from .options import Closures, KnownOn, Lang, Language, Out, ReadingOptions, RegulationName, Strict, day, regulation
from .task_rows import Refusals, all_tasks


class Format(StrEnum):
    """How notices are written."""

    table = "table"
    jsonl = "jsonl"


def tick(
    name: RegulationName,
    db: Annotated[
        str,
        typer.Option("--db", metavar="URL", envvar="DEADLINE_RULES_DB", help="The store: sqlite:///outbox.db, postgresql://user@host/database."),
    ],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The last day, included, YYYY-MM-DD.")],
    after: Annotated[str | None, typer.Option("--after", metavar="DAY", help="The day after which the first tick of a store begins.")] = None,
    tasks: Annotated[str | None, typer.Option("--tasks", metavar="FILE", help="Tasks to take in first: csv, jsonl, xlsx or parquet.")] = None,
    format: Annotated[Format, typer.Option("--format", help="How the new notices are written.")] = Format.table,
    out: Out = None,
    lang: Lang = Language.vi,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
    strict: Strict = False,
) -> None:
    """Writes the notices since the last tick into an outbox, each once, and prints the new ones. Exit status 1 where rows were refused."""
    with needing("sql", "the outbox"):
        from ..outbox import Outbox, reported
    rules = regulation(name, reading, known_on, closures, strict)
    last, first = read_day(until, "--until"), day(after, "--after")
    refusals = Refusals(tasks or "-")
    accepted = all_tasks(tasks, refusals) if tasks is not None else []
    with reported(db):
        outbox = Outbox(db, rules)
        try:
            outbox.create()
            outbox.put(accepted)
            done = outbox.tick(last, after=first)
            found = tuple(outbox.written(done.number))
        finally:
            outbox.close()
    with output(out) as stream:
        if format is Format.jsonl:
            stream.writelines(notice.to_json() + "\n" for notice in found)
        else:
            print_notices(stream, rules, found, lang.value)
    refusals.end(f"({done.after}, {done.until}] of {rules.id}: {counted(len(found), 'notice')} written, {done.withdrawn} withdrawn")
