"""``grade hint``: a second hint for a check that failed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from grader.cli.command import (
    GradeCommand,
    course_option,
    suggest,
    unbroken_pipe,
)

if TYPE_CHECKING:
    from rich.console import Console

    from grader.report import CheckPayload, ReportPayload

_TROUBLE = ("failed", "error", "timeout")


def _complete_checks(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from grader.report import recall_payload

    payload = recall_payload(Path(context.params.get("report_file") or "report.json"))
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
    default="report.json",
    show_default=True,
    help="The report that `grade submit` wrote.",
)
@course_option
def hint(check: str | None, report_file: Path, course: Path | None) -> None:
    r"""Give a second hint for CHECK, which failed in your last report.

    CHECK is what the report calls it, exercise/function/check; function/check or the
    function alone will do. Without it, all checks that failed are listed. The first hint
    stands in the report; the second one is more concrete, and still not the formula.

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
    from grader.writers.console import ResultConsole

    asked = load_course(find_manifest(course))
    payload = read_payload(report_file)
    if payload["course"]["suite_sha256"] != asked.suite_sha256:
        click.echo("grade: the course is not the one of this report; grade again", err=True)
    console = ResultConsole(soft_wrap=False)
    with unbroken_pipe():
        if check is None:
            _list(console, _failing(payload))
            return
        found = [one for one in _find(payload, check) if one["outcome"] in _TROUBLE]
        if not found:
            _say_state(console, _find(payload, check)[0])
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


def _same_trouble(checks: list[CheckPayload]) -> list[list[CheckPayload]]:
    """Return the checks in groups that get the same hint."""
    groups: dict[tuple[str, str], list[CheckPayload]] = {}
    for check in checks:
        function = check["id"].rpartition("/")[0]
        groups.setdefault((function, check["diagnosis"] or check["outcome"]), []).append(check)
    return list(groups.values())


def _list(console: Console, checks: list[CheckPayload]) -> None:
    from rich.text import Text

    if not checks:
        console.print(Text("No check failed in this report."))
        return
    for check in checks:
        console.print(Text(check["id"], style="bold"))
        console.print(Text(f"    {check['title']}", style="dim"))
    console.print(Text(f"\n`grade hint {checks[0]['id']}` gives a second hint for the first."))


def _say_state(console: Console, check: CheckPayload) -> None:
    from rich.text import Text

    words = {
        "passed": "passed: there is nothing to hint at",
        "not_implemented": "is not implemented yet; its docstring says all that is asked for",
    }
    function = check["id"].rpartition("/")[0]
    state = words.get(check["outcome"], "was not run: mend first what the report says of its file")
    console.print(Text(f"{function} {state}."))


def _show(console: Console, suites: Path, checks: list[CheckPayload]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from grader.exam.hints import find_second_hint

    first = checks[0]
    second = find_second_hint(suites, first["id"], first["diagnosis"], first["outcome"])
    missing = "There is none here. Make the call of the first hint by hand, with small numbers."
    console.print(Text(", ".join(check["id"] for check in checks), style="bold"))
    for label, text in (("First", first["hint"]), ("Second", second or missing)):
        if text:
            line = Text(f"{label}: ", style="bold yellow").append(text, style="")
            console.print(Padding(line, (0, 0, 0, 4)))
