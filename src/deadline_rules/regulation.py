"""Regulation: the facade hosts hold. It compiles once and delegates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .calendar.vietnam import WorkingCalendar, vietnam
from .changes import Timeline
from .days import FIRST_DAY, as_day
from .earlier import ONE_DAY, Asked, Earlier, first_asked
from .engines import single
from .engines.time_limit import Against
from .errors import needing
from .explain import explain
from .late_facts import changes
from .plan.compile import compile_plan
from .plan.model import Plan
from .results import Evaluation, Lang, Notice, NoticeChanges, Reports, Status, Tally
from .rulebook.library import Available, Pack, available, open_pack
from .rulebook.model import RuleSet
from .rulebook.supplied import supplied_day
from .schedule import reports
from .tally import tally
from .task import Task
from .timeline import timeline
from .timers import notices

__all__ = ["Available", "Regulation", "available", "load"]

if TYPE_CHECKING:
    from .frames.evaluator import TableEvaluator


class Regulation:
    """A regulation under chosen readings and a calendar. Immutable, safe to share between threads, pickles."""

    __slots__ = ("_asked", "_earlier", "_pack", "_tables", "calendar", "plan", "strict")

    _pack: Pack
    _asked: Asked | None
    _earlier: Earlier | None  # what holds before these rules took effect, made when first asked
    _tables: TableEvaluator | None  # made with the first table; two threads may both make one, which are equal
    plan: Plan
    calendar: WorkingCalendar
    strict: bool

    def __init__(self, pack: Pack, plan: Plan, calendar: WorkingCalendar, *, strict: bool = False, asked: Asked | None = None) -> None:
        made = {"_tables": None, "_earlier": None}
        for name, value in {"_pack": pack, "plan": plan, "calendar": calendar, "strict": strict, "_asked": asked, **made}.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Regulation cannot be changed; load another with the {name} you want.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Regulation cannot be changed.")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self._pack, self.plan, self.calendar, self.strict, self._asked)

    def __repr__(self) -> str:
        return f"<Regulation {self.id}, {self.rules.instrument.number or self.rules.issuer.vi}>"

    @property
    def id(self) -> str:
        return self._pack.rules.id

    @property
    def rules(self) -> RuleSet:
        """The rule file as data: titles, labels, citations, quotes."""
        return self._pack.rules

    @property
    def pack(self) -> Pack:
        """Where the rules came from."""
        return self._pack

    @property
    def readings(self) -> dict[str, str]:
        """The option chosen for every reading."""
        return dict(self.plan.readings)

    @property
    def in_force_from(self) -> date:
        """The first day of which it says anything; where house rules took effect later than what they extend, that of what they extend."""
        earlier = self._before(FIRST_DAY)
        return earlier.below.in_force_from if earlier else self.plan.in_force_from

    def evaluate(self, task: Task, as_of: date, against: Against = "in_force") -> Evaluation:
        """Where `task` stands on `as_of`, that day included: its status, every deadline, what is open, each with its article.

        It is told against the due day in force on `as_of`, or with `against="original"` against the one first set.

        Raises:
            ValueError: `against` is neither of the two.
            NotInForceError: `as_of` lies before the regulation took effect.
            DayError: `as_of` is no date, or a date-time without a time zone.
            CalendarHorizonError: a date lies outside 1990-2100.
            UnverifiedCalendarError: loaded with `strict`, and the answer rests on a day that is not official.

        >>> from deadline_rules import load, Task
        >>> task = Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
        >>> result = load("kon-tum").evaluate(task, as_of=date(2026, 11, 20))
        >>> result.status.code, result.timeliness, result.working_days_left
        ('not_done_overdue', 'overdue', -4)
        """
        return single.evaluate(self.plan, self.calendar, task, as_day(as_of, "as_of"), strict=self.strict, explainer=self, against=against)

    def classify(self, task: Task, as_of: date, against: Against = "in_force") -> Status:
        """The status of `task` on `as_of`, that day included: what `evaluate` says of it, without the deadlines, for lists of many tasks.

        It answers also where `evaluate` refuses only because a deadline lies beyond 2100. Loaded with `strict` it refuses what `evaluate` refuses.

        Raises:
            TaskError: `task` is no Task.
            NotInForceError: `as_of` lies before the regulation took effect.
            DayError: `as_of` is no date, or a date-time without a time zone.
            CalendarHorizonError: `as_of`, or the due day moved to a working day, lies outside 1990-2100.
            UnverifiedCalendarError: loaded with `strict`, and the answer of `evaluate` rests on a day that is not official.

        >>> from deadline_rules import load, Task
        >>> load("kon-tum").classify(Task(id="T-01", due_on=date(2026, 11, 16)), as_of=date(2026, 11, 20)).code
        'not_done_overdue'
        """
        if self.strict:
            return self.evaluate(task, as_of, against).status
        return single.classify(self.plan, self.calendar, task, as_day(as_of, "as_of"), against=against)

    def evaluate_table(self, table: Any, as_of: date | str, *, strict: bool = False, only: Collection[str] | None = None) -> Any:
        """Many tasks at once: a pandas or polars frame, a pyarrow table or reader in, the same kind out, with the results beside the columns given.

        `as_of` is one day for all rows, or the name of a column of days. Columns are known by their Vietnamese or English names, as in
        `Task.from_record`. A row that is no task has null results and says why in the column `problem`; with `strict` any such row refuses the table.
        `only` names the columns of results wanted; what is not asked for is not worked out. Needs the extra `tables`.

        Raises:
            TableError: `table` is no table, or has no column for the id, or two for one field; or `only` names no result.
            MissingExtraError: numpy, narwhals or pyarrow is not installed.
            TaskError: `strict`, and rows are no tasks; the first ten are named.
            NotInForceError: `as_of` is a day before the regulation took effect.

        >>> import polars
        >>> from deadline_rules import load
        >>> tasks = polars.DataFrame({"mã": ["T-01", "T-02"], "hạn xử lý": ["16/11/2026", "31/11/2026"]})
        >>> load("kon-tum").evaluate_table(tasks, as_of=date(2026, 11, 20))["working_days_left", "problem"].rows()
        [(-4, None), (None, "due_on: '31/11/2026' is no day of the calendar; correct the day or the month.")]
        """
        asked = as_of if isinstance(as_of, str) else as_day(as_of, "as_of")
        return self.tables().evaluate(table, asked, strict=strict, only=only)

    def tables(self) -> TableEvaluator:
        """What evaluates tables of this regulation; made once, since that takes milliseconds.

        Raises:
            MissingExtraError: numpy, narwhals or pyarrow is not installed.
        """
        if self._tables is None:
            with needing("tables", "evaluating tables"):
                from .frames.evaluator import TableEvaluator
            object.__setattr__(self, "_tables", TableEvaluator(self.plan, self.calendar, official_only=self.strict))
        return cast("TableEvaluator", self._tables)

    def explain(self, result: Evaluation, lang: Lang = "vi") -> str:
        """The steps that led to a result of this regulation, one a line, each with its article."""
        return explain(self.plan, self.calendar, result, lang)

    def reports(self, since: date, until: date) -> Reports:
        """The reports due in [since, until], ordered by day, then rule; those without a day with the reason. Before house rules as in `notices`.

        Raises:
            DayError: `since` lies after `until`, or one of them is no date.
            UnverifiedCalendarError: loaded with `strict`, and a date is not among the official days.
        """
        first, last = as_day(since, "since"), as_day(until, "until")
        own = partial(reports, self.plan, self.calendar, strict=self.strict)
        earlier = self._before(first)
        return Reports(earlier.reports(first, last, own) if earlier else own(first, last))

    def timeline(self, task: Task) -> Timeline:
        """The life of `task`: every day on which its status, a deadline, an escalation or a caveat flips, with the reason and the article.

        It begins on the day of assignment (without one, on the earliest day known of the task), or on the day the regulation took effect where that
        is later; a task of which no day is known has none. It ends with the last flip. Loaded with `strict`, the coming and going of the
        caveat on days that are not official is left out.

        Raises:
            TaskError: `task` is no Task.
            CalendarHorizonError: a deadline lies outside 1990-2100.
            UnverifiedCalendarError: loaded with `strict`, and what flips rests on a day that is not official.

        >>> from deadline_rules import load, Task
        >>> task = Task(id="T-01", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), started_on=date(2026, 11, 4))
        >>> flip = next(flip for flip in load("kon-tum").timeline(task) if flip.after == "not_done_overdue")
        >>> flip.day, flip.before, flip.reason.en
        (datetime.date(2026, 11, 17), 'not_done_in_time', 'the day after the due day 2026-11-16')
        """
        return timeline(self.plan, self.calendar, task, strict=self.strict)

    def notices(self, tasks: Iterable[Task], after: date, until: date) -> tuple[Notice, ...]:
        """What falls due, was missed, opens, is to be reported or reminded of in (after, until], each exactly once, from the facts recorded now.

        Ordered by day, then task in the order given, then rule; reports stand after the tasks of their day. Split an interval anywhere, and the
        parts together give the same notices. What lies before the regulation took effect is left out; before house rules that took effect later
        than what they extend, the notices are those of what they extend, under its id.

        Raises:
            TaskError: `tasks` hold something that is no Task, or one id twice.
            DayError: `after` lies after `until`, or one of them is no date.
            NotInForceError: `until` lies before the regulation took effect.
            CalendarHorizonError: a day, or the working day on which a notice is delivered, lies outside 1990-2100.
            UnverifiedCalendarError: loaded with `strict`, and a notice rests on a day that is not official.

        >>> from deadline_rules import load, Task
        >>> found = load("kon-tum").notices([Task(id="T-01", due_on=date(2026, 11, 14))], after=date(2026, 11, 1), until=date(2026, 11, 15))
        >>> [(notice.kind, notice.rule, notice.deliver_on.day) for notice in found]
        [('due', 'due_on', 16), ('missed', 'due_on', 16), ('opens', 'unit-overdue', 16), ('opens', 'office-overdue', 16)]
        """
        first, last = as_day(after, "after"), as_day(until, "until")
        own = partial(notices, self.plan, self.calendar, to=self._owed_to(), strict=self.strict)
        earlier = self._before(first_asked(first))
        return earlier.notices(tasks, first, last, own) if earlier else own(tasks, first, last)

    def changes(
        self, before_tasks: Iterable[Task], after_tasks: Iterable[Task], after: date, until: date, *, before: Regulation | None = None
    ) -> NoticeChanges:
        """What facts that came late do to the notices of (after, until]: which no longer hold, which are new, which have another content.

        Tasks are matched by id; one that is in the second list alone is new, one in the first alone withdrawn. `before` is the regulation under which
        the earlier notices were given, where it was another: with the calendar as it was before a day off was announced, say. Errors as in `notices`.
        """
        return changes((before or self).notices(before_tasks, after, until), self.notices(after_tasks, after, until))

    def notices_table(self, table: Any, after: date, until: date) -> Any:
        """The notices of a whole table of tasks, by the column: the same as `notices`, as a pyarrow table with a row a notice.

        Takes what `evaluate_table` takes. Rows that are no tasks stand at the end, one row each, and `problem` says why. Needs the extra `tables`.

        Raises:
            TableError, MissingExtraError: as `evaluate_table`; and the errors of `notices`.
        """
        with needing("tables", "notices of tables"):
            from .frames.notices import notices_table
        first, last = as_day(after, "after"), as_day(until, "until")
        own = partial(notices_table, self.tables(), to=self._owed_to(), calendar=self.calendar, strict=self.strict)
        earlier = self._before(first_asked(first))
        return earlier.notices_table(table, first, last, own) if earlier else own(table, first, last)

    def _before(self, day: date) -> Earlier | None:
        """What holds on `day`, where these are house rules that have not taken effect by then."""
        pack = self._pack.earlier
        if pack is None or day >= self.plan.in_force_from:
            return None
        if self._earlier is None:
            chosen = {id: option for id, option in self.plan.readings if option != self._pack.readings[id].default}
            asked = self._asked or Asked(chosen, {})
            below = Regulation(pack, compile_plan(pack, *asked), self.calendar, strict=self.strict, asked=asked)
            object.__setattr__(self, "_earlier", Earlier(below, self.plan.in_force_from - ONE_DAY))
        return self._earlier

    def _owed_to(self) -> dict[str, str]:
        return {rule.id: ", ".join(rule.to) for rule in self.rules.rules() if rule.to}

    def tally(self, tasks: Iterable[Task], as_of: date) -> Tally:
        """The counts that the report to the superior asks for; where the text names none, one count a status.

        Raises:
            the errors of `evaluate`.
        """
        day = as_day(as_of, "as_of")
        single.refuse_day(self.plan, day)
        return tally(self.plan, (self.evaluate(task, day) for task in tasks), day)


def _restore(pack: Pack, plan: Plan, calendar: WorkingCalendar, strict: bool, asked: Asked | None) -> Regulation:
    return Regulation(pack, plan, calendar, strict=strict, asked=asked)


def load(
    name: str | Path,
    *,
    readings: Mapping[str, object] | None = None,
    calendar: WorkingCalendar | None = None,
    strict: bool = False,
    reports: Mapping[str, Mapping[str, object]] | None = None,
) -> Regulation:
    """A regulation by the id of its pack, or from a rule file or its folder.

    `readings` choose options by reading id, `calendar` replaces the one known now, `strict` refuses answers that rest on days that are
    not official, `reports` gives days that the text leaves to another instrument, in the form of the rule file
    (`{"unit-month": {"by_day": 20}}`).

    Raises:
        UnknownRegulationError: there is no such pack or file; the nearest name is given.
        UnknownReadingError: there is no such reading or option; the nearest is given.
        RuleFileError: the rule file is not well formed, with its line.
        AmbiguousRuleError: two rules answer one cell, or none does.

    >>> load("kon-tum", readings={"before-day": "same_day"}).readings["before-day"]
    'same_day'
    """
    pack = open_pack(name)
    supplied = {id: supplied_day(id, form) for id, form in (reports or {}).items()}
    plan = compile_plan(pack, readings, supplied)
    return Regulation(pack, plan, calendar or vietnam(), strict=strict, asked=Asked(dict(readings or {}), supplied))
