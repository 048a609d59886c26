"""The functions of a course as its stubs describe them: parameters, results and their shapes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from grader.course.functions import read_functions
from grader.errors import CourseError
from grader.records import Course

Kind = Literal["array", "number", "list", "dict", "function", "functions", "random", "other"]
_SHAPE = re.compile(r"\(((?:\s*[\w']+\s*,)*\s*[\w']*\s*)\)")
_SAME = re.compile(r"(\w+)'s shape")
_GENERATOR = "Generator"


@dataclass(frozen=True, slots=True)
class Described:
    """A parameter or a result, as the docstring describes it.

    Parameters
    ----------
    name : str
        What it is called; empty for a result without a name.
    shapes : tuple of tuple of str
        The shapes that it may have, by the letters of the docstring; none if it may have any.
    same_as : str
        The parameter whose shape it has, or an empty string.
    """

    name: str
    kind: Kind = "other"
    shapes: tuple[tuple[str, ...], ...] = ()
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A function of the course.

    Parameters
    ----------
    required : frozenset of str
        The parameters without a default.
    left_out : str
        Why it has no examples, or an empty string.
    """

    exercise: str
    name: str
    parameters: tuple[Described, ...]
    required: frozenset[str]
    results: tuple[Described, ...]
    left_out: str
    docstring: str

    def parameter(self, name: str) -> Described:
        """Return the parameter of that name."""
        return next(one for one in self.parameters if one.name == name)

    def describe(self) -> str:
        """Return how it is called: ``f(x, [h])``."""
        names = [
            one.name if one.name in self.required else f"[{one.name}]" for one in self.parameters
        ]
        return f"{self.name}({', '.join(names)})"


def read_signatures(course: Course) -> dict[str, Signature]:
    """Return the functions and classes of a course's stubs by name, in its order.

    Raises
    ------
    CourseError
        If a stub cannot be read.
    """
    found: dict[str, Signature] = {}
    for exercise in course.exercises:
        for function in read_functions(course, exercise):
            try:
                (node,) = ast.parse(function.text).body
            except SyntaxError as error:
                raise CourseError(f"the stub of {exercise.name} is not valid Python") from error
            signature = _read(exercise.name, node)
            if signature is not None:
                found.setdefault(signature.name, signature)
    return found


def has_right(course: Course) -> bool:
    """Return whether a course has right implementations beside its suites; a kit has none."""
    folders = [course.suites / name for name in course.select()]
    names = ("canonical.py", "variants.py")
    return any((folder / name).is_file() for folder in folders for name in names)


def _read(exercise: str, node: ast.stmt) -> Signature | None:
    if isinstance(node, ast.ClassDef):
        reason = "it is a class, and examples are of functions"
        return Signature(exercise, node.name, (), frozenset(), (), reason, "")
    if not isinstance(node, ast.FunctionDef):
        return None
    docstring = ast.get_docstring(node) or ""
    described = dict(_entries(docstring, "Parameters"))
    arguments = [*node.args.posonlyargs, *node.args.args]
    least = len(arguments) - len(node.args.defaults)
    required = [a.arg for a in arguments[:least]]
    required += [
        a.arg for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is None
    ]
    parameters = tuple(
        _describe(a.arg, described.get(a.arg, "")) for a in (*arguments, *node.args.kwonlyargs)
    )
    results = tuple(_describe(name, text) for name, text in _entries(docstring, "Returns"))
    left_out = ""
    if not _is_asked(node):
        left_out = "it is given, not yours to write"
    elif any(one.kind == "random" for one in parameters):
        left_out = "it draws random numbers"
    name = node.name
    return Signature(exercise, name, parameters, frozenset(required), results, left_out, docstring)


def _is_asked(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(inner, ast.Name) and inner.id == "NotImplementedError"
        for inner in ast.walk(node)
    )


def _entries(docstring: str, section: str) -> Iterator[tuple[str, str]]:
    """Yield names and types of a section of a docstring in numpy's style."""
    lines = docstring.splitlines()
    for n, line in enumerate(lines[:-1]):
        if line.strip() == section and re.fullmatch(r"-+", lines[n + 1].strip()):
            break
    else:
        return
    for number in range(n + 2, len(lines)):
        line = lines[number]
        if number + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[number + 1].strip()):
            return
        if not line.strip() or line.startswith(" "):
            continue
        names, separator, text = line.partition(" : ")
        for name in names.split(",") if separator else [""]:
            yield name.strip(), text if separator else line


def _describe(name: str, text: str) -> Described:
    same = _SAME.search(text)
    shapes: tuple[tuple[str, ...], ...] = ()
    if "of shape" in text:
        found = [match[1].split(",") for match in _SHAPE.finditer(text.partition("of shape")[2])]
        shapes = tuple(tuple(filter(None, map(str.strip, one))) for one in found)
    return Described(name, _kind_of(text), shapes, same[1] if same else "")


def _kind_of(text: str) -> Kind:
    if _GENERATOR in text:
        return "random"
    if "callable" in text:
        return "functions" if "list" in text else "function"
    if text.startswith("list"):
        return "list"
    if text.startswith("dict"):
        return "dict"
    if "array" in text:
        return "array"
    return "number" if text in ("float", "int", "number") else "other"
