"""One line that moves in a terminal while a submission is graded, and nothing elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence


@contextlib.contextmanager
def waiting(exercises: Sequence[str]) -> Iterator[Callable[[str], None] | None]:
    """Show on standard error which exercise is being graded.

    Yields
    ------
    callable or None
        Called with the name of each exercise that begins; None without a terminal.
    """
    # Jupyter gives its shell lines a terminal, and keeps every frame of what moves there.
    if not sys.stderr.isatty() or "JPY_PARENT_PID" in os.environ:
        yield None
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    spinner = "dots" if "utf" in (console.encoding or "").lower() else "line"
    with console.status("Starting ...", spinner=spinner) as status:

        def begin(exercise: str) -> None:
            place = f" ({exercises.index(exercise) + 1} of {len(exercises)})"
            status.update(f"Grading {exercise}{place if len(exercises) > 1 else ''} ...")

        yield begin
