"""What the reports of a class say together: collected one by one, then read off.

A report is looked at once and let go; what is kept of each is a row and its outcomes.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.records import OutcomeKind
from grader.report import CheckPayload, ReportPayload
from grader.sanitize import clean_line

# Fewer than this many tried: nothing can be said.
FEWEST = 8
_FEWEST_STRONG = 4
_WEAK = 0.1
_FEWEST_EITHER_WAY = 3  # who passed and who failed: of one or two nothing follows
_NOT_TRIED = ("not_implemented", "not_run")
# How the grader says that a process ended or a stream closed, a call took too long, or an
# answer was too large.
_EVENTS = {"Ended": "ended the process", "Waited": "took too long"}


@dataclass(frozen=True, slots=True)
class Row:
    """One submission in the table.

    Parameters
    ----------
    id, link : str
        Its name, and its own page or an empty string.
    percent, score : float
        What it earned.
    points : dict of str to float
        By exercise.
    unloadable : tuple of str
        Exercises whose module could not be loaded.
    troubles, diagnoses : int
        Checks that failed, and misconceptions that were named.
    level : str
        How the code was kept apart.
    duration_s : float
        What grading took.
    """

    id: str
    link: str
    score: float
    percent: float
    points: dict[str, float]
    unloadable: tuple[str, ...]
    troubles: int
    diagnoses: int
    level: str
    duration_s: float


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


@dataclass(frozen=True, slots=True)
class Doubt:
    """A check that the course's author may want to look at, and why."""

    check: CheckTally
    reason: str


@dataclass(slots=True)
class DiagnosisTally:
    """A misconception over all reports."""

    function: str
    id: str
    hint: str
    example: str
    rows: set[int] = field(default_factory=set)


class ClassTally:
    """Collects reports one by one."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.events: list[Event] = []
        self.exercises: dict[str, ExerciseTally] = {}
        self.checks: dict[str, CheckTally] = {}
        self._diagnoses: dict[tuple[str, str], DiagnosisTally] = {}
        self.courses: Counter[str] = Counter()

    def add(self, payload: ReportPayload, link: str = "") -> None:
        """Add one report.

        Parameters
        ----------
        payload : ReportPayload
            An instructor's or a student's.
        link : str
            Where the submission's own page is, or an empty string.
        """
        index = len(self.rows)
        checks = list(checks_of(payload))
        failed = [c for c in checks if c["outcome"] in ("failed", "error", "timeout")]
        costly = [c for c in failed if c["max_score"]]
        for check in checks:
            self._add_check(check, index, payload["score"])
        for check in costly:  # advice is no misconception
            self._add_diagnosis(check, index)
        self._add_exercises(payload)
        course = payload["course"]
        self.courses[f"{course['name']} {course['version']} {course['suite_sha256'][:12]}"] += 1
        identity = clean_line(payload["submission"]["id"]) or "(no name)"
        self.rows.append(
            Row(
                identity,
                link,
                payload["score"],
                payload["percent"],
                {e["name"]: e["score"] for e in payload["exercises"]},
                tuple(e["name"] for e in payload["exercises"] if e["status"] == "unloadable"),
                len(failed),
                len({c["diagnosis"] for c in costly if c["diagnosis"] and c["hint"]}),
                payload["isolation"]["level"],
                payload["duration_s"],
            )
        )
        self.events += _events(identity, link, payload, failed)

    @property
    def percents(self) -> list[float]:
        """Return everybody's percentage."""
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

    def doubts(self) -> list[Doubt]:
        """Return the checks that do not do what checks are for, and why."""
        strongest = self.strongest()
        told = ((check, _doubt(check, strongest)) for check in self.checks.values())
        return [Doubt(check, reason) for check, reason in told if reason]

    def passed_by_all(self) -> list[CheckTally]:
        """Return the checks that everybody passed who tried: they tell nobody apart."""
        return [c for c in self.checks.values() if c.max_score and c.rate == 1.0]

    def _add_check(self, check: CheckPayload, index: int, score: float) -> None:
        tally = self.checks.get(check["id"])
        if tally is None:
            tally = self.checks[check["id"]] = CheckTally(
                check["id"], clean_line(check["title"]), check["max_score"], check["visibility"]
            )
        tally.outcomes[index] = check["outcome"]
        tally.rests[index] = score - check["score"]

    def _add_diagnosis(self, check: CheckPayload, index: int) -> None:
        if not check["diagnosis"] or not check["hint"]:
            return  # that values are wrong says nothing about why
        key = check["id"].rpartition("/")[0], clean_line(check["diagnosis"], 60)
        if key not in self._diagnoses:
            self._diagnoses[key] = DiagnosisTally(
                *key, clean_line(check["hint"], 300), _observation(check)
            )
        self._diagnoses[key].rows.add(index)

    def _add_exercises(self, payload: ReportPayload) -> None:
        for e in payload["exercises"]:
            tally = self.exercises.setdefault(
                e["name"], ExerciseTally(e["name"], clean_line(e["title"]), e["max_score"])
            )
            if e["max_score"]:
                tally.parts.append(e["score"] / e["max_score"])


def checks_of(payload: ReportPayload) -> Iterator[CheckPayload]:
    """Yield every check of a report."""
    for exercise in payload["exercises"]:
        for function in exercise["functions"]:
            yield from function["checks"]


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
        return f"Passing it says next to nothing about the rest (r = {value:.2f})."
    return ""


def _observation(check: CheckPayload) -> str:
    for line in check["message"].splitlines():
        if line.startswith(("Wrong", "Raised")):
            return clean_line(line[8:], 200)
    return ""


def _events(
    identity: str, link: str, payload: ReportPayload, failed: Sequence[CheckPayload]
) -> Iterator[Event]:
    for label, kind in _EVENTS.items():
        lines = [
            f"{check['id']}: {line[8:]}"
            for check in failed
            for line in check["message"].splitlines()
            if line.startswith(label)
        ]
        if lines:
            yield Event(identity, link, kind, len(lines), clean_line(lines[0], 240))
    for names, reason in _unloadable(payload):
        told = clean_line(f"{', '.join(names)}: {reason}", 240)
        yield Event(identity, link, "could not be imported", len(names), told)


def _unloadable(payload: ReportPayload) -> Iterator[tuple[list[str], str]]:
    """Yield why modules could not be imported: each reason once, with the exercises' names.

    A zip that cannot be opened is one reason for all of them, and so are the same words behind
    each file's own name.
    """
    by_reason: dict[str, tuple[list[str], str]] = {}
    for exercise in payload["exercises"]:
        if exercise["status"] == "unloadable":
            message = exercise["message"]
            reason = message.partition(" cannot be imported: ")[2] or message
            by_reason.setdefault(reason, ([], message))[0].append(exercise["name"])
    yield from by_reason.values()
