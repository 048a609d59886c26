"""The smallest call that goes wrong, for each problem of a submission or for the next one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from grader.examiner.checks import CollectedCheck
from grader.examiner.evidence import CheckRun
from grader.examiner.right import load_right
from grader.examiner.smallest import WORKER_S, Failure, find_smallest
from grader.problems import Next
from grader.records import FAILED, Check, Course, ModuleState, Outcome, Smallest
from grader.report import build_exercises, find_next, ordered_problems
from grader.sandbox.calls import TookTooLong
from grader.sandbox.student import Student
from grader.scoring import score

_TRIES = 3  # checks of one problem


def pick_checks(
    course: Course,
    checks: Mapping[str, Check],
    outcomes: Sequence[Outcome],
    modules: Sequence[ModuleState],
    *,
    only_next: bool,
) -> list[tuple[str, ...]]:
    """Return checks of each problem that judge values: visible ones, or hidden ones alone.

    Parameters
    ----------
    checks : mapping of str to Check
        All checks that ran, by id.
    only_next : bool
        Whether only the problem that is to be fixed first is asked for.
    """
    if not any(outcome.outcome in FAILED for outcome in outcomes):
        return []
    exercises = build_exercises(
        course, score(course, checks.values(), outcomes, modules), "student"
    )
    first = find_next(exercises)
    picked = []
    for function, problem in ordered_problems(exercises):
        if only_next and first != Next(function, problem.id):
            continue
        of_values = [checks[name] for name in problem.checks if checks[name].kind == "value"]
        visible = [check for check in of_values if check.visibility == "visible"]
        picked.append(tuple(check.id for check in (visible or of_values)[:_TRIES]))
    return picked


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the checks of a submission called.

    Parameters
    ----------
    checks, runs : mapping of str
        Each check and its run, by id.
    result_names : mapping of str to tuple of str
        What the results of the function are called, by the id of a failed check.
    students : mapping of str to Student
        The proxy of each exercise.
    functions : mapping of str to str
        The exercise of each function of the course.
    """

    checks: Mapping[str, CollectedCheck]
    runs: Mapping[str, CheckRun]
    result_names: Mapping[str, tuple[str, ...]]
    students: Mapping[str, Student]
    functions: Mapping[str, str]

    def failure(self, outcome: Outcome) -> Failure | None:
        """Return what a failed check called, or None where no call was kept."""
        check, run = self.checks[outcome.check_id].check, self.runs[outcome.check_id]
        # What took too long is not called again.
        if not run.failed or not run.calls or outcome.outcome == "timeout":
            return None
        of_function = [
            call
            for name, other in self.runs.items()
            if name.startswith(f"{check.exercise}/{check.function}/")
            for call in other.calls
        ]
        return Failure(
            check.function,
            run.calls[-1],
            of_function,
            outcome.observation or "",
            self.result_names[check.id],
            [result.name for result in outcome.results if result.verdict != "right"],
            self.functions,
        )


def add_smallest(
    recorded: Recorded,
    outcomes: Sequence[Outcome],
    chosen: Iterable[tuple[str, ...]],
    suites: Path,
) -> tuple[Outcome, ...]:
    """Return outcomes with the smallest call that goes wrong, one for each problem.

    Parameters
    ----------
    chosen : iterable of tuple of str
        From `pick_checks`; the first check that shows a call has it.
    suites : Path
        The folder of the course's suites, with its right implementations.
    """
    by_id = {outcome.check_id: outcome for outcome in outcomes}
    smallest: dict[str, Smallest] = {}
    last = None
    with contextlib.suppress(TookTooLong):  # a submission is waited for once
        for check_ids in sorted(filter(None, chosen)):
            student = recorded.students[recorded.checks[check_ids[0]].check.exercise]
            if last is not None and last is not student:
                last.close()  # a worker takes memory
            last = student
            for check_id in check_ids:
                found = _find(recorded, by_id[check_id], suites)
                if found is not None:
                    smallest[check_id] = found
                    break
    return tuple(replace(one, smallest=smallest.get(one.check_id)) for one in outcomes)


def _find(recorded: Recorded, outcome: Outcome, suites: Path) -> Smallest | None:
    failure = recorded.failure(outcome)
    if failure is None or not failure.can_be_small:
        return None
    collected = recorded.checks[outcome.check_id]
    check, signature = collected.check, collected.signature
    student = recorded.students[check.exercise]
    student.begin(signature.name, signature.parameters, collected.call_s, WORKER_S)
    try:
        return find_smallest(student, failure, load_right(suites, check.exercise, check.function))
    except TookTooLong:
        raise
    except Exception:  # noqa: BLE001 - made on a student's values; without it the score is the same
        return None
