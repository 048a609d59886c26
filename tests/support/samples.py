"""Samples of many like cases for the quick tests; the slow ones have the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sample(cases: Iterable[tuple[str, tuple[Any, ...]]], *, each: int) -> list[Any]:
    """Return parameters, of which all but one of ``each`` are marked as slow.

    Parameters
    ----------
    cases : iterable of (str, tuple)
        An id, and the parameters.
    each : int
        Where the cases are a product, it shares no factor with the number of its second kind,
        so that the sample has all of both.
    """
    return [
        pytest.param(*values, id=name, marks=[pytest.mark.slow] if number % each else [])
        for number, (name, values) in enumerate(cases)
    ]
