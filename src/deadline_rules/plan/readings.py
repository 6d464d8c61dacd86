"""Choosing readings. Options are applied while a plan is compiled and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from ..errors import UnknownReadingError, nearest
from ..rulebook.words import Reading

PROMPTLY = "promptly"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One option for every reading. `promptly` is None or a number of working days."""

    definitions: dict[str, Reading]
    options: dict[str, str]
    promptly: int | None = None

    def __getitem__(self, id: str) -> str:
        return self.options[id]

    def holds(self, under: Mapping[str, str]) -> bool:
        """Whether a line marked `under` is in force under this choice."""
        return all(self.options[id] == option for id, option in under.items())

    def named(self, ids: Iterable[str]) -> str:
        """The options of the readings `ids`, as words that follow in a sentence; nothing where there are none."""
        options = ", ".join(f"{id}={self.options[id]}" for id in sorted(set(ids)))
        return f" under {options}" if options else ""

    def differing(self, id: str, option: str) -> Chosen:
        """The same choice with another option for one reading."""
        return Chosen(self.definitions, self.options | {id: option}, self.promptly)

    def is_open(self, id: str) -> bool:
        """Whether the reading is an open point of the texts, not a setting of the host or a label."""
        return self.definitions[id].kind in ("question", "gap")

    def others(self, ids: Iterable[str] | None = None) -> Iterator[tuple[str, str, Chosen]]:
        """Every choice that differs in exactly one open reading (of `ids`, or of all): its id, the other option, the choice."""
        for id, reading in self.definitions.items():
            if self.is_open(id) and (ids is None or id in ids):
                for option in reading.options:
                    if option != self.options[id]:
                        yield id, option, self.differing(id, option)

    def combinations(self, ids: Iterable[str]) -> Iterator[Chosen]:
        """Every combination of the options of the readings `ids`, this choice first."""
        names = [id for id in self.definitions if id in set(ids)]
        own_first = [sorted(self.definitions[id].options, key=lambda option, id=id: option != self.options[id]) for id in names]  # type: ignore[misc]
        for options in product(*own_first):
            yield Chosen(self.definitions, self.options | dict(zip(names, options, strict=True)), self.promptly)


def choose(definitions: dict[str, Reading], given: Mapping[str, object] | None = None) -> Chosen:
    """The defaults, with the options in `given` instead.

    Raises:
        UnknownReadingError: no reading, or no option, of that name; the nearest is named.
    """
    if given is not None and not isinstance(given, Mapping):
        raise UnknownReadingError(f"readings are a mapping such as {{'before-day': 'same_day'}}, not a {type(given).__name__}.")
    # House rules may have a number as the default of a reading that takes one.
    options = {id: reading.default if reading.default in reading.options else next(iter(reading.options)) for id, reading in definitions.items()}
    promptly = next((_whole_number(reading.default) for reading in definitions.values() if reading.whole_number), None)
    for id, option in (given or {}).items():
        if id not in definitions:
            raise UnknownReadingError(f"there is no reading {id!r}{nearest(str(id), definitions)}")
        reading = definitions[id]
        if reading.whole_number is not None and (number := _whole_number(option)) is not None:
            promptly = number
        elif option is None and reading.whole_number is not None:
            promptly = None
        elif _as_option(option) in reading.options:
            options[id] = _as_option(option)
            promptly = None if reading.whole_number is not None else promptly
        else:
            nor = ", nor is it a whole number of 0 to 9999" if reading.whole_number else ""
            raise UnknownReadingError(f"reading {id} has no option {option!r}{nor}{nearest(str(option), reading.options)}")
    return Chosen(definitions, options, promptly)


def _whole_number(option: object) -> int | None:
    if isinstance(option, int) and not isinstance(option, bool) and 0 <= option <= 9999:
        return option
    return int(option) if isinstance(option, str) and option.isascii() and option.isdigit() and len(option) <= 4 else None


def _as_option(option: object) -> str:
    """True and False are the `yes` and `no` of the rule files."""
    return ("yes" if option else "no") if isinstance(option, bool) else str(option)
