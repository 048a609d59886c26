"""The command as it was called, for messages that suggest one."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

from grader.sanitize import quote_path

_NAMES = ("grade", "backprop-grader")
_PYTHONS = ("python", "python3", "py")
# From `exercises/notebooks` of a kit to the environment beside its README.
_UP = 2


def find_program() -> str:
    """Return what a shell takes for ``grade``.

    It is ``grade`` where the shell finds that, as in an environment that was activated; else the
    path that was typed, such as ``.venv/bin/grade``; else ``python -m grader`` where the shell
    finds this Python; else the command beside this Python, as for ``.venv/bin/pytest``.
    """
    if shutil.which(_NAMES[0]):
        return _NAMES[0]
    typed = Path(sys.argv[0] if sys.argv else "")
    if typed.stem in _NAMES and _is_program(typed):
        return quote_path(_shorten(typed))
    for name in _PYTHONS:
        # Not by what links lead to: the Python of an environment is a link to another.
        found = shutil.which(name)
        if found and os.path.abspath(found) == os.path.abspath(sys.executable):  # noqa: PTH100
            return f"{name} -m grader"
    beside = Path(sys.executable).with_name(_NAMES[0])
    if _is_program(beside):
        return quote_path(_find_from_here(beside))
    return f"{quote_path(_shorten(Path(sys.executable)))} -m grader"


def _is_program(path: Path) -> bool:
    # On Windows the ending is cut off before.
    return path.is_file() or path.with_suffix(".exe").is_file()


def _find_from_here(path: Path) -> Path:
    """Return a path from the current folder where it is in there, or a few folders up."""
    with contextlib.suppress(OSError, ValueError):
        relative = Path(os.path.relpath(path))
        if relative.parts.count("..") <= _UP and len(str(relative)) < len(str(path)):
            return relative
    return path


def _shorten(path: Path) -> Path:
    """Return a path from the current folder where it is in there."""
    with contextlib.suppress(OSError, ValueError):
        return path.relative_to(Path.cwd()) if path.is_absolute() else path
    return path
