"""Every edition as the browser draws it: its first screen, and its charts, in which no word is cut or too small."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

from briefkit.project.layout import editions_in
from conftest import REPO

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REQUIRED = os.environ.get("BRIEFKIT_REQUIRE_BROWSER") == "1"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="no Chromium: apt-get install chromium to run these"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="no playwright"),
]
EDITIONS = editions_in(REPO / "params")
THEMES = ("light", "dark")
PAPER = 170 / 25.4 * 72  # points: a chart is as wide as the column of the printed page

# What is wrong with each chart, in words; boxes in points on paper, shrunk a little: a line is taller than its letters.
LOOK = """([smallest, slack, least, paper]) => Array.from(document.querySelectorAll('figure.chart .plot > svg'), svg => {
  const name = svg.closest('figure').id, frame = svg.getBoundingClientRect(), zoom = paper / frame.width
  const lit = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255)
      .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b }
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
  const ground = lit(getComputedStyle(document.body).backgroundColor)
  const words = Array.from(svg.querySelectorAll('text')).filter(text => text.textContent.trim()).map(text => {
    const box = text.getBoundingClientRect(), style = getComputedStyle(text)
    const size = parseFloat(style.fontSize) * paper / svg.viewBox.baseVal.width, air = box.height * 0.16
    return {text: text.textContent.trim(), size, tone: ratio(lit(style.fill), ground), left: (box.left - frame.left) * zoom,
      right: (box.right - frame.left) * zoom, top: (box.top + air - frame.top) * zoom,
      low: (box.bottom - air - frame.top) * zoom}})
  const found = []
  for (const [at, one] of words.entries()) {
    if (one.size < smallest) found.push(`"${one.text}" is ${one.size.toFixed(1)} pt`)
    if (one.tone < least) found.push(`"${one.text}" has a contrast of ${one.tone.toFixed(2)}`)
    if (one.left < -slack || one.top < -slack || one.right > paper + slack || one.low > frame.height * zoom + slack)
      found.push(`"${one.text}" is cut`)
    for (const other of words.slice(at + 1))
      if (Math.min(one.right, other.right) - Math.max(one.left, other.left) > slack
          && Math.min(one.low, other.low) - Math.max(one.top, other.top) > slack)
        found.push(`"${one.text}" lies on "${other.text}"`)
  }
  return [name, words.length, found]})"""


# Of charts wider than a phone: numbers of the title, but years, that the picture writes only out of view at first.
UNSEEN = """() => Array.from(document.querySelectorAll('.plot'), plot => {
  const [figure, frame] = [plot.closest('figure'), plot.getBoundingClientRect()]
  const title = figure.querySelector('.title').cloneNode(true)
  title.querySelectorAll('.no, .mark, .vh').forEach(part => part.remove())
  const number = /(?!(?:19|20)\\d\\d\\b)\\b\\d+(?:[.,]\\d+)*/g, words = Array.from(plot.querySelectorAll(':scope > svg text'), text => {
    const {left, right} = text.getBoundingClientRect()
    const onAxis = plot.querySelector('.axis') && text.getBBox().x < plot.querySelector('.axis svg').viewBox.baseVal.width  // it stays
    const seen = onAxis || (left >= frame.left - 1 && right <= frame.right + 1)
    return {numbers: text.textContent.match(number) || [], seen}})
  const unseen = (title.textContent.match(number) || []).filter(one => {
    const found = words.filter(({numbers}) => numbers.includes(one))
    return found.length && !found.some(({seen}) => seen)})
  return [figure.id, plot.scrollWidth > plot.clientWidth, unseen]}).filter(([, wide]) => wide)"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--font-render-hinting=none"]
        )
        yield found
        found.close()


def looked_at(browser, address: str, theme: str, change: str = "") -> dict[str, tuple[int, list[str]]]:
    """For each chart of a page how many words it has, and what is wrong with them."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme, bypass_csp=True)
    try:
        page = context.new_page()
        page.goto(address)
        page.evaluate("document.fonts.ready")
        if change:
            page.evaluate(change)
        return {name: (words, found) for name, words, found in page.evaluate(LOOK, [7.0, 0.6, 4.5, PAPER])}
    finally:
        context.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_no_word_of_a_chart_is_cut_covered_too_small_or_too_pale(rendered, browser, edition, theme):
    """A chart is checked when it is drawn; here it is seen with the page's fonts and colours, whatever the data are."""
    seen = looked_at(browser, (rendered / edition / "index.html").as_uri(), theme)
    assert len(seen) >= 12 and all(words for words, _ in seen.values())
    assert {name: found for name, (_, found) in seen.items() if found} == {}


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 664), (390, 844), (1440, 900)])
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_first_screen_has_what_matters(rendered, browser, edition, width, height):
    """What it is, as of when, the bottom line, how much of it holds, and three numbers; on a small phone too."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto((rendered / edition / "index.html").as_uri())
    parts = ("h1", ".cover time", ".bottom-line", ".tally", ".numbers")
    boxes = [page.locator(part).first.bounding_box() for part in parts]
    page.close()
    assert max(box["y"] + box["height"] for box in boxes) <= height


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_phone_opens_a_chart_where_its_finding_is(rendered, browser, edition):
    """A wide chart is pushed sideways; what its title speaks of is in view before anybody does."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((rendered / edition / "index.html").as_uri())
    page.evaluate("document.fonts.ready")
    found = page.evaluate(UNSEEN)
    meetings = page.locator("#leaders-meetings .plot")
    drawn, frame = meetings.locator("path").first.bounding_box(), meetings.bounding_box()
    page.close()
    assert len(found) > 5 and {name: unseen for name, _, unseen in found if unseen} == {}
    assert drawn["x"] < frame["x"] + frame["width"] and drawn["x"] + drawn["width"] > frame["x"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("t.style.fontSize = '6px'", "6.0 pt"),
        ("t.style.fill = 'rgb(200, 200, 200)'", "contrast of 1."),
        ("t.setAttribute('transform', 'translate(470 0)')", "is cut"),
        ("t.parentNode.append(t.cloneNode(true))", "lies on"),
    ],
)
def test_what_is_wrong_is_seen(rendered, browser, change, problem):
    """A look that finds nothing is worth nothing until it has found something."""
    planted = f"{{ const t = document.querySelector('#scoreboard svg text'); {change} }}"
    page = (rendered / EDITIONS[0] / "index.html").as_uri()
    _, found = looked_at(browser, page, "light", planted)["scoreboard"]
    assert any(problem in one for one in found), found
