"""Strict YAML, its typing, and files written whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from pydantic import Field, ValidationError

from deadline_rules.errors import RuleFileError
from deadline_rules.files.atomic import replacing_text
from deadline_rules.files.typed import IsoDay, Listed, Model, OneOrMany, WholeNumber, YesNo, typed
from deadline_rules.files.yaml_source import parse, read_file

MIB = 1024 * 1024
LOADERS = [pytest.param(yaml.SafeLoader, id="python")]
if hasattr(yaml, "CSafeLoader"):
    LOADERS.append(pytest.param(yaml.CSafeLoader, id="libyaml"))


@pytest.fixture(params=LOADERS)
def _either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel without libyaml falls back to the parser in Python: both must say the same."""
    monkeypatch.setattr("deadline_rules.files.yaml_source._LOADER", request.param)


def nested(levels: int) -> str:
    return "a:\n  " + "[" * levels + "x" + "]" * levels


REFUSED = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice; keep one."),
    "duplicate key below": ("a:\n  - b: 1\n    c: 2\n    b: 3\n", 4, "the key 'b' stands twice; keep one."),
    "duplicate key, one quoted": ("a: 1\n'a': 2\n", 2, "the key 'a' stands twice; keep one."),
    "anchor on text": ("a: 1\nb: &x 2\n", 2, "anchors and aliases (& and *) are not allowed"),
    "anchor on a mapping": ("a:\n  - &x {b: 1}\n", 2, "anchors and aliases (& and *) are not allowed"),
    "anchor on a key": ("a: 1\n&x b: 2\n", 2, "anchors and aliases (& and *) are not allowed"),
    "alias": ("a: 1\n\nb: *x\n", 3, "anchors and aliases (& and *) are not allowed"),
    "tag": ("a: 1\nb: !!int 3\n", 2, "the tag 'tag:yaml.org,2002:int' is not allowed; values are plain text."),
    "own tag": ("a:\n  b: !x 3\n", 2, "the tag '!x' is not allowed; values are plain text."),
    "tag on a list": ("a: 1\nb: !!set {x}\n", 2, "the tag 'tag:yaml.org,2002:set' is not allowed"),
    "dangerous tag": ("a: !!python/object/apply:os.getcwd []\n", 1, "the tag 'tag:yaml.org,2002:python/object/apply:os.getcwd' is not allowed"),
    "merge key": ("a:\n  b: 1\n  <<: {c: 2}\n", 3, "merge keys (<<) are not allowed; write the lines out."),
    "second document": ("a: 1\n---\nb: 2\n", 2, "a second document starts here; a file holds one."),
    "nesting": ("# a comment\n" + nested(21), 3, "values are nested more than 20 deep; a rule file is flat."),
    "nesting without end": ("a: 1\nb: " + "[" * 20_000, 2, "values are nested more than 20 deep; a rule file is flat."),
    "a list as a key": ("a: 1\n? [b]\n: 2\n", 2, "a key must be plain text."),
    "not YAML": ("a: 1\nb: c: d\n", 2, "not YAML: "),
    "tabs": ("a:\n\tb: 1\n", 2, "not YAML: "),
    "an open bracket": ("a: 1\nb: [1, 2\n", 3, "not YAML: "),
    "empty": ("", None, "the file is empty."),
    "only comments": ("# nothing\n\n", None, "the file is empty."),
    "a null byte": ("a: \x00\n", None, "not YAML: "),
}


@pytest.mark.usefixtures("_either_parser")
@pytest.mark.parametrize(("text", "line", "why"), REFUSED.values(), ids=REFUSED)
def test_refused_with_file_and_line(text: str, line: int | None, why: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        parse(text.encode(), "rules/x/regulation.yaml")
    assert (caught.value.path, caught.value.line) == ("rules/x/regulation.yaml", line)
    where = f"rules/x/regulation.yaml:{line}: " if line else "rules/x/regulation.yaml: "
    assert str(caught.value).startswith(where + why)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"\xff", 1),
        (b"a: 1\nb: 2\nc: \xe9\n", 3),
        ("a: mật\n".encode() + "b: mật".encode("utf-16-le"), 2),
        ("a: mật".encode("cp1258", "replace") + b"\xd2", 1),
    ],
)
def test_text_that_is_not_utf_8_is_refused_with_its_line(raw: bytes, line: int) -> None:
    with pytest.raises(RuleFileError) as caught:
        parse(raw, "x.yaml")
    assert str(caught.value) == f"x.yaml:{line}: the text is not UTF-8; save the file as UTF-8."


class TestSize:
    def test_one_mebibyte_is_taken(self) -> None:
        assert parse(b"a: b\n".ljust(MIB, b"#")).data == {"a": "b"}

    def test_one_byte_more_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "big.yaml"
        file.write_bytes(b"a: b\n".ljust(MIB + 1, b"#"))
        with pytest.raises(RuleFileError) as caught:
            read_file(file)
        assert str(caught.value) == f"{file}: the file is larger than 1 MiB; a rule file is a few pages of text."

    def test_twenty_levels_are_taken(self) -> None:
        value = parse(nested(19).encode()).data["a"]
        for _ in range(19):
            (value,) = value
        assert value == "x"


