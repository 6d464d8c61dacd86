"""The comparison of all five texts against the fact table: every row, each cell with its article, written by hand from the texts.

`D6.1b` is Điều 6 khoản 1 điểm b. Where the fact table and the texts part ways, the texts (and so the packs) are followed: Kon Tum's
`status-update` is not for secret tasks (Điều 5 khoản 2); Bến Tre's unit reports rest on Điều 17 khoản 1 (Điều 16 khoản 2 is known only through
the amending decision); `secret-result-update` (Sở NN, Điều 6 khoản 3 điểm b đoạn 2), `office-return` (Kon Tum, Điều 6 khoản 1 điểm c) and
`commune-difficulty` (Yên Thế, Điều 20 khoản 2) have ids of their own.
"""

import re
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules.comparison.model import Comparison, Entry

PACKS = ("kon-tum", "so-nn", "yen-the", "ben-tre", "can-tho")


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return dr.compare(PACKS)


def article(short: str) -> str:
    """`D6.1b` written out."""
    match = re.fullmatch(r"D(\d+)(?:\.(\d+))?([a-zđ])?", short)
    assert match, short
    return f"Điều {match[1]}" + (f" khoản {match[2]}" if match[2] else "") + (f" điểm {match[3]}" if match[3] else "")


def rests_on(entry: Entry, cites: str) -> bool:
    """Every article of the fact table is among those the entry names."""
    named = {entry.cite, *entry.also, *(part.cite for part in entry.parts)}
    return all(any(cite and (cite == article(short) or cite.startswith(article(short) + " ")) for cite in named) for short in cites.split())


Row = dict[str, tuple[Any, ...] | None]

# rule, topic, done by -> pack: articles, actor, start, unit, number, exceptions (when, unit, number); None: the text has none
DEADLINES: dict[tuple[str, str, str], Row] = {
    ("transfer", "intake.transfer", "transferred_on"): {
        "kon-tum": ("D6.1b", "office", ["assigned_on"], "working_days", 1, []),
        "so-nn": ("D6.1a D6.1b", "office", ["received_on"], "working_days", 1, [("complex = yes", "working_days", 2)]),
        "yen-the": ("D6.1a D6.1b", "office", ["issued_on"], "working_days", 1, [("complex = yes", "working_days", 2)]),
        "ben-tre": None,
        "can-tho": ("D5.1", "office", ["assigned_on"], "working_days", 1, [("urgent = yes", "immediately", 0)]),
    },
    ("review", "intake.review", "reviewed_on"): {
        "kon-tum": None,
        "so-nn": ("D6.2", "office", ["transferred_on"], "no_number", None, []),
        "yen-the": ("D6.2b", "unit", ["transferred_on"], "working_days", 1, []),
        "ben-tre": ("D8.2a", "unit", ["transferred_on"], "no_number", None, []),
        "can-tho": None,
    },
    ("status-update", "status.update", "status_updated_on"): {
        "kon-tum": ("D4.2c D6.2c", "unit", ["due_on", "completed_on"], "no_number", None, []),
        "so-nn": ("D6.3a D6.3b", "office", ["due_on", "completed_on"], "working_days", 2, []),
        "yen-the": ("D6.3b", "unit", ["due_on"], "working_days", 1, []),
        "ben-tre": ("D8.1a", "unit", ["due_on"], "working_days", 1, []),
        "can-tho": ("D5.2", "unit", ["due_on", "completed_on"], "no_number", None, []),
    },
    ("feedback", "feedback.urge", "urged_on"): {
        "kon-tum": None,
        "so-nn": None,
        "yen-the": ("D18.5", "office", ["feedback_received_on"], "working_days", 5, []),
        "ben-tre": ("D15.5", "office", ["feedback_received_on"], "working_days", 7, []),
        "can-tho": None,
    },
    ("inspection-report", "inspection.report", "inspection_reported_on"): {
        "kon-tum": None,
        "so-nn": ("D16.2", "inspection_head", ["inspection_ended_on"], "working_days", 5, []),
        "yen-the": ("D16.2", "inspection_head", ["inspection_ended_on"], "working_days", 5, []),
        "ben-tre": None,
        "can-tho": None,
    },
}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("row", DEADLINES, ids=lambda row: row[0])
def test_deadlines(compared: Comparison, row: tuple[str, str, str], pack: str) -> None:
    rule, topic, done_by = row
    expected, cell = DEADLINES[row][pack], compared[topic][pack]
    if expected is None:
        assert cell.entries == ()
        return
    cites, actor, start, unit, number, exceptions = expected
    entry = cell[rule]
    assert rests_on(entry, cites)
    assert entry["actor"].value["actor"] == actor
    assert list(entry["start"].value["first_known"]) == start
    assert entry["within"].value == {"unit": unit, "number": number}
    assert [tuple(part.value.values()) for part in entry.all("except")] == exceptions
    assert entry["done_by"].value["field"] == done_by


