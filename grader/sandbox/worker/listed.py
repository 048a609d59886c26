"""Packages of a course beyond numpy, in the process whose forks become workers.

They are imported once, before any student's code: a worker finds them loaded. What they load
later, the worker may read. Nothing else that is installed can be imported.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from grader.course.listed import further
from grader.sandbox.protocol.plotting import settle_matplotlib
from grader.sanitize import clean_line

# Modules that students use at once, and that the packages load only then.
_PARTS = {
    ("matplotlib",): ("matplotlib.pyplot",),
    ("pandas", "matplotlib"): ("pandas.plotting._matplotlib",),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """Which packages were loaded, and which failed.

    Parameters
    ----------
    readable : tuple of Path
        Their files and folders, and those of what they require.
    memory_mib : int
        The address space that they take, which is not the student's use.
    problem : str
        Why one of them cannot be imported; empty where all are.
    """

    readable: tuple[Path, ...] = ()
    memory_mib: int = 0
    problem: str = ""


class ListedFinder:
    """Finds the packages of a course, and what they require, and nothing else.

    Parameters
    ----------
    folders : mapping of str to str
        Where each of them is, by name.
    """

    def __init__(self, folders: Mapping[str, str]) -> None:
        self._folders = folders

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: Any = None
    ) -> ModuleSpec | None:
        """Return how to load a package, or None."""
        folder = self._folders.get(name) if path is None else None
        return PathFinder.find_spec(name, [folder]) if folder is not None else None


def load_listed(packages: Sequence[str]) -> Listed:
    """Import the packages of a course beyond numpy; from then on nothing else is found.

    Parameters
    ----------
    packages : sequence of str
        The names that are imported.
    """
    names = further(packages)
    if not names:
        forget_installed_packages()
        return Listed()
    from grader.sandbox.protocol.installed import find_installed

    before = _address_space()
    installed = find_installed(names)
    forget_installed_packages()
    sys.meta_path.append(ListedFinder(installed.folders))
    parts = [part for needs, parts in _PARTS.items() if {*needs} <= {*names} for part in parts]
    for name in (*names, *parts):
        # Some greet or warn while they are imported.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                importlib.import_module(name)
            except BaseException as error:  # a broken package may raise anything
                return Listed(problem=_describe(name, error))
    settle_matplotlib()
    return Listed(installed.roots, (_address_space() - before) // 2**20)


def _address_space() -> int:
    """Return the bytes of address space of this process, or 0 where that is not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _describe(name: str, error: BaseException) -> str:
    reason = clean_line(f"{type(error).__name__}: {error}", 200)
    return (
        f"{name.partition('.')[0]}, which the course needs, cannot be imported: {reason}; install "
        f"it again in the environment of {sys.executable}"
    )


def forget_installed_packages() -> None:
    """Leave only the standard library, and what is already imported, to be imported."""
    paths = sysconfig.get_paths()
    stdlib = {os.path.realpath(paths[name]) for name in ("stdlib", "platstdlib")}
    dynload = {f"{path}{os.sep}lib-dynload" for path in stdlib}
    sys.path[:] = [path for path in sys.path if os.path.realpath(path) in stdlib | dynload]
    # Editable installs add finders of their own.
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if _finder_module(finder).startswith("_frozen_importlib")
    ]


def _finder_module(finder: Any) -> str:
    return str(getattr(finder, "__module__", ""))
