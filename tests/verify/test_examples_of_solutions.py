"""Examples in docstrings, which are to hold for the solution."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.docstrings import find_failing_examples

BODY = '''
def f(x):
    """Return it.

    >>> {example}
    {shown}
    """
    {code}
'''


def found(example: str, shown: str, code: str) -> list[str]:
    source = BODY.format(example=example, shown=shown, code=code)
    return list(find_failing_examples("module", {"module": source}, ["f"]))


@pytest.mark.parametrize(
    ("example", "shown", "code", "words"),
    [
        ("f('a  b')", "'a b'", "return x", "f('a  b') gives 'a  b'"),
        ("f(1)", "1", "return None", "f(1) gives nothing"),
        ("f(1)", "1", "raise KeyError(x)", "f(1) raises KeyError: 1"),
        ("f(1)", "1", "while True: pass", "took more than 1 s"),
    ],
)
def test_what_the_solution_gives_is_named(example: str, shown: str, code: str, words: str) -> None:
    """A wrong example misleads every student."""
    (finding,) = found(example, shown, code)
    assert finding == f"an example in the docstring of f does not hold for the solution: {words}"


NEEDING = [
    "return input()",
    "import sys; return sys.stdin.read()",
    "import sys; return list(sys.stdin)",
    "return open(x).read()",
]


@pytest.mark.parametrize("code", NEEDING)
def test_what_needs_input_or_files_is_not_judged(code: str) -> None:
    """They are not here, and nothing waits for them."""
    assert found("f('nowhere.txt')", "'text'", code) == []


def test_right_examples_and_functions_without_any_are_no_findings() -> None:
    """As in a sound course."""
    assert found("f(2)", "2", "return x") == []
    assert list(find_failing_examples("m", {"m": "def f():\n    pass\n"}, ["f"])) == []
    assert list(find_failing_examples("m", {"m": "1 / 0"}, [])) == []


def test_an_example_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it writes it can read, in memory; the folder of the course stays as it is."""
    monkeypatch.chdir(tmp_path)
    Path("old.txt").write_text("1\n", encoding="utf-8")
    source = '''
def f(name):
    """
    >>> f("new.txt")
    1
    >>> f("old.txt")
    1
    """
    with open(name, "a") as file:
        file.write("x")
    with open(name) as file:
        return len(file.read())
'''
    assert list(find_failing_examples("m", {"m": source}, ["f"])) == []
    assert [path.name for path in tmp_path.iterdir()] == ["old.txt"]
    assert Path("old.txt").read_text(encoding="utf-8") == "1\n"