class TestReadFile:
    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(RuleFileError) as caught:
            read_file(tmp_path / "none.yaml")
        assert caught.value.path == str(tmp_path / "none.yaml")
        assert caught.value.line is None
        assert "cannot be read: No such file or directory." in str(caught.value)

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(RuleFileError, match="the file cannot be read"):
            read_file(tmp_path)

    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte-order mark"])
    def test_keeps_path_and_bytes(self, tmp_path: Path, mark: bytes) -> None:
        file = tmp_path / "a.yaml"
        file.write_bytes(mark + "a: mật\r\nb: x\r\n".encode())
        source = read_file(file)
        assert (source.path, source.raw) == (str(file), mark + "a: mật\r\nb: x\r\n".encode())
        assert source.data == {"a": "mật", "b": "x"}
        assert source.line(("b",)) == 2


@pytest.mark.usefixtures("_either_parser")
class TestScalars:
    @pytest.mark.parametrize(
        "text", ["6.10", "16:30", "yes", "no", "on", "off", "2026-01-01", "null", "~", "true", "0x1F", "010", "1e3", "1_000", ".inf", "=", "Điều 6"]
    )
    def test_stay_text(self, text: str) -> None:
        assert parse(f"a: {text}\n".encode()).data == {"a": text}
        assert parse(f"a: [{text}]\n".encode()).data == {"a": [text]}
        assert parse(f"{text}: a\n".encode()).data == {text: "a"}

    @pytest.mark.parametrize(
        ("written", "text"),
        [("", ""), ("''", ""), ("'null'", "null"), ('"a\\nb"', "a\nb"), ("a # not this", "a"), ("|\n  một\n  hai\n", "một\nhai\n")],
    )
    def test_quoted_and_block_text(self, written: str, text: str) -> None:
        assert parse(f"a: {written}\n".encode()).data == {"a": text}


@pytest.mark.usefixtures("_either_parser")
class TestLines:
    TEXT = b"# head\n\na: 1\nb:\n  - x\n  - c: |\n      one\n      two\n    d:\n      2\ne: {f: 1,\n  g: 2}\n"

    @pytest.mark.parametrize(
        ("place", "line"),
        [
            ((), 3),
            (("a",), 3),
            (("b",), 4),
            (("b", 0), 5),
            (("b", 1), 6),
            (("b", 1, "c"), 6),
            (("b", 1, "d"), 9),  # the line of its key
            (("e", "f"), 11),
            (("e", "g"), 12),
            (("b", 1, "none"), 6),  # the nearest value around it
            (("b", 9, "x"), 4),
            (("none", "x"), 3),
        ],
    )
    def test_every_value_knows_its_line(self, place: tuple[str | int, ...], line: int) -> None:
        source = parse(self.TEXT, "x.yaml")
        assert source.line(place) == line
        assert str(source.error(place, "wrong.")) == f"x.yaml:{line}: wrong."


class Part(Model):
    day: IsoDay | None = None
    number: WholeNumber | None = None
    sure: YesNo = False
    kind: Literal["month", "year"] = "month"
    names: OneOrMany[str] = ()


class Whole(Model):
    title: str
    parts: Listed[Part] = ()
    one: Part | None = None
    since: IsoDay | None = Field(default=None, alias="from")


def whole(text: str) -> Whole:
    return typed(Whole, parse(text.encode(), "x.yaml"))


