"""The days of reports that a host supplies, where the text leaves them to another instrument."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import RuleFileError
from ..files.typed import typed
from ..files.yaml_source import Source
from .rules import Due


def supplied_day(id: str, form: object) -> Due:
    """The day of a report in the form of the rule file, such as `{"by_day": 20}`.

    Raises:
        RuleFileError: it has not that form, or is none that a host can supply.
    """
    if not isinstance(form, Mapping):
        raise RuleFileError(f"load(reports=…): {id} needs a mapping such as {{'by_day': 20}}, not {form!r}.")
    due = typed(Due, Source("load(reports=…)", dict(form), {}, b""))
    if due.form not in ("before_day", "by_day", "on_day") or due.under:
        raise RuleFileError(f"load(reports=…): {id} needs before_day, by_day or on_day, not {due.form}.")
    return due
