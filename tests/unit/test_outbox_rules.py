"""An outbox whose rules, readings or calendar become others between two ticks. Days are worked out by hand from the calendar of November 2026.

Monday 2, 9, 16, 23 and 30 are working days as the rest of their weeks, but for Tuesday 24, Vietnam Cultural Day.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

if importlib.util.find_spec("sqlalchemy") is None and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip("the outbox needs sqlalchemy: pip install 'deadline-rules[sql]'", allow_module_level=True)

from sqlalchemy import create_engine, text

import deadline_rules as dr
from deadline_rules.outbox import Outbox, OutboxError
from deadline_rules.regulation import Regulation

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
BEGIN = date(2026, 11, 1)
HOUSE = """id: {id}
extends: kon-tum
title: {{vi: Quy chế, en: House rules}}
issuer: {{vi: Phòng, en: Section}}
instrument: {{name: Quy chế nội bộ}}
"""
URGE = """deadlines:
  - {id: urge, topic: feedback.urge, label: {vi: đôn đốc, en: urge}, actor: office, cite: Điều 1, quote: q,
     from: feedback_received_on, within: {working_days: 7}, done_by: urged_on}
"""
REMINDER = "reminders:\n  - {id: soon, of: due_on, before: {working_days: 3}, label: {vi: sắp đến hạn, en: soon}, cite: Điều 1}\n"
# Received on Monday 2: seven working days are 3, 4, 5, 6, 9, 10, 11, five are 3, 4, 5, 6, 9.
FEEDBACK = dr.Task(id="F", feedback_received_on=date(2026, 11, 2))


def day(number: int) -> date:
    """A day of November 2026."""
    return date(2026, 11, number)


def house(folder: Path, rules: str = "", id: str = "house", calendar: dr.WorkingCalendar | None = None) -> Regulation:
    """House rules under kon-tum, in the same file every time: the next call edits it."""
    file = folder / f"{id}.yaml"
    file.write_text(HOUSE.format(id=id) + rules, encoding="utf-8")
    return dr.load(file, calendar=calendar)


class Stores:
    """Outboxes on one file, as workers open them."""

    def __init__(self, folder: Path) -> None:
        self.url, self.open = f"sqlite:///{folder / 'outbox.db'}", list[Outbox]()

    def __call__(self, rules: Regulation) -> Outbox:
        self.open.append(Outbox(self.url, rules))
        self.open[-1].create()
        return self.open[-1]

    def rows(self, of: str = "F") -> list[tuple[int, str, str, str | None]]:
        """Day, kind, rule and withdrawal of all notices of a task."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT day, kind, rule, withdrawn FROM deadline_notices WHERE task_id = :of ORDER BY day, kind"), {"of": of}
            )
            rows = [(int(row.day[-2:]), row.kind, row.rule, row.withdrawn) for row in found]
        engine.dispose()
        return rows


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    """No table is there yet."""
    made = Stores(tmp_path)
    yield made
    for outbox in made.open:
        outbox.close()


def acknowledge_all(outbox: Outbox, on: date) -> list[str]:
    """Delivers whatever waits; its kinds and rules."""
    found = outbox.pending(1000, on, now=NOW, lease=timedelta(microseconds=1))
    outbox.acknowledge([notice.key for notice in found])
    return [f"{notice.kind} {notice.rule}" for notice in found]


