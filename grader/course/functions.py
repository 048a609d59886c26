"""The functions that the stubs of a course have, by exercise."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property

from grader.course.notebooks import definitions_of
from grader.course.texts import read_text
from grader.errors import CourseError
from grader.records import Course, Exercise

_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


@dataclass(frozen=True)
class StubFunction:
    """A function or class of a stub.

    Parameters
    ----------
    text : str
        Its source, with decorators.
    """

    exercise: Exercise
    name: str
    text: str

    @cached_property
    def summary(self) -> str:
        """The first sentence of its docstring, or an empty string."""
        (node,) = ast.parse(self.text).body
        assert isinstance(node, ast.FunctionDef | ast.ClassDef)
        paragraph = (ast.get_docstring(node) or "").partition("\n\n")[0]
        return _END.split(" ".join(paragraph.split()))[0].replace("``", "`")


def read_functions(course: Course, exercise: Exercise) -> list[StubFunction]:
    """Return the functions and classes of an exercise's stub, in its order.

    Raises
    ------
    CourseError
        If the stub cannot be read, or is not Python.
    """
    path = course.stubs / exercise.file_name
    try:
        texts, _ = definitions_of(read_text(path))
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"the stub {path} cannot be parsed: {error}") from error
    return [StubFunction(exercise, name, text) for name, text in texts.items()]
