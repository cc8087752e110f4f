"""Entry point of `briefkit`: commands loaded by name, errors printed as sentences, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

import briefkit.execution.startup  # noqa: F401
from briefkit import __version__
from briefkit.errors import BriefError
from briefkit.execution.interrupts import record_interrupts

COMMANDS = {
    "add": "Append one observation to the ledger, checked.",
    "backtest": "Follow the claims through time, month by month.",
    "cache": "Show the results and charts kept between runs, and prune them.",
    "check": "Find what is wrong or worth a look, without running anything.",
    "diff": "Compare two editions, or one edition on two days.",
    "factcheck": "Write the sheet of an edition for whoever checks the facts.",
    "release": "Publish an edition, unless something speaks against it.",
    "render": "Execute the sections of editions and render them to pages.",
    "update": "Bring in what the feeds have, after showing what it would move.",
    "verify": "Rebuild an edition and compare it with its last build.",
    "watch": "Serve an edition, and render it again on each change.",
    "why": "Tell where a figure, event, claim or source comes from.",
}
"""One line of help for each command; the command is the function of that name in the module of that name."""


class LazyGroup(click.Group):
    """Commands that are imported when they are called, so that `--help` imports neither pandas nor a plotting library.

    Until then each is represented by its line of help. A command returns its exit code, or None for 0.
    """

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Import the command that the arguments name."""
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None:
            command = getattr(import_module(f"briefkit.cli.{name}"), str(name))
        return name, command, rest


@click.group(
    cls=LazyGroup,
    commands=[click.Command(name, help=line) for name, line in COMMANDS.items()],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="briefkit")
@click.option("--project", default=".", type=click.Path(file_okay=False, path_type=Path), help="The brief's folder.")
@click.option("--traceback", is_flag=True, help="Show where in the code an error was found.")
@click.pass_context
def commands(context: click.Context, project: Path, traceback: bool) -> None:
    """Briefs that stay true: as of any day, every number sourced, every conclusion tested again."""
    context.obj = project


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; no other place catches a `BriefError`.

    Parameters
    ----------
    argv : sequence of str
        Arguments after the program's name; those of the process when None.

    Returns
    -------
    int
        0 done; 1 a section failed, or what was compared differs; 2 wrong input; 130 interrupted.

    Raises
    ------
    BriefError
        With `--traceback` only.

    Examples
    --------
    >>> main(["--version"])
    briefkit, version ...
    0
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        with record_interrupts():
            return int(commands(arguments, standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return 2
    except BriefError as error:
        if "--traceback" in arguments:
            raise
        click.echo(error, err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; what was rendered before still stands", err=True)
        return 130
