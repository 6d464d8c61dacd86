"""Sessions for hosts that feed events one at a time: what they keep, what they refuse, that they leave nothing behind and disturb nobody."""

from __future__ import annotations

import doctest
import gc
import itertools
import os
import pickle
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules import durable_rules
from deadline_rules.engines import durable_rule_set
from deadline_rules.engines.durable_rule_set import FIELDS, DurableRuleSet
from deadline_rules.errors import DayError, DurableMismatchError, MissingExtraError, NotInForceError, TaskError, UnverifiedCalendarError

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 20)
KON_TUM = dr.load("kon-tum")
TASK = dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")


@pytest.fixture
def session() -> durable_rules.Session:
    need_durable()
    return durable_rules.session(KON_TUM)


def need_durable() -> None:
    """Skips with one line where durable_rules cannot be imported; where everything is required, fails, except on the Pythons it does not know."""
    if not (found := durable_rules.available()):
        required = os.environ.get("REQUIRE_ALL") == "1" and sys.version_info < (3, 13)
        (pytest.fail if required else pytest.skip)(str(found.reason))


# What a session keeps.


def test_an_answer_after_each_event(session: durable_rules.Session) -> None:
    day = date(2026, 11, 16)
    session.tell("T-01", assigned_on=date(2026, 11, 2), due_on=day)
    assert session.ask("T-01", day).status.code == "not_done_in_time"
    assert session.ask("T-01", day + timedelta(days=1)).status.code == "not_done_overdue"
    session.tell("T-01", completed_on=date(2026, 11, 18))
    assert session.ask("T-01", day + timedelta(days=1)).status.code == "not_done_overdue"  # it lies ahead
    assert session.ask("T-01", DAY).status.code == "done_overdue"
    session.tell("T-01", completed_on=None)  # taken back
    assert session.ask("T-01", DAY).status.code == "not_done_overdue"
    session.tell("T-01", due_on=date(2026, 11, 30))  # moved
    assert session.ask("T-01", DAY) == KON_TUM.evaluate(dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 30)), DAY)


@pytest.mark.parametrize("pack", PACKS)
def test_every_day_of_a_life_in_every_regulation(pack: str) -> None:
    need_durable()
    regulation = dr.load(pack)
    session = durable_rules.session(regulation)
    told = {
        "issued_on": 2,
        "assigned_on": 2,
        "received_on": 3,
        "transferred_on": 5,
        "started_on": 6,
        "urged_on": 20,
        "difficulty_on": 21,
        "completed_on": 25,
    }
    facts: dict[str, Any] = {"due_on": date(2026, 11, 16)}
    for number in range(1, 31):
        day = date(2026, 11, number)
        new = {name: day for name, on in told.items() if on == number}
        facts |= new
        session.tell("T-01", **(facts if number == 1 else new))
        result = session.ask("T-01", day)
        assert result == regulation.evaluate(dr.Task(id="T-01", **facts), day)
        assert result.explain("en") == regulation.explain(result, "en")


def test_the_order_of_events_does_not_matter() -> None:
    need_durable()
    events = [{"assigned_on": date(2026, 11, 2)}, {"due_on": date(2026, 11, 16)}, {"started_on": date(2026, 11, 4)}]
    for number, order in enumerate(itertools.permutations(events)):
        session = durable_rules.session(KON_TUM)
        for event in order:
            session.tell(f"T-{number}", **event)
        assert session.ask(f"T-{number}", DAY).to_dict() | {"task_id": "T-01"} == KON_TUM.evaluate(TASK, DAY).to_dict()


def test_a_whole_task_replaces_what_was_told(session: durable_rules.Session) -> None:
    session.tell("T-01", urgent=True, urged_on=date(2026, 11, 12))
    session.tell(TASK)
    assert session.task("T-01") == TASK
    session.tell(TASK, urgent=True)
    assert session.task("T-01").urgent
    assert session.ask("T-01", datetime(2026, 11, 19, 18, 0, tzinfo=UTC)).as_of == DAY  # a day in Viet Nam


def test_a_task_is_kept_until_it_is_forgotten(session: durable_rules.Session) -> None:
    session.tell(TASK)
    session.tell("T-02")
    assert ("T-01" in session, "T-03" in session, len(session)) == (True, False, 2)
    assert repr(session) == "<Session of kon-tum, 2 tasks>"
    session.forget("T-01")
    session.forget("T-01")
    assert len(session) == 1
    with pytest.raises(TaskError, match="task T-01: nothing was told of it, or it was forgotten; tell its facts first"):
        session.ask("T-01", DAY)


