"""An outbox in the long run: no text in it, what it refuses, lists that are whole, tasks that are forgotten, tables of an older form."""

from __future__ import annotations

import importlib.util
import json
import os
import sqlite3
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

if importlib.util.find_spec("sqlalchemy") is None and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip("the outbox needs sqlalchemy: pip install 'deadline-rules[sql]'", allow_module_level=True)

from sqlalchemy import create_engine, text

import deadline_rules as dr
from deadline_rules.cli.main import main
from deadline_rules.errors import DayError
from deadline_rules.outbox import Outbox, OutboxError
from deadline_rules.outbox.schema import facts_of
from november import BEGIN, KON_TUM, NOW, T, day


def count(url: str, table: str) -> int:
    """The rows of a table."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM deadline_{table}").fetchone()  # noqa: S608  # a name of this file
    connection.close()
    return int(number)


def deliver(outbox: Outbox, on: date) -> list[str]:
    """Hands out and acknowledges whatever waits."""
    found = outbox.pending(1000, on, now=NOW, lease=timedelta(microseconds=1))
    outbox.acknowledge([notice.key for notice in found])
    return [f"{notice.kind} {notice.rule}" for notice in found]


class TestTexts:
    HIDDEN = "điều kín đáo"
    TASK = dr.Task(
        id="S",
        assigned_on=date(2026, 11, 2),
        due_on=date(2026, 11, 14),
        content=HIDDEN,
        extensions=(dr.Extension(granted_on=date(2026, 11, 9), due_on=date(2026, 11, 20), by=HIDDEN, document=HIDDEN),),
        suspensions=(dr.Suspension(since=date(2026, 11, 9), until=date(2026, 11, 10), reason=HIDDEN),),
    )

    @pytest.mark.parametrize("secrecy", ["normal", "mật"])
    def test_none_is_kept(self, outbox: Outbox, tmp_path: Path, secrecy: dr.Secrecy) -> None:
        outbox.put([self.TASK.model_copy(update={"secrecy": secrecy})])
        outbox.tick(day(30), after=BEGIN)
        assert "kín đáo".encode() not in (tmp_path / "outbox.db").read_bytes()

    def test_the_days_are(self) -> None:
        kept = dr.Task.model_validate_json(facts_of(self.TASK))
        assert kept == dr.Task(
            id="S",
            assigned_on=date(2026, 11, 2),
            due_on=date(2026, 11, 14),
            extensions=(dr.Extension(granted_on=date(2026, 11, 9), due_on=date(2026, 11, 20)),),
            suspensions=(dr.Suspension(since=date(2026, 11, 9), until=date(2026, 11, 10)),),
        )

    def test_another_reason_is_no_other_fact(self, outbox: Outbox) -> None:
        outbox.put([self.TASK])
        other = dr.Suspension(since=date(2026, 11, 9), until=date(2026, 11, 10), reason="another")
        assert outbox.put([self.TASK.model_copy(update={"suspensions": (other,)})]) == 0


class TestRefusals:
    def test_ids_that_no_database_keeps(self, outbox: Outbox) -> None:
        outbox.put([T])
        for id in ("a\0b", "\ud800", 7):
            with pytest.raises(OutboxError, match="is the id of no task"):
                outbox.withdraw(["T", id])  # type: ignore[list-item]  # what is tested
        assert outbox.withdraw(["T"]) == 1
        assert outbox.acknowledge(["a\0b", "\ud800"]) == 0

    def test_numbers_that_no_database_counts(self, outbox: Outbox) -> None:
        with pytest.raises(OutboxError, match="a limit beyond 2147483647 is more than the store can count"):
            outbox.pending(10**30, day(16), now=NOW)
        with pytest.raises(OutboxError, match="a limit beyond"), outbox.delivering(2**31, day(16), now=NOW):
            raise AssertionError("not reached")
        with pytest.raises(OutboxError, match=r"a lease of 999999999 days.* ends later than the store can hold"):
            outbox.pending(1, day(16), now=NOW, lease=timedelta.max)
        assert outbox.pending(2**31 - 1, day(16), now=NOW, lease=timedelta(days=100_000)) == ()

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("sqlite:///x.db?foo=bar", "the option 'foo' is not known; there are: cached_statements"),
            ("sqlite:///x.db?mode=ro", "the option 'mode' is not known"),
            ("sqlite:///file:x.db?uri=true&mod=ro", "the option 'mod' is not known; did you mean 'mode'"),
            ("postgresql://u:geheim@h/x?aplication_name=x", "the option 'aplication_name' is not known; did you mean 'application_name'"),
            ("sqlite:///x.db?timeout=long", "is no address of sqlite; write it as sqlite:///outbox.db"),
            ("sqlite://outbox.db", "is no address of sqlite; write it as sqlite:///outbox.db"),
            ("postgresql+asyncpg://u:geheim@h/x", "reaches postgresql by psycopg, not by asyncpg; write the address as postgresql://… without"),
            ("postgresql+pg8000://u:geheim@h/x", "not by pg8000"),
            ("postgresql+psycopg2://u:geheim@h/x", "not by psycopg2"),
            ("sqlite+aiosqlite:///x.db", "reaches sqlite by pysqlite, not by aiosqlite"),
        ],
    )
    def test_addresses(self, address: str, told: str) -> None:
        if address.startswith("postgresql://") and importlib.util.find_spec("psycopg") is None:
            pytest.skip("needs psycopg")
        with pytest.raises(OutboxError) as refused:  # a warning would be raised, too
            Outbox(address, KON_TUM)
        assert told in str(refused.value)
        assert "geheim" not in str(refused.value)

    def test_addresses_with_a_driver_and_options(self, tmp_path: Path) -> None:
        for address in (f"sqlite+pysqlite:///{tmp_path}/x.db?cached_statements=10", f"sqlite:///file:{tmp_path}/y.db?uri=true&mode=rwc"):
            outbox = Outbox(address, KON_TUM)
            outbox.create()
            assert outbox.watermark is None
            outbox.close()

    def test_psycopg_that_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(OutboxError, match="needs the driver psycopg, which is not installed"):
            Outbox("postgresql://u@h/x", KON_TUM)

    def test_an_engine_that_must_be_awaited(self) -> None:
        if importlib.util.find_spec("psycopg") is None:
            pytest.skip("needs psycopg")
        engine = create_engine("postgresql+psycopg_async://u@h/x")
        with pytest.raises(OutboxError, match="which must be awaited; give one by psycopg"):
            Outbox(engine, KON_TUM)
        engine.dispose()

    def test_facts_that_an_earlier_release_took(self, outbox: Outbox, url: str) -> None:
        outbox.put([T])
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE deadline_tasks SET facts = :facts"), {"facts": '{"id": "T", "due_on": "1800-01-01"}'})
        engine.dispose()
        with pytest.raises(OutboxError, match=r"the facts of task 'T' in the store are none for this release: due_on: .* withdraw it"):
            outbox.tick(day(15), after=BEGIN)
        outbox.put([T])
        assert outbox.tick(day(15), after=BEGIN).new == 4


class TestWholeLists:
    def test_what_is_not_named_is_withdrawn(self, outbox: Outbox) -> None:
        other = T.model_copy(update={"id": "U"})
        assert outbox.put([T, other], whole=True) == 2
        outbox.tick(day(14), after=BEGIN)
        assert outbox.put([T], whole=True) == 1
        assert outbox.tick(day(15))[3:7] == (3, 0, 0, 0)
        assert [(notice.task_id, notice.kind, reason) for notice, reason in outbox.withdrawn_in(2)] == [("U", "due", "task_withdrawn")]
        assert deliver(outbox, day(16)) == ["due due_on", "missed due_on", "opens unit-overdue", "opens office-overdue"]
        assert outbox.put([T]) == 0
        assert outbox.put([], whole=True) == 1


class TestForgetting:
    DONE = T.model_copy(update={"id": "D", "completed_on": date(2026, 11, 16)})

    def test_only_what_is_over_and_was_acknowledged(self, outbox: Outbox, url: str) -> None:
        """D was done on Monday 16, two days late: four notices. T is not done."""
        assert outbox.forget(day(30)) == 0
        outbox.put([T, self.DONE])
        outbox.tick(day(18), after=BEGIN)
        assert outbox.forget(day(30)) == 0  # its notices wait
        assert len(deliver(outbox, day(18))) == 8
        assert outbox.forget(day(16)) == 0  # done on the 16th is not before it
        assert outbox.forget(day(17)) == 1
        assert outbox.forget(day(17)) == 0
        assert (count(url, "tasks"), count(url, "notices"), count(url, "forgotten")) == (1, 4, 1)

    def test_nothing_is_sent_again(self, outbox: Outbox, url: str) -> None:
        outbox.put([self.DONE])
        outbox.tick(day(18), after=BEGIN)
        assert len(deliver(outbox, day(18))) == 4
        outbox.forget(day(17))
        # The same facts again are passed over; others bring the task back, for the days to come alone.
        assert outbox.put([self.DONE], whole=True) == 0
        assert count(url, "tasks") == 0
        assert outbox.put([self.DONE.model_copy(update={"completed_on": None})]) == 1
        assert outbox.tick(day(18)).new == 0
        outbox.judge_anew()
        assert outbox.tick(day(19))[3:] == (1, 0, 0, 0, None)  # the report of the 19th
        storm = Outbox(url, dr.load("kon-tum", calendar=dr.vietnam(extra=[dr.closure("storm", off=[day(16)])])))
        assert storm.tick(day(19))[3:] == (0, 0, 0, 0, None)
        # Its limit is put off to Friday 20: what is of later days is said.
        storm.put([self.DONE.model_copy(update={"completed_on": None, "due_on": day(20)})])
        assert storm.tick(day(21)).new == 4
        assert [notice.day for notice in storm.written(5)] == [day(20), day(21), day(21), day(21)]
        # And forgotten once more, when it is over.
        assert len(deliver(storm, day(30))) == 5
        storm.put([self.DONE.model_copy(update={"completed_on": day(22), "due_on": day(20)})])
        storm.tick(day(23))
        assert storm.forget(day(23)) == 1
        assert storm.put([T.model_copy(update={"id": "D"})]) == 1
        assert storm.tick(day(23)).new == 0
        storm.close()

    def test_what_is_to_come_is_waited_for(self, url: str, tmp_path: Path) -> None:
        """Done on Tuesday 3; feedback of Friday 13 is to be urged within seven working days: 16 to 20, 23 and 25, for 24 is a day off."""
        house = tmp_path / "house.yaml"
        house.write_text(
            "id: house\nextends: kon-tum\ntitle: {vi: a, en: b}\nissuer: {vi: a, en: b}\ninstrument: {name: QC}\n"
            "deadlines:\n  - {id: urge, topic: feedback.urge, label: {vi: a, en: b}, actor: office, cite: Điều 1, quote: q,"
            " from: feedback_received_on, within: {working_days: 7}, done_by: urged_on}\n",
            encoding="utf-8",
        )
        outbox = Outbox(url, dr.load(house))
        outbox.create()
        outbox.put([dr.Task(id="D", assigned_on=day(2), transferred_on=day(2), completed_on=day(3), feedback_received_on=day(13))])
        outbox.tick(day(20), after=BEGIN)
        deliver(outbox, day(30))
        for until, forgotten in ((20, 0), (25, 0), (26, 1)):
            outbox.tick(day(until))
            deliver(outbox, day(30))
            assert outbox.forget(day(20)) == forgotten
        assert count(url, "tasks") == 0
        outbox.close()

    def test_what_is_to_be_told_stays(self, outbox: Outbox) -> None:
        outbox.put([T])
        outbox.tick(day(15), after=BEGIN)
        assert len(deliver(outbox, day(16))) == 4
        outbox.put([T.model_copy(update={"completed_on": day(14)})])
        outbox.tick(day(16))
        told = list(outbox.withdrawn())
        assert [notice.kind for notice, _ in told] == ["missed", "opens", "opens"]
        assert outbox.forget(day(15)) == 1
        assert list(outbox.withdrawn()) == told

    def test_only_where_all_is_judged(self, outbox: Outbox, url: str) -> None:
        outbox.put([self.DONE])
        outbox.tick(day(18), after=BEGIN)
        deliver(outbox, day(18))
        storm = Outbox(url, dr.load("kon-tum", calendar=dr.vietnam(extra=[dr.closure("storm", off=[day(16)])])))
        with pytest.raises(OutboxError, match="the outbox of kon-tum is yet to be judged anew; tick before forgetting"):
            storm.forget(day(17))
        storm.tick(day(18))
        with pytest.raises(OutboxError, match="which superseded"):
            outbox.forget(day(17))
        with pytest.raises(DayError):
            storm.forget("2026-11-17")  # type: ignore[arg-type]  # what is tested
        assert storm.forget(day(17)) == 1
        storm.close()

    def test_more_tasks_than_a_page(self, outbox: Outbox, url: str) -> None:
        """Every third is still open: 1,202 are done, with four notices each."""
        tasks = [T.model_copy(update={"id": f"T{number:04}", "completed_on": day(16) if number % 3 else None}) for number in range(1803)]
        outbox.put(tasks)
        outbox.tick(day(18), after=BEGIN)
        keys = [notice.key for notice in outbox.pending(10_000, day(18), now=NOW)]
        assert outbox.acknowledge(keys) == 4 * 1803
        assert outbox.forget(day(17)) == 1202
        assert (count(url, "tasks"), count(url, "notices")) == (601, 4 * 601)
        assert outbox.put(tasks) == 0


# The tables as the first form had them, and the one notice of T up to the 14th.
FIRST_FORM = """
CREATE TABLE deadline_schema (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE deadline_stores (regulation TEXT NOT NULL, begins_after DATE, watermark DATE, ticks INTEGER NOT NULL, rules_version TEXT,
  calendar_version TEXT, judge_anew BOOLEAN NOT NULL, PRIMARY KEY (regulation));
CREATE TABLE deadline_tasks (regulation TEXT NOT NULL, id TEXT NOT NULL, facts TEXT NOT NULL, revision INTEGER NOT NULL, ticked INTEGER NOT NULL,
  PRIMARY KEY (regulation, id));
CREATE TABLE deadline_notices (number INTEGER NOT NULL, "key" TEXT NOT NULL, task_id TEXT NOT NULL, regulation TEXT NOT NULL, rule TEXT NOT NULL,
  kind TEXT NOT NULL, day DATE NOT NULL, deliver_on DATE NOT NULL, due_on DATE, period TEXT, actor TEXT, owed_to TEXT, topic TEXT,
  label_vi TEXT NOT NULL, label_en TEXT NOT NULL, cite TEXT NOT NULL, provisional BOOLEAN NOT NULL, tick INTEGER NOT NULL,
  delivered BOOLEAN NOT NULL, withdrawn TEXT, leased_until BIGINT, PRIMARY KEY (number), UNIQUE (regulation, "key"),
  UNIQUE (regulation, task_id, day, kind, rule));
CREATE INDEX deadline_notices_waiting ON deadline_notices (regulation, deliver_on, number) WHERE delivered = 0 AND withdrawn IS NULL;
CREATE INDEX deadline_notices_of_tick ON deadline_notices (regulation, tick);
INSERT INTO deadline_schema VALUES (1);
INSERT INTO deadline_notices VALUES (1, '2026-11-14/due/due_on/{version}/T', 'T', 'kon-tum', 'due_on', 'due', '2026-11-14', '2026-11-16',
  '2026-11-14', NULL, NULL, NULL, NULL, 'Thời hạn của nhiệm vụ', 'The task''s own time limit', 'Điều 5 khoản 1 điểm đ', 0, 1, 1, NULL, NULL);
"""


class TestTablesOfTheFirstForm:
    @pytest.fixture
    def old(self, url: str) -> str:
        """A store of the first form, ticked up to the 14th; S has an extension with a text, as the first form kept it."""
        facts = {
            "T": {"id": "T", "assigned_on": "2026-11-02", "transferred_on": "2026-11-02", "due_on": "2026-11-14"},
            "S": {
                "id": "S",
                "due_on": "2026-11-20",
                "extensions": [{"granted_on": "2026-11-09", "due_on": "2026-11-27", "by": "điều kín đáo", "document": "điều kín đáo"}],
                "suspensions": [{"since": "2026-11-09", "until": "2026-11-10", "reason": "điều kín đáo"}],
            },
        }
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.executescript(FIRST_FORM.replace("{version}", KON_TUM.plan.rules_version))
            judged = KON_TUM.plan.rules_version, KON_TUM.calendar.version
            connection.execute("INSERT INTO deadline_stores VALUES ('kon-tum', '2026-11-01', '2026-11-14', 1, ?, ?, 0)", judged)
            for id, given in facts.items():
                row = (id, json.dumps(given, ensure_ascii=False, sort_keys=True))
                connection.execute("INSERT INTO deadline_tasks VALUES ('kon-tum', ?, ?, 1, 1)", row)
        connection.close()
        return url

    def test_are_brought_to_the_present_one(self, old: str, outbox: Outbox, tmp_path: Path) -> None:
        """`outbox` has called create(). T is missed on the 15th, and its due notice was delivered; S is due on the 27th."""
        assert outbox.watermark == day(14)
        assert "kín đáo".encode() not in (tmp_path / "outbox.db").read_bytes()
        task = dr.Task(
            id="S",
            due_on=day(20),
            extensions=(dr.Extension(granted_on=day(9), due_on=day(27), by="x"),),
            suspensions=(dr.Suspension(since=day(9), until=day(10), reason="x"),),
        )
        assert outbox.put([T, task]) == 0
        outbox.create()
        # All is judged anew once, since the first form kept no readings; nothing comes of it.
        done = outbox.tick(day(15))
        assert done[3:] == (3, 0, 0, 0, None)
        assert deliver(outbox, day(16)) == ["missed due_on", "opens unit-overdue", "opens office-overdue"]
        assert [notice.kind for notice in outbox.written(2)] == ["missed", "opens", "opens"]

    def test_other_rules_than_the_last_tick_judged_by(self, old: str, outbox: Outbox, tmp_path: Path) -> None:
        folder = tmp_path / "kon-tum"
        folder.mkdir()
        for file in (Path(__file__).resolve().parents[2] / "rules" / "kon-tum").glob("*.yaml"):
            (folder / file.name).write_bytes(file.read_bytes() + b"# another version\n")
        later = Outbox(old, dr.load(folder))
        done = later.tick(day(14))
        assert done.rules_changed is not None
        assert done.rules_changed.before == KON_TUM.plan.rules_version
        with pytest.raises(OutboxError, match="which superseded"):
            outbox.tick(day(15))
        later.close()


def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, *args: str) -> tuple[int, str, str]:
    """`tick` in this process."""
    monkeypatch.setattr(sys, "argv", ["deadline-rules", "tick", name, *args])
    monkeypatch.setattr(sys.modules["__main__"], "__package__", None)
    with pytest.raises(SystemExit) as left:
        main()
    out, err = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, out, err


class TestCommand:
    ROWS = "mã,ngày giao,ngày chuyển,thời hạn,trích yếu\nT,02/11/2026,02/11/2026,14/11/2026,kín đáo\nU,02/11/2026,02/11/2026,14/11/2026,kín đáo\n"

    def test_whole_lists(self, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        tasks = tmp_path / "tasks.csv"
        tasks.write_text(self.ROWS, encoding="utf-8")
        given = ("kon-tum", "--db", url, "--tasks", str(tasks), "--whole", "--format", "jsonl", "--until")
        assert call(monkeypatch, capsys, *given, "2026-11-14", "--after", "2026-11-01")[0] == 0
        kept = self.ROWS.splitlines(keepends=True)
        # A row that cannot be read is no task that is gone.
        tasks.write_text(kept[0] + kept[1] + "U,02/11/26,,,\n", encoding="utf-8")
        status, out, err = call(monkeypatch, capsys, *given, "2026-11-15")
        assert (status, out) == (2, "")
        assert "--whole needs the list of all tasks, and 1 row of it cannot be read" in err
        tasks.write_text(kept[0], encoding="utf-8")
        assert "it names none" in call(monkeypatch, capsys, *given, "2026-11-15")[2]
        assert "no --tasks gives it" in call(monkeypatch, capsys, "kon-tum", "--db", url, "--whole", "--until", "2026-11-15")[2]
        tasks.write_text(kept[0] + kept[1], encoding="utf-8")
        status, out, err = call(monkeypatch, capsys, *given, "2026-11-15")
        assert (status, out.count("\n")) == (0, 3)
        assert err.splitlines()[-2:] == [
            "withdrawn: U due_on due 2026-11-14 (task_withdrawn)",
            "(2026-11-14, 2026-11-15] of kon-tum: 3 notices written, 1 withdrawn",
        ]
        assert "kín đáo" not in out + err

    def test_other_rules(self, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """The store of kon-tum goes to the house; then the house is edited, and edited back."""
        house = tmp_path / "house.yaml"
        form = "id: house\nextends: kon-tum\ntitle: {vi: a, en: b}\nissuer: {vi: a, en: b}\ninstrument: {name: QC}\n"
        house.write_text(form, encoding="utf-8")
        where = ("--db", url, "--until", "2026-11-14")
        assert call(monkeypatch, capsys, "kon-tum", *where, "--after", "2026-11-01")[0] == 0
        assert "the first tick of an outbox needs" in call(monkeypatch, capsys, str(house), *where)[2]
        taken = call(monkeypatch, capsys, str(house), *where, "--take-over", "kon-tum")
        assert taken[0] == 0
        assert f"the rules changed from {KON_TUM.plan.rules_version}-" in taken[2]
        assert "of earlier days 0 notices written for it, 0 withdrawn" in taken[2]
        assert "house has an outbox of its own" in call(monkeypatch, capsys, str(house), *where, "--take-over", "kon-tum")[2]
        house.write_text(form + "# edited\n", encoding="utf-8")
        assert call(monkeypatch, capsys, str(house), *where)[0] == 0
        house.write_text(form, encoding="utf-8")
        refused = call(monkeypatch, capsys, str(house), *where)
        assert refused[0] == 2
        assert "tick --adopt" in refused[2]
        assert call(monkeypatch, capsys, str(house), *where, "--adopt")[0] == 0

    def test_no_id_moves_the_cursor(self, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        tasks = tmp_path / "tasks.jsonl"
        ids = "\x1b[2J\x1b]0;owned\x07", "\u202egnp.exe", "a\rb", ":warning:", "[red]x"
        rows = [{"id": id, "assigned_on": "2026-11-02", "transferred_on": "2026-11-02", "due_on": "2026-11-14"} for id in ids]
        tasks.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        given = ("kon-tum", "--db", url, "--tasks", str(tasks), "--whole", "--until")
        status, out, err = call(monkeypatch, capsys, *given, "2026-11-14", "--after", "2026-11-01")
        assert status == 0
        assert not {"\x1b", "\x07", "\r", "\u202e"} & set(out + err)
        for shown in ("\\x1b[2J\\x1b]0;owned\\x07", "\\u202egnp.exe", "a\\rb", ":warning:", "[red]x"):
            assert shown in out
        tasks.write_text(json.dumps(rows[3]) + "\n", encoding="utf-8")
        _, out, err = call(monkeypatch, capsys, *given, "2026-11-14")
        assert "withdrawn: \\x1b[2J\\x1b]0;owned\\x07 due_on due 2026-11-14" in err
        assert not {"\x1b", "\x07", "\r", "\u202e"} & set(out + err)
