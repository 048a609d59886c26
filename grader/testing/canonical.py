"""One right implementation of each function, and edits that make it wrong.

``suites/<exercise>/canonical.py`` has ordinary functions and classes in which every step that
a student may get wrong is an assignment to a name of its own. An edit replaces what is assigned
there. Edits of different places can be made together, so that two mistakes at once need no
implementation of their own. Another function of the course, such as ``sigmoid``, is called under
the name ``_sigmoid``, or its own: a student's mistake in it can then take its place.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.testing.execution import execute

Edits = Mapping[str, str]

# The name under which compiled code finds which edits are made.
_CHOSEN = "__chosen__"
# The name of a method's body where it is a function inside of the method.
_INNER = "__body__"
_OWN_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_Definition = ast.FunctionDef | ast.ClassDef


class Canonical:
    """The right implementations of an exercise.

    Parameters
    ----------
    path : Path
        The file, which need not exist: then there is no function that can be edited.

    Raises
    ------
    CourseError
        If it is not valid Python.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._texts: dict[str, str] = {}
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        try:
            self._tree = ast.parse(text)
        except SyntaxError as error:
            raise CourseError(f"{path}, line {error.lineno}: {error.msg}") from error

    def definition(self, function: str) -> _Definition:
        """Return the definition of a function or class, or raise ``CourseError``."""
        for node in self._tree.body:
            if isinstance(node, _Definition) and node.name == function:
                return node
        raise CourseError(f"{self.path}: there is no {function} to edit")

    def copy_of(self, function: str) -> _Definition:
        """Return a definition that may be changed, or raise ``CourseError``."""
        if function not in self._texts:
            self._texts[function] = ast.unparse(self.definition(function))
        # Parsing is ten times as quick as a deep copy of the tree.
        (copied,) = ast.parse(self._texts[function]).body
        assert isinstance(copied, _Definition)
        return copied

    @cached_property
    def text_of_helpers(self) -> str:
        """Return the source of the helpers."""
        return ast.unparse(ast.Module(self.helpers, []))

    @property
    def helpers(self) -> list[ast.stmt]:
        """Return what is not a function of the course: imports, constants, private definitions."""
        return [node for node in self._tree.body if not _is_public(node)]

    @property
    def public(self) -> list[_Definition]:
        """Return the functions and classes of the course that the file defines."""
        return [
            node for node in self._tree.body if isinstance(node, _Definition) and _is_public(node)
        ]

    def execute(self) -> dict[str, Any]:
        """Execute the file, and return its names; none where there is no file.

        Raises
        ------
        CourseError
            If it fails.
        """
        return self.execute_into({}, self._tree.body)

    def execute_into(self, names: dict[str, Any], body: Sequence[ast.stmt]) -> dict[str, Any]:
        """Execute statements of the file with these names, to which they add, and return them."""
        module = ast.fix_missing_locations(ast.Module([*body], []))
        try:
            execute(self.path.stem, module, str(self.path), into=names)
        except Exception as error:
            raise CourseError(f"{self.path}: {type(error).__name__}: {error}") from error
        return names

    def with_context(self, definition: _Definition) -> list[ast.stmt]:
        """Return a definition in its place among everything of the file that it may use."""
        public = {node.name: node for node in self.public}
        used: set[str] = set()
        waiting: list[ast.stmt] = [*self.helpers, definition]
        while waiting:
            names = {n.id for n in ast.walk(waiting.pop()) if isinstance(n, ast.Name)}
            new = names & public.keys() - used - {definition.name}
            used |= new
            waiting += [public[name] for name in new]
        found: list[ast.stmt] = []
        for node in self._tree.body:
            name = getattr(node, "name", "")
            if name == definition.name:
                found.append(definition)
            elif not _is_public(node) or name in used:
                found.append(node)
        return found


