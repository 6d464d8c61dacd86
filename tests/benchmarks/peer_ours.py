"""Our side of the benchmark: the columns engine under four plans, its tables alone, whole tables, and the single engine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from peer_job import AS_OF, AS_OF_DAY, Answers, Columns, Days, Peer, Prepared, Tables, from_dates, tables, tasks

import deadline_rules as dr
from deadline_rules.engines.column_tables import CELLS, NULL
from deadline_rules.engines.columns import ColumnsEngine
from deadline_rules.engines.outcome import Outcome
from deadline_rules.plan.facts import PROGRESS, TIMELINESS
from deadline_rules.plan.model import DeadlinePlan, Offset, Plan, StartVariant

CHUNK: Final = 32_768


def job_plan() -> Plan:
    """Kon Tum's plan with its status table and `transfer`, and the two timers as deadlines; no other rule."""
    plan = dr.load("kon-tum").plan
    transfer = next(rule for rule in plan.deadlines if rule.rule == "transfer")

    def timer(name: str, unit: Any, number: int) -> DeadlinePlan:
        cases = tuple(case._replace(applies=True, offset=Offset(unit, number)) for case in transfer.cases)
        variants = (StartVariant(("due_on",), False, ()),)
        return transfer._replace(rule=name, cases=cases, variants=variants, done_by="completed_on")

    return replace(plan, deadlines=(transfer, timer("day-after", "days", 1), timer("fifth", "working_days", 5)), escalations=())


def _read(outcome: Outcome, rows: int) -> Answers:
    left = np.where(outcome.has_limit[:rows], outcome.left[:rows], NULL)
    due = {name: days[:rows] for name, days in outcome.due.items()}
    return Answers(outcome.cell[:rows], due.get("transfer"), left, due.get("day-after"), due.get("fifth"))


def _read_without_transfer(outcome: Outcome, rows: int) -> Answers:
    return _read(outcome, rows)._replace(transfer=None)


def _engine(plan: Plan) -> ColumnsEngine:
    return ColumnsEngine(plan, dr.vietnam())


def kon_tum(columns: Columns) -> Prepared:
    engine, kind = _engine(dr.load("kon-tum").plan), np.zeros(len(columns.due_on), dtype=np.uint8)
    return Prepared(lambda: engine.run(columns.days, kind, AS_OF_DAY), _read)


def yen_the(columns: Columns) -> Prepared:
    engine, kind = _engine(dr.load("yen-the").plan), np.zeros(len(columns.due_on), dtype=np.uint8)
    days = {**columns._asdict(), "issued_on": columns.assigned_on}
    return Prepared(lambda: engine.run(days, kind, AS_OF_DAY), _read_without_transfer)


# What the job asks for: no state of a deadline, no caveats.
ASKED: Final = ("status", "working_days_left", "transfer_due_on", "day-after_due_on", "fifth_due_on")


def job_only(columns: Columns) -> Prepared:
    engine, kind = _engine(job_plan()), np.zeros(len(columns.due_on), dtype=np.uint8)
    return Prepared(lambda: engine.run(columns.days, kind, AS_OF_DAY, ASKED), _read)


def job_and_more(columns: Columns) -> Prepared:
    engine, kind = _engine(job_plan()), np.zeros(len(columns.due_on), dtype=np.uint8)
    return Prepared(lambda: engine.run(columns.days, kind, AS_OF_DAY), _read)


