"""Where the answer of a host departs from what a regulation says: field by field, of what the host answers and of nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from ..errors import HostError, nearest
from ..plan.facts import kind_index
from ..regulation import Regulation
from ..results import Deadline, Escalation, Evaluation, Label
from .departure_days import unusual_days

_PLAIN: Final = ("progress", "timeliness", "due_on", "original_due_on", "status", "working_days_left")
_LISTS: Final = ("missing_fields", "caveats")
_QUESTION: Final = ("task_id", "regulation", "as_of")  # said back; that alone is no answer
_LAST: Final = ("provisional", *_QUESTION)
_ROWS: Final = {
    "deadlines": ("starts_on", "due_on", "done_on", "state", "earliest", "latest", "cite", "topic", "actor"),
    "escalations": ("opens_on", "state", "cite", "topic", "actor"),
}
# What a host that is asked for all of a row has to answer.
_OWED: Final = {"deadlines": ("due_on", "state"), "escalations": ("state",)}

_NOT_ANSWERED: Final = "no answer"


class Departure(NamedTuple):
    """The smallest task found on which a host departs from a regulation.

    `field` is a path such as `deadlines.transfer.due_on`, or `error` where the host failed; `expected` and `found` are values as in JSON.
    `cite` is the article that the expectation rests on, None where the host failed. `vector` is the id of the vector that showed it and `why`
    what that vector tries; both None where a search did. `days` are the weekdays off and the weekend days worked that the expectation counts
    with, a sentence for each run of them.
    """

    regulation: str
    task: dict[str, Any]
    as_of: date
    field: str
    expected: Any
    found: Any
    cite: str | None
    vector: str | None = None
    why: Label | None = None
    days: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """One sentence: the article, what is wrong, and the task."""
        where = f"{self.regulation}, {self.cite}" if self.cite else self.regulation
        on = f"for {json.dumps(self.task, ensure_ascii=False)} on {self.as_of}"
        if self.field == "error":
            return f"{where}: the host fails with {self.found}, {on}"
        what = self.field.removeprefix("deadlines.").removeprefix("escalations.")
        if self.field.startswith("escalations.") and self.field.endswith(".state") and self.expected is None:
            return f"{where}: {what.removesuffix('.state')} should not be there, {on}"
        return f"{where}: {what} should be {_shown(self.expected)}, not {_shown(self.found)}, {on}"

    def __str__(self) -> str:
        """The sentence; below it, a line each, the days that are not plain, and the vector with what it tries."""
        vector = (f"found by {self.vector}: {self.why.en}",) if self.vector and self.why else ()
        return "\n  ".join((self.text, *self.days, *vector))

    def to_dict(self) -> dict[str, Any]:
        """The departure as plain data."""
        why = self.why and self.why._asdict()
        return self._asdict() | {"as_of": self.as_of.isoformat(), "why": why, "days": list(self.days), "text": self.text}


class Difference(NamedTuple):
    """One field in which an answer departs."""

    field: str
    expected: Any
    found: Any
    cite: str | None
    days: tuple[str, ...] = ()


class Comparison:
    """Compares answers with results; with `fields`, those alone, and each of them must be answered.

    Raises:
        HostError: one of `fields` is no field of a result of the regulation.
    """

    def __init__(self, regulation: Regulation, fields: Collection[str] | None = None) -> None:
        if isinstance(fields, str):
            raise HostError(f"fields are a list such as ['status', 'deadlines'], not the text {fields!r}.")
        plan = regulation.plan
        self._regulation = regulation
        self._rules: dict[str, dict[str, str]] = {
            "deadlines": {rule.rule: rule.cases[0].cite for rule in plan.deadlines},
            "escalations": {rule.rule: rule.cite for rule in plan.escalations},
        }
        self._fields = tuple(fields or ())
        known = [*_PLAIN, *_LISTS, *_LAST, *self._rules]
        for part, rules in self._rules.items():
            known += [f"{part}.{rule}{key}" for rule in rules for key in ("", *(f".{name}" for name in _ROWS[part]))]
        for field in self._fields:
            if field not in known:
                raise HostError(f"there is no field {field!r} in a result of {regulation.id}{nearest(field, known)}")

    def differences(self, result: Evaluation, answer: Mapping[str, Any]) -> tuple[list[Difference], int]:
        """Every field in which the answer departs, the most telling first, and how many fields were compared."""
        if twice := _twice(answer):
            return [Difference("error", None, twice, None)], 1
        expected, found = self._expected(result), dict(self._answered(answer))
        paths = [path for path in found if self._wanted(path) and not self._of_no_row(path, expected, found)]
        owed = [path for path in self._owed(expected) if path not in found]
        departing = [
            Difference(path, expected.get(path), found[path], self._cite(result, path, found[path]), unusual_days(self._regulation, result, path))
            for path in paths
            if not _same(expected.get(path), found[path])
        ]
        silent = [Difference(path, expected[path], _NOT_ANSWERED, self._cite(result, path, None)) for path in owed]
        return departing + silent, len(set(paths) - set(_QUESTION)) + len(owed)

    def _wanted(self, path: str) -> bool:
        return not self._fields or any(path == field or path.startswith(f"{field}.") or field.startswith(f"{path}.") for field in self._fields)

    def _of_no_row(self, path: str, expected: dict[str, Any], found: dict[str, Any]) -> bool:
        """Whether it is said of a row that should not be there at all; that is said once, of its state."""
        row, _, key = path.rpartition(".")
        said_of_state = key == "opens_on" and found.get(f"{row}.state") is not None
        return (key in ("cite", "topic", "actor") or said_of_state) and f"{row}.state" not in expected

    def _owed(self, expected: dict[str, Any]) -> Iterator[str]:
        """What must be answered, since the caller named it, or all that it is a part of."""
        for path in expected if self._fields else ():
            part, _, rest = path.partition(".")
            owed = not rest or path.rpartition(".")[2] in _OWED[part]
            if path in self._fields or (owed and any(path.startswith(f"{field}.") for field in self._fields)):
                yield path

    def _expected(self, result: Evaluation) -> dict[str, Any]:
        """The result, each value by its path. An escalation that nothing opens has no path."""
        plain = result.to_dict()
        flat = {"original_due_on": plain["due_on"]} | {key: value for key, value in plain.items() if key in (*_PLAIN, *_LAST)}
        flat["status"] = result.status.code
        flat["missing_fields"] = sorted(result.missing_fields)
        flat["caveats"] = sorted(caveat.code for caveat in result.caveats)
        for part, keys in _ROWS.items():
            flat |= {f"{part}.{row['rule']}.{key}": row[key] for row in plain[part] for key in keys}
        return flat

    def _answered(self, answer: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """What the host answers, each value by its path, the most telling first; what is no field of a result is left aside."""
        for name in _PLAIN:
            if name in answer:
                value = _plain(answer[name])
                yield name, value.get("code") if name == "status" and isinstance(value, dict) else value
        for part in _ROWS:
            if part in answer:
                yield from self._answered_rows(part, _plain(answer[part]))
        for name in _LISTS:
            if name in answer:
                value = _plain(answer[name])
                yield name, _codes(value) if isinstance(value, list) else value
        yield from ((name, _plain(answer[name])) for name in _LAST if name in answer)

    def _answered_rows(self, part: str, rows: Any) -> Iterator[tuple[str, Any]]:
        """The rows of a list, or of an object by rule; a row that is null says that there is none, one of a rule of the host's own is left aside."""
        if isinstance(rows, list) and all(isinstance(row, dict) and isinstance(row.get("rule"), str) for row in rows):
            rows = {row["rule"]: row for row in rows}
        if not isinstance(rows, dict):
            yield part, rows
            return
        for rule, row in rows.items():
            if rule not in self._rules[part]:
                continue
            if isinstance(row, dict):
                yield from ((f"{part}.{rule}.{key}", row[key]) for key in _ROWS[part] if key in row)
            elif row is None:
                # Only the state says whether there is a row.
                yield f"{part}.{rule}.state", None
            else:
                yield f"{part}.{rule}", row

    def _cite(self, result: Evaluation, path: str, found: Any) -> str | None:
        """The article that a field rests on."""
        part, _, rest = path.partition(".")
        if part in _LAST:
            return None
        if part in _ROWS and rest:
            rule = rest.partition(".")[0]
            rows: list[Deadline | Escalation] = [*result.deadlines, *result.escalations]
            return next((row.cite for row in rows if row.rule == rule), self._rules[part].get(rule))
        information = self._regulation.rules.required_information
        if part == "missing_fields" and information is not None:
            differing = set(found if isinstance(found, list) else ()) ^ set(result.missing_fields)
            cites = [field.cite for field in information.fields if field.field in differing]
            if information.not_for is not None and not self._regulation.plan.required_of[kind_index(result.task)]:
                cites = [information.not_for.cite]
            return next(iter(cites), result.status.cite)
        return result.status.cite


def _twice(answer: Mapping[str, Any]) -> str | None:
    """What is wrong where a list holds two rows of one rule: which of them counts is not known."""
    for part in _ROWS:
        rows = answer.get(part)
        if isinstance(rows, (list, tuple)):
            named = Counter(str(row["rule"]) for row in rows if isinstance(row, Mapping) and "rule" in row)
            if rule := next((rule for rule, number in named.items() if number > 1), None):
                return f"two rows of {rule!r} in {part}"
    return None


def _plain(value: Any) -> Any:
    """The value as in JSON: days as text, mappings and sequences as they come out of a parser."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value


def _codes(values: list[Any]) -> list[Any]:
    """The codes of a list without order: each a text, or an object with a `code`."""
    return sorted((value.get("code") if isinstance(value, dict) else value for value in values), key=str)


def _same(expected: Any, found: Any) -> bool:
    return bool(expected == found) and isinstance(expected, bool) == isinstance(found, bool)


def _shown(value: Any) -> str:
    return "none" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
