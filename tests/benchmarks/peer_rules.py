"""The peer that is a rule engine: durable_rules, for the classification only. It needs a compiler, and Python below 3.13."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import numpy as np
from peer_job import AS_OF_DAY, Answers, Array, Columns, Peer, Prepared

from deadline_rules.engines.column_tables import NULL

BATCH: Final = 100  # events asserted together: as quick as 50 or 500, a third quicker than one by one
RULES: Final = "cells"


def durable_cells(columns: Columns) -> Prepared:
    """Nine rules, one a cell; an event a task, whose facts are worked out beforehand. The cell is noted beside the number of the row.

    Facts are small whole numbers, because text is compared by its beginning. All events go to one session: a session of its own for each task
    would keep 180 KiB for it, while an event that met a rule is forgotten. Rules fire in an order of their own, and what goes wrong in one is not
    told; a row whose rule did not fire keeps a cell that there is not, and is found when the answers are checked.
    """
    durable = import_module("durable.lang")
    found = np.empty(len(columns.due_on), dtype=np.uint8)

    def note(cell: int) -> Callable[[Any], None]:
        def fired(context: Any) -> None:  # with one argument more, the engine would wait for it to report back
            found[context.m.row] = cell

        return fired

    with durable.ruleset(RULES):
        for cell in range(9):
            durable.when_all((durable.m.progress == cell // 3) & (durable.m.timeliness == cell % 3))(note(cell))
    events = _events(columns)
    # The rules are compiled when the first event comes.
    durable.post(RULES, dict(events[0]))

    def run() -> Array:
        found.fill(255)
        for start in range(0, len(events), BATCH):
            durable.post_batch(RULES, events[start : start + BATCH])
        return found

    return Prepared(run, lambda cells, rows: Answers(cells[:rows].copy(), None, None, None, None))


def _events(columns: Columns) -> list[dict[str, int]]:
    """What is known of each task, as the rules ask for it."""
    _, due, started, completed = columns[:4]
    done = completed <= AS_OF_DAY
    progress = np.where(done, 2, started <= AS_OF_DAY)
    timeliness = np.where(due == NULL, 2, np.minimum(completed, AS_OF_DAY) > due)
    given = zip(progress.tolist(), timeliness.tolist(), strict=True)
    return [{"row": row, "progress": one, "timeliness": other} for row, (one, other) in enumerate(given)]


PEERS: Final = (Peer("durable", "durable_rules, classification only", "less: the status cell alone, its two facts given", durable_cells),)
