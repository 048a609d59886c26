"""The commands that a user may want to type next, for commands that begin something."""

from __future__ import annotations

from collections.abc import Sequence

import click


def show_commands(commands: Sequence[tuple[str, str]]) -> None:
    """Print commands below each other, each with its purpose."""
    width = max(len(shown) for shown, _ in commands)
    for shown, purpose in commands:
        click.echo(f"  {shown:{width}}   {purpose}")
