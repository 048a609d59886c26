"""Frames on a stream: four bytes of length, then that many bytes.

All communication of two processes goes through this file. It knows bytes and
typed messages in MessagePack, not arrays, and it does not need numpy.
"""

from __future__ import annotations

import os
import select
import struct
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, overload

import msgspec

_T = TypeVar("_T")
_LENGTH = struct.Struct("<I")
# Large enough for every reply a suite asks for, small enough that a worker's frame of
# empty containers cannot fill the examiner's memory.
MAX_FRAME = 4 * 2**20
MAX_TRUSTED_FRAME = 64 * 2**20  # between coordinator and examiner, who trust each other
_CHUNK = 256 * 1024
MAX_REQUEST = 4096  # of the fork server's control socket, which keeps messages apart itself


class StreamClosed(Exception):
    """The other side has gone, or never finished its frame."""


class StreamTimeout(Exception):
    """The other side did not answer in time."""


class FrameError(Exception):
    """The other side sent what is not a frame."""


class Stream:
    """A two-way stream of frames over one or two file descriptors.

    Parameters
    ----------
    read_fd, write_fd : int
        Descriptors that this object owns from now on; they may be the same.
    max_frame : int
        The longest frame accepted, in bytes.
    """

    def __init__(self, read_fd: int, write_fd: int, max_frame: int = MAX_FRAME) -> None:
        self.read_fd = read_fd
        self.write_fd = write_fd
        self.max_frame = max_frame
        self._received = bytearray()
        self._blocks = True

    def send(self, payload: bytes, timeout_s: float | None = None) -> None:
        """Send one frame.

        Parameters
        ----------
        timeout_s : float, optional
            Seconds for the whole frame; by default there is no limit. It is needed
            where the other side may not read.

        Raises
        ------
        StreamClosed, StreamTimeout
            If the other side has gone, or does not read.
        """
        deadline = _deadline(timeout_s)
        head = _LENGTH.pack(len(payload))
        # Of a long frame a copy would cost more than a second call of the system.
        for part in (head, payload) if len(payload) > _CHUNK else (head + payload,):
            data = memoryview(part)
            while data:
                data = data[self._write(data, deadline) :]

    def receive(self, timeout_s: float | None = None) -> bytes:
        """Return the next frame.

        Parameters
        ----------
        timeout_s : float, optional
            Seconds for the whole frame; by default there is no limit.

        Raises
        ------
        StreamClosed, StreamTimeout, FrameError
            If the other side has gone, is late, or announces too long a frame.
        """
        end = self._await_frame(_deadline(timeout_s))
        frame = bytes(memoryview(self._received)[_LENGTH.size : end])
        del self._received[:end]
        return frame

    def wait(self, timeout_s: float) -> bool:
        """Return whether a whole frame has arrived, as soon as one has or after a time.

        Raises
        ------
        StreamClosed, FrameError
            As `receive`.
        """
        try:
            self._await_frame(time.monotonic() + timeout_s)
        except StreamTimeout:
            return False
        return True

    def _await_frame(self, deadline: float | None) -> int:
        """Wait until a whole frame has arrived, and return where it ends; nothing is taken."""
        self._read(_LENGTH.size, deadline)
        (length,) = _LENGTH.unpack_from(self._received)
        if length > self.max_frame:
            raise FrameError(f"a frame of {length} bytes; {self.max_frame} are allowed")
        end: int = _LENGTH.size + length
        self._read(end, deadline)
        return end

    def _write(self, data: memoryview, deadline: float | None) -> int:
        if deadline is not None:
            self._never_block()
        try:
            return os.write(self.write_fd, data)
        except BlockingIOError:
            _wait_writable(self.write_fd, deadline)
            return 0
        except OSError as error:
            raise StreamClosed(str(error)) from error

    def _read(self, count: int, deadline: float | None) -> None:
        """Read until so many bytes have arrived, and perhaps more."""
        # One call of the system takes a whole frame in most cases, its length included.
        while len(self._received) < count:
            if deadline is not None or not self._blocks:
                _wait_readable(self.read_fd, deadline)
            try:
                part = os.read(self.read_fd, _CHUNK)
            except OSError as error:
                raise StreamClosed(str(error)) from error
            if not part:
                raise StreamClosed("end of stream")
            self._received += part

    def _never_block(self) -> None:
        """From now on write what fits: a blocking write waits until all of it is taken."""
        if self._blocks and sys.platform != "win32":
            for fd in {self.read_fd, self.write_fd}:
                os.set_blocking(fd, False)
            self._blocks = False

    def send_message(self, message: object, timeout_s: float | None = None) -> None:
        """Send a `msgspec.Struct`, or a list of them, as one frame, as `send` does."""
        self.send(encode_message(message), timeout_s)

    @overload
    def receive_message(self, form: type[_T], timeout_s: float | None = None) -> _T: ...

    @overload
    def receive_message(self, form: Any, timeout_s: float | None = None) -> Any: ...

    def receive_message(self, form: Any, timeout_s: float | None = None) -> Any:
        """Return the next frame as a value of a type, checked.

        Parameters
        ----------
        form : type
            The type of the message in the frame: a `msgspec.Struct`, a union or a list of them.
        timeout_s : float, optional
            As for `receive`.

        Raises
        ------
        StreamClosed, StreamTimeout, FrameError
            As `receive`; also `FrameError` where the frame holds anything else.
        """
        return decode_message(self.receive(timeout_s), form)

    def close(self) -> None:
        """Close both descriptors."""
        for fd in {self.read_fd, self.write_fd}:
            os.close(fd)


