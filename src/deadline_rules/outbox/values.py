"""What an outbox answers."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from ..results import Notice

Reason = Literal["facts_changed", "task_withdrawn", "judged_anew"]


class Ticked(NamedTuple):
    """What one tick did: it judged (after, until], wrote `new` notices, withdrew some, took some withdrawals back, and corrected some.

    `number` counts the ticks of the store. `changed` are those not yet delivered whose content is another now, such as another `deliver_on`.
    """

    number: int
    after: date
    until: date
    new: int
    withdrawn: int
    restored: int
    changed: int


class Withdrawn(NamedTuple):
    """A notice that went out and no longer holds, and why."""

    notice: Notice
    reason: Reason


class Delivery(NamedTuple):
    """Notices held by an open transaction, and its connection: what is written through it becomes lasting together with the delivery."""

    connection: Connection
    notices: tuple[Notice, ...]
