"""`vectors`: boundary cases of a regulation with their answers, for hosts in any language."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ..testing.vectors import line_schema, write_vectors
from .files import output
from .options import Closures, KnownOn, Out, ReadingOptions, regulation, say


def list_vectors(
    name: Annotated[str | None, typer.Argument(metavar="REGULATION", help="The id of a pack, or a rule file or its folder.")] = None,
    out: Out = None,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
    schema: Annotated[bool, typer.Option("--schema", help="The JSON Schema of a line instead; needs no regulation.")] = False,
) -> None:
    """Boundary cases of a regulation with what it answers, as JSON lines, for testing a host in any language."""
    if (name is None) != schema:
        raise typer.BadParameter("--schema is for every regulation; leave out the name." if schema else "name a regulation, or give --schema.")
    # `-` is standard output, as it is standard input elsewhere.
    to = None if out is not None and str(out) == "-" else out
    if name is None:
        with output(to) as stream:
            stream.write(json.dumps(line_schema(), ensure_ascii=False, indent=2) + "\n")
        return
    rules = regulation(name, reading, known_on, closures)
    with output(to) as stream:
        count = write_vectors(rules, stream)
    say(f"{count} vectors of {rules.id}")
