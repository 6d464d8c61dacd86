"""The test kit for hosts: what a right host and wrong hosts are told. The hosts here share no code with the library."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import deadline_rules as dr
from deadline_rules.testing import conformance
from deadline_rules.testing.conformance import Departure, check, departures
from deadline_rules.testing.hosts import ProgramHost
from deadline_rules.testing.smaller import Case, smaller
from running import Cli

PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")
Host = Callable[[dict[str, Any], str], Mapping[str, Any]]

# Days off and weekends worked, copied by hand from the decisions.
_ORACLE = yaml.safe_load((Path(__file__).parents[1] / "calendar_oracle.yaml").read_text(encoding="utf-8"))
OFF = {day for year in _ORACLE.values() for day in year["weekdays_off"]}
WORKED = {day for year in _ORACLE.values() for day in year["weekend_days_worked"]}
ONE = timedelta(days=1)


class YenThe:
    """A small eOffice for Yên Thế (Quyết định 02/2015/QĐ-UBND), written from the text; `fault` is what its maker got wrong.

    Điều 5 khoản 1 điểm g (statuses), khoản 2 (secret tasks stay outside the system), Điều 6 khoản 1 điểm b (1 working day, 2 where complex),
    khoản 2 điểm b (1), khoản 3 điểm b (1 from the due day), Điều 16 khoản 2 (5), Điều 18 khoản 5 (5), Điều 19 khoản 2 (what came due).
    """

    # rule: start, working days, done, whether an answer must follow its question, whether secret tasks are left out
    RULES = {
        "transfer": ("issued_on", 1, "transferred_on", False, True),
        "review": ("transferred_on", 1, "reviewed_on", False, True),
        "status-update": ("due_on", 1, "status_updated_on", False, True),
        "feedback": ("feedback_received_on", 5, "urged_on", True, False),
        "inspection-report": ("inspection_ended_on", 5, "inspection_reported_on", True, False),
    }

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.asked = 0

    def works(self, day: date) -> bool:
        if self.fault == "swapped-saturdays" and day in WORKED:
            return False
        if self.fault == "tet" and day in OFF and day.month <= 2 and any(day + n * ONE in OFF for n in (-2, -1, 1, 2)):
            return day.weekday() < 5
        return day in WORKED or (day.weekday() < 5 and day not in OFF)

    def add(self, day: date, number: int) -> date:
        if self.fault == "first-day" and self.works(day):
            number -= 1
        while number:
            day += ONE
            number -= self.works(day)
        return day

    def count(self, start: date, end: date) -> int:
        if start > end:
            return -self.count(end, start)
        return sum(self.works(start + n * ONE) for n in range(1, (end - start).days + 1))

    def __call__(self, task: dict[str, Any], as_of: str) -> dict[str, Any]:
        self.asked += 1
        today = date.fromisoformat(as_of) + (ONE if self.fault == "clock" else 0 * ONE)
        known = {name: date.fromisoformat(text) for name, text in task.items() if name.endswith("_on")}
        for extension in sorted(task.get("extensions", ()), key=lambda extension: extension["granted_on"]):
            if date.fromisoformat(extension["granted_on"]) <= today:
                known["due_on"] = date.fromisoformat(extension["due_on"])
        facts = {name: day for name, day in known.items() if name == "due_on" or day <= today}
        return self.standing(facts, today) | {
            "deadlines": [self.deadline(rule, facts, task, today) for rule in self.RULES],
            "escalations": {"unit-overdue": self.overdue(facts, today)},
        }

    def standing(self, facts: dict[str, date], today: date) -> dict[str, Any]:
        due, done = facts.get("due_on"), facts.get("completed_on")
        progress = "completed" if done else "in_progress" if "started_on" in facts else "not_started"
        timeliness = "no_deadline"
        if due is not None:
            last = due - ONE if self.fault == "due-day-is-late" and done else due
            timeliness = "in_time" if (done or today) <= last else "overdue"
        code = {"completed": "done", "in_progress": "in_progress"}.get(progress)
        status = code or ("not_done_overdue" if timeliness == "overdue" else "not_done_in_time")
        left = None if due is None else self.count(done or today, due)
        return {"progress": progress, "timeliness": timeliness, "status": {"code": status}, "due_on": due and str(due), "working_days_left": left}

    def deadline(self, rule: str, facts: dict[str, date], task: dict[str, Any], today: date) -> dict[str, Any]:
        start_field, number, done_field, after_start, not_for_secret = self.RULES[rule]
        secret = not_for_secret and self.fault != "secrecy" and "secrecy" in task
        if secret or (start_field == "due_on" and "due_on" not in facts):
            return {"rule": rule, "starts_on": None, "due_on": None, "state": "not_applicable"}
        start, done = facts.get(start_field), facts.get(done_field)
        if start is None:
            return {"rule": rule, "starts_on": None, "due_on": None, "state": "waiting"}
        due = self.add(start, 2 if rule == "transfer" and task.get("complex") else number)
        if done is not None and after_start and done < start:
            done = None
        state = "met" if done and done <= due else "met_late" if done else "waiting" if start > today else "pending" if today <= due else "missed"
        return {"rule": rule, "starts_on": str(start), "due_on": str(due), "state": state}

    def overdue(self, facts: dict[str, date], today: date) -> dict[str, Any] | None:
        if "due_on" not in facts:
            return None
        opens, done = facts["due_on"] + ONE, facts.get("completed_on")
        if done is not None:
            return {"opens_on": str(opens) if opens <= done else None, "state": "closed"}
        return {"opens_on": str(opens), "state": "open" if opens <= today else "upcoming"}


def library(pack: str) -> Host:
    """The library itself as a host."""
    regulation = dr.load(pack)
    return lambda task, as_of: regulation.evaluate(dr.Task.model_validate_json(json.dumps(task)), date.fromisoformat(as_of)).to_dict()


# --- right hosts


@pytest.mark.parametrize("pack", PACKS)
def test_the_library_departs_from_itself_nowhere(pack: str) -> None:
    assert check(library(pack), pack, examples=50) is None


def test_an_independent_host_that_is_right_departs_nowhere() -> None:
    host = YenThe()
    assert check(host, "yen-the", examples=200) is None
    assert host.asked > 2000
    assert departures(host, "yen-the") == ()


@pytest.mark.parametrize("seed", [0, 1])
def test_what_nobody_can_know_is_no_departure(seed: int) -> None:
    """After 2027 no days off are decided, and before 2014 none were checked: this host takes every weekday there as worked."""
    assert check(YenThe(), "yen-the", vectors=False, examples=1000, seed=seed) is None


def test_a_departure_is_not_made_smaller_to_one_that_nobody_can_know() -> None:
    """It counts to the due day, which is certain up to 31/12/2027; what it says of later ones does not matter."""

    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        return {"working_days_left": 7} if task.get("due_on", "") >= "2027-07-01" else {}

    for found in (check(host, "yen-the"), check(host, "yen-the", vectors=False)):
        assert found is not None
        assert "2027-07-01" <= found.task["due_on"] <= "2027-12-31"


def test_any_form_of_an_answer_is_compared() -> None:
    """A flat status, an object by rule, days as dates, other things beside."""
    right = library("kon-tum")

    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        answer = right(task, as_of)
        rows = {row["rule"]: {"due_on": row["due_on"] and date.fromisoformat(row["due_on"])} for row in answer["deadlines"]}
        return {"status": answer["status"]["code"], "deadlines": rows, "caveats": [caveat["code"] for caveat in answer["caveats"]], "trace": 7}

    assert departures(host, "kon-tum") == ()


def test_rows_of_rules_of_its_own_are_left_aside() -> None:
    """A host has duties from other regulations, which are nobody's business here."""
    right = library("kon-tum")

    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        answer = right(task, as_of)
        own = {"rule": "archive", "due_on": "2026-01-01", "state": "open"}
        return {"deadlines": [*answer["deadlines"], own], "escalations": {"mayor": own, "governor": None, "nobody": 7}}

    assert departures(host, "kon-tum") == ()
    assert check(host, "kon-tum", fields=["deadlines"], examples=20) is None
    for rows in ({"deadlines": {"transferr": {"state": "met"}}}, {"escalations": [{"rule": "mayor", "state": "open"}]}):
        with pytest.raises(dr.errors.HostError, match="no answer of the host holds a field of a result, or a row of a rule of the regulation"):
            check(lambda task, as_of, rows=rows: rows, "kon-tum", examples=5)  # type: ignore[misc]


