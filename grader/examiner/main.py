"""The examiner: the trusted process that knows the suites.

It collects them once, tells the coordinator which checks there are, and then examines
one submission a request, each in a forked copy of itself.
"""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_jsonreport.plugin

from grader import __version__
from grader.course.manifest import load_course
from grader.errors import GraderError
from grader.examiner.collection import ExaminerPlugin
from grader.records import Course, SourceFile
from grader.sandbox.launch import Hosts, open_hosts
from grader.sandbox.protocol.forking import (
    LEFT_WELL,
    can_fork,
    fork,
    limit_memory,
    reap,
    serve_parent_only,
)
from grader.sandbox.protocol.frames import MAX_REPORT, Stream, StreamClosed
from grader.sandbox.student import Student
from grader.submissions.fingerprint import take_fingerprint
from grader.testing.checks import CollectedCheck

# Everything of pytest that a suite does not use, and that would cost time or write files.
_WITHOUT = (
    "terminal cacheprovider faulthandler doctest junitxml pastebin stepwise logging warnings "
    "capture unraisableexception threadexception setuponly setupplan debugging nose "
    "recwarn tmpdir monkeypatch subtests skipping unittest"
).split()
_MEMORY_MIB = 4096  # of one examination: a stranger's values must not take the machine


def main(course_file: str, control_fd: int) -> None:
    """Serve examinations on standard input and output.

    Parameters
    ----------
    course_file : str
        The course's manifest.
    control_fd : int
        The template's control socket, or -1 where there is no template.
    """
    serve_parent_only()
    stream = _take_standard_streams()
    course = load_course(Path(course_file))

    def serve(plugin: ExaminerPlugin) -> None:
        _Examiner(plugin, course, control_fd, stream).serve()

    plugin = ExaminerPlugin(course, serve)
    # What pytest would pass over with a warning, the plugin refuses.
    warnings.simplefilter("ignore", pytest.PytestCollectionWarning)
    pytest.main(_arguments(course), plugins=[pytest_jsonreport.plugin, plugin])
    if plugin.broken:
        stream.send_message({"event": "broken", "message": plugin.broken[0]})


def _take_standard_streams() -> Stream:
    # The stream must not be 0 and 1: whatever prints would write into it.
    stream = Stream(os.dup(0), os.dup(1), MAX_REPORT)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return stream


def _arguments(course: Course) -> list[str]:
    suites = [str(course.suites / e.name / f"test_{e.name}.py") for e in course.exercises]
    return [
        *suites,
        "--noconftest",
        "--import-mode=importlib",
        "--assert=plain",
        "--strict-markers",
        "-c",
        os.devnull,
        f"--rootdir={course.suites}",
        "--json-report",
        "--json-report-file=none",
        *(f"-pno:{name}" for name in _WITHOUT),
        "--json-report-omit",
        "collectors",
        "log",
        "streams",
        "warnings",
        "keywords",
        "traceback",
    ]


class _Examiner:
    def __init__(
        self,
        plugin: ExaminerPlugin,
        course: Course,
        control_fd: int,
        stream: Stream,
    ) -> None:
        self._plugin = plugin
        self._course = course
        self._control_fd = control_fd
        self._stream = stream

    def serve(self) -> None:
        if self._plugin.broken:
            return
        # The checks are fixed here, before anything of a student's has arrived.
        checks = {node: _as_dict(c) for node, c in self._plugin.checks.items()}
        ready = {"event": "ready", "checks": checks, "environment": _environment()}
        # Where the coordinator was interrupted meanwhile, nobody asks any more.
        with contextlib.suppress(StreamClosed):
            self._stream.send_message(ready)
        while True:
            try:
                request = self._stream.receive_message()
            except StreamClosed:
                return
            if not can_fork():
                self._examine(request)
                return
            pid = fork(partial(self._examine, request))
            ended = reap(pid)
            if ended != LEFT_WELL:
                self._stream.send_message({"event": "crashed", "message": ended})
            # The first answer is out; what the next ones would each load is loaded once.
            self._plugin.warm_up()

    def _examine(self, request: dict[str, Any]) -> None:
        # A fork that lives for a second need not look for cycles in what it inherited.
        gc.freeze()
        gc.disable()
        limit_memory(_MEMORY_MIB)
        # numpy's warnings would name our files; what they warn of, the checks look at.
        np.seterr(all="ignore")
        warnings.simplefilter("ignore")
        answers = {"examine": self._report, "fingerprint": self._fingerprint}
        try:
            self._stream.send_message(answers[request["do"]](request))
        except GraderError as error:
            self._stream.send_message({"event": "broken", "message": str(error)})

    def _fingerprint(self, request: dict[str, Any]) -> dict[str, Any]:
        taken = {
            name: take_fingerprint(SourceFile(*source))
            for name, source in request["sources"].items()
        }
        return {"event": "fingerprint", "fingerprints": taken}

    def _report(self, request: dict[str, Any]) -> dict[str, Any]:
        hosts = open_hosts(request["level"], self._control_fd, self._course.limits)
        hosts.reset()
        deadline = time.monotonic() + self._course.limits.submission_s
        students = {
            name: self._student(name, request, hosts, deadline) for name in request["exercises"]
        }
        report = self._plugin.examine(students, request["seed"], self._begin)
        states = {name: student.state() for name, student in students.items()}
        for student in students.values():
            student.close()
        return {
            "event": "examined",
            "report": report,
            "modules": [[name, s.status, s.message] for name, s in states.items()],
        }

    def _begin(self, exercise: str) -> None:
        self._stream.send_message({"event": "begun", "exercise": exercise})

    def _student(
        self, name: str, request: dict[str, Any], hosts: Hosts, deadline: float
    ) -> Student:
        exercise = self._course.exercise(name)
        handed_in = request["sources"].get(name)
        functions = dict.fromkeys(
            c.signature.name for c in self._plugin.checks.values() if c.check.exercise == name
        )
        return Student(
            self._course,
            exercise,
            SourceFile(*handed_in) if handed_in else None,
            tuple(functions),
            hosts,
            deadline,
            stands_for_all=request["stands_for_all"],
            siblings={n: s for n, s in request["siblings"].items() if n != name},
        )


def _as_dict(collected: CollectedCheck) -> dict[str, Any]:
    return {name: getattr(collected.check, name) for name in collected.check.__slots__}


def _environment() -> dict[str, str]:
    return {
        "grader": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "pytest": pytest.__version__,
        "platform": f"{platform.system()} {platform.machine()}",
    }
