"""Runs inputs one by one, each in a process of its own with little memory and time: `replay.py TARGET (--bombs | FOLDER …)`.

Prints a line of JSON for each input: its name, its size, how its process ended, and what it wrote. Forking keeps the libraries loaded.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MEMORY: Final = 1024**3  # bytes beyond what the loaded libraries take
SECONDS: Final = 120


def main() -> None:
    """Runs the inputs that the command line names."""
    target, *folders = sys.argv[1:]
    # Before the first fork, so that no process has to load them again.
    import targets

    for library in ("pyarrow.parquet", "python_calamine"):
        importlib.import_module(library)
    targets.regulation()
    for name, data in _bombs(target) if folders == ["--bombs"] else _files(folders):
        status, wrote = _run(targets.TARGETS[target], data)
        print(json.dumps([name, len(data), status, wrote]), flush=True)  # noqa: T201  # this is the result


def _bombs(target: str) -> Iterator[tuple[str, bytes]]:
    from bombs import BOMBS, made

    return ((name, made(target, name)) for name in BOMBS.get(target, {}))


def _files(folders: list[str]) -> Iterator[tuple[str, bytes]]:
    return ((f"{path.parent.name}/{path.name}", path.read_bytes()) for folder in folders for path in sorted(Path(folder).iterdir()))


def _run(target: object, data: bytes) -> tuple[int, str]:
    """How a process ended that ran the target, and the end of what it wrote."""
    with tempfile.TemporaryFile() as written:
        child = os.fork()
        if child == 0:
            os.dup2(written.fileno(), 2)
            os._exit(_limited(target, data))
        _, status = os.waitpid(child, 0)
        written.seek(0)
        return os.waitstatus_to_exitcode(status), written.read().decode("utf-8", "replace")[-4000:]


def _limited(target: object, data: bytes) -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(SECONDS)  # ends the process, whatever it is in the midst of
    assert callable(target)
    try:
        target(data)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
