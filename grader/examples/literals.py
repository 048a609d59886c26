"""Reading a literal: numbers with the digits that were written, lists, and simple arithmetic."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Collection

from grader.examples.values import (
    Entries,
    Function,
    Items,
    Nothing,
    Number,
    Text,
    Truth,
    Value,
)
from grader.sanitize import clean_line

MOST_NUMBERS = 400  # in one example
MOST_DIGITS = 30
MOST_TEXT = 40
_WRITE_NUMBERS = "is not a number or a list; write the numbers, such as 0.5 or [[1.0, 2.0]]"
_LARGEST = 10**15  # beyond it a float no longer counts in ones
_LARGEST_POWER = 64
_MODULES = ("np", "numpy", "math")
_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}
_OF_ONE: dict[str, Callable[[float], float]] = {
    name: getattr(math, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tanh")
}
_FILLED = {"zeros": 0.0, "ones": 1.0}
_FLOAT = re.compile(r"(\d*)\.?(\d*)(?:e([+-]?\d+))?", re.IGNORECASE)


class NotLiteralError(Exception):
    """Something that an example cannot have; the message says what to write instead."""


class Reader:
    """Reads the values of one statement.

    Parameters
    ----------
    source : str
        The statement, from which the digits of its numbers are taken.
    functions : collection of str
        The names that may be passed as functions.
    """

    def __init__(self, source: str, functions: Collection[str]) -> None:
        self._lines = [line.encode() for line in source.split("\n")]
        self._functions = functions
        self._numbers = 0

    def read(self, node: ast.expr) -> Value:
        """Return the value of an expression.

        Raises
        ------
        NotLiteralError
            If it is not one that an example can have.
        """
        match node:
            case ast.Constant():
                return self._read_constant(node)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                items = tuple(map(self.read, elements))
                return Items(items, is_tuple=isinstance(node, ast.Tuple))
            case ast.Dict(keys=keys, values=values):
                return Entries(dict(zip(map(_read_key, keys), map(self.read, values), strict=True)))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                number = self._need_number(operand)
                value = -number.value if isinstance(sign, ast.USub) else number.value
                return Number(value, number.unit, number.digits)
            case ast.BinOp(left=left, op=op, right=right):
                return self._compute(self._need_number(left), op, self._need_number(right))
            case ast.Call():
                return self._read_call(node)
            case ast.Name() | ast.Attribute():
                return self._read_name(node)
        raise NotLiteralError(_advise(node))

    def _read_constant(self, node: ast.Constant) -> Value:
        value = node.value
        if value is None:
            return Nothing()
        if isinstance(value, bool):
            return Truth(value)
        if isinstance(value, int | float):
            return self._read_number(node)
        if isinstance(value, str) and len(value) <= MOST_TEXT and value.isprintable():
            return Text(value)
        raise NotLiteralError(_advise(node))

    def _count(self, more: int = 1) -> None:
        self._numbers += more
        if self._numbers > MOST_NUMBERS:
            raise NotLiteralError(
                f"it has more than {MOST_NUMBERS} numbers; write a smaller example"
            )

    def _read_number(self, node: ast.Constant) -> Number:
        self._count()
        value = node.value
        assert isinstance(value, int | float)
        text = self._text_of(node).replace("_", "")
        if len(text) > MOST_DIGITS or (isinstance(value, int) and value > _LARGEST):
            raise NotLiteralError(f"{clean_line(text, 20)} has too many digits; round it")
        if isinstance(value, int):
            return Number(value, 1.0, len(str(value)) if value else 0)
        if not math.isfinite(value):
            raise NotLiteralError(f'{clean_line(text, 20)} is too large; infinity is float("inf")')
        found = _FLOAT.fullmatch(text)
        whole, decimals, power = found.groups() if found else (text, "", None)
        exponent = int(power or 0)
        if abs(exponent) > 400:
            raise NotLiteralError(f"{clean_line(text, 20)} is not an ordinary number")
        digits = len((whole + decimals).lstrip("0"))
        return Number(value, 10.0 ** max(exponent - len(decimals), -320), digits)

    def _text_of(self, node: ast.expr) -> str:
        assert node.end_col_offset is not None
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else b""
        return line[node.col_offset : node.end_col_offset].decode(errors="replace")

    def _need_number(self, node: ast.expr) -> Number:
        value = self.read(node)
        if not isinstance(value, Number):
            raise NotLiteralError("arithmetic is possible with numbers only; write out each entry")
        return value

    def _compute(self, left: Number, op: ast.operator, right: Number) -> Number:
        return Number(_bound(_apply(left.value, op, right.value)))

    def _read_call(self, node: ast.Call) -> Value:
        name = _name_in_module(node.func)
        if name == "float" and len(node.args) == 1 and not node.keywords:
            return _read_infinity(node.args[0])
        if name == "array" and node.args and len(node.args) == 1 and _only_dtype(node.keywords):
            return self._read_array(node)
        if name in _OF_ONE and len(node.args) == 1 and not node.keywords:
            argument = self._need_number(node.args[0])
            try:
                return Number(_bound(_OF_ONE[name](argument.value)))
            except (ValueError, OverflowError):
                raise NotLiteralError(f"{name} has no finite value there") from None
        if name in (*_FILLED, "eye") and len(node.args) == 1 and not node.keywords:
            return self._read_filled(name, self.read(node.args[0]))
        raise NotLiteralError(f"{clean_line(ast.unparse(node.func), 40)}(...) {_WRITE_NUMBERS}")

    def _read_array(self, node: ast.Call) -> Items | Number:
        value = self.read(node.args[0])
        if not isinstance(value, Items | Number):
            raise NotLiteralError("np.array(...) takes a list of numbers")
        return value if isinstance(value, Number) else Items(value.items, is_array=True)

    def _read_filled(self, name: str, size: Value) -> Value:
        sizes = size.items if isinstance(size, Items) else (size,)
        shape = [s.value for s in sizes if isinstance(s, Number) and isinstance(s.value, int)]
        if name == "eye":
            shape = shape * 2 if len(shape) == 1 else []
        if len(shape) not in (1, 2) or len(sizes) > 2 or not all(0 <= s <= 100 for s in shape):
            raise NotLiteralError(f"np.{name}(...) is not a small array; write out its entries")
        self._count(math.prod(shape))
        rows, columns = (1, shape[0]) if len(shape) == 1 else (shape[0], shape[1])
        table = [
            Items(
                tuple(
                    Number(float(r == c) if name == "eye" else _FILLED[name])
                    for c in range(columns)
                )
            )
            for r in range(rows)
        ]
        return table[0] if len(shape) == 1 else Items(tuple(table), is_array=True)

    def _read_name(self, node: ast.Name | ast.Attribute) -> Value:
        name = _name_in_module(node)
        in_module = isinstance(node, ast.Attribute)
        if name in self._functions:
            return Function(name)
        if in_module and name in _CONSTANTS:
            self._count()
            return Number(_CONSTANTS[name])
        shown = clean_line(ast.unparse(node), 40)
        if name == "nan":
            raise NotLiteralError(
                "NaN is not equal to any value, not even to itself; no function should return it"
            )
        known = ", ".join(self._functions)
        raise NotLiteralError(
            f"{shown} has no value here: write a number or a list"
            + (f", or pass one of the functions {known}" if known else "")
        )


def _name_in_module(node: ast.expr) -> str:
    """Return ``exp`` for ``np.exp``, ``math.exp`` and ``exp``; nothing for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id in _MODULES else ""
    return ""


