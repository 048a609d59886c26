"""The frozen records that flow through the grader.

``Path -> Submission -> Outcome -> ScoreReport -> Report -> file``. A record computes only
what follows from its own fields, and this file imports nothing of the project. Records
cross process boundaries and enter the report as they are.

Points are whole hundredths of a point (``points_c``) until the report is written,
so that sums are exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import msgspec

OutcomeKind = Literal["passed", "failed", "error", "timeout", "not_implemented", "not_run"]
CheckKind = Literal["value", "property"]
Visibility = Literal["visible", "hidden"]
Status = Literal["graded", "missing", "unloadable"]
SubmissionStatus = Literal["graded", "partly", "missing", "unloadable", "unexamined"]
# The submissions whose scores count in the mean of a class: their code could be graded.
WITH_CODE: tuple[SubmissionStatus, ...] = ("graded", "partly")
HiddenFeedback = Literal["none", "outcome", "hint"]
IsolationLevel = Literal["sandbox", "process"]
IsolationOption = Literal["auto", "sandbox", "process"]
WhichProblems = Literal["none", "next", "all"]
Audience = Literal["student", "instructor"]
SeriesKind = Literal["curve", "bars", "errors", "path", "region"]
Verdict = Literal["right", "slip", "wrong"]
Role = Literal["yours", "right", "example", "error", "ground", "data"]

# The exercise that a course has where the examples of students count.
EXAMPLES = "examples"
# The folder of the modules that a course provides, beside its manifest and its suites.
PROVIDED_FOLDER = "provided"
# Outcomes of checks that ran and that the student has to look at.
FAILED: tuple[OutcomeKind, ...] = ("failed", "error", "timeout")

ShortText = Annotated[str, msgspec.Meta(max_length=120)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Numbers = Annotated[tuple[float | None, ...], msgspec.Meta(max_length=512)]
GridRow = Annotated[tuple[float | None, ...], msgspec.Meta(max_length=64)]


Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of time and memory for student code.

    Parameters
    ----------
    call_cpu_s, load_cpu_s : float or None
        Seconds of processor time for one call, and for importing one module; None is as many as
        ``call_s`` and ``load_s``.
    call_s, load_s : float
        Seconds on the clock, for systems that do not show the processor time of a process.
    function_s : float
        Seconds for all answered calls of one function together.
    submission_s : float
        Seconds on the clock for all requests to one submission.
    memory_mib : int
        Address space of one worker.
    cpu_s : int
        Processor time of one worker.
    """

    call_s: Seconds = 10.0
    call_cpu_s: Seconds | None = None
    load_s: Seconds = 20.0
    load_cpu_s: Seconds | None = None
    function_s: Seconds = 10.0
    submission_s: Seconds = 180.0
    memory_mib: Annotated[int, msgspec.Meta(ge=64, le=1_048_576)] = 1024
    cpu_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 300


def make_title(name: str) -> str:
    """Return a title made from a name, for a course, exercise or homework without a title."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


class Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exercise of the course: one or several modules that students hand in.

    Parameters
    ----------
    name : str
        The name of its module, if it has one.
    title : str
        For people to read; by default made from the name.
    files : tuple of str
        The names of its modules; by default one, with the exercise's name.
    """

    name: str
    title: str = ""
    files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.title:
            msgspec.structs.force_setattr(self, "title", make_title(self.name))

    @property
    def modules(self) -> tuple[str, ...]:
        """Return the names of its modules."""
        return self.files or (self.name,)

    @property
    def file_names(self) -> tuple[str, ...]:
        """Return the names of the files that students hand in."""
        return tuple(f"{name}.py" for name in self.modules)

    @property
    def file_name(self) -> str:
        """Return the name of the (first) file that students hand in."""
        return self.file_names[0]

    @property
    def is_one_file(self) -> bool:
        """Return whether it is a single module of its own name."""
        return self.modules == (self.name,)


class Homework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exercises that students hand in together.

    Parameters
    ----------
    name : str
        For the command line.
    exercises : tuple of str
        The names of its exercises.
    title : str
        For people to read; by default made from the name.
    """

    name: Annotated[
        str,
        msgspec.Meta(
            pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$",
            description="text of letters, digits, '_', '.' and '-'",
        ),
    ]
    exercises: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    title: str = ""

    def __post_init__(self) -> None:
        if not self.title:
            msgspec.structs.force_setattr(self, "title", make_title(self.name))


class Leak(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Text of a solution or of a hidden check that students may read.

    Parameters
    ----------
    file : str
        The file of the kit that contains it, with slashes.
    text : str
        The text; parts of it are acknowledged as well.
    reason : str
        Why students may read it.
    """

    file: str
    text: str
    reason: str


class ExampleRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rules for the examples that students write.

    Parameters
    ----------
    functions : dict of str to str
        The functions that an example may pass as an argument, by name: each an expression in
        ``x``, which can use ``np``, or empty for the function of that name in the course.
    points : float
        The points of the examples of each exercise's functions; 0 if they do not count.
    """

    functions: dict[str, str] = {}
    points: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 0.0


class Check(msgspec.Struct, frozen=True):
    """One collected test.

    Parameters
    ----------
    id : str
        ``exercise/function/check``, for example ``activations/sigmoid_prime/values``.
    kind : {"value", "property"}
        A wrong answer can pass a property check by accident, so it earns points only if a value
        check of the same function passed.
    essential : bool
        Whether the function earns at most half of its points if this check fails.
    whole : str
        The title of the group if it checks several functions together; then ``function`` is the
        name of that group. Otherwise empty.
    fixed : bool
        Whether its inputs are the same for every seed.
    calls : tuple of str
        Other functions of the course that the function may call.
    signature : str
        The signature of the function in the suite.
    """

    id: str
    exercise: str
    function: str
    title: str
    points_c: int
    visibility: Visibility
    kind: CheckKind
    essential: bool = False
    whole: str = ""
    fixed: bool = False
    calls: tuple[str, ...] = ()
    signature: str = ""


class Course(msgspec.Struct, frozen=True):
    """A course: its exercises in order, its limits and the places of its files.

    Parameters
    ----------
    manifest : Path
        Its ``course.toml``, absolute.
    suites, stubs : Path
        The folders of its hidden suites and of its stubs.
    withheld : tuple of Check
        Checks whose code is not in a kit for students: they count, and run only where the
        instructor grades.
    homeworks : tuple of Homework
        The sets of exercises that students hand in together; empty if the course has none.
    slip_credit : float
        The part of its points that a result earns if one repair makes it right.
    examples : ExampleRules
        The rules for examples that students write.
    provided : tuple of SourceFile
        The modules that students import and do not hand in.
    leaks : tuple of Leak
        Texts of solutions and hidden checks that files for students may contain.
    scratch_mib : int
        MiB that one call may write into files in memory; 0 if it may write none.
    """

    name: str
    version: str
    title: str
    exercises: tuple[Exercise, ...]
    limits: Limits
    packages: tuple[str, ...]
    hidden_feedback: HiddenFeedback
    manifest: Path
    suites: Path
    stubs: Path
    suite_sha256: str
    withheld: tuple[Check, ...] = ()
    homeworks: tuple[Homework, ...] = ()
    slip_credit: float = 0.5
    examples: ExampleRules = ExampleRules()
    provided: tuple[SourceFile, ...] = ()
    leaks: tuple[Leak, ...] = ()
    scratch_mib: int = 0

    def exercise(self, name: str) -> Exercise:
        """Return the exercise of that name, or raise ``KeyError``."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise KeyError(name)

    @property
    def modules(self) -> tuple[str, ...]:
        """Return the names of the modules of all exercises."""
        return tuple(name for exercise in self.exercises for name in exercise.modules)

    def select(self, names: tuple[str, ...] = ()) -> list[str]:
        """Return the names of these exercises, or of all, in the course's order."""
        return [e.name for e in self.exercises if not names or e.name in names]

    def narrow(self, names: tuple[str, ...]) -> Course:
        """Return the course with only these exercises, and the homeworks that have no other."""
        chosen = set(self.select(names))
        return msgspec.structs.replace(
            self,
            exercises=tuple(e for e in self.exercises if e.name in chosen),
            withheld=tuple(check for check in self.withheld if check.exercise in chosen),
            homeworks=tuple(h for h in self.homeworks if chosen.issuperset(h.exercises)),
        )


