"""Decorators that declare the checks of a suite.

A suite is an ordinary pytest file, ``suites/<exercise>/test_<exercise>.py``, with one
class a function::

    @function("sigmoid(z)", points=2)
    class TestSigmoid:
        @check(0.5, visible=True)
        def test_values(self, student, rng):
            \"\"\"Right at ordinary points.\"\"\"
            z = rng.normal(size=(4, 3))
            close(student.sigmoid(z), reference(z), what="sigmoid(z)")

Checks of what several functions do together, or of a script, have a class of their own::

    @whole("The calculator", points=2)
    class TestCalculator:
        ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

from grader.records import CheckKind

_C = TypeVar("_C", bound=type)
_F = TypeVar("_F", bound=Callable[..., None])


def function(
    signature: str, points: float, *, slips: bool = True, calls: Sequence[str] = ()
) -> Callable[[_C], _C]:
    """Mark a test class as the checks of one function.

    Parameters
    ----------
    signature : str
        The call as in the stub, for example ``"leaky_relu(z, alpha=0.01)"``.
    points : float
        The sum of the points of its checks; a multiple of 0.01.
    slips : bool
        Whether an answer that one repair makes right earns a part of its points. Set it to False
        for classes, and for functions whose results have no single right value.
    calls : sequence of str
        Other functions of the course that this one, or its checks, may call, so that it loses
        points with their mistakes. `grade verify` reports functions that are not listed.
    """
    return pytest.mark.function(signature=signature, points=points, slips=slips, calls=tuple(calls))


def whole(title: str, points: float, *, name: str = "") -> Callable[[_C], _C]:
    """Mark a test class as checks of an exercise as a whole, which belong to no single function.

    Results show the title where other checks have the name of their function.

    Parameters
    ----------
    title : str
        Shown to students and instructors, for example ``"The calculator"``.
    points : float
        The sum of the points of its checks; a multiple of 0.01.
    name : str, optional
        Its name in commands and ids, unique in the exercise; by default that of the class,
        without ``Test`` and with underscores: ``TestTheCalculator`` is ``the_calculator``.
    """
    return pytest.mark.function(
        signature=name, points=points, slips=False, whole=" ".join(title.split())
    )


def check(  # noqa: PLR0913 - all but one have a default
    points: float,
    *,
    visible: bool = False,
    kind: CheckKind = "value",
    essential: bool = False,
    call_s: float | None = None,
    cpu_s: float | None = None,
    replay: bool = True,
    fixed: bool = False,
) -> Callable[[_F], _F]:
    """Mark a test as a check.

    Parameters
    ----------
    points : float
        The points that it earns if it passes, a multiple of 0.01; 0 makes it advice.
    visible : bool
        Whether students see its values, and get its code in the kit. Other checks are hidden.
    kind : {"value", "property"}
        ``property`` for a check that a wrong answer can pass by accident (shapes, unchanged
        arguments, finite numbers) or from memory (fixed inputs). It earns the share of its points
        that the ``value`` checks of the function earn. Use it also for promises at the edge, such
        as extreme values or N = 1, which then cost only their own points.
    essential : bool
        Whether the function earns at most half of its points if this check fails.
    call_s : float, optional
        Seconds for one call, instead of the course's limits: of processor time, and on the clock
        where the system does not show the time of a process.
    cpu_s : float, optional
        Seconds of processor time for one call, to check the cost. A call that uses more
        raises `TooCostly`, unless its limit was lowered by an earlier timeout. Where the system
        does not show the time of a process, only ``call_s`` applies.
    replay : bool
        Whether its calls are made again with misconceptions. Set it to False for a long
        training, if other checks of the function ask for a few steps.
    fixed : bool
        Whether its inputs are the same for every seed on purpose. Without it, `grade verify`
        reports such inputs. It changes no score.
    """
    if callable(points):
        raise TypeError("@check needs points, as in @check(1)")
    return pytest.mark.check(
        points=points,
        visible=visible,
        kind=kind,
        essential=essential,
        call_s=call_s,
        cpu_s=cpu_s,
        replay=replay,
        fixed=fixed,
    )
