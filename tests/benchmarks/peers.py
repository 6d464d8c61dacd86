"""The columns engine beside its peers: the same job, on one machine, in one run, each measurement in a process of its own.

    python tests/benchmarks/peers.py [--rows 1,1000,100000,1000000,10000000] [--files 10000000] [--rounds 5] [--write]

Then whole files: `--files` is the rows of the parquet file; csv has a tenth of them, xlsx a hundredth; 0 leaves files out. `--write` makes
docs/performance.md and docs/images/performance.svg from this very run. Peers that cannot be imported are left out, each with one line.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from peer_files_run import files_table, measure_files
from peer_job import SIZES
from peer_measure import AbsentError, Measured, all_peers, in_a_child
from peer_page import Run, machine, page, reached, table
from peer_picture import picture

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 10.0  # seconds a round: what would take longer, as the size before it tells, is left out


def main() -> None:
    options = _options()
    sizes = sorted({int(size) for size in options.rows.split(",")})
    run = Run(all_peers(), sizes, options.rounds, {}, {}, {}, machine())
    for rows in sizes:
        for id in list(run.peers):
            if (found := _measured(run, id, rows)) is not None:
                run.measured[id, rows] = found
                sys.stderr.write(f"{rows:>10,} {id:<16} {found.ns:>12,.1f} ns a task, {found.memory / 2**20:,.0f} MiB\n")
    run.calls.update(in_a_child("calls", str(max(options.rounds, 3))))
    if options.files:
        run.files.update(measure_files(options.files, options.rounds))
    run.machine["Load before and after"] = (
        f"{run.machine['Load before and after']} and {os.getloadavg()[0]:.1f} (this run's own load is in the second)"
    )
    sys.stdout.write(f"{table(run)}\n\n{files_table(run.files)}\n\n{reached(run)}")
    if options.write:
        (ROOT / "docs" / "performance.md").write_text(page(run), encoding="utf-8")
        (ROOT / "docs" / "images" / "performance.svg").write_text(picture(run), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", default=",".join(map(str, SIZES)), help="sizes of the table, one comma apart")
    parser.add_argument("--files", type=int, default=10_000_000, help="rows of the parquet file; 0 leaves files out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write the page and its picture")
    return parser.parse_args()


def _measured(run: Run, id: str, rows: int) -> Measured | None:
    """None where the peer cannot be imported, which leaves it out of the run, or the rule leaves this size out."""
    peer = run.peers[id]
    if rows < peer.least or (peer.most is not None and rows > peer.most):
        return None
    smaller = [size for size in run.sizes if size < rows]
    if smaller and smaller[-1] >= peer.least:
        before = run.measured.get((id, smaller[-1]))
        if before is None or (before.rows > 1 and before.seconds * rows / before.rows > LONGEST):
            return None
    try:
        return Measured(*in_a_child(id, str(rows), str(run.rounds)))
    except AbsentError as error:
        run.absent.append(f"{run.peers.pop(id).label}: {error}")
        sys.stderr.write(f"left out: {run.absent[-1]}\n")
        return None


if __name__ == "__main__":
    main()
