"""Single cases of an update: which parts are brought, which are left, and why."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.course.derivations import add_links, find_links
from grader.course.manifest import load_course
from grader.course.notebooks import make_notebook
from grader.errors import CourseError, SubmissionError
from grader.submissions.updating.lines import merge_lines
from grader.submissions.updating.module import merge_module
from grader.submissions.updating.notebook import merge_notebook

STUB = '''\
"""A module."""

import math

import numpy as np


def f(z, alpha=0.1):
    """Return f."""
    # TODO: implement f
    raise NotImplementedError


class K:
    """A class."""

    def g(self, x):
        """Return g."""
        # TODO: implement K.g
        raise NotImplementedError
'''
WRITTEN = STUB.replace("raise NotImplementedError", "return z * alpha", 1)
NEW_DOCSTRING = STUB.replace("Return f.", "Return f of z.\n\n    More.\n    ")


def merge(mine: str, theirs: str, base: str | None = STUB) -> tuple[str, dict[str, str]]:
    """Return the merged text, and what is reported of each part; what is left begins so."""
    done = merge_module(mine.encode(), base.encode() if base is not None else None, theirs.encode())
    told: dict[str, str] = {}
    for change in done.changes:
        text = change.text if change.done else f"left: {change.text}"
        told[change.name] = "; ".join(filter(None, (told.get(change.name), text)))
    return done.content.decode(), told


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            '    """Return f."""\n    # mine\n    return z\n',
            '    """Return f of z.\n\n    More.\n    """\n    # mine\n    return z\n',
        ),
        (
            "\tr'''Return f.'''\n\tif z:\n\t\treturn 1\n",
            '\t"""Return f of z.\n\n\tMore.\n\t"""\n\tif z:\n\t\treturn 1\n',
        ),
        (
            '    "Return f."; return z  # mine\n',
            '    """Return f of z.\n\n    More.\n    """; return z  # mine\n',
        ),
        (
            '\n    # first\n\n    """Return f."""\n\n    @len\n    def inner(): pass\n',
            '\n    # first\n\n    """Return f of z.\n\n    More.\n    """\n\n'
            "    @len\n    def inner(): pass\n",
        ),
        ("    return z\n", '    """Return f of z.\n\n    More.\n    """\n    return z\n'),
        (
            "    @len\n    def inner(): pass\n",
            '    """Return f of z.\n\n    More.\n    """\n    @len\n    def inner(): pass\n',
        ),
    ],
)
def test_a_docstring_is_replaced_in_any_body(body: str, expected: str) -> None:
    """Of tabs, after comments, before other statements of its line, and where it was removed."""
    head = "def f(z, alpha=0.1):\n"
    start, _, rest = STUB.partition(head)
    _, end = rest.split("NotImplementedError\n", 1)
    merged, told = merge(start + head + body + end, NEW_DOCSTRING)
    assert merged == start + head + expected + end
    assert told == {"f": "new docstring"}


def test_a_body_on_the_line_of_its_head_moves_below_the_docstring() -> None:
    """It is the same body."""
    mine = "import math\nimport numpy as np\ndef f(z, alpha=0.1): x = 1; return x  # mine\n"
    merged, told = merge(mine, NEW_DOCSTRING)
    assert (
        '):\n    """Return f of z.\n\n    More.\n    """\n    x = 1; return x  # mine\n' in merged
    )
    assert told == {"f": "new docstring", "K": "was missing; its stub is there again"}


@pytest.mark.parametrize(
    ("parameters", "body", "brought"),
    [
        ("z, alpha=0.2", "return z * alpha", True),
        ("z, alpha=0.1, axis=None", "return z * alpha", True),
        ("z, alpha=0.1, axis=None", "return z * axis", False),
        ("z, alpha=0.1, axis=None", "return [axis for axis in z]", False),
        ("z", "return z", True),
        ("z", "return alpha", False),
        ("x, alpha=0.1", "return z", False),
        ("x, alpha=0.1", "return alpha", True),
        ("x, alpha=0.1", "return locals()", False),
        ("alpha, z", "return z * alpha", True),
        ("z, *alpha", "return z * alpha", False),
        ("z, alpha=0.1, axis=None", "return f(z, 2)", False),
        ("x, alpha=0.1", "raise NotImplementedError  # mine", True),
    ],
)
def test_parameters_are_brought_where_the_body_runs_with_them(
    parameters: str, body: str, *, brought: bool
) -> None:
    """Else the function stays, its docstring is brought, and both heads are reported."""
    mine = STUB.replace("raise NotImplementedError", body, 1)
    theirs = NEW_DOCSTRING.replace("z, alpha=0.1", parameters)
    for base in (STUB, None):
        merged, told = merge(mine, theirs, base)
        assert body in merged
        assert "Return f of z." in merged
        assert (f"def f({parameters}):" in merged) == brought
        assert ("def f(z, alpha=0.1):" in merged) == (not brought)
        if brought:
            assert told == {"f": "new parameters and docstring"}


def test_what_is_left_is_said_with_what_to_do() -> None:
    """A head that does not fit is reported by every run, until the student has changed it."""
    theirs = STUB.replace("f(z, alpha=0.1)", "f(x, alpha=0.1)")
    words = "left: it takes (z, alpha=0.1), its stub (x, alpha=0.1); change it by hand"
    assert merge(WRITTEN, theirs) == (WRITTEN, {"f": words})
    assert merge(WRITTEN, theirs, theirs) == (WRITTEN, {"f": words})
    mine = WRITTEN.replace("alpha=0.1)", "alpha=0.1, beta=2)")
    assert merge(mine, STUB) == (mine, {})


def test_changes_of_both_sides_to_a_docstring_are_merged_line_by_line() -> None:
    """Where they are in different lines; else the new docstring is taken, and that is said."""
    base = STUB.replace("Return f.", "Return f.\n\n    One.\n\n    Two.\n    ")
    mine = base.replace("    Two.", "    Two.\n\n    >>> f(1)\n    1")
    theirs = base.replace("Return f.", "Return the f.")
    merged, told = merge(mine, theirs, base)
    assert merged == mine.replace("Return f.", "Return the f.")
    assert told == {"f": "new docstring, beside your changes of it"}
    theirs = base.replace("Two.", "Zwei.")
    merged, told = merge(mine, theirs, base)
    assert merged == theirs
    assert told == {"f": "new docstring instead of yours"}


def test_docstrings_that_students_removed_do_not_come_back_without_the_old_stub() -> None:
    """Whether they have changed is not known then."""
    mine = WRITTEN.replace('    """Return f."""\n', "")
    merged, told = merge(mine, NEW_DOCSTRING, None)
    assert merged == mine
    assert told == {"f": "left: it has no docstring, so none is added"}


@pytest.mark.parametrize(
    "definition",
    [
        "f = len\n",
        "from os import path as f\n",
        "try:\n    def f(z): return 1\nexcept ValueError:\n    pass\n",
        "async def f(z): return 1\n",
        "class f: pass\n",
    ],
)
def test_a_function_that_became_something_else_is_left(definition: str) -> None:
    """With its line, if its stub has changed."""
    start, _, rest = STUB.partition("def f(")
    mine = start + definition + rest.split("NotImplementedError\n", 1)[1]
    line = mine[: mine.index("f =") if "f =" in mine else mine.index(definition)].count("\n") + 1
    merged, told = merge(mine, NEW_DOCSTRING)
    assert merged == mine
    assert list(told) == ["f"]
    assert told["f"].startswith("left: line ")
    assert str(line) in told["f"] or "try" in definition
    assert merge(mine, STUB) == (mine, {})


def test_methods_are_merged_in_their_class() -> None:
    """New ones after those of the stub, with the indentation that the class has."""
    theirs = STUB.replace("Return g.", "Return the g.") + (
        '\n    def h(self):\n        """Return h."""\n        raise NotImplementedError\n'
    )
    mine = STUB.replace(
        '    def g(self, x):\n        """Return g."""\n'
        "        # TODO: implement K.g\n        raise NotImplementedError\n",
        '    def g(self, x):\n     """Return g."""\n     return x\n\n    def own(self): pass\n',
    ).replace("    def", "  def")
    mine = mine.replace('    """A class."""', '  """A class."""')
    merged, told = merge(mine, theirs)
    assert told == {"K.g": "new docstring", "K.h": "new, for you to write"}
    assert (
        '  def g(self, x):\n     """Return the g."""\n     return x\n\n  def h(self):\n' in merged
    )
    assert '      """Return h."""\n      raise NotImplementedError\n\n  def own' in merged
    ast.parse(merged)


def test_a_class_on_one_line_gets_no_methods() -> None:
    """Below it they would be functions of the module."""
    mine = STUB.partition("class K")[0] + "class K: x = 1\n"
    merged, told = merge(mine, STUB, None)
    assert merged == mine
    assert told["K.g"] == "left: not added to a class on one line; change it by hand"


def test_a_method_that_a_student_removed_or_may_inherit_is_not_added() -> None:
    """A stub in its place would be called instead of it."""
    removed = STUB.partition("    def g")[0]
    theirs = STUB.replace("A class.", "Another class.")
    merged, told = merge(removed, theirs)
    assert merged == removed.replace("A class.", "Another class.")
    assert told == {"K": "new docstring"}
    merged, told = merge(removed.replace("class K", "class K(dict)"), STUB, None)
    assert told["K.g"] == "left: not added, as your class may inherit it"


def test_other_ways_to_define_a_method_are_kept() -> None:
    """As ``__radd__ = __add__``."""
    mine = STUB.partition("    def g")[0] + "    def h(self): pass\n    g = h\n"
    assert merge(mine, STUB) == (mine, {})


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        ("import math\n", "import math\nimport os\n"),
        ("import math; x = [\n1]\n", "import math; x = [\n1]\nimport os\n"),
        ("import os, math\n", "import os, math\n"),
        ("if 1:\n    import os\nimport math\n", "if 1:\n    import os\nimport math\n"),
        ('"""A."""\n', '"""A."""\n\nimport os\n'),
        ("# coding: utf-8\nx = 1\n", "# coding: utf-8\nimport os\nx = 1\n"),
        (
            "from __future__ import annotations\nx = 1\n",
            "from __future__ import annotations\nimport os\nx = 1\n",
        ),
        ("import math", "import math\nimport os\n"),
    ],
)
def test_an_import_goes_below_the_others(mine: str, expected: str) -> None:
    """And is not added a second time."""
    merged, _ = merge(mine, "import math\nimport os\n", "import math\n")
    assert merged == expected


def test_a_name_that_is_something_else_is_not_imported() -> None:
    """The student's module stays, and a line says so."""
    mine = "import math\nos = 1\n"
    merged, told = merge(mine, "import math\nimport os\n", "import math\n")
    assert merged == mine
    assert told == {"the module": "left: line 2 sets os; not added: import os"}


