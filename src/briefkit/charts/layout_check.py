"""Check that a drawn chart can be read: no text on text, none cut, none too small."""

from __future__ import annotations

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from briefkit.charts.text_metrics import MEASURER

TALLEST = 640.0  # points: a page of A4 less its margins, the title and the source line


def layout_problems(figure: Figure, *, smallest: float = 7.0, slack: float = 0.6) -> list[str]:
    """List what is wrong with the words and the size of a chart.

    Parameters
    ----------
    figure : Figure
        As drawn at print size.
    smallest : float
        Least size of type in points.
    slack : float
        Points by which boxes may touch: the box of a line is a little taller than its letters.

    Returns
    -------
    list of str
        One sentence for each problem; empty when there is none.
    """
    figure.draw_without_rendering()
    texts = [(text, Text.get_window_extent(text, MEASURER)) for text in figure.findobj(Text) if _is_seen(text)]
    page = Bbox.from_bounds(0, 0, *(figure.get_size_inches() * figure.dpi))
    sizes = [(_name(text), float(text.get_fontsize())) for text, _ in texts]
    problems = [f'"{name}" is {size:g} pt' for name, size in sizes if size < smallest]
    if page.height > TALLEST:
        problems.append(f"the chart is {page.height:.0f} pt tall, more than a page holds")
    problems += [f'"{_name(text)}" is cut' for text, box in texts if _reaches_over(box, page, slack)]
    for (text, box), (other, other_box) in combinations(texts, 2):
        if _overlap(box, other_box, slack):
            problems.append(f'"{_name(text)}" lies on "{_name(other)}"')
    return problems


def _is_seen(text: Text) -> bool:
    return bool(text.get_visible() and text.get_text().strip() and text.axes is not None)


def _name(text: Text) -> str:
    return " ".join(text.get_text().split())[:60]


def _reaches_over(box: Bbox, page: Bbox, slack: float) -> bool:
    low, high = min(box.x0, box.y0), max(box.x1 - page.x1, box.y1 - page.y1)
    return bool(low < -slack or high > slack)


def _overlap(box: Bbox, other: Bbox, slack: float) -> bool:
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    height = min(box.y1, other.y1) - max(box.y0, other.y0)
    return bool(width > slack and height > slack)
