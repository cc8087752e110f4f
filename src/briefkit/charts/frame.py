"""The frame that every chart passes: one look, one width, a text for who cannot see it, its data and sources.

A kind of chart is a file here with `draw(axes, *data, **options)`, which draws and returns the data shown.
"""

from __future__ import annotations

import math
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from briefkit.charts import kinds
from briefkit.charts.chart_cache import kept
from briefkit.charts.layout_check import layout_problems
from briefkit.charts.social_card import card
from briefkit.charts.svg import svg
from briefkit.charts.theme import COLOURS, GRID, INK, MUTED, PALETTE, PAPER, VERDICT, canvas, fit, size, use_fonts
from briefkit.errors import ExportError, UnknownName
from briefkit.ledger.readings import readings_of

__all__ = [
    "COLOURS",
    "GRID",
    "INK",
    "KINDS",
    "MUTED",
    "PALETTE",
    "PAPER",
    "VERDICT",
    "card",
    "draw",
    "frame",
    "kept",
    "layout_problems",
    "use_fonts",
    "used",
]

KINDS = tuple(module.name for module in pkgutil.iter_modules(kinds.__path__))
Told = dict[str, Any]


def frame(
    kind: str,
    data: Iterable[Any],
    *,
    chart: str,
    title: Told | str,
    alt: Told | str,
    caption: Told | str | None = None,
    unit: str | None = None,
    sources: Mapping[str, Any] | None = None,
    **options: Any,
) -> tuple[dict[str, Any], str]:
    """Draw one chart.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    data : iterable
        What `draw` of the kind takes: figures, frames, lists or dicts of these.
    chart : str
        Id on the page, a slug; all ids in the picture begin with it.
    title, alt, caption : told or str
        The finding; what a reader would see; more, if need be.
    unit : str, optional
        As a reader sees it; by default the unit that all figures share.
    sources : mapping, optional
        Records of sources by id; those that the data come from are kept.
    **options
        Of the kind.

    Returns
    -------
    payload : dict
        `kind` "chart", with title, alt, unit, caption, reads, sources and the data shown.
    svg : str
        The picture, 170 mm wide on paper and 680 px on a screen.

    Raises
    ------
    UnknownName
        If there is no such kind.
    ExportError
        If title or alt is missing, or alt only repeats the title; or the id is no slug.
    """
    _refuse(kind, chart, said(title), said(alt))
    things = list(data)
    with draw(kind, *things, **options) as (picture, shown):
        drawn = svg(picture, chart=chart, alt=said(alt))
    readings = _readings(things, shown) + _readings(list(options.values()), shown)
    readings += _beside(readings, title, caption)
    payload = {
        "kind": "chart",
        "chart": chart,
        "type": kind,
        "title": _told(title),
        "alt": said(alt),
        "unit": _unit(things) if unit is None else unit,
        "caption": _credited(caption, things),
        "readings": readings,
        "data": {"columns": [str(name) for name in shown.columns], "rows": _rows(shown)},
        "sources": {name: sources[name] for name in _named(readings) if name in sources} if sources else {},
    }
    return payload, drawn


def used(kind: str, data: Iterable[Any]) -> list[Any]:
    """Data without what a kind of chart passes over: what moves there draws nothing again."""
    keys = getattr(import_module(f"briefkit.charts.kinds.{kind}"), "USES", None) if kind in KINDS else None
    if keys is None:
        return list(data)
    return [[{key: row[key] for key in keys if key in row} for row in rows] for rows in data]


@contextmanager
def draw(kind: str, *data: Any, **options: Any) -> Iterator[tuple[Picture, pd.DataFrame]]:
    """The picture of one kind as a matplotlib figure, laid out, and the data that it shows."""
    with canvas() as axes:
        shown: pd.DataFrame = import_module(f"briefkit.charts.kinds.{kind}").draw(axes, *data, **options)
        if shown.empty:
            _blank(axes)
        elif not axes.axison and kind != "places":  # boxes and words have their places: nothing to cut
            for part in axes.get_children():
                part.set_clip_on(False)
        fit(axes)
        picture = axes.get_figure(root=True)
        assert picture is not None
        yield picture, shown