class TestAnotherVersion:
    def test_a_period_that_is_cut_below_the_watermark(self, stores: Stores, tmp_path: Path) -> None:
        """Seven working days end on Wednesday 11, which the tick of the 10th has not met; five ended on Monday 9, which it has passed."""
        before = stores(house(tmp_path, URGE))
        before.put([FEEDBACK])
        assert before.tick(day(10), after=BEGIN).rules_changed is None
        after = house(tmp_path, URGE.replace("working_days: 7", "working_days: 5"))
        done = stores(after).tick(day(30))
        assert done.rules_changed is not None
        assert done.rules_changed[2:] == (2, 0)
        assert (done.rules_changed.before[:12], done.rules_changed.after[:12]) == (before._regulation.plan.rules_version, after.plan.rules_version)
        assert stores.rows() == [(9, "due", "urge", None), (10, "missed", "urge", None)]
        assert stores(after).tick(day(30)).rules_changed is None

    def test_a_period_that_is_lengthened_beyond_the_watermark(self, stores: Stores, tmp_path: Path) -> None:
        """The other way round: the 9th and the 10th were said, and the 11th and the 12th hold."""
        before = stores(house(tmp_path, URGE.replace("working_days: 7", "working_days: 5")))
        before.put([FEEDBACK])
        before.tick(day(10), after=BEGIN)
        acknowledge_all(before, day(9))
        after = stores(house(tmp_path, URGE))
        done = after.tick(day(30))
        assert done.rules_changed is not None
        assert done.rules_changed[2:] == (0, 2)
        assert stores.rows() == [
            (9, "due", "urge", "rules_changed"),
            (10, "missed", "urge", "rules_changed"),
            (11, "due", "urge", None),
            (12, "missed", "urge", None),
        ]
        # The first went out, so its receiver should hear of it; the second never did.
        assert [(notice.kind, notice.day, reason) for notice, reason in after.withdrawn()] == [("due", day(9), "rules_changed")]
        assert [notice.kind for notice, _ in after.withdrawn_in(2)] == ["due", "missed"]

    def test_a_comment_changes_nothing(self, stores: Stores, tmp_path: Path) -> None:
        first = stores(house(tmp_path, URGE))
        first.put([FEEDBACK])
        first.tick(day(12), after=BEGIN)
        assert acknowledge_all(first, day(12)) == ["due urge", "missed urge"]
        second = stores(house(tmp_path, URGE + "# a comment\n"))
        assert second.tick(day(12))[3:7] == (0, 0, 0, 0)
        assert acknowledge_all(second, day(12)) == []

    def test_another_reading(self, stores: Stores) -> None:
        """Bến Tre says "kịp thời"; as seven working days from Monday 2 they end on Wednesday 11, as two on Wednesday 4."""
        task = dr.Task(id="P", transferred_on=day(2))
        seven, two = (stores(dr.load("ben-tre", readings={"promptly": number})) for number in (7, 2))
        seven.put([task])
        seven.tick(day(9), after=BEGIN)
        done = two.tick(day(30))
        assert done.rules_changed is not None
        assert done.rules_changed[2:] == (2, 0)
        assert stores.rows("P") == [(4, "due", "review", None), (5, "missed", "review", None)]
        with pytest.raises(OutboxError, match="which superseded"):
            seven.tick(day(30))

    def test_a_report_day_that_the_host_supplies(self, stores: Stores) -> None:
        """The monthly report of Bến Tre, whose day another paper sets: on the 20th of November, then on the 5th."""
        at = [stores(dr.load("ben-tre", reports={"unit-month": {"by_day": number}})) for number in (20, 5)]
        at[0].tick(day(10), after=BEGIN)
        done = at[1].tick(day(10))
        assert done.rules_changed is not None
        assert [(notice.rule, notice.day) for notice in at[1].written(2)] == [("unit-month", day(5))]

    def test_rules_and_calendar_together(self, stores: Stores, tmp_path: Path) -> None:
        """Passing on within one working day of Friday 13 ends on Monday 16; where that is a day off, on Tuesday 17."""
        first = stores(house(tmp_path))
        first.put([dr.Task(id="N", assigned_on=day(13))])
        first.tick(day(16), after=BEGIN)
        assert stores.rows("N") == [(16, "due", "transfer", None)]
        storm = dr.vietnam(extra=[dr.closure("storm", off=[day(16)])])
        stores(house(tmp_path, "# a comment\n", calendar=storm)).tick(day(20))
        assert stores.rows("N") == [(16, "due", "transfer", "rules_changed"), (17, "due", "transfer", None), (18, "missed", "transfer", None)]

    def test_days_before_the_rules_took_effect_stay(self, stores: Stores, tmp_path: Path) -> None:
        """T came due on Friday 13 and was missed on the 14th, the first day of a new paper that says the same."""
        folder = tmp_path / "kon-tum"
        folder.mkdir()
        for file in (ROOT / "rules" / "kon-tum").glob("*.yaml"):
            (folder / file.name).write_bytes(file.read_bytes())
        first = stores(dr.load("kon-tum"))
        task = dr.Task(id="T", assigned_on=day(2), transferred_on=day(2), due_on=day(13))
        first.put([task])
        first.tick(day(14), after=BEGIN)
        whole = [(13, "due"), (14, "missed"), (14, "opens"), (14, "opens")]
        assert [row[:2] for row in stores.rows("T")] == whole
        rules = folder / "regulation.yaml"
        rules.write_text(rules.read_text(encoding="utf-8").replace("from: 2016-05-09", "from: 2026-11-14", 1), encoding="utf-8")
        later = stores(dr.load(folder))
        assert later.tick(day(15))[3:7] == (0, 0, 0, 0)
        # Done on Thursday 12, it turns out: what was said of the 14th is taken back, what was said of the 13th is not these rules' to judge.
        later.put([task.model_copy(update={"completed_on": day(12)})])
        later.tick(day(16))
        assert [(number, kind, withdrawn) for number, kind, _, withdrawn in stores.rows("T")] == [
            (13, "due", None),
            (14, "missed", "facts_changed"),
            (14, "opens", "facts_changed"),
            (14, "opens", "facts_changed"),
        ]


