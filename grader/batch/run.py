"""The loop of a batch: send submissions to an executor, and write the results.

The executor may be threads of this process or the workers of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from grader import __version__
from grader.batch.conditions import Conditions
from grader.batch.journal import About, Entry, Key, digest_bytes
from grader.batch.listing import Listed, Listing
from grader.batch.output import Output
from grader.batch.reading import read_listed
from grader.batch.work import Graded, Snapshot, Task
from grader.course.manifest import DEFAULT_COURSE
from grader.errors import WorkerError
from grader.records import WITH_CODE, Course, IsolationOption
from grader.seeds import PUBLIC, derive_student_seed, seed_id

Change = Literal["", "other", "older"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The submissions of a batch, and how to grade them.

    Parameters
    ----------
    exercises : tuple of str
        The exercises to grade; all if it is empty.
    only : tuple of str
        The ids of the submissions to grade; all if it is empty.
    secret : str or None
        Gives every submission its own seed; None for the public seed.
    """

    course: Course
    listing: Listing
    exercises: tuple[str, ...]
    secret: str | None
    isolation: IsolationOption
    only: tuple[str, ...] = ()

    @property
    def chosen(self) -> tuple[Listed, ...]:
        """Return the submissions to grade."""
        return self.listing.choose(self.only)

    @property
    def other_manifest(self) -> str:
        """Return the manifest of a course that is not installed with the grader, or ""."""
        manifest = self.course.manifest
        return "" if manifest == DEFAULT_COURSE else str(manifest)

    def seed(self, submission_id: str) -> str:
        """Return the seed of a submission."""
        return PUBLIC if self.secret is None else derive_student_seed(self.secret, submission_id)

    def conditions(self, submission_id: str) -> Conditions:
        """Return the conditions under which a submission is graded."""
        names = self.course.select(self.exercises)
        return Conditions(
            self.course.suite_sha256,
            () if names == self.course.select() else tuple(sorted(names)),
            seed_id(self.seed(submission_id)),
            __version__,
            self.isolation,
        )


@dataclass(frozen=True, slots=True)
class Workforce:
    """An executor, and how to use it.

    Parameters
    ----------
    executor : Executor
        Calls ``work``.
    work : callable
        Takes a packed `Task` and returns a packed `Graded`.
    count_slots : callable
        Returns how many tasks can run at once, which may change.
    lost : tuple of exception types
        Raised by a task whose worker was lost; its submission stays ungraded.
    """

    executor: Executor
    work: Callable[[bytes], bytes]
    count_slots: Callable[[], int]
    lost: tuple[type[BaseException], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A submission that is done, and the ids of those that are being graded.

    Parameters
    ----------
    kept : bool
        An earlier run had graded it.
    change : str
        ``other``: an earlier run graded other files of it; ``older``: it did so after it had
        graded these.
    """

    entry: Entry
    kept: bool
    working: tuple[str, ...]
    change: Change = ""


def run_batch(plan: Plan, output: Output, workforce: Workforce) -> Iterator[Step]:
    """Grade every submission that is not graded yet.

    Parameters
    ----------
    output : Output
        Receives results, and has those of earlier runs.

    Yields
    ------
    Step
        As submissions end, after their reports are written.

    Raises
    ------
    GraderError
        If a result cannot be written or no worker can grade. Earlier results remain.
    """
    pending: dict[Future[bytes], _Order] = {}
    lost: list[str] = []
    # Those without a result come first: to see that a result still fits takes time, too, and a
    # batch that is killed again and again has to get on.
    listed = iter(sorted(plan.chosen, key=lambda one: _has_result(plan, output, one)))
    while True:
        yield from _submit_more(plan, output, workforce, listed, pending)
        if not pending:
            break
        yield from _collect(output, workforce, pending, lost)
    if lost:
        raise WorkerError(
            f"{len(lost)} submissions were not graded because their workers were lost, among them "
            f"{lost[0]}; run the same command again to grade them"
        )


def _has_result(plan: Plan, output: Output, listed: Listed) -> bool:
    last = output.recall_any(listed.id)
    return last is not None and last.key.conditions == plan.conditions(listed.id)


def _submit_more(
    plan: Plan,
    output: Output,
    workforce: Workforce,
    submissions: Iterator[Listed],
    pending: dict[Future[bytes], _Order],
) -> Iterator[Step]:
    """Keep every slot busy, and yield submissions that an earlier run has graded."""
    # No more at once than that: a snapshot takes memory.
    while len(pending) < 2 * max(1, workforce.count_slots()):
        listed = next(submissions, None)
        if listed is None:
            return
        order, task = _prepare(plan, output, listed)
        entry = output.find(order.key)
        if entry is not None:
            yield Step(entry, kept=True, working=_ids(pending))
        else:
            pending[workforce.executor.submit(workforce.work, task)] = order


def _collect(
    output: Output, workforce: Workforce, pending: dict[Future[bytes], _Order], lost: list[str]
) -> Iterator[Step]:
    """Wait for results, and write them."""
    done, _ = wait(pending, return_when=FIRST_COMPLETED)
    for future in done:
        order = pending.pop(future)
        try:
            graded = msgspec.msgpack.decode(future.result(), type=Graded)
        except workforce.lost:
            lost.append(order.key.id)
            continue
        entry = output.write(order.key, graded, order.repeat_with, order.about)
        yield Step(entry, kept=False, working=_ids(pending), change=order.change)


@dataclass(frozen=True, slots=True)
class _Order:
    """A submission that the executor grades, without the snapshot that was sent to it."""

    key: Key
    repeat_with: str
    about: About
    change: Change


def _ids(pending: dict[Future[bytes], _Order]) -> tuple[str, ...]:
    return tuple(order.key.id for future, order in pending.items() if not future.done())


def _prepare(plan: Plan, output: Output, listed: Listed) -> tuple[_Order, bytes]:
    last = output.recall_any(listed.id)
    if last is not None and not listed.students:
        # A file that is given alone does not have the name of its student.
        listed = replace(listed, students=last.about.students)
    snapshot = read_listed(listed, plan.course)
    digest = digest_bytes(msgspec.msgpack.encode(snapshot))
    about = About(snapshot.submission.sha256, listed.students, listed.handed_in_at)
    earlier = output.recall_attempt(listed.id, about.files)
    if earlier is not None and not listed.replaced:
        # The effects of earlier runs are not part of the digest: they change with every run.
        snapshot = _name_earlier(snapshot, earlier)
    seed, now = plan.seed(listed.id), plan.conditions(listed.id)
    task = Task(
        snapshot,
        seed,
        None if plan.secret is None else listed.id,
        plan.exercises,
        plan.other_manifest,
        plan.isolation,
        __version__,
        plan.course.suite_sha256,
    )
    key = Key(listed.id, digest, now.course, now.exercises, now.seed, now.grader, now.isolation)
    change: Change = ""
    if last is not None and last.about.files not in ("", about.files):
        change = "older" if output.was_replaced(listed.id, about.files) else "other"
    return _Order(key, seed, about, change), msgspec.msgpack.encode(task)


def _name_earlier(snapshot: Snapshot, earlier: Entry) -> Snapshot:
    """Add the attempt that an earlier run graded to the notes, if there was code in it."""
    if earlier.status not in WITH_CODE:
        return snapshot
    time = f" of {earlier.about.handed_in_at}" if earlier.about.handed_in_at else ""
    note = f"an attempt{time} with other files was graded before this one"
    submission = snapshot.submission
    notes = (*submission.notes, note)
    return msgspec.structs.replace(
        snapshot, submission=msgspec.structs.replace(submission, notes=notes)
    )
