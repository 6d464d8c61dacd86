"""iCalendar files, read again by two parsers of which one had no part in writing them."""

from __future__ import annotations

import importlib.util
import os
import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest

if importlib.util.find_spec("icalendar") is None and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip("iCalendar files need icalendar: pip install 'deadline-rules[ics]'", allow_module_level=True)

import icalendar
import vobject

import deadline_rules as dr
from deadline_rules.errors import CalendarFileError
from deadline_rules.formats.calendar_file import notices_file, reports_file
from deadline_rules.results import Lang

KON_TUM = dr.load("kon-tum")
NAME = "Theo dõi nhiệm vụ"
MADE_ON = date(2026, 11, 1)
NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)
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
    """What a calendar holds after importing files in turn: of one UID the newest stays (RFC 5546, 2.1.5), and what is not newer is ignored."""
    held: dict[str, Any] = {}
    for file in files:
        for uid, event in events(file).items():
            if uid not in held or newness(event) > newness(held[uid]):
                held[uid] = event
    return held


def newness(event: Any) -> tuple[int, Any]:
    """Of two events with one UID the one with the larger SEQUENCE is the newer; where these are alike, that with the later DTSTAMP."""
    return int(event.sequence.value), event.dtstamp.value


def standing(held: dict[str, Any]) -> list[tuple[str, str]]:
    """The days and titles that a calendar shows, in order: those of events that are not cancelled."""
    return sorted((event.dtstart.value.isoformat(), event.summary.value) for event in held.values() if event.status.value != "CANCELLED")


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


@pytest.mark.parametrize("later", [0, 1])
def test_what_was_withdrawn_is_cancelled(later: int) -> None:
    """Also in a file of the same day: a cancellation is newer than what it cancels."""
    late = [TASKS[0].model_copy(update={"completed_on": date(2026, 11, 13)})]
    days = date(2026, 10, 31), date(2026, 11, 18)
    made_on = MADE_ON + timedelta(days=later)
    found = KON_TUM.changes([TASKS[0]], late, *days)
    before = KON_TUM.notices([TASKS[0]], *days)
    for earlier in (found.withdrawn, before):
        file = notices_file(KON_TUM.notices(late, *days), made_on=made_on, name=NAME, earlier=earlier)
        held = imported(written([TASKS[0]], until=days[1]), file)
        assert standing(held) == []
        assert {int(event.sequence.value) - 2 * (9801 + later) for event in held.values()} == {1}  # by the number alone, whatever the stamp
        assert len(held) == 4


def test_a_due_day_that_moves_takes_its_events_away_and_brings_new_ones() -> None:
    """Due on Saturday 14/11, then on Friday 20/11, then on the 14th again: missed and raised twice on the day after."""
    days = date(2026, 10, 31), date(2026, 11, 22)
    first, second = TASKS[0], TASKS[0].model_copy(update={"due_on": date(2026, 11, 20)})

    def file(task: dr.Task, before: dr.Task | None, number: int | None = None) -> bytes:
        earlier = KON_TUM.notices([before], *days) if before else ()
        return notices_file(KON_TUM.notices([task], *days), made_on=days[1], name=NAME, earlier=earlier, sequence=number)

    shown = standing(imported(file(first, None)))
    assert [day for day, _ in shown] == ["2026-11-14", "2026-11-15", "2026-11-15", "2026-11-15", "2026-11-19"]
    moved = standing(imported(file(first, None), file(second, first)))
    assert [day for day, _ in moved] == ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-21", "2026-11-21"]
    # Without the tasks of before, the events of before stay.
    assert len(standing(imported(file(first, None), file(second, None)))) == 9
    # The third file of one number is no newer than the second; that of the next number is.
    assert standing(imported(file(first, None), file(second, first), file(first, second))) != shown
    numbered = [file(first, None, 1), file(second, first, 2), file(first, second, 3)]
    assert standing(imported(*numbered)) == shown
    assert standing(imported(*numbered, numbered[1])) == shown  # an older file changes nothing back


