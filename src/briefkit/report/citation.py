"""How to name things on a page: amounts with their unit, days, and the edition itself in three citation forms."""

from __future__ import annotations

import json
import math
import re
from typing import Any

MONTHS = (
    "January February March April May June July August September October November December"
).split()  # strftime would ask the machine's locale


def day(written: str | None) -> str:
    """A full or partial date as a reader writes it: 12 September 2018, September 2018, 2018."""
    parts = [int(part) for part in re.findall(r"\d+", written or "")[:3]]
    if not parts:
        return ""
    month = [MONTHS[parts[1] - 1]] if len(parts) > 1 else []
    return " ".join([*map(str, parts[2:]), *month, str(parts[0])])


def number(value: float) -> str:
    """A number unrounded, with thousands marked and a true minus sign."""
    if value is None or math.isnan(value):
        return "not known"
    return f"{value:,.10g}".replace("-", "\u2212")


def amount(value: float | None, unit: str | None) -> str:
    """A value with its unit: 8.7%, 2,230 billion yen, yes."""
    if value is None or math.isnan(value):
        return "not known"
    if unit == "yes or no":
        return "yes" if value else "no"
    if unit == "year":
        return f"{value:.0f}"
    if unit == "percent":
        return f"{number(value)}%"
    return number(value) if unit in {None, "", "count"} else f"{number(value)}\u00a0{unit}"


def rounded(value: float) -> float:
    """A computed value as precise as a reader can use: three digits, all of a whole number's."""
    return round(value) if abs(value) >= 1000 else float(f"{value:.3g}")


def many(count: int, one: str, more: str) -> str:
    """A number with its noun: 1 claim, 3 claims."""
    return f"{count} {one if count == 1 else more}"


def margin(value: float | None, unit: str | None) -> str:
    """A signed distance from the value at which a claim flips, or "none"; percent become points."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or unit == "yes or no":
        return ""
    if value == 0:
        return "none"
    shown = amount(rounded(abs(value)), "points" if unit in {"percent", "percentage points"} else unit)
    return f"{'+' if value >= 0 else chr(0x2212)}{shown}"


def address(url: str | None, file: str) -> str:
    """Where a file lies that stands beside the page at `url`; only the file where no address on the web is given."""
    if not url or not url.lower().startswith(("http://", "https://")):
        return file
    folder = url if url.endswith("/") or not re.search(r"\.html?$", url) else url.rpartition("/")[0]
    return f"{folder.rstrip('/')}/{file}"


def part(edition: dict[str, Any], name: str, where: str) -> str:
    """A chart or table of an edition cited in a line.

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
    """The edition cited as a sentence, as BibTeX and as CSL-JSON."""
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
    """Names of the authors, however the edition writes them."""
    given = edition.get("authors") or []
    given = [given] if isinstance(given, str) else given
    return [author if isinstance(author, str) else str(author.get("name", "")) for author in given]


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
        "author": [{"literal": a} for a in authors],
        "publisher": publisher,
        "number": name,
        "issued": {"date-parts": [parts]},
        "URL": url,
    }
    return json.dumps([{key: value for key, value in fields.items() if value}], ensure_ascii=False, indent=1)
