"""Building what the trusted side may send beyond data: generators, functions, tables."""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from grader.sandbox.protocol.pandas_data import build_frame, build_series
from grader.sandbox.protocol.tables import Column, Table
from grader.sandbox.protocol.values import Seeded, SourceFunction


def build_function(function: SourceFunction) -> Any:
    """Return the function that a source defines; it can use ``np``."""
    namespace: dict[str, Any] = {"np": np, "__name__": "sent"}
    exec(_compile(function.source), namespace)
    return namespace[function.name]


@cache
def _compile(source: str) -> types.CodeType:
    # A suite sends the same few functions with one call after the other.
    return compile(source, "sent", "exec")


def build_generator(seeded: Seeded) -> np.random.Generator:
    """Return ``numpy.random.default_rng(seed)``."""
    return np.random.default_rng(seeded.seed)


BUILDERS: dict[type, Callable[[Any], Any]] = {
    Seeded: build_generator,
    SourceFunction: build_function,
    Table: build_frame,
    Column: build_series,
}
