"""A durable_rules rule set of our own: rules over small integers, each looking at one fact; facts are asserted, answers collected, facts retracted.

The C library is called directly (its module `durable_rules_engine`), without `durable.lang` and `durable.engine`: these start two threads with
timers, keep rule sets by name for the whole process, read the clock and swallow what an action raises. Here there are no actions: the rule that
matched is the answer. A rule looks at a single fact and compares for equality alone, since rules that join facts by a comparison read
memory that is not theirs and can end the process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from shutil import which
from threading import Lock
from typing import Any, Final
from weakref import finalize

from ..errors import DurableMismatchError, MissingExtraError
from ..plan.facts import KINDS

# What a fact is about, in its field `q`; `n` is the number of the rule of the plan.
NOW, KIND, TASK, DEADLINE, ESCALATION = range(5)
# Every field a fact may have. The library knows them by a hash of 32 bits, and these differ in it.
FIELDS: Final = (
    *("q", "n", "day", *KINDS),
    *("completed", "started", "limit", "late", "start", "begun", "done", "due", "absent", "closed", "shut", "early"),
)
Fact = Mapping[str, int]
Answer = tuple[str, Fact]  # the rule that matched, and the fact that it matched

_FINE: Final = 0
_CONTEXT: Final = "0"  # where facts lie that name no other
_WITHOUT_DURABLE: Final = (3, 13)  # the first Python on which durable_rules does not work


def missing() -> str | None:
    """Why durable_rules cannot be used here, as one sentence; None where it can."""
    try:
        import durable_rules_engine  # noqa: F401
    except Exception as error:  # a library built for another Python fails in its own ways
        if sys.version_info >= _WITHOUT_DURABLE:
            return "durable_rules does not work on Python 3.13 or later; use Python 3.11 or 3.12."
        if not isinstance(error, ModuleNotFoundError):
            return f"durable_rules is installed but cannot be imported ({error}); install it anew, for this Python."
        compiler = "" if any(map(which, ("cc", "gcc", "clang", "cl"))) else "; it is built by a C compiler, and none was found: install one first"
        return f"durable_rules is not installed{compiler}: pip install 'deadline-rules[durable]'."
    return None


class DurableRuleSet:
    """Rules of durable_rules, by name: each matches the facts that have all the values it lists.

    Memory and rules are this object's own, and go with it. All facts lie in one context (the library has 1,024 of them), and none outlives
    the call that asserted it. Threads wait for each other.
    """

    def __init__(self, rules: Mapping[str, Fact]) -> None:
        if reason := missing():
            raise MissingExtraError(reason)
        self._rules = json.dumps(
            {name: {"all": [{"m": {"$and": [{field: value} for field, value in fact.items()]}}]} for name, fact in rules.items()}
        )
        self._lock = Lock()
        self._handle, self._end = self._made()

    def match(self, facts: Sequence[Fact]) -> list[Answer]:
        """Which rules match which of `facts`, in no order.

        Raises:
            DurableMismatchError: a fact matches no rule, or stands there twice, or the library failed.
        """
        if not facts:
            return []  # the library ends the process over an empty list
        given = json.dumps(facts)
        with self._lock:
            try:
                return list(self._matched(given))
            except BaseException as error:
                # A context that holds facts cannot be freed without harm: it is given up with its rule set, and a new one made.
                self._end.detach()
                self._handle, self._end = self._made()
                if isinstance(error, DurableMismatchError) or not isinstance(error, Exception):
                    raise
                raise DurableMismatchError(f"durable_rules failed on the facts {given}: {error}.") from error

    def _made(self) -> tuple[int, finalize[Any, DurableRuleSet]]:
        import durable_rules_engine as library

        handle: int = library.create_ruleset(f"deadline-rules-{id(self):x}", self._rules)
        end = finalize(self, _free, handle)
        end.atexit = False  # the process gives its memory back by itself
        return handle, end

    def _matched(self, facts: str) -> Iterator[Answer]:
        import durable_rules_engine as library

        code, context = library.assert_facts(self._handle, facts)
        if code != _FINE:
            raise DurableMismatchError(f"durable_rules refused one of the facts {facts} (code {code}): no rule matches it, or it is there already.")
        first = library.start_action_for_state(self._handle, context)
        found = first[1] if first else None
        while found:
            for rule, matched in json.loads(found).items():
                yield rule, matched["m"]
            found = library.complete_and_start_action(self._handle, context)
        code, _ = library.retract_facts(self._handle, facts)
        if code != _FINE:
            raise DurableMismatchError(f"durable_rules did not take back the facts {facts} (code {code}).")


def _free(handle: int) -> None:
    """Gives back the memory of a rule set that holds no facts; unless its context is deleted first, the library keeps that."""
    import durable_rules_engine as library

    with suppress(library.error):  # there is none before the first fact
        library.delete_state(handle, _CONTEXT)
    library.delete_ruleset(handle)
