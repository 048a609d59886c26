"""The host: the process in which a student's module lives and is called.

It imports only what runs on the untrusted side. By the time the student's source
arrives on the stream, the process is confined; from then on nothing it says is
believed, only looked at. Requests and replies are mappings:

``load``
    source or cells, the other modules of the submission, and names in; ``loaded``, with notes
    on what was left out, or ``failed`` out.
``call``
    a function's name and packed arguments in, what it returned or raised out, with the
    arguments it modified, what it printed, and numpy's warnings. Of a function that is not
    there, what there is instead.
``probe``
    the source of a small function ``probe(module, *args)`` instead of a name.
"""

from __future__ import annotations

import dataclasses
import linecache
import os
import sys
import sysconfig
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.sandbox.protocol.builders import BUILDERS, build_given
from grader.sandbox.protocol.frames import Stream, StreamClosed
from grader.sandbox.protocol.messages import MAX_LISTED, CallReply, ErrorReply, LoadReply
from grader.sandbox.protocol.values import Given, pack, unpack
from grader.sandbox.worker import confinement as confine
from grader.sandbox.worker.console import Printed
from grader.sandbox.worker.explain import explain, find_cause
from grader.sandbox.worker.loading import LoadedModule, Loader, LoadRequest, is_answer
from grader.sandbox.worker.nearly import describe_missing
from grader.sandbox.worker.placeholders import PackageNotAvailable
from grader.sandbox.worker.unwritten import describe_unwritten

_MAX_WARNINGS = 5
_MAX_INSTEAD = 3
# Where the grader lives is nobody's business; numpy's own errors name its folder.
_OUR_PLACES = sorted({sys.prefix, sys.base_prefix, str(Path(__file__).parents[3])}, key=len)[::-1]
_LOAD_FIELDS = [field.name for field in dataclasses.fields(LoadRequest)]
_HEADROOM = 64 * 1024  # of a frame, for what a reply says beside its value


class Host:
    """Serves one student's module on one stream.

    Parameters
    ----------
    stream : Stream
        The only connection to the outside.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._loaded = LoadedModule(types.ModuleType("unloaded"))
        self._functions: list[str] = []

    def serve(self) -> None:
        """Answer requests until the other side closes the stream."""
        answers = {"load": self._load, "call": self._call, "probe": self._probe}
        while True:
            try:
                request = self._stream.receive_message()
            except StreamClosed:
                return
            self._stream.send_message(answers[request["do"]](request))

    def _load(self, request: dict[str, Any]) -> LoadReply:
        self._functions = request["functions"]
        loader = Loader(LoadRequest(**{f: request[f] for f in _LOAD_FIELDS}))
        self._loaded = loader.loaded
        try:
            loader.load()
        except BaseException as error:
            return LoadReply("failed", error=self._describe(error))
        notes = self._loaded.notes + ([] if self._loaded.defined else self._say_instead())
        notes = [_sendable(note[:300]) for note in notes[:MAX_LISTED]]
        return LoadReply("loaded", self._loaded.defined, notes)

    def _call(self, request: dict[str, Any]) -> CallReply:
        name: str = request["name"]
        if not is_answer(self._namespace.get(name)):
            return self._missing(name)
        return self._answer(self._namespace[name], request)

    def _probe(self, request: dict[str, Any]) -> CallReply:
        if not is_answer(self._namespace.get(request["needs"])):
            return self._missing(request["needs"])
        probe = build_given(Given(request["name"], request["source"]))
        return self._answer(lambda *args: probe(self._loaded.module, *args), request)

    @property
    def _namespace(self) -> dict[str, Any]:
        return self._loaded.module.__dict__

    def _missing(self, name: str) -> CallReply:
        return CallReply("missing", error=ErrorReply("", _sendable(self._instead(name)[:500])))

    def _say_instead(self) -> list[str]:
        """Return what there is instead of the first functions, where there is none of them."""
        return list(filter(None, map(self._instead, self._functions)))[:_MAX_INSTEAD]

    def _instead(self, name: str) -> str:
        loaded = self._loaded
        return describe_missing(
            name, self._namespace, loaded.files, self._functions, loaded.missing
        )

    def _answer(self, function: Callable[..., Any], request: dict[str, Any]) -> CallReply:
        args = [unpack(data, BUILDERS) for data in request["args"]]
        kwargs = {key: unpack(data, BUILDERS) for key, data in request["kwargs"].items()}
        # Places of positional arguments, names of the others.
        passed: dict[int | str, Any] = {**dict(enumerate(args)), **kwargs}
        before = {key: pack(value) for key, value in passed.items()}
        printed = Printed()
        warned: list[ErrorReply] = []
        sys.stdout = sys.stderr = printed
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("default")
                warnings.showwarning = self._recorder(warned)
                reply = CallReply("returned", pack(function(*args, **kwargs)))
        except BaseException as error:
            reply = CallReply("raised", error=self._describe(error))
        if len(reply.value) > self._stream.max_frame - _HEADROOM:
            return CallReply("too_large", size=len(reply.value))
        reply.modified = [key for key, value in passed.items() if pack(value) != before[key]]
        reply.printed = _sendable(printed.text)
        reply.warned = warned
        return reply

    def _describe(self, error: BaseException) -> ErrorReply:
        reply = ErrorReply(
            type=_sendable(type(error).__name__[:80]),
            text=_sendable(explain(error, self._loaded.missing)[:1000]),
            unavailable=isinstance(error, PackageNotAvailable),
        )
        if isinstance(error, SyntaxError):
            reply.line, reply.code = error.lineno or 0, _sendable((error.text or "").strip()[:200])
        if isinstance(error, NameError) and error.name not in self._loaded.missing:
            cause = find_cause(str(error.name), self._loaded.files)
            reply.text = _sendable(cause) or reply.text
        self._describe_unwritten(error, reply)
        trace = error.__traceback__
        while trace is not None:
            self._locate(reply, trace.tb_frame.f_code.co_filename, trace.tb_lineno)
            trace = trace.tb_next
        return reply

    def _describe_unwritten(self, error: BaseException, reply: ErrorReply) -> None:
        unwritten = describe_unwritten(error, self._loaded.files)
        reply.untouched = unwritten == ""
        if unwritten:
            reply.type, reply.text = "", _sendable(unwritten)

    def _locate(self, reply: ErrorReply, name: str, line: int) -> None:
        if name in self._loaded.places:
            reply.line = line
            reply.code = _sendable(linecache.getline(name, line).strip()[:200])
            reply.cell = _sendable(self._loaded.places[name][:60])

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
    """Serve on standard input and output: a host without a sandbox.

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
    Host(stream).serve()
