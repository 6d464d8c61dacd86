"""Finding packs and opening them: a rule file becomes a Pack, a RuleSet with the readings it may use."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import RuleFileError, UnknownRegulationError, nearest
from ..files.packaged import rules_folder
from ..files.typed import Bilingual, typed
from ..files.yaml_source import Place, Source, read_file
from .additions import Noticed
from .house import House
from .layers import Layered, lay_over
from .model import RuleSet
from .rules import Rule
from .words import Reading, Readings, Topics

RULE_FILE = "regulation.yaml"
HOUSE_FILE = "house.yaml"
MOST_LAYERS = 8
# Working days: some forty years, far within the numbers that every engine counts with.
LONGEST_STEP = 9_999
# Two keys of the head of every rule file and house file, as their lines begin.
_HEAD = {"id", "title"}
_HEAD_LINES = re.compile(rb"^(id|title) *:", re.MULTILINE)


class Layer(NamedTuple):
    """One of the files that a pack is made of."""

    id: str
    path: str
    version: str  # the first 12 hex digits of the SHA-256 of the file


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule file that was read and found consistent in itself, with the house rules laid over it."""

    rules: RuleSet
    readings: dict[str, Reading]  # every reading it may name, in the order of the files
    source: Source
    version: str  # the first 12 hex digits of the SHA-256 of the rule file, or of those of all its layers
    layers: tuple[Layer, ...]  # the regulation, then the house files over it, the lowest first
    reminders: tuple[Noticed, ...] = ()
    suspensions: str | None = None  # the provision of house rules that lets time stand still
    earlier: Pack | None = field(default=None, repr=False)  # what holds before house rules that took effect later than what they extend

    @property
    def path(self) -> Path:
        return Path(self.source.path)


@cache
def shared_readings() -> dict[str, Reading]:
    """The readings of `rules/readings.yaml`, by id."""
    found = typed(Readings, read_file(rules_folder() / "readings.yaml"))
    return {reading.id: reading for reading in found.readings}


@cache
def shared_topics() -> dict[str, Bilingual]:
    """The topics of `rules/topics.yaml`, by code."""
    return typed(Topics, read_file(rules_folder() / "topics.yaml")).topics


def pack_ids() -> list[str]:
    """The ids of the packs that travel with the library."""
    return sorted(path.parent.name for path in rules_folder().glob(f"*/{RULE_FILE}") if path.parent.name != "template")


def find(name: str | Path) -> Path:
    """The rule file of a pack id, of a folder, or the file itself.

    Raises:
        UnknownRegulationError: there is no such pack or file.
    """
    text = str(name)
    if isinstance(name, str) and text in pack_ids():
        return rules_folder() / text / RULE_FILE
    path = Path(text)
    try:
        if path.is_dir():
            path = next((path / name for name in (RULE_FILE, HOUSE_FILE) if (path / name).is_file()), path / RULE_FILE)
        if path.is_file():
            return path
    except (OSError, ValueError):  # too long a name, or a null byte in it
        raise UnknownRegulationError(f"{text[:80]!r} is neither a regulation nor a file name; there are: {', '.join(pack_ids())}.") from None
    if isinstance(name, Path) or "/" in text or text.endswith((".yaml", ".yml")):
        raise UnknownRegulationError(f"{text}: there is no such rule file.")
    raise UnknownRegulationError(f"there is no regulation {text!r}{nearest(text, pack_ids())}")


class Available(NamedTuple):
    """A pack that was found."""

    id: str
    issuer: str
    number: str | None
    in_force: str  # the day, or the year where the day is not stated
    title: str


def available() -> tuple[Available, ...]:
    """The packs found: id, issuer, number, in force from, title.

    >>> [pack.id for pack in available()]
    ['ben-tre', 'can-tho', 'kon-tum', 'so-nn', 'yen-the']
    """
    found = []
    for id in pack_ids():
        rules = open_pack(id).rules
        found.append(Available(id, rules.issuer.vi, rules.instrument.number, str(rules.in_force.since or rules.in_force.year), rules.title.vi))
    return tuple(found)


