"""Rules engine and deadline calculator for Vietnamese public administration.

>>> import deadline_rules as dr
>>> from datetime import date
>>> kon_tum = dr.load("kon-tum")
>>> task = dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
>>> kon_tum.evaluate(task, as_of=date(2026, 11, 20)).status.label
'chưa thực hiện quá hạn'
"""

from . import errors
from .calendar.entries import CalendarEntry, closure
from .calendar.vietnam import WorkingCalendar, vietnam
from .regulation import Regulation, available, load
from .results import Caveat, Deadline, Escalation, Evaluation, Label, ReportDue, Status, Tally
from .task import Task

__version__ = "0.1.0"

__all__ = [
    # regulations
    "Regulation",
    "available",
    "load",
    # what a host gives
    "Task",
    # what it gets
    "Caveat",
    "Deadline",
    "Escalation",
    "Evaluation",
    "Label",
    "ReportDue",
    "Status",
    "Tally",
    # the calendar
    "CalendarEntry",
    "WorkingCalendar",
    "closure",
    "vietnam",
    # errors
    "errors",
]
