"""The report days of a year: a lane for each report, drawn as SVG over the days off, and the same as a table.

Places along a lane are percentages, so that a lane is as wide as the screen allows and nothing is stretched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ...calendar.vietnam import WorkingCalendar
from ...errors import NotInForceError
from ...labels import CERTAINTY
from ...markup import Html, html, tag
from ...regulation import Regulation
from ...results import Label, ReportDue
from . import words
from .day_kinds import runs, special_days
from .pieces import Row, article, both, day, day_label, section, stacking_table

_HEIGHT = 30  # of a lane, in pixels
_TARGET = 24  # what a finger or a pointer can hit


class Side(NamedTuple):
    """The report days of one regulation; `reports` is None where it was not in force."""

    name: str
    regulation: Regulation
    reports: Sequence[ReportDue] | None


class _Span(NamedTuple):
    """The days that a lane shows, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def left(self, day: date) -> str:
        """Where a day begins."""
        return _percent((day - self.first).days, self.days)

    def middle(self, day: date) -> str:
        return _percent(2 * (day - self.first).days + 1, 2 * self.days)

    def wide(self, first: date, last: date) -> str:
        return _percent((last - first).days + 1, self.days)

    def clipped(self, first: date, last: date) -> tuple[date, date] | None:
        first, last = max(first, self.first), min(last, self.last)
        return (first, last) if first <= last else None


def side_reports(name: str, regulation: Regulation, since: date, until: date) -> Side:
    """The report days of a regulation in [since, until].

    Raises:
        CalendarHorizonError: a day lies outside 1990-2100.
        UnverifiedCalendarError: loaded with `strict`, and a date is not among the official days.
    """
    try:
        return Side(name, regulation, regulation.reports(since, until))
    except NotInForceError:
        return Side(name, regulation, None)


def year_section(sides: Sequence[Side], since: date, until: date, *, opened: bool = False) -> Html:
    """The report days of all sides in [since, until], year by year; `opened`: the tables are open."""
    years = []
    for year in range(since.year, until.year + 1):
        span = _Span(max(since, date(year, 1, 1)), min(until, date(year, 12, 31)))
        blocks = [_side(number, side, span, f"d{year}-{number}", opened) for number, side in enumerate(sides)]
        calendars = {side.regulation.calendar.version: side.regulation.calendar for side in sides}
        title = str(year) if span.days > 364 else html(day(span.first), " – ", day(span.last))
        years.append(tag("section", tag("h3", title), _shades(calendars, span), blocks, _special(calendars, span), class_="year", data_year=year))
    panel = tag("div", id="panel", role="tooltip", hidden=True)
    return section("year", words.YEAR, tag("p", both(words.YEAR_HELP), class_="help"), _legend(), years, _undated(sides), panel)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.3f}%"


def _legend() -> Html:
    def sample(*shapes: Html) -> Html:
        return tag("svg", *shapes, width=28, height=18, aria_hidden="true")

    marks = [
        (sample(_dot("50%", 9, "due")), words.MARK),
        (sample(_send("22%", "68%", 9), _dot("68%", 9, "due off")), words.MARK_OFF),
        (sample(tag("rect", x="5%", y=2, width="90%", height=14, rx=2, class_="band")), words.BAND),
    ]
    shades = [(sample(tag("rect", width="100%", height="100%", class_=f"shade {kind}")), label) for kind, label in words.KINDS.items()]
    return tag("ul", [tag("li", drawn, " ", both(label)) for drawn, label in (*marks, *shades)], class_="legend")


def _shades(calendars: dict[str, WorkingCalendar], span: _Span) -> Html:
    """What every lane of a calendar lies on, drawn once: days off, and where the months begin."""
    symbols = []
    for version, calendar in calendars.items():
        days = [
            tag("rect", x=span.left(run.first), width=span.wide(run.first, run.last), height="100%", class_=f"shade {run.kind}")
            for run in runs(calendar, span.first, span.last)
        ]
        lines = [tag("line", x1=span.left(first), x2=span.left(first), y2="100%", class_="month") for first in _months(span)[1:]]
        symbols.append(tag("symbol", days, lines, id=_ground(version, span)))
    return tag("svg", symbols, width=0, height=0, class_="symbols", aria_hidden="true")


