"""One regulation of a comparison: its entries by topic, with the open readings that decide them, and why it is silent on a topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..plan.compile import compile_plan
from ..plan.model import Plan
from ..plan.readings import choose
from ..regulation import Regulation
from ..results import Label
from ..rulebook.ledger import LEDGER_FILE, Ledger, read_ledger
from ..rulebook.library import RULE_FILE, Pack, shared_topics
from ..rulebook.model import RuleSet
from .model import Absent, Choice, Decided, Entry, Otherwise, Side
from .rules import deadline, escalation, report
from .sections import duties, sections, statuses

Key = tuple[str, str]  # topic, rule


def topics_of(rules: RuleSet) -> dict[str, Label]:
    """The shared topics and the pack's own, with their labels."""
    return {id: label.label() for id, label in {**shared_topics(), **rules.topics}.items()}


def entries(regulation: Regulation) -> tuple[Entry, ...]:
    """Everything a regulation says: its rules, its sections, its standing duties."""
    rules, plan = regulation.rules, regulation.plan
    decided = _decided(regulation.pack, plan)
    found = [replace(entry, decided=decided.get((entry.topic, entry.rule), ())) for entry in (*sections(rules, plan), *_turned(rules, plan))]
    ledger = _ledger(regulation.pack)
    return (*found, *(duties(rules, ledger, topics_of(rules)) if ledger is not None else ()))


def absences(regulation: Regulation) -> dict[str, Absent]:
    """The topics on which a regulation says nothing, or not all, because a text was not at hand."""
    rules = regulation.rules
    found = {other.topic: Absent(other.reason.label(), other.cite) for other in rules.not_supplied}
    if rules.statuses.not_supplied is not None:
        found["statuses"] = Absent(rules.statuses.not_supplied.reason.label(), rules.statuses.not_supplied.cite)
    return found


def named(regulations: list[Regulation]) -> tuple[Side, ...]:
    """The sides, each with a name of its own: the id; where it is shared, the readings, else the file, else the version, else a number."""
    names = [regulation.id for regulation in regulations]
    for marks in (_by_readings, _by_file, _by_version, _by_number):
        for name in {name for name in names if names.count(name) > 1}:
            group = [number for number, other in enumerate(names) if other == name]
            for number, mark in zip(group, marks([regulations[member] for member in group]), strict=True):
                names[number] = f"{name} ({mark})" if mark else name
    return tuple(_side(name, regulation) for name, regulation in zip(names, regulations, strict=True))


def _side(name: str, regulation: Regulation) -> Side:
    rules = regulation.rules
    chosen = []
    for id, option in regulation.readings.items():
        reading = regulation.pack.readings[id]
        label = reading.options.get(option) or reading.whole_number
        if option != reading.default and label is not None:
            chosen.append(Choice(id, option, label.label()))
    since = str(rules.in_force.since or rules.in_force.year)
    return Side(
        name, rules.id, rules.title.label(), rules.issuer.label(), rules.instrument.number, since, regulation.plan.rules_version, tuple(chosen)
    )


def _by_readings(group: list[Regulation]) -> list[str]:
    """The options on which the group is not of one mind."""
    ids = [id for id in group[0].readings if len({regulation.readings.get(id) for regulation in group}) > 1]
    return [", ".join(f"{id}={regulation.readings.get(id, '–')}" for id in ids) for regulation in group]


def _by_file(group: list[Regulation]) -> list[str]:
    """The shortest ends of the paths that tell the files apart; nothing where they are one file."""
    paths = [regulation.pack.path.parts for regulation in group]
    if len(set(paths)) == 1:
        return [""] * len(group)
    longest = max(len(path) for path in paths)
    length = next(length for length in range(1, longest + 1) if len({path[-length:] for path in paths}) == len(set(paths)))
    return [str(Path(*path[-length:])) for path in paths]


def _by_version(group: list[Regulation]) -> list[str]:
    versions = [regulation.plan.rules_version for regulation in group]
    return versions if len(set(versions)) > 1 else [""] * len(group)


def _by_number(group: list[Regulation]) -> list[str]:
    return [str(number) for number in range(1, len(group) + 1)]


def _turned(rules: RuleSet, plan: Plan) -> Iterable[Entry]:
    """What a reading may turn into something else: the rules and the statuses."""
    if rules.statuses.not_supplied is None:
        yield statuses(rules, plan)
    yield from (deadline(rules, plan, rule, row) for rule, row in zip(rules.deadlines, plan.deadlines, strict=True))
    yield from (report(rules, plan, rule, row) for rule, row in zip(rules.reports, plan.reports, strict=True))
    yield from (escalation(rules, plan, rule, row) for rule, row in zip(rules.escalations, plan.escalations, strict=True))


def _decided(pack: Pack, plan: Plan) -> dict[Key, tuple[Decided, ...]]:
    """For each entry the open readings that decide it: those of which another option alone would change its substance."""
    chosen = choose(pack.readings, dict(plan.readings))
    own = _by_key(pack, compile_plan(pack, dict(plan.readings)))
    found: dict[Key, dict[str, list[Otherwise]]] = {}
    for id, option, other in chosen.others():
        label = pack.readings[id].options[option].label()
        touched = _touched_by(id, pack, plan)
        for key, entry in _by_key(touched, compile_plan(touched, dict(plan.readings) | {id: other[id]})).items():
            if entry.substance != own[key].substance:
                parts = tuple(part for part in entry.parts if part not in own[key].parts)
                found.setdefault(key, {}).setdefault(id, []).append(Otherwise(option, label, parts))
    return {
        key: tuple(
            Decided(id, pack.readings[id].question.label(), chosen[id], pack.readings[id].options[chosen[id]].label(), tuple(others))
            for id, others in by_reading.items()
        )
        for key, by_reading in found.items()
    }


def _touched_by(reading: str, pack: Pack, plan: Plan) -> Pack:
    """The pack without the deadlines that the plan knows to be the same under every option: they take most of the time to compile."""
    rows = zip(pack.rules.deadlines, plan.deadlines, strict=True)
    deadlines = tuple(rule for rule, row in rows if any(reading in variant.changed for variant in row.variants))
    return replace(pack, rules=pack.rules.model_copy(update={"deadlines": deadlines}))


def _by_key(pack: Pack, plan: Plan) -> dict[Key, Entry]:
    return {(entry.topic, entry.rule): entry for entry in _turned(pack.rules, plan)}


def _ledger(pack: Pack) -> Ledger | None:
    """The ledger beside the rule file of a pack; None where there is none."""
    path = pack.path.with_name(LEDGER_FILE)
    return read_ledger(path)[1] if pack.path.name == RULE_FILE and path.is_file() else None
