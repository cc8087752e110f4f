"""A real HTTP server on this machine that answers as servers of statistical offices do, well and badly."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODIFIED = "Thu, 29 Mar 2018 00:00:00 GMT"
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Office:
    """The server: what it answers at each path, and what it was asked."""

    address: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def publish(
        self, path: str, body: bytes | str, modified: str = MODIFIED, etag: str = "", packed: bool = False
    ) -> str:
        """Put a document at a path, and return its address."""
        content = body.encode() if isinstance(body, str) else body
        self.answers[path] = lambda request: send(request, content, modified, etag, packed)
        return f"{self.address}{path}"

    def answer(self, path: str, answer: Answer) -> str:
        """Answer at a path in some other way, and return the address."""
        self.answers[path] = answer
        return f"{self.address}{path}"

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(asked.partition("?")[0] == path for asked, _ in self.asked)


def send(
    request: BaseHTTPRequestHandler, body: bytes, modified: str = MODIFIED, etag: str = "", packed: bool = False
) -> None:
    """Send a document, or 304 to whoever has it."""
    same = (
        request.headers.get("If-None-Match") == etag if etag else request.headers.get("If-Modified-Since") == modified
    )
    headers = {"Last-Modified": modified} if modified else {}
    headers |= {"ETag": etag} if etag else {}
    if same and (etag or modified):
        reply(request, 304, b"", headers)
        return
    if packed:
        body, headers = gzip.compress(body), headers | {"Content-Encoding": "gzip"}
    reply(request, 200, body, headers)


def reply(
    request: BaseHTTPRequestHandler, status: int, body: bytes = b"", headers: dict[str, str] | None = None
) -> None:
    """Send an answer with its length."""
    request.send_response(status)
    for name, value in (headers or {}).items():
        request.send_header(name, value)
    if not headers or "Content-Length" not in headers:
        request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def busy(times: int, status: int, then: Answer, **headers: str) -> Answer:
    """Answer with a status so many times, then otherwise."""
    left = [times]

    def answer(request: BaseHTTPRequestHandler) -> None:
        if left[0]:
            left[0] -= 1
            reply(request, status, b"", {name.replace("_", "-"): value for name, value in headers.items()})
        else:
            then(request)

    return answer


def slow(seconds: float, piece: bytes = b"x", count: int = 1000) -> Answer:
    """Send a long document piece by piece, with pauses."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(count):
            request.wfile.write(piece)
            request.wfile.flush()
            time.sleep(seconds)

    return answer


def in_pieces(body: bytes, size: int = 7) -> Answer:
    """Send a document in chunks, as servers do that do not know its length."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for at in range(0, len(body), size):
            piece = body[at : at + size]
            request.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        request.wfile.write(b"0\r\n\r\n")

    return answer


def redirect(address: str) -> Answer:
    """Send whoever asks to another address."""
    return lambda request: reply(request, 302, b"", {"Location": address})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        office: Office = self.server.office  # type: ignore[attr-defined]
        office.asked.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        try:
            office.answers.get(path, lambda request: reply(request, 404))(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_GET

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def office() -> Iterator[Office]:
    """Run a server for a while."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.handle_error = lambda *_: None  # whoever asked went away: that is what is tested
    server.daemon_threads = True
    host, port = server.server_address[:2]
    server.office = Office(f"http://{host}:{port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.office  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