def test_the_addressees(compared: Comparison) -> None:
    """The chair and the unit inspected; the office in Kon Tum passes on to the unit."""
    for pack in ("so-nn", "yen-the"):
        assert compared["inspection.report"][pack]["inspection-report"]["to"].value["to"] == ("chair", "unit")
    assert compared["intake.transfer"]["kon-tum"]["transfer"]["to"].value["to"] == ("unit",)


def test_what_was_not_supplied_says_so(compared: Comparison) -> None:
    """Bến Tre: Điều 7 and Điều 6 khoản 8 of 09/2020/QĐ-UBND were not at hand; where a text merely says nothing, no reason is made up."""
    reasons = {topic.id: absent for topic in compared if (absent := topic["ben-tre"].absent) is not None}
    assert {topic: absent.cite for topic, absent in reasons.items()} == {
        "intake.transfer": "Điều 7",
        "statuses": "Điều 6 khoản 8",
        "duty.update": "Điều 6 khoản 8",
    }
    assert all("09/2020" in absent.reason.vi and "09/2020" in absent.reason.en for absent in reasons.values())
    assert compared["feedback.urge"]["kon-tum"].absent is None


# pack, topic, rule, part, condition, article
GRADES = "secrecy = mật / tối mật / tuyệt mật"
SCOPES = [
    ("kon-tum", "status.update", "status-update", "not_for", GRADES, "D5.2"),
    ("so-nn", "intake.transfer", "transfer", "only_for", "assigned_by = superior", "D6.1a"),
    ("so-nn", "status.update", "status-update", "only_for", "assigned_by = superior", "D6.3b"),
    ("so-nn", "intake.transfer", "transfer", "not_for", GRADES, "D5.2"),
    ("so-nn", "intake.review", "review", "not_for", GRADES, "D5.2"),
    ("so-nn", "status.update", "status-update", "not_for", GRADES, "D6.3b"),
    ("yen-the", "intake.transfer", "transfer", "not_for", GRADES, "D5.2"),
    ("yen-the", "intake.review", "review", "not_for", GRADES, "D5.2"),
    ("yen-the", "status.update", "status-update", "not_for", GRADES, "D5.2"),
    ("yen-the", "status.update", "status-update", "only_for", "time_limit = yes", "D6.3b"),
    ("ben-tre", "status.update", "status-update", "only_for", "time_limit = yes", "D8.1a"),
    ("ben-tre", "status.update", "status-update", "not_for", GRADES, "D1.1"),
    ("ben-tre", "status.update", "status-update", "not_for", "routine = yes", "D3.1"),
    ("ben-tre", "scope", "scope", "not_for", GRADES, "D1.1"),
    ("ben-tre", "scope", "scope", "not_for", "routine = yes", "D3.1"),
    ("can-tho", "intake.transfer", "transfer", "not_for", GRADES, "D4.1"),
    ("can-tho", "status.update", "status-update", "not_for", GRADES, "D4.1"),
]


