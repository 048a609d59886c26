"""The help texts, and the names under which the command can be started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from grader import __version__
from grader.cli.main import _COMMANDS, main

CONTEXT = click.Context(main, terminal_width=100)
# Click indents the help of an option by at most this much.
INDENT = 34


def command(name: str) -> click.Command:
    found = main.get_command(CONTEXT, name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", _COMMANDS)
def test_the_help_of_every_option_is_one_line(name: str) -> None:
    """At 100 columns, with the default that click appends."""
    context = click.Context(command(name), info_name=name, parent=CONTEXT)
    for parameter in command(name).params:
        if isinstance(parameter, click.Option):
            _, text = parameter.get_help_record(context) or ("", "")
            assert text.endswith((".", "]")), parameter.name
            assert len(text) <= 100 - INDENT, text


@pytest.mark.parametrize("name", _COMMANDS)
def test_the_help_of_every_command_begins_with_one_line(name: str) -> None:
    """The first paragraph is one sentence."""
    first = (command(name).help or "").split("\n\n")[0]
    assert first.endswith(".")
    assert "\n" not in first


@pytest.mark.parametrize(
    "start",
    [
        [sys.executable, "-m", "grader"],
        [str(Path(sys.executable).with_name("grade"))],
        [str(Path(sys.executable).with_name("backprop-grader"))],
    ],
)
def test_the_command_has_three_names(start: list[str]) -> None:
    """`grade`, `backprop-grader` for uvx and pipx, and `python -m grader`."""
    done = subprocess.run([*start, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"grade, version {__version__}"
