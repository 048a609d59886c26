"""Building what the trusted side may send beyond data: generators and given functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.sandbox.wire import Given, Seeded


def build_given(given: Given) -> Any:
    """Return the function that a source defines; it can use ``np``."""
    namespace: dict[str, Any] = {"np": np, "__name__": "given"}
    exec(compile(given.source, "given", "exec"), namespace)
    return namespace[given.name]


def build_generator(seeded: Seeded) -> np.random.Generator:
    """Return ``numpy.random.default_rng(seed)``."""
    return np.random.default_rng(seeded.seed)


BUILDERS: dict[type, Callable[[Any], Any]] = {Seeded: build_generator, Given: build_given}
