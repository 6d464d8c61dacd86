"""What a vector is made from: a task and a day, with the words for it; and the kinds of task that a regulation tells apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from ..plan.facts import KIND_CELLS, KINDS
from ..regulation import Regulation
from ..results import Label
from .vectors_days import BoundaryDay, Window, after, boundary_days, closures, plain_monday

Facts = dict[str, Any]

_KIND_WORDS: Final[dict[tuple[str, object], tuple[str, Label]]] = {
    ("secrecy", "mật"): ("secret", Label("nhiệm vụ mật", "a secret task (mật)")),
    ("secrecy", "tối mật"): ("top-secret", Label("nhiệm vụ tối mật", "a secret task (tối mật)")),
    ("secrecy", "tuyệt mật"): ("highest-secret", Label("nhiệm vụ tuyệt mật", "a secret task (tuyệt mật)")),
    ("urgent", True): ("urgent", Label("đột xuất", "urgent")),
    ("complex", True): ("complex", Label("phức tạp", "complex")),
    ("routine", True): ("routine", Label("thường xuyên", "routine")),
    ("assigned_by", "chair"): ("by-chair", Label("do thủ trưởng cơ quan giao", "assigned by the chair")),
    ("time_limit", True): ("with-time-limit", Label("có thời hạn", "with a time limit")),
}
PLAIN_KIND: Final = 0


class Situation(NamedTuple):
    """A task on a day, before anything is said of it. `about` is the rule that it tries, or None for the status."""

    id: str
    why: Label
    facts: Facts
    as_of: date
    about: str | None = None


class Ground(NamedTuple):
    """What all situations of a regulation are made from."""

    regulation: Regulation
    days: tuple[BoundaryDay, ...]
    closed: tuple[BoundaryDay, ...]
    monday: BoundaryDay

    @classmethod
    def of(cls, regulation: Regulation) -> Ground:
        """The days to try a regulation on."""
        in_force_from = regulation.plan.in_force_from
        window = Window.of(regulation.calendar, in_force_from)
        days = boundary_days(window, in_force_from, stated=regulation.rules.in_force.since is not None)
        plain = BoundaryDay("monday", plain_monday(window), Label("thứ Hai của một tuần bình thường", "a plain Monday"))
        return cls(regulation, days, tuple(closures(window)), plain)


def joined(*parts: Label | None) -> Label:
    """The parts as one sentence."""
    known = [part for part in parts if part is not None]
    vi, en = "; ".join(part.vi for part in known), "; ".join(part.en for part in known)
    return Label(f"{vi[0].upper()}{vi[1:]}.", f"{en[0].upper()}{en[1:]}.")


def said(vi: str, en: str, *days: Label) -> Label:
    """A text in both languages; `{}` stands for a day's name."""
    return Label(vi.format(*(day.vi for day in days)), en.format(*(day.en for day in days)))


def kind_facts(cell: int) -> Facts:
    """The facts of a kind that are not the default; the time limit is a day and no fact of the kind."""
    return {name: value for name, value in KIND_CELLS[cell].items() if name != "time_limit" and value != KINDS[name][0]}


def kind_words(cell: int, *, limit: bool = False) -> tuple[str, Label | None]:
    """What ids call a kind, and what people call it; nothing for a plain one. `limit`: whether its time limit is named too."""
    named = [(name, value) for name, value in KIND_CELLS[cell].items() if value != KINDS[name][0] and (limit or name != "time_limit")]
    words = [_KIND_WORDS[fact] for fact in named]
    if not words:
        return "", None
    return "+".join(slug for slug, _ in words), Label(", ".join(word.vi for _, word in words), ", ".join(word.en for _, word in words))


def smallest_kinds(answers: Iterable[Hashable], cells: Iterable[int] = range(len(KIND_CELLS))) -> dict[Hashable, int]:
    """For each distinct answer the kind with the fewest facts, then the first; `answers` are of all 128 kinds, `cells` those looked at."""
    said_of = list(answers)
    found: dict[Hashable, int] = {}
    for cell in sorted(cells, key=lambda cell: (len(kind_facts(cell)), cell)):
        found.setdefault(said_of[cell], cell)
    return found


def has_limit(cell: int) -> bool:
    """Whether tasks of the kind have a time limit."""
    return bool(KIND_CELLS[cell]["time_limit"])


def kinds(ground: Ground) -> Iterator[Situation]:
    """Every kind with one fact, and the smallest of each profile (what all rules together say of a kind), with and without a time limit."""
    plan = ground.regulation.plan
    profiles: list[Hashable] = [
        (plan.excluded[cell], plan.required_of[cell], tuple(rule.cases[cell] for rule in plan.deadlines)) for cell in range(len(KIND_CELLS))
    ]
    single = [cell for cell in range(len(KIND_CELLS)) if len(kind_facts(cell)) <= 1]
    starts = {rule.variants[0].fields[0] for rule in plan.deadlines} - {"due_on", "completed_on", "assigned_on"}
    for cell in sorted({*single, *smallest_kinds(profiles).values()}):
        slug, words = kind_words(cell, limit=True)
        day = ground.monday.day
        facts = kind_facts(cell) | {"assigned_on": day} | dict.fromkeys(sorted(starts), day)
        if has_limit(cell):
            facts["due_on"] = after(day, 14)
        for name, far in (("first-day", 0), ("third-day", 2), ("after-three-weeks", 22)):
            why = joined(
                words or Label("nhiệm vụ thông thường, không có thời hạn", "a plain task without a time limit"),
                Label(f"xét {far} ngày sau ngày giao", f"looked at {far} days after it was assigned"),
            )
            yield Situation(f"kind/{slug or 'plain'}/{name}", why, facts, after(day, far))
