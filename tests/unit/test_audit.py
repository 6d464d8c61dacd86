"""The audit of the data: what needs a person, and what is only worth knowing. Situations are made by hand, and so are the answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import deadline_rules as dr
from deadline_rules.audit import Audit, Finding, audit
from deadline_rules.calendar.audit import Difference, differences
from deadline_rules.calendar.entries import CalendarEntry, DecisionFile
from deadline_rules.calendar.vietnam import Base, base
from deadline_rules.errors import DayError, RuleFileError, UnknownRegulationError
from deadline_rules.files.typed import typed
from deadline_rules.files.yaml_source import parse
from deadline_rules.results import Label
from running import Cli

RULES = Path(__file__).resolve().parents[2] / "rules"
PACKS = {"ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the"}
# The day after the last look at every text and at the calendar.
NOW = date(2026, 11, 21)
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)


def stub(off: Mapping[date, str] | None = None, worked: Iterable[date] = (), swapped: Iterable[date] = (), release: str = "0.200") -> Base:
    """What a release of `holidays` might say: Monday to Friday, less some days, and some days more."""
    off, worked = off or {}, set(worked)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    flags = bytes((day.weekday() < 5 and day not in off) or day in worked for day in days)
    return Base(release, flags, {day: Label(name, f"{name} in English") for day, name in off.items()}, frozenset(swapped))


def decisions(verified: str, *entries: str) -> DecisionFile:
    """A file of decisions, as somebody would write it."""
    listed = "".join(f"\n  - {{{entry}, audience: civil_service}}" for entry in entries) or " []"
    return typed(DecisionFile, parse(f"verified: {{{verified}}}\ndecisions:{listed}\n".encode()))


# One year, fixed by a decision and looked at in time.
QUIET = decisions("from: 2026-01-01, until: 2026-12-31, checked: 2026-03-02, holidays: 0.200", "id: year-2026, confirms: 2026")
MARCH = date(2026, 3, 2)


def of(audited: Audit, code: str) -> list[Finding]:
    return [finding for finding in audited.findings if finding.code == code]


def without_packs(audited: Audit) -> set[tuple[str, str, str]]:
    """Level, code and subject of what was found, apart from the packs of the library."""
    return {finding[:3] for finding in audited.findings if finding.about not in PACKS}


class TestToday:
    """The data that travels with the library, on the day after it was checked."""

    def test_no_alarm(self) -> None:
        audited = audit(NOW)
        assert audited.alarms == ()
        assert set(audited.packs) == PACKS
        assert set(audited.packs.values()) == {date(2026, 11, 20)}
        assert audited.release.startswith("0.108")
        assert audited.missing_year == 2028

    def test_the_six_days_on_which_holidays_is_not_the_decisions(self) -> None:
        """As docs/decisions/0003 counts them; approved for 2014 by the Prime Minister, for 2026 by 12729/VPCP-KGVX."""
        found = [finding.difference for finding in of(audit(NOW), "decided_otherwise")]
        assert [(one.day.isoformat(), one.here, one.there, one.name) for one in found if one] == [
            ("2014-01-25", True, False, None),
            ("2014-01-28", False, True, None),
            ("2014-02-05", False, True, None),
            ("2014-02-08", True, False, None),
            ("2026-01-02", False, True, None),
            ("2026-01-10", True, False, None),
        ]
        assert [finding.cite for finding in of(audit(NOW), "decided_otherwise")][4:] == ["12729/VPCP-KGVX"] * 2

    def test_years_of_the_statute_alone(self) -> None:
        """tests/calendar_oracle.yaml names no decision for 2017 and 2020, and for 2018 only the one that moves its last day."""
        assert [(finding.level, finding.about) for finding in of(audit(NOW), "year_without_decision")] == [
            ("note", "2017"),
            ("note", "2018"),
            ("note", "2020"),
        ]

    def test_what_is_in_the_installed_release(self) -> None:
        """2 September 2026 is a holiday; 31 August is exchanged for 22 August by 9441/TB-BNV; the swap of 2 January is not known to it."""
        found = base()
        assert found.names[date(2026, 9, 2)] == Label("Quốc khánh", "National Day")
        assert found.swapped >= {date(2026, 8, 31), date(2026, 8, 22), date(2014, 12, 27), date(2015, 1, 2)}
        assert not found.swapped & {date(2026, 9, 2), date(2026, 1, 2), date(2026, 1, 10), date(2026, 4, 27)}
        days = (date(2026, 8, 31), date(2026, 8, 22), date(2026, 1, 2), date(2026, 1, 10))
        assert [found.is_working(day) for day in days] == [False, True, True, False]

    def test_a_date_time_is_taken_to_its_day_in_viet_nam(self) -> None:
        assert audit(datetime(2026, 11, 20, 18, tzinfo=UTC)).as_of == NOW
        with pytest.raises(DayError, match="time zone"):
            audit(datetime(2026, 11, 20, 18))  # noqa: DTZ001  # the zone is missing on purpose


class TestHowFarItReaches:
    @pytest.mark.parametrize(
        ("as_of", "level", "words"),
        [
            (date(2027, 10, 1), "note", "vouches for days up to 2027-12-31, 91 days on"),
            (date(2027, 10, 2), "alarm", "90 days on"),  # 29 days of October, 30 and 31
            (date(2027, 12, 31), "alarm", "0 days on"),
            (date(2028, 1, 1), "alarm", "up to 2027-12-31 only, 1 days ago; results are provisional"),
            (date(2150, 1, 1), "alarm", "only"),
            (date.max, "alarm", "only"),
        ],
    )
    def test_the_missing_year(self, as_of: date, level: str, words: str) -> None:
        (found,) = of(audit(as_of), "year_missing")
        assert (found.level, found.about, found.cite) == (level, "2028", None)
        assert words in found.text.en
        assert "the decision on 2028 is not here" in found.text.en

    def test_far_on_everything_needs_a_person(self) -> None:
        audited = audit(date(2099, 1, 1))
        assert {finding.about for finding in audited.alarms} == {"2028", "calendar", *PACKS}
        assert audited.findings[: len(audited.alarms)] == audited.alarms

    def test_a_year_that_was_decided_and_not_yet_checked(self) -> None:
        file = decisions(
            "from: 2026-01-01, until: 2026-12-31, checked: 2026-03-02, holidays: 0.200",
            "id: year-2026, confirms: 2026",
            "id: year-2027, number: 1/TB, confirms: 2027",
        )
        (found,) = of(audit(date(2026, 12, 1), decisions=file, holidays=stub()), "year_missing")
        assert (found.level, found.about, found.cite) == ("alarm", "2027", "1/TB")
        assert "move verified.until" in found.text.en

    def test_a_span_that_ends_within_a_year_leaves_that_year_missing(self) -> None:
        file = decisions("from: 2026-01-01, until: 2026-06-30, checked: 2026-03-02", "id: year-2026, confirms: 2026")
        assert audit(MARCH, decisions=file, holidays=stub()).missing_year == 2026

    def test_a_year_vouched_for_without_a_decision(self) -> None:
        """A year that is over will not be moved any more; this one and later ones may be."""
        file = decisions("from: 2025-01-01, until: 2027-12-31, checked: 2026-03-02")
        found = of(audit(MARCH, decisions=file, holidays=stub()), "year_without_decision")
        assert [(finding.about, finding.level) for finding in found] == [("2026", "alarm"), ("2027", "alarm"), ("2025", "note")]


class TestLastLooks:
    def pack(self, folder: Path, checked: str) -> Path:
        """The template as a regulation of its own, last looked at on a day."""
        text = (RULES / "template" / "regulation.yaml").read_text(encoding="utf-8")
        assert text.count("checked: 2026-11-20") == 1
        (folder / "regulation.yaml").write_text(text.replace("checked: 2026-11-20", f"checked: {checked}"), encoding="utf-8")
        return folder

    @pytest.mark.parametrize(
        ("checked", "as_of", "overdue"),
        [
            ("2024-11-21", date(2026, 11, 21), True),  # two years ago
            ("2025-11-21", date(2026, 11, 21), False),  # a year ago to the day
            ("2025-11-20", date(2026, 11, 21), True),
            ("2026-12-01", date(2026, 11, 21), False),  # later than the day asked about
            ("2024-02-29", date(2025, 2, 28), False),
            ("2024-02-29", date(2025, 3, 1), True),
        ],
    )
    def test_a_pack(self, tmp_path: Path, checked: str, as_of: date, overdue: bool) -> None:
        audited = audit(as_of, packs=[self.pack(tmp_path, checked)])
        (own,) = set(audited.packs) - PACKS
        assert audited.packs[own] == date.fromisoformat(checked)
        found = [finding for finding in audited.alarms if finding.about == own]
        assert [finding.code for finding in found] == (["check_overdue"] if overdue else [])
        assert all(f"last checked on {checked}" in finding.text.en for finding in found)

    def test_house_rules_are_as_old_as_what_they_extend(self, tmp_path: Path) -> None:
        (tmp_path / "below").mkdir()
        self.pack(tmp_path / "below", "2024-11-21")
        house = tmp_path / "house.yaml"
        house.write_text(
            "id: house\nextends: below\ntitle: {vi: a, en: a}\nissuer: {vi: b, en: b}\ninstrument: {name: c, number: 1/QC}\n", encoding="utf-8"
        )
        found = of(audit(NOW, packs=[str(house)]), "check_overdue")
        assert [(finding.about, finding.cite) for finding in found] == [("house", "c 1/QC")]

    def test_the_calendar(self) -> None:
        assert without_packs(audit(date(2027, 3, 2), decisions=QUIET, holidays=stub())) >= {("alarm", "year_missing", "2027")}
        assert of(audit(date(2026, 12, 31), decisions=QUIET, holidays=stub()), "check_overdue") == []
        late = decisions("from: 2026-01-01, until: 2026-12-31, checked: 2025-03-01", "id: year-2026, confirms: 2026")
        assert [finding.about for finding in of(audit(MARCH, decisions=late, holidays=stub()), "check_overdue")] == ["calendar"]

    def test_a_pack_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownRegulationError):
            audit(NOW, packs=[tmp_path / "none"])
        (tmp_path / "regulation.yaml").write_text("id: x\n", encoding="utf-8")
        with pytest.raises(RuleFileError):
            audit(NOW, packs=[tmp_path])


class TestRelease:
    def test_the_one_that_was_checked(self) -> None:
        audited = audit(MARCH, decisions=QUIET, holidays=stub())
        assert without_packs(audited) == {("note", "year_missing", "2027")}
        assert (audited.release, audited.checked_release) == ("0.200", "0.200")

    def test_another(self) -> None:
        (found,) = of(audit(MARCH, decisions=QUIET, holidays=stub(release="0.201")), "other_release")
        assert (found.level, found.about) == ("alarm", "holidays")
        assert "0.201 is installed, the calendar was checked with 0.200" in found.text.en

    def test_not_recorded(self) -> None:
        file = decisions("from: 2026-01-01, until: 2026-12-31, checked: 2026-03-02", "id: year-2026, confirms: 2026")
        audited = audit(MARCH, decisions=file, holidays=stub())
        assert [finding.level for finding in of(audited, "release_not_recorded")] == ["note"]
        assert audited.checked_release is None


class TestDifferences:
    YEAR = (date(2026, 1, 1), date(2026, 12, 31))

    def one(self, base: Base, *entries: CalendarEntry) -> Difference:
        (found,) = differences(entries, base, *self.YEAR)
        return found

    def test_a_day_off_that_holidays_does_not_know(self) -> None:
        friday = date(2026, 1, 2)
        assert self.one(stub(), dr.closure("1/CV", off=[friday])) == (friday, "decided_otherwise", False, True, "1/CV", None)

    def test_a_day_worked_that_holidays_has_off(self) -> None:
        saturday = date(2026, 1, 10)
        assert self.one(stub(), dr.closure("1/CV", worked=[saturday])) == (saturday, "decided_otherwise", True, False, "1/CV", None)

    def test_days_on_which_both_agree_are_not_told(self) -> None:
        friday, saturday = date(2026, 1, 2), date(2026, 1, 10)
        known = stub({friday: "nghỉ bù"}, worked=[saturday], swapped=[friday, saturday])
        assert differences([dr.closure("1/CV", off=[friday], worked=[saturday])], known, *self.YEAR) == ()
        assert differences([], stub({friday: "lễ"}), *self.YEAR) == ()  # a holiday of the statute needs no decision

    def test_a_swap_that_nobody_here_decided(self) -> None:
        monday, saturday = date(2026, 8, 31), date(2026, 8, 22)
        found = differences([], stub({monday: "nghỉ bù"}, worked=[saturday], swapped=[monday, saturday]), *self.YEAR)
        assert found == (
            (saturday, "swap_without_decision", False, True, None, None),
            (monday, "swap_without_decision", True, False, None, Label("nghỉ bù", "nghỉ bù in English")),
        )

    def test_half_a_swap_decided(self) -> None:
        monday, saturday = date(2026, 8, 31), date(2026, 8, 22)
        found = self.one(stub({monday: "nghỉ bù"}, worked=[saturday], swapped=[monday, saturday]), dr.closure("1/CV", off=[monday]))
        assert (found.day, found.kind) == (saturday, "swap_without_decision")

    def test_a_holiday_of_every_year_that_holidays_lost(self) -> None:
        """24 November is a Tuesday in 2026, a Saturday in 2029 and a Sunday in 2030, made up on Monday 26 and Monday 25."""
        law = decisions(
            "from: 2026-01-01, until: 2030-12-31, checked: 2026-03-02",
            "id: law, yearly: {month: 11, day: 24, since: 2026, name: {vi: Ngày Văn hóa, en: Culture Day}}",
        ).decisions
        span = (date(2026, 1, 1), date(2030, 12, 31))
        days = [date(2026, 11, 24), date(2027, 11, 24), date(2028, 11, 24), date(2029, 11, 26), date(2030, 11, 25)]
        assert [day.weekday() for day in days] == [1, 2, 4, 0, 0]
        assert differences(law, stub(), *span) == tuple((day, "holiday_missing", False, True, "law", None) for day in days)
        assert differences(law, stub(dict.fromkeys(days, "Ngày Văn hóa")), *span) == ()

    def test_only_the_days_asked_about(self) -> None:
        days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
        assert [one.day for one in differences([dr.closure("x", off=days)], stub(), *self.YEAR)] == days[1:3]
        assert [one.day for one in differences([], stub(dict.fromkeys(days, "y"), swapped=days), *self.YEAR)] == days[1:3]

    def test_two_papers_of_one_day_count_once(self) -> None:
        day = date(2026, 1, 2)
        assert self.one(stub(), dr.closure("first", off=[day]), dr.closure("second", off=[day])).paper == "first"


class TestLevels:
    def test_a_closure_of_the_host_is_a_note(self) -> None:
        audited = audit(NOW, closures=[dr.closure("bão số 13", off=[date(2026, 11, 19)])])
        assert audited.alarms == ()
        (found,) = [finding for finding in audited.notes if finding.about == "2026-11-19"]
        assert (found.code, found.cite) == ("decided_otherwise", "bão số 13")
        release = base().release
        assert found.text == Label(f"ở đây nghỉ, theo holidays {release} làm việc", f"off here, worked in holidays {release}")

    def test_a_swap_of_the_next_year_that_only_holidays_knows_is_an_alarm(self) -> None:
        """As if a new release knew what was decided for 2027, and nobody here had seen the decision."""
        day = date(2027, 2, 11)
        audited = audit(MARCH, decisions=QUIET, holidays=stub({day: "nghỉ bù"}, swapped=[day]))
        assert [finding[:3] for finding in audited.alarms] == [("alarm", "swap_without_decision", "2027-02-11")]
        assert "find the decision" in audited.alarms[0].text.en
        assert "nghỉ bù in English" in audited.alarms[0].text.en

    def test_a_holiday_of_a_law_that_holidays_lost_is_an_alarm(self) -> None:
        """The calendar itself would miss it: holidays of every year come from `holidays`."""
        audited = audit(NOW, holidays=stub(release="0.109"))
        days = {"2026-11-24", "2027-11-24", "2028-11-24"}  # to the year after the last one vouched for
        assert {finding.about for finding in audited.alarms if finding.code == "holiday_missing"} == days
        assert {finding.cite for finding in audited.alarms if finding.code == "holiday_missing"} == {"Nghị quyết 28/2026/QH16"}


def test_as_json() -> None:
    day = date(2026, 8, 31)
    audited = audit(MARCH, decisions=QUIET, holidays=stub({day: "nghỉ bù"}, swapped=[day]))
    written = json.loads(json.dumps(audited.to_dict()))
    assert {key: value for key, value in written.items() if key not in ("findings", "packs")} == {
        "as_of": "2026-03-02",
        "verified": {"from": "2026-01-01", "until": "2026-12-31", "checked": "2026-03-02"},
        "missing_year": 2027,
        "holidays": {"installed": "0.200", "checked_with": "0.200"},
    }
    assert written["packs"]["kon-tum"] == "2026-11-20"
    first = written["findings"][0]
    assert (first["level"], first["code"], first["about"], first["cite"]) == ("alarm", "swap_without_decision", "2026-08-31", None)
    assert set(first["text"]) == {"vi", "en"}
    assert first["difference"] == {"day": "2026-08-31", "here": "worked", "there": "off", "name": {"vi": "nghỉ bù", "en": "nghỉ bù in English"}}
    assert written["findings"][-1]["difference"] is None


class TestCommandLine:
    def test_nothing_needs_a_person(self, cli: Cli) -> None:
        ended = cli("calendar", "audit", "--as-of", "2026-11-21", "--lang", "en")
        assert (ended.status, ended.message) == (0, f"the calendar and 5 packs on 2026-11-21: 0 alarms, {len(audit(NOW).notes)} notes")
        rows = {tuple(row[:3]): row for row in ended.cells()}
        assert rows[("note", "decided_otherwise", "2026-01-02")][-1].strip() == "12729/VPCP-KGVX"
        assert "alarm" not in ended.out

    def test_a_day_on_which_the_next_year_is_missing(self, cli: Cli) -> None:
        ended = cli("calendar", "audit", "--as-of", "2027-11-02")
        assert ended.status == 1
        assert ": 1 alarm, " in ended.message
        assert ended.cells()[1][:3] == ["cảnh báo", "year_missing", "2028"]
        assert "chưa có văn bản về ngày nghỉ năm 2028" in ended.out

    def test_json(self, cli: Cli, tmp_path: Path) -> None:
        ended = cli("calendar", "audit", "--as-of", "2028-01-05", "--format", "json")
        assert ended.status == 1
        written = json.loads(ended.out)
        assert {finding["about"] for finding in written["findings"] if finding["level"] == "alarm"} == {"2028", "calendar", *PACKS}
        assert cli("calendar", "audit", "--as-of", "2028-01-05", "--format", "json", "--out", "audit.json").status == 1
        assert json.loads((tmp_path / "audit.json").read_text(encoding="utf-8")) == written

    def test_own_packs_and_closures(self, cli: Cli, tmp_path: Path) -> None:
        text = (RULES / "template" / "regulation.yaml").read_text(encoding="utf-8").replace("checked: 2026-11-20", "checked: 2024-11-21")
        (tmp_path / "regulation.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "storm.yaml").write_text("decisions:\n  - {id: storm, off: [2026-11-19]}\n", encoding="utf-8")
        ended = cli("calendar", "audit", "--as-of", "2026-11-21", "--pack", str(tmp_path), "--closures", "storm.yaml", "--lang", "en")
        assert ended.status == 1
        assert ended.message.startswith("the calendar and 6 packs on 2026-11-21: 1 alarm, ")
        assert ["note", "decided_otherwise", "2026-11-19"] in [row[:3] for row in ended.cells()]

    def test_today_is_said(self, cli: Cli) -> None:
        ended = cli("calendar", "audit")
        assert ended.status in (0, 1)  # as the years go by
        assert ended.err.startswith("as of 20")

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--as-of", "21/11/2026"), "--as-of: '21/11/2026' is not a day"),
            (("--as-of", "2026-11-21", "--pack", "nowhere.yaml"), "nowhere.yaml: there is no such rule file"),
            (("--as-of", "2026-11-21", "--closures", "wrong.yaml"), "12729/VPCP-KGVX"),
        ],
    )
    def test_what_is_wrong_with_the_call(self, cli: Cli, tmp_path: Path, options: tuple[str, ...], words: str) -> None:
        (tmp_path / "wrong.yaml").write_text("decisions:\n  - {id: wrong, off: [2026-01-10]}\n", encoding="utf-8")
        ended = cli("calendar", "audit", *options)
        assert ended.status == 2
        assert words in ended.message
