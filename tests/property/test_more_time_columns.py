"""Tables of tasks with more time are held to the single engine: every column of every row, the words of refused ones, and all notices."""

from __future__ import annotations

import importlib.util
import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if importlib.util.find_spec("pyarrow") is None and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip("tables need pyarrow: pip install 'deadline-rules[tables]'", allow_module_level=True)

import pyarrow as pa
import pyarrow.parquet as pq
from test_streams import REGULATIONS, by_the_column, one_by_one

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.days import FIRST_DAY, LAST_DAY
from deadline_rules.errors import CalendarHorizonError, DeadlineRulesError
from deadline_rules.frames import notices as by_columns
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.model import Offset, ReminderPlan
from deadline_rules.readers.tables import read_table
from deadline_rules.regulation import Regulation
from deadline_rules.results import Label
from deadline_rules.streams import batches
from deadline_rules.streams.batches import ParquetSource, RowsSource, Source
from deadline_rules.testing.calendars import calendars
from deadline_rules.testing.rule_files import rule_sets
from deadline_rules.testing.strategies import readings
from strategies import PACKS, days

IN_CI: Final = bool(os.environ.get("CI"))
TABLES, NOTICES, FILES = (1_000, 400, 200) if IN_CI else (260, 90, 60)
seen: Counter[str] = Counter()

Cells = dict[str, Any]

edges = st.sampled_from([FIRST_DAY, date(2013, 12, 31), date(2014, 1, 2), date(2027, 12, 30), date(2100, 11, 20), date(2100, 12, 30), LAST_DAY])
pools = st.lists(days, min_size=1, max_size=6) | st.lists(days | edges, min_size=1, max_size=6) | st.lists(edges, min_size=1, max_size=3)
# What no task could have, a kind of spoiling each; now and then one is done to a row.
SPOILT: Final = ("early", "missing", "empty", "twice", "unordered", "before", "unlimited", "unknown", "long")


def regulations() -> st.SearchStrategy[Regulation]:
    """Packs and generated rule sets under any readings and calendar; half of them provide for suspensions."""
    packs = st.builds(lambda pack, chosen: dr.load(pack, readings=chosen), st.sampled_from(PACKS), readings() | st.just({}))
    chosen = st.builds(lambda pack, option: (pack, {"day-off-end": option}), rule_sets(), st.sampled_from(["as_written", "next_working_day"]))
    generated = st.builds(lambda one, calendar: Regulation(one[0], compile_plan(*one), calendar), chosen, calendars())
    reminder = ReminderPlan("own", "reminder", "due_on", Offset("working_days", 2), None, Label("chữ", "text"), "Điều 9")

    def with_more(rules: Regulation, calendar: dr.WorkingCalendar, suspensions: str | None, reminded: bool) -> Regulation:
        plan = replace(rules.plan, suspensions=suspensions, reminders=(reminder,) if reminded else ())
        return Regulation(rules.pack, plan, calendar)

    return st.builds(with_more, packs | generated, calendars(), st.sampled_from([None, "Điều 1"]), st.booleans())


def _near(random: Random, pool: list[date], off: int = 9) -> date:
    return min(max(random.choice(pool) + timedelta(days=random.randint(-off, off)), FIRST_DAY), LAST_DAY)


def _cells(number: int, random: Random, pool: list[date]) -> Cells:
    """A row: days near those of the pool, up to three extensions and four suspensions; now and then something that cannot be."""
    row: Cells = {name: _near(random, pool) for name in DAY_FIELDS if random.random() < 0.4}
    row |= {"id": f"T-{number}", "secrecy": random.choice(["normal", "mật"]), "urgent": random.random() < 0.3, "routine": random.random() < 0.1}
    if random.random() < 0.85:
        row["due_on"] = _near(random, pool)
    first = row.get("assigned_on", FIRST_DAY)
    row |= {name: max(row[name], first) for name in ("due_on", "completed_on") if name in row}
    if "due_on" in row and random.random() < 0.6:
        granted = sorted({_near(random, pool) for _ in range(random.randint(0, 3))})
        later = sorted({day for day in (_near(random, pool, 40) for _ in range(6)) if day > row["due_on"]})
        pairs = zip(granted, later, strict=False)
        row["extensions"] = [{"granted_on": day, "due_on": due_on, "by": random.choice([None, "x"])} for day, due_on in pairs]
        random.shuffle(row["extensions"])
    if random.random() < 0.6:
        bounds = sorted({_near(random, pool, 30) for _ in range(random.randint(0, 8))})
        stops = [{"since": since, "until": until - timedelta(days=1)} for since, until in zip(bounds[::2], bounds[1::2], strict=False)]
        row["suspensions"] = stops + ([{"since": bounds[-1], "until": None}] if len(bounds) % 2 else [])
    if random.random() < 0.08:
        _spoil(row, random.choice(SPOILT))
    return row


