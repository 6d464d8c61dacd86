"""House rules: what an office adds to a regulation, what it may not loosen, and how layers lie over each other."""

import json
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules import Task, errors, load, regulation
from deadline_rules.check import check
from deadline_rules.files.packaged import rules_folder
from deadline_rules.formats.description import describe
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.model import Offset, Plan, ReminderPlan
from deadline_rules.results import Label
from deadline_rules.rulebook.library import Pack, find, open_pack
from deadline_rules.testing.cases import run_cases

EXAMPLES = rules_folder() / "examples"
HALTED = "suspensions: {allowed: yes, cite: Điều 8}\n"
HEAD = """
id: {id}
extends: {extends}
title: {{vi: Quy chế nội bộ, en: House rules}}
issuer: {{vi: Đơn vị, en: Unit}}
instrument: {{name: Quy chế nội bộ, number: 01/QC}}
"""


def write(folder: Path, body: str = "", *, id: str = "house", extends: str = "kon-tum") -> Path:
    path = folder / f"{id}.yaml"
    path.write_text(HEAD.format(id=id, extends=extends) + body, encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(errors.RuleFileError) as caught:
        load(path)
    return str(caught.value)


class TestExamples:
    @pytest.mark.parametrize("name", ["ben-tre-internal", "three-levels"])
    def test_they_pass_the_check_and_their_cases(self, name: str) -> None:
        checked = check(EXAMPLES / name)
        assert checked.errors == ()
        assert "no-ledger" not in {finding.code for finding in checked.findings}
        assert checked.cases >= 9
        assert list(run_cases(EXAMPLES / name / "house.yaml", EXAMPLES / name / "cases.yaml")) == []

    def test_a_warning_of_what_they_extend_is_a_note(self) -> None:
        """Kon Tum's status-update has no number (Điều 4 khoản 2 điểm c); the three levels add nothing that is odd."""
        below, above = check("kon-tum"), check(EXAMPLES / "three-levels")
        assert (len(below.warnings), above.warnings) == (4, ())
        assert {finding.text for finding in below.warnings} <= {finding.text for finding in above.findings if finding.level == "note"}
        own = [finding.text for finding in check(EXAMPLES / "ben-tre-internal").warnings]
        assert len(own) == 1
        assert own[0].startswith("unit-month (Điều 17 khoản 1; Quy chế nội bộ mẫu 02/MẪU, Điều 4 khoản 1) and unit-quarter")

    @pytest.mark.parametrize("none", ["none", None])
    def test_a_caller_may_leave_promptly_without_a_number(self, none: object) -> None:
        """The example reads promptly as two working days; who asks for none is not given two."""
        assert load(EXAMPLES / "ben-tre-internal").readings["promptly"] == "2"
        assert load(EXAMPLES / "ben-tre-internal", readings={"promptly": none}).readings["promptly"] == "none"

    def test_what_only_house_rules_have_is_shown(self, tmp_path: Path) -> None:
        path = tmp_path / "house.yaml"
        path.write_text((EXAMPLES / "ben-tre-internal/house.yaml").read_text(encoding="utf-8") + HALTED, encoding="utf-8")
        shown = describe(load(path), "en")
        assert "- House rules under: `ben-tre`\n" in shown
        assert "| `nearly-due` | nearly due (warning) | – | 2 working days before `due_on` | Quy chế nội bộ mẫu 02/MẪU, Điều 6 |" in shown
        assert "Suspended time is taken out of the time limit (Quy chế nội bộ mẫu 02/MẪU, Điều 8)." in shown
        assert "Suspensions" not in describe(load(EXAMPLES / "ben-tre-internal"), "en")
        assert not any(word in describe(load("ben-tre"), "en") for word in ("Reminders", "House rules under"))

    @pytest.mark.parametrize("name", ["ben-tre-internal", "three-levels"])
    def test_they_say_that_they_are_no_law(self, name: str) -> None:
        for file in ("house.yaml", "cases.yaml"):
            assert "not law" in (EXAMPLES / name / file).read_text(encoding="utf-8").lower()

    def test_they_are_never_listed(self) -> None:
        assert [pack.id for pack in dr.available()] == ["ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the"]
        with pytest.raises(errors.UnknownRegulationError):
            load("three-levels")

    def test_a_folder_is_found_by_its_house_file(self) -> None:
        assert find(EXAMPLES / "three-levels").name == "house.yaml"
        assert load(EXAMPLES / "three-levels").id == "three-levels"

    def test_reminders_and_warnings_are_in_the_plan(self) -> None:
        plan = load(EXAMPLES / "ben-tre-internal").plan
        cite = "Quy chế nội bộ mẫu 02/MẪU, Điều "
        assert [(row.id, row.kind, row.of, row.before, row.to, row.cite) for row in plan.reminders] == [
            ("three-days-left", "reminder", "due_on", Offset("working_days", 3), "clerk", f"{cite}5 khoản 1"),
            ("one-day-left", "reminder", "due_on", Offset("working_days", 1), "clerk, unit", f"{cite}5 khoản 1"),
            ("month-report-soon", "reminder", "unit-month", Offset("working_days", 3), "clerk", f"{cite}5 khoản 2"),
            ("nearly-due", "warning", "due_on", Offset("working_days", 2), None, f"{cite}6"),
        ]

    def test_regulations_have_no_reminders(self) -> None:
        assert all(load(pack.id).plan.reminders == () for pack in dr.available())

    def test_every_way_of_looking_at_it_works(self) -> None:
        rules = load(EXAMPLES / "three-levels")
        result = rules.evaluate(Task(id="T", due_on=date(2026, 11, 16)), date(2026, 11, 20))
        assert (result.regulation, result.rules_version) == ("three-levels", rules.pack.version)
        assert (
            "Cấp 2: cấp phó báo cáo người đứng đầu [level-2]: đang mở từ 20/11/2026 (Quy định nội bộ mẫu 01/MẪU, Điều 1 khoản 2)"
            in result.explain("vi")
        )
        assert rules.reports(date(2026, 3, 1), date(2026, 3, 31))[0].regulation == "three-levels"
        assert rules.tally([], date(2026, 11, 20)).total == 0
        flips = [
            (flip.day, flip.before, flip.after)
            for flip in rules.timeline(Task(id="T", due_on=date(2026, 11, 16)))
            if flip.rule == "level-2" and flip.what == "state"
        ]
        assert flips == [(date(2026, 11, 16), None, "upcoming"), (date(2026, 11, 20), "upcoming", "open")]
        copy = pickle.loads(pickle.dumps(rules))  # noqa: S301  # made a moment ago
        assert copy.evaluate(Task(id="T", due_on=date(2026, 11, 16)), date(2026, 11, 20)).escalations == result.escalations

    def test_tables_say_the_same(self) -> None:
        pl = pytest.importorskip("polars")
        rules = load(EXAMPLES / "three-levels")
        frame = pl.DataFrame({"mã": ["T"], "hạn xử lý": ["16/11/2026"]})
        row = rules.evaluate_table(frame, as_of=date(2026, 11, 20)).row(0, named=True)
        assert [(row[f"level-{n}_opens_on"], row[f"level-{n}_state"]) for n in (1, 2, 3)] == [
            (date(2026, 11, 17), "open"),
            (date(2026, 11, 20), "open"),
            (date(2026, 11, 25), "upcoming"),
        ]

    @pytest.mark.parametrize("lang", ["vi", "en"])
    @pytest.mark.parametrize("name", ["ben-tre-internal", "three-levels"])
    def test_the_command_line_shows_them(self, name: str, lang: str) -> None:
        command = [sys.executable, "-m", "deadline_rules", "show", str(EXAMPLES / name), "--lang", lang]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        wanted = {"three-levels": {"vi": "3 ngày làm việc sau khi mở `level-1`", "en": "3 working days after `level-1` opens"}}
        assert wanted.get(name, {}).get(lang, "Quy chế nội bộ mẫu 02/MẪU, Điều 3 khoản 1") in done.stdout

    def test_they_follow_the_schema_for_editors(self) -> None:
        jsonschema: Any = pytest.importorskip("jsonschema")
        yaml: Any = pytest.importorskip("yaml")
        command = [sys.executable, "-m", "deadline_rules", "schema", "--house"]
        schema = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        for name in ("ben-tre-internal", "three-levels"):
            data = yaml.safe_load((EXAMPLES / name / "house.yaml").read_text(encoding="utf-8"))
            assert [error.message for error in validator(schema).iter_errors(json.loads(json.dumps(data, default=str)))] == []


class TestNumbers:
    def test_a_number_where_the_law_gives_none(self, tmp_path: Path) -> None:
        """kon-tum, Điều 4 khoản 2 điểm c gives no number; three days from Monday 16/11/2026 end on Thursday 19/11."""
        rules = load(write(tmp_path, "numbers:\n  status-update: {within: {days: 3}, cite: Điều 3, quote: trong 03 ngày}\n"))
        row = rules.evaluate(Task(id="T", due_on=date(2026, 11, 16)), date(2026, 11, 19)).deadline("status-update")
        assert (row.due_on, row.state, row.reason) == (date(2026, 11, 19), "pending", None)
        assert row.cite == "Điều 4 khoản 2 điểm c; Quy chế nội bộ 01/QC, Điều 3"
        law = load("kon-tum").evaluate(Task(id="T", due_on=date(2026, 11, 16)), date(2026, 11, 19)).deadline("status-update")
        assert (law.due_on, law.state) == (None, "no_number")

    def test_only_what_has_no_number_gets_one(self, tmp_path: Path) -> None:
        """In the file extended 10 days are the rule, urgent tasks are at once, and secret ones promptly: only those get the number.

        One working day from Thursday 5/11/2026 is Friday 6/11.
        """
        base = Path(__file__).parents[1] / "rules" / "good" / "calendar-days.yaml"
        rules = load(write(tmp_path, "numbers:\n  answer: {within: {working_days: 1}, cite: Điều 3}\n", extends=str(base)))
        received = date(2026, 11, 5)
        due = [
            rules.evaluate(Task.from_record({"id": "T", "received_on": received, **kind}), received).deadline("answer").due_on
            for kind in ({}, {"urgent": True}, {"secrecy": "mật"})
        ]
        assert due == [date(2026, 11, 15), received, date(2026, 11, 6)]

    def test_one_number_for_every_kind(self, tmp_path: Path) -> None:
        """so-nn gives 1 working day and 2 for complex tasks; the house 1 for all: from Monday 2/11/2026 Tuesday 3/11."""
        rules = load(write(tmp_path, "stricter:\n  transfer: {within: {working_days: 1}, cite: Điều 3}\n", extends="so-nn"))
        row = rules.evaluate(Task(id="T", received_on=date(2026, 11, 2), complex=True), date(2026, 11, 2)).deadline("transfer")
        assert (row.due_on, row.cite[-29:]) == (date(2026, 11, 3), "; Quy chế nội bộ 01/QC, Điều 3"[-29:])

    def test_another_number_for_some_kinds(self, tmp_path: Path) -> None:
        """0 working days, and for complex tasks 1: Monday 2/11/2026 itself, and Tuesday 3/11."""
        body = "stricter:\n  transfer: {within: {working_days: 0}, except: [{when: {complex: yes}, within: {working_days: 1}}], cite: Điều 3}\n"
        rules = load(write(tmp_path, body, extends="so-nn"))
        received = date(2026, 11, 2)
        due = [rules.evaluate(Task(id="T", received_on=received, complex=kind), received).deadline("transfer").due_on for kind in (False, True)]
        assert due == [received, date(2026, 11, 3)]

    def test_at_once_stays_at_once(self, tmp_path: Path) -> None:
        """can-tho: 1 working day, urgent tasks at once."""
        rules = load(write(tmp_path, "stricter:\n  transfer: {within: {working_days: 1}, cite: Điều 3}\n", extends="can-tho"))
        assigned = date(2026, 11, 2)
        due = [rules.evaluate(Task(id="T", assigned_on=assigned, urgent=kind), assigned).deadline("transfer").due_on for kind in (False, True)]
        assert due == [date(2026, 11, 3), assigned]

    def test_nothing_is_stricter_than_at_once(self, tmp_path: Path) -> None:
        own = """
deadlines:
  - id: answer
    topic: status.update
    label: {vi: Trả lời, en: Answer}
    cite: Điều 3
    quote: ngay
    actor: unit
    from: assigned_on
    within: immediately
    why_no_number: {vi: ngay, en: at once}
    done_by: urged_on
"""
        below = write(tmp_path, own, id="below")
        over = write(tmp_path, "stricter:\n  answer: {within: {working_days: 0}, cite: Điều 1}\n", extends="below.yaml")
        assert "below, answer, Quy chế nội bộ 01/QC, Điều 3 has no number to be stricter than (immediately); nothing is stricter" in refused(over)
        row = load(below).evaluate(Task(id="T", assigned_on=date(2026, 11, 2)), date(2026, 11, 2)).deadline("answer")
        assert (row.due_on, row.cite) == (date(2026, 11, 2), "Quy chế nội bộ 01/QC, Điều 3")

    def test_promptly_as_a_default_of_the_house(self, tmp_path: Path) -> None:
        """Two working days from Monday 16/11/2026 end on Wednesday 18/11; a caller can still choose another number, or none."""
        path = write(tmp_path, "readings: {promptly: 2}\n")
        task, as_of = Task(id="T", due_on=date(2026, 11, 16)), date(2026, 11, 16)
        chosen: list[dict[str, object]] = [{}, {"promptly": 1}, {"promptly": None}]
        due = [load(path, readings=readings).evaluate(task, as_of).deadline("status-update").due_on for readings in chosen]
        assert due == [date(2026, 11, 18), date(2026, 11, 17), None]
        assert load(path).readings["promptly"] == "2"


class TestReports:
    def test_an_earlier_day(self, tmp_path: Path) -> None:
        """kon-tum: before 20 of the quarter's last month; the house: before 15. 14/3/2026 is a Saturday, so it is sent by Friday 13/3."""
        rules = load(write(tmp_path, "reports:\n  unit-quarter: {due: {before_day: 15}, cite: Điều 4}\n"))
        row = next(row for row in rules.reports(date(2026, 3, 1), date(2026, 3, 31)) if row.rule == "unit-quarter")
        assert (row.due_on, row.send_by, row.cite) == (date(2026, 3, 14), date(2026, 3, 13), "Điều 10 khoản 1; Quy chế nội bộ 01/QC, Điều 4")

    @pytest.mark.parametrize("day", ["{by_day: 19}", "{on_day: 19}", "{before_day: 20}"])
    def test_the_last_day_in_time_itself_is_no_later(self, tmp_path: Path, day: str) -> None:
        assert load(write(tmp_path, f"reports:\n  unit-quarter: {{due: {day}, cite: Điều 4}}\n")).id == "house"

    def test_the_same_months_and_others(self, tmp_path: Path) -> None:
        """yen-the, Điều 16 khoản 3: a summary within June and one within November. A third one within March leaves both standing."""
        path = write(tmp_path, "reports:\n  inspection-summary: {due: {within_months: [11, 3, 6]}, cite: Điều 4}\n", extends="yen-the")
        rows = [row.due_on for row in load(path).reports(date(2026, 1, 1), date(2026, 12, 31)) if row.rule == "inspection-summary"]
        assert rows == [date(2026, 3, 31), date(2026, 6, 30), date(2026, 11, 30)]
        found = load(path).notices([], date(2026, 1, 1), date(2026, 12, 31))
        assert len({notice.key for notice in found}) == len(found)

    @pytest.mark.parametrize(("months", "gone"), [("[6]", 11), ("[5, 6]", 11), ("[5, 11]", 6), ("[7, 11]", 6)])
    def test_no_month_is_left_out(self, tmp_path: Path, months: str, gone: int) -> None:
        body = f"reports:\n  inspection-summary: {{due: {{within_months: {months}}}, cite: Điều 4}}\n"
        path = write(tmp_path, body, extends="yen-the")
        why = f"{months.strip('[]')} leaves out month {gone} of yen-the, inspection-summary, Điều 16 khoản 3: within_months 6, 11; "
        assert refused(path) == f"{path}:8: reports.inspection-summary.due: within_months {why}a house rule may only add months."

    def test_a_month_that_stands_twice_would_stand_for_two(self, tmp_path: Path) -> None:
        body = "reports:\n  inspection-summary: {due: {within_months: [6, 6, 11]}, cite: Điều 4}\n"
        path = write(tmp_path, body, extends="yen-the")
        assert refused(path) == f"{path}:8: reports.inspection-summary.due: month 6 stands twice; name each month once."
        assert [finding.line for finding in check(path).errors] == [8]

    def test_fewer_days_after_promulgation(self, tmp_path: Path) -> None:
        """kon-tum was signed on 9/5/2016: five days later is 14/5/2016."""
        path = write(tmp_path, "reports:\n  focal-point: {due: {days_after_promulgation: 5}, cite: Điều 4}\n")
        rows = load(path).reports(date(2016, 5, 9), date(2016, 5, 31))
        assert [row.due_on for row in rows if row.rule == "focal-point"] == [date(2016, 5, 14)]
        assert "looser" in refused(write(tmp_path, "reports:\n  focal-point: {due: {days_after_promulgation: 11}, cite: Điều 4}\n"))

    def test_a_day_after_promulgation_needs_the_day_of_signing(self, tmp_path: Path) -> None:
        path = write(tmp_path, "reports:\n  focal-point: {due: {days_after_promulgation: 5}, cite: Điều 4}\n", extends="so-nn")
        assert "focal-point" in refused(path)

    @pytest.mark.parametrize(
        "body",
        [
            "escalations:\n  - {id: up, topic: x, opens: on_request, label: {vi: a, en: b}, actor: unit, to: [chair, chair], cite: Điều 5}\n",
            "reminders:\n  - {id: soon, of: due_on, before: {days: 1}, to: [chair, unit, chair], label: {vi: a, en: b}, cite: Điều 5}\n",
        ],
    )
    def test_a_party_is_named_once(self, tmp_path: Path, body: str) -> None:
        assert "[0].to: 'chair' stands twice; name each once." in refused(write(tmp_path, body))

    def test_a_start_is_named_once(self, tmp_path: Path) -> None:
        body = """
deadlines:
  - id: answer
    topic: status.update
    label: {vi: Trả lời, en: Answer}
    cite: Điều 3
    quote: 1 ngày
    actor: unit
    from: [{first_known: [due_on, assigned_on, due_on]}]
    within: {days: 1}
    done_by: urged_on
"""
        assert "deadlines[0].from[0].first_known: 'due_on' stands twice" in refused(write(tmp_path, body))


class TestSteps:
    def test_steps_follow_an_event_too(self, tmp_path: Path) -> None:
        """Difficulty on Monday 9/11/2026, due on Friday 6/11: open on 9/11; two working days later is Wednesday 11/11."""
        body = """
escalations:
  - id: level-2
    after: {of: unit-difficulty, working_days: 2}
    label: {vi: Cấp 2, en: Level 2}
    actor: unit
    to: chair
    cite: Điều 5
"""
        rules = load(write(tmp_path, body))
        task = Task(id="T", due_on=date(2026, 11, 6), difficulty_on=date(2026, 11, 9))
        row = rules.evaluate(task, date(2026, 11, 10)).escalation("level-2")
        assert row is not None
        assert (row.opens_on, row.state, row.topic) == (date(2026, 11, 11), "upcoming", "escalate.unit")
        assert rules.evaluate(task, date(2026, 11, 8)).escalation("level-2") is None
        assert rules.evaluate(Task(id="T", difficulty_on=date(2026, 11, 9)), date(2026, 11, 20)).escalation("level-2") is None

    def test_a_step_is_closed_by_what_closes_the_one_it_follows(self, tmp_path: Path) -> None:
        body = """
escalations:
  - id: level-1
    topic: escalate.unit
    opens: {on: difficulty_on}
    label: {vi: Cấp 1, en: Level 1}
    actor: unit
    cite: Điều 5
    closed_by: returned_on
  - {id: level-2, after: {of: level-1, working_days: 1}, label: {vi: Cấp 2, en: Level 2}, actor: unit, cite: Điều 5}
  - {id: level-3, after: {of: level-2, working_days: 1}, label: {vi: Cấp 3, en: Level 3}, actor: unit, cite: Điều 5, closed_by: urged_on}
"""
        rules = load(write(tmp_path, body))
        task = Task(id="T", difficulty_on=date(2026, 11, 2), returned_on=date(2026, 11, 10))
        result = rules.evaluate(task, date(2026, 11, 20))
        states = [row.state for row in result.escalations if row.rule.startswith("level")]
        assert states == ["closed", "closed", "open"]

    def test_days_that_are_not_official_are_named(self, tmp_path: Path) -> None:
        """The calendar vouches for days up to 31/12/2027; a step that counts beyond is provisional, and `strict` refuses it."""
        rules = load(EXAMPLES / "three-levels", strict=True)
        assert rules.evaluate(Task(id="T", due_on=date(2027, 12, 20)), date(2027, 12, 21)).provisional is False
        with pytest.raises(errors.UnverifiedCalendarError):
            rules.evaluate(Task(id="T", due_on=date(2027, 12, 27)), date(2027, 12, 27))

    @pytest.mark.parametrize("only", [None, ["caveats"]])
    def test_tables_name_them_too(self, tmp_path: Path, only: list[str] | None) -> None:
        """ben-tre, unit-difficulty opens on 30/12/2013; the calendar vouches for days from 2014 on, and no other day of the task is so early."""
        pl = pytest.importorskip("polars")
        step = "{id: level-2, after: {of: unit-difficulty, working_days: 2}, label: {vi: Cấp 2, en: Level 2}, actor: unit, cite: Điều 5}"
        rules = load(write(tmp_path, f"escalations:\n  - {step}\n", extends="ben-tre"))
        as_of = date(2026, 11, 20)
        for day, provisional in ((date(2013, 12, 30), True), (date(2014, 1, 2), False)):
            frame = pl.DataFrame({"mã": ["T"], "ngày vướng mắc": [day]})
            assert ("calendar-not-official" in str(rules.evaluate_table(frame, as_of=as_of, only=only)["caveats"].to_list())) is provisional
            assert rules.evaluate(Task(id="T", difficulty_on=day), as_of).provisional is provisional

    def test_a_step_beyond_the_calendar_is_refused(self) -> None:
        with pytest.raises(errors.CalendarHorizonError):
            load(EXAMPLES / "three-levels").evaluate(Task(id="T", due_on=date(2100, 12, 28)), date(2100, 12, 28))


class TestOther:
    def test_labels_change_words_and_no_codes(self, tmp_path: Path) -> None:
        body = """
labels:
  statuses: {not_done_overdue: {vi: trễ hạn, en: late}}
  rules: {transfer: {vi: Chuyển việc, en: Hand over}}
  parties: {unit: {vi: phòng, en: section}}
"""
        rules = load(write(tmp_path, body))
        result = rules.evaluate(Task(id="T", due_on=date(2026, 11, 16)), date(2026, 11, 20))
        assert (result.status.code, result.status.label, result.status.cite) == ("not_done_overdue", "trễ hạn", "Điều 5 khoản 1 điểm đ")
        assert rules.plan.deadlines[0].label == Label("Chuyển việc", "Hand over")
        assert rules.rules.parties["unit"].vi == "phòng"

    def test_required_information_is_added(self, tmp_path: Path) -> None:
        body = """
required_information:
  - {field: supporting_units, cite: Điều 6}
  - {field: overdue_reason, when: {timeliness: overdue}, cite: Điều 6}
  - {field: signed_by, cite: Điều 6}
"""
        rules = load(write(tmp_path, body))
        found = rules.evaluate(Task(id="T", due_on=date(2026, 11, 16), completed_on=date(2026, 11, 18)), date(2026, 11, 20)).missing_fields
        law = load("kon-tum").evaluate(Task(id="T", due_on=date(2026, 11, 16), completed_on=date(2026, 11, 18)), date(2026, 11, 20)).missing_fields
        assert set(found) - set(law) == {"supporting_units", "overdue_reason", "signed_by"}
        assert set(law) <= set(found)
        assert len(set(found)) == len(found)

    def test_the_house_applies_from_a_day(self, tmp_path: Path) -> None:
        rules = load(write(tmp_path, "in_force: {from: 2026-01-01, cite: Điều 9}\n"))
        assert rules.evaluate(Task(id="T"), date(2026, 1, 1)).regulation == "house"
        with pytest.raises(errors.NotInForceError):
            rules.evaluate(Task(id="T"), date(2025, 12, 31))
        assert load(write(tmp_path, "in_force: {from: 2010-01-01, cite: Điều 9}\n")).plan.in_force_from == date(2016, 5, 9)

    def test_suspensions_that_one_layer_forbids_no_other_allows(self, tmp_path: Path) -> None:
        """Whoever says nothing forbids nothing."""
        body = "suspensions: {{allowed: {word}, cite: Điều {number}}}\n"
        for first, second, allowed in ((None, "yes", True), ("yes", None, True), ("yes", "no", False), ("no", None, False), ("no", "no", False)):
            for id, extends, word, number in (("first", "kon-tum", first, 8), ("second", "first.yaml", second, 9)):
                path = write(tmp_path, body.format(word=word, number=number) if word else "", id=id, extends=extends)
            assert (load(path).plan.suspensions is not None) is allowed
        write(tmp_path, body.format(word="no", number=8), id="first")
        write(tmp_path, id="second", extends="first.yaml")
        path = write(tmp_path, body.format(word="yes", number=7), id="third", extends="second.yaml")
        why = "suspensions.allowed: yes is looser than first, Quy chế nội bộ 01/QC, Điều 8: no; a house rule may only be stricter."
        assert refused(path) == f"{path}:7: {why}"

    def test_it_is_compared_with_what_it_extends(self) -> None:
        comparison = dr.compare(["kon-tum", EXAMPLES / "three-levels"])
        assert "escalate.unit" in {topic.id for topic in comparison.topics if topic.differs}


LATER = "in_force: {from: 2026-12-01, cite: Điều 9}\n"
STEP = """
escalations:
  - {id: told, after: {of: unit-overdue, working_days: 3}, label: {vi: Báo cáo, en: Told}, actor: unit, to: chair, cite: Điều 5}
"""
LATE = Task(id="T", assigned_on=date(2026, 11, 2), transferred_on=date(2026, 11, 2), due_on=date(2026, 11, 27))


class TestFromADayOn:
    def test_before_it_the_regulation_holds(self, tmp_path: Path) -> None:
        """kon-tum, Điều 5, 8 and 9: due on Friday 27/11/2026, missed and to be raised on the 28th, a Saturday.

        The step of the house comes three working days later: Monday 30/11, 1/12, 2/12.
        """
        house, law = load(write(tmp_path, LATER + STEP)), load("kon-tum")
        found = house.notices([LATE], date(2026, 11, 25), date(2026, 12, 5))
        assert [(row.day.isoformat(), row.kind, row.rule, row.regulation) for row in found] == [
            ("2026-11-27", "due", "due_on", "kon-tum"),
            ("2026-11-28", "missed", "due_on", "kon-tum"),
            ("2026-11-28", "opens", "unit-overdue", "kon-tum"),
            ("2026-11-28", "opens", "office-overdue", "kon-tum"),
            ("2026-12-02", "opens", "told", "house"),
        ]
        assert found[:4] == law.notices([LATE], date(2026, 11, 25), date(2026, 12, 5))
        assert {row.key.split("/")[3] for row in found} == {law.pack.version, house.pack.version}
        assert house.notices([LATE], date(2026, 11, 25), date(2026, 11, 27)) == found[:1]
        assert house.notices([LATE], date(2026, 11, 30), date(2026, 12, 5)) == found[4:]

    def test_changes_look_at_both(self, tmp_path: Path) -> None:
        """Completed on Thursday 26/11: none of the five notices holds."""
        house = load(write(tmp_path, LATER + STEP))
        done = LATE.model_copy(update={"completed_on": date(2026, 11, 26)})
        found = house.changes([LATE], [done], date(2026, 11, 25), date(2026, 12, 5))
        assert ([row.rule for row in found.withdrawn], found.new) == (["due_on", "due_on", "unit-overdue", "office-overdue", "told"], ())

    def test_reports_too(self, tmp_path: Path) -> None:
        """kon-tum, Điều 10 khoản 1: before 20/11 yearly, before 20/12 quarterly; the house from December on: by the 10th."""
        house = load(write(tmp_path, f"{LATER}reports:\n  unit-quarter: {{due: {{by_day: 10}}, cite: Điều 4}}\n"))
        found = house.reports(date(2026, 9, 1), date(2026, 12, 31))
        assert [(row.rule, str(row.due_on), row.regulation) for row in found if row.due_on] == [
            ("unit-quarter", "2026-09-19", "kon-tum"),
            ("unit-year", "2026-11-19", "kon-tum"),
            ("unit-quarter", "2026-12-10", "house"),
        ]
        standing = [row.rule for row in found if row.due_on is None and row.period is None]
        assert standing
        assert len(set(standing)) == len(standing)
        assert {row.regulation for row in house.reports(date(2026, 9, 1), date(2026, 11, 30))} == {"kon-tum"}

    def test_what_a_caller_chose_holds_before_it_and_what_the_house_chose_does_not(self, tmp_path: Path) -> None:
        """Before 20/11 is the 19th, or under the other reading the 20th, whether or not the house reads it so from December on."""
        path = write(tmp_path, f"{LATER}readings: {{before-day: same_day}}\n")
        days = date(2026, 11, 1), date(2026, 11, 30)
        for readings, day in (({}, 19), ({"before-day": "same_day"}, 20), ({"before-day": "previous_day"}, 19)):
            rules = load(path, readings=readings)
            for asked in (rules, pickle.loads(pickle.dumps(rules))):  # noqa: S301  # made a moment ago
                assert [row.due_on for row in asked.reports(*days) if row.due_on] == [date(2026, 11, day)]
        given: dict[str, object] = {"before-day": "previous_day"}
        rules = load(path, readings=given)
        given["before-day"] = "same_day"  # comes too late
        assert [row.due_on for row in rules.reports(*days) if row.due_on] == [date(2026, 11, 19)]
        bare = dr.Regulation(rules.pack, rules.plan, rules.calendar)  # made without what was asked
        assert [row.due_on for row in bare.reports(*days) if row.due_on] == [date(2026, 11, 19)]

    def test_a_day_that_a_caller_supplied_holds_before_it_too(self, tmp_path: Path) -> None:
        rules = load(write(tmp_path, LATER, extends="ben-tre"), reports={"unit-month": {"by_day": 20}})
        rows = [row for row in rules.reports(date(2026, 11, 1), date(2026, 12, 31)) if row.rule == "unit-month"]
        assert [(row.due_on, row.regulation) for row in rows] == [(date(2026, 11, 20), "ben-tre"), (date(2026, 12, 20), "house")]

    def test_the_check_knows_that_reports_of_before_are_listed(self, tmp_path: Path) -> None:
        """kon-tum, focal-point: ten days after 9/5/2016, Thursday 19/5."""
        path = write(tmp_path, LATER)
        assert ("focal-point", date(2016, 5, 19)) in [(row.rule, row.due_on) for row in load(path).reports(date(2016, 5, 9), date(2016, 5, 31))]
        assert not [finding for finding in check(path).findings if "no list of reports ever shows it" in finding.text]

    def test_results_before_it_are_those_of_another_regulation(self, tmp_path: Path) -> None:
        rules = load(write(tmp_path, LATER))
        for ask in (rules.evaluate, rules.classify):
            with pytest.raises(errors.NotInForceError) as caught:
                ask(LATE, date(2026, 11, 30))
            why = "house took effect on 2026-12-01 (for earlier days ask kon-tum); on 2026-11-30 it says nothing. Ask for a later day."
            assert str(caught.value) == why
        assert rules.evaluate(LATE, date(2026, 12, 1)).regulation == "house"
        with pytest.raises(errors.NotInForceError) as caught:
            load(write(tmp_path, id="no-later")).evaluate(LATE, date(2016, 5, 8))
        assert str(caught.value) == "no-later took effect on 2016-05-09; on 2016-05-08 it says nothing. Ask for a later day."

    def test_nothing_holds_before_the_regulation(self, tmp_path: Path) -> None:
        """kon-tum took effect on 9/5/2016."""
        rules = load(write(tmp_path, LATER))
        with pytest.raises(errors.NotInForceError, match=r"^kon-tum took effect on 2016-05-09;"):
            rules.notices([], date(2016, 1, 1), date(2016, 5, 8))
        for days in ((date(2026, 11, 30), date(2026, 11, 1)), (date(2026, 12, 5), date(2026, 11, 1))):
            with pytest.raises(errors.DayError):
                rules.notices([], *days)
            with pytest.raises(errors.DayError):
                rules.reports(*days)

    def test_each_layer_from_its_own_day_on(self, tmp_path: Path) -> None:
        """The second house names no day and goes with the first, the third begins in 2027; 4/1/2027 is a Monday."""
        write(tmp_path, LATER + STEP, id="first")
        write(tmp_path, id="second", extends="first.yaml")
        path = write(tmp_path, "in_force: {from: 2027-01-01, cite: Điều 9}\n", id="third", extends="second.yaml")
        later = LATE.model_copy(update={"id": "S", "due_on": date(2027, 1, 4)})
        found = load(path).notices([LATE, later], date(2026, 11, 25), date(2027, 1, 4))
        assert [(row.day.isoformat(), row.rule, row.regulation) for row in found if row.task_id and row.kind != "missed"] == [
            ("2026-11-27", "due_on", "kon-tum"),
            ("2026-11-28", "unit-overdue", "kon-tum"),
            ("2026-11-28", "office-overdue", "kon-tum"),
            ("2026-12-02", "told", "second"),
            ("2027-01-04", "due_on", "third"),
        ]

    def test_what_lies_below_is_made_when_it_is_asked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[str] = []

        def counted(pack: Pack, *asked: Any) -> Plan:
            made.append(pack.rules.id)
            return compile_plan(pack, *asked)

        monkeypatch.setattr(regulation, "compile_plan", counted)
        rules = load(write(tmp_path, LATER))
        rules.notices([LATE], date(2026, 11, 30), date(2026, 12, 5))
        assert made == ["house"]
        for _ in range(2):
            rules.notices([LATE], date(2026, 11, 29), date(2026, 12, 5))
        assert made == ["house", "kon-tum"]

    def test_tables_say_the_same(self, tmp_path: Path) -> None:
        """A row that is no task is told once; a reader is read once."""
        pa = pytest.importorskip("pyarrow")
        pytest.importorskip("narwhals")
        house = load(write(tmp_path, LATER + STEP))
        days = date(2026, 11, 25), date(2026, 12, 5)
        table = pa.table(
            {"id": ["T", "S"], "assigned_on": [date(2026, 11, 2)] * 2, "transferred_on": ["2026-11-02"] * 2, "due_on": ["2026-11-27", "x"]}
        )
        keys = [notice.key for notice in house.notices([LATE], *days)]
        for given in (table, table.to_reader()):
            found = house.notices_table(given, *days).to_pylist()
            assert [row["key"] for row in found] == [*keys, None]
            assert found[-1]["task_id"] == "S"
        assert house.notices_table(table, days[0], date(2026, 11, 27)).column("key").to_pylist() == [keys[0], None]


class TestLayers:
    def test_layers_lie_over_each_other(self, tmp_path: Path) -> None:
        """so-nn gives 2 working days for complex tasks, the first house 1, the second 0: Monday 2/11/2026 itself."""
        write(tmp_path, "stricter:\n  transfer: {within: {working_days: 1}, cite: Điều 3}\n", id="first", extends="so-nn")
        path = write(tmp_path, "stricter:\n  transfer: {within: {working_days: 0}, cite: Điều 7}\n", id="second", extends="first.yaml")
        rules = load(path)
        assert [layer.id for layer in rules.pack.layers] == ["so-nn", "first", "second"]
        row = rules.evaluate(Task(id="T", received_on=date(2026, 11, 2), complex=True), date(2026, 11, 2)).deadline("transfer")
        assert row.due_on == date(2026, 11, 2)
        assert row.cite.endswith("; Quy chế nội bộ 01/QC, Điều 3; Quy chế nội bộ 01/QC, Điều 7")

    def test_a_layer_may_not_loosen_the_one_below(self, tmp_path: Path) -> None:
        write(tmp_path, "stricter:\n  transfer: {within: {working_days: 1}, cite: Điều 3}\n", id="first", extends="so-nn")
        path = write(tmp_path, "stricter:\n  transfer: {within: {working_days: 2}, cite: Điều 7}\n", id="second", extends="first.yaml")
        assert f"{path}:8: stricter.transfer.within: 2 working days is looser than first, transfer, Điều 6 khoản 1" in refused(path)

    def test_a_reading_that_a_layer_chose_stays(self, tmp_path: Path) -> None:
        write(tmp_path, "readings: {before-day: same_day, promptly: 3}\n", id="first")
        path = write(tmp_path, "readings: {before-day: previous_day}\n", id="second", extends="first.yaml")
        assert "readings.before-day: previous_day would take back same_day, which first chose" in refused(path)
        path = write(tmp_path, "readings: {promptly: 4}\n", id="second", extends="first.yaml")
        assert "readings.promptly: 4 would take back 3, which first chose" in refused(path)
        path = write(tmp_path, "readings: {promptly: 2, before-day: same_day}\n", id="second", extends="first.yaml")
        assert load(path).readings["promptly"] == "2"

    @pytest.mark.parametrize(
        ("within", "why"),
        [
            ("{days: 60}", "60 days cannot be compared with {said}; give a number of working days."),
            ("{days: 0}", "0 days cannot be compared with {said}; give a number of working days."),
            ("{working_days: 3}", "3 working days is looser than {said}; a house rule may only be stricter."),
        ],
    )
    def test_the_number_that_a_layer_chose_for_promptly_is_one_to_be_stricter_than(self, tmp_path: Path, within: str, why: str) -> None:
        """ben-tre, Điều 8 khoản 2 điểm a gives no number; the first house goes by 2 working days: of Monday 2/11/2026 Wednesday 4/11."""
        first = write(tmp_path, "readings: {promptly: 2}\n", id="first", extends="ben-tre")
        task = Task(id="T", transferred_on=date(2026, 11, 2))
        assert load(first).evaluate(task, date(2026, 11, 2)).deadline("review").due_on == date(2026, 11, 4)
        write(tmp_path, id="between", extends="first.yaml")
        path = write(tmp_path, f"numbers:\n  review: {{within: {within}, cite: Điều 3}}\n", id="second", extends="between.yaml")
        said = "between, review, Điều 8 khoản 2 điểm a: no_number, for which first chose 2 working days"
        assert refused(path) == f"{path}:8: numbers.review.within: {why.format(said=said)}"

    def test_a_number_no_looser_than_promptly_stays_allowed(self, tmp_path: Path) -> None:
        """One working day of Monday 2/11/2026 is Tuesday; the house that chooses `promptly` itself may give one duty more."""
        write(tmp_path, "readings: {promptly: 2}\n", id="first", extends="ben-tre")
        path = write(tmp_path, "numbers:\n  review: {within: {working_days: 1}, cite: Điều 3}\n", id="second", extends="first.yaml")
        own = write(tmp_path, "readings: {promptly: 2}\nnumbers:\n  review: {within: {days: 60}, cite: Điều 3}\n", id="own", extends="ben-tre")
        task = Task(id="T", transferred_on=date(2026, 11, 2))
        due = [load(file).evaluate(task, date(2026, 11, 2)).deadline("review").due_on for file in (path, own)]
        assert due == [date(2026, 11, 3), date(2027, 1, 1)]  # 2/11 and 60 days: 28 are left in November, 31 in December, 1 in January

    def test_a_stricter_number_may_not_take_promptly_in_either(self, tmp_path: Path) -> None:
        """In the file extended 10 days are the rule and secret tasks promptly; the first house goes by 1 working day for these."""
        base = Path(__file__).parents[1] / "rules" / "good" / "calendar-days.yaml"
        write(tmp_path, "readings: {promptly: 1}\n", id="first", extends=str(base))
        path = write(tmp_path, "stricter:\n  answer: {within: {days: 9}, cite: Điều 3}\n", id="second", extends="first.yaml")
        assert "9 days cannot be compared with first, answer, " in refused(path)
        assert refused(path).endswith("promptly, for which first chose 1 working day; give a number of working days.")

    def test_promptly_none_gives_way_to_a_number(self, tmp_path: Path) -> None:
        write(tmp_path, "readings: {promptly: none}\n", id="first")
        path = write(tmp_path, "readings: {promptly: 5}\n", id="second", extends="first.yaml")
        assert load(path).readings["promptly"] == "5"

    @pytest.mark.parametrize(
        "text",
        [
            "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:hunter2\n",
            "password: hunter2\n",
            "extends: hunter2\n",
            "- hunter2\n",
            "hunter2: 1\nhunter2: 2\n",
            "id: x\nkey: !hunter2 y\n",
            "%hunter2\n",
            "a: *hunter2\n",
        ],
    )
    def test_of_a_file_that_is_none_nothing_is_told(self, tmp_path: Path, text: str) -> None:
        other = tmp_path / "other.conf"
        other.write_text(text, encoding="utf-8")
        why = refused(write(tmp_path, extends="other.conf"))
        assert why.startswith(f"{other}:")
        assert why.endswith(": this is no rule file; what `extends` names is one, a mapping with at least id and title.")
        assert "hunter2" not in why

    def test_what_is_wrong_with_a_lower_rule_file_is_told(self, tmp_path: Path) -> None:
        below = write(tmp_path, "readings: {promptly: 1}\nreadings: {promptly: 2}\n", id="below")
        assert refused(write(tmp_path, extends="below.yaml")) == f"{below}:8: the key 'readings' stands twice; keep one."

    def test_reminders_add_up_and_ids_are_used_once(self, tmp_path: Path) -> None:
        reminder = "reminders:\n  - {{id: {id}, of: due_on, before: {{days: 1}}, label: {{vi: Nhắc, en: Reminder}}, cite: Điều 5}}\n"
        write(tmp_path, reminder.format(id="soon"), id="first")
        path = write(tmp_path, reminder.format(id="sooner"), id="second", extends="first.yaml")
        plan = load(path).plan
        assert [row.id for row in plan.reminders] == ["soon", "sooner"]
        assert plan.reminders[0] == ReminderPlan(
            "soon", "reminder", "due_on", Offset("days", 1), None, Label("Nhắc", "Reminder"), "Quy chế nội bộ 01/QC, Điều 5"
        )
        path = write(tmp_path, reminder.format(id="soon"), id="second", extends="first.yaml")
        assert "'soon' is already a rule of first" in refused(path)

    def test_a_reminder_in_days_may_be_delivered_after_the_day(self, tmp_path: Path) -> None:
        """Friday 20/2/2026 lies in Tết (16/2 to 20/2): four days before is the 16th, delivered on Monday 23/2.

        Four working days before are the 13th, 12th, 11th and 10th.
        """
        body = "reminders:\n" + "".join(
            f"  - {{id: in-{unit}, of: due_on, before: {{{unit.replace('-', '_')}: 4}}, label: {{vi: Nhắc, en: Reminder}}, cite: Điều 5}}\n"
            for unit in ("days", "working-days")
        )
        task = Task(id="T", assigned_on=date(2026, 2, 2), transferred_on=date(2026, 2, 2), due_on=date(2026, 2, 20))
        found = load(write(tmp_path, body)).notices([task], date(2026, 2, 2), date(2026, 2, 20))
        assert [(row.rule, row.day, row.deliver_on) for row in found if row.kind == "reminder"] == [
            ("in-working-days", date(2026, 2, 10), date(2026, 2, 10)),
            ("in-days", date(2026, 2, 16), date(2026, 2, 23)),
        ]

    def test_two_that_extend_each_other_are_refused(self, tmp_path: Path) -> None:
        write(tmp_path, id="one", extends="two.yaml")
        two = write(tmp_path, id="two", extends="one.yaml")
        assert refused(tmp_path / "one.yaml") == f"{two}:3: extends: one.yaml extends this file in turn; one of them must extend a regulation."

    def test_at_most_eight_files(self, tmp_path: Path) -> None:
        for number in range(1, 9):
            write(tmp_path, id=f"n{number}", extends="kon-tum" if number == 1 else f"n{number - 1}.yaml")
        assert len(load(tmp_path / "n7.yaml").pack.layers) == 8
        assert "more than 8 files lie over each other" in refused(tmp_path / "n8.yaml")

    def test_the_error_of_a_lower_file_names_that_file(self, tmp_path: Path) -> None:
        below = write(tmp_path, "labels:\n  rules: {nothing: {vi: không, en: none}}\n", id="below")
        path = write(tmp_path, extends="below.yaml")
        assert refused(path).startswith(f"{below}:8: labels.rules.nothing: kon-tum has no rule 'nothing'")
        assert [finding.path for finding in check(path).errors] == [str(below)]

    def test_the_version_follows_every_layer(self, tmp_path: Path) -> None:
        first = write(tmp_path, id="first")
        path = write(tmp_path, id="second", extends="first.yaml")
        before = open_pack(path).version
        first.write_text(first.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
        assert open_pack(path).version != before
        assert len(before) == 12
        assert open_pack("kon-tum").version == open_pack(path).layers[0].version == open_pack("kon-tum").layers[0].version
