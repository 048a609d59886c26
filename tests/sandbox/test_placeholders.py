"""Packages that the grader does not have: they cost what uses them, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.loading import loaded
from support.scores import losses

from grader.records import Place, ScoreReport
from grader.sandbox.worker.imports import Importer
from grader.sandbox.worker.placeholders import PackageNotAvailable

Grade = Callable[..., ScoreReport]
Solution = Callable[[str], str]


@pytest.mark.parametrize(
    "lines",
    [
        "import matplotlib.pyplot as plt\nplt.style.use('ggplot')\nplt.rcParams.update({'a': 1})",
        "import scipy\nimport scipy.special\nfrom scipy.special import expit, erf as e",
        "import torch, torch.nn as nn\n\nclass Net(nn.Module):\n    pass\n\nnet = Net()",
        "from tqdm import tqdm\nfrom tqdm.auto import *",
        "import numpy.linalg as la, pandas as pd\nfrom numpy import exp",
        "from activations import sigmoid as s\nimport backprop\nfrom .losses import mse",
        "try:\n    import numba\n    A = 1\nexcept ImportError:\n    A = 0\nassert not A",
        "import os, sys, json, dataclasses\nfrom collections import deque",
    ],
)  # fmt: skip
def test_an_import_that_is_not_there_costs_nothing(
    lines: str, grade: Grade, solution: Solution
) -> None:
    """At the top of a module, unused, it does not matter at all."""
    assert losses(grade(activations=lines + "\n\n" + solution("activations"))) == {}


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        ((), "use only the standard library"),
        (("numpy",), "use only numpy and the standard library"),
        (("pandas", "numpy"), "use only numpy, pandas and the standard library"),
    ],
)
def test_what_may_be_imported_is_named(packages: tuple[str, ...], words: str) -> None:
    """Also where a course lists no package."""
    importer = Importer({}, (), lambda _name, _module: None, packages, ())
    assert importer.explain("torch") == f"is not available in the grader; {words}"


@pytest.mark.parametrize(
    ("lines", "body", "raised"),
    [
        ("from scipy.special import expit", "return expit(z)", "scipy.special.expit is not avail"),
        ("import torch", "return torch.sigmoid(z)", "torch.sigmoid is not available in the grader"),
        ("import scipy.special as sp", "return sp.expit(z)", "scipy.special.expit is not a"),
        ("from losses import mse", "return mse(z, z)", "there is no losses.py in this submission"),
        ("import numba", "return numba.cuda.grid(z)", "numba.cuda.grid is not available"),
        ("", "import pandas\n    return pandas", "pandas is not available"),
    ],
)
def test_used_in_a_function_it_says_what_is_missing(
    lines: str, body: str, raised: str, grade: Grade, solution: Solution
) -> None:
    """The placeholder names itself, and only the function that used it loses."""
    source = f"{lines}\n\n{solution('activations')}\n\n\ndef tanh_prime(z):\n    {body}\n"
    report = grade(activations=source)
    assert set(losses(report)) == {"tanh_prime"}
    errors = [s.outcome for s in report.checks() if s.outcome.outcome != "passed"]
    assert {error.outcome for error in errors} == {"error"}
    assert all(raised in error.feedback.raised for error in errors), errors[0].feedback


def test_lines_are_counted_as_the_student_counts_them(grade: Grade) -> None:
    """Replacing imports moves no line."""
    source = "import torch\nimport scipy as sp, os\n\n\ndef relu(z):\n    return 1 / 0\n"
    (first, *_) = [s for s in grade(activations=source).checks() if "relu/" in s.check.id]
    assert first.outcome.feedback.raised.endswith("\nline 6: return 1 / 0")
    assert first.outcome.feedback.places == (Place(0, 6),)


TOLERATED = r"""
m.a.b = 1; m["a"] = 2; m[0, 1:] = 3; del m["a"]; m.a["b"].c = 4
a, b = m.f(); (a, b), (c, d) = m.load(); a, *rest = m.g(); [x] = m.h
for x in m.loader: raise ValueError
for i, (x, y) in enumerate(m.loader): raise ValueError
items = [x for x in m.items] + list(m.more)
with m.no_grad() as context, m.open("a"): context.run()
assert not m.cuda.is_available(); device = "cuda" if m.x > 3 else "cpu"; assert device == "cpu"
y = -m.a + 1 / m.b ** 2 @ m.c // 3 % 2 - (m.d & m.e | ~m.f) ^ 3 << 1 >> m.g; y += 1; y @= m.h
z = 1 + m.a; z = [1] * m.b; z = 2 ** m.c; z = np.float64(2) * m.d; z = np.ones(2) + m.e
z = np.exp(m.a); z = abs(m.b); z = round(m.c); z = divmod(m.d, 2)
if m.a < 1 or m.b >= 2 or 3 in m.c or m.d == m.e or m.f != 1: pass
s = f"{m.a:.2f} {m.b!r}"; s = str(m.c); hash(m.d); {m.e: 1}; len(m.f)
T = Optional[m.Tensor]; U = np.ndarray | m.Tensor; V = m.Tensor | None; L = List[m.Tensor]
def f(x: m.Tensor, y: np.ndarray | m.Tensor = m.zeros(3), *a: m.T[int, 2]) -> Dict[str, m.T]: pass
class A(m.nn.Module, metaclass=type): x: m.Tensor = m.zeros(1)
class A(m.M): pass\na = A(1, k=2); a.parameters(); a.fit(3)[0].b = 3; a.k + 1
class B(m.M, dict, t=True): pass\nb = B(); b["a"] = 1; b.train()
@m.jit\ndef g(): return 1\nassert g() == 1
@m.jit(cache=True)\n@m.other.decorator\ndef g(): return 1\nassert g() == 1
@m.attrs.define\nclass C: x = 1\nassert C().x == 1
def g(): return 1\ng = m.jit.script(g)\nassert g() == 1
h = m.njit(lambda: 2); assert h() == 2; k = m.grad(h); assert k is not h
isinstance(1, m.Tensor) or issubclass(int, (m.Tensor, float)); next(m.iterator); m.__version__
import m.sub.more as mm, m.sub; from m.sub.deep import x, y as z; from m import *; mm.x.y()
if True:\n    import other_package\n    other_package.setup()
def later():\n    import m.deep\n    return m.deep
import importlib; importlib.import_module("m.nn").x; __import__("m").x
"""


@pytest.mark.parametrize("statements", TOLERATED.strip().split("\n"))
def test_a_placeholder_tolerates_everything_while_loading(statements: str) -> None:
    """Items, unpacking, loops, arithmetic, annotations, classes and decorators."""
    before = "import m\nimport numpy as np\nfrom typing import Optional, List, Dict\n"
    text = before + statements.replace("\\n", "\n") + "\ndef relu(z): return z\n"
    with loaded(text=text) as module:
        assert module.notes == []
        assert module.module.relu(3) == 3


@pytest.mark.parametrize(
    "body",
    [
        "m.f()", "m.a + 1", "1 + m.a", "-m.a", "m.a[0]", "for x in m.a: pass", "x, y = m.a",
        "len(m.a)", "m.a.b.c()", "m.a[0].b",
        "if m.a: pass", "m.a == 1", "m.a < 1", "float(m.a)", "np.exp(m.a)", "np.asarray(m.a)",
        "with m.a: pass", "w + 1", "m.nn.functional.relu(1)", "import m.deep", "from n import y",
        "Net()(3)", "Net().to(1)", "K + 1",
    ],
)  # fmt: skip
def test_a_placeholder_complains_where_a_function_uses_it(body: str) -> None:
    """It names itself, whatever is done with it."""
    text = (
        "import m\nimport numpy as np\nfrom m import w\nK = m.constant\n"
        f"class Net(m.Module):\n    pass\ndef relu(z):\n    {body}\n"
    )
    with loaded(text=text) as module, pytest.raises(PackageNotAvailable, match=r"^[mn]\b.* is not"):
        module.module.relu(1)


@pytest.mark.parametrize(
    "body", ["float(m.a)", "int(m.a)", "np.array(m.a)", "range(m.a)", "[1][m.a]"]
)
def test_a_placeholder_is_never_a_wrong_number(body: str) -> None:
    """What needs a number from it is left out, and named by whoever needs that."""
    with loaded(text=f"import m\nimport numpy as np\nK = {body}\n") as module:
        assert "m.a is not available" in module.missing["K"]


def test_a_progress_bar_shows_nothing_and_iterates() -> None:
    """Also inside a graded function."""
    text = (
        "from tqdm import tqdm, trange\nfrom tqdm.auto import tqdm as auto\n"
        "from numba import prange\n"
        "def relu(z):\n    bar = tqdm(range(2), desc='a')\n    bar.set_postfix(x=1)\n"
        "    with trange(3) as steps:\n"
        "        return [*bar, *steps, *auto([7]), *prange(1)], len(bar)\n"
    )
    with loaded(text=text) as module:
        assert module.module.relu(0) == ([0, 1, 0, 1, 2, 7, 0], 2)


@pytest.mark.parametrize(
    ("text", "sees"),
    [
        ("try:\n    import m\nexcept ImportError:\n    m = None", "None"),
        ("try:\n    from .m import f\nexcept ImportError:\n    m = None", "None"),
        ("try:\n    import os, m\nexcept (ValueError, ModuleNotFoundError):\n    m = None", "None"),
        ("try:\n    import m\nexcept:\n    m = None", "None"),
        ("import contextlib\nm = None\nwith contextlib.suppress(ImportError):\n import m", "None"),
        ("try:\n    import m\nexcept ImportError:\n    raise", "placeholder"),
        ("try:\n    import m\nexcept ImportError:\n    exit('get m')", "placeholder"),
        ("try:\n    import m\nexcept ImportError:\n    !pip\n    import m", "placeholder"),
        ("try:\n    import m\nexcept ValueError:\n    m = None", "placeholder"),
        ("try:\n    import m\nfinally:\n    pass", "placeholder"),
    ],
)  # fmt: skip
def test_code_that_copes_with_a_missing_package_sees_it_missing(text: str, sees: str) -> None:
    """And code that gives up sees a placeholder."""
    with loaded(text=text) as module:
        assert module.notes == []
        assert (module.module.m is None) == (sees == "None")
