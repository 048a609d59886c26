"""Pictures of a check: small rows and grids of numbers that it has anyway.

A picture makes no further call, raises nothing and changes no outcome: values that cannot be
drawn are left out. Attach it before you compare, so that wrong answers are drawn, too::

    got = student.sigmoid(z)
    attach_curve(student, "sigmoid(z)", (z, got), right=(GRID, each(sigmoid, GRID)))
    close(got, each(sigmoid, z), "sigmoid(z)")

Of a hidden check, students do not see ``right`` and ``error``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.records import Role, Series, Trace
from grader.sandbox.student import Student
from grader.testing.expect import CheckFailed, as_array

Array = NDArray[np.float64]
Row = tuple[Any, Any]  # the values on the two axes, entry by entry

_MAX_SERIES = 4  # a check
# A picture shows no more: a student's and a right row or grid and some points, or arrays' errors.
_MAX_TRACES = 8
_MAX_ROW, _MAX_SIDE = 512, 64  # entries of a row, rows and columns of a grid
_MAX_SIZE = 2**20  # the most entries of an answer that is drawn
_LARGEST = 1e9  # beyond it nothing can be drawn beside anything
_NO_ERROR = 1e-6  # relative to the largest right entry


def attach_curve(
    student: Student,
    title: str,
    yours: Row,
    *,
    right: Row | None = None,
    example: Row | None = None,
    names: tuple[str, str] = ("z", ""),
    count: int = 64,
) -> None:
    """Attach what the student's function gave beside the right curve.

    Parameters
    ----------
    title : str
        The title: ``"sigmoid(z)"``.
    yours, right, example : pair of array_like
        Arguments and values, of the same size; sorted by argument.
    names : pair of str
        The labels of the axes; by default ``z`` and the title.
    count : int
        The largest number of points of each; longer rows are thinned out evenly.
    """
    rows: dict[Role, Row | None] = {"yours": yours, "right": right, "example": example}
    traces = [_row(role, *row, count, in_order=True) for role, row in rows.items() if row]
    _attach(student, Series("curve", title, names[0], names[1] or title, _drawable(traces)))


def attach_bars(
    student: Student, title: str, yours: Any, right: Any, names: tuple[str, str]
) -> None:
    """Attach bars: the student's numbers beside the right ones, counted from 1."""
    traces = []
    both: dict[Role, Any] = {"yours": yours, "right": right}
    for role, values in both.items():
        array = _numbers(values)
        if array is not None and array.size <= _MAX_SIDE:
            traces.append(_row(role, np.arange(1.0, array.size + 1), array.ravel()))
    _attach(student, Series("bars", title, *names, _drawable(traces)))


def attach_errors(student: Student, title: str, pairs: Mapping[str, tuple[Any, Any]]) -> None:
    """Attach the error of each entry of each array, unless all are right.

    Parameters
    ----------
    pairs : mapping of str to (object, array_like)
        The student's array and the right one by name. A grid has their distances, divided by the
        largest right entry. Arrays of another shape are left out.
    """
    grids = {}
    for name, (got, want) in pairs.items():
        array, target = _numbers(got), np.asarray(want, dtype=np.float64)
        if array is not None and array.size == target.size:
            off = np.abs(array.reshape(target.shape) - target)
            grids[name] = np.atleast_2d(off / max(float(np.abs(target).max()), 1e-12))
    if any(not np.all(grid <= _NO_ERROR) for grid in grids.values()):
        traces = [_grid("error", name, (), (), grid) for name, grid in grids.items()]
        _attach(student, Series("errors", title, "column", "row", _drawable(traces)))


@contextlib.contextmanager
def path_drawn(
    student: Student,
    title: str,
    yours: Sequence[Any],
    *,
    ground: Callable[[Array, Array], Array],
    right: Sequence[Any] = (),
    example: Sequence[Any] = (),
) -> Iterator[None]:
    """Attach the path of the first two weights over the loss, also if the check fails meanwhile.

    Parameters
    ----------
    yours, right, example : sequence of array_like
        The weights before the first step and after each; ``yours`` is read at the end.
    ground : callable
        The loss, for grids of first and second weights.
    """
    try:
        yield
    finally:
        ways: dict[Role, Sequence[Any]] = {"yours": yours, "right": right, "example": example}
        _attach_path(student, title, ways, ground)


