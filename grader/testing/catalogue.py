"""Catalogues: wrong and right ways to write a function, kept beside its suite.

``suites/<exercise>/misconceptions.py`` has the known mistakes. Most are an `edit` of the right
implementation in ``canonical.py``, in the list ``EDITS``, or of another right `Way` to write it, in
the list ``WAYS``. A mistake with another algorithm is a whole implementation, marked with
`misconception`. ``variants.py`` has correct implementations that look different, each marked with
`variant`, and ``workloads.py`` implementations whose processor time is measured, each marked with
`workload`. Whole implementations are ordinary functions with the stub's parameters, or classes
where the stub has one. They may use ``np``, ``math``, private helpers and base classes (``_name``)
of their own file, and names that it imports ``from .canonical``. Other decorators go below ours.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from grader.errors import CourseError
from grader.records import PROVIDED_FOLDER
from grader.sandbox.protocol.provided import make_importable
from grader.testing.canonical import Canonical, EditedFunction, exclude

_F = TypeVar("_F", bound=Callable[..., Any])
_Definition = ast.FunctionDef | ast.ClassDef
_ATTRIBUTE = "__grader_entry__"


@dataclass(frozen=True, slots=True)
class Entry:
    """One implementation in a catalogue.

    Parameters
    ----------
    id : str
        Of a misconception as hints and reports name it; of a variant its own name.
    exercise, function : str
        What it implements.
    hint : str
        For a student who shows this misconception; empty for variants.
    loses_points : bool
        Whether it loses points. A misconception that loses none has right values and
        is only named.
    implementation : callable or None
        A whole implementation, or None for an edit; see `implement`.
    source : str
        A module's worth of definitions that put it in the place of the solution's, or nothing
        for an edit; see `source_of`.
    second_hint : str
        A more concrete hint where the first did not help; in no report.
    what : str
        What is wrong, in a few words; empty where only the hint has words.
    edits : mapping of str to str
        The new expressions by place, for an edit; empty for a whole implementation.
    edited : EditedFunction or None
        The function that it is an edit of.
    way : mapping of str to str
        For an edit of another right way: what makes that way of the canonical one.
    float32 : bool
        Whether it is a variant in single precision, which is to keep far from the tolerances.
    share : float
        Of a workload: which share of a way's work it does.
    cascades : tuple of str
        Other functions of the course that are to lose points with it, since they call this one.
    names : dict of str to object, or None
        Of a whole implementation that imports from ``canonical.py``: what that file defines.
    """

    id: str
    exercise: str
    function: str
    hint: str
    loses_points: bool
    implementation: Callable[..., Any] | None
    source: str
    second_hint: str = ""
    what: str = ""
    edits: Mapping[str, str] = field(default_factory=dict)
    edited: EditedFunction | None = None
    way: Mapping[str, str] = field(default_factory=dict)
    float32: bool = False
    share: float = 1.0
    cascades: tuple[str, ...] = ()
    names: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    def goes_with(self, other: Entry) -> bool:
        """Return whether both mistakes can be made in one implementation."""
        return (
            self.edited is not None
            and self.edited is other.edited
            and self.way == other.way
            and not exclude(self.edits, other.edits)
        )


@dataclass(frozen=True, slots=True)
class Way:
    """Another right way to write a function, in which mistakes show in more places.

    Each edit of the function that goes together with it is also tried in this way.

    Parameters
    ----------
    of : str
        The function or class.
    edits : mapping of str to str
        New expressions by place that make it of the canonical implementation.
    """

    of: str
    edits: Mapping[str, str]


def edit(  # noqa: PLR0913 - most are texts
    identity: str,
    edits: Mapping[str, str],
    *,
    of: str,
    what: str,
    hint: str,
    second_hint: str = "",
    loses_points: bool = True,
    cascades: Sequence[str] = (),
) -> Entry:
    """Describe a mistake as a change of the right implementation, for the list ``EDITS``.

    Parameters
    ----------
    identity, of, hint, second_hint, loses_points, cascades
        As for `misconception`.
    edits : mapping of str to str
        New expressions by place; see `grader.testing.canonical.EditedFunction`.
    what : str
        The mistake in a few words that can follow "Two things:", without the formula.
    """
    # The function that it is an edit of is joined when the list is read.
    return Entry(
        identity,
        "",
        of,
        hint,
        loses_points,
        implementation=None,
        source="",
        second_hint=second_hint,
        what=what,
        edits=edits,
        cascades=tuple(cascades),
    )


def implement(entries: Sequence[Entry]) -> Callable[..., Any]:
    """Return an implementation with all these mistakes: one entry, or edits that go together.

    What was returned for edits of the same function before is changed by it.
    """
    edited = entries[0].edited
    if edited is None:
        (entry,) = entries
        assert entry.implementation is not None
        return entry.implementation
    return edited.choose(entries[0].way, *(entry.edits for entry in entries))


def source_of(entries: Sequence[Entry]) -> str:
    """Return the source of `implement`, as a module's worth of definitions."""
    edited = entries[0].edited
    if edited is None:
        (entry,) = entries
        return entry.source
    return edited.source(entries[0].way, *(entry.edits for entry in entries))