@pytest.mark.parametrize(("pack", "topic", "rule", "name", "condition", "cite"), SCOPES)
def test_scope(compared: Comparison, pack: str, topic: str, rule: str, name: str, condition: str, cite: str) -> None:
    parts = compared[topic][pack][rule].all(name)
    assert (condition, article(cite)) in [(part.value["when"], part.cite) for part in parts]


def test_only_ben_tre_leaves_tasks_out_and_kon_tum_passes_secret_tasks_on(compared: Comparison) -> None:
    assert [cell.side for cell in compared["scope"].cells if cell.entries] == ["ben-tre"]
    assert compared["intake.transfer"]["kon-tum"]["transfer"].all("not_for") == ()


# Secret tasks: the article, and the duties that do not apply to them
SECRECY = {
    "kon-tum": ("D5.2", ["status-update"], "báo cáo bằng văn bản"),
    "so-nn": ("D5.2", ["review", "status-update", "transfer"], "sổ sách riêng"),
    "yen-the": ("D5.2", ["review", "status-update", "transfer"], "báo cáo bằng văn bản"),
    "ben-tre": ("D1.1", ["feedback", "review", "status-update"], "ngoài phạm vi"),
    "can-tho": ("D4.1", ["status-update", "transfer"], "văn bản mật"),
}


@pytest.mark.parametrize("pack", PACKS)
def test_secrecy(compared: Comparison, pack: str) -> None:
    cite, outside, words = SECRECY[pack]
    entry = compared["secrecy"][pack]["secrecy"]
    assert entry.cite == article(cite)
    assert list(entry["outside"].value["rules"]) == outside
    assert words in entry["text"].text.vi
    assert entry["text"].value["excluded"] == (pack == "ben-tre")


