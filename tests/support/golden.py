"""Golden files: bytes that a writer must produce, kept in ``tests/writers/golden``.

``pytest --rewrite-goldens tests/writers`` replaces them with what the writers produce now;
``git diff tests/writers/golden`` then shows what changed.
"""

from __future__ import annotations

from pathlib import Path

OPTION = "--rewrite-goldens"
FOLDER = Path(__file__).resolve().parents[1] / "writers" / "golden"


class Goldens:
    """The golden files, compared with, or rewritten where that is asked for."""

    def __init__(self, *, rewrite: bool) -> None:
        self._rewrite = rewrite

    def check(self, name: str, content: bytes) -> None:
        """Assert that some bytes are those of a golden file, or write them there."""
        if self._rewrite:
            (FOLDER / name).write_bytes(content)
        assert content == (FOLDER / name).read_bytes()
