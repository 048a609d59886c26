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
    module : str
        The name of the stub's module.
    text : str
        Its source, with decorators.
    """

    exercise: Exercise
    module: str
    name: str
    text: str

    @property
    def file_name(self) -> str:
        """Return the name of its file."""
        return f"{self.module}.py"

    @cached_property
    def summary(self) -> str:
        """The first sentence of its docstring, or an empty string."""
        (node,) = ast.parse(self.text).body
        assert isinstance(node, ast.FunctionDef | ast.ClassDef)
        paragraph = (ast.get_docstring(node) or "").partition("\n\n")[0]
        return _END.split(" ".join(paragraph.split()))[0].replace("``", "`")


def read_functions(course: Course, exercise: Exercise) -> list[StubFunction]:
    """Return the functions and classes of an exercise's stubs, in their order.

    Raises
    ------
    CourseError
        If a stub cannot be read, or is not Python.
    """
    found = []
    for module in exercise.modules:
        path = course.stubs / f"{module}.py"
        try:
            texts, _ = definitions_of(read_text(path))
        except (SyntaxError, ValueError) as error:
            raise CourseError(f"the stub {path} is not valid Python: {error}") from error
        found += [StubFunction(exercise, module, name, text) for name, text in texts.items()]
    return found


def find_owners(course: Course, exercise: Exercise) -> dict[str, str]:
    """Return which module of an exercise has each function; none where it is one file.

    Raises
    ------
    CourseError
        If a stub cannot be read, or two of them have a function of the same name.
    """
    owners: dict[str, str] = {}
    for one in read_functions(course, exercise) if not exercise.is_one_file else ():
        if one.name in owners:
            raise CourseError(
                f"{owners[one.name]}.py and {one.file_name} of {exercise.name} both have "
                f"{one.name}; names are unique in an exercise, so rename one of them"
            )
        owners[one.name] = one.module
    return owners
