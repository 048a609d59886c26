"""The summary of a batch: a row for each submission, and counts for the class."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Any, get_args

import msgspec
import msgspec.structs

from grader.batch.journal import Entry
from grader.batch.output import Output
from grader.files import write_whole
from grader.records import Course, OutcomeKind, Person
from grader.report import Report, read_examined
from grader.writers.escape import for_cell
from grader.writers.exports.grades import join_people, say_late

SUMMARY_VERSION = 1
# The total is the score with the instructor's adjustment.
_POINTS = ("score", "max_score", "percent", "adjustment", "total")
# Of a submission that could not be examined.
_EMPTY: dict[str, Any] = {"students": [], "attempt": None, "handed_in_at": "", "late": None}


class Summary:
    """Collects reports one by one, and keeps a row of each.

    Parameters
    ----------
    course : Course
        Those of its exercises that were graded are the columns.
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
        self.ungradable: list[str] = []
        self.missing: list[str] = []
        self.unexamined: list[str] = []
        self._checks: dict[str, Counter[str]] = {}
        self._diagnoses: Counter[tuple[str, str]] = Counter()
        self._alike: dict[tuple[str, str], list[tuple[str, bytes]]] = defaultdict(list)

    def add(self, report: Report, entry: Entry) -> None:
        """Add one submission, with the instructor's report of it."""
        self._percents.append(report.percent)
        graded = {exercise.name for exercise in report.exercises}
        self._graded |= graded
        row = _row(report)
        self._rows.append(msgspec.json.encode(row))
        if row["status"] == "unloadable":
            self.ungradable.append(row["id"])
        elif row["status"] == "missing":
            self.missing.append(row["id"])
        seen = set()
        for check in report.checks():
            self._checks.setdefault(check.id, Counter())[check.outcome] += 1
            named = check.misconception or check.observation
            if named and check.max_score:  # advice is not a mistake
                seen.add((check.function, named))
        self._diagnoses.update(seen)
        files = {f.name.partition(".")[0]: f.sha256 for f in report.submission.files}
        for exercise, fingerprint in entry.fingerprints.items():
            if exercise in graded and fingerprint != self._stubs.get(exercise):
                # A file of another name answers for every exercise.
                digest = files.get(exercise) or next(iter(files.values()))
                member = entry.key.id, bytes.fromhex(digest)
                self._alike[exercise, fingerprint].append(member)

    def add_unexamined(self, submission_id: str) -> None:
        """Add a submission that could not be examined: a row without a score."""
        self.unexamined.append(submission_id)
        empty = dict.fromkeys((*_POINTS, "isolation", "sha256"))
        row: dict[str, Any] = {"id": submission_id, **_EMPTY, **empty, "status": "unexamined"}
        row["exercises"] = {}
        self._rows.append(msgspec.json.encode(row))

    def as_csv(self) -> str:
        """Return a row for each submission, with a column for each exercise."""
        names = [name for name in self._course.select() if name in self._graded]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        head = ["id", "score", "max_score", "percent", "status", "adjustment", "total"]
        about = ["name", "login", "number", "email", "attempt", "handed_in_at", "late"]
        writer.writerow([*head, *names, *about, "isolation", "sha256"])
        for row in map(msgspec.json.decode, self._rows):
            points = [row["exercises"].get(name, {}).get("score", "") for name in names]
            fixed = [row[column] for column in head]
            whose = map(for_cell, _whose(row))
            writer.writerow([*fixed, *points, *whose, row["isolation"], row["sha256"]])
        return text.getvalue()

    def as_json(self) -> str:
        """Return everything as JSON text."""
        count = len(self._rows)
        everything = {
            "summary_version": SUMMARY_VERSION,
            "course": {
                "name": self._course.name,
                "version": self._course.version,
                "suite_sha256": self._course.suite_sha256,
            },
            "count": count,
            "mean_percent": round(fmean(self._percents), 2) if self._percents else None,
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


def write_summary(output: Output, entries: Iterable[Entry], summary: Summary) -> None:
    """Write ``summary.csv`` and ``summary.json`` from the reports of a batch.

    Parameters
    ----------
    entries : iterable of Entry
        The graded submissions, in the order of the rows.
    summary : Summary
        An empty one.
    """
    for entry in entries:
        report = read_examined(output.report_path(entry.key.id))
        if report is None:
            summary.add_unexamined(entry.key.id)
        else:
            summary.add(report, entry)
    write_whole(output.folder / "summary.csv", summary.as_csv().encode())
    write_whole(output.folder / "summary.json", summary.as_json().encode())


def _whose(row: dict[str, Any]) -> Iterable[str]:
    """Yield the cells that say whose a submission is and when it was handed in."""
    yield from join_people([Person(**person) for person in row["students"]])
    yield str(row["attempt"] or "")
    yield row["handed_in_at"]
    yield say_late(row["late"])


def _row(report: Report) -> dict[str, Any]:
    return {
        "id": report.submission.id,
        "students": [msgspec.structs.asdict(person) for person in report.submission.students],
        "attempt": report.submission.attempt,
        "handed_in_at": report.submission.handed_in_at,
        "late": report.submission.late,
        "score": report.score,
        "max_score": report.max_score,
        "percent": report.percent,
        "adjustment": report.adjustment,
        "total": report.total,
        "status": report.status,
        "exercises": {
            e.name: {"score": e.score, "max_score": e.max_score, "status": e.status}
            for e in report.exercises
        },
        "isolation": report.isolation.level,
        "sha256": report.submission.sha256,
    }
