"""What a plan takes over from a rule file: each rule, exception and scope has words of its own here, and the plan must have the right ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest

import deadline_rules as dr
from deadline_rules.engines import single
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import KIND_CELLS, kind_index
from deadline_rules.plan.model import DueDay, Offset, Opening, Plan
from deadline_rules.plan.readings import choose
from deadline_rules.results import Deadline, Label, Status
from deadline_rules.rulebook.rules import Due
from deadline_rules.testing.rule_files import pack_of

CALENDAR = dr.vietnam()
DAY = date(2026, 11, 20)


def words(name: str) -> dict[str, str]:
    return {"vi": f"{name} vi", "en": f"{name} en"}


def label(name: str) -> Label:
    return Label(f"{name} vi", f"{name} en")


PARTS = (
    "force",
    "out",
    "status",
    "first",
    "only",
    "not",
    "urgent",
    "complex",
    "second",
    "third",
    "fourth",
    "fifth",
    "report",
    "like",
)


def article(name: str) -> str:
    """Each part stands in an article of its own."""
    return f"Điều {PARTS.index(name) + 1}"


def cited(name: str) -> dict[str, str]:
    return {"cite": article(name), "quote": f"lời {name}"}


def scope(name: str, **when: object) -> dict[str, Any]:
    return cited(name) | {"reason": words(name), "when": when}


FORM: dict[str, Any] = {
    "id": "own-words",
    "title": words("title"),
    "issuer": words("issuer"),
    "instrument": {"number": "1/QĐ", "signed_on": "2020-01-02"},
    "in_force": cited("force") | {"from": "2020-01-02", "checked": "2026-11-20"},
    "parties": {"office": words("office"), "unit": words("unit"), "chair": words("chair")},
    "topics": {"one.topic": words("one"), "two.topic": words("two")},
    "excluded": [scope("out", routine="yes")],
    "statuses": cited("status")
    | {
        "labels": {"done": words("done")},
        "table": [{"progress": "completed", "status": "done"}, {"progress": ["not_started", "in_progress"], "no_status": words("none")}],
    },
    "deadlines": [
        cited("first")
        | {"id": "first", "topic": "one.topic", "label": words("first"), "actor": "office", "from": "assigned_on", "done_by": "transferred_on"}
        | {"within": {"working_days": "2"}, "why_no_number": words("why")}
        | {"only_for": [scope("only", assigned_by="superior")], "not_for": [scope("not", secrecy="mật")]}
        | {
            "except": [
                cited("urgent") | {"when": {"urgent": "yes"}, "within": "promptly", "why_no_number": words("urgent")},
                cited("complex") | {"when": {"urgent": "no", "complex": "yes"}, "within": "no_number", "why_no_number": words("complex")},
            ]
        },
        cited("second")
        | {"id": "second", "topic": "two.topic", "label": words("second"), "actor": "unit", "from": "due_on", "done_by": "reviewed_on"}
        | {"within": "immediately", "why_no_number": words("now"), "done_after_start": "yes"},
    ],
    "escalations": [
        cited("third")
        | {"id": "third", "topic": "two.topic", "label": words("third"), "actor": "unit", "act": "promptly"}
        | {"opens": {"due": "reached", "not_carried_out": "yes"}, "closed_by": "urged_on"},
        cited("fourth")
        | {"id": "fourth", "topic": "one.topic", "label": words("fourth"), "actor": "office", "act": "promptly"}
        | {"opens": {"after": {"of": "third", "working_days": "2"}}},
        cited("fifth")
        | {"id": "fifth", "topic": "one.topic", "label": words("fifth"), "actor": "office", "act": "promptly"}
        | {"opens": {"after": {"of": "third", "working_days": "2"}}},
    ],
    "reports": [
        cited("report")
        | {"id": "early", "topic": "one.topic", "label": words("report"), "actor": "unit", "to": ["office", "chair"], "every": "quarter"}
        | {"due": [{"before_day": "20", "carried_over": "yes"}]},
        cited("like")
        | {"id": "like", "topic": "two.topic", "label": words("like"), "actor": "unit", "to": "office", "every": "quarter"}
        | {"due": [{"same_as": "early"}]},
    ],
}


def plan(readings: dict[str, object] | None = None, **parts: Any) -> Plan:
    return compile_plan(pack_of(FORM | parts), readings)


def kind(**facts: object) -> int:
    """The number of the kind with these facts, otherwise an ordinary task of a superior without a time limit."""
    ordinary: dict[str, object] = dict(KIND_CELLS[0])
    return KIND_CELLS.index(ordinary | facts)


class TestDeadlines:
    def test_the_rule(self) -> None:
        first, second = plan().deadlines
        assert first[:6] == ("first", "one.topic", "office", label("first"), "transferred_on", False)
        assert second[:6] == ("second", "two.topic", "unit", label("second"), "reviewed_on", True)

    @pytest.mark.parametrize(
        ("facts", "applies", "offset", "name", "reason"),
        [
            ({}, True, Offset("working_days", 2), "first", None),
            ({"urgent": True}, True, Offset("none", 0), "urgent", label("urgent")),
            ({"complex": True}, True, Offset("none", 0), "complex", label("complex")),
            ({"secrecy": "mật"}, False, Offset("none", 0), "not", label("not")),
            ({"assigned_by": "chair"}, False, Offset("none", 0), "only", label("only")),
            ({"routine": True}, False, Offset("none", 0), "out", label("out")),
            ({"routine": True, "secrecy": "mật", "assigned_by": "chair"}, False, Offset("none", 0), "out", label("out")),
            ({"secrecy": "mật", "assigned_by": "chair"}, False, Offset("none", 0), "only", label("only")),
        ],
    )
    def test_the_case_of_a_kind(self, facts: dict[str, object], applies: bool, offset: Offset, name: str, reason: Label | None) -> None:
        case = plan().deadlines[0].cases[kind(**facts)]
        assert case[:5] == (applies, offset, article(name), f"lời {name}", reason)
        state = "waiting" if applies else "not_applicable"
        assert case.idle == Deadline("first", "one.topic", "office", None, None, None, state, article(name), None, None, reason)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("readings", "facts", "offset", "reason"),
        [
            ({"promptly": 3}, {"urgent": True}, Offset("working_days", 3), None),
            ({"promptly": 0}, {"complex": True}, Offset("working_days", 0), None),
            ({"promptly": 3}, {}, Offset("working_days", 2), None),
        ],
    )
    def test_a_hosts_number_serves_where_the_text_has_none(
        self, readings: dict[str, object], facts: dict[str, object], offset: Offset, reason: Label | None
    ) -> None:
        case = plan(readings).deadlines[0].cases[kind(**facts)]
        assert (case.offset, case.reason) == (offset, reason)

    @pytest.mark.parametrize(
        ("option", "offset", "reason"), [("same_day", Offset("same_day", 0), None), ("no_number", Offset("none", 0), label("now"))]
    )
    def test_at_once(self, option: str, offset: Offset, reason: Label | None) -> None:
        case = plan({"immediately": option}).deadlines[1].cases[kind(time_limit=True)]
        assert (case.offset, case.reason) == (offset, reason)


class TestStatuses:
    def test_with_a_status_and_without(self) -> None:
        cells = plan().statuses
        assert cells[8] == (Status("done", "done vi", "done en", article("status")), ())
        assert cells[0] == (Status(None, None, None, article("status"), label("none")), ())

    def test_none_supplied(self) -> None:
        cells = plan(statuses={"not_supplied": {"cite": article("status"), "reason": words("unsaid")}}).statuses
        assert cells == ((Status(None, None, None, article("status"), label("unsaid")), ()),) * 9

    def test_a_table_without_an_article(self) -> None:
        """Nothing is cited, where no article is named."""
        pack = pack_of(FORM)
        rules = pack.rules.model_copy(update={"statuses": pack.rules.statuses.model_copy(update={"cite": None})})
        assert {cell.status.cite for cell in compile_plan(replace(pack, rules=rules)).statuses} == {""}

    def test_a_cell_names_each_reading_that_would_change_it_once(self) -> None:
        """Of three options of a gap two give another status; a setting of the host is no open reading, and is not named."""
        options = {name: words(name) for name in ("one", "two", "three")}
        gap = {"id": "own", "kind": "gap", "question": words("own"), "default": "one", "options": options}
        lines = [
            {"progress": ["not_started", "completed"], "status": "done"},
            {"progress": "in_progress", "status": "done", "under": {"own": "one"}},
            {"progress": "in_progress", "status": "open", "under": {"own": "two"}},
            {"progress": "in_progress", "status": "open", "under": {"own": "three"}},
        ]
        statuses = FORM["statuses"] | {"labels": {"done": words("done"), "open": words("open")}, "table": lines}
        found, set_by_host = (compile_plan(pack_of(FORM | {"statuses": statuses, "readings": [gap | {"kind": kind}]})) for kind in ("gap", "setting"))
        assert [cell.readings for cell in found.statuses] == [()] * 3 + [("own",)] * 3 + [()] * 3
        assert [cell.readings for cell in set_by_host.statuses] == [()] * 9


class TestTally:
    COUNTS: ClassVar = [
        {"id": "done", "label": words("done"), "when": {"progress": "completed"}},
        {"id": "open", "label": words("open"), "when": {"progress": ["not_started", "in_progress"]}},
    ]

    def test_by_counts(self) -> None:
        tally = plan(tally={"cite": article("report"), "quote": "lời", "total": words("total"), "counts": self.COUNTS}).tally
        assert (tally.cite, tally.total) == (article("report"), label("total"))
        done = (False,) * 6 + (True,) * 3
        assert tally.counts == (("done", label("done"), done), ("open", label("open"), tuple(not cell for cell in done)))

    def test_by_status(self) -> None:
        assert plan().tally == (None, Label("tổng số nhiệm vụ", "tasks"), None)


class TestRequiredInformation:
    def test_the_fields_and_where_they_are_required(self) -> None:
        """In the order of cells: not started, in progress, completed; each in time, overdue, without a time limit."""
        fields = [
            cited("report") | {"field": "summary"},
            cited("report") | {"field": "overdue_reason", "when": {"timeliness": "overdue"}},
            cited("report") | {"field": "content", "may_be_empty": "yes"},
        ]
        found = plan(required_information={"fields": fields, "not_for": scope("not", secrecy="mật")})
        assert found.required == (("summary", (True,) * 9), ("overdue_reason", (False, True, False) * 3))
        assert found.required_in == (("summary",), ("summary", "overdue_reason"), ("summary",)) * 3
        assert [number for number, required in enumerate(found.required_of) if not required] == [
            number for number, cell in enumerate(KIND_CELLS) if cell["secrecy"] == "mật"
        ]

    def test_of_a_task_outside_the_regulation_nothing_is_missing(self) -> None:
        found = plan(required_information={"fields": [cited("report") | {"field": "summary"}]})
        assert single.evaluate(found, CALENDAR, dr.Task(id="T-1"), DAY).missing_fields == ("summary",)
        assert single.evaluate(found, CALENDAR, dr.Task(id="T-1", routine=True), DAY).missing_fields == ()

    def test_where_a_text_requires_none(self) -> None:
        assert (plan().required, set(plan().required_in), set(plan().required_of)) == ((), {()}, {False})


class TestCaveats:
    def test_they_hold_from_their_day(self) -> None:
        found = plan(caveats=[{"code": "moved", "from": "2025-07-01", "text": words("moved"), "source": "Nghị quyết"}])
        assert found.caveats == ((date(2025, 7, 1), ("moved", label("moved"))),)
        assert [caveat.code for caveat in found.caveats_on(date(2025, 7, 1))] == ["moved"]
        assert found.caveats_on(date(2025, 6, 30)) == ()


def test_the_days_an_engine_needs() -> None:
    """Those that a rule starts with, is done, opened or closed by; the due day is asked for apart."""
    assert plan().event_fields == ("started_on", "completed_on", "assigned_on", "transferred_on", "reviewed_on", "urged_on")


class TestEscalations:
    def test_the_rules(self) -> None:
        third, fourth, fifth = plan().escalations
        assert (third.rule, third.topic, third.actor, third.label) == ("third", "two.topic", "unit", label("third"))
        assert (third.quote, third.cite, third.closed_by, third.alike) == ("lời third", article("third"), "urged_on", 0)
        assert (fourth.rule, fourth.topic, fourth.actor, fourth.label) == ("fourth", "one.topic", "office", label("fourth"))
        assert (fourth.closed_by, fourth.alike, fifth.alike) == ("urged_on", 1, 1)  # a step is closed by what closes the rule it follows

    def test_how_they_open_and_would_open_otherwise(self) -> None:
        """The day after the due day, kept shut by nothing; otherwise on the due day, or kept shut by a start."""
        third, fourth, _ = plan().escalations
        assert third.opening == Opening(False, None, 1, ())
        assert dict(third.others) == {"not-carried-out": Opening(False, None, 1, ("started_on",)), "escalation-opens": Opening(False, None, 0, ())}
        assert fourth.opening == Opening(False, None, 1, (), 2)
        assert dict(fourth.others)["escalation-opens"] == Opening(False, None, 0, (), 2)


class TestReports:
    def test_the_rule(self) -> None:
        first, like = plan().reports
        assert first[:7] == ("early", "one.topic", "unit", "office, chair", label("report"), article("report"), "quarter")
        assert like[:7] == ("like", "two.topic", "unit", "office", label("like"), article("like"), "quarter")

    def test_their_days_under_each_reading(self) -> None:
        """Before the 20th: on the 19th, or the 20th by another reading; carried over to each quarter, or not; on a day off, or after it."""
        for rule in plan().reports:
            assert {(day.day, day.before, day.roll) for day in rule.days} == {(20, 1, False), (20, 0, False), (20, 1, True), (20, 0, True)}
            assert (rule.days[0].before, rule.days[0].roll) == (1, False)
        not_carried = plan({"before-carries-over": "no"}).reports[0].days
        assert (not_carried[0].day, not_carried[0].before) == (20, 0)
        assert {day.before for day in not_carried} == {0, 1}

    @pytest.mark.parametrize(
        ("every", "due", "readings", "day"),
        [
            ("year", {"no_day": words("no")}, {}, DueDay("none", reason=label("no"))),
            ("year", {"set_by": {"instrument": "2/QĐ", "reason": words("set")}}, {}, DueDay("none", reason=label("set"))),
            ("month", {"within_months": ["6", "11"]}, {}, DueDay("month_end", months=(6, 11))),
            ("month", {"within_months": "6"}, {"day-off-end": "next_working_day"}, DueDay("month_end", months=(6,), roll=True)),
            ("once", {"days_after_promulgation": "10"}, {}, DueDay("after_signing", day=10)),
            ("once", {"days_after_promulgation": "10"}, {"start-day": "included"}, DueDay("after_signing", day=9)),
            ("once", {"days_after_promulgation": "10"}, {"day-off-end": "next_working_day"}, DueDay("after_signing", day=10, roll=True)),
            ("year", {"by_day": "5", "month": "11"}, {}, DueDay("day", day=5, month=11)),
            ("quarter", {"on_day": "6"}, {}, DueDay("day", day=6)),
            ("quarter", {"before_day": "7"}, {}, DueDay("day", day=7, before=1)),
            ("quarter", {"before_day": "7"}, {"before-day": "same_day"}, DueDay("day", day=7)),
            ("quarter", {"before_day": "7"}, {"before-carries-over": "no"}, DueDay("day", day=7, before=1)),  # only where it is carried over
            ("quarter", {"before_day": "7", "carried_over": "yes"}, {"before-carries-over": "no"}, DueDay("day", day=7)),
        ],
    )
    def test_each_form_of_day(self, every: str, due: dict[str, Any], readings: dict[str, object], day: DueDay) -> None:
        (report,) = plan(readings, reports=[FORM["reports"][0] | {"every": every, "due": [due]}]).reports
        assert report.days[0] == day

    def test_a_day_that_a_host_supplies_rolls_as_the_readings_say(self) -> None:
        rule = FORM["reports"][0] | {"due": [{"no_day": words("no")}]}
        (report,) = compile_plan(pack_of(FORM | {"reports": [rule]}), None, {"early": Due(by_day=20)}).reports
        assert [(day.form, day.day, day.roll) for day in report.days] == [("day", 20, False), ("day", 20, True)]

    @pytest.mark.parametrize(
        ("every", "due"), [("month", Due(within_months=(6,))), ("once", Due(days_after_promulgation=3)), ("year", Due(by_day=5))]
    )
    def test_every_form_of_it_says_who_supplied_it(self, every: str, due: Due) -> None:
        rule = FORM["reports"][0] | {"every": every, "due": [{"no_day": words("no")}]}
        (report,) = compile_plan(pack_of(FORM | {"reports": [rule]}), None, {"early": due}).reports
        assert {day.reason for day in report.days} == {Label("ngày do cơ quan sử dụng cung cấp", "day supplied by the host")}


def test_another_option_of_one_reading_leaves_the_rest() -> None:
    chosen = choose(pack_of(FORM).readings, {"promptly": 3, "start-day": "included"})
    other = chosen.differing("day-off-end", "next_working_day")
    assert (other["day-off-end"], other["start-day"], other.promptly) == ("next_working_day", "included", 3)
    assert other.definitions == chosen.definitions
    assert chosen["day-off-end"] == "as_written"


def test_every_combination_of_readings_keeps_the_hosts_number() -> None:
    chosen = choose(pack_of(FORM).readings, {"promptly": 3})
    found = list(chosen.combinations(["start-day", "day-off-end"]))
    assert [(other["day-off-end"], other["start-day"]) for other in found] == [
        ("as_written", "excluded"),
        ("as_written", "included"),
        ("next_working_day", "excluded"),
        ("next_working_day", "included"),
    ]
    assert {(other.promptly, other.definitions == chosen.definitions) for other in found} == {(3, True)}


def test_the_default_of_a_reading_need_not_come_first() -> None:
    own = {"id": "own", "kind": "question", "question": words("own"), "default": "two", "options": {name: words(name) for name in ("one", "two")}}
    assert choose(pack_of(FORM | {"readings": [own]}).readings)["own"] == "two"


def test_the_kind_of_a_task() -> None:
    """For each of the 128 cells a task that has its facts."""
    for number, cell in enumerate(KIND_CELLS):
        facts: dict[str, Any] = {name: value for name, value in cell.items() if name != "time_limit"}
        assert kind_index(dr.Task(id="T-1", due_on=DAY if cell["time_limit"] else None, **facts)) == number


class TestRowsOfATask:
    """Days worked by hand: Friday 20/11/2026; 21 and 22/11 are a weekend, 24/11 is Culture Day."""

    def row(self, number: int, readings: dict[str, object] | None = None, deadline: dict[str, Any] | None = None, **facts: Any) -> Deadline:
        deadlines = FORM["deadlines"] if deadline is None else [FORM["deadlines"][number] | deadline]
        task = dr.Task(id="T-1", **facts)
        return single.evaluate(plan(readings, deadlines=deadlines), CALENDAR, task, DAY).deadlines[0 if deadline else number]

    def test_everything_in_one(self) -> None:
        row = self.row(0, assigned_on=date(2026, 11, 19), transferred_on=date(2026, 11, 20))
        assert row == Deadline(
            "first",
            "one.topic",
            "office",
            date(2026, 11, 19),
            date(2026, 11, 23),
            date(2026, 11, 20),
            "met",
            article("first"),
            date(2026, 11, 23),
            date(2026, 11, 23),
        )

    def test_without_a_number_the_reason_stands_beside_it(self) -> None:
        row = self.row(0, assigned_on=date(2026, 11, 19), urgent=True)
        assert (row.due_on, row.state, row.cite, row.reason) == (None, "no_number", article("urgent"), label("urgent"))
        assert (row.earliest, row.latest) == (None, None)

    def test_where_it_does_not_apply_what_was_done_is_still_told(self) -> None:
        row = self.row(0, assigned_on=date(2026, 11, 18), transferred_on=date(2026, 11, 19), secrecy="mật")
        assert (row.state, row.starts_on, row.done_on, row.reason) == ("not_applicable", None, date(2026, 11, 19), label("not"))
        assert self.row(0, assigned_on=date(2026, 11, 18), secrecy="mật").done_on is None

    def test_done_without_a_start_it_waits(self) -> None:
        row = self.row(0, transferred_on=date(2026, 11, 19))
        assert (row.state, row.starts_on, row.due_on, row.done_on) == ("waiting", None, None, date(2026, 11, 19))

    @pytest.mark.parametrize(
        ("done", "state", "counts"),
        [(date(2026, 11, 17), "missed", False), (date(2026, 11, 18), "met", True), (date(2026, 11, 19), "met_late", True)],
    )
    def test_what_was_done_before_the_start_does_not_count(self, done: date, state: str, counts: bool) -> None:
        row = self.row(1, due_on=date(2026, 11, 18), reviewed_on=done)
        assert (row.state, row.done_on) == (state, done if counts else None)

    def test_a_due_day_on_a_day_off_may_move_by_another_reading(self) -> None:
        """From Saturday 14/11, or from Monday 16/11."""
        saturday, monday = date(2026, 11, 14), date(2026, 11, 16)
        row = self.row(1, due_on=saturday)
        assert (row.starts_on, row.due_on, row.earliest, row.latest) == (saturday, saturday, saturday, monday)
        rolled = self.row(1, {"day-off-end": "next_working_day"}, due_on=saturday)
        assert (rolled.starts_on, rolled.due_on, rolled.earliest, rolled.latest) == (monday, monday, saturday, monday)

    @pytest.mark.parametrize(
        ("readings", "within", "due", "span"),
        [
            ({}, {"days": "3"}, date(2026, 11, 21), (date(2026, 11, 21), date(2026, 11, 23))),
            ({"start-day": "included"}, {"days": "3"}, date(2026, 11, 20), (date(2026, 11, 20), date(2026, 11, 20))),
            ({"start-day": "included"}, {"days": "1"}, date(2026, 11, 18), (date(2026, 11, 18), date(2026, 11, 18))),
            ({"start-day": "included"}, {"days": "0"}, date(2026, 11, 18), (date(2026, 11, 18), date(2026, 11, 18))),
            ({"start-day": "included"}, {"working_days": "1"}, date(2026, 11, 18), (date(2026, 11, 18), date(2026, 11, 18))),
            ({"start-day": "included"}, {"working_days": "0"}, date(2026, 11, 18), (date(2026, 11, 18), date(2026, 11, 18))),
            ({"start-day": "included"}, {"working_days": "4"}, date(2026, 11, 23), (date(2026, 11, 23), date(2026, 11, 23))),
        ],
    )
    def test_periods_from_wednesday_the_18th(self, readings: dict[str, object], within: dict[str, str], due: date, span: tuple[date, date]) -> None:
        row = self.row(0, readings, {"within": within, "except": []}, assigned_on=date(2026, 11, 18))
        assert (row.due_on, (row.earliest, row.latest)) == (due, span)

    def test_the_span_reaches_over_the_starts_of_all_readings(self) -> None:
        """One working day from the assignment on the 17th, or from the issue on the 12th; and where the chosen start is not known, from the other."""
        either = [
            {"first_known": ["assigned_on"], "under": {"task-arises": "assigned_on"}},
            {"first_known": ["issued_on"], "under": {"task-arises": "issued_on"}},
        ]
        change = {"from": either, "within": {"working_days": "1"}, "except": []}
        both = self.row(0, None, change, assigned_on=date(2026, 11, 17), issued_on=date(2026, 11, 12))
        assert (both.due_on, both.earliest, both.latest) == (date(2026, 11, 18), date(2026, 11, 13), date(2026, 11, 18))
        turned = self.row(0, {"task-arises": "issued_on"}, change, assigned_on=date(2026, 11, 17), issued_on=date(2026, 11, 12))
        assert (turned.due_on, turned.earliest, turned.latest) == (date(2026, 11, 13), date(2026, 11, 13), date(2026, 11, 18))
        other = self.row(0, None, change, issued_on=date(2026, 11, 12))
        assert (other.state, other.due_on, other.earliest, other.latest) == ("waiting", None, date(2026, 11, 13), date(2026, 11, 13))
