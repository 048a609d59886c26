"""A module in a worker of a course that lists packages, under all restrictions."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from grader.course.manifest import load_course
from grader.records import Course, SourceFile
from grader.sandbox.launch import ForkingLauncher
from grader.sandbox.module import Module
from grader.sandbox.protocol.frames import Stream
from grader.sandbox.protocol.messages import Restrictions, Setup
from grader.sandbox.starting import spawn
from grader.sandbox.student import Student


@dataclass
class Workers:
    """Launches confined workers of a course."""

    course: Course
    launcher: ForkingLauncher

    def student(self, source: str, *functions: str) -> Student:
        """Return the proxy of a module."""
        file = SourceFile("activations.py", source.encode())
        exercise = self.course.exercises[0]
        student = Student(Module(self.course, exercise, file, functions, self.launcher))
        student.begin(functions[0])
        return student


@contextlib.contextmanager
def serve(*packages: str, memory_mib: int = 1024) -> Iterator[Workers]:
    """Start a fork server for a course that lists these packages."""
    course = replace(load_course(), packages=packages)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    fds = [theirs.fileno()]
    process = spawn("grader.sandbox.worker.fork_server", fds, fds, collects=False)
    assert process.stdin
    assert process.stdout
    launcher = ForkingLauncher(ours.detach())
    try:
        stream = Stream(process.stdout.fileno(), process.stdin.fileno())
        if not stream.receive_message(Restrictions).complete:
            pytest.skip("this machine has no sandbox")
        stream.send_message(Setup(packages, memory_mib, 30))
        yield Workers(course, launcher)
    finally:
        launcher._control.close()
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()
        theirs.close()
