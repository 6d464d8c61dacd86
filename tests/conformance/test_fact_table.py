"""What the five texts say about time, cell by cell, written by hand from the texts (see each rule's article).

March 2026 has no day off but its weekends: Monday 2 March + 1 working day is Tuesday 3, + 2 Wednesday 4, + 5 Monday 9, + 7 Wednesday 11.
"""

from datetime import date, timedelta
from typing import Any

import pytest

import deadline_rules as dr

MONDAY = date(2026, 3, 2)
LATER = date(2026, 3, 20)


def march(day: int) -> date:
    return date(2026, 3, day)


# pack, rule, facts, due day, article
DEADLINES: list[tuple[str, str, dict[str, Any], date | None, str]] = [
    ("kon-tum", "transfer", {"assigned_on": MONDAY}, march(3), "Điều 6 khoản 1 điểm b"),
    ("kon-tum", "transfer", {"assigned_on": MONDAY, "complex": True}, march(3), "Điều 6 khoản 1 điểm b"),
    ("kon-tum", "transfer", {"assigned_on": MONDAY, "secrecy": "mật"}, march(3), "Điều 6 khoản 1 điểm b"),
    ("kon-tum", "status-update", {"due_on": MONDAY}, None, "Điều 4 khoản 2 điểm c"),
    ("so-nn", "transfer", {"received_on": MONDAY}, march(3), "Điều 6 khoản 1 điểm b"),
    ("so-nn", "transfer", {"received_on": MONDAY, "complex": True}, march(4), "Điều 6 khoản 1 điểm b"),
    ("so-nn", "review", {"transferred_on": MONDAY}, None, "Điều 6 khoản 2"),
    ("so-nn", "status-update", {"due_on": MONDAY}, march(4), "Điều 6 khoản 3 điểm b"),
    ("so-nn", "status-update", {"completed_on": MONDAY}, march(4), "Điều 6 khoản 3 điểm b"),
    ("so-nn", "inspection-report", {"inspection_ended_on": MONDAY}, march(9), "Điều 16 khoản 2"),
    ("yen-the", "transfer", {"issued_on": MONDAY}, march(3), "Điều 6 khoản 1 điểm b"),
    ("yen-the", "transfer", {"issued_on": MONDAY, "complex": True}, march(4), "Điều 6 khoản 1 điểm b"),
    ("yen-the", "review", {"transferred_on": MONDAY}, march(3), "Điều 6 khoản 2 điểm b"),
    ("yen-the", "status-update", {"due_on": MONDAY}, march(3), "Điều 6 khoản 3 điểm b"),
    ("yen-the", "feedback", {"feedback_received_on": MONDAY}, march(9), "Điều 18 khoản 5"),
    ("yen-the", "inspection-report", {"inspection_ended_on": MONDAY}, march(9), "Điều 16 khoản 2"),
    ("ben-tre", "review", {"transferred_on": MONDAY}, None, "Điều 8 khoản 2 điểm a"),
    ("ben-tre", "status-update", {"due_on": MONDAY}, march(3), "Điều 8 khoản 1 điểm a"),
    ("ben-tre", "feedback", {"feedback_received_on": MONDAY}, march(11), "Điều 15 khoản 5"),
    ("can-tho", "transfer", {"assigned_on": MONDAY}, march(3), "Điều 5 khoản 1"),
    ("can-tho", "transfer", {"assigned_on": MONDAY, "urgent": True}, MONDAY, "Điều 5 khoản 1"),
    ("can-tho", "status-update", {"due_on": MONDAY}, None, "Điều 5 khoản 2"),
]

RULES = {
    "kon-tum": {"transfer", "status-update"},
    "so-nn": {"transfer", "review", "status-update", "inspection-report"},
    "yen-the": {"transfer", "review", "status-update", "feedback", "inspection-report"},
    "ben-tre": {"review", "status-update", "feedback"},
    "can-tho": {"transfer", "status-update"},
}


