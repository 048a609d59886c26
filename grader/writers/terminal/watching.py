"""What is shown after every save: the exercise that was worked on, and what to do next."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from grader.report import CheckPayload, ExercisePayload
from grader.writers.terminal.console import ResultConsole
from grader.writers.terminal.result import show_block, show_changes, show_exercise, show_lines
from grader.writers.troubles import find_troubles
from grader.writers.words import points_of


@dataclass(frozen=True, slots=True)
class Step:
    """What one save led to.

    Parameters
    ----------
    graded : tuple of ExercisePayload
        The exercises that were graded again, the one worked on first.
    all_exercises : tuple of ExercisePayload
        What is known of every exercise that is watched, in the course's order.
    changed : tuple of str
        What changed, from `grader.writers.comparison.words_of_changes`.
    check : CheckPayload or None
        The check to show of the first of them, from `next_check`.
    second_hint : str
        For who is stuck at the check that is shown, or an empty string.
    at : str
        When, for example ``14:03:22``.
    """

    graded: tuple[ExercisePayload, ...]
    all_exercises: tuple[ExercisePayload, ...]
    changed: tuple[str, ...] = ()
    check: CheckPayload | None = None
    second_hint: str = ""
    at: str = ""


def next_check(
    exercise: ExercisePayload, told: Container[str] = frozenset()
) -> CheckPayload | None:
    """Return the first check in trouble, one that has points before one that has none.

    Parameters
    ----------
    exercise : ExercisePayload
        Where.
    told : container of str
        Ids of checks without points that need not be shown again.
    """
    found = [check for f in exercise["functions"] for check, _ in find_troubles(f)]
    advice = (check for check in found if not check["max_score"] and check["id"] not in told)
    return next((check for check in found if check["max_score"]), next(advice, None))


class WatchScreen:
    """Shows results one after the other: a screen each in a terminal, else line by line."""

    def __init__(self) -> None:
        self._console = ResultConsole()

    def show_overview(self, exercises: Sequence[ExercisePayload], note: str) -> None:
        """Show where everything stands before the first save.

        Parameters
        ----------
        exercises : sequence of ExercisePayload
            Every exercise that is watched.
        note : str
            What else there is to say, for example that there is no sandbox.
        """
        self._clear()
        width = max(len(exercise["name"]) for exercise in exercises)
        for exercise in exercises:
            line = Text(f"{exercise['name']:<{width}}  ", style="bold")
            line.append(_state(exercise), style="")
            self._console.print(line)
        if note:
            self._console.print(Text(note, style="yellow"))
        self._show_foot(exercises)

    def show_step(self, step: Step) -> None:
        """Show what a save led to.

        Parameters
        ----------
        step : Step
            All that is shown.
        """
        self._clear()
        exercise = step.graded[0]
        if step.at:
            self._console.print(Text(f"Saved at {step.at}", style="dim"))
        show_exercise(self._console, exercise)
        show_changes(self._console, step.changed)
        self._show_next(exercise, step)
        for other in step.graded[1:]:
            self._console.print(Text(f"Graded too: {other['name']}  {_state(other)}", style="dim"))
        self._show_foot(step.all_exercises)

    def say(self, text: str) -> None:
        """Print one line beneath what is shown."""
        self._console.print(Text(text, style="yellow"))

    def _show_next(self, exercise: ExercisePayload, step: Step) -> None:
        if exercise["status"] != "graded":
            self._console.print()
            self._console.print(Text("Next: mend that, and save again.", style="bold"))
            return
        for function in exercise["functions"]:
            for check, same in find_troubles(function):
                if check is step.check:
                    show_block(self._console, check, same)
                    if step.second_hint:
                        show_second_hint(self._console, step.second_hint)
                    if check["max_score"]:
                        return
        self._console.print()
        self._console.print(Text(_next_task(exercise, step.all_exercises), style="bold"))

    def _show_foot(self, exercises: Sequence[ExercisePayload]) -> None:
        score = sum(exercise["score"] for exercise in exercises)
        possible = sum(exercise["max_score"] for exercise in exercises)
        self._console.print(Rule(style="dim"))
        whole = f"{score:.2f}".rstrip("0").rstrip(".")
        line = f"{whole} / {possible:g} points in all. Waiting for the next save; Ctrl-C ends."
        self._console.print(Text(line, style="dim"), soft_wrap=False)

    def _clear(self) -> None:
        if self._console.is_terminal and not self._console.is_jupyter:
            self._console.clear()
        else:
            self._console.print()


def show_second_hint(console: Console, hint: str) -> None:
    """Print a second hint as it stands beneath the first one."""
    show_lines(console, f"Still   {hint}")


def _state(exercise: ExercisePayload) -> str:
    if exercise["status"] == "missing":
        return "not there yet"
    if exercise["status"] == "unloadable":
        return "cannot be imported"
    return points_of(exercise)


def _next_task(exercise: ExercisePayload, everything: Sequence[ExercisePayload]) -> str:
    for function in exercise["functions"]:
        if function["score"] != function["max_score"]:
            return f"Next: {function['name']}, {points_of(function)} points."
    for other in everything:
        if other["score"] != other["max_score"]:
            left = _advice_left([exercise])
            return f"{exercise['name']} is complete{left}. Next: {other['name']}."
    return f"Everything here is complete{_advice_left(everything)}."


def _advice_left(complete: Sequence[ExercisePayload]) -> str:
    """Return what is to be added where something has all points and could still be better."""
    functions = [function for exercise in complete for function in exercise["functions"]]
    return ", with advice left" if any([*find_troubles(f)] for f in functions) else ""
