"""Loading a student's module: what is left out, what is said, and what answers instead."""

from __future__ import annotations

import ast
import io
import json
import random
import sys
import sysconfig
from collections.abc import Callable

import numpy as np
import pytest
from support.loading import loaded

from grader.engine import Grader
from grader.records import ScoreReport, SourceFile, Submission
from grader.sandbox.worker.explain import PYTHON, explain, find_cause
from grader.sandbox.worker.loading import LoadedModule
from grader.sandbox.worker.nearly import describe_missing
from grader.sandbox.worker.unwritten import find_unwritten
from grader.sandbox.worker.worker import _sendable

Grade = Callable[..., ScoreReport]
Solution = Callable[[str], str]
WANTED = ["sigmoid", "relu", "sigmoid_prime", "relu_prime"]


def raised(module: LoadedModule, name: str = "relu") -> str:
    """Return what is said about what a call raises."""
    try:
        vars(module.module)[name](1.0)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is explained
        missing = find_cause(str(getattr(error, "name", "")), module.files)
        unwritten = find_unwritten(error, module.files, module.places)
        return missing or (unwritten.text if unwritten else explain(error, module.missing))
    pytest.fail("it raised nothing")


def instead(module: LoadedModule, name: str) -> str:
    """Return what is said about a function that is not there."""
    assert name not in module.defined
    return describe_missing(name, vars(module.module), module.files, WANTED, module.missing)


# What is left out of a file


@pytest.mark.parametrize(
    ("statement", "note"),
    [
        ("1 / 0", "line 2 was left out: ZeroDivisionError: division by zero (1 / 0)"),
        ("input('a')", "line 2 was left out: it asks for input (input('a'))"),
        ("import sys; sys.stdin.read()", "line 2 was left out: it asks for input (sys.stdin"),
        ("if True:\n    x = 1\n    1 / 0", "line 4 was left out: ZeroDivisionError"),
        ("def f():\n    1 / 0\nf()", "line 4 was left out: ZeroDivisionError: division by zero (f"),
        ("@missing\ndef f():\n    pass", "line 2 was left out: NameError"),
        ("raise KeyboardInterrupt", "line 2 was left out: KeyboardInterrupt (raise Key"),
        ("raise BaseException('a\\nb')", "line 2 was left out: BaseException: a b"),
        ("unicode('a')", "in Python 3 write str"),
        ("{}.has_key(3)", "in Python 3 write `key in`"),
        ("from typing import Nothing", f"the grader runs {PYTHON}"),
        ("open('a.txt')", "graded code cannot read or write your files"),
    ],
)  # fmt: skip
def test_a_statement_that_raises_is_left_out_and_named(statement: str, note: str) -> None:
    """Once, with its line, and everything before and after it is executed."""
    text = f"before = 1\n{statement}\nafter = before + 1\ndef relu(z):\n    return after\n"
    with loaded(text=text) as module:
        assert module.module.relu(1) == 2
        (found,) = module.notes
        assert note in found


@pytest.mark.parametrize(
    "statement",
    [
        "import sys; sys.exit()",
        "import sys; sys.exit('words')",
        "quit()",
        "raise SystemExit(3)",
        "import unittest; unittest.main()",
        "import argparse; argparse.ArgumentParser().parse_args(['--no'])",
        "print(missing)",
        "display(1); get_ipython().anything('at all')",
        "import sys; assert sys.argv == ['activations.py']",
    ],
)
def test_exits_and_prints_are_not_worth_a_note(statement: str) -> None:
    """They end or show, and nothing else is lost."""
    with loaded(text=f"{statement}\ndef relu(z):\n    return z\n") as module:
        assert module.module.relu(2) == 2
        assert module.notes == []


def test_nothing_runs_twice() -> None:
    """After a failure the rest is executed, not the whole again."""
    text = "runs = []\nruns += [1]\n1 / 0\nruns += [2]\n1 / 0; runs += [3]; x; runs += [4]\n"
    with loaded(text=text) as module:
        assert module.module.runs == [1, 2, 3, 4]
        assert len(module.notes) == 3


