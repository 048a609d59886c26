"""The course examined: what must score nothing, and what its stubs must say."""

from __future__ import annotations

import ast
import doctest
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest
from support.samples import sample
from support.scores import faults

from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.course.stubs import outdated_stubs
from grader.engine import Grader
from grader.records import Course, Exercise, Feedback, ScoreReport
from grader.testing.catalogue import load_catalogue
from grader.verify.judges import judge_faults

ROOT = Path(__file__).resolve().parents[2]
COURSE = load_course(DEFAULT_COURSE)
# Variants whose results are accepted, though not of the type that the docstring names.
BEYOND = {
    "chain_on_arrays",
    "bce_with_logits_by_signed_logit",
    "mlp_with_loops",
    "scalar_backprop_with_matrices",
    "xavier_as_nested_lists",
    "forward_derivative_with_another_tangent",
}
Grade = Callable[..., ScoreReport]

# Bodies of functions that have learnt nothing; *a are the positional arguments.
NOTHING_LEARNT = {
    "its first argument": "return a[0]",
    "its arguments": "return a",
    "two of its arguments": "return a[0], a[min(1, len(a) - 1)]",
    "zeros": "return np.zeros(np.shape(a[0])) if isinstance(a[0], np.ndarray) else 0.0",
    "ones": "return np.ones(np.shape(a[0])) if isinstance(a[0], np.ndarray) else 1.0",
    "halves": "return np.full(np.shape(a[0]), 0.5) if isinstance(a[0], np.ndarray) else 0.5",
    "0": "return 0",
    "1": "return 1",
    "one half": "return 0.5",
    "NaN": "return float('nan')",
    "two NaN": "return np.nan, np.nan",
    "infinity": "return np.inf",
    "None": "return None",
    "text": "return 'yes'",
    "an object": "return object()",
    "a class": "return object",
    "True": "return True",
    "an empty list": "return []",
    "an empty dict": "return {}",
    "zeros in a list": "return [np.zeros(np.shape(x)) for x in a]",
    "pairs of zeros": "return [(np.zeros(np.shape(x)), np.zeros(np.shape(x))) for x in a]",
    "zeros of all shapes twice": "return [np.zeros(np.shape(x)) for x in a], 0.0",
    "zeros by name": "return dict.fromkeys(['w1', 'b1', 'w2', 'b2', 'm', 'v', 't'], 0.0)",
    "everything as one batch": "return [(a[0], a[min(1, len(a) - 1)])]",
    "single rows": "return [(a[0][i : i + 1], a[1][i : i + 1]) for i in range(len(a[0]))]",
    "shuffled single rows": "return [(a[0][[i]], a[1][[i]]) for i in a[3].permutation(len(a[0]))]",
    "NaN in its shape": "return np.full(np.shape(a[0]), np.nan)",
    "threes": "return np.full(np.shape(a[0]), 3.0), 3.0",
    "a negative argument": "return np.negative(a[0])",
    "its argument transposed": "return np.transpose(a[0])",
    "its last argument": "return a[-1]",
    "everything made small": "return [np.multiply(g, 0.01) for g in a[0]], 0.0",
    "an exception": "raise ValueError(a)",
}


def stub(exercise: Exercise) -> str:
    return (COURSE.stubs / exercise.file_name).read_text(encoding="utf-8")


def asked_for(exercise: Exercise) -> dict[str, ast.FunctionDef | ast.ClassDef]:
    """Return what the stub leaves to be written, by name."""
    solution = (ROOT / "solutions" / exercise.file_name).read_text(encoding="utf-8")
    provided = set(re.findall(r"^# provided\ndef (\w+)", solution, re.MULTILINE))
    kinds = (ast.FunctionDef, ast.ClassDef)
    nodes = {n.name: n for n in ast.parse(stub(exercise)).body if isinstance(n, kinds)}
    return {name: node for name, node in nodes.items() if name not in provided}


each_exercise = pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda e: e.name)


@each_exercise
def test_an_untouched_stub_scores_0_check_by_check(exercise: Exercise, grade: Grade) -> None:
    """Every check of a stub reads "not implemented yet" and earns nothing."""
    report = grade(**{exercise.name: stub(exercise)})
    for scored in report.checks():
        assert scored.score_c == 0, scored.check.id
        assert scored.outcome.outcome == "not_implemented", scored.check.id
        assert scored.outcome.feedback == Feedback(wrong="not implemented yet")


def with_bodies(exercise: Exercise, body: str) -> dict[str, str]:
    """Return a module in which every function has the same body, by the exercise's name."""
    functions = [f"def {name}(*a, **k):\n    {body}\n" for name in asked_for(exercise)]
    return {exercise.name: "import numpy as np\n\n\n" + "\n\n".join(functions)}


EVERYWHERE = [
    (f"{exercise.name}-{name}", (exercise, body))
    for name, body in NOTHING_LEARNT.items()
    for exercise in COURSE.exercises
]
# Each body with one exercise, in turn.
IN_TURN = [
    (name, (COURSE.exercises[number % len(COURSE.exercises)], body))
    for number, (name, body) in enumerate(NOTHING_LEARNT.items())
]


