"""What changes with a calendar, a reading or a version, worked by hand from the texts and the decisions on the calendar of 2026."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules import errors
from deadline_rules.rulebook.library import find

# 12729/VPCP-KGVX of 25/12/2025: Friday 2/1/2026 off, Saturday 10/1/2026 worked instead.
SWAP = "12729/VPCP-KGVX"
UNANNOUNCED, ANNOUNCED = dr.vietnam(known_on=date(2025, 12, 24)), dr.vietnam(known_on=date(2025, 12, 25))

Told = tuple[object, object, list[tuple[str, str]]]


def told(task: dr.TaskImpact) -> dict[tuple[str, str | None], Told]:
    """Every change: from, to, and the kind and id of what is responsible."""
    return {(row.what, row.rule): (row.before, row.after, [(cause.kind, cause.id) for cause in row.causes]) for row in task.changes}


def cause_of(task: dr.TaskImpact, what: Any, rule: str | None = None) -> dr.Cause:
    """The only cause of one change."""
    change = task.change(what, rule)
    assert change is not None
    [cause] = change.causes
    return cause


class TestSwapAnnounced:
    """Yên Thế: transfer within 01 working day of issue (Điều 6), a letter within 05 working days of feedback (Điều 18 khoản 5)."""

    def test_a_day_off_moves_the_transfer(self) -> None:
        """Issued on Wednesday 31/12/2025; 1/1 is a holiday: due on Friday 2/1, then on Monday 5/1."""
        task = dr.Task(id="T-01", issued_on=date(2025, 12, 31))
        found = dr.impact([task], "yen-the", as_of=date(2026, 1, 5), before=UNANNOUNCED, after=ANNOUNCED)
        day = [("day", "2026-01-02")]
        assert told(found["T-01"]) == {
            ("due_on", "transfer"): (date(2026, 1, 2), date(2026, 1, 5), day),
            ("state", "transfer"): ("missed", "pending", day),
        }
        cause = cause_of(found["T-01"], "due_on", "transfer")
        assert cause.cite == SWAP
        assert cause.text == dr.Label(
            f"02/01/2026: ngày làm việc trong tuần → nghỉ theo {SWAP}", f"2026-01-02: a day of the working week → off by {SWAP}"
        )

    def test_a_saturday_worked_brings_the_letter_forward(self) -> None:
        """Feedback on Friday 9/1/2026: 12, 13, 14, 15, 16 before; 10, 12, 13, 14, 15 after."""
        task = dr.Task(id="T", feedback_received_on=date(2026, 1, 9))
        found = dr.impact([task], "yen-the", as_of=date(2026, 1, 12), before=UNANNOUNCED, after=ANNOUNCED)
        assert told(found["T"]) == {("due_on", "feedback"): (date(2026, 1, 16), date(2026, 1, 15), [("day", "2026-01-10")])}
        assert cause_of(found["T"], "due_on", "feedback").text.en == f"2026-01-10: a weekly day off → worked by {SWAP}"

    def test_only_the_day_counted_over_is_named(self) -> None:
        """Feedback on 31/12/2025: 2, 5, 6, 7, 8 January before; 5, 6, 7, 8, 9 after. The 10th lies behind both."""
        task = dr.Task(id="T", feedback_received_on=date(2025, 12, 31))
        found = dr.impact([task], "yen-the", as_of=date(2026, 1, 12), before=UNANNOUNCED, after=ANNOUNCED)
        assert told(found["T"]) == {("due_on", "feedback"): (date(2026, 1, 8), date(2026, 1, 9), [("day", "2026-01-02")])}

    def test_the_days_left(self) -> None:
        """From 31/12/2025 to 9/1: 2 and 5 to 9 January before, 5 to 9 after. To 16/1 the swap evens out."""
        tasks = [dr.Task(id="near", due_on=date(2026, 1, 9)), dr.Task(id="far", due_on=date(2026, 1, 16))]
        found = dr.impact(tasks, "kon-tum", as_of=date(2025, 12, 31), before=UNANNOUNCED, after=ANNOUNCED)
        assert (found.looked_at, [task.task_id for task in found.tasks]) == (2, ["near"])
        assert told(found["near"]) == {("working_days_left", None): (6, 5, [("day", "2026-01-02")])}
        with pytest.raises(KeyError):
            _ = found["far"]

    def test_the_other_way_round(self) -> None:
        """`before` alone: the regulation as it is comes after; 24/11/2026 became a holiday on 1/7/2026 (Nghị quyết 28/2026/QH16)."""
        task = dr.Task(id="T", assigned_on=date(2026, 11, 23))
        found = dr.impact([task], "kon-tum", as_of=date(2026, 11, 23), before=dr.vietnam(known_on=date(2026, 6, 30)))
        assert told(found["T"])["due_on", "transfer"] == (date(2026, 11, 24), date(2026, 11, 25), [("day", "2026-11-24")])
        assert cause_of(found["T"], "due_on", "transfer").cite == "Nghị quyết 28/2026/QH16"

    def test_a_day_that_is_no_longer_vouched_for(self) -> None:
        """10065/VPCP-KGVX of 2/10/2026 fixes 2027; the day before, the calendar vouches for 2026 only."""
        task = dr.Task(id="T", due_on=date(2027, 6, 1))
        found = dr.impact([task], "kon-tum", as_of=date(2026, 12, 1), before=dr.vietnam(known_on=date(2026, 10, 1)))
        assert told(found["T"])["caveat", None] == ("calendar-not-official", None, [("verified", "verified")])


class TestStorm:
    """Kon Tum: transfer within 01 working day of assignment (Điều 6 khoản 1 điểm b)."""

    def test_both_days_move_the_due_day_but_only_one_saves_it(self) -> None:
        """Assigned on Friday 6/11/2026; due on Monday 9/11, with Monday and Tuesday closed on Wednesday 11/11. On Tuesday it is missed or pending:
        with Monday alone closed it would be due that Tuesday and still pending, with Tuesday alone closed it would be missed."""
        storm = dr.vietnam(extra=[dr.closure("CV 88/UBND", off=[date(2026, 11, 9), date(2026, 11, 10)])])
        found = dr.impact([dr.Task(id="T", assigned_on=date(2026, 11, 6))], "kon-tum", as_of=date(2026, 11, 10), after=storm)
        assert told(found["T"]) == {
            ("due_on", "transfer"): (date(2026, 11, 9), date(2026, 11, 11), [("day", "2026-11-09"), ("day", "2026-11-10")]),
            ("state", "transfer"): ("missed", "pending", [("day", "2026-11-09")]),
        }
        assert cause_of(found["T"], "state", "transfer").cite == "CV 88/UBND"

    @pytest.mark.parametrize(
        ("closed", "as_of"),
        [
            # 3 and 4/11 closed: due on 11/11. On the 10th each of the two alone is enough.
            ([3, 4], 10),
            # 3, 4 and 5/11 closed: due on 12/11. On the 11th any two are enough, and none alone.
            ([3, 4, 5], 11),
        ],
    )
    def test_where_no_single_day_decides_all_that_do_together_are_named(self, closed: list[int], as_of: int) -> None:
        """Yên Thế, feedback on Monday 2/11/2026: 3, 4, 5, 6, 9 without a closure."""
        storm = dr.vietnam(extra=[dr.closure("storm", off=[date(2026, 11, day) for day in closed])])
        task = dr.Task(id="T", feedback_received_on=date(2026, 11, 2))
        found = dr.impact([task], "yen-the", as_of=date(2026, 11, as_of), after=storm)
        days = [("day", f"2026-11-0{day}") for day in closed]
        assert told(found["T"])["state", "feedback"] == ("missed", "pending", days)
        assert told(found["T"])["due_on", "feedback"][:2] == (date(2026, 11, 9), date(2026, 11, 9 + len(closed)))

    def test_a_closure_before_and_after_the_counted_days_changes_nothing(self) -> None:
        days = [date(2026, 10, 30), date(2026, 11, 2), date(2026, 11, 4)]  # assigned that Monday, due on the 3rd, asked on the 3rd
        storm = dr.vietnam(extra=[dr.closure("storm", off=days)])
        found = dr.impact([dr.Task(id="T", assigned_on=date(2026, 11, 2))], "kon-tum", as_of=date(2026, 11, 3), after=storm)
        assert (found.looked_at, found.tasks) == (1, ())

    def test_at_the_end_of_the_calendar(self) -> None:
        """Feedback on Friday 24/12/2100: 27 to 31; with Sunday 26 worked and Friday 31 closed: 26 to 30. Without the Sunday there is no answer."""
        closed = dr.closure("end", off=[date(2100, 12, 31)], worked=[date(2100, 12, 26)])
        task = dr.Task(id="T", feedback_received_on=date(2100, 12, 24))
        found = dr.impact([task], "yen-the", as_of=date(2100, 12, 27), after=dr.vietnam(extra=[closed]))
        assert told(found["T"]) == {("due_on", "feedback"): (date(2100, 12, 31), date(2100, 12, 30), [("day", "2100-12-26")])}


class TestReadings:
    started = dr.Task(id="started", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
    waiting = dr.Task(id="waiting", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16))

    def test_in_progress_has_no_status(self) -> None:
        """Kon Tum Điều 5 khoản 1 điểm đ names two outcomes only."""
        found = dr.impact([self.started, self.waiting], "kon-tum", as_of=date(2026, 11, 20), after={"in-progress-is-not-done": "no_status"})
        assert [task.task_id for task in found.tasks] == ["started"]
        assert told(found["started"]) == {("status", None): ("not_done_overdue", None, [("reading", "in-progress-is-not-done")])}
        assert cause_of(found["started"], "status").text.en == (
            "Where does “in progress” go in a list of two (done, not done)? “it counts as not done” (yes) → “it has no status” (no_status)"
        )

    def test_each_of_two_readings_is_named_where_it_decides(self) -> None:
        """Điều 9 khoản 3 “chưa triển khai thực hiện”: not open for a started task where that means not started."""
        both = {"in-progress-is-not-done": "no_status", "not-carried-out": "not_started"}
        found = dr.impact([self.started], "kon-tum", as_of=date(2026, 11, 20), after=both)
        changes = told(found["started"])
        assert changes["status", None][2] == [("reading", "in-progress-is-not-done")]
        assert changes["state", "unit-overdue"] == ("open", None, [("reading", "not-carried-out")])
        assert changes["opens_on", "unit-overdue"] == (date(2026, 11, 17), None, [("reading", "not-carried-out")])

    def test_a_due_day_off_moves(self) -> None:
        """Saturday 14/2/2026 before Tết moves to Monday 23/2 (Bộ luật Dân sự 2015, Điều 148 khoản 5); on Friday 20/2 it is in time."""
        task = dr.Task(id="T", assigned_on=date(2026, 2, 2), due_on=date(2026, 2, 14))
        found = dr.impact([task], "kon-tum", as_of=date(2026, 2, 20), after={"day-off-end": "next_working_day"})
        changes, why = told(found["T"]), [("reading", "day-off-end")]
        assert changes["due_on", None] == (date(2026, 2, 14), date(2026, 2, 23), why)
        assert changes["timeliness", None] == ("overdue", "in_time", why)
        assert changes["status", None] == ("not_done_overdue", "not_done_in_time", why)
        assert changes["working_days_left", None] == (0, 1, why)
        assert cause_of(found["T"], "due_on").cite == "Bộ luật Dân sự 2015, Điều 148 khoản 5"

    def test_a_reading_and_a_closure_together(self) -> None:
        """Moved to Monday 23/2/2026 by the reading and on to the 24th by a closure of that Monday: neither alone ends there."""
        regulation = dr.load("kon-tum", readings={"day-off-end": "next_working_day"}, calendar=dr.vietnam(extra=[_closed(date(2026, 2, 23))]))
        task = dr.Task(id="T", assigned_on=date(2026, 2, 2), due_on=date(2026, 2, 14))
        found = dr.impact([task], "kon-tum", as_of=date(2026, 2, 20), after=regulation)
        changes = told(found["T"])
        assert changes["due_on", None] == (date(2026, 2, 14), date(2026, 2, 24), [("day", "2026-02-23"), ("reading", "day-off-end")])
        # In time on the 20th because it moved at all, wherever to.
        assert changes["timeliness", None] == ("overdue", "in_time", [("reading", "day-off-end")])

    def test_a_number_for_promptly(self) -> None:
        """Kon Tum sets no number for the record of the state (Điều 4 khoản 2 điểm c); a host's 2 working days after 16/11 end on the 18th."""
        found = dr.impact([self.waiting], "kon-tum", as_of=date(2026, 11, 17), after={"promptly": 2})
        why = [("reading", "promptly")]
        assert told(found["waiting"]) == {
            ("due_on", "status-update"): (None, date(2026, 11, 18), why),
            ("state", "status-update"): ("no_number", "pending", why),
        }
        assert cause_of(found["waiting"], "state", "status-update").text.en == (
            "How many working days is “kịp thời” (promptly)? “the texts set no number” (none) → 2 working days"
        )

    def test_readings_of_reports_change_no_task(self) -> None:
        assert dr.impact([self.started], "kon-tum", as_of=date(2026, 11, 20), after={"before-day": "same_day"}).tasks == ()


