"""A course about data structures: objects that stay in the worker, calls of other functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.courses import copy_course

from grader.course.manifest import load_course
from grader.engine import Grader
from grader.files import fill_folder
from grader.records import ScoreReport, SourceFile, Submission
from grader.release.release import Release
from grader.testing.catalogue import load_catalogue, source_of
from grader.verify.verification import Verification

FUNCTIONS = {"Stack", "make_stack", "drop", "parse", "total"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_course("stacks", tmp_path_factory.mktemp("courses") / "stacks").parent


@pytest.fixture(scope="module")
def stacks(folder: Path) -> Iterator[Grader]:
    with Grader(load_course(folder / "course.toml")) as grader:
        yield grader


def grade(grader: Grader, source: str) -> ScoreReport:
    file = SourceFile("stacks.py", source.encode())
    return grader.grade(Submission("x", (file,)))


def named(report: ScoreReport) -> dict[str, set[str]]:
    found = {(s.check.function, s.outcome.misconception) for s in report.checks()}
    return {name: {m for f, m in found if f == name and m} for name in FUNCTIONS}


@pytest.mark.slow
def test_every_misconception_is_named_and_cascades_are_acknowledged(folder: Path) -> None:
    """Classes, functions of kept objects, probes, and what another function returns."""
    course = load_course(folder / "course.toml")
    trials = list(Verification(course, folder / "solutions", seeds=2).run(1))
    assert [(t.subject, t.findings) for t in trials if t.findings] == []
    assert sum(trial.kind == "misconception" for trial in trials) == 10


@pytest.mark.parametrize(
    ("wrong", "named_instead"),
    [
        # What parse returns is wrong in a way that no misconception knows: total is right.
        ("def parse(text):\n    return [float(w) + 1 for w in text.split()]\n", {}),
        # Its known mistake takes points from total, which has none itself.
        ("def parse(text):\n    return [*map(float, text.split()[1:])]\n", {"parse": {"P-01"}}),
        ("def drop(stack, n):\n    stack.pop()\n", {}),
        ("def drop(stack, n):\n    for _ in range(n - 1):\n        stack.pop()\n",
         {"drop": {"D-01"}}),
    ],
)  # fmt: skip
def test_no_function_is_blamed_for_another(
    stacks: Grader, folder: Path, wrong: str, named_instead: dict[str, set[str]]
) -> None:
    """Calls of other functions show nothing of the one that is checked."""
    solution = (folder / "solutions" / "stacks.py").read_text()
    report = grade(stacks, f"{solution}\n\n{wrong}")
    assert report.score_c < report.max_score_c
    assert {k: v for k, v in named(report).items() if v} == named_instead


def test_a_student_reads_that_the_mistake_is_in_another_function(
    stacks: Grader, folder: Path
) -> None:
    """Where its known mistake is all that is wrong."""
    solution = (folder / "solutions" / "stacks.py").read_text()
    report = grade(
        stacks, f"{solution}\n\ndef parse(text):\n    return [*map(float, text.split()[1:])]"
    )
    words = {s.outcome.what for s in report.checks() if s.check.function == "total"}
    assert "the mistake of parse costs points here, too" in words


@pytest.mark.slow
def test_a_kit_names_them_without_their_code(folder: Path, tmp_path: Path) -> None:
    """From the visible checks, with objects that stay in the worker."""
    course = load_course(folder / "course.toml")
    draft = Release(course, folder / "solutions", with_hidden=False).draft()
    assert draft.findings == ()
    fill_folder(tmp_path, draft.kit.pack())
    solution = (folder / "solutions" / "stacks.py").read_text()
    entries = {e.id: e for e in load_catalogue(course.suites, "stacks", "misconceptions")}
    with Grader(load_course(tmp_path / "course.toml")) as kit:
        found = {
            identity: named(grade(kit, f"{solution}\n\n{source_of([entries[identity]])}"))[
                entries[identity].function
            ]
            for identity in ("S-01", "T-02", "M-01")
        }
    assert found == {one: {one} for one in found}
