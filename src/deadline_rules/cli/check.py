"""`check` and `schema`: for whoever writes a rule pack."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ..check import check
from ..labels import counted
from ..rulebook.model import RuleSet
from .options import say


def check_pack(name: Annotated[str, typer.Argument(metavar="PACK", help="The id of a pack, or a rule file or its folder.")]) -> None:
    """Checks a pack: schema, gaps and overlaps, citations, and the worked cases beside it. Exit status 1 where an error is found."""
    checked = check(name)
    for finding in checked.findings:
        print(finding)  # noqa: T201  # this is the command's result
    warnings = len(checked.findings) - len(checked.errors)
    say(
        f"{checked.rule_file}: {counted(checked.rules, 'rule')}, {counted(checked.provisions, 'provision')}, {counted(checked.cases, 'case')}; "
        f"{counted(len(checked.errors), 'error')}, {counted(warnings, 'warning')}"
    )
    if checked.errors:
        raise typer.Exit(1)


def schema() -> None:
    """The JSON Schema of a rule file, for editors."""
    print(json.dumps(RuleSet.model_json_schema(by_alias=True), ensure_ascii=False, indent=2))  # noqa: T201  # this is the command's result
