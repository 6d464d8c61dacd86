"""Runs the core tests where they are not run every day: at the lowest versions allowed, at the newest, and on each Python.

    python tests/packaging/environments.py lowest | newest | pythons

Each job makes environments of its own in `build/`, installs the project as a host does (a wheel, extra `all`), and leaves Spark, Dask, DuckDB,
durable_rules and the browser alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from project import PYTHONS, ROOT, IndexUnreachableError, JobError, extras, fail, fresh, install, last_line, named, run, say

BUILD = ROOT / "build"
# What the core tests need beside the project: the runner, and independent readers of what the library writes.
READERS = ("hypothesis", "jsonschema", "openpyxl", "pandas", "polars", "psycopg", "pytest", "pytest-xdist", "vobject")
CORE = ("tests/unit", "tests/conformance", "tests/rules", "tests/architecture")
APART = ("tests/unit/test_spark.py", "tests/unit/test_durable.py")


def interpreter(version: str) -> str | None:
    """A program that runs this Python, such as "3.12"; None where there is none."""
    installed = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for candidate in (sys.executable, shutil.which(f"python{version}"), *map(str, reversed(installed))):
        # A program of that name may be a shim that only says it has no such Python.
        if candidate and run(candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").stdout.strip() == version:
            return candidate
    return None


def lowest_versions(folder: Path) -> Path:
    """A file of constraints: the lowest version that pyproject.toml allows of everything it names for hosts."""
    chosen = [part for extra in ("all", "testing") if extra in extras() for part in ("--extra", extra)]
    shape = ("--resolution", "lowest-direct", "--python-version", PYTHONS[0], "--no-header", "--no-annotate", "--no-emit-index-url")
    done = run(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", *shape, *chosen)
    if done.returncode:
        raise JobError(f"the lowest versions could not be worked out: {last_line(done)}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lowest.txt").write_text(done.stdout, encoding="utf-8")
    return folder / "lowest.txt"


def core_tests(python: Path, *options: str) -> int:
    """Runs the core tests in an environment; what they need must be there, so nothing is skipped unseen."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTHONPATH"))} | {"REQUIRE_ALL": "1"}
    left = [f"--ignore={path}" for path in APART]
    return subprocess.run(
        [python, "-m", "pytest", "--quiet", "--numprocesses", "auto", *options, *CORE, *left], cwd=ROOT, env=env, check=False
    ).returncode


def try_out(name: str, python: str, *, constraints: Sequence[str | Path] = (), options: Sequence[str] = ()) -> bool:
    """Installs the project and its readers in a new environment and runs the core tests there."""
    own = fresh(BUILD / name, python)
    install(own, f"{ROOT}[all]", *named(READERS, "dev"), *constraints)
    say(f"{name}: {run(own, '-VV').stdout.split('(')[0].strip()}, installed; the core tests:")
    passed = core_tests(own, *options) == 0
    say(f"{name}: {'passed' if passed else 'FAILED'}")
    return passed


def lowest() -> bool:
    """Old libraries use what newer Pythons and libraries call deprecated; their warnings are theirs, so here they are shown and no more."""
    python = interpreter(PYTHONS[0])
    if python is None:
        raise JobError(f"lowest versions are tried on Python {PYTHONS[0]}, and there is none here.")
    versions = lowest_versions(BUILD)
    say(f"lowest: {', '.join(versions.read_text(encoding='utf-8').split())}")
    return try_out("lowest", python, constraints=("--constraint", versions), options=("-W", "default"))


def newest() -> bool:
    """Warnings stay errors: a deprecation is the first sign of the next version."""
    return try_out("newest", sys.executable, constraints=("--upgrade",))


def pythons() -> bool:
    """Every Python that is promised; those that are not here are named."""
    found = {version: interpreter(version) for version in PYTHONS}
    passed = [try_out(f"python{version}", python) for version, python in found.items() if python]
    if missing := [version for version, python in found.items() if python is None]:
        say(f"NOT TRIED, not found here: Python {', '.join(missing)}.")
    return all(passed)


def main() -> None:
    """Runs the job that is named."""
    jobs = {"lowest": lowest, "newest": newest, "pythons": pythons}
    job = sys.argv[1] if len(sys.argv) == 2 else ""
    if job not in jobs:
        fail("environments", JobError(f"name one job: {', '.join(jobs)}."))
    try:
        sys.exit(0 if jobs[job]() else 1)
    except (IndexUnreachableError, JobError) as error:
        fail(job, error)


if __name__ == "__main__":
    main()
