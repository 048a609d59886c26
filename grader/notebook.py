"""Grading from inside a notebook: the same engine and sandbox as ``grade submit``.

>>> from grader.notebook import grade                              # doctest: +SKIP
>>> grade("activations.ipynb", "activations")                      # doctest: +SKIP

What is graded is the file on disk. A notebook cannot tell a kernel whether it has been
saved, so the result says when the file was, and which functions run here in other words
than stand there.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader.course.manifest import find_manifest, load_course
from grader.engine import Grader
from grader.errors import GraderError
from grader.files import write_whole
from grader.records import Course, ScoreReport, Submission, Wanted
from grader.report import ReportPayload, build_payload, to_json
from grader.scoring import leave_out_withheld
from grader.seeds import PUBLIC
from grader.submissions.reader import read_submission
from grader.writers.commands import complete_commands, submit_again
from grader.writers.notebook_cell import to_html
from grader.writers.terminal.result import to_text
from grader.writers.troubles import describe_rest, state_of

_REPORT = "report.json"


class Interrupted(KeyboardInterrupt):
    """The grading was interrupted; its processes have ended."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this instead of the inside of the grader.
        return [str(self)]


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """What was found, shown below the cell.

    Parameters
    ----------
    payload : dict
        The report as in ``report.json``, for a student.
    next_step : str
        What to do now.
    warnings, remarks : tuple of str
        What else to know about this grading.
    why_no_sandbox : str
        Why there was no sandbox, where there should have been one.
    again : str
        The ``grade submit`` that grades the same in a terminal.
    """

    payload: ReportPayload
    next_step: str
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    why_no_sandbox: str = ""
    again: str = ""

    @property
    def score(self) -> float:
        """Return the points earned."""
        return self.payload["score"]

    @property
    def max_score(self) -> float:
        """Return the points there are."""
        return self.payload["max_score"]

    @property
    def percent(self) -> float:
        """Return the score as a percentage."""
        return self.payload["percent"]

    def __repr__(self) -> str:
        shown = to_text(self._complete, why_no_sandbox=self.why_no_sandbox)
        return "\n".join([shown, "", f"Next: {self.next_step}", *self.warnings, *self.remarks])

    def _repr_html_(self) -> str:
        remarks = list(self.remarks)
        if self.payload["isolation"]["level"] == "process":
            remarks.append(f"Graded without a sandbox ({self.why_no_sandbox or 'as asked for'}).")
        return to_html(
            self._complete, next_step=self.next_step, warnings=self.warnings, remarks=remarks
        )

    @property
    def _complete(self) -> ReportPayload:
        return complete_commands(self.payload, self.again) if self.again else self.payload


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Say that it was interrupted, and nothing of where."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("interrupted: nothing was graded") from None


@_interruptible()
def grade(
    path: str | os.PathLike[str] = ".",
    exercise: str | None = None,
    *,
    seed: str = PUBLIC,
    isolation: Wanted = "auto",
    course: str | os.PathLike[str] | None = None,
) -> Result:
    """Grade a notebook, or a folder of them, as saved on disk.

    The report is written to ``report.json`` beside it, and nothing else.

    Parameters
    ----------
    path : path-like
        A notebook's file name, or whatever else ``grade submit`` takes.
    exercise : str, optional
        The only exercise to grade; by default all.
    seed : str
        What the checks' inputs are drawn from.
    isolation : {"auto", "sandbox", "process"}
        How the code is kept apart from the tests.
    course : path-like, optional
        The folder of another course.

    Returns
    -------
    Result
        Shown by Jupyter when it is the last value of a cell.

    Raises
    ------
    GraderError
        If nothing can be graded; a notebook shows it as one line.
    Interrupted
        If the kernel is interrupted.
    """
    manifest = find_manifest(course)
    asked, loaded = Path(path), load_course(manifest)
    exercises = _names(exercise, loaded)
    saved_at = asked.stat().st_mtime if asked.is_file() else None
    submission = read_submission(asked, loaded)
    with Grader(manifest, isolation) as grader:
        report = grader.grade(submission, seed, exercises)
        why_no_sandbox = grader.why_no_sandbox
    # Of a kit, which lacks the hidden checks, only what could be decided here is shown.
    payload = build_payload(leave_out_withheld(report), "student")
    place = (asked if asked.is_dir() else asked.parent) / _REPORT
    write_whole(place, to_json(build_payload(report, "student")).encode())
    return Result(
        payload,
        _next_step(payload, loaded),
        tuple(_warn_of_unsaved(submission, payload)),
        (*_tell_rest(payload, report), _tell_age(asked, saved_at), f"The report is in {place}."),
        why_no_sandbox,
        submit_again(asked, None if course is None else Path(course), seed),
    )