def test_what_follows_from_a_failure_is_reported_at_the_cause() -> None:
    """And the name says so when a function needs it."""
    text = "A = input()\nB = A + 1\nC = [B]\ndef relu(z):\n    return C\n"
    with loaded(text=text) as module:
        assert module.notes == ["line 1 was left out: it asks for input (A = input())"]
        assert raised(module) == f"C is missing because {module.notes[0]}"


def test_notes_and_texts_stay_short() -> None:
    """A file that fails ten thousand times is told fifty times."""
    text = "x = 'a' * 10 ** 6\nraise ValueError(x)\n" + "1 / 0\n" * 10_000
    with loaded(text=text) as module:
        assert len(module.notes) == 50
        assert max(map(len, module.notes)) < 300


# What is missing, and what there is instead


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from scipy.special import *\ndef relu(z):\n    return expit(z)", "line 1 imports from"),
        ("try:\n    import torch\nexcept ImportError:\n    1\ndef relu(z):\n    torch", "line 2"),
        ("if __name__ == '__main__':\n    K = 3\ndef relu(z):\n    return K",
         "K is missing: line 2, under `if __name__ == '__main__':`, is not executed"),
        ("import utils\ndef relu(z):\n    return utils.K", "K is missing because utils.py, line 1"),
        ("def relu(z):\n    import pandas", "pandas is not available in the grader"),
        ("def relu(z):\n    from losses import mse", "there is no losses.py in this submission"),
        ("def relu(z):\n    return xrange(3)", "in Python 3 write range"),
        ("def relu(z):\n    return input()", "without a keyboard"),
        ("def relu(z):\n    z = 2\n    raise NotImplementedError", "still in `relu`; delete that"),
        ("def relu(z):\n    return g(z)\ndef g(z):\n    'Doc'\n    raise NotImplementedError()",
         "`relu` calls `g`, which is not implemented yet"),
        ("class A:\n    def f(self):\n        raise NotImplementedError\ndef relu(z):\n    A().f()",
         "`relu` calls `f`, which is not implemented yet"),
    ],
)  # fmt: skip
def test_what_a_call_raises_is_explained(text: str, said: str) -> None:
    """With the cause where that lies elsewhere."""
    with loaded(text=text, siblings={"utils": b"K = input()"}) as module:
        assert said in raised(module)


def test_an_untouched_stub_is_nothing_else() -> None:
    """A docstring and the raise."""
    with loaded(
        text="def relu(z):\n    '''Doc.'''\n    raise NotImplementedError('later')"
    ) as module:
        assert raised(module) == ""


def test_another_not_implemented_error_is_the_students_own() -> None:
    """Where numpy or Python raises it."""
    text = "import abc, numbers\ndef relu(z):\n    return complex.real.__get__(numbers.Complex())"
    with loaded(text=text) as module:
        assert "numbers" in raised(module) or "abstract" in raised(module)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("def sigmoid_derivative(z): pass", "sigmoid_prime", "`sigmoid_derivative` may be it"),
        ("def relu_backward(z): pass", "relu_prime", "`relu_backward` may be it"),
        ("def d_sigmoid(z): pass", "sigmoid_prime", "`d_sigmoid` may be it"),
        ("def reluPrime(z): pass", "relu_prime", "`reluPrime` may be it"),
        ("def Sigmoid(z): pass", "sigmoid", "`Sigmoid` may be it"),
        ("def sigmod(z): pass", "sigmoid", "`sigmod` may be it"),
        ("def sigmoid_prime(z): pass", "sigmoid", ""),
        ("def unrelated(z): pass", "relu", ""),
        ("class Acts:\n    def relu(self, z): pass", "relu", "inside the class `Acts` (line 2)"),
        ("def main():\n    def relu(z): pass", "relu", "inside the function `main` (line 2)"),
        ("if __name__ == '__main__':\n    def relu(z): pass", "relu", "(line 2)"),
        ("from scipy.special import expit as sigmoid", "sigmoid", "imported, not written"),
        ("from helper import relu", "relu", "imported, not written"),
        ("relu = 3.0", "relu", "is bound to a float, which cannot be called"),
        ("relu = input()", "relu", "line 1 was left out: it asks for input"),
    ],
)
def test_a_missing_function_says_what_there_is_instead(text: str, name: str, said: str) -> None:
    """Another name, another place, an import, or a value."""
    with loaded(text=text) as module:
        found = instead(module, name)
        assert said in found
        assert bool(said) == bool(found)


