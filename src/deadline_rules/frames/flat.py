"""Results as files keep them: one flat row a task, refused rows left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from ..engines.column_tables import Flags, day_number
from ..plan.facts import KINDS
from ..plan.model import Plan
from .evaluator import Found, TableEvaluator
from .incoming import Columns
from .outgoing import dates, dressed, listed

# The bit of a kind that says there is a time limit; the columns leave it to the engine.
_TIME_LIMIT = np.uint8(list(reversed(KINDS)).index("time_limit"))


def flat(evaluator: TableEvaluator, found: Found, refused: Flags, as_of: date) -> pa.Table:
    """The results of a table: who the task is, where it stands, every deadline and escalation, missing fields and caveats.

    The columns are those of `evaluate_table` with `task_id`, `regulation`, `as_of` before them, `due_on` in force as the regulation has it,
    and the record fields that are missing. Rows of `refused` are left out.
    """
    plan, columns, outcome = evaluator.plan, found.columns, found.outcome
    results = dressed(evaluator.engine, outcome, None)
    before = {
        "task_id": columns.ids,
        "regulation": _constant(plan.regulation, columns.rows),
        "as_of": pa.repeat(pa.scalar(as_of, pa.date32()), columns.rows),
        **{name: results.pop(name) for name in ("progress", "timeliness", "status", "status_label")},
        "due_on": dates(evaluator.engine.due_days(found.written)),
        "working_days_left": results.pop("working_days_left"),
    }
    after = {"missing_fields": _missing(plan, columns, found, as_of), "caveats": results.pop("caveats")}
    table = pa.table({**before, **results, **after})
    return table.filter(pa.array(~refused)) if refused.any() else table


def _constant(text: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int8)), pa.array([text], pa.string()))


def _missing(plan: Plan, columns: Columns, found: Found, as_of: date) -> pa.DictionaryArray:
    """The required fields that each row has not, one space apart; of events only those that have happened are known."""
    bits: Any = np.zeros(columns.rows, dtype=np.uint32)
    wanted = np.array(plan.required_of).take(columns.kind | found.outcome.has_limit.view(np.uint8) << _TIME_LIMIT) & ~found.outcome.outside
    for number, required in enumerate(plan.required):
        days = columns.days.get(required.field) if required.field != "due_on" else None
        known = columns.present(required.field) if days is None else days <= day_number(as_of)
        missing = wanted & np.array(required.cells).take(found.outcome.cell) & ~known
        bits |= missing.view(np.uint8) * np.uint32(1 << number)
    return listed(bits, [required.field for required in plan.required])
