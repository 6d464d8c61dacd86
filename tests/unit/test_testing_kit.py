"""The strategies that are shipped: what they draw is valid, meets the boundaries, shrinks; and what is malformed is refused where it says.

The days expected here are worked out from the papers: Tết by the lunar new year (10/2/2024, 29/1/2025, 17/2/2026, 6/2/2027), swaps by
2450/VPCP-KGVX (29/4/2024 for 4/5/2024), 8726/VPCP-KGVX (2/5/2025 for 26/4/2025), 9441/TB-BNV (31/8/2026 for 22/8/2026) and 12729/VPCP-KGVX
(2/1/2026 for 10/1/2026).
"""

from __future__ import annotations

import calendar
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from importlib.metadata import entry_points
from itertools import pairwise, product
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS, RECORD_FIELDS
from deadline_rules.errors import CalendarHorizonError, DayError, RuleFileError
from deadline_rules.files.yaml_source import parse
from deadline_rules.plan.compile import compile_plan
from deadline_rules.rulebook.library import Pack, pack_from
from deadline_rules.testing import _hypothesis_entry
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.malformed import MalformedRuleFile, malformed_rule_files
from deadline_rules.testing.rule_files import pack_of, rule_files, rule_sets, written
from deadline_rules.testing.rule_parts import Form
from deadline_rules.testing.strategies import as_of_days, days, extensions, histories, readings, regulations, suspensions, tasks

ONE_DAY = timedelta(days=1)
SWAPS = [
    date(2024, 4, 29),
    date(2024, 5, 4),
    date(2025, 5, 2),
    date(2025, 4, 26),
    date(2026, 8, 31),
    date(2026, 8, 22),
    date(2026, 1, 2),
    date(2026, 1, 10),
]
NEW_YEARS = [date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6)]
RULES = Path(__file__).parents[1] / "rules"

Drawn = TypeVar("Drawn")


