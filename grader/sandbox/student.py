"""The student's module as a suite sees it: a proxy whose attributes are calls.

``student.sigmoid(z)`` sends one call through the window and returns plain data. What
goes wrong on the other side arrives here as one of the exceptions below; which of them
it is, is all that the trusted side believes.
"""

from __future__ import annotations

import inspect
import math
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, ClassVar

from grader.records import Course, Exercise, Limits, OutcomeKind, Series, SourceFile, Status
from grader.sandbox.launch import Hosts, RunningHost
from grader.sandbox.protocol.builders import build_given
from grader.sandbox.protocol.frames import FrameError, Stream, StreamClosed, StreamTimeout
from grader.sandbox.protocol.messages import CallReply, ErrorReply, LoadReply
from grader.sandbox.protocol.values import Given, pack, unpack
from grader.sanitize import clean, clean_line

_MAX_NOTES = 5
_MAX_SIBLINGS = 2 * 2**20  # bytes of other modules, sent with the one that is graded
_NOT_UTF8 = (
    "it holds NUL bytes, as a file in UTF-16 does; save it as UTF-8 (in your editor: Save with "
    "encoding)"
)


class StudentTrouble(Exception):
    """The student's code gave no answer.

    Parameters
    ----------
    message : str
        What happened, for the student to read.
    """

    outcome: ClassVar[OutcomeKind] = "error"
    # Whether the message may hold words of the student's, or of a tampered host.
    quotes_student: ClassVar[bool] = True


class Raised(StudentTrouble):
    """It raised an exception."""


class Undefined(StudentTrouble):
    """There is no such function, but something that may be meant for it."""


class Died(StudentTrouble):
    """Its process ended."""


class NotImplementedYet(StudentTrouble):
    """The stub was called, or there is no such function."""

    outcome = "not_implemented"


class TookTooLong(StudentTrouble):
    """It did not answer in time."""

    outcome = "timeout"
    quotes_student = False


class NotRun(StudentTrouble):
    """There is no module that could be called."""

    outcome = "not_run"


@dataclass
class Call:
    """One call: what was asked, and what was noticed.

    Parameters
    ----------
    name : str
        The function that was called, or the probe's.
    args : tuple
        Positional arguments as they were sent.
    kwargs : dict
        Keyword arguments as they were sent.
    probe : Given or None
        The suite's function that was run instead, where one was.
    packed_args, packed_kwargs : list, dict
        The arguments as bytes, which nothing can have changed since.
    value : object
        What came back, or None.
    answered : bool
        Whether anything came back.
    raised, raised_text : str
        The type and the text of the exception that came instead.
    modified, modified_keys : tuple of str
        The arguments that were found changed after the call: their names, and their
        places or keywords.
    printed : str
        The beginning of what it printed.
    warned : tuple of str
        The first RuntimeWarnings, as numpy gives them for overflow: what each says, and
        on a second line where in the student's code it arose.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    probe: Given | None = None
    packed_args: list[bytes] = field(default_factory=list)
    packed_kwargs: dict[str, bytes] = field(default_factory=dict)
    value: Any = None
    answered: bool = False
    raised: str = ""
    raised_text: str = ""
    modified: tuple[str, ...] = ()
    modified_keys: tuple[str, ...] = ()
    printed: str = ""
    warned: tuple[str, ...] = ()
    duration_s: float = 0.0
    size: int = 0


@dataclass(frozen=True)
class Loaded:
    """How the student's module could be loaded, and what it defines."""

    status: Status
    message: str = ""
    defined: tuple[str, ...] = ()


