"""The smallest call that goes wrong: true, reproducible, and only where it may be shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.samples import sample

from grader.engine import Grader
from grader.examiner.smallest import MOST_CALLS, Failure, find_smallest
from grader.examiner.tiny_calls import list_tiny_calls
from grader.records import ScoreReport, Smallest, SourceFile, Submission, WhichProblems
from grader.report import build_report, to_json
from grader.sandbox.calls import Call, Raised
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.unpacking import unpack
from grader.testing.catalogue import load_catalogue, source_of

ROOT = Path(__file__).resolve().parents[2]
Solution = Callable[[str], str]

MEAN = """
def weight_gradients(delta, A_prev):
    return A_prev.T @ delta, delta.mean(axis=0)
"""


def grade_source(
    grader: Grader, exercise: str, source: str, smallest: WhichProblems = "all"
) -> ScoreReport:
    files = (SourceFile(f"{exercise}.py", source.encode()),)
    return grader.grade(Submission("test", files), exercises=[exercise], smallest=smallest)


def found_in(scores: ScoreReport) -> dict[str, Smallest]:
    """Return what was found, by function."""
    return {
        scored.check.function: scored.outcome.smallest
        for scored in scores.checks()
        if scored.outcome.smallest is not None
    }


def misconception(exercise: str, identity: str) -> str:
    entries = load_catalogue(ROOT / "grader" / "suites", exercise, "misconceptions")
    (entry,) = [entry for entry in entries if entry.id == identity]
    return "\n\n" + source_of([entry])


def test_a_mean_for_a_sum_shows_with_two_rows(grader: Grader, solution: Solution) -> None:
    """The call, the wrong result by its name, the right one, and for what it is right."""
    scores = grade_source(grader, "backprop", solution("backprop") + MEAN)
    assert found_in(scores)["weight_gradients"] == Smallest(
        call="weight_gradients([[1], [0]], [[0], [0]])",
        part="db",
        got="0.5",
        right="1",
        fact="right with one row",
    )


def test_two_runs_find_the_same(grader: Grader, open_grader: Grader, solution: Solution) -> None:
    """The list is fixed, so another process with other settings finds the same calls."""
    wrong = solution("losses") + misconception("losses", "B1-06") + misconception("losses", "B4-X1")
    first, second = (grade_source(one, "losses", wrong) for one in (grader, open_grader))
    assert len(found_in(first)) == 2
    assert found_in(first) == found_in(second)


@pytest.mark.parametrize(
    ("exercise", "identity"),
    [
        ("activations", "A1-01"),
        ("activations", "A5-02"),
        ("losses", "B1-X8"),
        ("losses", "B2-X2"),
        ("losses", "B5-X1"),
        ("forward", "C4-X2"),
        ("backprop", "D2-01"),
        ("backprop", "D4-X6"),
        ("backprop", "D6-09"),
        ("backprop", "D7-04"),
    ],
)
def test_what_is_shown_is_true(
    grader: Grader, solution: Solution, exercise: str, identity: str
) -> None:
    """Made with arrays, the call gives what is shown, and the solution gives what is right."""
    wrong = solution(exercise) + misconception(exercise, identity)
    scores = grade_source(grader, exercise, wrong)
    ((function, smallest),) = found_in(scores).items()
    yours, right = (evaluate(code, smallest.call) for code in (wrong, solution(exercise)))
    assert smallest.got != smallest.right
    assert smallest.call.startswith(f"{function}(")
    assert shown_number(smallest.got) in flatten(yours)
    assert shown_number(smallest.right) in flatten(right)
    assert not np.allclose(flat(yours), flat(right), rtol=1e-4)


def evaluate(source: str, call: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    namespace["sigmoid_prime"] = lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2
    return eval(as_arrays(call), namespace | {"np": np})


def as_arrays(call: str) -> str:
    """Return a call with arrays where it is shown with lists of numbers."""
    name, _, arguments = call.partition("(")
    given = eval(f"({arguments[:-1]},)", {"sigmoid_prime": "sigmoid_prime"})
    return f"{name}({', '.join(map(_literal, given))})"


def _literal(value: Any) -> str:
    if value == "sigmoid_prime":
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))},)"
    if isinstance(value, list) and any(isinstance(item, tuple) for item in value):
        return f"[{', '.join(map(_literal, value))}]"
    return f"np.array({value!r}, dtype=float)" if isinstance(value, list) else repr(value)


def flatten(value: Any) -> set[float]:
    return {float(f"{x + 0.0:.4g}") for x in flat(value)}


def flat(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [x for item in value.values() for x in flat(item)]
    if isinstance(value, list | tuple):
        return [x for item in value for x in flat(item)]
    return np.ravel(value).tolist()


def shown_number(text: str) -> float:
    """Return the first number of a result as it is shown."""
    return float(np.ravel(eval(text))[0])


# The search itself, with the student's function in this process.


class Answers:
    """Stands for the student's proxy."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.asked = 0

    def make(self, calls: Sequence[Call]) -> list[Any]:
        for call in calls:
            self.asked += 1
            try:
                call.value = unpack(pack(self._function(*call.args, **call.kwargs)))
            except ValueError as error:
                call.raised = type(error).__name__
                raise Raised(str(error)) from None
            call.answered = True
        return [call.value for call in calls]


