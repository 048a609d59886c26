"""Scoring and the reading of the record: exact, and closed against every gap."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.examiner.outcomes import read_outcomes
from grader.records import (
    Check,
    Course,
    ExerciseScore,
    Feedback,
    ModuleState,
    Outcome,
    ResultCredit,
    Verdict,
)
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


def test_a_property_earns_the_part_that_the_values_earn(course: Course) -> None:
    """Purity alone proves nothing; with an eighth of the values it earns an eighth."""
    assert earned(course, [passed(PURITY)]) == 0
    assert earned(course, [passed(PURITY), passed(MORE)]) == 10 + 20 // 8


def test_what_students_see_earns_beside_what_they_do_not_see(course: Course) -> None:
    """Visible values can be learnt by heart."""
    assert earned(course, [passed(VALUES), passed(PURITY)]) == 0
    (exercise,) = score(course, CHECKS, [passed(VALUES)], GRADED)
    assert "once a hidden check" in exercise.functions[0].checks[0].outcome.feedback.wrong


@pytest.mark.parametrize("varied, points", [(False, 0), (True, 90)])
def test_where_all_values_are_visible_the_answers_must_vary(
    course: Course, varied: bool, points: int
) -> None:
    """One answer to every question is not a function."""
    outcomes = [replace(passed(check), varied=varied) for check in (VALUES, PURITY)]
    (exercise,) = score(course, (VALUES, PURITY), outcomes, GRADED)
    assert exercise.score_c == points


def failed(check: Check, *verdicts: Verdict) -> Outcome:
    results = (ResultCredit(f"r{n}", verdict) for n, verdict in enumerate(verdicts))
    return Outcome(check.id, "failed", results=tuple(results))


def test_each_result_earns_its_share(course: Course) -> None:
    """A right one all of it, one with a slip the part that the course gives."""
    outcomes = [failed(VALUES, "right", "wrong"), failed(MORE, "slip"), passed(PURITY)]
    assert earned(course, outcomes) == 35 + 5 + 10
    generous = replace(course, slip_credit=0.8)
    assert earned(generous, outcomes) == 35 + 8 + 20 * 43 // 80
    assert earned(replace(course, slip_credit=0.0), outcomes) == 0  # nothing hidden earns


def test_an_essential_check_leaves_half(course: Course) -> None:
    """Unless it is right except for a slip."""
    essential = replace(MORE, points_c=0, essential=True)
    other = replace(MORE, id="activations/f/other")
    checks = (VALUES, other, PURITY, essential)
    outcomes = [passed(VALUES), passed(other), passed(PURITY)]
    (exercise,) = score(course, checks, [*outcomes, failed(essential, "wrong")], GRADED)
    assert exercise.score_c == 35 + 5 + 10
    reason = exercise.functions[0].checks[0].outcome.feedback.wrong
    assert reason.endswith(f"while this check fails: {essential.title}.")
    (exercise,) = score(course, checks, [*outcomes, failed(essential, "slip")], GRADED)
    assert exercise.score_c == 100


VERDICTS = st.lists(st.sampled_from(["right", "slip", "wrong"]), max_size=3)
ANSWERS = st.one_of(st.just("passed"), st.sampled_from(["error", "not_run"]), VERDICTS)


def outcome_of(check: Check, answer: Any, varied: bool) -> Outcome:
    found = Outcome(check.id, answer) if isinstance(answer, str) else failed(check, *answer)
    return replace(found, varied=varied)


@st.composite
def graded_functions(draw: st.DrawFn) -> list[tuple[Check, Any]]:
    """Draw a function's checks of any points, kind and visibility, each with its answer."""
    count = draw(st.integers(1, 6))
    return [
        (
            Check(
                f"activations/f/c{n}",
                "activations",
                "f",
                f"c{n}",
                draw(st.integers(0, 150)),
                draw(st.sampled_from(["visible", "hidden"])),
                draw(st.sampled_from(["value", "property"])),
                draw(st.booleans()),
            ),
            draw(ANSWERS),
        )
        for n in range(count)
    ]


@given(graded_functions(), st.booleans(), st.integers(0, 4))
def test_points_are_bounded_and_a_better_answer_never_costs(
    course: Course, function: list[tuple[Check, Any]], varied: bool, quarter: int
) -> None:
    """Whatever the checks: no more than there is, nothing for nothing, more for more."""
    course = replace(course, slip_credit=quarter / 4)
    checks = [check for check, _ in function]

    def points(answers: list[Any]) -> int:
        pairs = zip(checks, answers, strict=True)
        outcomes = [outcome_of(check, answer, varied) for check, answer in pairs]
        (exercise,) = score(course, checks, outcomes, GRADED)
        for scored in exercise.functions[0].checks:
            assert 0 <= scored.score_c <= scored.check.points_c
        return exercise.score_c

    answers = [answer for _, answer in function]
    whole = sum(check.points_c for check in checks)
    reached = points(answers)
    values = [a for check, a in function if check.kind == "value"]
    if values and not any(a == "passed" or {"right", "slip"} & set(a) for a in values):
        assert reached == 0
    if any(c.essential and a in ("error", "not_run") for c, a in function):
        assert reached <= whole / 2
    for place in range(len(answers)):
        better = points([*answers[:place], "passed", *answers[place + 1 :]])
        assert better >= reached - len(answers)  # each check is rounded down by itself


def test_an_absent_outcome_earns_nothing(course: Course) -> None:
    """No outcomes at all is a score of 0 with the full denominator."""
    assert earned(course, []) == 0


def test_two_outcomes_for_one_check_earn_nothing(course: Course) -> None:
    """Two reports of one check contradict each other."""
    assert earned(course, [passed(VALUES), passed(VALUES), passed(MORE)]) == 10
    assert earned(course, [passed(VALUES), passed(MORE), passed(MORE)]) == 0


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
    assert "once a hidden check" in purity.outcome.feedback.wrong


def test_a_withheld_check_counts_and_is_not_run(course: Course) -> None:
    """Only the instructor's run decides it, whatever is reported of it here."""
    kit = replace(course, withheld=(MORE,))
    outcomes = [passed(VALUES), passed(MORE), passed(PURITY)]
    (exercise,) = score(kit, (VALUES, PURITY), outcomes, GRADED)
    assert (exercise.score_c, exercise.max_score_c) == (90, 100)
    (exercise,) = score(kit, (VALUES, PURITY), [failed(VALUES, "slip"), passed(PURITY)], GRADED)
    assert exercise.score_c == 35 + 10  # in a kit the visible checks count by themselves
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
