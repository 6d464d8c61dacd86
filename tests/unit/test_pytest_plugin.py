"""The plugin of pytest: a test a case, named by it, failing with the difference; nothing where there are no rule files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from deadline_rules.rulebook.library import HOUSE_FILE, RULE_FILE
from deadline_rules.testing import pytest_plugin
from deadline_rules.testing.cases import CASES_FILE

ROOT = Path(__file__).resolve().parents[2]
MINIMAL = ROOT / "tests" / "rules" / "good" / "calendar-days.yaml"
# 10 days from Thursday 5/11/2026 end on Sunday 15/11 (tests/rules/test_rule_files.py); the second case is wrong on purpose.
CASES = """\
cases:
  - name: ten days
    why: 10 days from Thursday 5/11/2026
    task: {id: A, received_on: 2026-11-05}
    as_of: 2026-11-20
    expect: {deadlines: {answer: {due_on: 2026-11-15}}}
  - name: nine days
    why: wrong on purpose
    task: {id: B, received_on: 2026-11-05}
    as_of: 2026-11-20
    expect: {deadlines: {answer: {due_on: 2026-11-14}}}
"""


def collected(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A run of pytest of its own in `folder`, with this plugin and no other that is installed."""
    plugins = ["-p", "no:cacheprovider", "-p", "deadline_rules.testing.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", *plugins, "--rootdir", str(folder), "-rA", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder with a rule file and two cases, one of them wrong."""
    folder = tmp_path / "own"
    folder.mkdir()
    shutil.copy(MINIMAL, folder / RULE_FILE)
    (folder / CASES_FILE).write_text(CASES, encoding="utf-8")
    return folder


def test_a_case_is_a_test_of_its_name(pack: Path) -> None:
    done = collected(pack.parent)
    assert done.returncode == 1
    assert "PASSED own/cases.yaml::ten days" in done.stdout
    assert "FAILED own/cases.yaml::nine days" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_a_failure_is_the_difference_with_its_line_and_no_traceback(pack: Path) -> None:
    done = collected(pack.parent)
    assert f"{pack / CASES_FILE}:7: case 'nine days': answer.due_on should be 2026-11-14, not 2026-11-15" in done.stdout.splitlines()
    assert "Traceback" not in done.stdout + done.stderr
    assert "pytest_plugin.py" not in done.stdout


def test_one_case_can_be_chosen(pack: Path) -> None:
    done = collected(pack.parent, "own/cases.yaml", "-k", "ten")
    assert done.returncode == 0
    assert "1 passed, 1 deselected" in done.stdout


def test_only_what_is_asked_for_is_collected(pack: Path) -> None:
    other = pack.parent / "tests"
    other.mkdir()
    (other / "test_own.py").write_text("def test_own():\n    pass\n", encoding="utf-8")
    done = collected(pack.parent, "tests")
    assert done.returncode == 0
    assert "1 passed" in done.stdout
    assert "cases.yaml" not in done.stdout


def test_the_setting_switches_it_off(pack: Path) -> None:
    (pack.parent / "pytest.ini").write_text("[pytest]\ndeadline_rules_cases = false\n", encoding="utf-8")
    done = collected(pack.parent)
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    (pack.parent / "pytest.ini").write_text("[pytest]\ndeadline_rules_cases = true\n", encoding="utf-8")
    assert "1 failed, 1 passed" in collected(pack.parent).stdout


def test_malformed_cases_are_one_sentence(pack: Path) -> None:
    (pack / CASES_FILE).write_text(CASES.replace("    as_of: 2026-11-20\n", "", 1), encoding="utf-8")
    done = collected(pack.parent)
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert f"{pack / CASES_FILE}:2: cases[0]: a task needs as_of." in done.stdout.splitlines()
    assert "Traceback" not in done.stdout + done.stderr


def test_malformed_rules_are_one_sentence(pack: Path) -> None:
    text = (pack / RULE_FILE).read_text(encoding="utf-8").replace("within: {days: 10}", "within: {days: ten}")
    (pack / RULE_FILE).write_text(text, encoding="utf-8")
    done = collected(pack.parent)
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if "days: ten" in line)
    assert f"{pack / RULE_FILE}:{line}: deadlines[0].within.number: 'ten' is not a whole number of 0 to 9999." in done.stdout.splitlines()


def test_rules_without_an_answer_fail_the_cases(pack: Path) -> None:
    """The cell is only missed when the plan is made, by the first case."""
    text = (pack / RULE_FILE).read_text(encoding="utf-8").replace("[not_started, in_progress]", "not_started")
    (pack / RULE_FILE).write_text(text, encoding="utf-8")
    done = collected(pack.parent)
    assert "2 failed" in done.stdout
    assert re.search(r"case 'ten days': error should be none, not AmbiguousRuleError: .*no answer", done.stdout)


def test_two_cases_of_one_name_are_two_tests(pack: Path) -> None:
    (pack / CASES_FILE).write_text(CASES.replace("nine days", "ten days"), encoding="utf-8")
    done = collected(pack.parent)
    assert "PASSED own/cases.yaml::ten days\n" in done.stdout
    assert "FAILED own/cases.yaml::ten days (line 7)" in done.stdout
    assert "1 passed, 1 deselected" in collected(pack.parent, "own/cases.yaml", "-k", "not line").stdout


def test_a_rule_file_may_have_any_name_and_there_may_be_two(pack: Path) -> None:
    (pack / RULE_FILE).rename(pack / "my-province.yaml")
    assert "PASSED own/cases.yaml::ten days\n" in collected(pack.parent).stdout
    shutil.copy(pack / "my-province.yaml", pack / "other.yml")
    done = collected(pack.parent)
    assert "2 failed, 2 passed" in done.stdout
    assert "PASSED own/cases.yaml::ten days [my-province.yaml]" in done.stdout
    shutil.copy(pack / "other.yml", pack / RULE_FILE)  # the rule file of the folder is the one that counts
    assert "1 failed, 1 passed" in collected(pack.parent).stdout


def test_house_rules_are_held_to_their_cases(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules" / "examples" / "three-levels", tmp_path / "three-levels")
    assert (tmp_path / "three-levels" / HOUSE_FILE).is_file()
    number = len(re.findall(r"^ *- (?:\{)?name:", (tmp_path / "three-levels" / CASES_FILE).read_text(encoding="utf-8"), re.M))
    assert number > 3
    assert f"{number} passed" in collected(tmp_path).stdout


def test_every_case_of_the_packs_is_a_test() -> None:
    folders = [path.parent for path in (ROOT / "rules").rglob(CASES_FILE)]
    number = sum(len(re.findall(r"^ *- (?:\{)?name:", (folder / CASES_FILE).read_text(encoding="utf-8"), re.M)) for folder in folders)
    assert number > 300
    done = collected(ROOT / "rules", "--collect-only", "-q", "-c", os.devnull)
    assert f"{number} tests collected" in done.stdout


def test_the_tests_of_this_project_collect_none() -> None:
    assert not [path for folder in ("tests", "src") for path in (ROOT / folder).rglob(CASES_FILE) if path.parent != ROOT / "src" / "deadline_rules"]


def test_somebody_elses_cases_are_left_alone(tmp_path: Path) -> None:
    """Beside no rule file it is no file of worked cases, whatever it holds."""
    (tmp_path / CASES_FILE).write_text("- [not, ours\n", encoding="utf-8")
    (tmp_path / "config.yaml").write_text("id: config\n", encoding="utf-8")
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n", encoding="utf-8")
    done = collected(tmp_path)
    assert done.returncode == 0
    assert "1 passed" in done.stdout


def test_nothing_is_imported_where_there_are_no_cases(tmp_path: Path) -> None:
    heavy = ("pydantic", "yaml", "holidays", "hypothesis", "deadline_rules.rulebook", "deadline_rules.task", "deadline_rules.testing.cases")
    (tmp_path / "test_own.py").write_text(f"import sys\ndef test_own():\n    assert not set({heavy!r}) & set(sys.modules)\n", encoding="utf-8")
    done = collected(tmp_path)
    assert "1 passed" in done.stdout, done.stdout
    assert pytest_plugin._CASES_FILE == CASES_FILE


def test_pytest_finds_the_entry_point(pack: Path) -> None:
    """As installed: no option is needed."""
    assert [entry.value for entry in entry_points(group="pytest11", name="deadline_rules")] == ["deadline_rules.testing.pytest_plugin"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(pack.parent)]
    done = subprocess.run(command, cwd=pack.parent, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert "1 failed, 1 passed" in done.stdout
