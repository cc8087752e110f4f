"""Templates laid out as pages: with style sheet, fonts of the characters that occur, and a policy against requests."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from briefkit.errors import ExportError
from briefkit.report.page_svg import colour_variables, share_styles
from briefkit.report.provenance import FLAG_LETTERS

STYLE_SHEETS = ("page.css", "blocks.css", "notes.css", "screens.css", "other_pages.css")
"""In the order in which they follow each other on a page."""
FONT_STYLES = {
    "Regular": "font-weight:400;font-style:normal",
    "Italic": "font-weight:400;font-style:italic",
    "Bold": "font-weight:600;font-style:normal",
}
_TEMPLATE_CHARACTERS = "\u201c\u201d\u2018\u2019\u2013\u2192\u2191\u2026\u2212\u00a0" + "".join(FLAG_LETTERS.values())
_FEATURES = [int.from_bytes(tag) for tag in b"kern liga lnum tnum pnum mark mkmk ccmp locl".split()]
_POLICY_TEXT = "default-src 'none'; style-src '{hash}'; style-src-attr 'unsafe-inline'; img-src data:; font-src data:"
# a text, a comment, a mark that needs no space around it, one that needs none after it, space
_CSS_TOKEN = re.compile(r"""("[^"]*"|'[^']*')|\s*/\*.*?\*/\s*|\s*([{};,>])\s*|(:)\s+|(\s+)""", re.DOTALL)
_CSS, _POLICY = "\uf8f0", "\uf8f1"  # stand for the style sheet and the policy until the page is known
_DATA = re.compile(r'<pre\b.*?</pre>|<style>|&[a-z]+;|<script type="application/ld\+json">[^<]*</script>', re.DOTALL)
_REQUESTS = [  # one by one, each from a letter on that it must begin with: pages are long
    re.compile("<(?:script|link|iframe|object|embed|base|form)\\b"),
    re.compile("src(?<=\\bsrc)(?:set)?=(?![\"']data:)"),
    re.compile("@import"),
    re.compile("url\\((?![\"']?(?:data:|#))"),
]


def render_page(
    template: str,
    *,
    extra_fonts: Path | None = None,
    characters: frozenset[str] = frozenset(),
    faces: str = "Brief",
    **variables: Any,
) -> str:
    """Lay out a template as a page of its own: no script, nothing from the network.

    Parameters
    ----------
    template : str
        File in `templates/`; its variables are `css`, `policy` and `variables`.
    extra_fonts : Path or None
        Folder with fonts of other scripts.
    characters : frozenset of str
        Those for which fonts are embedded; without them those that occur.
    faces : str
        Start of the names of the shipped fonts to embed: "BriefSans" for a page without long text.

    Raises
    ------
    ExportError
        If the page would load something from elsewhere.
    """
    from markupsafe import Markup

    laid_out = _environment().get_template(template).render(css=Markup(_CSS), policy=Markup(_POLICY), **variables)
    body, rules = share_styles(laid_out)
    body = body.replace("&#39;", "'")  # our attributes stand in double quotes
    fonts = _fonts(characters or printable_characters(body), extra_fonts, faces)
    css = fonts + colour_variables(body + rules) + _stacks(extra_fonts) + _style_sheet() + rules
    _refuse_requests(body)
    _refuse_requests(css)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return body.replace(_CSS, css).replace(_POLICY, _POLICY_TEXT.format(hash=f"sha256-{digest}"))


def printable_characters(text: Iterable[str]) -> frozenset[str]:
    """Collect the characters of a text that can be printed, with all of ASCII and what templates write themselves."""
    always = frozenset(map(chr, range(32, 127))) | frozenset(_TEMPLATE_CHARACTERS)
    return always | {character for character in set(text) if character.isprintable()}


def preload() -> None:
    """Import what subsets fonts, and compile the templates of an edition, before there is anything to lay out."""
    import fontTools.ttLib.woff2  # noqa: F401
    import uharfbuzz  # noqa: F401

    for name in ("page.html.j2", "figure.html.j2", "index.html.j2"):
        _environment().get_template(name)


