"""Calls of a student's function, made again with a misconception, on the trusted side."""

from __future__ import annotations

import contextlib
import signal
import types
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.sandbox.calls import Call
from grader.sandbox.protocol.builders import BUILDERS, build_function
from grader.sandbox.protocol.program import run_steps
from grader.sandbox.protocol.values import Asked, pack, unpack
from grader.sanitize import clean_line
from grader.testing.catalogue import Entry

# Processor time for one call: a misconception may take for ever where the student's function
# did not. Never wall-clock time: a busy machine must not change a report.
_LIMIT_S = 0.5


@dataclass(frozen=True, slots=True)
class CallResult:
    """What an implementation did when it was called."""

    value: Any
    raised: str
    raised_text: str
    modified: frozenset[str]
    warned: bool


LATE = CallResult(None, TimeoutError.__name__, "", frozenset(), warned=False)


def repeat_call(entry: Entry, call: Call, kept: dict[int, Any]) -> CallResult:
    """Make a call of a student's function with a misconception instead.

    Parameters
    ----------
    kept : dict of int to object
        What earlier calls of the same check have kept, by number; more is added.
    """
    builders = dict(BUILDERS)
    if call.formula is not None:
        formula = call.formula
        builders[Asked] = lambda _asked: formula.call_here
    args = [unpack(data, builders) for data in call.packed_args]
    kwargs = {key: unpack(data, builders) for key, data in call.packed_kwargs.items()}
    passed = {**{str(place): arg for place, arg in enumerate(args)}, **kwargs}
    before = {key: pack(value) for key, value in passed.items()}
    function = entry.implementation
    if call.steps:
        function = lambda: run_steps(call.steps, kept, entry.implementation)  # noqa: E731
    if call.probe is not None:
        probe = build_function(call.probe)
        module = types.SimpleNamespace(**{entry.function: entry.implementation})
        function = lambda *inner: probe(module, *inner)  # noqa: E731 - it is called once
    value, raised, raised_text = None, "", ""
    # The examiner silences numpy; here it is asked whether numpy would warn.
    with np.errstate(all="warn"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with _limited(_LIMIT_S):
                value = unpack(pack(function(*args, **kwargs)))
        except Exception as error:  # noqa: BLE001 - a wrong implementation may do anything
            raised = type(error).__name__
            raised_text = clean_line(str(error), 200)
    modified = frozenset(key for key, item in passed.items() if pack(item) != before[key])
    overflowed = any(w.category is RuntimeWarning for w in caught)
    return CallResult(value, raised, raised_text, modified, overflowed)


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise ``TimeoutError`` in what takes more processor time, where the system has timers."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def late(_number: int, _frame: types.FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
