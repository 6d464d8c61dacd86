"""What is refused, and in which words; and what must go on being taken. Each fault that fuzzing found has a test here or a file in the corpus."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from bombs import MIB, equal_rows, made, marks, repeated_text, sheet, workbook
from hypothesis import given
from hypothesis import strategies as st

from deadline_rules import Task, load
from deadline_rules.errors import DeadlineRulesError, RuleFileError, TableError, TaskError, nearest
from deadline_rules.files.yaml_source import MAX_VALUES, parse
from deadline_rules.readers.tables import read_table
from deadline_rules.streams.batches import RowsSource
from deadline_rules.streams.evaluation import evaluated
from deadline_rules.streams.results import writer_of
from deadline_rules.text import has_half_character, normalized, one_line, plain_text, shown

# --- messages


@given(st.text(st.characters(), max_size=40), st.integers(0, 100))
def test_a_message_is_one_line_of_bounded_length(text: str, times: int) -> None:
    told = str(TaskError(text * times))
    assert len(told) <= 903
    assert len(told.splitlines()) <= 1
    told.encode()
    assert one_line(told) == told, "an error that is raised again stays as it is"


def test_a_long_message_keeps_how_to_mend_it() -> None:
    told = str(RuleFileError(f"{'x' * 5000} is no id; write another.", path="a.yaml", line=3))
    assert told.startswith("a.yaml:3: xxx")
    assert told.endswith("xxx is no id; write another.")


def test_what_a_terminal_would_obey_is_written_as_an_escape() -> None:
    assert str(TaskError("\x1b[2J\u202e")) == "\\x1b[2J\\u202e"


def test_ordinary_messages_stay_as_they_are() -> None:
    assert str(TaskError("hạn: “x” – không đọc được")) == "hạn: “x” – không đọc được"


def test_long_names_get_no_hint() -> None:
    assert nearest("assigned_om", ["assigned_on"]) == "; did you mean 'assigned_on'?"
    assert nearest("x" * 81, ["x" * 80]) == "."


@pytest.mark.parametrize("value", [10**5000, [[[10**5000]]]], ids=["a number", "a list"])
def test_a_value_that_python_does_not_write_is_named_by_its_type(value: object) -> None:
    assert shown(value) in ("int …", "list …")


# --- marks


@given(st.text(st.sampled_from("ae\u0301\u0323\u0345\u0344\u0f73\u1ea5가\u1100\u1161\u0958"), max_size=60), st.booleans())
def test_many_marks_are_put_in_the_same_order(text: str, composed: bool) -> None:
    form: Any = "NFC" if composed else "NFD"
    long = text * 30 + marks(600) + text + "\u0f73\u0345" * 80
    assert normalized(form, long) == unicodedata.normalize(form, long)


def test_a_text_of_marks_is_put_in_order_at_all() -> None:
    """Python's own way takes minutes for this one."""
    assert len(normalized("NFC", marks(2 * MIB))) == MIB


def test_half_characters() -> None:
    assert has_half_character("a\ud800")
    assert not has_half_character("a\U0001f600đ")


# --- rule files


def refused(text: str | bytes) -> str:
    with pytest.raises(RuleFileError) as error:
        parse(text.encode() if isinstance(text, str) else text, "x.yaml")
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "line"), [("%YAML 1.1\n---\na: 1\n", 1), ("# first\n%TAG ! x\n---\n", 2), ("a: 1\n...\n%YAML 1.1\n---\n", 3), ("a: 1\u2028%", 1)]
)
def test_directives_are_refused(text: str, line: int) -> None:
    assert refused(text) == f"x.yaml:{line}: directives (%YAML, %TAG) are not allowed; leave the line out, or quote text that starts with %."


def test_a_percent_sign_elsewhere_is_text() -> None:
    assert parse(b'a: 5%\nb: "%x"\nc: |\n  %y\n').data == {"a": "5%", "b": "%x", "c": "%y\n"}


def test_the_number_of_values_is_bounded() -> None:
    within = parse(b"[" + b"a," * (MAX_VALUES - 1) + b"]").data
    assert len(within) == MAX_VALUES - 1  # and the list itself
    assert refused(b"[" + b"a," * MAX_VALUES + b"]") == "x.yaml:1: more than 20,000 values stand in the file; a rule file is a few pages of text."


@pytest.mark.parametrize("escape", ["\\UFFFFFFFF", "\\U00110000", "\\ud800"])
def test_escapes_of_no_character_are_refused_by_both_parsers(escape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for loader in {yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)}:
        monkeypatch.setattr("deadline_rules.files.yaml_source._LOADER", loader)
        assert refused(f'a: "{escape}"').startswith("x.yaml")


