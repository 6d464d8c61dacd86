"""Each code of the checker, triggered by a small rule file, with numbers worked out by hand; and what the five packs are told."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from case_confirmation import confirm

from deadline_rules import load, vietnam
from deadline_rules.check import Case, Finding, check, check_rules, confirms
from deadline_rules.files.yaml_source import parse
from deadline_rules.plan.origins import FROM_OUTSIDE, OUTCOMES, days_that_come
from deadline_rules.rulebook.library import Pack, open_pack, pack_from

BAD = Path(__file__).parents[1] / "rules" / "bad"
PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")

HEAD = """\
id: small
title: {vi: Quy chế, en: Regulation}
issuer: {vi: Cơ quan, en: Body}
instrument: {number: 1/QĐ, signed_on: 2025-12-01}
in_force: {from: FROM, cite: Điều 1, quote: kể từ ngày ký, checked: 2026-11-20}
parties: {office: {vi: Văn phòng, en: office}, unit: {vi: Đơn vị, en: unit}, chair: {vi: Chủ tịch, en: chair}}
"""
TABLE = """\
statuses:
  cite: Điều 3
  quote: đã thực hiện; chưa thực hiện
  labels: {done: {vi: đã thực hiện, en: done}, open: {vi: chưa thực hiện, en: not done}}
  table:
