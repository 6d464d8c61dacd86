"""What SECURITY.md promises: no network, no program started, nothing of the input run as code, no file written that was not named."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from project import ROOT

import deadline_rules

PACKAGE = Path(deadline_rules.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# Modules that speak to the network, start programs, or make code out of data.
REFUSED_MODULES = {
    *("asyncio", "ftplib", "http", "imaplib", "poplib", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib", "webbrowser", "xmlrpc"),
    *("httpx", "requests", "urllib3", "aiohttp"),
    *("multiprocessing", "pty", "subprocess"),
    *("code", "codeop", "dill", "marshal", "pickle", "runpy", "shelve", "cloudpickle"),
}
# A host under test is a program that its tester names.
ALLOWED = {"testing/hosts.py": {"subprocess"}}
REFUSED_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint", "os.system", "os.popen", "os.fork", "yaml.load", "yaml.unsafe_load"}


def offences(tree: ast.AST) -> set[str]:
    """The refused modules that a file imports and the refused functions that it calls."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names} & REFUSED_MODULES
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {(node.module or "").split(".")[0]} & REFUSED_MODULES
        elif isinstance(node, ast.Call):
            found |= {ast.unparse(node.func)} & REFUSED_CALLS
    return found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import socket", {"socket"}),
        ("import urllib.request", {"urllib"}),
        ("def f():\n    from pickle import loads", {"pickle"}),
        ("eval('1')", {"eval"}),
        ("os.system('x')", {"os.system"}),
        ("from .code import x\nre.compile('x')\nself.compile()", set()),
    ],
)
def test_an_offence_is_noticed(source: str, found: set[str]) -> None:
    assert offences(ast.parse(source)) == found


def test_the_source_keeps_its_promises() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): offences(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES}
    assert {path: names for path, names in found.items() if names} == {path: names for path, names in ALLOWED.items() if path in found}


# What Python itself reports of a run: once the package is imported, evaluation under every regulation does none of this.
WATCHED = """
import sys
events = []
REFUSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "pickle.", "urllib.", "ftplib.", "smtplib.")
def watch(event, args):
    if event.startswith(REFUSED):
        events.append(event)
    elif event == "open" and isinstance(args[2], int) and args[2] & 0b11:
        events.append(f"writes {args[0]}")
sys.addaudithook(watch)
from datetime import date
import deadline_rules as dr
for pack in dr.available():
    regulation = dr.load(pack.id)
    for secrecy in ("normal", "mật"):
        task = dr.Task(id="T", issued_on=date(2026, 11, 2), due_on=date(2026, 11, 16), secrecy=secrecy, summary="geheim")
        result = regulation.evaluate(task, date(2026, 11, 20))
        assert "geheim" not in result.to_json() + repr(result) + repr(regulation.explain(result)), pack.id
EXTRA
print(events)
"""


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("", "[]"),
        ("import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError:\n    pass", "socket.connect"),
        ("open('named.txt', 'w').close()", "writes named.txt"),
    ],
    ids=["evaluation", "a connection is noticed", "a file is noticed"],
)
def test_evaluation_keeps_its_promises(extra: str, expected: str, tmp_path: Path) -> None:
    # -B: Python itself would keep compiled modules beside their sources.
    command = [sys.executable, "-B", "-c", WATCHED.replace("EXTRA", extra)]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(PACKAGE.parent), "PYTHONUTF8": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.strip()
    assert said == expected if expected == "[]" else expected in said


@pytest.mark.parametrize("page", ["SECURITY.md", "CONTRIBUTING.md"])
def test_the_links_of_a_page_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
