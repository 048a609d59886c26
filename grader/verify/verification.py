"""Checks the promises of a course: its stubs, solutions, misconceptions, variants and docstrings.

The untouched stub scores nothing. The solution scores everything, with many seeds. Every
misconception loses points in its own function and is diagnosed, and so is a sample of pairs.
Every variant gets full marks, and no file for students contains a solution.

Each wrong way is wrong by at least ten times the tolerance of a check that it fails, and right
work in single precision is off by less than a third of it. Named numbers of a call differ.

An entry of a catalogue is graded with the checks that it can reach (`grader.verify.reach`), and a
sample of them with all checks of their module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

from grader.course.functions import find_owners
from grader.course.manifest import load_course
from grader.course.notebooks import outdated_files
from grader.course.texts import advise_stubs, read_solutions, read_stubs
from grader.engine import Grader
from grader.errors import CourseError
from grader.records import (
    Course,
    Exercise,
    IsolationOption,
    Leak,
    ScoreReport,
)
from grader.release.release import Draft, Release
from grader.seeds import PUBLIC
from grader.testing.catalogue import Entry, load_catalogue, source_of
from grader.verify.docstrings import find_failing_examples
from grader.verify.gaps import (
    find_gaps_in_catalogue,
    find_gaps_in_docstrings,
    find_gaps_in_signatures,
)
from grader.verify.graders import Graders
from grader.verify.judges import (
    find_losses,
    judge_faults,
    judge_misconception,
    judge_pair,
    judge_solution,
    judge_stub,
    judge_variant,
    judge_workload,
    measure,
)
from grader.verify.names import find_undefined_names
from grader.verify.promises import find_callers, judge_calls, judge_inputs
from grader.verify.reach import draw_sample, find_reached, remove

# The gradings of a module without one of its functions, by its name and the function's.
Without = Mapping[tuple[str, str], Future[ScoreReport]]
Kind = Literal[
    "stub", "solution", "misconception", "pair", "variant", "leak", "up to date", "metadata"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
# These are tried first: the others are compared with the solution.
_BASIC = ("stub", "solution")
# How many pairs of misconceptions of an exercise are tried.
_PAIRS = 5
# With how many seeds inputs are compared that are the same for fewer.
_INPUTS = 10


@dataclass(frozen=True, slots=True)
class Trial:
    """One promise of the course: what it is about, and the findings against it.

    Parameters
    ----------
    error : float or None
        Of a wrong way and of a right one in single precision: how far off it is, in units of
        the tolerance; None where numbers do not decide.
    faults : tuple of str
        What went wrong in the suite or in the grader, which `Verification.run` makes findings
        the first time.
    inputs : mapping of str to str
        Of a solution: digests of its inputs, by check.
    lost : frozenset of str
        Of a solution: the checks in which it loses points.
    """

    kind: Kind
    exercise: str
    subject: str
    findings: tuple[str, ...] = ()
    error: float | None = None
    faults: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()

    @property
    def held(self) -> bool:
        """Return whether the promise is kept."""
        return not self.findings and not self.faults and not self.lost


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
            self._checks = tuple(grader.collected_checks().values())
        exercises = self.course.exercises
        self._stubs = {e.name: read_stubs(course, e) for e in exercises}
        by_module = read_solutions(course, solutions)
        self._solutions = {e.name: {n: by_module[n] for n in e.modules} for e in exercises}
        self._owners = {e.name: find_owners(self.course, e) for e in exercises}
        self._misconceptions = {
            e.name: load_catalogue(self.course.suites, e.name, "misconceptions") for e in exercises
        }
        self._callers = find_callers(self._checks)
        self._release = Release(self.course, solutions, with_hidden=False)
        self._draft: Draft | None = None
        # Exercises whose entries were not graded, once it has run.
        self.untried: list[str] = []
        self._outdated = [path.name for path in outdated_files(self.course, solutions)]
        self._plans = [plan for e in exercises for plan in self._plan(e, seeds)]

    def __len__(self) -> int:
        return len(self._plans) + 3 * len(self.course.exercises)

    @property
    def acknowledged(self) -> int:
        """Return how many leaks were found that the course acknowledges, once it has run."""
        return self._draft.known.count if self._draft else 0

    @property
    def open_leaks(self) -> tuple[Leak, ...]:
        """Return what would acknowledge the leaks that were found, once it has run."""
        return tuple(self._draft.known.open) if self._draft else ()

    def run(self, jobs: int) -> Iterator[Trial]:
        """Run every trial, ``jobs`` submissions at once, and yield each as it ends."""
        with Graders(self.course, self._isolation, jobs) as graders:
            # Meanwhile their processes start up.
            for exercise in self.course.exercises:
                yield from self._inspect(exercise)
            yield from self._inspect_kit(graders)
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
                attempt = partial(_try, graders=graders, graded=graded)
                yield from self._judge_together(self._try_all(pool, attempt), graders)
                reached = {
                    (exercise, name): find_reached(name, future.result())
                    for (exercise, name), future in graded.items()
                }
            for exercise_name, finding in judge_calls(self._callers, reached):
                yield Trial("metadata", exercise_name, "calls", (finding,))

    def _try_all(self, pool: Executor, attempt: Callable[[_Plan], Trial]) -> Iterator[Trial]:
        """Yield the trials of all plans, of entries only where the solution gets full marks.

        With another solution each entry would lose the same points as well.
        """
        basic = [plan for plan in self._plans if plan.kind in _BASIC]
        for trial in pool.map(attempt, basic):
            if trial.lost and trial.exercise not in self.untried:
                self.untried.append(trial.exercise)
            yield trial
        rest = [plan for plan in self._plans if plan.kind not in _BASIC]
        yield from pool.map(attempt, [p for p in rest if p.exercise.name not in self.untried])

    def _add(self, exercise: Exercise, function: str, text: str) -> dict[str, str]:
        """Return a solution with more text in the module that has a function."""
        sources = self._solutions[exercise.name]
        owner = self._owners[exercise.name].get(function, exercise.modules[0])
        return {**sources, owner: f"{sources[owner]}\n\n{text}"}

    def _judge_together(self, trials: Iterable[Trial], graders: Graders) -> Iterator[Trial]:
        """Yield trials with each fault once, and then what several seeds show together."""
        known: set[str] = set()
        inputs: dict[str, list[Mapping[str, str]]] = {}
        for trial in trials:
            new = [fault for fault in trial.faults if fault not in known]
            findings = trial.findings
            if trial.kind == "solution":
                inputs.setdefault(trial.exercise, []).append(trial.inputs)
                # Another seed has other values but the same reason.
                findings = () if trial.lost and trial.lost <= known else findings
                findings = tuple(finding for finding in findings if finding not in known)
                known |= {*trial.lost, *findings}
            known.update(new)
            yield replace(trial, findings=(*new, *findings))
        for exercise, drawn in inputs.items():
            by_seed = drawn
            checks = [check for check in self._checks if check.exercise == exercise]
            found = list(judge_inputs(checks, by_seed))
            if found and 1 < len(by_seed) < _INPUTS:
                # Few draws of a few words can be the same by chance.
                more = self._draw_inputs(self.course.exercise(exercise), len(by_seed), graders)
                by_seed = [*by_seed, *more]
                found = list(judge_inputs(checks, by_seed))
            for _, finding in found:
                yield Trial("metadata", exercise, "inputs", (finding,))

    def _draw_inputs(
        self, exercise: Exercise, known: int, graders: Graders
    ) -> Iterator[Mapping[str, str]]:
        """Yield the inputs of an exercise's checks for further seeds."""
        for seed in _name_seeds(_INPUTS)[known:]:
            report = graders.grade(exercise, self._solutions[exercise.name], seed)
            yield _read_inputs(report)

    def _plan(self, exercise: Exercise, seeds: int) -> Iterator[_Plan]:
        solution = self._solutions[exercise.name]
        stub = self._stubs[exercise.name]
        yield _Plan("stub", exercise, "the untouched stub", stub, judge_stub)
        drawn_from = _name_seeds(seeds)
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
                allowed = self._callers.get((exercise.name, entry.function), ())
                judge = partial(judge, costly=costly, callers=allowed)
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
        yield Trial("up to date", name, "stub and notebook", tuple(self._find_outdated(name)))
        functions, entries = self._functions[name], self._misconceptions[name]
        gaps = [
            *find_gaps_in_docstrings(self.course, self._stubs[name].values(), functions),
            *find_gaps_in_signatures(self._stubs[name].values(), self._checks, name),
            *find_failing_examples(name, self._solutions[name], functions),
            *find_gaps_in_catalogue(self.course, name, functions, entries),
            *find_undefined_names(entries, self._solutions[name].values()),
        ]
        yield Trial("metadata", name, "docstrings and hints", tuple(gaps))

    def _inspect_kit(self, graders: Graders) -> Iterator[Trial]:
        """Yield what `grade release` would refuse, by exercise where it is about one."""
        try:
            with graders.lend() as grader:
                self._draft = self._release.draft(grader)
        except CourseError as error:
            found: list[str] = [str(error)]
        else:
            known, files = self._draft.known, self._draft.kit.files
            whole = len(load_course(self.course.manifest).exercises) == len(self._functions)
            found = [*self._draft.findings, *known.list_unused(files, whole=whole)]
        for exercise in self.course.exercises:
            names = (exercise.name, *exercise.modules)
            own = tuple(one for one in found if any(_is_about(n, one) for n in names))
            found = [one for one in found if one not in own]
            yield Trial("leak", exercise.name, "files for students", own)
        if found:
            yield Trial("leak", "the kit", "files for students", tuple(found))

    def _find_outdated(self, exercise: str) -> Iterator[str]:
        for name in self._outdated:
            if Path(name).stem in self.course.exercise(exercise).modules:
                yield f"{name} is out of date: {advise_stubs(self.course)}"


