"""Arguments that cannot cross are named, with where they are and what to pass instead."""

from __future__ import annotations

import dataclasses
import io
import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest

from grader.sandbox.arguments import ArgumentError, pack_argument
from grader.sandbox.protocol.inspection import MAX_DEPTH
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Opaque


class Name(str):
    __slots__ = ()


class Thing:
    def do(self) -> None:
        """Do nothing."""


@dataclasses.dataclass
class Pair:
    left: Any
    right: Any = None


def nest(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


CASES = [
    (lambda x: x, "`x` of `f` is a lambda function", "by_source"),
    (math.sqrt, "`x` of `f` is a function", "by_source"),
    (Thing().do, "`x` of `f` is a method", "by_source"),
    (Thing, "`x` of `f` is a class", "by_source"),
    (math, "`x` of `f` is a module", "probe"),
    (Thing(), "`x` of `f` is an object of the class Thing", "student.keep"),
    (io.StringIO("a"), "`x` of `f` is an open file", "text"),
    ((n for n in "ab"), "`x` of `f` is a generator", "list"),
    (map(int, "12"), "`x` of `f` is an iterator", "list"),
    ({1: 2}.keys(), "`x` of `f` is a view of a dict", "list"),
    (np.random.default_rng(1), "`x` of `f` is a generator of numpy", "Seeded"),
    (np.array(["a"]), "`x` of `f` is an array of dtype <U1", "list"),
    (np.zeros((1,) * 9), "`x` of `f` is an array of 9 axes", "list"),
    (np.ma.masked_array([1.0]), "`x` of `f` is a MaskedArray, derived from ndarray", "ndarray"),
    (Name("a"), "`x` of `f` is a Name, derived from str", "pass it as str"),
    (2**20_000, "`x` of `f` is an integer of 20001 bits", "smaller"),
    ([0] * 60_000, "`x` of `f` is a list with more than 50000 items", "smaller"),
    (nest(MAX_DEPTH + 2), f"is a list nested deeper than {MAX_DEPTH} levels", "simpler"),
    (defaultdict(lambda: 0), "`x` of `f` is a defaultdict whose factory is none", "simpler"),
    ([1, {"a": (Thing(),)}], "`x[1]['a'][0]` of `f` is an object of the class Thing", "plain"),
    ({(1, Thing): 2}, "the argument `x (the key (1, <class", "by_source"),
    (Pair(1, [len]), "`x.right[0]` of `f` is a function", "by_source"),
    ({1, len}, "`x (one of the set)` of `f` is a function", "by_source"),
    (Counter({"a": len}), "`x['a']` of `f` is a function", "by_source"),
]


@pytest.mark.parametrize(("value", "what", "instead"), CASES, ids=[case[1] for case in CASES])
def test_what_cannot_cross_is_named_with_its_place(value: Any, what: str, instead: str) -> None:
    """The message has the parameter, the place in it, the kind, and what to pass instead."""
    with pytest.raises(ArgumentError) as caught:
        pack_argument(value, "x", "f")
    words = str(caught.value)
    assert what in words
    assert "cannot cross the process boundary" in words
    assert instead in words.partition("boundary")[2]


def test_what_a_student_returned_can_be_passed_on() -> None:
    """Also the stand-in of an object, which is the student's."""
    back = unpack(pack([Thing(), Name("a"), Pair(1, 2), {Thing(): 1}]))
    assert isinstance(back[0], Opaque)
    assert unpack(pack_argument(back, "x", "f")) == back
