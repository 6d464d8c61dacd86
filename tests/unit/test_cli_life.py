"""The commands `timeline` and `impact`, as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deadline_rules.rulebook.library import find
from running import Cli, Ended

# T-02 is secret; the row of T-03 is no task; T-04 is due beyond the calendar.
TASKS = """mã,ngày giao,thời hạn,ngày bắt đầu,độ mật,trích yếu,ghi chú
T-01,06/11/2026,16/11/2026,09/11/2026,,,
T-02,06/11/2026,,,mật,nội dung kín,
T-03,06/11/26,,,,,
T-04,31/12/2100,,,,,
"""


@pytest.fixture
def cli(cli: Cli, tmp_path: Path) -> Cli:
    """The program in a folder with the tasks; what is secret is never shown."""
    (tmp_path / "tasks.csv").write_text(TASKS, encoding="utf-8")
    (tmp_path / "storm.yaml").write_text("decisions:\n  - {id: storm, off: [2026-11-09]}\n", encoding="utf-8")

    def call(*args: str, stdin: bytes = b"") -> Ended:
        ended = cli(*args, stdin=stdin)
        assert "kín" not in ended.out + ended.err
        return ended

    return call


# --- timeline


def test_a_life_for_people(cli: Cli) -> None:
    """Kon Tum: due on Monday 16/11/2026, overdue on the 17th (Điều 5 khoản 1 điểm đ)."""
    ended = cli("timeline", "kon-tum", "tasks.csv", "--task", "T-01", "--lang", "en")
    assert (ended.status, ended.err) == (0, "")
    rows = ended.cells()
    assert rows[0] == ["day", "what", "from", "to", "reason", "article"]
    assert rows[1] == ["2026-11-06", "progress", "–", "not started", "the task's first day (assigned 2026-11-06)", "Điều 5 khoản 1 điểm đ"]
    assert ["", "status", "not done, in time", "not done, overdue", "the day after the due day 2026-11-16", "Điều 5 khoản 1 điểm đ"] in rows


def test_a_life_in_vietnamese(cli: Cli) -> None:
    rows = cli("timeline", "kon-tum", "tasks.csv", "--task", "T-01").cells()
    assert rows[0] == ["ngày", "nội dung", "từ", "thành", "lý do", "điều khoản"]
    reason = "ngày sau hạn cuối 09/11/2026"
    assert ["", "transfer: tình trạng", "còn hạn", "quá hạn, chưa làm", reason, "Điều 6 khoản 1 điểm b"] in [["", *row[1:]] for row in rows]


def test_a_life_for_programs_with_readings_and_a_calendar(cli: Cli) -> None:
    """Transfer of what was assigned on Friday 6/11 is due on Monday 9/11; with that day closed on the 10th."""
    options = ("--reading", "in-progress-is-not-done=no_status", "--closures", "storm.yaml", "--known-on", "2026-11-20", "--format", "json")
    ended = cli("timeline", "kon-tum", "tasks.csv", "--task", "T-01", *options)
    assert ended.status == 0
    flips = json.loads(ended.out)["flips"]
    assert [flip["after"] for flip in flips if flip["what"] == "due_on"] == ["2026-11-10"]
    assert [(flip["day"], flip["after"]) for flip in flips if flip["what"] == "status"] == [("2026-11-06", "not_done_in_time"), ("2026-11-09", None)]


def test_a_life_into_a_file(cli: Cli, tmp_path: Path) -> None:
    ended = cli("timeline", "kon-tum", "tasks.csv", "--task", "T-02", "--format", "json", "--out", "life.json")
    assert (ended.status, ended.out) == (0, "")
    assert json.loads((tmp_path / "life.json").read_text(encoding="utf-8"))["task_id"] == "T-02"


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("T-99", "tasks.csv: there is no task 'T-99'. Rows that could not be read: row 4: assigned_on: '06/11/26' is not a day"),
        ("T-04", "1 working days from 2100-12-31 lies outside 1990-2100"),
    ],
)
def test_a_life_that_cannot_be_told(cli: Cli, task: str, message: str) -> None:
    ended = cli("timeline", "kon-tum", "tasks.csv", "--task", task)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"deadline-rules: {message}")


# --- impact

STORM = ("impact", "kon-tum", "tasks.csv", "--as-of", "2026-11-10", "--after-closures", "storm.yaml")


def test_a_storm_for_people(cli: Cli) -> None:
    """The transfer was due on Monday 9/11/2026 and missed on Tuesday; with Monday closed it is due that Tuesday."""
    ended = cli(*STORM, "--lang", "en")
    assert ended.status == 1
    why = "2026-11-09: a day of the working week → off by storm"
    rows = ended.cells()
    assert rows[:3] == [
        ["id", "what", "before", "after", "because", "article"],
        ["T-01", "transfer: due", "2026-11-09", "2026-11-10", why, "storm"],
        ["", "transfer: state", "missed", "pending", why, "storm"],
    ]
    lines = ended.err.splitlines()
    assert lines[0].startswith("tasks.csv: row 4: assigned_on: '06/11/26' is not a day")
    # Assigned after the day asked about, so nothing of it has happened, and nothing is beyond the calendar.
    assert lines[1:] == ["tasks.csv: columns not used: ghi chú", "3 tasks looked at under kon-tum, 2 changed, 1 row refused"]


def test_a_storm_in_vietnamese_into_a_file(cli: Cli, tmp_path: Path) -> None:
    assert cli(*STORM, "--out", "changes.txt").out == ""
    text = (tmp_path / "changes.txt").read_text(encoding="utf-8")
    assert text.startswith("mã")
    assert "09/11/2026: ngày làm việc trong tuần → nghỉ theo storm" in text


def test_a_storm_for_programs(cli: Cli) -> None:
    found = json.loads(cli(*STORM, "--format", "json").out)
    assert (found["as_of"], found["looked_at"], [task["task_id"] for task in found["tasks"]]) == ("2026-11-10", 3, ["T-01", "T-02"])


def test_a_row_whose_deadline_lies_beyond_the_calendar_is_named(cli: Cli) -> None:
    ended = cli("impact", "kon-tum", "tasks.csv", "--as-of", "2100-12-31", "--after-closures", "storm.yaml")
    assert ended.status == 1
    assert "tasks.csv: row 5: 1 working days from 2100-12-31 lies outside 1990-2100" in ended.err
    assert "2 tasks looked at under kon-tum, 2 changed, 2 rows refused" in ended.err


def one(cli: Cli, task: str, *args: str) -> tuple[int, dict[str, tuple[object, object]]]:
    """The exit status, and the changes of one task given as JSON: by name (`rule.what`), from and to."""
    ended = cli("impact", *args, "--format", "json", stdin=task.encode())
    changed = json.loads(ended.out)["tasks"]
    return ended.status, {
        ".".join(filter(None, (row["rule"], row["what"]))): (row["before"], row["after"]) for task in changed for row in task["changes"]
    }


def test_a_reading_before_and_after(cli: Cli) -> None:
    """Kon Tum, started and overdue: “chưa thực hiện quá hạn”, or no status of its own."""
    task = '{"id": "T", "assigned_on": "2026-11-02", "due_on": "2026-11-16", "started_on": "2026-11-04"}'
    asked = ("kon-tum", "-", "--as-of", "2026-11-20")
    assert one(cli, task, *asked, "--after-reading", "in-progress-is-not-done=no_status") == (0, {"status": ("not_done_overdue", None)})
    assert one(cli, task, *asked, "--before-reading", "in-progress-is-not-done=no_status") == (0, {"status": (None, "not_done_overdue")})


def test_the_swap_of_2_january(cli: Cli) -> None:
    """Announced on 25/12/2025 by 12729/VPCP-KGVX; Yên Thế: issued on 31/12/2025, due on Friday 2/1, then on Monday 5/1."""
    task = '{"id": "T", "issued_on": "2025-12-31"}'
    asked = ("yen-the", "-", "--as-of", "2025-12-31", "--before-known-on", "2025-12-24", "--after-known-on", "2025-12-25")
    assert one(cli, task, *asked) == (0, {"transfer.due_on": ("2026-01-02", "2026-01-05")})


def test_a_new_version_of_the_rules(cli: Cli, tmp_path: Path) -> None:
    """A copy of Kon Tum's rules with two working days for the transfer instead of one."""
    text = find("kon-tum").read_text(encoding="utf-8").replace("within: {working_days: 1}", "within: {working_days: 2}", 1)
    (tmp_path / "new.yaml").write_text(text, encoding="utf-8")
    task = '{"id": "T", "assigned_on": "2026-11-02"}'
    asked = ("kon-tum", "-", "--as-of", "2026-11-02")
    assert one(cli, task, *asked, "--after-rules", "new.yaml") == (0, {"transfer.due_on": ("2026-11-03", "2026-11-04")})
    assert one(cli, task, *asked, "--before-rules", "new.yaml") == (0, {"transfer.due_on": ("2026-11-04", "2026-11-03")})