def drawn(strategy: st.SearchStrategy[Drawn], number: int = 1000) -> list[Drawn]:
    """The same examples every time."""
    found: list[Drawn] = []

    @settings(max_examples=number, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draw(value: Drawn) -> None:
        found.append(value)

    draw()
    return found


def days_in(task: dr.Task) -> list[date]:
    found = [getattr(task, field) for field in DAY_FIELDS]
    found += [day for extension in task.extensions for day in (extension.granted_on, extension.due_on)]
    found += [day for suspension in task.suspensions for day in (suspension.since, suspension.until)]
    return [day for day in found if day is not None]


BOUNDARIES: dict[str, Callable[[date], bool]] = {
    "a swapped day": lambda day: day in SWAPS,
    "the day before a swapped day": lambda day: day + ONE_DAY in SWAPS,
    "the first day of the lunar year": lambda day: day in NEW_YEARS,
    "the eve of the lunar year": lambda day: day + ONE_DAY in NEW_YEARS,
    "a day of Tết": lambda day: any(-1 <= (day - first).days <= 2 for first in NEW_YEARS),
    "the end of a month": lambda day: day.day == calendar.monthrange(day.year, day.month)[1],
    "the end of a quarter": lambda day: (day.month, day.day) in ((3, 31), (6, 30), (9, 30), (12, 31)),
    "the end of a year": lambda day: (day.month, day.day) == (12, 31),
    "the first day of a year": lambda day: (day.month, day.day) == (1, 1),
    "a leap day": lambda day: (day.month, day.day) == (2, 29),
    "National Day": lambda day: (day.month, day.day) == (9, 2),
    "a plain day": lambda day: 10 <= day.day <= 20 and day.month in (3, 6, 7) and day.weekday() < 5,
}


class TestDays:
    def test_boundaries_are_met(self) -> None:
        found = drawn(days())
        assert {name: sum(map(holds, found)) > 0 for name, holds in BOUNDARIES.items()} == dict.fromkeys(BOUNDARIES, True)

    def test_boundaries_are_met_far_more_often_than_by_chance(self) -> None:
        """Of 1461 days one is a leap day, and four are the eve of a lunar year: of a thousand plain days not one and not three on average."""
        found = drawn(days())
        assert sum(map(BOUNDARIES["a leap day"], found)) > 8
        assert sum(map(BOUNDARIES["the eve of the lunar year"], found)) > 5

    def test_bounds_are_kept(self) -> None:
        since, until = date(2026, 1, 2), date(2026, 2, 20)
        found = drawn(days(since=since, until=until), 400)
        assert {since, until} <= set(found)
        assert min(found) == since
        assert max(found) == until

    def test_bounds_beyond_the_decisions_are_kept(self) -> None:
        assert all(day >= date(2090, 3, 1) for day in drawn(days(since=date(2090, 3, 1)), 50))
        assert all(day <= date(1990, 2, 1) for day in drawn(days(until=date(1990, 2, 1)), 50))
        assert drawn(days(since=date(2026, 3, 3), until=date(2026, 3, 3)), 5)[0] == date(2026, 3, 3)

    def test_bounds_the_wrong_way_round_are_refused(self) -> None:
        with pytest.raises(DayError, match="since 2026-02-01 lies after until 2026-01-01"):
            days(since=date(2026, 2, 1), until=date(2026, 1, 1))
        with pytest.raises(CalendarHorizonError, match="1989-12-31"):
            tasks(since=date(1989, 12, 31))

    def test_a_closure_of_the_host_is_a_boundary(self) -> None:
        """Monday 13 July 2026 is an ordinary working day otherwise."""
        storm = dr.vietnam(extra=[dr.closure("storm", off=[date(2026, 7, 13)])])
        found = Counter(drawn(days(calendar=storm, since=date(2026, 7, 1), until=date(2026, 7, 31)), 300))
        plain = Counter(drawn(days(since=date(2026, 7, 1), until=date(2026, 7, 31)), 300))
        assert found[date(2026, 7, 13)] > 2 * plain[date(2026, 7, 13)]
        assert found[date(2026, 7, 12)] > 2 * plain[date(2026, 7, 12)]

    def test_the_day_a_regulation_took_effect_is_a_boundary(self) -> None:
        """In force from 9/5/2016, in none of the years of plain days."""
        found = Counter(drawn(days(regulation=dr.load("kon-tum"))))
        assert found[date(2016, 5, 9)] > 0
        assert found[date(2016, 5, 8)] > 0


class TestTasks:
    def test_due_days_meet_the_boundaries(self) -> None:
        due = [task.due_on for task in drawn(tasks()) if task.due_on]
        single = ("National Day", "the eve of the lunar year", "the first day of the lunar year")  # one day of each year is met, or it is not
        expected = {name: holds for name, holds in BOUNDARIES.items() if name not in single}
        assert {name: sum(map(holds, due)) > 0 for name, holds in expected.items()} == dict.fromkeys(expected, True)

    def test_everything_is_drawn(self) -> None:
        found = drawn(tasks(extensions=True, suspensions=True, texts=True), 500)
        for field in (*DAY_FIELDS, *RECORD_FIELDS):
            assert {getattr(task, field) is None for task in found} == {True, False}, field
        assert {task.secrecy for task in found} == {"normal", "mật", "tối mật", "tuyệt mật"}
        assert {(task.urgent, task.complex, task.routine) for task in found} == set(product((True, False), repeat=3))
        assert {task.assigned_by for task in found} == {"superior", "chair"}
        assert {len(task.extensions) for task in found} == {0, 1, 2, 3}
        assert {len(task.suspensions) for task in found} == {0, 1, 2, 3}
        assert {task.suspensions[-1].until is None for task in found if task.suspensions} == {True, False}

    def test_options_that_are_off_draw_nothing(self) -> None:
        for task in drawn(tasks(), 200):
            assert not task.extensions
            assert not task.suspensions
            assert all(getattr(task, field) is None for field in RECORD_FIELDS)
            assert task.id == "T"

    def test_ids_are_the_callers(self) -> None:
        assert {task.id for task in drawn(tasks(ids=st.sampled_from(["A", "B"])), 50)} == {"A", "B"}

    def test_days_keep_to_the_bounds(self) -> None:
        since, until = date(2026, 1, 1), date(2026, 3, 31)
        for task in drawn(tasks(since=since, until=until, extensions=True, suspensions=True), 300):
            assert all(since <= day <= until for day in days_in(task))

    def test_tasks_at_the_end_of_the_calendar_are_drawn(self) -> None:
        """A period beyond the horizon ends at the horizon, not in an error."""
        found = drawn(tasks(regulation=dr.load("kon-tum"), since=date(2100, 12, 27)), 200)
        assert any(date(2100, 12, 31) in days_in(task) for task in found)

    def test_days_lie_where_a_period_ends_and_beside_it(self) -> None:
        """The rule gives 10 days from the receipt; two days of one task are 9, 10 and 11 days apart."""
        ten_days = dr.load(RULES / "good" / "calendar-days.yaml")
        apart = Counter((other - one).days for task in drawn(tasks(regulation=ten_days), 600) for one in days_in(task) for other in days_in(task))
        without = Counter((other - one).days for task in drawn(tasks(), 600) for one in days_in(task) for other in days_in(task))
        assert all(apart[number] > without[number] for number in (9, 10, 11))

    @pytest.mark.parametrize("pack", [pack.id for pack in dr.available()])
    def test_every_regulation_takes_them(self, pack: str) -> None:
        regulation = dr.load(pack)
        pairs = tasks(regulation=regulation, extensions=True, suspensions=True).flatmap(
            lambda task: st.tuples(st.just(task), as_of_days(regulation, task))
        )
        found = drawn(pairs, 500)
        told = {regulation.evaluate(task, as_of).timeliness for task, as_of in found}
        assert {"in_time", "overdue", "no_deadline"} <= told
        assert min(as_of for _, as_of in found) == regulation.plan.in_force_from

    def test_days_asked_about_lie_at_the_due_day_and_beside_it(self) -> None:
        task = dr.Task(id="T", due_on=date(2026, 7, 15))
        found = Counter(drawn(as_of_days(dr.load("kon-tum"), task), 300))
        assert all(found[date(2026, 7, number)] > 0 for number in (14, 15, 16))

    def test_they_shrink_to_little(self) -> None:
        assert find(tasks(extensions=True, suspensions=True, texts=True), lambda task: True) == dr.Task(id="T")
        due = find(tasks(), lambda task: task.due_on is not None, settings=settings(derandomize=True, database=None))
        assert len(days_in(due)) == 1
        later = find(days(), lambda day: day >= date(2026, 3, 3), settings=settings(derandomize=True, database=None))
        assert later == date(2026, 3, 3)

    @given(extensions(), suspensions(), readings(), calendars())
    def test_the_parts_are_valid(
        self, extension: dr.Extension, suspension: dr.Suspension, chosen: dict[str, object], known: dr.WorkingCalendar
    ) -> None:
        task = dr.Task(id="T", due_on=extension.due_on - timedelta(days=1), extensions=(extension,), suspensions=(suspension,))
        rules = dr.load("so-nn", readings=chosen, calendar=known)
        assert rules.evaluate(task, max(rules.plan.in_force_from, extension.granted_on)).task_id == "T"

    def test_calendars_differ(self) -> None:
        found = drawn(calendars(), 150)
        assert found[0] is dr.vietnam()
        assert {known.known_on is None for known in found} == {True, False}
        assert {bool(known.extra) for known in found} == {True, False}
        assert {known.is_working(date(2026, 1, 2)) for known in found} == {True, False}  # announced on 25/12/2025

    def test_regulations_are_those_that_are_available(self) -> None:
        assert {regulation.id for regulation in drawn(regulations(), 60)} == {pack.id for pack in dr.available()}


class TestHistories:
    @given(histories())
    @settings(max_examples=300)
    def test_days_grow_and_every_entry_says_something_new(self, steps: list[tuple[date, dr.Task]]) -> None:
        assert steps
        assert len({task.id for _, task in steps}) == 1
        for (day, task), (later, changed) in pairwise(steps):
            assert day < later
            assert task != changed

    @given(histories())
    @settings(max_examples=300)
    def test_nothing_that_happened_is_entered_before_it_did(self, steps: list[tuple[date, dr.Task]]) -> None:
        for entered, task in steps:
            happened = [getattr(task, field) for field in DAY_FIELDS if field not in ("due_on", "assigned_on", "issued_on")]
            happened += [extension.granted_on for extension in task.extensions] + [suspension.since for suspension in task.suspensions]
            assert all(day is None or day <= entered for day in happened)

    def test_all_kinds_of_steps_are_drawn(self) -> None:
        found = drawn(histories(), 400)
        pairs = [pair for steps in found for pair in pairwise(steps)]
        withdrawn = [one for (_, one), (_, other) in pairs if one.due_on and other.due_on is None]
        assert withdrawn
        assert any(task.extensions for task in withdrawn)
        assert any(one.due_on is None and other.due_on for (_, one), (_, other) in pairs)
        assert any(len(one.extensions) < len(other.extensions) for (_, one), (_, other) in pairs)
        assert any(
            one.suspensions and one.suspensions[-1].until is None and len(one.suspensions) == len(other.suspensions) and other.suspensions[-1].until
            for (_, one), (_, other) in pairs
        )
        late = [day - task.completed_on for steps in found for day, task in steps[-1:] if task.completed_on]
        assert any(delay > timedelta(0) for delay in late)
        assert any(delay == timedelta(0) for delay in late)

    def test_options_that_are_off_draw_nothing(self) -> None:
        for steps in drawn(histories(extensions=False, suspensions=False, ids=st.just("A")), 100):
            assert all((task.id, task.extensions, task.suspensions) == ("A", (), ()) for _, task in steps)

    def test_they_shrink_to_one_entry(self) -> None:
        steps = find(histories(), lambda steps: True)
        assert [task for _, task in steps] == [dr.Task(id="T")]


class TestRuleFiles:
    @given(rule_files())
    def test_what_is_written_is_read_again(self, data: Form) -> None:
        raw, lines = written(data)
        source = parse(raw)
        assert source.data == data
        assert source.lines == lines
        assert pack_from(source).rules == pack_of(data).rules

    @given(rule_sets(), readings())
    def test_rule_sets_are_valid_under_all_readings(self, pack: Pack, chosen: dict[str, object]) -> None:
        assert compile_plan(pack, chosen).regulation == "generated"

    @given(malformed_rule_files())
    @settings(max_examples=250, suppress_health_check=list(HealthCheck))
    def test_malformed_files_are_refused_in_the_line_of_the_defect(self, file: MalformedRuleFile) -> None:
        with pytest.raises(RuleFileError) as caught:
            compile_plan(pack_from(parse(file.raw, "own.yaml")))
        assert file.line is None or caught.value.line == file.line
        assert caught.value.line is not None or file.defect == "an empty file"
        assert "\n" not in str(caught.value)

    def test_every_defect_is_drawn(self) -> None:
        found = Counter(file.defect for file in drawn(malformed_rule_files(), 500))
        expected = {"an unknown key", "a missing key", "a key that stands twice", "a day that is none", "an anchor", "a tag", "an unknown reading"}
        expected |= {"two rules for one cell", "no rule for a cell", "too deep nesting", "bytes that are not UTF-8", "not YAML", "an id used twice"}
        expected |= {"text where a list is needed", "a list where text is needed", "a second document", "an empty file", "a step after itself"}
        assert expected <= set(found)

    def test_load_refuses_them_too(self, tmp_path: Path) -> None:
        for number, file in enumerate(drawn(malformed_rule_files(), 60)):
            path = tmp_path / f"own-{number}.yaml"
            path.write_bytes(file.raw)
            with pytest.raises(RuleFileError):
                dr.load(path)


def run(code: str) -> str:
    """What a Python of its own prints."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class TestHypothesisEntry:
    def test_types_have_their_strategies(self) -> None:
        _hypothesis_entry.register()
        assert {type(found) for found in drawn(st.from_type(dr.Task), 20)} == {dr.Task}
        assert any(extension.due_on > extension.granted_on for extension in drawn(st.from_type(dr.Extension), 50))
        assert any(suspension.until is None for suspension in drawn(st.from_type(dr.Suspension), 50))
        assert any(known.known_on for known in drawn(st.from_type(dr.WorkingCalendar), 50))
        assert {regulation.id for regulation in drawn(st.from_type(dr.Regulation), 60)} == {pack.id for pack in dr.available()}

    def test_nothing_heavy_is_imported_before_a_type_is_used(self) -> None:
        code = (
            "import sys\nfrom deadline_rules.testing._hypothesis_entry import register\nregister()\n"
            "print([name for name in ('pydantic', 'holidays', 'yaml', 'deadline_rules.task') if name in sys.modules])\n"
            "import deadline_rules as dr\nfrom hypothesis import strategies as st\n"
            "dr.Task\nprint('deadline_rules.testing.strategies' in sys.modules)\n"
            "print(st.from_type(dr.Task).validate(), 'deadline_rules.testing.strategies' in sys.modules)"
        )
        assert run(code).splitlines() == ["[]", "False", "None True"]

    @pytest.mark.parametrize("use", ["from deadline_rules import Task", "import deadline_rules as dr; dr.load; from deadline_rules.task import Task"])
    def test_types_imported_before_and_after_are_registered(self, use: str) -> None:
        entry = "from deadline_rules.testing._hypothesis_entry import register; register()"
        drawn_from = "from hypothesis import find, strategies as st; print(find(st.from_type(Task), lambda task: True).id)"
        assert run("\n".join([use, entry, drawn_from])) == "T"
        assert run("\n".join([entry, use, drawn_from])) == "T"

    def test_a_strategy_that_a_host_registers_stays(self) -> None:
        code = (
            "from deadline_rules.testing._hypothesis_entry import register; register()\n"
            "import deadline_rules as dr\nfrom hypothesis import find, strategies as st\n"
            "st.register_type_strategy(dr.Task, st.just(dr.Task(id='mine')))\ndr.load, dr.compare\nregister()\n"
            "print(find(st.from_type(dr.Task), lambda task: True).id)"
        )
        assert run(code) == "mine"

    def test_hypothesis_finds_the_entry_point(self) -> None:
        """As installed: `import hypothesis` alone is enough."""
        assert [entry.value for entry in entry_points(group="hypothesis", name="deadline_rules")] == [
            "deadline_rules.testing._hypothesis_entry:register"
        ]
        code = "from hypothesis import find, strategies as st\nimport deadline_rules as dr\nprint(find(st.from_type(dr.Task), lambda task: True).id)"
        assert run(code) == "T"


class TestWithoutHypothesis:
    def test_the_kit_and_the_cases_need_no_hypothesis(self) -> None:
        code = (
            "import sys\nsys.modules['hypothesis'] = None\nimport deadline_rules.testing\nprint('pydantic' in sys.modules)\n"
            "from deadline_rules.testing.cases import read_cases\nprint(read_cases.__name__)"
        )
        assert run(code).splitlines() == ["False", "read_cases"]

    @pytest.mark.parametrize("module", ["strategies", "days", "calendars", "rule_files", "rule_parts", "malformed"])
    def test_strategies_name_the_extra(self, module: str) -> None:
        code = (
            "import sys\nsys.modules['hypothesis'] = None\nfrom deadline_rules.errors import MissingExtraError\n"
            f"try:\n    import deadline_rules.testing.{module}\nexcept MissingExtraError as error:\n    print(error)"
        )
        assert "needs the extra 'testing' (hypothesis is missing): pip install 'deadline-rules[testing]'." in run(code)
