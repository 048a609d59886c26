"""Making a student's calls again, on the trusted side, with a known mistake in the function."""

from __future__ import annotations

import contextlib
import io
import math
import re
import signal
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from grader.examiner.likeness import Part, alike, is_data, numbers_of, overflowed, parts_of
from grader.examiner.right import Names
from grader.sandbox.calls import Call
from grader.sandbox.protocol.builders import BUILDERS, build_function
from grader.sandbox.protocol.frames import FrameError
from grader.sandbox.protocol.instances import make_if_known
from grader.sandbox.protocol.messages import MAX_OUTPUT
from grader.sandbox.protocol.misfits import BROADCAST, PRODUCTS
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.plotting import close_figures
from grader.sandbox.protocol.program import Ref, run_steps
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.surroundings import Surrounded
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Asked, Handle, Opaque
from grader.sanitize import clean_line
from grader.testing.catalogue import Entry, implement
from grader.testing.printing import tidy

# Processor time for one call: a misconception may take for ever where the student's function
# did not. Never wall-clock time: a busy machine must not change a report.
LIMIT_S = 0.5
# An argument may have come from the student: a state that the suite hands on.
_MAX_ARGUMENT = 16 * 1024
# Entries that all arguments broadcast together could have. One step of numpy's cannot be
# interrupted, so what it may work on is bounded before.
_MAX_BROADCAST = 2**20
# Two mistakes, at most; the one that comes first in the catalogue is first.
Mistakes = tuple[Entry, ...]
Likeness = Literal["same", "compatible", "different"]


@dataclass(frozen=True, slots=True)
class CallResult:
    """What an implementation did when it was called."""

    value: Any
    raised: str
    raised_text: str
    modified: frozenset[str]
    warned: bool
    raised_kinds: tuple[str, ...] = ()
    own_kinds: tuple[str, ...] = ()
    whole_text: str = ""
    output: str = ""
    written: Mapping[str, bytes] = field(default_factory=dict)
    left: Mapping[str, bytes] = field(default_factory=dict)


def results_of(result: CallResult) -> dict[Part, list[Any]]:
    """Return the results of a call as `parts_of` does, a list of data as one of them.

    There are none where the call raised an exception.
    """
    if result.raised:
        return {}
    # A student may return a list in the place of a tuple, so this holds for this side only.
    return {(): [result.value]} if is_data(result.value) else parts_of(result.value)


LATE = CallResult(None, TimeoutError.__name__, "", frozenset(), warned=False)


def can_replay(call: Call) -> bool:
    """Return whether a call can be made again here; one that was cut short shows nothing."""
    seen_whole = (call.answered or bool(call.raised)) and not call.unsent
    return seen_whole and not call.runs and is_small(call)


def is_plain(call: Call) -> bool:
    """Return whether a call is one of a function with data alone."""
    special = call.probe is not None or call.formula is not None or call.replaced
    return not special and not is_stateful(call)


def is_stateful(call: Call) -> bool:
    """Return whether an object stays in the worker, or comes from there."""
    return call.keep is not None or bool(call.steps) or bool(find_used(call))


def find_kept(call: Call) -> set[int]:
    """Return the numbers under which a call leaves objects in the worker."""
    return {call.keep or 0, *(step.keep for step in call.steps)} - {0}


def find_used(call: Call) -> set[int]:
    """Return the numbers of the objects that a call takes from earlier ones."""
    operands = (operand for step in call.steps for operand in step.operands)
    used = {one.number for one in operands if isinstance(one, Ref)} - find_kept(call)
    on = set() if call.on is None else {call.on.number}
    return used | on | set(_find_handles([*call.args, call.kwargs]))


def _find_handles(value: Any) -> Iterator[int]:
    if isinstance(value, Handle):
        yield value.number
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _find_handles(item)


