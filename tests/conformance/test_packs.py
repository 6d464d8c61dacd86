"""The five packs: without error, every provision accounted for, every worked case answered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deadline_rules import available
from deadline_rules.check import check
from deadline_rules.rulebook.ledger import read_ledger
from deadline_rules.rulebook.library import find, open_pack
from deadline_rules.testing.cases import read_cases

PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")
OUTLINES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "outlines.yaml").read_text(encoding="utf-8"))


def leaves(outline: dict[str, Any]) -> Iterator[str]:
    """Every article, clause and point that has nothing below it."""
    for part, paper in (("decision", "Quyết định, "), ("text", "")):
        for article, clauses in outline.get(part, {}).items():
            if not clauses:
                yield f"{paper}Điều {article}"
            for number, points in enumerate(clauses, start=1):
                if not points:
                    yield f"{paper}Điều {article} khoản {number}"
                for point in points:
                    yield f"{paper}Điều {article} khoản {number} điểm {point}"
    yield from outline.get("printed", [])


def test_the_five_packs_are_found() -> None:
    assert tuple(pack.id for pack in available()) == PACKS


@pytest.mark.parametrize("pack", [*PACKS, "template"])
def test_the_check_finds_no_error(pack: str) -> None:
    """Schema, cells, citations against the ledger, and every worked case."""
    checked = check(find("kon-tum").parent.parent / pack)
    assert [str(finding) for finding in checked.errors] == []
    assert min(checked.rules, checked.provisions, checked.cases) > 0


@pytest.mark.parametrize("pack", PACKS)
def test_every_provision_of_the_text_is_in_the_ledger(pack: str) -> None:
    _, ledger = read_ledger(find(pack).with_name("provisions.yaml"))
    found = [provision.at for provision in ledger.provisions]
    expected = list(leaves(OUTLINES[pack]))
    assert [cite for cite in expected if cite not in found] == []
    # Beyond the leaves: opening words that bind by themselves, second paragraphs, and words of articles that are not printed.
    if pack != "ben-tre":
        beyond = [cite for cite in found if cite not in expected]
        assert all("đoạn" in cite or any(leaf.startswith(f"{cite} ") for leaf in expected) for cite in beyond), beyond


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_has_its_cases(pack: str) -> None:
    _, cases = read_cases(find(pack).with_name("cases.yaml"))
    assert len(cases) >= 12
    assert len({case.name for case in cases}) == len(cases)
    tasks = [case.task for case in cases if case.task]
    assert any(task.get("secrecy", "normal") != "normal" for task in tasks)
    assert any("due_on" not in task for task in tasks)
    days = [day for task in tasks for day in task.values()]
    assert any("2026-02-0" <= day <= "2026-02-27" for day in days), "over Tết 2026"
    assert any("2025-12-2" <= day <= "2026-01-12" for day in days), "over the swap of 2026-01-02"


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_is_quoted_and_labelled_in_both_languages(pack: str) -> None:
    for rule in open_pack(pack).rules.rules():
        assert all(text.strip() for text in (rule.quote, rule.label.vi, rule.label.en)), rule.id
        assert rule.label.vi != rule.label.en
