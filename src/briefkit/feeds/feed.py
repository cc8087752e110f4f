"""A feed: where new values of figures come from and how they are read, as `data/feeds/<feed>.yaml` says."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from briefkit.errors import FeedError, Problem, UnknownName
from briefkit.feeds.grid import cell_range
from briefkit.feeds.period_forms import is_form
from briefkit.feeds.series import Series, series_of_mapping, series_of_table
from briefkit.ledger.periods import is_period
from briefkit.yaml_files import Lines, read_mapping, schema_problems

_NAMES = re.compile(r"\{(\w+)\}")
_GRIDS = ("csv", "xlsx", "html")
"""Formats whose documents are rows and columns of cells."""
_VALUE = {"sdmx": "OBS_VALUE", "json-stat": "value"}
_PERIOD = {"sdmx": "TIME_PERIOD"}
_FLAGS = {"sdmx": "OBS_STATUS", "json-stat": "status"}
MEGABYTES, SECONDS = 50.0, 120.0
"""Limits of a document where the feed sets no others."""


@dataclass(frozen=True)
class Feed:
    """One feed, checked.

    Attributes
    ----------
    name : str
        That of the file.
    path : Path
        The YAML file.
    settings : dict
        What it says, but for `series`; see `feed.schema.json`.
    series : tuple of Series
        One for each figure.
    """

    name: str
    path: Path
    settings: dict[str, Any] = field(repr=False)
    series: tuple[Series, ...] = field(repr=False)

    @property
    def source(self) -> str:
        """Id of the source that publishes the values."""
        return str(self.settings["source"])

    @property
    def format(self) -> str:
        """Of its documents."""
        return str(self.settings["format"])

    @property
    def read(self) -> dict[str, Any]:
        """How a document becomes a table."""
        return dict(self.settings.get("read", {}))

    @property
    def value(self) -> str:
        """The column of values."""
        return str(self.settings.get("value") or _VALUE.get(self.format, "value"))

    @property
    def period(self) -> dict[str, Any]:
        """Where periods stand, and their form."""
        return {"column": _PERIOD.get(self.format, ""), **self.settings["period"]}

    @property
    def flags(self) -> dict[str, Any]:
        """The column of flags, and what each means."""
        return {"column": _FLAGS.get(self.format, ""), "flags": {}} | dict(self.settings.get("status", {}))

    @property
    def published(self) -> tuple[str, Any]:
        """How the day of publication is known: by a `column`, `header` or `calendar`, `last-modified`, `first-seen`."""
        stated = self.settings["published"]
        return (stated, None) if isinstance(stated, str) else next(iter(stated.items()))

    @property
    def limits(self) -> tuple[int, float]:
        """Bytes of an unpacked document, and seconds of a fetch."""
        stated = self.settings.get("limits", {})
        return int(float(stated.get("megabytes", MEGABYTES)) * 1_000_000), float(stated.get("seconds", SECONDS))


def feeds_in(folder: Path) -> list[str]:
    """Return the names of all feeds in a folder, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def load_feeds(folder: Path, names: Iterable[str] = ()) -> list[Feed]:
    """Read feeds and check them: those named, or all.

    Raises
    ------
    UnknownName
        If there is no feed of a name.
    FeedError
        With every problem of every file.
    """
    known = feeds_in(folder)
    feeds, wrong = list[Feed](), list[Problem]()
    for name in names or known:
        if name not in known:
            raise UnknownName("feed", name, known)
        try:
            feeds.append(load_feed(folder / f"{name}.yaml"))
        except FeedError as error:
            wrong += error.problems
    if wrong:
        raise FeedError(wrong)
    return feeds