def is_small(call: Call) -> bool:
    """Return whether the packed arguments are few, and any step of numpy's with them is short."""
    packed = [*call.packed_args, *call.packed_kwargs.values()]
    if any(len(data) > _MAX_ARGUMENT for data in packed):
        return False
    return _is_bounded([*call.args, *call.kwargs.values()])


def _is_bounded(values: Iterable[Any]) -> bool:
    """Return whether all arrays of some values together have few entries when broadcast."""
    sizes: dict[int, int] = {}
    for shape in _shapes(values):
        for axis, size in enumerate(reversed(shape)):
            sizes[axis] = max(size, sizes.get(axis, 1))
    return math.prod(sizes.values()) <= _MAX_BROADCAST


def _shapes(values: Iterable[Any]) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of all arrays, and of lists that would become some."""
    for value in values:
        if isinstance(value, dict):
            yield from _shapes(value.values())
        elif (array := numbers_of(value)) is not None:
            yield array.shape
        elif isinstance(value, list | tuple):
            yield from _shapes(value)


def make_again(
    mistakes: Mistakes, call: Call, kept: dict[int, Any], names: Names | None = None
) -> CallResult:
    """Make a call again with these mistakes in the function, see `make_with`."""
    return make_with(implement(mistakes), mistakes[0].function, call, kept, names)


def unpack_arguments(
    call: Call, kept: Mapping[int, Any] | None = None, *classes: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call as new objects, or objects that were kept.

    Instances are made of the first class of their name among ``classes``.
    """
    builders = dict(BUILDERS)
    builders[Record] = lambda record: make_if_known(record, *classes)
    builders[Handle] = lambda handle: (kept or {})[handle.number]
    if call.formula is not None:
        formula = call.formula
        builders[Asked] = lambda _asked: formula.call_here
    args = [unpack(data, builders) for data in call.packed_args]
    return args, {key: unpack(data, builders) for key, data in call.packed_kwargs.items()}


def make_with(
    implementation: Callable[..., Any],
    name: str,
    call: Call,
    kept: dict[int, Any],
    names: Names | None = None,
) -> CallResult:
    """Make a call again with another implementation of the function or class of that name.

    Parameters
    ----------
    kept : dict of int to object
        What earlier calls of the same check have kept, by number; more is added.
    names : dict of str to object, optional
        The other names of the module. During the call they have the implementation among them.
    """
    if call.after is not None:
        make_with(implementation, name, call.after, kept, names)
    elif call.probe is None:
        close_figures()
    value, error = None, None
    output = _Output()
    passed: dict[str, Any] = {}
    before: dict[str, bytes] = {}
    # The examiner silences numpy; here it is asked whether numpy would warn.
    surrounded = Surrounded(call.around)
    with (
        surrounded.active(),
        np.errstate(all="warn"),
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(output),
    ):
        warnings.simplefilter("always")
        try:
            own = getattr(implementation, "__globals__", {})
            args, kwargs = unpack_arguments(call, kept, own, names or {})
            passed = {**{str(place): arg for place, arg in enumerate(args)}, **kwargs}
            before = {key: pack(value) for key, value in passed.items()}
            if is_stateful(call) and not _is_bounded(passed.values()):
                raise TimeoutError
            with _among(names, name, implementation, call), limited(LIMIT_S):
                function = _find(implementation, name, call, kept, names or {})
                result = function(*args, **kwargs)
                if call.keep is None:
                    value = unpack(pack(result))
                else:
                    kept[call.keep] = result
        except Exception as caused:  # noqa: BLE001 - a wrong implementation may do anything
            error = caused
    after = {key: pack(passed[key]) for key in before}
    left = {key: item for key, item in after.items() if item != before[key]}
    modified = frozenset(left)
    warned = any(w.category is RuntimeWarning for w in caught)
    printed = output.getvalue()
    written = surrounded.files.written() if surrounded.files is not None else {}
    result = CallResult(value, "", "", modified, warned, output=printed, written=written, left=left)
    if error is None:
        return result
    kinds = type(error).__mro__[:-1]
    return replace(
        result,
        value=None,
        raised=type(error).__name__,
        raised_text=clean_line(str(error), 200),
        raised_kinds=tuple(kind.__name__ for kind in kinds if kind.__module__ == "builtins"),
        own_kinds=tuple(kind.__name__ for kind in kinds if kind.__module__ != "builtins"),
        whole_text=str(error),
    )


