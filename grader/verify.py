"""Check what a course promises: its stubs, solutions, misconceptions, variants and docstrings.

The untouched stub scores nothing. The solution scores everything, with many seeds. Every
misconception loses points in its own function and is diagnosed. Every variant gets full
marks, and no file for students contains a solution.

Each wrong way is wrong by at least ten times the tolerance of a check that it fails, and right
work in single precision is off by less than a third of it. Named numbers of a call differ.
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
from grader.records import (
    FAILED,
    Course,
    Exercise,
    IsolationOption,
    ScoreReport,
    SourceFile,
    Submission,
)
from grader.release.kit import gather_secrets, make_kit
from grader.release.leaks import find_leaks
from grader.seeds import PUBLIC
from grader.testing.catalogue import Entry, load_catalogue, source_of

Kind = Literal["stub", "solution", "misconception", "variant", "leak", "up to date", "metadata"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# In units of the tolerance: how far off a wrong way is at least, and single precision at most.
LEAST_WRONG, MOST_ROUNDED = 10.0, 1 / 3
# How far a limit of processor time is from right but slow work, and from the excluded way.
SAFETY = 8


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
    """A promise that is checked by grading a source."""

    kind: Kind
    exercise: Exercise
    subject: str
    source: str
    judge: Callable[[ScoreReport], Iterator[str]]
    seed: str = PUBLIC
    entry: Entry | None = None


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
        drawn_from = [PUBLIC, *(f"verify {number}" for number in range(1, seeds))]
        for seed in drawn_from:
            subject = f"seed {seed!r}"
            yield _Plan("solution", exercise, subject, solution, _judge_solution, seed)
        misconceptions = self._misconceptions[exercise.name]
        costly = frozenset(entry.id for entry in misconceptions if entry.loses_points)
        variants = load_catalogue(self.course.suites, exercise.name, "variants")
        # One seed for each, and all of them together see all.
        for number, entry in enumerate((*misconceptions, *variants)):
            right = entry in variants
            judge = partial(_judge_variant if right else _judge_misconception, entry)
            if not right:
                judge = partial(judge, costly=costly)
            yield _Plan(
                "variant" if right else "misconception",
                exercise,
                f"{entry.id} of {entry.function}",
                f"{solution}\n\n{source_of([entry])}",
                judge,
                drawn_from[number % seeds],
                entry,
            )

        for entry in load_catalogue(self.course.suites, exercise.name, "workloads"):
            yield _Plan(
                "variant" if entry.share == 1 else "misconception",
                exercise,
                f"the cost of {entry.id}",
                f"{solution}\n\n{source_of([entry])}",
                partial(_judge_workload, entry),
            )

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
    error = _measure(plan.entry, report) if plan.entry else None
    return Trial(plan.kind, name, plan.subject, findings, error)


def _measure(entry: Entry, report: ScoreReport) -> float | None:
    """Return how far off a wrong way or one in single precision is, where numbers decide."""
    if entry.float32:
        return max((s.outcome.measured.error or 0.0 for s in report.checks()), default=None)
    failed = [
        scored
        for scored in report.checks()
        if scored.check.function == entry.function and scored.outcome.outcome in FAILED
    ]
    # A check of a property decides only about those whose values are right.
    deciding = [scored for scored in failed if scored.check.kind == "value"] or failed
    errors = [scored.outcome.measured.error for scored in deciding]
    return (
        None
        if None in errors or not entry.loses_points
        else max(filter(None, errors), default=None)
    )


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


def _judge_solution(report: ScoreReport) -> Iterator[str]:
    yield from _judge_full_marks(report)
    for scored in report.checks():
        for coincidence in scored.outcome.measured.coincidences:
            yield f"{scored.check.id}: {coincidence}, so an error could be named by either"


def _judge_variant(entry: Entry, report: ScoreReport) -> Iterator[str]:
    yield from _judge_full_marks(report)
    for scored in report.checks():
        error = scored.outcome.measured.error
        if entry.float32 and error is not None and error > MOST_ROUNDED:
            yield f"{scored.check.id} refuses single precision: off by {error:.2g} tolerances"


def _judge_workload(entry: Entry, report: ScoreReport) -> Iterator[str]:
    if entry.share == 1:
        yield from _judge_full_marks(report)
    limited = [
        scored.outcome.measured
        for scored in report.checks()
        if scored.check.function == entry.function and scored.outcome.measured.cpu_limit_s
    ]
    for measured in limited:
        limit_s, used_s = measured.cpu_limit_s, measured.cpu_s
        if used_s is None or limit_s is None:
            yield "its processor time was not measured"
        elif entry.share == 1 and used_s * SAFETY > limit_s:
            yield f"takes {used_s:.2g} s of processor time, more than 1/{SAFETY} of {limit_s:g} s"
        elif entry.share < 1 and used_s / entry.share < SAFETY * limit_s:
            whole_s = used_s / entry.share
            yield f"takes {whole_s:.2g} s in all, less than {SAFETY} times {limit_s:g} s"
    if not limited:
        yield f"no check of {entry.function} limits processor time"


def _judge_misconception(
    entry: Entry, report: ScoreReport, costly: Collection[str]
) -> Iterator[str]:
    error = _measure(entry, report)
    if error is not None and error < LEAST_WRONG:
        yield f"is off by {error:.2g} tolerances only, at least {LEAST_WRONG:g} are needed"
    losses = {f.name for f in report.functions() if f.score_c != f.max_score_c}
    if losses != ({entry.function} if entry.loses_points else set()):
        yield f"loses points in {', '.join(sorted(losses)) or 'no function'}"
    diagnoses = set(filter(None, (scored.outcome.misconception for scored in report.checks())))
    if entry.id not in diagnoses:
        yield "is not diagnosed as itself"
    # A misconception that costs nothing may be diagnosed beside it.
    if others := sorted((diagnoses & set(costly)) - {entry.id}):
        yield f"is also diagnosed as {', '.join(others)}"
