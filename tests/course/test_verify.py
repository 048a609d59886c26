"""A second course, made from the page that tells how, graded and verified; and broken ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.courses import PAGE, make_stubs, write_thermometer

from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.engine import Grader
from grader.submissions.reader import read_submission
from grader.verify import Trial, Verification

ROOT = Path(__file__).resolve().parents[2]
GRADE = str(Path(sys.executable).with_name("grade"))


@pytest.fixture
def thermometer(tmp_path: Path) -> Path:
    """The course of the page, with its stub made."""
    folder = tmp_path / "thermometer"
    write_thermometer(folder)
    return folder


def verify(folder: Path, seeds: int = 2) -> list[Trial]:
    return list(Verification(folder / "course.toml", folder / "solutions", seeds).run(2))


def findings(folder: Path) -> list[str]:
    return [f"{t.kind}: {t.subject}: {f}" for t in verify(folder) for f in t.findings]


@pytest.mark.slow
def test_the_whole_course_holds_what_it_claims() -> None:
    """grade verify finds nothing: every misconception named, every variant at full marks."""
    trials = list(Verification(DEFAULT_COURSE, ROOT / "solutions", seeds=3).run(2))
    assert [(t.exercise, t.subject, t.findings) for t in trials if t.findings] == []
    kinds = [trial.kind for trial in trials]
    assert kinds.count("misconception") >= 250
    assert kinds.count("variant") >= 100


def test_a_course_made_by_the_page_is_graded_and_verified(thermometer: Path) -> None:
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


def test_the_pages_commands_work_as_they_are_written(thermometer: Path) -> None:
    """Every line in a sh block of the page is run, in order."""
    (thermometer / "exercises" / "temperature.py").unlink()
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) == 4
    for line in lines:
        command = [GRADE, *line.split()[1:]]
        done = subprocess.run(
            command, cwd=thermometer.parent, capture_output=True, encoding="utf-8", check=False
        )
        # The untouched stub is graded below 100 %; everything else succeeds.
        assert done.returncode == (1 if "submit" in line else 0), (line, done.stderr)
        assert "Traceback" not in done.stderr


BREAKAGES = {
    "a solution that is wrong": (
        "solutions/temperature.py", "* 1.8 + 32.0", "* 1.8 + 31.0", "solution: seed"),
    "a variant that is wrong": (
        "suites/temperature/variants.py", "/ 5 + 32", "/ 5 + 33", "variant: in_fifths"),
    "a misconception that is right": (
        "suites/temperature/misconceptions.py", "np.asarray(celsius) * 1.8\n",
        "np.asarray(celsius) * 1.8 + 32\n", "T-01 of to_fahrenheit: loses points in no function"),
    "a misconception without a hint": (
        "suites/temperature/misconceptions.py",
        '"Is the table that you sort the caller\'s own?"', '""', "T-04 has no hint"),
    "two that cannot be told apart": (
        "suites/temperature/misconceptions.py",
        "    readings.sort(axis=1)\n    return readings[:, -1] - readings[:, 0]",
        "    return readings.max(axis=0) - readings.min(axis=0)",
        "T-04 of daily_range: is not diagnosed as itself"),
    "a docstring that hides a check": (
        "solutions/temperature.py", "Checks: values, square_table,", "Checks: values,",
        "should say `Checks: values, square_table, input_not_modified.`"),
    "a given function that gives it away": (
        "solutions/temperature.py", "def daily_range",
        "# given\ndef copied(readings):\n    \"\"\"Given.\"\"\"\n"
        "    return readings.max(axis=1) - readings.min(axis=1)\n\n\ndef daily_range",
        "leak: what students get: exercises/temperature.py contains the solution's line"),
    "a suite that breaks on what a student returns": (
        "suites/temperature/test_temperature.py",
        'close(student.daily_range(readings), want, "the ranges")',
        'assert len(student.daily_range(readings)) == 5', "solution: seed"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("file", "old", "new", "said"), BREAKAGES.values(), ids=BREAKAGES)
def test_a_broken_course_is_found_out(
    thermometer: Path, file: str, old: str, new: str, said: str
) -> None:
    """Each defect is one finding that says what and where."""
    path = thermometer / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    make_stubs(thermometer)
    found = findings(thermometer)
    assert [finding for finding in found if said in finding], found


def test_a_stub_that_is_out_of_date_is_found_out(thermometer: Path) -> None:
    """A stub that was edited by hand is no longer what the solution makes."""
    stub = thermometer / "exercises" / "temperature.py"
    stub.write_text(stub.read_text().replace("raise NotImplementedError", "return 0"))
    found = findings(thermometer)
    assert [f for f in found if f.startswith("up to date")]
    assert [f for f in found if f.startswith("stub") and "is failed" in f]


def test_verify_says_its_findings_and_exits_1(thermometer: Path) -> None:
    """The command prints a table and the findings."""
    path = thermometer / "suites" / "temperature" / "variants.py"
    path.write_text(path.read_text().replace("/ 5 + 32", "/ 5 + 33"))
    done = subprocess.run(
        [GRADE, "verify", "--course", str(thermometer), "--seeds", "1"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "finding  temperature, variant, in_fifths of to_fahrenheit" in done.stdout
    assert "1/1" in done.stdout
    assert "Traceback" not in done.stderr
