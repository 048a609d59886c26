"""The console that results are printed on, and the signs that its encoding has."""

from __future__ import annotations

import os
import shutil
from typing import IO, Any

from rich.console import Console
from rich.text import Text

from grader.writers.terminal.hanging import fold_text

_DUMB = ("dumb", "unknown")


class ResultConsole(Console):
    """Prints text as text, and leaves a closed pipe to the command.

    Parameters
    ----------
    soft_wrap : bool
        Leave long lines to the terminal.
    file : text stream, optional
        Print there, without colours; in a notebook, too, where rich would display by itself.
    columns : int, optional
        Print into the file as into a terminal of this width.
    colours : bool
        Whether that terminal has colours.
    """

    def __init__(
        self,
        *,
        stderr: bool = False,
        soft_wrap: bool = True,
        file: IO[str] | None = None,
        columns: int | None = None,
        colours: bool = False,
    ) -> None:
        elsewhere: dict[str, Any] = {}
        if file is not None:
            elsewhere = {
                "force_jupyter": False,
                "force_terminal": columns is not None,
                "color_system": "standard" if colours else None,
                "width": columns or 100,
            }
        if file is None and os.environ.get("TERM") in _DUMB:
            # rich takes every such terminal for 80 columns wide.
            size = shutil.get_terminal_size()
            elsewhere = {"width": size.columns, "height": size.lines}
        super().__init__(
            stderr=stderr,
            file=file,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=soft_wrap,
            **elsewhere,
        )

    def on_broken_pipe(self) -> None:
        """Let the command, which may still have a report to write, hear of it."""
        raise BrokenPipeError


def print_indented(console: Console, text: Text) -> None:
    """Print lines 4 columns from the left, folded as `print_words` does."""
    for line in text.split(allow_blank=True):
        print_words(console, Text("    ") + line, hanging=0)


def print_words(console: Console, text: Text, hanging: int = 4) -> None:
    """Print a line, which in a terminal is folded between words.

    Parameters
    ----------
    hanging : int
        By how much the rest of the line is indented further.
    """
    folded = fold_text(text, console.width, hanging) if console.is_terminal else [text]
    for line in folded:
        console.print(line, soft_wrap=True)


def signs_for(console: Console) -> dict[str, str]:
    """Return signs for ``passed``, ``failed`` and ``absent`` that the console can print."""
    return dict(
        zip(("passed", "failed", "absent"), "✓✗·" if _is_fancy(console) else "+x.", strict=True)
    )


def bar_for(console: Console, part: float, whole: float, width: int) -> str:
    """Return a bar of a part of a whole; it is full, or empty, only where the part is."""
    done = round(width * part / whole) if whole else 0
    done = min(max(done, part > 0), width - (part < whole))
    full, empty = "█░" if _is_fancy(console) else "#-"
    return full * done + empty * (width - done)


def _is_fancy(console: Console) -> bool:
    return "utf" in (console.encoding or "").lower()
