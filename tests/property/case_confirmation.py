"""Cases of findings, evaluated once more through the public facade."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules.calendar.vietnam import vietnam
from deadline_rules.check import Case
from deadline_rules.errors import AmbiguousRuleError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.regulation import Regulation
from deadline_rules.rulebook.library import Pack


def confirm(pack: Pack, case: Case) -> None:
    """Every outcome of a case is what the regulation answers."""
    assert case.outcomes
    for outcome in case.outcomes:
        assert outcome.shows
        if "error" in outcome.shows:
            with pytest.raises(AmbiguousRuleError):
                compile_plan(pack, outcome.readings)
            assert outcome.shows == {"error": "AmbiguousRuleError"}
            assert case.task is not None
            assert dr.Task.from_record(case.task).id == "case"
            continue
        regulation = Regulation(pack, compile_plan(pack, outcome.readings), vietnam())
        found = answers_of_a_task(regulation, case) if case.task is not None else days_of_a_period(regulation, case)
        if "working days" in outcome.shows:
            first, second = (date.fromisoformat(str(value)) for key, value in outcome.shows.items() if key != "working days")
            found["working days"] = vietnam().count(first, second)
        for key, value in outcome.shows.items():
            assert found.get(key) == value, (key, case)


def answers_of_a_task(regulation: Regulation, case: Case) -> dict[str, Any]:
    """What the JSON of a result says, by the names that cases use."""
    assert case.task is not None
    assert case.as_of is not None
    found = regulation.evaluate(dr.Task.from_record(case.task), date.fromisoformat(case.as_of)).to_dict()
    named = {key: found[key] for key in ("progress", "timeliness", "due_on", "working_days_left")}
    named |= {"status": found["status"]["code"], "missing_fields": " ".join(found["missing_fields"]) or None}
    for row in (*found["deadlines"], *found["escalations"]):
        named |= {f"{row['rule']}.{key}": value for key, value in row.items()}
    return named


def days_of_a_period(regulation: Regulation, case: Case) -> dict[str, Any]:
    """The days of the reports of a period."""
    assert case.since is not None
    assert case.until is not None
    rows = [row.to_dict() for row in regulation.reports(date.fromisoformat(case.since), date.fromisoformat(case.until))]
    return {f"{row['rule']} {row['period']}" if row["period"] else row["rule"]: row["due_on"] for row in rows}
