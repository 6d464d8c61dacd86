"""Files of tasks: what the command `evaluate` takes for a whole file, beside reading and writing the same columns and computing nothing.

Each run is a process of its own, which prints one line of JSON: the seconds inside it, its libraries imported beforehand, and the most memory
that the process held.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
from peer_job import AS_OF, CHECKED, Columns, make_columns
from peer_measure import highest

import deadline_rules as dr
from deadline_rules.engines.column_tables import NULL

PIECE: Final = 1_000_000  # rows of a file made at a time
PARTS: Final = {"parquet": 1, "csv": 10, "csv-quoted": 10, "xlsx": 100}  # of the tasks asked for, one in so many goes into such a file


class FileJob(NamedTuple):
    """A file to be evaluated. `source` is the kind of file read, `out` of that written; `baseline` computes nothing."""

    id: str
    label: str
    regulation: str
    source: str
    out: str
    baseline: bool = False


def _jobs() -> Iterator[FileJob]:
    for regulation in ("kon-tum", "yen-the"):
        yield FileJob(f"parquet-{regulation}", f"parquet to parquet, {regulation}", regulation, "parquet", "parquet")
        yield FileJob(
            f"copy-{regulation}", f"the same columns of {regulation} read and written, nothing computed", regulation, "parquet", "parquet", True
        )
    for regulation in ("kon-tum", "yen-the"):
        yield FileJob(f"csv-{regulation}", f"csv to csv, {regulation}", regulation, "csv", "csv")
        label = f"csv to csv, {regulation}, every cell quoted, commas in a text"
        yield FileJob(f"csv-quoted-{regulation}", label, regulation, "csv-quoted", "csv")
    yield FileJob("xlsx", "parquet to xlsx, kon-tum (for information)", "kon-tum", "xlsx", "xlsx")


JOBS: Final = {job.id: job for job in _jobs()}


def path_of(source: str, folder: Path) -> Path:
    """Where the input of this kind lies. What becomes a workbook is read from parquet."""
    return folder / f"tasks-{source}.{'parquet' if source in ('parquet', 'xlsx') else 'csv'}"


def make(source: str, rows: int, folder: Path) -> None:
    """Writes the input: an id, eight days, a remark that gives no field; the quoted one has a title too. The same at every call."""
    columns = make_columns(rows)
    path = path_of(source, folder)
    if path.suffix == ".parquet":
        with pq.ParquetWriter(path, _piece(columns, 0, 0, source).schema) as writer:
            for start in range(0, rows, PIECE):
                writer.write_table(_piece(columns, start, min(start + PIECE, rows), source))
        return
    quoting = "all_valid" if source == "csv-quoted" else "none"
    options = arrow_csv.WriteOptions(include_header=False, quoting_style=quoting)
    schema = _piece(columns, 0, 0, source).schema
    with path.open("wb") as file, arrow_csv.CSVWriter(file, schema, write_options=options) as written:
        file.write((",".join(f'"{name}"' if source == "csv-quoted" else name for name in schema.names) + "\n").encode())
        for start in range(0, rows, PIECE):
            written.write_table(_piece(columns, start, min(start + PIECE, rows), source))


def _piece(columns: Columns, first: int, end: int, source: str) -> pa.Table:
    """Some rows. In csv, days are text as offices write them."""
    numbers = pa.array(range(first, end), pa.int64()).cast(pa.string())
    made: dict[str, Any] = {"id": pc.binary_join_element_wise("T", pc.utf8_lpad(numbers, 8, "0"), "-")}
    for name, column in {"issued_on": columns.assigned_on, **columns._asdict()}.items():
        days = column[first:end]
        dates = pa.array(days, mask=days == NULL).view(pa.date32())
        made[name] = dates if source in ("parquet", "xlsx") else pc.strftime(dates.cast(pa.timestamp("s")), "%d/%m/%Y")
    if source == "csv-quoted":
        title = "Báo cáo tình hình thực hiện nhiệm vụ, đề xuất hướng xử lý, lần"
        made["document_title"] = pa.array([f"{title} {number % 5_000}" for number in range(first, end)], pa.string())
    made["ghi chú"] = pa.array([f"ghi chú {number % 100}" for number in range(first, end)], pa.string())
    return pa.table(made)


def run_once(job: FileJob, source: Path, out: Path) -> tuple[float, int]:
    """Seconds and bytes of one run."""
    work = _copying(job, source, out) if job.baseline else _command(job, source, out)
    out.unlink(missing_ok=True)  # clearing away what an earlier run wrote is no part of this one
    start = time.perf_counter()
    work()
    return time.perf_counter() - start, highest()


def _command(job: FileJob, source: Path, out: Path) -> Callable[[], None]:
    """`deadline-rules evaluate`, as whoever types it starts it."""
    for name in ("cli.app", *(f"streams.{part}" for part in ("csv_batches", "csv_results", "evaluation", "parquet_results", "sheet_results"))):
        import_module(f"deadline_rules.{name}")  # what the command imports when its turn comes
    from deadline_rules.cli.main import main

    def run() -> None:
        sys.argv = ["deadline-rules", "evaluate", job.regulation, str(source), "--as-of", str(AS_OF), "--out", str(out)]
        try:
            main()
        except SystemExit as leaving:
            if leaving.code:
                raise RuntimeError(f"{job.id}: the command left with status {leaving.code}") from None

    return run


def _copying(job: FileJob, source: Path, out: Path) -> Callable[[], None]:
    """Reads what the command reads, in its batches, and writes as many rows of one result that lies ready, as the command writes them."""
    from deadline_rules.cli.files import binary_output
    from deadline_rules.frames.evaluator import TableEvaluator
    from deadline_rules.frames.flat import flat
    from deadline_rules.streams.batches import ParquetSource
    from deadline_rules.streams.parquet_results import ParquetResults

    regulation = dr.load(job.regulation)
    evaluator = TableEvaluator(regulation.plan, regulation.calendar)

    def opened() -> BinaryIO:
        return source.open("rb")

    first = next(ParquetSource(opened, source.name).batches()).table
    found = evaluator.find(first, {name: name for name in first.column_names}, AS_OF)
    ready = flat(evaluator, found, found.refused, AS_OF)

    def run() -> None:
        with binary_output(out, "parquet") as file, ParquetResults(file) as writer:
            for batch in ParquetSource(opened, source.name).file.batches():
                writer.write(ready.slice(0, batch.num_rows))

    return run


def check(job: FileJob, source: Path, out: Path, rows: int) -> int:
    """How many rows of the output were held against the reader of rows and the single engine.

    Raises:
        AssertionError: a row differs, or there are not as many as there should be.
    """
    found, written = {"parquet": _of_parquet, "csv": _of_csv, "xlsx": _of_sheet}[job.out](out, CHECKED)
    assert written == rows, f"{job.id}: {written} rows written, {rows} given"
    if job.baseline:
        return 0
    for number, (one, other) in enumerate(zip(found, islice(_one_by_one(job, source), CHECKED), strict=True)):
        right = other if job.out == "parquet" else {name: _cell(value) for name, value in other.items()}
        assert one == {name: right[name] for name in one}, f"{job.id}, row {number + 1}: {one} where {right} is right"
    return len(found)


def _one_by_one(job: FileJob, source: Path) -> Iterator[dict[str, Any]]:
    """The results as flat rows, read row by row and evaluated one at a time."""
    from deadline_rules.readers.tables import read_table

    regulation = dr.load(job.regulation)
    with source.open("rb") as stream:
        for row in read_table(stream, source.name, source.suffix[1:]).rows:
            assert row.task is not None, row.error
            yield _flat(regulation, regulation.evaluate(row.task, AS_OF))


def _flat(regulation: dr.Regulation, result: dr.Evaluation) -> dict[str, Any]:
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


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _of_parquet(out: Path, rows: int) -> tuple[list[dict[str, Any]], int]:
    """The first rows of the output, and how many there are."""
    file = pq.ParquetFile(out)
    return next(file.iter_batches(rows)).to_pylist(), file.metadata.num_rows


def _of_csv(out: Path, rows: int) -> tuple[list[dict[str, Any]], int]:
    with out.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        first: list[dict[str, Any]] = list(islice(reader, rows))
        return first, len(first) + sum(1 for _ in reader)


def _of_sheet(out: Path, rows: int) -> tuple[list[dict[str, Any]], int]:
    """Of a workbook what a person sees first: the task, its status and its days."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    heads = {
        "Mã nhiệm vụ": "task_id",
        "Trạng thái theo quy chế": "status_label",
        "Thời hạn": "due_on",
        "Số ngày làm việc còn lại": "working_days_left",
    }
    places = {heads[str(head)]: at for at, head in enumerate(sheet[0]) if head in heads}
    assert len(places) == len(heads), f"the sheet has other headings: {sheet[0]}"
    return [{name: _shown(row[at]) for name, at in places.items()} for row in sheet[1 : rows + 1]], len(sheet) - 1


def _shown(value: object) -> str:
    return str(int(value)) if isinstance(value, float) else value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)


def main(arguments: Iterable[str]) -> None:
    """One task of a child: make an input, run a job, or check what it wrote."""
    task, id, folder, *rest = arguments
    if task == "make":
        make(id, int(rest[0]), Path(folder))
        answer: Any = path_of(id, Path(folder)).stat().st_size
    else:
        job = JOBS[id]
        source, out = path_of(job.source, Path(folder)), Path(folder) / f"results.{job.out}"
        answer = run_once(job, source, out) if task == "run" else (check(job, source, out, int(rest[0])), out.stat().st_size)
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
