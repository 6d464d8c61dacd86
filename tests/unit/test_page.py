"""The page: well formed, escaped, self-contained, the same each time, in both languages; and what notebooks show."""

import base64
import hashlib
import re
import subprocess
import sys
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

import deadline_rules as dr
from deadline_rules.comparison.table import compare
from deadline_rules.comparison.witnesses import Witness
from deadline_rules.errors import CalendarHorizonError
from deadline_rules.formats.page.day_kinds import kind_of, runs, special_days
from deadline_rules.formats.page.page import comparison_page, reports_page
from deadline_rules.markup import Html, html, table, tag
from deadline_rules.results import Label, Reports
from deadline_rules.rulebook.library import find

PACKS = ("kon-tum", "so-nn", "yen-the", "ben-tre", "can-tho")
NASTY = """<script>alert("1")</script> & 'x'"""
EMPTY = {"br", "input", "link", "meta"}


class Document(HTMLParser):
    """What a page holds; refuses elements that are not closed in order, and attributes given twice."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for element, attributes in self.elements if element == name]


@pytest.fixture(scope="module")
def page() -> str:
    return comparison_page(compare(PACKS), year=2026)


@pytest.fixture(scope="module")
def report_page() -> str:
    regulation = dr.load("can-tho")
    since, until = date(2026, 3, 10), date(2027, 2, 20)
    return reports_page(regulation, regulation.reports(since, until), since, until, lang="en")


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    """A rule file of one's own whose texts try to become markup."""
    text = find("kon-tum").read_text(encoding="utf-8")
    quoted = "'" + NASTY.replace("'", "''") + "'"
    places = (
        ('vi: "cơ quan, đơn vị"', f"vi: {quoted}"),
        ("quote: có hiệu lực thi hành", f"quote: {quoted} #"),
        ("vi: Báo cáo quý của đơn vị", f"vi: {quoted}"),
    )
    for old, new in places:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "nasty.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_page_is_well_formed_and_its_ids_are_its_own(page: str, report_page: str) -> None:
    for text in (page, report_page):
        document = Document(text)
        ids = [str(attributes["id"]) for _, attributes in document.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        for _, attributes in document.elements:
            for reference in ("aria-labelledby", "aria-describedby", "for"):
                assert set((attributes.get(reference) or "").split()) <= set(ids)
            link = attributes.get("href") or ""
            assert not link.startswith("#") or link[1:] in ids, link
        assert text.startswith("<!DOCTYPE html>\n<html lang=")


def test_the_page_loads_nothing(page: str, report_page: str) -> None:
    for text in (page, report_page):
        assert not re.search(r"https?://|url\(|@import|\bfetch\(|XMLHttpRequest|WebSocket", text)
        document = Document(text)
        assert not {"src", "srcset", "style", "onclick"} & {name for _, attributes in document.elements for name in attributes}
        assert {str(attributes["href"])[:1] for attributes in document.all("a")} == {"#"}
        assert [attributes["href"] for attributes in document.all("link")] == ["data:,"]


def test_its_policy_allows_its_own_style_and_script_alone(page: str) -> None:
    policy = next(str(attributes["content"]) for attributes in Document(page).all("meta") if attributes.get("http-equiv"))
    assert policy.startswith("default-src 'none'; ")
    for name in ("style", "script"):
        inside = re.search(rf"<{name}>(.*?)</{name}>", page, re.S)
        assert inside is not None
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_equal_pages_are_equal_bytes(page: str) -> None:
    assert comparison_page(compare(PACKS), year=2026).encode() == page.encode()


def test_every_article_and_every_text_is_there_in_both_languages(page: str) -> None:
    words = Document(page).words
    compared = compare(PACKS)
    for topic in compared:
        assert topic.id in words
        assert " ".join(topic.label.vi.split()) in words
        assert " ".join(topic.label.en.split()) in words
        for cell in topic.cells:
            if cell.absent is not None:
                assert cell.absent.cite in words
            for entry in cell.entries:
                for cite in (entry.cite, *entry.also, *(part.cite for part in entry.parts)):
                    assert (cite or "") in words
                for quote in (entry.quote, *(part.quote for part in entry.parts)):
                    assert " ".join((quote or "").split()) in words
                for decided in entry.decided:
                    assert f"{decided.reading}={decided.option}" in words


def test_what_is_drawn_is_what_is_due(page: str) -> None:
    """Every dated report of the year has a mark, which leads to a row with its article."""
    due = [row for pack in PACKS for row in dr.load(pack).reports(date(2026, 1, 1), date(2026, 12, 31)) if row.due_on is not None]
    document = Document(page)
    marks = [attributes for attributes in document.all("a") if attributes.get("class") == "mark"]
    assert len(marks) == len(due) == 88  # kon-tum 6, so-nn 16, yen-the 30, ben-tre none, can-tho 36
    named = [str(attributes["data-en"]) for attributes in marks]
    for row in due:
        assert any(name.startswith(f"{row.label.en} {row.period}: due {row.due_on}") and name.endswith(row.cite) for name in named)
    for row in (row for pack in PACKS for row in dr.load(pack).reports(date(2026, 1, 1), date(2026, 12, 31)) if row.reason is not None):
        assert row.reason is not None
        assert row.reason.vi in document.words


def test_the_smallest_examples_are_there(page: str) -> None:
    words = Document(page).words
    for pair in compare(PACKS).witnesses(date(2026, 1, 1)):
        for item in pair.found:
            if isinstance(item, Witness):
                for said in (item.left, item.right):
                    for line in (*said.text.vi.splitlines(), *said.text.en.splitlines()):
                        assert " ".join(line.removeprefix("• ").split()) in words
                    assert all(cite in words for cite in said.cites)


def test_sections_come_when_they_are_asked_for() -> None:
    compared = compare(PACKS[:2])
    assert re.findall(r'<section id="(\w+)"', comparison_page(compared)) == ["sides", "matrix"]
    assert re.findall(r'<section id="(\w+)"', comparison_page(compared, after=date(2026, 1, 1))) == ["sides", "matrix", "witnesses"]
    assert re.findall(r'<section id="(\w+)"', comparison_page(compared, year=2026)) == ["sides", "matrix", "year", "witnesses"]
    with pytest.raises(CalendarHorizonError):
        comparison_page(compared, year=1989)


def test_the_page_opens_in_the_language_asked_for() -> None:
    for lang, title in (("vi", "Đối chiếu quy chế"), ("en", "Regulations side by side")):
        text = comparison_page(compare(PACKS[:2]), lang=lang)  # type: ignore[arg-type]
        assert f'<html lang="{lang}">' in text
        assert f">{title}</title>" in text
        assert re.findall(r'id="lang-(\w+)" value="\w+" checked', text) == [lang]


def test_labels_of_a_rule_file_stay_text(nasty: Path) -> None:
    regulation = dr.load(nasty)
    compared = compare([regulation, "can-tho"])
    since, until = date(2026, 1, 1), date(2026, 12, 31)
    reports = regulation.reports(since, until)
    for text in (comparison_page(compared, year=2026), reports_page(regulation, reports, since, until)):
        document = Document(text)
        assert len(document.all("script")) == 1
        assert NASTY in document.words
        assert "&lt;span" not in text
    assert Document(reports._repr_html_()).all("script") == []
    assert NASTY in Document(compared._repr_html_()).words


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "deadline_rules", *args], capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_command_writes_the_pages(tmp_path: Path, page: str, report_page: str) -> None:
    out = tmp_path / "compare.html"
    done = run("compare", *PACKS, "--format", "html", "--year", "2026", "--out", str(out))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert out.read_text(encoding="utf-8") == page
    done = run("reports", "can-tho", "--since", "2026-03-10", "--until", "2027-02-20", "--format", "html", "--lang", "en")
    assert (done.returncode, done.stdout, done.stderr) == (0, report_page, "")


