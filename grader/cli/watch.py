"""``grade watch``: graded again at every save, with what to do next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import (
    GradeCommand,
    course_option,
    exercise_option,
    going_on,
    refuse_unknown,
    unbroken_pipe,
)
from grader.records import Course, Submission, Wanted

if TYPE_CHECKING:
    from grader.engine import Grader
    from grader.report import CheckPayload, ExercisePayload, ReportPayload
    from grader.submissions.changes import Answer
    from grader.submissions.saves import Saves
    from grader.writers.terminal.watching import Step, WatchScreen

# How long a grading may go on after a newer save has made it pointless. Most end sooner,
# and starting afresh takes as long.
_PATIENCE_S = 1.5
# A file that is being replaced is missing for a moment.
_MOMENT_S = 0.1
# So often the same trouble in a row, and a second hint is shown.
_STUCK = 3


@click.command(cls=GradeCommand)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@course_option
@exercise_option
@click.option(
    "--seed",
    metavar="TEXT",
    default="public",
    show_default=True,
    help="What the checks' inputs are drawn from.",
)
@click.option(
    "--isolation",
    type=click.Choice(["auto", "sandbox", "process"]),
    default="auto",
    show_default=True,
    help="How the submitted code is kept apart from the tests.",
)
def watch(
    path: Path,
    course: Path | None,
    exercises: tuple[str, ...],
    seed: str,
    isolation: Wanted,
) -> None:
    r"""Grade PATH at every save, and show the exercise that you work on.

    PATH is what `grade submit` takes. Only what a save has changed is graded again, which
    takes a fraction of a second, and no report is written. Who meets the same trouble
    three times in a row gets a second hint. Ctrl-C ends it.

    On network drives and in some containers saves cannot be heard; there, set
    WATCHFILES_FORCE_POLLING=1.

    \b
    Exit status: 0 ended with Ctrl-C, 2 wrong usage, 3 grading is not possible.

    \b
    Examples:
      grade watch work
      grade watch work --exercise backprop
    """
    from grader.course.manifest import find_manifest, load_course
    from grader.engine import Grader
    from grader.submissions.reader import read_submission
    from grader.submissions.saves import Saves
    from grader.writers.commands import submit_again

    manifest = find_manifest(course)
    asked = load_course(manifest)
    refuse_unknown(exercises, [exercise.name for exercise in asked.exercises])
    read_submission(path, asked)  # what cannot be graded at all is said at once
    folder, watched = (path, "") if path.is_dir() else (path.parent, path.name)
    with unbroken_pipe(), Grader(manifest, isolation) as grader:
        session = _Session(path, grader, exercises, seed, submit_again(path, course, seed))
        try:
            with Saves(folder, watched, session.overtake) as saves:
                session.begin(saves)
                while True:
                    saves.wait()
                    session.look(saves)
        except KeyboardInterrupt:
            click.echo("\nNo longer watching.")


class _Session:
    """What has been graded so far, and how it is shown."""

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
        self._known: dict[str, ExercisePayload] = {}
        self._last_good: dict[str, ReportPayload] = {}
        self._fresh: dict[str, ReportPayload] = {}
        self._stuck_at = ("", "", 0)
        self._told: set[str] = set()
        self._idle = threading.Event()
        self._idle.set()
        self._overtaken = False

    @property
    def _course(self) -> Course:
        return self._grader.course

    def overtake(self) -> None:
        """End a grading that a newer save has made pointless, unless it ends soon by itself."""
        if not self._idle.wait(_PATIENCE_S):
            self._overtaken = True
            self._grader.kill()

    def begin(self, saves: Saves) -> None:
        """Grade everything once, and show where it stands."""
        self._grade_changed(saves)
        if saves.pending:
            return
        for name, payload in self._fresh.items():
            self._remember(name, payload)
        self._fresh.clear()
        self._screen.show_overview(self._all(), " ".join(self._notes()))

    def _notes(self) -> Iterator[str]:
        from grader.writers.points import number

        if self._grader.why_no_sandbox:
            yield f"No sandbox here ({self._grader.why_no_sandbox})."
        names = self._known.keys()
        elsewhere = sum(c.points_c for c in self._course.withheld if c.exercise in names) / 100
        if elsewhere:
            yield f"{number(elsewhere)} more points are decided by your instructor's run."

    def look(self, saves: Saves) -> None:
        """Grade what a save has changed, and show it."""
        self._grade_changed(saves)
        if not self._fresh or saves.pending:
            return
        step = self._step()
        for name, payload in self._fresh.items():
            self._remember(name, payload)
        self._fresh.clear()
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
        with waiting(changed) as begin:
            for name in changed:
                if saves.pending:
                    return
                payload = self._grade(submission, name, begin)
                if payload is None and self._overtaken and not saves.pending:
                    # It ended just before it was killed, and this one met its end.
                    payload = self._grade(submission, name, begin)
                if payload is None:
                    return
                self._answers[name] = answers[name]
                self._fresh[name] = payload

    def _read(self) -> Submission | None:
        from grader.submissions.reader import read_submission

        with going_on(lambda _: time.sleep(_MOMENT_S)):
            return read_submission(self._path, self._course)
        with going_on(self._screen.say):
            return read_submission(self._path, self._course)
        return None

    def _grade(
        self, submission: Submission, name: str, begin: Callable[[str], None] | None
    ) -> ReportPayload | None:
        from grader.report import build_payload
        from grader.scoring import leave_out_withheld
        from grader.writers.commands import complete_commands

        self._overtaken = False
        self._idle.clear()
        try:
            with going_on(self._complain):
                report = self._grader.grade(submission, self._seed, (name,), begin=begin)
                # Of a kit, which lacks the hidden checks, only what can be decided here.
                payload = build_payload(leave_out_withheld(report), "student")
                return complete_commands(payload, self._again)
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
        for name, payload in self._fresh.items():
            before = self._last_good.get(name)
            changes = compare(before, payload) if before is not None else None
            words[name] = words_of_changes(changes, "the last save") if changes else []
        order = sorted(self._fresh, key=lambda name: self._rank(name, words[name]))
        known = {**self._known, **{name: _only(self._fresh[name]) for name in order}}
        check = self._choose_check(known[order[0]])
        return Step(
            graded=tuple(known[name] for name in order),
            all_exercises=tuple(known[e.name] for e in self._course.exercises if e.name in known),
            changed=tuple(words[order[0]]) if known[order[0]]["status"] == "graded" else (),
            check=check,
            second_hint=self._second_hint(check),
            at=time.strftime("%H:%M:%S"),
        )

    def _rank(self, name: str, words: Sequence[str]) -> tuple[bool, bool]:
        """Return what puts the exercise that was worked on first, of several in one file."""
        exercise = _only(self._fresh[name])
        return not words, exercise["status"] == "missing" or exercise["score"] == 0

    def _choose_check(self, exercise: ExercisePayload) -> CheckPayload | None:
        """Return the check to show, and keep in mind which advice has been given.

        Advice that is not followed stays where it is, save after save. It is shown once, and
        again when a save has changed how its function fares.
        """
        from grader.writers.terminal.watching import next_check

        before = self._last_good.get(exercise["name"])
        if before is not None and exercise["status"] == "graded":
            self._told -= _changed_checks(_only(before), exercise)
        check = next_check(exercise, self._told)
        if check is not None and not check["max_score"]:
            self._told.add(check["id"])
        return check

    def _second_hint(self, check: CheckPayload | None) -> str:
        if check is None or not check["diagnosis"]:
            self._stuck_at = ("", "", 0)
            return ""
        identity, diagnosis, times = self._stuck_at
        again = (identity, diagnosis) == (check["id"], check["diagnosis"])
        self._stuck_at = (check["id"], check["diagnosis"], times + 1 if again else 1)
        if self._stuck_at[2] < _STUCK:
            return ""
        from grader.examiner.hints import find_second_hint

        return find_second_hint(
            self._course.suites,
            check["id"],
            check["diagnosis"],
            check["outcome"],
            check["message"],
        )

    def _remember(self, name: str, payload: ReportPayload) -> None:
        self._known[name] = _only(payload)
        if self._known[name]["status"] == "graded":
            self._last_good[name] = payload

    def _all(self) -> list[ExercisePayload]:
        return [self._known[e.name] for e in self._course.exercises if e.name in self._known]


def _changed_checks(before: ExercisePayload, now: ExercisePayload) -> set[str]:
    """Return the checks of those functions of which any check ended otherwise than before."""
    changed: set[str] = set()
    for old, new in zip(before["functions"], now["functions"], strict=False):
        outcomes = {check["id"]: check["outcome"] for check in new["checks"]}
        if outcomes != {check["id"]: check["outcome"] for check in old["checks"]}:
            changed.update(outcomes)
    return changed


def _only(payload: ReportPayload) -> ExercisePayload:
    (exercise,) = payload["exercises"]
    return exercise
