"""The entry point: commands by name, their help, exit codes."""

from __future__ import annotations

from importlib import import_module

import pytest

from briefkit.cli.main import COMMANDS, main
from conftest import REPO, briefkit


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_help_is_the_first_of_the_command_itself(name):
    """The table stands in for commands that are not imported yet: it must not promise something else."""
    command = getattr(import_module(f"briefkit.cli.{name}"), name)
    assert command.help.splitlines()[0] == COMMANDS[name]


def test_every_line_of_the_help_is_whole():
    """`briefkit --help` cuts a first line that is long; the kinds of objection are named where they are allowed."""
    from briefkit.publishing.release import OBJECTIONS

    assert "..." not in briefkit(REPO, "--help").stdout.partition("Commands:")[2]
    text = briefkit(REPO, "release", "--help").stdout
    assert all(f"{kind} " in text and meaning in text for kind, meaning in OBJECTIONS.items())


def test_an_exit_code_is_returned(capsys):
    """A test, a notebook or a script may call the command without being ended by it."""
    assert main(["--version"]) == 0
    assert main(["chekc"]) == 2
    assert "'check'?" in capsys.readouterr().err


def test_a_traceback_is_shown_only_when_asked_for():
    """A mistake gets a sentence; whoever looks for a bug sees where it came from."""
    with pytest.raises(LookupError, match="figgure"):
        main(["--project", str(REPO), "--traceback", "why", "figgure"])
