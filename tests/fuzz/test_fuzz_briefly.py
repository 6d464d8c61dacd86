"""The fuzzer itself, for a short while: that it runs, and finds nothing anew."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from run import HERE, NAMES

_HAS_ATHERIS = importlib.util.find_spec("atheris") is not None
_HURRY = not (os.environ.get("CI") == "true" or os.environ.get("REQUIRE_ALL"))
_SECONDS = 10 if _HURRY else 60  # for all targets together


def test_atheris_is_there_where_all_is_required() -> None:
    """It is built for Linux."""
    if os.environ.get("REQUIRE_ALL") and sys.platform == "linux":
        assert _HAS_ATHERIS, "fuzzing needs atheris: pip install 'deadline-rules[fuzz]'"


@pytest.mark.skipif(not _HAS_ATHERIS, reason="fuzzing needs atheris, which is not installed")
def test_nothing_is_found(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        # One course, the same every time: what a longer run finds on another one is put into the corpus, and replayed from then on.
        [sys.executable, str(HERE / "run.py"), "--seconds", str(_SECONDS), "--jobs", "2", "--seed", "1", "--out", str(tmp_path / "faults")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert sorted(line.split(":")[0] for line in lines) == sorted(NAMES)
    for line in lines:
        runs, edges = (int(part.split()[0].replace(",", "")) for part in line.split(": ")[1].split(", ")[:2])
        assert runs > 0, line
        assert edges > 0, line


@pytest.mark.skipif(not _HAS_ATHERIS, reason="fuzzing needs atheris, which is not installed")
def test_a_fault_is_found(tmp_path: Path) -> None:
    """A target that fails ends the run with status 1, the input that shows it, and how to replay it."""
    code = "import targets, run, sys\ndef broken(data):\n    raise LookupError('broken')\ntargets.TARGETS['yaml'] = broken\nsys.exit(run.main())\n"
    program = tmp_path / "broken.py"
    program.write_text(f"import sys\nsys.path.insert(0, {str(HERE)!r})\n{code}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program), "yaml", "--child", "--", "-runs=100", f"-artifact_prefix={tmp_path}/yaml-"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 77, done.stderr
    assert "LookupError: broken" in done.stdout + done.stderr
    (crash,) = tmp_path.glob("yaml-crash-*")
    again = subprocess.run([sys.executable, str(program), "yaml", "--replay", str(crash)], capture_output=True, text=True, timeout=300, check=False)
    assert again.returncode == 1
    assert "LookupError: broken" in again.stderr
