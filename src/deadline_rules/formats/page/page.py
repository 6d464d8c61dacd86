"""The page as a whole: a document that loads nothing, with its style and script inside and a policy that allows no others."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from ... import __version__
from ...comparison.model import Comparison
from ...markup import Html, html, tag
from ...regulation import Regulation
from ...results import Label, Lang, ReportDue
from . import words
from .matrix import matrix_section, sides_section
from .pieces import article, both, day
from .report_year import Side, side_reports, year_section
from .witnesses import witnesses_section

_LANGUAGES: tuple[tuple[Lang, str], ...] = (("vi", "Tiếng Việt"), ("en", "English"))


def comparison_page(
    comparison: Comparison,
    *,
    lang: Lang = "vi",
    year: int | None = None,
    after: date | None = None,
) -> str:
    """The comparison as one HTML page in both languages, which opens in `lang`.

    With a `year` it has the report days of that year. The smallest examples lie on or after `after`, left out on or after the beginning of the
    year; with neither there are none.

    Raises:
        CalendarHorizonError: the year or the day lies outside 1990-2100.
        UnverifiedCalendarError: a regulation was loaded with `strict`, and a report day is not official.
    """
    names = [side.name for side in comparison.sides]
    parts = [("sides", words.SIDES, sides_section(comparison)), ("matrix", words.MATRIX, matrix_section(comparison))]
    if year is not None:
        since, until = date(year, 1, 1), date(year, 12, 31)
        sides = [side_reports(name, regulation, since, until) for name, regulation in zip(names, comparison.regulations, strict=True)]
        parts.append(("year", words.YEAR, year_section(sides, since, until)))
        after = after or since
    if after is not None:
        pairs = comparison.witnesses(after)
        topics = {topic.id: topic.label for topic in comparison.topics}
        parts.append(("witnesses", words.WITNESSES, witnesses_section(pairs, topics, names)))
    return _document(words.COMPARISON, both(words.ABOUT), parts, lang)


def reports_page(regulation: Regulation, reports: Sequence[ReportDue], since: date, until: date, *, lang: Lang = "vi") -> str:
    """The reports of a regulation due in [since, until] as one HTML page in both languages, which opens in `lang`."""
    about = html(both(regulation.rules.title.label()), ", ", day(since), " – ", day(until))
    notes = [
        tag("p", both(caveat.text.label()), " ", article([caveat.source]), class_="caveat")
        for caveat in regulation.rules.caveats
        if caveat.since <= until
    ]
    years = year_section([Side(regulation.id, regulation, reports)], since, until, opened=True)
    return _document(words.REPORTS, about, [("year", words.YEAR, html(notes, years))], lang)


def _document(title: Label, about: Html, parts: Sequence[tuple[str, Label, Html]], lang: Lang) -> str:
    style, script = Html(_packaged("style.css")), Html(_packaged("script.js"))
    policy = f"default-src 'none'; img-src data:; style-src {_allowed(style)}; script-src {_allowed(script)}; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title.text(lang), data_vi=title.vi, data_en=title.en),
        tag("link", rel="icon", href="data:,"),
        tag("style", style),
    )
    body = tag(
        "body",
        tag("a", both(words.SKIP), href="#content", class_="skip"),
        tag("header", _language(lang), tag("h1", both(title)), tag("p", about, class_="about"), _contents(parts)),
        tag("main", [part for _, _, part in parts], id="content", tabindex="-1"),
        tag("footer", tag("p", both(words.FOOT)), tag("p", f"deadline-rules {__version__}")),
        tag("script", script),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=lang)}\n"


def _language(lang: Lang) -> Html:
    """The choice of language; the style alone carries it out, so that it works without the script."""
    choices = [
        tag("label", tag("input", type="radio", name="lang", id=f"lang-{code}", value=code, checked=code == lang), tag("span", name, lang=code))
        for code, name in _LANGUAGES
    ]
    return tag("fieldset", tag("legend", both(words.LANGUAGE)), choices, class_="languages")


def _contents(parts: Sequence[tuple[str, Label, Html]]) -> Html:
    if len(parts) < 2:
        return Html("")
    links = [tag("li", tag("a", both(name), href=f"#{id}")) for id, name, _ in parts]
    return tag("nav", tag("h2", both(words.CONTENTS), id="contents", class_="unseen"), tag("ul", links), aria_labelledby="contents")


@cache
def _packaged(name: str) -> str:
    """A file beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _allowed(text: str) -> str:
    """The hash by which the policy knows a style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
