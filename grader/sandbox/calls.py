"""One call of a student's function, and its exceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from grader.records import OutcomeKind, Place
from grader.sandbox.arguments import pack_argument
from grader.sandbox.program import Formula
from grader.sandbox.protocol import messages
from grader.sandbox.protocol.messages import CallRequest, ErrorReply, Surroundings
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.program import Step
from grader.sandbox.protocol.values import Handle, SourceFunction
from grader.sanitize import clean_line


class StudentError(Exception):
    """The student's code gave no answer; the message has the reason, for the student.

    Parameters
    ----------
    place : Place, optional
        The line of the student that caused it.
    """

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.place = place

    outcome: ClassVar[OutcomeKind] = "error"
    # Whether the message may hold words of the student's, or of a worker under their control.
    quotes_student: ClassVar[bool] = True


class Raised(StudentError):
    """The call raised an exception.

    Parameters
    ----------
    kinds : tuple of str
        The names of its built-in classes, with those that it is derived from: ``ValueError``.
    own_kinds : tuple of str
        The names of its other classes, such as those of the student.
    name, text : str
        The name of its class (empty if there was no exception) and its text.
    unavailable : bool
        Whether the code used a package that the grader does not have.
    """

    def __init__(
        self,
        message: str,
        place: Place | None = None,
        kinds: tuple[str, ...] = (),
        *,
        own_kinds: tuple[str, ...] = (),
        name: str = "",
        text: str = "",
        unavailable: bool = False,
    ) -> None:
        super().__init__(message, place)
        self.kinds = kinds
        self.unavailable = unavailable
        self.own_kinds = own_kinds
        self.name = name
        self.text = text


class WorkerEnded(StudentError):
    """The process of the student's code ended."""


class NotImplementedYet(StudentError):
    """The stub was called, or the function does not exist."""

    outcome = "not_implemented"


class Undefined(StudentError):
    """The function does not exist, but a similar name does."""


class TookTooLong(StudentError):
    """The call did not answer in time."""

    outcome = "timeout"
    quotes_student = False


class TooCostly(TookTooLong):
    """One call used more processor time than its check allows."""


class NotRun(StudentError):
    """The module is missing or cannot be imported."""

    outcome = "not_run"


class WorkerKilled(Exception):
    """Something outside killed the worker: what the check has found so far does not count.

    It is not a `StudentError`, which a suite may catch.
    """


class _Left(bytes):
    """The content of a file: bytes from the student, which may not be text."""

    _name: str

    def __new__(cls, data: bytes, name: str) -> _Left:
        left = super().__new__(cls, data)
        left._name = name
        return left

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return them as text, or raise `Raised` where they are none: that is an answer, too."""
        try:
            return super().decode(encoding, errors)
        except UnicodeDecodeError as error:
            at = f"the byte {self[error.start]:#04x} at {error.start}"
            text = f"it wrote {clean_line(self._name, 60)!r}, which is not text in {encoding}: {at}"
            raise Raised(text) from None


class Warned:
    """A warning that a call caused, made from a worker's description of it."""

    def __init__(self, warning: ErrorReply) -> None:
        self.text = clean_line(warning.text, 300)
        self.origin = describe_place(warning)
        self.place = warning.place


