"""The engine: a submission in, a score report out.

It sends the submission to the trusted examiner, and scores the outcomes that come back. It loads
neither numpy nor pytest, and knows no exercise by name.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self, TypeVar

from msgspec.structs import replace

from grader.errors import ExaminerError
from grader.examiner import messages
from grader.example_points import grade_examples, refuse_examples, withhold_examples
from grader.examples.values import Example
from grader.examples.verdicts import Judgement
from grader.records import (
    EXAMPLES,
    Audience,
    Check,
    Course,
    ExerciseScore,
    Feedback,
    IsolationOption,
    ModuleState,
    Outcome,
    ScoreReport,
    Seed,
    SourceFile,
    Status,
    Submission,
    WhichProblems,
)
from grader.report import Report, build_report
from grader.sandbox.protocol.forking import can_fork
from grader.scoring import leave_out_withheld, score
from grader.seeds import PUBLIC, seed_id
from grader.session import Session

_T = TypeVar("_T")


class Grader:
    """Grades submissions of one course; a context manager that owns a session.

    Parameters
    ----------
    course : Course
        The course, from `grader.course.manifest.load_course`.
    isolation : {"auto", "sandbox", "process"}
        ``auto`` uses the sandbox if the machine has one.
    beside : Grader, optional
        A grader of the same course and isolation in another thread. Its processes are shared
        while they run.

    Examples
    --------
    >>> with Grader(load_course()) as grader:            # doctest: +SKIP
    ...     report = grader.grade(read_submission(Path("work"), grader.course))
    """

    def __init__(
        self, course: Course, isolation: IsolationOption = "auto", beside: Grader | None = None
    ) -> None:
        self.course = course
        self._beside = beside
        self.isolation = isolation
        self.why_no_sandbox = ""  # known once something was graded
        self._session: Session | None = self._start_session()
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End its processes; the next submission starts new ones."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def kill(self) -> None:
        """Kill its processes at once; safe to call from another thread."""
        if (session := self._session) is not None:
            session.kill()

    def stop(self) -> None:
        """Kill its processes for good; safe to call from another thread."""
        # Before the kill, which does not reach a session that is still being opened.
        self._stopped = True
        self.kill()

    @property
    def session(self) -> Session | None:
        """Return the session, or None if it was closed and no other has been started."""
        return self._session

    def collected_checks(self) -> dict[str, Check]:
        """Return all checks by pytest's ids, ``exercise/test_exercise.py::TestClass::test``."""
        return dict(self._open_session().ready.checks)

    def collected_functions(self) -> dict[str, dict[str, list[str]]]:
        """Return the names of the checks of functions, by exercise and function."""
        found: dict[str, dict[str, list[str]]] = {name: {} for name in self.course.select()}
        for check in self.collected_checks().values():
            if check.whole:
                continue
            names = found[check.exercise].setdefault(check.function, [])
            names.append(check.id.rpartition("/")[2])
        return found

    def grade(  # noqa: PLR0913 - all but one have a default
        self,
        submission: Submission,
        seed: str = PUBLIC,
        exercises: Sequence[str] = (),
        derived_for: str | None = None,
        begin: Callable[[str], None] | None = None,
        *,
        smallest: WhichProblems = "none",
        functions: Sequence[str] = (),
        expected: str | None = None,
    ) -> ScoreReport:
        """Grade one submission.

        Parameters
        ----------
        submission : Submission
            The files, from `grader.submissions`.
        seed : str
            The seed of the checks' inputs.
        exercises : sequence of str
            Names of the exercises to grade; by default all.
        derived_for : str, optional
            The submission for which the seed was derived, for the report.
        begin : callable, optional
            Called with the name of each exercise before its checks run.
        smallest : {"none", "next", "all"}
            The problems for which the smallest call that goes wrong is searched for; ``next`` is
            the one to fix first.
        functions : sequence of str
            Names of functions whose checks alone are run and scored; by default all.
        expected : str, optional
            For `grade verify`: the id of the misconception to be named, or empty text if none is.
            If another result is found, `Measured.unnamed` of a check has the reason.

        Raises
        ------
        ExaminerError
            If the examination ended without a result. The next one uses new processes.
        CourseError, SandboxError
            If nothing can be graded at all. A submission cannot cause these.
        """
        started, clock = datetime.now(UTC), time.perf_counter()
        names = tuple(self.course.select(tuple(exercises)))
        session = self._open_session()
        request = messages.Examine(
            session.isolation.level,
            names,
            self._sources(submission, names),
            submission.modules(),
            submission.stands_for_all,
            seed,
            smallest,
            tuple(functions),
            expected,
        )
        found = self._ask(session, request, messages.Examined, begin)
        checks = _select(session, names, functions)
        scored = score(self.course, checks, found.outcomes, found.modules)
        scored += grade_examples(self.course, submission, names, self.judge_examples)
        fault = next((o.feedback.fault for o in found.outcomes if o.feedback.fault), "")
        seeds = Seed(seed_id(seed), derived_for, seed)
        duration_s = time.perf_counter() - clock
        report = self._report(session, submission, scored, seeds, started, duration_s)
        return replace(report, fault=fault)

    def refuse(
        self,
        submission: Submission,
        reason: str,
        seed: str = PUBLIC,
        exercises: Sequence[str] = (),
        derived_for: str | None = None,
        *,
        status: Status = "unloadable",
    ) -> ScoreReport:
        """Return the report of a submission that cannot be graded: no points, and the reason.

        Parameters
        ----------
        reason : str
            The reason, for the student to read.
        seed, exercises, derived_for
            As for `grade`.
        status : str
            The status of every exercise: ``missing`` if no code was handed in.
        """
        names = self.course.select(tuple(exercises))
        session = self._open_session()
        checks = _select(session, names)
        modules = [ModuleState(name, status, reason) for name in names]
        refused = Feedback(wrong=reason)
        outcomes = [Outcome(check.id, "not_run", feedback=refused) for check in checks]
        scored = score(self.course, checks, outcomes, modules)
        scored += refuse_examples(self.course, names, status, reason)
        seeds = Seed(seed_id(seed), derived_for, seed)
        return self._report(session, submission, scored, seeds, datetime.now(UTC), 0.0)

    def give_up(
        self, submission: Submission, fault: str, seed: str = PUBLIC, derived_for: str | None = None
    ) -> ScoreReport:
        """Return the report of a submission that could not be graded because of a fault.

        The fault is of the machine or of the grader, so the report has no score: its status is
        ``unexamined``.
        """
        seeds = Seed(seed_id(seed), derived_for, seed)
        session = self._open_session()
        report = self._report(session, submission, (), seeds, datetime.now(UTC), 0.0)
        return replace(report, fault=fault)

    def take_fingerprints(self, submission: Submission) -> dict[str, str]:
        """Return a fingerprint of each module's code, by exercise.

        Names, comments and layout do not change a fingerprint. Code that cannot be
        parsed has none.
        """
        request = messages.TakeFingerprints(self._sources(submission, self.course.select()))
        try:
            found = self._ask(self._open_session(), request, messages.Fingerprints)
        except ExaminerError:
            # Some code crashes Python's parser; then there is no fingerprint.
            return {}
        return {name: digest for name, digest in found.fingerprints.items() if digest}

    def judge_examples(
        self, examples: Sequence[Example], solutions: Mapping[str, str] | None = None
    ) -> Judgement:
        """Return which examples are right, and how many known mistakes they rule out.

        Parameters
        ----------
        examples : sequence of Example
            They fit their functions, see `grader.examples.form`.
        solutions : mapping of str to str, optional
            The sources of the course's solutions by module, if they are there.

        Raises
        ------
        ExaminerError, CourseError
            As for `grade`.
        """
        request = messages.JudgeExamples(tuple(examples), dict(solutions or {}))
        return self._ask(self._open_session(), request, messages.ExamplesJudged).judgement

    def make_mistake_tables(
        self, checks: Sequence[str], salt: bytes, master: bytes
    ) -> dict[str, str]:
        """Return the tables of known mistakes for a kit, by exercise, without empty ones.

        Parameters
        ----------
        checks : sequence of str
            The ids of the checks that the kit has.
        salt, master : bytes
            As for `grader.examiner.sealed.TableWriter`.
        """
        tables = {}
        for name in self.course.select():
            request = messages.MakeTable(name, tuple(checks), salt, master)
            tables[name] = self._ask(self._open_session(), request, messages.TableMade).text
        return {name: text for name, text in tables.items() if text}

    def _start_session(self) -> Session:
        beside = None if self._beside is None else self._beside.session
        if beside is not None:
            # If its processes have ended, new ones are started.
            with contextlib.suppress(ExaminerError):
                return Session(self.course, self.isolation, beside)
        return Session(self.course, self.isolation)

    def _open_session(self) -> Session:
        if self._session is None:
            self._session = self._start_session()
        if self._stopped:
            self.close()
            raise ExaminerError("the grader was stopped")
        try:
            _ = self._session.ready
        except ExaminerError:
            # One of its processes was killed before the first request.
            self.close()
            raise
        return self._session

    def _ask(
        self,
        session: Session,
        request: messages.Request,
        form: type[_T],
        begin: Callable[[str], None] | None = None,
    ) -> _T:
        try:
            reply = session.ask(request, form, begin)
        except ExaminerError:
            self.close()
            raise
        if not can_fork():  # then the examiner answers once
            self.close()
        return reply

    def _sources(self, submission: Submission, names: Sequence[str]) -> dict[str, SourceFile]:
        found = [submission.sources_of(self.course.exercise(name)) for name in names]
        return {name: source.code for files in found for name, source in files.items()}

    def _report(
        self,
        session: Session,
        submission: Submission,
        exercises: tuple[ExerciseScore, ...],
        seed: Seed,
        started: datetime,
        duration_s: float,
    ) -> ScoreReport:
        self.why_no_sandbox = session.restrictions.missing
        names = tuple(e.name for e in exercises if e.name != EXAMPLES)
        return ScoreReport(
            course=withhold_examples(self.course, names),
            submission=submission,
            exercises=exercises,
            isolation=session.isolation,
            seed=seed,
            environment=session.ready.environment,
            started_at=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
            duration_s=duration_s,
        )


