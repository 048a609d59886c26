"""Check what a course promises: its stubs, solutions, misconceptions, variants and docstrings.

The untouched stub scores nothing. The solution scores everything, with many seeds. Every
misconception loses points in its own function and is diagnosed. Every variant gets full
marks, and no file for students contains a solution.
"""

from __future__ import annotations

import ast
import queue
import re
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from grader.course.notebooks import outdated_files
from grader.course.texts import read_text
from grader.engine import Grader
from grader.records import Course, Exercise, IsolationOption, ScoreReport, SourceFile, Submission
from grader.release.kit import gather_secrets, make_kit
from grader.release.leaks import find_leaks
from grader.seeds import PUBLIC
from grader.testing.catalogue import Entry, load_catalogue, source_of

Kind = Literal["stub", "solution", "misconception", "variant", "leak", "up to date", "metadata"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Trial:
    """One promise of the course: what it is about, and the findings against it."""

    kind: Kind
    exercise: str
    subject: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """A promise that is checked by grading a source."""

    kind: Kind
    exercise: Exercise
    subject: str
    source: str
    judge: Callable[[ScoreReport], Iterator[str]]
    seed: str = PUBLIC


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
        self._stubs = {e.name: read_text(self.course.stubs / e.file_name) for e in exercises}
        self._solutions = {e.name: read_text(solutions / e.file_name) for e in exercises}
        self._misconceptions = {
            e.name: load_catalogue(self.course.suites, e.name, "misconceptions") for e in exercises
        }
        self._kit = make_kit(self.course, checks)
        self._secrets = gather_secrets(self.course, self._solutions, checks)
        self._outdated = [path.name for path in outdated_files(self.course, solutions)]
        self._plans = [plan for e in exercises for plan in self._plan(e, seeds)]

    def __len__(self) -> int:
        return len(self._plans) + 3 * len(self.course.exercises)

    def run(self, jobs: int) -> Iterator[Trial]:
        """Run every trial, ``jobs`` submissions at once, and yield each as it ends."""
        for exercise in self.course.exercises:
            yield from self._inspect(exercise)
        idle: queue.SimpleQueue[Grader] = queue.SimpleQueue()
        with ExitStack() as stack:
            for _ in range(jobs):
                idle.put(stack.enter_context(Grader(self.course, self._isolation)))
            with ThreadPoolExecutor(jobs) as pool:
                yield from pool.map(lambda plan: _try(plan, idle), self._plans)

    def _plan(self, exercise: Exercise, seeds: int) -> Iterator[_Plan]:
        solution = self._solutions[exercise.name]
        stub = self._stubs[exercise.name]
        yield _Plan("stub", exercise, "the untouched stub", stub, _judge_stub)
        for number in range(seeds):
            seed = PUBLIC if number == 0 else f"verify {number}"
            subject = f"seed {seed!r}"
            yield _Plan("solution", exercise, subject, solution, _judge_full_marks, seed)
        misconceptions = self._misconceptions[exercise.name]
        costly = frozenset(entry.id for entry in misconceptions if entry.loses_points)
        for entry in misconceptions:
            judge = partial(_judge_misconception, entry, costly)
            yield _plan_entry("misconception", exercise, entry, solution, judge)
        for entry in load_catalogue(self.course.suites, exercise.name, "variants"):
            yield _plan_entry("variant", exercise, entry, solution, _judge_full_marks)

    def _inspect(self, exercise: Exercise) -> Iterator[Trial]:
        name = exercise.name
        yield Trial("leak", name, "files for students", tuple(self._find_leaks(name)))
        yield Trial("up to date", name, "stub and notebook", tuple(self._find_outdated(name)))
        gaps = (*self._find_gaps_in_docstrings(name), *self._find_gaps_in_catalogue(name))
        yield Trial("metadata", name, "docstrings and hints", gaps)

    def _find_leaks(self, exercise: str) -> Iterator[str]:
        files = self._kit.files.items()
        own = {path: text for path, text in files if path.stem.endswith(exercise)}
        yield from find_leaks(own, self._secrets)

    def _find_outdated(self, exercise: str) -> Iterator[str]:
        for name in self._outdated:
            if Path(name).stem == exercise:
                yield f"{name} differs from what the solution makes: run `grade stubs`"

    def _find_gaps_in_docstrings(self, exercise: str) -> Iterator[str]:
        docstrings = _read_docstrings(self._stubs[exercise])
        for function, checks in self._functions[exercise].items():
            if function not in docstrings:
                yield f"the suite asks for {function}, which the stub does not have"
                continue
            listed = re.search(r"Checks: ([\w, ]+)\.", docstrings[function])
            if not listed or listed[1].split(", ") != checks:
                yield f"the docstring of {function} should say `Checks: {', '.join(checks)}.`"
            if ">>>" not in docstrings[function]:
                yield f"the docstring of {function} has no example"

    def _find_gaps_in_catalogue(self, exercise: str) -> Iterator[str]:
        for entry in self._misconceptions[exercise]:
            if not entry.hint:
                yield f"{entry.id} has no hint"
            if entry.function not in self._functions[exercise]:
                yield f"{entry.id} is of {entry.function}, which no check asks for"


def _plan_entry(
    kind: Kind,
    exercise: Exercise,
    entry: Entry,
    solution: str,
    judge: Callable[[ScoreReport], Iterator[str]],
) -> _Plan:
    subject = f"{entry.id} of {entry.function}"
    return _Plan(kind, exercise, subject, f"{solution}\n\n{source_of([entry])}", judge)


def _read_docstrings(source: str) -> dict[str, str]:
    """Return the docstrings of a module's functions and classes, each as one line."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    nodes = [node for node in ast.parse(source).body if isinstance(node, kinds)]
    return {node.name: " ".join((ast.get_docstring(node) or "").split()) for node in nodes}


def _try(plan: _Plan, idle: queue.SimpleQueue[Grader]) -> Trial:
    name = plan.exercise.name
    source = SourceFile(plan.exercise.file_name, plan.source.encode())
    grader = idle.get()
    try:
        report = grader.grade(Submission("verify", (source,)), plan.seed, (name,))
    finally:
        idle.put(grader)
    findings = (*_judge_faults(report), *plan.judge(report))
    return Trial(plan.kind, name, plan.subject, findings)


def _judge_faults(report: ScoreReport) -> Iterator[str]:
    for scored in report.checks():
        if scored.outcome.feedback.fault:
            yield f"{scored.check.id}: {scored.outcome.feedback.fault}"


def _judge_stub(report: ScoreReport) -> Iterator[str]:
    for scored in report.checks():
        outcome = scored.outcome.outcome
        if scored.score_c or outcome != "not_implemented":
            yield f"{scored.check.id} is {outcome} and earns {scored.score_c / 100:g}"


def _judge_full_marks(report: ScoreReport) -> Iterator[str]:
    for scored in report.checks():
        if scored.score_c != scored.check.points_c:
            feedback = scored.outcome.feedback
            reason = " ".join(filter(None, (feedback.wrong, feedback.raised, feedback.values)))
            yield f"{scored.check.id} is {scored.outcome.outcome}: {reason}"


def _judge_misconception(
    entry: Entry, costly: Collection[str], report: ScoreReport
) -> Iterator[str]:
    losses = {f.name for f in report.functions() if f.score_c != f.max_score_c}
    if losses != ({entry.function} if entry.loses_points else set()):
        yield f"loses points in {', '.join(sorted(losses)) or 'no function'}"
    diagnoses = set(filter(None, (scored.outcome.misconception for scored in report.checks())))
    if entry.id not in diagnoses:
        yield "is not diagnosed as itself"
    # A misconception that costs nothing may be diagnosed beside it.
    if others := sorted((diagnoses & set(costly)) - {entry.id}):
        yield f"is also diagnosed as {', '.join(others)}"
