"""Figures of matplotlib as plain data, and what hostile code may send in their place."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.protocol.figures import Axes, Bars, Figure, read_figure
from grader.sandbox.protocol.frames import FrameError
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.plotting import reduce_figure, settle_matplotlib, take_figures
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Opaque

pytest.importorskip("matplotlib")
import matplotlib.pyplot as plt


@pytest.fixture(autouse=True)
def _settle(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import matplotlib as mpl

    for module, name in ((mpl, "use"), (plt, "switch_backend")):
        monkeypatch.setattr(module, name, getattr(module, name))
    settle_matplotlib()
    yield
    plt.close("all")


def cross(value: Any) -> Any:
    """Return what a value is on the other side."""
    return unpack(pack(value))


def draw_everything() -> Any:
    figure, (first, second) = plt.subplots(1, 2, figsize=(6, 3))
    figure.suptitle("All")
    first.plot([1, 2, 3], [4.0, np.nan, 6], "ro--", label="curve")
    first.plot([0, 1], [1, 1], color="#00ff00")
    first.scatter([1, 2], [3, 4], s=[5, 7], c=["red", "blue"], label="dots")
    first.set(title="Left", xlabel="time", ylabel="size", xlim=(0, 5), yscale="log")
    first.legend()
    first.text(1, 1, "here")
    first.grid(visible=True)
    second.bar(["a", "b"], [3, 4], label="bars")
    second.imshow(np.arange(6.0).reshape(2, 3), cmap="gray", vmin=0, vmax=5)
    return figure


def test_everything_that_is_drawn_is_there() -> None:
    """Texts, axes, legends, lines, points, bars and images."""
    figure = cross(draw_everything())
    assert isinstance(figure, Figure)
    assert (figure.title, figure.size, len(figure.axes)) == ("All", (6.0, 3.0), 2)
    first, second = figure.axes
    assert (first.title, first.xlabel, first.ylabel) == ("Left", "time", "size")
    assert (first.xscale, first.yscale, first.xlim) == ("linear", "log", (0.0, 5.0))
    assert (first.legend, first.texts, first.grid) == (("curve", "dots"), ("here",), True)
    curve, other = first.lines
    assert (curve.label, curve.marker, curve.linestyle) == ("curve", "o", "--")
    assert (curve.color, other.color, other.label) == ("#ff0000", "#00ff00", "")
    assert curve.x.tolist() == [1, 2, 3]
    assert curve.y[[0, 2]].tolist() == [4, 6]
    assert np.isnan(curve.y[1])
    (points,) = first.points
    assert (points.x.tolist(), points.y.tolist(), points.label) == ([1, 2], [3, 4], "dots")
    assert points.sizes.tolist() == [5, 7]
    assert points.colors == ("#ff0000", "#0000ff")
    (bars,) = second.bars
    assert (bars.heights.tolist(), bars.names, bars.label) == ([3, 4], ("a", "b"), "bars")
    (image,) = second.images
    assert image.data.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert (image.colormap, image.limits) == ("gray", (0.0, 5.0))


def test_histograms_and_lying_bars_are_bars() -> None:
    """A histogram's bars have its counts and edges."""
    figure, axes = plt.subplots()
    axes.hist([1, 1, 2, 5], bins=[0, 2, 4, 6])
    (bars,) = cross(axes).bars
    assert bars.heights.tolist() == [2, 1, 1]
    assert bars.edges.tolist() == [0, 2, 4, 6]
    axes.clear()
    axes.barh(["x", "y"], [3, 7])
    (bars,) = cross(figure).axes[0].bars
    assert (bars.horizontal, bars.heights.tolist(), bars.names) == (True, [3, 7], ("x", "y"))


def test_other_axes_and_kinds_of_drawing_do_no_harm() -> None:
    """Axes in space, polar ones, dates, pies, contours and error bars."""
    figure = plt.figure()
    figure.add_subplot(231, projection="3d").plot([1, 2], [3, 4], [5, 6])
    figure.add_subplot(232, projection="polar").plot([1, 2], [3, 4])
    days = [dt.date(2024, 1, 1), dt.date(2024, 1, 2)]
    figure.add_subplot(233).plot(days, [1, 2])
    figure.add_subplot(234).pie([1, 2], labels=["p", "q"])
    axes = figure.add_subplot(235)
    figure.colorbar(axes.contourf(np.eye(4)), ax=axes)
    figure.add_subplot(236).errorbar([1, 2], [3, 4], yerr=1)
    found = cross(figure)
    assert isinstance(found, Figure)
    assert len(found.axes) == 7
    assert found.axes[2].lines[0].x.tolist() == [19723.0, 19724.0]
    assert found.axes[3].texts[0] == "p"


def test_open_figures_are_taken_in_their_order_and_closed() -> None:
    """What is asked for again is not there."""
    plt.figure()
    plt.title("one")
    plt.figure()
    plt.title("two")
    found = cross(take_figures())
    assert [figure.axes[0].title for figure in found] == ["one", "two"]
    assert take_figures() == []


def test_what_is_too_large_is_named_and_not_sent() -> None:
    """Many points, or many diagrams."""
    figure, axes = plt.subplots()
    axes.plot(np.zeros(200_001))
    assert isinstance(cross(figure), Opaque)
    axes.clear()
    for _ in range(501):
        axes.plot([1], [1])
    assert isinstance(cross(figure), Opaque)


def _change(place: tuple[int, ...], value: Any) -> list[Any]:
    reduced = reduce_figure(draw_everything())
    inner: Any = reduced
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return reduced


AXES = (1, 0, 0)
LINE = (*AXES, 3, 0, 0)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((0,), "picture"),
        ((1, 0), {}),
        ((1, 0), [[]] * 101),
        ((1, 1), 5),
        ((1, 2), [1.0, float("nan")]),
        ((*AXES, 0, 0), b"title"),
        ((*AXES, 1, 0), [0.0]),
        ((*AXES, 2), "legend"),
        ((*AXES, 5), 1),
        ((*LINE, 0), np.zeros(2)),
        ((*LINE, 0), np.zeros((3, 1))),
        ((*LINE, 0), np.zeros(3, dtype=np.float32)),
        ((*LINE, 0), [1.0, 2.0, 3.0]),
        ((*LINE, 5), "red"),
        ((*LINE, 5), "#ff0000\n"),
        ((*LINE, 6), 1),
        ((1, 0, 1, 3, 3, 0, 0), np.zeros(3)),
        ((1, 0, 1, 3, 2, 0, 6), None),
    ],
)
def test_a_figure_with_a_wrong_part_is_refused(place: tuple[int, ...], value: Any) -> None:
    """Every field is checked before a figure is built."""
    with pytest.raises((ValueError, TypeError)):
        read_figure(_change(place, value))


def test_texts_are_made_plain() -> None:
    """A title is shown to people."""
    figure, axes = plt.subplots()
    axes.set_title("a\x1b[31m\u202eb")
    assert cross(figure).axes[0].title == "a [31m b"


@given(st.data())
def test_a_damaged_figure_is_refused_or_still_a_figure(data: st.DataObject) -> None:
    """No byte that changes raises anything else."""
    content = bytearray(pack(draw_everything()))
    plt.close("all")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FrameError):
        unpack(bytes(content))


def test_the_classes_can_be_made_by_a_suite() -> None:
    """Every field but the numbers has a default."""
    numbers = np.zeros(2)
    assert Bars(numbers, numbers, numbers, numbers).names == ()
    assert Figure((Axes(title="x"),)).axes[0].legend is None
