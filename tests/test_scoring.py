"""Scoring and the reading of the record: exact, and closed against every gap."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from grader.examiner.outcomes import read_outcomes
from grader.records import Check, Course, ExerciseScore, Feedback, ModuleState, Outcome
from grader.scoring import score

VALUES = Check("activations/f/values", "activations", "f", "t", 70, "visible", "value")
MORE = Check("activations/f/more", "activations", "f", "t", 10, "hidden", "value")
PURITY = Check("activations/f/purity", "activations", "f", "t", 20, "hidden", "property")
CHECKS = (VALUES, MORE, PURITY)
GRADED = (ModuleState("activations", "graded"),)


def passed(check: Check) -> Outcome:
    return Outcome(check.id, "passed")


def earned(course: Course, outcomes: Iterable[Outcome]) -> int:
    (exercise,) = score(course, CHECKS, outcomes, GRADED)
    assert exercise.max_score_c == 100
    return exercise.score_c


def test_everything_passed_is_everything_earned(course: Course) -> None:
    """The sum is exact."""
    assert earned(course, map(passed, CHECKS)) == 100


def test_a_property_earns_only_beside_a_value(course: Course) -> None:
    """Purity alone proves nothing."""
    assert earned(course, [passed(PURITY)]) == 0
    assert earned(course, [passed(PURITY), passed(MORE)]) == 30


def test_an_absent_outcome_earns_nothing(course: Course) -> None:
    """No outcomes at all is a score of 0 with the full denominator."""
    assert earned(course, []) == 0


def test_two_outcomes_for_one_check_earn_nothing(course: Course) -> None:
    """Two reports of one check contradict each other."""
    assert earned(course, [passed(VALUES), passed(VALUES), passed(MORE)]) == 10


def test_an_unknown_outcome_earns_nothing(course: Course) -> None:
    """An outcome without a check is ignored."""
    assert earned(course, [Outcome("activations/f/forged", "passed")]) == 0


@pytest.mark.parametrize("kind", ["failed", "error", "timeout", "not_implemented", "not_run"])
def test_only_passed_earns(course: Course, kind: Any) -> None:
    """Every other outcome earns nothing."""
    assert earned(course, [replace(passed(VALUES), outcome=kind)]) == 0


def test_what_a_property_passed_in_vain_is_said(course: Course) -> None:
    """It keeps its outcome, and says what it waits for."""
    (exercise,) = score(course, CHECKS, [passed(PURITY)], GRADED)
    (_, _, purity) = exercise.functions[0].checks
    assert purity.outcome.outcome == "passed"
    assert "earns its points once" in purity.outcome.feedback.wrong


def test_a_withheld_check_counts_and_is_not_run(course: Course) -> None:
    """Only the instructor's run decides it, whatever is reported of it here."""
    kit = replace(course, withheld=(MORE,))
    outcomes = [passed(VALUES), passed(MORE), passed(PURITY)]
    (exercise,) = score(kit, (VALUES, PURITY), outcomes, GRADED)
    assert (exercise.score_c, exercise.max_score_c) == (90, 100)
    assert exercise.functions[0].checks[-1].outcome.outcome == "not_run"


def test_a_module_without_a_state_counts_as_missing(course: Course) -> None:
    """Where the examiner reports nothing, nothing was graded."""
    (exercise,) = score(course, CHECKS, [], [])
    assert exercise.module.status == "missing"
    assert isinstance(exercise, ExerciseScore)


def entry(node: str) -> dict[str, Any]:
    call = {"outcome": "passed", "duration": 0.25}
    return {"nodeid": node, "outcome": "passed", "call": call}


RECORD: dict[str, Any] = {
    "summary": {"collected": 3},
    "tests": [entry("a"), entry("b"), entry("c")],
}
COLLECTED = {"a": VALUES, "b": MORE, "c": PURITY}


def read(record: dict[str, Any]) -> list[str]:
    return [outcome.outcome for outcome in read_outcomes(record, COLLECTED)]


def with_first(**fields: Any) -> dict[str, Any]:
    """Return the record with fields of its first test changed; None takes one away."""
    record = copy.deepcopy(RECORD)
    first = {**record["tests"][0], **fields}
    record["tests"][0] = {name: value for name, value in first.items() if value is not None}
    return record


def metadata(**fields: Any) -> dict[str, Any]:
    return {"check_id": VALUES.id, "outcome": "failed", **fields}


def test_a_complete_record_is_read_as_it_is() -> None:
    """A passed call is a passed check, with the call's duration."""
    outcomes = read_outcomes(RECORD, COLLECTED)
    assert [o.outcome for o in outcomes] == ["passed"] * 3
    assert [o.check_id for o in outcomes] == [VALUES.id, MORE.id, PURITY.id]
    assert outcomes[0].duration_s == 0.25


@pytest.mark.parametrize("call", [None, {}, {"duration": 0.25}])
def test_a_call_that_was_not_seen_is_not_passed(call: Any) -> None:
    """The plugin may say that the test passed; only its call counts."""
    record = with_first(call=call)
    assert record["tests"][0]["outcome"] == "passed"
    assert read(record) == ["error", "passed", "passed"]


@pytest.mark.parametrize("outcome", ["failed", "skipped", "xfailed", "rerun", None])
def test_a_call_that_did_not_pass_is_not_passed(outcome: Any) -> None:
    """Skips, expected failures and reruns earn nothing."""
    call = {"outcome": outcome, "duration": 0.25}
    assert read(with_first(call=call))[0] == "error"
    assert read(with_first(call=call, metadata=metadata(outcome="passed")))[0] == "error"


def test_an_outcome_is_read_with_all_that_it_found() -> None:
    """The duration is pytest's."""
    call = {"outcome": "failed", "duration": 0.5}
    found = metadata(observation="sign", feedback={"wrong": "no"}, duration_s=9.0)
    outcome = read_outcomes(with_first(call=call, metadata=found), COLLECTED)[0]
    assert outcome == Outcome(
        VALUES.id, "failed", "sign", feedback=Feedback(wrong="no"), duration_s=0.5
    )


@pytest.mark.parametrize(
    "found",
    [
        metadata(),
        metadata(outcome="excellent"),
        metadata(outcome="passed", check_id=MORE.id),
        metadata(outcome="passed", feedback={"wrong": 7}),
        {"outcome": "passed"},
        ["passed"],
    ],
)
def test_what_contradicts_a_passed_call_is_not_passed(found: Any) -> None:
    """A contradiction is decided against the points, and so is what is not an outcome."""
    assert read(with_first(metadata=found)) == ["error", "passed", "passed"]


@pytest.mark.parametrize(
    "record",
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
def test_a_record_with_gaps_passes_nothing(record: dict[str, Any]) -> None:
    """Absent, doubled and unknown entries, and a wrong count, all fail closed."""
    assert set(read(record)) == {"not_run"}
