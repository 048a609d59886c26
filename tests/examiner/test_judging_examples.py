"""Judging examples: a hundred right ones are accepted, and what is made wrong of them is not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from support.right_examples import RIGHT, spoil

from grader.course.manifest import load_course
from grader.engine import Grader
from grader.errors import CourseError
from grader.examiner.examples import compare_value
from grader.examples.form import check_form
from grader.examples.parse import read_written
from grader.examples.signatures import Described, read_signatures
from grader.examples.values import Written
from grader.examples.verdicts import Judgement

COURSE = load_course()
SIGNATURES = read_signatures(COURSE)
ROOT = Path(__file__).resolve().parents[2]
Judge = Callable[..., Judgement]


def fit(lines: Sequence[str]) -> Written:
    """Return the examples of some lines, as far as they fit their functions."""
    text = "\n".join(lines).encode()
    return check_form(read_written(text, COURSE.examples.functions), SIGNATURES)


@pytest.fixture
def judge(grader: Grader) -> Judge:
    """Return a function that judges lines, which must have the right form."""

    def judge_lines(*lines: str) -> Judgement:
        written = fit(lines)
        assert not written.remarks
        return grader.judge_examples(written.examples, {})

    return judge_lines


@pytest.mark.slow
def test_a_hundred_right_examples_are_right(judge: Judge) -> None:
    """None is refused, of all functions that can have one, and most wrong ways are caught."""
    assert len(RIGHT) >= 100
    judgement = judge(*RIGHT)
    assert [RIGHT[o.line - 1] for o in judgement.examples if o.verdict != "right"] == []
    assert judgement.wrong_ways.keys() == {n for n, s in SIGNATURES.items() if not s.left_out}
    ways = judgement.wrong_ways.values()
    assert sum(w.caught for w in ways) > 0.75 * sum(w.known for w in ways)


@pytest.mark.slow
def test_what_is_made_wrong_of_them_is_refused(grader: Grader) -> None:
    """Another digit, sign, shape or order is found in every one of them."""
    made = [(kind, text) for n, one in enumerate(RIGHT) for kind, text in spoil(one, n).items()]
    kinds = Counter(kind for kind, _ in made)
    assert min(kinds["digit"], kinds["sign"], kinds["shape"]) >= 100
    assert kinds["order"] >= 20
    lines = [text for _, text in made]
    judgement = grader.judge_examples(fit(lines).examples, {})
    assert [lines[o.line - 1] for o in judgement.examples if o.verdict == "right"] == []


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("sigmoid(2.0) == 0.881", "right"),
        ("sigmoid(2.0) == 0.88", "few_digits"),
        ("sigmoid(2.0) == 0.8807", "cut"),
        ("sigmoid(2.0) == 0.8809", "wrong"),
        ("sigmoid(2.0) == 0.880797077977882", "right"),
        ("sigmoid(-10.0) == 0.0", "few_digits"),
        ("sigmoid(1000.0) == 1.0", "right"),
        ('relu(float("inf")) == float("inf")', "right"),
        ("weight_gradients([[1.0]], [[2.0, 3.0]]) == ([[2.0], [3.0]], [0.0])", "wrong"),
        ("leaky_relu_prime(0.0, 0.5) == 1.0", "wrong"),
        ("softmax_cross_entropy([[0, 0]], [[1, 1]]) == (1.386, [[-0.5, -0.5]])", "open"),
        ("forward_derivative(sigmoid, 0.0) == 0.25", "raised"),
        ('mse([[1.0]], [[1.0]], "sum") == (0.0, [[0.0]])', "open"),
        ("train([([[0]], [0])], [[1]], [[1]], 1, 1000000000) == ([([[0]], [0])], [1])", "costly"),
    ],
)
def test_the_verdict_on_an_example(judge: Judge, line: str, verdict: str) -> None:
    """Rounded values are right, with three digits; what the docstring leaves open is told."""
    (judged,) = judge(line).examples
    assert judged.verdict == verdict


def test_a_wrong_one_names_the_results_that_are_wrong(judge: Judge) -> None:
    """Of several results those that are right are not named."""
    (judged,) = judge("weight_gradients([[1.0]], [[2.0]]) == ([[2.0]], [3.0])").examples
    assert (judged.verdict, judged.results) == ("wrong", ("db",))


def test_only_right_examples_catch_wrong_ways(judge: Judge) -> None:
    """What a wrong example tells apart does not count; a better one tells more apart."""
    ways = judge("relu(3.0) == 4.0").wrong_ways["relu"]
    assert ways.caught == 0
    weak = judge("relu(0.0) == 0.0").wrong_ways["relu"]
    strong = judge("relu(0.0) == 0.0", "relu([-2, 3]) == [0, 3]").wrong_ways["relu"]
    assert 0 <= weak.caught < strong.caught <= strong.known == weak.known


@pytest.mark.slow
def test_a_hostile_file_is_judged_in_bounded_time(judge: Judge) -> None:
    """Hundreds of calls that would take for ever are each given up, and then all of them."""
    line = "train([([[{}]], [0])], [[1]], [[1]], 1, 1000000000) == ([([[0]], [0])], [1])"
    judgement = judge(*[line.format(n) for n in range(200)])
    assert {one.verdict for one in judgement.examples} == {"costly"}


def test_solutions_are_right_implementations_too(grader: Grader) -> None:
    """A course without canonical.py and variants is judged by its solutions."""
    solutions = {"activations": (ROOT / "solutions" / "activations.py").read_text("utf-8")}
    examples = fit(["sigmoid(0.0) == 0.5"]).examples
    assert grader.judge_examples(examples, solutions).examples[0].verdict == "right"
    with pytest.raises(CourseError, match="the solution of activations fails"):
        grader.judge_examples(examples, {"activations": "1 / 0"})


@pytest.mark.parametrize(
    ("text", "got", "verdict"),
    [
        ("[1.0, 2.0]", np.array([1.0, 2.0]), "right"),
        ("[1.0, 2.0]", [1.0, 2.0], "right"),
        ("[[1.0, 2.0]]", np.array([1.0, 2.0]), "shape"),
        ("1.0", np.array(1.0), "right"),
        ("1.0", np.array([1.0]), "shape"),
        ("1.0", float("nan"), "wrong"),
        ("np.inf", np.inf, "right"),
        ("1e9", np.inf, "wrong"),
        ("([1.0], 2.0)", (np.array([1.0]), 2.0), "right"),
        ("([1.0], 2.0)", (np.array([1.0]), 2.5), "wrong"),
        ("([1.0], 2.0)", (np.array([1.0]), 2.0, 3.0), "wrong"),
        ("0.333", 1 / 3, "right"),
        ("0.33", 1 / 3, "few_digits"),
        ("[0.33, 1.0]", np.array([1 / 3, 2.0]), "wrong"),
        ("120", 119.7, "right"),
        ("None", None, "right"),
        ('"a"', "b", "wrong"),
        ('{"a": 1.0}', {"a": 1.0, "b": 2.0}, "wrong"),
        ("[True, False]", np.array([1, 0]), "right"),
        ("[]", np.array([]), "right"),
    ],
)
def test_comparing_what_was_written_with_what_came(text: str, got: object, verdict: str) -> None:
    """Shapes and digits decide; list or tuple, integer or float, truth or number do not."""
    (example,) = read_written(f"f(1) == {text}".encode(), ()).examples
    assert compare_value(example.expected, got)[0] == verdict


_NUMBERS = ["0", "1", "-1", "2.5", "1e300", "-1e300", 'float("inf")', "10**15", "1e-300", "True"]


def draw_array(draw: random.Random, axes: int) -> str:
    """Return nested lists of odd numbers, which may be empty or have rows of several lengths."""
    if not axes:
        return draw.choice(_NUMBERS)
    items = [draw_array(draw, axes - 1) for _ in range(draw.choice([0, 1, 1, 2, 2, 3]))]
    return f"[{', '.join(items)}]"


def draw_argument(draw: random.Random, parameter: Described) -> str:
    """Return an argument of the right kind with odd content."""
    name = draw.choice(list(COURSE.examples.functions))
    pair = f"({draw_array(draw, 2)}, {draw_array(draw, 1)})"
    axes = len(parameter.shapes[0]) if parameter.shapes else draw.randint(0, 3)
    by_kind = {
        "function": name,
        "functions": f"[{name}]",
        "number": draw_array(draw, 0),
        "list": f"[{draw.choice([pair, draw_array(draw, 2)])}]",
        "dict": f'{{"w1": {draw_array(draw, 2)}, "b1": {draw_array(draw, 1)}, "t": 1}}',
    }
    return by_kind.get(parameter.kind, draw_array(draw, axes))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_odd_arguments_get_a_verdict_each(grader: Grader, seed: int) -> None:
    """Empty, ragged, infinite and huge arguments of every function end nothing but their line."""
    draw = random.Random(seed)
    lines = []
    for signature in SIGNATURES.values():
        if signature.left_out:
            continue
        kinds = [
            {"array": "[[1.0]]", "number": "1.0"}.get(r.kind, "[1]") for r in signature.results
        ]
        value = kinds[0] if len(kinds) == 1 else f"({', '.join(kinds)})"
        for _ in range(60):
            given = [p for p in signature.parameters if p.name in signature.required]
            args = ", ".join(draw_argument(draw, p) for p in given)
            lines.append(f"{signature.name}({args}) == {value}")
    draw.shuffle(lines)
    examples = fit([line for line in lines if fit([line]).examples][:400]).examples
    assert len(examples) > 200
    judged = grader.judge_examples(examples, {}).examples
    assert [one.line for one in judged] == [one.line for one in examples]
