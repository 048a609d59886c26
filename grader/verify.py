"""The course examines itself: stubs, solutions, misconceptions, variants and what they say.

Every claim that a course makes is tried: the untouched stub scores nothing, the solution
everything under many seeds, every misconception loses points in its own function and is
named, every variant loses none, and no stub gives a solution away.
"""

from __future__ import annotations

import ast
import queue
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.course.manifest import load_course
from grader.course.notebooks import outdated_notebooks
from grader.course.stubs import outdated_stubs
from grader.course.texts import read_text
from grader.engine import Grader
from grader.records import (
    Course,
    Exercise,
    IsolationOption,
    Outcome,
    ScoreReport,
    SourceFile,
    Submission,
)
from grader.release.kit import gather_secrets, make_kit
from grader.release.leaks import find_leaks
from grader.seeds import PUBLIC
from grader.testing.catalogue import Entry, load_catalogue

Kind = Literal["stub", "solution", "misconception", "variant", "leak", "up to date", "metadata"]
KINDS: tuple[Kind, ...] = (
    "stub",
    "solution",
    "misconception",
    "variant",
    "leak",
    "up to date",
    "metadata",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One claim of the course: what it is about, and what was found against it."""

    kind: Kind
    exercise: str
    subject: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """A claim that is tried by grading a source."""

    kind: Kind
    exercise: Exercise
    subject: str
    source: str
    judge: Callable[[ScoreReport], list[str]]
    secret: str = PUBLIC


class Verification:
    """All trials of a course, to be run.

    Parameters
    ----------
    manifest : Path
        The course's ``course.toml``.
    solutions : Path
        The folder of its solutions.
    seeds : int
        How many seeds the solution is tried with.
    isolation : {"auto", "sandbox", "process"}
        As for `grader.engine.Grader`.
    """

    def __init__(
        self, manifest: Path, solutions: Path, seeds: int, isolation: IsolationOption = "auto"
    ) -> None:
        self._isolation = isolation
        with Grader(load_course(manifest), isolation) as grader:
            self.course: Course = grader.course
            self._functions = grader.collected_functions()
            checks = grader.collected_checks()
        self._solutions = {
            e.name: read_text(solutions / e.file_name) for e in self.course.exercises
        }
        self._kit = make_kit(self.course, checks)
        self._secrets = gather_secrets(self.course, self._solutions, checks)
        self._folder = solutions
        self._plans = [plan for e in self.course.exercises for plan in self._plan(e, seeds)]

    def __len__(self) -> int:
        return len(self._plans) + 3 * len(self.course.exercises)

    def run(self, jobs: int) -> Iterator[Trial]:
        """Run every trial.

        Parameters
        ----------
        jobs : int
            How many submissions are graded at once.

        Yields
        ------
        Trial
            As they end.
        """
        for exercise in self.course.exercises:
            yield from self._inspect(exercise)
        idle: queue.SimpleQueue[Grader] = queue.SimpleQueue()
        graders = [Grader(self.course, self._isolation) for _ in range(jobs)]
        try:
            for grader in graders:
                idle.put(grader)
            with ThreadPoolExecutor(jobs) as pool:
                yield from pool.map(lambda plan: _try(plan, idle), self._plans)
        finally:
            for grader in graders:
                grader.close()

    def _plan(self, exercise: Exercise, seeds: int) -> Iterator[_Plan]:
        solution = self._solutions[exercise.name]
        stub = read_text(self.course.stubs / exercise.file_name)
        yield _Plan("stub", exercise, "the untouched stub", stub, _judge_stub)
        for number in range(seeds):
            secret = PUBLIC if number == 0 else f"verify {number}"
            subject = f"seed {secret!r}"
            yield _Plan("solution", exercise, subject, solution, _judge_full_marks, secret)
        costly = self._costly(exercise)
        for entry in load_catalogue(self.course.suites, exercise.name, "misconceptions"):
            judge = _misconception_judge(entry, costly)
            source = f"{solution}\n\n{entry.source}"
            yield _Plan("misconception", exercise, f"{entry.id} of {entry.function}", source, judge)
        for entry in load_catalogue(self.course.suites, exercise.name, "variants"):
            source = f"{solution}\n\n{entry.source}"
            subject = f"{entry.id} of {entry.function}"
            yield _Plan("variant", exercise, subject, source, _judge_full_marks)

    def _costly(self, exercise: Exercise) -> frozenset[str]:
        entries = load_catalogue(self.course.suites, exercise.name, "misconceptions")
        return frozenset(entry.id for entry in entries if entry.loses_points)

    def _inspect(self, exercise: Exercise) -> Iterator[Trial]:
        name = exercise.name
        yield Trial("leak", name, "what students get", tuple(self._leaks(exercise)))
        yield Trial("up to date", name, "stub and notebook", tuple(self._outdated(exercise)))
        yield Trial("metadata", name, "docstrings and hints", tuple(self._gaps(exercise)))

    def _leaks(self, exercise: Exercise) -> Iterator[str]:
        # What `grade release` would look into, by the same rules.
        files = {
            path: text
            for path, text in self._kit.files.items()
            if path.stem.endswith(exercise.name)
        }
        yield from find_leaks(files, self._secrets)

    def _outdated(self, exercise: Exercise) -> Iterator[str]:
        outdated = {
            **outdated_stubs(self.course, self._folder),
            **outdated_notebooks(self.course, self._folder),
        }
        for path in outdated:
            if path.stem == exercise.name:
                yield f"{path.name} is not what the solution makes: run `grade stubs`"

    def _gaps(self, exercise: Exercise) -> Iterator[str]:
        tree = ast.parse(read_text(self.course.stubs / exercise.file_name))
        kinds = (ast.FunctionDef, ast.ClassDef)
        nodes = {node.name: node for node in tree.body if isinstance(node, kinds)}
        entries = load_catalogue(self.course.suites, exercise.name, "misconceptions")
        for function, checks in self._functions[exercise.name].items():
            node = nodes.get(function)
            if node is None:
                yield f"the suite asks for {function}, which the stub does not have"
                continue
            docstring = " ".join((ast.get_docstring(node) or "").split())
            listed = re.search(r"Checks: ([\w, ]+)\.", docstring)
            if not listed or listed[1].split(", ") != checks:
                yield f"the docstring of {function} should say `Checks: {', '.join(checks)}.`"
            if ">>>" not in docstring:
                yield f"the docstring of {function} has no example"
        for entry in entries:
            if not entry.hint:
                yield f"{entry.id} has no hint"
            if entry.function not in self._functions[exercise.name]:
                yield f"{entry.id} is of {entry.function}, which no check asks for"


def _try(plan: _Plan, idle: queue.SimpleQueue[Grader]) -> Trial:
    name = plan.exercise.name
    source = SourceFile(plan.exercise.file_name, plan.source.encode())
    grader = idle.get()
    try:
        report = grader.grade(Submission("verify", (source,)), plan.secret, (name,))
    finally:
        idle.put(grader)
    found = [*_judge_faults(report), *plan.judge(report)]
    return Trial(plan.kind, name, plan.subject, tuple(found))


def _losses(report: ScoreReport) -> set[str]:
    return {
        function.name
        for exercise in report.exercises
        for function in exercise.functions
        if function.score_c != function.max_score_c
    }


def _judge_faults(report: ScoreReport) -> list[str]:
    return [
        f"{scored.check.id}: {scored.outcome.feedback.fault}"
        for scored in report.checks()
        if scored.outcome.feedback.fault
    ]


def _judge_stub(report: ScoreReport) -> list[str]:
    return [
        f"{scored.check.id} is {scored.outcome.outcome} and earns {scored.score_c / 100:g}"
        for scored in report.checks()
        if scored.score_c or scored.outcome.outcome != "not_implemented"
    ]


def _words(outcome: Outcome) -> str:
    feedback = outcome.feedback
    return " ".join(filter(None, (feedback.wrong, feedback.raised, feedback.values)))


def _judge_full_marks(report: ScoreReport) -> list[str]:
    return [
        f"{scored.check.id} is {scored.outcome.outcome}: {_words(scored.outcome)}"
        for scored in report.checks()
        if scored.score_c != scored.check.points_c
    ]


def _misconception_judge(
    entry: Entry, costly: frozenset[str]
) -> Callable[[ScoreReport], list[str]]:
    def judge(report: ScoreReport) -> list[str]:
        found = []
        lost = _losses(report)
        if lost != ({entry.function} if entry.loses_points else set()):
            found.append(f"loses points in {', '.join(sorted(lost)) or 'no function'}")
        named = {scored.outcome.misconception or "" for scored in report.checks()}
        if entry.id not in named:
            found.append("is not diagnosed as itself")
        # What costs nothing may be told beside it: it is as true.
        others = sorted((named & costly) - {entry.id})
        if others:
            found.append(f"is also diagnosed as {', '.join(others)}")
        return found

    return judge
