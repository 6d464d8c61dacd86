"""What every part of laying a house file over a regulation needs: how it is cited, where its lines go, how it is refused."""

from __future__ import annotations

from typing import Any, Final

from ..errors import RuleFileError
from ..files.yaml_source import Place, Source
from .house import House, HouseNumber
from .model import RuleSet
from .rules import Within
from .words import Cited

SECTIONS: Final = ("deadlines", "reports", "escalations")


class Overlay:
    """A house file over the rules below it, while the whole is made of both."""

    def __init__(self, rules: RuleSet, below: Source, house: House, source: Source) -> None:
        self.rules = rules
        self.house = house
        self.source = source
        self.data: dict[str, Any] = dict(below.data)
        self._moved: dict[Place, Place] = {}

    def cited(self, cite: str) -> str:
        """A provision of the house as it is shown."""
        return self.house.instrument.cited(cite)

    def beside(self, part: Cited, cite: str, quote: str | None) -> dict[str, str]:
        """The provision of the house and its words, after those of the law."""
        return {"cite": f"{part.cite}; {self.cited(cite)}", "quote": f"{part.quote}”; “{quote}" if quote else part.quote}

    def error(self, place: Place, why: str) -> RuleFileError:
        """An error about a place of the house file, named as in the messages about other files."""
        name = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).removeprefix(".")
        return self.source.error(place, f"{name}: {why}")

    def moved(self, own: Place, whole: Place) -> None:
        """Notes that what stands at a place of the house file stands at another place of the whole."""
        self._moved[own] = whole

    def append(self, section: str, rules: list[Any]) -> None:
        """The house's lines of a section, after those below."""
        for number in range(len(self.source.data[section])):
            self.moved((section, number), (section, len(rules) + number))
        self.data[section] = [*self.data.get(section, []), *self.source.data[section]]

    def whole_source(self) -> Source:
        """The lines of the house file by their places in the whole; what comes from below stands at the line of `extends`."""
        lines: dict[Place, int] = {(): self.source.line(("extends",)) or 1}
        for place, line in self.source.lines.items():
            for size in range(min(len(place), 3), 0, -1):
                if place[:size] in self._moved:
                    lines[(*self._moved[place[:size]], *place[size:])] = line
                    break
        return Source(self.source.path, self.data, lines, self.source.raw)


def within_of(number: HouseNumber) -> Within:
    """A number as a rule file has it."""
    return Within(unit=number.unit, number=number.number)