@pytest.mark.parametrize(("exercise", "body"), sample(EVERYWHERE, each=13))
def test_who_has_learnt_nothing_earns_nothing(
    exercise: Exercise, body: str, grade_unnamed: Grade
) -> None:
    """Constants, arguments and rubbish score 0, check by check, and break no suite."""
    report = grade_unnamed(**with_bodies(exercise, body))
    assert not faults(report)
    assert [s.check.id for s in report.checks() if s.score_c] == []


@pytest.mark.parametrize(("exercise", "body"), sample(IN_TURN, each=17))
def test_the_search_for_mistakes_survives_any_rubbish(
    exercise: Exercise, body: str, grade: Grade
) -> None:
    """It raises nothing, and earns nothing."""
    report = grade(**with_bodies(exercise, body))
    assert list(judge_faults(report)) == []
    assert report.score_c == 0


def test_every_function_is_asked_to_have_learnt_something(grader: Grader) -> None:
    """The bodies above stand in for every function and class that has checks."""
    checked = {name: set(found) for name, found in grader.collected_functions().items()}
    assert checked == {exercise.name: set(asked_for(exercise)) for exercise in COURSE.exercises}
    assert sum(map(len, checked.values())) == 42


def test_the_stubs_are_what_the_solutions_make(course: Course) -> None:
    """`grade stubs --check` is green."""
    assert outdated_stubs(course, ROOT / "solutions") == {}


@each_exercise
def test_every_example_in_a_docstring_is_true(exercise: Exercise) -> None:
    """The doctests pass on the solution, and every function has one."""
    source = (ROOT / "solutions" / exercise.file_name).read_text(encoding="utf-8")
    module = types.ModuleType(exercise.name)
    exec(compile(source, exercise.file_name, "exec"), module.__dict__)
    assert doctest.testmod(module).failed == 0
    for name, node in asked_for(exercise).items():
        assert ">>>" in (ast.get_docstring(node) or ""), name


@each_exercise
def test_every_example_is_true_of_other_right_work(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It prints the same for each variant: numpy's numbers and -0.0 print as floats do."""
    source = (ROOT / "solutions" / exercise.file_name).read_text(encoding="utf-8")
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
    failed = []
    for entry in load_catalogue(COURSE.suites, exercise.name, "variants"):
        module = types.ModuleType(exercise.name)
        exec(compile(source, exercise.file_name, "exec"), module.__dict__)
        monkeypatch.setitem(sys.modules, exercise.name, module)  # dataclasses look there
        tests = {test.name: test for test in finder.find(module, exercise.name)}
        exec(compile(entry.source, entry.id, "exec"), module.__dict__)
        test = tests[f"{exercise.name}.{entry.function}"]
        test.globs = module.__dict__
        if runner.run(test, out=lambda _text: None).failed:
            failed.append(entry.id)
    assert set(failed) <= BEYOND


@each_exercise
def test_a_docstring_names_every_check(exercise: Exercise, grader: Grader) -> None:
    """Nothing hidden is a surprise: the stub lists the names of all checks."""
    checks = grader.collected_functions()[exercise.name]
    nodes = asked_for(exercise)
    assert checks.keys() == nodes.keys()
    for name, node in nodes.items():
        text = " ".join((ast.get_docstring(node) or "").split())
        listed = re.search(r"\*Graded on\* ([\w, ]+)\.", text)
        assert listed, name
        assert listed[1].split(", ") == checks[name]
        assert "not modified" in text, name


@each_exercise
def test_a_suite_asks_for_what_the_stub_declares(exercise: Exercise) -> None:
    """The signature in the suite is the stub's."""
    suite = COURSE.suites / exercise.name / f"test_{exercise.name}.py"
    declared = {
        ast.literal_eval(node.args[0])
        for node in ast.walk(ast.parse(suite.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        if isinstance(node.func, ast.Name)
        if node.func.id == "function"
    }
    written = {
        f"{name}({ast.unparse(node.args)})" if isinstance(node, ast.FunctionDef) else name
        for name, node in asked_for(exercise).items()
    }
    assert {normal(text) for text in declared} == written


def normal(signature: str) -> str:
    """Write a signature as `ast.unparse` writes the stub's."""
    if "(" not in signature:
        return signature
    (node,) = ast.parse(f"def {signature}: pass").body
    assert isinstance(node, ast.FunctionDef)
    return f"{node.name}({ast.unparse(node.args)})"


def test_the_points_are_those_of_the_course(grader: Grader) -> None:
    """Each module has its share of the 100 points."""
    points: dict[str, int] = {}
    for check in grader.collected_checks().values():
        points[check.exercise] = points.get(check.exercise, 0) + check.points_c
    expected = {
        "activations": 1200,
        "gradient_check": 600,
        "losses": 1900,
        "forward": 500,
        "backprop": 2800,
        "optimizers": 900,
        "training": 1300,
        "autodiff": 800,
    }
    assert points == expected
    assert list(points) == list(expected)
    assert sum(points.values()) == 100_00
