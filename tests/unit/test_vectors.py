"""Vectors: their form, their order, their ids, and boundary cases worked out by hand from the regulations."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator, FormatChecker

import deadline_rules as dr
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.facts import KIND_CELLS
from deadline_rules.rulebook.library import Pack
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.rule_files import rule_sets
from deadline_rules.testing.strategies import readings
from deadline_rules.testing.vectors import TaskVector, line_schema, task_vectors, vectors, write_vectors
from deadline_rules.testing.vectors_days import Window, boundary_days, closures, plain_monday
from running import Cli

PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")

# As it was known on 30/9/2026, before the days of 2027 were announced: then the latest Tết is that of 2026, and so on.
KNOWN = dr.vietnam(known_on=date(2026, 9, 30))


def named(regulation: dr.Regulation) -> dict[str, dict[str, Any]]:
    """The vectors by all of their ids."""
    lines = [vector.to_dict() for vector in vectors(regulation)]
    return {id: line for line in lines for id in (line["id"], *line.get("also", ()))}


@cache
def by_id(pack: str) -> dict[str, dict[str, Any]]:
    return named(dr.load(pack, calendar=KNOWN))


def lines_of(pack: str) -> list[str]:
    out = io.StringIO()
    count = write_vectors(dr.load(pack), out)
    lines = out.getvalue().splitlines()
    assert len(lines) == count + 1
    return lines


# --- worked by hand

# The days: Monday 26/10/2026 and its week are plain. Tết 2026: Monday 16/2 to Friday 20/2 are off (9441/TB-BNV), so that Monday 23/2 follows
# Friday 13/2. Monday 31/8/2026 is off and Saturday 22/8 worked for it (9441/TB-BNV), 1/9 and 2/9 are off by law. 1/1/2026 is off by law and
# Friday 2/1 by 12729/VPCP-KGVX. 29/2/2024 was a Thursday.

DEADLINES = [
    # kon-tum, Điều 6 khoản 1 điểm b: “trong thời hạn 01 ngày làm việc (kể từ khi UBND tỉnh giao)”
    ("kon-tum", "transfer/start-before-tet/due-day", "2026-02-23", "transfer", "2026-02-13", "2026-02-23", "pending"),
    ("kon-tum", "transfer/start-before-tet/due-day+1", "2026-02-24", "transfer", "2026-02-13", "2026-02-23", "missed"),
    ("kon-tum", "transfer/start-before-swapped-day/due-day", "2026-09-03", "transfer", "2026-08-28", "2026-09-03", "pending"),
    ("kon-tum", "transfer/start-before-worked-weekend/due-day", "2026-08-22", "transfer", "2026-08-21", "2026-08-22", "pending"),
    ("kon-tum", "transfer/start-worked-weekend/due-day", "2026-08-24", "transfer", "2026-08-22", "2026-08-24", "pending"),
    ("kon-tum", "transfer/start-leap-day/due-day", "2024-03-01", "transfer", "2024-02-29", "2024-03-01", "pending"),
    ("kon-tum", "transfer/start-year-end/due-day", "2026-01-05", "transfer", "2025-12-31", "2026-01-05", "pending"),
    ("kon-tum", "transfer/start-friday/due-day-1", "2026-11-01", "transfer", "2026-10-30", "2026-11-02", "pending"),
    ("kon-tum", "transfer/start-friday/done-day-after-due-day/due-day+1", "2026-11-03", "transfer", "2026-10-30", "2026-11-02", "met_late"),
    ("kon-tum", "transfer/start-monday/done-on-due-day/due-day", "2026-10-27", "transfer", "2026-10-26", "2026-10-27", "met"),
    ("kon-tum", "transfer/start-saturday/due-day", "2026-11-02", "transfer", "2026-10-31", "2026-11-02", "pending"),
    ("kon-tum", "transfer/start-monday/start-day-1", "2026-10-25", "transfer", None, None, "waiting"),
    # the day it took effect, 9/5/2016, was a Monday
    ("kon-tum", "transfer/start-in-force/due-day", "2016-05-10", "transfer", "2016-05-09", "2016-05-10", "pending"),
    # kon-tum, Điều 4 khoản 2 điểm c: “đúng thời hạn quy định”, no number
    ("kon-tum", "status-update/start-monday/start-day", "2026-10-26", "status-update", "2026-10-26", None, "no_number"),
    # yen-the, Điều 6 khoản 1 điểm b: “không quá 02 ngày làm việc” for what is of many tasks or units
    ("yen-the", "transfer/complex/start-friday/due-day", "2026-11-03", "transfer", "2026-10-30", "2026-11-03", "pending"),
    # yen-the, Điều 5 khoản 2: “Không cập nhật các thông tin theo quy định tại khoản 1, Điều này”
    ("yen-the", "transfer/secret/start-monday/start-day", "2026-10-26", "transfer", None, None, "not_applicable"),
    # yen-the, Điều 18 khoản 5: “trong thời hạn 05 ngày làm việc kể từ ngày nhận được thông tin phản hồi”: 23, 24, 25, 26, 27/2
    ("yen-the", "feedback/start-before-tet/due-day", "2026-02-27", "feedback", "2026-02-13", "2026-02-27", "pending"),
    # so-nn, Điều 6 khoản 3 điểm b: “chậm nhất sau thời hạn 02 ngày làm việc”, from the due day
    ("so-nn", "status-update/start-friday/due-day+1", "2026-11-04", "status-update", "2026-10-30", "2026-11-03", "missed"),
    # ben-tre, Điều 15 khoản 5: “trong thời hạn 07 ngày làm việc”: 27, 28, 29, 30/10, 2, 3, 4/11
    ("ben-tre", "feedback/start-monday/due-day", "2026-11-04", "feedback", "2026-10-26", "2026-11-04", "pending"),
    # ben-tre, Điều 1 khoản 1: “không bao gồm văn bản có độ mật”
    ("ben-tre", "feedback/secret/start-monday/start-day", "2026-10-26", "feedback", None, None, "not_applicable"),
    # what was passed on before it was assigned was passed on in time: the text asks for the last day alone; an answer before its question
    # answers nothing (yen-the, Điều 18 khoản 5)
    ("kon-tum", "transfer/start-monday/done-before-start/due-day+1", "2026-10-28", "transfer", "2026-10-26", "2026-10-27", "met"),
    ("yen-the", "feedback/start-before-tet/done-before-start/due-day+1", "2026-02-28", "feedback", "2026-02-13", "2026-02-27", "missed"),
    # can-tho, Điều 5 khoản 1: “Đối với các vấn đề đột xuất, phải thực hiện ngay”
    ("can-tho", "transfer/urgent/start-monday/due-day", "2026-10-26", "transfer", "2026-10-26", "2026-10-26", "pending"),
    ("can-tho", "transfer/urgent/start-monday/due-day+1", "2026-10-27", "transfer", "2026-10-26", "2026-10-26", "missed"),
]


@pytest.mark.parametrize(("pack", "id", "as_of", "rule", "starts_on", "due_on", "state"), DEADLINES)
def test_a_deadline_worked_by_hand(pack: str, id: str, as_of: str, rule: str, starts_on: str | None, due_on: str | None, state: str) -> None:
    vector = by_id(pack)[id]
    assert vector["as_of"] == as_of
    assert vector["expect"]["deadlines"][rule] == {"starts_on": starts_on, "due_on": due_on, "state": state}


STATUSES = [
    # kon-tum, Điều 5 khoản 1 điểm đ: “đã thực hiện trong hạn hay quá hạn; chưa thực hiện trong hạn hay quá hạn”; due on Monday 26/10/2026
    ("kon-tum", "status/due-monday/not-started/due-day", "2026-10-26", "not_started", "in_time", "not_done_in_time", 0),
    ("kon-tum", "status/due-monday/not-started/due-day+1", "2026-10-27", "not_started", "overdue", "not_done_overdue", -1),
    ("kon-tum", "status/due-monday/started/due-day+1", "2026-10-27", "in_progress", "overdue", "not_done_overdue", -1),
    ("kon-tum", "status/due-monday/started/start-day-1", "2026-10-20", "not_started", "in_time", "not_done_in_time", 4),
    ("kon-tum", "status/due-monday/completed-on-due-day/completed", "2026-10-26", "completed", "in_time", "done_in_time", 0),
    ("kon-tum", "status/due-monday/completed-late/completed", "2026-10-27", "completed", "overdue", "done_overdue", -1),
    ("kon-tum", "status/due-monday/completed-late/completed-1", "2026-10-26", "in_progress", "in_time", "not_done_in_time", 0),
    # 23, 24, 25, 26 and 27/2 are worked between Friday 13/2 and Friday 27/2/2026
    ("kon-tum", "status/due-before-tet/not-started/due-day+14", "2026-02-27", "not_started", "overdue", "not_done_overdue", -5),
    # yen-the, Điều 5 khoản 1 điểm g: “đã thực hiện; đang thực hiện; chưa thực hiện trong hạn hoặc quá hạn”
    ("yen-the", "status/due-monday/started/due-day+1", "2026-10-27", "in_progress", "overdue", "in_progress", -1),
    ("yen-the", "status/due-monday/completed-late/completed", "2026-10-27", "completed", "overdue", "done", -1),
]


@pytest.mark.parametrize(("pack", "id", "as_of", "progress", "timeliness", "status", "left"), STATUSES)
def test_a_status_worked_by_hand(pack: str, id: str, as_of: str, progress: str, timeliness: str, status: str, left: int) -> None:
    vector = by_id(pack)[id]
    said = vector["expect"]
    assert (vector["as_of"], said["progress"], said["timeliness"], said["status"], said["working_days_left"]) == (
        as_of,
        progress,
        timeliness,
        status,
        left,
    )


ESCALATIONS = [
    # kon-tum, Điều 9 khoản 3: “đã đến hạn theo quy định nhưng chưa triển khai thực hiện”, read as the day after the due day
    ("kon-tum", "unit-overdue/on-monday/opens-1", "unit-overdue", {"opens_on": "2026-10-27", "state": "upcoming"}),
    ("kon-tum", "unit-overdue/on-monday/opens", "unit-overdue", {"opens_on": "2026-10-27", "state": "open"}),
    ("kon-tum", "unit-overdue/on-monday/completed-after/opens+2", "unit-overdue", {"opens_on": "2026-10-27", "state": "closed"}),
    # a difficulty met three days before the due day, which opens nothing before that day is over
    ("kon-tum", "unit-difficulty/on-monday/event-before/opens-1", "unit-difficulty", {"opens_on": "2026-10-27", "state": "upcoming"}),
    # yen-the, Điều 18 khoản 3, at any time
    ("yen-the", "office-difficulty/on-monday/event-on/opens", "office-difficulty", {"opens_on": "2026-10-26", "state": "open"}),
    # kon-tum, Điều 6 khoản 2 điểm b, until it is sent back
    ("kon-tum", "return/on-request/closed/the-day", "return", {"opens_on": None, "state": "closed"}),
]


@pytest.mark.parametrize(("pack", "id", "rule", "expected"), ESCALATIONS)
def test_an_escalation_worked_by_hand(pack: str, id: str, rule: str, expected: dict[str, Any]) -> None:
    assert by_id(pack)[id]["expect"]["escalations"][rule] == expected


def test_reports_worked_by_hand() -> None:
    """Kon Tum, Điều 10 khoản 1: before the 20th of the quarter's last month; 19/12/2026 is a Saturday."""
    vector = by_id("kon-tum")["reports/unit-quarter/q4/due-day"]
    row = {"rule": "unit-quarter", "period": "2026-Q4", "due_on": "2026-12-19", "send_by": "2026-12-18", "cite": "Điều 10 khoản 1"}
    assert (vector["since"], vector["until"], vector["expect"]) == ("2026-12-19", "2026-12-19", [row])
    assert by_id("kon-tum")["reports/unit-quarter/q4/day-after"]["expect"] == []
    # Of 2016 only what follows 9/5/2016: 10 days after promulgation (Điều 12 khoản 2), June, September, the year, December.
    rows = [(row["rule"], row["due_on"]) for row in by_id("kon-tum")["reports/2016"]["expect"]]
    assert rows == [
        ("focal-point", "2016-05-19"),
        ("unit-half", "2016-06-19"),
        ("unit-quarter", "2016-06-19"),
        ("unit-quarter", "2016-09-19"),
        ("unit-year", "2016-11-19"),
        ("unit-quarter", "2016-12-19"),
    ]
    # can-tho, Điều 12 khoản 1: “Chậm nhất trước ngày 20 hàng tháng”
    assert by_id("can-tho")["reports/unit-month/10/due-day"]["expect"][0]["due_on"] == "2026-10-19"


