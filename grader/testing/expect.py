"""Expectations of an answer; each raises `CheckFailed` with a message for the student.

Everything that crossed the process boundary is looked at in this order: what it is, its
shape, whether it is finite, its values. Comparisons are written so
that NaN fails them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.repairs import Repair, find_repairs
from grader.sandbox.calls import StudentError
from grader.sandbox.protocol.values import Opaque
from grader.sandbox.student import Student
from grader.testing.comparisons import Comparison, Missing, collected
from grader.testing.describing import describe
from grader.testing.margins import record_error
from grader.testing.observations import (
    Observation,
    describe_non_finite,
    describe_shape,
    first_wrong,
    holds_text,
    observe_shape,
    observe_step,
    observe_values,
)

Array = NDArray[np.float64]
ShapeRule = Literal["exact", "values"]

# A tolerance belongs to the check, whatever the type of the answer: three times what careful
# work in single precision is off by, and a tenth of what any known mistake is off by.
RTOL, ATOL = 2e-5, 2e-6
# ||a - n|| / (||a|| + ||n||) against finite differences with h = 1e-5.
GRADIENT_TOLERANCE = 1e-5
_ZERO_GRADIENT = 1e-9


class CheckFailed(Exception):
    """An answer is not what was expected.

    Parameters
    ----------
    observation : Observation
        The mistake in words, without values.
    values : str
        The place and the value there, for instructors and for visible checks.
    expected : str
        The right value at that place, for the same readers.
    error : float, optional
        The error in units of the tolerance, if numbers were compared.
    """

    def __init__(
        self,
        observation: Observation,
        values: str = "",
        expected: str = "",
        error: float | None = None,
    ) -> None:
        super().__init__(observation.text)
        self.observation = observation
        self.values = values
        self.expected = expected
        self.error = error


def fail(identity: str, text: str, values: str = "", expected: str = "") -> CheckFailed:
    """Return a `CheckFailed` with an observation, to be raised."""
    return CheckFailed(Observation(identity, text), values, expected)


def as_array(got: Any, what: str) -> NDArray[Any]:
    """Return an answer as a numeric array; ``what`` is its name in the message.

    Numbers, arrays and nested lists of numbers are accepted.

    Raises
    ------
    CheckFailed
        If it is anything else, or complex.
    """
    if got is None:
        raise fail("none", f"{what} is None: is a return missing?")
    if isinstance(got, Missing):
        raise fail("missing_result", got.text)
    if isinstance(got, dict | Opaque) or holds_text(got):
        raise fail("not_numeric", f"{what} is {describe(got)}, not numbers")
    try:
        array = np.asarray(got)
    except (ValueError, TypeError, OverflowError):
        raise fail("not_numeric", f"{what} is a ragged list, not an array") from None
    if array.dtype.kind not in "biuf":
        raise fail("not_numeric", f"{what} is {describe(got)}, not real numbers")
    return array


def close(  # noqa: PLR0913 - the options of one comparison
    got: Any,
    want: Any,
    what: str,
    *,
    sizes: Mapping[str, Any] | None = None,
    shape: ShapeRule = "exact",
    rtol: float = RTOL,
    atol: float = ATOL,
    result: str = "",
) -> None:
    """Expect values that are right up to rounding, in double or single precision.

    Parameters
    ----------
    got : object
        The answer of the student's code.
    want : array_like
        The right answer.
    what : str
        Its name in messages, in the singular: ``"dW"``. Sentences begin with it.
    sizes : mapping of str to int, float or array_like, optional
        Numbers that an error may depend on, by name: sizes of the call as integers, arguments
        as floats, and arrays of the answer's shape. The message can then name a factor. A name
        that is not an identifier, ``"N = D"`` or ``"C = 1"``, declares that numbers are equal;
        no factor is named by it.
    shape : {"exact", "values"}
        With ``values``, axes of length 1 make no difference.
    rtol, atol : float
        The tolerance, relative to each right entry and absolute.
    result : str
        The name of one of several results of the function: ``"dW"``. If one of them is wrong,
        the others earn their share of the check. See `results`.
    """

    def measure(array: Array, target: Array) -> float:
        off = np.abs(array - target) / (atol + rtol * np.abs(target))
        return float(np.max(off, initial=0.0))

    _compare(got, want, _Rules(what, sizes or {}, shape, result, measure, (rtol, atol)))


def close_after(step: int, got: Any, want: Any, what: str, **rules: Any) -> None:
    """Expect right values after one of several steps in a row.

    Parameters
    ----------
    step : int
        Its number, counted from 1. A suite compares the steps in order, so that at the
        first wrong one the earlier are right.
    got, want, what, **rules
        As in `close`.
    """
    try:
        close(got, want, what, **rules)
    except CheckFailed as failed:
        observation = observe_step(failed.observation, step)
        raise CheckFailed(observation, failed.values, failed.expected, failed.error) from None


def gradient(
    got: Any,
    numeric: Any,
    what: str,
    *,
    sizes: Mapping[str, Any] | None = None,
    shape: ShapeRule = "exact",
    result: str = "",
    tolerance: float = GRADIENT_TOLERANCE,
) -> None:
    """Expect an analytic gradient that agrees with finite differences.

    Parameters
    ----------
    numeric : array_like
        Centred differences of the reference loss, h = 1e-5.
    got, what, sizes, shape, result
        As in `close`.
    tolerance : float
        The largest right value of the norm of the difference divided by the sum of the norms.
    """

    def measure(array: Array, target: Array) -> float | None:
        if max(_norm(array), _norm(target)) < _ZERO_GRADIENT:
            return None
        # The norm of very large entries overflows, and infinity is no larger than infinity.
        scale = max(float(np.max(np.abs(array))), float(np.max(np.abs(target))))
        size = _norm(array / scale) + _norm(target / scale)
        return _norm(array / scale - target / scale) / (tolerance * size)

    _compare(got, numeric, _Rules(what, sizes or {}, shape, result, measure, (tolerance, 1e-7)))


def with_defaults(student: Student, attempt: Callable[..., Any], **defaults: Any) -> Any:
    """Expect a call without some arguments to give what it gives with the defaults.

    Parameters
    ----------
    student : Student
        The proxy. Calls with defaults passed are not part of what the check shows.
    attempt : callable
        ``attempt(**settings)`` makes the call with these settings and raises `CheckFailed`
        where the answer is wrong.
    **defaults : object
        The defaults of the docstring. If the answer is right with them and wrong without, the
        message names the default that is wrong.
    """
    try:
        return attempt()
    except CheckFailed as failed:
        wrong = failed
    shown = len(student.calls)
    trials = [{name: value} for name, value in defaults.items()]
    for settings in [*trials, defaults] if len(defaults) > 1 else trials:
        with contextlib.suppress(CheckFailed, StudentError):
            attempt(**settings)
            names = " and ".join(settings)
            text = f"right where {names} is passed as the docstring's default, wrong with yours: "
            text = text.replace(" is passed", " are passed") if len(settings) > 1 else text
            seen = wrong.observation.after(text, "default")
            wrong = CheckFailed(seen, wrong.values, wrong.expected, wrong.error)
            break
    # The call without them went wrong, so it is the call to repeat.
    del student.calls[shown:]
    raise wrong


def has_shape(got: Any, shape: tuple[int, ...], what: str) -> None:
    """Expect an array of a shape, with any values."""
    array = as_array(got, what)
    if array.shape != shape:
        words = f"{what} {describe_shape(array.shape)}, expected {shape or 'one number'}"
        raise fail("wrong_shape", words)


def finite(got: Any, what: str) -> Array:
    """Expect finite numbers, and return them as float64."""
    array = as_array(got, what)
    problem = describe_non_finite(array, what)
    if problem:
        raise CheckFailed(problem)
    return array.astype(np.float64)


def expect(condition: bool, text: str, values: str = "", identity: str = "property") -> None:
    """Expect a condition to be true; ``text`` is the message if it is not."""
    if not condition:
        raise fail(identity, text, values)


def unmodified(student: Student) -> None:
    """Expect that the last call left its arguments as they were."""
    last = student.last
    if last is not None and last.modified:
        names = ", ".join(f"`{name}`" for name in last.modified)
        raise fail("modified", f"the caller's {names} changed during the call")


def unwarned(student: Student) -> None:
    """Expect that numpy did not warn in the last call."""
    last = student.last
    if last is not None and last.warned:
        raise fail("warned", f"numpy warned: {last.warned[0].text}")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules by which an array is compared.

    ``measure`` returns the error of an array in units of the tolerance, or None where both are
    zero; ``tolerance`` is rtol and atol of single entries.
    """

    what: str
    sizes: Mapping[str, Any]
    shape: ShapeRule
    result: str
    measure: Callable[[Array, Array], float | None]
    tolerance: tuple[float, float]

    def agree(self, array: Array, target: Array) -> bool:
        error = self.measure(array, target)
        return error is None or error <= 1


