"""Whole rule files and rule sets for properties: valid by construction, varied over everything a rule file can say of a task."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import needing
from ..files.yaml_source import Place, Source
from ..rulebook.library import Pack, pack_from
from .rule_parts import (
    CITED,
    OWN_READING,
    PROGRESS,
    STATUS_READINGS,
    TEXT,
    TIMELINESS,
    Form,
    alternatives,
    deadlines,
    escalation_lists,
    scope_lists,
    scopes,
)

with needing("testing", "a strategy of rule files"):
    from hypothesis import strategies as st


@st.composite
def statuses(draw: st.DrawFn) -> Form:
    """A table split at random, in which every cell has one answer under every combination of readings; or none."""
    if draw(st.integers(0, 5)) == 5:
        return {"not_supplied": {"cite": "Điều 3", "reason": TEXT}}
    by_progress = draw(st.booleans())
    outer, inner = (PROGRESS, TIMELINESS) if by_progress else (TIMELINESS, PROGRESS)
    names = ("progress", "timeliness") if by_progress else ("timeliness", "progress")
    table: list[Form] = []
    for some in draw(splits(outer)):
        for others in draw(splits(inner)):
            # A line that names no values of a fact holds for all of them.
            cells = {name: values for name, values, all in ((names[0], some, outer), (names[1], others, inner)) if len(values) < len(all)}
            for under in draw(st.just([{}]) | alternatives(STATUS_READINGS)):
                table.append(cells | draw(st.sampled_from(ANSWERS)) | ({"under": under} if under else {}))
    labels = {line["status"]: TEXT for line in table if "status" in line}
    return {"cite": "Điều 3", "quote": "chữ", "labels": labels, "table": table}


ANSWERS: list[Form] = [{"status": "done"}, {"status": "open"}, {"status": "late"}, {"no_status": TEXT}]


def splits(values: tuple[str, str, str]) -> st.SearchStrategy[list[list[str]]]:
    """The three values in one, two or three groups."""
    a, b, c = values
    return st.sampled_from([[[a, b, c]], [[a], [b, c]], [[a, b], [c]], [[a, c], [b]], [[a], [b], [c]]])


@st.composite
def in_force(draw: st.DrawFn) -> Form:
    """Since when the text applies: a day, or a year with the reason."""
    checked: Form = {"checked": "2026-11-20"}
    if draw(st.booleans()):
        return checked | {"from": draw(st.sampled_from(["1990-01-01", "2013-12-30", "2024-02-29", "2026-01-02"])), "cite": "Điều 1", "quote": "chữ"}
    return checked | {"year": draw(st.sampled_from(["1990", "2014", "2022"])), "reason": TEXT}


@st.composite
def required(draw: st.DrawFn) -> Form:
    """What must be recorded of a task, everywhere or in some cells."""
    named = draw(st.lists(st.sampled_from(["summary", "content", "due_on", "overdue_reason"]), min_size=1, max_size=3, unique=True))
    extras = [{}, {"may_be_empty": "yes"}, {"when": {"progress": ["not_started", "in_progress"], "timeliness": "overdue"}}]
    found: Form = {"fields": [CITED | {"field": name} | draw(st.sampled_from(extras)) for name in named]}
    return found | ({"not_for": draw(scopes)} if draw(st.booleans()) else {})


@st.composite
def rule_files(draw: st.DrawFn, *, small: bool = False) -> Form:
    """What a rule file says, as dicts, lists and text; `written` makes YAML of it.

    It says anything of tasks that a rule file can, and nothing of reports; a `small` one has one deadline at most, and no escalation. Shrinks
    to few and short rules.

    >>> from hypothesis import find
    >>> find(rule_files(), lambda data: not data["deadlines"])["instrument"]
    {'number': '1/QĐ', 'signed_on': '2020-01-02'}
    """
    data: Form = {
        "id": "generated",
        "title": TEXT,
        "issuer": TEXT,
        "instrument": {"number": "1/QĐ", "signed_on": "2020-01-02"},
        "in_force": draw(in_force()),
        "parties": {"office": TEXT},
        "topics": {"own.topic": TEXT},
        "readings": [OWN_READING | {"kind": draw(st.sampled_from(["question", "gap", "setting"]))}],
        "statuses": draw(statuses()),
        "deadlines": [draw(deadlines(number)) for number in range(draw(st.integers(0, 1 if small else 4)))],
        "escalations": [] if small else draw(escalation_lists()),
        "caveats": [
            {"code": f"caveat-{number}", "from": draw(st.sampled_from(["1980-01-01", "2025-07-01", "2026-11-24"])), "text": TEXT, "source": "chữ"}
            for number in range(draw(st.integers(0, 3)))
        ],
    }
    if draw(st.integers(0, 2)) == 2:
        data["excluded"] = draw(scope_lists)
    if draw(st.booleans()):
        data["secret_tasks"] = CITED | {"text": TEXT}
    if draw(st.booleans()):
        data["required_information"] = draw(required())
    return data


def rule_sets() -> st.SearchStrategy[Pack]:
    """Packs that are valid by construction: `deadline_rules.regulation.Regulation` takes one with a plan of it.

    >>> from hypothesis import find
    >>> find(rule_sets(), lambda pack: not pack.rules.deadlines).rules.id
    'generated'
    """
    return rule_files().map(pack_of)


def pack_of(data: Form) -> Pack:
    """The pack of a rule file's data. Its path is a name of the data, since there is no file."""
    raw = json.dumps(data, ensure_ascii=False).encode()
    return pack_from(Source(f"generated-{hashlib.sha256(raw).hexdigest()[:12]}", data, {}, raw))


class Written(NamedTuple):
    """A rule file as YAML, and the line (from 1) of every value in it."""

    raw: bytes
    lines: dict[Place, int]


def written(data: Form) -> Written:
    """A rule file's data as YAML in UTF-8, a line a value.

    >>> print(written({"id": "own", "from": ["issued_on", "assigned_on"]}).raw.decode(), end="")
    id: "own"
    from:
      - "issued_on"
      - "assigned_on"
    """
    lines: dict[Place, int] = {(): 1}
    text: list[str] = []
    for place, line in _lines(data, (), ""):
        text.append(line)
        lines[place] = len(text)
        # The item of a list starts with its first key.
        if len(place) > 1 and line.lstrip().startswith("- ") and not isinstance(place[-1], int):
            lines[place[:-1]] = len(text)
    return Written("".join(f"{line}\n" for line in text).encode(), lines)


def _lines(value: object, place: Place, indent: str) -> Iterator[tuple[Place, str]]:
    """The lines of a mapping or a list, each with the place of what starts in it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(inner, (*place, key), f"{indent}{key}:", f"{indent}  ")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if isinstance(inner, dict) and inner:
                first, *rest = _lines(inner, (*place, number), f"{indent}  ")
                yield first[0], f"{indent}- {first[1].lstrip()}"
                yield from rest
            else:
                yield from _entry(inner, (*place, number), f"{indent}-", f"{indent}  ")


def _entry(value: object, place: Place, head: str, indent: str) -> Iterator[tuple[Place, str]]:
    if isinstance(value, (dict, list)) and value:
        yield place, head
        yield from _lines(value, place, indent)
    else:
        yield place, f"{head} {json.dumps(value, ensure_ascii=False)}"