def test_extensions_worked_by_hand() -> None:
    """Due on Monday 26/10/2026; on Wednesday 28/10 extended to 4/11."""
    said = {look: by_id("kon-tum")[f"more-time/extension/granted-after-due-day/{look}"] for look in ("granted-1", "granted", "extended-due-day+1")}
    told = {look: (vector["as_of"], vector["expect"]["due_on"], vector["expect"]["timeliness"]) for look, vector in said.items()}
    assert told == {
        "granted-1": ("2026-10-27", "2026-10-26", "overdue"),
        "granted": ("2026-10-28", "2026-11-04", "in_time"),
        "extended-due-day+1": ("2026-11-05", "2026-11-04", "overdue"),
    }


def test_required_information_worked_by_hand() -> None:
    """Kon Tum, Điều 5 khoản 1 điểm e: the cause is required of tasks that are overdue and not done; khoản 2: nothing of secret tasks."""
    vectors_of = by_id("kon-tum")
    assert vectors_of["required/without-overdue-reason/overdue"]["expect"]["missing_fields"] == ["overdue_reason"]
    assert vectors_of["required/all/overdue"]["expect"]["missing_fields"] == []
    # In time the cause is not asked for, so leaving it out changes nothing.
    assert vectors_of["required/without-overdue-reason/in-time"]["expect"]["missing_fields"] == []
    assert vectors_of["required/without-summary/in-time"]["expect"]["missing_fields"] == ["summary"]
    assert vectors_of["required/secret/none/overdue"]["expect"]["missing_fields"] == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_is_tried_with_what_was_done_before_the_start(pack: str) -> None:
    regulation, found = dr.load(pack, calendar=KNOWN), by_id(pack)
    for rule in regulation.plan.deadlines:
        start = rule.variants[0].fields[0]
        task = found[f"{rule.rule}/start-monday/done-before-start/start-day"]["task"]
        assert (task[start], task[rule.done_by]) == ("2026-10-26", "2026-10-25")


