"""Grading from inside a notebook: the same engine and sandbox as ``grade submit``.

>>> from grader.notebook import grade                              # doctest: +SKIP
>>> grade("activations.ipynb", "activations")                      # doctest: +SKIP

What is graded is the file on disk. A kernel cannot find out whether a notebook has been
saved, so the result shows when the file was, and which functions differ in this kernel
from the file. Where the kernel cannot read the file, as in Colab, the cells that have run
in it are graded.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader.course.manifest import find_manifest, load_course
from grader.engine import Grader, grade_for_student
from grader.errors import GraderError, SubmissionError
from grader.files import explain_no_space, write_whole
from grader.kernel import NOTEBOOK, find_kernel, is_saved, write_notebook
from grader.records import Course, IsolationOption, Submission
from grader.report import Report, to_json
from grader.seeds import PUBLIC
from grader.submissions.child.stubs import join_cells, names_bound
from grader.submissions.reader import read_submission
from grader.writers.notebook_cell import to_html
from grader.writers.terminal.result import to_text
from grader.writers.words import describe_rest, state_of, submit_again

_REPORT = "report.json"


class Interrupted(KeyboardInterrupt):
    """The grading was interrupted; its processes have ended."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this instead of the inside of the grader.
        return [str(self)]


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """The result, shown below the cell.

    Parameters
    ----------
    report : Report
        The report for a student; of a kit, of what it could decide.
    warnings, remarks : tuple of str
        Other facts about this grading.
    why_no_sandbox : str
        Why there was no sandbox, where there should have been one.
    again : str
        The ``grade submit`` that grades the same in a terminal.
    """

    report: Report
    next_step: str
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    why_no_sandbox: str = ""
    again: str = ""

    @property
    def score(self) -> float:
        """Return the points earned."""
        return self.report.score

    @property
    def max_score(self) -> float:
        """Return the points there are."""
        return self.report.max_score

    @property
    def percent(self) -> float:
        """Return the score as a percentage."""
        return self.report.percent

    def __repr__(self) -> str:
        shown = to_text(self.report, why_no_sandbox=self.why_no_sandbox, again=self.again)
        return "\n".join([shown, "", f"Next: {self.next_step}", *self.warnings, *self.remarks])

    def _repr_html_(self) -> str:
        remarks = list(self.remarks)
        if self.report.isolation.level == "process":
            remarks.append(f"Graded without a sandbox ({self.why_no_sandbox or 'as asked for'}).")
        return to_html(
            self.report,
            next_step=self.next_step,
            warnings=self.warnings,
            remarks=remarks,
            again=self.again,
        )


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
    isolation: IsolationOption = "auto",
    course: str | os.PathLike[str] | None = None,
) -> Result:
    """Grade a notebook, or a folder of them, as saved on disk.

    If there is no such notebook, it is the one in which this call is, if the front end names
    its file (Jupyter and VS Code do), or else what has run in this kernel. The report is
    written to ``report.json`` beside it, and nothing else. Jupyter shows the result when it
    is the last value of a cell.

    Parameters
    ----------
    path : path-like
        A notebook's file name, or whatever else ``grade submit`` takes.
    exercise : str, optional
        The only exercise to grade; by default all.
    seed : str
        The seed of the checks' inputs.
    isolation : {"auto", "sandbox", "process"}
        How the code is kept apart from the tests.
    course : path-like, optional
        The folder of another course.

    Raises
    ------
    GraderError
        If nothing can be graded; a notebook shows it as one line.
    Interrupted
        If the kernel is interrupted.
    """
    loaded = load_course(find_manifest(course))
    exercises = _names(exercise, loaded)
    work = _find_work(Path(path), loaded)
    with Grader(loaded, isolation) as grader:
        graded = grade_for_student(grader, work.submission, seed=seed, exercises=exercises)
    if work.ran:
        _refuse_nothing(work, graded.shown)
    write_whole(work.report, to_json(graded.report))
    rest = describe_rest(graded.shown, graded.report.max_score)
    return Result(
        graded.shown,
        _next_step(graded.shown, loaded, work.again),
        tuple(_warn_of_unsaved(work.submission, graded.shown)),
        tuple(filter(None, (rest, work.age, f"The report is in {work.report}."))),
        graded.why_no_sandbox,
        submit_again(work.path, None if course is None else Path(course), seed),
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """The work that is graded.

    Parameters
    ----------
    path : Path
        Its file or folder.
    age : str
        How old it is.
    ran : bool
        The file is not there, and it is the code that has run in this kernel.
    """

    path: Path
    submission: Submission
    age: str
    ran: bool = False

    @property
    def report(self) -> Path:
        """Return where the report is written."""
        if self.ran:
            return Path(_REPORT)
        return (self.path if self.path.is_dir() else self.path.parent) / _REPORT

    @property
    def again(self) -> str:
        """Return how a changed cell is graded."""
        save = "" if self.ran else " save (Ctrl+S),"
        return f"run its cell,{save} and run this cell again"


def _find_work(asked: Path, course: Course) -> _Work:
    kernel = None if asked.exists() or asked.suffix != NOTEBOOK else find_kernel()
    if kernel is not None and kernel.notebook is None:
        with explain_no_space(), tempfile.TemporaryDirectory() as folder:
            path = Path(folder, asked.name)
            path.write_bytes(write_notebook(kernel.cells))
            return _Work(asked, read_submission(path, course), _describe_kernel(asked), ran=True)
    path = asked if kernel is None or kernel.notebook is None else kernel.notebook
    # Before it is read: it may be saved meanwhile.
    saved_at = path.stat().st_mtime if path.is_file() else None
    return _Work(path, read_submission(path, course), _describe_age(path, saved_at))


def _refuse_nothing(work: _Work, report: Report) -> None:
    cells = (cell for file in work.submission.files for cell in file.cells or ())
    names = {function.name for function in report.functions() if not function.title}
    if names and not names_bound(join_cells(cells)) & names:
        raise SubmissionError(
            f"{work.path} is not in {Path.cwd()}, and no cell that has run in this kernel "
            "defines a function of the exercise; run the cells from the top, then this one"
        )


def _describe_kernel(asked: Path) -> str:
    return (
        f"{asked} is not in {Path.cwd()}, so the cells that have run in this kernel were "
        "graded. A cell that you changed and did not run does not count. Hand in the notebook."
    )


def _names(exercise: str | None, course: Course) -> tuple[str, ...]:
    known = [one.name for one in course.exercises]
    if exercise is None:
        return ()
    if exercise not in known:
        raise GraderError(f"{exercise!r} is not an exercise; choose from {', '.join(known)}")
    return (exercise,)


def _next_step(report: Report, course: Course, again: str) -> str:
    """Return what a student does now: the first thing in the course's order."""
    for exercise in report.exercises:
        if exercise.status == "unloadable":
            return f"{exercise.name} could not be loaded: fix what is reported below, then {again}."
    graded = [e for e in report.exercises if e.status == "graded"]
    functions = [function for one in graded for function in one.functions]
    for state, advice in (
        ("failed", "fix `{}`"),
        ("absent", "write `{}`"),
    ):
        for function in functions:
            if state_of(function) == state:
                return f"{advice.format(function.shown)}, {again}."
    return _next_exercise([exercise.name for exercise in graded], course)


def _next_exercise(done: list[str], course: Course) -> str:
    order = [exercise.name for exercise in course.exercises]
    later = order[order.index(done[-1]) + 1 :] if done else order
    if not later:
        return "all checks here pass, and this was the last exercise."
    return f"all checks here pass; continue with {later[0]}."


def _warn_of_unsaved(submission: Submission, report: Report) -> Iterator[str]:
    saved = "\n".join(cell for file in submission.files for cell in file.cells or ())
    if not saved:
        return
    names = [function.name for function in report.functions() if not function.title]
    if others := [f"`{name}`" for name in names if not is_saved(name, saved)]:
        files = ", ".join(file.name for file in submission.files)
        yield (
            f"The code that ran here for {', '.join(others)} is not in {files}. If you have not "
            "saved since you changed it, this result is of older code. Save (Ctrl+S) and run this "
            "cell again."
        )


def _describe_age(path: Path, saved_at: float | None) -> str:
    if saved_at is None:
        return f"The saved version of {path} was graded. Unsaved changes do not count."
    clock = datetime.fromtimestamp(saved_at, UTC).astimezone()
    return (
        f"{path.name} was graded as it was last saved, at {clock:%H:%M:%S}, "
        f"{_age(time.time() - saved_at)} ago. Later changes do not count."
    )


def _age(seconds: float) -> str:
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds // unit:.0f} {name}"
    whole = max(round(seconds), 0)  # clocks of file servers may be ahead
    return f"{whole} second{'s' * (whole != 1)}"
