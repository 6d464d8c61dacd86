"""The types of what a host gives, and what is wrong with it as one sentence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, ValidationInfo

from .columns import COLUMN_NAMES, LONGEST_TEXT, RECORD_FIELDS
from .days import FIRST_DAY, LAST_DAY, as_day, read_day
from .errors import TaskError, nearest
from .text import has_half_character, normalized, shown


def _moved_to_vietnam(value: object, info: ValidationInfo) -> object:
    if isinstance(value, datetime):
        return as_day(value)
    # In JSON a day cannot be anything but text; in Python text may be a mistake, and pydantic's strictness refuses it.
    return read_day(value) if info.mode == "json" and isinstance(value, str) else value


def whole_characters(text: str) -> str:
    """The text, unless it holds half a character."""
    if has_half_character(text):
        raise ValueError("the text holds half a character (a lone surrogate); write it anew")
    return text


def _within_horizon(day: date | None) -> date | None:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{day} lies outside 1990-2100, the years the calendar knows; correct the year")
    return day


def composed(value: object) -> object:
    """Text in one Unicode form, so that `mật` typed on one system equals `mật` typed on another."""
    return normalized("NFC", value).strip() if isinstance(value, str) else value


def _blank_is_nothing(text: str | None) -> str | None:
    """An empty text records nothing, as an empty cell does."""
    return text if text and not text.isspace() else None


def as_tuple(value: object) -> object:
    """A list as the tuple that a task keeps."""
    return tuple(value) if isinstance(value, list) else value


Day = Annotated[date | None, BeforeValidator(_moved_to_vietnam), AfterValidator(_within_horizon)]
KnownDay = Annotated[date, BeforeValidator(_moved_to_vietnam), AfterValidator(_within_horizon)]
Text = Annotated[str | None, Field(max_length=LONGEST_TEXT), AfterValidator(_blank_is_nothing)]


class Refusing(type(BaseModel)):  # type: ignore[misc]  # pydantic gives its metaclass no public name
    """Makes `Task(…)` raise TaskError, without an `__init__` of our own, through which JSON would lose its strictness."""

    def __call__(cls, *values: Any, **facts: Any) -> Any:
        try:
            return super().__call__(*values, **facts)
        except ValidationError as error:
            raise task_error(error) from None


def task_error(error: ValidationError) -> TaskError:
    """The first thing wrong, as one sentence; record text and ids are never repeated."""
    first = error.errors(include_url=False, include_input=True)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, TaskError):
        return cause
    if first["type"] == "json_invalid":
        return TaskError(f'the text is not JSON: {cause}; write one object, such as {{"id": "T-01"}}.')
    field = str(first["loc"][0]) if first["loc"] else None
    kind, given = first["type"], first["input"]
    if len(first["loc"]) > 1:
        return TaskError(_within_a_list(first["loc"], kind, cause, first["msg"]), field=field)
    if kind == "extra_forbidden":
        return TaskError(f"{field}: a task has no such field{nearest(str(field), COLUMN_NAMES)}", field=field)
    if kind == "missing":
        return TaskError(f"{field}: every task needs one.", field=field)
    if kind in ("too_long", "string_too_long"):
        return TaskError(f"{field}: the text has more than {first['ctx']['max_length']:,} characters; shorten it.", field=field)
    if cause is not None:
        return TaskError(f"{field}: {str(cause).removeprefix('the day: ').rstrip('.')}.", field=field)
    value = f"{type(given).__name__} " if field in RECORD_FIELDS or field == "id" or field is None else f"{shown(given)[:40]!r} "
    mend = "; give a datetime.date, or use Task.from_record for text" if field and field.endswith("_on") and isinstance(given, str) else ""
    return TaskError(f"{field or 'task'}: {value}cannot be taken: {first['msg'][0].lower()}{first['msg'][1:]}{mend}.", field=field)


def _within_a_list(place: tuple[int | str, ...], kind: str, cause: object, message: str) -> str:
    """What is wrong inside an extension or a suspension; what it says is never repeated."""
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
    if kind == "missing":
        return f"{where}: it is missing; give a day."
    if kind == "extra_forbidden":
        return f"{where}: there is no such field."
    if cause is not None:
        return f"{where}: {str(cause).removeprefix('the day: ').rstrip('.')}."
    return f"{where}: it cannot be taken: {message[0].lower()}{message[1:]}."
