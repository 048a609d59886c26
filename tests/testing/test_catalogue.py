"""Catalogues of implementations as files beside a suite."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.testing.catalogue import implement, load_catalogue, source_of

CANONICAL = """
import math

FACTOR = {factor}


def _scaled(x):
    return math.floor(FACTOR * x)


def f(x):
    return _scaled(x)
"""
WHOLE = """
from grader.testing import misconception

from .canonical import _scaled


def _more(x):
    return _scaled(x) + 1


@misconception("WHOLE", of="f", hint="Why?")
def one_more(x):
    return _more(x)
"""


def write_suite(folder: Path, factor: int, misconceptions: str = WHOLE) -> Path:
    suite = folder / "numbers"
    suite.mkdir(parents=True)
    (suite / "canonical.py").write_text(CANONICAL.format(factor=factor))
    (suite / "misconceptions.py").write_text(misconceptions)
    return folder


def test_a_whole_implementation_uses_helpers_of_the_canonical_file(tmp_path: Path) -> None:
    """As it is called here, and in the source that is put behind a solution."""
    known = set(sys.modules)
    for factor in (2, 3):
        # Two courses with an exercise of one name.
        suites = write_suite(tmp_path / str(factor), factor)
        (entry,) = load_catalogue(suites, "numbers", "misconceptions")
        assert implement([entry])(5) == 5 * factor + 1
        names: dict[str, object] = {}
        exec(f"def f(x):\n    return x\n\n{source_of([entry])}", names)
        assert callable(names["f"])
        assert names["f"](5) == 5 * factor + 1
        assert "canonical" not in source_of([entry])
    assert not {name for name in set(sys.modules) - known if "numbers" in name}


def test_a_mistake_is_known_in_every_way_that_does_not_replace_it(tmp_path: Path) -> None:
    """Under one id; mistakes in two different ways are not made together."""
    edits = """
from grader.testing import Way, edit

EDITS = [
    edit("SUM", {"add.return": "self.x * other"}, of="C", what="sum", hint="Which?"),
    edit("TEXT", {"show.return": "'wrong'"}, of="C", what="text", hint="Which?"),
    edit("MINUS", {"sub.return": "other - self.x"}, of="C", what="minus", hint="Which?"),
]
WAYS = [Way("C", {"sub": "def sub(self, other):\\n    return self.add(-other)"})]
"""
    suites = write_suite(tmp_path, 1, edits)
    methods = "".join(
        f"    def {name}:\n        return {value}\n"
        for name, value in {
            "__init__(self, x)": "vars(self).update(x=x)",
            "add(self, other)": "self.x + other",
            "sub(self, other)": "self.x - other",
            "show(self)": "'right'",
        }.items()
    )
    (suites / "numbers" / "canonical.py").write_text(f"class C:\n{methods}")
    entries = load_catalogue(suites, "numbers", "misconceptions")
    assert [(e.id, bool(e.way)) for e in entries] == [
        ("SUM", False), ("TEXT", False), ("MINUS", False), ("SUM", True), ("TEXT", True),
    ]  # fmt: skip
    plain, _, minus, derived, derived_text = entries
    assert implement([plain])(5).sub(2) == 3
    assert implement([derived])(5).sub(2) == -10
    both = implement([derived, derived_text])(5)
    assert (both.sub(2), both.show()) == (-10, "wrong")
    names: dict[str, type] = {}
    exec(source_of([derived, derived_text]), names)
    assert names["C"](5).sub(2) == -10  # type: ignore[attr-defined]
    assert plain.goes_with(minus)
    assert derived.goes_with(derived_text)
    assert not plain.goes_with(derived_text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from .canonical import _missing", "ImportError: cannot import name '_missing'"),
        ("x = (", "SyntaxError: '\\(' was never closed"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_catalogue_that_cannot_be_executed_is_refused(
    tmp_path: Path, text: str, reason: str
) -> None:
    """With its path and the reason, in one error."""
    suites = write_suite(tmp_path, 1, text)
    with pytest.raises(CourseError, match=f"misconceptions.py: {reason}"):
        load_catalogue(suites, "numbers", "misconceptions")


def test_the_edit_that_does_not_fit_is_named(tmp_path: Path) -> None:
    """With the places that there are."""
    text = """
from grader.testing import edit
EDITS = [
    edit("X-01", {"a": "2"}, of="f", what="a", hint="?"),
    edit("X-02", {"c": "2"}, of="f", what="c", hint="?"),
    edit("X-03", {"D.go": "def go(self): pass"}, of="D", what="go", hint="?"),
]
"""
    suites = write_suite(tmp_path, 1, text)
    canonical = (
        "def f(x):\n    a = 1\n    return a + x\n\nclass D:\n    def go(self):\n        pass\n"
    )
    (suites / "numbers" / "canonical.py").write_text(canonical)
    with pytest.raises(CourseError, match=r"X-02 does not fit: .* there are a, return\."):
        load_catalogue(suites, "numbers", "misconceptions")
    (suites / "numbers" / "misconceptions.py").write_text(text.replace('"c"', '"return"'))
    with pytest.raises(CourseError, match=r"X-03 .* no method D; its methods are go$"):
        load_catalogue(suites, "numbers", "misconceptions")
