"""A score report as JSON: the one definition of ``report.json``, written and read back.

`report.schema.json` is made from the types below and their docstrings (`grader.schema`).
The functions here decide which fields an audience gets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import replace

from grader.check_report import CHECK_ID, CheckReport, Name, Points, Seconds
from grader.errors import ReportError
from grader.problems import Next, Problem, drawn_check, find_problems, order_problems
from grader.records import (
    FAILED,
    Adjustment,
    Audience,
    CheckScore,
    Course,
    Definition,
    Environment,
    ExerciseScore,
    Feedback,
    FunctionScore,
    HiddenFeedback,
    Isolation,
    Person,
    ScoreReport,
    Seed,
    Series,
    Status,
    Submission,
    SubmissionStatus,
)
from grader.sanitize import clean_line

SCHEMA_VERSION: Literal[1] = 1
MAX_REPORT = 16 * 2**20  # bytes; a report of the whole course has about 150 000

# A list of numbers over several lines. In JSON no text has a line break, so none is in it.
_NUMBERS = re.compile(r"\[\n[-+0-9.eE,\snul]*\]")

Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Instant = Annotated[
    str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")
]


class CourseReport(msgspec.Struct, frozen=True):
    """The course that the submission was graded with.

    Parameters
    ----------
    name : str
        The course's name, from ``course.toml``.
    version : str
        The course's version, from ``course.toml``.
    suite_sha256 : str
        A SHA-256 digest of the course's manifest and suites: equal for equal courses.
    """

    name: Name
    version: Name
    suite_sha256: Sha256


class FileReport(msgspec.Struct, frozen=True):
    """One file that was graded.

    Parameters
    ----------
    name : str
        Its name as it was handed in.
    sha256 : str
        The SHA-256 digest of its bytes.
    """

    name: Name
    sha256: Sha256


class SubmissionReport(msgspec.Struct, frozen=True):
    """The submission: its files, students and attempt.

    Parameters
    ----------
    id : str
        In a batch the student's number, login or name, made safe for files; otherwise the name of
        the folder or file.
    sha256 : str
        A SHA-256 digest of the names and contents of its files.
    students : list of Person
        The students who handed it in, if the download of the class names them; several are a team.
    attempt : int
        The number of the attempt; the first is 1.
    handed_in_at : str
        The time at which it was handed in, in ISO 8601; empty if it is not known.
    late : bool or null
        Whether it was handed in after ``--due``; null if that is not known.
    files : list of FileReport
        The files that answer an exercise.
    notes : list of str
        Files that were not graded, and files that were read under another name.
    original : str
        The name of its folder or first file in a download of Canvas or Moodle; otherwise empty.
    """

    id: str
    sha256: Sha256
    students: tuple[Person, ...]
    attempt: Annotated[int, msgspec.Meta(ge=1)]
    handed_in_at: str
    late: bool | None
    files: tuple[FileReport, ...]
    notes: tuple[str, ...]
    original: str = ""


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """The place of a function in the submission.

    Parameters
    ----------
    file : str
        The name of the file.
    line : int
        The line, counted from 1; in a notebook, the line of the cell.
    cell : int
        The code cell of a notebook, counted from 1; absent for a module.
    """

    file: str
    line: int
    cell: int = 0


class FunctionReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """One function and its checks, or checks of several functions together.

    Parameters
    ----------
    name : str
        The name of the function in the stub.
    title : str
        A name for people to read, if the checks are of several functions together or of a script;
        absent for a function.
    score : float
        Points earned.
    max_score : float
        Points that can be earned.
    checks : list of CheckReport
        Its checks, in the suite's order.
    problems : list of Problem
        The causes of its failed checks, first the one to fix first, made from what this audience
        may see. Absent if there are none.
    location : Location or None
        The place of the student's function; absent if it is not known.
    calls : list of str
        Functions of the course that the student's function calls; absent if there are none.
    """

    name: Name
    score: Points
    max_score: Points
    checks: tuple[CheckReport, ...]
    problems: tuple[Problem, ...] = ()
    location: Location | None = None
    calls: tuple[str, ...] = ()
    title: str = ""

    @property
    def shown(self) -> str:
        """Return what people read: the title, or the name of a function."""
        return self.title or self.name


class ExerciseReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """One exercise and its functions.

    Parameters
    ----------
    name : str
        The name of its module.
    title : str
        A name for people to read.
    status : {"graded", "missing", "unloadable"}
        ``missing``: no file was handed in for it; ``unloadable``: its file could not be imported.
    message : str
        The reason why it could not be imported; otherwise empty.
    notes : list of str
        Notes for the student, such as statements that raised an exception and were left out.
    score : float
        Points earned.
    max_score : float
        Points that can be earned.
    functions : list of FunctionReport
        Its functions, in the suite's order.
    files : list of str
        The names of its modules, if it has several; absent if it has one.
    """

    name: Name
    title: Name
    status: Status
    message: str
    notes: tuple[str, ...]
    score: Points
    max_score: Points
    functions: tuple[FunctionReport, ...]
    files: tuple[Name, ...] = ()

    @property
    def modules(self) -> tuple[str, ...]:
        """Return the names of its modules."""
        return self.files or (self.name,)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Score report of backprop-grader, for one audience.

    Parameters
    ----------
    schema_version : int
        The version of this format. Fields can be added without a new number.
    audience : {"student", "instructor"}
        The reader of the report. An instructor's report also has the values of hidden checks.
    course : CourseReport
        The course that the submission was graded with.
    submission : SubmissionReport
        The files, students and attempt.
    status : {"graded", "partly", "missing", "unloadable", "unexamined"}
        ``graded``: all exercises were graded; ``partly``: an exercise is missing or could not be
        imported, and the score counts; ``missing``: no exercise was handed in; ``unloadable``: no
        exercise that was handed in could be imported; ``unexamined``: the machine or the grader
        failed, so there is no score.
    score : float
        Points earned, without adjustments; null if the status is ``unexamined``.
    max_score : float
        Points that can be earned: 100 for the whole course.
    percent : float
        ``score`` as a percentage of ``max_score``, rounded down to two decimals; null if the status
        is ``unexamined``.
    adjustments : list of Adjustment
        Points that the instructor adds to ``score``. The total is never below 0.
    next : Next or None
        What to do first; null if nothing is left to do, or if a file that cannot be imported comes
        first.
    exercises : list of ExerciseReport
        The exercises, in the course's order.
    isolation : Isolation
        The restrictions under which student code ran.
    seed : Seed
        The seed of the checks' inputs.
    environment : Environment
        The versions that the score was computed with.
    started_at : str
        The time at which grading began, in UTC.
    duration_s : float
        Seconds that grading took, on the wall clock.
    """

    schema_version: Literal[1]
    audience: Audience
    course: CourseReport
    submission: SubmissionReport
    status: SubmissionStatus
    score: Points
    max_score: Points
    percent: Percent
    adjustments: tuple[Adjustment, ...] = ()
    next: Next | None
    exercises: tuple[ExerciseReport, ...]
    isolation: Isolation
    seed: Seed
    environment: Environment
    started_at: Instant
    duration_s: Seconds

    @property
    def adjustment(self) -> float:
        """Return the points that the instructor adds, in sum."""
        return round(sum((one.points for one in self.adjustments), 0.0), 2)

    @property
    def total(self) -> float:
        """Return the score with all adjustments, never below 0; it can be above the maximum."""
        return max(0.0, round(self.score + self.adjustment, 2))

    def functions(self) -> Iterator[FunctionReport]:
        """Yield every function, in the course's order."""
        for exercise in self.exercises:
            yield from exercise.functions

    def checks(self) -> Iterator[CheckReport]:
        """Yield every check, in the course's order."""
        for function in self.functions():
            yield from function.checks


class UnexaminedReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report of a submission that could not be examined because of a fault; it has no score.

    The fields are those of `Report`; the last of the submission's notes is the reason.
    """

    schema_version: Literal[1]
    audience: Audience
    course: CourseReport
    submission: SubmissionReport
    status: Literal["unexamined"]
    score: None
    max_score: Points
    percent: None
    adjustments: tuple[()] = ()
    next: None
    exercises: tuple[()]
    isolation: Isolation
    seed: Seed
    environment: Environment
    started_at: Instant
    duration_s: Seconds


class _WithSubmission(msgspec.Struct, frozen=True):
    submission: SubmissionReport


_decoder = msgspec.json.Decoder(Report)
_submission_decoder = msgspec.json.Decoder(_WithSubmission)
# Ids of checks that were found to be well formed: all reports of a class have the same ones.
_known_ids: set[str] = set()
_MOST_KNOWN_IDS = 10_000

# Whatever has points.
Scored = Report | ExerciseReport | FunctionReport | CheckReport


def map_checks(report: Report, change: Callable[[CheckReport], CheckReport]) -> Report:
    """Return a report in which each check is replaced by the result of ``change``."""
    return replace(report, exercises=_map_checks(report.exercises, change))


def _map_checks(
    exercises: Iterable[ExerciseReport], change: Callable[[CheckReport], CheckReport]
) -> tuple[ExerciseReport, ...]:
    def function(one: FunctionReport) -> FunctionReport:
        return replace(one, checks=tuple(map(change, one.checks)))

    return tuple(
        replace(exercise, functions=tuple(map(function, exercise.functions)))
        for exercise in exercises
    )


def build_report(scores: ScoreReport, audience: Audience = "instructor") -> Report:
    """Return the report of a graded submission for one audience, ready for `to_json`.

    Parameters
    ----------
    audience : {"student", "instructor"}
        A student sees a hidden check's title, outcome and score, and, as the course's
        ``hidden_feedback`` allows, its feedback without values (``outcome``) and also its
        hint (``hint``).
    """
    whole = _build_whole(scores, audience)
    if audience == "student":
        whole = map_checks(whole, lambda c: _for_student(c, scores.course.hidden_feedback))
    return with_problems(whole)


def build_exercises(
    course: Course, scored: Iterable[ExerciseScore], audience: Audience
) -> tuple[ExerciseReport, ...]:
    """Return the exercises of a report for one audience with their problems, without files."""
    exercises: Iterable[ExerciseReport] = (_exercise(one, "") for one in scored)
    if audience == "student":
        exercises = _map_checks(exercises, lambda c: _for_student(c, course.hidden_feedback))
    return _add_problems(tuple(exercises))


def with_problems(report: Report) -> Report:
    """Return a report with the problems that follow from its checks.

    Of failed checks, only those keep their series that picture a problem.
    """
    exercises = _add_problems(report.exercises)
    return replace(report, exercises=exercises, next=find_next(exercises))


def _add_problems(exercises: Sequence[ExerciseReport]) -> tuple[ExerciseReport, ...]:
    failing = {
        function.name
        for exercise in exercises
        for function in exercise.functions
        if any(check.outcome in FAILED and check.max_score for check in function.checks)
    }

    def function(one: FunctionReport) -> FunctionReport:
        needed = [name for name in one.calls if name in failing and name != one.name]
        problems = find_problems(one.checks, needed)
        drawn = [drawn_check(problem, one.checks) for problem in problems]
        checks = tuple(
            replace(check, series=()) if check.outcome in FAILED and check not in drawn else check
            for check in one.checks
        )
        return replace(one, checks=checks, problems=problems)

    return tuple(
        replace(exercise, functions=tuple(map(function, exercise.functions)))
        for exercise in exercises
    )


def find_next(exercises: Sequence[ExerciseReport]) -> Next | None:
    """Return what to do first, or None if that is not in a function."""
    for function, problem in ordered_problems(exercises):
        if not problem.is_advice:
            return Next(function, problem.id)
    # A file that cannot be imported earns nothing at all: it comes before what is not begun.
    if any(exercise.status == "unloadable" for exercise in exercises):
        return None
    for exercise in exercises:
        for one in exercise.functions:
            if any(c.outcome == "not_implemented" and c.max_score for c in one.checks):
                return Next(f"{exercise.name}/{one.name}", None)
    return None


def ordered_problems(exercises: Iterable[ExerciseReport]) -> list[tuple[str, Problem]]:
    """Return all problems, the first to fix first, with their functions (``exercise/function``).

    Problems of several functions together come after those of single functions.
    """
    found, wholes = [], set()
    for exercise in exercises:
        for function in exercise.functions:
            name = f"{exercise.name}/{function.name}"
            wholes |= {name} if function.title else set()
            found += [(name, problem) for problem in function.problems]
    return sorted(order_problems(found), key=lambda one: (one[1].is_advice, one[0] in wholes))


def build_unexamined(scores: ScoreReport, audience: Audience) -> UnexaminedReport:
    """Return the report of a submission with a fault, which has neither score nor checks."""
    whole = _build_whole(scores, audience)
    notes = (*whole.submission.notes, f"not examined: {clean_line(scores.fault, 400)}")
    fields = msgspec.structs.asdict(whole) | {
        "submission": replace(whole.submission, notes=notes),
        "status": "unexamined",
        "score": None,
        "percent": None,
        "next": None,
        "exercises": (),
    }
    return UnexaminedReport(**fields)


def _build_whole(scores: ScoreReport, audience: Audience) -> Report:
    return Report(
        schema_version=SCHEMA_VERSION,
        audience=audience,
        course=CourseReport(scores.course.name, scores.course.version, scores.course.suite_sha256),
        submission=_submission(scores.submission),
        status=scores.status,
        score=scores.score_c / 100,
        max_score=scores.max_score_c / 100,
        percent=scores.percent,
        next=None,
        exercises=tuple(_exercise(one, _file_of(one, scores)) for one in scores.exercises),
        isolation=scores.isolation,
        seed=scores.seed if audience == "instructor" else replace(scores.seed, repeat_with=None),
        environment=scores.environment,
        started_at=scores.started_at,
        duration_s=round(scores.duration_s, 3),
    )


def for_students(report: Report) -> Report:
    """Return a report that students may read, made from one for either audience.

    An instructor's report does not have its course's `hidden_feedback`, so the feedback of
    hidden checks is left out.
    """
    if report.audience == "student":
        return report
    shown = replace(report, audience="student", seed=replace(report.seed, repeat_with=None))
    return with_problems(map_checks(shown, lambda check: _for_student(check, "none")))


def _for_student(check: CheckReport, allowed: HiddenFeedback) -> CheckReport:
    if check.visibility == "visible":
        return replace(check, feedback=replace(check.feedback, fault=""))
    check = replace(check, smallest=None)
    if allowed == "none":
        return replace(_unnamed(check), feedback=Feedback(), series=())
    feedback = replace(check.feedback, expected="", values="", printed="", fault="")
    if feedback.written_out:
        feedback = replace(feedback, repeat="", written_out=False)
    shown = replace(check, feedback=feedback, series=_without_answers(check.series))
    if allowed == "hint":
        return shown
    return _unnamed(shown)


def _unnamed(check: CheckReport) -> CheckReport:
    return replace(
        check,
        observation=None,
        misconception=None,
        second_misconception=None,
        what="",
        hint="",
        repair="",
        results=(),
    )


def _without_answers(series: tuple[Series, ...]) -> tuple[Series, ...]:
    shown = (
        replace(one, traces=tuple(t for t in one.traces if not t.gives_away)) for one in series
    )
    return tuple(one for one in shown if any(trace.role == "yours" for trace in one.traces))


def to_json(report: msgspec.Struct | dict[str, Any]) -> bytes:
    """Return a report as JSON in UTF-8, indented, ending with a new line."""
    # Indentation by `json` takes ten times as long.
    text = msgspec.json.format(msgspec.json.encode(report), indent=2).decode()
    return (_NUMBERS.sub(_in_a_row, text) + "\n").encode()


def _in_a_row(column: re.Match[str]) -> str:
    return " ".join(column.group().split()).replace("[ ", "[").replace(" ]", "]")


def read_report(path: Path) -> Report:
    """Read a report that `to_json` wrote, and refuse everything else.

    Its points add up. Fields that a report does not have are left out.

    Raises
    ------
    ReportError
        If there is no such file, or it is not a report of this version; one line has what
        it is instead and what to do.
    """
    report = read_examined(path)
    if report is None:
        raise ReportError(f"{path} is of a submission that was not examined; grade it again")
    return report


def read_examined(path: Path) -> Report | None:
    """Read a report as `read_report` does, or return None if the submission was not examined."""
    report = read_any(path)
    return None if isinstance(report, UnexaminedReport) else report


def read_any(path: Path) -> Report | UnexaminedReport:
    """Read a report as `read_report` does, also of a submission that was not examined."""
    content = _read_bytes(path)
    try:
        report = _decoder.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        return _read_unexamined(path, content, error)
    for inconsistency in _inconsistencies(report):
        raise ReportError(f"{path}: {inconsistency}; grade the submission again")
    return report


def read_submission_of(path: Path) -> SubmissionReport:
    """Return what a report has about its submission; of the rest nothing is read.

    Raises
    ------
    ReportError
        As `read_any`, where it is not there.
    """
    try:
        return _submission_decoder.decode(_read_bytes(path)).submission
    except (msgspec.DecodeError, RecursionError):
        return read_any(path).submission


def _read_unexamined(path: Path, content: bytes, error: Exception) -> UnexaminedReport:
    """Return the report of a submission that was not examined, or raise with what it is."""
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError):
        raise ReportError(
            f"{path} is not valid JSON; expected a report from `grade submit` or `grade batch`"
        ) from error
    try:
        if isinstance(found, dict) and found.get("status") == "unexamined":
            return msgspec.convert(found, UnexaminedReport)
    except msgspec.ValidationError as other:
        error = other
    raise ReportError(_describe_other(path, found, error)) from error


def recall_report(path: Path) -> Report | None:
    """Return the report at a path, or None where there is none to compare with."""
    if not path.is_file():
        return None
    try:
        return read_report(path)
    except ReportError:
        # Whatever it is, it is about to be replaced; it only cannot be compared with.
        return None


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_REPORT + 1)
    except OSError as error:
        raise ReportError(
            f"{path} cannot be read: {error.strerror}; give a report.json, "
            "which `grade submit` and `grade batch` write"
        ) from error
    if len(content) > MAX_REPORT:
        raise ReportError(f"{path} is not a report: it is larger than {MAX_REPORT // 2**20} MiB")
    return content


def _describe_other(path: Path, found: Any, error: Exception) -> str:
    if isinstance(found, dict):
        if isinstance(found.get("error"), dict):
            reason = clean_line(str(found["error"].get("message", "no reason given")))
            return f"{path} is an error and not a report: {reason}"
        version = found.get("schema_version", SCHEMA_VERSION)
        if version != SCHEMA_VERSION:
            return (
                f"{path} is a report of version {clean_line(str(version), 20)}, and this grader "
                f"reads version {SCHEMA_VERSION}; grade the submission again"
            )
    return (
        f"{path} is not a report: {clean_line(str(error))}; expected one from `grade submit` or "
        "`grade batch`"
    )


def _inconsistencies(report: Report) -> Iterator[str]:
    """Yield what types do not exclude: points that do not fit each other, checks that are twice."""
    functions, checks = list(report.functions()), list(report.checks())
    scored: list[Scored] = [report, *report.exercises, *functions, *checks]
    if any(one.score > one.max_score for one in scored):
        yield "more points were given than there are"
    sums: list[tuple[Scored, tuple[Scored, ...]]] = [(report, report.exercises)]
    sums += [(exercise, exercise.functions) for exercise in report.exercises]
    sums += [(function, function.checks) for function in functions]
    if not all(_adds_up(whole, parts) for whole, parts in sums):
        yield "its points do not add up"
    if report.max_score:
        percent = 100 * report.score / report.max_score
        if abs(percent - report.percent) > 0.02:
            yield "its percentage is not that of its points"
    ids = {check.id for check in checks}
    if not all(map(_is_check_id, ids - _known_ids)):
        yield "the id of a check is not exercise/function/check"
    if len(ids) != len(checks):
        yield "a check is in it twice"
    if len({exercise.name for exercise in report.exercises}) != len(report.exercises):
        yield "an exercise is in it twice"
    if not _problems_fit(report):
        yield "its problems are not those of its checks"


def _is_check_id(text: str) -> bool:
    if re.fullmatch(CHECK_ID, text) is None:
        return False
    if len(_known_ids) < _MOST_KNOWN_IDS:
        _known_ids.add(text)
    return True


def _problems_fit(report: Report) -> bool:
    """Return whether every check that a problem names, and what comes next, is there."""
    next_one = report.next
    found = next_one is None
    for exercise in report.exercises:
        for function in exercise.functions:
            ids = {check.id for check in function.checks} if function.problems else set()
            if not all(ids.issuperset((one.shown, *one.checks)) for one in function.problems):
                return False
            if next_one is not None and next_one.function == f"{exercise.name}/{function.name}":
                ours = {None, *(problem.id for problem in function.problems)}
                found = found or next_one.problem in ours
    return found


def _adds_up(whole: Scored, parts: tuple[Scored, ...]) -> bool:
    # Points are hundredths, so half of one is as far as sums of floats may be apart.
    earned = sum([part.score for part in parts])
    possible = sum([part.max_score for part in parts])
    return abs(earned - whole.score) < 0.005 and abs(possible - whole.max_score) < 0.005


def _submission(submission: Submission) -> SubmissionReport:
    graded = (*submission.files, *filter(None, [submission.examples]))
    files = tuple(FileReport(f.name, f.sha256) for f in graded)
    return SubmissionReport(
        submission.id,
        submission.sha256,
        submission.students,
        submission.attempt,
        submission.handed_in_at,
        submission.late,
        files,
        submission.notes,
        submission.original,
    )


def _file_of(exercise: ExerciseScore, scores: ScoreReport) -> str:
    if exercise.name not in scores.course.select():
        return ""  # the examples, which are of all exercises
    file = scores.submission.source_of(scores.course.exercise(exercise.name))
    return "" if file is None else file.name


def _exercise(exercise: ExerciseScore, name: str) -> ExerciseReport:
    definitions = {one.name: one for one in exercise.module.definitions}
    return ExerciseReport(
        exercise.name,
        exercise.title,
        exercise.module.status,
        exercise.module.message,
        exercise.module.notes,
        exercise.score_c / 100,
        exercise.max_score_c / 100,
        tuple(_function(one, definitions.get(one.name), name) for one in exercise.functions),
        exercise.files,
    )


def _function(function: FunctionScore, found: Definition | None, file: str) -> FunctionReport:
    location = None
    if found is not None:
        location = Location(clean_line(found.file or file), found.line, found.cell)
    return FunctionReport(
        function.name,
        function.score_c / 100,
        function.max_score_c / 100,
        tuple(map(_check, function.checks)),
        location=location,
        calls=() if found is None else tuple(clean_line(name) for name in found.calls),
        title=clean_line(function.title),
    )


def _check(scored: CheckScore) -> CheckReport:
    check, outcome = scored.check, scored.outcome
    return CheckReport(
        id=check.id,
        title=check.title,
        visibility=check.visibility,
        outcome=outcome.outcome,
        score=scored.score_c / 100,
        max_score=check.points_c / 100,
        observation=outcome.observation,
        misconception=outcome.misconception,
        second_misconception=outcome.misconceptions[1] if outcome.misconceptions[1:] else None,
        what=outcome.what,
        hint=outcome.hint,
        feedback=outcome.feedback,
        duration_s=round(outcome.duration_s, 4),
        series=outcome.series,
        repair=next((r.repair for r in outcome.results if r.repair), ""),
        results=outcome.results,
        essential=check.essential,
        smallest=outcome.smallest,
    )
