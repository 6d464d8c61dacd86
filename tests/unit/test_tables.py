"""Tables of tasks in, row by row, and results out: readers/, formats/results.py and streams/csv_results.py."""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
import re
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules.errors import TableError, TaskError
from deadline_rules.formats.results import JsonLines, write_reports_csv, write_reports_json
from deadline_rules.readers.csv_file import MAX_LINE
from deadline_rules.readers.rows import Row, TaskTable
from deadline_rules.readers.tables import kind_of, read_table
from deadline_rules.results import Label, ReportDue
from deadline_rules.streams.batches import RowsSource
from deadline_rules.streams.csv_results import CsvResults
from deadline_rules.streams.evaluation import evaluated

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
AS_OF = date(2026, 11, 20)


def read(content: str | bytes, kind: str = "csv") -> tuple[TaskTable, list[Row]]:
    """The table and all its rows."""
    table = read_table(BytesIO(content if isinstance(content, bytes) else content.encode()), f"tasks.{kind}", kind)
    return table, list(table.rows)


def tasks_of(content: str | bytes, kind: str = "csv") -> list[dr.Task]:
    """The tasks of a file in which no row is refused."""
    rows = read(content, kind)[1]
    assert [row.error for row in rows] == [None] * len(rows)
    return [row.task for row in rows if row.task is not None]


def refusal(content: str | bytes, kind: str = "csv") -> str:
    """Why the one row of a file is refused."""
    rows = read(content, kind)[1]
    assert len(rows) == 1
    assert rows[0].task is None
    assert rows[0].error is not None
    assert rows[0].error.row == rows[0].line
    return str(rows[0].error)


# --- which kind of file


@pytest.mark.parametrize(("path", "kind"), [("-", "jsonl"), ("a.csv", "csv"), ("A.CSV", "csv"), ("thư mục/a.b.jsonl", "jsonl"), ("a.JsonL", "jsonl")])
def test_the_extension_tells_the_kind(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize("path", ["a.xls", "a.json", "a", ".csv", "a.csv.gz", ""])
def test_other_extensions_are_refused(path: str) -> None:
    with pytest.raises(TableError, match=r"\.csv, \.jsonl, \.xlsx and \.parquet"):
        kind_of(path)


# --- csv: separators


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_header_tells_the_separator(separator: str) -> None:
    content = "\n".join(separator.join(cells) for cells in (("Mã", "Ngày giao", "Thời hạn"), ("T-01", "02/11/2026", "16/11/2026"))) + "\n"
    table, rows = read(content)
    assert table.separator == separator
    assert [row.task for row in rows] == [dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16))]


@pytest.mark.parametrize(
    ("header", "row", "separator"),
    [
        ("Mã;Số, ký hiệu;Thời hạn", "T-01;12/UBND, mật;16/11/2026", ";"),
        ("Mã\tSố, ký hiệu\tThời hạn", "T-01\t12/UBND, mật\t16/11/2026", "\t"),
        ('Mã,"Số, ký hiệu",Thời hạn', 'T-01,"12/UBND, mật",16/11/2026', ","),
        ('Mã;"Số, ký hiệu";"Thời hạn"', '"T-01";"12/UBND, mật";"16/11/2026"', ";"),
        ("Mã;Số, ký hiệu;Ghi chú a, b, c, d, e;Thời hạn", "T-01;12/UBND, mật;x;16/11/2026", ";"),
    ],
)
def test_commas_inside_column_names_do_not_mislead(header: str, row: str, separator: str) -> None:
    table, rows = read(f"{header}\n{row}\n")
    assert table.separator == separator
    assert rows[0].task == dr.Task(id="T-01", document_number="12/UBND, mật", due_on=date(2026, 11, 16))


def test_one_column_is_enough() -> None:
    assert [task.id for task in tasks_of("mã\nT-01\nT-02\n")] == ["T-01", "T-02"]


