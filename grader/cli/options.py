"""Options that several commands share, and what every command refuses about them."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from click.shell_completion import CompletionItem

from grader.cli.command import report_error, suggest
from grader.cli.streams import write_line
from grader.seeds import PUBLIC

# The report that commands write and read by default.
REPORT = "report.json"

if TYPE_CHECKING:
    from grader.records import Audience, Course, Exercise, Homework, IsolationOption

Decorator = Callable[[Any], Any]


def path_option(*names: str, help: str, **settings: Any) -> Decorator:
    """Return an option whose value is a path."""
    return click.option(*names, type=click.Path(path_type=Path), help=help, **settings)


def choice_option(name: str, default: str, *others: str, help: str) -> Decorator:
    """Return an option with some choices, its default first."""
    return click.option(
        name,
        type=click.Choice([default, *others]),
        default=default,
        show_default=True,
        help=help,
    )


def report_option(**settings: Any) -> Decorator:
    """Return ``--report``, which names a file like the one `grade submit` writes."""
    return click.option(
        "--report", "report_file", metavar="FILE", default=REPORT, show_default=True, **settings
    )


def isolation_option(default: IsolationOption, *others: IsolationOption) -> Decorator:
    """Return ``--isolation`` with the choices of a command, its default first."""
    words = "Run code in a sandbox, or only in a process."
    return choice_option("--isolation", default, *others, help=words)


def audience_option(default: Audience, other: Audience) -> Decorator:
    """Return ``--audience`` with the default of a command first."""
    words = "Show only what this reader may see."
    return choice_option("--audience", default, other, help=words)


def _complete(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of an exercise or a homework."""
    # A shell that completes a line has no place for an error.
    with report_error(lambda _: None):
        course = load_chosen(context.params.get("course"), completing=True)
        known: Iterable[Exercise | Homework]
        known = course.exercises if parameter.name == "exercises" else course.homeworks
        return [
            CompletionItem(one.name, help=one.title)
            for one in known
            if one.name.startswith(incomplete)
        ]
    return []


path_argument = click.argument("path", type=click.Path(path_type=Path), default=".")
reports_argument = click.argument(
    "reports", nargs=-1, required=True, type=click.Path(path_type=Path)
)
course_option = path_option(
    "--course", metavar="DIR", help="Use the course in this folder, which has a course.toml."
)
seed_option = click.option(
    "--seed",
    metavar="TEXT",
    default=PUBLIC,
    show_default=True,
    help="Draw random inputs from this text.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Grade N at once; by default one for each core.",
)
solutions_option = path_option(
    "--solutions", metavar="DIR", help="Use the solutions in this folder; by default the course's."
)


def find_solutions(solutions: Path | None, course: Course) -> Path:
    """Return the value of ``--solutions``, by default the solutions of a course.

    Raises
    ------
    CourseError
        If the course has none, for example because it was installed without its repository.
    """
    if solutions is not None:
        return solutions
    folder = course.manifest.parent
    for path in (folder / "solutions", folder.parent / "solutions"):
        if path.is_dir():
            return path
    from grader.errors import CourseError
    from grader.sanitize import clean_line

    raise CourseError(
        f"no folder solutions beside the course {clean_line(str(folder))}; "
        "give their folder with --solutions"
    )


def load_chosen(course: Path | None, *, completing: bool = False) -> Course:
    """Return the course of ``--course``.

    Parameters
    ----------
    completing : bool
        Whether a shell completes a line, which has no place for a note.
    """
    from grader.course.manifest import DEFAULT_COURSE, find_manifest, load_course

    manifest = find_manifest(course)
    here = Path(DEFAULT_COURSE.name)
    # It is never taken unasked: a submission must not choose its checks.
    if course is None and here.is_file() and not completing and not here.samefile(manifest):
        write_line(f"note: for the course in this folder, give --course {Path()}", err=True)
    return load_course(manifest)


