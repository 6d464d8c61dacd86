"""Tasks that come, change and go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from ..errors import OutboxError, TaskError
from ..task import Task
from ..timers import id_twice
from .closed import unlike_forgotten
from .schema import NOTICES, TASKS, facts_of, paged
from .ticking import lock, withdraw
from .values import Reason


def take_in(connection: Connection, store: Row[Any], tasks: Iterable[Task], *, whole: bool) -> int:
    """Writes the facts of tasks down; with `whole` those not named are taken out. Returns how many are new, have other facts, or are gone."""
    seen: set[str] = set()
    number = 0
    for page in paged(tasks):
        for task in page:
            _refuse(task, seen)
        number += _write(connection, store.regulation, {task.id: facts_of(task) for task in page})
    if whole:
        known = connection.scalars(select(TASKS.c.id).where(TASKS.c.regulation == store.regulation)).all()
        number += take_out(connection, store, [id for id in known if id not in seen])
    return number


def _write(connection: Connection, regulation: str, facts: dict[str, str]) -> int:
    mine = TASKS.c.regulation == regulation
    known = connection.execute(select(TASKS.c.id, TASKS.c.facts).where(mine, TASKS.c.id.in_(list(facts)))).all()
    before = {row.id: row.facts for row in known}
    strangers = unlike_forgotten(connection, regulation, {id: text for id, text in facts.items() if id not in before})
    new = [{"regulation": regulation, "id": id, "facts": text, "revision": 1, "ticked": 0} for id, text in strangers.items()]
    other = [{"of": id, "given": facts[id]} for id, text in before.items() if text != facts[id]]
    if new:
        connection.execute(insert(TASKS), new)
    if other:
        changed = update(TASKS).where(mine, TASKS.c.id == bindparam("of"))
        connection.execute(changed.values(facts=bindparam("given"), revision=TASKS.c.revision + 1), other)
    return len(new) + len(other)


def take_out(connection: Connection, store: Row[Any], ids: Iterable[str]) -> int:
    """Removes tasks, and withdraws their notices. Returns how many there were."""
    number = 0
    found: list[tuple[int, Reason]] = []
    for page in paged(ids):
        for id in page:
            _refuse_id(id)
        number += connection.execute(delete(TASKS).where(TASKS.c.regulation == store.regulation, TASKS.c.id.in_(page))).rowcount
        named = NOTICES.c.regulation == store.regulation, NOTICES.c.task_id.in_([id for id in page if id]), NOTICES.c.withdrawn.is_(None)
        found += [(row.number, "task_withdrawn") for row in connection.execute(select(NOTICES.c.number).where(*named))]
    lock(connection, [of for of, _ in found])
    withdraw(connection, found, store.ticks + 1)
    return number


def can_be_kept(text: str) -> bool:
    """Whether a database can hold a text: no NUL, no half of a character."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _refuse_id(id: object) -> None:
    if not isinstance(id, str) or not can_be_kept(id):
        raise OutboxError(f"{repr(id)[:80]} is the id of no task: ids are texts of whole characters without NUL; correct it or leave it out.")


def _refuse(task: object, seen: set[str]) -> None:
    if not isinstance(task, Task):
        raise TaskError(f"a {type(task).__name__} is no task; give a Task, or make one with Task.from_record.")
    if task.id in seen:
        raise id_twice(task.id)
    if "\0" in task.id:
        raise TaskError("id: it holds a NUL character, which databases cannot keep; write the id without it.", field="id")
    seen.add(task.id)
