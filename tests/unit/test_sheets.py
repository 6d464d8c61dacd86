"""Sheets in and out: readers/sheet.py, readers/workbook.py and streams/sheet_results.py. Written sheets are read back with openpyxl."""

from __future__ import annotations

import re
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import openpyxl
import pyarrow as pa
import pytest
import xlsxwriter
from openpyxl.styles import Font
from openpyxl.utils.escape import unescape

import deadline_rules as dr
from deadline_rules.errors import MissingExtraError, TableError
from deadline_rules.readers import workbook as workbook_module
from deadline_rules.readers.rows import Row, TaskTable
from deadline_rules.readers.tables import read_table
from deadline_rules.streams import sheet_results
from deadline_rules.streams.batches import RowsSource
from deadline_rules.streams.evaluation import evaluated
from deadline_rules.streams.sheet_results import SheetResults

KON_TUM = dr.load("kon-tum")
LATE, MISSED, PLAIN = "FFFFC7CE", "FFFFEB9C", "00000000"


# --- making sheets


def moment(*parts: int) -> datetime:
    """A date-time without a time zone, as sheets keep them."""
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=UTC).replace(tzinfo=None)


def sheet(*rows: Iterable[object], at: str = "A1") -> bytes:
    """A workbook of one sheet whose cells begin at a place."""
    book = openpyxl.Workbook()
    page: Any = book.active
    first = page[at]
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            if value is not None:
                page.cell(first.row + down, first.column + right, value)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def edited(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one part of it changed."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        assert part in before.namelist()
        for name in before.namelist():
            text = before.read(name)
            after.writestr(name, change(text.decode()).encode() if name == part else text)
    return out.getvalue()


def read(content: bytes) -> tuple[TaskTable, list[Row]]:
    """The table and all its rows."""
    table = read_table(BytesIO(content), "tasks.xlsx", "xlsx")
    return table, list(table.rows)


def tasks_of(content: bytes) -> list[dr.Task]:
    """The tasks of a sheet in which no row is refused."""
    rows = read(content)[1]
    assert [row.error for row in rows] == [None] * len(rows)
    return [row.task for row in rows if row.task is not None]


def refusals(content: bytes) -> list[str]:
    """Why rows are refused."""
    return [str(row.error) for row in read(content)[1] if row.error is not None]


# --- reading: cells


def test_cells_of_every_kind() -> None:
    header = ("Mã", "Ngày giao", "Thời hạn", "Khẩn", "Phức tạp", "Thường xuyên", "Độ mật", "Trích yếu", "Cơ quan giao")
    content = sheet(
        header,
        (12.0, date(2026, 11, 2), "16/11/2026", True, "x", 0, None, " Về việc ", "Giám đốc Sở"),
        ("T-02", moment(2026, 11, 2), "2026-11-16", False, 1, "không", "mật", 2026, None),
        ("=1+1", None, None, None, None, None, None, None, None),
    )
    # openpyxl takes text that begins with = for a formula; a formula without a value is an empty cell.
    first, second = (row.task for row in read(content)[1])
    assert first == dr.Task(
        id="12",
        assigned_on=date(2026, 11, 2),
        due_on=date(2026, 11, 16),
        urgent=True,
        complex=True,
        summary="Về việc",
        assigned_by="chair",
    )
    assert second == dr.Task(id="T-02", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), complex=True, secrecy="mật", summary="2026")


def test_formulas_give_the_value_they_had() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Mã", "Thời hạn", "Khẩn"])
        page.write_formula(1, 0, '="T-"&1', None, "T-1")
        page.write_formula(1, 1, "=DATE(2026,11,16)", book.add_format({"num_format": "dd/mm/yyyy"}), 46342)
        page.write_formula(1, 2, "=TRUE()", None, True)
    assert tasks_of(out.getvalue()) == [dr.Task(id="T-1", due_on=date(2026, 11, 16), urgent=True)]


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"date_1904": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Mã", "Thời hạn"])
        page.write(1, 0, "T-01")
        page.write_datetime(1, 1, moment(2026, 11, 16), book.add_format({"num_format": "dd/mm/yyyy"}))
    assert tasks_of(out.getvalue()) == [dr.Task(id="T-01", due_on=date(2026, 11, 16))]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (moment(2026, 11, 20, 8, 30), "row 2: due_on: 2026-11-20T08:30:00 has no time zone"),
        (time(8, 30), "row 2: due_on: '08:30:00' is not a day"),
        (timedelta(hours=30), "row 2: due_on: "),
        (46342, "row 2: due_on: '46342.0' is not a day"),
        (True, "row 2: due_on: 'True' is not a day"),
        (date(1989, 12, 31), "row 2: due_on: 1989-12-31 lies outside 1990-2100"),
        ("31/02/2026", "row 2: due_on: '31/02/2026' is no day of the calendar"),
        ("#N/A", "row 2: due_on: "),
    ],
)
def test_a_cell_that_is_no_day_is_refused(cell: object, why: str) -> None:
    (refusal,) = refusals(sheet(("Mã", "Thời hạn"), ("T-01", cell)))
    assert refusal.startswith(why)


