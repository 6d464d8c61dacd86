"""The smallest case on which two regulations differ: worked by hand, and by going through every small task."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.comparison.witness_periods import Period
from deadline_rules.comparison.witnesses import NeverDiffer, Witness, answer_of, witnesses
from deadline_rules.errors import CalendarHorizonError, DayError, TaskError
from deadline_rules.plan.facts import kind_index

# A Friday; 24/11 is a day off, so the working days after it are 23, 25, 26, 27 and 30 November.
FRIDAY = date(2026, 11, 20)
PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")
PAIRS = list(combinations(PACKS, 2))


def found(left: str | dr.Regulation, right: str | dr.Regulation, topic: str, after: date = FRIDAY) -> Witness | NeverDiffer:
    first, second = (side if isinstance(side, dr.Regulation) else dr.load(side) for side in (left, right))
    return next(case for case in witnesses(first, second, after=after) if case.topic == topic)


def witness(left: str | dr.Regulation, right: str | dr.Regulation, topic: str, after: date = FRIDAY) -> Witness:
    case = found(left, right, topic, after)
    assert isinstance(case, Witness)
    return case


def facts(case: Witness) -> dict[str, Any]:
    assert case.task is not None
    return case.task.model_dump(exclude={"id"}, exclude_defaults=True)


def test_urgent_tasks_are_passed_on_at_once_in_one_and_within_a_working_day_in_the_other() -> None:
    """Both count one working day from the assignment (D6.1b, D5.1); can-tho wants urgent tasks passed on at once."""
    case = witness("kon-tum", "can-tho", "intake.transfer")
    assert facts(case) == {"assigned_on": FRIDAY, "urgent": True}
    assert case.as_of == FRIDAY
    assert case.left.rows == (("office", FRIDAY, date(2026, 11, 23), "pending"),)
    assert case.right.rows == (("office", FRIDAY, FRIDAY, "pending"),)
    assert "1 working day → 2026-11-23" in case.left.text.en
    assert "the same day → 2026-11-20" in case.right.text.en
    assert "20/11/2026" in case.right.text.vi
    assert case.left.cites == ("Điều 6 khoản 1 điểm b",)
    assert case.right.cites[0].startswith("Điều 5 khoản 1")


def test_one_counts_from_the_assignment_the_other_from_the_receipt() -> None:
    case = witness("kon-tum", "so-nn", "intake.transfer")
    assert facts(case) == {"assigned_on": FRIDAY}  # the earlier of the two fields
    assert case.right.rows == ()
    assert "not known yet: received" in case.right.text.en


def test_one_counts_from_the_issue_the_other_from_the_receipt() -> None:
    case = witness("yen-the", "so-nn", "intake.transfer")
    assert facts(case) == {"issued_on": FRIDAY}


def test_a_task_under_way_is_called_otherwise() -> None:
    """kon-tum D5.1đ has two outcomes only, so-nn D5.1e names `đang thực hiện`: one fact is enough, that it was started."""
    case = witness("kon-tum", "so-nn", "statuses")
    assert facts(case) == {"started_on": FRIDAY}
    assert (case.left.rows, case.right.rows) == ((("not_done_in_time",),), (("in_progress",),))
    assert case.right.text.en.startswith("• Status: in progress")


def test_statuses_of_two_lists_in_the_same_words_never_differ() -> None:
    case = found("yen-the", "can-tho", "statuses")
    assert isinstance(case, NeverDiffer)
    assert case.identical
    assert not case.differ


def test_a_routine_task_is_outside_one_regulation() -> None:
    """Without a fact neither difficulty rule opens; ben-tre D3.1 leaves routine tasks out, can-tho has no such rule."""
    case = witness("ben-tre", "can-tho", "escalate.office")
    assert facts(case) == {"difficulty_on": FRIDAY, "routine": True}
    assert (case.left.rows, case.right.rows) == ((), (("office", FRIDAY, "open"),))
    assert case.left.text.en == "nothing has come up yet for this task"


def test_a_topic_that_one_regulation_does_not_have() -> None:
    case = witness("kon-tum", "yen-the", "feedback.urge")
    assert facts(case) == {"feedback_received_on": FRIDAY}
    assert case.left.text.vi == "văn bản không quy định việc này"
    assert case.right.rows == (("office", FRIDAY, date(2026, 11, 30), "pending"),)


def test_a_time_limit_on_a_day_off_under_two_readings() -> None:
    """21/11 is a Saturday. As written it has passed on Sunday; moved to Monday it has not."""
    moved = dr.load("kon-tum", readings={"day-off-end": "next_working_day"})
    case = witness("kon-tum", moved, "statuses")
    assert (facts(case), case.as_of) == ({"due_on": date(2026, 11, 21)}, date(2026, 11, 22))
    # An escalation says beforehand when it will open: the day after Saturday, or the day after Monday.
    case = witness("kon-tum", moved, "escalate.unit")
    assert (facts(case), case.as_of) == ({"due_on": date(2026, 11, 21)}, FRIDAY)
    assert case.left.rows == (("unit", date(2026, 11, 22), "upcoming"),)
    assert case.right.rows == (("unit", date(2026, 11, 24), "upcoming"),)


def test_calendars_that_differ_on_one_day() -> None:
    """10/12/2026 is a Thursday: what is assigned on the 9th is due on the 10th, or where that is off on the 11th."""
    closed = dr.load("kon-tum", calendar=dr.vietnam(extra=[dr.closure("own", off=[date(2026, 12, 10)])]))
    case = witness("kon-tum", closed, "intake.transfer")
    assert (facts(case), case.as_of) == ({"assigned_on": date(2026, 12, 9)}, date(2026, 12, 9))
    assert isinstance(found("kon-tum", closed, "intake.transfer", after=date(2026, 12, 10)), NeverDiffer)


def test_by_the_19th_and_before_the_20th_are_one_day_until_the_20th_counts() -> None:
    """so-nn D20.1 writes the 19th, can-tho D12.1 before the 20th: 19/12/2026 both, until one reads the 20th as still in time."""
    never = found("so-nn", "can-tho", "report.unit.month")
    assert isinstance(never, NeverDiffer)
    assert not never.identical
    assert never.patterns == 12 * 73 + 1 + 11  # December 2026 to November 2100
    case = witness("so-nn", dr.load("can-tho", readings={"before-day": "same_day"}), "report.unit.month")
    assert case.period == Period("month", date(2026, 12, 1), date(2026, 12, 31))
    assert case.left.rows == (("unit", date(2026, 12, 19)),)
    assert case.right.rows == (("unit", date(2026, 12, 20)),)
    assert "2026-12-19" in case.left.text.en
    assert "20/12/2026" in case.right.text.vi


def test_reports_without_a_period_or_on_one_side_only() -> None:
    assert witness("kon-tum", "ben-tre", "setup.focal_point").period == Period("once")
    case = witness("kon-tum", "so-nn", "report.superior.half")
    assert case.period == Period("half", date(2027, 1, 1), date(2027, 6, 30))
    assert "no day" in case.left.text.en or case.left.rows == (("office", None),)
    assert witness("ben-tre", "can-tho", "report.unit.nine_months").right.rows == ()


def test_a_month_report_is_the_same_under_another_name() -> None:
    assert isinstance(found("can-tho", dr.load("can-tho", readings={"month-reported": "previous_month"}), "report.unit.month"), NeverDiffer)


def test_counts_are_compared_where_both_name_them() -> None:
    case = found("kon-tum", dr.load("kon-tum", readings={"day-off-end": "next_working_day"}), "tally")
    assert isinstance(case, Witness)
    assert facts(case) == {"due_on": date(2026, 11, 21), "started_on": FRIDAY}
    assert (case.left.rows, case.right.rows) == ((("in_progress_overdue",),), (("in_progress_not_overdue",),))
    assert case.left.cites == (dr.load("kon-tum").plan.tally.cite,)


@pytest.mark.parametrize("pack", PACKS)
def test_a_regulation_never_differs_from_itself(pack: str) -> None:
    cases = witnesses(dr.load(pack), dr.load(pack), after=FRIDAY)
    assert cases
    assert all(isinstance(case, NeverDiffer) and case.identical for case in cases)


def test_days_that_cannot_be_asked_for() -> None:
    with pytest.raises(CalendarHorizonError, match="no case can be worked out"):
        witnesses(dr.load("kon-tum"), dr.load("so-nn"), after=date(2100, 12, 30))
    with pytest.raises(CalendarHorizonError, match="no case can be worked out"):
        witnesses(dr.load("kon-tum"), dr.load("so-nn"), after=date(1989, 12, 30))
    with pytest.raises(DayError):
        witnesses(dr.load("kon-tum"), dr.load("so-nn"), after="2026-11-20")  # type: ignore[arg-type]


def test_before_both_are_in_force_nobody_looks() -> None:
    """kon-tum took effect on 9/5/2016, can-tho on 23/11/2020: a task may be older, the day it is looked at may not."""
    case = witness("kon-tum", "can-tho", "statuses", after=date(2015, 1, 1))
    assert (facts(case), case.as_of) == ({"started_on": date(2015, 1, 1)}, date(2020, 11, 23))


# Every small task: the days of three days in a row, and the kinds.
WINDOW = [FRIDAY + timedelta(days=number) for number in range(3)]
KIND_FACTS: list[dict[str, Any]] = [
    *({"secrecy": grade} for grade in ("mật", "tối mật", "tuyệt mật")),
    *({name: True} for name in ("urgent", "complex", "routine")),
    {"assigned_by": "chair"},
]


def small_tasks() -> Iterator[tuple[int, dr.Task, date]]:
    """Every task of up to two facts, the smallest first."""
    singles: list[dict[str, Any]] = [{field: day} for field, day in product(DAY_FIELDS, WINDOW)] + KIND_FACTS
    rows: list[tuple[int, date, list[date], int, dr.Task]] = []
    for size in range(3):
        for chosen in combinations(singles, size):
            facts = {name: value for fact in chosen for name, value in fact.items()}
            if len(facts) < size:
                continue
            try:
                task = dr.Task(id="T", **facts)
            except TaskError:
                continue
            rows += [(size, as_of, [getattr(task, field) or date.max for field in DAY_FIELDS], kind_index(task) & ~1, task) for as_of in WINDOW]
    yield from ((size, task, as_of) for size, as_of, _, _, task in sorted(rows, key=lambda row: row[:4]))


@pytest.fixture(scope="module")
def evaluated() -> dict[str, list[tuple[int, dr.Evaluation]]]:
    tasks = list(small_tasks())
    regulations = {pack: dr.load(pack) for pack in PACKS}
    return {pack: [(size, regulation.evaluate(task, as_of)) for size, task, as_of in tasks] for pack, regulation in regulations.items()}


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_no_small_task_shows_a_difference_earlier(left: str, right: str, evaluated: dict[str, list[tuple[int, dr.Evaluation]]]) -> None:
    first, second = dr.load(left), dr.load(right)
    for case in witnesses(first, second, after=FRIDAY):
        if case.aspect == "reports":
            continue
        smallest = next(
            (
                one
                for (_, one), (_, other) in zip(evaluated[left], evaluated[right], strict=True)
                if answer_of(first.plan, case.aspect, case.topic, one) != answer_of(second.plan, case.aspect, case.topic, other)
            ),
            None,
        )
        if isinstance(case, NeverDiffer):
            assert smallest is None, case.topic
        elif smallest is not None:
            assert case.task is not None
            assert (case.task.model_copy(update={"id": "T"}), case.as_of) == (smallest.task, smallest.as_of), case.topic
        else:
            assert len(facts(case)) > 2 or case.as_of not in WINDOW, case.topic


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_every_witness_is_confirmed_by_evaluating_it(left: str, right: str) -> None:
    first, second = dr.load(left), dr.load(right)
    for case in witnesses(first, second, after=FRIDAY):
        if isinstance(case, Witness) and case.period is not None:
            for side, said in ((first, case.left), (second, case.right)):
                if case.period.since is not None and case.period.until is not None:
                    # A report may be due in the period, or where it has no day stands at its end.
                    rows = [row for row in side.reports(case.period.since, case.period.until) if row.topic == case.topic]
                    assert {(row.actor, row.due_on) for row in rows} >= set(said.rows)
        elif isinstance(case, Witness):
            assert case.task is not None
            assert case.as_of is not None
            one, other = first.evaluate(case.task, case.as_of), second.evaluate(case.task, case.as_of)
            assert answer_of(first.plan, case.aspect, case.topic, one) == case.left.rows
            assert answer_of(second.plan, case.aspect, case.topic, other) == case.right.rows
            assert case.left.rows != case.right.rows
            assert case.left.text.vi
            assert case.right.text.en
            assert case.differ