def _spoil(row: Cells, how: str) -> None:
    day: date = row.get("due_on") or date(2026, 2, 12)
    more, stops = row.setdefault("extensions", []), row.setdefault("suspensions", [])
    if how in ("early", "missing", "empty", "unknown", "long"):
        part = {"early": {"since": date(1980, 1, 1)}, "missing": {"until": day}, "empty": None}.get(how, {"since": LAST_DAY})
        stops.append(part | {"to": day} if part and how == "unknown" else part | {"reason": "x" * 20_001} if part and how == "long" else part)
    elif how == "twice":
        more += [{"granted_on": day, "due_on": day}] * 2
    elif how == "unordered":
        stops.append({"since": LAST_DAY, "until": FIRST_DAY})
    elif how == "before":
        more.append({"granted_on": LAST_DAY, "due_on": day})
    else:
        row.pop("due_on", None)
        more.append({"granted_on": day, "due_on": day})


def _table(rows: list[Cells], text: bool) -> Any:
    """The rows as a table, the days in lists as dates or as people write them."""
    day = pa.string() if text else pa.date32()

    def written(parts: list[Cells | None] | None) -> object:
        shown = [part and {name: f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for name, cell in part.items()} for part in parts or ()]
        return (shown if text else parts) if parts is not None else None

    extension = pa.struct([("granted_on", day), ("due_on", day), ("by", pa.string())])
    suspension = pa.struct([("since", day), ("until", day), ("reason", pa.string()), ("to", day)])
    lists = {
        "extensions": pa.array([written(row.get("extensions")) for row in rows], pa.large_list(extension)),
        "suspensions": pa.array([written(row.get("suspensions")) for row in rows], pa.list_(suspension)),
    }
    kinds = {"id": pa.string(), "secrecy": pa.string(), "urgent": pa.bool_(), "routine": pa.bool_()} | dict.fromkeys(DAY_FIELDS, pa.date32())
    plain = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in kinds.items()}
    return pa.table(plain | lists)


def _task(row: Cells) -> dr.Task:
    return dr.Task.from_record(
        {
            name: [part and {key: one for key, one in part.items() if one is not None} for part in cell] if isinstance(cell, list) else cell
            for name, cell in row.items()
        }
    )


def _expected(rules: Regulation, row: Cells, as_of: date) -> Cells:
    """The results of a row, as the single engine has them."""
    try:
        task = _task(row)
        found = rules.evaluate(task, as_of)
    except DeadlineRulesError as error:
        seen["beyond" if isinstance(error, CalendarHorizonError) else "refused"] += 1
        return {"problem": str(error)}
    seen["moved"] += found.due_on != found.original_due_on
    seen["provisional"] += found.provisional
    results: Cells = {
        "progress": found.progress,
        "timeliness": found.timeliness,
        "status": found.status.code,
        "status_label": found.status.label,
        "working_days_left": found.working_days_left,
        "caveats": " ".join(caveat.code for caveat in found.caveats),
        "due_on_in_force": found.due_on,
        "original_due_on": found.original_due_on,
    }
    for deadline in found.deadlines:
        results |= {f"{deadline.rule}_due_on": deadline.due_on, f"{deadline.rule}_state": deadline.state}
    for escalation in found.escalations:
        results |= {f"{escalation.rule}_opens_on": escalation.opens_on, f"{escalation.rule}_state": escalation.state}
    return results


rows_of_tables = st.builds(
    lambda pool, seed, size: (pool, [_cells(number, random, pool) for random in [Random(seed)] for number in range(size)]),  # noqa: S311  # no secret
    pools,
    st.integers(0, 2**32),
    st.integers(1, 30),
)


