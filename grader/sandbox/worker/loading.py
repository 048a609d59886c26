"""Loading a student's module: a `.py` as a whole, of a notebook what the functions need."""

from __future__ import annotations

import ast
import random
import sys
import types
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.records import Definition, SourceFile
from grader.sandbox.protocol.messages import Load
from grader.sandbox.protocol.provided import ProvidedFinder
from grader.sandbox.worker.classes import list_classes
from grader.sandbox.worker.console import take_terminal
from grader.sandbox.worker.effects import bound_names
from grader.sandbox.worker.execution import Execution
from grader.sandbox.worker.imports import PACKAGE, FileLines, Importer
from grader.sandbox.worker.members import Members
from grader.sandbox.worker.outline import outline
from grader.sandbox.worker.placeholders import Absent
from grader.sandbox.worker.programs import Program
from grader.sandbox.worker.sources import Sources, find_cells, read_cells, read_file


@dataclass
class LoadedModule:
    """A module that was loaded, as far as it could be.

    Parameters
    ----------
    module : module
        The student's.
    defined : list of str
        The functions asked for that can be called.
    notes : list of str
        Statements that were left out, and the reasons, for the student.
    missing : dict of str to str
        Names that are not there for that reason.
    files : dict of str to FileLines
        The student's files and cells, by the names in tracebacks.
    places : dict of str to (str, int)
        Of each, the file's name, where it is not the file that is graded, and the cell, or 0.
    definitions : list of Definition
        Places of the functions that were asked for.
    endless : list of str
        Statements that took too long.
    members : Members or None
        The modules of an exercise that is several files.
    broken : dict of str to BaseException
        Why some of these could not be imported.
    namespaces : list of dict
        Namespaces in which the student's code was executed.
    """

    module: types.ModuleType
    defined: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    files: dict[str, FileLines] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    definitions: list[Definition] = field(default_factory=list)
    endless: list[str] = field(default_factory=list)
    members: Members | None = None
    broken: dict[str, BaseException] = field(default_factory=dict)
    namespaces: list[dict[str, object]] = field(default_factory=list)

    @property
    def names(self) -> MutableMapping[str, Any]:
        """Return what the names of the module, or of several, mean."""
        return self.module.__dict__ if self.members is None else self.members


