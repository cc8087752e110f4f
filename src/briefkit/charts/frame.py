"""Draw charts: one look, one width, a text for who cannot see the picture, its data and sources.

A kind of chart is a module of `briefkit.charts.kinds`, whose docstring says what one consists of.
"""

from __future__ import annotations

import math
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from briefkit.annotated import AnnotatedText
from briefkit.charts import kinds
from briefkit.charts.canvas import canvas, fit_to_labels, set_height
from briefkit.charts.screen_layout import describe
from briefkit.charts.svg import write_svg
from briefkit.charts.theme import MUTED
from briefkit.errors import ExportError, UnknownName
from briefkit.ledger.readings import readings_of

KINDS = tuple(module.name for module in pkgutil.iter_modules(kinds.__path__))
Text = AnnotatedText | Mapping[str, Any] | str


def draw_chart(
    kind: str,
    data: Iterable[Any],
    *,
    chart: str,
    title: Text,
    alt: Text,
    caption: Text | None = None,
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
    title, alt, caption : annotated text or str
        The finding; what a reader would see; more, if need be.
    unit : str, optional
        As a reader sees it; by default the unit that all figures share.
    sources : mapping, optional
        Records of sources by id; the payload takes those that the data come from.
    **options
        Of the kind.

    Returns
    -------
    payload : dict
        `kind` "chart", with title, alt, unit, caption, readings, sources, the data shown, and the `layout` that small
        screens need (see `screen_layout.describe`).
    svg : str
        The picture, 170 mm wide on paper and 680 px on a screen.

    Raises
    ------
    UnknownName
        If there is no such kind.
    ExportError
        If title or alt is missing, or alt only repeats the title; or the id is no slug.
    """
    headline, name = AnnotatedText.from_payload(title), str(AnnotatedText.from_payload(alt)).strip()
    _check_words(chart, str(headline).strip(), name)
    inputs = list(data)
    unit = _shared_unit(inputs) if unit is None else unit
    with drawing(kind, *inputs, **options) as (picture, shown):
        svg, legend = write_svg(picture, chart=chart, alt=name)
        columns, rows = [str(column) for column in shown.columns], _rows(shown)
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        layout = describe(picture, _module(kind), shown, records, unit) | {"legend": legend}
    readings = _readings(inputs, shown) + _readings(list(options.values()), shown)
    readings += _readings_of_words(readings, title, caption)
    payload = {
        "kind": "chart",
        "chart": chart,
        "type": kind,
        "title": headline.payload(),
        "alt": name,
        "unit": unit,
        "caption": _attributed(caption, inputs),
        "readings": readings,
        "data": {"columns": columns, "rows": rows},
        "layout": layout,
        "sources": {source: sources[source] for source in _sources(readings) if source in sources} if sources else {},
    }
    return payload, svg


@contextmanager
def drawing(kind: str, *data: Any, **options: Any) -> Iterator[tuple[Picture, pd.DataFrame]]:
    """Draw and lay out one kind of chart as a matplotlib figure, and give it with the data that it shows."""
    module = _module(kind)
    with canvas() as axes:
        shown: pd.DataFrame = module.draw(axes, *data, **options)
        if shown.empty:
            _write_nothing_known(axes)
        elif not axes.axison and not getattr(module, "CLIPPED", False):  # boxes and words have their places
            for artist in axes.get_children():
                artist.set_clip_on(False)
        fit_to_labels(axes)
        picture = axes.get_figure(root=True)
        assert picture is not None
        yield picture, shown


def fields_drawn(kind: str, data: Iterable[Any]) -> list[Any]:
    """Drop from the data the keys that a kind of chart does not draw, so that a change there draws nothing again."""
    keys = getattr(_module(kind), "FIELDS", None) if kind in KINDS else None
    if keys is None:
        return list(data)
    return [[{key: row[key] for key in keys if key in row} for row in rows] for rows in data]


def _module(kind: str) -> ModuleType:
    if kind not in KINDS:
        raise UnknownName("kind of chart", kind, KINDS)
    return import_module(f"briefkit.charts.kinds.{kind}")


def _check_words(chart: str, title: str, alt: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", chart):
        raise ExportError(f'chart: found id "{chart}", expected a slug such as lng-share; name it with id=')
    if not title:
        raise ExportError(f"chart {chart}: found no title, expected the finding in one sentence; give it with title=")
    if not alt:
        raise ExportError(f"chart {chart}: found no alt text, expected what a reader would see; give it with alt=")
    if _letters(alt) == _letters(title):
        raise ExportError(f"chart {chart}: found the title again as alt text, expected what a reader would see")


def _letters(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _attributed(caption: Text | None, inputs: Iterable[Any]) -> dict[str, Any] | None:
    """Return the caption with the makers of outlines that lie beside the ledger, as their file names them."""
    files = [item["metadata"] for item in inputs if isinstance(item, Mapping) and "metadata" in item]
    makers = [str(metadata["attribution"]).partition(" (")[0] for metadata in files]
    outlines = "; ".join(f"{maker[:1].lower()}{maker[1:]}" for maker in makers)
    sentences = [caption, f"Outlines: {outlines}."] if makers else [caption]
    text = AnnotatedText.join([sentence for sentence in sentences if sentence], " ")
    return text.payload() if text else None


def _write_nothing_known(axes: Axes) -> None:
    axes.clear()
    set_height(axes, 60)
    axes.set_axis_off()
    axes.text(0.5, 0.5, "Nothing known by this day", transform=axes.transAxes, ha="center", va="center", color=MUTED)


def _readings(inputs: Any, shown: pd.DataFrame) -> list[Any]:
    """Return the provenance of what is drawn: of a figure drawn through time, every period that is shown."""
    if not {"figure", "period"} <= set(shown):
        return readings_of(*inputs)
    drawn = set(zip(shown["figure"], shown["period"], strict=True))
    readings = []
    for item in _flat(inputs):
        latest = readings_of(item)
        history = [
            reading
            for reading in getattr(item, "history_readings", ())
            if (reading["figure"], reading["period"]) in drawn
        ]
        known = {(reading.get("figure"), reading.get("period")) for reading in latest}
        readings += latest + [reading for reading in history if (reading["figure"], reading["period"]) not in known]
    return readings


def _readings_of_words(readings: Iterable[Any], *texts: Text | None) -> list[Any]:
    """Return what title and caption read from sources that the picture does not name: the source line names all."""
    named = set(_sources(readings))
    notes = [note for text in texts for note in AnnotatedText.from_payload(text).notes]
    of_words = [reading for note in notes for reading in note["readings"]]
    return [reading for reading in of_words if reading.get("source") and reading["source"] not in named]


def _flat(inputs: Iterable[Any]) -> list[Any]:
    items = []
    for item in inputs:
        inner = list(item.values()) if isinstance(item, Mapping) else item
        items += _flat(inner) if isinstance(inner, (list, tuple)) else [item]
    return items


def _sources(readings: Iterable[Any]) -> list[str]:
    return sorted({str(reading["source"]) for reading in readings if reading.get("source")})


def _shared_unit(inputs: Any) -> str:
    units = {str(item.unit) for item in _flat(inputs) if getattr(item, "known", False) and hasattr(item, "unit")}
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