# --- wrong hosts


def departure_of(fault: str, **options: Any) -> Departure:
    found = check(YenThe(fault), "yen-the", **options)
    assert found is not None
    return found


WRONG = {
    # The Saturdays that decisions make working days, such as 22/8/2026 (9441/TB-BNV), end a period that begins the day before.
    "swapped-saturdays": "Điều 6 khoản 1 điểm b",
    # Bộ luật Dân sự 2015, Điều 147 khoản 2: the first day is not counted.
    "first-day": "Điều 6 khoản 1 điểm b",
    "tet": "Điều 6 khoản 1 điểm b",
    # “quá hạn” begins after the due day.
    "due-day-is-late": "Điều 5 khoản 1 điểm g",
    # “Không cập nhật các thông tin theo quy định tại khoản 1, Điều này”
    "secrecy": "Điều 5 khoản 2",
    "clock": "Điều 6 khoản 1 điểm b",
}


@pytest.mark.parametrize(("fault", "cite"), WRONG.items())
@pytest.mark.parametrize("vectors", [True, False])
def test_a_wrong_host_is_caught_with_the_article_on_a_small_task(fault: str, cite: str, vectors: bool) -> None:
    found = departure_of(fault, vectors=vectors, examples=2000)
    assert len(found.task) - 1 <= 2  # the id apart
    assert (found.vector is not None) == vectors
    if vectors:
        assert (found.field.split(".")[0], found.cite) == ("timeliness" if fault == "due-day-is-late" else "deadlines", cite)
    assert str(found).startswith(f"yen-the, {found.cite}: ")