class TestTyped:
    def test_text_becomes_what_the_model_says(self) -> None:
        made = whole(
            "title: 6.10\nfrom: 2026-11-20\nparts:\n  - {day: 2026-01-01, number: 007, sure: yes, kind: year, names: [a, b]}\n"
            "  - {sure: no, names: a}\n"
        )
        assert (made.title, made.since) == ("6.10", date(2026, 11, 20))
        assert made.parts[0] == Part(day=date(2026, 1, 1), number=7, sure=True, kind="year", names=("a", "b"))
        assert made.parts[1] == Part(names=("a",))

    @pytest.mark.parametrize(("text", "number"), [("0", 0), ("9999", 9999)])
    def test_whole_numbers(self, text: str, number: int) -> None:
        assert whole(f"title: x\none: {{number: {text}}}\n").one == Part(number=number)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("one: {number: 1}\n", "x.yaml:1: title: this key is missing; add it."),
            ("titel: x\n", "x.yaml:1: titel: there is no such key here; did you mean 'title'?"),
            ("title: x\ntitel: y\n", "x.yaml:2: titel: there is no such key here; did you mean 'title'?"),
            ("title: x\nsince: 2026-01-01\n", "x.yaml:2: since: there is no such key here; there are: from, one, parts, title."),
            ("title: x\none:\n  dai: 1\n", "x.yaml:3: one.dai: there is no such key here; did you mean 'day'?"),
            ("title: x\nparts:\n  - sure: no\n  - kinds: year\n", "x.yaml:4: parts[1].kinds: there is no such key here; did you mean 'kind'?"),
            ("title: x\nfrom: 20/11/2026\n", "x.yaml:2: from: '20/11/2026' is not a day; write it as YYYY-MM-DD, for example 2026-11-20."),
            (
                "title: x\nparts:\n- day: 2026-02-30\n",
                "x.yaml:3: parts[0].day: '2026-02-30' is not a day; write it as YYYY-MM-DD, for example 2026-11-20.",
            ),
            ("title: x\nparts:\n- number: -1\n", "x.yaml:3: parts[0].number: '-1' is not a whole number of 0 to 9999."),
            ("title: x\nparts:\n- number: 1.0\n", "x.yaml:3: parts[0].number: '1.0' is not a whole number of 0 to 9999."),
            ("title: x\nparts:\n- number: 10000\n", "x.yaml:3: parts[0].number: '10000' is not a whole number of 0 to 9999."),
            ("title: x\nparts:\n- number: ٣\n", "x.yaml:3: parts[0].number: '٣' is not a whole number of 0 to 9999."),
            ("title: x\nparts:\n- sure: true\n", "x.yaml:3: parts[0].sure: 'true' is not yes or no."),
            ("title: x\nparts:\n- sure: Yes\n", "x.yaml:3: parts[0].sure: 'Yes' is not yes or no."),
            ("title: x\nparts:\n- kind: week\n", "x.yaml:3: parts[0].kind: 'week' is not known; write 'month' or 'year'."),
            ("title: x\nparts: y\n", "x.yaml:2: parts: a list is needed here; start each item with '- '."),
            ("title: [x]\n", "x.yaml:1: title: a list cannot stand here: input should be a valid string."),
            ("title: {x: y}\n", "x.yaml:1: title: a mapping cannot stand here: input should be a valid string."),
        ],
    )
    def test_the_first_complaint_is_one_sentence_with_its_line(self, text: str, message: str) -> None:
        with pytest.raises(RuleFileError) as caught:
            whole(text)
        assert str(caught.value) == message

    @pytest.mark.parametrize("text", ["- a\n- b\n", "just text\n", "---\n"])
    def test_a_file_that_is_no_mapping_is_refused(self, text: str) -> None:
        with pytest.raises(RuleFileError, match=r"^x\.yaml:[12]: .* cannot stand here"):
            whole(text)

    def test_models_are_frozen(self) -> None:
        part = Part(number=1)
        with pytest.raises(ValidationError, match="frozen"):
            part.number = 2  # type: ignore[misc]  # what is tested


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


class TestReplacing:
    @pytest.mark.parametrize("before", [None, "old"])
    def test_writes_the_file(self, tmp_path: Path, before: str | None) -> None:
        path = tmp_path / "out.csv"
        if before is not None:
            path.write_text(before, encoding="utf-8")
        with replacing_text(path) as file:
            file.write("mật;1\r\n")
            assert (path.read_text(encoding="utf-8") if path.exists() else None) == before
        assert path.read_bytes() == "mật;1\r\n".encode()  # line ends as given
        assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]

    def test_encoding(self, tmp_path: Path) -> None:
        with replacing_text(tmp_path / "out.csv", encoding="utf-8-sig") as file:
            file.write("x")
        assert (tmp_path / "out.csv").read_bytes() == b"\xef\xbb\xbfx"

    @pytest.mark.parametrize("failure", [ValueError("broken"), KeyboardInterrupt(), OSError("disk full")])
    @pytest.mark.parametrize("before", [None, b"old"])
    def test_nothing_is_left_behind_by_a_failure(self, tmp_path: Path, before: bytes | None, failure: BaseException) -> None:
        path = tmp_path / "out.csv"
        if before is not None:
            path.write_bytes(before)

        def fail(file: Any) -> None:
            file.write("half")
            raise failure

        with pytest.raises(type(failure)), replacing_text(path) as file:
            fail(file)
        assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == ({} if before is None else {"out.csv": before})

    def test_text_that_cannot_be_encoded_leaves_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(UnicodeEncodeError), replacing_text(tmp_path / "out.csv") as file:
            file.write("\ud800")
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError), replacing_text(tmp_path / "none" / "out.csv"):
            pytest.fail("nothing can be written here")

    @pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX")
    @pytest.mark.usefixtures("umask")
    def test_a_new_file_has_the_permissions_of_any_new_file(self, tmp_path: Path) -> None:
        with replacing_text(tmp_path / "out.csv") as file:
            file.write("x")
        assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o640
        assert os.umask(0o027) == 0o027  # left as it was
