"""Open a section of the brief, to read the ledger and show results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from briefkit import formatting
from briefkit.analysis import verdicts
from briefkit.analysis.argument import Argument
from briefkit.analysis.conditions import Condition
from briefkit.analysis.premises import premises_of
from briefkit.analysis.quantity import Phrase, Quantity, parameter
from briefkit.annotated import AnnotatedText
from briefkit.charts.theme import use_fonts
from briefkit.errors import ExportError
from briefkit.ledger import geojson
from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.ledger.periods import is_period
from briefkit.ledger.readings import Event, Figure, Reading, readings_of
from briefkit.ledger.snapshot import Snapshot
from briefkit.notebook import cell, prose, tables
from briefkit.notebook.chart import Charts
from briefkit.notebook.outputs import load_claims, slug


class Brief:
    """A section's view of the ledger, and its voice on the page.

    Made by `open_section`. What it reads from the ledger is recorded, and all that it shows becomes an output of the
    cell, with provenance in the MIME type `briefkit.notebook.outputs.MIME`.
    """

    def __init__(
        self,
        section: str,
        ledger: Ledger,
        *,
        edition: str,
        as_of: str,
        overrides: Iterable[Mapping[str, Any]] = (),
        claims: Mapping[str, Any] | str | None = None,
    ) -> None:
        self.section = section
        self.edition = edition
        self._ledger = ledger
        self._snapshot = ledger.as_of(as_of, overrides=overrides or ())
        self._settled = load_claims(claims)

    as_of = property(lambda self: self._snapshot.day(), doc="The edition's day, ISO.")

    def figure(self, figure: str, period: str | None = None, *, source: str = "") -> Figure:
        """Read a figure, of `period` or the latest observed, perhaps by one source; see `Snapshot.figure`."""
        return self._snapshot.figure(figure, period, source=source)

    def figures(self, prefix: str) -> list[Figure]:
        """Read the figures known whose id starts with `prefix`."""
        return self._snapshot.figures(prefix)

    def event(self, event: str) -> Event:
        """Read one event; see `Snapshot.event`."""
        return self._snapshot.event(event)

    def events(self, **filters: Any) -> pd.DataFrame:
        """Read the events known, one row each, by day; see `Snapshot.events` for prefix, kind, actor, since, until."""
        return self._snapshot.events(**filters)

    def relations(self, **filters: Any) -> pd.DataFrame:
        """Read the relations known; see `Snapshot.relations` for subject, relation, object, active."""
        return self._snapshot.relations(**filters)

    def parameter(self, name: str, value: float, unit: str = "") -> Quantity:
        """Return a value that the edition sets, so that prose can name it."""
        return parameter(name, value, unit)

    def shapes(self, name: str) -> Reading:
        """Read a GeoJSON feature collection that lies beside the ledger."""
        return self._snapshot.shapes(name)

    def sites(self, name: str, kind: str = "base") -> list[Reading]:
        """Return places of a kind among the shapes, with what makes them known; see `geojson.sites`."""
        return geojson.sites(self.shapes(name), kind, self._snapshot)

    def rings(self, name: str, kind: str = "base", period: str | None = None) -> list[Reading]:
        """Return circles around places whose range is known; see `geojson.rings`."""
        return geojson.rings(self.shapes(name), kind, self._snapshot, period)

    @cached_property
    def then(self) -> Snapshot:
        """The snapshot of the day on which the brief's claims were made, or of the as-of day if that is earlier."""
        return self._ledger.as_of(self._snapshot.then())

    def say(self, template: str, **names: Any) -> AnnotatedText:
        """Render a template, for a title, a caption or a cell of a table."""
        return prose.render(template, cell.variables() | names)

    @cell.only_shows
    def prose(self, line: str, text: str) -> None:
        """Show a paragraph: the cell magic `%%prose`; `%%prose bottom_line` puts it on the cover."""
        paragraph = self.say(text)
        self._show("prose", {"text/markdown": str(paragraph)}, text=paragraph, role=line.strip())

    @cell.only_shows
    def numbers(self, items: Mapping[str, str]) -> None:
        """Show headline numbers on the cover: a template under each label, which is one too."""
        shown = [{"label": self.say(label), "value": self.say(value)} for label, value in items.items()]
        plain = "\n".join(f"- {item['label']}: {item['value']}" for item in shown)
        self._show("numbers", {"text/markdown": plain}, items=shown)

    @property
    def chart(self) -> Charts:
        """The kinds of charts: `brief.chart.lines(figure, title=…, alt=…)`."""
        return Charts(self.say, self._show)

    @cell.only_shows
    def table(
        self, data: Any, *, caption: str, columns: Mapping[str, str] | None = None, id: str = "", unit: str = ""
    ) -> None:
        """Show a table with its caption and sources.

        Parameters
        ----------
        data : DataFrame, list of Figure, or dict
            Rows of the ledger; figures, one row each; or for each row header a list of cells, which are
            templates, figures or events.
        caption, unit : str
            What the table shows (a template), and the unit of its numbers if they share one.
        columns : mapping of str to str
            Of a frame: its columns and their headers. Of a dict: headers only, as keys.
        id : str
            Stable name of the table on the page; from the caption when empty.
        """
        title = self.say(caption)
        head, rows = tables.table(data, columns, self.say)
        headers = [column["title"] for column in head]
        cells = pd.DataFrame([[str(entry) for entry in row] for row in rows], columns=headers)
        bundle = {"text/html": f"<p>{title}</p>{cells.to_html(index=False)}"}
        shown = {"table": id or slug(str(title)), "caption": title, "unit": unit, "columns": head, "rows": rows}
        self._show("table", bundle, **shown, readings=cell.unique([*readings_of(data), *cell.readings_in(rows)]))

    def claim(
        self,
        claim: str,
        holds: Condition | bool | None,
        *,
        weakened: Condition | bool | None = None,
        why: str = "",
        record: Figure | Quantity | None = None,
        within: tuple[float, float] = (0.0, 0.0),
        max_age_years: float | None = None,
    ) -> None:
        """Settle a claim of the brief by a condition.

        Parameters
        ----------
        claim : str
            Id of the claim.
        holds : Condition, bool or None
            Whether it holds; None when nothing known decides it.
        weakened : Condition, bool or None
            Whether it holds only in part.
        why : str
            One sentence for the reader, a template.
        record : Figure or Quantity
            What the record said on the day of the brief, to set beside what was printed.
        within : tuple of two floats
            Distance up to which that counts as printed, and up to which as imprecise.
        max_age_years : float
            After how many years without a newer reading it is unknown.
        """
        row = self._row(claim)
        after = self._snapshot.after
        settled = verdicts.settle(row, holds, weakened=weakened, after=after, max_age_years=max_age_years)
        if record is not None:
            settled["printed"] = verdicts.printed(settled["brief_value"], record, within=within[0], loosely=within[1])
        self._settle(settled, why, lambda: prose.undecided_reason(settled["stale"], self._judged(row)))

    def judge(self, claim: str, why: str = "") -> None:
        """Settle a claim by the analyst's last dated judgement; `why` says its reason in other words."""
        settled = self._judged(self._row(claim))
        self._settle(settled, "", lambda: prose.judgement_reason(settled, self.say(why) if why else None))

    @property
    def argument(self) -> Argument:
        """All claims of the brief as the sections settled them so far."""
        known = [row | {"premises": self._known(premises_of(row))} for row in self._snapshot.claims()]
        return Argument(known, self._settled, self._snapshot.sources)

    def printed(self, claim: str) -> Phrase:
        """Return what the brief printed, in its own words, for a sentence that sets the record beside it."""
        printed = str(self._snapshot.claim(claim)["brief_value"])
        dated = is_period(printed) and "-" in printed
        text = formatting.day(printed) if dated else printed.replace(";", " and ")
        return Phrase(text, ({"kind": "claim", "claim": claim},))

    def _row(self, claim: str) -> Reading:
        row = self._snapshot.claim(claim)
        if row["section"] != self.section:
            raise ExportError(f'{claim}: belongs to section "{row["section"]}", not "{self.section}"; settle it there')
        return row

    def _judged(self, row: Reading) -> Reading:
        return verdicts.judge(row, self._snapshot.verdicts(row["claim"]), self._snapshot.after)

    def _settle(self, settled: Reading, why: str, otherwise: Callable[[], AnnotatedText | None]) -> None:
        settled["premises"] = self._known(settled["premises"])
        self._settled[settled["claim"]] = settled
        reason = None
        if not cell.evaluating():
            reason = self.say(why) if why and settled["verdict"] != "unknown" else otherwise()
        plain = f"**{settled['verdict']}**: {settled['statement']}" + (f". {reason}" if reason else "")
        payload = {name: value for name, value in settled.items() if name != "kind"}
        self._show("claim", {"text/markdown": plain}, **payload, why=reason)

    def _known(self, premises: list[str]) -> list[str]:
        """Drop premises that do not exist by the day: a page must not name what came later."""
        return [premise for premise in premises if self._snapshot.knows(premise)]

    def _show(self, kind: str, bundle: Mapping[str, str], **payload: Any) -> None:
        """Display an output of the cell: a plain form for Jupyter, and all that the page needs."""
        sources = self._snapshot.sources(list(cell.readings_in(payload)))
        cell.publish({**payload, "kind": kind, "sources": sources}, bundle)

    def _flush(self, *_: Any) -> None:
        """Publish what a cell asked the snapshot, after it ran."""
        asked, self._snapshot.queries = self._snapshot.queries, []
        if "then" in self.__dict__:
            on = self.then.day()
            asked += [query | {"as_of": on} for query in self.then.queries if query["query"] != "day"]
            self.then.queries = []
        if asked:
            cell.publish({"kind": "trace", "queries": cell.unique(asked)})


