"""The worker: the process in which a student's module is imported and called.

It imports only what runs on the untrusted side. By the time the student's source
arrives on the stream, the process is confined; from then on the trusted side believes
nothing that it sends beyond the types of `grader.sandbox.protocol.messages`.
"""

from __future__ import annotations

import ast
import io
import linecache
import os
import random
import sys
import sysconfig
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from grader.sandbox.protocol.builders import BUILDERS, build_function
from grader.sandbox.protocol.frames import Stream, StreamClosed
from grader.sandbox.protocol.messages import (
    MAX_LISTED,
    Call,
    CallReply,
    ErrorReply,
    Load,
    LoadReply,
    Probe,
    Request,
)
from grader.sandbox.protocol.values import Handle, SourceFunction, pack, unpack
from grader.sandbox.worker import confinement as confine
from grader.sandbox.worker.cells import cell_name, take_cells
from grader.sandbox.worker.placeholders import Absent, PackageNotAvailable, replace_imports

_MAX_PRINTED = 2_000
_MAX_WARNINGS = 5
# Students need not know where the grader is installed; numpy's errors name its folder.
_OUR_PLACES = sorted({sys.prefix, sys.base_prefix, str(Path(__file__).parents[3])}, key=len)[::-1]
_HEADROOM = 64 * 1024  # of a frame, for what a reply holds beside its value


