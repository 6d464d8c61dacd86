"""Files by the column are held to files row by row: the same results, the same refusals in the same words, whatever the bytes."""

from __future__ import annotations

import csv
import importlib.util
import os
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

if importlib.util.find_spec("pyarrow") is None and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip("whole files need pyarrow: pip install 'deadline-rules[tables]'", allow_module_level=True)

import pyarrow as pa
import pyarrow.parquet as pq

import deadline_rules as dr
from deadline_rules.errors import DeadlineRulesError, TableError, TaskError
from deadline_rules.readers.tables import read_table
from deadline_rules.streams import batches, csv_batches
from deadline_rules.streams.batches import ParquetSource, RowsSource, Source
from deadline_rules.streams.csv_batches import CsvSource
from deadline_rules.streams.evaluation import evaluated
from strategies import PACKS

IN_CI: Final = bool(os.environ.get("CI"))
AS_OF: Final = date(2026, 11, 20)
REGULATIONS: Final = {pack: dr.load(pack) for pack in PACKS}

Found = tuple[list[dict[str, Any]], list[str]] | str


def one_by_one(regulation: dr.Regulation, content: bytes, kind: str) -> Found:
    """What the reader of rows and the single engine make of a file: results and refusals, or why it cannot be read."""
    results, refused = [], []
    try:
        for row in read_table(BytesIO(content), f"t.{kind}", kind).rows:
            error = row.error
            if row.task is not None:
                try:
                    results.append(flat(regulation, regulation.evaluate(row.task, AS_OF)))
                except DeadlineRulesError as problem:
                    error = TaskError(str(problem), row=row.line)
            if error is not None:
                refused.append(str(error))
    except TableError as error:
        return str(error)
    return results, refused


def by_the_column(regulation: dr.Regulation, open_source: Callable[[], Source]) -> Found:
    """The same by whole batches."""
    rows: list[dict[str, Any]] = []
    refused: list[str] = []
    try:
        for results in evaluated(regulation, open_source(), AS_OF):
            rows += results.table.to_pylist()
            refused += map(str, results.refused)
    except TableError as error:
        return str(error)
    return rows, refused


def flat(regulation: dr.Regulation, result: dr.Evaluation) -> dict[str, Any]:
    """A result as the row of a file."""
    row: dict[str, Any] = {
        "task_id": result.task_id,
        "regulation": result.regulation,
        "as_of": result.as_of,
        "progress": result.progress,
        "timeliness": result.timeliness,
        "status": result.status.code,
        "status_label": result.status.label,
        "due_on": result.due_on,
        "working_days_left": result.working_days_left,
    }
    for deadline in result.deadlines:
        row |= {f"{deadline.rule}_due_on": deadline.due_on, f"{deadline.rule}_state": deadline.state}
    for rule in regulation.plan.escalations:
        opened = result.escalation(rule.rule)
        row |= {f"{rule.rule}_opens_on": opened and opened.opens_on, f"{rule.rule}_state": opened and opened.state}
    return row | {"missing_fields": " ".join(result.missing_fields), "caveats": " ".join(caveat.code for caveat in result.caveats)}


DAYS: Final = ["20/11/2026", "2026-11-16", "02-11-2026", "31/02/2026", "", " ", "2/1/2026", "20/11/26", "01/01/2100", "30/12/2100", "1989-12-31"]
TEXTS: Final = ["", "a", "Đôn đốc, kiểm tra", 'nói "có"', "hai\ndòng", "hai\r\ndòng", "=1+1", "mật", "ma\u0323\u0302t", "\u00a0x ", "x" * 30]
COLUMNS: Final[dict[str, st.SearchStrategy[str]]] = {
    "Mã": st.sampled_from(["T-1", "T-2", "T-3", "T-4", " T-1", "T-\u0065\u0302", "T-\u00ea", "", "12", 'T"1', "-T", "x" * 201])
    | st.text("Tê-1,\n", max_size=4),
    "ngay giao": st.sampled_from(DAYS),
    "Hạn xử lý": st.sampled_from(DAYS),
    "ngày hoàn thành": st.sampled_from(DAYS),
    "độ mật": st.sampled_from(["", "mật", "Thường", "tối mật", "x"]),
    "khẩn": st.sampled_from(["", "x", "có", "0", "?"]),
    "nội dung": st.sampled_from(TEXTS),
    "ghi chú": st.sampled_from(TEXTS),
    "trích yếu": st.sampled_from([*TEXTS, "y" * 20_001]),
}


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """A csv file, well formed or not."""
    names = ["Mã", *draw(st.lists(st.sampled_from(sorted(set(COLUMNS) - {"Mã"})), unique=True))]
    rows = draw(st.lists(st.tuples(*(COLUMNS[name] for name in names)), max_size=14))
    out = StringIO()
    quoting: Literal[0, 1] = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    end, separator = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from([",", ";", "\t"]))
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerow(names)
    for row in rows:
        kept = draw(st.sampled_from([len(row)] * 8 + [1, len(row) - 1]))
        writer.writerow([*row[:kept], *draw(st.sampled_from([[]] * 9 + [["", " "], ["more"]]))])
        out.write(draw(st.sampled_from([""] * 12 + [end, separator * 3 + end, " " + end])))
    content = out.getvalue().encode()
    if draw(st.booleans()):
        content = content.removesuffix(end.encode())
    if content and draw(st.integers(0, 5)) == 0:  # spoilt somewhere
        at = draw(st.integers(0, len(content) - 1))
        content = content[:at] + draw(st.sampled_from([b'"', b"\r", b"\0", b"\xff", b"\n", b",", b'""', b" "])) + content[at:]
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + content


