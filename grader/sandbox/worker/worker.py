"""The worker: the process in which a student's module is imported and called.

It imports only what runs on the untrusted side. By the time the student's source
arrives on the stream, the process is confined; from then on the trusted side believes
nothing that it sends beyond the types of `grader.sandbox.protocol.messages`.
"""

from __future__ import annotations

import contextlib
import importlib
import linecache
import os
import re
import sys
import sysconfig
import types
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from grader.records import PROVIDED_FOLDER
from grader.sandbox.protocol.builders import BUILDERS, build_function
from grader.sandbox.protocol.frames import Stream, StreamClosed, encode_message
from grader.sandbox.protocol.instances import NoSuchClass, NotMade, make_instance
from grader.sandbox.protocol.messages import (
    MAX_LEFT,
    MAX_LISTED,
    MAX_OUTPUT,
    Call,
    CallReply,
    ErrorReply,
    Load,
    LoadReply,
    Operate,
    Prepared,
    Probe,
    Ran,
    Request,
    Run,
)
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.plotting import close_figures
from grader.sandbox.protocol.program import run_steps
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.surroundings import Surrounded
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Asked, Handle, Opaque, SourceFunction
from grader.sandbox.worker import confinement as confine
from grader.sandbox.worker.asking import AskedFunction
from grader.sandbox.worker.classes import find_class
from grader.sandbox.worker.console import Printed
from grader.sandbox.worker.explain import explain, find_cause, text_of
from grader.sandbox.worker.listed import load_listed
from grader.sandbox.worker.loading import LoadedModule, Loader, is_answer, seed_generators
from grader.sandbox.worker.nearly import describe_missing
from grader.sandbox.worker.placeholders import PackageNotAvailable
from grader.sandbox.worker.programs import Program
from grader.sandbox.worker.shapes import describe_shapes
from grader.sandbox.worker.unwritten import find_unwritten

_MAX_WARNINGS = 5
_MAX_INSTEAD = 3
_MAX_KINDS = 20  # classes of one exception that are not Python's own
# Students need not know where the grader is installed; numpy's errors name its folder.
_PLACES = {sys.prefix, str(Path(__file__).parents[3]), *sysconfig.get_paths().values()} - {"/usr"}
_OUR_PLACES = re.compile(
    rf"(?<![\w./-])(?:{'|'.join(map(re.escape, sorted(_PLACES, key=len)[::-1]))})(?![\w.-])"
)
_HEADROOM = 64 * 1024  # of a frame, for what a reply holds beside its value


class _Argument(NamedTuple):
    """An argument, and its bytes before the call, or None where they show no change."""

    value: Any
    before: bytes | None

    @property
    def after(self) -> bytes | None:
        """Return its bytes now, or None where it has not changed."""
        after = None if self.before is None else pack(self.value)
        return None if after == self.before else after