@pytest.mark.parametrize(("cell", "why"), [(12.5, "id: a float cannot be read"), (date(2026, 11, 2), "id: a date cannot be read")])
def test_a_cell_that_is_no_id_is_refused(cell: object, why: str) -> None:
    (refusal,) = refusals(sheet(("Mã", "Thời hạn"), (cell, date(2026, 11, 16))))
    assert refusal.startswith(f"row 2: {why}")


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"])
def test_an_error_is_not_an_empty_cell(error: str) -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(2, 1, ["Ghi chú", "Mã", "Thời hạn"])
        page.write_row(3, 1, ["", "T-01"])
        page.write_formula(3, 3, "=A1", None, error)  # refused: an empty cell would mean that there is no time limit
        page.write_row(4, 1, ["", "T-02", "16/11/2026"])
        page.write_formula(4, 1, "=A1", None, error)  # nobody reads this column
        page.write_formula(5, 1, "=A1", None, error)  # nor this row
        page.write_formula(6, 2, "=A1", None, error)
    rows = read(out.getvalue())[1]
    assert [(row.line, row.task) for row in rows] == [(4, None), (5, dr.Task(id="T-02", due_on=date(2026, 11, 16))), (7, None)]
    assert str(rows[0].error) == "row 4: due_on: the cell holds an error such as #N/A; mend its formula or clear it."
    assert rows[0].error is not None
    assert (rows[0].error.field, rows[0].error.row) == ("due_on", 4)
    assert str(rows[2].error) == "row 7: id: the cell holds an error such as #N/A; mend its formula or clear it."


def test_cells_that_do_not_say_where_they_are_follow_the_one_before() -> None:
    def without_places(text: str) -> str:
        return text.replace(' r="B2"', "").replace(' r="B3"', "").replace(' r="A3"', "").replace('<row r="3"', "<row")

    content = edited(
        sheet(("Mã", "Thời hạn"), ("T-01", date(2026, 11, 16)), ("T-02", "#N/A")),
        "xl/worksheets/sheet1.xml",
        without_places,
    )
    rows = read(content)[1]
    assert [row.task for row in rows] == [dr.Task(id="T-01", due_on=date(2026, 11, 16)), None]
    assert str(rows[1].error) == "row 3: due_on: the cell holds an error such as #N/A; mend its formula or clear it."


def test_elements_may_have_a_prefix() -> None:
    """As some programs write all of them."""

    def prefixed(text: str) -> str:
        return re.sub(r"<(/?)(?=[a-z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")

    content = sheet(("Mã", "Thời hạn"), ("T-01", date(2026, 11, 16)), ("T-02", "#N/A"))
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        content = edited(content, part, prefixed)
    rows = read(content)[1]
    assert [row.task for row in rows] == [dr.Task(id="T-01", due_on=date(2026, 11, 16)), None]
    assert str(rows[1].error).startswith("row 3: due_on: the cell holds an error")


def test_a_row_that_names_a_degree_of_secrecy_is_not_repeated() -> None:
    (refusal,) = refusals(sheet(("Mã", "Khẩn", "Độ mật"), ("T-01", "điều phải giữ kín", "mật")))
    assert "giữ kín" not in refusal
    assert refusal.startswith("row 2: urgent: the cell cannot be read; its content is not shown")


# --- reading: rows and columns