def test_what_does_not_go_with_what_is_known_is_refused(session: durable_rules.Session) -> None:
    session.tell(TASK)
    for facts, why in (
        ({"completed_on": date(2026, 11, 1)}, "completed_on: 2026-11-01 lies before assigned_on"),
        ({"complete_on": DAY}, "did you mean 'completed_on'"),
        ({"started_on": "2026-11-04"}, "give a datetime.date"),
        ({"id": "T-02"}, "a task keeps the id it has"),
    ):
        with pytest.raises(TaskError, match=re.escape(why)):
            session.tell("T-01", **facts)
    assert session.task("T-01") == TASK


def test_what_evaluate_refuses_a_session_refuses(session: durable_rules.Session) -> None:
    session.tell(TASK)
    with pytest.raises(NotInForceError):
        session.ask("T-01", date(2013, 1, 1))
    with pytest.raises(DayError):
        session.ask("T-01", "2026-11-20")  # type: ignore[arg-type]
    with pytest.raises(TaskError, match="is no task"):
        session.evaluate("T-01", DAY)  # type: ignore[arg-type]
    strict = durable_rules.session(dr.load("kon-tum", strict=True))
    with pytest.raises(UnverifiedCalendarError):
        strict.evaluate(dr.Task(id="T-01", due_on=date(2031, 1, 1)), DAY)
    assert session.evaluate(TASK, DAY) == KON_TUM.evaluate(TASK, DAY)  # and goes on


# What it leaves behind, and whom it disturbs.


def test_no_thread_starts_and_nothing_stays(session: durable_rules.Session) -> None:
    import durable_rules_engine

    threads = threading.active_count()
    for number in range(50):
        session.evaluate(TASK, DAY + timedelta(days=number))
    assert threading.active_count() == threads
    assert "durable.engine" not in sys.modules  # which starts two of them
    handle = session._engine._rules._handle
    assert durable_rules_engine.get_facts(handle, "0") == "[]"
    assert durable_rules_engine.get_events(handle, "0") == "[]"


def test_two_sessions_do_not_disturb_each_other() -> None:
    need_durable()
    regulations = [dr.load(pack) for pack in PACKS] + [dr.load("kon-tum", readings={"in-progress-is-not-done": "no_status"}), KON_TUM]
    sessions = [durable_rules.session(regulation) for regulation in regulations]
    for day in range(20):
        for regulation, session in zip(regulations, sessions, strict=True):
            as_of = date(2026, 11, 10) + timedelta(days=day)
            assert session.evaluate(TASK, as_of) == regulation.evaluate(TASK, as_of)


def test_threads_wait_for_each_other(session: durable_rules.Session) -> None:
    days = [date(2026, 11, 1) + timedelta(days=number % 40) for number in range(400)]
    others = [durable_rules.session(KON_TUM) for _ in range(3)]

    def ask(numbered: tuple[int, date]) -> dr.Evaluation:
        number, day = numbered
        session.tell(f"T-{number % 7}", due_on=date(2026, 11, 16))
        others[number % 3].evaluate(TASK, day)
        return session.evaluate(TASK, day)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, enumerate(days))) == [KON_TUM.evaluate(TASK, day) for day in days]


def test_more_rule_sets_than_the_library_has_contexts_come_and_go() -> None:
    """The library has 1,024 contexts; and unless its context is deleted first, a rule set that goes leaves its memory behind."""
    need_durable()
    rules = {f"r{number}": {"q": number} for number in range(8)}
    for number in range(1_500):
        assert DurableRuleSet(rules).match([{"q": 3, "n": number}]) == [("r3", {"q": 3, "n": number})]
    gc.collect()


def test_memory_stays_flat_over_30_000_events() -> None:
    """300,000 are told by the same program without options; a process of its own, so that nothing else weighs."""
    need_durable()
    program = [sys.executable, str(ROOT / "tests" / "benchmarks" / "soak_durable.py"), "--events", "30000", "--no-throughput"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"30,000 events, each with an answer: .*; 1 thread\n", done.stdout)


def test_a_session_does_not_pickle(session: durable_rules.Session) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(session)


# A difference raises, never passes.


def test_a_fact_that_no_rule_matches_or_that_stands_twice_raises() -> None:
    need_durable()
    rules = DurableRuleSet({"one": {"q": 1}, "two": {"q": 2, "late": 0}})
    for facts in ([{"q": 1}, {"q": 2, "late": 1}], [{"q": 1}, {"q": 1}], [{"q": 3}]):
        with pytest.raises(DurableMismatchError):
            rules.match(facts)
        assert sorted(rules.match([{"q": 1, "n": 7}, {"q": 2, "late": 0}])) == [("one", {"q": 1, "n": 7}), ("two", {"q": 2, "late": 0})]


