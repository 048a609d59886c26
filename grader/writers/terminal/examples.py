"""The result of `grade examples` in the terminal."""

from __future__ import annotations

from rich.text import Text

from grader.examples.report import ExamplesReport, FunctionReport
from grader.examples.values import Remark
from grader.writers.terminal.console import ResultConsole, print_words

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
        words = Text(f"  {function.name}: ").append(_describe(function), style=style)
        print_words(console, words)
    for remark in report.remarks[:_MOST_REMARKS]:
        print_words(console, _word(remark))
    if (more := len(report.remarks) - _MOST_REMARKS) > 0:
        print_words(console, Text(f"and {more} more lines to change"))
    for line in _close(report):
        print_words(console, Text(line))


def _word(remark: Remark) -> Text:
    return Text(f"line {remark.line}: ", style="bold yellow").append(remark.message, style="")


def _describe(function: FunctionReport) -> str:
    """Return what one function's examples are, in words."""
    total, lines = function.examples, function.wrong_lines
    which = ""
    if lines:
        listed = ", ".join(map(str, lines[:_MOST_NAMES])) + (" ..." * (len(lines) > _MOST_NAMES))
        which = f" (line {listed} is not)" if len(lines) == 1 else f" (lines {listed} are not)"
    if function.right is None:
        return f"{total - len(lines)} of {total} may be right{which}"
    words = f"{function.right} of {total} {'is' if function.right == 1 else 'are'} right{which}"
    ways = function.wrong_ways
    if ways is None or not ways.known or not function.right:
        return words
    return f"{words}; {ways.caught} of {ways.known} known mistakes are ruled out"


def _close(report: ExamplesReport) -> list[str]:
    """Return what is left to do, in whole sentences."""
    if not report.examples:
        start = "There is no example yet" if not report.remarks else "No line is an example"
        name = report.without[0] if report.without else "function"
        return [f"{start}. Write lines such as: {name}(ARGUMENTS) == VALUE"]
    words = []
    if not report.judged:
        words.append(
            "Names, arguments and shapes were checked, and the values that are in a docstring. "
            "The other values are checked after you hand in."
        )
    if report.without:
        names = ", ".join(report.without[:_MOST_NAMES])
        more = len(report.without) - _MOST_NAMES
        words.append(f"No example yet: {names}" + (f" and {more} more" if more > 0 else ""))
    if report.left_out:
        names = ", ".join(report.left_out)
        words.append(f"No examples are possible of classes, random or provided functions: {names}")
    return words
