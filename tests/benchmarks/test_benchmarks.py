"""`make bench`: how long the everyday things take, with peers beside them where there are some. Figures, not tests of time."""

import subprocess
import sys
from datetime import date
from itertools import combinations
from typing import Any

import holidays
import pytest

import deadline_rules as dr

TASK = dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
DAY = date(2026, 11, 20)
PACKS = ("kon-tum", "so-nn", "yen-the", "ben-tre", "can-tho")
START = date(2026, 3, 2)


@pytest.mark.parametrize("pack", PACKS)
def test_evaluate(benchmark: Any, pack: str) -> None:
    regulation = dr.load(pack)
    regulation.evaluate(TASK, DAY)  # the calendar makes its table on first use
    benchmark(regulation.evaluate, TASK, DAY)


@pytest.mark.parametrize("pack", PACKS)
def test_classify(benchmark: Any, pack: str) -> None:
    regulation = dr.load(pack)
    assert benchmark(regulation.classify, TASK, DAY) == regulation.evaluate(TASK, DAY).status


def test_make_a_task(benchmark: Any) -> None:
    benchmark(lambda: dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4)))


def test_calendar_add_10(benchmark: Any) -> None:
    """10 working days from Monday 2/3/2026 end on Monday 16/3."""
    assert benchmark(dr.vietnam().add, START, 10) == date(2026, 3, 16)


def test_peer_holidays_get_nth_working_day(benchmark: Any) -> None:
    peer = holidays.country_holidays("VN", years=range(2025, 2028), language="vi")
    assert benchmark(peer.get_nth_working_day, START, 10) == date(2026, 3, 16)


def test_calendar_count(benchmark: Any) -> None:
    assert benchmark(dr.vietnam().count, START, date(2026, 3, 16)) == 10


@pytest.mark.parametrize("pack", PACKS)
def test_load(benchmark: Any, pack: str) -> None:
    benchmark(dr.load, pack)


def test_compare_all_five(benchmark: Any) -> None:
    """Wanted: under 300 ms."""
    assert len(benchmark(dr.compare, PACKS).sides) == 5


@pytest.mark.parametrize("pair", list(combinations(PACKS, 2)))
def test_witnesses_of_a_pair(benchmark: Any, pair: tuple[str, str]) -> None:
    """Wanted: under 1 s."""
    compared = dr.compare(pair)
    assert benchmark(compared.witnesses, date(2026, 11, 20))


def _in_a_new_process(code: str) -> float:
    """Seconds that `code` takes inside a new interpreter, its start not counted."""
    timed = f"import time; start = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize(
    "code", ["import deadline_rules", "import deadline_rules as dr; dr.load('kon-tum')", "import deadline_rules as dr; dr.vietnam().version"]
)
def test_from_a_cold_start(benchmark: Any, code: str) -> None:
    """A new process each time; what the benchmark shows is the time inside it (extra_info), the table the whole process."""
    inside: list[float] = []
    benchmark.pedantic(lambda: inside.append(_in_a_new_process(code)), rounds=7)
    benchmark.extra_info["seconds inside"] = sorted(inside)[len(inside) // 2]
    sys.stderr.write(f"\n{code}: {sorted(inside)[len(inside) // 2] * 1000:.0f} ms inside the process\n")
