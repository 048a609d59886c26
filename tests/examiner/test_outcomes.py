"""Reading outcomes off the record of the checks: what is not certain earns nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grader.examiner.outcomes import read_outcomes
from grader.records import Check, CheckScore, Course, Feedback, Outcome, Series, Trace
from grader.scoring import score

CHECKS = {
    f"alpha/test_alpha.py::TestF::test_{name}": Check(
        f"alpha/f/{name}", "alpha", "f", name, 100, "hidden", "value"
    )
    for name in ("first", "second", "third")
}
FIRST, SECOND, THIRD = CHECKS
CURVE = Series("curve", "f", "z", "f(z)", (Trace("yours", "yours", (1.0,), (2.0,)),))
FAILURE = Outcome(
    CHECKS[SECOND].id,
    "failed",
    observation="sign",
    hint="Which way?",
    feedback=Feedback(called="f(x)", wrong="the sign", values="got 1", expected="-1"),
    series=(CURVE,),
)


def entry(node: str, outcome: str = "passed", metadata: Any = None) -> dict[str, Any]:
    """Return what pytest-json-report writes of a check, which has one stage."""
    if isinstance(metadata, Outcome):
        metadata = msgspec.to_builtins(metadata)
    call = {"outcome": outcome, "duration": 0.25}
    written = {"nodeid": node, "outcome": outcome, "call": call}
    return written if metadata is None else {**written, "metadata": metadata}


def record(*tests: dict[str, Any], collected: int = len(CHECKS)) -> dict[str, Any]:
    return {"summary": {"collected": collected}, "tests": list(tests)}


def read(*tests: dict[str, Any], collected: int = len(CHECKS)) -> list[tuple[str, str]]:
    outcomes = read_outcomes(record(*tests, collected=collected), CHECKS)
    assert [outcome.check_id for outcome in outcomes] == [check.id for check in CHECKS.values()]
    return [(outcome.outcome, outcome.feedback.wrong) for outcome in outcomes]


PASSED = ("passed", "")
ABSENT = ("not_run", "The examiner has no record of this check.")
INCOMPLETE = ("error", "The examiner did not finish this check.")


def test_a_record_is_read_as_it_was_written() -> None:
    """One outcome a check, in the order of the checks, with what was found."""
    tests = [entry(THIRD), entry(SECOND, "failed", FAILURE), entry(FIRST)]
    first, second, third = read_outcomes(record(*tests), CHECKS)
    assert first == Outcome(CHECKS[FIRST].id, "passed", duration_s=0.25)
    assert second == msgspec.structs.replace(FAILURE, duration_s=0.25)
    assert third.outcome == "passed"


def test_a_check_that_passed_keeps_its_series() -> None:
    """A picture of a right answer is part of its outcome."""
    shown = Outcome(CHECKS[FIRST].id, "passed", series=(CURVE,))
    first, *_ = read_outcomes(record(entry(FIRST, "passed", shown)), CHECKS)
    assert (first.outcome, first.series) == ("passed", (CURVE,))


def test_an_absent_check_was_not_run() -> None:
    """Alone, or where there is no record at all."""
    assert read(entry(FIRST), entry(THIRD)) == [PASSED, ABSENT, PASSED]
    for nothing in ({}, {"tests": []}, {"summary": {"collected": len(CHECKS)}}):
        outcomes = read_outcomes(nothing, CHECKS)
        assert [outcome.outcome for outcome in outcomes] == ["not_run"] * len(CHECKS)


def test_a_check_that_is_there_twice_was_not_run() -> None:
    """It is not guessed which of both is meant, even where they agree."""
    for other in (entry(FIRST), entry(FIRST, "failed", FAILURE)):
        tests = [entry(FIRST), entry(SECOND), other, entry(THIRD)]
        assert read(*tests) == [ABSENT, PASSED, PASSED]


def test_an_unknown_check_is_ignored() -> None:
    """What was not collected is not in the result, and takes nothing from the others."""
    known = [entry(node) for node in CHECKS]
    assert read(*known, entry(FIRST + "_too"), {"outcome": "passed"}) == [PASSED] * 3


@pytest.mark.parametrize("collected", [0, 2, 4, None])
def test_a_record_of_another_number_of_checks_counts_for_nothing(collected: Any) -> None:
    """It is of another examination, or was not finished."""
    assert read(*(entry(node) for node in CHECKS), collected=collected) == [ABSENT] * 3


@pytest.mark.parametrize(
    "metadata",
    [
        FAILURE,
        msgspec.structs.replace(FAILURE, outcome="passed", check_id=CHECKS[FIRST].id),
        Outcome("alpha/f/unknown", "passed"),
        Outcome(CHECKS[SECOND].id, "error"),
        Outcome(CHECKS[SECOND].id, "not_run"),
        {"check_id": CHECKS[SECOND].id, "outcome": "won"},
        {"outcome": "passed"},
        {"check_id": CHECKS[SECOND].id, "outcome": "passed", "feedback": "text"},
        "passed",
        [1],
        1,
    ],
)
def test_a_stage_that_passed_with_another_outcome_earns_nothing(metadata: Any) -> None:
    """The stage and what was found must agree, also about which check it is."""
    tests = [entry(FIRST), entry(SECOND, "passed", metadata), entry(THIRD)]
    assert read(*tests) == [PASSED, INCOMPLETE, PASSED]


@pytest.mark.parametrize("stage", ["failed", "error", "skipped", "", None])
@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        Outcome(CHECKS[SECOND].id, "passed"),
        msgspec.structs.replace(FAILURE, check_id=CHECKS[THIRD].id),
        {"check_id": CHECKS[SECOND].id},
    ],
)
def test_a_stage_that_did_not_pass_needs_a_failure_of_this_check(stage: Any, metadata: Any) -> None:
    """Anything else is an error, and never a pass."""
    tests = [entry(FIRST), entry(SECOND, stage, metadata), entry(THIRD)]
    assert read(*tests) == [PASSED, INCOMPLETE, PASSED]


@pytest.mark.parametrize("stages", [{}, {"call": None}, {"setup": {"outcome": "passed"}}])
def test_a_check_without_its_stage_earns_nothing(stages: dict[str, Any]) -> None:
    """Whatever else is written of it."""
    tests = [entry(FIRST), {"nodeid": SECOND, "outcome": "passed", **stages}, entry(THIRD)]
    assert read(*tests) == [PASSED, INCOMPLETE, PASSED]


def test_only_certain_outcomes_earn_points(course: Course) -> None:
    """From the record to the score: absent, doubled and contradicting ones earn nothing."""
    check = CHECKS[FIRST]
    here = {
        node: msgspec.structs.replace(check, exercise="activations", id=f"activations/f/{name}")
        for node, name in ((FIRST, "first"), (SECOND, "second"), (THIRD, "third"))
    }
    tests = [entry(FIRST), entry(SECOND, "passed", FAILURE), entry(THIRD), entry(THIRD)]
    (exercise,) = score(course, here.values(), read_outcomes(record(*tests), here), ())
    scored: tuple[CheckScore, ...] = exercise.functions[0].checks
    assert [one.score_c for one in scored] == [100, 0, 0]
