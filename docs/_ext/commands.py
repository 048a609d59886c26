"""``{commands}``: every command of ``grade`` with what its ``--help`` prints."""

from __future__ import annotations

from typing import Any

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from grader.cli.main import main


class Commands(SphinxDirective):
    """A section a command, in the order of ``grade --help``."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        root = click.Context(main, info_name="grade", terminal_width=100)
        found = [self._section(main, root)]
        for name in main.list_commands(root):
            command = main.get_command(root, name)
            assert command is not None
            if not command.hidden:
                context = click.Context(command, info_name=name, parent=root, terminal_width=100)
                found.append(self._section(command, context))
        return found

    def _section(self, command: click.Command, context: click.Context) -> nodes.Node:
        title = context.command_path
        section = nodes.section(ids=[nodes.make_id(title)], names=[title])
        section += nodes.title("", "", nodes.literal("", title))
        section += nodes.literal_block("", command.get_help(context), language="text")
        return section


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}