def test_the_first_day_is_not_counted() -> None:
    """Issued on a plain Monday, due on Tuesday: 01 ngày làm việc (Điều 6 khoản 1 điểm b; Civil Code 2015, art. 147(2))."""
    found = departure_of("first-day")
    issued = date.fromisoformat(found.task["issued_on"])
    assert (found.field, issued.weekday(), found.expected, found.found) == ("deadlines.transfer.due_on", 0, str(issued + ONE), str(issued))
    assert found.task == {"id": "T", "issued_on": str(issued)}
    assert found.as_of == issued


def test_saturdays_that_are_worked() -> None:
    found = departure_of("swapped-saturdays")
    assert found.field == "deadlines.transfer.due_on"
    assert date.fromisoformat(found.expected) in WORKED
    assert date.fromisoformat(found.found) not in WORKED
    assert list(found.task) == ["id", "issued_on"]
    # Công văn 9441/TB-BNV: Saturday 22/8/2026 is worked for Monday 31/8; of 2027 no weekend day is.
    assert (found.task["issued_on"], found.days) == ("2026-08-21", ("Saturday 2026-08-22 is worked: 9441/TB-BNV",))


def test_the_days_off_that_a_period_runs_over_are_named() -> None:
    """Monday 31/8/2026 is off by 9441/TB-BNV, 1/9 and 2/9 by the Labour Code, art. 112; the weekend before is plain."""
    regulation = dr.load("kon-tum", calendar=dr.vietnam(known_on=date(2026, 9, 30)))

    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        return {"deadlines": {"transfer": {"due_on": "2026-08-31"}}} if task.get("assigned_on") == "2026-08-28" else {}

    found = check(host, regulation, examples=0)
    assert found is not None
    assert found.days == (
        "Monday 2026-08-31 is off: 9441/TB-BNV",
        "Tuesday 2026-09-01 to Wednesday 2026-09-02 are off: Bộ luật Lao động 2019, Điều 112",
    )
    assert found.vector == "transfer/start-before-swapped-day/start-day-1"
    assert found.why is not None
    assert (found.why.vi[:3], "on the last working day before a weekday made a day off" in found.why.en) == ("Phâ", True)
    lines = str(found).split("\n  ")
    assert lines == [found.text, *found.days, f"found by {found.vector}: {found.why.en}"]
    told = found.to_dict()
    assert (told["why"], told["days"]) == ({"vi": found.why.vi, "en": found.why.en}, list(found.days))


def test_the_days_off_between_the_day_asked_about_and_the_due_day_are_named() -> None:
    """Tuesday 24/11/2026 is off (Nghị quyết 28/2026/QH16): from Monday 23/11 to Wednesday 25/11 there is one working day, not two."""

    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        return {"working_days_left": 2} if (as_of, task.get("due_on")) == ("2026-11-23", "2026-11-25") else {}

    found = check(host, "kon-tum", examples=0)
    assert found is not None
    assert (found.field, found.expected) == ("working_days_left", 1)
    assert found.days == ("Tuesday 2026-11-24 is off: Nghị quyết 28/2026/QH16",)


