"""A comparison as text for a terminal: a block for each topic, a paragraph for each rule of each side, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from ..columns import COLUMN_NAMES
from ..comparison.model import Cell, Comparison, Entry, Part, Side, Topic
from ..comparison.witnesses import Pair, Witness
from ..comparison.words import ASPECTS, STATES
from ..labels import FIELDS, day_text
from ..results import Lang
from ..wording import EVERY

_PLAIN = {"actor", "to", "cell", "field", "count", "text"}  # these need no name before them


def comparison_text(comparison: Comparison, lang: Lang = "vi", width: int = 100) -> str:
    """The comparison in lines of at most `width` signs (a longer word stays whole)."""
    return "\n".join(_lines(comparison, lang, width)) + "\n"


def witnesses_text(pairs: Iterable[Pair], lang: Lang = "vi", width: int = 100) -> str:
    """The smallest cases on which two sides differ, a block for each pair; the topics on which they never do stand together at its end."""
    return "\n".join(line for pair in pairs for line in _pair_lines(pair, lang, width)) + "\n"


def _pair_lines(pair: Pair, lang: Lang, width: int) -> Iterator[str]:
    yield ""
    yield f"{pair.left} – {pair.right}"
    margin = max(len(pair.left), len(pair.right)) + 2
    for item in pair.found:
        if isinstance(item, Witness):
            yield from _paragraph(f"{item.topic}: {_case(item, lang)}", "", 0, width)
            for side, said in ((pair.left, item.left), (pair.right, item.right)):
                yield from _paragraph(side, " ".join(said.text.text(lang).split()), margin, width)
    if never := [item.topic for item in pair.found if not item.differ]:
        words = "không bao giờ khác nhau" if lang == "vi" else "never differ"
        yield from _paragraph(f"{words}: {', '.join(dict.fromkeys(never))}", "", 0, width)


def _case(item: Witness, lang: Lang) -> str:
    if item.task is None:
        every = EVERY[item.period.every].text(lang) if item.period is not None else "–"
        return (
            every
            if item.period is None or item.period.since is None
            else f"{every} {day_text(item.period.since, lang)} – {day_text(item.period.until, lang)}"
        )
    facts = item.task.model_dump(exclude_defaults=True, exclude={"id"})
    shown = [f"{FIELDS[name].text(lang)} {day_text(value, lang)}" if name in FIELDS else _kind(name, value, lang) for name, value in facts.items()]
    on = "vào ngày" if lang == "vi" else "on"
    return f"{', '.join(shown) or ('không có gì' if lang == 'vi' else 'nothing known')}; {on} {day_text(item.as_of, lang)}"


def _kind(name: str, value: object, lang: Lang) -> str:
    known = COLUMN_NAMES[name][0] if lang == "vi" else name
    return known if value is True else f"{known}: {value}"


def _lines(comparison: Comparison, lang: Lang, width: int) -> Iterator[str]:
    margin = max(len(side.name) for side in comparison.sides) + 2
    margin = margin if margin <= width // 3 else 4
    for side in comparison.sides:
        yield from _paragraph(side.name, _side(side, lang), margin, width)
    for topic in comparison.topics:
        yield ""
        yield from wrap(f"{topic.id}: {topic.label.text(lang)} [{_state(topic, lang)}]", width, break_long_words=False, break_on_hyphens=False)
        for cell in topic.cells:
            name = cell.side
            for text in _cell(cell, lang):
                yield from _paragraph(name, text, margin, width)
                name = ""


def _paragraph(name: str, text: str, margin: int, width: int) -> Iterator[str]:
    """The name in the margin, the text beside it; a name too long for the margin has a line of its own."""
    indent = " " * (margin + 2)
    if not text:
        yield from wrap(name, width, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        return
    lines = wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    if len(name) + 1 >= margin:
        yield f"  {name}"
        yield from lines
    else:
        yield f"  {name:<{margin}}{lines[0].strip()}"
        yield from lines[1:]


def _side(side: Side, lang: Lang) -> str:
    number = side.number or ("không ghi số" if lang == "vi" else "no number")
    force = f"{'hiệu lực từ' if lang == 'vi' else 'in force from'} {side.in_force}"
    chosen = [f"{choice.reading}={choice.option} ({choice.label.text(lang)})" for choice in side.readings]
    return "; ".join([side.issuer.text(lang), number, force, *chosen])


def _state(topic: Topic, lang: Lang) -> str:
    state = STATES[topic.state].text(lang)
    return f"{state}: {', '.join(ASPECTS[name].text(lang) for name in topic.differs_in)}" if topic.differs_in else state


def _cell(cell: Cell, lang: Lang) -> Iterator[str]:
    duties: dict[str, list[str]] = {}
    for entry in cell.entries:
        if entry.kind == "duty":
            duties.setdefault(entry["actor"].text.text(lang), []).append(entry.cite)
        else:
            yield _entry(entry, lang)
    yield from (f"{party} ({'; '.join(cites)})" for party, cites in duties.items())
    if cell.absent is not None:
        yield f"– {cell.absent.reason.text(lang)} ({cell.absent.cite})"
    elif not cell.entries:
        yield "–"


def _entry(entry: Entry, lang: Lang) -> str:
    parts = {part.name: part.text.text(lang) for part in entry.parts}
    who = [" → ".join(parts[name] for name in ("actor", "to") if name in parts)]
    said = [_part(part, entry, lang) for part in entry.parts if part.name not in ("actor", "to") and not _said_already(part)]
    cites = "; ".join(cite for cite in (entry.cite, *entry.also) if cite)
    head = f"{entry.rule} ({cites}): " if cites else f"{entry.rule}: "
    text = head + "; ".join(part for part in (*who, *said) if part)
    return text + "".join(_reading(entry, lang))


def _said_already(part: Part) -> bool:
    """The last day of a report without a day only repeats the reason; a due day that stays is what everybody expects."""
    return (part.name == "last_day" and part.value.get("day", 0) is None) or (part.name == "due_day" and not part.value["rolls"])


def _part(part: Part, entry: Entry, lang: Lang) -> str:
    name = "" if part.name in _PLAIN else f"{ASPECTS[part.name].text(lang)}: "
    cite = f" ({part.cite})" if part.cite and part.cite != entry.cite else ""
    return f"{name}{part.text.text(lang).rstrip('.')}{cite}"


def _reading(entry: Entry, lang: Lang) -> Iterator[str]:
    for decided in entry.decided:
        others = ", ".join(
            f"{other.option} → {' / '.join(part.text.text(lang) for part in other.parts if part.name != 'due') or '–'}" for other in decided.otherwise
        )
        yield f" [{decided.reading}={decided.option}; {others}]"
