"""Draw charts from a notebook: `brief.chart.lines(figure, title=…, alt=…)`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from briefkit.annotated import AnnotatedText
from briefkit.charts import chart_cache, frame
from briefkit.notebook import cell
from briefkit.notebook.outputs import slug


class Charts:
    """The kinds of charts, by name.

    Parameters
    ----------
    say : callable
        Renders a template.
    show : callable
        Displays an output of the cell: kind, plain forms, payload.
    """

    def __init__(self, say: Callable[..., AnnotatedText], show: Callable[..., None]) -> None:
        self._say, self._show = say, show

    def __getattr__(self, kind: str) -> Any:
        if kind.startswith("_"):
            raise AttributeError(kind)
        return partial(self._draw, kind)

    def __dir__(self) -> list[str]:
        return list(frame.KINDS)

    @cell.only_shows
    def _draw(
        self, kind: str, *data: Any, title: str, alt: str, id: str = "", caption: str = "", **options: Any
    ) -> None:
        """Draw one chart, or take it from those drawn before; title, alt and caption are templates."""
        finding = self._say(title)
        words: dict[str, Any] = {"title": finding, "alt": str(self._say(alt))}
        words["caption"] = self._say(caption) if caption else None
        drawn, svg = chart_cache.get_or_draw(kind, data, chart=id or slug(str(finding)), **words, **options)
        payload = {key: value for key, value in drawn.items() if key not in ("kind", "sources")}
        self._show("chart", {"image/svg+xml": svg}, **payload)
