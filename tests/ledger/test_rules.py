"""What a row must be: rows that cannot be believed are refused, all at once, with their place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefkit.errors import LedgerError, nearest
from briefkit.ledger.ledger import load_ledger
from conftest import observation, write_ledger


def test_part_of_an_id_offers_the_ids_that_hold_it():
    """Whoever types `lng` looks for a figure of LNG; a whole word at the beginning comes first."""
    ids = ["mofa_2018", "mof_trade", "energy.lng.share", "energy.coal"]
    assert nearest("mof", ids) == 'did you mean "mof_trade" or "mofa_2018"?'
    assert nearest("lng", ids) == 'did you mean "energy.lng.share"?'
    assert nearest("energy.cola", ids).startswith('did you mean "energy.coal"')
    assert nearest("x", ids) == "correct the name"


PLANTED = {
    "observations:figure": ({"figure": "nosuch"}, r"observations\.csv:2: figure: found \"nosuch\".*figures\.csv"),
    "observations:value": ({"value": "1O5"}, r":2: value: found \"1O5\", expected a finite number.*digit zero"),
    "observations:infinite": ({"value": "inf"}, r":2: value: found \"inf\", expected a finite number"),
    "observations:empty": ({"value": ""}, r":2: value: found nothing, expected a value"),
    "observations:date": (
        {"period": "2018-13"},
        r":2: period: found \"2018-13\", expected a day, month, quarter or year",
    ),
    "observations:day": ({"published": "2018-02-30"}, r":2: published: found \"2018-02-30\""),
    "observations:early": ({"period": "2019"}, r":2: published: found \"2018-03-01\", expected a day on or after"),
    "observations:order": ({"low": "20"}, r":2: low: found \"20\", expected low ≤ value ≤ high"),
    "observations:high": ({"high": "18.3"}, r":2: high: found \"18.3\", expected low ≤ value ≤ high"),
    "observations:status": ({"status": "checked"}, r":2: status: found \"checked\", expected verified or recalled"),
    "observations:source": ({"source": "nosuch"}, r":2: source: found \"nosuch\", expected an id of sources\.csv"),
    "observations:formula": ({"note": "=cmd()"}, r":2: note: found \"=cmd\(\)\", expected text that no spreadsheet"),
    "observations:space": (
        {"value": " 18.4"},
        r":2: value: found \" 18.4\", expected a cell without space.*remove the space$",
    ),
    "observations:unit": ({"value": "12%"}, r":2: value: found \"12%\".*write 12; the unit is in figures\.csv"),
    "observations:break": ({"note": "one\ntwo"}, r"note: found \"one\ntwo\", expected one line"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_error_is_named(tmp_path: Path, planted: str):
    """Each check can fail, and says file, line, column, found, expected and what to do."""
    change, message = PLANTED[planted]
    row = observation("trade, 2017, 18.4, published 2018-03-01")
    write_ledger(tmp_path, observations=[row])
    good = write_ledger(tmp_path, observations=[row])
    text = (good / "observations.csv").read_text(encoding="utf-8")
    cells = row | change
    quoted = {name: f'"{cell}"' if "\n" in cell else cell for name, cell in cells.items()}
    line = ",".join(quoted.get(name, "") for name in text.splitlines()[0].split(","))
    (good / "observations.csv").write_text(text.splitlines()[0] + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(LedgerError, match=message):
        load_ledger(good)


def test_percent_and_yes_or_no_keep_their_range(ledger):
    """A share of 105% and a yes of 2 are mistakes whatever the source."""
    figures = [
        {"figure": "share", "title": "S", "unit": "percent", "section": "s"},
        {"figure": "signed", "title": "S", "unit": "yes or no", "section": "s"},
    ]
    with pytest.raises(LedgerError) as caught:
        ledger("share, 2017, 105, published 2018-03-01", "signed, 2017, 2, published 2018-03-01", figures=figures)
    assert len(caught.value.problems) == 2


def test_one_wrong_row_never_hides_another(ledger):
    """All problems come in one go, in all tables."""
    events = [
        {
            "event": "E",
            "date": "2018-99",
            "kind": "k",
            "title": "t",
            "published": "2018",
            "source": "s",
            "status": "verified",
        }
    ]
    with pytest.raises(LedgerError) as caught:
        ledger("trade, 2017, x, published 2018-03-01", "trade, 2017-99, 1, published never", events=events)
    assert len(caught.value.problems) == 5


def test_the_same_row_twice_is_refused(ledger):
    """A correction has a later published day; the same key twice is a mistake."""
    told = r':3: figure: found "trade", expected one row for each figure, period.*line 2 differs in value \("1"\): delete one'
    with pytest.raises(LedgerError, match=told):
        ledger("trade, 2017, 1, published 2018-03-01", "trade, 2017, 2, published 2018-03-01")
    with pytest.raises(LedgerError, match="line 2 says the same: delete one"):
        ledger("trade, 2017, 1, published 2018-03-01", "trade, 2017, 1, published 2018-03-01")


def test_an_end_is_a_later_row(ledger):
    """An end that lies after the row's own published day was not known then."""
    row = {"subject": "A", "relation": "owns", "object": "B", "start": "2010", "published": "2017-01-01"}
    row |= {"source": "s", "status": "verified"}
    with pytest.raises(LedgerError, match=r"relations\.csv:2: end: found \"2018\""):
        ledger(relations=[row | {"end": "2018"}])
    book = ledger(relations=[row, row | {"end": "2018-02", "published": "2018-03-01"}])
    assert book.as_of("2018-01-01").relations(active=True)["object"].tolist() == ["B"]
    assert book.as_of("2018-12-31").relations(active=True).empty


