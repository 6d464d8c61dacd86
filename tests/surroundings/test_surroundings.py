"""Results depend on the task, the rules and the day alone: not on the machine's zone, language or hash seed, nor on threads and processes."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from answers import digest, regulations, sample

import deadline_rules as dr

PROGRAM: Final = Path(__file__).with_name("answers.py")
THREADS: Final = 8
TASKS: Final = sample()
ELSEWHERE: Final = {
    "a day ahead": {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
    "a day behind": {"TZ": "Etc/GMT+12", "PYTHONHASHSEED": "4294967295"},
    "no language": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "0"},
    "another language": {"LC_ALL": "vi_VN.UTF-8", "LANGUAGE": "vi", "TZ": "America/New_York"},
    "optimised": {"PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "7"},
}


def program(*args: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    """The program in other surroundings; what is measured there is not this test's concern."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")} | surroundings
    return subprocess.run([sys.executable, str(PROGRAM), *args], env=environment, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    """The digest of every regulation, in this process."""
    return {regulation.id: digest(regulation, TASKS) for regulation in regulations()}


def test_the_answers_differ_where_they_should(here: dict[str, str]) -> None:
    """Or equal digests would show nothing."""
    assert len(set(here.values())) == len(here) == len(dr.available())
    assert digest(regulations()[0], TASKS[1:]) not in here.values()


@pytest.mark.parametrize("surroundings", ELSEWHERE.values(), ids=list(ELSEWHERE))
def test_zone_language_and_hash_seed_do_not_matter(surroundings: dict[str, str], here: dict[str, str]) -> None:
    done = program(**surroundings)
    assert (done.returncode, done.stderr) == (0, "")
    assert dict(line.split() for line in done.stdout.splitlines()) == here


@pytest.fixture
def often_switched() -> Iterator[None]:
    """Threads that take turns every few instructions, so that what can go wrong between two of them does."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("often_switched")
def test_eight_threads_share_one_regulation(here: dict[str, str]) -> None:
    """All begin at once on one fresh regulation, whose tables none has made yet."""
    for regulation in regulations():
        start = threading.Barrier(THREADS)

        def job(number: int, regulation: dr.Regulation = regulation, start: threading.Barrier = start) -> str:
            start.wait()
            if number % 2:  # half of them go through the tasks by the table first
                regulation.tables()
            return digest(regulation, TASKS)

        with ThreadPoolExecutor(THREADS) as pool:
            assert set(pool.map(job, range(THREADS))) == {here[regulation.id]}


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_processes_share_one_regulation(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system does not start processes by {method}")
    done = program(method)
    assert (done.returncode, done.stderr) == (0, "")


def test_memory_stays_flat_over_two_million_evaluations() -> None:
    done = program("soak", "2000000")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith("2,000,000 evaluations")