NO_DAY = ("no_day", None, None)
BY_OTHER = ("set_by", None, None)
# rule, topic -> pack: articles, actor, addressees, period, (form, day, month) of the text, last day in time under the literal reading
REPORTS: dict[tuple[str, str], Row] = {
    ("unit-month", "report.unit.month"): {
        "so-nn": ("D20.1", "unit", "office", "month", ("by_day", 19, None), (19, None)),
        "yen-the": ("D21.1", "unit", "office", "month", ("before_day", 10, None), (9, None)),
        "ben-tre": ("D17.1", "unit", "chair", "month", BY_OTHER, None),
        "can-tho": ("D12.1", "unit", "office", "month", ("before_day", 20, None), (19, None)),
    },
    ("unit-quarter", "report.unit.quarter"): {
        "kon-tum": ("D10.1", "unit", "office", "quarter", ("before_day", 20, None), (19, None)),
        "ben-tre": ("D17.1", "unit", "chair", "quarter", BY_OTHER, None),
        "can-tho": ("D12.1", "unit", "office", "quarter", ("before_day", 15, None), (14, None)),
    },
    ("unit-half", "report.unit.half"): {
        "kon-tum": ("D10.1", "unit", "office", "half", ("before_day", 20, 6), (19, 6)),
        "so-nn": ("D19.1", "unit", "office", "half", NO_DAY, None),
        "yen-the": ("D21.1", "unit", "office", "half", ("before_day", 5, 6), (4, 6)),
        "ben-tre": ("D17.1", "unit", "chair", "half", BY_OTHER, None),
        "can-tho": ("D12.1", "unit", "office", "half", ("before_day", 15, 6), (14, 6)),
    },
    ("unit-nine-months", "report.unit.nine_months"): {"ben-tre": ("D17.1", "unit", "chair", "nine_months", BY_OTHER, None)},
    ("unit-year", "report.unit.year"): {
        "kon-tum": ("D10.1", "unit", "office", "year", ("before_day", 20, 11), (19, 11)),
        "so-nn": ("D19.1", "unit", "office", "year", NO_DAY, None),
        "yen-the": ("D21.1", "unit", "office", "year", ("before_day", 5, 11), (4, 11)),
        "ben-tre": ("D17.1", "unit", "chair", "year", BY_OTHER, None),
        "can-tho": ("D12.1", "unit", "office", "year", ("before_day", 10, 11), (9, 11)),
    },
    ("office-month", "report.office.month"): {
        "so-nn": ("D18.2 D20.1", "office", "chair", "month", NO_DAY, None),
        "yen-the": ("D21.2", "office", "chair", "month", ("before_day", 20, None), (19, None)),
        "can-tho": ("D12.2", "office", "chair", "month", ("before_day", 25, None), (24, None)),
    },
    ("office-quarter", "report.office.quarter"): {
        "can-tho": ("D12.2", "office", "chair", "quarter", ("before_day", 20, None), (19, None)),
    },
    ("office-half", "report.office.half"): {
        "so-nn": ("D18.2", "office", "chair", "half", NO_DAY, None),
        "yen-the": ("D21.2", "office", "chair", "half", ("before_day", 15, 6), (14, 6)),
        "ben-tre": ("D15.2", "office", "chair", "half", NO_DAY, None),
        "can-tho": ("D12.2", "office", "chair", "half", ("before_day", 20, 6), (19, 6)),
    },
    ("office-nine-months", "report.office.nine_months"): {"ben-tre": ("D15.2", "office", "chair", "nine_months", NO_DAY, None)},
    ("office-year", "report.office.year"): {
        "so-nn": ("D18.2", "office", "chair", "year", NO_DAY, None),
        "yen-the": ("D21.2", "office", "chair", "year", ("before_day", 15, 11), (14, 11)),
        "can-tho": ("D12.2", "office", "chair", "year", ("before_day", 15, 11), (14, 11)),
    },
    ("superior-quarter", "report.superior.quarter"): {"kon-tum": ("D8.1", "office", "superior", "quarter", NO_DAY, None)},
    ("superior-half", "report.superior.half"): {
        "kon-tum": ("D8.1", "office", "superior", "half", NO_DAY, None),
        "so-nn": ("D20.2", "office", "superior", "half", ("on_day", 10, 6), (10, 6)),
    },
    ("superior-year", "report.superior.year"): {
        "kon-tum": ("D8.1", "office", "superior", "year", NO_DAY, None),
        "so-nn": ("D20.2", "office", "superior", "year", ("on_day", 10, 12), (10, 12)),
    },
    ("inspection-summary", "inspection.summary"): {
        "yen-the": ("D16.3", "office", "chair", "month", ("within_months", None, None), (6, 11)),
    },
    ("secret-quarter", "report.secret.quarter"): {
        "kon-tum": ("D5.2", "unit", "office", "quarter", NO_DAY, None),
        "yen-the": ("D5.2", "unit", "office concerned", "quarter", NO_DAY, None),
    },
    ("secret-half", "report.secret.half"): {
        "kon-tum": ("D5.2", "unit", "office", "half", NO_DAY, None),
        "so-nn": ("D5.2 D20.2", "office", "superior concerned", "half", ("on_day", 10, 6), (10, 6)),
        "yen-the": ("D5.2", "unit", "office concerned", "half", NO_DAY, None),
    },
    ("secret-year", "report.secret.year"): {
        "kon-tum": ("D5.2", "unit", "office", "year", NO_DAY, None),
        "so-nn": ("D5.2 D20.2", "office", "superior concerned", "year", ("on_day", 10, 12), (10, 12)),
        "yen-the": ("D5.2", "unit", "office concerned", "year", NO_DAY, None),
    },
    ("publication", "report.publication"): {"yen-the": ("D18.2", "office", "public", "occasion", NO_DAY, None)},
    ("self-review", "report.self_review"): {
        "so-nn": ("D23.1", "office", "", "year", NO_DAY, None),
        "yen-the": ("D23.1", "office", "chair", "year", NO_DAY, None),
        "can-tho": ("D14.2", "office", "chair", "period_not_stated", NO_DAY, None),
    },
    ("on-request", "report.on_request"): {
        "kon-tum": ("D8.1 D9.2 D5.2", "unit", "office", "on_request", NO_DAY, None),
        "so-nn": ("D18.2 D19.1 D5.2", "unit", "office", "on_request", NO_DAY, None),
        "yen-the": ("D18.2 D18.4 D19.1 D20.1 D5.2", "unit", "office", "on_request", NO_DAY, None),
        "ben-tre": ("D8.1b", "unit", "system", "on_request", NO_DAY, None),
        "can-tho": ("D10 D11.1", "unit", "office", "on_request", NO_DAY, None),
    },
    ("focal-point", "setup.focal_point"): {
        "kon-tum": ("D12.2", "unit", "office", "once", ("days_after_promulgation", 10, None), "2016-05-19"),
        "ben-tre": ("D19.2", "unit", "unit", "once", NO_DAY, None),
    },
}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("row", REPORTS, ids=lambda row: row[0])
def test_reports(compared: Comparison, row: tuple[str, str], pack: str) -> None:
    rule, topic = row
    expected, cell = REPORTS[row].get(pack), compared[topic][pack]
    if expected is None:
        assert cell.entries == ()
        return
    cites, actor, to, every, due, last = expected
    entry = cell[rule]
    assert len(cell.entries) == 1
    assert rests_on(entry, cites)
    assert (entry["actor"].value["actor"], entry["every"].value["every"]) == (actor, every)
    assert (list(entry["to"].value["to"]) if entry.all("to") else []) == to.split()
    words, day = entry["due"].value, entry["last_day"].value
    assert (words["form"], words["day"], words["month"]) == due
    if last is None:
        assert (day["form"], day["day"]) == (due[0], None)
        assert entry["last_day"].text.vi
    elif rule == "inspection-summary":
        assert day["months"] == last
    else:
        assert (day["on"] if rule == "focal-point" else (day["day"], day["month"])) == last


