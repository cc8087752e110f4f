"""From matplotlib's SVG to one that can stand in a page beside others."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

from matplotlib.figure import Figure

from briefkit.charts.text_metrics import Writer
from briefkit.charts.theme import COLUMN, WIDTH, families

_SAID = ("Date", "Creator", "Format", "Type")  # what matplotlib would say of the picture
_HREF = "{http://www.w3.org/1999/xlink}href"


def svg(figure: Figure, *, chart: str, alt: str) -> str:
    """The picture as an SVG element whose ids all begin with `chart`; the same input gives the same bytes.

    No doctype, metadata, style sheet or namespace prefix; text stays text; `alt` is its accessible name.
    """
    written = io.StringIO()
    wide, high = figure.get_size_inches() * 72
    writer = Writer(wide, high, written, image_dpi=72, metadata=dict.fromkeys(_SAID))
    figure.draw(writer)
    writer.finalize()
    root = ElementTree.fromstring(written.getvalue().encode())
    meant = set(re.findall(r'(?:url\(|href=")#([^)"]+)', written.getvalue()))
    for parent in root.iter():
        parent.tag = parent.tag.split("}")[-1]
        parent.tail = None
        parent.text = (parent.text or "").strip(" \n\t") or None  # a no-break space indents
        for child in list(parent):
            if child.tag.split("}")[-1] in ("metadata", "style"):
                parent.remove(child)
        parent.attrib.update(_lean(parent.attrib, chart, meant))
    for group in list(root.iter()):
        group[:] = [child for child in group if len(child) or child.attrib or child.text]
    _frame(root, chart, alt, _axis(figure))
    return ElementTree.tostring(root, encoding="unicode")


def _lean(given: dict[str, str], chart: str, meant: set[str]) -> dict[str, str]:
    """Attributes with ids of this chart, without those that nothing points to, and no more digits than the eye sees."""
    kept = {name.replace(_HREF, "href"): value for name, value in given.items()}
    given.clear()
    if kept.get("id") not in meant:
        kept.pop("id", None)
    if kept.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
        del kept["transform"]
    for name, value in kept.items():
        if name == "id":
            kept[name] = f"{chart}-{value}"
        elif name == "href":
            kept[name] = value.replace("#", f"#{chart}-")
        elif name in ("d", "x", "y", "width", "height", "transform", "points"):
            kept[name] = re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)
            kept[name] = " ".join(kept[name].split())
        else:
            kept[name] = value.replace("url(#", f"url(#{chart}-").replace("; ", ";").replace(": ", ":")
    return kept


def _axis(figure: Figure) -> float:
    """Points at the left edge that hold the labels of the y axis; 0 without any."""
    axes = figure.axes[0]
    said = axes.axison and any(label.get_text() for label in axes.get_yticklabels())
    return max(float(axes.get_position().x0 * WIDTH) - 1, 0.0) if said else 0.0


def _frame(root: ElementTree.Element, chart: str, alt: str, axis: float) -> None:
    width, height = (float(side) for side in root.attrib["viewBox"].split()[2:])
    scale = COLUMN / WIDTH
    box = f"0 0 {width:g} {height:g}"
    root.attrib.clear()
    size = {"width": f"{width * scale:.0f}", "height": f"{height * scale:.0f}", "viewBox": box}
    line = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    named = {"role": "img", "aria-labelledby": f"{chart}-alt", "id": chart} | (
        {"data-axis": f"{axis:.1f}"} if axis else {}
    )
    root.attrib.update({"xmlns": "http://www.w3.org/2000/svg"} | size | line | named)
    family = f"font-family:{', '.join(map(repr, families()))}"
    for text in root.iter("text"):  # said once for all words
        text.set("style", text.attrib["style"].replace(f"{family};", ""))
    root.set("style", family)
    title = ElementTree.Element("title", {"id": f"{chart}-alt"})
    title.text = alt
    root.insert(0, title)
