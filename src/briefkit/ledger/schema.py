"""The tables of the ledger: their columns, what a cell may be, which cells identify a row.

`rules` checks rows by it; `table_schema` says the same as `datapackage.json` does, in the words of Frictionless Data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

STATUSES = ("verified", "recalled", "forecast", "derived", "provisional", "estimate")
"""Words of a status: one of the first two, then any of the others."""
PATTERNS = {
    "id": r"[a-z0-9_]+([.\-][a-z0-9_]+)*",
    "day": r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?",
    "period": r"\d{4}(-(Q[1-4]|(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?))?",
    "status": f"({'|'.join(STATUSES[:2])})(;({'|'.join(STATUSES[2:])}))*",
}
"""How a cell of a kind is written; whether a day exists is for `periods`."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name, description : str
        As the header and the data package say.
    kind : str
        What a cell holds: `text`, `id`, `day` (perhaps only a month or year), `period` (also a
        quarter), `number`, `status` or `url`.
    required : bool
        Whether no cell may be empty.
    choices : tuple of str
        All that a cell may say; empty where anything goes.
    target : str
        The table whose ids the column holds.
    """

    name: str
    description: str
    kind: Literal["text", "id", "day", "period", "number", "status", "url"] = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True)
class Table:
    """The columns of a table in their order, and the key: the columns whose cells no two rows may share."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The header."""
        return [column.name for column in self.columns]


_PUBLISHED = Column(
    "published", "Day, month or year by which this could be known; compared by its last day", "day", True
)
_SOURCE = Column("source", "Id in sources.csv", "id", True, target="sources")
_STATUS = Column(
    "status", "verified (seen in a document) or recalled (known, no document opened), then marks", "status", True
)
_NOTE = Column("note", "Wording, conflicts and arithmetic behind the value")

SCHEMA = {
    "figures": Table(
        (
            Column("figure", "Dotted id, general to special", "id", True),
            Column("title", "As a reader sees it", required=True),
            Column("unit", "As a reader sees it; percent is 0 to 100, yes or no is 1 or 0", required=True),
            Column("section", "Section of the brief that it belongs to", required=True),
            Column("definition", "What exactly is counted"),
            Column("sources", "Ids of sources in order of preference, parted by ;"),
        ),
        key=("figure",),
    ),
    "observations": Table(
        (
            Column("figure", "Id in figures.csv", "id", True, target="figures"),
            Column("period", "Day, month, quarter or year that the value is about", "period", True),
            Column("value", "Value in the unit of the figure", "number", True),
            Column("low", "Lower bound, if given", "number"),
            Column("high", "Upper bound, if given", "number"),
            *(_PUBLISHED, _SOURCE, _STATUS, _NOTE),
        ),
        key=("figure", "period", "published", "source"),
    ),
    "events": Table(
        (
            Column("event", "Dotted id, general to special", "id", True),
            Column("date", "Day, month or year", "day", True),
            Column("kind", "Kind of event", required=True),
            Column("title", "As a reader sees it", required=True),
            Column("actors", "Parted by ;"),
            Column("place", "Where"),
            *(_PUBLISHED, _SOURCE, _STATUS),
        ),
        key=("event", "published", "source"),
    ),
    "relations": Table(
        (
            Column("subject", "Who", required=True),
            Column("relation", "What", required=True),
            Column("object", "Whom or what", required=True),
            Column("value", "Size, if any", "number"),
            Column("unit", "Unit of the size"),
            Column("start", "Since when", "day"),
            Column("end", "Until when, not after published", "day"),
            *(_PUBLISHED, _SOURCE, _STATUS, _NOTE),
        ),
        key=("subject", "relation", "object", "start", "published", "source"),
    ),
    "claims": Table(
        (
            Column("claim", "Id", "id", True),
            Column("section", "Section that tests it", required=True),
            Column(
                "kind", "What the test looks at", required=True, choices=("figure", "event", "relation", "judgement")
            ),
            Column("statement", "The claim in one sentence", required=True),
            Column("premises", "Ids of figures, events, claims or relations (subject|relation|object), parted by ;"),
            Column("made", "Day on which it was made", "day", True),
            Column("review_by", "Day by which a judgement is to be looked at again", "day"),
            Column("brief_value", "What the brief printed, if a number or date"),
        ),
        key=("claim",),
    ),
    "verdicts": Table(
        (
            Column("claim", "Id in claims.csv", "id", True, target="claims"),
            Column("verdict", "As of the day", required=True, choices=("holds", "weakened", "overturned", "unknown")),
            _PUBLISHED,
            Column("why", "One sentence", required=True),
            Column("evidence", "Ids of events, figures, relations or sources, parted by ;"),
        ),
        key=("claim", "published"),
    ),
    "sources": Table(
        (
            Column("source", "Id", "id", True),
            Column("publisher", "Who published it", required=True),
            Column("title", "Title, in English", required=True),
            Column("url", "Address, if any", "url"),
            Column("published", "Day, month or year of the document", "day"),
        ),
        key=("source",),
    ),
}
"""Every table by the name of its file, in the order in which problems are looked for."""


def table_schema(name: str) -> dict[str, Any]:
    r"""Return the Frictionless Table Schema of a table.

    Parameters
    ----------
    name : str
        A key of `SCHEMA`.

    Examples
    --------
    >>> table_schema("sources")["fields"][0]["constraints"]
    {'required': True, 'unique': True, 'pattern': '[a-z0-9_]+([.\\-][a-z0-9_]+)*'}

    References
    ----------
    Frictionless Data, Table Schema, https://specs.frictionlessdata.io/table-schema/
    """
    table = SCHEMA[name]
    schema: dict[str, Any] = {"fields": [_field(column, table) for column in table.columns]}
    schema["primaryKey"] = list(table.key)
    pointers = [column for column in table.columns if column.target]
    if pointers:
        schema["foreignKeys"] = [
            {"fields": [column.name], "reference": {"resource": column.target, "fields": [column.name]}}
            for column in pointers
        ]
    return schema | {"missingValues": [""]}


def _field(column: Column, table: Table) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": "number" if column.kind == "number" else "string"}
    if column.kind == "url":
        field["format"] = "uri"
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    constraints |= {"unique": True} if table.key == (column.name,) else {}
    constraints |= {"pattern": PATTERNS[column.kind]} if column.kind in PATTERNS else {}
    constraints |= {"enum": list(column.choices)} if column.choices else {}
    return field | {"description": column.description} | ({"constraints": constraints} if constraints else {})