def _ground(version: str, span: _Span) -> str:
    return f"g{span.first.year}-{version}"


def _months(span: _Span) -> list[date]:
    """The first days of the months, the first of them cut by the span."""
    firsts = [date(span.first.year, month, 1) for month in range(span.first.month, span.last.month + 1)]
    return [max(first, span.first) for first in firsts]


def _side(number: int, side: Side, span: _Span, prefix: str, opened: bool) -> Html:
    rules = side.regulation.rules
    number_of = tag("span", f", {rules.instrument.number}", lang="vi") if rules.instrument.number else ""
    title = tag("h4", side.name, tag("span", " · ", both(rules.issuer.label())), number_of)
    # A row that lies in another year by its due day is drawn there.
    rows = [row for row in side.reports or () if row.due_on is not None and span.first <= row.due_on <= span.last]
    if side.reports is None:
        return tag("div", title, tag("p", both(words.NOT_YET)), class_="lanes", data_side=number)
    if not rows:
        return tag("div", title, tag("p", both(words.NO_DATED)), class_="lanes", data_side=number)
    ids = {row: f"{prefix}-{place}" for place, row in enumerate(rows)}
    by_rule: dict[str, list[ReportDue]] = {}
    for row in rows:
        by_rule.setdefault(row.rule, []).append(row)
    lanes = [_lane(side, span, group, ids, f"{prefix}-{rule}") for rule, group in by_rule.items()]
    return tag("div", title, _month_names(span), lanes, _table(side, rows, ids, opened), class_="lanes", data_side=number)


def _month_names(span: _Span) -> Html:
    drawn = []
    firsts = _months(span)
    for number, first in enumerate(firsts):
        last = firsts[number + 1] if number + 1 < len(firsts) else None
        middle = (2 * (first - span.first).days + ((last or span.last) - first).days + (last is None)) / 2
        name = words.MONTHS[first.month - 1]
        x = f"{100 * middle / span.days:.3f}%"
        drawn += [tag("text", text, x=x, y=14, text_anchor="middle", class_=lang, lang=lang) for lang, text in (("vi", name.vi), ("en", name.en))]
    return tag("div", tag("span"), tag("svg", drawn, width="100%", height=18, class_="months"), class_="lane", aria_hidden="true")


def _lane(side: Side, span: _Span, rows: list[ReportDue], ids: dict[ReportDue, str], id: str) -> Html:
    ground = tag("use", href=f"#{_ground(side.regulation.calendar.version, span)}", width="100%", height="100%")
    marks = [_mark(span, row, ids[row]) for row in rows]
    name = tag("p", both(rows[0].label), " ", article([rows[0].cite]), id=id, class_="lane-name")
    return tag("div", name, tag("svg", ground, marks, width="100%", height=_HEIGHT, role="group", aria_labelledby=id, class_="track"), class_="lane")