def test_a_failure_inside_the_library_raises_and_the_next_question_is_answered(
    session: durable_rules.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    import durable_rules_engine

    def fail(*_: object) -> None:
        raise durable_rules_engine.error("broken")

    for name in ("assert_facts", "start_action_for_state", "complete_and_start_action", "retract_facts"):
        with monkeypatch.context() as patch:
            patch.setattr(durable_rules_engine, name, fail)
            with pytest.raises(DurableMismatchError, match=r"durable_rules failed on the facts .* broken"):
                session.evaluate(TASK, DAY)
        assert session.evaluate(TASK, DAY) == KON_TUM.evaluate(TASK, DAY)
    with monkeypatch.context() as patch:
        patch.setattr(durable_rules_engine, "retract_facts", lambda *_: (1, 1))
        with pytest.raises(DurableMismatchError, match="did not take back the facts"):
            session.evaluate(TASK, DAY)
    assert session.evaluate(TASK, DAY) == KON_TUM.evaluate(TASK, DAY)


def test_an_interrupted_question_leaves_nothing(session: durable_rules.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    import durable_rules_engine

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(durable_rules_engine, "complete_and_start_action", interrupt)
        with pytest.raises(KeyboardInterrupt):
            session.evaluate(TASK, DAY)
    assert session.evaluate(TASK, DAY) == KON_TUM.evaluate(TASK, DAY)


@pytest.mark.parametrize("broken", ["lost", "doubled", "another day"])
def test_an_answer_too_few_too_many_or_of_another_day_raises(session: durable_rules.Session, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    match = DurableRuleSet.match

    def wrong(self: DurableRuleSet, facts: Any) -> list[durable_rule_set.Answer]:
        found = match(self, facts)
        if broken == "another day":
            return [(name, {**fact, "day": 1} if "day" in fact else fact) for name, fact in found]
        return found[:-1] if broken == "lost" else [*found, found[-1]]

    monkeypatch.setattr(DurableRuleSet, "match", wrong)
    with pytest.raises(DurableMismatchError, match="the program is at fault"):
        session.evaluate(TASK, DAY)


def test_the_fields_of_facts_differ_in_the_hash_they_are_known_by() -> None:
    """FNV-1a of 32 bits: two names with one hash would be one field to the library."""

    def fnv(text: str) -> int:
        found = 0x811C9DC5
        for byte in text.encode("ascii"):
            found = (found ^ byte) * 0x01000193 % 2**32
        return found

    names = (*FIELDS, "id", "sid", "$s")
    assert fnv("id") == 926444256  # as the library has it
    assert len({fnv(name) for name in names}) == len(names)


# What is missing where it cannot be imported.


def test_available_is_true_where_it_can_be_imported(session: durable_rules.Session) -> None:
    assert durable_rules.available() == durable_rules.Available(None)
    assert durable_rules.available()


def _without(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int] = (3, 12), compiler: str | None = "/usr/bin/cc") -> str:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(durable_rule_set, "which", lambda name: compiler)
    found = durable_rules.available()
    assert not found
    with pytest.raises(MissingExtraError, match=re.escape(str(found.reason))):
        durable_rules.session(KON_TUM)
    return str(found.reason)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _without(monkeypatch) == "durable_rules is not installed: pip install 'deadline-rules[durable]'."
    assert "built by a C compiler, and none was found: install one first" in _without(monkeypatch, compiler=None)
    assert _without(monkeypatch, (3, 13)) == "durable_rules does not work on Python 3.13 or later; use Python 3.11 or 3.12."


def test_a_library_that_does_not_load_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "durable_rules_engine.py").write_text("raise ImportError('undefined symbol: _Py_x')\n", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "durable_rules_engine", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 12))
    reason = durable_rules.available().reason
    assert reason == "durable_rules is installed but cannot be imported (undefined symbol: _Py_x); install it anew, for this Python."


def test_the_package_imports_without_it() -> None:
    code = "import sys; sys.modules['durable_rules_engine'] = None; from deadline_rules import durable_rules; print(bool(durable_rules.available()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("place", ["docs/guide/durable-rules.md", "src/deadline_rules/durable_rules.py"])
def test_the_examples_run(place: str) -> None:
    """They run here and not with the other pages, since durable_rules is not there on every Python."""
    need_durable()
    text = (ROOT / place).read_text(encoding="utf-8")
    blocks = re.findall(r"^```py\n(.*?)^```$", text, re.M | re.S) if place.endswith(".md") else [text.split('"""')[1].replace("# doctest: +SKIP", "")]
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    messages: list[str] = []
    scope: dict[str, Any] = {}
    for block in blocks:
        test = doctest.DocTestParser().get_doctest(block, scope, place, place, 0)
        runner.run(test, out=messages.append, clear_globs=False)
        scope = test.globs
    assert runner.summarize(verbose=False).attempted
    assert messages == []
