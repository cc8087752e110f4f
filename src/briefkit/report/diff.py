"""Two editions compared: figures, claims, words, charts, sources; each change with its reason."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from briefkit.annotated import AnnotatedText
from briefkit.notebook.outputs import Section

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """What changed from one edition to another.

    Attributes
    ----------
    old, new : dict
        `edition`, `as_of` and `title` of each.
    figures : list of dict
        figure, unit, old, new (value, period, source, published; None where not read), change, why.
    claims : list of dict
        claim, section, statement, old, new (verdict, margin), because: premises that moved.
    texts : list of dict
        section, old, new, and marked: the words as (sign, text), where sign is `=`, `-` or `+`.
    charts : list of dict
        section, chart, old, new: titles; None where there is no such chart.
    sources : dict
        added, removed: lists of records.
    names : dict
        Titles of the figures that changed, by id, where they are known.
    """

    old: Record
    new: Record
    figures: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    charts: list[dict[str, Any]]
    sources: dict[str, list[Any]]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Tell whether nothing changed."""
        return not (self.figures or self.claims or self.texts or self.charts or any(self.sources.values()))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)


def compare(
    old: Record,
    new: Record,
    before: Iterable[Section] = (),
    after: Iterable[Section] = (),
    *,
    names: Mapping[str, str] | None = None,
) -> Difference:
    """Compare two records, and the sections behind them.

    Parameters
    ----------
    old, new : mapping
        Records of editions, as in `edition.json`.
    before, after : iterable of Section
        The executed sections, for words and charts.
    names : mapping of str to str
        Titles by id.
    """
    figures = _figures(old["figures"], new["figures"])
    moved = {figure["figure"] for figure in figures}
    before, after = list(before), list(after)
    return Difference(
        _head(old),
        _head(new),
        figures,
        _claims(old["claims"], new["claims"], moved),
        [text for section in _names(before, after) for text in _texts(section, before, after)],
        [chart for section in _names(before, after) for chart in _charts(section, before, after)],
        _sources(old["sources"], new["sources"]),
        {name: title for name, title in (names or {}).items() if name in moved},
    )


def _head(record: Record) -> Record:
    return {name: record[name] for name in ("edition", "as_of", "title")}


def _figures(old: Iterable[Record], new: Iterable[Record]) -> list[dict[str, Any]]:
    """Return an entry per figure whose newest value changed, and one per corrected value of a period read in both."""
    was, now = _by_figure(old), _by_figure(new)
    changes = []
    for figure in sorted(was.keys() | now.keys()):
        before, after = was.get(figure, {}), now.get(figure, {})
        common = [(before[period], after[period]) for period in sorted(before.keys() & after.keys())]
        changes += [_change(figure, *pair) for pair in common if _differs(*pair)]
        last, latest = max(before, default=""), max(after, default="")
        if last != latest:
            changes.append(_change(figure, before.get(last), after.get(latest)))
    return changes


def _by_figure(figures: Iterable[Record]) -> dict[str, dict[str, Record]]:
    by_figure: dict[str, dict[str, Record]] = {}
    for value in figures:
        by_figure.setdefault(value["figure"], {})[value["period"]] = value
    return by_figure


def _differs(old: Record, new: Record) -> bool:
    return any(old.get(name) != new.get(name) for name in ("value", "source", "override"))


def _change(figure: str, old: Record | None, new: Record | None) -> dict[str, Any]:
    keys = ("value", "period", "source", "published")
    sides = [None if side is None else {name: side[name] for name in keys} for side in (old, new)]
    unit = (new or old or {}).get("unit", "")
    change = None if old is None or new is None else round(float(new["value"]) - float(old["value"]), 10)
    return {"figure": figure, "unit": unit, "old": sides[0], "new": sides[1], "change": change, "why": _why(old, new)}


def _why(old: Record | None, new: Record | None) -> str:
    if old is None or new is None:
        return "newly read" if old is None else "no longer read"
    if new.get("override") != old.get("override"):
        return "override" if new.get("override") else "override lifted"
    if old["period"] != new["period"]:
        return "new period" if new["period"] > old["period"] else "earlier period"
    return "other source" if old["source"] != new["source"] else "correction"