def test_the_day_it_took_effect_is_called_so_only_where_the_text_states_it() -> None:
    """Kon Tum: from 9/5/2016 (Điều 12 khoản 2). The text of the department says the year 2022 and no day."""
    why = by_id("kon-tum")["transfer/start-in-force/due-day"]["why"]
    assert ("on the day the regulation took effect" in why["en"], "ngày văn bản có hiệu lực" in why["vi"]) == (True, True)
    vector = by_id("so-nn")["transfer/start-in-force/due-day"]
    assert "2022-01-01" in vector["task"].values()
    assert ("on the first day that can be asked about" in vector["why"]["en"], "ngày đầu tiên có thể xét" in vector["why"]["vi"]) == (True, True)
    assert not any("took effect" in line["why"]["en"] or "hiệu lực" in line["why"]["vi"] for line in by_id("so-nn").values())


def test_the_first_article_is_the_one_it_is_about() -> None:
    assert by_id("kon-tum")["transfer/start-monday/due-day"]["cite"][0] == "Điều 6 khoản 1 điểm b"
    assert by_id("kon-tum")["unit-overdue/on-monday/completed-after/opens+2"]["cite"][0] == "Điều 9 khoản 3"
    assert by_id("kon-tum")["status/due-monday/started/due-day"]["cite"][0] == "Điều 5 khoản 1 điểm đ"
    assert by_id("ben-tre")["status/secret/due-monday/started/due-day"]["cite"][0] == "Điều 1 khoản 1"


