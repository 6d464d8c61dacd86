"""A house file laid over the rules it extends: what it adds, and what it makes stricter. Looser is refused, naming both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from ..errors import nearest
from ..files.yaml_source import Place, Source
from .additions import Noticed, added_codes, labelled, own_deadlines, refuse_known_ids, reminders, required, steps
from .house import UNQUOTED, House
from .model import InForce, Instrument, RuleSet
from .overlay import SECTIONS, Overlay, within_of
from .rules import DurationException, Rule, Within, misfit
from .stricter import NUMBERS, Promptly, looser_day, looser_number, number_text
from .words import Reading

# Options that take back what a setting gives by law, or what a lower layer gave.
_TAKES_BACK = {("immediately", "no_number"), ("start-day", "excluded"), ("promptly", "none")}
R = TypeVar("R", bound=Rule)


class Layered(NamedTuple):
    """Rules with everything that was laid over them; the readings have the options that were chosen as defaults."""

    rules: RuleSet
    readings: dict[str, Reading]
    source: Source
    reminders: tuple[Noticed, ...] = ()
    chosen: Mapping[str, str] = {}  # by reading, the house that chose its option
    before: Mapping[str, int] = {}  # by section, how many rules stand before those of the last layer
    suspensions: str | None = None  # the provision that lets time stand still
    forbidden: str | None = None  # the house that forbids it, with its provision


def lay_over(below: Layered, house: House, source: Source) -> Layered:
    """The rules of `below` with those of a house over them.

    Raises:
        RuleFileError: the house names what is not there, gives an id twice, or would loosen a rule; both are named.
    """
    return _Laying(below, Overlay(below.rules, below.source, house, source)).whole()


class _Laying:
    def __init__(self, below: Layered, overlay: Overlay) -> None:
        self.below = below
        self.overlay = overlay
        self.rules = below.rules
        self.house = overlay.house
        self.deadlines = list(self.rules.deadlines)
        self.reports = list(self.rules.reports)

    def whole(self) -> Layered:
        """The whole, in the order of the sections."""
        overlay, house, rules = self.overlay, self.house, self.rules
        refuse_known_ids(overlay, self.below.reminders)
        self._numbers()
        self._stricter()
        self._reports()
        whole = rules.model_copy(
            update={
                "id": house.id,
                "title": house.title,
                "issuer": house.issuer,
                "instrument": self._instrument(),
                "in_force": self._in_force(),
                "parties": added_codes(overlay, "parties", rules.parties, house.parties),
                "topics": added_codes(overlay, "topics", rules.topics, house.topics),
                "deadlines": (*self.deadlines, *own_deadlines(overlay)),
                "reports": tuple(self.reports),
                "escalations": (*rules.escalations, *steps(overlay)),
                "required_information": required(overlay),
            }
        )
        whole = labelled(overlay, whole)
        noticed = (*self.below.reminders, *reminders(overlay, whole))
        chosen = {**self.below.chosen, **dict.fromkeys(house.readings, house.id)}
        before = {section: len(getattr(rules, section)) for section in SECTIONS}
        return Layered(whole, self._readings(), overlay.whole_source(), noticed, chosen, before, *self._suspensions())

    def _suspensions(self) -> tuple[str | None, str | None]:
        """The provision that allows suspensions, and the house that forbids them; what one house forbids none above it allows."""
        own, forbidden = self.house.suspensions, self.below.forbidden
        if own is None:
            return self.below.suspensions, forbidden
        cited = self.overlay.cited(own.cite)
        if not own.allowed:
            return None, f"{self.house.id}, {cited}"
        if forbidden is not None:
            why = f"suspensions.allowed: yes is looser than {forbidden}: no; a house rule may only be stricter."
            raise self.overlay.source.error(("suspensions", "allowed"), why)
        return cited, None

    def _instrument(self) -> Instrument:
        """The paper of the house. The day of signing stays that of the regulation, from which its periods are counted."""
        own, base = self.house.instrument, self.rules.instrument
        return base.model_copy(update={"number": f"{own.name} {own.number}" if own.number else own.name, "note": own.note or base.note})

    def _in_force(self) -> InForce:
        own, base = self.house.in_force, self.rules.in_force
        if own is None or own.since <= base.first_day:
            return base
        return base.model_copy(update={"since": own.since, "year": None, "cite": self.overlay.cited(own.cite), "quote": own.quote})

    def _readings(self) -> dict[str, Reading]:
        """The options that the house chooses, as defaults; what a lower layer chose stays, except that a promptly may become shorter."""
        readings = dict(self.below.readings)
        for id, option in self.house.readings.items():
            place: Place = ("readings", id)
            if id not in readings:
                raise self.overlay.error(place, f"there is no reading {id!r}{nearest(id, readings)}")
            reading, number = readings[id], option.isascii() and option.isdigit() and len(option) <= 4
            if option not in reading.options and not (number and reading.whole_number):
                raise self.overlay.error(place, f"reading {id} has no option {option!r}{nearest(option, reading.options)}")
            if id in self.below.chosen and option != reading.default and not (number and _is_shorter(reading, option)):
                why = f"{option} would take back {reading.default}, which {self.below.chosen[id]} chose; leave it, or choose it there."
                raise self.overlay.error(place, why)
            if option != reading.default and (id, option) in _TAKES_BACK:
                raise self.overlay.error(place, f"{option} is looser than {reading.default} in {self.rules.id}; a house rule may only be stricter.")
            readings[id] = reading.model_copy(update={"default": option})
        return readings

    # --- numbers and days of rules that are there

    def _there(self, section: str, id: str, rules: Sequence[R], what: str) -> tuple[int, R]:
        for index, rule in enumerate(rules):
            if rule.id == id:
                self.overlay.moved((section, id), (what, index))
                return index, rule
        others = {rule.id: kind for kind in ("deadlines", "reports", "escalations") for rule in getattr(self.rules, kind)}
        if id in others:
            mend = {
                "deadlines": "give it a number under numbers or stricter",
                "reports": "give it a day under reports",
                "escalations": "it has no last day; add a further step under escalations",
            }[others[id]]
            raise self.overlay.error((section, id), f"{id} is one of the {others[id]} of {self.rules.id}: {mend}.")
        raise self.overlay.error((section, id), f"{self.rules.id} has no such rule{nearest(id, [rule.id for rule in rules])}")

    def _numbers(self) -> None:
        """Numbers where the regulation has none: in the rule itself, in its exceptions, or in both."""
        for id, own in self.house.numbers.items():
            index, rule = self._there("numbers", id, self.deadlines, "deadlines")
            within = within_of(own.within)

            def numbered(part: Any, own: Any = own, within: Within = within) -> Any:
                if part.within.unit in (*NUMBERS, "immediately"):
                    return part
                return part.model_copy(update={"within": within, "why_no_number": None} | self.overlay.beside(part, own.cite, own.quote))

            changed = numbered(rule).model_copy(update={"exceptions": tuple(numbered(exception) for exception in rule.exceptions)})
            if changed == rule:
                has_one = f"{self.rules.id}, {id}, {rule.cite} has a number ({number_text(rule.within)}); give a smaller one under stricter."
                raise self.overlay.error(("numbers", id), has_one)
            if why := looser_number(self.rules, rule, changed, self._promptly()):
                raise self.overlay.error(("numbers", id, "within"), why)
            self.deadlines[index] = changed

    def _stricter(self) -> None:
        for id, own in self.house.stricter.items():
            index, rule = self._there("stricter", id, self.deadlines, "deadlines")
            if rule.within.unit not in NUMBERS:
                mend = "nothing is stricter than that" if rule.within.unit == "immediately" else "give one under numbers"
                raise self.overlay.error(
                    ("stricter", id), f"{self.rules.id}, {id}, {rule.cite} has no number to be stricter than ({rule.within.unit}); {mend}."
                )
            at_once = [exception for exception in rule.exceptions if exception.within.unit == "immediately"]
            named = [
                DurationException(cite=own.cite, quote=own.quote or UNQUOTED, when=kind.when, within=within_of(kind.within))
                for kind in own.exceptions
            ]
            named = [exception.model_copy(update=self.overlay.beside(rule, own.cite, own.quote)) for exception in named]
            changed = rule.model_copy(
                update={"within": within_of(own.within), "exceptions": (*named, *at_once)} | self.overlay.beside(rule, own.cite, own.quote)
            )
            if why := looser_number(self.rules, rule, changed, self._promptly()):
                raise self.overlay.error(("stricter", id, "within"), why)
            self.deadlines[index] = changed

    def _promptly(self) -> Promptly | None:
        """The number of working days that a lower layer chose for what has none."""
        for id, reading in self.below.readings.items():
            if reading.whole_number is not None and reading.default.isdigit():
                return Promptly(int(reading.default), self.below.chosen.get(id, self.rules.id))
        return None

    def _reports(self) -> None:
        for id, own in self.house.reports.items():
            index, rule = self._there("reports", id, self.reports, "reports")
            if why := misfit(rule.every, own.due):
                raise self.overlay.error(("reports", id, "due"), f"{why}.")
            if own.due.days_after_promulgation is not None and self.rules.instrument.signed_on is None:
                raise self.overlay.error(
                    ("reports", id, "due"), f"{self.rules.id} does not say when it was signed, so no days can be counted from then."
                )
            if why := looser_day(self.rules, rule, own.due):
                raise self.overlay.error(("reports", id, "due"), why)
            self.reports[index] = rule.model_copy(update={"due": (own.due,)} | self.overlay.beside(rule, own.cite, own.quote))
            reports = list(self.overlay.data.get("reports", []))
            reports[index] = {**reports[index], "due": self.overlay.source.data["reports"][id]["due"]}
            self.overlay.data["reports"] = reports


def _is_shorter(reading: Reading, number: str) -> bool:
    """Whether a number of a lower layer gives way to this one. Where it chose none, any number is shorter."""
    return reading.whole_number is not None and (not reading.default.isdigit() or int(number) < int(reading.default))
