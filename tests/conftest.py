"""Settings and fixtures shared by all tests."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from deadline_rules.cli.main import main

if TYPE_CHECKING:
    from deadline_rules.outbox import Outbox
from running import Cli, Ended

# Deadlines depend on the machine; the same examples every time in CI, new ones at a desk.
settings.register_profile("desk", deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("desk"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    """The program in this process, working in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys.modules["__main__"], "__package__", None)  # or the usage speaks of `python -m pytest`
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "DEADLINE_RULES_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def call(*args: str, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "argv", ["deadline-rules", *args])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert isinstance(left.value.code, int)
        return Ended(left.value.code, out, err)

    return call


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a store in a file."""
    return f"sqlite:///{tmp_path / 'outbox.db'}"


@pytest.fixture
def outbox(url: str) -> Iterator[Outbox]:
    """A new store of Kon Tum's notices."""
    from deadline_rules.outbox import Outbox
    from november import KON_TUM

    opened = Outbox(url, KON_TUM)
    opened.create()
    yield opened
    opened.close()
