"""What makes a template a page: style sheet, fonts of the letters that occur, and a policy that lets nothing in."""

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
from briefkit.report.page_svg import classed, tints
from briefkit.report.provenance import FLAGS

STYLES = {
    "Regular": "font-weight:400;font-style:normal",
    "Italic": "font-weight:400;font-style:italic",
    "Bold": "font-weight:600;font-style:normal",
}
_WRITTEN = "\u201c\u201d\u2018\u2019\u2013\u2192\u2191\u2026\u2212\u00a0" + "".join(sign for sign, _ in FLAGS.values())
_FEATURES = [int.from_bytes(tag) for tag in b"kern liga lnum tnum pnum mark mkmk ccmp locl".split()]
_POLICY = "default-src 'none'; style-src '{hash}'; style-src-attr 'unsafe-inline'; img-src data:; font-src data:"
_CSS, _ALLOWED = "\uf8f0", "\uf8f1"  # where the style sheet and the policy go, once the page is known
_DATA = re.compile(r'<pre\b.*?</pre>|<style>|&[a-z]+;|<script type="application/ld\+json">[^<]*</script>', re.DOTALL)
_FETCHED = [  # one by one, each from a letter on that it must begin with: pages are long
    re.compile("<(?:script|link|iframe|object|embed|base|form)\\b"),
    re.compile("src(?<=\\bsrc)(?:set)?=(?![\"']data:)"),
    re.compile("@import"),
    re.compile("url\\((?![\"']?(?:data:|#))"),
]


def page(
    template: str,
    *,
    beside: Path | None = None,
    letters: frozenset[str] = frozenset(),
    faces: str = "Brief",
    **names: Any,
) -> str:
    """Lay out a template as a page of its own: no script, nothing from the network.

    Parameters
    ----------
    template : str
        File in `templates/`; it is given `css` and `policy` with `names`.
    beside : Path or None
        Folder with fonts of other scripts.
    letters : frozenset of str
        Letters to embed; those that occur when empty.
    faces : str
        What the shipped faces to embed are called at the start: "BriefSans" for a page without long text.

    Raises
    ------
    ExportError
        If the page would load something from elsewhere.
    """
    from markupsafe import Markup

    laid_out = _template(template).render(css=Markup(_CSS), policy=Markup(_ALLOWED), **names)
    body, rules = classed(laid_out)
    body = body.replace("&#39;", "'")  # our attributes stand in double quotes
    fonts = _fonts(letters or letters_of(body), beside, faces)
    css = fonts + tints(body + rules) + _stacks(beside) + _text("page.css") + rules
    _refuse_requests(body)
    _refuse_requests(css)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return body.replace(_CSS, css).replace(_ALLOWED, _POLICY.format(hash=f"sha256-{digest}"))


def letters_of(text: Iterable[str]) -> frozenset[str]:
    """Letters that can be printed, with all of ASCII and what templates write themselves, in any text."""
    always = frozenset(map(chr, range(32, 127))) | frozenset(_WRITTEN)
    return always | {letter for letter in set(text) if letter.isprintable()}


def ready() -> None:
    """Import what makes fonts small, and compile the templates of an edition, while there is nothing to lay out yet."""
    import fontTools.ttLib.woff2  # noqa: F401
    import uharfbuzz  # noqa: F401

    for name in ("page.html.j2", "figure.html.j2", "index.html.j2"):
        _template(name)


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, StrictUndefined

    class Plain(Environment):
        """Looks into the nodes of the page model first, of which pages are mostly made."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)

    environment = Plain(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_text(name))


@cache
def _text(name: str) -> str:
    return (files("briefkit.report") / "templates" / name).read_text("utf-8")


def _stacks(beside: Path | None) -> str:
    """Stacks of families: what is shipped, what lies beside the brief, what the reader's machine has."""
    others = "".join(f'"{name}",' for name in families(beside))
    return f':root{{--serif:"Brief Serif",{others}Georgia,serif;--sans:"Brief Sans",{others}system-ui,sans-serif}}'


def _fonts(letters: frozenset[str], beside: Path | None, faces: str = "Brief") -> str:
    """Faces of the shipped families and of those beside the brief, each with no more than the letters that occur."""
    shipped = sorted(Path(str(files("briefkit") / "fonts")).glob(f"{faces}*.ttf"))
    own = "".join(_face(file, letters) for file in shipped)
    lacking = frozenset(letter for letter in letters if ord(letter) > 127) - _has(shipped[0])
    others = sorted(beside.glob("*.ttf")) if beside and lacking else []
    return own + "".join(_face(file, lacking) for file in others if lacking & _has(file))


@cache
def _has(file: Path) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    with TTFont(file) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def _face(file: Path, letters: frozenset[str]) -> str:
    """One face as data: the letters that occur, in the same bytes for the same letters."""
    import uharfbuzz
    from fontTools.ttLib import TTFont

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, letters))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(_FEATURES)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    less = uharfbuzz.subset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))), wanted)
    written = io.BytesIO()
    with TTFont(io.BytesIO(less.blob.data), recalcTimestamp=False) as font:
        font.flavor = "woff2"
        font.save(written)
    source = f'src:url(data:font/woff2;base64,{base64.b64encode(written.getvalue()).decode()}) format("woff2")'
    style = STYLES.get(file.stem.rpartition("-")[2], STYLES["Regular"])
    return f'@font-face{{font-family:"{family(file)}";{style};font-display:block;{source}}}'


def family(file: Path) -> str:
    """NotoSansJP-Regular.ttf is "Noto Sans JP"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", file.stem.partition("-")[0])


def families(folder: Path | None) -> list[str]:
    """Families that lie beside the brief."""
    return sorted({family(file) for file in folder.glob("*.ttf")}) if folder else []


@lru_cache(maxsize=8)
def _refuse_requests(text: str) -> None:
    """The last look at a page, or its style sheet: nothing is fetched or run."""
    shown = _DATA.sub("", text)
    low = shown.lower()
    found = next(filter(None, (request.search(low) for request in _FETCHED)), None)
    if found:
        around = shown[max(found.start() - 40, 0) :][:120]
        raise ExportError(f"page: found {around!r}, expected a page that loads nothing; embed it as data")