def test_a_departure_over_plain_days_names_none() -> None:
    found = departure_of("first-day", vectors=False, examples=2000)
    assert (found.vector, found.why, found.days, str(found)) == (None, None, (), found.text)


def test_tet() -> None:
    found = departure_of("tet")
    assert (found.field, found.vector is not None and "before-tet" in found.vector) == ("deadlines.transfer.due_on", True)
    assert (date.fromisoformat(found.expected) - date.fromisoformat(found.task["issued_on"])).days > 5
    assert date.fromisoformat(found.found) in OFF


def test_the_due_day_is_in_time() -> None:
    found = departure_of("due-day-is-late")
    assert (found.field, found.expected, found.found) == ("timeliness", "in_time", "overdue")
    assert list(found.task) == ["id", "due_on", "completed_on"]
    assert found.task["due_on"] == found.task["completed_on"] == str(found.as_of)


def test_secret_tasks_stay_outside() -> None:
    found = departure_of("secrecy")
    assert found.expected == "not_applicable" or found.expected is None
    assert set(found.task) <= {"id", "issued_on", "secrecy"}
    assert found.task["secrecy"] == "mật"


def test_every_field_once() -> None:
    """A clock a day ahead shows in every verdict that a day decides."""
    found = departures(YenThe("clock"), "yen-the")
    fields = [departure.field for departure in found]
    assert len(fields) == len(set(fields))
    assert {"timeliness", "status", "working_days_left", "deadlines.transfer.state", "escalations.unit-overdue.state"} <= set(fields)
    overdue = next(departure for departure in found if departure.field == "escalations.unit-overdue.state")
    # Điều 19 khoản 2: what has come due and was not carried out; on the due day itself it is not yet open.
    assert (overdue.cite, overdue.expected, overdue.found) == ("Điều 19 khoản 2", "upcoming", "open")
    assert overdue.task == {"id": "T", "due_on": str(overdue.as_of)}


def test_a_swap_that_no_vector_but_a_search_shows() -> None:
    """A host that is wrong on no boundary: tasks both urgent and complex from the chair, which no rule tells apart."""

    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        answer = YenThe()(task, as_of)
        if answer and task.get("urgent") and task.get("complex") and task.get("assigned_by") == "chair":
            answer["progress"] = "completed"
        return answer

    assert check(host, "yen-the", examples=0) is None
    found = check(host, "yen-the", vectors=False, examples=3000)
    assert found is not None
    assert set(found.task) == {"id", "urgent", "complex", "assigned_by"}
    assert (found.field, found.found, found.vector) == ("progress", "completed", None)
    assert check(host, "yen-the", vectors=False, examples=3000) == found  # the same seed, the same departure


def test_an_escalation_that_should_not_be_there() -> None:
    row = {"rule": "unit-overdue", "opens_on": "2026-10-26", "state": "open", "cite": "Điều 19 khoản 2"}
    found = check(lambda task, as_of: {"escalations": [row]}, "yen-the")
    assert found is not None
    assert (found.field, found.expected, found.found) == ("escalations.unit-overdue.state", None, "open")
    assert found.task == {"id": "T"}
    assert found.text == f'yen-the, Điều 19 khoản 2: unit-overdue should not be there, for {{"id": "T"}} on {found.as_of}'
    # A state that should be another is said as ever.
    other = next(one for one in departures(YenThe("clock"), "yen-the") if one.field == "escalations.unit-overdue.state")
    assert "unit-overdue.state should be upcoming, not open, for" in other.text


def test_two_rows_of_one_rule() -> None:
    rows = [{"rule": "transfer", "due_on": "2026-10-27"}, {"rule": "transfer", "due_on": "2026-10-28"}]
    host: Host = lambda task, as_of: {"deadlines": rows}  # noqa: E731
    for found in (check(host, "kon-tum"), *departures(host, "kon-tum")):
        assert found is not None
        assert (found.field, found.found, found.task) == ("error", "two rows of 'transfer' in deadlines", {"id": "T"})


def test_what_must_be_recorded() -> None:
    """Điều 5 khoản 1: of an empty record everything is missing; the host wants nothing."""
    found = check(lambda task, as_of: {"missing_fields": []}, "yen-the")
    assert found is not None
    assert (found.field, found.found, found.task) == ("missing_fields", [], {"id": "T"})
    assert found.cite is not None
    assert found.cite.startswith("Điều 5 khoản 1 điểm ")


