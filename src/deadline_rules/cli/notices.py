"""`notices`: what falls due, was missed, opens, is to be reported or reminded of, as a table, jsonl or an iCalendar file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TextIO

import typer
from rich.table import Table

from ..days import read_day
from ..errors import needing
from ..labels import NOTICE_KINDS, counted, day_text
from ..regulation import Regulation
from ..results import Label, Notice
from ..results import Lang as LangCode
from ..text import one_line
from .files import console_on, format_of, output
from .options import (
    Closures,
    KnownOn,
    Lang,
    Language,
    Office,
    Out,
    ReadingOptions,
    RegulationName,
    Sequence,
    Strict,
    TasksFile,
    refuse_for_ics,
    regulation,
)
from .task_rows import Refusals, all_tasks

_HEADER = (
    Label("ngày", "day"),
    Label("gửi vào", "deliver on"),
    Label("nhiệm vụ, kỳ", "task, period"),
    Label("nội dung", "what"),
    Label("việc", "duty"),
    Label("ai", "who"),
    Label("điều khoản", "article"),
)


class Format(StrEnum):
    """How notices are written."""

    table = "table"
    jsonl = "jsonl"
    ics = "ics"


def list_notices(
    name: RegulationName,
    tasks: TasksFile,
    after: Annotated[str, typer.Option("--after", metavar="DAY", help="The day after which to begin, itself not included, YYYY-MM-DD.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The last day, included.")],
    format: Annotated[Format | None, typer.Option("--format", help="How notices are written; left out: as --out says, else a table.")] = None,
    earlier: Annotated[
        str | None, typer.Option("--earlier", metavar="FILE", help="ics: the tasks at the last import; events that no longer hold are cancelled.")
    ] = None,
    sequence: Sequence = None,
    office: Office = None,
    out: Out = None,
    lang: Lang = Language.vi,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
    strict: Strict = False,
) -> None:
    """What falls due, was missed, opens or is to be reported in (after, until]. Exit status 1 where rows were refused."""
    chosen = format or format_of(out, Format, Format.table)
    if chosen is Format.ics:
        with needing("ics", "an iCalendar file"):
            from ..formats.calendar_file import notices_file
    else:
        refuse_for_ics({"--earlier": earlier, "--sequence": sequence, "--office": office})
    if tasks == earlier == "-":
        raise typer.BadParameter("TASKS and --earlier cannot both be standard input; name a file for one of them.")
    rules = regulation(name, reading, known_on, closures, strict)
    first, last = read_day(after, "--after"), read_day(until, "--until")
    rules.notices((), first, last)  # wrong days are refused before a file is read
    refusals, of_before = Refusals(tasks), Refusals(earlier or "-")
    accepted = all_tasks(tasks, refusals)
    found = rules.notices(accepted, first, last)
    before = rules.notices(all_tasks(earlier, of_before), first, last) if earlier is not None else ()
    with output(out) as stream:
        if chosen is Format.ics:
            title = _title(rules, lang.value)
            file = notices_file(found, made_on=last, name=title, lang=lang.value, earlier=before, sequence=sequence, office=office)
            stream.write(file.decode())
        elif chosen is Format.jsonl:
            stream.writelines(notice.to_json() + "\n" for notice in found)
        else:
            print_notices(stream, rules, found, lang.value)
    try:
        refusals.end(f"{counted(len(found), 'notice')} of {counted(len(accepted), 'task')} under {rules.id}")
    finally:
        if earlier is not None:
            of_before.end(f"compared with {counted(len(before), 'notice')} of {earlier}")


def _title(rules: Regulation, lang: LangCode) -> str:
    return rules.rules.title.en if lang == "en" else rules.rules.title.vi


def print_notices(stream: TextIO, rules: Regulation, notices: tuple[Notice, ...], lang: LangCode) -> None:
    """Notices as a table for people."""
    console = console_on(stream)
    table = Table(box=None, pad_edge=False)
    for label in _HEADER:
        table.add_column(label.text(lang), overflow="fold")
    parties = {code: label.vi if lang == "vi" else label.en for code, label in rules.rules.parties.items()}
    for notice in notices:
        mark = " ?" if notice.provisional else ""
        table.add_row(
            day_text(notice.day, lang) + mark,
            day_text(notice.deliver_on, lang),
            one_line(notice.task_id) if notice.task_id is not None else notice.period or "–",
            NOTICE_KINDS[notice.kind].text(lang),
            notice.label.text(lang),
            " → ".join(_parties(codes, parties) for codes in (notice.actor, notice.to) if codes) or "–",
            notice.cite,
        )
    console.print(table)
    if any(notice.provisional for notice in notices):
        told = Label("? lịch làm việc chưa chính thức; ngày có thể thay đổi", "? the calendar is not official yet; the day may change")
        console.print(told.text(lang))
    for line in rules.rules.caveats:
        if any(notice.day >= line.since for notice in notices):
            console.print(f"! {line.text.vi if lang == 'vi' else line.text.en}")


def _parties(codes: str, parties: dict[str, str]) -> str:
    return ", ".join(parties.get(code, code) for code in codes.split(", "))
