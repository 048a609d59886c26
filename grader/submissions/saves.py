"""Noticing every save of the files that are worked on.

The folder is watched and not the files: many an editor writes another file and gives it
the old one's name, and a watch on the old one would hear no more.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from watchfiles import Change, watch

from grader.errors import SubmissionError
from grader.sanitize import clean_line
from grader.submissions.names import is_archive, is_code, is_junk

# A save is one or several events within a few milliseconds; this long a silence ends it.
_QUIET_MS = 20
_LONGEST_MS = 200
# How often is looked whether the folder is still the same one.
_LOOK_MS = 500
# A folder that is being replaced is missing for a moment: a checkout or a backup renames twice.
_MISSING_S = 2.0
_AGAIN_S = 0.02


class Saves:
    """Tells of saves in one folder; a context manager that owns a thread.

    Parameters
    ----------
    folder : Path
        Where the files are.
    name : str
        Last name of the file that counts; where it is empty, all modules, notebooks and
        archives do.
    hurry : callable
        Called in that thread at every save, after it has been noted.
    """

    def __init__(self, folder: Path, name: str, hurry: Callable[[], None]) -> None:
        self._folder = folder.resolve()
        self._name = name
        self._hurry = hurry
        self._noted: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._problem = f"{self._folder} is no longer there; watch the folder in which you work now"
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="saves", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def pending(self) -> bool:
        """Return whether there was a save that was not waited for yet."""
        return not self._noted.empty()

    def wait(self) -> None:
        """Wait for the next save; those that came together count as one.

        Raises
        ------
        SubmissionError
            If the folder is gone, or saves cannot be heard.
        """
        there = self._noted.get()
        while self.pending:
            there = self._noted.get()
        if not there:
            raise SubmissionError(self._problem)

    def _listen(self) -> None:
        try:
            while not self._stop.is_set() and (identity := self._wait_for_folder()):
                # It may be gone again before anything is heard of it.
                with contextlib.suppress(FileNotFoundError):
                    self._listen_to(identity)
        except (OSError, RuntimeError) as error:
            # watchfiles raises either where the system hears of no saves.
            self._problem = (
                f"changes in {self._folder} are not reported: {clean_line(str(error))}; "
                "set WATCHFILES_FORCE_POLLING=1 and run the command again"
            )
        finally:
            self._ready.set()
            self._noted.put(False)  # the last item: it is not read any more

    def _listen_to(self, identity: tuple[int, int]) -> None:
        """Listen until the folder is another one, as after a checkout of another branch."""
        listening = False
        for events in watch(
            self._folder,
            watch_filter=self._counts,
            debounce=_LONGEST_MS,
            step=_QUIET_MS,
            stop_event=self._stop,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=False,
        ):
            if not listening:
                listening = True
                if self._ready.is_set():
                    # Another folder: what it holds is news.
                    self._note()
                self._ready.set()
            if events:
                self._note()
            elif self._identity() != identity:
                return

    def _note(self) -> None:
        self._noted.put(True)
        self._hurry()

    def _counts(self, _change: Change, path: str) -> bool:
        name = Path(path).name
        if self._name:
            return name == self._name
        return (is_code(name) or is_archive(name)) and not is_junk((name,))

    def _wait_for_folder(self) -> tuple[int, int] | None:
        """Return which folder is there now; None if there is none for a while."""
        deadline = time.monotonic() + _MISSING_S
        while (identity := self._identity()) is None and time.monotonic() < deadline:
            if self._stop.wait(_AGAIN_S):
                break
        return identity

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self._folder)  # noqa: PTH116
        except OSError:
            return None
        return status.st_dev, status.st_ino