@pytest.mark.parametrize(("pack", "rule", "facts", "due_on", "cite"), DEADLINES)
def test_deadlines(pack: str, rule: str, facts: dict[str, Any], due_on: date | None, cite: str) -> None:
    row = dr.load(pack).evaluate(dr.Task(id="T", **facts), as_of=LATER).deadline(rule)
    assert (row.due_on, row.cite) == (due_on, cite)
    assert row.state == ("no_number" if due_on is None else "missed")
    assert (row.reason is not None) == (due_on is None), "an empty due date has a reason"


@pytest.mark.parametrize("pack", RULES)
def test_no_other_deadlines(pack: str) -> None:
    found = {row.rule for row in dr.load(pack).evaluate(dr.Task(id="T"), as_of=LATER).deadlines}
    assert found == RULES[pack]


# pack, facts, rules that do not apply, the article that says so
NOT_APPLICABLE: list[tuple[str, dict[str, Any], set[str], str]] = [
    ("so-nn", {"assigned_by": "chair"}, {"transfer"}, "Điều 6 khoản 1 điểm a"),
    ("so-nn", {"assigned_by": "chair"}, {"status-update"}, "Điều 6 khoản 3 điểm b"),
    ("yen-the", {"secrecy": "mật"}, {"transfer", "review", "status-update"}, "Điều 5 khoản 2"),
    ("can-tho", {"secrecy": "tối mật"}, {"transfer", "status-update"}, "Điều 4 khoản 1"),
    ("ben-tre", {"secrecy": "tuyệt mật"}, {"review", "status-update", "feedback"}, "Điều 1 khoản 1"),
    ("ben-tre", {"routine": True}, {"review", "status-update", "feedback"}, "Điều 3 khoản 1"),
]


@pytest.mark.parametrize(("pack", "facts", "rules", "cite"), NOT_APPLICABLE)
def test_what_does_not_apply_says_why(pack: str, facts: dict[str, Any], rules: set[str], cite: str) -> None:
    result = dr.load(pack).evaluate(dr.Task(id="T", due_on=MONDAY, **facts), as_of=LATER)
    for rule in rules:
        row = result.deadline(rule)
        assert (row.state, row.due_on, row.cite) == ("not_applicable", None, cite)
        assert row.reason is not None


@pytest.mark.parametrize("rule", ["transfer", "review", "status-update"])
def test_secret_tasks_are_not_recorded_in_so_nn(rule: str) -> None:
    """Điều 5 khoản 2: a register apart."""
    row = dr.load("so-nn").evaluate(dr.Task(id="T", due_on=MONDAY, secrecy="mật"), as_of=LATER).deadline(rule)
    assert row.state == "not_applicable"


@pytest.mark.parametrize("pack", ["yen-the", "ben-tre"])
def test_status_update_needs_a_time_limit(pack: str) -> None:
    row = dr.load(pack).evaluate(dr.Task(id="T", completed_on=MONDAY), as_of=LATER).deadline("status-update")
    assert row.state == "not_applicable"


# The days of 2026, by rule, and the rules to which the text gives no day.
REPORTS: dict[str, tuple[dict[str, list[str]], set[str]]] = {
    "kon-tum": (
        {
            "unit-quarter": ["03-19", "06-19", "09-19", "12-19"],  # before 20 of the quarter's last month
            "unit-half": ["06-19"],
            "unit-year": ["11-19"],
        },
        {"superior-quarter", "superior-half", "superior-year", "secret-quarter", "secret-half", "secret-year", "on-request"},
    ),
    "so-nn": (
        {
            "unit-month": [f"{month:02d}-19" for month in range(1, 13)],  # chậm nhất vào ngày 19
            "superior-half": ["06-10"],
            "superior-year": ["12-10"],
            "secret-half": ["06-10"],
            "secret-year": ["12-10"],
        },
        {"unit-half", "unit-year", "office-month", "office-half", "office-year", "self-review", "on-request", "secret-result-update"},
    ),
    "yen-the": (
        {
            "unit-month": [f"{month:02d}-09" for month in range(1, 13)],  # before 10
            "unit-half": ["06-04"],  # [before] 05/6
            "unit-year": ["11-04"],
            "office-month": [f"{month:02d}-19" for month in range(1, 13)],
            "office-half": ["06-14"],
            "office-year": ["11-14"],
            "inspection-summary": ["06-30", "11-30"],
        },
        {
            "secret-quarter",
            "secret-half",
            "secret-year",
            "publication",
            "self-review",
            "on-request",
            "open-ended-month",
            "open-ended-half",
            "open-ended-year",
            "open-ended-result",
        },
    ),
    "ben-tre": (
        {},
        {
            "unit-month",
            "unit-quarter",
            "unit-half",
            "unit-nine-months",
            "unit-year",
            "office-half",
            "office-nine-months",
            "focal-point",
            "on-request",
            "open-ended-month",
            "open-ended-quarter",
            "open-ended-half",
            "open-ended-nine-months",
            "open-ended-year",
        },
    ),
    "can-tho": (
        {
            "unit-month": [f"{month:02d}-19" for month in range(1, 13)],
            "unit-quarter": ["03-14", "06-14", "09-14", "12-14"],  # [before] 15 of the quarter's last month
            "unit-half": ["06-14"],
            "unit-year": ["11-09"],
            "office-month": [f"{month:02d}-24" for month in range(1, 13)],  # before 25
            "office-quarter": ["03-19", "06-19", "09-19", "12-19"],
            "office-half": ["06-19"],
            "office-year": ["11-14"],
        },
        {"self-review", "on-request"},
    ),
}