def test_rows_have_the_numbers_that_excel_shows() -> None:
    content = sheet(
        ("Mã", "Thời hạn"),
        ("T-01", date(2026, 11, 16)),
        (),
        ("  ", None),
        ("T-02", "hôm nay"),
        ("T-01", None),
        at="C5",
    )
    rows = read(content)[1]
    assert [(row.line, row.task.id if row.task else None) for row in rows] == [(6, "T-01"), (9, None), (10, None)]
    assert str(rows[1].error).startswith("row 9: due_on: 'hôm nay' is not a day")
    assert str(rows[2].error) == "row 10: id: 'T-01' is already the task of row 6; ids are used once."


def test_titles_above_the_columns_are_passed_over() -> None:
    content = sheet(
        ("ỦY BAN NHÂN DÂN TỈNH", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Số", "12/BC-UBND"),
        (),
        ("DANH MỤC NHIỆM VỤ",),
        ("STT", "Mã nhiệm vụ", "Hạn xử lý", "Ghi chú", None, 2026),
        (1, "T-01", "16/11/2026", "gấp", "bên lề", "x"),
    )
    table, rows = read(content)
    assert [(row.line, row.task) for row in rows] == [(6, dr.Task(id="T-01", due_on=date(2026, 11, 16)))]
    assert table.ignored == ("STT", "Ghi chú", "2026")


def test_names_of_columns_in_any_form() -> None:
    names = [unicodedata.normalize("NFD", name) for name in ("MÃ NHIỆM VỤ", "Ngày giao việc", "Thời hạn")]
    assert tasks_of(sheet([*names, "urgent"], ("T-01", "02/11/2026", "16/11/2026", "có"))) == [
        dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), urgent=True)
    ]


def test_one_column_is_enough_in_the_first_row() -> None:
    assert tasks_of(sheet(("Mã",), ("T-01",), (2,))) == [dr.Task(id="T-01"), dr.Task(id="2")]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (("Ngày giao", "Thời hạn"), r"^tasks\.xlsx:2: no column gives the task's id \(mã"),
        ((date(2026, 11, 2), True, 1.5), r"^tasks\.xlsx:2: no column gives the task's id"),
        (("Mã", "Thời hạn", "Thời hạn"), r"^tasks\.xlsx:2: the column 'Thời hạn' stands twice; keep one\."),
        (("Mã", "Thời hạn", "Hạn"), r"^tasks\.xlsx:2: columns 'Thời hạn' and 'Hạn' both mean due_on; keep one\."),
    ],
)
def test_columns_that_cannot_be_told_are_refused(header: tuple[object, ...], why: str) -> None:
    with pytest.raises(TableError, match=why):
        read(sheet((), header, ("T-01", "16/11/2026", "17/11/2026")))


def test_the_first_visible_sheet_that_is_not_empty_is_read() -> None:
    book = openpyxl.Workbook()
    hidden: Any = book.active
    hidden.append(["Mã", "Thời hạn"])
    hidden.append(["hidden", None])
    hidden.sheet_state = "hidden"
    book.create_chartsheet("Biểu đồ")
    book.create_sheet("Trống")
    blank = book.create_sheet("Chỉ có dấu cách")
    blank["B7"] = "  "
    for name in ("T-01", "T-02"):
        page = book.create_sheet(f"Bảng {name}")
        page.append(["Mã", "Thời hạn"])
        page.append([name, date(2026, 11, 16)])
    book.active = 2
    assert tasks_of(saved(book)) == [dr.Task(id="T-01", due_on=date(2026, 11, 16))]


@pytest.mark.parametrize("at", ["A1", "A101"])
def test_a_workbook_without_a_table_is_refused(at: str) -> None:
    content = saved(openpyxl.Workbook()) if at == "A1" else sheet(("Mã", "Thời hạn"), ("T-01", None), at=at)
    with pytest.raises(TableError, match=r"^tasks\.xlsx: no visible sheet has a table in its first 100 rows"):
        read(content)


def test_a_column_formatted_down_to_the_last_row_costs_nothing() -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["Mã", "Thời hạn"])
    page.append(["T-01", date(2026, 11, 16)])
    page["XFD1048576"].font = Font(bold=True)
    assert tasks_of(saved(book)) == [dr.Task(id="T-01", due_on=date(2026, 11, 16))]


