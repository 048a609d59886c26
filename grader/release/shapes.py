"""Shapes of code: syntax trees without names, annotations and docstrings.

A shape is a text in which names are numbered in order of appearance. A skeleton is cheaper: in it
all names are alike, so that pieces with equal shapes have equal skeletons.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

Skeleton = tuple[int, int]  # a length and a hash, in this process
Nodes = list[Any]  # statements, or one expression

# Smaller pieces of a syntax tree, in nodes, are often written independently. Whole statements
# and whole bodies of functions are characteristic at smaller sizes.
_PIECE = 14
_STATEMENT = 11
_BODY = 7
_IGNORED = frozenset({"annotation", "returns", "type_comment", "kind", "ctx"})
_NAMES = frozenset({"id", "arg", "name", "asname"})


def canonical(nodes: Nodes) -> str:
    """Return nodes as text in which names are numbers."""
    writer = _Writer()
    writer.write(nodes)
    return " ".join(writer.parts)


class _Writer:
    """Writes syntax trees without names, annotations and docstrings."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._names: dict[str, int] = {}

    def write(self, value: object, *, is_name: bool = False) -> None:
        if isinstance(value, list):
            self.parts.append("[")
            for item in value:
                self.write(item, is_name=is_name)
            self.parts.append("]")
        elif isinstance(value, ast.AST):
            self._write_node(value)
        elif is_name and isinstance(value, str):
            self.parts.append(str(self._names.setdefault(value, len(self._names))))
        else:
            self.parts.append(repr(_as_float(value)))

    def _write_node(self, node: ast.AST) -> None:
        kind: Any = type(node)
        if issubclass(kind, ast.stmt) and is_text(node):
            return
        self.parts.append(kind.__name__)
        for name, is_name in _fields(kind):
            if hasattr(node, name):
                self.write(getattr(node, name), is_name=is_name)


class Trace(NamedTuple):
    """A sketch without the nodes: what was written, and where each piece begins and ends."""

    parts: tuple[object, ...]
    pieces: tuple[tuple[int, int], ...]

    def has_any(self, skeletons: frozenset[Skeleton], lengths: frozenset[int]) -> bool:
        """Return whether a piece has one of these skeletons, which have these lengths."""
        return any(
            end - start in lengths and (end - start, hash(self.parts[start:end])) in skeletons
            for start, end in self.pieces
        )


class Sketch:
    """A body, written once with all names alike, and its pieces, each of which is a part of that.

    Equal shapes have equal skeletons: the length and the hash of that part. So only pieces with the
    skeleton of a secret need to be written by themselves, which takes much longer.
    """

    def __init__(self, body: Nodes) -> None:
        self.size = 0  # in nodes
        self._parts: list[object] = []
        self._found: list[tuple[Nodes, int, int]] = []
        self._write_body(body)

    @property
    def skeleton(self) -> Skeleton:
        """Return that of the whole body."""
        return self._cut(0, len(self._parts))

    @property
    def pieces(self) -> Iterator[tuple[Nodes, Skeleton]]:
        """Yield all pieces that are large enough to be characteristic, the whole ones first."""
        for nodes, start, end in reversed(self._found):
            yield nodes, self._cut(start, end)

    @property
    def trace(self) -> Trace:
        """Return what finds the skeletons of its pieces again, and takes little memory."""
        return Trace(tuple(self._parts), tuple((start, end) for _, start, end in self._found))

    def pieces_like(self, skeletons: frozenset[Skeleton]) -> Iterator[Nodes]:
        """Yield the pieces that have one of these skeletons."""
        return (nodes for nodes, skeleton in self.pieces if skeleton in skeletons)

    def _cut(self, start: int, end: int) -> Skeleton:
        return end - start, hash(tuple(self._parts[start:end]))

    def _write_body(self, body: Nodes) -> None:
        start, before = len(self._parts), self.size
        for node in body:
            self._write(node)
        if self.size - before >= _BODY:
            self._found.append((body, start, len(self._parts)))

    def _write(self, node: ast.AST) -> None:
        kind: Any = type(node)
        least = _least(kind)
        if least == _STATEMENT and is_text(node):
            return
        parts, start, before = self._parts, len(self._parts), self.size
        self.size += 1
        parts.append(kind)
        for name, is_name in _fields(kind):
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                self._write(value)
            elif isinstance(value, list):
                self._write_list(value, is_body=kind is ast.FunctionDef and name == "body")
            elif not (is_name and isinstance(value, str)):
                parts.append(repr(_as_float(value)))
        if self.size - before >= least:
            self._found.append(([node], start, len(parts)))

    def _write_list(self, items: list[Any], *, is_body: bool) -> None:
        self._parts.append("[")
        if is_body:
            self._write_body(items)
        else:
            for item in items:
                if isinstance(item, ast.AST):
                    self._write(item)
                else:
                    self._parts.append(repr(item))
        self._parts.append("]")


@cache
def _fields(kind: type[Any]) -> list[tuple[str, bool]]:
    """Return the fields of a node that are written, and whether each is a name."""
    return [(name, name in _NAMES) for name in kind._fields if name not in _IGNORED]


def _as_float(value: object) -> object:
    # 2 and 2.0 are the same number.
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
    return float(value) if whole else value  # type: ignore[arg-type]


@cache
def _least(kind: type[Any]) -> int:
    """Return the number of nodes from which a piece is characteristic."""
    if issubclass(kind, ast.stmt):
        return _STATEMENT
    return _PIECE if issubclass(kind, ast.expr) else sys.maxsize


def is_text(node: ast.AST) -> bool:
    """Return whether a node is a string, such as a docstring."""
    value = node.value if isinstance(node, ast.Expr) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
