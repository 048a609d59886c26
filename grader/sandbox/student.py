"""The student's module as a suite sees it: a proxy whose attributes are calls.

``student.sigmoid(z)`` sends one call across the process boundary and returns plain data.
What goes wrong on the other side arrives here as one of the exceptions below; which of
them it is, is all that the trusted side believes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from grader.errors import ExaminerError
from grader.records import (
    Course,
    Definition,
    Exercise,
    Limits,
    ModuleState,
    Series,
    SourceFile,
    Status,
)
from grader.sandbox.allowance import Allowance, Limit
from grader.sandbox.arguments import ArgumentError, pass_on, refuse_unlisted
from grader.sandbox.calls import (
    Call,
    NotImplementedYet,
    NotRun,
    Raised,
    StudentError,
    TooCostly,
    TookTooLong,
    Undefined,
    Warned,
    WorkerEnded,
    WorkerKilled,
    describe_error,
)
from grader.sandbox.dialogue import Dialogue, check_values
from grader.sandbox.fetched import Exchanges, Fetched
from grader.sandbox.given import (
    MAX_GIVEN,
    Output,
    check_files,
    check_input,
    is_file_name,
    size_of,
)
from grader.sandbox.launch import Launcher, RunningWorker
from grader.sandbox.meter import Meter, WorkerHeld
from grader.sandbox.processes import describe_exit, is_kill
from grader.sandbox.program import Formula, Program
from grader.sandbox.protocol import messages
from grader.sandbox.protocol.figures import Figure
from grader.sandbox.protocol.frames import MAX_FRAME, FrameError, StreamClosed, decode_message
from grader.sandbox.protocol.messages import (
    CallReply,
    CallRequest,
    ErrorReply,
    LoadReply,
    Ran,
    Surroundings,
)
from grader.sandbox.protocol.plotting import take_figures
from grader.sandbox.protocol.program import Step
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Asked, Handle, SourceFunction
from grader.sandbox.several import NOT_UTF8, SeveralFiles, is_text
from grader.sandbox.sources import by_source
from grader.sanitize import clean, clean_line

T = TypeVar("T")
TAKE_FIGURES = SourceFunction(
    "figures",
    "def figures(_module):\n"
    f"    from {take_figures.__module__} import take_figures\n"
    "    return take_figures()\n",
)

_MAX_SIBLINGS = 2 * 2**20  # bytes of other modules, sent with the one that is graded
_MAX_ARGUMENTS = MAX_FRAME - 128 * 1024  # bytes; a message has more in it than arguments
_MAX_NOTES = 5
_MAX_CALLED = 100  # functions of the course that one function calls
_MAX_TEXT = 1_000  # characters of an exception
_MAX_ENDLESS = 50  # statements of one file
_NO_REASON = ErrorReply("Error", "it gives no reason")


class Student:
    """One student's answer to one exercise, on the other side of the process boundary.

    Parameters
    ----------
    course, exercise : Course, Exercise
        What the module answers.
    source : SourceFile or None
        What was handed in.
    functions : tuple of str
        Names that the suite asks for.
    launcher : Launcher
        Launches the workers in which the module is imported.
    allowance : Allowance, optional
        The time of the whole submission, whose proxies share it; by default it has no end.
    stands_for_all : bool
        The file may lack this exercise altogether; then it counts as missing.
    siblings : mapping of str to SourceFile, optional
        The other modules of the submission, which this one may import, by name.
    several : SeveralFiles, optional
        The files of an exercise that is more than one; then there is no ``source``.
    has_whole : bool
        Whether the suite may call other functions than these.
    """

    def __init__(  # noqa: PLR0913 - each is needed to load the module
        self,
        course: Course,
        exercise: Exercise,
        source: SourceFile | None,
        functions: tuple[str, ...],
        launcher: Launcher,
        allowance: Allowance | None = None,
        *,
        stands_for_all: bool = False,
        siblings: Mapping[str, SourceFile] | None = None,
        several: SeveralFiles | None = None,
        has_whole: bool = False,
    ) -> None:
        self._course = course
        self._exercise = exercise
        self._source = source
        self._several = several
        self._has_whole = has_whole
        self._functions = functions
        self._launcher = launcher
        self._allowance = allowance or Allowance(course.limits)
        self._stands_for_all = stands_for_all
        self._siblings = _limit_siblings(siblings or {}, several.readable if several else ())
        self._worker: RunningWorker | None = None
        self._first: ModuleState | None = None
        # How it could be read, where it was run as a program.
        self._read_as_program: ModuleState | None = None
        self._has_executed = False  # whether the worker did more than read it
        self._input: str | None = None
        self._files: dict[str, bytes] | None = None
        self._kept = 0
        self._kills = 0
        self._ended = messages.Ended()
        self._function = ""
        self._needs = ""
        self._parameters: tuple[str, ...] = ()
        self._own_limits: tuple[float | None, float | None] = (None, None)
        self.calls: list[Call] = []
        self._recorded: tuple[Call, ...] = ()
        self.exchanges = Exchanges()
        self.series: list[Series] = []

    @property
    def _limits(self) -> Limits:
        return self._course.limits

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
        """Start a check: forget the last call and say which function is examined.

        Parameters
        ----------
        function : str
            Its name, or that of a whole.
        parameters : tuple of str
            Its parameters' names, as the suite has them.
        call_limit_s : float, optional
            Seconds for one call, where the course's limits do not fit.
        cpu_limit_s : float, optional
            Seconds of processor time for one call, where that decides.
        recorded : sequence of Call
            Calls of the same check that were made before. As long as the same is asked in the
            same order, they are the answers.
        fetched : iterable of Fetched
            What `fetch` has brought.
        is_whole : bool
            Whether no single function is examined, so that none must be there for a probe.
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
        """Send what a check is about to ask for.

        Parameters
        ----------
        frame : bytes
            A message with the requests, as the check would send it.
        count : int
            How many they are.
        known : container of bytes
            Messages with replies that need not be read.
        runs : bool
            Whether the requests are to run the file as a program, which need not be imported.

        Returns
        -------
        bytes or Fetched or None
            A message that is known, or what came back instead; None where the check has to begin
            in a new worker, which is not the student's fault.
        """
        if self._state_for(runs).status != "graded":
            return None

        def send(dialogue: Dialogue) -> bytes | Fetched:
            replies = dialogue.exchange(frame)
            if replies in known:
                return replies
            read: list[CallReply] = decode_message(replies, messages.CallReplies)
            _check_replies(read, count)
            return Fetched(frame, read)

        try:
            limit = self._allowance.for_call(self._function, *self._own_limits)
            return self._survive(lambda: self._measure(limit, send, runs)[0])
        except WorkerKilled:
            return None
        except StudentError as error:
            return Fetched(frame, error)

    @property
    def last(self) -> Call | None:
        """Return the last call of this check, other than one for figures."""
        return self.calls[-1].shown if self.calls else None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._ask_function(name, args, kwargs)

    def _ask_function(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self._ask([Call(name, args, kwargs)])[0]

    def run(self, probe: Callable[..., Any], *args: Any) -> Any:
        """Run a small function of the suite's on the student's side, and return its result.

        Parameters
        ----------
        probe : callable
            ``probe(module, *args)``; only its source is sent, so it can use ``np`` and
            what it imports itself. It must return plain data, and no verdict: it runs
            where the student's code could have changed anything.
        *args : object
            What may cross the process boundary.
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
            What may cross the process boundary, and handles.
        on : Handle, optional
            An object that was kept.

        Returns
        -------
        Handle
            Stands for the result in later calls of the same check.
        """
        number = self._number()
        self._ask([Call(name, args, on=on, keep=number)])
        return Handle(number)

    def call_on(self, on: Handle, name: str, *args: Any) -> Any:
        """Call a method of a kept object and return what it returns."""
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
        """Give the next calls of this check files, in the place of those given before.

        They are in memory, for `open`, `pathlib`, the functions of `os` on names and what uses
        these. Each call begins with them as they are given here. A program can write files where
        the course has ``scratch_mib``; ``student.last.files`` is what the last call left, and can
        be given to the next one.

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

        It need not be possible to import it. Of an exercise with several files, the first is run.

        Parameters
        ----------
        *args : object
            What follows its name on the command line, as text.
        stdin : str, optional
            Its standard input, where `give_input` gave none.

        Returns
        -------
        Output
            What it printed, and its exit status.
        """
        self._input = check_input(stdin) or self._input or ""
        call = Call(self.file_of(""), arguments=tuple(map(str, args)))
        return Output(*self._ask([call])[0])

    def program(self, name: str) -> Program:
        """Return a program on objects of a class, whose operations are asked for in groups.

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
            What is passed. Its operations are asked for when the student's function calls it.
        *args : object
            The other arguments.
        stand_in : type, optional
            A class of the suite's that its name in the module means during the call.
        """
        asked = Asked(formula.of, formula.at[0], self._number())
        replaced = {formula.of: by_source(stand_in)} if stand_in is not None else {}
        call = Call(name, (asked, *args), formula=formula, replaced=replaced)
        return self._ask([call])[0]

    def figures(self) -> list[Figure]:
        """Return the figures of matplotlib that are open after the last call, and close them.

        Those that an earlier call left open are not among them.

        Returns
        -------
        list of Figure
            In the order of their making, as plain data.
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

        What was only run as a program is not imported for that.
        """
        return self._state_for(runs=self._first is None and self._read_as_program is not None)

    def _state_for(self, runs: bool) -> ModuleState:
        """Return whether there is something to run as a program, or to call."""
        if runs and self._read_as_program is None:
            is_imported = self._first is not None and self._first.status == "graded"
            is_imported = is_imported and self._several is None
            self._read_as_program = self._first if is_imported else self._load(runs=True)
        if runs and self._read_as_program is not None:
            return self._read_as_program
        if self._first is None:
            self._first = self._load(runs=False)
        return self._first

    def close(self) -> None:
        """End the worker at once: code that does not end would use its processor meanwhile."""
        if self._worker is not None:
            self._worker.end(0.0)
            self._worker = None

    def _ask(self, calls: list[Call]) -> list[Any]:
        """Make calls in the surroundings that are given, and return what each returned."""
        around = Surroundings(self._input, self._files, self._course.scratch_mib * 2**20)
        self._input = None
        for call in calls:
            call.around = None if around == Surroundings() else around
        return self._obtain(calls)

    def _obtain(self, calls: list[Call]) -> list[Any]:
        earlier = list(self.calls)
        if repeated := self._recall(calls):
            self.calls += repeated
            return [call.value for call in repeated]
        self.calls += calls
        state = self._state_for(runs=calls[0].runs)
        if state.status != "graded":
            raise NotRun(state.message)
        for call in calls:
            refuse_unlisted((*call.args, *call.kwargs.values()), self._course.packages)
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
            limit = self._allowance.for_call(self._function, *self._own_limits)
            replies, used_s = self._survive(lambda: self._send(requests, limit, calls[0]))
        except StudentError as error:
            self.exchanges.spoil()
            calls[0].costly = isinstance(error, TooCostly)
            raise
        finally:
            calls[0].duration_s = time.monotonic() - started
            calls[0].cpu_s = used_s
        return replies

    def _survive(self, exchange: Callable[[], T]) -> T:
        """Return what an exchange with the worker brings, or raise what its end means."""
        try:
            return exchange()
        except TookTooLong:
            self.close()
            raise
        except (StreamClosed, WorkerHeld) as error:
            if self._worker is not None and self._was_killed(error):
                raise WorkerKilled from None
            raise WorkerEnded(f"the call ended the whole process: {self._end()}") from None
        except FrameError as error:
            self.close()
            raise WorkerEnded(f"the answer could not be read: {error}") from None
        except Exception:
            # A fault of ours may have left the worker in the middle of a call.
            self.close()
            raise

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
            _check_replies(replies, len(requests))
            return replies

        return self._measure(limit, send, first.runs)

    def _measure(
        self, limit: Limit, send: Callable[[Dialogue], T], runs: bool
    ) -> tuple[T, float | None]:
        """Return what an exchange brings, and the processor time where that is limited."""
        needs_reading = runs and self._several is not None
        if needs_reading if self._has_executed else not runs:
            self.close()  # it has imported several files, or has only read one
        if self._worker is None:
            # The last worker is gone; this check gets a fresh one.
            again = self._load(runs)
            if self._worker is None:
                raise NotRun(again.message)
        with Meter(self._allowance, self._worker, limit) as meter:
            brought = send(Dialogue(self._worker.stream, meter.send_s, meter.wait))
            return brought, meter.finish()

    def _was_killed(self, error: Exception) -> bool:
        """Return whether something outside killed or stopped the worker, once; twice is a fault.

        In the sandbox, student code cannot send SIGKILL. The kernel sends it at the limit of
        processor time, and whatever ran out of memory or patience on this machine may.
        """
        assert self._worker is not None
        self._ended, self._worker = self._worker.end(), None
        ended = self._ended
        killed = is_kill(ended.exit_code) and not ended.by_us
        killed = killed and ended.cpu_s < self._limits.cpu_s
        if not killed and not isinstance(error, WorkerHeld):
            return False
        self._kills += 1
        if self._kills > 1:
            what = "stopped" if isinstance(error, WorkerHeld) else "killed"
            raise ExaminerError(
                f"workers are {what} from outside, perhaps because the machine is out of memory; "
                "close other programs, or grade fewer submissions at once with --jobs"
            )
        return True

    def _end(self) -> str:
        if self._worker is not None:
            self._ended, self._worker = self._worker.end(), None
        return describe_exit(self._ended.exit_code)

    def _read(self, reply: CallReply, call: Call) -> Any:
        self.calls.append(call)
        call.modified = tuple(map(self._argument_name, reply.modified[:9]))
        call.modified_keys = tuple(clean_line(str(key), 40) for key in reply.modified[:9])
        call.warned = tuple(Warned(warning) for warning in reply.warned[:5])
        call.printed = clean(reply.printed, 500).strip()
        call.output, call.output_size = reply.output, reply.output_size
        self._read_files(reply, call)
        if reply.state == "missing":
            raise self._missing(call, reply)
        if reply.state == "too_large":
            raise Raised(f"it returned {reply.size:,} bytes, more than can be looked at")
        if reply.state == "raised":
            error = reply.error or _NO_REASON
            call.raised = clean_line(error.type, 80)
            call.raised_text = clean_line(error.text, 200)
            if error.unwritten and self._function and not self._needs:
                # A whole is not written while a function that it needs is not.
                raise NotImplementedYet(clean_line(error.text, 200) or "not implemented yet")
            raise _as_exception(error)
        if call.keep is not None:
            call.answered = True
            return None
        call.size += len(reply.value)
        try:
            runs = call.arguments is not None
            call.value = _read_output(reply.value, call) if runs else unpack(reply.value)
        except FrameError as error:
            raise WorkerEnded(f"the answer could not be read: {error}") from None
        call.answered = True
        return call.value

    def _read_files(self, reply: CallReply, call: Call) -> None:
        names = [*reply.written, *reply.removed]
        if call.around is None or not call.around.room:
            names += ["\0"] if reply.written or reply.removed else []
        if not all(map(is_file_name, names)):
            self.close()
            raise WorkerEnded("the answer could not be read: files that cannot be")
        call.written, call.removed = reply.written, tuple(reply.removed)
        size = size_of(call.given_files | call.written)
        call.unsent = reply.unsent or (size if size > MAX_GIVEN else 0)
        call.size = size_of(call.written)

    def _missing(self, call: Call, reply: CallReply) -> StudentError:
        error = reply.error or ErrorReply("", "")
        alternative = clean_line(error.text, 300)
        of_class = clean_line(error.type, 60)
        name = of_class or call.name
        if self._several is not None and (lost := self._several.explain(name)):
            return lost
        file = self.file_of(name)
        missing = f"class `{of_class}`, which an argument needs" if of_class else f"`{name}`"
        if alternative:
            return Undefined(f"{file} defines no {missing}: {alternative}")
        return NotImplementedYet(
            f"{file} defines no {missing}; the stub has its signature"
            if not of_class
            else f"{file} defines no {missing}"
        )

    def _argument_name(self, key: int | str) -> str:
        if isinstance(key, str):
            return clean_line(key, 40)
        known = self._parameters[key : key + 1] if key >= 0 else ()
        return known[0] if known else f"argument {key + 1}"

    @property
    def file_name(self) -> str:
        """Return the name of the file that was handed in, or of the one that is missing."""
        return self._source.name if self._source else self._exercise.file_names[0]

    def file_of(self, function: str) -> str:
        """Return the name of the file in which a function is, or is missing."""
        return self.file_name if self._several is None else self._several.file_of(function)

    @property
    def files(self) -> dict[str, str]:
        """Return where its functions are; see `write_recipe`."""
        if self._several is None:
            return {f"{self._exercise.name}/": self.file_name}
        several = self._several
        files = [several.sources[name].name for name in several.readable]
        return {
            **{name: several.file_of(name) for name in several.owners},
            f"{self._exercise.name}/": "/".join(files) or self.file_name,
        }

    @property
    def _program(self) -> SourceFile | None:
        """Return the file that is run as a program: of several, the first that the course has."""
        if self._several is None:
            return self._source
        return self._several.sources.get(self._exercise.modules[0])

    def _load(self, runs: bool) -> ModuleState:
        if self._several is not None and not runs:
            return self._load_several(self._several)
        source = self._program if runs else self._source
        if source is None:
            name = f"{self._exercise.modules[0]}.py" if self._several else self.file_name
            return self._state("missing", f"{name} was not handed in")
        if source.error:
            return self._state("unloadable", source.error)
        if not is_text(source):
            return self._unloadable(NOT_UTF8)
        state = self._read_source(source) if runs else self._load_source(source)
        if state.status != "graded":
            self.close()
        return state

    def _read_source(self, source: SourceFile) -> ModuleState:
        """Let a worker read the file, which is executed later."""
        try:
            return self._launch(source, whole=True, reads=True)
        except TookTooLong as error:
            return self._unloadable(str(error))

    def _load_several(self, several: SeveralFiles) -> ModuleState:
        if not several.sources:
            return self._state("missing", several.missing)
        if not several.readable:
            return self._state("unloadable", "; ".join(several.lost.values()))
        state = self._load_source(SourceFile(self._exercise.name, b""))
        if state.status == "graded" and not several.importable:
            state = self._state("unloadable", "; ".join(several.lost.values()), state.notes)
        if state.status != "graded":
            self.close()
        lost = tuple(clean_line(why, 250) for why in several.lost.values())
        return replace(state, notes=(*lost, *state.notes)) if state.status == "graded" else state

    def _load_source(self, source: SourceFile) -> ModuleState:
        slow = self._allowance.slow
        try:
            if source.cells is None and source not in slow:
                try:
                    return self._launch(source, whole=True)
                except TookTooLong as error:
                    # A file that trains when it is imported: a fresh process executes less of it.
                    self.close()
                    slow[source] = str(error)
            state = self._launch(source, whole=False)
        except TookTooLong as error:
            return self._unloadable(str(error))
        if state.status != "graded" or source not in slow:
            return state
        note = f"{slow[source]}; only what the functions need was executed"
        return replace(state, notes=(*state.notes, note))

    def _launch(self, source: SourceFile, *, whole: bool, reads: bool = False) -> ModuleState:
        limit = self._allowance.for_import(source, whole=whole)
        self.close()  # a worker that has only read the file
        self._worker = self._launcher.launch()
        self._has_executed = not reads
        try:
            return self._understand(self._import_source(source, limit, reads=reads))
        except (StreamClosed, WorkerHeld) as error:
            if self._was_killed(error):
                return self._launch(source, whole=whole, reads=reads)
            return self._unloadable(f"importing it ended the process: {self._end()}")
        except FrameError as error:
            return self._unloadable(f"no readable answer: {clean_line(str(error))}")

    def _import_source(self, source: SourceFile, limit: Limit, *, reads: bool) -> list[LoadReply]:
        assert self._worker is not None
        stream = self._worker.stream
        request = messages.Load(
            self._exercise.name,
            source.code,
            self._functions,
            self._course.packages,
            self._course.modules,
            self._siblings,
            limit.kind == "needed",
            self._allowance.import_s,
            sorted(self._allowance.endless[source]),
            {file.name.removesuffix(".py"): file for file in self._course.provided},
            tuple(self._several.readable) if self._several and not reads else (),
            dict(self._several.owners) if self._several else {},
            self._has_whole,
            reads,
        )
        with Meter(self._allowance, self._worker, limit) as meter:
            stream.send_message([request], meter.send_s)
            meter.wait()
            replies: list[LoadReply] = stream.receive_message(messages.LoadReplies)
        for reply in replies:
            endless = (clean_line(name, 200) for name in reply.endless[:_MAX_ENDLESS])
            self._allowance.endless[source].update(endless)
        return replies

    def _state(self, status: Status, message: str = "", notes: tuple[str, ...] = ()) -> ModuleState:
        return ModuleState(self._exercise.name, status, message, notes)

    def _unloadable(self, reason: str) -> ModuleState:
        name = self.file_name if self._several is None else f"one of {self._several.handed_in}"
        return self._state("unloadable", f"{name} cannot be imported: {reason}")

    def _understand(self, replies: list[LoadReply]) -> ModuleState:
        if not replies:
            raise FrameError("no reply to the import")
        (reply,) = replies
        if reply.state != "loaded":
            return self._unloadable(describe_error(reply.error or _NO_REASON))
        if self._several is not None:
            self._several.note_broken(reply.broken)
        notes = [clean_line(note, 250) for note in reply.notes[:_MAX_NOTES]]
        if len(reply.notes) > _MAX_NOTES:
            notes.append(f"and {len(reply.notes) - _MAX_NOTES} more notes of this kind")
        asked = set(self._functions)
        is_only = not self._has_executed and len(self._course.exercises) == 1
        if self._stands_for_all and asked and not asked & set(reply.defined) and not is_only:
            none = f"{self.file_name} defines none of its functions"
            return self._state("missing", none, tuple(notes))
        state = self._state("graded", notes=tuple(notes))
        return replace(state, definitions=_bound(reply.definitions, self._functions))


def _bound(definitions: Sequence[Definition], functions: Collection[str]) -> tuple[Definition, ...]:
    """Return one definition of each function, no longer than honest ones are."""
    found = {one.name: one for one in definitions if one.name in functions}
    return tuple(
        replace(
            one,
            file=clean_line(one.file, 100),
            calls=tuple(dict.fromkeys(clean_line(name, 60) for name in one.calls[:_MAX_CALLED])),
        )
        for one in found.values()
    )


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


def _read_output(value: bytes, call: Call) -> tuple[str, str, int]:
    """Return what a program printed, and its exit status, or raise `Raised` for too much."""
    ran: Ran = decode_message(value, Ran)
    if call.output_size:
        raise Raised(f"it printed {call.output_size:,} characters, more than can be looked at")
    return call.output, ran.errors, ran.status


def _check_replies(replies: Sequence[CallReply], count: int) -> None:
    """Raise `FrameError` unless these are replies to that number of requests."""
    if any(reply.state == "asks" for reply in replies):
        raise FrameError("a question that was not expected")
    failed = bool(replies) and replies[-1].state != "returned"
    if len(replies) != count and not (failed and len(replies) < count):
        raise FrameError(f"{len(replies)} replies to {count} requests")


# Names that are the proxy's own: a course can ask for no function that is called so.
RESERVED = frozenset(
    [
        *(name for name in vars(Student) if not name.startswith("_")),
        *("calls", "exchanges", "series"),
    ]
)


def _limit_siblings(
    siblings: Mapping[str, SourceFile], graded: Collection[str]
) -> dict[str, SourceFile]:
    """Return the smallest of the other modules, as far as they fit into one request.

    Those that are graded are not left out.
    """
    kept = {name: source for name, source in siblings.items() if name in graded}
    others = {name: source for name, source in siblings.items() if name not in graded}
    room = _MAX_SIBLINGS
    for name, source in sorted(others.items(), key=lambda item: _size(item[1])):
        room -= _size(source)
        if room >= 0:
            kept[name] = source
    return kept


def _size(source: SourceFile) -> int:
    return len(source.content) + sum(4 * len(cell) for cell in source.cells or ())


def _as_exception(error: ErrorReply) -> StudentError:
    if error.untouched:
        return NotImplementedYet("not implemented yet")
    return Raised(
        describe_error(error),
        error.place,
        tuple(error.kinds),
        own_kinds=tuple(error.own_kinds),
        name=clean_line(error.type, 80),
        text=error.text[:_MAX_TEXT],
    )