def test_fields_that_are_named_must_be_answered() -> None:
    host = YenThe("clock")
    assert check(host, "yen-the", fields=["deadlines.transfer.starts_on", "due_on"], skip=["transfer", "kind"], examples=0, vectors=True) is not None
    silent = check(lambda task, as_of: {"progress": "not_started"}, "yen-the", fields=["status"])
    assert silent is not None
    assert (silent.field, silent.found) == ("status", "no answer")
    old: Host = lambda task, as_of: YenThe()(task, as_of) if as_of < "2027" else {}  # noqa: E731
    half = check(old, "yen-the", fields=["deadlines.transfer", "timeliness"], skip=["more-time"], examples=0)
    assert half is not None  # of 2027 it says nothing
    assert half.found == "no answer"
    with pytest.raises(dr.errors.HostError, match=r"no field 'deadlines.transfr' in a result of yen-the; did you mean 'deadlines.transfer'\?"):
        check(host, "yen-the", fields=["deadlines.transfr"])
    with pytest.raises(dr.errors.HostError, match="fields are a list"):
        check(host, "yen-the", fields="status")


def test_readings() -> None:
    """Under “every” a completed task in time is `done_in_time`; the host reads the list the other way (Điều 5 khoản 1 điểm g)."""
    found = check(YenThe(), "yen-the", readings={"overdue-qualifies": "every"})
    assert found is not None
    assert (found.field, found.cite, found.found) == ("status", "Điều 5 khoản 1 điểm g", "done")
    with pytest.raises(dr.errors.HostError, match="give them to load"):
        check(YenThe(), dr.load("yen-the"), readings={})


def test_extensions_can_be_left_out() -> None:
    """A host without extensions: told so by the vectors `more-time`, and content without them."""

    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        return YenThe()({name: value for name, value in task.items() if name != "extensions"}, as_of)

    found = check(host, "yen-the")
    assert found is not None
    assert found.field in ("due_on", "timeliness", "working_days_left")
    assert len(found.task["extensions"]) == 1
    assert check(host, "yen-the", skip=["more-time"], examples=100) is None


def test_what_is_skipped() -> None:
    asked: list[str] = []

    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        asked.append(task["id"])
        return YenThe()(task, as_of)

    assert check(host, "yen-the", skip=["more-time", "transfer/start-", "feedback/start-friday/due-day"], examples=0) is None
    assert not any(id.startswith(("more-time", "transfer/start-")) for id in asked)
    assert {"transfer/complex/start-monday/due-day", "feedback/start-monday/due-day"} <= set(asked)
    assert "feedback/start-friday/due-day" not in asked
    every = ["".join(letter) for letter in sorted({id[0] for id in asked} | {"m", "t"})]
    for none in ({"skip": every, "examples": 0}, {"vectors": False, "examples": 0}):
        with pytest.raises(dr.errors.HostError, match="everything was skipped, so the host was asked nothing"):
            check(host, "yen-the", **none)
    with pytest.raises(dr.errors.HostError, match="everything was skipped"):
        departures(host, "yen-the", skip=every)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("more-tiem", "no vector of yen-the has an id that begins with 'more-tiem'; did you mean 'more-time'?"),
        ("transfer/start-munday", "begins with 'transfer/start-munday'; did you mean 'transfer/start-monday'?"),
    ],
)
def test_a_mistyped_skip_is_refused(wrong: str, message: str) -> None:
    for vectors in (True, False):
        with pytest.raises(dr.errors.HostError) as caught:
            check(YenThe(), "yen-the", skip=["status", wrong], vectors=vectors, examples=0)
        assert message in str(caught.value)
    with pytest.raises(dr.errors.HostError, match="not the text 'more-time'"):
        departures(YenThe(), "yen-the", skip="more-time")


