"""One student's module in its workers: how it is loaded, and how a worker ends.

A worker that took too long, or ended, is replaced by a fresh one where more is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from grader.errors import ExaminerError
from grader.records import Course, Definition, Exercise, ModuleState, SourceFile, Status
from grader.sandbox.allowance import Allowance, Limit
from grader.sandbox.answers import NO_REASON
from grader.sandbox.calls import (
    Call,
    NotImplementedYet,
    NotRun,
    StudentError,
    TookTooLong,
    Undefined,
    WorkerEnded,
    WorkerKilled,
    describe_error,
)
from grader.sandbox.dialogue import Dialogue
from grader.sandbox.launch import Launcher, RunningWorker
from grader.sandbox.meter import Meter, WorkerHeld
from grader.sandbox.processes import describe_exit, is_kill
from grader.sandbox.protocol import messages
from grader.sandbox.protocol.frames import FrameError, StreamClosed
from grader.sandbox.protocol.messages import CallReply, ErrorReply, LoadReply
from grader.sandbox.several import NOT_UTF8, SeveralFiles, is_text
from grader.sanitize import clean_line

T = TypeVar("T")

_MAX_SIBLINGS = 2 * 2**20  # bytes of other modules, sent with the one that is graded
_MAX_NOTES = 5
_MAX_CALLED = 100  # functions of the course that one function calls
_MAX_ENDLESS = 50  # statements of one file


class Module:
    """One student's answer to one exercise, which is loaded in a worker when it is needed.

    Parameters
    ----------
    course, exercise : Course, Exercise
        The exercise that the module answers, and its course.
    source : SourceFile or None
        The file that was handed in.
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
        self.course = course
        self._exercise = exercise
        self._source = source
        self._several = several
        self._has_whole = has_whole
        self._functions = functions
        self._launcher = launcher
        self.allowance = allowance or Allowance(course.limits)
        self._stands_for_all = stands_for_all
        self._siblings = _limit_siblings(siblings or {}, several.readable if several else ())
        self._worker: RunningWorker | None = None
        self._first: ModuleState | None = None
        # How it could be read, where it was run as a program.
        self._read_as_program: ModuleState | None = None
        self._has_executed = False  # whether the worker did more than read it
        self._kills = 0
        self._ended = messages.Ended()

    def state(self) -> ModuleState:
        """Return how the module could be loaded the first time, loading it if need be.

        A file that was only run as a program is not imported for that.
        """
        return self.state_for(runs=self._first is None and self._read_as_program is not None)

    def state_for(self, runs: bool) -> ModuleState:
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

    def exchange(
        self, limit: Limit, send: Callable[[Dialogue], T], runs: bool
    ) -> tuple[T, float | None]:
        """Return the result of an exchange with the worker, or raise the exception of its end.

        Parameters
        ----------
        send : callable
            Sends the requests and returns what came back.
        runs : bool
            Whether the file is run as a program, which need not be imported.

        Returns
        -------
        object, float or None
            The result of ``send``, and the processor time if that is limited.
        """
        try:
            return self._measure(limit, send, runs)
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

    def _measure(
        self, limit: Limit, send: Callable[[Dialogue], T], runs: bool
    ) -> tuple[T, float | None]:
        needs_reading = runs and self._several is not None
        if needs_reading if self._has_executed else not runs:
            self.close()  # it has imported several files, or has only read one
        if self._worker is None:
            # The last worker is gone; this check gets a fresh one.
            again = self._load(runs)
            if self._worker is None:
                raise NotRun(again.message)
        with Meter(self.allowance, self._worker, limit) as meter:
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
        killed = killed and ended.cpu_s < self.course.limits.cpu_s
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

    def explain_missing(self, call: Call, reply: CallReply) -> StudentError:
        """Return why a function, a method, or a class that an argument needs does not exist."""
        error = reply.error or ErrorReply("", "")
        alternative = clean_line(error.text, 300)
        of_class = clean_line(error.type, 60)
        if call.on is not None and not of_class:
            source = call.on.source
            of = f"the class {source}" if source[:1].isupper() else "the object"
            return NotImplementedYet(f"{of} has no method `{call.name}`")
        name = of_class or call.name
        if self._several is not None and (lost := self._several.explain(name)):
            return lost
        file = self.file_of(name)
        missing = f"the class `{of_class}`, which an argument needs" if of_class else f"`{name}`"
        if alternative:
            return Undefined(f"{file} does not define {missing}: {alternative}")
        in_stub = "; the stub has its signature" if name in self._functions else ""
        return NotImplementedYet(f"{file} does not define {missing}{in_stub}")

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
        slow = self.allowance.slow
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
        limit = self.allowance.for_import(source, whole=whole)
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
            self.course.packages,
            self.course.modules,
            self._siblings,
            limit.kind == "needed",
            self.allowance.import_s,
            sorted(self.allowance.endless[source]),
            {file.name.removesuffix(".py"): file for file in self.course.provided},
            tuple(self._several.readable) if self._several and not reads else (),
            dict(self._several.owners) if self._several else {},
            self._has_whole,
            reads,
        )
        with Meter(self.allowance, self._worker, limit) as meter:
            stream.send_message([request], meter.send_s)
            meter.wait()
            replies: list[LoadReply] = stream.receive_message(messages.LoadReplies)
        for reply in replies:
            endless = (clean_line(name, 200) for name in reply.endless[:_MAX_ENDLESS])
            self.allowance.endless[source].update(endless)
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
            return self._unloadable(describe_error(reply.error or NO_REASON))
        if self._several is not None:
            self._several.note_broken(reply.broken)
        notes = [clean_line(note, 250) for note in reply.notes[:_MAX_NOTES]]
        if len(reply.notes) > _MAX_NOTES:
            notes.append(f"and {len(reply.notes) - _MAX_NOTES} more notes of this kind")
        asked = set(self._functions)
        is_only = not self._has_executed and len(self.course.exercises) == 1
        if self._stands_for_all and asked and not asked & set(reply.defined) and not is_only:
            none = f"{self.file_name} defines no function of this exercise"
            return self._state("missing", none, tuple(notes))
        state = self._state("graded", notes=tuple(notes))
        return replace(state, definitions=_bound(reply.definitions, self._functions))


def _bound(definitions: Sequence[Definition], functions: Collection[str]) -> tuple[Definition, ...]:
    """Return one definition of each function, no longer than real ones are."""
    found = {one.name: one for one in definitions if one.name in functions}
    return tuple(
        replace(
            one,
            file=clean_line(one.file, 100),
            calls=tuple(dict.fromkeys(clean_line(name, 60) for name in one.calls[:_MAX_CALLED])),
        )
        for one in found.values()
    )


def _limit_siblings(
    siblings: Mapping[str, SourceFile], graded: Collection[str]
) -> dict[str, SourceFile]:
    """Return the smallest of the other modules, as far as they fit into one request.

    Files that are graded are not left out.
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
