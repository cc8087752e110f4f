"""The report as one HTML page: self-contained, without script, nothing from the network."""

from __future__ import annotations

import base64
import colorsys
import csv
import hashlib
import io
import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from nbconvert.exporters import Exporter

from briefkit.errors import ExportError, UnknownName
from briefkit.export import Report, gather
from briefkit.export.origins import MARKS
from briefkit.export.page import compose

SVG = "http://www.w3.org/2000/svg"
DARK_PAPER = 0.0090  # relative luminance of --paper on a dark page
STYLES = {
    "Regular": "font-weight:400;font-style:normal",
    "Italic": "font-weight:400;font-style:italic",
    "Bold": "font-weight:600;font-style:normal",
}
_DRAWN = {"d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "transform", "points"}
_LONG = re.compile(r"-?\d+\.\d{2,}")
_POLICY = "default-src 'none'; style-src '{hash}'; style-src-attr 'unsafe-inline'; img-src data:; font-src data:"
_FETCHED = re.compile(
    r"<(?:script|link|iframe|object|embed|base|form)\b"
    r"|\bsrc(?:set)?=(?![\"']data:)"
    r"|@import|url\((?![\"']?(?:data:|#))",
    re.IGNORECASE,
)


def render(report: Report) -> str:
    """The whole report as one page.

    Raises
    ------
    ExportError
        If a chart has no alt text, or the page would load something from elsewhere.
    """
    return _page(report, _letters_of(repr((report.sections, report.claims, report.sources))))


def render_section(report: Report, section: str) -> str:
    """One section as a page of its own, with the sources and claims that it uses.

    Raises
    ------
    UnknownName
        If the report has no such section.
    """
    chosen = tuple(s for s in report.sections if s.section == section)
    if not chosen:
        raise UnknownName("section", section, [s.section for s in report.sections])
    files = tuple(file | {"href": f"../{file['href']}"} for file in report.files)
    letters = _letters_of(repr((report.sections, report.claims, report.sources)))  # one set of fonts for all pages
    return _page(replace(report, sections=chosen, files=files, home="../index.html"), letters)


class BriefHTMLExporter(Exporter):
    """``jupyter nbconvert --to briefkit_html``: an executed section, or the joined report, as a page."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "briefkit page"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """The page, and the resources as nbconvert expects them back."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get("metadata", {})
        return render(gather(nb, about.get("name", ""), about.get("path") or ".")), resources


def _page(report: Report, letters: frozenset[str] = frozenset()) -> str:
    model = compose(report)
    for chart in (b for s in model["sections"] for b in s["blocks"] if b["t"] == "chart"):
        chart["csv"] = "data:text/csv;charset=utf-8," + quote(_csv(chart["data"]), safe=",;:()/")
        chart["svg"] = picture(chart["svg"], chart["id"], chart["alt"])
    body = _laid_out(model, css="", policy="")
    css = _fonts(letters or _letters_of(body), report.fonts) + _tints(body) + _stacks(report.fonts) + _text("page.css")
    digest = _base64(hashlib.sha256(css.encode()).digest())
    page = _laid_out(model, css=css, policy=_POLICY.format(hash=f"sha256-{digest}"))
    _refuse_requests(page)
    return page


def _laid_out(model: dict[str, Any], **given: str) -> str:
    from markupsafe import Markup

    signs = {mark: sign for mark, (sign, _) in MARKS.items()}
    return _template().render(p=model, signs=signs, css=Markup(given["css"]), policy=given["policy"])


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_text("page.html.j2"))


@cache
def _text(name: str) -> str:
    return (files("briefkit.export") / "templates" / name).read_text("utf-8")


def _stacks(beside: Path | None) -> str:
    """Stacks of families: what is shipped, what lies beside the brief, what the reader's machine has."""
    others = "".join(f'"{name}",' for name in families(beside))
    return f':root{{--serif:"Brief Serif",{others}Georgia,serif;--sans:"Brief Sans",{others}system-ui,sans-serif}}'


def _csv(data: dict[str, Any]) -> str:
    """Rows as CSV; a cell that a spreadsheet would run is made text."""
    rows = [[re.sub(r"^(?=[=+@\t])", "'", str(cell)) for cell in row] for row in [data["columns"], *data["rows"]]]
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


# -- pictures ------------------------------------------------------------------------------------


