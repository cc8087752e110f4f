"""How to cite an edition, and a chart or table of it."""

from __future__ import annotations

import json
import re
from typing import Any

from briefkit.formatting import day


def address(url: str | None, file: str) -> str:
    """Return the address of a file beside the page at `url`; only its name where there is no address on the web.

    Examples
    --------
    >>> address("https://example.org/brief/index.html", "card.png"), address("", "card.png")
    ('https://example.org/brief/card.png', 'card.png')
    """
    if not url or not url.lower().startswith(("http://", "https://")):
        return file
    folder = url if url.endswith("/") or not re.search(r"\.html?$", url) else url.rpartition("/")[0]
    return f"{folder.rstrip('/')}/{file}"


def part(edition: dict[str, Any], name: str, where: str) -> str:
    """Cite a chart or table of an edition in a line.

    Parameters
    ----------
    edition : dict
        As in `params/`.
    name, where : str
        Its title, and its address.
    """
    who = ", ".join(authors(edition)) or edition.get("publisher") or ""
    brief, on = edition.get("title") or "Untitled", day(str(edition.get("as_of", "")))
    lead = f"{who}, " if who else ""
    return (
        f"{lead}\u201c{name}\u201d, in \u201c{brief}\u201d, edition {edition.get('edition', '')}, as of {on}, {where}"
    )


def citation(edition: dict[str, Any]) -> dict[str, str]:
    """Cite the edition: as a sentence (`plain`), as BibTeX and as CSL-JSON.

    References
    ----------
    https://docs.citationstyles.org, for CSL-JSON
    """
    title = ": ".join(part for part in (edition.get("title"), edition.get("subtitle")) if part)
    names, publisher = authors(edition), edition.get("publisher") or ""
    as_of, name, url = str(edition.get("as_of", "")), str(edition.get("edition", "")), edition.get("url")
    lead = f"{', '.join(names)}, " if names else ""
    tail = (f" ({publisher})" if publisher else "") + (f", {url}" if url else "")
    return {
        "plain": f"{lead}\u201c{title}\u201d, edition {name}, as of {day(as_of)}{tail}.",
        "bibtex": _bibtex(title, names, publisher, name, as_of, url),
        "csl": _csl(title, names, publisher, name, as_of, url),
    }


def authors(edition: dict[str, Any]) -> list[str]:
    """List the names of the authors, however the edition writes them.

    Examples
    --------
    >>> authors({"authors": "A. Nagy"}), authors({"authors": [{"name": "A. Nagy"}, "B. Ito"]})
    (['A. Nagy'], ['A. Nagy', 'B. Ito'])
    """
    written = edition.get("authors") or []
    written = [written] if isinstance(written, str) else written
    return [author if isinstance(author, str) else str(author.get("name", "")) for author in written]


def _bibtex(title: str, authors: list[str], publisher: str, name: str, as_of: str, url: str | None) -> str:
    fields = {
        "title": "{" + _tex(title) + "}",
        "author": _tex(" and ".join(authors)),
        "institution": _tex(publisher),
        "type": "Policy brief",
        "number": _tex(name),
        "year": as_of[:4],
        "note": _tex(f"As of {day(as_of)}"),
        "url": url,
    }
    lines = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items() if value)
    return f"@techreport{{brief-{re.sub(r'[^A-Za-z0-9.-]', '-', name)},\n{lines}\n}}"


def _tex(text: str) -> str:
    return re.sub(r"([#$%&_{}])", r"\\\1", text.replace("\\", r"\textbackslash "))


def _csl(title: str, authors: list[str], publisher: str, name: str, as_of: str, url: str | None) -> str:
    parts = [int(part) for part in re.findall(r"\d+", as_of)[:3]]
    fields = {
        "id": f"brief-{name}",
        "type": "report",
        "title": title,
        "author": [{"literal": author} for author in authors],
        "publisher": publisher,
        "number": name,
        "issued": {"date-parts": [parts]},
        "URL": url,
    }
    return json.dumps([{key: value for key, value in fields.items() if value}], ensure_ascii=False, indent=1)
