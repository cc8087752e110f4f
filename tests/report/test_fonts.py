"""The shipped fonts: small, licensed, and with a glyph for every letter of the brief."""

from __future__ import annotations

import json
from pathlib import Path

from briefkit.report import html


def test_the_shipped_fonts_are_small_and_licensed():
    folder = Path(html.__file__).parents[1] / "fonts"
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 2_000_000
    assert {file.name for file in folder.glob("LICENCE-*")} == {
        "LICENCE-source-sans-3.txt",
        "LICENCE-source-serif-4.txt",
    }


def test_every_letter_of_the_brief_has_a_glyph():
    """Run scripts/fonts.py brief data notebooks params when this fails."""
    from fontTools.ttLib import TTFont

    root = Path(__file__).parents[2]
    fonts = [root / "src/briefkit/fonts/BriefSans-Regular.ttf", *(root / "data/fonts").glob("*.ttf")]
    have = set().union(*(TTFont(file).getBestCmap() for file in fonts))
    text = "".join(
        file.read_text("utf-8") for pattern in ("data/*.csv", "params/*.yaml") for file in sorted(root.glob(pattern))
    )
    text += "".join(
        "".join(cell["source"])
        for file in sorted(root.glob("notebooks/*.ipynb"))
        for cell in json.loads(file.read_text("utf-8"))["cells"]
    )
    assert {sign for sign in text if sign.isprintable() and ord(sign) not in have} == set()