def test_the_year_is_for_the_page() -> None:
    done = run("compare", *PACKS[:2], "--year", "2026")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--format html" in done.stderr


def test_a_regulation_not_yet_in_force_says_so() -> None:
    words = Document(comparison_page(compare(["yen-the", "ben-tre"]), year=2016)).words
    assert "Văn bản chưa có hiệu lực trong thời gian này." in words


def test_days_that_are_not_official_are_drawn_as_such() -> None:
    text = comparison_page(compare(["kon-tum", "can-tho"]), year=2031)
    assert 'class="due open"' in text
    assert "lịch chưa công bố, có thể đổi" in Document(text).words


def test_reports_of_one_month_fill_the_lane() -> None:
    regulation = dr.load("yen-the")
    since, until = date(2026, 11, 1), date(2026, 11, 30)
    text = reports_page(regulation, regulation.reports(since, until), since, until)
    assert 'class="due' in text
    assert all(0 <= float(place) <= 100 for place in re.findall(r'c?x[12]?="(-?[\d.]+)%"', text))
    # The ninth of thirty days, in its middle.
    assert f'cx="{100 * 8.5 / 30:.3f}%"' in text


def test_many_sides_scroll_in_a_region_of_their_own() -> None:
    sides = [dr.load("kon-tum"), *(dr.load("kon-tum", readings={"promptly": str(number)}) for number in range(1, 7))]
    text = comparison_page(compare(sides))
    assert 'class="matrix many"' in text
    assert re.search(r'<div class="region" role="region" aria-labelledby="topics-caption" tabindex="0">', text)