# --- reading: what is no workbook, and what would take all memory


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        ("Mã,Thời hạn\nT-01,16/11/2026\n".encode(), "the file is damaged or is not an xlsx workbook"),
        (b"PK\x03\x04", "the file is damaged or is not an xlsx workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096), "the workbook has a password, or is an old .xls; save it as .xlsx without a password"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(TableError) as refused:
        read(content)
    assert str(refused.value).startswith(f"tasks.xlsx: {why}")


def test_another_zip_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("word/document.xml", "<document/>")
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the file is not an xlsx workbook"):
        read(out.getvalue())


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_refused(keep: float) -> None:
    content = sheet(("Mã", "Thời hạn"), ("T-01", None))
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the file is damaged or is not an xlsx workbook"):
        read(content[: int(len(content) * keep)])


def test_a_file_with_a_wrong_byte_is_refused() -> None:
    out = BytesIO()
    with ZipFile(BytesIO(sheet(("Mã", "Thời hạn"), ("T-01", None)))) as before, ZipFile(out, "w", ZIP_STORED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the file is damaged"):
        read(out.getvalue().replace(b"T-01", b"T-02"))


def test_a_workbook_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the file is damaged"):
        read(edited(sheet(("Mã",), ("T-01",)), "xl/worksheets/sheet1.xml", lambda text: text.replace("</sheetData>", "")))
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the workbook cannot be read: Unknown cell 't' attribute"):
        read(
            edited(sheet(("Mã",), (1,)), "xl/worksheets/sheet1.xml", lambda text: text.replace('<c r="A2"', '<c r="A2" t="q"').replace(' t="n"', ""))
        )


def test_a_document_type_is_refused() -> None:
    entities = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the workbook declares a document type"):
        read(edited(sheet(("Mã",), ("T-01",)), "xl/worksheets/sheet1.xml", lambda text: entities + text))


def test_a_part_that_unpacks_to_far_more_than_its_size_is_refused() -> None:
    out = BytesIO(sheet(("Mã",), ("T-01",)))
    with ZipFile(out, "a", ZIP_DEFLATED) as file, file.open("xl/media/image1.png", "w") as part:
        for _ in range(70):
            part.write(bytes(1024 * 1024))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(TableError, match=r"^tasks\.xlsx: 'xl/media/image1\.png' inside the file unpacks to more than 1000 times its size"):
        read(out.getvalue())


def test_a_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    content = sheet(("Mã",), ("T-01",))
    with ZipFile(BytesIO(content)) as file:
        size = file.getinfo("xl/styles.xml").file_size
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/styles.xml")) + 24
    assert int.from_bytes(content[place : place + 4], "little") == size
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the file is damaged"):
        read(content[:place] + (size - 1).to_bytes(4, "little") + content[place + 4 :])


def test_a_workbook_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = sheet(("Mã",), ("T-01",))
    with ZipFile(BytesIO(content)) as file:
        unpacked = sum(part.file_size for part in file.infolist())
    monkeypatch.setattr(workbook_module, "MAX_BYTES", unpacked)
    assert tasks_of(content) == [dr.Task(id="T-01")]
    monkeypatch.setattr(workbook_module, "MAX_BYTES", unpacked - 1)
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the workbook unpacks to more than 2 GiB"):
        read(content)


def test_errors_are_kept_only_for_a_million_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    content = sheet(("Mã", "Thời hạn"), ("T-01", "#N/A"), ("T-02", "#N/A"))
    monkeypatch.setattr(workbook_module, "_MOST_ERRORS", 2)
    assert len(refusals(content)) == 2
    monkeypatch.setattr(workbook_module, "_MOST_ERRORS", 1)
    with pytest.raises(TableError, match=r"^tasks\.xlsx: more than a million rows hold errors such as #N/A"):
        read(content)


@pytest.mark.parametrize("place", ["ABCD1", "É1", "A", "1"])
def test_a_cell_in_no_column_or_row_is_refused(place: str) -> None:
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the (file is damaged|workbook cannot be read)"):
        read(edited(sheet(("Mã",), (1,)), "xl/worksheets/sheet1.xml", lambda text: text.replace('r="A2"', f'r="{place}"')))


def test_a_zip_with_a_password_is_refused() -> None:
    content = bytearray(sheet(("Mã",), ("T-01",)))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the file has a password"):
        read(bytes(content))


def test_cells_in_opposite_corners_are_refused() -> None:
    """Kept with all the empty ones between them, they would take 512 GiB."""
    with pytest.raises(TableError, match=r"^tasks\.xlsx: the cells of the sheet lie too far apart"):
        read(edited(sheet(("Mã",), ("T-01",)), "xl/worksheets/sheet1.xml", _last_corner))


def _last_corner(text: str) -> str:
    return text.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def test_a_stray_cell_in_the_last_row_does_no_harm() -> None:
    content = edited(sheet(("Mã",), ("T-01",)), "xl/worksheets/sheet1.xml", lambda text: _last_corner(text).replace("XFD1048576", "A1048576"))
    assert [(row.line, row.task.id) for row in read(content)[1] if row.task] == [(2, "T-01"), (1_048_576, "1")]


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtraError, match=r"^reading xlsx needs the extra 'xlsx' \(python_calamine is missing\)"):
        read(sheet(("Mã",), ("T-01",)))
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match=r"^writing xlsx needs the extra 'xlsx' \(xlsxwriter is missing\)"):
        SheetResults(BytesIO(), KON_TUM.plan, "vi")


