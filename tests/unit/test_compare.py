"""The comparison: what counts as a difference, how sides are named, the order of topics, the command."""

import json
import pickle
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

import deadline_rules as dr
from deadline_rules.comparison.model import Comparison
from deadline_rules.comparison.words import ASPECTS
from deadline_rules.errors import UnknownTopicError
from deadline_rules.formats.comparison import comparison_text
from deadline_rules.rulebook.library import find, open_pack, shared_readings, shared_topics

PACKS = ("kon-tum", "so-nn", "yen-the", "ben-tre", "can-tho")
KON_TUM = find("kon-tum")


def differing(comparison: Comparison) -> set[str]:
    return {topic.id for topic in comparison.differences}


def edited(folder: Path, *changes: tuple[str, str], ledger: bool = True) -> Path:
    """A house version of a pack: its files, with words replaced."""
    folder.mkdir()
    text = KON_TUM.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "regulation.yaml").write_text(text, encoding="utf-8")
    if ledger:
        shutil.copy(KON_TUM.with_name("provisions.yaml"), folder)
    return folder


# pack, reading, option, topics in which the pack under that reading differs from the pack under the literal one
ONE_READING: list[tuple[str, str, str, set[str]]] = [
    ("kon-tum", "before-day", "same_day", {"report.unit.quarter", "report.unit.half", "report.unit.year"}),
    ("kon-tum", "secret-report-day", "as_unit_reports", {"report.secret.quarter", "report.secret.half", "report.secret.year"}),
    ("kon-tum", "in-progress-is-not-done", "no_status", {"statuses"}),
    ("kon-tum", "before-carries-over", "no", set()),
    ("kon-tum", "escalation-opens", "due_day", {"escalate.unit", "escalate.office"}),
    ("kon-tum", "start-day", "included", {"intake.transfer", "setup.focal_point"}),
    ("kon-tum", "promptly", "2", {"status.update"}),
    ("kon-tum", "month-reported", "previous_month", set()),
    ("so-nn", "month-reported", "previous_month", {"report.unit.month"}),
    ("so-nn", "status-update-start", "completed_on", {"status.update"}),
    ("so-nn", "escalation-opens", "due_day", {"escalate.unit"}),
    ("yen-the", "overdue-qualifies", "every", {"statuses"}),
    ("yen-the", "not-carried-out", "not_started", {"escalate.unit", "escalate.office"}),
    ("ben-tre", "day-off-end", "next_working_day", {"status.update"}),
    ("ben-tre", "no-deadline-timeliness", "no_status", set()),
    ("can-tho", "task-arises", "issued_on", {"intake.transfer"}),
    ("can-tho", "immediately", "no_number", {"intake.transfer"}),
]


@pytest.mark.parametrize(("pack", "reading", "option", "topics"), ONE_READING)
def test_two_readings_differ_in_what_the_reading_decides(pack: str, reading: str, option: str, topics: set[str]) -> None:
    assert differing(dr.compare([dr.load(pack), dr.load(pack, readings={reading: option})])) == topics


@pytest.mark.parametrize(("pack", "reading"), list(product(PACKS, shared_readings())))
def test_what_is_said_of_other_readings_is_what_they_say(pack: str, reading: str) -> None:
    """`decided` and a comparison under the other option name the same entries; a regulation beside itself has no difference."""
    for option in shared_readings()[reading].options:
        other = dr.load(pack, readings={reading: option})
        assert dr.compare([other, other]).differences == ()
        if option != shared_readings()[reading].default and shared_readings()[reading].kind in ("question", "gap"):
            both = dr.compare([pack, other])
            for topic in both:
                first, second = topic.cells
                for entry in first.entries:
                    changed = entry.substance != second[entry.rule].substance if entry.kind != "duty" else False
                    assert changed == (option in [item.option for found in entry.decided if found.reading == reading for item in found.otherwise])


def test_the_order_of_the_sides_changes_nothing() -> None:
    first, second = dr.compare(PACKS), dr.compare(PACKS[::-1])
    assert [topic.id for topic in first] == [topic.id for topic in second]
    for one, other in zip(first, second, strict=True):
        assert (one.state, one.differs_in, one.rules, one.label) == (other.state, other.differs_in, other.rules, other.label)
        assert {cell.side: cell for cell in one.cells} == {cell.side: cell for cell in other.cells}


