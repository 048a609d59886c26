"""A graded submission for its instructor: what was lost where, and how to repeat a check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from msgspec.structs import replace
from rich.console import Console
from rich.text import Text

from grader.check_report import CheckReport
from grader.records import FAILED, Feedback
from grader.report import FunctionReport, Report, UnexaminedReport
from grader.sanitize import clean_line
from grader.seeds import PUBLIC
from grader.writers.feedback import WIDTH, lines_of
from grader.writers.terminal.console import print_words
from grader.writers.terminal.result import show_check
from grader.writers.words import (
    command,
    describe_person,
    names_of,
    number,
    points_of,
    reason_of,
    when_handed_in,
)

_LABEL = WIDTH + 3
_NO_PATH = (
    "PATH is the student's folder or file. To get it from a download, add --source DOWNLOAD "
    "--extract PATH to this command."
)
_UNCONFINED = "This executes the student's code without a sandbox:"


def _file_of(report: Report, check: CheckReport) -> PurePosixPath:
    names = [file.name for file in report.submission.files]
    exercise = next(one for one in report.exercises if one.name == check.exercise)
    # Of an exercise of several files, the one in which the function is.
    places = {f"{exercise.name}/{one.name}": one.location for one in exercise.functions}
    place = places.get(check.function) if exercise.files else None
    placed = [place.file] if place is not None else []
    own = [name for name in names if PurePosixPath(name).stem in exercise.modules]
    return PurePosixPath((placed or own or names or [f"{exercise.modules[0]}.py"])[0])


def show_submission(
    console: Console, report: Report | UnexaminedReport, output: Path, path: str
) -> None:
    """Print whose a submission is, its points, and the functions that lost some.

    Parameters
    ----------
    output : Path
        The batch's folder, for the command that shows a check.
    path : str
        Where the submission is, or an empty text.
    """
    _print_head(console, report)
    _print_facts(console, report, path)
    if isinstance(report, UnexaminedReport):
        return
    console.print()
    for exercise in report.exercises:
        console.print(Text(f"{exercise.name}  {points_of(exercise)}", style="bold"))
        for line in lines_of(exercise):
            print_words(console, Text(f"  {clean_line(line, 400)}"))
        for function in exercise.functions if exercise.status == "graded" else ():
            _print_failed(console, function)
    console.print()
    failed = [check for check in report.checks() if check.outcome in FAILED]
    if failed:
        again = command("show", output, report.submission.id, failed[0].id)
        print_words(console, Text("Show a check, and how to repeat it:"))
        console.print(Text(f"    {again}"))
    else:
        console.print(Text("No check failed."))


def _print_failed(console: Console, function: FunctionReport) -> None:
    failed = [check for check in function.checks if check.outcome in FAILED]
    if not failed:
        return
    console.print(Text(f"  {function.shown}  {points_of(function)}"))
    for kind in ("visible", "hidden"):
        names = [
            check.name if check.outcome == "failed" else f"{check.name} ({check.outcome})"
            for check in failed
            if check.visibility == kind
        ]
        if names:
            line = f"      {kind} checks failed: {', '.join(names)}"
            print_words(console, Text(line, style="dim"))


def show_checks(
    console: Console, report: Report, checks: Sequence[CheckReport], again: str, path: str
) -> None:
    """Print what is known of some checks of one function, and how to repeat each.

    Parameters
    ----------
    again : str
        The command that grades their exercise again with the same inputs.
    path : str
        Where the submission is, or an empty text.
    """
    _print_head(console, report)
    for check in checks:
        alone = replace(check, feedback=replace(check.feedback, repeat=""))
        show_check(console, alone, "")
        seen = f"{check.visibility} check, {check.outcome.replace('_', ' ')}"
        console.print(Text(f"    {seen}", style="dim"))
        if check.feedback == Feedback():
            console.print(Text("    The report has nothing more about this check."))
        if check.feedback.repeat:
            file = clean_line(_file_of(report, check).name, 80)
            own = path and Path(path).is_dir()
            folder = f"the folder {clean_line(path, 200)}" if own else f"the folder of {file}"
            where = f"Repeat the call with Python, in {folder}. {_UNCONFINED}"
            console.print()
            print_words(console, Text(where), hanging=0)
            console.print()
            for line in check.feedback.repeat.splitlines():
                console.print(Text(line, style="cyan"))
    console.print()
    again_words = "Grade the exercise again with the same inputs, in the sandbox:"
    print_words(console, Text(again_words), hanging=0)
    console.print()
    console.print(Text(again, style="cyan"))
    if not path:
        print_words(console, Text(f"\n{_NO_PATH}", style="dim"), hanging=0)
    used = report.environment
    console.print()
    print_words(
        console,
        Text(
            f"Graded with grader {clean_line(used.grader)}, {clean_line(report.course.name)} "
            f"{clean_line(report.course.version)}, Python {clean_line(used.python)}, numpy "
            f"{clean_line(used.numpy)}; {_seed_of(report)}.",
            style="dim",
        ),
        hanging=0,
    )


def _seed_of(report: Report) -> str:
    identity = clean_line(report.seed.id)
    # A secret's id is not the seed that repeats: that one is in the command.
    return "public seed" if identity == PUBLIC else f"secret with the id {identity}"


def _print_head(console: Console, report: Report | UnexaminedReport) -> None:
    head = Text(clean_line(report.submission.id), style="bold")
    if names := names_of(report.submission):
        head.append(f"  {names}", style="")
    if isinstance(report, Report):
        head.append(f"   {points_of(report)} points   {report.percent:g} %")
        if report.adjustments:
            head.append(f"   with adjustments {number(report.total)}")
    head.append(f"   {report.status}", style="" if report.status == "graded" else "yellow")
    print_words(console, head)


def _print_facts(console: Console, report: Report | UnexaminedReport, path: str) -> None:
    for label, text in _facts(report, path):
        line = Text(f"  {label:<{_LABEL}}", style="dim").append(text, style="")
        print_words(console, line, hanging=_LABEL)


def _facts(report: Report | UnexaminedReport, path: str) -> Iterator[tuple[str, str]]:
    submission = report.submission
    for person in submission.students:
        yield "Student", describe_person(person)
    if when := when_handed_in(submission):
        yield "Handed in", when
    if path:
        yield "Path", path
    for file in submission.files:
        yield "File", f"{clean_line(file.name)}  sha256 {file.sha256[:12]}"
    for one in report.adjustments:
        where = f" ({one.exercise})" if one.exercise else ""
        yield "Adjusted", f"{one.points:+g}{where} {clean_line(one.reason, 400)}"
    if reason := reason_of(report):
        yield "Reason", reason
    for note in submission.notes:
        if note != reason:
            yield "Note", clean_line(note, 400)
