"""What the checker finds: a level, a code, a place, a sentence, the provision, and a case that shows it."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

Level = Literal["error", "warning", "note"]
Value = str | int | None
_ORDER: Final = {"error": 0, "warning": 1, "note": 2}


class Outcome(NamedTuple):
    """What comes out under some readings (the defaults where left out): values by what they are called.

    Of a task: `status`, `due_on`, `transfer.state`, …; of a period: the day of each report named, such as `unit-month 2026-03`, and
    `working days`, those after the first of two such days, up to the second. `error` where the rules cannot be used.
    """

    readings: dict[str, str]
    shows: dict[str, Value]

    def __str__(self) -> str:
        under = "".join(f" {id}={option}" for id, option in self.readings.items())
        shown = ", ".join(f"{name} {'none' if value is None else value}" for name, value in self.shows.items())
        return f"{f'under{under} ' if under else ''}{shown}"


class Case(NamedTuple):
    """A task on a day, or the reports of a period, and what comes out. Facts are those of `Task.from_record`, days as YYYY-MM-DD."""

    outcomes: tuple[Outcome, ...]
    task: dict[str, str | bool] | None = None
    as_of: str | None = None
    since: str | None = None
    until: str | None = None

    def __str__(self) -> str:
        outcomes = "; ".join(str(outcome) for outcome in self.outcomes)
        if self.task is None:
            return f"reports from {self.since} to {self.until}: {outcomes}"
        facts = ", ".join(f"{name}: {_plain(value)}" for name, value in self.task.items() if name != "id")
        return f"task {{{facts}}}{f' on {self.as_of}' if self.as_of else ''}: {outcomes}"

    def to_dict(self) -> dict[str, Any]:
        """The case as JSON writes it; what it has not is left out."""
        found = {name: value for name, value in self._asdict().items() if value is not None and name != "outcomes"}
        return found | {"outcomes": [outcome._asdict() for outcome in self.outcomes]}


class Finding(NamedTuple):
    """Something the checker found.

    An `error` must be mended; a `warning` is a point that the text leaves open, or something odd; a `note` is worth knowing.
    """

    level: Level
    code: str
    path: str
    line: int | None
    text: str
    cite: str | None = None
    case: Case | None = None

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.level}: {self.text}"

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON writes it."""
        return self._asdict() | {"case": self.case.to_dict() if self.case else None}


class Checked(NamedTuple):
    """What was checked, and what was found: errors first, then warnings, then notes, each in the order of the files."""

    rule_file: str
    rules: int
    provisions: int
    cases: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return self.of("error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return self.of("warning")

    @property
    def notes(self) -> tuple[Finding, ...]:
        return self.of("note")

    def of(self, level: Level) -> tuple[Finding, ...]:
        """The findings of one level."""
        return tuple(finding for finding in self.findings if finding.level == level)

    def to_dict(self) -> dict[str, Any]:
        """What was checked, as JSON writes it."""
        return self._asdict() | {"findings": [finding.to_dict() for finding in self.findings]}


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Errors first, then warnings, then notes; each by file and line."""
    return tuple(sorted(findings, key=lambda found: (_ORDER[found.level], found.path, found.line or 0)))


def _plain(value: str | bool) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"
