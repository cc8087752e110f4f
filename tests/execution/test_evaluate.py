"""A section evaluated without a kernel settles and asks what it does in one."""

from __future__ import annotations

import pytest

from briefkit.errors import CellFailed, CellsNotRun, CellTimedOut
from briefkit.execution.evaluate import evaluate, shell, steps
from conftest import OPEN, SETTLE, observation, write_ledger, write_notebook

READ = 'trade = brief.figure("trade")'


@pytest.fixture
def evaluated(tmp_path, ledger, monkeypatch):
    """`evaluated("cell", …)` evaluates a section `s` of a tiny ledger, once for each day."""
    claim = {"claim": "grew", "section": "s", "kind": "figure", "statement": "S.", "made": "2018-10-12"}
    rows = ["trade, 2017, 18.4, published 2018-03-01", "coal, 2017, 7.5, published 2018-03-01"]
    ledger(*rows, claims=[claim])
    monkeypatch.chdir(tmp_path)

    def made(*cells, days=("2018-12-31",), **given):
        path = write_notebook(tmp_path / "notebooks/01_s.ipynb", OPEN.format("s"), *cells)
        with shell() as running:
            return [evaluate(running, steps(path), {"as_of": day, **given}, path.name) for day in days]

    return made


def sources(path) -> str:
    return "\n".join(step.source for step in steps(path))


def test_what_only_shows_is_left_out(section):
    """And what is read for that alone, also where it would fail on an early day."""
    path = section(
        OPEN.format("s"),
        'trade, coal = brief.figure("trade"), brief.figure("coal")\nshown = coal.history.iloc[99]',
        "%%prose\nTrade was {{ trade }}.",
        'brief.chart.lines(trade, title="T", alt="A")\nbrief.table([trade], caption="C")\nbrief.numbers({"a": "b"})',
        'levels = {"low": 10}\nbrief.claim("grew", trade.value > levels["low"], why="{{ shown }}")\nbrief.judge("j", "w")',
    )
    kept = sources(path)
    assert all(word not in kept for word in ("shown", "chart", "table", "numbers", "prose", "why", "'w'"))
    assert "trade, coal = " in kept and "levels = " in kept and "brief.judge('j')" in kept


def test_what_may_change_what_is_used_is_kept(section):
    """A method that is called on a list, a name in the text of a query, a claim whose result is bound."""
    path = section(
        OPEN.format("s"),
        "names, last, kinds = ['a'], 1, ['b']\npopped = names.pop()\nspare = kinds.copy()",
        'settled = brief.claim("c", True)\nif last:\n    brief.table([], caption="C")',
        'brief.claim("d", bool(names) and rows.query("kind in @kinds").empty)',
    )
    kept = sources(path)
    assert "popped" in kept and "settled" in kept and "kinds = " in kept and "if last" in kept and "spare" in kept


def test_claims_and_questions_are_those_of_the_cells(evaluated):
    """Parameters are handed on as they are; nothing is asked for what is only shown."""
    (found,) = evaluated(READ, 'brief.figure("coal")', SETTLE, "assert isinstance(overrides, list)", overrides=[])
    assert found.error is None
    assert [(claim["claim"], claim["verdict"], claim["margin"]) for claim in found.claims] == [("grew", "holds", 8.4)]
    asked = [query["args"]["figure"] for query in found.queries if query["query"] == "figure"]
    assert asked == ["trade", "coal"]


def test_nothing_of_one_evaluation_is_seen_by_the_next(evaluated):
    """No name, no listener, no output; and this process is left as it was."""
    import sys

    from IPython.core.getipython import get_ipython

    before = sys.modules["__main__"], sys.excepthook, sys.stdout
    cells = (
        READ,
        SETTLE,
        'assert "seen" not in globals()\noverrides.append(1)',
        "seen = 1\nprint(seen)\n_ = get_ipython()",
    )
    first, second = evaluated(*cells, days=("2018-02-28", "2018-12-31"), overrides=[])
    assert first.error is None and second.error is None
    assert [claim["verdict"] for claim in first.claims + second.claims] == ["unknown", "holds"]
    assert len(second.queries) == len({str(query) for query in second.queries})
    assert get_ipython() is None and (sys.modules["__main__"], sys.excepthook, sys.stdout) == before


@pytest.mark.parametrize(
    ("cell", "error", "said"),
    [
        ('brief.figure("trad").value', CellFailed, 'cell 5: UnknownName: figure: found "trad"'),
        ("1 +", CellFailed, "cell 5: SyntaxError"),
        ("import sys\nsys.exit()", CellsNotRun, "cell 5"),
        (("1 / 0", ["raises-exception"]), None, ""),
        (("1 / 0", ["skip-execution"]), None, ""),
        ("import asyncio\nawait asyncio.sleep(0)\n%pwd", None, ""),
    ],
)
def test_what_stops_a_section_has_a_name(evaluated, cell, error, said):
    """The same as when it is rendered; what came before still counts."""
    (found,) = evaluated(READ, cell, SETTLE)
    assert type(found.error) is (error or type(None)) and said in str(found.error or "")
    assert len(found.claims) == (error is None) and found.queries


def test_a_cell_without_end_is_stopped(evaluated, monkeypatch):
    """Even one that holds every exception."""
    monkeypatch.setattr("briefkit.execution.evaluate.CELL_LIMIT", 3.0)
    (found,) = evaluated("while True:\n    try:\n        pass\n    except Exception:\n        pass")
    assert isinstance(found.error, CellTimedOut)


def test_a_ledger_that_cannot_be_believed_is_named(evaluated, tmp_path):
    write_ledger(tmp_path / "data", observations=[observation("trade, 2017, 1O5, published 2018-03-01")])
    (found,) = evaluated(READ)
    assert "LedgerError" in str(found.error)
