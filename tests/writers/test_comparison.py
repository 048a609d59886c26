"""What changed between two reports, as words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.running import run_grade

from grader.records import ScoreReport
from grader.report import ReportPayload, build_payload
from grader.writers.comparison import compare, words_of_changes

ROOT = Path(__file__).resolve().parents[2]
Payload = Callable[..., ReportPayload]


@pytest.fixture(scope="module")
def payload(grade: Callable[..., ScoreReport]) -> Payload:
    """Return a function that grades sources and returns the student's payload."""
    return lambda **sources: build_payload(grade(**sources), "student")


@pytest.fixture(scope="module")
def full(payload: Payload, solution: Callable[[str], str]) -> ReportPayload:
    return payload(forward=solution("forward"))


@pytest.fixture(scope="module")
def empty(payload: Payload) -> ReportPayload:
    return payload(forward=(ROOT / "exercises" / "forward.py").read_text(encoding="utf-8"))


def told(before: ReportPayload, after: ReportPayload) -> list[str]:
    changes = compare(before, after)
    assert changes is not None
    return words_of_changes(changes)


def test_what_was_gained_is_told_by_function(empty: ReportPayload, full: ReportPayload) -> None:
    """The points come first, then the functions that have all their points now."""
    assert told(empty, full) == [
        "+5 points since last time.",
        "+ affine_forward, mlp_forward now pass",
    ]


def test_what_was_lost_is_told_as_plainly(
    full: ReportPayload, payload: Payload, solution: Any
) -> None:
    """A check that passed and fails now is named, with what it cost."""
    broken = solution("forward") + "\n\ndef affine_forward(A_prev, W, b):\n    return A_prev @ W\n"
    total, line = told(full, payload(forward=broken))
    assert total.startswith("-")
    assert total.endswith(" since last time.")
    assert line.startswith("- affine_forward: ")
    assert "passed before and fail" in line


def test_gains_and_losses_do_not_hide_each_other(payload: Payload, solution: Any) -> None:
    """With points gained in one function, checks lost in another are still told."""
    whole = solution("forward")
    without_last = whole + "\n\ndef mlp_forward(X, params):\n    raise NotImplementedError\n"
    without_first = whole + "\n\ndef affine_forward(A_prev, W, b):\n    raise NotImplementedError\n"
    lines = told(payload(forward=without_last), payload(forward=without_first))
    assert lines[0] == "+1 point since last time."
    assert "+ mlp_forward now passes" in lines
    assert any(line.startswith("- affine_forward: ") for line in lines)


def test_a_module_that_cannot_be_loaded_any_more_is_one_line(
    full: ReportPayload, payload: Payload
) -> None:
    """A syntax error is told once, not once a function."""
    assert told(full, payload(forward="def affine_forward(:\n")) == [
        "-5 points since last time.",
        "- forward cannot be graded as it is now (-5)",
    ]


def test_nothing_new_is_not_worth_a_line(full: ReportPayload) -> None:
    """The same report again changes nothing."""
    assert told(full, full) == []


def test_only_reports_on_the_same_work_are_compared(full: ReportPayload) -> None:
    """Another course, submission, seed or other exercises: nothing can be said."""
    others: list[dict[str, Any]] = [
        {"course": {**full["course"], "name": "another"}},
        {"submission": {**full["submission"], "id": "somebody"}},
        {"seed": {"id": "0123456789ab", "derived_for": None}},
        {"exercises": []},
    ]
    for other in others:
        before: Any = {**full, **other}
        assert compare(before, full) is None


def test_exercises_that_only_one_report_has_do_not_count(
    empty: ReportPayload, full: ReportPayload, payload: Payload, solution: Any
) -> None:
    """Grading more than last time gains no points by itself."""
    more = payload(forward=solution("forward"), optimizers=solution("optimizers"))
    assert told(full, more) == []
    assert told(empty, more)[0] == "+5 points since last time."


def test_another_version_of_the_suites_is_told(empty: ReportPayload, full: ReportPayload) -> None:
    """Points may have changed because the course has."""
    before: Any = {**empty, "course": {**empty["course"], "suite_sha256": "0" * 64}}
    assert told(before, full)[0] == "+5 points since last time; the course has changed as well."


def test_submit_says_what_changed_since_the_report_it_replaces(tmp_path: Path) -> None:
    """The memory is the report.json that lies there; a damaged one is no obstacle."""
    work = tmp_path / "work"
    work.mkdir()
    command = ("submit", "work", "--exercise", "forward")

    def submit(folder: str) -> str:
        source = (ROOT / folder / "forward.py").read_text(encoding="utf-8")
        (work / "forward.py").write_text(source, encoding="utf-8")
        return run_grade(*command, cwd=tmp_path).stdout

    assert "since last time" not in submit("exercises")
    assert "+5 points since last time.\n  + affine_forward" in submit("solutions")
    assert "since last time" not in submit("solutions")
    assert "-5 points since last time." in submit("exercises")
    (tmp_path / "report.json").write_text("{", encoding="utf-8")
    assert "since last time" not in submit("solutions")
