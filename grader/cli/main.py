"""The command ``grade``: a group whose commands are loaded when they are needed."""

from __future__ import annotations

import importlib
import io
import keyword
import sys
from typing import IO, Any

import click

from grader import __version__
from grader.cli.command import keep_lines, suggest
from grader.cli.interruption import INTERRUPTED
from grader.cli.streams import write_line

# One line for each command, by reader. Its name is also that of its module.
_OVERVIEW = {
    "Commands for students": {
        "init": "Write the stubs into a folder, to fill in.",
        "watch": "Grade at every save, and show what to do next.",
        "submit": "Grade your work and write report.json.",
        "list": "Show your exercises and functions with their points.",
        "next": "Show what to do first.",
        "hint": "Show a second hint for what is wrong.",
        "examples": "Check your examples of function calls.",
        "reset": "Put the stub of a function back into your file.",
        "doctor": "Show what this machine can do, and what is missing.",
    },
    "Commands for instructors": {
        "batch": "Grade many submissions.",
        "show": "Show a graded submission, or a check and how to repeat it.",
        "page": "Make an HTML page of a report, or of a class.",
        "export": "Write reports in another system's format.",
        "release": "Make the kit for students, or an autograder.",
    },
    "Commands for authors of courses": {
        "new": "Write a small course to begin with.",
        "import": "Make a course from an assignment of nbgrader or otter.",
        "verify": "Check everything that a course promises.",
        "stubs": "Make the stubs from the solutions.",
    },
}
_COMMANDS = {name: text for texts in _OVERVIEW.values() for name, text in texts.items()}


class _FoldedUsageError(click.UsageError):
    """An error of usage whose lines are folded between words in a terminal."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it on standard error."""
        text = io.StringIO()
        super().show(text)
        for line in text.getvalue().splitlines():
            write_line(line, err=True)


class _LazyGroup(click.Group):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.help = keep_lines(self.help)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        file = f"{name}_" if keyword.iskeyword(name) else name
        module = importlib.import_module(f"grader.cli.{file}")
        # `list` and `next` are names of Python, and `import` is a word of it: these end with an
        # underscore, and so does the module of `import`.
        command: click.Command = getattr(module, name, None) or getattr(module, f"{name}_")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        suggestion = suggest(args[0], _COMMANDS)
        if args[0] not in _COMMANDS and suggestion and not ctx.resilient_parsing:
            ctx.fail(f"there is no command {args[0]!r}; {suggestion}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _FoldedUsageError(error.format_message(), error.ctx) from error
        except KeyboardInterrupt:
            # Click would show "Aborted!" and exit with 1, as after a failure.
            write_line("grade: interrupted", err=True)
            sys.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The overview loads no module of a command.
        width = max(map(len, _COMMANDS))
        for reader, texts in _OVERVIEW.items():
            with formatter.section(reader):
                formatter.write_dl([(f"{name:{width}}", text) for name, text in texts.items()])


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="grade")
def main() -> None:
    r"""Fill in numpy stubs on backpropagation and grade them on your machine.

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
