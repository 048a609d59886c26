"""Executing a student's statements: as a whole where that works, else one by one.

A statement that raises is left out, and the rest is executed. Nothing runs twice.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from grader.sandbox.worker.deadline import StatementTooLong, limited
from grader.sandbox.worker.effects import Effects, bound_names, find_effects, is_print
from grader.sandbox.worker.explain import give_reason, name_not_found
from grader.sandbox.worker.statements import find_needed

_SHARE = 0.25  # of the time for loading, for one statement
_IN_ALL = 0.8  # of it, for all statements together
_LEAST_S = 0.02  # for a statement when that is spent
_MAX_NOTES = 50


@dataclass(frozen=True)
class Part:
    """A file, or a cell of a notebook.

    Parameters
    ----------
    name : str
        Under which its code appears in tracebacks.
    body : list of ast.stmt
        Its statements.
    file : str
        The file's name, where it is not the file that is graded.
    cell : int
        The number of the cell, counted from 1; 0 in a file.
    whole : bool
        Whether the statements are in the file as they are here, so that they can run as one.
    """

    name: str
    body: list[ast.stmt]
    file: str = ""
    cell: int = 0
    whole: bool = True

    @property
    def place(self) -> str:
        """Return what messages name beside the line: file, cell, or nothing."""
        return name_place(self.file, self.cell)


def name_place(file: str, cell: int) -> str:
    """Return ``helper.ipynb cell 3`` of a file's name and a cell's number, where there are any."""
    return f"{file} cell {cell}".strip() if cell else file


@dataclass(frozen=True)
class _Failure:
    part: Part
    node: ast.stmt
    error: BaseException


@dataclass
class Execution:
    """The execution of one module.

    Parameters
    ----------
    namespace : dict
        The module's.
    notes : list of str
        Statements that were left out, and the reasons, for the student.
    missing : dict of str to str
        The names that are not there for that reason.
    skipped : collection of str
        The statements that took too long in another process, and are not executed again.
    endless : list of str
        Statements that took too long, in this process or in another one.
    """

    namespace: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    skipped: Collection[str] = ()
    endless: list[str] = field(default_factory=list)
    _flags: int = 0

    def run(self, part: Part) -> None:
        """Execute all of a file."""
        self._flags = _future_flags([part])
        code = self._compile(part.body, part) if part.whole else None
        rest = part.body if code is None else self._run_whole(part, code)
        for node in rest:
            if failure := self._try(part, node):
                self._leave_out(failure)

    def run_all(self, parts: Sequence[Part]) -> None:
        """Execute everything as a program; what it raises ends it."""
        self._flags = _future_flags(parts)
        for part in parts:
            exec(self._compile_strictly(part.body, part), self.namespace)

    def run_needed(self, parts: Sequence[Part], wanted: Iterable[str], limit_s: float) -> None:
        """Execute what some names need.

        Parameters
        ----------
        parts : sequence of Part
            The cells of a notebook, or one file.
        wanted : iterable of str
            Names of functions and classes.
        limit_s : float
            Seconds for everything; each statement gets a share of them.
        """
        self._flags = _future_flags(parts)
        statements = [(part, node) for part in parts for node in part.body]
        effects = [self._effects(*statement) for statement in statements]
        needed = find_needed([node for _, node in statements], effects, wanted)
        clock = _Clock(limit_s)
        failures: dict[int, _Failure] = {}
        for place in needed:
            with clock.share(effects[place]):
                failure = self._try_once(*statements[place])
            if failure:
                failures[place] = failure
        self._try_again(failures, effects, needed, clock)
        for place, (part, node) in enumerate(statements):
            if place in failures:
                self._leave_out(failures[place])
            elif place not in needed:
                self._explain_unneeded(part, node, effects[place])

    def _run_whole(self, part: Part, code: CodeType) -> list[ast.stmt]:
        """Execute a file as one; return the statements behind the one that raised."""
        try:
            exec(code, self.namespace)
        except BaseException as error:
            place = _find_statement(part.body, code, error)
            self._leave_out(_Failure(part, part.body[place], error))
            return part.body[place + 1 :]
        return []

    def _try_once(self, part: Part, node: ast.stmt) -> _Failure | None:
        """Execute a statement, unless it is known to take too long."""
        name = f"{part.name}:{node.lineno}:{node.col_offset}"
        failure = _Failure(part, node, StatementTooLong()) if name in self.skipped else None
        failure = failure or self._try(part, node)
        if failure and isinstance(failure.error, StatementTooLong):
            self.endless.append(name)
        return failure

    def _try(self, part: Part, node: ast.stmt) -> _Failure | None:
        try:
            exec(self._compile_strictly([node], part), self.namespace)
        except BaseException as error:
            return _Failure(part, node, error)
        return None

    def _try_again(
        self,
        failures: dict[int, _Failure],
        effects: Sequence[Effects],
        needed: Sequence[int],
        clock: _Clock,
    ) -> None:
        """Execute again what lacked a name that a later cell binds: cells run in any order."""
        for place, failure in sorted(failures.items()):
            binds = effects[place].now.binds
            later = {n for p in needed if p > place for n in effects[p].now.binds}
            found = isinstance(failure.error, NameError) and failure.error.name in self.namespace
            if found and not binds & later:
                with clock.share(effects[place]):
                    again = self._try(failure.part, failure.node)
                if again is None:
                    del failures[place]

    def _compile(self, body: list[ast.stmt], part: Part) -> CodeType | None:
        # Where a statement cannot be compiled, each is compiled alone.
        with contextlib.suppress(SyntaxError, ValueError):
            return self._compile_strictly(body, part)
        return None

    def _compile_strictly(self, body: list[ast.stmt], part: Part) -> CodeType:
        module = ast.Module(body, [])
        code: CodeType = compile(module, part.name, "exec", self._flags, dont_inherit=True)
        return code

    def _effects(self, part: Part, node: ast.stmt) -> Effects:
        try:
            return find_effects(node, self._flags)
        except (SyntaxError, ValueError, RecursionError) as error:
            cause = self._describe(_Failure(part, node, error))
            self.missing |= dict.fromkeys(bound_names([node]), cause)
            return Effects.nothing()

    def _leave_out(self, failure: _Failure) -> None:
        """Note a statement that raised, and the names that it would have bound."""
        error = failure.error
        followed = self.missing.get(name_not_found(error))
        cause = followed or self._describe(failure)
        for bound in bound_names([failure.node]):
            self.missing.setdefault(bound, cause)
        quiet = isinstance(error, SystemExit) or is_print(failure.node)
        if not followed and not quiet and len(self.notes) < _MAX_NOTES:
            self.notes.append(cause)

    def _describe(self, failure: _Failure) -> str:
        reason = give_reason(failure.error, self.missing)
        line, code = _find_line(failure)
        place = place_of(failure.part, line)
        return f"{place} was left out: {reason} ({code})"

    def _explain_unneeded(self, part: Part, node: ast.stmt, effects: Effects) -> None:
        place = place_of(part, node.lineno)
        for name in effects.now.binds - self.namespace.keys():
            self.missing.setdefault(
                name, f"{place} was not executed: no graded function seemed to need it"
            )


class _Clock:
    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._end = time.monotonic() + _IN_ALL * limit_s

    @contextlib.contextmanager
    def share(self, effects: Effects) -> Iterator[None]:
        if effects.defines:
            # Neither definitions nor imports wait for anything.
            yield
            return
        left_s = self._end - time.monotonic()
        with limited(max(_LEAST_S, min(left_s, _SHARE * self._limit_s))):
            yield


def place_of(part: Part, line: int) -> str:
    """Return where a line is, in words."""
    return f"{part.place}, line {line}" if part.place else f"line {line}"


def _find_line(failure: _Failure) -> tuple[int, str]:
    """Return the line that raised, and its code: of a long statement the line inside."""
    line = failure.node.lineno
    too_long = isinstance(failure.error, StatementTooLong)
    trace = None if too_long else failure.error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == failure.part.name and code.co_name == "<module>":
            line = trace.tb_lineno
        trace = trace.tb_next
    inside = [n for n in ast.walk(failure.node) if getattr(n, "lineno", 0) == line]
    node = next((n for n in inside if isinstance(n, ast.stmt)), failure.node)
    return line, _first_line(node)


def _first_line(node: ast.AST) -> str:
    try:
        return ast.unparse(node).strip().split("\n")[0][:70]
    except (ValueError, RecursionError):
        return type(node).__name__


def _find_statement(body: Sequence[ast.stmt], code: CodeType, error: BaseException) -> int:
    """Return the place of the statement that raised; of two on one line the right one."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code is not code:
        trace = trace.tb_next
    if trace is None:
        return len(body) - 1
    line, _, column, _ = list(code.co_positions())[trace.tb_lasti // 2]
    at = (line or trace.tb_lineno, column or 0)
    return max((place for place, node in enumerate(body) if _start(node) <= at), default=0)


def _start(node: ast.stmt) -> tuple[int, int]:
    first = min(getattr(node, "decorator_list", []), key=lambda d: d.lineno, default=None)
    return (first.lineno, 0) if first else (node.lineno, node.col_offset)


def _future_flags(parts: Sequence[Part]) -> int:
    names = {
        alias.name
        for part in parts
        for node in part.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    }
    known = [getattr(__future__, name) for name in names & set(__future__.all_feature_names)]
    flags = 0
    for feature in known:
        flags |= feature.compiler_flag
    return flags
