"""Tables in memory: every kind of frame and column in, the same kind out, the same answers as one task at a time."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules.errors import NotInForceError, TableError, TaskError
from frame_cells import cells

pa = pytest.importorskip("pyarrow", reason="pip install 'deadline-rules[tables]'")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

DAY = date(2026, 11, 20)
KON_TUM = dr.load("kon-tum")
ROWS: list[dict[str, Any]] = [
    {"mã": "T-01", "ngày giao": date(2026, 11, 2), "hạn xử lý": date(2026, 11, 16), "ngày bắt đầu": date(2026, 11, 4), "khẩn": True, "độ mật": None},
    {"mã": "T-02", "ngày giao": date(2026, 11, 2), "hạn xử lý": None, "ngày bắt đầu": None, "khẩn": False, "độ mật": "mật"},
    {"mã": "T-03", "ngày giao": None, "hạn xử lý": date(2026, 11, 28), "ngày bắt đầu": None, "khẩn": None, "độ mật": "thường"},
    {"mã": "T-04", "ngày giao": date(2026, 11, 30), "hạn xử lý": date(2026, 11, 16), "ngày bắt đầu": None, "khẩn": False, "độ mật": None},
]
COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("pack", ["ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the"])
def test_every_frame_gives_the_answers_of_single_tasks(kind: str, pack: str) -> None:
    regulation = dr.load(pack)
    frame = FRAMES[kind](COLUMNS)
    found = regulation.evaluate_table(frame, as_of=DAY)
    assert type(found) is type(frame)
    assert cells(found, "mã") == COLUMNS["mã"]
    for number, row in enumerate(ROWS[:3]):
        result = regulation.evaluate(dr.Task.from_record(row), DAY)
        expected = {
            "progress": result.progress,
            "timeliness": result.timeliness,
            "status": result.status.code,
            "status_label": result.status.label,
            "working_days_left": result.working_days_left,
            "caveats": " ".join(caveat.code for caveat in result.caveats),
            "problem": None,
            **{f"{deadline.rule}_due_on": deadline.due_on for deadline in result.deadlines},
            **{f"{deadline.rule}_state": deadline.state for deadline in result.deadlines},
            **{f"{rule.rule}_state": None for rule in regulation.plan.escalations},
            **{f"{escalation.rule}_opens_on": escalation.opens_on for escalation in result.escalations},
            **{f"{escalation.rule}_state": escalation.state for escalation in result.escalations},
        }
        assert {column: cells(found, column)[number] for column in expected} == expected


@pytest.mark.parametrize("kind", FRAMES)
def test_a_row_that_is_no_task_says_why_and_has_no_results(kind: str) -> None:
    found = KON_TUM.evaluate_table(FRAMES[kind](COLUMNS), as_of=DAY)
    problem = "due_on: 2026-11-16 lies before assigned_on 2026-11-30; correct one of the two."
    assert cells(found, "problem") == [None, None, None, problem]
    for column in ("progress", "status", "working_days_left", "transfer_due_on", "transfer_state", "unit-overdue_state", "return_state", "caveats"):
        assert cells(found, column)[3] is None


def test_strict_names_the_first_ten() -> None:
    table = pa.table({"id": [f"T-{n}" for n in range(30)], "due_on": ["2026-13-01"] * 30})
    with pytest.raises(TaskError, match=r"^30 of 30 rows are no tasks: row 1: due_on: '2026-13-01' is no day.* row 10: ") as caught:
        KON_TUM.evaluate_table(table, as_of=DAY, strict=True)
    assert "row 11" not in str(caught.value)


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("pack", ["ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the"])
def test_only_the_results_asked_for(kind: str, pack: str) -> None:
    regulation, frame = dr.load(pack), FRAMES[kind](COLUMNS)
    whole = regulation.evaluate_table(frame, as_of=DAY)
    names = [str(name) for name in (whole.column_names if isinstance(whole, pa.Table) else whole.columns)][len(COLUMNS) : -1]
    for only in [[name] for name in names] + [names[3:9], names[::3], []]:
        found = regulation.evaluate_table(frame, as_of=DAY, only=only)
        assert list(found.column_names if isinstance(found, pa.Table) else found.columns) == [*COLUMNS, *only, "problem"]
        for name in (*only, "problem"):
            assert cells(found, name) == cells(whole, name)


def test_a_result_that_there_is_not_is_refused() -> None:
    with pytest.raises(TableError, match=r"^only='transfer_due': kon-tum has no such result; did you mean 'transfer_due_on'\?$"):
        KON_TUM.evaluate_table(pa.table(COLUMNS), as_of=DAY, only=["status", "transfer_due"])


VIETNAM = timezone(timedelta(hours=7))
DAYS = {
    "date32": pa.array([DAY, None], pa.date32()),
    "date64": pa.array([DAY, None], pa.date64()),
    "midnight": pa.array([datetime(2026, 11, 20), None], pa.timestamp("us")),  # noqa: DTZ001  # how frames keep plain dates
    "UTC": pa.array([datetime(2026, 11, 19, 18, 30, tzinfo=UTC), None], pa.timestamp("ns", "UTC")),
    "Vietnam": pa.array([datetime(2026, 11, 20, 23, 59, tzinfo=VIETNAM), None], pa.timestamp("s", "Asia/Ho_Chi_Minh")),
    "text": pa.array(["20/11/2026", None]),
    "large text": pa.array(["2026-11-20", ""], pa.large_string()),
    "dictionary": pa.array(["20-11-2026", None]).dictionary_encode(),
}


@pytest.mark.parametrize("kind", DAYS)
def test_days_come_in_every_type(kind: str) -> None:
    found = KON_TUM.evaluate_table(pa.table({"id": ["A", "B"], "due_on": DAYS[kind]}), as_of=DAY)
    assert found.column("problem").to_pylist() == [None, None]
    assert found.column("working_days_left").to_pylist() == [0, None]
    assert found.column("timeliness").to_pylist() == ["in_time", "no_deadline"]


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        (pa.array([datetime(2026, 11, 20, 8, 0)], pa.timestamp("us")), "due_on: 2026-11-20T08:00:00 has no time zone"),  # noqa: DTZ001  # refused
        (pa.array([date(1989, 12, 31)], pa.date32()), "due_on: 1989-12-31 lies outside 1990-2100"),
        (pa.array([date(2101, 1, 1)], pa.date32()), "due_on: 2101-01-01 lies outside 1990-2100"),
        (pa.array(["31/02/2026"]), "due_on: '31/02/2026' is no day of the calendar"),
        (pa.array([20261120]), "due_on: '20261120' is not a day"),
        (pa.array([True]), "due_on: 'True' is not a day"),
    ],
)
def test_days_that_are_none(column: Any, problem: str) -> None:
    found = KON_TUM.evaluate_table(pa.table({"id": ["A"], "due_on": column}), as_of=DAY)
    assert found.column("problem").to_pylist()[0].startswith(problem)


@pytest.mark.parametrize(
    "values",
    [pa.array([True, False, None]), pa.array(["x", "không", ""]), pa.array([1, 0, None]), pa.array([1.0, 0.0, None]), pa.array(["CÓ", None, "0"])],
)
def test_yes_and_no_come_in_every_type(values: Any) -> None:
    """Cần Thơ Điều 5 khoản 1: an urgent task at once, another in 1 working day."""
    table = pa.table({"id": ["A", "B", "C"], "assigned_on": pa.array([DAY] * 3), "urgent": values})
    found = dr.load("can-tho").evaluate_table(table, as_of=DAY)
    assert found.column("transfer_due_on").to_pylist() == [DAY, date(2026, 11, 23), date(2026, 11, 23)]


@pytest.mark.parametrize(
    ("ids", "problems"),
    [
        (pa.array(["A", "", None, " "]), [False, True, True, True]),
        (pa.array([1, 2, None, 4]), [False, False, True, False]),
        (pa.array(["x" * 200, "x" * 201, "B", "C"]), [False, True, False, False]),
        (pa.array(["A", "B", "", None]).dictionary_encode(), [False, False, True, True]),
        (pa.nulls(4), [True] * 4),
    ],
)
def test_every_task_needs_an_id(ids: Any, problems: list[bool]) -> None:
    found = KON_TUM.evaluate_table(pa.table({"id": ids}), as_of=DAY)
    assert [problem is not None for problem in found.column("problem").to_pylist()] == problems


def test_as_of_may_be_a_column() -> None:
    table = pa.table({"id": ["A", "B", "C", "D"], "due_on": [date(2026, 11, 16)] * 4, "ngày hỏi": ["13/11/2026", "20/11/2026", None, "08/05/2016"]})
    found = KON_TUM.evaluate_table(table, as_of="ngày hỏi")
    assert found.column("working_days_left").to_pylist() == [1, -4, None, None]
    assert found.column("problem").to_pylist() == [
        None,
        None,
        "as_of: every row needs a day; fill the cell.",
        "kon-tum took effect on 2016-05-09; on 2016-05-08 it says nothing. Ask for a later day.",
    ]


def test_a_reader_is_read_batch_by_batch() -> None:
    table = pa.table({"id": [str(n) for n in range(10)], "due_on": [DAY] * 10})
    reader = KON_TUM.evaluate_table(table.to_reader(max_chunksize=3), as_of=DAY)
    assert isinstance(reader, pa.RecordBatchReader)
    sizes = [batch.num_rows for batch in reader]
    assert sizes == [3, 3, 3, 1]
    whole = KON_TUM.evaluate_table(table.to_reader(max_chunksize=3), as_of=DAY).read_all()
    assert whole.drop_columns([]).to_pylist() == KON_TUM.evaluate_table(table, as_of=DAY).to_pylist()


def test_anything_that_hands_out_arrow_will_do() -> None:
    class Capsule:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pa.table({"id": ["A"], "due_on": [DAY]}).__arrow_c_stream__(requested_schema)

    assert KON_TUM.evaluate_table(Capsule(), as_of=DAY).column("working_days_left").to_pylist() == [0]


def test_the_index_of_a_pandas_frame_stays() -> None:
    frame = pd.DataFrame({"id": ["A", "B"], "due_on": pd.to_datetime(["2026-11-16", None])}, index=[7, 3])
    found = KON_TUM.evaluate_table(frame, as_of=DAY)
    assert list(found.index) == [7, 3]
    assert list(found.loc[7, ["status", "working_days_left"]]) == ["not_done_overdue", -4]
    assert list(frame.columns) == ["id", "due_on"], "the frame given is not changed"


def test_mixed_objects_in_a_pandas_column() -> None:
    frame = pd.DataFrame({"id": ["A", 2, "C"], "due_on": [date(2026, 11, 16), "16/11/2026", 5]})
    found = KON_TUM.evaluate_table(frame, as_of=DAY)
    assert list(found["working_days_left"][:2]) == [-4, -4]
    assert str(found["problem"][2]).startswith("due_on: '5' is not a day")


def test_results_replace_columns_of_their_name() -> None:
    table = pa.table({"id": ["A"], "status": ["old"]})
    found = KON_TUM.evaluate_table(KON_TUM.evaluate_table(table, as_of=DAY), as_of=DAY)
    assert found.column_names.count("status") == 1
    assert found.column("status").to_pylist() == ["not_done_in_time"]


def test_no_rows() -> None:
    found = KON_TUM.evaluate_table(pa.table({"id": pa.array([], pa.string())}), as_of=DAY)
    assert found.num_rows == 0
    assert "transfer_due_on" in found.column_names


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([{"id": "A"}], "a list is no table"),
        (pa.table({"name": ["A"]}), "no column gives the task's id"),
        (pa.table({"id": ["A"], "hạn": [DAY], "due_on": [DAY]}), "columns 'hạn' and 'due_on' both mean due_on; keep one."),
    ],
)
def test_what_is_no_table_of_tasks_is_refused(table: Any, message: str) -> None:
    with pytest.raises(TableError, match=message):
        KON_TUM.evaluate_table(table, as_of=DAY)


def test_an_as_of_that_cannot_be_is_refused() -> None:
    table = pa.table({"id": ["A"]})
    with pytest.raises(NotInForceError):
        KON_TUM.evaluate_table(table, as_of=date(2016, 5, 8))
    with pytest.raises(TableError, match="there is no column 'day' to take as_of from"):
        KON_TUM.evaluate_table(table, as_of="day")


def test_strictness_about_the_calendar_refuses_rows() -> None:
    table = pa.table({"id": ["A", "B"], "due_on": [date(2028, 3, 1), DAY]})
    found = dr.load("kon-tum", strict=True).evaluate_table(table, as_of=DAY)
    problems = found.column("problem").to_pylist()
    assert problems[0].startswith("task A: a working-day count reaches beyond 2014-01-01 to 2027-12-31")
    assert problems[1] is None


def test_an_answer_after_2100_refuses_the_row() -> None:
    table = pa.table({"id": ["A", "B"], "assigned_on": [date(2100, 12, 31), DAY]})
    found = KON_TUM.evaluate_table(table, as_of=date(2100, 12, 31))
    assert [problem is not None for problem in found.column("problem").to_pylist()] == [True, False]


def test_a_secret_row_is_not_quoted() -> None:
    table = pa.table({"id": ["A"], "due_on": ["tuyến biên giới"], "secrecy": ["tuyệt mật"]})
    (problem,) = KON_TUM.evaluate_table(table, as_of=DAY).column("problem").to_pylist()
    assert problem.startswith("due_on: the cell cannot be read; its content is not shown")


@pytest.mark.parametrize("field", ["secrecy", "urgent", "complex", "routine", "assigned_by"])
def test_a_number_that_is_none_says_nothing(field: str) -> None:
    """A column in which nobody filled a cell may come as floating-point numbers, each NaN; an empty cell means the first of the kinds."""
    given = pa.table({"id": ["T", "U"], field: [float("nan"), None], "due_on": [date(2026, 11, 16)] * 2})
    found = dr.load("kon-tum").evaluate_table(given, date(2026, 11, 20))
    assert found.column("problem").to_pylist() == [None, None]
    assert found.column("status").to_pylist() == ["not_done_overdue"] * 2
