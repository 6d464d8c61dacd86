"""The lock files are in step with pyproject.toml, hold a hash for every package, and name no place."""

import lock
import pytest
from audit import Verdict, verdict
from environments import READERS, interpreter
from packaging.requirements import Requirement
from project import PYTHONS, JobError, extras, named

HASH = "--hash=sha256:" + "a" * 64


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", lock.HOLDS)
def test_a_lock_is_in_step(name: str, python: str) -> None:
    pins = lock.read((lock.LOCKS / name).read_text(encoding="utf-8"))
    assert lock.faults(pins, lock.required(name), python) == []


def test_every_extra_is_locked() -> None:
    held = {str(requirement) for name in lock.HOLDS for requirement in lock.required(name)}
    assert {str(requirement) for requirements in extras().values() for requirement in requirements} <= held


def test_the_locks_agree() -> None:
    """One package has one version in all of them, for each marker."""
    pins = [pin for name in lock.HOLDS for pin in lock.read((lock.LOCKS / name).read_text(encoding="utf-8"))]
    for python in PYTHONS:
        chosen: dict[str, object] = {}
        for pin in pins:
            if pin.applies(lock.environment(python)):
                assert chosen.setdefault(pin.name, pin.version) == pin.version, pin.name


@pytest.mark.parametrize(
    ("text", "needed", "found"),
    [
        (f"a==1.0 \\\n    {HASH}\n", "a>=1", []),
        (f"a==1.0 \\\n    {HASH}\n", "a>=2", ["a: locked at 1.0, pyproject.toml asks for >=2"]),
        (f"a==1.0 \\\n    {HASH}\n", "b", ["b: not in the lock"]),
        (f"a==1.0 \\\n    {HASH}\n", "b; python_version < '3.12'", []),
        (f"a-b==1.0 \\\n    {HASH}\n", "A_b>=1", []),
        ("a==1.0\n", "a", ["a: no hash"]),
        (f"a==1.0 {HASH}\na==2.0 {HASH}\n", "a", ["a: two versions"]),
        (f"a==1.0 ; python_full_version < '3.12' \\\n    {HASH}\na==2.0 ; python_full_version >= '3.12' \\\n    {HASH}\n", "a>=2", []),
        (f"a==1.0 ; python_full_version < '3.12' \\\n    {HASH}\n", "a", ["a: not in the lock"]),
    ],
)
def test_a_lock_that_is_out_of_step_is_noticed(text: str, needed: str, found: list[str]) -> None:
    """On Python 3.13."""
    assert lock.faults(lock.read(text), [Requirement(needed)], "3.13") == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a>=1.0", "pins nothing: 'a>=1.0'"),
        ("-e .", "pins nothing"),
        ("--index-url x", "names a place"),
        ("a @ https://example.org/a.whl", "names a place"),
        ("/srv/wheels/a.whl", "names a place"),
        ("./a.whl", "names a place"),
    ],
)
def test_a_lock_holds_pins_alone(line: str, words: str) -> None:
    with pytest.raises(JobError, match=words):
        lock.read(f"# a comment\n{line}\n")


def package(name: str, *vulnerabilities: str) -> dict[str, object]:
    return {"name": name, "version": "1.0", "vulns": [{"id": id, "fix_versions": [], "description": ""} for id in vulnerabilities]}


def skipped(name: str) -> dict[str, object]:
    return {"name": name, "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "expected", "words"),
    [
        ([package("a"), package("b")], Verdict(2, (), ()), "2 packages, no known vulnerability."),
        (
            [package("a"), skipped("b")],
            Verdict(1, ("b",), ()),
            "1 packages have no known vulnerability; NOT CHECKED, the database has nothing on: b.",
        ),
        ([skipped("a"), skipped("b")], Verdict(0, ("a", "b"), ()), "NOT CHECKED"),
        ([], Verdict(0, (), ()), "NOT CHECKED"),
        ([package("a", "X-1", "X-2"), skipped("b")], Verdict(1, ("b",), ("a 1.0 (X-1, X-2)",)), "known vulnerabilities: a 1.0 (X-1, X-2)."),
    ],
)
def test_an_audit_calls_nothing_clean_that_was_not_looked_up(packages: list[dict[str, object]], expected: Verdict, words: str) -> None:
    found = verdict({"dependencies": packages, "fixes": []})
    assert found == expected
    assert words in found.sentence("dev.txt")
    assert ("no known" in words) == bool(expected.checked and not expected.known)


def test_the_jobs_find_their_python_and_their_readers() -> None:
    assert interpreter("3.0") is None
    assert any(interpreter(version) for version in PYTHONS)
    assert len(named(READERS, "dev")) == len(READERS)