# --- writing


def results(*rows: Mapping[str, object]) -> pa.Table:
    """Results under Kon Tum's regulation: what is not given is that of a task without a time limit that has not begun."""
    columns: dict[str, tuple[pa.DataType, object]] = {
        "task_id": (pa.string(), "T-01"),
        "regulation": (pa.dictionary(pa.int32(), pa.string()), "kon-tum"),
        "as_of": (pa.date32(), date(2026, 11, 20)),
        "progress": (pa.dictionary(pa.int8(), pa.string()), "not_started"),
        "timeliness": (pa.dictionary(pa.int8(), pa.string()), "no_deadline"),
        "status": (pa.string(), None),
        "status_label": (pa.string(), None),
        "due_on": (pa.date32(), None),
        "working_days_left": (pa.int32(), None),
    }
    for rule in ("transfer", "status-update"):
        columns |= {f"{rule}_due_on": (pa.date32(), None), f"{rule}_state": (pa.dictionary(pa.int8(), pa.string()), "waiting")}
    who = [f"{who}-{what}" for who in ("unit", "office") for what in ("overdue", "difficulty", "unsatisfactory")]
    for rule in (*who, "return", "office-return"):
        columns |= {f"{rule}_opens_on": (pa.date32(), None), f"{rule}_state": (pa.dictionary(pa.int8(), pa.string()), None)}
    columns |= {"missing_fields": (pa.string(), ""), "caveats": (pa.string(), "")}
    assert {name for row in rows for name in row} <= set(columns)
    return pa.table({name: pa.array([row.get(name, usual) for row in rows], kind) for name, (kind, usual) in columns.items()})


def written(*tables: pa.Table, lang: dr.Lang = "vi") -> bytes:
    out = BytesIO()
    with SheetResults(out, KON_TUM.plan, lang) as file:
        for table in tables:
            file.write(table)
    return out.getvalue()


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def column(page: Any, header: str) -> list[object]:
    """The cells below a header."""
    names = [cell.value for cell in page[1]]
    return [row[names.index(header)] for row in page.iter_rows(min_row=2, values_only=True)]


OVERDUE = {
    "task_id": "T-01",
    "progress": "in_progress",
    "timeliness": "overdue",
    "status": "not_done_overdue",
    "status_label": "chưa thực hiện quá hạn",
    "due_on": date(2026, 11, 16),
    "working_days_left": -4,
    "transfer_due_on": date(2026, 11, 3),
    "transfer_state": "missed",
    "unit-overdue_opens_on": date(2026, 11, 17),
    "unit-overdue_state": "open",
    "missing_fields": "lead_unit document_number due_on",
    "caveats": "issuer-reorganised reading-day-off-end",
}