def open_pack(name: str | Path) -> Pack:
    """The pack of an id, a folder or a file, read strictly and checked in itself.

    Raises:
        UnknownRegulationError: there is no such pack or file.
        RuleFileError: the file is not well formed, with its line.
    """
    return pack_from(read_file(find(name)))


def pack_from(source: Source) -> Pack:
    """The pack of a rule file that is already read. Of a house file it opens what it extends.

    Raises:
        RuleFileError: one of the files is not well formed, with its line.
    """
    layers = [source]
    while isinstance(layers[-1].data, dict) and "extends" in layers[-1].data:
        layers.append(_extended(layers))
    rules = typed(RuleSet, layers[-1])
    whole = Layered(rules, {**shared_readings(), **{reading.id: reading for reading in rules.readings}}, layers[-1])
    _refuse_inconsistent(whole)
    digests = [hashlib.sha256(layer.raw).hexdigest() for layer in reversed(layers)]
    pack = _pack(whole, (Layer(rules.id, layers[-1].path, digests[0][:12]),), digests[0], None)
    for number, layer in enumerate(reversed(layers[:-1]), start=1):
        house = typed(House, layer)
        if house.id in [below.id for below in pack.layers]:
            raise layer.error(("id",), f"id: {house.id!r} is the id of what it extends; results name it, so give the house rules another.")
        whole = lay_over(whole, house, layer)
        _refuse_inconsistent(whole)
        version = hashlib.sha256("\n".join(digests[: number + 1]).encode()).hexdigest()
        later = whole.rules.in_force.first_day > pack.rules.in_force.first_day
        own = (*pack.layers, Layer(house.id, layer.path, digests[number][:12]))
        pack = _pack(whole, own, version, pack if later else pack.earlier)
    return pack


def _pack(whole: Layered, layers: tuple[Layer, ...], version: str, earlier: Pack | None) -> Pack:
    return Pack(whole.rules, whole.readings, whole.source, version[:12], layers, whole.reminders, whole.suspensions, earlier)


def _extended(layers: list[Source]) -> Source:
    """The file that the last of `layers` extends: a pack by its id, or a file or folder beside it."""
    source = layers[-1]
    name = source.data["extends"]
    if not isinstance(name, str):
        raise source.error(("extends",), "extends: give the id of a pack, or the path of a file or folder.")
    try:
        path = find(name) if name in pack_ids() else find(Path(source.path).parent / name)
    except UnknownRegulationError:
        raise source.error(("extends",), f"extends: {name!r} is neither a pack nor a file beside this one{nearest(name, pack_ids())}") from None
    if path.resolve() in [Path(layer.path).resolve() for layer in layers]:
        raise source.error(("extends",), f"extends: {name} extends this file in turn; one of them must extend a regulation.")
    if len(layers) == MOST_LAYERS:
        raise source.error(("extends",), f"extends: more than {MOST_LAYERS} files lie over each other; join some of them.")
    return _read_extended(path)


def _read_extended(path: Path) -> Source:
    """A file that `extends` names. Any file can be named so: of one without the head of a rule file nothing but a line's number is told."""
    try:
        source = read_file(path)
    except RuleFileError as error:
        if error.line is None or {key.decode() for key in _HEAD_LINES.findall(path.read_bytes())} >= _HEAD:
            raise
        raise _no_rule_file(path, error.line) from None
    if not isinstance(source.data, dict) or not source.data.keys() >= _HEAD:
        raise _no_rule_file(path, source.line(()))
    return source


def _no_rule_file(path: Path, line: int | None) -> RuleFileError:
    why = f"this is no rule file; what `extends` names is one, a mapping with at least {' and '.join(sorted(_HEAD))}."
    return RuleFileError(why, path=str(path), line=line)


def _refuse_inconsistent(layered: Layered) -> None:
    for found in _inconsistencies(layered.rules, layered.readings, layered.source, layered.before):
        raise found


