"""The feedback of a check as labelled rows, alike in all formats."""

from __future__ import annotations

import shlex

from grader.check_report import CheckReport
from grader.records import FAILED, ResultCredit
from grader.repairs import word_repair
from grader.report import ExerciseReport, Report
from grader.sanitize import clean
from grader.seeds import PUBLIC

# How a report suggests to grade an exercise again. A report goes to other people and other
# machines, so it holds no path; a surface that knows what was typed passes that instead.
GRADE_AGAIN = "grade submit PATH"
WIDTH = 8  # columns of a label in text
_ONE_LINE = 72  # characters of what came back and what is right beside each other
# Labels of rows in their order, each the name of a field of `Feedback`.
_ROWS = "Called Got Wrong Raised Ended Waited Arose Printed Values Fault".split()
_PASTE = "paste into Python, in the folder of your module:"
_HALF = "the function earns at most half of its points"
# Labels of what went wrong, and of what is read letter by letter or copied.
PROBLEMS = ("Wrong", "Raised", "Ended", "Waited", "Fault")
CODE = ("Called", "Raised", "Arose", "Printed", "Repeat")


def grade_again(report: Report) -> str:
    """Return the command that asks the same questions of the same work, or nothing.

    With a seed that only the instructor has, a student cannot ask them again.
    """
    seed = report.seed
    if seed.id == PUBLIC:
        return GRADE_AGAIN
    return f"{GRADE_AGAIN} --seed {shlex.quote(seed.repeat_with)}" if seed.repeat_with else ""


def rows_of(check: CheckReport, again: str) -> list[tuple[str, str]]:
    """Return what is reported of a check: labels and texts, in the order in which they are read.

    A text may have several lines. Of a check that passed there is at most a remark.

    Parameters
    ----------
    again : str
        The command that grades the same work again, without ``--exercise``; empty where there
        is none.
    """
    feedback = check.feedback
    rows = [(label, getattr(feedback, label.lower())) for label in _ROWS]
    rows.insert(_ROWS.index("Wrong") + 1, ("Credit", describe_credit(check)))
    if check.outcome not in FAILED:
        rows = [("Note", feedback.wrong)]
    if feedback.expected:
        values = _join_values(feedback.values, f"expected {feedback.expected}")
        rows = [(label, values if label == "Values" else text) for label, text in rows]
    if feedback.called and (feedback.repeat or again):
        rows.append(("Repeat", feedback.repeat or f"{again} --exercise {check.exercise}"))
    rows.append(("Hint", check.hint))
    return [(label, text) for label, text in rows if text]


def _join_values(came: str, expected: str) -> str:
    """Return what came back and what is right, below each other where one line is too short."""
    line = ", ".join(filter(None, (came, expected)))
    return line if len(line) <= _ONE_LINE or not came else f"{came},\n{expected}"


def describe_credit(check: CheckReport) -> str:
    """Return how much a failed check earns and why, or an empty text where it earns nothing."""
    if check.outcome == "passed" or not check.score:
        capped = check.essential and check.outcome in FAILED
        return f"while it fails, {_HALF}" if capped else ""
    half = abs(2 * check.score - check.max_score) < 0.005
    part = "half of the points" if half else f"{check.score:g} of {check.max_score:g} points"
    words = [
        " ".join(filter(None, (result.name and f"{result.name} is", _word_verdict(result))))
        for result in check.results
    ]
    return ": ".join(filter(None, (part, "; ".join(words))))


def _word_verdict(result: ResultCredit) -> str:
    return word_repair(result.repair) if result.repair else result.verdict


def text_of(check: CheckReport, limit: int, again: str) -> str:
    """Return the rows of a check as labelled lines, cleaned and bounded."""
    lines = [lay_out(label, text) for label, text in rows_of(check, again)]
    return clean("\n".join(lines), limit)


def lay_out(label: str, text: str) -> str:
    """Return a row as lines: the label before the first, the others indented.

    Lines of code to repeat are not, because Python accepts no indented line that is pasted.
    """
    if is_pasted(label, text):
        return f"{label:<{WIDTH}}{_PASTE}\n{text}"
    return f"{label:<{WIDTH}}" + text.replace("\n", "\n" + " " * WIDTH)


def is_pasted(label: str, text: str) -> bool:
    """Return whether a row is code that is pasted into Python, and no command."""
    return label == "Repeat" and "\n" in text


def lines_of(exercise: ExerciseReport) -> list[str]:
    """Return what is reported of an exercise as a whole, line by line."""
    return [*exercise.message.splitlines(), *exercise.notes]
