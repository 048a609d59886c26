"""Expressions of a test as a suite has them: names of students' code become calls of the proxy."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.importing.allowed import BUILTINS, find_refused, refuse_name

# How numpy's global generator draws, and how the generator of a check draws the same.
_DRAWS = {
    "rand": "uniform",
    "random": "uniform",
    "random_sample": "uniform",
    "uniform": "uniform",
    "randn": "normal",
    "normal": "normal",
    "randint": "integers",
    **{name: name for name in "permutation choice exponential poisson binomial gamma".split()},
}
# Names of Python's own types that numpy had, too, until its version 1.24.
_OLD_ALIASES = frozenset({"bool", "int", "float", "complex", "str"})
# Generators that are seeded where they are made.
_SEEDED = frozenset({"default_rng", "RandomState", "Random"})


class Untranslatable(Exception):
    """A part of a test that has no honest form in a suite; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Known:
    """The meanings of names in a test.

    Parameters
    ----------
    functions, classes : frozenset of str
        That students write, and that the suite may ask for.
    getters : mapping of str to str
        Functions that return what was a variable of the notebook, by the variable.
    imports : mapping of str to str
        The full names of imported names.
    """

    functions: frozenset[str]
    classes: frozenset[str]
    getters: Mapping[str, str]
    imports: Mapping[str, str]

    @property
    def asked(self) -> frozenset[str]:
        """All names of students' code."""
        return self.functions | self.classes | frozenset(self.getters)


@dataclass(slots=True)
class Scope:
    """The names of one check while it is translated.

    Parameters
    ----------
    own : set of str
        Names that the check has bound.
    answers : set of str
        Those of them that hold something of the student's, which may be anything.
    handles : set of str
        Names of objects in the student's process.
    seeded : bool
        Whether numpy's global generator was seeded.
    asked : list of str
        The students' functions that were called.
    used : set of str
        Imported names that are needed.
    lines : list of str
        Lines that must come before the expression.
    """

    own: set[str] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)
    handles: set[str] = field(default_factory=set)
    helpers: set[str] = field(default_factory=set)
    seeded: bool = False
    asked: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)
    draws: bool = False

    def take_lines(self) -> list[str]:
        """Return the lines that must come first, and keep none."""
        lines, self.lines = self.lines, []
        return lines


def import_line(name: str, stands_for: str) -> str:
    """Return the statement that imports a name."""
    module, _, own = stands_for.rpartition(".")
    line = f"from {module} import {own}" if module else f"import {own}"
    return f"{line} as {name}" if name != own else line


def draws_unseeded(node: ast.AST, known: Known, scope: Scope) -> bool:
    """Return whether a statement draws with a generator that has no seed."""
    if scope.seeded:
        return False
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            root, _, rest = ast.unparse(inner.func).partition(".")
            whole = f"{known.imports.get(root, root)}.{rest}"
            if whole.startswith(("random.", "numpy.random.")) and not (
                inner.func.attr in _SEEDED and inner.args
            ):
                return True
    return False


def is_answer(node: ast.AST, known: Known, scope: Scope) -> bool:
    """Return whether an expression holds something of the student's."""
    names = known.asked | scope.answers | scope.handles
    return any(isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node))


def is_direct(node: ast.expr, known: Known, scope: Scope) -> bool:
    """Return whether an expression is an answer as it came, on which nothing is computed."""
    if isinstance(node, ast.Name):
        return node.id in scope.answers or node.id in known.getters
    if not isinstance(node, ast.Call) or isinstance(node.func, ast.Subscript):
        return False
    if any(is_computed(argument, known, scope) for argument in node.args):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in known.functions
    of = node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(of, ast.Call) and isinstance(of.func, ast.Name):
        return of.func.id in known.classes
    return isinstance(of, ast.Name) and of.id in scope.handles


def is_computed(node: ast.expr, known: Known, scope: Scope) -> bool:
    """Return whether an expression computes on an answer, which may fail."""
    return is_answer(node, known, scope) and not is_direct(node, known, scope)


def translate(node: ast.expr, known: Known, scope: Scope) -> str:
    """Return an expression as a suite has it.

    Raises
    ------
    Untranslatable
        If it has no such form.
    """
    if reason := find_refused(node, known.imports):
        raise Untranslatable(reason)
    made = _Rewriter(known, scope).visit(ast.parse(ast.unparse(node), mode="eval").body)
    return ast.unparse(ast.fix_missing_locations(made))


