"""The facade: loading, readings, strictness, immutability, explanations, reports a host supplies."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules import errors
from deadline_rules.rulebook.library import find

TASK = dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
DAY = date(2026, 11, 20)


class TestLoading:
    @pytest.mark.parametrize("as_path", [False, True])
    def test_a_file_or_its_folder_loads_like_the_pack(self, as_path: bool) -> None:
        file = find("kon-tum")
        for place in (file, file.parent):
            assert dr.load(place if as_path else str(place)).plan == dr.load("kon-tum").plan

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("kon-tom", "there is no regulation 'kon-tom'; did you mean 'kon-tum'?"),
            ("x", "there is no regulation 'x'; there are: ben-tre, can-tho, kon-tum, so-nn, yen-the."),
            ("nowhere/rules.yaml", "nowhere/rules.yaml: there is no such rule file."),
            (Path("nowhere"), "nowhere: there is no such rule file."),
            ("x" * 5000, "'xxxxx"),
        ],
    )
    def test_an_unknown_regulation_is_named(self, name: str | Path, message: str) -> None:
        with pytest.raises(errors.UnknownRegulationError) as caught:
            dr.load(name)
        assert str(caught.value).startswith(message)
        assert isinstance(caught.value, LookupError)

    @pytest.mark.parametrize(
        ("readings", "message"),
        [
            ({"before-dey": "same_day"}, "there is no reading 'before-dey'; did you mean 'before-day'?"),
            ({"before-day": "sameday"}, "reading before-day has no option 'sameday'; did you mean 'same_day'?"),
            ({"before-day": 2}, "reading before-day has no option 2; there are: previous_day, same_day."),
            ({"promptly": -1}, "reading promptly has no option -1, nor is it a whole number of 0 to 9999; there are: none."),
            ({"promptly": True}, "reading promptly has no option True"),
            (["before-day"], "readings are a mapping such as {'before-day': 'same_day'}, not a list."),
        ],
    )
    def test_an_unknown_reading_is_named(self, readings: Any, message: str) -> None:
        with pytest.raises(errors.UnknownReadingError) as caught:
            dr.load("kon-tum", readings=readings)
        assert str(caught.value).startswith(message)

    def test_yes_and_no_may_be_booleans(self) -> None:
        assert dr.load("can-tho", readings={"before-carries-over": False}).readings["before-carries-over"] == "no"

    def test_available_gives_issuer_number_and_day(self) -> None:
        packs = {pack.id: pack for pack in dr.available()}
        assert (packs["yen-the"].number, packs["yen-the"].in_force) == ("02/2015/QĐ-UBND", "2015-05-22")
        assert (packs["so-nn"].number, packs["so-nn"].in_force) == (None, "2022")


class TestImmutability:
    def test_nothing_can_be_changed(self) -> None:
        regulation = dr.load("kon-tum")
        result = regulation.evaluate(TASK, DAY)
        with pytest.raises(AttributeError, match="cannot be changed"):
            regulation.strict = True
        with pytest.raises(AttributeError, match="cannot be changed"):
            del regulation.plan
        with pytest.raises(FrozenInstanceError):
            result.task_id = "other"  # type: ignore[misc]
        with pytest.raises(AttributeError):
            result.deadlines[0].state = "met"  # type: ignore[misc]

    def test_it_pickles_with_its_results(self) -> None:
        regulation = dr.load("yen-the", calendar=dr.vietnam(known_on=date(2025, 12, 20)), strict=True)
        again = pickle.loads(pickle.dumps(regulation))  # noqa: S301  # our own bytes
        assert again.evaluate(TASK, DAY) == regulation.evaluate(TASK, DAY)
        assert (again.strict, again.calendar.known_on) == (True, date(2025, 12, 20))
        result = pickle.loads(pickle.dumps(regulation.evaluate(TASK, DAY)))  # noqa: S301  # our own bytes
        assert result.explain() == regulation.evaluate(TASK, DAY).explain()

    def test_threads_share_it(self) -> None:
        regulation = dr.load("can-tho", calendar=dr.vietnam(known_on=date(2026, 11, 1)))
        expected = dr.load("can-tho", calendar=dr.vietnam(known_on=date(2026, 11, 1))).evaluate(TASK, DAY)
        with ThreadPoolExecutor(8) as pool:
            assert all(result == expected for result in pool.map(lambda _: regulation.evaluate(TASK, DAY), range(200)))

    def test_it_says_what_it_is(self) -> None:
        assert repr(dr.load("kon-tum")) == "<Regulation kon-tum, 237/QĐ-UBND>"


class TestMissingFields:
    def test_a_day_to_come_is_not_recorded_yet(self) -> None:
        """Yên Thế asks for the day of issue (Điều 5 khoản 1 điểm a); what lies after the day asked about has not happened. A due day is a plan."""
        given = dr.Task(id="T", issued_on=date(2026, 11, 20), due_on=date(2026, 11, 30))
        asked = {day: dr.load("yen-the").evaluate(given, date(2026, 11, day)).missing_fields for day in (19, 20)}
        assert ("issued_on" in asked[19], "issued_on" in asked[20]) == (True, False)
        assert not any("due_on" in missing for missing in asked.values())


class TestDays:
    def test_a_moment_is_taken_to_its_day_in_vietnam(self) -> None:
        """18:30 UTC on 15 November is 01:30 on the 16th in Việt Nam."""
        result = dr.load("kon-tum").evaluate(TASK, datetime(2026, 11, 15, 18, 30, tzinfo=UTC))
        assert result.as_of == date(2026, 11, 16)
        assert type(result.as_of) is date

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(errors.DayError, match="as_of: 2026-11-15T00:00:00 has no time zone"):
            dr.load("kon-tum").evaluate(TASK, datetime(2026, 11, 15))  # noqa: DTZ001  # the point of the test

    def test_a_day_beyond_the_horizon_is_refused(self) -> None:
        with pytest.raises(errors.CalendarHorizonError):
            dr.load("kon-tum").evaluate(dr.Task(id="T"), date(2101, 1, 1))

    def test_reports_before_the_regulation_are_refused(self) -> None:
        with pytest.raises(errors.NotInForceError, match="kon-tum took effect on 2016-05-09; until 2016-05-08 it asks for no report"):
            dr.load("kon-tum").reports(date(2010, 1, 1), date(2016, 5, 8))

    def test_a_tally_before_the_regulation_is_refused(self) -> None:
        with pytest.raises(errors.NotInForceError):
            dr.load("kon-tum").tally([], date(2016, 5, 8))

    def test_what_is_no_task_is_refused(self) -> None:
        with pytest.raises(errors.TaskError, match="a dict is no task; give a Task"):
            dr.load("kon-tum").evaluate({"id": "T"}, DAY)  # type: ignore[arg-type]

    def test_reports_want_days_in_order(self) -> None:
        with pytest.raises(errors.DayError, match="since 2026-12-31 lies after until 2026-01-01"):
            dr.load("kon-tum").reports(date(2026, 12, 31), date(2026, 1, 1))
        with pytest.raises(errors.CalendarHorizonError):
            dr.load("kon-tum").reports(date(2026, 1, 1), date(2101, 1, 1))


class TestClassify:
    """The status alone; that it is the status of `evaluate` is tested by properties."""

    @pytest.mark.parametrize("pack", ["ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the"])
    def test_it_is_the_status_of_the_result(self, pack: str) -> None:
        regulation = dr.load(pack)
        assert regulation.classify(TASK, DAY) == regulation.evaluate(TASK, DAY).status

    @pytest.mark.parametrize(
        ("day", "code"),
        [
            (date(2026, 11, 3), "not_done_in_time"),
            (date(2026, 11, 4), "in_progress"),
            (date(2026, 11, 17), "in_progress"),
            (date(2026, 11, 18), "done"),
        ],
    )
    def test_what_is_to_come_has_not_happened(self, day: date, code: str) -> None:
        """Cần Thơ Điều 4 khoản 1 điểm g: started on 4/11 and completed on 18/11/2026, asked on each of them and on the day before."""
        assert dr.load("can-tho").classify(TASK.model_copy(update={"completed_on": date(2026, 11, 18)}), day).code == code

    def test_a_task_outside_has_no_status(self) -> None:
        """Bến Tre Điều 3 khoản 1 leaves routine tasks out."""
        status = dr.load("ben-tre").classify(dr.Task(id="T", routine=True), DAY)
        assert (status.code, status.cite) == (None, "Điều 3 khoản 1")
        assert status.reason is not None

    def test_a_moment_is_taken_to_its_day_in_vietnam(self) -> None:
        """18:30 UTC on 16 November is 01:30 on the 17th in Việt Nam."""
        regulation = dr.load("kon-tum")
        assert regulation.classify(TASK, datetime(2026, 11, 16, 18, 30, tzinfo=UTC)) == regulation.classify(TASK, date(2026, 11, 17))

    @pytest.mark.parametrize(
        ("as_of", "error", "message"),
        [
            (date(2016, 5, 8), errors.NotInForceError, "kon-tum took effect on 2016-05-09; on 2016-05-08 it says nothing"),
            (date(2101, 1, 1), errors.CalendarHorizonError, "as_of 2101-01-01 lies outside 1990-2100"),
            (datetime(2026, 11, 15), errors.DayError, "as_of: 2026-11-15T00:00:00 has no time zone"),  # noqa: DTZ001  # the point of the test
            ("2026-11-15", errors.DayError, "as_of: '2026-11-15' is not a date"),
        ],
    )
    def test_a_day_without_an_answer_is_refused(self, as_of: Any, error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message):
            dr.load("kon-tum").classify(TASK, as_of)

    def test_what_is_no_task_is_refused(self) -> None:
        with pytest.raises(errors.TaskError, match="a dict is no task; give a Task"):
            dr.load("kon-tum").classify({"id": "T"}, DAY)  # type: ignore[arg-type]

    def test_strict_refuses_what_evaluate_refuses(self) -> None:
        strict = dr.load("kon-tum", strict=True)
        with pytest.raises(errors.UnverifiedCalendarError, match="task T: a working-day count reaches beyond"):
            strict.classify(dr.Task(id="T", due_on=date(2028, 3, 1)), DAY)
        assert strict.classify(TASK, DAY) == strict.evaluate(TASK, DAY).status

    def test_a_deadline_beyond_the_horizon_is_no_part_of_it(self) -> None:
        """Friday 31/12/2100 is the last day known: one working day later there is none."""
        task, last = dr.Task(id="T", assigned_on=date(2100, 12, 31)), date(2100, 12, 31)
        with pytest.raises(errors.CalendarHorizonError):
            dr.load("kon-tum").evaluate(task, last)
        assert dr.load("kon-tum").classify(task, last).code == "not_done_in_time"

    def test_a_due_day_that_cannot_move_is_refused_where_days_off_roll(self) -> None:
        closed = dr.vietnam(extra=[dr.closure("nghỉ riêng", off=[date(2100, 12, 31)])])
        task = dr.Task(id="T", due_on=date(2100, 12, 31))
        assert dr.load("kon-tum", calendar=closed).classify(task, DAY).code == "not_done_in_time"
        rolled = dr.load("kon-tum", calendar=closed, readings={"day-off-end": "next_working_day"})
        with pytest.raises(errors.CalendarHorizonError, match="the working day on or after 2100-12-31"):
            rolled.classify(task, DAY)


class TestCertainty:
    """The calendar is verified for 2014 to 2027."""

    def test_a_result_on_unofficial_days_says_so(self) -> None:
        task = dr.Task(id="T", due_on=date(2028, 3, 1))
        result = dr.load("kon-tum").evaluate(task, date(2027, 12, 30))
        assert result.provisional
        assert "calendar-not-official" in {caveat.code for caveat in result.caveats}
        within = dr.load("kon-tum").evaluate(dr.Task(id="T", due_on=date(2027, 12, 31)), date(2027, 12, 30))
        assert not within.provisional

    def test_a_deadline_on_unofficial_days_says_so(self) -> None:
        task = dr.Task(id="T", assigned_on=date(2027, 12, 31))
        assert dr.load("kon-tum").evaluate(task, date(2027, 12, 31)).provisional
        assert not dr.load("kon-tum").evaluate(dr.Task(id="T", assigned_on=date(2027, 12, 30)), date(2027, 12, 31)).provisional

    def test_strict_refuses_it(self) -> None:
        strict = dr.load("kon-tum", strict=True)
        with pytest.raises(errors.UnverifiedCalendarError, match="task T: a working-day count reaches beyond 2014-01-01 to 2027-12-31"):
            strict.evaluate(dr.Task(id="T", due_on=date(2028, 3, 1)), DAY)
        assert not strict.evaluate(TASK, DAY).provisional

    def test_strict_refuses_reports_on_unofficial_days(self) -> None:
        strict = dr.load("kon-tum", strict=True)
        assert strict.reports(date(2027, 1, 1), date(2027, 12, 31))
        with pytest.raises(errors.UnverifiedCalendarError, match="report unit-quarter of 2028-Q1: 2028-03-19"):
            strict.reports(date(2028, 1, 1), date(2028, 12, 31))
        assert all(row.provisional for row in dr.load("kon-tum").reports(date(2028, 1, 1), date(2028, 12, 31)) if row.due_on)

    def test_a_replay_vouches_for_less(self) -> None:
        """On 2025-10-01 the decision on 2026 (16/10/2025) was still to come."""
        early = dr.load("kon-tum", calendar=dr.vietnam(known_on=date(2025, 10, 1)))
        assert early.evaluate(dr.Task(id="T", due_on=date(2026, 3, 2)), date(2025, 10, 1)).provisional
        assert not early.evaluate(dr.Task(id="T", due_on=date(2025, 12, 31)), date(2025, 10, 1)).provisional


class TestReadings:
    def test_a_number_for_promptly_serves_duties_without_a_number(self) -> None:
        """Sở NN Điều 6 khoản 2 sets no time for the review: 2 working days from Monday 2/3/2026 end on Wednesday 4/3."""
        task = dr.Task(id="T", transferred_on=date(2026, 3, 2), due_on=date(2026, 3, 2))
        row = dr.load("so-nn", readings={"promptly": 2}).evaluate(task, date(2026, 3, 20)).deadline("review")
        assert (row.due_on, row.state, row.reason) == (date(2026, 3, 4), "missed", None)
        assert dr.load("so-nn", readings={"promptly": "none"}).evaluate(task, date(2026, 3, 20)).deadline("review").state == "no_number"

    def test_promptly_zero_is_the_same_day(self) -> None:
        task = dr.Task(id="T", transferred_on=date(2026, 3, 2))
        assert dr.load("so-nn", readings={"promptly": 0}).evaluate(task, date(2026, 3, 2)).deadline("review").due_on == date(2026, 3, 2)

    def test_the_start_day_may_be_counted(self) -> None:
        """Yên Thế Điều 18 khoản 5: 5 working days, Monday 2/3/2026 included, end on Friday 6/3; from a Saturday on the Friday after."""
        included = dr.load("yen-the", readings={"start-day": "included"})
        monday = dr.Task(id="T", feedback_received_on=date(2026, 3, 2))
        saturday = dr.Task(id="T", feedback_received_on=date(2026, 2, 28))
        assert included.evaluate(monday, date(2026, 3, 20)).deadline("feedback").due_on == date(2026, 3, 6)
        assert included.evaluate(saturday, date(2026, 3, 20)).deadline("feedback").due_on == date(2026, 3, 6)

    def test_the_focal_point_under_other_readings(self) -> None:
        """Kon Tum Điều 12 khoản 2: with 9/5/2016 counted the 10 days end on Wednesday 18/5."""
        rows = dr.load("kon-tum", readings={"start-day": "included"}).reports(date(2016, 5, 1), date(2016, 5, 31))
        assert [row.due_on for row in rows if row.rule == "focal-point"] == [date(2016, 5, 18)]

    def test_a_start_that_depends_on_a_reading_shows_the_span(self) -> None:
        """Cần Thơ Điều 5 khoản 1: assigned Monday 2/3/2026, issued Friday 27/2: due Tuesday 3/3, or Monday 2/3 from the issue."""
        task = dr.Task(id="T", assigned_on=date(2026, 3, 2), issued_on=date(2026, 2, 27))
        result = dr.load("can-tho").evaluate(task, date(2026, 3, 20))
        row = result.deadline("transfer")
        assert (row.earliest, row.due_on, row.latest) == (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 3))
        assert "reading-task-arises" in {caveat.code for caveat in result.caveats}
        other = dr.load("can-tho", readings={"task-arises": "issued_on"}).evaluate(task, date(2026, 3, 20)).deadline("transfer")
        assert (other.due_on, other.earliest, other.latest) == (date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 3))

    def test_immediately_may_have_no_day(self) -> None:
        task = dr.Task(id="T", assigned_on=date(2026, 3, 2), urgent=True)
        row = dr.load("can-tho", readings={"immediately": "no_number"}).evaluate(task, date(2026, 3, 20)).deadline("transfer")
        assert (row.due_on, row.state) == (None, "no_number")
        assert row.reason is not None

    def test_what_was_started_before_it_came_due_was_carried_out(self) -> None:
        """Reading not-carried-out: not_started. Due Monday 2/3/2026; started on the due day, or on the day after."""
        regulation = dr.load("kon-tum", readings={"not-carried-out": "not_started"})
        on_the_day = dr.Task(id="T", due_on=date(2026, 3, 2), started_on=date(2026, 3, 2))
        a_day_late = dr.Task(id="T", due_on=date(2026, 3, 2), started_on=date(2026, 3, 3))
        assert regulation.evaluate(on_the_day, date(2026, 3, 20)).escalation("unit-overdue") is None
        opened = regulation.evaluate(a_day_late, date(2026, 3, 20)).escalation("unit-overdue")
        assert opened is not None
        assert (opened.opens_on, opened.state) == (date(2026, 3, 3), "open")
        done = regulation.evaluate(on_the_day.model_copy(update={"completed_on": date(2026, 3, 9)}), date(2026, 3, 20))
        closed = done.escalation("unit-overdue")
        assert closed is not None
        assert (closed.opens_on, closed.state) == (None, "closed")

    def test_month_reported_changes_the_name_only(self) -> None:
        same = dr.load("yen-the").reports(date(2026, 1, 1), date(2026, 1, 31))
        before = dr.load("yen-the", readings={"month-reported": "previous_month"}).reports(date(2026, 1, 1), date(2026, 1, 31))
        periods = [[row.period for row in rows if row.rule == "unit-month"] for rows in (same, before)]
        assert periods == [["2026-01"], ["2025-12"]]
        assert [row.due_on for row in same] == [row.due_on for row in before]

    def test_secret_reports_may_follow_the_open_ones(self) -> None:
        rows = dr.load("kon-tum", readings={"secret-report-day": "as_unit_reports"}).reports(date(2026, 6, 1), date(2026, 6, 30))
        days = {row.rule: row.due_on for row in rows}
        assert days["secret-half"] == days["unit-half"] == date(2026, 6, 19)


class TestSuppliedReports:
    """Bến Tre Điều 17 khoản 1 leaves the days to Quyết định 15/2020/QĐ-UBND, which was not supplied."""

    def test_a_host_supplies_the_day(self) -> None:
        regulation = dr.load("ben-tre", reports={"unit-month": {"by_day": "20"}, "unit-year": {"before_day": 15, "month": 12}})
        rows = [row for row in regulation.reports(date(2026, 11, 1), date(2026, 12, 31)) if row.due_on is not None]
        assert [(row.rule, row.due_on) for row in rows] == [
            ("unit-month", date(2026, 11, 20)),
            ("unit-year", date(2026, 12, 14)),
            ("unit-month", date(2026, 12, 20)),
        ]
        assert all(row.reason is not None and row.reason.en == "day supplied by the host" for row in rows)

    @pytest.mark.parametrize(
        ("pack", "reports", "message"),
        [
            ("kon-tum", {"unit-quarter": {"by_day": 20}}, "kon-tum sets the day of unit-quarter itself (Điều 10 khoản 1)"),
            ("ben-tre", {"unit-moth": {"by_day": 20}}, "there is no report 'unit-moth' in ben-tre; did you mean 'unit-month'?"),
            ("ben-tre", {"unit-month": {"by_day": 31}}, "day 31 is not in every month"),
            ("ben-tre", {"unit-month": {"same_as": "unit-year"}}, "unit-month needs before_day, by_day or on_day, not same_as"),
            (
                "ben-tre",
                {"unit-month": {"by_day": 20, "month": 5}},
                "reports: unit-month: a report every month falls in many months; leave month out",
            ),
            ("ben-tre", {"unit-year": {"by_day": 10, "month": 1}}, "reports: unit-year: month 1 lies in the first half of the period"),
            ("ben-tre", {"on-request": {"by_day": 10}}, "reports: on-request: a report on_request has no period, so by_day cannot be its day"),
            ("ben-tre", {"unit-month": 20}, "unit-month needs a mapping such as {'by_day': 20}, not 20."),
            ("ben-tre", {"unit-month": {"by_dag": 20}}, "there is no such key here; did you mean 'by_day'?"),
        ],
    )
    def test_what_cannot_be_supplied_is_refused(self, pack: str, reports: dict[str, Any], message: str) -> None:
        with pytest.raises(errors.RuleFileError) as caught:
            dr.load(pack, reports=reports)
        assert message in str(caught.value)


class TestWhatWasDoneBeforeItsStart:
    """Yên Thế Điều 18 khoản 5: feedback received on Tuesday 10/11/2026, 5 working days, so due on Tuesday 17/11."""

    @pytest.mark.parametrize(
        ("urged_on", "state"),
        [(date(2026, 11, 9), "missed"), (date(2026, 11, 10), "met"), (date(2026, 11, 17), "met"), (date(2026, 11, 18), "met_late")],
    )
    def test_a_letter_before_the_feedback_does_not_answer_it(self, urged_on: date, state: str) -> None:
        task = dr.Task(id="T", feedback_received_on=date(2026, 11, 10), urged_on=urged_on)
        row = dr.load("yen-the").evaluate(task, DAY).deadline("feedback")
        assert (row.due_on, row.state, row.done_on) == (date(2026, 11, 17), state, urged_on if state != "missed" else None)

    def test_an_outcome_may_be_recorded_before_the_task_is_due(self) -> None:
        """Yên Thế Điều 6 khoản 3 điểm b says “chậm nhất”: at the latest."""
        task = dr.Task(id="T", due_on=date(2026, 11, 16), status_updated_on=date(2026, 11, 12))
        assert dr.load("yen-the").evaluate(task, DAY).deadline("status-update").state == "met"


class TestExplanations:
    def test_the_steps_in_both_languages(self) -> None:
        result = dr.load("kon-tum").evaluate(TASK, DAY)
        vi, en = result.explain("vi"), result.explain("en")
        assert "16/11/2026, quá hạn; tính đến 20/11/2026 quá 4 ngày làm việc" in vi
        assert "chưa thực hiện quá hạn (Điều 5 khoản 1 điểm đ)" in vi
        assert "2026-11-16, overdue; on 2026-11-20 4 working days over" in en
        assert len(vi.splitlines()) == len(en.splitlines())

    def test_days_off_in_between_are_named(self) -> None:
        """From Wednesday 31/12/2025 one working day ends on Monday 5/1/2026."""
        task = dr.Task(id="T", assigned_on=date(2025, 12, 31))
        text = dr.load("kon-tum").evaluate(task, date(2026, 1, 20)).explain("vi")
        assert "05/01/2026" in text
        assert "01/01/2026 Tết Dương lịch" in text
        assert "02/01/2026 nghỉ theo 12729/VPCP-KGVX" in text

    @pytest.mark.parametrize("pack", ["ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the"])
    def test_a_secret_task_keeps_its_content(self, pack: str) -> None:
        task = dr.Task(id="T", secrecy="mật", summary="nội dung bí mật", content="bí mật", lead_unit="đơn vị bí mật", due_on=date(2026, 11, 16))
        result = dr.load(pack).evaluate(task, DAY)
        for text in (result.explain("vi"), result.explain("en"), result.to_json(), repr(result), repr(task)):
            assert "bí mật" not in text
        assert "secret-task" in {caveat.code for caveat in result.caveats}

    def test_the_words_are_those_of_the_case(self) -> None:
        """Sở NN Điều 6 khoản 1 điểm b: one working day, two for a complex document; with the start day counted still two."""
        task = dr.Task(id="T", received_on=date(2026, 11, 2), complex=True)
        text = dr.load("so-nn", readings={"start-day": "included"}).evaluate(task, DAY).explain("vi")
        assert "từ 02/11/2026, 2 ngày làm việc → 03/11/2026" in text
        assert "thời hạn này không quá 02 ngày làm việc" in text
        urgent = dr.load("can-tho").evaluate(dr.Task(id="T", assigned_on=date(2026, 11, 2), urgent=True), DAY).explain("en")
        assert "from 2026-11-02, the same day → 2026-11-02" in urgent
        assert "“Đối với các vấn đề đột xuất, phải thực hiện ngay”" in urgent

    def test_overdue_by_no_working_day(self) -> None:
        """Due on Friday 13/11/2026, asked on Saturday: overdue, though no working day has passed."""
        result = dr.load("kon-tum").evaluate(dr.Task(id="T", due_on=date(2026, 11, 13)), date(2026, 11, 14))
        assert (result.timeliness, result.working_days_left) == ("overdue", 0)
        assert "quá hạn; tính đến 14/11/2026 quá 0 ngày làm việc" in result.explain("vi")

    def test_a_result_is_explained_by_the_regulation_that_made_it(self) -> None:
        result = dr.load("kon-tum").evaluate(TASK, DAY)
        for other in (dr.load("can-tho"), dr.load("kon-tum", calendar=dr.vietnam(known_on=date(2025, 12, 20)))):
            with pytest.raises(errors.ForeignResultError, match="ask the regulation that made it"):
                other.explain(result)
        assert dr.load("kon-tum").explain(result) == result.explain()

    def test_a_result_without_its_regulation_says_so(self) -> None:
        from deadline_rules.engines.single import evaluate

        regulation = dr.load("kon-tum")
        with pytest.raises(ValueError, match="made without its regulation"):
            evaluate(regulation.plan, regulation.calendar, TASK, DAY).explain()

    @pytest.mark.parametrize("pack", ["ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the"])
    def test_every_kind_of_task_can_be_explained(self, pack: str) -> None:
        regulation = dr.load(pack, readings={"promptly": 3})
        for facts in (
            {},
            {"completed_on": date(2026, 11, 10), "due_on": date(2026, 11, 9), "started_on": date(2026, 11, 2)},
            {"completed_on": date(2026, 11, 9), "due_on": date(2026, 11, 14), "status_updated_on": date(2026, 11, 16)},
            {"difficulty_on": date(2026, 11, 3), "routine": True, "due_on": date(2028, 1, 3)},
        ):
            result = regulation.evaluate(dr.Task(id="T", **facts), DAY)
            for text in (result.explain("vi"), result.explain("en")):
                assert all(row.rule in text for row in result.deadlines)
                assert all(row.rule in text for row in result.escalations)
                assert all(caveat.code in text for caveat in result.caveats)


def test_a_result_finds_its_rows() -> None:
    result = dr.load("kon-tum").evaluate(TASK, DAY)
    assert result.deadline("transfer").state == "missed"
    with pytest.raises(KeyError):
        result.deadline("nothing")
    assert result.escalation("nothing") is None
