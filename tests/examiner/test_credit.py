"""Partial credit: slips, parts, and what is neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.examiner.credit import give_credit
from grader.records import FunctionScore, ResultCredit, ScoreReport
from grader.repairs import Repair
from grader.testing.comparisons import Collected, Comparison

Grade = Callable[..., ScoreReport]
Solution = Callable[[str], str]

DW, DB = Comparison("dW", True), Comparison("db", True)


def wrong(name: str, *repairs: Repair) -> Comparison:
    return Comparison(name, False, frozenset(repairs))


def ran(*comparisons: Comparison, complete: bool = True) -> Collected:
    return Collected((), list(comparisons), [], complete)


def verdicts(
    runs: dict[str, Collected], *, all_answered: bool = True, slips: bool = True
) -> dict[str, str]:
    """Return the verdicts on checks as text."""
    credit = give_credit(
        list(runs),
        lambda check_id, _reorder: runs[check_id],
        all_answered=all_answered,
        slips=slips,
    )
    return {
        check_id: " ".join(f"{r.name}:{r.repair or r.verdict}" for r in results)
        for check_id, results in credit.items()
    }


def test_a_slip_is_the_same_in_every_failed_check() -> None:
    """One check that it does not explain is enough against it."""
    runs = {"a": ran(wrong("", "sign", "transposed")), "b": ran(wrong("", "sign"))}
    assert verdicts(runs) == {"a": ":sign", "b": ":sign"}
    other = {**runs, "c": ran(wrong("", "factor_2"))}
    assert verdicts(other) == {"a": ":wrong", "b": ":wrong", "c": ":wrong"}
    ended = {**runs, "c": ran(complete=False)}
    assert verdicts(ended) == {"a": ":wrong", "b": ":wrong", "c": ""}
    assert verdicts(runs, all_answered=False) == {"a": ":wrong", "b": ":wrong"}
    assert verdicts(runs, slips=False) == {"a": ":wrong", "b": ":wrong"}


def test_one_result_can_have_a_slip_of_its_own() -> None:
    """The others are right or wrong by themselves."""
    runs = {"a": ran(DW, wrong("db", "factor_1/N")), "b": ran(wrong("db", "factor_1/N"))}
    assert verdicts(runs) == {"a": "dW:right db:factor_1/N", "b": "db:factor_1/N"}
    runs["c"] = ran(wrong("dW"), DB)
    assert verdicts(runs)["c"] == "dW:wrong db:right"
    assert verdicts(runs)["a"] == "dW:right db:factor_1/N"
    assert verdicts(runs, slips=False)["a"] == "dW:right db:wrong"


def test_a_result_is_right_where_it_is_right_everywhere() -> None:
    """Of several layers, say."""
    assert verdicts({"a": ran(DW, wrong("dW"), DB)}) == {"a": "dW:wrong db:right"}


def test_what_was_right_this_time_earns_nothing() -> None:
    """Answers that change from run to run are not right."""
    assert verdicts({"a": ran(DW, DB)}) == {"a": ""}


def test_the_order_is_tried_once_for_all_checks() -> None:
    """Everything must be right with the same results exchanged."""

    def rerun(check_id: str, reorder: tuple[str, ...]) -> Collected:
        right = reorder == ("dW", "db") and check_id != "b"
        found = ran(Comparison("dW", right), Comparison("db", right), complete=right)
        found.groups.append(("dW", "db"))
        return found

    swapped = (ResultCredit("", "slip", "order"),)
    assert give_credit(["a", "c"], rerun) == {"a": swapped, "c": swapped}
    assert give_credit(["a", "b"], rerun) == {"a": (), "b": ()}


# What students write, and what of it is right in which check.

WEIGHTS = "def weight_gradients(delta, A_prev):\n    return "
NETWORK = """
def network_gradients(params, X, Y):
    As = [X]
    for W, b in params:
        As.append(1 / (1 + np.exp(-(As[-1] @ W + b))))
    A, N = As[-1], len(X)
    loss = -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum() / N
    d, grads = (A - Y) / N, []
    for l in range(len(params) - 1, -1, -1):
        grads.insert(0, (As[l].T @ d, d.sum(axis=0)))
        d = d @ params[l][0].T * As[l] * (1 - As[l])
    return """
CASES = {
    "db is a mean": (
        "backprop/weight_gradients/square_case",
        WEIGHTS + "A_prev.T @ delta, delta.mean(axis=0)",
        "dW:right db:factor_1/N",
    ),
    "dW alone": (
        "backprop/weight_gradients/square_case",
        WEIGHTS + "A_prev.T @ delta",
        "dW:right db:wrong",
    ),
    "the pair in the wrong order": (
        "backprop/weight_gradients/square_case",
        WEIGHTS + "delta.sum(axis=0), A_prev.T @ delta",
        ":order",
    ),
    "two slips at once": (
        "backprop/weight_gradients/dw_values",
        WEIGHTS + "-2 * A_prev.T @ delta, -2 * delta.sum(axis=0)",
        "dW:wrong",
    ),
    "layers from the last to the first": (
        "backprop/network_gradients/3_layer_gradients_vs_numeric",
        NETWORK + "loss, grads[::-1]",
        ":order",
    ),
    "each pair in the wrong order": (
        "backprop/network_gradients/2_layer_gradients_vs_numeric",
        NETWORK + "loss, [(db, dW) for dW, db in grads]",
        ":order",
    ),
    "gradients before the loss": (
        "backprop/network_gradients/loss",
        NETWORK + "grads, loss",
        ":order",
    ),
    "only db": (
        "backprop/network_gradients/square_layers",
        NETWORK + "loss, [(0 * dW, db) for dW, db in grads]",
        "dW:wrong db:right",
    ),
    "a key too few": (
        "backprop/scalar_backprop/second_point_opposite_residual_sign",
        """
