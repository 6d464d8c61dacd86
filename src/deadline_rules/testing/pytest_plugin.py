"""A plugin of pytest: every worked case beside a rule file is a test of its own, named by the case.

A `cases.yaml` is collected where `deadline-rules check` would read it: beside the rule file of a folder, or beside rule files of other names;
one that lies beside no rule file is somebody else's. Only what pytest is asked to collect is looked at. `deadline_rules_cases = false` in
the settings of pytest switches it off.

Nothing else of this package is imported before such a file is met, and no library that pytest does not bring.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .cases import Case, Loads

_SETTING = "deadline_rules_cases"
_CASES_FILE = "cases.yaml"
# What stands at the left edge of every rule file and every file of house rules, and of hardly another file.
_HEADINGS = (re.compile(rb"^issuer:", re.MULTILINE), re.compile(rb"^instrument:", re.MULTILINE))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the setting `deadline_rules_cases`."""
    parser.addini(_SETTING, "collect the worked cases (cases.yaml) beside rule files as tests", type="bool", default=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The cases of a file `cases.yaml` that lies beside a rule file."""
    if file_path.name != _CASES_FILE or not parent.config.getini(_SETTING):
        return None
    rule_files = _beside(file_path)
    return CasesFile.of(parent, file_path, rule_files) if rule_files else None


def _beside(cases: Path) -> list[Path]:
    """The rule files to which the cases belong: that of the folder, or all of other names."""
    from ..rulebook.library import HOUSE_FILE, RULE_FILE

    others = [path for path in sorted(cases.parent.glob("*.y*ml")) if path != cases and path.suffix in (".yaml", ".yml") and _is_rule_file(path)]
    return next(([path] for name in (RULE_FILE, HOUSE_FILE) for path in others if path.name == name), others)


def _is_rule_file(path: Path) -> bool:
    from ..files.yaml_source import MAX_BYTES

    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES)
    except OSError:
        return False
    return all(heading.search(text) for heading in _HEADINGS)


class CasesFile(pytest.File):
    """A file of worked cases, and the rule files beside it."""

    rule_files: list[Path]

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, rule_files: list[Path]) -> CasesFile:
        """The collector of a file."""
        file: CasesFile = cls.from_parent(parent, path=path)
        file.rule_files = rule_files
        return file

    def collect(self) -> Iterator[pytest.Item]:
        """A test a case; with several rule files beside it, one for each of them.

        Raises:
            pytest.Collector.CollectError: the cases or the rules are not well formed.
        """
        from ..errors import DeadlineRulesError
        from ..rulebook.library import open_pack
        from .cases import Loads, read_cases

        try:
            source, cases = read_cases(self.path)
            packs = [(path, Loads(open_pack(path))) for path in self.rule_files]
        except DeadlineRulesError as error:
            raise self.CollectError(str(error)) from None
        for path, loads in packs:
            known: set[str] = set()
            for number, case in enumerate(cases):
                name = case.name if len(packs) == 1 else f"{case.name} [{path.name}]"
                line = source.line(("cases", number))
                # Of two tests of one name none could be chosen alone.
                if name in known:
                    name = f"{name} (line {line})" if line else f"{name} (case {number + 1})"
                known.add(name)
                yield CaseItem.of(self, name, loads, case, line)


class CaseItem(pytest.Item):
    """One worked case."""

    loads: Loads
    case: Case
    line: int | None

    @classmethod
    def of(cls, parent: CasesFile, name: str, loads: Loads, case: Case, line: int | None) -> CaseItem:
        """The test of a case."""
        item: CaseItem = cls.from_parent(parent, name=name)
        item.loads, item.case, item.line = loads, case, line
        return item

    def runtest(self) -> None:
        """Compares what the rules answer with the case; the test fails with what differs, a line each, and without a traceback."""
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        if found := [f"{where}: {difference}" for difference in self.loads.differences(self.case, self.line)]:
            pytest.fail("\n".join(found), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file, the line from 0, and the name of the case."""
        return self.path, self.line - 1 if self.line else None, f"case {self.name}"