class SourceFile(msgspec.Struct, frozen=True):
    """A file as it was handed in.

    Parameters
    ----------
    name : str
        Its last name, ``activations.py`` or ``activations.ipynb``.
    error : str
        Why the content could not be read; otherwise empty.
    cells : tuple of str or None
        The sources of the code cells, for a notebook.
    """

    name: str
    content: bytes
    error: str = ""
    cells: tuple[str, ...] | None = None

    @property
    def sha256(self) -> str:
        """Return the hex digest of the content."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def code(self) -> SourceFile:
        """Return the file with its code alone: a notebook's outputs are not executed."""
        return self if self.cells is None else msgspec.structs.replace(self, content=b"")


class Person(msgspec.Struct, frozen=True):
    """A student, as the download of a class or ``--names`` describes them.

    Parameters
    ----------
    name : str
        The student's name; empty if it is not known.
    login : str
        The login on the platform; empty if it is not known.
    number : str
        The number on the platform; empty if it is not known.
    email : str
        The address; empty if it is not known.
    """

    name: str = ""
    login: str = ""
    number: str = ""
    email: str = ""


class Adjustment(msgspec.Struct, frozen=True):
    """Points that the instructor adds by hand.

    Parameters
    ----------
    exercise : str
        The exercise that they are for; empty for the submission as a whole.
    points : float
        Points added to the score; negative points are subtracted.
    reason : str
        The reason, for the student to read; may be empty.
    """

    exercise: str
    points: float
    reason: str


class Submission(msgspec.Struct, frozen=True):
    """A snapshot of the files that were handed in.

    Parameters
    ----------
    id : str
        The stem of the path.
    files : tuple of SourceFile
        In the course's order.
    stands_for_all : bool
        Whether it is one file without a module's name, in which all functions are searched for.
    notes : tuple of str
        Files that were not graded, and files that were read under another name.
    siblings : tuple of SourceFile
        Other code that was handed in, which the files may import. The names are paths
        below the folder of the files.
    students : tuple of Person
        The students who handed it in, if they are known; several are a team.
    attempt : int
        The number of the attempt; the first is 1.
    handed_in_at : str
        The time, in ISO 8601; empty if it is not known.
    late : bool or None
        Whether it was handed in late; None if that is not known.
    original : str
        The name of its folder or first file in a download of Canvas or Moodle, or empty.
    examples : SourceFile or None
        The student's examples of functions, where they count.
    """

    id: str
    files: tuple[SourceFile, ...]
    stands_for_all: bool = False
    notes: tuple[str, ...] = ()
    siblings: tuple[SourceFile, ...] = ()
    students: tuple[Person, ...] = ()
    attempt: int = 1
    handed_in_at: str = ""
    late: bool | None = None
    original: str = ""
    examples: SourceFile | None = None

    @property
    def all_files(self) -> tuple[SourceFile, ...]:
        """Return the files, their siblings, and the examples."""
        return (*self.files, *self.siblings, *filter(None, [self.examples]))

    @property
    def sha256(self) -> str:
        """Return one digest over names and contents."""
        digest = hashlib.sha256()
        for file in self.all_files:
            digest.update(f"{file.name}\0{file.sha256}\0".encode())
            if not file.content and file.cells is not None:
                digest.update("\0".join(file.cells).encode())
        return digest.hexdigest()

    def modules(self) -> dict[str, SourceFile]:
        """Return the files that can import each other, by module name with dots for folders."""
        found = {}
        for file in (*self.siblings, *self.files):
            if not file.error:
                found[".".join(PurePosixPath(file.name).with_suffix("").parts)] = file.code
        return found

    def source_of(self, exercise: Exercise) -> SourceFile | None:
        """Return the (first) file that answers an exercise, or None."""
        return next(iter(self.sources_of(exercise).values()), None)

    def sources_of(self, exercise: Exercise) -> dict[str, SourceFile]:
        """Return the files that were handed in for an exercise, by module.

        A file that answers all exercises has their names.
        """
        if self.stands_for_all:
            return {exercise.name: self.files[0]}
        by_module = {PurePosixPath(file.name).stem: file for file in reversed(self.files)}
        return {name: by_module[name] for name in exercise.modules if name in by_module}