def right_gradients(delta: Any, A_prev: Any) -> Any:
    return A_prev.T @ delta, delta.sum(axis=0)


def failure_of(function: Callable[..., Any], *args: Any, observation: str = "values") -> Failure:
    call = Call("f", args)
    call.request("")
    call.value, call.answered = function(*args), True
    return Failure("f", call, [call], observation, ("dW", "db"), [])


def arrays() -> tuple[Any, Any]:
    rng = np.random.default_rng(5)
    return rng.normal(size=(5, 3)), rng.normal(size=(5, 4))


@given(st.integers(1, 2), st.integers(1, 2), st.sampled_from([0.5, 2.0, -1.0]), st.booleans())
def test_no_smaller_call_goes_wrong(rows: int, columns: int, factor: float, first: bool) -> None:
    """On every call of the list that comes before, the student's function is right."""

    def wrong(delta: Any, A_prev: Any) -> Any:
        dW, db = right_gradients(delta, A_prev)
        if delta.shape[0] >= rows and delta.shape[1] >= columns:
            dW, db = (dW * factor, db) if first else (dW, db * factor)
        return dW, db

    failure = failure_of(wrong, *arrays())
    student = Answers(wrong)
    smallest = find_smallest(student, failure, [right_gradients])
    assert smallest is not None
    assert student.asked <= MOST_CALLS + 1
    for tiny in list_tiny_calls(failure.call, failure.others, MOST_CALLS):
        pairs = zip(wrong(*tiny.args), right_gradients(*tiny.args), strict=True)
        if not all(np.array_equal(a, b) for a, b in pairs):
            shown = ", ".join(str(array.astype(int).tolist()) for array in tiny.args)
            assert smallest.call == f"f({shown})"
            break


def test_nothing_is_shown_of_right_work() -> None:
    """A function that is right on every call has no smallest one."""
    failure = failure_of(right_gradients, *arrays())
    assert find_smallest(Answers(right_gradients), failure, [right_gradients]) is None


def test_calls_on_which_right_implementations_differ_are_left_out() -> None:
    """A convention that the docstring leaves open is not a mistake."""

    def wrong(z: Any) -> Any:
        return (z >= 0) + 3.0 * (z > 1)

    z = np.linspace(-3, 3, 12)
    right = [lambda z: (z > 0) * 1.0, lambda z: (z >= 0) * 1.0]
    smallest = find_smallest(Answers(wrong), failure_of(wrong, z), right)
    assert smallest is not None
    assert (smallest.call, smallest.got, smallest.right) == ("f([2])", "4", "1")


def test_answers_that_change_are_not_shown() -> None:
    """What cannot be repeated is not shown: it would mislead."""
    rng = np.random.default_rng(1)

    def wrong(z: Any) -> Any:
        return z + rng.normal(size=z.shape)

    failure = failure_of(wrong, np.linspace(-3, 3, 12))
    assert find_smallest(Answers(wrong), failure, [lambda z: z]) is None


