"""An outbox on SQLite: what ticks write and take back, what is handed out, and what is refused. Expectations are worked out by hand."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

if importlib.util.find_spec("sqlalchemy") is None and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip("the outbox needs sqlalchemy: pip install 'deadline-rules[sql]'", allow_module_level=True)

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

import deadline_rules as dr
from deadline_rules.cli.main import main
from deadline_rules.errors import CalendarHorizonError, DayError, NotInForceError, TaskError, UnverifiedCalendarError
from deadline_rules.outbox import Outbox, OutboxError, reported, shown
from november import BEGIN, KON_TUM, NOW, T, day

ROOT = Path(__file__).resolve().parents[2]


def kinds(outbox: Outbox, on: date, now: datetime = NOW) -> list[str]:
    """What is handed out."""
    return [f"{notice.kind} {notice.rule}" for notice in outbox.pending(100, on, now=now, lease=timedelta(microseconds=1))]


class TestTick:
    def test_writes_what_the_regulation_gives(self, outbox: Outbox) -> None:
        assert outbox.watermark is None
        assert outbox.put([T]) == 1
        assert outbox.tick(day(19), after=BEGIN) == (1, BEGIN, day(19), 5, 0, 0, 0, None)
        assert outbox.watermark == day(19)
        # Every field of every notice comes back, the report's too.
        assert tuple(outbox.written(1)) == KON_TUM.notices([T], BEGIN, day(19))

    def test_goes_on_from_the_watermark(self, outbox: Outbox) -> None:
        outbox.put([T])
        assert [outbox.tick(day(number), after=BEGIN).new for number in (14, 14, 15, 10, 18, 19)] == [1, 0, 3, 0, 0, 1]
        assert outbox.watermark == day(19)
        assert outbox.tick(day(20)).after == day(19)

    def test_the_same_facts_again_are_no_change(self, outbox: Outbox) -> None:
        assert outbox.put([T]) == 1
        assert outbox.put([T]) == 0
        assert outbox.put([T.model_copy(update={"summary": "other words"})]) == 0

    def test_a_task_that_comes_late_has_its_earlier_notices_too(self, outbox: Outbox) -> None:
        outbox.tick(day(15), after=BEGIN)
        outbox.put([T])
        assert outbox.tick(day(15)).new == 4
        assert kinds(outbox, day(16)) == ["due due_on", "missed due_on", "opens unit-overdue", "opens office-overdue"]

    def test_what_no_longer_holds_is_withdrawn_and_comes_back(self, outbox: Outbox) -> None:
        """T was done on the 13th, which is entered on the 16th, and was a mistake, which is found on the 17th."""
        outbox.put([T])
        outbox.tick(day(16), after=BEGIN)
        missed = next(notice for notice in outbox.pending(9, day(16), now=NOW) if notice.kind == "missed")
        assert outbox.acknowledge([missed.key]) == 1
        outbox.put([T.model_copy(update={"completed_on": day(13)})])
        assert outbox.tick(day(16))[3:7] == (0, 4, 0, 0)
        assert kinds(outbox, day(16), NOW + timedelta(days=1)) == []
        assert list(outbox.withdrawn()) == [(missed, "facts_changed")]
        outbox.put([T])
        assert outbox.tick(day(17))[3:7] == (0, 0, 4, 0)
        assert list(outbox.withdrawn()) == []
        # What was delivered is not handed out again.
        assert kinds(outbox, day(17), NOW + timedelta(days=1)) == ["due due_on", "opens unit-overdue", "opens office-overdue"]

    def test_a_limit_that_moves_moves_its_notices(self, outbox: Outbox) -> None:
        outbox.put([T])
        outbox.tick(day(16), after=BEGIN)
        outbox.put([T.model_copy(update={"due_on": day(10)})])
        assert outbox.tick(day(16))[3:7] == (4, 4, 0, 0)
        outbox.put([T.model_copy(update={"due_on": day(20)})])
        assert outbox.tick(day(16))[3:7] == (0, 4, 0, 0)

    def test_a_task_taken_out(self, outbox: Outbox) -> None:
        outbox.put([T])
        outbox.tick(day(14), after=BEGIN)
        (due,) = outbox.pending(9, day(16), now=NOW)
        outbox.acknowledge([due.key])
        outbox.tick(day(15))
        assert outbox.withdraw(["T", "none", ""]) == 1
        assert kinds(outbox, day(16)) == []
        assert list(outbox.withdrawn()) == [(due, "task_withdrawn")]
        assert outbox.tick(day(18)).new == 0
        outbox.put([T])
        assert outbox.tick(day(18))[3:7] == (0, 0, 4, 0)

    def test_a_day_off_that_is_announced(self, outbox: Outbox, url: str) -> None:
        """Monday 16 becomes a day off: what waits for it waits for the 17th, and every day is judged anew, the reports' too."""
        outbox.put([T])
        outbox.tick(day(15), after=BEGIN)
        (first,) = outbox.pending(1, day(16), now=NOW)
        outbox.acknowledge([first.key])
        other = dr.load("kon-tum", calendar=dr.vietnam(extra=[dr.closure("storm", off=[day(16)])]))
        moved = Outbox(url, other)
        assert moved.tick(day(15))[3:7] == (0, 0, 0, 3)
        assert kinds(moved, day(16)) == []
        assert len(kinds(moved, day(17))) == 3
        assert moved.tick(day(15))[3:7] == (0, 0, 0, 0)
        moved.judge_anew()
        assert moved.tick(day(19))[3:7] == (1, 0, 0, 0)
        moved.close()

    def test_another_version_of_the_rules_goes_on_from_the_watermark(self, outbox: Outbox, url: str, tmp_path: Path) -> None:
        """The same rules in a file of another version: nothing of the days before is written twice, and a task that changes keeps its old keys."""
        outbox.put([T])
        outbox.tick(day(14), after=BEGIN)
        folder = tmp_path / "kon-tum"
        folder.mkdir()
        for file in (ROOT / "rules" / "kon-tum").glob("*.yaml"):
            (folder / file.name).write_bytes(file.read_bytes() + b"# another version\n")
        rules = dr.load(folder)
        assert rules.plan.rules_version != KON_TUM.plan.rules_version
        later = Outbox(url, rules)
        assert later.tick(day(14))[3:7] == (0, 0, 0, 0)
        later.put([T.model_copy(update={"urgent": True})])
        assert later.tick(day(15))[3:7] == (3, 0, 0, 0)
        versions = [notice.key.split("/")[3] for notice in later.pending(9, day(16), now=NOW)]
        assert versions == [KON_TUM.plan.rules_version] + [rules.plan.rules_version] * 3
        later.close()

    def test_regulations_share_a_database(self, outbox: Outbox, url: str) -> None:
        other = Outbox(url, dr.load("yen-the"))
        with pytest.raises(OutboxError, match=r"there is no outbox of yen-the in the store; call create\(\) first"):
            other.tick(day(15), after=BEGIN)
        other.create()
        outbox.put([T])
        other.tick(day(15), after=BEGIN)
        assert [notice.task_id for notice in other.written(1)] == [None] * 3  # its reports
        assert other.watermark == day(15)
        assert outbox.watermark is None
        assert outbox.tick(day(15), after=BEGIN).new == 4
        assert len(other.pending(9, day(30), now=NOW)) == 3
        other.close()

    def test_more_tasks_than_a_page(self, outbox: Outbox) -> None:
        tasks = [T.model_copy(update={"id": f"T{number}"}) for number in range(1101)]
        assert outbox.put(tasks) == 1101
        assert outbox.tick(day(15), after=BEGIN).new == 4404
        assert outbox.put(task.model_copy(update={"completed_on": day(13)}) for task in tasks) == 1101
        assert outbox.tick(day(16)).withdrawn == 4404
        assert outbox.put(tasks) == 1101
        assert outbox.tick(day(16)).restored == 4404
        found = [notice.key for notice in outbox.pending(5000, day(16), now=NOW)]
        assert len(set(found)) == 4404
        assert outbox.acknowledge(found) == 4404


