"""A report of some of its exercises is the report of grading these alone."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.reports import CHECKS, MODULES, OUTCOMES, report_of, scores_of

from grader.choosing import leave_out, restrict
from grader.errors import ReportError
from grader.records import Audience, ModuleState, Status
from grader.report import build_report
from grader.scoring import leave_out_withheld

NAMES = ("alpha", "beta", "gamma")
chosen_names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5)
statuses = st.sampled_from(["graded", "missing", "unloadable"])


@given(
    names=chosen_names,
    points=st.lists(st.integers(0, 10_000), min_size=len(CHECKS), max_size=len(CHECKS)),
    passed=st.lists(st.booleans(), min_size=len(CHECKS), max_size=len(CHECKS)),
    states=st.tuples(statuses, statuses, statuses),
    audience=st.sampled_from(["student", "instructor"]),
)
def test_it_is_the_report_of_grading_these_alone(
    names: list[str],
    points: list[int],
    passed: list[bool],
    states: tuple[Status, Status, Status],
    audience: Audience,
) -> None:
    """Points, percentage and status, whatever the points and the order of the names."""
    checks = tuple(replace(c, points_c=p) for c, p in zip(CHECKS, points, strict=True))
    outcomes = tuple(
        replace(o, outcome="passed" if right else "failed")
        for o, right in zip(OUTCOMES, passed, strict=True)
    )
    modules = tuple(ModuleState(name, state) for name, state in zip(NAMES, states, strict=True))
    scores = scores_of(outcomes=outcomes, checks=checks, modules=modules)
    alone = replace(scores, exercises=tuple(e for e in scores.exercises if e.name in names))
    found = restrict(build_report(scores, audience), names)
    assert found == build_report(alone, audience)


@given(names=chosen_names)
def test_points_add_up_exactly(names: list[str]) -> None:
    """The sum of the exercises as fractions, and the percentage rounded down."""
    report = restrict(report_of(), names)
    score = sum(Fraction(str(exercise.score)) for exercise in report.exercises)
    possible = sum(Fraction(str(exercise.max_score)) for exercise in report.exercises)
    assert Fraction(str(report.score)) == score
    assert Fraction(str(report.max_score)) == possible
    assert Fraction(str(report.percent)) == (score / possible * 10_000).__floor__() / Fraction(100)


def test_without_names_a_report_stays_as_it_is() -> None:
    """No name stands for all exercises."""
    report = report_of()
    assert restrict(report, ()) is report


def test_all_names_change_nothing() -> None:
    """The restriction to everything is the same report."""
    assert restrict(report_of(), NAMES) == report_of()


def test_the_status_is_of_the_chosen_exercises() -> None:
    """An exercise that could not be loaded does not count where it is not asked for."""
    assert [module.status for module in MODULES] == ["graded", "graded", "unloadable"]
    assert report_of().status == "partly"
    assert restrict(report_of(), ["beta", "alpha"]).status == "graded"
    assert restrict(report_of(), ["gamma"]).status == "unloadable"


def test_an_exercise_that_was_not_graded_is_refused() -> None:
    """One line names the report, what it lacks and what it has."""
    with pytest.raises(ReportError) as caught:
        restrict(report_of("ada"), ["beta", "delta\x1b"])
    assert str(caught.value) == (
        "the report of ada does not have delta, but alpha, beta, gamma; choose from these, "
        "or grade it again"
    )


@given(
    left_out=st.sets(st.sampled_from([check.id for check in CHECKS])),
    audience=st.sampled_from(["student", "instructor"]),
)
def test_checks_are_left_out_as_a_kit_leaves_them_out(
    left_out: set[str], audience: Audience
) -> None:
    """It is the report that grading with the kit shows, made from the one that it writes."""
    scores = scores_of()
    withheld = tuple(check for check in CHECKS if check.id in left_out)
    whole = replace(scores, course=replace(scores.course, withheld=withheld))
    shown = build_report(leave_out_withheld(whole), audience)
    assert leave_out(build_report(whole, audience), left_out) == shown
