"""What was measured, as Markdown: the table, and the page docs/performance.md around it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from peer_files_run import RUNS, FileMeasured, files_table
from peer_job import AS_OF, CHECKED, Peer
from peer_measure import Measured
from peer_targets import Figures, figures

import deadline_rules as dr

_LIBRARIES: Final = ("numpy", "pyarrow", "narwhals", "pandas", "polars", "duckdb", "numba", "holidays", "workalendar", "durable_rules")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what was asked, and what was found by peer and size."""

    peers: dict[str, Peer]
    sizes: list[int]
    rounds: int
    measured: dict[tuple[str, int], Measured]
    calls: dict[str, tuple[str, float]]
    files: dict[str, FileMeasured]
    machine: dict[str, str]
    absent: list[str] = field(default_factory=list)  # what could not be imported, and why

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
    memory, virtual = "unknown", ""
    if (info := Path("/proc/cpuinfo")).exists():
        told = info.read_text()
        cpu = next((line.split(":")[1].strip() for line in told.splitlines() if line.startswith("model name")), cpu)
        virtual = " of a virtual machine" if " hypervisor" in told else ""
        memory = f"{int(Path('/proc/meminfo').read_text().split()[1]) / 2**20:.0f} GiB"
    return {
        "Processor": f"{cpu}, {os.cpu_count()} cores{virtual}",
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
    unmeasured = [run.peers[id].label for id in run.peers if run.largest(id) is None]
    notes = [f"Not meant for the sizes asked for: {', '.join(unmeasured)}."] if unmeasured else []
    notes += [f"Left out, it cannot be imported: {why}." for why in run.absent]
    return "\n".join([*lines, "", RULE, *notes])


RULE: Final = (
    "Nanoseconds a task; ours in bold. –: left out, because a round would take more than 10 seconds by the time of the size before,\n"
    "or because the peer is not meant for that size (two threads from 100,000 on; `evaluate` and `classify` up to 100,000; the Python loop up\n"
    "to 1,000,000). *Classification only*: the status and nothing else."
)


def _ns(found: Measured | None) -> str:
    return "–" if found is None else f"{found.ns:.1f}" if found.ns < 100 else f"{found.ns:,.0f}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def reached(run: Run) -> str:
    """The figures wanted, and what the run reached."""
    return figures(Figures(run.measured, run.calls, run.files, run.comparison))


def page(run: Run) -> str:
    """docs/performance.md."""
    does = "\n".join(_row([f"**{peer.label}**" if peer.ours else peer.label, peer.does]) for peer in run.peers.values() if run.largest(peer.id))
    machine_rows = "\n".join(_row([name, value]) for name, value in run.machine.items())
    calls = "\n".join(_row([label, f"{seconds * 1e6:.2f}"]) for label, seconds in run.calls.values())
    wide = max(found.spread for (id, rows), found in run.measured.items() if rows == run.comparison)
    return f"""# Performance

Measured by `make bench`, which wrote this page in one run on one machine; another machine gives other figures, so run it on yours.

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
one run, results included; what is called *results* below is what the process still held after that run, once all that was freed had been given
back. At {run.comparison:,} tasks the rounds of one peer lay at most {wide:.0%} of their median apart.

## On what

| | |
|---|---|
{machine_rows}

## One job, its peers

{table(run)}

What each does, where that is more or less than the job:

| | |
|---|---|
{does}

Single calls, microseconds each:

| | µs |
|---|---:|
{calls}

{_files(run)}{NOT_COMPARABLE}## Figures wanted and reached

Ratios at {run.comparison:,} tasks, or at the largest size below it that a peer was measured at. *The job* is the columns engine with a plan of just
the job, its answers alone asked for; *tables alone* is the same tables applied without the engine. *Apart* is how much longer a row takes at the
slowest of 100,000, 1,000,000 and 10,000,000 tasks than at the quickest.

{reached(run)}"""


def _files(run: Run) -> str:
    return FILES.format(table=files_table(run.files), runs=min(run.rounds, RUNS)) if run.files else ""


FILES: Final = """## Files

What `deadline-rules evaluate REGULATION tasks.parquet --out results.parquet` takes for a whole file, its libraries imported beforehand; ours in
bold. Beside it, a baseline: it reads the same columns in the same batches, once, and writes as many rows of one batch of results that lies ready,
with the same columns, through the same writer, and computes nothing. Each figure is the median of {runs} runs, each in a process of its own, in turn
with those it is held against, after one run whose output was checked: as many rows as were given, and the first rows equal, in every
column (of xlsx: task, status, time limit and days left), to what the reader of rows and the single engine say. Memory is the most that the
whole process held, the interpreter and all libraries included. Both use as many threads as their libraries choose.

The files hold an id, eight days and a remark that no rule reads, made with a fixed seed; in csv days are text such as 16/11/2026. In the quoted
csv files every cell stands in quotation marks, and a title with commas is read as well.

{table}

"""


PICTURE: Final = "images/performance.svg"
NOT_COMPARABLE: Final = """## What is not comparable

- *The job* asks the engine for the job's answers alone, and it works out nothing else but whether a row rests on days that are not official or
  has an answer beyond 2100, which no peer says. The row *with states and caveats* works out all that the plan holds. *The engine's tables* leave
  out the engine.
- The peers with tables were given *our* tables. Making them (the swapped days, the worked Saturdays, the decisions) is not part of their time,
  and none of these libraries has them.
- `kon-tum` and `yen-the` are whole regulations. They do not give the last two timers, which no rule of theirs asks for, and yen-the is another
  job altogether: its status table and periods are its own.
- `evaluate_table` makes its engine anew with each call, which is what it spends its milliseconds on for one task; it also reads columns, refuses rows
  that are no task and returns dictionary-encoded text and dates, where the others return numbers.
- durable_rules classifies only, by nine rules over two whole numbers that were worked out for it beforehand; counting days is no work for rules.
  All its tasks share one session, because it keeps sessions, and 180 KiB for each. `classify` names the status, from the days
  themselves; that of Kon Tum is the same for several cells.
- numpy.busday_* with Monday to Friday as the week cannot say that a Saturday is worked. With every day off listed one by one it is exact,
  and slower. `holidays` counts by its own calendar, which lacks days that decisions set beside the statute.
- workalendar has no calendar of Việt Nam and was given ours for 2024–2028; CustomBusinessDay cannot count, NumPy counted for it.
- DuckDB's rows come back in no set order, each with its id; putting them in order would cost it more. Its answer leaves the database as Arrow.
- numba's compilation is not counted, nor that of rules; nor are the milliseconds in which the engine makes its tables.
- `evaluate` and `classify` are given tasks that pydantic has validated; what that takes is a row of its own among the single calls.
- The baseline of parquet reads ids once; the command reads them twice, because it refuses an id that is used again.
- For one task, the time is that of a call. `evaluate` and a plain call of the calendar are meant for it; tables are not.

"""
