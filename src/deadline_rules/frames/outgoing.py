"""What the columns engine found, dressed as Arrow columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from ..engines.column_tables import ABSENT, DEADLINE_STATES, ESCALATION_STATES, NULL, Bits, Days, Flags
from ..engines.columns import ColumnsEngine
from ..engines.outcome import Outcome
from ..plan.facts import PROGRESS, TIMELINESS
from ..plan.model import Plan

# The due day in force and the one first set: of tables with a column for extensions or suspensions, and where they are asked for.
LIMITS: Final = ("due_on_in_force", "original_due_on")


def result_columns(plan: Plan) -> tuple[str, ...]:
    """The names of the columns of results that can be asked for, in their order."""
    deadlines = (f"{rule.rule}_{part}" for rule in plan.deadlines for part in ("due_on", "state"))
    escalations = (f"{rule.rule}_{part}" for rule in plan.escalations for part in ("opens_on", "state"))
    return ("progress", "timeliness", "status", "status_label", "working_days_left", *deadlines, *escalations, "caveats", *LIMITS)


def dressed(engine: ColumnsEngine, outcome: Outcome, refused: Flags | None, only: Collection[str] | None = None) -> dict[str, pa.Array]:
    """The outcome as Arrow columns: text codes dictionary-encoded, days as dates, refused rows null. `only` names the columns wanted."""
    dresser = _Dresser(engine.plan, outcome, refused, only)
    columns = {**dresser.where_it_stands(), **dresser.deadlines(), **dresser.escalations()}
    if dresser.wants("caveats"):
        columns["caveats"] = listed(outcome.caveats, engine.caveat_codes, refused)
    return columns


class _Dresser(NamedTuple):
    """An outcome being dressed."""

    plan: Plan
    outcome: Outcome
    refused: Flags | None
    only: Collection[str] | None

    def wants(self, name: str) -> bool:
        return self.only is None or name in self.only

    def where_it_stands(self) -> dict[str, pa.Array]:
        outcome, statuses = self.outcome, [cell.status for cell in self.plan.statuses]
        columns: dict[str, pa.Array] = {}
        if self.wants("progress"):
            columns["progress"] = self._words(outcome.progress, PROGRESS)
        if self.wants("timeliness"):
            columns["timeliness"] = self._words(outcome.timeliness, TIMELINESS)
        if self.wants("status"):
            columns["status"] = self._status([status.code for status in statuses])
        if self.wants("status_label"):
            columns["status_label"] = self._status([status.label for status in statuses])
        if self.wants("working_days_left"):
            columns["working_days_left"] = _column(outcome.left, pa.int32(), self._null_where(~outcome.has_limit))
        return columns

    def deadlines(self) -> dict[str, pa.Array]:
        columns: dict[str, pa.Array] = {}
        for rule in self.plan.deadlines:
            if self.wants(due_on := f"{rule.rule}_due_on"):
                columns[due_on] = dates(self.outcome.due[rule.rule], self.refused)
            if self.wants(state := f"{rule.rule}_state"):
                columns[state] = self._words(self.outcome.due_state[rule.rule], DEADLINE_STATES)
        return columns

    def escalations(self) -> dict[str, pa.Array]:
        columns: dict[str, pa.Array] = {}
        alike: dict[int, tuple[pa.Array, pa.Array]] = {}  # rules that open and close alike share their columns
        for rule in self.plan.escalations:
            names = [name for name in (f"{rule.rule}_opens_on", f"{rule.rule}_state") if self.wants(name)]
            if names and rule.alike not in alike:
                codes = self.outcome.opens_state[rule.rule]
                alike[rule.alike] = dates(self.outcome.opens[rule.rule], self.refused), self._words(codes, ESCALATION_STATES, codes == ABSENT)
            columns |= {name: alike[rule.alike][name.endswith("_state")] for name in names}
        return columns

    def _status(self, texts: Sequence[str | None]) -> pa.DictionaryArray:
        """The text of each row's status cell."""
        known = list(dict.fromkeys(text for text in texts if text is not None))
        none = np.array([text is None for text in texts]).take(self.outcome.cell) | self.outcome.outside
        which = np.array([known.index(text) if text is not None else 0 for text in texts], dtype=np.int8).take(self.outcome.cell)
        return self._words(which, known, none)

    def _words(self, codes: Any, dictionary: Sequence[str | None], null: Flags | None = None) -> pa.DictionaryArray:
        indices = _column(codes.view(np.int8), pa.int8(), self._null_where(null))
        return pa.DictionaryArray.from_arrays(indices, pa.array(dictionary, pa.string()))

    def _null_where(self, more: Flags | None) -> Flags | None:
        return more if self.refused is None else self.refused if more is None else self.refused | more


def told(problems: dict[int, str], rows: int) -> pa.DictionaryArray:
    """A column that says of each refused row why."""
    messages = {message: number for number, message in enumerate(dict.fromkeys(problems.values()))}
    which = np.zeros(rows, dtype=np.int32)
    known = np.zeros(rows, dtype=np.bool_)
    if problems:
        which[list(problems)] = [messages[message] for message in problems.values()]
        known[list(problems)] = True
    return pa.DictionaryArray.from_arrays(pa.array(which, mask=~known), pa.array(list(messages), pa.string()))


def dates(days: Days, refused: Flags | None = None) -> pa.Array:
    """Day numbers as dates."""
    unknown = days >= NULL
    return _column(days, pa.date32(), unknown if refused is None else refused | unknown)


def listed(bits: Bits, names: Sequence[str], refused: Flags | None = None) -> pa.DictionaryArray:
    """The names of each row's bits, one space apart, lowest bit first."""
    encoded = pa.array(bits, mask=refused).dictionary_encode()
    texts = [" ".join(name for bit, name in enumerate(names) if row >> bit & 1) for row in encoded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(texts, pa.string()))


def _column(values: Any, kind: pa.DataType, null: Flags | None) -> pa.Array:
    """An Arrow column over the memory of a NumPy one, with a bit a row for what is null."""
    known = None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [known, pa.py_buffer(np.ascontiguousarray(values))])
