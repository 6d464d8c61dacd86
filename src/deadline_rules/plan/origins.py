"""Where the days of a task come from: from outside, or as the outcome of a duty. This is what the fields mean, not law.

| field | is known because |
|---|---|
| `issued_on`, `assigned_on`, `received_on` | a document is issued, assigns the task, arrives |
| `due_on` | whoever assigns the task sets a time limit |
| `started_on`, `completed_on` | whoever carries the task out says so |
| `feedback_received_on`, `difficulty_on`, `unsatisfactory_on` | feedback comes in, a difficulty is met, the work is found wanting |
| `inspection_ended_on` | an inspection took place |
| `transferred_on` | somebody had to pass the task on |
| `reviewed_on` | somebody had to check what was sent |
| `status_updated_on` | somebody had to record the outcome |
| `returned_on` | somebody had to send the task back |
| `urged_on` | somebody had to urge |
| `inspection_reported_on` | somebody had to report the inspection |

The last six are outcomes: a rule set that starts a period from one of them should have a duty that is done by it.
"""

from __future__ import annotations

from typing import Final

from ..columns import DAY_FIELDS
from ..rulebook.model import RuleSet

OUTCOMES: Final = ("transferred_on", "reviewed_on", "status_updated_on", "returned_on", "urged_on", "inspection_reported_on")
FROM_OUTSIDE: Final = tuple(field for field in DAY_FIELDS if field not in OUTCOMES)


def days_that_come(rules: RuleSet) -> frozenset[str]:
    """The days that can come to be known under a rule set: those from outside, and what its duties lead to, one after the other.

    A duty leads to its `done_by` where it can itself start, an escalation to its `closed_by` where it can open.
    """
    known = set(FROM_OUTSIDE)
    while True:
        found = {deadline.done_by for deadline in rules.deadlines if any(field in known for start in deadline.start for field in start.first_known)}
        found |= {rule.closed_by for rule in rules.escalations if rule.closed_by and (rule.opens.on is None or rule.opens.on in known)}
        if found <= known:
            return frozenset(known)
        known |= found
