"""Pictures: what they show, that nothing is left out silently, and that text stays text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.pictures import SERIES, report_with_series

from grader.records import Series, SeriesKind, Trace
from grader.writers.pages.pictures.contours import cells_of, contour, higher
from grader.writers.pages.pictures.draw import draw_picture
from grader.writers.pages.pictures.scales import Scale, make_scale, needs_log, write
from grader.writers.pages.student_page import write_student_page

KINDS: list[SeriesKind] = ["curve", "bars", "errors", "path", "region"]
GRID = ((0.1, 0.9), (0.4, 0.6))
ERRORS = (Trace("error", "dW", z=GRID), Trace("error", "db", z=((None,),)))
ALL_KINDS = [
    SERIES,
    replace(SERIES, kind="bars"),
    replace(SERIES, kind="errors", traces=ERRORS),
    replace(
        SERIES,
        kind="path",
        traces=(*SERIES.traces, Trace("ground", "", (0.0, 1.0), (0.0, 1.0), GRID)),
    ),
    replace(
        SERIES,
        kind="region",
        traces=(
            Trace("yours", "", (0.0, 1.0), (0.0, 1.0), GRID),
            Trace("data", "0", (0.0,), (0.0,)),
        ),
    ),
]


def parse(series: Series) -> ET.Element:
    return ET.fromstring(draw_picture(series, "p1"))


def texts_of(series: Series) -> list[str]:
    return [element.text or "" for element in parse(series).iter("text")]


def answers(*ys: float | None, right: Sequence[float] = ()) -> Series:
    """Return a curve with the student's answers, and the right ones at the same places."""
    traces = [Trace("yours", "", tuple(map(float, range(len(ys)))), ys)]
    if right:
        traces.append(Trace("right", "", tuple(map(float, range(len(right)))), tuple(right)))
    return replace(SERIES, traces=tuple(traces))


def test_a_picture_takes_the_pages_colours_and_is_described() -> None:
    """It adapts to the dark, and is not silent for those who do not see it."""
    content = write_student_page(report_with_series(), draw=draw_picture).decode()
    (svg,) = re.findall(r"<svg.*?</svg>(?=<figcaption|</figure)", content, re.DOTALL)
    root = ET.fromstring(svg)
    assert {root.get("aria-labelledby"), root.get("aria-describedby")} == {"p1-t", "p1-d"}
    assert [e.tag for e in root][:2] == ["title", "desc"]
    assert "yours: 2 values from 0 to 2" in (root[1].text or "")
    assert not {e.get(name) for e in root.iter() for name in ("fill", "stroke", "style")} - {None}


@pytest.mark.parametrize("series", ALL_KINDS, ids=lambda s: s.kind)
def test_every_kind_of_series_is_drawn(series: Series) -> None:
    """Each ends as one SVG element whose texts lie within it."""
    ((drawn,),) = [check.series for check in report_with_series(series).checks() if check.series]
    root = parse(drawn)
    width = float(root.get("width", "0"))
    for text in root.iter("text"):
        assert 0 <= float(text.get("x", "0")) <= width


def test_lines_differ_in_form_and_have_their_names_beside_them() -> None:
    """Without colours and without a legend far away."""
    drawn = draw_picture(SERIES, "p1")
    assert {"yours", "right"} <= set(texts_of(SERIES))
    assert 'class="line-right"' in drawn
    assert 'class="dot"' in drawn


def test_points_that_are_far_off_are_named_with_number_and_size() -> None:
    """They are triangles at the edge, and the right curve keeps its height."""
    series = answers(0.0, 5e7, -30.0, -20.0, 1.0, right=(0.0, 0.2, 0.5, 0.8, 1.0))
    texts = texts_of(series)
    assert "▲ 1 of 5 of yours higher, up to 5e7" in texts
    assert "▼ 2 of 5 of yours lower, down to −30" in texts  # noqa: RUF001
    (far,) = [e for e in parse(series).iter("path") if e.get("class") == "far"]
    assert (far.get("d") or "").count("M") == 3
    assert "5e7" in (parse(series)[1].text or "")


def test_points_that_are_no_numbers_are_counted() -> None:
    """A gap in a curve could be overlooked."""
    assert "2 of 3 of yours: NaN, infinite or beyond 1e9" in texts_of(answers(1.0, None, None))


