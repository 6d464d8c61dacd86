"""Rules engine and deadline calculator for Vietnamese public administration.

>>> import deadline_rules as dr
>>> from datetime import date
>>> kon_tum = dr.load("kon-tum")
>>> task = dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
>>> kon_tum.evaluate(task, as_of=date(2026, 11, 20)).status.label
'chưa thực hiện quá hạn'
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import errors

if TYPE_CHECKING:
    from .calendar.entries import CalendarEntry, closure
    from .calendar.vietnam import WorkingCalendar, vietnam
    from .changes import Cause, Change, Flip, Impact, TaskImpact, Timeline
    from .comparison.table import compare
    from .regulation import Regulation, available, load
    from .results import Caveat, Deadline, Escalation, Evaluation, Label, Notice, NoticeChanges, ReportDue, Status, Tally
    from .task import Extension, Suspension, Task
    from .what_if import impact

__version__ = "0.1.0"

__all__ = [
    # regulations
    "Regulation",
    "available",
    "compare",
    "load",
    # what if
    "impact",
    # what a host gives
    "Extension",
    "Suspension",
    "Task",
    # what it gets
    "Caveat",
    "Cause",
    "Change",
    "Deadline",
    "Escalation",
    "Evaluation",
    "Flip",
    "Impact",
    "Label",
    "Notice",
    "NoticeChanges",
    "ReportDue",
    "Status",
    "Tally",
    "TaskImpact",
    "Timeline",
    # the calendar
    "CalendarEntry",
    "WorkingCalendar",
    "closure",
    "vietnam",
    # errors
    "errors",
]

# Nothing but the errors is imported before it is used: pytest and Hypothesis import this package for its plugins alone.
_ON_FIRST_USE = {
    **dict.fromkeys(("Cause", "Change", "Flip", "Impact", "TaskImpact", "Timeline"), "changes"),
    **dict.fromkeys(
        ("Caveat", "Deadline", "Escalation", "Evaluation", "Label", "Notice", "NoticeChanges", "ReportDue", "Status", "Tally"), "results"
    ),
    **dict.fromkeys(("Extension", "Suspension", "Task"), "task"),
    "Regulation": "regulation",
    "available": "regulation",
    "compare": "comparison.table",
    "load": "regulation",
    "impact": "what_if",
    "CalendarEntry": "calendar.entries",
    "closure": "calendar.entries",
    "WorkingCalendar": "calendar.vietnam",
    "vietnam": "calendar.vietnam",
}


def __getattr__(name: str) -> Any:
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_ON_FIRST_USE[name]}", __name__), name)
    globals()[name] = value
    if hypothesis := sys.modules.get(f"{__name__}.testing._hypothesis_entry"):  # Hypothesis is in use, and may be asked for what is now imported
        hypothesis.register()
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
