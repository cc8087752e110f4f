"""Define the one look of all charts: colours, type and measures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib import font_manager

Look = dict[str, Any]
"""How something is drawn, by matplotlib's names."""

INK = "#111a22"
MUTED = "#55606b"
GRID = "#d5dbe1"
PAPER = "#ffffff"
WASH = "#eef1f4"
LAND = "#e3e0d8"
# Different to every common colour blindness and in greyscale; each 4.5:1 or better on white.
PALETTE = ("#2443b8", "#bb5a14", "#157060", "#701060", "#1c2b36")
VERDICT = {"holds": "#157060", "weakened": "#8a5a00", "overturned": "#a3162a", "unknown": "#55606b"}
# A verdict is read by its shape and word; the colour comes on top.
VERDICT_MARKER = {"holds": "o", "weakened": "D", "overturned": "X", "unknown": "s"}
COLOURS = {
    "ink": INK,
    "muted": MUTED,
    "grid": GRID,
    "paper": PAPER,
    "wash": WASH,
    "land": LAND,
    **{f"series-{place}": colour for place, colour in enumerate(PALETTE, 1)},
    **{f"verdict-{verdict}": colour for verdict, colour in VERDICT.items()},
}

WIDTH = 170 / 25.4 * 72  # points: the width of a column on A4 paper
COLUMN = 680  # pixels: the width of a column on a screen
MARGIN = 3.0  # points around the picture
TEXT, SMALL = 9.0, 8.4  # points on paper; on a screen 12 px and more
SPACING = 0.86  # of lines, where 1 is matplotlib's
STRONG = 600  # weight of what stands out, as shipped
LEGEND_ID = "legend"  # by which the SVG is searched for it

_FOLDERS = [Path(__file__).parents[1] / "fonts"]


def use_fonts(folder: Path) -> None:
    """Use the fonts in a folder, if there is one, for letters that the shipped fonts lack."""
    if folder.is_dir() and folder not in _FOLDERS:
        _FOLDERS[1:] = [folder]
        font_families.cache_clear()


def font_files() -> list[Path]:
    """List the shipped fonts, then the brief's."""
    return [file for folder in _FOLDERS for file in sorted(folder.glob("*.ttf"))]


@cache
def font_families() -> tuple[str, ...]:
    """List font families in order of preference: those shipped, then the brief's, or the one that matplotlib brings."""
    manager = font_manager.fontManager
    shipped: dict[str, list[font_manager.FontEntry]] = {}
    for file in font_files():
        manager.addfont(str(file))
        entry = manager.ttflist[-1]
        if "Serif" not in entry.name:
            shipped.setdefault(entry.name, []).append(entry)
    for entries in shipped.values():
        if all(entry.weight != STRONG for entry in entries):  # a script of one weight stands in for the other
            manager.ttflist.append(replace(entries[0], weight=STRONG))
    return tuple(shipped) or ("DejaVu Sans",)


def rc_settings() -> Look:
    """Return matplotlib's settings for a chart."""
    widths = {"axes.linewidth": 0.6, "grid.linewidth": 0.5, "lines.linewidth": 1.8, "hatch.linewidth": 0.6}
    text = {"font.family": list(font_families()), "font.size": TEXT, "text.color": INK, "text.parse_math": False}
    sizes = {f"{part}.labelsize": SMALL for part in ("xtick", "ytick")} | {"legend.fontsize": SMALL}
    colours = {"axes.edgecolor": MUTED, "grid.color": GRID, "xtick.color": MUTED, "ytick.color": MUTED}
    spines = {f"axes.spines.{side}": side == "bottom" for side in ("left", "right", "top", "bottom")}
    faces = {"figure.facecolor": "none", "axes.facecolor": "none", "axes.axisbelow": True}
    ticks = {"xtick.major.size": 3, "ytick.major.size": 0, "xtick.bottom": True, "xtick.major.width": 0.6}
    svg = {"svg.fonttype": "none", "svg.hashsalt": "briefkit", "axes.unicode_minus": True}
    return widths | text | sizes | colours | spines | faces | ticks | svg