def test_a_cell_that_does_not_parse_explains_what_it_would_define() -> None:
    """Cell and reason."""
    with loaded("x = 1", "def relu(z)\n    return z") as module:
        assert instead(module, "relu").startswith("cell 2 is not valid Python")


def test_what_was_not_needed_is_named_where_it_was() -> None:
    """Code that hides what it needs."""
    with loaded("K = 3", "def relu(z):\n    return eval('K')") as module:
        assert "cell 1, line 1 was not executed" in raised(module)


# Files that are not as Python wants them


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"print 'done'", f"that looks like Python 2, and the grader runs {PYTHON}"),
        (b"def f(:\n    pass", f"the grader runs {PYTHON}"),
        (b"x = \xff", "save the file as UTF-8"),
        (b"<!DOCTYPE html>\n<html>", "that is a web page"),
        (b"{\\rtf1\\ansi x}", "save it as plain text"),
        ("x =\u00a01".encode(), "delete that character and type it again"),
        (b"if 1:\n        x = 1\n\ty = 2\n", "indent with spaces only"),
        (b"<<<<<<< HEAD\nx = 1\n=======\n", "git leaves such lines in a merge"),
    ],
)
def test_what_is_not_python_is_explained(text: bytes, said: str) -> None:
    """The error says which Python the grader runs, or what to do."""
    with pytest.raises(SyntaxError) as caught, loaded(text=text):
        pass
    assert said in explain(caught.value, {})


@pytest.mark.parametrize(
    "text",
    [
        "# -*- coding: latin-1 -*-\nNAME = 'ä'\n".encode("latin-1"),
        b"\xef\xbb\xbfNAME = '\xc3\xa4'\r\n",
        b"NAME = '\xc3\xa4'\r",
    ],
)
def test_other_encodings_and_line_ends_are_read(text: bytes) -> None:
    """As Python reads them."""
    with loaded(text=text) as module:
        assert module.module.NAME == "ä"


def test_lines_are_counted_as_the_student_counts_them() -> None:
    """Magics, continued over lines, move nothing."""
    text = "!pip install \\\n  numpy\n%matplotlib inline\nx = 1\n1 / 0\n"
    with loaded(text=text) as module:
        assert module.notes == ["line 5 was left out: ZeroDivisionError: division by zero (1 / 0)"]


def test_a_notebook_with_the_name_of_a_python_file_is_read_as_one() -> None:
    """Somebody renamed it."""
    cells = [{"cell_type": "code", "source": ["x = 1\n", "1 / 0\n"]},
             {"cell_type": "markdown", "source": "# no"},
             {"cell_type": "code", "source": "def relu(z):\n    return x"}]  # fmt: skip
    with loaded(text=json.dumps({"cells": cells, "nbformat": 4})) as module:
        assert module.module.relu(3) == 1
        assert module.notes == []


def test_a_notebook_is_the_main_program() -> None:
    """As it is where the student runs it."""
    with loaded("if __name__ == '__main__':\n    K = 3", "def relu(z):\n    return K") as module:
        assert module.module.relu(1) == 3


# The terminal


def test_the_streams_are_text_streams() -> None:
    """With a buffer, and without a file behind it."""
    text = "import sys\nprint('hello')\nsys.stdout.buffer.write(b' bytes')\nsys.stdout.flush()"
    with loaded(text=text):
        assert sys.stdout.text == "hello\n bytes"  # type: ignore[attr-defined]
        for stream in (sys.stdout, sys.stdin, sys.stdout.buffer):
            assert not stream.isatty()
            with pytest.raises(io.UnsupportedOperation, match="no file behind"):
                stream.fileno()
        for read in (sys.stdin.read, sys.stdin.readline, lambda: next(sys.stdin), input):
            with pytest.raises(EOFError, match="without a keyboard"):
                read()


# Other files of the submission


