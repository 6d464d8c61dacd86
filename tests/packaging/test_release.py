"""A release is the same whoever builds it, holds what it should and nothing else, and works where only it is installed."""

import importlib.util
import json
import os
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import release
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from project import PYTHONS, ROOT, IndexUnreachableError, JobError, extras, fresh, install, pyproject

NEEDS_BILL = pytest.mark.skipif(
    importlib.util.find_spec("cyclonedx_py") is None and os.environ.get("REQUIRE_ALL") != "1",
    reason="needs cyclonedx-bom: pip install 'deadline-rules[dev]'",
)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the sdist of two equal builds."""
    return release.build_twice(tmp_path_factory.mktemp("twice"))


@pytest.fixture(scope="module")
def in_wheel(archives: tuple[Path, Path]) -> dict[str, bytes]:
    with zipfile.ZipFile(archives[0]) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(in_wheel: dict[str, bytes]) -> Message:
    return message_from_bytes(next(content for name, content in in_wheel.items() if name.endswith("/METADATA")))


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def test_a_difference_of_one_byte_is_named(tmp_path: Path) -> None:
    paths = [tmp_path / folder / name for folder in "ab" for name in ("same.whl", "other.tar.gz")]
    for path, content in zip(paths, ("x", "y", "x", "z"), strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert release.differences(paths[:2], paths[2:]) == ["other.tar.gz"]
    assert release.differences(paths[:2], paths[2:3]) == ["other.tar.gz"]
    assert release.differences(paths[:2], paths[:2]) == []


def test_the_time_is_that_of_the_sources(archives: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    with tarfile.open(archives[1]) as archive:
        assert {member.mtime for member in archive} == {release.epoch()}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert release.epoch() == 1700000000


def test_the_wheel_holds_the_package_and_the_rules_alone(in_wheel: dict[str, bytes]) -> None:
    expected = {f"deadline_rules/{name}" for name in files_below(ROOT / "src" / "deadline_rules")}
    expected |= {f"deadline_rules/rules/{name}" for name in files_below(ROOT / "rules")}
    assert {name for name in in_wheel if ".dist-info/" not in name} == expected
    for name in expected:
        source = ROOT / name.replace("deadline_rules/rules/", "rules/") if "/rules/" in name else ROOT / "src" / name
        assert in_wheel[name] == source.read_bytes(), name


def test_the_sdist_holds_what_tests_and_docs_need(archives: tuple[Path, Path]) -> None:
    with tarfile.open(archives[1]) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    for folder in ("src", "rules", "tests", "docs"):
        assert {name for name in names if name.startswith(f"{folder}/")} == {f"{folder}/{name}" for name in files_below(ROOT / folder)}
    beside = {name for name in names if "/" not in name}
    assert beside >= {"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile", "pyproject.toml", "PKG-INFO"}


def test_the_metadata_say_what_pyproject_says(metadata: Message, in_wheel: dict[str, bytes]) -> None:
    project = pyproject()["project"]
    assert (metadata["Name"], metadata["License-Expression"], metadata["License-File"]) == ("deadline-rules", "MIT", "LICENSE")
    assert any(name.endswith("/licenses/LICENSE") and b"MIT" in content for name, content in in_wheel.items())
    assert set(metadata.get_all("Classifier", [])) == set(project["classifiers"])
    assert set(metadata.get_all("Provides-Extra", [])) == set(project["optional-dependencies"])
    stated = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    assert {str(requirement.name).lower() for requirement in stated if not requirement.marker} == {
        "holidays",
        "pydantic",
        "python-dateutil",
        "pyyaml",
    }
    for extra, requirements in extras().items():
        brought = {
            requirement.name.lower()
            for requirement in stated
            if requirement.marker and f"extra == '{extra}'" in str(requirement.marker).replace('"', "'")
        }
        assert brought == {requirement.name.lower() for requirement in requirements}, extra


def test_the_pythons_are_the_same_everywhere(metadata: Message) -> None:
    """In `requires-python`, in the classifiers and in the jobs."""
    named = [line.rpartition(" ")[2] for line in metadata.get_all("Classifier", []) if line.startswith("Programming Language :: Python :: 3.")]
    assert tuple(named) == PYTHONS
    promised = SpecifierSet(metadata["Requires-Python"])
    assert tuple(f"3.{minor}" for minor in range(30) if promised.contains(f"3.{minor}.5")) == PYTHONS


def test_the_checksums_are_those_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "abc").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1: SHA-256 of "abc"; of nothing: the well-known e3b0…
    assert release.checksums([tmp_path / "empty", tmp_path / "abc"]) == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n"
    )


@pytest.fixture(scope="module")
def installed(archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel and what pip brings with it, and nothing else."""
    python = fresh(tmp_path_factory.mktemp("installed") / "environment")
    try:
        install(python, archives[0])
    except IndexUnreachableError as error:
        if os.environ.get("REQUIRE_ALL") == "1":
            raise
        pytest.skip(str(error))
    return python


