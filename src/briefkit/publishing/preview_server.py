"""Pages in a folder, served to this machine alone, with a script that follows what becomes of them.

The script, `server.js`, and a policy that lets it in are put into pages as they are served, never into files.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition
from typing import Any
from urllib.parse import unquote

from briefkit.errors import BriefError

HERE = ("127.0.0.1", "localhost")
"""Hosts that a request may name: another one is a page of elsewhere whose name was made to point here."""
EVENTS, SCRIPT = "/.watch/events", "/.watch/page.js"
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*">)')
_OPENED = r"""\1script-src 'self'; connect-src 'self'; \2<script src="{script}" data-made="{made}" defer></script>"""
_EMPTY = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>briefkit watch</title></head>
<body><main><h1>No page yet</h1><p>{}</p></main></body></html>"""


@dataclass(frozen=True)
class News:
    """What open pages are told: the render that stands, what went wrong since, and whether one is under way."""

    made: str
    error: str = ""
    busy: bool = False


class Server(ThreadingHTTPServer):
    """Serves the pages in a folder to this machine, and tells them the news.

    Parameters
    ----------
    port : int
        0 for one that is free.
    folder : Path
        Of the edition; while there is none, the one of the failed render beside it is shown.

    Raises
    ------
    BriefError
        If the port is taken.
    """

    allow_reuse_address = os.name == "posix"  # elsewhere it would let two listen

    def __init__(self, port: int, folder: Path) -> None:
        self._folder = folder
        self._progress = Condition()
        self.news = News(self.made(), busy=True)
        try:
            super().__init__((HERE[0], port), _Answer)
        except OSError as error:
            found = f"port: found {port} taken, expected a free one"
            raise BriefError(f"{found}; end what listens there, or choose another with --port") from error

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{HERE[0]}:{self.server_port}/"

    @property
    def folder(self) -> Path:
        """The last good render, or the failed one where there never was a good one."""
        return self._folder if self._folder.is_dir() else self._folder.with_name(f"{self._folder.name}.failed")

    def made(self) -> str:
        """Hash of the render that stands: the same where a render changed nothing."""
        manifest = self.folder / "manifest.json"
        return hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else ""

    def tell(self, news: News) -> None:
        """Tell all open pages."""
        with self._progress:
            self.news = news
            self._progress.notify_all()

    def next(self, known: News | None, seconds: float = 15) -> News:
        """News other than those known, or the same after some seconds."""
        with self._progress:
            self._progress.wait_for(lambda: self.news != known, seconds)
            return self.news

    def read(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and content for a path; nothing that lies outside the folder."""
        made, folder = self.news.made, self.folder.resolve()
        try:
            file = (folder / path.lstrip("/")).resolve()
            file = file / "index.html" if file.is_dir() else file
            content = file.read_bytes() if file.is_relative_to(folder) else None
        except (OSError, ValueError):  # not there, a name too long, or no name at all
            content = None
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        if content is not None and file.suffix != ".html":
            return 200, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, content
        message = f"{path} is not among the pages; the PDF and the data for machines are made by briefkit render."
        message = message if made else "The first one is being made."
        page = _EMPTY.format(escape(message)) if content is None else content.decode()
        page = _POLICY.sub(_OPENED.format(script=SCRIPT, made=made), page, count=1)
        return 404 if content is None else 200, "text/html; charset=utf-8", page.encode()


class _Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        """Answer with a page, a file, the script or the news."""
        path = unquote(self.path.partition("?")[0])
        hosts = [host.rpartition(":")[0] or host for host in self.headers.get_all("Host", [])]
        with suppress(ConnectionError):  # a reader may leave at any time
            if len(hosts) != 1 or hosts[0].lower() not in HERE:
                self._send(403, "text/plain", b"briefkit watch answers to 127.0.0.1 and localhost only\n")
            elif path == EVENTS:
                self._tell()
            elif path == SCRIPT:
                self._send(200, "text/javascript; charset=utf-8", Path(__file__).with_suffix(".js").read_bytes())
            else:
                self._send(*self.server.read(path))

    do_HEAD = do_GET

    def _tell(self) -> None:
        """Server-sent events, as long as the page listens."""
        self._send(200, "text/event-stream", b"retry: 1000\n\n")
        known = None
        while self.command == "GET":
            news = self.server.next(known)
            event = ": still here" if news == known else f"data: {json.dumps(asdict(news))}"
            self.wfile.write(f"{event}\n\n".encode())
            known = news

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: one line a render is enough."""
