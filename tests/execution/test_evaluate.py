"""A section evaluated without a kernel settles and asks what it does in one."""

from __future__ import annotations

import pytest

from briefkit.errors import CellFailed, CellsNotRun, CellTimedOut
from briefkit.execution.evaluate import compile_cells, evaluate, evaluation_shell
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
        with evaluation_shell() as shell:
            return [evaluate(shell, compile_cells(path), {"as_of": day, **given}, path.name) for day in days]

    return made


def test_what_only_shows_does_nothing(evaluated):
    """Also where it would fail; numbers of a day are not needed for its claims."""
    (result,) = evaluated(
        READ,
        "%%prose\nTrade was {{ nosuch }}.",
        'brief.chart.lines(trade, title="{{ nosuch }}", alt="A")',
        'brief.table([trade], caption="{{ nosuch }}")\nbrief.numbers({"a": "{{ nosuch }}"})',
        SETTLE.replace("10))", '10), why="{{ nosuch }}")'),
    )
    assert result.error is None and [claim["verdict"] for claim in result.claims] == ["holds"]


def test_a_sections_own_code_runs_as_it_stands(evaluated):
    """Helpers, methods with an effect, names in the text of a query, pictures of pyplot, what a cell displays."""
    (result,) = evaluated(
        READ,
        "names = ['a']\npopped = names.pop()\nkinds = ['b']\ndef reached(level):\n    return trade.value >= level",
        "from matplotlib import pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()\nfig",
        "import pandas as pd\nrows = pd.DataFrame({'kind': ['b']})\ndisplay(rows)",
        'brief.claim("grew", reached(10) and not names and len(rows.query("kind in @kinds")) == 1)',
    )
    assert result.error is None and [claim["verdict"] for claim in result.claims] == ["holds"]


def test_figures_of_a_section_are_closed(evaluated):
    """Of 168 days none stays in memory."""
    from matplotlib import pyplot

    evaluated("from matplotlib import pyplot\npyplot.figure()", days=("2018-02-28", "2018-12-31"))
    assert pyplot.get_fignums() == []


def test_claims_and_questions_are_those_of_the_cells(evaluated):
    """Parameters are handed on as they are."""
    (result,) = evaluated(READ, 'brief.figure("coal")', SETTLE, "assert isinstance(overrides, list)", overrides=[])
    assert result.error is None
    assert [(claim["claim"], claim["verdict"], claim["margin"]) for claim in result.claims] == [("grew", "holds", 8.4)]
    asked = [query["args"]["figure"] for query in result.queries if query["query"] == "figure"]
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
    (result,) = evaluated(READ, cell, SETTLE)
    assert type(result.error) is (error or type(None)) and said in str(result.error or "")
    assert len(result.claims) == (error is None) and result.queries


def test_a_cell_without_end_is_stopped(evaluated, monkeypatch):
    """Even one that holds every exception."""
    monkeypatch.setattr("briefkit.execution.evaluate.CELL_LIMIT", 3.0)
    (result,) = evaluated("while True:\n    try:\n        pass\n    except Exception:\n        pass")
    assert isinstance(result.error, CellTimedOut)


def test_a_ledger_that_cannot_be_believed_is_named(evaluated, tmp_path):
    write_ledger(tmp_path / "data", observations=[observation("trade, 2017, 1O5, published 2018-03-01")])
    (result,) = evaluated(READ)
    assert "LedgerError" in str(result.error)
