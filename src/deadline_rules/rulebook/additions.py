"""What a house file adds to the rules it extends: deadlines, further steps, reminders, fields and labels of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from ..errors import nearest
from ..files.typed import Bilingual
from .house import UNQUOTED, OwnField, Reminder, Step
from .model import RequiredField, RequiredInformation, RuleSet
from .overlay import Overlay
from .rules import DeadlineRule, EscalationRule, Opens
from .stricter import STATUS_CELLS

# Reports that have no period never have a day of their own.
_WITHOUT_DAY = ("on_request", "occasion", "period_not_stated")


class Noticed(NamedTuple):
    """A reminder or a warning, with its provision as it is shown."""

    kind: Literal["reminder", "warning"]
    reminder: Reminder
    cite: str


def refuse_known_ids(overlay: Overlay, reminders: tuple[Noticed, ...]) -> None:
    """New rules have new ids: a code never changes its meaning.

    Raises:
        RuleFileError: an id is taken; the rule that has it is named.
    """
    known: dict[str, str] = {rule.id: rule.cite for rule in overlay.rules.rules()}
    known |= {notice.reminder.id: notice.cite for notice in reminders}
    own: dict[str, str] = {}
    for section in ("deadlines", "escalations", "reminders", "warnings"):
        for number, rule in enumerate(getattr(overlay.house, section)):
            if rule.id in known:
                why = f"{rule.id!r} is already a rule of {overlay.rules.id} ({known[rule.id]}); give this one another id."
                raise overlay.error((section, number, "id"), why)
            if rule.id in own:
                raise overlay.error((section, number, "id"), f"{rule.id!r} stands under {own[rule.id]} already; ids are used once.")
            own[rule.id] = section


def added_codes(overlay: Overlay, section: str, known: Mapping[str, Bilingual], own: Mapping[str, Bilingual]) -> dict[str, Bilingual]:
    """The parties or topics with the house's own.

    Raises:
        RuleFileError: a code is taken.
    """
    for code in own:
        if code in known:
            why = f"{overlay.rules.id} has the code {code!r} already; choose another, or put your own words for it under labels."
            raise overlay.error((section, code), why)
    return {**known, **own}


def own_deadlines(overlay: Overlay) -> Iterator[DeadlineRule]:
    """The house's own deadlines, every provision marked as its own."""
    if overlay.house.deadlines:
        overlay.append("deadlines", list(overlay.rules.deadlines))
    for rule in overlay.house.deadlines:
        parts = {key: tuple(_marked(overlay, part) for part in getattr(rule, key)) for key in ("also", "exceptions", "only_for", "not_for")}
        yield _marked(overlay, rule).model_copy(update=parts)


def _marked(overlay: Overlay, part: Any) -> Any:
    return part.model_copy(update={"cite": overlay.cited(part.cite)})


def steps(overlay: Overlay) -> Iterator[EscalationRule]:
    """The further steps of escalation, as a rule file has them."""
    house = overlay.house
    if house.escalations:
        overlay.append("escalations", list(overlay.rules.escalations))
    for number, step in enumerate(house.escalations):
        if step.after is not None:
            overlay.moved(("escalations", number, "after"), ("escalations", len(overlay.rules.escalations) + number, "opens"))
        rule = EscalationRule(
            id=step.id,
            topic=step.topic or _topic(overlay, number, step),
            label=step.label,
            cite=step.cite,
            quote=step.quote or UNQUOTED,
            actor=step.actor,
            to=step.to,
            note=step.note,
            opens=step.opens or Opens(after=step.after),
            act=step.act,
            closed_by=step.closed_by,
        )
        yield _marked(overlay, rule)


def _topic(overlay: Overlay, number: int, step: Step) -> str:
    """The topic of the escalation that a step follows, or that the step follows which it follows."""
    topics: dict[str, str | None] = {rule.id: rule.topic for rule in overlay.rules.escalations}
    topics |= {other.id: other.topic for other in overlay.house.escalations}
    follows = {other.id: other.after.of for other in overlay.house.escalations if other.after is not None}
    place = ("escalations", number, "after")
    id, seen = step.id, [step.id]
    while topics[id] is None:
        id = follows[id]
        if id not in topics:
            raise overlay.error(place, f"there is no escalation {id!r}{nearest(id, topics)}")
        if id in seen:
            raise overlay.error(
                place, f"{step.id} comes after itself ({' after '.join([*seen, id])}); let one of them follow a rule of {overlay.rules.id}."
            )
        seen.append(id)
    return topics[id] or ""