# --- csv: marks, line ends, quotes, and where a row stands


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", BOM])
@pytest.mark.parametrize("last", [True, False])
def test_byte_order_mark_and_line_ends(mark: str, end: str, last: bool) -> None:
    content = f"{mark}mã,thời hạn{end}T-01,16/11/2026{end}T-02,17/11/2026" + (end if last else "")
    rows = read(content)[1]
    assert [row.line for row in rows] == [2, 3]
    assert [row.task for row in rows] == [dr.Task(id="T-01", due_on=date(2026, 11, 16)), dr.Task(id="T-02", due_on=date(2026, 11, 17))]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quoted_cells_keep_separators_and_line_breaks_and_row_numbers_stay_right(end: str) -> None:
    content = end.join(
        (
            "mã,trích yếu,thời hạn",  # 1
            'T-01,"một, hai',  # 2
            'ba ""bốn""",16/11/2026',  # 3
            "T-02,năm,17/11/2026",  # 4
            'T-03,"',  # 5
            "",  # 6
            'x",31/02/2026',  # 7
            "T-04,sáu,18/11/2026",  # 8
        )
    )
    rows = read(content)[1]
    assert [row.line for row in rows] == [2, 4, 5, 8]
    assert rows[0].task is not None
    assert rows[0].task.summary == f'một, hai{end}ba "bốn"'
    assert rows[2].error is not None
    assert str(rows[2].error).startswith("row 5: due_on: '31/02/2026'")


def test_blank_rows_are_passed_over_and_counted() -> None:
    rows = read("mã;thời hạn\n\n;\nT-01;16/11/2026\n   ;  \n\t\nT-02;\n")[1]
    assert [(row.line, row.task.id if row.task else None) for row in rows] == [(4, "T-01"), (7, "T-02")]


def test_a_short_row_leaves_the_last_cells_empty() -> None:
    assert tasks_of("mã,ngày giao,thời hạn\nT-01,02/11/2026\nT-02\n") == [dr.Task(id="T-01", assigned_on=date(2026, 11, 2)), dr.Task(id="T-02")]


def test_a_row_with_too_many_cells_is_refused_and_the_next_one_read() -> None:
    rows = read("mã,trích yếu\nT-01,một, hai\nT-02,ba\n")[1]
    assert str(rows[0].error) == "row 2: the row has 3 cells, the header 2; put text that holds the separator in quotation marks."
    assert rows[1].task == dr.Task(id="T-02", summary="ba")


def test_empty_cells_beyond_the_header_do_no_harm() -> None:
    assert tasks_of("mã,thời hạn\nT-01,16/11/2026,, ,\n") == [dr.Task(id="T-01", due_on=date(2026, 11, 16))]


# --- csv: columns


def test_unknown_columns_are_named_once_and_unnamed_ones_never() -> None:
    table, rows = read("Ghi chú,mã,,Màu,\nx,T-01,y,đỏ,z\nx,T-02,y,đỏ,z\n")
    assert table.ignored == ("Ghi chú", "Màu")
    assert [row.task for row in rows] == [dr.Task(id="T-01"), dr.Task(id="T-02")]


@pytest.mark.parametrize("header", ["ngày giao,thời hạn", "mãa,thời hạn", "ghi chú"])
def test_a_file_without_an_id_column_is_refused(header: str) -> None:
    with pytest.raises(TableError, match=r"^tasks\.csv:1: no column gives the task's id \(mã"):
        read(f"{header}\n1,2\n")


def test_the_same_column_twice_is_refused() -> None:
    with pytest.raises(TableError, match=r"^tasks\.csv:1: the column 'Thời hạn' stands twice"):
        read("mã,Thời hạn,Thời hạn\nT-01,16/11/2026,17/11/2026\n")


@pytest.mark.parametrize(("first", "second"), [("Thời hạn", "Hạn xử lý"), ("han", "due_on"), ("THỜI HẠN", "thời hạn")])
def test_two_columns_for_one_field_are_refused(first: str, second: str) -> None:
    with pytest.raises(TableError, match=rf"^tasks\.csv:1: columns '{first}' and '{second}' both mean due_on"):
        read(f"mã,{first},{second}\nT-01,16/11/2026,\n")


@pytest.mark.parametrize("header", ["stt,mã", "số,mã", "stt,mã nhiệm vụ"])
def test_of_several_id_columns_the_best_named_counts(header: str) -> None:
    table, rows = read(f"{header}\n1,T-01\n")
    assert [row.task for row in rows] == [dr.Task(id="T-01")]
    assert table.ignored == (header.partition(",")[0],)


