"""Right work has time enough on a machine that is ten times slower than this one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from support.scores import losses

from grader.engine import Grader
from grader.records import Course, SourceFile, Submission
from grader.testing.catalogue import load_catalogue, source_of


@pytest.mark.slow
def test_right_work_meets_no_limit_of_a_tenth(
    course: Course, solution: Callable[[str], str]
) -> None:
    """The solutions and all right variants of them, with a tenth of each limit that may decide."""
    most = course.limits
    assert most.call_cpu_s
    assert most.load_cpu_s
    tenth = replace(
        most,
        call_cpu_s=most.call_cpu_s / 10,
        load_cpu_s=most.load_cpu_s / 10,
        function_s=most.function_s / 10,
    )
    with Grader(replace(course, limits=tenth)) as grader:
        for exercise in course.exercises:
            right = solution(exercise.name)
            variants = load_catalogue(course.suites, exercise.name, "variants")
            ways = [(right, ())] + [
                (f"{right}\n\n{source_of((entry,))}", (entry.function,)) for entry in variants
            ]
            for text, functions in ways:
                file = SourceFile(f"{exercise.name}.py", text.encode())
                report = grader.grade(
                    Submission("x", (file,)), exercises=(exercise.name,), functions=functions
                )
                assert losses(report) == {}, text[-300:]