class TestDelivery:
    def test_nobody_gets_what_is_claimed_until_the_lease_is_over(self, outbox: Outbox) -> None:
        outbox.put([T])
        outbox.tick(day(15), after=BEGIN)
        assert outbox.pending(9, day(15), now=NOW) == ()  # the 14th and the 15th are a weekend
        first = outbox.pending(3, day(16), now=NOW)
        assert [notice.kind for notice in first] == ["due", "missed", "opens"]
        (fourth,) = outbox.pending(3, day(16), now=NOW)
        assert fourth.rule == "office-overdue"
        assert outbox.acknowledge([first[0].key, "unknown", first[0].key]) == 1
        assert outbox.acknowledge([first[0].key]) == 0
        assert outbox.pending(9, day(16), now=NOW + timedelta(minutes=14, seconds=59)) == ()
        assert outbox.pending(9, day(16), now=NOW + timedelta(minutes=15)) == (*first[1:], fourth)

    def test_what_was_withdrawn_while_claimed_may_still_be_acknowledged(self, outbox: Outbox) -> None:
        outbox.put([T])
        outbox.tick(day(14), after=BEGIN)
        (due,) = outbox.pending(9, day(16), now=NOW)
        outbox.withdraw(["T"])
        assert list(outbox.withdrawn()) == []
        assert outbox.acknowledge([due.key]) == 1
        assert list(outbox.withdrawn()) == [(due, "task_withdrawn")]

    def test_a_block_delivers_with_the_effect(self, outbox: Outbox, url: str) -> None:
        outbox.put([T])
        outbox.tick(day(15), after=BEGIN)
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE letters (key TEXT)"))

        def fail() -> None:
            with outbox.delivering(9, day(16), now=NOW) as delivery:
                delivery.connection.execute(text("INSERT INTO letters VALUES ('lost')"))
                raise RuntimeError("the printer is on fire")

        with pytest.raises(RuntimeError, match="on fire"):
            fail()
        with outbox.delivering(3, day(16), now=NOW) as delivery:
            for notice in delivery.notices:
                delivery.connection.execute(text("INSERT INTO letters VALUES (:key)"), {"key": notice.key})
        with engine.begin() as connection:
            letters = [row.key for row in connection.execute(text("SELECT key FROM letters"))]
        assert letters == [notice.key for notice in delivery.notices]
        assert len(letters) == 3
        assert kinds(outbox, day(16)) == ["opens office-overdue"]
        engine.dispose()