def _closed(day: date) -> dr.CalendarEntry:
    return dr.closure("storm", off=[day])


class TestVersions:
    task = dr.Task(id="T", assigned_on=date(2026, 11, 2), transferred_on=date(2026, 11, 4), due_on=date(2026, 11, 16))

    @pytest.fixture
    def two_days(self, tmp_path: Path) -> Path:
        """Kon Tum with 02 working days for the transfer instead of 01."""
        return _amended(tmp_path, "within: {working_days: 1}", "within: {working_days: 2}")

    def test_one_working_day_becomes_two(self, two_days: Path) -> None:
        """Assigned on Monday 2/11/2026, passed on on Wednesday 4/11: late by the first version, in time by the second."""
        found = dr.impact([self.task], "kon-tum", as_of=date(2026, 11, 10), after=dr.load(two_days))
        why = [("deadline", "transfer")]
        assert told(found["T"]) == {
            ("due_on", "transfer"): (date(2026, 11, 3), date(2026, 11, 4), why),
            ("state", "transfer"): ("met_late", "met", why),
        }
        cause = cause_of(found["T"], "state", "transfer")
        assert (cause.text, cause.cite) == (dr.Label("1 ngày làm việc → 2 ngày làm việc", "1 working day → 2 working days"), "Điều 6 khoản 1 điểm b")

    def test_a_version_a_reading_and_a_closure_at_once(self, two_days: Path) -> None:
        """By the first version 3/11; by the second, with 4/11 closed, 5/11. The reading of statuses has no part in it."""
        after = dr.load(two_days, readings={"in-progress-is-not-done": "no_status"}, calendar=dr.vietnam(extra=[_closed(date(2026, 11, 4))]))
        found = dr.impact([self.task], "kon-tum", as_of=date(2026, 11, 10), after=after)
        assert told(found["T"])["due_on", "transfer"] == (
            date(2026, 11, 3),
            date(2026, 11, 5),
            [("day", "2026-11-04"), ("deadline", "transfer")],
        )
        assert ("status", None) not in told(found["T"])

    def test_another_start(self, tmp_path: Path) -> None:
        received = _amended(tmp_path, "from: assigned_on", "from: received_on")
        found = dr.impact(
            [self.task.model_copy(update={"received_on": date(2026, 11, 3)})], "kon-tum", as_of=date(2026, 11, 10), after=dr.load(received)
        )
        assert told(found["T"])["starts_on", "transfer"][:2] == (date(2026, 11, 2), date(2026, 11, 3))
        assert cause_of(found["T"], "starts_on", "transfer").text.en == "from assigned → from received"

    def test_a_rule_added_and_one_removed(self, tmp_path: Path) -> None:
        renamed = dr.load(_amended(tmp_path, "- id: transfer", "- id: handover"))
        found = dr.impact([self.task], "kon-tum", as_of=date(2026, 11, 10), after=renamed)
        changes = told(found["T"])
        assert changes["state", "transfer"] == ("met_late", None, [("deadline", "transfer")])
        assert changes["due_on", "handover"] == (None, date(2026, 11, 3), [("deadline", "handover")])
        assert cause_of(found["T"], "state", "transfer").text.en == "the rule was removed"
        assert cause_of(found["T"], "state", "handover").text.vi == "quy định được thêm"

    def test_another_escalation(self, tmp_path: Path) -> None:
        """Điều 9 khoản 3 closed by an urging letter: only that line changes, though the office's line read alike."""
        closed = _amended(
            tmp_path, "opens: {due: reached, not_carried_out: yes}", "opens: {due: reached, not_carried_out: yes}\n    closed_by: urged_on"
        )
        task = self.task.model_copy(update={"urged_on": date(2026, 11, 18)})
        found = dr.impact([task], "kon-tum", as_of=date(2026, 11, 20), after=dr.load(closed))
        assert told(found["T"]) == {("state", "unit-overdue"): ("open", "closed", [("escalation", "unit-overdue")])}
        cause = cause_of(found["T"], "state", "unit-overdue")
        assert (cause.text.en, cause.cite) == ("closed by completion → closed by urged", "Điều 9 khoản 3")

    def test_another_table_of_statuses(self) -> None:
        """Two texts: Kon Tum knows done in time and overdue, Yên Thế (Điều 5 khoản 1 điểm g) only done."""
        task = dr.Task(id="T", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), completed_on=date(2026, 11, 18))
        found = dr.impact([task], "kon-tum", as_of=date(2026, 11, 20), after=dr.load("yen-the"))
        assert told(found["T"])["status", None] == ("done_overdue", "done", [("section", "statuses")])
        assert cause_of(found["T"], "status").cite == "Điều 5 khoản 1 điểm g"
        assert told(found["T"])["missing_fields", None][2] == [("section", "required_information")]

    def test_words_alone_change_nothing(self, tmp_path: Path) -> None:
        reworded = dr.load(_amended(tmp_path, "en: Classify the task and pass it on to the unit", "en: Pass the task on"))
        assert dr.impact([self.task], "kon-tum", as_of=date(2026, 11, 10), after=reworded).tasks == ()