def test_bare_dates_of_a_list_that_trước_heads(compared: Comparison) -> None:
    """[before] in the fact table: Yên Thế Điều 21, Cần Thơ Điều 12; not the first date of each list."""
    marked = {
        (cell.side, entry.rule)
        for topic in compared
        for cell in topic.cells
        for entry in cell.entries
        if entry.kind == "report" and entry["due"].value["carried_over"]
    }
    assert marked == {
        ("yen-the", "unit-half"), ("yen-the", "unit-year"), ("yen-the", "office-half"), ("yen-the", "office-year"),
        ("can-tho", "unit-quarter"), ("can-tho", "unit-half"), ("can-tho", "unit-year"),
        ("can-tho", "office-quarter"), ("can-tho", "office-half"), ("can-tho", "office-year"),
    }  # fmt: skip


def test_tasks_without_a_limit(compared: Comparison) -> None:
    """Yên Thế Điều 6 khoản 3 điểm b đoạn 2; Bến Tre Điều 8 khoản 1 điểm b; in Sở NN the secret tasks when there is a result."""
    topic = compared["status.update.open_ended"]
    periods = {cell.side: [entry["every"].value["every"] for entry in cell.entries] for cell in topic.cells}
    assert {pack: sorted(found) for pack, found in periods.items()} == {
        "kon-tum": [],
        "so-nn": ["occasion"],
        "yen-the": ["half", "month", "occasion", "year"],
        "ben-tre": ["half", "month", "nine_months", "quarter", "year"],
        "can-tho": [],
    }
    cites = {entry.cite for cell in topic.cells for entry in cell.entries}
    assert cites == {"Điều 6 khoản 3 điểm b đoạn 2", "Điều 8 khoản 1 điểm b"}


# completed, in progress, not started; each in time, overdue, no limit (as in time)
_NEAREST = ["done", "done", "done", *["in_progress"] * 3, "not_done_in_time", "not_done_overdue", "not_done_in_time"]
_NOT_DONE = ["not_done_in_time", "not_done_overdue", "not_done_in_time"]
_DONE = ["done_in_time", "done_overdue", "done_in_time"]
STATUSES = {
    "kon-tum": ("Điều 5 khoản 1 điểm đ", [*_DONE, *_NOT_DONE, *_NOT_DONE], "đã thực hiện trong hạn"),
    "so-nn": ("Điều 5 khoản 1 điểm e", [*_DONE, *["in_progress"] * 3, *_NOT_DONE], "đã hoàn thành trong hạn"),
    "yen-the": ("Điều 5 khoản 1 điểm g", _NEAREST, "đã thực hiện"),
    "can-tho": ("Điều 4 khoản 1 điểm g", _NEAREST, "đã thực hiện"),
}
_CELLS = [(progress, timeliness) for progress in ("completed", "in_progress", "not_started") for timeliness in ("in_time", "overdue", "no_deadline")]


