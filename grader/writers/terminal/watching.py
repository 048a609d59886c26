"""The result after every save: the exercise that was worked on, and what to do next."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from rich.rule import Rule
from rich.text import Text

from grader.report import ExerciseReport
from grader.writers.feedback import GRADE_AGAIN
from grader.writers.problems import ShownProblem, locate_unwritten, problems_of
from grader.writers.terminal.console import ResultConsole, print_words
from grader.writers.terminal.result import show_changes, show_exercise, show_problem, show_row
from grader.writers.words import number, points_of, standing_of, state_of


@dataclass(frozen=True, slots=True)
class Step:
    """What one save led to.

    Parameters
    ----------
    graded : tuple of ExerciseReport
        The exercises that were graded again, the one worked on first.
    all_exercises : tuple of ExerciseReport
        What is known of every exercise that is watched, in the course's order.
    changed : tuple of str
        What changed, from `grader.writers.comparison.words_of_changes`.
    problem : ShownProblem or None
        The problem to show of the first of them, from `next_problem`.
    second_hint : str
        For a student who is stuck at the problem that is shown, or an empty string.
    at : str
        When, for example ``14:03:22``.
    again : str
        The command that grades the same work again.
    """

    graded: tuple[ExerciseReport, ...]
    all_exercises: tuple[ExerciseReport, ...]
    changed: tuple[str, ...] = ()
    problem: ShownProblem | None = None
    second_hint: str = ""
    at: str = ""
    again: str = GRADE_AGAIN


def next_problem(
    exercise: ExerciseReport, shown: Container[str] = frozenset()
) -> ShownProblem | None:
    """Return the problem to fix first; advice only where nothing else is left.

    Advice of checks whose ids were ``shown`` is left out.
    """
    found = (p for p in problems_of([exercise]) if p.check.max_score or p.check.id not in shown)
    return next(found, None)


class WatchScreen:
    """Shows results one after the other: a screen each in a terminal, else line by line."""

    def __init__(self) -> None:
        self._console = ResultConsole()

    def show_overview(self, exercises: Sequence[ExerciseReport], note: str) -> None:
        """Show the points of every exercise before the first save, and a note, if there is one."""
        self._clear()
        width = max(len(exercise.name) for exercise in exercises)
        for exercise in exercises:
            line = Text(f"{exercise.name:<{width}}  ", style="bold")
            line.append(standing_of(exercise), style="")
            self._console.print(line)
        if note:
            print_words(self._console, Text(note, style="yellow"))
        self._show_foot(exercises)

    def show_step(self, step: Step) -> None:
        """Show what a save led to."""
        self._clear()
        exercise = step.graded[0]
        if step.at:
            self._console.print(Text(f"Saved at {step.at}", style="dim"))
        show_exercise(self._console, exercise)
        show_changes(self._console, step.changed)
        self._show_next(exercise, step)
        for other in step.graded[1:]:
            words = f"Also graded: {other.name}  {standing_of(other)}"
            print_words(self._console, Text(words, style="dim"))
        self._show_foot(step.all_exercises)

    def say(self, text: str) -> None:
        """Print one line beneath what is shown."""
        print_words(self._console, Text(text, style="yellow"))

    def _show_next(self, exercise: ExerciseReport, step: Step) -> None:
        if exercise.status != "graded":
            self._console.print()
            self._console.print(Text("Next: fix this, and save again.", style="bold"))
            return
        if step.problem is not None:
            show_problem(self._console, step.problem, step.again)
            if step.second_hint:
                show_row(self._console, "Still", step.second_hint)
            if not step.problem.problem.is_advice:
                return
        self._console.print()
        print_words(self._console, Text(_next_task(exercise, step.all_exercises), style="bold"))

    def _show_foot(self, exercises: Sequence[ExerciseReport]) -> None:
        score = sum(exercise.score for exercise in exercises)
        possible = sum(exercise.max_score for exercise in exercises)
        self._console.print(Rule(style="dim"))
        points = f"{number(score)} / {number(possible)} points in all"
        line = f"{points}. Waiting for the next save; Ctrl-C ends."
        print_words(self._console, Text(line, style="dim"))

    def _clear(self) -> None:
        if self._console.is_terminal and not self._console.is_jupyter:
            self._console.clear()
        else:
            self._console.print()


def _next_task(exercise: ExerciseReport, everything: Sequence[ExerciseReport]) -> str:
    for function in exercise.functions:
        if function.score != function.max_score:
            if state_of(function) == "absent":
                return f"Next: write {locate_unwritten(exercise, function)}."
            return f"Next: fix {function.shown}, {points_of(function)} points."
    for other in everything:
        if other.score != other.max_score:
            left = _advice_left([exercise])
            return f"{exercise.name} is complete{left}. Next: {other.name}."
    return f"Everything here is complete{_advice_left(everything)}."


def _advice_left(complete: Sequence[ExerciseReport]) -> str:
    """Return what is to be added where something has all points and could still be better."""
    return ", with advice left" if problems_of(complete) else ""
