"""Statements of some code: which names each binds, uses and changes. Read, never executed."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from grader.course.cutting import first_line

Definition = ast.FunctionDef | ast.ClassDef
BUILTINS = frozenset(dir(builtins))
# Their calls show an argument and do not change it.
_ONLY_SHOW = frozenset({"print", "display", "len", "type", "help", "repr"})
_REBINDING = ast.Assign | ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
_CHANGING_MODULES = frozenset({"np", "numpy", "random"})


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement at the top level of some code.

    Parameters
    ----------
    text : str
        With the comments above it.
    line : int
        Its first line in the code, counted from 1.
    uses : frozenset of str
        Names that it takes from elsewhere, in the functions that it defines, too.
    changes : frozenset of str
        Names whose values it may change without binding them.
    """

    node: ast.stmt
    text: str
    line: int
    binds: frozenset[str]
    uses: frozenset[str]
    changes: frozenset[str]

    @property
    def is_star(self) -> bool:
        """Whether it imports all names of a module."""
        node = self.node
        return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def split(text: str) -> list[Statement]:
    """Return the statements of some code.

    Raises
    ------
    SyntaxError
        If it cannot be parsed.
    """
    try:
        return list(_split(text))
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or "it is nested too deeply") from error


def _split(text: str) -> Iterator[Statement]:
    lines = text.split("\n")
    done = 0
    for node in ast.parse(text).body:
        first, end = first_line(node), node.end_lineno or node.lineno
        shared = first < done or (end < len(lines) and _shares(lines[end - 1], node))
        own = ast.unparse(node) if shared else "\n".join(lines[done:end]).strip("\n")
        done = max(done, end)
        yield make_statement(node, own, first + 1)


def _shares(line: str, node: ast.stmt) -> bool:
    """Return whether another statement follows on the same line."""
    rest = line.encode()[node.end_col_offset or 0 :].decode("utf-8", "replace").strip()
    return rest.startswith(";") and bool(rest.strip("; "))


def make_statement(node: ast.stmt, text: str = "", line: int = 1) -> Statement:
    """Return a node as a statement."""
    table = symtable.symtable(ast.unparse(node), "<code>", "exec")
    symbols = table.get_symbols()
    binds = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    uses = {s.get_name() for s in symbols if s.is_referenced()} | set(_globals_of(table))
    text = text or ast.unparse(node)
    changes = frozenset(_changed(node))
    return Statement(node, text, line, frozenset(binds), frozenset(uses), changes)


def _globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    for child in table.get_children():
        yield from (s.get_name() for s in child.get_symbols() if s.is_global())
        yield from _globals_of(child)


def _changed(node: ast.stmt) -> Iterator[str]:
    """Yield the names whose values a statement may change in place."""
    if isinstance(node, Definition | ast.AsyncFunctionDef):
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute | ast.Subscript) and isinstance(
            inner.ctx, ast.Store | ast.Del
        ):
            yield from _root(inner)
        elif isinstance(inner, ast.AugAssign):
            yield from _root(inner.target)
        elif isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call):
            yield from _changed_by_call(inner.value)


def _changed_by_call(call: ast.Call) -> Iterator[str]:
    root = next(_root(call.func), "")
    if isinstance(call.func, ast.Attribute):
        yield root
    if (isinstance(call.func, ast.Name) and root not in _ONLY_SHOW) or root in _CHANGING_MODULES:
        for argument in call.args:
            yield from _root(argument)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id


def slice_back(needed: Iterable[str], before: Sequence[Statement]) -> list[Statement]:
    """Return the statements that some names depend on, in order."""
    # A function takes its names when it is called, which may be after they are bound.
    inner = {s.node.name: s.uses for s in before if isinstance(s.node, ast.FunctionDef)}
    names = _with_inner(set(needed), inner)
    kept: list[Statement] = []
    for statement in reversed(before):
        if statement.is_star or names & (statement.binds | statement.changes):
            kept.append(statement)
            # A name that it binds anew does not depend on its earlier value.
            names -= statement.binds if isinstance(statement.node, _REBINDING) else set()
            names = _with_inner(names | statement.uses, inner)
    return kept[::-1]


def _with_inner(names: set[str], inner: Mapping[str, frozenset[str]]) -> set[str]:
    waiting = list(names)
    while waiting:
        new = inner.get(waiting.pop(), frozenset[str]()) - names
        names |= new
        waiting += new
    return names


def unresolved(statements: Iterable[Statement]) -> set[str]:
    """Return the names that statements in this order use before they bind them."""
    bound: set[str] = set()
    found: set[str] = set()
    for statement in statements:
        own = statement.binds if isinstance(statement.node, Definition) else frozenset[str]()
        found |= statement.uses - bound - own
        bound |= statement.binds
    return found - BUILTINS


def imported(statements: Iterable[Statement]) -> dict[str, str]:
    """Return the full names of imported names: ``numpy`` for ``np``."""
    return {name: whole for one in statements for name, whole in _imports_of(one)}


@cache
def _imports_of(statement: Statement) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                found.append((local, alias.name if alias.asname else local))
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = ((a.asname or a.name, f"{node.module}.{a.name}") for a in node.names)
            found += names
    return tuple(found)
