"""Does a host answer as a regulation says? Every vector is tried, then a search; what departs is made as small as it can be."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any, Final

from ..errors import DeadlineRulesError, HostError, nearest
from ..regulation import Regulation, load
from ..results import Label
from ..task import Task
from .departures import Comparison, Departure, Difference
from .hosts import Host, asking
from .smaller import Case, smaller
from .vectors import TaskVector, task_vectors
from .vectors_days import Window, plain_monday

__all__ = ["Departure", "Host", "can_search", "check", "departures"]

_ID: Final = "T"
_MORE_TIME: Final = "more-time"


def check(
    host: Host | Sequence[str],
    regulation: Regulation | str | Path,
    *,
    readings: Mapping[str, object] | None = None,
    examples: int = 500,
    vectors: bool = True,
    seed: int = 0,
    fields: Collection[str] | None = None,
    skip: Collection[str] = (),
    timeout: float = 30.0,
) -> Departure | None:
    """The first departure of a host from a regulation, on the smallest task found that shows it; None where there is none.

    `host` is a callable that takes a task (a dict as JSON) and a day (`YYYY-MM-DD`), or a command as a list of words: a program that is
    started once and answers each line `{"task": …, "as_of": …}` with one line. It answers any part of an `Evaluation` as JSON. Only what it
    answers is compared, words (labels, reasons) apart; with `fields` (`status`, `deadlines`, `deadlines.transfer.due_on`) only those, and all
    of those. A host that raises, or answers `{"error": …}`, departs.

    First come the `vectors`, without those whose id begins with one of `skip`; then, where Hypothesis is installed, a search of so many
    `examples`, which the `seed` decides (0 examples: none; with `more-time` in `skip` without extensions and suspensions). Of what the search
    comes upon, provisional results do not count: nobody can know them. `timeout` is how many seconds a program may take for one answer.
    `readings` are for a regulation that is named.

    Raises:
        HostError: the program cannot be started, ended, hangs, prints no JSON or more than one line an answer; no answer held anything to
            compare; a field is unknown; no id begins as `skip` says.
        the errors of `load`, where the regulation is named.

    >>> def late_on_the_due_day(task, as_of):
    ...     return {"timeliness": "in_time" if as_of < task.get("due_on", "9999") else "overdue"} if "due_on" in task else {}
    >>> print(check(late_on_the_due_day, "kon-tum", examples=0).text)
    kon-tum, Điều 5 khoản 1 điểm đ: timeliness should be in_time, not overdue, for {"id": "T", "due_on": "2027-10-25"} on 2027-10-25
    """
    with _testing(host, regulation, readings, fields, timeout) as test:
        chosen = test.chosen(skip)
        for departure in test.of_vectors(chosen) if vectors else ():
            return departure
        found = test.of_search(examples, seed, more_time=_MORE_TIME not in skip) if examples > 0 and can_search() else None
        test.refuse_silence()
        return found


def departures(
    host: Host | Sequence[str],
    regulation: Regulation | str | Path,
    *,
    readings: Mapping[str, object] | None = None,
    fields: Collection[str] | None = None,
    skip: Collection[str] = (),
    timeout: float = 30.0,
) -> tuple[Departure, ...]:
    """The first departure of each field over all vectors, each on the smallest task found. Arguments and errors as in `check`.

    One fault of a host shows in several fields: a day counted wrongly in `due_on`, `state` and `working_days_left`.
    """
    with _testing(host, regulation, readings, fields, timeout) as test:
        found = tuple(test.of_vectors(test.chosen(skip)))
        test.refuse_silence()
        return found


def can_search() -> bool:
    """Whether Hypothesis is installed, with which more tasks than the vectors are tried."""
    return find_spec("hypothesis") is not None


@contextmanager
def _testing(
    host: Host | Sequence[str],
    regulation: Regulation | str | Path,
    readings: Mapping[str, object] | None,
    fields: Collection[str] | None,
    timeout: float,
) -> Iterator[_Test]:
    if isinstance(regulation, Regulation):
        if readings is not None:
            raise HostError("a regulation that is loaded has its readings; give them to load, or name the regulation.")
        loaded = regulation
    else:
        loaded = load(regulation, readings=readings)
    comparison = Comparison(loaded, fields)
    with asking(host, timeout) as asked:
        yield _Test(loaded, asked, comparison)


class _Test:
    """A host, asked about one regulation."""

    def __init__(self, regulation: Regulation, host: Host, comparison: Comparison) -> None:
        self._regulation = regulation
        self._host = host
        self._comparison = comparison
        self._asked = 0
        self._compared = 0
        self._monday = plain_monday(Window.of(regulation.calendar, regulation.plan.in_force_from))

    def chosen(self, skip: Collection[str]) -> Iterator[TaskVector]:
        """The vectors whose ids do not begin with one of `skip`; an id in `also` counts where it is given whole.

        Raises:
            HostError: no id begins so.
        """
        if isinstance(skip, str):
            raise HostError(f"skip is a list such as ['more-time'], not the text {skip!r}.")
        left_out = tuple(skip)
        if not left_out:
            return task_vectors(self._regulation)
        found = list(task_vectors(self._regulation))
        ids = [id for vector in found for id in (vector.id, *vector.also)]
        for skipped in left_out:
            if skipped != _MORE_TIME and not any(id.startswith(skipped) for id in ids):
                alike = {"/".join(id.split("/")[: skipped.count("/") + 1]) for id in ids}
                raise HostError(f"skip: no vector of {self._regulation.id} has an id that begins with {skipped!r}{nearest(skipped, alike)}")
        return (vector for vector in found if not vector.id.startswith(left_out) and set(left_out).isdisjoint(vector.also))

    def of_vectors(self, chosen: Iterable[TaskVector]) -> Iterator[Departure]:
        """The first departure of each field, in the order of the vectors."""
        known: set[str] = set()
        for vector in chosen:
            for difference in self._differences(vector.task, vector.as_of):
                if difference.field not in known:
                    known.add(difference.field)
                    yield self._smallest(vector.task, vector.as_of, difference, vector)

    def of_search(self, examples: int, seed: int, *, more_time: bool) -> Departure | None:
        """A departure on a task that Hypothesis comes upon."""
        from hypothesis import HealthCheck, Phase, find, settings
        from hypothesis.errors import NoSuchExample

        from .strategies import as_of_days, tasks

        regulation = self._regulation
        of_tasks = tasks(regulation=regulation, extensions=more_time, suspensions=more_time, texts=True)
        cases = of_tasks.flatmap(lambda task: as_of_days(regulation, task).map(lambda day: (_record(task), day)))
        failed: list[HostError] = []
        showed: list[Difference] = []

        def departs(case: tuple[dict[str, Any], date]) -> bool:
            try:
                found = [] if failed else self._differences(*case, official=True)
            except HostError as error:  # inside a search it would be taken for an example
                failed.append(error)
                return False
            showed[:] = found or showed
            return bool(found)

        quiet = settings(
            max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink)
        )
        try:
            task, as_of = find(cases, departs, settings=quiet, random=Random(seed))  # noqa: S311  # which tasks are tried is no secret
        except NoSuchExample:
            task = None
        if failed:
            raise failed[0]
        if task is None:
            return None
        # A host may answer otherwise the second time.
        again = self._differences(task, as_of, official=True) or showed
        return self._smallest(task, as_of, again[0], None)

    def refuse_silence(self) -> None:
        """Refuses a host that answered nothing at all.

        Raises:
            HostError: it was asked nothing, or no answer held a field of a result.
        """
        if not self._asked:
            raise HostError("nothing was compared: everything was skipped, so the host was asked nothing; skip less, or search more tasks.")
        if not self._compared:
            raise HostError(
                "nothing was compared: no answer of the host holds a field of a result, or a row of a rule of the regulation; answer any of "
                "progress, timeliness, status, due_on, working_days_left, deadlines, escalations, missing_fields."
            )

    def _differences(self, task: dict[str, Any], as_of: date, *, official: bool = False) -> list[Difference]:
        """Where the host departs on a task; nowhere where the regulation itself refuses to answer, or, with `official`, is not certain."""
        try:
            result = self._regulation.evaluate(Task.model_validate(_read(task)), as_of)
        except DeadlineRulesError:
            return []
        if official and result.provisional:
            return []
        self._asked += 1
        try:
            answer: Any = self._host(copy.deepcopy(task), as_of.isoformat())
        except HostError:
            raise
        except Exception as error:
            return [Difference("error", None, f"{type(error).__name__}: {error}", None)]
        if not isinstance(answer, Mapping):
            return [Difference("error", None, f"an answer that is no mapping but a {type(answer).__name__}", None)]
        if answer.get("error") is not None:
            return [Difference("error", None, str(answer["error"]), None)]
        found, compared = self._comparison.differences(result, answer)
        self._compared += compared
        return found

    def _smallest(self, task: dict[str, Any], as_of: date, difference: Difference, vector: TaskVector | None) -> Departure:
        """The departure in the same field on the smallest task found; a certain one where the first was."""
        official = vector is None or not vector.expect.provisional

        def shows(case: Case) -> bool:
            return any(other.field == difference.field for other in self._differences(case.task(_ID), case.as_of, official=official))

        case = smaller(Case.of(task, as_of), shows, self._monday)
        shown = case.task(_ID)
        # A host may answer otherwise for another id, or the second time.
        again = self._differences(shown, case.as_of, official=official)
        last = next((other for other in again if other.field == difference.field), None)
        if last is None:
            shown, case, last = task, Case.of(task, as_of), difference
        why = None if vector is None else Label(vector.why.vi, vector.why.en)
        id = None if vector is None else vector.id
        return Departure(self._regulation.id, shown, case.as_of, last.field, last.expected, last.found, last.cite, id, why, last.days)


def _record(task: Task) -> dict[str, Any]:
    """The task as JSON. An empty text is left out: to many hosts it is none, and no regulation decides that."""
    record: dict[str, Any] = task.model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in record.items() if value != ""}


def _read(task: dict[str, Any]) -> dict[str, Any]:
    """The facts of a task as JSON, with days."""
    return {"id": task["id"], **Case.of(task, date.min).facts}
