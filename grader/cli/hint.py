"""``grade hint``: show a second hint for a problem of the last report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from grader.cli.command import GradeCommand, suggest
from grader.cli.lookup import names_of_check
from grader.cli.options import (
    REPORT,
    Selection,
    course_option,
    report_option,
    selection_options,
)
from grader.cli.saved import read_last
from grader.cli.streams import unbroken_pipe
from grader.invocation import find_program
from grader.records import FAILED

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from grader.check_report import CheckReport
    from grader.report import Report
    from grader.writers.problems import ShownProblem

# Outcomes of a function without a failing check; the first that occurs describes it.
_STATES = ("not_implemented", "passed", "not_run")


def _complete_checks(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from grader.report import recall_report

    report = recall_report(Path(context.params.get("report_file") or REPORT))
    checks = _failing(report) if report else []
    return [
        CompletionItem(check.id, help=check.title) for check in checks if incomplete in check.id
    ]


@click.command(cls=GradeCommand)
@click.argument("check", required=False, shell_complete=_complete_checks)
@report_option(type=click.Path(path_type=Path), help="Read this report of `grade submit`.")
@course_option
@selection_options
def hint(check: str | None, report_file: Path, course: Path | None, selection: Selection) -> None:
    r"""Show a second hint for what is wrong in your last report.

    CHECK is a function, or a check that failed: exercise/function/check, or function/check.
    Without CHECK you see all problems in the order in which to fix them. If there is only
    one problem, you see its hints. The name of an exercise lists its problems. The first
    hint is in the report. The second one is more concrete, and still not the formula. If
    your file has changed since the report was written, a line reports that.

    Exit status: 0 the report was read, 2 wrong usage, 3 no such report.

    \b
    Examples:
      grade hint
      grade hint output_delta
      grade hint backprop/output_delta/values
    """
    from msgspec.structs import replace

    from grader.writers.terminal.console import ResultConsole
    from grader.writers.words import command

    last = read_last(report_file, course, selection)
    report = last.report
    console = ResultConsole()
    # In a file or a pipe a line is as long as it is.
    console.soft_wrap = not console.is_terminal
    with unbroken_pipe():
        elsewhere = None if report_file == Path(REPORT) else report_file
        hint_at = partial(command, "hint", course=course, report=elsewhere)
        named = _find(report, check) if check is not None else []
        if named:
            _show_hints(console, last.course.suites, report, named)
            return
        chosen = tuple(e for e in report.exercises if check in (None, e.name))
        _list(console, last.course.suites, replace(report, exercises=chosen), hint_at)


def _show_hints(console: Console, suites: Path, report: Report, checks: list[CheckReport]) -> None:
    from grader.writers.problems import problems_of

    failing = {check.id for check in checks if check.outcome in FAILED}
    if not failing:
        _show_state(console, min(checks, key=_rank))
    for shown in problems_of(report.exercises):
        if failing.intersection(shown.problem.checks):
            _show(console, suites, shown)


def _failing(report: Report) -> list[CheckReport]:
    """Return the failing checks, those that cost points before advice."""
    found = [check for check in report.checks() if check.outcome in FAILED]
    return sorted(found, key=lambda check: not check.max_score)


def _find(report: Report, name: str) -> list[CheckReport]:
    """Return the checks that a name stands for: none if it is the name of an exercise.

    A name that the report does not have is a `click.BadParameter`, with a similar one.
    """
    checks = list(report.checks())
    exercises = [exercise.name for exercise in report.exercises]
    found = [check for check in checks if name in names_of_check(check)]
    if found or name in exercises:
        return found
    known = dict.fromkeys(known for check in checks for known in names_of_check(check))
    known |= dict.fromkeys(exercises)
    suggestion = suggest(name, known) or f"`{find_program()} hint` shows those that failed"
    raise click.BadParameter(
        f"the report of {', '.join(exercises)} has no {name!r}; {suggestion}", param_hint="CHECK"
    )


def _rank(check: CheckReport) -> tuple[int, bool]:
    # A course may show nothing of a hidden check, and a message of another.
    return _STATES.index(check.outcome), not check.feedback.wrong


def _list(console: Console, suites: Path, report: Report, hint_at: Callable[[str], str]) -> None:
    from rich.text import Text

    from grader.writers.problems import describe_task, problems_of
    from grader.writers.terminal.console import print_words
    from grader.writers.terminal.overview import show_unloadable

    broken = show_unloadable(console, report.exercises)
    problems = problems_of(report.exercises)
    if len(problems) == 1:
        _show(console, suites, problems[0])
        return
    for shown in problems:
        print_words(console, _headline(shown))
    if problems:
        command = hint_at(problems[0].problem.shown)
        console.print()
        print_words(console, Text(f"`{command}` shows both hints for the first problem."))
    elif broken:
        console.print()
        print_words(console, Text("Fix this first, and grade again: none of it could be checked."))
    else:
        print_words(console, Text(f"No check failed. {describe_task(report)}"))


def _headline(shown: ShownProblem) -> Text:
    from rich.text import Text

    line = Text(shown.name, style="bold")
    line.append(f": {shown.problem.what.splitlines()[0]}", style="")
    return line.append(f"  {shown.cost}", style="dim")


def _quote(console: Console, message: str) -> None:
    """Print a message of the report, indented."""
    from rich.text import Text

    from grader.sanitize import clean
    from grader.writers.terminal.console import print_indented

    for line in clean(message, 1_000).splitlines():
        print_indented(console, Text(line))


def _show_state(console: Console, check: CheckReport) -> None:
    from rich.text import Text

    from grader.sanitize import clean_line
    from grader.writers.terminal.console import print_words

    function = check.function
    if check.outcome == "passed":
        print_words(console, Text(f"{function} passed, so there is no hint."))
    elif check.outcome == "not_implemented":
        state = clean_line(check.feedback.wrong or "not implemented yet").rstrip(".")
        advice = "The docstring of its stub is the whole specification."
        print_words(console, Text(f"{function}: {state}. {advice}"))
    else:
        console.print(Text(f"{function} was not run."))
        _quote(console, check.feedback.wrong)


def _show(console: Console, suites: Path, shown: ShownProblem) -> None:
    from rich.text import Text

    from grader.examiner.hints import find_second_hint
    from grader.writers.problems import word_smallest
    from grader.writers.terminal.console import print_indented, print_words

    problem = shown.problem
    checks = [check for check in shown.function.checks if check.id in problem.checks]
    # The check with the names of all mistakes has the hints of the problem.
    named = next((c for c in checks if c.misconceptions == problem.misconceptions), shown.check)
    second = find_second_hint(suites, named if problem.misconceptions else shown.check)
    missing = (
        "This problem has no second hint. Make the call that the report shows, print the result "
        "of every line, and find the first value that you did not expect."
    )
    example = word_smallest(problem.smallest) if problem.smallest else ""
    print_words(console, _headline(shown))
    for label, text in (
        ("Example", example),
        ("First", problem.hint),
        ("Second", second or missing),
    ):
        if text:
            line = Text(f"{label}: ", style="bold yellow").append(text, style="")
            print_indented(console, line)
