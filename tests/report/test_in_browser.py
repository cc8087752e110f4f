"""The page in a real browser: read at every width, by keyboard, without script and without a network."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import sample
from matplotlib.font_manager import FontProperties

from briefkit.charts.text_metrics import measure
from briefkit.charts.theme import font_families
from briefkit.report import html, index_page
from conftest import IN_BROWSER

pytestmark = IN_BROWSER
WIDTHS = (320, 768, 1440)
THEMES = ("light", "dark")
PAGES = ("brief", "editions")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A brief and the page of all its editions: where each of `PAGES` lies."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "brief.html").write_text(html.render(sample.report()), "utf-8")
    (folder / "editions.html").write_text(index_page.render(standing()), "utf-8")
    return folder.as_uri()


def standing():
    """Three editions whose claims moved and stayed, and one as of another day."""
    verdicts = {"1990-01": "holds weakened", "1995-01": "overturned weakened", "2018-10": "unknown weakened"}
    for edition, found in verdicts.items():
        claims = [
            {"claim": f"c{at}", "section": "s", "statement": "Курилы and the port. " * 4, "verdict": verdict}
            for at, verdict in enumerate(found.split())
        ]
        about = {"edition": edition, "as_of": f"{edition}-12", "title": "Prospects for the Harbour", "claims": claims}
        files = {"files": {"index.html", "brief.pdf", "edition.json"}, "bottom_line": "It stands, but only just."}
        yield about | files | {"folder": edition}
        yield about | files | {"folder": f"{edition}@2019-01-01"}


@pytest.fixture
def opened(browser, address):
    """Opens the page; what it asked the network for and what it complained of is kept on it."""
    contexts = []

    def open_page(width=1440, theme="light", name="brief", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            offline=True,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.goto(f"{address}/{name}.html")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def axe():
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec is None:
        pytest.skip("no axe-core: pip install axe-playwright-python to run this")
    return Path(spec.submodule_search_locations[0], "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(opened, axe, name, width, theme):
    """WCAG 2.2 AA and best practices, as far as a machine can tell."""
    page = opened(width, theme, name, bypass_csp=True)
    page.evaluate(axe)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run({runOnly: rules}).then(done => done.violations)", rules)
    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out(opened, name, width):
    """A phone shows the whole page without moving it sideways."""
    page = opened(width, name=name)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", WIDTHS)
def test_tables_show_all_their_columns(opened, width):
    """The last column is the one that decides; on a phone each row is a list, and each cell says what it is."""
    page = opened(width)
    over = "e => [e.getAttribute('aria-labelledby'), e.scrollWidth - e.clientWidth]"
    wide = f"Array.from(document.querySelectorAll('.scroll'), {over})"
    assert [name for name, more in page.evaluate(wide) if more > 1] == []
    label = page.locator("#shares tbody td").last.evaluate("e => getComputedStyle(e, '::before').content")
    assert label == ('"Remark"' if width == 320 else "none")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_asks_for_nothing_and_complains_of_nothing(opened, name):
    """Fonts and styles come with the page, and the policy that forbids all else lets them through."""
    page = opened(name=name)
    page.evaluate("document.fonts.ready")
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert page.said == []
    assert page.evaluate(
        "document.fonts.check('600 16px \"Brief Sans\"') && [...document.fonts].some(f => f.status == 'loaded')"
    )


def test_lines_are_as_long_as_reading_likes(opened):
    """Some 60 to 75 characters; the mean of the full lines of a paragraph."""
    page = opened()
    paragraph = page.locator("main p", has_text="Trade through the harbour").first
    seen = "e => [...e.cloneNode(true).querySelectorAll('.vh, .paper')].reduce((n, x) => n - x.textContent.length, 0)"
    length = len(paragraph.text_content()) + paragraph.evaluate(seen)
    height = paragraph.bounding_box()["height"]
    line = float(paragraph.evaluate("e => parseFloat(getComputedStyle(e).lineHeight)"))
    assert 60 <= length / round(height / line) <= 78


@pytest.mark.parametrize("width", [320, 1440])
def test_a_note_opens_without_script_and_without_moving_the_page(opened, width):
    """The reader asks where a number comes from and reads on from the same line."""
    page = opened(width, java_script_enabled=False)
    number = page.locator("#Rb2-2")
    number.scroll_into_view_if_needed()
    before = number.bounding_box()["y"]
    number.click()
    card = page.locator("#Nb2")
    assert "Statistical Office" in card.inner_text()
    assert card.bounding_box()["y"] < 900 and card.bounding_box()["width"] <= width
    assert number.bounding_box()["y"] == before
    card.get_by_role("link", name="Close").click()
    assert number.bounding_box()["y"] == before


def test_a_note_is_reached_and_left_by_keyboard(opened):
    page = opened()
    page.locator("#Rb2-2").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#Nb2"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.card').id") == "Nb2"
    page.locator("#Nb2 [role=doc-backlink]").nth(1).press("Enter")
    assert page.evaluate("location.hash") == "#Rb2-2"


def test_the_first_stop_of_the_keyboard_leads_to_the_text(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_contents_are_at_hand_wherever_a_phone_reads(opened):
    """They open over the text, which stays where it is, and close when one of them is chosen."""
    page = opened(320, java_script_enabled=False)
    bar, listed = page.locator("nav > .menu"), page.locator("#contents")
    deep = page.evaluate("document.querySelector('main').getBoundingClientRect().top")
    for share in (0, 0.5, 0.9):
        page.evaluate("to => scrollTo(0, to)", deep + share * (page.evaluate("document.body.scrollHeight") - deep))
        box, before = bar.bounding_box(), page.evaluate("scrollY")
        assert -1 <= box["y"] < 40 and not listed.is_visible()
        page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
        assert listed.is_visible() and listed.bounding_box()["y"] > 100 and page.evaluate("scrollY") == before
        page.locator("#contents [href='#harbour']").click()
        title = page.locator("#harbour-title").bounding_box()
        assert not listed.is_visible() and box["y"] + box["height"] <= title["y"] < 200


def test_the_contents_are_at_hand_on_the_first_screen_of_a_phone(opened):
    """The cover takes several screens: nobody should have to pass them to see what there is."""
    page = opened(320, java_script_enabled=False)
    page.locator(".kicker [href='#contents']").click()
    assert page.locator("#contents").is_visible() and page.evaluate("scrollY") == 0


def test_verdicts_that_stand_in_two_rows_of_a_phone_are_equally_wide(opened):
    """In one row their widths tell how many there are; in two they would tell lies."""
    boxes = [item.bounding_box() for item in opened(390).locator(".tally li").all()]
    assert len({round(box["width"]) for box in boxes}) == 1


def test_nothing_that_is_focused_hides_under_the_contents(opened):
    """The keyboard goes up through the whole page of a phone."""
    page = opened(320)
    page.locator("footer a").focus()
    covered = """() => { const [bar, at] = [document.querySelector("nav"), document.activeElement]
        const top = at.getBoundingClientRect().top, stuck = !bar.contains(at) && bar.compareDocumentPosition(at) & 4
        return stuck && top < bar.getBoundingClientRect().bottom - 1 && at.outerHTML.slice(0, 80) }"""
    steps = []
    while page.evaluate("!document.activeElement.closest('nav')") and len(steps) < 300:
        page.keyboard.press("Shift+Tab")
        steps.append(page.evaluate(covered))
    assert 30 < len(steps) < 300 and not any(steps)


def test_a_screen_reader_hears_number_mark_and_chart(opened):
    """The names that the browser hands to assistive technology."""
    page = opened()
    heard = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    names = {(node["role"]["value"], node.get("name", {}).get("value", "")) for node in heard if "role" in node}
    assert ("doc-noteref", "11% (forecast)") in names
    assert ("image", "Two lines by year. Oil falls from 10% to 4%; gas ends near 9%.") in names
    assert ("table", "Table 1 Share of the port, 2017 and before percent") in names
    assert ("link", "Skip to the text") in names


def test_the_dark_page_has_dark_pictures(opened):
    """No white card in a dark room."""
    light, dark = (
        opened(theme=theme).locator("#gas-share svg text").last.evaluate("e => getComputedStyle(e).fill")
        for theme in THEMES
    )
    assert light != dark


def test_the_printed_page_carries_numbers_of_notes(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.getElementById('Rb2-1'), '::after').content") == '"5"'
    assert not page.locator("#contents").is_visible()


@pytest.mark.parametrize(("width", "least"), [(320, 9), (768, 12), (1440, 12)])
def test_text_in_charts_can_be_read(opened, width, least):
    """A chart squeezed to a phone has letters that nobody can read: it scrolls instead, and says so at its edge."""
    page = opened(width)
    sizes = page.evaluate(
        """Array.from(document.querySelectorAll(".plot svg text"), text => {
            const svg = text.closest("svg"), zoom = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return zoom * parseFloat(getComputedStyle(text).fontSize) })"""
    )
    assert sizes and min(sizes) >= least
    plot = page.locator(".plot").first
    assert plot.evaluate("plot => plot.scrollWidth > plot.clientWidth") == (width == 320)
    assert "gradient" in plot.evaluate("plot => getComputedStyle(plot).backgroundImage")


def test_a_phone_opens_a_chart_through_time_at_its_newest_end(opened):
    ends = opened(320).evaluate(
        """Array.from(document.querySelectorAll(".plot.late"), plot =>
            plot.querySelector("svg").getBoundingClientRect().right - plot.getBoundingClientRect().right)"""
    )
    assert ends and max(map(abs, ends)) < 1


def test_a_phone_opens_a_map_in_its_middle_and_lets_it_go(opened):
    """What a map is about stands seldom at its left edge."""
    page = opened(320)
    plot = page.locator("#gas-share-2 .plot")
    room = plot.evaluate("plot => plot.scrollWidth - plot.clientWidth")
    assert room > 100 and abs(plot.evaluate("plot => plot.scrollLeft") - room / 2) < 3
    page.wait_for_timeout(1100)
    plot.evaluate("plot => plot.scrollTo(10, 0)")
    page.wait_for_timeout(100)
    assert plot.evaluate("plot => plot.scrollLeft") == 10


def test_a_phone_shows_the_whole_key_of_a_chart(opened):
    """In the picture it is moved out of sight."""
    key = opened(320).locator("#gas-share .keys")
    box = key.locator("span").last.bounding_box()
    assert key.inner_text().split() == ["recalled"] and box["x"] >= 0 and box["x"] + box["width"] <= 320
    assert not opened(1440).locator("#gas-share .keys").is_visible()


def test_the_value_axis_stays_in_view_on_a_phone(opened):
    """Lines without their scale say nothing; wider screens show the picture's own."""
    page = opened(390)
    axis, plot = page.locator("#gas-share .axis"), page.locator("#gas-share .plot")
    for moved in (0, -100):
        plot.evaluate("(plot, to) => plot.scrollTo(to, 0)", moved)
        box, frame = axis.bounding_box(), plot.bounding_box()
        assert abs(box["x"] - frame["x"]) < 1 and 15 < box["width"] < 80
    picture = plot.locator("svg").first.bounding_box()
    assert abs(axis.bounding_box()["height"] - picture["height"]) < 2
    assert page.locator("#gas-share .swipe").is_visible()
    assert not opened(1440).locator("#gas-share .axis").is_visible()


