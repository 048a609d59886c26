"""The result on a terminal: what a student wants to read, in that order.

It is made from the payload of the report, so it can show nothing that the report would
not. Students' words arrive cleaned, and are printed as text, never as markup.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from grader.report import CheckPayload, ExercisePayload, FunctionPayload, ReportPayload
from grader.writers.terminal.console import ResultConsole, signs_for
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
    "Still": "bold yellow",
}
_WIDE = 60  # columns that a function's line needs with its words


def show_result(
    payload: ReportPayload,
    *,
    why_no_sandbox: str = "",
    to_stderr: bool = False,
    max_score: float | None = None,
    changed: Sequence[str] = (),
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
    changed : sequence of str
        What changed since last time, from `grader.writers.comparison.words_of_changes`.
    """
    # Long lines are left to the terminal: a recipe is there to be copied.
    _show(ResultConsole(stderr=to_stderr), payload, why_no_sandbox, max_score, changed)


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
    _show(ResultConsole(file=file), payload, why_no_sandbox, max_score, ())
    return file.getvalue().strip("\n")


def _show(
    console: Console,
    payload: ReportPayload,
    why_no_sandbox: str,
    max_score: float | None,
    changed: Sequence[str],
) -> None:
    console.print()
    _print_words(console, _headline(payload))
    console.print(Rule(style="dim"))
    for note in payload["submission"]["notes"]:
        _print_words(console, Text(f"Note: {note}", style="dim"))
    for exercise in payload["exercises"]:
        show_exercise(console, exercise)
    blocks = [
        block for e in payload["exercises"] for f in e["functions"] for block in find_troubles(f)
    ]
    if blocks:
        console.print()
        console.print(Text("What to look at", style="bold"))
    told: set[str] = set()
    for check, same in blocks:
        show_block(console, check, same, told)
    if blocks:
        console.print()
        _print_words(console, _headline(payload))
    show_changes(console, changed)
    console.print()
    if max_score is not None and max_score != payload["max_score"]:
        console.print(Text(describe_rest(payload, max_score), style="bold"))
    if payload["isolation"]["level"] == "process":
        reason = why_no_sandbox or "as asked for"
        console.print(Text(f"Graded without a sandbox ({reason}).", style="yellow"))


class _Marks:
    """Signs for outcomes, plain where the terminal's encoding has no others."""

    def __init__(self, console: Console) -> None:
        self._signs = signs_for(console)

    def of_function(self, function: FunctionPayload) -> Text:
        signs = self._signs
        marks = {
            "passed": (signs.passed, "green"),
            "failed": (signs.failed, "red"),
            "absent": (signs.absent, "dim"),
        }
        return Text(*marks[state_of(function)])


def show_changes(console: Console, lines: Sequence[str]) -> None:
    """Print what `grader.writers.comparison.words_of_changes` says."""
    if lines:
        console.print()
    for line in lines:
        indent = "  " if line.startswith(("+ ", "- ")) else ""
        style = "red" if line.startswith("-") else "green"
        for folded in _fold(console, f"{indent}{line}"):
            console.print(Text(folded, style=style))


def _headline(payload: ReportPayload) -> Text:
    full = payload["score"] == payload["max_score"]
    line = Text(payload["submission"]["id"], style="bold")
    line.append(f"   {points_of(payload)} points   ", style="bold green" if full else "bold yellow")
    line.append(f"{payload['percent']:g} %")
    return line


def show_exercise(console: Console, exercise: ExercisePayload) -> None:
    """Print an exercise's line, and one for each of its functions."""
    marks = _Marks(console)
    title = Text(exercise["name"], style="bold")
    title.append(f"  {exercise['title']}", style="dim")
    title.append(f"  {points_of(exercise)}")
    _print_words(console, title)
    style = "red" if exercise["status"] == "unloadable" else "dim"
    for line in exercise["message"].splitlines():
        _print_words(console, Text(f"  {line}", style=style))
    if exercise["status"] != "graded":
        return
    table = Table.grid(padding=(0, 2))
    wide = console.width >= _WIDE or not console.is_terminal
    for place in range(4):
        # Only the words at the end may be folded.
        table.add_column(no_wrap=place < 3)
    for function in exercise["functions"]:
        table.add_row(
            Text("  ") + marks.of_function(function),
            Text(function["name"]),
            Text(points_of(function), justify="right"),
            Text(summarise(function) if wide else "", style="dim"),
        )
    console.print(table)


def show_block(
    console: Console, check: CheckPayload, same: list[str], told: set[str] | None = None
) -> None:
    """Print what a check has to say.

    Parameters
    ----------
    console : Console
        Where.
    check : CheckPayload
        One in trouble.
    same : list of str
        Names of others in exactly the same trouble.
    told : set of str, optional
        Hints that have been given; this one's is added.
    """
    told = set() if told is None else told
    console.print()
    if check["max_score"]:
        head = Text(f"{signs_for(console).failed} ", style="red")
        points = points_of(check)
    else:
        head = Text("! ", style="yellow")
        points = "advice, no points"
    head.append(check["id"], style="bold")
    head.append(f"  {points}")
    _print_words(console, head)
    for line in _fold(console, check["title"]):
        console.print(Text(f"    {line}", style="dim"))
    show_lines(console, check["message"])
    function = check["id"].rpartition("/")[0]
    if check["hint"]:
        again = f"{function} {check['hint']}"
        show_lines(console, f"Hint    {'as above' if again in told else check['hint']}")
        told.add(again)
    if same:
        for line in _fold(console, f"The same in {', '.join(same)}."):
            console.print(Text(f"    {line}", style="dim"))


def show_lines(console: Console, text: str) -> None:
    """Print lines of a block, each a label and what it says.

    Parameters
    ----------
    console : Console
        Where.
    text : str
        A check's message, or a line to stand beneath it.
    """
    for line in _fold(console, text):
        console.print(_style_line(line))


def _fold(console: Console, message: str) -> Iterator[str]:
    """Yield a message's lines, folded where a person reads them and nobody copies them."""
    width = console.width - 4
    in_recipe = False
    for line in message.splitlines():
        in_recipe = line.startswith("Repeat") or (in_recipe and line.startswith(" "))
        if in_recipe or not console.is_terminal or len(line) <= width or width < 20:
            yield line
        else:
            yield from textwrap.wrap(line, width, subsequent_indent=" " * 8)


def _print_words(console: Console, text: Text) -> None:
    # Nobody copies these, so in a terminal they break between words.
    console.print(text, soft_wrap=not console.is_terminal)


def _style_line(line: str) -> Text:
    word = line.partition(" ")[0]
    text = Text("    ")
    if word in _LABELS:
        text.append(line[:8], style=_LABELS[word])
        text.append(line[8:])
    else:
        text.append(line)
    return text