def test_truth_values_are_shown_as_they_are() -> None:
    """And no call that the check made itself: it is shown beside its values."""

    def right(values: Any, limit: Any) -> Any:
        return bool(max(values) < limit)

    def wrong(values: Any, limit: Any) -> Any:
        return bool(min(values) < limit)

    values = np.array([0.5, 4.0, 3.0])
    smallest = find_smallest(Answers(wrong), failure_of(wrong, values, 2.0), [right])
    assert smallest is not None
    assert (smallest.got, smallest.right) == ("True", "False")

    def is_long(text: str) -> bool:
        return len(text) > 3

    def is_short(text: str) -> bool:
        return not is_long(text)

    assert find_smallest(Answers(is_short), failure_of(is_short, "abcd"), [is_long]) is None


def test_an_exception_is_shown_where_the_check_met_it() -> None:
    """The same type of exception on a smaller call, and no other mistake."""

    def wrong(delta: Any, A_prev: Any) -> Any:
        return A_prev @ delta, delta.sum(axis=0)

    call = Call("f", arrays())
    call.request("")
    call.raised = "ValueError"
    failure = Failure("f", call, [call], "error", (), [])
    smallest = find_smallest(Answers(wrong), failure, [right_gradients])
    assert smallest == Smallest(
        call="f([[0]], [[0, 0]])",
        raised="ValueError",
        fact="right with one column",
    )


# Who sees it.


def test_of_hidden_checks_only_the_instructor_sees_it(grader: Grader, solution: Solution) -> None:
    """The student's report has no smallest call of a problem of hidden checks alone."""
    wrong = solution("backprop") + misconception("backprop", "D2-X2")
    scores = grade_source(grader, "backprop", wrong)
    assert found_in(scores)["output_delta"].right == "1"
    for audience, expected in (("instructor", 1), ("student", 0)):
        report = build_report(scores, audience)
        problems = [problem for f in report.functions() for problem in f.problems]
        assert problems
        assert sum(problem.smallest is not None for problem in problems) == expected
        assert (b'"smallest"' in to_json(report)) == bool(expected)


def test_the_next_problem_alone_has_it_where_that_is_asked_for(
    grader: Grader, solution: Solution
) -> None:
    """A batch looks for one call, and a grading that does not ask has none."""
    wrong = solution("losses") + misconception("losses", "B1-06") + misconception("losses", "B4-X1")
    assert found_in(grade_source(grader, "losses", wrong, "none")) == {}
    scores = grade_source(grader, "losses", wrong, "next")
    report = build_report(scores, "student")
    assert report.next is not None
    assert [f"losses/{name}" for name in found_in(scores)] == [report.next.function]


def test_a_report_without_mistakes_has_none(grader: Grader, solution: Solution) -> None:
    """The solution gets its points and no example."""
    scores = grade_source(grader, "activations", solution("activations"))
    assert scores.score_c == scores.max_score_c
    assert found_in(scores) == {}


# Code that misbehaves only on tiny calls.

TINY = """
def weight_gradients(delta, A_prev):
    if delta.size <= 6:
        {deed}
    return A_prev.T @ delta, delta.mean(axis=0)
"""


DEEDS = [
    "while True: pass",
    "import time; time.sleep(60)",
    "import os; os._exit(3)",
    "import os; os.kill(os.getpid(), 9)",
    "return np.random.default_rng().normal(size=2), 'x' * 20_000_000",
    "raise SystemExit",
    "return [[[]]], {}",
    "return np.random.default_rng().normal(size=(1, 1)), np.zeros(1)",
]


@pytest.mark.parametrize("deed", sample([(deed, (deed,)) for deed in DEEDS], each=3))
def test_misbehaviour_on_tiny_calls_costs_nothing(
    grader: Grader, impatient_grader: Grader, solution: Solution, deed: str
) -> None:
    """The same score and the same outcomes as without a search, and no call that is not so."""
    wrong = solution("backprop") + TINY.format(deed=deed)
    one = impatient_grader if "while" in deed or "sleep" in deed else grader
    plain, searched = (grade_source(one, "backprop", wrong, which) for which in ("none", "all"))
    assert not searched.fault
    # On a busy machine the short limits may end a call of another function.
    earned = [
        [
            (scored.check.id, scored.outcome.outcome, scored.score_c)
            for scored in scores.checks()
            if scored.check.function == "weight_gradients"
        ]
        for scores in (plain, searched)
    ]
    assert earned[0] == earned[1]
    assert "weight_gradients" not in found_in(searched)
    json.loads(to_json(build_report(searched, "student")))