@pytest.mark.parametrize("pack", STATUSES)
def test_statuses(compared: Comparison, pack: str) -> None:
    cite, codes, first_label = STATUSES[pack]
    entry = compared["statuses"][pack]["statuses"]
    found = {(part.value["progress"], part.value["timeliness"]): part for part in entry.all("cell")}
    assert [found[cell].value["code"] for cell in _CELLS] == codes
    assert {part.cite for part in found.values()} == {cite}
    assert found["completed", "in_time"].text.vi.endswith(f": {first_label}")


def test_statuses_that_were_not_supplied(compared: Comparison) -> None:
    assert compared["statuses"]["ben-tre"].entries == ()


def test_tally(compared: Comparison) -> None:
    """Kon Tum Điều 10 khoản 2 điểm a; the other texts name no counts."""
    topic = compared["tally"]
    assert [cell.side for cell in topic.cells if cell.entries] == ["kon-tum"]
    entry = topic["kon-tum"]["tally"]
    assert entry.cite == "Điều 10 khoản 2 điểm a"
    expected = ["total", "completed", "in_progress_not_overdue", "in_progress_overdue", "not_started"]
    assert [part.value["id"] for part in entry.all("count")] == expected


# the points of Điều 5 khoản 1 (Cần Thơ: Điều 4 khoản 1) that ask for information
REQUIRED = {"kon-tum": (5, "abcde"), "so-nn": (5, "abcdđ"), "yen-the": (5, "abcdđe"), "can-tho": (4, "abcdđe")}


@pytest.mark.parametrize("pack", REQUIRED)
def test_required_information(compared: Comparison, pack: str) -> None:
    number, points = REQUIRED[pack]
    entry = compared["required_information"][pack]["required_information"]
    assert {part.cite for part in entry.all("field")} == {f"Điều {number} khoản 1 điểm {point}" for point in points}
    assert entry["not_for"].value["when"] == GRADES
    reasons = [part.value for part in entry.all("field") if part.value["field"] == "overdue_reason"]
    assert len(reasons) == (pack == "kon-tum"), "the cause, where a task is overdue and not done"


