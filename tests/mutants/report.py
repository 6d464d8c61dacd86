"""What mutmut found, held to the list of survivors beside this file. Run by `make mutants`, in the folder mutmut worked in.

`survivors.txt` names every mutant that may live: under a line `# reason`, lines `module.function: - as it stands | + as changed`. A mutant that
lives and is not listed fails the run, and so does a share of killed mutants under 95 %. One that ends by the clock, or ends its process, is killed.

    python tests/mutants/report.py            the figures, and whether they hold
    python tests/mutants/report.py --list     the living mutants that are not listed, as lines for the list
"""
# ruff: noqa: T201  # a program: it prints

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

PACKAGE: Final = "deadline_rules."
LEAST: Final = 95.0
KNOWN: Final = Path(__file__).with_name("survivors.txt")
ENDED_BADLY: Final = ("timeout", "segfault", "suspicious", "check was interrupted by user")  # by the clock, by a signal, or before its tests


class Mutant(NamedTuple):
    """One mutant: its name, the file it changes, and what became of it."""

    name: str
    path: str
    status: str

    @property
    def lives(self) -> bool:
        return self.status in ("survived", "no tests")

    @property
    def folder(self) -> str:
        """The part of the package it is in: calendar, plan, engines, or a module."""
        return self.name.removeprefix(PACKAGE).split(".")[0]

    def line(self) -> str:
        """The mutant as a line of the list: names of mutants carry numbers that shift, so it goes by function and change."""
        find = import_module("mutmut.mutation.diff_apply").get_diff_for_mutant  # imported here, since mutmut is installed by `make mutants` alone
        diff: str = find(self.name, path=self.path)
        changed = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
        old, new = (" ".join(line[1:].strip() for line in changed if line.startswith(sign)) for sign in "-+")
        return f"{_function(self.name)}: - {old} | + {new}"


def _function(name: str) -> str:
    """`deadline_rules.plan.cells.xǁTableǁadd__mutmut_3` as `plan.cells.Table.add`."""
    module, _, function = name.removeprefix(PACKAGE).rpartition("__mutmut_")[0].rpartition(".")
    return f"{module}.{function.removeprefix('xǁ').replace('ǁ', '.') if function.startswith('xǁ') else function.removeprefix('x_')}"


def mutants() -> Iterator[Mutant]:
    """Every mutant of the working folder."""
    words = import_module("mutmut.stats").status_by_exit_code
    for meta in sorted(Path("mutants/src").rglob("*.meta")):
        path = str(meta.relative_to("mutants").with_suffix(""))
        for name, code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            yield Mutant(name, path, words[code])


def known() -> set[str]:
    """The lines of the list.

    Raises:
        SystemExit: a line has no reason above it.
    """
    lines: set[str] = set()
    reason = ""
    for line in KNOWN.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = line
        elif line and not reason:
            raise SystemExit(f"{KNOWN.name}: no reason stands above {line!r}.")
        elif line:
            lines.add(line)
    return lines


def figures(found: list[Mutant]) -> str:
    """A table: for each folder the mutants, those killed, those of them that ended by the clock or a crash, those that live, and the share killed."""
    rows = [("", "mutants", "killed", "not by a test", "live", "killed, %")]
    folders = sorted({mutant.folder for mutant in found})
    for name, part in [*((folder, [mutant for mutant in found if mutant.folder == folder]) for folder in folders), ("all", found)]:
        live, badly = sum(mutant.lives for mutant in part), sum(mutant.status in ENDED_BADLY for mutant in part)
        rows.append((name, str(len(part)), str(len(part) - live), str(badly), str(live), f"{share(part):.1f}"))
    return "\n".join(f"{row[0]:<10}" + "".join(f"{cell:>15}" for cell in row[1:]) for row in rows)


def share(found: list[Mutant]) -> float:
    """How many of 100 mutants do not live."""
    return 100 * (1 - sum(mutant.lives for mutant in found) / len(found))


def main(argument: str | None = None) -> int:
    """0 where enough mutants are killed and every other one is listed, else 1."""
    everything = list(mutants())
    found = [mutant for mutant in everything if mutant.status != "not checked"]
    lines = {mutant.line() for mutant in found if mutant.lives}
    new, gone = sorted(lines - known()), sorted(known() - lines)
    if argument == "--list":
        print(*new, sep="\n")
        return 0
    print(figures(found))
    untried = len(everything) - len(found)
    failures = [
        *([f"{untried} mutants were not tried; run mutmut to its end."] if untried else []),
        *([f"{share(found):.1f} % are killed; at least {LEAST:.0f} % must be."] if share(found) < LEAST else []),
        *(f"lives, and is not in {KNOWN.name}: {line}" for line in new),
    ]
    print(*failures, *(f"is in {KNOWN.name}, and is killed now; strike it out: {line}" for line in gone), sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
