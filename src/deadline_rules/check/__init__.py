"""The checker: is a pack well formed, without gaps and overlaps, cited, accounted for, and does it answer its own cases?

Every finding has a stable code, and where the rules themselves show it a case: a task or a period with what comes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import AmbiguousRuleError, RuleFileError
from ..rulebook.library import Pack, find, open_pack
from .ambiguous import ambiguity
from .bench import Bench
from .beside import check_cases, check_provisions
from .dead import dead_rules
from .findings import Case, Checked, Finding, Level, Outcome, in_order
from .open_points import open_points
from .periods import reports_beside_each_other
from .readings import readings_that_matter

__all__ = ["Case", "Checked", "Finding", "Level", "Outcome", "check", "check_rules", "confirms"]


def check(name: str | Path) -> Checked:
    """Checks a pack by id, folder or file: schema, cells, rules, readings, citations against the ledger beside it, and the cases beside it.

    Raises:
        UnknownRegulationError: there is no such pack or file.
    """
    path = find(name)
    try:
        pack = open_pack(path)
    except RuleFileError as error:
        return Checked(str(path), 0, 0, 0, (Finding("error", "not-well-formed", error.path or str(path), error.line, error.why),))
    findings = _own(pack, check_rules(pack))
    if any(finding.level == "error" for finding in findings):
        return Checked(str(path), 0, 0, 0, findings)
    beside: list[Finding] = [*findings]
    provisions = check_provisions(pack, beside)
    cases = check_cases(pack, beside)
    return Checked(str(path), len(pack.rules.rules()), provisions, cases, in_order(beside))


def check_rules(pack: Pack) -> tuple[Finding, ...]:
    """Checks the rules alone, without the files beside them. An ambiguity is the only finding where there is one."""
    try:
        return in_order(list(_rules(Bench(pack))))
    except AmbiguousRuleError as error:
        return (ambiguity(pack, error),)


def _own(pack: Pack, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Of house rules: a warning that the rules they extend have as well is only worth a note, since whoever checks those is told."""
    if len(pack.layers) == 1:
        return findings
    below = check_rules(open_pack(Path(pack.layers[-2].path)))
    known = {(finding.code, finding.text) for finding in below if finding.level == "warning"}
    return in_order([finding._replace(level="note") if _is_known(finding, known) else finding for finding in findings])


def _is_known(finding: Finding, known: set[tuple[str, str]]) -> bool:
    return finding.level == "warning" and (finding.code, finding.text) in known


def _rules(bench: Bench) -> Iterator[Finding]:
    bench.plan()
    yield from open_points(bench)
    yield from dead_rules(bench)
    yield from reports_beside_each_other(bench)
    yield from readings_that_matter(bench)


def confirms(pack: Pack, case: Case) -> bool:
    """Whether evaluating a case of a finding once more gives what it shows."""
    return Bench(pack).confirms(case)
