"""What the columns engine found, dressed as Arrow columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..engines.column_tables import ABSENT, DEADLINE_STATES, ESCALATION_STATES, NULL, Days, Flags
from ..engines.columns import ColumnsEngine, Outcome
from ..plan.facts import PROGRESS, TIMELINESS
from ..plan.model import Plan
from .incoming import EPOCH


def dressed(plan: Plan, engine: ColumnsEngine, outcome: Outcome, bad: Flags, problems: dict[int, str]) -> pa.Table:
    """The outcome as Arrow columns: text codes dictionary-encoded, days as dates, rows that are no task null."""
    any_bad = bool(problems)

    def null_where(more: Flags | None) -> Flags | None:
        return more if not any_bad else bad if more is None else bad | more

    def words(codes: Any, dictionary: Sequence[str | None], null: Flags | None = None) -> pa.DictionaryArray:
        indices = _column(codes.view(np.int8), pa.int8(), null_where(null))
        return pa.DictionaryArray.from_arrays(indices, pa.array(dictionary, pa.string()))

    def dates(days: Days) -> pa.Array:
        return _column(days + np.int32(EPOCH), pa.date32(), null_where(days >= NULL))

    columns: dict[str, pa.Array] = {
        "progress": words(outcome.progress, PROGRESS),
        "timeliness": words(outcome.timeliness, TIMELINESS),
        **_statuses(plan, outcome, words),
        "working_days_left": _column(outcome.left, pa.int32(), null_where(~outcome.has_limit)),
    }
    for rule in plan.deadlines:
        columns[f"{rule.rule}_due_on"] = dates(outcome.due[rule.rule])
        columns[f"{rule.rule}_state"] = words(outcome.due_state[rule.rule], DEADLINE_STATES)
    for escalation in plan.escalations:
        state = outcome.opens_state[escalation.rule]
        columns[f"{escalation.rule}_opens_on"] = dates(outcome.opens[escalation.rule])
        columns[f"{escalation.rule}_state"] = words(state, ESCALATION_STATES, state == ABSENT)
    columns["caveats"] = _caveats(engine, outcome, bad)
    messages = list(dict.fromkeys(problems.values()))
    which = np.zeros(len(bad), dtype=np.int32)
    if problems:
        which[list(problems)] = [messages.index(message) for message in problems.values()]
    columns["problem"] = pa.DictionaryArray.from_arrays(pa.array(which, mask=~bad), pa.array(messages, pa.string()))
    return pa.table(columns)


def _column(values: Any, kind: pa.DataType, null: Flags | None) -> pa.Array:
    """An Arrow column over the memory of a NumPy one, with a bit a row for what is null."""
    known = None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [known, pa.py_buffer(np.ascontiguousarray(values))])


def _statuses(plan: Plan, outcome: Outcome, words: Any) -> dict[str, pa.Array]:
    codes = list(dict.fromkeys(cell.status.code for cell in plan.statuses if cell.status.code))
    labels = {cell.status.code: cell.status.label for cell in plan.statuses}
    none = np.array([cell.status.code is None for cell in plan.statuses]).take(outcome.cell) | outcome.outside
    which = np.array([codes.index(cell.status.code) if cell.status.code else 0 for cell in plan.statuses], dtype=np.int8).take(outcome.cell)
    return {"status": words(which, codes, none), "status_label": words(which, [labels[code] for code in codes], none)}


def _caveats(engine: ColumnsEngine, outcome: Outcome, bad: Flags) -> pa.DictionaryArray:
    """The codes of each row's caveats, one space apart, in the order of the single engine."""
    encoded = pa.array(outcome.caveats, mask=bad).dictionary_encode()
    texts = [" ".join(code for bit, code in enumerate(engine.caveat_codes) if bits >> bit & 1) for bits in encoded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(texts, pa.string()))
