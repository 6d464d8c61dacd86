"""A cluster: Spark, Dask and DuckDB give what one machine gives, however the table is cut."""

import doctest
import importlib.util
import os
import pickle
import random
import re
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules import spark as on_spark
from deadline_rules.errors import DeadlineRulesError, MissingExtraError, NotInForceError, TableError, UnknownRegulationError

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 20)
KON_TUM = dr.load("kon-tum")

pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.set_index:DeprecationWarning"),  # how Dask writes parquet
]


def need(*modules: str, java: bool = False) -> None:
    """Skips with one line where something is not installed; where everything is required, fails."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if java and not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        missing.append("Java 17 or later")
    if missing:
        line = f"needs {', '.join(missing)}: pip install 'deadline-rules[dev]'" + (", and a Java runtime" if java else "")
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(line)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One session with two workers; its Java process ends with it."""
    need("pyspark", "pyarrow", java=True)
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        settings: dict[str, bool | float | int | str | None] = {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "3",
            "spark.sql.execution.arrow.maxRecordsPerBatch": "1500",
        }
        session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()
        gateway = SparkContext._gateway
        assert gateway is not None
        gateway.shutdown()
        process = gateway.proc
        process.stdin.close()
        process.wait(30)
        SparkContext._gateway = SparkContext._jvm = None


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20,000 rows in five files of several row groups: days in every type, bad rows, secret tasks, ids that are none."""
    need("pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    chance = random.Random(20261120)  # noqa: S311  # rows, not secrets

    rows = range(20_000)
    assigned = [date(2025, 6, 1) + timedelta(chance.randrange(600)) for _ in rows]

    def after(day: date) -> date:
        return day + timedelta(chance.randrange(-2, 150))

    def or_none(value: Any, share: float) -> Any:
        return None if chance.random() < share else value

    def as_text(day: date) -> str:
        return chance.choice([f"{day:%d-%m-%Y}", f"{day}", "31/02/2026", "sắp tới", ""] if chance.random() < 0.05 else [f"{day:%d/%m/%Y}"])

    schema: dict[str, tuple[Any, list[Any]]] = {
        "thứ-tự": (pa.int64(), list(rows)),
        "Mã": (pa.string(), [chance.choice(["", None, "x" * 201]) if chance.random() < 0.01 else f"NV-{row}" for row in rows]),
        "ngày giao": (pa.date32(), [or_none(day, 0.1) for day in assigned]),
        "hạn xử lý": (pa.string(), [or_none(as_text(after(day)), 0.1) for day in assigned]),
        "ngày bắt đầu": (pa.timestamp("us"), [or_none(datetime.combine(after(day), datetime.min.time()), 0.4) for day in assigned]),
        "ngày hoàn thành": (
            pa.timestamp("us", "UTC"),
            [or_none(datetime.combine(after(day), datetime.min.time(), UTC) + timedelta(hours=chance.randrange(24)), 0.5) for day in assigned],
        ),
        "độ mật": (pa.string(), [chance.choice([None, "thường", "mật", "Tối mật", "???"]) if chance.random() < 0.05 else None for _ in rows]),
        "khẩn": (pa.bool_(), [or_none(chance.random() < 0.2, 0.2) for _ in rows]),
        "ngày-hỏi": (pa.date32(), [or_none(after(day), 0.01) for day in assigned]),
        "ghi.chú`-": (pa.string(), [or_none("ghi chú", 0.5) for _ in rows]),
        "status": (pa.string(), ["old"] * len(rows)),
    }
    table = pa.table({name: pa.array(values, kind) for name, (kind, values) in schema.items()})
    folder = tmp_path_factory.mktemp("tasks")
    for number in range(5):
        pq.write_table(table.slice(number * 4_000, 4_000), folder / f"{number}.parquet", row_group_size=1_300)
    return folder


def comparable(table: Any, like: Any = None) -> Any:
    """A table with its dictionaries written out (or of the types of another), its columns and rows in one order."""
    import pyarrow as pa

    names = sorted(table.column_names)
    fields = [field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in table.select(names).schema]
    plain = table.select(names).cast(pa.schema(fields) if like is None else like.schema)
    return plain.sort_by("thứ-tự").combine_chunks()


def assert_same(found: Any, expected: Any) -> None:
    """Two tables are equal in every column."""
    assert sorted(found.column_names) == sorted(expected.column_names)
    left = comparable(found)
    right = comparable(expected, left)
    assert {name: left.column(name).equals(right.column(name)) for name in left.column_names} == dict.fromkeys(left.column_names, True)


def on_one_machine(files: Path, pack: str, as_of: date | str) -> Any:
    import pyarrow.parquet as pq

    return dr.load(pack).evaluate_table(pq.read_table(files), as_of)


@pytest.mark.parametrize("as_of", [DAY, "ngày-hỏi"], ids=["day", "column"])
@pytest.mark.parametrize("pack", ["kon-tum", "can-tho"])
def test_spark_gives_what_one_machine_gives(spark: Any, files: Path, pack: str, as_of: date | str) -> None:
    expected = on_one_machine(files, pack, as_of)
    assert 500 < expected.num_rows - expected.column("problem").null_count < 3_000
    tasks = spark.read.parquet(str(files))
    cuts = [tasks.coalesce(1), tasks.repartition(2), tasks.repartition(7), tasks.repartition(5, "độ mật")]  # the last leaves partitions empty
    for cut in cuts if as_of == DAY else cuts[2:3]:
        found = on_spark.evaluate(cut, pack, as_of)
        assert found.columns == expected.column_names
        assert_same(found.toArrow(), expected)


def test_two_workers_are_used(spark: Any) -> None:
    def who(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        time.sleep(1)
        for _ in batches:
            yield pa.RecordBatch.from_pydict({"pid": pa.array([os.getpid()], pa.int64())})

    workers = {row.pid for row in spark.range(0, 8, numPartitions=2).mapInArrow(who, "pid long").collect()}
    assert len(workers) == 2
    assert os.getpid() not in workers


def test_a_task_builds_one_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    need("pyarrow")
    import pyarrow as pa

    from deadline_rules.frames.evaluator import TableEvaluator

    built: list[str] = []
    make = TableEvaluator.__init__

    def counted(self: TableEvaluator, plan: Any, *args: Any, **options: Any) -> None:
        built.append(plan.regulation)
        make(self, plan, *args, **options)

    monkeypatch.setattr(TableEvaluator, "__init__", counted)
    batches = pa.table({"0": ["A", "B", "C"]}).to_batches(max_chunksize=1)
    arrived = pickle.loads(pickle.dumps(KON_TUM))  # noqa: S301  # as a worker gets it
    found = list(on_spark._rows(arrived, ["id"], DAY, False, None, iter(batches)))
    assert [batch.column("id").to_pylist() for batch in found] == [["A"], ["B"], ["C"]]
    assert built == ["kon-tum"]
    assert list(on_spark._rows(arrived, ["id"], DAY, False, ["status"], iter(()))) == []


def test_only_the_results_asked_for(spark: Any) -> None:
    tasks = spark.createDataFrame([("A", "16/11/2026")], "id string, due_on string")
    found = on_spark.evaluate(tasks, KON_TUM, DAY, only=["working_days_left"])
    assert [tuple(row) for row in found.collect()] == [("A", "16/11/2026", -4, None)]
    with pytest.raises(TableError, match="only='left': kon-tum has no such result"):
        on_spark.evaluate(tasks, KON_TUM, DAY, only=["left"])


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Ho_Chi_Minh", "GMT+8", "+05:30"])
def test_moments_are_days_in_vietnam(spark: Any, zone: str) -> None:
    """The 20th begins in Việt Nam at 17:00 UTC on the 19th (UTC+7); a moment before 1990 is refused in any zone."""
    before = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", zone)
    try:
        tasks = spark.sql("""
            SELECT id, timestamp '2026-11-19 17:00:00Z' - make_interval(0, 0, 0, 0, 0, 0, 0.000001 * (1 - id)) AS due_on,
                   CASE WHEN id = 2 THEN timestamp '1800-01-01 00:00:00Z' END AS received_on FROM range(3)""")
        found = on_spark.evaluate(tasks, "kon-tum", DAY)
        rows = found.orderBy("id").collect()
        assert dict(found.dtypes)["due_on"] == "timestamp"
        assert [row.working_days_left for row in rows] == [-1, 0, None]
        assert rows[2].problem.startswith("received_on: 1800-01-01 lies outside 1990-2100")
        assert found.select("due_on").exceptAll(tasks.select("due_on")).isEmpty()
    finally:
        spark.conf.set("spark.sql.session.timeZone", before)


def test_without_a_zone_only_midnight_is_a_day(spark: Any) -> None:
    tasks = spark.sql("SELECT 'A' AS id, timestamp_ntz '2026-11-20 00:00:00' AS due_on UNION ALL SELECT 'B', timestamp_ntz '2026-11-20 08:00:00'")
    rows = on_spark.evaluate(tasks, KON_TUM, DAY).orderBy("id").collect()
    assert [row.working_days_left for row in rows] == [0, None]
    assert rows[1].problem.startswith("due_on: 2026-11-20T08:00:00 has no time zone")


def test_columns_keep_their_types_and_no_job_runs_at_the_call(spark: Any) -> None:
    schema = "`Mã` string NOT NULL, `a.b-c``d` array<int> NOT NULL, gia decimal(9,2)"
    tasks = spark.createDataFrame([("A", [1, None], None)], schema)
    found = on_spark.evaluate(tasks, KON_TUM, DAY)
    assert found.schema.fields[:3] == tasks.schema.fields
    assert {kind for _, kind in found.dtypes[3:]} == {"string", "int", "date"}
    (row,) = found.collect()
    assert tuple(row[:3]) == ("A", [1, None], None)
    assert row.status == "not_done_in_time"
    lazily = on_spark.evaluate(spark.sql("SELECT raise_error('read') AS id"), KON_TUM, DAY)
    assert "problem" in lazily.columns


def test_lists_of_extensions_and_suspensions(spark: Any) -> None:
    extension, suspension = "array<struct<granted_on: date, due_on: date>>", "array<struct<since: timestamp, until: date>>"
    granted = [(date(2026, 2, 10), date(2026, 2, 25))]
    evening = datetime(2026, 2, 9, 18, tzinfo=UTC)  # in Việt Nam the 10th
    rows = [("A", date(2026, 2, 12), granted, None), ("B", date(2026, 2, 12), None, [(evening, None)]), ("C", date(2026, 2, 12), granted * 2, None)]
    given = spark.createDataFrame(rows, f"id string, due_on date, extensions {extension}, suspensions {suspension}")
    for day, caveat in ((date(2026, 2, 9), False), (date(2026, 2, 13), True)):
        found = {row["id"]: row for row in on_spark.evaluate(given, "kon-tum", day).collect()}
        assert found["A"]["due_on_in_force"] == date(2026, 2, 25 if caveat else 12)
        assert ("suspension-not-provided" in found["B"]["caveats"].split()) is caveat
        assert found["C"]["problem"] == "extensions: two are granted on 2026-02-10; keep the one that counts."
        assert {row["extensions"] is None for row in found.values()} == {True, False}


def test_no_rows_and_empty_partitions(spark: Any) -> None:
    empty = spark.createDataFrame([], "id string, due_on date")
    assert on_spark.evaluate(empty, KON_TUM, DAY).collect() == []
    one = spark.createDataFrame([("A", date(2026, 11, 16))], "id string, due_on date").repartition(5)
    assert [row.working_days_left for row in on_spark.evaluate(one, KON_TUM, DAY).collect()] == [-4]


def test_readings_and_strictness_reach_the_workers(spark: Any) -> None:
    tasks = spark.createDataFrame([("A", "16/11/2026"), ("B", "01/03/2028")], "id string, due_on string")
    expected = (
        dr.load("kon-tum", readings={"before-day": "same_day"}).evaluate_table(tasks.toArrow(), DAY).column("unit-overdue_opens_on").to_pylist()
    )
    found = on_spark.evaluate(tasks, "kon-tum", DAY, readings={"before-day": "same_day"}).orderBy("id").collect()
    assert [row["unit-overdue_opens_on"] for row in found] == expected
    strictly = on_spark.evaluate(tasks, dr.load("kon-tum", strict=True), DAY).orderBy("id").collect()
    assert [row.problem is None for row in strictly] == [True, False]
    bad = spark.createDataFrame([("A", "31/11/2026")], "id string, due_on string")
    with pytest.raises(Exception, match="TaskError: 1 of 1 rows are no tasks: row 1: due_on: '31/11/2026' is no day of the calendar"):
        on_spark.evaluate(bad, KON_TUM, DAY, strict=True).collect()


@pytest.mark.parametrize(
    ("schema", "regulation", "as_of", "error", "message"),
    [
        ("id string", "kontum", DAY, UnknownRegulationError, "did you mean 'kon-tum'"),
        ("name string", "kon-tum", DAY, TableError, "no column gives the task's id"),
        ("id string", "kon-tum", "ngày", TableError, "there is no column 'ngày' to take as_of from"),
        ("id string", "kon-tum", date(2016, 5, 8), NotInForceError, "took effect on 2016-05-09"),
        ("id string, due_on date, `hạn` date", "kon-tum", DAY, TableError, "both mean due_on"),
        ("id string, note string, note int", "kon-tum", DAY, TableError, "Spark takes the columns 'note' and 'note' for one"),
        ("id string, Status string", "kon-tum", DAY, TableError, "Spark takes the columns 'Status' and 'status' for one"),
    ],
)
def test_what_cannot_be_is_refused_at_the_call(spark: Any, schema: str, regulation: str, as_of: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        on_spark.evaluate(spark.createDataFrame([], schema), regulation, as_of)


def test_arguments_that_do_not_go_together_are_refused(spark: Any) -> None:
    tasks = spark.createDataFrame([("A",)], "id string")
    both: list[dict[str, Any]] = [{"readings": {}}, {"calendar": dr.vietnam()}]
    for given in both:
        with pytest.raises(DeadlineRulesError, match="kon-tum is loaded already; give readings and calendar to load"):
            on_spark.evaluate(tasks, KON_TUM, DAY, **given)
    with pytest.raises(TableError, match="a list is no Spark frame"):
        on_spark.evaluate([], KON_TUM, DAY)  # type: ignore[arg-type]


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pyspark", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, module, None)
    why = r"^evaluating Spark frames needs the extra 'spark' \(pyspark\.sql is missing\): pip install 'deadline-rules\[spark\]'\.$"
    with pytest.raises(MissingExtraError, match=why):
        on_spark.evaluate(None, KON_TUM, DAY)  # type: ignore[arg-type]


def page(language: str) -> str:
    """The blocks of one language on the page about clusters."""
    text = (ROOT / "docs" / "guide" / "clusters.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S))


def run_page(language: str, **names: Any) -> dict[str, Any]:
    """Runs the blocks as they stand on the page; the names they made."""
    test = doctest.DocTestParser().get_doctest(page(language), names, "clusters.md", None, 0)
    messages: list[str] = []
    doctest.DocTestRunner().run(test, out=messages.append, clear_globs=False)
    assert not messages, "".join(messages)
    return test.globs


def test_the_lines_for_spark_on_the_page_run(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    spark_lines = run_page("py", spark=spark)
    assert spark_lines["found"].count() == 40


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the lines for Dask and DuckDB on the page define."""
    need("dask", "duckdb", "pandas", "pyarrow")
    monkeypatch.chdir(ROOT)
    names = run_page("python")
    yield names
    names["connection"].close()
    names.clear()


