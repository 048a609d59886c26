"""Examples in docstrings, in the form in which students write theirs.

A docstring's example prints a result that is rounded and made a list. The call in it and the
printed value make an example, where the call's arguments are literals.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Collection, Iterator

from grader.examples.parse import read_written
from grader.examples.signatures import Signature
from grader.examples.values import Example

_ROUNDING = ("round", "float", "int", "float64", "asarray")
_PARSER = doctest.DocTestParser()


def examples_of(signature: Signature, functions: Collection[str]) -> Iterator[Example]:
    """Yield the examples of a function's docstring that can be written as literals.

    Parameters
    ----------
    functions : collection of str
        The functions that may be passed as arguments.
    """
    for shown in _PARSER.get_examples(signature.docstring):
        call = _find_call(shown.source, signature.name)
        want = shown.want.strip()
        if call is None and want != "True":
            continue
        # What prints True is a comparison, and may be an example as it is.
        text = shown.source if call is None else f"{call} == {want}"
        yield from read_written(text.encode(), functions).examples


def _find_call(source: str, name: str) -> str | None:
    """Return the call of a function, where an expression prints its whole result."""
    try:
        (statement,) = ast.parse(source).body
    except ValueError:
        return None
    if not isinstance(statement, ast.Expr):
        return None
    node = statement.value
    while not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == name):
        inner = _unwrap(node)
        if inner is None:
            return None
        node = inner
    for list_of_array in ast.walk(node):
        _drop_array(list_of_array)
    return ast.unparse(node)


def _unwrap(node: ast.expr) -> ast.expr | None:
    """Return what an expression only rounds, or turns into a list or a float."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="tolist"), args=[]):
            return inner
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[inner, *_]):
            return inner if name in _ROUNDING else None
        case ast.BinOp(left=inner, op=ast.Add(), right=ast.Constant(value=0.0)):
            return inner
    return None


def _drop_array(node: ast.AST) -> None:
    """Replace ``np.array(x)`` by x among the arguments of a call."""
    if not isinstance(node, ast.Call):
        return
    for n, argument in enumerate(node.args):
        match argument:
            case ast.Call(func=ast.Attribute(attr="array"), args=[inner]):
                node.args[n] = inner