def test_what_dies_out_is_drawn_with_a_logarithm_and_a_bump_is_not() -> None:
    """A loss that falls by orders of magnitude, and the slope of tanh."""
    falling = [math.exp(-n / 4) for n in range(60)]
    bump = [1 - math.tanh(n / 5 - 6) ** 2 for n in range(60)]
    assert "f(z), logarithmic" in texts_of(answers(*falling))
    assert "f(z)" in texts_of(answers(*bump))
    assert needs_log(falling)
    assert not needs_log(bump)


def test_bars_of_very_different_size_are_all_seen() -> None:
    """Norms that vanish from layer to layer."""
    series = replace(answers(0.5, 0.01, 2e-6, right=(0.4, 0.3, 0.2)), kind="bars")
    bars = [e for e in parse(series).iter("rect") if (e.get("class") or "").startswith("bar-")]
    heights = [float(bar.get("height", "0")) for bar in bars]
    assert min(heights) > 2


@given(
    st.floats(-1e9, 1e9),
    st.floats(1e-6, 1e9),
    st.floats(40, 400),
)
def test_ticks_are_few_round_numbers_within_the_axis(low: float, more: float, size: float) -> None:
    """Each is a multiple of 1, 2 or 5 times a power of ten, and no two read alike."""
    assume(more > 1e-5 * abs(low))  # series have five digits
    scale = make_scale([low, low + more], 0.0, size)
    ticks = scale.ticks()
    assert 2 <= len(ticks) <= 2 * max(2, size / 30) + 2
    slack = 1e-6 * (scale.high - scale.low)
    assert all(scale.low - slack <= value <= scale.high + slack for value, _ in ticks)
    assert len({words for _, words in ticks}) == len(ticks)
    steps = {f"{b - a:.2e}"[0] for (a, _), (b, _) in pairwise(ticks)}
    assert steps <= {"1", "2", "5"}


@given(st.floats(1e-9, 1e8), st.floats(1.5, 1e9))
def test_ticks_of_a_logarithm_lie_within_it(low: float, factor: float) -> None:
    """At least two, so that it can be read."""
    scale = make_scale([low, low * factor], 0.0, 166.0, log=True)
    ticks = scale.ticks()
    assert len(ticks) >= 2
    assert all(-1e-6 <= scale(value) <= 166 + 1e-6 for value, _ in ticks)


@pytest.mark.parametrize(
    "value, words",
    [(0, "0"), (0.30000000000000004, "0.3"), (1e5, "1e5"), (-2.5e-7, "−2.5e-7"), (1234, "1234")],  # noqa: RUF001
)
def test_numbers_are_short(value: float, words: str) -> None:
    """As a person would write them."""
    assert write(value) == words.replace("e-", "e−")  # noqa: RUF001


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.floats(-2, 2)), min_size=4, max_size=4),
        min_size=2,
        max_size=5,
    ),
    st.floats(-1.5, 1.5),
)
def test_lines_and_areas_of_a_height_agree_with_the_corners(
    rows: list[list[float | None]], level: float
) -> None:
    """A cell's part that is higher is all of it, none of it, or is bounded by the line."""
    up = tuple(map(float, range(len(rows))))
    grid = Trace("ground", "", (0.0, 1.0, 2.0, 3.0), up, tuple(map(tuple, rows)))
    for cell in cells_of(grid):
        heights = [corner[2] for corner in cell.corners]
        areas = list(higher([cell], level))
        lines = list(contour([cell], level))
        crossed = min(heights) < level <= max(heights)
        assert bool(lines) == crossed
        assert bool(areas) >= (min(heights) >= level)
        for x, y in [point for part in (*areas, *lines) for point in part]:
            left, bottom = cell.corners[0][:2]
            assert left <= x <= left + 1
            assert bottom <= y <= bottom + 1


def test_neighbouring_cells_become_one_area() -> None:
    """A page would be many times as large otherwise."""
    grid = Trace("yours", "", (0.0, 1.0, 2.0), (0.0, 1.0), ((1.0,) * 3, (1.0,) * 3))
    assert list(higher(cells_of(grid), 0.5)) == [[(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0)]]


def test_a_scale_maps_its_ends_and_never_leaves_the_screen() -> None:
    """Whatever number is asked for."""
    scale = Scale(1.0, 100.0, 10.0, 20.0, log=True)
    assert (scale(1), scale(10), scale(100)) == (10, 15, 20)
    assert all(math.isfinite(scale(value)) for value in (-1.0, 0.0, 1e300, math.inf))


