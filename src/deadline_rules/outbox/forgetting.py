"""Tasks that are over, taken out for good: what remains of one is its id, the day up to which nothing is judged again, and a digest of its facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, false, insert, or_, select, true

from ..days import LAST_DAY
from ..regulation import Regulation
from ..timers import notices
from .closed import digest
from .schema import FORGOTTEN, NOTICES, PAGE, TASKS, paged, task_of
from .ticking import lock

# Tasks looked at together: working out what is to come until 2100 takes a fifth of a second for the reports alone.
_AT_ONCE: Final = 20 * PAGE
# The calendar ends with 2100; what is delivered after its last working day cannot be asked for.
_LAST_ASKED: Final = LAST_DAY - timedelta(days=31)
_PENDING: Final = and_(NOTICES.c.delivered == false(), NOTICES.c.withdrawn.is_(None))
# A notice that was sent, or may have been, and no longer holds stays: its receiver should hear of it.
_TO_BE_TOLD: Final = and_(NOTICES.c.withdrawn.is_not(None), or_(NOTICES.c.delivered == true(), NOTICES.c.leased_until.is_not(None)))


def forget(connection: Connection, regulation: Regulation, watermark: date, before: date) -> int:
    """Takes out what was completed before that day, of which nothing waits and nothing is to come. Returns the number of tasks."""
    mine = TASKS.c.regulation == regulation.id, TASKS.c.ticked == TASKS.c.revision, TASKS.c.facts.contains('"completed_on"', autoescape=True)
    chosen = select(TASKS).where(*mine).order_by(TASKS.c.id).limit(_AT_ONCE)
    last, number = "", 0
    while page := connection.execute(chosen.where(TASKS.c.id > last)).all():
        last = page[-1].id
        over = _over(connection, regulation, watermark, before, page)
        _remove(connection, regulation.id, list(over))
        if over:
            kept = [{"regulation": regulation.id, "id": id, "until": watermark, "digest": digest(facts)} for id, facts in over.items()]
            connection.execute(insert(FORGOTTEN), kept)
        number += len(over)
    return number


def _over(connection: Connection, regulation: Regulation, watermark: date, before: date, page: Sequence[Row[Any]]) -> dict[str, str]:
    """The facts of those tasks that may go, by id; none before the rules have taken effect, since others speak until then."""
    if watermark < regulation.plan.in_force_from:
        return {}
    tasks = [task_of(row) for row in page]
    done = [task for task in tasks if task.completed_on is not None and task.completed_on < before]
    waiting = select(NOTICES.c.task_id).where(NOTICES.c.regulation == regulation.id, NOTICES.c.task_id.in_([task.id for task in done]), _PENDING)
    held = set(connection.scalars(waiting))
    held |= {notice.task_id for notice in notices(regulation.plan, regulation.calendar, done, watermark, max(watermark, _LAST_ASKED), to={})}
    ids = {task.id for task in done} - held
    return {row.id: row.facts for row in page if row.id in ids}


def _remove(connection: Connection, regulation: str, ids: list[str]) -> None:
    for table in (TASKS, FORGOTTEN):
        connection.execute(delete(table).where(table.c.regulation == regulation, table.c.id.in_(ids)))
    gone = select(NOTICES.c.number).where(NOTICES.c.regulation == regulation, NOTICES.c.task_id.in_(ids), ~_TO_BE_TOLD)
    numbers = connection.scalars(gone).all()
    lock(connection, numbers)
    for page in paged(sorted(numbers)):
        connection.execute(delete(NOTICES).where(NOTICES.c.number.in_(page)))
