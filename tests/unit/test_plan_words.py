"""What a rule file is refused with when it is compiled, the whole sentence; and the words that a plan carries into results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import deadline_rules as dr
from deadline_rules.errors import AmbiguousRuleError, RuleFileError, UnknownReadingError
from deadline_rules.plan.compile import compile_plan
from deadline_rules.plan.model import Plan
from deadline_rules.rulebook.library import open_pack
from deadline_rules.rulebook.rules import Due

# Lines are counted from the first one here; the parts follow from line 14 on.
HEAD = """id: small
title: {vi: Quy chế, en: Regulation}
issuer: {vi: Cơ quan, en: Body}
instrument: {number: 1/QĐ, signed_on: 2020-01-02}
in_force: {from: 2020-01-02, cite: Điều 1, quote: kể từ ngày ký, checked: 2026-11-20}
parties: {office: {vi: Văn phòng, en: office}}
readings:
  - id: own
    kind: question
    question: {vi: Hỏi?, en: Ask?}
    default: one
    options: {one: {vi: một, en: One}, two: {vi: hai, en: Two}, three: {vi: ba, en: Tri}}
topics: {own.topic: {vi: chủ đề, en: topic}}
"""


def statuses(*lines: str) -> str:
    """The table of statuses, with a label for each one named."""
    labels = ", ".join(f"{name}: {{vi: chữ, en: text}}" for name in ("done", "open") if any(f"status: {name}" in line for line in lines))
    return f"statuses:\n  cite: Điều 3\n  quote: chữ\n  labels: {{{labels}}}\n  table:\n" + "".join(f"    - {line}\n" for line in lines)


ANY = statuses("{status: done}")
DEADLINE = """deadlines:
  - id: answer
    topic: own.topic
    label: {vi: Trả lời, en: Answer}
    cite: Điều 2
    quote: chữ
    actor: office
    done_by: transferred_on
"""
REPORT = """reports:
  - id: first
    topic: own.topic
    label: {vi: Báo cáo, en: Report}
    cite: Điều 4
    quote: chữ
    actor: office
    to: office
    every: month
    due: {no_day: {vi: không có, en: none}}
  - id: second
    topic: own.topic
    label: {vi: Báo cáo, en: Report}
    cite: Điều 5
    quote: chữ
    actor: office
    to: office
    every: month
    due:
"""


def compiled(folder: Path, parts: str, readings: Mapping[str, object] | None = None, supplied: Mapping[str, Due] | None = None) -> Plan:
    path = folder / "small.yaml"
    path.write_text(HEAD + parts, encoding="utf-8")
    return compile_plan(open_pack(path), readings, supplied)


class TestCellsOfStatuses:
    @pytest.mark.parametrize(
        ("lines", "line", "why"),
        [
            (
                ["{progress: [completed, in_progress], status: done}", "{progress: [not_started, completed], status: open}"],
                20,
                "the cell progress=completed, timeliness=in_time has 2 answers (lines 19 and 20); let one line answer it.",
            ),
            (
                ["{progress: completed, status: done}"],
                18,  # where the table begins
                "the cell progress=not_started, timeliness=in_time has no answer; add a line for it.",
            ),
            (
                ["{status: done, under: {own: one}}", "{status: open, under: {own: two, day-off-end: as_written}}"],
                18,
                "the cell progress=not_started, timeliness=in_time has no answer under day-off-end=as_written, own=three; add a line for it.",
            ),
            (
                ["{status: done}", "{status: open, under: {own: three}}", "{status: open, under: {own: three}}"],
                20,
                "the cell progress=not_started, timeliness=in_time has 3 answers (lines 19 and 20 and 21) under own=three; let one line answer it.",
            ),
        ],
    )
    def test_a_cell_has_one_answer_under_every_reading(self, tmp_path: Path, lines: list[str], line: int, why: str) -> None:
        with pytest.raises(AmbiguousRuleError) as caught:
            compiled(tmp_path, statuses(*lines))
        assert (caught.value.path, caught.value.line) == (str(tmp_path / "small.yaml"), line)
        assert caught.value.why == f"statuses: {why}"


class TestStarts:
    @pytest.mark.parametrize(
        ("starts", "why"),
        [
            (["{first_known: assigned_on}", "{first_known: issued_on}"], "answer has two starts; let exactly one line answer."),
            (
                ["{first_known: assigned_on, under: {own: two}}"],
                "answer has no start under own=one; let exactly one line answer.",
            ),
            (
                ["{first_known: due_on, under: {own: one, start-day: excluded}}", "{first_known: issued_on, under: {own: two}}"],
                "answer has no start under day-off-end=as_written, own=three, start-day=excluded; let exactly one line answer.",
            ),
        ],
    )
    def test_a_deadline_has_one_start_under_every_reading(self, tmp_path: Path, starts: list[str], why: str) -> None:
        body = DEADLINE + "    within: {working_days: 1}\n    from:\n" + "".join(f"      - {start}\n" for start in starts)
        with pytest.raises(AmbiguousRuleError) as caught:
            compiled(tmp_path, body + ANY)
        assert caught.value.why == f"deadlines[0].from: {why}"
        assert (caught.value.path, caught.value.line) == (str(tmp_path / "small.yaml"), 23)  # where `from` stands

    def test_no_kind_of_task_has_two_exceptions(self, tmp_path: Path) -> None:
        body = DEADLINE + "    from: assigned_on\n    within: {working_days: 1}\n    except:\n"
        for when in ("{secrecy: mật}", "{complex: yes, secrecy: [mật, tối mật]}"):
            body += f"      - {{when: {when}, within: {{working_days: 2}}, cite: Điều 2, quote: chữ}}\n"
        with pytest.raises(AmbiguousRuleError) as caught:
            compiled(tmp_path, body + ANY)
        assert caught.value.line == 26
        assert caught.value.why == (
            "deadlines[0].except: lines 25 and 26 both answer the case secrecy=mật, urgent=False, complex=True, routine=False, assigned_by=superior, "
            "time_limit=False; let one of them leave it out."
        )


class TestReports:
    @pytest.mark.parametrize(
        ("due", "why"),
        [
            (["{by_day: 5}", "{by_day: 6}"], "second has two days; let exactly one line answer."),
            (["{by_day: 5, under: {own: one}}"], "second has no day and no reason under own=two; let exactly one line answer."),
            (
                ["{by_day: 5, under: {start-day: excluded, own: one}}", "{by_day: 6, under: {own: two}}"],
                "second has no day and no reason under own=three, start-day=excluded; let exactly one line answer.",
            ),
        ],
    )
    def test_a_report_has_one_day_under_every_reading(self, tmp_path: Path, due: list[str], why: str) -> None:
        with pytest.raises(AmbiguousRuleError) as caught:
            compiled(tmp_path, REPORT + "".join(f"      - {line}\n" for line in due) + ANY)
        assert caught.value.why == f"reports[1].due: {why}"
        assert caught.value.path == str(tmp_path / "small.yaml")
        assert caught.value.line == 32  # where `due` stands

    @pytest.mark.parametrize(
        ("supplied", "why"),
        [
            ({"secnd": Due(by_day=20)}, "reports: there is no report 'secnd' in small; did you mean 'second'?"),
            (
                {"second": Due(by_day=20)},
                "reports: small sets the day of second itself (Điều 5); a host can only supply days the text leaves to others.",
            ),
            ({"first": Due(days_after_promulgation=20)}, "reports: first: days_after_promulgation goes with every: once."),
        ],
    )
    def test_what_a_host_cannot_supply(self, tmp_path: Path, supplied: dict[str, Due], why: str) -> None:
        with pytest.raises(RuleFileError) as caught:
            compiled(tmp_path, REPORT.rstrip("\n") + " {same_as: third}\n" + THIRD + ANY, supplied=supplied)
        assert str(caught.value) == f"{tmp_path / 'small.yaml'}: {why}"

    def test_a_day_supplied_says_who_supplied_it(self, tmp_path: Path) -> None:
        plan = compiled(tmp_path, REPORT.rstrip("\n") + " {by_day: 5}\n" + ANY, supplied={"first": Due(by_day=20)})
        first, second = plan.reports
        assert first.days[0].reason == ("ngày do cơ quan sử dụng cung cấp", "day supplied by the host")
        assert (first.days[0].day, second.days[0].day, second.days[0].reason) == (20, 5, None)


THIRD = """  - id: third
    topic: own.topic
    label: {vi: Báo cáo, en: Report}
    cite: Điều 6
    quote: chữ
    actor: office
    to: office
    every: month
    due: {by_day: 5}