# --- the days


def test_the_boundary_days_of_2026() -> None:
    window = Window.of(KNOWN, date(2016, 5, 9))
    found = {day.name: str(day.day) for day in boundary_days(window, date(2016, 5, 9))}
    assert found == {
        "monday": "2026-10-26",
        "friday": "2026-10-30",
        "saturday": "2026-10-31",
        "before-tet": "2026-02-13",
        "before-swapped-day": "2026-08-28",
        "before-worked-weekend": "2026-08-21",
        "worked-weekend": "2026-08-22",
        "month-end": "2026-11-30",
        "leap-day": "2024-02-29",
        "year-end": "2025-12-31",
        "in-force": "2016-05-09",
    }
    # 31/12 before New Year; the Saturdays 10/1 and 22/8 are worked; Tết; Hùng Vương on Sunday 26/4, made up on Monday 27/4; 30/4 and 1/5;
    # 31/8 to 2/9; Culture Day 24/11.
    of_2026 = [day.name[5:] for day in closures(window) if day.name >= "2025-12-31"]
    assert of_2026 == ["12-31", "01-09", "01-10", "02-13", "04-24", "04-29", "08-21", "08-22", "08-28", "11-23"]


def test_a_closure_of_the_host_is_a_boundary() -> None:
    storm = dr.vietnam(known_on=date(2026, 9, 30), extra=[dr.closure("storm", off=[date(2026, 10, 20)])])
    regulation = dr.load("kon-tum", calendar=storm)
    vector = named(regulation)["transfer/start-before-swapped-day/due-day"]
    assert (vector["task"]["assigned_on"], vector["as_of"]) == ("2026-10-19", "2026-10-21")