@given(regulations(), rows_of_tables, st.lists(days, min_size=1, max_size=4), st.booleans(), st.booleans())
@settings(max_examples=TABLES)
def test_a_table_gives_what_each_task_gives(
    rules: Regulation, given_rows: tuple[list[date], list[Cells]], asked: list[date], text: bool, one_day: bool
) -> None:
    pool, rows = given_rows
    asked = [max(day, rules.plan.in_force_from) for day in (*asked, *pool)]
    as_ofs = [asked[0] if one_day else asked[number % len(asked)] for number in range(len(rows))]
    table = _table(rows, text)
    found = rules.evaluate_table(table if one_day else table.append_column("day", pa.array(as_ofs, pa.date32())), asked[0] if one_day else "day")
    results = found.drop_columns([name for name in (*table.column_names, "day") if name in found.column_names])
    for row, as_of, own in zip(rows, as_ofs, results.to_pylist(), strict=True):
        expected = _expected(rules, row, as_of)
        assert own == dict.fromkeys(results.column_names) | expected, (row, as_of)
    seen["rows"] += len(rows)


@given(regulations(), rows_of_tables, st.booleans(), st.integers(0, 80), st.sampled_from([3, 65_536]))
@settings(max_examples=NOTICES)
def test_the_notices_of_a_table_are_those_of_its_tasks(
    rules: Regulation, given_rows: tuple[list[date], list[Cells]], text: bool, length: int, chunk: int
) -> None:
    pool, rows = given_rows
    after = max(pool[0] - timedelta(days=min(20, (pool[0] - FIRST_DAY).days)), rules.plan.in_force_from)
    until = min(after + timedelta(days=length), LAST_DAY)
    tasks, problems = [], []
    for row in rows:
        try:
            tasks.append(_task(row))
        except DeadlineRulesError as error:
            problems.append((row["id"], str(error)))
    table = _table(rows, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_columns, "CHUNK", chunk)
        try:
            expected = rules.notices(tasks, after, until)
        except CalendarHorizonError:
            with pytest.raises(CalendarHorizonError):
                rules.notices_table(table, after, until)
            return
        found = rules.notices_table(table, after, until)
    names = [name for name in found.column_names if name != "problem"]
    good, bad = found.slice(0, len(expected)), found.slice(len(expected))
    assert good.select(names).to_pylist() == [{name: getattr(notice, name) for name in names} for notice in expected]
    assert good.column("problem").null_count == len(expected)
    assert [(row["task_id"], row["problem"]) for row in bad.to_pylist()] == problems
    more = {task.id for task in tasks if task.extensions or task.suspensions}
    seen["told of more time"] += sum(notice.task_id in more for notice in expected)


@given(st.sampled_from(PACKS), rows_of_tables, st.integers(1, 9), st.booleans())
@settings(max_examples=FILES)
def test_files_by_the_column_are_files_row_by_row(pack: str, given_rows: tuple[list[date], list[Cells]], size: int, suspensions: bool) -> None:
    rules = REGULATIONS[pack]
    rules = Regulation(rules.pack, replace(rules.plan, suspensions="Điều 1" if suspensions else None), rules.calendar)
    rows = given_rows[1]
    lines = "".join(json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows).encode()
    parquet = BytesIO()
    pq.write_table(_table(rows, text=False), parquet, row_group_size=size)
    sources: list[tuple[str, bytes, Callable[[], Source]]] = [
        ("jsonl", lines, lambda: RowsSource(read_table(BytesIO(lines), "t.jsonl", "jsonl"))),
        ("parquet", parquet.getvalue(), lambda: ParquetSource(lambda: BytesIO(parquet.getvalue()), "t.parquet")),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_ROWS", size)
        for kind, content, source in sources:
            expected = one_by_one(rules, content, kind)
            assert by_the_column(rules, source) == expected
            seen["of files"] += len(expected[0])


def test_enough_was_seen() -> None:
    """Only where the comparisons ran: a choice of tests (-k) is no reason to fail."""
    if not (seen["rows"] and seen["told of more time"]):
        pytest.skip("the comparisons did not run; run the whole module")
    least = {"rows": 1_500, "moved": 200, "provisional": 100, "refused": 60, "beyond": 5, "told of more time": 80, "of files": 300}
    assert {what: seen[what] for what, number in least.items() if seen[what] < number} == {}