def open_section(
    section: str,
    *,
    edition: str,
    as_of: str,
    ledger: str = "data",
    overrides: Iterable[Mapping[str, Any]] = (),
    claims: Mapping[str, Any] | str | None = None,
) -> Brief:
    """Open a section of the brief: the ledger as of a day, the magic `%%prose`, and the trace.

    Parameters
    ----------
    section : str
        The notebook's slug, such as `small_steps`.
    edition : str
        Name of the edition.
    as_of : str
        The day whose knowledge counts, ISO.
    ledger : str
        Folder of the ledger, from here or from a folder above.
    overrides : iterable of mapping
        Values set against the ledger: figure, value, reason, perhaps period.
    claims : mapping or str
        What other sections settled, by claim; or a folder with their executed notebooks.

    Raises
    ------
    BriefError
        If the ledger cannot be believed or `as_of` is no day.
    """
    folder = _above(ledger)
    use_fonts(folder.resolve() / "fonts")
    brief = Brief(section, load_ledger(folder), edition=edition, as_of=as_of, overrides=overrides, claims=claims)
    cell.listen(brief.prose, brief._flush)
    cell.publish({"kind": "section", "section": section, "edition": edition, "as_of": as_of, "sources": {}})
    return brief


def _above(ledger: str) -> Path:
    """Look for the ledger's folder here and in the folders above, as when a notebook is opened in Jupyter."""
    for folder in [Path(), *Path.cwd().parents]:
        if (folder / ledger / "figures.csv").is_file():
            return folder / ledger
    return Path(ledger)