def test_a_calendar_that_vouches_for_nothing_since() -> None:
    """Bến Tre took effect on 18/3/2023; at the end of 2020 nobody had announced days off so late."""
    regulation = dr.load("ben-tre", calendar=dr.vietnam(known_on=date(2020, 12, 31)))
    found = list(task_vectors(regulation))
    assert len(found) > 100
    assert all(vector.as_of >= date(2023, 3, 18) for vector in found)
    assert any(vector.expect.provisional for vector in found)


# --- the form


@pytest.mark.parametrize("pack", PACKS)
def test_every_line_fits_the_schema_and_has_no_other_fields(pack: str) -> None:
    schema = line_schema()
    Draft202012Validator.check_schema(schema)
    lines = [json.loads(line) for line in lines_of(pack)]
    header, rest = lines[0], lines[1:]
    for name, some in (
        ("Header", [header]),
        ("TaskVector", [line for line in rest if line["kind"] == "task"]),
        ("ReportsVector", [line for line in rest if line["kind"] == "reports"]),
    ):
        validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}, format_checker=FormatChecker())
        for line in some:
            validator.validate(line)
            assert set(line) == set(schema["$defs"][name]["properties"])
            assert set(line.get("task", {})) <= set(schema["$defs"]["Task"]["properties"])
        assert some
    assert not Draft202012Validator(schema).is_valid({"kind": "task"})
    assert not Draft202012Validator(schema).is_valid({**rest[0], "as_of": None})
    # A later 1.x may add fields.
    Draft202012Validator(schema).validate({**rest[0], "added": 1})


def test_the_header() -> None:
    regulation = dr.load("kon-tum", readings={"promptly": 2})
    out = io.StringIO()
    count = write_vectors(regulation, out)
    header = json.loads(out.getvalue().splitlines()[0])
    assert list(header) == ["format", "format_version", "regulation", "rules_version", "calendar_version", "readings", "count"]
    assert (header["format"], header["format_version"], header["regulation"]) == ("deadline-rules-vectors", "1.0", "kon-tum")
    assert (header["count"], header["readings"]["promptly"]) == (count, "2")
    assert header["calendar_version"] == dr.vietnam().version


@pytest.mark.parametrize("pack", PACKS)
def test_ids_are_unique_and_cases_are_not_repeated(pack: str) -> None:
    found = [json.loads(line) for line in lines_of(pack)[1:]]
    assert Counter(id for line in found for id in (line["id"], *line.get("also", ()))).most_common(1)[0][1] == 1
    cases = Counter(
        json.dumps([{key: value for key, value in line["task"].items() if key != "id"}, line["as_of"]], sort_keys=True)
        for line in found
        if line["kind"] == "task"
    )
    assert cases.most_common(1)[0][1] == 1
    assert 500 < len(found) < 5000
    assert all(line["id"] == line["task"]["id"] and line["id"].isascii() and " " not in line["id"] for line in found if line["kind"] == "task")
    assert all(line["why"]["vi"].endswith(".") and line["why"]["en"].endswith(".") for line in found)


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_case_cell_and_state_is_there(pack: str) -> None:
    regulation = dr.load(pack)
    plan, found = regulation.plan, list(task_vectors(regulation))
    for rule in plan.deadlines:
        tried = [vector for vector in found if vector.id.startswith(f"{rule.rule}/")]
        states: set[str] = {vector.expect.deadlines[rule.rule].state for vector in tried}
        counted = {case.offset.unit for case in rule.cases if case.applies} - {"none"}
        assert {"waiting"} | ({"pending", "met", "met_late", "missed"} if counted else {"no_number", "met"}) <= states
        kinds = {tuple(vector.task.get(fact) for fact in ("secrecy", "urgent", "complex", "routine", "assigned_by")) for vector in tried}
        assert len(kinds) >= len({(case.applies, case.offset, case.cite) for case in rule.cases}) - 1  # two cases may differ in the time limit alone
    for escalation in plan.escalations:
        tried = [vector for vector in found if escalation.rule in vector.expect.escalations]
        states = {str(vector.expect.escalations[escalation.rule].state) for vector in tried}
        assert {"open", "closed"} | (set() if escalation.opening.on_request or escalation.opening.after_due is None else {"upcoming"}) <= states
    cells = {(vector.expect.progress, vector.expect.timeliness) for vector in found}
    assert len(cells) == 9
    single = {fact for vector in found for fact in vector.task if fact in KIND_CELLS[0]}
    assert single == {"secrecy", "urgent", "complex", "routine", "assigned_by"}
    assert {vector.task["secrecy"] for vector in found if "secrecy" in vector.task} == {"mật", "tối mật", "tuyệt mật"}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_sets(), readings(), calendars())
