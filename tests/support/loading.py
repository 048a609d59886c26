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

from grader.records import SourceFile
from grader.sandbox.protocol.messages import Load
from grader.sandbox.worker.listed import forget_installed_packages
from grader.sandbox.worker.loading import LoadedModule, Loader
from grader.sandbox.worker.placeholders import Absent

_NOT_IN_A_WORKER = (
    "matplotlib",
    "pandas",
    "IPython",
    "ipykernel",
    "PIL",
    "altair",
    "attr",
    "click",
)
_STREAMS = ("stdin", "stdout", "stderr", "argv")


@contextlib.contextmanager
def loaded(
    *cells: str,
    text: str | bytes | None = None,
    functions: str = "sigmoid relu",
    siblings: dict[str, bytes | list[str]] | None = None,
    **options: Any,
) -> Iterator[LoadedModule]:
    """Load cells, or the text of a file, and yield the module."""
    content = text.encode() if isinstance(text, str) else text or b""
    source = (
        SourceFile("activations.ipynb", b"", cells=cells)
        if text is None
        else SourceFile("activations.py", content)
    )
    siblings = {name: as_file(name, code) for name, code in (siblings or {}).items()}
    course_modules = ("activations", "losses")
    request = Load(
        "activations",
        source,
        tuple(functions.split()),
        ("numpy",),
        course_modules,
        siblings,
        **options,
    )
    with _restored():
        yield Loader(request).load()


def as_file(name: str, code: bytes | list[str]) -> SourceFile:
    """Return a module of a hand-in as a file: bytes of a `.py`, or a notebook's cells."""
    path = name.replace(".", "/")
    if isinstance(code, bytes):
        return SourceFile(f"{path}.py", code)
    return SourceFile(f"{path}.ipynb", b"", cells=tuple(code))


def _hide_installed_packages() -> None:
    """Let the grader's packages be found only where a worker would find them."""
    forget_installed_packages()
    for name in list(sys.modules):
        if name.partition(".")[0] in _NOT_IN_A_WORKER:
            del sys.modules[name]


@contextlib.contextmanager
def _restored() -> Iterator[None]:
    streams = {name: getattr(sys, name) for name in _STREAMS}
    before = (dict(sys.modules), list(sys.meta_path), dict(vars(builtins)), dict(linecache.cache))
    path = list(sys.path)
    states = (random.getstate(), np.random.get_state(), np.get_printoptions())  # noqa: NPY002
    limit = sys.getrecursionlimit()
    try:
        _hide_installed_packages()
        yield
    finally:
        sys.path[:] = path
        sys.modules.update(before[0])
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