class _Printed(io.TextIOBase):
    """Keeps the first characters written to it and counts on without keeping."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(self.text) < _MAX_PRINTED:
            self.text += text[: _MAX_PRINTED - len(self.text)]
        return len(text)


class Worker:
    """Serves one student's module on one stream.

    Parameters
    ----------
    stream : Stream
        The only connection to the outside.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._module = types.ModuleType("unloaded")
        self._file_name = ""
        self._kept: dict[int, Any] = {}
        self._room = 0  # bytes that values of this frame may still take
        self._builders = {**BUILDERS, Handle: lambda handle: self._kept[handle.number]}

    def serve(self) -> None:
        """Answer requests until the other side closes the stream."""
        while True:
            try:
                requests = self._stream.receive_message(list[Request])
            except StreamClosed:
                return
            self._stream.send_message(self._answer_all(requests))

    def _answer_all(self, requests: list[Request]) -> list[LoadReply | CallReply]:
        replies: list[LoadReply | CallReply] = []
        self._room = self._stream.max_frame - _HEADROOM
        for request in requests:
            replies.append(self._answer(request))
            if replies[-1].state not in ("loaded", "returned"):
                break
        return replies

    def _answer(self, request: Request) -> LoadReply | CallReply:
        match request:
            case Load():
                return self._load(request)
            case Call():
                return self._call(request)
            case Probe():
                return self._probe(request)

    def _load(self, request: Load) -> LoadReply:
        self._file_name = request.source.name
        self._module = types.ModuleType(request.exercise)
        self._module.__file__ = self._file_name
        sys.modules[request.exercise] = self._module
        # Code that draws from the global generators gives the same on every run.
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002 - it is the legacy generator that is meant
        sys.stdout = sys.stderr = _Printed()
        Absent.loading = True
        try:
            if request.source.cells is None:
                notes = self._execute_source(request)
            else:
                notes = self._execute_cells(request)
        except BaseException as error:
            return LoadReply("failed", error=self._describe(error))
        finally:
            Absent.loading = False
        defined = [n for n in request.functions if n in self._module.__dict__]
        return LoadReply("loaded", defined, [_sendable(note) for note in notes[:MAX_LISTED]])

    def _execute_source(self, request: Load) -> list[str]:
        source = request.source.content
        _remember_lines(self._file_name, source.decode("utf-8", errors="replace"))
        self._execute(ast.parse(source, self._file_name), self._file_name, request)
        return []

    def _execute_cells(self, request: Load) -> list[str]:
        """Execute a notebook's definitions one by one: a bad one costs only itself."""
        cells, notes = take_cells(list(request.source.cells or ()), self._file_name)
        for cell in cells:
            name = cell_name(self._file_name, cell.number)
            _remember_lines(name, cell.source)
            for node in cell.tree.body:
                try:
                    self._execute(ast.Module([node], []), name, request)
                except Exception as error:
                    # A constant made from scratch work, which was left out, is scratch work.
                    if not isinstance(node, ast.Assign | ast.AnnAssign):
                        text = f"{type(error).__name__}: {error}"[:200]
                        notes.append(f"cell {cell.number} raised {text}")
        return notes

    def _execute(self, tree: ast.Module, name: str, request: Load) -> None:
        namespace = self._module.__dict__
        added = replace_imports(tree, request.packages, request.course_modules)
        namespace.update(added)
        try:
            exec(compile(tree, name, "exec", dont_inherit=True), namespace)
        finally:
            for key in added:
                namespace.pop(key, None)

    def _call(self, request: Call) -> CallReply:
        try:
            function = self._find(request)
        except BaseException as error:  # looking up an attribute may execute the student's code
            return CallReply("raised", error=self._describe(error))
        if function is None:
            return CallReply("missing")
        return self._reply_to(function, request.args, request.kwargs, request.keep)

    def _find(self, request: Call) -> Callable[..., Any] | None:
        if request.on is None:
            return self._module.__dict__.get(request.name)
        return getattr(self._kept[request.on], request.name, None)

    def _probe(self, request: Probe) -> CallReply:
        if request.needs not in self._module.__dict__:
            return CallReply("missing")
        probe = build_function(SourceFunction(request.name, request.source))
        return self._reply_to(lambda *args: probe(self._module, *args), request.args, {}, None)

    def _reply_to(
        self,
        function: Callable[..., Any],
        packed_args: list[bytes],
        packed_kwargs: dict[str, bytes],
        keep: int | None,
    ) -> CallReply:
        args = [unpack(data, self._builders) for data in packed_args]
        kwargs = {key: unpack(data, self._builders) for key, data in packed_kwargs.items()}
        # Places of positional arguments, names of the others.
        passed: dict[int | str, Any] = dict(enumerate(args))
        passed.update(kwargs)
        before = {key: pack(value) for key, value in passed.items()}
        printed = _Printed()
        warned: list[ErrorReply] = []
        sys.stdout = sys.stderr = printed
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("default")
                warnings.showwarning = self._recorder(warned)
                reply = CallReply("returned", self._send_or_keep(function(*args, **kwargs), keep))
        except BaseException as error:
            reply = CallReply("raised", error=self._describe(error))
        self._room -= len(reply.value)
        if self._room < 0:
            return CallReply("too_large", size=len(reply.value))
        reply.modified = [key for key, value in passed.items() if pack(value) != before[key]]
        reply.printed = _sendable(printed.text)
        reply.warned = warned
        return reply

    def _send_or_keep(self, value: Any, keep: int | None) -> bytes:
        if keep is None:
            return pack(value)
        self._kept[keep] = value
        return b""

    def _describe(self, error: BaseException) -> ErrorReply:
        try:
            text = str(error)
        except BaseException:
            text = ""
        reply = ErrorReply(
            type=_sendable(type(error).__name__[:80]),
            text=_sendable(text[:1000]),
            unavailable=isinstance(error, PackageNotAvailable),
        )
        if isinstance(error, SyntaxError):
            reply.text = _sendable((error.msg or "")[:1000])
            reply.line, reply.code = error.lineno or 0, _sendable((error.text or "").strip()[:200])
        trace = error.__traceback__
        while trace is not None:
            self._locate(reply, trace.tb_frame.f_code.co_filename, trace.tb_lineno)
            trace = trace.tb_next
        return reply

    def _locate(self, reply: ErrorReply, name: str, line: int) -> None:
        if name.startswith(self._file_name):
            reply.line = line
            reply.code = _sendable(linecache.getline(name, line).strip()[:200])
            # A cell's name is the file's with ` cell 3` behind it.
            reply.cell = int(name.removeprefix(self._file_name).removeprefix(" cell ") or 0)

    def _recorder(self, warned: list[ErrorReply]) -> Callable[..., None]:
        def show(
            message: Warning | str, category: type[Warning], name: str, line: int, *_rest: Any
        ) -> None:
            if issubclass(category, RuntimeWarning) and len(warned) < _MAX_WARNINGS:
                warned.append(ErrorReply("", _sendable(str(message)[:200])))
                self._locate(warned[-1], name, line)

        return show


def _sendable(text: str) -> str:
    for root in _OUR_PLACES:
        text = text.replace(root, "...")
    # Half a surrogate pair is a str in Python and nothing anywhere else.
    return text.encode("utf-8", "replace").decode()


def _remember_lines(name: str, text: str) -> None:
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)


def forget_installed_packages() -> None:
    """Leave only the standard library, and what is already imported, to be imported."""
    paths = sysconfig.get_paths()
    stdlib = {os.path.realpath(paths[name]) for name in ("stdlib", "platstdlib")}
    dynload = {f"{path}{os.sep}lib-dynload" for path in stdlib}
    sys.path[:] = [path for path in sys.path if os.path.realpath(path) in stdlib | dynload]
    # Editable installs add finders of their own.
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if _finder_module(finder).startswith("_frozen_importlib")
    ]


def _finder_module(finder: Any) -> str:
    return str(getattr(finder, "__module__", ""))


def main(memory_mib: int, cpu_s: int) -> None:
    """Serve on standard input and output: a worker without a sandbox.

    Parameters
    ----------
    memory_mib, cpu_s : int
        Limits, applied where the system has them.
    """
    stream = Stream(os.dup(0), os.dup(1))
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    confine.set_rlimits(memory_mib, cpu_s)
    forget_installed_packages()
    Worker(stream).serve()
