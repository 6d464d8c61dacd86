"""Makes a release in `dist/`: wheel, sdist, bill of materials, checksums; each tried before it counts.

    python tests/packaging/release.py

A release is made from a commit. Wheel and sdist are built twice, in two clean copies and under different surroundings, and must be equal to the
byte. Both are then installed in empty environments and used. The bill of materials (CycloneDX, JSON) lists what the extra `all` brings at the
versions of the lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lock import LOCKS
from project import ROOT, IndexUnreachableError, JobError, fail, fresh, install, last_line, pyproject, run, say

SPEC = "1.6"  # of CycloneDX
_BEFORE_GIT = 1580601600  # what hatchling takes where nobody names a time: 2020-02-02
# Two machines that agree on nothing but the sources.
SURROUNDINGS: tuple[Mapping[str, str], ...] = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "12345"},
)
# A pack is loaded and a task evaluated, by what is installed and nothing else. Overdue by 4 working days: 17, 18, 19 and 20 November 2026.
_USE = """
import deadline_rules as dr
from datetime import date
from pathlib import Path
assert Path(dr.__file__).is_relative_to({where!r}), dr.__file__
result = dr.load("kon-tum").evaluate(dr.Task(id="T", due_on=date(2026, 11, 16)), date(2026, 11, 20))
assert (len(dr.available()), result.timeliness, result.working_days_left) == (5, "overdue", -4), result
"""
_WORKBOOK = """
import xlsxwriter
with xlsxwriter.Workbook("tasks.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "due_on"])
    sheet.write_row(1, 0, ["T", "2026-11-16"])
"""


def epoch() -> int:
    """The time of the sources, in seconds since 1970: SOURCE_DATE_EPOCH, else that of the last commit."""
    if stated := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(stated)
    done = run("git", "log", "-1", "--format=%ct") if (ROOT / ".git").exists() else None
    return int(done.stdout) if done and not done.returncode else _BEFORE_GIT


def clean_copy(target: Path, mode: int) -> Path:
    """What the sdist is made of, in a new folder: no environment, no cache; files as `mode` allows and dated today."""
    for name in [*pyproject()["tool"]["hatch"]["build"]["targets"]["sdist"]["include"], "/.gitignore"]:
        source, copy = ROOT / name.lstrip("/"), target / name.lstrip("/")
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"), copy_function=shutil.copyfile)
        elif source.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    for path in target.rglob("*"):
        path.chmod(0o777 & mode if path.is_dir() else 0o666 & mode)
    return target


def build(source: Path, out: Path, surroundings: Mapping[str, str]) -> tuple[Path, Path]:
    """The wheel and the sdist of a copy."""
    env = {**surroundings, "SOURCE_DATE_EPOCH": str(epoch())}
    done = run(sys.executable, "-m", "hatchling", "build", "-d", out, where=source, env=env)
    if done.returncode:
        raise JobError(f"the build failed: {last_line(done)}")
    return next(out.glob("*.whl")), next(out.glob("*.tar.gz"))


def build_twice(folder: Path) -> tuple[Path, Path]:
    """The wheel and the sdist, after a second build gave the same bytes.

    Raises:
        JobError: the two builds differ.
    """
    first = build(clean_copy(folder / "one", 0o755), folder / "out-one", SURROUNDINGS[0])
    second = build(clean_copy(folder / "two-elsewhere", 0o700), folder / "out-two", SURROUNDINGS[1])
    if unequal := differences(first, second):
        raise JobError(f"two builds of the same sources differ: {', '.join(unequal)}.")
    return first


def differences(first: Sequence[Path], second: Sequence[Path]) -> list[str]:
    """The names of the files that differ, in name or in bytes."""
    ours, theirs = ({path.name: sha256(path) for path in paths} for paths in (first, second))
    return sorted({name for name, _ in ours.items() ^ theirs.items()})


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checksums(files: Sequence[Path]) -> str:
    """Lines that `sha256sum --check` reads."""
    return "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(files))


def bill_of_materials(python: Path, version: str) -> str:
    """What is installed in the environment of `python`, as CycloneDX JSON: names, versions, licences, and what needs what.

    Raises:
        JobError: the tool is missing or failed.
    """
    options = ("--pyproject", "pyproject.toml", "--mc-type", "library", "--spec-version", SPEC, "--output-reproducible", "--output-format", "JSON")
    done = run(sys.executable, "-m", "cyclonedx_py", "environment", *options, python, env={"SOURCE_DATE_EPOCH": str(epoch())})
    if done.returncode:
        raise JobError(f"the bill of materials could not be made: {last_line(done)}")
    bill: dict[str, Any] = without_addresses(json.loads(done.stdout))
    name = pyproject()["project"]["name"]
    # The tool reads pyproject.toml, which leaves the version to the sources.
    bill["metadata"]["component"] |= {"version": version, "purl": f"pkg:pypi/{name}@{version}"}
    return json.dumps(bill, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def without_addresses(node: Any) -> Any:
    """The same without the addresses that packages give of themselves, and without the place that a package was installed from."""
    if isinstance(node, dict):
        return {key: without_addresses(value) for key, value in node.items() if key != "externalReferences"}
    return [without_addresses(value) for value in node] if isinstance(node, list) else node


def schema_faults(bill: str) -> str | None:
    """What the schema of CycloneDX objects to; None where it is content."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    found = JsonStrictValidator(SchemaVersion.from_version(SPEC)).validate_str(bill)
    return None if found is None else str(found)


def smoke(python: Path, where: Path, *, command: bool) -> None:
    """Uses what is installed: a result in Python, and the command, which without its extra says in one sentence what to install.

    Raises:
        JobError: something answers otherwise.
    """
    used = run(python, "-c", _USE.format(where=str(python.parents[1])), where=where)
    if used.returncode:
        raise JobError(f"the installed package does not work: {last_line(used)}")
    for program in ((python, "-m", "deadline_rules"), (python.parent / "deadline-rules",)):
        done = run(*program, "list", where=where)
        if command and (done.returncode or "kon-tum" not in done.stdout):
            raise JobError(f"the installed command does not work: {last_line(done)}")
        if not command and (done.returncode != 2 or "deadline-rules[cli]" not in done.stderr or "Traceback" in done.stderr):
            raise JobError(f"the command without its extra should name the extra: {last_line(done)}")


def smoke_all(python: Path, where: Path) -> None:
    """Uses every extra of `all` once: a workbook read, the sample written as parquet, xlsx and calendar file, and an outbox.

    Raises:
        JobError: a command fails.
    """
    sample, interval = ROOT / "docs" / "sample" / "tasks.csv", ("--after", "2026-11-01", "--until", "2026-11-20")
    for call in (
        ("-c", _WORKBOOK),
        ("-m", "deadline_rules", "evaluate", "kon-tum", "tasks.xlsx", "--as-of", "2026-11-20", "--out", "results.csv"),
        ("-m", "deadline_rules", "evaluate", "kon-tum", sample, "--as-of", "2026-11-20", "--out", "results.parquet"),
        ("-m", "deadline_rules", "evaluate", "kon-tum", sample, "--as-of", "2026-11-20", "--out", "results.xlsx"),
        ("-m", "deadline_rules", "notices", "kon-tum", sample, *interval, "--out", "notices.ics"),
        ("-m", "deadline_rules", "tick", "kon-tum", "--db", f"sqlite:///{where / 'outbox.db'}", *interval, "--tasks", sample),
    ):
        done = run(python, *call, where=where)
        if done.returncode:
            raise JobError(f"with every extra, {' '.join(map(str, call[1:]))} failed: {last_line(done)}")


def try_out(wheel: Path, sdist: Path, folder: Path) -> Path:
    """Installs and uses both archives; gives the interpreter of the environment with the locked extra `all`."""
    for name, what, command in (("wheel", str(wheel), False), ("sdist", str(sdist), False), ("wheel with cli", f"{wheel}[cli]", True)):
        python = fresh(folder / name.replace(" ", "-"))
        install(python, what)
        smoke(python, folder, command=command)
        say(f"installed and used: {name}")
    python = fresh(folder / "all")
    install(python, "--require-hashes", "--requirement", LOCKS / "run.txt")
    install(python, "--no-deps", wheel)
    smoke(python, folder, command=True)
    smoke_all(python, folder)
    say("installed and used: wheel with all, at the locked versions")
    return python


def release(dist: Path, folder: Path) -> None:
    """Makes and tries a release; `dist` is filled at the end, so that what stands there has passed."""
    if (ROOT / ".git").exists() and (changed := run("git", "status", "--porcelain").stdout.splitlines()):
        raise JobError(f"a release is made from a commit, and {len(changed)} files differ from it, such as {changed[0][3:]}.")
    wheel, sdist = build_twice(folder)
    say(f"built twice, equal: {wheel.name}, {sdist.name}")
    version = wheel.name.split("-")[1]
    python = try_out(wheel, sdist, folder)
    bill = folder / f"{wheel.name.split('-')[0]}-{version}.cdx.json"
    bill.write_text(bill_of_materials(python, version), encoding="utf-8")
    if faults := schema_faults(bill.read_text(encoding="utf-8")):
        raise JobError(f"the bill of materials does not follow CycloneDX {SPEC}: {faults}.")
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    files = [Path(shutil.copyfile(path, dist / path.name)) for path in (wheel, sdist, bill)]
    (dist / "SHA256SUMS").write_text(checksums(files), encoding="utf-8")
    for line in checksums(files).splitlines():
        say(line)


def main() -> None:
    """Makes the release."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            release(ROOT / "dist", Path(folder).resolve())
        except (IndexUnreachableError, JobError) as error:
            fail("release", error)


if __name__ == "__main__":
    main()
