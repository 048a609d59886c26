"""What every command shares: trouble of the operator's ends in one line and a status."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from grader.cli.streams import print_anything
from grader.errors import GraderError
from grader.sanitize import clean_line

# What is written, and read again, where no other file is named.
REPORT = "report.json"
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
            _leave(error, as_json=ctx.params.get("format") == "json")


@contextlib.contextmanager
def going_on(tell: Callable[[str], None]) -> Iterator[None]:
    """Hand the line of a `GraderError` to ``tell``, for commands that go on after one.

    Parameters
    ----------
    tell : callable
        Gets the one line.
    """
    try:
        yield
    except GraderError as error:
        tell(" ".join(str(error).split()))


def _leave(error: GraderError, *, as_json: bool) -> NoReturn:
    # It may quote what somebody called a file.
    message = clean_line(str(error), _MAX_LINE)
    if as_json:
        shown = {"error": {"kind": type(error).__name__, "message": message}}
        # Bytes, because JSON is UTF-8 whatever the terminal speaks.
        click.echo(json.dumps(shown, ensure_ascii=False).encode())
    else:
        click.echo(f"grade: {message}", err=True)
    sys.exit(error.exit_status)


@contextlib.contextmanager
def unbroken_pipe() -> Iterator[None]:
    """Let what follows a closed pipe, as in ``grade submit | head``, still be done."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes again when it ends; that must find somebody who reads.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


course_option = click.option(
    "--course",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Another course: the folder of its course.toml.",
)


def _complete_exercises(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from grader.course.manifest import find_manifest, load_course

    try:
        course = load_course(find_manifest(context.params.get("course")))
    except GraderError:
        # While somebody types there is nobody to tell.
        return []
    return [
        CompletionItem(exercise.name, help=exercise.title)
        for exercise in course.exercises
        if exercise.name.startswith(incomplete)
    ]


exercise_option = click.option(
    "--exercise",
    "exercises",
    metavar="NAME",
    multiple=True,
    shell_complete=_complete_exercises,
    help="Grade only this exercise; may be repeated.",
)


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a question with the name that was probably meant, or an empty string."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]}?" if near else ""


def refuse_unknown(exercises: tuple[str, ...], known: list[str]) -> None:
    """Refuse an exercise that the course does not have, and say which was meant."""
    for name in exercises:
        if name not in known:
            suggestion = suggest(name, known) or f"there are {', '.join(known)}"
            raise click.BadParameter(
                f"{name!r} is no exercise; {suggestion}", param_hint="--exercise"
            )


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


solutions_option = click.option(
    "--solutions",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder of the solutions; by default solutions/ beside the course or one up.",
)


def find_solutions(solutions: Path | None, manifest: Path) -> Path:
    """Return the folder of solutions that was asked for, by default that of the course.

    Parameters
    ----------
    solutions : Path or None
        A folder.
    manifest : Path
        The course's.
    """
    candidates = [manifest.parent / "solutions", manifest.parent.parent / "solutions"]
    return solutions or next((path for path in candidates if path.is_dir()), candidates[0])
