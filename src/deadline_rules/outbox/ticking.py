"""One tick: the tasks page by page, what they give compared with what is written, and the differences written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, false, insert, select, update

from ..regulation import Regulation
from ..results import Notice
from ..task import Task
from .closed import forgotten_until
from .schema import CONTENT, NOTICES, PAGE, TASKS, content_of, paged, place_of, row_of, same_content, task_of
from .values import Reason

_EARLY: frozenset[str] = frozenset({"reminder", "warning"})  # kinds that speak of a day before it comes


class Interval(NamedTuple):
    """What a tick judges: (after, until] of what it knows already, (begins_after, until] of what changed."""

    begins_after: date
    after: date
    until: date


class Tick:
    """A tick in its transaction. The lock of the store is held, so no task changes meanwhile; notices may be delivered meanwhile.

    `anew` is why everything is judged anew, None where only what changed is. `new` are all notices written, `late` those of them that belong to
    earlier days though the facts are the same.
    """

    def __init__(self, connection: Connection, regulation: Regulation, number: int, interval: Interval, *, anew: Reason | None) -> None:
        self.connection, self.regulation, self.number, self.interval, self.anew = connection, regulation, number, interval, anew
        self.new = self.late = 0
        self.withdrawals: list[tuple[int, Reason]] = []
        self.restored: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []

    def run(self) -> None:
        """Judges everything, and writes what came of it. The watermark is the caller's."""
        for page in self._pages():
            self._judge_page(page)
        self._judge_reports()
        self._write_changes()

    def _pages(self) -> Iterator[Sequence[Row[Any]]]:
        """The tasks by id, a page at a time; only those that changed where no day is to be judged."""
        last = ""
        chosen = select(TASKS).where(TASKS.c.regulation == self.regulation.id).order_by(TASKS.c.id).limit(PAGE)
        if self.interval.after == self.interval.until and not self.anew:
            chosen = chosen.where(TASKS.c.revision != TASKS.c.ticked)
        while page := self.connection.execute(chosen.where(TASKS.c.id > last)).all():
            yield page
            last = page[-1].id

    def _judge_page(self, page: Sequence[Row[Any]]) -> None:
        began, after, until = self.interval
        changed = {row.id for row in page if row.revision != row.ticked}
        touched = [row for row in page if self.anew or row.id in changed]
        if after < until:
            self._insert(self._notices((row for row in page if not self.anew and row.id not in changed), after, until))
        if not touched:
            return
        self._compare(self._notices(touched, began, until), [row.id for row in touched], changed)
        if changed:
            marked = update(TASKS).where(TASKS.c.regulation == self.regulation.id, TASKS.c.id.in_(sorted(changed)))
            self.connection.execute(marked.values(ticked=TASKS.c.revision))

    def _notices(self, rows: Iterable[Row[Any]], after: date, until: date) -> list[Notice]:
        """What these tasks give, without the reports, which belong to none."""
        tasks = [task_of(row) for row in rows]
        return [notice for notice in self._asked(tasks, after, until) if notice.task_id is not None] if tasks else []

    def _judge_reports(self) -> None:
        began, after, until = self.interval
        if self.anew:
            self._compare(self._asked((), began, until), [""], set())
        elif after < until:
            self._insert(self._asked((), after, until))

    def _asked(self, tasks: Sequence[Task], after: date, until: date) -> list[Notice]:
        """The notices of (after, until], all in this store: also those of days on which what these house rules extend still held alone."""
        found = self.regulation.notices(tasks, after, until)
        return [notice if notice.regulation == self.regulation.id else notice._replace(regulation=self.regulation.id) for notice in found]

    def _compare(self, found: Sequence[Notice], ids: list[str], changed: set[str]) -> None:
        """What these tasks give against what was written of them."""
        mine = NOTICES.c.regulation == self.regulation.id, NOTICES.c.task_id.in_(ids)
        # What was said of days before these rules took effect is not theirs to judge, nor is what was closed when a task was forgotten.
        written = select(NOTICES).where(*mine, NOTICES.c.day >= self.regulation.in_force_from)
        closed = forgotten_until(self.connection, self.regulation.id, ids)
        rows = {(row.task_id, row.day, row.kind, row.rule): row for row in self.connection.execute(written) if not _closed(closed, row)}
        given = {place_of(notice): notice for notice in found if not _closed(closed, notice)}
        fresh = [notice for place, notice in given.items() if place not in rows and not self._too_late(notice)]
        self._insert(fresh)
        self.late += sum(notice.day <= self.interval.after and notice.task_id not in changed for notice in fresh)
        for place, row in rows.items():
            notice = given.get(place)
            if notice is None:
                if row.withdrawn is None:
                    self.withdrawals.append((row.number, "facts_changed" if row.task_id in changed else self.anew or "judged_anew"))
            elif row.withdrawn is not None:
                if row.delivered or not self._too_late(notice):
                    self.restored.append(_correction(row, notice))
            elif not row.delivered and not same_content(row, notice):
                self.changed.append(_correction(row, notice))

    def _too_late(self, notice: Notice) -> bool:
        """Whether it would remind of a day that had passed before this tick."""
        return notice.kind in _EARLY and notice.due_on is not None and notice.due_on <= self.interval.after

    def _insert(self, notices: Sequence[Notice]) -> None:
        for page in paged(notices):
            self.connection.execute(insert(NOTICES), [row_of(notice, self.number) for notice in page])
        self.new += len(notices)

    def _write_changes(self) -> None:
        """Last of all, with the rows locked in their order. What was delivered meanwhile keeps the content that went out."""
        lock(self.connection, [number for number, _ in self.withdrawals] + [row["of"] for row in self.restored + self.changed])
        withdraw(self.connection, self.withdrawals, self.number)
        one = update(NOTICES).where(NOTICES.c.number == bindparam("of"))
        waiting = one.where(NOTICES.c.delivered == false())
        for page in paged(self.restored):
            self.connection.execute(one.values(withdrawn=None, withdrawn_in=None), [{"of": row["of"]} for row in page])
            self.connection.execute(waiting.values(tick=self.number, **_GIVEN), page)
        for page in paged(self.changed):
            self.connection.execute(waiting.values(_GIVEN), page)


_GIVEN: dict[str, Any] = {name: bindparam(f"new_{name}") for name in CONTENT}


def lock(connection: Connection, numbers: Iterable[int]) -> None:
    """Locks notices until the transaction ends. All who lock several do so by number; so none waits for another in a circle."""
    for page in paged(sorted(numbers)):
        connection.execute(select(NOTICES.c.number).where(NOTICES.c.number.in_(page)).order_by(NOTICES.c.number).with_for_update()).all()


def withdraw(connection: Connection, withdrawals: Iterable[tuple[int, Reason]], tick: int) -> None:
    """Marks notices, which are locked, as withdrawn in that tick, or before it since the last."""
    marked = update(NOTICES).where(NOTICES.c.number == bindparam("of")).values(withdrawn=bindparam("because"), withdrawn_in=tick)
    for page in paged(withdrawals):
        connection.execute(marked, [{"of": number, "because": reason} for number, reason in page])


def _closed(closed: Mapping[str, date], notice: Notice | Row[Any]) -> bool:
    """Whether it is of a day up to which nothing is judged of its task."""
    return bool(closed) and notice.day <= closed.get(notice.task_id or "", date.min)


def _correction(row: Row[Any], notice: Notice) -> dict[str, Any]:
    return {"of": row.number} | {f"new_{name}": value for name, value in content_of(notice).items()}
