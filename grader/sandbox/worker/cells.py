"""What of a notebook becomes a module: definitions, imports and simple constants.

It runs in the host, because it parses what a stranger wrote. Scratch work, plots, magics
and shell lines are left out and never executed.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

# Lines that only IPython understands. They are looked for where a cell does not parse
# as it stands, so a string that begins with % is left alone.
_MAGIC = re.compile(r"^(\s*)(?:[%!?]|[\w.]+\?{1,2}\s*$|[\w\s,.\[\]'\"]+=\s*[%!]).*$")
# Cell magics whose body is still this notebook's Python.
_TRANSPARENT = re.compile(r"^\s*%%(?:time|timeit|capture|prun)\b")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_CONSTANT = (
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.Name,
    ast.Attribute,
    ast.UnaryOp,
    ast.BinOp,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell's share of the module.

    Parameters
    ----------
    number : int
        Its place among the code cells, from 1.
    source : str
        As it was handed in.
    tree : ast.Module
        What is taken of it.
    """

    number: int
    source: str
    tree: ast.Module


def take_cells(sources: list[str], file_name: str) -> tuple[list[Cell], list[str]]:
    """Take the definitions of a notebook's code cells.

    Parameters
    ----------
    sources : list of str
        The code cells.
    file_name : str
        For messages.

    Returns
    -------
    cells : list of Cell
        In order; executed one after the other, the last definition of a name wins.
    notes : list of str
        One line for each cell that does not parse.
    """
    cells, notes = [], []
    for number, source in enumerate(sources, 1):
        try:
            tree = _parse(source, cell_name(file_name, number))
        except (SyntaxError, ValueError) as error:
            text = error.msg if isinstance(error, SyntaxError) else str(error)
            notes.append(f"cell {number} does not parse and was left out: {text}")
            continue
        body = [node for node in tree.body if _is_taken(node)]
        if body:
            cells.append(Cell(number, source, ast.Module(body, [])))
    return cells, notes


def cell_name(file_name: str, number: int) -> str:
    """Return the name under which a cell's code appears in tracebacks."""
    return f"{file_name} cell {number}"


def _parse(source: str, name: str) -> ast.Module:
    lines = source.splitlines()
    if lines and lines[0].lstrip().startswith("%%"):
        if not _TRANSPARENT.match(lines[0]):
            return ast.Module([], [])
        lines[0] = ""
    try:
        return ast.parse("\n".join(lines), name)
    except SyntaxError:
        # `pass` keeps a block whole, and every line its number.
        return ast.parse("\n".join(_MAGIC.sub(r"\1pass", line) for line in lines), name)


def _is_taken(node: ast.stmt) -> bool:
    if isinstance(node, _DEFINITIONS):
        return True
    if isinstance(node, ast.Assign):
        simple = all(isinstance(target, ast.Name) for target in node.targets)
        return simple and _is_constant(node.value)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and _is_constant(node.value)
    return False


def _is_constant(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Lambda):
        return True
    return value is not None and all(isinstance(part, _CONSTANT) for part in ast.walk(value))
