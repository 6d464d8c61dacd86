"""Notices, worked by hand: Kon Tum 237/QĐ-UBND, Yên Thế 02/2015/QĐ-UBND, Cần Thơ 2618/QĐ-UBND, Bến Tre 08/2023/QĐ-UBND, the calendar of 2026."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules import errors
from deadline_rules.plan.model import Offset, ReminderPlan, StartVariant
from deadline_rules.regulation import Regulation
from deadline_rules.results import Label, Notice

KON_TUM = dr.load("kon-tum")
YEN_THE = dr.load("yen-the")
YEAR = date(2025, 12, 31), date(2026, 12, 31)


def told(notices: tuple[Notice, ...], *, of_tasks: bool = True) -> list[tuple[str, str, str]]:
    """Day, kind and rule of the notices of tasks, or of reports."""
    return [(notice.day.isoformat(), notice.kind, notice.rule) for notice in notices if (notice.task_id is not None) == of_tasks]


def of(regulation: Regulation, after: date = YEAR[0], until: date = YEAR[1], **facts: Any) -> list[tuple[str, str, str]]:
    return told(regulation.notices([dr.Task(id="T-01", **facts)], after, until))


def same_by_columns(regulation: Regulation, **facts: Any) -> bool:
    """Whether the columns engine says the same; yes where it is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        return True
    table = importlib.import_module("pyarrow").table({"id": ["T-01"], **{name: [fact] for name, fact in facts.items()}})
    rows = regulation.notices_table(table, *YEAR).to_pylist()
    return [(row["day"].isoformat(), row["kind"], row["rule"]) for row in rows if row["task_id"]] == of(regulation, **facts)


class TestDeadline:
    """Kon Tum, Điều 6 khoản 1 điểm b: 01 ngày làm việc kể từ khi UBND tỉnh giao."""

    def test_it_is_due_on_its_last_day_and_missed_on_the_day_after(self) -> None:
        # Assigned on Monday 2/11/2026, so due on Tuesday the 3rd.
        assert of(KON_TUM, assigned_on=date(2026, 11, 2)) == [("2026-11-03", "due", "transfer"), ("2026-11-04", "missed", "transfer")]

    def test_over_tet_the_first_working_day_after_friday_is_the_monday_ten_days_later(self) -> None:
        # 16 to 20 February 2026 are off.
        assert of(KON_TUM, assigned_on=date(2026, 2, 13)) == [("2026-02-23", "due", "transfer"), ("2026-02-24", "missed", "transfer")]

    @pytest.mark.parametrize(
        ("done_on", "expected"),
        [
            (date(2026, 11, 2), []),
            (date(2026, 11, 3), ["due"]),  # what is done on a day takes no notice of that day away
            (date(2026, 11, 4), ["due", "missed"]),
            (date(2026, 11, 20), ["due", "missed"]),  # done late, it was missed all the same
            (None, ["due", "missed"]),
        ],
    )
    def test_what_ends_it(self, done_on: date | None, expected: list[str]) -> None:
        assert [kind for _, kind, _ in of(KON_TUM, assigned_on=date(2026, 11, 2), transferred_on=done_on)] == expected

    def test_an_answer_before_the_feedback_is_none(self) -> None:
        # Yên Thế, Điều 18 khoản 5: 05 ngày làm việc from Monday 9/11; the urging letter of the 6th answers something else.
        found = of(YEN_THE, feedback_received_on=date(2026, 11, 9), urged_on=date(2026, 11, 6))
        assert found == [("2026-11-16", "due", "feedback"), ("2026-11-17", "missed", "feedback")]

    @pytest.mark.parametrize(
        ("issued_on", "expected"),
        [
            (date(2026, 11, 2), ["03 due", "04 missed"]),
            # On the 3rd the period begins anew, so that day is not the last one any more.
            (date(2026, 11, 3), ["04 due", "05 missed"]),
            # By the 4th the first last day has passed.
            (date(2026, 11, 4), ["03 due", "04 missed", "05 due", "06 missed"]),
            (date(2026, 10, 30), ["02 due", "03 missed"]),
        ],
    )
    def test_a_period_that_begins_anew(self, issued_on: date, expected: list[str]) -> None:
        """One working day from the day of issue or, while that is not known, from Monday 2/11/2026."""
        transfer, *rest = KON_TUM.plan.deadlines
        own = transfer._replace(variants=(StartVariant(("issued_on", "assigned_on"), False, ()),), elsewhere=())
        rules = Regulation(KON_TUM.pack, replace(KON_TUM.plan, deadlines=(own, *rest)), KON_TUM.calendar)
        facts = {"issued_on": issued_on, "assigned_on": date(2026, 11, 2)}
        assert [f"{day[-2:]} {kind}" for day, kind, _ in of(rules, **facts)] == expected
        assert same_by_columns(rules, **facts)

    def test_a_duty_without_a_number_has_no_day(self) -> None:
        # Kon Tum, Điều 6 khoản 2 điểm c: “đúng thời hạn quy định”
        assert "status-update" not in {rule for _, _, rule in of(KON_TUM, due_on=date(2026, 11, 16))}

    def test_a_kind_of_task_to_which_a_rule_does_not_apply_has_none(self) -> None:
        # Yên Thế, Điều 5 khoản 2: secret tasks are not in the system.
        assert of(YEN_THE, issued_on=date(2026, 11, 2), secrecy="mật") == []
        assert of(YEN_THE, issued_on=date(2026, 11, 2)) == [("2026-11-03", "due", "transfer"), ("2026-11-04", "missed", "transfer")]

    def test_complex_tasks_have_a_day_more(self) -> None:
        assert of(YEN_THE, issued_on=date(2026, 11, 2), complex=True)[0] == ("2026-11-04", "due", "transfer")

    def test_urgent_tasks_are_due_the_day_they_arise(self) -> None:
        # Cần Thơ, Điều 5 khoản 1: phải thực hiện ngay; the day itself under the reading that is the default.
        found = of(dr.load("can-tho"), assigned_on=date(2026, 11, 2), urgent=True)
        assert found == [("2026-11-02", "due", "transfer"), ("2026-11-03", "missed", "transfer")]


