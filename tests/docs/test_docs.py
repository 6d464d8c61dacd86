"""Every example in README, docs and the rules' README runs, every link leads somewhere, and generated pages are current."""

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import deadline_rules as dr
from deadline_rules.files.yaml_source import parse
from deadline_rules.formats.description import describe

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), ROOT / "rules" / "README.md", *(ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str
    line: int


def blocks(page: Path, language: str) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = (Block(match[1], match[2], text[: match.start()].count("\n") + 2) for match in _FENCE.finditer(text))
    return [block for block in found if block.language == language]


def pages_with(language: str) -> list[Any]:
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES if blocks(page, language)]


@pytest.mark.parametrize("page", pages_with("python"))
def test_python_examples_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All blocks of a page share one namespace; blocks without prompts are run as they are."""
    monkeypatch.chdir(ROOT)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for block in blocks(page, "python"):
        if ">>>" in block.text:
            test = doctest.DocTestParser().get_doctest(block.text, namespace, str(page), str(page), block.line - 1)
            messages: list[str] = []
            runner.run(test, out=messages.append, clear_globs=False)
            assert not messages, "".join(messages)
            namespace = test.globs
        else:
            exec(compile(block.text, str(page), "exec"), namespace)  # noqa: S102  # the page's own example


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Each `$ command` (a here-document goes on to its end) and the output that follows it."""
    command: list[str] = []
    output: list[str] = []
    ends = None
    for line in block.text.splitlines():
        if ends is not None:
            command.append(line)
            ends = None if line == ends else ends
        elif line.startswith("$ "):
            if command:
                yield "\n".join(command), "\n".join(output)
            command, output = [line[2:]], []
            here = re.search(r"<<-?\s*'?(\w+)'?", line)
            ends = here[1] if here else None
        else:
            output.append(line)
    if command:
        yield "\n".join(command), "\n".join(output)


def matches(expected: str, found: str) -> bool:
    """Line by line, trailing blanks apart; a line `...` stands for any lines."""
    pattern = "".join(r"(?:.*\n)*" if line.strip() == "..." else re.escape(line.rstrip()) + r"\n" for line in expected.splitlines())
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in found.splitlines())) is not None


@pytest.mark.parametrize("page", pages_with("console"))
def test_command_examples_run(page: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    for block in blocks(page, "console"):
        for command, expected in commands(block):
            done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
            assert matches(expected, done.stdout), f"{page.name}:{block.line}: $ {command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", pages_with("yaml"))
def test_yaml_examples_are_strict_yaml(page: Path) -> None:
    for block in blocks(page, "yaml"):
        assert parse(block.text.encode(), f"{page.name}:{block.line}").data


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http://", "https://", "mailto:", "#")):
            assert (page.parent / target.split("#")[0]).exists(), f"{page.name}: {target}"


def test_every_test_that_a_page_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", "".join(page.read_text(encoding="utf-8") for page in PAGES))
    assert len(named) > 20
    for path, test in named:
        assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"


@pytest.mark.parametrize("pack", [pack.id for pack in dr.available()])
def test_the_page_of_a_regulation_is_current(pack: str) -> None:
    """`make docs` writes these pages from the packs."""
    page = ROOT / "docs" / "regulations" / f"{pack}.md"
    regulation = dr.load(pack)
    assert page.read_text(encoding="utf-8") == f"{describe(regulation, 'vi')}\n---\n\n{describe(regulation, 'en')}"


def test_the_project_speaks_of_itself_alone() -> None:
    """No address of a package registry anywhere."""
    hosts = re.compile("|".join(("py" + r"pi\.org", "python" + "hosted", r"registry\.npm" + "js")))
    kinds = (".py", ".md", ".yaml", ".toml", ".csv", ".svg", ".txt", ".json")
    files = [path for folder in ("src", "rules", "docs", "tests") for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    files += [*ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "Makefile"]
    found = [path for path in files if hosts.search(path.read_text(encoding="utf-8", errors="replace"))]  # hostile samples are no UTF-8
    assert found == []


def test_the_matcher_of_examples_can_fail() -> None:
    assert matches("a\n...\nb", "a\nx\ny\nb\n")
    assert matches("a", "a  \n")
    assert not matches("a\nb", "a\nc\n")
    assert not matches("a", "a\nb\n")