def load_feed(path: Path) -> Feed:
    """Read one feed and check it, without the ledger and the network.

    Raises
    ------
    FeedError
        With every problem of the file.
    """
    values, lines = read_mapping(path, FeedError)
    formats = {
        "day": lambda text: len(text) == 10 and is_period(text),
        "period_form": is_form,
        "encoding": _is_encoding,
        "cell_range": lambda text: cell_range(text) is not None,
    }
    wrong = schema_problems(path, values, lines, _schema(), formats)
    if wrong:
        raise FeedError(wrong)
    stated = values.pop("series")
    series = tuple(series_of_table(path, stated) if isinstance(stated, str) else series_of_mapping(stated, lines))
    feed = Feed(path.stem, path, values, series)
    wrong = [*_address_problems(feed, lines), *_reading_problems(feed, lines), *_series_problems(feed)]
    if wrong:
        raise FeedError(wrong)
    return feed


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(Path(__file__).with_name("feed.schema.json").read_text(encoding="utf-8"))
    return schema


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


# -- what a schema cannot say --------------------------------------------------------------------


def _address_problems(feed: Feed, lines: Lines) -> Iterator[Problem]:
    settings, file = feed.settings, str(feed.path)
    if ("url" in settings) == ("sdmx" in settings):
        found = "both url and sdmx" if "url" in settings else "neither url nor sdmx"
        yield Problem(file, lines.get(("sdmx",)), "url", found, "one of them", "say where documents are")
        return
    if "sdmx" in settings:
        if ("agency" in settings["sdmx"]) == ("at" in settings["sdmx"]):
            expected = "either agency or at"
            yield Problem(file, lines.get(("sdmx",)), "sdmx", "both or none of agency and at", expected, "name one")
        if feed.format != "sdmx":
            yield Problem(file, lines.get(("format",)), "format", f'"{feed.format}"', "sdmx", "correct the format")
        return
    line = lines.get(("url",))
    known = set(settings.get("parameters", {})) | ({"period"} if "periods" in settings else set())
    for name in sorted(set(_NAMES.findall(settings["url"])) - known):
        remedy = "say with periods which ones" if name == "period" else "give it under parameters"
        yield Problem(file, line, "url", f"{{{name}}}", "names that parameters or periods explain", remedy)
    if "periods" in settings and "{period}" not in settings["url"]:
        yield Problem(file, line, "url", "no {period}", "{period}, as the feed has periods", "put it into the address")
    if re.match(r"\w+://[^/]*@", settings["url"]):
        expected, remedy = "no user in an address", "give a token as a parameter $NAME, read from the environment"
        yield Problem(file, line, "url", "a name or password before @", expected, remedy)


def _reading_problems(feed: Feed, lines: Lines) -> Iterator[Problem]:
    file, period = str(feed.path), feed.period
    across, ranges = "across" in period, all(series.cells for series in feed.series)
    if not (period["column"] or across or ranges or feed.format == "json-stat"):
        expected, remedy = "column, or across: true", "say where periods stand"
        yield Problem(file, lines.get(("period",)), "period", "neither of them", expected, remedy)
    if across and feed.format not in _GRIDS:
        expected = f"a format with rows and columns ({', '.join(_GRIDS)})"
        yield Problem(file, lines.get(("period",)), "period.across", f'"{feed.format}"', expected, "name a column")


def _series_problems(feed: Feed) -> Iterator[Problem]:
    file = str(feed.path)
    for series in feed.series:
        place = f"series.{series.figure}"
        ranges = cell_range(series.cells), cell_range(series.periods)
        if series.cells and feed.format not in _GRIDS:
            expected = f"where, as {feed.format} has no cells"
            yield Problem(file, series.line, place, f'cells "{series.cells}"', expected, "select by columns")
        elif series.cells and not all(ranges):
            yield Problem(file, series.line, place, "cells without periods", "both", "add periods: a range as long")
        elif series.cells and len(ranges[0] or ()) != len(ranges[1] or ()):
            found = f"{len(ranges[0] or ())} cells and {len(ranges[1] or ())} periods"
            yield Problem(file, series.line, place, found, "as many of both", "correct one of the ranges")
