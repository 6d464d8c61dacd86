"""What an outbox answers."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from ..results import Notice

Reason = Literal["facts_changed", "task_withdrawn", "judged_anew", "rules_changed"]


class RulesChanged(NamedTuple):
    """The rules that the tick before judged by, and those of this one, each with its readings; and what came of that for days already judged.

    `new` are notices that only the new rules give, `withdrawn` those that only the old ones gave.
    """

    before: str
    after: str
    new: int
    withdrawn: int


class Ticked(NamedTuple):
    """What one tick did: it judged (after, until], wrote `new` notices, withdrew some, took some withdrawals back, and corrected some.

    `number` counts the ticks of the store. `changed` are those not yet delivered whose content is another now, such as another `deliver_on`.
    `rules_changed` is None where the rules and the chosen readings are those of the tick before.
    """

    number: int
    after: date
    until: date
    new: int
    withdrawn: int
    restored: int
    changed: int
    rules_changed: RulesChanged | None = None


class Withdrawn(NamedTuple):
    """A notice that no longer holds, and why."""

    notice: Notice
    reason: Reason


class Delivery(NamedTuple):
    """Notices held by an open transaction, and its connection: what is written through it becomes lasting together with the delivery."""

    connection: Connection
    notices: tuple[Notice, ...]
