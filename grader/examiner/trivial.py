"""Wrong answers that say little about a mistake."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from grader.examiner.likeness import Part, alike, numbers_of, open_up, parts_of
from grader.sandbox.calls import Call
from grader.testing.printing import tidy

_TELLING = 6  # characters of texts that are not easily guessed


def is_trivial(call: Call, parts: Collection[Part]) -> bool:
    """Return whether wrong results are easily guessed, and shared by many mistakes.

    These are single whole numbers, one number in all entries, short texts, and an argument in the
    place of one of several results. In a full run other calls tell such mistakes apart.

    Parameters
    ----------
    call : Call
        The last call of a check.
    parts : collection of tuple
        Which results are wrong; empty for the whole answer.
    """
    if not call.answered:
        return False
    if call.looks_at_output and len(tidy(call.output)) >= _TELLING:
        return False
    results = parts_of(call.value)
    wrong = [one for part in parts for one in results.get(part, ())] or [call.value]
    passed = (*call.args, *call.kwargs.values()) if len(results) > 1 else ()
    arguments = [array for value in passed for array in _arrays(value)]
    known = {text for value in (*call.args, *call.kwargs.values()) for text in _texts(value)}
    texts = [text for value in wrong for text in _texts(value)]
    if sum(map(len, texts)) >= _TELLING and (len(texts) > 1 or texts[0] not in known):
        return False
    return all(
        _is_constant(array) or any(alike(array, argument) for argument in arguments)
        for value in wrong
        for array in _arrays(value)
    )


def _arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield all arrays and numbers in a value."""
    value = open_up(value)
    if isinstance(value, dict):
        for item in value.values():
            yield from _arrays(item)
    elif isinstance(value, list | tuple) and any(map(_has_axes, value)):
        for item in value:
            yield from _arrays(item)
    elif (numbers := numbers_of(value)) is not None:
        yield numbers


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts in a value, but for keys."""
    value = open_up(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _texts(item)


def _has_axes(value: Any) -> bool:
    """Return whether this is not a number, so that a list of it is not one array."""
    return isinstance(open_up(value), list | tuple | dict | np.ndarray)


def _is_constant(array: np.ndarray[Any, Any]) -> bool:
    if array.size == 1 and not array.ndim:
        return float(array).is_integer()
    return bool(array.size) and bool(np.all(array == array.flat[0]))