def test_the_sheet_says_it_in_words_and_real_dates() -> None:
    book = opened(written(results(OVERDUE)))
    assert book.sheetnames == ["Kết quả", "Lưu ý"]
    page = book["Kết quả"]
    assert [cell.value for cell in page[1]] == [
        "Mã nhiệm vụ",
        "Quy chế",
        "Tính đến ngày",
        "Tiến độ",
        "So với thời hạn",
        "Trạng thái theo quy chế",
        "Thời hạn",
        "Số ngày làm việc còn lại",
        "Phân loại và chuyển nhiệm vụ tới đơn vị thực hiện – hạn",
        "Phân loại và chuyển nhiệm vụ tới đơn vị thực hiện – trạng thái",
        "Cập nhật tình hình, kết quả thực hiện nhiệm vụ – hạn",
        "Cập nhật tình hình, kết quả thực hiện nhiệm vụ – trạng thái",
        "Đơn vị báo cáo nhiệm vụ đến hạn chưa triển khai – mở từ",
        "Đơn vị báo cáo nhiệm vụ đến hạn chưa triển khai – trạng thái",
        "Đơn vị báo cáo nhiệm vụ đến hạn không đủ khả năng, điều kiện thực hiện – mở từ",
        "Đơn vị báo cáo nhiệm vụ đến hạn không đủ khả năng, điều kiện thực hiện – trạng thái",
        "Đơn vị báo cáo nhiệm vụ đến hạn thực hiện không đúng yêu cầu – mở từ",
        "Đơn vị báo cáo nhiệm vụ đến hạn thực hiện không đúng yêu cầu – trạng thái",
        "Văn phòng đề xuất hướng xử lý nhiệm vụ đến hạn chưa triển khai – mở từ",
        "Văn phòng đề xuất hướng xử lý nhiệm vụ đến hạn chưa triển khai – trạng thái",
        "Văn phòng đề xuất hướng xử lý nhiệm vụ đến hạn không đủ khả năng, điều kiện thực hiện – mở từ",
        "Văn phòng đề xuất hướng xử lý nhiệm vụ đến hạn không đủ khả năng, điều kiện thực hiện – trạng thái",
        "Văn phòng đề xuất hướng xử lý nhiệm vụ đến hạn chưa đạt yêu cầu – mở từ",
        "Văn phòng đề xuất hướng xử lý nhiệm vụ đến hạn chưa đạt yêu cầu – trạng thái",
        "Đơn vị chuyển lại nhiệm vụ chưa chính xác hoặc không thuộc chức năng – mở từ",
        "Đơn vị chuyển lại nhiệm vụ chưa chính xác hoặc không thuộc chức năng – trạng thái",
        "Văn phòng chuyển trả lại nhiệm vụ cho Văn phòng Chính phủ – mở từ",
        "Văn phòng chuyển trả lại nhiệm vụ cho Văn phòng Chính phủ – trạng thái",
        "Thông tin còn thiếu",
        "Lưu ý",
    ]
    assert [cell.value for cell in page[2]] == [
        "T-01",
        "kon-tum",
        moment(2026, 11, 20),
        "đang thực hiện",
        "quá hạn",
        "chưa thực hiện quá hạn",
        moment(2026, 11, 16),
        -4,
        moment(2026, 11, 3),
        "quá hạn, chưa làm",
        None,
        "chưa bắt đầu tính",
        moment(2026, 11, 17),
        "đang mở",
        *[None] * 14,
        "đơn vị chủ trì, số, ký hiệu, thời hạn",
        "issuer-reorganised reading-day-off-end",
    ]
    assert {cell.number_format for cell in page[2] if isinstance(cell.value, datetime)} == {"dd/mm/yyyy"}


def test_the_sheet_can_be_looked_through() -> None:
    page = opened(written(results(OVERDUE, OVERDUE)))["Kết quả"]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:AD3"
    assert page.print_title_rows == "$1:$1"
    assert all(cell.font.bold and cell.alignment.wrap_text for cell in page[1])
    assert not page["A2"].font.bold
    widths = [page.column_dimensions[letter].width for letter in ("A", "C", "F")]
    assert all(12 <= width <= 30 for width in widths), widths
    assert page.row_dimensions[1].height >= 75


def test_late_rows_are_coloured_whole() -> None:
    rows = results(
        {"task_id": "late", "progress": "in_progress", "timeliness": "overdue"},
        {"task_id": "late and missed", "progress": "not_started", "timeliness": "overdue", "transfer_state": "missed"},
        {"task_id": "done late", "progress": "completed", "timeliness": "overdue", "transfer_state": "met_late"},
        {"task_id": "missed", "progress": "in_progress", "timeliness": "in_time", "status-update_state": "missed"},
        {"task_id": "done, missed", "progress": "completed", "timeliness": "in_time", "transfer_state": "missed"},
        {"task_id": "in time", "progress": "in_progress", "timeliness": "in_time", "transfer_state": "pending"},
        {"task_id": "no limit"},
    )
    page = opened(written(rows))["Kết quả"]
    fills = {row[0].value: {cell.fill.fgColor.rgb for cell in row} for row in page.iter_rows(min_row=2)}
    assert fills == {
        "late": {LATE},
        "late and missed": {LATE},
        "done late": {PLAIN},
        "missed": {MISSED},
        "done, missed": {MISSED},
        "in time": {PLAIN},
        "no limit": {PLAIN},
    }