def _inconsistencies(rules: RuleSet, readings: dict[str, Reading], source: Source, before: Mapping[str, int]) -> Iterator[RuleFileError]:
    """What one part of the file says that another part does not bear out; `before` counts the rules that stand in the files below it."""
    topics = {**shared_topics(), **rules.topics}
    seen: dict[str, Place] = {}
    sections: dict[str, tuple[Rule, ...]] = {"deadlines": rules.deadlines, "reports": rules.reports, "escalations": rules.escalations}
    for section, group in sections.items():
        for number, rule in enumerate(group):
            place: Place = (section, number)
            named = f"{section}[{number - before.get(section, 0)}]"
            if rule.id in seen:
                first = source.line((*seen[rule.id], "id"))
                yield source.error((*place, "id"), f"{named}.id: {rule.id!r} is already the rule of line {first}; ids are used once.")
            seen[rule.id] = place
            if rule.topic not in topics:
                yield source.error((*place, "topic"), f"{named}.topic: {rule.topic!r} is no topic{nearest(rule.topic, topics)}")
            for key, party in [("actor", rule.actor), *(("to", to) for to in rule.to)]:
                if party not in rules.parties:
                    yield source.error((*place, key), f"{named}.{key}: {party!r} is no party{nearest(party, rules.parties)}")
    for number, other in enumerate(rules.not_supplied):
        if other.topic not in topics:
            yield source.error(
                ("not_supplied", number, "topic"), f"not_supplied[{number}].topic: {other.topic!r} is no topic{nearest(other.topic, topics)}"
            )
    yield from _unknown_readings(source.data, (), readings, source)
    yield from _wrong_references(rules, source)
    yield from _wrong_steps(rules, source, before.get("escalations", 0))


def _unknown_readings(data: Any, place: Place, readings: dict[str, Reading], source: Source) -> Iterator[RuleFileError]:
    """Every `under:` that names a reading or an option that is not there."""
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        here = (*place, key)
        if key == "under" and isinstance(value, dict):
            for id, option in value.items():
                if id not in readings:
                    yield source.error((*here, id), f"under: there is no reading {id!r}{nearest(id, readings)}")
                elif option not in readings[id].options:
                    yield source.error((*here, id), f"under: reading {id} has no option {option!r}{nearest(str(option), readings[id].options)}")
        else:
            yield from _unknown_readings(value, here, readings, source)


def _wrong_references(rules: RuleSet, source: Source) -> Iterator[RuleFileError]:
    """`same_as` must name another report with days of its own; a period from promulgation needs the day of signing. And the further steps."""
    reports = {rule.id: rule for rule in rules.reports}
    for number, rule in enumerate(rules.reports):
        place: Place = ("reports", number, "due")
        for due in rule.due:
            if due.same_as is not None:
                other = reports.get(due.same_as)
                if other is None:
                    yield source.error(place, f"reports[{number}].due: there is no report {due.same_as!r}{nearest(due.same_as, reports)}")
                elif other.every != rule.every or any(line.same_as for line in other.due):
                    yield source.error(place, f"reports[{number}].due: {due.same_as!r} is not a report of each {rule.every} with days of its own.")
            if due.days_after_promulgation is not None and rules.instrument.signed_on is None:
                yield source.error(place, f"reports[{number}].due: days_after_promulgation needs instrument.signed_on.")


def _wrong_steps(rules: RuleSet, source: Source, before: int) -> Iterator[RuleFileError]:
    """A further step follows an escalation that some day opens, at most so many working days later in all, and never itself."""
    by_id = {rule.id: rule for rule in rules.escalations}
    for number, rule in enumerate(rules.escalations):
        place: Place = ("escalations", number, "opens")
        followed, seen, days = rule.opens.after, {rule.id}, 0
        while followed is not None:
            days += followed.working_days
            if followed.of not in by_id:
                yield source.error(
                    place, f"escalations[{number - before}]: after: there is no escalation {followed.of!r}{nearest(followed.of, by_id)}"
                )
                break
            if followed.of in seen:
                yield source.error(place, f"escalations[{number - before}]: after: {rule.id} comes after itself; let one of the steps come first.")
                break
            if by_id[followed.of].opens.on_request:
                why = "opens on request, on no day; follow one that a day opens"
                yield source.error(place, f"escalations[{number - before}]: after: {followed.of!r} {why}.")
                break
            if days > LONGEST_STEP:
                why = f"{days} working days in all; at most {LONGEST_STEP} can be counted"
                yield source.error(place, f"escalations[{number - before}]: after: {rule.id} comes {why}.")
                break
            seen.add(followed.of)
            followed = by_id[followed.of].opens.after
