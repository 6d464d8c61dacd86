"""The finite facts a plan looks at, each with small integer codes.

A task's *kind* is one of 128 cells (secrecy × urgent × complex × routine × assigned_by × time_limit); where it *stands* is one of 9
(progress × timeliness). Whatever a rule set says, it says by going through these cells.
"""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Final

from ..results import Progress, Timeliness
from ..task import Task

PROGRESS: Final[tuple[Progress, ...]] = ("not_started", "in_progress", "completed")
TIMELINESS: Final[tuple[Timeliness, ...]] = ("in_time", "overdue", "no_deadline")
NOT_STARTED, IN_PROGRESS, COMPLETED = range(3)
IN_TIME, OVERDUE, NO_DEADLINE = range(3)

SECRECY: Final = ("normal", "mật", "tối mật", "tuyệt mật")
ASSIGNED_BY: Final = ("superior", "chair")
_SECRECY_CODE: Final = {value: code for code, value in enumerate(SECRECY)}

# A fact and its values, most significant first: the order in which kind_index counts.
KINDS: Final[dict[str, tuple[object, ...]]] = {
    "secrecy": SECRECY,
    "urgent": (False, True),
    "complex": (False, True),
    "routine": (False, True),
    "assigned_by": ASSIGNED_BY,
    "time_limit": (False, True),
}
KIND_CELLS: Final[tuple[dict[str, object], ...]] = tuple(dict(zip(KINDS, values, strict=True)) for values in product(*KINDS.values()))
STATUS_CELLS: Final[tuple[dict[str, object], ...]] = tuple(
    {"progress": progress, "timeliness": timeliness} for progress in PROGRESS for timeliness in TIMELINESS
)


def kind_index(task: Task) -> int:
    """The cell of KIND_CELLS that the task is in, 0 to 127."""
    return (
        _SECRECY_CODE[task.secrecy] << 5
        | task.urgent << 4
        | task.complex << 3
        | task.routine << 2
        | (task.assigned_by == "chair") << 1
        | (task.due_on is not None)
    )


def status_index(progress: int, timeliness: int) -> int:
    """The cell of STATUS_CELLS, 0 to 8."""
    return progress * 3 + timeliness


def progress_of(started_on: date | None, completed_on: date | None) -> int:
    """How far a task is, of the days that have happened."""
    return COMPLETED if completed_on is not None else IN_PROGRESS if started_on is not None else NOT_STARTED


def timeliness_of(due_on: date | None, completed_on: date | None, as_of: date) -> int:
    """Whether it is in time: measured at its completion, or at `as_of` while it is not completed; the due day itself is in time."""
    if due_on is None:
        return NO_DEADLINE
    return IN_TIME if (completed_on or as_of) <= due_on else OVERDUE