# --- csv: ids


@pytest.mark.parametrize("cell", ["", "   ", '""'])
def test_an_empty_id_is_refused(cell: str) -> None:
    assert refusal(f"mã,thời hạn\n{cell},16/11/2026\n") == "row 2: id: every task needs one; fill the cell."


def test_an_id_used_twice_is_refused_and_the_first_row_named() -> None:
    rows = read("mã,thời hạn\nT-01,\nT-02,\n\nT-01,16/11/2026\n T-01 ,\n")[1]
    assert [row.task.id if row.task else None for row in rows] == ["T-01", "T-02", None, None]
    assert str(rows[2].error) == "row 5: id: 'T-01' is already the task of row 2; ids are used once."
    assert str(rows[3].error) == "row 6: id: 'T-01' is already the task of row 2; ids are used once."


def test_a_refused_row_does_not_use_its_id_up() -> None:
    rows = read("mã,thời hạn\nT-01,31/02/2026\nT-01,16/11/2026\n")[1]
    assert rows[0].error is not None
    assert rows[1].task == dr.Task(id="T-01", due_on=date(2026, 11, 16))


# --- csv: days


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("31/02/2026", "is no day of the calendar"),
        ("29/02/2025", "is no day of the calendar"),
        ("2026-13-01", "is no day of the calendar"),
        ("11/20/2026", "is no day of the calendar"),
        ("01/02/03", "is not a day; write it as 20/11/2026"),
        ("2026/11/20", "is not a day; write it as 20/11/2026"),
        ("20/11-2026", "is not a day; write it as 20/11/2026"),
        ("20.11.2026", "is not a day; write it as 20/11/2026"),
        ("mai", "is not a day; write it as 20/11/2026"),
        ("46346", "is not a day; write it as 20/11/2026"),
        ("20/11/1890", "1890-11-20 lies outside 1990-2100"),
        ("31/12/1989", "1989-12-31 lies outside 1990-2100"),
        ("01/01/2101", "2101-01-01 lies outside 1990-2100"),
        ("2200-01-01", "2200-01-01 lies outside 1990-2100"),
    ],
)
def test_bad_days_are_refused(cell: str, why: str) -> None:
    message = refusal(f"mã,thời hạn\nT-01,{cell}\n")
    assert message.startswith("row 2: due_on: ")
    assert why in message


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("20/11/2026", date(2026, 11, 20)),
        ("20-11-2026", date(2026, 11, 20)),
        ("2026-11-20", date(2026, 11, 20)),
        (" 1/2/2026 ", date(2026, 2, 1)),  # the first of February: day before month
        ("29/02/2024", date(2024, 2, 29)),
        ("01/01/1990", date(1990, 1, 1)),
        ("31/12/2100", date(2100, 12, 31)),
        ("", None),
    ],
)
def test_good_days_are_read(cell: str, day: date | None) -> None:
    assert tasks_of(f"mã,thời hạn\nT-01,{cell}\n") == [dr.Task(id="T-01", due_on=day)]


@pytest.mark.parametrize(("column", "field"), [("ngày hoàn thành", "completed_on"), ("thời hạn", "due_on")])
def test_days_before_the_assignment_are_refused(column: str, field: str) -> None:
    message = refusal(f"mã,ngày giao,{column}\nT-01,02/11/2026,01/11/2026\n")
    assert message == f"row 2: {field}: 2026-11-01 lies before assigned_on 2026-11-02; correct one of the two."
    assert len(tasks_of(f"mã,ngày giao,{column}\nT-01,02/11/2026,02/11/2026\n")) == 1


def test_a_bad_row_never_repeats_record_text() -> None:
    message = refusal("mã,trích yếu,thời hạn\nT-01,nội dung kín,31/02/2026\n")
    assert "nội dung kín" not in message
    assert "nội dung kín" not in refusal("mã,trích yếu\nT-01,nội dung kín,thừa\n")
    assert "nội dung kín" not in refusal(f"mã,trích yếu\nT-01,{'nội dung kín' * 2_000}\n")


# --- files that cannot be read


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", codecs.BOM_UTF8])
def test_an_empty_csv_is_refused(content: bytes) -> None:
    with pytest.raises(TableError, match=r"^tasks\.csv: the file is empty; the first row must name the columns\."):
        read(content)


