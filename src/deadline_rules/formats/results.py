"""Results as jsonl and csv, one a line, and reports as csv and json."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import Any, TextIO

from ..plan.model import Plan
from ..results import Evaluation, ReportDue

_RESULT_COLUMNS = ("task_id", "regulation", "as_of", "progress", "timeliness", "status", "status_label", "due_on", "working_days_left")
_REPORT_COLUMNS = (
    "rule",
    "regulation",
    "period",
    "actor",
    "to",
    "due_on",
    "falls_on_day_off",
    "send_by",
    "earliest",
    "latest",
    "provisional",
    "cite",
    "label",
    "reason",
)


class JsonLines:
    """Results as JSON, one object a line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, result: Evaluation) -> None:
        self._out.write(result.to_json() + "\n")


class CsvResults:
    """Results as csv: a row a task, a due date and a state for every deadline, an opening and a state for every escalation."""

    def __init__(self, out: TextIO, plan: Plan, separator: str = ",") -> None:
        self._writer = csv.writer(out, delimiter=separator, lineterminator="\n")
        self._deadlines = [rule.rule for rule in plan.deadlines]
        self._escalations = [rule.rule for rule in plan.escalations]
        header = [*_RESULT_COLUMNS]
        header += [f"{rule}_{part}" for rule in self._deadlines for part in ("due_on", "state")]
        header += [f"{rule}_{part}" for rule in self._escalations for part in ("opens_on", "state")]
        self._writer.writerow([*header, "missing_fields", "caveats"])

    def write(self, result: Evaluation) -> None:
        status = result.status
        row: list[Any] = [result.task_id, result.regulation, result.as_of, result.progress, result.timeliness, status.code, status.label]
        row += [result.due_on, result.working_days_left]
        for deadline in result.deadlines:
            row += [deadline.due_on, deadline.state]
        opened = {escalation.rule: escalation for escalation in result.escalations}
        for rule in self._escalations:
            escalation = opened.get(rule)
            row += [escalation.opens_on, escalation.state] if escalation else [None, None]
        row += [" ".join(result.missing_fields), " ".join(caveat.code for caveat in result.caveats)]
        self._writer.writerow([_cell(value) for value in row])


def write_reports_csv(out: TextIO, rows: Iterable[ReportDue]) -> None:
    """Reports as csv, a row each."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_REPORT_COLUMNS)
    for row in rows:
        values = row.to_dict()
        writer.writerow([_cell(values.get(column)) for column in _REPORT_COLUMNS])


def write_reports_json(out: TextIO, rows: Iterable[ReportDue]) -> None:
    """Reports as a JSON array, an object a line."""
    out.write("[\n" + ",\n".join(json.dumps(row.to_dict(), ensure_ascii=False) for row in rows) + "\n]\n")


def _cell(value: object) -> object:
    """A cell that a spreadsheet shows as text and never runs: text that starts like a formula gets an apostrophe."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value