class TestTimeLimit:
    """The task's own limit is a deadline too; Điều 9 khoản 3 and Điều 8 khoản 2 open the day after it."""

    def test_due_missed_and_the_escalations_that_open(self) -> None:
        assert of(KON_TUM, due_on=date(2026, 11, 16)) == [
            ("2026-11-16", "due", "due_on"),
            ("2026-11-17", "missed", "due_on"),
            ("2026-11-17", "opens", "unit-overdue"),
            ("2026-11-17", "opens", "office-overdue"),
        ]

    @pytest.mark.parametrize(
        ("completed_on", "expected"),
        [(date(2026, 11, 13), []), (date(2026, 11, 16), ["due"]), (date(2026, 11, 17), ["due", "missed", "opens", "opens"])],
    )
    def test_completion(self, completed_on: date, expected: list[str]) -> None:
        assert [kind for _, kind, _ in of(KON_TUM, due_on=date(2026, 11, 16), completed_on=completed_on)] == expected

    def test_on_a_day_off_it_stays_and_is_delivered_on_the_next_working_day(self) -> None:
        # Saturday 14/2/2026, then Tết: delivered on Monday the 23rd.
        found = KON_TUM.notices([dr.Task(id="T-01", due_on=date(2026, 2, 14))], *YEAR)
        days = {(notice.day.isoformat(), notice.deliver_on.isoformat()) for notice in found if notice.task_id}
        assert days == {("2026-02-14", "2026-02-23"), ("2026-02-15", "2026-02-23")}

    def test_under_the_reading_that_moves_it_the_moved_day_counts(self) -> None:
        # Civil Code, art. 148.5
        moved = dr.load("kon-tum", readings={"day-off-end": "next_working_day"})
        assert of(moved, due_on=date(2026, 2, 14))[:2] == [("2026-02-23", "due", "due_on"), ("2026-02-24", "missed", "due_on")]

    @pytest.mark.parametrize(
        ("due_on", "deliver_on"),
        [
            (date(2026, 1, 1), date(2026, 1, 5)),  # 12729/VPCP-KGVX: Friday 2/1 is off
            (date(2026, 1, 2), date(2026, 1, 5)),
            (date(2026, 1, 9), date(2026, 1, 9)),
            (date(2026, 1, 10), date(2026, 1, 10)),  # the Saturday worked in exchange
            (date(2026, 1, 11), date(2026, 1, 12)),
        ],
    )
    def test_the_swap_of_january_2026(self, due_on: date, deliver_on: date) -> None:
        first = KON_TUM.notices([dr.Task(id="T-01", due_on=due_on)], *YEAR)[0]
        assert (first.day, first.deliver_on) == (due_on, deliver_on)

    def test_a_task_outside_the_regulation_has_none(self) -> None:
        # Bến Tre, Điều 3 khoản 1: routine tasks are left out.
        ben_tre = dr.load("ben-tre")
        assert of(ben_tre, due_on=date(2026, 11, 16), routine=True) == []
        assert of(ben_tre, due_on=date(2026, 11, 16))[0] == ("2026-11-16", "due", "due_on")


