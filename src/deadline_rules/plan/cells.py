"""Statuses and tallies over the nine cells of progress × timeliness: every cell must have exactly one answer."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import AmbiguousRuleError
from ..results import Label, Status
from ..rulebook.library import Pack
from ..rulebook.model import RuleSet, StatusRow
from .facts import STATUS_CELLS
from .model import CountPlan, RequiredPlan, StatusCell, TallyPlan
from .readings import Chosen

_TOTAL = Label("tổng số nhiệm vụ", "tasks")


def status_cells(pack: Pack, chosen: Chosen) -> tuple[StatusCell, ...]:
    """The status of each cell under the chosen readings, with the readings that would make it another.

    Raises:
        AmbiguousRuleError: under some combination of readings a cell has two answers, or none.
    """
    for choice in chosen.combinations(_readings_named(pack.rules)):
        _answers(pack, choice)
    answers = _answers(pack, chosen)
    differing: list[list[str]] = [[] for _ in answers]
    for id, _, other in chosen.others(_readings_named(pack.rules)):
        for cell, answer in enumerate(_answers(pack, other)):
            if answer.code != answers[cell].code and id not in differing[cell]:
                differing[cell].append(id)
    return tuple(StatusCell(answer, tuple(ids)) for answer, ids in zip(answers, differing, strict=True))


def _readings_named(rules: RuleSet) -> set[str]:
    return {id for row in rules.statuses.table for id in row.under}


def _answers(pack: Pack, chosen: Chosen) -> list[Status]:
    statuses = pack.rules.statuses
    if statuses.not_supplied is not None:
        return [Status(None, None, None, statuses.not_supplied.cite, statuses.not_supplied.reason.label())] * len(STATUS_CELLS)
    rows = [(number, row) for number, row in enumerate(statuses.table) if chosen.holds(row.under)]
    answers = []
    for cell in STATUS_CELLS:
        found = [(number, row) for number, row in rows if cell["progress"] in row.progress and cell["timeliness"] in row.timeliness]
        if len(found) != 1:
            raise _not_one_answer(pack, chosen, cell, [number for number, _ in found])
        answers.append(_status(pack.rules, found[0][1]))
    return answers


def _status(rules: RuleSet, row: StatusRow) -> Status:
    cite = rules.statuses.cite or ""
    if row.status is None:
        return Status(None, None, None, cite, row.no_status.label() if row.no_status else None)
    label = rules.statuses.labels[row.status]
    return Status(row.status, label.vi, label.en, cite)


def _not_one_answer(pack: Pack, chosen: Chosen, cell: dict[str, object], rows: list[int]) -> AmbiguousRuleError:
    where = f"the cell progress={cell['progress']}, timeliness={cell['timeliness']}"
    under = chosen.named(_readings_named(pack.rules))
    lines = " and ".join(str(pack.source.line(("statuses", "table", number))) for number in rows)
    why = f"has {len(rows)} answers (lines {lines}){under}; let one line answer it" if rows else f"has no answer{under}; add a line for it"
    place = ("statuses", "table", rows[1]) if rows else ("statuses", "table")
    return AmbiguousRuleError(f"statuses: {where} {why}.", path=pack.source.path, line=pack.source.line(place))


def tally_plan(pack: Pack) -> TallyPlan:
    """The counts of the tally.

    Raises:
        AmbiguousRuleError: a cell is in two counts, or in none.
    """
    tally = pack.rules.tally
    if tally is None:
        return TallyPlan(None, _TOTAL, None)
    for cell in STATUS_CELLS:
        found = [number for number, count in enumerate(tally.counts) if count.when.holds(cell)]
        if len(found) != 1:
            place = ("tally", "counts", found[1]) if found else ("tally", "counts")
            why = "is in no count" if not found else f"is in the counts {' and '.join(tally.counts[number].id for number in found)}"
            raise AmbiguousRuleError(
                f"tally: the cell progress={cell['progress']}, timeliness={cell['timeliness']} {why}; every cell belongs in exactly one.",
                path=pack.source.path,
                line=pack.source.line(place),
            )
    counts = tuple(CountPlan(count.id, count.label.label(), tuple(count.when.holds(cell) for cell in STATUS_CELLS)) for count in tally.counts)
    return TallyPlan(tally.cite, tally.total.label(), counts)


def required_plan(rules: RuleSet) -> Iterable[RequiredPlan]:
    """The fields that must be recorded, and in which cells."""
    if rules.required_information is not None:
        for required in rules.required_information.fields:
            if not required.may_be_empty:
                yield RequiredPlan(required.field, tuple(required.when is None or required.when.holds(cell) for cell in STATUS_CELLS))
