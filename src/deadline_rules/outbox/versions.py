"""What a store is judged by: which rules, under which readings, with which calendar; and which of them it no longer follows."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ..errors import OutboxError, nearest
from ..regulation import Regulation
from .schema import FORGOTTEN, NOTICES, PAGE, STORES, SUPERSEDED, TASKS


class Judging(NamedTuple):
    """What notices rest on beside the facts. `fingerprint` is that of the rules, the chosen readings and the report days a host supplies."""

    rules_version: str
    fingerprint: str
    calendar: str

    @classmethod
    def of(cls, regulation: Regulation) -> Self:
        """Of a regulation: equal where every task gives the same notices."""
        plan = regulation.plan
        reports = [[report.rule, *report.days[0]._replace(reason=None)] for report in plan.reports]
        chosen = json.dumps({"readings": plan.readings, "reports": reports}, ensure_ascii=False, sort_keys=True)
        fingerprint = f"{plan.rules_version}-{hashlib.sha256(chosen.encode()).hexdigest()[:8]}"
        return cls(plan.rules_version, fingerprint, regulation.calendar.version)

    def has_other_rules(self, store: Row[Any]) -> bool:
        """Whether the last tick judged by other rules, or under other readings. Of the first form of the tables only the rules are known."""
        if store.rules_version is None:
            return False
        return bool(self.rules_version != store.rules_version if store.fingerprint is None else self.fingerprint != store.fingerprint)

    def differs(self, store: Row[Any]) -> bool:
        """Whether the last tick may have judged otherwise."""
        judged = store.rules_version, store.fingerprint, store.calendar_version
        return store.rules_version is not None and judged != self

    def refuse_superseded(self, connection: Connection, store: Row[Any]) -> None:
        """
        Raises:
            OutboxError: the store once followed these rules or this calendar, and follows others since.
        """
        mine = SUPERSEDED.c.regulation == store.regulation, SUPERSEDED.c.version.in_(self)
        past = set(connection.scalars(select(SUPERSEDED.c.version).where(*mine)))
        if not past:
            return
        if past == {self.calendar}:
            now, ours = f"the calendar {store.calendar_version}", self.calendar
        else:
            now, ours = f"the rules {store.fingerprint}", self.fingerprint
        raise OutboxError(
            f"the outbox of {store.regulation} follows {now} now, which superseded {ours} of this worker: restart the worker with what is current, "
            "or take the older back on purpose with adopt(), on the command line tick --adopt."
        )

    def supersede(self, connection: Connection, store: Row[Any]) -> None:
        """Notes what the last tick judged by as superseded, as far as it was something else."""
        gone = []
        if self.has_other_rules(store):
            gone.append(store.fingerprint or store.rules_version)
        if store.calendar_version not in (None, self.calendar):
            gone.append(store.calendar_version)
        if gone:
            connection.execute(insert(SUPERSEDED), [{"regulation": store.regulation, "version": version} for version in gone])

    def adopt(self, connection: Connection, regulation: str) -> None:
        """Takes it from among the superseded."""
        connection.execute(delete(SUPERSEDED).where(SUPERSEDED.c.regulation == regulation, SUPERSEDED.c.version.in_(self)))


def take_over(connection: Connection, old: str, new: str) -> None:
    """Moves everything of the regulation `old` to `new`, whose next tick judges it anew; the row of `old` only says who has taken it over.

    Raises:
        OutboxError: `old` has no store, or `new` has one, or has not been created.
    """
    both = select(STORES).where(STORES.c.regulation.in_([old, new])).order_by(STORES.c.regulation).with_for_update()
    stores = {row.regulation: row for row in connection.execute(both)}
    if new not in stores:
        raise missing(new)
    if _used(connection, stores[new]):
        raise OutboxError(f"{new} has an outbox of its own, which would be mixed with that of {old[:80]!r}; go on without taking it over.")
    if old not in stores or not _used(connection, stores[old]):
        used = [row.regulation for row in connection.execute(select(STORES)) if _used(connection, row)]
        raise OutboxError(f"there is no outbox of {old[:80]!r} to take over{nearest(old, used) if used else ', nor any other.'}")
    # Rows of notices are always locked by number; so no delivery waits for this in a circle.
    rows = select(NOTICES.c.number).where(NOTICES.c.regulation == old).order_by(NOTICES.c.number).with_for_update()
    for _ in connection.execute(rows, execution_options={"yield_per": PAGE}):
        pass
    for table in (NOTICES, TASKS, SUPERSEDED, FORGOTTEN):
        connection.execute(update(table).where(table.c.regulation == old).values(regulation=new))
    kept = {name: getattr(stores[old], name) for name in ("begins_after", "watermark", "ticks", "rules_version", "calendar_version", "fingerprint")}
    connection.execute(update(STORES).where(STORES.c.regulation == new).values(**kept, judge_anew=True, taken_over_by=None))
    nothing = dict.fromkeys(kept) | {"ticks": 0, "judge_anew": False, "taken_over_by": new}
    connection.execute(update(STORES).where(STORES.c.regulation == old).values(**nothing))


def missing(regulation: str) -> OutboxError:
    """There is no row to lock."""
    return OutboxError(f"there is no outbox of {regulation} in the store; call create() first.")


def _used(connection: Connection, store: Row[Any]) -> bool:
    """Whether a store holds anything."""
    tasks = select(func.count()).select_from(TASKS).where(TASKS.c.regulation == store.regulation)
    return store.begins_after is not None or bool(connection.scalar(tasks))
