"""The result on a terminal, in the order in which a student reads it.

It is made from the report of the report, so it can show nothing that the report would
not. Students' words arrive cleaned, and are printed as text, never as markup.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import IO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from grader.check_report import CheckReport
from grader.report import ExerciseReport, FunctionReport, Report
from grader.writers.feedback import (
    PROBLEMS,
    WIDTH,
    grade_again,
    is_pasted,
    lay_out,
    lines_of,
    rows_of,
)
from grader.writers.problems import (
    ShownProblem,
    describe_next,
    problems_of,
    rows_of_problem,
    statement_of,
)
from grader.writers.terminal.console import ResultConsole, print_words, signs_for
from grader.writers.terminal.hanging import fold_text
from grader.writers.terminal.room import height_of, share_lines
from grader.writers.words import describe_rest, names_of, number, points_of, state_of, summarise

_STYLES = {"Repeat": "bold cyan", "Hint": "bold yellow", "Still": "bold yellow"}
_STYLES |= dict.fromkeys(PROBLEMS, "bold red")
_STATES = {"passed": "green", "failed": "red", "absent": "dim"}
MOST = 3  # problems shown in full
MOST_LINES = 98  # of a whole result; the command adds two
# Rows that are left out where a result would be longer, the first ones first.
_LEFT_OUT = ("Printed", "Got", "Checks", "Repeat", "Called", "Arose", "Credit")
_WIDE = 60  # columns that a function's line needs with its words


def show_result(  # noqa: PLR0913 - each is optional
    report: Report,
    *,
    why_no_sandbox: str = "",
    to_stderr: bool = False,
    max_score: float | None = None,
    changed: Sequence[str] = (),
    again: str | None = None,
    limit: int | None = MOST,
    file: IO[str] | None = None,
) -> None:
    """Print a result for the student who handed it in.

    Parameters
    ----------
    why_no_sandbox : str
        Why there is no sandbox, where there should be one.
    to_stderr : bool
        Print to standard error, because standard output holds the report.
    max_score : float, optional
        What the course is out of, where the report has only a part of its checks.
    changed : sequence of str
        What changed since last time, from `grader.writers.comparison.words_of_changes`.
    again : str, optional
        The command that grades the same work again; by default what the report says of it.
    limit : int or None
        How many problems are shown in full, or None for all.
    file : text stream, optional
        As for `ResultConsole`.
    """
    # Long lines are left to the terminal: a recipe is there to be copied.
    console = ResultConsole(stderr=to_stderr, file=file)
    again = grade_again(report) if again is None else again
    problems = problems_of(report.exercises)

    def show_head() -> None:
        console.print()
        print_words(console, headline(report))
        console.print(Rule(style="dim"))
        for note in report.submission.notes:
            print_words(console, Text(f"Note: {note}", style="dim"))
        for exercise in report.exercises:
            show_exercise(console, exercise, short=limit is not None)

    def show_foot(left_out: bool) -> None:
        more = 0 if limit is None else max(0, len(problems) - limit)
        _show_next(console, report, more, left_out=left_out)
        show_changes(console, changed)
        console.print()
        if rest := describe_rest(report, max_score):
            print_words(console, Text(rest, style="bold"))
        if report.isolation.level == "process":
            reason = why_no_sandbox or "because of --isolation process"
            console.print(Text(f"Graded without a sandbox ({reason}).", style="yellow"))

    room = None
    if limit is not None:
        room = (
            MOST_LINES - height_of(console, show_head) - height_of(console, lambda: show_foot(True))
        )
    show_head()
    show_foot(_show_problems(console, problems[:limit], again, room))


def to_text(report: Report, *, why_no_sandbox: str = "", again: str | None = None) -> str:
    """Return what `show_result` prints, without colours and wherever it is asked for."""
    file = io.StringIO()
    show_result(report, why_no_sandbox=why_no_sandbox, again=again, file=file)
    return file.getvalue().strip("\n")


def _show_problems(
    console: Console, problems: Sequence[ShownProblem], again: str, room: int | None
) -> bool:
    """Print what to fix first, and return whether a row was left out for want of room."""

    def show_heading() -> None:
        console.print()
        console.print(Text("Fix first", style="bold"))

    if problems:
        show_heading()
    heights = [
        [_height_of(console, problem, again, without) for without in range(len(_LEFT_OUT) + 1)]
        for problem in (problems if room is not None else ())
    ]
    left = 0 if room is None else room - height_of(console, show_heading)
    shares = share_lines([each[0] for each in heights], left)
    left_out = False
    for place, problem in enumerate(problems):
        without = 0
        if room is not None:
            fitting = (n for n, height in enumerate(heights[place]) if height <= shares[place])
            without = next(fitting, len(_LEFT_OUT))
            left_out = left_out or heights[place][without] < heights[place][0]
        show_problem(console, problem, again, _LEFT_OUT[:without])
    return left_out


def _height_of(console: Console, problem: ShownProblem, again: str, without: int) -> int:
    return height_of(console, lambda: show_problem(console, problem, again, _LEFT_OUT[:without]))


def _show_next(console: Console, report: Report, more: int, *, left_out: bool) -> None:
    if more or left_out:
        console.print()
        words = [f"{more} more {'problem' if more == 1 else 'problems'}"] if more else []
        words += ["all lines of these"] if left_out else []
        _print_dim(console, f"--verbose, or --exercise NAME, shows {' and '.join(words)}.")
    if problems_of(report.exercises):
        console.print()
        print_words(console, headline(report))
    if words_of_next := describe_next(report):
        print_words(console, Text(words_of_next, style="bold"))


def show_problem(
    console: Console, shown: ShownProblem, again: str, without: Sequence[str] = ()
) -> None:
    """Print one problem: what is wrong, the call that shows it, and a hint.

    Parameters
    ----------
    again : str
        The command that grades the same work again.
    without : sequence of str
        Labels of rows that are left out.
    """
    console.print()
    sign = Text("! ", style="yellow")
    if not shown.problem.is_advice:
        sign = Text(f"{signs_for(console)['failed']} ", style="red")
    head = sign.append(shown.name, style="bold")
    if statement := statement_of(shown):
        head.append(f": {statement}", style="bold red")
    print_words(console, head.append(f"  {shown.cost}"))
    for label, text in rows_of_problem(shown, again):
        if label not in without:
            show_row(console, label, text)


def show_changes(console: Console, lines: Sequence[str]) -> None:
    """Print the lines of `grader.writers.comparison.words_of_changes`."""
    if lines:
        console.print()
    for line in lines:
        indent = "  " if line.startswith(("+ ", "- ")) else ""
        style = "red" if line.startswith("-") else "green"
        print_words(console, Text(f"{indent}{line}", style=style))


def headline(report: Report) -> Text:
    """Return the line with who handed it in, and the points."""
    full = report.score == report.max_score
    line = Text(report.submission.id, style="bold")
    if names := names_of(report.submission):
        line.append(f"  {names}")
    line.append(f"   {points_of(report)} points   ", style="bold green" if full else "bold yellow")
    line.append(f"{report.percent:g} %")
    if report.adjustments:
        line.append(f"   with adjustments {number(report.total)}", style="bold")
    return line


def show_exercise(console: Console, exercise: ExerciseReport, *, short: bool = False) -> None:
    """Print an exercise's line, and one for each of its functions.

    Parameters
    ----------
    short : bool
        In a terminal, cut the words of a function at the end of the line.
    """
    title = Text(exercise.name, style="bold")
    title.append(f"  {exercise.title}", style="dim")
    title.append(f"  {points_of(exercise)}")
    print_words(console, title)
    style = "red" if exercise.status == "unloadable" else "dim"
    for line in lines_of(exercise):
        print_words(console, Text(f"  {line}", style=style))
    if exercise.status != "graded":
        return
    wide = console.width >= _WIDE or not console.is_terminal
    longest = max(cell_len(function.shown) for function in exercise.functions)
    points = max(len(points_of(function)) for function in exercise.functions)
    for function in exercise.functions:
        row = Text("  ") + sign_of(console, function)
        name = set_cell_size(function.shown, longest)
        row.append(f"  {name}  {points_of(function):>{points}}  ", style="")
        taken = row.cell_len - 2
        row.append(summarise(function) if wide else "", style="dim")
        if short and console.is_terminal:
            row.truncate(console.width, overflow="ellipsis")
        row.rstrip()
        # The words stay in their column.
        print_words(console, row, hanging=taken)


def sign_of(console: Console, function: FunctionReport) -> Text:
    """Return the sign of a function's state, in its colour."""
    state = state_of(function)
    return Text(signs_for(console)[state], style=_STATES[state])


