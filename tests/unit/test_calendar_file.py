"""iCalendar files, read again by two parsers of which one had no part in writing them."""

from __future__ import annotations

import importlib.util
import os
import re
from datetime import date, timedelta
from typing import Any

import pytest

if importlib.util.find_spec("icalendar") is None and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip("iCalendar files need icalendar: pip install 'deadline-rules[ics]'", allow_module_level=True)

import icalendar
import vobject

import deadline_rules as dr
from deadline_rules.formats.calendar_file import notices_file, reports_file
from deadline_rules.results import Lang

KON_TUM = dr.load("kon-tum")
NAME = "Theo dõi nhiệm vụ"
MADE_ON = date(2026, 11, 1)
TASKS = [
    dr.Task(id="T-01", due_on=date(2026, 11, 14)),
    dr.Task(id="Mật, số; 5\\2\nnhiệm vụ", secrecy="mật", summary="bí mật", due_on=date(2026, 11, 16)),
]


def written(tasks: list[dr.Task] = TASKS, until: date = date(2026, 11, 30), made_on: date = MADE_ON, lang: Lang = "vi") -> bytes:
    return notices_file(KON_TUM.notices(tasks, date(2026, 10, 31), until), made_on=made_on, name=NAME, lang=lang)


def events(file: bytes) -> dict[str, Any]:
    """By UID what the second parser reads; a UID that stands twice fails."""
    found: dict[str, Any] = {}
    for event in vobject.readOne(file.decode("utf-8")).vevent_list:
        assert event.uid.value not in found
        found[event.uid.value] = event
    return found


def imported(*files: bytes) -> dict[str, Any]:
    """What a calendar holds after importing files in turn: of one UID the newest wins (RFC 5546, 2.1.5)."""
    held: dict[str, Any] = {}
    for file in files:
        for uid, event in events(file).items():
            if uid not in held or int(event.sequence.value) >= int(held[uid].sequence.value):
                held[uid] = event
    return held


def test_both_parsers_read_the_same_events() -> None:
    file = written()
    first = [
        (str(event["uid"]), event.decoded("dtstart"), event.decoded("dtend"), str(event["summary"]), str(event["description"]))
        for event in icalendar.Calendar.from_ical(file).walk("VEVENT")
    ]
    second = [(uid, event.dtstart.value, event.dtend.value, event.summary.value, event.description.value) for uid, event in events(file).items()]
    assert first == second
    assert len(first) == 4 + 4 + 1  # due, missed and two openings each; the yearly report of the 19th


def test_an_event_says_what_when_and_by_which_article() -> None:
    event = next(event for event in events(written()).values() if event.summary.value.startswith("T-01") and "đến hạn" in event.summary.value)
    assert event.summary.value == "T-01: Thời hạn của nhiệm vụ (đến hạn)"
    # Saturday 14/11: the notice goes out on Monday the 16th.
    assert event.description.value.split("\n") == [
        "Thời hạn của nhiệm vụ",
        "Căn cứ: Điều 5 khoản 1 điểm đ",
        "Ngày nghỉ; gửi vào ngày làm việc tiếp theo: 16/11/2026",
    ]
    assert event.categories.value == ["kon-tum", "đến hạn"]
    assert (event.dtstart.value, event.dtend.value) == (date(2026, 11, 14), date(2026, 11, 15))
    assert event.transp.value == "TRANSPARENT"


def test_in_english() -> None:
    event = next(iter(events(written(lang="en")).values()))
    assert event.summary.value == "T-01: The task's own time limit (due)"
    assert "Rests on: Điều 5 khoản 1 điểm đ" in event.description.value


def test_days_are_whole_days() -> None:
    lines = written().decode().split("\r\n")
    starts = [line for line in lines if line.startswith("DTSTART")]
    assert starts
    assert all(re.fullmatch(r"DTSTART;VALUE=DATE:[0-9]{8}", line) for line in starts)


