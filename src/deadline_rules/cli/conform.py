"""`conform`: whether a host answers as a regulation says."""

from __future__ import annotations

import json
import shlex
from enum import StrEnum
from typing import Annotated

import typer

from ..errors import HostError
from ..labels import counted
from ..testing.conformance import can_search, check, departures
from .options import Closures, KnownOn, ReadingOptions, RegulationName, regulation, say


class Format(StrEnum):
    """How departures are written."""

    text = "text"
    json = "json"


def conform(
    name: RegulationName,
    host: Annotated[str, typer.Option("--host", metavar="COMMAND", help="The host program and its arguments; no shell reads them.")],
    every: Annotated[bool, typer.Option("--all", help="The first departure of every field, over the vectors alone.")] = False,
    field: Annotated[list[str] | None, typer.Option("--field", metavar="FIELD", help="Compare only this field; it must be answered.")] = None,
    skip: Annotated[list[str] | None, typer.Option("--skip", metavar="ID", help="Leave out vectors whose id begins so; several times.")] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="How many tasks more to search, where Hypothesis is installed.")] = 500,
    seed: Annotated[int, typer.Option("--seed", help="Which tasks the search tries.")] = 0,
    timeout: Annotated[float, typer.Option("--timeout", min=0.001, metavar="SECONDS", help="How long the host may take for an answer.")] = 30.0,
    format: Annotated[Format, typer.Option("--format", help="How departures are written.")] = Format.text,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
) -> None:
    """Asks a host program about tasks at every boundary; prints where it departs, on the smallest task. Exit status 1 where it does."""
    rules = regulation(name, reading, known_on, closures)
    command, skipped = _words(host), skip or ()
    if every:
        found = departures(command, rules, fields=field, skip=skipped, timeout=timeout)
    else:
        departure = check(command, rules, examples=examples, seed=seed, fields=field, skip=skipped, timeout=timeout)
        found = (departure,) if departure is not None else ()
    for departure in found:
        text = json.dumps(departure.to_dict(), ensure_ascii=False) if format is Format.json else str(departure)
        print(text)  # noqa: T201  # this is the command's result
    if not every and examples and not found and not can_search():
        say("only the vectors were tried; with the extra 'testing' more tasks are searched.")
    say(f"{rules.id}: {counted(len(found), 'departure')}")
    if found:
        raise typer.Exit(1)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise HostError(f"--host {command!r} cannot be split into words: {str(error).lower()}; close the quotes.") from None
