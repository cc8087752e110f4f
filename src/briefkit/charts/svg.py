"""Write a drawn chart as an SVG element that can stand in a page beside others."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from matplotlib.figure import Figure

from briefkit.charts.text_metrics import SvgRenderer
from briefkit.charts.theme import COLUMN, LEGEND_ID, WIDTH, font_families

_METADATA = ("Date", "Creator", "Format", "Type")  # what matplotlib would write about the picture
_HREF = "{http://www.w3.org/1999/xlink}href"
_COORDINATES = {"d", "x", "y", "width", "height", "transform", "points"}
_POINT = re.compile(r"([MLZz])\s*(?:(-?[\d.]+)[\s,]+(-?[\d.]+))?")
_STRAIGHT = re.compile(r"\s*(?:[ML]\s*-?[\d.]+[\s,]+-?[\d.]+\s*|[Zz]\s*)*")
_HANDLE, _PAD = 2.4 * 8.4, 0.5 * 8.4  # points: length of a legend's symbol, and from there to its words


class SvgPicture(NamedTuple):
    """A picture, and of each entry of its legend the `words` and the `swatch`, an SVG element of its own."""

    svg: str
    legend: list[dict[str, str]]


def write_svg(figure: Figure, *, chart: str, alt: str) -> SvgPicture:
    """Write a figure as an SVG element whose ids all begin with `chart`; the same input gives the same bytes.

    Parameters
    ----------
    figure : Figure
        As laid out by `theme.fit`.
    chart : str
        Id of the chart, a slug.
    alt : str
        Accessible name of the picture.

    Returns
    -------
    SvgPicture
        Without doctype, metadata, style sheet or namespace prefix; text stays text, coordinates are tenths of a point,
        straight outlines are written as steps, and each entry of the legend is a group of the class "key".
    """
    text = _matplotlib_svg(figure)
    root = fromstring(text.encode())
    targets = sorted(set(re.findall(r'(?:url\(|href=")#([^)"]+)', text)))
    ids = {target: f"{chart}--{number}" for number, target in enumerate(targets)}
    for element in root.iter():
        element.tag = element.tag.split("}")[-1]
        element[:] = [child for child in element if not child.tag.endswith(("}metadata", "}style"))]
    _group_legend(root)
    for element in root.iter():
        element.tail = None
        element.text = (element.text or "").strip(" \n\t") or None  # a no-break space indents
        attributes = _clean(element.attrib, ids)
        element.attrib.clear()
        element.attrib.update(attributes)
    for element in list(root.iter()):
        element[:] = [child for child in element if len(child) or child.attrib or child.text]
    _flatten(root)
    _frame(root, chart, alt)
    entries = [group for group in root.iter("g") if group.get("class") == "key"]
    return SvgPicture(tostring(root, encoding="unicode"), [_legend_entry(group) for group in entries])


def _matplotlib_svg(figure: Figure) -> str:
    buffer = io.StringIO()
    width, height = figure.get_size_inches() * 72
    renderer = SvgRenderer(width, height, buffer, image_dpi=72, metadata=dict.fromkeys(_METADATA))
    figure.draw(renderer)
    renderer.finalize()
    return buffer.getvalue()


def _clean(attributes: Mapping[str, str], ids: Mapping[str, str]) -> dict[str, str]:
    """Return attributes with ids of this chart, without ids that nothing points to, and with short coordinates."""
    cleaned: dict[str, str] = {}
    for name, value in attributes.items():
        if name == "transform" and value.startswith(("rotate(-0 ", "rotate(0 ")):
            continue
        if name == "id":
            cleaned |= {name: ids[value]} if value in ids else {}
        elif name == _HREF:
            cleaned["href"] = f"#{ids[value[1:]]}"
        elif name in _COORDINATES:
            short = " ".join(re.sub(r"-?\d+\.\d+", _tenth, value).split())
            cleaned[name] = _stepwise(short) if name == "d" else short
        else:
            linked = re.sub(r"url\(#([^)]+)\)", lambda match: f"url(#{ids[match[1]]})", value)
            cleaned[name] = linked.replace("; ", ";").replace(": ", ":")
    return cleaned


def _tenth(match: re.Match[str]) -> str:
    return f"{float(match[0]):.1f}".removesuffix(".0")


def _stepwise(path: str) -> str:
    """Write an outline of straight lines as steps from point to point in tenths, which takes half the letters.

    Examples
    --------
    >>> _stepwise("M 10 20 L 10.5 20 L 8 21.3 z")
    'M10 20l.5 0-2.5 1.3z'
    """
    if not _STRAIGHT.fullmatch(path):
        return re.sub(r"\s*([A-Za-z])\s*", r"\1", path)
    written, here, last = [], (0, 0), ""
    for command, x, y in _POINT.findall(path):
        if command in "zZ":
            written.append("z")
        else:
            point = (round(float(x) * 10), round(float(y) * 10))
            step = point if command == "M" else (point[0] - here[0], point[1] - here[1])
            letter = "M" if command == "M" else "" if last == "L" else "l"
            written.append(letter + _coordinate(step[0], first=bool(letter)) + _coordinate(step[1]))
            here = point
        last = command
    return "".join(written)


def _coordinate(tenths: int, *, first: bool = False) -> str:
    """Write tenths as a coordinate, with a gap before it where one is needed."""
    text = f"{tenths / 10:g}".replace("0.", ".") if abs(tenths) < 10 else f"{tenths / 10:.1f}".removesuffix(".0")
    return text if first or text.startswith("-") else f" {text}"


def _group_legend(root: Element) -> None:
    """Put each symbol of a legend into a group with its words."""
    for legend in [group for group in root.iter("g") if group.get("id") == LEGEND_ID]:
        entries = [Element("g", {"class": "key"})]
        for part in legend:
            entries[-1].append(part)
            if next(part.iter("text"), None) is not None:
                entries.append(Element("g", {"class": "key"}))
        legend[:] = entries[:-1]


def _flatten(element: Element) -> None:
    """Dissolve groups that say nothing, and clip neighbours with the same clip path once."""
    flat: list[Element] = []
    for child in element:
        _flatten(child)
        flat += list(child) if child.tag == "g" and not child.attrib else [child]
    element[:] = []
    for clip, run in groupby(flat, lambda child: None if child.get("transform") else child.get("clip-path")):
        alike = list(run)
        if clip is not None and len(alike) > 1:
            group = SubElement(element, "g", {"clip-path": clip})
            for child in alike:
                del child.attrib["clip-path"]
            group[:] = alike
        else:
            element.extend(alike)


def _frame(root: Element, chart: str, alt: str) -> None:
    """Give the root its size, its font and its accessible name."""
    width, height = (float(side) for side in root.attrib["viewBox"].split()[2:])
    scale = COLUMN / WIDTH
    family = f"font-family:{', '.join(map(repr, font_families()))}"
    for text in root.iter("text"):  # the root names the font for all words
        text.set("style", text.attrib["style"].replace(f"{family};", ""))
    root.attrib.clear()
    attributes: dict[str, Any] = {"xmlns": "http://www.w3.org/2000/svg"}
    attributes |= {"width": f"{width * scale:.0f}", "height": f"{height * scale:.0f}"}
    attributes |= {"viewBox": f"0 0 {width:g} {height:g}", "stroke-linejoin": "round", "stroke-linecap": "butt"}
    attributes |= {"role": "img", "aria-labelledby": f"{chart}--alt", "id": f"{chart}--all", "style": family}
    root.attrib.update(attributes)
    title = Element("title", {"id": f"{chart}--alt"})
    title.text = alt
    root.insert(0, title)


def _legend_entry(group: Element) -> dict[str, str]:
    """Return the words of an entry, and its symbol as an SVG element of its own."""
    texts = list(group.iter("text"))
    left, baseline = float(texts[0].attrib["x"]) - _PAD - _HANDLE, float(texts[0].attrib["y"])
    swatch = Element("svg", {"viewBox": f"{left - 0.5:.1f} {baseline - 7:.1f} {_HANDLE + 1:.1f} 9"})
    swatch.extend(part for part in group if part.tag not in ("text", "defs"))  # a definition stays in the picture
    return {"words": " ".join(text.text or "" for text in texts), "swatch": tostring(swatch, encoding="unicode")}