class TestRefusals:
    def test_where_to_begin(self, outbox: Outbox) -> None:
        with pytest.raises(OutboxError, match="the first tick of an outbox needs the day after which to begin; give `after`"):
            outbox.tick(day(14))
        with pytest.raises(DayError, match="until 2026-10-31 lies before 2026-11-01, the day after which the outbox begins"):
            outbox.tick(date(2026, 10, 31), after=BEGIN)
        assert outbox.watermark is None
        outbox.tick(day(14), after=BEGIN)
        with pytest.raises(OutboxError, match="the outbox began after 2026-11-01, not 2026-11-02; leave `after` out"):
            outbox.tick(day(15), after=day(2))

    def test_errors_of_the_regulation_write_nothing(self, outbox: Outbox, url: str) -> None:
        with pytest.raises(NotInForceError):
            outbox.tick(date(2016, 5, 8), after=date(2016, 5, 1))
        with pytest.raises(CalendarHorizonError):
            outbox.tick(date(2101, 1, 1), after=BEGIN)
        strict = Outbox(url, dr.load("kon-tum", strict=True))
        strict.put([dr.Task(id="far", due_on=date(2040, 6, 1))])
        with pytest.raises(UnverifiedCalendarError):
            strict.tick(date(2040, 7, 1), after=date(2040, 5, 31))
        assert strict.watermark is None
        strict.close()

    def test_tasks(self, outbox: Outbox) -> None:
        with pytest.raises(TaskError, match="a dict is no task"):
            outbox.put([{"id": "T"}])  # type: ignore[list-item]  # what is tested
        with pytest.raises(TaskError, match="'T' is the id of two tasks"):
            outbox.put([T, T])
        with pytest.raises(TaskError, match="NUL character"):
            outbox.put([T, dr.Task(id="a\0b")])
        assert outbox.tick(day(15), after=BEGIN).new == 0

    def test_claims(self, outbox: Outbox) -> None:
        with pytest.raises(OutboxError, match="a limit of 0 claims nothing"):
            outbox.pending(0, day(16), now=NOW)
        with pytest.raises(OutboxError, match="a lease of 0:00:00 is over before it begins"):
            outbox.pending(1, day(16), now=NOW, lease=timedelta(0))
        with pytest.raises(DayError, match="a moment with a time zone"):
            outbox.pending(1, day(16), now=NOW.replace(tzinfo=None))

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("mysql://root:geheim@host/db", "the outbox knows sqlite and postgresql, not mysql"),
            ("nothing geheim", "the address of the store cannot be read"),
            ("postgresql://u:ge@heim@host/db", "has two @"),
            ("postgresql://host/db?password=geheim", "the password stands among the options"),
        ],
    )
    def test_addresses(self, address: str, told: str) -> None:
        with pytest.raises(OutboxError, match=told) as refused:
            Outbox(address, KON_TUM)
        assert "heim" not in str(refused.value)

    def test_tables_of_another_release(self, outbox: Outbox, url: str) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE deadline_schema SET version = 9"))
        engine.dispose()
        with pytest.raises(OutboxError, match="have form 9, and this release knows form 2"):
            outbox.create()

    def test_what_the_database_says_is_one_sentence(self) -> None:
        assert shown("postgresql://u:geheim@host/db") == "postgresql://u:***@host/db"
        with pytest.raises(OutboxError) as refused, reported("postgresql://u:geheim@host/db"):
            raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("no.\nsecond line"))
        assert str(refused.value) == "postgresql://u:***@host/db: no."
        with pytest.raises(OutboxError) as refused, reported("postgresql://u:geheim@host/db"):
            raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("geheim"))
        assert "geheim" not in str(refused.value)