"""
STATUSES = TABLE + "    - {progress: completed, status: done}\n    - {progress: [not_started, in_progress], status: open}\n"
NO_STATUS = "no_status: {vi: không nêu, en: not named}"
OWN = "readings:\n  - {id: own, kind: KIND, question: {vi: a, en: b}, default: first, options: {first: {vi: a, en: b}, second: {vi: c, en: d}}}\n"
GRADED = "{when: {secrecy: [mật, tối mật, tuyệt mật]}, cite: Điều 5, quote: mật, reason: {vi: a, en: b}}"


def rule(id: str, rest: str, topic: str = "intake.transfer", cite: str = "Điều 2") -> str:
    return f"  - {{id: {id}, topic: {topic}, label: {{vi: a, en: b}}, cite: {cite}, quote: chữ, {rest}}}\n"


def deadline(rest: str = "from: assigned_on, done_by: transferred_on, within: {working_days: 1}", id: str = "duty") -> str:
    return rule(id, f"actor: office, {rest}")


def report(id: str, actor: str, to: str, every: str, due: str) -> str:
    return rule(id, f"actor: {actor}, to: {to}, every: {every}, due: {due}", f"report.{actor}.{every}")


def pack_of(text: str, since: str = "2026-11-02", statuses: str = STATUSES) -> Pack:
    return pack_from(parse((HEAD.replace("FROM", since) + statuses + text).encode(), "small.yaml"))


def found(pack: Pack) -> list[Finding]:
    """The findings apart from notes, each confirmed."""
    findings = check_rules(pack)
    for finding in findings:
        if finding.case is not None:
            confirm(pack, finding.case)
            assert confirms(pack, finding.case)
    return [finding for finding in findings if finding.level != "note"]


def only(pack: Pack) -> Finding:
    (finding,) = found(pack)
    assert finding.case is not None
    assert str(finding).startswith(f"small.yaml:{finding.line}: {finding.level}: ")
    return finding


def shows(case: Case | None) -> list[dict[str, object]]:
    assert case is not None
    return [dict(outcome.shows) for outcome in case.outcomes]


def test_a_file_in_order_has_no_findings_but_notes() -> None:
    assert found(pack_of("deadlines:\n" + deadline())) == []


class TestCells:
    """Monday 2/11/2026 is the first day in force."""

    def test_a_gap_that_a_reading_fills(self) -> None:
        table = TABLE + "".join(
            f"    - {{{cell}}}\n"
            for cell in (
                "progress: completed, status: done",
                "progress: [not_started, in_progress], timeliness: [in_time, overdue], status: open",
                "progress: [not_started, in_progress], timeliness: no_deadline, status: open, under: {no-deadline-timeliness: in_time}",
                f"progress: [not_started, in_progress], timeliness: no_deadline, {NO_STATUS}, under: {{no-deadline-timeliness: no_status}}",
            )
        )
        finding = only(pack_of("", statuses=table))
        assert (finding.level, finding.code, finding.cite) == ("warning", "cell-without-status", "Điều 3")
        assert finding.text == (
            "the text gives no status to not_started × no_deadline, in_progress × no_deadline; "
            "reading no-deadline-timeliness fills the gap (default in_time)."
        )
        assert shows(finding.case) == [{"status": "open"}, {"status": None}]
        assert finding.case is not None
        assert (finding.case.task, finding.case.as_of) == ({"id": "case"}, "2026-11-02")
        assert str(finding.case) == "task {} on 2026-11-02: status open; under no-deadline-timeliness=no_status status none"

    def test_a_cell_without_a_status_under_an_option(self) -> None:
        table = TABLE + (
            "    - {progress: completed, status: done}\n    - {progress: not_started, status: open}\n"
            "    - {progress: in_progress, status: open, under: {in-progress-is-not-done: yes}}\n"
            f"    - {{progress: in_progress, {NO_STATUS}, under: {{in-progress-is-not-done: no_status}}}}\n"
        )
        finding = only(pack_of("", statuses=table))
        assert (finding.code, finding.line) == ("cell-without-status", 15)
        assert finding.text.startswith(
            "under in-progress-is-not-done=no_status in_progress × in_time, in_progress × overdue, in_progress × no_deadline have"
        )
        assert shows(finding.case) == [{"status": "open"}, {"status": None}]

    def test_a_cell_without_a_status_under_every_reading(self) -> None:
        table = TABLE.replace(", open: {vi: chưa thực hiện, en: not done}", "")
        table += f"    - {{progress: completed, status: done}}\n    - {{progress: [not_started, in_progress], {NO_STATUS}}}\n"
        finding = only(pack_of("", statuses=table))
        assert (finding.level, finding.code) == ("warning", "cell-without-status")
        assert shows(finding.case) == [{"status": None}]

    def test_statuses_that_were_not_supplied(self) -> None:
        finding = only(pack_of("", statuses="statuses: {not_supplied: {cite: Điều 6, reason: {vi: a, en: b}}}\n"))
        assert (finding.level, finding.code, finding.cite, shows(finding.case)) == ("warning", "statuses-not-supplied", "Điều 6", [{"status": None}])


AMBIGUOUS = {
    "status-gap": ("cell-without-status", {"progress", "timeliness"}),
    "status-twice": ("cell-with-two-statuses", set[str]()),
    "exceptions-overlap": ("exceptions-overlap", set[str]()),
    "two-starts": ("deadline-with-two-starts", set[str]()),
    "start-under-one-reading-only": ("deadline-with-two-starts", set[str]()),
    "days-under-one-reading-only": ("report-with-two-days", set[str]()),
    "tally-gap": ("cell-not-in-one-count", set[str]()),
    "tally-overlap": ("cell-not-in-one-count", set[str]()),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_an_ambiguity_is_the_only_finding_and_names_a_task(name: str) -> None:
    path = BAD / f"{name}.yaml"
    checked = check(path)
    (finding,) = checked.findings
    promised = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").split(": ", 1)
    assert str(finding).startswith(f"{path}:{promised[0]}: error: {promised[1]}")
    assert finding.code == AMBIGUOUS[name][0]
    assert finding.case is not None
    assert checked.rules == checked.cases == 0
    confirm(open_pack(path), finding.case)
    assert confirms(open_pack(path), finding.case)


def test_the_task_of_a_gap_stands_in_the_cell() -> None:
    """The bad file leaves out one cell of those the message names."""
    (finding,) = check(BAD / "status-gap.yaml").findings
    assert finding.case is not None
    assert finding.case.task is not None
    task = finding.case.task
    assert ("progress=completed" in finding.text) == ("completed_on" in task)
    assert ("timeliness=no_deadline" in finding.text) == ("due_on" not in task)


def test_a_file_that_is_not_well_formed_has_a_code_and_no_case() -> None:
    (finding,) = check(BAD / "unknown-key.yaml").findings
    assert (finding.level, finding.code, finding.case, finding.cite) == ("error", "not-well-formed", None, None)


def test_the_files_beside_the_rules_have_codes_too(tmp_path: Path) -> None:
    rules, ledger, cases = (tmp_path / name for name in ("regulation.yaml", "provisions.yaml", "cases.yaml"))
    rules.write_text(HEAD.replace("FROM", "2026-11-02") + STATUSES, encoding="utf-8")
    assert [finding.code for finding in check(rules).warnings] == ["no-cases", "no-ledger"]
    ledger.write_text("provisions: []\n", encoding="utf-8")
    wrong = "{name: a, why: b, task: {id: A}, as_of: 2026-11-03, expect: {status: done}}"
    cases.write_text(f"cases:\n  - {wrong}\n", encoding="utf-8")
    # The statuses (Điều 3) and the day in force (Điều 1) are cited, and stand in no ledger; nothing is done on 3/11.
    assert {finding.code for finding in check(rules).errors} == {"case-differs", "ledger-not-in-order"}
    ledger.write_text("provision: []\n", encoding="utf-8")
    cases.write_text("case: []\n", encoding="utf-8")
    assert [finding.code for finding in check(rules).errors] == ["not-well-formed"] * 2


NUMBER = "why_no_number: {vi: a, en: b}"
DEAD = {
    "every kind excluded": (
        "excluded: {when: {urgent: [yes, no]}, cite: Điều 4, quote: a, reason: {vi: a, en: b}}\ndeadlines:\n" + deadline(),
        ["every kind of task is excluded"],
    ),
    "excluded twice": (f"excluded:\n  - {GRADED}\n  - {GRADED.replace('tối mật, tuyệt mật', 'tối mật')}\n", ["the lines above it exclude"]),
    "a deadline of excluded tasks only": (
        f"excluded: {GRADED}\ndeadlines:\n" + deadline(f"from: assigned_on, done_by: transferred_on, within: {{days: 1}}, only_for: {GRADED}"),
        ["duty applies to no kind of task"],
    ),
    "only for what it is not for": (
        "deadlines:\n" + deadline(f"from: assigned_on, done_by: transferred_on, within: {{days: 1}}, only_for: {GRADED}, not_for: {GRADED}"),
        ["duty applies to no kind of task"],
    ),
    "from a due day that none of its tasks has": (
        "deadlines:\n"
        + deadline(
            "from: due_on, done_by: status_updated_on, within: {days: 1}, "
            "only_for: {when: {time_limit: no}, cite: Điều 5, quote: a, reason: {vi: a, en: b}}"
        ),
        ["duty starts from due_on, and applies only to tasks without a time limit"],
    ),
    "days behind a due day that all its tasks have": (
        "deadlines:\n"
        + deadline(
            "from: [{first_known: [due_on, completed_on]}], done_by: status_updated_on, within: {days: 1}, "
            "only_for: {when: {time_limit: yes}, cite: Điều 5, quote: a, reason: {vi: a, en: b}}"
        ),
        ["duty never starts from completed_on, since every task to which it applies has a time limit"],
    ),
    "a due day before days that are left": (
        "deadlines:\n"
        + deadline(
            "from: [{first_known: [due_on, completed_on]}], done_by: status_updated_on, within: {days: 1}, "
            "only_for: {when: {time_limit: no}, cite: Điều 5, quote: a, reason: {vi: a, en: b}}"
        ),
        ["duty never starts from due_on, since every task to which it applies is without a time limit"],
    ),
    "an exception for excluded tasks": (
        f"excluded: {GRADED}\ndeadlines:\n"
        + deadline(
            "from: assigned_on, done_by: transferred_on, within: {days: 1}, "
            "except: [{when: {secrecy: mật}, within: {days: 2}, cite: Điều 2, quote: a}]"
        ),
        ["no task to which duty applies meets this exception"],
    ),
    "a scope for excluded tasks": (
        f"excluded: {GRADED}\ndeadlines:\n" + deadline(f"from: assigned_on, done_by: transferred_on, within: {{days: 1}}, not_for: {GRADED}"),
        ["this line of not_for keeps duty from no task"],
    ),
    "a scope that all meet": (
        "deadlines:\n"
        + deadline(
            "from: assigned_on, done_by: transferred_on, within: {days: 1}, "
            "only_for: [{when: {urgent: [yes, no]}, cite: Điều 5, quote: a, reason: {vi: a, en: b}}]"
        ),
        ["this line of only_for keeps duty from no task"],
    ),
    "an escalation of tasks that are excluded": (
        "excluded: {when: {time_limit: yes}, cite: Điều 4, quote: a, reason: {vi: a, en: b}}\nescalations:\n"
        + rule("late", "actor: unit, opens: {due: passed}, act: promptly", "escalate.unit"),
        ["late waits for a due day"],
    ),
    "information that is required of nobody": (
        "required_information: {not_for: {when: {urgent: [yes, no]}, cite: Điều 4, quote: a, reason: {vi: a, en: b}}, "
        "fields: [{field: summary, cite: Điều 4, quote: a}]}\n",
        ["no task has to have this information"],
    ),
    "information that is kept from nobody": (
        f"excluded: {GRADED}\nrequired_information: {{not_for: {GRADED}, fields: [{{field: summary, cite: Điều 4, quote: a}}]}}\n",
        ["not_for keeps this information from no task"],
    ),
    "information of a cell that nobody is in": (
        "excluded: {when: {time_limit: yes}, cite: Điều 4, quote: a, reason: {vi: a, en: b}}\n"
        "required_information: {fields: [{field: overdue_reason, when: {timeliness: overdue}, cite: Điều 4, quote: a}]}\n",
        ["overdue_reason is never required"],
    ),
    "a count of a cell that nobody is in": (
        "excluded: {when: {time_limit: yes}, cite: Điều 4, quote: a, reason: {vi: a, en: b}}\n"
        "tally: {cite: Điều 4, quote: a, total: {vi: a, en: b}, counts: [{id: late, label: {vi: a, en: b}, when: {timeliness: overdue}}, "
        "{id: other, label: {vi: a, en: b}, when: {timeliness: [in_time, no_deadline]}}]}\n",
        ["the count late counts nothing"],
    ),
    # Signed on 1/12/2025, so 10 days later is 11/12/2025; in force from 2/11/2026.
    "a report before the rules take effect": (
        "reports:\n" + rule("once", "actor: unit, to: office, every: once, due: {days_after_promulgation: 10}", "setup.focal_point"),
        ["once is due on 2025-12-11, before the rules take effect on 2026-11-02"],
    ),
}


@pytest.mark.parametrize("name", DEAD)
def test_rules_that_can_never_apply(name: str) -> None:
    text, starts = DEAD[name]
    findings = found(pack_of(text))
    assert [(finding.level, finding.code) for finding in findings] == [("warning", "rule-never-applies")] * len(starts), findings
    for finding, start in zip(findings, starts, strict=True):
        assert finding.text.startswith(start)
        assert finding.case is not None
        assert finding.cite is not None


def test_a_status_line_that_no_task_reaches() -> None:
    table = TABLE + "    - {timeliness: [in_time, overdue], status: open}\n    - {timeliness: no_deadline, status: done}\n"
    excluded = "excluded: {when: {time_limit: no}, cite: Điều 4, quote: a, reason: {vi: a, en: b}}\n"
    finding = only(pack_of(excluded, statuses=table))
    assert (finding.code, finding.line) == ("rule-never-applies", 13)
    assert shows(finding.case) == [{"status": None}]


class TestStarts:
    def test_a_start_that_nothing_sets(self) -> None:
        finding = only(pack_of("deadlines:\n" + deadline("from: transferred_on, done_by: reviewed_on, within: {days: 1}")))
        assert (finding.level, finding.code, finding.cite) == ("warning", "start-never-set", "Điều 2")
        assert finding.text == "duty starts from transferred_on, which no rule of the file leads to; a host must record it."
        assert shows(finding.case) == [{"duty.state": "waiting"}]

    def test_a_start_that_another_duty_sets(self) -> None:
        chain = deadline() + deadline("from: transferred_on, done_by: reviewed_on, within: {days: 1}", "review")
        assert found(pack_of("deadlines:\n" + chain)) == []

    def test_two_duties_that_wait_for_each_other(self) -> None:
        ring = deadline("from: reviewed_on, done_by: transferred_on, within: {days: 1}")
        ring += deadline("from: transferred_on, done_by: reviewed_on, within: {days: 1}", "review")
        assert [finding.code for finding in found(pack_of("deadlines:\n" + ring))] == ["start-never-set"] * 2

    def test_one_of_several_days_is_enough(self) -> None:
        assert found(pack_of("deadlines:\n" + deadline("from: [{first_known: [urged_on, assigned_on]}], done_by: urged_on, within: {days: 1}"))) == []

    def test_an_escalation_that_nothing_opens(self) -> None:
        late = rule("late", "actor: unit, opens: {on: urged_on}, act: promptly", "escalate.unit")
        finding = only(pack_of("escalations:\n" + late))
        assert (finding.code, shows(finding.case)) == ("start-never-set", [{"late.state": None}])

    def test_what_closes_an_escalation_comes_to_be_known(self) -> None:
        back = rule("back", "actor: unit, opens: on_request, act: promptly, closed_by: returned_on", "intake.return")
        again = rule("again", "actor: unit, opens: {on: returned_on}, act: promptly", "escalate.unit")
        pack = pack_of("escalations:\n" + back + again)
        assert found(pack) == []
        assert days_that_come(pack.rules) == {*FROM_OUTSIDE, "returned_on"}

    def test_every_day_comes_from_outside_or_is_an_outcome(self) -> None:
        assert len(FROM_OUTSIDE) == 10
        assert len(OUTCOMES) == 6
        assert not set(FROM_OUTSIDE) & set(OUTCOMES)


class TestNumbers:
    def test_a_duty_without_a_number(self) -> None:
        finding = only(pack_of("deadlines:\n" + deadline(f"from: assigned_on, done_by: transferred_on, within: promptly, {NUMBER}")))
        assert (finding.level, finding.code) == ("warning", "duty-without-number")
        assert finding.text == "duty is a duty without a number (Điều 2); its due date stays empty."
        assert shows(finding.case) == [{"duty.starts_on": "2026-11-02", "duty.due_on": None, "duty.state": "no_number"}]

    def test_an_exception_without_a_number(self) -> None:
        exception = f"except: [{{when: {{complex: yes}}, within: no_number, {NUMBER}, cite: Điều 7, quote: a}}]"
        finding = only(pack_of("deadlines:\n" + deadline(f"from: assigned_on, done_by: transferred_on, within: {{days: 1}}, {exception}")))
        assert (finding.code, finding.cite) == ("duty-without-number", "Điều 7")
        assert finding.case is not None
        assert finding.case.task == {"id": "case", "complex": True, "assigned_on": "2026-11-02"}

    def test_a_duty_of_tasks_with_a_limit_has_a_case_too(self) -> None:
        finding = only(pack_of("deadlines:\n" + deadline(f"from: due_on, done_by: status_updated_on, within: no_number, {NUMBER}")))
        assert finding.case is not None
        assert finding.case.task == {"id": "case", "due_on": "2026-11-02"}


class TestReports:
    def test_two_reports_on_one_day(self) -> None:
        """Before the 20th of each month, and of the last month of a quarter: 19/3, 19/6, 19/9 and 19/12 of 2027, the last year checked."""
        both = report("month", "unit", "office", "month", "{before_day: 20}") + report("quarter", "unit", "office", "quarter", "{before_day: 20}")
        finding = only(pack_of("reports:\n" + both, since="2027-01-01"))
        assert (finding.level, finding.code) == ("warning", "reports-on-one-day")
        assert "first on 2027-03-19, 4 times from 2027-01-01 to 2027-12-31" in finding.text
        assert finding.case is not None
        assert (finding.case.since, finding.case.until) == ("2027-03-19", "2027-03-19")
        assert shows(finding.case) == [{"month 2027-03": "2027-03-19", "quarter 2027-Q1": "2027-03-19"}]

    @pytest.mark.parametrize(("actor", "to"), [("office", "office"), ("unit", "chair")])
    def test_another_body_or_another_addressee_is_no_matter(self, actor: str, to: str) -> None:
        both = report("month", "unit", "office", "month", "{before_day: 20}") + report("quarter", actor, to, "quarter", "{before_day: 20}")
        assert found(pack_of("reports:\n" + both, since="2027-01-01")) == []

    def test_a_common_addressee_is_enough(self) -> None:
        both = report("month", "unit", "office", "month", "{by_day: 19}")
        both += report("quarter", "unit", "[chair, office]", "quarter", "{before_day: 20}")
        assert [finding.code for finding in found(pack_of("reports:\n" + both, since="2027-01-01"))] == ["reports-on-one-day"]

    def test_a_unit_that_is_due_after_the_office(self) -> None:
        """By 20 and by 15. 15/11/2026 is a Sunday, so 16, 17, 18, 19 and 20/11 are worked: five days too late; no month has more."""
        both = report("u", "unit", "office", "month", "{by_day: 20}") + report("o", "office", "chair", "month", "{by_day: 15}")
        finding = only(pack_of("reports:\n" + both))
        assert (finding.level, finding.code) == ("warning", "unit-after-office")
        assert "u is the later of the two in 2026-11, 2026-12, 2027-01, 2027-02, 2027-03, 2027-04 and 8 more" in finding.text
        assert shows(finding.case) == [{"u 2026-11": "2026-11-20", "o 2026-11": "2026-11-15", "working days": -5}]

    def test_no_working_day_between_at_tet(self) -> None:
        """By 3 and by 10/2/2027: 4, 5, 8, 9 and 10/2 are off (10065/VPCP-KGVX), 6 and 7/2 a weekend."""
        both = report("u", "unit", "office", "month", "{by_day: 3}") + report("o", "office", "chair", "month", "{by_day: 10}")
        finding = only(pack_of("reports:\n" + both, since="2027-01-01"))
        assert finding.code == "unit-after-office"
        assert "there is no working day between in 2027-02" in finding.text
        # Rolled, 10/2 becomes Thursday 11/2.
        assert "under day-off-end=next_working_day always at least one" in finding.text
        assert shows(finding.case) == [{"u 2027-02": "2027-02-03", "o 2027-02": "2027-02-10", "working days": 0}]

    def test_another_kind_of_period_is_not_built_on(self) -> None:
        both = report("u", "unit", "office", "month", "{by_day: 20}") + report("o", "office", "chair", "quarter", "{by_day: 15}")
        assert not any(finding.code.startswith("unit-") for finding in check_rules(pack_of("reports:\n" + both)))


class TestReadings:
    def test_a_reading_that_nothing_names(self) -> None:
        finding = only(pack_of(OWN.replace("KIND", "question")))
        assert (finding.level, finding.code, finding.line) == ("warning", "reading-without-effect", 15)
        assert finding.text.startswith("reading own changes nothing in this pack")
        assert shows(finding.case) == [{"status": "open"}, {"status": "open"}]

    def test_a_reading_whose_options_say_the_same(self) -> None:
        starts = "from: [{under: {own: first}, first_known: assigned_on}, {under: {own: second}, first_known: [assigned_on]}]"
        pack = pack_of(OWN.replace("KIND", "question") + "deadlines:\n" + deadline(f"{starts}, done_by: transferred_on, within: {{days: 1}}"))
        assert only(pack).code == "reading-without-effect"

    def test_a_reading_that_decides_only_beside_another(self) -> None:
        """Under the default of `task-arises` both options start alike; under the other they do not."""
        starts = (
            "from: [{under: {task-arises: assigned_on}, first_known: assigned_on}, "
            "{under: {task-arises: issued_on, own: first}, first_known: issued_on}, "
            "{under: {task-arises: issued_on, own: second}, first_known: received_on}]"
        )
        pack = pack_of(OWN.replace("KIND", "question") + "deadlines:\n" + deadline(f"{starts}, done_by: transferred_on, within: {{days: 1}}"))
        assert found(pack) == []
        note = next(finding for finding in check_rules(pack) if finding.text.startswith("reading own decides"))
        assert note.case is not None
        assert [outcome.readings for outcome in note.case.outcomes] == [{"task-arises": "issued_on"}, {"task-arises": "issued_on", "own": "second"}]

    def test_a_reading_that_decides_has_its_smallest_task(self) -> None:
        """1 working day from Monday 2/11/2026 is Tuesday 3/11; with the start day counted it is 2/11 itself."""
        notes = {finding.text.split()[1]: finding for finding in check_rules(pack_of("deadlines:\n" + deadline()))}
        assert set(notes) == {"day-off-end", "start-day"}
        start = notes["start-day"]
        assert (start.level, start.code, start.cite) == ("note", "reading-decides", "Điều 2")
        assert start.case is not None
        assert (start.case.task, start.case.as_of) == ({"id": "case", "assigned_on": "2026-11-02"}, "2026-11-03")
        assert shows(start.case) == [
            {"duty.due_on": "2026-11-03", "duty.state": "pending"},
            {"duty.due_on": "2026-11-02", "duty.state": "missed"},
        ]
        # Saturday 7/11/2026, and the Monday after it.
        roll = notes["day-off-end"].case
        assert roll is not None
        assert roll.task == {"id": "case", "due_on": "2026-11-07"}
        assert [outcome["due_on"] for outcome in shows(roll)] == ["2026-11-07", "2026-11-09"]


def test_rules_that_take_effect_beyond_the_calendar_are_checked_without_cases() -> None:
    findings = check_rules(pack_of("deadlines:\n" + deadline("from: transferred_on, done_by: reviewed_on, within: {days: 1}"), since="2150-01-01"))
    assert [(finding.code, finding.case) for finding in findings] == [("start-never-set", None)]


# What the five packs are told, reviewed by hand against the texts. Each line: the code, and the rules or readings it is about.
ALWAYS = ("day-off-end", "start-day", "not-carried-out", "escalation-opens")
REVIEWED = {
    # Điều 7 of the base text (transfer) and its list of statuses were not supplied; no day of a report is known.
    "ben-tre": [
        "start-never-set review",
        "duty-without-number review",
        "statuses-not-supplied",
        *(f"reading-decides {id}" for id in ("day-off-end", "start-day", "promptly")),
    ],
    # Điều 12: [before] 15 of the quarter's last month is 15/6 for the half-year as well; so is 20 for the office.
    "can-tho": [
        "duty-without-number status-update",
        "reports-on-one-day unit-quarter unit-half",
        "reports-on-one-day office-quarter office-half",
        "unit-after-office office-month unit-month",
        "cell-without-status no-deadline-timeliness",
        "unit-before-office office-quarter unit-quarter",
        "unit-before-office office-half unit-half",
        "unit-before-office office-year unit-year",
        *(f"reading-decides {id}" for id in ALWAYS),
        *(f"reading-decides {id}" for id in ("before-day", "before-carries-over", "task-arises", "immediately", "promptly", "overdue-qualifies")),
        *(f"reading-decides {id}" for id in ("no-deadline-timeliness", "month-reported")),
    ],
    # Điều 10 khoản 1: before 20 of the quarter's last month, and before 20/6.
    "kon-tum": [
        "duty-without-number status-update",
        "reports-on-one-day unit-quarter unit-half",
        "cell-without-status no-deadline-timeliness",
        "cell-without-status in-progress-is-not-done",
        *(f"reading-decides {id}" for id in ALWAYS),
        *(f"reading-decides {id}" for id in ("before-day", "promptly", "secret-report-day", "in-progress-is-not-done", "no-deadline-timeliness")),
    ],
    # Điều 20 khoản 2 sets 10/6 and 10/12 for the tasks of both clauses of Điều 4, the secret ones too.
    "so-nn": [
        "duty-without-number review",
        "reports-on-one-day superior-half secret-half",
        "reports-on-one-day superior-year secret-year",
        "cell-without-status no-deadline-timeliness",
        *(f"reading-decides {id}" for id in ALWAYS),
        *(f"reading-decides {id}" for id in ("promptly", "status-update-start", "no-deadline-timeliness", "month-reported")),
    ],
    "yen-the": [
        "cell-without-status no-deadline-timeliness",
        "unit-before-office office-month unit-month",
        "unit-before-office office-half unit-half",
        "unit-before-office office-year unit-year",
        *(f"reading-decides {id}" for id in ALWAYS),
        *(f"reading-decides {id}" for id in ("before-day", "before-carries-over", "overdue-qualifies", "no-deadline-timeliness")),
        *(f"reading-decides {id}" for id in ("secret-report-day", "month-reported")),
    ],
}


def subject(finding: Finding, pack: Pack) -> str:
    """The code, and the rules and readings that the sentence begins with."""
    known = {rule.id for rule in pack.rules.rules()} | set(pack.readings)
    words = finding.text.replace("=", " ").replace(";", " ").split()
    named = [word for word in words if word in known]
    many = 2 if finding.code in ("reports-on-one-day", "unit-after-office", "unit-before-office") else 1
    return " ".join([finding.code, *named[:many]])


@pytest.mark.parametrize("name", PACKS)
def test_what_the_packs_are_told(name: str) -> None:
    pack = open_pack(name)
    findings = check(name).findings
    assert sorted(subject(finding, pack) for finding in findings) == sorted(REVIEWED[name])
    cites = {cite for rule in pack.rules.rules() for cite in (rule.cite, *(also.cite for also in rule.also))}
    for finding in findings:
        assert finding.line is not None
        assert finding.case is not None
        confirm(pack, finding.case)
        assert finding.cite in cites | {pack.rules.statuses.cite, "Điều 6 khoản 8"}


# Working days in (unit's day, office's day], counted on paper from the decisions on days off.
BETWEEN = [
    # can-tho: before 20, so 19; before 25, so 24
    ("can-tho", "month", "2021-01", 3),  # 20, 21, 22/1; 23 and 24/1 are a weekend
    ("can-tho", "month", "2023-01", 0),  # Tết: 20, 23, 24/1 off (8056/VPCP-KGVX); 21 and 22/1 are a weekend
    ("can-tho", "month", "2025-03", 3),  # 20, 21, 24/3
    ("can-tho", "month", "2026-02", 2),  # Tết: 16 to 20/2 off (9441/TB-BNV); 23, 24/2
    ("can-tho", "month", "2026-08", 4),  # 20, 21, Saturday 22/8 worked (9441/TB-BNV), 24/8
    ("can-tho", "month", "2026-11", 2),  # 20, 23/11; 24/11 off (Nghị quyết 28/2026/QH16)
    ("can-tho", "quarter", "2021-Q3", 3),  # 14 to 19/9/2021, Tuesday to Sunday: 15, 16, 17/9
    ("can-tho", "year", "2026", 4),  # 9 to 14/11/2026, Monday to Saturday: 10, 11, 12, 13/11
    # yen-the: before 10, so 9; before 20, so 19
    ("yen-the", "month", "2018-02", 2),  # Tết: 14, 15, 16, 19/2 off; 12, 13/2
    ("yen-the", "month", "2026-02", 4),  # 10 to 13/2; 14 and 15/2 are a weekend, 16 to 19/2 off
    ("yen-the", "half", "2015-H1", 6),  # 4 to 14/6/2015, Thursday to Sunday: 5, 8 to 12/6
]


@pytest.mark.parametrize(("name", "kind", "period", "days"), BETWEEN)
def test_working_days_between_unit_and_office(name: str, kind: str, period: str, days: int) -> None:
    year = int(period[:4])
    rows = {row.rule: row.due_on for row in load(name).reports(date(year, 1, 1), date(year, 12, 31)) if row.period == period}
    unit, office = rows[f"unit-{kind}"], rows[f"office-{kind}"]
    assert unit is not None
    assert office is not None
    assert vietnam().count(unit, office) == days


def test_january_2023_is_the_one_month_without_a_working_day_between() -> None:
    """Rolled to working days, 24/1/2023 becomes Friday 27/1, which leaves one day; day 20 and 25 themselves lie in Tết 2023 too."""
    (finding,) = [finding for finding in check("can-tho").findings if finding.code == "unit-after-office"]
    assert "due 0 to 5 working days after it" in finding.text
    assert "there is no working day between in 2023-01;" in finding.text
    assert "under day-off-end=next_working_day always at least one" in finding.text
    assert "before-day" not in finding.text
    assert shows(finding.case) == [{"unit-month 2023-01": "2023-01-19", "office-month 2023-01": "2023-01-24", "working days": 0}]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "deadline_rules", "check", *arguments], capture_output=True, text=True, check=False)


class TestCommand:
    def test_json_holds_every_finding(self) -> None:
        ended = run("can-tho", "--format", "json")
        found = json.loads(ended.stdout)
        assert ended.returncode == 0
        assert list(found) == ["rule_file", "rules", "provisions", "cases", "findings"]
        assert (found["rules"], found["provisions"], found["cases"]) == (17, 47, 106)
        assert len(found["findings"]) == len(REVIEWED["can-tho"])
        for finding in found["findings"]:
            assert list(finding) == ["level", "code", "path", "line", "text", "cite", "case"]
            assert finding["case"]["outcomes"]

    def test_json_of_an_error_ends_with_status_1(self) -> None:
        ended = run(str(BAD / "status-twice.yaml"), "--format", "json")
        (finding,) = json.loads(ended.stdout)["findings"]
        assert (ended.returncode, finding["level"], finding["code"]) == (1, "error", "cell-with-two-statuses")
        assert finding["case"]["outcomes"] == [{"readings": finding["case"]["outcomes"][0]["readings"], "shows": {"error": "AmbiguousRuleError"}}]

    def test_text_shows_notes_and_cases_when_asked(self) -> None:
        plain, notes, cases = run("kon-tum").stdout, run("kon-tum", "--notes").stdout, run("kon-tum", "--notes", "--cases").stdout
        assert len(plain.splitlines()) == 4
        assert len(notes.splitlines()) == 13
        assert len(cases.splitlines()) == 26
        assert cases.splitlines()[0::2] == notes.splitlines()
        assert all(line.startswith("    ") for line in cases.splitlines()[1::2])