# --- tasks


@pytest.mark.parametrize("field", ["id", "due_on", "secrecy", "urgent", "assigned_by", "summary", "extensions"])
@pytest.mark.parametrize("make", [lambda: 10**5000, lambda: nested(100_000)], ids=["a number of 5,001 digits", "lists in lists"])
def test_values_that_cannot_be_written(field: str, make: Callable[[], object]) -> None:
    for read in (Task.model_validate, Task.from_record):
        with pytest.raises(TaskError, match=f"^{field}"):
            read({"id": "T-01", field: make()})


def nested(levels: int) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


def test_a_day_asked_about_that_cannot_be_written() -> None:
    number: Any = 10**5000
    with pytest.raises(DeadlineRulesError, match=r"^as_of: int … is not a date"):
        load("kon-tum").evaluate(Task(id="T-01"), number)


def test_a_column_name_that_is_a_number() -> None:
    with pytest.raises(TaskError, match=r"^column int … is not text"):
        Task.from_record({10**5000: 1})


# --- workbooks


def told(kind: str, data: bytes) -> str:
    with pytest.raises(TableError) as error:
        list(read_table(BytesIO(data), "t", kind).rows)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a part of a gigabyte", "t: 'xl/workbook.xml' inside the file unpacks to more than 1000 times its size"),
        ("many parts of 60 megabytes", "t: the workbook unpacks to more than 100 times its size"),
        ("parts that overlap", "t: the workbook unpacks to more than 2 GiB"),
        ("the same sheet again and again", "t: the file is damaged"),
        ("opposite corners", "t: the cells of the sheet lie too far apart"),
        ("cells far apart", "t: the cells of the sheet lie too far apart"),
        ("a count that lies", "t: the workbook says that it holds more texts than it can; open it in Excel and save it anew."),
        ("a count that lies later", "t: the workbook says that it holds more texts than it can"),
        ("empty texts", "t: the workbook holds more than 1,000,000 texts, most of them the same; save it anew in Excel."),
        ("one text in every cell", "t: many cells share long texts, which takes too much memory; give the tasks as csv or parquet."),
        ("entities", "t: the workbook declares a document type, which no spreadsheet program writes"),
    ],
)
def test_workbooks_made_to_take_all_memory(name: str, why: str) -> None:
    assert told("xlsx", made("xlsx", name)).startswith(why)


def test_a_count_of_texts_that_is_somewhat_wrong_is_taken() -> None:
    text = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    parts = {"xl/worksheets/sheet1.xml": sheet(text), "xl/sharedStrings.xml": '<sst count="9" uniqueCount="9"><si><t>T-01</t></si></sst>'}
    assert [row.task for row in read_table(BytesIO(workbook(parts)), "t", "xlsx").rows] == [Task(id="T-01")]


def test_many_cells_may_share_a_text() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="s"><v>0</v></c></row>' for row in range(2, 2002))
    parts = {"xl/worksheets/sheet1.xml": sheet(rows), "xl/sharedStrings.xml": f"<sst><si><t>{'x' * 600_000}</t></si></sst>"}
    # 2,000 times 600,000 is more than 1 GiB; a third of it is not.
    assert told("xlsx", workbook(parts)).startswith("t: many cells share long texts")
    parts["xl/sharedStrings.xml"] = f"<sst><si><t>{'x' * 200_000}</t></si></sst>"
    assert len(list(read_table(BytesIO(workbook(parts)), "t", "xlsx").rows)) == 2000


def test_two_sheets_of_one_name_are_refused() -> None:
    """Sheets are read by name: the first of the two would be read, though the second was looked through."""
    parts = {f"xl/worksheets/{name}.xml": sheet() for name in ("one", "two")}
    content = workbook(parts, ["one", "two"])
    out = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b'name="S1"', b'name="S0"'))
    assert told("xlsx", out.getvalue()).startswith("t: the file is not an xlsx workbook")
    assert list(read_table(BytesIO(content), "t", "xlsx").rows) == []


@pytest.mark.parametrize("part", ["XL/WORKSHEETS/SHEET1.XML", "xl\\worksheets\\sheet1.xml", "/xl/worksheets/sheet1.xml"])
def test_two_parts_that_a_reader_could_take_for_one_are_refused(part: str) -> None:
    assert told("xlsx", workbook({"xl/worksheets/sheet1.xml": sheet(), part: sheet()})).startswith("t: the file is")


def test_a_second_directory_behind_the_first_is_refused() -> None:
    content = workbook({"xl/worksheets/sheet1.xml": sheet()})
    assert told("xlsx", content + content[-22:-2] + b"\1\0x").startswith("t: the file is damaged")


