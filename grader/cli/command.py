"""The base class of all commands: an operator's error becomes one line and an exit status."""

from __future__ import annotations

import contextlib
import difflib
import errno
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

import click

from grader.cli.streams import close_output, print_anything, write_line
from grader.errors import GraderError
from grader.sanitize import clean_line

_MAX_LINE = 2_000


def keep_lines(help: str | None) -> str | None:
    r"""Turn ``\b`` of a raw docstring into the character by which click knows a block of lines."""
    return help and help.replace("\\b\n", "\b\n")


class GradeCommand(click.Command):
    """A command whose `GraderError` becomes one line on standard error.

    With ``--format json`` the error is a JSON object on standard output instead.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.help = keep_lines(self.help)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        print_anything()
        try:
            return super().invoke(ctx)
        except GraderError as error:
            _exit_with(error, as_json=ctx.params.get("format") == "json")
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EIO):
                raise
            close_output()
            reason = f"the result cannot be printed: {error.strerror}"
            _exit_with(GraderError(f"{reason}; free space, or print it elsewhere"), as_json=False)


@contextlib.contextmanager
def report_error(show: Callable[[str], object]) -> Iterator[None]:
    """Pass a `GraderError` as one line to ``show`` and continue, for commands that survive one."""
    try:
        yield
    except GraderError as error:
        show(" ".join(str(error).split()))


def _exit_with(error: GraderError, *, as_json: bool) -> NoReturn:
    # The message may quote a file name that a student chose.
    message = clean_line(str(error), _MAX_LINE)
    if as_json:
        payload = {"error": {"kind": type(error).__name__, "message": message}}
        # Bytes, because JSON is UTF-8 in every locale.
        click.echo(json.dumps(payload, ensure_ascii=False).encode())
    else:
        write_line(f"grade: {message}", err=True)
    sys.exit(error.exit_status)


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a question with the known name most like this one, or an empty string."""
    similar = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {similar[0]}?" if similar else ""
