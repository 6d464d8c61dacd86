"""Answers of every kind over the sample of forty tasks, and what they add up to: what no machine, thread or process may change.

    python tests/surroundings/answers.py               # the digest of all answers
    python tests/surroundings/answers.py spawn         # whether two processes that share one regulation give the same; also: fork
    python tests/surroundings/answers.py soak 2000000  # so many evaluations; ends with status 1 where memory grew

A program of its own, since a time zone, a locale and a hash seed are settled when Python starts.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import io
import json
import multiprocessing
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import deadline_rules as dr

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "sample" / "tasks.csv"
DAYS = (date(2025, 12, 31), date(2026, 2, 13), date(2026, 11, 20))
SPAN = (date(2026, 1, 1), date(2026, 12, 31))
SETTLED = 10  # the first tenth of the evaluations lets memory settle
MOST_GROWTH = 4_000_000  # bytes


def sample() -> tuple[dr.Task, ...]:
    """The tasks of the sample."""
    rows = csv.DictReader(io.StringIO(SAMPLE.read_text(encoding="utf-8-sig")), delimiter=";")
    return tuple(dr.Task.from_record(row) for row in rows)


def regulations() -> tuple[dr.Regulation, ...]:
    """Every pack, freshly loaded, its tables not yet made."""
    return tuple(dr.load(pack.id, calendar=dr.vietnam(known_on=date(2026, 11, 20))) for pack in dr.available())


def answers(regulation: dr.Regulation, tasks: tuple[dr.Task, ...]) -> Iterator[str]:
    """Single evaluations and their explanations, tables, tallies, reports, notices and timelines, as text."""
    for day in DAYS:
        for task in tasks:
            result = regulation.evaluate(task, day)
            yield json.dumps(result.to_dict(), ensure_ascii=False)
            yield result.explain("vi")
        yield str(regulation.tally(tasks, day))
        table = [task.model_dump(exclude={"extensions", "suspensions"}) for task in tasks]
        columns = {name: [row[name] for row in table] for name in table[0]}
        yield str(regulation.evaluate_table(_arrow(columns), day).to_pylist())
    yield from map(str, regulation.reports(*SPAN))
    yield from map(str, regulation.notices(tasks, *SPAN))
    yield from (str(flip) for task in tasks[:10] for flip in regulation.timeline(task))


def _arrow(columns: dict[str, list[object]]) -> object:
    import pyarrow as pa

    return pa.table(columns)


def digest(regulation: dr.Regulation, tasks: tuple[dr.Task, ...]) -> str:
    """One short text for all answers of a regulation."""
    found = hashlib.sha256()
    for answer in answers(regulation, tasks):
        found.update(answer.encode())
    return found.hexdigest()


def _job(shared: tuple[dr.Regulation, tuple[dr.Task, ...]]) -> str:
    return digest(*shared)


def in_processes(method: str) -> bool:
    """Whether processes give what this one gives; the regulation goes to them pickled, and under `fork` also with its tables made."""
    tasks = sample()
    shared = [(regulation, tasks) for regulation in regulations()]
    expected = [_job(one) for one in shared]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        return list(pool.map(_job, shared * 2)) == expected * 2


def soak(number: int) -> int:
    """Bytes that the peak of memory grew by after the first tenth of `number` evaluations, over all packs, tasks and 400 days."""
    tasks, packs = sample(), regulations()
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(400)]
    settled = count = 0
    while count < number:
        for day in days:
            for regulation in packs:
                for task in tasks:
                    regulation.evaluate(task, day)
            count += len(packs) * len(tasks)
            if not settled and count >= number // SETTLED:
                gc.collect()
                settled = _peak()
    return _peak() - settled


def _peak() -> int:
    """The most memory that the process ever held, in bytes; Linux counts it in KiB, macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> int:
    """Prints what is asked for."""
    what, *rest = sys.argv[1:] or ["digest"]
    if what == "digest":
        tasks = sample()
        sys.stdout.write("".join(f"{regulation.id} {digest(regulation, tasks)}\n" for regulation in regulations()))
        return 0
    if what == "soak":
        grown = soak(int(rest[0]))
        sys.stdout.write(f"{int(rest[0]):,} evaluations: the peak of memory grew by {grown / 1e6:.2f} MB after the first tenth\n")
        return int(grown > MOST_GROWTH)
    return int(not in_processes(what))


if __name__ == "__main__":
    sys.exit(main())