def test_siblings_import_one_another_in_a_circle() -> None:
    """As far as Python lets them."""
    siblings = {
        "a": b"from b import g\ndef f(z):\n    return g(z)\n",
        "b": b"import a\ndef g(z):\n    return z + 1\n",
        "lib.c": b"from .d import h\n",
        "lib.d": b"from ..a import f as h\n",
        "lib.__init__": b"from .d import h as top\n",
    }
    text = "from a import f\nfrom lib.c import h\nfrom hw1.a import f as k\n"
    text += "from lib import top\nrelu = top\n"
    with loaded(text=text, siblings=siblings) as module:
        assert module.module.relu(1) == module.module.f(1) == module.module.k(1) == 2
        (note,) = module.notes
        assert note.startswith("it imports a.py, b.py, lib/__init__.py, ")


@pytest.mark.parametrize(
    "siblings",
    [
        {"imports": b"import math\nimport numpy as np\nEPS = 1\n"},
        {"imports": b"from deps import *\nEPS = 1\n", "deps": b"import numpy as np\n"},
    ],
)
def test_a_star_brings_what_only_the_importing_file_uses(siblings: dict[str, bytes]) -> None:
    """Also from a notebook, of which only what is needed is executed."""
    cells = ["from imports import *", "def relu(z):\n    return np.maximum(z, 0) + EPS"]
    with loaded(*cells, siblings=siblings) as module:
        assert module.module.relu(1) == 2


def test_cells_write_a_file_one_after_the_other() -> None:
    """The second adds to what the first wrote, as it says."""
    cells = [
        "%%writefile utils.py\nimport numpy as np",
        "%%writefile -a utils.py\ndef f(z):\n    return np.abs(z)",
        "from utils import f\ndef relu(z):\n    return f(z)",
    ]
    with loaded(*cells) as module:
        assert module.module.relu(-1) == 1


def test_a_sibling_loses_only_what_fails_in_it() -> None:
    """And is named."""
    siblings = {"a": b"1 / 0\nK = input()\ndef f(z):\n    return z\n"}
    with loaded(text="from a import f, K\nfrom a import f as relu", siblings=siblings) as module:
        assert module.module.relu(2) == 2
        assert [note[:15] for note in module.notes] == [
            "a.py, line 1 was"[:15],
            "a.py, line 2 was"[:15],
            "it imports a.py",
        ]


def test_a_sibling_cannot_take_the_place_of_the_standard_library() -> None:
    """Nor of an allowed package, whatever is imported inside it."""
    siblings = dict.fromkeys(
        ["random", "numpy", "numpy.linalg", "math", "copy"], b"raise ValueError"
    )
    text = "import random, numpy, numpy.linalg, math, copy\nrelu = numpy.abs"
    with loaded(text=text, siblings=siblings) as module:
        assert module.module.relu(-2) == 2
        assert module.module.random is sys.modules["random"]


def test_the_standard_library_still_sees_what_is_missing() -> None:
    """Placeholders are for the student's own imports."""
    with loaded(text="import copy, json, torch\nrelu = copy.copy"), pytest.raises(ImportError):
        __import__("tensorflow_of_a_test")


# Time


def test_a_needed_statement_that_takes_too_long_is_left_out() -> None:
    """The functions that do not need its value answer."""
    cells = ["W = 1", "while True:\n    W += 1", "def relu(z):\n    return z", "V = [W]",
             "def sigmoid(z):\n    return V, W"]  # fmt: skip
    with loaded(*cells, limit_s=0.4) as module:
        assert module.module.relu(1) == 1
        assert module.notes == ["cell 2, line 1 was left out: it takes too long (while True:)"]


# End to end


def test_a_file_that_trains_when_it_is_imported_is_graded(
    impatient_grader: Grader, solution: Solution
) -> None:
    """In a second process, which executes only what the functions need."""
    text = solution("activations") + "\nw = 0.0\nwhile True:\n    w += sigmoid(w)\n"
    submission = Submission("a", (SourceFile("activations.py", text.encode()),))
    (exercise,) = impatient_grader.grade(submission, exercises=("activations",)).exercises
    assert exercise.score_c == exercise.max_score_c
    assert "only what the functions need was executed" in exercise.module.notes[-1]