@pytest.mark.parametrize("content", ["mã,thời hạn", "mã,thời hạn\n", "mã,thời hạn\r\n\r\n,\r\n"])
def test_a_header_alone_gives_no_rows(content: str) -> None:
    table, rows = read(content)
    assert rows == []
    assert table.separator == ","


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize(
    ("encoding", "mark", "named"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "UTF-16"),
        ("utf-16-le", b"", "null bytes"),
        ("utf-16-be", b"", "null bytes"),
    ],
)
def test_utf_16_is_refused_and_the_remedy_named(kind: str, encoding: str, mark: bytes, named: str) -> None:
    text = "mã,thời hạn\nT-01,16/11/2026\n" if kind == "csv" else '{"id": "T-01"}\n'
    with pytest.raises(TableError, match=rf"{named}.*save it as UTF-8 \(in Excel: “CSV UTF-8”\)"):
        read(mark + text.encode(encoding), kind)


@pytest.mark.parametrize(("content", "line"), [("mã,ngày giao\n", 1), ("ma,han\nT-1,\nT-2,đã\n", 3)])
def test_windows_1258_is_refused_with_its_line(content: str, line: int) -> None:
    # Windows-1258 writes ã as a and a combining tilde
    written = content.replace("ã", "a\N{COMBINING TILDE}").encode("cp1258")
    with pytest.raises(TableError, match=rf"^tasks\.csv:{line}: the text is not UTF-8 \(perhaps Windows-1258"):
        read(written)


@pytest.mark.parametrize(("content", "kind"), [(b"ma,han\nT-1,\0\n", "csv"), (b'{"id": "a"}\n{"id": "\0"}\n', "jsonl")])
def test_null_bytes_are_refused_with_their_line(content: bytes, kind: str) -> None:
    with pytest.raises(TableError, match=rf"^tasks\.{kind}:2: the file holds null bytes"):
        read(content, kind)


def test_a_line_may_be_one_mebibyte_long_and_no_longer() -> None:
    start, end = b'{"id": "T-01", "x": "', b'"}\n'
    longest = start + b"x" * (1024 * 1024 - len(start) - len(end)) + end
    assert len(longest) == MAX_LINE
    assert tasks_of(longest, "jsonl") == [dr.Task(id="T-01")]
    with pytest.raises(TableError, match=r"^tasks\.jsonl:1: the line is longer than 1 MiB"):
        read(b" " + longest, "jsonl")
    with pytest.raises(TableError, match=r"^tasks\.csv:2: the line is longer than 1 MiB"):
        read(b"ma,han\n" + b"x" * (1024 * 1024 + 1))


def test_a_cell_without_end_is_refused_with_the_row_it_starts_in() -> None:
    content = 'mã,trích yếu\nT-01,một\nT-02,"hai\n' + "ba,bốn\n" * 30_000
    with pytest.raises(TableError, match=r"^tasks\.csv:3: the row cannot be parted into cells: .*check its quotation marks"):
        read(content)


@pytest.mark.parametrize("content", ['mã,trích yếu\nT-01,"hai\nT-02,ba\nT-03,bốn\n', 'mã,trích yếu\nT-01,hai\nT-02,"ba'])
def test_a_quotation_mark_that_is_never_closed_is_refused(content: str) -> None:
    with pytest.raises(TableError, match="quotation mark"):
        read(content)


def test_row_numbers_count_blank_lines_above_the_header() -> None:
    rows = read("\n\nmã,thời hạn\nT-01,31/02/2026\n")[1]
    assert [row.line for row in rows] == [4]


def test_a_line_break_inside_a_column_name_is_part_of_it() -> None:
    rows = read('mã,"thời\nhạn"\nT-01,16/11/2026\n')[1]
    assert rows == [Row(3, dr.Task(id="T-01", due_on=date(2026, 11, 16)), None)]


@pytest.mark.parametrize("content", ["mã,thời hạn\rT-01,16/11/2026\r", f"mã,{'x' * 140_000}\nT-01,\n"], ids=["bare CR", "long name"])
def test_a_header_that_csv_cannot_part_is_refused(content: str) -> None:
    with pytest.raises(TableError, match=r"^tasks\.csv:1: "):
        read(content)


