"""The picture of an edition for messengers: `card.png` beside its page."""

from __future__ import annotations

from briefkit.hashing import Memo
from briefkit.report import citation
from briefkit.report.blocks import tally
from briefkit.report.edition_json import bottom_line
from briefkit.report.model import Report

FILE = "card.png"
_MADE = Memo(8)


def render(report: Report) -> bytes:
    """The picture as PNG, 1200 by 630 pixels; the same report gives the same bytes."""
    from briefkit.charts.social_card import draw_card
    from briefkit.charts.theme import use_fonts

    if report.fonts:
        use_fonts(report.fonts)
    edition = report.edition
    kicker = f"Edition {edition.get('edition', '')}, as of {citation.day(str(edition.get('as_of', '')))}"
    counted = [
        (one["verdict"], f"{one['sign']} {one['count']} {one['words']}", one["count"]) for one in tally(report.claims)
    ]
    text = bottom_line(report) or str(edition.get("subtitle") or "")
    words = (kicker, str(edition.get("title") or "Untitled"), text, counted)
    return _MADE.get_or_make((words, report.fonts), lambda: draw_card(*words))
