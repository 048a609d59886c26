"""Building what the trusted side may send beyond data: generators and given functions."""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from grader.sandbox.protocol.values import Given, Seeded


def build_given(given: Given) -> Any:
    """Return the function that a source defines; it can use ``np``."""
    namespace: dict[str, Any] = {"np": np, "__name__": "given"}
    exec(_compile(given.source), namespace)
    return namespace[given.name]


@cache
def _compile(source: str) -> types.CodeType:
    # A suite sends the same few functions with one call after the other.
    return compile(source, "given", "exec")


def build_generator(seeded: Seeded) -> np.random.Generator:
    """Return ``numpy.random.default_rng(seed)``."""
    return np.random.default_rng(seeded.seed)


BUILDERS: dict[type, Callable[[Any], Any]] = {Seeded: build_generator, Given: build_given}
