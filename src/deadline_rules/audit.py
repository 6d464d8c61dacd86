"""Whether the data is current: the calendar beside the installed `holidays`, how far it vouches, and when somebody last looked at each text.

An `alarm` needs a person: something was not decided here, or nobody has looked for too long. A `note` is known and has its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from .calendar.audit import Difference, Kind, differences
from .calendar.entries import CalendarEntry, Decision, DecisionFile, Verified
from .calendar.vietnam import Base, base, decision_file
from .days import LAST_DAY, as_day, vietnamese
from .results import Label
from .rulebook.library import Pack, open_pack, pack_ids

Level = Literal["alarm", "note"]
Code = Kind | Literal["other_release", "release_not_recorded", "year_missing", "year_without_decision", "check_overdue"]

# So many days before the calendar runs out somebody must look for the decision on the next year; it usually comes in the autumn.
WARNED_BEFORE: Final = 90
_LEVELS: Final[dict[Kind, Level]] = {"decided_otherwise": "note", "holiday_missing": "alarm", "swap_without_decision": "alarm"}
_WORKED: Final = {True: Label("làm việc", "worked"), False: Label("nghỉ", "off")}


class Finding(NamedTuple):
    """Something that the audit found: about a day, a year, the `calendar`, `holidays`, or a pack by its id. `cite` is the paper behind it."""

    level: Level
    code: Code
    about: str
    text: Label
    cite: str | None = None
    difference: Difference | None = None

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON writes it."""
        found = self._asdict() | {"text": self.text._asdict()}
        if self.difference is not None:
            day, _, here, there, _, name = self.difference
            said = {"day": str(day), "here": _WORKED[here].en, "there": _WORKED[there].en, "name": name._asdict() if name else None}
            found["difference"] = said
        return found


