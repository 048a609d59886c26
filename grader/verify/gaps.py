"""What is missing from docstrings, catalogues and generated files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.course.programs import Definition
from grader.examiner.right import load_right
from grader.examples.form import functions_with_examples
from grader.examples.signatures import read_signatures
from grader.invocation import find_program
from grader.records import Course
from grader.testing.catalogue import Entry


def find_gaps_in_docstrings(
    stubs: Iterable[str], functions: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Yield findings against the docstrings of stubs.

    Parameters
    ----------
    stubs : iterable of str
        The sources of the exercise's modules.
    functions : mapping of str to sequence of str
        The names of the checks of each function, in their order.
    """
    docstrings: dict[str, str] = {}
    for stub in stubs:
        docstrings |= _read_docstrings(stub)
    for function, checks in functions.items():
        if function not in docstrings:
            yield (
                f"the suite asks for {function}, which the stub does not have: write it in the "
                f"solution and run `{find_program()} stubs`"
            )
            continue
        listed = re.search(r"\*Graded on\* ([\w, ]+)\.", docstrings[function])
        if not listed or listed[1].split(", ") != checks:
            wanted = ", ".join(checks)
            yield f"the docstring of {function} should end with `*Graded on* {wanted}.`"
        if ">>>" not in docstrings[function]:
            yield f"the docstring of {function} has no example: add one after >>>"


def find_gaps_in_catalogue(
    course: Course,
    exercise: str,
    functions: Mapping[str, Sequence[str]],
    misconceptions: Sequence[Entry],
) -> Iterator[str]:
    """Yield findings against the entries of an exercise's catalogues."""
    for entry in misconceptions:
        if not entry.hint:
            yield f"{entry.id} has no hint: write hint="
        if entry.function not in functions:
            yield (
                f"{entry.id} is of {entry.function}, which no check asks for: add checks of it, or "
                "take the entry out"
            )
    for function in _list_examples(course, exercise):
        if not load_right(course.suites, exercise, function):
            yield (
                f"examples of {function} count, and no variant of it can judge them: add it to "
                "canonical.py"
            )


def _list_examples(course: Course, exercise: str) -> list[str]:
    """Return the functions of which examples count."""
    if not course.examples.points:
        return []
    signatures = read_signatures(course)
    return [one.name for one in functions_with_examples(signatures, (exercise,))]


def _read_docstrings(source: str) -> dict[str, str]:
    """Return the docstrings of a module's functions and classes, each as one line."""
    nodes = [node for node in ast.parse(source).body if isinstance(node, Definition)]
    return {node.name: " ".join((ast.get_docstring(node) or "").split()) for node in nodes}