def _claims(old: Iterable[Record], new: Iterable[Record], moved: set[str]) -> list[dict[str, Any]]:
    was, now = ({claim["claim"]: claim for claim in side} for side in (old, new))
    sides = {name: [_verdict(side.get(name)) for side in (was, now)] for name in sorted(was.keys() | now.keys())}
    changed = {name for name, (before, after) in sides.items() if before != after}
    turned = {
        name for name, (before, after) in sides.items() if (before or {}).get("verdict") != (after or {}).get("verdict")
    }
    changes = []
    for name in sorted(changed):
        claim = now.get(name) or was[name]
        because = [premise for premise in claim["premises"] if premise in moved | turned]
        head = {key: claim[key] for key in ("claim", "section", "statement")}
        changes.append({**head, "old": sides[name][0], "new": sides[name][1], "because": because})
    return sorted(changes, key=lambda change: (change["claim"] not in turned, change["section"], change["claim"]))


def _verdict(claim: Record | None) -> dict[str, Any] | None:
    return None if claim is None else {"verdict": claim["verdict"], "margin": claim.get("margin")}


def _names(before: list[Section], after: list[Section]) -> list[str]:
    return list(dict.fromkeys(section.section for section in [*before, *after]))


def _blocks(name: str, sections: list[Section]) -> list[dict[str, Any]]:
    return next((section.blocks for section in sections if section.section == name), [])


def _texts(name: str, before: list[Section], after: list[Section]) -> Iterable[dict[str, Any]]:
    """Yield the paragraphs that changed, matched by the cell that wrote them, word by word."""
    was, now = _paragraphs(_blocks(name, before)), _paragraphs(_blocks(name, after))
    for place in sorted(was.keys() | now.keys()):
        old, new = was.get(place, ""), now.get(place, "")
        if old != new:
            yield {"section": name, "old": old, "new": new, "marked": mark_words(old, new)}


def _paragraphs(blocks: list[dict[str, Any]]) -> dict[tuple[int, int], str]:
    """Return texts by place: the cell, and which in the cell, so that a chart between two does not shift them."""
    paragraphs: dict[tuple[int, int], str] = {}
    for block in blocks:
        if block["kind"] in ("prose", "markdown"):
            text = str(AnnotatedText.from_payload(block["text"]))
            count = sum(cell == block["cell"] for cell, _ in paragraphs)
            paragraphs[block["cell"], count] = text
    return paragraphs


def mark_words(old: str, new: str) -> list[tuple[str, str]]:
    """Mark the words of two texts as (sign, text): `=` in both, `-` only in the old, `+` only in the new.

    Examples
    --------
    >>> mark_words("it rose to 8%", "it rose to 9%")
    [('=', 'it rose to'), ('-', '8%'), ('+', '9%')]
    """
    before, after = old.split(), new.split()
    marked = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            marked.append(("=", " ".join(before[i:j])))
            continue
        marked += [("-", " ".join(before[i:j]))] * (j > i) + [("+", " ".join(after[k:m]))] * (m > k)
    return marked


def _charts(name: str, before: list[Section], after: list[Section]) -> Iterable[dict[str, Any]]:
    was, now = (
        {block["chart"]: block for block in _blocks(name, sections) if block["kind"] == "chart"}
        for sections in (before, after)
    )
    for chart in dict.fromkeys([*was, *now]):
        old, new = was.get(chart), now.get(chart)
        if old is None or new is None or old["svg"] != new["svg"]:
            titles = [None if side is None else str(AnnotatedText.from_payload(side["title"])) for side in (old, new)]
            pictures = [None if side is None else side["svg"] for side in (old, new)]
            yield {"section": name, "chart": chart, "old": titles[0], "new": titles[1], "pictures": pictures}


def _sources(old: Iterable[Record], new: Iterable[Record]) -> dict[str, list[Any]]:
    was, now = ({source["source"]: dict(source) for source in side} for side in (old, new))
    added = [now[name] for name in sorted(now.keys() - was.keys())]
    return {"added": added, "removed": [was[name] for name in sorted(was.keys() - now.keys())]}