def seed_generators() -> None:
    """Let the global generators begin anew, so that code that draws from them can be repeated."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - it is the legacy generator that is meant


class Loader:
    """Loads one student's module, and what it imports.

    Parameters
    ----------
    request : Load
        The module to load.

    Attributes
    ----------
    loaded : LoadedModule
        The result of loading so far.
    program : Program
        The file that was handed in, to be run as a program.
    """

    def __init__(self, request: Load) -> None:
        self._request = request
        self._siblings: dict[str, SourceFile] = dict(request.siblings)
        self.loaded = LoadedModule(types.ModuleType(request.exercise))
        self.program = Program(request.source.name, (), ())
        self._imported: list[str] = []

    def load(self) -> LoadedModule:
        """Load the module.

        Returns
        -------
        LoadedModule
            The module; also available as `loaded` where something is raised.

        Raises
        ------
        SyntaxError, ValueError
            If a ``.py`` is not Python.
        """
        request = self._request
        if request.members:
            return self._load_members()
        module = self.loaded.module
        module.__package__ = PACKAGE
        module.__file__ = request.source.name
        sys.modules[request.exercise] = module
        self._prepare()
        cells: Sequence[str] | None = request.source.cells
        if cells is None:
            cells = find_cells(request.source.content)
        try:
            if cells is None:
                sources = read_file(request.source.name, request.source.content)
            else:
                # In a notebook `if __name__ == "__main__":` holds.
                module.__name__ = "__main__"
                sources = read_cells(request.source.name, cells)
            body = [node for part in sources.parts for node in part.body]
            self._register(sources)
            self.program = Program(request.source.name, sources.parts, self._siblings)
            if request.read_only:
                self.loaded.defined = sorted(bound_names(body) & {*request.functions})
                return self.loaded
            wanted = {*request.functions, *list_classes(body)}
            if request.all_needed:
                wanted |= set(self._wanted_of(sources))
            self._execute(module, sources, sorted(wanted), whole=cells is None)
        finally:
            Absent.loading = False
        self._describe()
        return self.loaded

    def _load_members(self) -> LoadedModule:
        """Load an exercise that is several files, each as the others import it."""
        members = self.loaded.members = Members(self._request.owners)
        self._prepare()
        try:
            for name in self._request.members:
                try:
                    # Another one may have imported it.
                    members.modules[name] = sys.modules.get(name) or self._import_member(name)
                except BaseException as error:
                    sys.modules.pop(name, None)
                    self.loaded.broken[name] = error
        finally:
            Absent.loading = False
        self.loaded.module = members.as_module(self._request.exercise)
        self._imported = [name for name in self._imported if not self._is_member(name)]
        self._describe()
        return self.loaded

    def _import_member(self, name: str) -> types.ModuleType:
        module = sys.modules[name] = types.ModuleType(name)
        self._execute_sibling(name, module)
        return module

    def _is_member(self, file: str) -> bool:
        return file.rpartition(".")[0] in self._request.members

    def _prepare(self) -> None:
        seed_generators()
        take_terminal(self._request.source.name)
        Absent.loading = True
        Absent.undecorated = {}
        Absent.is_decorator = self._is_decorator
        provided = {name: file.content for name, file in self._request.provided.items()}
        sys.meta_path.append(ProvidedFinder(provided))
        sys.meta_path.append(
            Importer(
                self.loaded.files,
                self._siblings,
                self._execute_sibling,
                self._request.packages,
                self._request.course_modules,
                provided,
            )
        )

    def _register(self, sources: Sources) -> None:
        """Note what was read, for imports and messages."""
        self.loaded.notes += sources.notes
        for name, text in sources.written.items():
            self._siblings.setdefault(name, SourceFile(f"{name}.py", text.encode()))
        for part in sources.parts:
            self.loaded.files[part.name] = FileLines([ast.Module(part.body, [])])
            self.loaded.places[part.name] = part.file, part.cell
        self.loaded.missing |= sources.missing

    def _execute(
        self, module: types.ModuleType, sources: Sources, wanted: Sequence[str], *, whole: bool
    ) -> None:
        self.loaded.namespaces.append(module.__dict__)
        execution = Execution(
            module.__dict__,
            self.loaded.notes,
            self.loaded.missing,
            self._request.skipped,
            self.loaded.endless,
        )
        if whole and not self._request.needed_only:
            for part in sources.parts:
                execution.run(part)
        else:
            execution.run_needed(sources.parts, wanted, self._request.limit_s)

    def _execute_sibling(self, name: str, module: types.ModuleType) -> None:
        module.__spec__ = None  # it may differ from what relative imports need
        module.__package__ = f"{PACKAGE}.{name}".rpartition(".")[0]
        source = self._siblings[name]
        self._imported.append(source.name)
        if source.cells is None:
            sources = read_file(source.name, source.content, source.name)
        else:
            sources = read_cells(source.name, source.cells, source.name)
        self._register(sources)
        self._execute(module, sources, self._wanted_of(sources), whole=source.cells is None)

    def _wanted_of(self, sources: Sources) -> list[str]:
        """Return what of another file is executed: definitions, and names that are asked for."""
        body = [node for part in sources.parts for node in part.body]
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        defined = {node.name for node in body if isinstance(node, kinds)}
        trees = [tree for lines in self.loaded.files.values() for tree in lines.trees]
        parts = [part for tree in trees for part in ast.walk(tree)]
        asked = {part.attr for part in parts if isinstance(part, ast.Attribute)}
        asked |= {part.name for part in parts if isinstance(part, ast.alias)}
        if "*" in asked:
            asked |= {part.id for part in parts if isinstance(part, ast.Name)}
        return sorted(defined | (asked & bound_names(body)))

    def _is_decorator(self, file_name: str, line: int) -> bool:
        return file_name in self.loaded.files and line in self.loaded.files[file_name].decorators

    def _describe(self) -> None:
        names = self.loaded.names
        values = {n: names[n] for n in self._request.functions if n in names}
        self.loaded.defined = [name for name, value in values.items() if is_answer(value)]
        self.loaded.definitions = outline(
            (
                (tree, *self.loaded.places[name])
                for name, lines in self.loaded.files.items()
                for tree in lines.trees
            ),
            self._request.functions,
            {*self._request.course_modules, *self._siblings},
            {
                name: self._siblings[owner].name
                for name, owner in self._request.owners.items()
                if owner in self._siblings
            },
        )
        if self._imported:
            files = ", ".join(list(dict.fromkeys(self._imported))[:5])
            self.loaded.notes.append(f"it imports {files}; a mistake there costs points here, too")
        self.loaded.notes += [
            f"`{name}` is graded without its decorator {Absent.undecorated[name]}, "
            "which the grader does not have"
            for name in self.loaded.defined
            if name in Absent.undecorated
        ]


def is_answer(value: object) -> bool:
    """Return whether a value can be called as a function of the student's."""
    return callable(value) and not isinstance(value, Absent)