class _Rewriter(ast.NodeTransformer):
    """Puts calls of the proxy in the place of students' names."""

    def __init__(self, known: Known, scope: Scope) -> None:
        self._known = known
        self._scope = scope
        self._local: list[set[str]] = []

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Check a name, and ask for what was a variable."""
        if not isinstance(node.ctx, ast.Load) or any(node.id in names for names in self._local):
            return node
        if node.id in self._scope.own:
            return node
        if node.id in self._known.getters:
            getter = self._known.getters[node.id]
            self._scope.asked.append(getter)
            return _call_student(getter, [], [])
        if node.id in self._known.functions | self._known.classes:
            raise Untranslatable(f"uses {node.id} without calling it")
        if node.id in self._known.imports:
            if reason := refuse_name(node.id, self._known.imports):
                raise Untranslatable(reason)
            self._scope.used.add(node.id)
        elif node.id not in BUILTINS:
            raise Untranslatable(f"uses {node.id}, which only the notebook has")
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Turn a call of a student's function, class or method into one of the proxy."""
        called = node.func
        if isinstance(called, ast.Name) and called.id not in self._scope.own:
            if called.id in self._known.functions:
                self._scope.asked.append(called.id)
                return _call_student(called.id, *self._arguments(node))
            if called.id in self._known.classes:
                return self._keep(called.id, node)
        if isinstance(called, ast.Name) and called.id in self._scope.handles:
            called = ast.Attribute(called, "__call__", ast.Load())
        elif is_answer(called, self._known, self._scope) and not isinstance(called, ast.Attribute):
            raise Untranslatable("calls what a function of students returned")
        if isinstance(called, ast.Attribute):
            if (handle := self._handle(called.value)) is not None:
                if node.keywords:
                    raise Untranslatable(f"passes a keyword to the method {called.attr}")
                arguments, _ = self._arguments(node)
                name = ast.Constant(called.attr)
                return _call_student("call_on", [handle, name, *arguments], [])
            if drawn := self._draw(called, node):
                return drawn
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Ask for an attribute of a student's object."""
        if (handle := self._handle(node.value)) is not None:
            arguments = [handle, ast.Constant("__getattribute__"), ast.Constant(node.attr)]
            return _call_student("call_on", arguments, [])
        of = node.value.id if isinstance(node.value, ast.Name) else ""
        if self._known.imports.get(of) == "numpy" and node.attr in _OLD_ALIASES:
            return ast.Name(node.attr, ast.Load())
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        """Know the parameters of a lambda within it."""
        parameters = {
            argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)
        }
        return self._within(parameters, node)

    def _comprehension(self, node: ast.expr) -> ast.expr:
        stored = {
            name.id
            for name in ast.walk(node)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        }
        return self._within(stored, node)

    def visit(self, node: ast.AST) -> Any:
        """Visit a node; a comprehension has names of its own."""
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            return self._comprehension(node)
        return super().visit(node)

    def _within(self, names: set[str], node: ast.expr) -> ast.expr:
        self._local.append(names)
        try:
            return self.generic_visit(node)  # type: ignore[return-value]
        finally:
            self._local.pop()

    def _arguments(self, node: ast.Call) -> tuple[list[ast.expr], list[ast.keyword]]:
        arguments = [self._argument(argument) for argument in node.args]
        keywords = [ast.keyword(k.arg, self._argument(k.value)) for k in node.keywords]
        return arguments, keywords

    def _argument(self, node: ast.expr) -> ast.expr:
        """Return an argument of a student's function; a function is passed by its source."""
        if isinstance(node, ast.Lambda):
            return self._by_source(node)
        if isinstance(node, ast.Name) and node.id in self._scope.helpers:
            return ast.Call(ast.Name("by_source", ast.Load()), [node], [])
        made: ast.expr = self.visit(node)
        return made

    def _by_source(self, node: ast.Lambda) -> ast.expr:
        loaded = {n.id for n in ast.walk(node.body) if isinstance(n, ast.Name)}
        parameters = {
            argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)
        }
        names = loaded - parameters - BUILTINS - {"np"}
        if others := names - set(self._known.imports):
            raise Untranslatable(f"passes a function that uses {', '.join(sorted(others))}")
        imports = [f"    {import_line(one, self._known.imports[one])}" for one in sorted(names)]
        name = f"given_{len(self._scope.helpers) + 1}"
        self._scope.helpers.add(name)
        self._scope.own.add(name)
        of = ast.unparse(node.args)
        body = f"    return {ast.unparse(node.body)}"
        self._scope.lines += [f"def {name}({of}):", *imports, body]
        return ast.Call(ast.Name("by_source", ast.Load()), [ast.Name(name, ast.Load())], [])

    def _keep(self, name: str, node: ast.Call) -> ast.expr:
        if node.keywords:
            raise Untranslatable(f"passes a keyword to {name}")
        self._scope.asked.append(name)
        return _call_student("keep", [ast.Constant(name), *self._arguments(node)[0]], [])

    def _handle(self, node: ast.expr) -> ast.expr | None:
        """Return an expression for an object in the student's process, or None."""
        if isinstance(node, ast.Name) and node.id in self._scope.handles:
            return node
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in self._known.classes
        ):
            return self._keep(node.func.id, node)
        return None

    def _draw(self, called: ast.Attribute, node: ast.Call) -> ast.expr | None:
        """Return a draw by the check's generator for one by numpy's global generator."""
        text = ast.unparse(called)
        root = text.partition(".")[0]
        whole = text.replace(root, self._known.imports.get(root, root), 1)
        is_name = re.fullmatch(r"[\w.]+", text) is not None
        if is_name and not self._scope.seeded and whole.startswith(("random.", "numpy.random.")):
            if called.attr in _SEEDED and node.args:
                return None
            method = _DRAWS.get(whole.removeprefix("numpy.random."))
            if method is None:
                raise Untranslatable(f"draws with {text} and no seed")
            arguments, keywords = [self.visit(one) for one in node.args], list(node.keywords)
            if called.attr in {"rand", "randn", "random", "random_sample"} and arguments:
                sizes = ast.Tuple(arguments, ast.Load())
                size = arguments[0] if called.attr.startswith("random") else sizes
                arguments, keywords = [], [ast.keyword("size", size)]
            self._scope.draws = True
            drawn = ast.Attribute(ast.Name("rng", ast.Load()), method, ast.Load())
            return ast.Call(drawn, arguments, keywords)
        return None


def _call_student(name: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> ast.Call:
    called = ast.Attribute(ast.Name("student", ast.Load()), name, ast.Load())
    return ast.Call(called, arguments, keywords)