def test_provided_code_that_a_student_changed_stays() -> None:
    """Of a function or a constant; untouched code is replaced."""
    base = "EPS = 1\n\n\ndef p(z):\n    return z\n"
    theirs = "EPS = 2\n\n\ndef p(z):\n    return z + 1\n"
    assert merge(base, theirs, base)[0] == theirs
    mine = "EPS = 3\n\n\ndef p(z):\n    return -z\n"
    merged, told = merge(mine, theirs, base)
    assert merged == mine
    assert told == {
        "EPS": "left: line 1 stays; its stub has `EPS = 2`",
        "p": "left: the provided code differs from yours; change it by hand",
    }
    assert merge(mine, base, base) == (mine, {})


def test_the_comment_of_a_stub_is_no_change() -> None:
    """A file that was begun before stubs had it stays, and so does one whose student deleted it."""
    without = "".join(line for line in STUB.splitlines(True) if "# TODO" not in line)
    for mine in (without, without.replace("raise NotImplementedError", "return z", 1)):
        for base in (without, STUB, None):
            assert merge(mine, STUB, base) == (mine, {})
    theirs = without.replace("Return f.", "Return f of z.")
    assert merge(STUB, theirs) == (
        STUB.replace("Return f.", "Return f of z.").replace("    # TODO: implement f\n", ""),
        {"f": "new docstring"},
    )
    own = STUB.replace("# TODO: implement f", "# TODO: implement f with np.where")
    assert "np.where" in merge(own, theirs)[0]