def show_check(console: Console, check: CheckReport, again: str) -> None:
    """Print what is reported of a check.

    Parameters
    ----------
    again : str
        The command that grades the same work again.
    """
    console.print()
    if check.max_score:
        state = "passed" if check.outcome == "passed" else "failed"
        head = Text(f"{signs_for(console)[state]} ", style=_STATES[state])
        points = points_of(check)
    else:
        head = Text("! ", style="yellow")
        points = "advice, no points"
    head.append(check.id, style="bold")
    head.append(f"  {points}")
    print_words(console, head)
    _print_dim(console, check.title)
    for label, text in rows_of(check, again):
        show_row(console, label, text)


def show_row(console: Console, label: str, text: str) -> None:
    """Print a labelled row; only a recipe, which is there to be copied, is never folded."""
    lines = lay_out(label, text).splitlines()
    pasted = lines[1:] if is_pasted(label, text) else []
    lines = lines[: len(lines) - len(pasted)]
    if label != "Repeat":
        lines = [folded for line in lines for folded in _fold(console, line)]
    for place, line in enumerate(lines):
        shown = Text("    ")
        shown.append(line[:WIDTH], style=_STYLES.get(label, "bold") if not place else "")
        console.print(shown.append(line[WIDTH:], style=""))
    for line in pasted:
        console.print(Text(line))


def _fold(console: Console, line: str) -> list[str]:
    """Return a line folded at the terminal's width, where a person reads it."""
    if not console.is_terminal:
        return [line]
    return [piece.plain for piece in fold_text(Text(line), console.width - 4, WIDTH)]


def _print_dim(console: Console, text: str) -> None:
    for line in _fold(console, text):
        console.print(Text(f"    {line}", style="dim"))
