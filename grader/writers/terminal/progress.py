"""Progress of a command: one line that is updated in a terminal, or several lines elsewhere."""

from __future__ import annotations

import time
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_EVERY_S = 5.0


class CountProgress:
    """Shows how many of some things are done; a context manager. A terminal gets a line that moves.

    Parameters
    ----------
    total : int
        How many there are.
    """

    def __init__(self, total: int, console: Console) -> None:
        self._total = total
        self._console = console
        self._began = self._said = time.monotonic()
        self.done = 0
        columns = (
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[mean]}"),
            TextColumn("{task.fields[working]}", style="dim"),
        )
        self._live = Progress(*columns, console=console, transient=True)
        self._task = self._live.add_task("", total=total, rate="", mean="", working="")

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live.live.is_started:
            self._live.stop()

    @property
    def elapsed_s(self) -> float:
        """Return the seconds since the beginning."""
        return time.monotonic() - self._began

    def count(self, number: int) -> None:
        """Count some that are done."""
        self.done += number
        self._show(self.done)

    def _show(self, worked: int, mean: str = "", working: str = "") -> None:
        """Show what is done, of which ``worked`` took time, and two more facts."""
        rate = f"{worked / max(self.elapsed_s, 1e-3):.1f}/s"
        if self._console.is_terminal:
            self._live.update(
                self._task, completed=self.done, rate=rate, mean=mean, working=working
            )
        elif time.monotonic() - self._said >= _EVERY_S:
            self._said = time.monotonic()
            left_s = self.elapsed_s / max(1, worked) * (self._total - self.done)
            parts = (f"{self.done} of {self._total}", rate, f"{left_s:.0f} s left", mean, working)
            self._console.print(", ".join(filter(None, parts)), markup=False, highlight=False)


class BatchProgress(CountProgress):
    """Shows a batch while it runs: how many submissions are done, and their mean."""

    def __init__(self, total: int, console: Console) -> None:
        super().__init__(total, console)
        self._percents = 0.0
        self._scored = 0
        self.graded = 0

    @property
    def mean(self) -> float:
        """Return the mean percentage of those that are done and count."""
        return self._percents / self._scored if self._scored else 0.0

    def advance(self, percent: float | None, working: tuple[str, ...], *, kept: bool) -> None:
        """Count one submission.

        Parameters
        ----------
        percent : float or None
            What it scored, None if it does not count in the mean.
        working : tuple of str
            Which submissions are being graded now.
        kept : bool
            It had been graded earlier.
        """
        self.done += 1
        self.graded += not kept
        if percent is not None:
            self._percents += percent
            self._scored += 1
        self._show(self.graded, f"mean {self.mean:.1f} %", _shorten(working))


def _shorten(working: tuple[str, ...]) -> str:
    names = [name if len(name) <= 20 else f"{name[:19]}…" for name in working[:2]]
    return f"now grading: {', '.join(names)}" if names else ""
