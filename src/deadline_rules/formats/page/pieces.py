"""Pieces that all parts of the page are made of: texts in both languages, articles, days, tables that become cards on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ...labels import day_text
from ...markup import Content, Html, html, tag
from ...results import Label


def both(label: Label) -> Html:
    """A text in both languages, of which the page shows one."""
    if label.vi == label.en:
        return html(label.vi)
    return html(tag("span", label.vi, class_="vi", lang="vi"), tag("span", label.en, class_="en", lang="en"))


def filled(label: Label, **values: str | int) -> Html:
    """The same, with each `{name}` replaced by an element of that class that holds the value."""

    def fill(text: str) -> Html:
        out = html(text)
        for name, value in values.items():
            out = Html(out.replace("{" + name + "}", tag("b", str(value), class_=name)))
        return out

    return html(tag("span", fill(label.vi), class_="vi", lang="vi"), tag("span", fill(label.en), class_="en", lang="en"))


def day(value: date | None) -> Html:
    """A day as people write it, in both languages."""
    return tag("time", both(day_label(value)), datetime=value.isoformat()) if value is not None else html("–")


def written_day(text: str) -> Html:
    """A day that is given as text, YYYY-MM-DD; what is no such day (a year alone) as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return html(text)


def day_label(value: date | None) -> Label:
    """A day in both ways of writing it."""
    return Label(day_text(value, "vi"), day_text(value, "en"))


def article(cites: Iterable[str | None]) -> Html:
    """Articles, in Vietnamese whatever the language of the page; nothing where there are none."""
    found = [cite for cite in dict.fromkeys(cites) if cite]
    return tag("span", "; ".join(found), class_="cite", lang="vi") if found else Html("")


def quoted(text: str) -> Html:
    """Words of a regulation."""
    return tag("blockquote", f"“{text}”", lang="vi")


class Row(NamedTuple):
    """A row of a table: the header cell, the others, and attributes of the row."""

    head: Content
    cells: Sequence[Content]
    id: str | None = None


def stacking_table(caption: Content, header: Sequence[Content], rows: Iterable[Row], class_: str = "") -> Html:
    """A table whose rows become cards on a narrow screen; each cell then shows its column's header.

    The roles are written out, since a browser may forget them where cells are laid out as blocks.
    """
    head = tag("tr", [tag("th", text, scope="col", role="columnheader") for text in header], role="row")
    body = []
    for row in rows:
        cells = [
            tag("td", tag("span", name, class_="cell-name"), tag("div", cell, class_="cell"), role="cell")
            for name, cell in zip(header[1:], row.cells, strict=True)
        ]
        body.append(tag("tr", tag("th", row.head, scope="row", role="rowheader"), cells, id=row.id, role="row"))
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", head, role="rowgroup"),
        tag("tbody", body, role="rowgroup"),
        class_=f"stacking {class_}".strip(),
        role="table",
    )


def section(id: str, title: Label, *content: Content) -> Html:
    """A section with its heading."""
    return tag("section", tag("h2", both(title), id=f"{id}-title"), *content, id=id, aria_labelledby=f"{id}-title")