def test_differences_come_first_in_the_order_of_the_topics() -> None:
    comparison = dr.compare(["kon-tum", "can-tho"])
    states = [topic.state for topic in comparison]
    assert states == sorted(states, key=["differs", "lacking", "same"].index)
    order = list(shared_topics())
    for state in ("differs", "lacking", "same"):
        ids = [order.index(topic.id) for topic in comparison if topic.state == state and topic.id in order]
        assert ids == sorted(ids)
    assert comparison.topics[0].id == "in_force"
    assert comparison.only_differences().topics == comparison.differences


def test_every_text_is_there_in_both_languages() -> None:
    def labels(value: object) -> list[dr.Label]:
        if isinstance(value, dr.Label):
            return [value]
        if isinstance(value, tuple):
            return [label for item in value for label in labels(item)]
        slots = getattr(value, "__slots__", ())
        return [label for name in slots for label in labels(getattr(value, name))]

    found = labels(dr.compare(PACKS))
    assert len(found) > 1000
    assert all(label.vi.strip() and label.en.strip() for label in found)


def test_every_entry_has_its_article() -> None:
    entries = [entry for topic in dr.compare(PACKS) for cell in topic.cells for entry in cell.entries]
    assert {entry.kind for entry in entries if not entry.cite} == {"in_force"}, "Sở NN states no article on that"
    assert all(part.name in ASPECTS for entry in entries for part in entry.parts)
    assert all(entry.quote for entry in entries if entry.kind not in ("in_force", "duty"))


def test_json_and_pickles_go_there_and_back() -> None:
    comparison = dr.compare(["kon-tum", dr.load("kon-tum", readings={"promptly": 2})])
    assert json.loads(comparison.to_json()) == json.loads(comparison.to_json(indent=2)) == comparison.to_dict()
    assert pickle.loads(pickle.dumps(comparison)) == comparison  # noqa: S301  # our own
    with pytest.raises(AttributeError):
        comparison.topics = ()  # type: ignore[misc]


def test_a_house_version_of_a_pack(tmp_path: Path) -> None:
    """One day more, a report dropped; wording, articles and notes are no difference."""
    longer = edited(tmp_path / "house", ("within: {working_days: 1}", "within: {working_days: 3}"))
    comparison = dr.compare(["kon-tum", longer])
    assert differing(comparison) == {"intake.transfer"}
    assert comparison["intake.transfer"].differs_in == ("within",)
    reworded = edited(
        tmp_path / "reworded",
        ("quote: trong thời hạn 01 ngày làm việc", "quote: trong 01 ngày làm việc"),
        ("cite: Điều 6 khoản 1 điểm b", "cite: Điều 7 khoản 3"),
        ("due: {before_day: 20}", "due: {by_day: 19}"),
        ("Phân loại và chuyển nhiệm vụ tới", "Chuyển nhiệm vụ tới"),
    )
    assert differing(dr.compare(["kon-tum", reworded])) == set()


def test_without_a_ledger_the_duties_are_missing(tmp_path: Path) -> None:
    comparison = dr.compare(["kon-tum", edited(tmp_path / "house", ledger=False)])
    assert {topic.id.split(".")[0] for topic in comparison.differences} == {"duty"}
    assert {topic.state for topic in comparison.differences} == {"lacking"}


def test_days_that_a_host_supplies() -> None:
    supplied = dr.load("ben-tre", reports={"unit-month": {"before_day": 20}})
    comparison = dr.compare(["ben-tre", supplied])
    assert differing(comparison) == {"report.unit.month"}
    assert [side.name for side in comparison.sides] == ["ben-tre (1)", "ben-tre (2)"]
    assert comparison["report.unit.month"]["ben-tre (2)"]["unit-month"]["last_day"].value["day"] == 19


