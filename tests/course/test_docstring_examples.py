"""How many wrong ways the examples in docstrings show: a figure of `grade verify`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.courses import write_small_course
from support.here import grade_here

from grader.course.manifest import load_course
from grader.errors import CourseError
from grader.records import Course
from grader.testing.catalogue import load_catalogue
from grader.verify.docstrings import count_caught

Solution = Callable[[str], str]


def test_a_wrong_way_is_caught_if_an_example_fails(course: Course, solution: Solution) -> None:
    """With the docstrings' examples most are, without any none is."""
    source = solution("activations")
    entries = load_catalogue(course.suites, "activations", "misconceptions")
    ids = {entry.id for entry in entries if entry.loses_points}
    ways = count_caught(course, {"activations": source})
    assert ways.known == len(ids)
    assert ways.caught > 0.75 * ways.known
    without = re.sub(r"    >>> .*\n", "", source)
    assert count_caught(course, {"activations": without}).caught == 0
    weaker = re.sub(r"    >>> np.*\n.*\n", "", source)
    assert 0 < count_caught(course, {"activations": weaker}).caught < ways.caught


@pytest.mark.slow
def test_the_examples_of_the_course_show_three_wrong_ways_of_four(
    course: Course, solution: Solution
) -> None:
    """Short examples that can be followed by hand are enough for most mistakes."""
    ways = count_caught(course, {name: solution(name) for name in course.select()})
    assert ways.known > 1300
    assert ways.caught > 0.75 * ways.known


def test_a_solution_that_cannot_be_executed_is_an_error(course: Course) -> None:
    """The message names the exercise."""
    with pytest.raises(CourseError, match="the solution of losses fails"):
        count_caught(course, {"losses": "raise ValueError"})


@pytest.mark.slow
def test_verify_reports_the_figure_in_one_line(tmp_path: Path) -> None:
    """Of the chosen exercises, in words."""
    manifest = write_small_course(tmp_path / "course")
    done = grade_here("verify", "--course", manifest.parent, "--seeds", "1", "--jobs", "1")
    course = load_course(manifest)
    known = {
        entry.id
        for name in course.select()
        for entry in load_catalogue(course.suites, name, "misconceptions")
    }
    pattern = rf"examples in docstrings rule out \d+ of {len(known)} known mistakes\n"
    assert re.search(pattern, done.stdout), done.stdout