def _mark(implementation: _F, identity: str, function: str, **fields: Any) -> _F:
    """Keep an entry on its implementation; its place is added when it is read."""
    known = {"hint": "", "loses_points": False, **fields}
    entry = Entry(identity, "", function, implementation=implementation, source="", **known)
    setattr(implementation, _ATTRIBUTE, entry)
    return implementation


def misconception(
    identity: str,
    *,
    of: str,
    hint: str,
    what: str = "",
    second_hint: str = "",
    loses_points: bool = True,
    cascades: Sequence[str] = (),
) -> Callable[[_F], _F]:
    """Mark a wrong implementation.

    Parameters
    ----------
    identity : str
        Its id, for example ``"A2-04"``, which reports have.
    of : str
        The function or class that it implements wrongly.
    hint : str
        One question or sentence that helps without the formula.
    what : str
        The mistake in a few words.
    second_hint : str
        A more concrete hint for a student who is still stuck, which ``grade hint`` shows.
    loses_points : bool
        False if its values are right and only its manner is not.
    cascades : sequence of str
        Other functions of the course that call this one and lose points with it. `grade verify`
        reports functions that are not listed.
    """

    def decorate(implementation: _F) -> _F:
        texts = {"hint": hint, "second_hint": second_hint, "what": what}
        others = {"loses_points": loses_points, "cascades": tuple(cascades)}
        return _mark(implementation, identity, of, **others, **texts)

    return decorate


def variant(*, of: str, float32: bool = False) -> Callable[[_F], _F]:
    """Mark a correct implementation of something that looks different from the solution.

    Parameters
    ----------
    of : str
        The function or class that it is.
    float32 : bool
        It computes in single precision: `grade verify` measures how near to the tolerances it
        comes.
    """

    def decorate(implementation: _F) -> _F:
        return _mark(implementation, implementation.__name__, of, float32=float32)

    return decorate


def workload(*, of: str, share: float = 1.0) -> Callable[[_F], _F]:
    """Mark an implementation whose processor time `grade verify` compares with ``cpu_s`` of checks.

    Parameters
    ----------
    of : str
        The function that it is, or whose work it does in part.
    share : float
        1 for a right but slow implementation: the limit must be at least 8 times its time. Less
        for a part of the work of a way to exclude: its time divided by the share must be at least
        8 times the limit.
    """

    def decorate(implementation: _F) -> _F:
        return _mark(implementation, implementation.__name__, of, share=share)

    return decorate