def _amended(folder: Path, old: str, new: str) -> Path:
    """Kon Tum's rule file with the first such place amended."""
    text = find("kon-tum").read_text(encoding="utf-8")
    assert old in text
    path = folder / "regulation.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


class TestTheCall:
    task = dr.Task(id="T", assigned_on=date(2026, 11, 2))

    def test_tasks_are_gone_through_once(self) -> None:
        def stream() -> Iterator[dr.Task]:
            for number in range(5):
                yield dr.Task(id=f"T-{number}", issued_on=date(2025, 12, 29 + number % 3))

        found = dr.impact(stream(), "yen-the", as_of=date(2026, 1, 5), before=UNANNOUNCED)
        # Issued on Monday 29 or Tuesday 30/12 it is due by the 31st; only what was issued on the 31st counts over the swap.
        assert (found.looked_at, [task.task_id for task in found.tasks]) == (5, ["T-2"])

    @pytest.mark.parametrize("regulation", ["kon-tum", find("kon-tum"), dr.load("kon-tum")])
    def test_the_regulation_by_its_id_its_file_or_itself(self, regulation: Any) -> None:
        found = dr.impact([self.task], regulation, as_of=date(2026, 11, 3), after=dr.vietnam(extra=[_closed(date(2026, 11, 3))]))
        assert told(found["T"])["due_on", "transfer"][1] == date(2026, 11, 4)

    def test_readings_go_on_top_of_those_of_the_regulation(self) -> None:
        """Started on its due day, a task is carried out by the second reading; by the first it has no status, before and after."""
        task = dr.Task(id="T", assigned_on=date(2026, 11, 2), started_on=date(2026, 11, 2), due_on=date(2026, 11, 2))
        own = dr.load("kon-tum", readings={"in-progress-is-not-done": "no_status"})
        found = dr.impact([task], own, as_of=date(2026, 11, 4), after={"not-carried-out": "not_started"})
        assert told(found["T"])["state", "unit-overdue"] == ("open", None, [("reading", "not-carried-out")])
        assert ("status", None) not in told(found["T"])

    @pytest.mark.parametrize(
        ("sides", "error", "message"),
        [
            ({}, TypeError, "give before=…, after=… or both"),
            ({"after": 5}, TypeError, "after: int is neither a mapping of readings, nor a WorkingCalendar, nor a Regulation."),
            ({"before": {"before-dey": "same_day"}}, errors.UnknownReadingError, "did you mean 'before-day'?"),
        ],
    )
    def test_what_cannot_be_compared_is_refused(self, sides: dict[str, Any], error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message.replace("?", r"\?")):
            dr.impact([self.task], "kon-tum", as_of=date(2026, 11, 3), **sides)

    def test_a_day_before_one_of_the_two_took_effect(self) -> None:
        """Kon Tum's text is of 2016, Bến Tre's in force from 18/3/2023."""
        with pytest.raises(errors.NotInForceError, match="ben-tre took effect on 2023-03-18"):
            dr.impact([], "kon-tum", as_of=date(2020, 1, 2), after=dr.load("ben-tre"))

    def test_a_task_that_cannot_be_evaluated_is_refused(self) -> None:
        with pytest.raises(errors.CalendarHorizonError):
            dr.impact([dr.Task(id="T", assigned_on=date(2100, 12, 31))], "kon-tum", as_of=date(2100, 12, 31), after={"promptly": 1})

    def test_json_and_pickle(self) -> None:
        found = dr.impact([self.task], "kon-tum", as_of=date(2026, 11, 3), after=dr.vietnam(extra=[_closed(date(2026, 11, 3))]))
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  # our own
        assert json.loads(found.to_json()) == {
            "as_of": "2026-11-03",
            "looked_at": 1,
            "tasks": [
                {
                    "task_id": "T",
                    "changes": [
                        {
                            "what": "due_on",
                            "rule": "transfer",
                            "before": "2026-11-03",
                            "after": "2026-11-04",
                            "causes": [
                                {
                                    "kind": "day",
                                    "id": "2026-11-03",
                                    "text": "03/11/2026: ngày làm việc trong tuần → nghỉ theo storm",
                                    "cite": "storm",
                                }
                            ],
                        }
                    ],
                }
            ],
        }

    def test_what_a_secret_task_is_about_is_never_told(self) -> None:
        secret = dr.Task(id="T", assigned_on=date(2026, 11, 2), secrecy="mật", summary="nội dung kín", content="nội dung kín")
        found = dr.impact([secret], "kon-tum", as_of=date(2026, 11, 3), after=dr.load("yen-the"))
        assert found.tasks
        assert "kín" not in found.to_json() + repr(found)
