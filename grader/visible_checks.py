"""The visible checks of a folder of modules: which there are, and what became of each.

`grader.pytest_plugin` shows them as tests. They are graded as `grade submit` grades the folder.

Editors collect tests at every save. So which checks there are is remembered with the digest of the
suites, and what only grading needs is loaded, and started, when the first check is run.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from grader import WORK_FOLDER, __version__
from grader.course.functions import find_owners
from grader.course.manifest import DEFAULT_COURSE, find_manifest, load_course
from grader.course.work_folder import find_course
from grader.errors import CourseError
from grader.examples.values import FILE as EXAMPLES
from grader.records import FAILED, Check, Exercise, Submission
from grader.seeds import PUBLIC
from grader.submissions.child.budget import MAX_SOURCE
from grader.submissions.child.stubs import lines_bound
from grader.submissions.names import CODE

if TYPE_CHECKING:
    from grader.check_report import CheckReport
    from grader.engine import Grader, StudentResult
    from grader.report import ExerciseReport
    from grader.writers.problems import ShownProblem

Kind = Literal["passed", "failed", "skipped", "error"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a check.

    Parameters
    ----------
    kind : {"passed", "failed", "skipped", "error"}
        ``skipped``: there is nothing to check yet, or it is advice; ``error``: it was not run.
    words : str
        Why, in a line.
    problem : ShownProblem or None
        The problem that it belongs to, where it failed.
    text : str
        More to read, where it was not run.
    duration_s : float
        Seconds of wall-clock time.
    """

    kind: Kind
    words: str = ""
    problem: ShownProblem | None = None
    text: str = ""
    duration_s: float = 0.0


class _Remembered(msgspec.Struct):
    """The visible checks of a course in the suites' order, and what they depend on."""

    suite_sha256: str
    grader: str
    checks: list[Check]


