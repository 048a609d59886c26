"""Programs among the solutions: the statements that do something when a module is run."""

from __future__ import annotations

import ast
from collections.abc import Callable

GUARD = 'if __name__ == "__main__":'
TODO = "# TODO: write the program here."
_IS_MAIN = ast.dump(ast.parse(GUARD[3:-1], mode="eval").body)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Assignment = ast.Assign | ast.AnnAssign


def find_program(tree: ast.Module, is_provided: Callable[[ast.stmt], bool]) -> list[ast.stmt]:
    """Return the statements of a solution that are its program, at its outermost level.

    Imports, definitions, a docstring and constants are not. Of a module without functions for
    students, constants have names in capital letters; of another one, any name is a constant.

    Parameters
    ----------
    is_provided : callable
        Whether a statement is handed out as it is.
    """
    own = [node for node in tree.body if not is_provided(node)]
    has_functions = any(
        isinstance(node, Definition) and not node.name.startswith("_") for node in own
    )
    return [node for node in own if not _is_set_up(node, has_functions=has_functions)]


def guarded_by(node: ast.stmt) -> list[ast.stmt]:
    """Return the statements below ``if __name__ == "__main__":``; none of another statement."""
    return node.body if isinstance(node, ast.If) and ast.dump(node.test) == _IS_MAIN else []


def _is_set_up(node: ast.stmt, *, has_functions: bool) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass | Definition):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, _Assignment):
        return has_functions or all(map(_is_constant, _targets(node)))
    if isinstance(node, ast.Try):  # an import that may fail
        return all(isinstance(part, ast.Import | ast.ImportFrom) for part in node.body)
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _targets(node: _Assignment) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _is_constant(target: ast.expr) -> bool:
    name = target.id if isinstance(target, ast.Name) else ""
    return name.isupper() or (name.startswith("__") and name.endswith("__"))
