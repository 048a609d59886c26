"""Wrong and right ways to write a function, kept beside its suite.

``suites/<exercise>/misconceptions.py`` holds named wrong implementations, each marked
with `misconception`; ``variants.py`` holds correct implementations that look different,
each marked with `variant`; ``workloads.py`` those whose processor time is measured, each
marked with `workload`. They are ordinary functions with the stub's parameters, or
classes where the stub has one. They may use ``np``, ``math`` and private helpers and base
classes (``_name``) of their own file. Below our decorator there may be others.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from grader.errors import CourseError

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
    implementation : callable
        The implementation.
    source : str
        A module's worth of definitions that put it in the place of the solution's.
    second_hint : str
        A more concrete hint where the first did not help; in no report.
    float32 : bool
        Whether it is a variant in single precision, which is to keep far from the tolerances.
    share : float
        Of a workload: which share of a way's work it does.
    """

    id: str
    exercise: str
    function: str
    hint: str
    loses_points: bool
    implementation: Callable[..., Any]
    source: str
    second_hint: str = ""
    float32: bool = False
    share: float = 1.0


def misconception(
    identity: str, *, of: str, hint: str, second_hint: str = "", loses_points: bool = True
) -> Callable[[_F], _F]:
    """Mark a wrong implementation.

    Parameters
    ----------
    identity : str
        Its id, for example ``"A2-04"``.
    of : str
        The function or class that it claims to be.
    hint : str
        One question or sentence that helps without giving the formula away.
    second_hint : str
        What ``grade hint`` shows a student who is still stuck: more concrete, without the formula.
    loses_points : bool
        False where its values are right and only its manner is not.
    """

    def decorate(implementation: _F) -> _F:
        marked = (identity, of, hint, loses_points, second_hint, False)
        setattr(implementation, _ATTRIBUTE, marked)
        return implementation

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
        marked = (implementation.__name__, of, "", False, "", float32)
        setattr(implementation, _ATTRIBUTE, marked)
        return implementation

    return decorate


def workload(*, of: str, share: float = 1.0) -> Callable[[_F], _F]:
    """Mark an implementation whose processor time `grade verify` compares with ``cpu_s`` of checks.

    Parameters
    ----------
    of : str
        The function that it is, or whose work it does in part.
    share : float
        1 for a right but slow implementation: the limit is to be 8 times its time or more. Less
        for a part of an excluded way: the whole, its time divided by the share, is to be 8 times
        the limit or more.
    """

    def decorate(implementation: _F) -> _F:
        marked = (implementation.__name__, of, "", False, "", False, share)
        setattr(implementation, _ATTRIBUTE, marked)
        return implementation

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
        If an id is defined twice.
    """
    path = suites / exercise / f"{kind}.py"
    if not path.is_file():
        return ()
    spec = importlib.util.spec_from_file_location(f"{kind}_of_{exercise}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    helpers = _helpers(tree)
    definitions = {node.name: node for node in tree.body if isinstance(node, _Definition)}
    entries = []
    for value in vars(module).values():
        marked = getattr(value, _ATTRIBUTE, None)
        if marked is not None:
            identity, function, hint, loses_points, *rest = marked
            source = helpers + "\n\n" + _renamed(definitions[value.__name__], function)
            entries.append(
                Entry(identity, exercise, function, hint, loses_points, value, source, *rest)
            )
    ids = [entry.id for entry in entries]
    for identity in ids:
        if ids.count(identity) > 1:
            raise CourseError(f"{path}: {identity} is defined twice")
    return tuple(entries)


def _helpers(tree: ast.Module) -> str:
    """Return imports, constants and private definitions of a catalogue, without ours."""
    kept = []
    for node in tree.body:
        own = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader")
        public = isinstance(node, _Definition) and not node.name.startswith("_")
        if not own and not public:
            kept.append(ast.unparse(node))
    return "\n\n".join(kept)


def _renamed(definition: _Definition, name: str) -> str:
    definition.name = name
    del definition.decorator_list[0]  # ours is the outermost
    return ast.unparse(definition)
