"""Commands to be typed next, with the path and the options that were typed this time."""

from __future__ import annotations

import shlex
from pathlib import Path

from grader.records import GRADE_AGAIN
from grader.report import CheckPayload, ExercisePayload, FunctionPayload, ReportPayload
from grader.seeds import PUBLIC


def command(name: str, *paths: Path | str, **options: Path | str | None) -> str:
    """Return a command of ours as a shell takes it.

    Parameters
    ----------
    name : str
        The command, such as ``hint``.
    *paths : path-like
        Its arguments.
    **options : path-like or None
        Its options by name; one that is None was not given.
    """
    words = [*paths]
    for option, value in options.items():
        words += [] if value is None else [f"--{option}", value]
    return " ".join(["grade", name, *(shlex.quote(str(word)) for word in words)])


def submit_again(path: Path, course: Path | None, seed: str) -> str:
    """Return the ``grade submit`` that asks the same questions of the same work.

    Parameters
    ----------
    path : Path
        What was graded, as it was typed.
    course : Path or None
        ``--course``, where it was given.
    seed : str
        ``--seed``.
    """
    typed = [] if path == Path() else [path]  # the current folder is what it takes by default
    return command("submit", *typed, course=course, seed=None if seed == PUBLIC else seed)


def complete_commands(payload: ReportPayload, again: str) -> ReportPayload:
    """Return a report whose commands can be typed as they stand.

    Parameters
    ----------
    payload : ReportPayload
        As it is written, which knows no path.
    again : str
        What `submit_again` returned. Where it cannot be printed, nothing is completed.
    """
    if not again.isprintable():
        return payload
    return {**payload, "exercises": [_exercise(e, again) for e in payload["exercises"]]}


def _exercise(exercise: ExercisePayload, again: str) -> ExercisePayload:
    neutral = GRADE_AGAIN.format(exercise=exercise["name"])
    complete = f"{again} --exercise {exercise['name']}"

    def check(one: CheckPayload) -> CheckPayload:
        # The recipe is what a message ends with.
        *said, last = one["message"].split("\n")
        if last != f"Repeat  {neutral}":
            return one
        return {**one, "message": "\n".join([*said, f"Repeat  {complete}"])}

    def function(one: FunctionPayload) -> FunctionPayload:
        return {**one, "checks": [check(c) for c in one["checks"]]}

    return {**exercise, "functions": [function(f) for f in exercise["functions"]]}
