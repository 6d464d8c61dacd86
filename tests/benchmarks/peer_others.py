"""The peers that take whole columns, each in the way its users would: NumPy, pandas, polars, DuckDB, numba.

They are imported by name when their turn comes, so that one that is not installed is left out and none weighs on another's memory.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any, Final

import numpy as np
from peer_job import AS_OF, AS_OF_DAY, FIRST, Answers, Array, Columns, Days, Peer, Prepared, days_off, from_dates, tables, to_dates

from deadline_rules.engines.column_tables import NULL

TODAY: Final = np.datetime64(AS_OF, "D")
DAY: Final = np.timedelta64(1, "D")


def _read_days(found: tuple[Array, ...], rows: int) -> Answers:
    return Answers(*(column[:rows] for column in found))


def numpy_tables(columns: Columns) -> Prepared:
    """A plain kernel over whole columns, no chunks."""
    upto, next_day, fifth_day = tables()
    null, as_of, last = np.int32(NULL), np.int32(AS_OF_DAY), len(upto) - 1
    assigned, due, started, completed = columns[:4]

    def run() -> tuple[Array, ...]:
        no_limit = due == null
        done = completed <= as_of
        end = np.where(done, completed, as_of)
        progress = np.where(done, np.uint8(6), np.where(started <= as_of, np.uint8(3), np.uint8(0)))
        timeliness = np.where(no_limit, np.uint8(2), (end > due).view(np.uint8))
        place = np.where(no_limit, np.int32(last), due)
        left = np.where(no_limit, null, upto[place] - upto[end])
        return progress + timeliness, next_day[assigned], left, np.where(no_limit, null, due + np.int32(1)), fifth_day[place]

    return Prepared(run, _read_days)


def _busday(columns: Columns, calendar: np.busdaycalendar) -> Prepared:
    assigned, due, started, completed = (to_dates(column) for column in columns[:4])

    def run() -> tuple[Array, ...]:
        no_limit = np.isnat(due)
        done = completed <= TODAY
        end = np.where(done, completed, TODAY)
        cell = np.where(done, 6, np.where(started <= TODAY, 3, 0)) + np.where(no_limit, 2, end > due)
        known = np.where(no_limit, TODAY, due)
        first, last = np.minimum(end, known) + DAY, np.maximum(end, known) + DAY  # the days in (end, due], whichever comes first
        left = np.busday_count(first, last, busdaycal=calendar) * np.where(known < end, -1, 1)
        transfer = np.busday_offset(assigned, 1, roll="backward", busdaycal=calendar)
        fifth = np.busday_offset(due, 5, roll="backward", busdaycal=calendar)
        return cell, transfer, np.where(no_limit, NULL, left), due + DAY, fifth

    return Prepared(run, _read_dates)


def _read_dates(found: tuple[Array, ...], rows: int) -> Answers:
    cell, transfer, left, day_after, fifth = (column[:rows] for column in found)
    return Answers(cell, from_dates(transfer), left, from_dates(day_after), from_dates(fifth))


def busday_exact(columns: Columns) -> Prepared:
    return _busday(columns, np.busdaycalendar(weekmask="1111111", holidays=days_off()))


def busday_weekdays(columns: Columns) -> Prepared:
    """As it is mostly used: Monday to Friday and a list of holidays. A worked Saturday cannot be said."""
    return _busday(columns, np.busdaycalendar(weekmask="1111100", holidays=days_off()))


def _frame(columns: Columns) -> tuple[Any, Any]:
    pandas = import_module("pandas")
    return pandas, pandas.DataFrame({name: to_dates(column, "us") for name, column in columns.days.items()})


def _pandas_cells(frame: Any) -> tuple[Array, Any, Any]:
    """The status cell, the day measured at, and who has no time limit."""
    today = np.datetime64(AS_OF, "us")
    done = frame["completed_on"] <= today
    end = frame["completed_on"].where(done, today)
    no_limit = frame["due_on"].isna()
    progress = np.where(done, np.uint8(6), np.where(frame["started_on"] <= today, np.uint8(3), np.uint8(0)))
    return progress + np.where(no_limit, np.uint8(2), (end > frame["due_on"]).to_numpy().view(np.uint8)), end, no_limit


def _read_frame(found: Any, rows: int) -> Answers:
    shown = found.iloc[:rows]
    transfer, day_after, fifth = (from_dates(shown[name].to_numpy()) for name in ("transfer", "day_after", "fifth"))
    return Answers(shown["cell"].to_numpy(), transfer, shown["left"].fillna(int(NULL)).to_numpy(), day_after, fifth)


def pandas_map(columns: Columns) -> Prepared:
    """Series of the calendar, looked up by their index."""
    pandas, frame = _frame(columns)
    index = pandas.DatetimeIndex(np.arange(np.datetime64(FIRST), np.datetime64(date(2101, 1, 1))).astype("datetime64[us]"))
    made = tables()
    upto = pandas.Series(made.upto[:-1], index=index)
    transfer, fifth = (pandas.Series(to_dates(np.where(days > NULL, NULL, days), "us")[:-1], index=index) for days in made[1:])
    one_day = pandas.Timedelta(days=1)

    def run() -> Any:
        cell, end, _ = _pandas_cells(frame)
        due = frame["due_on"]
        left = due.map(upto) - end.map(upto)
        after = {"day_after": due + one_day, "fifth": due.map(fifth)}
        return pandas.DataFrame({"cell": cell, "transfer": frame["assigned_on"].map(transfer), "left": left, **after})

    return Prepared(run, _read_frame)


def pandas_take(columns: Columns) -> Prepared:
    """The calendar as arrays, taken from by the number of the day; results as pandas columns."""
    pandas, frame = _frame(columns)
    made = tables()
    upto = made.upto.astype(np.float64)
    upto[-1] = np.nan
    transfer, fifth = (to_dates(np.where(days > NULL, NULL, days), "us") for days in made[1:])
    one_day = pandas.Timedelta(days=1)

    def place(column: Any) -> Array:
        day: Array = column.to_numpy().astype("datetime64[D]").view(np.int64)
        return day

    def run() -> Any:
        cell, end, no_limit = _pandas_cells(frame)
        due = np.where(no_limit, len(upto) - 1, place(frame["due_on"]))
        left = upto.take(due) - upto.take(place(end))
        after = {"day_after": frame["due_on"] + one_day, "fifth": fifth.take(due)}
        return pandas.DataFrame({"cell": cell, "transfer": transfer.take(place(frame["assigned_on"])), "left": left, **after})

    return Prepared(run, _read_frame)


def pandas_offset(columns: Columns) -> Prepared:
    """CustomBusinessDay for the days; it cannot count, so the days left come from its NumPy calendar."""
    pandas, frame = _frame(columns)
    import_module("warnings").simplefilter("ignore")  # adding it to a column is not vectorized, and says so
    off = days_off()
    one, five = (pandas.offsets.CustomBusinessDay(number, weekmask="1111111", holidays=list(off)) for number in (1, 5))
    calendar, one_day = one.calendar, pandas.Timedelta(days=1)

    def run() -> Any:
        cell, end, no_limit = _pandas_cells(frame)
        due, until = frame["due_on"], end.to_numpy().astype("datetime64[D]")
        known = np.where(no_limit, TODAY, due.to_numpy().astype("datetime64[D]"))
        first, last = np.minimum(until, known) + DAY, np.maximum(until, known) + DAY
        left = np.busday_count(first, last, busdaycal=calendar) * np.where(known < until, -1.0, 1.0)
        left[no_limit] = np.nan
        return pandas.DataFrame({"cell": cell, "transfer": frame["assigned_on"] + one, "left": left, "day_after": due + one_day, "fifth": due + five})

    return Prepared(run, _read_frame)


def _polars(columns: Columns) -> tuple[Any, Any, Any, Any]:
    polars = import_module("polars")
    series = {name: polars.Series(name, to_dates(column)) for name, column in columns.days.items()}
    frame = polars.DataFrame(series)
    done = polars.col("completed_on") <= AS_OF
    end = polars.when(done).then(polars.col("completed_on")).otherwise(polars.lit(AS_OF))
    progress = polars.when(done).then(6).when(polars.col("started_on") <= AS_OF).then(3).otherwise(0)
    timeliness = polars.when(polars.col("due_on").is_null()).then(2).when(end > polars.col("due_on")).then(1).otherwise(0)
    return polars, frame, end, (progress + timeliness).cast(polars.UInt8)


def _read_polars(found: Any, rows: int) -> Answers:
    shown = found.head(rows)
    days = [from_dates(shown[name].to_numpy()) for name in ("transfer", "day_after", "fifth")]
    return Answers(shown["cell"].to_numpy(), days[0], shown["left"].fill_null(int(NULL)).to_numpy(), *days[1:])


def polars_gather(columns: Columns) -> Prepared:
    """The calendar as series, gathered from by the number of the day."""
    polars, frame, end, cell = _polars(columns)
    made = tables()
    upto = polars.lit(polars.Series(made.upto[:-1]))
    next_day, fifth_day = (polars.lit(polars.Series(to_dates(np.where(days > NULL, NULL, days))[:-1])) for days in made[1:])

    def place(day: Any) -> Any:
        return day.cast(polars.Int32).cast(polars.UInt32)

    due = polars.col("due_on")
    wanted = (
        cell.alias("cell"),
        next_day.gather(place(polars.col("assigned_on"))).alias("transfer"),
        (upto.gather(place(due)) - upto.gather(place(end))).alias("left"),
        (due.cast(polars.Int32) + 1).cast(polars.Date).alias("day_after"),
        fifth_day.gather(place(due)).alias("fifth"),
    )
    return Prepared(lambda: frame.select(*wanted), _read_polars)


def polars_join(columns: Columns) -> Prepared:
    """The calendar as a frame, joined three times; the order of rows kept."""
    polars, frame, end, cell = _polars(columns)
    calendar = polars.DataFrame(_calendar_columns()).lazy()
    of_due = calendar.select("day", "fifth", upto_due="upto")
    of_end = calendar.select("day", upto_end="upto")
    of_start = calendar.select("day", "transfer")
    due = polars.col("due_on")
    wanted = (
        "cell",
        "transfer",
        (polars.col("upto_due") - polars.col("upto_end")).alias("left"),
        (due.cast(polars.Int32) + 1).cast(polars.Date).alias("day_after"),
        "fifth",
    )
    lazy = frame.lazy().with_columns(end.alias("end"), cell.alias("cell"))
    for other, key in ((of_due, "due_on"), (of_end, "end"), (of_start, "assigned_on")):
        lazy = lazy.join(other, left_on=key, right_on="day", how="left", maintain_order="left")
    lazy = lazy.select(*wanted)
    return Prepared(lambda: lazy.collect(), _read_polars)


def _calendar_columns() -> dict[str, Array]:
    made = tables()
    days = {name: to_dates(np.where(column > NULL, NULL, column))[:-1] for name, column in zip(made._fields[1:], made[1:], strict=True)}
    return {"day": np.arange(np.datetime64(FIRST), np.datetime64(FIRST + timedelta(days=len(made.upto) - 1))), "upto": made.upto[:-1], **days}


_SQL: Final = """
    WITH told AS (SELECT *, CASE WHEN completed_on <= $today THEN completed_on ELSE $today END AS until FROM tasks)
    SELECT (CASE WHEN completed_on <= $today THEN 6 WHEN started_on <= $today THEN 3 ELSE 0 END
            + CASE WHEN due_on IS NULL THEN 2 WHEN until > due_on THEN 1 ELSE 0 END)::UTINYINT AS cell, id,
        of_start.transfer, of_due.upto - of_end.upto AS "left", due_on + 1 AS day_after, of_due.fifth
    FROM told LEFT JOIN calendar of_due ON of_due.day = due_on LEFT JOIN calendar of_end ON of_end.day = until
        LEFT JOIN calendar of_start ON of_start.day = assigned_on
