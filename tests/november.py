"""What tests of the outbox share: November 2026, and a task that is due on a Saturday of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import deadline_rules as dr

KON_TUM = dr.load("kon-tum")
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
BEGIN = date(2026, 11, 1)
# Due on Saturday 14 November, passed on in time: due on the 14th, missed and two duties on the 15th.
T = dr.Task(id="T", assigned_on=date(2026, 11, 2), transferred_on=date(2026, 11, 2), due_on=date(2026, 11, 14))


def day(number: int) -> date:
    """A day of November 2026."""
    return date(2026, 11, number)
