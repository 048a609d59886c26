"""``grade hint``: a second hint for a check that failed."""

from __future__ import annotations

from collections.abc import Callable
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

if TYPE_CHECKING:
    from rich.console import Console

    from grader.report import CheckPayload, ReportPayload

_TROUBLE = ("failed", "error", "timeout")
# Of a function that is in no trouble: what is to be said of it, the first that there is.
_STATES = ("not_implemented", "passed", "not_run")


def _complete_checks(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from grader.report import recall_payload

    payload = recall_payload(Path(context.params.get("report_file") or REPORT))
    checks = _failing(payload) if payload else []
    return [
        CompletionItem(check["id"], help=check["title"])
        for check in checks
        if incomplete in check["id"]
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
    function alone will do. Without it, all checks that failed are listed, and modules that
    could not be imported. The first hint stands in the report; the second one is more
    concrete, and still not the formula.

    \b
    Exit status: 0 there was something to say, 2 wrong usage, 3 no such report.

    \b
    Examples:
      grade hint
      grade hint output_delta
      grade hint backprop/output_delta/values
    """
    from grader.course.manifest import find_manifest, load_course
    from grader.report import read_payload
    from grader.writers.again import command
    from grader.writers.console import ResultConsole

    asked = load_course(find_manifest(course))
    payload = read_payload(report_file)
    if payload["course"]["suite_sha256"] != asked.suite_sha256:
        click.echo("grade: the course is not the one of this report; grade again", err=True)
    console = ResultConsole(soft_wrap=False)
    with unbroken_pipe():
        if check is None:
            elsewhere = None if report_file == Path(REPORT) else report_file
            _list(console, payload, partial(command, "hint", course=course, report=elsewhere))
            return
        named = _find(payload, check)
        found = [one for one in named if one["outcome"] in _TROUBLE]
        if not found:
            _say_state(console, min(named, key=_rank))
        for group in _same_trouble(found):
            _show(console, asked.suites, group)


def _failing(payload: ReportPayload) -> list[CheckPayload]:
    return [check for check in _checks(payload) if check["outcome"] in _TROUBLE]


def _checks(payload: ReportPayload) -> list[CheckPayload]:
    functions = [f for exercise in payload["exercises"] for f in exercise["functions"]]
    return [check for function in functions for check in function["checks"]]


def _find(payload: ReportPayload, name: str) -> list[CheckPayload]:
    """Return the checks that a name means, or say which name was probably meant."""
    checks = _checks(payload)
    found = [check for check in checks if name in _names(check)]
    if found:
        return found
    known = dict.fromkeys(known for check in checks for known in _names(check))
    suggestion = suggest(name, known) or "`grade hint` lists those that failed"
    raise click.BadParameter(f"the report has no {name!r}; {suggestion}", param_hint="CHECK")


def _names(check: CheckPayload) -> tuple[str, ...]:
    exercise, function, name = check["id"].split("/")
    return check["id"], f"{function}/{name}", function, f"{exercise}/{function}"


def _rank(check: CheckPayload) -> tuple[int, bool]:
    # Of a hidden check a course may tell nothing, where another of the function has words.
    return _STATES.index(check["outcome"]), not check["message"]


def _same_trouble(checks: list[CheckPayload]) -> list[list[CheckPayload]]:
    """Return the checks in groups that get the same hint."""
    groups: dict[tuple[str, str], list[CheckPayload]] = {}
    for check in checks:
        function = check["id"].rpartition("/")[0]
        groups.setdefault((function, check["diagnosis"] or check["outcome"]), []).append(check)
    return list(groups.values())


def _list(console: Console, payload: ReportPayload, hint_at: Callable[[str], str]) -> None:
    from rich.text import Text

    broken = [e for e in payload["exercises"] if e["status"] == "unloadable"]
    checks = _failing(payload)
    for exercise in broken:
        console.print(Text(f"{exercise['name']} was not graded.", style="bold"))
        _quote(console, exercise["message"])
    for check in checks:
        console.print(Text(check["id"], style="bold"))
        console.print(Text(f"    {check['title']}", style="dim"))
    if checks:
        console.print(Text(f"\n`{hint_at(checks[0]['id'])}` gives a second hint for the first."))
    elif broken:
        console.print(Text("\nMend that, and grade again: nothing of it could be checked."))
    else:
        console.print(Text("No check failed in this report."))


def _quote(console: Console, message: str) -> None:
    """Print what a report says, indented."""
    from rich.padding import Padding
    from rich.text import Text

    from grader.plaintext import clean

    if message:
        console.print(Padding(Text(clean(message, 1_000)), (0, 0, 0, 4)))


def _say_state(console: Console, check: CheckPayload) -> None:
    from rich.text import Text

    from grader.plaintext import clean_line

    function = check["id"].rpartition("/")[0]
    if check["outcome"] == "passed":
        console.print(Text(f"{function} passed: there is nothing to hint at."))
    elif check["outcome"] == "not_implemented":
        told = clean_line(check["message"] or "not implemented yet").rstrip(".")
        all_of_it = "The docstring of its stub says all that is asked for."
        console.print(Text(f"{function}: {told}. {all_of_it}"))
    else:
        console.print(Text(f"{function} was not run."))
        _quote(console, check["message"])


def _show(console: Console, suites: Path, checks: list[CheckPayload]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from grader.exam.hints import find_second_hint

    first = checks[0]
    second = find_second_hint(suites, first["id"], first["diagnosis"], first["outcome"])
    missing = (
        "There is none here. Make the call that the report shows yourself, print what every line "
        "gives, and find the first that you did not expect."
    )
    console.print(Text(", ".join(check["id"] for check in checks), style="bold"))
    for label, text in (("First", first["hint"]), ("Second", second or missing)):
        if text:
            line = Text(f"{label}: ", style="bold yellow").append(text, style="")
            console.print(Padding(line, (0, 0, 0, 4)))