# Decisions on 2026: 12729/VPCP-KGVX (swap of 2 and 10 January), 9441/TB-BNV (22 and 31 August), Labour Code art. 112.
@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 1, 1), "holiday"),
        (date(2026, 1, 2), "swap"),
        (date(2026, 1, 3), "week"),
        (date(2026, 1, 5), None),
        (date(2026, 1, 10), "worked"),
        (date(2026, 8, 22), "worked"),
        (date(2026, 8, 31), "swap"),
        (date(2026, 11, 24), "holiday"),
    ],
)
def test_kinds_of_days(day: date, kind: str | None) -> None:
    assert kind_of(dr.vietnam(), day) == kind


def test_runs_cover_exactly_the_days_that_are_not_plain() -> None:
    calendar = dr.vietnam(extra=[dr.closure("storm", off=[date(2026, 9, 10)])])
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    covered = {run.first + timedelta(days=n) for run in runs(calendar, first, last) for n in range((run.last - run.first).days + 1)}
    days = [first + timedelta(days=n) for n in range(365)]
    assert covered == {day for day in days if not calendar.is_working(day) or day.weekday() >= 5}
    special = list(special_days(calendar, first, last))
    assert ("swap", date(2026, 9, 10)) in special
    assert all(kind != "week" for kind, _ in special)


def test_text_is_escaped_unless_it_is_html() -> None:
    assert tag("p", "<b>", Html("<b>"), ["&", ["'"]], title='"<', hidden=True, id=None) == '<p title="&quot;&lt;" hidden>&lt;b&gt;<b>&amp;&#x27;</p>'
    assert tag("a", data_side=0, class_="x", aria_hidden="true") == '<a data-side="0" class="x" aria-hidden="true"></a>'
    assert html("a\0b\ud800\x85c\n") == "a\ufffdb\ufffd\ufffdc\n"
    assert table("<", ["<"], [["<"]]).count("&lt;") == 3


def test_notebooks_show_results_as_tables() -> None:
    regulation = dr.load("kon-tum")
    task = dr.Task(
        id=f"T {NASTY}", assigned_on=date(2026, 11, 2), due_on=date(2026, 11, 16), secrecy="mật", summary="kế hoạch X", lead_unit="Phòng Y"
    )
    shown = regulation.evaluate(task, date(2026, 11, 20))._repr_html_()
    document = Document(shown)
    assert f"T {NASTY}" in document.words
    assert "not_done_overdue" in document.words
    assert "Điều 6 khoản 1 điểm b" in document.words
    assert "(-4)" in document.words
    assert "kế hoạch" not in shown
    assert "Phòng Y" not in shown


def test_reports_are_a_tuple_that_notebooks_show() -> None:
    reports = dr.load("kon-tum").reports(date(2026, 1, 1), date(2026, 12, 31))
    assert isinstance(reports, Reports)
    assert reports == tuple(reports)
    assert hash(reports) == hash(tuple(reports))
    document = Document(reports._repr_html_())
    assert len(document.all("tr")) == len(reports) + 1
    assert "2026-Q1" in document.words
    assert all(row.reason is None or row.reason.vi in document.words for row in reports)
    assert Document(Reports(())._repr_html_()).all("tr") != []
    assert Label("a", "b").text("en") == "b"


def test_notebooks_show_a_comparison_as_a_table() -> None:
    compared = compare(["kon-tum", "can-tho"])
    document = Document(compared._repr_html_())
    assert len(document.all("tr")) == len(compared.topics) + 1
    assert "Điều 12 khoản 1" in document.words
