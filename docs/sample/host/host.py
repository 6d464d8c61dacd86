"""A host in less than seventy lines: November 2026 in an office under Kon Tum's regulation, day by day, with one restart in the middle.

python docs/sample/host/host.py [FOLDER]        the outbox is FOLDER/outbox.db; without a folder, in a temporary one
"""

import sys
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import deadline_rules as dr
from deadline_rules.outbox import Outbox

RULES = Path(__file__).with_name("house.yaml")
BEGIN, END = date(2026, 10, 31), date(2026, 11, 30)

# What people enter, and on which day: new tasks, then what becomes known of them.
A = dr.Task(id="A", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 10), transferred_on=date(2026, 11, 2))
B = dr.Task(id="B", assigned_on=date(2026, 11, 3), due_on=date(2026, 11, 13))
C = dr.Task(id="C", assigned_on=date(2026, 11, 9), due_on=date(2026, 11, 18), transferred_on=date(2026, 11, 9))
WEEK_MORE = dr.Extension(granted_on=date(2026, 11, 13), due_on=date(2026, 11, 25), by="chair")  # and entered four days late
EXTENDED = C.model_copy(update={"extensions": (WEEK_MORE,)})
ENTERED: dict[date, list[dr.Task]] = {
    date(2026, 11, 2): [A],
    date(2026, 11, 3): [B],
    date(2026, 11, 9): [C, A.model_copy(update={"completed_on": date(2026, 11, 9)})],  # A is done a day early
    date(2026, 11, 17): [EXTENDED],
    date(2026, 11, 20): [B.model_copy(update={"transferred_on": date(2026, 11, 5), "completed_on": date(2026, 11, 20)})],
}


def start(folder: Path) -> tuple[dr.Regulation, Outbox]:
    """What the host does whenever it starts."""
    regulation = dr.load(RULES)
    outbox = Outbox(f"sqlite:///{folder / 'outbox.db'}", regulation)
    outbox.create()
    return regulation, outbox


def run(folder: Path) -> None:
    """The month. On a day off nobody works, and nothing is delivered; the tick runs all the same."""
    regulation, outbox = start(folder)
    for day in (BEGIN + timedelta(days=number) for number in range(1, (END - BEGIN).days + 1)):
        outbox.put(ENTERED.get(day, []))
        if EXTENDED in ENTERED.get(day, []):
            found = regulation.changes([C], [EXTENDED], BEGIN, day)
            print(f"{day}  -- C is extended to {WEEK_MORE.due_on}; notices: {len(found.withdrawn)} no longer holds, {len(found.new)} new")
        outbox.tick(day, after=BEGIN)
        if day == date(2026, 11, 16):  # all objects are dropped between the tick and the delivery, and the file is opened anew
            outbox.close()
            regulation, outbox = start(folder)
            print(f"{day}  -- restarted; last tick: {outbox.watermark}")
        if regulation.calendar.is_working(day):
            for notice in outbox.pending(100, day, now=datetime.combine(day, time(1), UTC)):
                print(f"{day}  {notice.task_id or 'report'}  {notice.kind} {notice.rule} of {notice.day}  {notice.cite}")
                outbox.acknowledge([notice.key])
    for notice, reason in outbox.withdrawn():
        print(f"taken back  {notice.task_id}  {notice.kind} {notice.rule} of {notice.day}: {reason}")
    outbox.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        run(Path(sys.argv[1] if len(sys.argv) > 1 else temporary))
