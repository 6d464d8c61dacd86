"""An outbox that is killed at every step, and two workers at once, on SQLite and PostgreSQL.

1,000 seeded runs, 500 on each database: in 60 of these a child process is really killed, by SIGKILL, in 440 the crash is played in this process,
by an exception that nothing catches and every later statement meets again, with the engine thrown away. Each run is a few days of an office: tasks
come, change and go, the rules are edited and edited back, ticks, claims and deliveries; one tick dies at a step chosen by the seed, and is begun
anew. After every tick the store must hold exactly what `Regulation.notices` gives, each once, but for reminders that would have come after their
day, and nothing may be handed out that was acknowledged.
"""

from __future__ import annotations

import functools
import gc
import importlib.util
import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from outbox_faults import NOW, REGULATION, VERSIONS, Killed, Steps, drop, engine_for
from postgresql_server import INSTALL, programs, server
from sqlalchemy import Engine, create_engine, select, text

import deadline_rules as dr
from deadline_rules.outbox import Outbox, OutboxError
from deadline_rules.outbox.schema import FORGOTTEN, METADATA, NOTICES, SCHEMA, STORES, SUPERSEDED, TASKS
from deadline_rules.regulation import Regulation
from deadline_rules.results import Notice

ROOT = Path(__file__).resolve().parents[2]
BEGIN = date(2026, 11, 1)
PLAYED, KILLED = 440, 60
Children = Callable[..., list[int]]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server; skipped where none can be started, required where everything is."""
    bin = programs()
    if bin is None or importlib.util.find_spec("psycopg") is None:
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(INSTALL)
    with server(bin) as url:
        yield url
        engine_of(url).dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store with its tables."""
    url: str = f"sqlite:///{tmp_path / 'outbox.db'}" if request.param == "sqlite" else request.getfixturevalue("postgresql")
    Outbox(engine_of(url), REGULATION).create()
    empty(url)
    return url


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    """Has orders done by child processes, and tells how they ended."""
    program = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("outbox_faults.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert program.stdin is not None
    assert program.stdout is not None

    def order(**what: Any) -> list[int]:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(json.dumps(what) + "\n")
        program.stdin.flush()
        ended: list[int] = json.loads(program.stdout.readline())
        return ended

    yield order
    program.stdin.close()
    program.wait(10)
    program.stdout.close()


@functools.cache
def engine_of(url: str) -> Engine:
    """The engine of all that does not die: logging in takes longer than a tick."""
    return engine_for(url) if url.startswith("sqlite") else create_engine(url, pool_size=8)


def empty(url: str) -> None:
    """The store as it was when it was made."""
    engine = engine_of(url)
    with engine.begin() as connection:
        for table in (NOTICES, TASKS, SUPERSEDED, FORGOTTEN):
            connection.execute(table.delete())
        connection.execute(STORES.delete().where(STORES.c.regulation != REGULATION.id))
        judged = dict.fromkeys(("begins_after", "watermark", "rules_version", "calendar_version", "fingerprint", "taken_over_by"))
        connection.execute(STORES.update().values(**judged, ticks=0))


def stored(url: str) -> dict[str, Any]:
    """The rows of all notices that hold, by key; no key is there twice."""
    engine = engine_of(url)
    with engine.connect() as connection:
        rows = connection.execute(select(NOTICES).where(NOTICES.c.withdrawn.is_(None))).all()
        assert connection.scalar(text("SELECT count(*) - count(DISTINCT key) FROM deadline_notices")) == 0
    return {row.key: row for row in rows}


def some_task(rng: random.Random, id: str) -> dr.Task:
    """A task of November, with whatever is known of it."""
    assigned = BEGIN + timedelta(rng.randrange(0, 12))
    facts: dict[str, Any] = {"assigned_on": assigned}
    for field, likely, days in (("due_on", 0.9, 14), ("transferred_on", 0.6, 3), ("completed_on", 0.4, 20), ("difficulty_on", 0.2, 12)):
        if rng.random() < likely:
            facts[field] = assigned + timedelta(rng.randrange(days))
    return dr.Task(id=id, secrecy=rng.choice(["normal", "normal", "mật"]), **facts)


Place = tuple[str | None, date, str, str]


def place(notice: Any) -> Place:
    """What a notice is, whatever the rules are that gave it; of a row, too."""
    return notice.task_id or None, notice.day, notice.kind, notice.rule


class Office:
    """One run: the host's own list of tasks beside the store, what must hold in it, and what was said to be delivered."""

    def __init__(self, url: str, seed: int) -> None:
        self.url, self.rng, self.tasks = url, random.Random(seed), dict[str, dr.Task]()  # noqa: S311  # the same lives every time
        self.held, self.delivered = set[Place](), set[Place]()
        self.until = self.judged = BEGIN
        self.version, self.versions = 0, set[int]()  # the one of now, and all that ever judged the store

    @property
    def rules(self) -> Regulation:
        """What the office goes by."""
        return VERSIONS[self.version]

    def outbox(self) -> Outbox:
        """A store opened anew."""
        return Outbox(engine_of(self.url), self.rules)

    def facts_change(self) -> None:
        """Tasks come and change, and one may go."""
        given = [some_task(self.rng, f"T/{self.rng.randrange(7)}") for _ in range(self.rng.randrange(1, 5))]
        fresh = {task.id: task for task in given}
        self.outbox().put(fresh.values())
        self.tasks |= fresh
        if self.tasks and self.rng.random() < 0.2:
            gone = self.rng.choice(sorted(self.tasks))
            assert self.outbox().withdraw([gone, "unknown"]) == 1
            del self.tasks[gone]
            self.held = {one for one in self.held if one[0] != gone}

    def rules_change(self) -> None:
        """The file may be edited; what was there once is taken back on purpose."""
        if self.rng.random() < 0.5:
            self.version = self.rng.randrange(len(VERSIONS))
            if self.version in self.versions:
                self.outbox().adopt()

    def judge(self) -> dict[Place, Notice]:
        """What must hold after a tick. What would remind of a day that the tick before had passed is not begun any more, unless it was sent."""
        given = {place(notice): notice for notice in self.rules.notices(self.tasks.values(), BEGIN, self.until)}
        early = {one for one, notice in given.items() if notice.kind == "reminder" and notice.due_on is not None and notice.due_on <= self.judged}
        self.held = given.keys() - (early - self.held - self.delivered)
        self.judged = self.until
        return given

    def check(self) -> None:
        """What holds in the store is what the regulation gives, each once, every word of it."""
        given = self.judge()
        self.versions.add(self.version)
        found = stored(self.url)
        rows = {place(row): row for row in found.values()}
        assert len(rows) == len(found)
        assert rows.keys() == self.held
        for where, row in rows.items():
            notice = given[where]
            day, kind, rule, version, id = row.key.split("/", 4)
            assert (day, kind, rule, id) == (str(notice.day), notice.kind, notice.rule, notice.task_id or "")
            assert version in {VERSIONS[number].plan.rules_version for number in self.versions}
            assert row.delivered == (where in self.delivered)
            if not row.delivered:
                assert (row.owed_to, row.due_on, row.deliver_on) == (notice.to, notice.due_on, notice.deliver_on)
        assert self.outbox().watermark == self.until
        others = self.versions - {self.version}
        if others and self.rng.random() < 0.2:  # a worker that was not restarted
            with pytest.raises(OutboxError, match="which superseded"):
                Outbox(engine_of(self.url), VERSIONS[min(others)]).tick(self.until)

    def deliver(self) -> None:
        """A worker claims some, and acknowledges a part; the rest comes back when the lease is over."""
        claimed = self.outbox().pending(self.rng.randrange(1, 6), self.until, now=NOW)
        assert not self.delivered & {place(notice) for notice in claimed}
        part = claimed[: self.rng.randrange(len(claimed) + 1)]
        assert self.outbox().acknowledge([notice.key for notice in part]) == len(part)
        self.delivered |= {place(notice) for notice in part}

    def live(self, die: Callable[[int, date, int], bool]) -> bool:
        """Four ticks, of which one dies; whether it died before it was done."""
        dying, died = self.rng.randrange(4), False
        for number in range(4):
            self.facts_change()
            self.rules_change()
            self.until += timedelta(self.rng.choice([0, 1, 1, 3, 8]))
            if number == dying:
                before = stored(self.url)
                died = die(self.rng.randrange(1, 44), self.until, self.version)
                if died and self.outbox().watermark is not None and before:
                    after = stored(self.url)
                    assert after.keys() == before.keys() or self.outbox().watermark == self.until
            self.outbox().tick(self.until, after=BEGIN)
            self.check()
            self.deliver()
        return died


def test_a_crash_played_at_any_step(url: str) -> None:
    """Every kind of step is met by some seed, before and after."""
    steps: Counter[str] = Counter()
    gc.collect()
    gc.freeze()  # what was there before need not be looked through 440 times
    for seed in range(PLAYED):
        empty(url)

        def die(at: int, until: date, version: int) -> bool:
            engine = engine_for(url)
            fault = Steps(engine, at, drop)
            try:
                Outbox(engine, VERSIONS[version]).tick(until, after=BEGIN)
            except Killed:
                steps[fault.died_at] += 1
                return True
            finally:
                engine.dispose()
                if engine.dialect.name == "sqlite":
                    gc.collect()  # the dead hold no locks: a statement left unread would keep its connection open
            return False

        Office(url, seed).live(die)
    gc.unfreeze()
    tables = {"SELECT": ("stores", "superseded", "tasks", "notices"), "INSERT": ("notices", "superseded"), "UPDATE": ("notices", "tasks", "stores")}
    wanted = {f"{when} {word} deadline_{table}" for when in ("before", "after") for word, names in tables.items() for table in names}
    assert {*wanted, "before COMMIT", "after COMMIT"} <= {step.replace("INTO ", "") for step in steps}, steps


def test_a_process_killed_at_any_step(url: str, children: Children) -> None:
    """The signal leaves a process no chance: SQLite finds its journal, PostgreSQL a connection that is gone."""
    died = 0
    for seed in range(10_000, 10_000 + KILLED):
        empty(url)

        def die(at: int, until: date, version: int) -> bool:
            # Steps are fewer than the numbers drawn: where the tick is done before, the process dies right after it.
            (ended,) = children(do="tick", url=url, at=at, day=str(until), after=str(BEGIN), version=version, then_die=True)
            assert ended == -9
            return True

        died += Office(url, seed).live(die)
    assert died == KILLED


def many(number: int) -> list[dr.Task]:
    """Tasks enough for several pages."""
    rng = random.Random(number)  # noqa: S311  # the same lives every time
    return [some_task(rng, f"T-{place:05d}") for place in range(number)]


def expected(tasks: list[dr.Task], until: date) -> dict[str, Notice]:
    """What the regulation gives."""
    return {notice.key: notice for notice in REGULATION.notices(tasks, BEGIN, until)}


def threads(number: int, work: Callable[[int], None]) -> None:
    """The same at once; the first error of any is raised."""
    errors: list[BaseException] = []
    ready = threading.Barrier(number)

    def run(place: int) -> None:
        try:
            ready.wait()
            work(place)
        except BaseException as error:
            errors.append(error)

    running = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if errors:
        raise errors[0]


def test_two_threads_tick_at_once(url: str) -> None:
    tasks = many(1200)
    Outbox(engine_of(url), REGULATION).put(tasks)
    for until in (BEGIN + timedelta(days) for days in (5, 6, 15)):
        before, new = len(stored(url)), list[int]()

        def tick(place: int, until: date = until, new: list[int] = new) -> None:
            new.append(Outbox(engine_of(url), REGULATION).tick(until, after=BEGIN).new)

        threads(2, tick)
        assert stored(url).keys() == expected(tasks, until).keys()
        assert sorted(new) == [0, len(stored(url)) - before]


def test_two_processes_tick_and_claim_at_once(url: str, children: Children, tmp_path: Path) -> None:
    tasks, until = many(700), BEGIN + timedelta(15)
    Outbox(engine_of(url), REGULATION).put(tasks)
    assert children(do="tick", url=url, day=str(until), after=str(BEGIN), workers=2) == [0, 0]
    given = expected(tasks, until)
    assert stored(url).keys() == given.keys()
    log = tmp_path / "delivered"
    assert children(do="work", url=url, day=str(until), limit=50, log=str(log), workers=2) == [0, 0]
    assert sorted(log.read_text(encoding="utf-8").split("\n")[:-1]) == sorted(key for key, notice in given.items() if notice.deliver_on <= until)


def test_threads_claim_apart(url: str) -> None:
    tasks, until = many(200), BEGIN + timedelta(15)
    outbox = Outbox(engine_of(url), REGULATION)
    outbox.put(tasks)
    outbox.tick(until, after=BEGIN)
    claimed: list[str] = []

    def work(place: int) -> None:
        mine = Outbox(engine_of(url), REGULATION)
        for _ in range(1000):
            found = [notice.key for notice in mine.pending(7, until, now=NOW)]
            claimed.extend(found)
            if not found:
                return
            assert mine.acknowledge(found[:5]) == len(found[:5])

    threads(3, work)
    assert len(claimed) == len(set(claimed))
    # Two of seven were never acknowledged; they come back when the lease is over.
    again = outbox.pending(10_000, until, now=NOW + timedelta(minutes=15))
    waiting = {key for key, notice in expected(tasks, until).items() if notice.deliver_on <= until}
    assert {notice.key for notice in again} == {key for key, row in stored(url).items() if not row.delivered} & waiting
    assert set(claimed) <= waiting
    assert set(claimed) | {notice.key for notice in again} == waiting


def test_claims_of_a_dead_worker_come_back(url: str, children: Children) -> None:
    tasks, until = many(20), BEGIN + timedelta(15)
    outbox = Outbox(engine_of(url), REGULATION)
    outbox.put(tasks)
    outbox.tick(until, after=BEGIN)
    waiting = {key for key, notice in expected(tasks, until).items() if notice.deliver_on <= until}
    assert children(do="claim", url=url, day=str(until), limit=3, then_die=True) == [-9]
    assert len(outbox.pending(10_000, until, now=NOW + timedelta(minutes=14), lease=timedelta(seconds=1))) == len(waiting) - 3
    assert {notice.key for notice in outbox.pending(10_000, until, now=NOW + timedelta(minutes=15))} == waiting


def test_a_delivery_that_dies_sets_its_notices_free(url: str, children: Children) -> None:
    tasks, until = many(20), BEGIN + timedelta(15)
    outbox = Outbox(engine_of(url), REGULATION)
    outbox.put(tasks)
    outbox.tick(until, after=BEGIN)
    waiting = {key for key, notice in expected(tasks, until).items() if notice.deliver_on <= until}
    assert children(do="deliver", url=url, day=str(until), limit=10_000) == [-9]
    found = set[str]()
    for _ in range(200):  # the server may need a moment to see that the worker is gone
        with outbox.delivering(10_000, until, now=NOW) as delivery:
            found |= {notice.key for notice in delivery.notices}
        if found == waiting:
            break
    assert found == waiting
    assert outbox.pending(10, until, now=NOW) == ()


def test_everything_at_once_neither_deadlocks_nor_loses(url: str) -> None:
    """Facts change, tasks go, two tick, two deliver: in the end the store holds what the regulation gives."""
    tasks = {task.id: task for task in many(150)}
    Outbox(engine_of(url), REGULATION).put(tasks.values())
    delivered: list[str] = []
    until = BEGIN + timedelta(12)

    def work(place: int) -> None:
        rng, mine = random.Random(place), Outbox(engine_of(url), REGULATION)  # noqa: S311  # the same lives every time
        for round in range(12):
            if place < 2:
                mine.tick(BEGIN + timedelta(round + 1), after=BEGIN)
            elif place == 2:
                given = [some_task(rng, id) for id in rng.sample(sorted(tasks), 20)]
                mine.put(given)
                tasks.update({task.id: task for task in given})
            elif place == 3:
                keys = [notice.key for notice in mine.pending(40, until, now=NOW)]
                rng.shuffle(keys)
                mine.acknowledge(keys)
                delivered.extend(keys)
            else:
                with mine.delivering(30, until, now=NOW) as delivery:
                    delivered.extend(notice.key for notice in delivery.notices)

    threads(5, work)
    outbox = Outbox(engine_of(url), REGULATION)
    outbox.tick(until)
    given = expected(list(tasks.values()), until)
    assert stored(url).keys() <= given.keys()
    late = [given[key] for key in given.keys() - stored(url).keys()]
    assert all(notice.kind == "reminder" and notice.due_on is not None and notice.due_on <= until for notice in late)
    assert len(delivered) == len(set(delivered))
    assert {entry.notice.key for entry in outbox.withdrawn()} == set(delivered) - stored(url).keys()


def test_the_password_of_a_server_is_not_shown(postgresql: str) -> None:
    assert "only-for-the-tests" not in repr(Outbox(postgresql, REGULATION))
    assert ":***@" in repr(Outbox(postgresql, REGULATION))


def test_what_one_database_refuses_both_refuse(url: str) -> None:
    outbox = Outbox(engine_of(url), REGULATION)
    with pytest.raises(OutboxError, match="is the id of no task"):
        outbox.withdraw(["a\0b"])
    assert outbox.acknowledge(["a\0b", "\ud800"]) == 0
    with pytest.raises(OutboxError, match="a limit beyond 2147483647"):
        outbox.pending(10**30, BEGIN, now=NOW)
    with pytest.raises(OutboxError, match="ends later than the store can hold"):
        outbox.pending(1, BEGIN, now=NOW, lease=timedelta.max)


def test_two_versions_at_work(url: str) -> None:
    """The house is edited while two workers run: the one that was not restarted is refused, once the other has ticked, and nothing is lost."""
    tasks, workers = many(300), [Outbox(engine_of(url), version) for version in VERSIONS[:2]]
    workers[0].put(tasks)
    workers[0].tick(BEGIN + timedelta(3), after=BEGIN)
    refused, sent, edited = list[str](), list[Place](), threading.Event()

    def work(number: int) -> None:
        for days in range(4, 16):
            until = BEGIN + timedelta(days)
            if days == 15 and number == 0:
                edited.wait(60)  # at the latest now it is outdated
            try:
                workers[number].tick(until)
            except OutboxError as error:
                refused.append(f"{number} {error}")
                return
            if number == 1:
                edited.set()
            while claimed := workers[number].pending(40, until, now=NOW):
                sent.extend(map(place, claimed))
                workers[number].acknowledge([notice.key for notice in claimed])

    threads(2, work)
    assert len(refused) == 1
    assert refused[0].startswith("0 ")
    assert len(sent) == len(set(sent))
    until = BEGIN + timedelta(15)
    given = {place(notice) for notice in VERSIONS[1].notices(tasks, BEGIN, until)}
    held = {place(row) for row in stored(url).values()}
    assert held <= given
    assert {kind for _, _, kind, _ in given - held} <= {"reminder"}  # those that would have come after their day


def test_everything_is_taken_over(url: str, tmp_path: Path) -> None:
    """Kon Tum's store goes to the house while deliveries go on; they wait for each other in no circle."""
    plain = Outbox(engine_of(url), dr.load("kon-tum"))
    plain.create()
    tasks, until = many(700), BEGIN + timedelta(15)
    plain.put(tasks)
    plain.tick(until, after=BEGIN)
    house, sent = Outbox(engine_of(url), REGULATION), list[Place]()

    def work(number: int) -> None:
        if number == 0:
            house.take_over("kon-tum")
            house.tick(until)
            return
        while claimed := plain.pending(50, until, now=NOW) or house.pending(50, until, now=NOW):
            # What was claimed under the old id cannot be acknowledged any more once it is gone, and comes back.
            done = sum(outbox.acknowledge([notice.key for notice in claimed]) for outbox in (plain, house))
            assert done == len(claimed)
            sent.extend(map(place, claimed))

    threads(3, work)
    work(1)
    assert len(sent) == len(set(sent))
    held = {place(row) for row in stored(url).values()}
    given = {place(notice): notice for notice in REGULATION.notices(tasks, BEGIN, until)}
    assert held == {one for one, notice in given.items() if notice.kind != "reminder" or (notice.due_on is not None and notice.due_on > until)}
    assert set(sent) == {one for one in held if given[one].deliver_on <= until}


def test_what_is_over_is_forgotten(url: str) -> None:
    tasks, until = many(700), BEGIN + timedelta(60)
    outbox = Outbox(engine_of(url), REGULATION)
    outbox.put(tasks)
    outbox.tick(until, after=BEGIN)
    sent = set[str]()
    while claimed := outbox.pending(100, until, now=NOW):
        keys = [notice.key for notice in claimed]
        outbox.acknowledge(keys)
        sent |= set(keys)
    over = {task.id for task in tasks if task.completed_on is not None}
    assert outbox.forget(until) == len(over)
    assert {row.task_id for row in stored(url).values()} & over == set()
    # All are put again, with other facts: not one notice more.
    outbox.put([task.model_copy(update={"urgent": True}) for task in tasks])
    outbox.judge_anew()
    assert outbox.tick(until).new == 0
    assert outbox.pending(100, until, now=NOW) == ()
    assert sent


def test_tables_of_the_first_form(url: str) -> None:
    """Made by taking from the present form what it has more."""
    outbox, until = Outbox(engine_of(url), REGULATION), BEGIN + timedelta(9)
    tasks = many(700)
    outbox.put(tasks)
    outbox.tick(until, after=BEGIN)
    before = stored(url).keys()
    with engine_of(url).begin() as connection:
        for statement in (
            "DROP TABLE deadline_superseded",
            "DROP TABLE deadline_forgotten",
            "DROP INDEX deadline_notices_withdrawn",
            "ALTER TABLE deadline_notices DROP COLUMN withdrawn_in",
            "ALTER TABLE deadline_stores DROP COLUMN fingerprint",
            "ALTER TABLE deadline_stores DROP COLUMN taken_over_by",
            "UPDATE deadline_schema SET version = 1",
        ):
            connection.execute(text(statement))
    threads(3, lambda place: Outbox(engine_of(url), REGULATION).create())
    with engine_of(url).connect() as connection:
        assert connection.scalar(select(SCHEMA.c.version)) == 2
    assert outbox.put(tasks) == 0
    assert outbox.tick(until)[3:] == (0, 0, 0, 0, None)
    assert stored(url).keys() == before
    outbox.tick(until + timedelta(3))
    assert stored(url).keys() == expected(tasks, until + timedelta(3)).keys()


def test_the_tables_are_made_once_by_workers_at_once(url: str) -> None:
    METADATA.drop_all(engine_of(url))
    threads(4, lambda place: Outbox(engine_of(url), REGULATION).create())
    assert stored(url) == {}
