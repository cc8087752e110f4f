"""The formats that a report is written in, by the name that `--to` takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from briefkit.report.model import Report


@dataclass(frozen=True)
class Format:
    """An output format.

    Attributes
    ----------
    file : str
        Name of the file in an edition's folder.
    module : str
        Module of `briefkit.report` with `render(report)`; it may have `begin(report)` as well, see there.
    """

    file: str
    module: str

    def render(self, report: Report) -> bytes:
        """Return the bytes of the whole report in this format."""
        return self.begin(report)()

    def begin(self, report: Report) -> Callable[[], bytes]:
        """Do the part of `render` that holds Python's lock; return the rest, which other threads can run beside."""
        module = import_module(f"briefkit.report.{self.module}")
        if hasattr(module, "begin"):
            finish: Callable[[], bytes] = module.begin(report)
            return finish
        content = module.render(report)
        return lambda: content if isinstance(content, bytes) else content.encode("utf-8")


FORMATS = {
    "html": Format("index.html", "html"),
    "pdf": Format("brief.pdf", "pdf"),
    "json": Format("edition.json", "edition_json"),
}
