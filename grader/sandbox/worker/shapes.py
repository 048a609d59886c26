"""numpy's and Python's messages about shapes, in words that name what is in the line.

``matmul: Input operand 1 has a mismatch in its core dimension 0 ...`` becomes ``delta is (6, 3),
W is (4, 3): `@` needs equal inner sizes, and 3 is not 4``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence

from grader.sandbox.protocol.misfits import BROADCAST, PRODUCTS
from grader.sandbox.worker.imports import FileLines
from grader.sandbox.worker.operands import (
    Expression,
    Operand,
    describe,
    find_expression,
    is_of_package,
    name_columns,
    name_keys,
)

_MAX_NAMES = 5
_PRODUCTS = frozenset(("@", "dot", "matmul"))
_KINDS = (ValueError, TypeError, IndexError, KeyError, AttributeError)
_SHAPE = re.compile(r"\(([\d, ]*)\)")


def describe_shapes(error: BaseException, text: str, files: Mapping[str, FileLines]) -> str:
    """Return what an exception means, with the shapes in the line that raised it.

    An empty string is returned where nothing is known that its own text does not have.

    Parameters
    ----------
    error : BaseException
        As the student's code raised it.
    text : str
        Its text.
    files : mapping of str to FileLines
        The student's files and cells.
    """
    if not isinstance(error, _KINDS):
        return ""
    try:
        found = find_expression(error, files)
        if found is None or isinstance(found.node, ast.Raise | ast.Assert):
            return ""
        return _word(error, text, found)
    except BaseException:  # values are the student's, and their classes may do anything
        return ""


def _word(error: BaseException, text: str, found: Expression) -> str:
    if isinstance(error, KeyError):
        return _word_key(text, found)
    for pattern, word in _WORDS:
        match = re.search(pattern, text)
        if match:
            return word(found, match)
    operands = [operand for operand in found.operands() if operand.is_known]
    # Numbers and texts that are written there need no explanation.
    explained = [operand for operand in operands if not operand.is_literal] or found.names()
    if isinstance(error, ValueError | AttributeError):
        explained = [operand for operand in explained if not is_of_package(operand.value)]
    return _beside(explained, text)


def _beside(names: Sequence[Operand], text: str) -> str:
    """Return names with their shapes, and what is wrong with them."""
    known = ", ".join(map(str, names[:_MAX_NAMES]))
    return f"{known}: {text}" if known else ""


def _both(operands: Sequence[Operand]) -> str:
    return ", ".join(str(operand) for operand in operands if operand.is_known)


def _word_product(found: Expression, sizes: re.Match[str]) -> str:
    """Word a product whose inner sizes differ; of each side the size is known from the text."""
    sign = found.operator or _called(found)
    if sign.rpartition(".")[2].rstrip("=") not in _PRODUCTS:
        return _as_it_is(found, sizes)
    operands = found.operands()[-2:]
    left, right = int(sizes["left"]), int(sizes["right"])
    if [_inner(operand, place) for operand, place in zip(operands, (-1, -2), strict=True)] not in (
        [left, right],
        [left, None],
        [None, right],
    ):
        return _as_it_is(found, sizes)
    unknown = (f"ends with {left}", f"begins with {right}")
    words = [
        str(operand) if operand.is_known else f"{operand.code} {size}"
        for operand, size in zip(operands, unknown, strict=True)
    ]
    return f"{', '.join(words)}: `{sign}` needs equal inner sizes, and {left} is not {right}"


def _inner(operand: Operand, place: int) -> int | None:
    """Return the size of an operand that a product sums over, or None where it is not known."""
    shape = operand.shape
    return None if not shape else shape[max(place, -len(shape))]


def _as_it_is(found: Expression, match: re.Match[str]) -> str:
    return _beside(found.names(), match.string)


def _word_number_in_product(found: Expression, _: re.Match[str]) -> str:
    sign = found.operator or _called(found)
    return _beside(found.operands()[-2:], f"`{sign}` needs two arrays, and `*` takes a number too")


def _word_broadcast(found: Expression, match: re.Match[str]) -> str:
    """Word an operation entry by entry; the text has the shapes of both sides."""
    shapes = [_read_shape(text) for text in _SHAPE.findall(match["shapes"])]
    operands = found.operands()
    known = [operand for operand in operands if operand.is_known]
    words = [str(operand) for operand in known]
    if len(operands) == len(shapes) and (known or found.operator):
        pairs = list(zip(operands, shapes, strict=True))
        if all(operand.shape in (None, shape) for operand, shape in pairs):
            words = [f"{operand.code} is {describe_shape(shape)}" for operand, shape in pairs]
    words = words or [describe_shape(shape) for shape in shapes]
    left, right = _differing(shapes)
    sign = found.operator or _called(found)
    reason = f"sizes are compared from the right, and {left} is not {right}"
    return f"{', '.join(words)}: {f'for `{sign}` ' if sign else ''}{reason}"


def _differing(shapes: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """Return the first two sizes from the right that do not fit."""
    for place in range(1, max(map(len, shapes)) + 1):
        sizes = [shape[-place] for shape in shapes if len(shape) >= place and shape[-place] != 1]
        others = [size for size in sizes if size != sizes[0]]
        if others:
            return sizes[0], others[0]
    raise ValueError("the shapes fit")


def _word_output(found: Expression, match: re.Match[str]) -> str:
    sign = found.operator or _called(found)
    words = _both(found.operands()) or f"the result is {_as_shape(match['to'])}"
    return f"{words}: `{sign}` cannot change the shape {_as_shape(match['from_'])}"


def _word_reshape(found: Expression, match: re.Match[str]) -> str:
    wanted = match["shape"].replace("newaxis", "-1").replace(",", ", ").replace(", )", ",)")
    operands = [o for o in found.operands() if o.shape]
    return _beside(operands[:1], f"{match['size']} entries do not fill the shape {wanted}")


def _word_join(found: Expression, match: re.Match[str]) -> str:
    need = f"joined arrays must agree on axis {match['axis']}, and {match['a']} is not {match['b']}"
    return _beside(_joined(found), need)


def _word_join_axes(found: Expression, _: re.Match[str]) -> str:
    return _beside(_joined(found), "joined arrays need equally many axes")


def _word_stack(found: Expression, _: re.Match[str]) -> str:
    return _beside(_joined(found), "stacked arrays need the same shape")


def _joined(found: Expression) -> list[Operand]:
    return [operand for operand in found.operands() if operand.is_known]


def _word_ragged(found: Expression, _: re.Match[str]) -> str:
    return _beside(found.names(), "rows of different lengths do not make one array")


def _word_cast(found: Expression, types: re.Match[str]) -> str:
    written = found.operands()[0]
    if isinstance(found.node, ast.Call):
        # The array named by `out` is written to, or else the first argument.
        into = [word.value for word in found.node.keywords if word.arg == "out"]
        written = found.operand([*into, *found.node.args][0])
    kept = f"`{found.operator or _called(found)}` cannot change the type"
    return f"{written.code} holds {types['to']}, the result is {types['from_']}: {kept}"


def _word_store(found: Expression, match: re.Match[str]) -> str:
    place, stored = _stored(found)
    given = f"{stored.code} is {_as_shape(match['from_'])}"
    return f"{place.code} is {_as_shape(match['to'])}, {given}: what is stored must fit its place"


def _word_store_one(found: Expression, _: re.Match[str]) -> str:
    place, stored = _stored(found)
    known = f", {stored}" if stored.is_known else ""
    return f"{place.code} is one number{known}: one number is what can be stored there"


def _stored(found: Expression) -> tuple[Operand, Operand]:
    """Return the place that is assigned to, and what is stored in it."""
    if isinstance(found.owner, ast.Assign | ast.AugAssign) and isinstance(found.node, ast.expr):
        return found.operand(found.node), found.operand(found.owner.value)
    raise ValueError("nothing is stored there")


def _word_index(found: Expression, match: re.Match[str]) -> str:
    last = int(match["size"]) - 1
    has = f"has the indices 0 to {last}" if last >= 0 else "is empty"
    return _beside(_base(found), f"axis {match['axis']} {has}, not {match['index']}")


def _word_list_index(found: Expression, _: re.Match[str]) -> str:
    base = _base(found)
    length = len(base[0].value)
    indices = "its only index is 0" if length == 1 else f"its indices are 0 to {length - 1}"
    return _beside(base, indices if length else "nothing is in it")


def _word_axes(found: Expression, match: re.Match[str]) -> str:
    axes = "1 axis" if match["axes"] == "1" else f"{match['axes']} axes"
    return _beside(_base(found), f"it has {axes}, and {match['count']} are indexed")


def _word_axis(found: Expression, match: re.Match[str]) -> str:
    count = int(match["axes"])
    axes = "no axis" if not count else "axis 0 only" if count == 1 else f"the axes 0 to {count - 1}"
    operands = [operand for operand in found.operands() if operand.shape is not None]
    return _beside(operands[:1], f"it has {axes}, not {match['axis']}")


def _base(found: Expression) -> list[Operand]:
    return [operand for operand in found.operands()[:1] if operand.is_known]


def _word_truth(found: Expression, _: re.Match[str]) -> str:
    operands = [operand for operand in found.operands() if operand.shape]
    if isinstance(found.node, ast.Compare | ast.BoolOp):
        operands = [found.operand(found.node)]
    if not operands or not operands[0].shape:
        return _beside(found.names(), "one True or False is needed, and an array has many")
    return _beside(operands[:1], "one True or False is needed, and an array has many")


def _word_truth_of_table(found: Expression, match: re.Match[str]) -> str:
    asked = getattr(found.node, "test", found.node)
    code = ast.unparse(asked)[:40] if isinstance(asked, ast.expr) else ""
    beginning = f"`{code}` is a {match['kind']}: " if code else ""
    return f"{beginning}one True or False is needed, and a {match['kind']} has many"


def _word_one_number(found: Expression, _: re.Match[str]) -> str:
    arguments = [operand for operand in found.operands() if operand.is_known]
    called = _called(found)
    return _beside(arguments, f"`{called}` takes one number" if called else "one number is needed")


def _word_unpack(found: Expression, match: re.Match[str]) -> str:
    count = int(match["count"])
    names = f"it cannot be unpacked into {count} {'name' if count == 1 else 'names'}"
    if isinstance(found.owner, ast.Assign):
        value = found.operand(found.owner.value)
        return _beside([value], names) if value.is_known else ""
    if isinstance(found.owner, ast.For | ast.comprehension):
        several = found.operand(found.owner.iter)
        for item in several.value if type(several.value) in (list, tuple) else ():
            if type(item) in (list, tuple) and len(item) != count:
                return f"an entry of {several.code} is {describe(item)}: {names}"
    return ""


def _word_attribute(found: Expression, match: re.Match[str]) -> str:
    return _beside(_base(found), f"that has no `.{match['name']}`")


def _word_no_entries(found: Expression, _: re.Match[str]) -> str:
    return _beside(_base(found), "that has no entries")


def _word_key(text: str, found: Expression) -> str:
    for operand in _base(found):
        if type(operand.value) is dict and len(text) <= 40:
            return f"{operand.code} has no {text}, it has {name_keys(operand.value)}"
    operands = found.operands() if isinstance(found.node, ast.Call) else _base(found)
    columns = {o.code: named for o in operands if (named := name_columns(o.value))}
    listed = "; ".join(f"{code} has {named}" for code, named in columns.items())
    return f"{text[:80]}: {listed}" if listed else ""


def _called(found: Expression) -> str:
    """Return the function that is called, as it is written."""
    return ast.unparse(found.node.func)[:40] if isinstance(found.node, ast.Call) else ""


def _read_shape(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.replace(" ", "").split(",") if size)


def _as_shape(text: str) -> str:
    return describe_shape(_read_shape(text))


def describe_shape(shape: tuple[int, ...]) -> str:
    """Return a shape as it is written, and no axes as one number."""
    return str(shape) if shape else "one number"


_WORDS: tuple[tuple[str, Callable[[Expression, re.Match[str]], str]], ...] = (
    *((product, _word_product) for product in PRODUCTS),
    (r"matmul: .*does not have enough dimensions", _word_number_in_product),
    (BROADCAST, _word_broadcast),
    (
        r"output operand with shape \((?P<from_>[\d, ]*)\) .*broadcast shape \((?P<to>[\d, ]*)\)",
        _word_output,
    ),
    (r"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>\(.*\))", _word_reshape),
    (
        r"along dimension (?P<axis>\d+), .* has size (?P<a>\d+) .* has size (?P<b>\d+)",
        _word_join,
    ),
    (r"must have same number of dimensions", _word_join_axes),
    (r"all input arrays must have the same shape", _word_stack),
    (r"inhomogeneous", _word_ragged),
    (r"output from dtype\('(?P<from_>\w+)'\) to dtype\('(?P<to>\w+)'\)", _word_cast),
    (
        r"input array from shape \((?P<from_>[\d, ]*)\) into shape \((?P<to>[\d, ]*)\)",
        _word_store,
    ),
    (r"setting an array element with a sequence", _word_store_one),
    (
        r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)",
        _word_index,
    ),
    (r"^(?:list|tuple) index out of range", _word_list_index),
    (r"array is (?P<axes>\d+)-dimensional, but (?P<count>\d+) were indexed", _word_axes),
    (r"axis (?P<axis>-?\d+) is out of bounds for array of dimension (?P<axes>\d+)", _word_axis),
    (r"^The truth value of an array", _word_truth),
    (r"^The truth value of an? (?P<kind>Series|DataFrame)", _word_truth_of_table),
    (r"^only .* arrays can be converted to Python scalars|^must be real number", _word_one_number),
    (r"object is not subscriptable|^invalid index to scalar variable", _word_no_entries),
    (r"values to unpack \(expected (?P<count>\d+)", _word_unpack),
    (r"object has no attribute '(?P<name>\w+)'", _word_attribute),
)
