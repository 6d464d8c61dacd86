"""What the sections of a rule file say that belong to no single rule: force, scope, secrecy, statuses, required information, tally, duties."""

from __future__ import annotations

from collections.abc import Iterator

from ..columns import COLUMN_NAMES
from ..labels import FIELDS, PROGRESS, TIMELINESS
from ..plan.facts import KIND_CELLS, SECRECY, STATUS_CELLS
from ..plan.model import Plan
from ..results import Label
from ..rulebook.ledger import Ledger
from ..rulebook.model import RuleSet
from ..wording import joined, when, which_tasks
from .model import Entry, Part, Substance
from .rules import due_day
from .words import SECTIONS


def sections(rules: RuleSet, plan: Plan) -> Iterator[Entry]:
    """The sections that the rule file has, each as one entry; the statuses apart."""
    yield _in_force(rules)
    if rules.excluded:
        yield _scope(rules, plan)
    if rules.secret_tasks is not None:
        yield _secrecy(rules, plan)
    if rules.required_information is not None:
        yield _information(rules, plan)
    if rules.tally is not None:
        yield _tally(rules, plan)


def duties(rules: RuleSet, ledger: Ledger, topics: dict[str, Label]) -> Iterator[Entry]:
    """The standing duties of a ledger: a party and a topic, with no event and no day."""
    for provision in ledger.provisions:
        if provision.topic in topics and provision.party in rules.parties:
            actor = Part("actor", (("actor", provision.party),), rules.parties[provision.party].label())
            says: Substance = (("kind", "duty"), ("actor", provision.party))
            yield Entry(provision.at, "duty", provision.topic, topics[provision.topic], provision.at, None, (actor,), says, remark=provision.note)


def _in_force(rules: RuleSet) -> Entry:
    force = rules.in_force
    since = force.since.isoformat() if force.since else str(force.year)
    why = force.reason.label() if force.reason else None
    text = Label(f"{since}: {why.vi}", f"{since}: {why.en}") if why else Label(since, since)
    parts = [Part("since", (("since", since), ("day_stated", force.since is not None)), text, force.cite, force.quote)]
    for caveat in rules.caveats:
        parts.append(Part("caveat", (("code", caveat.code), ("since", caveat.since.isoformat())), caveat.text.label(), caveat.source))
    caveats = frozenset((caveat.code, caveat.since) for caveat in rules.caveats)
    return _entry("in_force", force.cite or "", force.quote, parts, (("since", since), ("caveat", caveats)))


def _scope(rules: RuleSet, plan: Plan) -> Entry:
    parts = [
        Part("not_for", (("when", when(scope.when)),), _with_reason(which_tasks(scope.when), scope.reason.label()), scope.cite, scope.quote)
        for scope in rules.excluded
    ]
    outside = tuple(reason is not None for reason in plan.excluded)
    return _entry("scope", rules.excluded[0].cite, rules.excluded[0].quote, parts, (("not_for", outside),))


def _secrecy(rules: RuleSet, plan: Plan) -> Entry:
    """Prose cannot be compared; what counts is which duties do not apply to a secret task."""
    secret = rules.secret_tasks
    if secret is None:
        raise ValueError("no secret tasks")
    kinds = [number for number, cell in enumerate(KIND_CELLS) if cell["secrecy"] != SECRECY[0]]
    excluded = all(plan.excluded[kind] is not None for kind in kinds)
    outside = tuple(sorted(row.rule for row in plan.deadlines if not any(row.cases[kind].applies for kind in kinds)))
    recorded = any(plan.required_of[kind] for kind in kinds)
    parts = [Part("text", (("excluded", excluded), ("information_required", recorded)), secret.text.label(), secret.cite, secret.quote)]
    if outside:
        parts.append(Part("outside", (("rules", outside),), Label(", ".join(outside), ", ".join(outside))))
    return _entry("secrecy", secret.cite, secret.quote, parts, (("text", (excluded, recorded)), ("outside", outside)))


def statuses(rules: RuleSet, plan: Plan) -> Entry:
    """The status of each of the nine cells; their codes count, not their labels."""
    parts = []
    for cell, row in zip(STATUS_CELLS, plan.statuses, strict=True):
        progress, timeliness = str(cell["progress"]), str(cell["timeliness"])
        where = joined([PROGRESS[progress], TIMELINESS[timeliness]])
        if row.status.label is not None:
            answer = Label(row.status.label, row.status.label_en or row.status.label)
        else:
            answer = row.status.reason or Label("không có", "none")
        data = (("progress", progress), ("timeliness", timeliness), ("code", row.status.code))
        parts.append(Part("cell", data, Label(f"{where.vi}: {answer.vi}", f"{where.en}: {answer.en}"), row.status.cite))
    parts.append(due_day(plan.roll_due))
    codes = tuple(row.status.code for row in plan.statuses)
    return _entry("statuses", rules.statuses.cite or "", rules.statuses.quote, parts, (("cell", codes), ("due_day", plan.roll_due)))


def _information(rules: RuleSet, plan: Plan) -> Entry:
    information = rules.required_information
    if information is None:
        raise ValueError("no required information")
    parts = []
    for field in information.fields:
        name = Label(COLUMN_NAMES[field.field][0], FIELDS[field.field].en if field.field in FIELDS else field.field.replace("_", " "))
        notes = [which_tasks(field.when)] if field.when else []
        notes += [Label("có thể không có", "may be empty")] if field.may_be_empty else []
        text = joined([name, *notes])
        data = (("field", field.field), ("may_be_empty", field.may_be_empty), ("when", when(field.when) if field.when else None))
        parts.append(Part("field", data, text, field.cite, field.quote))
    kept_out = information.not_for
    if kept_out is not None:
        text = _with_reason(which_tasks(kept_out.when), kept_out.reason.label())
        parts.append(Part("not_for", (("when", when(kept_out.when)),), text, kept_out.cite, kept_out.quote))
    fields = frozenset((field.field, field.may_be_empty, when(field.when) if field.when else None) for field in information.fields)
    first = information.fields[0]
    return _entry("required_information", first.cite, first.quote, parts, (("field", fields), ("applies", plan.required_of)))


def _tally(rules: RuleSet, plan: Plan) -> Entry:
    tally = rules.tally
    if tally is None:
        raise ValueError("no tally")
    parts = [Part("count", (("id", "total"), ("cells", ())), tally.total.label(), tally.cite)]
    counts = plan.tally.counts or ()
    for count in counts:
        cells = tuple(f"{cell['progress']}/{cell['timeliness']}" for cell, held in zip(STATUS_CELLS, count.cells, strict=True) if held)
        parts.append(Part("count", (("id", count.id), ("cells", cells)), count.label, tally.cite))
    return _entry("tally", tally.cite, tally.quote, parts, (("count", tuple((count.id, count.cells) for count in counts)),))


def _with_reason(head: Label, reason: Label) -> Label:
    return Label(f"{head.vi}: {reason.vi}", f"{head.en}: {reason.en}")


def _entry(section: str, cite: str, quote: str | None, parts: list[Part], substance: Substance) -> Entry:
    kinds = {"required_information": "information"}
    kind = kinds.get(section, section)
    label = SECTIONS.get(section, Label("Trạng thái", "Statuses"))
    return Entry(section, kind, section, label, cite, quote, tuple(parts), (("kind", kind), *substance))  # type: ignore[arg-type]
