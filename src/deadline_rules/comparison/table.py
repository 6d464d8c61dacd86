"""`compare`: topic by topic, what regulations say, and on what they differ."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..errors import UnknownRegulationError
from ..regulation import Regulation, load
from ..results import Label
from ..rulebook.library import shared_topics
from .model import Absent, Cell, Comparison, Entry, Side, State, Topic
from .sides import absences, entries, named, topics_of
from .words import ASPECTS, BEHIND_STATUSES, HEAD, SECTIONS

_ORDER: tuple[State, ...] = ("differs", "lacking", "same")


def compare(regulations: Iterable[str | Path | Regulation], *, topics: Iterable[str] = ()) -> Comparison:
    """Regulations side by side, topic by topic: ids of packs, rule files, or regulations already loaded (so also one pack under two readings).

    Topics on which the sides say different things come first, then those on which some are silent and the others agree, then those on which
    all say the same; inside each group in the order of `topics.yaml`. What counts is the substance, under the readings chosen: who acts and to
    whom, the start, the duration for each kind of task, what ends it, the last day of a report, what opens an escalation, the status of each
    cell. Other ids, articles, labels, quotes, notes and spellings of the same day (“before 20”, “by 19”) are no difference. `topics` leaves
    only some topics; `report.unit` means all that begin so.

    Raises:
        UnknownRegulationError: fewer than two regulations, or there is no such pack or file.
        UnknownTopicError: no side has such a topic; the nearest is named.
        RuleFileError: a rule file, or the ledger beside it, is not well formed.

    >>> feedback = compare(["ben-tre", "yen-the"])["feedback.urge"]
    >>> feedback.state, feedback.differs_in
    ('differs', ('within', 'applies'))
    >>> [cell.entries[0]["within"].text.en for cell in feedback.cells]
    ['7 working days', '5 working days']
    """
    if isinstance(regulations, (str, Path, Regulation)):
        raise UnknownRegulationError("compare takes a list of regulations, such as ['a', 'b'].")
    loaded = [item if isinstance(item, Regulation) else load(item) for item in regulations]
    if len(loaded) < 2:
        raise UnknownRegulationError(f"a comparison needs at least two regulations, not {len(loaded)}; name another.")
    sides = named(loaded)
    said = [_by_topic(regulation) for regulation in loaded]
    silent = [absences(regulation) for regulation in loaded]
    labels = _labels(loaded)
    rows = [
        _topic(id, labels[id], sides, [entries.get(id, ()) for entries in said], [reasons.get(id) for reasons in silent])
        for id in labels
        if any(id in entries for entries in said) or any(id in reasons for reasons in silent)
    ]
    comparison = Comparison(sides, tuple(sorted(rows, key=lambda row: _ORDER.index(row.state))), tuple(loaded))
    wanted = tuple(topics)
    return comparison.only(wanted) if wanted else comparison


def _by_topic(regulation: Regulation) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries(regulation):
        found.setdefault(entry.topic, []).append(entry)
    return {topic: tuple(group) for topic, group in found.items()}


def _labels(regulations: list[Regulation]) -> dict[str, Label]:
    """Every topic there is, in the order in which it is shown, whatever the order of the sides."""
    own: dict[str, Label] = {}
    for regulation in sorted(regulations, key=lambda regulation: (regulation.id, regulation.plan.rules_version), reverse=True):
        own |= topics_of(regulation.rules)
    labels = {id: SECTIONS[id] for id in HEAD}
    for id in (*shared_topics(), *sorted(own.keys() - shared_topics().keys())):
        labels[id] = own[id]
        if id == "statuses":
            labels |= {section: SECTIONS[section] for section in BEHIND_STATUSES}
    return labels


def _topic(id: str, label: Label, sides: tuple[Side, ...], groups: list[tuple[Entry, ...]], reasons: list[Absent | None]) -> Topic:
    rules = _order(groups)
    cells = tuple(
        Cell(side.name, tuple(sorted(group, key=lambda entry: rules.index(entry.rule))), reason)
        for side, group, reason in zip(sides, groups, reasons, strict=True)
    )
    substances = {cell.substance() for cell in cells if cell.entries}
    silent = any(not cell.entries for cell in cells)
    state: State = "differs" if len(substances) > 1 else "lacking" if substances and silent else "same"
    return Topic(id, label, state, _differs_in(cells) if state == "differs" else (), rules, cells)


def _order(groups: list[tuple[Entry, ...]]) -> tuple[str, ...]:
    """The ids of the rules, so that each side keeps the order of its file as far as the others allow; the longest list leads."""
    order: list[str] = []
    for group in sorted(groups, key=lambda group: (-len(group), [entry.rule for entry in group])):
        at = 0
        for entry in group:
            if entry.rule in order:
                at = max(at, order.index(entry.rule) + 1)
            else:
                order.insert(at, entry.rule)
                at += 1
    return tuple(order)


def _differs_in(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """The aspects on which the sides that speak are not of one mind: over the whole topic, or in a rule that all of them have."""
    speaking = [cell for cell in cells if cell.entries]
    shared = set.intersection(*({entry.rule for entry in cell.entries} for cell in speaking))
    found: dict[tuple[str, str | None], set[frozenset[object]]] = {}
    for name in ASPECTS:
        for rule in (None, *shared):
            for cell in speaking:
                values = (value for entry in cell.entries if rule in (None, entry.rule) for aspect, value in entry.substance if aspect == name)
                found.setdefault((name, rule), set()).add(frozenset(values))
    differing = {name for (name, _), said in found.items() if len(said) > 1}
    return tuple(name for name in ASPECTS if name in differing) or ("rules",)
