"""The command `notices`, and `reports --format ics`, as people call them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import vobject

from running import Cli, Ended

# T-01 is due on Monday 16/11/2026; T-02 is secret and was assigned on Monday the 9th; the row of T-03 is no task.
TASKS = """mã,ngày giao,ngày chuyển,thời hạn,độ mật,trích yếu,ghi chú
T-01,02/11/2026,02/11/2026,16/11/2026,,,
T-02,09/11/2026,,,mật,nội dung kín,
T-03,02/11/26,,,,,
"""
INTERVAL = ("--after", "2026-11-08", "--until", "2026-11-19")


@pytest.fixture
def cli(cli: Cli, tmp_path: Path) -> Cli:
    """The program in a folder with the tasks; what is secret is never shown."""
    (tmp_path / "tasks.csv").write_text(TASKS, encoding="utf-8")
    (tmp_path / "storm.yaml").write_text("decisions:\n  - {id: storm, off: [2026-11-10]}\n", encoding="utf-8")

    def call(*args: str, stdin: bytes = b"") -> Ended:
        ended = cli(*args, stdin=stdin)
        assert "kín" not in ended.out + ended.err
        return ended

    return call


def rows(out: str) -> list[tuple[str, ...]]:
    return [tuple(re.split(r"\s{2,}", line.strip())) for line in out.splitlines()]


def test_for_people(cli: Cli) -> None:
    """Kon Tum: Điều 6 khoản 1 điểm b, Điều 9 khoản 3, Điều 8 khoản 2, Điều 10 khoản 1."""
    ended = cli("notices", "kon-tum", "tasks.csv", *INTERVAL, "--lang", "en")
    assert ended.status == 1
    assert [line.split(":")[1].strip() for line in ended.err.splitlines()[:2]] == ["row 4", "columns not used"]
    assert ended.err.splitlines()[-1] == "7 notices of 2 tasks under kon-tum, 1 row refused"
    assert [(*row[:4], row[-1]) for row in rows(ended.out) if row[0].startswith("2026")] == [
        ("2026-11-10", "2026-11-10", "T-02", "due", "Điều 6 khoản 1 điểm b"),
        ("2026-11-11", "2026-11-11", "T-02", "missed", "Điều 6 khoản 1 điểm b"),
        ("2026-11-16", "2026-11-16", "T-01", "due", "Điều 5 khoản 1 điểm đ"),
        ("2026-11-17", "2026-11-17", "T-01", "missed", "Điều 5 khoản 1 điểm đ"),
        ("2026-11-17", "2026-11-17", "T-01", "to be raised", "Điều 9 khoản 3"),
        ("2026-11-17", "2026-11-17", "T-01", "to be raised", "Điều 8 khoản 2"),
        ("2026-11-19", "2026-11-19", "2026", "report due", "Điều 10 khoản 1"),
    ]
    assert "! " in ended.out.splitlines()[-1]  # the province was merged


def test_for_programs(cli: Cli) -> None:
    ended = cli("notices", "kon-tum", "tasks.csv", *INTERVAL, "--format", "jsonl")
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert [(row["day"], row["kind"], row["task_id"]) for row in found[:2]] == [("2026-11-10", "due", "T-02"), ("2026-11-11", "missed", "T-02")]
    assert len({row["key"] for row in found}) == len(found) == 7


def test_closures_and_readings_count(cli: Cli) -> None:
    """With 10/11 closed, one working day after the 9th is the 11th; on the day itself the yearly report is due under the other reading."""
    ended = cli("notices", "kon-tum", "tasks.csv", "--after", "2026-11-08", "--until", "2026-11-20", "--format", "jsonl", "--closures", "storm.yaml")
    assert json.loads(ended.out.splitlines()[0])["day"] == "2026-11-11"
    other = cli("notices", "kon-tum", "-", "--after", "2026-11-19", "--until", "2026-11-20", "--format", "jsonl", "--reading", "before-day=same_day")
    assert [(row["day"], row["rule"]) for row in map(json.loads, other.out.splitlines())] == [("2026-11-20", "unit-year")]
    assert (other.status, other.err) == (0, "1 notice of 0 tasks under kon-tum\n")


def test_as_a_calendar_by_the_extension(cli: Cli, tmp_path: Path) -> None:
    assert cli("notices", "kon-tum", "tasks.csv", *INTERVAL, "--out", "notices.ics").out == ""
    file = (tmp_path / "notices.ics").read_bytes()
    assert b"\r\n" in file
    assert b"\r\r\n" not in file
    calendar = vobject.readOne(file.decode())
    assert len(calendar.vevent_list) == 7
    assert calendar.vevent_list[0].summary.value == "T-02: Phân loại và chuyển nhiệm vụ tới đơn vị thực hiện (đến hạn)"
    assert cli("notices", "kon-tum", "tasks.csv", *INTERVAL, "--format", "ics").out.encode() == file


def held(*files: str) -> dict[str, vobject.base.Component]:
    """What a calendar holds after importing files in turn: of one UID the newest, and what is not newer is ignored (RFC 5546, 2.1.5)."""
    found: dict[str, vobject.base.Component] = {}
    for file in files:
        for event in vobject.readOne(file).vevent_list:
            known = found.get(event.uid.value)
            if known is None or (int(event.sequence.value), event.dtstamp.value) > (int(known.sequence.value), known.dtstamp.value):
                found[event.uid.value] = event
    return found


def test_a_calendar_of_tasks_that_moved(cli: Cli, tmp_path: Path) -> None:
    """T-01 moves from Monday 16/11 to Wednesday 18/11: its due, missed and two openings go to the 18th and 19th; those of T-02 stay."""
    (tmp_path / "moved.csv").write_text(TASKS.replace("16/11/2026", "18/11/2026"), encoding="utf-8")
    first = cli("notices", "kon-tum", "tasks.csv", *INTERVAL, "--format", "ics").out
    second = cli("notices", "kon-tum", "moved.csv", *INTERVAL, "--format", "ics", "--earlier", "tasks.csv")
    assert second.err.splitlines()[-1] == "compared with 7 notices of tasks.csv, 1 row refused"
    assert second.status == 1
    found = held(first, second.out)
    of_task = sorted((event.dtstart.value.isoformat(), event.status.value) for event in found.values() if event.summary.value.startswith("T-01"))
    gone = [("2026-11-16", "CANCELLED"), *[("2026-11-17", "CANCELLED")] * 3]
    assert of_task == [*gone, ("2026-11-18", "CONFIRMED"), *[("2026-11-19", "CONFIRMED")] * 3]
    others = [event for event in found.values() if not event.summary.value.startswith("T-01")]
    assert [event.status.value for event in others] == ["CONFIRMED"] * 3
    # And back: the number says that this is the newest file.
    back = ("notices", "kon-tum", "tasks.csv", *INTERVAL, "--format", "ics", "--earlier", "moved.csv", "--sequence", "20261121")
    shown = [event for event in held(first, second.out, cli(*back).out).values() if event.status.value == "CONFIRMED"]
    assert sorted(event.dtstart.value.day for event in shown) == [10, 11, 16, 17, 17, 17, 19]


def test_a_wider_beginning_is_no_older(cli: Cli) -> None:
    """The number follows --until: 2026-11-19 is day 26 * 365 + 7 + 322 from 1/1/2000, counted twice; it was --after that lowered it once."""
    for after in ("2026-11-08", "2026-01-01"):
        out = cli("notices", "kon-tum", "tasks.csv", "--after", after, "--until", "2026-11-19", "--format", "ics").out
        assert {int(event.sequence.value) for event in vobject.readOne(out).vevent_list} == {2 * (26 * 365 + 7 + 322)}
        assert {event.dtstamp.value.date().isoformat() for event in vobject.readOne(out).vevent_list} == {"2026-11-19"}


def test_the_office_is_in_the_names_of_events(cli: Cli) -> None:
    args = ("--format", "ics", "--office", "van-thu.so-x", "--sequence", "7")
    for ended in (
        cli("notices", "kon-tum", "-", *INTERVAL, *args),
        cli("reports", "kon-tum", "--since", "2026-11-09", "--until", "2026-11-19", *args),
    ):
        (event,) = vobject.readOne(ended.out).vevent_list
        assert event.uid.value.endswith("@van-thu.so-x.deadline-rules")
        assert event.sequence.value == "14"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("notices", "kon-tum", "tasks.csv", *INTERVAL, "--earlier", "tasks.csv"), "--earlier goes with --format ics."),
        (("notices", "kon-tum", "tasks.csv", *INTERVAL, "--format", "jsonl", "--sequence", "1"), "--sequence goes with --format ics."),
        (("notices", "kon-tum", "-", *INTERVAL, "--format", "ics", "--earlier", "-"), "cannot both be standard input"),
        (("notices", "kon-tum", "-", *INTERVAL, "--format", "ics", "--office", "Sở X"), "office: 'Sở X' cannot stand in the name of an event"),
        (("notices", "kon-tum", "-", *INTERVAL, "--format", "ics", "--sequence", "-1"), "sequence: -1 cannot number a file"),
        (("reports", "kon-tum", "--since", "2026-11-01", "--until", "2026-11-30", "--office", "a"), "--office goes with --format ics."),
    ],
)
def test_what_is_refused_of_a_calendar(cli: Cli, args: tuple[str, ...], message: str) -> None:
    ended = cli(*args)
    assert (ended.status, ended.out) == (2, "")
    assert message in " ".join(ended.err.replace("│", " ").split())


def test_an_id_does_nothing_to_the_terminal(cli: Cli, tmp_path: Path) -> None:
    """What a terminal would obey, and an end of a line, stands in the table as an escape; for programs the id stays as it is."""
    id = "A\x1b[31mB\x1b]0;owned\x07\x9b2J\u202eC\nD"
    (tmp_path / "odd.jsonl").write_text(json.dumps({"id": id, "due_on": "2026-11-16"}) + "\n", encoding="utf-8")
    ended = cli("notices", "kon-tum", "odd.jsonl", "--after", "2026-11-15", "--until", "2026-11-16")
    assert not {c for c in ended.out if not c.isprintable()} - {"\n"}
    assert r"A\x1b[31mB\x1b]0;owned\x07\x9b2J\u202eC\nD" in ended.out
    as_json = cli("notices", "kon-tum", "odd.jsonl", "--after", "2026-11-15", "--until", "2026-11-16", "--format", "jsonl").out
    assert json.loads(as_json)["task_id"] == id
    assert "\x1b" not in as_json


def test_days_before_a_house_takes_effect(cli: Cli, tmp_path: Path) -> None:
    """Kon Tum holds until the 17th: T-01 is due on the 16th; before kon-tum there is nothing."""
    head = "id: own\nextends: kon-tum\ntitle: {vi: a, en: b}\nissuer: {vi: a, en: b}\ninstrument: {name: QC}\n"
    (tmp_path / "own.yaml").write_text(head + "in_force: {from: 2026-11-18, cite: Điều 1}\n", encoding="utf-8")
    for until in ("2026-11-16", "2026-11-19"):
        ended = cli("notices", "own.yaml", "tasks.csv", "--after", "2026-11-15", "--until", until, "--format", "jsonl")
        found = [(row["day"], row["regulation"]) for row in map(json.loads, ended.out.splitlines())]
        assert found[0] == ("2026-11-16", "kon-tum")
        assert {regulation for day, regulation in found if day >= "2026-11-18"} == ({"own"} if until == "2026-11-19" else set())
    before = cli("notices", "own.yaml", "tasks.csv", "--after", "2016-01-01", "--until", "2016-05-08")
    assert (before.status, before.out) == (2, "")
    assert "kon-tum took effect on 2016-05-09" in before.err


def test_reports_as_a_calendar(cli: Cli) -> None:
    """Kon Tum, Điều 10 khoản 1: trước ngày 20 tháng 11; trước ngày 20 of December, a Saturday before."""
    ended = cli("reports", "kon-tum", "--since", "2026-11-01", "--until", "2026-12-31", "--format", "ics", "--lang", "en")
    found = {event.dtstart.value.isoformat(): event.summary.value for event in vobject.readOne(ended.out).vevent_list}
    assert found == {"2026-11-19": "2026: Unit's yearly report (report due)", "2026-12-19": "2026-Q4: Unit's quarterly report (report due)"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--after", "2026-11-19", "--until", "2026-11-18"), "after 2026-11-19 lies after until 2026-11-18; exchange the two."),
        (("--after", "2016-01-01", "--until", "2016-05-08"), "kon-tum took effect on 2016-05-09"),
        (("--after", "1/11/2026", "--until", "2026-11-18"), "--after: '1/11/2026' is not a day"),
        (("--after", "2027-12-01", "--until", "2028-01-10", "--strict"), "rests on days outside 2014-01-01 to 2027-12-31"),
    ],
)
def test_what_is_refused(cli: Cli, tmp_path: Path, args: tuple[str, ...], message: str) -> None:
    (tmp_path / "late.csv").write_text("mã,thời hạn\nT-01,07/01/2028\n", encoding="utf-8")
    ended = cli("notices", "kon-tum", "late.csv", *args)
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err


def test_what_is_not_certain_is_marked(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "late.csv").write_text("mã,thời hạn\nT-01,07/01/2028\n", encoding="utf-8")
    ended = cli("notices", "kon-tum", "late.csv", "--after", "2028-01-06", "--until", "2028-01-07")
    assert rows(ended.out)[1][0] == "07/01/2028 ?"
    assert "? lịch làm việc chưa chính thức; ngày có thể thay đổi" in ended.out
