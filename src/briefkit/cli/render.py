"""`briefkit render`: execute the sections of editions and render them to pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from briefkit.cli.console import counted, parse_pairs
from briefkit.cli.progress import progress_bars
from briefkit.errors import SectionFailed
from briefkit.execution.forkserver import warm_up
from briefkit.project.layout import Project, editions_in
from briefkit.project.notebooks import sections
from briefkit.project.options import RenderOptions
from briefkit.publishing.up_to_date import UpToDate
from briefkit.report.formats import FORMATS

if TYPE_CHECKING:
    from briefkit.publishing.build import Rendered
    from briefkit.publishing.remote import Address


class Place(click.Path):
    """A folder, or an address that fsspec opens."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a path, or an `Address` where it is no folder of this machine."""
        text = str(value).removeprefix("file://")
        if "://" not in text:
            return super().convert(text, param, ctx)
        from briefkit.publishing.remote import Address  # imports all that renders

        return Address(text)


@click.command()
@click.argument("editions", nargs=-1)
@click.option("--to", "formats", default="html,pdf,json", show_default=True, metavar="FORMATS", help="Which of these.")
@click.option("--as-of", default="", metavar="DAY", help="Render as of this day, such as 2020-06-30.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be given again.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Sections at once.  [default: one per core]")
@click.option("--out", type=Place(), metavar="PLACE", help="A folder, or s3://bucket/briefs.  [default: build]")
@click.option("--no-cache", is_flag=True, help="Execute everything, and keep nothing.")
@click.option("--cache", default="", metavar="ADDRESS", help="Keep results here, such as s3://bucket/briefs.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Run on Dask: tcp://host:8786, or local:2.")
@click.option("--explain", is_flag=True, help="Say of each section why it ran, or did not.")
@click.option(
    "--cell-timeout", "cell_limit", default=120.0, show_default=True, metavar="SECONDS", help="Limit for one cell."
)
@click.option(
    "--section-timeout",
    "section_limit",
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="Limit for a section.",
)
@click.pass_obj
def render(
    root: Path,
    editions: tuple[str, ...],
    formats: str,
    changes: tuple[str, ...],
    jobs: int | None,
    out: Any,
    no_cache: bool,
    cache: str,
    explain: bool,
    **others: Any,
) -> int:
    """Execute the sections of editions and render them to pages.

    \b
    Examples:
      briefkit render                                  every edition in params/
      briefkit render 2018-10 --to html                one edition, HTML only
      briefkit render 2018-10 --as-of 2020-06-30       as of another day, beside the edition
      briefkit render 2018-10 --set band_low=10        with another parameter
      briefkit render --out s3://bucket/briefs         into an object store

    The pages of an edition stand in build/EDITION/: index.html, brief.pdf, edition.json, sections/,
    notebooks/ and manifest.json. They are swapped in whole; a run that fails or is interrupted leaves
    the last good ones, and what it made stands in build/EDITION.failed/. build/index.html leads to all editions.
    At any other address that fsspec opens, an edition's files come first and its manifest.json last.

    A section runs again only when something that it read has changed: its code, a parameter that it names, an
    observation, the package, a library. Results are kept in .briefkit_cache/; see also: briefkit cache.

    \b
    Exit codes: 0 done; 1 a section failed; 2 wrong input; 130 interrupted.
    """
    project, started = Project(root), time.monotonic()
    names = list(dict.fromkeys(editions)) or editions_in(project.params)
    address, folder = (None, out or root / "build") if out is None or isinstance(out, Path) else (out, out)
    options = RenderOptions(
        tuple(names), _formats(formats), changes=parse_pairs(changes), jobs=jobs or 0,
        out=None if address else out, cache="" if no_cache else cache or str(project.cache.resolve()), **others,
    )  # fmt: skip
    up_to_date = None if no_cache or address else UpToDate(project, options)
    failed: list[SectionFailed] = []
    with progress_bars() as progress:
        unchanged = [name for name in names if up_to_date and up_to_date.check(folder / options.folder(name))]
        for name in unchanged:
            progress.say(f"{name}: {folder.joinpath(options.folder(name), 'index.html')}  (nothing changed)")
        changed = tuple(name for name in names if name not in unchanged)
        if changed or not names:
            for rendered in _render(project, replace(options, editions=changed), address, progress):
                failed += rendered.failed
                if up_to_date and not rendered.failed:
                    up_to_date.record(rendered.folder)
                page = folder.joinpath(rendered.folder.name, "index.html")
                _print_rendered(progress, rendered, page, explain=explain)
        if names and not failed:
            page = _what_to_open(folder, options.folder(names[-1]), formats)
            progress.say(f"{counted(len(names), 'edition')} in {time.monotonic() - started:.0f} s; {page}")
    for error in failed:
        click.echo(f"failed: {error}", err=True)
    return int(bool(failed))


def _render(project: Project, options: RenderOptions, address: Address | None, progress: Any) -> Iterator[Rendered]:
    """Render editions; what that imports takes half a second, which a run without changes does without."""
    if not options.scheduler:
        warm_up()  # imports what notebooks need, while the next line imports what this command needs
    from briefkit.publishing import build, remote

    progress.total = len(options.editions) * len(sections(project.notebooks))
    if address:
        return remote.render(project, options, address, progress)
    return build.render(project, options, progress)


def _what_to_open(folder: Any, name: str, formats: str) -> str:
    """Say which file of an edition to open."""
    if "html" in formats:
        return f"open {folder.joinpath(name, 'index.html')}{' (PDF: brief.pdf beside it)' if 'pdf' in formats else ''}"
    return f"open {folder.joinpath(name, 'brief.pdf')}" if "pdf" in formats else f"look into {folder.joinpath(name)}"


def _print_rendered(progress: Any, rendered: Rendered, page: object, *, explain: bool) -> None:
    """Print where an edition's page is and what it took; with `explain` also why each section ran or did not."""
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in rendered.seconds.items())
    reused = sum(why.startswith("reused") for why in rendered.why.values())
    progress.say(f"{rendered.name}: {page}  ({steps}{f'; {reused} reused' if reused else ''})")
    for section, why in rendered.why.items() if explain else ():
        progress.say(f"  {section} {why}")


def _formats(text: str) -> tuple[str, ...]:
    """Parse a list of formats parted by commas."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in FORMATS:
            raise click.BadParameter(f'found "{name}", expected some of {", ".join(FORMATS)}', param_hint="--to")
    return names