def _select(session: Session, names: Sequence[str], functions: Sequence[str] = ()) -> list[Check]:
    return [
        check
        for check in session.ready.checks.values()
        if check.exercise in names and (not functions or check.function in functions)
    ]


@dataclass(frozen=True, slots=True)
class StudentResult:
    """The result of one grading, as every surface shows it to a student.

    Parameters
    ----------
    scores : ScoreReport
        The scored submission, including checks that a kit does not have.
    report, shown : Report
        The report that is written, and the one without the checks that a kit does not have.
    why_no_sandbox : str
        Why there was no sandbox, although one was asked for; otherwise empty.
    """

    scores: ScoreReport
    report: Report
    shown: Report
    why_no_sandbox: str


def grade_for_student(
    grader: Grader,
    submission: Submission,
    *,
    seed: str = PUBLIC,
    exercises: Sequence[str] = (),
    audience: Audience = "student",
    begin: Callable[[str], None] | None = None,
) -> StudentResult:
    """Grade a submission and return what `grade submit`, `watch` and a notebook show.

    Parameters
    ----------
    seed, exercises, begin
        As for `Grader.grade`, which raises the same errors.
    audience : {"student", "instructor"}
        Whether the values of hidden checks are shown.
    """
    scores = grader.grade(submission, seed, exercises, begin=begin, smallest="all")
    if scores.fault:
        raise ExaminerError(f"a defect of the grader or a suite, please report it: {scores.fault}")
    report = build_report(scores, audience)
    decided = leave_out_withheld(scores)
    shown = report if decided is scores else build_report(decided, audience)
    return StudentResult(scores, report, shown, grader.why_no_sandbox)