@settings(max_examples=400 if IN_CI else 100)
@given(csv_files(), st.sampled_from(PACKS), st.sampled_from([16, 200, 4 * 1024 * 1024]))
def test_csv_by_the_column_is_csv_row_by_row(content: bytes, pack: str, block: int) -> None:
    expected = one_by_one(REGULATIONS[pack], content, "csv")
    event("refused whole" if isinstance(expected, str) else "rows refused" if expected[1] else "all taken")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_batches, "_BLOCK", block)  # small ones cut files everywhere
        assert by_the_column(REGULATIONS[pack], lambda: CsvSource(lambda: BytesIO(content), "t.csv")) == expected


JSON_ROWS: Final = st.lists(st.fixed_dictionaries({}, optional=dict(COLUMNS)), max_size=9)


@given(JSON_ROWS, st.sampled_from(PACKS), st.integers(1, 5))
def test_rows_in_batches_are_rows(records: list[dict[str, str]], pack: str, size: int) -> None:
    import json

    content = "".join(json.dumps(record) + "\n" for record in records).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_ROWS", size)
        found = by_the_column(REGULATIONS[pack], lambda: RowsSource(read_table(BytesIO(content), "t.jsonl", "jsonl")))
    assert found == one_by_one(REGULATIONS[pack], content, "jsonl")


ARROW_DAYS: Final = (
    st.none() | st.dates(date(2023, 1, 1), date(2028, 1, 1)) | st.sampled_from([date(1989, 12, 31), date(2100, 12, 30), date(9999, 1, 1)])
)


@st.composite
def parquet_files(draw: st.DrawFn) -> bytes:
    """A parquet file: texts, dates, numbers and flags in their own types."""
    rows = draw(st.integers(0, 12))

    def column(values: st.SearchStrategy[Any], *kinds: pa.DataType) -> pa.Array:
        return pa.array(draw(st.lists(values, min_size=rows, max_size=rows)), draw(st.sampled_from(kinds)))

    numbers = st.none() | st.integers(1, 6)
    ids = st.sampled_from([(numbers, (pa.int32(), pa.int64(), pa.float64())), (st.none() | COLUMNS["Mã"], (pa.string(), pa.large_string()))])
    values, kinds = draw(ids)
    found = {"id": column(values, *kinds)}
    for name in draw(st.sets(st.sampled_from(["ngay giao", "Hạn xử lý", "ngày hoàn thành"]))):
        found[name] = column(ARROW_DAYS, pa.date32()).cast(
            draw(st.sampled_from([pa.date32(), pa.date64(), pa.timestamp("us"), pa.timestamp("ms", "UTC")]))
        )
    if draw(st.booleans()):
        found["khẩn"] = column(st.none() | st.booleans(), pa.bool_())
    if draw(st.booleans()):
        found["độ mật"] = column(st.none() | COLUMNS["độ mật"], pa.string(), pa.dictionary(pa.int8(), pa.string()))
    if draw(st.booleans()):
        found["nội dung"] = column(st.none() | COLUMNS["nội dung"], pa.string())
    if draw(st.booleans()):
        found["số hiệu"] = column(st.none() | st.integers(0, 9), pa.int64(), pa.float64())
    out = BytesIO()
    pq.write_table(pa.table(found), out, row_group_size=draw(st.integers(1, 5)))
    return out.getvalue()


@settings(max_examples=200 if IN_CI else 50)
@given(parquet_files(), st.sampled_from(PACKS))
def test_parquet_by_the_column_is_parquet_row_by_row(content: bytes, pack: str) -> None:
    expected = one_by_one(REGULATIONS[pack], content, "parquet")
    assert by_the_column(REGULATIONS[pack], lambda: ParquetSource(lambda: BytesIO(content), "t.parquet")) == expected


def test_a_year_that_python_has_not_is_a_problem_of_its_row(tmp_path: Path) -> None:
    table = pa.table({"id": ["T-1", "T-2"], "due_on": pa.array([4_000_000, 20_000], pa.date32())})
    pq.write_table(table, tmp_path / "t.parquet")
    content = (tmp_path / "t.parquet").read_bytes()
    for found in (
        one_by_one(REGULATIONS["kon-tum"], content, "parquet"),
        by_the_column(REGULATIONS["kon-tum"], lambda: ParquetSource(lambda: BytesIO(content), "t.parquet")),
    ):
        assert not isinstance(found, str)
        assert [row["task_id"] for row in found[0]] == ["T-2"]
        assert found[1] == [
            "row 1: due_on: '12921-08-18' is not a day; write it as 20/11/2026, 20-11-2026 or 2026-11-20 (day before month, year in four digits)."
        ]