"""


class TestReadings:
    @pytest.mark.parametrize(
        ("readings", "why"),
        [
            ({"onw": "one"}, "there is no reading 'onw'; did you mean 'own'?"),
            ({"own": "tow"}, "reading own has no option 'tow'; did you mean 'two'?"),
            ({"own": None}, "reading own has no option None; did you mean 'one'?"),
            ({"own": 3}, "reading own has no option 3; there are: one, three, two."),
            ({"promptly": "soon"}, "reading promptly has no option 'soon', nor is it a whole number of 0 to 9999; there are: none."),
            ({"promptly": -1}, "reading promptly has no option -1, nor is it a whole number of 0 to 9999; there are: none."),
            ({"promptly": True}, "reading promptly has no option True, nor is it a whole number of 0 to 9999; there are: none."),
            ({"promptly": 10_000}, "reading promptly has no option 10000, nor is it a whole number of 0 to 9999; there are: none."),
            ({"promptly": "10000"}, "reading promptly has no option '10000', nor is it a whole number of 0 to 9999; there are: none."),
            ({"promptly": "²"}, "reading promptly has no option '²', nor is it a whole number of 0 to 9999; there are: none."),
        ],
    )
    def test_what_is_no_reading_or_no_option(self, tmp_path: Path, readings: dict[str, object], why: str) -> None:
        with pytest.raises(UnknownReadingError) as caught:
            compiled(tmp_path, ANY, readings)
        assert str(caught.value) == why

    def test_readings_are_a_mapping(self, tmp_path: Path) -> None:
        given: Any = ["before-day"]
        with pytest.raises(UnknownReadingError) as caught:
            compiled(tmp_path, ANY, given)
        assert str(caught.value) == "readings are a mapping such as {'before-day': 'same_day'}, not a list."

    @pytest.mark.parametrize(("given", "taken"), [(0, "0"), (9999, "9999"), ("9999", "9999"), ("0", "0"), (None, "none"), ("none", "none")])
    def test_a_number_for_promptly(self, tmp_path: Path, given: object, taken: str) -> None:
        assert dict(compiled(tmp_path, ANY, {"promptly": given}).readings)["promptly"] == taken

    @pytest.mark.parametrize(("given", "taken"), [(True, "yes"), (False, "no"), ("no", "no")])
    def test_yes_and_no_may_be_given_as_such(self, tmp_path: Path, given: object, taken: str) -> None:
        assert dict(compiled(tmp_path, ANY, {"before-carries-over": given}).readings)["before-carries-over"] == taken

    def test_the_caveat_of_a_reading_names_what_is_taken_and_what_is_left(self, tmp_path: Path) -> None:
        caveat = compiled(tmp_path, ANY, {"own": "two"}).reading_caveats["own"]
        assert caveat.code == "reading-own"
        assert caveat.text == (
            "Hỏi? Kết quả này theo cách đọc “hai” (two); theo cách đọc khác (một; ba) thời hạn hoặc kết luận sẽ khác.",
            "Ask? This result reads “Two” (two); another reading (One; Tri) would change a date or a verdict.",
        )


class TestPossibleCaveats:
    """Every caveat a result may carry, in the order in which results carry them."""

    def codes(self, plan: Plan) -> list[str]:
        return [caveat.code for caveat in plan.possible_caveats() if not caveat.code.startswith("reading-")]

    def test_of_a_text_that_says_least(self, tmp_path: Path) -> None:
        assert self.codes(compiled(tmp_path, ANY)) == ["suspension-not-provided", "calendar-not-official"]

    def test_of_a_text_on_secret_tasks(self, tmp_path: Path) -> None:
        about_secrets = "secret_tasks: {cite: Điều 5, quote: chữ, text: {vi: mật, en: secret}}\n"
        dated = "caveats: [{code: own, from: 2025-07-01, text: {vi: chữ, en: text}, source: chữ}]\n"
        assert self.codes(compiled(tmp_path, about_secrets + dated + ANY)) == [
            "own",
            "secret-task",
            "suspension-not-provided",
            "calendar-not-official",
        ]

    def test_of_house_rules_that_provide_for_suspensions(self, tmp_path: Path) -> None:
        path = tmp_path / "house.yaml"
        path.write_text(
            "id: house\nextends: kon-tum\ntitle: {vi: Quy chế, en: House rules}\nissuer: {vi: Đơn vị, en: Unit}\n"
            "instrument: {name: Quy chế, number: 01/QC}\nsuspensions: {allowed: yes, cite: Điều 8}\n",
            encoding="utf-8",
        )
        assert "suspension-not-provided" not in self.codes(dr.load(path).plan)
        assert self.codes(dr.load(path).plan)[-1] == "calendar-not-official"


class TestInForce:
    def test_a_day(self, tmp_path: Path) -> None:
        plan = compiled(tmp_path, ANY)
        assert (plan.in_force_from, plan.in_force_text) == (date(2020, 1, 2), "took effect on 2020-01-02")
        assert plan.caveats == ()

    def test_a_year_and_the_reason_why_there_is_no_day(self, tmp_path: Path) -> None:
        day = "in_force: {from: 2020-01-02, cite: Điều 1, quote: kể từ ngày ký, checked: 2026-11-20}"
        path = tmp_path / "small.yaml"
        path.write_text(HEAD.replace(day, "in_force: {year: 2020, checked: 2026-11-20, reason: {vi: lý do, en: reason}}") + ANY, encoding="utf-8")
        plan = compile_plan(open_pack(path))
        assert (plan.in_force_from, plan.in_force_text) == (date(2020, 1, 1), "dates from 2020 (the text gives no day)")
        assert [(dated.since, dated.caveat.code, dated.caveat.text) for dated in plan.caveats] == [
            (None, "in-force-day-not-stated", ("lý do", "reason"))
        ]