class Trace(msgspec.Struct, frozen=True, gc=False):
    """One line, row of bars or grid of a series.

    Parameters
    ----------
    role : str
        ``yours``: numbers from the student's code; ``right``: numbers that the check expects;
        ``error``: the difference of both; ``example``: a right result for other inputs;
        ``ground``: the background of a path; ``data``: the points of a data set.
    name : str
        Its name in the legend.
    x : tuple of float or None
        The horizontal coordinate of each point, or of each column of a grid; null where there is no
        number.
    y : tuple of float or None
        The vertical coordinate of each point, or of each row of a grid; null where there is no
        number.
    z : tuple of tuple of float or None
        The rows of a grid; otherwise empty.
    """

    role: Role
    name: ShortText
    x: Numbers = ()
    y: Numbers = ()
    z: Annotated[tuple[GridRow, ...], msgspec.Meta(max_length=64)] = ()

    @property
    def gives_away(self) -> bool:
        """Return whether it shows what a check expects."""
        return self.role in ("right", "error")


class Series(msgspec.Struct, frozen=True, gc=False):
    """The numbers of one picture.

    Parameters
    ----------
    kind : str
        The kind of picture.
    title : str
        Its title.
    x_name : str
        The name of the horizontal axis.
    y_name : str
        The name of the vertical axis.
    traces : tuple of Trace
        Its lines, rows of bars or grids.
    """

    kind: SeriesKind
    title: ShortText
    x_name: ShortText
    y_name: ShortText
    traces: Annotated[tuple[Trace, ...], msgspec.Meta(max_length=16)]


class Place(msgspec.Struct, frozen=True, gc=False):
    """A line of the student's code.

    Parameters
    ----------
    cell : int
        The code cell of a notebook, counted from 1; 0 for a module.
    line : int
        The line of the module or cell, counted from 1.
    """

    cell: int
    line: int