"""


def duckdb_join(columns: Columns) -> Prepared:
    """Tables of the database itself, joined three times; the answer leaves it as an Arrow table."""
    arrow = import_module("pyarrow")
    connection = import_module("duckdb").connect(config={"threads": 1})
    given = {"id": np.arange(len(columns.due_on), dtype=np.int32), **{name: to_dates(column) for name, column in columns.days.items()}}
    for name, table in (("tasks", arrow.table(given)), ("calendar", arrow.table(_calendar_columns()))):
        connection.register("given", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608
        connection.unregister("given")
    sql = _SQL.replace("$today", f"DATE '{AS_OF}'")

    def read(found: Any, rows: int) -> Answers:
        shown = found.filter(import_module("pyarrow.compute").field("id") < rows).sort_by("id")
        days = [from_dates(shown[name].to_numpy()) for name in ("transfer", "day_after", "fifth")]
        return Answers(shown["cell"].to_numpy(), days[0], shown["left"].fill_null(int(NULL)).to_numpy(), *days[1:])

    return Prepared(lambda: connection.sql(sql).to_arrow_table(), read)


def numba_loop(columns: Columns) -> Prepared:
    """One loop, compiled before it is timed."""
    upto, next_day, fifth_day = tables()
    null, as_of = np.int32(NULL), np.int32(AS_OF_DAY)

    def loop(assigned: Days, due: Days, started: Days, completed: Days) -> tuple[Array, ...]:
        rows = len(due)
        cell = np.empty(rows, np.uint8)
        transfer, left, day_after, fifth = np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows, np.int32)
        for row in range(rows):
            done = completed[row] <= as_of
            end = completed[row] if done else as_of
            progress = 6 if done else 3 if started[row] <= as_of else 0
            transfer[row] = next_day[assigned[row]]
            day = due[row]
            if day == null:
                cell[row] = progress + 2
                left[row] = day_after[row] = fifth[row] = null
            else:
                cell[row] = progress + (end > day)
                left[row] = upto[day] - upto[end]
                day_after[row] = day + 1
                fifth[row] = fifth_day[day]
        return cell, transfer, left, day_after, fifth

    compiled = import_module("numba").njit(loop)
    compiled(*(column[:1] for column in columns[:4]))
    return Prepared(lambda: compiled(*columns[:4]), _read_days)


_JOB: Final = "the job"
PEERS: Final = (
    Peer("numba", "numba, one loop over the same tables", f"{_JOB}; compiled beforehand", numba_loop),
    Peer("numpy", "NumPy, a bare kernel over the same tables", _JOB, numpy_tables),
    Peer("polars-gather", "polars, gathered from tables", _JOB, polars_gather),
    Peer("polars-join", "polars, joined with a calendar", _JOB, polars_join),
    Peer("duckdb", "DuckDB, joined with a calendar", f"{_JOB}; rows with their id, in no set order, as Arrow", duckdb_join),
    Peer("pandas-take", "pandas, taken from tables", _JOB, pandas_take),
    Peer("pandas-map", "pandas, Series.map", _JOB, pandas_map),
    Peer("busday", "numpy.busday_*, all days off listed", _JOB, busday_exact),
    Peer("busday-weekdays", "numpy.busday_*, Monday to Friday", "cannot say that a Saturday is worked", busday_weekdays),
    Peer("pandas-offset", "pandas, CustomBusinessDay", f"{_JOB}; counting left to NumPy", pandas_offset),
)
