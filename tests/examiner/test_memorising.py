"""Answers learned by heart: what was right for one seed is worth nothing for another."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from support.programs import make_program
from support.scores import faults, losses
from support.suites import Checks

from grader.records import ScoreReport
from grader.sandbox.calls import Raised, StudentError
from grader.sandbox.program import Formula, Program
from grader.sandbox.protocol.builders import BUILDERS, build_function
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Handle, SourceFunction
from grader.sandbox.sources import by_source
from grader.submissions.reader import MAX_SOURCE
from grader.testing.catalogue import load_catalogue, source_of
from grader.testing.expect import CheckFailed

ROOT = Path(__file__).resolve().parents[2]
BY_HEART = (ROOT / "tests" / "support" / "memorised.py").read_text(encoding="utf-8")
EXERCISES = [path.stem for path in sorted((ROOT / "solutions").glob("*.py"))]
LESSONS = ("lesson 1", "lesson 2", "lesson 3")
# Characters of the answers to one form of question: those to a large network fit into no file.
MOST_WRITTEN = 200_000
LARGE = {"backprop", "network_gradients", "train", "delta_norms"}


class _Here(NamedTuple):
    """A formula that a module of this process calls."""

    formula: Formula


class Teacher:
    """Takes the place of a `Student`: passes a suite's questions on to a module."""

    last = types.SimpleNamespace(modified=(), warned=())

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module
        self.built: list[Any] = []  # what the suite has sent as source
        self._kept: list[Any] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self._pass_on(getattr(self._module, name), args, kwargs)

    def run(self, probe: Callable[..., Any], *args: Any) -> Any:
        built = self._build(by_source(probe))
        return self._pass_on(lambda *sent: built(self._module, *sent), args, {})

    def many(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        return [getattr(self, name)(*args) for args in arguments]

    def keep(self, name: str, *args: Any, on: Handle | None = None) -> Handle:
        self._kept.append(self._call_here(self._find(on, name), args, {}))
        return Handle(len(self._kept) - 1)

    def call_on(self, on: Handle, name: str, *args: Any) -> Any:
        return self._pass_on(self._find(on, name), args, {})

    def program(self, name: str) -> Program:
        return make_program(getattr(self._module, name))

    def pass_formula(
        self, name: str, formula: Formula, *args: Any, stand_in: type | None = None
    ) -> Any:
        names = vars(self._module)
        before = names[formula.of]
        if stand_in is not None:
            names[formula.of] = self._build(by_source(stand_in))
        try:
            return getattr(self, name)(_Here(formula), *args)
        finally:
            names[formula.of] = before

    def _find(self, on: Handle | None, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(self._kept[on.number] if on else self._module, name)
        return function

    def _build(self, source: SourceFunction) -> Any:
        self.built.append(build_function(source))
        return self.built[-1]

    def _pass_on(self, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        return self._call_here(lambda *a, **k: unpack(pack(function(*a, **k))), args, kwargs)

    def _call_here(self, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        kept = {Handle: lambda handle: self._kept[handle.number]}
        builders = {**BUILDERS, SourceFunction: self._build, **kept}
        sent = [
            arg.formula.call_here if isinstance(arg, _Here) else unpack(pack(arg), builders)
            for arg in args
        ]
        named = {key: unpack(pack(value), builders) for key, value in kwargs.items()}
        try:
            return function(*sent, **named)
        except ValueError as error:
            raise Raised(f"ValueError: {error}", kinds=("ValueError",)) from None


def make_module(name: str, source: str) -> Any:
    module = types.ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def teach(exercise: str, seeds: tuple[str, ...], solution: str) -> str:
    """Return what a student hands in who was told the answers to all that some seeds ask."""
    student, checks = make_module(exercise, BY_HEART), Checks(exercise)
    real = vars(make_module(exercise, solution))
    makers = {
        name: "make_class" if inspect.isclass(real[name]) else "make_function"
        for name in checks.functions
    }
    student.REAL.update({name: real[name] for name in makers})
    for name, maker in makers.items():
        vars(student)[name] = vars(student)[maker](name)
    for seed in seeds:
        checks.run(Teacher(student), seed)
    lines = [BY_HEART, "nan, inf = np.nan, np.inf"]
    told = [f"KNOWN[{key!r}] = {write_down(answers)}" for key, answers in student.KNOWN.items()]
    lines += [line for line in told if len(line) < MOST_WRITTEN]
    lines += [f"{name} = {maker}({name!r})" for name, maker in makers.items()]
    return "\n".join(lines)


def write_down(value: Any) -> str:
    """Return Python that makes a value."""
    if isinstance(value, np.ndarray):
        data = value.tobytes().hex()
        return f"np.frombuffer(bytes.fromhex('{data}'), '{value.dtype.str}').reshape({value.shape})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_down, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {write_down(item)}' for key, item in value.items())}}}"
    return repr(float(value)) if isinstance(value, float) else repr(value)


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.slow
def test_answers_to_one_seed_are_worth_nothing_for_another(
    exercise: str, grade: Callable[..., ScoreReport], solution: Callable[[str], str]
) -> None:
    """Who knows all answers to three seeds, and nothing else, earns 0 with a fourth."""
    source = teach(exercise, LESSONS, solution(exercise))
    assert len(source) < MAX_SOURCE
    report = grade(**{exercise: source}, seed="exam")
    assert not faults(report)
    assert [s.check.id for s in report.checks() if s.score_c] == []
    # That it knows the answers: of starting weights it keeps no more than the beginning, and
    # of what is large nothing.
    known = losses(grade(**{exercise: source}, seed=LESSONS[1]))
    assert set(known) <= {"xavier_init", "he_init", *LARGE}


PATTERNS = {
    "two numbers": "np.resize([std, -std], shape)",
    "three numbers": "np.resize(np.array([-1.5, 0, 1.5]) ** 3 / 2.7556 * std, shape)",
    "a ramp": "np.linspace(-(3**0.5), 3**0.5, shape[0] * shape[1]).reshape(shape) * std",
    "a shuffled ramp of few steps": "rng.permutation(np.resize(np.arange(99) - 49, shape[0] "
    "* shape[1])).reshape(shape) / 28.57738 * std",
    "a short sample over and over": "np.resize(rng.normal(0, std, size=1000), shape)",
    "equal rows": "rng.normal(0, std, size=(1, shape[1])) + rng.normal(0, 1e-9, size=shape)",
    "equal columns": "rng.normal(0, std, size=(shape[0], 1)) + rng.normal(0, 1e-9, size=shape)",
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_of_the_right_deviation_is_no_initialisation(
    pattern: str, grade_unnamed: Callable[..., ScoreReport]
) -> None:
    """Weights need more than mean and deviation: neither function earns anything."""
    source = f"""import numpy as np

def _lay(shape, std, rng):
    return {pattern}

def xavier_init(n_in, n_out, rng):
    return _lay((n_in, n_out), (2 / (n_in + n_out)) ** 0.5, rng)

def he_init(n_in, n_out, rng):
    return _lay((n_in, n_out), (2 / n_in) ** 0.5, rng)
"""
    report = grade_unnamed(training=source)
    failed = {s.check.id for s in report.checks() if s.outcome.outcome == "failed"}
    assert {f"training/{name}_init/std_within_3_percent" for name in ("he", "xavier")} <= failed
    assert report.score_c == 0


OPERATORS = "add radd sub rsub mul rmul truediv rtruediv pow rpow neg".split()


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_suite_sends_what_it_asks_for(exercise: str, solution: Callable[[str], str]) -> None:
    """What travels to the student's side as source can be kept there, so it solves nothing."""
    checks, everything = Checks(exercise), Teacher(make_module(exercise, solution(exercise)))
    checks.run(everything, "public")
    # What is sent where an answer is wrong travels too.
    refused = "".join(
        f"def {name}(*args, **kwargs):\n    raise ValueError\n" for name in checks.functions
    )
    nothing = Teacher(make_module(exercise, refused))
    checks.run(nothing, "public", CheckFailed, StudentError)
    for built in [*everything.built, *nothing.built]:
        assert built.__name__ not in checks.functions
        assert not [name for name in OPERATORS if f"__{name}__" in vars(built)]


@pytest.mark.slow
def test_a_wrong_dual_costs_forward_derivative_nothing_and_saves_it_nothing(
    grade_unnamed: Callable[..., ScoreReport], solution: Callable[[str], str]
) -> None:
    """The stand-in that is sent where their Dual is wrong judges as a right Dual would."""
    right, useless = solution("autodiff"), "class Dual:\n    def __init__(self, *args): ..."
    assert set(losses(grade_unnamed(autodiff=f"{right}\n\n{useless}"))) == {"Dual"}
    suites = ROOT / "grader" / "suites"
    wrong = [
        entry
        for entry in load_catalogue(suites, "autodiff", "misconceptions")
        if entry.function == "forward_derivative"
    ]
    assert len(wrong) >= 4
    for entry in wrong:
        own = right + "\n\n" + source_of([entry])
        lost = losses(grade_unnamed(autodiff=own))
        assert set(lost) == {"forward_derivative"}
        lost_as_well = losses(grade_unnamed(autodiff=f"{own}\n\n{useless}"))
        assert lost_as_well["forward_derivative"] >= lost["forward_derivative"]
