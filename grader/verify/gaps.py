"""Finds what is missing in docstrings, catalogues and generated files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.course.programs import Definition
from grader.course.texts import advise_stubs, read_text
from grader.examiner.right import load_names, load_right
from grader.examples.form import functions_with_examples
from grader.examples.signatures import read_signatures
from grader.records import Check, Course
from grader.testing.catalogue import Entry
from grader.verify.names import find_undefined


def find_gaps_in_docstrings(
    course: Course, stubs: Iterable[str], functions: Mapping[str, Sequence[str]]
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
                f"solution, and the stub: {advise_stubs(course)}"
            )
            continue
        listed = re.search(r"\*Graded on\* ([\w, ]+)\.", docstrings[function])
        if not listed or listed[1].split(", ") != checks:
            wanted = ", ".join(checks)
            yield f"the docstring of {function} should end with `*Graded on* {wanted}.`"
        if ">>>" not in docstrings[function]:
            yield f"the docstring of {function} has no example: add one after >>>"


def find_gaps_in_signatures(
    stubs: Iterable[str], checks: Iterable[Check], exercise: str
) -> Iterator[str]:
    """Yield findings where a suite has another signature of a function than the stub.

    Messages to students use the parameter names of the suite.
    """
    definitions = [node for stub in stubs for node in ast.parse(stub).body]
    given = {n.name: n.args for n in definitions if isinstance(n, ast.FunctionDef)}
    declared = {c.function: c.signature for c in checks if c.exercise == exercise}
    for function, signature in declared.items():
        if function in given and "(" in signature:
            stub = f"{function}({_list_parameters(given[function])})"
            if _normalise(signature) != stub:
                yield (
                    f"@function has the signature {signature}, and the stub {stub}: write the same"
                )


def _list_parameters(arguments: ast.arguments) -> str:
    """Return parameters with their defaults, as Python writes them, without annotations."""
    for one in ast.walk(arguments):
        if isinstance(one, ast.arg):
            one.annotation = None
    return ast.unparse(arguments)


def _normalise(signature: str) -> str:
    try:
        (node,) = ast.parse(f"def {signature}: pass").body
    except (SyntaxError, ValueError):
        return signature
    assert isinstance(node, ast.FunctionDef)
    return f"{node.name}({_list_parameters(node.args)})"


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
                "remove the entry"
            )
    path = course.suites / exercise / "canonical.py"
    if path.is_file():
        names = load_names(course.suites, exercise)
        for place, name in sorted(set(find_undefined(read_text(path), names))):
            yield (
                f"canonical.py of {exercise}: {place} uses {name}, which is not defined there: "
                "call another function of the course by its own name, and define or import the rest"
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
