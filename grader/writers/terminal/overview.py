"""The overview of a report: every exercise with its points, and every function with its state."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from grader.report import ExerciseReport, Report
from grader.sanitize import clean
from grader.writers.feedback import lines_of
from grader.writers.problems import describe_task
from grader.writers.terminal.console import bar_for, print_indented, print_words, signs_for
from grader.writers.terminal.result import headline, sign_of
from grader.writers.words import describe_rest, points_of, standing_of, state_of

_LONGEST_BAR, _SHORTEST_BAR = 20, 5
_CHANGED = "saved since"
_MEANING = {"passed": "all points", "failed": "points lost", "absent": "not written yet"}


def show_overview(
    console: Console, report: Report, changed: Container[str], max_score: float
) -> None:
    """Print the exercises and functions of a report on one screen, and what to do next.

    Parameters
    ----------
    changed : container of str
        The files that were saved after the report was written.
    max_score : float
        What the course is out of, where the report has only a part of its checks.
    """
    print_words(console, headline(report))
    console.print(Rule(style="dim"))
    longest = max((len(exercise.name) for exercise in report.exercises), default=0)
    words = max((len(standing_of(exercise)) for exercise in report.exercises), default=0)
    # Three gaps of two columns.
    rest = console.width - longest - words - len(_CHANGED) - 6
    bar = min(max(rest, _SHORTEST_BAR), _LONGEST_BAR)
    for exercise in report.exercises:
        line = Text(f"{exercise.name:<{longest}}  ", style="bold")
        line.append(bar_for(console, exercise.score, exercise.max_score, bar), style="green")
        line.append(f"  {standing_of(exercise):<{words}}", style="")
        if any(name in changed for name in _files_of(exercise)):
            line.append(f"  {_CHANGED}", style="yellow")
        line.rstrip()
        print_words(console, line)
        for row in _rows(console, exercise):
            print_words(console, row)
    _show_legend(console, report)
    console.print()
    print_words(console, Text(describe_task(report), style="bold"))
    if text := describe_rest(report, max_score):
        print_words(console, Text(text))


def _show_legend(console: Console, report: Report) -> None:
    """Print what the signs mean, those that occur."""
    occurring = {
        state_of(function)
        for exercise in report.exercises
        if exercise.status == "graded"
        for function in exercise.functions
    }
    legend = [f"{signs_for(console)[s]} {words}" for s, words in _MEANING.items() if s in occurring]
    if legend:
        console.print()
        print_words(console, Text("   ".join(legend), style="dim"))


def show_task(console: Console, report: Report, specification: str) -> None:
    """Print what to do next, and above it what could not be graded.

    Parameters
    ----------
    specification : str
        What its function does, in a sentence; empty where that is not known.
    """
    if show_unloadable(console, report.exercises):
        console.print()
    print_words(console, Text(describe_task(report), style="bold"))
    if specification:
        print_indented(console, Text(specification))


def show_unloadable(console: Console, exercises: Sequence[ExerciseReport]) -> bool:
    """Print which exercises could not be imported, and why; return whether there are any."""
    broken = [exercise for exercise in exercises if exercise.status == "unloadable"]
    for exercise in broken:
        console.print(Text(f"{exercise.name} was not graded.", style="bold"))
        print_indented(console, Text(clean("\n".join(lines_of(exercise)), 1_000)))
    return bool(broken)


def _files_of(exercise: ExerciseReport) -> set[str]:
    """Return the names of the files that answer an exercise, or would."""
    places = {one.location.file for one in exercise.functions if one.location is not None}
    names = exercise.modules
    return places | {f"{name}.py" for name in names} | {f"{name}.ipynb" for name in names}


def _rows(console: Console, exercise: ExerciseReport) -> Iterator[Text]:
    """Yield the functions in as few rows as fit, with the points of those that miss some."""
    row = Text()
    for function in exercise.functions if exercise.status == "graded" else ():
        one = sign_of(console, function).append(f" {function.shown}", style="")
        if state_of(function) != "passed":
            one.append(f" {points_of(function).replace(' ', '')}", style="dim")
        if row and 4 + row.cell_len + one.cell_len > console.width:
            yield row
            row = Text()
        row = Text("  ").join([row, one]) if row else Text("  ").append(one)
    if row:
        yield row