def _compare(got: Any, want: Any, rules: _Rules) -> None:
    """Raise where an array is wrong or, where comparisons are collected, note it."""
    target: Array = np.asarray(want, dtype=np.float64)
    found = collected()
    try:
        array = _comparable(got, target, rules)
        error = rules.measure(array, target)
        if error is not None:
            error = record_error(error, rules.sizes)
            if not error <= 1:
                raise _wrong(array, target, rules, error)
    except CheckFailed:
        if found is None or found.reorder:  # in another order all is right, or nothing is learnt
            raise
        comparison = Comparison(rules.result, False, _find_repairs(got, target, rules))
    else:
        comparison = Comparison(rules.result, True)
    if found is not None:
        found.comparisons.append(comparison)


def _find_repairs(got: Any, target: Array, rules: _Rules) -> frozenset[Repair]:
    try:
        array = _reshaped(as_array(got, rules.what).astype(np.float64), target, rules.shape)
    except CheckFailed:
        return frozenset()
    if not np.isfinite(array).all() or not np.isfinite(target).all():
        return frozenset()
    # Sizes that coincide by declaration, such as ``"N = C"``, have one value.
    declared = {
        name: value
        for names, value in rules.sizes.items()
        for name in names.split(" = ")
        if name.isidentifier()
    }
    return find_repairs(array, target, declared, rules.agree)


