"""The checks that pytest collected, as their decorators declare them."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from grader.errors import CourseError
from grader.records import Check
from grader.sandbox.student import RESERVED

_SIGNATURE = re.compile(r"(\w+)(?:\((.*)\))?")


@dataclass(frozen=True, slots=True)
class Signature:
    """A function that is asked for, as its stub declares it, or a whole, which has a title."""

    name: str
    parameters: tuple[str, ...]
    text: str
    title: str = ""

    @property
    def needs(self) -> str:
        """Return the function that a worker must have; none for a whole."""
        return "" if self.title else self.name


@dataclass(frozen=True, slots=True)
class CollectedCheck:
    """A check with what the examiner needs to run it."""

    check: Check
    signature: Signature
    call_s: float | None
    cpu_s: float | None = None
    replay: bool = True
    slips: bool = True


def parse_signature(text: str) -> Signature:
    """Return the name and parameter names of ``"f(a, b=1)"``, or of a class's name."""
    matched = _SIGNATURE.fullmatch(text)
    if not matched:
        raise CourseError(f"{text!r} is not the signature of a function")
    listed = [part.split("=")[0].strip() for part in (matched[2] or "").split(",")]
    return Signature(matched[1], tuple(name for name in listed if name), text)


def describe_item(item: pytest.Item) -> CollectedCheck:
    """Return the check that a collected test is.

    Raises
    ------
    CourseError
        If the test lacks a decorator or a docstring.
    """
    of_function = item.get_closest_marker("function")
    of_check = item.get_closest_marker("check")
    if of_function is None or of_check is None:
        raise CourseError(f"{item.nodeid} needs @check, and its class @function or @whole")
    signature = _read_signature(item, of_function)
    if signature.needs.startswith("_") or signature.needs in RESERVED:
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
            essential=options["essential"],
            whole=signature.title,
            fixed=options["fixed"],
            calls=tuple(of_function.kwargs.get("calls", ())),
            signature=signature.text,
        ),
        signature,
        options["call_s"],
        options["cpu_s"],
        options["replay"],
        of_function.kwargs["slips"],
    )


def _read_signature(item: pytest.Item, mark: pytest.Mark) -> Signature:
    title = mark.kwargs.get("whole")
    text = str(mark.kwargs["signature"])
    if title is None:
        return parse_signature(text)
    if not title:
        raise CourseError(f'{item.nodeid} needs a title: @whole("The calculator", points=...)')
    cls = getattr(item, "cls", None)
    name = text or (_snake(cls.__name__.removeprefix("Test")) if cls is not None else "")
    if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
        raise CourseError(
            f"{item.nodeid} belongs to {name!r}, which is not a name; give it one: "
            f'@whole({title!r}, points=..., name="whole")'
        )
    return Signature(name, (), "", title)


def _snake(name: str) -> str:
    """Return the name of a class as that of a function: ``RunningMean`` is ``running_mean``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).strip("_").lower()


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
    """Refuse a suite whose metadata are not consistent.

    Parameters
    ----------
    items : iterable of (CollectedCheck, float)
        Every check with the points its function declares.
    withheld : iterable of Check
        Those that count, and whose code is elsewhere.

    Raises
    ------
    CourseError
        If an id is used twice, a function's checks do not add up to its points, or a
        function has no visible check or none that judges values.
    """
    seen: set[str] = set()
    declared: dict[tuple[str, str], int] = {}
    checks: dict[tuple[str, str], list[Check]] = {}
    for collected, points in items:
        check = collected.check
        if check.id in seen:
            raise CourseError(f"two checks are called {check.id}")
        seen.add(check.id)
        key = (check.exercise, check.function)
        declared[key] = _hundredths(points, check.id)
        checks.setdefault(key, []).append(check)
    for check in withheld:
        if check.id in seen or (check.exercise, check.function) not in checks:
            raise CourseError(
                f"{check.id} cannot be withheld: its code is here, or its function is not"
            )
        seen.add(check.id)
        checks[check.exercise, check.function].append(check)
    for (exercise, name), group in checks.items():
        total = sum(check.points_c for check in group)
        if total != declared[exercise, name]:
            raise CourseError(
                f"the checks of {exercise}/{name} add up to {total / 100:g} points; "
                f"{declared[exercise, name] / 100:g} are declared"
            )
        if not any(check.visibility == "visible" for check in group):
            raise CourseError(f"{exercise}/{name} has no visible check")
        if not any(check.kind == "value" and check.points_c for check in group):
            raise CourseError(f"{exercise}/{name} has no check that judges values")
