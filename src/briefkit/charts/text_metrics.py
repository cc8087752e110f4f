"""How wide words are: by their outlines, as a browser sets them; each word and each font is measured once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase, RendererBase
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.textpath import text_to_path

Extent = tuple[float, float, float]


class TextMeasurer(RendererBase):
    """Answers what matplotlib asks of a renderer about words, and draws nothing."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Extent:
        """As matplotlib does, in points."""
        return measure(s, prop)

    def _get_font_height_metrics(self, prop: FontProperties) -> Extent:
        """Matplotlib looks for this method before it asks the font itself, at each word."""
        size = prop.get_size_in_points()
        above, below = _heights(*_face(prop))
        return above * size, below * size, 0.0


class LayoutCanvas(FigureCanvasBase):
    """A figure that is laid out but not drawn."""

    def get_renderer(self) -> RendererBase:
        """Whom matplotlib asks for the size of words."""
        return MEASURER


class SvgRenderer(TextMeasurer, RendererSVG):
    """Matplotlib's SVG with the same measures."""


MEASURER = TextMeasurer()  # one for the whole process: what matplotlib has measured with it is kept as long


def measure(text: str, prop: FontProperties) -> Extent:
    """Width, height and descent of one line in points: of its words, and of the spaces between them."""
    size, face = prop.get_size_in_points(), _face(prop)
    widths, heights, descents = zip(*(_word(word, *face) for word in text.split(" ")), strict=True)
    spaces = text.count(" ") * _space(*face)
    return (sum(widths) + spaces) * size, max(heights) * size, max(descents) * size


def _face(prop: FontProperties) -> tuple[Any, ...]:
    return tuple(prop.get_family()), prop.get_style(), prop.get_weight()


@lru_cache(maxsize=8192)
def _word(word: str, families: tuple[str, ...], style: Any, weight: Any) -> Extent:
    """Measures where the size of type is 1."""
    font = FontProperties(family=list(families), style=style, weight=weight, size=1)
    return text_to_path.get_text_width_height_descent(word, font, False)


@lru_cache(maxsize=64)
def _space(*face: Any) -> float:
    return _word("n n", *face)[0] - 2 * _word("n", *face)[0]


@lru_cache(maxsize=64)
def _heights(families: tuple[str, ...], style: Any, weight: Any) -> tuple[float, float]:
    """Ascent and descent, where the size of type is 1, as matplotlib reads them from a font."""
    font = FontProperties(family=list(families), style=style, weight=weight, size=1)
    file = get_font(fontManager.findfont(font))
    return file.ascender / file.units_per_EM, -file.descender / file.units_per_EM
