"""Where a feed's documents are on a day: addresses with their parameters and periods filled in, files of a glob."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from briefkit.errors import BriefError
from briefkit.feeds.feed import Feed
from briefkit.feeds.fetch import Request
from briefkit.feeds.period_forms import parse_period

_GLOB = re.compile(r"[*?\[]")


def requests(feed: Feed, root: Path, today: date) -> list[Request]:
    """List what is to be fetched for a feed.

    Parameters
    ----------
    feed : Feed
        The feed.
    root : Path
        The brief's folder, within which paths are.
    today : date
        Periods that have ended by then can have documents.

    Raises
    ------
    BriefError
        If a path leaves the brief's folder, or sdmx1 is needed and not installed.
    """
    limit, seconds = feed.limits
    hosts = tuple(feed.settings.get("hosts", ()))
    headers = _ACCEPT if "sdmx" in feed.settings else None
    about: Any = {"hosts": hosts, "limit": limit, "seconds": seconds, "headers": headers, "folder": root}
    return [Request(feed.name, address, **about) for address in _addresses(feed, root, today)]


_ACCEPT = {"Accept": "application/vnd.sdmx.genericdata+xml;version=2.1, application/xml;q=0.8, */*;q=0.5"}


def _addresses(feed: Feed, root: Path, today: date) -> Iterator[str]:
    settings = feed.settings
    if "sdmx" in settings:
        yield _sdmx_address(settings["sdmx"])
        return
    named = settings["url"]
    escape = quote if re.match(r"https?://", named) else str
    for name, value in settings.get("parameters", {}).items():
        named = named.replace(f"{{{name}}}", str(value) if str(value).startswith("$") else escape(str(value)))
    periods = settings.get("periods")
    for period in _periods(periods, today) if periods else [""]:
        address = named.replace("{period}", period)
        yield from _files(address, root) if "://" not in address else [address]


def _files(pattern: str, root: Path) -> list[str]:
    """List the files of a path or glob within the brief's folder, in the order of their names."""
    home = root.resolve()
    paths = sorted(root.glob(pattern)) if _GLOB.search(pattern) else [root / pattern]
    for path in paths or [root / pattern]:
        if not path.resolve().is_relative_to(home):
            raise BriefError(
                f"{pattern}: found a path that leaves the brief's folder, expected one within; correct url"
            )
    return [path.relative_to(root).as_posix() for path in paths]


def _sdmx_address(service: dict[str, Any]) -> str:
    """Return the address of a query for data: of an agency as sdmx1 knows it, or of another service."""
    home = service.get("at") or _agency_address(service["agency"])
    key, parameters = service.get("key", ""), service.get("parameters", {})
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"{home.rstrip('/')}/data/{service['flow']}" + (f"/{key}" if key else "") + (f"?{query}" if query else "")


def _agency_address(agency: str) -> str:
    try:
        from sdmx.source import get_source, list_sources
    except ImportError as error:
        raise BriefError("feeds: found no sdmx1, expected it; install briefkit[feeds]") from error
    if agency not in list_sources():
        known = ", ".join(list_sources())
        raise BriefError(f'sdmx.agency: found "{agency}", expected one of {known}; or give the address as sdmx.at')
    return str(get_source(agency).url)


def _periods(settings: dict[str, Any], today: date) -> list[str]:
    """List the last periods that have ended, oldest first, as the address writes them."""
    every, ended = settings["every"], list[str]()
    day = today
    while len(ended) < settings["last"]:
        period = parse_period(day.isoformat(), grain=every) or ""
        first = _first_day(period, day, every)
        if day != today or every == "day":
            ended.append(_written(first, settings["form"]))
        day = first - timedelta(days=1)
    return ended[::-1]


def _first_day(period: str, day: date, every: str) -> date:
    """Return the first day of the period in which a day lies."""
    while parse_period((day - timedelta(days=1)).isoformat(), grain=every) == period:
        day -= timedelta(days=1)
    return day


def _written(first: date, form: str) -> str:
    """Write a period by its first day."""
    parts = {"q": (first.month + 2) // 3, "h": (first.month + 5) // 6, "F": first.year}
    return first.strftime(re.sub(r"%([qhF])", lambda match: str(parts[match[1]]), form))
