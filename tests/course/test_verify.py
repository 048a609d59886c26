"""`grade verify` of our course, and of one about something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.courses import write_small_course, write_thermometer
from support.here import grade_here

from grader.course.manifest import load_course
from grader.engine import Grader
from grader.submissions.reader import read_submission
from grader.verify.verification import Trial, Verification

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def thermometer(tmp_path: Path) -> Path:
    """The course, with its stub made."""
    folder = tmp_path / "thermometer"
    write_thermometer(folder)
    return folder


def verify(folder: Path, seeds: int = 2) -> list[Trial]:
    return list(
        Verification(load_course(folder / "course.toml"), folder / "solutions", seeds).run(1)
    )


@pytest.mark.slow
def test_the_whole_course_holds_what_it_claims() -> None:
    """grade verify finds nothing: every misconception named, every variant at full marks."""
    trials = list(Verification(load_course(), ROOT / "solutions", seeds=3).run(2))
    assert [(t.exercise, t.subject, t.findings) for t in trials if t.findings] == []
    kinds = [trial.kind for trial in trials]
    assert kinds.count("misconception") >= 250
    assert kinds.count("variant") >= 100


def test_another_course_is_graded_and_verified(thermometer: Path) -> None:
    """Two functions that have nothing to do with backpropagation, and the same engine."""
    trials = verify(thermometer, seeds=5)
    assert [trial.findings for trial in trials if trial.findings] == []
    assert {t.kind for t in trials} == {
        "stub", "solution", "misconception", "variant", "leak", "up to date", "metadata",
    }  # fmt: skip
    with Grader(load_course(thermometer / "course.toml")) as grader:
        submission = read_submission(thermometer / "solutions", grader.course)
        report = grader.grade(submission)
    assert (report.score_c, report.max_score_c) == (300, 300)


def test_verify_prints_its_findings_and_exits_with_1(tmp_path: Path) -> None:
    """The command prints a table and the findings."""
    manifest = write_small_course(tmp_path / "course", "variant_that_is_wrong")
    done = grade_here("verify", "--course", manifest.parent, "--seeds", "1", "--jobs", "1")
    assert done.returncode == 1
    assert "finding  numbers, variant, peak_to_peak of spread" in done.stdout
    assert "1/1" in done.stdout
    assert "Traceback" not in done.stderr