# rule -> pack: articles, addressees, opening day, after the due day, whether promptly
_DUE, _ANY = 1, None
ESCALATIONS: dict[tuple[str, str], Row] = {
    ("unit-overdue", "escalate.unit"): {
        "kon-tum": ("D9.3", "office chair", None, _DUE, True),
        "so-nn": ("D19.2", "chair office", None, _DUE, True),
        "yen-the": ("D19.2", "office", None, _DUE, True),
        "can-tho": ("D11.2", "office", None, _DUE, False),
    },
    ("unit-difficulty", "escalate.unit"): {
        "kon-tum": ("D9.3", "office chair", "difficulty_on", _DUE, True),
        "so-nn": ("D19.2", "chair office", "difficulty_on", _DUE, True),
        "yen-the": ("D19.2", "office", "difficulty_on", _DUE, True),
        "ben-tre": ("D10.2a", "chair", "difficulty_on", _ANY, False),
        "can-tho": ("D11.2", "chair", "difficulty_on", _ANY, False),
    },
    ("commune-difficulty", "escalate.unit"): {"yen-the": ("D20.2", "office concerned", "difficulty_on", _ANY, True)},
    ("unit-unsatisfactory", "escalate.unit"): {
        "kon-tum": ("D9.3", "office chair", "unsatisfactory_on", _DUE, True),
        "so-nn": ("D19.2", "chair office", "unsatisfactory_on", _DUE, True),
        "yen-the": ("D19.2", "office", "unsatisfactory_on", _DUE, True),
        "can-tho": ("D11.2", "office", "unsatisfactory_on", _DUE, False),
    },
    ("office-overdue", "escalate.office"): {
        "kon-tum": ("D8.2", "chair superior", None, _DUE, False),
        "so-nn": ("D18.3", "chair", None, _DUE, True),
        "yen-the": ("D18.3", "chair", None, _DUE, True),
    },
    ("office-difficulty", "escalate.office"): {
        "kon-tum": ("D8.2", "chair superior", "difficulty_on", _DUE, False),
        "so-nn": ("D18.3", "chair", "difficulty_on", _ANY, True),
        "yen-the": ("D18.3", "chair", "difficulty_on", _ANY, True),
        "ben-tre": ("D10.1a", "chair", "difficulty_on", _ANY, True),
        "can-tho": ("D9.1b", "chair", "difficulty_on", _ANY, False),
    },
    ("office-unsatisfactory", "escalate.office"): {
        "kon-tum": ("D8.2", "chair superior", "unsatisfactory_on", _DUE, False),
        "so-nn": ("D18.3", "chair", "unsatisfactory_on", _ANY, True),
        "yen-the": ("D18.3", "chair", "unsatisfactory_on", _ANY, True),
    },
    ("return", "intake.return"): {
        "kon-tum": ("D6.2b", "office", None, _ANY, True),
        "so-nn": ("D6.2", "issuer", None, _ANY, False),
        "yen-the": ("D6.2a", "office", None, _ANY, False),
        "ben-tre": ("D8.2a", "office", None, _ANY, True),
        "can-tho": ("D5.2", "office", None, _ANY, False),
    },
    ("office-return", "intake.return"): {"kon-tum": ("D6.1c", "superior", None, _ANY, False)},
}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("row", ESCALATIONS, ids=lambda row: row[0])
def test_escalations(compared: Comparison, row: tuple[str, str], pack: str) -> None:
    rule, topic = row
    expected, cell = ESCALATIONS[row].get(pack), compared[topic][pack]
    if expected is None:
        assert rule not in [entry.rule for entry in cell.entries]
        return
    cites, to, on, after_due, promptly = expected
    entry = cell[rule]
    assert rests_on(entry, cites)
    assert list(entry["to"].value["to"]) == to.split()
    opens = entry["opens"].value
    assert (opens["on"], opens["days_after_due"], opens["on_request"]) == (on, after_due, topic == "intake.return")
    assert (entry["act"].value["act"] == "promptly") == promptly
    assert entry["closed_by"].value["field"] == ("returned_on" if topic == "intake.return" else "completed_on")


def test_nothing_else(compared: Comparison) -> None:
    """Every rule of the comparison is a row of the tables above, and the other way about."""
    listed = {(topic, rule, pack) for rule, topic, _ in DEADLINES for pack in PACKS if DEADLINES[rule, topic, _][pack]}
    listed |= {(topic, rule, pack) for table in (REPORTS, ESCALATIONS) for (rule, topic), row in table.items() for pack in row}
    found = {
        (topic.id, entry.rule, cell.side)
        for topic in compared
        for cell in topic.cells
        for entry in cell.entries
        if entry.kind in ("deadline", "report", "escalation") and topic.id != "status.update.open_ended"
    }
    assert found == listed


