"""The summary of a class: a whole row for everybody, and one mean."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from support import downloads

from grader.batch.classes import ClassOptions, find_submissions
from grader.batch.local import open_local
from grader.batch.output import Output
from grader.batch.results import Results, summarise
from grader.batch.run import Plan, run_batch
from grader.batch.summary import Summary
from grader.cli.totals import show_summary
from grader.engine import Grader
from grader.errors import ExaminerError
from grader.records import Course, Submission

LOST = "1003"


@pytest.fixture
def examiner_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """An examiner without a result for one submission."""
    grade = Grader.grade

    def fail(grader: Grader, submission: Submission, *how: Any, **options: Any) -> Any:
        if submission.id == LOST:
            raise ExaminerError("the examination ended without a result: a disk failed")
        return grade(grader, submission, *how, **options)

    monkeypatch.setattr(Grader, "grade", fail)


def run(tmp_path: Path, course: Course, path: Path, *only: str) -> tuple[Summary, Results]:
    into = tmp_path / f"into{len(list(tmp_path.glob('into*')))}"
    into.mkdir()
    listing = find_submissions([path], course, ClassOptions(), into)
    plan = Plan(course, listing, ("forward",), None, "sandbox", only)
    summary = Summary(course, {})
    with open_local(1) as workforce, Output(tmp_path / "out") as output:
        entries = {step.entry.key.id: step.entry for step in run_batch(plan, output, workforce)}
        return summary, summarise(plan, output, entries, summary)


def rows(folder: Path) -> dict[str, dict[str, str]]:
    text = (folder / "summary.csv").read_text(encoding="utf-8")
    return {row["id"]: row for row in csv.DictReader(text.splitlines())}


@pytest.mark.slow
@pytest.mark.usefixtures("examiner_that_fails")
def test_rows_without_a_score_have_who_and_why(tmp_path: Path, course: Course) -> None:
    """Missing, unloadable and unexamined ones; the mean is over those with code."""
    files = {**downloads.gradescope(), "submission_600/forward.py": b"raise SystemExit\n"}
    path = downloads.as_folder(tmp_path, files)
    summary, results = run(tmp_path, course, path)
    found = rows(tmp_path / "out")
    assert len(found) == 12
    assert results.unexamined == (f"{LOST} (Emmy Noether)",)
    lost, missing = found[LOST], found["1011"]
    assert (lost["status"], lost["score"], lost["percent"]) == ("unexamined", "", "")
    assert lost["name"] == "Emmy Noether"
    assert (lost["number"], lost["email"]) == (LOST, f"{LOST}@school.org")
    assert (lost["attempt"], lost["handed_in_at"][:10]) == ("2", "2026-03-01")
    assert "a disk failed" in lost["reason"]
    assert (missing["status"], missing["score"]) == ("missing", "0.0")
    assert missing["name"] == "Kurt Goedel"
    assert "report.pdf" in missing["reason"]
    assert "1011 (Kurt Goedel)" in results.without_code
    graded = [row for row in found.values() if row["status"] in ("graded", "partly")]
    assert all(not row["reason"] for row in graded)
    assert all(row["reason"] for row in found.values() if row not in graded)
    whole = json.loads((tmp_path / "out/summary.json").read_text())
    mean = sum(float(row["percent"]) for row in graded) / len(graded)
    assert whole["mean_percent"] == round(mean, 2)
    assert (whole["mean_over"], summary.counted) == (len(graded), len(graded))
    assert sum(whole["statuses"].values()) == whole["count"] == 12


@pytest.mark.slow
@pytest.mark.usefixtures("examiner_that_fails")
def test_rows_of_all_statuses_stay_if_only_some_are_graded(tmp_path: Path, course: Course) -> None:
    """Also of those without a score, which the journal does not list."""
    path = downloads.as_folder(tmp_path, downloads.canvas())
    run(tmp_path, course, path)
    before = rows(tmp_path / "out")
    assert {row["status"] for row in before.values()} >= {"graded", "missing", "unexamined"}
    run(tmp_path, course, path, "1001", "1006")
    assert rows(tmp_path / "out") == before
    one = downloads.as_folder(
        tmp_path / "late", {"adalovelace_1001_9900_forward.py": downloads.OTHER}
    )
    _, results = run(tmp_path, course, one)
    after = rows(tmp_path / "out")
    assert list(after) == list(before)
    assert results.earlier == tuple(sorted(before.keys() - {"1001"}))
    for identity in results.earlier:
        assert after[identity] == {**before[identity], "given": "no"}


def test_a_class_without_any_code_has_no_mean(
    tmp_path: Path, course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no submission has a score, the last line of a batch says so."""
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "report.pdf").write_bytes(b"x")
    summary, _ = run(tmp_path, course, tmp_path / "class")
    show_summary(summary, tmp_path)
    expected = "lists 1 submission: no submission has a score; not in the mean: 1 missing.\n"
    assert capsys.readouterr().out.endswith(expected)
