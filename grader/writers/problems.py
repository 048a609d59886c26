"""The problems of a report, as every surface shows them: what to fix first, and its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.check_report import CheckReport
from grader.problems import Problem
from grader.records import Feedback, Place, Smallest
from grader.report import ExerciseReport, FunctionReport, Report, ordered_problems
from grader.sanitize import clean
from grader.writers.feedback import lay_out, rows_of
from grader.writers.words import number

# As a worker describes a stub of another file, which a program has called.
_UNWRITTEN = re.compile(r"`(\w{1,80})`( in \S{1,80}) is not implemented yet")


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem with what it is about.

    Parameters
    ----------
    exercise : str
        The exercise's name.
    check : CheckReport
        The check that shows it.
    """

    exercise: str
    function: FunctionReport
    problem: Problem
    check: CheckReport

    @property
    def name(self) -> str:
        """Return the function, as ``exercise/function``, or with the title of a whole."""
        return f"{self.exercise}/{self.function.shown}"

    @property
    def cost(self) -> str:
        """Return what it costs, in words."""
        cost = self.problem.cost
        if self.problem.is_advice:
            return "advice, no points"
        return f"costs {number(cost)} {'point' if cost == 1 else 'points'}"


def problems_of(exercises: Sequence[ExerciseReport]) -> list[ShownProblem]:
    """Return all problems of some exercises, the first to fix first."""
    functions = {
        f"{exercise.name}/{function.name}": (exercise.name, function)
        for exercise in exercises
        for function in exercise.functions
    }
    checks = {check.id: check for _, function in functions.values() for check in function.checks}
    return [
        ShownProblem(*functions[name], problem, checks[problem.shown])
        for name, problem in ordered_problems(exercises)
    ]


def rows_of_problem(shown: ShownProblem, again: str) -> list[tuple[str, str]]:
    """Return what is reported of a problem: labels and texts, in the order of reading.

    Parameters
    ----------
    again : str
        As for `grader.writers.feedback.rows_of`.
    """
    problem = shown.problem
    rows = [row for row in rows_of(shown.check, again) if row[0] != "Hint"]
    return [
        *_depends_on(problem),
        *(row for row in rows if row[0] != "Repeat"),
        *([("Example", word_smallest(problem.smallest))] if problem.smallest else []),
        *(row for row in rows if row[0] == "Repeat"),
        *([("Hint", problem.hint)] if problem.hint else []),
        *_other_checks(problem),
    ]


def text_of_problem(shown: ShownProblem, limit: int, again: str) -> str:
    """Return what is reported of a problem as labelled lines, cleaned and bounded."""
    lines = [lay_out(label, text) for label, text in rows_of_problem(shown, again)]
    return clean("\n".join(lines), limit)


def statement_of(shown: ShownProblem) -> str:
    """Return what is wrong as a line of its own, or nothing where a row has it."""
    feedback = shown.check.feedback
    rows = (feedback.wrong, feedback.raised, feedback.ended, feedback.waited)
    return "" if shown.problem.what in rows else shown.problem.what


def word_smallest(smallest: Smallest) -> str:
    """Return the smallest call that goes wrong as a sentence."""
    part = f"{smallest.part} = " if smallest.part else ""
    got = f"raises {smallest.raised}" if smallest.raised else f"gives {part}{smallest.got}"
    right = f", expected {smallest.right}" if smallest.right else ""
    fact = f" ({smallest.fact})" if smallest.fact else ""
    return f"{smallest.call} {got}{right}{fact}"


def _depends_on(problem: Problem) -> Iterator[tuple[str, str]]:
    if problem.depends_on:
        names = ", ".join(problem.depends_on)
        which = "which has a problem" if len(problem.depends_on) == 1 else "which have problems"
        yield "Calls", f"{names}, {which} too: fix that first"


def _other_checks(problem: Problem) -> Iterator[tuple[str, str]]:
    names = [name.rpartition("/")[2] for name in problem.checks]
    if len(names) > 1:
        yield "Checks", ", ".join(names)


def describe_next(report: Report) -> str:
    """Return what to do next, with file and line; an empty string if no file is to be changed."""
    if report.next is None:
        broken = (e.name for e in report.exercises if e.status == "unloadable")
        words = (f"Next: fix {name}, which cannot be imported, and grade again." for name in broken)
        return next(words, "")
    exercise, _, name = report.next.function.partition("/")
    functions = {(e.name, f.name): f for e in report.exercises for f in e.functions}
    function = functions[exercise, name]
    of = next(e for e in report.exercises if e.name == exercise)
    if report.next.problem is None:
        return f"Next: write {locate_unwritten(of, function)}."
    problem = next(p for p in function.problems if p.id == report.next.problem)
    end = problem.what.splitlines()[0].rstrip(".")
    shown = next(check for check in function.checks if check.id == problem.shown)
    where = locate(of, function, _find_raise(shown.feedback))
    if shown.observation == "undefined":  # the sentence names the file
        where = function.shown
    return f"Next: fix {where}: {end}{'' if end.endswith('?') else '.'}"


def _find_raise(feedback: Feedback) -> Place | None:
    """Return the student's line that raised what a problem is about."""
    return feedback.places[0] if feedback.raised and feedback.places else None


def locate_unwritten(exercise: ExerciseReport, function: FunctionReport) -> str:
    """Return what is to be written: the function, or a stub that a written program calls."""
    texts = (check.feedback.wrong for check in function.checks)
    found = next(filter(None, map(_UNWRITTEN.fullmatch, texts)), None)
    return f"{found[1]}{found[2]}" if found else locate(exercise, function)


def locate(exercise: ExerciseReport, function: FunctionReport, within: Place | None = None) -> str:
    """Return a function with its file and line, such as "sigmoid in activations.py, line 9".

    Parameters
    ----------
    within : Place, optional
        A line of the same file to name in place of the function's first.
    """
    location = function.location
    if location is None:
        others = (one.location.file for one in exercise.functions if one.location)
        file = exercise.name if exercise.files else next(others, f"{exercise.name}.py")
        return f"{function.shown} in {file}"
    place = within or location
    cell = f", cell {place.cell}" if place.cell else ""
    return f"{function.shown} in {location.file}{cell}, line {place.line}"


def describe_task(report: Report) -> str:
    """Return what to do next, also where nothing was handed in or nothing is left."""
    if words := describe_next(report):
        return words
    for exercise in report.exercises:
        if exercise.status == "missing":
            return f"Next: write {exercise.name}, which is missing, and grade again."
    if problems_of(report.exercises):
        return "Only advice is left, which costs no points."
    return "Nothing is left to do."