def required(overlay: Overlay) -> RequiredInformation | None:
    """The required information with the house's own; it only adds.

    Raises:
        RuleFileError: a field is required already, or would no longer be required where the regulation requires it.
    """
    base, house = overlay.rules.required_information, overlay.house
    fields = list(base.fields) if base else []
    for number, own in enumerate(house.required_information):
        entry = RequiredField(cite=own.cite, quote=own.quote or UNQUOTED, field=own.field, when=own.when)
        entry = entry.model_copy(update={"cite": overlay.cited(own.cite)})
        index = next((index for index, field in enumerate(fields) if field.field == own.field), None)
        if index is None:
            index = len(fields)
            fields.append(entry)
        else:
            fields[index] = _wider(overlay, number, own, fields[index])
        overlay.moved(("required_information", number), ("required_information", "fields", index))
    if not fields:
        return base
    return RequiredInformation(fields=()).model_copy(update={"fields": tuple(fields), "not_for": base.not_for if base else None})


def _wider(overlay: Overlay, number: int, own: OwnField, base: RequiredField) -> RequiredField:
    """A field that is there already, required in more places."""
    place = ("required_information", number)
    if not base.may_be_empty:
        before = {index for index, cell in enumerate(STATUS_CELLS) if base.when is None or base.when.holds(cell)}
        after = {index for index, cell in enumerate(STATUS_CELLS) if own.when is None or own.when.holds(cell)}
        if before == after:
            raise overlay.error(place, f"{overlay.rules.id} requires {own.field} already ({base.cite}); leave it out.")
        if not before < after:
            why = f"{own.field} would no longer be required everywhere that {overlay.rules.id}, {base.cite} requires it"
            raise overlay.error(place, f"{why}; a house rule only adds: widen its condition.")
    update: dict[str, object] = {"when": own.when, "may_be_empty": False}
    return base.model_copy(update=update | overlay.beside(base, own.cite, own.quote))


def labelled(overlay: Overlay, whole: RuleSet) -> RuleSet:
    """The rules with the house's own words; codes stay as they are.

    Raises:
        RuleFileError: there is no such status, rule or party.
    """
    own = overlay.house.labels
    known = {
        "statuses": list(whole.statuses.labels),
        "rules": [rule.id for rule in whole.rules()],
        "parties": list(whole.parties),
    }
    for section, codes in known.items():
        for code in getattr(own, section):
            if code not in codes:
                what = {"statuses": "status", "rules": "rule", "parties": "party"}[section]
                raise overlay.error(("labels", section, code), f"{overlay.rules.id} has no {what} {code!r}{nearest(code, codes)}")
    update: dict[str, object] = {
        section: tuple(rule.model_copy(update={"label": own.rules[rule.id]}) if rule.id in own.rules else rule for rule in getattr(whole, section))
        for section in ("deadlines", "reports", "escalations")
    }
    update["statuses"] = whole.statuses.model_copy(update={"labels": {**whole.statuses.labels, **own.statuses}})
    update["parties"] = {**whole.parties, **own.parties}
    return whole.model_copy(update=update)


def reminders(overlay: Overlay, whole: RuleSet) -> Iterator[Noticed]:
    """The house's reminders and warnings.

    Raises:
        RuleFileError: there is no day of that name to count back from, or no party to remind.
    """
    reports = {rule.id: rule for rule in whole.reports}
    days = ["due_on", *(rule.id for rule in whole.deadlines), *reports]
    kinds: tuple[tuple[Literal["reminder", "warning"], str, tuple[Reminder, ...]], ...] = (
        ("reminder", "reminders", overlay.house.reminders),
        ("warning", "warnings", overlay.house.warnings),
    )
    for kind, section, found in kinds:
        for number, reminder in enumerate(found):
            place = (section, number, "of")
            if reminder.of not in days:
                why = "opens on a day and has no last one" if reminder.of in {rule.id for rule in whole.escalations} else "is no deadline or report"
                raise overlay.error(place, f"{reminder.of!r} {why}{nearest(reminder.of, days)}")
            if reminder.of in reports and reports[reminder.of].every in _WITHOUT_DAY:
                raise overlay.error(place, f"{reminder.of} ({reports[reminder.of].cite}) has no period and so no day; remind of another rule.")
            for party in reminder.to:
                if party not in whole.parties:
                    raise overlay.error((section, number, "to"), f"{party!r} is no party{nearest(party, whole.parties)}")
            yield Noticed(kind, reminder, overlay.cited(reminder.cite))