def test_the_comment_of_a_stub_goes_where_its_code_is_provided_now() -> None:
    """And a docstring is put above it."""
    code = "    return z * alpha\n"
    start, _, rest = STUB.partition("    # TODO: implement f\n    raise NotImplementedError\n")
    own = "def f(z, alpha=0.1, *more):"
    mine, theirs = ((start + "{}" + rest).replace("def f(z, alpha=0.1):", own), start + code + rest)
    todo = "    # TODO: implement f\n    raise NotImplementedError\n"
    assert merge(mine.format(todo), theirs)[0] == mine.format(code)
    bare = STUB.replace('    """Return f."""\n', "").replace("np\n", "np  # mine\n")
    assert merge(bare, NEW_DOCSTRING)[0] == NEW_DOCSTRING.replace("np\n", "np  # mine\n")


def test_what_is_no_longer_asked_is_removed_only_if_nothing_was_written() -> None:
    """A written function stays, and a helper that is called alike."""
    theirs = STUB.partition("def f")[0] + "class K" + STUB.partition("class K")[2]
    assert merge(STUB, theirs) == (
        theirs,
        {"f": "no longer part of the exercise; its stub is removed"},
    )
    assert merge(WRITTEN, theirs) == (
        WRITTEN,
        {"f": "left: no longer part of the exercise; your version stays"},
    )
    assert merge(STUB, theirs, None) == (STUB, {})