def test_another_text_on_the_same_day_is_newer() -> None:
    """Saturday 14/11 is told on Monday the 16th, and where that is closed on Tuesday."""
    closed = dr.load("kon-tum", calendar=dr.vietnam(extra=[dr.closure("storm", off=[date(2026, 11, 16)])]))
    days = date(2026, 10, 31), date(2026, 11, 15)
    before, after = (rules.notices([TASKS[0]], *days) for rules in (KON_TUM, closed))
    files = notices_file(before, made_on=MADE_ON, name=NAME), notices_file(after, made_on=MADE_ON, name=NAME, earlier=before)
    event = next(event for event in imported(*files).values() if event.dtstart.value == date(2026, 11, 14))
    assert "gửi vào ngày làm việc tiếp theo: 17/11/2026" in event.description.value


def test_the_number_of_a_file() -> None:
    """From 1/1/2000 to 1/11/2026: 26 years of 365 days, 7 leap days, and 304 days of ten months, twice. Releases before counted from 1990, once."""
    (event,) = events(notices_file(KON_TUM.notices([], *NOVEMBER), made_on=MADE_ON, name=NAME)).values()
    assert int(event.sequence.value) == 2 * (26 * 365 + 7 + 304)
    assert int(event.sequence.value) > 36 * 365 + 9 + 304 + 3000
    (event,) = events(notices_file(KON_TUM.notices([], *NOVEMBER), made_on=MADE_ON, name=NAME, sequence=1_000_000_000)).values()
    assert int(event.sequence.value) < 2**31
    assert b"SEQUENCE:0\r\n" in notices_file(KON_TUM.notices([], *NOVEMBER), made_on=date(1995, 1, 1), name=NAME)


@pytest.mark.parametrize("number", [-1, 1_000_000_001])
def test_a_number_that_no_calendar_can_read_is_refused(number: int) -> None:
    with pytest.raises(CalendarFileError, match=f"^sequence: {number} cannot number a file; "):
        notices_file([], made_on=MADE_ON, name=NAME, sequence=number)


def test_two_offices_have_events_of_their_own() -> None:
    """A calendar of both holds both; that of one finds its own again, and files without an office are as they were."""
    found = KON_TUM.notices(TASKS, *NOVEMBER)
    one, other, none = (notices_file(found, made_on=MADE_ON, name=NAME, office=office) for office in ("mot.gov.vn", "hai", None))
    assert len(imported(one, other, none)) == 3 * len(found)
    assert imported(one, one).keys() == events(one).keys()
    assert {uid.split("@")[1] for uid in events(one)} == {"mot.gov.vn.deadline-rules"}
    assert {uid.split("@")[1] for uid in events(none)} == {"deadline-rules"}
    assert [uid.split("@")[0] for uid in events(one)] == [uid.split("@")[0] for uid in events(none)]
    rows = KON_TUM.reports(date(2026, 11, 1), NOVEMBER[1])
    assert events(reports_file(rows, made_on=MADE_ON, name=NAME, office="hai")).keys() < events(other).keys()


@pytest.mark.parametrize("office", ["", "Sở X", "a b", "a@b", "a..b", "-a", "a-", "a\r\nEND:VEVENT", "a" * 101])
def test_an_office_that_could_break_a_name_is_refused(office: str) -> None:
    with pytest.raises(CalendarFileError, match=r"^office: "):
        reports_file([], made_on=MADE_ON, name=NAME, office=office)


def test_names_of_events_never_change() -> None:
    """What was imported from an earlier release must be found again: made by hand from the parts, each with its length."""
    parts = "7:kon-tum6:due_on3:due4:task4:T-0110:2026-11-14"
    space = uuid.UUID("6f1d2f0a-7d0e-5b44-9a53-0d4f6c1b7e21")
    assert f"{uuid.uuid5(space, parts)}@deadline-rules" in events(written())


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


def test_the_name_of_a_calendar_is_one_line() -> None:
    file = notices_file([], made_on=MADE_ON, name="a\x1b[31m\r\nEND:VCALENDAR")
    assert vobject.readOne(file.decode()).contents["x-wr-calname"][0].value == "a [31m  END:VCALENDAR"


def test_an_empty_file_is_a_calendar() -> None:
    assert vobject.readOne(notices_file([], made_on=MADE_ON, name=NAME).decode()).contents.get("vevent") is None
