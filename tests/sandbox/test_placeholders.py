"""Packages that the grader does not have: they cost what uses them, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.scores import losses

from grader.records import ScoreReport

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
    """At the top of a module, unused, it is no trouble at all."""
    assert losses(grade(activations=lines + "\n\n" + solution("activations"))) == {}


@pytest.mark.parametrize(
    ("lines", "body", "said"),
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
    lines: str, body: str, said: str, grade: Grade, solution: Solution
) -> None:
    """The placeholder names itself, and only the function that used it loses."""
    source = f"{lines}\n\n{solution('activations')}\n\n\ndef tanh_prime(z):\n    {body}\n"
    report = grade(activations=source)
    assert set(losses(report)) == {"tanh_prime"}
    troubles = [s.outcome for s in report.checks if s.outcome.outcome != "passed"]
    assert {trouble.outcome for trouble in troubles} == {"error"}
    assert all(said in trouble.message for trouble in troubles), troubles[0].message


def test_lines_are_counted_as_the_student_counts_them(grade: Grade) -> None:
    """Replacing imports moves no line."""
    source = "import torch\nimport scipy as sp, os\n\n\ndef relu(z):\n    return 1 / 0\n"
    (first, *_) = [s for s in grade(activations=source).checks if "relu/" in s.check.id]
    assert "line 6: return 1 / 0" in first.outcome.message