def load_catalogue(
    suites: Path, exercise: str, kind: Literal["misconceptions", "variants", "workloads"]
) -> tuple[Entry, ...]:
    """Read a catalogue in its order; there is nothing in it where there is no such file.

    Parameters
    ----------
    suites : Path
        The course's folder of suites.

    Raises
    ------
    CourseError
        If the file cannot be executed, an id is defined twice, or an edit does not fit
        ``canonical.py``.
    """
    make_importable(suites.parent / PROVIDED_FOLDER)
    path = suites / exercise / f"{kind}.py"
    if not path.is_file():
        return ()
    module, names = _import(path, f"_suite_of_{exercise}")
    canonical = Canonical(suites / exercise / "canonical.py")
    edits: Sequence[Entry] = getattr(module, "EDITS", ())
    ways: Sequence[Way] = getattr(module, "WAYS", ())
    entries = _join_edits(edits, ways, canonical, exercise)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = _read_whole(module, tree, canonical, exercise)
    entries += [replace(entry, names=names) for entry in whole]
    ids = [entry.id for entry in entries]
    for identity in ids:
        if ids.count(identity) > 1:
            raise CourseError(f"{path}: {identity} is defined twice")
    return (*entries, *_in_other_ways(entries, ways))


def _import(path: Path, package: str) -> tuple[types.ModuleType, dict[str, Any] | None]:
    """Execute a catalogue, as part of a package so that it can import from ``canonical.py``.

    Returns
    -------
    tuple
        Its module, and the names of ``canonical.py`` if it imported them.
    """
    spec = importlib.util.spec_from_file_location(f"{package}.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[package] = types.ModuleType(package)
    sys.modules[package].__path__ = [str(path.parent)]
    try:
        spec.loader.exec_module(module)
        canonical = sys.modules.get(f"{package}.canonical")
    except Exception as error:
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from error
    finally:
        # Another course may have an exercise of the same name.
        for name in (package, f"{package}.canonical"):
            sys.modules.pop(name, None)
    return module, None if canonical is None else vars(canonical)


def _join_edits(
    edits: Sequence[Entry], ways: Sequence[Way], canonical: Canonical, exercise: str
) -> list[Entry]:
    edited = {}
    for name in dict.fromkeys(one.function for one in edits):
        texts = [one.edits for one in edits if one.function == name]
        texts += [way.edits for way in ways if way.of == name]
        try:
            edited[name] = EditedFunction(canonical, name, texts)
        except CourseError as error:
            raise _blame(error, [one for one in edits if one.function == name], canonical) from None
    return [replace(one, exercise=exercise, edited=edited[one.function]) for one in edits]


def _blame(error: CourseError, edits: Sequence[Entry], canonical: Canonical) -> CourseError:
    """Return an error with the id of the first edit that does not fit."""
    for one in edits:
        try:
            EditedFunction(canonical, one.function, [one.edits])
        except CourseError as found:
            return CourseError(f"the edit {one.id} does not fit: {found}")
    return error


def _in_other_ways(entries: Sequence[Entry], ways: Sequence[Way]) -> list[Entry]:
    return [
        replace(entry, way=way.edits)
        for way in ways
        for entry in entries
        if entry.edited and entry.function == way.of and not exclude(way.edits, entry.edits)
    ]


def _read_whole(
    module: types.ModuleType, tree: ast.Module, canonical: Canonical, exercise: str
) -> list[Entry]:
    helpers = _helpers(tree, canonical)
    definitions = {node.name: node for node in tree.body if isinstance(node, _Definition)}
    entries = []
    for value in vars(module).values():
        marked = getattr(value, _ATTRIBUTE, None)
        if marked is not None:
            whole: Entry = marked
            source = helpers + "\n\n" + _renamed(definitions[value.__name__], whole.function)
            entries.append(replace(whole, exercise=exercise, source=source))
    return entries


def _helpers(tree: ast.Module, canonical: Canonical) -> str:
    """Return imports, constants and private definitions of a catalogue, without ours."""
    kept: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            kept += canonical.helpers
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader"):
            continue
        elif not isinstance(node, _Definition) or node.name.startswith("_"):
            kept.append(node)
    return "\n\n".join(map(ast.unparse, kept))


def _renamed(definition: _Definition, name: str) -> str:
    definition.name = name
    del definition.decorator_list[0]  # ours is the outermost
    return ast.unparse(definition)
