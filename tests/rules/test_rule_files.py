"""Good rule files load, bad ones are refused with the message that their first line promises."""

from datetime import date
from pathlib import Path

import pytest

from deadline_rules import Task, errors, load
from deadline_rules.files.yaml_source import MAX_BYTES

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", sorted((HERE / "good").glob("*.yaml")), ids=lambda path: path.stem)
def test_good_files_load(path: Path) -> None:
    assert load(path).id == path.stem


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_files_say_where_and_why(path: Path) -> None:
    """The first line is `# LINE: MESSAGE`; a message may go on after what is promised."""
    line, message = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").split(": ", 1)
    with pytest.raises(errors.RuleFileError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:{line}: {message}")
    assert caught.value.line == int(line)
    assert "\n" not in str(caught.value)


def test_there_are_bad_files() -> None:
    assert len(BAD) >= 45


@pytest.mark.parametrize("name", ["status-twice", "status-gap", "exceptions-overlap", "two-starts", "days-under-one-reading-only"])
def test_cells_with_two_answers_or_none_have_an_error_of_their_own(name: str) -> None:
    with pytest.raises(errors.AmbiguousRuleError):
        load(HERE / "bad" / f"{name}.yaml")


def test_a_file_of_ten_megabytes_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"# " + b"x" * 10 * MAX_BYTES)
    with pytest.raises(errors.RuleFileError, match="larger than 1 MiB"):
        load(large)


def test_a_billion_laughs_are_refused_at_the_first(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.yaml"
    bomb.write_text("a: &a [lol, lol]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", encoding="utf-8")
    with pytest.raises(errors.RuleFileError, match=r"bomb\.yaml:1: anchors and aliases"):
        load(bomb)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / "deep.yaml"
    deep.write_text("id: " + "[" * 10_000 + "]" * 10_000, encoding="utf-8")
    with pytest.raises(errors.RuleFileError, match="nested more than 20 deep"):
        load(deep)


class TestCalendarDays:
    """10 days from Thursday 5/11/2026 end on Sunday 15/11; with the start day counted on Saturday 14/11; rolled, on Monday 16/11."""

    @pytest.mark.parametrize(
        ("readings", "due_on"),
        [
            ({}, date(2026, 11, 15)),
            ({"start-day": "included"}, date(2026, 11, 14)),
            ({"day-off-end": "next_working_day"}, date(2026, 11, 16)),
        ],
    )
    def test_days_are_counted_without_looking_at_days_off(self, readings: dict[str, object], due_on: date) -> None:
        rules = load(HERE / "good" / "calendar-days.yaml", readings=readings)
        assert rules.evaluate(Task(id="T", received_on=date(2026, 11, 5)), date(2026, 11, 20)).deadline("answer").due_on == due_on

    def test_the_span_is_over_all_combinations_of_readings(self) -> None:
        """Assigned on Tuesday 3/11: 10 days end on Friday 13/11; from the receipt on Sunday 15/11, or rolled on Monday 16/11."""
        rules = load(HERE / "good" / "calendar-days.yaml")
        result = rules.evaluate(Task(id="T", assigned_on=date(2026, 11, 3), received_on=date(2026, 11, 5)), date(2026, 11, 20))
        row = result.deadline("answer")
        assert (row.earliest, row.due_on, row.latest) == (date(2026, 11, 13), date(2026, 11, 15), date(2026, 11, 16))
        assert {"reading-answer-start", "reading-day-off-end"} <= {caveat.code for caveat in result.caveats}

    def test_exceptions_follow_the_kind_of_task(self) -> None:
        rules = load(HERE / "good" / "calendar-days.yaml")
        received = date(2026, 11, 5)
        urgent = rules.evaluate(Task(id="T", received_on=received, urgent=True), received).deadline("answer")
        secret = rules.evaluate(Task(id="T", received_on=received, secrecy="mật"), received).deadline("answer")
        both = rules.evaluate(Task(id="T", received_on=received, urgent=True, complex=True), received).deadline("answer")
        assert (urgent.due_on, urgent.state) == (received, "pending")
        assert (secret.due_on, secret.state) == (None, "no_number")
        assert both.due_on == date(2026, 11, 15)