def test_what_both_sides_share(cli: Cli) -> None:
    """With Monday closed before and after, closing it changes nothing."""
    ended = cli(*STORM, "--closures", "storm.yaml")
    assert ended.cells() == [["mã", "nội dung", "trước", "sau", "vì", "căn cứ"]]
    assert "0 changed" in ended.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "nothing differs; give at least one option --after-… or --before-…"),
        (("--after-reading", "before-dey=same_day"), "there is no reading 'before-dey'; did you mean 'before-day'?"),
        (("--after-rules", "nowhere.yaml"), "nowhere.yaml: there is no such rule file."),
        (("--after-known-on", "20/12/2025"), "--after-known-on: '20/12/2025' is not a day"),
        (("--before-reading", "before-day"), "--before-reading 'before-day' has no option"),
    ],
)
def test_a_call_that_is_wrong(cli: Cli, args: tuple[str, ...], message: str) -> None:
    ended = cli("impact", "kon-tum", "tasks.csv", "--as-of", "2026-11-10", *args)
    assert (ended.status, ended.out) == (2, "")
    assert message in " ".join(ended.err.split())


def test_every_kind_of_value_has_words(cli: Cli) -> None:
    """Two texts differ in nearly all a result says."""
    english = cli("impact", "kon-tum", "tasks.csv", "--as-of", "2026-11-20", "--after-rules", "ben-tre", "--lang", "en").out
    vietnamese = cli("impact", "kon-tum", "tasks.csv", "--as-of", "2026-11-20", "--after-rules", "ben-tre").out
    assert "the rule was removed" in english
    assert "quy định bị bỏ" in vietnamese
