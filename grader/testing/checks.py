"""How a suite says what it checks: the two decorators, and what they add up to.

A suite is an ordinary pytest file, ``suites/<exercise>/test_<exercise>.py``, with one
class a function::

    @function("sigmoid(z)", points=2)
    class TestSigmoid:
        @check(0.5, visible=True)
        def test_values(self, student, rng):
            \"\"\"Right at ordinary points.\"\"\"
            z = rng.normal(size=(4, 3))
            close(student.sigmoid(z), reference(z), what="sigmoid(z)")
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import pytest

from grader.errors import CourseError
from grader.records import Check, CheckKind
from grader.sandbox.student import RESERVED

_C = TypeVar("_C", bound=type)
_F = TypeVar("_F", bound=Callable[..., None])
_SIGNATURE = re.compile(r"(\w+)(?:\((.*)\))?")


@dataclass(frozen=True, slots=True)
class Signature:
    """A function that is asked for, as its stub declares it."""

    name: str
    parameters: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class CollectedCheck:
    """A check with what the examiner needs to run it."""

    check: Check
    signature: Signature
    call_s: float | None
    replay: bool = True


def function(signature: str, points: float) -> Callable[[_C], _C]:
    """Mark a test class as the checks of one function.

    Parameters
    ----------
    signature : str
        As the stub has it, for example ``"leaky_relu(z, alpha=0.01)"``.
    points : float
        What its checks must add up to; a multiple of 0.01.
    """
    mark = pytest.mark.function(signature=signature, points=points)

    def decorate(cls: _C) -> _C:
        return mark(cls)

    return decorate


def check(
    points: float,
    *,
    visible: bool = False,
    kind: CheckKind = "value",
    call_s: float | None = None,
    replay: bool = True,
) -> Callable[[_F], _F]:
    """Mark a test as a check.

    Parameters
    ----------
    points : float
        What passing it earns; 0 makes it advisory. A multiple of 0.01.
    visible : bool
        Whether students see the values in its messages.
    kind : {"value", "property"}
        ``property`` for what a wrong answer can pass by accident, such as shapes, purity
        and finiteness, or by heart, where the question is the same for every seed. It
        earns only where a ``value`` check of the function passed.
    call_s : float, optional
        Seconds for one call, where the course's limit does not fit.
    replay : bool
        Whether its calls are made again with misconceptions. Not worth it for a long
        training, where other checks of the function ask for a few steps.
    """
    mark = pytest.mark.check(
        points=points, visible=visible, kind=kind, call_s=call_s, replay=replay
    )

    def decorate(test: _F) -> _F:
        return mark(test)  # type: ignore[no-any-return]

    return decorate


def parse_signature(text: str) -> Signature:
    """Return the name and parameter names of ``"f(a, b=1)"``, or of a class's name."""
    matched = _SIGNATURE.fullmatch(text)
    if not matched:
        raise CourseError(f"{text!r} is no signature of a function")
    listed = [part.split("=")[0].strip() for part in (matched[2] or "").split(",")]
    return Signature(matched[1], tuple(name for name in listed if name), text)


def describe_item(item: pytest.Item) -> CollectedCheck:
    """Return the check that a collected test stands for.

    Raises
    ------
    CourseError
        If the test lacks a decorator or a docstring.
    """
    of_function = item.get_closest_marker("function")
    of_check = item.get_closest_marker("check")
    if of_function is None or of_check is None:
        raise CourseError(f"{item.nodeid} needs @check, and its class @function")
    signature = parse_signature(of_function.kwargs["signature"])
    if signature.name.startswith("_") or signature.name in RESERVED:
        raise CourseError(
            f"{item.nodeid} asks for a function {signature.name!r}, which is a name of the "
            "proxy's own; call it something else"
        )
    exercise = item.path.parent.name
    options = of_check.kwargs
    return CollectedCheck(
        Check(
            id=f"{exercise}/{signature.name}/{_check_name(item)}",
            exercise=exercise,
            function=signature.name,
            title=_title(item),
            points_c=_hundredths(options["points"], item.nodeid),
            visibility="visible" if options["visible"] else "hidden",
            kind=options["kind"],
        ),
        signature,
        options["call_s"],
        options["replay"],
    )


def _check_name(item: pytest.Item) -> str:
    name = item.name.removeprefix("test_")
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def _title(item: pytest.Item) -> str:
    text = getattr(getattr(item, "obj", None), "__doc__", None)
    if not text:
        raise CourseError(f"{item.nodeid} needs a docstring: its first line is the check's title")
    title = str(text).strip().splitlines()[0].rstrip(".")
    callspec = getattr(item, "callspec", None)
    return f"{title} ({callspec.id})" if callspec else title


def _hundredths(points: float, where: str) -> int:
    hundredths = round(points * 100)
    if hundredths < 0 or abs(hundredths - points * 100) > 1e-6:
        raise CourseError(f"{where}: {points} is not a multiple of 0.01 points")
    return hundredths


def validate(items: Iterable[tuple[CollectedCheck, float]], withheld: Iterable[Check] = ()) -> None:
    """Refuse a suite whose metadata do not hold together.

    Parameters
    ----------
    items : iterable of (CollectedCheck, float)
        Every check with the points its function declares.
    withheld : iterable of Check
        Those that count, and whose code is elsewhere.

    Raises
    ------
    CourseError
        If an id stands twice, a function's checks do not add up to its points, or a
        function has no visible check or none that judges values.
    """
    seen: set[str] = set()
    declared: dict[tuple[str, str], int] = {}
    checks: dict[tuple[str, str], list[Check]] = {}
    for collected, points in items:
        one = collected.check
        if one.id in seen:
            raise CourseError(f"two checks are called {one.id}")
        seen.add(one.id)
        key = (one.exercise, one.function)
        declared[key] = _hundredths(points, one.id)
        checks.setdefault(key, []).append(one)
    for one in withheld:
        if one.id in seen or (one.exercise, one.function) not in checks:
            raise CourseError(
                f"{one.id} cannot be withheld: its code is here, or its function is not"
            )
        seen.add(one.id)
        checks[one.exercise, one.function].append(one)
    for (exercise, name), group in checks.items():
        total = sum(one.points_c for one in group)
        if total != declared[exercise, name]:
            raise CourseError(
                f"the checks of {exercise}/{name} add up to {total / 100:g} points; "
                f"{declared[exercise, name] / 100:g} are declared"
            )
        if not any(one.visibility == "visible" for one in group):
            raise CourseError(f"{exercise}/{name} has no visible check")
        if not any(one.kind == "value" and one.points_c for one in group):
            raise CourseError(f"{exercise}/{name} has no check that judges values")
