"""Coverage-guided fuzzing of the readers: `python tests/fuzz/run.py [TARGET …] --seconds 300 --jobs 2`.

Each target runs in a process of its own, beginning with its corpus; what it finds worth keeping goes to a temporary folder, never to the
corpus. A fault leaves the input that shows it in the folder named at the end, and the exit status is 1. Needs `atheris`; `--replay` does not.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

HERE: Final = Path(__file__).resolve().parent
NAMES: Final = ("yaml", "yaml-in-python", "rules", "closures", "task", "task-json", "record", "csv", "jsonl", "xlsx", "parquet")
# Whose corpus a target begins with, where it is not its own alone.
CORPORA: Final = {"yaml-in-python": ("yaml",), "record": ("task",), "jsonl": ("jsonl", "task-json")}
DICTIONARIES: Final = {"yaml-in-python": "yaml"}
_LONGEST: Final = 1024 * 1024  # bytes of an input
_LONGEST_OF: Final = {"xlsx": 64 * 1024, "parquet": 64 * 1024, "yaml-in-python": 4096}
_TIMEOUT: Final = 60  # seconds for one input, on a machine that others use too
_RSS: Final = 2048  # MiB
_SPARE: Final = 180  # seconds to start and to stop
_ENDS: Final = {70: "took too long", 71: "took too much memory", 77: "raised an error"}


class Ended(NamedTuple):
    """How the fuzzing of one target ended. `coverage` counts the edges of the library's code that were reached."""

    target: str
    runs: int
    coverage: int
    fault: str | None
    output: str

    def __str__(self) -> str:
        return f"{self.target}: {self.runs:,} runs, {self.coverage:,} edges, {self.fault or 'no fault'}"


def main() -> int:
    """Exit status: 0 no fault; 1 a fault was found; 2 the call is wrong or atheris is not installed."""
    asked = _arguments()
    if asked.child:
        _fuzz(asked.targets[0], asked.libfuzzer)
        return 0
    if asked.replay:
        from targets import TARGETS

        for target in asked.targets:
            TARGETS[target](asked.replay.read_bytes())
        return 0
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write("fuzzing needs atheris: pip install 'deadline-rules[fuzz]'.\n")
        return 2
    names = asked.targets or list(NAMES)
    faults = asked.out or Path(tempfile.mkdtemp(prefix="deadline-rules-faults-"))
    faults.mkdir(parents=True, exist_ok=True)
    # All jobs together take the time asked for.
    seconds = max(1, asked.seconds * min(asked.jobs, len(names)) // len(names))
    with ThreadPoolExecutor(asked.jobs) as jobs:
        ended = list(jobs.map(lambda name: _run(name, seconds, asked.seed, faults, asked.keep), names))
    found = [one for one in ended if one.fault]
    for one in found:
        sys.stderr.write(one.output[-6000:] + "\n")
        _say(f"{one.target}: {one.fault}; replay it with: python tests/fuzz/run.py {one.target} --replay FILE, FILE being in {faults}")
    if not found and not asked.out:
        shutil.rmtree(faults)
    return 1 if found else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzzes the readers of deadline-rules.")
    parser.add_argument("targets", nargs="*", choices=[*NAMES, []], metavar="TARGET", help=f"of {', '.join(NAMES)}; left out: all")
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--jobs", type=int, default=1, help="targets at the same time")
    parser.add_argument("--seed", type=int, default=0, help="a number that settles the course; left out: another course every time")
    parser.add_argument("--out", type=Path, help="the folder for inputs that show a fault; left out: a temporary one")
    parser.add_argument("--keep", type=Path, help="a folder for new inputs, one folder a target, to begin from the next time")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="runs a target once, on this input")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--libfuzzer", nargs="*", default=[], help=argparse.SUPPRESS)
    # What follows -- is for the fuzzer itself.
    own, separator, rest = sys.argv[1:], "--", []
    if separator in own:
        own, rest = own[: own.index(separator)], own[own.index(separator) + 1 :]
    asked = parser.parse_args(own)
    asked.libfuzzer = rest
    return asked