@pytest.mark.parametrize("pack", REPORTS)
def test_reports_of_a_year(pack: str) -> None:
    dated, undated = REPORTS[pack]
    rows = dr.load(pack).reports(date(2026, 1, 1), date(2026, 12, 31))
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.due_on is not None:
            found.setdefault(row.rule, []).append(f"{row.due_on:%m-%d}")
    assert found == dated
    assert {row.rule for row in rows if row.due_on is None} == undated
    assert all(row.reason is not None for row in rows if row.due_on is None)


def test_the_example_of_the_interface() -> None:
    """Kon Tum Điều 10 khoản 1: before 20 December 2026; the 19th is a Saturday, the 20th a Sunday, the 21st a Monday."""
    row = next(row for row in dr.load("kon-tum").reports(date(2026, 12, 1), date(2026, 12, 31)) if row.rule == "unit-quarter")
    expected = {
        "rule": "unit-quarter",
        "regulation": "kon-tum",
        "period": "2026-Q4",
        "actor": "unit",
        "to": "office",
        "due_on": "2026-12-19",
        "falls_on_day_off": True,
        "send_by": "2026-12-18",
        "earliest": "2026-12-19",
        "latest": "2026-12-21",
        "cite": "Điều 10 khoản 1",
    }
    assert expected.items() <= row.to_dict().items()


def test_the_focal_point_is_listed_once() -> None:
    """Kon Tum Điều 12 khoản 2: 10 days from 9/5/2016; the day of promulgation does not count."""
    kon_tum = dr.load("kon-tum")
    rows = [row for row in kon_tum.reports(date(2016, 1, 1), date(2020, 12, 31)) if row.rule == "focal-point"]
    assert [(row.due_on, row.period) for row in rows] == [(date(2016, 5, 19), None)]


