"""The command ``grade``: a group whose commands are loaded when they are needed."""

from __future__ import annotations

import importlib
from typing import Any

import click

from grader import __version__
from grader.cli.command import keep_lines

# name: (module with a click command of the same name, one line for the overview)
_COMMANDS = {
    "init": ("grader.cli.init", "Put the stubs into a folder, to be filled in."),
    "submit": ("grader.cli.submit", "Grade one submission and write report.json."),
    "batch": ("grader.cli.batch", "For instructors: grade many submissions."),
    "release": ("grader.cli.release", "Hand out a kit for students, or an autograder."),
    "export": ("grader.cli.export", "Write reports in another system's format."),
    "verify": ("grader.cli.verify", "For authors: let the course examine itself."),
    "stubs": ("grader.cli.stubs", "For authors: make the stubs from the solutions."),
}


class _LazyGroup(click.Group):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.help = keep_lines(self.help)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[name][0])
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The overview needs no command's module, so it loads none.
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grade")
def main() -> None:
    r"""Fill in numpy stubs on backpropagation and have them graded on your machine.

    \b
    Start with:
      grade init work
      grade submit work
    """
