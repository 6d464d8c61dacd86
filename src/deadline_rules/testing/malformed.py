"""Rule files with one defect each, for testers of editors and of the reader: what is wrong, and in which line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

from ..errors import needing
from ..files.yaml_source import MAX_DEPTH, Place
from .rule_files import rule_files, written
from .rule_parts import CITED, TEXT, Form, deadlines

with needing("testing", "a strategy of rule files"):
    from hypothesis import strategies as st

# Stands for any one deadline.
_ANY = -1
_DEADLINE: Place = ("deadlines", _ANY)
_CELLS: Form = {"cite": "Điều 3", "quote": "chữ"}
_STEP: Form = CITED | {"topic": "own.topic", "label": TEXT, "actor": "office", "act": "promptly"}
_SHORT: Form = CITED | {"within": {"days": "1"}}


class MalformedRuleFile(NamedTuple):
    """The bytes of a rule file, what is wrong with it, and the line (from 1) of that; None where no one line can be named."""

    raw: bytes
    defect: str
    line: int | None


class _Value(NamedTuple):
    """A value that cannot stand at a place; the error names the line of `at`, or of the place itself."""

    defect: str
    place: Place
    values: tuple[object, ...]
    at: Place = ()


_VALUES = (
    _Value("a day that is none", ("in_force", "checked"), ("2026-02-30", "20/11/2026", "tomorrow", "2026-1-1", "")),
    _Value("a day that is none", ("instrument", "signed_on"), ("2021-02-29", "01-02-2020", "2020-13-01")),
    _Value("a number that is none", (*_DEADLINE, "within"), ({"working_days": "-1"}, {"days": "1.5"}, {"days": "two"}, {"days": "99999"})),
    _Value("an unknown unit", (*_DEADLINE, "within"), ("soon", "1 day", {"weeks": "2"}, {"working_days": "1", "days": "2"})),
    _Value("neither yes nor no", (*_DEADLINE, "done_after_start"), ("maybe", "true", "")),
    _Value("text where a mapping is needed", ("title",), ("chữ",)),
    _Value("text where a mapping is needed", ("parties",), ("office",)),
    _Value("text where a list is needed", ("deadlines",), ("transfer", "")),
    _Value("a list where a mapping is needed", ("statuses",), ([], ["done"])),
    _Value("a list where text is needed", ("id",), ([], ["generated"])),
    _Value("a mapping where text is needed", (*_DEADLINE, "quote"), ({"vi": "chữ"},)),
    _Value("not an id", ("id",), ("Own Rules", "own_rules", "")),
    _Value("not an id", (*_DEADLINE, "id"), ("Transfer!", "1st", "")),
    _Value("not a citation", (*_DEADLINE, "cite"), ("Dieu 2", "Article 2", "Điều", "")),
    _Value("an unknown field", (*_DEADLINE, "done_by"), ("done_on", "due_on", "")),
    _Value("an unknown field", (*_DEADLINE, "from"), ("asigned_on", "id")),
    _Value("an unknown party", (*_DEADLINE, "actor"), ("offices", "nobody")),
    _Value("an unknown topic", (*_DEADLINE, "topic"), ("own.topics", "none")),
    _Value(
        "an unknown reading",
        (*_DEADLINE, "from"),
        ([{"under": {"no-such-reading": "first"}, "first_known": "assigned_on"}],),
        (*_DEADLINE, "from", 0, "under", "no-such-reading"),
    ),
    _Value(
        "an unknown option",
        (*_DEADLINE, "from"),
        ([{"under": {"own-start": "fourth"}, "first_known": "assigned_on"}],),
        (*_DEADLINE, "from", 0, "under", "own-start"),
    ),
    _Value("an empty condition", (*_DEADLINE, "not_for"), ([CITED | {"reason": TEXT, "when": {}}],), (*_DEADLINE, "not_for", 0, "when")),
    _Value("two rules for one cell", (*_DEADLINE, "from"), ([{"first_known": "assigned_on"}, {"first_known": "issued_on"}],)),
    _Value("no rule for a cell", (*_DEADLINE, "from"), ([{"under": {"own-start": "first"}, "first_known": "assigned_on"}],)),
    _Value(
        "two rules for one cell",
        (*_DEADLINE, "except"),
        ([_SHORT | {"when": {"urgent": "yes"}}, _SHORT | {"when": {"complex": "no"}}],),
        (*_DEADLINE, "except", 1),
    ),
    _Value(
        "two rules for one cell",
        ("statuses",),
        (_CELLS | {"labels": {"done": TEXT}, "table": [{"status": "done"}, {"status": "done", "progress": "completed"}]},),
        ("statuses", "table", 1),
    ),
    _Value(
        "no rule for a cell",
        ("statuses",),
        (_CELLS | {"labels": {"done": TEXT}, "table": [{"status": "done", "timeliness": ["in_time", "overdue"]}]},),
        ("statuses", "table"),
    ),
    _Value("a status without a label", ("statuses",), (_CELLS | {"labels": {}, "table": [{"status": "done"}]},)),
    _Value("a day and a year", ("in_force",), ({"from": "2020-01-02", "cite": "Điều 1", "quote": "chữ", "year": "2020", "checked": "2026-11-20"},)),
    _Value(
        "a step after nothing",
        ("escalations",),
        ([_STEP | {"id": "second", "opens": {"after": {"of": "first", "working_days": "3"}}}],),
        ("escalations", 0, "opens"),
    ),
    _Value(
        "a step after itself",
        ("escalations",),
        ([_STEP | {"id": "first", "opens": {"after": {"of": "first", "working_days": "3"}}}],),
        ("escalations", 0, "opens"),
    ),
)
# What would hide a defect: a rule that applies to nothing answers no cell twice.
_SCOPES = ("only_for", "not_for")

_REQUIRED: dict[Place, tuple[str, ...]] = {
    (): ("id", "title", "issuer", "instrument", "in_force", "parties", "statuses"),
    ("title",): ("vi", "en"),
    ("in_force",): ("checked",),
    _DEADLINE: ("id", "topic", "label", "actor", "cite", "quote", "within", "from", "done_by"),
    ("readings", 0): ("id", "kind", "question", "default", "options"),
}


def _of_deadline(number: int, place: Place) -> Place:
    return tuple(number if key == _ANY else key for key in place)


def _at(data: Any, place: Place) -> Any:
    for key in place:
        data = data[key]
    return data


def _put(draw: st.DrawFn, kind: _Value, data: Form, number: int) -> tuple[str, Place]:
    """Puts a value where it cannot stand."""
    place, at = (_of_deadline(number, keys) for keys in (kind.place, kind.at or kind.place))
    for name in _SCOPES:
        data["deadlines"][number].pop(name, None)
    data.pop("excluded", None)
    _at(data, place[:-1])[place[-1]] = draw(st.sampled_from(kind.values))
    return kind.defect, at


def _leave_out(draw: st.DrawFn, data: Form, number: int) -> tuple[str, Place]:
    place, keys = draw(st.sampled_from(list(_REQUIRED.items())))
    place = _of_deadline(number, place)
    del _at(data, place)[draw(st.sampled_from(keys))]
    return "a missing key", place


def _add_key(draw: st.DrawFn, data: Form, number: int) -> tuple[str, Place]:
    place = draw(st.sampled_from([*_REQUIRED, ("instrument",), ("statuses",)]))
    place = _of_deadline(number, place)
    key = draw(st.sampled_from(["withn", "colour", "deadline", "x-own"]))
    _at(data, place)[key] = "chữ"
    return "an unknown key", (*place, key)


def _repeat_rule(_: st.DrawFn, data: Form, number: int) -> tuple[str, Place]:
    """Two rules have one id; the second is where the reader sees it."""
    data["deadlines"].append(deepcopy(data["deadlines"][number]))
    return "an id used twice", ("deadlines", len(data["deadlines"]) - 1, "id")


_Change = Callable[[st.DrawFn, Form, int], tuple[str, Place]]

# A key with text, on a line of its own.
_TEXT_LINE = re.compile(r'( *)([a-z_.-]+): "(.*)"')


class _Line(NamedTuple):
    """A defect in the text: the line that replaces one of text, or stands after it, and what of the line it is made of."""

    defect: str
    form: str
    after: bool


_LINES = (
    _Line("a key that stands twice", '{indent}{key}: "{text}"', True),
    _Line("a merge key", "{indent}<<: {{}}", True),
    _Line("a key that is not text", '{indent}[a, b]: "{text}"', True),
    _Line("an anchor", '{indent}{key}: &own "{text}"', False),
    _Line("an alias", "{indent}{key}: *own", False),
    _Line("a tag", '{indent}{key}: !!str "{text}"', False),
    _Line("a tag", "{indent}{key}: !!python/name:os.system", False),
    _Line("too deep nesting", f"{{indent}}{{key}}: {'[' * (MAX_DEPTH + 1)}{']' * (MAX_DEPTH + 1)}", False),
    _Line("bytes that are not UTF-8", '{indent}{key}: "{text}\udcff"', False),
    _Line("bytes that are not UTF-8", '{indent}{key}: "\udce1\udcbb"', False),
)
# Where such a line is noticed depends on what follows.
_BROKEN = ('{indent}{key}: "{text}', "{indent}{key}: {{", "{indent}{key}: [{text}", '{indent}\t"{text}')


def _in_a_line(draw: st.DrawFn, kind: _Line | None) -> MalformedRuleFile:
    """A file with `kind` in one of its lines; without it, one that is not YAML from some line on."""
    lines = written(draw(rule_files(small=True))).raw.decode().splitlines()
    number, match = draw(st.sampled_from([(number, match) for number, line in enumerate(lines) if (match := _TEXT_LINE.fullmatch(line))]))
    parts = dict(zip(("indent", "key", "text"), match.groups(), strict=True))
    form = kind.form if kind else draw(st.sampled_from(_BROKEN))
    kept = [lines[number]] if kind and kind.after else []
    lines[number : number + 1] = [*kept, form.format(**parts)]
    raw = "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape")
    return MalformedRuleFile(raw, kind.defect, number + 1 + kind.after) if kind else MalformedRuleFile(raw, "not YAML", None)


def _in_the_data(draw: st.DrawFn, kind: _Value | _Change) -> MalformedRuleFile:
    data: Form = json.loads(json.dumps(draw(rule_files(small=True))))  # generated parts are shared, and a defect stands in one place
    data["deadlines"] = data["deadlines"] or [draw(deadlines(0))]
    number = draw(st.integers(0, len(data["deadlines"]) - 1))
    defect, place = _put(draw, kind, data, number) if isinstance(kind, _Value) else kind(draw, data, number)
    raw, lines = written(data)
    return MalformedRuleFile(raw, defect, lines[place])


@st.composite
def _with_a_defect(draw: st.DrawFn, kind: _Value | _Change | _Line | str) -> MalformedRuleFile:
    if kind == "not YAML":
        return _in_a_line(draw, None)
    if isinstance(kind, str):
        raw = written(draw(rule_files(small=True))).raw
        return MalformedRuleFile(raw + b'---\nid: "another"\n', kind, raw.count(b"\n") + 1)
    return _in_a_line(draw, kind) if isinstance(kind, _Line) else _in_the_data(draw, kind)


def malformed_rule_files() -> st.SearchStrategy[MalformedRuleFile]:
    """Rule files with exactly one defect each, as bytes; `load` refuses every one of them with a RuleFileError.

    The defects are those of the text (not UTF-8, not YAML, anchors, tags, keys that stand twice, a second document, too deep nesting), of the
    values (a missing or unknown key, a wrong type, a day, number, id or citation that is none) and of the rules (an unknown reading, option,
    party or topic, an id used twice, two rules for one cell or none). `line` is the line that the error names.

    >>> from hypothesis import find
    >>> find(malformed_rule_files(), lambda file: file.defect == "a second document").raw.decode().splitlines()[-2:]
    ['---', 'id: "another"']
    """
    nothing = st.sampled_from([b"", b"\n", b"# chua co gi\n"]).map(lambda raw: MalformedRuleFile(raw, "an empty file", None))
    kinds: list[_Value | _Change | _Line | str] = [*_VALUES, *[_leave_out] * 3, *[_add_key] * 3, _repeat_rule, *_LINES]
    of_kinds = map(_with_a_defect, [*kinds, "not YAML", "a second document"])
    return st.sampled_from([*of_kinds, nothing]).flatmap(lambda found: found)
