"""A worker's reply to a call: its value, or the exception that it means.

Everything in a reply may be forged. Texts are cleaned and bounded here, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.sandbox.calls import (
    Call,
    NotImplementedYet,
    Raised,
    StudentError,
    Warned,
    describe_error,
)
from grader.sandbox.given import MAX_GIVEN, is_file_name, size_of
from grader.sandbox.protocol.frames import FrameError, decode_message
from grader.sandbox.protocol.messages import MAX_LEFT, CallReply, ErrorReply, Ran
from grader.sandbox.protocol.unpacking import unpack
from grader.sanitize import clean, clean_line

NO_REASON = ErrorReply("Error", "it gives no reason")
_MAX_TEXT = 1_000  # characters of an exception


def note_reply(reply: CallReply, call: Call, parameters: Sequence[str]) -> None:
    """Note in a call what its reply shows beside the value.

    Parameters
    ----------
    parameters : sequence of str
        The names of the function's parameters, for arguments that changed.

    Raises
    ------
    FrameError
        If files came that cannot be.
    """
    call.modified = tuple(name_argument(key, parameters) for key in reply.modified[:9])
    call.modified_keys = tuple(clean_line(str(key), 40) for key in reply.modified[:9])
    small = {key: data for key, data in reply.left.items() if len(data) <= MAX_LEFT}
    call.left = {key: small[key] for key in call.modified_keys if key in small}
    call.warned = tuple(Warned(warning) for warning in reply.warned[:5])
    # The first line keeps its place below or beside the others, as of a table.
    call.printed = clean(reply.printed, 500).strip("\n").rstrip()
    call.output, call.output_size = reply.output, reply.output_size
    _note_files(reply, call)


def _note_files(reply: CallReply, call: Call) -> None:
    names = [*reply.written, *reply.removed]
    if call.around is None or not call.around.room:
        names += ["\0"] if reply.written or reply.removed else []
    if not all(map(is_file_name, names)):
        raise FrameError("files that cannot be")
    call.written, call.removed = reply.written, tuple(reply.removed)
    size = size_of(call.given_files | call.written)
    call.unsent = reply.unsent or (size if size > MAX_GIVEN else 0)
    call.size = size_of(call.written)


def read_value(reply: CallReply, call: Call) -> Any:
    """Return the value of a call that returned, noted in the call as well.

    Raises
    ------
    FrameError
        If the bytes are not a value.
    """
    if call.keep is None:
        call.size += len(reply.value)
        runs = call.arguments is not None
        call.value = _read_output(reply.value, call) if runs else unpack(reply.value)
    call.answered = True
    return call.value


def _read_output(value: bytes, call: Call) -> tuple[str, str, int]:
    """Return what a program printed, and its exit status, or raise `Raised` for too much."""
    ran: Ran = decode_message(value, Ran)
    if call.output_size:
        raise Raised(f"it printed {call.output_size:,} characters, more than can be looked at")
    return call.output, ran.errors, ran.status


def check_replies(replies: Sequence[CallReply], count: int) -> None:
    """Raise `FrameError` unless these are replies to that number of requests."""
    if any(reply.state == "asks" for reply in replies):
        raise FrameError("a question that was not expected")
    failed = bool(replies) and replies[-1].state != "returned"
    if len(replies) != count and not (failed and len(replies) < count):
        raise FrameError(f"{len(replies)} replies to {count} requests")


def note_exception(reply: CallReply, call: Call, *, in_whole: bool) -> StudentError:
    """Return what a call raised, noted in the call as well.

    Parameters
    ----------
    in_whole : bool
        Whether a whole is examined, which is not written while a function that it needs is not.
    """
    error = reply.error or NO_REASON
    call.raised = clean_line(error.type, 80)
    call.raised_text = clean_line(error.text, 200)
    if error.unwritten and in_whole:
        return NotImplementedYet(clean_line(error.text, 200) or "not implemented yet")
    if error.untouched:
        return NotImplementedYet("not implemented yet")
    return Raised(
        describe_error(error),
        error.place,
        tuple(error.kinds),
        own_kinds=tuple(error.own_kinds),
        name=clean_line(error.type, 80),
        text=error.text[:_MAX_TEXT],
        unavailable=error.unavailable,
    )


def name_argument(key: int | str, parameters: Sequence[str]) -> str:
    """Return what an argument is called, given its place or its keyword."""
    if isinstance(key, str):
        return clean_line(key, 40)
    known = parameters[key : key + 1] if key >= 0 else ()
    return known[0] if known else f"argument {key + 1}"
