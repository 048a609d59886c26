"""Running what was handed in as a program: `python guess.py 3 4`, in this process."""

from __future__ import annotations

import ast
import contextlib
import sys
import types
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from grader.sandbox.protocol.messages import MAX_OUTPUT, Ran
from grader.sandbox.worker.console import Printed
from grader.sandbox.worker.execution import Execution, Part
from grader.sandbox.worker.imports import PACKAGE
from grader.sandbox.worker.placeholders import AbsentModule


class Program:
    """A file, or the cells of a notebook, that can be run again and again.

    Parameters
    ----------
    name : str
        The file's name, which ``sys.argv`` begins with.
    parts : sequence of Part
        The parts that are executed.
    siblings : collection of str
        The other modules of the submission, which each run imports anew.
    """

    def __init__(self, name: str, parts: Sequence[Part], siblings: Collection[str]) -> None:
        self._name = name
        self._parts = parts
        self._siblings = siblings

    @property
    def is_unwritten(self) -> bool:
        """Return whether it is a stub: comments, imports, empty functions and calls of these."""
        body = [node for part in self._parts for node in part.body]
        functions = [node for node in body if isinstance(node, ast.FunctionDef)]
        empty = {node.name for node in functions if all(map(_is_empty, node.body))}
        return all(self._is_stub(node, empty) for node in body)

    def _is_stub(self, node: ast.stmt, empty: Collection[str]) -> bool:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            return all(self._is_stub(inner, empty) for inner in node.body)
        if isinstance(node, ast.FunctionDef):
            return node.name in empty
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return isinstance(node.value.func, ast.Name) and node.value.func.id in empty
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = {module, *(alias.name for alias in node.names)}
            return not names & {*self._siblings}  # it may do everything
        if isinstance(node, ast.Try):  # an import that may fail
            return all(self._is_stub(inner, empty) for inner in node.body)
        return _is_empty(node) or _is_constant(node)

    def run(self, arguments: Sequence[str]) -> Ran:
        """Run it from its beginning, in a namespace of its own; it prints to ``sys.stdout``.

        Importing a module that does not exist raises, as it does where the student runs it.

        Raises
        ------
        BaseException
            Any exception of the program, except `SystemExit`.
        """
        module = types.ModuleType("__main__")
        module.__file__ = self._name
        module.__package__ = PACKAGE
        before = sys.argv, sys.stdout, sys.stderr
        errors = Printed(MAX_OUTPUT, sys.stderr)
        sys.argv, sys.stderr = [self._name, *arguments], errors
        try:
            with self._imported_anew(module):
                status = _run(lambda: Execution(vars(module)).run_all(self._parts), errors)
        finally:
            sys.argv, sys.stdout, sys.stderr = before
        return Ran(errors.text, status)

    @contextlib.contextmanager
    def _imported_anew(self, module: types.ModuleType) -> Iterator[None]:
        """Let modules of the submission be imported anew, and ``__main__`` be this one.

        Placeholders of modules that do not exist, which loading has left, are away meanwhile.
        """
        kept = {name: sys.modules[name] for name in list(sys.modules) if self._is_own(name)}
        kept["__main__"] = sys.modules["__main__"]
        self._forget()
        sys.modules["__main__"] = module
        try:
            yield
        finally:
            self._forget()
            sys.modules.update(kept)

    def _forget(self) -> None:
        for name in [name for name in sys.modules if self._is_own(name)]:
            del sys.modules[name]

    def _is_own(self, name: str) -> bool:
        if name.partition(".")[0] == PACKAGE:
            return True
        if isinstance(sys.modules[name], AbsentModule):
            return True
        # The loader takes away their specification.
        is_sibling = {name, name.rpartition(".")[2]} & {*self._siblings} - {"__main__"}
        return bool(is_sibling) and getattr(sys.modules[name], "__spec__", None) is None


def _run(execute: Callable[[], None], errors: Printed) -> int:
    """Return the exit status of a program, as Python does."""
    try:
        execute()
    except SystemExit as error:
        code: Any = error.code
        if code is None:
            return 0
        if isinstance(code, int):
            return int(code) & 0xFF
        errors.write(f"{code}\n")
        return 1
    return 0


def _is_empty(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return "NotImplementedError" in ast.unparse(node)
    is_constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_constant or isinstance(node, ast.Pass)


def _is_constant(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    try:
        ast.literal_eval(node.value)
    except ValueError:
        return False
    return True