_right = scalar_backprop

def scalar_backprop(x, y, w1, b1, w2, b2):
    found = _right(x, y, w1, b1, w2, b2)
    return {key: found[key] for key in ("w2", "b1", "b2")}
""",
        "b2:right w2:right b1:right w1:wrong",
    ),
    "norms from the last to the first": (
        "training/delta_norms/non_square_layers",
        """
_right = delta_norms

def delta_norms(Ws, X, upstream, f, f_prime):
    return _right(Ws, X, upstream, f, f_prime)[::-1]
""",
        ":order",
    ),
    "a mean over all entries": (
        "losses/mse/loss_half_sum",
        """
_right = mse

def mse(y_hat, y, convention="mean"):
    loss, grad = _right(y_hat, y, convention)
    terms = {"mean": y.shape[1], "half_mean": y.shape[1], "half_sum": y.size}[convention]
    return loss / terms, grad / terms
""",
        "loss:mean_for_sum",
    ),
    "no class has slips": (
        "autodiff/jacobian_passes/counts",
        "def jacobian_passes(n_in, n_out):\n    return {'forward': 2 * n_in, 'reverse': 2 * n_out}",
        "",
    ),
}


def function_of(report: ScoreReport, name: str) -> FunctionScore:
    return next(function for function in report.functions() if function.name == name)


@pytest.mark.parametrize("check_id, source, expected", CASES.values(), ids=CASES)
def test_what_is_right_is_seen(
    check_id: str, source: str, expected: str, grade_unnamed: Grade, solution: Solution
) -> None:
    """In the check and in its score; the rest of the module keeps its points."""
    exercise, name, _ = check_id.split("/")
    report = grade_unnamed(**{exercise: f"{solution(exercise)}\n\n{source}\n"})
    found = {scored.check.id: scored for scored in report.checks()}[check_id]
    assert found.outcome.outcome == "failed"
    text = " ".join(f"{r.name}:{r.repair or r.verdict}" for r in found.outcome.results)
    assert text == expected
    worth = {"right": 1.0, "slip": 0.5, "wrong": 0.0}
    parts = [worth[result.verdict] for result in found.outcome.results] or [0.0]
    assert found.score_c == int(found.check.points_c * sum(parts) / len(parts))
    assert {f.name for f in report.functions() if f.score_c != f.max_score_c} == {name}


FUNDAMENTAL = {
    "a step of its own": (
        "gradient_check",
        """
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        moved = x.copy()
        moved[place] += 1e-7
        grad[place] = (f(moved) - f(x)) / 1e-7
    return grad
""",
    ),
    "X and y shuffled apart": (
        "training",
        """
def minibatches(X, y, batch_size, rng):
    y = y[rng.permutation(len(X))]
    X = X[rng.permutation(len(X))]
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]
""",
    ),
    "never shuffled": (
        "training",
        """
def minibatches(X, y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]
""",
    ),
    "never clipped": (
        "training",
        """
def clip_global_norm(grads, max_norm):
    return list(grads), float(np.sqrt(sum(np.sum(g * g) for g in grads)))
""",
    ),
    "hidden gradients of zero": (
        "backprop",
        """
_right = backprop

def backprop(X, y, weights, biases):
    grads = _right(X, y, weights, biases)
    return grads | {"w1": 0 * weights["w1"], "b1": 0 * biases["b1"]}
""",
    ),
}


@pytest.mark.parametrize("exercise, source", FUNDAMENTAL.values(), ids=FUNDAMENTAL)
def test_what_is_fundamentally_wrong_earns_half_at_most(
    exercise: str, source: str, grade_unnamed: Grade, solution: Solution
) -> None:
    """However many of its checks pass."""
    report = grade_unnamed(**{exercise: f"{solution(exercise)}\n\n{source}\n"})
    (lost,) = [f for f in report.functions() if f.score_c != f.max_score_c]
    assert 0 < lost.score_c <= lost.max_score_c / 2


def test_recorded_answers_are_used_again(grade: Grade, solution: Solution) -> None:
    """Nothing is asked twice: a function that changes is judged by what it said first."""
    source = """
_calls = []

def weight_gradients(delta, A_prev):
    _calls.append(1)
    return (A_prev.T @ delta, delta.mean(axis=0)) if len(_calls) <= CHECKS else None
"""
    module = solution("backprop")
    checks = len(function_of(grade(backprop=module), "weight_gradients").checks)
    report = grade(backprop=f"{module}\n\n{source.replace('CHECKS', str(checks))}\n")
    results = function_of(report, "weight_gradients").checks
    found = {scored.check.id.rpartition("/")[2]: scored.outcome.results for scored in results}
    assert found["db_values"] == (ResultCredit("db", "slip", "factor_1/N"),)


def test_what_raises_has_nothing_that_is_right(grade: Grade, solution: Solution) -> None:
    """There is no answer to repair."""
    source = "def delta_norms(*arguments):\n    raise ValueError"
    report = grade(training=f"{solution('training')}\n\n{source}\n")
    assert function_of(report, "delta_norms").score_c == 0
    assert not any(scored.outcome.results for scored in report.checks())