def picture(svg: str, name: str, alt: str) -> Any:
    """A chart's SVG for the page: ids of its own, colours that follow the page, named by its alt text.

    Raises
    ------
    ExportError
        If it is no SVG, or would run or load something.
    """
    from markupsafe import Markup

    ElementTree.register_namespace("", SVG)
    try:
        root = ElementTree.fromstring(re.sub(r"<!DOCTYPE.*?>", "", svg, flags=re.S))
    except ElementTree.ParseError as error:
        raise ExportError(f"chart {name!r}: its picture is no SVG ({error})") from error
    for element in root.iter():
        for child in [c for c in element if re.search(r"\}?(script|style|metadata|foreignObject)$", str(c.tag))]:
            element.remove(child)
        _clean(element, name)
    _label(root, name, alt)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _clean(element: ElementTree.Element, name: str) -> None:
    for key, value in list(element.attrib.items()):
        if key.lower().startswith("on"):
            del element.attrib[key]
        elif key.rpartition("}")[2] == "href":
            del element.attrib[key]
            if not value.startswith(("#", "data:image/")):
                raise ExportError(f"chart {name!r}: its picture loads {value!r}; pages load nothing")
            element.set("href", value.replace("#", f"#{name}--") if value.startswith("#") else value)
        elif key == "id":
            element.set(key, f"{name}--{value}")
        else:
            value = _LONG.sub(_short, value) if key in _DRAWN else value
            element.set(key, re.sub(r"#([0-9a-fA-F]{6})\b", _tint, value.replace("url(#", f"url(#{name}--")))


def _short(found: re.Match[str]) -> str:
    """A coordinate to a tenth of a point."""
    return f"{float(found[0]):.1f}".removesuffix(".0")


def _tint(found: re.Match[str]) -> str:
    return f"var(--c-{found[1].lower()})"


def _label(root: ElementTree.Element, name: str, alt: str) -> None:
    for old in [child for child in root if str(child.tag).rpartition("}")[2] == "title"]:
        root.remove(old)
    for key in ("aria-labelledby", "width", "height"):
        root.attrib.pop(key, None)
    root.attrib.update({"role": "img", "aria-labelledby": f"{name}--alt"})
    title = ElementTree.Element(f"{{{SVG}}}title", {"id": f"{name}--alt"})
    title.text = alt
    root.insert(0, title)


def _tints(page: str) -> str:
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


# -- fonts ---------------------------------------------------------------------------------------


def _fonts(letters: frozenset[str], beside: Path | None) -> str:
    """Faces of the shipped families and of those beside the brief, each with no more than the letters that occur."""
    shipped = sorted(Path(str(files("briefkit") / "fonts")).glob("*.ttf"))
    own = "".join(_face(file, letters) for file in shipped)
    lacking = frozenset(letter for letter in letters if ord(letter) > 127) - _has(shipped[0])
    others = sorted(beside.glob("*.ttf")) if beside and lacking else []
    return own + "".join(_face(file, lacking) for file in others if lacking & _has(file))


def _letters_of(text: str) -> frozenset[str]:
    """Letters that can be printed, with all of ASCII, in any text."""
    return frozenset(map(chr, range(32, 127))) | {letter for letter in set(text) if letter.isprintable()}


@cache
def _has(file: Path) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    with TTFont(file) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def _face(file: Path, letters: frozenset[str]) -> str:
    """One face as data: the letters that occur, in the same bytes for the same letters."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=["*"], hinting=False, notdef_outline=True)
    subsetter, written = Subsetter(options), io.BytesIO()
    with TTFont(file, recalcTimestamp=False) as font:
        subsetter.populate(unicodes=[ord(letter) for letter in letters])
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(written)
    source = f'src:url(data:font/woff2;base64,{_base64(written.getvalue())}) format("woff2")'
    style = STYLES.get(file.stem.rpartition("-")[2], STYLES["Regular"])
    return f'@font-face{{font-family:"{family(file)}";{style};font-display:block;{source}}}'


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def family(file: Path) -> str:
    """NotoSansJP-Regular.ttf is "Noto Sans JP"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", file.stem.partition("-")[0])


def families(folder: Path | None) -> list[str]:
    """Families that lie beside the brief."""
    return sorted({family(file) for file in folder.glob("*.ttf")}) if folder else []


def _refuse_requests(page: str) -> None:
    """The last look: nothing on the page is fetched or run."""
    found = _FETCHED.search(re.sub(r"<pre\b.*?</pre>|<style>|&[a-z]+;", "", page, flags=re.S))
    if found:
        around = page[max(page.find(found[0]) - 40, 0) :][:120]
        raise ExportError(f"page: found {around!r}, expected a page that loads nothing; embed it as data")