def test_a_function_that_is_missing_comes_back_unless_a_star_may_bring_it() -> None:
    """Both are reported."""
    start, _, rest = STUB.partition("def f(")
    mine = start + rest.split("NotImplementedError\n\n\n", 1)[1]
    assert merge(mine, STUB) == (STUB, {"f": "was missing; its stub is there again"})
    star = mine.replace("import math\n", "import math\nfrom activations import *\n")
    merged, told = merge(star, STUB)
    assert merged == star
    assert told == {"f": "left: not added, as `import *` may define it"}


@pytest.mark.parametrize("mine", ["", "\n", "# only this\n"])
def test_a_module_without_code_gets_the_stub(mine: str) -> None:
    """Below what there is."""
    merged, told = merge(mine, STUB)
    assert merged.startswith(mine)
    assert merged.endswith(STUB)
    assert told == {"the module": "had no code; it has the stub again"}


@pytest.mark.parametrize("encoding", ["latin-1", "cp1253", "utf-8-sig", "shift_jis"])
@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_encodings_line_endings_and_form_feeds_stay(encoding: str, newline: str) -> None:
    """Every byte outside of what is replaced."""
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    own = {"latin-1": "é", "cp1253": "Φ", "shift_jis": "表"}.get(encoding, "é表")
    text = f"# coding: {declared}\n" + WRITTEN.replace("return z", f"'{own}'; return z")
    text = text.replace("class K", "\f\nclass K").replace("\n", newline)
    merged = merge_module(text.encode(encoding), STUB.encode(), NEW_DOCSTRING.encode()).content
    new = "Return f of z.\n\n    More.\n    ".replace("\n", newline)
    assert merged == text.replace("Return f.", new).encode(encoding)


@pytest.mark.parametrize(
    ("mine", "reason"),
    [
        (b"x = 1\ndef f(z:\n", "line 2"),
        (b"\x00", "."),
        (b"# coding: nothing\n", "encoding"),
        (b"-" * 100_000 + b"1", "."),
        (b"x = " + b"+".join([b"1"] * 3000), "."),
        (b"# coding: latin-1\nx = 1\n", "save it as UTF-8"),
    ],
)
def test_what_cannot_be_merged_is_refused(mine: bytes, reason: str) -> None:
    """With the line, where there is one."""
    theirs = NEW_DOCSTRING.replace("Return f of", "Return Φ of")
    with pytest.raises(SubmissionError, match=reason) as caught:
        merge_module(mine, STUB.encode(), theirs.encode())
    assert "\n" not in str(caught.value)


def test_a_stub_that_is_not_python_is_a_fault_of_the_course() -> None:
    """Not of the student."""
    with pytest.raises(CourseError, match="line 1"):
        merge_module(STUB.encode(), None, b"def")


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("abc", "abc", "abc", "abc"),
        ("abc", "xabc", "abcy", "xabcy"),
        ("abc", "ac", "abc", "ac"),
        ("abc", "axc", "axc", "axc"),
        ("abc", "axc", "ayc", None),
        ("abcd", "acd", "abd", None),
        ("aabb", "aab", "abb", "ab"),
        ("", "a", "", "a"),
        ("", "a", "b", None),
        ("abc", "", "abc", ""),
    ],
)
def test_lines_are_merged(base: str, mine: str, theirs: str, merged: str | None) -> None:
    """Unless both sides have changed the same place, or neighbouring ones."""
    assert merge_lines(base, mine, theirs) == (None if merged is None else list(merged))


@pytest.mark.parametrize(
    ("head", "new"),
    [
        ("def f(z, alpha=0.1) -> 'a: b':", "def f(z, alpha=0.2):"),
        ("def f(z: {1: 2}, alpha=(lambda a: a)(0.1)):", None),
        ("def f(  # a: comment (\n    z, alpha=0.1\n):  # mine", "def f(z, alpha=0.2):  # mine"),
        ("def f(z, \\\n    alpha=0.1):", "def f(z, alpha=0.2):"),
        (
            "@len\n@(lambda f: f)\ndef f(z, alpha=0.1):",
            "@len\n@(lambda f: f)\ndef f(z, alpha=0.2):",
        ),
    ],
)
def test_heads_are_found_whole(head: str, new: str | None) -> None:
    """With annotations, comments, continued lines and decorators."""
    mine = WRITTEN.replace("def f(z, alpha=0.1):", head)
    theirs = STUB.replace("alpha=0.1", "alpha=0.2")
    merged, told = merge(mine, theirs)
    if new is None:
        assert merged == mine
        assert told["f"].startswith("left: it takes (")
    else:
        assert merged == mine.replace(head, new)
        assert told == {"f": "new parameters"}


