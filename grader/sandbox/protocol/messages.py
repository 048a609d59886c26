"""The messages between the trusted side and a worker, and with the fork server.

The trusted side decodes every reply into one of these types. A worker that student code has
taken over can fill the fields as it likes; it cannot choose their types.

A frame to a worker holds several requests and the answer as many replies, in order; after
the first request that fails, the rest are not served. The result of a call can stay in the
worker under a number that the trusted side chooses, and later requests name it by a
`grader.sandbox.protocol.values.Handle`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from grader.records import Definition, Place, SourceFile
from grader.sandbox.protocol.forking import GRACE_S
from grader.sandbox.protocol.program import Ref, Step

_Line = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
_Size = Annotated[int, msgspec.Meta(ge=0, le=2**50)]
# Longer lists are refused before they are built.
MAX_LISTED = 1_000
# Bytes of one argument that a call has changed, so that it is compared with known mistakes.
MAX_LEFT = 16 * 1024
MAX_OUTPUT = 64 * 1024  # characters that a call prints
_Texts = Annotated[list[str], msgspec.Meta(max_length=MAX_LISTED)]
_Keys = Annotated[list[int | str], msgspec.Meta(max_length=MAX_LISTED)]


class Load(msgspec.Struct, tag=True):
    """Import a module; ``functions`` are the names that the suite asks for.

    ``siblings`` are the other modules of the submission, by name with dots for folders. With
    ``needed_only`` only what the functions need is executed, each statement for a share of
    ``limit_s`` seconds; of a notebook that is always so. Statements that are ``skipped`` took too
    long before. ``provided`` are modules of the course, by name. An exercise that is several files
    has them as ``members`` among the siblings, and ``owners`` are the modules of functions; then
    the source itself is empty. With ``all_needed`` the functions need not be all that is asked for.
    With ``read_only`` nothing is executed, and only a `Run` can follow.
    """

    exercise: str
    source: SourceFile
    functions: tuple[str, ...]
    packages: tuple[str, ...]
    course_modules: tuple[str, ...]
    siblings: dict[str, SourceFile] = {}
    needed_only: bool = False
    limit_s: float = 20.0
    skipped: _Texts = []
    provided: dict[str, SourceFile] = {}
    members: tuple[str, ...] = ()
    owners: dict[str, str] = {}
    all_needed: bool = False
    read_only: bool = False


class Surroundings(msgspec.Struct, frozen=True):
    """The standard input and files of a call.

    Parameters
    ----------
    input : str or None
        Its standard input; None if there is none, which is the default.
    files : dict of str to bytes or None
        The files of its folder; None where names mean what they mean in the system.
    room : int
        The bytes that it may write into files; none of which leaves the worker's memory.
    """

    input: str | None = None
    files: dict[str, bytes] | None = None
    room: int = 0


class Call(msgspec.Struct, tag=True):
    """Call a function of the module with packed arguments.

    With ``on`` it is a method of the object that was kept under that number. With ``keep``
    the result stays in the worker under that number. ``replaced`` are names of the module
    that mean a packed class of the suite's during the call. ``begins`` is whether it is the first
    of a check: then the global generators begin anew, so that no check depends on another.
    """

    name: str
    args: list[bytes]
    kwargs: dict[str, bytes] = {}
    on: int | None = None
    keep: int | None = None
    replaced: dict[str, bytes] = {}
    begins: bool = False
    around: Surroundings | None = None


class Probe(msgspec.Struct, tag=True):
    """Run a function of the suite's, ``probe(module, *args)``, if the module defines ``needs``.

    Where ``needs`` is empty, it runs in any case.
    """

    name: str
    source: str
    args: list[bytes]
    needs: str
    begins: bool = False
    around: Surroundings | None = None


class Operate(msgspec.Struct, tag=True):
    """Do some steps on objects of the class ``needs``, and return the attributes they read."""

    steps: tuple[Step, ...]
    needs: str
    begins: bool = False
    around: Surroundings | None = None


class Run(msgspec.Struct, tag=True):
    """Run what was handed in as a program, with these arguments."""

    args: list[str]
    begins: bool = False
    around: Surroundings | None = None


class Answer(msgspec.Struct, tag=True):
    """The result of a function on the trusted side after some steps, or the reason for a refusal.

    ``refused`` is the type of the exception, if there is one, and ``text`` its message.
    """

    steps: tuple[Step, ...] = ()
    result: Ref | int | float = 0
    refused: Literal["", "TypeError", "ValueError"] = ""
    text: str = ""


CallRequest = Call | Probe | Operate | Run
Request = Load | CallRequest


class Prepared(msgspec.Struct, tag=True):
    """The worker waits for a module; nothing of a student's has arrived yet.

    ``problem`` is why a package of the course cannot be imported, empty where all can.
    """

    problem: str = ""


class Confined(Prepared, tag=True):
    """The same, and the worker's restrictions are in force."""