@pytest.mark.parametrize(
    "id",
    [
        "=1+1",
        "@x",
        "+84",
        "-1",
        '=HYPERLINK("http://x.vn")',
        "http://x.vn",
        "{=1}",
        "007",
        "1E5",
        "#N/A",
        "TRUE",
        " giữa hai dấu cách ",
        "hai\ndòng",
        'a<b>&"c"\'',
        "<r>x</r>",
        '<r><t>x</t></r></is></c><c r="C2"><f>1+1</f></c><c r="D2"><is><r></r>',
        "<r></c></r>",
        "_x0041_",
        "Số 12/2026/QĐ-UBND 𝒳 🙂",
    ],
)
def test_text_stays_text(id: str) -> None:
    cell = opened(written(results({"task_id": id})))["Kết quả"]["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert unescape(cell.value) == id
    assert cell.hyperlink is None
    # The other library reads the same.
    rows = read(written(results({"task_id": id})))[1]
    assert [row.task.id if row.task else row.error for row in rows] == [id.strip()]


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_signs_that_xml_forbids_do_not_break_the_file(sign: str) -> None:
    cell = opened(written(results({"task_id": f"a{sign}b"})))["Kết quả"]["A2"]
    assert cell.value in (f"a{sign}b", f"a_x{ord(sign):04X}_b")


def test_the_caveats_are_told_once_and_counted() -> None:
    rows = results(
        {"caveats": "issuer-reorganised reading-day-off-end"},
        {"caveats": "issuer-reorganised"},
        {"caveats": ""},
        {"caveats": None},
        {"caveats": "issuer-reorganised secret-task"},
    )
    page = opened(written(rows, results({"caveats": "issuer-reorganised reading-day-off-end"})))["Lưu ý"]
    texts = {caveat.code: caveat.text.vi for caveat in KON_TUM.plan.possible_caveats()}
    assert list(page.iter_rows(values_only=True)) == [
        ("Mã lưu ý", "Nội dung", "Số nhiệm vụ"),
        ("issuer-reorganised", texts["issuer-reorganised"], 4),
        ("secret-task", texts["secret-task"], 1),
        ("reading-day-off-end", texts["reading-day-off-end"], 2),
        (None, None, None),
        (None, "Nhiệm vụ quá hạn mà chưa hoàn thành.", None),
        (None, "Nhiệm vụ chưa quá hạn, nhưng có việc phải làm đã quá hạn mà chưa làm.", None),
    ]
    assert [page.cell(line, 1).fill.fgColor.rgb for line in (6, 7)] == [LATE, MISSED]


def test_beyond_the_last_row_another_sheet_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_results, "MAX_ROWS", 3)
    rows = results(*({"task_id": f"T-{number}"} for number in range(1, 6)))
    book = opened(written(rows.slice(0, 1), rows.slice(1)))
    assert book.sheetnames == ["Kết quả", "Kết quả (2)", "Kết quả (3)", "Lưu ý"]
    assert [column(book[name], "Mã nhiệm vụ") for name in book.sheetnames[:3]] == [["T-1", "T-2"], ["T-3", "T-4"], ["T-5"]]
    assert [book[name].auto_filter.ref for name in book.sheetnames[:3]] == ["A1:AD3", "A1:AD3", "A1:AD2"]
    assert book["Kết quả (3)"].freeze_panes == "B2"
    monkeypatch.setattr(sheet_results, "MAX_ROWS", 6)
    assert opened(written(rows)).sheetnames == ["Kết quả", "Lưu ý"]


def test_a_sheet_holds_as_many_rows_as_excel_can() -> None:
    assert sheet_results.MAX_ROWS == 1_048_576


