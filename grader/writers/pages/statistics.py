"""What the reports of a class say together: collected one by one, then read off.

A report is looked at once and let go; what is kept of each is a row and its outcomes.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.records import FAILED, WITH_CODE, OutcomeKind
from grader.report import CheckReport, Report
from grader.sanitize import clean_line

# Fewer than this many tried: no conclusion is possible.
FEWEST = 8
_FEWEST_STRONG = 4
_WEAK = 0.1
_FEWEST_EITHER_WAY = 3  # who passed and who failed: of one or two nothing follows
_NOT_TRIED = ("not_implemented", "not_run")
# Fields of a check's feedback that report an event, and what the page calls it.
_EVENTS = {"ended": "ended the process", "waited": "took too long"}


@dataclass(frozen=True, slots=True)
class Row:
    """One submission in the table.

    Parameters
    ----------
    link : str
        Its own page, or an empty string.
    points : dict of str to float
        By exercise.
    unloadable : tuple of str
        Exercises whose module could not be loaded.
    failures, diagnoses : int
        Checks that failed, and misconceptions that were named.
    level : str
        How the code was kept apart.
    whose : str
        Names of the students where they are known, which attempt, and whether it was late.
    """

    id: str
    link: str
    score: float
    percent: float
    points: dict[str, float]
    unloadable: tuple[str, ...]
    failures: int
    diagnoses: int
    level: str
    duration_s: float
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something in a report that a person may want to look at."""

    id: str
    link: str
    kind: str
    count: int
    example: str


@dataclass(slots=True)
class ExerciseTally:
    """One exercise over all reports."""

    name: str
    title: str
    max_score: float
    parts: list[float] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """Return the mean percentage."""
        return 100 * statistics.fmean(self.parts) if self.parts else 0.0

    @property
    def full(self) -> int:
        """Return how many earned all of it."""
        return sum(part >= 1 for part in self.parts)


@dataclass(slots=True)
class CheckTally:
    """One check over all reports."""

    id: str
    title: str
    max_score: float
    visibility: str
    outcomes: dict[int, OutcomeKind] = field(default_factory=dict)
    rests: dict[int, float] = field(default_factory=dict)

    @property
    def tried(self) -> list[int]:
        """Return the rows of those who wrote anything that could be checked."""
        return [row for row, outcome in self.outcomes.items() if outcome not in _NOT_TRIED]

    @property
    def passed(self) -> int:
        """Return how many passed."""
        return sum(outcome == "passed" for outcome in self.outcomes.values())

    @property
    def rate(self) -> float | None:
        """Return which part of those who tried passed."""
        return self.passed / len(self.tried) if self.tried else None

    @property
    def discrimination(self) -> float | None:
        """Return how passing goes with the rest of the score, among those who tried.

        The point-biserial correlation of passing (1) or not (0) with the points earned in
        all other checks. None where too few tried, passed or failed.
        """
        passes = [float(self.outcomes[row] == "passed") for row in self.tried]
        rests = [self.rests[row] for row in self.tried]
        fewer = min(passes.count(1.0), passes.count(0.0))
        if len(passes) < FEWEST or fewer < _FEWEST_EITHER_WAY or len(set(rests)) < 2:
            return None
        return statistics.correlation(passes, rests)

    def failing(self, rows: Sequence[int]) -> int:
        """Return how many of some rows tried and failed."""
        tried = set(self.tried)
        return sum(row in tried and self.outcomes[row] != "passed" for row in rows)


@dataclass(slots=True)
class DiagnosisTally:
    """A misconception over all reports."""

    function: str
    id: str
    hint: str
    example: str
    rows: set[int] = field(default_factory=set)


