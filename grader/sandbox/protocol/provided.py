"""Modules that the course provides, for both sides: sources in memory that can be imported."""

from __future__ import annotations

import importlib
import linecache
import sys
import types
from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from grader.records import PROVIDED_FOLDER

if TYPE_CHECKING:
    from importlib.abc import Loader


class ProvidedFinder:
    """A finder for modules whose sources are in memory.

    Parameters
    ----------
    sources : mapping of str to bytes
        By name of the module.
    place : callable
        Returns where a module is, for tracebacks.
    """

    def __init__(
        self,
        sources: Mapping[str, bytes],
        place: Callable[[str], str] = lambda name: f"{PROVIDED_FOLDER}/{name}.py",
    ) -> None:
        self.sources = dict(sources)
        self._place = place

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> Any:
        """Return how to load a module, or None."""
        if name not in self.sources:
            return None
        return ModuleSpec(name, cast("Loader", self), origin=self._place(name))

    def create_module(self, _spec: ModuleSpec) -> None:
        """Let Python make an empty module."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Execute a module."""
        source, place = self.sources[module.__name__], self._place(module.__name__)
        lines = source.decode("utf-8").splitlines(keepends=True)
        linecache.cache[place] = (len(source), None, lines, place)
        exec(compile(source, place, "exec", dont_inherit=True), module.__dict__)


def make_importable(folder: Path) -> None:
    """Let this process import the modules in a course's folder, and no other course's.

    Of the trusted side: suites and what is beside them import what students import.
    """
    paths = sorted(folder.glob("*.py")) if folder.is_dir() else []
    sources = {path.stem: path.read_bytes() for path in paths}
    before = [finder for finder in sys.meta_path if isinstance(finder, _Trusted)]
    if [(finder.folder, finder.sources) for finder in before] == [(folder, sources)]:
        return
    for finder in before:
        sys.meta_path.remove(finder)
        for name in finder.sources:
            sys.modules.pop(name, None)
    if sources:
        sys.meta_path.insert(0, _Trusted(folder, sources))


def import_all(sources: Mapping[str, bytes]) -> dict[str, Any]:
    """Import modules from memory, which may import one another, and return all their names.

    Of the trusted side. They are forgotten at once, since another course may have others.
    """
    finder = ProvidedFinder(sources)
    sys.meta_path.insert(0, finder)
    names: dict[str, Any] = {}
    try:
        for name in sources:
            names.update(vars(importlib.import_module(name)))
    finally:
        sys.meta_path.remove(finder)
        for name in sources:
            sys.modules.pop(name, None)
    return names


class _Trusted(ProvidedFinder):
    def __init__(self, folder: Path, sources: Mapping[str, bytes]) -> None:
        super().__init__(sources, lambda name: str(folder / f"{name}.py"))
        self.folder = folder
