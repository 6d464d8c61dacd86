"""Results as HTML for notebooks: names and codes as in Python and JSON, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .markup import Html, html, table, tag


def evaluation_html(result: Any) -> Html:
    """An Evaluation: its facts, then its deadlines and escalations. Of the task only the id is shown, however secret it is."""
    left = "" if result.working_days_left is None else f" ({result.working_days_left})"
    facts = (
        ("status", f"{_shown(result.status.label)} ({_shown(result.status.code)}), {result.status.cite}"),
        ("progress", result.progress),
        ("timeliness", result.timeliness),
        ("due_on (working_days_left)", f"{_shown(result.due_on)}{left}"),
        ("missing_fields", ", ".join(result.missing_fields) or "–"),
    )
    deadlines = [
        (row.rule, row.actor, _shown(row.starts_on), _shown(row.due_on), _shown(row.done_on), _with_reason(row.state, row.reason), row.cite)
        for row in result.deadlines
    ]
    escalations = [(row.rule, row.actor, _shown(row.opens_on), row.state, row.cite) for row in result.escalations]
    return html(
        tag("p", tag("b", result.task_id), f" {result.regulation}, {result.as_of}"),
        tag("ul", [tag("li", tag("b", name), ": ", text) for name, text in facts]),
        table("deadlines", ("rule", "actor", "starts_on", "due_on", "done_on", "state", "cite"), deadlines) if deadlines else "",
        table("escalations", ("rule", "actor", "opens_on", "state", "cite"), escalations) if escalations else "",
        tag("ul", [tag("li", caveat.text.vi) for caveat in result.caveats]) if result.caveats else "",
    )


def reports_html(reports: Iterable[Any]) -> Html:
    """Reports, one a row; those without a day with the reason."""
    rows = list(reports)
    header = ("due_on", "send_by", "period", "label", "actor", "to", "earliest", "latest", "cite")
    shown = [
        (
            _with_reason(_shown(row.due_on), row.reason if row.due_on is None else None),
            *(_shown(value) for value in (row.send_by, row.period, row.label.vi, row.actor, row.to, row.earliest, row.latest, row.cite)),
        )
        for row in rows
    ]
    return table(", ".join(dict.fromkeys(row.regulation for row in rows)), header, shown)


def _shown(value: object) -> str:
    return "–" if value is None else str(value)


def _with_reason(text: str, reason: Any) -> str:
    return text if reason is None else f"{text}: {reason.vi}"
