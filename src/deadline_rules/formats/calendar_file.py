"""iCalendar (RFC 5545) of notices and reports: all-day events that a second import updates and does not double. Extra `ics`.

- UID: made from regulation, rule, kind and, of a task, its id and the day; of a report, its period. Neither the version of the rules nor what
  was said is in it, so a report that moves to another day moves its event, and a corrected rule file doubles nothing.
- DTSTAMP, LAST-MODIFIED and SEQUENCE say how new an event is. No clock is read: they are the day `made_on` that the caller gives, so the same call
  writes the same bytes. A later day is a newer event, which calendars let win.
- Of a task only its id is written, of an open one as of a secret one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from ..labels import NOTICE_KINDS, day_text
from ..results import Label, Lang, Notice, ReportDue

_SPACE: Final = UUID("6f1d2f0a-7d0e-5b44-9a53-0d4f6c1b7e21")  # of our own; another one would double every event of every calendar
_DAY_ZERO: Final = date(1990, 1, 1)

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
    cancelled: bool = False


def notices_file(notices: Iterable[Notice], *, made_on: date, name: str, lang: Lang = "vi", withdrawn: Iterable[Notice] = ()) -> bytes:
    """A calendar called `name` with an event for each notice; those that were `withdrawn` are cancelled."""
    entries = [_of_notice(notice, lang) for notice in notices]
    cancelled = [_of_notice(notice, lang)._replace(cancelled=True) for notice in withdrawn]
    present = {entry.uid for entry in entries}
    return _file([*entries, *(entry for entry in cancelled if entry.uid not in present)], made_on, name, lang)


def reports_file(rows: Iterable[ReportDue], *, made_on: date, name: str, lang: Lang = "vi") -> bytes:
    """A calendar called `name` with an event for each report that has a day."""
    return _file([_of_report(row, row.due_on, lang) for row in rows if row.due_on is not None], made_on, name, lang)


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


def _file(entries: Iterable[_Entry], made_on: date, name: str, lang: Lang) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//deadline-rules//deadline-rules//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry, made_on, lang))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: _Entry, made_on: date, lang: Lang) -> Event:
    event = Event()
    stamp = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    event.add("uid", f"{uuid5(_SPACE, _joined(entry.uid))}@deadline-rules")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", (made_on - _DAY_ZERO).days)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))  # not included
    event.add("summary", _line(entry.title), {"LANGUAGE": lang})
    event.add("description", "\n".join(_line(line) for line in entry.lines), {"LANGUAGE": lang})
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