class EditedFunction:
    """One function or class with edits, any of which can be made.

    It is compiled once, with a switch at every place, since a search for two mistakes makes
    hundreds of combinations.

    Parameters
    ----------
    canonical : Canonical
        Has the right implementation.
    function : str
        Its name.
    edits : sequence of mapping of str to str
        Each has new expressions by place. A place is the target of an assignment as it is
        written there (``dW``, ``self.grad``), the last one in the source, or ``return``. In a
        class it follows the name of the method and a dot. The name of a method alone is the
        place of the whole method, and its text is a definition.

    Raises
    ------
    CourseError
        If there is no such place, or a text is not valid Python.
    """

    def __init__(self, canonical: Canonical, function: str, edits: Iterable[Edits]) -> None:
        self.function = function
        self._canonical = canonical
        self._texts: dict[str, list[str]] = {}
        for edit in edits:
            for place, text in edit.items():
                texts = self._texts.setdefault(place, [])
                if text not in texts:
                    texts.append(text)
        definition = copy.deepcopy(canonical.definition(function))
        steps = _find_steps(definition)
        for place, texts in self._texts.items():
            step = self._step(steps, place)
            _switch(step, place, [self._parse(place, text) for text in texts], self._fail)
        self.results = _names_of_results(canonical.definition(function))
        self._chosen = dict.fromkeys(self._texts, 0)
        self._namespace = self._compile(definition)
        self._right = dict(self._namespace)
        self._replaced = False

    def choose(self, *edits: Edits) -> Callable[..., Any]:
        """Return the function with these edits made.

        All that is returned is one function with a switch: what was chosen holds until
        something else is.
        """
        for place in self._chosen:
            self._chosen[place] = 0
        for edit in edits:
            for place, text in edit.items():
                self._chosen[place] = 1 + self._texts[place].index(text)
        if self._replaced:
            self._namespace.update(self._right)
            self._replaced = False
        compiled: Callable[..., Any] = self._namespace[self.function]
        return compiled

    def calls(self, helper: str) -> bool:
        """Return whether another function of the course is called, here or by its helpers."""
        return f"_{helper}" in self._right or (helper != self.function and helper in self._right)

    def choose_with(self, helpers: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
        """Return the function without edits, which calls these functions of the course.

        A function ``sigmoid`` is called under the name ``_sigmoid``, or its own.
        """
        function = self.choose()
        self._replaced = True
        for name, helper in helpers.items():
            places = {f"_{name}", name} & self._right.keys()
            self._namespace.update(dict.fromkeys(places, helper))
        return function

    @cached_property
    def module(self) -> dict[str, Any]:
        """Return all names of the file, with this function as it was last chosen."""
        others = [node for node in self._canonical.public if node.name not in self._namespace]
        return self._canonical.execute_into(self._namespace, others)

    def source(self, *edits: Edits) -> str:
        """Return a module's worth of definitions with these edits made."""
        definition = self._canonical.copy_of(self.function)
        steps = _find_steps(definition)
        for edit in edits:
            for place, text in edit.items():
                step = self._step(steps, place)
                _replace(step, place, self._parse(place, text), self._fail)
        return f"{self._canonical.text_of_helpers}\n\n{ast.unparse(definition)}"

    def _parse(self, place: str, text: str) -> ast.expr | ast.FunctionDef:
        try:
            (statement,) = ast.parse(text.strip()).body
        except (SyntaxError, ValueError) as error:
            raise self._fail(place, f"{text!r} is not one expression") from error
        if isinstance(statement, ast.Expr):
            return statement.value
        if isinstance(statement, ast.FunctionDef):
            return statement
        raise self._fail(place, f"{text!r} is not an expression")

    def _step(self, steps: Mapping[str, _Step], place: str) -> _Step:
        method = place.partition(".")[0]
        is_class = isinstance(self._canonical.definition(self.function), ast.ClassDef)
        if is_class and method not in steps:
            methods = ", ".join(name for name in steps if "." not in name)
            reason = f"the class has no method {method}; its methods are {methods}"
            raise self._fail(place, reason)
        if place not in steps:
            near = [name for name in steps if not is_class or name.startswith(f"{method}.")]
            known = ", ".join(near) or "none"
            raise self._fail(
                place,
                f"there is no such step; there are {known}. A step is a name that is assigned by "
                "itself",
            )
        return steps[place]

    def _fail(self, place: str, reason: str) -> CourseError:
        return CourseError(f"{self._canonical.path}, {place} of {self.function}: {reason}")

    def _compile(self, definition: _Definition) -> dict[str, Any]:
        body = self._canonical.with_context(definition)
        return self._canonical.execute_into({_CHOSEN: self._chosen}, body)


def _names_of_results(definition: _Definition) -> tuple[str, ...]:
    """Return the names in ``return loss, grad``; none where one thing is returned."""
    returned = definition.body[-1]
    if isinstance(returned, ast.Return) and isinstance(returned.value, ast.Tuple):
        return tuple(map(ast.unparse, returned.value.elts))
    return ()


def _is_public(node: ast.stmt) -> bool:
    """Return whether this is a function of the course, or the docstring of the file."""
    named = isinstance(node, _Definition) and not node.name.startswith("_")
    return named or isinstance(node, ast.Expr)


def exclude(first: Edits, second: Edits) -> bool:
    """Return whether two edits cannot be made together."""
    return any(_overlap(a, b) for a in first for b in second)


def _overlap(a: str, b: str) -> bool:
    return a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.")


_Failure = Callable[[str, str], CourseError]
_New = ast.expr | ast.FunctionDef
_Assignment = ast.Assign | ast.AugAssign | ast.Return
_Step = _Assignment | ast.FunctionDef


def _switch(step: _Step, place: str, texts: list[_New], fail: _Failure) -> None:
    """Put a switch at a place: the right step, or one of the new ones."""
    choices = [(_is_chosen(place, number), new) for number, new in enumerate(texts, start=1)]
    if isinstance(step, ast.FunctionDef):
        bodies = [_body_of(new, step, place, fail) for _, new in choices]
        # One body with a yield would make a generator of all others, too.
        if any(map(_yields, [step.body, *bodies])):
            step.body, *bodies = (_put_inside(body, step) for body in [step.body, *bodies])
        for (chosen, _), body in zip(choices, bodies, strict=True):
            step.body.insert(0, ast.If(chosen, [*body, ast.Return(None)], []))
        return
    assert step.value is not None
    *first, (_, last) = choices
    value = _value_of(last, place, fail)
    for chosen, new in reversed(first):
        value = ast.IfExp(chosen, _value_of(new, place, fail), value)
    # Nearly all steps are right in every call: that is asked first.
    step.value = ast.IfExp(_is_chosen(place, 0), step.value, value)


def _yields(body: Sequence[ast.stmt]) -> bool:
    """Return whether a function of this body is a generator."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, _OWN_SCOPES):
            waiting += ast.iter_child_nodes(node)
    return False


def _put_inside(body: list[ast.stmt], method: ast.FunctionDef) -> list[ast.stmt]:
    """Return a body that calls a function of that body, with the arguments of the method."""
    parameters = copy.deepcopy(method.args)
    parameters.defaults, parameters.kw_defaults = [], [None] * len(parameters.kwonlyargs)
    passed: list[ast.expr] = [
        ast.Name(one.arg, ast.Load()) for one in [*parameters.posonlyargs, *parameters.args]
    ]
    if parameters.vararg:
        passed.append(ast.Starred(ast.Name(parameters.vararg.arg, ast.Load()), ast.Load()))
    by_name = [ast.keyword(one.arg, ast.Name(one.arg, ast.Load())) for one in parameters.kwonlyargs]
    if parameters.kwarg:
        by_name.append(ast.keyword(None, ast.Name(parameters.kwarg.arg, ast.Load())))
    inner = ast.parse(f"def {_INNER}(): pass").body[0]
    assert isinstance(inner, ast.FunctionDef)
    inner.args, inner.body = parameters, body
    return [inner, ast.Return(ast.Call(ast.Name(_INNER, ast.Load()), passed, by_name))]


def _replace(step: _Step, place: str, new: _New, fail: _Failure) -> None:
    if isinstance(step, ast.FunctionDef):
        step.body = _body_of(new, step, place, fail)
    else:
        step.value = _value_of(new, place, fail)


def _is_chosen(place: str, number: int) -> ast.Compare:
    chosen = ast.Subscript(ast.Name(_CHOSEN, ast.Load()), ast.Constant(place), ast.Load())
    return ast.Compare(chosen, [ast.Eq()], [ast.Constant(number)])


def _find_steps(definition: _Definition) -> dict[str, _Step]:
    """Return the steps of a function or class by place."""
    if isinstance(definition, ast.FunctionDef):
        return dict(_find_assignments(definition))
    steps: dict[str, _Step] = {}
    for method in definition.body:
        if isinstance(method, ast.FunctionDef):
            steps[method.name] = method
            within = _find_assignments(method)
            steps |= {f"{method.name}.{place}": step for place, step in within.items()}
    return steps


def _find_assignments(function: ast.FunctionDef) -> dict[str, _Assignment]:
    nodes = [node for node in ast.walk(function) if isinstance(node, _Assignment) and node.value]
    # The start value of a loop is assigned before it: the last assignment is meant.
    ordered = sorted(nodes, key=lambda node: node.lineno)
    return {place: node for node in ordered for place in _places_of(node)}


def _places_of(node: _Assignment) -> list[str]:
    if isinstance(node, ast.Return):
        return ["return"]
    targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
    return list(map(ast.unparse, targets))


def _value_of(new: _New, place: str, fail: _Failure) -> ast.expr:
    if not isinstance(new, ast.expr):
        raise fail(place, "a definition can take the place of a method only")
    return new


def _body_of(new: _New, method: ast.FunctionDef, place: str, fail: _Failure) -> list[ast.stmt]:
    if not isinstance(new, ast.FunctionDef) or ast.dump(new.args) != ast.dump(method.args):
        raise fail(place, "the text should be a definition with the method's parameters")
    return copy.deepcopy(new.body)