class TestEscalation:
    def test_it_opens_on_the_later_of_the_event_and_the_day_after_the_limit(self) -> None:
        # Kon Tum, Điều 9 khoản 3: đã đến hạn … có khó khăn, vướng mắc
        early = of(KON_TUM, due_on=date(2026, 11, 16), difficulty_on=date(2026, 11, 10))
        late = of(KON_TUM, due_on=date(2026, 11, 16), difficulty_on=date(2026, 11, 25))
        assert ("2026-11-17", "opens", "unit-difficulty") in early
        assert ("2026-11-25", "opens", "unit-difficulty") in late

    def test_what_is_closed_before_it_opens_has_no_notice(self) -> None:
        found = of(KON_TUM, due_on=date(2026, 11, 16), difficulty_on=date(2026, 11, 25), completed_on=date(2026, 11, 24))
        assert "unit-difficulty" not in {rule for _, _, rule in found}
        same_day = of(KON_TUM, due_on=date(2026, 11, 16), difficulty_on=date(2026, 11, 25), completed_on=date(2026, 11, 25))
        assert ("2026-11-25", "opens", "unit-difficulty") in same_day

    def test_what_opens_on_request_has_no_day(self) -> None:
        assert "return" not in {rule for _, _, rule in of(KON_TUM, due_on=date(2026, 11, 16))}

    @pytest.mark.parametrize(("started_on", "expected"), [(date(2026, 11, 16), []), (date(2026, 11, 17), ["2026-11-17"])])
    def test_under_the_reading_not_started_a_start_before_the_opening_keeps_it_shut(self, started_on: date, expected: list[str]) -> None:
        rules = dr.load("kon-tum", readings={"not-carried-out": "not_started"})
        found = of(rules, due_on=date(2026, 11, 16), started_on=started_on)
        assert [day for day, _, rule in found if rule == "unit-overdue"] == expected
        assert same_by_columns(rules, due_on=date(2026, 11, 16), started_on=started_on)


class TestReports:
    def test_november_in_kon_tum(self) -> None:
        # Điều 10 khoản 1: trước ngày 20 tháng 11, the 19th at the latest.
        found = KON_TUM.notices([], date(2026, 10, 31), date(2026, 11, 30))
        assert told(found, of_tasks=False) == [("2026-11-19", "report_due", "unit-year")]
        (notice,) = found
        assert (notice.key.split("/")[-1], notice.period, notice.actor, notice.to, notice.cite) == ("", "2026", "unit", "office", "Điều 10 khoản 1")

    def test_december_falls_on_a_saturday_and_stays_there(self) -> None:
        (notice,) = KON_TUM.notices([], date(2026, 11, 30), date(2026, 12, 31))
        assert (notice.rule, notice.day, notice.deliver_on) == ("unit-quarter", date(2026, 12, 19), date(2026, 12, 21))


TEXT = Label("Sắp đến hạn", "Due soon")


def reminding(of: str, unit: Any, number: int, kind: Any = "reminder") -> Regulation:
    reminders = (ReminderPlan("soon", kind, of, Offset(unit, number), "chair", TEXT, "Quy ước"),)
    return Regulation(KON_TUM.pack, replace(KON_TUM.plan, reminders=reminders), KON_TUM.calendar)