class ClassTally:
    """Collects reports one by one; ``graded`` are the percentages of those with code."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.events: list[Event] = []
        self.exercises: dict[str, ExerciseTally] = {}
        self.checks: dict[str, CheckTally] = {}
        self._diagnoses: dict[tuple[str, str], DiagnosisTally] = {}
        self.courses: Counter[str] = Counter()
        self.graded: list[float] = []

    def add(self, report: Report, link: str = "") -> None:
        """Add one report, an instructor's or a student's, and the link to its own page."""
        if report.status in WITH_CODE:  # as in the mean of a batch's summary
            self.graded.append(report.percent)
        index = len(self.rows)
        checks = list(report.checks())
        failed = [c for c in checks if c.outcome in FAILED]
        costly = [c for c in failed if c.max_score]
        for check in checks:
            self._add_check(check, index, report.score)
        for check in costly:  # advice is not a misconception
            self._add_diagnosis(check, index)
        self._add_exercises(report)
        course = report.course
        self.courses[f"{course.name} {course.version} {course.suite_sha256[:12]}"] += 1
        identity = clean_line(report.submission.id) or "(no name)"
        self.rows.append(
            Row(
                identity,
                link,
                report.score,
                report.percent,
                {e.name: e.score for e in report.exercises},
                tuple(e.name for e in report.exercises if e.status == "unloadable"),
                len(failed),
                len({_named(c) for c in costly if _named(c) and c.hint}),
                report.isolation.level,
                report.duration_s,
                _whose(report),
            )
        )
        self.events += _events(identity, link, report, failed)

    @property
    def percents(self) -> list[float]:
        """Return the percentage of every submission."""
        return [row.percent for row in self.rows]

    def bins(self) -> list[tuple[str, int]]:
        """Return how many are in each tenth, and how many have all points."""
        counts = Counter(
            min(int(percent // 10), 9) if percent < 100 else 10 for percent in self.percents
        )
        names = [f"{10 * n} to {10 * n + 10}" for n in range(9)] + ["90 to <100", "100"]
        return [(name, counts[place]) for place, name in enumerate(names)]

    def diagnoses(self) -> list[DiagnosisTally]:
        """Return what has a name and a hint, the most seen first."""
        return sorted(self._diagnoses.values(), key=lambda d: (-len(d.rows), d.function, d.id))

    def strongest(self) -> list[int]:
        """Return the rows of the strongest quarter, of those who did anything at all."""
        able = [n for n, row in enumerate(self.rows) if row.percent > 0]
        able.sort(key=lambda n: -self.rows[n].percent)
        return able[: len(able) // 4]

    def doubts(self) -> list[tuple[CheckTally, str]]:
        """Return the checks that do not do what checks are for, and why."""
        strongest = self.strongest()
        doubts = ((check, _doubt(check, strongest)) for check in self.checks.values())
        return [(check, reason) for check, reason in doubts if reason]

    def passed_by_all(self) -> list[CheckTally]:
        """Return the checks that every student who tried passed: they distinguish no one."""
        return [c for c in self.checks.values() if c.max_score and c.rate == 1.0]

    def _add_check(self, check: CheckReport, index: int, score: float) -> None:
        tally = self.checks.setdefault(
            check.id,
            CheckTally(check.id, clean_line(check.title), check.max_score, check.visibility),
        )
        tally.outcomes[index] = check.outcome
        tally.rests[index] = score - check.score

    def _add_diagnosis(self, check: CheckReport, index: int) -> None:
        if not _named(check) or not check.hint:
            return  # wrong values alone do not show why
        key = check.function, clean_line(_named(check), 60)
        if key not in self._diagnoses:
            example = clean_line(check.feedback.wrong or check.feedback.raised, 200)
            self._diagnoses[key] = DiagnosisTally(*key, clean_line(check.hint, 300), example)
        self._diagnoses[key].rows.add(index)

    def _add_exercises(self, report: Report) -> None:
        for e in report.exercises:
            tally = self.exercises.setdefault(
                e.name, ExerciseTally(e.name, clean_line(e.title), e.max_score)
            )
            if e.max_score:
                tally.parts.append(e.score / e.max_score)


def say_discrimination(value: float | None) -> str:
    """Return in words what a check's discrimination means."""
    if value is None:
        return "no telling"
    if value < 0:
        return "turned round"
    if value < _WEAK:
        return "says little"
    return "weakly" if value < 0.3 else "clearly"


def _doubt(check: CheckTally, strongest: Sequence[int]) -> str:
    rate, value = check.rate, check.discrimination
    if not check.max_score or rate is None or len(check.tried) < FEWEST:
        return ""
    if rate == 0:
        return f"None of the {len(check.tried)} who tried passed."
    if value is not None and value < 0:
        return f"The weaker pass it more often than the stronger (r = {value:.2f})."
    failing = check.failing(strongest)
    if len(strongest) >= _FEWEST_STRONG and failing * 2 >= len(strongest):
        return f"{failing} of the strongest {len(strongest)} fail it."
    if value is not None and value < _WEAK:
        return f"Passing it is hardly related to the rest (r = {value:.2f})."
    return ""


def _named(check: CheckReport) -> str:
    """Return the misconception, or else the observation, that the check's hint is about."""
    return check.misconception or check.observation or ""


def _whose(report: Report) -> str:
    submission = report.submission
    facts = [person.name or person.login for person in submission.students]
    facts.append(f"attempt {submission.attempt}" if submission.attempt > 1 else "")
    facts.append("late" if submission.late else "")
    return clean_line(", ".join(fact for fact in facts if fact and fact != submission.id))


def _events(
    identity: str, link: str, report: Report, failed: Sequence[CheckReport]
) -> Iterator[Event]:
    for name, kind in _EVENTS.items():
        endings = [(check.id, getattr(check.feedback, name)) for check in failed]
        lines = [f"{check_id}: {text}" for check_id, text in endings if text]
        if lines:
            yield Event(identity, link, kind, len(lines), clean_line(lines[0], 240))
    for names, reason in _unloadable(report):
        example = clean_line(f"{', '.join(names)}: {reason}", 240)
        yield Event(identity, link, "could not be imported", len(names), example)


def _unloadable(report: Report) -> Iterator[tuple[list[str], str]]:
    """Yield why modules could not be imported: each reason once, with the exercises' names.

    A zip that cannot be opened is one reason for all of them, and so are the same words behind
    each file's own name.
    """
    by_reason: dict[str, tuple[list[str], str]] = {}
    for exercise in report.exercises:
        if exercise.status == "unloadable":
            message = exercise.message
            reason = message.partition(" cannot be imported: ")[2] or message
            by_reason.setdefault(reason, ([], message))[0].append(exercise.name)
    yield from by_reason.values()