def test_names_of_sides(tmp_path: Path) -> None:
    house = edited(tmp_path / "house", ("within: {working_days: 1}", "within: {working_days: 3}"))

    def names(*regulations: str | Path | dr.Regulation) -> list[str]:
        return [side.name for side in dr.compare(regulations).sides]

    other = dr.load("kon-tum", readings={"before-day": "same_day"})
    assert names("kon-tum", "so-nn") == ["kon-tum", "so-nn"]
    assert names("kon-tum", other, "so-nn") == ["kon-tum (before-day=previous_day)", "kon-tum (before-day=same_day)", "so-nn"]
    assert names("kon-tum", house) == [f"kon-tum ({Path('kon-tum', 'regulation.yaml')})", f"kon-tum ({Path('house', 'regulation.yaml')})"]
    assert names("kon-tum", "kon-tum") == ["kon-tum (1)", "kon-tum (2)"]
    before = dr.load(house)
    (house / "regulation.yaml").write_text(KON_TUM.read_text(encoding="utf-8") + "# later\n", encoding="utf-8")
    later = dr.load(house)
    assert names(before, later) == [f"kon-tum ({before.plan.rules_version})", f"kon-tum ({later.plan.rules_version})"]


def test_chosen_readings_are_named() -> None:
    sides = dr.compare(["kon-tum", dr.load("kon-tum", readings={"promptly": 2, "before-day": "same_day"})]).sides
    assert sides[0].readings == ()
    assert {choice.reading: choice.option for choice in sides[1].readings} == {"promptly": "2", "before-day": "same_day"}


def test_lookups_and_topics() -> None:
    comparison = dr.compare(["kon-tum", "yen-the"], topics=["report.unit", "statuses"])
    assert {topic.id for topic in comparison} == {*(f"report.unit.{period}" for period in ("month", "quarter", "half", "year")), "statuses"}
    assert comparison["statuses"]["yen-the"]["statuses"]["cell"].name == "cell"
    with pytest.raises(UnknownTopicError, match=r"no topic 'report\.unit\.moth'.*; did you mean 'report\.unit\.month'\?"):
        dr.compare(PACKS, topics=["report.unit.moth"])
    for lookup, key in (
        (comparison["statuses"], "so-nn"),
        (comparison["statuses"]["yen-the"], "x"),
        (comparison["statuses"]["yen-the"]["statuses"], "x"),
    ):
        with pytest.raises(KeyError):
            lookup[key]


def test_fewer_than_two_regulations_are_refused() -> None:
    for given in ([], ["kon-tum"]):
        with pytest.raises(dr.errors.UnknownRegulationError, match=f"at least two regulations, not {len(given)}"):
            dr.compare(given)
    with pytest.raises(dr.errors.UnknownRegulationError, match="takes a list"):
        dr.compare("kon-tum")
    with pytest.raises(dr.errors.UnknownRegulationError, match="did you mean 'so-nn'"):
        dr.compare(["kon-tum", "so-n"])


def test_the_name_stays_a_function() -> None:
    """No part of the package may be called as the function is, or an import of that part would take its name."""
    import deadline_rules.comparison.table

    assert dr.compare is deadline_rules.comparison.table.compare


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_text_keeps_to_its_width(lang: dr.results.Lang) -> None:
    comparison = dr.compare(PACKS)
    text = comparison_text(comparison, lang)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert all(topic.label.text(lang).split()[0] in text for topic in comparison)
    written = " ".join(text.split())
    for topic in comparison:
        for cell in topic.cells:
            for entry in cell.entries:
                assert entry.cite in written
                assert all(
                    " ".join(part.text.text(lang).rstrip(".").split()) in written for part in entry.parts if part.name in ("within", "actor", "cell")
                )


def command(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "deadline_rules", "compare", *arguments], capture_output=True, text=True, cwd=cwd, check=False)


