"""Make the font files that briefkit ships, and those that a brief needs beside its ledger.

``python scripts/fonts.py package``
    src/briefkit/fonts: one serif and one sans family as TTF, for Typst, matplotlib and, cut to the
    letters that occur, for HTML (Latin, Latin Extended, Cyrillic).
``python scripts/fonts.py brief data notebooks params``
    <first folder>/fonts: the glyphs of other scripts (Japanese, ...) that occur in the
    brief's files, and no others. Run it again when a file brings a new character.

The originals come from the npm packages below; npm, fontTools and brotli are needed here only.
"""

import argparse
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent.parent
PACKAGE = HERE / "src" / "briefkit" / "fonts"

# npm package, its version, path inside it, our family, our style
FACES = [
    ("source-serif-4", "0.4.1", "400Regular/SourceSerif4_400Regular", "Brief Serif", "Regular"),
    ("source-serif-4", "0.4.1", "400Regular_Italic/SourceSerif4_400Regular_Italic", "Brief Serif", "Italic"),
    ("source-serif-4", "0.4.1", "600SemiBold/SourceSerif4_600SemiBold", "Brief Serif", "Bold"),
    ("source-sans-3", "0.4.1", "400Regular/SourceSans3_400Regular", "Brief Sans", "Regular"),
    ("source-sans-3", "0.4.1", "400Regular_Italic/SourceSans3_400Regular_Italic", "Brief Sans", "Italic"),
    ("source-sans-3", "0.4.1", "600SemiBold/SourceSans3_600SemiBold", "Brief Sans", "Bold"),
]
OTHER_SCRIPTS = [("noto-sans-jp", "0.4.3", "400Regular/NotoSansJP_400Regular", "Noto Sans JP", "Regular")]

LATIN = [
    (0x20, 0x7E), (0xA0, 0xFF), (0x131, 0x131), (0x152, 0x153), (0x2BB, 0x2BC), (0x2C6, 0x2DC),
    (0x2000, 0x206F), (0x2070, 0x209C), (0x20AC, 0x20AC), (0x2103, 0x2122), (0x2153, 0x215E),
    (0x2190, 0x2199), (0x2202, 0x2265), (0x25A0, 0x25CF), (0x2713, 0x2717),
]  # fmt: skip
LATIN_EXTENDED = [(0x100, 0x17F), (0x180, 0x24F), (0x1E00, 0x1EFF)]
CYRILLIC = [(0x400, 0x45F), (0x490, 0x491), (0x4B0, 0x4B1), (0x20BD, 0x20BD), (0x2116, 0x2116)]
FEATURES = "ccmp locl kern mark mkmk liga tnum".split()  # figures are lining and proportional by default


def expand(ranges: list[tuple[int, int]]) -> set[int]:
    """Code points of a list of ranges, both ends included."""
    return {point for low, high in ranges for point in range(low, high + 1)}


def original(package: str, version: str, path: str, store: Path) -> TTFont:
    """One TTF out of an npm package, fetched with npm when it is not in `store` yet."""
    archive = store / f"expo-google-fonts-{package}-{version}.tgz"
    if not archive.exists():
        subprocess.run(["npm", "pack", "--silent", f"@expo-google-fonts/{package}@{version}"], cwd=store, check=True)
    with tarfile.open(archive) as files:
        files.extract(f"package/{path}.ttf", store, filter="data")
        files.extract("package/LICENSE_FONT", store / package, filter="data")
    return TTFont(store / "package" / f"{path}.ttf", recalcTimestamp=False)


def name(font: TTFont, family: str, style: str) -> None:
    """Rename the face: the open licence reserves the name of an original for the unchanged font."""
    table = font["name"]
    table.names = [entry for entry in table.names if entry.nameID in {0, 13, 14}]
    postscript = f"{family}-{style}".replace(" ", "")
    for number, text in {1: family, 2: style, 3: postscript, 4: f"{family} {style}", 6: postscript}.items():
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].fsSelection = {"Regular": 0x40, "Italic": 0x01, "Bold": 0x20}[style] | 0x80
    font["head"].macStyle = {"Regular": 0, "Italic": 2, "Bold": 1}[style]


def subset(font: TTFont, points: set[int], out: Path) -> None:
    """Write `font` with the given characters only."""
    options = Options(layout_features=FEATURES, name_IDs=["*"], notdef_outline=True, hinting=False)
    worker = Subsetter(options)
    worker.populate(unicodes=points)
    worker.subset(font)
    font.save(out)


def make_package(store: Path) -> None:
    """Fill src/briefkit/fonts."""
    PACKAGE.mkdir(exist_ok=True)
    for package, version, path, family, style in FACES:
        stem = f"{family}-{style}".replace(" ", "")
        font = original(package, version, path, store)
        name(font, family, style)
        subset(font, expand([*LATIN, *LATIN_EXTENDED, *CYRILLIC]), PACKAGE / f"{stem}.ttf")
        licence = (store / package / "package" / "LICENSE_FONT").read_text()
        (PACKAGE / f"LICENCE-{package}.txt").write_text(licence)


def occurring(folders: list[Path]) -> set[int]:
    """Code points in the text files of a brief that the package's own fonts do not have."""
    endings = {".csv", ".ipynb", ".yaml", ".yml", ".geojson", ".json"}
    files = sorted(f for folder in folders for f in folder.rglob("*") if f.suffix in endings)
    text = "".join(f.read_text("utf-8") for f in files)
    if any(f.suffix in {".ipynb", ".json", ".geojson"} for f in files):  # \u65e5 is how JSON may write 日
        text += text.encode("ascii", "backslashreplace").replace(rb"\\u", b"\\u").decode("unicode_escape", "ignore")
    own = set(TTFont(PACKAGE / "BriefSans-Regular.ttf").getBestCmap())
    return {ord(sign) for sign in text if sign.isprintable() and not 0xE000 <= ord(sign) <= 0xF8FF} - own


def make_brief(folders: list[Path], store: Path) -> None:
    """Fill <first folder>/fonts with the glyphs of other scripts; say which no font has."""
    missing, out = occurring(folders), folders[0] / "fonts"
    for package, version, path, family, style in OTHER_SCRIPTS:
        font = original(package, version, path, store)
        points = missing & set(font.getBestCmap())
        missing -= points
        if points:
            out.mkdir(exist_ok=True)
            name(font, family, style)
            stem = f"{family}-{style}".replace(" ", "")
            subset(font, points, out / f"{stem}.ttf")
            licence = (store / package / "package" / "LICENSE_FONT").read_text()
            (out / f"LICENCE-{package}.txt").write_text(licence)
    if missing:
        sys.exit(f"no font has: {' '.join(f'U+{point:04X} {chr(point)}' for point in sorted(missing))}")


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["package", "brief"])
    parser.add_argument("folders", nargs="*", type=Path, help="the brief's folders, the ledger's first")
    parser.add_argument("--store", type=Path, help="folder that keeps the npm archives between runs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        store = (given.store or Path(temporary)).resolve()
        if given.what == "package":
            make_package(store)
        else:
            make_brief(given.folders or [HERE / "data", HERE / "notebooks", HERE / "params"], store)


if __name__ == "__main__":
    main()
