"""The messages between the coordinator and the examiner. Both are trusted."""

from __future__ import annotations

import msgspec

from grader.examples.values import Example
from grader.examples.verdicts import Judgement
from grader.records import (
    Check,
    Course,
    Environment,
    IsolationLevel,
    ModuleState,
    Outcome,
    SourceFile,
    WhichProblems,
)


class Start(msgspec.Struct, tag=True):
    """Collect a course's suites; the fork server, where there is one, is asked on a socket."""

    course: Course
    control_fd: int | None


class Ready(msgspec.Struct, tag=True):
    """The suites are collected: their checks by pytest's node ids, in the course's order."""

    checks: dict[str, Check]
    environment: Environment


class Examine(msgspec.Struct, tag=True):
    """Examine one submission.

    ``sources`` has the file that answers each exercise, where there is one, or of an exercise of
    several files each of these by module, and ``siblings``
    every module of the submission, which the others may import, by name; with
    ``stands_for_all`` one file answers every exercise of which it defines a function.
    ``smallest`` is for which problems the smallest call that goes wrong is looked for. Where
    there are ``functions``, only their checks are run. For `grade verify` there is
    ``expected``, the id of a misconception or nothing: where it is not named, it is found out why.
    """

    level: IsolationLevel
    exercises: tuple[str, ...]
    sources: dict[str, SourceFile]
    siblings: dict[str, SourceFile]
    stands_for_all: bool
    seed: str
    smallest: WhichProblems = "none"
    functions: tuple[str, ...] = ()
    expected: str | None = None


class TakeFingerprints(msgspec.Struct, tag=True):
    """Take a fingerprint of each exercise's code."""

    sources: dict[str, SourceFile]


class JudgeExamples(msgspec.Struct, tag=True):
    """Judge examples; ``solutions`` has the sources of the course's, as far as they are there."""

    examples: tuple[Example, ...]
    solutions: dict[str, str]


class MakeTable(msgspec.Struct, tag=True):
    """Make the table of known mistakes of an exercise, for a kit that has these checks, by id."""

    exercise: str
    checks: tuple[str, ...]
    salt: bytes
    master: bytes


class Begun(msgspec.Struct, tag=True):
    """The first check of an exercise is about to run."""

    exercise: str


class Examined(msgspec.Struct, tag=True):
    """What the examination found, one outcome a check."""

    outcomes: tuple[Outcome, ...]
    modules: tuple[ModuleState, ...]


class Fingerprints(msgspec.Struct, tag=True):
    """Fingerprints by exercise, empty where the code cannot be parsed."""

    fingerprints: dict[str, str]


class ExamplesJudged(msgspec.Struct, tag=True):
    """What was found about examples."""

    judgement: Judgement


class TableMade(msgspec.Struct, tag=True):
    """The text of a table, empty where there are no known mistakes."""

    text: str


class Broken(msgspec.Struct, tag=True):
    """The course cannot grade anything, and why."""

    message: str


class Failed(msgspec.Struct, tag=True):
    """An examination has no result, for a fault of the machine or of ours."""

    message: str


class Crashed(msgspec.Struct, tag=True):
    """The examination's process ended without an answer."""

    exit_code: int


Request = Examine | TakeFingerprints | JudgeExamples | MakeTable
Reply = (
    Ready | Begun | Examined | Fingerprints | ExamplesJudged | TableMade | Broken | Failed | Crashed
)