# --- jsonl


def test_jsonl_takes_field_names_and_vietnamese_names() -> None:
    content = (
        f'{BOM}{{"id": "T-01", "due_on": "2026-11-16", "urgent": true}}\r\n\n'
        '{"Mã": "T-02", "Ngày giao": "02/11/2026", "độ mật": "tối mật", "khẩn": "x", "người giao": "Giám đốc Sở"}'
    )
    rows = read(content, "jsonl")[1]
    assert [row.line for row in rows] == [1, 3]
    assert [row.task for row in rows] == [
        dr.Task(id="T-01", due_on=date(2026, 11, 16), urgent=True),
        dr.Task(id="T-02", assigned_on=date(2026, 11, 2), secrecy="tối mật", urgent=True, assigned_by="chair"),
    ]


def test_an_empty_jsonl_has_no_rows() -> None:
    assert read("", "jsonl")[1] == read("\n \n", "jsonl")[1] == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("T-01,16/11/2026", "the line is not JSON: "),
        ('{"id": "T-01"', "the line is not JSON: "),
        ('{"id": "T-01"} {"id": "T-02"}', "the line is not JSON: "),
        ("{'id': 'T-01'}", "the line is not JSON: "),
        ('{"id": ' + "[" * 200_000 + "]" * 200_000 + "}", "the line is not JSON: "),
        ('{"id": ' + "9" * 5_000 + "}", "the line is not JSON: "),
        ('["T-01"]', "the line is not a JSON object; "),
        ('"T-01"', "the line is not a JSON object; "),
        ("7", "the line is not a JSON object; "),
        ("null", "the line is not a JSON object; "),
        ('{"due_on": "2026-11-16"}', "id: every task needs one"),
        ('{"id": null}', "id: every task needs one"),
        ('{"id": ""}', "id: every task needs one"),
        ('{"id": NaN}', "id: every task needs one"),
        ('{"id": Infinity}', "id: a float cannot be read"),
        ('{"id": 1.5}', "id: a float cannot be read"),
        ('{"id": ["T-01"]}', "id: a list cannot be read"),
        ('{"id": "T-01", "due_on": 20261116}', "due_on: '20261116' is not a day"),
        ('{"id": "T-01", "due_on": true}', "due_on: 'True' is not a day"),
        ('{"id": "T-01", "due_on": ["2026-11-16"]}', "is not a day"),
        ('{"id": "T-01", "due_on": "2026-02-31"}', "is no day of the calendar"),
        ('{"id": "T-01", "urgent": 2}', "urgent: '2' is not known"),
        ('{"id": "T-01", "urgent": []}', "urgent: a list cannot be read"),
        ('{"id": "T-01", "secrecy": "hơi mật"}', "secrecy: 'hơi mật' is not known"),
        ('{"id": "T-01", "assigned_by": "ai đó"}', "assigned_by: 'ai đó' is not known"),
        ('{"id": "T-01", "summary": {"a": 1}}', "summary: a dict cannot be read"),
        ('{"id": "T-01", "due_on": "2026-11-16", "hạn": "2026-11-16"}', "columns 'due_on' and 'hạn' both mean due_on"),
        (json.dumps({"id": "x" * 201}), "id: "),
    ],
)
def test_bad_lines_are_refused_and_the_next_one_read(line: str, why: str) -> None:
    rows = read(f'{line}\n{{"id": "T-99"}}\n', "jsonl")[1]
    assert [row.line for row in rows] == [1, 2]
    assert rows[1].task == dr.Task(id="T-99")
    assert str(rows[0].error).startswith("row 1: ")
    assert why in str(rows[0].error)
    assert len(str(rows[0].error)) < 300


@pytest.mark.parametrize(
    ("given", "id"), [("7", "7"), ("7.0", "7"), ("0", "0"), ("-3", "-3"), ('" 7 "', "7"), ("12345678901234567890", "12345678901234567890")]
)
def test_numbers_serve_as_ids(given: str, id: str) -> None:
    assert tasks_of(f'{{"id": {given}}}\n', "jsonl") == [dr.Task(id=id)]


