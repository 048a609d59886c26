"""The course against its own catalogues: every wrong way costs, every right way does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading import faults, losses, scored_checks

from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.exam.catalogue import Entry, load_catalogue
from grader.records import ScoreReport

COURSE = load_course(DEFAULT_COURSE)
Grade = Callable[..., ScoreReport]
Solution = Callable[[str], str]


def entries(kind: str) -> list[Entry]:
    found: list[Entry] = []
    for exercise in COURSE.exercises:
        found += load_catalogue(COURSE.suites, exercise.name, kind)
    return found


IDS: dict[str, dict[str, Entry]] = {}
for one in entries("misconceptions"):
    IDS.setdefault(one.exercise, {})[one.id] = one


def name_of(entry: Entry) -> str:
    return f"{entry.exercise}-{entry.function}-{entry.id}"


def put_in(entry: Entry, solution: Solution) -> dict[str, str]:
    return {entry.exercise: solution(entry.exercise) + "\n\n" + entry.source}


@pytest.mark.parametrize("entry", entries("misconceptions"), ids=name_of)
def test_a_misconception_costs_its_own_function_and_is_named(
    entry: Entry, grade: Grade, solution: Solution
) -> None:
    """A named wrong implementation loses points, and none elsewhere."""
    report = grade(**put_in(entry, solution))
    assert not faults(report)
    assert set(losses(report)) == ({entry.function} if entry.costs else set())
    named = {s.outcome.diagnosis for s in scored_checks(report)} & IDS[entry.exercise].keys()
    assert entry.id in named, "it is not diagnosed as itself"
    # Beside it, only manners that cost nothing may be told: they are as true.
    assert not [other for other in named - {entry.id} if IDS[entry.exercise][other].costs]
    for scored in scored_checks(report):
        if scored.outcome.diagnosis == entry.id:
            assert scored.outcome.hint == entry.hint


@pytest.mark.parametrize("entry", entries("variants"), ids=name_of)
def test_a_variant_gets_full_marks(entry: Entry, grade: Grade, solution: Solution) -> None:
    """Correct but different loses nothing."""
    report = grade(**put_in(entry, solution))
    assert not faults(report)
    assert losses(report) == {}
    costly = [s for s in scored_checks(report) if s.check.points_c]
    assert not [s.check.id for s in costly if s.outcome.diagnosis or s.outcome.hint]


@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda e: e.name)
@pytest.mark.parametrize("seed", ["public", "another", "a third"])
def test_the_solution_gets_full_marks(
    exercise: object, seed: str, grade: Grade, solution: Solution
) -> None:
    """The reference scores everything, whatever the seed."""
    name = exercise.name
    report = grade(seed=seed, **{name: solution(name)})
    assert losses(report) == {}
    assert report.percent == 100.0
