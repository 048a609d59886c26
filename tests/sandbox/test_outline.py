"""Where functions are defined and what they call, as the worker reports it."""

from __future__ import annotations

import ast

import pytest

from grader.sandbox.worker.outline import outline

FUNCTIONS = ("sigmoid", "sigmoid_prime", "backprop")


def outline_of(
    *sources: str, files: tuple[str, ...] = ()
) -> dict[str, tuple[str, int, int, tuple[str, ...]]]:
    names = (*files, *[""] * len(sources))
    trees = [
        (ast.parse(source), names[place], place + 1 if len(sources) > 1 and not files else 0)
        for place, source in enumerate(sources)
    ]
    found = outline(trees, FUNCTIONS, {"activations"})
    return {d.name: (d.file, d.cell, d.line, d.calls) for d in found}


def test_a_function_has_its_line_and_what_it_calls() -> None:
    """Itself or by way of helpers; not what no suite asks for."""
    source = """
import numpy as np
def helper(z): return sigmoid(z)
def sigmoid(z): return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    s = helper(z)
    return s * other(s)
def other(s): return 1 - s
"""
    assert outline_of(source) == {
        "sigmoid": ("", 0, 4, ()),
        "sigmoid_prime": ("", 0, 5, ("sigmoid",)),
    }


@pytest.mark.parametrize(
    "source",
    [
        "from activations import sigmoid_prime\ndef backprop(): return sigmoid_prime(0)",
        "from .activations import sigmoid_prime\ndef backprop(): return sigmoid_prime(0)",
        "import activations\ndef backprop(): return activations.sigmoid_prime(0)",
    ],
)
def test_a_function_of_another_module_is_called_by_its_name(source: str) -> None:
    """However it was imported."""
    assert outline_of(source)["backprop"] == ("", 0, 2, ("sigmoid_prime",))


def test_the_last_definition_counts() -> None:
    """In a notebook with its cell; also a class, and a function that is assigned."""
    cells = ("def sigmoid(z): return z", "sigmoid = lambda z: 1", "\nclass backprop: pass")
    assert outline_of(*cells) == {"sigmoid": ("", 2, 1, ()), "backprop": ("", 3, 2, ())}


def test_the_graded_file_counts_before_what_it_imports() -> None:
    """Though that is executed after it was begun."""
    sources = ("def sigmoid(z): return z", "def sigmoid(z): pass\n\ndef backprop(): pass")
    assert outline_of(*sources, files=("", "other.py")) == {
        "sigmoid": ("", 0, 1, ()),
        "backprop": ("other.py", 0, 3, ()),
    }


def test_functions_that_call_one_another_end() -> None:
    """A loop of calls is no endless search."""
    source = (
        "def sigmoid(z): return a(z)\ndef a(z): return b(z)\ndef b(z): return a(sigmoid_prime(z))"
    )
    assert outline_of(source + "\ndef sigmoid_prime(z): return sigmoid(z)") == {
        "sigmoid": ("", 0, 1, ("sigmoid_prime",)),
        "sigmoid_prime": ("", 0, 4, ("sigmoid",)),
    }
