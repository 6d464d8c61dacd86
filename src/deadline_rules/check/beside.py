"""The files beside a rule file: the ledger that accounts for every provision, and the worked cases."""

from __future__ import annotations

from ..errors import RuleFileError
from ..rulebook.ledger import LEDGER_FILE, check_ledger, read_ledger
from ..rulebook.library import Pack
from ..testing.cases import CASES_FILE, differences, read_cases
from .findings import Finding


def check_provisions(pack: Pack, findings: list[Finding]) -> int:
    """Holds the rules to the ledger; the number of provisions."""
    if len(pack.layers) > 1:  # the ledger of the regulation accounts for its text; house rules account for nothing
        return 0
    path = pack.path.with_name(LEDGER_FILE)
    if not path.is_file():
        text = "there is no ledger beside the rules; nobody can see which provisions were left out."
        findings.append(Finding("warning", "no-ledger", str(path), None, text))
        return 0
    try:
        source, ledger = read_ledger(path)
    except RuleFileError as error:
        findings.append(Finding("error", "not-well-formed", error.path, error.line, error.why))
        return 0
    found = check_ledger(pack.rules, source, ledger)
    findings.extend(Finding("error", "ledger-not-in-order", one.path, one.line, one.text) for one in found)
    return len(ledger.provisions)


def check_cases(pack: Pack, findings: list[Finding]) -> int:
    """Holds the rules to the worked cases; the number of cases."""
    path = pack.path.with_name(CASES_FILE)
    if not path.is_file():
        text = "there are no worked cases beside the rules; nobody has checked what they answer."
        findings.append(Finding("warning", "no-cases", str(path), None, text))
        return 0
    try:
        source, cases = read_cases(path)
        findings.extend(Finding("error", "case-differs", str(path), one.line, f"{one}.") for one in differences(pack, source, cases))
    except RuleFileError as error:
        findings.append(Finding("error", "not-well-formed", error.path, error.line, error.why))
        return 0
    return len(cases)
