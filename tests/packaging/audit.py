"""Looks the locked packages up in a database of known vulnerabilities, and says loudly when it could not.

`make audit` ends with status 1 where a vulnerability is known, and with 0 otherwise. Silence of a database is never called clean.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from lock import HOLDS, LOCKS
from project import run, say

SERVICES = ("pypi", "osv")


class Verdict(NamedTuple):
    """What became of one lock: how many packages were looked up, which were not, and what is known of the others."""

    checked: int
    unchecked: tuple[str, ...]
    known: tuple[str, ...]

    def sentence(self, lock: str) -> str:
        if self.known:
            return f"{lock}: known vulnerabilities: {'; '.join(self.known)}."
        if not self.checked:
            return f"{lock}: NOT CHECKED: the database of vulnerabilities could not be reached from here or knows none of these packages."
        if self.unchecked:
            return (
                f"{lock}: {self.checked} packages have no known vulnerability; NOT CHECKED, the database has nothing on: {', '.join(self.unchecked)}."
            )
        return f"{lock}: {self.checked} packages, no known vulnerability."


def verdict(report: dict[str, Any]) -> Verdict:
    """Reads the report of pip-audit: a package is checked only where the database answered for that version."""
    packages: Sequence[dict[str, Any]] = report["dependencies"]
    asked = [package for package in packages if "skip_reason" not in package]
    known = tuple(
        f"{package['name']} {package['version']} ({', '.join(vuln['id'] for vuln in package['vulns'])})" for package in asked if package["vulns"]
    )
    return Verdict(len(asked), tuple(package["name"] for package in packages if "skip_reason" in package), known)


def look_up(lock: str) -> Verdict:
    """The verdict of the first database that answers."""
    for service in SERVICES:
        options = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off", "--timeout", "15")
        done = run(sys.executable, "-m", "pip_audit", "--requirement", LOCKS / lock, "--vulnerability-service", service, *options, timeout=900)
        try:
            found = verdict(json.loads(done.stdout))
        except (json.JSONDecodeError, KeyError):
            continue  # it ended without a report: no connection
        if found.checked:
            return found
    return Verdict(0, (), ())


def main() -> None:
    """Looks every lock up."""
    verdicts = {lock: look_up(lock) for lock in HOLDS}
    for lock, found in verdicts.items():
        say(found.sentence(lock))
    sys.exit(1 if any(found.known for found in verdicts.values()) else 0)


if __name__ == "__main__":
    main()
