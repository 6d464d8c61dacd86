"""The figures wanted, beside those a run reached."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Final, NamedTuple

from peer_measure import Measured


class Figures(NamedTuple):
    """What a run found, and the size at which ratios are taken."""

    measured: Mapping[tuple[str, int], Measured]
    calls: Mapping[str, tuple[str, float]]
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

    def calls_ratio(self, slow: str, quick: str) -> float | None:
        return self.calls[slow][1] / self.calls[quick][1] if slow in self.calls and quick in self.calls else None


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
    """The table of figures, and what could be tried for those missed."""
    wanted = _wanted(found)
    lines = ["| figure | wanted | engine | | tables | |", "|---|---:|---:|---|---:|---|"]
    lines += [
        f"| {row.name} | {'≥' if row.at_least else '≤'} {row.wanted:,.10g}{row.unit} | {_cell(row, row.engine)} | {_cell(row, row.tables)} |"
        for row in wanted
    ]
    missed = [row for row in wanted if row.tried and any(value is not None and not _reached(row, value) for value in (row.engine, row.tables))]
    advice: dict[str, list[str]] = {}
    for row in missed:
        advice.setdefault(row.tried, []).append(row.name)
    tried = [fill(f"- {'; '.join(names)}: {text}", 135, subsequent_indent="  ") for text, names in advice.items()]
    return "\n".join(lines) + ("\n\nWhat could be tried where a figure is missed:\n\n" + "\n".join(tried) + "\n" if tried else "\n")


def _reached(row: Wanted, value: float) -> bool:
    return value >= row.wanted if row.at_least else value <= row.wanted


def _cell(row: Wanted, value: float | None) -> str:
    if value is None:
        return " | "
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    short = 1 - value / row.wanted if row.at_least else value / row.wanted - 1
    verdict = "reached" if _reached(row, value) else f"**missed by {short:.0%}**"
    return f"{shown}{row.unit} | {verdict}"


def _wanted(found: Figures) -> tuple[Wanted, ...]:
    both = ("job", "tables")

    def times(peer: str) -> tuple[float | None, float | None]:
        engine, tables = (found.ratio(peer, id) for id in both)
        return engine, tables

    pandas = min(("pandas-take", "pandas-map"), key=lambda id: found.ratio(id, "tables") or float("inf"))
    add, evaluate = found.calls.get("add"), found.calls.get("evaluate")
    within = [found.ratio(id, "numba") for id in both]
    return (
        Wanted("the job at 10,000,000 tasks", 15, False, " ns", found.ns("job", 10_000_000), found.ns("tables", 10_000_000), _LESS),
        Wanted("the job at 1,000,000 tasks", 20, False, " ns", found.ns("job", 1_000_000), found.ns("tables", 1_000_000), _LESS),
        Wanted("quicker than DuckDB", 2.5, True, " ×", *times("duckdb"), _LESS),
        Wanted(f"quicker than pandas with tables ({pandas}, the quicker of two)", 4, True, " ×", *times(pandas), _LESS),
        Wanted("quicker than exact numpy.busday_*", 30, True, " ×", *times("busday"), _BUSDAY),
        Wanted("quicker than holidays", 1_500, True, " ×", *times("holidays"), _LESS),
        Wanted("time beside the numba loop", 2, False, " ×", within[0], within[1], _ONE_LOOP),
        Wanted("two threads beside one", 1.5, True, " ×", found.ratio("job", "job-2"), found.ratio("tables", "tables-2"), _THREADS),
        Wanted("yen-the, the engine's full result at 1,000,000", 120, False, " ns", found.ns("yen-the", 1_000_000)),
        Wanted("yen-the, the same by evaluate_table", 120, False, " ns", found.ns("table-yen-the", 1_000_000), None, _TABLE),
        Wanted("calendar add beside holidays, n = 10", 60, True, " ×", found.calls_ratio("holidays", "add") if add else None),
        Wanted("calendar add beside busday_offset of a datetime64", 12, True, " ×", found.calls_ratio("busday", "add"), None, _SCALAR),
        Wanted("calendar add beside busday_offset of a datetime.date", 12, True, " ×", found.calls_ratio("busday-date", "add"), None, _SCALAR),
        Wanted("evaluate, kon-tum", 10, False, " µs", evaluate[1] * 1e6 if evaluate else None, None, _EVALUATE),
    )


_LESS: Final = (
    "the engine's own share lies in `_Chunk.run` and `_state`, which work out a state, caveats and certainty for each rule; leaving out what "
    "the caller does not ask for, and writing look-ups straight into the result (`take(…, out=…)`) where they are now copied, would bring it "
    "towards the time of the tables alone. A third of the time of the tables alone is the system's, handing out fresh pages for the results: "
    "a caller who gives the columns to fill would save it."
)
_BUSDAY: Final = (
    "NumPy's own loop is good at this, a binary search among the days off for each day; the ratio grows only as ours does: see the job at 1,000,000."
)
_ONE_LOOP: Final = (
    "NumPy goes over a chunk once for each step, the loop once in all. Fewer steps are the way: one table that gives the fifth day and the count "
    "in one row of two, and no clipping where a chunk holds no NULL. A compiled kernel would close the rest, at the price of a dependency."
)
_THREADS: Final = (
    "between two steps a thread waits for the other's interpreter lock, and a step on a chunk of 32,768 rows takes only microseconds; chunks "
    "of 65,536 or more in threaded use, or two processes over shared memory, divide better. Fresh pages for the results are handed out to one "
    "thread at a time as well."
)
_TABLE: Final = "what the engine leaves to `frames` takes most of it: masks and copies when dates are dressed, and reading columns with nulls twice."
_SCALAR: Final = "the call is two look-ups already; what is left is Python's own call and turning the date into a number."
_EVALUATE: Final = (
    "more than half of the time goes to deadlines and escalations, each worked out under every reading that could change it; a plan that "
    "knows beforehand which facts a reading hangs on could leave most of that out."
)
