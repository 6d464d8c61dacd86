"""`calendar audit`: whether the data is current."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..audit import Audit, audit
from ..labels import counted
from ..results import Lang as LangCode
from .files import console_on, output
from .options import AsOf, Closures, Lang, Language, Out, as_of_day, say, working_calendar


class Format(StrEnum):
    """How findings are written."""

    table = "table"
    json = "json"


def audit_data(
    as_of: AsOf = None,
    pack: Annotated[list[str] | None, typer.Option("--pack", metavar="PACK", help="Also this rule file or its folder; several times.")] = None,
    closures: Closures = None,
    format: Annotated[Format, typer.Option("--format", help="How findings are written.")] = Format.table,
    out: Out = None,
    lang: Lang = Language.vi,
) -> None:
    """Whether the data is current: decisions beside holidays, how far they reach, and what was not checked for a year. Exit status 1 on an alarm."""
    own = working_calendar(None, closures).extra
    audited = audit(as_of_day(as_of), packs=pack or (), closures=own)
    with output(out) as stream:
        if format is Format.json:
            stream.write(json.dumps(audited.to_dict(), ensure_ascii=False, indent=2) + "\n")
        else:
            _print(console_on(stream), audited, lang.value)
    say(
        f"the calendar and {counted(len(audited.packs), 'pack')} on {audited.as_of}: "
        f"{counted(len(audited.alarms), 'alarm')}, {counted(len(audited.notes), 'note')}"
    )
    if audited.alarms:
        raise typer.Exit(1)


def _print(console: Console, audited: Audit, lang: LangCode) -> None:
    vi = lang == "vi"
    levels = {"alarm": "cảnh báo", "note": "ghi chú"} if vi else {"alarm": "alarm", "note": "note"}
    table = Table(box=None, pad_edge=False)
    for title in ("mức", "mã", "về", "nội dung", "văn bản") if vi else ("level", "code", "about", "finding", "paper"):
        table.add_column(title, overflow="fold")
    for finding in audited.findings:
        style = "red" if finding.level == "alarm" else ""
        table.add_row(levels[finding.level], finding.code, finding.about, finding.text.text(lang), finding.cite or "–", style=style)
    console.print(table)