@dataclass
class Call:
    """One call and its result.

    Parameters
    ----------
    name : str
        The name of the function or the probe.
    args, kwargs : tuple, dict
        The arguments as they were sent.
    probe : SourceFunction or None
        The function of the suite that was run instead, if any.
    packed_args, packed_kwargs : list, dict
        The arguments as bytes, as they were before the call.
    value, answered : object, bool
        The answer, and whether there was one.
    raised, raised_text : str
        The type and the text of the exception.
    modified, modified_keys : tuple of str
        The arguments that the call changed: their names, and their places or keywords.
    left : mapping of str to bytes
        The changed arguments that are small, as the call left them, by place or keyword.
    printed : str
        The beginning of the printed text, to be shown.
    output : str
        Its standard output.
    output_size : int
        The number of characters, if they are too many; ``output`` then has only the beginning.
    looks_at_output : bool
        Whether the check looks at the output.
    warned : tuple of Warned
        The first RuntimeWarnings, as numpy gives them for overflow.
    cpu_s : float or None
        The processor time that it used, if its check limits it.
    costly : bool
        Whether it was ended at this limit.
    on : Handle or None
        The kept object whose method was called, if any.
    keep : int or None
        The number of the result that stayed in the worker, if any.
    steps : tuple of Step
        The operations of a program on objects of the class `name`.
    formula : Formula or None
        The formula that was passed as first argument, if any.
    replaced : dict of str to SourceFunction
        Names of the module that a class of the suite replaced during the call.
    after : Call or None
        The call whose figures were asked for, if any.
    arguments : tuple of str or None
        The command line, if the file was run as a program.
    around : Surroundings or None
        The input and the files that were given.
    written, removed : dict of str to bytes, tuple of str
        The files that it wrote, and the given files that it removed.
    unsent : int
        The number of bytes of the files that it wrote, if they are too many; otherwise 0.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    probe: SourceFunction | None = None
    packed_args: list[bytes] = field(default_factory=list)
    packed_kwargs: dict[str, bytes] = field(default_factory=dict)
    value: Any = None
    answered: bool = False
    raised: str = ""
    raised_text: str = ""
    modified: tuple[str, ...] = ()
    modified_keys: tuple[str, ...] = ()
    left: Mapping[str, bytes] = field(default_factory=dict)
    printed: str = ""
    output: str = ""
    output_size: int = 0
    looks_at_output: bool = False
    warned: tuple[Warned, ...] = ()
    duration_s: float = 0.0
    cpu_s: float | None = None
    costly: bool = False
    size: int = 0
    on: Handle | None = None
    keep: int | None = None
    steps: tuple[Step, ...] = ()
    formula: Formula | None = None
    replaced: dict[str, SourceFunction] = field(default_factory=dict)
    after: Call | None = None
    arguments: tuple[str, ...] | None = None
    around: Surroundings | None = None
    written: dict[str, bytes] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    unsent: int = 0

    @property
    def runs(self) -> bool:
        """Return whether it runs the file as a program, or asks for what that drew."""
        return self.shown.arguments is not None

    @property
    def files(self) -> dict[str, bytes]:
        """Return the files as the call left them: those that were given, and what it wrote.

        Raises
        ------
        Raised
            If that is more than can be looked at.
        """
        if self.unsent:
            raise Raised(f"it wrote {self.unsent:,} bytes into files, more than can be looked at")
        left = (self.given_files | self.written).items()
        return {name: _Left(data, name) for name, data in left if name not in self.removed}

    @property
    def given_input(self) -> str | None:
        """Return the input that was given."""
        return self.around.input if self.around is not None else None

    @property
    def given_files(self) -> dict[str, bytes]:
        """Return the files that were given."""
        return (self.around.files if self.around is not None else None) or {}

    @property
    def shown(self) -> Call:
        """Return the call that people are shown: of one that asks for figures, what drew them."""
        return self.after or self

    @property
    def given(self) -> list[bytes]:
        """Return what it was given beside its arguments: a command line, an input, files."""
        given = [f"argument {text}".encode() for text in self.arguments or ()]
        if self.given_input is not None:
            given.append(f"input {self.given_input}".encode("utf-8", "surrogatepass"))
        for name, data in sorted(self.given_files.items()):
            given += [f"file {name}".encode(), data]
        return given

    def repeats(self, other: Call) -> bool:
        """Return whether this call is the same as another one that was answered with data."""
        if not other.answered or self._leaves_or_asks or other._leaves_or_asks:
            return False
        self.pack_arguments()
        return (
            self.name == other.name
            and self.probe == other.probe
            and self.packed_args == other.packed_args
            and self.packed_kwargs == other.packed_kwargs
            and self.arguments == other.arguments
            and self.around == other.around
        )

    @property
    def _leaves_or_asks(self) -> bool:
        """Return whether it depends on objects in the worker, or on what the worker asks."""
        stays = self.keep is not None or self.on is not None
        return stays or bool(self.steps) or self.formula is not None

    def pack_arguments(self) -> None:
        """Keep the arguments as bytes, `Opaque` for what cannot cross."""
        self.packed_args = [pack(arg) for arg in self.args]
        self.packed_kwargs = {key: pack(value) for key, value in self.kwargs.items()}

    def request(self, needs: str, parameters: Sequence[str] = ()) -> CallRequest:
        """Return what is sent to the worker, and keep the packed arguments.

        Parameters
        ----------
        needs : str
            The function that is examined.
        parameters : sequence of str
            The names of its parameters, for messages.

        Raises
        ------
        ArgumentError
            If an argument cannot cross the process boundary.
        """
        names = parameters if self.name == needs else ()
        self.packed_args = [
            pack_argument(arg, names[place] if place < len(names) else str(place + 1), self.name)
            for place, arg in enumerate(self.args)
        ]
        self.packed_kwargs = {
            key: pack_argument(value, key, self.name) for key, value in self.kwargs.items()
        }
        request = self._make_request(needs)
        request.around = self.around
        return request

    def _make_request(self, needs: str) -> CallRequest:
        if self.arguments is not None:
            return messages.Run(list(self.arguments))
        if self.probe is not None:
            return messages.Probe(self.probe.name, self.probe.source, self.packed_args, needs)
        if self.steps:
            return messages.Operate(self.steps, self.name)
        on = self.on.number if self.on is not None else None
        packed = {name: pack(source) for name, source in self.replaced.items()}
        return messages.Call(self.name, self.packed_args, self.packed_kwargs, on, self.keep, packed)


def describe_error(error: ErrorReply) -> str:
    """Return an exception of the student's code: its text, and on a second line its place."""
    kind = "" if error.unavailable or not error.type else f"{clean_line(error.type, 60)}: "
    text = (kind + clean_line(error.in_words or error.text, 300)).rstrip(": ")
    return "\n".join(filter(None, (text, describe_place(error))))


def describe_place(error: ErrorReply) -> str:
    """Return the line of the student's that an exception or a warning came from.

    That can be a line that called a module of the course, which is named then.
    """
    within = f"in the provided {clean_line(error.within, 60)}" if error.within else ""
    if not error.line:
        return within
    file = clean_line(error.file, 60)
    cell = f"{file} cell {error.cell}".strip() if error.cell else file
    place = f"{cell}, line {error.line}" if cell else f"line {error.line}"
    own = ": ".join(filter(None, (place, clean_line(error.code, 120))))
    return f"{own} ({within})" if within else own