@pytest.mark.parametrize(
    "trace",
    [
        Trace("yours", "", (1.0,), ()),
        Trace("yours", "", z=((1.0,), (1.0, 2.0))),
        Trace("yours", "", (1.0,), (1.0,), ((1.0, 2.0),)),
        Trace("yours", "", z=((),)),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_series_written_by_hand_are_left_out(kind: Any, trace: Trace) -> None:
    """What does not fit together makes no picture and no error."""
    assert draw_picture(replace(SERIES, kind=kind, traces=(trace,)), "p1") == ""


numbers = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
words = st.text(max_size=120)
roles = st.sampled_from(["yours", "right", "example", "error", "ground", "data"])
rows = st.integers(0, 6).flatmap(
    lambda n: st.tuples(*[st.lists(numbers, min_size=n, max_size=n).map(tuple)] * 2)
)
grids = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda n: st.lists(
        st.lists(numbers, min_size=n[0], max_size=n[0]).map(tuple), min_size=n[1], max_size=n[1]
    ).map(tuple)
)
traces = st.one_of(
    st.builds(lambda role, name, xy: Trace(role, name, *xy), roles, words, rows),
    st.builds(lambda role, name, z: Trace(role, name, z=z), roles, words, grids),
    st.builds(
        lambda role, name, z: Trace(
            role, name, tuple(map(float, range(len(z[0])))), tuple(map(float, range(len(z)))), z
        ),
        roles,
        words,
        grids,
    ),
)


@given(
    st.builds(
        Series,
        kind=st.sampled_from(KINDS),
        title=words,
        x_name=words,
        y_name=words,
        traces=st.lists(traces, max_size=5).map(tuple),
    )
)
def test_whatever_a_report_holds_there_is_a_picture_or_none(series: Series) -> None:
    """Well-formed, with text as text, finite numbers and no element but those of pictures."""
    drawn = draw_picture(series, "p1")
    if drawn:
        root = ET.fromstring(drawn)
        known = {"svg", "title", "desc", "text", "path", "rect", "circle", "g"}
        assert {element.tag for element in root.iter()} <= known
        assert not re.search(r'="[^"]*\b(?:nan|inf)\b', drawn)


EXTREME = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    1e-300,
    1e-15,
    1e-9,
    1.0,
    1.0 + 2e-16,
    -1.0,
    1e9,
    -1e9,
    1e300,
]
NUMBERS = st.one_of(st.none(), st.sampled_from(EXTREME), st.floats(allow_nan=False))
ROLES = ["yours", "right", "example", "error", "ground", "data"]


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    """Draw a row or a grid of any numbers."""
    role, width, height = draw(st.sampled_from(ROLES)), draw(st.integers(1, 4)), 3
    row = st.tuples(*[NUMBERS] * width)
    if draw(st.booleans()):
        return Trace(role, "", draw(row), draw(row))  # type: ignore[arg-type]
    places = st.lists(NUMBERS, min_size=height, max_size=height).map(tuple)
    return Trace(role, "", draw(row), draw(places), draw(st.tuples(*[row] * height)))  # type: ignore[arg-type]


@given(st.sampled_from(KINDS), st.lists(traces(), max_size=4).map(tuple))
def test_whatever_numbers_come_back_can_be_drawn(
    kind: SeriesKind, drawn: tuple[Trace, ...]
) -> None:
    """One student's answers do not keep the pages of a class from being made."""
    picture = draw_picture(replace(SERIES, kind=kind, traces=drawn), "p1")
    assert not picture or ET.fromstring(picture).tag == "svg"
    assert not re.search(r"\b(nan|inf)\b", picture)


@pytest.mark.parametrize("least", [5e-324, 1e-300, 1e-18])
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_next_to_0_can_be_drawn(kind: SeriesKind, least: float) -> None:
    """Quotients of other numbers with them overflow."""
    series = replace(answers(least, 1.0, 1e9, right=(least, 1e9, 1.0)), kind=kind)
    assert kind in ("errors", "region") or parse(series).tag == "svg"


def test_the_same_picture_twice_has_ids_of_its_own() -> None:
    """It is drawn once; a page may have it in two places."""
    first, second = (draw_picture(SERIES, name) for name in ("p1", "p2"))
    assert first.count("p1-") == 4
    assert first.replace("p1-", "p2-") == second
