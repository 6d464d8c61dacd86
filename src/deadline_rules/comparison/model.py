"""Comparison: frozen data, in Vietnamese and English, for tables, pages and JSON.

A Comparison has sides (the regulations) and topics; a Topic has a Cell for each side; a Cell has an Entry for each rule; an Entry has Parts:
who acts, from what, how long, and so on, each with its words and its data.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ..errors import UnknownTopicError, nearest
from ..results import Label
from .notebook import comparison_html

if TYPE_CHECKING:
    from ..regulation import Regulation
    from .witnesses import Pair

State = Literal["differs", "lacking", "same"]
Kind = Literal["deadline", "report", "escalation", "statuses", "information", "tally", "scope", "secrecy", "in_force", "duty"]
Data = tuple[tuple[str, Hashable], ...]
Substance = tuple[tuple[str, Hashable], ...]


class Part(NamedTuple):
    """One thing an entry says: `name` is a key of `words.ASPECTS`, `data` the codes and numbers, `text` the words."""

    name: str
    data: Data
    text: Label
    cite: str | None = None
    quote: str | None = None

    @property
    def value(self) -> dict[str, Any]:
        """The data by name."""
        return dict(self.data)

    def to_dict(self) -> dict[str, Any]:
        out = {"name": self.name, "value": _plain_data(self.data), "text": _both(self.text)}
        return out | {key: text for key, text in (("cite", self.cite), ("quote", self.quote)) if text is not None}


class Otherwise(NamedTuple):
    """What another option of a reading would make of an entry: the parts that would be other ones."""

    option: str
    label: Label
    parts: tuple[Part, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"option": self.option, "label": _both(self.label), "parts": [part.to_dict() for part in self.parts]}


class Decided(NamedTuple):
    """An open reading that decides an entry: the option chosen, and what the others would make of it."""

    reading: str
    question: Label
    option: str
    label: Label
    otherwise: tuple[Otherwise, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "reading": self.reading,
            "question": _both(self.question),
            "option": self.option,
            "label": _both(self.label),
            "otherwise": [other.to_dict() for other in self.otherwise],
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """What one rule, section or provision says on a topic. `substance` is what counts when sides are compared."""

    rule: str
    kind: Kind
    topic: str
    label: Label
    cite: str
    quote: str | None
    parts: tuple[Part, ...]
    substance: Substance = field(repr=False)
    also: tuple[str, ...] = ()
    note: Label | None = None
    remark: str | None = None  # of the ledger, which is written in English
    decided: tuple[Decided, ...] = ()

    def __getitem__(self, name: str) -> Part:
        """The part of that name, the first where there are several."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)

    def all(self, name: str) -> tuple[Part, ...]:
        """Every part of that name."""
        return tuple(part for part in self.parts if part.name == name)

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"rule": self.rule, "kind": self.kind, "label": _both(self.label), "cite": self.cite, "also": list(self.also)}
        out |= {key: text for key, text in (("quote", self.quote), ("remark", self.remark)) if text is not None}
        out |= {"note": _both(self.note)} if self.note is not None else {}
        return out | {"parts": [part.to_dict() for part in self.parts], "decided_by": [decided.to_dict() for decided in self.decided]}