# progress and timeliness: the days of a task due on Monday 2 March 2026, asked on the 20th or on the 2nd
CELLS: dict[str, tuple[dict[str, Any], date]] = {
    "completed, in time": ({"due_on": MONDAY, "completed_on": MONDAY}, LATER),
    "completed, overdue": ({"due_on": MONDAY, "completed_on": march(3)}, LATER),
    "in progress, in time": ({"due_on": MONDAY, "started_on": date(2026, 2, 2)}, MONDAY),
    "in progress, overdue": ({"due_on": MONDAY, "started_on": date(2026, 2, 2)}, march(3)),
    "not started, in time": ({"due_on": MONDAY}, MONDAY),
    "not started, overdue": ({"due_on": MONDAY}, march(3)),
    "completed, no limit": ({"completed_on": MONDAY}, LATER),
    "in progress, no limit": ({"started_on": MONDAY}, LATER),
    "not started, no limit": ({}, LATER),
}
_NEAREST = ["done", "done", "in_progress", "in_progress", "not_done_in_time", "not_done_overdue", "done", "in_progress", "not_done_in_time"]
_EVERY = [
    "done_in_time",
    "done_overdue",
    "in_progress_in_time",
    "in_progress_overdue",
    "not_done_in_time",
    "not_done_overdue",
    "done_in_time",
    "in_progress_in_time",
    "not_done_in_time",
]
STATUSES: list[tuple[str, dict[str, str], list[str | None]]] = [
    (
        "kon-tum",
        {},
        [
            "done_in_time",
            "done_overdue",
            "not_done_in_time",
            "not_done_overdue",
            "not_done_in_time",
            "not_done_overdue",
            "done_in_time",
            "not_done_in_time",
            "not_done_in_time",
        ],
    ),
    (
        "kon-tum",
        {"in-progress-is-not-done": "no_status", "no-deadline-timeliness": "no_status"},
        ["done_in_time", "done_overdue", None, None, "not_done_in_time", "not_done_overdue", None, None, None],
    ),
    (
        "so-nn",
        {},
        [
            "done_in_time",
            "done_overdue",
            "in_progress",
            "in_progress",
            "not_done_in_time",
            "not_done_overdue",
            "done_in_time",
            "in_progress",
            "not_done_in_time",
        ],
    ),
    ("yen-the", {}, [*_NEAREST]),
    ("yen-the", {"overdue-qualifies": "every"}, [*_EVERY]),
    ("can-tho", {}, [*_NEAREST]),
    ("can-tho", {"overdue-qualifies": "every"}, [*_EVERY]),
    ("ben-tre", {}, [None] * 9),
]


@pytest.mark.parametrize(("pack", "readings", "codes"), STATUSES)
def test_statuses(pack: str, readings: dict[str, str], codes: list[str | None]) -> None:
    regulation = dr.load(pack, readings=readings)
    found = [regulation.evaluate(dr.Task(id="T", **facts), as_of=day).status for facts, day in CELLS.values()]
    assert [status.code for status in found] == codes
    assert all((status.code is None) == (status.reason is not None) for status in found)


# A task due on Monday 2 March, with a difficulty since 25 February and found unsatisfactory on the 26th, asked on 20 March.
_DUE = march(3)
_DIFFICULTY = date(2026, 2, 25)
_UNSATISFACTORY = date(2026, 2, 26)
ESCALATIONS: dict[str, dict[str, date | None]] = {
    "kon-tum": {
        "unit-overdue": _DUE,
        "unit-difficulty": _DUE,
        "unit-unsatisfactory": _DUE,
        "office-overdue": _DUE,
        "office-difficulty": _DUE,
        "office-unsatisfactory": _DUE,
        "return": None,
        "office-return": None,
    },
    "so-nn": {
        "unit-overdue": _DUE,
        "unit-difficulty": _DUE,
        "unit-unsatisfactory": _DUE,
        "office-overdue": _DUE,
        "office-difficulty": _DIFFICULTY,
        "office-unsatisfactory": _UNSATISFACTORY,
        "return": None,
    },
    "yen-the": {
        "unit-overdue": _DUE,
        "unit-difficulty": _DUE,
        "commune-difficulty": _DIFFICULTY,
        "unit-unsatisfactory": _DUE,
        "office-overdue": _DUE,
        "office-difficulty": _DIFFICULTY,
        "office-unsatisfactory": _UNSATISFACTORY,
        "return": None,
    },
    "ben-tre": {"unit-difficulty": _DIFFICULTY, "office-difficulty": _DIFFICULTY, "return": None},
    "can-tho": {
        "unit-overdue": _DUE,
        "unit-difficulty": _DIFFICULTY,
        "unit-unsatisfactory": _DUE,
        "office-difficulty": _DIFFICULTY,
        "return": None,
    },
}


@pytest.mark.parametrize("pack", ESCALATIONS)
def test_escalations(pack: str) -> None:
    task = dr.Task(id="T", due_on=MONDAY, difficulty_on=_DIFFICULTY, unsatisfactory_on=_UNSATISFACTORY)
    rows = dr.load(pack).evaluate(task, as_of=LATER).escalations
    assert {row.rule: row.opens_on for row in rows} == ESCALATIONS[pack]
    assert {row.state for row in rows} == {"open"}


