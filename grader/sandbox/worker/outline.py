"""Where a student's functions are defined, and which other functions of the course they call."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping

from grader.records import Definition

_Node = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign


def outline(
    trees: Iterable[tuple[ast.Module, str, int]],
    functions: Collection[str],
    modules: Collection[str],
    owners: Mapping[str, str] | None = None,
) -> list[Definition]:
    """Return the definitions of those functions that a module has.

    Parameters
    ----------
    trees : iterable of (ast.Module, str, int)
        The code, in the order of execution: with the file's name, where it is not the file that
        is graded, and the notebook's cell, or 0.
    functions : collection of str
        The functions that the suite asks for.
    modules : collection of str
        Names of modules that hold other functions of the course.
    owners : mapping of str to str, optional
        The files in which functions are to be, of an exercise that is several files.
    """
    owned = owners or {}
    nodes: dict[str, tuple[_Node, str, int]] = {}
    imported: set[str] = set()
    for tree, file, cell in trees:
        for node in tree.body:
            imported |= _imported_from(node, modules)
            if isinstance(node, _Node):
                names = [
                    name
                    for name in _names_of(node)
                    if not file or name not in nodes or owned.get(name) == file
                ]
                nodes |= dict.fromkeys(names, (node, file, cell))
    reads = {name: _reads(node, modules) for name, (node, _, _) in nodes.items()}
    known = {*functions, *imported}
    return [
        Definition(name, file, cell, node.lineno, tuple(sorted(_reached(name, reads, known))))
        for name, (node, file, cell) in nodes.items()
        if name in functions
    ]


def _names_of(node: _Node) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    else:
        yield node.name


def _imported_from(node: ast.stmt, modules: Collection[str]) -> set[str]:
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in modules:
        return {alias.asname or alias.name for alias in node.names}
    return set()


def _reads(node: ast.AST, modules: Collection[str]) -> set[str]:
    """Return the names that a definition uses, also those that it finds in another module."""
    found: set[str] = set()
    waiting: list[object] = [node]
    while waiting:  # ast.walk takes three times as long, and every module is walked over
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.AST):
            waiting += vars(part).values()
            if isinstance(part, ast.Attribute) and getattr(part.value, "id", None) in modules:
                found.add(part.attr)
    return found


def _reached(start: str, reads: Mapping[str, set[str]], known: Collection[str]) -> set[str]:
    """Return the known functions that a definition calls, itself or by way of helpers."""
    found: set[str] = set()
    waiting, seen = [start], {start}
    while waiting:
        for name in reads[waiting.pop()] - seen:
            seen.add(name)
            if name in known:
                found.add(name)
            elif name in reads:
                waiting.append(name)
    return found