def test_a_number_and_its_text_are_one_id() -> None:
    rows = read('{"id": 7}\n{"id": "7"}\n', "jsonl")[1]
    assert str(rows[1].error) == "row 2: id: '7' is already the task of row 1; ids are used once."


def test_nan_and_null_are_empty_cells() -> None:
    assert tasks_of('{"id": "T-01", "due_on": NaN, "urgent": NaN, "summary": null, "secrecy": null}\n', "jsonl") == [dr.Task(id="T-01")]


@pytest.mark.parametrize(
    ("cell", "value"), [("true", True), ("false", False), ("1", True), ("0", False), ("1.0", True), ('"có"', True), ('""', False)]
)
def test_yes_and_no_in_jsonl(cell: str, value: bool) -> None:
    assert tasks_of(f'{{"id": "T-01", "urgent": {cell}}}\n', "jsonl") == [dr.Task(id="T-01", urgent=value)]


def test_unknown_keys_are_named_once() -> None:
    table, rows = read('{"id": "T-01", "màu": 1}\n{"id": "T-02", "màu": 2, "cỡ": [3]}\n', "jsonl")
    assert [row.task for row in rows] == [dr.Task(id="T-01"), dr.Task(id="T-02")]
    assert table.ignored == ("màu", "cỡ")


def test_a_key_that_stands_twice_is_refused() -> None:
    refusal('{"id": "T-01", "due_on": "2026-11-16", "due_on": "2026-12-16"}\n', "jsonl")


def test_half_a_surrogate_pair_is_no_id() -> None:
    refusal('{"id": "\\ud800"}\n', "jsonl")


# --- results as json


def example() -> dr.Evaluation:
    """The example of the interface."""
    task = dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
    return dr.load("kon-tum").evaluate(task, as_of=AS_OF)


def test_the_example_of_the_interface_key_for_key() -> None:
    found = example().to_dict()
    assert list(found) == [
        "task_id", "regulation", "as_of", "progress", "timeliness", "status", "due_on", "working_days_left", "deadlines",
        "escalations", "missing_fields", "caveats", "provisional", "rules_version", "calendar_version",
    ]  # fmt: skip
    plain = {
        "task_id": "T-01",
        "regulation": "kon-tum",
        "as_of": "2026-11-20",
        "progress": "in_progress",
        "timeliness": "overdue",
        "status": {"code": "not_done_overdue", "label": "chưa thực hiện quá hạn", "cite": "Điều 5 khoản 1 điểm đ"},
        "due_on": "2026-11-16",
        "working_days_left": -4,
        "provisional": False,
    }
    assert {key: found[key] for key in plain} == plain
    transfer = {
        "rule": "transfer",
        "topic": "intake.transfer",
        "actor": "office",
        "starts_on": "2026-11-02",
        "due_on": "2026-11-03",
        "done_on": None,
        "state": "missed",
        "cite": "Điều 6 khoản 1 điểm b",
        "earliest": "2026-11-03",
        "latest": "2026-11-03",
    }
    assert [row for row in found["deadlines"] if row["rule"] == "transfer"] == [transfer]
    assert list(found["deadlines"][0]) == list(transfer)
    overdue = {
        "rule": "unit-overdue",
        "topic": "escalate.unit",
        "actor": "unit",
        "opens_on": "2026-11-17",
        "state": "open",
        "cite": "Điều 9 khoản 3",
    }
    assert [row for row in found["escalations"] if row["rule"] == "unit-overdue"] == [overdue]
    assert list(found["escalations"][0]) == list(overdue)
    # Điều 5 khoản 1 điểm a-e; a task may lack supporting units, and its due day is known
    assert sorted(found["missing_fields"]) == [
        "content", "document_number", "document_title", "issued_on", "lead_unit", "overdue_reason", "summary", "tracked_by",
    ]  # fmt: skip
    assert found["caveats"][0]["code"] == "issuer-reorganised"
    assert all(list(caveat) == ["code", "text"] and caveat["text"] for caveat in found["caveats"])


def test_versions_are_short_hashes() -> None:
    result = example()
    rule_file = Path(dr.load("kon-tum").pack.source.path)
    assert result.rules_version == hashlib.sha256(rule_file.read_bytes()).hexdigest()[:12]
    assert re.fullmatch(r"[0-9a-f]{12}", result.calendar_version)


