"""``grade release``: the kit that students get, or the zip that Gradescope takes."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from grader.cli.command import (
    GradeCommand,
    course_option,
    find_solutions,
    solutions_option,
)

if TYPE_CHECKING:
    from grader.release.release import Release

_AUTOGRADER = "autograder.zip"


@click.command(cls=GradeCommand)
@click.argument("folder", type=click.Path(path_type=Path))
@course_option
@solutions_option
@click.option("--with-hidden", is_flag=True, help="Put the hidden checks into the kit too.")
@click.option(
    "--install",
    metavar="SPEC",
    default="",
    help="What students give pip to get the grader, for example git+https://example.org/it; "
    "by default this version from the package index.",
)
@click.option(
    "--to",
    "system",
    type=click.Choice(["gradescope"]),
    help=f"Write {_AUTOGRADER} for this system instead, with all checks.",
)
@click.option("--check", is_flag=True, help="Write nothing; look for leaks in a kit in FOLDER.")
def release(
    folder: Path,
    course: Path | None,
    solutions: Path | None,
    with_hidden: bool,
    install: str,
    system: str | None,
    check: bool,
) -> None:
    r"""Write the kit that students get into FOLDER, which must be empty or new.

    The kit has stubs, notebooks, a README and the visible checks. Hidden checks are named
    in it, with their points, and without their code. Nothing is written if any of it holds
    a solution or a hidden check, however it is renamed; each finding is one line.

    \b
    Exit status: 0 where it is written, 3 where it is not.

    \b
    Examples:
      grade release kit
      grade release kit --install git+https://git.example.org/backprop-grader
      grade release kit --check
      grade release upload --to gradescope
    """
    if system and (with_hidden or check or install):
        raise click.UsageError("--to gradescope takes no --with-hidden, --check or --install")
    if not install.isprintable() or set(install) & set('"`$\\'):
        raise click.UsageError("--install must be what stands between two quotes in a shell")
    from grader.course.manifest import find_manifest

    manifest = find_manifest(course)
    if system:
        _write_autograder(manifest, folder)
        return
    from grader.release.release import Release

    prepared = Release(
        manifest,
        find_solutions(solutions, manifest),
        with_hidden=with_hidden,
        install=install,
    )
    if check:
        _refuse(prepared.inspect(folder), "this kit should not be handed out")
        click.echo(f"{folder}: nothing found that should not be in it")
        return
    _write_kit(prepared, folder)


def _write_kit(prepared: Release, folder: Path) -> None:
    from grader.files import refuse_full_folder, write_folder

    refuse_full_folder(folder)
    draft = prepared.draft()
    _refuse(draft.findings, "nothing was written")
    files = {path: text.encode() for path, text in draft.kit.files.items()}
    write_folder(folder, files)
    rest = sum(check.points_c for check in draft.kit.withheld) / 100
    click.echo(f"written  {folder} ({len(files)} files)")
    if rest:
        click.echo(f"{rest:g} points are decided by your own run: the kit lacks those checks.")
    click.echo(f"Next: hand it out as it is; students begin with {folder / 'README.md'}.")


def _write_autograder(manifest: Path, folder: Path) -> None:
    from grader.course.manifest import load_course
    from grader.files import write_folder
    from grader.release.autograder import pack_autograder

    packed = pack_autograder(load_course(manifest))
    write_folder(folder, {PurePosixPath(_AUTOGRADER): packed})
    click.echo(f"written  {folder / _AUTOGRADER} ({len(packed) // 1024} KiB)")
    click.echo("Next: upload it under Configure Autograder, with an image of Ubuntu 24.04.")


def _refuse(findings: tuple[str, ...], consequence: str) -> None:
    from grader.errors import CourseError

    for finding in findings:
        click.echo(f"finding  {finding}", err=True)
    if findings:
        raise CourseError(f"{len(findings)} findings; {consequence}")
