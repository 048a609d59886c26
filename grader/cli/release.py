"""``grade release``: write the kit for students, or the zip for Gradescope."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.leaks import count_acknowledged, count_findings, word_leaks
from grader.cli.options import (
    Selection,
    course_option,
    find_solutions,
    load_chosen,
    refuse_misuse,
    selection_options,
    solutions_option,
)
from grader.cli.streams import write_line
from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.records import Course, Leak
    from grader.release.release import Release

_AUTOGRADER = "autograder.zip"


@click.command(cls=GradeCommand)
@click.argument("folder", type=click.Path(path_type=Path))
@course_option
@selection_options
@solutions_option
@click.option("--with-hidden", is_flag=True, help="Include the hidden checks in the kit.")
@click.option(
    "--install",
    metavar="SPEC",
    default="",
    help="Leave the grader out; students install it from SPEC.",
)
@click.option("--zip", "zipped", is_flag=True, help="Write FOLDER.zip and not a folder.")
@click.option("--git", is_flag=True, help="Make the folder a git repository with one commit.")
@click.option(
    "--to",
    "system",
    type=click.Choice(["gradescope"]),
    help=f"Write {_AUTOGRADER} for this system instead, with all checks.",
)
@click.option("--check", is_flag=True, help="Write nothing; search the kit in FOLDER for leaks.")
def release(
    folder: Path,
    course: Path | None,
    selection: Selection,
    solutions: Path | None,
    with_hidden: bool,
    install: str,
    zipped: bool,
    git: bool,
    system: str | None,
    check: bool,
) -> None:
    r"""Write the kit for students into FOLDER, which must be empty or new.

    The kit contains stubs, notebooks, a README, the visible checks, and the grader as a
    wheel without any hidden check or right answer. Of hidden checks it lists only titles
    and points. Students follow the README. With --homework, the kit and its points are of
    that homework alone. Nothing is written if the kit would contain a solution or a hidden
    check, even with other names; each finding is one line.

    With --git, FOLDER becomes a template repository: one commit on the branch main, with a
    workflow that grades at every push. The same course gives the same commit.

    Exit status: 0 the kit is written, 2 wrong usage, 3 it is not written.

    \b
    Examples:
      grade release kit
      grade release hw --homework week1
      grade release hw --homework week1 --zip
      grade release hw --homework week1 --git
      grade release kit --install git+https://git.example.org/backprop-grader
      grade release kit --check
      grade release upload --to gradescope
    """
    combined = system and (with_hidden or check or install or zipped or git)
    unsafe = not install.isprintable() or set(install) & set('"`$\\')
    refuse_misuse(
        (combined, "--to gradescope excludes --with-hidden, --check, --install, --zip and --git"),
        (zipped and check, "--check searches a folder; give it without --zip"),
        (git and (zipped or check), "--git writes a folder; give it without --zip and --check"),
        (unsafe, 'give --install without control characters and without ", `, $ and \\'),
    )

    loaded = load_chosen(course)
    exercises = selection.names(loaded)
    if system:
        _write_autograder(loaded.narrow(exercises), folder)
        return
    from grader.release.release import Release

    kit = Release(
        loaded,
        find_solutions(solutions, loaded),
        exercises=exercises,
        with_hidden=with_hidden,
        install=install,
        git=git,
    )
    if check:
        _refuse(kit.inspect(folder), "do not hand out this kit")
        write_line(f"{folder}: no leak found")
        return
    commit = f"{loaded.title} {loaded.version}" if git else ""
    _write_kit(kit, folder, zipped=zipped, commit=commit)


def _write_kit(release: Release, folder: Path, *, zipped: bool, commit: str) -> None:
    from grader.files import refuse_full_folder, write_folder, write_whole
    from grader.sandbox.git import find_git, make_repository
    from grader.submissions.bundle import pack_files

    name = folder.resolve().name.removesuffix(".zip")
    target = folder.resolve().parent / f"{name}.zip" if zipped else folder
    refuse_full_folder(target)
    if commit:
        find_git()
    write_line("Making the kit, and grading with it before it is written ...", err=True)
    draft = release.draft()
    _refuse(draft.findings, "nothing was written", draft.known.open)
    files = draft.kit.pack()
    if zipped:
        write_whole(target, pack_files({PurePosixPath(name) / path: files[path] for path in files}))
    else:
        repository = make_repository(files, commit) if commit else {}
        write_folder(target, {**files, **repository})
    hidden = sum(check.points_c for check in draft.kit.withheld) / 100
    write_line(f"written  {target} ({len(files)} files)")
    if draft.known.count:
        write_line(count_acknowledged(draft.known.count))
    if hidden:
        write_line(
            f"{hidden:g} points are for hidden checks: `grade batch` awards them, the kit does not."
        )
    if commit:
        write_line("Next: push its branch main, and make the repository a template.")
    else:
        write_line("Next: give it to the students, who begin with its README.md.")


def _write_autograder(course: Course, folder: Path) -> None:
    from grader.files import write_folder
    from grader.release.autograder import pack_autograder

    packed = pack_autograder(course)
    write_folder(folder, {PurePosixPath(_AUTOGRADER): packed})
    write_line(f"written  {folder / _AUTOGRADER} ({len(packed) // 1024} KiB)")
    write_line("Next: upload it under Configure Autograder, with an image of Ubuntu 24.04.")


def _refuse(findings: tuple[str, ...], consequence: str, leaks: Sequence[Leak] = ()) -> None:
    for finding in findings:
        write_line(f"finding  {finding}", err=True)
    if leaks:
        write_line(word_leaks(leaks), err=True)
    if findings:
        raise CourseError(f"{count_findings(len(findings))}; {consequence}")
