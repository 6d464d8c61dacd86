"""What the jobs of this folder share: the project as pyproject.toml states it, fresh environments, and programs that are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
# Which Pythons the project promises; `requires-python` and the classifiers say the same, and a test holds them together.
PYTHONS = ("3.11", "3.12", "3.13")
_NO_INDEX = re.compile(
    r"connection broken|NewConnectionError|ConnectTimeout|NameResolutionError|ProxyError|Connection refused|Ignoring indexes", re.I
)


class IndexUnreachableError(Exception):
    """pip could not reach the index that it is set up for; nothing was found out about the package."""


class JobError(Exception):
    """A job found something wrong; the message is one sentence."""


def pyproject() -> dict[str, Any]:
    """pyproject.toml, read."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def run_time() -> list[Requirement]:
    """The requirements that every installation has."""
    return [Requirement(text) for text in pyproject()["project"]["dependencies"]]


def extras() -> dict[str, list[Requirement]]:
    """The requirements of each extra, with those of the project's own extras that it names in their place."""
    stated: dict[str, list[str]] = pyproject()["project"]["optional-dependencies"]
    own = canonicalize_name(pyproject()["project"]["name"])

    def follow(extra: str) -> Iterator[Requirement]:
        for requirement in map(Requirement, stated[extra]):
            if canonicalize_name(requirement.name) == own:
                for named in sorted(requirement.extras):
                    yield from follow(named)
            else:
                yield requirement

    return {extra: list(follow(extra)) for extra in stated}


def run(*command: str | Path, where: Path = ROOT, env: Mapping[str, str] | None = None, timeout: float = 1800) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end and keeps what it says; what runs here is not measured for coverage."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTHONPATH"))}
    return subprocess.run(
        [str(part) for part in command], cwd=where, env=kept | dict(env or {}), capture_output=True, text=True, check=False, timeout=timeout
    )


def fresh(folder: Path, python: str | Path = sys.executable) -> Path:
    """The interpreter of a new, empty environment in `folder`: not even pip is in it."""
    done = run(python, "-m", "venv", "--clear", "--without-pip", folder)
    if done.returncode:
        raise JobError(f"{python} could not make an environment in {folder}: {last_line(done)}")
    return folder / "bin" / "python"


def install(python: Path, *what: str | Path, env: Mapping[str, str] | None = None) -> None:
    """Installs by pip into the environment of `python`, from the index that pip is set up for.

    Raises:
        IndexUnreachableError: pip had no answer from its index.
        JobError: pip refused for another reason, such as a hash that differs.
    """
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1")
    done = run(sys.executable, "-m", "pip", "--python", python, "install", *options, *what, env=env)
    if not done.returncode:
        return
    if _NO_INDEX.search(done.stderr):
        raise IndexUnreachableError("pip cannot reach a package index from here, so nothing could be installed and nothing was tried.")
    raise JobError(f"pip could not install {' '.join(map(str, what))}: {last_line(done)}")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The last thing that a program said, errors first."""
    said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    errors = [line for line in said if line.startswith(("ERROR", "error", "fatal"))]
    return (errors or said or [f"exit status {done.returncode}"])[-1]


def say(line: str) -> None:
    """One line for whoever watches the job."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fail(job: str, error: Exception) -> NoReturn:
    """Ends a job with its one sentence."""
    sys.stderr.write(f"{job}: {error}\n")
    sys.exit(1)


def named(names: Sequence[str], extra: str) -> list[str]:
    """The requirements with these names, as the extra states them."""
    stated = {canonicalize_name(requirement.name): str(requirement) for requirement in extras()[extra]}
    return [stated[canonicalize_name(name)] for name in names]