class TestReminders:
    """Of house rules; here three days before."""

    def test_working_days_before_the_limit_skip_days_off(self) -> None:
        # Back from Thursday 26/11/2026: 25, 23 (the 24th is off), 20.
        assert of(reminding("due_on", "working_days", 3), due_on=date(2026, 11, 26))[0] == ("2026-11-20", "reminder", "soon")
        assert of(reminding("due_on", "days", 3), due_on=date(2026, 11, 26))[0] == ("2026-11-23", "reminder", "soon")

    def test_one_that_would_come_before_the_duty_comes_with_it(self) -> None:
        found = of(reminding("transfer", "working_days", 3, "warning"), assigned_on=date(2026, 11, 2))
        assert found == [("2026-11-02", "warning", "soon"), ("2026-11-03", "due", "transfer"), ("2026-11-04", "missed", "transfer")]
        assert of(reminding("due_on", "days", 9), assigned_on=date(2026, 11, 9), due_on=date(2026, 11, 16))[0] == ("2026-11-09", "reminder", "soon")

    def test_what_is_done_before_is_not_reminded_of(self) -> None:
        rules = reminding("due_on", "days", 3)
        assert of(rules, due_on=date(2026, 11, 16), completed_on=date(2026, 11, 12)) == []
        assert of(rules, due_on=date(2026, 11, 16), completed_on=date(2026, 11, 13)) == [("2026-11-13", "reminder", "soon")]

    def test_a_report_of_the_days_after_the_interval(self) -> None:
        # The yearly report of Thursday 19/11: five working days before is Thursday the 12th.
        (notice,) = reminding("unit-year", "working_days", 5).notices([], date(2026, 11, 11), date(2026, 11, 12))
        assert (notice.day, notice.due_on, notice.to, notice.label, notice.period) == (date(2026, 11, 12), date(2026, 11, 19), "chair", TEXT, "2026")


class TestInterval:
    TASK = dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16))

    def test_its_first_day_is_not_in_it_and_its_last_is(self) -> None:
        assert of(KON_TUM, date(2026, 11, 16), date(2026, 11, 16), due_on=date(2026, 11, 16)) == []
        assert of(KON_TUM, date(2026, 11, 15), date(2026, 11, 16), due_on=date(2026, 11, 16)) == [("2026-11-16", "due", "due_on")]

    def test_what_lies_before_the_regulation_is_left_out(self) -> None:
        # Kon Tum is in force from Monday 9/5/2016.
        facts = {"assigned_on": date(2016, 5, 5), "due_on": date(2016, 5, 6)}
        assert of(KON_TUM, date(2016, 1, 1), date(2016, 5, 31), **facts) == []
        assert of(KON_TUM, date(2016, 1, 1), date(2016, 5, 9), assigned_on=date(2016, 5, 6)) == [("2016-05-09", "due", "transfer")]

    @pytest.mark.parametrize(
        ("after", "until", "error", "message"),
        [
            (date(2026, 11, 2), date(2026, 11, 1), errors.DayError, "exchange the two"),
            (datetime(2026, 11, 2, tzinfo=UTC).replace(tzinfo=None), date(2026, 11, 3), errors.DayError, "no time zone"),
            (date(2016, 1, 1), date(2016, 5, 8), errors.NotInForceError, "took effect on 2016-05-09"),
            (date(2026, 1, 1), date(2101, 1, 1), errors.CalendarHorizonError, "1990-2100"),
            (date(1989, 12, 31), date(2026, 1, 1), errors.CalendarHorizonError, "1990-2100"),
        ],
    )
    def test_what_is_refused(self, after: date, until: date, error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message):
            KON_TUM.notices([self.TASK], after, until)

    def test_a_moment_is_its_day_in_viet_nam(self) -> None:
        evening = datetime(2026, 11, 15, 18, tzinfo=UTC)  # the 16th there
        assert told(KON_TUM.notices([self.TASK], date(2026, 11, 15), evening)) == [("2026-11-16", "due", "due_on")]

    def test_ids_are_used_once_and_tasks_are_tasks(self) -> None:
        with pytest.raises(errors.TaskError, match="'T-01' is the id of two tasks"):
            KON_TUM.notices([self.TASK, self.TASK], *YEAR)
        with pytest.raises(errors.TaskError, match="a dict is no task"):
            KON_TUM.notices([{"id": "T-01"}], *YEAR)  # type: ignore[list-item]  # on purpose

    def test_by_day_then_task_as_given_then_rule_and_reports_last(self) -> None:
        tasks = [dr.Task(id="B", due_on=date(2026, 11, 19)), dr.Task(id="A", assigned_on=date(2026, 11, 18), due_on=date(2026, 11, 19))]
        found = KON_TUM.notices(tasks, date(2026, 11, 18), date(2026, 11, 19))
        assert [(notice.task_id, notice.rule) for notice in found] == [("B", "due_on"), ("A", "due_on"), ("A", "transfer"), (None, "unit-year")]


