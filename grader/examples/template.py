"""The file of examples that students start with: what an example is, and two to begin with."""

from __future__ import annotations

import textwrap

from grader.examples.docstrings import examples_of
from grader.examples.signatures import read_signatures
from grader.examples.values import FILE
from grader.records import Course

_STARTERS = 2

_HEAD = """\
# Examples of your functions, one a line: a call, ==, and the value that is right.
#
# Write them before you write code: if you know what a function returns for a few small
# arguments, you understand it. `grade examples` shows which are right. This file is parsed
# and never executed, and your own code is not used.
#
# - {arrays}Several results are in parentheses.
# - A value is right if it is exact (0.5, 1/3), or rounded to the digits that you write, at
#   least three of them (0.881).
"""
_ARRAYS = "Nested lists are arrays: [[1.0, 2.0]] has one row. "
_FUNCTIONS = "# - Pass a function by its name: {names}."
_START = """\
#
# These are from the docstrings. Remove `# ` and add your own:
#
"""


def draft_examples(course: Course) -> str:
    """Return the text of a new ``examples.py``.

    Raises
    ------
    CourseError
        If a stub cannot be read.
    """
    signatures = read_signatures(course)
    functions = tuple(course.examples.functions)
    shown = [next(examples_of(one, functions), None) for one in signatures.values()]
    starters = [example.text for example in shown if example][:_STARTERS]
    text = _HEAD.format(arrays=_ARRAYS if "numpy" in course.packages else "")
    kinds = {one.kind for signature in signatures.values() for one in signature.parameters}
    if kinds & {"function", "functions"} and functions:
        line = _FUNCTIONS.format(names=", ".join(functions))
        text += textwrap.fill(line, 92, subsequent_indent="#   ") + "\n"
    if starters:
        text += _START + "".join(f"# {starter}\n" for starter in starters)
    return text


def has_examples(course: Course) -> bool:
    """Return whether a file of examples is handed out: no exercise may have its name."""
    return all(FILE not in exercise.file_names for exercise in course.exercises)
