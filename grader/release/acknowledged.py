"""Leaks that the author of a course acknowledges in ``course.toml``, with a reason."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import PurePosixPath

from grader.records import Leak


class Acknowledged:
    """The text that may be in each file, and which of it was found.

    Parameters
    ----------
    leaks : sequence of Leak
        The leaks of ``course.toml``.
    """

    def __init__(self, leaks: Sequence[Leak] = ()) -> None:
        self._texts = {leak: _without_layout(leak.text) for leak in leaks}
        self._found: set[Leak] = set()
        self.open: list[Leak] = []

    @property
    def count(self) -> int:
        """Return how many of them were found."""
        return len(self._found)

    def covers(self, path: PurePosixPath, text: str) -> bool:
        """Return whether a text is acknowledged for a file, or part of one that is."""
        wanted = _without_layout(text)
        covering = [
            leak
            for leak, whole in self._texts.items()
            if leak.file == str(path) and wanted and wanted in whole
        ]
        self._found.update(covering)
        return bool(covering)

    def note(self, path: PurePosixPath, texts: Collection[str]) -> None:
        """Keep what would acknowledge a leak: the longest text of it that was found."""
        self.open.append(Leak(str(path), max(texts, key=len), ""))

    def list_unused(self, files: Collection[PurePosixPath], *, whole: bool) -> Iterator[str]:
        """Yield a finding for each that matches nothing any more.

        Parameters
        ----------
        files : collection of PurePosixPath
            The files that were searched.
        whole : bool
            Whether they are all that students get.
        """
        for leak in self._texts:
            if leak not in self._found and (whole or PurePosixPath(leak.file) in files):
                yield (
                    f"course.toml acknowledges a leak in {leak.file} that is not there: remove "
                    "this [[leak]]"
                )


def _without_layout(text: str) -> str:
    """Return code as it is without spaces, line ends and a choice of quotes."""
    # The rest is a part of a statement, or prose.
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        text = ast.unparse(ast.parse(textwrap.dedent(text).strip()))
    return "".join(text.split()).replace('"', "'")
