"""Imports in a student's file: other files of the submission, and placeholders for the rest.

The finder comes last: the standard library and the allowed packages are found before it, so
a student's ``random.py`` never takes their place. It answers only imports that a student's
file makes; the standard library must see missing what it merely tries.
"""

from __future__ import annotations

import ast
import importlib
import sys
import types
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any, cast

from grader.sandbox.worker.placeholders import AbsentModule, PackageNotAvailable
from grader.sandbox.worker.progress import STAND_INS

if TYPE_CHECKING:
    # Importing it loads a dozen modules.
    from importlib.abc import Loader

# The package that relative imports are resolved against.
PACKAGE = "_submission_"
# Packages of which a few names work, also in a program.
_STOOD_IN = frozenset(package for one in STAND_INS.values() for package in one.packages)
_COPES = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))
_EXITS = frozenset(("exit", "quit", "_exit"))


@dataclass
class FileLines:
    """The lines of one file, as far as imports and placeholders need them.

    Parameters
    ----------
    trees : list of ast.Module
        Its code.
    """

    trees: list[ast.Module] = field(default_factory=list)

    @cached_property
    def guarded(self) -> frozenset[int]:
        """Return the lines of imports that the file itself expects to fail."""
        blocks = [n for t in self.trees for n in ast.walk(t) if isinstance(n, ast.Try | ast.With)]
        tries = [node for node in blocks if _expects_failure(node)]
        return frozenset(
            line
            for node in tries
            for statement in node.body
            for part in ast.walk(statement)
            if isinstance(part, ast.Import | ast.ImportFrom)
            for line in range(part.lineno, (part.end_lineno or part.lineno) + 1)
        )

    @cached_property
    def decorators(self) -> frozenset[int]:
        """Return the lines on which decorators are, also as ``f = package.decorator(f)``."""
        return frozenset(
            line
            for tree in self.trees
            for node in ast.walk(tree)
            for decorator in (*getattr(node, "decorator_list", ()), *_redecorations(node))
            for line in range(decorator.lineno, (decorator.end_lineno or decorator.lineno) + 1)
        )


def _redecorations(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        targets, arguments = node.targets, node.value.args
        names = [part.id for part in (*targets, *arguments) if isinstance(part, ast.Name)]
        if len(targets) == len(arguments) == 1 and len(names) == 2 and len({*names}) == 1:
            yield node.value


def _expects_failure(node: ast.Try | ast.With) -> bool:
    if isinstance(node, ast.With):
        calls = [item.context_expr for item in node.items]
        return any(
            isinstance(c, ast.Call)
            and _last_name(c.func) == "suppress"
            and any(map(_copes, c.args))
            for c in calls
        )
    return any(_copes(h.type) and not _gives_up(h) for h in node.handlers)


def _copes(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(k is None or _last_name(k) in _COPES for k in kinds)


def _gives_up(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler ends the program where the package is missing."""
    return any(
        isinstance(part, ast.Raise)
        or (isinstance(part, ast.Call) and _last_name(part.func) in _EXITS)
        for part in ast.walk(ast.Module(handler.body, []))
    )


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@dataclass
class Importer:
    """A finder for what a student's files import.

    Parameters
    ----------
    files : mapping of str to FileLines
        The student's files and cells by the name under which their code runs.
    siblings : collection of str
        Modules of the submission, with dots for folders.
    execute : callable
        Executes a module of the submission, given its name and the module.
    packages, course_modules : collection of str
        Packages that may be imported beside the standard library; the course's own modules.
    provided : collection of str
        Modules that the course provides; another finder has them under these names.
    """

    files: dict[str, FileLines]
    siblings: Collection[str]
    execute: Callable[[str, types.ModuleType], None]
    packages: Collection[str]
    course_modules: Collection[str]
    provided: Collection[str] = ()

    def find_spec(
        self, full_name: str, _path: Sequence[str] | None, _target: Any = None
    ) -> ModuleSpec | None:
        """Return how to load a module of the submission, or a placeholder, or None."""
        caller = _importing_frame()
        if caller is None or caller.f_code.co_filename not in self.files:
            return None
        if _last_of(full_name) in self.provided:
            return ModuleSpec(full_name, cast("Loader", self))
        name = self._find_sibling(full_name)
        if name or full_name == PACKAGE:
            return ModuleSpec(full_name, cast("Loader", self), is_package=name not in self.siblings)
        name = full_name.removeprefix(f"{PACKAGE}.")
        if self._is_known(name, full_name) or self._is_guarded(caller):
            return None
        return ModuleSpec(full_name, cast("Loader", self))

    def _find_sibling(self, full_name: str) -> str:
        """Return which module of the submission a name means, or an empty string.

        That can be a folder of modules. ``hw1.activations`` may mean ``activations``: what
        folders the student had around the files is not known here.
        """
        name = full_name.removeprefix(f"{PACKAGE}.")
        last = name.rpartition(".")[2]
        if self._is_known(name, full_name):
            return ""
        if name in self.siblings or any(s.startswith(f"{name}.") for s in self.siblings):
            return name
        return last if last in self.siblings else ""

    def _is_known(self, name: str, full_name: str) -> bool:
        root = name.partition(".")[0]
        real = root in sys.stdlib_module_names or root in self.packages
        return real and name == full_name

    def _is_guarded(self, caller: types.FrameType) -> bool:
        return caller.f_lineno in self.files[caller.f_code.co_filename].guarded

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        """Return a placeholder, or None for a module of the submission.

        A file that the course provides is one module, under whatever name it is imported.
        """
        if (last := _last_of(spec.name)) in self.provided:
            return importlib.import_module(last)
        if self._find_sibling(spec.name) or spec.name == PACKAGE:
            return None
        name = spec.name.removeprefix(f"{PACKAGE}.")
        if not (AbsentModule.loading or name.partition(".")[0] in _STOOD_IN):
            raise PackageNotAvailable(f"{name} {self.explain(name, spec.name)}", name=name)
        return AbsentModule(name, self.explain(name, spec.name))

    def exec_module(self, module: types.ModuleType) -> None:
        """Execute a module of the submission."""
        if module.__name__ in self.provided:
            return  # it was, under its own name
        name = self._find_sibling(module.__name__)
        for source in (name, f"{name}.__init__"):
            if source in self.siblings:
                self.execute(source, module)

    def explain(self, name: str, full_name: str = "") -> str:
        """Return why a module cannot be imported, after its name."""
        last = name.rpartition(".")[2]
        if full_name.startswith(f"{PACKAGE}.") or last in self.course_modules:
            return (
                f"cannot be imported: there is no {last}.py in this submission; "
                "hand it in too, or copy what you need into this file"
            )
        listed = f"{', '.join(sorted(self.packages))} and " if self.packages else ""
        return f"is not available in the grader; use only {listed}the standard library"


def _last_of(full_name: str) -> str:
    return full_name.rpartition(".")[2]


def _importing_frame() -> types.FrameType | None:
    """Return the frame that imports, or None where it only asks whether a module exists."""
    frame: types.FrameType | None = sys._getframe(2)  # noqa: SLF001
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if name == "importlib.util":
            return None
        if not name.startswith(("importlib", "_frozen_importlib")):
            return frame
        frame = frame.f_back
    return None
