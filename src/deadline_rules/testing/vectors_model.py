"""The lines of a vector file, and their JSON Schema. Within format 1.x fields are only added."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ..results import DeadlineState, EscalationState, Progress, Timeliness
from ..task import Task

FORMAT: Final = "deadline-rules-vectors"
FORMAT_VERSION: Final = "1.0"


class Line(BaseModel):
    """A line, or a part of one."""

    model_config = ConfigDict(frozen=True)

    def to_dict(self) -> dict[str, Any]:
        """The line as plain data, days as YYYY-MM-DD."""
        return self.model_dump(mode="json")


class Why(Line):
    """What a vector tries, in Vietnamese and English."""

    vi: str
    en: str


class Header(Line):
    """The first line: what the vectors were made from."""

    format: Literal["deadline-rules-vectors"] = FORMAT
    format_version: str = Field(default=FORMAT_VERSION, description="major.minor; within one major number fields are only added")
    regulation: str
    rules_version: str = Field(description="a hash of the rule file")
    calendar_version: str = Field(description="a hash of every working day")
    readings: dict[str, str] = Field(description="the option chosen for every reading")
    count: int = Field(ge=0, description="how many lines follow")


class ExpectedDeadline(Line):
    """Where one duty with a time stands."""

    starts_on: date | None
    due_on: date | None = Field(description="the last day in time")
    state: DeadlineState


class ExpectedEscalation(Line):
    """Where one duty to report upwards or send back stands."""

    opens_on: date | None = Field(description="its first day; null where no day opens it")
    state: EscalationState


class ExpectedResult(Line):
    """What a regulation answers of a task on a day."""

    status: str | None = Field(description="the status code; null where the regulation has none")
    progress: Progress
    timeliness: Timeliness
    due_on: date | None = Field(description="the task's own time limit, as it is in force on the day")
    working_days_left: int | None
    deadlines: dict[str, ExpectedDeadline] = Field(description="by rule; every rule of the regulation")
    escalations: dict[str, ExpectedEscalation] = Field(description="by rule; those alone that the facts of the task open, or will open")
    missing_fields: tuple[str, ...] = Field(description="the order does not matter")
    provisional: bool = Field(description="whether it rests on days that are not official")


class TaskVector(Line):
    """A task, a day, and where the task then stands."""

    kind: Literal["task"] = "task"
    id: str
    also: tuple[str, ...] = Field(description="what else this case tries: ids that would say the same task and day again")
    regulation: str
    why: Why
    task: dict[str, Any]
    as_of: date
    expect: ExpectedResult
    cite: tuple[str, ...] = Field(description="the provisions it rests on; first the one that it is about")


class ExpectedReport(Line):
    """One report that is due."""

    rule: str
    period: str | None
    due_on: date
    send_by: date | None = Field(description="the last working day on or before due_on")
    cite: str


class ReportsVector(Line):
    """The reports with a day that are due from one day to another, both included, by day, then rule."""

    kind: Literal["reports"] = "reports"
    id: str
    regulation: str
    why: Why
    since: date
    until: date
    expect: tuple[ExpectedReport, ...]
    cite: tuple[str, ...]


Vector = TaskVector | ReportsVector


def line_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a line: the header, or a vector."""
    schema = TypeAdapter(Header | TaskVector | ReportsVector).json_schema(mode="serialization")
    task = Task.model_json_schema()
    parts = {name: _open(part) for name, part in task.pop("$defs").items()}
    # The docstring of Task speaks of Python.
    task["description"] = "What is known of the task; days as YYYY-MM-DD. What is not known, or is the default, is left out."
    schema["$defs"] |= parts | {"Task": _open(task)}
    schema["$defs"]["TaskVector"]["properties"]["task"] = {"$ref": "#/$defs/Task"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{FORMAT} {FORMAT_VERSION}, a line", **schema}


def _open(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without its ban on further fields: a later 1.x may add some."""
    return {key: value for key, value in schema.items() if key != "additionalProperties"}
