"""Fetching from a real server on this machine, which answers well and badly."""

from __future__ import annotations

import gzip
import io
import time
import zipfile

import pytest
from server import MODIFIED, busy, in_pieces, office, redirect, reply, send, slow

from briefkit.errors import FeedError, SourceUnreachable
from briefkit.feeds import fetch as fetching
from briefkit.feeds.fetch import Request, fetch
from briefkit.feeds.tables import refuse_bomb

DAY = "2026-11-29"


def ask(address, last=None, **limits):
    """Fetch with hardly a pause."""
    return fetch(Request("f", address, **limits), DAY, last, pause=0.01)


def test_a_document_comes_with_what_the_server_says_of_it(server):
    """And with the day, by which it can be told when it was first seen."""
    document = ask(server.publish("/a", "body", etag='"1"'))
    assert document.body == b"body" and document.day == DAY
    assert document.headers["last-modified"] == MODIFIED and document.headers["etag"] == '"1"'


def test_a_packed_answer_is_unpacked(server):
    """The hash must be that of the content, however it travelled."""
    assert ask(server.publish("/a", "body" * 1000, packed=True)).body == b"body" * 1000


@pytest.mark.parametrize("etag", ["", '"1"'])
def test_what_has_not_changed_is_not_sent_again(server, etag):
    """An office's server is not asked to send the same table every month."""
    address = server.publish("/a", "body", etag=etag)
    first = ask(address)
    assert ask(address, first.headers) is None


def test_a_document_in_pieces_is_put_together(server):
    """Servers that do not know the length send chunks."""
    assert ask(server.answer("/a", in_pieces(b"period,value\n" * 99))).body == b"period,value\n" * 99


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(server, status):
    """It may be there a moment later."""
    assert ask(server.answer("/a", busy(2, status, lambda request: send(request, b"x")))).body == b"x"
    assert server.count("/a") == 3


def test_a_server_that_stays_busy_is_left_alone(server):
    """After four attempts, with growing pauses."""
    with pytest.raises(SourceUnreachable, match="500"):
        ask(server.answer("/a", lambda request: reply(request, 500)))
    assert server.count("/a") == fetching.ATTEMPTS


def test_a_server_says_how_long_to_wait(server, monkeypatch):
    """Retry-After counts more than our own pause, up to a minute."""
    slept = []
    monkeypatch.setattr(fetching.time, "sleep", slept.append)
    ask(server.answer("/a", busy(1, 429, lambda request: send(request, b"x"), Retry_After="7")))
    assert slept == [7.0]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_final(server, status):
    """To ask again would be impolite, and in vain."""
    with pytest.raises(SourceUnreachable, match=str(status)):
        ask(server.answer("/a", lambda request: reply(request, status)))
    assert server.count("/a") == 1


def test_a_wrong_length_is_noticed(server):
    """Half a table must not pass for a table from which series vanished."""
    with pytest.raises(SourceUnreachable, match=r"IncompleteRead|more expected|ended"):
        ask(server.answer("/a", lambda request: _cut(request)))


def _cut(request):
    reply(request, 200, b"period,value\n", {"Content-Length": "5000"})
    request.close_connection = True


def test_a_slow_server_is_given_up_in_time(server):
    """The monthly job must end."""
    started = time.monotonic()
    with pytest.raises(SourceUnreachable, match="no answer within"):
        ask(server.answer("/a", slow(0.05)), seconds=0.5)
    assert time.monotonic() - started < 3


def test_more_than_the_limit_is_not_read(server):
    """Whatever a server sends, memory is bounded."""
    with pytest.raises(SourceUnreachable, match=r"more than 0\.1 MB"):
        ask(server.publish("/a", b"x" * 200_000), limit=100_000)


def test_a_packed_bomb_is_not_unpacked(server):
    """A thousandfold: 200 kB that unpack to 200 MB."""
    bomb = gzip.compress(b"0" * 200_000_000, compresslevel=9)
    address = server.answer("/a", lambda request: reply(request, 200, bomb, {"Content-Encoding": "gzip"}))
    with pytest.raises(SourceUnreachable, match="more than 1 MB"):
        ask(address, limit=1_000_000)


def test_a_bomb_within_a_spreadsheet_is_not_unpacked():
    """A spreadsheet is a zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(FeedError, match="holds more"):
        refuse_bomb(packed.getvalue(), 1_000_000)
    refuse_bomb(packed.getvalue(), 60_000_000)


def test_a_redirect_within_the_host_is_followed(server):
    """Offices move their files."""
    server.publish("/new", "x")
    assert ask(server.answer("/old", redirect("/new"))).body == b"x"


def test_a_redirect_to_another_host_is_refused_unless_the_feed_names_it(server):
    """Else a hijacked page could put any number into a brief."""
    with office() as other:
        target = other.publish("/a", "x").replace("127.0.0.1", "localhost")
        address = server.answer("/a", redirect(target))
        with pytest.raises(SourceUnreachable, match="a redirect to localhost"):
            ask(address)
        assert not other.asked
        assert ask(address, hosts=("localhost",)).body == b"x"


def test_redirects_in_a_circle_end(server):
    with pytest.raises(SourceUnreachable, match="more than 5 redirects"):
        ask(server.answer("/a", redirect("/a")))


def test_a_server_that_is_not_there_is_named_with_the_reason():
    """Not with a page of urllib3's classes."""
    with pytest.raises(SourceUnreachable) as raised:
        ask("http://127.0.0.1:9/a.csv")
    assert "refused" in str(raised.value) and len(str(raised.value)) < 200


def test_a_file_and_any_store_of_fsspec_are_read(tmp_path):
    """Exports are put into a folder or a bucket by others."""
    import fsspec

    (tmp_path / "a.csv").write_bytes(b"x")
    assert ask("a.csv", folder=tmp_path).body == b"x"
    fsspec.filesystem("memory").pipe_file("/inbox/a.csv", b"y")
    document = ask("memory://inbox/a.csv")
    assert document.body == b"y" and "last-modified" in document.headers
    with pytest.raises(SourceUnreachable, match="no such file"):
        ask("b.csv", folder=tmp_path)
