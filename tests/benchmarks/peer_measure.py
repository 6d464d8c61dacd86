"""One measurement, in a process of its own: check the answers, weigh the memory, time the rounds. Prints one line of JSON."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

SHORTEST: Final = 0.05  # seconds: quicker jobs are repeated within a round
SLOW: Final = 2.0  # seconds: slower jobs have three rounds at most
ABSENT: Final = 3  # the exit status where a library cannot be imported
_STATUS: Final = Path("/proc/self/status")
# One thread for everybody: read by the libraries when they are imported.
ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"), "1")


class AbsentError(Exception):
    """A library cannot be imported; its message says which."""


class Measured(NamedTuple):
    """What one peer took at one size."""

    peer: str
    rows: int
    seconds: float  # the median of the rounds
    spread: float  # the slowest round less the quickest, as a share of the median
    memory: int  # bytes beside the input, at the highest
    beside: int  # bytes beside the input and the results, at the highest
    right: float  # share of the rows checked with every answer right
    given: int  # how many of the five answers it gives

    @property
    def ns(self) -> float:
        return self.seconds / self.rows * 1e9


def measure(id: str, rows: int, rounds: int) -> Measured:
    """Inside the child."""
    from peer_job import CHECKED, equal_rows, first_of_status, make_columns, reference

    peer = all_peers()[id]
    columns = make_columns(rows)
    prepared = peer.prepare(columns)
    checked = min(rows, CHECKED)
    expected = reference(columns, checked, peer.regulation)
    if peer.by_status and expected.cell is not None:
        expected = expected._replace(cell=first_of_status(peer.regulation).take(expected.cell))
    gc.collect()
    before = _start_weighing()
    found = prepared.run()
    at_most = highest()
    memory, beside = max(at_most - before, 0), max(at_most - _held(), 0)
    right, given = equal_rows(prepared.answers(found, checked), expected)
    del found
    seconds, spread = rounds_of(prepared.run, rounds)
    return Measured(id, rows, seconds, spread, memory, beside, right, given)


def rounds_of(run: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """The median of the rounds and their spread."""
    start = time.perf_counter()
    run()
    once = time.perf_counter() - start
    times = max(1, int(SHORTEST / max(once, 1e-7)))
    taken = []
    for _ in range(min(rounds, 3) if once > SLOW else rounds):
        start = time.perf_counter()
        for _ in range(times):
            run()
        taken.append((time.perf_counter() - start) / times)
    median = statistics.median(taken)
    return median, (max(taken) - min(taken)) / median


def _start_weighing() -> int:
    """Gives freed memory back, resets the highest mark where Linux lets us, and says where it stands, in bytes."""
    if _STATUS.exists():
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    return highest()


def highest() -> int:
    """The most memory this process has held so far, in bytes."""
    return _status("VmHWM") if _STATUS.exists() else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _held() -> int:
    """The memory held now, what was freed given back: the input and the results. Where it cannot be told, as if there were no results."""
    if not _STATUS.exists():
        return 0
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return _status("VmRSS")


def _status(name: str) -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def all_peers() -> dict[str, Any]:
    """Every peer by its id, ours first."""
    import peer_others
    import peer_ours
    import peer_rules
    import peer_steps

    return {peer.id: peer for peer in (*peer_ours.PEERS, *peer_steps.PEERS[:1], *peer_others.PEERS, *peer_steps.PEERS[1:], *peer_rules.PEERS)}


def in_a_child(*arguments: str, program: str = __file__, environment: Mapping[str, str] = ONE_THREAD) -> Any:
    """What `program`, this file if none is named, prints as JSON in a new process.

    Raises:
        AbsentError: a library that it needs cannot be imported.
        RuntimeError: it failed.
    """
    done = subprocess.run([sys.executable, program, *arguments], capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    if done.returncode == ABSENT:
        raise AbsentError(done.stderr.strip())
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    try:
        if sys.argv[1] == "calls":
            from peer_steps import single_calls

            found: Any = {id: (label, rounds_of(call, int(sys.argv[2]))[0]) for id, (label, call) in single_calls().items()}
        else:
            found = measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except ImportError as error:
        if error.name is None or error.name.startswith(("peer_", "deadline_rules")):
            raise
        sys.stderr.write(str(error))
        sys.exit(ABSENT)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
