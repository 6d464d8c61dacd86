"""In what two regulations differ, piece by piece, and what one of them is with a single piece taken from the other.

Pieces are finite: a day of the calendar, the span of days it vouches for, a reading, a deadline or escalation rule, a section of the rule file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from .calendar.vietnam import DayReason, WorkingCalendar
from .calendar.working_days import Table
from .changes import Cause
from .days import FIRST_DAY, vietnamese
from .labels import FIELDS, counted
from .plan.compile import compile_plan
from .plan.model import DeadlinePlan, EscalationPlan, Offset, Opening, Plan
from .regulation import Regulation
from .results import Label
from .rulebook.library import Pack

# The sections of a rule file that a result rests on beside its rules, and the parts of a plan that come from them.
_SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "statuses": ("statuses",),
    "excluded": ("excluded",),
    "required_information": ("required", "required_in", "required_of"),
    "caveats": ("caveats", "secret_caveat"),
}
_SECTION_NAMES: Final = {
    "statuses": Label("bảng trạng thái", "the table of statuses"),
    "excluded": Label("phạm vi áp dụng", "the scope"),
    "required_information": Label("thông tin phải cập nhật", "the information required"),
    "caveats": Label("các lưu ý", "the caveats"),
}


class Piece(NamedTuple):
    """One thing in which two regulations differ; `kind` and `id` as in `Cause`."""

    kind: str
    id: str


class _OtherCalendar(WorkingCalendar):
    """A calendar with one day the other way, or with another span of days it vouches for."""

    def __init__(self, own: WorkingCalendar, turned: date | None, span: tuple[date, date]) -> None:
        super().__init__(own.known_on, own.extra)
        self.verified_from, self.verified_until = span
        self._turned, self._flags = turned, own.flags

    def _make(self) -> Table:
        if self._turned is None:
            return Table(self._flags)
        flags = bytearray(self._flags)
        flags[_number(self._turned)] ^= 1
        return Table(bytes(flags))


class Differences:
    """The pieces in which `before` and `after` differ, and each of the two with one piece taken from the other."""

    def __init__(self, before: Regulation, after: Regulation) -> None:
        self.before, self.after = before, after
        own, others = before.calendar.flags, after.calendar.flags
        self._days = [] if own == others else [number for number, (one, other) in enumerate(zip(own, others, strict=True)) if one != other]
        self._rest = tuple(_pieces(before, after))
        self._made: dict[tuple[bool, Piece], tuple[Plan, WorkingCalendar]] = {}

    def pieces(self, first: date, last: date) -> tuple[Piece, ...]:
        """All pieces; of the days of the calendar those in [first, last]."""
        between = self._days[bisect_left(self._days, _number(first)) : bisect_right(self._days, _number(last))]
        return (*(Piece("day", (FIRST_DAY + timedelta(days=number)).isoformat()) for number in between), *self._rest)

    def put_back(self, piece: Piece) -> tuple[Plan, WorkingCalendar]:
        """`after`, with this piece as it was before."""
        return self._exchanged(piece, True)

    def put_in(self, piece: Piece) -> tuple[Plan, WorkingCalendar]:
        """`before`, with this piece as it is after."""
        return self._exchanged(piece, False)

    def _exchanged(self, piece: Piece, back: bool) -> tuple[Plan, WorkingCalendar]:
        key = (back, piece)
        if key not in self._made:
            own, other = (self.after, self.before) if back else (self.before, self.after)
            self._made[key] = _exchanged(own, other, piece)
        return self._made[key]

    def cause(self, piece: Piece, kind: int) -> Cause:
        """The piece in words, for a task of this kind."""
        before, after = self.before, self.after
        match piece.kind:
            case "day":
                day = date.fromisoformat(piece.id)
                return _day_cause(before.calendar.why(day), after.calendar.why(day))
            case "verified":
                return Cause("verified", "verified", _change(_span(before.calendar), _span(after.calendar)), None)
            case "reading":
                reading = before.pack.readings[piece.id]
                return Cause("reading", piece.id, _option_change(before, after, piece.id), reading.source)
            case "deadline":
                one = next((rule for rule in before.plan.deadlines if rule.rule == piece.id), None)
                other = next((rule for rule in after.plan.deadlines if rule.rule == piece.id), None)
                cited = other or one
                return Cause("deadline", piece.id, _deadline_change(one, other, kind), cited.cases[kind].cite if cited else None)
            case "escalation":
                opens = next((rule for rule in before.plan.escalations if rule.rule == piece.id), None)
                opened = next((rule for rule in after.plan.escalations if rule.rule == piece.id), None)
                named = opened or opens
                return Cause("escalation", piece.id, _escalation_change(opens, opened), named.cite if named else None)
            case _:
                name = _SECTION_NAMES[piece.id]
                cite = after.plan.statuses[0].status.cite if piece.id == "statuses" else None
                return Cause("section", piece.id, Label(f"{name.vi} đã thay đổi", f"{name.en} changed"), cite)


def _number(day: date) -> int:
    return (day - FIRST_DAY).days


def _pieces(before: Regulation, after: Regulation) -> Iterator[Piece]:
    if _verified(before.calendar) != _verified(after.calendar):
        yield Piece("verified", "verified")
    for id, option in before.readings.items():
        other = after.readings.get(id)
        if other is not None and other != option and _knows(before.pack, id, other) and _knows(after.pack, id, option):
            yield Piece("reading", id)
    if before.pack.version != after.pack.version:
        # Under the same readings, so that what differs comes from the text.
        text = _under_readings_of(before, after)
        yield from (Piece("deadline", id) for id in _differing(_by_id(text.deadlines), _by_id(after.plan.deadlines)))
        yield from (Piece("escalation", id) for id in _differing(_by_id(text.escalations), _by_id(after.plan.escalations)))
        for section, parts in _SECTIONS.items():
            if any(getattr(text, part) != getattr(after.plan, part) for part in parts):
                yield Piece("section", section)


def _verified(calendar: WorkingCalendar) -> tuple[date, date]:
    return calendar.verified_from, calendar.verified_until


def _knows(pack: Pack, id: str, option: str) -> bool:
    """Whether a pack has that reading with that option."""
    reading = pack.readings.get(id)
    return reading is not None and (option in reading.options or (reading.whole_number is not None and option.isdecimal()))


def _under_readings_of(own: Regulation, other: Regulation) -> Plan:
    """The text of `own` under the readings of `other`, as far as it knows them."""
    chosen = {id: option for id, option in other.readings.items() if _knows(own.pack, id, option)}
    return compile_plan(own.pack, own.readings | chosen)


def _by_id(rules: tuple[Any, ...]) -> dict[str, Any]:
    return {rule.rule: rule for rule in rules}


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [id for id in dict.fromkeys((*before, *after)) if _alone(before.get(id)) != _alone(after.get(id))]


def _alone(rule: Any) -> Any:
    """A rule without the number of another one in its file that behaves alike."""
    return replace(rule, alike=0) if isinstance(rule, EscalationPlan) else rule


def _exchanged(own: Regulation, other: Regulation, piece: Piece) -> tuple[Plan, WorkingCalendar]:
    """`own` with one piece of `other`."""
    match piece.kind:
        case "day":
            return own.plan, _OtherCalendar(own.calendar, date.fromisoformat(piece.id), _verified(own.calendar))
        case "verified":
            return own.plan, _OtherCalendar(own.calendar, None, _verified(other.calendar))
        case "reading":
            return compile_plan(own.pack, own.readings | {piece.id: other.readings[piece.id]}), own.calendar
    foreign = _under_readings_of(other, own)
    plan = replace(
        own.plan,
        reading_caveats=foreign.reading_caveats | own.plan.reading_caveats,
        event_fields=tuple(dict.fromkeys((*own.plan.event_fields, *foreign.event_fields))),
    )
    if piece.kind == "deadline":
        return replace(plan, deadlines=_one_exchanged(plan.deadlines, foreign.deadlines, piece.id)), own.calendar
    if piece.kind == "escalation":
        rules = _one_exchanged(plan.escalations, foreign.escalations, piece.id)
        return replace(plan, escalations=tuple(replace(rule, alike=number) for number, rule in enumerate(rules))), own.calendar
    parts = {part: getattr(foreign, part) for part in _SECTIONS[piece.id]}
    return replace(plan, **parts), own.calendar


def _one_exchanged(own: tuple[Any, ...], foreign: tuple[Any, ...], id: str) -> tuple[Any, ...]:
    """The rules, one of them as the other text has it: in its place, added at the end, or gone."""
    rules, other = _by_id(own), _by_id(foreign)
    if id in other:
        rules[id] = other[id]
    else:
        rules.pop(id, None)
    return tuple(rules.values())


def _change(before: Label, after: Label) -> Label:
    return Label(f"{before.vi} → {after.vi}", f"{before.en} → {after.en}")


def _span(calendar: WorkingCalendar) -> Label:
    first, last = _verified(calendar)
    return Label(f"lịch chắc chắn từ {vietnamese(first)} đến {vietnamese(last)}", f"the calendar vouches for {first} to {last}")


def _day_cause(before: DayReason, after: DayReason) -> Cause:
    """The day with what it was and what it is; the paper is the one that makes it other than the working week has it."""
    told = _change(before.reason, after.reason)
    unusual = after if after.working == (after.day.weekday() >= 5) else before
    return Cause("day", after.day.isoformat(), Label(f"{vietnamese(after.day)}: {told.vi}", f"{after.day}: {told.en}"), unusual.source)


def _option_change(before: Regulation, after: Regulation, id: str) -> Label:
    question = before.pack.readings[id].question
    told = _change(_option(before, id), _option(after, id))
    return Label(f"{question.vi} {told.vi}", f"{question.en} {told.en}")


def _option(regulation: Regulation, id: str) -> Label:
    option = regulation.readings[id]
    found = regulation.pack.readings[id].options.get(option)
    return Label(f"“{found.vi}” ({option})", f"“{found.en}” ({option})") if found else _length(Offset("working_days", int(option)))


def _deadline_change(before: DeadlinePlan | None, after: DeadlinePlan | None, kind: int) -> Label:
    if before is None or after is None:
        return _added_or_removed(before is None)
    own, other = before.cases[kind], after.cases[kind]
    told = [
        (_applies(own.applies), _applies(other.applies)),
        (_length(own.offset), _length(other.offset)),
        (_from(before), _from(after)),
        (FIELDS[before.done_by], FIELDS[after.done_by]),
        (Label(own.cite, own.cite), Label(other.cite, other.cite)),
    ]
    return _joined([_change(one, another) for one, another in told if one != another])


def _escalation_change(before: EscalationPlan | None, after: EscalationPlan | None) -> Label:
    if before is None or after is None:
        return _added_or_removed(before is None)
    told = [
        (_opens(before.opening), _opens(after.opening)),
        (_closed_by(before), _closed_by(after)),
        (Label(before.cite, before.cite), Label(after.cite, after.cite)),
    ]
    return _joined([_change(one, another) for one, another in told if one != another])


def _joined(told: list[Label]) -> Label:
    if not told:
        return Label("quy định đã thay đổi", "the rule changed")
    return Label("; ".join(label.vi for label in told), "; ".join(label.en for label in told))


def _added_or_removed(added: bool) -> Label:
    return Label("quy định được thêm", "the rule was added") if added else Label("quy định bị bỏ", "the rule was removed")


def _applies(applies: bool) -> Label:
    return Label("áp dụng", "applies") if applies else Label("không áp dụng", "does not apply")


def _length(offset: Offset) -> Label:
    unit, number = offset
    if unit == "working_days":
        return Label(f"{number} ngày làm việc", counted(number, "working day"))
    if unit == "days":
        return Label(f"{number} ngày", counted(number, "day"))
    return Label("trong ngày", "the same day") if unit == "same_day" else Label("không ấn định số ngày", "no number")


def _from(rule: DeadlinePlan) -> Label:
    fields = [FIELDS[field] for field in rule.variants[0].fields]
    return Label(f"từ {' / '.join(field.vi for field in fields)}", f"from {' / '.join(field.en for field in fields)}")


def _opens(opening: Opening) -> Label:
    if opening.on_request:
        return Label("mở theo yêu cầu", "opens on request")
    parts = [FIELDS[opening.on]] if opening.on else []
    if opening.after_due is not None:
        parts.append(Label("ngày sau thời hạn", "the day after the due day") if opening.after_due else Label("thời hạn", "the due day"))
    kept = Label("".join(f", trừ khi có {FIELDS[f].vi}" for f in opening.unless), "".join(f", unless {FIELDS[f].en}" for f in opening.unless))
    after = opening.later
    later = Label(f", sau đó {after} ngày làm việc", f", and {counted(after, 'working day')} later") if after else Label("", "")
    opens = Label("mở từ " + " và ".join(part.vi for part in parts), "opens on " + " and ".join(part.en for part in parts))
    return Label(opens.vi + later.vi + kept.vi, opens.en + later.en + kept.en)


def _closed_by(rule: EscalationPlan) -> Label:
    if rule.closed_by is None:
        return Label("đóng khi hoàn thành", "closed by completion")
    return Label(f"đóng bởi {FIELDS[rule.closed_by].vi}", f"closed by {FIELDS[rule.closed_by].en}")
