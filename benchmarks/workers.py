"""An examiner that measures workers before it examines, and writes the times to a file.

`inside.py` starts it in the place of the examiner, since only an examiner can ask the fork
server for workers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from grader.course.manifest import load_course
from grader.examiner import main as examiner
from grader.records import SourceFile
from grader.sandbox.launch import Launcher
from grader.sandbox.module import Module
from grader.sandbox.student import Student

_SOLUTIONS = Path(__file__).resolve().parents[1] / "solutions"
_COURSE = load_course()


def main(file: str, *given: Any) -> None:
    """Serve examinations; measure once a launcher is there."""
    plain = examiner.open_launcher

    def measure_first(*arguments: Any) -> Launcher:
        launcher = plain(*arguments)
        Path(file).write_text(json.dumps(_measure(launcher)), encoding="utf-8")
        return launcher

    examiner.open_launcher = measure_first
    examiner.main(*given)


def _measure(launcher: Launcher) -> dict[str, list[float]]:
    """Return milliseconds of a worker, a loaded module, a call, and all loaded modules."""
    student = _load("activations", launcher)
    numbers = [1.0] * 10
    student.relu(numbers)
    found = {
        "worker": _time(lambda: launcher.launch().end(), 20),
        "load": _time(lambda: _load("activations", launcher).close(), 20),
        "call": _time(lambda: student.relu(numbers), 1000),
    }
    student.close()
    before = _used_by_fork_server()
    for exercise in _COURSE.exercises:
        _load(exercise.name, launcher).close()
    return {**found, "load all, processor time": [1000 * (_used_by_fork_server() - before)]}


def _load(name: str, launcher: Launcher) -> Student:
    """Start a worker and import the solution of an exercise in it."""
    source = SourceFile(f"{name}.py", (_SOLUTIONS / f"{name}.py").read_bytes())
    student = Student(Module(_COURSE, _COURSE.exercise(name), source, (), launcher))
    assert student.state().status == "graded", student.state().message
    return student


def _time(work: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def _used_by_fork_server() -> float:
    """Return the processor time of the fork server, and of its workers that have ended."""
    coordinator = psutil.Process().parents()[1]
    (server,) = (one for one in coordinator.children() if "fork_server" in " ".join(one.cmdline()))
    times = server.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)
