"""Edits of a right implementation: one, two together, and those that do not fit."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any

import pytest

from grader.errors import CourseError
from grader.testing.canonical import Canonical, EditedFunction, exclude

CANONICAL = '''
"""Right."""
import math

OFFSET = 1


def _half(x):
    return x / 2


def public(x):
    return x


def total(values):
    start = 0
    total = start
    for value in values:
        step = _half(value)
        total = total + step
    result = public(total) + OFFSET
    return result


class Box:
    def __init__(self, value):
        self.value = value

    def twice(self, more=0):
        grown = 2 * self.value
        self.value += more
        return grown

    def root(self):
        return math.sqrt(self.value)
'''


@pytest.fixture
def canonical(tmp_path: Path) -> Canonical:
    path = tmp_path / "canonical.py"
    path.write_text(CANONICAL)
    return Canonical(path)


def run_source(source: str, **names: Any) -> types.SimpleNamespace:
    exec(source, names)
    return types.SimpleNamespace(**names)


STEP, RESULT, LATE = {"step": "value"}, {"result": "total"}, {"return": "-result"}


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], 4),
        ([STEP], 7),
        ([RESULT], 3),
        ([LATE], -4),
        ([STEP, RESULT], 6),
        ([STEP, RESULT, LATE], -6),
        ([{"total": "step"}], 2.5),
    ],
)
def test_edits_are_made_alone_and_together(
    canonical: Canonical, edits: list[dict[str, str]], expected: float
) -> None:
    """The compiled function and the source do the same; another choice leaves nothing behind."""
    edited = EditedFunction(canonical, "total", [STEP, RESULT, LATE, {"total": "step"}])
    assert edited.choose(*edits)([1, 2, 3]) == expected
    assert run_source(edited.source(*edits), public=lambda x: x).total([1, 2, 3]) == expected
    assert edited.choose()([1, 2, 3]) == 4


def test_a_step_of_a_loop_is_the_last_assignment(canonical: Canonical) -> None:
    """What a loop begins with is an assignment to the same name before it."""
    edited = EditedFunction(canonical, "total", [{"start": "10"}, {"total": "total - step"}])
    assert edited.choose({"start": "10"})([2]) == 12
    assert edited.choose({"total": "total - step"})([2]) == 0


def test_methods_and_what_is_in_them_are_edited(canonical: Canonical) -> None:
    """A whole method, a name in it, and an attribute that grows."""
    whole = {"root": "def root(self):\n    return self.value"}
    grown, more = {"twice.grown": "3 * self.value"}, {"twice.self.value": "2 * more"}
    edited = EditedFunction(canonical, "Box", [whole, grown, more])
    box = edited.choose(whole, grown)(4)
    assert (box.root(), box.twice(1), box.value) == (4, 12, 5)
    box = edited.choose(more)(4)
    assert (box.root(), box.twice(1), box.value) == (2, 8, 6)
    boxes = run_source(edited.source(whole, more))
    assert (boxes.Box(4).root(), boxes.Box(4).twice(1)) == (4, 8)


def test_a_method_with_a_yield_is_edited_beside_one_without(tmp_path: Path) -> None:
    """Whether a method is a generator depends on the edit that is chosen alone."""
    path = tmp_path / "canonical.py"
    path.write_text("""
class Pile:
    def __init__(self, *entries, **more):
        self.entries = list(entries) or [*more]

    def __iter__(self):
        return reversed(self.entries)

    def some(self, first, /, second=1, *rest, third, **more):
        yield from (first, second, *rest, third, *more)