def _only_dtype(keywords: list[ast.keyword]) -> bool:
    return all(keyword.arg == "dtype" for keyword in keywords)


def _read_key(node: ast.expr | None) -> str:
    key = node.value if isinstance(node, ast.Constant) else None
    if isinstance(key, str) and len(key) <= MOST_TEXT and key.isprintable():
        return key
    raise NotLiteralError('the keys of a dict are short texts, as in {"m": [0.0]}')


def _read_infinity(node: ast.expr) -> Number:
    sign = node.value if isinstance(node, ast.Constant) else None
    match = (
        re.fullmatch(r"([+-]?)inf(inity)?", sign.strip().lower()) if isinstance(sign, str) else None
    )
    if match is None:
        raise NotLiteralError('float(...) is needed for float("inf") only; write the number itself')
    return Number(-math.inf if match[1] == "-" else math.inf)


def _apply(left: float, op: ast.operator, right: float) -> float:
    try:
        match op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case ast.Pow():
                if abs(right) > _LARGEST_POWER:
                    raise NotLiteralError(f"a power above {_LARGEST_POWER} is too large")
                return math.pow(left, right)
    except (ZeroDivisionError, ValueError):
        raise NotLiteralError("it divides by zero, or is not a real number") from None
    except OverflowError:
        raise NotLiteralError("a number in it is too large") from None
    raise NotLiteralError("only + - * / and ** can be computed")


def _bound(value: float) -> float:
    if math.isnan(value) or (isinstance(value, int) and abs(value) > _LARGEST):
        raise NotLiteralError("a number in it is too large, or is NaN")
    return value


def _advise(node: ast.expr) -> str:
    """Return what to write instead of an expression."""
    match node:
        case ast.Lambda():
            return "a lambda cannot be used; pass a function by its name"
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
            return "write out each entry, without a loop"
        case ast.Constant(value=complex()):
            return "complex numbers are not used here"
        case ast.Constant(value=str()):
            return "this text is not the name of a convention"
        case ast.Starred():
            return "write out each argument, without *"
    return f"{clean_line(ast.unparse(node), 40)} {_WRITE_NUMBERS}"
