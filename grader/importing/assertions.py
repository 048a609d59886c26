"""Translates assertions of a test into expectations of `grader.testing`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.importing.answers import (
    called_name,
    is_array,
    is_kind,
    is_numeric,
    read_literal,
    tolerance,
)
from grader.importing.expressions import (
    Known,
    Scope,
    Untranslatable,
    is_answer,
    is_computed,
    translate,
)

_LONGEST = 60
# The functions that assert, without underscores: `assertEqual` and `assert_equal` are one.
_EQUAL = frozenset("assertequal assertequals assertdictequal assertlistequal asserttupleequal "
                   "assertsetequal assertcountequal assertis".split())  # fmt: skip
_CLOSE = frozenset("assertallclose assertalmostequal assertapproxequal assertarrayalmostequal "
                   "assertarrayequal assertalmostequals".split())  # fmt: skip
_TRUE = frozenset({"asserttrue", "assert"})
RAISES = frozenset({"assertraises", "assertraisesregex", "raises"})
# Arguments of numpy's functions that compare: an answer and the right one.
_NUMPY_CLOSE = frozenset({"allclose", "isclose", "array_equal", "array_equiv"})


@dataclass(frozen=True, slots=True)
class Words:
    """The names of an answer in a check; of a hidden check, without inputs and values."""

    hidden: bool
    message: str = ""

    def of(self, node: ast.expr) -> str:
        """Return the name of an answer."""
        text = ast.unparse(node)
        return "the answer" if self.hidden or len(text) > _LONGEST else text

    def fault(self, node: ast.expr) -> str:
        """Return the words for a condition that does not hold."""
        if self.hidden:
            return "an answer is not as the task asks"
        text = ast.unparse(node)
        return self.message or (
            f"{text} is not true" if len(text) <= _LONGEST else "a condition does not hold"
        )


def plain_name(node: ast.AST) -> str:
    """Return the name of a function that asserts, the same for every library."""
    return called_name(node).replace("_", "").lower()


def is_assertion(node: ast.AST) -> bool:
    """Return whether an expression is a call that asserts."""
    name = plain_name(node)
    return name.startswith("assert") or name in RAISES


class Asserting:
    """Turns conditions into lines of a check."""

    def __init__(self, known: Known, scope: Scope, words: Words) -> None:
        self._known = known
        self._scope = scope
        self._words = words

    def condition(self, node: ast.expr) -> Iterator[str]:
        """Yield lines that expect a condition.

        Raises
        ------
        Untranslatable
            If it has no honest form.
        """
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for operand in node.values:
                yield from self.condition(operand)
            return
        if not self._is_answer(node):
            # A condition on the inputs alone; it holds, or the assignment is wrong.
            raise Untranslatable("asserts nothing of a student's function")
        lines = self._compare(node) or self._numbers(node) or self._anything(node)
        yield from lines

    def call(self, node: ast.Call) -> Iterator[str]:
        """Yield lines for a call that asserts."""
        name, arguments = plain_name(node), node.args
        if name in RAISES:
            yield from self._raises_call(node)
        elif name in _EQUAL and len(arguments) >= 2:
            yield from self._equal_or_close(arguments[0], arguments[1], exact=True)
        elif name in _CLOSE and len(arguments) >= 2:
            rules = tolerance(node, name)
            yield from self._pair(arguments[0], arguments[1], "close", rules)
        elif name in _TRUE and arguments:
            yield from self.condition(arguments[0])
        elif name == "assertfalse" and arguments:
            yield from self.condition(ast.UnaryOp(ast.Not(), arguments[0]))
        elif name == "assertisnone" and arguments:
            yield from self._pair(arguments[0], ast.Constant(None), "equal")
        elif name in {"assertin", "assertnotin"} and len(arguments) >= 2:
            operator = ast.In() if name == "assertin" else ast.NotIn()
            yield from self.condition(ast.Compare(arguments[0], [operator], [arguments[1]]))
        elif name == "assertisinstance" and len(arguments) >= 2:
            call = ast.Call(ast.Name("isinstance", ast.Load()), arguments[:2], [])
            yield from self.condition(call)
        else:
            raise Untranslatable(f"calls {called_name(node)}")

    def shows(self, node: ast.expr, want: str) -> Iterator[str]:
        """Yield lines that expect an expression to give what a session of Python shows."""
        if not self._is_answer(node):
            raise Untranslatable("asserts nothing of a student's function")
        want = want.rstrip("\n")
        if called_name(node) == "print" and isinstance(node, ast.Call) and len(node.args) == 1:
            text = ast.Call(ast.Name("str", ast.Load()), node.args, [])
            yield from self._pair(text, ast.Constant(want), "equal")
            return
        if not want.strip():
            raise Untranslatable("shows no result; run the notebook, save it and import it again")
        value = read_literal(want)
        if value is None:
            raise Untranslatable(
                f"shows a result that is not a literal ({want.splitlines()[0][:40]})"
            )
        if isinstance(value, ast.Constant) and value.value is True:
            yield from self.condition(node)
        else:
            yield from self._equal_or_close(node, value)

    def raises(
        self, kinds: ast.expr, body: list[ast.stmt], match: ast.expr | None
    ) -> Iterator[str]:
        """Yield lines that expect an exception of a call."""
        if len(body) != 1 or not isinstance(body[0], ast.Expr | ast.Assign):
            raise Untranslatable("expects an exception of several statements")
        value = body[0].value
        if not self._is_answer(value):
            raise Untranslatable("asserts nothing of a student's function")
        kind = translate(kinds, self._known, self._scope)
        called = translate(value, self._known, self._scope)
        yield from self._scope.take_lines()
        matching = f", match={ast.unparse(match)}" if isinstance(match, ast.Constant) else ""
        yield f"with raises({kind}{matching}):"
        yield f"    {called}"

    def _raises_call(self, node: ast.Call) -> Iterator[str]:
        rest = node.args[1:]
        if plain_name(node) == "assertraisesregex":
            rest = rest[1:]
        if not rest:
            raise Untranslatable("expects an exception of nothing")
        if isinstance(rest[0], ast.Lambda) and len(rest) == 1:
            called: ast.expr = rest[0].body
        else:
            called = ast.Call(rest[0], rest[1:], node.keywords)
        yield from self.raises(node.args[0], [ast.Expr(called)], None)

    def _is_answer(self, node: ast.expr) -> bool:
        return is_answer(node, self._known, self._scope)

    def _compare(self, node: ast.expr) -> list[str]:
        """Return the lines for ``f(x) == y`` and its like, or none."""
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            return []
        left, right, operator = node.left, node.comparators[0], node.ops[0]
        if isinstance(operator, ast.Lt | ast.LtE):
            return self._within(left, right)
        constant = isinstance(right, ast.Constant) and right.value in (None, True, False)
        if not isinstance(operator, ast.Eq) and not (isinstance(operator, ast.Is) and constant):
            return []
        if self._is_answer(left) and self._is_answer(right):
            return []
        if not self._is_answer(left):
            left, right = right, left
        return list(self._equal_or_close(left, right))

    def _within(self, left: ast.expr, right: ast.expr) -> list[str]:
        """Return the lines for ``abs(f(x) - y) < small``, or none."""
        if called_name(left) not in {"abs", "fabs"} or not isinstance(left, ast.Call):
            return []
        inner = left.args[0] if left.args else None
        if not isinstance(inner, ast.BinOp) or not isinstance(inner.op, ast.Sub):
            return []
        if self._is_answer(right) or self._is_answer(inner.left) == self._is_answer(inner.right):
            return []
        rules = f", rtol=0.0, atol={translate(right, self._known, self._scope)}"
        return list(self._pair(inner.left, inner.right, "close", rules))

    def _numbers(self, node: ast.expr) -> list[str]:
        """Return the lines for ``np.allclose(f(x), y)`` and ``(f(x) == y).all()``, or none."""
        if not isinstance(node, ast.Call):
            return []
        name = called_name(node)
        if name in _NUMPY_CLOSE and len(node.args) >= 2:
            left, right = node.args[:2]
            if self._is_answer(left) != self._is_answer(right):
                return list(self._pair(left, right, "close", tolerance(node, name)))
        inner = node.args[0] if node.args else None
        if name == "all" and isinstance(node.func, ast.Attribute) and inner is None:
            inner = node.func.value
        if (
            name == "all"
            and isinstance(inner, ast.Compare)
            and len(inner.ops) == 1
            and isinstance(inner.ops[0], ast.Eq)
            and is_array(inner.comparators[0])
            and not self._is_answer(inner.comparators[0])
        ):
            return list(self._pair(inner.left, inner.comparators[0], "close"))
        return []

    def _equal_or_close(
        self, left: ast.expr, right: ast.expr, *, exact: bool = False
    ) -> Iterator[str]:
        if (
            isinstance(left, ast.Attribute)
            and left.attr == "shape"
            and isinstance(right, ast.Tuple)
        ):
            yield from self._pair(left.value, right, "has_shape")
            return
        if is_kind(left) or is_kind(right):
            yield from self._anything(ast.Compare(left, [ast.Eq()], [right]))
            return
        if exact and not self._is_answer(left) and self._is_answer(right):
            left, right = right, left
        yield from self._pair(left, right, "close" if is_numeric(right) else "equal")

    def _pair(self, left: ast.expr, right: ast.expr, how: str, rules: str = "") -> Iterator[str]:
        """Yield a line that compares an answer with the right one."""
        if not self._is_answer(left):
            left, right = right, left
        if not self._is_answer(left):
            raise Untranslatable("asserts nothing of a student's function")
        if self._is_answer(right):
            right_text = self._computed(right)
        else:
            right_text = translate(right, self._known, self._scope)
        got = self._computed(left)
        yield from self._scope.take_lines()
        yield f"{how}({got}, {right_text}, {self._words.of(left)!r}{rules})"

    def _anything(self, node: ast.expr) -> list[str]:
        """Return the lines for any other condition on an answer."""
        whole = translate(node, self._known, self._scope)
        text = self._words.fault(node)
        shown = f", {ast.unparse(node)[:200]!r}" if self._words.hidden else ""
        computed = f"computed(lambda: bool({whole}), {self._words.of(node)!r})"
        return [*self._scope.take_lines(), f"expect({computed}, {text!r}{shown})"]

    def _computed(self, node: ast.expr) -> str:
        """Return an answer, or a value computed from one, which fails as a wrong answer does."""
        text = translate(node, self._known, self._scope)
        if not is_computed(node, self._known, self._scope):
            return text
        return f"computed(lambda: {text}, {self._words.of(node)!r})"

    def binding(self, target: ast.expr, value: ast.expr) -> Iterator[str]:
        """Yield lines that bind the answer of a student's function."""
        got = self._computed(value)
        names = [target] if isinstance(target, ast.Name) else getattr(target, "elts", [])
        if not names or not all(isinstance(name, ast.Name) for name in names):
            raise Untranslatable("puts an answer into a part of something")
        self._scope.own |= {name.id for name in names}
        self._scope.answers |= {name.id for name in names}
        yield from self._scope.take_lines()
        if isinstance(target, ast.Name):
            yield f"{target.id} = {got}"
        else:
            listed = ", ".join(name.id for name in names) + ("," if len(names) == 1 else "")
            yield f"{listed} = sequence({got}, {len(names)}, {self._words.of(value)!r})"


def is_object(node: ast.expr, known: Known) -> bool:
    """Return whether an expression makes an object of a student's class."""
    return (
        isinstance(node, ast.Call)
        and called_name(node) in known.classes
        and isinstance(node.func, ast.Name)
    )
