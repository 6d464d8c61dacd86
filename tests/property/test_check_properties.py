"""The checker never fails over generated rule sets, and whatever it finds in them its case shows."""

import sys
from datetime import date

from case_confirmation import confirm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.calendar.vietnam import vietnam
from deadline_rules.check import check_rules, confirms
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.origins import OUTCOMES
from deadline_rules.regulation import Regulation
from deadline_rules.rulebook.library import Pack
from deadline_rules.testing.rule_files import rule_sets
from deadline_rules.testing.strategies import readings
from strategies import days, tasks

EXAMPLES = 60 if sys.gettrace() is None else 25


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets())
def test_every_finding_of_a_generated_rule_set_is_confirmed(pack: Pack) -> None:
    findings = check_rules(pack)
    assert not [finding for finding in findings if finding.level == "error"]
    for finding in findings:
        assert finding.text.endswith(".")
        assert "\n" not in finding.text
        if finding.case is not None:
            confirm(pack, finding.case)
            assert confirms(pack, finding.case)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets())
def test_each_finding_stands_once_and_in_order(pack: Pack) -> None:
    findings = check_rules(pack)
    # Two dead lines of one rule are told apart by their numbers, which generated rule sets have not.
    told = [repr(finding) for finding in findings if finding.code != "rule-never-applies"]
    assert len(set(told)) == len(told)
    levels = ["error", "warning", "note"]
    assert [levels.index(finding.level) for finding in findings] == sorted(levels.index(finding.level) for finding in findings)
    decides = [finding.text.split()[1] for finding in findings if finding.code.startswith("reading-")]
    assert len(decides) == len(set(decides))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rule_sets(), st.lists(st.tuples(tasks(), days), min_size=1, max_size=12), st.data())
def test_what_is_called_dead_or_without_effect_is_so_on_any_task(pack: Pack, asked: list[tuple[dr.Task, date]], data: st.DataObject) -> None:
    """A reading without effect changes no task, whatever the other readings; a rule that never applies never starts or opens."""
    chosen = data.draw(readings())
    findings = check_rules(pack)
    idle = [finding.text.split()[1] for finding in findings if finding.code == "reading-without-effect"]
    dead = {finding.text.split()[0] for finding in findings if finding.code == "rule-never-applies"}
    waiting = {finding.text.split()[0] for finding in findings if finding.code == "start-never-set" and " under " not in finding.text}
    regulation = Regulation(pack, compile_plan(pack, chosen), vietnam())
    for task, as_of in asked:
        if as_of < regulation.plan.in_force_from:
            continue
        result = regulation.evaluate(task, as_of)
        for row in result.deadlines:
            assert row.rule not in dead or row.due_on is None
            if row.rule in waiting and len(pack.rules.deadlines[int(row.rule.split("-")[1])].start) == 1 and not any(map(vars(task).get, OUTCOMES)):
                assert row.starts_on is None
        for id in idle:
            for option in pack.readings[id].options:
                other = Regulation(pack, compile_plan(pack, chosen | {id: option}), vietnam()).evaluate(task, as_of)
                assert plain(other) == plain(result), (id, option)


def plain(result: dr.Evaluation) -> object:
    """What a result says, without its caveats and its spans over readings."""
    return (
        result.status,
        result.due_on,
        [(row.rule, row.starts_on, row.due_on, row.done_on, row.state) for row in result.deadlines],
        [(row.rule, row.opens_on, row.state) for row in result.escalations],
        result.missing_fields,
    )
