"""Every file of the corpus, and every bomb, gives a result or an error of the library, with little memory and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bombs import BOMBS, MIB, made
from run import CORPORA, HERE, NAMES, folders
from targets import TARGETS

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory of a process is limited the way Linux does it")

_SMALL = 500_000  # bytes of the corpus


def replayed(target: str, *inputs: str) -> list[tuple[str, int, int, str]]:
    """The inputs, each with its size, how it ended, and what it wrote."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}  # which makes it slower
    environment |= {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}  # others set address space aside
    done = subprocess.run(
        [sys.executable, str(HERE / "replay.py"), target, *inputs], env=environment, capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("target", NAMES)
def test_the_corpus(target: str) -> None:
    found = replayed(target, *map(str, folders(target)))
    assert len(found) == sum(1 for folder in folders(target) for _ in folder.iterdir())
    assert [(name, status, wrote) for name, _, status, wrote in found if status] == []


@pytest.mark.parametrize("target", BOMBS)
def test_bombs(target: str) -> None:
    found = replayed(target, "--bombs")
    assert [name for name, *_ in found] == list(BOMBS[target])
    assert [(name, size) for name, size, *_ in found if size > MIB] == []
    assert [(name, status, wrote) for name, _, status, wrote in found if status] == []


def test_the_guard_can_fail() -> None:
    """A target that takes more memory than it may is found out."""
    code = "import replay; print(replay._run(lambda data: bytearray(4 * 1024**3), b'')[0], replay._run(lambda data: None, b'')[0])"
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == ["1", "0"]


def test_the_corpus_is_small() -> None:
    assert sum(path.stat().st_size for path in (HERE / "corpus").rglob("*") if path.is_file()) < _SMALL


def test_every_target_has_a_corpus() -> None:
    assert set(TARGETS) == set(NAMES)
    assert set(BOMBS) == set(NAMES)
    used = {folder for name in NAMES for folder in CORPORA.get(name, (name,))}
    assert {path.name for path in Path(HERE / "corpus").iterdir()} == used


def test_a_zip_bomb_is_one() -> None:
    """What the bombs claim, so that a change of the library that packs them cannot make them harmless."""
    from io import BytesIO
    from zipfile import ZipFile

    content = made("xlsx", "a part of a gigabyte")
    with ZipFile(BytesIO(content)) as file:
        assert sum(part.file_size for part in file.infolist()) >= 1000 * MIB
    assert len(content) <= MIB
