"""The operands of a student's line that raised: names and their shapes, without values.

The sub-expression that raised is found by its place in the code. Names, attributes and simple
subscripts in it are looked up in the frame; nothing is called.
"""

from __future__ import annotations

import ast
import sys
import types
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.sandbox.worker.imports import FileLines

UNKNOWN = object()
_MAX_CODE = 40
_MAX_KEYS = 8
_MAX_ITEMS = 4
_OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
}


@dataclass(frozen=True, slots=True)
class Operand:
    """A part of the expression that raised.

    Parameters
    ----------
    code : str
        As the student wrote it.
    value : object
        The value, or `UNKNOWN`. For a computed part it is an array of the right shape only.
    is_literal : bool
        Whether it is a number or a text that is written there.
    """

    code: str
    value: Any
    is_literal: bool = False

    @property
    def is_known(self) -> bool:
        """Return whether it can be described."""
        return bool(describe(self.value))

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Return its shape as an array; None where it is none."""
        return shape_of(self.value)

    def __str__(self) -> str:
        return f"{self.code} is {describe(self.value)}"


@dataclass(frozen=True, slots=True)
class Expression:
    """The expression of the student's that raised.

    Parameters
    ----------
    node : ast.AST
        The expression, or the statement where that is what raised.
    owner : ast.AST or None
        The node of which it is a direct part.
    frame : types.FrameType
        Where its names are looked up.
    """

    node: ast.AST
    owner: ast.AST | None
    frame: types.FrameType

    @property
    def operator(self) -> str:
        """Return its operator as it is written, such as ``@`` or ``+=``, or an empty string."""
        if isinstance(self.node, ast.BinOp | ast.AugAssign):
            inplace = "=" if isinstance(self.node, ast.AugAssign) else ""
            return _OPERATORS.get(type(self.node.op), "") + inplace
        return ""

    def operands(self) -> list[Operand]:
        """Return its parts: of an operation both sides, of a call the arguments."""
        node = self.node
        if isinstance(node, ast.BinOp):
            return [*map(self.operand, (node.left, node.right))]
        if isinstance(node, ast.AugAssign):
            return [*map(self.operand, (node.target, node.value))]
        if isinstance(node, ast.Compare):
            return [*map(self.operand, (node.left, *node.comparators))]
        if isinstance(node, ast.Call):
            return [*map(self.operand, _subjects(node))]
        if isinstance(node, ast.Subscript | ast.Attribute):
            return [self.operand(node.value)]
        return [self.operand(node)] if isinstance(node, ast.expr) else []

    def operand(self, node: ast.expr) -> Operand:
        """Return a part with its value."""
        code = _unparse(node)
        is_simple = isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        value = _look_up(node, self.frame)
        return Operand(code if is_simple else f"`{code}`", value, isinstance(node, ast.Constant))

    def names(self) -> list[Operand]:
        """Return every name in it of which something is known, each once."""
        return list({operand.code: operand for operand in self._names(self.node)}.values())

    def _names(self, node: ast.AST) -> Iterator[Operand]:
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            operand = self.operand(node)
            if operand.is_known:
                yield operand
                return
        parts = _subjects(node) if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        for part in parts:
            yield from self._names(part)


def find_expression(error: BaseException, files: Mapping[str, FileLines]) -> Expression | None:
    """Return the expression in the last of the student's lines that an exception passed through."""
    last: types.TracebackType | None = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            last = trace
        trace = trace.tb_next
    if last is None:
        return None
    code = last.tb_frame.f_code
    where = list(code.co_positions())[last.tb_lasti // 2]
    line = where[0]
    if line is None:
        return None
    found: Expression | None = None
    for tree in files[code.co_filename].trees:
        for owner, node in _with_owners(tree, line):
            # Of a statement that is one expression, the expression comes after it.
            if _place(node) == where:
                found = Expression(node, owner, last.tb_frame)
    return found


def _with_owners(tree: ast.AST, line: int) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield the nodes of what is around a line, level by level, each with that it belongs to."""
    waiting = deque([tree])
    while waiting:
        owner = waiting.popleft()
        for node in ast.iter_child_nodes(owner):
            yield owner, node
            if _begin(node) <= line <= (getattr(node, "end_lineno", None) or line):
                waiting.append(node)


def _begin(node: ast.AST) -> int:
    """Return the first line of a node, that of its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(getattr(part, "lineno", 0) for part in (node, *decorators))


def _place(node: ast.AST) -> tuple[int | None, ...]:
    names = ("lineno", "end_lineno", "col_offset", "end_col_offset")
    return tuple(getattr(node, name, None) for name in names)


def _subjects(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call works on: of a method the object, then the arguments."""
    if isinstance(call.func, ast.Attribute):
        yield call.func.value
    for argument in call.args:
        if isinstance(argument, ast.List | ast.Tuple):
            yield from argument.elts
        else:
            yield argument
    yield from (keyword.value for keyword in call.keywords)


def _unparse(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _MAX_CODE else f"{text[: _MAX_CODE - 1]}…"


def _look_up(node: ast.expr, frame: types.FrameType) -> Any:
    """Return the value of a name, attribute or subscript, or an array as an operation makes it."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return frame.f_locals.get(node.id, frame.f_globals.get(node.id, UNKNOWN))
        case ast.Attribute():
            return _attribute(_look_up(node.value, frame), node.attr)
        case ast.Subscript():
            return _entry(_look_up(node.value, frame), _index(node.slice, frame))
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return _like(shape_of(_look_up(node.operand, frame)))
        case ast.BinOp():
            shapes = [shape_of(_look_up(side, frame)) for side in (node.left, node.right)]
            return _result(shapes, is_product=isinstance(node.op, ast.MatMult))
        case ast.Compare():
            sides = (node.left, *node.comparators)
            return _result([shape_of(_look_up(side, frame)) for side in sides], is_product=False)
    return UNKNOWN


def _attribute(value: Any, name: str) -> Any:
    if type(value) is np.ndarray:
        return value.T if name == "T" else UNKNOWN
    if isinstance(value, types.ModuleType | type) or value is UNKNOWN:
        return UNKNOWN
    # Attributes of the instance itself: no property is called.
    held = getattr(value, "__dict__", None)
    return held.get(name, UNKNOWN) if type(held) is dict else UNKNOWN


def _index(node: ast.expr, frame: types.FrameType) -> Any:
    match node:
        case ast.Tuple():
            return tuple(_index(part, frame) for part in node.elts)
        case ast.Slice():
            bounds = (node.lower, node.upper, node.step)
            return slice(*(None if bound is None else _index(bound, frame) for bound in bounds))
        case ast.UnaryOp(op=ast.USub()):
            number = _index(node.operand, frame)
            return -number if type(number) is int else UNKNOWN
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            left, right = _index(node.left, frame), _index(node.right, frame)
            if type(left) is int and type(right) is int:
                return left + right if isinstance(node.op, ast.Add) else left - right
            return UNKNOWN
    return _look_up(node, frame)


def _entry(value: Any, index: Any) -> Any:
    parts = index if type(index) is tuple else (index,)
    if not all(part is None or type(part) in (int, str, slice) for part in parts):
        return UNKNOWN
    if type(value) in (list, tuple, dict, np.ndarray):
        try:
            return value[index]
        except (IndexError, KeyError, TypeError, ValueError):
            return UNKNOWN
    return UNKNOWN


def _result(shapes: Sequence[tuple[int, ...] | None], *, is_product: bool) -> Any:
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes):
        return UNKNOWN
    try:
        if not is_product:
            return _like(np.broadcast_shapes(*known))
        left, right = known
        if len(left) == len(right) == 2 and left[1] == right[0]:
            return _like((left[0], right[1]))
    except ValueError:
        pass  # it is not what raised, so a name means something else now
    return UNKNOWN


def _like(shape: tuple[int, ...] | None) -> Any:
    """Return an array of a shape that takes no memory."""
    return UNKNOWN if shape is None else np.broadcast_to(np.float64(0.0), shape)


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of a number or an array, and None of anything else."""
    if type(value) is np.ndarray:
        return tuple(value.shape)
    return () if isinstance(value, int | float | complex | np.generic) else None


def describe(value: Any) -> str:
    """Return what a value is, without values; empty for what explains nothing, such as modules."""
    if value is None:
        return "None"
    if value is UNKNOWN or isinstance(value, types.ModuleType | type):
        return ""
    shape = shape_of(value)
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if shape is not None:
        return str(shape) if shape else "one number"
    if type(value) in (list, tuple, dict):
        return _describe_items(value)
    if isinstance(value, str | bytes):
        return "text"
    if isinstance(value, types.FunctionType | types.BuiltinFunctionType | np.ufunc):
        return "a function"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name[:_MAX_CODE]}"


def _describe_items(value: Any) -> str:
    kind = type(value).__name__
    if not value:
        return f"an empty {kind}"
    if type(value) is dict:
        return f"a dict with {name_keys(value)}"
    shapes = [shape_of(item) for item in value[:_MAX_ITEMS]]
    if 1 < len(value) <= _MAX_ITEMS and all(shapes):
        return f"a {kind} of {' and '.join(map(str, shapes))}"
    return f"a {kind} of {len(value)}"


def is_of_package(value: Any) -> bool:
    """Return whether a value is of pandas or matplotlib, whose types explain few exceptions."""
    return type(value).__module__.partition(".")[0] in ("pandas", "matplotlib")


def name_columns(value: Any) -> str:
    """Return the columns of a DataFrame; an empty text of anything else."""
    pandas = sys.modules.get("pandas")
    if pandas is None or type(value) is not pandas.DataFrame or not len(value.columns):
        return ""
    listed = [str(name)[:20] for name in value.columns[:_MAX_KEYS]]
    more = ", …" if len(value.columns) > _MAX_KEYS else ""
    return f"the column{'s' if len(value.columns) > 1 else ''} {', '.join(listed)}{more}"


def name_keys(value: dict[Any, Any]) -> str:
    """Return the keys of a dict, as far as they are short text or numbers."""
    plain = [key for key in value if type(key) is int or (type(key) is str and len(key) <= 20)]
    if not plain:
        return f"{len(value)} keys"
    more = ", …" if len(value) > _MAX_KEYS or len(plain) < len(value) else ""
    return f"the keys {', '.join(map(repr, plain[:_MAX_KEYS]))}{more}"
