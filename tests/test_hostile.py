"""Hostile submissions, one a file in ``tests/hostile``.

Each is appended to the solution of ``activations``. Its first line says what it may
cost: one function, or the module. Nearly all of them return the right answer where
their attack succeeds, so an attack that works shows as points that were not lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from reading import faults, losses

from grader.engine import Grader
from grader.records import ScoreReport, SourceFile, Submission
from grader.report import build_payload, to_json

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = sorted((ROOT / "tests" / "hostile").glob("*.py"))
TRACES = [Path("/tmp/grader-was-here"), Path("/dev/shm/grader")]
SECOND = "optimizers"  # a second module, which nothing in the first may touch


@pytest.fixture
def submit(
    impatient_grader: Grader, solution: Callable[[str], str]
) -> Callable[[str], ScoreReport]:
    def run(fragment: str) -> ScoreReport:
        sources = {"activations": solution("activations") + "\n\n" + fragment}
        sources[SECOND] = solution(SECOND)
        files = tuple(SourceFile(f"{name}.py", text.encode()) for name, text in sources.items())
        return impatient_grader.grade(Submission("mallory", files), exercises=tuple(sources))

    return run


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_an_attack_costs_its_own_checks_and_leaves_nothing_behind(
    path: Path, submit: Callable[[str], ScoreReport], impatient_grader: Grader
) -> None:
    """No attack scores, harms what was done well, or outlives its submission."""
    text = path.read_text(encoding="utf-8")
    cost = re.match(r"# costs: (\w+)", text)
    assert cost
    report = submit(text.replace("{ROOT}", str(ROOT)))
    assert not faults(report)
    earned = {s.check.function for s in report.checks if s.score_c}
    lost = losses(report)
    if cost[1] == "module":
        module, second = report.exercises
        assert module.status == "unloadable"
        assert module.message
        assert module.score_c == 0
        assert {s.outcome.outcome for f in module.functions for s in f.checks} == {"not_run"}
        assert second.score_c == second.max_score_c
    else:
        assert set(lost) == {cost[1]}
        assert cost[1] not in earned
    assert_harmless(report)
    assert not [trace for trace in TRACES if trace.exists()]
    assert not children_of(impatient_grader)


def assert_harmless(report: ScoreReport) -> None:
    """Nothing in a report may act on whoever reads it, or tell where we live."""
    text = to_json(build_payload(report, "student"))
    assert json.loads(text)["score"] == report.score_c / 100
    assert not re.search(r"\\u00[01]|\x1b|\u202e|\\u202e", text)
    assert "##[" not in text
    assert not re.search(r"(^|\s|\\n)::\w", text)
    own_words = re.sub(r"line \d+: .*?\\n", "", text)
    assert str(ROOT) not in own_words or "PermissionError" in own_words
    assert len(text) < 1_000_000


def children_of(grader: Grader) -> list[str]:
    """Return the processes that the template has left running."""
    template = grader._template
    assert template is not None, "the hostile tests need the sandbox"
    pid = template._process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def test_the_next_submission_is_graded_as_if_nothing_had_been(
    submit: Callable[[str], ScoreReport],
) -> None:
    """After all of them, honest work gets what it deserves."""
    assert losses(submit("")) == {}


@pytest.mark.parametrize(
    "name",
    [
        "lists_folders",
        "makes_a_memory_file",
        "opens_a_socket",
        "opens_devices",
        "reads_the_parents_environment",
        "reads_the_solution",
        "reads_the_suite",
        "starts_a_program",
    ],
)
def test_the_same_attack_works_where_there_are_no_walls(
    name: str, open_grader: Grader, solution: Callable[[str], str]
) -> None:
    """These attacks fail because of the walls, not because they are badly written."""
    fragment = (ROOT / "tests" / "hostile" / f"{name}.py").read_text(encoding="utf-8")
    source = solution("activations") + "\n\n" + fragment.replace("{ROOT}", str(ROOT))
    submission = Submission("mallory", (SourceFile("activations.py", source.encode()),))
    report = open_grader.grade(submission, exercises=("activations",))
    assert report.isolation.level == "process"
    assert losses(report) == {}
