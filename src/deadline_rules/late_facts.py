"""What facts that came late, another calendar or other rules do to notices that were given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .results import Notice, NoticeChanges, NoticeKind


def changes(before: Iterable[Notice], after: Iterable[Notice]) -> NoticeChanges:
    """What became of notices, in the order of the lists they come from.

    They are told apart by task, rule, kind and day: the version of the rules, which the key holds too, changes with every edit of the file, and
    what was said need not be said again for that. A notice that holds keeps the key it was given under.
    """
    old, new = {_place(notice): notice for notice in before}, {_place(notice): notice for notice in after}
    kept = [notice._replace(key=old[place].key) for place, notice in new.items() if place in old]
    changed = tuple(notice for notice in kept if notice != old[_place(notice)])
    return NoticeChanges(
        withdrawn=tuple(notice for place, notice in old.items() if place not in new),
        new=tuple(notice for place, notice in new.items() if place not in old),
        changed=changed,
        unchanged=len(kept) - len(changed),
    )


def _place(notice: Notice) -> tuple[str | None, str, NoticeKind, date]:
    return notice.task_id, notice.rule, notice.kind, notice.day