class TestTwoVersionsAtWork:
    def test_the_older_is_refused_and_can_be_taken_back(self, stores: Stores, tmp_path: Path) -> None:
        older = stores(house(tmp_path, URGE))
        older.put([FEEDBACK])
        older.tick(day(10), after=BEGIN)
        newer = stores(house(tmp_path, URGE.replace("working_days: 7", "working_days: 5")))
        newer.tick(day(10))
        said = stores.rows()
        for _ in range(2):
            with pytest.raises(
                OutboxError, match=r"the outbox of house follows the rules .* now, which superseded .* of this worker: restart .* adopt\(\)"
            ):
                older.tick(day(12))
            newer.tick(day(10))
        assert stores.rows() == said
        # Everything but judging goes on: facts are facts.
        assert older.put([FEEDBACK, dr.Task(id="G")]) == 1
        assert len(acknowledge_all(older, day(10))) == 2
        older.adopt()
        done = older.tick(day(12))
        assert done.rules_changed is not None
        assert done.rules_changed[2:] == (0, 2)
        assert [row[:2] for row in stores.rows() if row[3] is None] == [(11, "due"), (12, "missed")]
        with pytest.raises(OutboxError, match="which superseded"):
            newer.tick(day(12))
        newer.adopt()
        # What was delivered and holds again merely loses its mark.
        assert newer.tick(day(12))[3:7] == (0, 2, 2, 0)
        assert acknowledge_all(newer, day(30)) == []

    def test_an_older_calendar_is_refused_too(self, stores: Stores, tmp_path: Path) -> None:
        plain, storm = house(tmp_path), house(tmp_path, calendar=dr.vietnam(extra=[dr.closure("storm", off=[day(16)])]))
        first, second = stores(plain), stores(storm)
        first.tick(day(12), after=BEGIN)
        assert second.tick(day(12)).rules_changed is None
        with pytest.raises(OutboxError, match=r"follows the calendar \S+ now, which superseded"):
            first.tick(day(13))
        # Another version with the old calendar is no way round it.
        with pytest.raises(OutboxError, match="follows the calendar"):
            stores(house(tmp_path, "# a comment\n")).tick(day(13))
        first.adopt()
        assert first.tick(day(13)).until == day(13)