def _comparable(got: Any, target: Array, rules: _Rules) -> Array:
    what = rules.what
    array = _reshaped(as_array(got, what).astype(np.float64), target, rules.shape)
    if array.shape != target.shape:
        raise CheckFailed(observe_shape(array, target, what))
    # A target may be made from other answers of the student's: nothing is near infinity.
    problem = describe_non_finite(array, what) or describe_non_finite(
        target, f"what {what} should equal"
    )
    if problem:
        raise CheckFailed(problem)
    return array


def _reshaped(array: Array, target: Array, shape: ShapeRule) -> Array:
    """Return an array in the right shape where axes of length 1 do not matter."""
    if shape == "values" and _squeezed(array.shape) == _squeezed(target.shape):
        return array.reshape(target.shape)
    return array


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _norm(array: Array) -> float:
    return float(np.linalg.norm(array))


def _wrong(got: Array, want: Array, rules: _Rules, error: float) -> CheckFailed:
    rtol, atol = rules.tolerance
    # One set of entries: what is shown is a place that the words call wrong.
    wrong = ~(np.abs(got - want) <= atol + rtol * np.abs(want))
    observation = observe_values(got, want, rules.what, rules.sizes, wrong)
    index = first_wrong(got, want, wrong)
    place = f"at {list(index)}: " if index else ""
    return CheckFailed(observation, f"{place}got {got[index]:.8g}", f"{want[index]:.8g}", error)
