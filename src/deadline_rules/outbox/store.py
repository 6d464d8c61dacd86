"""Outbox: the facade hosts hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Row, bindparam, delete, false, insert, or_, select, true, update

from ..days import as_day
from ..errors import DayError, OutboxError, TaskError
from ..regulation import Regulation
from ..results import Notice
from ..task import Task
from ..timers import id_twice
from .connecting import engine_of, writing
from .schema import NOTICES, PAGE, STORES, TASKS, create, facts_of, notice_of, paged
from .ticking import Interval, Tick, lock, withdraw
from .values import Delivery, Reason, Ticked, Withdrawn

_LEASE: Final = timedelta(minutes=15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Outbox:
    """The notices of one regulation in a database: each written once, by whoever ticks, and handed out until it is acknowledged.

    `store` is an address (`sqlite:///outbox.db`, `postgresql://user@host/database`) or an engine of SQLAlchemy. Several regulations may share a
    database. Safe to share between threads; processes make one each. Nothing here reads a clock.

    Raises:
        OutboxError: the address is none, or of another database; a method is called before `create`.
    """

    def __init__(self, store: str | URL | Engine, regulation: Regulation) -> None:
        self._engine, self._ours = engine_of(store), not isinstance(store, Engine)
        self._regulation = regulation

    def __repr__(self) -> str:
        return f"<Outbox of {self._regulation.id} in {self._engine.url.render_as_string(hide_password=True)}>"

    def close(self) -> None:
        """Closes the connections, unless the engine was given."""
        if self._ours:
            self._engine.dispose()

    def create(self) -> None:
        """Makes the tables where they are missing. May be called at every start, by several workers at once.

        Raises:
            OutboxError: the tables were made by another release, in another form.
        """
        with writing(self._engine) as connection:
            create(connection)
            if connection.execute(select(STORES.c.regulation).where(STORES.c.regulation == self._regulation.id)).first() is None:
                connection.execute(insert(STORES).values(regulation=self._regulation.id, ticks=0, judge_anew=False))

    @property
    def watermark(self) -> date | None:
        """The last day of the last tick; None before the first."""
        with self._engine.connect() as connection:
            return connection.scalar(select(STORES.c.watermark).where(STORES.c.regulation == self._regulation.id))

    def put(self, tasks: Iterable[Task]) -> int:
        """Takes tasks in, or their new facts, by id; all or none. Returns how many are new or have other facts.

        Only what notices need is kept: days and kinds. Record fields (title, summary, content, …) never reach the database.

        Raises:
            TaskError: `tasks` hold something that is no Task, one id twice, or an id with a NUL character.
        """
        seen: set[str] = set()
        number = 0
        with self._locked() as (connection, _):
            for page in paged(tasks):
                for task in page:
                    _refuse(task, seen)
                number += self._put(connection, {task.id: facts_of(task) for task in page})
        return number

    def _put(self, connection: Connection, facts: dict[str, str]) -> int:
        mine = TASKS.c.regulation == self._regulation.id
        known = connection.execute(select(TASKS.c.id, TASKS.c.facts).where(mine, TASKS.c.id.in_(list(facts)))).all()
        before = {row.id: row.facts for row in known}
        new = [
            {"regulation": self._regulation.id, "id": id, "facts": text, "revision": 1, "ticked": 0} for id, text in facts.items() if id not in before
        ]
        other = [{"of": id, "given": facts[id]} for id, text in before.items() if text != facts[id]]
        if new:
            connection.execute(insert(TASKS), new)
        if other:
            changed = update(TASKS).where(mine, TASKS.c.id == bindparam("of"))
            connection.execute(changed.values(facts=bindparam("given"), revision=TASKS.c.revision + 1), other)
        return len(new) + len(other)

    def withdraw(self, ids: Iterable[str]) -> int:
        """Takes tasks out, as if they had never been assigned; their notices are withdrawn at once. Returns how many there were."""
        number = 0
        with self._locked() as (connection, _):
            found: list[tuple[int, Reason]] = []
            for page in paged(ids):
                number += connection.execute(delete(TASKS).where(TASKS.c.regulation == self._regulation.id, TASKS.c.id.in_(page))).rowcount
                named = NOTICES.c.regulation == self._regulation.id, NOTICES.c.task_id.in_([id for id in page if id]), NOTICES.c.withdrawn.is_(None)
                found += [(row.number, "task_withdrawn") for row in connection.execute(select(NOTICES.c.number).where(*named))]
            lock(connection, [of for of, _ in found])
            withdraw(connection, found)
        return number

    def judge_anew(self) -> None:
        """The next tick judges all days of all tasks anew, as it does by itself where the calendar is another under the same rules."""
        with self._locked() as (connection, _):
            self._note(connection, judge_anew=True)

    def tick(self, until: date, *, after: date | None = None) -> Ticked:
        """Writes the notices of (watermark, until], and the watermark, in one transaction; what came late for earlier days is set right with it.

        `after` is the day after which the first tick of a store begins. Later ticks go on from the watermark, and need it not; an `until` that does
        not lie after the watermark only sets right what came late. Two at once: one waits, and then finds nothing left to write.

        Raises:
            OutboxError: the first tick is not told where to begin, or a later one is told otherwise.
            DayError, NotInForceError, CalendarHorizonError, UnverifiedCalendarError: as `Regulation.notices`; nothing is written then.
        """
        asked, first = as_day(until, "until"), None if after is None else as_day(after, "after")
        with self._locked() as (connection, store):
            began = _beginning(store, first)
            behind = store.watermark or began
            if store.watermark is None and asked < began:
                raise DayError(f"until {asked} lies before {began}, the day after which the outbox begins; exchange the two.")
            interval = Interval(began, behind, max(asked, behind))
            rules, calendar = self._regulation.plan.rules_version, self._regulation.calendar.version
            anew = store.judge_anew or (store.rules_version == rules and store.calendar_version != calendar)
            tick = Tick(connection, self._regulation, store.ticks + 1, interval, anew=anew)
            tick.run()
            reached = {"begins_after": began, "watermark": interval.until, "ticks": tick.number}
            self._note(connection, **reached, rules_version=rules, calendar_version=calendar, judge_anew=False)
        return Ticked(tick.number, behind, interval.until, tick.new, len(tick.withdrawals), len(tick.restored), len(tick.changed))

    def written(self, number: int) -> Iterator[Notice]:
        """The notices that the tick of that number wrote, or took a withdrawal back of, by day; those withdrawn since left out."""
        chosen = NOTICES.c.regulation == self._regulation.id, NOTICES.c.tick == number, NOTICES.c.withdrawn.is_(None)
        with self._engine.connect() as connection:
            rows = connection.execute(select(NOTICES).where(*chosen).order_by(NOTICES.c.day, NOTICES.c.number).execution_options(yield_per=PAGE))
            yield from map(notice_of, rows)

    def pending(self, limit: int, on: date, *, now: datetime, lease: timedelta = _LEASE) -> tuple[Notice, ...]:
        """Claims at most `limit` notices to be delivered on `on` or before: nobody gets them until `now` + `lease`, or once acknowledged.

        `now` is the caller's clock, with a time zone; workers on several machines should agree on it within a small part of a lease.

        Raises:
            OutboxError: `limit` or `lease` is not positive.
            DayError: `on` is no day, or `now` no moment with a time zone.
        """
        if lease <= timedelta(0):
            raise OutboxError(f"a lease of {lease} is over before it begins; give a positive one.")
        moment = _microseconds(now)
        with writing(self._engine) as connection:
            rows = self._free(connection, limit, on, moment)
            until = moment + lease // timedelta(microseconds=1)
            connection.execute(update(NOTICES).where(NOTICES.c.number.in_([row.number for row in rows])).values(leased_until=until))
        return tuple(map(notice_of, rows))

    @contextmanager
    def delivering(self, limit: int, on: date, *, now: datetime) -> Iterator[Delivery]:
        """Claims notices as `pending`, for as long as the block runs; its end acknowledges them, an exception sets them free.

        What the block writes through `connection` becomes lasting in the same transaction: then the effect, too, happens exactly once. Leave
        committing to the block's end, and call no other method of an outbox inside. Errors as `pending`.
        """
        with writing(self._engine) as connection:
            rows = self._free(connection, limit, on, _microseconds(now))
            yield Delivery(connection, tuple(map(notice_of, rows)))
            connection.execute(update(NOTICES).where(NOTICES.c.number.in_([row.number for row in rows])).values(delivered=True))

    def acknowledge(self, keys: Iterable[str]) -> int:
        """Notes notices as delivered, by key: they are never handed out again. Returns how many were not before; unknown keys are passed over."""
        with writing(self._engine) as connection:
            open_ = NOTICES.c.regulation == self._regulation.id, NOTICES.c.delivered == false()
            found = [
                row.number for page in paged(keys) for row in connection.execute(select(NOTICES.c.number).where(*open_, NOTICES.c.key.in_(page)))
            ]
            lock(connection, found)
            noted = update(NOTICES).where(NOTICES.c.delivered == false()).values(delivered=True)
            return sum(connection.execute(noted.where(NOTICES.c.number.in_(page))).rowcount for page in paged(sorted(found)))

    def withdrawn(self) -> Iterator[Withdrawn]:
        """The notices that were delivered and no longer hold, in the order in which they were written: whoever got them should hear of it."""
        chosen = NOTICES.c.regulation == self._regulation.id, NOTICES.c.delivered == true(), NOTICES.c.withdrawn.is_not(None)
        with self._engine.connect() as connection:
            rows = connection.execute(select(NOTICES).where(*chosen).order_by(NOTICES.c.number).execution_options(yield_per=PAGE))
            for row in rows:
                yield Withdrawn(notice_of(row), row.withdrawn)

    def _free(self, connection: Connection, limit: int, on: date, moment: int) -> list[Row[Any]]:
        """Notices that nobody holds; on PostgreSQL those that another transaction has locked are passed over."""
        if limit < 1:
            raise OutboxError(f"a limit of {limit} claims nothing; give 1 or more.")
        unclaimed = or_(NOTICES.c.leased_until.is_(None), NOTICES.c.leased_until <= moment)
        waiting = NOTICES.c.delivered == false(), NOTICES.c.withdrawn.is_(None), NOTICES.c.deliver_on <= as_day(on, "on"), unclaimed
        chosen = select(NOTICES).where(NOTICES.c.regulation == self._regulation.id, *waiting)
        ordered = chosen.order_by(NOTICES.c.deliver_on, NOTICES.c.number).limit(limit)
        return list(connection.execute(ordered.with_for_update(skip_locked=True)).all())

    @contextmanager
    def _locked(self) -> Iterator[tuple[Connection, Row[Any]]]:
        """A transaction that alone may change tasks or tick."""
        with writing(self._engine) as connection:
            row = connection.execute(select(STORES).where(STORES.c.regulation == self._regulation.id).with_for_update()).one_or_none()
            if row is None:
                raise OutboxError(f"there is no outbox of {self._regulation.id} in the store; call create() first.")
            yield connection, row

    def _note(self, connection: Connection, **values: object) -> None:
        connection.execute(update(STORES).where(STORES.c.regulation == self._regulation.id).values(**values))


def _refuse(task: object, seen: set[str]) -> None:
    if not isinstance(task, Task):
        raise TaskError(f"a {type(task).__name__} is no task; give a Task, or make one with Task.from_record.")
    if task.id in seen:
        raise id_twice(task.id)
    if "\0" in task.id:
        raise TaskError("id: it holds a NUL character, which databases cannot keep; write the id without it.", field="id")
    seen.add(task.id)


def _beginning(store: Row[Any], given: date | None) -> date:
    """The day after which a store begins."""
    began: date | None = store.begins_after
    if began is None:
        if given is None:
            raise OutboxError("the first tick of an outbox needs the day after which to begin; give `after`.")
        return given
    if given not in (None, began):
        raise OutboxError(f"the outbox began after {began}, not {given}; leave `after` out, later ticks go on from the last.")
    return began


def _microseconds(now: object) -> int:
    """A moment as a number."""
    if not isinstance(now, datetime) or now.tzinfo is None:
        raise DayError("now: a lease needs a moment with a time zone, not a naive one.")
    return (now - _EPOCH) // timedelta(microseconds=1)
