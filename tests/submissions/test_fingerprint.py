"""Fingerprints of code: equal where only names and layout differ, and only there."""

from __future__ import annotations

import pytest

from grader.records import SourceFile
from grader.submissions.fingerprint import take_fingerprint

CODE = "import numpy as np\n\n\ndef f(z):\n    return np.exp(z)\n"


def fingerprint(code: str) -> str:
    return take_fingerprint(SourceFile("f.py", code.encode()))


def test_names_and_layout_do_not_matter() -> None:
    """Renamed and commented, it is the same code; with another function it is not."""
    renamed = "import numpy as np\ndef g(x):  # mine\n    '''Mine.'''\n    return np.exp( x )"
    assert fingerprint(CODE) == fingerprint(renamed) != ""
    assert fingerprint(CODE) != fingerprint(CODE.replace("exp", "sin"))
    cells = SourceFile("f.ipynb", b"", cells=("%matplotlib inline", CODE))
    assert len(take_fingerprint(cells)) == 16


@pytest.mark.parametrize(
    "code", ["", "# words", "def f(:", "(" * 1000, "x = 1\0", "x = 1\n" * 20_000]
)
def test_code_that_cannot_be_parsed_has_none(code: str) -> None:
    """Two students who hand in code that cannot be parsed have copied nothing."""
    assert fingerprint(code) == ""
    assert take_fingerprint(SourceFile("f.ipynb", b"", cells=(code,))) == ""
