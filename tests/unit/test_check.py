"""The checker: what it finds in a ledger, in worked cases, and what it says of points a text leaves open."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from deadline_rules.calendar.working_days import SIZE, WorkingDays
from deadline_rules.check import check
from deadline_rules.errors import CalendarHorizonError, RuleFileError
from deadline_rules.files.packaged import rules_folder
from deadline_rules.files.yaml_source import Source
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.model import Plan
from deadline_rules.rulebook.ledger import gaps
from deadline_rules.rulebook.library import Pack, find, open_pack
from deadline_rules.testing.cases import Case, check_case, read_cases, run_cases


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The template, to be broken."""
    folder = tmp_path / "template"
    shutil.copytree(rules_folder() / "template", folder)
    return folder


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(pack: Path) -> list[str]:
    """Errors, without the folder."""
    return [str(finding).replace(f"{pack}/", "") for finding in check(pack).errors]


def test_the_template_is_in_order(pack: Path) -> None:
    checked = check(pack)
    assert (checked.errors, checked.warnings, checked.rules, checked.provisions, checked.cases) == ((), (), 3, 5, 4)
    assert open_pack(pack).path == pack / "regulation.yaml"


LEDGER = [
    (
        "  - {at: Điều 2, encoded_as: [unit-month]}\n",
        "",
        "provisions.yaml:1: error: Điều 2 is accounted for nowhere; add it, or name it under missing.",
    ),
    (
        "[transfer]",
        "[transfer, transfre]",
        "provisions.yaml:4: error: Điều 1 khoản 1: there is no rule or section 'transfre'; did you mean 'transfer'?",
    ),
    ("[unit-month]", "[unit-overdue]", "provisions.yaml:6: error: Điều 2: unit-month rests on it; name it in encoded_as."),
    ("[unit-month]", "[unit-overdue]", "provisions.yaml:1: error: unit-month is encoded_as no provision; name the one it comes from."),
    ("duty.tracking", "duty.trackin", "provisions.yaml:7: error: Điều 3: 'duty.trackin' is no topic; did you mean 'duty.tracking'?"),
    ("party: office", "party: offce", "provisions.yaml:7: error: Điều 3: 'offce' is no party; did you mean 'office'?"),
    ("at: Điều 2,", "at: Điều 1 khoản 2,", "provisions.yaml:6: error: Điều 1 khoản 2 stands twice; keep one line."),
    (", encoded_as: [unit-month]", "", "provisions.yaml:6: error: provisions[3]: say what became of it: encoded_as or not_computed."),
    (", party: office", "", "provisions.yaml:7: error: provisions[4]: party and topic go with not_computed: standing_duty, and only there."),
    ("encoded_as: [unit-month]", "not_computed: nothing", "provisions.yaml:6: error: provisions[3].not_computed: 'nothing' is not known"),
]


@pytest.mark.parametrize(("old", "new", "message"), LEDGER)
def test_a_ledger_must_account_for_everything(pack: Path, old: str, new: str, message: str) -> None:
    change(pack / "provisions.yaml", old, new)
    assert any(line.startswith(message) for line in found(pack)), found(pack)


def test_numbers_the_text_skips_are_named_as_missing(pack: Path) -> None:
    change(pack / "provisions.yaml", "  - {at: Điều 2, encoded_as: [unit-month]}\n", "  - {at: Điều 4, encoded_as: [unit-month]}\n")
    change(pack / "regulation.yaml", "    cite: Điều 2\n", "    cite: Điều 4\n")
    assert found(pack) == ["provisions.yaml:1: error: Điều 2 is accounted for nowhere; add it, or name it under missing."]
    with (pack / "provisions.yaml").open("a", encoding="utf-8") as file:
        file.write("missing:\n  - {at: [Điều 2], reason: {vi: không có, en: not there}}\n")
    assert found(pack) == []


def test_gaps_follow_the_letters_of_vietnamese_drafting() -> None:
    """After d comes đ, after e comes g; f, j, w and z are not used."""
    assert list(gaps([f"Điều 1 khoản 1 điểm {letter}" for letter in "abcdđeghik"])) == []
    assert list(gaps(["Điều 1 khoản 1 điểm a", "Điều 1 khoản 1 điểm e"])) == [f"Điều 1 khoản 1 điểm {letter}" for letter in "bcdđ"]
    assert list(gaps(["Quyết định, Điều 2", "Điều 1 đoạn cuối"])) == ["Quyết định, Điều 1"]