def test_any_rule_set_has_vectors_with_ids_of_their_own(pack: Pack, chosen: dict[str, object], calendar: dr.WorkingCalendar) -> None:
    regulation = dr.Regulation(pack, compile_plan(pack, chosen), calendar)
    found = list(vectors(regulation))
    ids = Counter(id for vector in found for id in (vector.id, *getattr(vector, "also", ())))
    assert ids.most_common(1)[0][1] == 1
    single = {fact for vector in found if isinstance(vector, TaskVector) for fact in vector.task}
    assert {"secrecy", "urgent", "complex", "routine", "assigned_by", "due_on", "completed_on"} <= single


# --- stability


def test_two_generations_are_equal_whatever_the_hash_seed(tmp_path: Path) -> None:
    made = []
    for seed in ("0", "1", "4242"):
        out = tmp_path / f"{seed}.jsonl"
        command = [sys.executable, "-m", "deadline_rules", "vectors", "so-nn", "--out", str(out)]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, timeout=120, capture_output=True)
        made.append(out.read_bytes())
    assert made[0] == made[1] == made[2]
    assert made[0].decode().splitlines() == lines_of("so-nn")


def test_ids_stay_where_the_calendar_learns_of_another_year() -> None:
    """The days of 2027 were announced on 2/10/2026 (10065/VPCP-KGVX)."""
    earlier, now = by_id("kon-tum"), named(dr.load("kon-tum"))
    tet = "transfer/start-before-tet/due-day"
    assert (earlier[tet]["task"]["assigned_on"], now[tet]["task"]["assigned_on"]) == ("2026-02-13", "2027-02-03")
    assert now["transfer/start-2026-02-13/due-day"]["task"]["assigned_on"] == "2026-02-13"
    assert earlier.keys() <= now.keys()


def test_a_plain_monday_is_one() -> None:
    assert plain_monday(Window.of(KNOWN, date(2016, 5, 9))) == date(2026, 10, 26)


# --- the command


def test_the_command_writes_a_file_whole(cli: Cli, tmp_path: Path) -> None:
    ended = cli("vectors", "ben-tre", "--out", "vectors.jsonl")
    lines = (tmp_path / "vectors.jsonl").read_text(encoding="utf-8").splitlines()
    assert (ended.status, ended.out, ended.message) == (0, "", f"{len(lines) - 1} vectors of ben-tre")
    assert lines == lines_of("ben-tre")
    for ended in (cli("vectors", "ben-tre"), cli("vectors", "ben-tre", "--out", "-")):
        assert ended.out.splitlines() == lines
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.jsonl"]


def test_the_command_under_readings_and_a_calendar(cli: Cli) -> None:
    ended = cli("vectors", "kon-tum", "--reading", "start-day=included", "--known-on", "2026-09-30")
    found = {id: line for line in map(json.loads, ended.out.splitlines()[1:]) for id in (line["id"], *line.get("also", ()))}
    # With its first day counted, one working day from Monday 26/10/2026 ends on that Monday.
    assert found["transfer/start-monday/due-day"]["expect"]["deadlines"]["transfer"]["due_on"] == "2026-10-26"


def test_the_command_prints_the_schema(cli: Cli) -> None:
    ended = cli("vectors", "--schema")
    assert ended.status == 0
    assert json.loads(ended.out) == line_schema()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "name a regulation, or give --schema"),
        (("kon-tum", "--schema"), "leave out the name"),
        (("kontum",), "there is no regulation 'kontum'; did you mean 'kon-tum'?"),
        (("kon-tum", "--reading", "start-day"), "has no option"),
        (("kon-tum", "--out", "no/such/folder/v.jsonl"), "No such file"),
    ],
)
def test_a_wrong_call(cli: Cli, args: tuple[str, ...], message: str) -> None:
    ended = cli("vectors", *args)
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err
