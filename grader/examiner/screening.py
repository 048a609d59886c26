"""A first look at many candidates: one of the student's calls, made again."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.examiner.likeness import Part, alike, parts_of
from grader.examiner.replay import LIMIT_S, Mistakes, limited, unpack_arguments
from grader.sandbox.calls import Call
from grader.sandbox.protocol.surroundings import Surrounded
from grader.testing.catalogue import implement


class Screen:
    """One call with its results, of which some are wrong.

    Parameters
    ----------
    call : Call
        It was answered, and can be made with a plain function.
    wrong : sequence of tuple
        The results that are wrong in it.
    """

    def __init__(self, call: Call, wrong: Sequence[Part]) -> None:
        results = parts_of(call.value)
        self._wrong = {part: results[part] for part in wrong}
        self._call = call
        self._args, self._kwargs = unpack_arguments(call)
        self._is_common = _is_common([*self._args, *self._kwargs.values()])

    def keep(self, found: Iterable[Mistakes]) -> list[Mistakes]:
        """Return those that, made together, give one of the wrong results at least."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [mistakes for mistakes in found if self._agrees(implement(mistakes))]

    def _agrees(self, implementation: Callable[..., Any]) -> bool:
        args, kwargs = self._make_arguments(getattr(implementation, "__globals__", {}))
        try:
            with Surrounded(self._call.around).active(), limited(LIMIT_S):
                value = implementation(*args, **kwargs)
        except Exception:  # noqa: BLE001 - a wrong implementation may do anything
            return False
        results = parts_of(value)
        return any(alike(got, results.get(part)) for part, got in self._wrong.items())

    def _make_arguments(self, classes: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return new arguments; what has classes of its own is unpacked with those of the file."""
        if not self._is_common:
            return unpack_arguments(self._call, None, classes)
        args = [_copy(value) for value in self._args]
        return args, {key: _copy(value) for key, value in self._kwargs.items()}


def _is_common(value: Any) -> bool:
    """Return whether a value is numbers, text, arrays, and lists, tuples and dicts of these."""
    kind = type(value)
    if kind in (list, tuple):
        return all(map(_is_common, value))
    if kind is dict:
        return all(map(_is_common, value.values()))
    return value is None or kind in (np.ndarray, bool, int, float, str)


def _copy(value: Any) -> Any:
    """Return a common value whose arrays and containers may be changed."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(map(_copy, value))
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return value