def test_decorators_of_the_stub_are_brought() -> None:
    """Unless the student has others."""
    theirs = STUB.replace("    def g", "    @staticmethod\n    def g")
    mine = STUB.replace("raise NotImplementedError\n", "return 1\n")
    merged, told = merge(mine, theirs)
    assert merged == mine.replace("    def g", "    @staticmethod\n    def g")
    assert told == {"K.g": "new decorators"}
    assert merge(merged, mine.replace("return 1", "raise NotImplementedError"), theirs)[0] == mine
    mine = mine.replace("    def g", "    @len\n    def g")
    merged, told = merge(mine, theirs)
    assert merged == mine
    assert told == {"K.g": "left: its stub has other decorators; change it by hand"}


def test_the_comment_above_a_function_is_brought_if_it_is_untouched() -> None:
    """A new one, another one, and none."""
    for old, new in (("", "# New.\n"), ("# Old.\n", "# New.\n"), ("# Old.\n", "")):
        base, theirs = (STUB.replace("def f", f"{text}def f") for text in (old, new))
        mine = WRITTEN.replace("def f", f"{old}def f")
        merged, told = merge(mine, theirs, base)
        assert merged == WRITTEN.replace("def f", f"{new}def f")
        assert told == {"f": "new comment above it"}
        mine = WRITTEN.replace("def f", f"{old}# Mine.\ndef f")
        assert merge(mine, theirs, base) == (mine, {})


def test_strings_in_provided_methods_keep_their_lines() -> None:
    """In a class that is indented in another way, too."""
    method = '\n    def p(self):\n        return """\n    a\n"""\n'
    theirs = STUB + method
    mine = STUB.replace("    def g", "  def g").replace('    """A class', '  """A class')
    mine = mine.replace("raise NotImplementedError", "return 1")
    merged, told = merge(mine, theirs)
    assert merged == mine + '\n  def p(self):\n      return """\n    a\n"""\n'
    assert told == {"K.p": "new, provided"}


def test_what_runs_as_a_script_is_updated_unless_it_is_the_students() -> None:
    """And is there once; imports in it are not those of the module."""
    block = '\n\nif __name__ == "__main__":\n    import os\n\n    print(1)\n'
    new = block.replace("print(1)", "print(2)")
    assert merge(WRITTEN, STUB + block) == (WRITTEN + block, {"the module": "new code, provided"})
    assert merge(WRITTEN + block, STUB + new, STUB + block)[0] == WRITTEN + new
    mine = WRITTEN + block.replace("print(1)", "print('mine')")
    for base in (STUB, STUB + block, None):
        assert merge(mine, STUB + new, base) == (mine, {})
    theirs = STUB.replace("import math\n", "import math\nimport os\n") + block
    merged, told = merge(WRITTEN + block, theirs, STUB + block)
    assert merged == WRITTEN.replace("import math\n", "import math\nimport os\n") + block
    assert told == {"the module": "new `import os`"}


ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.stem for path in (ROOT / "exercises").glob("*.py"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("known", [True, False])
def test_solved_work_of_the_course_gets_only_what_changed(name: str, *, known: bool) -> None:
    """Of a module and of a notebook, every other byte stays."""
    stub = (ROOT / "exercises" / f"{name}.py").read_bytes()
    solution = (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    solved = add_links(solution, find_links(load_course(), name)).encode()
    # Lines that a stub has and a solution has not.
    solved += stub[stub.index(b"\n\n\nif __name__") :].removeprefix(b"\n")
    prose = (ROOT / "solutions" / "notebooks" / f"{name}.md").read_text(encoding="utf-8")
    empty = make_notebook(name, solved.decode(), prose).encode()
    filled = make_notebook(name, solved.decode(), prose, filled=True).encode()
    # A solution lacks the lines that only `python module.py` executes.
    written = solved + stub[stub.index(b'\n\nif __name__ == "__main__"') :]
    merges = ((merge_module, stub, written), (merge_notebook, empty, filled))
    for merge_file, theirs, mine in merges:
        base = theirs if known else None
        done = merge_file(mine, base, theirs)
        assert (done.content, done.changes) == (mine, ())
        new = theirs.replace(b"*Graded on*", b"*It is graded on*")
        done = merge_file(mine, base, new)
        assert done.content == mine.replace(b"*Graded on*", b"*It is graded on*")
        assert {change.text for change in done.changes} == {"new docstring"}
