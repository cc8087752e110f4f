"""The picture of an edition that a messenger shows beside its address: title, day, bottom line, verdicts."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from briefkit.charts.text_layout import LEADING, wide, wrap
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SPACING, STRONG, VERDICT, Look, families

WIDE, HIGH, EDGE = 1200, 630, 64  # pixels, as messengers ask for
_LEAST = 27.0  # size of the smallest words: a messenger shows the picture at a third


def draw_card(kicker: str, title: str, text: str, tally: Sequence[tuple[str, str, int]]) -> bytes:
    """The picture as PNG; the same words give the same bytes.

    Parameters
    ----------
    kicker, title, text : str
        A line above the title, the title, and a few sentences; what does not fit is cut at a word.
    tally : sequence of (verdict, words, count)
        How many claims have each verdict, and how that is said.
    """
    with matplotlib.rc_context({"font.family": list(families()), "text.parse_math": False}):
        figure = Figure(figsize=(WIDE / 72, HIGH / 72), dpi=72, facecolor=PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDE), ylim=(HIGH, 0))
        axes.set_axis_off()
        axes.add_artist(Rectangle((0, 0), 18, HIGH, fc=PALETTE[1], lw=0))
        look: Look = {"va": "top", "linespacing": SPACING}
        axes.text(EDGE, 46, kicker, size=_LEAST, color=MUTED, weight=STRONG, **look)
        size = next((one for one in (66, 58, 50) if _lines(title, one, STRONG) <= 2), 44)
        head = _fitted(title, 3, size, STRONG)
        axes.text(EDGE, 92, head, size=size, color=INK, weight=STRONG, **look)
        top = 92 + (head.count("\n") + 1) * size * LEADING + 26
        room = int((HIGH - 128 - top) / (29 * LEADING))
        axes.text(EDGE, top, _fitted(text, room, 29), size=29, color=INK, **look)
        left, whole = float(EDGE), sum(count for *_, count in tally)
        words = float(EDGE)
        for verdict, said, count in tally:
            colour, long = VERDICT[verdict], (WIDE - 2 * EDGE) * count / whole
            axes.add_artist(Rectangle((left, HIGH - 108), max(long - 4, 1), 16, fc=colour, lw=0))
            axes.text(words, HIGH - 76, said, size=_LEAST, color=colour, weight=STRONG, **look)
            left, words = left + long, words + wide(said, _LEAST, STRONG) + 44
        written = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a letter that no font has is drawn as a box
            figure.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()


def _lines(text: str, size: float, weight: int = 400) -> int:
    return wrap(text, WIDE - 2 * EDGE, size, weight).count("\n") + 1


def _fitted(text: str, most: int, size: float, weight: int = 400) -> str:
    """Broken into lines, at most so many; the last of them says that there is more."""
    lines = wrap(text, WIDE - 2 * EDGE, size, weight).split("\n")
    if len(lines) <= most:
        return "\n".join(lines)
    kept = lines[: max(most, 1)]
    while wide(f"{kept[-1]} …", size, weight) > WIDE - 2 * EDGE:
        kept[-1] = kept[-1].rpartition(" ")[0]
    return "\n".join([*kept[:-1], f"{kept[-1]} …"])
