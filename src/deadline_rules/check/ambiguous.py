"""Two answers where there must be one, or none: the compiler refuses them; here they get a code and a case."""

from __future__ import annotations

from ..errors import AmbiguousRuleError
from ..plan.cells import status_cells, tally_plan
from ..plan.facts import KIND_CELLS, STATUS_CELLS
from ..plan.readings import choose
from ..plan.report_days import report_plans
from ..rulebook.library import Pack
from .bench import PLAINEST_FIRST, Facts, has_limit, kind_facts
from .findings import Case, Finding, Outcome

_ERROR: dict[str, str | int | None] = {"error": AmbiguousRuleError.__name__}


def ambiguity(pack: Pack, error: AmbiguousRuleError) -> Finding:
    """The finding of an ambiguity that the compiler refused, the first there is."""
    for found in (_of_statuses, _of_reports, _of_the_tally, _of_a_deadline):
        if answer := found(pack, error):
            code, cite, case = answer
            return Finding("error", code, error.path, error.line, error.why, cite, case)
    raise AssertionError("the compiler refuses nothing else") from error


_Answer = tuple[str, str | None, Case | None]


def _of_statuses(pack: Pack, error: AmbiguousRuleError) -> _Answer | None:
    try:
        status_cells(pack, choose(pack.readings))
    except AmbiguousRuleError as refused:
        if refused.why != error.why:
            return None
        rules = pack.rules.statuses
        for choice in choose(pack.readings).combinations({id for row in rules.table for id in row.under}):
            for cell in STATUS_CELLS:
                rows = [
                    row
                    for row in rules.table
                    if choice.holds(row.under) and cell["progress"] in row.progress and cell["timeliness"] in row.timeliness
                ]
                if len(rows) != 1:
                    code = "cell-with-two-statuses" if rows else "cell-without-status"
                    named = {id: choice[id] for row in rules.table for id in row.under if choice[id] != pack.readings[id].default}
                    return code, rules.cite, Case((Outcome(named, _ERROR),), cell_facts(cell))
    return None


def _of_the_tally(pack: Pack, error: AmbiguousRuleError) -> _Answer | None:
    tally = pack.rules.tally
    try:
        tally_plan(pack)
    except AmbiguousRuleError as refused:
        if refused.why == error.why and tally:
            cell = next(cell for cell in STATUS_CELLS if sum(count.when.holds(cell) for count in tally.counts) != 1)
            return "cell-not-in-one-count", tally.cite, Case((Outcome({}, _ERROR),), cell_facts(cell))
    return None


def _of_reports(pack: Pack, error: AmbiguousRuleError) -> _Answer | None:
    try:
        report_plans(pack, choose(pack.readings), {})
    except AmbiguousRuleError as refused:
        if refused.why == error.why:
            rule = next(rule for number, rule in enumerate(pack.rules.reports) if error.line == pack.source.line(("reports", number, "due")))
            return "report-with-two-days", rule.cite, Case((Outcome({}, _ERROR),), {"id": "case"})
    return None


def _of_a_deadline(pack: Pack, error: AmbiguousRuleError) -> _Answer | None:
    for number, rule in enumerate(pack.rules.deadlines):
        if error.line == pack.source.line(("deadlines", number, "from")):
            return "deadline-with-two-starts", rule.cite, Case((Outcome({}, _ERROR),), {"id": "case"})
        for index in range(len(rule.exceptions)):
            if error.line == pack.source.line(("deadlines", number, "except", index)):
                cells = [kind for kind in PLAINEST_FIRST if sum(one.when.holds(KIND_CELLS[kind]) for one in rule.exceptions) > 1]
                facts: Facts = {"id": "case", **kind_facts(cells[0])} | ({"due_on": "2026-11-16"} if has_limit(cells[0]) else {})
                return "exceptions-overlap", rule.exceptions[index].cite, Case((Outcome({}, _ERROR),), facts)
    return None


def cell_facts(cell: dict[str, object]) -> Facts:
    """A task of a status cell. Where the cell alone matters, any working days do: due on 16 November 2026 or done on the day after it."""
    facts: Facts = {"id": "case"}
    if cell["progress"] != "not_started":
        facts["started_on"] = "2026-11-16"
    if cell["timeliness"] != "no_deadline":
        facts["due_on"] = "2026-11-16"
    if cell["progress"] == "completed":
        facts["completed_on"] = "2026-11-17" if cell["timeliness"] == "overdue" else "2026-11-16"
    return facts
