"""What was measured, as Markdown: the table, and the page docs/performance.md around it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from peer_job import AS_OF, CHECKED, Peer
from peer_measure import Measured
from peer_targets import Figures, figures

import deadline_rules as dr

_LIBRARIES: Final = ("numpy", "pyarrow", "narwhals", "pandas", "polars", "duckdb", "numba", "holidays", "workalendar")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what was asked, and what was found by peer and size."""

    peers: dict[str, Peer]
    sizes: list[int]
    rounds: int
    measured: dict[tuple[str, int], Measured]
    calls: dict[str, tuple[str, float]]
    machine: dict[str, str]

    @property
    def comparison(self) -> int:
        """The size at which peers are compared: a million tasks where it was measured."""
        return max((size for size in self.sizes if size <= 1_000_000), default=self.sizes[0])

    def at_comparison(self) -> list[Measured]:
        """Each peer at that size, else at its largest below it; the quickest first."""
        found = (self.nearest(id) for id in self.peers)
        return sorted((one for one in found if one is not None), key=lambda one: one.ns)

    def nearest(self, id: str) -> Measured | None:
        return next((self.measured[id, size] for size in reversed(self.sizes) if size <= self.comparison and (id, size) in self.measured), None)

    def largest(self, id: str) -> Measured | None:
        return next((self.measured[id, size] for size in reversed(self.sizes) if (id, size) in self.measured), None)


def machine() -> dict[str, str]:
    """What it ran on, as far as it can be told."""
    cpu = platform.processor() or platform.machine()
    memory = "unknown"
    if (info := Path("/proc/cpuinfo")).exists():
        cpu = next((line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")), cpu)
        memory = f"{int(Path('/proc/meminfo').read_text().split()[1]) / 2**20:.0f} GiB"
    return {
        "Processor": f"{cpu}, {os.cpu_count()} cores of a virtual machine",
        "Memory": memory,
        "System": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "deadline-rules": f"{dr.__version__}, calendar {dr.vietnam().version}",
        "Libraries": ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES),
        "Load before and after": f"{os.getloadavg()[0]:.1f}",
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def table(run: Run) -> str:
    """Nanoseconds a task by size, quickest first, and what else there is to know."""
    quickest = [found.peer for found in run.at_comparison()]
    order = [*quickest, *(id for id in run.peers if id not in quickest)]
    heads = ["", *(f"{size:,}" for size in run.sizes), "memory", "answers right"]
    lines = [_row(heads), _row(["---", *("---:" for _ in run.sizes), "---:", "---"])]
    for id in order:
        if (largest := run.largest(id)) is None:
            continue
        peer = run.peers[id]
        cells = [_ns(run.measured.get((id, size))) for size in run.sizes]
        right = f"all, {largest.given} of 5 kinds" if largest.right == 1 else f"**not exact**: {largest.right:.1%} of rows"
        name = f"**{peer.label}**" if peer.ours else peer.label
        lines.append(_row([name, *cells, f"{largest.memory / 2**20:,.0f} MiB at {largest.rows:,}", right]))
    absent = [run.peers[id].label for id in run.peers if run.largest(id) is None]
    note = f"\nNot measured, not installed or outside the sizes asked for: {', '.join(absent)}." if absent else ""
    return "\n".join(lines) + "\n\n" + RULE + note


RULE: Final = (
    "Nanoseconds a task; ours in bold. –: left out, because a round would take more than 10 seconds by the time of the size before,\n"
    "or because the peer is not meant for that size (two threads from 100,000 on; `evaluate` up to 100,000; the Python loop up to 1,000,000)."
)


def _ns(found: Measured | None) -> str:
    return "–" if found is None else f"{found.ns:.1f}" if found.ns < 100 else f"{found.ns:,.0f}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def page(run: Run) -> str:
    """docs/performance.md."""
    does = "\n".join(_row([f"**{peer.label}**" if peer.ours else peer.label, peer.does]) for peer in run.peers.values() if run.largest(peer.id))
    machine_rows = "\n".join(_row([name, value]) for name, value in run.machine.items())
    calls = "\n".join(_row([label, f"{seconds * 1e6:.2f}"]) for label, seconds in run.calls.values())
    wide = max(found.spread for (id, rows), found in run.measured.items() if rows == run.comparison)
    found = figures(Figures(run.measured, run.calls, run.comparison))
    return f"""# Performance

Measured by `python tests/benchmarks/peers.py --write`, which wrote this page; another machine gives other figures, so run it on yours.

![Nanoseconds a task]({PICTURE})

## What was measured

One job, for each task of a table:

1. the status under Kon Tum's regulation, as one of the nine cells of progress × timeliness that the status table goes by;
2. the due day of `transfer`, one working day after `assigned_on`;
3. three timers: the working days left to `due_on` (measured at completion, else on {AS_OF}), the day after `due_on`, and the fifth
   working day after `due_on`.

The tables are random, with a fixed seed: all days in 2025 and 2026, `due_on` missing in 10 % of rows, `started_on` in 40 %, `completed_on` in
half, some days later than the day asked about. Input lies ready in the form the peer likes best (int32 days, or its own dates), and that
conversion is not timed. Each figure is the median of {run.rounds} rounds (three where a round takes over 2 seconds) after a first run that is not
counted, in a process of its own, on one thread unless the name says two. Before it is timed, the first {CHECKED:,} rows of a peer's answer are held
against the single engine and the calendar, one task at a time. Memory is what the process needed beside its input at the highest point of
one run, results included. At {run.comparison:,} tasks the rounds of one peer lay at most {wide:.0%} of their median apart.

## On what

| | |
|---|---|
{machine_rows}

## The table

{table(run)}

What each does, where that is more or less than the job:

| | |
|---|---|
{does}

Single calls, microseconds each:

| | µs |
|---|---:|
{calls}

{NOT_COMPARABLE}## Figures wanted and reached

Ratios at {run.comparison:,} tasks, or at the largest size below it that a peer was measured at. *Engine* is the columns engine with a plan of just
the job; *tables* is the same tables applied without states, caveats and certainty.

{found}"""


PICTURE: Final = "images/performance.svg"
NOT_COMPARABLE: Final = """## What is not comparable

- The engine answers more than the job even when its plan holds nothing else: the state of each deadline, the caveats, whether a row rests on days
  that are not official, and whether an answer lies beyond 2100. No peer does. The row *the engine's tables* leaves that out.
- The peers with tables were given *our* tables. Making them (the swapped days, the worked Saturdays, the decisions) is not part of their time,
  and none of these libraries has them.
- `kon-tum` and `yen-the` are whole regulations. They do not give the last two timers, which no rule of theirs asks for, and yen-the is another
  job altogether: its status table and periods are its own.
- `evaluate_table` makes its engine anew with each call, which is what it spends its milliseconds on for one task; it also reads columns, refuses rows
  that are no task and returns dictionary-encoded text and dates, where the others return numbers.
- numpy.busday_* with Monday to Friday as the week cannot say that a Saturday is worked. With every day off listed one by one it is exact,
  and slower. `holidays` counts by its own calendar, which lacks days that decisions set beside the statute.
- workalendar has no calendar of Việt Nam and was given ours for 2024–2028; CustomBusinessDay cannot count, NumPy counted for it.
- DuckDB's rows come back in no set order, each with its id; putting them in order would cost it more. Its answer leaves the database as Arrow.
- numba's compilation is not counted; nor are the milliseconds in which the engine makes its tables.
- For one task, the time is that of a call. `evaluate` and a plain call of the calendar are meant for it; tables are not.

"""