@pytest.mark.parametrize("pack", ESCALATIONS)
def test_completion_closes_every_escalation(pack: str) -> None:
    task = dr.Task(id="T", due_on=MONDAY, difficulty_on=_DIFFICULTY, unsatisfactory_on=_UNSATISFACTORY, completed_on=march(10))
    rows = dr.load(pack).evaluate(task, as_of=LATER).escalations
    assert {row.rule: row.opens_on for row in rows} == ESCALATIONS[pack]
    assert {row.state for row in rows} == {"closed"}


@pytest.mark.parametrize(("pack", "due_day"), [("kon-tum", MONDAY), ("yen-the", MONDAY), ("so-nn", march(3))])
def test_what_has_come_due_and_what_is_overdue(pack: str, due_day: date) -> None:
    """Sở NN Điều 18 khoản 3 says “đã quá hạn”: never the due day itself, whatever “đã đến hạn” is read to mean."""
    regulation = dr.load(pack, readings={"escalation-opens": "due_day"})
    row = regulation.evaluate(dr.Task(id="T", due_on=MONDAY), as_of=LATER).escalation("office-overdue")
    assert row is not None
    assert row.opens_on == due_day


# so-nn: the day is not stated, so its year counts from its first day
IN_FORCE_FROM = {
    "kon-tum": date(2016, 5, 9),
    "yen-the": date(2015, 5, 22),
    "ben-tre": date(2023, 3, 18),
    "can-tho": date(2020, 11, 23),
    "so-nn": date(2022, 1, 1),
}


@pytest.mark.parametrize("pack", IN_FORCE_FROM)
def test_in_force(pack: str) -> None:
    regulation, first_day = dr.load(pack), IN_FORCE_FROM[pack]
    assert regulation.evaluate(dr.Task(id="T"), as_of=first_day).as_of == first_day
    with pytest.raises(dr.errors.NotInForceError):
        regulation.evaluate(dr.Task(id="T"), as_of=first_day - timedelta(days=1))
    earlier = regulation.reports(first_day - timedelta(days=400), first_day + timedelta(days=400))
    assert min(row.due_on or first_day for row in earlier) >= first_day


@pytest.mark.parametrize("pack", RULES)
def test_the_bodies_were_reorganised(pack: str) -> None:
    """Nghị quyết 202/2025/QH15 and 203/2025/QH15, from 1/7/2025."""
    codes = {day: {c.code for c in dr.load(pack).evaluate(dr.Task(id="T"), as_of=day).caveats} for day in (date(2025, 6, 30), date(2025, 7, 1))}
    assert "issuer-reorganised" not in codes[date(2025, 6, 30)]
    assert "issuer-reorganised" in codes[date(2025, 7, 1)]
    assert ("in-force-day-not-stated" in codes[date(2025, 6, 30)]) == (pack == "so-nn")


def test_the_tally_of_kon_tum() -> None:
    """Điều 10 khoản 2 điểm a: five numbers, the last four add up to the first."""
    tasks = [dr.Task(id=f"T{number}", **facts) for number, (facts, _) in enumerate(CELLS.values())]
    tally = dr.load("kon-tum").tally(tasks, as_of=march(3))
    # On 3 March the task completed on the 3rd is completed, and every unfinished task with a limit is overdue.
    assert {count.id: count.number for count in tally.counts} == {
        "completed": 3,
        "in_progress_not_overdue": 1,
        "in_progress_overdue": 2,
        "not_started": 3,
    }
    assert tally.total == 9
    assert tally["total"] == sum(count.number for count in tally.counts)


def test_the_other_tallies_are_by_status() -> None:
    tasks = [dr.Task(id="A", completed_on=MONDAY), dr.Task(id="B"), dr.Task(id="C", secrecy="mật")]
    assert dr.load("can-tho").tally(tasks, as_of=LATER).to_dict()["counts"] == {
        "not_done_in_time": 2,
        "not_done_overdue": 0,
        "in_progress": 0,
        "done": 1,
    }
    ben_tre = dr.load("ben-tre").tally(tasks, as_of=LATER)
    assert (ben_tre.total, ben_tre["no_status"], ben_tre.out_of_scope) == (2, 2, 1)
    with pytest.raises(KeyError):
        ben_tre["done"]
