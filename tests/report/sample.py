"""A made-up executed notebook of two sections and a cover, with one of everything that a page can hold."""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

MIME = "application/vnd.briefkit.v1+json"
HOSTILE = "<script>alert('x')</script> # $5 @cite *bold* _it_ [a](javascript:x) \\ ~ -- \"q\" & </style>"
SOURCES = {
    "office": {
        "source": "office",
        "publisher": "Statistical Office",
        "title": "Trade by port, annual",
        "url": "https://example.org/trade?a=1&b=2",
        "published": "2018-01-30",
    },
    "hostile": {
        "source": "hostile",
        "publisher": "O’Neill & Søn <Ltd>",
        "title": HOSTILE,
        "url": "javascript:alert(1)",
        "published": "2017-06-05",
    },
    "paper": {
        "source": "paper",
        "publisher": "Дневник \u2116 7",
        "title": "Соглашение о пошлинах: итоги",
        "url": "",
        "published": "2016-12",
    },
    "east": {
        "source": "east",
        "publisher": "朝の新聞",
        "title": "協力の合意について",
        "url": "https://example.org/日本",
        "published": "2018-09-12",
    },
}


def reading(value: float, *, period: str = "2017", source: str = "office", **more: Any) -> dict[str, Any]:
    """Make the reading of one observation."""
    return {
        "kind": "observation",
        "figure": "trade.share",
        "title": "Share of the port in trade",
        "period": period,
        "value": value,
        "unit": "percent",
        "published": "2018-01-30",
        "source": source,
        "status": "verified",
        "note": "",
        "others": [],
        "override": None,
        **more,
    }


EVENT = {
    "kind": "event",
    "event": "accord",
    "title": "Accord on tariffs signed",
    "date": "2016-12-16",
    "published": "2016-12-16",
    "source": "paper",
    "status": "recalled",
}
OTHERS = [{"source": "hostile", "value": 9.1, "published": "2018-02-02", "status": "verified"}]


def note(
    text: str,
    *readings: dict[str, Any],
    formula: str | None = None,
    flags: tuple[str, ...] = (),
    lang: str | None = None,
) -> Any:
    """Make one note of annotated text."""
    return {"text": text, "lang": lang, "formula": formula, "flags": list(flags), "readings": list(readings)}


def text(template: str, *notes: Any) -> dict[str, Any]:
    """Make annotated text: each {} of the template is the next note."""
    return {"text": template.format(*(f"\ue000{place}\ue001" for place in range(len(notes)))), "notes": list(notes)}


SHARE = note("8.7%", reading(8.7, others=OTHERS), flags=("disputed",))
RISE = note("2.3 points", reading(8.7), reading(6.4, period="2013"), formula="8.7% (2017) − 6.4% (2013)")
DAY = note("16 December 2016", EVENT, flags=("recalled",))
AHEAD = note("11%", reading(11, period="2020", status="verified;forecast"), flags=("forecast",))
SET = note(
    "15%",
    reading(15, override={"value": 12.5, "reason": "the office's own correction is not yet out"}),
    flags=("overridden",),
)


def cell(payload: dict[str, Any], plain: str = "", **more: str) -> Any:
    """Make a code cell whose output is one payload."""
    data = {"text/markdown": plain or payload["kind"], **more, MIME: {"sources": SOURCES, **payload}}
    return new_code_cell("…", execution_count=1, outputs=[new_output("display_data", data)])


def prose(template: str, *notes: Any, role: str = "") -> Any:
    """Make a cell that writes a text."""
    return cell({"kind": "prose", "role": role, "text": text(template, *notes)})


def chart(
    name: str,
    title: dict[str, Any],
    alt: str = "Two lines by year. Oil falls from 10% to 4%; gas ends near 9%.",
    kind: str = "lines",
) -> Any:
    """Make a cell that draws a real picture."""
    payload = {
        "kind": "chart",
        "chart": name,
        "type": kind,
        "title": title,
        "alt": alt,
        "unit": "percent of imports",
        "caption": text("The dotted end is a forecast; Курилы and 択捉島 are names. See {}.", AHEAD),
        "readings": [reading(8.7), EVENT],
        "data": {
            "columns": ["year", "Gas", "Oil"],
            "rows": [["2013", 9.8, 6.9], ["2017", 8.7, None], ["=2020", 11.0, 3.9]],
        },
    }
    svg, layout = _drawn(name, kind, payload["data"])
    return cell(payload | {"layout": layout}, **{"image/svg+xml": svg})


