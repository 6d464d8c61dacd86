"""The ledger: every article, clause and point of a text, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import model_validator

from ..errors import nearest
from ..files.typed import Bilingual, Listed, Model, OneOrMany, typed
from ..files.yaml_source import Source, read_file
from .library import shared_topics
from .model import RuleSet
from .words import Cite, Code

LEDGER_FILE = "provisions.yaml"

# The letters of points, in the order of Vietnamese drafting.
_POINTS = "abcdđeghiklmnopqrstuvxy"
_NUMBERS = re.compile(
    r"(?:(?P<paper>[^,]+), )?Điều (?P<article>[0-9]+[a-z]?)(?: khoản (?P<clause>[0-9]+[a-z]?))?(?: điểm (?P<point>[a-zđ]))?(?: đoạn .+)?"
)


class Provision(Model):
    """One leaf of the text: the rules that encode it, or why it has nothing to compute."""

    at: Cite
    encoded_as: OneOrMany[str] = ()
    not_computed: (
        Literal[
            "scope",
            "definition",
            "principle",
            "standing_duty",
            "authority",
            "form",
            "content",
            "procedure",
            "amendment",
            "implementation",
            "reward_and_discipline",
        ]
        | None
    ) = None
    party: Code | None = None
    topic: Code | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _accounted_for(self) -> Self:
        if not self.encoded_as and self.not_computed is None:
            raise ValueError("say what became of it: encoded_as or not_computed")
        if (self.not_computed == "standing_duty") != (self.party is not None and self.topic is not None):
            raise ValueError("party and topic go with not_computed: standing_duty, and only there")
        return self


class MissingProvision(Model):
    """Numbers that the text skips or does not print."""

    at: OneOrMany[Cite]
    reason: Bilingual


class Ledger(Model):
    """The file `provisions.yaml`."""

    provisions: Listed[Provision]
    missing: Listed[MissingProvision] = ()


class LedgerFinding(NamedTuple):
    """What is wrong with a ledger, and where."""

    path: str
    line: int | None
    text: str


def read_ledger(path: Path) -> tuple[Source, Ledger]:
    """The ledger of a pack.

    Raises:
        RuleFileError: the file is not well formed, with its line.
    """
    source = read_file(path)
    return source, typed(Ledger, source)


def citations(rules: RuleSet) -> Iterator[tuple[str, str]]:
    """Every provision a rule file cites, with the rule or section that cites it."""
    yield from _cited_by_sections(rules)
    for rule in rules.rules():
        for cited in (rule, *rule.also):
            yield rule.id, cited.cite
    for deadline in rules.deadlines:
        for part in (*deadline.exceptions, *deadline.only_for, *deadline.not_for):
            yield deadline.id, part.cite


def _cited_by_sections(rules: RuleSet) -> Iterator[tuple[str, str]]:
    if rules.in_force.cite:
        yield "in_force", rules.in_force.cite
    for excluded in rules.excluded:
        yield "excluded", excluded.cite
    if rules.secret_tasks:
        yield "secret_tasks", rules.secret_tasks.cite
    if rules.required_information:
        if rules.required_information.not_for:
            yield "required_information", rules.required_information.not_for.cite
        for field in rules.required_information.fields:
            yield "required_information", field.cite
    if rules.statuses.cite:
        yield "statuses", rules.statuses.cite
    if rules.statuses.not_supplied:
        yield "statuses", rules.statuses.not_supplied.cite
    if rules.tally:
        yield "tally", rules.tally.cite
    for other in rules.not_supplied:
        yield "not_supplied", other.cite


def check_ledger(rules: RuleSet, source: Source, ledger: Ledger) -> Iterator[LedgerFinding]:
    """Rules that are not in the ledger, provisions that are not accounted for, numbers that were skipped."""

    def finding(number: int | None, text: str) -> LedgerFinding:
        return LedgerFinding(source.path, source.line(("provisions", number)) if number is not None else 1, text)

    names = {rule.id for rule in rules.rules()} | rules.sections()
    topics = {**shared_topics(), **rules.topics}
    at = [provision.at for provision in ledger.provisions]
    for number, provision in enumerate(ledger.provisions):
        if provision.at in at[:number]:
            yield finding(number, f"{provision.at} stands twice; keep one line.")
        for name in provision.encoded_as:
            if name not in names:
                yield finding(number, f"{provision.at}: there is no rule or section {name!r}{nearest(name, names)}")
        if provision.topic is not None and provision.topic not in topics:
            yield finding(number, f"{provision.at}: {provision.topic!r} is no topic{nearest(provision.topic, topics)}")
        if provision.party is not None and provision.party not in rules.parties:
            yield finding(number, f"{provision.at}: {provision.party!r} is no party{nearest(provision.party, rules.parties)}")
    for name, cite in dict.fromkeys(citations(rules)):
        entries = [provision for provision in ledger.provisions if provision.at == cite]
        if not entries:
            yield finding(None, f"{name} cites {cite}, which has no line in the ledger; add it.")
        elif not any(name in provision.encoded_as for provision in entries):
            yield finding(at.index(cite), f"{cite}: {name} rests on it; name it in encoded_as.")
    encoded = {name for provision in ledger.provisions for name in provision.encoded_as}
    for name in sorted(names - encoded):
        yield finding(None, f"{name} is encoded_as no provision; name the one it comes from.")
    missing = [cite for line in ledger.missing for cite in line.at]
    yield from (finding(None, f"{gap} is accounted for nowhere; add it, or name it under missing.") for gap in gaps([*at, *missing]))


def gaps(cites: list[str]) -> Iterator[str]:
    """The articles, clauses and points that the numbering of `cites` skips.

    >>> list(gaps(["Điều 1", "Điều 3 khoản 1", "Điều 3 khoản 3 điểm a", "Điều 3 khoản 3 điểm c"]))
    ['Điều 3 khoản 3 điểm b', 'Điều 3 khoản 2', 'Điều 2']
    """
    below: dict[str, set[str]] = {}
    for cite in cites:
        match = _NUMBERS.fullmatch(cite)
        if match is None:
            continue
        paper = f"{match['paper']}, " if match["paper"] else ""
        below.setdefault(f"{paper}Điều ", set()).add(match["article"])
        article = f"{paper}Điều {match['article']}"
        if match["clause"]:
            below.setdefault(f"{article} khoản ", set()).add(match["clause"])
            article += f" khoản {match['clause']}"
        if match["point"]:
            below.setdefault(f"{article} điểm ", set()).add(match["point"])
    for prefix in sorted(below, key=len, reverse=True):
        found = below[prefix]
        if prefix.endswith("điểm "):
            last = max(_POINTS.index(letter) for letter in found)
            yield from (f"{prefix}{letter}" for letter in _POINTS[:last] if letter not in found)
        else:
            last = max(int(re.sub(r"[a-z]", "", number)) for number in found)
            yield from (f"{prefix}{number}" for number in range(1, last + 1) if str(number) not in found)
