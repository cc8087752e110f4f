"""Fetching: one document from an address over HTTP, from any store that fsspec knows, or from the brief's folder.

HTTP is asked conditionally, again with growing pauses where a server is busy, never for longer or for more than the
limits, and followed to no other host than those that the feed allows.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from briefkit.errors import BriefError, SourceUnreachable
from briefkit.feeds.document import KEPT_HEADERS, Document

ATTEMPTS, PAUSE, LONGEST_PAUSE = 4, 1.0, 60.0
"""How often a busy server is asked, the first pause in seconds, and the longest that a server may ask for."""
REDIRECTS, PER_HOST = 5, 2
"""How many redirects are followed, and how many documents of a host are fetched at once."""
_AGAIN = {429, 500, 502, 503, 504}
_SECRET = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)\}?")


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes
    ----------
    feed, address : str
        Whose document, and where; `$NAME` in an address is read from the environment, and shown and kept as it is.
    hosts : tuple of str
        Hosts to which the address may redirect, besides its own.
    limit : int
        Bytes of the document, unpacked.
    seconds : float
        How long the fetch may take, with all attempts.
    headers : mapping of str to str
        What else is sent.
    folder : Path or None
        What an address that is a path starts from.
    """

    feed: str
    address: str
    hosts: tuple[str, ...] = ()
    limit: int = 50_000_000
    seconds: float = 120.0
    headers: Mapping[str, str] | None = None
    folder: Path | None = None


def fetch(
    request: Request, day: str, last: Mapping[str, str] | None = None, *, pause: float = PAUSE
) -> Document | None:
    """Fetch a document, or None where it is still the last one.

    Parameters
    ----------
    request : Request
        What is asked for.
    day : str
        Today, ISO.
    last : mapping or None
        Headers of what was last seen at the address: a server that knows its document unchanged need not send it.
    pause : float
        Seconds before the second attempt; each further pause is twice as long.

    Raises
    ------
    SourceUnreachable
        If there is no document to be had.
    BriefError
        If an address names a variable of the environment that is not set.
    """
    if request.address.startswith(("http://", "https://")):
        return _Http(request, day, last, pause).fetch()
    return _from_store(request, day)


def _clock(day: str) -> str:
    """Return a day with the time of the clock, by which documents of one day are ordered."""
    return f"{day}T{datetime.now():%H:%M:%S.%f}"


