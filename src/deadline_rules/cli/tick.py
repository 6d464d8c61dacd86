"""`tick`: writes what fell due since the last tick into an outbox, and prints it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ..days import read_day
from ..errors import needing
from ..labels import counted
from ..text import one_line
from .files import output
from .notices import print_notices
from .options import Closures, KnownOn, Lang, Language, Out, ReadingOptions, RegulationName, Strict, day, regulation, say
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
    whole: Annotated[bool, typer.Option("--whole", help="FILE names all tasks; those that it does not name are withdrawn.")] = False,
    take_over: Annotated[str | None, typer.Option("--take-over", metavar="ID", help="First take over the store of that regulation.")] = None,
    adopt: Annotated[bool, typer.Option("--adopt", help="Go back to rules or a calendar that the store followed before.")] = False,
    format: Annotated[Format, typer.Option("--format", help="How the new notices are written.")] = Format.table,
    out: Out = None,
    lang: Lang = Language.vi,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
    strict: Strict = False,
) -> None:
    """Writes the notices since the last tick into an outbox, each once, and prints the new ones; on standard error what was withdrawn.

    Exit status 1 where rows were refused.
    """
    with needing("sql", "the outbox"):
        from ..outbox import Outbox, OutboxError, reported
    rules = regulation(name, reading, known_on, closures, strict)
    last, first = read_day(until, "--until"), day(after, "--after")
    refusals = Refusals(tasks or "-")
    accepted = all_tasks(tasks, refusals) if tasks is not None else []
    if whole and (refusals.number or not accepted):
        why = f"{counted(refusals.number, 'row')} of it cannot be read" if refusals.number else "it names none" if tasks else "no --tasks gives it"
        raise OutboxError(f"--whole needs the list of all tasks, and {why}: tasks would be taken for gone that are not; nothing was written.")
    with reported(db):
        outbox = Outbox(db, rules)
        try:
            outbox.create()
            if take_over is not None:
                outbox.take_over(take_over)
            if adopt:
                outbox.adopt()
            outbox.put(accepted, whole=whole)
            done = outbox.tick(last, after=first)
            found, gone = tuple(outbox.written(done.number)), tuple(outbox.withdrawn_in(done.number))
        finally:
            outbox.close()
    with output(out) as stream:
        if format is Format.jsonl:
            stream.writelines(notice.to_json() + "\n" for notice in found)
        else:
            print_notices(stream, rules, found, lang.value)
    for notice, reason in gone:
        whose = one_line(notice.task_id) if notice.task_id is not None else "report"
        say(f"withdrawn: {whose} {notice.rule} {notice.kind} {notice.day} ({reason})")
    if done.rules_changed is not None:
        before, now, new, withdrawn = done.rules_changed
        say(f"the rules changed from {before} to {now}: of earlier days {counted(new, 'notice')} written for it, {withdrawn} withdrawn")
    refusals.end(f"({done.after}, {done.until}] of {rules.id}: {counted(len(found), 'notice')} written, {len(gone)} withdrawn")