def said(text: Told | str | None) -> str:
    """A told text as plain words."""
    if not isinstance(text, Mapping):
        return str(text or "").strip()
    notes = text.get("notes", [])
    return re.sub("\ue000(\\d+)\ue001", lambda spot: str(notes[int(spot[1])]["text"]), str(text["text"])).strip()


def _told(text: Told | str) -> Told:
    return dict(text) if isinstance(text, Mapping) else {"text": text, "notes": []}


def _credited(caption: Told | str | None, things: Iterable[Any]) -> Told | None:
    """The caption, and whom shapes that lie beside the ledger are from, as their file says; without its brackets."""
    whose = [str(one["metadata"]["attribution"]) for one in things if isinstance(one, Mapping) and "metadata" in one]
    given = [f"{text[:1].lower()}{text[1:]}".partition(" (")[0] for text in whose]
    if not given:
        return _told(caption) if caption else None
    told = _told(caption or "")
    return told | {"text": " ".join(filter(None, [told["text"], f"Outlines: {'; '.join(given)}."]))}


def _refuse(kind: str, chart: str, title: str, alt: str) -> None:
    if kind not in KINDS:
        raise UnknownName("kind of chart", kind, KINDS)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", chart):
        raise ExportError(f'chart: found id "{chart}", expected a slug such as lng-share; name it with id=')
    if not title:
        raise ExportError(f"chart {chart}: found no title, expected the finding in one sentence; give it with title=")
    if not alt:
        raise ExportError(f"chart {chart}: found no alt text, expected what a reader would see; give it with alt=")
    if _plain(alt) == _plain(title):
        raise ExportError(f"chart {chart}: found the title again as alt text, expected what a reader would see")


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _blank(axes: Axes) -> None:
    axes.clear()
    size(axes, 60)
    axes.set_axis_off()
    axes.text(0.5, 0.5, "Nothing known by this day", transform=axes.transAxes, ha="center", va="center", color=MUTED)


def _readings(things: Any, shown: pd.DataFrame) -> list[Any]:
    """Provenance of what is drawn: of a figure drawn through time, every period that is shown."""
    if not {"figure", "period"} <= set(shown):
        return readings_of(*things)
    drawn = set(zip(shown["figure"], shown["period"], strict=True))
    found = []
    for one in _flat(things):
        latest = readings_of(one)
        rest = [read for read in getattr(one, "history_readings", ()) if (read["figure"], read["period"]) in drawn]
        known = {(read.get("figure"), read.get("period")) for read in latest}
        found += latest + [read for read in rest if (read["figure"], read["period"]) not in known]
    return found


def _beside(readings: Iterable[Any], *texts: Told | str | None) -> list[Any]:
    """What title and caption read from sources that the picture does not name: the line below it names all."""
    named = set(_named(readings))
    told = [note for text in texts if isinstance(text, Mapping) for note in text.get("notes", [])]
    return [read for note in told for read in note["readings"] if read.get("source") and read["source"] not in named]


def _flat(things: Iterable[Any]) -> list[Any]:
    found = []
    for thing in things:
        inner = list(thing.values()) if isinstance(thing, Mapping) else thing
        found += _flat(inner) if isinstance(inner, (list, tuple)) else [thing]
    return found


def _named(readings: Iterable[Any]) -> list[str]:
    return sorted({str(read["source"]) for read in readings if read.get("source")})


def _unit(things: Any) -> str:
    units = {str(one.unit) for one in _flat(things) if getattr(one, "known", False) and hasattr(one, "unit")}
    return units.pop() if len(units) == 1 else ""


def _rows(shown: pd.DataFrame) -> list[list[Any]]:
    cells = shown.astype(object).to_numpy().tolist()
    return [[_cell(cell) for cell in row] for row in cells]


def _cell(cell: Any) -> Any:
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat()
    if isinstance(cell, (bool, int, str)):
        return cell
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)) or cell is pd.NaT:
        return None
    return float(cell) if isinstance(cell, float) else str(cell)
