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
