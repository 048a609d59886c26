"""Executing source of a course as a module."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Mapping
from typing import Any

from grader.errors import CourseError
from grader.sandbox.protocol.provided import import_all


def execute(
    name: str,
    source: str | ast.Module,
    path: str = "",
    into: dict[str, Any] | None = None,
    **names: Any,
) -> dict[str, Any]:
    """Return the names that a module defines.

    Parameters
    ----------
    name : str
        Of the module. Unless it is one of Python's own, it is known as imported meanwhile:
        dataclasses look there.
    path : str
        For tracebacks; by default that of the module.
    into : dict of str to object, optional
        What the module defines is added to it; by default to a new one.
    **names : object
        What it finds defined.
    """
    module = types.ModuleType(name)
    namespace = module.__dict__ if into is None else into
    namespace.setdefault("__name__", name)
    namespace.update(names)
    known = name in sys.modules or name in sys.stdlib_module_names
    if not known:
        sys.modules[name] = module
    try:
        # Without the __future__ of this file.
        code = compile(source, path or f"{name}.py", "exec", dont_inherit=True)
        exec(code, namespace)  # noqa: S102 - the course's own
    finally:
        if not known:
            del sys.modules[name]
    return namespace


def execute_solution(exercise: str, sources: Mapping[str, str]) -> dict[str, Any]:
    """Return the names that the modules of a solution define; they may import one another.

    Parameters
    ----------
    sources : mapping of str to str
        By module.

    Raises
    ------
    CourseError
        If one cannot be executed.
    """
    try:
        if list(sources) != [exercise]:
            return import_all({name: text.encode() for name, text in sources.items()})
        return execute(exercise, sources[exercise])
    except Exception as error:
        raise CourseError(f"the solution of {exercise} fails: {error!r}") from error
