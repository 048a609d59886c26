"""One problem as `grade submit` shows it, for another program's terminal."""

from __future__ import annotations

import io

from grader.writers.problems import ShownProblem
from grader.writers.terminal.console import ResultConsole
from grader.writers.terminal.result import show_problem


class _Buffer(io.StringIO):
    """A text in memory that is printed later, in an encoding that limits its signs."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def block_of(
    shown: ShownProblem,
    again: str,
    *,
    columns: int | None = None,
    colours: bool = False,
    encoding: str = "utf-8",
) -> str:
    """Return the block of a problem as text.

    Parameters
    ----------
    again : str
        The command that grades the same work again.
    columns : int, optional
        The width of the terminal, at which lines that people read are folded.
    colours : bool
        Whether that terminal has colours.
    encoding : str
        Of what it is printed to.
    """
    file = _Buffer(encoding)
    show_problem(ResultConsole(file=file, columns=columns, colours=colours), shown, again)
    return file.getvalue().strip("\n")