def test_a_path_written_with_entities_is_refused() -> None:
    content = workbook({"xl/worksheets/sheet1.xml": sheet()}, ["sheet&#49;"])
    assert told("xlsx", content).startswith("t: the file is damaged")


# --- parquet


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (
            lambda: equal_rows(2_000_000),
            "t: the file says that it has 2,000,000 rows, and one of its size has at most 1,000,000; write it anew.",
        ),
        (lambda: repeated_text(200 * MIB, 1, use_dictionary=False), "t: a column unpacks to more than 1000 times its size"),
    ],
    ids=["rows", "a column"],
)
def test_parquet_files_made_to_take_all_memory(make: Callable[[], bytes], why: str) -> None:
    assert told("parquet", make()).startswith(why)


def test_a_long_text_in_every_row_is_read_a_few_rows_at_a_time() -> None:
    """8,000 texts of 20,000 letters, 160 MB, which stand in the file once."""
    rows = list(read_table(BytesIO(repeated_text(20_000, 8_000)), "t", "parquet").rows)
    assert len(rows) == 8_000
    assert rows[-1].task is not None
    assert rows[-1].task.summary == "x" * 20_000


@pytest.mark.parametrize("spoilt", ["id", "summary"])
def test_text_of_parquet_that_is_not_utf_8(spoilt: str) -> None:
    out = BytesIO()
    table = pa.table({"id": ["T-01"], "summary": ["text"]})
    pq.write_table(table, out, compression="none", use_dictionary=False, write_statistics=False, store_schema=False)
    text = {"id": b"T-01", "summary": b"text"}[spoilt]
    assert "Invalid UTF8" in told("parquet", out.getvalue().replace(text, b"\xff\xfe\xfd\xfc"))


def test_a_moment_in_a_time_zone_that_nobody_knows() -> None:
    """Its day in Việt Nam is certain all the same: 18:30 in Greenwich is 01:30 of the next day there."""
    moment = int(datetime(2026, 11, 16, 18, 30, tzinfo=UTC).timestamp()) * 1_000_000
    out = BytesIO()
    pq.write_table(pa.table({"id": ["T-01"], "due_on": pa.array([moment], pa.timestamp("us", "Mars/Olympus"))}), out)
    (row,) = read_table(BytesIO(out.getvalue()), "t", "parquet").rows
    assert row.task == Task(id="T-01", due_on=date(2026, 11, 17))


# --- formulas

FORMULAS = ["=cmd|' /C calc'!A0", "+84 90", "-2+3+cmd", "@SUM(A1:A2)", "＝1+1", "＋1", "－1", "＠x", '=HYPERLINK("http://x","y")']


def written(format: str, ids: list[str]) -> bytes:
    rules = load("kon-tum")
    table = pa.table({"id": ids, "due_on": ["16/11/2026"] * len(ids)})
    given = BytesIO()
    pq.write_table(table, given)
    out = BytesIO()
    with writer_of(format, out, rules.plan, ",", "vi") as writer:
        for results in evaluated(rules, RowsSource(read_table(BytesIO(given.getvalue()), "t", "parquet")), date(2026, 11, 20)):
            writer.write(results.table)
    return out.getvalue()


def test_formulas_stay_text_in_csv_and_negative_numbers_stay_numbers() -> None:
    header, *rows = csv.reader(StringIO(written("csv", FORMULAS).decode(), newline=""))
    assert [row[0] for row in rows] == [f"'{formula}" for formula in FORMULAS]
    # 16 to 20 November 2026 are Monday to Friday: four working days after the last day.
    assert {row[header.index("working_days_left")] for row in rows} == {"-4"}


def test_formulas_stay_text_in_workbooks() -> None:
    page: Any = openpyxl.load_workbook(BytesIO(written("xlsx", FORMULAS))).worksheets[0]
    cells = [row[0] for row in page.iter_rows(min_row=2, max_row=1 + len(FORMULAS))]
    assert [cell.value for cell in cells] == FORMULAS
    with ZipFile(BytesIO(written("xlsx", FORMULAS))) as file:
        assert b"<f>" not in file.read("xl/worksheets/sheet1.xml")


def test_parquet_keeps_ids_as_they_are() -> None:
    assert pq.read_table(BytesIO(written("parquet", FORMULAS))).column("task_id").to_pylist() == FORMULAS


@pytest.mark.parametrize("text", ["T-01", "1=1", "(=x)", "'=x", "", "đ", "12"])
def test_other_text_gets_no_apostrophe(text: str) -> None:
    assert plain_text(text) == text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_every_sign_gets_an_apostrophe(sign: str) -> None:
    assert plain_text(f"{sign}1") == f"'{sign}1"