""")
    forwards = {"__iter__": "def __iter__(self):\n    return iter(self.entries)"}
    emptied = {
        "__iter__": "def __iter__(self):\n    while self.entries:\n        yield self.entries.pop()"
    }
    head = "def some(self, first, /, second=1, *rest, third, **more):\n    return"
    counted, joined = {"some": f"{head} 1 + len(rest)"}, {"some": f"{head} (first, *more)"}
    edited = EditedFunction(Canonical(path), "Pile", [forwards, emptied, counted, joined])
    for edits, once, again in (
        ([], [3, 2, 1], [3, 2, 1]),
        ([forwards], [1, 2, 3], [1, 2, 3]),
        ([emptied], [3, 2, 1], []),
    ):
        pile = edited.choose(*edits)(1, 2, 3)
        assert (list(pile), list(pile)) == (once, again)
        pile = run_source(edited.source(*edits)).Pile(1, 2, 3)
        assert (list(pile), list(pile)) == (once, again)
    assert list(edited.choose()().some(1, third=3, a=4)) == [1, 1, 3, "a"]
    assert edited.choose(counted)().some(1, 2, 3, third=4) == 2
    assert edited.choose(joined)().some(1, third=4, a=5) == (1, "a")


def test_a_definition_uses_what_others_of_its_file_use(tmp_path: Path) -> None:
    """Names of others, theirs, and another name for one of them."""
    path = tmp_path / "canonical.py"
    path.write_text("""
class Cell:
    pass

_Cell = Cell

def near(cell):
    return [Cell()]

def far(cell):
    found = near(cell)
    return [*found, _Cell()]
""")
    canonical = Canonical(path)
    assert len(EditedFunction(canonical, "far", [{"found": "[]"}]).choose()(0)) == 2
    assert EditedFunction(canonical, "Cell", []).choose()()


def test_a_source_has_no_public_function_but_its_own(canonical: Canonical) -> None:
    """Put behind a solution, it leaves the solution's other functions alone."""
    source = EditedFunction(canonical, "total", [STEP]).source(STEP)
    names = run_source(source, public=lambda x: x)
    assert hasattr(names, "_half")
    assert not hasattr(names, "Box")
    assert "Right" not in source


@pytest.mark.parametrize(
    ("function", "edit", "reason"),
    [
        ("missing", {}, "there is no missing to edit"),
        (
            "total",
            {"nowhere": "1"},
            "nowhere of total: there is no such step; there are start, total, step, result, return",
        ),
        ("total", {"step": "1 +"}, "'1 +' is not one expression"),
        ("total", {"step": "x = 1"}, "'x = 1' is not an expression"),
        ("total", {"step": "1\n2"}, "is not one expression"),
        ("total", {"step": "def f(): pass"}, "take the place of a method only"),
        ("Box", {"half": "1"}, "the class has no method half"),
        ("Box", {"root": "1"}, "a definition with the method's parameters"),
        ("Box", {"root": "def root(self, x):\n    return 1"}, "the method's parameters"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(
    canonical: Canonical, function: str, edit: dict[str, str], reason: str
) -> None:
    """The author reads which edit, and why."""
    with pytest.raises(CourseError, match=reason.replace("(", r"\(").replace("+", r"\+")):
        EditedFunction(canonical, function, [edit])


def test_a_file_that_is_not_valid_python_is_refused(tmp_path: Path) -> None:
    """With its line."""
    (tmp_path / "canonical.py").write_text("x = 1\ndef f(:\n")
    with pytest.raises(CourseError, match=r"canonical.py, line 2: "):
        Canonical(tmp_path / "canonical.py")


@pytest.mark.parametrize(
    ("first", "second", "excluded"),
    [
        ({"a": "1"}, {"b": "1"}, False),
        ({"a": "1"}, {"a": "2", "b": "1"}, True),
        ({"m": "1"}, {"m.x": "1"}, True),
        ({"m": "1"}, {"more": "1"}, False),
    ],
)
def test_edits_of_one_place_exclude_each_other(
    first: dict[str, str], second: dict[str, str], excluded: bool
) -> None:
    """A method is the place of everything in it."""
    assert exclude(first, second) is excluded
    assert exclude(second, first) is excluded