class TestTakingOver:
    def test_house_rules_over_a_regulation_with_a_store(self, stores: Stores, tmp_path: Path) -> None:
        """T is due on Friday 13. The house reminds three working days before, on Tuesday 10, which has passed; and has FEEDBACK urged by the 11th."""
        plain = stores(dr.load("kon-tum"))
        plain.put([dr.Task(id="T", assigned_on=day(2), transferred_on=day(2), due_on=day(13)), FEEDBACK])
        plain.tick(day(13), after=BEGIN)
        assert acknowledge_all(plain, day(13)) == ["due due_on"]
        mine = stores(house(tmp_path, URGE + REMINDER))
        mine.take_over("kon-tum")
        assert mine.watermark == day(13)
        assert plain.watermark is None
        done = mine.tick(day(14))
        assert done.rules_changed is not None
        assert done.rules_changed[2:] == (2, 0)
        assert [row[:3] for row in stores.rows("T")] == [
            (13, "due", "due_on"),
            (14, "missed", "due_on"),
            (14, "opens", "unit-overdue"),
            (14, "opens", "office-overdue"),
        ]
        assert [row[:2] for row in stores.rows("F")] == [(11, "due"), (12, "missed")]
        assert sorted(acknowledge_all(mine, day(16))) == ["due urge", "missed due_on", "missed urge", "opens office-overdue", "opens unit-overdue"]
        for refused in (lambda: plain.tick(day(15), after=BEGIN), lambda: plain.put([])):
            with pytest.raises(OutboxError, match="house has taken over the outbox of kon-tum"):
                refused()
        # And back again, where the house gives its rules up.
        plain.take_over("house")
        assert plain.tick(day(14))[3:7] == (0, 2, 0, 0)
        assert acknowledge_all(plain, day(30)) == []

    def test_what_was_forgotten_stays_so(self, stores: Stores, tmp_path: Path) -> None:
        plain = stores(dr.load("kon-tum"))
        done = dr.Task(id="T", assigned_on=day(2), transferred_on=day(2), due_on=day(13), completed_on=day(16))
        plain.put([done])
        plain.tick(day(16), after=BEGIN)
        assert len(acknowledge_all(plain, day(16))) == 4
        assert plain.forget(day(17)) == 1
        mine = stores(house(tmp_path, REMINDER))
        mine.take_over("kon-tum")
        assert mine.put([done]) == 0
        assert mine.put([done.model_copy(update={"urgent": True})]) == 1
        assert mine.tick(day(17)).new == 0

    def test_what_is_refused(self, stores: Stores, tmp_path: Path) -> None:
        plain, mine = stores(dr.load("kon-tum")), stores(house(tmp_path))
        with pytest.raises(OutboxError, match="there is no outbox of 'kon-tum' to take over, nor any other"):
            mine.take_over("kon-tum")  # its tables are made, and nothing is in them
        plain.put([FEEDBACK])
        with pytest.raises(OutboxError, match=r"no outbox of 'kontum' to take over; did you mean 'kon-tum'\?"):
            mine.take_over("kontum")
        with pytest.raises(OutboxError, match="no outbox of 'house' to take over"):
            mine.take_over("house")
        mine.put([FEEDBACK])
        with pytest.raises(OutboxError, match="house has an outbox of its own, which would be mixed with that of 'kon-tum'"):
            mine.take_over("kon-tum")
        uncreated = Outbox(stores.url, dr.load("yen-the"))
        stores.open.append(uncreated)
        with pytest.raises(OutboxError, match=r"no outbox of yen-the in the store; call create\(\)"):
            uncreated.take_over("kon-tum")