def test_no_record_text_reaches_the_file(outbox: Outbox, tmp_path: Path) -> None:
    outbox.put([T.model_copy(update={"secrecy": "mật", "summary": "điều kín đáo", "content": "điều kín đáo", "overdue_reason": "điều kín đáo"})])
    outbox.tick(day(30), after=BEGIN)
    assert "kín đáo".encode() not in (tmp_path / "outbox.db").read_bytes()


def test_a_given_engine_is_not_closed_nor_shown_with_its_password(url: str) -> None:
    engine = create_engine(url)
    outbox = Outbox(engine, KON_TUM)
    outbox.create()
    outbox.create()
    outbox.close()
    assert outbox.watermark is None
    assert repr(outbox) == f"<Outbox of kon-tum in {url}>"
    engine.dispose()


def test_the_month_of_the_sample_host() -> None:
    """Worked by hand from the calendar of November 2026: 14 and 15, 21 and 22 are weekends, Tuesday 24 is Vietnam Cultural Day.

    A is done before it is due, and was reminded of on Friday 6, two working days before Tuesday 10. B was passed on a day late, came due on Friday
    13, and the deputy is told three working days after Saturday 14, the day on which the unit's duty opens: 16, 17, 18. C was due on Wednesday 18 and
    reminded of on Monday 16, three days after an extension that nobody had entered yet; with it C is due
    on Wednesday 25, and two working days before are Monday 23 and Friday 20.
    """
    done = subprocess.run([sys.executable, ROOT / "docs/sample/host/host.py"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "2026-11-04  B  due transfer of 2026-11-04  Điều 6 khoản 1 điểm b",
        "2026-11-05  B  missed transfer of 2026-11-05  Điều 6 khoản 1 điểm b",
        "2026-11-06  A  reminder nearly-due of 2026-11-06  Quy chế nội bộ mẫu 02/MẪU, Điều 2",
        "2026-11-11  B  reminder nearly-due of 2026-11-11  Quy chế nội bộ mẫu 02/MẪU, Điều 2",
        "2026-11-13  B  due due_on of 2026-11-13  Điều 5 khoản 1 điểm đ",
        "2026-11-16  -- restarted; last tick: 2026-11-16",
        "2026-11-16  B  missed due_on of 2026-11-14  Điều 5 khoản 1 điểm đ",
        "2026-11-16  B  opens unit-overdue of 2026-11-14  Điều 9 khoản 3",
        "2026-11-16  B  opens office-overdue of 2026-11-14  Điều 8 khoản 2",
        "2026-11-16  C  reminder nearly-due of 2026-11-16  Quy chế nội bộ mẫu 02/MẪU, Điều 2",
        "2026-11-17  -- C is extended to 2026-11-25; notices: 1 no longer holds, 0 new",
        "2026-11-18  B  opens deputy-told of 2026-11-18  Quy chế nội bộ mẫu 02/MẪU, Điều 1",
        "2026-11-19  report  report_due unit-year of 2026-11-19  Điều 10 khoản 1",
        "2026-11-20  C  reminder nearly-due of 2026-11-20  Quy chế nội bộ mẫu 02/MẪU, Điều 2",
        "2026-11-25  C  due due_on of 2026-11-25  Điều 5 khoản 1 điểm đ",
        "2026-11-26  C  missed due_on of 2026-11-26  Điều 5 khoản 1 điểm đ",
        "2026-11-26  C  opens unit-overdue of 2026-11-26  Điều 9 khoản 3",
        "2026-11-26  C  opens office-overdue of 2026-11-26  Điều 8 khoản 2",
        "taken back  C  reminder nearly-due of 2026-11-16: facts_changed",
    ]


def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    """The program in this process."""
    monkeypatch.setattr(sys, "argv", ["deadline-rules", "tick", "kon-tum", *args])
    monkeypatch.setattr(sys.modules["__main__"], "__package__", None)
    with pytest.raises(SystemExit) as left:
        main()
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert isinstance(left.value.code, int)
    return left.value.code, out, err


def test_the_command(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = tmp_path / "tasks.csv"
    tasks.write_text("mã,ngày giao,ngày chuyển,thời hạn\nT,02/11/2026,02/11/2026,14/11/2026\nU,02/11/26,,\n", encoding="utf-8")
    begun = call(monkeypatch, capsys, "--db", url, "--until", "2026-11-14", "--after", "2026-11-01", "--tasks", str(tasks), "--format", "jsonl")
    assert (begun[0], begun[1].count("\n")) == (1, 1)
    assert '"key": "2026-11-14/due/due_on/' in begun[1]
    assert begun[2].endswith("(2026-11-01, 2026-11-14] of kon-tum: 1 notice written, 0 withdrawn, 1 row refused\n")
    monkeypatch.setenv("DEADLINE_RULES_DB", url)
    status, out, err = call(monkeypatch, capsys, "--until", "2026-11-15", "--lang", "en")
    assert (status, err) == (0, "(2026-11-14, 2026-11-15] of kon-tum: 3 notices written, 0 withdrawn\n")
    assert sum(line.startswith("2026-11-15") for line in out.splitlines()) == 3


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--db", "postgresql://u:geheim@127.0.0.1:1/x", "--until", "2026-11-15"), "postgresql://u:***@127.0.0.1:1/x: "),
        (("--db", "mysql://u:geheim@h/x", "--until", "2026-11-15"), "the outbox knows sqlite and postgresql"),
        (("--db", "sqlite://", "--until", "2026-11-15"), "the first tick of an outbox needs the day after which to begin"),
        (("--db", "sqlite://", "--until", "15/11/2026"), "--until: '15/11/2026' is not a day"),
        (("--db", "sqlite:////no/such/folder/x.db", "--until", "2026-11-15"), "unable to open database file"),
        (("--until", "2026-11-15"), "--db"),
    ],
)
def test_a_wrong_call(args: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(monkeypatch, capsys, *args)
    assert (status, out) == (2, "")
    assert told in err
    assert "geheim" not in err
