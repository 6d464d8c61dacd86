"""Hundreds of thousands of events through one session: how fast, beside the single engine, and whether memory stays flat.

    python tests/benchmarks/soak_durable.py                    # 300,000 events
    python tests/benchmarks/soak_durable.py --events 30000

Ends with status 1 where memory grew by more than the bound. `throughput` gives the speeds alone, for whoever compares engines.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import deadline_rules as dr
from deadline_rules import durable_rules

PACKS: Final = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")
SETTLED: Final = 6  # the first sixth of the events lets memory settle
MOST_GROWTH: Final = 4_000_000  # bytes
FIRST: Final = date(2026, 3, 2)
OPEN_TASKS: Final = 200


class Event(NamedTuple):
    """What a host tells of a task, and the day on which it does."""

    task: str
    facts: dict[str, Any]
    on: date
    last: bool


class Speed(NamedTuple):
    """One regulation: how many events with their answers pass in a second, and how many answers each engine gives."""

    regulation: str
    events: float
    durable: float
    single: float


def events(number: int, seed: int = 1) -> Iterator[Event]:
    """The lives of tasks, many at a time and mixed: assigned, transferred, started, urged, completed, and sometimes the due day moved."""
    draw = random.Random(seed)  # noqa: S311  # the same lives every time
    lives: list[list[Event]] = []
    made = told = 0
    while told < number:
        while len(lives) < OPEN_TASKS:
            made += 1
            lives.append(list(_life(f"T-{made}", draw)))
        place = draw.randrange(OPEN_TASKS)
        yield lives[place].pop(0)
        told += 1
        if not lives[place]:
            lives[place] = lives[-1]
            lives.pop()


def _life(id: str, draw: random.Random) -> Iterator[Event]:
    day = FIRST + timedelta(days=draw.randrange(200))
    limit = {"due_on": day + timedelta(days=draw.randrange(30))} if draw.random() < 0.8 else {}
    kind = {"secrecy": draw.choice(("normal", "normal", "mật")), "urgent": draw.random() < 0.3, "assigned_by": draw.choice(("superior", "chair"))}
    yield Event(id, {"issued_on": day, "assigned_on": day, **kind, **limit}, day, False)
    for name in ("received_on", "transferred_on", "started_on", "status_updated_on", "urged_on"):
        day += timedelta(days=draw.randrange(6))
        if draw.random() < 0.8:
            yield Event(id, {name: day}, day, False)
    yield Event(id, {"completed_on": day}, day, True)


def resident() -> int | None:
    """Bytes of memory that the process holds; None where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmRSS"))


def soak(number: int, pack: str = "so-nn") -> tuple[float, int | None]:
    """Tells `number` events to one session and asks after each. Seconds taken, and bytes of memory grown after the first sixth."""
    session = durable_rules.session(dr.load(pack))
    settled = None
    began = time.perf_counter()
    for count, event in enumerate(events(number), start=1):
        session.tell(event.task, **event.facts)
        session.ask(event.task, event.on)
        if event.last:
            session.forget(event.task)
        if count == number // SETTLED:
            gc.collect()
            settled = resident()
    seconds = time.perf_counter() - began
    gc.collect()
    ended = resident()
    return seconds, None if ended is None or settled is None else ended - settled


def throughput(pack: str, number: int = 3_000) -> Speed:
    """The speed of one regulation, over the same tasks on the same days."""
    regulation = dr.load(pack)
    session = durable_rules.session(regulation)
    told = list(events(number))
    asked: list[tuple[dr.Task, date]] = []
    began = time.perf_counter()
    for event in told:
        session.tell(event.task, **event.facts)
        session.ask(event.task, event.on)
    of_events = number / (time.perf_counter() - began)
    asked = [(session.task(event.task), event.on) for event in told]
    speeds = []
    for engine in (session, regulation):
        began = time.perf_counter()
        for task, day in asked:
            engine.evaluate(task, day)
        speeds.append(number / (time.perf_counter() - began))
    return Speed(pack, of_events, *speeds)


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--no-throughput", action="store_true")
    options = parser.parse_args()
    if not (found := durable_rules.available()):
        sys.stderr.write(f"{found.reason}\n")
        return 2
    if not options.no_throughput:
        for speed in map(throughput, PACKS):
            sys.stdout.write(
                f"{speed.regulation}: {speed.events:,.0f} events/s; evaluations/s {speed.durable:,.0f} durable, {speed.single:,.0f} single\n"
            )
    seconds, grown = soak(options.events)
    told = "memory unknown" if grown is None else f"memory grew by {grown / 1e6:.2f} MB after the first {options.events // SETTLED:,}"
    sys.stdout.write(f"{options.events:,} events, each with an answer: {seconds:.1f} s, {told}; {threading.active_count()} thread\n")
    return int(grown is not None and grown > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
