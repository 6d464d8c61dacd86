"""iCalendar (RFC 5545) of notices and reports: all-day events that a later import updates and does not double. Extra `ics`.

- UID: made from regulation, rule, kind and, of a task, its id and the day; of a report, its period; the office is its domain. Neither the version
  of the rules nor what was said is in it, so a report that moves to another day moves its event, and a corrected rule file doubles nothing. The due
  day of a task that moves is another event: the one before is cancelled where `earlier` names it.
- SEQUENCE says which of two events of one UID is the newer (RFC 5546, 2.1.5): twice the number of the file, and one more where the event was
  cancelled, or says something else than `earlier` did. DTSTAMP and LAST-MODIFIED, the day `made_on`, are a second later then. No clock is read: the
  same call writes the same bytes.
- Of a task only its id is written, of an open one as of a secret one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from ..errors import CalendarFileError
from ..labels import NOTICE_KINDS, day_text
from ..results import Label, Lang, Notice, ReportDue

_SPACE: Final = UUID("6f1d2f0a-7d0e-5b44-9a53-0d4f6c1b7e21")  # of our own; another one would double every event of every calendar
_DAY_ZERO: Final = date(2000, 1, 1)
_DOMAIN: Final = "deadline-rules"
_OFFICE: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_LONGEST_OFFICE: Final = 100
LARGEST_SEQUENCE: Final = 1_000_000_000  # twice that and one more are the largest numbers that iCalendar can write

_TEXTS: Final = {
    "cite": Label("Căn cứ", "Rests on"),
    "deliver_on": Label("Ngày nghỉ; gửi vào ngày làm việc tiếp theo", "A day off; delivered on the next working day"),
    "send_by": Label("Ngày nghỉ; gửi chậm nhất", "A day off; send by"),
    "due_on": Label("Thời hạn", "Due"),
    "provisional": Label("Lịch làm việc chưa chính thức; ngày có thể thay đổi.", "The calendar is not official yet; the day may change."),
    "readings": Label("Theo các cách đọc", "Over the readings"),
}


class _Entry(NamedTuple):
    """An event before it is written."""

    uid: tuple[str, ...]
    day: date
    title: str
    lines: tuple[str, ...]
    categories: tuple[str, ...]
    revised: bool = False  # newer than what the file before said under the same number
    cancelled: bool = False


class _Made(NamedTuple):
    """What every event of a file shares."""

    on: date
    sequence: int
    office: str | None
    lang: Lang


def notices_file(
    notices: Iterable[Notice],
    *,
    made_on: date,
    name: str,
    lang: Lang = "vi",
    earlier: Iterable[Notice] = (),
    sequence: int | None = None,
    office: str | None = None,
) -> bytes:
    """A calendar called `name` with an event for each notice.

    `earlier` are the notices of the file that was imported last: of those that no longer hold the event is cancelled. `sequence` numbers the files
    (0 to 1,000,000,000): the file with the larger number is the newer one. Left out, it is the number of days from 1 January 2000 to `made_on`.
    `office` keeps the events of two offices apart which follow one regulation and give their tasks the same ids.

    Raises:
        CalendarFileError: `sequence` is no such number, or `office` no name in lower-case letters, digits, hyphens and dots.
    """
    made = _made(made_on, sequence, office, lang)
    before = {entry.uid: entry for entry in (_of_notice(notice, lang) for notice in earlier)}
    entries = []
    for entry in (_of_notice(notice, lang) for notice in notices):
        entries.append(entry._replace(revised=before.pop(entry.uid, entry) != entry))
    return _file([*entries, *(entry._replace(revised=True, cancelled=True) for entry in before.values())], made, name)


def reports_file(
    rows: Iterable[ReportDue], *, made_on: date, name: str, lang: Lang = "vi", sequence: int | None = None, office: str | None = None
) -> bytes:
    """A calendar called `name` with an event for each report that has a day; `sequence` and `office` as in `notices_file`.

    Raises:
        CalendarFileError: as `notices_file`.
    """
    made = _made(made_on, sequence, office, lang)
    return _file([_of_report(row, row.due_on, lang) for row in rows if row.due_on is not None], made, name)


def _made(made_on: date, sequence: int | None, office: str | None, lang: Lang) -> _Made:
    number = max((made_on - _DAY_ZERO).days, 0) if sequence is None else sequence
    if not 0 <= number <= LARGEST_SEQUENCE:
        raise CalendarFileError(f"sequence: {number} cannot number a file; give a whole number of 0 to {LARGEST_SEQUENCE:,}, larger than the last.")
    if office is not None and (len(office) > _LONGEST_OFFICE or not _OFFICE.fullmatch(office)):
        why = f"use lower-case letters without accents, digits, hyphens and dots, at most {_LONGEST_OFFICE}, such as van-thu.so-x"
        raise CalendarFileError(f"office: {office[:60]!r} cannot stand in the name of an event; {why}.")
    return _Made(made_on, number, office, lang)


def _of_notice(notice: Notice, lang: Lang) -> _Entry:
    kind = NOTICE_KINDS[notice.kind].text(lang)
    about = notice.task_id if notice.task_id is not None else notice.period
    lines = [notice.label.text(lang), _told("cite", notice.cite, lang)]
    if notice.due_on not in (None, notice.day):
        lines.append(_told("due_on", day_text(notice.due_on, lang), lang))
    if notice.deliver_on != notice.day:
        lines.append(_told("deliver_on", day_text(notice.deliver_on, lang), lang))
    if notice.provisional:
        lines.append(_TEXTS["provisional"].text(lang))
    title = f"{about}: {notice.label.text(lang)}" if about else notice.label.text(lang)
    of_report = notice.kind == "report_due"
    which = ("report", notice.period or "") if of_report else ("task" if notice.task_id else "", notice.task_id or "", notice.day.isoformat())
    uid = (notice.regulation, notice.rule, notice.kind, *which)
    return _Entry(uid, notice.day, f"{title} ({kind})", tuple(lines), (notice.regulation, kind))


def _of_report(row: ReportDue, due_on: date, lang: Lang) -> _Entry:
    kind = NOTICE_KINDS["report_due"].text(lang)
    label = row.label.text(lang)
    lines = [label, _told("cite", row.cite, lang)]
    if row.falls_on_day_off:
        lines.append(_told("send_by", day_text(row.send_by, lang), lang))
    if row.earliest != row.latest:
        lines.append(_told("readings", f"{day_text(row.earliest, lang)} – {day_text(row.latest, lang)}", lang))
    if row.provisional:
        lines.append(_TEXTS["provisional"].text(lang))
    title = f"{row.period}: {label}" if row.period else label
    uid = (row.regulation, row.rule, "report_due", "report", row.period or "")
    return _Entry(uid, due_on, f"{title} ({kind})", tuple(lines), (row.regulation, kind))


def _told(what: str, value: str, lang: Lang) -> str:
    return f"{_TEXTS[what].text(lang)}: {value}"


def _file(entries: Iterable[_Entry], made: _Made, name: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//deadline-rules//deadline-rules//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(name))
    for entry in entries:
        calendar.add_component(_event(entry, made))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: _Entry, made: _Made) -> Event:
    event = Event()
    language: dict[str, str] = {"LANGUAGE": made.lang}
    stamp = datetime(made.on.year, made.on.month, made.on.day, second=entry.revised, tzinfo=UTC)
    domain = _DOMAIN if made.office is None else f"{made.office}.{_DOMAIN}"
    event.add("uid", f"{uuid5(_SPACE, _joined(entry.uid))}@{domain}")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", 2 * made.sequence + entry.revised)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))  # not included
    event.add("summary", _line(entry.title), language)
    event.add("description", "\n".join(_line(line) for line in entry.lines), language)
    event.add("categories", list(entry.categories))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def _line(text: str) -> str:
    """Text on one line. Ids may hold anything, and control characters or other ends of lines would break the file."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)


def _joined(parts: tuple[str, ...]) -> str:
    """Parts as one text, so that no two lists of parts give the same: each goes with its length."""
    return "".join(f"{len(part)}:{part}" for part in parts)
