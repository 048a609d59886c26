"""``grade hint``: a second hint for a check that failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from grader.cli.command import (
    REPORT,
    GradeCommand,
    course_option,
    suggest,
    unbroken_pipe,
)
from grader.records import FAILED

if TYPE_CHECKING:
    from rich.console import Console

    from grader.report import CheckReport, ExerciseReport, Report

# Of a function that is in no trouble: what is to be said of it, the first that there is.
_STATES = ("not_implemented", "passed", "not_run")


def _complete_checks(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from grader.report import recall_report

    report = recall_report(Path(context.params.get("report_file") or REPORT))
    checks = _failing(report.exercises) if report else []
    return [
        CompletionItem(check.id, help=check.title) for check in checks if incomplete in check.id
    ]


@click.command(cls=GradeCommand)
@click.argument("check", required=False, shell_complete=_complete_checks)
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=REPORT,
    show_default=True,
    help="The report that `grade submit` wrote.",
)
@course_option
def hint(check: str | None, report_file: Path, course: Path | None) -> None:
    r"""Give a second hint for CHECK, which failed in your last report.

    CHECK is what the report calls it, exercise/function/check; function/check or the
    function alone will do. Without it, all checks that failed are listed, those that cost
    points first, and modules that could not be imported; the name of an exercise lists its
    own. The first hint stands in the report; the second one is more concrete, and still not
    the formula.

    \b
    Exit status: 0 there was something to say, 2 wrong usage, 3 no such report.

    \b
    Examples:
      grade hint
      grade hint output_delta
      grade hint backprop/output_delta/values
    """
    from grader.course.manifest import find_manifest, load_course
    from grader.report import read_report
    from grader.writers.terminal.console import ResultConsole
    from grader.writers.words import command

    asked = load_course(find_manifest(course))
    report = read_report(report_file)
    if report.course.suite_sha256 != asked.suite_sha256:
        click.echo("grade: the course is not the one of this report; grade again", err=True)
    console = ResultConsole(soft_wrap=False)
    with unbroken_pipe():
        elsewhere = None if report_file == Path(REPORT) else report_file
        hint_at = partial(command, "hint", course=course, report=elsewhere)
        if check is None:
            _list(console, report.exercises, hint_at)
            return
        named = _find(report, check)
        if not named:
            _list(console, [e for e in report.exercises if e.name == check], hint_at)
            return
        found = [one for one in named if one.outcome in FAILED]
        if not found:
            _say_state(console, min(named, key=_rank))
        for group in _same_trouble(found):
            _show(console, asked.suites, group)


def _failing(exercises: Sequence[ExerciseReport]) -> list[CheckReport]:
    """Return the checks in trouble, those that cost points before advice."""
    found = [check for check in _checks(exercises) if check.outcome in FAILED]
    return sorted(found, key=lambda check: not check.max_score)


def _checks(exercises: Sequence[ExerciseReport]) -> list[CheckReport]:
    return [check for e in exercises for f in e.functions for check in f.checks]


def _find(report: Report, name: str) -> list[CheckReport]:
    """Return the checks that a name means, or say which name was probably meant.

    There are none where it is an exercise's.
    """
    checks = _checks(report.exercises)
    exercises = [exercise.name for exercise in report.exercises]
    found = [check for check in checks if name in _names(check)]
    if found or name in exercises:
        return found
    known = dict.fromkeys(known for check in checks for known in _names(check))
    known |= dict.fromkeys(exercises)
    suggestion = suggest(name, known) or "`grade hint` lists those that failed"
    raise click.BadParameter(f"the report has no {name!r}; {suggestion}", param_hint="CHECK")


def _names(check: CheckReport) -> tuple[str, ...]:
    exercise, function, name = check.id.split("/")
    return check.id, f"{function}/{name}", function, f"{exercise}/{function}"


def _rank(check: CheckReport) -> tuple[int, bool]:
    # Of a hidden check a course may tell nothing, where another of the function has words.
    return _STATES.index(check.outcome), not check.feedback.wrong


def _same_trouble(checks: list[CheckReport]) -> list[list[CheckReport]]:
    """Return the checks in groups that get the same hint."""
    groups: dict[tuple[str, str], list[CheckReport]] = {}
    for check in checks:
        function = check.id.rpartition("/")[0]
        groups.setdefault(
            (function, check.misconception or check.observation or check.outcome), []
        ).append(check)
    return list(groups.values())


def _list(
    console: Console, exercises: Sequence[ExerciseReport], hint_at: Callable[[str], str]
) -> None:
    from rich.text import Text

    from grader.writers.feedback import lines_of

    broken = [e for e in exercises if e.status == "unloadable"]
    checks = _failing(exercises)
    for exercise in broken:
        console.print(Text(f"{exercise.name} was not graded.", style="bold"))
        _quote(console, "\n".join(lines_of(exercise)))
    for check in checks:
        console.print(Text(check.id, style="bold"))
        advice = "" if check.max_score else "advice, no points: "
        console.print(Text(f"    {advice}{check.title}", style="dim"))
    if checks:
        console.print(Text(f"\n`{hint_at(checks[0].id)}` gives a second hint for the first."))
    elif broken:
        console.print(Text("\nMend that, and grade again: nothing of it could be checked."))
    else:
        console.print(Text(f"No check failed{_next_task(exercises)}"))


def _next_task(exercises: Sequence[ExerciseReport]) -> str:
    """Return what is to be done where nothing failed, as the end of a sentence."""
    for exercise in exercises:
        for function in exercise.functions:
            if any(check.outcome == "not_implemented" for check in function.checks):
                return (
                    f", but not everything is written. Next: {function.name} in "
                    f"{exercise.name}; the docstring of its stub says all that is asked for."
                )
    if any(exercise.status == "missing" for exercise in exercises):
        return ", but not every exercise is there: write the next one, and grade again."
    return ", and there is nothing to hint at."


def _quote(console: Console, message: str) -> None:
    """Print what a report says, indented."""
    from rich.padding import Padding
    from rich.text import Text

    from grader.sanitize import clean

    if message:
        console.print(Padding(Text(clean(message, 1_000)), (0, 0, 0, 4)))


def _say_state(console: Console, check: CheckReport) -> None:
    from rich.text import Text

    from grader.sanitize import clean_line

    function = check.id.rpartition("/")[0]
    if check.outcome == "passed":
        console.print(Text(f"{function} passed: there is nothing to hint at."))
    elif check.outcome == "not_implemented":
        told = clean_line(check.feedback.wrong or "not implemented yet").rstrip(".")
        all_of_it = "The docstring of its stub says all that is asked for."
        console.print(Text(f"{function}: {told}. {all_of_it}"))
    else:
        console.print(Text(f"{function} was not run."))
        _quote(console, check.feedback.wrong)


def _show(console: Console, suites: Path, checks: list[CheckReport]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from grader.examiner.hints import find_second_hint

    first = checks[0]
    second = find_second_hint(
        suites, first.id, first.outcome, first.observation, first.misconception
    )
    missing = (
        "There is none here. Make the call that the report shows yourself, print what every line "
        "gives, and find the first that you did not expect."
    )
    console.print(Text(", ".join(check.id for check in checks), style="bold"))
    for label, text in (("First", first.hint), ("Second", second or missing)):
        if text:
            line = Text(f"{label}: ", style="bold yellow").append(text, style="")
            console.print(Padding(line, (0, 0, 0, 4)))
