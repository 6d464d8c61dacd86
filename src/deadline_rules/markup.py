"""HTML that is escaped unless it says otherwise: what is no `Html` becomes text, never markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

# Signs that HTML forbids: control characters apart from tab, line feed and carriage return, and halves of characters.
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(55296, 57344)), "�")
_EMPTY = frozenset({"br", "input", "link", "meta"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | Iterable["Content"]


def html(*content: Content) -> Html:
    """Pieces one after the other: `Html` as it is, any other text escaped.

    >>> html("a < b", tag("br"))
    'a &lt; b<br>'
    """
    return Html("".join(_piece(piece) if isinstance(piece, str) else html(*piece) for piece in content))


def tag(name: str, /, *content: Content, **attributes: str | int | bool | None) -> Html:
    """An element. An attribute that is None or False is left out; `class_` is written `class`, `data_side` `data-side`.

    >>> tag("p", "<script>", class_="note", hidden=True)
    '<p class="note" hidden>&lt;script&gt;</p>'
    """
    words = [name]
    for key, value in attributes.items():
        if value is not None and value is not False:
            written = key.rstrip("_").replace("_", "-")
            words.append(written if value is True else f'{written}="{_piece(str(value))}"')
    opened = f"<{' '.join(words)}>"
    return Html(opened if name in _EMPTY else f"{opened}{html(*content)}</{name}>")


def table(caption: Content, header: Iterable[Content], rows: Iterable[Iterable[Content]], **attributes: str | None) -> Html:
    """A plain table with a caption and one row of column headers.

    >>> table("days", ["day"], [["2026-11-20"]])
    '<table><caption>days</caption><thead><tr><th scope="col">day</th></tr></thead><tbody><tr><td>2026-11-20</td></tr></tbody></table>'
    """
    head = tag("thead", tag("tr", [tag("th", text, scope="col") for text in header]))
    body = tag("tbody", [tag("tr", [tag("td", cell) for cell in row]) for row in rows])
    return tag("table", tag("caption", caption), head, body, **attributes)


def _piece(text: str) -> str:
    return text if isinstance(text, Html) else escape(text.translate(_FORBIDDEN))