def revealed(address: str) -> str:
    """Return an address with the values of the environment that it names.

    Raises
    ------
    BriefError
        If one is not set.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise BriefError(f"{address}: found no variable {match[1]} in the environment, expected one; set it")
        return os.environ[match[1]]

    return _SECRET.sub(value, address)


# -- HTTP ----------------------------------------------------------------------------------------

_HOSTS: dict[str, threading.BoundedSemaphore] = defaultdict(lambda: threading.BoundedSemaphore(PER_HOST))
_SESSIONS = threading.local()


def session() -> Any:
    """Return the HTTP session of this thread, which keeps connections open.

    Raises
    ------
    BriefError
        If requests is not installed.
    """
    try:
        import requests
    except ImportError as error:
        raise BriefError("feeds: found no requests, expected it; install briefkit[feeds]") from error
    if not hasattr(_SESSIONS, "open"):
        _SESSIONS.open = requests.Session()
        _SESSIONS.open.headers["User-Agent"] = f"briefkit/{version('briefkit')}"
    return _SESSIONS.open


class _Busy(Exception):
    """What may go away: the server is asked again, after `seconds` if it said so."""

    def __init__(self, found: str, seconds: float | None = None) -> None:
        super().__init__(found)
        self.found, self.seconds = found, seconds


class _Http:
    """One document over HTTP, with as many attempts as it takes and the limits allow."""

    def __init__(self, request: Request, day: str, last: Mapping[str, str] | None, pause: float) -> None:
        self._request, self._day, self._last, self._pause = request, day, last, pause
        self._url = revealed(request.address)
        self._hosts = {urlsplit(self._url).hostname, *request.hosts}
        self._deadline = time.monotonic() + request.seconds

    def fetch(self) -> Document | None:
        """Ask until there is an answer; see the module's `fetch`."""
        found = ""
        for attempt in range(ATTEMPTS):
            try:
                with _HOSTS[urlsplit(self._url).netloc]:
                    return self._attempt()
            except _Busy as busy:
                found = busy.found
                pause = self._pause * 2**attempt if busy.seconds is None else min(busy.seconds, LONGEST_PAUSE)
                if attempt == ATTEMPTS - 1 or time.monotonic() + pause > self._deadline:
                    break
                time.sleep(pause)
        raise self._refusal(found, "try again later")

    def _attempt(self) -> Document | None:
        import requests
        import urllib3

        url = self._url
        try:
            for _ in range(REDIRECTS + 1):
                with session().get(
                    url, headers=self._headers(), stream=True, allow_redirects=False, timeout=self._patience()
                ) as answer:
                    if not answer.is_redirect:
                        return self._document(answer)
                    url = self._allowed(urljoin(url, answer.headers["location"]), url)
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise _Busy(f"no answer within {self._request.seconds:g} s") from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _Busy(_reason(error)) from error
        raise self._refusal(f"more than {REDIRECTS} redirects", "correct the address")

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Encoding": "gzip, deflate", **(self._request.headers or {})}
        if self._last is not None:
            pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
            headers |= {asked: self._last[name] for asked, name in pairs if name in self._last}
        return headers

    def _patience(self) -> tuple[float, float]:
        """Return how long to wait for a connection and for the next bytes."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise _Busy(f"no answer within {self._request.seconds:g} s")
        return min(left, 10.0), min(left, 30.0)

    def _document(self, answer: Any) -> Document | None:
        status = answer.status_code
        if status == 304 and self._last is not None:
            return None
        if status in _AGAIN:
            raise _Busy(f"{status} {answer.reason}", _seconds(answer.headers.get("retry-after", "")))
        if status != 200:
            remedy = "correct the address" if status in (404, 410) else "look at the address in a browser"
            raise self._refusal(f"{status} {answer.reason}", remedy)
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        return Document(self._request.feed, self._request.address, self._body(answer), headers, _clock(self._day))

    def _body(self, answer: Any) -> bytes:
        """Return the content, unpacked, no more of it and for no longer than allowed."""
        body, limit = bytearray(), self._request.limit
        while piece := answer.raw.read1(1 << 16, decode_content=True):  # what has come so far, its length minded
            body += piece
            if len(body) > limit:
                raise self._refusal(f"more than {limit / 1e6:g} MB", "raise limits.megabytes if that is right")
            self._patience()
        return bytes(body)

    def _allowed(self, url: str, before: str) -> str:
        parts = urlsplit(url)
        if parts.hostname not in self._hosts or parts.scheme not in ("http", "https"):
            remedy = "name the host under hosts if that is right"
            raise self._refusal(f"a redirect to {parts.hostname or parts.scheme}", remedy)
        if parts.scheme == "http" and before.startswith("https:"):
            raise self._refusal("a redirect from https to http", "look at the address in a browser")
        return url

    def _refusal(self, found: str, remedy: str) -> SourceUnreachable:
        return SourceUnreachable(self._request.address, found, remedy)


def _reason(error: Exception) -> str:
    """Return why a connection failed, without the address, which may hold a secret."""
    cause: Any = error
    while isinstance(getattr(cause, "reason", None), Exception) or (
        cause.args and isinstance(cause.args[0], Exception)
    ):
        cause = cause.reason if isinstance(getattr(cause, "reason", None), Exception) else cause.args[0]
    words = str(cause.args[-1] if cause.args else cause).rpartition(": ")[2]
    return f"{type(cause).__name__} ({words})" if words else type(cause).__name__


def _seconds(written: str) -> float | None:
    """Return how long a server asks to wait, in seconds or until a day and time."""
    if written.isdigit():
        return float(written)
    with suppress(TypeError, ValueError):
        return max(0.0, (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds())
    return None


# -- stores and folders --------------------------------------------------------------------------


def _from_store(request: Request, day: str) -> Document:
    try:
        body, modified = _read_store(revealed(request.address), request)
    except OSError as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else (error.strerror or str(error))
        raise SourceUnreachable(request.address, found, "correct the address") from error
    if len(body) > request.limit:
        found = f"more than {request.limit / 1e6:g} MB"
        raise SourceUnreachable(request.address, found, "raise limits.megabytes if that is right")
    headers = {"last-modified": format_datetime(modified, usegmt=True)} if modified else {}
    return Document(request.feed, request.address, body, headers, _clock(day))


def _read_store(address: str, request: Request) -> tuple[bytes, datetime | None]:
    if "://" not in address:
        path = (request.folder or Path()) / address
        with path.open("rb") as file:
            return file.read(request.limit + 1), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    import fsspec

    files, path_there = fsspec.core.url_to_fs(address)
    with files.open(path_there, "rb") as opened:
        body = opened.read(request.limit + 1)
    try:
        modified = files.modified(path_there)
    except NotImplementedError:
        return body, None
    return body, modified.astimezone(UTC) if modified.tzinfo else modified.replace(tzinfo=UTC)
