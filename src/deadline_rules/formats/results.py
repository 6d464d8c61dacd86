"""Results as jsonl, one a line, and reports as csv and json."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import TextIO

from ..results import Evaluation, ReportDue
from ..text import plain_text

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
    """A cell that a spreadsheet shows as text and never runs."""
    if isinstance(value, str):
        return plain_text(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value