class Feedback(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Feedback about a check; a field is absent if it is empty.

    Parameters
    ----------
    called : str
        The call: names, types and shapes of the arguments.
    got : str
        The answer, described without its values.
    wrong : str
        The difference from the right answer, described without values.
    expected : str
        The right value at the place in ``values``; of a hidden check for instructors only.
    values : str
        The first wrong place and the value there; of a hidden check for instructors only.
    raised : str
        The exception, and in a second line the student's line that raised it.
    ended : str
        How the worker process ended, if it ended during the call.
    waited : str
        The time limit that was reached.
    arose : str
        The line of the student's code in which a warning, NaN or infinity began.
    printed : str
        The beginning of what the call printed; of a hidden check for instructors only.
    repeat : str
        Lines of Python that make the call again, with their imports; absent if they would be too
        long.
    fault : str
        An error of the grader itself; for instructors only.
    places : list of Place
        The lines that ``raised`` and ``arose`` name.
    written_out : bool
        Whether ``repeat`` contains values of the check and not only the code that draws them; of a
        hidden check such lines are for instructors only.
    """

    called: str = ""
    got: str = ""
    wrong: str = ""
    expected: str = ""
    values: str = ""
    raised: str = ""
    ended: str = ""
    waited: str = ""
    arose: str = ""
    printed: str = ""
    repeat: str = ""
    fault: str = ""
    places: tuple[Place, ...] = ()
    written_out: bool = False


class ResultCredit(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One of a function's results in a check that failed.

    Parameters
    ----------
    name : str
        The name of the result, such as ``dW``; empty if the function has one result.
    verdict : {"right", "slip", "wrong"}
        ``slip``: one repair, the same in all failed checks of the values, makes it right.
    repair : str
        The name of that repair; absent unless the verdict is ``slip``.
    """

    name: str
    verdict: Verdict
    repair: str = ""


class Smallest(msgspec.Struct, frozen=True, omit_defaults=True):
    """The smallest call that goes wrong, of a fixed list of calls with small numbers.

    Parameters
    ----------
    call : str
        The call, with lists for arrays.
    right : str
        The right answer; absent if the call raises an exception and has several results.
    got : str
        The student's answer; absent if the call raises an exception.
    raised : str
        The type of the exception; absent if there is none.
    part : str
        The name of the wrong result; absent if the function has one result.
    fact : str
        The smaller calls for which the function is right, in words; absent if there are none.
    """

    call: str
    right: str = ""
    got: str = ""
    raised: str = ""
    part: str = ""
    fact: str = ""


class Measured(msgspec.Struct, frozen=True):
    """Measurements of a check for `grade verify`; reports do not have them.

    Parameters
    ----------
    error : float or None
        In units of the tolerance: of a check that passed the largest error, of one that failed
        the error of the comparison that failed; None where no numbers were compared.
    coincidences : tuple of str
        Which named numbers of its calls are equal.
    cpu_s, cpu_limit_s : float or None
        Processor time of its longest call, and the limit; None where there is none.
    undiagnosed : str
        The fault of the grader while it named misconceptions, which costs no points.
    only_raised : bool
        Whether it passed, and each of its calls raised an exception.
    unnamed : str
        Why the misconception that was asked about was not named; empty where it was.
    inputs : str
        A digest of what its calls were passed; empty outside `grade verify`.
    """

    error: float | None = None
    coincidences: tuple[str, ...] = ()
    cpu_s: float | None = None
    cpu_limit_s: float | None = None
    undiagnosed: str = ""
    only_raised: bool = False
    unnamed: str = ""
    inputs: str = ""


class Meaning(msgspec.Struct, frozen=True):
    """A possible meaning of a common factor in one check.

    Parameters
    ----------
    name : str
        The factor by its name, such as ``1/N``.
    rank : int
        Its rank among the meanings: the lowest is the most likely.
    observation : str
        The id of what was observed, with this meaning.
    text : str
        The problem in words, with this meaning.
    """

    name: str
    rank: int
    observation: str
    text: str


class Outcome(msgspec.Struct, frozen=True):
    """The outcome of one check that ran.

    Parameters
    ----------
    observation : str or None
        Id of what was observed, such as ``sign`` or ``transposed``.
    misconceptions : tuple of str
        Ids of the misconceptions that behave in the same way: one, or two together.
    what : str
        The problem in a few words, by those misconceptions.
    hint : str
        A question or an instruction that leads to the mistake, or an empty string.
    feedback : Feedback
        The feedback; nothing for a check that passed.
    duration_s : float
        Seconds of wall-clock time.
    series : tuple of Series
        Numbers that can be drawn as pictures.
    results : tuple of ResultCredit
        Of a failed check of values: which results are right, or right except for a slip.
    varied : bool
        Whether different calls of the function had different answers, if all its checks of
        values are visible.
    measured : Measured
        Measurements for `grade verify`.
    meanings : tuple of Meaning
        The possible meanings of a factor in it.
    smallest : Smallest or None
        The smallest call that goes wrong in the same way, if it was searched for and found.
    """

    check_id: str
    outcome: OutcomeKind
    observation: str | None = None
    misconceptions: tuple[str, ...] = ()
    what: str = ""
    hint: str = ""
    feedback: Feedback = Feedback()
    duration_s: float = 0.0
    series: tuple[Series, ...] = ()
    results: tuple[ResultCredit, ...] = ()
    varied: bool = False
    measured: Measured = Measured()
    meanings: tuple[Meaning, ...] = ()
    smallest: Smallest | None = None

    @property
    def misconception(self) -> str | None:
        """Return the first of the misconceptions, or None."""
        return self.misconceptions[0] if self.misconceptions else None


class Definition(msgspec.Struct, frozen=True):
    """The place of a student's function and the functions that it calls, as its worker reports.

    Parameters
    ----------
    name : str
        The function.
    file : str
        The file's name, if it is not the file that was graded; otherwise empty.
    cell, line : int
        As of a `Place`.
    calls : tuple of str
        The functions of the course that it calls.
    """

    name: str
    file: str
    cell: int
    line: int
    calls: tuple[str, ...]


class ModuleState(msgspec.Struct, frozen=True):
    """The state of a submission's module for one exercise: whether it could be imported.

    Parameters
    ----------
    message : str
        Why it could not be loaded, or an empty string.
    notes : tuple of str
        Notes for the student, such as statements that were left out.
    definitions : tuple of Definition
        Of its functions, as far as they are known.
    """

    exercise: str
    status: Status
    message: str = ""
    notes: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()


class Isolation(msgspec.Struct, frozen=True):
    """The restrictions under which student code ran.

    Parameters
    ----------
    level : {"sandbox", "process"}
        ``sandbox``: with all restrictions; ``process``: in its own process, without them.
    filesystem : str
        The mechanism that denies access to files, or ``open``.
    network : str
        The mechanism that denies the network, or ``open``.
    processes : str
        The mechanism that denies new processes and signals, or ``open``.
    memory_mib : int or None
        The limit on a worker's address space, in MiB; null if there is none.
    cpu_s : int or None
        The limit on a worker's processor time, in seconds; null if there is none.
    wall_s : float
        The time limit of one call, in seconds on the wall clock.
    """

    level: IsolationLevel
    filesystem: str
    network: str
    processes: str
    memory_mib: AtLeastOne | None
    cpu_s: AtLeastOne | None
    wall_s: Annotated[float, msgspec.Meta(gt=0)]


class Seed(msgspec.Struct, frozen=True):
    """The seed from which the checks' inputs were drawn.

    Parameters
    ----------
    id : str
        ``public``, or the beginning of a digest of the seed.
    derived_for : str or None
        The id of the submission that has this seed; null if all submissions have the same.
    repeat_with : str or None
        The value for ``grade submit --seed`` that draws the same inputs; for instructors only.
    """

    id: Annotated[str, msgspec.Meta(min_length=1)]
    derived_for: str | None = None
    repeat_with: str | None = None


class Environment(msgspec.Struct, frozen=True):
    """The versions that a score was computed with.

    Parameters
    ----------
    grader : str
        The version of backprop-grader.
    course : str
        The version of the course.
    python : str
        The version of Python.
    numpy : str
        The version of numpy.
    pytest : str
        The version of pytest.
    platform : str
        The system and the processor.
    """

    grader: str
    course: str
    python: str
    numpy: str
    pytest: str
    platform: str


class CheckScore(msgspec.Struct, frozen=True):
    """A check joined with its outcome and what it earned."""

    check: Check
    outcome: Outcome
    score_c: int


class FunctionScore(msgspec.Struct, frozen=True):
    """The checks of one function, or of a whole."""

    name: str
    checks: tuple[CheckScore, ...]

    @property
    def title(self) -> str:
        """Return the title of a whole; a function has none."""
        return next((c.check.whole for c in self.checks if c.check.whole), "")

    @property
    def score_c(self) -> int:
        """Return the hundredths earned."""
        return sum(c.score_c for c in self.checks)

    @property
    def max_score_c(self) -> int:
        """Return the hundredths that could be earned."""
        return sum(c.check.points_c for c in self.checks)


class ExerciseScore(msgspec.Struct, frozen=True):
    """One exercise's functions."""

    name: str
    title: str
    module: ModuleState
    functions: tuple[FunctionScore, ...]
    files: tuple[str, ...] = ()

    @property
    def score_c(self) -> int:
        """Return the hundredths earned."""
        return sum(f.score_c for f in self.functions)

    @property
    def max_score_c(self) -> int:
        """Return the hundredths that could be earned."""
        return sum(f.max_score_c for f in self.functions)


class ScoreReport(msgspec.Struct, frozen=True):
    """The result of grading one submission."""

    course: Course
    submission: Submission
    exercises: tuple[ExerciseScore, ...]
    isolation: Isolation
    seed: Seed
    environment: Environment
    started_at: str
    duration_s: float
    fault: str = ""

    def functions(self) -> Iterator[FunctionScore]:
        """Yield every function, in the course's order."""
        for exercise in self.exercises:
            yield from exercise.functions

    def checks(self) -> Iterator[CheckScore]:
        """Yield every check, in the course's order."""
        for function in self.functions():
            yield from function.checks

    @property
    def status(self) -> SubmissionStatus:
        """Return whether all of it, a part or nothing could be graded, and why."""
        if self.fault:
            return "unexamined"
        return combine_statuses(exercise.module.status for exercise in self.exercises)

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
        """Return the score as a percentage."""
        return percent_of(self.score_c, self.max_score_c)


def combine_statuses(statuses: Iterable[Status]) -> SubmissionStatus:
    """Return the status of a submission from those of its exercises."""
    found = set(statuses)
    if found == {"graded"}:
        return "graded"
    if "graded" in found:
        return "partly"
    return "unloadable" if "unloadable" in found else "missing"


def percent_of(score_c: int, max_score_c: int) -> float:
    """Return a score as a percentage, rounded down to two decimals.

    Rounding down keeps 100 for submissions that lost nothing at all.
    """
    return (score_c * 10_000 // max_score_c) / 100 if max_score_c else 0.0
