"""From a pack and chosen readings to a Plan. Readings are applied here and in no other layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from ..errors import AmbiguousRuleError
from ..files.typed import Bilingual
from ..results import Caveat, Deadline, Label
from ..rulebook.additions import Noticed
from ..rulebook.library import Pack
from ..rulebook.model import RuleSet
from ..rulebook.rules import DeadlineRule, Due, EscalationRule, Within
from ..rulebook.words import Reading, Scope
from .cells import required_plan, status_cells, tally_plan
from .facts import KIND_CELLS, STATUS_CELLS
from .model import DatedCaveat, DeadlineCase, DeadlinePlan, EscalationPlan, Offset, Opening, Plan, ReminderPlan, StartVariant
from .readings import Chosen, choose
from .report_days import report_plans

_NONE = Offset("none", 0)


def compile_plan(pack: Pack, readings: Mapping[str, object] | None = None, supplied: Mapping[str, Due] | None = None) -> Plan:
    """The plan of a pack under `readings` (the defaults where left out) and with the report days a host supplies.

    Raises:
        UnknownReadingError: no reading, or no option, of that name.
        AmbiguousRuleError: under some combination of readings a cell has two answers, or none.
        RuleFileError: a report day is supplied where the text sets one.
    """
    rules, chosen = pack.rules, choose(pack.readings, readings)
    deadlines = tuple(_deadline(pack, number, rule, chosen) for number, rule in enumerate(rules.deadlines))
    escalations = _escalations(rules, chosen)
    information, required = rules.required_information, tuple(required_plan(rules))
    return Plan(
        regulation=rules.id,
        rules_version=pack.version,
        readings=tuple((id, str(chosen.promptly) if id == "promptly" and chosen.promptly is not None else chosen[id]) for id in pack.readings),
        in_force_text=f"took effect on {rules.in_force.since}{f' (for earlier days ask {pack.earlier.rules.id})' if pack.earlier else ''}"
        if rules.in_force.since
        else f"dates from {rules.in_force.year} (the text gives no day)",
        in_force_from=rules.in_force.since or date(rules.in_force.year or 1, 1, 1),
        signed_on=rules.instrument.signed_on,
        start_included=chosen["start-day"] == "included",
        roll_due=chosen["day-off-end"] == "next_working_day",
        month_before=chosen["month-reported"] == "previous_month",
        excluded=tuple(_first_reason(rules.excluded, cell) for cell in KIND_CELLS),
        deadlines=deadlines,
        statuses=status_cells(pack, chosen),
        escalations=escalations,
        reports=report_plans(pack, chosen, supplied or {}),
        required=required,
        required_in=tuple(tuple(field for field, cells in required if cells[cell]) for cell in range(len(STATUS_CELLS))),
        required_of=tuple(information is not None and not (information.not_for and information.not_for.when.holds(cell)) for cell in KIND_CELLS),
        tally=tally_plan(pack),
        caveats=tuple(_pack_caveats(rules)),
        secret_caveat=Caveat("secret-task", rules.secret_tasks.text.label()) if rules.secret_tasks else None,
        reading_caveats={id: _reading_caveat(reading, chosen[id]) for id, reading in pack.readings.items()},
        event_fields=_event_fields(deadlines, escalations),
        reminders=tuple(_reminder(notice) for notice in pack.reminders),
        suspensions=pack.suspensions,
    )


def _first_reason(scopes: tuple[Scope, ...], cell: dict[str, object]) -> tuple[str, str, Label] | None:
    """The article, the words and the reason of the first scope that holds."""
    return next(((scope.cite, scope.quote, scope.reason.label()) for scope in scopes if scope.when.holds(cell)), None)


def _deadline(pack: Pack, number: int, rule: DeadlineRule, chosen: Chosen) -> DeadlinePlan:
    cases = tuple(_case(pack, number, rule, chosen, cell) for cell in KIND_CELLS)
    variants = _variants(pack, number, rule, chosen, cases)
    elsewhere = tuple(variant for variant in variants if variant.fields != variants[0].fields)
    return DeadlinePlan(rule.id, rule.topic, rule.actor, rule.label.label(), rule.done_by, rule.done_after_start, cases, variants, elsewhere)


def _case(pack: Pack, number: int, rule: DeadlineRule, chosen: Chosen, cell: dict[str, object]) -> DeadlineCase:
    """What the rule says of one kind of task."""
    if outside := _first_reason(pack.rules.excluded, cell):
        return _not_applying(rule, *outside)
    for scope in rule.only_for:
        if not scope.when.holds(cell):
            return _not_applying(rule, scope.cite, scope.quote, scope.reason.label())
    if kept_out := _first_reason(rule.not_for, cell):
        return _not_applying(rule, *kept_out)
    found = [(index, exception) for index, exception in enumerate(rule.exceptions) if exception.when.holds(cell)]
    if len(found) > 1:
        facts = ", ".join(f"{name}={value}" for name, value in cell.items())
        lines = " and ".join(str(pack.source.line(("deadlines", number, "except", index))) for index, _ in found)
        raise AmbiguousRuleError(
            f"deadlines[{number}].except: lines {lines} both answer the case {facts}; let one of them leave it out.",
            path=pack.source.path,
            line=pack.source.line(("deadlines", number, "except", found[1][0])),
        )
    if found:
        exception = found[0][1]
        return _applying(rule, _offset(exception.within, chosen), exception.cite, exception.quote, exception.why_no_number or rule.why_no_number)
    return _applying(rule, _offset(rule.within, chosen), rule.cite, rule.quote, rule.why_no_number)


def _not_applying(rule: DeadlineRule, cite: str, quote: str, reason: Label) -> DeadlineCase:
    """The rule does not apply."""
    idle = Deadline(rule.id, rule.topic, rule.actor, None, None, None, "not_applicable", cite, None, None, reason)
    return DeadlineCase(False, _NONE, cite, quote, reason, idle)


def _applying(rule: DeadlineRule, offset: Offset, cite: str, quote: str, why_no_number: Bilingual | None) -> DeadlineCase:
    """The rule applies, with a number or without."""
    reason = why_no_number.label() if offset.unit == "none" and why_no_number is not None else None
    idle = Deadline(rule.id, rule.topic, rule.actor, None, None, None, "waiting", cite, None, None, reason)
    return DeadlineCase(True, offset, cite, quote, reason, idle)


def _offset(within: Within, chosen: Chosen) -> Offset:
    match within.unit:
        case "working_days":
            return Offset("working_days", within.number)
        case "days":
            return Offset("days", within.number)
        case "immediately":
            return Offset("same_day", 0) if chosen["immediately"] == "same_day" else _NONE
        case _:
            # A host's number for “kịp thời” serves every duty to which the text gives none.
            return Offset("working_days", chosen.promptly) if chosen.promptly is not None else _NONE


def _variants(pack: Pack, number: int, rule: DeadlineRule, chosen: Chosen, cases: tuple[DeadlineCase, ...]) -> tuple[StartVariant, ...]:
    """The starts under every combination of the open readings that touch them, the chosen one first, each once."""
    ids = {id for start in rule.start for id in start.under}
    if any("due_on" in start.first_known for start in rule.start) or any(case.offset.unit == "days" for case in cases):
        ids.add("day-off-end")
    found: dict[tuple[tuple[str, ...], bool], StartVariant] = {}
    variants = [_variant(pack, number, rule, choice, chosen, ids) for choice in chosen.combinations(ids)]
    for variant in sorted(variants, key=lambda variant: len(variant.changed)):
        found.setdefault((variant.fields, variant.roll), variant)
    return tuple(found.values())


def _variant(pack: Pack, number: int, rule: DeadlineRule, choice: Chosen, chosen: Chosen, ids: set[str]) -> StartVariant:
    starts = [start for start in rule.start if choice.holds(start.under)]
    if len(starts) != 1:
        why = "two starts" if starts else "no start"
        raise AmbiguousRuleError(
            f"deadlines[{number}].from: {rule.id} has {why}{choice.named(ids)}; let exactly one line answer.",
            path=pack.source.path,
            line=pack.source.line(("deadlines", number, "from")),
        )
    changed = tuple(id for id in pack.readings if id in ids and choice[id] != chosen[id])
    return StartVariant(starts[0].first_known, choice["day-off-end"] == "next_working_day", changed)


def _escalations(rules: RuleSet, chosen: Chosen) -> tuple[EscalationPlan, ...]:
    by_id = {rule.id: rule for rule in rules.escalations}
    plans = [_escalation(rule, by_id, chosen) for rule in rules.escalations]
    behaviour = [(plan.opening, plan.others, plan.closed_by) for plan in plans]
    return tuple(replace(plan, alike=behaviour.index(key)) for plan, key in zip(plans, behaviour, strict=True))


def _escalation(rule: EscalationRule, by_id: dict[str, EscalationRule], chosen: Chosen) -> EscalationPlan:
    own = _opening(rule, by_id, chosen)
    others = ((id, _opening(rule, by_id, other)) for id, _, other in chosen.others(("escalation-opens", "not-carried-out")))
    return EscalationPlan(
        rule.id,
        rule.topic,
        rule.actor,
        rule.label.label(),
        rule.quote,
        rule.cite,
        own,
        tuple((id, opening) for id, opening in others if opening != own),
        _closed_by(rule, by_id),
        0,
    )


def _closed_by(rule: EscalationRule, by_id: dict[str, EscalationRule]) -> str | None:
    """What closes it; a further step is closed by what closes the rule it follows, unless it says otherwise."""
    followed = rule.opens.after
    return rule.closed_by if rule.closed_by is not None or followed is None else _closed_by(by_id[followed.of], by_id)


def _opening(rule: EscalationRule, by_id: dict[str, EscalationRule], chosen: Chosen) -> Opening:
    opens = rule.opens
    if opens.after is not None:
        followed = _opening(by_id[opens.after.of], by_id, chosen)
        return replace(followed, later=followed.later + opens.after.working_days)
    after_due = None
    if opens.due is not None:
        after_due = 0 if opens.due == "reached" and chosen["escalation-opens"] == "due_day" else 1
    started_keeps_shut = opens.not_carried_out and chosen["not-carried-out"] == "not_started"
    return Opening(opens.on_request, opens.on, after_due, ("started_on",) if started_keeps_shut else ())


def _reminder(notice: Noticed) -> ReminderPlan:
    reminder = notice.reminder
    before = Offset(reminder.before.unit, reminder.before.number)
    return ReminderPlan(reminder.id, notice.kind, reminder.of, before, ", ".join(reminder.to) or None, reminder.label.label(), notice.cite)


def _pack_caveats(rules: RuleSet) -> list[DatedCaveat]:
    caveats = [DatedCaveat(caveat.since, Caveat(caveat.code, caveat.text.label())) for caveat in rules.caveats]
    if rules.in_force.reason is not None:
        caveats.append(DatedCaveat(None, Caveat("in-force-day-not-stated", rules.in_force.reason.label())))
    return caveats


def _reading_caveat(reading: Reading, option: str) -> Caveat:
    others = [text for name, text in reading.options.items() if name != option]
    taken = reading.options[option]
    return Caveat(
        f"reading-{reading.id}",
        Label(
            f"{reading.question.vi} Kết quả này theo cách đọc “{taken.vi}” ({option}); "
            f"theo cách đọc khác ({'; '.join(other.vi for other in others)}) thời hạn hoặc kết luận sẽ khác.",
            f"{reading.question.en} This result reads “{taken.en}” ({option}); "
            f"another reading ({'; '.join(other.en for other in others)}) would change a date or a verdict.",
        ),
    )


def _event_fields(deadlines: tuple[DeadlinePlan, ...], escalations: tuple[EscalationPlan, ...]) -> tuple[str, ...]:
    fields = {"started_on": None, "completed_on": None}
    for deadline in deadlines:
        fields |= dict.fromkeys((*(field for variant in deadline.variants for field in variant.fields), deadline.done_by))
    for escalation in escalations:
        fields |= dict.fromkeys(field for field in (escalation.opening.on, escalation.closed_by) if field)
    fields.pop("due_on", None)
    return tuple(fields)