# reading -> the entries it decides: pack and topic (day-off-end apart: it touches every date)
DECIDES: dict[str, set[tuple[str, str]]] = {
    "before-day": {("kon-tum", f"report.unit.{period}") for period in ("quarter", "half", "year")}
    | {("yen-the", f"report.{who}.{period}") for who in ("unit", "office") for period in ("month", "half", "year")}
    | {("can-tho", f"report.{who}.{period}") for who in ("unit", "office") for period in ("month", "quarter", "half", "year")},
    "before-carries-over": {("yen-the", f"report.{who}.{period}") for who in ("unit", "office") for period in ("half", "year")}
    | {("can-tho", f"report.{who}.{period}") for who in ("unit", "office") for period in ("quarter", "half", "year")},
    "status-update-start": {("so-nn", "status.update")},
    "task-arises": {("can-tho", "intake.transfer")},
    "in-progress-is-not-done": {("kon-tum", "statuses")},
    "overdue-qualifies": {("yen-the", "statuses"), ("can-tho", "statuses")},
    "no-deadline-timeliness": {(pack, "statuses") for pack in STATUSES},
    "not-carried-out": {(pack, "escalate.unit") for pack in ("kon-tum", "so-nn", "yen-the", "can-tho")}
    | {(pack, "escalate.office") for pack in ("kon-tum", "so-nn", "yen-the")},
    # Sở NN Điều 18 khoản 3 says “đã quá hạn”: not open
    "escalation-opens": {(pack, "escalate.unit") for pack in ("kon-tum", "so-nn", "yen-the", "can-tho")}
    | {(pack, "escalate.office") for pack in ("kon-tum", "yen-the")},
    # Yên Thế has no quarterly report whose day the secret one could have
    "secret-report-day": {("kon-tum", f"report.secret.{period}") for period in ("quarter", "half", "year")}
    | {("yen-the", f"report.secret.{period}") for period in ("half", "year")},
}


def test_where_readings_decide(compared: Comparison) -> None:
    found: dict[str, set[tuple[str, str]]] = {}
    for topic in compared:
        for cell in topic.cells:
            for entry in cell.entries:
                for decided in entry.decided:
                    found.setdefault(decided.reading, set()).add((cell.side, topic.id))
                    assert decided.otherwise
                    assert all(other.parts and other.option != decided.option for other in decided.otherwise)
    assert found.pop("day-off-end")
    assert found == DECIDES


IN_FORCE = {
    "kon-tum": ("2016-05-09", "Quyết định, Điều 2"),
    "so-nn": ("2022", None),
    "yen-the": ("2015-05-22", "Quyết định, Điều 2"),
    "ben-tre": ("2023-03-18", "Quyết định, Điều 3 khoản 2"),
    "can-tho": ("2020-11-23", "Quyết định, Điều 2"),
}


@pytest.mark.parametrize("pack", PACKS)
def test_in_force(compared: Comparison, pack: str) -> None:
    since, cite = IN_FORCE[pack]
    entry = compared["in_force"][pack]["in_force"]
    assert (entry["since"].value["since"], entry["since"].cite) == (since, cite)
    assert ("issuer-reorganised", "2025-07-01") in [(part.value["code"], part.value["since"]) for part in entry.all("caveat")]


# pack, topic, party, article: some of the ledgers' duties
DUTIES = [
    ("can-tho", "duty.system", "centre", "Điều 13"),
    ("yen-the", "duty.feedback", "commune", "Điều 20 khoản 3"),
    ("ben-tre", "duty.feedback", "district", "Điều 16 khoản 4"),
    ("kon-tum", "duty.tracking", "office", "Điều 3 khoản 2"),
]


@pytest.mark.parametrize(("pack", "topic", "party", "cite"), DUTIES)
def test_standing_duties(compared: Comparison, pack: str, topic: str, party: str, cite: str) -> None:
    found = [(entry["actor"].value["actor"], entry.cite) for entry in compared[topic][pack].entries]
    assert any(actor == party and where.startswith(cite) for actor, where in found), found


def test_the_sides_that_say_the_same_and_the_first_differences(compared: Comparison) -> None:
    """The report on an inspection is due after 5 working days in both texts that have one: no difference, but not in every text."""
    assert compared["inspection.report"].state == "lacking"
    assert compared["feedback.urge"].state == "differs"
    assert dr.compare(["so-nn", "yen-the"])["inspection.report"].state == "same"
    statuses = dr.compare(["yen-the", "can-tho"])["statuses"]
    assert statuses.state == "same", "another article, the same list"
    update = dr.compare(["yen-the", "ben-tre"])["status.update"]
    assert update.differs_in == ("applies",), "one working day from the due day in both; Bến Tre leaves out routine tasks"
