"""A comparison as a table for notebooks, in Vietnamese, every text escaped."""

from __future__ import annotations

from typing import Any

from ..markup import Html, html, table, tag
from .words import STATES


def comparison_html(comparison: Any) -> Html:
    """A row a topic, a column a side."""
    rows = [
        (html(tag("b", topic.label.vi), tag("br"), topic.id), STATES[topic.state].vi, *map(_cell_html, topic.cells)) for topic in comparison.topics
    ]
    return table("", ("topic", "state", *(side.name for side in comparison.sides)), rows)


def _cell_html(cell: Any) -> Html:
    """Each entry with its parts and its article; why the side is silent, where that is known."""
    said = [tag("p", "; ".join(part.text.vi for part in entry.parts), " (", "; ".join((entry.cite, *entry.also)), ")") for entry in cell.entries]
    absent = tag("p", cell.absent.reason.vi, f" ({cell.absent.cite})") if cell.absent is not None else Html("")
    return html(said, absent) or Html("–")
