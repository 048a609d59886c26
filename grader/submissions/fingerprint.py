"""A fingerprint of code that stays the same when names and formatting change.

Equal fingerprints are a reason to look, never a proof: short functions have few ways to
be right. It is taken in a fork of the examiner, since code can be written that
crashes Python's parser.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
from collections.abc import Iterable, Iterator

from grader.records import SourceFile

_KEPT = frozenset(dir(builtins))
_PASSED_OVER = frozenset(
    ("annotation", "returns", "type_comment", "type_ignores", "ctx", "kind"),
)
_NAMES = frozenset(("id", "arg", "name", "asname"))
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
    trees = list(_parse(texts))
    for tree in trees if source.cells is None else ():  # in a notebook, it is executed
        tree.body = [statement for statement in tree.body if not _is_for_main(statement)]
    described = [_describe(tree) for tree in trees if tree.body]
    # Code that cannot be parsed is not the same as other code that cannot.
    return hashlib.sha256("".join(described).encode()).hexdigest()[:16] if described else ""


def _parse(texts: Iterable[bytes]) -> Iterable[ast.Module]:
    for text in texts:
        try:
            yield ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            # A cell of magics, or one that cannot run: it adds nothing.
            continue


def _describe(tree: ast.Module) -> str:
    parts: list[str | _Name] = []
    imported: set[str] = set()
    # A stack of our own: code that is nested deeply must not end in a RecursionError.
    waiting: list[object] = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.AST):
            parts.append(type(part).__name__)
            waiting += _fields(part)
            if isinstance(part, ast.Import | ast.ImportFrom):
                imported.update(alias.asname or alias.name for alias in part.names)
        elif isinstance(part, list):
            parts.append(f"[{len(part)}")
            waiting += part[::-1]
        else:
            parts.append(part if isinstance(part, _Name) else _text(part))
    return "\0".join(_neutral(parts, _KEPT | imported))


def _text(constant: object) -> str:
    # Python refuses to write out long integers in decimal digits.
    return hex(constant) if type(constant) is int else repr(constant)


class _Name(str):
    """A name, which may be replaced by another, in contrast to a text."""

    __slots__ = ()


def _fields(node: ast.AST) -> list[object]:
    """Return what a node consists of, the last first."""
    values: list[object] = []
    for field in node._fields[::-1]:
        if field in _PASSED_OVER:
            continue
        value = getattr(node, field, None)
        if field == "body" and isinstance(value, list):
            values.append([s for s in value if not _says_nothing(s)])
        elif field in _NAMES and isinstance(value, str):
            values.append(_Name(value))
        else:
            values.append(value)
    return values


def _neutral(parts: Iterable[str | _Name], kept: frozenset[str]) -> Iterator[str]:
    """Give names numbers by first appearance; builtins and imported modules keep theirs."""
    numbers: dict[str, str] = {}
    for part in parts:
        if isinstance(part, _Name):
            name = part if part in kept else numbers.setdefault(part, f"name {len(numbers)}")
            yield repr(str(name))
        else:
            yield part


def _is_for_main(statement: ast.stmt) -> bool:
    """Return whether only ``python module.py`` executes a statement, such as the end of a stub."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    match statement.test:
        case ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]):
            return True
    return False


def _says_nothing(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring or another bare constant."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
