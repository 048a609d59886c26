"""The form of examples, and the comparison with docstrings: all that a kit can check."""

from __future__ import annotations

import pytest

from grader.course.manifest import load_course
from grader.examples.comparing import judge_by_docstrings
from grader.examples.docstrings import examples_of
from grader.examples.form import check_form
from grader.examples.parse import read_written
from grader.examples.signatures import read_signatures

COURSE = load_course()
SIGNATURES = read_signatures(COURSE)
FUNCTIONS = tuple(COURSE.examples.functions)
DOCSTRINGS = [one for known in SIGNATURES.values() for one in examples_of(known, FUNCTIONS)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sigmod(1) == 2", "did you mean sigmoid?"),
        ("sigmoid() == 2", "z is missing; it is called as sigmoid(z)"),
        ("sigmoid(1, 2) == 2", "has 2 arguments here"),
        ("sigmoid(y=2) == 2", "there is no argument y"),
        ("leaky_relu(1, z=2) == 2", "the argument z is there twice"),
        ("xavier_init(1, 2, 3) == 2", "it draws random numbers"),
        ("Dual(1, 2) == 2", "it is a class"),
        ("normal_cdf(0) == 0.5", "it is given"),
        ("mse([[1]], [[2]]) == 1", "returns 2 results: write (loss, grad)"),
        ("mse([[1]], [[2]]) == (1, [2])", "grad has shape (N, C); here it is (1,)"),
        ("mse([[1, 2]], [[2]]) == (1, [[2]])", "y has shape (N, C); here it is (1, 1), and C is 2"),
        ("weight_gradients([[1]], [[2]]) == ([[2]], [[1]])", "db has shape (n_out,)"),
        ("weight_gradients_columns([[1]], [[2]]) == ([[2]], [1])", "db has shape (n_out, 1)"),
        ("sgd_step([1, 2], [1], 0.1) == [1]", "g has the shape of w, which is (2,)"),
        ("softmax([[1, 2], [3]]) == [[1]]", "the rows of z have different lengths"),
        ("sgd_step([1], [1], [0.1]) == [1]", "lr is a single number"),
        ("output_delta([[1]], [[1]], [[1]]) == [[1]]", "f_prime is a function"),
        ("chain_derivative(sin, cos, 1) == 1", "fs is a list of functions"),
        ("sigmoid(square) == 1", "z is not a function"),
        ("sigmoid(1) == square", "the right side is a value"),
        ("clip_global_norm(3, 1) == ([1], 1)", "grads is a list"),
        ("adam_step([1], [1], [0]) == ([1], {})", "state is a dict"),
    ],
)
def test_an_example_that_does_not_fit_its_function_is_a_remark(line: str, expected: str) -> None:
    """Names, arguments, shapes and the number of results are checked without any solution."""
    written = check_form(read_written(line.encode(), FUNCTIONS), SIGNATURES)
    assert not written.examples
    (remark,) = written.remarks
    assert expected in remark.message


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("sigmoid(0) == 0.5", "right"),
        ("sigmoid(0.0) == 0.25", "wrong"),
        ("sigmoid([-2.0, 2]) == [0.119, 0.881]", "right"),
        ("sigmoid([-2.0, 2]) == [0.881, 0.119]", "wrong"),
        ("sigmoid([-2.0, 2]) == [[0.119, 0.881]]", "wrong"),
        ("gelu(1.0) == 0.8413", "right"),
        ("gelu(1.0) == 0.8412", "wrong"),
        ("relu_prime([-1, 0, 2]) == [False, False, True]", "right"),
        ('jacobian_passes(1, 1) == {"forward": 1, "reverse": 2}', "wrong"),
        ("sigmoid(0.5) == 7.0", "fits"),
    ],
)
def test_a_value_that_a_docstring_has_is_compared(line: str, verdict: str) -> None:
    """The stubs are in every kit; what they do not have is judged after handing in."""
    examples = read_written(line.encode(), FUNCTIONS).examples
    (judged,) = judge_by_docstrings(examples, DOCSTRINGS)
    assert judged.verdict == verdict


def test_docstrings_examples_agree_with_themselves() -> None:
    """Those that are literals are examples in their form, of many functions."""
    assert len({one.function for one in DOCSTRINGS}) >= 12
    assert all(one.verdict == "right" for one in judge_by_docstrings(DOCSTRINGS, DOCSTRINGS))
