"""The life of a task, worked by hand from the texts: Kon Tum 237/QĐ-UBND, Yên Thế 02/2015/QĐ-UBND, and the calendar of 2026."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

import deadline_rules as dr
from deadline_rules import errors
from deadline_rules.changes import What
from deadline_rules.rulebook.library import find


def told(life: dr.Timeline, what: str, rule: str | None = None) -> list[tuple[str, object, object]]:
    """The flips of one value: the day, from, to."""
    return [(flip.day.isoformat(), flip.before, flip.after) for flip in life if (flip.what, flip.rule) == (what, rule)]


def flip_of(life: dr.Timeline, what: str, after: object, rule: str | None = None) -> dr.Flip:
    return next(flip for flip in life if (flip.what, flip.rule, flip.after) == (what, rule, after))


# Assigned on Monday 2/11/2026, started on Wednesday the 4th, due on Monday the 16th, completed on Wednesday the 18th.
KON_TUM = dr.load("kon-tum")
TASK = dr.Task(
    id="T-01",
    assigned_on=date(2026, 11, 2),
    transferred_on=date(2026, 11, 4),
    started_on=date(2026, 11, 4),
    due_on=date(2026, 11, 16),
    completed_on=date(2026, 11, 18),
)


class TestKonTum:
    """Điều 5 khoản 1 điểm đ (the statuses), Điều 6 khoản 1 điểm b (01 ngày làm việc … kể từ khi UBND tỉnh giao), Điều 9 khoản 3."""

    life = KON_TUM.timeline(TASK)

    def test_progress_timeliness_and_status(self) -> None:
        assert told(self.life, "progress") == [
            ("2026-11-02", None, "not_started"),
            ("2026-11-04", "not_started", "in_progress"),
            ("2026-11-18", "in_progress", "completed"),
        ]
        assert told(self.life, "timeliness") == [("2026-11-02", None, "in_time"), ("2026-11-17", "in_time", "overdue")]
        # “đã thực hiện trong hạn hay quá hạn; chưa thực hiện trong hạn hay quá hạn”: starting changes nothing
        assert told(self.life, "status") == [
            ("2026-11-02", None, "not_done_in_time"),
            ("2026-11-17", "not_done_in_time", "not_done_overdue"),
            ("2026-11-18", "not_done_overdue", "done_overdue"),
        ]

    def test_the_transfer_is_missed_the_day_after_its_only_working_day_although_it_is_done_that_day(self) -> None:
        assert told(self.life, "state", "transfer") == [("2026-11-02", None, "pending"), ("2026-11-04", "pending", "met_late")]
        assert told(self.life, "due_on", "transfer") == [("2026-11-02", None, date(2026, 11, 3))]

    def test_escalations_open_the_day_after_the_due_day_and_close_on_completion(self) -> None:
        # Điều 9 khoản 3: “đã đến hạn … nhưng chưa triển khai thực hiện”
        assert told(self.life, "state", "unit-overdue") == [
            ("2026-11-02", None, "upcoming"),
            ("2026-11-17", "upcoming", "open"),
            ("2026-11-18", "open", "closed"),
        ]

    def test_reasons_and_articles(self) -> None:
        first, started, overdue = self.life[0], flip_of(self.life, "progress", "in_progress"), flip_of(self.life, "status", "not_done_overdue")
        assert first.reason == dr.Label("ngày đầu tiên của nhiệm vụ (ngày giao 02/11/2026)", "the task's first day (assigned 2026-11-02)")
        assert started.reason == dr.Label("ngày bắt đầu 04/11/2026", "started 2026-11-04")
        assert overdue.reason == dr.Label("ngày sau thời hạn 16/11/2026", "the day after the due day 2026-11-16")
        assert overdue.cite == "Điều 5 khoản 1 điểm đ"
        opened = flip_of(self.life, "state", "open", "unit-overdue")
        assert (opened.reason, opened.cite) == (overdue.reason, "Điều 9 khoản 3")
        reached = flip_of(self.life, "state", "no_number", "status-update")
        assert (reached.day, reached.reason.en, reached.cite) == (date(2026, 11, 16), "the due day 2026-11-16 is reached", "Điều 4 khoản 2 điểm c")
        closed = flip_of(self.life, "state", "closed", "unit-overdue")
        assert closed.reason.vi == "ngày hoàn thành 18/11/2026"

    def test_a_caveat_comes_with_the_day_a_reading_decides_and_goes_with_it(self) -> None:
        """On the 16th itself, “đã đến hạn” holds under the reading that the due day is enough, and only there."""
        caveats = [(day, before, after) for day, before, after in told(self.life, "caveat") if "reading-escalation-opens" in (before, after)]
        assert caveats == [("2026-11-16", None, "reading-escalation-opens"), ("2026-11-17", "reading-escalation-opens", None)]

    def test_it_ends_with_the_last_flip(self) -> None:
        assert [day.isoformat() for day in self.life.days()] == ["2026-11-02", "2026-11-04", "2026-11-16", "2026-11-17", "2026-11-18"]


class TestOtherReadings:
    def test_the_due_day_itself_opens(self) -> None:
        life = dr.load("kon-tum", readings={"escalation-opens": "due_day"}).timeline(TASK)
        opened = flip_of(life, "state", "open", "unit-overdue")
        assert (opened.day, opened.reason.en) == (date(2026, 11, 16), "the due day 2026-11-16 is reached")

    def test_starting_keeps_shut_what_waits_for_a_task_not_started(self) -> None:
        life = dr.load("kon-tum", readings={"not-carried-out": "not_started"}).timeline(TASK)
        gone = flip_of(life, "state", None, "unit-overdue")
        assert (gone.day, gone.before, gone.reason.en) == (date(2026, 11, 4), "upcoming", "started 2026-11-04")
        # Completed without ever having opened: closed, with no day.
        assert told(life, "state", "unit-overdue")[-1] == ("2026-11-18", None, "closed")

    def test_a_due_day_off_moves(self) -> None:
        """Saturday 14/2/2026 is followed by Tết until Sunday the 22nd: the first working day is Monday 23/2, overdue from the 24th."""
        task = dr.Task(id="T", assigned_on=date(2026, 2, 2), due_on=date(2026, 2, 14))
        life = dr.load("kon-tum", readings={"day-off-end": "next_working_day"}).timeline(task)
        overdue = flip_of(life, "timeliness", "overdue")
        assert (overdue.day, overdue.reason.en) == (date(2026, 2, 24), "the day after the due day 2026-02-23")


class TestYenThe:
    """Điều 6: 01 working day from issue to transfer, 01 to review, 01 after the due day to record; Điều 18 khoản 5: 05 after feedback."""

    task = dr.Task(
        id="T-02",
        issued_on=date(2025, 12, 31),
        assigned_on=date(2025, 12, 31),
        transferred_on=date(2026, 1, 5),
        due_on=date(2026, 1, 9),
        feedback_received_on=date(2026, 1, 9),
        urged_on=date(2026, 1, 16),
    )

    def test_the_swap_of_2_january_is_skipped(self) -> None:
        """1 January is a holiday, 2 January off by 12729/VPCP-KGVX: the next working day after 31/12/2025 is Monday 5/1/2026."""
        life = dr.load("yen-the").timeline(self.task)
        assert told(life, "due_on", "transfer") == [("2025-12-31", None, date(2026, 1, 5))]
        assert told(life, "state", "transfer") == [("2025-12-31", None, "pending"), ("2026-01-05", "pending", "met")]
        assert told(life, "state", "review") == [
            ("2025-12-31", None, "waiting"),
            ("2026-01-05", "waiting", "pending"),
            ("2026-01-07", "pending", "missed"),
        ]
        missed = flip_of(life, "state", "missed", "review")
        assert (missed.reason.en, missed.cite) == ("the day after its last day in time, 2026-01-06", "Điều 6 khoản 2 điểm b")

    def test_the_working_saturday_counts(self) -> None:
        """Five working days after Friday 9/1/2026: Saturday 10 (worked instead of 2/1), 12, 13, 14, 15; urged on the 16th is late."""
        life = dr.load("yen-the").timeline(self.task)
        assert told(life, "due_on", "feedback") == [("2026-01-09", None, date(2026, 1, 15))]
        assert told(life, "state", "feedback") == [
            ("2025-12-31", None, "waiting"),
            ("2026-01-09", "waiting", "pending"),
            ("2026-01-16", "pending", "met_late"),
        ]
        # one working day after 9/1 is Saturday the 10th: the record is missed from Sunday the 11th
        assert told(life, "state", "status-update")[1:] == [("2026-01-09", "waiting", "pending"), ("2026-01-11", "pending", "missed")]

    def test_as_known_before_the_swap_was_announced(self) -> None:
        life = dr.load("yen-the", calendar=dr.vietnam(known_on=date(2025, 12, 20))).timeline(self.task)
        assert told(life, "due_on", "transfer") == [("2025-12-31", None, date(2026, 1, 2))]
        assert told(life, "state", "transfer")[1:] == [("2026-01-03", "pending", "missed"), ("2026-01-05", "missed", "met_late")]


class TestWhereALifeStarts:
    def test_on_the_day_of_assignment_even_where_something_is_older(self) -> None:
        life = KON_TUM.timeline(dr.Task(id="T", issued_on=date(2026, 10, 26), assigned_on=date(2026, 11, 2)))
        assert life[0].day == date(2026, 11, 2)

    def test_without_it_on_the_earliest_day_known(self) -> None:
        life = KON_TUM.timeline(dr.Task(id="T", received_on=date(2026, 11, 3), due_on=date(2026, 11, 16)))
        assert (life[0].day, life[0].reason.en) == (date(2026, 11, 3), "the task's first day (received 2026-11-03)")

    def test_not_before_the_regulation_is_in_force(self) -> None:
        """237/QĐ-UBND is in force from 9/5/2016; a task of Monday 25/4/2016 has its first entry there, its transfer (by 26/4) long missed."""
        life = KON_TUM.timeline(dr.Task(id="T", assigned_on=date(2016, 4, 25)))
        assert life[0].day == date(2016, 5, 9)
        assert life[0].reason == dr.Label("văn bản áp dụng từ 09/05/2016", "the regulation applies from 2016-05-09")
        assert told(life, "state", "transfer") == [("2016-05-09", None, "missed")]

    def test_a_task_without_a_day_has_no_life(self) -> None:
        life = KON_TUM.timeline(dr.Task(id="T"))
        assert (len(life), life.days(), list(life)) == (0, (), [])

    def test_a_caveat_of_the_text_comes_on_its_day(self) -> None:
        """Kon Tum was merged into Quảng Ngãi on 1/7/2025 (Nghị quyết 202/2025/QH15)."""
        life = KON_TUM.timeline(dr.Task(id="T", assigned_on=date(2025, 6, 2)))
        merged = flip_of(life, "caveat", "issuer-reorganised")
        assert (merged.day, merged.reason.en, merged.cite) == (date(2025, 7, 1), "the caveat holds from 2025-07-01", None)

    def test_what_lies_ahead_has_not_happened(self) -> None:
        """Before it is issued, a task is only assigned; Yên Thế counts the transfer from the day of issue."""
        life = dr.load("yen-the").timeline(dr.Task(id="T", assigned_on=date(2026, 11, 2), issued_on=date(2026, 11, 4)))
        assert told(life, "state", "transfer") == [
            ("2026-11-02", None, "waiting"),
            ("2026-11-04", "waiting", "pending"),
            ("2026-11-06", "pending", "missed"),
        ]
        assert flip_of(life, "due_on", date(2026, 11, 5), "transfer").reason.en == "issued 2026-11-04"


def test_a_further_step_opens_working_days_after_the_one_before(tmp_path: Path) -> None:
    """Kon Tum with a step of our own, two working days after Điều 9 khoản 3: due on Friday 20/11/2026, that opens on Saturday 21/11; Monday 23/11 is
    the first working day, Tuesday 24/11 a holiday (Nghị quyết 28/2026/QH16), Wednesday 25/11 the second."""
    step = """escalations:
  - id: step-two
    topic: escalate.unit
    label: {vi: bước hai, en: step two}
    cite: Điều 9 khoản 3
    quote: kịp thời
    actor: unit
    opens: {after: {of: unit-overdue, working_days: 2}}
    act: promptly