def test_premises_and_evidence_must_exist(ledger):
    """A claim that rests on nothing known is a mistake."""
    claim = {
        "claim": "c",
        "section": "s",
        "kind": "figure",
        "statement": "S.",
        "premises": "trade;trad",
        "made": "2018",
    }
    with pytest.raises(LedgerError, match=r"claims\.csv:2: premises: found \"trad\".*did you mean \"trade\""):
        ledger("trade, 2017, 1, published 2018-03-01", claims=[claim])


ROWS = {
    "figures": {"figure": "trade", "title": "T", "unit": "count", "section": "s"},
    "events": {
        "event": "talks",
        "date": "2018-09-12",
        "kind": "k",
        "title": "T",
        "published": "2018-09-12",
        "source": "s",
    },
    "relations": {
        "subject": "A",
        "relation": "owns",
        "object": "B",
        "start": "2010",
        "published": "2018",
        "source": "s",
    },
    "claims": {"claim": "c", "section": "s", "kind": "figure", "statement": "S.", "made": "2018-10-12"},
    "verdicts": {"claim": "c", "verdict": "holds", "published": "2018-11-01", "why": "w"},
    "sources": {"source": "s", "publisher": "P", "title": "T"},
}
ELSEWHERE = [
    ("figures", {"figure": "Trade"}, r'figure: found "Trade", expected an id of small letters.*; rename it'),
    ("figures", {"unit": ""}, "unit: found nothing, expected a value"),
    ("figures", {"sources": "s;t"}, r'sources: found "t", expected ids of sources\.csv.*or add it to sources\.csv'),
    ("events", {"date": "2018-09-13"}, r'published: found "2018-09-12", expected a day on or after the event'),
    ("events", {"status": ""}, "status: found nothing"),
    ("relations", {"value": "3"}, "unit: found nothing, expected the unit of the value"),
    ("relations", {"value": "3%", "unit": "percent"}, r'value: found "3%".*write 3; the unit has a column of its own'),
    ("relations", {"end": "2009"}, 'end: found "2009", expected a day on or after the start'),
    ("claims", {"kind": "opinion"}, 'kind: found "opinion", expected figure or event or relation or judgement'),
    ("claims", {"made": "soon"}, 'made: found "soon", expected a day, month or year'),
    ("verdicts", {"verdict": "true"}, 'verdict: found "true", expected holds or weakened or overturned or unknown'),
    ("verdicts", {"claim": "d"}, r'claim: found "d", expected an id of claims\.csv'),
    ("verdicts", {"evidence": "A|owns|B;nosuch"}, 'evidence: found "nosuch", expected ids of figures'),
    ("sources", {"title": "@SUM(1)"}, r'title: found "@SUM\(1\)", expected text that no spreadsheet runs'),
]


@pytest.mark.parametrize(("table", "change", "message"), ELSEWHERE)
def test_each_table_is_checked_by_what_its_schema_says(
    tmp_path: Path, table: str, change: dict[str, str], message: str
):
    """Ids, days, words of a list, pointers to other tables; and the same rows unchanged are believed."""
    rows = {name: [row | ({"status": "verified"} if "source" in row else {})] for name, row in ROWS.items()}
    rows["sources"] = [ROWS["sources"]]
    load_ledger(write_ledger(tmp_path / "good", **rows))
    rows[table] = [rows[table][0] | change]
    with pytest.raises(LedgerError, match=rf"{table}\.csv:2: {message}") as caught:
        load_ledger(write_ledger(tmp_path / "bad", **rows))
    assert len(caught.value.problems) == 1
