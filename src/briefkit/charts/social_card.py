"""Draw the picture of an edition that a messenger shows beside its address: title, day, bottom line, verdicts."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from briefkit.charts.text_layout import LEADING, block_width, wrap
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SPACING, STRONG, VERDICT, Look, font_families

Tally = Sequence[tuple[str, str, int]]
WIDTH, HEIGHT, EDGE = 1200, 630, 64  # pixels, as messengers ask for
_LEAST = 27.0  # size of the smallest words: a messenger shows the picture at a third
_TEXT = 29.0
_LOOK: Look = {"va": "top", "linespacing": SPACING}


def draw_card(kicker: str, title: str, text: str, tally: Tally) -> bytes:
    """Draw the card as PNG; the same words give the same bytes.

    Parameters
    ----------
    kicker, title, text : str
        A line above the title, the title, and a few sentences; what does not fit is cut at a word.
    tally : sequence of (verdict, words, count)
        How many claims have each verdict, and the words for that.
    """
    with matplotlib.rc_context({"font.family": list(font_families()), "text.parse_math": False}):
        figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        axes.set_axis_off()
        axes.add_artist(Rectangle((0, 0), 18, HEIGHT, fc=PALETTE[1], lw=0))
        axes.text(EDGE, 46, kicker, size=_LEAST, color=MUTED, weight=STRONG, **_LOOK)
        size = next((size for size in (66, 58, 50) if _count_lines(title, size, STRONG) <= 2), 44)
        head = _fit(title, 3, size, STRONG)
        axes.text(EDGE, 92, head, size=size, color=INK, weight=STRONG, **_LOOK)
        top = 92 + (head.count("\n") + 1) * size * LEADING + 26
        lines = int((HEIGHT - 128 - top) / (_TEXT * LEADING))
        axes.text(EDGE, top, _fit(text, lines, _TEXT), size=_TEXT, color=INK, **_LOOK)
        _draw_tally(axes, tally)
        buffer = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a letter that no font has is drawn as a box
            figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _draw_tally(axes: Axes, tally: Tally) -> None:
    """Draw a bar for each verdict, as long as its share of the claims, with the words below."""
    left, words_left, total = float(EDGE), float(EDGE), sum(count for *_, count in tally)
    for verdict, words, count in tally:
        colour, length = VERDICT[verdict], (WIDTH - 2 * EDGE) * count / total
        axes.add_artist(Rectangle((left, HEIGHT - 108), max(length - 4, 1), 16, fc=colour, lw=0))
        axes.text(words_left, HEIGHT - 76, words, size=_LEAST, color=colour, weight=STRONG, **_LOOK)
        left, words_left = left + length, words_left + block_width(words, _LEAST, STRONG) + 44


def _count_lines(text: str, size: float, weight: int = 400) -> int:
    return wrap(text, WIDTH - 2 * EDGE, size, weight).count("\n") + 1


def _fit(text: str, most: int, size: float, weight: int = 400) -> str:
    """Break a text into so many lines at most; the last of them says that there is more."""
    lines = wrap(text, WIDTH - 2 * EDGE, size, weight).split("\n")
    if len(lines) <= most:
        return "\n".join(lines)
    lines = lines[: max(most, 1)]
    while block_width(f"{lines[-1]} …", size, weight) > WIDTH - 2 * EDGE:
        lines[-1] = lines[-1].rpartition(" ")[0]
    return "\n".join([*lines[:-1], f"{lines[-1]} …"])