class TestRemindersAfterTheFact:
    # Due on Tuesday 10; three working days before are Monday 9, Friday 6, Thursday 5.
    TASK = dr.Task(id="T", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 10))

    def test_rules_that_gain_a_reminder(self, stores: Stores, tmp_path: Path) -> None:
        """L is due on Wednesday 25 and assigned on the 18th: its reminder is of Thursday 19, before the watermark, but the day itself is to come."""
        first = stores(house(tmp_path))
        later = dr.Task(id="L", assigned_on=day(18), transferred_on=day(18), due_on=day(25))
        first.put([self.TASK, later])
        first.tick(day(20), after=BEGIN)
        acknowledge_all(first, day(20))
        second = stores(house(tmp_path, REMINDER))
        second.put([self.TASK.model_copy(update={"transferred_on": day(20)})])
        second.tick(day(21))
        # Monday 23, Friday 20, Thursday 19: the 24th is a day off.
        assert [row[:3] for row in stores.rows("L")] == [(19, "reminder", "soon")]
        assert acknowledge_all(second, day(23)) == ["reminder soon"]
        assert "reminder" not in [row[1] for row in stores.rows("T")]
        # Nor when its facts alone change, or all is judged anew; its other notices come, though.
        second.put([self.TASK.model_copy(update={"completed_on": day(9)})])
        second.tick(day(21))
        second.judge_anew()
        second.tick(day(21))
        assert "reminder" not in [row[1] for row in stores.rows("T")]

    def test_a_task_that_comes_late(self, stores: Stores, tmp_path: Path) -> None:
        outbox = stores(house(tmp_path, REMINDER))
        outbox.tick(day(9), after=BEGIN)
        outbox.put([self.TASK])
        # The day of the reminder has passed, the 10th has not.
        outbox.tick(day(9))
        assert [row[1] for row in stores.rows("T") if row[2] == "soon"] == ["reminder"]
        outbox.put([self.TASK.model_copy(update={"id": "U"})])
        outbox.tick(day(10))
        assert [row[1] for row in stores.rows("U") if row[2] == "soon"] == ["reminder"]
        outbox.put([self.TASK.model_copy(update={"id": "V"})])
        outbox.tick(day(11))
        assert [row[1:3] for row in stores.rows("V") if row[2] in ("soon", "due_on")] == [("due", "due_on"), ("missed", "due_on")]

    def test_a_reminder_that_was_taken_back_comes_back_only_in_time(self, stores: Stores, tmp_path: Path) -> None:
        outbox = stores(house(tmp_path, REMINDER))
        done = self.TASK.model_copy(update={"completed_on": day(3)})
        outbox.put([self.TASK])
        outbox.tick(day(6), after=BEGIN)
        for until, expected in ((6, None), (12, "facts_changed")):
            outbox.put([done])
            outbox.tick(day(until))
            outbox.put([self.TASK])
            outbox.tick(day(until))
            assert [row[3] for row in stores.rows("T") if row[2] == "soon"] == [expected]


class TestHouseRulesThatBeginLater:
    """House rules from Monday 23 on, over Kon Tum: due on Friday 20, missed on the 21st, when Điều 8 khoản 2 and Điều 9 khoản 3 open."""

    RULES = "in_force: {from: 2026-11-23, cite: Điều 9}\n" + REMINDER
    TASK = dr.Task(id="F", assigned_on=date(2026, 11, 2), transferred_on=date(2026, 11, 2), due_on=date(2026, 11, 20))
    EXPECTED = [
        (20, "due", "due_on", None),
        (21, "missed", "due_on", None),
        (21, "opens", "unit-overdue", None),
        (21, "opens", "office-overdue", None),
    ]

    def test_what_they_extend_is_told_of_until_then(self, stores: Stores, tmp_path: Path) -> None:
        outbox = stores(house(tmp_path, self.RULES))
        outbox.put([self.TASK])
        assert outbox.tick(day(30), after=day(15)).new == 5  # and the report of the year, before 20/11 (Điều 10 khoản 1)
        assert sorted(stores.rows()) == sorted(self.EXPECTED)
        assert [notice.regulation for notice in outbox.pending(100, day(30), now=NOW)] == ["house"] * 5
        outbox.put([self.TASK.model_copy(update={"urged_on": day(23)})])
        again = outbox.tick(date(2026, 12, 1))
        assert (again.new, again.withdrawn) == (0, 0)
        outbox.put([self.TASK.model_copy(update={"due_on": day(30)})])
        moved = outbox.tick(date(2026, 12, 1))  # due on the 30th, missed on 1/12; to remind of the 30th it is too late
        assert (moved.new, moved.withdrawn) == (4, 4)

    def test_a_store_that_was_taken_over_is_not_told_again(self, stores: Stores, tmp_path: Path) -> None:
        law = stores(dr.load("kon-tum"))
        law.put([self.TASK])
        assert law.tick(day(22), after=day(15)).new >= 4
        outbox = Outbox(stores.url, house(tmp_path, self.RULES))
        stores.open.append(outbox)
        outbox.create()
        outbox.take_over("kon-tum")
        ticked = outbox.tick(day(30))
        assert (ticked.withdrawn, [row for row in stores.rows() if row[0] > 21]) == (0, [])
        assert sorted(stores.rows()) == sorted(self.EXPECTED)
