"""``grade import``: make the skeleton of a course from an assignment of another grader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.next_commands import show_commands
from grader.cli.options import isolation_option, path_option
from grader.cli.streams import write_line
from grader.records import IsolationOption
from grader.sanitize import clean_line

if TYPE_CHECKING:
    from grader.records import ScoreReport

_SHOWN = 20  # checks that the solution fails


@click.command("import", cls=GradeCommand)
@click.argument("path", type=click.Path(path_type=Path))
@path_option("-o", "--output", metavar="DIR", help="Write into this new folder.")
@click.option("--no-check", is_flag=True, help="Do not grade the solution.")
@isolation_option("auto", "sandbox", "process")
def import_(path: Path, output: Path | None, no_check: bool, isolation: IsolationOption) -> None:
    r"""Make a course from PATH: a notebook of nbgrader or otter, or its folder.

    The notebook must have the solution: the source of nbgrader, or the notebook from
    which otter makes the others. Each notebook of a folder becomes an exercise. By
    default, DIR has the name of PATH.

    Assertions become checks where they have the same meaning. The others become
    comments. DIR/IMPORT.md lists them, and what the course still needs. At the end
    the solution is graded. The assignment's code runs in the sandbox, except lines of
    tests that compute inputs or right answers.

    Exit status: 0 the course was made, 2 wrong usage, 3 it was not made.

    \b
    Examples:
      grade import source/ps1
      grade import hw03.ipynb -o arrays
    """
    from grader.errors import CourseError
    from grader.files import refuse_full_folder, write_folder
    from grader.importing.listing import show, write_page
    from grader.importing.reading import read_assignments
    from grader.importing.skeleton import (
        Made,
        find_own_modules,
        make_course,
        make_exercise,
        make_name,
        name_modules,
    )

    assignments, others = read_assignments(path)
    name = make_name(path.resolve().stem if path.is_file() else path.resolve().name)
    folder = output or Path(name)
    if folder.resolve() == path.resolve():
        folder = Path(f"{name}_course")
    refuse_full_folder(folder)
    made = []
    for assignment, module in zip(assignments, name_modules(assignments), strict=True):
        one = make_exercise(assignment, module)
        if isinstance(one, Made):
            made.append(one)
        else:
            others.append(one)
    if not made:
        raise CourseError("; ".join(others[:3]))
    title = made[0].title if len(made) == 1 else name
    own = find_own_modules(path if path.is_dir() else path.parent, made)
    others += [f"{module}.py is copied into provided/, unchanged" for module in own]
    files = make_course(name, title, made, own)
    page = write_page(title, made, others)
    write_folder(folder, files | {PurePosixPath("IMPORT.md"): page.encode()})
    for line in show(made, others):
        write_line(line)
    write_line(f"\nwritten  {folder}")
    if not no_check:
        for line in _grade_solution(folder, isolation):
            write_line(line)
    write_line(f"\nNext: read the suites, and the list in {folder / 'IMPORT.md'}")
    show_commands(_next_commands(folder))


def _next_commands(folder: Path) -> list[tuple[str, str]]:
    from grader.writers.words import command

    return [
        (command("submit", folder / "solutions", course=folder), "grades the solutions"),
        (command("stubs", course=folder), "makes the stubs after a change"),
        (command("verify", course=folder), "checks what the course promises"),
    ]


def _grade_solution(folder: Path, isolation: IsolationOption) -> Iterator[str]:
    """Yield the score of the solution, and which checks it fails, or why it has no score."""
    from grader.course.manifest import find_manifest, load_course
    from grader.engine import Grader
    from grader.sandbox.packages import find_missing
    from grader.submissions.reader import read_submission

    course = load_course(find_manifest(folder))
    if missing := find_missing(course.packages):
        yield f"\nThe solution was not graded: install {', '.join(missing)} first."
        return
    with Grader(course, isolation) as grader:
        report = grader.grade(read_submission(folder / "solutions", course))
    yield f"\nThe solution gets {report.score_c / 100:g} of {report.max_score_c / 100:g} points."
    losses = list(_losses(report))
    yield from losses[:_SHOWN]
    if len(losses) > _SHOWN:
        yield f"  and {len(losses) - _SHOWN} more"


def _losses(report: ScoreReport) -> Iterator[str]:
    for exercise in report.exercises:
        if exercise.module.status != "graded":
            yield f"  {exercise.name}: {clean_line(exercise.module.message, 300)}"
        for function in exercise.functions:
            for scored in function.checks:
                feedback = scored.outcome.feedback
                if scored.score_c == scored.check.points_c and scored.outcome.outcome == "passed":
                    continue
                parts = (feedback.fault, feedback.raised, feedback.wrong, feedback.values)
                why = next((text for text in parts if text), scored.outcome.outcome)
                yield f"  {scored.check.id}: {clean_line(why, 200)}"
