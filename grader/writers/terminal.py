"""The result on a terminal: what a student wants to read, in that order.

It is made from the payload of the report, so it can show nothing that the report would
not. Students' words arrive cleaned, and are printed as text, never as markup.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from grader.report import CheckPayload, ExercisePayload, FunctionPayload, ReportPayload
from grader.writers.troubles import describe_rest, find_troubles, points_of, state_of, summarise

_LABELS = {
    "Called": "bold",
    "Got": "bold",
    "Wrong": "bold red",
    "Raised": "bold red",
    "Ended": "bold red",
    "Waited": "bold red",
    "Values": "bold",
    "Repeat": "bold cyan",
    "Printed": "bold",
    "Hint": "bold yellow",
}


def show_result(
    payload: ReportPayload,
    *,
    why_no_sandbox: str = "",
    to_stderr: bool = False,
    max_score: float | None = None,
) -> None:
    """Print a result for the one who handed it in.

    Parameters
    ----------
    payload : ReportPayload
        What `grader.report.build_payload` made.
    why_no_sandbox : str
        Why there is no sandbox, where there should be one.
    to_stderr : bool
        Print to standard error, because standard output holds the report.
    max_score : float, optional
        What the course is out of, where the payload has only a part of its checks.
    """
    # Long lines are left to the terminal: a recipe is there to be copied.
    console = _Console(stderr=to_stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    _show(console, payload, why_no_sandbox, max_score)


def to_text(
    payload: ReportPayload, *, why_no_sandbox: str = "", max_score: float | None = None
) -> str:
    """Return what `show_result` prints, without colours and wherever it is asked for.

    Parameters
    ----------
    payload : ReportPayload
        What `grader.report.build_payload` made.
    why_no_sandbox, max_score
        As for `show_result`.
    """
    file = io.StringIO()
    # In a notebook rich would display by itself; what is wanted is the text.
    console = _Console(
        file=file, force_jupyter=False, force_terminal=False, color_system=None, width=100,
        highlight=False, markup=False, emoji=False, soft_wrap=True,
    )  # fmt: skip
    _show(console, payload, why_no_sandbox, max_score)
    return file.getvalue().strip("\n")


def _show(
    console: Console, payload: ReportPayload, why_no_sandbox: str, max_score: float | None
) -> None:
    marks = _Marks(console)
    console.print()
    console.print(_headline(payload))
    console.print(Rule(style="dim"))
    for exercise in payload["exercises"]:
        _show_exercise(console, exercise, marks)
    blocks = [
        block for e in payload["exercises"] for f in e["functions"] for block in find_troubles(f)
    ]
    if blocks:
        console.print()
        console.print(Text("What to look at", style="bold"))
    told: set[str] = set()
    for check, same in blocks:
        _show_block(console, check, same, marks, told)
    if blocks:
        console.print()
        console.print(_headline(payload))
    console.print()
    if max_score is not None and max_score != payload["max_score"]:
        console.print(Text(describe_rest(payload, max_score), style="bold"))
    if payload["isolation"]["level"] == "process":
        reason = why_no_sandbox or "as asked for"
        console.print(Text(f"Graded without a sandbox ({reason}).", style="yellow"))


class _Console(Console):
    """Leaves a closed pipe to the command, which still has a report to write."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class _Marks:
    """Signs for outcomes, plain where the terminal's encoding has no others."""

    def __init__(self, console: Console) -> None:
        fancy = "utf" in (console.encoding or "").lower()
        self._signs = ("✓", "✗", "·") if fancy else ("+", "x", ".")

    def of_function(self, function: FunctionPayload) -> Text:
        passed, failed, absent = self._signs
        marks = {"passed": (passed, "green"), "failed": (failed, "red"), "absent": (absent, "dim")}
        return Text(*marks[state_of(function)])

    @property
    def failed(self) -> str:
        return self._signs[1]


def _headline(payload: ReportPayload) -> Text:
    full = payload["score"] == payload["max_score"]
    line = Text(payload["submission"]["id"], style="bold")
    line.append(f"   {points_of(payload)} points   ", style="bold green" if full else "bold yellow")
    line.append(f"{payload['percent']:g} %")
    return line


def _show_exercise(console: Console, exercise: ExercisePayload, marks: _Marks) -> None:
    title = Text(exercise["name"], style="bold")
    title.append(f"  {exercise['title']}", style="dim")
    title.append(f"  {points_of(exercise)}")
    console.print(title)
    style = "red" if exercise["status"] == "unloadable" else "dim"
    for line in exercise["message"].splitlines():
        console.print(Text(f"  {line}", style=style))
    if exercise["status"] != "graded":
        return
    table = Table.grid(padding=(0, 2))
    for function in exercise["functions"]:
        table.add_row(
            Text("  ") + marks.of_function(function),
            Text(function["name"]),
            Text(points_of(function), justify="right"),
            Text(summarise(function), style="dim"),
        )
    console.print(table)


def _show_block(
    console: Console, check: CheckPayload, same: list[str], marks: _Marks, told: set[str]
) -> None:
    console.print()
    if check["max_score"]:
        head = Text(f"{marks.failed} ", style="red")
        points = points_of(check)
    else:
        head = Text("! ", style="yellow")
        points = "advice, no points"
    head.append(check["id"], style="bold")
    head.append(f"  {points}")
    console.print(head)
    console.print(Text(f"    {check['title']}", style="dim"))
    for line in _fold(console, check["message"]):
        console.print(_style_line(line))
    function = check["id"].rpartition("/")[0]
    if check["hint"]:
        again = f"{function} {check['hint']}"
        for line in _fold(console, f"Hint    {'as above' if again in told else check['hint']}"):
            console.print(_style_line(line))
        told.add(again)
    if same:
        console.print(Text(f"    The same in {', '.join(same)}.", style="dim"))


def _fold(console: Console, message: str) -> Iterator[str]:
    """Yield a message's lines, folded where a person reads them and nobody copies them."""
    width = console.width - 4
    in_recipe = False
    for line in message.splitlines():
        in_recipe = line.startswith("Repeat") or (in_recipe and line.startswith(" "))
        if in_recipe or not console.is_terminal or len(line) <= width or width < 40:
            yield line
        else:
            yield from textwrap.wrap(line, width, subsequent_indent=" " * 8)


def _style_line(line: str) -> Text:
    word = line.partition(" ")[0]
    text = Text("    ")
    if word in _LABELS:
        text.append(line[:8], style=_LABELS[word])
        text.append(line[8:])
    else:
        text.append(line)
    return text
