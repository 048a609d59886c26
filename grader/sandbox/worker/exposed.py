"""Which names a statement reads before it binds them itself.

A loop over ``i`` that reads ``i`` needs no earlier ``i``: other loops with the same variable,
which may train for minutes, are then not needed for it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

# Given a statement that holds no others, the names that it reads and binds.
Reader = Callable[[ast.stmt], tuple[set[str], set[str]]]


def find_exposed(body: Iterable[ast.stmt], reader: Reader) -> set[str]:
    """Return the names that some statements read and have not bound before.

    Parameters
    ----------
    body : iterable of ast.stmt
        Statements, executed one after the other.
    reader : callable
        Reads a simple statement.
    """
    return _Walk(reader).block(body, set())


class _Walk:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def block(self, body: Iterable[ast.stmt], bound: set[str]) -> set[str]:
        """Return what a block exposes; ``bound`` grows by what it surely binds."""
        found: set[str] = set()
        for node in body:
            found |= self._statement(node, bound)
        return found

    def _statement(self, node: ast.stmt, bound: set[str]) -> set[str]:
        if isinstance(node, ast.If):
            found = self._expressions([node.test], bound)
            return found | self._branches([node.body, node.orelse], bound)
        if isinstance(node, ast.For | ast.AsyncFor):
            return self._for(node, bound)
        if isinstance(node, ast.While):
            found = self._expressions([node.test], bound)
            return found | self.block([*node.body, *node.orelse], set(bound))
        if isinstance(node, ast.With | ast.AsyncWith):
            return self._with(node, bound)
        reads, binds = self._reader(node)
        found = reads - bound
        if not isinstance(node, ast.Try | ast.TryStar | ast.Match):
            # Which of those are executed is not known here.
            bound |= binds
        return found

    def _for(self, node: ast.For | ast.AsyncFor, bound: set[str]) -> set[str]:
        found = self._expressions([node.iter], bound) | self._targets([node.target], bound)
        inside = bound | _names([node.target])
        return found | self.block(node.body, inside) | self.block(node.orelse, set(bound))

    def _with(self, node: ast.With | ast.AsyncWith, bound: set[str]) -> set[str]:
        targets = [item.optional_vars for item in node.items if item.optional_vars]
        found = self._expressions([item.context_expr for item in node.items], bound)
        found |= self._targets(targets, bound)
        bound |= _names(targets)
        return found | self.block(node.body, bound)

    def _branches(self, bodies: Sequence[list[ast.stmt]], bound: set[str]) -> set[str]:
        found: set[str] = set()
        ends = []
        for body in bodies:
            inside = set(bound)
            found |= self.block(body, inside)
            ends.append(inside)
        bound |= set.intersection(*ends)
        return found

    def _expressions(self, parts: Iterable[ast.expr], bound: set[str]) -> set[str]:
        found: set[str] = set()
        for part in parts:
            found |= self._statement(ast.copy_location(ast.Expr(part), part), bound)
        return found

    def _targets(self, targets: Iterable[ast.expr], bound: set[str]) -> set[str]:
        """Return what is read to find the places that are stored into: ``a[i]``."""
        parts = [part for target in targets for part in ast.walk(target)]
        read = {p.id for p in parts if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Load)}
        return read - bound


def _names(targets: Iterable[ast.expr]) -> set[str]:
    parts = [part for target in targets for part in ast.walk(target)]
    return {p.id for p in parts if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Store)}