class TestKey:
    def test_its_form(self) -> None:
        (notice,) = KON_TUM.notices([dr.Task(id="a/b c", due_on=date(2026, 11, 16))], date(2026, 11, 15), date(2026, 11, 16))
        assert notice.key == f"2026-11-16/due/due_on/{KON_TUM.plan.rules_version}/a/b c"
        day, kind, rule, version, id = notice.key.split("/", 4)
        assert (day, kind, rule, version, id) == ("2026-11-16", "due", "due_on", KON_TUM.plan.rules_version, "a/b c")

    def test_as_json(self) -> None:
        (notice,) = KON_TUM.notices([dr.Task(id="T-01", assigned_on=date(2026, 11, 2))], date(2026, 11, 2), date(2026, 11, 3))
        assert (
            json.loads(notice.to_json())
            == notice.to_dict()
            == {
                "key": f"2026-11-03/due/transfer/{KON_TUM.plan.rules_version}/T-01",
                "task_id": "T-01",
                "regulation": "kon-tum",
                "rule": "transfer",
                "kind": "due",
                "day": "2026-11-03",
                "deliver_on": "2026-11-03",
                "due_on": "2026-11-03",
                "period": None,
                "actor": "office",
                "to": "unit",
                "topic": "intake.transfer",
                "label": "Phân loại và chuyển nhiệm vụ tới đơn vị thực hiện",
                "cite": "Điều 6 khoản 1 điểm b",
                "provisional": False,
            }
        )


class TestCertainty:
    """The calendar is official up to 31/12/2027."""

    TASK = dr.Task(id="T-01", due_on=date(2027, 12, 31))

    def test_what_rests_on_later_days_says_so(self) -> None:
        found = KON_TUM.notices([self.TASK], date(2027, 12, 30), date(2028, 1, 1))
        assert [(notice.day.isoformat(), notice.provisional) for notice in found] == [("2027-12-31", False), *[("2028-01-01", True)] * 3]

    def test_strict_refuses_it(self) -> None:
        strict = dr.load("kon-tum", strict=True)
        assert len(strict.notices([self.TASK], date(2027, 12, 30), date(2027, 12, 31))) == 1
        with pytest.raises(errors.UnverifiedCalendarError, match="task T-01: the notice missed of due_on on 2028-01-01"):
            strict.notices([self.TASK], date(2027, 12, 30), date(2028, 1, 1))

    def test_nothing_is_delivered_after_2100(self) -> None:
        # 31/12/2100 is a Friday; closed, it leaves no working day.
        closed = Regulation(KON_TUM.pack, KON_TUM.plan, dr.vietnam(extra=[dr.closure("own", off=[date(2100, 12, 31)])]))
        with pytest.raises(errors.CalendarHorizonError):
            closed.notices([dr.Task(id="T-01", due_on=date(2100, 12, 31))], date(2100, 12, 30), date(2100, 12, 31))
        with pytest.raises(errors.CalendarHorizonError):
            closed.notices([dr.Task(id="T-01", assigned_on=date(2100, 12, 29))], date(2100, 12, 30), date(2100, 12, 31))
        assert of(closed, date(2100, 12, 1), date(2100, 12, 29), assigned_on=date(2100, 12, 30), due_on=date(2100, 12, 31)) == []


