"""The calls of a check that are made again with known mistakes, and why others are not."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache

from grader.examiner.replay import can_replay, find_kept, find_used, is_small, is_stateful
from grader.sandbox.calls import Call


@dataclass(frozen=True, slots=True)
class Comparable:
    """The calls of one check.

    Parameters
    ----------
    calls : tuple of Call
        Those that are made again, in their order.
    aside : tuple of Call
        Calls of other functions with data alone. They show nothing of the function.
    obstacles : tuple of (int, str)
        The numbers of the others, from 1, and why they cannot be made again.
    """

    calls: tuple[Call, ...]
    aside: tuple[Call, ...] = ()
    obstacles: tuple[tuple[int, str], ...] = ()


def choose_calls(calls: Sequence[Call], function: str, known: Container[str]) -> Comparable:
    """Return which calls of a check can be made again.

    Parameters
    ----------
    function : str
        The function that the check is of.
    known : container of str
        The names of the module of which the course has a right implementation.
    """
    chosen: list[Call] = []
    aside: list[Call] = []
    obstacles: list[tuple[int, str]] = []
    kept: set[int] = set()
    is_lost = False
    for number, call in enumerate(calls, start=1):
        stateful = is_stateful(call)
        if _is_of_another(call, function) and not stateful:
            aside.append(call)
            continue
        why = _find_obstacle(call, function, known)
        if not why and not kept.issuperset(find_used(call)):
            why = "it uses an object that was not kept in this check"
        is_lost = is_lost or bool(why and (stateful or call.probe is not None))
        if why:
            obstacles.append((number, why))
        else:
            chosen.append(call)
            kept |= find_kept(call)
    # A later call may use an object that is not there, or show what the mistake did to it.
    return Comparable(() if is_lost else tuple(chosen), tuple(aside), tuple(obstacles))


def digest_calls(calls: Sequence[Call]) -> str:
    """Return a digest of what calls were passed; nothing where they were passed nothing."""
    if not any(c.packed_args or c.packed_kwargs or c.steps or c.given for c in calls):
        return ""
    # As they were packed for the call: a suite may change an array later.
    passed = [
        (c.name, c.probe, c.steps, c.packed_args, sorted(c.packed_kwargs.items()), c.given)
        for c in calls
    ]
    return hashlib.sha256(repr(passed).encode()).hexdigest()


def _is_of_another(call: Call, function: str) -> bool:
    """Return whether a call is of another function than the check's."""
    return call.on is None and call.name != function


def _find_obstacle(call: Call, function: str, known: Container[str]) -> str:
    """Return why a call cannot be made again, or nothing."""
    if not can_replay(call):
        return _find_why_not(call)
    wanted = [call.name] if _is_of_another(call, function) else []
    if call.probe is not None:
        wanted += _find_names(call.probe.source)
    missing = sorted({name for name in wanted if name != function and name not in known})
    if missing:
        names = " and ".join(missing)
        return f"it needs {names}, so define {names} in canonical.py beside the suite"
    return ""


def _find_why_not(call: Call) -> str:
    if not is_small(call):
        return "its arguments are too large to make it again: pass smaller ones"
    if call.runs:
        return "it runs a program, which no misconception is compared with"
    return "it gave no answer"


@cache
def _find_names(source: str) -> tuple[str, ...]:
    """Return the names of the module that a probe uses: attributes of its first argument."""
    definitions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    if not definitions or not (listed := definitions[-1].args.args):
        return ()
    used = (node for node in ast.walk(definitions[-1]) if isinstance(node, ast.Attribute))
    return tuple(
        dict.fromkeys(
            node.attr
            for node in used
            if isinstance(node.value, ast.Name) and node.value.id == listed[0].arg
        )
    )
