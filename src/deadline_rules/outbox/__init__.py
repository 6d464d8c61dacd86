"""A reference outbox: tasks go in, ticks write what is to be said, workers take it out. In SQLite or PostgreSQL; needs the extra `sql`.

>>> import deadline_rules as dr
>>> from datetime import date
>>> outbox = Outbox("sqlite://", dr.load("kon-tum"))
>>> outbox.create()
>>> outbox.put([dr.Task(id="T-01", due_on=date(2026, 11, 16))])
1
>>> outbox.tick(date(2026, 11, 16), after=date(2026, 11, 1)).new
1
>>> outbox.close()
"""

from __future__ import annotations

from ..errors import OutboxError, needing

with needing("sql", "the outbox"):
    from .connecting import reported, shown
    from .store import Outbox
    from .values import Delivery, Reason, RulesChanged, Ticked, Withdrawn

__all__ = ["Delivery", "Outbox", "OutboxError", "Reason", "RulesChanged", "Ticked", "Withdrawn", "reported", "shown"]
