"""The reports of a class, collected one by one.

A report is looked at once and let go; what is kept of each is a row, and one byte for each check.
"""

from __future__ import annotations

import statistics
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.check_report import CheckReport
from grader.problems import Problem
from grader.records import FAILED, OutcomeKind
from grader.report import ExerciseReport, FunctionReport, Report, UnexaminedReport
from grader.sanitize import clean_line
from grader.writers.pages.rows import Event, Row, find_events, make_row

# Fewer than this many tried: no conclusion is possible.
FEWEST = 8
_FEWEST_EITHER_WAY = 3  # who passed and who failed: of one or two nothing follows
_PASSED, _FAILED = 1, 2  # what is kept of a check in a submission; 0 if it was not tried
_NOT_TRIED = ("not_implemented", "not_run")


@dataclass(slots=True)
class ExerciseTally:
    """One exercise over all reports, with the part of its points that each earned."""

    name: str
    title: str
    max_score: float
    parts: array[float] = field(default_factory=lambda: array("d"))

    @property
    def mean(self) -> float:
        """Return the mean percentage."""
        return 100 * statistics.fmean(self.parts) if self.parts else 0.0

    @property
    def full(self) -> int:
        """Return how many earned all of it."""
        return sum(part >= 1 for part in self.parts)


@dataclass(slots=True)
class FunctionTally:
    """One function over all submissions with a module that could be imported.

    Parameters
    ----------
    done, stuck : int
        How many have all points, and how many tried and do not.
    """

    exercise: str
    name: str
    max_score: float
    scores: array[float] = field(default_factory=lambda: array("d"))
    done: int = 0
    stuck: int = 0

    @property
    def not_begun(self) -> int:
        """Return how many have an untouched stub, or no such function."""
        return len(self.scores) - self.done - self.stuck

    def figures(self) -> tuple[float, float, float, float]:
        """Return mean, least, most and standard deviation (of the population) of the points."""
        scores = self.scores
        return statistics.fmean(scores), min(scores), max(scores), statistics.pstdev(scores)

    def add(self, function: FunctionReport) -> None:
        """Add one submission."""
        self.scores.append(function.score)
        if function.score == function.max_score:
            self.done += 1
        elif any(c.outcome not in _NOT_TRIED for c in function.checks if c.max_score):
            self.stuck += 1


@dataclass(slots=True)
class CheckTally:
    """One check over all reports.

    Parameters
    ----------
    rests : tuple of array
        The points in all other checks, of those who tried and failed and of those who passed.
    """

    id: str
    title: str
    max_score: float
    visibility: str
    marks: bytearray = field(default_factory=bytearray)
    rests: tuple[array[float], array[float]] = field(
        default_factory=lambda: (array("d"), array("d"))
    )

    def add(self, row: int, outcome: OutcomeKind, rest: float) -> None:
        """Add what the submission of a row got, with its points in all other checks."""
        passed = outcome == "passed"
        if not passed and outcome in _NOT_TRIED:
            return
        if missing := row - len(self.marks):
            self.marks.extend(bytes(missing))
        self.marks.append(_PASSED if passed else _FAILED)
        self.rests[passed].append(rest)

    @property
    def tried(self) -> int:
        """Return how many wrote anything that could be checked."""
        return self.failed + self.passed

    @property
    def passed(self) -> int:
        """Return how many passed."""
        return len(self.rests[1])

    @property
    def failed(self) -> int:
        """Return how many tried and failed."""
        return len(self.rests[0])

    @property
    def rate(self) -> float | None:
        """Return which part of those who tried passed."""
        return self.passed / self.tried if self.tried else None

    @property
    def elsewhere(self) -> tuple[float, float] | None:
        """Return the mean points in other checks of those who failed and of those who passed."""
        if not all(self.rests):
            return None
        failed, passed = self.rests
        return statistics.fmean(failed), statistics.fmean(passed)

    @property
    def discrimination(self) -> float | None:
        """Return how passing goes with the rest of the score, among those who tried.

        The point-biserial correlation of passing (1) or not (0) with the points earned in
        all other checks. None where too few tried, passed or failed.
        """
        if self.tried < FEWEST or min(self.failed, self.passed) < _FEWEST_EITHER_WAY:
            return None
        rests = [*self.rests[0], *self.rests[1]]
        if len(set(rests)) < 2:
            return None
        return statistics.correlation([0.0] * self.failed + [1.0] * self.passed, rests)

    def failing(self, rows: Sequence[int]) -> int:
        """Return how many of some rows tried and failed."""
        return sum(row < len(self.marks) and self.marks[row] == _FAILED for row in rows)


