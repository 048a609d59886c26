"""Check what a course promises: its stubs, solutions, misconceptions, variants and docstrings.

The untouched stub scores nothing. The solution scores everything, with many seeds. Every
misconception loses points in its own function and is diagnosed, and so is a sample of pairs.
Every variant gets full marks, and no file for students contains a solution.

Each wrong way is wrong by at least ten times the tolerance of a check that it fails, and right
work in single precision is off by less than a third of it. Named numbers of a call differ.

An entry of a catalogue is graded with the checks that it can reach (`grader.verify.reach`), and a
sample of them with all checks of their module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

from grader.course.functions import find_owners
from grader.course.notebooks import outdated_files
from grader.course.programs import Definition
from grader.course.texts import read_solutions, read_stubs
from grader.engine import Grader
from grader.examiner.smallest import load_right
from grader.examples.form import functions_with_examples
from grader.examples.signatures import read_signatures
from grader.invocation import find_program
from grader.records import (
    Course,
    Exercise,
    IsolationOption,
    ScoreReport,
)
from grader.release.kit import gather_secrets, make_kit
from grader.release.leaks import find_leaks
from grader.seeds import PUBLIC
from grader.testing.catalogue import Entry, load_catalogue, source_of
from grader.verify.graders import Graders
from grader.verify.judges import (
    judge_faults,
    judge_misconception,
    judge_pair,
    judge_solution,
    judge_stub,
    judge_variant,
    judge_workload,
    measure,
)
from grader.verify.reach import draw_sample, find_reached, remove

# The gradings of a module without one of its functions, by its name and the function's.
Without = Mapping[tuple[str, str], Future[ScoreReport]]
Kind = Literal[
    "stub", "solution", "misconception", "pair", "variant", "leak", "up to date", "metadata"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
# How many pairs of misconceptions of an exercise are tried.
_PAIRS = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """One promise of the course: what it is about, and the findings against it.

    Parameters
    ----------
    error : float or None
        Of a wrong way and of a right one in single precision: how far off it is, in units of
        the tolerance; None where numbers do not decide.
    """

    kind: Kind
    exercise: str
    subject: str
    findings: tuple[str, ...] = ()
    error: float | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A promise that is checked by grading sources.

    Parameters
    ----------
    sources : mapping of str to str
        By module.
    entries : tuple of Entry
        They replace a function in them.
    alone : bool
        Whether only the checks that this function can reach are graded.
    measured : bool
        Whether it is measured how far off they are.
    """

    kind: Kind
    exercise: Exercise
    subject: str
    sources: Mapping[str, str]
    judge: Callable[[ScoreReport], Iterator[str]]
    seed: str = PUBLIC
    entries: tuple[Entry, ...] = ()
    alone: bool = True
    measured: bool = False


