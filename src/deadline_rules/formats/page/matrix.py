"""The matrix of a comparison, and the filters above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...comparison.model import Cell, Comparison, Decided, Entry, Part, Side, State, Topic
from ...comparison.words import ASPECTS, STATES
from ...markup import Html, html, tag
from ...results import Label
from . import words
from .pieces import article, both, filled, quoted, section, written_day

_STATES: tuple[State, ...] = ("differs", "lacking", "same")
_UNNAMED = {"cell", "field", "count", "text"}  # lists, whose topic says what they are
_RULES = {"deadline", "report", "escalation"}  # whose labels say more than the topic's
_ARROW = html(" ", tag("span", "→", class_="arrow"), " ")
_WIDE = 6  # from so many sides on the table scrolls inside its region


def sides_section(comparison: Comparison) -> Html:
    """What is compared."""
    return section("sides", words.SIDES, tag("div", [_side(number, side) for number, side in enumerate(comparison.sides)], class_="sides"))


def matrix_section(comparison: Comparison) -> Html:
    """The filters and the matrix."""
    region = tag("div", _table(comparison), class_="region", role="region", aria_labelledby="topics-caption", tabindex="0")
    return section("matrix", words.MATRIX, tag("p", both(words.MATRIX_HELP), class_="help"), _filters(comparison), region)


def _side(number: int, side: Side) -> Html:
    facts = [
        (words.ISSUER, both(side.issuer)),
        (words.NUMBER, tag("span", side.number, lang="vi") if side.number else both(words.NO_NUMBER)),
        (words.IN_FORCE, written_day(side.in_force)),
        (words.VERSION, tag("code", side.rules_version)),
    ]
    if side.readings:
        chosen = [tag("li", tag("code", f"{choice.reading}={choice.option}"), " ", both(choice.label)) for choice in side.readings]
        facts.append((words.READINGS, tag("ul", chosen)))
    listed = [tag("div", tag("dt", both(name)), tag("dd", value)) for name, value in facts]
    return tag("article", tag("h3", side.name), tag("p", both(side.title)), tag("dl", listed), class_="side", data_side=number)


def _filters(comparison: Comparison) -> Html:
    """Shown by the script, without which they could do nothing."""
    counts = Counter(topic.state for topic in comparison.topics)
    states = [_box(f"state-{state}", "state", state, html(both(STATES[state]), f" ({counts[state]})")) for state in _STATES if counts[state]]
    sides = [_box(f"show-{number}", "side", str(number), html(side.name)) for number, side in enumerate(comparison.sides)]
    actors = [tag("option", label.vi, value=code, data_vi=label.vi, data_en=label.en) for code, label in _actors(comparison)]
    anyone = tag("option", words.ANYONE.vi, value="", data_vi=words.ANYONE.vi, data_en=words.ANYONE.en)
    number = len(comparison.topics)
    return tag(
        "form",
        tag("h3", both(words.FILTERS)),
        tag(
            "div",
            tag("label", both(words.FIND), for_="find"),
            tag("input", type="search", id="find", autocomplete="off", aria_describedby="find-hint"),
            tag("p", both(words.FIND_HINT), id="find-hint", class_="hint"),
            class_="field",
        ),
        tag("div", tag("label", both(words.ACTOR), for_="actor"), tag("select", anyone, actors, id="actor"), class_="field"),
        tag("fieldset", tag("legend", both(words.GROUPS)), states),
        tag("fieldset", tag("legend", both(words.SHOWN_SIDES)), sides),
        tag(
            "div",
            tag("button", both(words.RESET), type="reset"),
            tag("p", filled(words.SHOWN, shown=number, all=number), id="shown", role="status"),
            class_="outcome",
        ),
        id="filters",
        class_="filters",
        aria_labelledby="matrix-title",
        hidden=True,
    )


def _box(id: str, name: str, value: str, text: Html) -> Html:
    return tag("label", tag("input", type="checkbox", id=id, name=name, value=value, checked=True), tag("span", text), class_="box")


def _actors(comparison: Comparison) -> list[tuple[str, Label]]:
    """Who acts anywhere: those that every regulation has first, the others by their own names."""
    named: dict[str, Label] = {}
    for part in (part for topic in comparison for cell in topic.cells for entry in cell.entries for part in entry.all("actor")):
        named.setdefault(str(part.value["actor"]), part.text)
    return [(code, words.PARTIES.get(code, named[code])) for code in sorted(named, key=lambda code: (code not in words.PARTIES, code))]


def _table(comparison: Comparison) -> Html:
    names = [
        tag("th", side.name, tag("span", both(side.issuer), class_="issuer"), scope="col", role="columnheader", data_side=number)
        for number, side in enumerate(comparison.sides)
    ]
    head = tag("thead", tag("tr", tag("th", both(words.TOPIC), scope="col", role="columnheader"), names, role="row"), role="rowgroup")
    bodies = []
    for state in _STATES:
        topics = [topic for topic in comparison.topics if topic.state == state]
        if topics:
            title = tag("th", both(STATES[state]), scope="rowgroup", role="rowheader", colspan=len(comparison.sides) + 1)
            rows = [_topic(topic, comparison.sides) for topic in topics]
            bodies.append(tag("tbody", tag("tr", title, class_="group", role="row"), rows, data_state=state, role="rowgroup"))
    none = tag("td", both(words.NONE_SHOWN), role="cell", colspan=len(comparison.sides) + 1)
    bodies.append(tag("tbody", tag("tr", none, role="row"), id="nothing", role="rowgroup", hidden=True))
    size = "many" if len(comparison.sides) > _WIDE else "some" if len(comparison.sides) > 3 else "few"
    return tag("table", tag("caption", both(words.COMPARISON), id="topics-caption"), head, bodies, class_=f"matrix {size}", id="topics", role="table")


def _topic(topic: Topic, sides: tuple[Side, ...]) -> Html:
    differs = [tag("p", both(words.DIFFERS_IN), ": ", _commas([ASPECTS[name] for name in topic.differs_in]), class_="differs-in")]
    head = tag(
        "th",
        tag("span", both(topic.label), class_="topic"),
        tag("span", both(STATES[topic.state]), class_=f"state {topic.state}"),
        differs if topic.differs_in else "",
        tag("code", topic.id),
        scope="row",
        role="rowheader",
    )
    actors = {str(part.value["actor"]) for cell in topic.cells for entry in cell.entries for part in entry.all("actor")}
    cells = [_cell(number, cell, topic, side) for number, (cell, side) in enumerate(zip(topic.cells, sides, strict=True))]
    return tag("tr", head, cells, id=f"topic-{topic.id}", role="row", class_="row", data_actors=" ".join(sorted(actors)))


def _commas(labels: list[Label]) -> Html:
    return both(Label(", ".join(label.vi for label in labels), ", ".join(label.en for label in labels)))


def _cell(number: int, cell: Cell, topic: Topic, side: Side) -> Html:
    duties: dict[Label, list[str]] = {}
    said: list[Html] = []
    for entry in cell.entries:
        if entry.kind == "duty":
            duties.setdefault(entry["actor"].text, []).extend((entry.cite, *entry.also))
        else:
            said.append(_entry(entry, topic))
    said += [_duties(cell, party, cites) for party, cites in duties.items()]
    if cell.absent is not None:
        said.append(tag("p", tag("b", both(words.NOT_AT_HAND)), ": ", both(cell.absent.reason), " ", article([cell.absent.cite]), class_="absent"))
    elif not cell.entries:
        said.append(tag("p", both(words.SILENT), class_="silent"))
    return tag("td", tag("span", side.name, class_="cell-name"), tag("div", said, class_="cell"), role="cell", data_side=number)


def _duties(cell: Cell, party: Label, cites: list[str]) -> Html:
    """Standing duties have no day and are many; their articles stand together, remarks and quotes below."""
    entries = [entry for entry in cell.entries if entry.kind == "duty" and entry["actor"].text == party]
    more = [item for entry in entries for item in _more(entry)]
    head = tag("p", both(words.DUTIES), " ", both(party), class_="who")
    return tag("div", head, tag("p", article(cites)), _details(more), class_="entry")


def _entry(entry: Entry, topic: Topic) -> Html:
    who = [both(part.text) for name in ("actor", "to") for part in entry.all(name)]
    kept = [part for part in entry.parts if part.name not in ("actor", "to") and not _said_already(part)]
    differing = {*topic.differs_in}
    if "last_day" in differing and all(part.name != "last_day" for part in kept):
        differing.add("due")  # which then says why there is no last day
    lines = [_part(part, entry, part.name in differing) for part in kept]
    label = tag("p", both(entry.label), class_="label") if entry.kind in _RULES and entry.label != topic.label else ""
    marked = " differs" if {"actor", "to"} & set(topic.differs_in) else ""
    return tag(
        "div",
        label,
        tag("p", [html(_ARROW if number else "", name) for number, name in enumerate(who)], class_=f"who{marked}") if who else "",
        tag("ul", lines, class_="parts") if lines else "",
        tag("p", article((entry.cite, *entry.also))),
        _details(list(_more(entry))),
        class_="entry",
    )


def _said_already(part: Part) -> bool:
    """The last day of a report without a day only repeats the reason; a due day that stays is what everybody expects."""
    return (part.name == "last_day" and part.value.get("day", 0) is None) or (part.name == "due_day" and not part.value["rolls"])


def _part(part: Part, entry: Entry, differs: bool) -> Html:
    name = "" if part.name in _UNNAMED else html(tag("span", both(ASPECTS[part.name]), ":", class_="aspect"), " ")
    other = html(" ", article([part.cite])) if part.cite and part.cite != entry.cite else ""
    return tag("li", name, both(part.text), other, class_="differs" if differs else None)


def _more(entry: Entry) -> Iterator[Html]:
    """What stands behind an entry: quotes, notes, the readings that decide it."""
    for quote in dict.fromkeys(quote for quote in (entry.quote, *(part.quote for part in entry.parts)) if quote):
        yield quoted(quote)
    if entry.note is not None:
        yield tag("p", both(entry.note))
    if entry.remark is not None:
        yield tag("p", tag("b", both(words.REMARK)), ": ", tag("span", entry.remark, lang="en"))
    yield from (_decided(decided) for decided in entry.decided)


def _decided(decided: Decided) -> Html:
    lines = [tag("li", both(words.READ_AS), ": ", both(decided.label), " ", tag("code", f"{decided.reading}={decided.option}"))]
    for other in decided.otherwise:
        becomes = [part.text for part in other.parts if part.name != "due"]
        then = html(" → ", _commas(becomes)) if becomes else ""
        lines.append(tag("li", both(words.IF_READ), ": ", both(other.label), then, " ", tag("code", f"{decided.reading}={other.option}")))
    return tag("div", tag("p", tag("b", both(words.READING)), ": ", both(decided.question)), tag("ul", lines), class_="reading")


def _details(more: list[Html]) -> Html:
    return tag("details", tag("summary", both(words.MORE)), tag("div", more)) if more else Html("")
