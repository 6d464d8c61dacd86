"""Making a case smaller as long as it still shows the fault: fewer facts, then days closer together, then plainer days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from ..columns import DAY_FIELDS, LIST_FIELDS

_MOST_TRIES: Final = 3000
# Every week is plain so many days before and after the plain Monday.
_PLAIN_BEFORE: Final = 21
_PLAIN_AFTER: Final = 28


class Case(NamedTuple):
    """What is known of a task, apart from its id, and the day on which it is looked at; days are dates."""

    facts: dict[str, Any]
    as_of: date

    @classmethod
    def of(cls, task: dict[str, Any], as_of: date) -> Case:
        """The case of a task as JSON."""
        return cls({name: _read(name, value) for name, value in task.items() if name != "id"}, as_of)

    def task(self, id: str) -> dict[str, Any]:
        """The task as JSON."""
        return {"id": id, **{name: _written(value) for name, value in self.facts.items()}}

    def days(self) -> list[date]:
        """Every day of the case."""
        inner = [day for name in LIST_FIELDS for item in self.facts.get(name, ()) for day in item.values() if isinstance(day, date)]
        return [self.as_of, *(self.facts[name] for name in DAY_FIELDS if name in self.facts), *inner]

    def moved(self, far: timedelta) -> Case:
        """The same case so many days later."""
        return Case({name: _moved(value, far) for name, value in self.facts.items()}, self.as_of + far)


def smaller(case: Case, shows: Callable[[Case], bool], monday: date) -> Case:
    """The smallest case found that still shows the fault. `monday` is a day amid plain weeks, to which days are moved where they can be."""
    tries = _MOST_TRIES
    best, improved = case, True
    while improved:
        improved = False
        for other in _candidates(best, monday):
            if _weight(other, monday) < _weight(best, monday):
                if tries == 0:
                    return best
                tries -= 1
                if shows(other):
                    best, improved = other, True
                    break
    return best


def _weight(case: Case, monday: date) -> tuple[int, int, int, int]:
    """Fewer facts come first, then a shorter span, then fewer days outside plain weeks, then days closer to the plain Monday."""
    days = case.days()
    facts = len(case.facts) + sum(len(item) for name in LIST_FIELDS for item in case.facts.get(name, ()))
    strange = sum(not -_PLAIN_BEFORE <= (day - monday).days <= _PLAIN_AFTER for day in days)
    return facts, (max(days) - min(days)).days, strange, sum(abs((day - monday).days) for day in days)


def _candidates(case: Case, monday: date) -> Iterator[Case]:
    """Cases that may be smaller: without a fact, moved as a whole, and with one day elsewhere."""
    for name, value in case.facts.items():
        yield Case({other: held for other, held in case.facts.items() if other != name}, case.as_of)
        if name in LIST_FIELDS and len(value) > 1:
            for number in range(len(value)):
                yield Case(case.facts | {name: [*value[:number], *value[number + 1 :]]}, case.as_of)
    known = sorted(set(case.days()))
    for day in known:
        for target in (monday, *(monday + timedelta(days=far) for far in range(1, 7))):
            yield case.moved(target - day)
    targets = sorted({day + timedelta(days=far) for day in (*known, monday) for far in (-1, 0, 1)})
    for target in targets:
        yield case._replace(as_of=target)
        yield from (Case(case.facts | {name: target}, case.as_of) for name in DAY_FIELDS if name in case.facts)


def _read(name: str, value: Any) -> Any:
    if name in DAY_FIELDS:
        return date.fromisoformat(value)
    if name in LIST_FIELDS:
        return [{key: date.fromisoformat(held) if key in LIST_FIELDS[name] and held else held for key, held in item.items()} for item in value]
    return value


def _written(value: Any) -> Any:
    if isinstance(value, list):
        return [{key: _written(held) for key, held in item.items()} for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _moved(value: Any, far: timedelta) -> Any:
    if isinstance(value, list):
        return [{key: _moved(held, far) for key, held in item.items()} for item in value]
    return value + far if isinstance(value, date) else value