def _drawn(name: str, kind: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    from importlib import import_module

    import pandas as pd
    from matplotlib.lines import Line2D

    from briefkit.charts.canvas import canvas
    from briefkit.charts.legend import legend
    from briefkit.charts.screen_layout import describe
    from briefkit.charts.svg import write_svg
    from briefkit.charts.theme import PALETTE

    with canvas() as axes:
        axes.plot([2013, 2015, 2017, 2020], [9.8, 8.4, 8.7, 11.0], color=PALETTE[0], clip_on=True)
        axes.plot([2013, 2015, 2017, 2020], [6.9, 8.1, 5.2, 3.9], color=PALETTE[1], linestyle="--")
        axes.text(2019.2, 10.6, "Gas", color=PALETTE[0])
        axes.text(2019.2, 4.9, "Oil, Нефть", color=PALETTE[1])
        legend(axes, [Line2D([], [], color=PALETTE[0], marker="o", ls="")], ["recalled"], above=2)
        picture = axes.get_figure(root=True)
        axes.set_position((0.06, 0.1, 0.91, 0.85))
        svg, entries = write_svg(picture, chart=name, alt="x")
        shown = pd.DataFrame(data["rows"], columns=data["columns"])
        layout = describe(picture, import_module(f"briefkit.charts.kinds.{kind}"), shown, shown.to_dict("records"), "")
    return svg, layout | {"legend": entries}


def table() -> Any:
    """Make a cell with a table whose cells are text and numbers."""
    rows = [
        [text("Year {}", note("2013")), text("{}", note("6.4%", reading(6.4, period="2013"))), "as printed"],
        ["Year 2017", text("{}", SHARE), text("*provisional*, {}", note("9.1%", reading(9.1), flags=("provisional",)))],
        ["<b>Total</b> & $x$", text("{}", RISE), "# not a heading"],
    ]
    columns = [
        {"title": "Year", "align": "left", "header": True},
        {"title": "Share", "align": "right", "header": False},
        {"title": "Remark", "align": "left", "header": False},
    ]
    return cell(
        {
            "kind": "table",
            "table": "shares",
            "caption": text("Share of the port, {} and before", note("2017")),
            "unit": "percent",
            "columns": columns,
            "rows": rows,
            "readings": [reading(8.7), reading(9.1, source="hostile")],
        }
    )


def claim(name: str, verdict: str, section: str, **more: Any) -> dict[str, Any]:
    """Make the payload of one settled claim."""
    return {
        "kind": "claim",
        "claim": name,
        "statement": f"The port carries a {verdict} share of trade",
        "section": section,
        "kind_of_claim": "figure",
        "verdict": verdict,
        "margin": None,
        "unit": "percent",
        "flips_at": None,
        "test": "share ≥ 15%",
        "why": None,
        "premises": [],
        "brief_value": "",
        "made": "2018-10-12",
        "review_by": "2019-10-12",
        "review_due": False,
        "printed": None,
        "readings": [reading(8.7)],
        **more,
    }


CLAIMS = [
    claim(
        "share_reaches",
        "holds",
        "harbour",
        margin=1.25,
        flips_at=15.0,
        why=text("It stands at {}.", SHARE),
        premises=["trade.share", "accord"],
    ),
    claim(
        "share_rises",
        "weakened",
        "harbour",
        margin=-0.4,
        flips_at=9.1,
        review_due=True,
        printed={"verdict": "imprecise", "brief": "9%", "record": "8.7%"},
    ),
    claim("accord_kept", "overturned", "harbour", margin=-5.9, premises=["share_reaches"], statement=HOSTILE),
    claim("no_data", "unknown", "conclusions", unit="yes or no", margin=0.0),
    claim("ties_deepen", "holds", "conclusions", premises=["share_reaches", "share_rises"]),
]


def harbour() -> list[Any]:
    """Make the cells of a section with everything in it, and a cell that failed."""
    long = (
        "Trade through the harbour has grown since the accord of {}, and Курильские острова stood on the agenda "
        "(択捉島, 国後島). The port carried {} of it, *up* by {}; the office expects {} and the editors use {}. "
        "A [link](https://example.org) and `code`, a price of \\$5 and 2+2 talks. "
    )
    failed = new_output(
        "error", ename="ValueError", evalue=HOSTILE, traceback=["\x1b[31mTraceback\x1b[0m", "  line 1", HOSTILE]
    )
    return [
        cell({"kind": "section", "section": "harbour", "edition": "2018-10", "as_of": "2018-10-12"}),
        new_markdown_cell("# The harbour\n\nDoes the port still matter?"),
        prose(long * 2, DAY, SHARE, RISE, AHEAD, SET, DAY, SHARE, RISE, AHEAD, SET),
        new_markdown_cell(
            "## What was agreed\n\n- first point\n- second **point**\n\n1. one\n2. two\n\n"
            "> A quotation.\n\n<script>alert(1)</script>"
        ),
        chart("gas-share", text("Gas reached {}, oil did not", note("11%", reading(11)))),
        prose("## And the share\n\n" + long, DAY, SHARE, RISE, AHEAD, SET),
        table(),
        *[cell(payload) for payload in CLAIMS[:3]],
        prose(long * 3, *[DAY, SHARE, RISE, AHEAD, SET] * 3),
        new_code_cell("1/0", execution_count=9, outputs=[failed]),
    ]


def conclusions() -> list[Any]:
    """Make the cells of the section that stands first on the page."""
    numbers = {
        "kind": "numbers",
        "items": [
            {"label": text("of trade goes through the port ({})", note("2017")), "value": text("{}", SHARE)},
            {"label": text("more than four years before"), "value": text("{}", RISE)},
            {"label": text("day of the accord"), "value": text("{}", DAY)},
        ],
    }
    return [
        cell({"kind": "section", "section": "conclusions", "edition": "2018-10", "as_of": "2018-10-12"}),
        new_markdown_cell("# Conclusions\n\nWhat follows?"),
        prose(
            "A treaty remains **unlikely**: the share stands at {}, which is {} more than before. The talks go on.",
            SHARE,
            RISE,
            role="bottom_line",
        ),
        cell(numbers),
        prose("The port carries {}.", SHARE),
        chart("gas-share", text("The same chart again, at {}", SHARE), kind="places"),
        *[cell(payload) for payload in CLAIMS[3:]],
    ]


EDITION = {
    "edition": "2018-10",
    "title": "Prospects for the Harbour",
    "subtitle": "What an accord would change, and for whom",
    "as_of": "2018-10-12",
    "authors": ["Ada Example", "Bo Sample"],
    "publisher": "Institute of Examples",
    "language": "en",
    "licence": "CC BY 4.0",
    "introduction": "A brief of the Institute of Examples, tested again on what is known today.",
    "allowed": [{"what": "unchecked", "reason": "No second reader has gone through the line-by-line sheet yet."}],
}


def notebook(**sections: list[Any]) -> Any:
    """Join sections into one notebook, as the exporters take it."""
    sections = sections or {"harbour": harbour(), "conclusions": conclusions()}
    for name, cells in sections.items():
        for own in cells:
            own.metadata["briefkit"] = {"section": name}
    joined = new_notebook(cells=[own for cells in sections.values() for own in cells])
    joined.metadata["briefkit"] = {"edition": EDITION, "claims": [dict(payload) for payload in CLAIMS]}
    return nbformat.from_dict(joined)


def report(**sections: list[Any]) -> Any:
    """Make the report of the sample."""
    from briefkit.report.nbconvert_exporters import gather

    return gather(notebook(**sections), folder="/")
