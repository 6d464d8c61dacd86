"""Faults of an outbox: it dies before or after any statement, by an exception or, in a child process, by SIGKILL.

Run as a program it reads one JSON object a line, does in a child process what the object says, and answers how the child ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

import deadline_rules as dr
from deadline_rules.outbox import Outbox
from deadline_rules.regulation import Regulation

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
HOUSE = Path(__file__).resolve().parents[2] / "docs/sample/host/house.yaml"


def _edited() -> tuple[Regulation, ...]:
    """The house rules as they are, and as others would have them: reminded earlier and told sooner; tasks passed on the same day, and nobody told."""
    text = HOUSE.read_text(encoding="utf-8")
    sooner = text.replace("before: {working_days: 2}", "before: {working_days: 4}").replace(
        "unit-overdue, working_days: 3", "unit-overdue, working_days: 1"
    )
    escalations = text.index("escalations:"), text.index("reminders:")
    stricter = "stricter:\n  transfer: {within: {working_days: 0}, cite: Điều 3}\n\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "house.yaml"
        made = []
        for edited in (text, sooner, text[: escalations[0]] + stricter + text[escalations[1] :]):
            file.write_text(edited, encoding="utf-8")
            made.append(dr.load(file))
    return tuple(made)


VERSIONS = _edited()
REGULATION = VERSIONS[0]


class Killed(BaseException):
    """The process is no more; nothing in it may go on."""


def kill() -> None:
    """The end of this process, with no chance to clean up."""
    os.kill(os.getpid(), signal.SIGKILL)


def drop() -> None:
    """The same, played in one process."""
    raise Killed


def engine_for(url: str) -> Engine:
    """An engine that keeps no connection. Processes are killed in these tests, machines are not: SQLite need not wait for the disk."""
    if not url.startswith("sqlite"):
        return create_engine(url, poolclass=NullPool)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": 60})
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return engine


class Steps:
    """Every step of an engine: before and after each statement, before and after each commit. Dies at one of them, and at all that follow."""

    def __init__(self, engine: Engine, at: int, die: Callable[[], None]) -> None:
        self.left, self.die, self.died_at = at, die, ""
        event.listen(engine, "before_cursor_execute", lambda *given: self.step("before", given[2]))
        event.listen(engine, "after_cursor_execute", lambda *given: self.step("after", given[2]))
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self.step("before", "COMMIT")
            commit(connection)
            self.step("after", "COMMIT")

        if engine.dialect.name != "sqlite":  # there it is a statement like any other
            engine.dialect.do_commit = do_commit  # type: ignore[assignment]  # no event tells what comes after

    def step(self, when: str, statement: str) -> None:
        self.left -= 1
        if self.left == 0:
            words = statement.replace("\n", " ").split(" ")
            tables = [word for word in words if word.startswith("deadline_") and "." not in word]
            self.died_at = f"{when} {words[0]} {tables[0] if tables else ''}".strip()
        if self.left <= 0:
            self.die()


def _do(order: dict[str, Any]) -> None:
    """What one child does."""
    engine = engine_for(order["url"])
    if order.get("at"):
        Steps(engine, order["at"], kill)
    outbox, on = Outbox(engine, VERSIONS[order.get("version", 0)]), date.fromisoformat(order["day"])
    match order["do"]:
        case "tick":
            outbox.tick(on, after=date.fromisoformat(order["after"]) if "after" in order else None)
        case "claim":
            outbox.pending(order["limit"], on, now=NOW)
        case "deliver":
            with outbox.delivering(order["limit"], on, now=NOW):
                kill()
        case "work":
            while found := outbox.pending(order["limit"], on, now=NOW):
                keys = [notice.key for notice in found]
                assert outbox.acknowledge(keys) == len(keys)
                with open(order["log"], "a", encoding="utf-8") as log:  # noqa: PTH123  # one write, one line
                    log.write("".join(f"{key}\n" for key in keys))
    if order.get("then_die"):
        kill()


def _child(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _do(order)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def main() -> None:
    """Several children at once where the order says `workers`. A negative number is the signal that ended one."""
    for line in sys.stdin:
        order = json.loads(line)
        children = [_child(order) for _ in range(order.get("workers", 1))]
        print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]), flush=True)  # noqa: T201  # the answer


if __name__ == "__main__":
    main()
