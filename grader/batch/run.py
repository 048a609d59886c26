"""The loop of a batch: what is not graded yet goes to an executor, what comes back is kept.

The executor may be threads of this process or a cluster's workers; the loop cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader import __version__
from grader.batch.journal import Entry, Key, digest_bytes
from grader.batch.listing import Listed, Listing
from grader.batch.output import Output
from grader.batch.work import Graded, Snapshot, Task
from grader.errors import WorkerError
from grader.records import Course, IsolationOption
from grader.seeds import PUBLIC, derive_student_seed, seed_id
from grader.submissions.reader import read_or_explain


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch is to do.

    Parameters
    ----------
    course : Course
        Which course.
    manifest : Path or None
        Where another course than ours stands.
    listing : Listing
        The submissions.
    exercises : tuple of str
        Which to grade; all where it is empty.
    secret : str or None
        Gives every submission a seed of its own; None for the public one.
    isolation : {"auto", "sandbox", "process"}
        As for `grader.engine.Grader`.
    """

    course: Course
    manifest: Path | None
    listing: Listing
    exercises: tuple[str, ...]
    secret: str | None
    isolation: IsolationOption


@dataclass(frozen=True, slots=True)
class Workforce:
    """Who does the work.

    Parameters
    ----------
    executor : Executor
        Where ``work`` is called.
    work : callable
        Takes a packed `Task` and returns a packed `Graded`.
    count_slots : callable
        Returns how many tasks can be worked on at once, which may change.
    lost : tuple of exception types
        What a task raises whose worker was lost; such a submission stays ungraded.
    """

    executor: Executor
    work: Callable[[bytes], bytes]
    count_slots: Callable[[], int]
    lost: tuple[type[BaseException], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One submission that is done, and which are being worked on now."""

    entry: Entry
    kept: bool
    working: tuple[str, ...]


def run_batch(plan: Plan, output: Output, workforce: Workforce) -> Iterator[Step]:
    """Grade every submission that is not graded yet.

    Parameters
    ----------
    plan : Plan
        What to do.
    output : Output
        Where results go and where earlier ones are found.
    workforce : Workforce
        Who does it.

    Yields
    ------
    Step
        As submissions end. Its reports are on the disk by then.

    Raises
    ------
    GraderError
        If something cannot be written, or nobody can grade. What was done stays done.
    """
    pending: dict[Future[bytes], _Order] = {}
    lost: list[str] = []
    waiting = iter(plan.listing.submissions)
    exhausted = False
    while pending or not exhausted:
        # No more at once than is needed to keep every slot busy: a snapshot takes memory.
        while not exhausted and len(pending) < 2 * max(1, workforce.count_slots()):
            listed = next(waiting, None)
            if listed is None:
                exhausted = True
                break
            order = _prepare(plan, listed)
            entry = output.find(order.key)
            if entry is not None:
                yield Step(entry, kept=True, working=_ids(pending))
                continue
            pending[workforce.executor.submit(workforce.work, order.task)] = order.without_task()
        done, _ = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            order = pending.pop(future)
            try:
                graded = msgspec.msgpack.decode(future.result(), type=Graded)
            except workforce.lost:
                lost.append(order.key.id)
                continue
            entry = output.write(order.key, graded, order.repeat_with)
            yield Step(entry, kept=False, working=_ids(pending))
    if lost:
        raise WorkerError(
            f"{len(lost)} submissions were not graded because their workers were lost, "
            f"{lost[0]} among them; the same command goes on with them"
        )


@dataclass(frozen=True, slots=True)
class _Order:
    """A submission on its way through the executor."""

    key: Key
    task: bytes
    repeat_with: str

    def without_task(self) -> _Order:
        """Return the order without the snapshot, which the executor has now."""
        return _Order(self.key, b"", self.repeat_with)


def _ids(pending: dict[Future[bytes], _Order]) -> tuple[str, ...]:
    return tuple(order.key.id for future, order in pending.items() if not future.done())


def _prepare(plan: Plan, listed: Listed) -> _Order:
    submission, reason = read_or_explain(listed.path, plan.course, listed.id)
    snapshot = Snapshot(submission, reason)
    derived = plan.secret is not None
    seed = derive_student_seed(plan.secret, listed.id) if plan.secret is not None else PUBLIC
    task = Task(
        snapshot,
        seed,
        listed.id if derived else None,
        plan.exercises,
        str(plan.manifest.resolve()) if plan.manifest else "",
        plan.isolation,
        __version__,
        plan.course.suite_sha256,
    )
    key = Key(
        listed.id,
        digest_bytes(msgspec.msgpack.encode(snapshot)),
        plan.course.suite_sha256,
        plan.exercises,
        seed_id(seed),
        __version__,
        plan.isolation,
    )
    return _Order(key, msgspec.msgpack.encode(task), seed)