def test_of_a_list_what_does_not_matter_is_left_out() -> None:
    """The fault shows where an extension is longer than a week: the other extension, the urgency and the late day go."""
    extensions = [{"granted_on": "2026-03-02", "due_on": "2026-03-20"}, {"granted_on": "2026-03-09", "due_on": "2026-03-10"}]
    case = Case.of({"id": "X", "due_on": "2026-03-02", "urgent": True, "extensions": extensions}, date(2026, 12, 1))

    def shows(case: Case) -> bool:
        longest = max((item["due_on"] - item["granted_on"] for item in case.facts.get("extensions", ())), default=0 * ONE)
        return "due_on" in case.facts and longest > 7 * ONE

    found = smaller(case, shows, date(2026, 10, 26))
    assert shows(found)
    assert found.task("T").keys() == {"id", "due_on", "extensions"}
    assert len(found.facts["extensions"]) == 1
    assert (max(found.days()) - min(found.days())).days == 18
    assert date(2026, 10, 26) in found.days()


def test_making_smaller_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deadline_rules.testing.smaller._MOST_TRIES", 1)
    case = Case({"urgent": True, "complex": True, "routine": True}, date(2026, 10, 26))
    assert len(smaller(case, lambda case: True, date(2026, 10, 26)).facts) == 2


# --- hosts that fail


def test_a_host_that_raises_departs() -> None:
    def host(task: dict[str, Any], as_of: str) -> dict[str, Any]:
        task.pop("id")  # what it does with its task is its own business
        return {"progress": "not_started"} if "secrecy" not in task else {}[task["secrecy"]]

    found = check(host, "yen-the", fields=["progress"], skip=["transfer/start", "transfer/complex"])
    assert found is not None
    assert (found.field, found.expected, found.found, found.cite) == ("error", None, "KeyError: 'mật'", None)
    assert found.task == {"id": "T", "secrecy": "mật"}
    assert found.text.startswith("yen-the: the host fails with KeyError: 'mật', for ")


@pytest.mark.parametrize(("answer", "found"), [(None, "no mapping but a NoneType"), ({"error": "no such task"}, "no such task")])
def test_a_host_that_answers_nothing_departs(answer: Any, found: str) -> None:
    departure = check(lambda task, as_of: answer, "kon-tum")
    assert departure is not None
    assert departure.field == "error"
    assert found in departure.found


def test_a_host_that_answers_nothing_that_is_known_is_refused() -> None:
    with pytest.raises(dr.errors.HostError, match="nothing was compared"):
        check(lambda task, as_of: {"as_of": as_of, "state": "done"}, "kon-tum", examples=5)
    with pytest.raises(dr.errors.HostError, match="nothing was compared"):
        departures(lambda task, as_of: {}, "kon-tum")


def test_without_hypothesis_the_vectors_are_tried_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance, "can_search", lambda: False)
    host = YenThe()
    assert check(host, "yen-the", examples=100_000) is None


# --- programs

PROGRAM = """
import json, sys
sys.path.insert(0, {folder!r})
from test_conformance import YenThe
host = YenThe({fault!r})
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(host(asked["task"], asked["as_of"])), flush=True)
"""


def program(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "host.py").write_text(text, encoding="utf-8")
    return [sys.executable, str(tmp_path / "host.py")]


def yen_the_program(tmp_path: Path, fault: str) -> list[str]:
    # The tests' own folders are on the path of this process, not of the program.
    folders = f"sys.path[:0] = {[str(Path(__file__).parents[1]), *sys.path]!r}\n"
    return program(tmp_path, PROGRAM.format(folder=str(Path(__file__).parent), fault=fault).replace("from test_", folders + "from test_"))


def test_a_program_that_is_right(tmp_path: Path) -> None:
    assert check(yen_the_program(tmp_path, ""), "yen-the", examples=20) is None


def test_a_program_that_is_wrong(tmp_path: Path) -> None:
    assert check(yen_the_program(tmp_path, "first-day"), "yen-the") == departure_of("first-day")