@pytest.mark.parametrize("width", [320, 1440])
def test_notes_are_folded_until_they_are_asked_for(opened, width):
    """Forty notes stand over several screens of a phone; paper has them all."""
    page = opened(width, java_script_enabled=False)
    notes = page.locator("#harbour .notes")
    note = notes.locator("li").last
    assert not note.is_visible() and notes.bounding_box()["height"] < 120
    notes.locator("summary").first.click()
    assert note.is_visible()
    notes.locator("summary").first.click()
    page.emulate_media(media="print")
    assert note.is_visible()


def test_charts_are_set_in_the_family_that_they_were_drawn_with(opened):
    """Other letters are wider, and the ends of labels are cut."""
    families = opened().evaluate(
        "Array.from(document.querySelectorAll('.plot svg text'), text => getComputedStyle(text).fontFamily)"
    )
    assert families and all("Brief Sans" in family for family in families)


def test_words_on_charts_are_as_wide_as_they_were_measure(opened):
    """What is laid out by other widths leaves air, or touches where nobody looked."""
    words = opened().evaluate("""() => [...document.querySelectorAll("figure svg text")].map((text) => {
        const { fontSize, fontStyle, fontWeight } = getComputedStyle(text);
        return [text.textContent, text.getComputedTextLength(), parseFloat(fontSize), fontStyle, Number(fontWeight)];
    })""")
    assert len(words) > 20
    for text, wide, size, style, weight in words:
        font = FontProperties(family=list(font_families()), size=size, style=style, weight=weight)
        assert measure(text, font)[0] == pytest.approx(wide, rel=0.01), text
