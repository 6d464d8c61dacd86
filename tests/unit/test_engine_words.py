"""What the engines refuse, the whole sentence; and the due day as it was first set."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pytest
from every_form import every_form

import deadline_rules as dr
from deadline_rules.engines import durable_rule_set, single
from deadline_rules.engines.durable_rule_set import DurableRuleSet, missing
from deadline_rules.errors import CalendarHorizonError, NotInForceError, TaskError, UnverifiedCalendarError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.origins import FROM_OUTSIDE, days_that_come
from deadline_rules.rulebook.library import open_pack
from deadline_rules.testing.rule_files import pack_of

CALENDAR = dr.vietnam()
KON_TUM = dr.load("kon-tum").plan  # in force from 9/5/2016
ROLLED = compile_plan(open_pack("kon-tum"), {"day-off-end": "next_working_day"})
OLD = compile_plan(pack_of(every_form()))  # in force from 1/1/1990
DAY = date(2026, 11, 20)
TASK = dr.Task(id="T-1", due_on=date(2026, 11, 16))


@pytest.mark.parametrize("ask", [single.evaluate, single.classify])
class TestRefusals:
    def test_what_is_no_task(self, ask: Any) -> None:
        with pytest.raises(TaskError) as caught:
            ask(KON_TUM, CALENDAR, {"id": "T-1"}, DAY)
        assert str(caught.value) == "a dict is no task; give a Task, or make one with Task.from_record."

    def test_a_day_before_the_regulation_took_effect(self, ask: Any) -> None:
        with pytest.raises(NotInForceError) as caught:
            ask(KON_TUM, CALENDAR, TASK, date(2016, 5, 8))
        assert str(caught.value) == "kon-tum took effect on 2016-05-09; on 2016-05-08 it says nothing. Ask for a later day."
        ask(KON_TUM, CALENDAR, TASK, date(2016, 5, 9))

    def test_a_day_after_the_last_of_the_calendar(self, ask: Any) -> None:
        with pytest.raises(CalendarHorizonError) as caught:
            ask(KON_TUM, CALENDAR, TASK, date(2101, 1, 1))
        assert str(caught.value) == "as_of 2101-01-01 lies outside 1990-2100, the years the calendar knows; correct the year."
        ask(KON_TUM, CALENDAR, TASK, date(2100, 12, 31))

    def test_the_first_day_of_the_calendar_is_taken(self, ask: Any) -> None:
        ask(OLD, CALENDAR, dr.Task(id="T-1"), date(1990, 1, 1))

    def test_against_something_else(self, ask: Any) -> None:
        with pytest.raises(ValueError, match=r"^against='first': a task is told against 'in_force' or 'original'\.$"):
            ask(KON_TUM, CALENDAR, TASK, DAY, against="first")


def test_a_result_names_its_task() -> None:
    result = single.evaluate(KON_TUM, CALENDAR, TASK, DAY)
    assert (result.task_id, result.regulation, result.as_of) == ("T-1", "kon-tum", DAY)


def test_strict_names_the_task_and_what_the_calendar_vouches_for() -> None:
    task = dr.Task(id="T-1", due_on=date(2028, 1, 3))
    with pytest.raises(UnverifiedCalendarError) as caught:
        single.evaluate(KON_TUM, CALENDAR, task, DAY, strict=True)
    assert str(caught.value) == (
        "task T-1: a working-day count reaches beyond 2014-01-01 to 2027-12-31, the days the calendar vouches for; "
        "evaluate without strict to get a provisional answer."
    )
    assert single.evaluate(KON_TUM, CALENDAR, task, DAY).provisional


def test_an_escalation_says_who_acts_and_by_which_article() -> None:
    """Of an event, of the due day, and of a further step: 16/11/2026 was the due day, so `first` opens on the 17th, and `second` on the 19th."""
    rows = single.evaluate(OLD, CALENDAR, dr.Task(id="T-1", due_on=date(2026, 11, 16), difficulty_on=date(2026, 11, 18)), DAY).escalations
    found = {row.rule: (row.topic, row.actor, row.cite, row.opens_on, row.state) for row in rows}
    assert found["first"] == ("own.topic", "office", "Điều 2", date(2026, 11, 17), "open")
    assert found["second"] == ("own.topic", "office", "Điều 2", date(2026, 11, 19), "open")
    assert found["event"] == ("own.topic", "office", "Điều 2", date(2026, 11, 18), "open")


def test_a_day_comes_where_what_leads_to_it_can_open() -> None:
    """A difficulty comes from outside, so what closes its escalation can come; `urged_on` comes of nothing here, nor what would follow from it."""
    form = every_form()
    rule = {name: value for name, value in form["escalations"][0].items() if name not in ("id", "opens", "closed_by")}
    opened = {
        "one": ({"on": "difficulty_on"}, "transferred_on"),
        "two": ({"on": "urged_on"}, "returned_on"),
        "three": ({"due": "passed"}, "reviewed_on"),
    }
    escalations = [rule | {"id": id, "opens": opens, "closed_by": closed_by} for id, (opens, closed_by) in opened.items()]
    come = days_that_come(pack_of(form | {"deadlines": [], "escalations": escalations}).rules)
    assert come == {*FROM_OUTSIDE, "transferred_on", "reviewed_on"}


class TestDueDays:
    """Due on Saturday 21/11/2026, extended on 10/11 to Monday the 30th."""

    TASK = dr.Task(id="T-1", due_on=date(2026, 11, 21), extensions=(dr.Extension(granted_on=date(2026, 11, 10), due_on=date(2026, 11, 30)),))

    def test_the_first_one_is_kept_beside_the_one_in_force(self) -> None:
        result = single.evaluate(KON_TUM, CALENDAR, self.TASK, DAY)
        assert (result.due_on, result.original_due_on) == (date(2026, 11, 30), date(2026, 11, 21))

    def test_it_is_moved_off_a_day_off_where_the_other_one_is(self) -> None:
        result = single.evaluate(ROLLED, CALENDAR, self.TASK, DAY)
        assert (result.due_on, result.original_due_on) == (date(2026, 11, 30), date(2026, 11, 23))

    @pytest.mark.parametrize(("plan", "day"), [(KON_TUM, date(2026, 11, 21)), (ROLLED, date(2026, 11, 23))])
    def test_a_task_may_be_told_against_the_first_one(self, plan: Any, day: date) -> None:
        result = single.evaluate(plan, CALENDAR, self.TASK, DAY, against="original")
        assert (result.due_on, result.original_due_on) == (day, day)
        later = date(2026, 11, 24)
        late = dr.Task(id="T-1", due_on=date(2026, 11, 21), extensions=self.TASK.extensions, completed_on=later)
        assert single.classify(plan, CALENDAR, late, later, against="original").code == "done_overdue"
        assert single.classify(plan, CALENDAR, late, later).code == "done_in_time"


class TestWithoutDurableRules:
    """What a reader is told where durable_rules cannot be imported."""

    @pytest.fixture(autouse=True)
    def _not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
        monkeypatch.setattr(durable_rule_set, "_WITHOUT_DURABLE", (4, 0))

    @pytest.mark.parametrize("compiler", ["cc", "gcc", "clang", "cl"])
    def test_with_any_one_compiler(self, monkeypatch: pytest.MonkeyPatch, compiler: str) -> None:
        monkeypatch.setattr(durable_rule_set, "which", lambda name: f"/bin/{name}" if name == compiler else None)
        assert missing() == "durable_rules is not installed: pip install 'deadline-rules[durable]'."

    def test_with_no_compiler(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(durable_rule_set, "which", lambda name: None)
        assert missing() == (
            "durable_rules is not installed; it is built by a C compiler, and none was found: install one first: "
            "pip install 'deadline-rules[durable]'."
        )

    def test_on_a_python_it_does_not_know(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(durable_rule_set, "_WITHOUT_DURABLE", (3, 11))
        assert missing() == "durable_rules does not work on Python 3.13 or later; use Python 3.11 or 3.12."


class TestMemoryOfARuleSet:
    """The C library keeps what is not given back; so a rule set gives its memory back when it goes, and not when the process ends."""

    @pytest.fixture
    def rules(self) -> DurableRuleSet:
        if why := missing():
            pytest.skip(why)
        return DurableRuleSet({"one": {"q": 0}})

    def test_it_goes_with_the_rule_set(self, rules: DurableRuleSet) -> None:
        assert rules._end.peek() == (rules, durable_rule_set._free, (rules._handle,), {})
        assert rules._end.atexit is False

    @pytest.mark.parametrize("context", [True, False])
    def test_its_context_is_given_back_before_it(self, monkeypatch: pytest.MonkeyPatch, context: bool) -> None:
        """There is a context from the first fact on; the library refuses to give back one that is not there."""
        called: list[tuple[object, ...]] = []

        class Library:
            error = LookupError

            @staticmethod
            def delete_state(handle: int, name: str) -> None:
                called.append(("context", handle, name))
                if not context:
                    raise LookupError

            @staticmethod
            def delete_ruleset(handle: int) -> None:
                called.append(("rule set", handle))

        monkeypatch.setitem(sys.modules, "durable_rules_engine", Library)
        durable_rule_set._free(7)
        assert called == [("context", 7, "0"), ("rule set", 7)]

    def test_no_facts_match_nothing(self, rules: DurableRuleSet) -> None:
        assert rules.match([]) == []