def test_in_english() -> None:
    book = opened(written(results(OVERDUE), lang="en"))
    assert book.sheetnames == ["Results", "Caveats"]
    page = book["Results"]
    assert [cell.value for cell in page[1]][:8] == [
        "Task",
        "Regulation",
        "As of",
        "Progress",
        "Timeliness",
        "Status under the regulation",
        "Due on",
        "Working days left",
    ]
    assert [cell.value for cell in page[2]][3:6] == ["in progress", "overdue", "not done, overdue"]
    assert [cell.value for cell in page[2]][9] == "missed"
    assert [cell.value for cell in page[2]][-2] == "lead unit, document number, due on"
    assert page["C2"].number_format == "yyyy-mm-dd"
    assert book["Caveats"]["B1"].value == "Text"


def test_equal_results_are_equal_files() -> None:
    first, second = (written(results(OVERDUE)) for _ in range(2))
    assert first == second
    properties = opened(first).properties
    assert properties.title == "kon-tum"
    assert properties.created == moment(2026, 11, 20)


@pytest.mark.parametrize("tables", [(), (results(),)])
def test_a_file_without_results_has_its_columns(tables: tuple[pa.Table, ...]) -> None:
    book = opened(written(*tables))
    assert book["Kết quả"].max_row == 1
    assert book["Kết quả"].max_column == 30
    assert book["Lưu ý"].max_row == 4


def test_real_results_from_sheet_to_sheet() -> None:
    """Days and states as in the interface's example, worked out by hand: four working days after 16/11/2026 is 20/11/2026."""
    tasks = sheet(
        ("Mã", "Ngày giao", "Thời hạn", "Ngày bắt đầu", "Ngày hoàn thành"),
        ("T-01", date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 4), None),
        ("T-02", date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 4), date(2026, 11, 16)),
        ("T-03", date(2026, 11, 2), None, None, None),
    )
    out = BytesIO()
    source = RowsSource(read_table(BytesIO(tasks), "tasks.xlsx", "xlsx"))
    with SheetResults(out, KON_TUM.plan, "vi") as file:
        for batch in evaluated(KON_TUM, source, date(2026, 11, 20)):
            file.write(batch.table)
    page = opened(out.getvalue())["Kết quả"]
    assert column(page, "Mã nhiệm vụ") == ["T-01", "T-02", "T-03"]
    assert column(page, "Tiến độ") == ["đang thực hiện", "đã hoàn thành", "chưa bắt đầu"]
    assert column(page, "So với thời hạn") == ["quá hạn", "trong hạn", "không có thời hạn"]
    assert column(page, "Trạng thái theo quy chế")[:2] == ["chưa thực hiện quá hạn", "đã thực hiện trong hạn"]
    assert column(page, "Thời hạn") == [moment(2026, 11, 16), moment(2026, 11, 16), None]
    assert column(page, "Số ngày làm việc còn lại") == [-4, 0, None]
    assert column(page, "Phân loại và chuyển nhiệm vụ tới đơn vị thực hiện – hạn")[0] == moment(2026, 11, 3)
    assert page["A2"].fill.fgColor.rgb == LATE


# --- writing: nothing temporary stays


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, empty."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nothing_temporary_stays(temporary: Path) -> None:
    assert len(written(results(OVERDUE))) > 5_000
    assert list(temporary.iterdir()) == []


def _fail(file: SheetResults) -> None:
    file.write(results(OVERDUE))
    raise ZeroDivisionError


def test_a_file_that_is_given_up_leaves_nothing(temporary: Path) -> None:
    out = BytesIO()
    file = SheetResults(out, KON_TUM.plan, "vi")
    assert list(temporary.iterdir()) != []
    with pytest.raises(ZeroDivisionError), file:
        _fail(file)
    assert list(temporary.iterdir()) == []
    assert out.getvalue() == b""


class _Full(BytesIO):
    """A file on a full disk."""

    def write(self, _: Any) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_nothing(temporary: Path) -> None:
    file = SheetResults(_Full(), KON_TUM.plan, "vi")
    file.write(results(OVERDUE))
    with pytest.raises(OSError, match="No space left"):
        file.close()
    assert list(temporary.iterdir()) == []


def test_a_full_disk_while_finishing_is_an_error_of_the_system(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = SheetResults(BytesIO(), KON_TUM.plan, "vi")
    file.write(results(OVERDUE))
    monkeypatch.setattr(xlsxwriter.Workbook, "_store_workbook", full)
    with pytest.raises(OSError, match="No space left"):
        file.close()
    assert list(temporary.iterdir()) == []
