"""The fork server by itself, beside an examiner that is gone."""

from __future__ import annotations

import socket

import pytest

from grader.sandbox.processes import start
from grader.sandbox.protocol.frames import encode_message
from grader.sandbox.protocol.messages import Control, Reset, Restrictions, Setup
from grader.sandbox.protocol.probe import probe_restrictions

pytestmark = pytest.mark.skipif(not probe_restrictions().complete, reason="needs the sandbox")


@pytest.mark.parametrize("questions", [0, 1, 3])
def test_it_ends_in_silence_when_the_examiner_is_killed(
    questions: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also with questions that it has not answered, and answers that were not read."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        server = start("grader.sandbox.worker.fork_server", (theirs.fileno(),), [theirs.fileno()])
        assert server.stream.receive_message(Restrictions).complete
        server.stream.send_message(Setup((), 1024, 60))
        theirs.close()
        asked: Control = Reset()
        for _ in range(questions):
            ours.send(encode_message(asked))
    assert server.end(grace_s=20.0) == 0
    assert capfd.readouterr().err == ""
