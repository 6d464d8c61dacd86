"""Writes the lock files: every package that development needs, at one version, with the hashes of its files.

`make lock` renews them. They hold for Python 3.11 to 3.13 on every platform, and name no address and no path: a file is known by its hash, wherever
it comes from.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from project import ROOT, JobError, extras, fail, last_line, run, run_time, say

LOCKS = ROOT / "tests" / "packaging" / "locks"
# Each lock and the extras it holds. The first is what `.venv` is made of; the others keep to its versions.
HOLDS: Mapping[str, tuple[str, ...]] = {
    "dev.txt": ("dev", "testing"),
    "run.txt": ("all",),  # what a release is tried with, and what its bill of materials lists
    "durable.txt": ("durable",),  # apart, since not every machine can build it
    "optional.txt": ("bench", "fuzz", "mutants"),
}
_HEAD = "# Written by `make lock` from pyproject.toml: {extras}. Python 3.11 to 3.13, any platform.\n"
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.+))?")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_PLACE = re.compile(r"://|file:|--(?:extra-)?index-url|--find-links|(?:^|\s)\.{0,2}/", re.M)


class Pin(NamedTuple):
    """One entry of a lock: a name in its normal form, a version, where it applies, and how many hashes it has."""

    name: str
    version: Version
    marker: Marker | None
    hashes: int

    def applies(self, environment: Mapping[str, str]) -> bool:
        return self.marker is None or self.marker.evaluate(dict(environment))


def environment(python: str) -> dict[str, str]:
    """The environment that markers are evaluated in: this platform with another Python, such as "3.12"."""
    return {**{key: str(value) for key, value in default_environment().items()}, "python_version": python, "python_full_version": f"{python}.0"}


def read(text: str) -> list[Pin]:
    """The entries of a lock.

    Raises:
        JobError: a line is neither a pin nor a comment, or names an address or a path.
    """
    if place := _PLACE.search("\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))):
        raise JobError(f"the lock names a place ({place[0].strip()!r}); only names, versions and hashes belong there.")
    pins = []
    for entry in re.sub(r"\\\n\s*", "", text).splitlines():
        if not entry.strip() or entry.lstrip().startswith("#"):
            continue
        stated = _HASH.sub("", entry).strip()
        if not (match := _PIN.fullmatch(stated)):
            raise JobError(f"the lock has a line that pins nothing: {stated!r}.")
        marker = Marker(match["marker"]) if match["marker"] else None
        pins.append(Pin(canonicalize_name(match["name"]), Version(match["version"]), marker, len(_HASH.findall(entry))))
    return pins


def faults(pins: Iterable[Pin], requirements: Iterable[Requirement], python: str) -> list[str]:
    """What is out of step on one Python: entries without a hash, two versions of one package, requirements that are missing or not met."""
    here = [pin for pin in pins if pin.applies(environment(python))]
    found = [f"{pin.name}: no hash" for pin in here if not pin.hashes]
    names = [pin.name for pin in here]
    found += [f"{name}: two versions" for name in sorted({name for name in names if names.count(name) > 1})]
    versions = {pin.name: pin.version for pin in here}
    for requirement in requirements:
        if requirement.marker and not requirement.marker.evaluate(dict(environment(python))):
            continue
        version = versions.get(canonicalize_name(requirement.name))
        if version is None:
            found.append(f"{requirement.name}: not in the lock")
        elif not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{requirement.name}: locked at {version}, pyproject.toml asks for {requirement.specifier}")
    return found


def required(lock: str) -> list[Requirement]:
    """What a lock must hold."""
    return run_time() + [requirement for extra in HOLDS[lock] for requirement in extras()[extra]]


def renew(lock: str, folder: Path = LOCKS) -> Path:
    """Writes a lock anew, at the newest versions that pyproject.toml allows."""
    target = folder / lock
    chosen = [part for extra in HOLDS[lock] for part in ("--extra", extra)]
    beside = [] if lock == "dev.txt" else ["--constraints", str(folder / "dev.txt")]
    shape = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"]
    done = run(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", *shape, *chosen, *beside)
    if done.returncode:
        raise JobError(f"{lock} could not be renewed: {last_line(done)}")
    read(done.stdout)
    target.write_text(_HEAD.format(extras=", ".join(HOLDS[lock])) + done.stdout, encoding="utf-8")
    return target


def main() -> None:
    """Renews every lock."""
    try:
        for lock in HOLDS:
            say(f"{renew(lock).relative_to(ROOT)}: {len(read((LOCKS / lock).read_text(encoding='utf-8')))} packages")
    except JobError as error:
        fail("lock", error)


if __name__ == "__main__":
    main()