def test_lines_end_in_crlf_and_are_folded_at_75_octets_between_characters() -> None:
    file = written()
    assert file.endswith(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert b"\r" not in file.replace(b"\r\n", b"")
    physical = file.split(b"\r\n")
    assert max(map(len, physical)) <= 75
    assert any(line.startswith(b" ") for line in physical)
    for line in physical:
        line.decode("utf-8")  # no character is cut in two


def test_what_has_a_meaning_in_the_format_is_escaped_and_comes_back() -> None:
    """Of an id only a line's end is lost, which a title cannot hold."""
    titles = {event.summary.value for event in events(written()).values()}
    assert "Mật, số; 5\\2 nhiệm vụ: Thời hạn của nhiệm vụ (đến hạn)" in titles
    assert "Mật\\, số\\; 5\\\\2 nhiệm vụ" in written().decode().replace("\r\n ", "")


@pytest.mark.parametrize("id", ["a\x00b", "a\x07b", "a\u2028b", "a\x85b", "a\rb", "END:VEVENT\r\nEND:VCALENDAR", "a" * 200, "ngày " * 39 + "x"])
def test_any_id_gives_a_file_that_can_be_read(id: str) -> None:
    file = written([dr.Task(id=id, due_on=date(2026, 11, 14))], until=date(2026, 11, 14))
    (event,) = events(file).values()
    assert event.summary.value.startswith(id[:1])
    assert len(icalendar.Calendar.from_ical(file).walk("VEVENT")) == 1


def test_of_a_secret_task_nothing_but_the_id() -> None:
    assert "bí mật" not in written().decode().replace("\r\n ", "")


def test_the_same_call_writes_the_same_bytes() -> None:
    assert written() == written()
    assert b"DTSTAMP:20261101T000000Z" in written()


def test_a_second_import_doubles_nothing() -> None:
    assert imported(written(), written()).keys() == events(written()).keys()
    wider = written(until=date(2026, 12, 31))
    held = imported(written(), wider)
    assert held.keys() == events(wider).keys()
    assert events(written()).keys() < held.keys()


def test_a_second_import_updates() -> None:
    """The yearly report moves from the 19th to the 20th under another reading, its event with it."""
    other = dr.load("kon-tum", readings={"before-day": "same_day"})
    days = date(2026, 11, 1), date(2026, 11, 30)
    old = reports_file(KON_TUM.reports(*days), made_on=MADE_ON, name=NAME)
    new = reports_file(other.reports(*days), made_on=MADE_ON + timedelta(days=1), name=NAME)
    (event,) = imported(old).values()
    assert event.dtstart.value == date(2026, 11, 19)
    (event,) = imported(old, new).values()
    assert event.dtstart.value == date(2026, 11, 20)
    (event,) = imported(old, new, old).values()  # an older file changes nothing back
    assert event.dtstart.value == date(2026, 11, 20)


def test_what_was_withdrawn_is_cancelled() -> None:
    late = [TASKS[0].model_copy(update={"completed_on": date(2026, 11, 13)})]
    days = date(2026, 10, 31), date(2026, 11, 18)
    found = KON_TUM.changes([TASKS[0]], late, *days)
    file = notices_file(KON_TUM.notices(late, *days), made_on=MADE_ON + timedelta(days=1), name=NAME, withdrawn=found.withdrawn)
    held = imported(written([TASKS[0]], until=days[1]), file)
    assert {event.status.value for event in held.values()} == {"CANCELLED"}
    assert len(held) == 4


def test_a_report_has_one_event_in_both_files() -> None:
    days = date(2026, 10, 31), date(2026, 11, 30)
    of_notices = notices_file(KON_TUM.notices([], *days), made_on=MADE_ON, name=NAME)
    of_reports = reports_file(KON_TUM.reports(*days), made_on=MADE_ON, name=NAME)
    assert events(of_notices).keys() == events(of_reports).keys()


def test_reports_without_a_day_are_left_out() -> None:
    rows = KON_TUM.reports(date(2026, 1, 1), date(2026, 12, 31))
    found = events(reports_file(rows, made_on=date(2026, 1, 1), name=NAME, lang="en"))
    assert len(found) == sum(row.due_on is not None for row in rows) < len(rows)
    quarter = next(event for event in found.values() if event.summary.value.startswith("2026-Q4"))
    # Before 20/12 is the 19th, a Saturday; over the readings up to Monday the 21st.
    assert quarter.description.value.split("\n")[1:] == [
        "Rests on: Điều 10 khoản 1",
        "A day off; send by: 2026-12-18",
        "Over the readings: 2026-12-19 – 2026-12-21",
    ]


def test_an_empty_file_is_a_calendar() -> None:
    assert vobject.readOne(notices_file([], made_on=MADE_ON, name=NAME).decode()).contents.get("vevent") is None