def test_json_lines_are_one_object_a_line_in_plain_vietnamese() -> None:
    out = StringIO()
    writer = JsonLines(out)
    writer.write(example())
    writer.write(example())
    lines = out.getvalue().splitlines()
    assert [json.loads(line) for line in lines] == [example().to_dict()] * 2
    assert '"label": "chưa thực hiện quá hạn"' in lines[0]
    assert out.getvalue().endswith("}\n")


# --- results as csv

KON_TUM_COLUMNS = [
    "task_id", "regulation", "as_of", "progress", "timeliness", "status", "status_label", "due_on", "working_days_left",
    "transfer_due_on", "transfer_state", "status-update_due_on", "status-update_state",
    "unit-overdue_opens_on", "unit-overdue_state", "unit-difficulty_opens_on", "unit-difficulty_state",
    "unit-unsatisfactory_opens_on", "unit-unsatisfactory_state", "office-overdue_opens_on", "office-overdue_state",
    "office-difficulty_opens_on", "office-difficulty_state", "office-unsatisfactory_opens_on", "office-unsatisfactory_state",
    "return_opens_on", "return_state", "office-return_opens_on", "office-return_state", "missing_fields", "caveats",
]  # fmt: skip


def as_csv(*tasks: dr.Task, separator: str = ",", pack: str = "kon-tum") -> list[list[str]]:
    """The cells of the csv that tasks give."""
    out = BytesIO()
    rows = TaskTable(Row(line, task, None) for line, task in enumerate(tasks, start=2))
    with CsvResults(out, separator) as writer:
        for results in evaluated(dr.load(pack), RowsSource(rows), AS_OF):
            writer.write(results.table)
    return list(csv.reader(StringIO(out.getvalue().decode()), delimiter=separator))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_results_have_the_columns_and_the_separator_asked_for(separator: str) -> None:
    task = dr.Task(id="T;0,1\t", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
    header, row = as_csv(task, separator=separator)
    assert header == KON_TUM_COLUMNS
    cells = dict(zip(header, row, strict=True))
    expected = {
        "task_id": "T;0,1",
        "regulation": "kon-tum",
        "as_of": "2026-11-20",
        "progress": "in_progress",
        "timeliness": "overdue",
        "status": "not_done_overdue",
        "status_label": "chưa thực hiện quá hạn",
        "due_on": "2026-11-16",
        "working_days_left": "-4",
        "transfer_due_on": "2026-11-03",
        "transfer_state": "missed",
        "status-update_due_on": "",
        "status-update_state": "no_number",
        "unit-overdue_opens_on": "2026-11-17",
        "unit-overdue_state": "open",
        "unit-difficulty_opens_on": "",
        "unit-difficulty_state": "",
        "return_opens_on": "",
        "return_state": "open",
    }
    assert {column: cells[column] for column in expected} == expected
    assert "overdue_reason" in cells["missing_fields"].split(" ")
    assert "issuer-reorganised" in cells["caveats"].split(" ")


def test_every_pack_fills_every_column() -> None:
    for pack in ("kon-tum", "so-nn", "yen-the", "ben-tre", "can-tho"):
        header, row = as_csv(dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 27)), pack=pack)
        assert len(row) == len(header) == len(set(header))
        # 24/11 is Vietnam Culture Day: 23, 25, 26 and 27 November are left
        assert row[header.index("working_days_left")] == "4"


@pytest.mark.parametrize("id", ["=cmd|' /C calc'!A0", "=1+1", "+84", "-1", "@SUM(A1)", "'=x"])
def test_ids_that_look_like_formulas_are_text(id: str) -> None:
    cell = as_csv(dr.Task(id=id))[1][0]
    assert cell == ("'=x" if id == "'=x" else f"'{id}")
    assert cell[0] == "'"


@pytest.mark.parametrize("id", ["T=1", "1-2", "a@b", "T-01", "(=x)"])
def test_other_ids_stay_as_they_are(id: str) -> None:
    assert as_csv(dr.Task(id=id))[1][0] == id


def test_results_follow_the_separator_of_the_table_they_come_from() -> None:
    table, rows = read("Mã;Số, ký hiệu\nT-01;12, UBND\n")
    task = rows[0].task
    assert task is not None
    assert as_csv(task, separator=table.separator)[1][0] == "T-01"


