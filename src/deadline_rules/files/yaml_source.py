"""Strict YAML: every scalar stays text until a model types it, every value knows its line, everything clever is refused.

Plain YAML turns `6.10` into 6.1 and `16:30` into 990; a law file must not. Refused with file:line: duplicate keys, anchors, aliases,
tags, directives, merge keys, several documents, files over 1 MiB or 20,000 values, nesting over 20 levels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import RuleFileError
from ..text import has_half_character

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_VALUES = 20_000  # ten times those of the longest file of law; a model tells of every one that is wrong, which takes memory

Key = str | int
Place = tuple[Key, ...]

_DIRECTIVE = re.compile("(?:\\A|[\\n\\r\\x85\\u2028\\u2029])%")

# libyaml where the wheel brings it (ten times faster), else the same parser in Python.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML file as dicts, lists and text, with the line of every value."""

    path: str
    data: Any
    lines: dict[Place, int]
    raw: bytes

    def line(self, place: Place) -> int | None:
        """The line of the value at `place`, or of the nearest value around it."""
        for end in range(len(place), -1, -1):
            if place[:end] in self.lines:
                return self.lines[place[:end]]
        return None

    def error(self, place: Place, why: str) -> RuleFileError:
        """An error about the value at `place`."""
        return RuleFileError(why, path=self.path, line=self.line(place))


def read_file(path: Path) -> Source:
    """The YAML file at `path`.

    Raises:
        RuleFileError: the file is missing, too large, not UTF-8, or not strict YAML.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RuleFileError(f"the file cannot be read: {error.strerror or error}.", path=str(path)) from None
    return parse(raw, str(path))


def parse(raw: bytes, path: str = "rules") -> Source:
    """The YAML text in `raw`; `path` is what messages call it.

    Raises:
        RuleFileError: the text is too large, not UTF-8, or not strict YAML.
    """
    if len(raw) > MAX_BYTES:
        raise RuleFileError("the file is larger than 1 MiB; a rule file is a few pages of text.", path=path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise RuleFileError("the text is not UTF-8; save the file as UTF-8.", path=path, line=line) from None
    if directive := _DIRECTIVE.search(text):
        # The parser compares every one with every other.
        line = text.count("\n", 0, directive.end()) + 1
        raise RuleFileError("directives (%YAML, %TAG) are not allowed; leave the line out, or quote text that starts with %.", path=path, line=line)
    try:
        return _Builder(path, raw).build(yaml.parse(text, Loader=_LOADER))
    except RuleFileError:
        raise
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        why = f"not YAML: {error.problem or error.context}; check the indentation, and quote text that holds ': ' or starts with a sign."
        raise RuleFileError(why, path=path, line=mark.line + 1 if mark else None) from None
    except yaml.YAMLError as error:
        raise RuleFileError(f"not YAML: {str(error).splitlines()[0]}.", path=path) from None
    except (OverflowError, ValueError):
        # The parser in Python takes an escape such as "\UFFFFFFFF" at its word.
        raise RuleFileError('not YAML: a character is written with a number that none has; write "\\u" and four digits.', path=path) from None


class _Builder:
    """Builds dicts, lists and text from parser events, refusing what a rule file has no use for."""

    def __init__(self, path: str, raw: bytes) -> None:
        self.path = path
        self.raw = raw
        self.lines: dict[Place, int] = {}

    def build(self, events: Iterator[Any]) -> Source:
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.refuse(event, "a second document starts here; a file holds one")
                data = self.value(next(events), events, ())
        if documents == 0:
            raise RuleFileError("the file is empty.", path=self.path)
        return Source(self.path, data, self.lines, self.raw)

    def value(self, event: Any, events: Iterator[Any], place: Place) -> Any:
        self.check(event, place)
        self.lines[place] = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            for item in events:
                if isinstance(item, yaml.SequenceEndEvent):
                    break
                items.append(self.value(item, events, (*place, len(items))))
            return items
        mapping: dict[str, Any] = {}
        for name in events:
            if isinstance(name, yaml.MappingEndEvent):
                break
            self.check(name, place)
            if not isinstance(name, yaml.ScalarEvent):
                raise self.refuse(name, "a key must be plain text")
            key = name.value
            if key == "<<":
                raise self.refuse(name, "merge keys (<<) are not allowed; write the lines out")
            if key in mapping:
                raise self.refuse(name, f"the key {key!r} stands twice; keep one")
            mark: Any = name.start_mark
            key_line = mark.line + 1
            mapping[key] = self.value(next(events), events, (*place, key))
            self.lines[(*place, key)] = key_line
        return mapping

    def check(self, event: Any, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self.refuse(event, "anchors and aliases (& and *) are not allowed; write the lines out, or quote text that starts with one")
        if getattr(event, "tag", None) not in (None, "!"):
            raise self.refuse(event, f"the tag {event.tag!r} is not allowed; values are plain text")
        if len(self.lines) >= MAX_VALUES:
            raise self.refuse(event, f"more than {MAX_VALUES:,} values stand in the file; a rule file is a few pages of text")
        if has_half_character(getattr(event, "value", None) or ""):
            raise self.refuse(event, "the text holds half a character (a lone surrogate); write it anew")
        if len(place) > MAX_DEPTH:
            raise self.refuse(event, f"values are nested more than {MAX_DEPTH} deep; a rule file is flat")

    def refuse(self, event: Any, why: str) -> RuleFileError:
        return RuleFileError(f"{why}.", path=self.path, line=event.start_mark.line + 1)
