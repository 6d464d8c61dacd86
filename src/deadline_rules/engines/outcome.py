"""What the columns engine finds of a table: a column an answer, as codes and day numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..plan.model import Plan
from .column_tables import Bits, Codes, Days, Flags


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine found of every row: codes and day numbers, to be dressed by whoever asked.

    `left` counts only where `has_limit`. `caveats` are bits of `ColumnsEngine.caveat_codes`. `beyond` marks rows with an answer after 2100.
    Escalations that open and close alike share their columns.
    """

    progress: Codes
    timeliness: Codes
    cell: Codes
    outside: Flags
    left: Days
    has_limit: Flags
    caveats: Bits
    provisional: Flags
    beyond: Flags
    due: dict[str, Days]
    due_state: dict[str, Codes]
    opens: dict[str, Days]
    opens_state: dict[str, Codes]


def empty_outcome(plan: Plan, rows: int, bits: Any) -> Outcome:
    """Columns for so many rows, to be filled; `bits` is the type that holds the caveats."""
    apart = [rule for number, rule in enumerate(plan.escalations) if rule.alike == number]
    # Two blocks for all that is found: the system hands out a few large pieces of memory sooner than many small ones.
    left, *numbers = np.empty((1 + len(plan.deadlines) + len(apart), rows), dtype=np.int32)
    progress, timeliness, cell, *codes = np.empty((3 + len(plan.deadlines) + len(apart), rows), dtype=np.uint8)
    rules = [*(rule.rule for rule in plan.deadlines), *(rule.rule for rule in apart)]
    days, states = dict(zip(rules, numbers, strict=True)), dict(zip(rules, codes, strict=True))
    shared = {rule.rule: plan.escalations[rule.alike].rule for rule in plan.escalations}
    return Outcome(
        progress=progress,
        timeliness=timeliness,
        cell=cell,
        outside=np.zeros(rows, dtype=np.bool_),
        left=left,
        has_limit=np.empty(rows, dtype=np.bool_),
        caveats=np.empty(rows, dtype=bits),
        provisional=np.zeros(rows, dtype=np.bool_),
        beyond=np.zeros(rows, dtype=np.bool_),
        due={rule.rule: days[rule.rule] for rule in plan.deadlines},
        due_state={rule.rule: states[rule.rule] for rule in plan.deadlines},
        opens={rule: days[first] for rule, first in shared.items()},
        opens_state={rule: states[first] for rule, first in shared.items()},
    )
