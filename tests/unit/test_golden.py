"""Every day of 1990-2100 against tests/golden/working-days.txt, so that no change of the calendar goes unread.

The file was written by the program and is not a source of law; so it is held against days that stand elsewhere: the decisions copied by
hand into tests/calendar_oracle.yaml, the days of the week, and the holidays that the law ties to a day of the year.
"""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import deadline_rules as dr

TESTS = Path(__file__).parents[1]
MAKE: dict[str, Any] = runpy.run_path(str(TESTS / "golden" / "make.py"))
GOLDEN = (TESTS / "golden" / "working-days.txt").read_text(encoding="utf-8")
DAYS: dict[str, str] = MAKE["days_of"](GOLDEN)
ACCEPT = "If each of these days is meant to change, write the file with `make golden` (python tests/golden/make.py) and say so in the changelog."


def message(golden: str, now: str) -> str:
    """What a person reads when the calendar is not the one in the file."""
    days = MAKE["differing"](golden, now)
    listed = "\n".join(f"  {day}" for day in days) or "  no day; only the form of the file"
    return f"the calendar differs from tests/golden/working-days.txt on {len(days)} days (file -> calendar):\n{listed}\n{ACCEPT}"


def test_the_calendar_is_the_one_in_the_file() -> None:
    now = MAKE["table"](dr.vietnam())
    # Compared by the text, so that the file can be read as the header says.
    if now != GOLDEN:
        pytest.fail(message(GOLDEN, now), pytrace=False)


def test_a_change_is_told_by_its_days() -> None:
    """A storm closes the offices on Thursday 10 September 2026, and the Saturday after it is worked."""
    other = dr.vietnam(extra=[dr.closure("storm", off=[date(2026, 9, 10)], worked=[date(2026, 9, 12)])])
    told = message(GOLDEN, MAKE["table"](other)).splitlines()
    assert told[0].endswith("on 2 days (file -> calendar):")
    assert told[1:3] == ["  2026-09-10: w official -> h official", "  2026-09-12: . official -> W official"]
    assert "make golden" in told[3]


def test_a_change_of_certainty_is_told() -> None:
    """On 1 October 2026 nobody had announced the days off of 2027."""
    told = MAKE["differing"](GOLDEN, MAKE["table"](dr.vietnam(known_on=date(2026, 10, 1))))
    assert [line.partition(":")[0] for line in told] == [str(date(2027, 1, 1) + timedelta(days=n)) for n in range(365)]
    assert told[0] == "2027-01-01: h official -> h projected"


def test_a_line_that_is_missing_is_told() -> None:
    without = GOLDEN.replace(next(line for line in GOLDEN.splitlines() if line.startswith("2026-02")), "")
    assert MAKE["differing"](without, GOLDEN)[0] == "2026-02-01: missing -> . official"
    assert len(MAKE["differing"](without, GOLDEN)) == 28


class TestTheFile:
    """The file itself, against what was not computed here."""

    def test_holds_every_day_once(self) -> None:
        days = [str(date(1990, 1, 1) + timedelta(days=n)) for n in range(111 * 365 + 27)]  # leap years are 1992 to 2096; 2100 is none
        assert days[-1] == "2100-12-31"
        assert list(DAYS) == days
        assert len(GOLDEN.encode()) < 1_000_000

    def test_weekends_and_weekdays(self) -> None:
        wrong = [day for day, said in DAYS.items() if (said[0] in ".W") != (date.fromisoformat(day).weekday() >= 5)]
        assert wrong == []

    def test_2014_to_2027_are_the_decisions(self) -> None:
        oracle = yaml.safe_load((TESTS / "calendar_oracle.yaml").read_text(encoding="utf-8"))
        years = [str(year) for year in oracle]
        for letter, key in (("h", "weekdays_off"), ("W", "weekend_days_worked")):
            decided = sorted(str(day) for year in oracle.values() for day in year[key])
            assert [day for day, said in DAYS.items() if said[0] == letter and day[:4] in years] == decided

    @pytest.mark.parametrize(
        ("holiday", "since"),
        [
            # Bộ luật Lao động 1994 Điều 73, 2012 Điều 115, 2019 Điều 112; Culture Day: Nghị quyết 28/2026/QH16
            ("01-01", 1995),
            ("04-30", 1995),
            ("05-01", 1995),
            ("09-02", 1995),
            ("11-24", 2026),
        ],
    )
    def test_holidays_of_a_fixed_day_are_off(self, holiday: str, since: int) -> None:
        assert [day for day, said in DAYS.items() if day.endswith(holiday) and int(day[:4]) >= since and said[0] not in "h."] == []

    def test_certainty(self) -> None:
        """Official are the years that the decisions were checked for, 2014 to 2027."""
        said = {word: [day for day, what in DAYS.items() if what.endswith(word)] for word in ("unverified", "official", "projected")}
        assert (said["unverified"][0], said["unverified"][-1]) == ("1990-01-01", "2013-12-31")
        assert (said["official"][0], said["official"][-1]) == ("2014-01-01", "2027-12-31")
        assert (said["projected"][0], said["projected"][-1]) == ("2028-01-01", "2100-12-31")

    def test_the_count_of_each_month_is_that_of_its_letters(self) -> None:
        lines = [line.split(maxsplit=3) for line in GOLDEN.splitlines() if line[:1].isdigit()]
        assert [month for month, letters, number, _ in lines if letters.count("w") + letters.count("W") != int(number)] == []
        # 22 weekdays less 1 and 2 January, and the Saturday 10 January worked; 20 less the five days of Tết.
        assert {month: number for month, _, number, _ in lines if month in ("2026-01", "2026-02")} == {"2026-01": "21", "2026-02": "15"}
