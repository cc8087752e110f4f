"""Serve the pages in a folder to this machine alone, with a script that reloads them.

The script, `preview_server.js`, and a policy that allows it are inserted as pages are served, never into files.
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
"""Hosts that a request may name; any other belongs to a foreign page whose name was made to point here."""
EVENTS, SCRIPT = "/.watch/events", "/.watch/page.js"
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*">)')
_ALLOWED = r"\1script-src 'self'; connect-src 'self'; \2"
_SCRIPT_TAG = '<script src="{script}" data-manifest="{manifest}" defer></script>'
_MESSAGE_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>briefkit watch</title></head>
<body><main><h1>No page yet</h1><p>{}</p></main></body></html>"""


@dataclass(frozen=True)
class State:
    """What open pages are sent.

    Attributes
    ----------
    manifest : str
        Hash of the last good render.
    error : str
        What went wrong since, or empty.
    busy : bool
        Whether a render is under way.
    """

    manifest: str
    error: str = ""
    busy: bool = False


class Server(ThreadingHTTPServer):
    """Serves the pages in a folder to this machine, and sends them the state of the render.

    Parameters
    ----------
    port : int
        0 for one that is free.
    folder : Path
        Of the edition; while there is none, that of the failed render beside it is served.

    Raises
    ------
    BriefError
        If the port is taken.
    """

    allow_reuse_address = os.name == "posix"  # on Windows two servers could listen on one port

    def __init__(self, port: int, folder: Path) -> None:
        self._folder = folder
        self._changed = Condition()
        self.state = State(self.manifest_hash(), busy=True)
        try:
            super().__init__((HERE[0], port), _Handler)
        except OSError as error:
            found = f"port: found {port} taken, expected a free one"
            raise BriefError(f"{found}; end what listens there, or choose another with --port") from error

    @property
    def address(self) -> str:
        """Address of the page."""
        return f"http://{HERE[0]}:{self.server_port}/"

    @property
    def folder(self) -> Path:
        """Folder of the last good render, or of the failed one where there never was a good one."""
        return self._folder if self._folder.is_dir() else self._folder.with_name(f"{self._folder.name}.failed")

    def manifest_hash(self) -> str:
        """Hash the manifest of the last good render; it is the same where a render changed nothing."""
        manifest = self.folder / "manifest.json"
        return hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else ""

    def publish(self, state: State) -> None:
        """Send a state to all open pages."""
        with self._changed:
            self.state = state
            self._changed.notify_all()

    def wait_for_change(self, known: State | None, seconds: float = 15) -> State:
        """Return a state other than the one known, or the same one after some seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.state != known, seconds)
            return self.state

    def read(self, path: str) -> tuple[int, str, bytes]:
        """Return status, type and content for a path; nothing that lies outside the folder."""
        manifest, folder = self.state.manifest, self.folder.resolve()
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
        message = message if manifest else "The first one is being made."
        page = _MESSAGE_PAGE.format(escape(message)) if content is None else content.decode()
        page = _POLICY.sub(_ALLOWED + _SCRIPT_TAG.format(script=SCRIPT, manifest=manifest), page, count=1)
        return 404 if content is None else 200, "text/html; charset=utf-8", page.encode()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Server

    def do_GET(self) -> None:
        """Answer with a page, a file, the script or the stream of states."""
        path = unquote(self.path.partition("?")[0])
        hosts = [host.rpartition(":")[0] or host for host in self.headers.get_all("Host", [])]
        with suppress(ConnectionError):  # a reader may leave at any time
            if len(hosts) != 1 or hosts[0].lower() not in HERE:
                self._send(403, "text/plain", b"briefkit watch answers to 127.0.0.1 and localhost only\n")
            elif path == EVENTS:
                self._stream()
            elif path == SCRIPT:
                self._send(200, "text/javascript; charset=utf-8", Path(__file__).with_suffix(".js").read_bytes())
            else:
                self._send(*self.server.read(path))

    do_HEAD = do_GET

    def _stream(self) -> None:
        """Send states as server-sent events, as long as the page listens."""
        self._send(200, "text/event-stream", b"retry: 1000\n\n")
        known = None
        while self.command == "GET":
            state = self.server.wait_for_change(known)
            event = ": still here" if state == known else f"data: {json.dumps(asdict(state))}"
            self.wfile.write(f"{event}\n\n".encode())
            known = state

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
        """Log nothing: the command prints one line for each render."""
