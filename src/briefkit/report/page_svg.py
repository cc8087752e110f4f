"""Charts as they stand on a page: ids of their own, colours that follow the page, a name for who cannot see them."""

from __future__ import annotations

import colorsys
import re
from collections import Counter
from html import unescape
from typing import Any
from xml.etree import ElementTree

from briefkit.errors import ExportError

SVG = "http://www.w3.org/2000/svg"
DARK_PAPER = 0.0090  # relative luminance of --paper on a dark page
_PICTURE, _STYLE = re.compile(r"<svg\b.*?</svg>", re.DOTALL), re.compile(r' style="([^"]*)"')


def picture(svg: str, name: str, alt: str) -> Any:
    """Return a chart's SVG for a page: ids of its own, colours that follow the page, named by its alt text.

    Parameters
    ----------
    svg : str
        As `charts.svg` writes it.
    name : str
        Id of the block on the page; all ids in the picture begin with it.
    alt : str
        Accessible name.

    Raises
    ------
    ExportError
        If it is no SVG, or would load something.
    """
    root = _adapt(svg, name)
    for title in [child for child in root if str(child.tag).rpartition("}")[2] == "title"]:
        root.remove(title)
    for key in ("width", "height"):
        root.attrib.pop(key, None)
    root.attrib.update({"role": "img", "aria-labelledby": f"{name}--alt", "id": f"{name}--all"})
    title = ElementTree.Element(f"{{{SVG}}}title", {"id": f"{name}--alt"})
    title.text = alt
    root.insert(0, title)
    return _markup(root)


def swatch(svg: str, name: str) -> Any:
    """Return the symbol of a legend's entry for a page, as `picture` does."""
    return _markup(_adapt(svg, name))


def _markup(root: ElementTree.Element) -> Any:
    from markupsafe import Markup

    return Markup(ElementTree.tostring(root, encoding="unicode").replace(" />", "/>"))


def _adapt(svg: str, name: str) -> ElementTree.Element:
    """Parse a picture, and make it safe to stand in a page under a name: no script, nothing loaded, ids of its own."""
    ElementTree.register_namespace("", SVG)
    try:
        root = ElementTree.fromstring(re.sub(r"<!DOCTYPE.*?>", "", svg, flags=re.S))
    except ElementTree.ParseError as error:
        raise ExportError(f"chart {name!r}: its picture is no SVG ({error})") from error
    for element in root.iter():
        for child in [c for c in element if re.search(r"\}?(script|style|metadata|foreignObject)$", str(c.tag))]:
            element.remove(child)
        for key, value in list(element.attrib.items()):
            del element.attrib[key]
            if not key.lower().startswith("on"):
                element.attrib |= _attribute(key.rpartition("}")[2], value, name)
    return root


def _attribute(key: str, value: str, name: str) -> dict[str, str]:
    """Return an attribute with ids that begin with `name`, and with the page's colours."""
    if key == "href" and not value.startswith(("#", "data:image/")):
        raise ExportError(f"chart {name!r}: its picture loads {value!r}; pages load nothing")
    if key == "href":
        return {key: f"#{_own(value[1:], name)}" if value.startswith("#") else value}
    if key == "id":
        return {key: _own(value, name)}
    value = re.sub(r"url\(#([^)]+)\)", lambda match: f"url(#{_own(match[1], name)})", value)
    return {key: re.sub(r"#([0-9a-fA-F]{6})\b", _variable, value)}


def _own(identifier: str, name: str) -> str:
    """Return an id under another name: charts write their own before two hyphens."""
    return f"{name}--{identifier.rpartition('--')[2]}"


def _variable(colour: re.Match[str]) -> str:
    return f"var(--c-{colour[1].lower()})"


def share_styles(page: str) -> tuple[str, str]:
    """Return a page whose charts share classes instead of repeating styles, and the rules of those classes."""
    pictures = _PICTURE.findall(page)
    counts = Counter(style for picture in pictures for style in _STYLE.findall(picture))
    shared = sorted((style for style, count in counts.items() if count > 1), key=lambda style: (-counts[style], style))
    names = {style: f"s{number}" for number, style in enumerate(shared)}

    def with_class(style: re.Match[str]) -> str:
        return f' class="{names[style[1]]}"' if style[1] in names else style[0]

    rules = "".join(f".{name}{{{unescape(style)}}}" for style, name in names.items())
    return _PICTURE.sub(lambda svg: _STYLE.sub(with_class, svg[0]), page), rules


def colour_variables(page: str) -> str:
    """Write a variable for each colour of the charts, and what it is on a dark page: same hue, same contrast."""
    colours = sorted(set(re.findall(r"var\(--c-([0-9a-f]{6})\)", page)))
    light = "".join(f"--c-{colour}:#{colour};" for colour in colours)
    dark = "".join(f"--c-{colour}:{dark_colour(colour)};" for colour in colours)
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}" if colours else ""


def dark_colour(colour: str) -> str:
    """Return the colour that stands out from a dark page as much as `colour` does from white.

    Parameters
    ----------
    colour : str
        Six hexadecimal digits.

    References
    ----------
    Relative luminance and contrast ratio of WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio

    Examples
    --------
    >>> dark_colour("000000"), dark_colour("ffffff")
    ('#ffffff', '#181818')
    """
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    target = min((DARK_PAPER + 0.05) * 1.05 / (_luminance(red, green, blue) + 0.05) - 0.05, 1.0)
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        bright = _luminance(*colorsys.hls_to_rgb(hue, middle, saturation)) > target
        low, high = (low, middle) if bright else (middle, high)
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, low, saturation))


def _luminance(*rgb: float) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
