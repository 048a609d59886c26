"""What a check lets be seen: bounded, plain, harmless, and never a hidden answer."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any, get_args

import jsonschema
import numpy as np
import pytest
from msgspec.structs import replace
from support.reports import OUTCOMES, report_of
from test_report import SCHEMA, write

from grader.records import Audience, Course, Role, ScoreReport, Series, Trace
from grader.report import Report, build_report, for_students, read_report, to_json
from grader.sandbox.protocol.values import Opaque
from grader.sandbox.student import Student
from grader.testing.series import (
    attach_bars,
    attach_curve,
    attach_errors,
    attach_region,
    path_drawn,
)
from grader.writers.pages.pictures.draw import draw_picture

# What a student may return in place of a row of numbers.
STRANGE = [
    None,
    "text",
    {"a": 1},
    [[1, 2], [3]],
    [],
    np.array(["a"]),
    np.array([1j]),
    np.zeros((0, 3)),
    np.zeros(2**20 + 1),
    Opaque("Odd", "odd"),
]


class Holder(Student):
    """A student of whom nothing is asked."""

    def __init__(self) -> None:
        self.series = []


def drawn(*values: Any) -> list[Series]:
    """Return what is attached where a function gave these values."""
    student = Holder()
    x = np.arange(3.0)
    for got in values:
        attach_curve(student, "f(z)", (x, got), right=(x, x))
        attach_bars(student, "norms", got, x, ("layer", "norm"))
        attach_errors(student, "errors", {"dW": (got, x)})
        with path_drawn(student, "way", [got], ground=np.add):
            pass
    return student.series


@pytest.mark.parametrize("got", STRANGE, ids=lambda v: type(v).__name__)
def test_an_answer_that_is_not_a_row_of_numbers_is_left_out(got: Any) -> None:
    """Nothing is raised, and without anything of the student's nothing is attached."""
    assert drawn(got) == []


def test_infinities_and_nan_are_gaps() -> None:
    """JSON has no such numbers, and nothing could be drawn beside them."""
    curve = drawn([np.nan, 2.0, -np.inf])[0]
    assert curve.traces[0].y == (None, 2.0, None)
    assert drawn([1e300, 2.0, 3.0])[0].traces[0].y == (None, 2.0, 3.0)


def test_without_a_single_number_of_the_students_nothing_is_attached() -> None:
    """There would be nothing to draw."""
    kinds = [one.kind for one in drawn([np.nan, np.nan, np.inf])]
    assert kinds == ["errors"]  # which shows that all are off


def test_there_is_a_bound_on_how_much_is_attached() -> None:
    """At most four series a check; long rows are thinned, wide grids left out."""
    student = Holder()
    long = np.arange(5000.0)
    for _ in range(9):
        attach_curve(student, "f(z)", (long, long), right=(long, long))
    attach_errors(student, "errors", {"dW": (np.ones((70, 70)), np.zeros((70, 70)))})
    assert len(student.series) == 4
    assert [len(trace.x) for trace in student.series[0].traces] == [64, 64]
    assert not [trace for series in student.series for trace in series.traces if trace.z]


def test_errors_are_attached_only_where_there_are_any() -> None:
    """A right gradient needs no picture."""
    student = Holder()
    attach_errors(student, "errors", {"dW": ([1.0, 2.0], [1.0, 2.0])})
    assert student.series == []
    attach_errors(student, "errors", {"dW": ([1.0, 3.0], [1.0, 2.0]), "db": ([1.0], [1.0])})
    assert [trace.z for trace in student.series[0].traces] == [((0.0, 0.5),), ((0.0,),)]


def test_a_path_is_attached_even_where_the_check_ends_early() -> None:
    """The way to the first wrong step is the interesting part."""
    student = Holder()
    way = [np.zeros(3)]
    figures = [np.zeros(2), np.ones(2)]
    with (
        contextlib.suppress(KeyError),
        path_drawn(student, "way", way, ground=np.add, example=figures),
    ):
        way.append(np.array([1.0, 2.0, 3.0]))
        raise KeyError
    (path,) = student.series
    assert [(t.role, t.x, t.y) for t in path.traces[:2]] == [
        ("yours", (0.0, 1.0), (0.0, 2.0)),
        ("example", (0.0, 1.0), (0.0, 1.0)),
    ]


