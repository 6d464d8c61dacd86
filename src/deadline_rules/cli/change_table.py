"""What changes, in words for tables: the name of a value, and what it is."""

from __future__ import annotations

from datetime import date
from typing import Final

from ..changes import Value, What
from ..labels import DEADLINE_STATES, ESCALATION_STATES, FIELDS, PROGRESS, TIMELINESS, day_text
from ..regulation import Regulation
from ..results import Label
from ..results import Lang as LangCode

_NAMES: Final[dict[What, Label]] = {
    "progress": Label("tiến độ", "progress"),
    "timeliness": Label("hạn", "timeliness"),
    "status": Label("trạng thái", "status"),
    "due_on": Label("hạn cuối", "due"),
    "working_days_left": Label("còn (ngày LV)", "left (wd)"),
    "out_of_scope": Label("ngoài phạm vi", "out of scope"),
    "missing_fields": Label("thông tin còn thiếu", "information missing"),
    "starts_on": Label("tính từ", "starts"),
    "opens_on": Label("mở từ", "opens"),
    "state": Label("tình trạng", "state"),
    "caveat": Label("lưu ý", "caveat"),
}
_CODES: Final = {**PROGRESS, **TIMELINESS, **DEADLINE_STATES, **ESCALATION_STATES}


def name_of(what: What, rule: str | None, lang: LangCode) -> str:
    """What a value is called, with the rule it belongs to."""
    name = _NAMES[what].text(lang)
    return name if rule is None else f"{rule}: {name}"


def text_of(what: What, value: Value, regulations: tuple[Regulation, ...], lang: LangCode) -> str:
    """A value in words; the labels of statuses come from the first regulation that has them."""
    if value is None or value == ():
        return "–"
    if isinstance(value, date):
        return day_text(value, lang)
    if isinstance(value, bool):
        return Label("có", "yes").text(lang) if value else Label("không", "no").text(lang)
    if isinstance(value, tuple):
        return ", ".join(FIELDS[name].text(lang) if name in FIELDS else name for name in value)
    if what == "status":
        label = next(regulation.rules.statuses.labels[str(value)] for regulation in regulations if value in regulation.rules.statuses.labels)
        return label.en if lang == "en" else label.vi
    code = str(value)
    return _CODES[code].text(lang) if what != "caveat" and code in _CODES else code
