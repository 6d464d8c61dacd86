"""The peers that step day by day, one task at a time, and the figures of single calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any, Final

import numpy as np
from peer_job import AS_OF, Answers, Columns, Peer, Prepared, days_off, from_dates, head

import deadline_rules as dr
from deadline_rules.engines.column_tables import NULL

ONE_DAY: Final = timedelta(days=1)
Row = tuple[int, date, int | None, date | None, date | None]


def _stepping(columns: Columns, add: Callable[[date, int], date], count: Callable[[date, date], int]) -> Prepared:
    """The job in plain Python; `add` is the n-th working day after, `count` the working days in (start, end] for start <= end."""
    rows = list(zip(*(head(column, len(column)) for column in columns[:4]), strict=True))

    def answer(assigned: Any, due: date | None, started: date | None, completed: date | None) -> Row:
        done = completed is not None and completed <= AS_OF
        end = completed if completed is not None and done else AS_OF
        progress = 6 if done else 3 if started is not None and started <= AS_OF else 0
        if due is None:
            return progress + 2, add(assigned, 1), None, None, None
        left = count(end, due) if end <= due else -count(due, end)
        return progress + (end > due), add(assigned, 1), left, due + ONE_DAY, add(due, 5)

    def read(found: list[Row], shown: int) -> Answers:
        cell, transfer, left, day_after, fifth = zip(*found[:shown], strict=True)
        days = [from_dates(np.array(column, dtype="datetime64[D]")) for column in (transfer, day_after, fifth)]
        return Answers(np.array(cell), days[0], np.array([int(NULL) if number is None else number for number in left]), *days[1:])

    return Prepared(lambda: [answer(*row) for row in rows], read)


def calendar_scalar(columns: Columns) -> Prepared:
    calendar = dr.vietnam()
    return _stepping(columns, calendar.add, calendar.count)


def holidays_steps(columns: Columns) -> Prepared:
    """The library's own working days of Việt Nam, which know the swapped days of these years."""
    peer = import_module("holidays").country_holidays("VN", years=range(2024, 2029), language="vi")

    def count(start: date, end: date) -> int:
        return peer.get_working_days_count(start + ONE_DAY, end) if start < end else 0

    return _stepping(columns, peer.get_nth_working_day, count)


def workalendar_steps(columns: Columns) -> Prepared:
    """It has no calendar of Việt Nam: a calendar of its own class is given our days off of these years."""
    core = import_module("workalendar.core")
    off = [day for day in days_off().astype(object) if 2024 <= day.year <= 2028]

    class OurDaysOff(core.Calendar):  # type: ignore[misc, name-defined, unused-ignore]
        include_new_years_day = False

        def get_weekend_days(self) -> set[int]:
            return set()

        def get_calendar_holidays(self, year: int) -> list[tuple[date, str]]:
            return [(day, "off") for day in off if day.year == year]

    peer = OurDaysOff()
    return _stepping(columns, peer.add_working_days, peer.get_working_days_delta)


PEERS: Final = (
    Peer("calendar", "vietnam().add and count, a Python loop", "the job", calendar_scalar, ours=True, most=1_000_000),
    Peer("holidays", "holidays, get_nth_working_day", "by its own days off, which lack some decisions", holidays_steps),
    Peer("workalendar", "workalendar, add_working_days", "the job; given our days off, it has no Việt Nam", workalendar_steps),
)

START: Final = date(2026, 3, 2)
TENTH: Final = date(2026, 3, 16)


def single_calls() -> dict[str, tuple[str, Callable[[], Any]]]:
    """Calls for one day or one task, each checked once here."""
    calendar = dr.vietnam()
    stepping = import_module("holidays").country_holidays("VN", years=range(2025, 2028), language="vi")
    busday = np.busdaycalendar(weekmask="1111111", holidays=days_off())
    start = np.datetime64(START)
    task = dr.Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
    kon_tum, yen_the = dr.load("kon-tum"), dr.load("yen-the")
    fields: dict[str, Any] = {"id": task.id, "assigned_on": task.assigned_on, "due_on": task.due_on, "started_on": task.started_on}
    calls: dict[str, tuple[str, Callable[[], Any]]] = {
        "add": ("vietnam().add, n = 10", lambda: calendar.add(START, 10)),
        "holidays": ("holidays.get_nth_working_day, n = 10", lambda: stepping.get_nth_working_day(START, 10)),
        "busday": ("numpy.busday_offset of a datetime64, n = 10", lambda: np.busday_offset(start, 10, roll="backward", busdaycal=busday)),
        "busday-date": ("numpy.busday_offset of a datetime.date, n = 10", lambda: np.busday_offset(START, 10, roll="backward", busdaycal=busday)),  # type: ignore[call-overload, unused-ignore]
        "evaluate": ("evaluate, kon-tum", lambda: kon_tum.evaluate(task, AS_OF)),
        "evaluate-yen-the": ("evaluate, yen-the", lambda: yen_the.evaluate(task, AS_OF)),
        "classify": ("classify, kon-tum", lambda: kon_tum.classify(task, AS_OF)),
        "classify-yen-the": ("classify, yen-the", lambda: yen_the.classify(task, AS_OF)),
        "task": ("Task(id, three days), validated by pydantic; in none of the figures above", lambda: dr.Task(**fields)),
    }
    for id in ("add", "holidays", "busday", "busday-date"):
        found = calls[id][1]()
        assert np.datetime64(found) == np.datetime64(TENTH), f"{id}: {found}"
    for id, regulation in (("", kon_tum), ("-yen-the", yen_the)):
        assert calls[f"evaluate{id}"][1]().status == calls[f"classify{id}"][1]() == regulation.evaluate(task, AS_OF).status
    assert calls["task"][1]() == task
    return calls
