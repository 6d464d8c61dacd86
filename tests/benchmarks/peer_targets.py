"""The figures wanted, beside those a run reached, and what was tried where one is missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import fill
from typing import Final, NamedTuple

from peer_files_run import MB, FileMeasured, slower
from peer_measure import Measured

SPAN: Final = (100_000, 1_000_000, 10_000_000)  # sizes at which a row should take as long


class Figures(NamedTuple):
    """What a run found, and the size at which ratios are taken."""

    measured: Mapping[tuple[str, int], Measured]
    calls: Mapping[str, tuple[str, float]]
    files: Mapping[str, FileMeasured]
    comparison: int

    def ns(self, id: str, rows: int) -> float | None:
        found = self.measured.get((id, rows))
        return found.ns if found is not None else None

    def ratio(self, slow: str, quick: str) -> float | None:
        """How many times as long `slow` takes a task, each at the size of comparison or at its largest below it."""
        times = []
        for id in (slow, quick):
            sizes = [rows for name, rows in self.measured if name == id and rows <= self.comparison]
            if not sizes:
                return None
            times.append(self.measured[id, max(sizes)].ns)
        return times[0] / times[1]

    def beside(self, id: str) -> float | None:
        """Megabytes held beside input and results at 10,000,000 tasks."""
        found = self.measured.get((id, SPAN[-1]))
        return found.beside / MB if found is not None else None

    def apart(self, id: str) -> float | None:
        """How much longer a task takes at the slowest of the three sizes than at the quickest, in per cent; None until all three are measured."""
        times = [found.ns for rows in SPAN if (found := self.measured.get((id, rows))) is not None]
        return (max(times) / min(times) - 1) * 100 if len(times) == len(SPAN) else None

    def calls_ratio(self, slow: str, quick: str) -> float | None:
        return self.calls[slow][1] / self.calls[quick][1] if slow in self.calls and quick in self.calls else None

    def call(self, id: str) -> float | None:
        """Microseconds of a single call."""
        return self.calls[id][1] * 1e6 if id in self.calls else None

    def csv(self) -> list[FileMeasured]:
        """The csv files, where they had the rows that the figures speak of."""
        return [one for id, one in self.files.items() if id.startswith("csv") and one.rows == 1_000_000]

    def parquet(self, regulation: str) -> FileMeasured | None:
        found = self.files.get(f"parquet-{regulation}")
        return found if found is not None and found.rows == SPAN[-1] else None


class Wanted(NamedTuple):
    """One figure: the least wanted (a ratio) or the most (a time), and what was reached, by the engine and by its tables alone."""

    name: str
    wanted: float
    at_least: bool
    unit: str
    engine: float | None
    tables: float | None = None
    tried: str = ""


def figures(found: Figures) -> str:
    """The table of figures, and what was tried for those missed."""
    wanted = [*_of_columns(found), *_of_files(found), *_of_calls(found)]
    lines = ["| figure | wanted | reached | | tables alone | |", "|---|---:|---:|---|---:|---|"]
    lines += [
        f"| {row.name} | {'≥' if row.at_least else '≤'} {row.wanted:,.10g}{row.unit} | {_cell(row, row.engine)} | {_cell(row, row.tables)} |"
        for row in wanted
    ]
    missed = [row for row in wanted if row.tried and any(value is not None and not _reached(row, value) for value in (row.engine, row.tables))]
    advice: dict[str, list[str]] = {}
    for row in missed:
        advice.setdefault(row.tried, []).append(row.name)
    tried = [fill(f"- {'; '.join(names)}: {text}", 135, subsequent_indent="  ") for text, names in advice.items()]
    return "\n".join(lines) + ("\n\nWhat was tried where a figure is missed, and what is left:\n\n" + "\n".join(tried) + "\n" if tried else "\n")


def _reached(row: Wanted, value: float) -> bool:
    return value >= row.wanted if row.at_least else value <= row.wanted


def _cell(row: Wanted, value: float | None) -> str:
    if value is None:
        return " | "
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    short = 1 - value / row.wanted if row.at_least else value / row.wanted - 1
    verdict = "reached" if _reached(row, value) else f"**missed by {short:.0%}**"
    return f"{shown}{row.unit} | {verdict}"


def _of_columns(found: Figures) -> Iterable[Wanted]:
    both = ("job", "tables")

    def times(peer: str) -> tuple[float | None, float | None]:
        engine, tables = (found.ratio(peer, id) for id in both)
        return engine, tables

    pandas = min(("pandas-take", "pandas-map"), key=lambda id: found.ratio(id, "job") or float("inf"))
    within = [found.ratio(id, "numba") for id in both]
    yield Wanted("the job at 10,000,000 tasks", 15, False, " ns", found.ns("job", 10_000_000), found.ns("tables", 10_000_000), _JOB)
    yield Wanted("the job at 1,000,000 tasks", 20, False, " ns", found.ns("job", 1_000_000), found.ns("tables", 1_000_000), _JOB)
    yield Wanted("quicker than DuckDB", 2.5, True, " ×", *times("duckdb"), _JOB)
    yield Wanted(f"quicker than pandas with tables ({pandas}, the quicker of two)", 4, True, " ×", *times(pandas), _JOB)
    yield Wanted("quicker than exact numpy.busday_*", 30, True, " ×", *times("busday"), _BUSDAY)
    yield Wanted("quicker than holidays", 1_500, True, " ×", *times("holidays"), _JOB)
    yield Wanted("time beside the numba loop", 2, False, " ×", within[0], within[1], _ONE_LOOP)
    yield Wanted("two threads beside one", 1.5, True, " ×", found.ratio("job", "job-2"), found.ratio("tables", "tables-2"), _THREADS)
    yield Wanted("memory beside input and results, the job at 10,000,000", 100, False, " MB", found.beside("job"), found.beside("tables"), _MEMORY)
    yield Wanted("memory beside input and results, kon-tum at 10,000,000", 100, False, " MB", found.beside("kon-tum"), None, _MEMORY)
    yield Wanted("memory beside input and results, yen-the at 10,000,000", 100, False, " MB", found.beside("yen-the"), None, _MEMORY)
    yield Wanted("time a row at 100,000 to 10,000,000, apart, the job", 25, False, " %", found.apart("job"), found.apart("tables"), _APART)
    yield Wanted("time a row at 100,000 to 10,000,000, apart, kon-tum", 25, False, " %", found.apart("kon-tum"), None, _APART)
    yield Wanted("time a row at 100,000 to 10,000,000, apart, yen-the", 25, False, " %", found.apart("yen-the"), None, _APART)
    yield Wanted("Arrow in and out beside raw arrays, kon-tum", 1.5, False, " ×", found.ratio("table", "kon-tum"), None, _ARROW)
    yield Wanted("Arrow in and out beside raw arrays, yen-the", 1.5, False, " ×", found.ratio("table-yen-the", "yen-the"), None, _ARROW)
    yield Wanted("the full result, yen-the at 1,000,000, raw arrays", 120, False, " ns", found.ns("yen-the", 1_000_000), None, _FULL)
    yield Wanted("the full result, yen-the at 1,000,000, evaluate_table", 120, False, " ns", found.ns("table-yen-the", 1_000_000), None, _FULL)


def _of_files(found: Figures) -> Iterable[Wanted]:
    for regulation in ("kon-tum", "yen-the"):
        one = found.parquet(regulation)
        ratio = slower(found.files, one.job) if one is not None else None
        name = f"parquet to parquet, {regulation}, 10,000,000 rows,"
        yield Wanted(f"{name} beside nothing computed", 1.35, False, " ×", ratio, None, _PARQUET)
        yield Wanted(f"{name} memory", 600, False, " MB", one.memory / MB if one is not None else None, None, _STREAM)
    csv = found.csv()
    slowest = max((one.seconds for one in csv), default=None)
    largest = max((one.memory / MB for one in csv), default=None)
    yield Wanted("csv to csv, 1,000,000 rows, the slowest of four", 3, False, " s", slowest, None, _CSV)
    yield Wanted("csv to csv, 1,000,000 rows, the most memory of four", 400, False, " MB", largest, None, _STREAM)


def _of_calls(found: Figures) -> Iterable[Wanted]:
    for id, regulation in (("", "kon-tum"), ("-yen-the", "yen-the")):
        yield Wanted(f"evaluate, {regulation}", 10, False, " µs", found.call(f"evaluate{id}"), None, _EVALUATE)
        yield Wanted(f"classify, {regulation}", 1.5, False, " µs", found.call(f"classify{id}"), None, _EVALUATE)
    yield Wanted("calendar add beside holidays, n = 10", 60, True, " ×", found.calls_ratio("holidays", "add"), None, _SCALAR)
    yield Wanted("calendar add beside busday_offset of a datetime64", 12, True, " ×", found.calls_ratio("busday", "add"), None, _SCALAR)
    yield Wanted("calendar add beside busday_offset of a datetime.date", 12, True, " ×", found.calls_ratio("busday-date", "add"), None, _SCALAR)


_JOB: Final = (
    "only the answers asked for are worked out, look-ups are written straight into the results, and null days are set by arithmetic instead of a "
    "conditional copy, in chunks that stay in the processor's cache. Chunks of 16,384 to 262,144 rows were tried, none better beyond the noise. "
    "Of what is left at 1,000,000 tasks, half is the system's, handing out fresh pages for the results: told to keep what was freed "
    "(MALLOC_MMAP_THRESHOLD_ and MALLOC_TRIM_THRESHOLD_), the job takes as little a task as at 100,000. A caller who gives the columns to fill "
    "would save it everywhere."
)
_BUSDAY: Final = (
    "NumPy's own loop is good at this, a binary search among the days off for each day; the ratio grows only as ours does: see the job at 1,000,000."
)
_ONE_LOOP: Final = (
    "NumPy goes over a chunk once for each step, the loop once in all. Steps for what is not asked for are gone, and conditional copies; one table "
    "that gives the fifth day and the count by a single look-up was tried, and took as long as two. A compiled kernel would close the rest, at "
    "the price of a dependency."
)
_THREADS: Final = (
    "between two steps a thread waits for the other's interpreter lock. Chunks of 16,384 to 262,144 rows were tried for longer steps, none better "
    "beyond the noise. Fresh pages for the results are handed out to one thread at a time as well."
)
_MEMORY: Final = "a chunk needs a few columns of 65,536 rows, whatever the table; smaller chunks need less."
_APART: Final = (
    "the engine does the same for each chunk and makes nothing anew with a call. What differs is the memory for the results: at 100,000 tasks that "
    "of the round before is used again, larger ones are fresh pages from the system each time. Told to keep them (MALLOC_MMAP_THRESHOLD_ and "
    "MALLOC_TRIM_THRESHOLD_), the job took as little a task at 1,000,000 as at 100,000; kon-tum gained nothing by it."
)
_ARROW: Final = (
    "days are read from the memory of the table, without a copy where no row lacks one; codes become dictionary columns over the engine's own "
    "memory; escalations that open and close alike share their columns. Left are filling null days, one bit a row for what is null, and the "
    "caveats, whose bits are made a dictionary; `only` leaves out whatever is not asked for."
)
_FULL: Final = "as for the job and for Arrow; each state is a look-up from five or six comparisons, and there are as many as rules."
_PARQUET: Final = (
    "rows that are fine never become Python objects, and only the columns that give fields are read. In a profile of 3,000,000 rows, two fifths "
    "of what comes on top of the baseline went to reading the ids once more beforehand, so that one used twice is refused, and to keeping eight "
    "bytes of each; the rest in equal parts to finding the results and to dressing them. Reading ids beside the other columns, and looking for "
    "those used twice at the end, might save most of the first; it was not tried."
)
_STREAM: Final = (
    "batches of 65,536 rows of parquet and blocks of 4 MiB of csv pass through; what stays is eight bytes for each id, and the libraries themselves."
)
_CSV: Final = (
    "blocks are parted into cells by the column, cells with few different values are read once each, results are put together by the column. The "
    "file is read twice, first for its ids, and nothing is read ahead on a second thread."
)
_SCALAR: Final = "the call is two look-ups already; what is left is Python's own call and turning the date into a number."
_EVALUATE: Final = (
    "a deadline that waits for its start or does not apply is a row that the plan already holds, and readings are looked at only where they matter, "
    "which saved a third. What is left is a row for each deadline and escalation, made anew for each task."
)
