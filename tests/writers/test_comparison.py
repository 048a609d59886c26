"""What changed between two reports, as words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.here import grade_here

from grader.records import ScoreReport
from grader.report import Report, build_report
from grader.writers.comparison import compare, words_of_changes

ROOT = Path(__file__).resolve().parents[2]
Grade = Callable[..., Report]


@pytest.fixture(scope="module")
def report(grade: Callable[..., ScoreReport]) -> Grade:
    """Return a function that grades sources and returns the student's report."""
    return lambda **sources: build_report(grade(**sources), "student")


@pytest.fixture(scope="module")
def full(report: Grade, solution: Callable[[str], str]) -> Report:
    return report(forward=solution("forward"))


@pytest.fixture(scope="module")
def empty(report: Grade) -> Report:
    return report(forward=(ROOT / "exercises" / "forward.py").read_text(encoding="utf-8"))


def words_of(before: Report, after: Report) -> list[str]:
    changes = compare(before, after)
    assert changes is not None
    return words_of_changes(changes)


def test_what_was_gained_is_listed_by_function(empty: Report, full: Report) -> None:
    """The points come first, then the functions that have all their points now."""
    assert words_of(empty, full) == [
        "+5 points since last time.",
        "+ affine_forward, mlp_forward now pass",
    ]


def test_what_was_lost_is_listed_as_plainly(full: Report, report: Grade, solution: Any) -> None:
    """A check that passed and fails now is named, with what it cost."""
    broken = solution("forward") + "\n\ndef affine_forward(A_prev, W, b):\n    return A_prev @ W\n"
    total, line = words_of(full, report(forward=broken))
    assert total.startswith("-")
    assert total.endswith(" since last time.")
    assert line.startswith("- affine_forward: ")
    assert "passed before and fail" in line


def test_gains_and_losses_do_not_hide_each_other(report: Grade, solution: Any) -> None:
    """With points gained in one function, checks lost in another are still listed."""
    whole = solution("forward")
    without_last = whole + "\n\ndef mlp_forward(X, params):\n    raise NotImplementedError\n"
    without_first = whole + "\n\ndef affine_forward(A_prev, W, b):\n    raise NotImplementedError\n"
    lines = words_of(report(forward=without_last), report(forward=without_first))
    assert lines[0] == "+1 point since last time."
    assert "+ mlp_forward now passes" in lines
    assert any(line.startswith("- affine_forward: ") for line in lines)


def test_a_module_that_cannot_be_loaded_any_more_is_one_line(full: Report, report: Grade) -> None:
    """A syntax error is reported once, not once a function."""
    assert words_of(full, report(forward="def affine_forward(:\n")) == [
        "-5 points since last time.",
        "- forward cannot be graded as it is now (-5)",
    ]


def test_nothing_new_is_not_worth_a_line(full: Report) -> None:
    """The same report again changes nothing."""
    assert words_of(full, full) == []


def test_only_reports_on_the_same_work_are_compared(full: Report) -> None:
    """Another course, submission, seed or other exercises: nothing can be said."""
    others = (
        replace(full, course=replace(full.course, name="another")),
        replace(full, submission=replace(full.submission, id="another")),
        replace(full, seed=replace(full.seed, id="0123456789ab")),
        replace(full, exercises=()),
    )
    for before in others:
        assert compare(before, full) is None


def test_exercises_that_only_one_report_has_do_not_count(
    empty: Report, full: Report, report: Grade, solution: Any
) -> None:
    """Grading more than last time gains no points by itself."""
    more = report(forward=solution("forward"), optimizers=solution("optimizers"))
    assert words_of(full, more) == []
    assert words_of(empty, more)[0] == "+5 points since last time."


def test_another_version_of_the_suites_is_reported(empty: Report, full: Report) -> None:
    """Points may have changed because the course has."""
    before = replace(empty, course=replace(empty.course, suite_sha256="0" * 64))
    assert words_of(before, full)[0] == "+5 points since last time; the course has changed as well."


@pytest.mark.slow
def test_submit_says_what_changed_since_the_report_it_replaces(tmp_path: Path) -> None:
    """The report.json beside it is what is compared with; a damaged one is replaced."""
    work = tmp_path / "work"
    work.mkdir()
    command = ("submit", "work", "--exercise", "forward")

    def submit(folder: str) -> str:
        source = (ROOT / folder / "forward.py").read_text(encoding="utf-8")
        (work / "forward.py").write_text(source, encoding="utf-8")
        return grade_here(*command, cwd=tmp_path).stdout

    assert "since last time" not in submit("exercises")
    assert "+5 points since last time.\n  + affine_forward" in submit("solutions")
    assert "since last time" not in submit("solutions")
    assert "-5 points since last time." in submit("exercises")
    (tmp_path / "report.json").write_text("{", encoding="utf-8")
    assert "since last time" not in submit("solutions")