class Audit(NamedTuple):
    """The state of the data on a day. `missing_year` is the first one that the calendar does not vouch for to its end.

    `release` is the installed release of `holidays`, `checked_release` the one that the calendar was checked with, None where that is not
    recorded. `packs` are the days on which somebody last looked whether each text is in force, by its id.
    """

    as_of: date
    verified: Verified
    missing_year: int
    release: str
    checked_release: str | None
    packs: dict[str, date]
    findings: tuple[Finding, ...]

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """The findings that need a person."""
        return tuple(finding for finding in self.findings if finding.level == "alarm")

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The findings that are known and have their source."""
        return tuple(finding for finding in self.findings if finding.level == "note")

    def to_dict(self) -> dict[str, Any]:
        """The audit as JSON writes it."""
        return {
            "as_of": str(self.as_of),
            "verified": {"from": str(self.verified.since), "until": str(self.verified.until), "checked": str(self.verified.checked)},
            "missing_year": self.missing_year,
            "holidays": {"installed": self.release, "checked_with": self.checked_release},
            "packs": {id: str(day) for id, day in self.packs.items()},
            "findings": [finding.to_dict() for finding in self.findings],
        }


def audit(
    as_of: date,
    *,
    packs: Iterable[str | Path] = (),
    closures: Iterable[CalendarEntry] = (),
    decisions: DecisionFile | None = None,
    holidays: Base | None = None,
) -> Audit:
    """What of the data needs a person on `as_of`, alarms first, and what is worth knowing.

    Args:
        as_of: the day asked about.
        packs: rule files, folders or house files to look at beside the packs that travel with the library.
        closures: a host's own days off and worked weekends.
        decisions: the decisions to look at; left out, those that travel with the library.
        holidays: what `holidays` says; left out, what the installed release says.

    Raises:
        DayError: `as_of` is no date, or a date-time without a time zone.
        UnknownRegulationError: there is no such pack or file.
        RuleFileError: a rule file is not well formed, with its line.

    >>> from datetime import date
    >>> [finding.about for finding in audit(date(2027, 11, 2)).alarms if finding.code == "year_missing"]
    ['2028']
    """
    as_of = as_day(as_of, "as_of")
    decisions, holidays = decisions or decision_file(), holidays or base()
    verified = decisions.verified
    opened = {pack.rules.id: pack for pack in map(open_pack, (*pack_ids(), *packs))}
    missing_year = (verified.until + timedelta(days=1)).year
    # Also the year after: a release of `holidays` may know of a decision that is not here yet.
    last = date(min(max(verified.until.year, as_of.year) + 1, LAST_DAY.year), 12, 31)
    found = (
        *_runs_out(as_of, verified, missing_year, decisions.decisions),
        *_release(verified.holidays, holidays.release),
        *_unchecked(as_of, verified.checked, opened.values()),
        *_undecided_years(as_of, verified, decisions.decisions),
        *(_of(one, holidays.release) for one in differences((*decisions.decisions, *closures), holidays, verified.since, last)),
    )
    return Audit(
        as_of,
        verified,
        missing_year,
        holidays.release,
        verified.holidays,
        {id: pack.rules.in_force.checked for id, pack in opened.items()},
        tuple(sorted(found, key=lambda finding: finding.level != "alarm")),
    )


def _runs_out(as_of: date, verified: Verified, year: int, decisions: Iterable[Decision]) -> Iterator[Finding]:
    """How far the calendar vouches, and which year is missing."""
    until, left = verified.until, (verified.until - as_of).days
    paper = next((decision.title for decision in decisions if decision.confirms == year), None)
    if left >= 0:
        vi = f"lịch được bảo đảm đến hết ngày {vietnamese(until)}, còn {left} ngày"
        en = f"the calendar vouches for days up to {until}, {left} days on"
    else:
        vi = f"lịch chỉ được bảo đảm đến hết ngày {vietnamese(until)}, đã qua {-left} ngày; kết quả là tạm tính"
        en = f"the calendar vouches for days up to {until} only, {-left} days ago; results are provisional"
    if paper:
        vi += f"; đã có văn bản về năm {year}: đối chiếu rồi dời verified.until"
        en += f"; the decision on {year} is here: check the year against it, and move verified.until"
    else:
        vi += f"; chưa có văn bản về ngày nghỉ năm {year} (thường công bố vào mùa thu năm trước)"
        en += f"; the decision on {year} is not here (it is usually announced in the autumn before)"
    yield Finding("alarm" if left <= WARNED_BEFORE else "note", "year_missing", str(year), Label(vi, en), paper)


def _release(checked: str | None, installed: str) -> Iterator[Finding]:
    if checked is None:
        text = Label(
            f"đang cài {installed}; chưa ghi lịch đã được kiểm tra với bản nào (verified.holidays)",
            f"{installed} is installed; which release the calendar was checked with is not recorded (verified.holidays)",
        )
        yield Finding("note", "release_not_recorded", "holidays", text)
    elif checked != installed:
        text = Label(
            f"đang cài {installed}, lịch đã được kiểm tra với {checked}: xem mọi ngày thay đổi, rồi ghi lại verified.holidays",
            f"{installed} is installed, the calendar was checked with {checked}: read every day that changes, then set verified.holidays",
        )
        yield Finding("alarm", "other_release", "holidays", text)


def _unchecked(as_of: date, calendar: date, packs: Iterable[Pack]) -> Iterator[Finding]:
    """What nobody has looked at for more than a year."""
    if _over_a_year(calendar, as_of):
        text = Label(
            f"kiểm tra lần cuối {vietnamese(calendar)}: đối chiếu lại các văn bản hoán đổi, rồi ghi lại verified.checked",
            f"last checked on {calendar}: compare it with the decisions again, then set verified.checked",
        )
        yield Finding("alarm", "check_overdue", "calendar", text)
    for pack in packs:
        checked = pack.rules.in_force.checked
        if _over_a_year(checked, as_of):
            text = Label(
                f"kiểm tra lần cuối {vietnamese(checked)}: xem văn bản còn hiệu lực không, rồi ghi lại in_force.checked",
                f"last checked on {checked}: look whether the text is still in force, then set in_force.checked",
            )
            yield Finding("alarm", "check_overdue", pack.rules.id, text, pack.rules.instrument.number)


def _over_a_year(checked: date, as_of: date) -> bool:
    return (checked.year + 1, checked.month, checked.day) < (as_of.year, as_of.month, as_of.day)


def _undecided_years(as_of: date, verified: Verified, decisions: Iterable[Decision]) -> Iterator[Finding]:
    """Years that the calendar vouches for by the statute alone; one that is not over may still be moved."""
    confirmed = {decision.confirms for decision in decisions}
    text = Label(
        "lịch bảo đảm năm này mà không có văn bản nào ấn định; ngày nghỉ tính theo luật",
        "the calendar vouches for this year, and no decision here fixes it; its days off are those of the statute",
    )
    for year in range(verified.since.year, verified.until.year + 1):
        if year not in confirmed:
            yield Finding("alarm" if year >= as_of.year else "note", "year_without_decision", str(year), text)


def _of(difference: Difference, release: str) -> Finding:
    """A day on which papers and `holidays` do not agree, in words."""
    day, kind, here, there, paper, name = difference
    vi = f"ở đây {_WORKED[here].vi}, theo holidays {release} {_WORKED[there].vi}"
    en = f"{_WORKED[here].en} here, {_WORKED[there].en} in holidays {release}"
    if name is not None:
        vi, en = f"{vi} ({name.vi})", f"{en} ({name.en})"
    if kind == "holiday_missing":
        vi += "; lịch tính ngày nghỉ này từ holidays nên đang thiếu"
        en += "; the calendar takes this holiday from holidays, and so it lacks it"
    elif kind == "swap_without_decision":
        vi += "; lịch đang theo holidays: tìm văn bản và thêm vào rules/calendar/vietnam.yaml"
        en += "; the calendar follows holidays: find the decision and add it to rules/calendar/vietnam.yaml"
    return Finding(_LEVELS[kind], kind, str(day), Label(vi, en), paper, difference)
