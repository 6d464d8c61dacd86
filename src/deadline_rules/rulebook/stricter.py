"""Which of two rules is the stricter one: fewer days, an earlier day of a report, a number where there was none.

Each function says in words why the new rule is not at least as strict, or None where it is. What cannot be compared on every day counts as looser.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple, get_args

from ..labels import counted
from .model import RuleSet
from .rules import DeadlineRule, Due, ReportRule, Within
from .words import AssignedBy, Cited, Progress, Secrecy, Timeliness

_KINDS: Final = {
    "secrecy": get_args(Secrecy),
    "urgent": (False, True),
    "complex": (False, True),
    "routine": (False, True),
    "assigned_by": get_args(AssignedBy),
    "time_limit": (False, True),
}
_STANDS: Final = {"progress": get_args(Progress), "timeliness": get_args(Timeliness)}
KIND_CELLS: Final[list[dict[str, object]]] = [dict(zip(_KINDS, values, strict=True)) for values in product(*_KINDS.values())]
STATUS_CELLS: Final[list[dict[str, object]]] = [dict(zip(_STANDS, values, strict=True)) for values in product(*_STANDS.values())]
NUMBERS: Final = ("working_days", "days")
# The month in which the period of a report ends, where it is always the same.
_LAST_MONTH: Final = {"half": 6, "nine_months": 9, "year": 12}


def number_text(within: Within) -> str:
    """A duration in a message.

    >>> number_text(Within(unit="working_days", number=2))
    '2 working days'
    """
    return counted(within.number, within.unit[:-1].replace("_", " ")) if within.unit in NUMBERS else within.unit


class Promptly(NamedTuple):
    """The number of working days by which a layer goes where a rule has no number."""

    working_days: int
    chosen_by: str


def looser_number(rules: RuleSet, old: DeadlineRule, new: DeadlineRule, promptly: Promptly | None = None) -> str | None:
    """Why `new` gives some kind of task more time than `old`: its number, and the rule, the article and the number it departs from.

    Where `old` has no number, it is the one that a layer chose for `promptly`.
    """
    for cell in KIND_CELLS:
        if _applies(rules, old, cell):
            before, said_in = _within(old, cell)
            after, _ = _within(new, cell)
            said = f"{_said(rules, old.id, said_in)} {number_text(before)}"
            if promptly is not None and before.unit in ("promptly", "no_number") and after != before:
                before = Within(unit="working_days", number=promptly.working_days)
                said = f"{said}, for which {promptly.chosen_by} chose {number_text(before)}"
            if before.unit in NUMBERS and before.unit != after.unit:
                unit = before.unit.replace("_", " ")
                return f"{number_text(after)} cannot be compared with {said}; give a number of {unit}."
            if before.unit in (*NUMBERS, "immediately") and after.number > before.number and after.unit in NUMBERS:
                return f"{number_text(after)} is looser than {said}; a house rule may only be stricter."
    return None


def _said(rules: RuleSet, id: str, said_in: Cited) -> str:
    return f"{rules.id}, {id}, {said_in.cite}:"


def _applies(rules: RuleSet, rule: DeadlineRule, cell: dict[str, object]) -> bool:
    kept_out = any(scope.when.holds(cell) for scope in (*rules.excluded, *rule.not_for))
    return not kept_out and all(scope.when.holds(cell) for scope in rule.only_for)


def _within(rule: DeadlineRule, cell: dict[str, object]) -> tuple[Within, Cited]:
    """The duration for one kind of task, and what says so."""
    found = next((exception for exception in rule.exceptions if exception.when.holds(cell)), None)
    return (rule.within, rule) if found is None else (found.within, found)


def looser_day(rules: RuleSet, rule: ReportRule, new: Due) -> str | None:
    """Why a day is later than the one the report has, under some reading: the day, and the rule, the article and the day it departs from."""
    for old in _days(rules, rule):
        if old.form in ("set_by", "no_day"):
            continue
        said = f"{_said(rules, rule.id, rule)} {_day_text(old)}"
        if new.within_months and (gone := sorted({*old.within_months} - {*new.within_months})):
            return f"{_day_text(new)} leaves out month {gone[0]} of {said}; a house rule may only add months."
        later = _is_later(rule.every, old, new)
        if later is None:
            return f"{_day_text(new)} cannot be compared with {said}; write it in the form {old.form}."
        if later:
            return f"{_day_text(new)} is looser than {said}; a house rule may only be stricter."
    return None


def _days(rules: RuleSet, rule: ReportRule) -> Iterator[Due]:
    """The days it has under the readings; where it has those of another report, that one's."""
    for due in rule.due:
        if due.same_as is None:
            yield due
        else:
            yield from _days(rules, next(other for other in rules.reports if other.id == due.same_as))


def _day_text(due: Due) -> str:
    value = getattr(due, due.form)
    shown = ", ".join(map(str, value)) if isinstance(value, tuple) else value
    return f"{due.form} {shown}{f' of month {due.month}' if due.month else ''}"


def _is_later(every: str, old: Due, new: Due) -> bool | None:
    """Whether the new day is later under some reading; None where the two forms cannot be compared."""
    dated = ("before_day", "by_day", "on_day")
    if old.form in dated and new.form in dated:
        return _date(every, new, last=True, beside=old) > _date(every, old, last=False, beside=new)
    if old.form != new.form:
        return None
    if old.days_after_promulgation is not None and new.days_after_promulgation is not None:
        return new.days_after_promulgation > old.days_after_promulgation
    return False  # months beside months, of which none is left out


def _date(every: str, due: Due, *, last: bool, beside: Due) -> tuple[int, int]:
    """Month and day, the last or the first under the readings of “trước”; where both days have that word alike, the readings move both alike."""
    day = due.before_day or due.by_day or due.on_day or 0
    alike = due.before_day is not None and beside.before_day is not None and due.carried_over == beside.carried_over
    return due.month or _LAST_MONTH.get(every, 0), day - (due.before_day is not None and not last and not alike)