def test_the_lines_for_dask_give_what_one_machine_gives(lines: dict[str, Any], files: Path, tmp_path: Path) -> None:
    """Partitions with different categories and whole columns of nulls come together, are grouped, and are written."""
    import dask
    import pyarrow as pa
    import pyarrow.parquet as pq

    evaluated = lines["evaluated"]
    tasks = lines["dask"].dataframe.from_pandas(pq.read_table(files).to_pandas(types_mapper=lines["pandas"].ArrowDtype), npartitions=7)
    expected = on_one_machine(files, "kon-tum", DAY)
    found = tasks.map_partitions(evaluated, meta=evaluated(tasks._meta))
    with dask.config.set(scheduler="threads", num_workers=2):
        whole = found.compute()
        assert list(whole.dtypes) == list(found.dtypes)
        counted = found["problem"].value_counts().compute()
        grouped = found.groupby("status").size().compute()
        found.to_parquet(tmp_path / "found")
    assert_same(pa.Table.from_pandas(whole, preserve_index=False), expected)
    assert_same(pq.read_table(tmp_path / "found").drop_columns(["__null_dask_index__"]), expected)
    assert counted.to_dict() == {pair["values"]: pair["counts"] for pair in expected.column("problem").drop_null().value_counts().to_pylist()}
    assert grouped.to_dict() == {pair["values"]: pair["counts"] for pair in expected.column("status").drop_null().value_counts().to_pylist()}


@pytest.mark.parametrize("rows", [700, 6_000, 1_000_000])
def test_the_lines_for_duckdb_give_what_one_machine_gives(lines: dict[str, Any], files: Path, rows: int) -> None:
    connection = lines["duckdb"].connect()
    tasks = connection.sql(f"FROM '{files}/*.parquet'").to_arrow_reader(rows)
    found = lines["kon_tum"].evaluate_table(tasks, as_of=DAY)
    assert found.schema.field("problem").type.value_type == "string"  # and `found` is what the query below reads
    with connection, connection.cursor() as cursor:
        back = cursor.sql("FROM found").to_arrow_table()
    assert_same(back, on_one_machine(files, "kon-tum", DAY))
