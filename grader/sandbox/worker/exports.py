"""Notebooks that were exported as code: calls of `get_ipython()`, and marimo's cells.

nbconvert writes ``get_ipython().run_cell_magic('time', '', 'def f(): ...')``; marimo keeps
every cell as a function. Both become statements at the top of the file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from grader.sandbox.worker.magics import Translated, translate_cell, translate_lines

_MAGICS = ("run_cell_magic", "run_line_magic")


def flatten(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return a file's statements with the cells in it taken out of their wrapping.

    Parameters
    ----------
    body : list of ast.stmt
        The top of a file.
    """
    body = [new for node in body for new in _unwrap_call(node)]
    app = _find_marimo_app(body)
    return _take_cells(body, app) if app else body


def _unwrap_call(node: ast.stmt) -> list[ast.stmt]:
    translated = _read_magic(node)
    if translated is None:
        return [node]
    try:
        inner = ast.parse(translated.text).body
    except (SyntaxError, ValueError):
        return [node]
    for part in (part for statement in inner for part in ast.walk(statement)):
        if hasattr(part, "lineno"):
            ast.copy_location(part, node)
    return inner


def _read_magic(node: ast.stmt) -> Translated | None:
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return None
    call = node.value
    words = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _MAGICS or len(words) < 2:
        return None
    if call.func.attr == "run_line_magic":
        return Translated(translate_lines(f"%{words[0]} {words[1]}"))
    return translate_cell(f"%%{words[0]} {words[1]}\n{''.join(words[2:])}")


def _find_marimo_app(body: list[ast.stmt]) -> str:
    """Return the name that ``marimo.App()`` is bound to, or an empty string."""
    for node in body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func) in ("marimo.App", "mo.App", "App")
            and isinstance(node.targets[0], ast.Name)
        ):
            return node.targets[0].id
    return ""


def _take_cells(body: list[ast.stmt], app: str) -> list[ast.stmt]:
    cells = [node for node in body if _decorator(node, app) == "cell"]
    ordered = iter(_order(cells))
    flat: list[ast.stmt] = []
    for node in body:
        if _decorator(node, app) == "cell":
            flat += _statements_of(next(ordered))
        elif isinstance(node, ast.With) and _is_of(node.items[0].context_expr, app):
            flat += node.body
        else:
            flat.append(_undecorate(node, app))
    return flat


def _decorator(node: ast.stmt, app: str) -> str:
    """Return which of the app's decorators a statement has."""
    for decorator in getattr(node, "decorator_list", ()):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if _is_of(called, app):
            return called.attr if isinstance(called, ast.Attribute) else ""
    return ""


def _is_of(node: ast.expr, app: str) -> bool:
    node = node.func if isinstance(node, ast.Call) else node
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (
        node.value.id == app
    )  # fmt: skip


def _undecorate(node: ast.stmt, app: str) -> ast.stmt:
    if _decorator(node, app) and isinstance(node, ast.FunctionDef | ast.ClassDef):
        node.decorator_list = []
    return node


def _order(cells: list[ast.stmt]) -> list[ast.stmt]:
    """Return marimo's cells so that each comes after those that it takes names from."""
    makers = {name: place for place, cell in enumerate(cells) for name in _returned(cell)}
    needs = {
        place: [makers[name] for name in _parameters(cell) if name in makers]
        for place, cell in enumerate(cells)
    }
    try:
        return [cells[place] for place in TopologicalSorter(needs).static_order()]
    except CycleError:
        return cells


def _parameters(cell: ast.stmt) -> list[str]:
    return [a.arg for a in cell.args.args] if isinstance(cell, _FUNCTIONS) else []


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _returned(cell: ast.stmt) -> Iterator[str]:
    last = cell.body[-1] if isinstance(cell, _FUNCTIONS) else None
    if isinstance(last, ast.Return) and last.value is not None:
        yield from (part.id for part in ast.walk(last.value) if isinstance(part, ast.Name))


def _statements_of(cell: ast.stmt) -> list[ast.stmt]:
    assert isinstance(cell, _FUNCTIONS)
    _Rename(cell.lineno).visit(cell)
    return [node for node in cell.body if not isinstance(node, ast.Return)]


class _Rename(ast.NodeTransformer):
    """Give names that begin with an underscore, which are one cell's own, a number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._rename(node.id)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._rename(node.name)
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self._rename(node.arg)
        return node

    def _rename(self, name: str) -> str:
        own = name.startswith("_") and not name.startswith("__")
        return f"{name}_{self._number}" if own else name