def _mark(span: _Span, row: ReportDue, id: str) -> Html:
    """A report of a period: a link to its row of the table."""
    assert row.due_on is not None  # noqa: S101  # only dated rows are drawn
    shapes = [tag("rect", x=span.middle(row.due_on), y=3, width=_TARGET, height=_TARGET, transform=f"translate(-{_TARGET // 2} 0)", class_="target")]
    ends = span.clipped(row.earliest or row.due_on, row.latest or row.due_on)
    if ends is not None and row.earliest != row.latest:
        shapes.append(tag("rect", x=span.left(ends[0]), y=_HEIGHT // 2 - 11, width=span.wide(*ends), height=22, rx=2, class_="band"))
    if row.falls_on_day_off and row.send_by is not None and span.clipped(row.send_by, row.send_by):
        shapes.append(_send(span.middle(row.send_by), span.middle(row.due_on), _HEIGHT // 2))
    shapes.append(_dot(span.middle(row.due_on), _HEIGHT // 2, f"due{' off' if row.falls_on_day_off else ''}{' open' if row.provisional else ''}"))
    name = _name(row)
    return tag("a", tag("title", name.vi), shapes, href=f"#{id}", class_="mark", lang="vi", data_vi=name.vi, data_en=name.en)


def _dot(x: str, y: int, class_: str) -> Html:
    return tag("circle", cx=x, cy=y, r=6, class_=class_)


def _send(x: str, due: str, y: int) -> Html:
    """The last working day before a due day that is off."""
    return html(tag("line", x1=x, x2=due, y1=y, y2=y, class_="back"), tag("circle", cx=x, cy=y, r="2.5", class_="send"))


def _name(row: ReportDue) -> Label:
    """What a mark is called by those who cannot see it."""
    due, send = day_label(row.due_on), day_label(row.send_by)
    period = f" {row.period}" if row.period else ""
    vi, en = f"{row.label.vi}{period}: hạn {due.vi}", f"{row.label.en}{period}: due {due.en}"
    if row.falls_on_day_off:
        vi, en = f"{vi} ({words.DAY_OFF.vi}), gửi chậm nhất {send.vi}", f"{en} ({words.DAY_OFF.en}), send by {send.en}"
    return Label(f"{vi}; {row.cite}", f"{en}; {row.cite}")


def _table(side: Side, rows: list[ReportDue], ids: dict[ReportDue, str], opened: bool) -> Html:
    header = (words.DUE, words.REPORT, words.PERIOD, words.SEND_BY, words.FROM_TO, words.BY_READINGS, words.ARTICLE)
    listed = [Row(_due(row), _cells(side, row), ids[row]) for row in rows]
    caption = html(both(words.AS_TABLE), ": ", side.name)
    return tag("details", tag("summary", caption), stacking_table(caption, [both(name) for name in header], listed, "days"), open=opened)


def _due(row: ReportDue) -> Html:
    notes = [both(words.DAY_OFF)] if row.falls_on_day_off else []
    notes += [both(words.NOT_OFFICIAL)] if row.provisional else []
    return html(day(row.due_on), [tag("span", note, class_="day-note") for note in notes])


def _cells(side: Side, row: ReportDue) -> list[Html]:
    others = html("–") if row.earliest == row.latest else html(day(row.earliest), " – ", day(row.latest))
    who = html(_party(side, row.actor), html(" → ", _party(side, row.to)) if row.to else "")
    return [both(row.label), tag("span", row.period or "–", class_="period"), day(row.send_by), who, others, article([row.cite])]


def _party(side: Side, codes: str) -> Html:
    """Parties by their names in the regulation."""
    parties = side.regulation.rules.parties
    labels = [parties[code].label() if code in parties else Label(code, code) for code in codes.split(", ")]
    return both(Label("; ".join(label.vi for label in labels), "; ".join(label.en for label in labels)))


def _special(calendars: dict[str, WorkingCalendar], span: _Span) -> Html:
    """Holidays, swapped days and worked weekends with what they rest on."""
    header = (words.DAY, words.WEEKDAY, words.WHAT, words.REASON, words.SOURCE, words.CERTAINTY)
    tables = []
    for calendar in calendars.values():
        rows = []
        for kind, special in special_days(calendar, span.first, span.last):
            why = calendar.why(special)
            cells = (both(why.weekday), both(words.KINDS[kind]), both(why.reason), tag("span", why.source, lang="vi"), both(CERTAINTY[why.certainty]))
            rows.append(Row(day(special), cells))
        if rows:
            tables.append(stacking_table(both(words.SPECIAL_DAYS), [both(name) for name in header], rows, "days"))
    return tag("details", tag("summary", both(words.SPECIAL_DAYS)), tables, class_="special") if tables else Html("")


def _undated(sides: Iterable[Side]) -> Html:
    """Reports to which the text gives no day, each rule once."""
    blocks = list(_undated_of(sides))
    return tag("div", tag("h3", both(words.UNDATED)), blocks, class_="undated") if blocks else Html("")


def _undated_of(sides: Iterable[Side]) -> Iterator[Html]:
    for number, side in enumerate(sides):
        rules = {row.rule: row for row in side.reports or () if row.due_on is None}
        if rules:
            lines = [tag("li", both(row.label), ": ", both(row.reason or words.NO_REASON), " ", article([row.cite])) for row in rules.values()]
            yield tag("div", tag("h4", side.name), tag("ul", lines), data_side=number)
