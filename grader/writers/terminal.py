"""The result on a terminal: what a student wants to read, in that order.

It is made from the payload of the report, so it can show nothing that the report would
not. Students' words arrive cleaned, and are printed as text, never as markup.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from grader.report import CheckPayload, ExercisePayload, FunctionPayload, ReportPayload, Scored
from grader.writers.console import ResultConsole, signs_for
from grader.writers.points import number

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
_WIDE = 60  # columns that a function's line needs with its words
_TROUBLE = ("failed", "error", "timeout")


def show_result(
    payload: ReportPayload,
    *,
    why_no_sandbox: str = "",
    to_stderr: bool = False,
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
    changed : sequence of str
        What changed since last time, from `grader.writers.changes.words_of_changes`.
    """
    # Long lines are left to the terminal: a recipe is there to be copied.
    console = ResultConsole(stderr=to_stderr)
    console.print()
    _print_words(console, _headline(payload))
    console.print(Rule(style="dim"))
    for exercise in payload["exercises"]:
        show_exercise(console, exercise)
    blocks = [block for e in payload["exercises"] for f in e["functions"] for block in blocks_of(f)]
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
    if payload["isolation"]["level"] == "process":
        reason = why_no_sandbox or "as asked for"
        console.print(Text(f"Graded without a sandbox ({reason}).", style="yellow"))


class _Marks:
    """Signs for outcomes, plain where the terminal's encoding has no others."""

    def __init__(self, console: Console) -> None:
        self._signs = signs_for(console)

    def of_function(self, function: FunctionPayload) -> Text:
        outcomes = {check["outcome"] for check in function["checks"] if check["max_score"]}
        if function["score"] == function["max_score"]:
            return Text(self._signs.passed, style="green")
        if outcomes <= {"not_implemented", "not_run"}:
            return Text(self._signs.absent, style="dim")
        return Text(self._signs.failed, style="red")


def show_changes(console: Console, lines: Sequence[str]) -> None:
    """Print what `grader.writers.changes.words_of_changes` says."""
    if lines:
        console.print()
    for line in lines:
        indent = "  " if line.startswith(("+ ", "- ")) else ""
        style = "red" if line.startswith("-") else "green"
        for folded in _fold(console, f"{indent}{line}"):
            console.print(Text(folded, style=style))


def _of(scored: Scored) -> str:
    return f"{number(scored['score'])} / {number(scored['max_score'])}"


def _headline(payload: ReportPayload) -> Text:
    full = payload["score"] == payload["max_score"]
    line = Text(payload["submission"]["id"], style="bold")
    line.append(f"   {_of(payload)} points   ", style="bold green" if full else "bold yellow")
    line.append(f"{payload['percent']:g} %")
    return line


def show_exercise(console: Console, exercise: ExercisePayload) -> None:
    """Print an exercise's line, and one for each of its functions."""
    marks = _Marks(console)
    title = Text(exercise["name"], style="bold")
    title.append(f"  {exercise['title']}", style="dim")
    title.append(f"  {_of(exercise)}")
    _print_words(console, title)
    style = "red" if exercise["status"] == "unloadable" else "dim"
    for line in exercise["message"].splitlines():
        _print_words(console, Text(f"  {line}", style=style))
    if exercise["status"] != "graded":
        return
    table = Table.grid(padding=(0, 2))
    wide = console.width >= _WIDE or not console.is_terminal
    for _ in range(4):
        table.add_column(no_wrap=True)
    for function in exercise["functions"]:
        table.add_row(
            Text("  ") + marks.of_function(function),
            Text(function["name"]),
            Text(_of(function), justify="right"),
            Text(_summary(function) if wide else "", style="dim"),
        )
    console.print(table)


def _summary(function: FunctionPayload) -> str:
    """Return what a function's line says beside its points."""
    counted = [check for check in function["checks"] if check["max_score"]]
    outcomes = {check["outcome"] for check in counted}
    if outcomes == {"not_implemented"}:
        return counted[0]["message"]
    lost = [c for c in counted if c["outcome"] != "passed"]
    if not lost:
        return ""
    return f"{len(counted) - len(lost)} of {len(counted)} checks passed"


def blocks_of(function: FunctionPayload) -> Iterator[tuple[CheckPayload, list[str]]]:
    """Yield checks to show, each with the names of others in exactly the same trouble."""
    seen: dict[str, list[str]] = {}
    shown: list[tuple[CheckPayload, list[str]]] = []
    for check in function["checks"]:
        if check["outcome"] not in _TROUBLE:
            continue
        trouble = _trouble(check)
        if trouble and trouble in seen:
            seen[trouble].append(check["id"].rsplit("/", 1)[1])
            continue
        same: list[str] = []
        seen[trouble] = same
        shown.append((check, same))
    yield from shown


def _trouble(check: CheckPayload) -> str:
    """Return the part of a message that is the same wherever the same thing happens."""
    trouble: list[str] = []
    for line in check["message"].splitlines():
        if line.startswith(("Raised", "Ended", "Waited")) or (trouble and line.startswith(" ")):
            trouble.append(line)
        elif trouble:
            break
    return "\n".join(trouble)


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
        points = _of(check)
    else:
        head = Text("! ", style="yellow")
        points = "advice, no points"
    head.append(check["id"], style="bold")
    head.append(f"  {points}")
    _print_words(console, head)
    for line in _fold(console, check["title"]):
        console.print(Text(f"    {line}", style="dim"))
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
