"""`reports`: which report is due when."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TextIO

import typer
from rich.table import Table

from ..days import read_day
from ..errors import needing
from ..formats.results import write_reports_csv, write_reports_json
from ..labels import day_text
from ..regulation import Regulation
from ..results import Lang as LangCode
from ..results import ReportDue
from .files import console_on, output
from .options import Closures, KnownOn, Lang, Language, Office, Out, ReadingOptions, RegulationName, Sequence, Strict, refuse_for_ics, regulation


class Format(StrEnum):
    """How reports are written."""

    table = "table"
    csv = "csv"
    json = "json"
    ics = "ics"
    html = "html"


def list_reports(
    name: RegulationName,
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="The first day, YYYY-MM-DD.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The last day, included.")],
    format: Annotated[Format, typer.Option("--format", help="How reports are written.")] = Format.table,
    sequence: Sequence = None,
    office: Office = None,
    out: Out = None,
    lang: Lang = Language.vi,
    reading: ReadingOptions = None,
    known_on: KnownOn = None,
    closures: Closures = None,
    strict: Strict = False,
) -> None:
    """The reports due from one day to another, and those to which the text gives no day."""
    if format is not Format.ics:
        refuse_for_ics({"--sequence": sequence, "--office": office})
    rules = regulation(name, reading, known_on, closures, strict)
    first, last = read_day(since, "--since"), read_day(until, "--until")
    rows = rules.reports(first, last)
    if format is Format.ics:
        with needing("ics", "an iCalendar file"):
            from ..formats.calendar_file import reports_file
    with output(out, for_spreadsheets=format is Format.csv) as stream:
        if format is Format.ics:
            title = rules.rules.title
            called = title.en if lang is Language.en else title.vi
            stream.write(reports_file(rows, made_on=last, name=called, lang=lang.value, sequence=sequence, office=office).decode())
        elif format is Format.html:
            from ..formats.page.page import reports_page

            stream.write(reports_page(rules, rows, first, last, lang=lang.value))
        elif format is Format.csv:
            write_reports_csv(stream, rows)
        elif format is Format.json:
            write_reports_json(stream, rows)
        else:
            _print(stream, rules, rows, lang.value)


def _print(stream: TextIO, rules: Regulation, rows: tuple[ReportDue, ...], lang: LangCode) -> None:
    vi = lang == "vi"
    console = console_on(stream)
    header = (
        ("hạn", "gửi chậm nhất", "kỳ", "báo cáo", "gửi đến", "điều khoản", "theo các cách đọc")
        if vi
        else ("due", "send by", "period", "report", "to", "article", "other readings")
    )
    table = Table(*header, box=None, pad_edge=False)
    parties = {code: label.vi if vi else label.en for code, label in rules.rules.parties.items()}
    for row in rows:
        if row.due_on is not None:
            to = ", ".join(parties[code] for code in row.to.split(", ")) if row.to else "–"
            others = "" if row.earliest == row.latest else f"{day_text(row.earliest, lang)} – {day_text(row.latest, lang)}"
            off = " *" if row.falls_on_day_off else ""
            table.add_row(
                day_text(row.due_on, lang) + off, day_text(row.send_by, lang), row.period or "–", row.label.text(lang), to, row.cite, others
            )
    console.print(table)
    if any(row.falls_on_day_off for row in rows):
        console.print("* ngày nghỉ" if vi else "* a day off")
    if any(row.provisional for row in rows):
        uncertain = "Lịch làm việc của một số ngày chưa được công bố chính thức; các ngày trên có thể thay đổi."
        console.print(uncertain if vi else "Some of these days are not official yet; dates may change.")
    for line in rules.rules.caveats:
        if any(row.due_on and row.due_on >= line.since for row in rows):
            console.print(f"! {line.text.vi if vi else line.text.en}")
    undated = {row.rule: row for row in rows if row.due_on is None}
    if undated:
        console.print("\nKhông có ngày:" if vi else "\nWithout a day:")
    for row in undated.values():
        console.print(f"- {row.label.text(lang)} ({row.cite}): {row.reason.text(lang) if row.reason else '–'}")
