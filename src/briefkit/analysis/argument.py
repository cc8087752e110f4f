"""All claims of the brief as its sections settled them: what a conclusion looks back on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from briefkit.analysis import verdicts
from briefkit.analysis.quantity import Phrase, Quantity
from briefkit.annotated import noted
from briefkit.errors import UnknownName
from briefkit.ledger.readings import Reading


class Argument:
    """The claims of a brief, fallen premises told.

    Parameters
    ----------
    rows : iterable of mapping
        Rows of `claims.csv`, with `premises` as lists.
    settled : mapping
        What became of each, by claim; what is missing is unknown.
    sources : callable
        Records of the sources of some readings, by id.
    """

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]],
        settled: Mapping[str, Mapping[str, Any]],
        sources: Callable[[Iterable[Reading]], Mapping[str, Reading]] = lambda readings: {},
    ) -> None:
        self._sources = sources
        self.claims = verdicts.resolve([verdicts.outline(row, settled.get(str(row["claim"]), {})) for row in rows])
        self.ran = {str(claim["section"]) for claim in self.claims if claim["claim"] in settled}

    def count(self, verdict: str = "", *, section: str = "") -> Quantity:
        """How many claims have a verdict, or how many there are, in all or in one section."""
        chosen = [
            claim
            for claim in self.claims
            if claim["verdict"] == (verdict or claim["verdict"]) and claim["section"] == (section or claim["section"])
        ]
        what = f"claims that are settled as {verdict}" if verdict else "claims"
        return Quantity(float(len(chosen)), "count", f"number of {what}", tuple(_read(claim) for claim in chosen))

    def verdict(self, claim: str) -> Phrase:
        """The verdict on one claim, in a word, with the claim as its note.

        Raises
        ------
        UnknownName
            If there is no such claim.
        """
        found = next((one for one in self.claims if one["claim"] == claim), None)
        if found is None:
            raise UnknownName("claim", claim, [one["claim"] for one in self.claims])
        return Phrase(str(found["verdict"]), (_read(found),))

    def stands(self, claim: str) -> bool:
        """Whether a claim holds, if only in part."""
        return str(self.verdict(claim)) in ("holds", "weakened")

    def printed(self) -> dict[str, list[Any]]:
        """Rows of a table: for each printed number the brief's value, the record's on its day, by whom, the reading."""
        rows = [(claim, claim["printed"]) for claim in self.claims if claim["printed"] and claim["printed"]["record"]]
        return {claim["statement"].rstrip("."): self._beside(claim, printed) for claim, printed in rows}

    def _beside(self, claim: Mapping[str, Any], printed: Mapping[str, Any]) -> list[Any]:
        brief = Phrase(str(printed["brief"]), (_read(claim),))
        record = Phrase(str(printed["record"]), tuple(printed["readings"]), str(printed.get("formula", "")))
        own = [{"source": read["source"]} for read in printed["readings"] if read.get("source")]
        publishers = dict.fromkeys(str(one["publisher"]) for one in self._sources(own).values())
        told = [noted(brief.note()), noted(record.note())]
        return [*told, "; ".join(publishers), str(printed["verdict"])]


def _read(claim: Mapping[str, Any]) -> Reading:
    return {"kind": "claim"} | {name: claim[name] for name in ("claim", "verdict", "margin")}