BAD = {
    "dies": ("import sys; sys.exit(3)", "ended with exit status 3 when asked"),
    "dies later": ('import sys; input(); print(\'{"progress": "not_started"}\', flush=True); sys.exit(4)', "ended with exit status 4 when asked"),
    "hangs": ("import time; time.sleep(600)", "gave no answer in 2 seconds when asked"),
    "hangs with its input closed": ("import sys, time; sys.stdin.close(); time.sleep(600)", "when asked"),
    "prints no JSON": ("input(); print('Xin chào', flush=True); input()", "answered 'Xin chào', which is no JSON object"),
    "prints a list": ("input(); print('[1]', flush=True); input()", "which is no JSON object"),
    "prints NaN": ("input(); print('{\"working_days_left\": NaN}', flush=True); input()", "which is no JSON object"),
    "prints nesting": ("input(); print('[' * 100000, flush=True); input()", "which is no JSON object"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_program_that_cannot_be_asked(tmp_path: Path, name: str) -> None:
    text, message = BAD[name]
    with pytest.raises(dr.errors.HostError, match=message) as caught:
        check(program(tmp_path, text), "kon-tum", timeout=2.0 if "hangs" in name else 60.0)
    assert '"as_of"' in str(caught.value)  # what it was asked


ANSWER = """
import sys, time
for number, line in enumerate(sys.stdin):
    time.sleep({slow})
    print('{{"progress": "not_started"}}', flush=True)
    if number == {number}:
        print({stray!r}, flush=True)
print("bye", flush=True)
"""


@pytest.mark.parametrize("slow", [0, 0.01])
@pytest.mark.parametrize("number", [0, 9])
def test_a_line_nobody_asked_for(tmp_path: Path, slow: float, number: int) -> None:
    """It is never taken for an answer for long: seen before the next question, or at the end the last answer is one too many."""
    command = program(tmp_path, ANSWER.format(slow=slow, number=number, stray='{"log": "cache flushed"}'))

    def ask_ten_times() -> None:
        with ProgramHost(command, timeout=60.0) as host:
            for _ in range(10):
                host({"id": "T"}, "2026-10-26")

    with pytest.raises(dr.errors.HostError, match=r"wrote a line nobody asked for: \{") as caught:
        ask_ten_times()
    assert str(caught.value).startswith(f"the host {shlex.join(command)!r} wrote")
    assert str(caught.value).isprintable()


def test_what_a_program_says_when_its_input_ends_is_no_answer(tmp_path: Path) -> None:
    with ProgramHost(program(tmp_path, ANSWER.format(slow=0, number=-1, stray="")), timeout=60.0) as host:
        assert host({"id": "T"}, "2026-10-26") == {"progress": "not_started"}


def test_what_is_no_host() -> None:
    for wrong, message in (
        ("java -jar eoffice.jar", "a list of words"),
        ([], "a list of words"),
        (7, "a list of words"),
        (["/no/such/program"], "cannot be started: No such file"),
        (["a\0b"], "cannot be started"),
    ):
        with pytest.raises(dr.errors.HostError, match=message):
            check(wrong, "kon-tum")  # type: ignore[arg-type]  # the mistake is the point


# --- the command


def test_the_command(cli: Cli, tmp_path: Path) -> None:
    right = shlex.join(yen_the_program(tmp_path, ""))
    ended = cli("conform", "yen-the", "--host", right, "--examples", "10")
    assert (ended.status, ended.out, ended.message) == (0, "", "yen-the: 0 departures")
    wrong = shlex.join(yen_the_program(tmp_path, "due-day-is-late"))
    ended = cli("conform", "yen-the", "--host", wrong)
    assert (ended.status, ended.message) == (1, "yen-the: 1 departure")
    assert ended.out == f"{departure_of('due-day-is-late')}\n"
    ended = cli("conform", "yen-the", "--host", wrong, "--all", "--format", "json", "--field", "timeliness")
    assert [json.loads(line)["field"] for line in ended.out.splitlines()] == ["timeliness"]
    assert ended.status == 1
    ended = cli("conform", "yen-the", "--host", wrong, "--skip", "statuss")
    assert (ended.status, ended.message) == (
        2,
        "deadline-rules: skip: no vector of yen-the has an id that begins with 'statuss'; did you mean 'status'?",
    )


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("/no/such/program", "the host '/no/such/program' cannot be started: No such file or directory; correct the command."),
        ("/no/such/program -v x", "the host '/no/such/program -v x' cannot be started: No such file or directory; correct the command."),
        ("java 'x", '--host "java \'x" cannot be split into words: no closing quotation; close the quotes.'),
    ],
)
def test_the_command_without_a_host(cli: Cli, host: str, message: str) -> None:
    ended = cli("conform", "kon-tum", "--host", host)
    assert (ended.status, ended.out, ended.message) == (2, "", f"deadline-rules: {message}")


def test_the_command_says_where_the_search_is_missing(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("deadline_rules.cli.conform.can_search", "deadline_rules.testing.conformance.can_search"):
        monkeypatch.setattr(name, lambda: False)
    ended = cli("conform", "yen-the", "--host", shlex.join(yen_the_program(tmp_path, "")))
    assert ended.status == 0
    assert ended.err.startswith("only the vectors were tried")
