"""Tables that lie on a cluster: a Spark frame in, a Spark frame out, each partition evaluated where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .calendar.vietnam import WorkingCalendar
from .days import as_day
from .errors import DeadlineRulesError, TableError, needing
from .regulation import Regulation, load

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType


def evaluate(
    df: DataFrame,
    regulation: str | Path | Regulation,
    as_of: date | str,
    *,
    readings: Mapping[str, object] | None = None,
    calendar: WorkingCalendar | None = None,
    strict: bool = False,
    only: Sequence[str] | None = None,
) -> DataFrame:
    """The frame with the results beside the columns given, as `Regulation.evaluate_table` gives them; text codes are strings.

    `regulation` is loaded, or what `load` takes, with `readings` and `calendar`. `as_of` is one day for all rows, or the name of a column
    of days; `only` names the results wanted. No job runs before the frame is used. Needs the extra `spark`, here and on the workers.

    Raises:
        the errors of `load`.
        DeadlineRulesError: `readings` or `calendar` are given with a regulation that is loaded already.
        MissingExtraError: pyspark or the extra `tables` is not installed.
        TableError: `df` is no Spark frame, or has no column for the id, or two for one field, or two that Spark takes for one; or `only`
            names no result.
        NotInForceError: `as_of` is a day before the regulation took effect.

    With `strict`, a row that is no task stops the job that meets it: Spark raises its own error, which quotes the TaskError; the rows
    it names are counted within one batch.
    """
    with needing("spark", "evaluating Spark frames"):
        import pyspark.sql
    if not isinstance(df, pyspark.sql.DataFrame):
        raise TableError(f"a {type(df).__name__} is no Spark frame; make one with createDataFrame, or call Regulation.evaluate_table.")
    if isinstance(regulation, Regulation):
        if readings is not None or calendar is not None:
            raise DeadlineRulesError(f"{regulation.id} is loaded already; give readings and calendar to load, or name the regulation here.")
    else:
        regulation = load(regulation, readings=readings, calendar=calendar)
    asked = as_of if isinstance(as_of, str) else as_day(as_of, "as_of")
    schema = _schema(df, regulation, asked, only)
    # Spark would read a dot or a backtick in a name as its own sign, so the columns travel by number.
    numbered = df.toDF(*map(str, range(len(df.columns))))
    return numbered.mapInArrow(partial(_rows, regulation, df.columns, asked, strict, only), schema)


def _schema(df: DataFrame, regulation: Regulation, as_of: date | str, only: Sequence[str] | None) -> StructType:
    """The columns that come out: those given, then the results. Evaluating no rows refuses here whatever no row could mend."""
    import pyarrow as pa
    from pyspark.sql.types import DateType, IntegerType, StringType, StructField, StructType

    exact = df.sparkSession.conf.get("spark.sql.caseSensitive") == "true"
    _refuse_twins(df.columns, exact)
    given = {field.name: field for field in df.schema.fields}
    found = regulation.tables().evaluate(pa.table({name: pa.array([], pa.string()) for name in given}), as_of, only=only).schema
    _refuse_twins(found.names, exact)
    # A column given is text in this empty table, a result of text a dictionary.
    spark_types = {pa.int32(): IntegerType(), pa.date32(): DateType()}
    return StructType(
        [given[field.name] if field.type == pa.string() else StructField(field.name, spark_types.get(field.type, StringType())) for field in found]
    )


def _refuse_twins(names: Sequence[str], exact: bool) -> None:
    seen: dict[str, str] = {}
    for name in names:
        twin = seen.setdefault(name if exact else name.lower(), name)
        if twin is not name:
            raise TableError(f"Spark takes the columns {twin!r} and {name!r} for one; rename or drop one.")


def _rows(
    regulation: Regulation,
    names: Sequence[str],
    as_of: date | str,
    strict: bool,
    only: Sequence[str] | None,
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """One partition, batch by batch, on a worker."""
    import pyarrow as pa

    for batch in batches:
        given = _plain(pa.Table.from_batches([batch]).rename_columns(names))
        yield from _plain(regulation.tables().arrow(given, as_of, strict=strict, only=only)).to_batches()


def _plain(table: pa.Table) -> pa.Table:
    """The table without what one side cannot read: dictionaries, which Spark lacks, and its names of time zones (`GMT+8`), which Arrow lacks."""
    import pyarrow as pa

    def plain(kind: pa.DataType) -> pa.DataType:
        if pa.types.is_dictionary(kind):
            return kind.value_type
        return pa.timestamp("us", "UTC") if pa.types.is_timestamp(kind) and kind.tz else kind

    return table.cast(pa.schema([field.with_type(plain(field.type)) for field in table.schema]))
