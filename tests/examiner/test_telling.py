"""Two hand-ins under one secret: the first learns nothing that answers the second."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.here import grade_here
from support.shared import share_folder
from support.suites import Checks

from grader.sandbox.program import Program
from grader.seeds import derive_student_seed

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = [path.stem for path in sorted((ROOT / "solutions").glob("*.py"))]
ATTACK = (ROOT / "tests" / "attacks" / "probing.py").read_text("utf-8")
LINE = 'NUMBER, FORM = 1.0, "number"'
SECRET = "a secret of some length"
NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?")
PROBES = {"number": 1.0, "array": 0.7, "pair": 3.0, "arrays": 1.0}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[float]]:
    """What the feedback of four probing hand-ins shows of each hidden check, as numbers."""
    path = share_folder(tmp_path_factory, "rounds", probe) / "told.json"
    return {check: set(numbers) for check, numbers in json.loads(path.read_text()).items()}


def probe(folder: Path) -> None:
    """Hand in the four, and write down what is shown of them."""
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    found: dict[str, set[float]] = {}
    for form, number in PROBES.items():
        work = folder / form / "mallory"
        work.mkdir(parents=True)
        assert ATTACK.count(LINE) == 1
        source = ATTACK.replace(LINE, f'NUMBER, FORM = {number}, "{form}"')
        for exercise in EXERCISES:
            (work / f"{exercise}.py").write_text(source)
        output = folder / f"out {form}"
        grade_here("batch", work.parent, "--output", output, "--secret-file", secret)
        report = json.loads((output / "feedback" / "mallory.json").read_text())
        for exercise in report["exercises"]:
            for check in (c for f in exercise["functions"] for c in f["checks"]):
                if check["visibility"] == "hidden":
                    found.setdefault(check["id"], set()).update(read_numbers(check, number))
    told = {check: sorted(numbers) for check, numbers in found.items()}
    (folder / "told.json").write_text(json.dumps(told))


def read_numbers(check: dict[str, Any], probe: float) -> set[float]:
    """Return the numbers that the feedback of a check shows, and what can be made of them."""
    shown = {k: v for k, v in check.items() if k not in ("score", "max_score", "duration_s")}
    numbers = {float(text) for text in NUMBER.findall(json.dumps(shown))} - {0.0}
    made = {probe / n for n in numbers} | {probe * n for n in numbers}
    # A relative error e of a number x that was answered with p: |p - x| = e (|p| + |x|).
    made |= {probe * (1 + s * n) / (1 - s * n) for n in numbers if abs(n) < 1 for s in (1, -1)}
    return numbers | {-n for n in numbers} | made


class Parrot:
    """In the place of a student: answers every call with one number, in some form."""

    last = None

    def __init__(self, number: float, form: str) -> None:
        self.calls: list[Any] = []
        self._number, self._form = number, form

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: self.answer(*args, **kwargs)

    def answer(self, *args: Any, **kwargs: Any) -> Any:
        arrays = [a for a in (*args, *kwargs.values()) if isinstance(a, np.ndarray)]
        filled = [np.full(a.shape, self._number) for a in arrays] or [self._number]
        answers = {"number": self._number, "array": filled[0], "arrays": tuple(filled)}
        return answers.get(self._form, (self._number, filled[0]))

    def program(self, _name: str) -> Program:
        """Return a program of which every attribute is that number."""
        return Program(
            lambda steps: [self._number for step in steps if not step.keep],
            itertools.count(1).__next__,
        )

    def many(self, _name: str, arguments: Any) -> list[Any]:
        return [self.answer(*args) for args in arguments]


def played(told: dict[str, set[float]], exercise: str) -> Iterator[str]:
    """Yield the hidden value checks that an answer made of what was told passes."""
    checks = Checks(exercise)
    seed = derive_student_seed(SECRET, "mallory")
    for check in checks.hidden_values():
        candidates = itertools.product(sorted(told.get(check, ())), PROBES)
        if any(checks.passes(check, seed, Parrot(*candidate)) for candidate in candidates):
            yield check


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES)
def test_what_one_round_tells_answers_nothing_in_the_next(
    told: dict[str, set[float]], exercise: str
) -> None:
    """No number in the feedback of a hidden check, nor its reciprocal or the like, is right."""
    assert list(played(told, exercise)) == []


FORMULA = re.compile(r"-?\d+(?:\.\d+)? \* [a-z]\w*")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_what_is_drawn_for_a_hidden_formula_is_not_told(exercise: str) -> None:
    """With its numbers, the answer could be worked out by hand."""
    checks = Checks(exercise)
    for check in checks.hidden_values():
        for number, form in ((0.7, "array"), (1.0, "number"), (1.0, "pair")):
            words = [checks.words(check, seed, Parrot(number, form)) or "" for seed in "ab"]
            assert FORMULA.findall(words[0]) == FORMULA.findall(words[1]), words


def test_a_factor_or_an_error_of_one_number_would_be_found() -> None:
    """The numbers that used to be shown are what the second round would try."""
    right = 15.874213
    for text in (
        f"is {1 / right:.6g} times the right answer",
        f"relative error {14.874213 / 16.874213:.6e}",
    ):
        numbers = read_numbers({"feedback": {"wrong": text}}, 1.0)
        assert any(abs(number / right - 1) < 1e-4 for number in numbers)
