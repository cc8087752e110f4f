"""The social card of an edition: `card.png` beside its page, which messengers show."""

from __future__ import annotations

from briefkit.formatting import day
from briefkit.hashing import Memo
from briefkit.report.blocks import tally
from briefkit.report.edition_json import bottom_line
from briefkit.report.model import Report

FILE = "card.png"
_CARDS = Memo(8)


def render(report: Report) -> bytes:
    """Draw the social card of a report as PNG, 1200 by 630 pixels; the same report gives the same bytes."""
    from briefkit.charts.social_card import draw_card
    from briefkit.charts.theme import use_fonts

    if report.fonts:
        use_fonts(report.fonts)
    edition = report.edition
    kicker = f"Edition {edition.get('edition', '')}, as of {day(str(edition.get('as_of', '')))}"
    counts = [
        (verdict["verdict"], f"{verdict['symbol']} {verdict['count']} {verdict['words']}", verdict["count"])
        for verdict in tally(report.claims)
    ]
    text = bottom_line(report) or str(edition.get("subtitle") or "")
    words = (kicker, str(edition.get("title") or "Untitled"), text, counts)
    return _CARDS.get_or_make((words, report.fonts), lambda: draw_card(*words))
