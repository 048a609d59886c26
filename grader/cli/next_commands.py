"""The commands that a user may want to type next, for commands that begin something."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import click


def show_commands(commands: Sequence[tuple[str, str]]) -> None:
    """Print commands below each other, each with its purpose beside it or, if narrow, below."""
    width = max(len(shown) for shown, _ in commands)
    lines = [f"  {shown:{width}}   {purpose}" for shown, purpose in commands]
    if max(map(len, lines)) > shutil.get_terminal_size().columns:
        lines = [f"  {shown}\n      {purpose}" for shown, purpose in commands]
    for line in lines:
        click.echo(line)
