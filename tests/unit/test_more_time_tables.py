"""Extensions and suspensions in tables, worked by hand. Days off of Tết 2026: Monday 16 to Friday 20 February; 14, 15, 21 and 22 are weekends."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules.errors import CalendarHorizonError, TableError, UnverifiedCalendarError
from deadline_rules.regulation import Regulation
from frame_cells import cells
from running import Cli

pa = pytest.importorskip("pyarrow", reason="pip install 'deadline-rules[tables]'")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")
pq = pytest.importorskip("pyarrow.parquet")

from deadline_rules.readers.tables import read_table  # noqa: E402  # streams need the libraries
from deadline_rules.streams.batches import RowsSource  # noqa: E402
from deadline_rules.streams.evaluation import evaluated  # noqa: E402

KON_TUM = dr.load("kon-tum")
HOUSE = """
id: house
extends: kon-tum
title: {vi: Quy chế nội bộ, en: House rules}
issuer: {vi: Đơn vị, en: Unit}
instrument: {name: Quy chế nội bộ, number: 01/QC}
suspensions: {allowed: yes, cite: Điều 5}
"""
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.fixture
def house(tmp_path: Path) -> Regulation:
    (tmp_path / "house.yaml").write_text(HOUSE, encoding="utf-8")
    return dr.load(tmp_path / "house.yaml")


def extended(granted: str, due_on: str, **more: object) -> dict[str, object]:
    return {"granted_on": day(granted), "due_on": day(due_on), **more}


def stopped(since: str, until: str | None) -> dict[str, object]:
    return {"since": day(since), "until": None if until is None else day(until)}


def table(*, due_on: Any = "02-12", rows: int | None = None, **lists: list[Any]) -> dict[str, list[Any]]:
    """Tasks assigned on 2 February 2026, due on the 12th, with these cells of `extensions` and `suspensions`."""
    size = rows or len(next(iter(lists.values())))
    return {"id": [f"T-{number}" for number in range(size)], "assigned_on": [day("02-02")] * size, "due_on": [day(due_on)] * size, **lists}


class TestExtensions:
    @pytest.mark.parametrize("kind", FRAMES)
    def test_the_last_one_granted_counts(self, kind: str) -> None:
        given = FRAMES[kind](table(extensions=[[extended("02-10", "02-25")], [extended("02-11", "02-27"), extended("02-10", "02-25")], None, []]))
        for as_of, in_force, late in (("02-09", ["02-12"] * 4, False), ("02-10", ["02-25", "02-25", "02-12", "02-12"], False)):
            found = KON_TUM.evaluate_table(given, day(as_of))
            assert type(found) is type(given)
            assert cells(found, "due_on_in_force") == [day(text) for text in in_force]
            assert cells(found, "original_due_on") == cells(found, "due_on") == [day("02-12")] * 4
            assert cells(found, "timeliness") == ["overdue" if late else "in_time"] * 4
        found = KON_TUM.evaluate_table(given, day("02-26"))
        # On Thursday 26 February one working day has gone since the 25th, and one is left to the 27th;
        # since 12 February Friday 13, Monday 23, 24, 25 and 26.
        assert cells(found, "working_days_left") == [-1, 1, -5, -5]
        assert cells(found, "status") == ["not_done_overdue", "not_done_in_time", "not_done_overdue", "not_done_overdue"]

    def test_each_row_has_its_own_day_to_be_asked_about(self) -> None:
        given = table(extensions=[[extended("02-10", "02-25")]] * 3) | {"day": [day("02-09"), day("02-10"), None]}
        found = KON_TUM.evaluate_table(pa.table(given), "day")
        assert cells(found, "due_on_in_force") == [day("02-12"), day("02-25"), None]
        assert cells(found, "problem") == [None, None, "as_of: every row needs a day; fill the cell."]

    def test_both_days_move_off_days_off_where_the_other_does(self) -> None:
        rolling = dr.load("kon-tum", readings={"day-off-end": "next_working_day"})
        found = rolling.evaluate_table(pa.table(table(due_on="02-14", extensions=[[extended("02-10", "02-28")]])), day("02-10"))
        # Saturdays: 14 February is before Tết, which ends with Sunday 22; 28 February is before Monday 2 March.
        assert (cells(found, "due_on_in_force"), cells(found, "original_due_on")) == ([day("03-02")], [day("02-23")])

    def test_deadlines_that_count_from_the_due_day_move(self) -> None:
        found = dr.load("so-nn").evaluate_table(pa.table(table(extensions=[[extended("02-10", "02-25")], None])), day("02-10"))
        # Two working days after the due day: 26 and 27 February; from 12 February Friday 13 and Monday 23.
        assert cells(found, "status-update_due_on") == [day("02-27"), day("02-23")]

    def test_they_may_be_written_as_people_write_days(self) -> None:
        cell = [{"granted_on": "10/02/2026", "due_on": "2026-02-25", "by": "chair", "document": "12/UBND"}]
        assert cells(KON_TUM.evaluate_table(pl.DataFrame(table(extensions=[cell])), day("02-10")), "due_on_in_force") == [day("02-25")]

    def test_moments_are_taken_to_their_day_in_viet_nam(self) -> None:
        evening = datetime(2026, 2, 9, 18, tzinfo=UTC)  # one in the morning of the 10th
        given = pl.DataFrame(table(extensions=[[{"granted_on": evening, "due_on": datetime(2026, 2, 25, tzinfo=UTC)}]]))
        found = [cells(KON_TUM.evaluate_table(given, day(as_of)), "due_on_in_force") for as_of in ("02-09", "02-10")]
        assert found == [[day("02-12")], [day("02-25")]]

    @pytest.mark.parametrize("text", [pa.string_view(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())])
    def test_text_comes_in_every_type(self, text: Any) -> None:
        parts = [pa.array(values).cast(text) for values in (["10/02/2026", "x"], ["25/02/2026", "25/02/2026"], ["chair", None])]
        lists = pa.ListArray.from_arrays([0, 1, 2], pa.StructArray.from_arrays(parts, ["granted_on", "due_on", "by"]))
        found = KON_TUM.evaluate_table(pa.table({**table(rows=2), "extensions": lists}), day("02-10"))
        assert cells(found, "due_on_in_force") == [day("02-25"), None]
        assert cells(found, "problem")[1].startswith("extensions: 'x' is not a day")

    def test_arrays_of_a_pandas_frame_will_do(self) -> None:
        file = io.BytesIO()
        pd.DataFrame(table(extensions=[[extended("02-10", "02-25")], None])).to_parquet(file)
        given = pd.read_parquet(file)
        assert type(given["extensions"][0]).__name__ == "ndarray"
        assert cells(KON_TUM.evaluate_table(given, day("02-10")), "due_on_in_force") == [day("02-25"), day("02-12")]


class TestSuspensions:
    def test_without_permission_they_are_a_caveat_and_move_nothing(self) -> None:
        given = pa.table(table(suspensions=[[stopped("02-10", "02-11")], [stopped("02-14", None)], None]))
        found = KON_TUM.evaluate_table(given, day("02-13"))
        assert cells(found, "due_on_in_force") == [day("02-12")] * 3
        assert ["suspension-not-provided" in caveats.split() for caveats in cells(found, "caveats")] == [True, False, False]

    @pytest.mark.parametrize(
        ("as_of", "due_on"),
        [
            ("02-09", "02-12"),  # Monday: not yet
            ("02-10", "02-13"),  # Tuesday is taken out
            ("02-11", "02-23"),  # Wednesday too: after Friday 13 comes Tết
            ("02-12", "02-23"),  # it has ended
            ("02-24", "02-23"),
        ],
    )
    def test_they_move_the_due_day_by_their_working_days(self, house: Regulation, as_of: str, due_on: str) -> None:
        found = house.evaluate_table(pa.table(table(suspensions=[[stopped("02-10", "02-11")], []])), day(as_of))
        assert cells(found, "due_on_in_force") == [day(due_on), day("02-12")]
        assert cells(found, "original_due_on") == [day("02-12")] * 2
        assert "suspension-not-provided" not in cells(found, "caveats")[0]

    def test_one_after_the_other(self, house: Regulation) -> None:
        # Of the first row Tuesday 3 and Wednesday 4 February move the 12th to the 23rd (Friday 13, then Tết); the 23rd itself, moved until
        # then, is within the period, so that Monday 23 and Tuesday 24 are taken out too: the 24th and the 25th take their place.
        # Of the second row the 13th lies after the due day, so neither it nor what comes later moves anything.
        given = table(suspensions=[[stopped("02-23", "02-24"), stopped("02-03", "02-04")], [stopped("02-13", "02-13"), stopped("02-24", None)]])
        assert cells(house.evaluate_table(pa.table(given), day("03-30")), "due_on_in_force") == [day("02-25"), day("02-12")]

    def test_while_one_runs_the_limit_cannot_be_missed(self, house: Regulation) -> None:
        given = table(suspensions=[[stopped("02-12", None)]] * 60) | {"day": [day("02-12") + timedelta(days=number) for number in range(60)]}
        assert set(cells(house.evaluate_table(pa.table(given), "day"), "timeliness")) == {"in_time"}

    def test_nor_where_the_due_day_is_a_day_off(self, house: Regulation) -> None:
        # Saturday to Saturday: Monday 23 to Friday 27 February are taken out, and no working day was left.
        as_ofs = ["02-14", "02-15", "02-23", "02-28", "03-01"]
        given = table(due_on="02-14", suspensions=[[stopped("02-14", "02-28")]] * 5) | {"day": [day(text) for text in as_ofs]}
        assert cells(house.evaluate_table(pa.table(given), "day"), "due_on_in_force") == [day(text) for text in (*as_ofs[:4], "02-28")]

    def test_an_extension_granted_later_replaces_the_day(self, house: Regulation) -> None:
        given = table(extensions=[[extended("02-11", "02-24")]] * 3, suspensions=[[stopped("02-10", "02-12")]] * 3)
        given["day"] = [day("02-10"), day("02-11"), day("02-12")]
        # On 10 February one day is out; the new day of 11 February has that in it; 12 February moves it again.
        assert cells(house.evaluate_table(pa.table(given), "day"), "due_on_in_force") == [day("02-13"), day("02-24"), day("02-25")]

    def test_they_end_with_the_task_and_begin_with_it(self, house: Regulation) -> None:
        given = table(suspensions=[[stopped("02-10", None)], [stopped("01-26", "02-03")]]) | {"completed_on": [day("02-10"), None]}
        assert cells(house.evaluate_table(pa.table(given), day("03-30")), "due_on_in_force") == [day("02-13")] * 2

    def test_a_task_without_a_limit_has_none(self, house: Regulation) -> None:
        given = pa.table({"id": ["T"], "suspensions": [[stopped("02-10", None)]]})
        found = house.evaluate_table(given, day("02-11"))
        assert (cells(found, "due_on_in_force"), cells(found, "original_due_on"), cells(found, "problem")) == ([None], [None], [None])

    def test_a_count_before_the_days_vouched_for_is_provisional(self, tmp_path: Path) -> None:
        (tmp_path / "house.yaml").write_text(HOUSE, encoding="utf-8")
        early = [{"since": date(2013, 12, 30), "until": date(2013, 12, 31)}]
        given = {"id": ["A", "B", "C"], "due_on": [date(2027, 6, 1), date(2027, 6, 1), None], "suspensions": [early, [], early]}
        assert dr.vietnam().verified_from == date(2014, 1, 1)
        found = dr.load(tmp_path / "house.yaml").evaluate_table(pa.table(given), date(2026, 2, 2))
        assert ["calendar-not-official" in caveats for caveats in cells(found, "caveats")] == [True, False, False]
        strict = dr.load(tmp_path / "house.yaml", strict=True)
        assert [problem is None for problem in cells(strict.evaluate_table(pa.table(given), date(2026, 2, 2)), "problem")] == [False, True, True]
        with pytest.raises(UnverifiedCalendarError):
            strict.evaluate(dr.Task.from_record({"id": "A", "due_on": date(2027, 6, 1), "suspensions": early}), date(2026, 2, 2))

    def test_beyond_2100_a_row_is_refused(self, house: Regulation) -> None:
        last = date(2100, 12, 30)
        given = pa.table({"id": ["A", "B"], "due_on": [last] * 2, "suspensions": [[{"since": date(2100, 12, 20), "until": None}], None]})
        problems = cells(house.evaluate_table(given, date(2100, 12, 29)), "problem")
        assert "lies outside 1990-2100" in problems[0]
        assert problems[1] is None or "2100" in problems[1]  # its deadlines may lie beyond


class TestColumns:
    def test_the_two_days_are_given_with_such_a_column_or_where_asked_for(self) -> None:
        plain = pa.table(table(rows=1))
        assert not {"due_on_in_force", "original_due_on"} & set(KON_TUM.evaluate_table(plain, day("02-10")).column_names)
        assert cells(KON_TUM.evaluate_table(plain, day("02-10"), only=["original_due_on"]), "original_due_on") == [day("02-12")]
        given = pa.table(table(extensions=[[extended("02-10", "02-25")]]))
        found = KON_TUM.evaluate_table(given, day("02-10"))
        assert found.column_names[-3:] == ["due_on_in_force", "original_due_on", "problem"]
        assert found.column("extensions").to_pylist() == given.column("extensions").to_pylist()
        assert KON_TUM.evaluate_table(given, day("02-10"), only=["status"]).column_names[-2:] == ["status", "problem"]

    def test_a_reader_gives_them_too(self) -> None:
        given = pa.table(table(extensions=[[extended("02-10", "02-25")], None, []]))
        reader = KON_TUM.evaluate_table(given.to_reader(max_chunksize=1), day("02-10"))
        assert cells(reader.read_all(), "due_on_in_force") == [day("02-25"), day("02-12"), day("02-12")]

    def test_parts_of_a_table_are_read_from_where_they_begin(self) -> None:
        rows: list[Any] = [[extended("02-10", "02-26")], None, [extended("02-10", "02-25")], []]
        given = pa.concat_tables([pa.table(table(extensions=rows)).slice(1, 2), pa.table(table(extensions=rows)).slice(0, 1)])
        assert cells(KON_TUM.evaluate_table(given, day("02-10")), "due_on_in_force") == [day("02-12"), day("02-25"), day("02-26")]

    @pytest.mark.parametrize("empty", [[None, None], [[], []]])
    def test_an_empty_column_is_none(self, empty: list[Any]) -> None:
        found = KON_TUM.evaluate_table(pa.table(table(extensions=empty, suspensions=empty)), day("02-10"))
        assert (cells(found, "problem"), cells(found, "due_on_in_force")) == ([None, None], [day("02-12")] * 2)

    @pytest.mark.parametrize(
        ("lists", "problem"),
        [
            ({"extensions": [extended("02-10", "02-20"), extended("02-10", "02-25")]}, "extensions: two are granted on 2026-02-10; keep the one"),
            ({"extensions": [extended("02-10", "02-01")]}, "extensions: due_on 2026-02-01, granted on 2026-02-10, is not later than 2026-02-12"),
            ({"extensions": [extended("02-10", "02-12")]}, "extensions: due_on 2026-02-12, granted on 2026-02-10, is not later than 2026-02-12"),
            (
                {"extensions": [extended("02-11", "02-20"), extended("02-10", "02-25")]},
                "extensions: due_on 2026-02-20, granted on 2026-02-11, is not later than 2026-02-25",
            ),
            ({"extensions": [{"granted_on": day("02-10")}]}, "extensions[0].due_on: it is missing; give a day."),
            ({"extensions": [extended("02-10", "02-25"), None]}, "extensions[1]: it cannot be taken: input should be a valid dictionary"),
            (
                {"extensions": [{"granted_on": date(1980, 1, 1), "due_on": day("02-25")}]},
                "extensions[0].granted_on: 1980-01-01 lies outside 1990-2100",
            ),
            ({"extensions": [{"granted_on": "31/02/2026", "due_on": "25/02/2026"}]}, "extensions: '31/02/2026' is no day of the calendar"),
            ({"extensions": [extended("02-10", "02-25", by=3)]}, "extensions[0].by: it cannot be taken: input should be a valid string."),
            ({"extensions": [extended("02-10", "02-25", by="x" * 20_001)]}, "extensions[0].by: it cannot be taken: string should have at most"),
            ({"extensions": [extended("02-10", "02-25", to=day("02-25"))]}, "extensions[0].to: there is no such field."),
            ({"extensions": ["25/02/2026"]}, "extensions[0]: it cannot be taken: input should be a valid dictionary"),
            ({"suspensions": [stopped("02-10", "02-09")]}, "suspensions: until 2026-02-09 lies before since 2026-02-10"),
            ({"suspensions": [stopped("02-10", "02-12"), stopped("02-12", None)]}, "suspensions: one runs from 2026-02-10 to 2026-02-12, the next"),
            ({"suspensions": [stopped("02-10", None), stopped("02-12", None)]}, "suspensions: one runs from 2026-02-10 on, without an end, the next"),
            ({"suspensions": [{"until": day("02-10")}]}, "suspensions[0].since: it is missing; give a day."),
        ],
    )
    def test_a_list_that_no_task_has_refuses_its_row_alone(self, lists: dict[str, list[Any]], problem: str) -> None:
        given = table(rows=2) | {name: [cell, None] for name, cell in lists.items()}
        found = KON_TUM.evaluate_table(pa.table(given), day("02-10"))
        problems = cells(found, "problem")
        assert problems[0].startswith(problem)
        assert problems[1] is None
        assert [status is None for status in cells(found, "status")] == [True, False]

    def test_what_lies_behind_an_empty_part_or_cell_is_nothing(self) -> None:
        days = pa.array([day("02-10"), day("02-10")])
        parts = pa.StructArray.from_arrays([days, pa.array([day("02-25")] * 2)], ["granted_on", "due_on"], mask=pa.array([True, False]))
        lists = pa.ListArray.from_arrays([0, 1, 2], parts, mask=pa.array([False, True]))
        found = KON_TUM.evaluate_table(pa.table({**table(rows=2), "extensions": lists}), day("02-11"))
        problem = "extensions[0]: it cannot be taken: input should be a valid dictionary or instance of Extension."
        assert cells(found, "problem") == [problem, None]
        assert cells(found, "due_on_in_force") == [None, day("02-12")]

    def test_an_extension_needs_a_day_to_extend(self) -> None:
        given = table(extensions=[[extended("02-10", "02-25")]]) | {"due_on": [None]}
        problem = "extensions: there is no due_on to extend; give the due day as it was first set."
        assert cells(KON_TUM.evaluate_table(pa.table(given), day("02-10")), "problem") == [problem]

    @pytest.mark.parametrize("values", [["25/02/2026", None], [3, None]])
    def test_a_cell_that_is_no_list_refuses_its_row(self, values: list[Any]) -> None:
        problems = cells(KON_TUM.evaluate_table(pl.DataFrame(table(extensions=values)), day("02-20")), "problem")
        assert problems == ["extensions: a plain cell cannot hold them; give a list of objects, in jsonl or parquet say.", None]

    def test_lists_beside_other_things_are_refused_with_them(self) -> None:
        given = pd.DataFrame(table(extensions=[[extended("02-10", "02-25")], 3, float("nan")]))
        problem = "extensions: a plain cell cannot hold them; give a list of objects, in jsonl or parquet say."
        assert cells(KON_TUM.evaluate_table(given, day("02-20")), "problem") == [problem, problem, None]

    @pytest.mark.parametrize(
        ("column", "field"), [({"extensions": [extended("02-10", "02-25")]}, "extensions"), ({"due_on": [[day("02-12")]]}, "due_on")]
    )
    def test_another_nested_column_refuses_the_table(self, column: dict[str, list[Any]], field: str) -> None:
        with pytest.raises(TableError, match=rf"^the column '{field}' holds .*, which cannot be the {field} of a task; give "):
            KON_TUM.evaluate_table(pa.table({"id": ["T"], **column}), day("02-10"))

    def test_of_a_secret_row_nothing_is_quoted(self) -> None:
        given = table(extensions=[[{"granted_on": "31/02/2026", "due_on": "x"}]]) | {"secrecy": ["mật"]}
        problem = "extensions: the cell cannot be read; its content is not shown, since the row names a degree of secrecy."
        assert cells(KON_TUM.evaluate_table(pa.table(given), day("02-10")), "problem") == [problem]


class TestNotices:
    def told(self, rules: Regulation, given: Any, after: str = "01-01", until: str = "04-30") -> list[tuple[str | None, str, str]]:
        found = rules.notices_table(given, day(after), day(until)).to_pylist()
        assert [row["day"] for row in found] == sorted(row["day"] for row in found)
        return [(row["task_id"], row["kind"], f"{row['day']:%m-%d}") for row in found if row["rule"] == "due_on"]

    def test_an_extension_takes_the_old_day_away_but_not_on_the_day_itself(self) -> None:
        given = table(extensions=[[extended("02-10", "02-25")], None, [extended("02-12", "02-25")]])
        for kind in FRAMES.values():
            assert self.told(KON_TUM, kind(given)) == [
                ("T-1", "due", "02-12"),
                ("T-2", "due", "02-12"),
                ("T-1", "missed", "02-13"),
                ("T-0", "due", "02-25"),
                ("T-2", "due", "02-25"),
                ("T-0", "missed", "02-26"),
                ("T-2", "missed", "02-26"),
            ]

    def test_a_suspension_moves_them(self, house: Regulation) -> None:
        given = table(suspensions=[[stopped("02-09", "02-11")], [stopped("02-11", None)]])  # three days: 13, 23, 24 February
        assert self.told(house, pa.table(given)) == [("T-0", "due", "02-24"), ("T-0", "missed", "02-25")]

    def test_reports_stand_after_the_tasks_of_their_day(self) -> None:
        # The report of the quarter is due before 20 March (Điều 10), as are all three tasks.
        given = table(due_on="03-19", extensions=[None, [extended("02-24", "03-19")], None])
        given["due_on"][1] = day("02-12")
        found = KON_TUM.notices_table(pa.table(given), day("03-18"), day("03-19")).to_pylist()
        assert [(row["task_id"], row["rule"]) for row in found if row["rule"] in ("due_on", "unit-quarter")] == [
            ("T-0", "due_on"),
            ("T-1", "due_on"),
            ("T-2", "due_on"),
            (None, "unit-quarter"),
        ]

    def test_rows_that_are_no_tasks_come_last(self) -> None:
        given = table(extensions=[[extended("02-10", "02-20"), extended("02-10", "02-25")], [extended("02-10", "02-25")]])
        last = KON_TUM.notices_table(pa.table(given), day("02-20"), day("02-28")).to_pylist()[-1]
        assert (last["task_id"], last["problem"]) == ("T-0", "extensions: two are granted on 2026-02-10; keep the one that counts.")

    def test_a_delivery_beyond_2100_is_refused(self) -> None:
        last = date(2100, 12, 30)
        rules = Regulation(KON_TUM.pack, KON_TUM.plan, dr.vietnam(extra=[dr.closure("own", off=[date(2100, 12, 31)])]))
        given = pa.table({"id": ["T"], "due_on": [date(2100, 1, 1)], "extensions": [[{"granted_on": date(2099, 1, 1), "due_on": last}]]})
        with pytest.raises(CalendarHorizonError):
            rules.notices_table(given, date(2100, 12, 1), date(2100, 12, 31))


LINES = """{"id": "A", "due_on": "2026-02-12", "extensions": [{"granted_on": "2026-02-10", "due_on": "2026-02-25"}]}
{"id": "B", "due_on": "2026-02-12", "suspensions": [{"since": "2026-02-10"}]}
{"id": "C", "due_on": "2026-02-12", "suspensions": [{"since": "2026-03-10"}]}
"""


class TestFiles:
    def test_jsonl_by_the_column(self, house: Regulation) -> None:
        for rules, due_on in ((KON_TUM, day("02-12")), (house, day("02-23"))):
            source = RowsSource(read_table(io.BytesIO(LINES.encode()), "tasks.jsonl", "jsonl"))
            _, found = evaluated(rules, source, day("02-11"))
            assert found.refused == []
            assert [(row["task_id"], row["due_on"]) for row in found.table.to_pylist()] == [("A", day("02-25")), ("B", due_on), ("C", day("02-12"))]
            assert ["suspension-not-provided" in row["caveats"] for row in found.table.to_pylist()] == [False, rules is KON_TUM, False]

    @pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "jsonl"])
    def test_a_parquet_file_through_the_command_line(self, cli: Cli, tmp_path: Path, form: str) -> None:
        given = table(
            extensions=[[extended("02-10", "02-25", by="chair")], None, [extended("02-10", "02-20"), extended("02-10", "02-25")]],
            suspensions=[[], [stopped("02-10", "02-11")], None],
        )
        pq.write_table(pa.table(given), tmp_path / "tasks.parquet")
        (tmp_path / "house.yaml").write_text(HOUSE, encoding="utf-8")
        out = tmp_path / f"results.{form}"
        ended = cli("evaluate", "house.yaml", "tasks.parquet", "--as-of", "2026-02-11", "--out", out.name)
        assert ended.status == 1
        assert "row 3: extensions: two are granted on 2026-02-10; keep the one that counts." in ended.err
        if form == "parquet":
            assert pq.read_table(out).column("due_on").to_pylist() == [day("02-25"), day("02-23")]
        elif form == "csv":
            assert pl.read_csv(out)["due_on"].to_list() == ["2026-02-25", "2026-02-23"]
        elif form == "jsonl":
            assert pl.read_ndjson(out)["original_due_on"].to_list() == ["2026-02-12"] * 2
        else:
            rows = pd.read_excel(out, engine="openpyxl")
            assert [value.date() for value in rows["Thời hạn"]] == [day("02-25"), day("02-23")]

    def test_flat_results_have_the_columns_they_always_had(self) -> None:
        plain = RowsSource(read_table(io.BytesIO(b'{"id": "A", "due_on": "2026-02-12"}\n'), "tasks.jsonl", "jsonl"))
        more = RowsSource(read_table(io.BytesIO(LINES.encode()), "tasks.jsonl", "jsonl"))
        schemas = [results.table.schema for source in (plain, more) for results in evaluated(KON_TUM, source, day("02-11"))]
        assert schemas == schemas[:1] * len(schemas)
        assert not {"due_on_in_force", "original_due_on"} & set(schemas[0].names)

    def test_cells_of_csv_are_refused(self, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / "tasks.csv").write_text("mã,hạn,suspensions\nA,12/02/2026,10/02/2026\nB,12/02/2026,\n", encoding="utf-8")
        ended = cli("evaluate", "kon-tum", "tasks.csv", "--as-of", "2026-02-11", "--format", "csv")
        assert "row 2: suspensions: a plain cell cannot hold them; give a list of objects, in jsonl or parquet say." in ended.err
        assert [line.split(",")[0] for line in ended.out.splitlines()] == ["task_id", "B"]
