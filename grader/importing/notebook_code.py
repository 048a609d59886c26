"""The code of a notebook, statement by statement, and what of it students write."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from grader.importing.parts import Code
from grader.importing.statements import Statement, imported


@dataclass(frozen=True, slots=True)
class Part:
    """A statement of the notebook, with its cell."""

    statement: Statement
    code: Code


@dataclass(slots=True)
class Module:
    """The code that students write, in the order of the notebook.

    Parameters
    ----------
    parts : list of Part
        All statements of the notebook that could be read.
    functions : dict of str to Part
        The functions and classes that students write.
    getters : dict of str to str
        Functions that return what was a variable, by the variable.
    texts : dict of str to str
        The sources of the getters, by their names.
    notes : list of str
        What was left out or changed.
    """

    parts: list[Part]
    functions: dict[str, Part]
    getters: dict[str, str] = field(default_factory=dict)
    texts: dict[str, tuple[int, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def provided(self) -> list[Part]:
        """The statements that students do not write."""
        return [part for part in self.parts if not part.code.asked]

    @property
    def imports(self) -> dict[str, str]:
        """The full names of imported names: ``numpy`` for ``np``."""
        return imported(part.statement for part in self.parts)

    def classes(self) -> frozenset[str]:
        """Return the names of the classes that students write."""
        return frozenset(
            name
            for name, part in self.functions.items()
            if isinstance(part.statement.node, ast.ClassDef)
        )


def binds(part: Part, name: str) -> bool:
    """Return whether a statement binds a name."""
    return name in part.statement.binds


def is_import(part: Part) -> bool:
    """Return whether a statement imports."""
    return isinstance(part.statement.node, ast.Import | ast.ImportFrom)
