"""The command ``grade``: a group whose commands are loaded when they are needed."""

from __future__ import annotations

import importlib
from typing import Any

import click

from grader import __version__
from grader.cli.command import keep_lines, suggest

# name: (module with a click command of the same name, one line for the overview)
_COMMANDS = {
    "init": ("grader.cli.init", "Put the stubs into a folder, to be filled in."),
    "watch": ("grader.cli.watch", "Grade again at every save, and say what is next."),
    "submit": ("grader.cli.submit", "Grade one submission and write report.json."),
    "hint": ("grader.cli.hint", "A second hint for a check that failed."),
    "batch": ("grader.cli.batch", "For instructors: grade many submissions."),
    "report": ("grader.cli.page", "A page to look at, for a student or for a class."),
    "release": ("grader.cli.release", "Hand out a kit for students, or an autograder."),
    "export": ("grader.cli.export", "Write reports in another system's format."),
    "verify": ("grader.cli.verify", "For authors: let the course examine itself."),
    "stubs": ("grader.cli.stubs", "For authors: make the stubs from the solutions."),
    "doctor": ("grader.cli.doctor", "Say what this machine can do, and how to get the rest."),
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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        question = suggest(args[0], _COMMANDS)
        if args[0] not in _COMMANDS and question and not ctx.resilient_parsing:
            ctx.fail(f"there is no command {args[0]!r}; {question}")
        return super().resolve_command(ctx, args)

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
      grade watch work
      grade submit work

    \b
    Let the shell complete commands, exercises and checks:
      eval "$(_GRADE_COMPLETE=bash_source grade)"    # in ~/.bashrc
      eval "$(_GRADE_COMPLETE=zsh_source grade)"     # in ~/.zshrc
    """
