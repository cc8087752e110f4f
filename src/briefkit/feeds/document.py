"""A document as it was fetched: its bytes, where they come from, when, and what the server said of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from functools import cached_property

KEPT_HEADERS = ("content-type", "date", "etag", "last-modified")
"""What of a server's headers is kept: the rest says nothing of the document, or something of whoever asked."""


@dataclass(frozen=True)
class Document:
    """A document as it was fetched.

    Attributes
    ----------
    feed : str
        The feed that it was fetched for, or the source.
    address : str
        Where it is, with names of secrets in place of the secrets.
    body : bytes
        Its content, unpacked.
    headers : mapping of str to str
        Those of `KEPT_HEADERS` that were sent, in small letters.
    at : str
        When this content was first seen at the address, ISO.
    """

    feed: str
    address: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    at: str = ""

    @property
    def day(self) -> str:
        """The day on which it was first seen."""
        return self.at[:10]

    @cached_property
    def sha256(self) -> str:
        """Hash of the content."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def note(self) -> str:
        """What a row that comes from this document says of it."""
        return f"feed {self.feed}, fetched {self.day}, sha256:{self.sha256[:12]}"


def header_day(written: str) -> str:
    """Return the day of a date as headers write it, ISO or as in HTTP; empty where it is none.

    Examples
    --------
    >>> header_day("Wed, 21 Oct 2015 07:28:00 GMT"), header_day("2015-10-21T07:28:00Z"), header_day("soon")
    ('2015-10-21', '2015-10-21', '')
    """
    try:
        return date.fromisoformat(written[:10]).isoformat()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(written).date().isoformat()
    except (TypeError, ValueError):
        return ""
