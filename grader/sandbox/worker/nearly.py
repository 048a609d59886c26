"""Words about a missing function: another kind of object, or one nested or named alike."""

from __future__ import annotations

import ast
import difflib
import re
import types
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from grader.sandbox.worker.imports import FileLines
from grader.sandbox.worker.placeholders import Absent

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Words that people use for one another in names.
_SAME = {
    word: words.split()[0]
    for words in (
        "prime derivative deriv der grad gradient backward backwards back bwd slope d dx dz diff",
        "forward fwd feedforward feed propagate",
        "sigmoid sigm logistic expit",
        "cross entropy crossentropy xent ce",
        "init initialise initialize initialisation initialization",
        "bce binary",
        "mse squared quadratic",
        "check checker checking",
        "update step apply",
    )
    for word in words.split()
}
# Words without a meaning of their own.
_FILLERS = frozenset(
    "activation function func fn my the calc calculate compute get layer of".split()
)
_ALIKE = 0.8


def describe_missing(
    name: str,
    namespace: Mapping[str, Any],
    files: Mapping[str, FileLines],
    wanted: Collection[str],
    missing: Mapping[str, str],
) -> str:
    """Return what there is instead of a function, or an empty string.

    Parameters
    ----------
    name : str
        The function that was asked for.
    namespace : mapping of str to object
        The student's module.
    files : mapping of str to FileLines
        The student's files and cells.
    wanted : collection of str
        All functions that are asked for: none of them stands for another.
    missing : mapping of str to str
        Names that are not there because a statement was left out, and why.
    """
    if name in namespace:
        return _describe_other_kind(name, namespace[name])
    if name in missing:
        return missing[name]
    inside = _find_inside(name, files)
    if inside:
        return f"`{name}` is inside {inside}; define it outside, at the left margin"
    other = _find_alike(name, namespace, wanted)
    if other:
        return f"`{other}` may be it; if so, rename it to `{name}`"
    return ""


def _describe_other_kind(name: str, value: object) -> str:
    if isinstance(value, Absent):
        return f"`{name}` is imported, not written: {value._path} {value._why}"  # noqa: SLF001
    kind = type(value).__name__[:40]
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    return f"`{name}` is bound to {article} {kind}, which cannot be called; define a function"


def _find_inside(name: str, files: Mapping[str, FileLines]) -> str:
    """Return the class or function that a function of this name is inside."""
    for lines in files.values():
        for tree in lines.trees:
            for outer, inner in _nested(tree.body):
                if inner == name:
                    return outer
    return ""


def _nested(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        for part in ast.walk(node):
            kind = {ast.ClassDef: "class", ast.FunctionDef: "function"}.get(type(part))
            if kind and isinstance(part, ast.ClassDef | ast.FunctionDef):
                for inner in _functions(part.body):
                    yield f"the {kind} `{part.name}` (line {inner.lineno})", inner.name
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            for inner in _functions(node.body):
                yield f"`if {ast.unparse(node.test)}:` (line {inner.lineno})", inner.name


def _functions(body: Iterable[ast.stmt]) -> list[ast.FunctionDef]:
    return [node for node in body if isinstance(node, ast.FunctionDef)]


def _find_alike(name: str, namespace: Mapping[str, Any], wanted: Collection[str]) -> str:
    """Return the student's function with the name that is closest, where one is close."""
    own = {
        _normalise(other): other
        for other, value in namespace.items()
        if isinstance(value, types.FunctionType | type) and other not in wanted
        if not isinstance(value, Absent)
    }
    close = difflib.get_close_matches(_normalise(name), own, n=1, cutoff=_ALIKE)
    return own[close[0]] if close else ""


def _normalise(name: str) -> str:
    words = {word.lower() for word in _WORD.findall(name)}
    return "_".join(sorted({_SAME.get(word, word) for word in (words - _FILLERS) or words}))
