"""Loading a hand-in inside the test's own process, which is put back as it was."""

from __future__ import annotations

import builtins
import contextlib
import linecache
import random
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.sandbox.worker.loading import LoadedModule, Loader, LoadRequest
from grader.sandbox.worker.placeholders import Absent

_STREAMS = ("stdin", "stdout", "stderr", "argv")


@contextlib.contextmanager
def loaded(
    *cells: str, text: str | bytes | None = None, functions: str = "sigmoid relu", **options: Any
) -> Iterator[LoadedModule]:
    """Load cells, or the text of a file, and yield the module."""
    source = text.encode() if isinstance(text, str) else text or b""
    request = LoadRequest(
        "activations",
        "activations.py" if text is not None else "activations.ipynb",
        source,
        None if text is not None else list(cells),
        functions.split(),
        ["numpy"],
        ["activations", "losses"],
        **options,
    )
    with _restored():
        yield Loader(request).load()


@contextlib.contextmanager
def _restored() -> Iterator[None]:
    streams = {name: getattr(sys, name) for name in _STREAMS}
    before = (dict(sys.modules), list(sys.meta_path), dict(vars(builtins)), dict(linecache.cache))
    states = (random.getstate(), np.random.get_state(), np.get_printoptions())  # noqa: NPY002
    limit = sys.getrecursionlimit()
    try:
        yield
    finally:
        for name, stream in streams.items():
            setattr(sys, name, stream)
        for current, kept in zip(
            (sys.modules, vars(builtins), linecache.cache), (before[0], *before[2:]), strict=True
        ):
            for name in set(current) - set(kept):
                del current[name]
        sys.meta_path[:] = before[1]
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
        np.set_printoptions(**states[2])
        sys.setrecursionlimit(limit)
        Absent.loading = True