def test_a_region_holds_both_answers_and_the_data() -> None:
    """The student's grid, the example's, and the points."""
    student = Holder()

    def answer(at: Any) -> Any:
        return at[:, 0]

    attach_region(student, "XOR", answer, example=answer, data={"0": [[0.0, 0.0], [1.0, 1.0]]})
    roles = [(t.role, len(t.x), len(t.z)) for t in student.series[0].traces]
    assert roles == [("yours", 17, 17), ("example", 17, 17), ("data", 2, 0)]


def assert_drawn(series: Series) -> None:
    """Each trace makes a difference to the picture of a series."""
    picture = draw_picture(series, "p1")
    assert picture
    for place in range(len(series.traces)):
        fewer = replace(series, traces=series.traces[:place] + series.traces[place + 1 :])
        assert draw_picture(fewer, "p1") != picture


def test_no_more_errors_are_attached_than_a_picture_shows() -> None:
    """Of a deep network those of the first layers."""
    student = Holder()
    pairs = {f"dW{n}": ([float(n)], [0.0]) for n in range(1, 13)}
    attach_errors(student, "errors", pairs)
    assert [trace.name for trace in student.series[0].traces] == [f"dW{n}" for n in range(1, 9)]
    assert_drawn(student.series[0])


@pytest.mark.parametrize("exercise", ["activations", "optimizers", "training"])
def test_a_report_has_no_numbers_that_no_picture_shows(
    exercise: str, grade: Callable[..., ScoreReport], solution: Callable[[str], str]
) -> None:
    """Nor has that of a student."""
    scores = grade(**{exercise: solution(exercise)})
    for audience in get_args(Audience):
        found = [one for check in build_report(scores, audience).checks() for one in check.series]
        assert found
        for series in found:
            assert_drawn(series)


def with_series(*roles: Role) -> dict[str, Any]:
    """Return outcomes of `reports` where the first hidden and visible failures have series."""
    series = (Series("curve", "f", "z", "f(z)", tuple(Trace(r, r, (1.0,), (2.5,)) for r in roles)),)
    outcomes = tuple(replace(o, series=series) if o.outcome == "failed" else o for o in OUTCOMES)
    return {"outcomes": outcomes}


def roles_of(report: Report) -> dict[str, list[Role]]:
    return {
        check.id: [trace.role for series in check.series for trace in series.traces]
        for check in report.checks()
        if check.series
    }


def test_students_see_no_right_answer_of_a_hidden_check() -> None:
    """Their own curve they do see, and an example that is no answer."""
    options = with_series("yours", "right", "error", "example")
    everything = ["yours", "right", "error", "example"]
    hidden, visible = "alpha/curve/values", "alpha/curve/advice"
    instructor = report_of(audience="instructor", **options)
    assert roles_of(instructor) == {hidden: everything, visible: everything}
    student = report_of(**options)
    assert roles_of(student) == {hidden: ["yours", "example"], visible: everything}
    assert roles_of(for_students(instructor)) == {visible: everything}
    assert for_students(student) == student


def test_what_shows_nothing_of_the_student_is_left_out() -> None:
    """Where only the error would remain, there is no series."""
    assert roles_of(report_of(**with_series("error"))) == {"alpha/curve/advice": ["error"]}


def test_a_report_with_series_is_valid_and_is_read_back(tmp_path: Any) -> None:
    """Numbers are in a row, so that a report stays short."""
    report = report_of(**with_series("yours", "right"))
    text = to_json(report)
    assert b'"y": [2.5],' in text
    jsonschema.validate(json.loads(text), SCHEMA)
    assert read_report(write(tmp_path, text)) == report


def test_the_course_attaches_what_it_saw(
    grade: Callable[..., ScoreReport], solution: Callable[[str], str], course: Course
) -> None:
    """Right answers come with the curve that the check compared; grading stays the same."""
    report = grade(activations=solution("activations"))
    assert report.score_c == report.max_score_c
    series = {c.check.id: c.outcome.series for c in report.checks() if c.outcome.series}
    assert len(series) == 9
    (curve,) = series["activations/sigmoid/values"]
    yours, right = curve.traces
    assert yours.role == "yours"
    assert right.y[30] == 0.5
    assert all(y is not None and 0 < y < 1 for y in yours.y)
    assert course.name
