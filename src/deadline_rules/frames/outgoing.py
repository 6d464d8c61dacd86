"""What the columns engine found, dressed as Arrow columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..engines.column_tables import ABSENT, DEADLINE_STATES, ESCALATION_STATES, NULL, Bits, Days, Flags
from ..engines.columns import ColumnsEngine
from ..engines.outcome import Outcome
from ..plan.facts import PROGRESS, TIMELINESS
from ..plan.model import Plan


def dressed(plan: Plan, engine: ColumnsEngine, outcome: Outcome, refused: Flags | None) -> dict[str, pa.Array]:
    """The outcome as Arrow columns: text codes dictionary-encoded, days as dates, refused rows null."""

    def null_where(more: Flags | None) -> Flags | None:
        return more if refused is None else refused if more is None else refused | more

    def words(codes: Any, dictionary: Sequence[str | None], null: Flags | None = None) -> pa.DictionaryArray:
        indices = _column(codes.view(np.int8), pa.int8(), null_where(null))
        return pa.DictionaryArray.from_arrays(indices, pa.array(dictionary, pa.string()))

    columns: dict[str, pa.Array] = {
        "progress": words(outcome.progress, PROGRESS),
        "timeliness": words(outcome.timeliness, TIMELINESS),
        **_statuses(plan, outcome, words),
        "working_days_left": _column(outcome.left, pa.int32(), null_where(~outcome.has_limit)),
    }
    for rule in plan.deadlines:
        columns[f"{rule.rule}_due_on"] = dates(outcome.due[rule.rule], refused)
        columns[f"{rule.rule}_state"] = words(outcome.due_state[rule.rule], DEADLINE_STATES)
    for number, escalation in enumerate(plan.escalations):
        opens, state = f"{escalation.rule}_opens_on", f"{escalation.rule}_state"
        if escalation.alike < number:
            first = plan.escalations[escalation.alike].rule
            columns[opens], columns[state] = columns[f"{first}_opens_on"], columns[f"{first}_state"]
        else:
            codes = outcome.opens_state[escalation.rule]
            columns[opens], columns[state] = dates(outcome.opens[escalation.rule], refused), words(codes, ESCALATION_STATES, codes == ABSENT)
    columns["caveats"] = listed(outcome.caveats, engine.caveat_codes, refused)
    return columns


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


def _statuses(plan: Plan, outcome: Outcome, words: Any) -> dict[str, pa.Array]:
    codes = list(dict.fromkeys(cell.status.code for cell in plan.statuses if cell.status.code))
    labels = {cell.status.code: cell.status.label for cell in plan.statuses}
    none = np.array([cell.status.code is None for cell in plan.statuses]).take(outcome.cell) | outcome.outside
    which = np.array([codes.index(cell.status.code) if cell.status.code else 0 for cell in plan.statuses], dtype=np.int8).take(outcome.cell)
    return {"status": words(which, codes, none), "status_label": words(which, [labels[code] for code in codes], none)}
