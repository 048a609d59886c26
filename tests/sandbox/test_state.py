"""Whether a module's functions may depend on earlier calls, as the worker finds out."""

from __future__ import annotations

import ast
import functools
import itertools
import random
from typing import Any

import numpy as np
import pytest

from grader.course.manifest import load_course
from grader.sandbox.worker.state import may_keep_state
from grader.testing.catalogue import load_catalogue

KEEPS = {
    "a list": "made = []\ndef f(x):\n    made.append(x)\n    return len(made)",
    "a dictionary": "cache = {}\ndef f(x):\n    return cache.setdefault(0, x)",
    "a name that two underscores begin": "__made__ = []\ndef f(x): return __made__.append(x)",
    "an array": "w = np.zeros(3)\ndef f(x):\n    np.add(w, x, out=w)\n    return w",
    "a list in a tuple": "made = ([],)\ndef f(x): return made[0].append(x)",
    "a global": "n = 0\ndef f(x):\n    global n\n    n += 1\n    return n",
    "a global of an inner function": (
        "n = 0\ndef f(x):\n    def g():\n        global n\n        n += 1\n    g()\n    return n"
    ),
    "a default": "def f(x, made=[]):\n    made.append(x)\n    return made",
    "a default by keyword": "def f(x, *, made={}):\n    return made.setdefault(0, x)",
    "a closure": (
        "def make():\n    n = 0\n    def f(x):\n        nonlocal n\n        n += 1\n"
        "        return n\n    return f\nf = make()"
    ),
    "a list in a closure": (
        "def make():\n    made = []\n    return lambda x: made.append(x)\nf = make()"
    ),
    "an attribute of the function": "def f(x):\n    f.n = x\n    return f.n",
    "an attribute that was there": "def f(x):\n    return f.n.append(x)\nf.n = []",
    "an attribute of a class": (
        "class Value:\n    n = 0\n    def __init__(self):\n        Value.n += 1"
    ),
    "a list of a class": "class Value:\n    made = []\n    def add(self): self.made.append(1)",
    "the class of an object": (
        "class Value:\n    n = 0\n    def __init__(self):\n        type(self).n += 1"
    ),
    "its class by name": "class V:\n    n = 0\n    def __init__(self): self.__class__.n += 1",
    "an object": "class V: pass\nv = V()\ndef f(x):\n    v.n = x\n    return v.n",
    "a generator": "rng = np.random.default_rng(0)\ndef f(x): return rng.normal()",
    "an iterator": "count = itertools.count()\ndef f(x): return next(count)",
    "a cache": "@functools.lru_cache\ndef f(x): return x",
    "a method of a list": "made = []\nadd = made.append\ndef f(x): return add(x)",
    "a patched function": "def f(x):\n    np.exp = np.sin\n    return np.exp(x)",
    "an error state": "def f(x):\n    np.seterr(all='raise')\n    return np.exp(x)",
    "setattr": "def f(x):\n    setattr(np, 'exp', np.sin)",
    "globals": "def f(x):\n    globals()['n'] = x",
    "an import of another module": "def f(x):\n    import helper\n    return helper.f(x)",
    "under a condition": "if True:\n    def f(x):\n        f.n = x\n        return f.n",
}
KEEPS_NONE = {
    "nothing": "",
    "constants": "EPS = 1e-12\nNAMES = ('a', 'b', 2.0, None)\nLAST = np.float64(3)",
    "names of others": "import math\nfrom numpy import exp, sum as total\nabs_ = abs",
    "arrays of its own": "def f(x):\n    y = np.zeros(3)\n    y[0] = x\n    return y",
    "an argument": "def f(x):\n    x[0] = 1\n    x += 1\n    return x",
    "a list of its own": "def f(x):\n    made = []\n    made.append(x)\n    return made",
    "an inner function": (
        "def f(x):\n    seen = {}\n    def visit(v):\n        seen[v] = True\n"
        "        return v\n    return visit(x)"
    ),
    "objects that calls make": (
        "class Value:\n    def __init__(self, data):\n        self.data = data\n"
        "        self.grad = 0.0\n"
        "    def __add__(self, other):\n        out = Value(self.data + other.data)\n"
        "        def backward():\n            self.grad += out.grad\n"
        "            other.grad += out.grad\n        out.back = backward\n        return out"
    ),
    "plain defaults": "def f(x, eps=1e-12, names=('a',), *, axis=None): return x",
    "a closure over functions": "def make(g):\n    return lambda x: g(x)\nf = make(np.exp)",
    "a vectorised function": "f = np.vectorize(lambda x: x + 1)",
    "a property": "class V:\n    @property\n    def T(self): return self",
    "loops and comprehensions": (
        "def f(xs):\n    for i, x in enumerate(xs):\n        xs[i] = [y for y in x]\n    return xs"
    ),
    "generators of numpy": (
        "def f(x):\n    return np.random.default_rng(0).normal() + np.random.rand()"
    ),
}


def keeps(source: str) -> bool:
    namespace: dict[str, Any] = {
        "__name__": "work",
        "np": np,
        "itertools": itertools,
        "functools": functools,
        "random": random,
    }
    exec(compile(source, "work.py", "exec"), namespace)
    return may_keep_state([namespace], [ast.parse(source)], {"work.py"}, {"hw1.helper"})


@pytest.mark.parametrize("what", KEEPS)
def test_what_may_keep_state_is_found(what: str) -> None:
    """Each of these returns something else, or may, when it is called again."""
    assert keeps(KEEPS[what])


@pytest.mark.parametrize("what", KEEPS_NONE)
def test_ordinary_code_keeps_none(what: str) -> None:
    """Otherwise nothing of it would be recognised."""
    assert not keeps(KEEPS_NONE[what])


def test_right_work_keeps_none() -> None:
    """Of the right variants of the course, few do."""
    course = load_course()
    found = [
        keeps(entry.source)
        for exercise in course.exercises
        if exercise.name != "autodiff"  # its variants share a tape
        for entry in load_catalogue(course.suites, exercise.name, "variants")
    ]
    assert sum(found) <= len(found) // 10