def _in_halves(run: Callable[[slice], Any], rows: int, threads: ThreadPoolExecutor) -> list[Any]:
    halves = (slice(0, rows // 2), slice(rows // 2, rows))
    return [half.result() for half in [threads.submit(run, half) for half in halves]]


def job_only_two_threads(columns: Columns) -> Prepared:
    engine, rows = _engine(job_plan()), len(columns.due_on)
    kind, threads = np.zeros(rows, dtype=np.uint8), ThreadPoolExecutor(2)

    def half(part: slice) -> Outcome:
        return engine.run({name: column[part] for name, column in columns.days.items()}, kind[part], AS_OF_DAY, ASKED)

    return Prepared(lambda: _in_halves(half, rows, threads), lambda found, checked: _read(found[0], checked))


def _apply(look_up: Tables, columns: Columns, part: slice, found: tuple[Days, ...]) -> None:
    """The job by the engine's own tables, chunk by chunk, into columns made beforehand."""
    null, as_of = np.int32(NULL), np.int32(AS_OF_DAY)
    cells, transfer, left, day_after, fifth = found
    for start in range(part.start, part.stop, CHUNK):
        chunk = slice(start, min(start + CHUNK, part.stop))
        due, completed = columns.due_on[chunk], columns.completed_on[chunk]
        end = np.minimum(completed, as_of)
        no_limit = due == null
        key = no_limit.view(np.uint8).copy()
        for flag in (end > due, columns.started_on[chunk] <= as_of, completed <= as_of):
            key += key
            key |= flag.view(np.uint8)
        CELLS.take(key, out=cells[chunk], mode="clip")
        look_up.transfer.take(columns.assigned_on[chunk], out=transfer[chunk], mode="clip")
        look_up.fifth.take(due, out=fifth[chunk], mode="clip")
        np.add(due, no_limit ^ True, out=day_after[chunk])
        np.subtract(look_up.upto.take(due, mode="clip"), look_up.upto.take(end, mode="clip"), out=left[chunk])
        np.copyto(left[chunk], null, where=no_limit)


def _room(rows: int) -> tuple[Days, ...]:
    return (np.empty(rows, dtype=np.uint8), *(np.empty(rows, dtype=np.int32) for _ in range(4)))


def _read_room(found: tuple[Days, ...], rows: int) -> Answers:
    return Answers(*(column[:rows] for column in found))


def tables_alone(columns: Columns) -> Prepared:
    look_up, rows = tables(), len(columns.due_on)

    def run() -> tuple[Days, ...]:
        found = _room(rows)
        _apply(look_up, columns, slice(0, rows), found)
        return found

    return Prepared(run, _read_room)


def tables_alone_two_threads(columns: Columns) -> Prepared:
    look_up, rows, threads = tables(), len(columns.due_on), ThreadPoolExecutor(2)

    def run() -> tuple[Days, ...]:
        found = _room(rows)
        _in_halves(lambda part: _apply(look_up, columns, part, found), rows, threads)
        return found

    return Prepared(run, _read_room)


def _arrow(columns: dict[str, Days]) -> pa.Table:
    rows = len(next(iter(columns.values())))
    days = {name: pa.array(column, mask=column == NULL).view(pa.date32()) for name, column in columns.items()}
    return pa.table({"id": np.arange(rows), **days})


def _read_table(table: pa.Table, rows: int) -> Answers:
    shown = table.slice(0, rows)
    progress, timeliness = ([words.index(value) for value in shown[name].to_pylist()] for name, words in _WORDS.items())
    left = shown["working_days_left"].fill_null(int(NULL)).to_numpy()
    transfer = from_dates(shown["transfer_due_on"].to_numpy())
    return Answers(np.array(progress) * 3 + np.array(timeliness), transfer, left, None, None)


_WORDS: Final[dict[str, tuple[str, ...]]] = {"progress": PROGRESS, "timeliness": TIMELINESS}


def table_kon_tum(columns: Columns) -> Prepared:
    pa.set_cpu_count(1)
    regulation, table = dr.load("kon-tum"), _arrow(columns.days)
    return Prepared(lambda: regulation.evaluate_table(table, AS_OF), _read_table)


def table_yen_the(columns: Columns) -> Prepared:
    pa.set_cpu_count(1)
    regulation, table = dr.load("yen-the"), _arrow({**columns._asdict(), "issued_on": columns.assigned_on})
    return Prepared(lambda: regulation.evaluate_table(table, AS_OF), lambda found, rows: _read_table(found, rows)._replace(transfer=None))


def classify(columns: Columns) -> Prepared:
    """The status alone, one task after another."""
    regulation, given = dr.load("kon-tum"), tasks(columns, len(columns.due_on))
    codes = [cell.status.code for cell in regulation.plan.statuses]

    def read(found: list[dr.Status], rows: int) -> Answers:
        return Answers(np.array([codes.index(status.code) for status in found[:rows]]), None, None, None, None)

    return Prepared(lambda: [regulation.classify(task, AS_OF) for task in given], read)


def single(columns: Columns) -> Prepared:
    """One task after another; the tasks are made beforehand."""
    regulation, given = dr.load("kon-tum"), tasks(columns, len(columns.due_on))

    def read(found: list[dr.Evaluation], rows: int) -> Answers:
        results = found[:rows]
        cell = [PROGRESS.index(result.progress) * 3 + TIMELINESS.index(result.timeliness) for result in results]
        left = [int(NULL) if result.working_days_left is None else result.working_days_left for result in results]
        transfer = [result.deadline("transfer").due_on for result in results]
        return Answers(np.array(cell), from_dates(np.array(transfer, dtype="datetime64[D]")), np.array(left), None, None)

    return Prepared(lambda: [regulation.evaluate(task, AS_OF) for task in given], read)


_JUST: Final = "a plan of the job, its answers asked for; more: certainty of each row"
_STATUS: Final = "less: the status alone"
PEERS: Final = (
    Peer("job", "columns engine, just the job", _JUST, job_only, ours=True),
    Peer("job-more", "columns engine, the job with states and caveats", "more: states, caveats, certainty of each row", job_and_more, ours=True),
    Peer("job-2", "columns engine, just the job, two threads", "as above; two halves, not joined", job_only_two_threads, ours=True, least=100_000),
    Peer("tables", "the engine's tables applied in chunks", "the job, nothing else", tables_alone, ours=True),
    Peer("tables-2", "the engine's tables, two threads", "the job, nothing else", tables_alone_two_threads, ours=True, least=100_000),
    Peer("kon-tum", "columns engine, kon-tum", "more: 2 deadlines, 8 escalations, caveats; less: last two timers", kon_tum, ours=True),
    Peer("yen-the", "columns engine, yen-the, full result", "another job: 5 deadlines, 8 escalations", yen_the, ours=True, regulation="yen-the"),
    Peer("table", "evaluate_table, kon-tum, pyarrow", "as kon-tum; also reads, checks and dresses the table", table_kon_tum, ours=True),
    Peer("table-yen-the", "evaluate_table, yen-the, pyarrow", "as yen-the; also reads and dresses", table_yen_the, True, regulation="yen-the"),
    Peer("single", "evaluate, one task at a time", "more: every answer with its article; less: last two timers", single, ours=True, most=100_000),
    Peer("classify", "classify, one task at a time", _STATUS, classify, ours=True, most=100_000, by_status=True),
)
