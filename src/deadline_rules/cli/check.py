"""`check` and `schema`: for whoever writes a rule pack."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from ..check import check
from ..labels import counted
from ..rulebook.house import House
from ..rulebook.model import RuleSet
from .options import say


class Format(StrEnum):
    """How findings are written."""

    text = "text"
    json = "json"


def check_pack(
    name: Annotated[str, typer.Argument(metavar="PACK", help="The id of a pack, or a rule file or its folder.")],
    format: Annotated[Format, typer.Option("--format", help="How findings are written.")] = Format.text,
    notes: Annotated[bool, typer.Option("--notes", help="With text: the notes too, such as readings that decide something.")] = False,
    cases: Annotated[bool, typer.Option("--cases", help="With text: below each finding the case that shows it.")] = False,
) -> None:
    """Checks a pack: schema, gaps and overlaps, dead rules, readings, citations, and the worked cases. Exit status 1 where an error is found."""
    checked = check(name)
    if format is Format.json:
        print(json.dumps(checked.to_dict(), ensure_ascii=False, indent=2))  # noqa: T201  # this is the command's result
    else:
        for finding in checked.findings:
            if notes or finding.level != "note":
                print(finding)  # noqa: T201  # this is the command's result
                if cases and finding.case:
                    print(f"    {finding.case}")  # noqa: T201  # as above
    say(
        f"{checked.rule_file}: {counted(checked.rules, 'rule')}, {counted(checked.provisions, 'provision')}, {counted(checked.cases, 'case')}; "
        f"{counted(len(checked.errors), 'error')}, {counted(len(checked.warnings), 'warning')}"
    )
    if checked.errors:
        raise typer.Exit(1)


def schema(
    house: Annotated[bool, typer.Option("--house", help="Of a file of house rules (extends: …) instead.")] = False,
) -> None:
    """The JSON Schema of a rule file, for editors."""
    model = House if house else RuleSet
    print(json.dumps(model.model_json_schema(by_alias=True), ensure_ascii=False, indent=2))  # noqa: T201  # this is the command's result
