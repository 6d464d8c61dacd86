"""The wheel and the sdist hold the rules, and a regulation loads from them alone."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
USE = """
import deadline_rules as dr
from datetime import date
assert dr.__file__.startswith({where!r}), dr.__file__
from deadline_rules.files.packaged import rules_folder
assert str(rules_folder()).startswith({where!r}), rules_folder()
result = dr.load("kon-tum").evaluate(dr.Task(id="T", due_on=date(2026, 11, 16)), date(2026, 11, 20))
print(len(dr.available()), result.working_days_left)
"""


def environment(path: Path) -> dict[str, str]:
    """An environment that finds the package in `path` alone; what is built here is not measured for coverage."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")} | {"PYTHONPATH": str(path)}


def build(source: Path, out: Path, kind: str) -> Path:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out)], cwd=source, check=True, capture_output=True)
    return next(out.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


def use(folder: Path) -> str:
    """What the package in `folder` answers, in a program that cannot see the checkout."""
    done = subprocess.run(
        [sys.executable, "-c", USE.format(where=str(folder))], cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build(ROOT, folder, "sdist")) as archive:
        archive.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.is_dir())


@pytest.mark.parametrize("origin", ["checkout", "sdist"])
def test_the_wheel_brings_its_rules(origin: str, sdist: Path, tmp_path: Path) -> None:
    wheel = build(ROOT if origin == "checkout" else sdist, tmp_path / "dist", "wheel")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")  # noqa: S202  # the wheel built a moment ago
    assert "deadline_rules/py.typed" in names
    assert {"deadline_rules/formats/page/style.css", "deadline_rules/formats/page/script.js"} <= {*names}
    for pack in ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the"):
        for file in ("regulation", "provisions", "cases"):
            assert f"deadline_rules/rules/{pack}/{file}.yaml" in names
    for example in ("ben-tre-internal", "three-levels"):
        assert {f"deadline_rules/rules/examples/{example}/{file}.yaml" for file in ("house", "cases")} <= set(names)
    assert use(tmp_path / "site") == "5 -4"


def test_the_sdist_works_unpacked(sdist: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", USE.format(where=str(sdist))], cwd=sdist, env=environment(sdist / "src"), capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "5 -4", done.stderr
