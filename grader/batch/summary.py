"""The summary of a batch: a row for each submission, and counts for the class."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from types import MappingProxyType
from typing import Any, get_args

import msgspec
import msgspec.structs

from grader.files import write_whole
from grader.records import EXAMPLES, WITH_CODE, Course, OutcomeKind, Person, SubmissionStatus
from grader.report import Report, UnexaminedReport
from grader.writers.escape import for_cell
from grader.writers.exports.grades import join_people, say_late

SUMMARY_VERSION = 1


class Summary:
    """Collects reports one by one, and keeps a row of each.

    Parameters
    ----------
    course : Course
        The course; its exercises that were graded are the columns.
    stubs : mapping of str to str
        Fingerprints of the untouched stubs, which are alike without copying.
    """

    def __init__(self, course: Course, stubs: Mapping[str, str]) -> None:
        self._course = course
        self._stubs = stubs
        # As text, ten thousand rows take much less memory than as dictionaries.
        self._rows: list[bytes] = []
        self._percents: list[float] = []
        self._graded: set[str] = set()
        self._statuses: Counter[str] = Counter()
        self._checks: dict[str, Counter[str]] = {}
        self._diagnoses: Counter[tuple[str, str]] = Counter()
        self._alike: dict[tuple[str, str], list[tuple[str, bytes]]] = defaultdict(list)

    @property
    def count(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    @property
    def counted(self) -> int:
        """Return the number of submissions in the mean: those with code that could be graded."""
        return len(self._percents)

    @property
    def mean(self) -> float | None:
        """Return their mean percentage."""
        return fmean(self._percents) if self._percents else None

    @property
    def statuses(self) -> Mapping[str, int]:
        """Return how many submissions have which status."""
        return self._statuses

    def add(
        self,
        report: Report | UnexaminedReport,
        fingerprints: Mapping[str, str] = MappingProxyType({}),
        *,
        given: bool = True,
    ) -> None:
        """Add one submission.

        Parameters
        ----------
        report : Report or UnexaminedReport
            The instructor's.
        fingerprints : mapping of str to str
            Fingerprints of its code, by exercise.
        given : bool
            Whether it is among the submissions of the last run; False for one of an earlier
            run alone.
        """
        self._rows.append(msgspec.json.encode(_row(report) | {"given": given}))
        self._statuses[report.status] += 1
        if isinstance(report, UnexaminedReport):
            return
        if report.status in WITH_CODE:
            self._percents.append(report.percent)
        graded = {exercise.name for exercise in report.exercises}
        self._graded |= graded
        seen = set()
        for check in report.checks():
            self._checks.setdefault(check.id, Counter())[check.outcome] += 1
            named = check.misconception or check.observation
            if named and check.max_score:  # advice is not a mistake
                seen.add((check.function, named))
        self._diagnoses.update(seen)
        files = {f.name.partition(".")[0]: f.sha256 for f in report.submission.files}
        for exercise, fingerprint in fingerprints.items():
            if exercise in graded and fingerprint != self._stubs.get(exercise):
                # A file of another name answers for every exercise.
                digest = files.get(exercise) or next(iter(files.values()))
                member = report.submission.id, bytes.fromhex(digest)
                self._alike[exercise, fingerprint].append(member)

    def as_csv(self) -> str:
        """Return a row for each submission, with a column for each exercise."""
        names = [n for n in (*self._course.select(), EXAMPLES) if n in self._graded]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        head = ["id", "score", "max_score", "percent", "status", "adjustment", "total"]
        about = ["name", "login", "number", "email", "attempt", "handed_in_at", "late"]
        writer.writerow([*head, *names, *about, "reason", "given", "isolation", "sha256"])
        for row in map(msgspec.json.decode, self._rows):
            points = [row["exercises"].get(name, {}).get("score", "") for name in names]
            fixed = [row[column] for column in head]
            whose = map(for_cell, (*_whose(row), row["reason"], say_late(row["given"])))
            writer.writerow([*fixed, *points, *whose, row["isolation"], row["sha256"]])
        return text.getvalue()

    def as_json(self) -> str:
        """Return everything as JSON text."""
        everything = {
            "summary_version": SUMMARY_VERSION,
            "course": {
                "name": self._course.name,
                "version": self._course.version,
                "suite_sha256": self._course.suite_sha256,
            },
            "count": self.count,
            "mean_percent": None if self.mean is None else round(self.mean, 2),
            "mean_over": self.counted,
            "statuses": {status: self._statuses[status] for status in get_args(SubmissionStatus)},
            "submissions": [msgspec.Raw(row) for row in self._rows],
            "checks": [
                {"id": name, **{kind: counts[kind] for kind in get_args(OutcomeKind)}}
                for name, counts in self._checks.items()
            ],
            "diagnoses": [
                {"function": function, "id": identity, "submissions": count}
                for (function, identity), count in sorted(
                    self._diagnoses.items(), key=lambda item: (-item[1], item[0])
                )
            ],
            "alike": list(self._groups()),
        }
        return msgspec.json.format(msgspec.json.encode(everything), indent=2).decode() + "\n"

    def _groups(self) -> Iterable[dict[str, Any]]:
        """Yield groups of submissions with the same code, apart from names and layout."""
        for (exercise, _), members in sorted(self._alike.items()):
            if len(members) > 1:
                digests = {digest for _, digest in members}
                ids = sorted(identity for identity, _ in members)
                yield {"exercise": exercise, "ids": ids, "same_bytes": len(digests) == 1}

    def write(self, folder: Path) -> None:
        """Write ``summary.csv`` and ``summary.json`` into a folder."""
        write_whole(folder / "summary.csv", self.as_csv().encode())
        write_whole(folder / "summary.json", self.as_json().encode())


def _whose(row: dict[str, Any]) -> Iterable[str]:
    """Yield the cells with the students of a submission and the time at which it was handed in."""
    yield from join_people([Person(**person) for person in row["students"]])
    yield str(row["attempt"] or "")
    yield row["handed_in_at"]
    yield say_late(row["late"])


def _row(report: Report | UnexaminedReport) -> dict[str, Any]:
    return {
        "id": report.submission.id,
        "students": [msgspec.structs.asdict(person) for person in report.submission.students],
        "attempt": report.submission.attempt,
        "handed_in_at": report.submission.handed_in_at,
        "late": report.submission.late,
        "score": report.score,
        "max_score": None if report.status == "unexamined" else report.max_score,
        "percent": report.percent,
        "adjustment": report.adjustment if isinstance(report, Report) else None,
        "total": report.total if isinstance(report, Report) else None,
        "status": report.status,
        "reason": _reason(report),
        "exercises": {
            e.name: {"score": e.score, "max_score": e.max_score, "status": e.status}
            for e in report.exercises
        },
        "isolation": report.isolation.level,
        "sha256": report.submission.sha256,
    }


def _reason(report: Report | UnexaminedReport) -> str:
    """Return why there is nothing to score, or an empty string."""
    if isinstance(report, UnexaminedReport):
        return report.submission.notes[-1] if report.submission.notes else ""
    if report.status in WITH_CODE:
        return ""
    by_message: dict[str, list[str]] = {}
    for exercise in report.exercises:
        if exercise.message:
            by_message.setdefault(exercise.message, []).append(exercise.name)
    if not by_message:
        return f"it has no file for {', '.join(exercise.name for exercise in report.exercises)}"
    parts = [
        text if len(names) == len(report.exercises) else f"{', '.join(names)}: {text}"
        for text, names in by_message.items()
    ]
    return "; ".join(parts)
