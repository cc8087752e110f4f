"""Measure words by their outlines, as a browser sets them; each word and each font is measured once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase, RendererBase
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.textpath import text_to_path

Extent = tuple[float, float, float]  # width, height and descent


class TextMeasurer(RendererBase):
    """Answer what matplotlib asks of a renderer about words, and draw nothing."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Extent:
        """Return the extent of a line in points."""
        return measure(s, prop)

    def _get_font_height_metrics(self, prop: FontProperties) -> Extent:
        """Return the heights of a font; matplotlib looks for this method before it asks the font, at each word."""
        size = prop.get_size_in_points()
        ascent, descent = _font_heights(*_face(prop))
        return ascent * size, descent * size, 0.0


class LayoutCanvas(FigureCanvasBase):
    """Hold a figure that is laid out but not drawn."""

    def get_renderer(self) -> RendererBase:
        """Return what matplotlib asks for the size of words."""
        return MEASURER


class SvgRenderer(TextMeasurer, RendererSVG):
    """Write SVG as matplotlib does, with the measures of the layout."""


MEASURER = TextMeasurer()  # one for the process: matplotlib caches by renderer what it has measured


def measure(text: str, prop: FontProperties) -> Extent:
    """Return width, height and descent of one line in points: of its words, and of the spaces between them."""
    size, face = prop.get_size_in_points(), _face(prop)
    widths, heights, descents = zip(*(_word_extent(word, *face) for word in text.split(" ")), strict=True)
    spaces = text.count(" ") * _space_width(*face)
    return (sum(widths) + spaces) * size, max(heights) * size, max(descents) * size


def _face(prop: FontProperties) -> tuple[Any, ...]:
    return tuple(prop.get_family()), prop.get_style(), prop.get_weight()


@lru_cache(maxsize=8192)
def _word_extent(word: str, families: tuple[str, ...], style: Any, weight: Any) -> Extent:
    """Measure a word where the size of type is 1."""
    font = FontProperties(family=list(families), style=style, weight=weight, size=1)
    return text_to_path.get_text_width_height_descent(word, font, False)


@lru_cache(maxsize=64)
def _space_width(*face: Any) -> float:
    return _word_extent("n n", *face)[0] - 2 * _word_extent("n", *face)[0]


@lru_cache(maxsize=64)
def _font_heights(families: tuple[str, ...], style: Any, weight: Any) -> tuple[float, float]:
    """Return ascent and descent, where the size of type is 1, as matplotlib reads them from a font."""
    font = FontProperties(family=list(families), style=style, weight=weight, size=1)
    file = get_font(fontManager.findfont(font))
    return file.ascender / file.units_per_EM, -file.descender / file.units_per_EM