def test_the_command(tmp_path: Path) -> None:
    done = command("kon-tum", "kon-tum@before-day=same_day,promptly=2", "--lang", "en", "--only-differences")
    assert (done.returncode, done.stderr) == (0, "")
    for topic in ("status.update", "report.unit.quarter", "report.unit.half", "report.unit.year"):
        assert f"\n{topic}: " in done.stdout
    assert "\nintake.transfer: " not in done.stdout
    out = tmp_path / "compared.json"
    assert command("so-nn", "can-tho", "--format", "json", "--topic", "statuses", "--out", str(out)).returncode == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found == json.loads(json.dumps(dr.compare(["so-nn", "can-tho"], topics=["statuses"]).to_dict()))


def test_readings_of_the_command(tmp_path: Path) -> None:
    """--reading is for every side; what stands behind @ wins; a path with @ in it is still a path."""
    done = command("kon-tum", "kon-tum@before-day=previous_day", "--reading", "before-day=same_day", "--format", "json")
    assert [side["name"] for side in json.loads(done.stdout)["sides"]] == ["kon-tum (before-day=same_day)", "kon-tum (before-day=previous_day)"]
    edited(tmp_path / "a@b=c")
    assert command("kon-tum", str(tmp_path / "a@b=c"), "--topic", "statuses").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kon-tum"], "a comparison needs at least two regulations, not 1; name another."),
        (["kon-tum", "kontum"], "there is no regulation 'kontum'; did you mean 'kon-tum'?"),
        (["kon-tum", "so-nn", "--topic", "status"], None),
        (["kon-tum", "so-nn", "--topic", "statusses"], "there is no topic 'statusses' in this comparison; did you mean 'statuses'?"),
        (["kon-tum", "kon-tum@"], "'kon-tum@': '' chooses no reading; write it as kon-tum@before-day=same_day,promptly=2."),
        (
            ["kon-tum", "kon-tum@before-day"],
            "'kon-tum@before-day': 'before-day' chooses no reading; write it as kon-tum@before-day=same_day,promptly=2.",
        ),
        (["kon-tum", "kon-tum@before=same_day"], "there is no reading 'before'; did you mean 'before-day'?"),
    ],
)
def test_mistakes_in_the_command(arguments: list[str], message: str | None) -> None:
    done = command(*arguments)
    assert done.returncode == (0 if message is None else 2)
    assert done.stderr == (f"deadline-rules: {message}\n" if message else "")


def test_a_pack_with_a_topic_of_its_own(tmp_path: Path) -> None:
    path = edited(
        tmp_path / "house",
        ("parties:\n", "topics:\n  own.topic: {vi: Việc riêng, en: Own matter}\nparties:\n"),
        ("topic: intake.transfer", "topic: own.topic"),
    )
    comparison = dr.compare([open_pack("kon-tum").path, path])
    assert comparison["own.topic"].label == ("Việc riêng", "Own matter")
    assert comparison["own.topic"].state == comparison["intake.transfer"].state == "lacking"


def test_the_smallest_cases_stand_behind_the_comparison(tmp_path: Path) -> None:
    """An urgent task: Kon Tum D6.1b has 1 working day from 20/11/2026, a Friday; Cần Thơ D5.1 passes it on at once."""
    asked = ("kon-tum", "can-tho", "--topic", "intake.transfer", "--after", "2026-11-20")
    text = command(*asked).stdout
    assert "  intake.transfer: ngày giao 20/11/2026, đột xuất; vào ngày 20/11/2026\n" in text
    assert "→ 23/11/2026 (Điều 6 khoản 1 điểm b" in " ".join(text.split())
    data = json.loads(command(*asked, "--format", "json").stdout)
    assert [(pair["left"], pair["right"]) for pair in data["witnesses"]] == [("kon-tum", "can-tho")]
    case = data["witnesses"][0]["found"][0]
    assert (case["task"], case["as_of"]) == ({"id": "W-1", "assigned_on": "2026-11-20", "urgent": True}, "2026-11-20")
    assert case["right"]["cites"][0] == "Điều 5 khoản 1"
    same = command("kon-tum", "kon-tum@promptly=2", "--topic", "statuses", "--after", "2026-11-20", "--lang", "en").stdout
    assert same.endswith("kon-tum (promptly=none) – kon-tum (promptly=2)\n  never differ: statuses\n")
    assert "witnesses" not in json.loads(command("kon-tum", "can-tho", "--format", "json").stdout)
