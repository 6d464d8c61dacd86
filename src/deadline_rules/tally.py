"""Tallies: how many tasks stand where, as the report to the superior asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from .plan.facts import PROGRESS, TIMELINESS, status_index
from .plan.model import Plan
from .results import Count, Evaluation, Label, Tally

_NO_STATUS = Label("không có trạng thái", "without a status")


def tally(plan: Plan, results: Iterable[Evaluation], as_of: date) -> Tally:
    """The counts over `results`, all of one regulation on one day. They add up to `total`; tasks outside the regulation are apart."""
    cells: Counter[int] = Counter()
    outside = 0
    for result in results:
        if result.out_of_scope:
            outside += 1
        else:
            cells[status_index(PROGRESS.index(result.progress), TIMELINESS.index(result.timeliness))] += 1
    counts = _by_count(plan, cells) if plan.tally.counts is not None else _by_status(plan, cells)
    return Tally(plan.regulation, as_of, cells.total(), counts, outside, plan.tally.cite, plan.tally.total, plan.caveats_on(as_of))


def _by_count(plan: Plan, cells: Counter[int]) -> tuple[Count, ...]:
    return tuple(
        Count(count.id, count.label, sum(cells[cell] for cell, counted in enumerate(count.cells) if counted)) for count in plan.tally.counts or ()
    )


def _by_status(plan: Plan, cells: Counter[int]) -> tuple[Count, ...]:
    """One count for each status of the regulation, in the order of its cells; tasks without one are counted apart."""
    numbers: dict[str, int] = {}
    labels: dict[str, Label] = {}
    for cell, (status, _) in enumerate(plan.statuses):
        code = status.code or "no_status"
        labels[code] = Label(status.label or "", status.label_en or "") if status.code else _NO_STATUS
        numbers[code] = numbers.get(code, 0) + cells[cell]
    return tuple(Count(code, labels[code], number) for code, number in numbers.items())
