"""Every error a caller can meet. Each is one sentence: where, which value, why, and how to mend it.

DeadlineRulesError
├── RuleFileError           (ValueError)   a rule file is not well formed: file:line
│   └── AmbiguousRuleError                 two rules answer one cell of the plan, or none does
├── UnknownRegulationError  (LookupError)  no pack of that name
├── UnknownReadingError     (LookupError)  no reading, or no option, of that name
├── UnknownTopicError       (LookupError)  no topic of that name in a comparison
├── NotInForceError         (ValueError)   the day lies before the regulation took effect
├── TaskError               (ValueError)   a task, or a row of a table, cannot be read: row and field
├── TableError              (ValueError)   a file of tasks cannot be read at all
├── DayError                (ValueError)   a value that should be a day is none
├── CalendarEntryError      (ValueError)   two calendar entries contradict each other
├── CalendarFileError       (ValueError)   an iCalendar file cannot be made as it is asked for
├── CalendarHorizonError    (ValueError)   the answer lies outside 1990-2100
├── UnverifiedCalendarError (ValueError)   strict only: the answer rests on a day that is not official
├── ForeignResultError      (ValueError)   a result is explained by another regulation than the one that made it
├── OutboxError             (ValueError)   the outbox cannot do what is asked, or its database failed
├── HostError               (RuntimeError) a host under test cannot be run, or does not answer
├── DurableMismatchError    (RuntimeError) durable_rules answers otherwise than the plan
└── MissingExtraError       (ImportError)  what was asked for needs a library that is not installed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from .text import one_line

__all__ = [
    "AmbiguousRuleError",
    "CalendarEntryError",
    "CalendarFileError",
    "CalendarHorizonError",
    "DayError",
    "DeadlineRulesError",
    "DurableMismatchError",
    "ForeignResultError",
    "HostError",
    "MissingExtraError",
    "NotInForceError",
    "OutboxError",
    "RuleFileError",
    "TableError",
    "TaskError",
    "UnknownReadingError",
    "UnknownRegulationError",
    "UnknownTopicError",
    "UnverifiedCalendarError",
]


_MOST_NAMES = 16
_LONGEST_NAME = 80  # characters of a name that others are compared with, which takes the square of their lengths


class DeadlineRulesError(Exception):
    """The root of all errors this library raises on purpose. The message is one line of bounded length, whatever values it names."""

    def __init__(self, *values: object) -> None:
        super().__init__(*(one_line(value) if isinstance(value, str) else value for value in values))


class RuleFileError(DeadlineRulesError, ValueError):
    """A rule file is not well formed.

    `path` is the file, `line` the line (from 1) or None where the whole file is meant, `why` the sentence.
    """

    def __init__(self, why: str, *, path: str = "", line: int | None = None) -> None:
        self.path = path
        self.line = line
        self.why = one_line(why)
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(f"{where}{why}")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.why, {"path": self.path, "line": self.line})


class AmbiguousRuleError(RuleFileError):
    """Two rules answer the same cell of the plan, or none does; the cell is named."""


class UnknownRegulationError(DeadlineRulesError, LookupError):
    """No rule pack of that name was found."""


class UnknownReadingError(DeadlineRulesError, LookupError):
    """No reading, or no option of a reading, of that name."""


class UnknownTopicError(DeadlineRulesError, LookupError):
    """No topic of that name in the regulations compared."""


class NotInForceError(DeadlineRulesError, ValueError):
    """The day asked about lies before the regulation took effect."""


class TaskError(DeadlineRulesError, ValueError):
    """A task cannot be read: `field` and `row` (the line in its file) say where, where they are known."""

    def __init__(self, why: str, *, field: str | None = None, row: int | None = None) -> None:
        self.why = one_line(why)
        self.field = field
        self.row = row
        super().__init__(f"row {row}: {why}" if row is not None else why)

    def at_row(self, row: int) -> TaskError:
        """The same error, with the row it came from."""
        return TaskError(self.why, field=self.field, row=row)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.why, {"field": self.field, "row": self.row})


class TableError(DeadlineRulesError, ValueError):
    """A file of tasks cannot be read at all: its encoding, its header, its form."""


class DayError(DeadlineRulesError, ValueError):
    """A value that should be a day is none, or is a date-time without a time zone."""


class CalendarEntryError(DeadlineRulesError, ValueError):
    """Two calendar entries contradict each other (off and worked on one day), or one is not well formed."""


class CalendarFileError(DeadlineRulesError, ValueError):
    """An iCalendar file cannot be made as it is asked for: its number, or the name of the office."""


class CalendarHorizonError(DeadlineRulesError, ValueError):
    """The answer lies outside 1990-2100, the years the calendar knows."""


class UnverifiedCalendarError(DeadlineRulesError, ValueError):
    """The answer rests on a day that is not official, and the caller asked to be strict."""


class ForeignResultError(DeadlineRulesError, ValueError):
    """A result is explained by another regulation, version or calendar than the one that made it."""


class OutboxError(DeadlineRulesError, ValueError):
    """The store of an outbox cannot be used so: its address, its form, or what was asked of it; or the database itself refused."""


class HostError(DeadlineRulesError, RuntimeError):
    """A host under test cannot be run: it does not start, ends, hangs, or answers nothing that can be compared."""


class DurableMismatchError(DeadlineRulesError, RuntimeError):
    """What durable_rules matched is not what the plan says, or it refused a fact; no answer is given."""


class MissingExtraError(DeadlineRulesError, ImportError):
    """What was asked for needs a library that comes with an extra of this package, and the extra is not installed."""


@contextmanager
def needing(extra: str, what: str) -> Iterator[None]:
    """Imports inside may fail: then the error says that `what` needs the `extra`."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith(__package__):
            raise
        raise MissingExtraError(f"{what} needs the extra {extra!r} ({error.name} is missing): pip install 'deadline-rules[{extra}]'.") from None


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: `; did you mean 'x'?`, or the names there are where none is near and they are few."""
    names = sorted(known)
    if len(name) > _LONGEST_NAME:
        return "."
    if close := get_close_matches(name, [known for known in names if len(known) <= _LONGEST_NAME], n=1, cutoff=0.6):
        return f"; did you mean {close[0]!r}?"
    return f"; there are: {', '.join(names)}." if len(names) <= _MOST_NAMES else "."


def _rebuild(kind: type[RuleFileError] | type[TaskError], why: str, where: dict[str, object]) -> object:
    return kind(why, **where)  # type: ignore[arg-type]  # keyword arguments kept by __reduce__
