"""The page in headless Chromium: filters, languages, keyboard, nothing cut, no error, no serious fault for assistive technology, no network."""

import importlib.util
import os
import shutil
import time
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import deadline_rules as dr
from deadline_rules.comparison.table import compare
from deadline_rules.formats.page.page import comparison_page, reports_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = shutil.which("chromium")
MISSING = [
    what
    for what, there in (
        ("Debian's package chromium (apt-get install chromium)", CHROMIUM),
        ("the extra dev (playwright, axe-playwright-python)", all(map(importlib.util.find_spec, ("playwright", "axe_playwright_python")))),
    )
    if not there
]
if MISSING and os.environ.get("REQUIRE_ALL") != "1":
    pytest.skip(f"the page is looked at in Chromium; install {' and '.join(MISSING)}", allow_module_level=True)

PACKS = ("kon-tum", "so-nn", "yen-the", "ben-tre", "can-tho")
# No service of the browser's own may ask the network for anything.
QUIET = ("disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync")
WIDTHS = (1280, 390)
LANGUAGES = ("vi", "en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, as files."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "compare.html").write_text(comparison_page(compare(PACKS), year=2026), encoding="utf-8")
    (folder / "two.html").write_text(comparison_page(compare(PACKS[:2]), year=2026), encoding="utf-8")
    can_tho = dr.load("can-tho")
    since, until = date(2026, 3, 10), date(2027, 2, 20)
    page = reports_page(can_tho, can_tho.reports(since, until), since, until, lang="en")
    (folder / "reports.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator["Browser"]:
    """One browser for all tests; nothing of it is left running."""
    if MISSING:
        pytest.fail(f"install {' and '.join(MISSING)}")
    from playwright.sync_api import sync_playwright

    mark = f"--test-folder={folder}"  # by which its processes are known
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[mark, *(f"--{flag}" for flag in QUIET)])
        yield browser
        browser.close()
    until = time.monotonic() + 10
    while (left := processes(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not left, f"the browser still runs: {left}"


def processes(mark: str) -> list[str]:
    """The processes that were started with an argument."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark in path.read_bytes().decode(errors="replace").split("\0"):
                found.append(path.parent.name)
        except OSError:  # it ended meanwhile
            continue
    return found


class Opened:
    """A page that is open, with what it said on the console and asked the network for."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def _console(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def speak(self, lang: str) -> None:
        self.page.locator(f"#lang-{lang}").check(force=True)

    def shown(self) -> set[str]:
        """The topics that are shown."""
        return set(self.page.evaluate("[...document.querySelectorAll('#topics .row')].filter((row) => row.checkVisibility()).map((row) => row.id)"))


@pytest.fixture
def opening(browser: "Browser", folder: Path) -> Iterator[Any]:
    """Opens a page in a fresh context; in the end it must have said nothing and asked for nothing but itself."""
    contexts = []
    pages: list[Opened] = []

    def opened(name: str, width: int = 1280, scheme: Any = "light", script: bool = True) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True, java_script_enabled=script)
        contexts.append(context)
        pages.append(Opened(context.new_page()))
        pages[-1].page.goto((folder / f"{name}.html").as_uri())
        return pages[-1]

    yield opened
    for context in contexts:
        context.close()
    assert [line for page in pages for line in page.said] == []
    assert [url for page in pages for url in page.asked if not url.startswith(("file:", "data:"))] == []


def test_filters_leave_what_fits_and_say_how_many(opening: Any) -> None:
    opened = opening("compare")
    page = opened.page
    every = opened.shown()
    assert len(every) == 50
    assert page.locator("#shown").inner_text() == "Đang hiện 50 trong 50 nội dung"

    page.locator("#find").fill("bao cao thang cua don vi ")
    found = opened.shown()
    assert found == {"topic-report.unit.month"}
    assert page.locator("#shown").inner_text() == f"Đang hiện {len(found)} trong 50 nội dung"
    page.locator("#find").fill("Báo cáo THÁNG của đơn vị")
    assert opened.shown() == found

    page.locator("#find").fill("zzz")
    assert opened.shown() == set()
    assert page.get_by_text("Không có nội dung nào khớp với bộ lọc.").is_visible()

    page.get_by_role("button", name="Xóa bộ lọc").click()
    page.wait_for_function("document.querySelectorAll('#topics .row[hidden]').length === 0")
    assert opened.shown() == every

    page.locator("#state-differs").uncheck()
    rest = opened.shown()
    assert "topic-tally" in rest
    assert "topic-statuses" not in rest
    page.locator("#state-differs").check()

    page.locator("#actor").select_option("inspection_head")
    assert opened.shown() == {"topic-inspection.report"}
    page.locator("#actor").select_option("")
    assert opened.shown() == every


def test_a_side_that_is_not_wanted_disappears_everywhere(opening: Any) -> None:
    page = opening("compare").page
    assert page.get_by_role("columnheader", name="so-nn").first.is_visible()
    page.locator("#show-1").uncheck()
    hidden = page.evaluate(
        "[...document.querySelectorAll('[data-side]')].filter((e) => e.dataset.side.split(' ').includes('1') && e.checkVisibility())"
    )
    assert hidden == []
    assert page.locator("th[data-side='0']").is_visible()
    assert page.locator(".pair").evaluate_all("(pairs) => pairs.filter((pair) => pair.checkVisibility()).length") == 6


@pytest.mark.parametrize("script", [True, False])
def test_languages_change_with_and_without_script(opening: Any, script: bool) -> None:
    opened = opening("compare", script=script)
    page = opened.page
    heading = page.locator("h1")
    assert heading.inner_text() == "Đối chiếu quy chế"
    opened.speak("en")
    assert heading.inner_text() == "Regulations side by side"
    if script:
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.title() == "Regulations side by side"
        assert page.locator("#actor option").first.inner_text() == "Anyone"
        assert page.locator(".mark").first.get_attribute("aria-label").startswith("Unit's quarterly report 2026-Q1: due 2026-03-19")
    opened.speak("vi")
    assert heading.inner_text() == "Đối chiếu quy chế"


def test_nothing_of_one_language_is_left_in_the_other(opening: Any) -> None:
    opened = opening("compare")
    for lang, other in (("vi", "en"), ("en", "vi")):
        opened.speak(lang)
        assert opened.page.evaluate(f"[...document.querySelectorAll('.{other}')].filter((e) => e.checkVisibility()).length") == 0


def test_without_script_everything_is_there(opening: Any) -> None:
    page = opening("compare", script=False).page
    assert page.locator("#topics .row").count() == 50
    assert page.locator("#filters").is_hidden()
    assert page.locator(".mark title").first.text_content().startswith("Báo cáo quý của đơn vị 2026-Q1: hạn 19/03/2026")


def test_keyboard_focus_shows_the_article(opening: Any) -> None:
    page = opening("compare").page
    panel = page.locator("#panel")
    assert panel.is_hidden()
    # The last thing before the first mark, and one step on.
    page.locator("a[href='#year']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('mark')")
    assert "Điều 10 khoản 1" in panel.inner_text()
    assert "19/03/2026" in panel.inner_text()
    page.keyboard.press("ArrowRight")
    assert "2026-Q2" in panel.inner_text()
    page.keyboard.press("End")
    assert "2026-Q4" in panel.inner_text()
    assert "ngày nghỉ" in panel.inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert "Báo cáo 6 tháng của đơn vị" in panel.inner_text()
    page.keyboard.press("Escape")
    assert panel.is_hidden()


def test_enter_on_a_mark_leads_to_its_row(opening: Any) -> None:
    page = opening("compare").page
    mark = page.locator(".mark").first
    row = page.locator(f"[id='{mark.get_attribute('href')[1:]}']")
    assert not row.is_visible()
    mark.focus()
    page.keyboard.press("Enter")
    assert row.is_visible()
    assert row.locator("th time").get_attribute("datetime") == "2026-03-19"


def test_hovering_shows_the_article_and_leaving_hides_it(opening: Any) -> None:
    page = opening("compare").page
    page.locator(".mark").nth(2).hover()
    assert "Điều 10 khoản 1" in page.locator("#panel").inner_text()
    page.locator("h1").hover()
    page.locator("#panel").wait_for(state="hidden")


# Text that sticks out of the screen, or out of an element that cuts what sticks out; text meant for screen readers alone is left aside.
CUT = """() => {
  const cut = [];
  const unseen = (e) => e && (getComputedStyle(e).clipPath !== 'none' || unseen(e.parentElement));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || !parent.checkVisibility() || unseen(parent) || parent.closest('.skip, script, select')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.left < -0.5 || box.right > innerWidth + 0.5) cut.push(`screen: ${node.textContent.slice(0, 60)}`);
    for (let e = parent; e !== document.body; e = e.parentElement) {
      if (['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && e.tagName !== 'svg') {
        const around = e.getBoundingClientRect();
        if (box.right > around.right + 1 || box.left < around.left - 1) cut.push(`${e.className}: ${node.textContent.slice(0, 60)}`);
      }
    }
  }
  return cut;
}"""


@pytest.mark.parametrize("name", ["compare", "reports"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut(opening: Any, width: int, lang: str, name: str) -> None:
    opened = opening(name, width)
    opened.speak(lang)
    for opens in (False, True):
        if opens:
            opened.page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert opened.page.evaluate(CUT) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_panel_stays_on_the_screen(opening: Any, width: int) -> None:
    page = opening("compare", width).page
    for place in (0, 3, 5, 17):
        page.locator(".mark").nth(place).focus()
        box = page.locator("#panel").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_would_be_cut_is_found(opening: Any) -> None:
    page = opening("reports").page
    page.evaluate("document.querySelector('h1').style.cssText = 'width: 2rem; overflow: hidden; white-space: nowrap'")
    assert page.evaluate(CUT) != []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["two", "reports"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_serious_fault(opening: Any, width: int, lang: str, name: str, scheme: str) -> None:
    opened = opening(name, width, scheme)
    opened.speak(lang)
    opened.page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    opened.page.locator(".mark").first.focus()  # with the panel open
    opened.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = opened.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)")
    told = [(fault["id"], fault["impact"], [node["html"][:120] for node in fault["nodes"][:3]]) for fault in found]
    assert [fault for fault in told if fault[1] in ("serious", "critical")] == []


def test_on_paper_every_quote_is_open(opening: Any) -> None:
    page = opening("reports").page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