@dataclass(slots=True)
class ProblemTally:
    """One problem over all reports: the same misconceptions of a function, or the same words.

    Parameters
    ----------
    function : str
        As ``exercise/function``.
    misconceptions : tuple of str
        Their ids; none where the cause has no name.
    what, hint : str
        What is wrong and the hint that students get, as in the first report that has it.
    row : int
        The row of this report.
    count, cost : int, float
        How many have it, and the points that they lost with it.
    """

    function: str
    misconceptions: tuple[str, ...]
    what: str
    hint: str
    row: int
    count: int = 0
    cost: float = 0.0
    _last: int = -1

    def add(self, row: int, cost: float) -> None:
        """Add a submission, which is counted once."""
        self.count += self._last != row
        self.cost += cost
        self._last = row


class ClassTally:
    """Collects reports one by one."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.events: list[Event] = []
        self.exercises: dict[str, ExerciseTally] = {}
        self.functions: dict[str, FunctionTally] = {}
        self.checks: dict[str, CheckTally] = {}
        self._problems: dict[tuple[str, ...], ProblemTally] = {}
        self.courses: Counter[str] = Counter()

    def add(self, report: Report | UnexaminedReport, link: str = "") -> None:
        """Add one report, an instructor's or a student's, and the link to its own page."""
        course = report.course
        self.courses[f"{course.name} {course.version} {course.suite_sha256[:12]}"] += 1
        if not isinstance(report, Report):
            self.rows.append(make_row(report, link, 0))
            return
        failed = self._add_exercises(report)
        row = make_row(report, link, len(failed))
        self.rows.append(row)
        self.events += find_events(row, report, failed)

    @property
    def percents(self) -> list[float]:
        """Return the percentage of every submission that was examined."""
        return [row.percent for row in self.rows if row.percent is not None]

    def bins(self) -> list[tuple[str, int]]:
        """Return how many are in each tenth, and how many have all points."""
        counts = Counter(
            min(int(percent // 10), 9) if percent < 100 else 10 for percent in self.percents
        )
        names = [f"{10 * n} to {10 * n + 10}" for n in range(9)] + ["90 to <100", "100"]
        return [(name, counts[place]) for place, name in enumerate(names)]

    def problems(self) -> list[ProblemTally]:
        """Return all problems that cost points, the most seen first."""
        found = self._problems.values()
        return sorted(found, key=lambda p: (-p.count, -p.cost, p.function, p.what))

    def strongest(self) -> list[int]:
        """Return the rows of the strongest quarter, of those who did anything at all."""
        able = [(-(row.percent or 0), place) for place, row in enumerate(self.rows) if row.percent]
        return [place for _, place in sorted(able)[: len(able) // 4]]

    def passed_by_all(self) -> list[CheckTally]:
        """Return the checks that every student who tried passed."""
        return [c for c in self.checks.values() if c.max_score and c.rate == 1.0]

    def _add_exercises(self, report: Report) -> list[CheckReport]:
        """Add the parts of a report, and return its failed checks."""
        index, checks = len(self.rows), self.checks
        failed = []
        for exercise in report.exercises:
            self._add_exercise(exercise)
            for function in exercise.functions:
                if exercise.status == "graded":
                    self._add_function(exercise, function)
                for problem in function.problems:
                    if not problem.is_advice:
                        self._add_problem(f"{exercise.name}/{function.name}", problem)
                for check in function.checks:
                    tally = checks.get(check.id)
                    if tally is None:
                        title = clean_line(check.title)
                        tally = CheckTally(check.id, title, check.max_score, check.visibility)
                        checks[check.id] = tally
                    tally.add(index, check.outcome, report.score - check.score)
                    if check.outcome in FAILED:
                        failed.append(check)
        return failed

    def _add_exercise(self, exercise: ExerciseReport) -> None:
        name = exercise.name
        if name not in self.exercises:
            title = clean_line(exercise.title)
            self.exercises[name] = ExerciseTally(name, title, exercise.max_score)
        if exercise.max_score:
            self.exercises[name].parts.append(exercise.score / exercise.max_score)

    def _add_function(self, exercise: ExerciseReport, function: FunctionReport) -> None:
        key = f"{exercise.name}/{function.name}"
        if key not in self.functions:
            tally = FunctionTally(exercise.name, function.name, function.max_score)
            self.functions[key] = tally
        self.functions[key].add(function)

    def _add_problem(self, function: str, problem: Problem) -> None:
        index = len(self.rows)
        named = problem.misconceptions
        what = clean_line(problem.what.partition("\n")[0], 200)
        key = (function, *(sorted(named) or ("", problem.repair or what)))
        if key not in self._problems:
            hint = clean_line(problem.hint, 300)
            names = tuple(clean_line(name, 60) for name in named)
            self._problems[key] = ProblemTally(function, names, what, hint, index)
        self._problems[key].add(index, problem.cost)