class Student:
    """One student's answer to one exercise, behind the window.

    Parameters
    ----------
    course, exercise : Course, Exercise
        What the module answers.
    source : SourceFile or None
        What was handed in.
    functions : tuple of str
        Names that the suite asks for.
    hosts : Hosts
        Launches the processes in which the module lives.
    deadline : float
        When, by ``time.monotonic()``, the whole submission has had its time.
    stands_for_all : bool
        The file may lack this exercise altogether; then it counts as missing.
    siblings : dict of str to bytes or tuple of str, optional
        The other modules of the submission, which this one may import, by name: a file's
        content, or a notebook's code cells.
    """

    def __init__(  # noqa: PLR0913 - each is needed to load the module
        self,
        course: Course,
        exercise: Exercise,
        source: SourceFile | None,
        functions: tuple[str, ...],
        hosts: Hosts,
        deadline: float = math.inf,
        *,
        stands_for_all: bool = False,
        siblings: dict[str, bytes | tuple[str, ...]] | None = None,
    ) -> None:
        self._course = course
        self._exercise = exercise
        self._source = source
        self._functions = functions
        self._hosts = hosts
        self._deadline = deadline
        self._stands_for_all = stands_for_all
        self._siblings = _limit_siblings(siblings or {})
        # Of a notebook only what the functions need is executed, and of a file that passed
        # the limit for loading.
        self._needed_only = source is not None and source.cells is not None
        self._host: RunningHost | None = None
        self._first: Loaded | None = None
        self._spent_s: dict[str, float] = {}
        self._function = ""
        self._parameters: tuple[str, ...] = ()
        self.call_limit_s = self._limits.call_s
        self.calls: list[Call] = []
        self.series: list[Series] = []

    @property
    def _limits(self) -> Limits:
        return self._course.limits

    def begin(
        self, function: str, parameters: tuple[str, ...] = (), call_limit_s: float | None = None
    ) -> None:
        """Start a check: forget the last call and say which function is examined.

        Parameters
        ----------
        function : str
            Its name.
        parameters : tuple of str
            Its parameters' names, as the suite has them.
        call_limit_s : float, optional
            Seconds for one call, where the course's limit does not fit.
        """
        self._function = function
        self._parameters = parameters
        self.call_limit_s = call_limit_s or self._limits.call_s
        self.calls = []
        self.series = []

    @property
    def last(self) -> Call | None:
        """Return the last call of this check."""
        return self.calls[-1] if self.calls else None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._ask_function(name, args, kwargs)

    def _ask_function(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        request = {"do": "call", "name": name}
        return self._ask(request, Call(name, args, kwargs))

    def run(self, probe: Callable[..., Any], *args: Any) -> Any:
        """Run a small function of the suite's on the student's side.

        Parameters
        ----------
        probe : callable
            ``probe(module, *args)``; only its source travels, so it can use ``np`` and
            what it imports itself. It must return plain data, and no verdict: it runs
            where the student's code could have changed anything.
        *args : object
            What may pass through the window.

        Returns
        -------
        object
            What the probe returned.
        """
        sent = given(probe)
        request = {
            "do": "probe",
            "name": sent.name,
            "source": sent.source,
            "needs": self._function,
        }
        return self._ask(request, Call(self._function, args, probe=sent))

    def state(self) -> Loaded:
        """Return how the module could be loaded the first time, loading it if need be."""
        if self._first is None:
            self._first = self._load()
        return self._first

    def close(self) -> None:
        """End the host."""
        if self._host is not None:
            self._host.end()
            self._host = None

    def _ask(self, request: dict[str, Any], call: Call) -> Any:
        self.calls.append(call)
        if self.state().status != "graded":
            raise NotRun(self.state().message)
        limit_s, too_long = self._time_left()
        call.packed_args = request["args"] = [pack(arg) for arg in call.args]
        call.packed_kwargs = request["kwargs"] = {k: pack(v) for k, v in call.kwargs.items()}
        started = time.monotonic()
        try:
            reply = self._exchange(request, limit_s)
        except StreamTimeout:
            self.close()
            raise TookTooLong(too_long) from None
        except StreamClosed:
            raise Died(f"the call ended the whole process: {self._bury()}") from None
        except FrameError as error:
            self.close()
            raise Died(f"the answer could not be read: {error}") from None
        finally:
            call.duration_s = time.monotonic() - started
            spent_s = self._spent_s.get(self._function, 0.0) + call.duration_s
            self._spent_s[self._function] = spent_s
        return self._read(reply, call)

    def _time_left(self) -> tuple[float, str]:
        """Return the seconds for one more call, and what is said where they do not suffice.

        That is the limit which comes first, and not what is left of it: what is left differs
        from run to run, and the report must not.
        """
        function_s = self._limits.function_s - self._spent_s.get(self._function, 0.0)
        together = (
            f"all calls of {self._function} together took longer than {self._limits.function_s:g} s"
        )
        if function_s <= 0:
            raise TookTooLong(f"not called again: {together}")
        if self._late():
            raise TookTooLong(self._too_late)
        limits = (
            (self.call_limit_s, f"no answer within {self.call_limit_s:g} s"),
            (function_s, f"no answer: {together}"),
            (self._deadline - time.monotonic(), f"no answer: {self._too_late}"),
        )
        return min(limits, key=lambda limit: limit[0])

    def _late(self) -> bool:
        return time.monotonic() >= self._deadline

    @property
    def _too_late(self) -> str:
        return f"the whole submission took longer than {self._limits.submission_s:g} s"

    def _exchange(self, request: dict[str, Any], limit_s: float) -> CallReply:
        if self._host is None:
            # The last host is gone; this check gets a fresh one.
            again = self._load()
            if self._host is None:
                raise NotRun(again.message)
        self._host.stream.send_message(request, limit_s)
        return self._host.stream.receive_as(CallReply, limit_s)

    def _bury(self) -> str:
        assert self._host is not None
        ended, self._host = self._host.end(), None
        return ended

    def _read(self, reply: CallReply, call: Call) -> Any:
        call.modified = tuple(map(self._argument_name, reply.modified[:9]))
        call.modified_keys = tuple(clean_line(str(key), 40) for key in reply.modified[:9])
        call.warned = tuple(map(describe_error, reply.warned[:5]))
        call.printed = clean(reply.printed, 500).strip()
        if reply.state == "missing":
            raise self._missing(call, reply)
        if reply.state == "too_large":
            raise Raised(f"it returned {reply.size:,} bytes, more than can be looked at")
        if reply.state == "raised" and reply.error is not None:
            call.raised = clean_line(reply.error.type, 80)
            call.raised_text = clean_line(reply.error.text, 200)
            raise _as_trouble(reply.error)
        call.size = len(reply.value)
        try:
            call.value = unpack(reply.value)
        except FrameError as error:
            raise Died(f"the answer could not be read: {error}") from None
        call.answered = True
        return call.value

    def _missing(self, call: Call, reply: CallReply) -> StudentTrouble:
        instead = clean_line(reply.error.text, 300) if reply.error else ""
        if instead:
            return Undefined(f"{self._file_name} defines no `{call.name}`: {instead}")
        return NotImplementedYet(
            f"{self._file_name} defines no `{call.name}`; the stub has its signature"
        )

    def _argument_name(self, key: int | str) -> str:
        if isinstance(key, str):
            return clean_line(key, 40)
        known = self._parameters[key : key + 1] if key >= 0 else ()
        return known[0] if known else f"argument {key + 1}"

    @property
    def _file_name(self) -> str:
        return self._source.name if self._source else self._exercise.file_name

    def _load(self) -> Loaded:
        if self._source is None:
            return Loaded("missing", f"{self._exercise.file_name} was not handed in")
        if self._source.trouble:
            return Loaded("unloadable", self._source.trouble)
        if self._source.cells is None and b"\0" in self._source.content:
            # Python's own words for it, about null bytes, help nobody who wrote none.
            return self._unloadable(_NOT_UTF8)
        if self._late():
            return Loaded("unloadable", f"{self._file_name} was not imported: {self._too_late}")
        try:
            loaded = self._launch(self._source)
        except StreamTimeout:
            # A file that trains when it is imported: a fresh process executes less of it.
            self.close()
            self._needed_only = True
            loaded = self._load_needed(self._source)
        if loaded.status != "graded":
            self.close()
        return loaded

    def _launch(self, source: SourceFile) -> Loaded:
        self._host = self._hosts.launch()
        return self._import_source(source, self._host.stream)

    def _load_needed(self, source: SourceFile) -> Loaded:
        if self._late():
            return self._unloadable(self._too_late)
        loaded = self._launch(source)
        if loaded.status != "graded":
            return loaded
        note = (
            f"executing all of {self._file_name} took longer than {self._limits.load_s:g} s; "
            "only what the functions need was executed"
        )
        return replace(loaded, message="\n".join(filter(None, (loaded.message, note))))

    def _import_source(self, source: SourceFile, stream: Stream) -> Loaded:
        request = {
            "do": "load",
            "exercise": self._exercise.name,
            "file_name": source.name,
            "source": b"" if source.cells is not None else source.content,
            "cells": source.cells,
            "functions": self._functions,
            "packages": self._course.packages,
            "course_modules": [e.name for e in self._course.exercises],
            "siblings": self._siblings,
            "needed_only": self._needed_only,
            "limit_s": self._limits.load_s,
        }
        limit_s = max(0.0, min(self._limits.load_s, self._deadline - time.monotonic()))
        try:
            stream.send_message(request, limit_s)
            return self._understand(stream.receive_as(LoadReply, limit_s))
        except StreamTimeout:
            if not self._needed_only:
                raise
            too_long = f"importing it took longer than {self._limits.load_s:g} s"
            return self._unloadable(self._too_late if self._late() else too_long)
        except StreamClosed:
            return self._unloadable(f"importing it ended the process: {self._bury()}")
        except FrameError as error:
            return self._unloadable(f"no readable answer: {clean_line(str(error))}")

    def _unloadable(self, reason: str) -> Loaded:
        return Loaded("unloadable", f"{self._file_name} cannot be imported: {reason}")

    def _understand(self, reply: LoadReply) -> Loaded:
        if reply.state != "loaded":
            error = reply.error or ErrorReply("Error", "it does not say why")
            return self._unloadable(describe_error(error))
        defined = tuple(name for name in self._functions if name in reply.defined)
        notes = [clean_line(note, 250) for note in reply.notes[:_MAX_NOTES]]
        if len(reply.notes) > _MAX_NOTES:
            notes.append(f"{len(reply.notes) - _MAX_NOTES} more statements were left out")
        if self._stands_for_all and not defined:
            none = f"{self._file_name} defines none of its functions"
            return Loaded("missing", "\n".join([none, *notes]))
        told = [self._source.note] if self._source and self._source.note else []
        return Loaded("graded", "\n".join(told + notes), defined)


# Names that are the proxy's own: a course can ask for no function that is called so.
RESERVED = frozenset(
    [
        *(name for name in vars(Student) if not name.startswith("_")),
        *("call_limit_s", "calls", "series"),
    ]
)


def _limit_siblings(
    siblings: dict[str, bytes | tuple[str, ...]],
) -> dict[str, bytes | tuple[str, ...]]:
    """Return the smallest of the other modules, as far as they fit into one request."""
    kept, room = {}, _MAX_SIBLINGS
    for name, source in sorted(siblings.items(), key=lambda item: _size(item[1])):
        room -= _size(source)
        if room >= 0:
            kept[name] = source
    return kept


def _size(source: bytes | tuple[str, ...]) -> int:
    return len(source) if isinstance(source, bytes) else sum(len(cell) * 4 for cell in source)


def _as_trouble(error: ErrorReply) -> StudentTrouble:
    if error.untouched:
        return NotImplementedYet("not implemented yet")
    return Raised(describe_error(error))


def describe_error(error: ErrorReply) -> str:
    """Return an exception or a warning of the student's in one or two lines.

    Parameters
    ----------
    error : ErrorReply
        As a host describes it.
    """
    kind = "" if error.unavailable or not error.type else f"{clean_line(error.type, 60)}: "
    text = (kind + clean_line(error.text, 300)).rstrip(": ")
    code = clean_line(error.code, 120)
    cell = clean_line(error.cell, 60)
    place = f"{cell}, line {error.line}" if cell else f"line {error.line}"
    if not error.line:
        return text
    return f"{text}\n{place}: {code}" if code else f"{text} ({place})"


@cache
def source_of(function: Callable[..., Any]) -> str:
    """Return the source of a suite's function, unindented."""
    return textwrap.dedent(inspect.getsource(function))


@cache
def given(function: Callable[..., Any]) -> Given:
    """Return a function of the suite's in the form that can be passed to a student.

    Parameters
    ----------
    function : callable
        A ``def`` or a class, no lambda. Only its source travels: it can use ``np``, its own
        arguments and what it imports itself, and no constant, helper or closure of the suite's.

    Raises
    ------
    TypeError
        If its source alone does not define it.
    """
    sent = Given(function.__name__, source_of(function))
    try:
        build_given(sent)
    except Exception as error:
        # On the student's side it would look like a fault of the student's.
        text = f"the source of {sent.name} alone does not define it: {error!r}; give a plain def"
        raise TypeError(text) from error
    return sent
