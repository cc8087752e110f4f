"""Show a chart on a phone: its legend beside it, and its value axis, which stays in view, as its layout says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from briefkit.report.markup import Node
from briefkit.report.page_svg import swatch

WIDEST_AXIS = 60.0  # points that an axis may stay in view; names of rows would hide what they name


def describe(layout: Mapping[str, Any], name: str) -> Node:
    """Return what the template needs of a chart's layout: `entries`, `legend`, `axis`, `opens_at_end` and `opens_at`.

    Parameters
    ----------
    layout : mapping
        As in the payload of the chart; empty for a picture that has none.
    name : str
        Id of the chart on the page.
    """
    entries = layout.get("entries") or []
    return {"entries": entries, "legend": legend(layout, name), "axis": axis(layout), **opening(layout)}


def opening(layout: Mapping[str, Any]) -> Node:
    """Return where a phone opens a chart: `opens_at_end`, its right edge, or `opens_at`, a percentage of its width.

    Examples
    --------
    >>> opening({"opens_at": 62.4}), opening({"opens_at": 100})
    ({'opens_at_end': False, 'opens_at': '62'}, {'opens_at_end': True, 'opens_at': ''})
    """
    place = layout.get("opens_at")
    at_end = place is not None and round(place) >= 100
    return {"opens_at_end": at_end, "opens_at": "" if at_end or place is None else f"{place:.0f}"}


def axis(layout: Mapping[str, Any]) -> Node | None:
    """Return the width of the value axis and the size of the whole picture in points; None where it is to scroll."""
    wide = layout.get("axis") or 0.0
    if not 0 < wide <= WIDEST_AXIS:
        return None
    share = f"{100 * wide / layout['width']:.2f}"
    return {"wide": f"{wide:.1f}", "share": share, "width": f"{layout['width']:g}", "height": f"{layout['height']:g}"}


def legend(layout: Mapping[str, Any], name: str) -> list[Node]:
    """Return the entries of a chart's legend, which a phone shows above the picture: `swatch` and `words`."""
    entries = layout.get("legend") or ()
    return [{"swatch": swatch(entry["swatch"], name), "words": entry["words"]} for entry in entries]
