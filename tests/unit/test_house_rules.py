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
from deadline_rules import Task, errors, load
from deadline_rules.check import check
from deadline_rules.files.packaged import rules_folder
from deadline_rules.formats.description import describe
from deadline_rules.plan.model import Offset, ReminderPlan
from deadline_rules.results import Label
from deadline_rules.rulebook.library import find, open_pack
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

    def test_the_same_months_or_earlier_ones(self, tmp_path: Path) -> None:
        """yen-the: within June and November."""
        path = write(tmp_path, "reports:\n  inspection-summary: {due: {within_months: [5, 11]}, cite: Điều 4}\n", extends="yen-the")
        rows = [row.due_on for row in load(path).reports(date(2026, 1, 1), date(2026, 12, 31)) if row.rule == "inspection-summary"]
        assert rows == [date(2026, 5, 31), date(2026, 11, 30)]
        for months, word in (("[7, 11]", "looser"), ("[6]", "cannot be compared")):
            path = write(tmp_path, f"reports:\n  inspection-summary: {{due: {{within_months: {months}}}, cite: Điều 4}}\n", extends="yen-the")
            assert word in refused(path)

    def test_fewer_days_after_promulgation(self, tmp_path: Path) -> None:
        """kon-tum was signed on 9/5/2016: five days later is 14/5/2016."""
        path = write(tmp_path, "reports:\n  focal-point: {due: {days_after_promulgation: 5}, cite: Điều 4}\n")
        rows = load(path).reports(date(2016, 5, 9), date(2016, 5, 31))
        assert [row.due_on for row in rows if row.rule == "focal-point"] == [date(2016, 5, 14)]
        assert "looser" in refused(write(tmp_path, "reports:\n  focal-point: {due: {days_after_promulgation: 11}, cite: Điều 4}\n"))

    def test_a_day_after_promulgation_needs_the_day_of_signing(self, tmp_path: Path) -> None:
        path = write(tmp_path, "reports:\n  focal-point: {due: {days_after_promulgation: 5}, cite: Điều 4}\n", extends="so-nn")
        assert "focal-point" in refused(path)


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

    def test_it_is_compared_with_what_it_extends(self) -> None:
        comparison = dr.compare(["kon-tum", EXAMPLES / "three-levels"])
        assert "escalate.unit" in {topic.id for topic in comparison.topics if topic.differs}


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
