"""Whether a drawn chart can be read: no text on text, none cut, none too small."""

from __future__ import annotations

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from briefkit.charts.text_metrics import MEASURER

TALLEST = 640.0  # points: a page of A4 less its margins, the title and the source line


def layout_problems(figure: Figure, *, smallest: float = 7.0, slack: float = 0.6) -> list[str]:
    """What is wrong with the words and the size of a chart, one sentence each; empty when nothing is.

    Parameters
    ----------
    figure : Figure
        As drawn at print size.
    smallest : float
        Least size of type in points.
    slack : float
        Points by which boxes may touch: the box of a line is a little taller than its letters.
    """
    figure.draw_without_rendering()
    texts = [(text, Text.get_window_extent(text, MEASURER)) for text in figure.findobj(Text) if _seen(text)]
    page = Bbox.from_bounds(0, 0, *(figure.get_size_inches() * figure.dpi))
    found = [
        f'"{_name(text)}" is {text.get_fontsize():g} pt' for text, _ in texts if float(text.get_fontsize()) < smallest
    ]
    if page.height > TALLEST:
        found.append(f"the chart is {page.height:.0f} pt tall, more than a page holds")
    found += [f'"{_name(text)}" is cut' for text, box in texts if _outside(box, page, slack)]
    for (one, box), (other, second) in combinations(texts, 2):
        if _overlap(box, second, slack):
            found.append(f'"{_name(one)}" lies on "{_name(other)}"')
    return found


def _seen(text: Text) -> bool:
    return bool(text.get_visible() and text.get_text().strip() and text.axes is not None)


def _name(text: Text) -> str:
    return " ".join(text.get_text().split())[:60]


def _outside(box: Bbox, page: Bbox, slack: float) -> bool:
    low, high = min(box.x0, box.y0), max(box.x1 - page.x1, box.y1 - page.y1)
    return bool(low < -slack or high > slack)


def _overlap(one: Bbox, other: Bbox, slack: float) -> bool:
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(wide > slack and high > slack)