@cache
def _environment() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    class ModelEnvironment(Environment):
        """Looks up keys of a dict before its attributes, which halves the time: page models are made of dicts."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)

    environment = ModelEnvironment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["flag_letters"] = FLAG_LETTERS
    return environment


@cache
def _style_sheet() -> str:
    return minify("".join(map(_text, STYLE_SHEETS)))


def minify(css: str) -> str:
    r"""Drop comments and the white space that a browser does not need; texts in quotation marks stay as they are.

    Examples
    --------
    >>> minify("/* rows */ td,\n  th { content: \': \'; color: red; }\n")
    "td,th{content:': ';color:red}"
    """
    small = _CSS_TOKEN.sub(lambda token: token[1] or token[2] or token[3] or " " * bool(token[4]), css.strip())
    return small.replace(";}", "}")


@cache
def _text(name: str) -> str:
    return (files("briefkit.report") / "templates" / name).read_text("utf-8")


def _stacks(extra_fonts: Path | None) -> str:
    """Write the stacks of font families: what is shipped, what lies beside the brief, what the reader's machine has."""
    others = "".join(f'"{name}",' for name in families(extra_fonts))
    return f':root{{--serif:"Brief Serif",{others}Georgia,serif;--sans:"Brief Sans",{others}system-ui,sans-serif}}'


def _fonts(characters: frozenset[str], extra_fonts: Path | None, faces: str = "Brief") -> str:
    """Write the faces of the shipped families and of those beside the brief, each with the characters that occur."""
    shipped = sorted(Path(str(files("briefkit") / "fonts")).glob(f"{faces}*.ttf"))
    own = "".join(_face(file, characters) for file in shipped)
    lacking = frozenset(character for character in characters if ord(character) > 127) - font_characters(shipped[0])
    others = sorted(extra_fonts.glob("*.ttf")) if extra_fonts and lacking else []
    return own + "".join(_face(file, lacking) for file in others if lacking & font_characters(file))


@cache
def font_characters(file: Path) -> frozenset[str]:
    """Return the characters for which a font file has a glyph; the file is read once."""
    from fontTools.ttLib import TTFont

    with TTFont(file) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def _face(file: Path, characters: frozenset[str]) -> str:
    """Write one face as data: the characters that occur, in the same bytes for the same characters."""
    import uharfbuzz
    from fontTools.ttLib import TTFont

    subset = uharfbuzz.SubsetInput()
    subset.unicode_set.update(map(ord, characters))
    subset.layout_feature_tag_set.clear()
    subset.layout_feature_tag_set.update(_FEATURES)
    subset.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    face = uharfbuzz.subset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))), subset)
    woff2 = io.BytesIO()
    with TTFont(io.BytesIO(face.blob.data), recalcTimestamp=False) as font:
        font.flavor = "woff2"
        font.save(woff2)
    source = f'src:url(data:font/woff2;base64,{base64.b64encode(woff2.getvalue()).decode()}) format("woff2")'
    style = FONT_STYLES.get(file.stem.rpartition("-")[2], FONT_STYLES["Regular"])
    return f'@font-face{{font-family:"{family(file)}";{style};font-display:block;{source}}}'


def family(file: Path) -> str:
    """Return the family that a font file is named for.

    Examples
    --------
    >>> family(Path("NotoSansJP-Regular.ttf"))
    'Noto Sans JP'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", file.stem.partition("-")[0])


def families(folder: Path | None) -> list[str]:
    """List the font families in a folder."""
    return sorted({family(file) for file in folder.glob("*.ttf")}) if folder else []


@lru_cache(maxsize=8)
def _refuse_requests(text: str) -> None:
    """Refuse a page, or its style sheet, that would fetch or run something."""
    shown = _DATA.sub("", text)
    lower = shown.lower()
    request = next(filter(None, (pattern.search(lower) for pattern in _REQUESTS)), None)
    if request:
        around = shown[max(request.start() - 40, 0) :][:120]
        raise ExportError(f"page: found {around!r}, expected a page that loads nothing; embed it as data")