class TestChanges:
    def test_a_completion_entered_late(self) -> None:
        before = [dr.Task(id="T-01", due_on=date(2026, 11, 16)), dr.Task(id="T-02", due_on=date(2026, 11, 16))]
        after = [dr.Task(id="T-01", due_on=date(2026, 11, 16), completed_on=date(2026, 11, 13)), before[1]]
        found = KON_TUM.changes(before, after, date(2026, 10, 31), date(2026, 11, 18))
        assert told(found.withdrawn) == [
            ("2026-11-16", "due", "due_on"),
            ("2026-11-17", "missed", "due_on"),
            ("2026-11-17", "opens", "unit-overdue"),
            ("2026-11-17", "opens", "office-overdue"),
        ]
        assert {notice.task_id for notice in found.withdrawn} == {"T-01"}
        assert (found.new, found.changed, found.unchanged) == ((), (), 4)

    def test_a_withdrawn_limit_a_moved_one_and_a_new_task(self) -> None:
        before = [dr.Task(id="A", due_on=date(2026, 11, 16)), dr.Task(id="B", due_on=date(2026, 11, 16)), dr.Task(id="C", due_on=date(2026, 11, 16))]
        after = [dr.Task(id="D", due_on=date(2026, 11, 16)), dr.Task(id="A"), dr.Task(id="B", due_on=date(2026, 11, 18))]
        found = KON_TUM.changes(before, after, date(2026, 11, 15), date(2026, 11, 16))
        assert [notice.task_id for notice in found.withdrawn] == ["A", "B", "C"]
        assert [notice.task_id for notice in found.new] == ["D"]

    def test_a_day_off_announced(self) -> None:
        # Until 25/12/2025 Friday 2/1/2026 was a working day; then it was swapped for Saturday 10/1.
        known_before = dr.load("kon-tum", calendar=dr.vietnam(known_on=date(2025, 12, 20)))
        tasks = [dr.Task(id="A", assigned_on=date(2025, 12, 31)), dr.Task(id="B", due_on=date(2026, 1, 2), completed_on=date(2026, 1, 2))]
        found = KON_TUM.changes(tasks, tasks, date(2025, 12, 31), date(2026, 1, 9), before=known_before)
        assert told(found.withdrawn) == [("2026-01-02", "due", "transfer"), ("2026-01-03", "missed", "transfer")]
        assert told(found.new) == [("2026-01-05", "due", "transfer"), ("2026-01-06", "missed", "transfer")]
        # The limit of B is a fixed day and stays; its notice goes out on Monday the 5th.
        assert [(notice.task_id, notice.day, notice.deliver_on) for notice in found.changed] == [("B", date(2026, 1, 2), date(2026, 1, 5))]
        assert json.loads(json.dumps(found.to_dict()))["unchanged"] == 0


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None and os.environ.get("REQUIRE_ALL") != "1", reason="tables need pyarrow")
class TestTable:
    @property
    def pyarrow(self) -> Any:
        return importlib.import_module("pyarrow")

    def test_the_same_as_of_tasks(self) -> None:
        table = self.pyarrow.table({"mã": ["B", "A"], "thời hạn": ["16/11/2026", "16/11/2026"], "ngày hoàn thành": [None, "13/11/2026"]})
        found = KON_TUM.notices_table(table, date(2026, 11, 15), date(2026, 11, 19))
        rows = found.select(["task_id", "kind", "rule"]).to_pylist()
        assert [tuple(row.values()) for row in rows] == [
            ("B", "due", "due_on"),
            ("B", "missed", "due_on"),
            ("B", "opens", "unit-overdue"),
            ("B", "opens", "office-overdue"),
            (None, "report_due", "unit-year"),
        ]
        assert found.column("key")[0].as_py() == f"2026-11-16/due/due_on/{KON_TUM.plan.rules_version}/B"

    def test_rows_that_are_no_tasks_stand_at_the_end(self) -> None:
        polars = importlib.import_module("polars")
        frame = polars.DataFrame({"mã": ["A", "B", None], "thời hạn": ["31/11/2026", "16/11/2026", "16/11/2026"]})
        *rest, first, second = KON_TUM.notices_table(frame, date(2026, 11, 15), date(2026, 11, 16)).to_pylist()
        assert [row["task_id"] for row in rest] == ["B"]
        assert (first["task_id"], first["kind"], second["task_id"]) == ("A", None, None)
        assert first["problem"] == "due_on: '31/11/2026' is no day of the calendar; correct the day or the month."
        assert second["problem"].startswith("id: every task needs one")

    def test_what_is_refused(self) -> None:
        table = self.pyarrow.table({"mã": ["A", "A"], "thời hạn": ["16/11/2026", "17/11/2026"]})
        with pytest.raises(errors.TaskError, match="'A' is the id of two tasks"):
            KON_TUM.notices_table(table, *YEAR)
        with pytest.raises(errors.TableError, match="a list is no table"):
            KON_TUM.notices_table([], *YEAR)
        with pytest.raises(errors.NotInForceError):
            KON_TUM.notices_table(table, date(2016, 1, 1), date(2016, 5, 8))

    def test_a_reader_an_empty_table_and_an_interval_before_the_regulation(self) -> None:
        table = self.pyarrow.table({"mã": ["A"], "thời hạn": ["16/11/2026"]})
        assert KON_TUM.notices_table(table.to_reader(), date(2026, 11, 15), date(2026, 11, 16)).num_rows == 1
        assert KON_TUM.notices_table(table.slice(0, 0), date(2026, 11, 15), date(2026, 11, 16)).num_rows == 0
        assert KON_TUM.notices_table(table, date(2016, 5, 9), date(2016, 5, 9)).num_rows == 0
