"""Answers learned by heart: what was right for one seed is worth nothing for another."""

from __future__ import annotations

import importlib.util
import inspect
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reading import faults, scored_checks

from grader.exam.checks import parse_signature
from grader.exam.draws import Draws, derive_seed
from grader.records import ScoreReport
from grader.sandbox.builders import BUILDERS, build_given
from grader.sandbox.student import Raised, given
from grader.sandbox.wire import pack, unpack

ROOT = Path(__file__).resolve().parents[1]
BY_HEART = (ROOT / "tests" / "learned_by_heart.py").read_text(encoding="utf-8")
EXERCISES = [path.stem for path in sorted((ROOT / "solutions").glob("*.py"))]


class Teacher:
    """Stands in the place of a `Student`: passes a suite's questions on to a module."""

    last = types.SimpleNamespace(modified=(), warned=())

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self._pass_on(getattr(self._module, name), args, kwargs)

    def run(self, probe: Callable[..., Any], *args: Any) -> Any:
        built = build_given(given(probe))
        return self._pass_on(lambda *sent: built(self._module, *sent), args, {})

    def _pass_on(self, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        sent = [unpack(pack(arg), BUILDERS) for arg in args]
        named = {key: unpack(pack(value), BUILDERS) for key, value in kwargs.items()}
        try:
            return unpack(pack(function(*sent, **named)))
        except ValueError as error:
            raise Raised(f"ValueError: {error}") from None


def make_module(name: str, source: str) -> Any:
    module = types.ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def list_checks(exercise: str) -> Iterator[tuple[str, str, Callable[..., None]]]:
    """Yield the function and the id of each check, and the check itself."""
    path = ROOT / "grader" / "suites" / exercise / f"test_{exercise}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    suite = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(suite)
    for group in vars(suite).values():
        for mark in getattr(group, "pytestmark", ()):
            name = parse_signature(mark.kwargs["signature"]).name
            for key, test in vars(group).items():
                if key.startswith("test_"):
                    check_id = f"{exercise}/{name}/{key.removeprefix('test_')}"
                    yield name, check_id, getattr(group(), key)


def teach(exercise: str, secrets: tuple[str, ...]) -> Any:
    """Return a student's module that was told the answers to all that some seeds ask."""
    student = make_module(exercise, BY_HEART)
    real = make_module(exercise, (ROOT / "solutions" / f"{exercise}.py").read_text("utf-8"))
    names = {name for name, _, _ in list_checks(exercise)}
    student.REAL.update({name: vars(real)[name] for name in names})
    for name in names:
        is_class = inspect.isclass(student.REAL[name])
        make = student.make_class if is_class else student.make_function
        vars(student)[name] = make(name)
    for secret in secrets:
        for _, check_id, test in list_checks(exercise):
            draws = Draws(derive_seed(secret, "", check_id))
            wants = inspect.signature(test).parameters
            test(Teacher(student), *([draws] if "rng" in wants else []))
    return student


def write_down(value: Any) -> str:
    """Return Python that makes a value."""
    if isinstance(value, np.ndarray):
        data = value.tobytes().hex()
        return f"np.frombuffer(bytes.fromhex('{data}'), '{value.dtype.str}').reshape({value.shape})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_down, value))}]"
    if isinstance(value, dict):
        pairs = [f"{key!r}: {write_down(item)}" for key, item in value.items()]
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, Exception):
        return f"ValueError({str(value)!r})"
    return repr(float(value)) if isinstance(value, float) else repr(value)
