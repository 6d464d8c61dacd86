"""The checker: is a pack well formed, without gaps and overlaps, cited, accounted for, and does it answer its own cases?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from .errors import DeadlineRulesError, RuleFileError
from .plan.compile import compile_plan
from .plan.facts import STATUS_CELLS
from .rulebook.ledger import LEDGER_FILE, check_ledger, read_ledger
from .rulebook.library import Pack, find, open_pack
from .testing.conformance import CASES_FILE, read_cases, run_cases


class Finding(NamedTuple):
    """Something the checker found. An `error` must be mended; a `warning` is a point the text itself leaves open."""

    level: Literal["error", "warning"]
    path: str
    line: int | None
    text: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.level}: {self.text}"


class Checked(NamedTuple):
    """What was checked, and what was found."""

    rule_file: str
    rules: int
    provisions: int
    cases: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level == "error")


def check(name: str | Path) -> Checked:
    """Checks a pack by id, folder or file: schema, cells, citations against the ledger beside it, and the cases beside it.

    Raises:
        UnknownRegulationError: there is no such pack or file.
    """
    path = find(name)
    try:
        pack = open_pack(path)
        compile_plan(pack)
    except RuleFileError as error:
        return Checked(str(path), 0, 0, 0, (Finding("error", error.path or str(path), error.line, error.why),))
    findings = [*_open_points(pack)]
    provisions = _ledger(pack, path.with_name(LEDGER_FILE), findings)
    cases = _cases(path, path.with_name(CASES_FILE), findings)
    findings.sort(key=lambda finding: (finding.level, finding.path, finding.line or 0))
    return Checked(str(path), len(pack.rules.rules()), provisions, cases, tuple(findings))


def _open_points(pack: Pack) -> Iterator[Finding]:
    """What the text leaves open: cells that only a reading fills, duties without a number."""
    path = pack.source.path
    for id, reading in pack.readings.items():
        if reading.kind != "gap":
            continue
        filled = [
            f"{cell['progress']} × {cell['timeliness']}"
            for cell in STATUS_CELLS
            if any(id in row.under and cell["progress"] in row.progress and cell["timeliness"] in row.timeliness for row in pack.rules.statuses.table)
        ]
        if filled:
            text = f"the text gives no status to {', '.join(filled)}; reading {id} fills the gap (default {reading.default})."
            yield Finding("warning", path, pack.source.line(("statuses", "table")), text)
    for number, rule in enumerate(pack.rules.deadlines):
        if rule.within.unit in ("no_number", "promptly"):
            text = f"{rule.id} is a duty without a number ({rule.cite}); its due date stays empty."
            yield Finding("warning", path, pack.source.line(("deadlines", number, "within")), text)
    if pack.rules.statuses.not_supplied is not None:
        text = f"the statuses stand in a text that was not supplied ({pack.rules.statuses.not_supplied.cite}); status stays empty."
        yield Finding("warning", path, pack.source.line(("statuses",)), text)


def _ledger(pack: Pack, path: Path, findings: list[Finding]) -> int:
    if not path.is_file():
        findings.append(Finding("warning", str(path), None, "there is no ledger beside the rules; nobody can see which provisions were left out."))
        return 0
    try:
        source, ledger = read_ledger(path)
    except RuleFileError as error:
        findings.append(Finding("error", error.path, error.line, error.why))
        return 0
    findings.extend(Finding("error", found.path, found.line, found.text) for found in check_ledger(pack.rules, source, ledger))
    return len(ledger.provisions)


def _cases(rule_file: Path, path: Path, findings: list[Finding]) -> int:
    if not path.is_file():
        findings.append(Finding("warning", str(path), None, "there are no worked cases beside the rules; nobody has checked what they answer."))
        return 0
    try:
        _, cases = read_cases(path)
        findings.extend(Finding("error", str(path), found.line, f"{found}.") for found in run_cases(rule_file, path))
    except RuleFileError as error:
        findings.append(Finding("error", error.path, error.line, error.why))
        return 0
    except DeadlineRulesError as error:
        findings.append(Finding("error", str(path), None, str(error)))
        return 0
    return len(cases)
