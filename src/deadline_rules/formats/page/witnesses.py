"""The smallest tasks and the first periods on which regulations differ, pair by pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ...comparison.witnesses import NeverDiffer, Pair, Said, Witness
from ...labels import FIELDS
from ...markup import Html, html, tag
from ...results import Label
from ...task import Task
from ...wording import EVERY
from . import words
from .pieces import Row, article, both, day, filled, section, stacking_table


def witnesses_section(pairs: Sequence[Pair], topics: Mapping[str, Label], sides: Sequence[str]) -> Html:
    """The witnesses of each pair; `topics` are the labels of the topics by their ids, `sides` the names in the order of the page."""
    blocks = [_pair(pair, topics, sides, opened=len(pairs) == 1) for pair in pairs]
    return section("witnesses", words.WITNESSES, tag("p", both(words.WITNESS_HELP), class_="help"), blocks)


def _pair(pair: Pair, topics: Mapping[str, Label], sides: Sequence[str], *, opened: bool) -> Html:
    shown = [item for item in pair.found if isinstance(item, Witness)]
    title = html(tag("b", pair.left), " – ", tag("b", pair.right), ", ")
    header = (
        both(words.TOPIC), both(words.CASE), html(tag("b", pair.left), " ", both(words.SAYS)), html(tag("b", pair.right), " ", both(words.SAYS)),
    )  # fmt: skip
    rows = [Row(_topic(item, topics), (_case(item), _said(item.left), _said(item.right))) for item in shown]
    table = stacking_table(html(pair.left, " – ", pair.right), header, rows, "witness") if rows else ""
    return tag(
        "details",
        tag("summary", title, filled(words.FOUND, number=len(shown))),
        table,
        _never([item for item in pair.found if isinstance(item, NeverDiffer)], topics),
        class_="pair",
        open=opened,
        data_side=" ".join(str(sides.index(name)) for name in (pair.left, pair.right) if name in sides),
    )


def _topic(item: Witness | NeverDiffer, topics: Mapping[str, Label]) -> Html:
    label = topics.get(item.topic, Label(item.topic, item.topic))
    aspect = words.ANSWERS_ON.get(item.aspect)
    return html(tag("span", both(label), class_="topic"), tag("span", both(aspect), class_="day-note") if aspect and aspect != label else "")


def _case(item: Witness) -> Html:
    if item.period is not None:
        every = both(EVERY.get(item.period.every, Label(item.period.every, item.period.every)))
        days = html(" ", day(item.period.since), " – ", day(item.period.until)) if item.period.since is not None else ""
        return tag("p", both(words.PERIOD_OF), " ", every, days)
    facts = list(_facts(item.task)) if item.task is not None else []
    told = html(both(words.TASK_WITH), tag("ul", [tag("li", fact) for fact in facts])) if facts else tag("p", both(words.ANY_TASK))
    return html(told, tag("p", both(words.AS_OF), " ", day(item.as_of)))


def _facts(task: Task) -> Iterator[Html]:
    """The days and the kind of a task; nothing that says what it is about."""
    for name, label in FIELDS.items():
        value = getattr(task, name, None)
        if isinstance(value, date):
            yield html(both(label), " ", day(value))
    if task.secrecy != "normal":
        yield both(Label(f"độ mật: {task.secrecy}", f"secrecy grade {task.secrecy}"))
    for (name, value), label in words.FACTS.items():
        if getattr(task, name) == value:
            yield both(label)


def _said(said: Said) -> Html:
    lines = [[line.removeprefix("• ") for line in text.splitlines()] for text in (said.text.vi, said.text.en)]
    if len(lines[0]) != len(lines[1]):
        return html(both(said.text), " ", article(said.cites))
    told = [tag("p", both(Label(vi, en))) for vi, en in zip(*lines, strict=True)]
    missing = [cite for cite in said.cites if cite not in said.text.vi]
    return html(told, article(missing))


def _never(items: Sequence[NeverDiffer], topics: Mapping[str, Label]) -> Html:
    if not items:
        return Html("")
    until = max(item.until for item in items)
    lines = [tag("li", _topic(item, topics), html(" (", both(words.NEVER_IDENTICAL), ")") if item.identical else "") for item in items]
    return tag("div", tag("p", tag("b", both(words.NEVER), " ", day(until)), ":"), tag("ul", lines), class_="never")
