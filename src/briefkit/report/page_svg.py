"""Charts as they stand on a page: ids of their own, colours that follow the page, a name for who cannot see them."""

from __future__ import annotations

import colorsys
import re
from collections import Counter
from collections.abc import Mapping
from html import unescape
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from briefkit.errors import ExportError

SVG = "http://www.w3.org/2000/svg"
DARK_PAPER = 0.0090  # relative luminance of --paper on a dark page
_DRAWN = {"d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "transform", "points"}
_LONG = re.compile(r"-?\d+\.\d{2,}")
_PICTURE, _STYLE = re.compile(r"<svg\b.*?</svg>", re.DOTALL), re.compile(r' style="([^"]*)"')
_POINT = re.compile(r"([MLZz])\s*(?:(-?[\d.]+)[\s,]+(-?[\d.]+))?")
_STRAIGHT = re.compile(r"\s*(?:[ML]\s*-?[\d.]+[\s,]+-?[\d.]+\s*|[Zz]\s*)*")
_POINTED = re.compile(r"""(?:url\(|href=["'])#([^)"']+)""")


def picture(svg: str, name: str, alt: str) -> Any:
    """A chart's SVG for the page: ids of its own, colours that follow the page, named by its alt text.

    Raises
    ------
    ExportError
        If it is no SVG, or would run or load something.
    """
    from markupsafe import Markup

    ElementTree.register_namespace("", SVG)
    wanted = sorted(set(_POINTED.findall(svg)))
    ids = {old: f"{name}--{number}" for number, old in enumerate(wanted)}
    try:
        root = ElementTree.fromstring(re.sub(r"<!DOCTYPE.*?>", "", svg, flags=re.S))
    except ElementTree.ParseError as error:
        raise ExportError(f"chart {name!r}: its picture is no SVG ({error})") from error
    for element in root.iter():
        for child in [c for c in element if re.search(r"\}?(script|style|metadata|foreignObject)$", str(c.tag))]:
            element.remove(child)
        _clean(element, name, ids)
    _gather(root)
    _label(root, name, alt)
    return Markup(ElementTree.tostring(root, encoding="unicode").replace(" />", "/>"))


def _clean(element: ElementTree.Element, name: str, ids: Mapping[str, str]) -> None:
    """No script, nothing loaded; only ids that something points at, and no more digits than can be seen."""
    for key, value in list(element.attrib.items()):
        if key.lower().startswith("on"):
            del element.attrib[key]
        elif key.rpartition("}")[2] == "href":
            del element.attrib[key]
            if not value.startswith(("#", "data:image/")):
                raise ExportError(f"chart {name!r}: its picture loads {value!r}; pages load nothing")
            element.set("href", f"#{ids[value[1:]]}" if value.startswith("#") else value)
        elif key == "id":
            del element.attrib[key]
            if value in ids:
                element.set(key, ids[value])
        else:
            value = _LONG.sub(_short, value) if key in _DRAWN else value
            value = _stepwise(value) if key == "d" else value
            value = re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{ids[found[1]]})", value)
            element.set(key, re.sub(r"#([0-9a-fA-F]{6})\b", _tint, value))


def _gather(element: ElementTree.Element) -> None:
    """No groups that say nothing; neighbours that are cut alike are cut once."""
    flat: list[ElementTree.Element] = []
    for child in element:
        _gather(child)
        flat += list(child) if child.tag == f"{{{SVG}}}g" and not child.attrib else [child]
    element[:] = []
    for cut, run in groupby(flat, lambda one: None if one.get("transform") else one.get("clip-path")):
        alike = list(run)
        if cut is not None and len(alike) > 1:
            group = ElementTree.SubElement(element, f"{{{SVG}}}g", {"clip-path": cut})
            for one in alike:
                del one.attrib["clip-path"]
            group[:] = alike
        else:
            element.extend(alike)


def _short(found: re.Match[str]) -> str:
    """A coordinate to a tenth of a point."""
    return f"{float(found[0]):.1f}".removesuffix(".0")


def _stepwise(path: str) -> str:
    """An outline of straight lines told as steps from point to point in tenths, which takes half the letters."""
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
            written.append(letter + _tenth(step[0], first=bool(letter)) + _tenth(step[1]))
            here = point
        last = command
    return "".join(written)


def _tenth(value: int, *, first: bool = False) -> str:
    """Tenths as a coordinate, with a gap before it where one is needed."""
    text = f"{value / 10:g}".replace("0.", ".") if abs(value) < 10 else f"{value / 10:.1f}".removesuffix(".0")
    return text if first or text.startswith("-") else f" {text}"


def _tint(found: re.Match[str]) -> str:
    return f"var(--c-{found[1].lower()})"


def _label(root: ElementTree.Element, name: str, alt: str) -> None:
    for old in [child for child in root if str(child.tag).rpartition("}")[2] == "title"]:
        root.remove(old)
    for key in ("aria-labelledby", "width", "height"):
        root.attrib.pop(key, None)
    root.attrib.update({"role": "img", "aria-labelledby": f"{name}--alt"})
    if "data-axis" in root.attrib:
        root.set("id", f"{name}--all")
    title = ElementTree.Element(f"{{{SVG}}}title", {"id": f"{name}--alt"})
    title.text = alt
    root.insert(0, title)


def classed(page: str) -> tuple[str, str]:
    """A page whose charts share classes instead of repeating styles, and the rules of those classes."""
    pictures = _PICTURE.findall(page)
    found = Counter(style for picture in pictures for style in _STYLE.findall(picture))
    shared = sorted((style for style, count in found.items() if count > 1), key=lambda style: (-found[style], style))
    names = {style: f"s{number}" for number, style in enumerate(shared)}

    def named(match: re.Match[str]) -> str:
        return f' class="{names[match[1]]}"' if match[1] in names else match[0]

    rules = "".join(f".{name}{{{unescape(style)}}}" for style, name in names.items())
    return _PICTURE.sub(lambda match: _STYLE.sub(named, match[0]), page), rules


def tints(page: str) -> str:
    """A variable for each colour of the charts, and what it is on a dark page: same hue, same contrast."""
    colours = sorted(set(re.findall(r"var\(--c-([0-9a-f]{6})\)", page)))
    light = "".join(f"--c-{colour}:#{colour};" for colour in colours)
    dark = "".join(f"--c-{colour}:{dimmed(colour)};" for colour in colours)
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}" if colours else ""


def dimmed(colour: str) -> str:
    """The colour that stands out from a dark page as much as `colour` does from white.

    Parameters
    ----------
    colour : str
        Six hexadecimal digits.
    """
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    wanted = min((DARK_PAPER + 0.05) * 1.05 / (_luminance(red, green, blue) + 0.05) - 0.05, 1.0)
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        bright = _luminance(*colorsys.hls_to_rgb(hue, middle, saturation)) > wanted
        low, high = (low, middle) if bright else (middle, high)
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, low, saturation))


def _luminance(*rgb: float) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