class Verification:
    """All trials of a course.

    Parameters
    ----------
    solutions : Path
        The folder of its solutions.
    seeds : int
        How many seeds the solutions are graded with.
    """

    def __init__(
        self, course: Course, solutions: Path, seeds: int, isolation: IsolationOption = "auto"
    ) -> None:
        self._isolation = isolation
        self.course = course
        with Grader(course, isolation) as grader:
            self._functions = grader.collected_functions()
            checks = grader.collected_checks()
        exercises = self.course.exercises
        self._stubs = {e.name: read_stubs(course, e) for e in exercises}
        by_module = read_solutions(course, solutions)
        self._solutions = {e.name: {n: by_module[n] for n in e.modules} for e in exercises}
        self._owners = {e.name: find_owners(self.course, e) for e in exercises}
        self._misconceptions = {
            e.name: load_catalogue(self.course.suites, e.name, "misconceptions") for e in exercises
        }
        self._kit = make_kit(self.course, checks)
        self._secrets = gather_secrets(self.course, by_module, checks)
        self._outdated = [path.name for path in outdated_files(self.course, solutions)]
        self._plans = [plan for e in exercises for plan in self._plan(e, seeds)]

    def __len__(self) -> int:
        return len(self._plans) + 3 * len(self.course.exercises)

    def run(self, jobs: int) -> Iterator[Trial]:
        """Run every trial, ``jobs`` submissions at once, and yield each as it ends."""
        with Graders(self.course, self._isolation, jobs) as graders:
            # Meanwhile their processes start up.
            for exercise in self.course.exercises:
                yield from self._inspect(exercise)
            with ThreadPoolExecutor(jobs) as pool:
                graded: Without = {
                    (exercise.name, function): pool.submit(
                        graders.grade,
                        exercise,
                        self._add(exercise, function, remove(function, "")),
                    )
                    for exercise in self.course.exercises
                    for function in self._functions[exercise.name]
                }
                yield from pool.map(lambda plan: _try(plan, graders, graded), self._plans)

    def _add(self, exercise: Exercise, function: str, text: str) -> dict[str, str]:
        """Return a solution with more text in the module that has a function."""
        sources = self._solutions[exercise.name]
        owner = self._owners[exercise.name].get(function, exercise.modules[0])
        return {**sources, owner: f"{sources[owner]}\n\n{text}"}

    def _plan(self, exercise: Exercise, seeds: int) -> Iterator[_Plan]:
        solution = self._solutions[exercise.name]
        stub = self._stubs[exercise.name]
        yield _Plan("stub", exercise, "the untouched stub", stub, judge_stub)
        drawn_from = [PUBLIC, *(f"verify {number}" for number in range(1, seeds))]
        for seed in drawn_from:
            subject = f"seed {seed!r}"
            yield _Plan("solution", exercise, subject, solution, judge_solution, seed)
        misconceptions = self._misconceptions[exercise.name]
        costly = frozenset(entry.id for entry in misconceptions if entry.loses_points)
        variants = load_catalogue(self.course.suites, exercise.name, "variants")
        sample = [*draw_sample(misconceptions), *draw_sample(variants)]
        # One seed for each, and all of them together see all.
        for number, entry in enumerate((*misconceptions, *variants)):
            right = entry in variants
            judge = partial(judge_variant if right else judge_misconception, entry)
            if not right:
                judge = partial(judge, costly=costly)
            yield _Plan(
                "variant" if right else "misconception",
                exercise,
                f"{entry.id} of {entry.function}",
                self._add(exercise, entry.function, source_of((entry,))),
                judge,
                drawn_from[number % seeds],
                (entry,),
                alone=entry not in sample,
                measured=True,
            )

        for pair in _choose_pairs(misconceptions):
            yield _Plan(
                "pair",
                exercise,
                f"{pair[0].id} with {pair[1].id}",
                self._add(exercise, pair[0].function, source_of(pair)),
                judge_pair,
                entries=pair,
            )
        for entry in load_catalogue(self.course.suites, exercise.name, "workloads"):
            yield _Plan(
                "variant" if entry.share == 1 else "misconception",
                exercise,
                f"the cost of {entry.id}",
                self._add(exercise, entry.function, source_of((entry,))),
                partial(judge_workload, entry),
                entries=(entry,),
            )

    def _inspect(self, exercise: Exercise) -> Iterator[Trial]:
        name = exercise.name
        yield Trial("leak", name, "files for students", tuple(self._find_leaks(name)))
        yield Trial("up to date", name, "stub and notebook", tuple(self._find_outdated(name)))
        gaps = (*self._find_gaps_in_docstrings(name), *self._find_gaps_in_catalogue(name))
        yield Trial("metadata", name, "docstrings and hints", gaps)

    def _find_leaks(self, exercise: str) -> Iterator[str]:
        files = self._kit.files.items()
        names = self.course.exercise(exercise).modules
        stems = tuple({exercise, *names})
        own = {path: text for path, text in files if path.stem.endswith(stems)}
        yield from find_leaks(own, self._secrets)

    def _find_outdated(self, exercise: str) -> Iterator[str]:
        for name in self._outdated:
            if Path(name).stem in self.course.exercise(exercise).modules:
                yield f"{name} differs from what the solution makes: run `{find_program()} stubs`"

    def _find_gaps_in_docstrings(self, exercise: str) -> Iterator[str]:
        docstrings: dict[str, str] = {}
        for stub in self._stubs[exercise].values():
            docstrings |= _read_docstrings(stub)
        for function, checks in self._functions[exercise].items():
            if function not in docstrings:
                yield f"the suite asks for {function}, which the stub does not have"
                continue
            listed = re.search(r"\*Graded on\* ([\w, ]+)\.", docstrings[function])
            if not listed or listed[1].split(", ") != checks:
                wanted = ", ".join(checks)
                yield f"the docstring of {function} should end with `*Graded on* {wanted}.`"
            if ">>>" not in docstrings[function]:
                yield f"the docstring of {function} has no example"

    def _find_gaps_in_catalogue(self, exercise: str) -> Iterator[str]:
        for entry in self._misconceptions[exercise]:
            if not entry.hint:
                yield f"{entry.id} has no hint"
            if entry.function not in self._functions[exercise]:
                yield f"{entry.id} is of {entry.function}, which no check asks for"
        for function in self._list_examples(exercise):
            if not load_right(self.course.suites, exercise, function):
                yield f"examples of {function} count, and no variant of it can judge them"

    def _list_examples(self, exercise: str) -> list[str]:
        """Return the functions of which examples count."""
        if not self.course.examples.points:
            return []
        signatures = read_signatures(self.course)
        return [one.name for one in functions_with_examples(signatures, (exercise,))]


def _read_docstrings(source: str) -> dict[str, str]:
    """Return the docstrings of a module's functions and classes, each as one line."""
    nodes = [node for node in ast.parse(source).body if isinstance(node, Definition)]
    return {node.name: " ".join((ast.get_docstring(node) or "").split()) for node in nodes}


def _choose_pairs(misconceptions: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """Return pairs that can be made together and both lose points, evenly from all of them."""
    costly = [entry for entry in misconceptions if entry.loses_points]
    pairs = [(a, b) for a, b in combinations(costly, 2) if a.goes_with(b)]
    return pairs[:: max(1, len(pairs) // _PAIRS)][:_PAIRS]


def _try(plan: _Plan, graders: Graders, graded: Without) -> Trial:
    name = plan.exercise.name
    functions: tuple[str, ...] = ()
    if plan.entries and plan.alone:
        function = plan.entries[0].function
        known = graded.get((name, function))
        functions = find_reached(function, known.result()) if known else (function,)
    report = graders.grade(plan.exercise, plan.sources, plan.seed, functions)
    findings = (*judge_faults(report), *plan.judge(report))
    error = measure(plan.entries[0], report) if plan.measured else None
    return Trial(plan.kind, name, plan.subject, findings, error)
