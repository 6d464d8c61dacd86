"""The command `deadline-rules`, as people call it."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from deadline_rules.cli.main import main
from deadline_rules.frames.evaluator import TableEvaluator
from deadline_rules.regulation import Regulation
from running import Cli, Ended

RULES = Path(__file__).resolve().parents[2] / "rules"
PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")
# Monday 2/11/2026 assigned, Monday 16/11 due, Wednesday 4/11 started; on Friday 20/11 four working days over
T_01 = "mã,ngày giao,thời hạn,ngày bắt đầu\nT-01,02/11/2026,16/11/2026,04/11/2026\n"
AS_OF = ("--as-of", "2026-11-20")


@pytest.fixture
def tasks(tmp_path: Path) -> str:
    """The example of the interface as a table."""
    (tmp_path / "tasks.csv").write_text(T_01, encoding="utf-8")
    return "tasks.csv"


def run(*args: str, stdin: bytes | None = None, env: dict[str, str] | None = None) -> Ended:
    """The program as a process of its own; its output must be UTF-8."""
    done = subprocess.run(
        [sys.executable, "-m", "deadline_rules", *args], input=stdin or b"", env={**os.environ, **(env or {})}, capture_output=True, timeout=60
    )
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    assert "Traceback" not in out + err
    return Ended(done.returncode, out, err)


def write_tasks(path: Path, number: int) -> Path:
    path.write_text("mã,thời hạn\n" + "".join(f"T-{n},31/12/2026\n" for n in range(number)), encoding="utf-8")
    return path


def table_of(out: str) -> list[list[str]]:
    """The cells of a printed table."""
    return [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]


def notes_of(out: str) -> dict[str, str]:
    """The caveats below a table of tasks: their codes, each with its mark."""
    return {match[2]: match[1] for match in re.finditer(r"^(\*|[0-9]+) +([a-z-]+): \S", out, re.MULTILINE)}


# --- list, show


def test_list_names_every_pack_with_issuer_number_and_day(cli: Cli) -> None:
    ended = cli("list")
    assert (ended.status, ended.err) == (0, "")
    assert table_of(ended.out) == [
        ["id", "cơ quan ban hành", "số", "hiệu lực từ"],
        ["ben-tre", "Ủy ban nhân dân tỉnh Bến Tre", "08/2023/QĐ-UBND", "2023-03-18"],
        ["can-tho", "Chủ tịch Ủy ban nhân dân thành phố Cần Thơ", "2618/QĐ-UBND", "2020-11-23"],
        ["kon-tum", "Chủ tịch Ủy ban nhân dân tỉnh Kon Tum", "237/QĐ-UBND", "2016-05-09"],
        ["so-nn", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Kon Tum", "–", "2022"],
        ["yen-the", "Ủy ban nhân dân huyện Yên Thế", "02/2015/QĐ-UBND", "2015-05-22"],
    ]


def test_list_in_a_pipe_is_one_line_a_pack(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS")
    assert len(cli("list").out.splitlines()) == 1 + len(PACKS)


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    ("lang", "headings"), [("vi", ("## Thời hạn", "## Báo cáo", "## Trạng thái")), ("en", ("## Deadlines", "## Reports", "## Statuses"))]
)
def test_show_gives_every_rule_with_its_words(cli: Cli, pack: str, lang: str, headings: tuple[str, ...]) -> None:
    ended = cli("show", pack, "--lang", lang)
    assert (ended.status, ended.err) == (0, "")
    source = yaml.load((RULES / pack / "regulation.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # plain text only
    lines = ended.out.splitlines()
    assert lines[0] == f"# {source['title'][lang]}"
    assert set(headings) <= set(lines)
    for section in ("deadlines", "reports", "escalations"):
        for rule in source.get(section, ()):
            row = next(line for line in lines if line.startswith(f"| `{rule['id']}` | {rule['label'][lang]}"))
            assert rule["cite"] in row
            assert f"“{rule['quote']}”" in row


def test_show_speaks_vietnamese_unless_asked(cli: Cli) -> None:
    assert cli("show", "kon-tum").out == cli("show", "kon-tum", "--lang", "vi").out
    assert cli("show", str(RULES / "kon-tum")).out == cli("show", "kon-tum").out


# --- evaluate


def test_evaluate_prints_a_table(cli: Cli, tasks: str) -> None:
    ended = cli("evaluate", "kon-tum", tasks, *AS_OF)
    assert (ended.status, ended.message) == (0, "1 task evaluated under kon-tum")
    header, row = table_of(ended.out)[:2]
    assert header == ["mã", "trạng thái", "tiến độ", "thời hạn", "còn (ngày LV)", "việc chưa xong", "đang mở", "lưu ý"]
    assert row == [
        "T-01", "chưa thực hiện quá hạn", "đang thực hiện", "16/11/2026", "-4",
        "transfer 03/11/2026 (quá hạn, chưa làm)", "unit-overdue, office-overdue", "–",
    ]  # fmt: skip
    assert notes_of(ended.out) == {"issuer-reorganised": "*", "reading-in-progress-is-not-done": "*", "reading-not-carried-out": "*"}


def test_evaluate_prints_a_table_in_english(cli: Cli, tasks: str) -> None:
    header, row = table_of(cli("evaluate", "kon-tum", tasks, *AS_OF, "--lang", "en").out)[:2]
    assert header == ["id", "status", "progress", "due", "left (wd)", "duties not done", "open", "caveats"]
    assert row == [
        "T-01", "not done, overdue", "in progress", "2026-11-16", "-4", "transfer 2026-11-03 (missed)", "unit-overdue, office-overdue", "–",
    ]  # fmt: skip


def test_a_caveat_of_some_rows_stands_with_them(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(T_01 + "T-02,02/11/2026,27/11/2026,\n", encoding="utf-8")
    out = cli("evaluate", "kon-tum", "two.csv", *AS_OF).out
    _, first, second = table_of(out)[:3]
    assert (first[-1], second[-1]) == ("1, 2", "–")
    assert notes_of(out) == {"issuer-reorganised": "*", "reading-in-progress-is-not-done": "1", "reading-not-carried-out": "2"}


@pytest.mark.parametrize("id", ["[red]A", "T[/b]"])
def test_ids_are_printed_as_they_are(cli: Cli, tmp_path: Path, id: str) -> None:
    (tmp_path / "tasks.csv").write_text(f"mã\n{id}\n", encoding="utf-8")
    ended = cli("evaluate", "kon-tum", "tasks.csv", *AS_OF)
    assert ended.status == 0
    assert table_of(ended.out)[1][0] == id


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_evaluate_writes_csv_with_the_separator_of_the_table(cli: Cli, tmp_path: Path, separator: str) -> None:
    (tmp_path / "tasks.csv").write_text(T_01.replace(",", separator), encoding="utf-8")
    ended = cli("evaluate", "kon-tum", "tasks.csv", *AS_OF, "--format", "csv")
    assert ended.status == 0
    header, row = csv.reader(io.StringIO(ended.out), delimiter=separator)
    cells = dict(zip(header, row, strict=True))
    assert (cells["task_id"], cells["status"], cells["working_days_left"], cells["transfer_due_on"]) == (
        "T-01",
        "not_done_overdue",
        "-4",
        "2026-11-03",
    )


def test_evaluate_reads_jsonl_from_standard_input_and_writes_jsonl(cli: Cli) -> None:
    ended = cli("evaluate", "kon-tum", "-", *AS_OF, "--format", "jsonl", stdin=b'{"id": "T-01", "due_on": "2026-11-16"}\n{"id": 2, "size": 1}\n')
    assert ended.status == 0
    first, second = (json.loads(line) for line in ended.out.splitlines())
    assert (first["task_id"], first["timeliness"], first["working_days_left"]) == ("T-01", "overdue", -4)
    assert (second["task_id"], second["timeliness"], second["working_days_left"]) == ("2", "no_deadline", None)
    assert ended.err.splitlines() == ["standard input: columns not used: size", "2 tasks evaluated under kon-tum"]


def test_every_kind_of_file_in_and_out_gives_the_same(cli: Cli, tmp_path: Path) -> None:
    columns = {"mã": ["T-01", "T-02"], "ngày giao": [date(2026, 11, 2), None], "hạn": [date(2026, 11, 16), date(2026, 11, 30)], "khẩn": [True, False]}
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    rows = list(zip(*columns.values(), strict=True))
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *((id, given or "", due, "x" if urgent else "") for id, given, due, urgent in rows)])
    with (tmp_path / "in.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(dict(zip(columns, row, strict=True)), default=str) + "\n" for row in rows)
    book = openpyxl.Workbook()
    for row in [tuple(columns), *rows]:
        book.worksheets[0].append(row)
    book.save(tmp_path / "in.xlsx")
    found = set()
    for kind in ("csv", "jsonl", "xlsx", "parquet"):
        ended = cli("evaluate", "can-tho", f"in.{kind}", *AS_OF, "--out", f"{kind}.parquet")
        assert (ended.status, ended.out, ended.message) == (0, "", "2 tasks evaluated under can-tho")
        found.add(json.dumps(pq.read_table(tmp_path / f"{kind}.parquet").to_pylist(), default=str))
    assert len(found) == 1
    # can-tho D5.1: an urgent task is passed on at once
    assert json.loads(found.pop())[0]["transfer_due_on"] == "2026-11-02"


@pytest.mark.parametrize("format", ["parquet", "xlsx"])
def test_bytes_go_into_a_pipe_but_not_to_a_terminal(tasks: str, tmp_path: Path, format: str) -> None:
    command = [sys.executable, "-m", "deadline_rules", "evaluate", "kon-tum", tasks, *AS_OF, "--format", format]
    piped = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=True).stdout
    assert subprocess.run([*command, "--out", "out"], cwd=tmp_path, capture_output=True, timeout=60, check=True).stdout == b""
    assert (tmp_path / "out").read_bytes() == piped
    ours, theirs = pty.openpty()
    try:
        refused = subprocess.run(command, cwd=tmp_path, stdout=theirs, stderr=subprocess.PIPE, timeout=60)
    finally:
        os.close(theirs)
        os.close(ours)
    assert refused.returncode == 2
    assert refused.stderr.decode() == f"deadline-rules: {format} is not for the terminal; name a file with --out FILE, or send the output to one.\n"


@pytest.mark.parametrize(("format", "start"), [("csv", b"\xef\xbb\xbftask_id,"), ("jsonl", b'{"task_id": "T-01"'), ("table", "mã".encode())])
def test_evaluate_writes_a_file_and_prints_nothing(cli: Cli, tmp_path: Path, tasks: str, format: str, start: bytes) -> None:
    printed = cli("evaluate", "kon-tum", tasks, *AS_OF, "--format", format).out
    ended = cli("evaluate", "kon-tum", tasks, *AS_OF, "--format", format, "--out", "kết quả.txt")
    assert (ended.status, ended.out) == (0, "")
    written = (tmp_path / "kết quả.txt").read_bytes()
    assert written.startswith(start)
    assert written.decode("utf-8-sig") == printed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kết quả.txt", "tasks.csv"]


def test_readings_are_chosen_by_option(cli: Cli, tasks: str) -> None:
    def status(*options: str) -> object:
        return json.loads(cli("evaluate", "kon-tum", tasks, *AS_OF, "--format", "jsonl", *options).out)["status"]["code"]

    assert status() == "not_done_overdue"
    assert status("--reading", "in-progress-is-not-done=no_status") is None
    assert status("--reading", "day-off-end=next_working_day", "--reading", " in-progress-is-not-done = no_status ") is None


def transfer_due(ended: Ended) -> object:
    return next(row["due_on"] for row in json.loads(ended.out)["deadlines"] if row["rule"] == "transfer")


def test_known_on_replays_the_calendar(cli: Cli) -> None:
    # Friday 2/1/2026 became a day off by a decision of 25/12/2025; the next working day is Monday 5/1
    args = ("evaluate", "kon-tum", "-", "--as-of", "2026-01-20", "--format", "jsonl")
    task = b'{"id": "T-01", "assigned_on": "2025-12-31"}\n'
    assert transfer_due(cli(*args, stdin=task)) == "2026-01-05"
    assert transfer_due(cli(*args, "--known-on", "2025-12-24", stdin=task)) == "2026-01-02"
    assert transfer_due(cli(*args, "--known-on", "2025-12-25", stdin=task)) == "2026-01-05"


def test_closures_are_days_off_of_the_host(cli: Cli, tmp_path: Path, tasks: str) -> None:
    (tmp_path / "storm.yaml").write_text("decisions:\n  - {id: storm, off: [2026-11-03]}\n", encoding="utf-8")
    assert transfer_due(cli("evaluate", "kon-tum", tasks, *AS_OF, "--format", "jsonl", "--closures", "storm.yaml")) == "2026-11-04"


def test_strict_refuses_rows_that_rest_on_days_not_official(cli: Cli) -> None:
    args = ("evaluate", "kon-tum", "-", "--as-of", "2028-01-03", "--format", "jsonl")
    rows = b'{"id": "T-01", "due_on": "2028-01-10"}\n{"id": "T-02"}\n'  # official until 31/12/2027
    loose = cli(*args, stdin=rows)
    assert (loose.status, [json.loads(line)["provisional"] for line in loose.out.splitlines()]) == (0, [True, False])
    ended = cli(*args, "--strict", stdin=rows)
    assert (ended.status, [json.loads(line)["task_id"] for line in ended.out.splitlines()]) == (1, ["T-02"])
    assert ended.err.startswith("standard input: row 1: task T-01: ")
    assert ended.err.endswith("1 task evaluated under kon-tum, 1 row refused\n")


def test_refused_rows_are_named_with_their_line_and_the_others_done(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text("mã;ghi chú;thời hạn\nT-01;a;31/02/2026\nT-02;b;16/11/2026\n;c;\nT-02;d;\n", encoding="utf-8")
    ended = cli("evaluate", "kon-tum", "tasks.csv", *AS_OF, "--format", "jsonl")
    assert ended.status == 1
    assert [json.loads(line)["task_id"] for line in ended.out.splitlines()] == ["T-02"]
    first, second, third, unused, total = ended.err.splitlines()
    assert first.startswith("tasks.csv: row 2: due_on: '31/02/2026'")
    assert second.startswith("tasks.csv: row 4: id: ")
    assert third == "tasks.csv: row 5: id: 'T-02' is already the task of row 3; ids are used once."
    assert unused == "tasks.csv: columns not used: ghi chú"
    assert total == "1 task evaluated under kon-tum, 3 rows refused"


def test_an_empty_table_is_done(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text("mã\n", encoding="utf-8")
    for format in ("table", "csv", "jsonl"):
        ended = cli("evaluate", "kon-tum", "tasks.csv", *AS_OF, "--format", format)
        assert (ended.status, ended.message) == (0, "0 tasks evaluated under kon-tum")


@pytest.mark.parametrize(
    ("now", "today"),
    [("2026-11-20T16:59:59+00:00", "2026-11-20"), ("2026-11-20T17:00:00+00:00", "2026-11-21"), ("2026-11-20T23:30:00-05:00", "2026-11-21")],
)
def test_without_as_of_it_is_today_in_vietnam_and_standard_error_says_so(
    cli: Cli, tasks: str, monkeypatch: pytest.MonkeyPatch, now: str, today: str
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromisoformat(now).astimezone(tz)

    monkeypatch.setattr("deadline_rules.cli.options.datetime", Clock)
    told = f"as of {today} (today in Asia/Ho_Chi_Minh; --as-of gives another day)"
    for command in (("evaluate", "kon-tum", tasks, "--format", "jsonl"), ("explain", "kon-tum", tasks, "--task", "T-01")):
        left_out, given = cli(*command), cli(*command, "--as-of", today)
        assert (left_out.status, given.status) == (0, 0)
        assert left_out.err.splitlines() == [told, *given.err.splitlines()]
        assert left_out.out == given.out


# --- secret tasks


@pytest.mark.parametrize("secrecy", ["mật", "tối mật", "tuyệt mật"])
@pytest.mark.parametrize("pack", PACKS)
def test_the_content_of_a_secret_task_is_never_printed(cli: Cli, tmp_path: Path, pack: str, secrecy: str) -> None:
    (tmp_path / "s.csv").write_text(
        "mã,độ mật,trích yếu,nội dung,đơn vị chủ trì,thời hạn\n"
        f"S-01,{secrecy},KÍN-1,KÍN-2,KÍN-3,16/11/2026\n"
        f"S-02,{secrecy},KÍN-1,KÍN-2,KÍN-3,31/02/2026\n"
        f"S-03,{secrecy},KÍN-1,KÍN-2,KÍN-3,,KÍN-4\n",
        encoding="utf-8",
    )
    calls: list[tuple[str, ...]] = [("evaluate", pack, "s.csv", *AS_OF, "--format", format) for format in ("table", "csv", "jsonl")]
    calls += [("explain", pack, "s.csv", *AS_OF, "--task", id, "--lang", lang) for id in ("S-01", "S-09") for lang in ("vi", "en")]
    for call in calls:
        ended = cli(*call)
        assert "S-01" in ended.out or ended.status == 2
        assert "KÍN" not in ended.out + ended.err


# --- explain


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "vi",
            (
                "Nhiệm vụ T-01 theo kon-tum, ngày 20/11/2026",
                "ngày bắt đầu 04/11/2026",
                "16/11/2026, quá hạn",
                "quá 4 ngày làm việc",
                "từ 02/11/2026, 1 ngày làm việc → 03/11/2026",
                "chưa thực hiện quá hạn",
            ),
        ),
        (
            "en",
            (
                "Task T-01 under kon-tum on 2026-11-20",
                "started 2026-11-04",
                "2026-11-16, overdue",
                "4 working days over",
                "from 2026-11-02",
                "→ 2026-11-03",
                "not done, overdue",
            ),
        ),
    ],
)
def test_explain_gives_the_steps_and_the_articles(cli: Cli, tasks: str, lang: str, words: tuple[str, ...]) -> None:
    ended = cli("explain", "kon-tum", tasks, "--task", "T-01", *AS_OF, "--lang", lang)
    assert (ended.status, ended.err) == (0, "")
    articles = (
        "Điều 5 khoản 1 điểm đ",
        "Điều 6 khoản 1 điểm b “trong thời hạn 01 ngày làm việc",
        "Điều 9 khoản 3",
        "Điều 8 khoản 2",
        "issuer-reorganised",
    )
    for text in (*words, *articles):
        assert text in ended.out


def test_explain_names_days_off_in_between(cli: Cli) -> None:
    task = b'{"id": "T-01", "assigned_on": "2025-12-31"}\n'
    out = cli("explain", "kon-tum", "-", "--task", "T-01", "--as-of", "2026-01-20", stdin=task).out
    assert "từ 31/12/2025, 1 ngày làm việc → 05/01/2026 (01/01/2026 " in out
    assert "12729/VPCP-KGVX" in out


def test_explain_of_an_unknown_task_says_so_and_why_it_may_be(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text("mã,thời hạn\nT-01,16/11/2026\nT-02,31/02/2026\n", encoding="utf-8")
    ended = cli("explain", "kon-tum", "tasks.csv", "--task", "T-02", *AS_OF)
    assert (ended.status, ended.out) == (2, "")
    assert ended.message.startswith("deadline-rules: tasks.csv: there is no task 'T-02'. Rows that could not be read: row 3: due_on: '31/02/2026'")
    from_standard_input = cli("explain", "kon-tum", "-", "--task", "X", *AS_OF, stdin=b'{"id": "Y"}')
    assert from_standard_input.message == "deadline-rules: standard input: there is no task 'X'."


# --- reports

# before day 20 of the quarter's last month, 20/6, 20/11 (Điều 10 khoản 1): the day before is the last in time
KON_TUM_2026 = [
    ("unit-quarter", "2026-Q1", "2026-03-19", False, "2026-03-19"),  # a Thursday
    ("unit-half", "2026-H1", "2026-06-19", False, "2026-06-19"),  # a Friday
    ("unit-quarter", "2026-Q2", "2026-06-19", False, "2026-06-19"),
    ("unit-quarter", "2026-Q3", "2026-09-19", True, "2026-09-18"),  # a Saturday
    ("unit-year", "2026", "2026-11-19", False, "2026-11-19"),  # a Thursday
    ("unit-quarter", "2026-Q4", "2026-12-19", True, "2026-12-18"),  # a Saturday
]
YEAR = ("--since", "2026-01-01", "--until", "2026-12-31")


def test_reports_as_json_come_in_order_with_days_off_marked(cli: Cli) -> None:
    ended = cli("reports", "kon-tum", *YEAR, "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    found = json.loads(ended.out)
    dated = [row for row in found if row["due_on"]]
    assert [(row["rule"], row["period"], row["due_on"], row["falls_on_day_off"], row["send_by"]) for row in dated] == KON_TUM_2026
    assert {row["rule"] for row in found if not row["due_on"]} == {
        "superior-quarter", "superior-half", "superior-year", "secret-quarter", "secret-half", "secret-year", "on-request",
    }  # fmt: skip
    assert all(row["reason"] for row in found if not row["due_on"])
    assert found[-1]["rule"] == "on-request"


def test_reports_as_csv_give_the_same(cli: Cli, tmp_path: Path) -> None:
    ended = cli("reports", "kon-tum", *YEAR, "--format", "csv", "--out", "reports.csv")
    assert (ended.status, ended.out) == (0, "")
    written = (tmp_path / "reports.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfrule,")
    rows = [row for row in csv.DictReader(io.StringIO(written.decode("utf-8-sig"))) if row["due_on"]]
    assert [(row["rule"], row["period"], row["due_on"], row["falls_on_day_off"] == "true", row["send_by"]) for row in rows] == KON_TUM_2026


def test_reports_as_a_table_star_days_off(cli: Cli) -> None:
    lines = cli("reports", "kon-tum", "--since", "2026-11-01", "--until", "2026-12-31").out.splitlines()
    cells = [re.split(r"\s{2,}", line.strip()) for line in lines[1:3]]
    assert cells[0][:3] == ["19/11/2026", "19/11/2026", "2026"]
    assert cells[1] == [
        "19/12/2026 *", "18/12/2026", "2026-Q4", "Báo cáo quý của đơn vị", "Văn phòng UBND tỉnh", "Điều 10 khoản 1", "19/12/2026 – 21/12/2026",
    ]  # fmt: skip
    assert lines[3] == "* ngày nghỉ"
    assert lines[4].startswith("! Tỉnh Kon Tum đã sáp nhập vào tỉnh Quảng Ngãi từ 01/7/2025")
    assert lines.index("Không có ngày:") == 6
    assert "- Báo cáo năm gửi Văn phòng Chính phủ (Điều 8 khoản 1): văn bản không ấn định ngày" in lines


def test_reports_in_english(cli: Cli) -> None:
    out = cli("reports", "kon-tum", "--since", "2026-12-01", "--until", "2026-12-31", "--lang", "en").out
    assert "2026-12-19 *" in out
    assert "* a day off" in out
    assert "Without a day:" in out


def test_reports_without_days_off_have_no_footnote(cli: Cli) -> None:
    assert "*" not in cli("reports", "kon-tum", "--since", "2026-11-01", "--until", "2026-11-30").out


def test_reports_follow_the_readings(cli: Cli) -> None:
    def due(*readings: str) -> object:
        options = [part for reading in readings for part in ("--reading", reading)]
        return json.loads(cli("reports", "kon-tum", "--since", "2026-12-15", "--until", "2026-12-31", "--format", "json", *options).out)[0]["due_on"]

    assert due("before-day=same_day") == "2026-12-20"
    assert due("before-day=same_day", "day-off-end=next_working_day") == "2026-12-21"


# --- calendar


def test_calendar_add_is_the_example_of_the_interface(cli: Cli) -> None:
    ended = cli("calendar", "add", "2025-12-31", "3")
    assert (ended.status, ended.err) == (0, "")
    day, *why = ended.out.splitlines()
    assert day == "2026-01-07"
    assert [line.split(":")[0] for line in why] == ["  01/01/2026 (thứ Năm)", "  02/01/2026 (thứ Sáu)"]
    assert "12729/VPCP-KGVX" in why[1]


@pytest.mark.parametrize(
    ("args", "answer"),
    [
        (("add", "2026-01-07", "-3"), "2025-12-31"),
        (("add", "2025-12-31", "0"), "2025-12-31"),
        (("add", "2025-12-31", "3", "--known-on", "2025-12-24"), "2026-01-06"),  # 2, 5 and 6 January
        (("add", "2026-11-23", "1"), "2026-11-25"),  # 24/11 is Vietnam Culture Day
        (("count", "2025-12-31", "2026-01-07"), "3"),
        (("count", "2026-01-07", "2025-12-31"), "-3"),
        (("count", "2026-01-07", "2026-01-07"), "0"),
        (("count", "2026-01-09", "2026-01-11"), "1"),  # Saturday 10/1/2026 is worked instead of Friday 2/1
    ],
)
def test_calendar_adds_and_counts(cli: Cli, args: tuple[str, ...], answer: str) -> None:
    ended = cli("calendar", *args)
    assert (ended.status, ended.out.splitlines()[0]) == (0, answer)


def test_calendar_count_of_a_long_span_lists_no_days(cli: Cli) -> None:
    # 261 weekdays in 2026, less the official days off, in one line
    assert len(cli("calendar", "count", "2025-12-31", "2026-12-31").out.splitlines()) == 1


@pytest.mark.parametrize(
    ("day", "lang", "words"),
    [
        ("2026-01-02", "vi", ("02/01/2026 (thứ Sáu): ngày nghỉ; ", "12729/VPCP-KGVX", "đã công bố")),
        ("2026-01-10", "en", ("2026-01-10 (Saturday): worked; ", "12729/VPCP-KGVX", "official")),
        ("2026-01-01", "vi", ("01/01/2026 (thứ Năm): ngày nghỉ; ", "Bộ luật Lao động 2019, Điều 112")),
        ("2026-11-24", "vi", ("24/11/2026 (thứ Ba): ngày nghỉ; Ngày Văn hóa Việt Nam", "Nghị quyết 28/2026/QH16")),
        ("2026-11-21", "en", ("2026-11-21 (Saturday): off; a weekly day off", "188/1999/QĐ-TTg")),
        ("2026-11-20", "en", ("2026-11-20 (Friday): worked; ", "188/1999/QĐ-TTg")),
        ("2030-01-01", "en", ("2030-01-01 (Tuesday): off; ", "projected")),
        ("2000-01-04", "en", ("2000-01-04 (Tuesday): worked; ", "unverified")),
    ],
)
def test_calendar_why_gives_the_source(cli: Cli, day: str, lang: str, words: tuple[str, ...]) -> None:
    ended = cli("calendar", "why", day, "--lang", lang)
    assert (ended.status, ended.err, ended.out.count("\n")) == (0, "", 1)
    assert ended.out.startswith(words[0])
    assert all(word in ended.out for word in words)


def test_calendar_why_names_a_closure_of_the_host(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "storm.yaml").write_text("decisions:\n  - {id: bao-so-13, off: [2026-11-19]}\n", encoding="utf-8")
    assert "ngày nghỉ; nghỉ theo bao-so-13" in cli("calendar", "why", "2026-11-19", "--closures", "storm.yaml").out


def test_calendar_month_brackets_days_off(cli: Cli) -> None:
    ended = cli("calendar", "month", "2026-01", "--lang", "en")
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert [line.split() for line in lines[:1]] == [["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]]
    # 1 January 2026 is a Thursday; Friday 2 off and Saturday 10 worked by decision
    assert lines[1].replace("[ ", "[") == "            [1][2][3][4]"
    assert [re.sub(r"\[ ?", "[", line).replace("][", "] [").split() for line in lines[2:6]] == [
        ["5", "6", "7", "8", "9", "10", "[11]"],
        ["12", "13", "14", "15", "16", "[17]", "[18]"],
        ["19", "20", "21", "22", "23", "[24]", "[25]"],
        ["26", "27", "28", "29", "30", "[31]"],
    ]
    assert lines[6] == "21 working days"
    assert [line.split()[0] for line in lines[7:]] == ["2026-01-01", "2026-01-02", "2026-01-10"]


@pytest.mark.parametrize(("month", "days"), [("2026-02", 28), ("2028-02", 29), ("2026-12", 31), ("2100-12", 31)])
def test_calendar_month_ends_with_its_last_day(cli: Cli, month: str, days: int) -> None:
    out = cli("calendar", "month", month).out
    assert out.splitlines()[0].split() == ["T2", "T3", "T4", "T5", "T6", "T7", "CN"]
    grid = "\n".join(line for line in out.splitlines()[1:] if re.fullmatch(r"[\s\d\[\]]+", line))
    assert [int(number) for number in re.findall(r"\d+", grid)] == list(range(1, days + 1))


# --- check


@pytest.mark.parametrize("pack", PACKS)
def test_the_packs_pass_the_check(cli: Cli, pack: str) -> None:
    ended = cli("check", pack)
    assert ended.status == 0
    assert all(": warning: " in line for line in ended.out.splitlines())
    assert re.search(r"regulation\.yaml: \d+ rules, \d+ provisions, \d+ cases; 0 errors, \d+ warnings?$", ended.message)


class Broken(NamedTuple):
    """A fault put into the pack of Kon Tum: `old` becomes `new`; the finding stands at the line of `marked` (the first line where empty)."""

    file: str
    old: str
    new: str
    marked: str
    words: tuple[str, ...]


BROKEN = {
    "unknown key": Broken(
        "regulation.yaml",
        "    done_by: transferred_on\n",
        "    done_by: transferred_on\n    done_buy: transferred_on\n",
        "done_buy",
        ("deadlines[0].done_buy", "no such key", "did you mean 'done_by'?"),
    ),
    "duplicate key": Broken(
        "regulation.yaml",
        "    done_by: transferred_on\n",
        "    done_by: transferred_on\n    done_by: reviewed_on\n",
        "done_by: reviewed_on",
        ("the key 'done_by' stands twice",),
    ),
    "wrong unit": Broken(
        "regulation.yaml",
        "within: {working_days: 1}",
        "within: {working_day: 1}",
        "{working_day: 1}",
        ("'working_day' is not a unit", "working_days"),
    ),
    "gap": Broken(
        "regulation.yaml",
        "    - {progress: not_started, timeliness: in_time, status: not_done_in_time}\n",
        "",
        "  table:",
        ("progress=not_started, timeliness=in_time", "no answer"),
    ),
    "overlap": Broken(
        "regulation.yaml",
        "    - {progress: not_started, timeliness: overdue, status: not_done_overdue}\n",
        "    - {progress: not_started, timeliness: overdue, status: not_done_overdue}\n"
        "    - {progress: [not_started], timeliness: overdue, status: done_overdue}\n",
        "{progress: [not_started]",
        ("progress=not_started, timeliness=overdue", "2 answers"),
    ),
    "no ledger line": Broken(
        "provisions.yaml",
        "  - {at: Điều 12 khoản 2, encoded_as: [focal-point]}\n",
        "",
        "",
        ("focal-point cites Điều 12 khoản 2, which has no line in the ledger",),
    ),
    "not named in the ledger": Broken(
        "provisions.yaml",
        "{at: Điều 12 khoản 2, encoded_as: [focal-point]}",
        "{at: Điều 12 khoản 2, not_computed: procedure}",
        "at: Điều 12 khoản 2",
        ("Điều 12 khoản 2: focal-point rests on it",),
    ),
    "skipped number": Broken(
        "provisions.yaml", "  - {at: Điều 7 khoản 2, not_computed: form}\n", "", "", ("Điều 7 khoản 2 is accounted for nowhere",)
    ),
    "wrong case": Broken(
        "cases.yaml",
        "{starts_on: 2026-11-02, due_on: 2026-11-03, done_on: 2026-11-02, state: met}",
        "{starts_on: 2026-11-02, due_on: 2026-11-04, done_on: 2026-11-02, state: met}",
        "name: transfer, passed on the same day",
        ("transfer.due_on should be 2026-11-04, not 2026-11-03",),
    ),
    "case that is not well formed": Broken("cases.yaml", "    as_of: 2026-11-02\n", "    as_of: 2/11/2026\n", "as_of: 2/11/2026", ("2/11/2026",)),
    "not YAML": Broken("regulation.yaml", "id: kon-tum\n", "id: kon-tum\ntitle: a: b\n", "title: a: b", ("not YAML",)),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_pack_fails_the_check_with_file_and_line(cli: Cli, tmp_path: Path, fault: str) -> None:
    broken = BROKEN[fault]
    folder = tmp_path / "pack"
    shutil.copytree(RULES / "kon-tum", folder)
    path = folder / broken.file
    text = path.read_text(encoding="utf-8")
    assert broken.old in text
    text = text.replace(broken.old, broken.new, 1)
    path.write_text(text, encoding="utf-8")
    line = 1 + next(number for number, line in enumerate(text.splitlines()) if broken.marked in line)
    ended = cli("check", str(folder))
    assert ended.status == 1
    errors = [line for line in ended.out.splitlines() if ": error: " in line]
    found = next(error for error in errors if all(word in error for word in broken.words))
    assert found.startswith(f"{path}:{line}: error: ")
    assert "0 errors" not in ended.message
    assert cli("check", str(folder / "regulation.yaml")).out == ended.out


def test_a_pack_without_ledger_and_cases_is_told_so(cli: Cli, tmp_path: Path) -> None:
    shutil.copy(RULES / "kon-tum" / "regulation.yaml", tmp_path / "mine.yaml")
    ended = cli("check", "mine.yaml")
    assert ended.status == 0
    assert "provisions.yaml: warning: there is no ledger" in ended.out
    assert "cases.yaml: warning: there are no worked cases" in ended.out


# --- schema


class _PlainLoader(yaml.BaseLoader):
    """YAML as editors read it: whole numbers are numbers, days and yes/no are text."""


_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[0-9]+$"), list("0123456789"))
_PlainLoader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))


def test_schema_is_a_json_schema_of_every_section(cli: Cli) -> None:
    ended = cli("schema")
    assert (ended.status, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert {"id", "title", "in_force", "deadlines", "reports", "statuses", "escalations", "tally"} <= set(found["properties"])
    assert found["additionalProperties"] is False
    assert {"from", "except"} <= set(found["$defs"]["DeadlineRule"]["properties"])  # as they are called in the file
    jsonschema: Any = pytest.importorskip("jsonschema")
    jsonschema.validators.validator_for(found).check_schema(found)


def schema_complaints(cli: Cli, data: object) -> list[str]:
    jsonschema: Any = pytest.importorskip("jsonschema")
    found = json.loads(cli("schema").out)
    return [f"{list(error.path)}: {error.message[:80]}" for error in jsonschema.validators.validator_for(found)(found).iter_errors(data)]


def read_pack(pack: str) -> Any:
    return yaml.load((RULES / pack / "regulation.yaml").read_text(encoding="utf-8"), _PlainLoader)  # noqa: S506  # derives from BaseLoader


@pytest.mark.parametrize("pack", PACKS)
def test_the_schema_takes_the_packs(cli: Cli, pack: str) -> None:
    assert schema_complaints(cli, read_pack(pack)) == []


def test_the_schema_refuses_an_unknown_key_and_a_missing_one(cli: Cli) -> None:
    complaints = schema_complaints(cli, {key: value for key, value in read_pack("kon-tum").items() if key != "issuer"} | {"colour": "red"})
    assert any("'issuer' is a required property" in complaint for complaint in complaints)
    assert any("'colour' was unexpected" in complaint for complaint in complaints)


# --- calls and files that are wrong


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("show", "kontum"), ("there is no regulation 'kontum'", "did you mean 'kon-tum'?")),
        (("evaluate", "cantho", "tasks.csv"), ("did you mean 'can-tho'?",)),
        (("show", "mine.yaml"), ("mine.yaml: there is no such rule file",)),
        (("check", "nowhere/"), ("nowhere/: there is no such rule file",)),
        (("evaluate", "kon-tum", "tasks.csv", "--reading", "before-dya=same_day"), ("no reading 'before-dya'", "did you mean 'before-day'?")),
        (("evaluate", "kon-tum", "tasks.csv", "--reading", "before-day=sameday"), ("no option 'sameday'", "did you mean 'same_day'?")),
        (("evaluate", "kon-tum", "tasks.csv", "--reading", "before-day"), ("'before-day' has no option", "--reading before-day=same_day")),
        (("evaluate", "kon-tum", "tasks.csv", "--reading", "promptly=-1"), ("reading promptly has no option '-1'", "whole number")),
        (("evaluate", "kon-tum", "tasks.csv", "--as-of", "20/11/2026"), ("--as-of: '20/11/2026' is not a day", "YYYY-MM-DD")),
        (("evaluate", "kon-tum", "tasks.csv", "--as-of", "2026-02-30"), ("--as-of: '2026-02-30' is not a day",)),
        (("evaluate", "kon-tum", "tasks.csv", *AS_OF, "--known-on", "x"), ("--known-on: 'x' is not a day",)),
        (("evaluate", "kon-tum", "tasks.csv", "--as-of", "2016-05-08"), ("kon-tum took effect on 2016-05-09",)),
        (
            ("evaluate", "so-nn", "tasks.csv", "--as-of", "2021-12-31"),
            ("so-nn dates from 2022 (the text gives no day); on 2021-12-31 it says nothing",),
        ),
        (("evaluate", "kon-tum", "tasks.csv", *AS_OF, "--closures", "none.yaml"), ("none.yaml: the file cannot be read",)),
        (("evaluate", "kon-tum", "none.csv", *AS_OF), ("none.csv: the file cannot be read",)),
        (("evaluate", "kon-tum", "folder.csv", *AS_OF), ("folder.csv: the file cannot be read",)),
        (("evaluate", "kon-tum", "tasks.txt", *AS_OF), ("tasks.txt: tables are read from .csv, .jsonl, .xlsx and .parquet, not '.txt'",)),
        (("evaluate", "kon-tum", "tasks", *AS_OF), ("tasks: tables are read from .csv, .jsonl, .xlsx and .parquet",)),
        (("evaluate", "kon-tum", "empty.csv", *AS_OF), ("empty.csv: the file is empty",)),
        (("evaluate", "kon-tum", "noid.csv", *AS_OF), ("noid.csv:1: no column gives the task's id",)),
        (("evaluate", "kon-tum", "utf16.csv", *AS_OF), ("utf16.csv: the file is UTF-16",)),
        (("evaluate", "kon-tum", "tasks.csv", *AS_OF, "--out", "nowhere/out.csv"), ("No such file or directory",)),
        (("evaluate", "kon-tum", "tasks.csv", *AS_OF, "--out", "folder.csv"), ("Is a directory",)),
        (("reports", "kon-tum", "--since", "2026-12-31", "--until", "2026-01-01"), ("since 2026-12-31 lies after until 2026-01-01",)),
        (("reports", "kon-tum", "--since", "1/1/2026", "--until", "2026-12-31"), ("--since: '1/1/2026' is not a day",)),
        (("reports", "kon-tum", "--since", "2026-01-01", "--until", "2101-01-01"), ("2101-01-01 lies outside 1990-2100",)),
        (("reports", "kon-tum", "--since", "2028-01-01", "--until", "2028-12-31", "--strict"), ("report unit-quarter of 2028-Q1: 2028-03-19",)),
        (("explain", "kon-tum", "tasks.csv", "--task", "T-1", *AS_OF), ("tasks.csv: there is no task 'T-1'",)),
        (("calendar", "add", "31/12/2025", "3"), ("'31/12/2025' is not a day",)),
        (("calendar", "add", "2100-12-30", "9"), ("outside 1990-2100",)),
        (("calendar", "why", "1989-12-31"), ("1989-12-31", "outside 1990-2100")),
        (("calendar", "month", "2026-13"), ("'2026-13' is not a month; write it as YYYY-MM",)),
        (("calendar", "month", "1989-12"), ("outside 1990-2100",)),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(cli: Cli, tmp_path: Path, tasks: str, args: tuple[str, ...], words: tuple[str, ...]) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noid.csv").write_text("ngày giao\n", encoding="utf-8")
    (tmp_path / "utf16.csv").write_text(T_01, encoding="utf-16")
    (tmp_path / "folder.csv").mkdir()
    before = sorted(tmp_path.rglob("*"))
    ended = cli(*args)
    assert ended.status == 2
    last = ended.err.splitlines()[-1]
    assert last.startswith("deadline-rules: ")
    assert "fault of the program" not in last
    assert all(word in last for word in words)
    assert len(ended.err.splitlines()) == 1 + ("--as-of gives another day" in ended.err)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_as_of_beyond_the_calendar_refuses_the_whole_call(cli: Cli, tasks: str) -> None:
    assert cli("evaluate", "kon-tum", tasks, "--as-of", "2101-01-01").status == 2


@pytest.mark.parametrize("out", ["nowhere/out.csv", "folder"])
def test_an_out_file_that_cannot_be_written_is_named(cli: Cli, tmp_path: Path, tasks: str, out: str) -> None:
    (tmp_path / "folder").mkdir()
    message = cli("evaluate", "kon-tum", tasks, *AS_OF, "--out", out).err.splitlines()[-1]
    assert out in message
    assert ".part" not in message


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), ("Usage: deadline-rules [OPTIONS] COMMAND", "evaluate")),
        (("calendar",), ("Usage: deadline-rules calendar", "month")),
        (("lst",), ("No such command 'lst'", "list")),
        (("evaluate", "kon-tum"), ("Usage: deadline-rules evaluate", "Missing argument")),
        (("evaluate", "kon-tum", "tasks.csv", "--as-off", "2026-11-20"), ("No such option", "--as-of")),
        (("evaluate", "kon-tum", "tasks.csv", "--format", "xls"), ("'xls' is not one of 'table', 'csv', 'jsonl'",)),
        (("evaluate", "kon-tum", "tasks.csv", "--as-of"), ("--as-of",)),
        (("reports", "kon-tum", "--since", "2026-01-01"), ("Missing option", "--until")),
        (("explain", "kon-tum", "tasks.csv"), ("Missing option", "--task")),
        (("show", "kon-tum", "--lang", "fr"), ("'fr' is not one of 'vi', 'en'",)),
        (("calendar", "add", "2025-12-31", "three"), ("'N'", "valid integer")),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(cli: Cli, args: tuple[str, ...], words: tuple[str, ...]) -> None:
    ended = cli(*args)
    assert (ended.status, ended.out) == (2, "")
    assert all(word in ended.err for word in words)


@pytest.mark.parametrize("command", ["list", "show", "evaluate", "reports", "explain", "check", "schema", "calendar"])
def test_every_command_has_help(cli: Cli, command: str) -> None:
    ended = cli(command, "--help")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: deadline-rules {command}")


# --- the last net


def _boom(*args: object, **options: object) -> None:
    raise RuntimeError("something\tunforeseen")


def test_an_unforeseen_error_is_one_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deadline_rules.cli.show.load", _boom)
    ended = cli("show", "kon-tum")
    assert (ended.status, ended.out) == (2, "")
    assert ended.message.startswith("deadline-rules: this is a fault of the program (RuntimeError: something\tunforeseen); ")
    assert "DEADLINE_RULES_DEBUG=1" in ended.message


def test_debugging_lets_an_unforeseen_error_through(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deadline_rules.cli.show.load", _boom)
    monkeypatch.setenv("DEADLINE_RULES_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["deadline-rules", "show", "kon-tum"])
    with pytest.raises(RuntimeError, match="unforeseen"):
        main()


@pytest.mark.parametrize("name", [None, "out.jsonl"])
def test_a_system_error_names_its_file(cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device", name)

    monkeypatch.setattr("deadline_rules.cli.show.load", refuse)
    assert cli("show", "kon-tum").message == f"deadline-rules: {name or 'a file'}: No space left on device."


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (RuntimeError("x"), 2), (OSError(28, "No space left on device"), 2)])
@pytest.mark.parametrize("earlier", [None, "what stood there before"])
@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet", "xlsx"])
def test_a_write_that_breaks_off_leaves_the_file_as_it_was(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, earlier: str | None, format: str
) -> None:
    if earlier is not None:
        (tmp_path / "out.csv").write_text(earlier, encoding="utf-8")
    owner, name = (Regulation, "evaluate") if format == "jsonl" else (TableEvaluator, "find")
    work, calls = getattr(owner, name), []

    def break_off(self: Any, *args: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            assert [path.suffix for path in tmp_path.glob(".*")] == [".part"]
            raise error
        return work(self, *args)

    monkeypatch.setattr(owner, name, break_off)
    ended = cli("evaluate", "kon-tum", "-", *AS_OF, "--format", format, "--out", "out.csv", stdin=b'{"id": 1}\n{"id": 2}\n{"id": 3}\n')
    assert (ended.status, ended.out, len(calls)) == (status, "", 2)
    left = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert left == ({} if earlier is None else {"out.csv": earlier})


# --- as a process of its own


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet", "xlsx"])
def test_a_stopped_process_leaves_no_file(tmp_path: Path, stop: signal.Signals, format: str) -> None:
    command = [sys.executable, "-m", "deadline_rules", "evaluate", "kon-tum", "-", *AS_OF, "--out", str(tmp_path / f"out.{format}")]
    # Not measured: a signal that meets the measuring of coverage inside its own lock would leave it locked for ever.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        try:
            until = time.monotonic() + 30
            while not list(tmp_path.iterdir()):  # it waits for rows once its file is open
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.02)
            time.sleep(0.1)
            process.send_signal(stop)
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode != 0
    assert b"Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def reader_gone(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """What becomes of the program when nobody reads its output to the end."""
    path = write_tasks(tmp_path_factory.mktemp("pipe") / "many.csv", 500)
    command = [sys.executable, "-m", "deadline_rules", "evaluate", "kon-tum", str(path), *AS_OF, "--format", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read().decode("utf-8")
        status = process.wait(timeout=20)
    return Ended(status, "", err)


def test_a_reader_that_stops_reading_is_met_with_silence(reader_gone: Ended) -> None:
    assert reader_gone.err == ""


def test_a_reader_that_stops_reading_is_no_failure(reader_gone: Ended) -> None:
    assert reader_gone.status == 0


def test_vietnamese_whatever_the_locale(tmp_path: Path) -> None:
    path = tmp_path / "tasks.csv"
    path.write_text(T_01.replace("ngày bắt đầu", "màu"), encoding="utf-8")
    env = {"LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = run("evaluate", "kon-tum", str(path), *AS_OF, env=env)
    assert ended.status == 0
    assert "chưa thực hiện quá hạn" in ended.out
    assert "columns not used: màu" in ended.err


MISSING = """
import sys
class Absent:
    def find_spec(self, name, *rest):
        if name == {name!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
sys.argv = ["deadline-rules", "list"]
from deadline_rules.cli.main import main
main()
"""


@pytest.fixture(scope="module", params=["typer", "rich"])
def without_extra(request: pytest.FixtureRequest) -> Ended:
    """The program where a package of the extra is not installed."""
    done = subprocess.run([sys.executable, "-c", MISSING.format(name=request.param)], capture_output=True, encoding="utf-8", timeout=60)
    return Ended(done.returncode, done.stdout, done.stderr)


def test_the_missing_extra_is_named(without_extra: Ended) -> None:
    assert without_extra.message == "deadline-rules: the command line needs the extra 'cli': pip install 'deadline-rules[cli]'."
    assert without_extra.out == ""


def test_the_missing_extra_is_no_finding(without_extra: Ended) -> None:
    assert without_extra.status == 2


def on_terminal(*args: str) -> tuple[int, str]:
    """The status of the program, and what it tells a person at a terminal on standard error."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "deadline_rules", *args]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "400"}
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs, env=env)
    finally:
        os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 4096):
            parts.append(part)
    except OSError:  # Linux: the other end was closed
        pass
    finally:
        os.close(ours)
    return process.wait(timeout=20), b"".join(parts).decode("utf-8")


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_a_progress_bar_for_large_files_on_a_terminal_only(tmp_path: Path, format: str) -> None:
    many, few = write_tasks(tmp_path / "many.csv", 2_500), write_tasks(tmp_path / "few.csv", 1_999)
    with many.open("a", encoding="utf-8") as file:
        file.write(("," * 100_000 + "\n") * 11)  # empty rows, as spreadsheets leave them

    def args(path: Path) -> tuple[str, ...]:
        return ("evaluate", "kon-tum", str(path), *AS_OF, "--format", format)

    status, told = on_terminal(*args(many))
    assert status == 0
    assert "━" in told
    assert "/1.1 MB" in told
    assert told.endswith("2500 tasks evaluated under kon-tum\r\n")
    assert on_terminal(*args(few)) == (0, "1999 tasks evaluated under kon-tum\r\n")
    assert run(*args(many)).err == "2500 tasks evaluated under kon-tum\n"


def test_the_module_is_the_command() -> None:
    ended = run("calendar", "why", "2026-01-02")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("02/01/2026 (thứ Sáu): ngày nghỉ; ")
