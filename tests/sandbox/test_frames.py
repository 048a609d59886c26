"""Frames: whole, bounded, and never waited for without end."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Iterator

import msgspec
import pytest

from grader.sandbox.protocol.frames import FrameError, Stream, StreamClosed, StreamTimeout
from grader.sandbox.protocol.messages import (
    MAX_LISTED,
    Call,
    CallReplies,
    CallReply,
    End,
    Launched,
    LoadReplies,
    LoadReply,
    Request,
)

Pair = tuple[Stream, Stream]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    a, b = ours.detach(), theirs.detach()
    yield Stream(a, a), Stream(b, b)
    for fd in (a, b):
        with contextlib.suppress(OSError):
            os.close(fd)


def test_a_frame_arrives_as_it_was_sent(pair: Pair) -> None:
    """What goes in comes out, also when it is larger than the socket's buffer."""
    for payload in (b"", b"x", os.urandom(3_000_000)):
        sender = threading.Thread(target=pair[0].send, args=(payload,))
        sender.start()
        assert pair[1].receive(10) == payload
        sender.join()


def test_messages_arrive_as_they_were_sent(pair: Pair) -> None:
    """A frame holds one message, or a list of them, and keeps their types and values."""
    requests = [Call("f", [b"\x00"], {"é": b"\x01"}), Call("g", [], on=1, keep=2)]
    pair[0].send_message(requests)
    assert pair[1].receive_message(list[Request], 10) == requests
    pair[0].send_message(End(7))
    assert pair[1].receive_message(End, 10) == End(7)


@pytest.mark.parametrize("payload", [b"", b"\x01", b"\x90", b"\xc1", b"\x81\x01\x02", b"\x80"])
def test_another_value_than_the_message_is_refused(pair: Pair, payload: bytes) -> None:
    """A list, a number, rubbish or nothing is a FrameError."""
    pair[0].send(payload)
    with pytest.raises(FrameError):
        pair[1].receive_message(End, 10)


@pytest.mark.parametrize(
    ("message", "form"),
    [
        (Launched(7), End),
        ([LoadReply("loaded")], CallReplies),
        ([CallReply("returned")], LoadReplies),
        (CallReply("returned"), CallReplies),
        ([Call("f", [])], CallReplies),
        ([{"state": "returned"}], LoadReplies),
        ([{"type": "CallReply", "state": "loaded"}], CallReplies),
        ([{"type": "CallReply", "state": "returned", "value": "text"}], CallReplies),
        ([{"type": "CallReply", "state": "returned", "size": -1}], CallReplies),
        ([{"type": "CallReply", "state": "raised", "error": {"type": 1, "text": ""}}], CallReplies),
        ([{"type": "LoadReply", "state": "loaded", "defined": [1]}], LoadReplies),
    ],
)
def test_a_message_of_another_type_is_refused(pair: Pair, message: object, form: object) -> None:
    """The receiver chooses the type; the sender cannot."""
    pair[0].send(msgspec.msgpack.encode(message))
    with pytest.raises(FrameError):
        pair[1].receive_message(form, 10)


def test_an_announced_giant_is_refused_before_it_is_read(pair: Pair) -> None:
    """A length over the limit is refused without waiting for the bytes."""
    os.write(pair[0].write_fd, struct.pack("<I", 2**32 - 1))
    with pytest.raises(FrameError):
        pair[1].receive(10)


@pytest.mark.parametrize("part", [b"", b"\x10\x00", b"\x10\x00\x00\x00half"])
def test_a_late_frame_is_a_timeout(pair: Pair, part: bytes) -> None:
    """Silence, half a length and half a frame all run into the limit."""
    os.write(pair[0].write_fd, part)
    with pytest.raises(StreamTimeout):
        pair[1].receive(0.02)


def test_a_drip_of_bytes_does_not_extend_the_limit(pair: Pair) -> None:
    """The limit is for the whole frame, not for each byte."""
    stop = threading.Event()

    def drip() -> None:
        os.write(pair[0].write_fd, struct.pack("<I", 1000))
        while not stop.wait(0.01):
            os.write(pair[0].write_fd, b".")

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(StreamTimeout):
        pair[1].receive(0.2)
    stop.set()
    thread.join()


def test_what_comes_too_late_is_not_read_even_if_it_is_there(pair: Pair) -> None:
    """A sender that always has one more byte ready is not read beyond the limit."""
    pair[0].send(b"too late")
    with pytest.raises(StreamTimeout):
        pair[1].receive(0.0)


@pytest.mark.parametrize(
    ("name", "item"), [("modified", "x"), ("modified", 1), ("warned", {"type": "", "text": ""})]
)
def test_a_reply_with_a_long_list_is_refused(pair: Pair, name: str, item: object) -> None:
    """A worker that lists more than any call can have is refused as a whole."""
    reply = {"type": "CallReply", "state": "returned"}
    pair[0].send_message([{**reply, name: [item] * (MAX_LISTED + 1)}])
    with pytest.raises(FrameError, match="length"):
        pair[1].receive_message(CallReplies, 10)
    pair[0].send_message([{**reply, name: [item] * MAX_LISTED}])
    (received,) = pair[1].receive_message(CallReplies, 10)
    assert len(getattr(received, name)) == MAX_LISTED


@pytest.mark.parametrize(
    ("reply", "form", "most"),
    [(CallReply("returned"), CallReplies, MAX_LISTED), (LoadReply("loaded"), LoadReplies, 1)],
)
def test_a_frame_with_very_many_replies_is_refused(
    pair: Pair, reply: object, form: object, most: int
) -> None:
    """No suite asks so much in one frame."""
    pair[0].send_message([reply] * (most + 1))
    with pytest.raises(FrameError, match="length"):
        pair[1].receive_message(form, 10)
    pair[0].send_message([reply] * most)
    assert pair[1].receive_message(form, 10) == [reply] * most


def test_a_closed_stream_says_so(pair: Pair) -> None:
    """End of stream is StreamClosed for both directions."""
    os.close(pair[0].read_fd)
    with pytest.raises(StreamClosed):
        pair[1].receive(10)
    with pytest.raises(StreamClosed):
        pair[1].send(b"x" * 100_000, 10)


def test_a_receiver_that_does_not_read_is_a_timeout(pair: Pair) -> None:
    """A worker that stops reading cannot make the examiner wait for ever."""
    with pytest.raises(StreamTimeout):
        pair[0].send(b"x" * 5_000_000, 0.05)
