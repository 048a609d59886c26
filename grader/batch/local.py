"""The workforce of one machine: threads, each with a warm grader of its own.

The threads only wait for the graders' processes, so that Python's lock costs little.
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
    """Provide threads with warm graders.

    Parameters
    ----------
    jobs : int
        How many submissions are graded at once.
    spare : Grader, optional
        One that is warm already; see `grader.batch.work.Slots`.

    Yields
    ------
    Workforce
        Whose processes have ended when the context is left, however it is left.
    """
    slots = Slots(spare)
    executor = ThreadPoolExecutor(jobs, thread_name_prefix="slot")
    try:
        yield Workforce(executor, slots.work, lambda: jobs)
    except BaseException:
        # Whoever waits for an answer gets none; then the threads end at once.
        slots.stop()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        slots.close()
