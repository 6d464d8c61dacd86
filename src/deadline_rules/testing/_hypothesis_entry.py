"""What Hypothesis calls when it is imported: from then on `st.from_type(Task)` and arguments typed so draw from the strategies shipped here.

Nothing is imported for it. A type is registered once its module is imported, for Hypothesis needs the type; what was imported before is
registered at once, the rest when a name of the package is first used. The strategies come with the first draw.
"""

from __future__ import annotations

import sys
from functools import cache, partial
from importlib import import_module
from typing import Any

_PACKAGE = __name__.rpartition(".testing.")[0]

# The module and name of a type, and those of its strategy.
_STRATEGIES = {
    ("task", "Task"): ("strategies", "tasks"),
    ("task", "Extension"): ("strategies", "extensions"),
    ("task", "Suspension"): ("strategies", "suspensions"),
    ("calendar.vietnam", "WorkingCalendar"): ("calendars", "calendars"),
    ("regulation", "Regulation"): ("strategies", "regulations"),
}


def register() -> None:
    """Registers the strategies of the types that are imported by now, each once, so that a host's own registration stays."""
    for (module, name), (shelf, maker) in _STRATEGIES.items():
        # A module that is being imported has no such name yet.
        kind = getattr(sys.modules.get(f"{_PACKAGE}.{module}"), name, None)
        if kind is not None:
            _register(kind, shelf, maker)


@cache
def _register(kind: type, shelf: str, maker: str) -> None:
    from hypothesis import strategies as st

    st.register_type_strategy(kind, partial(_strategy, shelf, maker))


def _strategy(shelf: str, maker: str, _: type) -> Any:
    """The strategy of a type, for which Hypothesis asks when it first draws one."""
    return getattr(import_module(f".testing.{shelf}", _PACKAGE), maker)()
