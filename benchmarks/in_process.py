"""A pytest plugin that runs the hidden suites without a process boundary.

Student's code and tests share a process, and nothing is protected.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import pytest

from grader.sandbox.calls import Call, Raised
from grader.sandbox.program import Formula, Program
from grader.sandbox.protocol.program import run_steps
from grader.sandbox.protocol.values import Handle, Seeded, SourceFunction

T = TypeVar("T")


class InProcessStudent:
    """Has the interface of `grader.sandbox.student.Student`, in the same process."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self.last: Call | None = None
        self.calls: list[Call] = []
        self._kept: dict[int, Any] = {}
        self._count = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._call(getattr(self._module, name), args, kwargs)

    def run(self, probe: Callable[..., Any], *args: Any) -> Any:
        return self._call(probe, (self._module, *args))

    def many(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        return [getattr(self, name)(*args) for args in arguments]

    def keep(self, name: str, *args: Any, on: Handle | None = None) -> Handle:
        owner = self._module if on is None else self._kept[on.number]
        number = self._number()
        self._kept[number] = self._call(getattr(owner, name), args)
        return Handle(number)

    def call_on(self, on: Handle, name: str, *args: Any) -> Any:
        return self._call(getattr(self._kept[on.number], name), args)

    def program(self, name: str) -> Program:
        make = getattr(self._module, name)
        return Program(lambda steps: self._call(run_steps, (steps, self._kept, make)), self._number)

    def pass_formula(
        self, name: str, formula: Formula, *args: Any, stand_in: type | None = None
    ) -> Any:
        before = getattr(self._module, formula.of)
        setattr(self._module, formula.of, stand_in or before)
        try:
            return self._call(getattr(self._module, name), (formula.call_here, *args))
        finally:
            setattr(self._module, formula.of, before)

    def time(self, work: Callable[[], T]) -> T:
        """Do what is the student's; `limit.py` measures it here."""
        return work()

    def _number(self) -> int:
        self._count += 1
        return self._count

    def _call(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        self.last = Call(getattr(function, "__name__", ""), tuple(args), kwargs or {})
        here = [self._here(value) for value in args]
        named = {key: self._here(value) for key, value in (kwargs or {}).items()}
        try:
            return self.time(lambda: _finish(function(*here, **named)))
        except Exception as error:
            kinds = tuple(kind.__name__ for kind in type(error).__mro__)
            raise Raised(f"{kinds[0]}: {error}", kinds=kinds) from error

    def _here(self, value: Any) -> Any:
        """Return an argument as the student's function receives it."""
        if isinstance(value, Handle):
            return self._kept[value.number]
        if isinstance(value, Seeded):
            return np.random.default_rng(value.seed)
        if isinstance(value, SourceFunction):
            namespace: dict[str, Any] = {"np": np}
            exec(value.source, namespace)
            return namespace[value.name]
        if isinstance(value, list | tuple):
            return type(value)(map(self._here, value))
        return value


def _finish(value: Any) -> Any:
    """Return a result as suites may rely on it: no iterators, and no numbers of numpy."""
    if hasattr(value, "__next__"):
        value = list(value)
    if type(value) in (tuple, list):
        return type(value)(map(_finish, value))
    if isinstance(value, dict):
        return {key: _finish(one) for key, one in value.items()}
    return value.item() if isinstance(value, np.generic) else value


_modules: dict[str, ModuleType] = {}


def load(name: str) -> ModuleType:
    """Return a module of the graded folder, imported once."""
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


def grade_next(folder: str) -> None:
    """Import the modules of another folder from now on."""
    os.environ["GRADED_FOLDER"] = folder
    _modules.clear()


@pytest.fixture
def student(request: pytest.FixtureRequest) -> InProcessStudent:
    return InProcessStudent(load(request.path.parent.name))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "function: checks of a function")
    config.addinivalue_line("markers", "check: one check")
