"""Good rule files load, bad ones are refused with the message that their first line promises."""

from pathlib import Path

import pytest

from deadline_rules import errors, load
from deadline_rules.files.yaml_source import MAX_BYTES

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", sorted((HERE / "good").glob("*.yaml")), ids=lambda path: path.stem)
def test_good_files_load(path: Path) -> None:
    assert load(path).id == path.stem


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_files_say_where_and_why(path: Path) -> None:
    """The first line is `# LINE: MESSAGE`; a message may go on after what is promised."""
    line, message = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").split(": ", 1)
    with pytest.raises(errors.RuleFileError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:{line}: {message}")
    assert caught.value.line == int(line)
    assert "\n" not in str(caught.value)


def test_there_are_bad_files() -> None:
    assert len(BAD) >= 45


@pytest.mark.parametrize("name", ["status-twice", "status-gap", "exceptions-overlap", "two-starts", "days-under-one-reading-only"])
def test_cells_with_two_answers_or_none_have_an_error_of_their_own(name: str) -> None:
    with pytest.raises(errors.AmbiguousRuleError):
        load(HERE / "bad" / f"{name}.yaml")


def test_a_file_of_ten_megabytes_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"# " + b"x" * 10 * MAX_BYTES)
    with pytest.raises(errors.RuleFileError, match="larger than 1 MiB"):
        load(large)


def test_a_billion_laughs_are_refused_at_the_first(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.yaml"
    bomb.write_text("a: &a [lol, lol]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", encoding="utf-8")
    with pytest.raises(errors.RuleFileError, match=r"bomb\.yaml:1: anchors and aliases"):
        load(bomb)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / "deep.yaml"
    deep.write_text("id: " + "[" * 10_000 + "]" * 10_000, encoding="utf-8")
    with pytest.raises(errors.RuleFileError, match="nested more than 20 deep"):
        load(deep)
