"""The result of `grade examples` in the terminal."""

from __future__ import annotations

from rich.text import Text

from grader.examples.report import ExamplesReport, FunctionReport
from grader.examples.values import Remark
from grader.writers.terminal.console import ResultConsole

_MOST_REMARKS = 40
_MOST_NAMES = 12


def show_examples(report: ExamplesReport) -> None:
    """Print what was found: a line for each function, then one for each line to change."""
    console = ResultConsole()
    exercise = ""
    for function in report.functions:
        if function.exercise != exercise:
            exercise = function.exercise
            console.print(Text(exercise, style="bold"))
        style = "yellow" if function.wrong_lines else ""
        console.print(Text(f"  {function.name}: ").append(_describe(function), style=style))
    for remark in report.remarks[:_MOST_REMARKS]:
        console.print(_word(remark))
    if (more := len(report.remarks) - _MOST_REMARKS) > 0:
        console.print(Text(f"and {more} more lines to change"))
    for line in _close(report):
        console.print(Text(line))


def _word(remark: Remark) -> Text:
    return Text(f"line {remark.line}: ", style="bold yellow").append(remark.message, style="")


def _describe(function: FunctionReport) -> str:
    """Return what one function's examples are, in words."""
    total, lines = function.examples, function.wrong_lines
    which = ""
    if lines:
        listed = ", ".join(map(str, lines[:_MOST_NAMES])) + (" ..." * (len(lines) > _MOST_NAMES))
        which = f"; line {listed} is not" if len(lines) == 1 else f"; lines {listed} are not"
    if function.right is None:
        return f"{total - len(lines)} of {total} may be right{which}"
    verb = "is" if function.right == 1 else "are"
    words = f"{function.right} of {total} {verb} right{which}"
    ways = function.wrong_ways
    if ways is None or not ways.known or not function.right:
        return words
    subject = "it catches" if function.right == 1 else "they catch"
    if lines:
        subject = "your right one catches" if function.right == 1 else "your right ones catch"
    return f"{words}; {subject} {ways.caught} of {ways.known} wrong ways"


def _close(report: ExamplesReport) -> list[str]:
    """Return what is left to do, in whole sentences."""
    if not report.examples:
        start = "There is no example yet" if not report.remarks else "No line is an example"
        return [f"{start}. Write lines like: sigmoid(0.0) == 0.5"]
    words = []
    if not report.judged:
        words.append(
            "Names, arguments and shapes were checked, and values that a docstring has. "
            "Whether the others are right is judged after you hand in."
        )
    if report.without:
        names = ", ".join(report.without[:_MOST_NAMES])
        more = len(report.without) - _MOST_NAMES
        words.append(f"No example yet: {names}" + (f" and {more} more" if more > 0 else ""))
    if report.left_out:
        words.append(f"Without examples (classes, random or given): {', '.join(report.left_out)}")
    return words