def encode_message(message: object) -> bytes:
    """Return a message as bytes."""
    return _encoder.encode(message)


@overload
def decode_message(payload: bytes, form: type[_T]) -> _T: ...


@overload
def decode_message(payload: bytes, form: Any) -> Any: ...


def decode_message(payload: bytes, form: Any) -> Any:
    """Return a message from bytes, or raise `FrameError` where they hold anything else."""
    try:
        return _decoder(form).decode(payload)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        # The text may quote the sender.
        raise FrameError(str(error)[:200]) from error


def prepare(form: Any) -> None:
    """Make ready to decode messages of a type, so that forks of this process need not."""
    _decoder(form)


@cache
def _decoder(form: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(form, dec_hook=_decode_path)


def _encode_path(value: Any) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(type(value).__name__)


def _decode_path(form: type, value: Any) -> Path:
    if issubclass(form, Path) and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(form.__name__)


_encoder = msgspec.msgpack.Encoder(enc_hook=_encode_path)


def _deadline(timeout_s: float | None) -> float | None:
    return None if timeout_s is None else time.monotonic() + timeout_s


if sys.platform == "win32":
    import _winapi
    import msvcrt

    def _wait_readable(fd: int, deadline: float | None) -> None:
        # select() takes only sockets here, and the stream is a pipe.
        handle = msvcrt.get_osfhandle(fd)
        while True:
            try:
                if cast("tuple[int, int]", _winapi.PeekNamedPipe(handle, 0))[0]:
                    return
            except OSError:
                return  # the pipe is broken; the read that follows reports it
            if deadline is not None and time.monotonic() >= deadline:
                raise StreamTimeout
            time.sleep(0.001)

    def _wait_writable(fd: int, deadline: float | None) -> None:
        """Do nothing: a pipe has no such check, and there is no sandbox here."""

else:

    def _wait(fd: int, event: int, deadline: float | None) -> None:
        left_ms = None if deadline is None else (deadline - time.monotonic()) * 1000
        # A sender that always has another byte ready must not be read without end.
        if (left_ms is not None and left_ms <= 0) or not _poll(fd, event).poll(left_ms):
            raise StreamTimeout

    @cache
    def _poll(fd: int, event: int) -> select.poll:
        # It looks at whatever is open under the number when it is asked.
        poll = select.poll()
        poll.register(fd, event)
        return poll

    def _wait_readable(fd: int, deadline: float | None) -> None:
        _wait(fd, select.POLLIN, deadline)

    def _wait_writable(fd: int, deadline: float | None) -> None:
        _wait(fd, select.POLLOUT, deadline)
