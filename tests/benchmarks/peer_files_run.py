"""The files measured, job by job, and shown as a table."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import peer_files
from peer_files import JOBS, PARTS
from peer_measure import in_a_child

RUNS: Final = 3
MB: Final = 1_000_000


class FileMeasured(NamedTuple):
    """What one job took: the median of its runs, and the most memory that one of them held."""

    job: str
    rows: int
    seconds: float
    spread: float  # the slowest run less the quickest, as a share of the median
    memory: int  # bytes, of the whole process
    read: int  # bytes
    written: int  # bytes
    checked: int  # rows; all were right


def measure_files(tasks: int, rounds: int) -> dict[str, FileMeasured]:
    """Every job, each run in a process of its own; a job's output is checked before its runs are timed."""
    runs = min(rounds, RUNS)
    found: dict[str, FileMeasured] = {}
    with TemporaryDirectory(prefix="deadline-rules-files-") as folder:
        for source, part in PARTS.items():
            rows = max(tasks // part, 1)
            read: int = _child("make", source, folder, str(rows))
            jobs = [job for job in JOBS.values() if job.source == source]
            outputs: dict[str, tuple[int, int]] = {}
            for job in jobs:
                _child("run", job.id, folder)
                outputs[job.id] = _child("check", job.id, folder, str(rows))
            # In turn, so that a busy moment of the machine falls on a job and on what it is held against alike.
            taken = [{job.id: _child("run", job.id, folder) for job in jobs} for _ in range(runs)]
            for job in jobs:
                seconds = [run[job.id][0] for run in taken]
                median = statistics.median(seconds)
                checked, written = outputs[job.id]
                memory = max(run[job.id][1] for run in taken)
                found[job.id] = FileMeasured(job.id, rows, median, (max(seconds) - min(seconds)) / median, memory, read, written, checked)
                sys.stderr.write(f"{rows:>10,} {job.id:<24} {median:>8.2f} s, {memory / MB:,.0f} MB\n")
            peer_files.path_of(source, Path(folder)).unlink()
    return found


def slower(found: Mapping[str, FileMeasured], job: str) -> float | None:
    """How many times as long a job takes as its baseline does."""
    baseline = found.get(f"copy-{JOBS[job].regulation}")
    return found[job].seconds / baseline.seconds if job in found and baseline is not None else None


def files_table(found: Mapping[str, FileMeasured]) -> str:
    """Seconds and memory, a row a job."""
    lines = ["| | rows | seconds | beside nothing computed | memory | read | written | answers |", "|---|---:|---:|---:|---:|---:|---:|---|"]
    for job in JOBS.values():
        if (one := found.get(job.id)) is None:
            continue
        name = job.label if job.baseline else f"**{job.label}**"
        ratio = slower(found, job.id) if job.out == "parquet" and not job.baseline else None
        beside = f"{ratio:.2f} ×" if ratio is not None else ""
        right = "as many rows" if job.baseline else f"first {one.checked:,} right"
        sizes = " | ".join(f"{size / MB:,.0f} MB" for size in (one.memory, one.read, one.written))
        lines.append(f"| {name} | {one.rows:,} | {one.seconds:.2f} | {beside} | {sizes} | {right} |")
    return "\n".join(lines)


def _child(*arguments: str) -> Any:
    # The command's users set no number of threads; neither is one set here.
    return in_a_child(*arguments, program=peer_files.__file__, environment={})
