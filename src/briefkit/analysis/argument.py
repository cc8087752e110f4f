"""Look back on all claims of the brief, as a conclusion does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from briefkit.analysis.premises import outline, resolve
from briefkit.analysis.quantity import Phrase, Quantity
from briefkit.annotated import AnnotatedText
from briefkit.errors import UnknownName
from briefkit.ledger.readings import Reading


class Argument:
    """The claims of a brief, weakened where a premise was overturned.

    Parameters
    ----------
    rows : iterable of mapping
        Rows of `claims.csv`, with `premises` as lists.
    settled : mapping
        How each was settled, by claim; what is missing is unknown.
    sources : callable
        Returns the records of the sources of some readings, by id.
    """

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]],
        settled: Mapping[str, Mapping[str, Any]],
        sources: Callable[[Iterable[Reading]], Mapping[str, Reading]] = lambda readings: {},
    ) -> None:
        self._sources = sources
        self.claims = resolve([outline(row, settled.get(str(row["claim"]), {})) for row in rows])
        self.ran = {str(claim["section"]) for claim in self.claims if claim["claim"] in settled}

    def count(self, verdict: str = "", *, section: str = "") -> Quantity:
        """Count the claims that have a verdict, or all, in the whole brief or in one section."""
        counted = [
            claim for claim in self.claims if verdict in ("", claim["verdict"]) and section in ("", claim["section"])
        ]
        what = f"claims that are settled as {verdict}" if verdict else "claims"
        return Quantity(float(len(counted)), "count", f"number of {what}", tuple(map(_reading, counted)))

    def verdict(self, claim: str) -> Phrase:
        """Return the verdict on one claim, in a word, with the claim as its reading.

        Raises
        ------
        UnknownName
            If there is no such claim.
        """
        by_name = {str(settled["claim"]): settled for settled in self.claims}
        if claim not in by_name:
            raise UnknownName("claim", claim, list(by_name))
        return Phrase(str(by_name[claim]["verdict"]), (_reading(by_name[claim]),))

    def stands(self, claim: str) -> bool:
        """Return whether a claim holds, if only in part."""
        return str(self.verdict(claim)) in ("holds", "weakened")

    def printed(self) -> dict[str, list[Any]]:
        """Return rows of a table: for each printed number what the brief and the record said, by whom, the verdict."""
        rows = [(claim, claim["printed"]) for claim in self.claims if claim["printed"] and claim["printed"]["record"]]
        return {claim["statement"].rstrip("."): self._cells(claim, printed) for claim, printed in rows}

    def _cells(self, claim: Mapping[str, Any], printed: Mapping[str, Any]) -> list[Any]:
        brief = Phrase(str(printed["brief"]), (_reading(claim),))
        record = Phrase(str(printed["record"]), tuple(printed["readings"]), str(printed.get("formula", "")))
        preferred = [{"source": reading["source"]} for reading in printed["readings"] if reading.get("source")]
        publishers = dict.fromkeys(str(source["publisher"]) for source in self._sources(preferred).values())
        return [AnnotatedText.of(brief), AnnotatedText.of(record), "; ".join(publishers), str(printed["verdict"])]


def _reading(claim: Mapping[str, Any]) -> Reading:
    return {"kind": "claim"} | {name: claim[name] for name in ("claim", "verdict", "margin")}