def _run(name: str, seconds: int, seed: int, faults: Path, keep: Path | None) -> Ended:
    """One target in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="deadline-rules-fuzz-") as folder:
        new = keep / name if keep else Path(folder) / "new"
        new.mkdir(parents=True, exist_ok=True)
        options = [
            f"-max_total_time={seconds}",
            f"-seed={seed}",  # 0: one of libFuzzer's own
            f"-max_len={_LONGEST_OF.get(name, _LONGEST)}",
            f"-timeout={_TIMEOUT}",
            f"-report_slow_units={_TIMEOUT}",
            f"-rss_limit_mb={_RSS}",
            f"-artifact_prefix={faults}/{name}-",
            "-print_final_stats=1",
        ]
        words = HERE / "dictionaries" / f"{DICTIONARIES.get(name, name)}.dict"
        if words.exists():
            options.append(f"-dict={words}")
        command = [sys.executable, str(HERE / "run.py"), name, "--child", "--", *options, str(new), *map(str, folders(name))]
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, timeout=seconds + _TIMEOUT + _SPARE, check=False
            )
            status, output = done.returncode, done.stdout.decode("utf-8", "replace")
        except subprocess.TimeoutExpired as expired:
            status, output = -1, (expired.stdout or b"").decode("utf-8", "replace")
    ended = Ended(name, _last(r"^#(\d+)", output), _last(r"\bcov: (\d+)", output), _fault(status), output)
    _say(str(ended))
    return ended


def folders(name: str) -> list[Path]:
    """The folders of the corpus of a target."""
    return [HERE / "corpus" / folder for folder in CORPORA.get(name, (name,))]


def _fault(status: int) -> str | None:
    return None if status == 0 else _ENDS.get(status, "did not stop" if status == -1 else f"ended with status {status}")


def _last(pattern: str, output: str) -> int:
    return int((re.findall(pattern, output, re.M) or ["0"])[-1])


def _say(message: str) -> None:
    sys.stdout.write(message + "\n")
    sys.stdout.flush()


def _fuzz(name: str, options: list[str]) -> None:
    """Fuzzes a target in this process, until the fuzzer ends it."""
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra, for Linux

    packages = ["deadline_rules", "yaml"] if name == "yaml-in-python" else ["deadline_rules"]
    with atheris.instrument_imports(include=packages):
        from targets import TARGETS
    more: dict[str, Callable[..., bytes]] = {"custom_mutator": _mutated_part(atheris)} if name == "xlsx" else {}
    atheris.Setup([sys.argv[0], *options], TARGETS[name], **more)
    atheris.Fuzz()


def _mutated_part(fuzzer: Any) -> Callable[[bytes, int, int], bytes]:
    """Changes one part inside a zip file, whose checksums would make all other changes the same; seldom the zip itself."""

    def changed(data: bytes, longest: int, seed: int) -> bytes:
        if seed % 16:
            try:
                with ZipFile(BytesIO(data)) as file:
                    parts = {info.filename: file.read(info) for info in file.infolist() if info.file_size <= longest}
            except (BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError, KeyError):
                parts = {}
            except Exception as error:
                if type(error).__name__ != "error":  # of zlib
                    raise
                parts = {}
            if parts:
                chosen = sorted(parts)[seed // 16 % len(parts)]
                parts[chosen] = bytes(fuzzer.Mutate(parts[chosen], longest))
                out = BytesIO()
                with ZipFile(out, "w", ZIP_DEFLATED if seed % 2 else ZIP_STORED) as file:
                    for part, content in parts.items():
                        file.writestr(part, content)
                if len(out.getvalue()) <= longest:
                    return out.getvalue()
        return bytes(fuzzer.Mutate(data, longest))

    return changed


if __name__ == "__main__":
    sys.exit(main())
