"""The frozen records that flow through the grader.

``Path -> Submission -> Outcome -> ScoreReport -> payload -> file``. Nothing here
computes anything but what follows from its own fields, and nothing here imports
anything of ours.

Points are whole hundredths of a point (``points_c``) until the report is written,
so that sums are exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

OutcomeKind = Literal["passed", "failed", "error", "timeout", "not_implemented", "not_run"]
CheckKind = Literal["value", "property"]
Visibility = Literal["visible", "hidden"]
Status = Literal["graded", "missing", "unloadable"]
Feedback = Literal["none", "outcome", "hint"]
IsolationLevel = Literal["sandbox", "process"]
Wanted = Literal["auto", "sandbox", "process"]
Audience = Literal["student", "instructor"]
SeriesKind = Literal["curve", "bars", "errors", "path", "region"]
Role = Literal["yours", "right", "example", "error", "ground", "data"]

# How a report says that an exercise is to be graded again. It goes to other people and other
# machines, so it knows no path; whoever shows a result where one was typed puts it in.
GRADE_AGAIN = "grade submit PATH --exercise {exercise}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a student's code may use.

    Parameters
    ----------
    call_s, load_s, function_s, submission_s : float
        Wall-clock seconds for one call, for importing one module, for all calls of one
        function together, and for everything that is asked of one submission.
    memory_mib : int
        Address space of one host process.
    cpu_s : int
        Processor time of one host process.
    """

    call_s: float
    load_s: float
    function_s: float
    submission_s: float
    memory_mib: int
    cpu_s: int


@dataclass(frozen=True, slots=True)
class Exercise:
    """One module of the course: what the student fills in and hands in."""

    name: str
    title: str

    @property
    def file_name(self) -> str:
        """Return the name of the file that students hand in."""
        return f"{self.name}.py"

    @property
    def file_names(self) -> tuple[str, ...]:
        """Return every name under which it can be handed in, the preferred one first."""
        return self.file_name, f"{self.name}.ipynb"


