"""Marking and the reading of the record: exact, and closed against every gap."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from grader.examiner.outcomes import read_outcomes
from grader.records import Check, Course, ExerciseScore, ModuleState, Outcome
from grader.scoring import mark

VALUES = Check("activations/f/values", "activations", "f", "t", 70, "visible", "value")
MORE = Check("activations/f/more", "activations", "f", "t", 10, "hidden", "value")
PURITY = Check("activations/f/purity", "activations", "f", "t", 20, "hidden", "property")
CHECKS = (VALUES, MORE, PURITY)
GRADED = (ModuleState("activations", "graded"),)


def passed(check: Check) -> Outcome:
    return Outcome(check.id, "passed")


def score(course: Course, outcomes: Iterable[Outcome]) -> int:
    (exercise,) = mark(course, CHECKS, outcomes, GRADED)
    assert exercise.max_score_c == 100
    return exercise.score_c


def test_everything_passed_is_everything_earned(course: Course) -> None:
    """The sum is exact."""
    assert score(course, map(passed, CHECKS)) == 100


def test_a_property_earns_only_beside_a_value(course: Course) -> None:
    """Purity alone proves nothing."""
    assert score(course, [passed(PURITY)]) == 0
    assert score(course, [passed(PURITY), passed(MORE)]) == 30


def test_an_absent_outcome_earns_nothing(course: Course) -> None:
    """No outcomes at all is a score of 0 with the full denominator."""
    assert score(course, []) == 0


def test_two_outcomes_for_one_check_earn_nothing(course: Course) -> None:
    """Who says it twice is not believed."""
    assert score(course, [passed(VALUES), passed(VALUES), passed(MORE)]) == 10


def test_an_unknown_outcome_earns_nothing(course: Course) -> None:
    """An outcome without a check is ignored."""
    assert score(course, [Outcome("activations/f/forged", "passed")]) == 0


@pytest.mark.parametrize("kind", ["failed", "error", "timeout", "not_implemented", "not_run"])
def test_only_passed_earns(course: Course, kind: Any) -> None:
    """Every other outcome earns nothing."""
    assert score(course, [replace(passed(VALUES), outcome=kind)]) == 0


def test_a_module_without_a_state_counts_as_missing(course: Course) -> None:
    """The examiner's silence is no grade."""
    (exercise,) = mark(course, CHECKS, [], [])
    assert exercise.status == "missing"
    assert isinstance(exercise, ExerciseScore)


def stage(outcome: str = "passed") -> dict[str, Any]:
    return {"outcome": outcome, "duration": 0.25}


def entry(node: str) -> dict[str, Any]:
    stages = {"setup": stage(), "call": stage(), "teardown": stage()}
    return {"nodeid": node, "outcome": "passed", **stages}


RECORD: dict[str, Any] = {
    "summary": {"collected": 3},
    "tests": [entry("a"), entry("b"), entry("c")],
}
COLLECTED = {"a": VALUES, "b": MORE, "c": PURITY}


def read(report: dict[str, Any]) -> list[str]:
    return [outcome.outcome for outcome in read_outcomes(report, COLLECTED)]


def test_a_complete_record_is_read_as_it_stands() -> None:
    """Three stages passed is passed, and durations add up."""
    outcomes = read_outcomes(RECORD, COLLECTED)
    assert [o.outcome for o in outcomes] == ["passed"] * 3
    assert outcomes[0].duration_s == 0.75


@pytest.mark.parametrize("missing", ["setup", "call", "teardown"])
def test_a_stage_that_was_not_seen_is_not_passed(missing: str) -> None:
    """The plugin says passed after the first stage; we do not."""
    report = copy.deepcopy(RECORD)
    del report["tests"][0][missing]
    assert report["tests"][0]["outcome"] == "passed"
    assert read(report) == ["error", "passed", "passed"]


@pytest.mark.parametrize("outcome", ["failed", "skipped", "xfailed", "rerun", None])
def test_a_stage_that_did_not_pass_is_not_passed(outcome: Any) -> None:
    """Skips, expected failures and reruns earn nothing."""
    report = copy.deepcopy(RECORD)
    report["tests"][0]["call"]["outcome"] = outcome
    assert read(report)[0] == "error"


def test_a_finding_beside_passed_stages_is_believed() -> None:
    """A contradiction is decided against the points."""
    report = copy.deepcopy(RECORD)
    report["tests"][0]["metadata"] = {"outcome": "failed", "message": "no"}
    assert read(report)[0] == "failed"
    report["tests"][0]["metadata"] = {"outcome": "passed"}
    assert read(report)[0] == "error"


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"tests": []},
        {"tests": RECORD["tests"]},
        {"summary": {"collected": 2}, "tests": RECORD["tests"]},
        {"summary": {"collected": 3}, "tests": []},
        {"summary": {"collected": 3}, "tests": RECORD["tests"] * 2},
        {"summary": {"collected": 3}, "tests": [entry("x"), entry("y"), entry("z")]},
    ],
)
def test_a_record_with_gaps_passes_nothing(report: dict[str, Any]) -> None:
    """Absent, doubled and foreign entries, and a wrong count, all fail closed."""
    assert set(read(report)) == {"not_run"}
