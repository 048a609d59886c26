"""Where `raise NotImplementedError` was met: in an untouched stub, or beside written code."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from grader.sandbox.worker.imports import FileLines


class Unwritten(NamedTuple):
    """The meaning of a `NotImplementedError` of the student's code.

    Parameters
    ----------
    text : str
        In words; empty for the stub that was called.
    is_stub : bool
        Whether it is that of a stub, whichever function has called it.
    """

    text: str
    is_stub: bool


def find_unwritten(
    error: BaseException,
    files: Mapping[str, FileLines],
    places: Mapping[str, tuple[str, int]],
) -> Unwritten | None:
    """Return what is unwritten, or None where an exception means something else.

    Parameters
    ----------
    error : BaseException
        The exception of the call.
    files : mapping of str to FileLines
        The student's files and cells.
    places : mapping of str to tuple
        The name of the file for each of them, empty for the one that is graded, and the cell.
    """
    if not isinstance(error, NotImplementedError):
        return None
    frames = list(_own_frames(error.__traceback__, files))
    if not frames:
        return None
    code, line = frames[-1]
    function = _find_function(code, files[code.co_filename])
    if function is None or not _raises_at(function, line):
        return None
    if not _is_stub(function):
        text = f"`raise NotImplementedError` is still in `{code.co_name}`; delete that line"
        return Unwritten(text, is_stub=False)
    called = frames[0][0]
    if called is code:
        return Unwritten("", is_stub=True)
    if called.co_name == "<module>":  # it was run as a program
        file, _ = places.get(code.co_filename, ("", 0))
        within = f" in {file}" if file else ""
        return Unwritten(f"`{code.co_name}`{within} is not implemented yet", is_stub=True)
    text = f"`{called.co_name}` calls `{code.co_name}`, which is not implemented yet"
    return Unwritten(text, is_stub=True)


def _own_frames(
    trace: types.TracebackType | None, files: Mapping[str, FileLines]
) -> Iterator[tuple[types.CodeType, int]]:
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            yield trace.tb_frame.f_code, trace.tb_lineno
        trace = trace.tb_next


def _find_function(code: types.CodeType, lines: FileLines) -> ast.FunctionDef | None:
    for tree in lines.trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                if first == code.co_firstlineno:
                    return node
    return None


def _raises_at(function: ast.FunctionDef, line: int) -> bool:
    return any(isinstance(p, ast.Raise) and p.lineno == line for p in ast.walk(function))


def _is_stub(function: ast.FunctionDef) -> bool:
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return len(body) == 1 and isinstance(body[0], ast.Raise)