@dataclass(frozen=True, slots=True)
class Course:
    """A course: its exercises in order, its limits, and where its files are.

    ``withheld`` are the checks whose code a kit for students does not have: they count,
    and only the instructor's run decides them.
    """

    name: str
    version: str
    title: str
    exercises: tuple[Exercise, ...]
    limits: Limits
    packages: tuple[str, ...]
    hidden_feedback: Feedback
    suites: Path
    stubs: Path
    suite_sha256: str
    withheld: tuple[Check, ...] = ()

    def exercise(self, name: str) -> Exercise:
        """Return the exercise of that name, or raise ``KeyError``."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was handed in.

    Parameters
    ----------
    name : str
        Its last name, ``activations.py`` or ``activations.ipynb``.
    content : bytes
        Its bytes.
    trouble : str
        Why the content could not be taken, or an empty string.
    cells : tuple of str or None
        The sources of the code cells, for a notebook.
    note : str
        What else whoever handed it in should know: that another candidate was left out.
    """

    name: str
    content: bytes
    trouble: str = ""
    cells: tuple[str, ...] | None = None
    note: str = ""

    @property
    def sha256(self) -> str:
        """Return the hex digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Submission:
    """A snapshot of what was handed in, never the live folder.

    Parameters
    ----------
    id : str
        Who or what handed it in: the stem of the path.
    files : tuple of SourceFile
        In the course's order.
    stands_for_all : bool
        The one file has no module's name, so every function is looked up in it.
    notes : tuple of str
        What was looked at and not graded, and which file was taken under another name.
    siblings : tuple of SourceFile
        Other code that was handed in, which the files may import. The names are paths
        below the folder of the files.
    """

    id: str
    files: tuple[SourceFile, ...]
    stands_for_all: bool = False
    notes: tuple[str, ...] = ()
    siblings: tuple[SourceFile, ...] = ()

    @property
    def sha256(self) -> str:
        """Return one digest over names and contents."""
        digest = hashlib.sha256()
        for file in (*self.files, *self.siblings):
            digest.update(f"{file.name}\0{file.sha256}\0".encode())
            if not file.content and file.cells is not None:
                digest.update("\0".join(file.cells).encode())
        return digest.hexdigest()

    def source_of(self, exercise: Exercise) -> SourceFile | None:
        """Return the file that answers an exercise, or None."""
        if self.stands_for_all:
            return self.files[0]
        return next((f for f in self.files if f.name in exercise.file_names), None)


@dataclass(frozen=True, slots=True)
class Check:
    """One collected test.

    Parameters
    ----------
    id : str
        ``exercise/function/check``, for example ``activations/sigmoid_prime/values``.
    kind : {"value", "property"}
        A wrong answer can pass a property check by accident, so it earns its points
        only where a value check of the same function passed.
    """

    id: str
    exercise: str
    function: str
    title: str
    points_c: int
    visibility: Visibility
    kind: CheckKind


@dataclass(frozen=True, slots=True)
class Trace:
    """One line, row of bars or grid of a series: plain numbers, None where there is none.

    Parameters
    ----------
    role : str
        ``yours`` is what the student's code gave; ``right`` what this check expects and
        ``error`` how far off that is; ``example`` a right result on other inputs,
        ``ground`` and ``data`` what it is drawn on. See `gives_away`.
    name : str
        What a legend calls it.
    x, y : tuple of float or None
        Points in a row; of a grid the coordinates of its columns and rows.
    z : tuple of tuple of float or None
        The rows of a grid; otherwise empty.
    """

    role: Role
    name: str
    x: tuple[float | None, ...] = ()
    y: tuple[float | None, ...] = ()
    z: tuple[tuple[float | None, ...], ...] = ()

    @property
    def gives_away(self) -> bool:
        """Return whether it tells what a check expects."""
        return self.role in ("right", "error")


@dataclass(frozen=True, slots=True)
class Series:
    """A small set of numbers that a check saw and that can be drawn."""

    kind: SeriesKind
    title: str
    x_name: str
    y_name: str
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen when one check ran.

    ``message`` is for everyone; ``detail`` holds values and is shown to students only
    for visible checks; ``repeat`` says how to make the call again; ``series`` is what can
    be drawn of it.
    """

    check_id: str
    outcome: OutcomeKind
    message: str = ""
    detail: str = ""
    repeat: str = ""
    hint: str = ""
    diagnosis: str | None = None
    duration_s: float = 0.0
    series: tuple[Series, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleState:
    """How a submission's answer to one exercise could be loaded."""

    exercise: str
    status: Status
    message: str = ""


@dataclass(frozen=True, slots=True)
class Isolation:
    """What kept the student's code apart, piece by piece."""

    level: IsolationLevel
    filesystem: str
    network: str
    processes: str
    memory_mib: int | None
    cpu_s: int | None
    wall_s: float


@dataclass(frozen=True, slots=True)
class Seed:
    """Which inputs were drawn: ``public`` or a short digest, and for whom."""

    id: str
    derived_for: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """The versions a score was computed with."""

    grader: str
    python: str
    numpy: str
    pytest: str
    platform: str


@dataclass(frozen=True, slots=True)
class CheckScore:
    """A check joined with its outcome and what it earned."""

    check: Check
    outcome: Outcome
    score_c: int


@dataclass(frozen=True, slots=True)
class FunctionScore:
    """One function's checks."""

    name: str
    checks: tuple[CheckScore, ...]

    @property
    def score_c(self) -> int:
        """Return the hundredths earned."""
        return sum(c.score_c for c in self.checks)

    @property
    def max_score_c(self) -> int:
        """Return the hundredths that could be earned."""
        return sum(c.check.points_c for c in self.checks)


@dataclass(frozen=True, slots=True)
class ExerciseScore:
    """One exercise's functions."""

    name: str
    title: str
    status: Status
    message: str
    functions: tuple[FunctionScore, ...]

    @property
    def score_c(self) -> int:
        """Return the hundredths earned."""
        return sum(f.score_c for f in self.functions)

    @property
    def max_score_c(self) -> int:
        """Return the hundredths that could be earned."""
        return sum(f.max_score_c for f in self.functions)


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """The result of grading one submission."""

    course: Course
    submission: Submission
    exercises: tuple[ExerciseScore, ...]
    isolation: Isolation
    seed: Seed
    environment: Environment
    started_at: str
    duration_s: float

    @property
    def checks(self) -> Iterator[CheckScore]:
        """Yield every check, in the course's order."""
        for exercise in self.exercises:
            for function in exercise.functions:
                yield from function.checks

    @property
    def score_c(self) -> int:
        """Return the hundredths earned."""
        return sum(e.score_c for e in self.exercises)

    @property
    def max_score_c(self) -> int:
        """Return the hundredths that could be earned."""
        return sum(e.max_score_c for e in self.exercises)

    @property
    def percent(self) -> float:
        """Return the score as a percentage, rounded down to two decimals.

        Rounding down keeps 100 for submissions that lost nothing at all.
        """
        return (self.score_c * 10_000 // self.max_score_c) / 100 if self.max_score_c else 0.0
