"""The reports of a class, collected one by one.

A report is looked at once and let go; what is kept of each is a row, and one byte for each check.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, get_origin

import msgspec

from grader.check_report import CheckReport
from grader.problems import Problem
from grader.records import FAILED
from grader.report import ExerciseReport, FunctionReport, Report, UnexaminedReport
from grader.sanitize import clean_line
from grader.writers.pages.rows import Event, Row, find_events, make_row
from grader.writers.pages.tallies import CheckTally, ExerciseTally, FunctionTally, ProblemTally


@dataclass(slots=True)
class ClassTally:
    """Collects reports one by one.

    Parameters
    ----------
    causes : dict of tuple to ProblemTally
        The problems by what is told apart.
    """

    rows: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    exercises: dict[str, ExerciseTally] = field(default_factory=dict)
    functions: dict[str, FunctionTally] = field(default_factory=dict)
    checks: dict[str, CheckTally] = field(default_factory=dict)
    causes: dict[tuple[str, ...], ProblemTally] = field(default_factory=dict)
    courses: Counter[str] = field(default_factory=Counter)

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

    def extend(self, later: ClassTally) -> None:
        """Add a tally of other reports, as if these were added one by one."""
        rows = len(self.rows)
        self.rows += later.rows
        self.events += later.events
        self.courses += later.courses
        for name, exercise in later.exercises.items():
            if name in self.exercises:
                self.exercises[name].parts += exercise.parts
            else:
                self.exercises[name] = exercise
        for name, function in later.functions.items():
            if name in self.functions:
                self.functions[name].extend(function)
            else:
                self.functions[name] = function
        for name, check in later.checks.items():
            new = CheckTally(check.id, check.title, check.max_score, check.visibility)
            self.checks.setdefault(name, new).extend(check, rows)
        for cause, problem in later.causes.items():
            if cause in self.causes:
                self.causes[cause].extend(problem)
            else:
                self.causes[cause] = replace(problem, row=problem.row + rows)

    def pack(self) -> bytes:
        """Return it as bytes, for another process."""
        return msgspec.msgpack.encode(self, enc_hook=array.tobytes)

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
        found = self.causes.values()
        return sorted(found, key=lambda p: (-p.count, -p.cost_c, p.function, p.what))

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
            tally = FunctionTally(exercise.name, clean_line(function.shown), function.max_score)
            self.functions[key] = tally
        self.functions[key].add(function)

    def _add_problem(self, function: str, problem: Problem) -> None:
        index = len(self.rows)
        named = problem.misconceptions
        what = clean_line(problem.what.partition("\n")[0], 200)
        key = (function, *(sorted(named) or ("", problem.repair or what)))
        if key not in self.causes:
            hint = clean_line(problem.hint, 300)
            names = tuple(clean_line(name, 60) for name in named)
            self.causes[key] = ProblemTally(function, names, what, hint, index)
        self.causes[key].add(index, problem.cost)


def unpack_tally(content: bytes) -> ClassTally:
    """Return a tally that was packed."""
    return msgspec.msgpack.decode(content, type=ClassTally, dec_hook=_decode)


def _decode(kind: Any, value: Any) -> Any:
    kind = get_origin(kind) or kind
    return array("d", value) if kind is array else kind(value)
