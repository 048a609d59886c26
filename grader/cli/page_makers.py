"""Makes the pages of a class on all processors, each in a forked process."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

from grader.files import write_whole

if TYPE_CHECKING:
    from grader.writers.pages.request import PageRequest

_MODULE = "grader.writers.pages.request"
_MEMORY_MIB, _CPU_S, _WALL_S = 1024, 60, 120.0  # a page takes some 50 ms


class PageMakers:
    """Threads that have pages made and write them; a context manager.

    At its end all pages are written. A page that a process cannot make is made in this one.
    """

    def __init__(self) -> None:
        from grader.writers.pages.request import prepare

        prepare()
        self._count = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._count)
        self._running: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            while kind is None and self._running:
                self._running.popleft().result()
        finally:
            self._pool.shutdown(cancel_futures=True)

    def add(self, request: PageRequest, path: Path) -> None:
        """Have a page made and written to a path; wait while too many are on their way."""
        if len(self._running) >= 2 * self._count:
            self._running.popleft().result()
        self._running.append(self._pool.submit(_make, request, path))


def _make(request: PageRequest, path: Path) -> None:
    from grader.sandbox.limited import ChildError, ChildLimits, ask_child
    from grader.sandbox.protocol.forking import can_fork
    from grader.writers.pages.request import answer

    packed = request.pack()
    limits = ChildLimits(_MEMORY_MIB, _CPU_S, _WALL_S)
    try:
        # To start a process takes longer than to make a page.
        page = ask_child(_MODULE, packed, limits) if can_fork() else answer(packed)
    except ChildError:
        page = answer(packed)
    write_whole(path, page)
