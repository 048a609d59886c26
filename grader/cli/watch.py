"""``grade watch``: grade at every save, and show what to do next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand, report_error
from grader.cli.options import (
    Selection,
    course_option,
    isolation_option,
    load_chosen,
    path_argument,
    seed_option,
    selection_options,
)
from grader.cli.streams import unbroken_pipe, write_line
from grader.records import Course, IsolationOption, Submission

if TYPE_CHECKING:
    from grader.check_report import CheckReport
    from grader.engine import Grader
    from grader.report import ExerciseReport, Report
    from grader.submissions.changes import Answer
    from grader.submissions.saves import Saves
    from grader.writers.problems import ShownProblem
    from grader.writers.terminal.watching import Step, WatchScreen

# How long a grading may continue after a newer save. Most end sooner, and a restart takes
# as long.
_PATIENCE_S = 1.5
# A file that is being replaced is missing for a moment.
_MOMENT_S = 0.1
_NOTHING = "Only comments, layout or docstrings have changed, so nothing is graded again."
# A second hint is shown after so many saves with the same problem.
_STUCK = 3


@click.command(cls=GradeCommand)
@path_argument
@course_option
@selection_options
@seed_option
@isolation_option("auto", "sandbox", "process")
def watch(
    path: Path,
    course: Path | None,
    selection: Selection,
    seed: str,
    isolation: IsolationOption,
) -> None:
    r"""Grade PATH at every save, and show the exercise that you work on.

    PATH is as for `grade submit`. Only functions that a save has changed are graded, which
    takes a fraction of a second. No report is written. After three saves with the same
    problem you get a second hint. Press Ctrl-C to exit.

    If saves are not noticed, as on network drives and in some containers, set
    WATCHFILES_FORCE_POLLING=1.

    Exit status: 0 ended with Ctrl-C, 2 wrong usage, 3 grading is not possible.

    \b
    Examples:
      grade watch work
      grade watch work --exercise backprop
    """
    from grader.engine import Grader
    from grader.submissions.reader import read_submission
    from grader.submissions.saves import Saves
    from grader.writers.words import submit_again

    loaded = load_chosen(course)
    exercises = selection.names(loaded)
    read_submission(path, loaded)  # raises at once if there is nothing to grade
    folder, watched = (path, "") if path.is_dir() else (path.parent, path.name)
    with unbroken_pipe(), Grader(loaded, isolation) as grader:
        session = _Session(path, grader, exercises, seed, submit_again(path, course, seed))
        try:
            with Saves(folder, watched, session.overtake) as saves:
                session.begin(saves)
                while True:
                    saves.wait()
                    session.look(saves)
        except KeyboardInterrupt:
            write_line("\nNo longer watching.")


class _Session:
    """The results so far, and the screen that shows them."""

    def __init__(
        self, path: Path, grader: Grader, wanted: tuple[str, ...], seed: str, again: str
    ) -> None:
        from grader.writers.terminal.watching import WatchScreen

        self._path = path
        self._grader = grader
        self._wanted = wanted
        self._seed = seed
        self._again = again
        self._screen: WatchScreen = WatchScreen()
        self._answers: dict[str, Answer | None] = {}
        self._known: dict[str, ExerciseReport] = {}
        self._last_good: dict[str, Report] = {}
        self._fresh: dict[str, Report] = {}
        self._stuck_at = ("", "", 0)
        self._told: set[str] = set()
        self._idle = threading.Event()
        self._idle.set()
        self._overtaken = False

    @property
    def _course(self) -> Course:
        return self._grader.course

    def overtake(self) -> None:
        """Stop a grading that a newer save has outdated, unless it ends soon by itself."""
        if not self._idle.wait(_PATIENCE_S):
            self._overtaken = True
            self._grader.kill()

    def begin(self, saves: Saves) -> None:
        """Grade everything once, and show an overview."""
        self._grade_changed(saves)
        if saves.pending:
            return
        self._remember_fresh()
        self._screen.show_overview(self._all(), " ".join(self._notes()))

    def _notes(self) -> Iterator[str]:
        from grader.writers.words import number

        if self._grader.why_no_sandbox:
            yield f"No sandbox here ({self._grader.why_no_sandbox})."
        names = self._known.keys()
        elsewhere = sum(c.points_c for c in self._course.withheld if c.exercise in names) / 100
        if elsewhere:
            yield f"Your instructor's hidden checks decide {number(elsewhere)} more points."

    def look(self, saves: Saves) -> None:
        """Grade what a save has changed, and show the result."""
        self._grade_changed(saves)
        if not self._fresh or saves.pending:
            return
        step = self._step()
        self._remember_fresh()
        self._screen.show_step(step)

    def _grade_changed(self, saves: Saves) -> None:
        from grader.submissions.changes import answers_of, changed_exercises
        from grader.writers.terminal.waiting import waiting

        submission = self._read()
        if submission is None:
            return
        answers = answers_of(submission, self._course)
        changed = [
            name
            for name in changed_exercises(self._answers, answers)
            if not self._wanted or name in self._wanted
        ]
        touched = [name for name in changed if self._is_touched(name, answers[name])]
        self._answers |= {name: answers[name] for name in changed if name not in touched}
        if changed and not touched:
            self._screen.say(_NOTHING)
        with waiting(touched) as begin:
            for name in touched:
                if saves.pending:
                    return
                report = self._grade(submission, name, begin)
                if report is None and self._overtaken and not saves.pending:
                    # The signal for the previous grading stopped this one.
                    report = self._grade(submission, name, begin)
                if report is None:
                    return
                self._answers[name] = answers[name]
                self._fresh[name] = report

    def _is_touched(self, name: str, answer: Answer | None) -> bool:
        """Return whether a save may have changed a result, or the number of a line in one."""
        from grader.submissions.changes import is_same_answer

        if name not in self._answers:
            return True
        report = self._fresh.get(name)
        exercise = _only(report) if report is not None else self._known[name]
        passed = all(c.outcome == "passed" for f in exercise.functions for c in f.checks)
        shows_no_line = passed and not exercise.message and not exercise.notes
        return not is_same_answer(self._answers[name], answer, in_place=not shows_no_line)

    def _read(self) -> Submission | None:
        from grader.submissions.reader import read_submission

        with report_error(lambda _: time.sleep(_MOMENT_S)):
            return read_submission(self._path, self._course)
        with report_error(self._screen.say):
            return read_submission(self._path, self._course)
        return None

    def _grade(
        self, submission: Submission, name: str, begin: Callable[[str], None] | None
    ) -> Report | None:
        from grader.engine import grade_for_student

        self._overtaken = False
        self._idle.clear()
        try:
            with report_error(self._complain):
                return grade_for_student(
                    self._grader, submission, seed=self._seed, exercises=(name,), begin=begin
                ).shown
        finally:
            self._idle.set()
        return None

    def _complain(self, line: str) -> None:
        if not self._overtaken:
            self._screen.say(line)

    def _step(self) -> Step:
        from grader.writers.comparison import compare, words_of_changes
        from grader.writers.terminal.watching import Step

        words: dict[str, list[str]] = {}
        for name, report in self._fresh.items():
            changes = compare(self._last_good.get(name), report)
            words[name] = words_of_changes(changes, "the last save")
        order = sorted(self._fresh, key=lambda name: self._rank(name, words[name]))
        known = {**self._known, **{name: _only(self._fresh[name]) for name in order}}
        problem = self._choose_problem(known[order[0]])
        return Step(
            graded=tuple(known[name] for name in order),
            all_exercises=tuple(known[e.name] for e in self._course.exercises if e.name in known),
            changed=tuple(words[order[0]]) if known[order[0]].status == "graded" else (),
            problem=problem,
            second_hint=self._second_hint(None if problem is None else problem.check),
            at=time.strftime("%H:%M:%S"),
            again=self._again,
        )

    def _rank(self, name: str, words: Sequence[str]) -> tuple[bool, bool]:
        """Return a key that sorts the exercise that changed before others in its file."""
        exercise = _only(self._fresh[name])
        return not words, exercise.status == "missing" or exercise.score == 0

    def _choose_problem(self, exercise: ExerciseReport) -> ShownProblem | None:
        """Return the problem to show, and remember which advice was shown.

        Advice is shown once, and again when a save has changed an outcome of its function.
        """
        from grader.writers.terminal.watching import next_problem

        before = self._last_good.get(exercise.name)
        if before is not None and exercise.status == "graded":
            self._told -= _changed_checks(_only(before), exercise)
        problem = next_problem(exercise, self._told)
        if problem is not None and problem.problem.is_advice:
            self._told.add(problem.check.id)
        return problem

    def _second_hint(self, check: CheckReport | None) -> str:
        named = check and (check.misconception or check.observation)
        if check is None or not named:
            self._stuck_at = ("", "", 0)
            return ""
        *before, times = self._stuck_at
        self._stuck_at = (check.id, named, times + 1 if before == [check.id, named] else 1)
        if self._stuck_at[2] < _STUCK:
            return ""
        from grader.examiner.hints import find_second_hint

        return find_second_hint(self._course.suites, check)

    def _remember_fresh(self) -> None:
        for name, report in self._fresh.items():
            self._known[name] = _only(report)
            if self._known[name].status == "graded":
                self._last_good[name] = report
        self._fresh.clear()

    def _all(self) -> list[ExerciseReport]:
        return [self._known[e.name] for e in self._course.exercises if e.name in self._known]


def _changed_checks(before: ExerciseReport, now: ExerciseReport) -> set[str]:
    """Return the checks of all functions that have a check with another outcome."""
    changed: set[str] = set()
    for old, new in zip(before.functions, now.functions, strict=False):
        outcomes = {check.id: check.outcome for check in new.checks}
        if outcomes != {check.id: check.outcome for check in old.checks}:
            changed.update(outcomes)
    return changed


def _only(report: Report) -> ExerciseReport:
    (exercise,) = report.exercises
    return exercise
