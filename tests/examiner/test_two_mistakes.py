"""Diagnosis of two mistakes in one function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.examiner.diagnosis import CheckRun, diagnose
from grader.records import Outcome
from grader.sandbox.calls import Call
from grader.sandbox.protocol.values import pack, unpack
from grader.testing.catalogue import Entry, load_catalogue

Z = np.array([[0.5, -1.5, 2.0], [1.0, 4.0, -3.0]])
CANONICAL = """
def f(z):
    scaled = 3 * z
    shifted = scaled + 1
    total = shifted.sum(axis=0)
    return total
"""
MISCONCEPTIONS = """
from grader.testing import edit, misconception

EDITS = [
    edit("SCALE", {"scaled": "4 * z"}, of="f", what="four times", hint="How often?"),
    edit("SHIFT", {"shifted": "scaled - 1"}, of="f", what="minus one", hint="Up or down?"),
    edit("ROWS", {"total": "shifted.sum(axis=1)"}, of="f", what="rows", hint="Which axis?"),
    edit("FIRST", {"scaled": "4 * z * (z == z[0])"}, of="f", what="one row", hint="Which?"),
]


@misconception("WHOLE", of="f", hint="Another way.")
def whole(z):
    return 0 * z
"""


@pytest.fixture
def entries(tmp_path: Path) -> tuple[Entry, ...]:
    folder = tmp_path / "numbers"
    folder.mkdir()
    (folder / "canonical.py").write_text(CANONICAL)
    (folder / "misconceptions.py").write_text(MISCONCEPTIONS)
    return load_catalogue(tmp_path, "numbers", "misconceptions")


def run(name: str, function: Callable[[Any], Any], *arguments: Any) -> CheckRun:
    calls = [
        Call("f", (a,), packed_args=[pack(a)], value=unpack(pack(function(a))), answered=True)
        for a in arguments
    ]
    return CheckRun(Outcome(name, "failed", observation="values"), tuple(calls))


def name(runs: list[CheckRun], entries: tuple[Entry, ...]) -> dict[str, str]:
    found = diagnose(runs, entries).items()
    return {check: "+".join(entry.id for entry in mistakes) for check, mistakes in found}


def test_two_are_named_that_together_did_the_same(entries: tuple[Entry, ...]) -> None:
    """Neither alone did."""
    runs = [run("a", lambda z: (4 * z + 1).sum(axis=1), Z, -Z)]
    assert name(runs, entries) == {"a": "SCALE+ROWS"}


def test_one_that_is_all_of_it_is_named_alone(entries: tuple[Entry, ...]) -> None:
    """A pair with nothing to add is not named."""
    assert name([run("a", lambda z: (4 * z + 1).sum(axis=0), Z)], entries) == {"a": "SCALE"}


def test_each_check_has_the_one_of_the_two_that_shows_in_it(entries: tuple[Entry, ...]) -> None:
    """At z = 0 the factor is not to be seen, and two samples are as many as the units."""

    def both(z: Any) -> Any:
        return (4 * z + 1).sum(axis=1)

    runs = [run("both", both, Z), run("zeros", both, np.zeros((2, 3)))]
    assert name(runs, entries) == {"both": "SCALE+ROWS", "zeros": "ROWS"}


def test_what_all_fitting_pairs_have_in_common_is_named(entries: tuple[Entry, ...]) -> None:
    """For a single row two of the ways to scale are the same."""
    runs = [run("a", lambda z: (4 * z - 1).sum(axis=0), Z[:1])]
    assert name(runs, entries) == {"a": "SHIFT"}


@pytest.mark.parametrize(
    "function",
    [
        lambda z: (5 * z - 1).sum(axis=0),
        lambda z: (4 * z - 1).sum(axis=1) + 0.001,
        lambda z: (4 * z - 1).sum(axis=1),
    ],
)
def test_nothing_is_named_where_no_two_fit(
    entries: tuple[Entry, ...], function: Callable[[Any], Any]
) -> None:
    """A third mistake, or another one."""
    assert name([run("a", function, Z)], entries) == {}
