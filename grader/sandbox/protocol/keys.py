"""Counting how often keys of a worker's would have to be compared, before they become keys.

Integers, floats, fractions, tuples and frozen sets of any number can be chosen so that their hashes
are equal. Each of them would be compared with all before it, and so would what is in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from grader.sandbox.protocol.record import Record

MAX_EQUAL_HASHES = 100  # keys with one hash in one container; powers of two have some
MAX_COMPARED = 500_000  # steps of comparing, for one value
_SLOW = 20  # steps that comparing takes whose `__eq__` is not C
_FAST = frozenset((bool, int, float, complex, str, bytes, type(None)))


class TooManyCollisions(ValueError):
    """Keys collide as they would not by accident."""


class Comparisons:
    """How many comparisons of keys one value may still cost."""

    def __init__(self) -> None:
        self._left = MAX_COMPARED

    def count(self, keys: Sequence[Any]) -> None:
        """Count the comparisons that it costs to put keys into a set or dict.

        Raises
        ------
        TooManyCollisions
            If too many have the same hash, or comparing them takes too many steps.
        TypeError
            If one cannot be a key.
        """
        for group in _collisions(keys):
            if len(group) > MAX_EQUAL_HASHES:
                raise TooManyCollisions("keys that were made to collide")
            self._left -= len(group) * sum(map(_weigh, group)) // 2
            if self._left < 0:
                raise TooManyCollisions("keys that were made to collide")


def _collisions(keys: Sequence[Any]) -> list[list[Any]]:
    """Return the groups of keys that have the same hash."""
    # Most keys differ in their hashes, and are not put into lists.
    hashes = list(map(hash, keys))
    if len(set(hashes)) == len(hashes):
        return []
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for key, value in zip(keys, hashes, strict=True):
        groups[value].append(key)
    return [group for group in groups.values() if len(group) > 1]


def _weigh(key: Any) -> int:
    """Return how many steps it takes at most to compare a key with an equal one."""
    if type(key) in _FAST:
        return 1
    if isinstance(key, frozenset):
        return _weigh_set(key)
    if isinstance(key, Record):
        return _SLOW + sum(map(_weigh, key.fields.values()))
    return 1 + sum(map(_weigh, key)) if isinstance(key, tuple) else _SLOW


def _weigh_set(key: frozenset[Any]) -> int:
    counts: defaultdict[int, int] = defaultdict(int)
    weights: defaultdict[int, int] = defaultdict(int)
    for item in key:
        counts[hash(item)] += 1
        weights[hash(item)] += _weigh(item)
    return 1 + sum(counts[value] * weights[value] for value in counts)
