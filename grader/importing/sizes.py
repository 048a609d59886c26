"""Estimates the size of values of constant expressions, without computing them."""

from __future__ import annotations

import ast
from typing import Any

_MAX_BITS = 100_000
_MAX_ITEMS = 10_000_000
_HOLDS_ITEMS = ast.List | ast.Tuple | ast.JoinedStr


def is_huge(node: ast.AST) -> bool:
    """Return whether a power, a shift or a repetition makes more than an examiner should compute.

    Of what is not constant nothing is known, and it is not huge. Operands are looked at on their
    own: a huge operand is not constant here.
    """
    if isinstance(node, ast.AugAssign):
        return _is_huge(node.op, None, _evaluate(node.value))
    if isinstance(node, ast.Call) and len(node.args) == 2 and _is_pow(node.func):
        return _is_huge(ast.Pow(), *map(_evaluate, node.args))
    if not isinstance(node, ast.BinOp):
        return False
    if isinstance(node.op, ast.Mult):
        pairs = (node.left, node.right), (node.right, node.left)
        return any(_has_items(one) and (_evaluate(n) or 0) > _MAX_ITEMS for one, n in pairs)
    if not isinstance(node.op, ast.Pow | ast.LShift):
        return False
    return _is_huge(node.op, _evaluate(node.left), _evaluate(node.right))


def _is_pow(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "pow"


def _has_items(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes) and bool(node.value)
    return isinstance(node, _HOLDS_ITEMS)


def _is_huge(operator: ast.operator, left: int | None, right: int | None) -> bool:
    """Return whether whole numbers, or None where one is not known, give a huge one."""
    if right is None or right <= 0 or not isinstance(operator, ast.Pow | ast.LShift):
        return False
    if left is None:
        return right > _MAX_BITS
    if isinstance(operator, ast.LShift):
        return left != 0 and left.bit_length() + right > _MAX_BITS
    return left not in {-1, 0, 1} and left.bit_length() * right > _MAX_BITS


def _evaluate(node: ast.expr) -> int | None:
    """Return a constant whole number that is not huge, or None."""
    if isinstance(node, ast.Constant):
        return int(node.value) if isinstance(node.value, int) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _evaluate(node.operand)
        return -value if value is not None and isinstance(node.op, ast.USub) else value
    if not isinstance(node, ast.BinOp):
        return None
    left, right = _evaluate(node.left), _evaluate(node.right)
    if left is None or right is None:
        return None
    value = _compute(node.op, left, right)
    return value if isinstance(value, int) and value.bit_length() <= _MAX_BITS else None


def _compute(operator: ast.operator, left: int, right: int) -> Any:
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Mult):
        return left * right
    if isinstance(operator, ast.FloorDiv):
        return left // right if right else None
    if right < 0 or _is_huge(operator, left, right):
        return None
    if isinstance(operator, ast.Pow):
        return left**right
    return left << right if isinstance(operator, ast.LShift) else None
