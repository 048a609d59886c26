"""A fingerprint of code that stays the same when names and formatting change.

Equal fingerprints are a reason to look, never a proof: short functions have few ways to
be right. It is taken in a fork of the examiner, since code can be written that
crashes Python's parser.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
from collections.abc import Iterable

from grader.records import SourceFile

_KEPT = frozenset(dir(builtins))
# Bytes of code. No answer is so long, and a syntax tree takes a thousand times as much.
_MAX_CODE = 64 * 1024


def take_fingerprint(source: SourceFile) -> str:
    """Return a digest of a module's syntax tree without names, docstrings and layout.

    Parameters
    ----------
    source : SourceFile
        A module, or a notebook whose cells are taken together.

    Returns
    -------
    str
        16 hexadecimal digits, or an empty string where nothing can be parsed, or where
        there is too much.
    """
    texts = [source.content] if source.cells is None else [c.encode() for c in source.cells]
    if sum(map(len, texts)) > _MAX_CODE:
        return ""
    described = [_describe(tree) for tree in _parse(texts) if tree.body]
    # What cannot be parsed is not the same as something else that cannot.
    return hashlib.sha256("".join(described).encode()).hexdigest()[:16] if described else ""


def _parse(texts: Iterable[bytes]) -> Iterable[ast.Module]:
    for text in texts:
        try:
            yield ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            # A cell of magics, or what nobody can run: it adds nothing.
            continue


def _describe(tree: ast.Module) -> str:
    names = _Names(_imported(tree))
    parts: list[str] = []
    # A stack of our own: what a stranger nested deeply must not end in a RecursionError.
    waiting: list[object] = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.AST):
            parts.append(type(part).__name__)
            waiting += [value for _, value in _fields(part, names)][::-1]
        elif isinstance(part, list):
            parts.append(f"[{len(part)}")
            waiting += part[::-1]
        else:
            parts.append(repr(part))
    return "\0".join(parts)


def _fields(node: ast.AST, names: _Names) -> Iterable[tuple[str, object]]:
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment", "type_ignores", "ctx", "kind"):
            continue
        if field == "body" and isinstance(value, list):
            yield field, [s for s in value if not _says_nothing(s)]
        elif isinstance(value, str) and field in ("id", "arg", "name", "asname"):
            yield field, names.neutral(value)
        else:
            yield field, value


def _says_nothing(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring or another bare constant."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _imported(tree: ast.Module) -> set[str]:
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    return {(alias.asname or alias.name) for node in imports for alias in node.names}


class _Names:
    """Numbers names by first appearance; builtins and imported modules keep theirs."""

    def __init__(self, kept: set[str]) -> None:
        self._kept = _KEPT | kept
        self._numbers: dict[str, str] = {}

    def neutral(self, name: str) -> str:
        if name in self._kept:
            return name
        return self._numbers.setdefault(name, f"name {len(self._numbers)}")