def test_a_right_module_among_scratch_work_gets_full_marks(
    grade: Grade, solution: Solution
) -> None:
    """Plots, input, an exit, a file and a failing assertion."""
    text = "import matplotlib.pyplot as plt\nplt.rcParams['a'] = 1\nn = int(input('n? '))\n"
    text += (
        solution("activations") + "\nplt.plot([1])\nassert sigmoid(0) == 1\nopen('x', 'w')\nexit()"
    )
    (exercise,) = grade(activations=text).exercises
    assert exercise.score_c == exercise.max_score_c
    assert exercise.module.notes[0].startswith("line 3 was left out: it asks for input")


def test_a_later_module_may_import_an_earlier_one(grade: Grade, solution: Solution) -> None:
    """Both are in the submission."""
    losses = solution("losses") + "\nfrom activations import sigmoid\nassert sigmoid(0.0) == 0.5\n"
    report = grade(activations=solution("activations"), losses=losses)
    note = "it imports activations.py; a mistake there costs points here, too"
    assert [exercise.module.notes for exercise in report.exercises] == [(), (note,)]
    assert all(exercise.score_c == exercise.max_score_c for exercise in report.exercises)


def test_what_is_there_instead_is_in_the_report(grade: Grade) -> None:
    """A method is told as one, a stub as not implemented, a call of a stub by its name."""
    text = (
        "import numpy as np\nclass Acts:\n    def relu(self, z):\n        return z\n"
        "def sigmoid(z):\n    raise NotImplementedError\n"
        "def sigmoid_prime(z):\n    return sigmoid(z) * (1 - sigmoid(z))\n"
        "def tanh_prime(z):\n    np.tanh(z)\n    raise NotImplementedError\n"
    )
    outcomes = {}
    for score in grade(activations=text).checks():
        outcomes.setdefault(score.check.function, score.outcome)
    assert outcomes["sigmoid"].outcome == outcomes["gelu"].outcome == "not_implemented"
    assert outcomes["relu"].outcome == "error"
    assert "inside the class `Acts`" in outcomes["relu"].feedback.wrong
    assert (
        "calls `sigmoid`, which is not implemented yet" in outcomes["sigmoid_prime"].feedback.raised
    )
    assert "still in `tanh_prime`" in outcomes["tanh_prime"].feedback.raised


@pytest.mark.parametrize("needed_only", [False, True])
def test_every_solution_loads_without_a_word(needed_only: bool, solution: Solution) -> None:
    """Right modules have nothing left out, loaded either way."""
    for name in ("activations", "losses", "forward", "backprop", "optimizers", "autodiff"):
        with loaded(text=solution(name), needed_only=needed_only) as module:
            assert module.notes == []
            if name == "activations":
                assert np.all(module.module.relu(np.ones(2)) == 1)


@pytest.mark.parametrize("seed", range(3))
def test_a_solution_cut_into_cells_with_scratch_work_between_gets_full_marks(
    seed: int, grader: Grader, solution: Solution
) -> None:
    """Through the sandbox, as a notebook is graded."""
    scratch = [
        "%matplotlib inline\n!ls",
        "for i in range(10 ** 12):\n    z = i",
        "assert relu(-1) == 5\nopen('x', 'w')",
        "import matplotlib.pyplot as plt\nplt.plot(relu(3))",
        "exit()",
    ]
    draw = random.Random(seed)
    cells = [""]
    for node in ast.parse(solution("activations")).body:
        if draw.random() < 0.5:
            cells += [draw.choice(scratch), ""]
        cells[-1] += ast.unparse(node) + "\n"
    source = SourceFile("activations.ipynb", b"", cells=tuple(cells))
    (exercise,) = grader.grade(Submission("a", (source,)), exercises=("activations",)).exercises
    assert exercise.score_c == exercise.max_score_c
    assert exercise.module.notes == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"File {sys.prefix}/lib/x.py, line 3", "File .../lib/x.py, line 3"),
        (f"see {sysconfig.get_path('stdlib')}/random.py", "see .../random.py"),
        ("see /usr/share and /work/mainly", "see /usr/share and /work/mainly"),
        (f"{sys.base_prefix}-other/x.py", f"{sys.base_prefix}-other/x.py"),
    ],
)
def test_only_the_graders_own_places_are_taken_out_of_a_text(text: str, shown: str) -> None:
    """Whole names of folders, and not what begins in the same way."""
    assert _sendable(text) == shown
