"""`compare`: regulations side by side."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..comparison.table import compare
from ..days import FIRST_DAY, LAST_DAY
from ..errors import UnknownReadingError
from ..formats.comparison import comparison_text, witnesses_text
from ..regulation import Regulation
from .files import output
from .options import Lang, Language, Out, ReadingOptions, day, regulation


class Format(StrEnum):
    """How a comparison is written."""

    table = "table"
    json = "json"
    html = "html"


def compare_packs(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="REGULATION...",
            help="Two or more ids of packs, rule files or folders; each may choose readings of its own: ID@reading=option,reading=option.",
        ),
    ],
    topic: Annotated[list[str] | None, typer.Option("--topic", metavar="TOPIC", help="Only this topic, or all that begin so; several times.")] = None,
    format: Annotated[Format, typer.Option("--format", help="How the comparison is written.")] = Format.table,
    out: Out = None,
    lang: Lang = Language.vi,
    only_differences: Annotated[bool, typer.Option("--only-differences", help="Leave out the topics on which all say the same.")] = False,
    reading: ReadingOptions = None,
    year: Annotated[
        int | None, typer.Option("--year", min=FIRST_DAY.year, max=LAST_DAY.year, help="With html: also the report days of this year.")
    ] = None,
    after: Annotated[
        str | None,
        typer.Option(
            "--after", metavar="DAY", help="Also the smallest cases on which each two differ, no day of them before this one; html: or before --year."
        ),
    ] = None,
) -> None:
    """What regulations say, topic by topic, each with its article; differences first."""
    if format is not Format.html and year is not None:
        raise typer.BadParameter("--year is for the page; add --format html.")
    first = day(after, "--after")
    compared = compare([side(name, reading) for name in names], topics=topic or ())
    if only_differences:
        compared = compared.only_differences()
    pairs = compared.witnesses(first) if first is not None and format is not Format.html else ()
    if format is Format.html:
        from ..formats.page.page import comparison_page

        text = comparison_page(compared, lang=lang.value, year=year, after=first)
    elif format is Format.json:
        text = (
            json.dumps(compared.to_dict() | ({"witnesses": [pair.to_dict() for pair in pairs]} if pairs else {}), ensure_ascii=False, indent=1) + "\n"
        )
    else:
        text = comparison_text(compared, lang.value) + (witnesses_text(pairs, lang.value) if pairs else "")
    with output(out) as stream:
        stream.write(text)


def side(text: str, readings: list[str] | None) -> Regulation:
    """The regulation that an argument names, under the readings for all sides and those behind its own `@`.

    Raises:
        UnknownReadingError: what stands behind `@` is not a list of reading=option.
    """
    name, at, own = text.rpartition("@")
    if not at or Path(text).exists():
        return regulation(text, readings, None, None)
    chosen = own.split(",")
    for choice in chosen:
        if not all(choice.partition("=")):
            raise UnknownReadingError(f"{text!r}: {choice!r} chooses no reading; write it as {name}@before-day=same_day,promptly=2.")
    return regulation(name, [*(readings or []), *chosen], None, None)