def _tell_rest(payload: ReportPayload, report: ScoreReport) -> list[str]:
    max_score = report.max_score_c / 100
    return [describe_rest(payload, max_score)] if max_score != payload["max_score"] else []


def _names(exercise: str | None, course: Course) -> tuple[str, ...]:
    known = [one.name for one in course.exercises]
    if exercise is None:
        return ()
    if exercise not in known:
        raise GraderError(f"{exercise!r} is not an exercise; there are {', '.join(known)}")
    return (exercise,)


def _next_step(payload: ReportPayload, course: Course) -> str:
    """Return what a student does now: the first thing in the course's order."""
    again = "run its cell, save (Ctrl+S), and run this cell again"
    for exercise in payload["exercises"]:
        if exercise["status"] == "unloadable":
            return f"{exercise['name']} could not be loaded: mend what is said below, then {again}."
    graded = [e for e in payload["exercises"] if e["status"] == "graded"]
    functions = [function for exercise in graded for function in exercise["functions"]]
    for state, advice in (
        ("failed", "mend `{}` (what is wrong stands below)"),
        ("absent", "write `{}`"),
    ):
        for function in functions:
            if state_of(function) == state:
                return f"{advice.format(function['name'])}, {again}."
    return _next_exercise([exercise["name"] for exercise in graded], course)


def _next_exercise(done: list[str], course: Course) -> str:
    order = [exercise.name for exercise in course.exercises]
    later = order[order.index(done[-1]) + 1 :] if done else order
    if not later:
        return "all of this is right, and it was the last exercise."
    return f"all of this is right; go on with {later[0]}."


def _warn_of_unsaved(submission: Submission, payload: ReportPayload) -> Iterator[str]:
    saved = "\n".join(cell for file in submission.files for cell in file.cells or ())
    if not saved:
        return
    names = [f["name"] for exercise in payload["exercises"] for f in exercise["functions"]]
    if others := [f"`{name}`" for name in names if not _is_saved(name, saved)]:
        files = ", ".join(file.name for file in submission.files)
        yield (
            f"The code that ran here for {', '.join(others)} is not in {files}. If you have not "
            "saved since you changed it, this result is of older code: save (Ctrl+S) and run this "
            "cell again."
        )


def _is_saved(name: str, saved: str) -> bool:
    """Return False where this kernel's definition of a name is not in what was saved."""
    defined = getattr(sys.modules["__main__"], name, None)
    if getattr(defined, "__module__", None) != "__main__":
        return True  # it has not been run here, or was imported
    parts = vars(defined).values() if isinstance(defined, type) else (defined,)
    return all(source in saved for source in _sources(parts))


def _sources(parts: Iterable[object]) -> Iterator[str]:
    for part in parts:
        if inspect.isfunction(part):
            with contextlib.suppress(OSError):  # no source is known
                yield inspect.getsource(part).strip()


def _tell_age(path: Path, saved_at: float | None) -> str:
    if saved_at is None:
        return f"What is saved in {path} was graded; what is not saved does not count."
    clock = datetime.fromtimestamp(saved_at, UTC).astimezone()
    return (
        f"{path.name} was graded as it was last saved, at {clock:%H:%M:%S}, "
        f"{_age(time.time() - saved_at)} ago; what was changed since does not count."
    )


def _age(seconds: float) -> str:
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds // unit:.0f} {name}"
    whole = max(round(seconds), 0)  # clocks of file servers may be ahead
    return f"{whole} second{'s' * (whole != 1)}"