class VisibleChecks:
    """The visible checks of the modules in a folder; `close` ends its processes.

    Parameters
    ----------
    folder : Path
        The ``exercises`` of a kit, or a folder that `grade init` wrote.

    Raises
    ------
    CourseError
        If its course cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        marked = (folder / WORK_FOLDER).is_file()
        manifest = find_course(folder) if marked else folder.parent / DEFAULT_COURSE.name
        self.course = load_course(manifest)
        self.why_no_sandbox = ""
        self._grader: Grader | None = None
        self._checks: list[Check] | None = None
        self._results: dict[str, StudentResult] = {}
        self._answers: dict[str, str] = {}

    def exercise_of(self, path: Path) -> Exercise | None:
        """Return the exercise of a module or a notebook; beside a module, a notebook has none."""
        if path.suffix == ".ipynb" and path.with_suffix(".py").is_file():
            return None
        return next((e for e in self.course.exercises if path.stem in e.modules), None)

    def is_parsed_only(self, path: Path) -> bool:
        """Return whether a file is the one of examples, which is never executed."""
        return path.name == EXAMPLES

    def functions(self, exercise: Exercise, module: str) -> dict[str, list[Check]]:
        """Return the visible checks of a module by function, in the suite's order.

        Checks of a whole are with the first module of its exercise.

        Raises
        ------
        CourseError, ExaminerError, SandboxError
            If the checks cannot be collected.
        """
        if self._checks is None:
            self._checks = self._collect()
        owners = find_owners(self.course, exercise)
        found: dict[str, list[Check]] = {}
        for check in self._checks:
            owner = owners.get(check.function, exercise.modules[0])
            if check.exercise == exercise.name and owner == module:
                found.setdefault(check.function, []).append(check)
        return found

    def recall(self, remembered: object) -> None:
        """Take what `remembered` returned in an earlier run, if it is of the same suites."""
        try:
            found = msgspec.convert(remembered, _Remembered, strict=True)
        except msgspec.ValidationError:
            return
        if (found.suite_sha256, found.grader) == (self.course.suite_sha256, __version__):
            self._checks = found.checks

    def remembered(self) -> object:
        """Return which checks there are, as plain data, or None where that is not known."""
        if self._checks is None:
            return None
        found = _Remembered(self.course.suite_sha256, __version__, self._checks)
        return msgspec.to_builtins(found)

    def _collect(self) -> list[Check]:
        collected = self._open().collected_checks().values()
        return [check for check in collected if check.visibility == "visible"]

    def lines(self, path: Path) -> dict[str, int]:
        """Return the line of each function of a module, counted from 1, as far as it is known."""
        text = b""
        if path.suffix == ".py":
            with contextlib.suppress(OSError), path.open("rb") as file:  # grading reports why
                text = file.read(MAX_SOURCE)
        return lines_bound(text.decode("utf-8", "replace"))

    def grade(self, exercises: Collection[str]) -> None:
        """Grade some exercises in one submission; those that were graded are not graded again.

        Raises
        ------
        GraderError
            If they cannot be graded.
        """
        names = [n for n in self.course.select() if n in exercises and n not in self._results]
        if not names:
            return
        from grader.engine import grade_for_student
        from grader.submissions.reader import read_submission

        grader = self._open()
        submission = read_submission(self.folder, self.course)
        self._refuse_others()
        self._answers |= {name: self._find_other(submission, name) for name in names}
        result = grade_for_student(grader, submission, exercises=names)
        self.why_no_sandbox = result.why_no_sandbox
        self._results |= dict.fromkeys(names, result)

    def _refuse_others(self) -> None:
        """Raise a `CourseError` if the checks are not those that were remembered."""
        before, self._checks = self._checks, self._collect()
        if before not in (None, self._checks):
            raise CourseError("the remembered checks are not those of the course; run pytest again")

    @property
    def graded(self) -> list[str]:
        """Return the names of the exercises that were graded."""
        return list(self._results)

    @property
    def level(self) -> str:
        """Return how student code was kept apart, or nothing if none was graded."""
        return next((r.shown.isolation.level for r in self._results.values()), "")

    def verdict(self, check: Check) -> Verdict:
        """Return what became of a check of an exercise that was graded."""
        from grader.writers.problems import problems_of

        result = self._results[check.exercise]
        exercise = next(e for e in result.shown.exercises if e.name == check.exercise)
        if other := self._answers[check.exercise]:
            return Verdict("skipped", other)
        if exercise.status != "graded":
            return _explain(exercise)
        function = next(f for f in exercise.functions if f.name == check.function)
        report = next(c for c in function.checks if c.id == check.id)
        shown = next((p for p in problems_of([exercise]) if check.id in p.problem.checks), None)
        return _judge(report, function.shown, shown)

    def again(self) -> str:
        """Return the command that grades the folder, as it is typed in the current folder."""
        from grader.writers.words import submit_again

        own = None
        with contextlib.suppress(CourseError):  # then the course has to be named
            own = find_manifest(None).resolve()
        folder = self.course.manifest.parent
        named = None if own == self.course.manifest else _from_here(folder)
        return submit_again(_from_here(self.folder), named, PUBLIC)

    def close(self) -> None:
        """End the processes."""
        if self._grader is not None:
            self._grader.close()
            self._grader = None

    def _open(self) -> Grader:
        if self._grader is None:
            from grader.engine import Grader

            self._grader = Grader(self.course)
        return self._grader

    def _find_other(self, submission: Submission, name: str) -> str:
        """Return why another file than the one in the folder answers an exercise, if one does."""
        sources = submission.sources_of(self.course.exercise(name))
        for module in self.course.exercise(name).modules:
            paths = (self.folder / f"{module}{ending}" for ending in CODE)
            own = next((path for path in paths if path.is_file()), None)
            source = sources.get(module)
            if own is None or source is None or source.error:
                continue  # the report has the reason
            if source.name != own.name or source.content != own.read_bytes():
                return (
                    f"{own.name} has no work in it, and `grade submit` grades another {source.name}"
                )
        return ""


def _from_here(path: Path) -> Path:
    with contextlib.suppress(ValueError):  # of Windows: there it may be on another drive
        return Path(os.path.relpath(path))
    return path


def _explain(exercise: ExerciseReport) -> Verdict:
    """Return the verdict of all checks of an exercise that could not be graded."""
    from grader.writers.feedback import lines_of

    lines = lines_of(exercise) or [f"{exercise.name} is {exercise.status}"]
    return Verdict("error", lines[0], text="\n".join(lines))


def _judge(check: CheckReport, function: str, shown: ShownProblem | None) -> Verdict:
    if check.outcome == "passed":
        return Verdict("passed", duration_s=check.duration_s)
    if check.outcome == "not_implemented":
        return Verdict("skipped", f"{function}: {check.feedback.wrong or 'not implemented yet'}")
    if check.outcome not in FAILED or shown is None:
        words = f"{function}: {check.feedback.wrong or 'not run'}"
        return Verdict("error", words, text=words)
    words = shown.problem.what.splitlines()[0]
    if not check.max_score:
        words = f"{function}: advice, no points: {words}"
        return Verdict("skipped", words, shown, duration_s=check.duration_s)
    return Verdict("failed", words, shown, duration_s=check.duration_s)
