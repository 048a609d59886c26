"""The smallest call that goes wrong, in words."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.examiner.tiny_calls import TinyCall
from grader.records import Smallest
from grader.sandbox.calls import Call
from grader.sandbox.protocol.values import SourceFunction
from grader.sanitize import clean_line

# How many right calls of a smaller size make a fact.
_ENOUGH = 3
_MOST_SHOWN = 6  # entries of a result that are written out
_MOST_TEXT = 200  # characters of a call


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a student's result is not the right one.

    Parameters
    ----------
    part : str
        The name of the result; empty where there is one.
    got : array or str
        What came back, or the type of the exception that came instead.
    right : array or None
        What is right; None where that is not a single array.
    """

    part: str
    got: NDArray[Any] | str
    right: NDArray[Any] | None


def describe_smallest(
    call: Call,
    tiny: TinyCall,
    found: Difference,
    agreed: Sequence[TinyCall],
    known: Collection[str],
) -> Smallest | None:
    """Return a call that went wrong in words, or None where it is too long for a line.

    Parameters
    ----------
    call, tiny : Call, TinyCall
        The call, and how it was made.
    agreed : sequence of TinyCall
        The smaller calls on which the student's function is right.
    known : collection of str
        Functions that need no explanation.
    """
    text = word_call(call, known)
    if text is None:
        return None
    fact = _find_fact(tiny, agreed)
    if isinstance(found.got, str):
        right = "" if found.right is None else _word(found.right, 4)
        return Smallest(call=text, right=right, raised=clean_line(found.got, 60), fact=fact)
    assert found.right is not None
    got, right = _word_both(found.got, found.right)
    return Smallest(call=text, right=right, got=got, part=clean_line(found.part, 40), fact=fact)


def word_call(call: Call, known: Collection[str]) -> str | None:
    """Return a call as it is written, with lists for arrays, or None where it is too long."""
    shown = [_literal(value) for value in call.args]
    shown += [f"{key}={_literal(value)}" for key, value in call.kwargs.items()]
    text = f"{call.name}({', '.join(shown)})"
    found = _meanings([*call.args, *call.kwargs.values()])
    meanings = {head: meaning for name, head, meaning in found if name not in known}
    if None in meanings.values():
        return None
    if meanings:
        text += " with " + ", ".join(f"{name} = {meaning}" for name, meaning in meanings.items())
    return text if len(text) <= _MOST_TEXT else None


def _literal(value: Any) -> str:
    if isinstance(value, np.ndarray | np.generic):
        return _literal(value.tolist())
    if isinstance(value, SourceFunction):
        return value.name
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' * (len(value) == 1)})"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _meanings(value: Any) -> Iterator[tuple[str, str, str | None]]:
    """Yield of each function that is passed its name, its head and what it returns in one line."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _meanings(item)
    elif isinstance(value, SourceFunction):
        yield value.name, *_meaning(value)


def _meaning(function: SourceFunction) -> tuple[str, str | None]:
    (definition,) = ast.parse(textwrap.dedent(function.source)).body
    body = definition.body if isinstance(definition, ast.FunctionDef) else []
    returns = [node for node in body if isinstance(node, ast.Return) and node.value is not None]
    others = [n for n in body if not isinstance(n, ast.Return) and not _is_docstring(n)]
    if not isinstance(definition, ast.FunctionDef) or len(returns) != 1 or others:
        return function.name, None
    assert returns[0].value is not None
    head = f"{function.name}({ast.unparse(definition.args)})"
    return head, ast.unparse(returns[0].value)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _word_both(got: NDArray[Any], right: NDArray[Any]) -> tuple[str, str]:
    """Return two arrays in words that differ."""
    if got.shape != right.shape and got.size == right.size and got.size == 1:
        return _word(got, 4, whole=True), _word(right, 4, whole=True)
    if got.shape != right.shape:
        return f"an array of shape {got.shape}", f"one of shape {right.shape}"
    if right.size > _MOST_SHOWN:
        off = np.abs(got.astype(np.float64) - right)
        place = int(np.argmax(np.nan_to_num(off, nan=np.inf)))
        index = tuple(int(n) for n in np.unravel_index(place, right.shape))
        at = f"at {list(index)} "
        first, second = _word_both(got[index], right[index])
        return f"{at}{first}", second
    for digits in (4, 6, 9):
        words = _word(got, digits), _word(right, digits)
        if words[0] != words[1]:
            break
    return words


def _word(array: NDArray[Any], digits: int, *, whole: bool = False) -> str:
    """Return a small array as a number or nested lists."""
    if array.size == 1 and not whole:
        return _number(array.item(), digits)
    if array.ndim == 0:
        return _number(array.item(), digits)
    return f"[{', '.join(_word(row, digits, whole=True) for row in array)}]"


def _number(value: float, digits: int) -> str:
    return str(value) if isinstance(value, bool) else f"{value + 0.0:.{digits}g}"


def _find_fact(tiny: TinyCall, agreed: Sequence[TinyCall]) -> str:
    """Return for which smaller calls the student's function is right, in words."""
    grown = [size for size, now in tiny.sizes.items() if now > 1]
    if len(grown) == 1:
        smaller = [one for one in agreed if one.sizes[grown[0]] == 1]
        word = _word_axis(tiny, grown[0])
        if word and len(smaller) >= _ENOUGH:
            return f"right with one {word}"
    elif not grown and len(tiny.entries) == 1 and agreed:
        numbers = [f"{one.entries[0]:g}" for one in agreed]
        listed = " and ".join(filter(None, (", ".join(numbers[:-1]), numbers[-1])))
        return f"right for {listed}"
    return ""


def _word_axis(tiny: TinyCall, size: int) -> str:
    """Return what a size counts, where it counts the same in all arrays."""
    words = set()
    for value in [*tiny.args, *tiny.kwargs.values()]:
        if isinstance(value, np.ndarray):
            words |= set(_axes(value, tiny.sizes[size]))
    return words.pop() if len(words) == 1 else ""


def _axes(array: NDArray[Any], size: int) -> Iterator[str]:
    for axis, length in enumerate(array.shape):
        if length == size and array.ndim == 1:
            yield "entry"
        elif length == size and array.ndim == 2:
            yield ("row", "column")[axis]