# --- reports

REPORT = ReportDue(
    rule="unit-quarter",
    regulation="kon-tum",
    period="2026-Q4",
    actor="unit",
    to="office",
    due_on=date(2026, 12, 19),
    falls_on_day_off=True,
    send_by=date(2026, 12, 18),
    earliest=date(2026, 12, 19),
    latest=date(2026, 12, 21),
    cite="Điều 10 khoản 1",
    topic="report.unit.quarter",
    label=Label("=Báo cáo, quý", "Quarterly report"),
)


def test_reports_as_csv() -> None:
    out = StringIO()
    write_reports_csv(out, [REPORT, REPORT._replace(due_on=None, send_by=None, falls_on_day_off=False, reason=Label("không có ngày", "no day"))])
    header, first, second = csv.reader(StringIO(out.getvalue()))
    assert header == [
        "rule", "regulation", "period", "actor", "to", "due_on", "falls_on_day_off", "send_by", "earliest", "latest", "provisional",
        "cite", "label", "reason",
    ]  # fmt: skip
    assert first == [
        "unit-quarter", "kon-tum", "2026-Q4", "unit", "office", "2026-12-19", "true", "2026-12-18", "2026-12-19", "2026-12-21",
        "false", "Điều 10 khoản 1", "'=Báo cáo, quý", "",
    ]  # fmt: skip
    assert second[5:8] == ["", "false", ""]
    assert second[-1] == "không có ngày"


def test_reports_as_json_are_their_dictionaries() -> None:
    rows = dr.load("kon-tum").reports(date(2026, 12, 1), date(2026, 12, 31))
    out = StringIO()
    write_reports_json(out, rows)
    assert json.loads(out.getvalue()) == [row.to_dict() for row in rows]
    assert len(out.getvalue().splitlines()) == len(rows) + 2, "an object a line"


def test_no_reports_are_an_empty_array() -> None:
    out = StringIO()
    write_reports_json(out, [])
    assert json.loads(out.getvalue()) == []


SHIFTED = "mã,trích yếu,thời hạn,độ mật,x\nT-1,Noi dung, tuyet mat ve bien gioi,mật,\n"  # one comma too many before the summary's end


def test_a_cell_in_the_wrong_column_of_a_secret_row_is_not_shown() -> None:
    (row,) = read(SHIFTED)[1]
    assert row.error is not None
    assert str(row.error).startswith("row 2: due_on: the cell cannot be read; its content is not shown")
    assert "bien gioi" not in str(row.error)


def test_the_same_in_json_and_in_records() -> None:
    (row,) = read('{"id": "T-1", "due_on": "biên giới", "secrecy": "tối mật"}\n', "jsonl")[1]
    assert "biên giới" not in str(row.error)
    with pytest.raises(TaskError) as caught:
        dr.Task.from_record({"id": "T-1", "due_on": "biên giới", "độ mật": "Mật"})
    assert "biên giới" not in str(caught.value)


def test_ground_to_be_cleared_is_no_secret() -> None:
    """`mặt bằng` has the letters of `mật` in it; only a cell that is a degree of secrecy counts."""
    (row,) = read("mã,trích yếu,thời hạn\nT-1,giải phóng mặt bằng,31/02/2026\n")[1]
    assert "'31/02/2026'" in str(row.error)


def test_a_header_that_does_not_end_is_refused_early() -> None:
    with pytest.raises(TableError, match="the first row does not end; check its quotation marks"):
        read('mã,"thời hạn\n' + "T-01,16/11/2026\n" * 100_000)


def test_many_keys_of_which_one_stands_twice() -> None:
    keys = ", ".join(f'"k{number}": 1' for number in range(40_000))
    (row,) = read(f'{{{keys}, "k7": 2}}\n', "jsonl")[1]
    assert str(row.error) == "row 1: the key 'k7' stands twice; keep one."


@pytest.mark.parametrize("record", [{None: ["x"], "id": "T"}, {1: "x"}, {"id": 10**5000}])
def test_records_that_are_none_are_refused(record: dict[Any, object]) -> None:
    with pytest.raises(TaskError):
        dr.Task.from_record(record)