CASES = [
    (
        "due_on: 2026-11-09, state: met",
        "due_on: 2026-11-10, state: met",
        "cases.yaml:3: error: case 'transfer, the last day in time': transfer.due_on should be 2026-11-10",
    ),
    ("status: not_done", "status: none", "status should be none, not not_done."),
    ("working_days_left: -4", "working_days_left: -5", "working_days_left should be -5, not -4."),
    ("timeliness: overdue", "caveats: [secret-task]", "caveats should be secret-task, not "),
    ("timeliness: overdue", "missing_fields: [summary]", "missing_fields should be summary, not none."),
    ("unit-overdue: {opens_on: 2026-11-17, state: open}", "unit-overdue: none", "unit-overdue should be none, not open."),
    ("unit-overdue: {opens_on: 2026-11-17, state: open}", "unit-difficulty: {state: open}", "unit-difficulty should be in the result, not none."),
    ("timeliness: overdue", "error: NotInForceError", "error should be NotInForceError, not none."),
    ("as_of: 2026-11-10", "as_of: 2026-01-04", "error should be none, not NotInForceError: template took effect on 2026-01-05"),
    ("due_on: 2026-11-19, send_by", "due_on: 2026-11-18, send_by", "reports should be unit-month 2026-11-18, not unit-month 2026-11-19."),
    ("send_by: 2026-12-18", "send_by: 2026-12-17", "unit-month 2026-12-19 send_by should be 2026-12-17, not 2026-12-18."),
    ("working_days_left: -4", "working_days_left: some", "cases.yaml:24: error: cases[2].expect.working_days_left: 'some' is not a whole number."),
    ("    as_of: 2026-11-10\n", "", "cases[1]: a task needs as_of."),
    ("    reports: {since: 2026-11-01, until: 2026-12-31}\n", "", "cases[3]: give either task (with as_of) or reports."),
]


@pytest.mark.parametrize(("old", "new", "message"), CASES)
def test_a_case_that_does_not_hold_is_named(pack: Path, old: str, new: str, message: str) -> None:
    change(pack / "cases.yaml", old, new)
    assert any(message in line for line in found(pack)), found(pack)


def test_cases_are_read_once_and_rules_compiled_once_for_each_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cases of Cần Thơ ask for the defaults and for some other readings, and for some days whose calendar is replayed."""
    compiled: list[dict[str, str]] = []
    read: list[Path] = []

    def counting(pack: Pack, chosen: dict[str, str]) -> Plan:
        compiled.append(chosen)
        return compile_plan(pack, chosen)

    def reading(path: Path) -> tuple[Source, tuple[Case, ...]]:
        read.append(path)
        return read_cases(path)

    monkeypatch.setattr("deadline_rules.testing.cases.compile_plan", counting)
    monkeypatch.setattr("deadline_rules.check.beside.read_cases", reading)
    checked = check("can-tho")
    _, cases = read_cases(find("can-tho").with_name("cases.yaml"))
    choices = {tuple(sorted(case.readings.items())) for case in cases}
    assert len(read) == 1
    assert len(compiled) == len(choices) < checked.cases == len(cases)


def test_one_case_or_one_file_can_be_checked_by_itself() -> None:
    rules = find("can-tho")
    _, cases = read_cases(rules.with_name("cases.yaml"))
    assert list(check_case(rules, cases[0])) == []
    assert list(run_cases(rules, rules.with_name("cases.yaml"))) == []


def test_a_case_can_say_what_must_not_be_there(pack: Path) -> None:
    change(pack / "cases.yaml", "timeliness: overdue", "no_caveats: [secret-task]")
    assert found(pack) == []
    change(pack / "cases.yaml", "id: M3,", "id: M3, secrecy: mật,")
    change(pack / "regulation.yaml", "deadlines:", "secret_tasks: {cite: Điều 3, quote: mật, text: {vi: a, en: b}}\n\ndeadlines:")
    assert any("caveats should be no secret-task, not secret-task." in line for line in found(pack))


def test_a_case_with_a_task_that_is_none_is_named(pack: Path) -> None:
    change(pack / "cases.yaml", "id: M3,", "id: M3, tham_hạn: 1,")
    assert any("error should be none, not TaskError" in line for line in found(pack))


def test_cases_are_read_with_their_lines(pack: Path) -> None:
    change(pack / "cases.yaml", "cases:", "caces:")
    with pytest.raises(RuleFileError, match=r"cases\.yaml:2: caces: there is no such key here; did you mean 'cases'\?"):
        read_cases(pack / "cases.yaml")
    assert found(pack) == ["cases.yaml:2: error: caces: there is no such key here; did you mean 'cases'?"]


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("kon-tum", ["status-update is a duty without a number", "reading no-deadline-timeliness fills the gap"]),
        ("ben-tre", ["review is a duty without a number", "the statuses stand in a text that was not supplied (Điều 6 khoản 8)"]),
    ],
)
def test_what_a_text_leaves_open_is_a_warning(name: str, points: list[str]) -> None:
    warnings = [finding.text for finding in check(name).warnings]
    assert all(any(point in warning for warning in warnings) for point in points)


class TestAnyTable:
    """The arithmetic works on any table of days, not only on Việt Nam's."""

    def test_every_day_worked(self) -> None:
        days = WorkingDays(bytes([1] * SIZE))
        assert days.add(date(2026, 2, 14), 3) == date(2026, 2, 17)
        assert days.following(date(2100, 12, 31)) == date(2100, 12, 31)

    def test_no_day_worked(self) -> None:
        days = WorkingDays(bytes(SIZE))
        assert days.count(date(1990, 1, 1), date(2100, 12, 31)) == 0
        for ask in (days.following, days.preceding, lambda day: days.add(day, 1), lambda day: days.add(day, -1)):
            with pytest.raises(CalendarHorizonError):
                ask(date(2026, 1, 1))

    def test_a_table_of_another_length_is_refused(self) -> None:
        with pytest.raises(ValueError, match="2 flags for 40542 days"):
            WorkingDays(b"\1\0")
