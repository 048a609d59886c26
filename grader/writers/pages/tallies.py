"""The counts of an exercise, a function, a check and a problem for the page of a class."""

from __future__ import annotations

import statistics
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.records import OutcomeKind
from grader.report import FunctionReport

if TYPE_CHECKING:
    Numbers = array[float]
else:
    Numbers = array  # which cannot be subscripted in Python 3.11

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
    parts: Numbers = field(default_factory=lambda: array("d"))

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
    scores: Numbers = field(default_factory=lambda: array("d"))
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

    def extend(self, later: FunctionTally) -> None:
        """Add other submissions."""
        self.scores += later.scores
        self.done += later.done
        self.stuck += later.stuck


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
    rests: tuple[Numbers, Numbers] = field(default_factory=lambda: (array("d"), array("d")))

    def add(self, row: int, outcome: OutcomeKind, rest: float) -> None:
        """Add what the submission of a row got, with its points in all other checks."""
        passed = outcome == "passed"
        if not passed and outcome in _NOT_TRIED:
            return
        if missing := row - len(self.marks):
            self.marks.extend(bytes(missing))
        self.marks.append(_PASSED if passed else _FAILED)
        self.rests[passed].append(rest)

    def extend(self, later: CheckTally, rows: int) -> None:
        """Add other submissions, whose rows begin after so many."""
        if later.marks:
            self.marks += bytes(rows - len(self.marks)) + later.marks
        for rest, more in zip(self.rests, later.rests, strict=True):
            rest.extend(more)

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
    count, cost_c : int
        How many have it, and the hundredths of points that they lost with it.
    last : int
        The row of the last one.
    """

    function: str
    misconceptions: tuple[str, ...]
    what: str
    hint: str
    row: int
    count: int = 0
    cost_c: int = 0
    last: int = -1

    @property
    def cost(self) -> float:
        """Return the points that they lost with it."""
        return self.cost_c / 100

    def add(self, row: int, cost: float) -> None:
        """Add a submission, which is counted once."""
        self.count += self.last != row
        # A sum of hundredths is the same in whatever order they are added.
        self.cost_c += round(100 * cost)
        self.last = row

    def extend(self, later: ProblemTally) -> None:
        """Add other submissions."""
        self.count += later.count
        self.cost_c += later.cost_c
