"""A shell that has `grade_here`: the command in the process of the tests, with warm graders.

What a page says is run as it is written, and most of the time of a command is its start. Commands
that end with a signal, and `python -m grader`, have a process of their own.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from support.here import grade_here

# Sends its arguments, folder and environment, and prints what comes back.
_CLIENT = """
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as stream:
    stream.connect(os.environ["GRADE_SOCKET"])
    stream.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode())
    stream.shutdown(socket.SHUT_WR)
    with stream.makefile("rb") as file:
        status, output, errors = json.loads(file.read())
sys.stdout.buffer.write(output.encode())
sys.stderr.buffer.write(errors.encode())
sys.exit(status)
"""
_PRELUDE = """
grade_here() {
    # Another grader, as that of a kit, has a process of its own.
    if [ "${PYTHONPATH-}" = "$GRADE_PATH" ]; then
        "$GRADE_PYTHON" -I -S "$GRADE_CLIENT" "$@"
    else
        command grade "$@"
    fi
}
"""


def run_shell(
    script: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a script of bash, in which `grade_here` is the command, and return what it printed."""
    with tempfile.TemporaryDirectory(prefix="grade") as name, contextlib.ExitStack() as stack:
        # The name of a socket cannot be long, as that of a test's folder is.
        path = str(Path(name, "socket"))
        server = stack.enter_context(socket.socket(socket.AF_UNIX))
        server.bind(path)
        server.listen()
        server.settimeout(0.02)
        client = Path(name, "client.py")
        client.write_text(_CLIENT, encoding="utf-8")
        whole = Path(name, "script.sh")
        whole.write_text(_PRELUDE + script, encoding="utf-8")
        own = {"GRADE_SOCKET": path, "GRADE_CLIENT": str(client), "GRADE_PYTHON": sys.executable}
        own["GRADE_PATH"] = environment.get("PYTHONPATH", "")
        output, errors = (stack.enter_context(Path(name, n).open("w+b")) for n in ("out", "err"))
        process = stack.enter_context(
            subprocess.Popen(
                ["bash", str(whole)],
                cwd=folder,
                env={**environment, **own},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )
        )
        stack.callback(process.kill)
        for stream in _accept(server, process):
            _answer(stream)
        texts = [Path(name, n).read_text(encoding="utf-8") for n in ("out", "err")]
    return subprocess.CompletedProcess(["bash"], process.returncode, *texts)


def _accept(server: socket.socket, process: subprocess.Popen[bytes]) -> Iterator[socket.socket]:
    while process.poll() is None:
        with contextlib.suppress(TimeoutError):
            yield server.accept()[0]


def _answer(stream: socket.socket) -> None:
    with stream:
        with stream.makefile("rb") as file:
            arguments, folder, environment = json.loads(file.read())
        with patch.dict(os.environ, environment, clear=True):
            done = grade_here(*arguments, cwd=folder)
        stream.sendall(json.dumps([done.returncode, done.stdout, done.stderr]).encode())
