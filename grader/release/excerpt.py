"""An excerpt of a suite: some of its checks, and only what these need.

A check needs the helpers, constants and imports that it mentions by name, what those mention,
and so on. Comments between definitions are left out, since they may describe other checks.
Comments inside definitions are kept.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from grader.course.cutting import first_line
from grader.release.leaks import Place

_Definition = ast.FunctionDef | ast.ClassDef
_PREFIX = "test_"


def make_excerpt(suite: str, kept: frozenset[Place], title: str) -> str:
    """Return a suite that has only some of its checks, in the same order.

    Parameters
    ----------
    suite : str
        Source of ``suites/<exercise>/test_<exercise>.py``.
    kept : frozenset of (str, str)
        Class and name of each test to keep.
    title : str
        The docstring of the excerpt, since the suite's may describe other checks.
    """
    tree, lines = ast.parse(suite), suite.splitlines()
    roots = [node for node in tree.body if _tests(node, kept)]
    bindings = _bindings(node for node in tree.body if not _has_tests(node))
    names = set().union(*(_mentioned(part) for root in roots for part in _parts(root, kept)))
    needed = _close(names, bindings)
    imports, pieces = [f'"""{title}"""', ""], []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports += _write_import(node, needed)
        elif node in roots:
            pieces.append("\n".join(_write_root(node, kept, lines)))
        elif not _has_tests(node) and needed & _bound(node):
            pieces.append("\n".join(_lines_of(node, lines)))
    return "\n\n\n".join(["\n".join(imports), *pieces]) + "\n"


def _has_tests(node: ast.stmt) -> bool:
    tests = [node] if isinstance(node, ast.FunctionDef) else _members(node)
    return any(test.name.startswith(_PREFIX) for test in tests)


def _members(node: ast.stmt) -> list[ast.FunctionDef]:
    body = node.body if isinstance(node, ast.ClassDef) else []
    return [member for member in body if isinstance(member, ast.FunctionDef)]


def _tests(node: ast.stmt, kept: frozenset[Place]) -> list[ast.FunctionDef]:
    """Return the kept tests of a top-level definition."""
    if isinstance(node, ast.FunctionDef):
        return [node] if ("", node.name) in kept else []
    class_name = getattr(node, "name", "")
    return [member for member in _members(node) if (class_name, member.name) in kept]


def _parts(root: ast.stmt, kept: frozenset[Place]) -> list[ast.AST]:
    """Return the kept parts of a definition with tests."""
    if not isinstance(root, ast.ClassDef):
        return [root]
    return [*root.decorator_list, *root.bases, *_kept_members(root, kept)]


def _kept_members(root: ast.ClassDef, kept: frozenset[Place]) -> list[ast.stmt]:
    """Return the kept tests of a class, and what they need of its other members."""
    others = [
        member
        for member in root.body
        if not (isinstance(member, ast.FunctionDef) and member.name.startswith(_PREFIX))
    ]
    tests = _tests(root, kept)
    # Members are reached as attributes of self or of the class.
    needed = _close({n for test in tests for n in _mentioned(test)}, _bindings(others))
    return [m for m in root.body if m in tests or (m in others and needed & _bound(m))]


def _bindings(nodes: Iterable[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """Return the statements that bind or change each name."""
    bindings: dict[str, list[ast.stmt]] = {}
    for node in nodes:
        for name in _bound(node):
            bindings.setdefault(name, []).append(node)
    return bindings


def _bound(node: ast.AST) -> set[str]:
    """Return the names that a statement binds or changes."""
    if isinstance(node, _Definition):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return set(map(_name_of, node.names))
    if isinstance(node, ast.Expr):
        return set()
    return set(_stored(node))


def _name_of(alias: ast.alias) -> str:
    return (alias.asname or alias.name).partition(".")[0]


def _stored(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, _Definition):
            yield inner.name
        target = inner
        while isinstance(target, ast.Attribute | ast.Subscript) and _is_store(inner):
            target = target.value
        if isinstance(target, ast.Name) and _is_store(inner):
            yield target.id


def _is_store(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _mentioned(node: ast.AST) -> set[str]:
    """Return every name in a node: names, attributes and parameters."""
    names = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            names.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            names.add(inner.attr)
        elif isinstance(inner, ast.arg):
            names.add(inner.arg)  # a parameter's name requests a fixture
    return names


def _close(names: set[str], bindings: dict[str, list[ast.stmt]]) -> set[str]:
    """Return the names, those that their definitions mention, and so on."""
    needed: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        for node in bindings.get(name, ()):
            # An import is reduced to the needed names.
            bound = set() if isinstance(node, ast.Import | ast.ImportFrom) else _bound(node)
            waiting += _mentioned(node) | bound
    return needed


def _write_root(root: ast.stmt, kept: frozenset[Place], lines: list[str]) -> list[str]:
    if not isinstance(root, ast.ClassDef):
        return _lines_of(root, lines)
    head = lines[first_line(root) : first_line(root.body[0])]
    while head and not head[-1].strip():
        head.pop()
    written = [line for line in head if not line.lstrip().startswith("#")]
    for place, member in enumerate(_kept_members(root, kept)):
        written += [""] * (place > 0) + _lines_of(member, lines)
    return written


def _write_import(node: ast.Import | ast.ImportFrom, needed: set[str]) -> list[str]:
    node.names = [alias for alias in node.names if _name_of(alias) in needed]
    return [ast.unparse(node)] if node.names else []


def _lines_of(node: ast.stmt, lines: list[str]) -> list[str]:
    return lines[first_line(node) : node.end_lineno]