def test_the_installed_wheel_works_alone(installed: Path, tmp_path: Path) -> None:
    release.smoke(installed, tmp_path, command=False)


@pytest.fixture(scope="module")
def bill(installed: Path) -> str:
    """The bill of materials of that environment."""
    return release.bill_of_materials(installed, "1.2.3")


@NEEDS_BILL
def test_the_bill_of_materials_follows_its_schema(bill: str) -> None:
    assert release.schema_faults(bill) is None
    broken = json.loads(bill)
    broken["components"][0]["type"] = "thing"
    assert release.schema_faults(json.dumps(broken)) is not None


@NEEDS_BILL
def test_the_bill_names_what_is_installed_and_no_place(bill: str, installed: Path) -> None:
    assert bill == release.bill_of_materials(installed, "1.2.3")
    read: dict[str, Any] = json.loads(bill)
    root = read["metadata"]["component"]
    assert (root["name"], root["version"], root["type"], root["purl"]) == ("deadline-rules", "1.2.3", "library", "pkg:pypi/deadline-rules@1.2.3")
    needs = {entry["ref"]: {ref.partition("==")[0].lower() for ref in entry.get("dependsOn", ())} for entry in read["dependencies"]}
    assert needs[root["bom-ref"]] == {"holidays", "pydantic", "python-dateutil", "pyyaml"}
    folders = {path.name.removesuffix(".dist-info").lower() for path in installed.parents[1].glob("lib/*/site-packages/*.dist-info")}
    listed = {f"{component['name'].replace('-', '_')}-{component['version']}".lower() for component in read["components"]}
    assert listed == {name.replace("-", "_", name.count("-") - 1) for name in folders if not name.startswith("deadline_rules-")}
    del read["$schema"]
    text = json.dumps(read)
    for place in (str(ROOT), str(Path.home()), str(installed.parents[2]), "file:", "://pypi", "externalReferences"):
        assert place not in text, place


def test_a_package_that_does_not_work_is_noticed(tmp_path: Path) -> None:
    python = fresh(tmp_path / "empty")
    with pytest.raises(JobError, match=r"does not work.*No module named 'deadline_rules'"):
        release.smoke(python, tmp_path, command=False)


def test_an_index_out_of_reach_is_said(archives: tuple[Path, Path], tmp_path: Path) -> None:
    """Port 9 of this machine answers nobody."""
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": ""}
    with pytest.raises(IndexUnreachableError, match="cannot reach a package index"):
        install(fresh(tmp_path / "empty"), archives[0], env=nowhere)


def test_a_hash_that_differs_is_refused(archives: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "locked.txt").write_text(f"deadline-rules @ {archives[0].as_uri()} --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(JobError, match="could not install"):
        install(fresh(tmp_path / "empty"), "--no-deps", "--require-hashes", "--requirement", tmp_path / "locked.txt")
