"""``{commands}``: the ``--help`` of every command of ``grade``."""

from __future__ import annotations

from typing import Any

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from grader.cli.main import main


class Commands(SphinxDirective):
    """A section for each command, in the order of ``grade --help``."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        self.env.note_reread()  # a command may have changed, though this page has not
        root = self._context(main, "grade")
        found = [self._section(root)]
        for name in main.list_commands(root):
            command = main.get_command(root, name)
            assert command is not None
            if not command.hidden:
                found.append(self._section(self._context(command, name, root)))
        return found

    def _context(
        self, command: click.Command, name: str, parent: click.Context | None = None
    ) -> click.Context:
        # As wide as the page; -h and --help as on the command line.
        settings = {"terminal_width": 96, **command.context_settings}
        return click.Context(command, info_name=name, parent=parent, **settings)

    def _section(self, context: click.Context) -> nodes.Node:
        title = context.command_path
        section = nodes.section(ids=[nodes.make_id(title)], names=[title])
        section += nodes.title("", "", nodes.literal("", title))
        text = context.command.get_help(context)
        section += nodes.literal_block("", text, language="text")
        return section


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}
