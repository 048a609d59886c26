"""The workforce of one machine: threads, each with its own grader.

The threads wait for the processes of their graders, so the interpreter lock costs little.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from grader.batch.run import Workforce
from grader.batch.work import Slots
from grader.engine import Grader


@contextlib.contextmanager
def open_local(jobs: int, spare: Grader | None = None) -> Iterator[Workforce]:
    """Provide threads with graders, whose processes end with the context.

    Parameters
    ----------
    jobs : int
        How many submissions are graded at once.
    spare : Grader, optional
        A grader that has started already; see `grader.batch.work.Slots`.
    """
    slots = Slots(spare)
    executor = ThreadPoolExecutor(jobs, thread_name_prefix="slot")
    try:
        yield Workforce(executor, slots.work, lambda: jobs)
    except BaseException:
        # Kill what is being graded, so that the threads end at once.
        slots.stop()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        slots.close()