@dataclass(frozen=True, slots=True)
class Selection:
    """The values of ``--exercise`` and ``--homework``.

    Parameters
    ----------
    exercises, homeworks : tuple of str
        Names, as they were typed. If there are none, all exercises are chosen.
    """

    exercises: tuple[str, ...] = ()
    homeworks: tuple[str, ...] = ()

    def names(self, course: Course) -> tuple[str, ...]:
        """Return the exercises of both options in the course's order; none stands for all."""
        for name in self.exercises:
            _refuse_unknown(name, course.select(), "an exercise", "--exercise")
        chosen = (*self.exercises, *self.names_of_homeworks(course))
        return tuple(course.select(chosen)) if chosen else ()

    def names_of_homeworks(self, course: Course) -> tuple[str, ...]:
        """Return the exercises of the homeworks."""
        known = {homework.name: homework.exercises for homework in course.homeworks}
        for name in self.homeworks:
            _refuse_unknown(name, list(known), "a homework", "--homework")
        return tuple(name for homework in self.homeworks for name in known[homework])

    def title(self, course: Course) -> str:
        """Return the title of the homework, or "" if anything but one homework is chosen."""
        if self.exercises or len(self.homeworks) != 1:
            return ""
        return next(h.title for h in course.homeworks if h.name in self.homeworks)

    def names_in_reports(self, course: Path | None) -> tuple[str, ...]:
        """Return the exercises for commands that read reports.

        Only homeworks need a course; an exercise is one that the reports have.
        """
        if not self.homeworks:
            return self.exercises
        return (*self.exercises, *self.names_of_homeworks(load_chosen(course)))


def _refuse_unknown(name: str, known: list[str], kind: str, option: str) -> None:
    if name not in known:
        others = f"choose from {', '.join(known)}" if known else "the course has none"
        reason = f"{name!r} is not {kind}; {suggest(name, known) or others}"
        raise click.BadParameter(reason, param_hint=option)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--exercise`` and ``--homework``, which the command gets as a `Selection`."""

    @functools.wraps(command)
    def with_selection(
        *args: Any, exercises: tuple[str, ...], homeworks: tuple[str, ...], **values: Any
    ) -> Any:
        return command(*args, selection=Selection(exercises, homeworks), **values)

    settings: dict[str, Any] = {"metavar": "NAME", "multiple": True, "shell_complete": _complete}
    homework = click.option(
        "--homework", "homeworks", help="Take only the exercises of this homework.", **settings
    )
    exercise = click.option(
        "--exercise", "exercises", help="Take only this exercise; may be repeated.", **settings
    )
    return cast("Callable[..., Any]", exercise(homework(with_selection)))


def refuse_misuse(*rules: tuple[object, str]) -> None:
    """Refuse options with the message of the first rule whose condition is true."""
    for misused, message in rules:
        if misused:
            raise click.UsageError(message)


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class TimeWithZone(click.ParamType):  # type: ignore[type-arg]
    """A time in ISO 8601 with a time zone."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the time, or fail with what it should look like."""
        try:
            time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time like 2026-03-01T23:59+01:00", param, ctx)
        if time.tzinfo is None:
            self.fail(f"{value!r} needs a time zone, as in {value}+01:00 or {value}Z", param, ctx)
        return time


_LAYOUTS = "plain canvas moodle blackboard brightspace gradescope github nbgrader".split()


def layout_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a class was handed over."""
    for option in reversed(
        (
            choice_option("--layout", "auto", *_LAYOUTS, help="Read a download of this platform."),
            path_option(
                "--names",
                metavar="FILE",
                help="Take names from this CSV file (id,name,...) or gradebook.",
            ),
            click.option(
                "--due",
                metavar="TIME",
                type=TimeWithZone(),
                help="Mark submissions after this time: 2026-03-01T23:59+01:00.",
            ),
            click.option(
                "--only",
                metavar="ID",
                multiple=True,
                help="Grade only this submission; may be repeated.",
            ),
        )
    ):
        command = option(command)
    return command
