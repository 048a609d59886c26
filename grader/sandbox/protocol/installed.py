"""Where the packages of a course are installed, and what they need in turn.

What a worker may import and read is what the listed packages need, and nothing that happens to be
installed beside them: so equal submissions get equal reports on machines with other packages.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

_COMPILED = "__pycache__"


@dataclass(frozen=True, slots=True)
class Installed:
    """The files of some packages, with all that they require.

    Parameters
    ----------
    folders : mapping of str to str
        The folder in which each module or package is, by the name that is imported.
    roots : tuple of Path
        Their files and folders.
    """

    folders: Mapping[str, str]
    roots: tuple[Path, ...]


def is_installed(package: str) -> bool:
    """Return whether a package can be found, without importing it."""
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def find_installed(packages: Iterable[str]) -> Installed:
    """Find some packages, by the names that are imported, and what they require."""
    folders: dict[str, str] = {}
    roots: dict[Path, None] = {}
    for package in packages:
        for path in _locate(package):
            folders[package] = str(path.parent)
            roots[path] = None
    for distribution in _required(set(folders)):
        for path in _top_level(distribution):
            roots[path] = None
            name = path.name.partition(".")[0] if path.is_file() else path.name
            if name.isidentifier() and path.parent.name != _COMPILED:
                folders.setdefault(name, str(path.parent))
    return Installed(folders, tuple(root for root in roots if root.exists()))


def _locate(package: str) -> Iterator[Path]:
    """Yield the file of a module, or the folders of a package, as it is found by importing."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        return
    if spec.submodule_search_locations is not None:
        yield from map(Path, spec.submodule_search_locations)
    elif spec.origin:
        yield Path(spec.origin)


def _required(packages: set[str]) -> Iterator[metadata.Distribution]:
    """Yield the distributions of packages, and those that they require here, each once."""
    waiting = [(name, frozenset[str]()) for name in sorted(_distributions(packages))]
    done: set[tuple[str, frozenset[str]]] = set()
    seen: set[str] = set()
    while waiting:
        name, extras = one = waiting.pop()
        if one in done:
            continue
        done.add(one)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # importing it will show whether it is needed
        if name not in seen:
            seen.add(name)
            yield distribution
        waiting += [
            (_normal(requirement.name), frozenset(requirement.extras))
            for requirement in map(Requirement, distribution.requires or ())
            if _applies(requirement, extras)
        ]


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in (*extras, ""))


def _distributions(packages: set[str]) -> set[str]:
    """Return the distributions that have these packages."""
    found, rest = set[str](), set[str]()
    for package in packages:
        try:
            paths = _top_level(metadata.distribution(package))
        except metadata.PackageNotFoundError:
            rest.add(package)
            continue
        if any(path.name.partition(".")[0] == package for path in paths):
            found.add(_normal(package))
        else:
            rest.add(package)
    if rest:  # of all that is installed: that takes longer
        everything = metadata.packages_distributions()
        found |= {_normal(name) for package in rest for name in everything.get(package, ())}
    return found


def imports_of(distribution: str) -> list[str]:
    """Return the names that are imported of an installed distribution, or none."""
    try:
        paths = list(_top_level(metadata.distribution(distribution)))
    except (metadata.PackageNotFoundError, ValueError):
        return []
    names = {path.name.partition(".")[0] for path in paths if not path.name.endswith("info")}
    return sorted(name for name in names if name.isidentifier() and not name.startswith("_"))


def _top_level(distribution: metadata.Distribution) -> Iterator[Path]:
    """Yield the files and folders of a distribution that are beside other packages."""
    seen: set[str] = set()
    for path in distribution.files or ():
        first = path.parts[0]
        if first == _COMPILED:
            first = str(path)  # of a module that is one file
        if first not in seen and first != "..":
            seen.add(first)
            yield Path(str(distribution.locate_file(first)))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
