"""The student's module as a suite sees it: a proxy whose attributes are calls.

``student.sigmoid(z)`` sends one call across the process boundary and returns plain data.
If a call fails, an exception of `grader.sandbox.calls` is raised. Its text comes from the worker,
in which student code can forge it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from grader.records import ModuleState, Series
from grader.sandbox.allowance import Limit
from grader.sandbox.answers import check_replies, note_exception, note_reply, read_value
from grader.sandbox.arguments import ArgumentError, pass_on, refuse_unlisted
from grader.sandbox.calls import (
    Call,
    NotRun,
    Raised,
    StudentError,
    TooCostly,
    WorkerEnded,
    WorkerKilled,
)
from grader.sandbox.dialogue import Dialogue, check_values
from grader.sandbox.fetched import Exchanges, Fetched
from grader.sandbox.given import Output, check_files, check_input
from grader.sandbox.module import Module
from grader.sandbox.program import Formula, Program
from grader.sandbox.protocol import messages
from grader.sandbox.protocol.figures import Figure
from grader.sandbox.protocol.frames import MAX_FRAME, FrameError, decode_message
from grader.sandbox.protocol.messages import CallReply, CallRequest, Surroundings
from grader.sandbox.protocol.plotting import take_figures
from grader.sandbox.protocol.program import Step
from grader.sandbox.protocol.values import Asked, Handle, SourceFunction
from grader.sandbox.sources import by_source

T = TypeVar("T")
TAKE_FIGURES = SourceFunction(
    "figures",
    "def figures(_module):\n"
    f"    from {take_figures.__module__} import take_figures\n"
    "    return take_figures()\n",
)

_MAX_ARGUMENTS = MAX_FRAME - 128 * 1024  # bytes; a message has more in it than arguments


class Student:
    """One student's module for one exercise, which runs on the other side of the process boundary.

    Parameters
    ----------
    module : Module
        The module that was handed in, and its workers.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._input: str | None = None
        self._files: dict[str, bytes] | None = None
        self._kept = 0
        self._function = ""
        self._needs = ""
        self._parameters: tuple[str, ...] = ()
        self._own_limits: tuple[float | None, float | None] = (None, None)
        self.calls: list[Call] = []
        self._recorded: tuple[Call, ...] = ()
        self.exchanges = Exchanges()
        self.series: list[Series] = []

    def begin(
        self,
        function: str,
        parameters: tuple[str, ...] = (),
        call_limit_s: float | None = None,
        cpu_limit_s: float | None = None,
        recorded: Sequence[Call] = (),
        fetched: Iterable[Fetched] = (),
        *,
        is_whole: bool = False,
    ) -> None:
        """Begin a check: forget earlier calls, and set the function that is examined.

        Parameters
        ----------
        function : str
            Its name, or the name of several functions together.
        parameters : tuple of str
            The names of its parameters in the suite.
        call_limit_s : float, optional
            Seconds for one call, instead of the course's limit.
        cpu_limit_s : float, optional
            Seconds of processor time for one call, if the check limits it.
        recorded : sequence of Call
            Calls that the same check made before. Equal calls in the same order get their answers
            from here.
        fetched : iterable of Fetched
            The replies that `fetch` received.
        is_whole : bool
            Whether several functions are examined together, so that a probe needs none of them.
        """
        self._function = function
        self._needs = "" if is_whole else function
        self._parameters = parameters
        self._own_limits = call_limit_s, cpu_limit_s
        self.calls = []
        self.series = []
        self._recorded = tuple(recorded)
        self.exchanges = Exchanges(fetched)
        self._kept = 0
        self._input = self._files = None

    def fetch(
        self, frame: bytes, count: int, known: Container[bytes], *, runs: bool = False
    ) -> bytes | Fetched | None:
        """Send the calls that a check is about to make.

        Parameters
        ----------
        frame : bytes
            A message with the requests, as the check would send it.
        count : int
            The number of requests.
        known : container of bytes
            Messages with replies that need not be read.
        runs : bool
            Whether the requests are to run the file as a program, which need not be imported.

        Returns
        -------
        bytes or Fetched or None
            One of ``known``, or the replies that came back; None if the worker was killed from
            outside, so that the check begins again in a new one.
        """
        if self._module.state_for(runs).status != "graded":
            return None

        def send(dialogue: Dialogue) -> bytes | Fetched:
            replies = dialogue.exchange(frame)
            if replies in known:
                return replies
            read: list[CallReply] = decode_message(replies, messages.CallReplies)
            check_replies(read, count)
            return Fetched(frame, read)

        try:
            limit = self._module.allowance.for_call(self._function, *self._own_limits)
            return self._module.exchange(limit, send, runs)[0]
        except WorkerKilled:
            return None
        except StudentError as error:
            return Fetched(frame, error)

    @property
    def last(self) -> Call | None:
        """Return the last call of this check, without calls for figures."""
        return self.calls[-1].shown if self.calls else None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._ask_function(name, args, kwargs)

    def _ask_function(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self._ask([Call(name, args, kwargs)])[0]

    def run(self, probe: Callable[..., Any], *args: Any) -> Any:
        """Run a small function of the suite in the student's process, and return its result.

        Parameters
        ----------
        probe : callable
            ``probe(module, *args)``; only its source is sent, so it can use ``np`` and
            what it imports itself. It returns plain data and no verdict, because the
            student's code may have changed anything in that process.
        *args : object
            Plain data, arrays and records.
        """
        source = by_source(probe)
        return self._ask([Call(self._needs or source.name, args, probe=source)])[0]

    def many(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call a function several times in one message, and return what each call returned.

        The first call that fails raises, and the calls after it are not made.
        """
        return self.make([Call(name, args) for args in arguments])

    def make(self, calls: Sequence[Call]) -> list[Any]:
        """Make calls in one message, and return what each returned.

        The first call that fails raises, and the calls after it are not made.
        """
        if self._files:
            # Together they may not fit into one message.
            text = self._input
            return [self._ask_with(text, call) for call in calls]
        return self._ask(list(calls)) if calls else []

    def _ask_with(self, text: str | None, call: Call) -> Any:
        self._input = text
        return self._ask([call])[0]

    def keep(self, name: str, *args: Any, on: Handle | None = None) -> Handle:
        """Call a function, or a method of a kept object, and leave the result in the worker.

        Parameters
        ----------
        name : str
            The function or, with ``on``, the method.
        *args : object
            Plain data, arrays, records and handles.
        on : Handle, optional
            An object that was kept.

        Returns
        -------
        Handle
            Names the result in later calls of the same check.
        """
        number = self._number()
        self._ask([Call(name, args, on=on, keep=number)])
        return Handle(number, name)

    def call_on(self, on: Handle, name: str, *args: Any) -> Any:
        """Call a method of a kept object and return what it returns.

        Parameters
        ----------
        on : Handle
            The object that was kept.
        name : str
            The method; ``"__len__"`` is what `len` calls.
        *args : object
            Plain data, arrays, records and handles.
        """
        return self._ask([Call(name, args, on=on)])[0]

    def give_input(self, text: str) -> None:
        """Give the next call a standard input, for `input()` and ``sys.stdin``.

        Parameters
        ----------
        text : str
            All of it; each line answers one `input()`.

        Raises
        ------
        TypeError, ValueError
            If it is not text, or longer than 2 MiB.
        """
        self._input = check_input(text)

    def give_files(self, files: Mapping[str, str | bytes]) -> None:
        """Give the next calls of this check files, which replace those given before.

        They are in memory, for `open`, `pathlib`, and the functions of `os` and `os.path` on names.
        Each call begins with these files. If the course has ``scratch_mib``, a call can write
        files: ``student.last.files`` are the files after the last call, which you can give to the
        next.

        Parameters
        ----------
        files : mapping of str to str or bytes
            Their contents by name, with ``/`` for folders.

        Raises
        ------
        TypeError, ValueError
            If a name leads out of the folder, or all are longer than 2 MiB together.
        """
        self._files = check_files(files)

    def run_script(self, *args: object, stdin: str = "") -> Output:
        """Run the file that was handed in as a program, from its beginning to its end.

        The file need not be importable. Of an exercise with several files, the first is run.

        Parameters
        ----------
        *args : object
            The command line after its name, as texts.
        stdin : str, optional
            Its standard input, unless `give_input` gave one.

        Returns
        -------
        Output
            Its output, and its exit status.
        """
        self._input = check_input(stdin) or self._input or ""
        call = Call(self._module.file_of(""), arguments=tuple(map(str, args)))
        return Output(*self._ask([call])[0])

    def program(self, name: str) -> Program:
        """Return a program: operations on objects of a class, which are sent in groups.

        Parameters
        ----------
        name : str
            The class.
        """
        return Program(lambda steps: self._operate(name, steps), self._number)

    def pass_formula(
        self,
        name: str,
        formula: Formula,
        *args: Any,
        stand_in: type | None = None,
    ) -> Any:
        """Call a function with a formula as its first argument, whose source is not sent.

        Parameters
        ----------
        name : str
            The function.
        formula : Formula
            The formula. Its operations are requested when the student's function calls it.
        *args : object
            The other arguments.
        stand_in : type, optional
            A class of the suite that replaces the class of its name in the module during the call.
        """
        asked = Asked(formula.of, formula.at[0], self._number())
        replaced = {formula.of: by_source(stand_in)} if stand_in is not None else {}
        call = Call(name, (asked, *args), formula=formula, replaced=replaced)
        return self._ask([call])[0]

    def figures(self) -> list[Figure]:
        """Return the figures of matplotlib that are open after the last call, and close them.

        Figures that an earlier call left open are not included.

        Returns
        -------
        list of Figure
            In the order in which they were made, as plain data.
        """
        call = Call(self._function, probe=TAKE_FIGURES, after=self.last)
        if call.runs:
            self.exchanges.spoil()  # only a program is recognised without an import
        found = self._ask([call])[0]
        if not isinstance(found, list) or not all(isinstance(one, Figure) for one in found):
            raise WorkerEnded("its figures could not be read")
        return found

    def _operate(self, name: str, steps: tuple[Step, ...]) -> list[Any]:
        try:
            return check_values(self._ask([Call(name, steps=steps)])[0], steps)
        except FrameError as error:
            raise WorkerEnded(f"the answer could not be read: {error}") from None

    def _number(self) -> int:
        self._kept += 1
        return self._kept

    def state(self) -> ModuleState:
        """Return how the module could be loaded the first time, loading it if need be.

        A file that was only run as a program is not imported for that.
        """
        return self._module.state()

    def file_of(self, function: str) -> str:
        """Return the name of the file in which a function is, or is missing."""
        return self._module.file_of(function)

    @property
    def files(self) -> dict[str, str]:
        """Return where its functions are; see `write_recipe`."""
        return self._module.files

    def close(self) -> None:
        """End the worker at once: code that does not end would use its processor meanwhile."""
        self._module.close()

    def _ask(self, calls: list[Call]) -> list[Any]:
        """Make calls in the surroundings that are given, and return what each returned."""
        around = Surroundings(self._input, self._files, self._module.course.scratch_mib * 2**20)
        self._input = None
        if around != Surroundings():
            for call in calls:
                call.around = around
        return self._obtain(calls)

    def _obtain(self, calls: list[Call]) -> list[Any]:
        earlier = list(self.calls)
        if repeated := self._recall(calls):
            self.calls += repeated
            return [call.value for call in repeated]
        self.calls += calls
        state = self._module.state_for(runs=calls[0].runs)
        if state.status != "graded":
            raise NotRun(state.message)
        for call in calls:
            refuse_unlisted((*call.args, *call.kwargs.values()), self._module.course.packages)
        requests = self._pack(calls, earlier)
        requests[0].begins = self.exchanges.is_empty
        replies = self.exchanges.take(requests) or self._exchange(requests, calls)
        self.exchanges.note(requests, replies)
        # Where one fails, those after it were not made, and it is the last.
        self.calls = earlier
        return [self._read(reply, call) for reply, call in zip(replies, calls, strict=False)]

    def _pack(self, calls: list[Call], earlier: list[Call]) -> list[CallRequest]:
        """Return what is sent, or raise whose fault it is that it cannot be."""
        try:
            requests = [call.request(self._needs, self._parameters) for call in calls]
            _check_size(calls)
        except ArgumentError as error:
            passed = [value for call in calls for value in (*call.args, *call.kwargs.values())]
            if error.is_size and pass_on(passed, [call.value for call in earlier]):
                raise Raised("it returned more than can be passed to it again") from None
            raise
        return requests

    def _exchange(self, requests: list[CallRequest], calls: list[Call]) -> Sequence[CallReply]:
        """Return what the worker replies, or raise why it does not."""
        started = time.monotonic()
        used_s = None
        try:
            limit = self._module.allowance.for_call(self._function, *self._own_limits)
            replies, used_s = self._send(requests, limit, calls[0])
        except StudentError as error:
            self.exchanges.spoil()
            calls[0].costly = isinstance(error, TooCostly)
            raise
        finally:
            calls[0].duration_s = time.monotonic() - started
            calls[0].cpu_s = used_s
        return replies

    def _recall(self, calls: list[Call]) -> tuple[Call, ...]:
        """Return the recorded calls that ask the same; nothing once something else was asked."""
        recorded, self._recorded = self._recorded[: len(calls)], self._recorded[len(calls) :]
        if len(recorded) == len(calls) and all(map(Call.repeats, calls, recorded)):
            return recorded
        self._recorded = ()
        return ()

    def _send(
        self, requests: list[CallRequest], limit: Limit, first: Call
    ) -> tuple[list[CallReply], float | None]:
        """Return the replies, and the processor time where that is limited."""

        def send(dialogue: Dialogue) -> list[CallReply]:
            replies = dialogue.ask(requests)
            if first.formula is not None:
                self.exchanges.spoil()
                assert isinstance(first.args[0], Asked)
                number = first.args[0].number
                replies = dialogue.answer(replies, first.formula, number, self._number)
            check_replies(replies, len(requests))
            return replies

        return self._module.exchange(limit, send, first.runs)

    def _read(self, reply: CallReply, call: Call) -> Any:
        self.calls.append(call)
        try:
            note_reply(reply, call, self._parameters)
        except FrameError as error:
            self.close()
            raise WorkerEnded(f"the answer could not be read: {error}") from None
        if reply.state == "missing":
            raise self._module.explain_missing(call, reply)
        if reply.state == "too_large":
            raise Raised(f"it returned {reply.size:,} bytes, more than can be looked at")
        if reply.state == "raised":
            in_whole = bool(self._function) and not self._needs
            raise note_exception(reply, call, in_whole=in_whole)
        try:
            return read_value(reply, call)
        except FrameError as error:
            raise WorkerEnded(f"the answer could not be read: {error}") from None


def _check_size(calls: Sequence[Call]) -> None:
    """Raise `ArgumentError` if the arguments of some calls do not fit into one message."""
    packed = [
        data
        for call in calls
        for data in (*call.packed_args, *call.packed_kwargs.values(), *call.given)
    ]
    size = sum(map(len, packed))
    if size > _MAX_ARGUMENTS:
        raise ArgumentError(
            f"the arguments of `{calls[0].name}` have {size:,} bytes together; at most "
            f"{_MAX_ARGUMENTS:,} can be sent in one message, so pass smaller ones",
            is_size=True,
        )


# Names of the proxy itself: no function of a course can be called so.
RESERVED = frozenset(
    [
        *(name for name in vars(Student) if not name.startswith("_")),
        *("calls", "exchanges", "series"),
    ]
)