"""
    path = tmp_path / "regulation.yaml"
    path.write_text(find("kon-tum").read_text(encoding="utf-8").replace("escalations:\n", step, 1), encoding="utf-8")
    task = dr.Task(id="T", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 20))
    life = dr.load(path).timeline(task)
    assert told(life, "state", "unit-overdue") == [("2026-11-02", None, "upcoming"), ("2026-11-21", "upcoming", "open")]
    assert told(life, "state", "step-two") == [("2026-11-02", None, "upcoming"), ("2026-11-25", "upcoming", "open")]
    assert told(life, "opens_on", "step-two") == [("2026-11-02", None, date(2026, 11, 25))]
    assert flip_of(life, "state", "open", "step-two").reason.en == "2 working days after the step before: it opens on 2026-11-25"
    # Before the holiday was known, the step opened on the Tuesday.
    found = dr.impact([task], dr.load(path), as_of=date(2026, 11, 2), before=dr.vietnam(known_on=date(2026, 6, 30)))
    change = found["T"].change("opens_on", "step-two")
    assert change is not None
    assert (change.before, change.after, [cause.id for cause in change.causes]) == (date(2026, 11, 24), date(2026, 11, 25), ["2026-11-24"])


class TestRefusals:
    def test_what_is_no_task(self) -> None:
        no_task: Any = {"id": "T"}
        with pytest.raises(errors.TaskError, match="a dict is no task"):
            KON_TUM.timeline(no_task)

    def test_a_deadline_beyond_2100(self) -> None:
        task = dr.Task(id="T", assigned_on=date(2100, 12, 31))
        for ask in (KON_TUM.timeline, lambda task: KON_TUM.evaluate(task, date(2100, 12, 31))):
            with pytest.raises(errors.CalendarHorizonError, match="outside 1990-2100"):
                ask(task)

    def test_the_last_day_of_all(self) -> None:
        life = KON_TUM.timeline(dr.Task(id="T", assigned_on=date(2100, 12, 1), due_on=date(2100, 12, 31)))
        assert life.days()[-1] <= date(2100, 12, 31)

    def test_strict_leaves_out_that_later_answers_would_be_uncertain(self) -> None:
        """The calendar vouches for 2027; the day after it says so of a task that is still open."""
        task = dr.Task(id="T", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16))
        last = KON_TUM.timeline(task)[-1]
        assert (last.day, last.after) == (date(2028, 1, 1), "calendar-not-official")
        assert last.reason.en == "the calendar vouches for days up to 2027-12-31 only"
        assert dr.load("kon-tum", strict=True).timeline(task).days()[-1] == date(2026, 11, 17)

    def test_strict_refuses_a_life_that_rests_on_uncertain_days(self) -> None:
        with pytest.raises(errors.UnverifiedCalendarError):
            dr.load("kon-tum", strict=True).timeline(dr.Task(id="T", assigned_on=date(2028, 1, 3)))


class TestForm:
    def test_it_is_an_immutable_sequence(self) -> None:
        life = KON_TUM.timeline(TASK)
        assert life[-1] == life[len(life) - 1] == list(life)[-1]
        assert life[:2] == tuple(life)[:2]
        assert pickle.loads(pickle.dumps(life)) == life == KON_TUM.timeline(TASK)  # noqa: S301  # our own
        with pytest.raises(FrozenInstanceError):
            life.task_id = "other"  # type: ignore[misc]

    def test_json(self) -> None:
        life = KON_TUM.timeline(TASK)
        found = json.loads(life.to_json())
        assert (found["task_id"], found["regulation"], len(found["flips"])) == ("T-01", "kon-tum", len(life))
        assert found["flips"][0] == {
            "day": "2026-11-02",
            "what": "progress",
            "rule": None,
            "before": None,
            "after": "not_started",
            "reason": "ngày đầu tiên của nhiệm vụ (ngày giao 02/11/2026)",
            "cite": "Điều 5 khoản 1 điểm đ",
        }
        assert [flip["after"] for flip in found["flips"] if flip["what"] == "due_on"] == ["2026-11-03"]

    def test_what_a_secret_task_is_about_is_never_told(self) -> None:
        secret = TASK.model_copy(update={"secrecy": "mật", "summary": "nội dung kín", "content": "nội dung kín"})
        assert "kín" not in KON_TUM.timeline(secret).to_json() + repr(KON_TUM.timeline(secret))


def test_the_guide_names_every_value() -> None:
    """Every name of a value that may flip or change stands in the guide."""
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "what-if.md").read_text(encoding="utf-8")
    for what in get_args(What):
        assert f"`{what}`" in guide
