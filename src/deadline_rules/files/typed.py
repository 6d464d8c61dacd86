"""Typed text: how the scalars of a YAML file become days, numbers and yes/no, and how a model's complaint becomes one sentence."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema

from ..days import read_day
from ..errors import nearest
from ..results import Label
from .yaml_source import Key, Source


class Model(BaseModel):
    """A part of a rule file: frozen, no unknown keys, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Bilingual(Model):
    """Text for people, in Vietnamese and English."""

    vi: str
    en: str

    def label(self) -> Label:
        return Label(self.vi, self.en)


def _day(value: object) -> object:
    return read_day(value) if isinstance(value, str) else value


def _whole_number(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isdigit() and len(value) <= 4:
        return int(value)
    raise ValueError(f"{value[:40]!r} is not a whole number of 0 to 9999")


def _yes_no(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value in ("yes", "no"):
        return value == "yes"
    raise ValueError(f"{value[:40]!r} is not yes or no")


def _many(value: object) -> object:
    """A list as a tuple; a single value as a tuple of one."""
    return tuple(value) if isinstance(value, list) else value if isinstance(value, tuple) else (value,)


def _only_list(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, tuple):
        return value
    raise ValueError("a list is needed here; start each item with '- '")


class _OrOne:
    """In the JSON Schema, a list may be written as its one item."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        listed: dict[str, Any] = handler(schema)
        return {"anyOf": [listed["items"], listed]}


Item = TypeVar("Item")

IsoDay = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
WholeNumber = Annotated[int, BeforeValidator(_whole_number), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 9999})]
YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"enum": ["yes", "no", True, False]})]
OneOrMany = Annotated[tuple[Item, ...], BeforeValidator(_many), _OrOne()]
Listed = Annotated[tuple[Item, ...], BeforeValidator(_only_list)]


class OrText:
    """In the JSON Schema, a part may also be written as text: any, or one of `words`."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(self.words)} if self.words else {"type": "string"}, handler(schema)]}


M = TypeVar("M", bound=BaseModel)


def typed(model: type[M], source: Source) -> M:
    """The source as a `model`.

    Raises:
        RuleFileError: the first thing wrong, with its line, the value, why and how to mend it.
    """
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        # A key that should not be there explains the one that is missing; else the deepest complaint is the most exact one.
        first = max(error.errors(include_url=False), key=lambda found: (found["type"] == "extra_forbidden", len(found["loc"])))
        raise source.error(first["loc"], f"{_place(first['loc'])}{_sentence(first, model)}") from None


def _place(loc: tuple[Key, ...]) -> str:
    """`deadlines[2].within: ` for ("deadlines", 2, "within")."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in loc).removeprefix(".")
    return f"{text}: " if text else ""


def _sentence(found: Any, model: type[BaseModel]) -> str:
    kind, given = found["type"], found["input"]
    if kind == "missing":
        return "this key is missing; add it."
    if kind == "extra_forbidden":
        return f"there is no such key here{nearest(str(found['loc'][-1]), _keys_at(model, found['loc'][:-1]))}"
    if kind == "value_error":
        return f"{str(found['ctx']['error']).removeprefix('the day: ').rstrip('.')}."
    if kind in ("literal_error", "enum"):
        return f"{str(given)[:40]!r} is not known; write {found['ctx']['expected']}."
    shown = repr(given[:40]) if isinstance(given, str) else "a mapping" if isinstance(given, dict) else "a list"
    return f"{shown} cannot stand here: {found['msg'][0].lower()}{found['msg'][1:]}."


def _keys_at(model: type[BaseModel], loc: tuple[Key, ...]) -> list[str]:
    """The keys allowed at `loc`, found by walking the models' annotations."""
    current: Any = model
    for key in loc:
        if isinstance(key, str) and (field := _fields(current).get(key)):
            current = _model_in(field.annotation) or current
    return list(_fields(current))


def _fields(model: Any) -> dict[str, Any]:
    """A model's fields by the key they have in the file."""
    return {field.alias or name: field for name, field in getattr(model, "model_fields", {}).items()}


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)
