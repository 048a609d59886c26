"""The examiner: the trusted process that has the suites.

It collects them once, reports which checks there are, and then examines one submission a
request, each in a forked copy of itself.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import platform
import time
import types
import warnings
from functools import cache

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from grader import __version__
from grader.errors import CourseError, GraderError
from grader.examiner import messages
from grader.examiner.collection import Suites, collect
from grader.examiner.examination import Examination
from grader.examiner.remembered import Learned, Memory
from grader.examiner.right import load_right
from grader.examiner.sealed import DamagedTable, KnownMistakes
from grader.examiner.serving import Client, Server
from grader.examiner.shown_problems import add_smallest, pick_checks
from grader.examiner.students import make_student
from grader.records import Course, Environment, ModuleState
from grader.sandbox.allowance import Allowance
from grader.sandbox.launch import open_launcher
from grader.sandbox.processes import EXAMINER_MIB
from grader.sandbox.protocol.forking import can_fork, limit_memory, serve_parent_only
from grader.sandbox.protocol.frames import (
    MAX_TRUSTED_FRAME,
    FrameError,
    Stream,
    StreamClosed,
    decode_message,
    encode_message,
)
from grader.sandbox.protocol.plotting import settle_matplotlib
from grader.sandbox.sources import source_of
from grader.seeds import PUBLIC
from grader.submissions.fingerprint import take_fingerprint
from grader.testing.catalogue import Entry, load_catalogue


def main(desk_fd: int = -1) -> None:
    """Serve examinations on standard input and output.

    Parameters
    ----------
    desk_fd : int
        A socket on which further streams come, see `grader.examiner.serving`; or -1.
    """
    serve_parent_only()
    stream = _take_standard_streams()
    with contextlib.suppress(StreamClosed):
        start = stream.receive_message(messages.Start)
        try:
            _import_listed(start.course)
            suites = collect(start.course)
        except CourseError as error:
            stream.send_message(messages.Broken(str(error)))
            return
        gc.freeze()
        gc.enable()
        _Examiner(suites).serve(Client(stream, start.control_fd), desk_fd)


def _import_listed(course: Course) -> None:
    """Import what misconceptions are given and draw with, once for all forks."""
    for package, part in (("pandas", "pandas"), ("matplotlib", "matplotlib.pyplot")):
        if package in course.packages:
            with contextlib.suppress(Exception):  # the worker reports why, in one line
                importlib.import_module(part)
    settle_matplotlib()


def _take_standard_streams() -> Stream:
    # The stream must not be 0 and 1: whatever prints would write into it.
    stream = Stream(os.dup(0), os.dup(1), MAX_TRUSTED_FRAME)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return stream


class _Left(msgspec.Struct):
    """What a fork leaves to this process: what it learned, and which exercises had mistakes."""

    learned: list[Learned]
    mistaken: list[str]


class _Examiner:
    def __init__(self, suites: Suites) -> None:
        self._suites = suites
        self._course = suites.course
        self._is_warm = False
        self._mistaken: list[str] = []
        self._misconceptions = cache(self._load_misconceptions)
        self._known = cache(self._load_known)
        self._damaged: dict[str, str] = {}
        self._memory = Memory()

    def serve(self, first: Client, desk_fd: int) -> None:
        """Answer requests until the coordinator closes the streams."""
        # The checks are fixed here, before anything of a student's has arrived.
        checks = {node: collected.check for node, collected in self._suites.checks.items()}
        first.stream.send_message(messages.Ready(checks, self._environment()))
        if can_fork():
            Server(self._answer, self._answered).serve(first, desk_fd)
        else:
            self._answer(first, first.stream.receive_message(messages.Request))

    def _answered(self, left: bytes) -> None:
        # The answer is out. What the next ones would each load is loaded once, so that every later
        # fork inherits it.
        self._load_sources()
        with contextlib.suppress(FrameError):  # its fork was killed
            read = decode_message(left, _Left)
            self._memory.add(read.learned)
            for exercise in set(read.mistaken) & set(self._course.select()):
                self._prepare(exercise)
        self._mistaken.clear()

    def _answer(self, client: Client, request: messages.Request) -> bytes:
        """Answer a request, and return what it leaves, see `_Left`."""
        # A fork that lives for a second need not look for cycles in what it inherited.
        gc.freeze()
        gc.disable()
        limit_memory(EXAMINER_MIB)
        # numpy's warnings would name our files; what they warn of, the checks look at.
        np.seterr(all="ignore")
        warnings.simplefilter("ignore")
        try:
            reply = self._reply(client, request)
        except CourseError as error:
            reply = messages.Broken(str(error))
        except (GraderError, OSError, MemoryError) as error:
            reply = messages.Failed(str(error) or type(error).__name__)
        client.stream.send_message(reply)
        return encode_message(_Left(self._memory.learned, self._mistaken))

    def _reply(self, client: Client, request: messages.Request) -> messages.Reply:
        match request:
            case messages.Examine():
                return self._examine(client, request)
            case messages.JudgeExamples(examples, solutions):
                from grader.examiner.examples import Judge

                return messages.ExamplesJudged(Judge(self._course, solutions).judge(examples))
            case messages.MakeTable():
                return self._make_table(request)
            case messages.TakeFingerprints(sources):
                taken = {name: take_fingerprint(file) for name, file in sources.items()}
                return messages.Fingerprints(taken)

    def _examine(self, client: Client, request: messages.Examine) -> messages.Examined:
        launcher = open_launcher(request.level, client.control_fd, self._course)
        launcher.reset()
        limits = self._course.limits
        allowance = Allowance(limits, time.monotonic() + limits.submission_s)
        students = {
            name: make_student(self._suites, name, request, launcher, allowance)
            for name in request.exercises
        }
        # Under a seed of its own, each submission is asked something else.
        remembers = request.seed == PUBLIC and can_fork() and request.expected is None
        examination = Examination(
            self._suites,
            students,
            request.seed,
            request.functions,
            self._memory if remembers else None,
            expected=request.expected,
        )
        outcomes = examination.run(
            lambda exercise: client.stream.send_message(messages.Begun(exercise)),
            self._misconceptions,
            self._known,
        )
        modules = tuple(map(self._with_note, (student.state() for student in students.values())))
        if request.smallest != "none":
            only_next = request.smallest == "next"
            checks = {check.id: check for check in examination.checks}
            chosen = pick_checks(self._course, checks, outcomes, modules, only_next=only_next)
            outcomes = add_smallest(examination.recorded(), outcomes, chosen, self._course.suites)
        for student in students.values():
            student.close()
        return messages.Examined(outcomes, modules)

    def _make_table(self, request: messages.MakeTable) -> messages.TableMade:
        from grader.examiner.rehearsal import Rehearsal

        rehearsal = Rehearsal(self._suites, request.exercise, request.checks)
        entries = self._misconceptions(request.exercise)
        return messages.TableMade(rehearsal.write_table(entries, request.salt, request.master))

    def _load_known(self, exercise: str) -> KnownMistakes | None:
        try:
            return KnownMistakes.load(self._course.suites, exercise)
        except DamagedTable as error:
            # Without it nothing is named, and the score is the same.
            self._damaged[exercise] = str(error)
            return None

    def _with_note(self, module: ModuleState) -> ModuleState:
        """Add why no known mistake can be named, whether or not one was looked for."""
        self._known(module.exercise)
        if module.exercise not in self._damaged:
            return module
        note = f"no known mistake is named: {self._damaged[module.exercise]}"
        return replace(module, notes=(*module.notes, note))

    def _load_misconceptions(self, exercise: str) -> tuple[Entry, ...]:
        self._mistaken.append(exercise)
        return load_catalogue(self._course.suites, exercise, "misconceptions")

    def _prepare(self, exercise: str) -> None:
        """Load what a failing check of an exercise needs."""
        self._misconceptions(exercise)
        self._known(exercise)
        for collected in self._suites.checks.values():
            check = collected.check
            if check.exercise == exercise:
                with contextlib.suppress(CourseError):  # without it only examples are missing
                    load_right(self._course.suites, exercise, check.function)

    def _load_sources(self) -> None:
        """Read the sources of what suites may send, once."""
        if self._is_warm:
            return
        self._is_warm = True
        modules = {item.getparent(pytest.Module) for item in self._suites.items}
        for suite in [module.obj for module in modules if module is not None]:
            for value in vars(suite).values():
                if _may_be_sent(value) and value.__module__ == suite.__name__:
                    source_of(value)

    def _environment(self) -> Environment:
        return Environment(
            grader=__version__,
            course=self._course.version,
            python=platform.python_version(),
            numpy=np.__version__,
            pytest=pytest.__version__,
            platform=f"{platform.system()} {platform.machine()}",
        )


def _may_be_sent(value: object) -> bool:
    """Return whether a suite may send the source of this to a worker."""
    if isinstance(value, type):
        return not value.__name__.startswith("Test")
    return isinstance(value, types.FunctionType)