def _attach_path(
    student: Student,
    title: str,
    ways: Mapping[Role, Sequence[Any]],
    ground: Callable[[Array, Array], Array],
) -> None:
    traces = [_way(role, way) for role, way in ways.items() if way]
    xs, ys = (
        _margin([v for t in traces if t for v in getattr(t, axis) if v is not None])
        for axis in "xy"
    )
    traces.append(_grid("ground", "loss", xs, ys, ground(*np.meshgrid(xs, ys))))
    _attach(student, Series("path", title, "w[0]", "w[1]", _drawable(traces)))


def attach_region(
    student: Student,
    title: str,
    yours: Callable[[Array], Array],
    *,
    example: Callable[[Array], Array],
    data: Mapping[str, Any],
    side: tuple[float, float] = (-0.5, 1.5),
) -> None:
    """Attach the answers of a trained network over a square, beside those of another network.

    Parameters
    ----------
    yours, example : callable
        Map points, of shape (n, 2), to probabilities.
    data : mapping of str to array_like
        Points to draw on it, by name.
    side : pair of float
        The ends of both axes.
    """
    axis = np.linspace(*side, 17)
    points = np.stack([grid.ravel() for grid in np.meshgrid(axis, axis)], axis=1)
    answers: dict[Role, Callable[[Array], Array]] = {"yours": yours, "example": example}
    traces = [
        _grid(role, "", axis, axis, np.reshape(answer(points), (axis.size, axis.size)))
        for role, answer in answers.items()
    ]
    traces += [_row("data", *np.transpose(at), name=name) for name, at in data.items()]
    _attach(student, Series("region", title, "x1", "x2", _drawable(traces)))


def _attach(student: Student, series: Series) -> None:
    # Without any number of the student's there is nothing to look at, and a stand-in for a
    # student keeps no pictures.
    shows = any(trace.role == "error" or _has_number(trace) for trace in series.traces)
    if isinstance(student, Student) and shows and len(student.series) < _MAX_SERIES:
        student.series.append(series)


def _has_number(trace: Trace) -> bool:
    points = zip(trace.x, trace.y, strict=False)
    values = [v for row in trace.z for v in row] or [None if None in xy else 1.0 for xy in points]
    return trace.role == "yours" and any(v is not None for v in values)


def _drawable(traces: Sequence[Trace | None]) -> tuple[Trace, ...]:
    return tuple(trace for trace in traces if trace is not None)[:_MAX_TRACES]


def _numbers(values: Any) -> Array | None:
    """Return a student's numbers, or None where there is none or far too many."""
    try:
        array = as_array(values, "")
    except CheckFailed:
        return None
    return array.astype(np.float64) if 0 < array.size <= _MAX_SIZE else None


def _row(
    role: Role, x: Any, y: Any, count: int = _MAX_ROW, *, name: str = "", in_order: bool = False
) -> Trace | None:
    across, up = _numbers(x), _numbers(y)
    if across is None or up is None or across.size != up.size:
        return None
    order = np.argsort(across.ravel(), kind="stable") if in_order else np.arange(across.size)
    kept = order[np.linspace(0, across.size - 1, min(count, across.size)).round().astype(int)]
    return Trace(role, name, _plain(across.ravel()[kept]), _plain(up.ravel()[kept]))


def _grid(role: Role, name: str, x: Any, y: Any, z: Any) -> Trace | None:
    grid = _numbers(z)
    if grid is None or grid.ndim != 2 or max(grid.shape) > _MAX_SIDE:
        return None
    return Trace(role, name, _plain(x), _plain(y), tuple(_plain(row) for row in grid))


def _way(role: Role, way: Sequence[Any]) -> Trace | None:
    points = [_numbers(w) for w in way[:_MAX_SIDE]]
    places = [p.ravel()[:2] for p in points if p is not None and p.size >= 2]
    # One point is where every path starts.
    return _row(role, *np.transpose(places)) if len(places) > 1 else None


def _margin(values: Sequence[float]) -> Array:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    more = 0.25 * (high - low) + 0.1
    return np.linspace(low - more, high + more, 17)


def _plain(values: Any) -> tuple[float | None, ...]:
    # Five digits are enough for a picture, and are the same on every machine.
    return tuple(
        float(f"{v:.5g}") if abs(v) <= _LARGEST else None  # NaN is no less than anything
        for v in np.asarray(values, dtype=np.float64).tolist()
    )
