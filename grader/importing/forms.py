"""The forms in which tests assert, recognised in their syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cache

from grader.importing.assertions import is_assertion
from grader.importing.expressions import Untranslatable
from grader.importing.statements import Statement, make_statement

# Words of messages that are the same for any assertion.
_SAY_NOTHING = frozenset(
    "a again an and answer are assert assertion bad be check code correct correctly did does "
    "doesn error expected fail failed failing fails failure false for from function good got "
    "has have here in incorrect incorrectly invalid is isn it its keep me mistake no nope not "
    "of oh ok on oops output passed please problem result results return returned returning "
    "returns right should solution something sorry still t test tests that the there this to "
    "true try unexpected value values was were what with work working works wrong you your "
    "yours".split()
)
_LEAST_WORDS = 3


def informs(message: str) -> bool:
    """Return whether a message of an assertion has a word on what is wrong."""
    return any(word not in _SAY_NOTHING for word in _words_of(message))


def can_be_title(message: str, node: ast.stmt) -> bool:
    """Return whether a message describes what an assertion is about, as the title of a check does.

    It has several words, and one that neither any message has nor the assertion itself.
    """
    words = _words_of(message)
    shown = set(_words_of(ast.unparse(node.test))) if isinstance(node, ast.Assert) else set()
    informing = [word for word in words if word not in _SAY_NOTHING and word not in shown]
    return len(words) >= _LEAST_WORDS and bool(informing)


def _words_of(text: str) -> list[str]:
    """Return the words in small letters; those in names of several, too."""
    return re.findall(r"[^\W\d_]+", text.lower())


def inline(statements: Sequence[Statement]) -> list[Statement]:
    """Return statements with the bodies of test functions in their places.

    Its parameters are names of the notebook.
    """
    found: list[Statement] = []
    inlined: set[str] = set()
    calls = {
        called(one.node.value): ", ".join(map(ast.unparse, one.node.value.args))
        for one in statements
        if isinstance(one.node, ast.Expr) and isinstance(one.node.value, ast.Call)
    }
    for statement in statements:
        node = statement.node
        if isinstance(node, ast.FunctionDef) and (
            node.name.startswith("test")
            and calls.get(node.name, ast.unparse(node.args)) == ast.unparse(node.args)
        ):
            inlined.add(node.name)
            found += [make_statement(inner, line=inner.lineno) for inner in node.body]
        elif not (isinstance(node, ast.Expr) and called(node.value) in inlined):
            found.append(statement)
    return found


def called(node: ast.expr) -> str:
    """Return what is called, as source, or an empty string."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def asks_for_name(node: ast.stmt) -> bool:
    """Return whether it is ``assert "x" in globals()``: without x, other checks fail, too."""
    test = node.test if isinstance(node, ast.Assert) else getattr(node, "value", None)
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.In)
        and called(test.comparators[0]) in {"globals", "vars", "locals", "dir"}
    )


@cache
def asserts(node: ast.stmt) -> bool:
    """Return whether a statement asserts, at its top or in a loop."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return False
    return any(
        isinstance(inner, ast.Assert | ast.Raise)
        or (
            isinstance(inner, ast.Expr | ast.withitem)
            and (is_assertion(inner.value if isinstance(inner, ast.Expr) else inner.context_expr))
        )
        for inner in ast.walk(node)
    )


def expected_exception(node: ast.Try) -> tuple[ast.expr, list[ast.stmt]]:
    """Return the exception that a ``try`` expects, and the statements that are to raise it.

    The forms are ``try: f() except E: pass else: raise``, and the ``raise`` or ``assert False``
    after the call.
    """
    body, fails = node.body, node.orelse
    if not fails and len(body) > 1:
        body, fails = body[:-1], body[-1:]
    handler = node.handlers[0] if len(node.handlers) == 1 else None
    quiet = handler is not None and all(
        isinstance(inner, ast.Pass)
        or (isinstance(inner, ast.Expr) and called(inner.value) == "print")
        or (isinstance(inner, ast.Assert) and ast.unparse(inner.test) == "True")
        for inner in handler.body
    )
    if (
        node.finalbody
        or not quiet
        or handler is None
        or handler.type is None
        or not any(map(_always_fails, fails))
    ):
        raise Untranslatable("asserts with a `try` of a form that is not known")
    return handler.type, body


def _always_fails(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return True
    return isinstance(node, ast.Assert) and ast.unparse(node.test) in {"False", "0"}


def title_of(node: ast.stmt) -> str:
    """Return what a statement asserts, as a title."""
    if isinstance(node, ast.Assert):
        return ast.unparse(node.test)
    if isinstance(node, ast.Expr):
        return ast.unparse(node.value)
    if isinstance(node, ast.Try) and node.handlers and node.handlers[0].type:
        return f"{ast.unparse(node.body[0])} raises {ast.unparse(node.handlers[0].type)}"
    if isinstance(node, ast.With):
        return f"{ast.unparse(node.body[0])} raises an exception"
    if isinstance(node, ast.For):
        return f"For each of {ast.unparse(node.iter)}"
    return "A test of the assignment"
