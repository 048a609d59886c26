"""Takes a returned value apart: several results, a list, a dict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.testing.comparisons import Missing, collected
from grader.testing.describing import describe
from grader.testing.expect import fail


def results(got: Any, *names: str) -> list[Any]:
    """Return one value for each of several results, which came as a tuple or list.

    Each result earns by itself: if one is missing, only comparisons with it fail. A value that is
    not a tuple or list is the first result.

    Parameters
    ----------
    *names : str
        The names of the results, in order: ``"dW", "db"``. Pass the name as ``result`` to `close`
        and `gradient`.

    Raises
    ------
    CheckFailed
        If nothing came, or a dict or a tuple of another length.
    """
    whole = f"the result ({', '.join(names)})"
    if got is None:
        raise fail("none", f"{whole} is None: is a return missing?")
    if isinstance(got, dict | str | Missing):
        raise fail("not_a_sequence", f"{whole} is {describe(got)}; expected {len(names)} values")
    if isinstance(got, list | tuple | range) or (isinstance(got, np.ndarray) and got.ndim):
        if len(got) == len(names):
            return _in_order(list(got), names)
        if isinstance(got, tuple) or not len(got):
            raise fail("wrong_length", f"{whole} has {_count(got)}, expected {len(names)}")
    return [got, *(_missing(name, describe(got), names) for name in names[1:])]


def entries(got: Any, keys: Sequence[str], what: str) -> Mapping[str, Any]:
    """Return the values of some keys of a dict; each earns by itself, as for `results`.

    Raises
    ------
    CheckFailed
        If it is not a dict with one of the keys at least.
    """
    if not isinstance(got, dict) or not set(got) & set(keys):
        return mapping(got, keys, what)
    came = f"the keys {_list_keys(got)}"
    return {key: got[key] if key in got else _missing(key, came, keys) for key in keys}


def _count(got: Any) -> str:
    return "1 entry" if len(got) == 1 else f"{len(got)} entries"


def _in_order(got: list[Any], names: tuple[str, ...]) -> list[Any]:
    if (found := collected()) is None:
        return got
    found.groups.append(names)
    return got[::-1] if found.reorder == names else got


def _missing(name: str, came: str, names: Sequence[str]) -> Missing:
    return Missing(f"{name} is missing: {came} came back, expected {', '.join(names)}")


def _list_keys(got: Mapping[Any, Any]) -> list[str]:
    return sorted(str(key)[:20] for key in got)[:9]


def sequence(got: Any, length: int, what: str) -> Sequence[Any]:
    """Expect a list or tuple of a length, and return it."""
    if not isinstance(got, list | tuple | range) and not (isinstance(got, np.ndarray) and got.ndim):
        raise fail("not_a_sequence", f"{what} is {describe(got)}; expected {length} values")
    # Before an array is taken apart: it may have millions of rows.
    if len(got) != length:
        raise fail("wrong_length", f"{what} has {_count(got)}, expected {length}")
    return _in_order(list(got), (what,)) if length > 1 else list(got)


def mapping(got: Any, keys: Sequence[str], what: str) -> Mapping[str, Any]:
    """Expect a dict with exactly these keys in any order, and return it."""
    if not isinstance(got, dict):
        raise fail("not_a_dict", f"{what} is {describe(got)}; expected a dict with keys {keys}")
    if set(got) != set(keys):
        text = f"{what} has the keys {_list_keys(got)}, expected {sorted(keys)}"
        raise fail("wrong_keys", text)
    return got