class _Output(io.StringIO):
    """What an implementation prints, as far as it is looked at."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, MAX_OUTPUT - self.tell())])
        return len(text)


def _find(
    implementation: Callable[..., Any],
    name: str,
    call: Call,
    kept: dict[int, Any],
    names: Names,
) -> Callable[..., Any]:
    """Return what a call calls."""
    if call.on is not None:
        method: Callable[..., Any] = getattr(kept[call.on.number], call.name)
        return method
    own: Callable[..., Any] = implementation if call.name == name else names[call.name]
    if call.steps:
        return lambda: run_steps(call.steps, kept, own)
    if call.probe is not None:
        probe = build_function(call.probe)
        module = types.SimpleNamespace(**{**names, name: implementation})
        return lambda *inner: probe(module, *inner)
    return own


@contextlib.contextmanager
def _among(
    names: Names | None, name: str, implementation: Callable[..., Any], call: Call
) -> Iterator[None]:
    """Let the other functions of a module call an implementation, where they may be called."""
    if not names or (call.name == name and is_plain(call)):
        yield
        return
    with in_place(names, {name: implementation}):
        yield


@contextlib.contextmanager
def in_place(names: Names, others: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """Let functions of a module call other implementations of some of them."""
    # In ``canonical.py`` another function of the course is called under a private name.
    places = {place: other for name, other in others.items() for place in (name, f"_{name}")}
    before = {place: names[place] for place in places if place in names}
    names.update({place: other for place, other in places.items() if place in before})
    try:
        yield
    finally:
        names.update(before)


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
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


def find_misfit(text: str) -> tuple[str, ...]:
    """Return the sizes or shapes that did not fit, whatever way to multiply was chosen."""
    for pattern in PRODUCTS:
        if found := re.search(pattern, text):
            return ("product", *sorted(found.groups()))
    if found := re.search(BROADCAST, text):
        return ("sum", *sorted(found["shapes"].split(" ")))
    return (text,)


def compare(call: Call, result: CallResult) -> Likeness:
    """Return how like a student's call is to one with known mistakes."""
    if call.looks_at_output and tidy(call.output) != tidy(result.output):
        return "different"
    if not call.answered:
        if not result.raised or result.raised != call.raised:
            return "different"
        # numpy's texts name the shapes that did not fit: the same shapes, the same mistake.
        is_same = result.raised_text and find_misfit(result.raised_text) == find_misfit(
            call.raised_text
        )
        return "same" if is_same else "compatible"
    if result.raised or result.written != call.written:
        return "different"
    if call.keep is not None or (call.on is not None and _are_objects(call.value, result.value)):
        return "compatible"  # what they are shows in later calls
    if alike(call.value, result.value):
        return "same"
    # Where the student's numbers overflowed, a misconception that is written with more care
    # may go on; that does not speak against it.
    return "compatible" if overflowed(call.value) else "different"


def leaves_same(call: Call, result: CallResult) -> bool:
    """Return whether the same arguments changed, to the same as far as that is known."""
    if not result.modified or result.modified != frozenset(call.modified_keys):
        return False
    try:
        return all(alike(unpack(data), unpack(result.left[key])) for key, data in call.left.items())
    except FrameError:
        return False  # a worker may send anything


def _are_objects(value: Any, other: Any) -> bool:
    """Return whether both are objects that cannot cross, as of a method that returns its own."""
    return isinstance(value, Opaque) and isinstance(other, Opaque)
