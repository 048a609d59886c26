"""A pytest plugin that runs the hidden suites without a process boundary.

Student's code and tests share a process. `cold_start.py` and `warm_pytest.py` use it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.sandbox.calls import Call, Raised
from grader.sandbox.protocol.values import Handle, Seeded, SourceFunction


def _plain(value: Any) -> Any:
    """Return an argument as the student's function receives it."""
    if isinstance(value, Seeded):
        return np.random.default_rng(value.seed)
    if isinstance(value, SourceFunction):
        namespace: dict[str, Any] = {"np": np}
        exec(value.source, namespace)
        return namespace[value.name]
    if isinstance(value, list | tuple):
        return type(value)(map(_plain, value))
    return value


class InProcessStudent:
    """Has the interface of `grader.sandbox.student.Student`, in the same process."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self.last: Call | None = None
        self.calls: list[Call] = []
        self.series: list[Any] = []
        self._kept: list[Any] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(self._module, name)
        return lambda *args, **kwargs: self._call(function, Call(name, args, kwargs))

    def run(self, probe: Callable[..., Any], *args: Any) -> Any:
        return self._call(lambda *inner: probe(self._module, *inner), Call(probe.__name__, args))

    def many(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        return [getattr(self, name)(*args) for args in arguments]

    def keep(self, name: str, *args: Any, on: Handle | None = None) -> Handle:
        owner = self._module if on is None else self._kept[on.number]
        self._kept.append(self._call(getattr(owner, name), Call(name, args)))
        return Handle(len(self._kept) - 1)

    def call_on(self, on: Handle, name: str, *args: Any) -> Any:
        return self._call(getattr(self._kept[on.number], name), Call(name, args))

    def _here(self, value: Any) -> Any:
        return self._kept[value.number] if isinstance(value, Handle) else _plain(value)

    def _call(self, function: Callable[..., Any], call: Call) -> Any:
        self.last = call
        kwargs = {key: self._here(value) for key, value in call.kwargs.items()}
        try:
            value = function(*map(self._here, call.args), **kwargs)
        except ValueError as error:
            raise Raised(f"ValueError: {error}") from error
        if hasattr(value, "__next__"):
            value = list(value)
        return value


_modules: dict[str, ModuleType] = {}


def _load(name: str) -> ModuleType:
    if name not in _modules:
        path = Path(os.environ["GRADED_FOLDER"]) / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        _modules[name] = module
    return _modules[name]


def forget() -> None:
    """Import the student's modules again from now on."""
    _modules.clear()


@pytest.fixture
def student(request: pytest.FixtureRequest) -> InProcessStudent:
    return InProcessStudent(_load(request.path.parent.name))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "function: checks of a function")
    config.addinivalue_line("markers", "check: one check")
