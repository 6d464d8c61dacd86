"""Outbox: the facade hosts hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import URL, ColumnElement, Connection, Engine, Row, false, insert, or_, select, true, update

from ..days import as_day
from ..errors import DayError, OutboxError
from ..regulation import Regulation
from ..results import Notice
from ..task import Task
from .connecting import engine_of, writing
from .creating import create
from .forgetting import forget
from .intake import can_be_kept, take_in, take_out
from .schema import NOTICES, PAGE, STORES, notice_of, paged
from .ticking import Interval, Tick, lock
from .values import Delivery, Reason, RulesChanged, Ticked, Withdrawn
from .versions import Judging, missing, take_over

_LEASE: Final = timedelta(minutes=15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# The largest numbers that both databases take: of rows at once, and of microseconds.
_MOST_ROWS: Final = 2**31 - 1
_LATEST: Final = 2**63 - 1


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
        """Makes the tables where they are missing, and brings older ones to the present form. May be called at every start, by several at once.

        Raises:
            OutboxError: the tables were made by a later release, in a form that this one does not know.
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

    def put(self, tasks: Iterable[Task], *, whole: bool = False) -> int:
        """Takes tasks in, or their new facts, by id; all or none. Returns how many are new or have other facts.

        With `whole` they are all there are: tasks of the store that are not among them are withdrawn, and counted too. Only what notices need is
        kept: days and kinds. No text (title, content, the reason of a suspension, …) ever reaches the database.

        Raises:
            TaskError: `tasks` hold something that is no Task, one id twice, or an id with a NUL character.
        """
        with self._locked() as (connection, store):
            return take_in(connection, store, tasks, whole=whole)

    def withdraw(self, ids: Iterable[str]) -> int:
        """Takes tasks out, as if they had never been assigned; their notices are withdrawn at once. Returns how many there were.

        Raises:
            OutboxError: one of `ids` is no text that a database can hold; nothing is taken out then.
        """
        with self._locked() as (connection, store):
            return take_out(connection, store, ids)

    def forget(self, before: date) -> int:
        """Takes tasks out for good that were completed before that day, with their notices, so that the store does not grow. Returns how many.

        A task stays while a notice of it waits for delivery or acknowledgement, or is still to come. Days up to the watermark are closed for a
        forgotten task: put again, under the same id, it gets notices of later days only, whatever its facts and the rules are then.

        Raises:
            OutboxError: the last tick judged by other rules, readings or calendar than these, or everything is to be judged anew: tick first.
            DayError: `before` is no day.
        """
        day = as_day(before, "before")
        with self._locked() as (connection, store):
            if store.watermark is None:
                return 0
            judging = Judging.of(self._regulation)
            judging.refuse_superseded(connection, store)
            if store.judge_anew or judging.differs(store):
                raise OutboxError(f"the outbox of {self._regulation.id} is yet to be judged anew; tick before forgetting.")
            return forget(connection, self._regulation, store.watermark, day)

    def adopt(self) -> None:
        """Allows rules, readings and a calendar that the store followed once and superseded since; the next tick with them judges by them anew."""
        with self._locked() as (connection, store):
            Judging.of(self._regulation).adopt(connection, store.regulation)

    def take_over(self, regulation: str) -> None:
        """Moves tasks, notices and watermark of the regulation of that id to this one, all at once; the next tick judges them anew by these rules.

        For house rules adopted over a regulation that has an outbox already, and for a regulation that is renamed. Call `create` before, and stop
        the workers of the other id: what they do afterwards is refused.

        Raises:
            OutboxError: that regulation has no outbox, or this one has one of its own.
        """
        with writing(self._engine) as connection:
            take_over(connection, regulation, self._regulation.id)
            Judging.of(self._regulation).adopt(connection, self._regulation.id)

    def judge_anew(self) -> None:
        """The next tick judges all days of all tasks anew, as it does by itself where the rules, the readings or the calendar are others."""
        with self._locked() as (connection, _):
            self._note(connection, judge_anew=True)

    def tick(self, until: date, *, after: date | None = None) -> Ticked:
        """Writes the notices of (watermark, until], and the watermark, in one transaction; what came late for earlier days is set right with it.

        `after` is the day after which the first tick of a store begins. Later ticks go on from the watermark, and need it not; an `until` that does
        not lie after the watermark only sets right what came late. Where the rules, the chosen readings or the calendar are others than those of the
        last tick, all days on which the rules are in force are judged anew. Two at once: one waits, and then finds nothing left to write.

        Raises:
            OutboxError: the first tick is not told where to begin, or a later one is told otherwise; or the rules, readings or calendar are some
                that the store followed once and superseded since, see `adopt`.
            DayError, NotInForceError, CalendarHorizonError, UnverifiedCalendarError: as `Regulation.notices`; nothing is written then.
        """
        asked, first = as_day(until, "until"), None if after is None else as_day(after, "after")
        with self._locked() as (connection, store):
            began = _beginning(store, first)
            behind = store.watermark or began
            if store.watermark is None and asked < began:
                raise DayError(f"until {asked} lies before {began}, the day after which the outbox begins; exchange the two.")
            interval = Interval(began, behind, max(asked, behind))
            judging = Judging.of(self._regulation)
            judging.refuse_superseded(connection, store)
            other_rules = judging.has_other_rules(store)
            anew: Reason | None = "rules_changed" if other_rules else "judged_anew" if store.judge_anew or judging.differs(store) else None
            tick = Tick(connection, self._regulation, store.ticks + 1, interval, anew=anew)
            tick.run()
            judging.supersede(connection, store)
            reached = {"begins_after": began, "watermark": interval.until, "ticks": tick.number}
            judged = {"rules_version": judging.rules_version, "fingerprint": judging.fingerprint, "calendar_version": judging.calendar}
            self._note(connection, **reached, **judged, judge_anew=False)
        told = None
        if other_rules:
            gone = sum(reason == "rules_changed" for _, reason in tick.withdrawals)
            told = RulesChanged(store.fingerprint or store.rules_version, judging.fingerprint, tick.late, gone)
        return Ticked(tick.number, behind, interval.until, tick.new, len(tick.withdrawals), len(tick.restored), len(tick.changed), told)

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
            OutboxError: `limit` or `lease` is not positive, or larger than a database can count.
            DayError: `on` is no day, or `now` no moment with a time zone.
        """
        if lease <= timedelta(0):
            raise OutboxError(f"a lease of {lease} is over before it begins; give a positive one.")
        moment = _microseconds(now)
        until = moment + lease // timedelta(microseconds=1)
        if until > _LATEST:
            raise OutboxError(f"a lease of {lease} ends later than the store can hold; give a shorter one.")
        with writing(self._engine) as connection:
            rows = self._free(connection, limit, on, moment)
            _mark(connection, rows, leased_until=until)
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
            _mark(connection, rows, delivered=True)

    def acknowledge(self, keys: Iterable[str]) -> int:
        """Notes notices as delivered, by key: they are never handed out again. Returns how many were not before; unknown keys are passed over."""
        with writing(self._engine) as connection:
            open_ = NOTICES.c.regulation == self._regulation.id, NOTICES.c.delivered == false()
            kept = paged(key for key in keys if can_be_kept(key))
            found = [row.number for page in kept for row in connection.execute(select(NOTICES.c.number).where(*open_, NOTICES.c.key.in_(page)))]
            lock(connection, found)
            noted = update(NOTICES).where(NOTICES.c.delivered == false()).values(delivered=True)
            return sum(connection.execute(noted.where(NOTICES.c.number.in_(page))).rowcount for page in paged(sorted(found)))

    def withdrawn(self) -> Iterator[Withdrawn]:
        """The notices that were delivered and no longer hold, in the order in which they were written: whoever got them should hear of it."""
        return self._taken_back(NOTICES.c.delivered == true(), NOTICES.c.withdrawn.is_not(None))

    def withdrawn_in(self, number: int) -> Iterator[Withdrawn]:
        """The notices, delivered or not, that were withdrawn in the tick of that number, or between the one before and it; in the order written."""
        return self._taken_back(NOTICES.c.withdrawn_in == number)

    def _taken_back(self, *which: ColumnElement[bool]) -> Iterator[Withdrawn]:
        chosen = select(NOTICES).where(NOTICES.c.regulation == self._regulation.id, *which).order_by(NOTICES.c.number)
        with self._engine.connect() as connection:
            for row in connection.execute(chosen.execution_options(yield_per=PAGE)):
                yield Withdrawn(notice_of(row), row.withdrawn)

    def _free(self, connection: Connection, limit: int, on: date, moment: int) -> list[Row[Any]]:
        """Notices that nobody holds; on PostgreSQL those that another transaction has locked are passed over."""
        if limit < 1:
            raise OutboxError(f"a limit of {limit} claims nothing; give 1 or more.")
        if limit > _MOST_ROWS:
            raise OutboxError(f"a limit beyond {_MOST_ROWS} is more than the store can count; give less.")
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
                raise missing(self._regulation.id)
            if row.taken_over_by is not None:
                raise OutboxError(f"{row.taken_over_by} has taken over the outbox of {row.regulation}; load those rules and go on with them.")
            yield connection, row

    def _note(self, connection: Connection, **values: object) -> None:
        connection.execute(update(STORES).where(STORES.c.regulation == self._regulation.id).values(**values))


def _mark(connection: Connection, rows: Iterable[Row[Any]], **values: object) -> None:
    """Writes the same into rows that are locked."""
    for page in paged(rows):
        connection.execute(update(NOTICES).where(NOTICES.c.number.in_([row.number for row in page])).values(**values))


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