class Absent(NamedTuple):
    """Why a side says nothing, or not all, on a topic, where the pack knows."""

    reason: Label
    cite: str

    def to_dict(self) -> dict[str, Any]:
        return {"reason": _both(self.reason), "cite": self.cite}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one side says on a topic. No entries: it says nothing; `absent` says why, where that is known."""

    side: str
    entries: tuple[Entry, ...]
    absent: Absent | None = None

    def __getitem__(self, rule: str) -> Entry:
        """The entry of a rule, by its id."""
        for entry in self.entries:
            if entry.rule == rule:
                return entry
        raise KeyError(rule)

    def substance(self) -> frozenset[Substance]:
        """What the side says, whatever the ids, articles and words."""
        return frozenset(entry.substance for entry in self.entries)

    def to_dict(self) -> dict[str, Any]:
        return {
            "side": self.side,
            "entries": [entry.to_dict() for entry in self.entries],
            "absent": self.absent.to_dict() if self.absent is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic across all sides. `rules` are the ids of all entries, in the order in which the cells show them.

    `differs_in` names the aspects on which sides that speak say different things.
    """

    id: str
    label: Label
    state: State
    differs_in: tuple[str, ...]
    rules: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether the sides say different things, or one is silent where another speaks."""
        return self.state != "same"

    def __getitem__(self, side: str) -> Cell:
        """The cell of a side, by its name."""
        for cell in self.cells:
            if cell.side == side:
                return cell
        raise KeyError(side)

    def to_dict(self) -> dict[str, Any]:
        return {
            "topic": self.id,
            "label": _both(self.label),
            "state": self.state,
            "differs": self.differs,
            "differs_in": list(self.differs_in),
            "rules": list(self.rules),
            "cells": [cell.to_dict() for cell in self.cells],
        }


class Choice(NamedTuple):
    """A reading that a side does not leave at its default."""

    reading: str
    option: str
    label: Label

    def to_dict(self) -> dict[str, Any]:
        return {"reading": self.reading, "option": self.option, "label": _both(self.label)}


@dataclass(frozen=True, slots=True)
class Side:
    """A regulation that is compared. `name` is its id, and what tells it apart where another side has the same id."""

    name: str
    regulation: str
    title: Label
    issuer: Label
    number: str | None
    in_force: str
    rules_version: str
    readings: tuple[Choice, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "regulation": self.regulation,
            "title": _both(self.title),
            "issuer": _both(self.issuer),
            "number": self.number,
            "in_force": self.in_force,
            "rules_version": self.rules_version,
            "readings": [choice.to_dict() for choice in self.readings],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Regulations side by side: topics that differ first, then those some side is silent on, then those that are the same."""

    sides: tuple[Side, ...]
    topics: tuple[Topic, ...]
    regulations: tuple[Regulation, ...] = field(default=(), repr=False, compare=False)

    def witnesses(self, after: date | None = None) -> tuple[Pair, ...]:
        """For every two sides and each topic the smallest task and day, or period, on which they differ, or the proof that they never do.

        No day lies before `after`; left out, the first day on which all sides are in force. `comparison.witnesses` says what smallest means.

        >>> from deadline_rules import compare
        >>> pair, = compare(["kon-tum", "can-tho"], topics=["intake.transfer"]).witnesses(after=date(2026, 11, 20))
        >>> pair.found[0].task.urgent, pair.found[0].task.assigned_on == pair.found[0].as_of
        (True, True)
        """
        from .witnesses import Pair, witnesses

        first = after or max(regulation.plan.in_force_from for regulation in self.regulations)
        shown = {topic.id for topic in self.topics}
        return tuple(
            Pair(left.name, right.name, tuple(item for item in witnesses(one, other, after=first) if item.topic in shown))
            for (left, one), (right, other) in combinations(zip(self.sides, self.regulations, strict=True), 2)
        )

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __getitem__(self, id: str) -> Topic:
        """A topic, by its id.

        Raises:
            UnknownTopicError: no side has such a topic; the nearest is named.
        """
        for topic in self.topics:
            if topic.id == id:
                return topic
        raise UnknownTopicError(f"there is no topic {id!r} in this comparison{nearest(id, [topic.id for topic in self.topics])}")

    @property
    def differences(self) -> tuple[Topic, ...]:
        """The topics in which the sides differ, or on which one of them is silent."""
        return tuple(topic for topic in self.topics if topic.differs)

    def only(self, topics: Iterable[str]) -> Comparison:
        """The same comparison on some topics; `report.unit` means every topic that begins so.

        Raises:
            UnknownTopicError: no side has such a topic; the nearest is named.
        """
        wanted = list(topics)
        for name in wanted:
            if not any(_within(topic.id, name) for topic in self.topics):
                self[name]
        return replace(self, topics=tuple(topic for topic in self.topics if any(_within(topic.id, name) for name in wanted)))

    def only_differences(self) -> Comparison:
        """The same comparison without the topics on which all sides say the same."""
        return replace(self, topics=self.differences)

    def _repr_html_(self) -> str:
        """The comparison as a table for notebooks, in Vietnamese, every text escaped."""
        return comparison_html(self)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain data; every text in both languages."""
        return {"sides": [side.to_dict() for side in self.sides], "topics": [topic.to_dict() for topic in self.topics]}

    def to_json(self, indent: int | None = None) -> str:
        """The comparison as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


def _within(topic: str, name: str) -> bool:
    return topic == name or topic.startswith(f"{name}.")


def _both(label: Label) -> dict[str, str]:
    return {"vi": label.vi, "en": label.en}


def _plain_data(data: Data) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in data}