class ErrorReply(msgspec.Struct):
    """An exception of the student's, or a warning, whose type is empty, that their code caused.

    ``line`` and ``code`` are the last line of the student's file that it passed through, 0
    where none; ``cell`` counts a notebook's code cells from 1, and ``file`` is another file
    of the submission's. ``unavailable`` is whether a package was used that the grader does
    not have, ``untouched`` whether the function that was called is a stub, and ``unwritten``
    whether that one is, or one that it called. ``kinds`` are the names of the built-in
    exceptions that the exception is one of, and ``own_kinds`` those of all other classes that it
    is derived from. ``in_words`` is what the text means, with the shapes of what is named in
    that line; empty where that adds nothing.
    ``within`` is the line of a module of the course that the student's line called.
    """

    type: str
    text: str
    line: _Line = 0
    code: str = ""
    cell: _Line = 0
    file: str = ""
    unavailable: bool = False
    untouched: bool = False
    unwritten: bool = False
    kinds: _Texts = []
    own_kinds: _Texts = []
    in_words: str = ""
    within: str = ""

    @property
    def place(self) -> Place | None:
        """Return the line as a record, or None where there is none."""
        return Place(self.cell, self.line) if self.line and not self.file else None


class LoadReply(msgspec.Struct, tag=True):
    """How a module could be imported, and which of the functions asked for it defines.

    Statements that were ``endless`` took too long and were left out. Members that are ``broken``
    could not be imported.
    """

    state: Literal["loaded", "failed"]
    defined: _Texts = []
    notes: _Texts = []
    error: ErrorReply | None = None
    definitions: Annotated[list[Definition], msgspec.Meta(max_length=MAX_LISTED)] = []
    endless: _Texts = []
    broken: Annotated[dict[str, ErrorReply], msgspec.Meta(max_length=MAX_LISTED)] = {}


class CallReply(msgspec.Struct, tag=True):
    """The result of a call and its side effects.

    ``value`` is what it returned, packed, and ``size`` how long that would have been, where
    it was too large to send. ``modified`` are places and keywords of the arguments that
    changed, ``left`` small ones of these as the call left them, packed. ``printed`` is the
    beginning of the output to be shown, ``warned`` the first RuntimeWarnings. ``output`` is what
    was written to the standard output, and ``output_size`` how many characters that is, where
    they are too many to send them all.
    Of a missing function, the error's text is what there is instead; its type is the name of the
    class, if that is missing of which an argument is an instance. A call that ``asks`` has
    not ended: it called a function of the trusted side's, and waits for an `Answer`; the value
    is whether its argument has the right attribute, and whether it is of the right class.
    ``written`` are the files that are new or changed, ``removed`` those that are gone; of more
    bytes than can be sent there is only the number, ``unsent``.
    """

    state: Literal["returned", "raised", "missing", "too_large", "asks"]
    value: bytes = b""
    size: _Size = 0
    modified: _Keys = []
    left: Annotated[dict[str, bytes], msgspec.Meta(max_length=MAX_LISTED)] = {}
    printed: str = ""
    output: Annotated[str, msgspec.Meta(max_length=MAX_OUTPUT)] = ""
    output_size: _Size = 0
    warned: Annotated[list[ErrorReply], msgspec.Meta(max_length=MAX_LISTED)] = []
    error: ErrorReply | None = None
    written: Annotated[dict[str, bytes], msgspec.Meta(max_length=MAX_LISTED)] = {}
    removed: _Texts = []
    unsent: _Size = 0


class Ran(msgspec.Struct):
    """The effects of a program beside its output: the value of the reply to `Run`.

    ``errors`` is the beginning of what it wrote to its standard error, ``status`` its exit status.
    """

    errors: Annotated[str, msgspec.Meta(max_length=MAX_OUTPUT)]
    status: Annotated[int, msgspec.Meta(ge=0, le=255)]


LoadReplies = Annotated[list[LoadReply], msgspec.Meta(max_length=1)]
CallReplies = Annotated[list[CallReply], msgspec.Meta(max_length=MAX_LISTED)]


class Restrictions(msgspec.Struct, frozen=True):
    """By what a machine can restrict workers, "" where it cannot, and why something is missing."""

    filesystem: str = ""
    network: str = ""
    processes: str = ""
    missing: str = ""

    @property
    def complete(self) -> bool:
        """Return whether nothing is missing."""
        return bool(self.filesystem and self.network and self.processes)


class Setup(msgspec.Struct):
    """The settings of every worker of a course: packages that it may import, and its limits."""

    packages: tuple[str, ...]
    memory_mib: int
    cpu_s: int


class Launch(msgspec.Struct, tag=True):
    """Fork a worker, for the stream whose descriptor comes with the message."""


class End(msgspec.Struct, tag=True):
    """End the worker with a process number, which may take some seconds to exit by itself."""

    pid: int
    grace_s: float = GRACE_S


class Reset(msgspec.Struct, tag=True):
    """Kill every worker that is left."""


class Launched(msgspec.Struct, tag=True):
    """A worker was forked."""

    pid: int


class Ended(msgspec.Struct, tag=True):
    """How a worker ended, or nothing of several workers.

    ``exit_code`` is minus the signal that ended it, after ``cpu_s`` seconds of processor time;
    ``by_us`` is whether the fork server killed it.
    """

    exit_code: int = 0
    cpu_s: float = 0.0
    by_us: bool = False


Control = Launch | End | Reset
ControlReply = Launched | Ended
