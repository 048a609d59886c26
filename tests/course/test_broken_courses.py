"""Courses with one defect each: what `grade verify` reports of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.courses import COURSES, DEFECTS, write_small_course
from support.samples import sample

from grader.course.manifest import load_course
from grader.errors import CourseError
from grader.verify.verification import Verification


def report_of(manifest: Path, seeds: int = 1) -> list[str]:
    """Return the error of a course that cannot be graded, else the findings against it."""
    try:
        course = load_course(manifest)
        verification = Verification(course, manifest.parent / "solutions", seeds)
        trials = list(verification.run(1))
    except CourseError as error:
        return [str(error)]
    return [f"{t.kind}: {t.subject}: {finding}" for t in trials for finding in t.findings]


def test_a_sound_course_has_no_findings(tmp_path: Path) -> None:
    """What the others report is due to their defect."""
    assert report_of(write_small_course(tmp_path / "sound")) == []


@pytest.mark.parametrize("defect", sample([(one, (one,)) for one in DEFECTS], each=13))
def test_a_defect_is_reported(defect: str, tmp_path: Path) -> None:
    """As an error or a finding that begins as a line of its expected.txt, for each line."""
    manifest = write_small_course(tmp_path / "course", defect)
    expected = (COURSES / defect / "expected.txt").read_text(encoding="utf-8").splitlines()
    found = report_of(manifest, seeds=2 if "inputs" in defect else 1)
    assert expected
    for beginning in expected:
        wanted = beginning.format(manifest=manifest)
        assert any(line.startswith(wanted) for line in found), found