class Worker:
    """Serves one student's module on one stream.

    Parameters
    ----------
    stream : Stream
        The only connection to the outside.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._loaded = LoadedModule(types.ModuleType("unloaded"))
        self._program = Program("", (), ())
        self._around = Surrounded(None)
        self._functions: tuple[str, ...] = ()
        self._provided: dict[str, str] = {}  # files of the course, by their names in tracebacks
        self._may_draw = False  # from the global generators
        self._kept: dict[int, Any] = {}
        self._room = 0  # bytes that values of this frame may still take
        self._extra_room = 0  # bytes that are kept of what a call leaves beside its value
        self._asked: list[AskedFunction] = []
        self._built = 0  # arguments that are not just data
        self._builders = {
            **{kind: self._counted(build) for kind, build in BUILDERS.items()},
            Handle: self._counted(lambda handle: self._kept[handle.number]),
            Asked: self._counted(self._build_asked),
            Opaque: self._counted(lambda opaque: opaque),
            Record: self._counted(self._make_instance),
        }

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
        self._extra_room = self._room
        for request in requests:
            replies.append(self._answer(request))
            if replies[-1].state not in ("loaded", "returned"):
                break
        # Values come first: the rest gets the bytes that they leave.
        for reply in replies:
            if isinstance(reply, CallReply) and (reply.output or reply.written or reply.left):
                self._room -= _limit_extras(reply, self._room)
        return replies

    def _answer(self, request: Request) -> LoadReply | CallReply:
        if isinstance(request, Load):
            return self._load(request)
        if request.begins and self._may_draw:
            seed_generators()
        self._around = Surrounded(request.around, self._loaded.namespaces)
        match request:
            case Call():
                return self._call(request)
            case Probe():
                return self._probe(request)
            case Operate():
                return self._operate(request)
            case Run():
                return self._run(request)

    def _load(self, request: Load) -> LoadReply:
        self._functions = request.functions
        self._provided = {
            f"{PROVIDED_FOLDER}/{file.name}": file.name for file in request.provided.values()
        }
        self._may_draw = _mentions(b"random", request)
        loader = Loader(request)
        self._loaded = loader.loaded
        try:
            loader.load()
        except BaseException as error:
            return LoadReply("failed", error=self._describe(error))
        self._program = loader.program
        is_found = bool(self._loaded.defined) or request.read_only
        notes = self._loaded.notes + ([] if is_found else self._alternatives())
        notes = [_sendable(note[:300]) for note in notes[:MAX_LISTED]]
        definitions = self._loaded.definitions[:MAX_LISTED]
        return LoadReply(
            "loaded",
            self._loaded.defined,
            notes,
            definitions=definitions,
            endless=self._loaded.endless[:MAX_LISTED],
            broken={name: self._describe(why) for name, why in self._loaded.broken.items()},
        )

    def _call(self, request: Call) -> CallReply:
        try:
            function = self._find(request)
        except BaseException as error:  # looking up an attribute may execute the student's code
            return CallReply("raised", error=self._describe(error))
        if not is_answer(function):
            return self._missing(request.name)
        close_figures()  # of an earlier call
        with self._replaced(request.replaced) if request.replaced else contextlib.nullcontext():
            try:
                return self._reply_to(function, request.args, request.kwargs, request.keep)
            finally:
                while self._asked:
                    self._asked.pop().is_open = False

    @contextlib.contextmanager
    def _replaced(self, replaced: dict[str, bytes]) -> Iterator[None]:
        """Let names of the module, or of several, mean classes of the suite's."""
        members = self._loaded.members
        modules = [self._loaded.module] if members is None else members.modules.values()
        spaces = [module.__dict__ for module in modules]
        before = [{name: space[name] for name in replaced if name in space} for space in spaces]
        new = {name: unpack(data, self._builders) for name, data in replaced.items()}
        for space in spaces:
            space.update(new)
        try:
            yield
        finally:
            for space, old in zip(spaces, before, strict=True):
                for name in replaced:
                    space.pop(name, None)
                space.update(old)

    def _counted(self, build: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def count(named: Any) -> Any:
            self._built += 1
            return build(named)

        return count

    def _build_asked(self, asked: Asked) -> AskedFunction:
        function = AskedFunction(asked, self._stream, self._kept, self._namespace, self._describe)
        self._asked.append(function)
        return function

    def _make_instance(self, record: Record) -> Any:
        return make_instance(record, self._find_class)

    def _find_class(self, name: str) -> type | None:
        """Return a class by name: of the course's, or else of the student's."""
        for file in self._provided.values():
            found = vars(importlib.import_module(file.removesuffix(".py"))).get(name)
            if isinstance(found, type) and f"{found.__module__}.py" == file:
                return found
        return find_class(name, self._namespace)

    def _find(self, request: Call) -> Any:
        if request.on is None:
            return self._namespace.get(request.name)
        return getattr(self._kept[request.on], request.name, None)

    def _probe(self, request: Probe) -> CallReply:
        if request.needs and not is_answer(self._namespace.get(request.needs)):
            return self._missing(request.needs)
        probe = build_function(SourceFunction(request.name, request.source))
        module = self._loaded.module
        return self._reply_to(lambda *args: probe(module, *args), request.args, {}, None)

    def _operate(self, request: Operate) -> CallReply:
        make: Any = self._namespace.get(request.needs)
        if not is_answer(make):
            return self._missing(request.needs)
        return self._reply_to(lambda: run_steps(request.steps, self._kept, make), [], {}, None)

    def _run(self, request: Run) -> CallReply:
        if self._program.is_unwritten:
            return CallReply("raised", error=ErrorReply("", "", untouched=True))
        seed_generators()  # each run begins anew

        def run() -> Ran:
            ran = self._program.run(request.args)
            return Ran(_sendable(ran.errors)[:MAX_OUTPUT], ran.status)

        return self._reply_to(run, [], {}, None, encode_message)

    @property
    def _namespace(self) -> MutableMapping[str, Any]:
        return self._loaded.names

    def _missing(self, name: str, *, is_class: bool = False) -> CallReply:
        alternative = _sendable(self._alternative(name)[:500])
        return CallReply("missing", error=ErrorReply(name if is_class else "", alternative))

    def _alternatives(self) -> list[str]:
        """Return what there is instead of the first functions, where there is none of them."""
        return list(filter(None, map(self._alternative, self._functions)))[:_MAX_INSTEAD]

    def _alternative(self, name: str) -> str:
        loaded = self._loaded
        if loaded.members is not None and (module := loaded.members.find_elsewhere(name)):
            return f"it is in {module}.py; move it"
        functions = list(self._functions)
        return describe_missing(name, self._namespace, loaded.files, functions, loaded.missing)

    def _reply_to(
        self,
        function: Callable[..., Any],
        packed_args: list[bytes],
        packed_kwargs: dict[str, bytes],
        keep: int | None,
        write: Callable[[Any], bytes] = pack,
    ) -> CallReply:
        # Places of positional arguments, names of the others.
        packed: list[tuple[int | str, bytes]] = [*enumerate(packed_args), *packed_kwargs.items()]
        passed: dict[int | str, _Argument] = {}
        printed = Printed()
        output = Printed(MAX_OUTPUT, printed)
        warned: list[ErrorReply] = []
        sys.stdout, sys.stderr = output, printed
        try:
            with self._around.active(), warnings.catch_warnings():
                warnings.simplefilter("default")
                warnings.showwarning = self._recorder(warned)
                passed |= {key: self._unpack(data) for key, data in packed}
                values = [passed[place].value for place in range(len(packed_args))]
                named = {key: passed[key].value for key in packed_kwargs}
                value = self._send_or_keep(function(*values, **named), keep, write)
                reply = CallReply("returned", value)
        except NoSuchClass as error:
            return self._missing(str(error), is_class=True)
        except BaseException as error:
            cause = error.__cause__ if isinstance(error, NotMade) else None
            reply = CallReply("raised", error=self._describe(cause or error))
        self._room -= len(reply.value)
        if self._room < 0:
            return CallReply("too_large", size=len(reply.value))
        changed = {key: argument.after for key, argument in passed.items()}
        reply.modified = [key for key, after in changed.items() if after is not None]
        reply.left = {str(k): a for k, a in changed.items() if a is not None and len(a) <= MAX_LEFT}
        if printed.size:
            reply.printed = _sendable(printed.text)
            reply.output = _sendable(output.text)[:MAX_OUTPUT]
            if output.size > MAX_OUTPUT:
                reply.output_size = output.size
        reply.warned = warned
        if (files := self._around.files) is not None:
            reply.written = {_sendable(name): data for name, data in files.written().items()}
            reply.removed = files.removed()
        self._extra_room -= _limit_extras(reply, self._extra_room)
        return reply

    def _unpack(self, data: bytes) -> _Argument:
        before = self._built
        value = unpack(data, self._builders)
        if self._built == before:
            return _Argument(value, data)  # data is packed again as it came
        # Drawing from a generator is not a change, and its bytes would not show it.
        drawn_from = isinstance(value, np.random.Generator)
        return _Argument(value, None if drawn_from else pack(value))

    def _send_or_keep(self, value: Any, keep: int | None, write: Callable[[Any], bytes]) -> bytes:
        if keep is None:
            return write(value)
        self._kept[keep] = value
        return b""

    def _describe(self, error: BaseException) -> ErrorReply:
        text = explain(error, self._loaded.missing, self._around.explain(error))
        kinds = type(error).__mro__[:-1]
        reply = ErrorReply(
            type=_sendable(type(error).__name__[:80]),
            text=_sendable(text[:1000]),
            unavailable=isinstance(error, PackageNotAvailable),
            kinds=[kind.__name__ for kind in kinds if kind.__module__ == "builtins"],
            own_kinds=[
                _sendable(kind.__name__[:80]) for kind in kinds if kind.__module__ != "builtins"
            ][:_MAX_KINDS],
        )
        if isinstance(error, SyntaxError):
            reply.line, reply.code = error.lineno or 0, _sendable((error.text or "").strip()[:200])
        if isinstance(error, NameError) and error.name not in self._loaded.missing:
            cause = find_cause(str(error.name), self._loaded.files)
            reply.text = _sendable(cause) or reply.text
        if text == text_of(error):
            reply.in_words = _sendable(describe_shapes(error, text, self._loaded.files)[:300])
        self._describe_unwritten(error, reply)
        trace = error.__traceback__
        while trace is not None:
            self._locate(reply, trace.tb_frame.f_code.co_filename, trace.tb_lineno)
            trace = trace.tb_next
        return reply

    def _describe_unwritten(self, error: BaseException, reply: ErrorReply) -> None:
        unwritten = find_unwritten(error, self._loaded.files, self._loaded.places)
        if unwritten is None:
            return
        reply.untouched, reply.unwritten = not unwritten.text, unwritten.is_stub
        if unwritten.text:
            reply.type, reply.text = "", _sendable(unwritten.text)

    def _locate(self, reply: ErrorReply, name: str, line: int) -> None:
        if name in self._provided:
            reply.within = f"{self._provided[name]}, line {line}"
        if name in self._loaded.places:
            reply.line, reply.within = line, ""
            reply.code = _sendable(linecache.getline(name, line).strip()[:200])
            file, reply.cell = self._loaded.places[name]
            reply.file = _sendable(file[:60])

    def _locate_caller(self, reply: ErrorReply) -> None:
        """Locate the student's line that is being executed."""
        frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001
        while frame is not None and frame.f_code.co_filename not in self._loaded.places:
            frame = frame.f_back
        if frame is not None:
            self._locate(reply, frame.f_code.co_filename, frame.f_lineno)

    def _recorder(self, warned: list[ErrorReply]) -> Callable[..., None]:
        def show(
            message: Warning | str, category: type[Warning], name: str, line: int, *_rest: Any
        ) -> None:
            if issubclass(category, RuntimeWarning) and len(warned) < _MAX_WARNINGS:
                warned.append(ErrorReply("", _sendable(str(message)[:200])))
                if name in self._provided:
                    self._locate_caller(warned[-1])
                self._locate(warned[-1], name, line)

        return show


def _limit_extras(reply: CallReply, room: int) -> int:
    """Leave out what does not fit beside the value, and return how many bytes are left."""
    files = sum(len(name.encode()) + len(data) for name, data in reply.written.items())
    output = len(reply.output.encode())
    changed = sum(map(len, reply.left.values()))
    if files > room:
        reply.written, reply.removed, reply.unsent, files = {}, [], files, 0
    room -= files
    if output > room:
        reply.output_size = reply.output_size or len(reply.output)
        reply.output, output = "", 0
    if changed > room - output:
        reply.left, changed = {}, 0
    return files + output + changed


def _mentions(word: bytes, request: Load) -> bool:
    """Return whether a word is in any file that a module consists of, or imports."""
    sources = (request.source, *request.siblings.values(), *request.provided.values())
    return any(
        word in source.content or any(word.decode() in cell for cell in source.cells or ())
        for source in sources
    )


def _sendable(text: str) -> str:
    text = _OUR_PLACES.sub("...", text)
    # Half a surrogate pair is a str in Python and nothing anywhere else.
    return text.encode("utf-8", "replace").decode()


def main(memory_mib: int, cpu_s: int, packages: tuple[str, ...]) -> None:
    """Serve on standard input and output: a worker without a sandbox.

    It sends `Prepared` first.

    Parameters
    ----------
    memory_mib, cpu_s : int
        Limits, applied where the system has them.
    packages : tuple of str
        The packages that the course lists.
    """
    stream = Stream(os.dup(0), os.dup(1))
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    listed = load_listed(packages)
    confine.set_rlimits(memory_mib + listed.memory_mib, cpu_s)
    stream.send_message(Prepared(listed.problem))
    Worker(stream).serve()