def _is_about(exercise: str, finding: str) -> bool:
    """Return whether a finding about a kit names the files or checks of an exercise."""
    return re.search(rf"(?:/|test_|fails ){exercise}(?:\.|/)", finding) is not None


def _choose_pairs(misconceptions: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """Return pairs that can be made together and both lose points, evenly from all of them."""
    costly = [entry for entry in misconceptions if entry.loses_points]
    pairs = [(a, b) for a, b in combinations(costly, 2) if a.goes_with(b)]
    return pairs[:: max(1, len(pairs) // _PAIRS)][:_PAIRS]


def _name_seeds(count: int) -> list[str]:
    return [PUBLIC, *(f"verify {number}" for number in range(1, count))]


def _read_inputs(report: ScoreReport) -> dict[str, str]:
    """Return a digest of the inputs of each check."""
    return {scored.check.id: scored.outcome.measured.inputs for scored in report.checks()}


def _try(plan: _Plan, graders: Graders, graded: Without) -> Trial:
    name = plan.exercise.name
    functions: tuple[str, ...] = ()
    if plan.entries and plan.alone:
        function = plan.entries[0].function
        known = graded.get((name, function))
        functions = find_reached(function, known.result()) if known else (function,)
    expected = plan.entries[0].id if plan.measured and plan.kind == "misconception" else ""
    report = graders.grade(plan.exercise, plan.sources, plan.seed, functions, expected)
    findings = tuple(plan.judge(report))
    error = measure(plan.entries[0], report) if plan.measured else None
    faults = tuple(judge_faults(report))
    lost = [scored.check.id for scored in find_losses(report)] if plan.kind == "solution" else []
    return Trial(
        plan.kind,
        name,
        plan.subject,
        findings,
        error,
        faults,
        _read_inputs(report),
        frozenset(lost),
    )
