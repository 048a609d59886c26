"""Stubs: what stays of a solution, what goes, and what an author has to add."""

from __future__ import annotations

import ast
import re
import shutil
import sys
import types
from pathlib import Path

import pytest
from support.courses import write_small_course

from grader.course.manifest import load_course
from grader.course.stubs import make_stub, outdated_stubs
from grader.errors import CourseError

ROOT = Path(__file__).resolve().parents[2]
HEAD = (
    "import functools\nfrom dataclasses import dataclass, field\nfrom typing import overload\n\n\n"
)
# A solution and its stub, both after HEAD.
KINDS = {
    "a property and its setter": (
        '''class A:
    """Doc."""

    @property
    def top(self):
        """Top."""
        return 1 + SECRET

    @top.setter
    def top(self, value):
        self.x = SECRET
''',
        '''class A:
    """Doc."""

    @property
    def top(self):
        """Top."""
        # TODO: implement A.top
        raise NotImplementedError

    @top.setter
    def top(self, value):
        # TODO: implement A.top
        raise NotImplementedError
''',
    ),
    "special methods without docstrings, and class methods": (
        '''class A:
    """Doc."""

    def __init__(self, x: int = 3) -> None:
        # SECRET
        self.x = x

    @classmethod
    def of(cls, *items):
        """Make."""
        return SECRET
''',
        '''class A:
    """Doc."""

    def __init__(self, x: int = 3) -> None:
        # TODO: implement A.__init__
        raise NotImplementedError

    @classmethod
    def of(cls, *items):
        """Make."""
        # TODO: implement A.of
        raise NotImplementedError
''',
    ),
    "a dataclass with its fields": (
        '''@dataclass(frozen=True)
class P:
    """Doc."""

    x: float
    tags: list[str] = field(default_factory=list)
    _hidden: int = 0  # SECRET

    def norm(self):
        """Norm."""
        return SECRET
''',
        '''@dataclass(frozen=True)
class P:
    """Doc."""

    x: float
    tags: list[str] = field(default_factory=list)

    def norm(self):
        """Norm."""
        # TODO: implement P.norm
        raise NotImplementedError
''',
    ),
    "constants of a class, and another name for a method": (
        '''class A:
    """Doc."""

    LIMIT = 5
    _SECRET = 6

    def __add__(self, other):
        """Add."""
        return SECRET

    __radd__ = __add__
    plus = __add__
''',
        '''class A:
    """Doc."""

    LIMIT = 5

    def __add__(self, other):
        """Add."""
        # TODO: implement A.__add__
        raise NotImplementedError
''',
    ),
    "classes within a class": (
        '''class A:
    """Doc."""

    class Node:
        """Node."""

        def value(self):
            """Value."""
            return SECRET

    class _Secret:
        SECRET = 1
''',
        '''class A:
    """Doc."""

    class Node:
        """Node."""

        def value(self):
            """Value."""
            # TODO: implement A.Node.value
            raise NotImplementedError
''',
    ),
    "overloads": (
        '''@overload
def twice(x: int) -> int: ...
@overload
def twice(x: str) -> str: ...
def twice(x):
    """Twice."""
    return SECRET
''',
        '''@overload
def twice(x: int) -> int: ...
@overload
def twice(x: str) -> str: ...
def twice(x):
    """Twice."""
    # TODO: implement twice
    raise NotImplementedError
''',
    ),
    "functions with async": (
        'async def fetch():\n    """Fetch."""\n    return SECRET\n',
        'async def fetch():\n    """Fetch."""\n'
        "    # TODO: implement fetch\n    raise NotImplementedError\n",
    ),
    "generators, and a cache": (
        '@functools.lru_cache(maxsize=None)\ndef f(n):\n    """F."""\n    yield SECRET\n',
        'def f(n):\n    """F."""\n    # TODO: implement f\n    raise NotImplementedError\n',
    ),
    "decorators that students write, and private ones": (
        '''def timed(f):
    """Time it."""
    return SECRET


def _secret(f):
    return f


@timed
@_secret
def work():
    """Work."""
    return SECRET
''',
        '''def timed(f):
    """Time it."""
    # TODO: implement timed
    raise NotImplementedError


def work():
    """Work."""
    # TODO: implement work
    raise NotImplementedError
''',
    ),
    "a function on one line": (
        'def f(x: int = 2): "Doc."; return SECRET\n',
        'def f(x: int=2):\n    """Doc."""\n'
        "    # TODO: implement f\n    raise NotImplementedError\n",
    ),
    "constants, and private ones that something needs": (
        '''NAMES = ["a"]
_ALL = 3
# SECRET
_SECRET = {"a": 1}
_LEAST = _ALL - 1


def f(n=_LEAST):
    """F."""
    return _SECRET
''',
        '''NAMES = ["a"]
_ALL = 3
_LEAST = _ALL - 1


def f(n=_LEAST):
    """F."""
    # TODO: implement f
    raise NotImplementedError
''',
    ),
    "what is provided, also within a class": (
        '''# provided
def _helper():
    return _TABLE


class A:
    """Doc."""

    # provided
    def given(self):
        return _helper()

    def asked(self):
        """Asked."""
        return SECRET


_TABLE = [1]
''',
        '''def _helper():
    return _TABLE


class A:
    """Doc."""

    def given(self):
        return _helper()

    def asked(self):
        """Asked."""
        # TODO: implement A.asked
        raise NotImplementedError


_TABLE = [1]
''',
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_interface_stays_and_its_implementation_goes(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stub can be imported."""
    solution, expected = KINDS[kind]
    stub = make_stub(HEAD + solution)
    assert stub == HEAD + expected
    assert "SECRET" not in stub
    module = types.ModuleType("stub")
    monkeypatch.setitem(sys.modules, "stub", module)
    exec(compile(stub, "stub.py", "exec"), module.__dict__)


@pytest.mark.parametrize("stub", sorted((ROOT / "exercises").glob("*.py")), ids=lambda p: p.stem)
def test_the_list_of_tasks_in_an_editor_has_each_function_of_the_course(stub: Path) -> None:
    """Each function to write has its own line with TODO, and nothing else has one."""
    text = stub.read_text(encoding="utf-8")
    below = re.findall(r" # TODO: implement (\S+)\n +raise NotImplementedError\n", text)
    assert len(below) == len(set(below)) == text.count("raise NotImplementedError") > 0
    assert text.count("TODO") == len(below)


def write_solution(folder: Path, text: str) -> Path:
    """Return the manifest of a course with another solution."""
    manifest = write_small_course(folder)
    (folder / "solutions" / "numbers.py").write_text(text, encoding="utf-8")
    return manifest


@pytest.mark.parametrize(
    ("solution", "gaps"),
    [
        (
            "class Stack:\n    def push(self):\n        pass\n\n    class Node:\n        pass\n\n\n"
            "async def fetch():\n    pass\n\n\ndef _helper():\n    pass\n",
            [
                "Stack has no docstring",
                "Stack.push has no docstring",
                "Stack.Node has no docstring",
                "fetch has no docstring",
            ],
        ),
        (
            'def f():\n    """F."""\n\n\nsquare = lambda x: x * x\n',
            ["square is a lambda; write it with def"],
        ),
        (
            "def _secret():\n    return 1\n\n\nTABLE = _secret()\n",
            ["TABLE needs _secret, which the stub lacks; put # provided above it"],
        ),
        ("def f(:\n", ["line 1 is not valid Python: invalid syntax"]),
    ],
)
def test_an_author_is_told_everything_that_a_stub_lacks(
    solution: str, gaps: list[str], tmp_path: Path
) -> None:
    """With the file, and the class of each method, all at once and on one line."""
    manifest = write_solution(tmp_path / "course", solution)
    solutions = manifest.parent / "solutions"
    with pytest.raises(CourseError) as caught:
        outdated_stubs(load_course(manifest), solutions)
    assert str(caught.value) == "; ".join(f"{solutions / 'numbers.py'}: {gap}" for gap in gaps)


def test_the_gaps_of_all_solutions_are_told(tmp_path: Path) -> None:
    """Not only those of the first file."""
    manifest = write_solution(tmp_path / "course", "def f():\n    pass\n")
    solutions = manifest.parent / "solutions"
    shutil.copy(solutions / "numbers.py", solutions / "more.py")
    with manifest.open("a") as file:
        file.write('\n[[exercise]]\nname = "more"\n')
    with pytest.raises(CourseError, match=r"numbers\.py: f has .*more\.py: f has no docstring"):
        outdated_stubs(load_course(manifest), solutions)


def test_a_stub_of_our_course_keeps_every_signature() -> None:
    """Public names and parameters are those of the solution."""
    solutions = Path(__file__).resolve().parents[2] / "solutions"
    for path in sorted(solutions.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        stub = {
            ast.dump(node.args)
            for node in ast.walk(ast.parse(make_stub(path.read_text(encoding="utf-8"))))
            if isinstance(node, ast.FunctionDef)
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.dump(node.args) in stub, node.name


def test_a_comment_on_a_helper_goes_with_it() -> None:
    """It may say how a function is to be written; a note for students stays."""
    solution = """\
\"\"\"A module.\"\"\"


# Sum the squares first.
def _squares(x):
    return x * x


# For students.


# stub: Begin here.
def total(x):
    \"\"\"Return it.\"\"\"
    return _squares(x)
"""
    stub = make_stub(solution)
    assert "squares" not in stub
    assert "# For students." in stub
    assert "# Begin here." in stub
